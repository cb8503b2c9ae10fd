// internal:hash in plain Node.
import { createHash, createHmac, randomUUID } from "node:crypto";
import zlib from "node:zlib";
export { randomUUID };
const plain = (b) => new Uint8Array(b.buffer, b.byteOffset, b.byteLength);
export class Hash {
  #chunks = [];
  #algorithm;
  #key;
  constructor(algorithm, key) {
    this.#algorithm = algorithm;
    this.#key = key === undefined || typeof key === "string" ? key : Buffer.from(key.buffer ?? key, key.byteOffset, key.byteLength);
  }
  update(data) {
    this.#chunks.push(typeof data === "string" ? Buffer.from(data) : Uint8Array.prototype.slice.call(data));
    return this;
  }
  digest() {
    const hash = this.#key === undefined ? createHash(this.#algorithm) : createHmac(this.#algorithm, this.#key);
    for (const chunk of this.#chunks) hash.update(chunk);
    return plain(hash.digest());
  }
}
export const sha256Hex = (data) => createHash("sha256").update(data).digest("hex");
export const hmacSha256 = (key, data) => plain(createHmac("sha256", key).update(data).digest());
export const hmacSha256Hex = (key, data) => createHmac("sha256", key).update(data).digest("hex");
export const crc32 = (data, start = 0) => zlib.crc32(data, start);
const table = Uint32Array.from({ length: 256 }, (_, i) => {
  for (let j = 0; j < 8; j++) i = i & 1 ? 0x82f63b78 ^ (i >>> 1) : i >>> 1;
  return i;
});
export const crc32c = (data, start = 0) => {
  let crc = ~start;
  for (const byte of data) crc = (crc >>> 8) ^ table[(crc ^ byte) & 255];
  return ~crc >>> 0;
};
