// `tee` and `from`, loaded when one is called.
// Streams: https://streams.spec.whatwg.org/#abstract-opdef-readablestreamtee
import { nodeError } from "internal:errors";
import { deferred, invalidState, resolve, resolved, then } from "internal:web-streams/common";
import {
  acquireReader,
  byobRequestOf,
  byteClose,
  byteEnqueue,
  cancelStream,
  canCloseOrEnqueue,
  close,
  closedOfReader,
  createReadable,
  createReadableByte,
  enqueue,
  read,
  readInto,
  releaseReader,
  respond,
  respondWithNewView,
} from "internal:web-streams/readable";

export function tee(stream) {
  return stream.controller.bytes ? teeBytes(stream) : teeChunks(stream);
}

// What the two kinds share: the source is cancelled when both branches are, with both reasons.
function cancellation(stream) {
  const cancelled = [false, false];
  const reasons = [undefined, undefined];
  const { promise, resolve: settle } = deferred();
  return {
    cancelled,
    settle,
    cancel: (index) => (reason) => {
      cancelled[index] = true;
      reasons[index] = reason;
      if (cancelled[1 - index]) settle(cancelStream(stream, reasons));
      return promise;
    },
    settleUnlessCancelled() {
      if (!cancelled[0] || !cancelled[1]) settle();
    },
  };
}

function teeChunks(stream) {
  const reader = acquireReader(stream);
  const { cancelled, cancel, settleUnlessCancelled } = cancellation(stream);
  let reading = false;
  let readAgain = false;
  let branches;
  const pull = () => {
    if (reading) {
      readAgain = true;
      return;
    }
    reading = true;
    read(reader, {
      chunk(chunk) {
        // Later, so that errors which are known by then come first.
        then(resolved, () => {
          readAgain = false;
          branches.forEach((branch, index) => {
            if (!cancelled[index] && canCloseOrEnqueue(branch.controller)) enqueue(branch.controller, chunk);
          });
          reading = false;
          if (readAgain) pull();
        });
      },
      close() {
        reading = false;
        branches.forEach((branch, index) => {
          if (!cancelled[index] && canCloseOrEnqueue(branch.controller)) close(branch.controller);
        });
        settleUnlessCancelled();
      },
      error() {
        reading = false;
      },
    });
  };
  branches = [createReadable(undefined, pull, cancel(0)), createReadable(undefined, pull, cancel(1))];
  then(closedOfReader(reader), undefined, (error) => {
    for (const branch of branches) branch.controller.fail(error);
    settleUnlessCancelled();
  });
  return branches;
}

function teeBytes(stream) {
  let reader = acquireReader(stream);
  const { cancelled, cancel, settle, settleUnlessCancelled } = cancellation(stream);
  let reading = false;
  const readAgain = [false, false];
  let branches;

  const clone = (chunk) => {
    try {
      return new Uint8Array(chunk.buffer.slice(chunk.byteOffset, chunk.byteOffset + chunk.byteLength));
    } catch (error) {
      for (const branch of branches) branch.controller.fail(error);
      settle(cancelStream(stream, error));
      return undefined;
    }
  };
  const forwardError = (from) =>
    then(closedOfReader(from), undefined, (error) => {
      if (from !== reader) return;
      for (const branch of branches) branch.controller.fail(error);
      settleUnlessCancelled();
    });
  const useReader = (byob) => {
    if (reader.byob === byob) return;
    releaseReader(reader);
    reader = acquireReader(stream, byob);
    forwardError(reader);
  };
  const readOn = () => {
    reading = false;
    if (readAgain[0]) pull(0);
    else if (readAgain[1]) pull(1);
  };
  const respondNothing = ({ controller }) => {
    if (controller.pendingPullIntos.length > 0) respond(controller, 0);
  };
  const closeBranch = (index) => {
    if (!cancelled[index]) byteClose(branches[index].controller);
  };

  const pullChunk = () => {
    useReader(false);
    read(reader, {
      chunk(chunk) {
        then(resolved, () => {
          readAgain.fill(false);
          let other = chunk;
          if (!cancelled[0] && !cancelled[1]) {
            other = clone(chunk);
            if (other === undefined) return;
          }
          if (!cancelled[0]) byteEnqueue(branches[0].controller, chunk);
          if (!cancelled[1]) byteEnqueue(branches[1].controller, other);
          readOn();
        });
      },
      close() {
        reading = false;
        closeBranch(0);
        closeBranch(1);
        branches.forEach(respondNothing);
        settleUnlessCancelled();
      },
      error() {
        reading = false;
      },
    });
  };

  const pullInto = (view, index) => {
    useReader(true);
    const branch = branches[index];
    const otherBranch = branches[1 - index];
    readInto(reader, view, 1, {
      chunk(chunk) {
        then(resolved, () => {
          readAgain.fill(false);
          if (!cancelled[1 - index]) {
            const copy = clone(chunk);
            if (copy === undefined) return;
            if (!cancelled[index]) respondWithNewView(branch.controller, chunk);
            byteEnqueue(otherBranch.controller, copy);
          } else if (!cancelled[index]) {
            respondWithNewView(branch.controller, chunk);
          }
          readOn();
        });
      },
      close(chunk) {
        reading = false;
        closeBranch(index);
        closeBranch(1 - index);
        if (chunk !== undefined) {
          if (!cancelled[index]) respondWithNewView(branch.controller, chunk);
          if (!cancelled[1 - index]) respondNothing(otherBranch);
        }
        settleUnlessCancelled();
      },
      error() {
        reading = false;
      },
    });
  };

  function pull(index) {
    if (reading) {
      readAgain[index] = true;
      return;
    }
    reading = true;
    const request = byobRequestOf(branches[index].controller);
    if (request === undefined) pullChunk();
    else pullInto(request.view, index);
  }

  branches = [
    createReadableByte(undefined, () => pull(0), cancel(0)),
    createReadableByte(undefined, () => pull(1), cancel(1)),
  ];
  forwardError(reader);
  return branches;
}

// ---- from

export function from(iterable) {
  const { iterator, next } = iteratorOf(iterable);
  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
  const pull = () =>
    then(resolve(next.call(iterator)), (result) => {
      if (!isObject(result))
        throw invalidState("The promise returned by the iterator.next() method must fulfill with an object");
      const { done } = result;
      if (done) close(stream.controller);
      else enqueue(stream.controller, result.value);
    });
  const cancel = (reason) => {
    const { return: end } = iterator;
    if (end === undefined || end === null) return undefined;
    return then(resolve(end.call(iterator, reason)), (result) => {
      if (!isObject(result))
        throw invalidState("The promise returned by the iterator.return() method must fulfill with an object");
    });
  };
  const stream = createReadable(undefined, pull, cancel, 0);
  return stream;
}

function iteratorOf(iterable) {
  const method = iterable?.[Symbol.asyncIterator];
  if (method !== undefined && method !== null) {
    const iterator = method.call(iterable);
    checkIterator(iterator);
    return { iterator, next: iterator.next };
  }
  if (typeof iterable?.[Symbol.iterator] !== "function")
    throw nodeError("TypeError", "ERR_ARG_NOT_ITERABLE", `${String(iterable)} must be iterable`);
  const sync = iterable[Symbol.iterator]();
  checkIterator(sync);
  const { next } = sync;
  // What a synchronous iterator gives may be promises.
  const settled = async ({ done, value }) => ({ done, value: await value });
  const iterator = {
    next: () => settled(next.call(sync)),
    get return() {
      const end = sync.return;
      return end === undefined || end === null ? undefined : async (reason) => settled(end.call(sync, reason));
    },
  };
  return { iterator, next: iterator.next };
}

function checkIterator(iterator) {
  if ((typeof iterator !== "object" || iterator === null) && typeof iterator !== "function")
    throw invalidState("The iterator method must return an object");
}
