import { Hash } from "internal:hash";

export class Sha256Node {
  digestLength = 32;
  secret;
  hash;
  isHmac;
  finished = false;
  constructor(secret) {
    this.secret = secret;
    this.isHmac = !!secret;
    this.hash = this.createHash();
  }
  update(data) {
    if (this.finished) throw new Error("Attempted to update an already finished hash.");
    this.hash.update(data);
  }
  async digest() {
    if (this.isHmac) {
      // As with Node's Hmac, a second digest has nothing left to say.
      if (this.finished) return new Uint8Array(0);
      this.finished = true;
    }
    return this.hash.digest();
  }
  reset() {
    this.hash = this.createHash();
    this.finished = false;
  }
  createHash() {
    return this.secret ? new Hash("sha256", this.secret) : new Hash("sha256");
  }
}
