import { crc32c as update } from "internal:hash";

export function crc32c(data) {
  return new Crc32c().update(data).digest();
}

export class Crc32c {
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

export { AwsCrc32c } from "./aws_crc32c";
