#!/usr/bin/env node
// Compares what the bundle exports with what the unmodified packages export.
//
//   node compare.mjs --root WORKSPACE --bundle FOLDER
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { root: { type: "string" }, bundle: { type: "string" } } });
const env = { ...process.env, SDK_ROOT: path.resolve(values.root), SDK_BUNDLE: path.resolve(values.bundle) };
const file = (name) => new URL(name, import.meta.url).pathname;
const run = (...args) => JSON.parse(execFileSync(process.execPath, args, { env, maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] }));
const ours = run("--import", file("hooks.mjs"), file("shape.mjs"));
const theirs = run(file("shape.mjs"), "plain");
const { expected } = JSON.parse(fs.readFileSync(file("differences.json"), "utf8"));

let wrong = 0;
const met = new Set();
let names = 0;
for (const specifier of Object.keys(theirs)) {
  const all = new Set([...Object.keys(theirs[specifier]), ...Object.keys(ours[specifier] ?? {})]);
  for (const name of all) {
    names++;
    const [a, b] = [theirs[specifier][name], ours[specifier]?.[name]];
    if (a === b) continue;
    const key = `${specifier} ${name}`;
    if (expected[key]) {
      met.add(key);
      continue;
    }
    wrong++;
    console.log(`${specifier} ${name}\n  package: ${a}\n  bundle:  ${b}`);
  }
}
for (const key of Object.keys(expected)) if (!met.has(key) && theirs[key.split(" ")[0]]) console.log(`no longer different: ${key}`), wrong++;
console.log(`${Object.keys(theirs).length} specifiers, ${names} exports, ${wrong} unexpected differences`);
process.exit(wrong ? 1 : 0);
