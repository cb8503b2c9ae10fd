import { importBuiltin } from "internal:host";
import { isUnmade } from "own:body";
import { fromArrayBuffer } from "../util-buffer-from/buffer-from";
import { toUtf8 } from "../util-utf8/toUtf8";
import { sdkStreamMixin as webStreamMixin } from "./sdk-stream-mixin.browser";
import { streamCollector } from "./stream-collector";

const spent = "The stream has already been transformed.";

export const sdkStreamMixin = (stream) => {
  // A response body of our own handler is a Readable that has not been made yet; it need not be made here.
  if (!isUnmade(stream)) {
    const { Readable } = importBuiltin("node:stream");
    if (!(stream instanceof Readable)) {
      try {
        return webStreamMixin(stream);
      } catch {
        const name = stream?.__proto__?.constructor?.name || stream;
        throw new Error(`Unexpected stream implementation, expect Stream.Readable instance, got ${name}`);
      }
    }
  }
  let transformed = false;
  const transformToByteArray = async () => {
    if (transformed) throw new Error(spent);
    transformed = true;
    return await streamCollector(stream);
  };
  const transformToString = async (encoding) => {
    const bytes = await transformToByteArray();
    if (encoding === undefined || encoding === "utf8" || encoding === "utf-8") return toUtf8(bytes);
    if (Buffer.isEncoding(encoding)) return fromArrayBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding);
    return new TextDecoder(encoding).decode(bytes);
  };
  const transformToWebStream = () => {
    if (transformed) throw new Error(spent);
    if (stream.readableFlowing !== null) throw new Error("The stream has been consumed by other callbacks.");
    transformed = true;
    return importBuiltin("node:stream").Readable.toWeb(stream);
  };
  for (const [name, value] of Object.entries({ transformToByteArray, transformToString, transformToWebStream }))
    Object.defineProperty(stream, name, { value, writable: true, enumerable: true, configurable: true });
  return stream;
};
