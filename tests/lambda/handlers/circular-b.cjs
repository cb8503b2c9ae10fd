const a = require("./circular-a.cjs");
exports.sawA = Object.keys(a);
exports.early = a.early;
