import { createRequire } from "node:module";
import fs from "node:fs";
import dotenv from "dotenv";

console.log(createRequire(import.meta.url)("dotenv") === dotenv);
fs.writeFileSync(".env", `
BASIC=basic
# a comment
export EXPORTED=yes
EMPTY=
SINGLE='single \\n quotes'
DOUBLE="double \\n quotes"
BACKTICK=\`"both" 'kinds'\`
INLINE=value # comment
HASH="a#b"
SPACED =  trimmed  
JSON={"foo": "bar"}
MULTI="line one
line two"
EQUALS=a=b==
`);
fs.writeFileSync("other.env", "BASIC=other\nMORE=1\n");
const result = dotenv.config({ quiet: true });
console.log(result.parsed, process.env.BASIC, process.env.MULTI);
console.log(dotenv.config({ path: ["other.env", ".env"], quiet: true }).parsed, process.env.BASIC, process.env.MORE);
dotenv.config({ path: "other.env", override: true, quiet: true });
console.log(process.env.BASIC, dotenv.config({ path: "missing.env", quiet: true }).error.code);
const into = {};
dotenv.config({ path: "other.env", processEnv: into, quiet: true });
console.log(into, dotenv.parse(Buffer.from("A=1\r\nB = 2\r\n")));
dotenv.populate(into, { BASIC: "kept?", NEW: "n" });
console.log(into);
await import("dotenv/config");
console.log("done");
