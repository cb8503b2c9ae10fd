// The global `process`: what programs read of it first (the environment, arguments, versions). All else is in node:process, which
// is loaded when something of it is asked for; it is the same object then as before.
import { defineLater, environment, facts, namesOfLater } from "native:global-process";
import { importBuiltin, nextTick as queueTick, setProcessListeners } from "internal:host";

const load = () => importBuiltin("node:process");

// Node's process is an instance of a class named "process" whose prototype inherits from EventEmitter.
class process {}
const { prototype } = process;
const self = new process();
Object.defineProperty(self, Symbol.toStringTag, { __proto__: null, value: "process", writable: true });

Object.assign(self, {
  version: facts.version,
  versions: Object.freeze({ ...facts.versions }),
  arch: facts.arch,
  platform: facts.platform,
  argv: facts.argv,
  execArgv: facts.execArgv,
  execPath: facts.execPath,
  pid: facts.pid,
  ppid: facts.ppid,
  argv0: facts.argv0,
  nextTick(callback, ...args) {
    if (typeof callback !== "function") importBuiltin("internal:validators").validateFunction(callback, "callback");
    if (!end.exiting) queueTick(callback, ...args);
  },
});

// ---- the environment: strings only, as the system's

const asText = (value) => {
  if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
  return String(value);
};
const invalid = (message) => importBuiltin("internal:errors").nodeError("TypeError", "ERR_INVALID_OBJECT_DEFINE_PROPERTY", `'process.env' ${message}`);

const setTimeZone = (name) => importBuiltin("internal:process-extra").setTimeZone(name);

self.env = new Proxy(Object.setPrototypeOf(environment, Object.prototype), {
  set(target, key, value) {
    if (typeof key === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
    target[key] = asText(value);
    if (key === "TZ") setTimeZone(target[key]);
    return true;
  },
  deleteProperty(target, key) {
    if (key === "TZ") setTimeZone(undefined);
    return delete target[key];
  },
  defineProperty(target, key, descriptor) {
    if ("get" in descriptor || "set" in descriptor) throw invalid("does not accept an accessor(getter/setter) descriptor");
    if (!(descriptor.configurable && descriptor.writable && descriptor.enumerable))
      throw invalid("only accepts a configurable, writable, and enumerable data descriptor");
    return Reflect.defineProperty(target, key, { configurable: true, writable: true, enumerable: true, ...descriptor, value: asText(descriptor.value) });
  },
});

// ---- the end of the process

export const end = { code: undefined, exiting: false };

export function integerCode(code) {
  if (code === undefined || code === null || Number.isInteger(code)) return code;
  if (typeof code === "string" && code !== "" && Number.isInteger(+code)) return code;
  importBuiltin("internal:validators").validateInteger(code, "code");
  return code;
}

Object.defineProperty(self, "exitCode", {
  __proto__: null,
  get: () => end.code,
  set(code) {
    end.code = integerCode(code);
  },
  enumerable: true,
  configurable: false,
});

// What the host asks. Nobody can listen before node:process is there, which puts its own in these places.
export const listeners = {
  exit(code) {
    end.exiting = self._exiting = true;
    if (code !== undefined) end.code = code;
    return +(end.code ?? 0) | 0;
  },
  setVariable(name, value) {
    if (value === undefined) delete environment[name];
    else environment[name] = value;
  },
};
setProcessListeners(listeners);

// ---- what node:process adds

// Each loads node:process, and is gone then.
defineLater(self);

// Stands where EventEmitter's prototype will.
const absent = new Proxy(Object.prototype, {
  __proto__: null,
  get(target, key, receiver) {
    if (typeof key === "symbol" || key in target || key === "then" || key === "toJSON") return Reflect.get(target, key, receiver);
    load();
    return Reflect.get(self, key, receiver);
  },
  has(target, key) {
    if (typeof key === "symbol" || key in target) return key in target;
    load();
    return key in self;
  },
  set(target, key, value, receiver) {
    return Reflect.defineProperty(receiver, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  },
  getPrototypeOf() {
    load();
    return Object.getPrototypeOf(prototype);
  },
});
Object.setPrototypeOf(prototype, absent);

// For node:process, once: makes the object an emitter and takes the stand-ins off it.
export function complete(EventEmitter) {
  Object.setPrototypeOf(prototype, EventEmitter.prototype);
  Object.setPrototypeOf(process, EventEmitter);
  for (const name of namesOfLater()) delete self[name];
  EventEmitter.call(self);
  return self;
}

export { environment, facts };
export default self;
