// TransformStream, its controller, and the two queuing strategies.
// Streams: https://streams.spec.whatwg.org/#ts, https://streams.spec.whatwg.org/#qs
import { ERR_ILLEGAL_CONSTRUCTOR, nodeError } from "internal:errors";
import {
  call,
  callback,
  deferred,
  finishClass,
  invalidState,
  invalidThis,
  invoke,
  objectArgument,
  rangeError,
  reject,
  resolve,
  resolved,
  strategyArgument,
  then,
} from "internal:web-streams/common";
import {
  canCloseOrEnqueue,
  close,
  createReadable,
  enqueue as enqueueReadable,
  objectOf as readableObject,
  wantsPull,
} from "internal:web-streams/readable";
import { controllerErrorIfNeeded, createWritable, objectOf as writableObject } from "internal:web-streams/writable";

const kRecord = Symbol("record");
const unset = { highWaterMark: undefined, size: undefined };

// A transform stream for built-in code. The algorithms `transform(chunk, controller)`, `flush(controller)` and `cancel(reason)` give promises
// or nothing.
export function createTransform(
  start,
  { transform, flush, cancel = undefined },
  writableStrategy = unset,
  readableStrategy = unset,
) {
  const stream = {
    readable: undefined,
    writable: undefined,
    backpressure: true,
    change: undefined,
    controller: undefined,
  };
  stream.controller = { stream, transform, flush, cancel, finish: undefined, object: undefined };
  stream.object = undefined;
  const started = deferred();
  const starting = () => started.promise;
  stream.writable = createWritable(
    starting,
    (chunk) => sinkWrite(stream, chunk),
    () => sinkClose(stream),
    (reason) => sinkAbort(stream, reason),
    writableStrategy.highWaterMark ?? 1,
    writableStrategy.size,
  );
  stream.readable = createReadable(
    starting,
    () => sourcePull(stream),
    (reason) => sourceCancel(stream, reason),
    readableStrategy.highWaterMark ?? 0,
    readableStrategy.size,
  );
  started.resolve(start?.(stream.controller));
  return stream;
}

function setBackpressure(stream, backpressure) {
  const { change } = stream;
  stream.change = undefined;
  stream.backpressure = backpressure;
  change?.resolve();
}

// Resolves when backpressure changes.
const backpressureChange = (stream) => (stream.change ??= deferred()).promise;

export function errorTransform(stream, error) {
  stream.readable.controller.fail(error);
  errorWritableAndUnblock(stream, error);
}

function errorWritableAndUnblock(stream, error) {
  clearAlgorithms(stream.controller);
  controllerErrorIfNeeded(stream.writable.controller, error);
  unblockWrite(stream);
}

function unblockWrite(stream) {
  if (stream.backpressure) setBackpressure(stream, false);
}

function clearAlgorithms(controller) {
  controller.transform = undefined;
  controller.flush = undefined;
  controller.cancel = undefined;
}

export function enqueueTransformed(controller, chunk) {
  const { stream } = controller;
  const readable = stream.readable.controller;
  if (!canCloseOrEnqueue(readable)) throw invalidState("Unable to enqueue");
  try {
    enqueueReadable(readable, chunk);
  } catch (error) {
    errorWritableAndUnblock(stream, error);
    throw stream.readable.error;
  }
  const backpressure = !wantsPull(readable);
  if (backpressure !== stream.backpressure) setBackpressure(stream, true);
}

export function terminate({ stream }) {
  const { controller } = stream.readable;
  if (canCloseOrEnqueue(controller)) close(controller);
  errorWritableAndUnblock(stream, invalidState("TransformStream has been terminated"));
}

function performTransform(controller, chunk) {
  const failed = (error) => {
    errorTransform(controller.stream, error);
    throw error;
  };
  let result;
  try {
    // Without an algorithm chunks pass unchanged.
    result =
      controller.transform === undefined
        ? enqueueTransformed(controller, chunk)
        : controller.transform(chunk, controller);
  } catch (error) {
    return then(reject(error), undefined, failed);
  }
  return result === undefined ? undefined : then(resolve(result), undefined, failed);
}

function sinkWrite(stream, chunk) {
  const { controller, writable } = stream;
  if (!stream.backpressure) return performTransform(controller, chunk);
  return then(backpressureChange(stream), () => {
    if (writable.state === "erroring") throw writable.error;
    return performTransform(controller, chunk);
  });
}

// Runs the algorithm that ends the stream, once, and lets `end` settle the other side.
function finish(controller, algorithm, argument, onSuccess, onFailure) {
  if (controller.finish !== undefined) return controller.finish.promise;
  controller.finish = deferred();
  const ended = algorithm === undefined ? resolved : invoke(algorithm, argument);
  clearAlgorithms(controller);
  const { promise, resolve: fulfill, reject: fail } = controller.finish;
  then(
    ended,
    () => {
      const failure = onSuccess();
      if (failure === undefined) fulfill();
      else fail(failure.error);
    },
    (error) => {
      onFailure(error);
      fail(error);
    },
  );
  return promise;
}

function sinkAbort({ controller, readable }, reason) {
  return finish(
    controller,
    controller.cancel,
    reason,
    () => {
      if (readable.state === "errored") return readable;
      readable.controller.fail(reason);
      return undefined;
    },
    (error) => readable.controller.fail(error),
  );
}

function sinkClose({ controller, readable }) {
  return finish(
    controller,
    controller.flush,
    controller,
    () => {
      if (readable.state === "errored") return readable;
      if (canCloseOrEnqueue(readable.controller)) close(readable.controller);
      return undefined;
    },
    (error) => readable.controller.fail(error),
  );
}

function sourcePull(stream) {
  setBackpressure(stream, false);
  return backpressureChange(stream);
}

function sourceCancel(stream, reason) {
  const { controller, writable } = stream;
  const endWritable = (error) => {
    controllerErrorIfNeeded(writable.controller, error);
    unblockWrite(stream);
  };
  return finish(
    controller,
    controller.cancel,
    reason,
    () => {
      if (writable.state === "errored") return writable;
      endWritable(reason);
      return undefined;
    },
    endWritable,
  );
}

// ---- what a program sees

let streamOf, controllerOf;

const check = (record, name) => {
  if (record === undefined) throw invalidThis(name);
  return record;
};

class TransformStream {
  #record;

  static {
    streamOf = (value) => (typeof value === "object" && value !== null && #record in value ? value.#record : undefined);
  }

  constructor(transformer = {}, writableStrategy = undefined, readableStrategy = undefined) {
    objectArgument(transformer, "transformer");
    const writable = strategyArgument(writableStrategy);
    const readable = strategyArgument(readableStrategy);
    const cancel = callback(transformer, "cancel", "transformer");
    const flush = callback(transformer, "flush", "transformer");
    const { readableType } = transformer;
    const start = callback(transformer, "start", "transformer");
    const transform = callback(transformer, "transform", "transformer");
    const { writableType } = transformer;
    if (readableType !== undefined) throw rangeError("transformer.readableType", readableType);
    if (writableType !== undefined) throw rangeError("transformer.writableType", writableType);
    const of = (controller) => (controller.object ??= new TransformStreamDefaultController(kRecord, controller));
    const algorithms = {
      transform: transform && ((chunk, controller) => call(transform, transformer, chunk, of(controller))),
      flush: flush && ((controller) => call(flush, transformer, of(controller))),
      cancel: cancel && ((reason) => call(cancel, transformer, reason)),
    };
    this.#record = createTransform(
      start && ((controller) => call(start, transformer, of(controller))),
      algorithms,
      writable,
      readable,
    );
    this.#record.object = this;
  }

  get readable() {
    return readableObject(check(streamOf(this), "TransformStream").readable);
  }

  get writable() {
    return writableObject(check(streamOf(this), "TransformStream").writable);
  }
}

finishClass(TransformStream, ["readable", "writable"], (object) => {
  return { readable: object.readable, writable: object.writable, backpressure: streamOf(object).backpressure };
});

class TransformStreamDefaultController {
  #record;

  static {
    controllerOf = (value) =>
      typeof value === "object" && value !== null && #record in value ? value.#record : undefined;
  }

  constructor(key = undefined, record = undefined) {
    if (key !== kRecord) throw ERR_ILLEGAL_CONSTRUCTOR();
    this.#record = record;
  }

  get desiredSize() {
    const { readable } = check(controllerOf(this), "TransformStreamDefaultController").stream;
    if (readable.state === "errored") return null;
    return readable.state === "closed" ? 0 : readable.controller.highWaterMark - readable.controller.queue.total;
  }

  enqueue(chunk = undefined) {
    enqueueTransformed(check(controllerOf(this), "TransformStreamDefaultController"), chunk);
  }

  error(reason = undefined) {
    errorTransform(check(controllerOf(this), "TransformStreamDefaultController").stream, reason);
  }

  terminate() {
    terminate(check(controllerOf(this), "TransformStreamDefaultController"));
  }
}

finishClass(TransformStreamDefaultController, ["desiredSize", "enqueue", "error", "terminate"], (object) => ({
  stream: check(controllerOf(object), "TransformStreamDefaultController").stream.object,
}));

// ---- queuing strategies

// `size` is one function for all strategies of a kind.
const countSize = Object.defineProperty(() => 1, "name", { value: "size" });
const byteLengthSize = Object.defineProperty((chunk) => chunk.byteLength, "name", { value: "size" });

function highWaterMarkOf(init) {
  objectArgument(init, "init");
  const { highWaterMark } = init;
  if (highWaterMark === undefined) throw nodeError("TypeError", "ERR_MISSING_OPTION", "init.highWaterMark is required");
  return +highWaterMark;
}

class CountQueuingStrategy {
  #highWaterMark;

  constructor(init) {
    this.#highWaterMark = highWaterMarkOf(init);
  }

  get highWaterMark() {
    if (!(#highWaterMark in Object(this))) throw invalidThis("CountQueuingStrategy");
    return this.#highWaterMark;
  }

  get size() {
    if (!(#highWaterMark in Object(this))) throw invalidThis("CountQueuingStrategy");
    return countSize;
  }
}

finishClass(CountQueuingStrategy, ["highWaterMark", "size"], ({ highWaterMark }) => ({ highWaterMark }));

class ByteLengthQueuingStrategy {
  #highWaterMark;

  constructor(init) {
    this.#highWaterMark = highWaterMarkOf(init);
  }

  get highWaterMark() {
    if (!(#highWaterMark in Object(this))) throw invalidThis("ByteLengthQueuingStrategy");
    return this.#highWaterMark;
  }

  get size() {
    if (!(#highWaterMark in Object(this))) throw invalidThis("ByteLengthQueuingStrategy");
    return byteLengthSize;
  }
}

finishClass(ByteLengthQueuingStrategy, ["highWaterMark", "size"], ({ highWaterMark }) => ({ highWaterMark }));

export { ByteLengthQueuingStrategy, CountQueuingStrategy, streamOf, TransformStream, TransformStreamDefaultController };
