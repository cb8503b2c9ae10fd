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
