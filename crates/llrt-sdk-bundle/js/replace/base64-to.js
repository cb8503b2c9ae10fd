import { base64Encode, utf8Encode } from "internal:codec";

export const toBase64 = (input) => {
  const bytes = typeof input === "string" ? utf8Encode(input) : input;
  if (typeof bytes !== "object" || typeof bytes.byteOffset !== "number" || typeof bytes.byteLength !== "number")
    throw new Error("@smithy/util-base64: toBase64 encoder function only accepts string | Uint8Array.");
  return base64Encode(bytes);
};
