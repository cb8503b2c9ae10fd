// node:util. Node: https://nodejs.org/api/util.html
import {
  environment, format, formatWithOptions, hasColors, inspect, parseEnv, processId, rememberClasses, stripVTControlCharacters, systemError, systemErrors,
  writeError,
} from "native:util";
import types from "node:util/types";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_NOT_SUPPORTED, ERR_OUT_OF_RANGE, nodeError } from "internal:errors";
import { importBuiltin, nextTick } from "internal:host";
import { MIMEParams, MIMEType } from "internal:mime";
import { validateBoolean, validateFunction, validateInteger, validateNumber, validateObject, validateOneOf, validateString } from "internal:validators";

const { defineProperties, defineProperty, getOwnPropertyDescriptors, getPrototypeOf, setPrototypeOf } = Object;
const { apply, construct, ownKeys } = Reflect;

rememberClasses();

// A module that may be left out of a composition.
function optional(specifier) {
  try {
    return importBuiltin(specifier);
  } catch (error) {
    if (error?.code === "ERR_UNKNOWN_BUILTIN_MODULE") return undefined;
    throw error;
  }
}

function emitWarning(...args) {
  const process = optional("node:process")?.default;
  if (process !== undefined) return process.emitWarning(...args);
  const [text, type = "Warning", code] = args;
  writeError(`(node:${processId()}) ${code === undefined ? "" : `[${code}] `}${type}: ${text}\n`);
}

// ---- callbacks and promises

const customPromisify = Symbol.for("nodejs.util.promisify.custom");
// Names for the values of a callback that gets several: `fs.read[customArgs] = ["bytesRead", "buffer"]`.
const customArgs = Symbol.for("llrt.util.promisify.args");

function promisify(original) {
  validateFunction(original, "original");
  const custom = original[customPromisify];
  const describe = (fn) => ({ __proto__: null, value: fn, enumerable: false, writable: false, configurable: true });
  if (custom) {
    validateFunction(custom, "util.promisify.custom");
    return defineProperty(custom, customPromisify, describe(custom));
  }
  const names = original[customArgs];
  function fn(...args) {
    return new Promise((resolve, reject) => {
      const returned = apply(original, this, [
        ...args,
        (error, ...values) => {
          if (error) return reject(error);
          if (names === undefined || values.length < 2) return resolve(values[0]);
          const object = {};
          for (let index = 0; index < names.length; index++) object[names[index]] = values[index];
          resolve(object);
        },
      ]);
      if (types.isPromise(returned))
        emitWarning("Calling promisify on a function that returns a Promise is likely a mistake.", "DeprecationWarning", "DEP0174");
    });
  }
  setPrototypeOf(fn, getPrototypeOf(original));
  defineProperty(fn, customPromisify, describe(fn));
  const own = getOwnPropertyDescriptors(original);
  for (const key of ownKeys(own)) {
    // An ordinary function's `prototype` cannot be redefined, and what is promisified is no constructor.
    if (key === "prototype") continue;
    defineProperty(fn, key, setPrototypeOf(own[key], null));
  }
  return fn;
}
promisify.custom = customPromisify;

function falsyRejection(reason) {
  const error = nodeError("Error", "ERR_FALSY_VALUE_REJECTION", "Promise was rejected with falsy value");
  error.reason = reason;
  // Who reads it did not call the functions here.
  const { stack } = error;
  if (typeof stack === "string")
    defineProperty(error, "stack", { __proto__: null, value: stack.replace(/\n {4}at (?:\S+ \()?node:util:.*/g, ""), writable: true, configurable: true });
  return error;
}

function callbackify(original) {
  validateFunction(original, "original");
  function callbackified(...args) {
    const callback = args.pop();
    validateFunction(callback, "last argument");
    const done = callback.bind(this);
    apply(original, this, args).then(
      (value) => nextTick(done, null, value),
      (reason) => (reason ? nextTick(done, reason) : nextTick(() => done(falsyRejection(reason)))),
    );
  }
  const own = getOwnPropertyDescriptors(original);
  if (typeof own.length?.value === "number") own.length.value++;
  if (typeof own.name?.value === "string") own.name.value += "Callbackified";
  delete own.prototype;
  for (const key of ownKeys(own)) defineProperty(callbackified, key, setPrototypeOf(own[key], null));
  return callbackified;
}

function aborted(signal, resource) {
  return new Promise((resolve) => {
    if (signal === null || typeof signal !== "object" || typeof signal.addEventListener !== "function" || !("aborted" in signal))
      throw nodeError("TypeError", "ERR_INVALID_ARG_TYPE", "signal is not of type AbortSignal.");
    validateObject(resource, "resource", { allowArray: true, allowFunction: true });
    if (signal.aborted) return resolve();
    // When nobody holds the resource any more, nobody is told.
    const reference = new WeakRef(resource);
    const listener = () => {
      if (reference.deref() !== undefined) resolve();
    };
    signal.addEventListener("abort", listener, { __proto__: null, once: true });
  });
}

function transferableAbortController() {
  throw ERR_NOT_SUPPORTED("util.transferableAbortController()");
}

function transferableAbortSignal(signal) {
  if (signal === null || typeof signal !== "object" || !("aborted" in signal)) throw ERR_INVALID_ARG_TYPE("signal", "AbortSignal", signal);
  throw ERR_NOT_SUPPORTED("util.transferableAbortSignal()");
}

// ---- functions about functions

function inherits(ctor, superCtor) {
  if (ctor === undefined || ctor === null) throw ERR_INVALID_ARG_TYPE("ctor", "Function", ctor);
  if (superCtor === undefined || superCtor === null) throw ERR_INVALID_ARG_TYPE("superCtor", "Function", superCtor);
  if (superCtor.prototype === undefined) throw ERR_INVALID_ARG_TYPE("superCtor.prototype", "Object", superCtor.prototype);
  defineProperty(ctor, "super_", { __proto__: null, value: superCtor, writable: true, configurable: true });
  setPrototypeOf(ctor.prototype, superCtor.prototype);
}

const warnedCodes = new Set();

function deprecate(fn, message, code, { modifyPrototype = true } = {}) {
  if (code !== undefined) validateString(code, "code");
  let warned = false;
  function deprecated(...args) {
    if (!warned) {
      warned = true;
      if (code === undefined || !warnedCodes.has(code)) {
        warnedCodes.add(code);
        emitWarning(message, "DeprecationWarning", code, deprecated);
      }
    }
    return new.target ? construct(fn, args, new.target) : apply(fn, this, args);
  }
  if (modifyPrototype) {
    setPrototypeOf(deprecated, fn);
    if (fn.prototype) deprecated.prototype = fn.prototype;
  }
  defineProperty(deprecated, "length", { __proto__: null, ...Object.getOwnPropertyDescriptor(fn, "length") });
  return deprecated;
}

let debugPattern;

function isDebugged(set) {
  if (debugPattern === undefined) {
    const list = environment("NODE_DEBUG") ?? "";
    const escaped = list.replace(/[|\\{}()[\]^$+?.]/g, "\\$&").replace(/\*/g, ".*").replace(/,/g, "$|^");
    debugPattern = list === "" ? null : new RegExp(`^${escaped}$`, "i");
  }
  return debugPattern?.test(set) === true;
}

function debuglog(set, callback) {
  set = `${set}`.toUpperCase();
  let enabled;
  let told = false;
  const isEnabled = () => (enabled ??= isDebugged(set));
  const write = (...args) => {
    if (isEnabled()) writeError(formatWithOptions({ colors: hasColors(2) }, `${set} ${processId()}:`, format(...args)) + "\n");
  };
  const logger = (...args) => {
    if (!told) {
      told = true;
      // From now on the caller can do without this function.
      callback?.(isEnabled() ? write : () => {});
    }
    write(...args);
  };
  return defineProperty(logger, "enabled", { __proto__: null, get: isEnabled, configurable: true, enumerable: true });
}

// ---- text

function toUSVString(input) {
  return `${input}`.toWellFormed();
}

const isNodeStream = (stream) => typeof stream?.pipe === "function" || (typeof stream?.write === "function" && typeof stream.on === "function");
const isWebStream = (stream) => typeof stream?.getReader === "function" || typeof stream?.getWriter === "function";

function styleText(formats, text, options) {
  validateString(text, "text");
  if (options !== undefined) validateObject(options, "options");
  const { validateStream = true, stream } = options ?? {};
  validateBoolean(validateStream, "options.validateStream");
  let skip = false;
  if (validateStream) {
    if (stream === undefined) skip = !hasColors(1);
    else if (stream === null) skip = true;
    else if (!isNodeStream(stream) && !isWebStream(stream))
      throw ERR_INVALID_ARG_TYPE("stream", ["ReadableStream", "WritableStream", "Stream"], stream);
    else if (environment("FORCE_COLOR") !== undefined) skip = !hasColors(1);
    else skip = !(stream.isTTY && (typeof stream.getColorDepth === "function" ? stream.getColorDepth() > 2 : true));
  }
  const list = Array.isArray(formats) ? formats : [formats];
  for (let index = list.length - 1; index >= 0; index--) {
    const codes = colorCodes(list[index]);
    if (codes === undefined || skip) continue;
    const open = `\x1b[${codes[0]}m`;
    const close = `\x1b[${codes[1]}m`;
    // Text that ends this style itself goes on in it. Bold and dim share their end, which has to stay.
    const resume = codes[1] === 22 ? close + open : open;
    text = `${open}${resumeAfter(text, close, resume)}${close}`;
  }
  return text;
}

// The text with every end of a style but the last one, when the text ends in it, replaced.
function resumeAfter(text, close, resume) {
  const end = text.endsWith(close) ? text.length - close.length : text.length;
  return text.slice(0, end).replaceAll(close, resume) + text.slice(end);
}

function colorCodes(format) {
  if (format === "none") return undefined;
  if (typeof format === "string" && /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(format)) {
    const digits = format.length === 4 ? format.slice(1).replace(/./g, "$&$&") : format.slice(1);
    const part = (index) => parseInt(digits.slice(index, index + 2), 16);
    return [`38;2;${part(0)};${part(2)};${part(4)}`, 39];
  }
  const codes = typeof format === "string" ? inspect.colors[format] : undefined;
  if (codes === undefined) validateOneOf(format, "format", ownKeys(inspect.colors));
  return codes;
}

// ---- system errors

function validateErrorNumber(number) {
  validateNumber(number, "err");
  if (number >= 0 || !Number.isSafeInteger(number)) throw ERR_OUT_OF_RANGE("err", "a negative integer", number);
}

function getSystemErrorName(number) {
  validateErrorNumber(number);
  return systemError(number)?.[0] ?? `Unknown system error ${number}`;
}

function getSystemErrorMessage(number) {
  validateErrorNumber(number);
  return systemError(number)?.[1] ?? `Unknown system error ${number}`;
}

const getSystemErrorMap = () => new Map(systemErrors().map(([number, name, text]) => [number, [name, text]]));

function _errnoException(number, syscall, original) {
  const code = getSystemErrorName(number);
  const error = new Error(original ? `${syscall} ${code} ${original}` : `${syscall} ${code}`);
  return Object.assign(error, { errno: number, code, syscall });
}

function _exceptionWithHostPort(number, syscall, address, port, additional) {
  const code = getSystemErrorName(number);
  let details = "";
  if (port && port > 0) details = ` ${address}:${port}`;
  else if (address) details = ` ${address}`;
  if (additional) details += ` - Local (${additional})`;
  const error = Object.assign(new Error(`${syscall} ${code}${details}`), { errno: number, code, syscall, address });
  if (port) error.port = port;
  return error;
}

const SIGNALS = {
  __proto__: null,
  SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGIOT: 6, SIGBUS: 7, SIGFPE: 8, SIGKILL: 9, SIGUSR1: 10,
  SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15, SIGCHLD: 17, SIGSTKFLT: 16, SIGCONT: 18, SIGSTOP: 19, SIGTSTP: 20,
  SIGTTIN: 21, SIGTTOU: 22, SIGURG: 23, SIGXCPU: 24, SIGXFSZ: 25, SIGVTALRM: 26, SIGPROF: 27, SIGWINCH: 28, SIGIO: 29, SIGPOLL: 29,
  SIGPWR: 30, SIGSYS: 31,
};

function convertProcessSignalToExitCode(signalCode) {
  validateOneOf(signalCode, "signalCode", Object.keys(SIGNALS));
  return 128 + SIGNALS[signalCode];
}

function setTraceSigInt(enable) {
  if (enable) throw ERR_NOT_SUPPORTED("util.setTraceSigInt(true)");
}

// ---- the call stack

function getCallSites(frameCount = 10, options = undefined) {
  if (options === undefined && frameCount !== null && typeof frameCount === "object") {
    options = frameCount;
    frameCount = 10;
  }
  if (options !== undefined) {
    validateObject(options, "options");
    if (options.sourceMap !== undefined) validateBoolean(options.sourceMap, "options.sourceMap");
  }
  validateInteger(frameCount, "frameCount", 1, 200);
  const limit = Error.stackTraceLimit;
  const prepare = Error.prepareStackTrace;
  const holder = { __proto__: null };
  // The places of the sources that the code was made from, or of the code itself.
  const maps = typeof options?.sourceMap === "boolean" ? optional("node:module") : undefined;
  const isMapped = maps?.getSourceMapsSupport().enabled;
  if (isMapped !== options?.sourceMap) maps?.setSourceMapsSupport(options.sourceMap);
  try {
    Error.stackTraceLimit = frameCount;
    Error.prepareStackTrace = undefined;
    Error.captureStackTrace(holder, getCallSites);
  } finally {
    Error.stackTraceLimit = limit;
    Error.prepareStackTrace = prepare;
    if (isMapped !== options?.sourceMap) maps?.setSourceMapsSupport(isMapped);
  }
  return `${holder.stack}`.split("\n").filter((line) => line.startsWith("    at ")).map(callSite);
}

function callSite(line) {
  const [, name = "", place = ""] = /^ {4}at (?:(.*) \((.*)\)|.*)$/.exec(line) ?? [];
  const located = /^(.*?):(\d+):(\d+)$/.exec(place || line.slice(7));
  const [, scriptName = place, row = "0", column = "0"] = located ?? [];
  return {
    __proto__: null,
    functionName: name === "<anonymous>" ? "" : name,
    scriptId: "0",
    scriptName,
    lineNumber: Number(row),
    columnNumber: Number(column),
    column: Number(column),
  };
}

// ---- loaded when they are called

function isDeepStrictEqual(value1, value2, skipPrototype) {
  return importBuiltin("internal:comparisons").isDeepEqual(value1, value2, { strict: true, skipPrototype: skipPrototype === true });
}

function diff(actual, expected) {
  return importBuiltin("internal:comparisons").diff(actual, expected);
}

function parseArgs(config = {}) {
  return importBuiltin("internal:parse-args").parseArgs(config);
}
defineProperty(parseArgs, "length", { __proto__: null, value: 0, configurable: true });

// ---- deprecated

const isArray = deprecate(Array.isArray, "The `util.isArray` API is deprecated. Please use `Array.isArray()` instead.", "DEP0044");
const _extend = deprecate(
  function _extend(target, source) {
    return source === null || typeof source !== "object" ? target : Object.assign(target, source);
  },
  "The `util._extend` API is deprecated. Please use Object.assign() instead.",
  "DEP0060",
);

const { TextDecoder, TextEncoder } = optional("internal:encoding") ?? {};
const debug = debuglog;

const util = {
  _errnoException, _exceptionWithHostPort, _extend, callbackify, convertProcessSignalToExitCode, debug, debuglog, deprecate, format, styleText,
  formatWithOptions, getCallSites, getSystemErrorMap, getSystemErrorName, getSystemErrorMessage, inherits, inspect, isArray,
  isDeepStrictEqual, promisify, stripVTControlCharacters, toUSVString, transferableAbortSignal, transferableAbortController, aborted, types,
  parseEnv, parseArgs, TextDecoder, TextEncoder, MIMEType, MIMEParams, diff, setTraceSigInt,
};
export {
  _errnoException, _exceptionWithHostPort, _extend, callbackify, convertProcessSignalToExitCode, debug, debuglog, deprecate, format, styleText,
  formatWithOptions, getCallSites, getSystemErrorMap, getSystemErrorName, getSystemErrorMessage, inherits, inspect, isArray,
  isDeepStrictEqual, promisify, stripVTControlCharacters, toUSVString, transferableAbortSignal, transferableAbortController, aborted, types,
  parseEnv, parseArgs, TextDecoder, TextEncoder, MIMEType, MIMEParams, diff, setTraceSigInt,
};
export default util;
