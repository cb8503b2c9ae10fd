// node:timers/promises. Node: https://nodejs.org/api/timers.html#timers-promises-api
import { AbortError, ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } from "internal:errors";
import { validateAbortSignal, validateBoolean, validateNumber, validateObject } from "internal:validators";
import {
  setTimeout as startTimeout,
  setInterval as startInterval,
  clearTimeout,
  setImmediate as startImmediate,
  clearImmediate,
} from "internal:timers";

// Asks an AbortSignal for a listener that runs even when an earlier one stops the event (see internal:event-target).
const RESIST = Symbol.for("llrt.resistStopPropagation");
const NO_OPTIONS = Object.freeze({ __proto__: null });

function check(options) {
  validateObject(options, "options");
  const { signal, ref } = options;
  if (signal !== undefined) validateAbortSignal(signal, "options.signal");
  if (ref !== undefined) validateBoolean(ref, "options.ref");
  if (signal?.aborted) throw abortError(signal);
}

function abortError(signal) {
  return new AbortError(undefined, { cause: signal.reason });
}

const onAbort = (signal, listener) => signal.addEventListener("abort", listener, { __proto__: null, once: true, [RESIST]: true });

// A promise of `value` that `start(callback)` settles, and that an abort rejects after `stop(timer)`.
function wait(value, { signal, ref = true }, start, stop) {
  return new Promise((resolve, reject) => {
    let timer;
    if (signal === undefined) {
      timer = start(() => resolve(value));
    } else {
      const abort = () => {
        stop(timer);
        reject(abortError(signal));
      };
      timer = start(() => {
        signal.removeEventListener("abort", abort);
        resolve(value);
      });
      onAbort(signal, abort);
    }
    if (!ref) timer.unref();
  });
}

export function setTimeout(delay, value, options = NO_OPTIONS) {
  try {
    if (delay !== undefined) validateNumber(delay, "delay");
    check(options);
  } catch (error) {
    return Promise.reject(error);
  }
  return wait(value, options, (callback) => startTimeout(callback, delay), clearTimeout);
}

export function setImmediate(value, options = NO_OPTIONS) {
  try {
    check(options);
  } catch (error) {
    return Promise.reject(error);
  }
  return wait(value, options, startImmediate, clearImmediate);
}

export async function* setInterval(delay, value, options = NO_OPTIONS) {
  if (delay !== undefined) validateNumber(delay, "delay");
  check(options);
  const { signal, ref = true } = options;
  let due = 0; // intervals that passed and were not yielded yet
  let wake; // settles what the generator awaits
  const notify = () => {
    wake?.();
    wake = undefined;
  };
  const timer = startInterval(() => {
    due++;
    notify();
  }, delay);
  if (!ref) timer.unref();
  const abort = () => {
    clearTimeout(timer);
    notify();
  };
  if (signal !== undefined) onAbort(signal, abort);
  try {
    while (!signal?.aborted) {
      if (due === 0) {
        await new Promise((resolve) => {
          wake = resolve;
        });
      }
      for (; due > 0; due--) yield value;
    }
    throw abortError(signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

const TOKEN = Symbol();

class Scheduler {
  #brand = true;

  constructor(token) {
    if (token !== TOKEN) throw ERR_ILLEGAL_CONSTRUCTOR();
  }

  yield() {
    if (!(#brand in this)) throw ERR_INVALID_THIS("Scheduler");
    return setImmediate();
  }

  wait(delay, options) {
    if (!(#brand in this)) throw ERR_INVALID_THIS("Scheduler");
    return setTimeout(delay, undefined, options);
  }
}

export const scheduler = new Scheduler(TOKEN);
export default { setTimeout, setImmediate, setInterval, scheduler };
