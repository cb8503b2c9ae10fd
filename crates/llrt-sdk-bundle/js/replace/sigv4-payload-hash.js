import { Sha256 } from "@smithy/core/checksum";
import { hasOwn, isArrayBuffer, toHex, toUint8Array } from "@smithy/core/serde";
import { sha256Hex } from "internal:hash";
import { SHA256_HEADER, UNSIGNED_PAYLOAD } from "./constants.js";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

export const getPayloadHash = async ({ headers, body }, hashConstructor) => {
  for (const name in headers) {
    // A name of another length is another name.
    if (name.length === SHA256_HEADER.length && name.toLowerCase() === SHA256_HEADER && hasOwn(headers, name)) return headers[name];
  }
  if (body == undefined) return EMPTY;
  if (typeof body === "string" || ArrayBuffer.isView(body) || isArrayBuffer(body)) {
    if (hashConstructor === Sha256) return sha256Hex(typeof body === "string" ? body : toUint8Array(body));
    const hash = new hashConstructor();
    hash.update(toUint8Array(body));
    return toHex(await hash.digest());
  }
  return UNSIGNED_PAYLOAD;
};
