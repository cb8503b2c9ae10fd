export const handler = { not: "a function" };
export const text = "text";
export const klass = class Handler {};
