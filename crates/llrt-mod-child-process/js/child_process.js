// node:child_process. Node: https://nodejs.org/api/child_process.html
import { kill as killNative, spawn as spawnNative, spawnSync as spawnSyncNative } from "native:child_process";
import EventEmitter from "node:events";
import { addAbortListener } from "node:events";
import process from "node:process";
import { setupChannel } from "internal:ipc";
import { errnoException, open, Pipe } from "internal:pipe";
import { channels, importBuiltin, nextTick } from "internal:host";
import {
  AbortError, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, nodeError,
} from "internal:errors";
import { validateAbortSignal, validateArray, validateBoolean, validateFunction, validateObject, validateOneOf, validateString } from "internal:validators";
import { getSystemErrorName, inspect, promisify } from "node:util";
import { errnoName } from "native:pipe";
import { signals } from "native:process";

const MAX_BUFFER_BYTES = 1024 * 1024;
const isView = ArrayBuffer.isView;
const signalNames = new Map(Object.entries(signals).map(([name, number]) => [number, name]));

// ---- arguments

function signalNumber(signal) {
  if (typeof signal === "number" && signalNames.has(signal)) return signal;
  if (typeof signal === "string") {
    const number = signals[signal.toUpperCase()];
    if (number !== undefined) return number;
  }
  throw nodeError("TypeError", "ERR_UNKNOWN_SIGNAL", `Unknown signal: ${signal}`);
}

function killSignalNumber(signal) {
  if (typeof signal === "string" || typeof signal === "number") return signalNumber(signal);
  if (signal != null) throw ERR_INVALID_ARG_TYPE("options.killSignal", ["string", "number"], signal);
}

function checkTimeout(timeout) {
  if (timeout != null && !(Number.isInteger(timeout) && timeout >= 0)) throw ERR_OUT_OF_RANGE("timeout", "an unsigned integer", timeout);
}

function checkMaxBuffer(maxBuffer) {
  if (maxBuffer != null && !(typeof maxBuffer === "number" && maxBuffer >= 0))
    throw ERR_OUT_OF_RANGE("options.maxBuffer", "a positive number", maxBuffer);
}

function checkNull(value, name) {
  if (typeof value === "string" && value.includes("\0")) throw ERR_INVALID_ARG_VALUE(name, value, "must be a string without null bytes");
}

function pathOf(path, name) {
  if (path instanceof URL || (path !== null && typeof path === "object" && path.href && path.protocol))
    return importBuiltin("node:url").fileURLToPath(path);
  if (isView(path)) path = Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString();
  if (typeof path !== "string") throw ERR_INVALID_ARG_TYPE(name, ["string", "Buffer", "URL"], path);
  checkNull(path, name);
  return path;
}

const isInt32 = (value) => value === (value | 0);
let warnedShell = false;

// What every form has in common: checked, with a shell around it, and the environment as pairs.
function normalize(file, args, options) {
  validateString(file, "file");
  checkNull(file, "file");
  if (file.length === 0) throw ERR_INVALID_ARG_VALUE("file", file, "cannot be empty");
  if (Array.isArray(args)) args = args.slice();
  else if (args == null) args = [];
  else if (typeof args !== "object") throw ERR_INVALID_ARG_TYPE("args", "Object", args);
  else {
    options = args;
    args = [];
  }
  args.forEach((arg, index) => checkNull(arg, `args[${index}]`));
  if (options === undefined) options = {};
  else validateObject(options, "options");
  options = { __proto__: null, ...options };

  let { cwd } = options;
  if (cwd != null) cwd = pathOf(cwd, "options.cwd");
  if (options.detached != null) validateBoolean(options.detached, "options.detached");
  for (const name of ["uid", "gid"]) {
    if (options[name] != null && !isInt32(options[name])) throw ERR_INVALID_ARG_TYPE(`options.${name}`, "int32", options[name]);
  }
  if (options.shell != null && typeof options.shell !== "boolean" && typeof options.shell !== "string")
    throw ERR_INVALID_ARG_TYPE("options.shell", ["boolean", "string"], options.shell);
  if (options.argv0 != null) {
    validateString(options.argv0, "options.argv0");
    checkNull(options.argv0, "options.argv0");
  }
  for (const name of ["windowsHide", "windowsVerbatimArguments"]) if (options[name] != null) validateBoolean(options[name], `options.${name}`);

  if (options.shell) {
    checkNull(options.shell, "options.shell");
    if (args.length > 0 && !warnedShell) {
      warnedShell = true;
      process.emitWarning(
        "Passing args to a child process with shell option true can lead to security vulnerabilities, as the arguments are not escaped, only concatenated.",
        "DeprecationWarning", "DEP0190");
    }
    const command = args.length > 0 ? `${file} ${args.join(" ")}` : file;
    file = typeof options.shell === "string" ? options.shell : "/bin/sh";
    args = ["-c", command];
  }
  args = [options.argv0 ?? file, ...args.map(String)];

  const env = options.env || process.env;
  const envPairs = [];
  for (const key in env) {
    const value = env[key];
    if (value === undefined) continue;
    checkNull(key, `options.env['${key}']`);
    checkNull(value, `options.env['${key}']`);
    envPairs.push(`${key}=${value}`);
  }
  return { __proto__: null, ...options, args, cwd, detached: Boolean(options.detached), envPairs, file };
}

function stdioFromString(stdio, channel) {
  const list = [];
  switch (stdio) {
    case "ignore":
    case "overlapped":
    case "pipe":
      list.push(stdio, stdio, stdio);
      break;
    case "inherit":
      list.push(0, 1, 2);
      break;
    default:
      throw ERR_INVALID_ARG_VALUE("stdio", stdio);
  }
  if (channel) list.push(channel);
  return list;
}

// The stdio option as a list of `{ type, fd? }`.
function normalizeStdio(stdio, sync) {
  if (typeof stdio === "string") stdio = stdioFromString(stdio);
  else if (!Array.isArray(stdio)) throw ERR_INVALID_ARG_VALUE("stdio", stdio);
  const given = stdio.slice();
  while (given.length < 3) given.push(undefined);
  let ipc;
  const entries = given.map((entry, index) => {
    if (entry == null) entry = index < 3 ? "pipe" : "ignore";
    if (entry === "ignore") return { type: "ignore" };
    if (entry === "pipe" || entry === "overlapped" || (typeof entry === "number" && entry < 0))
      return { type: "pipe", readable: index === 0, writable: index !== 0 };
    if (entry === "ipc") {
      if (sync || ipc !== undefined) {
        throw sync ?
            nodeError("Error", "ERR_IPC_SYNC_FORK", "IPC cannot be used with synchronous forks")
          : nodeError("Error", "ERR_IPC_ONE_PIPE", "Child process can have only one IPC pipe");
      }
      ipc = index;
      return { type: "pipe", ipc: true };
    }
    if (entry === "inherit") return { type: "inherit", fd: index };
    if (typeof entry === "number" || typeof entry.fd === "number") return { type: "fd", fd: typeof entry === "number" ? entry : entry.fd };
    if (typeof entry._handle?.fd === "number" || typeof entry.handle?.fd === "number") {
      return { type: "wrap", fd: (entry._handle ?? entry.handle).fd, stream: entry };
    }
    if (isView(entry) || typeof entry === "string") {
      if (!sync) {
        throw nodeError("TypeError", "ERR_INVALID_SYNC_FORK_INPUT",
          `Asynchronous forks do not support Buffer, TypedArray, DataView or string input: ${inspect(entry)}`);
      }
      return { type: "pipe", readable: index === 0, writable: index !== 0 };
    }
    throw ERR_INVALID_ARG_VALUE("stdio", entry);
  });
  return { entries, ipc };
}

const nativeStdio = (entry) => (entry.fd !== undefined ? entry.fd : entry.type);

// To those who subscribe to the channel of node:diagnostics_channel.
const publish = (name, message) => channels[name]?.publish(message);

// ---- ChildProcess

// Errors of starting that are events; others are thrown.
const LATE_ERRORS = ["EACCES", "EAGAIN", "EMFILE", "ENFILE", "ENOENT"];

function createStream(end, index) {
  if (index === 0) return new Pipe(end, { readable: false });
  if (index < 3) return new Pipe(end, { writable: false });
  return new Pipe(end);
}

export class ChildProcess extends EventEmitter {
  #handle = null;

  constructor() {
    super();
    this._closesNeeded = 1;
    this._closesGot = 0;
    this.connected = false;
    this.signalCode = null;
    this.exitCode = null;
    this.killed = false;
    this.spawnfile = null;
  }

  get _handle() {
    return this.#handle;
  }

  spawn(options) {
    validateObject(options, "options");
    const stdio = normalizeStdio(options.stdio || "pipe", false);
    const { entries, ipc } = stdio;
    validateOneOf(options.serialization, "options.serialization", [undefined, "json", "advanced"]);
    const serialization = options.serialization || "json";
    if (options.envPairs !== undefined) validateArray(options.envPairs, "options.envPairs");
    const envPairs = options.envPairs === undefined ? undefined : options.envPairs.slice();
    if (ipc !== undefined) {
      if (envPairs === undefined) throw ERR_INVALID_ARG_TYPE("options.envPairs", "Array", options.envPairs);
      envPairs.push(`NODE_CHANNEL_FD=${ipc}`, `NODE_CHANNEL_SERIALIZATION_MODE=${serialization}`);
    }
    validateString(options.file, "options.file");
    this.spawnfile = options.file;
    if (options.args === undefined) this.spawnargs = [];
    else {
      validateArray(options.args, "options.args");
      this.spawnargs = options.args;
    }
    const description = {
      __proto__: null, file: options.file, args: this.spawnargs.map(String), envPairs, cwd: options.cwd || undefined, uid: options.uid ?? undefined,
      gid: options.gid ?? undefined, detached: options.detached, stdio: entries.map(nativeStdio),
    };
    publish("tracing:child_process.spawn:start", { process: this, options });
    // Children expect descriptors that block; this side's streams must know.
    for (const { stream } of entries) (stream?._handle ?? stream?.handle)?.share?.();
    const started = spawnNative(description, (code, signal) => this.#exited(code, signal));
    const failed = typeof started === "number" ? errnoName(started) : undefined;
    if (failed === undefined) publish("tracing:child_process.spawn:end", { process: this, options });
    else publish("tracing:child_process.spawn:error", { process: this, options, error: errnoException(started, "spawn") });
    if (failed !== undefined) {
      if (!LATE_ERRORS.includes(failed)) throw errnoException(started, "spawn");
      nextTick(() => this.#exited(started, 0));
      if (failed === "EMFILE" || failed === "ENFILE") return started;
    } else {
      nextTick(() => this.emit("spawn"));
      this.pid = started.pid;
      this.#handle = { kill: (signal) => killNative(this.pid, signal), ref: started.ref, unref: started.unref };
    }
    const ends = failed === undefined ? started.ends : entries.map(() => -1);

    this.stdio = entries.map((entry, index) => {
      if (entry.type !== "pipe" || entry.ipc) {
        // A stream that is handed on is the child's now.
        if (entry.stream?.readable && entry.stream.pause) {
          entry.stream.pause();
          entry.stream.stopReading?.();
        }
        return null;
      }
      const stream = createStream(ends[index] >= 0 ? open(ends[index], true) : undefined, index);
      if (index > 0) {
        this._closesNeeded++;
        stream.once("close", () => this.#maybeClose());
      }
      return stream;
    });
    [this.stdin, this.stdout, this.stderr] = this.stdio;
    if (ipc !== undefined && failed === undefined) {
      this._closesNeeded++;
      setupChannel(this, ends[ipc], serialization, () => this.#maybeClose());
    }
    return failed === undefined ? 0 : started;
  }

  #exited(code, signal) {
    if (signal > 0) this.signalCode = signalNames.get(signal) ?? String(signal);
    else this.exitCode = code;
    this.stdin?.destroy();
    this.#handle = null;
    if (code < 0) {
      const error = errnoException(code, this.spawnfile ? `spawn ${this.spawnfile}` : "spawn");
      if (this.spawnfile) error.path = this.spawnfile;
      error.spawnargs = this.spawnargs.slice(1);
      this.emit("error", error);
    } else this.emit("exit", this.exitCode, this.signalCode);
    // What nobody reads is read and dropped, so that the pipes end.
    nextTick(() => {
      for (const stream of this.stdio ?? []) if (stream?.readable && stream.readableFlowing === null && stream.listenerCount("readable") === 0) stream.resume();
    });
    this.#maybeClose();
  }

  #maybeClose() {
    if (++this._closesGot === this._closesNeeded) this.emit("close", this.exitCode, this.signalCode);
  }

  kill(signal) {
    const number = signal === 0 ? 0 : signalNumber(signal === undefined ? "SIGTERM" : signal);
    if (this.#handle === null) return false;
    const errno = this.#handle.kill(number);
    if (errno === 0) {
      this.killed = true;
      return true;
    }
    const code = errnoName(errno);
    if (code === "EINVAL" || code === "ENOSYS") throw errnoException(errno, "kill");
    if (code !== "ESRCH") this.emit("error", errnoException(errno, "kill"));
    return false;
  }

  [Symbol.dispose]() {
    if (!this.killed) this.kill();
  }

  ref() {
    this.#handle?.ref();
  }

  unref() {
    this.#handle?.unref();
  }
}

// ---- asynchronous forms

export function spawn(file, args, options) {
  options = normalize(file, args, options);
  checkTimeout(options.timeout);
  validateAbortSignal(options.signal, "options.signal");
  const killSignal = killSignalNumber(options.killSignal);
  const child = new ChildProcess();
  publish("child_process", { process: child });
  child.spawn(options);

  if (options.timeout > 0) {
    const timer = setTimeout(() => {
      try {
        child.kill(killSignal);
      } catch (error) {
        child.emit("error", error);
      }
    }, options.timeout);
    child.once("exit", () => clearTimeout(timer));
  }
  const { signal } = options;
  if (signal) {
    const abort = () => {
      try {
        if (child.kill(killSignal)) child.emit("error", new AbortError(undefined, { cause: signal.reason }));
      } catch (error) {
        child.emit("error", error);
      }
    };
    if (signal.aborted) nextTick(abort);
    else {
      const disposable = addAbortListener(signal, abort);
      child.once("exit", () => disposable[Symbol.dispose]());
    }
  }
  return child;
}

function execArguments(command, options, callback) {
  validateString(command, "command");
  checkNull(command, "command");
  if (typeof options === "function") [callback, options] = [options, undefined];
  options = { __proto__: null, ...options };
  options.shell = typeof options.shell === "string" ? options.shell : true;
  return { file: command, options, callback };
}

export function exec(command, options, callback) {
  const { file, options: checked, callback: listener } = execArguments(command, options, callback);
  return execFile(file, checked, listener);
}

function execFileArguments(file, args, options, callback) {
  if (Array.isArray(args)) args = args.slice();
  else if (args != null && typeof args === "object") [callback, options, args] = [options, args, null];
  else if (typeof args === "function") [callback, options, args] = [args, null, null];
  args ??= [];
  if (typeof options === "function") callback = options;
  else if (options != null) validateObject(options, "options");
  options ??= {};
  if (typeof options === "function") options = {};
  if (callback != null) validateFunction(callback, "callback");
  if (options.argv0 != null) {
    validateString(options.argv0, "options.argv0");
    checkNull(options.argv0, "options.argv0");
  }
  return { file, args, options, callback };
}

// Collects what a stream gives, up to a limit.
class Collected {
  #chunks = [];
  #bytes = 0;
  #encoding;
  #stream;

  constructor(stream, encoding, maxBytes, overflow) {
    this.#stream = stream;
    this.#encoding = encoding;
    if (!stream) return;
    if (encoding) stream.setEncoding(encoding);
    stream.on("data", (chunk) => {
      if (maxBytes === Infinity) return void this.#chunks.push(chunk);
      const { readableEncoding } = stream;
      const length = readableEncoding ? Buffer.byteLength(chunk, readableEncoding) : chunk.length;
      const before = this.#bytes;
      this.#bytes += length;
      if (this.#bytes > maxBytes) {
        this.#chunks.push(chunk.slice(0, maxBytes - before));
        overflow();
      } else this.#chunks.push(chunk);
    });
  }

  get contents() {
    return this.#encoding || this.#stream?.readableEncoding ? this.#chunks.join("") : Buffer.concat(this.#chunks);
  }
}

export function execFile(file, args, options, callback) {
  ({ file, args, options, callback } = execFileArguments(file, args, options, callback));
  options = {
    __proto__: null, encoding: "utf8", timeout: 0, maxBuffer: MAX_BUFFER_BYTES, killSignal: "SIGTERM", cwd: null, env: null, shell: false, ...options,
  };
  checkTimeout(options.timeout);
  checkMaxBuffer(options.maxBuffer);
  options.killSignal = killSignalNumber(options.killSignal);
  const { argv0, cwd, env, gid, shell, signal, uid, windowsHide, windowsVerbatimArguments } = options;
  const child = spawn(file, args, { argv0, cwd, env, gid, shell, signal, uid, windowsHide: Boolean(windowsHide), windowsVerbatimArguments: Boolean(windowsVerbatimArguments) });

  const encoding = options.encoding !== "buffer" && Buffer.isEncoding(options.encoding) ? options.encoding : null;
  let failure;
  let killed = false;
  let ended = false;
  let timer;

  const overflow = (name) => () => {
    failure = nodeError("RangeError", "ERR_CHILD_PROCESS_STDIO_MAXBUFFER", `${name} maxBuffer length exceeded`);
    kill();
  };
  const stdout = new Collected(child.stdout, encoding, options.maxBuffer, overflow("stdout"));
  const stderr = new Collected(child.stderr, encoding, options.maxBuffer, overflow("stderr"));

  const finish = (code, signalCode) => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    if (!callback) return;
    const [out, err] = [stdout.contents, stderr.contents];
    if (!failure && code === 0 && signalCode === null) return void callback(null, out, err);
    const command = args.length > 0 ? `${file} ${args.join(" ")}` : file;
    if (!failure) {
      failure = new Error(`Command failed: ${command}\n${err}`);
      failure.code = code < 0 ? getSystemErrorName(code) : code;
      failure.killed = child.killed || killed;
      failure.signal = signalCode;
    }
    failure.cmd = command;
    callback(failure, out, err);
  };
  const kill = () => {
    child.stdout?.destroy();
    child.stderr?.destroy();
    killed = true;
    try {
      child.kill(options.killSignal);
    } catch (error) {
      failure ??= error;
      finish();
    }
  };
  if (options.timeout > 0) {
    timer = setTimeout(() => {
      timer = undefined;
      kill();
    }, options.timeout);
  }
  child.on("close", finish);
  child.on("error", (error) => {
    failure ??= error;
    child.stdout?.destroy();
    child.stderr?.destroy();
    finish();
  });
  return child;
}

const promised = (original) => {
  const value = (...args) => {
    const { promise, resolve, reject } = Promise.withResolvers();
    promise.child = original(...args, (error, stdout, stderr) => {
      if (error !== null) reject(Object.assign(error, { stdout, stderr }));
      else resolve({ stdout, stderr });
    });
    return promise;
  };
  Object.defineProperty(value, "name", { value: original.name });
  return { __proto__: null, enumerable: false, value };
};
Object.defineProperty(exec, promisify.custom, promised(exec));
Object.defineProperty(execFile, promisify.custom, promised(execFile));

export function fork(modulePath, args, options) {
  modulePath = pathOf(modulePath, "modulePath");
  if (args == null) args = [];
  else if (typeof args === "object" && !Array.isArray(args)) [options, args] = [args, []];
  else validateArray(args, "args");
  if (options != null) validateObject(options, "options");
  options = { __proto__: null, ...options, shell: false };
  options.execPath = options.execPath || process.execPath;
  checkNull(options.execPath, "options.execPath");
  const execArgv = options.execArgv || process.execArgv;
  execArgv.forEach((arg, index) => checkNull(arg, `options.execArgv[${index}]`));
  args = [...execArgv, modulePath, ...args];
  if (typeof options.stdio === "string") options.stdio = stdioFromString(options.stdio, "ipc");
  else if (!Array.isArray(options.stdio)) {
    const kind = options.silent ? "pipe" : "inherit";
    options.stdio = [kind, kind, kind, "ipc"];
  } else if (!options.stdio.includes("ipc")) {
    throw nodeError("Error", "ERR_CHILD_PROCESS_IPC_REQUIRED",
      "Forked processes must have an IPC channel, missing value 'ipc' in options.stdio");
  }
  return spawn(options.execPath, args, options);
}

// What a forked Node.js process calls at its start: the process module does it itself.
export function _forkChild(fd, serializationMode) {
  importBuiltin("internal:ipc").attachProcess(process, fd, serializationMode);
}

// ---- synchronous forms

function inputBytes(input, encoding, name) {
  if (input == null) return null;
  if (isView(input)) return input;
  if (typeof input === "string") return Buffer.from(input, encoding && encoding !== "buffer" ? encoding : "utf8");
  throw ERR_INVALID_ARG_TYPE(name, ["Buffer", "TypedArray", "DataView", "string"], input);
}

export function spawnSync(file, args, options) {
  options = { __proto__: null, maxBuffer: MAX_BUFFER_BYTES, ...normalize(file, args, options) };
  checkTimeout(options.timeout);
  checkMaxBuffer(options.maxBuffer);
  options.killSignal = killSignalNumber(options.killSignal);
  const given = options.stdio || "pipe";
  const { entries } = normalizeStdio(given, true);
  const inputs = entries.map((entry, index) => {
    const raw = index === 0 && options.input ? options.input : Array.isArray(given) && (isView(given[index])) ? given[index] : null;
    if (index === 0 && options.input) entries[0] = { type: "pipe" };
    return inputBytes(raw, options.encoding, index === 0 && options.input ? "options.stdio[0]" : `options.stdio[${index}]`);
  });
  const { args: argv, cwd, detached, envPairs, gid, killSignal, maxBuffer, timeout, uid } = options;
  const outcome = spawnSyncNative({
    __proto__: null, file: options.file, args: argv, cwd: cwd || undefined, detached, envPairs, gid: gid ?? undefined, inputs, killSignal, maxBuffer: maxBuffer ?? undefined,
    stdio: entries.map(nativeStdio), timeout: timeout ?? undefined, uid: uid ?? undefined,
  });
  const result = {};
  if (outcome.error) {
    result.error = errnoException(outcome.error, `spawnSync ${options.file}`);
    result.error.path = options.file;
    result.error.spawnargs = argv.slice(1);
  }
  result.status = outcome.status ?? null;
  result.signal = outcome.signal === undefined || outcome.signal === null ? null : signalNames.get(outcome.signal);
  result.output = outcome.output ?? null;
  // The first is read by the child only.
  if (result.output?.length > 0) result.output[0] = null;
  result.pid = outcome.pid;
  if (result.output && options.encoding && options.encoding !== "buffer")
    result.output = result.output.map((bytes) => bytes && bytes.toString(options.encoding));
  result.stdout = result.output && result.output[1];
  result.stderr = result.output && result.output[2];
  return result;
}

function syncFailure(result, args, command) {
  if (result.error) return Object.assign(result.error, result);
  if (result.status === 0) return undefined;
  let message = `Command failed: ${command || args.join(" ")}`;
  if (result.stderr && result.stderr.length > 0) message += `\n${result.stderr.toString()}`;
  return Object.assign(new Error(message), result);
}

export function execFileSync(file, args, options) {
  ({ file, args, options } = execFileArguments(file, args, options));
  const inheritStderr = !options.stdio;
  const result = spawnSync(file, args, options);
  if (inheritStderr && result.stderr) process.stderr.write(result.stderr);
  const failure = syncFailure(result, [options.argv0 || file, ...args]);
  if (failure) throw failure;
  return result.stdout;
}

export function execSync(command, options) {
  const { file, options: checked } = execArguments(command, options);
  const inheritStderr = !checked.stdio;
  const result = spawnSync(file, checked);
  if (inheritStderr && result.stderr) process.stderr.write(result.stderr);
  const failure = syncFailure(result, undefined, command);
  if (failure) throw failure;
  return result.stdout;
}

export default { _forkChild, ChildProcess, exec, execFile, execFileSync, execSync, fork, spawn, spawnSync };
