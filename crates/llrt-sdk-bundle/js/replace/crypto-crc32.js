import { crc32 as update } from "internal:hash";

export function crc32(data) {
  return new Crc32().update(data).digest();
}

export class Crc32 {
  checksum = 0xffffffff;
  update(data) {
    const bytes = data instanceof Uint8Array ? data : Uint8Array.from(data);
    this.checksum = (update(bytes, (this.checksum ^ 0xffffffff) >>> 0) ^ 0xffffffff) >>> 0;
    return this;
  }
  digest() {
    return (this.checksum ^ 0xffffffff) >>> 0;
  }
}

export { AwsCrc32 } from "./aws_crc32";
