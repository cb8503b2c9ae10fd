// The framing of event streams (application/vnd.amazon.eventstream): lengths, headers, payload, checksums.
import crypto from "node:crypto";

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** A message with string headers. */
export function frame(headers, payload = "") {
  const body = Buffer.from(payload);
  const head = Buffer.concat(Object.entries(headers).map(([name, text]) => {
    const value = Buffer.from(text);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(value.length);
    return Buffer.concat([Buffer.of(name.length), Buffer.from(name), Buffer.of(7), length, value]);
  }));
  const message = Buffer.alloc(16 + head.length + body.length);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  head.copy(message, 12);
  body.copy(message, 12 + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, message.length - 4)), message.length - 4);
  return message;
}

export const event = (type, value, more = {}) =>
  frame({ ":message-type": "event", ":event-type": type, ":content-type": "application/json", ...more }, JSON.stringify(value));

/** Messages out of a stream of bytes: `{ headers, payload }`. Throws when a checksum is wrong. */
export async function* messages(stream) {
  let rest = Buffer.alloc(0);
  for await (const part of stream) {
    rest = Buffer.concat([rest, part]);
    while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
      const length = rest.readUInt32BE(0);
      yield decode(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  }
  if (rest.length > 0) throw new Error(`${rest.length} bytes of an unfinished message`);
}

export function decode(message) {
  const headLength = message.readUInt32BE(4);
  if (message.readUInt32BE(8) !== crc32(message.subarray(0, 8))) throw new Error("the prelude's checksum is wrong");
  if (message.readUInt32BE(message.length - 4) !== crc32(message.subarray(0, -4))) throw new Error("the message's checksum is wrong");
  const headers = {};
  for (let at = 12; at < 12 + headLength; ) {
    const name = message.toString("utf8", at + 1, at + 1 + message[at]);
    at += 1 + message[at];
    const type = message[at++];
    if (type === 8) {
      headers[name] = { time: message.readBigInt64BE(at), bytes: Buffer.concat([Buffer.of(name.length), Buffer.from(name), message.subarray(at - 1, at + 8)]) };
      at += 8;
    } else if (type === 6 || type === 7) {
      const length = message.readUInt16BE(at);
      const value = message.subarray(at + 2, at + 2 + length);
      headers[name] = type === 7 ? value.toString() : value;
      at += 2 + length;
    } else throw new Error(`a header of type ${type}`);
  }
  return { headers, payload: message.subarray(12 + headLength, -4) };
}

const hash = (bytes) => crypto.createHash("sha256").update(bytes).digest("hex");
const hmac = (key, text) => crypto.createHmac("sha256", key).update(text).digest();

/** Checks the chain of signatures (AWS4-HMAC-SHA256-PAYLOAD) that begins with the request's own. */
export class SignatureChain {
  constructor(authorization, secret) {
    const [, date, region, service, signature] = /Credential=[^/]+\/(\d+)\/([^/]+)\/([^/]+)\/aws4_request.*Signature=(\w+)/.exec(authorization);
    this.scope = `${date}/${region}/${service}/aws4_request`;
    this.key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), "aws4_request");
    this.previous = signature;
  }

  verify({ headers, payload }) {
    const { time, bytes } = headers[":date"];
    const stamp = new Date(Number(time)).toISOString().replace(/[-:]|\.\d+/g, "");
    const text = ["AWS4-HMAC-SHA256-PAYLOAD", stamp, this.scope, this.previous, hash(bytes), hash(payload)].join("\n");
    this.previous = hmac(this.key, text).toString("hex");
    return this.previous === headers[":chunk-signature"].toString("hex");
  }
}
