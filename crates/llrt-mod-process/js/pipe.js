// Streams over descriptors: the ends of a child's pipes, standard input, terminals. In place of net.Socket, which they resemble.
import { Duplex } from "node:stream";
import { errnoName, open } from "native:pipe";
import { errnoException } from "internal:errors";

export { errnoException, open };

const CHUNK_BYTES = 65536;

export class Pipe extends Duplex {
  #reading = false;
  connecting = false;
  pending = false;
  bytesRead = 0;

  // `handle` is undefined for a child that did not start: an end that is over.
  constructor(handle, options) {
    super({ autoDestroy: true, emitClose: true, decodeStrings: false, allowHalfOpen: false, ...options });
    Object.defineProperty(this, "_handle", { __proto__: null, value: handle ?? null, writable: true, configurable: true });
    this._bytesDispatched = 0;
    if (handle === undefined) {
      if (options?.readable !== false) this.push(null);
      if (options?.readable !== false) this.read(0);
      return;
    }
    // Reading begins at once, so that an end that nobody reads is noticed.
    if (options?.readable !== false && !options?.manualStart) this.read(0);
  }

  get bytesWritten() {
    return this._bytesDispatched;
  }

  get readyState() {
    return this.readable && this.writable ? "open" : this.readable ? "readOnly" : this.writable ? "writeOnly" : "closed";
  }

  _read() {
    if (this.#reading || this._handle === null) return;
    // Its handle was closed, and the stream does not know.
    if (this._handle.fd < 0) return this.destroy(errnoException(-9, "read"));
    this.#reading = true;
    this._handle.read(CHUNK_BYTES, (errno, chunk) => {
      this.#reading = false;
      if (this.destroyed) return;
      // A child that ends before it has read everything resets the pipe: the end, as that of a terminal that is gone.
      if (errno === 0) {
        if (chunk !== undefined) this.bytesRead += chunk.length;
        this.push(chunk ?? null);
      } else if (errnoName(errno) === (this.isTTY ? "EIO" : "ECONNRESET")) this.push(null);
      else this.destroy(errnoException(errno, "read"));
    });
  }

  // Nothing is read until somebody asks again, and the descriptor does not keep the process alive.
  stopReading() {
    if (!this.#reading || this._handle === null) return;
    this.#reading = false;
    this._handle.stop();
    this._readableState.reading = false;
  }

  _write(chunk, encoding, callback) {
    if (this._handle === null) return callback(errnoException(9, "write"));
    const data = typeof chunk === "string" && encoding !== "utf8" && encoding !== "utf-8" ? Buffer.from(chunk, encoding) : chunk;
    this._bytesDispatched += typeof data === "string" ? Buffer.byteLength(data) : data.byteLength;
    const done = (errno) => {
      if (this.destroyed && errno !== 0) callback();
      else callback(errno === 0 ? null : errnoException(errno, "write"));
    };
    const state = this._handle.write(data, done);
    if (state <= 0) done(state);
  }

  _final(callback) {
    this._handle?.shutdown();
    callback();
  }

  _destroy(error, callback) {
    const handle = this._handle;
    this._handle = null;
    handle?.close();
    callback(error);
  }

  destroySoon() {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", this.destroy);
  }

  ref() {
    this._handle?.ref();
    return this;
  }

  unref() {
    this._handle?.unref();
    return this;
  }

  // Node's sockets have them; pipes have no use for them.
  setTimeout(timeout, callback) {
    if (callback !== undefined) this.once("timeout", callback);
    return this;
  }
  setNoDelay() {
    return this;
  }
  setKeepAlive() {
    return this;
  }
  address() {
    return {};
  }
}

