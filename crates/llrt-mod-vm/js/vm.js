// node:vm. Node: https://nodejs.org/api/vm.html
import { createRealm, declared, thisRealm } from "native:vm";
import { ERR_INVALID_ARG_TYPE, ERR_NOT_SUPPORTED, nodeError } from "internal:errors";
import { importBuiltin, isBuiltin } from "internal:host";
import { validateArray, validateBoolean, validateInt32, validateObject, validateOneOf, validateString, validateUint32 } from "internal:validators";

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, prototype: ObjectPrototype } = Object;
const { apply, deleteProperty, ownKeys } = Reflect;
const WeakMapGet = WeakMap.prototype.get;

// ---- contexts

// Realms by the object that stands for them: a contextified object, or the global object itself.
const realms = new WeakMap();
const realmOf = (object) => apply(WeakMapGet, realms, [object]);

const here = thisRealm();

// Globals that engines have and the language does not: Node's new contexts lack them.
const EXTRA = ["DOMException", "atob", "btoa", "performance", "queueMicrotask", "navigator", "InternalError"];

function attributesOf(object, key) {
  try {
    return getOwnPropertyDescriptor(object, key) ?? { enumerable: true, configurable: true };
  } catch {
    // A proxy that refuses to tell.
    return { enumerable: true, configurable: true };
  }
}

// The properties of a contextified object and those of a realm's global object, kept equal. Scripts see the object's properties as
// accessors; what a script makes a global of is moved to the object when the script ends.
class Mirror {
  #object;
  #global;
  #own; // the language's globals, by key
  #ours = new Map(); // keys of accessors that read and write the object: the getter that was defined
  #fixed = new Map(); // keys of globals that cannot be moved, and their values when they were last equal

  constructor(object, realm) {
    const { global } = realm;
    this.#object = object;
    this.#global = global;
    this.#own = new Map(ownKeys(global).map((key) => [key, getOwnPropertyDescriptor(global, key)]));
    // What callbacks use and make between scripts.
    realm.watch(
      (key) => {
        if (this.#ours.has(key) && !hasOwn(global, key)) this.#deleted(key);
        return this.#has(key) ? [object[key]] : undefined;
      },
      (key, value, receiver) => {
        if (receiver !== global) return void defineProperty(receiver, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
        // In the order in which they were made.
        this.leave();
        Reflect.set(object, key, value);
        this.#show(key);
      },
    );
  }

  #has(key) {
    for (let from = this.#object; from !== null && from !== ObjectPrototype; from = getPrototypeOf(from)) if (hasOwn(from, key)) return true;
    return false;
  }

  // Before a script: the object's properties become the realm's.
  enter(names) {
    const object = this.#object;
    // What it inherits is looked for when it is asked for.
    const present = new Set(ownKeys(object));
    for (const [key] of this.#ours) {
      if (present.has(key) || !deleteProperty(this.#global, key)) continue;
      this.#ours.delete(key);
      if (this.#own.has(key)) defineProperty(this.#global, key, this.#own.get(key));
    }
    for (const key of present) this.#show(key);
    for (const name of names) {
      if (this.#has(name) || this.#own.has(name) || this.#fixed.has(name)) continue;
      defineProperty(object, name, { __proto__: null, value: undefined, writable: true, enumerable: true, configurable: true });
      this.#show(name);
    }
  }

  #show(key) {
    const object = this.#object;
    if (this.#fixed.has(key)) {
      if (Object.is(this.#fixed.get(key), object[key])) return;
      Reflect.set(this.#global, key, object[key]);
      this.#fixed.set(key, this.#global[key]);
      return;
    }
    const there = getOwnPropertyDescriptor(this.#global, key);
    if (there?.get !== undefined && this.#ours.get(key) === there.get) return;
    if (there !== undefined && (!there.configurable || !this.#own.has(key))) return;
    const get = () => object[key];
    const { enumerable, configurable } = attributesOf(object, key);
    defineProperty(this.#global, key, { __proto__: null, get, set: (value) => void Reflect.set(object, key, value), enumerable, configurable });
    this.#ours.set(key, get);
  }

  // After a script: its new globals become the object's.
  leave() {
    const object = this.#object;
    const global = this.#global;
    for (const key of ownKeys(global)) {
      const now = getOwnPropertyDescriptor(global, key);
      if (this.#ours.has(key) && this.#ours.get(key) === now.get) continue;
      if (this.#fixed.has(key)) {
        if (!Object.is(now.value, this.#fixed.get(key))) {
          this.#fixed.set(key, now.value);
          Reflect.set(object, key, now.value);
        }
        continue;
      }
      const before = this.#own.get(key);
      if (before !== undefined && Object.is(before.value, now.value) && before.get === now.get) continue;
      if (now.get !== undefined || now.set !== undefined) {
        defineProperty(object, key, now);
        continue;
      }
      defineProperty(object, key, { ...now, configurable: true });
      this.#ours.delete(key);
      if (now.configurable) {
        this.#own.has(key) || deleteProperty(global, key);
        this.#show(key);
      } else {
        this.#fixed.set(key, now.value);
      }
    }
    for (const [key] of this.#ours) if (!hasOwn(global, key)) this.#deleted(key);
  }

  #deleted(key) {
    this.#ours.delete(key);
    deleteProperty(this.#object, key);
  }
}

const NOTHING = { enter() {}, leave() {} };

const DONT_CONTEXTIFY = Symbol("vm_context_no_contextify");
export const constants = Object.freeze({
  __proto__: null,
  USE_MAIN_CONTEXT_DEFAULT_LOADER: Symbol("vm_dynamic_import_main_context_default"),
  DONT_CONTEXTIFY,
});

// Runs in the new realm: text is no code there.
const REFUSE_STRINGS = `(() => {
  const refuse = () => { throw new EvalError("Code generation from strings disallowed for this context"); };
  for (const one of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    const prototype = Object.getPrototypeOf(one);
    const { name } = prototype.constructor;
    const refusing = { [name]: function () { refuse(); } }[name];
    Object.defineProperty(prototype, "constructor", { value: refusing });
    if (name === "Function") globalThis.Function = refusing;
  }
  globalThis.eval = { eval() { refuse(); } }.eval;
})()`;

function makeContext(object, { strings }) {
  const realm = createRealm();
  const { global } = realm;
  for (const name of EXTRA) deleteProperty(global, name);
  // Errors of the realm have stacks as all others do.
  const theirs = global.Error;
  defineProperty(theirs.prototype, "stack", getOwnPropertyDescriptor(Error.prototype, "stack"));
  if (hasOwn(theirs, "captureStackTrace")) defineProperty(theirs, "captureStackTrace", getOwnPropertyDescriptor(Error, "captureStackTrace"));
  if (!strings) realm.evaluate(REFUSE_STRINGS, "node:vm", 1);
  const contextified = object !== DONT_CONTEXTIFY;
  realm.mirror = contextified ? new Mirror(object, realm) : NOTHING;
  const stands = contextified ? object : global;
  realms.set(stands, realm);
  return stands;
}

function readContextOptions(options, prefix = "") {
  const name = (property) => `options.${prefix === "" ? property : prefix + property[0].toUpperCase() + property.slice(1)}`;
  const of = (property) => options[prefix === "" ? property : prefix + property[0].toUpperCase() + property.slice(1)];
  if (of("name") !== undefined) validateString(of("name"), name("name"));
  if (of("origin") !== undefined) validateString(of("origin"), name("origin"));
  const generation = of("codeGeneration");
  let strings = true;
  if (generation !== undefined) {
    validateObject(generation, name("codeGeneration"));
    if (generation.strings !== undefined) validateBoolean(generation.strings, `${name("codeGeneration")}.strings`);
    if (generation.wasm !== undefined) validateBoolean(generation.wasm, `${name("codeGeneration")}.wasm`);
    strings = generation.strings ?? true;
  }
  if (options.microtaskMode !== undefined) {
    validateOneOf(options.microtaskMode, "options.microtaskMode", ["afterEvaluate", undefined]);
    throw ERR_NOT_SUPPORTED('vm contexts with microtaskMode "afterEvaluate"');
  }
  return { strings };
}

export function createContext(contextObject = {}, options = {}) {
  if (contextObject !== DONT_CONTEXTIFY) {
    if (isContext(contextObject)) return contextObject;
  }
  validateObject(options, "options");
  return makeContext(contextObject, readContextOptions(options));
}

export function isContext(object) {
  if (object === null || (typeof object !== "object" && typeof object !== "function")) throw ERR_INVALID_ARG_TYPE("object", "Object", object);
  return realmOf(object) !== undefined;
}

function validateContext(object) {
  validateObject(object, "contextifiedObject", { allowArray: true, allowFunction: true });
  const realm = realmOf(object);
  if (realm === undefined) throw ERR_INVALID_ARG_TYPE("contextifiedObject", "vm.Context", object);
  return realm;
}

// ---- scripts

const DEFAULT_NAME = "evalmachine.<anonymous>";

function readSource(options) {
  const { filename = DEFAULT_NAME, lineOffset = 0, columnOffset = 0, cachedData, produceCachedData = false } = options;
  validateString(filename, "options.filename");
  validateInt32(lineOffset, "options.lineOffset");
  validateInt32(columnOffset, "options.columnOffset");
  if (cachedData !== undefined && !ArrayBuffer.isView(cachedData))
    throw ERR_INVALID_ARG_TYPE("options.cachedData", ["Buffer", "TypedArray", "DataView"], cachedData);
  validateBoolean(produceCachedData, "options.produceCachedData");
  const { importModuleDynamically } = options;
  if (importModuleDynamically !== undefined && typeof importModuleDynamically !== "function" && importModuleDynamically !== constants.USE_MAIN_CONTEXT_DEFAULT_LOADER)
    throw ERR_INVALID_ARG_TYPE("options.importModuleDynamically", ["function", "symbol"], importModuleDynamically);
  return { filename, line: lineOffset + 1, cachedData, produceCachedData };
}

function readRun(options) {
  validateObject(options, "options");
  const { timeout, displayErrors = true, breakOnSigint = false } = options;
  if (timeout !== undefined) validateUint32(timeout, "options.timeout", true);
  validateBoolean(displayErrors, "options.displayErrors");
  validateBoolean(breakOnSigint, "options.breakOnSigint");
  if (breakOnSigint) throw ERR_NOT_SUPPORTED("vm's option breakOnSigint");
  return { timeout, displayErrors };
}

// Puts the place and its line in front of the stack, as uncaught errors have them.
function showPlace(error, code, { filename, line }) {
  const stack = typeof error === "object" && error !== null ? getOwnPropertyDescriptor(error, "stack") ?? { value: error.stack, writable: true } : {};
  if (typeof stack.value !== "string" || !stack.writable) return;
  const frame = /(?:^|\n) {4}at .*/.exec(stack.value)?.[0];
  const place = frame?.slice(frame.indexOf(filename) + filename.length);
  const [, row, column] = (frame?.includes(filename) && /^:(\d+):(\d+)\)?$/.exec(place)) || [];
  const text = code.split("\n")[row - line];
  if (text === undefined) return;
  const shown = `${filename}:${row}\n${text}\n${" ".repeat(column - 1)}^\n\n${stack.value}`;
  defineProperty(error, "stack", { __proto__: null, value: shown, writable: true, configurable: true });
}

function run(realm, code, source, { timeout, displayErrors }) {
  let result;
  try {
    result = realm.evaluate(code, source.filename, source.line, timeout);
  } catch (error) {
    if (displayErrors) showPlace(error, code, source);
    throw error;
  }
  if (result === undefined) throw nodeError("Error", "ERR_SCRIPT_EXECUTION_TIMEOUT", `Script execution timed out after ${timeout}ms`);
  return result[0];
}

function runMirrored(realm, code, source, options) {
  if (realm.mirror === NOTHING) return run(realm, code, source, options);
  realm.mirror.enter(declared(code));
  try {
    return run(realm, code, source, options);
  } finally {
    realm.mirror.leave();
  }
}

const equalBytes = (one, other) => {
  const [a, b] = [one, other].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
};

// What a cache of bytecode was made from, or is to be made from, is what the engine compiles now: bytes from elsewhere are not run.
function useCache(target, compile, { cachedData, produceCachedData }) {
  if (cachedData !== undefined) target.cachedDataRejected = !equalBytes(compile(), cachedData);
  if (produceCachedData) {
    target.cachedData = compile();
    target.cachedDataProduced = true;
  }
}

export class Script {
  #code;
  #source;

  constructor(code, options = {}) {
    this.#code = `${code}`;
    if (typeof options === "string") options = { filename: options };
    else validateObject(options, "options");
    this.#source = readSource(options);
    try {
      here.check(this.#code, this.#source.filename, this.#source.line);
    } catch (error) {
      if (options.displayErrors !== false) showPlace(error, this.#code, this.#source);
      throw error;
    }
    useCache(this, () => this.createCachedData(), this.#source);
    this.sourceMapURL = /(?:^|\n)\/\/[#@] sourceMappingURL=(\S+)\s*$/.exec(this.#code)?.[1];
  }

  runInThisContext(options = {}) {
    return run(here, this.#code, this.#source, readRun(options));
  }

  runInContext(contextifiedObject, options = {}) {
    const realm = validateContext(contextifiedObject);
    return runMirrored(realm, this.#code, this.#source, readRun(options));
  }

  runInNewContext(contextObject = {}, options = {}) {
    const context = newContext(contextObject, options);
    return this.runInContext(context, options);
  }

  createCachedData() {
    return here.compile(this.#code, this.#source.filename, this.#source.line);
  }
}

function newContext(contextObject, options) {
  if (typeof options === "object" && options !== null) readRun(options);
  if (contextObject !== DONT_CONTEXTIFY && isContext(contextObject)) return contextObject;
  validateObject(options, "options");
  return makeContext(contextObject, readContextOptions(options, "context"));
}

const named = (options) => (typeof options === "string" ? { filename: options } : options);

export const createScript = (code, options) => new Script(code, options);

export function runInContext(code, contextifiedObject, options = {}) {
  validateContext(contextifiedObject);
  options = named(options);
  return new Script(code, options).runInContext(contextifiedObject, options);
}

export function runInNewContext(code, contextObject = {}, options = {}) {
  options = named(options);
  return runInContext(code, newContext(contextObject, options), options);
}

export function runInThisContext(code, options = {}) {
  options = named(options);
  return new Script(code, options).runInThisContext(options);
}

// ---- functions

export function compileFunction(code, params = [], options = {}) {
  validateString(code, "code");
  validateArray(params, "params");
  params.forEach((param, i) => validateString(param, `params[${i}]`));
  validateObject(options, "options");
  const source = readSource(options);
  const { parsingContext, contextExtensions = [] } = options;
  if (parsingContext !== undefined && (typeof parsingContext !== "object" || parsingContext === null || !isContext(parsingContext)))
    throw ERR_INVALID_ARG_TYPE("options.parsingContext", "Context", parsingContext);
  validateArray(contextExtensions, "options.contextExtensions");
  contextExtensions.forEach((extension, i) => validateObject(extension, `options.contextExtensions[${i}]`, { nullable: true }));
  const realm = parsingContext === undefined ? here : realmOf(parsingContext);
  const { filename, line } = source;
  const body = `(${params.join(",")}) {\n${code}\n}`;
  // A body that closes the function and goes on is valid in one of these at most.
  realm.check(`class A { m${body} }`, filename, line - 1);
  const names = contextExtensions.map((_, i) => `extension${i}`);
  const scopes = names.map((name) => `with (${name}) `).join("");
  const text = scopes === "" ? `(function ${body})` : `(function (${names}) { ${scopes}return function ${body} })`;
  realm.mirror?.enter([]);
  try {
    let made = run(realm, text, { filename, line: line - 1 }, {});
    if (scopes !== "") made = made(...contextExtensions);
    useCache(made, () => realm.compile(text, filename, line - 1), source);
    return made;
  } finally {
    realm.mirror?.leave();
  }
}

let isMeasuringAnnounced = false;

// The engine does not tell contexts apart: what one may have of the heap is anything between nothing and all.
export function measureMemory(options = {}) {
  validateObject(options, "options");
  const { mode = "summary", execution = "default" } = options;
  validateOneOf(mode, "options.mode", ["summary", "detailed"]);
  validateOneOf(execution, "options.execution", ["default", "eager"]);
  if (!isBuiltin("node:v8")) throw ERR_NOT_SUPPORTED("vm.measureMemory() without node:v8");
  if (!isMeasuringAnnounced && isBuiltin("node:process")) {
    isMeasuringAnnounced = true;
    importBuiltin("node:process").default.emitWarning("vm.measureMemory is an experimental feature and might change at any time", "ExperimentalWarning");
  }
  const { used_heap_size: used, number_of_native_contexts: contexts } = importBuiltin("node:v8").getHeapStatistics();
  const share = (estimate, least = 0) => ({ jsMemoryEstimate: estimate, jsMemoryRange: [least, used] });
  const total = share(used, used);
  if (mode === "summary") return Promise.resolve({ total });
  return Promise.resolve({ total, current: share(used), other: Array.from({ length: contexts - 1 }, () => share(0)) });
}

export default { Script, compileFunction, constants, createContext, createScript, isContext, measureMemory, runInContext, runInNewContext, runInThisContext };
