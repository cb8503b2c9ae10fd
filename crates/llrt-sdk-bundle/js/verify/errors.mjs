#!/usr/bin/env node
// Compares the errors of the bundle's clients, and what comes of making one, with those of the unmodified packages.
//
//   node errors.mjs --root WORKSPACE --bundle FOLDER
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({ options: { root: { type: "string" }, bundle: { type: "string" } }, allowPositionals: true });
if (positionals.length > 0) console.log(JSON.stringify(await errors(positionals[0] === "plain")));
else compare();

function compare() {
  const env = { ...process.env, SDK_ROOT: path.resolve(values.root), SDK_BUNDLE: path.resolve(values.bundle) };
  const run = (...args) => JSON.parse(execFileSync(process.execPath, args, { env, maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] }));
  const file = (name) => fileURLToPath(new URL(name, import.meta.url));
  const theirs = run(file("errors.mjs"), "plain");
  const ours = run("--import", file("hooks.mjs"), file("errors.mjs"), "bundle");
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
  const wrong = names.filter((name) => theirs[name] !== ours[name]);
  for (const name of wrong) console.log(`${name}\n  package: ${theirs[name]}\n  bundle:  ${ours[name]}`);
  console.log(`${names.length} errors, ${wrong.length} different`);
  process.exitCode = wrong.length > 0 || names.length === 0 ? 1 : 0;
}

async function errors(plain) {
  const { readModules, readParts } = await import("./modules.mjs");
  const require = createRequire(path.join(process.env.SDK_ROOT, "package.json"));
  const found = {};
  for (const specifier of [...readModules().keys(), ...readParts().keys()]) {
    if (!/^@aws-sdk\/(client-|nested-clients\/)/.test(specifier)) continue;
    const module = await import(plain ? pathToFileURL(require.resolve(specifier)) : specifier);
    for (const [name, value] of Object.entries(module))
      if (typeof value === "function" && value.prototype instanceof Error) found[`${specifier} ${name}`] = JSON.stringify(describe(value));
  }
  return found;
}

function describe(Class) {
  class Derived extends Class {}
  const options = { message: "m", $metadata: { requestId: "r" }, Message: "M", code: 3, name: "other", $fault: "odd" };
  const error = new Class(options);
  let bare;
  try {
    bare = properties(new Class());
  } catch (thrown) {
    bare = thrown.constructor.name;
  }
  return [
    Class.name, Class.length, Class.shapeId, Reflect.ownKeys(Class).map(String).sort(), properties(Class.prototype), Object.getPrototypeOf(Class).name,
    properties(error), String(error), error.stack.split("\n")[0], Object.getPrototypeOf(error) === Class.prototype, bare,
    Object.getPrototypeOf(new Derived(options)) === Class.prototype,
  ];
}

function properties(object) {
  return Reflect.ownKeys(object).filter((key) => key !== "stack").map((key) => {
    const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(object, key);
    return [String(key), typeof value === "function" ? "function" : value, writable, enumerable, configurable];
  });
}
