// Makers of Node's errors, by code. Each returns the error; the caller throws it.
// Node: https://nodejs.org/api/errors.html#nodejs-error-codes
import { errnoText, nodeError, invalidArgType, invalidArgValue, outOfRange, systemError } from "native:errors";

export { errnoText, nodeError, systemError };

export const ERR_INVALID_ARG_TYPE = invalidArgType; // (name, expected | [expected], actual)
export const ERR_INVALID_ARG_VALUE = invalidArgValue; // (name, value, reason = "is invalid")
export const ERR_OUT_OF_RANGE = outOfRange; // (name, expectation, actual)

export const ERR_MISSING_ARGS = (...names) => {
  const quoted = names.map((name) => (Array.isArray(name) ? name.map((n) => `"${n}"`).join(" or ") : `"${name}"`));
  const list =
    quoted.length === 1 ? `${quoted[0]} argument`
    : quoted.length === 2 ? `${quoted[0]} and ${quoted[1]} arguments`
    : `${quoted.slice(0, -1).join(", ")}, and ${quoted[quoted.length - 1]} arguments`;
  return nodeError("TypeError", "ERR_MISSING_ARGS", `The ${list} must be specified`);
};
export const ERR_INVALID_THIS = (name) => nodeError("TypeError", "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
export const ERR_METHOD_NOT_IMPLEMENTED = (name) =>
  nodeError("Error", "ERR_METHOD_NOT_IMPLEMENTED", `The ${name} method is not implemented`);
export const ERR_INVALID_RETURN_VALUE = (input, name, value) => {
  const type = value?.constructor?.name ? `an instance of ${value.constructor.name}` : `type ${typeof value}`;
  return nodeError("TypeError", "ERR_INVALID_RETURN_VALUE", `Expected ${input} to be returned from the "${name}" function but got ${type}.`);
};
export const ERR_ILLEGAL_CONSTRUCTOR = () => nodeError("TypeError", "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
export const ERR_INVALID_STATE = (text, kind = "Error") => nodeError(kind, "ERR_INVALID_STATE", `Invalid state: ${text}`);
export const ERR_UNKNOWN_ENCODING = (encoding) => nodeError("TypeError", "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${encoding}`);
// A thing of Node's that this runtime does not offer.
export const ERR_NOT_SUPPORTED = (what) =>
  nodeError("Error", "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", `${what} is not available in this runtime`);

function errnoError(maker, errno, syscall, text, more) {
  const error = new Error(text);
  Error.captureStackTrace?.(error, maker);
  return Object.assign(error, { errno: -Math.abs(errno), code: errnoText(errno)[0], syscall }, more);
}

// A system call that failed, in the three forms that Node has for those of handles: "write EPIPE", "connect ECONNREFUSED 127.0.0.1:80",
// "listen EADDRINUSE: address already in use :::80".
export function errnoException(errno, syscall, message = undefined) {
  const text = `${syscall} ${errnoText(errno)[0]}`;
  return errnoError(errnoException, errno, syscall, message ? `${text} ${message}` : text);
}
const place = (address, port) => (port > 0 ? ` ${address}:${port}` : address ? ` ${address}` : "");
const placeFields = (address, port) => (port ? { address, port } : { address });
export function connectException(errno, syscall, address, port, local = undefined) {
  const text = `${syscall} ${errnoText(errno)[0]}${place(address, port)}${local ? ` - Local (${local})` : ""}`;
  return errnoError(connectException, errno, syscall, text, placeFields(address, port));
}
export function listenException(errno, syscall, address, port) {
  const text = `${syscall} ${errnoText(errno).join(": ")}${place(address, port)}`;
  return errnoError(listenException, errno, syscall, text, placeFields(address, port));
}

export class AbortError extends Error {
  constructor(message = "The operation was aborted", options = undefined) {
    if (options !== undefined && typeof options !== "object") throw ERR_INVALID_ARG_TYPE("options", "Object", options);
    super(message, options);
    this.code = "ABORT_ERR";
    this.name = "AbortError";
  }
}
