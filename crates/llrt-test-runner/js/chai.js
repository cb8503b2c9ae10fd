// The package, whole: https://www.chaijs.com/api/
export * from "chai";
export * as default from "chai";
