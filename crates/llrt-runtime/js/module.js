// node:module. Node: https://nodejs.org/api/module.html
import { builtinNames, hasSourceMaps, setSourceMaps } from "native:module";
import { Module, createRequire as requireFrom } from "internal:cjs";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_NOT_SUPPORTED } from "internal:errors";
import { importBuiltin, isBuiltin as isBuiltinName } from "internal:host";
import { validateBoolean, validateObject } from "internal:validators";

export { Module };
export const builtinModules = Object.freeze(builtinNames());
export const isBuiltin = (name) => typeof name === "string" && (name.startsWith("node:") || builtinModules.includes(name)) && isBuiltinName(name);

export function createRequire(filename) {
  let path = filename;
  if (typeof filename === "object" && filename !== null && typeof filename.href === "string") path = filename.href;
  if (typeof path !== "string") throw ERR_INVALID_ARG_VALUE("filename", filename, "must be a file URL object, file URL string, or absolute path string");
  if (path.startsWith("file:")) path = importBuiltin("node:url").fileURLToPath(path);
  else if (!path.startsWith("/"))
    throw ERR_INVALID_ARG_VALUE("filename", filename, "must be a file URL object, file URL string, or absolute path string");
  // A folder stands for a file in it.
  return requireFrom(path.endsWith("/") ? `${path}noop.js` : path);
}

export const syncBuiltinESMExports = () => {};
export const findSourceMap = (path) => {
  if (typeof path !== "string") throw ERR_INVALID_ARG_TYPE("path", "string", path);
  return undefined;
};
export const getSourceMapsSupport = () => ({ __proto__: null, enabled: hasSourceMaps(), nodeModules: hasSourceMaps(), generatedCode: false });
export function setSourceMapsSupport(enabled, options = {}) {
  validateBoolean(enabled, "enabled");
  validateObject(options, "options");
  setSourceMaps(enabled);
}
export const constants = Object.freeze({
  __proto__: null,
  compileCacheStatus: Object.freeze({ __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 }),
});
// All built-in code is compiled ahead; there is no cache for user code.
export const enableCompileCache = () => ({ status: constants.compileCacheStatus.DISABLED });
export const getCompileCacheDir = () => undefined;
export const flushCompileCache = () => {};

const missing = (name) =>
  ({
    [name]() {
      throw ERR_NOT_SUPPORTED(`module.${name}()`);
    },
  })[name];
export const register = missing("register");
export const registerHooks = (hooks) => importBuiltin("internal:hooks").registerHooks(hooks);
export const findPackageJSON = missing("findPackageJSON");
export const stripTypeScriptTypes = missing("stripTypeScriptTypes");
export const runMain = missing("runMain");
export class SourceMap {
  constructor() {
    throw ERR_NOT_SUPPORTED("module.SourceMap");
  }
}
export const { _cache, _extensions, _load, _nodeModulePaths, _resolveFilename } = Module;

Object.assign(Module, {
  builtinModules, constants, createRequire, enableCompileCache, findPackageJSON, findSourceMap, flushCompileCache, getCompileCacheDir, getSourceMapsSupport,
  isBuiltin, register, registerHooks, runMain, setSourceMapsSupport, SourceMap, stripTypeScriptTypes, syncBuiltinESMExports,
});
export default Module;
