import { importBuiltin } from "internal:host";
const isReadable = (body) => {
  if (typeof body !== "object" || body === null || body instanceof Uint8Array) return false;
  if (typeof body.pipe === "function" && body instanceof importBuiltin("node:stream").Readable) return true;
  return typeof body.getReader === "function" && body instanceof ReadableStream;
};

// A string or bytes, the usual body, is told apart without loading any stream class.
export const isStreamingPayload = (request) => isReadable(request?.body);
