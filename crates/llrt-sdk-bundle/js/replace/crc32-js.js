import { crc32 } from "internal:hash";

export class Crc32Js {
  digestLength = 4;
  checksum = 0xffffffff;
  update(data) {
    this.checksum = (crc32(data, (this.checksum ^ 0xffffffff) >>> 0) ^ 0xffffffff) >>> 0;
  }
  digestSync() {
    return (this.checksum ^ 0xffffffff) >>> 0;
  }
  async digest() {
    const out = new Uint8Array(4);
    new DataView(out.buffer).setUint32(0, this.digestSync(), false);
    return out;
  }
  reset() {
    this.checksum = 0xffffffff;
  }
}
