// What of node:process is rarely used, loaded when it is. Node: https://nodejs.org/api/process.html
import * as native from "native:process-extra";
import process from "node:process";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_NOT_SUPPORTED, nodeError, systemError } from "internal:errors";
import { importBuiltin, isBuiltin, nextTick } from "internal:host";
import { validateArray, validateString, validateUint32 } from "internal:validators";

// ---- users and groups

const isWhole = (value) => typeof value === "number" || typeof value === "string";

function credential(id, name, kind) {
  if (!isWhole(id)) throw ERR_INVALID_ARG_TYPE(name, ["number", "string"], id);
  if (typeof id === "number") {
    validateUint32(id, name);
    return id;
  }
  const number = native.lookUp(kind, id);
  if (number < 0) throw nodeError("Error", "ERR_UNKNOWN_CREDENTIAL", `${kind} identifier does not exist: ${id}`);
  return number;
}

// Node words these errors in another way than those of files.
const failed = (errno, syscall) => {
  if (errno === 0) return;
  const { code } = systemError(errno, syscall);
  throw Object.assign(new Error(`${code}, ${native.errorText(errno)}`), { errno, code, syscall });
};
const setter = (syscall, kind) => (id) => failed(native.setId(syscall, credential(id, "id", kind)), syscall);
export const setuid = setter("setuid", "User");
export const seteuid = setter("seteuid", "User");
export const setgid = setter("setgid", "Group");
export const setegid = setter("setegid", "Group");

export function setgroups(groups) {
  validateArray(groups, "groups");
  failed(native.setGroups(groups.map((group, index) => credential(group, `groups[${index}]`, "Group"))), "setgroups");
}

export function initgroups(user, extraGroup) {
  if (!isWhole(user)) throw ERR_INVALID_ARG_TYPE("user", ["number", "string"], user);
  if (!isWhole(extraGroup)) throw ERR_INVALID_ARG_TYPE("extraGroup", ["number", "string"], extraGroup);
  const name = typeof user === "string" ? user : native.userName(user);
  if (name === undefined || native.lookUp("User", name) < 0)
    throw nodeError("Error", "ERR_UNKNOWN_CREDENTIAL", `Group identifier does not exist: ${user}`); // in Node's words
  failed(native.initGroups(name, credential(extraGroup, "extraGroup", "Group")), "initgroups");
}

// ---- another program in the place of this one

const isText = (value) => typeof value === "string" && !value.includes("\0");

export function execve(execPath, args = [], env = undefined) {
  importBuiltin("node:process").default.emitWarning(
    "process.execve is an experimental feature and might change at any time", "ExperimentalWarning");
  validateString(execPath, "execPath");
  validateArray(args, "args");
  args.forEach((arg, index) => {
    if (!isText(arg)) throw ERR_INVALID_ARG_VALUE(`args[${index}]`, arg, "must be a string without null bytes");
  });
  const pairs = [];
  if (env !== undefined) {
    if (env === null || typeof env !== "object") throw ERR_INVALID_ARG_TYPE("env", "object", env);
    for (const [name, value] of Object.entries(env)) {
      if (!isText(name) || !isText(value))
        throw ERR_INVALID_ARG_VALUE("env", env, "must be an object with string keys and values without null bytes");
      pairs.push(`${name}=${value}`);
    }
  } else for (const [name, value] of Object.entries(process.env)) pairs.push(`${name}=${value}`);
  const errno = native.execve(execPath, args, pairs);
  const error = systemError(errno, "execve", execPath);
  // As in Node, which has no way back from here.
  importBuiltin("internal:stdio").writeError(`process.execve failed with error code ${error.code}\n${error.stack}\n`);
  process.abort();
}

// ---- rejections that nobody handled, with --unhandled-rejections

const warned = new WeakMap(); // their numbers
let rejections = 0;

function warnOfRejection(reason, promise) {
  const id = ++rejections;
  warned.set(promise, id);
  const isObject = reason !== null && typeof reason === "object";
  const text = isObject && Object.hasOwn(reason, "stack") ? reason.stack : isObject ? importBuiltin("node:util").inspect(reason) : String(reason);
  process.emitWarning(text, "UnhandledPromiseRejectionWarning");
  process.emitWarning(
    "Unhandled promise rejection. This error originated either by throwing inside of an async function without a catch block, or by rejecting a " +
      "promise which was not handled with .catch(). To terminate the node process on unhandled promise rejection, use the CLI flag " +
      "`--unhandled-rejections=strict` (see https://nodejs.org/api/cli.html#cli_unhandled_rejections_mode). " + `(rejection id: ${id})`,
    "UnhandledPromiseRejectionWarning");
}

// True when no more is to be done about it; else it becomes an uncaught exception.
export function onRejection(mode, reason, promise) {
  const tell = () => process.emit("unhandledRejection", reason, promise);
  if (mode === "strict") {
    nextTick(() => tell() || warnOfRejection(reason, promise));
    return false;
  }
  if (mode === "warn") warnOfRejection(reason, promise);
  const taken = tell();
  // A host that does not check the option takes what it does not know for the default.
  if (mode !== "none" && mode !== "warn" && mode !== "warn-with-error-codes") return taken;
  if (mode === "warn-with-error-codes" && !taken) {
    warnOfRejection(reason, promise);
    process.exitCode = 1;
  }
  return true;
}

export function onRejectionHandled(promise) {
  const id = warned.get(promise);
  if (id !== undefined)
    process.emitWarning(`Promise rejection was handled asynchronously (rejection id: ${id})`, "PromiseRejectionHandledWarning");
  process.emit("rejectionHandled", promise);
}

// ---- finalization

function finalization() {
  const registered = { exit: new Set(), beforeExit: new Set() };
  const dead = new FinalizationRegistry(({ event, entry }) => registered[event].delete(entry));
  const listening = new Set();
  const add = (event) => (object, callback) => {
    if (object === null || (typeof object !== "object" && typeof object !== "function")) throw ERR_INVALID_ARG_TYPE("obj", "object", object);
    const entry = { reference: new WeakRef(object), callback };
    registered[event].add(entry);
    dead.register(object, { event, entry }, entry);
    if (listening.has(event)) return;
    listening.add(event);
    process.on(event, () => {
      for (const entry of registered[event]) {
        const alive = entry.reference.deref();
        registered[event].delete(entry);
        if (alive !== undefined) entry.callback(alive, event);
      }
    });
  };
  return {
    register: add("exit"),
    registerBeforeExit: add("beforeExit"),
    unregister(object) {
      for (const entries of Object.values(registered)) {
        for (const entry of entries) {
          const alive = entry.reference.deref();
          if (alive === object || alive === undefined) entries.delete(entry);
        }
      }
    },
  };
}
export const makeFinalization = finalization;

// ---- what keeps the process alive

export const _getActiveRequests = () => Array.from({ length: native.pending() }, () => ({ type: "NativeTask" }));

export function getActiveResourcesInfo() {
  const names = _getActiveRequests().map(({ type }) => type);
  if (isBuiltin("node:timers")) {
    const [timeouts, immediates] = importBuiltin("internal:timers").active();
    names.push(...Array(timeouts).fill("Timeout"), ...Array(immediates).fill("Immediate"));
  }
  return names;
}

// ---- options that NODE_OPTIONS may hold: those that a program looks for

const FLAGS = [
  "--abort-on-uncaught-exception", "--conditions", "-C", "--deprecation", "--no-deprecation", "--disable-warning", "--enable-source-maps", "--expose-gc",
  "--extra-info-on-fatal-exception", "--force-context-aware", "--import", "--input-type", "--inspect", "--inspect-brk", "--inspect-port", "--loader",
  "--max-http-header-size", "--max-old-space-size", "--no-warnings", "--warnings", "--pending-deprecation", "--perf-basic-prof", "--perf-prof",
  "--preserve-symlinks", "--redirect-warnings", "--require", "-r", "--stack-trace-limit", "--throw-deprecation", "--title", "--tls-cipher-list",
  "--trace-deprecation", "--trace-uncaught", "--trace-warnings", "--unhandled-rejections", "--use-openssl-ca",
];

class NodeEnvironmentFlagsSet extends Set {
  #flags = new Set(FLAGS);

  add() {
    return this;
  }
  delete() {
    return false;
  }
  clear() {}
  has(key) {
    if (typeof key !== "string") return false;
    let name = key.replaceAll("_", "-").replace(/=.*$/s, "");
    if (!/^-/.test(key)) name = name.length === 1 ? `-${name}` : `--${name}`;
    return this.#flags.has(name);
  }
  forEach(callback, thisArg) {
    this.#flags.forEach((flag) => Reflect.apply(callback, thisArg, [flag, flag, this]));
  }
  get size() {
    return this.#flags.size;
  }
  entries() {
    return this.#flags.entries();
  }
  keys() {
    return this.#flags.keys();
  }
  values() {
    return this.#flags.values();
  }
  [Symbol.iterator]() {
    return this.#flags.values();
  }
}
export const flags = () => Object.freeze(Object.setPrototypeOf(new NodeEnvironmentFlagsSet(), NodeEnvironmentFlagsSet.prototype));

// ---- what was inside of Node.js, as far as it is something that this runtime has

const typeChecks = [
  "isAnyArrayBuffer", "isArrayBuffer", "isArrayBufferView", "isAsyncFunction", "isDataView", "isDate", "isExternal", "isMap", "isMapIterator",
  "isNativeError", "isPromise", "isRegExp", "isSet", "isSetIterator", "isTypedArray", "isUint8Array",
];
const bindings = {
  __proto__: null,
  constants: () => ({ os: importBuiltin("node:os").constants, fs: importBuiltin("node:fs").constants, zlib: importBuiltin("node:zlib").constants }),
  util() {
    const { types } = importBuiltin("node:util");
    return Object.fromEntries(typeChecks.map((name) => [name, types[name]]));
  },
  uv() {
    const numbers = Object.entries(importBuiltin("node:os").constants.errno).map(([name, number]) => [`UV_${name}`, -number]);
    return { errname: importBuiltin("node:util").getSystemErrorName, ...Object.fromEntries(numbers) };
  },
};
// Those that Node.js has, and that need its inside.
const foreign = [
  "async_wrap", "buffer", "cares_wrap", "config", "contextify", "crypto", "fs", "fs_event_wrap", "http_parser", "icu", "inspector", "js_stream",
  "natives", "os", "pipe_wrap", "process_wrap", "signal_wrap", "spawn_sync", "stream_wrap", "tcp_wrap", "tls_wrap", "tty_wrap", "udp_wrap", "url",
  "v8", "zlib",
];
const made = { __proto__: null };
export function binding(name) {
  name = String(name);
  if (foreign.includes(name)) throw ERR_NOT_SUPPORTED(`process.binding('${name}')`);
  if (bindings[name] === undefined) throw nodeError("Error", "ERR_INVALID_MODULE", `No such module: ${name}`);
  return (made[name] ??= bindings[name]());
}

// ---- how the system sees the process

export const setTitle = (title) => native.setTitle(title);

// ---- the zone of dates

export const setTimeZone = (name) => native.setTimeZone(name);

export function _rawDebug(...args) {
  importBuiltin("internal:stdio").writeError(`${importBuiltin("node:util").format(...args)}\n`);
}

const REF = Symbol.for("nodejs.ref");
const UNREF = Symbol.for("nodejs.unref");
export function ref(object) {
  const method = object?.[REF] ?? object?.[Symbol.for("node:ref")] ?? object?.ref;
  if (typeof method === "function") Reflect.apply(method, object, []);
}
export function unref(object) {
  const method = object?.[UNREF] ?? object?.[Symbol.for("node:unref")] ?? object?.unref;
  if (typeof method === "function") Reflect.apply(method, object, []);
}

