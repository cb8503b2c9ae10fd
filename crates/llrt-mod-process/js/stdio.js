// process.stdin, stdout, stderr. Node: https://nodejs.org/api/process.html#process-io
import { write } from "native:stdio";
import { guessType, open } from "native:pipe";
import { importBuiltin, nextTick } from "internal:host";

// A warning's text, without a stream.
export function writeError(text) {
  try {
    write(2, text);
  } catch {
    // Nobody reads standard error: there is nobody to tell.
  }
}

const bytesOf = (chunk, encoding) =>
  typeof chunk === "string" && encoding !== "utf8" && encoding !== "utf-8" ? Buffer.from(chunk, encoding) : chunk;

// Writes are synchronous, as Node's are for files, terminals and pipes: nothing is lost when the process ends.
export function writeSync(descriptor, chunk, encoding, callback) {
  try {
    write(descriptor, bytesOf(chunk, encoding));
  } catch (error) {
    return callback(importBuiltin("internal:pipe").errnoException(error.errno, "write"));
  }
  callback();
}

// Closing a standard stream would let the next file take its descriptor: it is closed for those who listen, and goes on.
function dummyDestroy(error, callback) {
  callback(error);
  this._undestroy();
  if (!this._writableState.emitClose) nextTick(() => this.emit("close"));
}

function output(descriptor) {
  const { Writable } = importBuiltin("node:stream");
  const type = guessType(descriptor);
  let stream;
  if (type === "TTY") {
    const { WriteStream } = importBuiltin("node:tty");
    stream = new WriteStream(descriptor);
    stream._type = "tty";
  } else if (type === "INVALID") {
    stream = new Writable({ write: (chunk, encoding, callback) => callback() });
  } else {
    class SyncWriteStream extends Writable {
      fd = descriptor;
      readable = false;
      _write(chunk, encoding, callback) {
        writeSync(this.fd, chunk, encoding, callback);
      }
    }
    stream = new SyncWriteStream({ autoDestroy: type !== "FILE", decodeStrings: false, emitClose: false });
    stream._type = type === "FILE" ? "fs" : "pipe";
  }
  stream.fd = descriptor;
  stream._isStdio = true;
  stream.destroySoon = stream.destroy;
  stream._destroy = dummyDestroy;
  // `pipe` never ends them.
  importBuiltin("internal:streams").process[descriptor === 1 ? "stdout" : "stderr"] = stream;
  if (stream.isTTY) {
    const resized = () => stream._refreshSize();
    importBuiltin("node:process").default.on("SIGWINCH", resized);
    stream.on("close", () => importBuiltin("node:process").default.removeListener("SIGWINCH", resized));
  }
  return stream;
}

export const stdout = () => output(1);
export const stderr = () => output(2);

export function stdin() {
  const type = guessType(0);
  let stream;
  if (type === "TTY") {
    const { ReadStream } = importBuiltin("node:tty");
    stream = new ReadStream(0, { manualStart: true });
  } else if (type === "FILE") {
    const { ReadStream } = importBuiltin("node:fs");
    stream = new ReadStream(null, { fd: 0, autoClose: false });
  } else if (type === "INVALID" || importBuiltin("node:process").default.channel?.fd === 0) {
    const { Readable } = importBuiltin("node:stream");
    stream = new Readable({ read() {} });
    stream.push(null);
  } else {
    const { Pipe } = importBuiltin("internal:pipe");
    stream = new Pipe(open(0, false), { readable: true, writable: false, manualStart: true });
    stream._type = "pipe";
  }
  stream.fd = 0;
  if (stream.stopReading !== undefined) {
    stream.on("pause", () => {
      if (stream._readableState.flowing === false) stream.stopReading();
    });
  }
  return stream;
}
