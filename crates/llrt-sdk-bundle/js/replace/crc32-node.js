import { crc32 } from "internal:hash";

export class Crc32Node {
  digestLength = 4;
  value = 0;
  update(data) {
    this.value = crc32(data, this.value);
  }
  digestSync() {
    return this.value >>> 0;
  }
  async digest() {
    const out = new Uint8Array(4);
    new DataView(out.buffer).setUint32(0, this.digestSync(), false);
    return out;
  }
  reset() {
    this.value = 0;
  }
}
