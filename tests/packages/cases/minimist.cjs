const minimist = require("minimist");

console.log(minimist(["-a", "beep", "-b", "boop", "-x", "3", "-y", "4", "-n5", "-abc", "--beep=boop", "foo", "bar", "baz"]), minimist(["--no-color", "--a.b", "1", "--", "rest"], { "--": true }));
console.log(minimist(["-v", "--name", "007", "--list", "1", "--list", "2"], { boolean: "v", string: "name", alias: { v: "verbose" }, default: { port: 80 } }), minimist(["--x", "stop", "--y"], { stopEarly: true }), minimist(["--odd"], { unknown: (word) => (console.log("unknown", word), false) }));
console.log(minimist(["--__proto__.polluted", "1"]).polluted, {}.polluted);
console.log("done");
