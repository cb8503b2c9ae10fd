// What of node:process is rarely used, loaded when it is. Node: https://nodejs.org/api/process.html
import * as native from "native:process-extra";
import process from "node:process";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, nodeError, systemError } from "internal:errors";
import { importBuiltin, isBuiltin } from "internal:host";
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

const failed = (errno, syscall) => {
  if (errno !== 0) throw systemError(errno, syscall);
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
  process.emit("exit", process.exitCode ?? 0);
  const errno = native.execve(execPath, args, pairs);
  const error = systemError(errno, "execve", execPath);
  // As in Node, which has no way back from here.
  importBuiltin("internal:stdio").writeError(`process.execve failed with error code ${error.code}\n${error.stack}\n`);
  process.abort();
}

// ---- finalization

function finalization() {
  const registered = { exit: new Set(), beforeExit: new Set() };
  const dead = new FinalizationRegistry(({ event, entry }) => registered[event].delete(entry));
  const listening = new Set();
  const add = (event) => (object, callback) => {
    if (object === null || (typeof object !== "object" && typeof object !== "function")) throw ERR_INVALID_ARG_TYPE("obj", "Object", object);
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

export function getActiveResourcesInfo() {
  const names = [];
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

