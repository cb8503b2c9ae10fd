import { base64Decode } from "internal:codec";

export const fromBase64 = (input) => {
  if ((input.length * 3) % 4 !== 0) throw new TypeError("Incorrect padding on base64 string.");
  const bytes = base64Decode(input);
  if (bytes === undefined) throw new TypeError("Invalid base64 string.");
  return bytes;
};
