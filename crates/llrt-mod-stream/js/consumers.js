// `node:stream/consumers`: a whole stream as one value.
// Node: https://nodejs.org/api/webstreams.html#utility-consumers
import { ERR_INVALID_ARG_TYPE } from "internal:errors";
import { importBuiltin } from "internal:host";
import { Buffer } from "node:buffer";

// Calls `take` with each chunk of a web stream, a stream of Node's or another asynchronous iterable.
async function consume(stream, take) {
  if (typeof stream?.[Symbol.asyncIterator] !== "function" && typeof stream?.[Symbol.iterator] !== "function")
    throw ERR_INVALID_ARG_TYPE("stream", ["ReadableStream", "Readable", "AsyncIterable"], stream);
  for await (const chunk of stream) take(chunk);
}

export async function arrayBuffer(stream) {
  const views = [];
  let length = 0;
  await consume(stream, (chunk) => {
    let view = chunk;
    if (chunk instanceof ArrayBuffer) view = new Uint8Array(chunk);
    else if (!ArrayBuffer.isView(chunk)) view = Buffer.from(`${chunk}`);
    views.push(view);
    length += view.byteLength;
  });
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const { buffer, byteOffset, byteLength } of views) {
    whole.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  return whole.buffer;
}

export async function buffer(stream) {
  return Buffer.from(await arrayBuffer(stream));
}

export async function bytes(stream) {
  return new Uint8Array(await arrayBuffer(stream));
}

export async function text(stream) {
  const decoder = new TextDecoder();
  let text = "";
  await consume(stream, (chunk) => {
    text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  });
  return text + decoder.decode();
}

export async function json(stream) {
  return JSON.parse(await text(stream));
}

export async function blob(stream) {
  const chunks = [];
  await consume(stream, (chunk) => chunks.push(chunk));
  const { Blob } = importBuiltin("node:buffer");
  return new Blob(chunks);
}

export default { arrayBuffer, blob, buffer, bytes, text, json };
