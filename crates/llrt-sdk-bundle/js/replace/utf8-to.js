import { utf8Decode } from "internal:codec";

export const toUtf8 = (input) => {
  if (typeof input === "string") return input;
  if (typeof input !== "object" || typeof input.byteOffset !== "number" || typeof input.byteLength !== "number")
    throw new Error("@smithy/util-utf8: toUtf8 encoder function only accepts string | Uint8Array.");
  return utf8Decode(input);
};
