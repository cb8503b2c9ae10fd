// `pipeTo` and `pipeThrough`, loaded when one is called.
// Streams: https://streams.spec.whatwg.org/#readable-stream-pipe-to
import { ERR_INVALID_ARG_TYPE } from "internal:errors";
import {
  all,
  deferred,
  dictionary,
  handled,
  invalidState,
  noop,
  objectArgument,
  reject,
  resolve,
  resolved,
  then,
} from "internal:web-streams/common";
import {
  acquireReader,
  cancelStream,
  closedOfReader,
  isLocked as isReadableLocked,
  read,
  releaseReader,
  streamOf as readableOf,
} from "internal:web-streams/readable";
import {
  abortStream,
  acquireWriter,
  closedOfWriter,
  closeQueuedOrInFlight,
  closeWriterPropagatingErrors,
  desiredSize,
  isLocked as isWritableLocked,
  readyOfWriter,
  releaseWriter,
  streamOf as writableOf,
  write,
} from "internal:web-streams/writable";

export function pipeTo(source, destination, options) {
  let settings, sink;
  try {
    sink = writableOf(destination);
    if (sink === undefined) throw ERR_INVALID_ARG_TYPE("transform.writable", "WritableStream", destination);
    settings = pipeOptions(options);
    if (isReadableLocked(source)) throw invalidState("The ReadableStream is locked");
    if (isWritableLocked(sink)) throw invalidState("The WritableStream is locked");
  } catch (error) {
    return reject(error);
  }
  return pipe(source, sink, settings);
}

export function pipeThrough(source, transform, options) {
  objectArgument(transform, "transform");
  const { readable } = transform;
  if (readableOf(readable) === undefined) throw ERR_INVALID_ARG_TYPE("transform.readable", "ReadableStream", readable);
  const { writable } = transform;
  const sink = writableOf(writable);
  if (sink === undefined) throw ERR_INVALID_ARG_TYPE("transform.writable", "WritableStream", writable);
  const settings = pipeOptions(options);
  if (isReadableLocked(source)) throw invalidState("The ReadableStream is locked");
  if (isWritableLocked(sink)) throw invalidState("The WritableStream is locked");
  handled(pipe(source, sink, settings));
  return readable;
}

function pipeOptions(value) {
  const options = dictionary(value, "options");
  const preventAbort = !!options.preventAbort;
  const preventCancel = !!options.preventCancel;
  const preventClose = !!options.preventClose;
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw ERR_INVALID_ARG_TYPE("options.signal", "AbortSignal", signal);
  return { preventAbort, preventCancel, preventClose, signal, aborted: signal?.aborted };
}

export function pipe(source, destination, { preventAbort, preventCancel, preventClose, signal, aborted }) {
  const reader = acquireReader(source);
  const writer = acquireWriter(destination);
  source.disturbed = true;
  const { promise, resolve: fulfill, reject: fail } = deferred();
  let shuttingDown = false;
  let unwritten = 0; // chunks that were read and whose write has not ended
  let allWritten; // called when there are none left

  // One chunk moves without a promise of its own: a write reports to `written`.
  const writeEnded = () => {
    if (--unwritten === 0) allWritten?.();
  };
  const written = { resolve: writeEnded, reject: writeEnded };
  const writeChunk = (chunk) => write(writer, chunk, written);
  let reading = false;
  let arrived = false;
  const request = {
    chunk(chunk) {
      unwritten++;
      if (reading) {
        arrived = true;
        writeChunk(chunk);
        return;
      }
      // The source is enqueueing it: what the sink does must not happen within.
      then(resolved, () => {
        writeChunk(chunk);
        pump();
      });
    },
    close: noop,
    error: noop,
  };

  function pump() {
    while (!shuttingDown && destination.state === "writable" && !closeQueuedOrInFlight(destination)) {
      if (desiredSize(destination) <= 0) {
        then(readyOfWriter(writer), pump, noop);
        return;
      }
      arrived = false;
      reading = true;
      read(reader, request);
      reading = false;
      if (!arrived) return;
    }
  }

  function shutDown(action, isError, error) {
    if (shuttingDown) return;
    shuttingDown = true;
    const end = () => {
      if (action === undefined) finish(isError, error);
      else
        then(
          action(),
          () => finish(isError, error),
          (newError) => finish(true, newError),
        );
    };
    if (destination.state !== "writable" || closeQueuedOrInFlight(destination)) end();
    else if (unwritten === 0) then(resolved, end);
    else allWritten = () => then(resolved, end);
  }

  function finish(isError, error) {
    releaseWriter(writer);
    releaseReader(reader);
    signal?.removeEventListener("abort", abort);
    if (isError) fail(error);
    else fulfill();
  }

  function abort() {
    const { reason } = signal;
    const actions = [];
    if (!preventAbort)
      actions.push(() => (destination.state === "writable" ? abortStream(destination, reason) : resolve()));
    if (!preventCancel) actions.push(() => (source.state === "readable" ? cancelStream(source, reason) : resolve()));
    shutDown(() => all(actions.map((action) => action())), true, reason);
  }

  const sourceErrored = (error) =>
    shutDown(preventAbort ? undefined : () => abortStream(destination, error), true, error);
  const sourceClosed = () => shutDown(preventClose ? undefined : () => closeWriterPropagatingErrors(writer), false);
  const destinationErrored = (error) =>
    shutDown(preventCancel ? undefined : () => cancelStream(source, error), true, error);

  if (signal !== undefined) {
    if (aborted) {
      abort();
      return promise;
    }
    signal.addEventListener("abort", abort);
  }
  if (source.state === "errored") sourceErrored(source.error);
  if (destination.state === "errored") destinationErrored(destination.error);
  if (source.state === "closed") sourceClosed();
  if (closeQueuedOrInFlight(destination) || destination.state === "closed")
    destinationErrored(invalidState("Destination WritableStream is closed"));
  then(closedOfReader(reader), sourceClosed, sourceErrored);
  then(closedOfWriter(writer), noop, destinationErrored);
  then(readyOfWriter(writer), pump, noop);
  return promise;
}
