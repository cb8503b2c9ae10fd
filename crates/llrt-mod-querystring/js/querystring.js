// node:querystring. Node: https://nodejs.org/api/querystring.html
import { Buffer } from "node:buffer";

const { isArray } = Array;
const ESCAPE = /%[\da-f]{2}/i;

// The bytes of `text` with its percent escapes undone; what is no escape stays.
export function unescapeBuffer(text, decodeSpaces = false) {
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    let code = text.charCodeAt(index);
    if (code === 0x25) {
      const digits = text.slice(index + 1, index + 3);
      if (/^[\da-f]{2}$/i.test(digits)) {
        code = parseInt(digits, 16);
        index += 2;
      }
    } else if (code === 0x2b && decodeSpaces) {
      code = 0x20;
    }
    bytes[length++] = code;
  }
  return length === text.length ? bytes : bytes.slice(0, length);
}

export function unescape(text, decodeSpaces = false) {
  try {
    return decodeURIComponent(text);
  } catch {
    return querystring.unescapeBuffer(text, decodeSpaces).toString();
  }
}

export function escape(value) {
  const text = asText(value);
  return text.isWellFormed() ? encodeURIComponent(text) : escapeIllFormed(text);
}

// Node takes whatever follows a surrogate for the other half of it.
function escapeIllFormed(text) {
  let escaped = "";
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0xd800 || unit > 0xdfff) {
      escaped += encodeURIComponent(text[index]);
      continue;
    }
    if (++index >= text.length) {
      const invalid = new URIError("URI malformed");
      invalid.code = "ERR_INVALID_URI";
      throw invalid;
    }
    escaped += encodeURIComponent(String.fromCodePoint(0x10000 + (((unit & 0x3ff) << 10) | (text.charCodeAt(index) & 0x3ff))));
  }
  return escaped;
}

function asText(value) {
  if (typeof value === "string") return value;
  // An object is asked for text before a number.
  if (typeof value === "object" && value !== null) return String(value);
  return `${value}`;
}

// ---- to text

function primitiveText(value) {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? `${value}` : "";
  if (typeof value === "bigint" || typeof value === "boolean") return `${value}`;
  return "";
}

export function stringify(object, separator, equals, options) {
  if (object === null || typeof object !== "object") return "";
  separator ||= "&";
  equals ||= "=";
  const custom = typeof options?.encodeURIComponent === "function" ? options.encodeURIComponent : undefined;
  const encode = custom ?? querystring.escape;
  // Digits need no escape; a custom function is asked all the same.
  const encodeValue = (value) => {
    if (custom === undefined && typeof value === "number" && Math.abs(value) < 1e21) return Number.isFinite(value) ? `${value}` : "";
    const text = primitiveText(value);
    return text === "" && custom === undefined ? "" : encode(text);
  };
  const fields = [];
  for (const key of Object.keys(object)) {
    const value = object[key];
    const name = encode(key) + equals;
    if (isArray(value)) for (const item of value) fields.push(name + encodeValue(item));
    else fields.push(name + encodeValue(value));
  }
  return fields.join(separator);
}

// ---- from text

export function parse(text, separator, equals, options) {
  const result = { __proto__: null };
  if (typeof text !== "string" || text === "") return result;
  separator = separator ? `${separator}` : "&";
  equals = equals ? `${equals}` : "=";
  const max = typeof options?.maxKeys === "number" ? options.maxKeys : 1000;
  let left = max > 0 ? max : Infinity;
  const custom = typeof options?.decodeURIComponent === "function" ? options.decodeURIComponent : undefined;
  const overridden = querystring.unescape !== unescape;
  const decode = custom ?? querystring.unescape;
  const always = custom !== undefined || overridden;
  const decoded = (part) => {
    if (part.includes("+")) part = part.replaceAll("+", always ? "%20" : " ");
    if (!always && !(part.includes("%") && ESCAPE.test(part))) return part;
    try {
      return decode(part);
    } catch {
      return querystring.unescape(part, true);
    }
  };
  let from = 0;
  while (from <= text.length) {
    // An empty separator separates nothing.
    let to = separator === "" ? -1 : text.indexOf(separator, from);
    if (to === -1) to = text.length;
    if (to > from) {
      const field = text.slice(from, to);
      const split = field.indexOf(equals);
      const key = decoded(split === -1 ? field : field.slice(0, split));
      add(result, key, split === -1 ? "" : decoded(field.slice(split + equals.length)));
    }
    // An empty field counts, too.
    if (--left <= 0) break;
    from = to + (separator.length || 1);
  }
  return result;
}

function add(result, key, value) {
  const earlier = result[key];
  if (earlier === undefined && !(key in result)) result[key] = value;
  else if (isArray(earlier)) earlier.push(value);
  else result[key] = [earlier, value];
}

const querystring = { unescapeBuffer, unescape, escape, stringify, encode: stringify, parse, decode: parse };
export { stringify as encode, parse as decode };
export default querystring;
