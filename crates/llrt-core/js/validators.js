// Argument checks that throw Node's errors. Each returns nothing; `name` is what the message calls the argument.
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, nodeError } from "internal:errors";

export function validateString(value, name) {
  if (typeof value !== "string") throw ERR_INVALID_ARG_TYPE(name, "string", value);
}

export function validateBoolean(value, name) {
  if (typeof value !== "boolean") throw ERR_INVALID_ARG_TYPE(name, "boolean", value);
}

export function validateFunction(value, name) {
  if (typeof value !== "function") throw ERR_INVALID_ARG_TYPE(name, "Function", value);
}

// Options: nullable, allowArray, allowFunction.
export function validateObject(value, name, options = undefined) {
  if (value === null ? options?.nullable : Array.isArray(value) ? options?.allowArray : typeof value === "object") return;
  if (typeof value === "function" && options?.allowFunction) return;
  throw ERR_INVALID_ARG_TYPE(name, "Object", value);
}

export function validateArray(value, name, minLength = 0) {
  if (!Array.isArray(value)) throw ERR_INVALID_ARG_TYPE(name, "Array", value);
  if (value.length < minLength) throw ERR_INVALID_ARG_VALUE(name, value, `must be longer than ${minLength}`);
}

export function validateNumber(value, name, min = undefined, max = undefined) {
  if (typeof value !== "number") throw ERR_INVALID_ARG_TYPE(name, "number", value);
  if ((min != null && value < min) || (max != null && value > max) || ((min != null || max != null) && Number.isNaN(value))) {
    const low = min != null ? `>= ${min}` : "";
    const high = max != null ? `<= ${max}` : "";
    throw ERR_OUT_OF_RANGE(name, low && high ? `${low} && ${high}` : low || high, value);
  }
}

export function validateInteger(value, name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
  if (typeof value !== "number") throw ERR_INVALID_ARG_TYPE(name, "number", value);
  if (!Number.isInteger(value)) throw ERR_OUT_OF_RANGE(name, "an integer", value);
  if (value < min || value > max) throw ERR_OUT_OF_RANGE(name, `>= ${min} && <= ${max}`, value);
}

export const validateInt32 = (value, name, min = -2147483648, max = 2147483647) => validateInteger(value, name, min, max);

export function validateUint32(value, name, positive = false) {
  validateInteger(value, name, positive ? 1 : 0, 4294967295);
}

export function validateOneOf(value, name, allowed) {
  if (allowed.includes(value)) return;
  const list = allowed.map((item) => (typeof item === "string" ? `'${item}'` : String(item))).join(", ");
  throw ERR_INVALID_ARG_VALUE(name, value, `must be one of: ${list}`);
}

export function validateAbortSignal(signal, name) {
  if (signal !== undefined && (signal === null || typeof signal !== "object" || !("aborted" in signal)))
    throw ERR_INVALID_ARG_TYPE(name, "AbortSignal", signal);
}

export function validateBuffer(value, name = "buffer") {
  if (!ArrayBuffer.isView(value)) throw ERR_INVALID_ARG_TYPE(name, ["Buffer", "TypedArray", "DataView"], value);
}

// Gives the port as a number.
export function validatePort(port, name = "Port", allowZero = true) {
  const isNumeric = typeof port === "number" || (typeof port === "string" && port.trim() !== "");
  if (isNumeric && +port === +port >>> 0 && port <= 0xffff && (allowZero || +port !== 0)) return +port;
  const { message } = ERR_INVALID_ARG_TYPE("", "", port);
  throw nodeError("RangeError", "ERR_SOCKET_BAD_PORT", `${name} should be ${allowZero ? ">=" : ">"} 0 and < 65536.${message.slice(message.indexOf(" Received"))}.`);
}
