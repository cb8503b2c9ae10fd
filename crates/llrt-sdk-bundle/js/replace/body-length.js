import { importBuiltin } from "internal:host";
import { utf8Length } from "internal:codec";

export const calculateBodyLength = (body) => {
  if (!body) return 0;
  if (typeof body === "string") return utf8Length(body);
  if (typeof body.byteLength === "number") return body.byteLength;
  if (typeof body.size === "number") return body.size;
  if (typeof body.start === "number" && typeof body.end === "number") return body.end + 1 - body.start;
  const fs = importBuiltin("node:fs");
  if (body instanceof fs.ReadStream) {
    if (body.path != null) return fs.lstatSync(body.path).size;
    if (typeof body.fd === "number") return fs.fstatSync(body.fd).size;
  }
  throw new Error(`Body Length computation failed for ${body}`);
};
