// ReadableStream, its controllers and its readers.
// Streams: https://streams.spec.whatwg.org/#rs. Steps carry the names that the specification gives them, shortened.
//
// The objects that a program sees hold one record each (`#record`), and the steps work on records: `stream`, `controller`, `reader`.
// `closed` promises are made when somebody asks for them.
import {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_OUT_OF_RANGE,
  nodeError,
} from "internal:errors";
import { importBuiltin } from "internal:host";
import {
  adopt,
  call,
  callback,
  ChunkQueue,
  deferred,
  dictionary,
  finishClass,
  handled,
  invalidState,
  invalidThis,
  invoke,
  kControllerErrorFunction,
  kIsClosedPromise,
  kIsDisturbed,
  kIsErrored,
  kIsReadable,
  noop,
  objectArgument,
  Queue,
  rangeError,
  reject,
  rejectedAndHandled,
  resolve,
  resolved,
  strategyArgument,
  then,
} from "internal:web-streams/common";

const { transfer } = ArrayBuffer.prototype;
const { slice: sliceBuffer } = ArrayBuffer.prototype;
const { set: setBytes } = Uint8Array.prototype;
const isView = ArrayBuffer.isView;
const getDetached = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "detached").get;
const getByteLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get;
const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype);
const getTypedArrayName = Object.getOwnPropertyDescriptor(typedArrayPrototype, Symbol.toStringTag).get;
const viewClasses = {};
for (const Class of [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
])
  viewClasses[Class.name] = Class;
if (globalThis.Float16Array) viewClasses.Float16Array = Float16Array;

const kRecord = Symbol("record"); // makes constructors take a record instead of their arguments

// ---- streams

export function newStream() {
  return {
    state: "readable",
    error: undefined,
    disturbed: false,
    reader: undefined,
    controller: undefined,
    object: undefined,
    closed: undefined,
  };
}

// A stream with a default controller for built-in code; `pull` and `cancel` give promises or nothing.
export function createReadable(start, pull, cancel, highWaterMark = 1, size = undefined) {
  const stream = newStream();
  setUpDefault(stream, newDefaultController(pull, cancel, highWaterMark, size), start);
  return stream;
}

export function createReadableByte(start, pull, cancel, highWaterMark = 0, autoAllocate = undefined) {
  const stream = newStream();
  setUpByte(stream, newByteController(pull, cancel, highWaterMark, autoAllocate), start);
  return stream;
}

// The object that a program sees.
export function objectOf(stream) {
  return (stream.object ??= new ReadableStream(kRecord, stream));
}

export const isLocked = (stream) => stream.reader !== undefined;

export function cancelStream(stream, reason) {
  stream.disturbed = true;
  if (stream.state === "closed") return resolve();
  if (stream.state === "errored") return reject(stream.error);
  closeStream(stream);
  const { reader } = stream;
  if (reader !== undefined && reader.byob) {
    const requests = reader.requests;
    reader.requests = new Queue();
    while (requests.length > 0) requests.shift().close(undefined);
  }
  return then(stream.controller.cancelSteps(reason), noop);
}

export function closeStream(stream) {
  stream.state = "closed";
  stream.closed?.resolve();
  const { reader } = stream;
  if (reader === undefined) return;
  reader.closed?.resolve();
  if (reader.byob) return;
  const { requests } = reader;
  reader.requests = new Queue();
  while (requests.length > 0) requests.shift().close();
}

export function errorStream(stream, error) {
  stream.state = "errored";
  stream.error = error;
  if (stream.closed !== undefined) {
    handled(stream.closed.promise);
    stream.closed.reject(error);
  }
  const { reader } = stream;
  if (reader === undefined) return;
  if (reader.closed !== undefined) {
    handled(reader.closed.promise);
    reader.closed.reject(error);
  }
  failRequests(reader, error);
}

function failRequests(reader, error) {
  const { requests } = reader;
  reader.requests = new Queue();
  while (requests.length > 0) requests.shift().error(error);
}

// The promise of the stream's end, for those that are no readers.
function closedOfStream(stream) {
  if (stream.closed === undefined) {
    stream.closed = deferred();
    if (stream.state === "closed") stream.closed.resolve();
    if (stream.state === "errored") {
      handled(stream.closed.promise);
      stream.closed.reject(stream.error);
    }
  }
  return stream.closed;
}

// ---- readers

export function acquireReader(stream, byob = false) {
  if (stream.reader !== undefined) throw invalidState("ReadableStream is locked");
  if (byob && !stream.controller.bytes)
    throw ERR_INVALID_ARG_VALUE("stream", objectOf(stream), "must be a byte stream");
  return (stream.reader = { stream, byob, requests: new Queue(), closed: undefined, object: undefined });
}

export function closedOfReader(reader) {
  if (reader.closed === undefined) {
    const { stream } = reader;
    if (stream === undefined)
      return (reader.closed = { promise: rejectedAndHandled(invalidState("Reader released")) }).promise;
    reader.closed = deferred();
    if (stream.state === "closed") reader.closed.resolve();
    if (stream.state === "errored") {
      handled(reader.closed.promise);
      reader.closed.reject(stream.error);
    }
  }
  return reader.closed.promise;
}

export function releaseReader(reader) {
  const { stream } = reader;
  if (reader.closed !== undefined) {
    if (stream.state === "readable") {
      handled(reader.closed.promise);
      reader.closed.reject(invalidState("Reader released"));
    } else {
      reader.closed = undefined;
    }
  }
  stream.controller.releaseSteps?.();
  stream.reader = undefined;
  reader.stream = undefined;
  if (reader.requests.length > 0) failRequests(reader, invalidState("Releasing reader"));
}

// `request` has the methods `chunk`, `close` and `error`, one of which is called once, maybe at once.
export function read(reader, request) {
  const { stream } = reader;
  stream.disturbed = true;
  if (stream.state === "closed") request.close();
  else if (stream.state === "errored") request.error(stream.error);
  else stream.controller.pullSteps(request);
}

export function readInto(reader, view, min, request) {
  const { stream } = reader;
  stream.disturbed = true;
  if (stream.state === "errored") request.error(stream.error);
  else pullInto(stream.controller, view, min, request);
}

class PromiseRequest {
  promise = undefined;
  resolve = undefined;
  error = undefined;

  constructor() {
    const { promise, resolve, reject } = deferred();
    this.promise = promise;
    this.resolve = resolve;
    this.error = reject;
  }

  chunk(value) {
    this.resolve({ value, done: false });
  }

  close(value) {
    this.resolve({ value, done: true });
  }
}

// ---- what both controllers do

function start(controller, startAlgorithm) {
  const result = startAlgorithm === undefined ? undefined : startAlgorithm();
  const started = () => {
    controller.started = true;
    pullIfNeeded(controller);
  };
  then(adopt(result), started, (error) => controller.fail(error));
}

// Whether the source should be asked for more.
export function wantsPull(controller) {
  const { stream } = controller;
  if (!controller.started || controller.closeRequested || stream.state !== "readable") return false;
  if (stream.reader !== undefined && stream.reader.requests.length > 0) return true;
  return controller.highWaterMark - controller.queue.total > 0;
}

function pullIfNeeded(controller) {
  if (!wantsPull(controller)) return;
  if (controller.pulling) {
    controller.pullAgain = true;
    return;
  }
  controller.pulling = true;
  let result;
  try {
    result = controller.pull();
    result = result === undefined ? resolved : resolve(result);
  } catch (error) {
    result = reject(error);
  }
  controller.onPulled ??= () => {
    controller.pulling = false;
    if (controller.pullAgain) {
      controller.pullAgain = false;
      pullIfNeeded(controller);
    }
  };
  controller.onPullFailed ??= (error) => controller.fail(error);
  then(result, controller.onPulled, controller.onPullFailed);
}

function clearAlgorithms(controller) {
  controller.pull = undefined;
  controller.cancel = undefined;
}

function desiredSize({ stream, highWaterMark, queue }) {
  if (stream.state === "errored") return null;
  return stream.state === "closed" ? 0 : highWaterMark - queue.total;
}

class Controller {
  stream = undefined;
  object = undefined;
  started = false;
  closeRequested = false;
  pulling = false;
  pullAgain = false;
  pull = undefined;
  cancel = undefined;
  highWaterMark = 0;
  queue = undefined;
  onPulled = undefined;
  onPullFailed = undefined;

  constructor(pull, cancel, highWaterMark) {
    this.pull = pull ?? noop;
    this.cancel = cancel ?? noop;
    this.highWaterMark = highWaterMark;
  }

  cancelSteps(reason) {
    this.clear();
    const { cancel } = this;
    clearAlgorithms(this);
    return invoke(cancel, reason);
  }

  fail(error) {
    if (this.stream.state !== "readable") return;
    this.clear();
    clearAlgorithms(this);
    errorStream(this.stream, error);
  }
}

// ---- default controllers

class DefaultController extends Controller {
  bytes = false;

  constructor(pull, cancel, highWaterMark, size) {
    super(pull, cancel, highWaterMark);
    this.queue = new ChunkQueue(size);
  }

  clear() {
    this.queue.clear();
  }

  pullSteps(request) {
    if (this.queue.length > 0) {
      request.chunk(takeChunk(this));
    } else {
      this.stream.reader.requests.push(request);
      pullIfNeeded(this);
    }
  }
}

function takeChunk(controller) {
  const chunk = controller.queue.shift();
  if (controller.closeRequested && controller.queue.length === 0) {
    clearAlgorithms(controller);
    closeStream(controller.stream);
  } else {
    pullIfNeeded(controller);
  }
  return chunk;
}

const newDefaultController = (...options) => new DefaultController(...options);

function setUpDefault(stream, controller, startAlgorithm) {
  controller.stream = stream;
  stream.controller = controller;
  start(controller, startAlgorithm);
}

export const canCloseOrEnqueue = (controller) => !controller.closeRequested && controller.stream.state === "readable";

export function enqueue(controller, chunk) {
  const { queue, stream } = controller;
  if (stream.reader !== undefined && stream.reader.requests.length > 0) {
    stream.reader.requests.shift().chunk(chunk);
  } else {
    let size;
    try {
      size = queue.measure(chunk);
    } catch (error) {
      controller.fail(error);
      throw error;
    }
    queue.push(chunk, size);
  }
  pullIfNeeded(controller);
}

export function close(controller) {
  controller.closeRequested = true;
  if (controller.queue.length === 0) {
    clearAlgorithms(controller);
    closeStream(controller.stream);
  }
}

// ---- byte stream controllers

class ByteController extends Controller {
  bytes = true;
  byobRequest = undefined;
  autoAllocate = undefined;
  // Buffers to fill, oldest first, each with `reader`: whether a default or a BYOB reader gets it, or none any more.
  pendingPullIntos = [];

  constructor(pull, cancel, highWaterMark, autoAllocate) {
    super(pull, cancel, highWaterMark);
    this.queue = new Queue();
    this.queue.total = 0;
    this.autoAllocate = autoAllocate;
  }

  clear() {
    invalidateByobRequest(this);
    this.pendingPullIntos = [];
    this.queue = new Queue();
    this.queue.total = 0;
  }

  releaseSteps() {
    const [first] = this.pendingPullIntos;
    if (first === undefined) return;
    first.reader = "none";
    this.pendingPullIntos = [first];
  }

  pullSteps(request) {
    if (this.queue.total > 0) {
      fillRequestFromQueue(this, request);
      return;
    }
    const { autoAllocate: length } = this;
    if (length !== undefined) {
      let buffer;
      try {
        buffer = new ArrayBuffer(length);
      } catch (error) {
        request.error(error);
        return;
      }
      this.pendingPullIntos.push(newPullInto(buffer, 0, length, 1, 1, Uint8Array, "default"));
    }
    this.stream.reader.requests.push(request);
    pullIfNeeded(this);
  }
}

const newByteController = (...options) => new ByteController(...options);

function setUpByte(stream, controller, startAlgorithm) {
  controller.stream = stream;
  stream.controller = controller;
  start(controller, startAlgorithm);
}

function newPullInto(buffer, byteOffset, byteLength, elementSize, minimumFill, Class, reader) {
  const bufferByteLength = getByteLength.call(buffer);
  return { buffer, bufferByteLength, byteOffset, byteLength, bytesFilled: 0, elementSize, minimumFill, Class, reader };
}

function invalidateByobRequest(controller) {
  const { byobRequest } = controller;
  if (byobRequest === undefined) return;
  byobRequest.controller = undefined;
  byobRequest.view = null;
  controller.byobRequest = undefined;
}

export function byobRequestOf(controller) {
  const [first] = controller.pendingPullIntos;
  if (controller.byobRequest === undefined && first !== undefined) {
    const view = new Uint8Array(
      first.buffer,
      first.byteOffset + first.bytesFilled,
      first.byteLength - first.bytesFilled,
    );
    const record = { controller, view, object: undefined };
    record.object = new ReadableStreamBYOBRequest(kRecord, record);
    controller.byobRequest = record;
  }
  return controller.byobRequest;
}

export function byteClose(controller) {
  const { stream, pendingPullIntos } = controller;
  if (controller.closeRequested || stream.state !== "readable") return;
  if (controller.queue.total > 0) {
    controller.closeRequested = true;
    return;
  }
  const [first] = pendingPullIntos;
  if (first !== undefined && first.bytesFilled % first.elementSize !== 0) {
    const error = invalidState("Partial read");
    controller.fail(error);
    throw error;
  }
  clearAlgorithms(controller);
  closeStream(stream);
}

export function byteEnqueue(controller, chunk) {
  const { stream } = controller;
  if (controller.closeRequested || stream.state !== "readable") return;
  const { buffer, byteOffset, byteLength } = chunk;
  if (getDetached.call(buffer)) throw invalidState("chunk ArrayBuffer is zero-length or detached");
  const transferred = transfer.call(buffer);
  const [first] = controller.pendingPullIntos;
  if (first !== undefined) {
    if (getDetached.call(first.buffer)) throw invalidState("Destination ArrayBuffer is detached");
    invalidateByobRequest(controller);
    first.buffer = transfer.call(first.buffer);
    if (first.reader === "none") enqueueDetachedPullInto(controller, first);
  }
  const { reader } = stream;
  if (reader === undefined) {
    enqueueBytes(controller, transferred, byteOffset, byteLength);
  } else if (reader.byob) {
    enqueueBytes(controller, transferred, byteOffset, byteLength);
    for (const filled of fillPullIntosFromQueue(controller)) commitPullInto(stream, filled);
  } else {
    while (reader.requests.length > 0 && controller.queue.total > 0)
      fillRequestFromQueue(controller, reader.requests.shift());
    if (reader.requests.length === 0) {
      enqueueBytes(controller, transferred, byteOffset, byteLength);
    } else {
      controller.pendingPullIntos.shift();
      reader.requests.shift().chunk(new Uint8Array(transferred, byteOffset, byteLength));
    }
  }
  pullIfNeeded(controller);
}

function enqueueBytes(controller, buffer, byteOffset, byteLength) {
  controller.queue.push({ buffer, byteOffset, byteLength });
  controller.queue.total += byteLength;
}

function enqueueClone(controller, buffer, byteOffset, byteLength) {
  let clone;
  try {
    clone = sliceBuffer.call(buffer, byteOffset, byteOffset + byteLength);
  } catch (error) {
    controller.fail(error);
    throw error;
  }
  enqueueBytes(controller, clone, 0, byteLength);
}

function enqueueDetachedPullInto(controller, pullInto) {
  if (pullInto.bytesFilled > 0) enqueueClone(controller, pullInto.buffer, pullInto.byteOffset, pullInto.bytesFilled);
  controller.pendingPullIntos.shift();
}

function fillRequestFromQueue(controller, request) {
  const { buffer, byteOffset, byteLength } = controller.queue.shift();
  controller.queue.total -= byteLength;
  handleQueueDrain(controller);
  request.chunk(new Uint8Array(buffer, byteOffset, byteLength));
}

function handleQueueDrain(controller) {
  if (controller.queue.total === 0 && controller.closeRequested) {
    clearAlgorithms(controller);
    closeStream(controller.stream);
  } else {
    pullIfNeeded(controller);
  }
}

// Moves bytes of the queue into a buffer; tells whether it is full enough to be given away.
function fillPullIntoFromQueue({ queue }, pullInto) {
  const available = Math.min(queue.total, pullInto.byteLength - pullInto.bytesFilled);
  const filled = pullInto.bytesFilled + available;
  const aligned = filled - (filled % pullInto.elementSize);
  const ready = aligned >= pullInto.minimumFill;
  let rest = ready ? aligned - pullInto.bytesFilled : available;
  while (rest > 0) {
    const head = queue.peek();
    const count = Math.min(rest, head.byteLength);
    const target = new Uint8Array(pullInto.buffer, pullInto.byteOffset + pullInto.bytesFilled, count);
    setBytes.call(target, new Uint8Array(head.buffer, head.byteOffset, count));
    if (head.byteLength === count) {
      queue.shift();
    } else {
      head.byteOffset += count;
      head.byteLength -= count;
    }
    queue.total -= count;
    pullInto.bytesFilled += count;
    rest -= count;
  }
  return ready;
}

function fillPullIntosFromQueue(controller) {
  const filled = [];
  const { pendingPullIntos: pending, queue } = controller;
  while (pending.length > 0 && queue.total > 0 && fillPullIntoFromQueue(controller, pending[0]))
    filled.push(pending.shift());
  return filled;
}

function commitPullInto(stream, pullInto) {
  const done = stream.state === "closed";
  const view = filledView(pullInto);
  const request = stream.reader.requests.shift();
  if (done) request.close(view);
  else request.chunk(view);
}

function filledView({ buffer, byteOffset, bytesFilled, elementSize, Class }) {
  return new Class(transfer.call(buffer), byteOffset, bytesFilled / elementSize);
}

function pullInto(controller, view, min, request) {
  const { stream } = controller;
  const Class = viewClasses[getTypedArrayName.call(view)] ?? DataView;
  const elementSize = Class.BYTES_PER_ELEMENT ?? 1;
  const { byteOffset, byteLength } = view;
  let buffer;
  try {
    buffer = transfer.call(view.buffer);
  } catch (error) {
    request.error(error);
    return;
  }
  const descriptor = newPullInto(buffer, byteOffset, byteLength, elementSize, min * elementSize, Class, "byob");
  if (controller.pendingPullIntos.length > 0) {
    controller.pendingPullIntos.push(descriptor);
    stream.reader.requests.push(request);
    return;
  }
  if (stream.state === "closed") {
    request.close(new Class(buffer, byteOffset, 0));
    return;
  }
  if (controller.queue.total > 0) {
    if (fillPullIntoFromQueue(controller, descriptor)) {
      const filled = filledView(descriptor);
      handleQueueDrain(controller);
      request.chunk(filled);
      return;
    }
    if (controller.closeRequested) {
      const error = invalidState("ReadableStream closed");
      controller.fail(error);
      request.error(error);
      return;
    }
  }
  controller.pendingPullIntos.push(descriptor);
  stream.reader.requests.push(request);
  pullIfNeeded(controller);
}

export function respond(controller, bytesWritten) {
  const [first] = controller.pendingPullIntos;
  if (controller.stream.state === "closed") {
    if (bytesWritten !== 0) throw ERR_INVALID_ARG_VALUE("bytesWritten", bytesWritten);
  } else {
    if (bytesWritten === 0) throw ERR_INVALID_ARG_VALUE("bytesWritten", bytesWritten);
    if (first.bytesFilled + bytesWritten > first.byteLength) throw rangeError("bytesWritten", bytesWritten);
  }
  first.buffer = transfer.call(first.buffer);
  respondInternal(controller, bytesWritten);
}

export function respondWithNewView(controller, view) {
  const [first] = controller.pendingPullIntos;
  const { buffer, byteOffset, byteLength } = view;
  if (controller.stream.state === "closed") {
    if (byteLength !== 0) throw invalidState("View is not zero-length");
  } else if (byteLength === 0) {
    throw invalidState("View is zero-length");
  }
  if (first.byteOffset + first.bytesFilled !== byteOffset) throw rangeError("view", view);
  if (first.bufferByteLength !== getByteLength.call(buffer)) throw rangeError("view", view);
  if (first.bytesFilled + byteLength > first.byteLength) throw rangeError("view", view);
  first.buffer = transfer.call(buffer);
  respondInternal(controller, byteLength);
}

function respondInternal(controller, bytesWritten) {
  const { stream, pendingPullIntos: pending } = controller;
  const [first] = pending;
  invalidateByobRequest(controller);
  if (stream.state === "closed") {
    if (first.reader === "none") pending.shift();
    if (stream.reader?.byob) {
      const filled = pending.splice(0, stream.reader.requests.length);
      for (const pullInto of filled) commitPullInto(stream, pullInto);
    }
  } else {
    respondReadable(controller, bytesWritten, first);
  }
  pullIfNeeded(controller);
}

function respondReadable(controller, bytesWritten, first) {
  const { stream, pendingPullIntos: pending } = controller;
  first.bytesFilled += bytesWritten;
  if (first.reader === "none") {
    enqueueDetachedPullInto(controller, first);
    for (const filled of fillPullIntosFromQueue(controller)) commitPullInto(stream, filled);
    return;
  }
  if (first.bytesFilled < first.minimumFill) return;
  pending.shift();
  const rest = first.bytesFilled % first.elementSize;
  if (rest > 0) {
    enqueueClone(controller, first.buffer, first.byteOffset + first.bytesFilled - rest, rest);
    first.bytesFilled -= rest;
  }
  const filled = fillPullIntosFromQueue(controller);
  commitPullInto(stream, first);
  for (const pullInto of filled) commitPullInto(stream, pullInto);
}

// ---- what a program sees

let streamOf, isIterator, defaultReaderOf, byobReaderOf, defaultControllerOf, byteControllerOf, byobRequestRecordOf;

class ReadableStream {
  #record;

  static {
    streamOf = (value) => (typeof value === "object" && value !== null && #record in value ? value.#record : undefined);
  }

  constructor(source = {}, strategy = undefined, record = undefined) {
    if (source === kRecord) {
      this.#record = strategy;
      return;
    }
    objectArgument(source, "source");
    const { highWaterMark, size } = strategyArgument(strategy);
    const { autoAllocateChunkSize } = source;
    const autoAllocate = autoAllocateChunkSize === undefined ? undefined : Math.trunc(+autoAllocateChunkSize);
    const cancel = callback(source, "cancel", "source");
    const pull = callback(source, "pull", "source");
    const start = callback(source, "start", "source");
    const { type } = source;
    const stream = newStream();
    stream.object = this;
    this.#record = stream;
    const algorithms = (Class) => {
      let object;
      const of = () => (object ??= new Class(kRecord, stream.controller));
      return {
        start: start && (() => call(start, source, of())),
        pull: pull && (() => call(pull, source, of())),
        cancel: cancel && ((reason) => call(cancel, source, reason)),
      };
    };
    if (type === undefined) {
      const own = algorithms(ReadableStreamDefaultController);
      setUpDefault(stream, newDefaultController(own.pull, own.cancel, highWaterMark ?? 1, size), own.start);
    } else if (`${type}` === "bytes") {
      if (size !== undefined) throw rangeError("strategy.size", size);
      if (autoAllocate !== undefined && !(autoAllocate > 0 && autoAllocate <= Number.MAX_SAFE_INTEGER))
        throw ERR_INVALID_ARG_VALUE("source.autoAllocateChunkSize", autoAllocateChunkSize);
      const own = algorithms(ReadableByteStreamController);
      setUpByte(stream, newByteController(own.pull, own.cancel, highWaterMark ?? 0, autoAllocate), own.start);
    } else {
      throw ERR_INVALID_ARG_VALUE("source.type", type);
    }
  }

  static from(asyncIterable) {
    return objectOf(importBuiltin("internal:web-streams/tee").from(asyncIterable));
  }

  get locked() {
    return isLocked(check(streamOf(this), "ReadableStream"));
  }

  cancel(reason = undefined) {
    const stream = streamOf(this);
    if (stream === undefined) return reject(invalidThis("ReadableStream"));
    if (isLocked(stream)) return reject(invalidState("ReadableStream is locked"));
    return cancelStream(stream, reason);
  }

  getReader(options = undefined) {
    check(streamOf(this), "ReadableStream");
    const { mode } = dictionary(options, "options");
    if (mode === undefined) return new ReadableStreamDefaultReader(this);
    if (`${mode}` === "byob") return new ReadableStreamBYOBReader(this);
    throw ERR_INVALID_ARG_VALUE("options.mode", mode);
  }

  pipeThrough(transform, options = undefined) {
    const stream = check(streamOf(this), "ReadableStream");
    return importBuiltin("internal:web-streams/pipe").pipeThrough(stream, transform, options);
  }

  pipeTo(destination, options = undefined) {
    const stream = streamOf(this);
    if (stream === undefined) return reject(invalidThis("ReadableStream"));
    return importBuiltin("internal:web-streams/pipe").pipeTo(stream, destination, options);
  }

  tee() {
    const stream = check(streamOf(this), "ReadableStream");
    return importBuiltin("internal:web-streams/tee").tee(stream).map(objectOf);
  }

  values(options = undefined) {
    const stream = check(streamOf(this), "ReadableStream");
    const preventCancel = !!dictionary(options, "options").preventCancel;
    return new ReadableStreamAsyncIterator(acquireReader(stream), preventCancel);
  }

  get [kIsDisturbed]() {
    return streamOf(this).disturbed;
  }

  get [kIsErrored]() {
    return streamOf(this).state === "errored";
  }

  get [kIsReadable]() {
    return streamOf(this).state === "readable";
  }

  get [kIsClosedPromise]() {
    return closedOfStream(streamOf(this));
  }

  [kControllerErrorFunction](error) {
    streamOf(this).controller.fail(error);
  }
}

const check = (record, name) => {
  if (record === undefined) throw invalidThis(name);
  return record;
};
const notAttached = () => invalidState("The reader is not attached to a stream");

Object.defineProperty(ReadableStream, "from", { __proto__: null, enumerable: true });
Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, {
  __proto__: null,
  configurable: true,
  writable: true,
  value: ReadableStream.prototype.values,
});
finishClass(ReadableStream, ["cancel", "getReader", "locked", "pipeThrough", "pipeTo", "tee", "values"], (object) => {
  const { state, controller } = streamOf(object);
  return { locked: object.locked, state, supportsBYOB: controller.bytes };
});

// Calls wait for the one before. Its prototype is that of async iterators, and the class is not to be seen.
class ReadableStreamAsyncIterator {
  #reader;
  #preventCancel;
  #ongoing;
  #finished = false;

  constructor(reader, preventCancel) {
    this.#reader = reader;
    this.#preventCancel = preventCancel;
  }

  next() {
    if (!isIterator(this)) return reject(invalidThis("ReadableStreamAsyncIterator"));
    if (this.#ongoing !== undefined) return this.#after(() => this.#next());
    const { stream } = this.#reader;
    if (
      stream !== undefined &&
      !stream.controller.bytes &&
      stream.state === "readable" &&
      stream.controller.queue.length > 0
    )
      return resolve({ value: takeChunk(stream.controller), done: false });
    return (this.#ongoing = this.#next());
  }

  return(value) {
    if (!isIterator(this)) return reject(invalidThis("ReadableStreamAsyncIterator"));
    return this.#after(() => this.#return(value));
  }

  #after(step) {
    const turn = this.#ongoing === undefined ? step() : then(then(this.#ongoing, noop, noop), step);
    const done = () => {
      if (this.#ongoing === turn) this.#ongoing = undefined;
    };
    then(turn, done, done);
    return (this.#ongoing = turn);
  }

  #next() {
    if (this.#finished) return resolve({ value: undefined, done: true });
    const reader = this.#reader;
    const { promise, resolve: fulfill, reject } = deferred();
    // A job later, when a source that enqueues within `pull` has been asked for the next chunk.
    const turn = then(promise, (result) => result);
    const settled = () => {
      if (this.#ongoing === turn) this.#ongoing = undefined;
    };
    const ended = () => {
      settled();
      this.#finished = true;
      releaseReader(reader);
    };
    read(reader, {
      chunk: (value) => {
        settled();
        fulfill({ value, done: false });
      },
      close: () => {
        ended();
        fulfill({ value: undefined, done: true });
      },
      error: (error) => {
        ended();
        reject(error);
      },
    });
    return turn;
  }

  #return(value) {
    if (this.#finished) return resolve({ value, done: true });
    this.#finished = true;
    const reader = this.#reader;
    const cancelled = this.#preventCancel ? resolved : cancelStream(reader.stream, value);
    releaseReader(reader);
    return then(cancelled, () => ({ value, done: true }));
  }

  static {
    isIterator = (value) => typeof value === "object" && value !== null && #reader in value;
    const { prototype } = this;
    for (const name of ["next", "return"])
      Object.defineProperty(prototype, name, { __proto__: null, enumerable: true });
    delete prototype.constructor;
    Object.setPrototypeOf(prototype, Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype)));
  }
}

class ReadableStreamDefaultReader {
  #record;

  static {
    defaultReaderOf = (value) =>
      typeof value === "object" && value !== null && #record in value ? value.#record : undefined;
  }

  constructor(stream) {
    const record = streamOf(stream);
    if (record === undefined) throw ERR_INVALID_ARG_TYPE("stream", "ReadableStream", stream);
    this.#record = acquireReader(record);
  }

  get closed() {
    const reader = defaultReaderOf(this);
    return reader === undefined ? reject(invalidThis("ReadableStreamDefaultReader")) : closedOfReader(reader);
  }

  cancel(reason = undefined) {
    return cancelByReader(defaultReaderOf(this), "ReadableStreamDefaultReader", reason);
  }

  read() {
    const reader = defaultReaderOf(this);
    if (reader === undefined) return reject(invalidThis("ReadableStreamDefaultReader"));
    const { stream } = reader;
    if (stream === undefined) return reject(notAttached());
    const { controller } = stream;
    if (stream.state === "readable" && !controller.bytes && controller.queue.length > 0) {
      stream.disturbed = true;
      return resolve({ value: takeChunk(controller), done: false });
    }
    const request = new PromiseRequest();
    read(reader, request);
    return request.promise;
  }

  releaseLock() {
    const reader = check(defaultReaderOf(this), "ReadableStreamDefaultReader");
    if (reader.stream !== undefined) releaseReader(reader);
  }
}

const inspectReader = (count) => (object) => {
  const reader = defaultReaderOf(object) ?? byobReaderOf(object);
  return {
    stream: reader.stream && objectOf(reader.stream),
    [count]: reader.requests.length,
    close: closedOfReader(reader),
  };
};
finishClass(ReadableStreamDefaultReader, ["closed", "cancel", "read", "releaseLock"], inspectReader("readRequests"));

function cancelByReader(reader, name, reason) {
  if (reader === undefined) return reject(invalidThis(name));
  if (reader.stream === undefined) return reject(notAttached());
  return cancelStream(reader.stream, reason);
}

class ReadableStreamBYOBReader {
  #record;

  static {
    byobReaderOf = (value) =>
      typeof value === "object" && value !== null && #record in value ? value.#record : undefined;
  }

  constructor(stream) {
    const record = streamOf(stream);
    if (record === undefined) throw ERR_INVALID_ARG_TYPE("stream", "ReadableStream", stream);
    this.#record = acquireReader(record, true);
  }

  get closed() {
    const reader = byobReaderOf(this);
    return reader === undefined ? reject(invalidThis("ReadableStreamBYOBReader")) : closedOfReader(reader);
  }

  cancel(reason = undefined) {
    return cancelByReader(byobReaderOf(this), "ReadableStreamBYOBReader", reason);
  }

  read(view, options = undefined) {
    try {
      const reader = check(byobReaderOf(this), "ReadableStreamBYOBReader");
      if (!isView(view)) throw ERR_INVALID_ARG_TYPE("view", ["Buffer", "TypedArray", "DataView"], view);
      const { min: given } = dictionary(options, "options");
      const min = given === undefined ? 1 : unsignedLongLong(given);
      if (view.byteLength === 0 || getByteLength.call(view.buffer) === 0 || getDetached.call(view.buffer))
        throw invalidState("View or Viewed ArrayBuffer is zero-length or detached");
      if (min === 0) throw ERR_INVALID_ARG_VALUE("options.min", given, "must be greater than 0");
      const length = getTypedArrayName.call(view) === undefined ? "byteLength" : "length";
      if (min > view[length]) throw ERR_OUT_OF_RANGE("options.min", `<= view.${length}`, min);
      if (reader.stream === undefined) throw notAttached();
      const request = new PromiseRequest();
      readInto(reader, view, min, request);
      return request.promise;
    } catch (error) {
      return reject(error);
    }
  }

  releaseLock() {
    const reader = check(byobReaderOf(this), "ReadableStreamBYOBReader");
    if (reader.stream !== undefined) releaseReader(reader);
  }
}

finishClass(ReadableStreamBYOBReader, ["closed", "cancel", "read", "releaseLock"], inspectReader("readIntoRequests"));

// `[EnforceRange] unsigned long long`.
function unsignedLongLong(value) {
  const number = Math.trunc(+value);
  if (!(number >= 0 && number <= Number.MAX_SAFE_INTEGER))
    throw nodeError("TypeError", "ERR_INVALID_ARG_VALUE", `The value ${number} is out of range`);
  return number;
}

class ReadableStreamDefaultController {
  #record;

  static {
    defaultControllerOf = (value) =>
      typeof value === "object" && value !== null && #record in value ? value.#record : undefined;
  }

  constructor(key = undefined, record = undefined) {
    if (key !== kRecord) throw ERR_ILLEGAL_CONSTRUCTOR();
    this.#record = record;
  }

  get desiredSize() {
    return desiredSize(check(defaultControllerOf(this), "ReadableStreamDefaultController"));
  }

  close() {
    const controller = check(defaultControllerOf(this), "ReadableStreamDefaultController");
    if (!canCloseOrEnqueue(controller)) throw invalidState("Controller is already closed");
    close(controller);
  }

  enqueue(chunk = undefined) {
    const controller = check(defaultControllerOf(this), "ReadableStreamDefaultController");
    if (!canCloseOrEnqueue(controller)) throw invalidState("Controller is already closed");
    enqueue(controller, chunk);
  }

  error(error = undefined) {
    check(defaultControllerOf(this), "ReadableStreamDefaultController").fail(error);
  }
}

finishClass(ReadableStreamDefaultController, ["close", "desiredSize", "enqueue", "error"], () => ({}));

class ReadableByteStreamController {
  #record;

  static {
    byteControllerOf = (value) =>
      typeof value === "object" && value !== null && #record in value ? value.#record : undefined;
  }

  constructor(key = undefined, record = undefined) {
    if (key !== kRecord) throw ERR_ILLEGAL_CONSTRUCTOR();
    this.#record = record;
  }

  get byobRequest() {
    const request = byobRequestOf(check(byteControllerOf(this), "ReadableByteStreamController"));
    if (request === undefined) return null;
    request.controllerObject = this;
    return request.object;
  }

  get desiredSize() {
    return desiredSize(check(byteControllerOf(this), "ReadableByteStreamController"));
  }

  close() {
    const controller = check(byteControllerOf(this), "ReadableByteStreamController");
    if (!canCloseOrEnqueue(controller)) throw invalidState("ReadableStream is already closed");
    byteClose(controller);
  }

  enqueue(chunk) {
    const controller = check(byteControllerOf(this), "ReadableByteStreamController");
    if (!isView(chunk)) throw ERR_INVALID_ARG_TYPE("buffer", ["Buffer", "TypedArray", "DataView"], chunk);
    if (chunk.byteLength === 0 || getByteLength.call(chunk.buffer) === 0)
      throw invalidState("chunk ArrayBuffer is zero-length or detached");
    if (!canCloseOrEnqueue(controller)) throw invalidState("ReadableStream is already closed");
    byteEnqueue(controller, chunk);
  }

  error(error = undefined) {
    check(byteControllerOf(this), "ReadableByteStreamController").fail(error);
  }
}

finishClass(ReadableByteStreamController, ["byobRequest", "close", "desiredSize", "enqueue", "error"], () => ({}));

class ReadableStreamBYOBRequest {
  #record;

  static {
    byobRequestRecordOf = (value) =>
      typeof value === "object" && value !== null && #record in value ? value.#record : undefined;
  }

  constructor(key = undefined, record = undefined) {
    if (key !== kRecord) throw ERR_ILLEGAL_CONSTRUCTOR();
    this.#record = record;
  }

  get view() {
    return check(byobRequestRecordOf(this), "ReadableStreamBYOBRequest").view;
  }

  respond(bytesWritten) {
    const { controller, view } = check(byobRequestRecordOf(this), "ReadableStreamBYOBRequest");
    if (arguments.length === 0)
      throw nodeError("TypeError", "ERR_MISSING_ARGS", 'The "bytesWritten" argument must be specified');
    const count = unsignedLongLong(bytesWritten);
    if (controller === undefined) throw invalidState("This BYOB request has been invalidated");
    if (getDetached.call(view.buffer)) throw invalidState("Viewed ArrayBuffer is detached");
    respond(controller, count);
  }

  respondWithNewView(view) {
    const { controller } = check(byobRequestRecordOf(this), "ReadableStreamBYOBRequest");
    if (!isView(view)) throw ERR_INVALID_ARG_TYPE("view", ["Buffer", "TypedArray", "DataView"], view);
    if (controller === undefined) throw invalidState("This BYOB request has been invalidated");
    if (getDetached.call(view.buffer)) throw invalidState("Viewed ArrayBuffer is detached");
    respondWithNewView(controller, view);
  }
}

finishClass(ReadableStreamBYOBRequest, ["respond", "respondWithNewView", "view"], (object) => {
  const { view, controllerObject } = byobRequestRecordOf(object);
  return { view, controller: controllerObject };
});

export {
  ReadableByteStreamController,
  ReadableStream,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  streamOf,
};
