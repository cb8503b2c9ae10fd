// fs.Utf8Stream. Node: https://nodejs.org/api/fs.html#class-fsutf8stream
import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { Utf8Stream } from "internal:fs-classes";
import { importBuiltin, nextTick } from "internal:host";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE } from "internal:errors";
import { validateBoolean, validateBuffer, validateFunction, validateObject, validateOneOf, validateString, validateUint32 } from "internal:validators";
import { sleep } from "native:fs-utf8-stream";

export { Utf8Stream };

const MAX_WRITE_BYTES = 16 * 1024;
const RETRY_AFTER_MS = 100;

const own = Symbol("writer");

const sizeOf = (data) => (typeof data === "string" ? Buffer.byteLength(data) : data.byteLength);

// What is left of `data` when the system took `bytes` of it. A character of which it took a part is written again, as a whole.
function rest(data, bytes) {
  if (typeof data !== "string") return data.subarray(bytes);
  const all = Buffer.from(data);
  while (bytes > 0 && (all[bytes] & 0xc0) === 0x80) bytes--;
  return all.toString("utf8", bytes);
}

// The buffer of a stream, and its file. One piece at a time is being written; what comes meanwhile gathers in pieces of up to
// `maxWrite` bytes.
class Writer {
  file = null;
  fd = -1;
  writing = false; // `current` is with the system, or about to be
  destroyed = false;
  #stream;
  #options;
  #fs;
  #current = null; // the piece that is written next, or again after a failure
  #queue = [];
  #bytes = 0; // of all that is not written yet
  #opening = false;
  #nextFile = null; // to open when the one being opened is
  #begun = true; // whether the write of `current` was handed to the system
  #ending = false;
  #closing = false;
  #flushing = false; // write what is there, though it is less than `minLength`
  #waiting = []; // callbacks of `flush`
  #drainQueued = false;
  #timer = null;

  constructor(stream, options) {
    this.#stream = stream;
    this.#options = options;
    this.#fs = options.fs ? { ...fs, ...options.fs } : fs;
  }

  // ---- the file

  start() {
    const { dest, fd, periodicFlush } = this.#options;
    if (typeof fd === "number") {
      this.fd = fd;
      nextTick(() => this.#stream.emit("ready"));
    } else {
      this.#open(dest);
    }
    if (periodicFlush > 0) {
      this.#timer = importBuiltin("node:timers").setInterval(() => this.flush(), periodicFlush);
      this.#timer.unref();
    }
  }

  #open(file, again = false) {
    const { append, mkdir, mode, sync } = this.#options;
    const flags = append ? "a" : "w";
    this.#opening = true;
    this.file = file;
    if (sync) {
      let fd;
      try {
        if (mkdir) this.#fs.mkdirSync(path.dirname(file), { recursive: true });
        fd = this.#fs.openSync(file, flags, mode);
      } catch (error) {
        this.#opening = false;
        if (again && this.#stream.listenerCount("error") > 0) this.#stream.emit("error", error);
        throw error;
      }
      this.#use(fd);
      nextTick(() => this.#opened(again));
      return;
    }
    const opened = (error, fd) => {
      if (error) this.#openFailed(error);
      else {
        this.#use(fd);
        this.#opened(again);
      }
    };
    const open = (error) => (error ? opened(error) : this.#fs.open(file, flags, mode, opened));
    if (mkdir) this.#fs.mkdir(path.dirname(file), { recursive: true }, open);
    else open();
  }

  // The old file serves until the new one is there.
  #use(fd) {
    const old = this.fd;
    this.fd = fd;
    this.#opening = false;
    if (old > 2 && old !== fd) this.#fs.close(old, (error) => error && this.#stream.emit("error", error));
  }

  #opened(again) {
    if (this.#nextFile !== null && !this.destroyed) {
      const file = this.#nextFile;
      this.#nextFile = null;
      return this.#open(file, true);
    }
    if (again && !this.#ending && !this.destroyed) this.#stream.emit("drain");
    if (!this.#closing) this.#stream.emit("ready");
    this.#go();
  }

  #openFailed(error) {
    this.#opening = false;
    this.#nextFile = null;
    this.#stream.emit("error", error);
    this.#go();
  }

  reopen(file) {
    this.#refuseDestroyed();
    const target = file ?? this.file;
    if (typeof target !== "string") throw ERR_INVALID_STATE("Unable to reopen a file descriptor, you must pass a file to Utf8Stream");
    if (this.#ending) return;
    if (this.#opening || this.writing) {
      this.#nextFile = target;
      this.file = target;
    } else {
      this.#open(target, true);
    }
  }

  // ---- writing

  #refuseDestroyed() {
    if (this.destroyed) throw ERR_INVALID_STATE("Utf8Stream is destroyed");
  }

  write(data) {
    this.#refuseDestroyed();
    const { contentMode, highWaterMark, maxLength, maxWrite } = this.#options;
    if (contentMode === "buffer") validateBuffer(data, "data");
    else validateString(data, "data");
    const size = sizeOf(data);
    if (maxLength > 0 && this.#bytes + size > maxLength) {
      this.#stream.emit("drop", data);
      return this.#bytes < highWaterMark;
    }
    const last = this.#queue.length - 1;
    if (last >= 0 && sizeOf(this.#queue[last]) + size <= maxWrite) {
      const before = this.#queue[last];
      this.#queue[last] = typeof data === "string" ? before + data : Buffer.concat([before, data]);
    } else {
      this.#queue.push(data);
    }
    this.#bytes += size;
    this.#go();
    return this.#bytes < highWaterMark;
  }

  // Does what is due: the next piece, the next file, or the end.
  #go() {
    if (this.writing || this.#opening || this.#closing) return;
    if (this.destroyed) return this.#close();
    if (this.#nextFile !== null) {
      const file = this.#nextFile;
      this.#nextFile = null;
      return this.#open(file, true);
    }
    if (this.fd < 0) {
      if (this.#ending) this.destroy();
      return;
    }
    if (this.#bytes > 0 && (this.#current !== null || this.#flushing || this.#ending || this.#bytes >= this.#options.minLength)) return this.#next();
    if (this.#bytes === 0) this.#flushed();
    if (this.#ending) this.#close();
  }

  #next() {
    this.#current ??= this.#queue.shift();
    this.writing = true;
    if (this.#options.sync) return this.#writeSync();
    // Handed over in the next tick: until then `flushSync` can still write it, in order.
    this.#begun = false;
    nextTick(() => {
      if (this.writing && !this.#begun) this.#begin();
    });
  }

  #begin() {
    this.#begun = true;
    const data = this.#current;
    const done = (error, written) => {
      if (error) return this.#failed(error);
      this.#written(written ?? sizeOf(data));
    };
    if (typeof data === "string") this.#fs.write(this.fd, data, "utf8", done);
    else this.#fs.write(this.fd, data, done);
  }

  #writeSync() {
    try {
      this.#drainCurrent(true);
    } catch (error) {
      this.writing = false;
      this.#stream.emit("error", error);
      return;
    }
    this.#pieceDone();
  }

  // Writes the current piece until nothing of it is left.
  #drainCurrent(tell) {
    while (this.#current !== null) {
      const data = this.#current;
      let written;
      try {
        written = (typeof data === "string" ? this.#fs.writeSync(this.fd, data, "utf8") : this.#fs.writeSync(this.fd, data)) ?? sizeOf(data);
      } catch (error) {
        if (!this.#retries(error)) throw error;
        sleep(RETRY_AFTER_MS);
        continue;
      }
      this.#take(written);
      if (tell) this.#stream.emit("write", written);
    }
  }

  #retries(error) {
    if (error.code !== "EAGAIN" && error.code !== "EBUSY") return false;
    const size = sizeOf(this.#current);
    return this.#options.retryEAGAIN(error, size, this.#bytes - size);
  }

  #failed(error) {
    if (!this.destroyed && this.#retries(error)) {
      importBuiltin("node:timers").setTimeout(() => this.#begin(), RETRY_AFTER_MS);
      return;
    }
    this.writing = false;
    for (const callback of this.#waiting.splice(0)) callback(error);
    this.#stream.emit("error", error);
    if (this.destroyed) this.#go();
  }

  // Forgets what is written of the current piece.
  #take(written) {
    const size = sizeOf(this.#current);
    if (written >= size) {
      this.#bytes -= size;
      this.#current = null;
    } else {
      this.#current = rest(this.#current, written);
      this.#bytes -= size - sizeOf(this.#current);
    }
  }

  #written(written) {
    this.#take(written);
    this.#stream.emit("write", written);
    if (this.#current !== null) this.#begin();
    else this.#pieceDone();
  }

  #pieceDone() {
    this.writing = false;
    if (this.#options.fsync) this.#fs.fsyncSync(this.fd);
    if (this.#bytes === 0 && !this.#ending && !this.destroyed) this.#drained();
    else if (this.destroyed) this.#flushed();
    this.#go();
  }

  #drained() {
    if (!this.#options.sync) {
      this.#stream.emit("drain");
    } else if (!this.#drainQueued) {
      this.#drainQueued = true;
      nextTick(() => {
        this.#drainQueued = false;
        if (!this.#ending && !this.destroyed && !this.writing) this.#stream.emit("drain");
      });
    }
  }

  // ---- flushing

  flush(callback) {
    if (callback !== undefined) validateFunction(callback, "cb");
    if (this.destroyed) {
      const error = ERR_INVALID_STATE("Utf8Stream is destroyed");
      if (!callback) throw error;
      return callback(error);
    }
    if (callback) this.#waiting.push(callback);
    const { minLength } = this.#options;
    if (this.#bytes > 0 || this.#opening) {
      this.#flushing = true;
      this.#go();
    } else {
      // Nothing to write; who waits is told all the same.
      nextTick(() => {
        if (minLength > 0 && !this.#ending && !this.destroyed && this.#bytes === 0) this.#stream.emit("drain");
        this.#flushed();
      });
    }
  }

  // All is written: whoever waits for it learns so, after the disk has it.
  #flushed() {
    this.#flushing = false;
    const waiting = this.#waiting.splice(0);
    if (waiting.length === 0) return;
    const tell = (error = null) => {
      for (const callback of waiting) callback(error);
    };
    if (this.#options.fsync || this.fd < 0) return nextTick(tell);
    this.#fs.fsync(this.fd, (error) => tell(this.destroyed ? null : error));
  }

  flushSync() {
    this.#refuseDestroyed();
    if (this.fd < 0) throw ERR_INVALID_STATE("Invalid file descriptor");
    // A piece that the system has already is its own affair: it comes first or it comes second.
    const handedOver = this.writing && this.#begun ? this.#current : null;
    if (handedOver === null) {
      if (this.#current !== null) this.#queue.unshift(this.#current);
      this.writing = false;
    }
    this.#current = null;
    try {
      this.#gather();
      while (this.#queue.length > 0) {
        this.#current = this.#queue.shift();
        this.#drainCurrent(false);
      }
      if (!this.#options.fsync) this.#syncFile();
    } catch (error) {
      if (this.#current !== null) this.#queue.unshift(this.#current);
      throw error;
    } finally {
      this.#current = handedOver;
    }
    if (this.#options.fsync) this.#fs.fsyncSync(this.fd);
    if (handedOver === null) this.#go();
  }

  // Like a disk that is gone, a pipe cannot be synchronized; what is written is written.
  #syncFile() {
    try {
      this.#fs.fsyncSync(this.fd);
    } catch {}
  }

  // Makes neighbours one piece where they fit into one write.
  #gather() {
    const pieces = [];
    for (const piece of this.#queue) {
      const last = pieces.length - 1;
      if (last >= 0 && sizeOf(pieces[last]) + sizeOf(piece) <= this.#options.maxWrite)
        pieces[last] = typeof piece === "string" ? pieces[last] + piece : Buffer.concat([pieces[last], piece]);
      else pieces.push(piece);
    }
    this.#queue = pieces;
  }

  // ---- the end

  end() {
    this.#refuseDestroyed();
    if (this.#ending) return;
    this.#ending = true;
    this.#go();
  }

  destroy() {
    if (this.destroyed) return;
    this.destroyed = true;
    // What was accepted for writing is written; what has only gathered is lost.
    if (this.writing && !this.#begun) this.#begin();
    this.#go();
  }

  #close() {
    this.#closing = true;
    const finished = this.#ending && !this.destroyed;
    this.destroyed = true;
    this.#timer?.close();
    const { fd } = this;
    const closed = (error) => {
      this.fd = -1;
      const lost = this.#waiting.splice(0);
      for (const callback of lost) callback(ERR_INVALID_STATE("Utf8Stream is destroyed"));
      if (error) this.#stream.emit("error", error);
      else if (finished) this.#stream.emit("finish");
      this.#stream.emit("close");
    };
    if (fd < 0) return nextTick(closed);
    // Standard output and error are the process's.
    const close = () => (fd === 1 || fd === 2 ? nextTick(closed) : this.#fs.close(fd, closed));
    if (this.#options.fsync) return close();
    try {
      this.#fs.fsync(fd, close);
    } catch {
      close();
    }
  }
}

function readOptions(options = {}) {
  validateObject(options, "options");
  const {
    fd, dest, minLength = 0, maxLength = 0, maxWrite = MAX_WRITE_BYTES, periodicFlush = 0, sync = false, append = true, mkdir = false,
    retryEAGAIN = () => true, fsync = false, contentMode = "utf8", mode, fs: functions,
  } = options;
  if (fd === undefined || fd === null) validateString(dest, "dest");
  else if (typeof fd !== "number") throw ERR_INVALID_ARG_TYPE("fd", "number", fd);
  else validateUint32(fd, "fd");
  validateUint32(minLength, "minLength");
  validateUint32(maxLength, "maxLength");
  validateUint32(maxWrite, "maxWrite");
  validateUint32(periodicFlush, "periodicFlush");
  validateBoolean(sync, "sync");
  validateBoolean(append, "append");
  validateBoolean(mkdir, "mkdir");
  validateBoolean(fsync, "fsync");
  validateFunction(retryEAGAIN, "retryEAGAIN");
  validateOneOf(contentMode, "contentMode", ["buffer", "utf8"]);
  if (functions !== undefined) validateObject(functions, "fs");
  if (mode !== undefined && typeof mode !== "number" && typeof mode !== "string") throw ERR_INVALID_ARG_TYPE("mode", ["number", "string"], mode);
  if (minLength >= maxWrite) throw ERR_INVALID_ARG_VALUE("minLength", minLength, `must be smaller than maxWrite (${maxWrite})`);
  return {
    fd, dest, minLength, maxLength, maxWrite, periodicFlush, sync, append, mkdir, retryEAGAIN, fsync, contentMode, mode, fs: functions,
    highWaterMark: Math.max(minLength, MAX_WRITE_BYTES + 3),
  };
}

export function initUtf8(stream, options) {
  const read = readOptions(options);
  Reflect.apply(EventEmitter, stream, []);
  const writer = new Writer(stream, read);
  Object.defineProperty(stream, own, { value: { writer, options: read } });
  writer.start();
}

Object.setPrototypeOf(Utf8Stream, EventEmitter);
Object.setPrototypeOf(Utf8Stream.prototype, EventEmitter.prototype);
const methods = {
  write(data) {
    return this[own].writer.write(data);
  },
  flush(cb) {
    this[own].writer.flush(cb);
  },
  flushSync() {
    this[own].writer.flushSync();
  },
  reopen(file) {
    this[own].writer.reopen(file);
  },
  end() {
    this[own].writer.end();
  },
  destroy() {
    this[own].writer.destroy();
  },
  [Symbol.dispose]() {
    this.destroy();
  },
  get fd() {
    return this[own].writer.fd;
  },
  get file() {
    return this[own].writer.file;
  },
  get writing() {
    return this[own].writer.writing;
  },
};
for (const name of ["append", "contentMode", "fsync", "maxLength", "minLength", "mkdir", "mode", "periodicFlush", "sync"]) {
  Object.defineProperty(methods, name, {
    configurable: true,
    enumerable: true,
    get() {
      return this[own].options[name];
    },
  });
}
const described = Object.getOwnPropertyDescriptors(methods);
for (const key of Reflect.ownKeys(described)) described[key].enumerable = false;
Object.defineProperties(Utf8Stream.prototype, described);
