// V8's serialization format, version 15. Node: https://nodejs.org/api/v8.html#serialization-api
// The format: https://github.com/v8/v8/blob/main/src/objects/value-serializer.cc (its tags are facts; the code is ours).
import { kindOf } from "native:v8";
import { ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED, nodeError } from "internal:errors";

const VERSION = 15;
const latin1 = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).latin1Slice();
const tag = (text) => text.charCodeAt(0);
const TYPES = [
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, DataView, undefined,
  BigInt64Array, BigUint64Array, globalThis.Float16Array,
];
const BUFFER = 10;
const VIEW_TAGS = { b: Int8Array, B: Uint8Array, C: Uint8ClampedArray, w: Int16Array, W: Uint16Array, d: Int32Array, D: Uint32Array, h: globalThis.Float16Array,
  f: Float32Array, F: Float64Array, q: BigInt64Array, Q: BigUint64Array, "?": DataView };
const ERROR_PROTOTYPES = { E: EvalError, R: RangeError, F: ReferenceError, S: SyntaxError, T: TypeError, U: URIError };
const FLAGS = "gimsuydv"; // in the order of V8's bits: global, ignoreCase, multiline, sticky...
const FLAG_BITS = { g: 1, i: 2, m: 4, y: 8, u: 16, s: 32, d: 128, v: 256 };

// ---- writing

export class Serializer {
  #bytes = Buffer.alloc(64);
  #length = 0;
  #ids = new Map();
  #transferred = new Map();
  #viewsAsHost = false;

  #reserve(count) {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#length + count));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
  #byte(value) {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }
  #tag(text) {
    this.#byte(tag(text));
  }
  #varint(value) {
    for (; value >= 0x80; value = Math.floor(value / 128)) this.#byte((value % 128) | 0x80);
    this.#byte(value);
  }
  #raw(bytes) {
    this.#reserve(bytes.byteLength);
    this.#bytes.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), this.#length);
    this.#length += bytes.byteLength;
  }
  #double(value) {
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  writeHeader() {
    this.#byte(0xff);
    this.#byte(VERSION);
  }
  writeUint32(value) {
    this.#varint(value >>> 0);
  }
  writeUint64(high, low) {
    let value = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    for (; value >= 0x80n; value >>= 7n) this.#byte(Number(value & 0x7fn) | 0x80);
    this.#byte(Number(value));
  }
  writeDouble(value) {
    this.#double(+value);
  }
  writeRawBytes(source) {
    if (source instanceof ArrayBuffer || source instanceof SharedArrayBuffer) source = new Uint8Array(source);
    else if (!ArrayBuffer.isView(source)) throw ERR_INVALID_ARG_TYPE("source", ["ArrayBuffer", "TypedArray", "DataView"], source);
    this.#raw(source);
  }
  releaseBuffer() {
    const released = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.alloc(64);
    this.#length = 0;
    return released;
  }
  transferArrayBuffer(id, buffer) {
    this.#transferred.set(buffer, id);
  }
  _setTreatArrayBufferViewsAsHostObjects(flag) {
    this.#viewsAsHost = Boolean(flag);
  }

  #fail(text) {
    const DataCloneError = this._getDataCloneError ?? Error;
    throw new DataCloneError(text);
  }

  writeValue(value) {
    this.#write(value);
    return true;
  }

  #string(text) {
    let wide = false;
    for (let i = 0; i < text.length && !wide; i++) wide = text.charCodeAt(i) > 255;
    if (!wide) {
      this.#tag('"');
      this.#varint(text.length);
      this.#raw(Buffer.from(text, "latin1"));
      return;
    }
    // Two bytes a unit, at an even place.
    let length = 0;
    for (let rest = text.length * 2; rest >= 0x80; rest >>= 7) length++;
    if ((this.#length + 1 + length + 1) % 2 !== 0) this.#byte(0);
    this.#tag("c");
    this.#varint(text.length * 2);
    this.#raw(Buffer.from(text, "utf16le"));
  }

  #bigint(value) {
    let magnitude = value < 0n ? -value : value;
    const digits = [];
    for (; magnitude > 0n; magnitude >>= 64n) digits.push(magnitude & 0xffffffffffffffffn);
    this.#varint((digits.length * 8 << 1) | (value < 0n ? 1 : 0));
    for (const digit of digits) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(digit);
      this.#raw(bytes);
    }
  }

  #number(value) {
    if (Number.isInteger(value) && !Object.is(value, -0) && value === (value | 0)) {
      this.#tag("I");
      this.#varint(value >= 0 ? value * 2 : -value * 2 - 1);
    } else {
      this.#tag("N");
      this.#double(value);
    }
  }

  #write(value) {
    switch (typeof value) {
      case "undefined":
        return this.#tag("_");
      case "boolean":
        return this.#tag(value ? "T" : "F");
      case "number":
        return this.#number(value);
      case "bigint":
        this.#tag("Z");
        return this.#bigint(value);
      case "string":
        return this.#string(value);
      case "symbol":
        return this.#fail(`${String(value)} could not be cloned.`);
      case "function":
        return this.#fail(`${Function.prototype.toString.call(value)} could not be cloned.`);
    }
    if (value === null) return this.#tag("0");
    this.#object(value);
  }

  #object(object) {
    // A view goes after its buffer.
    if (ArrayBuffer.isView(object) && !this.#ids.has(object) && !this.#viewsAsHost) this.#write(object.buffer);
    const known = this.#ids.get(object);
    if (known !== undefined) {
      this.#tag("^");
      return this.#varint(known);
    }
    this.#ids.set(object, this.#ids.size);
    switch (kindOf(object)) {
      case "array":
        return this.#array(object);
      case "ArrayBuffer":
        return this.#buffer(object);
      case "SharedArrayBuffer": {
        if (typeof this._getSharedArrayBufferId !== "function") return this.#fail("#<SharedArrayBuffer> could not be cloned.");
        const id = this._getSharedArrayBufferId(object);
        this.#tag("u");
        return this.#varint(id);
      }
      case "view":
        return this.#viewsAsHost ? this.#host(object) : this.#view(object);
      case "boxed": {
        const inner = object.valueOf();
        if (typeof inner === "boolean") return this.#tag(inner ? "y" : "x");
        if (typeof inner === "number") {
          this.#tag("n");
          return this.#double(inner);
        }
        if (typeof inner === "bigint") {
          this.#tag("z");
          return this.#bigint(inner);
        }
        if (typeof inner === "symbol") return this.#fail(`${String(inner)} could not be cloned.`);
        this.#tag("s");
        return this.#string(String(inner));
      }
      case "Date":
        this.#tag("D");
        return this.#double(object.getTime());
      case "RegExp": {
        this.#tag("R");
        this.#string(object.source);
        let bits = 0;
        for (const flag of object.flags) bits |= FLAG_BITS[flag];
        return this.#varint(bits);
      }
      case "Map": {
        this.#tag(";");
        const entries = [...object].flat();
        for (const item of entries) this.#write(item);
        this.#tag(":");
        return this.#varint(entries.length);
      }
      case "Set": {
        this.#tag("'");
        const items = [...object];
        for (const item of items) this.#write(item);
        this.#tag(",");
        return this.#varint(items.length);
      }
      case "Error":
        return this.#error(object);
      case "none":
        return this.#fail(`#<${object.constructor?.name || "Object"}> could not be cloned.`);
      default:
        return this.#plain(object);
    }
  }

  #properties(object, keys) {
    let count = 0;
    for (const key of keys) {
      if (!Object.hasOwn(object, key)) continue;
      const index = Number(key);
      if (String(index) === key && Number.isInteger(index) && index >= 0 && index < 4294967295) this.#number(index);
      else this.#string(key);
      this.#write(object[key]);
      count++;
    }
    return count;
  }

  #plain(object) {
    this.#tag("o");
    const count = this.#properties(object, Object.keys(object));
    this.#tag("{");
    this.#varint(count);
  }

  #array(array) {
    const { length } = array;
    let dense = true;
    for (let i = 0; i < length && dense; i++) dense = Object.hasOwn(array, i);
    if (!dense) {
      this.#tag("a");
      this.#varint(length);
      const count = this.#properties(array, Object.keys(array));
      this.#tag("@");
      this.#varint(count);
      return this.#varint(length);
    }
    this.#tag("A");
    this.#varint(length);
    for (let i = 0; i < length; i++) this.#write(array[i]);
    const count = this.#properties(array, Object.keys(array).slice(length));
    this.#tag("$");
    this.#varint(count);
    this.#varint(length);
  }

  #buffer(buffer) {
    const id = this.#transferred.get(buffer);
    if (id !== undefined) {
      this.#tag("t");
      return this.#varint(id);
    }
    if (buffer.detached) return this.#fail("An ArrayBuffer is detached and could not be cloned.");
    if (buffer.resizable) {
      this.#tag("~");
      this.#varint(buffer.byteLength);
      this.#varint(buffer.maxByteLength);
    } else {
      this.#tag("B");
      this.#varint(buffer.byteLength);
    }
    this.#raw(new Uint8Array(buffer));
  }

  #view(view) {
    this.#tag("V");
    const name = Object.keys(VIEW_TAGS).find((key) => VIEW_TAGS[key] !== undefined && view instanceof VIEW_TAGS[key]);
    this.#tag(name);
    this.#varint(view.byteOffset);
    this.#varint(view.byteLength);
    this.#varint(0);
  }

  #host(object) {
    this.#tag("\\");
    if (typeof this._writeHostObject !== "function") throw ERR_METHOD_NOT_IMPLEMENTED("_writeHostObject()");
    this._writeHostObject(object);
  }

  #error(error) {
    this.#tag("r");
    const prototype = Object.keys(ERROR_PROTOTYPES).find((key) => ERROR_PROTOTYPES[key].name === error.name);
    if (prototype !== undefined) this.#tag(prototype);
    if (Object.hasOwn(error, "message")) {
      this.#tag("m");
      this.#string(String(error.message));
    }
    if (Object.hasOwn(error, "cause")) {
      this.#tag("c");
      this.#write(error.cause);
    }
    if (typeof error.stack === "string") {
      this.#tag("s");
      this.#string(error.stack);
    }
    this.#tag(".");
  }
}

// ---- reading

export class Deserializer {
  #bytes;
  #at = 0;
  #version = 0;
  #objects = [];
  #transferred = new Map();

  constructor(buffer) {
    if (!ArrayBuffer.isView(buffer)) throw ERR_INVALID_ARG_TYPE("buffer", ["Buffer", "TypedArray", "DataView"], buffer);
    this.#bytes = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.buffer = buffer;
  }

  #fail() {
    return new Error("Unable to deserialize cloned data.");
  }
  #byte() {
    if (this.#at >= this.#bytes.length) throw this.#fail();
    return this.#bytes[this.#at++];
  }
  #varint() {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      if (factor > 2 ** 60) throw this.#fail();
    }
  }
  #take(count) {
    if (count > this.#bytes.length - this.#at) throw this.#fail();
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
  #tag() {
    let byte;
    do byte = this.#byte();
    while (byte === 0);
    return String.fromCharCode(byte);
  }
  #peek() {
    const at = this.#at;
    const found = this.#tag();
    this.#at = at;
    return found;
  }

  readHeader() {
    if (this.#bytes[this.#at] === 0xff) {
      this.#at++;
      this.#version = this.#varint();
      if (this.#version > VERSION || this.#version < 13) throw this.#fail();
    }
    return true;
  }
  getWireFormatVersion() {
    return this.#version;
  }
  transferArrayBuffer(id, buffer) {
    this.#transferred.set(id, buffer);
  }
  readUint32() {
    return this.#varint() >>> 0;
  }
  readUint64() {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return [Number((value >> 32n) & 0xffffffffn), Number(value & 0xffffffffn)];
  }
  readDouble() {
    return this.#take(8).readDoubleLE(0);
  }
  readRawBytes(length) {
    return this.buffer.constructor === Buffer || this.buffer instanceof Uint8Array ? this.#take(length) : this.#take(length);
  }
  _readRawBytes(length) {
    this.#take(length);
    return this.#at - length;
  }

  readValue() {
    return this.#read();
  }

  #keep(object) {
    this.#objects.push(object);
    return object;
  }

  #read() {
    const value = this.#value();
    // A view follows its buffer.
    if (value instanceof ArrayBuffer && this.#at < this.#bytes.length && this.#peek() === "V") {
      this.#tag();
      return this.#view(value);
    }
    return value;
  }

  #zigzag() {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #bigint() {
    const bits = this.#varint();
    const bytes = this.#take(Math.floor(bits / 2));
    let value = 0n;
    for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    return bits % 2 === 1 ? -value : value;
  }

  #value() {
    const found = this.#tag();
    switch (found) {
      case "_":
        return undefined;
      case "0":
        return null;
      case "T":
        return true;
      case "F":
        return false;
      case "I":
        return this.#zigzag();
      case "U":
        return this.#varint();
      case "N":
        return this.readDouble();
      case "Z":
        return this.#bigint();
      case '"':
        return latin1(this.#take(this.#varint()));
      case "c":
        return this.#take(this.#varint()).toString("utf16le");
      case "S":
        return this.#take(this.#varint()).toString("utf8");
      case "?":
        this.#varint();
        return this.#value();
      case "^": {
        const id = this.#varint();
        if (id >= this.#objects.length) throw this.#fail();
        return this.#objects[id];
      }
      case "o":
        return this.#properties(this.#keep({}), "{");
      case "a": {
        const array = this.#keep(new Array(this.#varint()));
        this.#properties(array, "@");
        this.#varint();
        return array;
      }
      case "A": {
        const length = this.#varint();
        if (length > this.#bytes.length - this.#at) throw this.#fail();
        const array = this.#keep(new Array(length));
        for (let i = 0; i < length; i++) {
          if (this.#peek() === "-") this.#tag();
          else array[i] = this.#read();
        }
        this.#properties(array, "$");
        this.#varint();
        return array;
      }
      case "D":
        return this.#keep(new Date(this.readDouble()));
      case "y":
        return this.#keep(Object(true));
      case "x":
        return this.#keep(Object(false));
      case "n":
        return this.#keep(Object(this.readDouble()));
      case "z":
        return this.#keep(Object(this.#bigint()));
      case "s":
        return this.#keep(Object(this.#read()));
      case "R": {
        const source = this.#read();
        const bits = this.#varint();
        return this.#keep(new RegExp(source, [...FLAGS].filter((flag) => bits & FLAG_BITS[flag]).join("")));
      }
      case ";": {
        const map = this.#keep(new Map());
        while (this.#peek() !== ":") map.set(this.#read(), this.#read());
        this.#tag();
        this.#varint();
        return map;
      }
      case "'": {
        const set = this.#keep(new Set());
        while (this.#peek() !== ",") set.add(this.#read());
        this.#tag();
        this.#varint();
        return set;
      }
      case "B":
        return this.#keep(copyOf(this.#take(this.#varint())).buffer);
      case "~": {
        const length = this.#varint();
        const buffer = this.#keep(new ArrayBuffer(length, { maxByteLength: this.#varint() }));
        new Uint8Array(buffer).set(this.#take(length));
        return buffer;
      }
      case "t": {
        const buffer = this.#transferred.get(this.#varint());
        if (buffer === undefined) throw this.#fail();
        return this.#keep(buffer);
      }
      case "u": {
        const id = this.#varint();
        if (typeof this._getSharedArrayBufferFromId !== "function") throw this.#fail();
        return this.#keep(this._getSharedArrayBufferFromId(id));
      }
      case "\\": {
        if (typeof this._readHostObject !== "function") throw ERR_METHOD_NOT_IMPLEMENTED("_readHostObject()");
        const place = this.#objects.push(undefined) - 1;
        const object = this._readHostObject();
        if (object === null || typeof object !== "object") throw new TypeError("readHostObject must return an object");
        this.#objects[place] = object;
        return object;
      }
      case "r":
        return this.#error();
      default:
        throw this.#fail();
    }
  }

  #properties(object, end) {
    while (this.#peek() !== end) {
      const key = this.#read();
      Object.defineProperty(object, key, { __proto__: null, value: this.#read(), writable: true, enumerable: true, configurable: true });
    }
    this.#tag();
    this.#varint();
    return object;
  }

  #view(buffer) {
    const View = VIEW_TAGS[String.fromCharCode(this.#byte())];
    const [byteOffset, byteLength] = [this.#varint(), this.#varint()];
    if (this.#version >= 14) this.#varint();
    if (View === undefined || byteOffset + byteLength > buffer.byteLength) throw this.#fail();
    return this.#keep(new View(buffer, byteOffset, byteLength / (View.BYTES_PER_ELEMENT ?? 1)));
  }

  #error() {
    const place = this.#objects.push(undefined) - 1;
    let Type = Error;
    const options = {};
    let message;
    let stack;
    for (let found = this.#tag(); found !== "."; found = this.#tag()) {
      if (found === "m") message = this.#read();
      else if (found === "s") stack = this.#read();
      else if (found === "c") options.cause = this.#read();
      else if (found in ERROR_PROTOTYPES) Type = ERROR_PROTOTYPES[found];
      else throw this.#fail();
    }
    const error = new Type(message, options);
    if (stack !== undefined) Object.defineProperty(error, "stack", { __proto__: null, value: stack, writable: true, configurable: true });
    this.#objects[place] = error;
    return error;
  }
}

function copyOf(bytes) {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}

// ---- with Node's own way of writing views: number of the type, length, bytes

export class DefaultSerializer extends Serializer {
  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject(view) {
    const index = Buffer.isBuffer(view) ? BUFFER : TYPES.findIndex((Type) => Type !== undefined && view instanceof Type);
    if (!ArrayBuffer.isView(view) || index < 0) throw new DOMException("Unserializable host object", "DataCloneError");
    this.writeUint32(index);
    this.writeUint32(view.byteLength);
    this.writeRawBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }
}
DefaultSerializer.prototype._getDataCloneError = Error;

export class DefaultDeserializer extends Deserializer {
  _readHostObject() {
    const index = this.readUint32();
    const length = this.readUint32();
    const bytes = this.readRawBytes(length);
    if (index === BUFFER) return Buffer.from(bytes);
    const Type = TYPES[index];
    if (Type === undefined) throw nodeError("Error", "ERR_INVALID_STATE", "Unable to deserialize cloned data.");
    return new Type(copyOf(bytes).buffer, 0, length / (Type.BYTES_PER_ELEMENT ?? 1));
  }
}
Serializer.prototype._getDataCloneError = Error;

export function serialize(value) {
  const serializer = new DefaultSerializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

export function deserialize(buffer) {
  if (!ArrayBuffer.isView(buffer)) throw ERR_INVALID_ARG_TYPE("buffer", ["Buffer", "TypedArray", "DataView"], buffer);
  const deserializer = new DefaultDeserializer(buffer);
  deserializer.readHeader();
  return deserializer.readValue();
}
