exports.early = "a-early";
const b = require("./circular-b.cjs");
exports.handler = async () => ({ sawB: b.sawA, early: b.early });
