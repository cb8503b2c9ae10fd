// Prints what each specifier of the bundle exports, as JSON: run with and without hooks.mjs, and compare.
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { readModules, readParts } from "./modules.mjs";

const plain = process.argv[2] === "plain";
const require = createRequire(path.join(process.env.SDK_ROOT, "package.json"));

/** A property of a prototype: of a class's methods also what the class gives them. */
const method = (prototype, name) => {
  const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(prototype, name);
  if (typeof value !== "function" || enumerable || name === "constructor") return name;
  return `${name}(${value.length}) ${value.name}${writable ? " writable" : ""}${configurable ? " configurable" : ""}`;
};

const shape = (value, depth = 0) => {
  if (typeof value === "function") {
    const own = Object.getOwnPropertyNames(value).filter((n) => !["length", "name", "prototype", "arguments", "caller"].includes(n)).sort();
    const methods = value.prototype ? Object.getOwnPropertyNames(value.prototype).sort().map((name) => method(value.prototype, name)) : [];
    // A class's name shows in `error.constructor.name`; a function's does not matter, and minifying may drop it.
    const what = /^class\b/.test(Function.prototype.toString.call(value)) ? `class ${value.name}` : "function";
    return `${what} [${own}] {${methods}}`;
  }
  if (Array.isArray(value)) return `array ${value.length}`;
  if (typeof value === "object" && value !== null)
    return depth > 0 ? "object" : `object {${Object.keys(value).sort().map((k) => `${k}: ${shape(value[k], depth + 1)}`)}}`;
  return `${typeof value} ${String(value)}`;
};

const out = {};
for (const specifier of [...readModules().keys(), ...readParts().keys()]) {
  if (specifier.startsWith("internal:")) continue;
  try {
    const module = plain ? await import(pathToFileURL(require.resolve(specifier))) : await import(specifier);
    const seen = {};
    for (const name of Object.keys(module).sort())
      if (!["default", "module.exports", "__esModule"].includes(name) && !name.startsWith("$") ) seen[name] = shape(module[name]);
      else if (name === "$Command") seen[name] = shape(module[name]);
    out[specifier] = seen;
  } catch (error) {
    out[specifier] = { error: `${error.name}: ${error.message}` };
  }
}
console.log(JSON.stringify(out));
