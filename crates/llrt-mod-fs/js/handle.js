// FileHandle, and files written from iterables. Node: https://nodejs.org/api/fs.html#class-filehandle
import { EventEmitter } from "node:events";
import fs from "node:fs";
import { importBuiltin } from "internal:host";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_STATE, AbortError } from "internal:errors";
import { validateAbortSignal, validateBoolean, validateObject, validateString } from "internal:validators";
import { descriptors, setHandleClass } from "native:fs-handle";

// A stream over a handle keeps it open until it is done.
export const hold = Symbol("hold");
export const release = Symbol("release");

export class FileHandle extends EventEmitter {
  #fd;
  #users = 1;
  #closing;
  #settle;
  #locked = false;

  constructor(fd) {
    super();
    this.#fd = fd ?? -1;
    this.close = this.#close.bind(this);
  }

  get fd() {
    return this.#fd;
  }

  getAsyncId() {
    return -1;
  }

  appendFile(data, options) {
    return this.#use("appendFile", (fd) => writeHandle(this, fd, data, options));
  }
  chmod(mode) {
    return this.#use("fchmod", (fd) => descriptors.fchmod(fd, mode));
  }
  chown(uid, gid) {
    return this.#use("fchown", (fd) => descriptors.fchown(fd, uid, gid));
  }
  datasync() {
    return this.#use("fdatasync", descriptors.fdatasync);
  }
  sync() {
    return this.#use("fsync", descriptors.fsync);
  }
  read(buffer, offset, length, position) {
    return this.#use("read", (fd) => descriptors.read(fd, buffer, offset, length, position));
  }
  readv(buffers, position) {
    return this.#use("readv", (fd) => descriptors.readv(fd, buffers, position));
  }
  readFile(options) {
    return this.#use("readFile", (fd) => descriptors.readFile(fd, options));
  }
  stat(options) {
    return this.#use("fstat", (fd) => descriptors.fstat(fd, options));
  }
  truncate(len = 0) {
    return this.#use("ftruncate", (fd) => descriptors.ftruncate(fd, len));
  }
  utimes(atime, mtime) {
    return this.#use("futimes", (fd) => descriptors.futimes(fd, atime, mtime));
  }
  async write(buffer, offset, length, position) {
    if (buffer?.byteLength === 0 && this.#fd !== -1) return { __proto__: null, bytesWritten: 0, buffer };
    return this.#use("write", (fd) => descriptors.write(fd, buffer, offset, length, position));
  }
  async writev(buffers, position) {
    if (Array.isArray(buffers) && buffers.length === 0 && this.#fd !== -1) return { __proto__: null, bytesWritten: 0, buffers };
    return this.#use("writev", (fd) => descriptors.writev(fd, buffers, position));
  }
  writeFile(data, options) {
    return this.#use("writeFile", (fd) => writeHandle(this, fd, data, options));
  }

  createReadStream(options = undefined) {
    return new fs.ReadStream(undefined, { ...options, fd: this });
  }
  createWriteStream(options = undefined) {
    return new fs.WriteStream(undefined, { ...options, fd: this });
  }
  readLines(options = undefined) {
    const { createInterface } = importBuiltin("node:readline");
    return createInterface({ input: this.createReadStream(options), crlfDelay: Infinity });
  }

  readableWebStream(options = {}) {
    if (this.#fd === -1) throw ERR_INVALID_STATE("The FileHandle is closed");
    if (this.#closing) throw ERR_INVALID_STATE("The FileHandle is closing");
    if (this.#locked) throw ERR_INVALID_STATE("The FileHandle is locked");
    validateObject(options, "options");
    const { autoClose = false, type = "bytes" } = options;
    validateBoolean(autoClose, "options.autoClose");
    if (type !== "bytes")
      importBuiltin("node:process").default.emitWarning(
        'A non-"bytes" options.type has no effect. A byte-oriented steam is always created.', "ExperimentalWarning");
    this.#locked = true;
    this[hold]();
    let done = () => {
      done = () => {};
      this[release]();
      return autoClose ? this.close() : undefined;
    };
    const { ReadableStream } = importBuiltin("node:stream/web");
    let control;
    let reading = false;
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      control.close();
      // Who waits for bytes learns that there are none.
      control.byobRequest?.respond(0);
    };
    const stream = new ReadableStream({
      type: "bytes",
      autoAllocateChunkSize: 16384,
      start: (controller) => {
        control = controller;
      },
      pull: async (controller) => {
        const { view } = controller.byobRequest;
        reading = true;
        const { bytesRead } = await descriptors.read(this.#fd, view, 0, view.byteLength, null);
        reading = false;
        if (ended) return;
        if (bytesRead > 0) controller.byobRequest.respond(bytesRead);
        else end();
        // The handle is closed, or to be closed: what was read was the last.
        if (bytesRead === 0 || this.#closing) {
          end();
          await done();
        }
      },
      cancel: () => {
        ended = true;
        return done();
      },
    });
    this.once("close", () => {
      if (reading) return;
      end();
      done();
    });
    return stream;
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }

  [hold]() {
    this.#users++;
  }
  [release]() {
    if (--this.#users > 0) return;
    this.#shut().then(...this.#settle);
  }

  async #use(name, run) {
    if (this.#fd === -1) throw Object.assign(new Error("file closed"), { code: "EBADF", syscall: name });
    this.#users++;
    try {
      return await run(this.#fd);
    } finally {
      this[release]();
    }
  }

  // Operations that are under way end first.
  #close() {
    if (this.#fd === -1) return Promise.resolve();
    if (this.#closing) return this.#closing;
    this.#closing = --this.#users === 0 ? this.#shut() : new Promise((...settle) => (this.#settle = settle));
    this.emit("close");
    return this.#closing;
  }

  #shut() {
    const fd = this.#fd;
    this.#fd = -1;
    return descriptors.close(fd).finally(() => (this.#closing = undefined));
  }
}
setHandleClass(FileHandle);

export const makeHandle = (fd) => new FileHandle(fd);

// ---- files written from iterables

const isIterable = (data) => data != null && typeof data === "object" && !ArrayBuffer.isView(data) && (data[Symbol.asyncIterator] ?? data[Symbol.iterator]);

function writeHandle(handle, fd, data, options) {
  if (!isIterable(data)) return descriptors.writeFile(fd, data, options);
  const { encoding, signal } = optionsOf(options);
  return writeChunks(fd, data, encoding, signal);
}

function optionsOf(options) {
  if (options == null || typeof options === "function") return {};
  if (typeof options === "string") return { encoding: options };
  if (typeof options !== "object") throw ERR_INVALID_ARG_TYPE("options", ["string", "Object"], options);
  validateAbortSignal(options.signal, "options.signal");
  return options;
}

async function writeChunks(fd, data, encoding, signal) {
  const { Buffer } = importBuiltin("node:buffer");
  const check = () => {
    if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  };
  check();
  for await (const chunk of data) {
    check();
    const bytes = ArrayBuffer.isView(chunk) ? chunk : Buffer.from(chunk, encoding || "utf8");
    for (let offset = 0; offset < bytes.byteLength; ) {
      offset += (await descriptors.write(fd, bytes, offset, bytes.byteLength - offset, null)).bytesWritten;
      check();
    }
  }
}

async function fromIterable(path, data, options, defaultFlag) {
  const { encoding, flag, mode, signal, flush = false } = optionsOf(options);
  if (flush !== null) validateBoolean(flush, "options.flush");
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  const fd = await descriptors.open(path, flag || defaultFlag, mode);
  try {
    await writeChunks(fd, data, encoding, signal);
    if (flush) await descriptors.fsync(fd);
  } finally {
    await descriptors.close(fd);
  }
}

export const writeFrom = (path, data, options) => fromIterable(path, data, options, "w");
export const appendFrom = (path, data, options) => fromIterable(path, data, options, "a");

// ---- Blob

export function openAsBlob(path, options = {}) {
  validateObject(options, "options");
  const type = options.type || "";
  validateString(type, "options.type");
  const { Blob } = importBuiltin("node:buffer");
  return fs.promises.readFile(path).then((data) => new Blob([data], { type }));
}
