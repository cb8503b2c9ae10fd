// internal:codec in plain Node, for checking the bundle without the runtime.
const view = (b) => Buffer.from(b.buffer, b.byteOffset, b.byteLength);
const bytes = (b) => new Uint8Array(b);
export const utf8Encode = (s) => bytes(Buffer.from(s, "utf8"));
export const utf8Decode = (b) => view(b).toString("utf8");
export const utf8Length = (s) => Buffer.byteLength(s);
export const base64Encode = (b) => view(b).toString("base64");
export const base64Decode = (s) => (/^[A-Za-z0-9+/]*={0,2}$/.test(s) ? bytes(Buffer.from(s, "base64")) : undefined);
export const hexEncode = (b) => view(b).toString("hex");
export const hexDecode = (s) => (/^([0-9a-fA-F]{2})*$/.test(s) ? bytes(Buffer.from(s, "hex")) : undefined);
