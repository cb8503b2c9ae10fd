import { utf8Encode } from "internal:codec";

export const fromUtf8 = (input) => {
  if (typeof input !== "string")
    throw new TypeError(`The "input" argument must be of type string. Received type ${typeof input} (${input})`);
  return utf8Encode(input);
};
