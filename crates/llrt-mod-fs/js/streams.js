// fs.ReadStream and fs.WriteStream. Node: https://nodejs.org/api/fs.html#class-fsreadstream
import { Readable, Writable, finished } from "node:stream";
import { Buffer } from "node:buffer";
import fs from "node:fs";
import { ReadStream, WriteStream } from "internal:fs-classes";
import { importBuiltin, nextTick } from "internal:host";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_METHOD_NOT_IMPLEMENTED, ERR_OUT_OF_RANGE, systemError } from "internal:errors";
import { validateBoolean, validateFunction, validateInteger } from "internal:validators";
import { checkDescriptor, checkOptions, pathText } from "native:fs-streams";

export { ReadStream, WriteStream, ReadStream as FileReadStream, WriteStream as FileWriteStream };

export const createReadStream = (path, options) => new ReadStream(path, options);
export const createWriteStream = (path, options) => new WriteStream(path, options);

const CHUNK_BYTES = 65536;
const fsOf = Symbol("fs");
const busy = Symbol("busy");
const idle = Symbol("idle");
const flushes = Symbol("flush");

// ---- what both have

function init(stream, path, options, flags) {
  checkOptions(options);
  if (typeof options === "string") {
    options = { encoding: options };
  } else {
    // What is inherited counts, too.
    const given = options;
    options = {};
    for (const name in given) options[name] = given[name];
  }
  stream[fsOf] = options.fs || fs;
  if (options.fd == null) {
    validateFunction(stream[fsOf].open, "options.fs.open");
    const text = pathText(path);
    stream.fd = null;
    // A URL reads as its path.
    stream.path = typeof path === "object" && !ArrayBuffer.isView(path) ? text : path;
    stream.flags = options.flags ?? flags;
    stream.mode = options.mode ?? 0o666;
  } else {
    stream.fd = descriptor(stream, options);
  }
  options.autoDestroy = options.autoClose ?? true;
  stream.start = options.start;
  stream.pos = undefined;
  stream[busy] = false;
  if (options.start !== undefined) {
    validateInteger(options.start, "start", 0);
    stream.pos = options.start;
  }
  return options;
}

function descriptor(stream, options) {
  if (typeof options.fd === "number") return checkDescriptor(options.fd);
  // Without the module there is no handle.
  const { FileHandle, hold, release } = typeof options.fd === "object" ? importBuiltin("internal:fs-handle") : {};
  if (!FileHandle || !(options.fd instanceof FileHandle)) throw ERR_INVALID_ARG_TYPE("options.fd", ["number", "FileHandle"], options.fd);
  if (options.fs) throw ERR_METHOD_NOT_IMPLEMENTED("FileHandle with fs");
  const handle = options.fd;
  handle[hold]();
  stream[fsOf] = handleFs(handle, release);
  handle.on("close", () => stream.close());
  return handle.fd;
}

// The functions of `fs` that a stream calls, on a handle.
function handleFs(handle, release) {
  const call = (promise, callback) => promise.then((value) => callback(null, ...Object.values(value ?? {})), callback);
  return {
    open: (path, flags, mode, callback) => callback(ERR_METHOD_NOT_IMPLEMENTED("open()")),
    read: (fd, buffer, offset, length, position, callback) => call(handle.read(buffer, offset, length, position), callback),
    write: (fd, buffer, offset, length, position, callback) => call(handle.write(buffer, offset, length, position), callback),
    writev: (fd, buffers, position, callback) => call(handle.writev(buffers, position), callback),
    fsync: (fd, callback) => call(handle.sync(), callback),
    close(fd, callback) {
      handle[release]();
      call(handle.close(), callback);
    },
  };
}

function construct(callback) {
  if (typeof this.fd === "number") return callback();
  if (this.open === openStream) {
    this[fsOf].open(this.path, this.flags, this.mode, (error, fd) => {
      if (error) return callback(error);
      this.fd = fd;
      callback();
      // Behind what the stream has queued itself: a chunk that a listener writes now must not wait for the one written after it.
      nextTick(() => {
        this.emit("open", fd);
        this.emit("ready");
      });
    });
    return;
  }
  // A program (graceful-fs) put its own `open` there: the events that it emits tell when it is done.
  const { emit } = this;
  this.emit = function (name, ...args) {
    if (name !== "open" && name !== "error") return Reflect.apply(emit, this, [name, ...args]);
    this.emit = emit;
    if (name === "error") return callback(args[0]);
    callback();
    return Reflect.apply(emit, this, [name, ...args]);
  };
  this.open();
}

function openStream() {}

function destroy(error, callback) {
  // The descriptor must not be closed under an operation: its number could be somebody else's by then.
  if (this[busy]) this.once(idle, (later) => closeStream(this, error ?? later, callback));
  else closeStream(this, error, callback);
}

function closeStream(stream, error, callback) {
  if (stream.fd == null) return callback(error);
  const { fd } = stream;
  const close = (earlier) => {
    stream[fsOf].close(fd, (failure) => callback(error ?? earlier ?? failure));
    stream.fd = null;
  };
  if (stream[flushes]) stream[fsOf].fsync(fd, close);
  else close();
}

// Runs `start`, whose callback `done` sees unless the stream was destroyed meanwhile.
function operate(stream, start, done) {
  stream[busy] = true;
  start((error, ...results) => {
    stream[busy] = false;
    if (stream.destroyed) {
      done(error ?? undefined, ...results);
      stream.emit(idle, error);
      return;
    }
    done(error, ...results);
  });
}

function stateOf(stream) {
  const state = stream?._readableState ?? stream?._writableState;
  if (state === undefined) throw ERR_INVALID_THIS(stream instanceof Writable ? "WriteStream" : "ReadStream");
  return state;
}

const shared = {
  _construct: construct,
  _destroy: destroy,
  open: openStream,
  get autoClose() {
    return stateOf(this).autoDestroy;
  },
  set autoClose(value) {
    stateOf(this).autoDestroy = value;
  },
  get pending() {
    return this.fd === null;
  },
};

function extend(Class, Base, ...parts) {
  Object.setPrototypeOf(Class, Base);
  Object.setPrototypeOf(Class.prototype, Base.prototype);
  for (const part of parts) Object.defineProperties(Class.prototype, Object.getOwnPropertyDescriptors(part));
}

// ---- reading

export function initRead(stream, path, options) {
  options = init(stream, path, options, "r");
  options.highWaterMark ??= CHUNK_BYTES;
  validateFunction(stream[fsOf].read, "options.fs.read");
  if (options.autoDestroy) validateFunction(stream[fsOf].close, "options.fs.close");
  stream.end = options.end ?? Infinity;
  stream.bytesRead = 0;
  if (stream.end !== Infinity) {
    validateInteger(stream.end, "end", 0);
    if (stream.start !== undefined && stream.start > stream.end)
      throw ERR_OUT_OF_RANGE("start", `<= "end" (here: ${stream.end})`, stream.start);
  }
  Reflect.apply(Readable, stream, [options]);
}

// With `autoClose: false` a stream outlives its errors.
function failed(stream, error) {
  const state = stream._readableState;
  if (state.autoDestroy) return stream.destroy(error);
  state.errored ??= error;
  if (state.errorEmitted) return;
  state.errorEmitted = true;
  stream.emit("error", error);
}

extend(ReadStream, Readable, shared, {
  _read(size) {
    const length = Math.min(this.end - (this.pos ?? this.bytesRead) + 1, size);
    if (length <= 0) return this.push(null);
    const buffer = Buffer.allocUnsafeSlow(length);
    operate(
      this,
      (callback) => this[fsOf].read(this.fd, buffer, 0, length, this.pos, callback),
      (error, bytesRead, data) => {
        if (this.destroyed) return;
        if (error) return failed(this, error);
        if (bytesRead === 0) return this.push(null);
        if (this.pos !== undefined) this.pos += bytesRead;
        this.bytesRead += bytesRead;
        // A short read must not keep the whole chunk in memory.
        this.push(bytesRead === length ? data : Buffer.from(data.subarray(0, bytesRead)));
      },
    );
  },
  close(callback) {
    if (typeof callback === "function") finished(this, callback);
    this.destroy();
  },
});

// ---- writing

export function initWrite(stream, path, options) {
  options = init(stream, path, options, "w");
  options.decodeStrings = true;
  const { write, writev, fsync, close } = stream[fsOf];
  if (!write && !writev) throw ERR_INVALID_ARG_TYPE("options.fs.write", "function", write);
  if (write) validateFunction(write, "options.fs.write");
  if (writev) validateFunction(writev, "options.fs.writev");
  // A set of functions without one of the two: the other serves for both.
  if (!write) stream._write = null;
  if (!writev) stream._writev = null;
  if (options.autoDestroy) validateFunction(close, "options.fs.close");
  if (options.flush == null) {
    stream[flushes] = false;
  } else {
    validateBoolean(options.flush, "options.flush");
    stream[flushes] = options.flush;
  }
  if (stream[flushes]) validateFunction(fsync, "options.fs.fsync");
  stream.bytesWritten = 0;
  Reflect.apply(Writable, stream, [options]);
  if (options.encoding) stream.setDefaultEncoding(options.encoding);
}

const MAX_TRIES = 5;

// Writes all of `buffers`, in several calls where the system takes less.
function writeAll(stream, buffers, callback, tries = 0) {
  const { pos } = stream;
  const size = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
  operate(
    stream,
    (done) =>
      buffers.length === 1 && stream[fsOf].write
        ? stream[fsOf].write(stream.fd, buffers[0], 0, size, pos, done)
        : stream[fsOf].writev(stream.fd, buffers, pos, done),
    (error, written = 0) => {
      if (error?.code === "EAGAIN") [error, written] = [null, 0];
      if (stream.destroyed || error) return callback(error || streamGone());
      stream.bytesWritten += written;
      if (pos !== undefined) stream.pos += written;
      if (written >= size) return callback();
      tries = written > 0 ? 0 : tries + 1;
      if (tries > MAX_TRIES) {
        // EAGAIN
        stream.destroy(systemError(11, "write"));
        return callback();
      }
      const rest = [];
      for (const buffer of buffers) {
        if (written < buffer.byteLength) rest.push(buffer.subarray(written));
        written = Math.max(0, written - buffer.byteLength);
      }
      writeAll(stream, rest, callback, tries);
    },
  );
}

const streamGone = () => Object.assign(new Error("Cannot call write after a stream was destroyed"), { code: "ERR_STREAM_DESTROYED" });

extend(WriteStream, Writable, shared, {
  _write(data, encoding, callback) {
    writeAll(this, [data], callback);
  },
  _writev(chunks, callback) {
    writeAll(this, chunks.map(({ chunk }) => chunk), callback);
  },
  close(callback) {
    if (callback) {
      if (this.closed) return nextTick(callback);
      this.on("close", callback);
    }
    // Without autoClose nothing else would destroy it.
    if (!this.autoClose) this.on("finish", this.destroy);
    this.end();
  },
  destroySoon: Writable.prototype.end,
});
