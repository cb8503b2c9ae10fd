import { crc32c } from "internal:hash";

export class Crc32cJs {
  digestLength = 4;
  crc = 0xffffffff;
  update(data) {
    this.crc = (crc32c(data, (this.crc ^ 0xffffffff) >>> 0) ^ 0xffffffff) >>> 0;
  }
  async digest() {
    const out = new Uint8Array(4);
    new DataView(out.buffer).setUint32(0, (this.crc ^ 0xffffffff) >>> 0, false);
    return out;
  }
  reset() {
    this.crc = 0xffffffff;
  }
}
