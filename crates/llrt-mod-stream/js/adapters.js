// `internal:streams/adapters`: what `fromWeb` and `toWeb` do, loaded when one is called.
// Node: https://nodejs.org/api/stream.html#streamreadablefromwebreadablestream-options
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from "internal:errors";
import { destroy as destroyImpl, Duplex, eos, errors, process, Readable, utils, Writable } from "internal:streams";
import { validateBoolean, validateObject, validateOneOf } from "internal:validators";
import { noop, then } from "internal:web-streams/common";
import { ReadableStream, streamOf as readableOf } from "internal:web-streams/readable";
import { ByteLengthQueuingStrategy, CountQueuingStrategy } from "internal:web-streams/transform";
import { streamOf as writableOf, WritableStream } from "internal:web-streams/writable";
import { Buffer } from "node:buffer";

const { AbortError } = errors;
const { destroyer } = destroyImpl;
const { nextTick } = process;

// ---- from web streams

export function readableFromWeb(readableStream, options = {}) {
  if (readableOf(readableStream) === undefined)
    throw ERR_INVALID_ARG_TYPE("readableStream", "ReadableStream", readableStream);
  validateObject(options, "options");
  const { highWaterMark, encoding, objectMode = false, signal } = options;
  if (encoding !== undefined && !Buffer.isEncoding(encoding)) throw ERR_INVALID_ARG_VALUE("options.encoding", encoding);
  validateBoolean(objectMode, "options.objectMode");
  const source = sourceOf(readableStream.getReader(), () => readable);
  const readable = new Readable({
    objectMode,
    highWaterMark,
    encoding,
    signal,
    read: source.read,
    destroy: source.destroy,
  });
  return readable;
}

export function writableFromWeb(writableStream, options = {}) {
  if (writableOf(writableStream) === undefined)
    throw ERR_INVALID_ARG_TYPE("writableStream", "WritableStream", writableStream);
  validateObject(options, "options");
  const { highWaterMark, decodeStrings = true, objectMode = false, signal } = options;
  validateBoolean(objectMode, "options.objectMode");
  validateBoolean(decodeStrings, "options.decodeStrings");
  const sink = sinkOf(writableStream.getWriter(), () => writable, { decodeStrings, objectMode });
  const writable = new Writable({ highWaterMark, objectMode, decodeStrings, signal, ...sink });
  return writable;
}

export function duplexFromWeb(pair, options = {}) {
  validateObject(pair, "pair");
  const { readable: readableStream, writable: writableStream } = pair;
  if (readableOf(readableStream) === undefined)
    throw ERR_INVALID_ARG_TYPE("pair.readable", "ReadableStream", readableStream);
  if (writableOf(writableStream) === undefined)
    throw ERR_INVALID_ARG_TYPE("pair.writable", "WritableStream", writableStream);
  validateObject(options, "options");
  const { allowHalfOpen = false, objectMode = false, encoding, decodeStrings = true, highWaterMark, signal } = options;
  validateBoolean(objectMode, "options.objectMode");
  if (encoding !== undefined && !Buffer.isEncoding(encoding)) throw ERR_INVALID_ARG_VALUE("options.encoding", encoding);
  const sink = sinkOf(writableStream.getWriter(), () => duplex, { decodeStrings, objectMode });
  const source = sourceOf(readableStream.getReader(), () => duplex);
  const duplex = new Duplex({
    allowHalfOpen,
    highWaterMark,
    objectMode,
    encoding,
    decodeStrings,
    signal,
    read: source.read,
    write: sink.write,
    writev: sink.writev,
    final: sink.final,
    destroy(error, callback) {
      // Both ends have to be done, and the first failure counts.
      let failure = error;
      let waiting = 2;
      const done = (newError) => {
        failure ??= newError;
        if (--waiting === 0) callback(failure);
      };
      sink.destroy(error, done);
      source.destroy(error, done);
    },
  });
  return duplex;
}

// What throws in a callback must not become a rejection.
function callOutside(callback, error) {
  try {
    callback(error);
  } catch (thrown) {
    nextTick(() => {
      throw thrown;
    });
  }
}

function sourceOf(reader, streamOf) {
  let closed = false;
  then(
    reader.closed,
    () => {
      closed = true;
    },
    (error) => {
      closed = true;
      destroyer(streamOf(), error);
    },
  );
  return {
    read() {
      then(
        reader.read(),
        ({ done, value }) => {
          // Listeners may throw, and it is not the web stream's error.
          if (done) callOutside(() => this.push(null));
          else callOutside(() => this.push(value));
        },
        (error) => destroyer(this, error),
      );
    },
    destroy(error, callback) {
      if (closed) {
        callback(error);
        return;
      }
      const done = () => callOutside(callback, error);
      then(reader.cancel(error), done, done);
    },
  };
}

function sinkOf(writer, streamOf, { decodeStrings, objectMode }) {
  let closed = false;
  then(
    writer.closed,
    () => {
      closed = true;
      if (!utils.isWritableEnded(streamOf())) destroyer(streamOf(), new errors.codes.ERR_STREAM_PREMATURE_CLOSE());
    },
    (error) => {
      closed = true;
      destroyer(streamOf(), error);
    },
  );
  const decoded = (chunk, encoding) => {
    if (typeof chunk === "string" && decodeStrings && !objectMode) return Buffer.from(chunk, encoding);
    return chunk;
  };
  const written = (promise, callback) =>
    then(
      promise,
      () => callOutside(callback),
      (error) => callOutside(callback, error ?? new AbortError()),
    );
  return {
    write(chunk, encoding, callback) {
      written(
        then(writer.ready, () => writer.write(decoded(chunk, encoding))),
        callback,
      );
    },
    writev(chunks, callback) {
      const writes = then(writer.ready, () =>
        Promise.all(chunks.map(({ chunk, encoding }) => writer.write(decoded(chunk, encoding)))),
      );
      written(writes, callback);
    },
    final(callback) {
      if (closed) callback();
      else written(writer.close(), callback);
    },
    destroy(error, callback) {
      if (closed) {
        callback(error);
        return;
      }
      const done = () => callOutside(callback, error);
      // Ended already, it is about to close.
      const end = error == null ? writer.close() : writer.abort(error);
      then(end, done, done);
    },
  };
}

// ---- to web streams

export function readableToWeb(streamReadable, options = {}) {
  if (typeof streamReadable?._readableState !== "object")
    throw ERR_INVALID_ARG_TYPE("streamReadable", "stream.Readable", streamReadable);
  validateObject(options, "options");
  const { type } = options;
  if (type !== undefined) validateOneOf(type, "options.type", ["bytes", undefined]);
  const bytes = type === "bytes";
  if (utils.isDestroyed(streamReadable) || !utils.isReadable(streamReadable)) {
    const readable = new ReadableStream({ type });
    readable.cancel();
    return readable;
  }
  const objectMode = streamReadable.readableObjectMode;
  const { readableHighWaterMark: highWaterMark } = streamReadable;
  const strategy = options.strategy ?? strategyFor(objectMode, bytes, highWaterMark);
  let controller;
  let cancelled = false;

  streamReadable.pause();
  const cleanup = eos(streamReadable, (error) => {
    cleanup();
    // Errors that come later have been told by the web stream.
    streamReadable.on("error", noop);
    if (cancelled) return;
    cancelled = true;
    if (error) {
      controller.error(
        error.code === "ERR_STREAM_PREMATURE_CLOSE" ? new AbortError(undefined, { cause: error }) : error,
      );
      return;
    }
    controller.close();
    if (bytes) controller.byobRequest?.respond(0);
  });
  streamReadable.on("data", (chunk) => {
    if (cancelled) return;
    let value = chunk;
    if (Buffer.isBuffer(chunk) && !objectMode) {
      // A byte stream takes the memory over, and a Buffer may share its own with others.
      value = bytes ? new Uint8Array(chunk) : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    } else if (bytes && typeof chunk === "string") {
      value = new Uint8Array(Buffer.from(chunk));
    }
    controller.enqueue(value);
    if (controller.desiredSize <= 0) streamReadable.pause();
  });
  return new ReadableStream(
    {
      type,
      start(own) {
        controller = own;
      },
      pull() {
        streamReadable.resume();
      },
      cancel(reason) {
        cancelled = true;
        destroyer(streamReadable, reason);
      },
    },
    strategy,
  );
}

function strategyFor(objectMode, bytes, highWaterMark) {
  if (bytes) return { highWaterMark };
  return objectMode ? new CountQueuingStrategy({ highWaterMark }) : new ByteLengthQueuingStrategy({ highWaterMark });
}

export function writableToWeb(streamWritable) {
  if (typeof streamWritable?._writableState !== "object" && typeof streamWritable?.write !== "function")
    throw ERR_INVALID_ARG_TYPE("streamWritable", "stream.Writable", streamWritable);
  if (utils.isDestroyed(streamWritable) || !utils.isWritable(streamWritable)) {
    const writable = new WritableStream();
    writable.close();
    return writable;
  }
  const { writableHighWaterMark: highWaterMark, writableObjectMode: objectMode } = streamWritable;
  let controller, drained, closed;

  const cleanup = eos(streamWritable, { readable: false }, (error) => {
    cleanup();
    streamWritable.on("error", noop);
    const reason = error?.code === "ERR_STREAM_PREMATURE_CLOSE" ? new AbortError(undefined, { cause: error }) : error;
    if (reason) {
      drained?.reject(reason);
      closed?.reject(reason);
      controller.error(reason);
    } else if (closed !== undefined) {
      closed.resolve();
    } else {
      controller.error(new AbortError());
    }
  });
  streamWritable.on("drain", () => {
    drained?.resolve();
    drained = undefined;
  });
  return new WritableStream(
    {
      start(own) {
        controller = own;
      },
      write(chunk) {
        if (!streamWritable.writableNeedDrain && streamWritable.write(chunk)) return undefined;
        drained = Promise.withResolvers();
        return drained.promise;
      },
      abort(reason) {
        destroyer(streamWritable, reason);
      },
      close() {
        if (closed === undefined) {
          closed = Promise.withResolvers();
          if (!utils.isWritableEnded(streamWritable)) streamWritable.end();
        }
        return closed.promise;
      },
    },
    objectMode ? new CountQueuingStrategy({ highWaterMark }) : { highWaterMark },
  );
}

export function duplexToWeb(duplex, options = {}) {
  if (typeof duplex?._writableState !== "object" || typeof duplex?._readableState !== "object")
    throw ERR_INVALID_ARG_TYPE("duplex", "stream.Duplex", duplex);
  if (utils.isDestroyed(duplex)) {
    const writable = new WritableStream();
    const readable = new ReadableStream();
    writable.close();
    readable.cancel();
    return { readable, writable };
  }
  validateObject(options, "options");
  const readableType = options.readableType ?? options.type;
  const writable = utils.isWritable(duplex) ? writableToWeb(duplex) : new WritableStream();
  if (!utils.isWritable(duplex)) writable.close();
  const readable = utils.isReadable(duplex) ? readableToWeb(duplex, { type: readableType }) : new ReadableStream();
  if (!utils.isReadable(duplex)) readable.cancel();
  return { readable, writable };
}
