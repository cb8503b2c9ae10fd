// node:crypto. Node: https://nodejs.org/api/crypto.html
import * as native from "native:crypto";
import {
  ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_NOT_SUPPORTED, ERR_OUT_OF_RANGE, nodeError,
} from "internal:errors";
import { bytesOf, createSecretKey, generateKey, generateKeySync, isKeyObject, KeyObject, setCryptoKeys } from "internal:crypto-keys";
import { importBuiltin, isBuiltin, nextTick } from "internal:host";
import { validateBoolean, validateFunction, validateInteger, validateObject, validateString } from "internal:validators";

const MAX_RANDOM_BYTES = 2147483647;
const MAX_RANDOM_SPAN = 2 ** 48;

const toBuffer = (bytes) => importBuiltin("node:buffer").Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function decodeInput(data, encoding, name) {
  if (typeof data === "string")
    return encoding === undefined || encoding === "utf8" || encoding === "utf-8" ? data : importBuiltin("node:buffer").Buffer.from(data, encoding);
  if (ArrayBuffer.isView(data)) return data;
  throw ERR_INVALID_ARG_TYPE(name, ["string", "Buffer", "TypedArray", "DataView"], data);
}

const encodeOutput = (bytes, encoding) => {
  const buffer = toBuffer(bytes);
  return encoding === undefined || encoding === "buffer" ? buffer : buffer.toString(encoding);
};

// ---- Hash and Hmac are Transform streams. Most are never used as such, so that they become streams when a member of one is read.

const STREAM_MEMBERS = [
  "write", "end", "pipe", "on", "once", "addListener", "prependListener", "emit", "removeListener", "off", "read", "push", "destroy", "cork", "uncork",
  "setEncoding", "setDefaultEncoding", "resume", "pause", "unpipe", "isPaused", "iterator", "readable", "writable", "destroyed", "_transform", "_flush",
  "_writableState", "_readableState", "listenerCount", "removeAllListeners", "eventNames", "listeners", Symbol.asyncIterator,
];

function lazilyTransform(prototype) {
  const become = () => {
    const { Transform } = importBuiltin("node:stream");
    for (const member of STREAM_MEMBERS) delete prototype[member];
    Object.setPrototypeOf(prototype, Transform.prototype);
    Object.defineProperties(prototype, {
      _transform: {
        __proto__: null,
        value(chunk, encoding, callback) {
          this.update(chunk, encoding === "buffer" ? undefined : encoding);
          callback();
        },
        writable: true, configurable: true,
      },
      _flush: {
        __proto__: null,
        value(callback) {
          this.push(this.digest());
          callback();
        },
        writable: true, configurable: true,
      },
    });
    // Each instance's stream state is made when it is first looked for.
    for (const state of ["_readableState", "_writableState", "_events"]) {
      Object.defineProperty(prototype, state, {
        __proto__: null,
        get() {
          Transform.call(this, this[kOptions]);
          return this[state];
        },
        set(value) {
          Object.defineProperty(this, state, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
        },
        configurable: true,
      });
    }
  };
  for (const member of STREAM_MEMBERS) {
    Object.defineProperty(prototype, member, {
      __proto__: null,
      get() {
        become();
        return this[member];
      },
      set(value) {
        become();
        this[member] = value;
      },
      configurable: true,
    });
  }
}

const kOptions = Symbol("options");
const kHash = Symbol("hash");

export function Hash(algorithm, options) {
  if (!new.target) return new Hash(algorithm, options);
  if (algorithm instanceof Hash) this[kHash] = open(algorithm).copy();
  else {
    validateString(algorithm, "algorithm");
    const length = options?.outputLength;
    this[kHash] = new native.Hash(algorithm);
    if (length !== undefined) {
      validateInteger(length, "options.outputLength", 0, 4294967295);
      if (length !== native.hash(algorithm, "", "buffer").length)
        throw nodeError("Error", "ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH", "not XOF or invalid length");
    }
  }
  this[kOptions] = options;
}
const open = (hash) => {
  if (hash[kHash] === undefined) throw nodeError("Error", "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
  return hash[kHash];
};
Hash.prototype.update = function update(data, encoding) {
  open(this).update(decodeInput(data, encoding, "data"));
  return this;
};
Hash.prototype.digest = function digest(encoding) {
  const bytes = open(this).digest();
  this[kHash] = undefined;
  return encodeOutput(bytes, encoding);
};
Hash.prototype.copy = function copy(options) {
  const made = Object.create(Hash.prototype);
  made[kHash] = open(this).copy();
  made[kOptions] = options;
  return made;
};
lazilyTransform(Hash.prototype);

export function Hmac(algorithm, key, options) {
  if (!new.target) return new Hmac(algorithm, key, options);
  validateString(algorithm, "hmac");
  if (isKeyObject(key)) key = bytesOf(key);
  if (key === null || (typeof key !== "string" && !ArrayBuffer.isView(key) && !(key instanceof ArrayBuffer)))
    throw ERR_INVALID_ARG_TYPE("key", ["string", "ArrayBuffer", "Buffer", "TypedArray", "DataView", "KeyObject", "CryptoKey"], key);
  this[kHash] = new native.Hash(algorithm, typeof key === "string" ? decodeInput(key, options?.encoding, "key") : key);
  this[kOptions] = options;
}
Hmac.prototype.update = Hash.prototype.update;
Hmac.prototype.digest = function digest(encoding) {
  // Node's HMAC gives an empty digest the second time.
  if (this[kHash] === undefined) return encodeOutput(new Uint8Array(0), encoding);
  const bytes = this[kHash].digest();
  this[kHash] = undefined;
  return encodeOutput(bytes, encoding);
};
lazilyTransform(Hmac.prototype);

export const createHash = (algorithm, options) => new Hash(algorithm, options);
export const createHmac = (algorithm, key, options) => new Hmac(algorithm, key, options);
export const getHashes = () => [...native.hashes];

export function hash(algorithm, input, options) {
  validateString(algorithm, "algorithm");
  if (typeof input !== "string" && !ArrayBuffer.isView(input))
    throw ERR_INVALID_ARG_TYPE("input", ["Buffer", "TypedArray", "DataView", "string"], input);
  const encoding = typeof options === "string" ? options : (options?.outputEncoding ?? "hex");
  validateString(encoding, "outputEncoding");
  return native.hash(algorithm, input, encoding.toLowerCase());
}

// ---- random

function checkSize(size) {
  if (typeof size !== "number") throw ERR_INVALID_ARG_TYPE("size", "number", size);
  if (Number.isNaN(size) || size > MAX_RANDOM_BYTES || size < 0) throw ERR_OUT_OF_RANGE("size", `>= 0 && <= ${MAX_RANDOM_BYTES}`, size);
  return Math.trunc(size);
}

export function randomBytes(size, callback) {
  size = checkSize(size);
  if (callback === undefined) return native.randomBytes(size);
  validateFunction(callback, "callback");
  deliver(native.randomBytesLater(size), callback);
}

// The callback runs outside the promise, so that what it throws is an uncaught exception.
function deliver(promise, callback) {
  promise.then(
    (value) => nextTick(callback, null, value),
    (error) => nextTick(callback, error),
  );
}

function checkRange(buffer, offset, size) {
  const bytes = ArrayBuffer.isView(buffer) ? buffer.BYTES_PER_ELEMENT ?? 1 : 1;
  const length = buffer.byteLength;
  const check = (value, name, max) => {
    if (typeof value !== "number") throw ERR_INVALID_ARG_TYPE(name, "number", value);
    value *= bytes;
    if (Number.isNaN(value) || value > max || value < 0) throw ERR_OUT_OF_RANGE(name, `>= 0 && <= ${max}`, value);
    return Math.trunc(value);
  };
  offset = offset === undefined ? 0 : check(offset, "offset", length);
  size = size === undefined ? length - offset : check(size, "size", MAX_RANDOM_BYTES);
  if (offset + size > length) throw ERR_OUT_OF_RANGE("size + offset", `<= ${length}`, size + offset);
  return [offset, size];
}

const isBytes = (value) => value instanceof ArrayBuffer || (typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer) || ArrayBuffer.isView(value);

export function randomFillSync(buffer, offset, size) {
  if (!isBytes(buffer)) throw ERR_INVALID_ARG_TYPE("buf", ["ArrayBuffer", "ArrayBufferView"], buffer);
  native.fillRandom(buffer, ...checkRange(buffer, offset, size));
  return buffer;
}

export function randomFill(buffer, offset, size, callback) {
  if (!isBytes(buffer)) throw ERR_INVALID_ARG_TYPE("buf", ["ArrayBuffer", "ArrayBufferView"], buffer);
  if (typeof offset === "function") [callback, offset, size] = [offset, undefined, undefined];
  else if (typeof size === "function") [callback, size] = [size, undefined];
  validateFunction(callback, "callback");
  const range = checkRange(buffer, offset, size);
  native.fillRandom(buffer, ...range);
  nextTick(callback, null, buffer);
}

export function randomInt(min, max, callback) {
  const onlyMax = max === undefined || typeof max === "function";
  if (onlyMax) [callback, max, min] = [max, min, 0];
  if (callback !== undefined) validateFunction(callback, "callback");
  if (!Number.isSafeInteger(min)) throw ERR_INVALID_ARG_TYPE("min", "a safe integer", min);
  if (!Number.isSafeInteger(max)) throw ERR_INVALID_ARG_TYPE("max", "a safe integer", max);
  if (max <= min) throw ERR_OUT_OF_RANGE("max", `greater than the value of "min" (${min})`, max);
  if (max - min >= MAX_RANDOM_SPAN) throw ERR_OUT_OF_RANGE(onlyMax ? "max" : "max - min", `<= ${MAX_RANDOM_SPAN - 1}`, max - min);
  const number = native.randomInt(min, max);
  if (callback === undefined) return number;
  nextTick(callback, undefined, number);
}

export function randomUUID(options) {
  if (options !== undefined) {
    validateObject(options, "options");
    if (options.disableEntropyCache !== undefined) validateBoolean(options.disableEntropyCache, "options.disableEntropyCache");
  }
  return native.randomUUID();
}

export const timingSafeEqual = (a, b) => native.timingSafeEqual(a, b);

// ---- Web Crypto: https://w3c.github.io/webcrypto/

const illegal = Symbol("illegal");
const DIGESTS = { "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512" };

const exception = (name, text) => new DOMException(text, name);

let keyOf;
export class CryptoKey {
  #key;
  #extractable;
  #algorithm;
  #usages;
  constructor(allowed, key, algorithm, extractable, usages) {
    if (allowed !== illegal) throw ERR_ILLEGAL_CONSTRUCTOR();
    this.#key = key;
    this.#extractable = extractable;
    this.#algorithm = algorithm;
    this.#usages = usages;
  }
  get type() {
    return keyOf(this).type;
  }
  get extractable() {
    keyOf(this);
    return this.#extractable;
  }
  get algorithm() {
    keyOf(this);
    return this.#algorithm;
  }
  get usages() {
    keyOf(this);
    return this.#usages;
  }
  static {
    keyOf = (key) => {
      if (typeof key !== "object" || key === null || !(#key in key)) throw ERR_INVALID_THIS("CryptoKey");
      return key.#key;
    };
  }
}
setCryptoKeys(CryptoKey, (key) => keyOf(key));

function digestName(algorithm) {
  const name = String(typeof algorithm === "object" && algorithm !== null ? algorithm.name : algorithm).toUpperCase();
  if (!Object.hasOwn(DIGESTS, name)) throw exception("NotSupportedError", "Unrecognized algorithm name");
  return name;
}

// The parameters of an HMAC key, the only kind that there is so far.
function hmacParameters(algorithm) {
  const { name, hash, length } = typeof algorithm === "object" && algorithm !== null ? algorithm : { name: algorithm };
  if (String(name).toUpperCase() !== "HMAC") throw exception("NotSupportedError", `The algorithm ${name} is not available in this runtime yet`);
  return { hash, length };
}

const USAGES = ["sign", "verify"];
function makeHmacKey(bytes, hash, extractable, usages) {
  if (bytes.length === 0) throw exception("DataError", "Zero-length key is not supported");
  if (usages.some((usage) => !USAGES.includes(usage))) throw exception("SyntaxError", "Unsupported key usage for HMAC key");
  if (usages.length === 0) throw exception("SyntaxError", "Usages cannot be empty when importing a secret key.");
  const algorithm = { name: "HMAC", length: bytes.length * 8, hash: { name: digestName(hash) } };
  return new CryptoKey(illegal, createSecretKey(bytes), algorithm, Boolean(extractable), USAGES.filter((usage) => usages.includes(usage)));
}

function hmac(usage, key, data) {
  const bytes = bytesOf(keyOf(key));
  if (!key.usages.includes(usage)) throw exception("InvalidAccessError", `Unable to use this key to ${usage}`);
  if (!isBytes(data)) throw ERR_INVALID_ARG_TYPE("data", ["ArrayBuffer", "Buffer", "TypedArray", "DataView"], data);
  return new native.Hash(DIGESTS[key.algorithm.hash.name], bytes).update(data).digest();
}

const viewOf = (data) => (ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data));

export class SubtleCrypto {
  constructor(allowed) {
    if (allowed !== illegal) throw ERR_ILLEGAL_CONSTRUCTOR();
  }
  async digest(algorithm, data) {
    if (!(this instanceof SubtleCrypto)) throw ERR_INVALID_THIS("SubtleCrypto");
    if (!isBytes(data)) throw ERR_INVALID_ARG_TYPE("data", ["ArrayBuffer", "Buffer", "TypedArray", "DataView"], data);
    const digest = new native.Hash(DIGESTS[digestName(algorithm)]).update(data).digest();
    return digest.buffer;
  }
  async importKey(format, keyData, algorithm, extractable, keyUsages) {
    if (!(this instanceof SubtleCrypto)) throw ERR_INVALID_THIS("SubtleCrypto");
    const { hash, length } = hmacParameters(algorithm);
    let bytes;
    if (format === "raw" || format === "raw-secret") {
      if (!isBytes(keyData)) throw ERR_INVALID_ARG_TYPE("keyData", ["ArrayBuffer", "Buffer", "TypedArray", "DataView"], keyData);
      bytes = viewOf(keyData);
    } else if (format === "jwk") {
      if (keyData?.kty !== "oct" || typeof keyData.k !== "string") throw exception("DataError", "Invalid keyData");
      bytes = importBuiltin("node:buffer").Buffer.from(keyData.k, "base64url");
    } else throw exception("NotSupportedError", `Unable to import HMAC key with format ${format}`);
    if (length !== undefined && length !== bytes.length * 8) throw exception("DataError", "Invalid key length");
    return makeHmacKey(bytes, hash, extractable, [...keyUsages]);
  }
  async exportKey(format, key) {
    if (!(this instanceof SubtleCrypto)) throw ERR_INVALID_THIS("SubtleCrypto");
    const bytes = bytesOf(keyOf(key));
    if (!key.extractable) throw exception("InvalidAccessError", "key is not extractable");
    if (format === "raw" || format === "raw-secret") return bytes.slice().buffer;
    if (format !== "jwk") throw exception("NotSupportedError", `Unable to export HMAC key using ${format} format`);
    const k = importBuiltin("node:buffer").Buffer.from(bytes).toString("base64url");
    return { key_ops: [...key.usages], ext: true, alg: `HS${key.algorithm.hash.name.slice(4)}`, kty: "oct", k };
  }
  async generateKey(algorithm, extractable, keyUsages) {
    if (!(this instanceof SubtleCrypto)) throw ERR_INVALID_THIS("SubtleCrypto");
    const { hash, length } = hmacParameters(algorithm);
    const name = digestName(hash);
    const bytes = new Uint8Array(length === undefined ? (name === "SHA-1" || name === "SHA-256" ? 64 : 128) : Math.ceil(length / 8));
    native.fillRandom(bytes, 0, bytes.length);
    return makeHmacKey(bytes, name, extractable, [...keyUsages]);
  }
  async sign(algorithm, key, data) {
    if (!(this instanceof SubtleCrypto)) throw ERR_INVALID_THIS("SubtleCrypto");
    hmacParameters(algorithm);
    return hmac("sign", key, data).buffer;
  }
  async verify(algorithm, key, signature, data) {
    if (!(this instanceof SubtleCrypto)) throw ERR_INVALID_THIS("SubtleCrypto");
    hmacParameters(algorithm);
    if (!isBytes(signature)) throw ERR_INVALID_ARG_TYPE("signature", ["ArrayBuffer", "Buffer", "TypedArray", "DataView"], signature);
    const [right, given] = [hmac("verify", key, data), viewOf(signature)];
    return right.length === given.length && native.timingSafeEqual(right, given);
  }
}
for (const name of ["encrypt", "decrypt", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"]) {
  Object.defineProperty(SubtleCrypto.prototype, name, {
    __proto__: null,
    value: { async [name]() {
      throw new DOMException(`SubtleCrypto.${name}() is not available in this runtime yet`, "NotSupportedError");
    } }[name],
    writable: true, enumerable: true, configurable: true,
  });
}

const INTEGER_ARRAYS = new Set([
  "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "BigInt64Array", "BigUint64Array",
]);
const typedArrayTag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;

export class Crypto {
  #subtle;
  constructor(allowed) {
    if (allowed !== illegal) throw ERR_ILLEGAL_CONSTRUCTOR();
  }
  get subtle() {
    if (!(#subtle in this)) throw ERR_INVALID_THIS("Crypto");
    return (this.#subtle ??= new SubtleCrypto(illegal));
  }
  getRandomValues(array) {
    if (!(#subtle in this)) throw ERR_INVALID_THIS("Crypto");
    if (arguments.length < 1)
      throw nodeError("TypeError", "ERR_MISSING_ARGS", 'The "typedArray" argument must be specified');
    if (!ArrayBuffer.isView(array) || !INTEGER_ARRAYS.has(typedArrayTag.call(array)))
      throw new DOMException("The data argument must be an integer-type TypedArray", "TypeMismatchError");
    if (array.byteLength > 65536)
      throw new DOMException(`The requested length exceeds 65,536 bytes`, "QuotaExceededError");
    native.fillRandom(array, 0, array.byteLength);
    return array;
  }
  randomUUID(options) {
    if (!(#subtle in this)) throw ERR_INVALID_THIS("Crypto");
    return randomUUID(options);
  }
}
for (const [Class, names] of [[Crypto, ["subtle", "getRandomValues", "randomUUID"]], [SubtleCrypto, ["digest", "importKey", "exportKey", "generateKey", "sign", "verify"]], [CryptoKey, ["type", "extractable", "algorithm", "usages"]]]) {
  for (const name of names)
    Object.defineProperty(Class.prototype, name, { ...Object.getOwnPropertyDescriptor(Class.prototype, name), enumerable: true });
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { __proto__: null, value: Class.name, configurable: true });
}

export const webcrypto = new Crypto(illegal);
export const { subtle } = webcrypto;
export const getRandomValues = (array) => webcrypto.getRandomValues(array);
export const { constants } = native;
export const getCiphers = () => [];
export const getCurves = () => [];
export const getFips = () => 0;

// ---- not there yet: a named error when it is called

const missing = (name) => {
  const call = function () {
    throw ERR_NOT_SUPPORTED(`crypto.${name}()`);
  };
  Object.defineProperty(call, "name", { __proto__: null, value: name });
  return call;
};

// The class is node:tls's, which reads certificates, and is loaded when one is made or asked about.
let Certificate509;
function loadX509() {
  if (Certificate509 === undefined && isBuiltin("node:tls")) {
    ({ X509Certificate: Certificate509 } = importBuiltin("internal:x509"));
    Object.defineProperty(Certificate509.prototype, "constructor", { __proto__: null, value: X509Certificate, writable: true, configurable: true });
  }
  return Certificate509;
}
export class X509Certificate {
  constructor(buffer) {
    const Class = loadX509();
    if (Class === undefined) throw ERR_NOT_SUPPORTED("crypto.X509Certificate()");
    return new Class(buffer);
  }
  static [Symbol.hasInstance](value) {
    return typeof value === "object" && value !== null && loadX509() !== undefined && value instanceof Certificate509;
  }
}

export { createSecretKey, generateKey, generateKeySync, KeyObject };
export const [
  Certificate, Cipheriv, Decipheriv, DiffieHellman, DiffieHellmanGroup, ECDH, Sign, Verify, checkPrime, checkPrimeSync,
  createCipheriv, createDecipheriv, createDiffieHellman, createDiffieHellmanGroup, createECDH, createPrivateKey, createPublicKey, createSign,
  createVerify, diffieHellman, generateKeyPair, generateKeyPairSync, generatePrime, generatePrimeSync, getCipherInfo, getDiffieHellman, hkdf,
  hkdfSync, pbkdf2, pbkdf2Sync, privateDecrypt, privateEncrypt, publicDecrypt, publicEncrypt, scrypt, scryptSync, secureHeapUsed, setEngine, setFips,
  sign, verify,
] = [
  "Certificate", "Cipheriv", "Decipheriv", "DiffieHellman", "DiffieHellmanGroup", "ECDH", "Sign", "Verify", "checkPrime",
  "checkPrimeSync", "createCipheriv", "createDecipheriv", "createDiffieHellman", "createDiffieHellmanGroup", "createECDH", "createPrivateKey",
  "createPublicKey", "createSign", "createVerify", "diffieHellman", "generateKeyPair", "generateKeyPairSync", "generatePrime", "generatePrimeSync",
  "getCipherInfo", "getDiffieHellman", "hkdf", "hkdfSync", "pbkdf2", "pbkdf2Sync", "privateDecrypt", "privateEncrypt", "publicDecrypt",
  "publicEncrypt", "scrypt", "scryptSync", "secureHeapUsed", "setEngine", "setFips", "sign", "verify",
].map(missing);

export default {
  Certificate, Cipheriv, Decipheriv, DiffieHellman, DiffieHellmanGroup, ECDH, Hash, Hmac, KeyObject, Sign, Verify, X509Certificate,
  checkPrime, checkPrimeSync, constants, createCipheriv, createDecipheriv, createDiffieHellman, createDiffieHellmanGroup, createECDH, createHash,
  createHmac, createPrivateKey, createPublicKey, createSecretKey, createSign, createVerify, diffieHellman, generateKey, generateKeyPair,
  generateKeyPairSync, generateKeySync, generatePrime, generatePrimeSync, getCipherInfo, getCiphers, getCurves, getDiffieHellman, getFips, getHashes,
  getRandomValues, hash, hkdf, hkdfSync, pbkdf2, pbkdf2Sync, privateDecrypt, privateEncrypt, publicDecrypt, publicEncrypt, randomBytes, randomFill,
  randomFillSync, randomInt, randomUUID, scrypt, scryptSync, secureHeapUsed, setEngine, setFips, sign, subtle, timingSafeEqual, verify, webcrypto,
};
