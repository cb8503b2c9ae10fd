import { Hash } from "internal:hash";

export class Md5Node {
  digestLength = 16;
  hash = new Hash("md5");
  update(data) {
    this.hash.update(data);
  }
  async digest() {
    return this.hash.digest();
  }
  reset() {
    this.hash = new Hash("md5");
  }
}
