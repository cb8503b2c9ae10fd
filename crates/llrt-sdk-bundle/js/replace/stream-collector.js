import { takeBytes } from "own:body";
import { concatBytes } from "../concatBytes";
import { collectBlob, collectReadableStream } from "./stream-collector.browser";
import { isBlob, isReadableStream } from "./stream-type-check";

export const streamCollector = (stream) => {
  const bytes = takeBytes(stream);
  if (bytes !== undefined) return bytes;
  if (isBlob(stream)) return collectBlob(stream);
  if (isReadableStream(stream)) return collectReadableStream(stream);
  return new Promise((resolve, reject) => {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("end", () => resolve(concatBytes(chunks)));
  });
};
