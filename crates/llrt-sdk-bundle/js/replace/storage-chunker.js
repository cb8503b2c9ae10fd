import { Readable } from "stream";
import { getChunkStream } from "./chunks/getChunkStream";
import { getChunkUint8Array } from "./chunks/getChunkUint8Array";
import { getDataReadable } from "./chunks/getDataReadable";
import { getDataReadableStream } from "./chunks/getDataReadableStream";

function chunksOf(data, partSize) {
  if (data instanceof Uint8Array) return getChunkUint8Array(data, partSize);
  if (data instanceof Readable) return getChunkStream(data, partSize, getDataReadable);
  if (typeof data === "string" || data instanceof String) return getChunkUint8Array(Buffer.from(data), partSize);
  if (typeof data.stream === "function") return getChunkStream(data.stream(), partSize, getDataReadableStream);
  if (data instanceof ReadableStream) return getChunkStream(data, partSize, getDataReadableStream);
  throw new Error("Body Data is unsupported format, expected data to be one of: string | Uint8Array | Buffer | Readable | ReadableStream | Blob;.");
}

/**
 * Asks one after the other. The uploaders all read from one asynchronous generator, and the engine forgets all but the first of the
 * requests that wait when a generator ends.
 */
function inTurn(generator) {
  let last = Promise.resolve();
  const queue = (request) => {
    const answer = last.then(request);
    last = answer.catch(() => {});
    return answer;
  };
  return {
    next: (value) => queue(() => generator.next(value)),
    return: (value) => queue(() => generator.return(value)),
    throw: (error) => queue(() => generator.throw(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

export const getChunk = (data, partSize) => inTurn(chunksOf(data, partSize));
