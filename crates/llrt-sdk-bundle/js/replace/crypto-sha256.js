import { convertToBuffer, isEmptyData } from "@aws-crypto/util";
import { Hash } from "internal:hash";

export class Sha256 {
  constructor(secret) {
    this.secret = secret;
    this.reset();
  }
  update(toHash) {
    if (isEmptyData(toHash) || this.error) return;
    try {
      this.hash.update(convertToBuffer(toHash));
      this.bytes = undefined;
    } catch (error) {
      this.error = error;
    }
  }
  digestSync() {
    if (this.error) throw this.error;
    return (this.bytes ??= this.hash.digest()).slice();
  }
  async digest() {
    return this.digestSync();
  }
  reset() {
    this.bytes = undefined;
    this.hash = this.secret ? new Hash("sha256", convertToBuffer(this.secret)) : new Hash("sha256");
  }
}
