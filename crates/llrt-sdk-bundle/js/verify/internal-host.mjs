// internal:host in plain Node.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const builtin = process.getBuiltinModule;
const standIns = {
  "internal:system": builtin("node:os"),
  "internal:text-file": { readTextFile: (path) => builtin("node:fs").readFileSync(path, "utf8") },
};

/** A stand-in, a module of the bundle (hooks.mjs knows where), or one of Node. */
export const importBuiltin = (name) => standIns[name] ?? (name.startsWith("internal:") ? require(name) : builtin(name));

/** Methods that find their code when they are called. */
export function lazyMethods(specifier, text, ...targets) {
  for (const [index, list] of text.split(";").entries())
    for (const [, length, name] of list.matchAll(/(\d)(\S+)/g)) {
      const { [name]: value } = { [name](...args) { return importBuiltin(specifier).$methods[index][name].apply(this, args); } };
      Object.defineProperty(value, "length", { value: Number(length), configurable: true });
      Object.defineProperty(targets[index], name, { value, writable: true, configurable: true });
    }
}
