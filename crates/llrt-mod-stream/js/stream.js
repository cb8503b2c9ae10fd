// `node:stream`: readable-stream's classes, the rest of it when it is called, and what Node has gained since the version that
// readable-stream was made from.
// Node: https://nodejs.org/api/stream.html
import { ERR_ILLEGAL_CONSTRUCTOR } from "internal:errors";
import { importBuiltin } from "internal:host";
import * as core from "internal:streams";
import { Buffer } from "node:buffer";

const { Duplex, eos: finished, PassThrough, Readable, Transform, Writable } = core;
const { Stream } = core.legacy;
const { addAbortSignal } = core.addAbortSignal;
const { destroyer: destroy } = core.destroy;
const { getDefaultHighWaterMark, setDefaultHighWaterMark } = core.state;
const { isDestroyed, isDisturbed, isErrored, isReadable, isWritable } = core.utils;
const { AbortError } = core.errors;
const { nextTick } = core.process;

setDefaultHighWaterMark(false, 64 * 1024);

// ---- parts that load when they are called

const part = (name) => importBuiltin(`internal:streams/${name}`).default;
const adapters = () => importBuiltin("internal:streams/adapters");

function pipeline(...streams) {
  return part("pipeline").pipeline(...streams);
}

function compose(...streams) {
  return part("compose")(...streams);
}

const defineMethod = (target, name, value, enumerable = false) =>
  Object.defineProperty(target, name, { __proto__: null, value, enumerable, configurable: true, writable: true });

function defineOperator(name, length, apply, enumerable = false) {
  const operator = function (...args) {
    if (new.target) throw ERR_ILLEGAL_CONSTRUCTOR();
    return apply(this, args);
  };
  Object.defineProperties(operator, { name: { value: name }, length: { value: length } });
  defineMethod(Readable.prototype, name, operator, enumerable);
}

for (const [name, length] of [
  ["drop", 1],
  ["filter", 2],
  ["flatMap", 2],
  ["map", 2],
  ["take", 1],
])
  defineOperator(name, length, (stream, args) =>
    Readable.from(part("operators").streamReturningOperators[name].apply(stream, args)),
  );
for (const [name, length] of [
  ["every", 1],
  ["forEach", 2],
  ["reduce", 3],
  ["toArray", 1],
  ["some", 1],
  ["find", 2],
])
  defineOperator(name, length, (stream, args) => part("operators").promiseReturningOperators[name].apply(stream, args));
defineMethod(
  Readable.prototype,
  "compose",
  function (stream, options) {
    return part("operators").streamReturningOperators.compose.call(this, stream, options);
  },
  true,
);

// ---- web streams

Readable.fromWeb = function (readableStream, options) {
  return adapters().readableFromWeb(readableStream, options);
};
Readable.toWeb = function (streamReadable, options) {
  return adapters().readableToWeb(streamReadable, options);
};
Writable.fromWeb = function (writableStream, options) {
  return adapters().writableFromWeb(writableStream, options);
};
Writable.toWeb = function (streamWritable) {
  return adapters().writableToWeb(streamWritable);
};
Duplex.fromWeb = function (pair, options) {
  return adapters().duplexFromWeb(pair, options);
};
Duplex.toWeb = function (duplex, options) {
  return adapters().duplexToWeb(duplex, options);
};

// ---- newer than readable-stream

Writable.prototype[Symbol.asyncDispose] = function () {
  let reason = null;
  if (!this.destroyed) {
    if (!this.writableFinished) reason = new AbortError();
    this.destroy(reason);
  }
  return new Promise((resolve, reject) => {
    finished(this, (error) => (error && error !== reason ? reject(error) : resolve()));
  });
};

// readable-stream leaves the readable side's, which forgets writes that wait.
Duplex.prototype.destroy = Writable.prototype.destroy;

// One end of a `duplexPair`: what is written to it is read from the other.
class DuplexSide extends Duplex {
  #other;
  #resume = null;

  static join(one, two) {
    one.#other = two;
    two.#other = one;
  }

  _read() {
    const resume = this.#resume;
    this.#resume = null;
    resume?.();
  }

  _write(chunk, encoding, callback) {
    if (chunk.length === 0) {
      nextTick(callback);
      return;
    }
    this.#other.push(chunk);
    this.#other.#resume = callback;
  }

  _final(callback) {
    this.#other.on("end", callback);
    this.#other.push(null);
  }
}

function duplexPair(options) {
  const sides = [new DuplexSide(options), new DuplexSide(options)];
  DuplexSide.join(...sides);
  return sides;
}

// Any view is a chunk. readable-stream asks these two.
const _isArrayBufferView = ArrayBuffer.isView;
const _isUint8Array = (value) => value instanceof Uint8Array;
const _uint8ArrayToBuffer = (chunk) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

const promises = {
  finished: finished.finished,
  pipeline(...streams) {
    const { pipelineImpl } = part("pipeline");
    return new Promise((resolve, reject) => {
      const { signal, end } = isOptions(streams.at(-1)) ? streams.pop() : {};
      pipelineImpl(streams, (error, value) => (error ? reject(error) : resolve(value)), { signal, end });
    });
  },
};

function isOptions(last) {
  const { isIterable, isNodeStream, isWebStream } = core.utils;
  return last && typeof last === "object" && !isNodeStream(last) && !isIterable(last) && !isWebStream(last);
}

const customPromisify = Symbol.for("nodejs.util.promisify.custom");
for (const [f, promised] of [
  [pipeline, promises.pipeline],
  [finished, promises.finished],
])
  Object.defineProperty(f, customPromisify, { __proto__: null, enumerable: true, get: () => promised });

Object.assign(Stream, {
  isDestroyed,
  isDisturbed,
  isErrored,
  isReadable,
  isWritable,
  Readable,
  Writable,
  Duplex,
  Transform,
  PassThrough,
  duplexPair,
  pipeline,
  addAbortSignal,
  finished,
  destroy,
  compose,
  setDefaultHighWaterMark,
  getDefaultHighWaterMark,
});
Object.defineProperty(Stream, "promises", {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get: () => promises,
});
Object.assign(Stream, { Stream, _isArrayBufferView, _isUint8Array: _isArrayBufferView, _uint8ArrayToBuffer });

export {
  _isArrayBufferView,
  _isUint8Array,
  _uint8ArrayToBuffer,
  addAbortSignal,
  compose,
  Stream as default,
  destroy,
  Duplex,
  duplexPair,
  finished,
  getDefaultHighWaterMark,
  isDestroyed,
  isDisturbed,
  isErrored,
  isReadable,
  isWritable,
  PassThrough,
  pipeline,
  promises,
  Readable,
  setDefaultHighWaterMark,
  Stream,
  Transform,
  Writable,
};
