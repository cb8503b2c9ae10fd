import { hexDecode, hexEncode } from "internal:codec";

export function fromHex(encoded) {
  if (encoded.length % 2 !== 0) throw new Error("Hex encoded strings must have an even number length");
  const bytes = hexDecode(encoded);
  if (bytes !== undefined) return bytes;
  const bad = encoded.toLowerCase().match(/../gs).find((pair) => !/^[0-9a-f]{2}$/.test(pair));
  throw new Error(`Cannot decode unrecognized sequence ${bad} as hexadecimal`);
}

export function toHex(bytes) {
  return hexEncode(bytes);
}
