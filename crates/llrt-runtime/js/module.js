// node:module. Node: https://nodejs.org/api/module.html
import { builtinNames, compileCacheDir, enableCache, findPackage, flushCache, hasSourceMaps, loadedBuiltins, setSourceMaps, sourceMapOf, stripTypes } from "native:module";
import { Module, createRequire as requireFrom } from "internal:cjs";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS, ERR_NOT_SUPPORTED, nodeError } from "internal:errors";
import { importBuiltin, isBuiltin as isBuiltinName } from "internal:host";
import { validateBoolean, validateObject, validateOneOf, validateString } from "internal:validators";

export { Module };
export const builtinModules = Object.freeze(builtinNames());
export const isBuiltin = (name) => typeof name === "string" && (name.startsWith("node:") || builtinModules.includes(name)) && isBuiltinName(name);

const isUrl = (value) => typeof value === "object" && value !== null && typeof value.href === "string" && typeof value.protocol === "string";

export function createRequire(filename) {
  const path = isUrl(filename) ? filename.href : filename;
  if (typeof path !== "string" || !(path.startsWith("file:") || path.startsWith("/")))
    throw ERR_INVALID_ARG_VALUE("filename", filename, "must be a file URL object, file URL string, or absolute path string");
  const file = path.startsWith("file:") ? importBuiltin("node:url").fileURLToPath(path) : path;
  // A folder stands for a file in it.
  return requireFrom(file.endsWith("/") ? `${file}noop.js` : file);
}

// The package.json that governs a module: of a bare specifier the package's own, else the nearest above the file.
export function findPackageJSON(specifier, base) {
  if (arguments.length === 0) throw ERR_MISSING_ARGS("specifier");
  const name = isUrl(specifier) ? specifier.href : specifier;
  let from = isUrl(base) ? base.href : base;
  if (from !== undefined) {
    validateString(from, "base");
    if (from.startsWith("file:")) from = importBuiltin("node:url").fileURLToPath(from);
  } else {
    validateString(name, "specifier");
    if (!name.startsWith("file:")) {
      if (/^(\/|\.\.?(\/|$))/.test(name))
        throw nodeError("TypeError", "ERR_UNSUPPORTED_RESOLVE_REQUEST",
          `Failed to resolve module specifier "${name}" from "data:": Invalid relative URL or base scheme is not hierarchical.`);
      throw URL.canParse(name)
        ? nodeError("TypeError", "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file")
        : Object.assign(nodeError("TypeError", "ERR_INVALID_URL", "Invalid URL"), { input: name });
    }
  }
  return findPackage(`${name}`, from ?? "/");
}

// The names that built-in modules export are bound for good: there is nothing to do as long as their objects hold the same values.
export function syncBuiltinESMExports() {
  for (const builtin of loadedBuiltins()) {
    const namespace = importBuiltin(builtin);
    const object = namespace.default;
    if (object === undefined || builtin === "node:module") continue;
    for (const name of Object.keys(namespace)) {
      if (name === "default" || name === "module.exports") continue;
      const descriptor = Object.getOwnPropertyDescriptor(object, name);
      if (descriptor === undefined ? !(name in object) : "value" in descriptor && !Object.is(descriptor.value, namespace[name]))
        throw ERR_NOT_SUPPORTED(`module.syncBuiltinESMExports() for "${name}" of ${builtin}, which was changed,`);
    }
  }
}

// ---- source maps

let sourceMapOptions = { nodeModules: undefined, generatedCode: false };

export function getSourceMapsSupport() {
  const enabled = hasSourceMaps();
  return Object.freeze({ __proto__: null, enabled, nodeModules: sourceMapOptions.nodeModules ?? enabled, generatedCode: sourceMapOptions.generatedCode });
}

export function setSourceMapsSupport(enabled, options = {}) {
  validateBoolean(enabled, "enabled");
  validateObject(options, "options");
  const { nodeModules = false, generatedCode = false } = options;
  validateBoolean(nodeModules, "options.nodeModules");
  validateBoolean(generatedCode, "options.generatedCode");
  setSourceMaps(enabled);
  sourceMapOptions = { nodeModules, generatedCode };
}

// The class is loaded when a program asks for it.
export class SourceMap {
  #map;

  constructor(payload, { lineLengths } = {}) {
    validateObject(payload, "payload");
    this.#map = importBuiltin("internal:source-map").read(payload, lineLengths);
  }

  get payload() {
    return importBuiltin("internal:source-map").copy(this.#map.payload);
  }

  get lineLengths() {
    return this.#map.lineLengths?.slice();
  }

  findEntry(lineOffset, columnOffset) {
    return this.#map.entry(lineOffset, columnOffset);
  }

  findOrigin(lineNumber, columnNumber) {
    return this.#map.origin(lineNumber, columnNumber);
  }
}

const found = new Map();
export function findSourceMap(path) {
  if (typeof path !== "string") throw ERR_INVALID_ARG_TYPE("path", "string", path);
  if (!hasSourceMaps()) return undefined;
  const key = path.startsWith("/") ? path : importBuiltin("node:url").fileURLToPath(path.startsWith("file:") ? path : `file://${path}`);
  if (!found.has(key)) {
    const read = sourceMapOf(key);
    found.set(key, read && new SourceMap(importBuiltin("internal:source-map").absolute(read.payload, read.base), { lineLengths: read.lineLengths }));
  }
  return found.get(key);
}

// ---- the compile cache

const compileCacheStatus = Object.freeze({ __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 });
export const constants = Object.freeze({ __proto__: null, compileCacheStatus });

export function enableCompileCache(options) {
  const { env } = globalThis.process;
  let directory = options;
  let portable;
  if (typeof options === "object" && options !== null) ({ directory, portable } = options);
  portable ??= env.NODE_COMPILE_CACHE_PORTABLE === "1";
  directory ??= options === null ? null : env.NODE_COMPILE_CACHE || `${importBuiltin("node:os").tmpdir()}/node-compile-cache`;
  if (typeof directory !== "string") throw nodeError("TypeError", "ERR_INVALID_ARG_TYPE", "cacheDir should be a string");
  const [status, message, path] = enableCache(importBuiltin("node:path").resolve(directory), portable === true);
  const result = { status };
  if (message !== undefined) result.message = message;
  if (path !== undefined) result.directory = path;
  return result;
}

export const getCompileCacheDir = () => compileCacheDir();
export const flushCompileCache = () => flushCache();

// ---- hooks

export function register(specifier, parentURL = "data:", options = undefined) {
  if (parentURL !== null && typeof parentURL === "object" && !isUrl(parentURL)) {
    options = parentURL;
    parentURL = options.parentURL ?? "data:";
  }
  if (options?.transferList?.length > 0) throw ERR_NOT_SUPPORTED("module.register() with a transferList");
  importBuiltin("internal:hooks").register(`${specifier}`, `${parentURL}`, options?.data);
}

export const registerHooks = (hooks) => importBuiltin("internal:hooks").registerHooks(hooks);

let isStrippingAnnounced = false;

export function stripTypeScriptTypes(code, options = {}) {
  if (!isStrippingAnnounced) {
    isStrippingAnnounced = true;
    globalThis.process.emitWarning("stripTypeScriptTypes is an experimental feature and might change at any time", "ExperimentalWarning");
  }
  validateString(code, "code");
  validateObject(options, "options");
  const { sourceMap = false, sourceUrl = "", mode = "strip" } = options;
  validateOneOf(mode, "options.mode", ["strip", "transform"]);
  validateString(sourceUrl, "options.sourceUrl");
  if (mode === "strip") validateOneOf(sourceMap, "options.sourceMap", [false, undefined]);
  else validateBoolean(sourceMap, "options.sourceMap");
  const [text, mappings] = stripTypes(code, mode === "transform");
  if (sourceMap) {
    const map = JSON.stringify({ version: 3, sources: [sourceUrl], names: [], mappings });
    return `${text}\n\n//# sourceMappingURL=data:application/json;base64,${importBuiltin("node:buffer").Buffer.from(map).toString("base64")}`;
  }
  return sourceUrl === "" ? text : `${text}\n\n//# sourceURL=${sourceUrl}`;
}

export const {
  _cache, _debug, _extensions, _findPath, _initPaths, _load, _nodeModulePaths, _pathCache, _preloadModules, _resolveFilename, _resolveLookupPaths,
  globalPaths, runMain,
} = Module;

Object.assign(Module, {
  builtinModules, constants, createRequire, enableCompileCache, findPackageJSON, findSourceMap, flushCompileCache, getCompileCacheDir, getSourceMapsSupport,
  isBuiltin, register, registerHooks, setSourceMapsSupport, SourceMap, stripTypeScriptTypes, syncBuiltinESMExports,
});
export default Module;
