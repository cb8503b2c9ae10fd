// CommonJS: require, module, exports. Node: https://nodejs.org/api/modules.html
import {
  builtinName, compile, compiledFunction, formatOf, isInParts, loadEsm, loadHooked, lookupPaths, partNames, partWith, readJson, readText, resolve,
  resolveHooked, runScript,
} from "native:cjs";
import { importBuiltin } from "internal:host";
import { ERR_INVALID_ARG_VALUE, nodeError } from "internal:errors";
import { validateString } from "internal:validators";

const cache = Object.create(null);
const builtins = new Map();
const { dirname, extname } = {
  dirname: (path) => path.slice(0, path.lastIndexOf("/")) || "/",
  extname: (path) => {
    const base = path.slice(path.lastIndexOf("/") + 1);
    const dot = base.lastIndexOf(".");
    return dot > 0 ? base.slice(dot) : "";
  },
};

let main;

export class Module {
  constructor(id = "", parent = undefined) {
    this.id = id;
    this.path = dirname(id);
    this.exports = {};
    Object.defineProperty(this, "parent", { __proto__: null, value: parent, writable: true, configurable: true });
    parent?.children.push(this);
    this.filename = null;
    this.loaded = false;
    this.children = [];
  }

  require(id) {
    validateString(id, "id");
    if (id === "") throw ERR_INVALID_ARG_VALUE("id", id, "must be a non-empty string");
    return Module._load(id, this);
  }

  load(filename) {
    this.filename = filename;
    this.paths = lookupPaths(dirname(filename));
    const hooked = loadHooked(filename);
    if (hooked === undefined) {
      const extension = Module._extensions[extname(filename)] ? extname(filename) : ".js";
      Module._extensions[extension](this, filename);
    } else if (hooked.format === "module") this.exports = exportsOfEsm(filename);
    else if (hooked.format === "json") this.exports = JSON.parse(hooked.source);
    else this._compile(hooked.source, filename);
    this.loaded = true;
  }

  _compile(content, filename) {
    return callWrapper(this, compile(content, filename), filename);
  }

  static Module = Module;
  static _cache = cache;

  static _extensions = {
    __proto__: null,
    ".js"(module, filename) {
      if (formatOf(filename) === "module") module.exports = exportsOfEsm(filename);
      else module._compile(readText(filename), filename);
    },
    ".json"(module, filename) {
      module.exports = readJson(filename);
    },
    ".lrt"(module, filename) {
      const wrapper = compiledFunction(filename);
      if (wrapper === undefined) module.exports = exportsOfEsm(filename);
      else callWrapper(module, wrapper, filename);
    },
    ".mjs"(module, filename) {
      module.exports = exportsOfEsm(filename);
    },
    ".node"(module, filename) {
      throw nodeError("Error", "ERR_DLOPEN_FAILED", `Native addons cannot be loaded in this runtime: ${filename}`);
    },
  };

  static _resolveFilename(request, parent, isMain = false, options = undefined) {
    validateString(request, "request");
    const builtin = builtinName(request, parent?.filename);
    if (builtin !== undefined) return request;
    const stack = [];
    for (let at = parent; at && at.filename; at = at.parent) stack.push(at.filename);
    if (options?.paths !== undefined) {
      if (!Array.isArray(options.paths)) throw ERR_INVALID_ARG_VALUE("options.paths", options.paths);
      let failure;
      for (const path of options.paths) {
        try {
          return resolve(request, `${path}/noop.js`, stack);
        } catch (error) {
          failure ??= error;
        }
      }
      throw failure ?? nodeError("Error", "MODULE_NOT_FOUND", `Cannot find module '${request}'`);
    }
    return resolve(request, parent?.filename ?? null, stack);
  }

  static _load(request, parent, isMain = false) {
    const hooked = resolveHooked(request, parent?.filename ?? null);
    const builtin = builtinName(hooked ?? request, parent?.filename);
    if (builtin !== undefined) return exportsOfBuiltin(builtin);
    return loadFile(hooked ?? Module._resolveFilename(request, parent, isMain), parent, isMain);
  }

  static _nodeModulePaths = lookupPaths;
}

function callWrapper(module, wrapper, filename) {
  return Reflect.apply(wrapper, module.exports, [module.exports, makeRequire(module), module, filename, dirname(filename)]);
}

function setMain(module) {
  main = module;
  module.id = ".";
  const process = globalThis.process;
  if (process) process.mainModule = module;
}

function loadFile(filename, parent, isMain) {
  const cached = cache[filename];
  if (cached !== undefined) {
    if (parent && !parent.children.includes(cached)) parent.children.push(cached);
    return cached.exports;
  }
  const module = new Module(filename, parent);
  if (isMain) setMain(module);
  cache[filename] = module;
  let done = false;
  try {
    module.load(filename);
    done = true;
  } finally {
    if (!done) {
      delete cache[filename];
      const index = parent?.children.indexOf(module) ?? -1;
      if (index >= 0) parent.children.splice(index, 1);
    }
  }
  return module.exports;
}

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
function exportsOfEsm(filename) {
  const namespace = loadEsm(filename);
  if (Object.hasOwn(namespace, "module.exports")) return namespace["module.exports"];
  if (Object.hasOwn(namespace, "default") && !Object.hasOwn(namespace, "__esModule")) {
    // Transpiled callers look for this mark to tell a default export from the whole.
    const marked = Object.create(null, { __esModule: { __proto__: null, value: true, enumerable: true } });
    for (const key of Object.keys(namespace))
      Object.defineProperty(marked, key, { __proto__: null, get: () => namespace[key], enumerable: true });
    return marked;
  }
  return namespace;
}

export function makeRequire(module) {
  const require = (id) => module.require(id);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => {
    validateString(request, "request");
    if (builtinName(request) !== undefined) return null;
    return request.startsWith("./") || request.startsWith("../") ? [dirname(module.filename)] : lookupPaths(dirname(module.filename));
  };
  require.main = main;
  require.extensions = Module._extensions;
  require.cache = cache;
  return require;
}

export function createRequire(filename) {
  const module = new Module(filename);
  module.filename = filename;
  module.paths = lookupPaths(dirname(filename));
  return makeRequire(module);
}

export function runMain(filename) {
  Module._load(filename, undefined, true);
}

// The main module from bytecode: the function around its source.
export function runCompiled(filename, wrapper) {
  const module = new Module(filename);
  setMain(module);
  cache[filename] = module;
  module.filename = filename;
  module.paths = lookupPaths(dirname(filename));
  callWrapper(module, wrapper, filename);
  module.loaded = true;
}

// A CommonJS file that an ES module imports.
export function importFile(filename) {
  return loadFile(filename, undefined, false);
}

// A program given as text: `-e` and standard input. Its `require` looks from `directory`.
export function runText(text, name, directory) {
  const module = new Module(name);
  module.filename = `${directory}/${name}`;
  module.paths = lookupPaths(directory);
  const require = makeRequire(module);
  Object.assign(globalThis, { module, exports: module.exports, require, __filename: name, __dirname: "." });
  return runScript(text, name);
}
