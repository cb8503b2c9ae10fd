// KeyObject, and secret keys. Node: https://nodejs.org/api/crypto.html#class-keyobject
import { fillRandom, timingSafeEqual } from "native:crypto-keys";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS, ERR_NOT_SUPPORTED, ERR_UNKNOWN_ENCODING } from "internal:errors";
import { importBuiltin, nextTick } from "internal:host";
import { validateFunction, validateInteger, validateObject, validateOneOf, validateString } from "internal:validators";

const buffer = () => importBuiltin("node:buffer").Buffer;

/** What a key is made of. Only this module makes one, so that user code cannot make keys of other things. */
class SecretHandle {
  constructor(bytes) {
    this.bytes = bytes;
  }
}

let CryptoKey;
let keyOfCryptoKey;
/** Tells of the web's keys, which are made elsewhere. */
export const setCryptoKeys = (Class, keyOf) => {
  CryptoKey = Class;
  keyOfCryptoKey = keyOf;
};

export class KeyObject {
  #type;
  #handle;
  constructor(type, handle) {
    if (type !== "secret" && type !== "public" && type !== "private") throw ERR_INVALID_ARG_VALUE("type", type);
    if (!(handle instanceof SecretHandle)) throw ERR_INVALID_ARG_TYPE("handle", "object", handle);
    this.#type = type;
    this.#handle = handle;
  }
  get type() {
    if (!isKeyObject(this)) throw ERR_INVALID_THIS("KeyObject");
    return this.#type;
  }
  static from(key) {
    if (CryptoKey === undefined || !(key instanceof CryptoKey)) throw ERR_INVALID_ARG_TYPE("key", "CryptoKey", key);
    return keyOfCryptoKey(key);
  }
  static is(value) {
    return typeof value === "object" && value !== null && #handle in value;
  }
  static bytesOf(key) {
    return key.#handle.bytes;
  }
  toCryptoKey() {
    if (!isKeyObject(this)) throw ERR_INVALID_THIS("KeyObject");
    throw ERR_NOT_SUPPORTED("keyObject.toCryptoKey()");
  }
  equals(other) {
    if (!isKeyObject(this)) throw ERR_INVALID_THIS("KeyObject");
    if (!isKeyObject(other)) throw ERR_INVALID_ARG_TYPE("otherKeyObject", "KeyObject", other);
    if (other.#type !== this.#type) return false;
    const [a, b] = [this.#handle.bytes, other.#handle.bytes];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
Object.defineProperty(KeyObject.prototype, Symbol.toStringTag, { __proto__: null, value: "KeyObject", configurable: true });

/** Whether a value is a key that this module has made. */
export const isKeyObject = KeyObject.is;
/** The bytes of a secret key, which are not to be changed. */
export const bytesOf = KeyObject.bytesOf;
delete KeyObject.is;
delete KeyObject.bytesOf;

class SecretKeyObject extends KeyObject {
  get symmetricKeySize() {
    if (!isKeyObject(this)) throw ERR_INVALID_THIS("KeyObject");
    return bytesOf(this).length;
  }
  export(options) {
    if (!isKeyObject(this)) throw ERR_INVALID_THIS("KeyObject");
    if (options !== undefined) {
      validateObject(options, "options");
      validateOneOf(options.format, "options.format", [undefined, "buffer", "jwk"]);
      if (options.format === "jwk") return { kty: "oct", k: buffer().from(bytesOf(this)).toString("base64url") };
    }
    return buffer().from(bytesOf(this));
  }
}

const make = (bytes) => new SecretKeyObject("secret", new SecretHandle(bytes));

export function createSecretKey(key, encoding) {
  if (typeof key === "string") {
    if (encoding !== undefined && encoding !== "buffer" && !buffer().isEncoding(encoding)) throw ERR_UNKNOWN_ENCODING(encoding);
    return make(new Uint8Array(buffer().from(key, encoding === "buffer" ? "utf8" : encoding)));
  }
  if (ArrayBuffer.isView(key)) return make(new Uint8Array(key.buffer, key.byteOffset, key.byteLength).slice());
  const shared = typeof SharedArrayBuffer === "function" && key instanceof SharedArrayBuffer;
  if (key instanceof ArrayBuffer || shared) return make(new Uint8Array(key).slice());
  throw ERR_INVALID_ARG_TYPE("key", ["ArrayBuffer", "Buffer", "TypedArray", "DataView"], key);
}

// ---- generating

const AES_LENGTHS = [128, 192, 256];

/** Bytes of the key that is asked for. */
function lengthOf(type, options) {
  validateString(type, "type");
  validateObject(options, "options");
  const { length } = options;
  switch (type) {
    case "hmac":
      validateInteger(length, "options.length", 8, 2 ** 31 - 1);
      break;
    case "aes":
      validateOneOf(length, "options.length", AES_LENGTHS);
      break;
    default:
      throw ERR_INVALID_ARG_VALUE("type", type, "must be a supported key type");
  }
  return Math.floor(length / 8);
}

function generate(length) {
  const bytes = new Uint8Array(length);
  fillRandom(bytes, 0, length);
  return make(bytes);
}

export const generateKeySync = (type, options) => generate(lengthOf(type, options));

export function generateKey(type, options, callback) {
  if (typeof options === "function") [callback, options] = [options, undefined];
  const length = lengthOf(type, options);
  validateFunction(callback, "callback");
  const key = generate(length);
  nextTick(callback, undefined, key);
}
