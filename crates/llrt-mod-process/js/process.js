// node:process. Node: https://nodejs.org/api/process.html
import EventEmitter from "node:events";
import * as native from "native:process";
import { complete, end, environment, facts, integerCode, listeners } from "internal:global-process";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_NOT_SUPPORTED, ERR_OUT_OF_RANGE, nodeError, systemError } from "internal:errors";
import { importBuiltin, isBuiltin, nextTick as queueTick } from "internal:host";
import { validateFunction, validateInteger, validateNumber, validateObject, validateString, validateUint32 } from "internal:validators";

const { signals } = native;
const self = complete(EventEmitter);

const method = (name, value) => Object.defineProperty(self, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
const getter = (name, get, set) => Object.defineProperty(self, name, { __proto__: null, get, set, enumerable: true, configurable: true });

// ---- constants

Object.assign(self, {
  release: {
    name: "node",
    lts: "Krypton",
  },
  config: Object.freeze({
    target_defaults: Object.freeze({ cflags: [], default_configuration: "Release", defines: [], include_dirs: [], libraries: [] }),
    variables: Object.freeze({ asan: 0, coverage: false, napi_build_version: "10", node_builtin_shareable_builtins: [], node_module_version: 137,
      node_shared: false, node_use_amaro: true, v8_enable_i18n_support: 1, v8_enable_inspector: 0 }),
  }),
  features: {
    inspector: false, debug: false, uv: true, ipv6: true, tls_alpn: true, tls_sni: true, tls_ocsp: true, tls: true,
    openssl_is_boringssl: false, cached_builtins: true, require_module: true, quic: false,
    get typescript() {
      if (option("--experimental-transform-types")) return "transform";
      return option("--no-experimental-strip-types") || option("--no-strip-types") ? false : "strip";
    },
  },
  // Reports of the process's state: nothing writes one, whatever these say.
  report: {
    writeReport() {
      throw ERR_NOT_SUPPORTED("process.report.writeReport()");
    },
    getReport() {
      throw ERR_NOT_SUPPORTED("process.report.getReport()");
    },
    directory: "", filename: "", compact: false, excludeNetwork: false, signal: "SIGUSR2", reportOnFatalError: false, reportOnSignal: false,
    reportOnUncaughtException: false, excludeEnv: false,
  },
  domain: null,
  moduleLoadList: [],
});

let shownTitle = facts.argv0;
getter("title", () => shownTitle, (value) => {
  shownTitle = String(value);
  extra().setTitle(shownTitle);
});

// Options that change what becomes of warnings.
const optionWords = environment.NODE_OPTIONS ? [...environment.NODE_OPTIONS.split(" "), ...facts.execArgv] : facts.execArgv;
const option = (name) => optionWords.includes(name);
function optionValues(name) {
  const values = [];
  for (const [index, word] of optionWords.entries()) {
    if (word === name) values.push(optionWords[index + 1]);
    else if (word.startsWith(`${name}=`)) values.push(word.slice(name.length + 1));
  }
  return values;
}
if (option("--no-experimental-require-module")) self.features.require_module = false;
for (const [name, flag] of [["noDeprecation", "--no-deprecation"], ["throwDeprecation", "--throw-deprecation"],
  ["traceDeprecation", "--trace-deprecation"], ["traceProcessWarnings", "--trace-warnings"]])
  if (option(flag)) self[name] = true;

// ---- the end of the process

function emitExit(code) {
  if (!end.exiting) {
    end.exiting = self._exiting = true;
    if (code !== undefined) end.code = code;
    self.emit("exit", +(end.code ?? 0));
  }
  // An error in a listener comes here again, with the code that it stands for where the program has set none.
  return +(end.code ?? code ?? 0) | 0;
}

method("exit", function exit(code) {
  integerCode(code);
  if (code !== undefined) self.exitCode = code;
  if (!end.exiting) emitExit();
  self.reallyExit(+(end.code ?? 0) | 0);
});
method("reallyExit", function reallyExit(code) {
  native.exit(+code | 0);
});
method("abort", { abort: () => native.abort() }.abort);

let capture = null;
method("setUncaughtExceptionCaptureCallback", function setUncaughtExceptionCaptureCallback(callback) {
  if (callback === null) return void (capture = null);
  if (typeof callback !== "function") throw ERR_INVALID_ARG_TYPE("fn", ["Function", "null"], callback);
  if (capture !== null)
    throw nodeError("Error", "ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET",
      "`process.setupUncaughtExceptionCapture()` was called while a capture callback was already active");
  capture = callback;
});
method("hasUncaughtExceptionCaptureCallback", function hasUncaughtExceptionCaptureCallback() {
  return capture !== null;
});

Object.assign(listeners, {
  beforeExit: () => self.emit("beforeExit", +(end.code ?? 0)),
  exit: emitExit,
  uncaughtException(error, origin) {
    // Node's exit code for a handler that is none.
    if (typeof self._fatalException !== "function") self.reallyExit(6);
    return self._fatalException(error, origin === "unhandledRejection");
  },
  unhandledRejection: (reason, promise) => onRejection(reason, promise),
  rejectionHandled: (promise) => onRejectionHandled(promise),
});

// Whether a listener took it.
method("_fatalException", (error, fromPromise) => {
  const origin = fromPromise ? "unhandledRejection" : "uncaughtException";
  self.emit("uncaughtExceptionMonitor", error, origin);
  if (capture !== null) {
    capture(error);
    return true;
  }
  return self.emit("uncaughtException", error, origin);
});

// ---- rejections that nobody handled: true when no more is to be done about one

let onRejection = (reason, promise) => self.emit("unhandledRejection", reason, promise);
let onRejectionHandled = (promise) => self.emit("rejectionHandled", promise);
const rejections = optionValues("--unhandled-rejections").at(-1);
if (rejections !== undefined && rejections !== "throw") {
  onRejection = (reason, promise) => extra().onRejection(rejections, reason, promise);
  onRejectionHandled = (promise) => extra().onRejectionHandled(promise);
}

// ---- warnings

let hinted = false;
const disabled = optionValues("--disable-warning");
function printWarning(warning) {
  const deprecation = warning.name === "DeprecationWarning";
  if (deprecation && self.noDeprecation) return;
  if (disabled.some((name) => name === warning.name || name === warning.code)) return;
  const code = warning.code ? `[${warning.code}] ` : "";
  const trace = self.traceProcessWarnings || (deprecation && self.traceDeprecation);
  const text = trace && warning.stack ? `${warning.stack}` : `${warning.name}: ${warning.message}`;
  let message = `(${self.release.name}:${self.pid}) ${code}${text}\n`;
  if (typeof warning.detail === "string") message += `${warning.detail}\n`;
  const flag = deprecation ? "--trace-deprecation" : "--trace-warnings";
  if (!trace && !hinted) {
    hinted = true;
    message += `(Use \`node ${flag} ...\` to show where the warning was created)\n`;
  }
  const file = optionValues("--redirect-warnings")[0] ?? self.env.NODE_REDIRECT_WARNINGS;
  if (file) {
    try {
      return void importBuiltin("node:fs").appendFileSync(file, message);
    } catch {
      // A warning that cannot go there is shown.
    }
  }
  // A program that has read process.stderr may have put its own `write` there.
  const stream = Object.getOwnPropertyDescriptor(self, "stderr")?.value;
  if (stream?.writable) stream.write(message);
  else importBuiltin("internal:stdio").writeError(message);
}

let warningsWired = false;
method("emitWarning", function emitWarning(warning, type, code, constructor) {
  let detail;
  if (type !== null && typeof type === "object" && !Array.isArray(type)) {
    ({ ctor: constructor, code, detail } = type);
    if (typeof detail !== "string") detail = undefined;
    type = type.type ?? "Warning";
  } else if (typeof type === "function") {
    constructor = type;
    code = undefined;
    type = "Warning";
  }
  type ??= "Warning";
  validateString(type, "type");
  if (typeof code === "function") {
    constructor = code;
    code = undefined;
  } else if (code !== undefined) validateString(code, "code");
  if (typeof warning === "string") {
    const error = new Error(warning);
    error.name = String(type);
    if (code !== undefined) error.code = code;
    if (detail !== undefined) error.detail = detail;
    Error.captureStackTrace?.(error, constructor ?? self.emitWarning);
    warning = error;
  } else if (!(warning instanceof Error)) throw ERR_INVALID_ARG_TYPE("warning", ["Error", "string"], warning);
  if (warning.name === "DeprecationWarning") {
    if (self.noDeprecation) return;
    if (self.throwDeprecation) {
      queueTick(() => {
        throw warning;
      });
      return;
    }
  }
  if (!warningsWired) {
    warningsWired = true;
    if (self.env.NODE_NO_WARNINGS !== "1" && !option("--no-warnings")) self.on("warning", printWarning);
  }
  queueTick(() => self.emit("warning", warning));
});

// ---- time, resources

const hrtime = function hrtime(time) {
  const [seconds, nanos] = native.hrtime();
  if (time === undefined) return [seconds, nanos];
  if (!Array.isArray(time)) throw ERR_INVALID_ARG_TYPE("time", "Array", time);
  if (time.length !== 2) throw ERR_OUT_OF_RANGE("time", "2", time.length);
  const difference = nanos - time[1];
  return difference < 0 ? [seconds - time[0] - 1, difference + 1e9] : [seconds - time[0], difference];
};
hrtime.bigint = function bigint() {
  const [seconds, nanos] = native.hrtime();
  return BigInt(seconds) * 1000000000n + BigInt(nanos);
};
method("hrtime", hrtime);
method("uptime", function uptime() {
  return native.uptime();
});

const memoryUsage = function memoryUsage() {
  const [rss, heapTotal, heapUsed, external, arrayBuffers] = native.memory();
  return { rss, heapTotal, heapUsed, external, arrayBuffers };
};
memoryUsage.rss = function rss() {
  return native.rss();
};
method("memoryUsage", memoryUsage);
method("constrainedMemory", function constrainedMemory() {
  return native.systemMemory()[0];
});
method("availableMemory", function availableMemory() {
  return native.systemMemory()[1];
});
method("resourceUsage", function resourceUsage() {
  return native.usage();
});
function sinceThen({ user, system }, previous) {
  if (!previous) return { user, system };
  validateObject(previous, "prevValue");
  for (const key of ["user", "system"]) {
    validateNumber(previous[key], `prevValue.${key}`);
    if (!(previous[key] >= 0 && previous[key] <= Number.MAX_SAFE_INTEGER))
      throw nodeError("RangeError", "ERR_INVALID_ARG_VALUE", `The property 'prevValue.${key}' is invalid. Received ${previous[key]}`);
  }
  return { user: user - previous.user, system: system - previous.system };
}
method("cpuUsage", function cpuUsage(previous) {
  const { userCPUTime: user, systemCPUTime: system } = native.usage();
  return sinceThen({ user, system }, previous);
});
method("threadCpuUsage", function threadCpuUsage(previous) {
  const [user, system] = native.threadUsage();
  return sinceThen({ user, system }, previous);
});

// ---- the system

let directory;
method("cwd", function cwd() {
  try {
    return (directory ??= native.cwd());
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    const { errno, code, syscall } = error;
    throw Object.assign(new Error("ENOENT: process.cwd failed with error no such file or directory, the current working directory was likely removed " +
      "without changing the working directory, uv_cwd"), { errno, code, syscall });
  }
});
method("chdir", function chdir(path) {
  validateString(path, "directory");
  directory = undefined;
  native.chdir(path);
});
method("umask", function umask(mask) {
  if (mask === undefined) return native.umask();
  if (typeof mask === "string") {
    if (!/^[0-7]+$/.test(mask)) throw ERR_INVALID_ARG_VALUE("mask", mask, "must be a 32-bit unsigned integer or an octal string");
    mask = parseInt(mask, 8);
  }
  validateUint32(mask, "mask");
  return native.umask(mask);
});
for (const [index, name] of ["getuid", "geteuid", "getgid", "getegid"].entries())
  method(name, { [name]: () => native.ids()[index] }[name]);
method("getgroups", function getgroups() {
  const [, , , group, ...more] = native.ids();
  return more.includes(group) ? more : [...more, group];
});
method("_kill", (pid, number) => {
  try {
    native.kill(pid, number);
    return 0;
  } catch (error) {
    return error.errno;
  }
});
method("kill", function kill(pid, signal = "SIGTERM") {
  if (pid != (pid | 0)) throw ERR_INVALID_ARG_TYPE("pid", "number", pid);
  let number = signal;
  if (signal !== (signal | 0)) {
    number = signals[signal || "SIGTERM"];
    if (number === undefined) throw nodeError("TypeError", "ERR_UNKNOWN_SIGNAL", `Unknown signal: ${signal}`);
  }
  const errno = self._kill(pid | 0, number);
  if (errno) {
    const { code } = systemError(errno, "kill");
    throw Object.assign(new Error(`kill ${code}`), { errno, code, syscall: "kill" });
  }
  return true;
});
method("getBuiltinModule", function getBuiltinModule(id) {
  validateString(id, "id");
  if (!isBuiltin(id)) return undefined;
  const namespace = importBuiltin(id);
  return namespace.default ?? namespace;
});
method("loadEnvFile", function loadEnvFile(path = ".env") {
  const { readFileSync } = importBuiltin("node:fs");
  const { parseEnv } = importBuiltin("node:util");
  for (const [name, value] of Object.entries(parseEnv(readFileSync(path, "utf8")))) self.env[name] ??= value;
});
// What is rarely used is loaded when it is.
const extra = () => importBuiltin("internal:process-extra");
for (const name of ["setuid", "seteuid", "setgid", "setegid", "setgroups", "initgroups", "execve", "getActiveResourcesInfo", "_getActiveRequests", "_rawDebug", "ref", "unref"])
  method(name, { [name]: (...args) => extra()[name](...args) }[name]);
for (const [name, make] of [["finalization", "makeFinalization"], ["allowedNodeEnvironmentFlags", "flags"]]) {
  getter(name, () => {
    const value = extra()[make]();
    Object.defineProperty(self, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    return value;
  });
}
method("_getActiveHandles", { _getActiveHandles: () => [] }._getActiveHandles);
method("openStdin", function openStdin() {
  self.stdin.resume();
  return self.stdin;
});
let debugPort = 9229;
getter("debugPort", () => debugPort, (value) => {
  const port = +value | 0;
  if (port !== 0 && (port < 1024 || port > 65535)) throw new RangeError("process.debugPort must be 0 or in range 1024 to 65535");
  debugPort = port;
});
method("setSourceMapsEnabled", function setSourceMapsEnabled(value) {
  if (typeof value !== "boolean") throw ERR_INVALID_ARG_TYPE("val", "boolean", value);
  if (isBuiltin("node:module")) importBuiltin("node:module").setSourceMapsSupport(value);
  else if (value) throw ERR_NOT_SUPPORTED("process.setSourceMapsEnabled(true)");
});
getter("sourceMapsEnabled", () => isBuiltin("node:module") && importBuiltin("node:module").getSourceMapsSupport().enabled);
method("binding", { binding: (name) => extra().binding(name) }.binding);
for (const name of ["_linkedBinding", "dlopen"])
  method(name, () => {
    throw ERR_NOT_SUPPORTED(`process.${name}()`);
  });

// ---- standard streams, made when they are read

for (const name of ["stdin", "stdout", "stderr"]) {
  getter(name, () => {
    const stream = importBuiltin("internal:stdio")[name]();
    Object.defineProperty(self, name, { __proto__: null, value: stream, writable: true, enumerable: true, configurable: true });
    return stream;
  }, (value) => Object.defineProperty(self, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true }));
}

// ---- signals: the system's listener lives as long as there is one in JavaScript

const listening = new Map();
self.on("newListener", (event) => {
  if (typeof event !== "string" || !event.startsWith("SIG") || listening.has(event)) return;
  const number = signals[event];
  if (number === undefined) return;
  if (event === "SIGKILL" || event === "SIGSTOP") throw systemError(22, "uv_signal_start");
  listening.set(event, native.listenSignal(number, () => self.emit(event, event, number)));
});
self.on("removeListener", (event) => {
  if (!listening.has(event) || self.listenerCount(event) > 0) return;
  listening.get(event)();
  listening.delete(event);
});

// ---- the channel to the process that forked this one

if (environment.NODE_CHANNEL_FD !== undefined && isBuiltin("node:child_process")) {
  const { NODE_CHANNEL_FD: descriptor, NODE_CHANNEL_SERIALIZATION_MODE: mode } = environment;
  delete self.env.NODE_CHANNEL_FD;
  delete self.env.NODE_CHANNEL_SERIALIZATION_MODE;
  importBuiltin("internal:ipc").attachProcess(self, +descriptor, mode);
}

export default self;
export const {
  version, versions, arch, platform, release, argv, execArgv, execPath, pid, ppid, title, argv0, config, features, report, env,
  exit, reallyExit, abort, emitWarning, uptime, constrainedMemory, availableMemory, resourceUsage, cpuUsage,
  threadCpuUsage, cwd, chdir, umask, getuid, geteuid, getgid, getegid, getgroups, kill, nextTick, getBuiltinModule, loadEnvFile,
  getActiveResourcesInfo, setSourceMapsEnabled, setUncaughtExceptionCaptureCallback, hasUncaughtExceptionCaptureCallback,
  _getActiveHandles, _getActiveRequests, _kill, _linkedBinding, _rawDebug, binding, dlopen, domain, execve, initgroups, moduleLoadList, openStdin,
  ref, setegid, seteuid, setgid, setgroups, setuid, unref,
} = self;
export { hrtime, memoryUsage };
