// WritableStream, its controller and its writer.
// Streams: https://streams.spec.whatwg.org/#ws. As in readable.js, steps work on records; `ready` and `closed` promises are made when
// somebody asks for them.
import { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE } from "internal:errors";
import {
  adopt,
  call,
  callback,
  ChunkQueue,
  deferred,
  finishClass,
  handled,
  invalidState,
  invalidThis,
  invoke,
  kControllerErrorFunction,
  kIsClosedPromise,
  kIsErrored,
  kIsWritable,
  noop,
  objectArgument,
  Queue,
  rangeError,
  reject,
  resolve,
  resolved,
  strategyArgument,
  then,
} from "internal:web-streams/common";

const kRecord = Symbol("record");
const kClose = Symbol("close"); // stands in the queue for the end

// ---- streams

function newStream() {
  return {
    state: "writable",
    error: undefined,
    ended: false, // closed, or errored with nothing left to do
    backpressure: false,
    writer: undefined,
    controller: undefined,
    object: undefined,
    closed: undefined,
    // Requests have `resolve` and `reject`.
    writeRequests: new Queue(),
    inFlightWrite: undefined,
    closeRequest: undefined,
    inFlightClose: undefined,
    pendingAbort: undefined,
  };
}

export function createWritable(start, write, close, abort, highWaterMark = 1, size = undefined) {
  const stream = newStream();
  setUp(stream, { write, close, abort }, start, highWaterMark, size);
  return stream;
}

export function objectOf(stream) {
  return (stream.object ??= new WritableStream(kRecord, stream));
}

export const isLocked = (stream) => stream.writer !== undefined;
export const closeQueuedOrInFlight = (stream) =>
  stream.closeRequest !== undefined || stream.inFlightClose !== undefined;

export function abortStream(stream, reason) {
  if (stream.state === "closed" || stream.state === "errored") return resolve();
  stream.controller.signalAbort(reason);
  // Listeners of the signal may have ended it.
  if (stream.state === "closed" || stream.state === "errored") return resolve();
  if (stream.pendingAbort !== undefined) return stream.pendingAbort.request.promise;
  const wasErroring = stream.state === "erroring";
  const abort = deferred();
  stream.pendingAbort = { request: abort, reason: wasErroring ? undefined : reason, wasErroring };
  if (!wasErroring) startErroring(stream, reason);
  return abort.promise;
}

export function closeStream(stream) {
  if (stream.state === "closed" || stream.state === "errored") return reject(invalidState("WritableStream is closed"));
  const request = deferred();
  stream.closeRequest = request;
  const { writer } = stream;
  if (writer !== undefined && stream.backpressure && stream.state === "writable") resolveReady(writer);
  const { controller } = stream;
  controller.queue.pushUnmeasured(kClose);
  advance(controller);
  return request.promise;
}

function dealWithRejection(stream, error) {
  if (stream.state === "writable") startErroring(stream, error);
  else finishErroring(stream);
}

function startErroring(stream, reason) {
  const { controller, writer } = stream;
  stream.state = "erroring";
  stream.error = reason;
  if (writer !== undefined) rejectReady(writer, reason);
  if (stream.inFlightWrite === undefined && stream.inFlightClose === undefined && controller.started)
    finishErroring(stream);
}

function finishErroring(stream) {
  const { controller, error, writeRequests, pendingAbort } = stream;
  stream.state = "errored";
  controller.queue.clear();
  stream.writeRequests = new Queue();
  while (writeRequests.length > 0) writeRequests.shift().reject(error);
  if (pendingAbort === undefined) {
    rejectCloseAndClosed(stream);
    return;
  }
  stream.pendingAbort = undefined;
  if (pendingAbort.wasErroring) {
    pendingAbort.request.reject(error);
    rejectCloseAndClosed(stream);
    return;
  }
  const { abort } = controller;
  clearAlgorithms(controller);
  then(
    invoke(abort, pendingAbort.reason),
    () => {
      pendingAbort.request.resolve();
      rejectCloseAndClosed(stream);
    },
    (reason) => {
      pendingAbort.request.reject(reason);
      rejectCloseAndClosed(stream);
    },
  );
}

function rejectCloseAndClosed(stream) {
  const { closeRequest, writer, error } = stream;
  stream.ended = true;
  if (closeRequest !== undefined) {
    stream.closeRequest = undefined;
    closeRequest.reject(error);
  }
  rejectHandled(stream.closed, error);
  if (writer !== undefined) rejectHandled(writer.closed, error);
}

function rejectHandled(promise, error) {
  if (promise === undefined) return;
  handled(promise.promise);
  promise.reject(error);
}

function finishClose(stream) {
  stream.inFlightClose.resolve();
  stream.inFlightClose = undefined;
  if (stream.state === "erroring") {
    // The error came too late.
    stream.error = undefined;
    stream.pendingAbort?.request.resolve();
    stream.pendingAbort = undefined;
  }
  stream.state = "closed";
  stream.ended = true;
  stream.closed?.resolve();
  stream.writer?.closed?.resolve();
}

function failClose(stream, error) {
  stream.inFlightClose.reject(error);
  stream.inFlightClose = undefined;
  stream.pendingAbort?.request.reject(error);
  stream.pendingAbort = undefined;
  dealWithRejection(stream, error);
}

function updateBackpressure(stream, backpressure) {
  const { writer } = stream;
  if (writer !== undefined && backpressure !== stream.backpressure) {
    // The next `ready` is a new promise, or the one that is waited for resolves.
    if (backpressure) writer.ready = undefined;
    else resolveReady(writer);
  }
  stream.backpressure = backpressure;
}

function closedOfStream(stream) {
  stream.closed ??= settleBy(stream);
  return stream.closed;
}

function settleBy(stream) {
  const closed = deferred();
  if (!stream.ended) return closed;
  if (stream.state === "closed") closed.resolve();
  else rejectHandled(closed, stream.error);
  return closed;
}

// ---- writers

export function acquireWriter(stream) {
  if (stream.writer !== undefined) throw invalidState("WritableStream is locked");
  const writer = { stream, ready: undefined, closed: undefined };
  if (stream.state === "erroring" || stream.state === "errored") rejectReady(writer, stream.error);
  if (stream.state === "errored") {
    writer.closed = deferred();
    writer.closed.settled = true;
    rejectHandled(writer.closed, stream.error);
  }
  return (stream.writer = writer);
}

export function closedOfWriter(writer) {
  writer.closed ??= settleBy(writer.stream);
  return writer.closed.promise;
}

export function readyOfWriter(writer) {
  if (writer.ready === undefined) {
    const { stream } = writer;
    writer.ready = deferred();
    const waits = stream.state === "writable" && stream.backpressure && !closeQueuedOrInFlight(stream);
    if (!waits) writer.ready.resolve();
    writer.ready.pending = waits;
  }
  return writer.ready.promise;
}

function resolveReady({ ready }) {
  if (ready === undefined) return;
  ready.pending = false;
  ready.resolve();
}

function rejectReady(writer, error) {
  if (!writer.ready?.pending) writer.ready = deferred();
  writer.ready.pending = false;
  rejectHandled(writer.ready, error);
}

export function releaseWriter(writer) {
  const { stream } = writer;
  const released = invalidState("Writer has been released");
  rejectReady(writer, released);
  if (writer.closed === undefined || writer.closed.settled || stream.ended) writer.closed = deferred();
  rejectHandled(writer.closed, released);
  stream.writer = undefined;
  writer.stream = undefined;
}

export function desiredSize(stream) {
  if (stream.state === "errored" || stream.state === "erroring") return null;
  if (stream.state === "closed") return 0;
  return stream.controller.highWaterMark - stream.controller.queue.total;
}

export function closeWriterPropagatingErrors({ stream }) {
  if (closeQueuedOrInFlight(stream) || stream.state === "closed") return resolve();
  if (stream.state === "errored") return reject(stream.error);
  return closeStream(stream);
}

// Hands `chunk` over; `request` is settled when it is written.
export function write(writer, chunk, request) {
  const { stream } = writer;
  const { controller } = stream;
  let size = 1;
  try {
    size = controller.queue.measure(chunk);
  } catch (error) {
    if (stream.state === "writable") controllerError(controller, error);
  }
  // Measuring ran code of the program.
  if (stream !== writer.stream) request.reject(invalidState("Mismatched WritableStreams"));
  else if (stream.state === "errored") request.reject(stream.error);
  else if (closeQueuedOrInFlight(stream) || stream.state === "closed")
    request.reject(invalidState("WritableStream is closed"));
  else if (stream.state === "erroring") request.reject(stream.error);
  else {
    stream.writeRequests.push(request);
    controller.queue.push(chunk, size);
    updateBackpressure(stream, controller.highWaterMark - controller.queue.total <= 0);
    advance(controller);
  }
}

// ---- controllers

class Controller {
  started = false;
  object = undefined;
  aborted = undefined;
  abortController = undefined;
  onWritten = undefined;
  onWriteFailed = undefined;
  stream = undefined;
  write = undefined;
  close = undefined;
  abort = undefined;
  highWaterMark = 0;
  queue = undefined;

  constructor(stream, { write, close, abort }, highWaterMark, size) {
    this.stream = stream;
    this.write = write ?? noop;
    this.close = close ?? noop;
    this.abort = abort ?? noop;
    this.highWaterMark = highWaterMark;
    this.queue = new ChunkQueue(size);
  }

  // The signal exists when somebody has asked for it.
  signalAbort(reason) {
    this.aborted ??= { reason };
    this.abortController?.abort(reason);
  }

  signal() {
    if (this.abortController === undefined) {
      this.abortController = new AbortController();
      if (this.aborted !== undefined) this.abortController.abort(this.aborted.reason);
    }
    return this.abortController.signal;
  }
}

function setUp(stream, algorithms, start, highWaterMark, size) {
  const controller = new Controller(stream, algorithms, highWaterMark, size);
  stream.controller = controller;
  stream.backpressure = highWaterMark <= 0;
  const result = start === undefined ? undefined : start();
  const started = (after) => (value) => {
    controller.started = true;
    after(value);
  };
  then(
    adopt(result),
    started(() => advance(controller)),
    started((error) => dealWithRejection(stream, error)),
  );
}

function clearAlgorithms(controller) {
  controller.write = undefined;
  controller.close = undefined;
  controller.abort = undefined;
}

export function controllerError(controller, error) {
  clearAlgorithms(controller);
  startErroring(controller.stream, error);
}

export function controllerErrorIfNeeded(controller, error) {
  if (controller.stream.state === "writable") controllerError(controller, error);
}

function advance(controller) {
  const { stream, queue } = controller;
  if (!controller.started || stream.inFlightWrite !== undefined) return;
  if (stream.state === "erroring") {
    finishErroring(stream);
    return;
  }
  if (queue.length === 0) return;
  const chunk = queue.peek();
  if (chunk === kClose) processClose(controller);
  else processWrite(controller, chunk);
}

function processClose(controller) {
  const { stream, close } = controller;
  stream.inFlightClose = stream.closeRequest;
  stream.closeRequest = undefined;
  controller.queue.clear();
  const closed = invoke(close);
  clearAlgorithms(controller);
  then(
    closed,
    () => finishClose(stream),
    (error) => failClose(stream, error),
  );
}

function processWrite(controller, chunk) {
  const { stream } = controller;
  stream.inFlightWrite = stream.writeRequests.shift();
  controller.onWritten ??= () => {
    const request = stream.inFlightWrite;
    stream.inFlightWrite = undefined;
    request.resolve();
    controller.queue.shift();
    if (stream.state === "writable" && !closeQueuedOrInFlight(stream))
      updateBackpressure(stream, controller.highWaterMark - controller.queue.total <= 0);
    advance(controller);
  };
  controller.onWriteFailed ??= (error) => {
    if (stream.state === "writable") clearAlgorithms(controller);
    const request = stream.inFlightWrite;
    stream.inFlightWrite = undefined;
    request.reject(error);
    dealWithRejection(stream, error);
  };
  let written;
  try {
    written = controller.write(chunk);
    written = written === undefined ? resolved : resolve(written);
  } catch (error) {
    written = reject(error);
  }
  then(written, controller.onWritten, controller.onWriteFailed);
}

// ---- what a program sees

let streamOf, writerOf, controllerOf;

const check = (record, name) => {
  if (record === undefined) throw invalidThis(name);
  return record;
};

class WritableStream {
  #record;

  static {
    streamOf = (value) => (typeof value === "object" && value !== null && #record in value ? value.#record : undefined);
  }

  constructor(sink = {}, strategy = undefined) {
    if (sink === kRecord) {
      this.#record = strategy;
      return;
    }
    objectArgument(sink, "sink");
    const { highWaterMark = 1, size } = strategyArgument(strategy);
    const abort = callback(sink, "abort", "sink");
    const close = callback(sink, "close", "sink");
    const start = callback(sink, "start", "sink");
    const { type } = sink;
    const write = callback(sink, "write", "sink");
    if (type !== undefined) throw rangeError("type", type);
    const stream = newStream();
    stream.object = this;
    this.#record = stream;
    let object;
    const of = () => (object ??= new WritableStreamDefaultController(kRecord, stream.controller));
    const algorithms = {
      write: write && ((chunk) => call(write, sink, chunk, of())),
      close: close && (() => call(close, sink)),
      abort: abort && ((reason) => call(abort, sink, reason)),
    };
    setUp(stream, algorithms, start && (() => call(start, sink, of())), highWaterMark, size);
  }

  get locked() {
    return isLocked(check(streamOf(this), "WritableStream"));
  }

  abort(reason = undefined) {
    const stream = streamOf(this);
    if (stream === undefined) return reject(invalidThis("WritableStream"));
    if (isLocked(stream)) return reject(invalidState("WritableStream is locked"));
    return abortStream(stream, reason);
  }

  close() {
    const stream = streamOf(this);
    if (stream === undefined) return reject(invalidThis("WritableStream"));
    if (isLocked(stream)) return reject(invalidState("WritableStream is locked"));
    if (closeQueuedOrInFlight(stream)) return reject(invalidState("Failure closing WritableStream"));
    return closeStream(stream);
  }

  getWriter() {
    check(streamOf(this), "WritableStream");
    return new WritableStreamDefaultWriter(this);
  }

  get [kIsErrored]() {
    return streamOf(this).state === "errored";
  }

  get [kIsWritable]() {
    return streamOf(this).state === "writable";
  }

  get [kIsClosedPromise]() {
    return closedOfStream(streamOf(this));
  }

  [kControllerErrorFunction](error) {
    controllerErrorIfNeeded(streamOf(this).controller, error);
  }
}

finishClass(WritableStream, ["abort", "close", "getWriter", "locked"], (object) => {
  return { locked: object.locked, state: streamOf(object).state };
});

class WriteRequest {
  promise = undefined;
  resolve = undefined;
  reject = undefined;

  constructor() {
    const { promise, resolve, reject } = deferred();
    this.promise = promise;
    this.resolve = resolve;
    this.reject = reject;
  }
}

const notBound = () => invalidState("Writer is not bound to a WritableStream");

class WritableStreamDefaultWriter {
  #record;

  static {
    writerOf = (value) => (typeof value === "object" && value !== null && #record in value ? value.#record : undefined);
  }

  constructor(stream) {
    const record = streamOf(stream);
    if (record === undefined) throw ERR_INVALID_ARG_TYPE("stream", "WritableStream", stream);
    this.#record = acquireWriter(record);
  }

  get closed() {
    const writer = writerOf(this);
    return writer === undefined ? reject(invalidThis("WritableStreamDefaultWriter")) : closedOfWriter(writer);
  }

  get desiredSize() {
    const { stream } = check(writerOf(this), "WritableStreamDefaultWriter");
    if (stream === undefined) throw notBound();
    return desiredSize(stream);
  }

  get ready() {
    const writer = writerOf(this);
    return writer === undefined ? reject(invalidThis("WritableStreamDefaultWriter")) : readyOfWriter(writer);
  }

  abort(reason = undefined) {
    const writer = writerOf(this);
    if (writer === undefined) return reject(invalidThis("WritableStreamDefaultWriter"));
    if (writer.stream === undefined) return reject(notBound());
    return abortStream(writer.stream, reason);
  }

  close() {
    const writer = writerOf(this);
    if (writer === undefined) return reject(invalidThis("WritableStreamDefaultWriter"));
    if (writer.stream === undefined) return reject(notBound());
    if (closeQueuedOrInFlight(writer.stream)) return reject(invalidState("Failure to close WritableStream"));
    return closeStream(writer.stream);
  }

  releaseLock() {
    const writer = check(writerOf(this), "WritableStreamDefaultWriter");
    if (writer.stream !== undefined) releaseWriter(writer);
  }

  write(chunk = undefined) {
    const writer = writerOf(this);
    if (writer === undefined) return reject(invalidThis("WritableStreamDefaultWriter"));
    if (writer.stream === undefined) return reject(notBound());
    const request = new WriteRequest();
    write(writer, chunk, request);
    return request.promise;
  }
}

finishClass(
  WritableStreamDefaultWriter,
  ["abort", "close", "closed", "desiredSize", "ready", "releaseLock", "write"],
  (object) => {
    const { stream } = writerOf(object);
    const { closed, ready } = object;
    return { stream: stream && objectOf(stream), close: closed, ready, desiredSize: stream && desiredSize(stream) };
  },
);

class WritableStreamDefaultController {
  #record;

  static {
    controllerOf = (value) =>
      typeof value === "object" && value !== null && #record in value ? value.#record : undefined;
  }

  constructor(key = undefined, record = undefined) {
    if (key !== kRecord) throw ERR_ILLEGAL_CONSTRUCTOR();
    this.#record = record;
  }

  get signal() {
    return check(controllerOf(this), "WritableStreamDefaultController").signal();
  }

  error(error = undefined) {
    controllerErrorIfNeeded(check(controllerOf(this), "WritableStreamDefaultController"), error);
  }
}

finishClass(WritableStreamDefaultController, ["error", "signal"], (object) => ({
  stream: objectOf(check(controllerOf(object), "WritableStreamDefaultController").stream),
}));

export { streamOf, WritableStream, WritableStreamDefaultController, WritableStreamDefaultWriter };
