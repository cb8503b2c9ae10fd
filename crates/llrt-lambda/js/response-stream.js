// The stream that a streaming handler writes its response to.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
import { Writable } from "node:stream";
import { importBuiltin } from "internal:host";
import { nodeError } from "internal:errors";

class InvalidStreamingOperation extends Error {
  name = "Runtime.InvalidStreamingOperation";
}

// What the Lambda documentation lets a handler write beside text and bytes: anything else goes as its JSON.
const asChunk = (chunk) =>
  chunk === null || typeof chunk === "string" || ArrayBuffer.isView(chunk) ? chunk : JSON.stringify(chunk);

const isUtf8 = (encoding) => encoding === "utf8" || encoding === "utf-8";

class ResponseStream extends Writable {
  #native;
  #started = false;

  // `native` takes what is written: `send(chunk, callback) -> whether there is room for more at once`, `end()`,
  // `fail(error)`; and `setContentType(text)` before.
  constructor(native, highWaterMark) {
    // Text stays text: its bytes are made where they are sent.
    super({ highWaterMark, decodeStrings: false });
    this.#native = native;
    // An error fails the invocation, whether the handler listens for it or not.
    this.on("error", (error) => native.fail(error));
  }

  setContentType(contentType) {
    if (this.#started) throw new InvalidStreamingOperation("Cannot set content-type, too late.");
    const text = `${contentType}`;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(text))
      throw nodeError("TypeError", "ERR_INVALID_CHAR", 'Invalid character in header content ["Content-Type"]');
    this.#native.setContentType(text);
  }

  write(chunk, encoding, callback) {
    return super.write(asChunk(chunk), encoding, callback);
  }

  end(chunk, encoding, callback) {
    if (typeof chunk === "function" || chunk === undefined || chunk === null) return super.end(chunk, encoding, callback);
    return super.end(asChunk(chunk), encoding, callback);
  }

  // The prelude goes first, whatever follows it, and also when nothing does.
  #start() {
    if (this.#started) return;
    this.#started = true;
    this._onBeforeFirstWrite?.((chunk) => this.#native.send(chunk, undefined));
  }

  _write(chunk, encoding, callback) {
    this.#start();
    if (typeof chunk === "string" && !isUtf8(encoding)) chunk = importBuiltin("node:buffer").Buffer.from(chunk, encoding);
    if (this.#native.send(chunk, callback)) callback();
  }

  _final(callback) {
    this.#start();
    this.#native.end();
    callback();
  }

  _destroy(error, callback) {
    if (!error && !this.writableFinished) this.#native.fail(nodeError("Error", "ERR_STREAM_PREMATURE_CLOSE", "Premature close"));
    callback(error);
  }
}

export const create = (native, highWaterMark = 65536) => new ResponseStream(native, highWaterMark);
