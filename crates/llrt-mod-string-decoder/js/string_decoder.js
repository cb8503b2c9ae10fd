// The class is a plain function because programs call it as one (`StringDecoder.call(this)`). Its state is in a Buffer of seven
// bytes: four of a character that is cut, how many it still needs, how many there are, and the encoding's number.
// Node: https://nodejs.org/api/string_decoder.html
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_UNKNOWN_ENCODING, nodeError } from "internal:errors";
import { Buffer } from "node:buffer";
import { decode, encodingName, encodingNumber, flush } from "native:string_decoder";

const kDecoder = Symbol("kNativeDecoder");
const { isView } = ArrayBuffer;

export function StringDecoder(encoding) {
  const number = encoding == null || encoding === "" ? 1 : typeof encoding === "string" ? encodingNumber(encoding) : -1;
  if (number < 0) throw ERR_UNKNOWN_ENCODING(encoding);
  this.encoding = encodingName(number);
  this[kDecoder] = Buffer.alloc(7);
  this[kDecoder][6] = number;
}

StringDecoder.prototype.write = function write(buf) {
  if (typeof buf === "string") return buf;
  if (!isView(buf)) throw ERR_INVALID_ARG_TYPE("buf", ["Buffer", "TypedArray", "DataView"], buf);
  if (!this[kDecoder]) throw ERR_INVALID_THIS("StringDecoder");
  // The length of Node's longest string: also of these bytes it would be one too long.
  if (buf.byteLength > 0x1fffffe8) throw nodeError("Error", "ERR_STRING_TOO_LONG", "Cannot create a string longer than 0x1fffffe8 characters");
  return decode(this[kDecoder], buf);
};

StringDecoder.prototype.end = function end(buf) {
  const text = buf === undefined ? "" : this.write(buf);
  return text + flush(this[kDecoder]);
};

StringDecoder.prototype.text = function text(buf, offset) {
  this[kDecoder][4] = this[kDecoder][5] = 0;
  return this.write(buf.slice(offset));
};

const getter = (get) => ({ __proto__: null, configurable: true, enumerable: true, get });

Object.defineProperties(StringDecoder.prototype, {
  lastChar: getter(function lastChar() {
    return this[kDecoder].subarray(0, 4);
  }),
  lastNeed: getter(function lastNeed() {
    return this[kDecoder][4];
  }),
  lastTotal: getter(function lastTotal() {
    return this[kDecoder][4] + this[kDecoder][5];
  }),
});

export default { StringDecoder };
