// CommonJS: require, module, exports. Node: https://nodejs.org/api/modules.html
import {
  addonError, builtinName, builtinsIn, compile, compiledFunction, findPath, guard, isInParts, isProxy, loadEsm, loadHooked, lookupPaths, partNames, partWith, readJson,
  readSource, requireFolders, resolve, resolveHooked, runScript, setExtensions, setImportTracer, setRequireFolders, stat,
} from "native:cjs";
import { importBuiltin } from "internal:host";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, nodeError } from "internal:errors";
import { validateString } from "internal:validators";

const { defineProperty, getPrototypeOf, hasOwn, keys, prototype: ObjectPrototype, setPrototypeOf } = Object;
const { apply } = Reflect;

const builtins = new Map();
// Files, by the folder that asks and what it asks for.
const resolved = new Map();
// The files that are being run right now, the innermost last.
const loading = [];
// Of these, the modules that `require` got an ES module for.
const loadingEsm = [];

// The canonical name of a built-in. Only a package can be another one for another file: what else was found is remembered.
const canonical = new Map();
function builtinOf(request, from = undefined) {
  const first = request[0];
  if (first === "." || first === "/") return undefined;
  const known = canonical.get(request);
  if (known !== undefined) return known;
  const name = builtinName(request, from);
  if (name !== undefined && first !== "@") canonical.set(request, name);
  return name;
}

const dirname = (path) => {
  const end = path.lastIndexOf("/");
  return end > 0 ? path.slice(0, end) : end === 0 ? "/" : ".";
};
const isRelative = (request) => request === "." || request === ".." || request.startsWith("./") || request.startsWith("../");

// From the working directory, as path.resolve() would.
function absolute(path) {
  if (typeof path !== "string") throw ERR_INVALID_ARG_TYPE("path", "string", path);
  return path.startsWith("/") ? path : importBuiltin("node:path").resolve(path);
}

let main;
let preloading = false;

// What node:diagnostics_channel tells of `require`, from when somebody wants to hear of it.
let tracer;
export { setImportTracer };
export const setTracer = (trace) => {
  tracer = trace;
};

export function Module(id = "", parent = undefined) {
  this.id = id;
  this.path = dirname(id);
  // Not by assignment: a setter of Object.prototype must not see it.
  defineProperty(this, "exports", { __proto__: null, value: {}, writable: true, enumerable: true, configurable: true });
  defineProperty(this, "parent", { __proto__: null, value: parent, writable: true, configurable: true });
  parent?.children?.push(this);
  this.filename = null;
  this.loaded = false;
  this.children = [];
}

Module.prototype = {
  constructor: Module,

  // Where packages are looked for. Made when it is asked for; only a module that has one of its own can have changed it.
  get paths() {
    if (this === Module.prototype || typeof this.filename !== "string") return undefined;
    return ownPaths(this, Module._nodeModulePaths(dirname(this.filename)));
  },

  set paths(paths) {
    ownPaths(this, paths);
  },

  get isPreloading() {
    return preloading;
  },

  require(id) {
    validateString(id, "id");
    if (id === "") throw ERR_INVALID_ARG_VALUE("id", id, "must be a non-empty string");
    return tracer === undefined ? Module._load(id, this, false) : tracer(() => Module._load(id, this, false), id, this.filename);
  },

  load(filename) {
    this.filename = filename;
    const hooked = loadHooked(filename);
    if (hooked === undefined) Module._extensions[registeredExtension(filename)](this, filename);
    else if (hooked.format === "module") this.exports = exportsOfEsm(filename, this);
    else if (hooked.format === "json") this.exports = JSON.parse(hooked.source);
    else this._compile(hooked.source, filename);
    this.loaded = true;
  },

  _compile(content, filename) {
    return callWrapper(this, isWrapperPatched ? runScript(Module.wrap(content), filename) : compile(content, filename, this === main), filename);
  },
};
for (const name of ["constructor", "paths"]) defineProperty(Module.prototype, name, { __proto__: null, enumerable: false });
defineProperty(Module, "prototype", { __proto__: null, writable: true });

function ownPaths(module, paths) {
  defineProperty(module, "paths", { __proto__: null, value: paths, writable: true, enumerable: true, configurable: true });
  return paths;
}

Module.Module = Module;
Module._cache = { __proto__: null };
Module._pathCache = { __proto__: null };
// What NODE_PATH and the home folder add to every search.
defineProperty(Module, "globalPaths", {
  __proto__: null,
  get: () => (Module.globalPaths = requireFolders()),
  set: (value) => defineProperty(Module, "globalPaths", { __proto__: null, value, writable: true, enumerable: true, configurable: true }),
  enumerable: true,
  configurable: true,
});

Module._extensions = {
  __proto__: null,
  ".js"(module, filename) {
    const source = readSource(filename);
    if (source === undefined) module.exports = exportsOfEsm(filename, module);
    else module._compile(source, filename);
  },
  ".json"(module, filename) {
    module.exports = readJson(filename);
  },
  ".node"(module, filename) {
    addonError(filename);
  },
};
// Compiled programs: no extension that a search tries, so not among the keys.
defineProperty(Module._extensions, ".lrt", {
  __proto__: null,
  value(module, filename) {
    const wrapper = compiledFunction(filename);
    if (wrapper === undefined) module.exports = exportsOfEsm(filename, module);
    else callWrapper(module, wrapper, filename);
  },
  writable: true,
  configurable: true,
});

// The longest extension of a file's name that somebody has registered a loader for.
function registeredExtension(filename) {
  const base = filename.lastIndexOf("/") + 1;
  for (let dot = filename.indexOf(".", base + 1); dot !== -1; dot = filename.indexOf(".", dot + 1)) {
    const extension = filename.slice(dot);
    if (Module._extensions[extension]) return extension;
  }
  return ".js";
}

// What the search tries after a name follows the keys of `require.extensions`, which programs add to.
let knownExtensions = keys(Module._extensions).join();
function updateExtensions() {
  const names = keys(Module._extensions);
  const joined = names.join();
  if (joined === knownExtensions) return;
  knownExtensions = joined;
  setExtensions(names);
}

const wrapper = ["(function (exports, require, module, __filename, __dirname) { ", "\n});"];
let isWrapperPatched = false;
let wrap = (script) => Module.wrapper[0] + script + Module.wrapper[1];
const observed = (parts) =>
  new Proxy(parts, {
    __proto__: null,
    set(target, name, value, receiver) {
      isWrapperPatched = true;
      return Reflect.set(target, name, value, receiver);
    },
    defineProperty(target, name, descriptor) {
      isWrapperPatched = true;
      return Reflect.defineProperty(target, name, descriptor);
    },
  });
let currentWrapper;
defineProperty(Module, "wrap", {
  __proto__: null,
  get: () => wrap,
  set(value) {
    isWrapperPatched = true;
    wrap = value;
  },
});
defineProperty(Module, "wrapper", {
  __proto__: null,
  get: () => (currentWrapper ??= observed(wrapper)),
  set(value) {
    isWrapperPatched = true;
    currentWrapper = value;
  },
});

Module._nodeModulePaths = function _nodeModulePaths(from) {
  return lookupPaths(absolute(from));
};

Module._resolveLookupPaths = function _resolveLookupPaths(request, parent) {
  if (builtinOf(request) !== undefined) return null;
  if (!isRelative(request)) {
    const paths = parent?.paths?.length ? [...parent.paths, ...Module.globalPaths] : Module.globalPaths;
    return paths.length > 0 ? paths : null;
  }
  return parent?.id && parent.filename ? [dirname(parent.filename)] : ["."];
};

Module._findPath = function _findPath(request, paths, isMain = false) {
  if (!request.startsWith("/") && !(paths?.length > 0)) return false;
  updateExtensions();
  return findPath(request, request.startsWith("/") ? [] : paths.map(absolute)) ?? false;
};

Module._initPaths = function _initPaths() {
  const { env, execPath } = globalThis.process;
  const folders = (env.NODE_PATH ?? "").split(":").filter((path) => path !== "");
  if (env.HOME) folders.push(`${env.HOME}/.node_modules`, `${env.HOME}/.node_libraries`);
  folders.push(importBuiltin("node:path").resolve(execPath, "..", "..", "lib", "node"));
  Module.globalPaths = folders;
  setRequireFolders(folders);
};

Module._preloadModules = function _preloadModules(requests) {
  if (!Array.isArray(requests)) return;
  preloading = true;
  try {
    const parent = new Module("internal/preload", null);
    parent.filename = absolute("internal-preload");
    for (const request of requests) parent.require(request);
  } finally {
    preloading = false;
  }
};

Module._stat = stat;
Module._debug = function _debug() {
  importBuiltin("node:util").debuglog("module")(...arguments);
};

Module._resolveFilename = function _resolveFilename(request, parent, isMain, options) {
  validateString(request, "request");
  if (builtinOf(request, parent?.filename) !== undefined) return request;
  updateExtensions();
  const paths = options?.paths;
  if (paths !== undefined) return resolveFrom(request, parent, paths);
  const from = parent?.filename ?? null;
  const folders = from !== null && hasOwn(parent, "paths") && Array.isArray(parent.paths) && parent.paths.map(absolute);
  try {
    return resolve(request, from, folders || undefined);
  } catch (error) {
    throw withRequireStack(error, request, parent);
  }
};

function resolveFrom(request, parent, paths) {
  if (!Array.isArray(paths)) throw ERR_INVALID_ARG_VALUE("options.paths", paths);
  const folders = paths.map(absolute);
  for (const base of folders) {
    try {
      return resolve(request, `${base === "/" ? "" : base}/noop.js`);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND" || error.path !== undefined) throw error;
    }
  }
  throw withRequireStack(nodeError("Error", "MODULE_NOT_FOUND", `Cannot find module '${request}'`), request, parent);
}

// The files that led here: the resolver knows the last one only.
function withRequireStack(error, request, parent) {
  if (error.path !== undefined && error.requestPath !== undefined) error.requestPath = request;
  if (error.code === "ERR_UNKNOWN_BUILTIN_MODULE") error = nodeError("Error", "MODULE_NOT_FOUND", `Cannot find module '${request}'`);
  else if (error.code !== "MODULE_NOT_FOUND" || error.path !== undefined) return error;
  const stack = [];
  for (let at = parent; at; at = at.parent) stack.push(at.filename || at.id);
  const [first] = error.message.split("\nRequire stack:");
  error.message = stack.length > 0 ? `${first}\nRequire stack:\n- ${stack.join("\n- ")}` : first;
  error.requireStack = stack;
  return error;
}

Module._load = function _load(request, parent, isMain) {
  // What a folder's files have asked for before, as long as the cache has it.
  const key = parent ? `${parent.path}\0${request}` : undefined;
  const known = key === undefined ? undefined : resolved.get(key);
  if (known !== undefined) {
    const cached = Module._cache[known];
    if (cached !== undefined) return exportsOfCached(cached, parent);
    resolved.delete(key);
  }
  const hooked = resolveHooked(request, parent?.filename ?? null);
  const name = hooked ?? request;
  if (name.startsWith("node:")) {
    const builtin = builtins.has(name) ? name : builtinOf(name);
    if (builtin === undefined) throw nodeError("Error", "ERR_UNKNOWN_BUILTIN_MODULE", `No such built-in module: ${name}`);
    return exportsOfBuiltin(builtin);
  }
  const filename = hooked ?? Module._resolveFilename(request, parent, isMain);
  const cached = Module._cache[filename];
  if (cached !== undefined) {
    if (key !== undefined) resolved.set(key, filename);
    return exportsOfCached(cached, parent);
  }
  const builtin = filename.startsWith("/") ? undefined : builtinOf(filename, parent?.filename);
  if (builtin !== undefined) return exportsOfBuiltin(builtin);
  if (key !== undefined) resolved.set(key, filename);
  return loadFile(filename, parent, isMain);
};

Module.runMain = function runMain(main = globalThis.process.argv[1]) {
  Module._load(main, null, true);
};

function callWrapper(module, wrapper, filename) {
  return apply(wrapper, module.exports, [module.exports, makeRequire(module), module, filename, dirname(filename)]);
}

function setMain(module) {
  main = module;
  module.id = ".";
  const process = globalThis.process;
  if (process) process.mainModule = module;
}

function exportsOfCached(cached, parent) {
  if (parent?.children && !parent.children.includes(cached)) parent.children.push(cached);
  if (cached.loaded === false) {
    if (loadingEsm.includes(cached)) {
      const from = cached.parent?.filename ? ` (from ${cached.parent.filename})` : "";
      throw nodeError("Error", "ERR_REQUIRE_CYCLE_MODULE", `Cannot require() ES Module ${cached.filename} in a cycle.${from}`);
    }
    warnOfCycle(cached);
  }
  return cached.exports;
}

function loadFile(filename, parent, isMain) {
  const module = new Module(filename, parent);
  if (isMain) {
    setMain(module);
    ownPaths(module, lookupPaths(dirname(filename)));
  }
  Module._cache[filename] = module;
  loading.push(filename);
  // No try: where a value that is no error was thrown is known until JavaScript catches it.
  guard(() => module.load(filename), (done) => {
    loading.pop();
    if (!done) {
      delete Module._cache[filename];
      const index = parent?.children?.indexOf(module) ?? -1;
      if (index >= 0) parent.children.splice(index, 1);
    } else if (cycles !== undefined) forgiveCycle(module);
  });
  return module.exports;
}

// ---- cycles: who reads what is not there yet is warned

let cycles;
const isPlain = (value) => typeof value === "object" && value !== null && !isProxy(value);

function warnOfCycle(module) {
  const { exports } = module;
  if (!isPlain(exports) || getPrototypeOf(exports) !== ObjectPrototype || exports.__esModule) return;
  const warn = (name) =>
    globalThis.process.emitWarning(`Accessing non-existent property '${String(name)}' of module exports inside circular dependency`);
  cycles ??= new Proxy({}, {
    __proto__: null,
    get(target, name) {
      if (!(name in target) && name !== "__esModule") warn(name);
      return target[name];
    },
    getOwnPropertyDescriptor(target, name) {
      if (!hasOwn(target, name) && name !== "__esModule") warn(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
  });
  setPrototypeOf(exports, cycles);
}

function forgiveCycle({ exports }) {
  if (isPlain(exports) && getPrototypeOf(exports) === cycles) setPrototypeOf(exports, ObjectPrototype);
}

// ---- built-ins

export function exportsOfBuiltin(name) {
  let exports = builtins.get(name);
  if (exports === undefined) {
    if (name.startsWith("node:") || name.startsWith("llrt:")) {
      const namespace = importBuiltin(name);
      exports = namespace.default ?? namespace;
    } else exports = exportsInParts(name) ?? importBuiltin(name);
    builtins.set(name, exports);
  }
  return exports;
}

// The exports of a built-in that is in parts (a client of the AWS SDK): a part is loaded when something of it is first read.
function exportsInParts(builtin) {
  if (!isInParts(builtin)) return undefined;
  const absent = Object.create(null);
  const exports = {};
  const fill = (key) => {
    if (typeof key !== "string" || key in absent || Object.hasOwn(exports, key)) return;
    const part = partWith(builtin, key);
    if (part === undefined) absent[key] = true;
    else exports[key] = importBuiltin(part)[key];
  };
  const fillAll = () => {
    for (const name of partNames(builtin)) fill(name);
  };
  return new Proxy(exports, {
    __proto__: null,
    get(target, key, receiver) {
      fill(key);
      return Reflect.get(target, key, receiver);
    },
    has: (target, key) => Reflect.has(target, key) || (typeof key === "string" && partWith(builtin, key) !== undefined),
    getOwnPropertyDescriptor(target, key) {
      fill(key);
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    deleteProperty(target, key) {
      absent[key] = true;
      return Reflect.deleteProperty(target, key);
    },
    ownKeys(target) {
      fillAll();
      return Reflect.ownKeys(target);
    },
  });
}

// What `require` gives for an ES module: the namespace, or what it exports as "module.exports".
function exportsOfEsm(filename, module) {
  const parent = module?.parent?.filename ?? undefined;
  loadingEsm.push(module);
  let namespace;
  try {
    namespace = loadEsm(filename, parent, loading);
  } finally {
    loadingEsm.pop();
  }
  return hasOwn(namespace, "module.exports") ? namespace["module.exports"] : namespace;
}

// ---- require

export function makeRequire(module) {
  const require = function require(path) {
    return module.require(path);
  };
  require.resolve = function resolve(request, options) {
    validateString(request, "request");
    return Module._resolveFilename(request, module, false, options);
  };
  require.resolve.paths = function paths(request) {
    validateString(request, "request");
    return Module._resolveLookupPaths(request, module);
  };
  // Not by assignment: a setter of Object.prototype must not see it.
  defineProperty(require, "main", { __proto__: null, value: main, writable: true, enumerable: true, configurable: true });
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

export function createRequire(filename) {
  const module = new Module(filename);
  module.filename = filename;
  return makeRequire(module);
}

// ---- what the host calls

export function runMain(filename) {
  Module.runMain(filename);
}

// A module that `--require` names, as a file of `directory` would.
export function preload(request) {
  Module._preloadModules([request]);
}

// The main module from bytecode: the function around its source.
export function runCompiled(filename, wrapper) {
  const module = new Module(filename);
  setMain(module);
  Module._cache[filename] = module;
  module.filename = filename;
  callWrapper(module, wrapper, filename);
  module.loaded = true;
}

// A CommonJS file that an ES module imports.
export function importFile(filename) {
  const cached = Module._cache[filename];
  return cached !== undefined ? cached.exports : loadFile(filename, undefined, false);
}

// The value of a JSON file that an ES module imports: the same as `require` gives.
export function importJson(filename) {
  const cached = Module._cache[filename];
  if (cached?.loaded) return cached.exports;
  const module = new Module(filename);
  module.filename = filename;
  module.exports = readJson(filename);
  module.loaded = true;
  Module._cache[filename] = module;
  return module.exports;
}

// A built-in that a program given as text uses without asking for it.
function offerGlobal(name) {
  const define = (value) => Object.defineProperty(globalThis, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
  if (name in globalThis) return;
  Object.defineProperty(globalThis, name, {
    __proto__: null,
    get() {
      const value = exportsOfBuiltin(builtinName(name));
      define(value);
      return value;
    },
    set: define,
    enumerable: false,
    configurable: true,
  });
}

// A program given as text: `-e` and standard input. Its `require` looks from `directory`.
export function runText(text, name, directory) {
  const module = new Module(name);
  module.filename = `${directory}/${name}`;
  ownPaths(module, lookupPaths(directory));
  const require = makeRequire(module);
  Object.assign(globalThis, { module, exports: module.exports, require, __filename: name, __dirname: "." });
  for (const builtin of builtinsIn(text)) offerGlobal(builtin);
  return runScript(text, name);
}
