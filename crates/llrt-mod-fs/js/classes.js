// Classes of node:fs. Each is made whole when its first instance is made: what its prototype holds and extends lies in a script that
// is loaded then. They are functions, because programs call them on objects of their own (`ReadStream.call(this, path)`).
import { importBuiltin } from "internal:host";

export function ReadStream(path, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(path, options);
  importBuiltin("internal:fs-streams").initRead(this, path, options);
}

export function WriteStream(path, options) {
  if (!(this instanceof WriteStream)) return new WriteStream(path, options);
  importBuiltin("internal:fs-streams").initWrite(this, path, options);
}

export function Dir(handle, path, options) {
  if (new.target === undefined) throw new TypeError("Class constructor Dir cannot be invoked without 'new'");
  importBuiltin("internal:fs-dir").init(this, handle, path, options);
}

export function Utf8Stream(options) {
  if (new.target === undefined) throw new TypeError("Class constructor Utf8Stream cannot be invoked without 'new'");
  importBuiltin("internal:fs-utf8-stream").initUtf8(this, options);
}

export { ReadStream as FileReadStream, WriteStream as FileWriteStream };
