// TypeScript 7's compiler is native and started by a script; TypeScript 6's is JavaScript.
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import { spawnSync } from "node:child_process";

const require = createRequire(import.meta.url);
const native = path.join(path.dirname(require.resolve("typescript/package.json")), "bin/tsc");
const script = require.resolve("typescript-6/bin/tsc");
function tsc(program, ...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: "utf8" });
  console.log(path.basename(path.resolve(program, "../..")), words.join(" "), status, stdout, stderr);
}
fs.writeFileSync("good.ts", "export class A<T> { constructor(private readonly x: T) {} get(): T { return this.x; } }\nexport enum E { One = 1 }\n");
fs.writeFileSync("bad.ts", "const n: number = 'text';\n");
for (const program of [native, script]) tsc(program, "--version");
tsc(native, "--target", "es2022", "good.ts");
console.log(fs.readFileSync("good.js", "utf8"));
tsc(native, "--noEmit", "bad.ts");
const ts = require("typescript-6");
console.log(ts.transpileModule(fs.readFileSync("good.ts", "utf8"), { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2020 } }).outputText);
console.log(require("typescript").version.split(".")[0], ts.version.split(".")[0]);
console.log("done");
