// AbortController and AbortSignal. https://dom.spec.whatwg.org/#aborting-ongoing-activities
//
// Signals of AbortSignal.any() ("dependent") and AbortSignal.timeout() are held weakly by what aborts them, except while somebody
// listens: then they must live until they fire.
import { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS, nodeError } from "internal:errors";
import {
  ADD_ALGORITHM,
  DEFAULT_LIMIT,
  Event,
  EventTarget,
  LISTENER_ADDED,
  LISTENER_REMOVED,
  REMOVE_ALGORITHM,
  defineEventHandler,
  defineInterface,
  describe,
  fire,
  hasListeners,
  isObject,
} from "internal:event-target";
import { importBuiltin, nextTick, reportUncaught } from "internal:host";
import { validateUint32 } from "internal:validators";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");
const TOKEN = Symbol();
const MAX_DELAY_MS = 2147483647;

// Signals with a timer that somebody listens to.
const heldByTimer = new Set();
// Clears the timers of signals that nobody has any more.
let deadTimeouts;

let abort; // (signal, reason)
let isSignal; // (value) => boolean

export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason = undefined;
  #algorithms = undefined; // Set of functions to run before the event
  #sources = undefined; // of a dependent signal: Set of signals that are not dependent themselves
  #dependents = undefined; // Set of weak references to dependent signals, in the order in which they were made
  #held = undefined; // Set of the dependent signals that somebody listens to
  #timer = undefined;

  static {
    abort = (signal, reason) => signal.#abort(reason === undefined ? abortError() : reason);
    isSignal = (value) => isObject(value) && #aborted in value;
  }

  constructor(token = undefined) {
    if (token !== TOKEN) throw ERR_ILLEGAL_CONSTRUCTOR();
    super();
  }

  static abort(reason = abortError()) {
    const signal = new AbortSignal(TOKEN);
    signal.#aborted = true;
    signal.#reason = reason;
    return signal;
  }

  static timeout(delay) {
    validateUint32(delay, "delay", false);
    const signal = new AbortSignal(TOKEN);
    const { setTimeout, clearTimeout } = importBuiltin("internal:timers");
    const signalRef = new WeakRef(signal);
    const expire = () => {
      const signal = signalRef.deref();
      if (signal === undefined) return;
      heldByTimer.delete(signal);
      signal.#timer = undefined;
      signal.#abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    };
    signal.#timer = setTimeout(expire, Math.min(delay, MAX_DELAY_MS)).unref();
    deadTimeouts ??= new FinalizationRegistry(clearTimeout);
    // Never unregistered: the engine looks for a token in all entries, and keeps it alive.
    deadTimeouts.register(signal, signal.#timer);
    return signal;
  }

  static any(signals) {
    const list = sequence(signals);
    list.forEach((signal, index) => {
      if (!isSignal(signal)) throw nodeError("TypeError", "ERR_INVALID_ARG_TYPE", `signals[${index}] is not of type AbortSignal.`);
    });
    const result = new AbortSignal(TOKEN);
    const aborted = list.find((signal) => signal.#aborted);
    if (aborted !== undefined) {
      result.#aborted = true;
      result.#reason = aborted.#reason;
      return result;
    }
    result.#sources = new Set();
    const resultRef = new WeakRef(result);
    for (const signal of list) {
      for (const source of signal.#sources ?? [signal]) {
        if (result.#sources.has(source)) continue;
        result.#sources.add(source);
        source.#dropDead();
        (source.#dependents ??= new Set()).add(resultRef);
      }
    }
    return result;
  }

  get aborted() {
    if (!isSignal(this)) throw ERR_INVALID_THIS("AbortSignal");
    return this.#aborted;
  }

  get reason() {
    if (!isSignal(this)) throw ERR_INVALID_THIS("AbortSignal");
    return this.#reason;
  }

  throwIfAborted() {
    if (!isSignal(this)) throw ERR_INVALID_THIS("AbortSignal");
    if (this.#aborted) throw this.#reason;
  }

  #abort(reason) {
    if (this.#aborted) return;
    // All are aborted before the first listener runs.
    const signals = [this];
    for (const ref of this.#dependents ?? []) {
      const dependent = ref.deref();
      if (dependent !== undefined && !dependent.#aborted) signals.push(dependent);
    }
    for (const signal of signals) {
      signal.#aborted = true;
      signal.#reason = reason;
    }
    for (const signal of signals) signal.#run();
    this.#dependents = undefined;
    this.#held = undefined;
  }

  #run() {
    const algorithms = this.#algorithms;
    this.#algorithms = undefined;
    for (const algorithm of algorithms ?? []) {
      try {
        algorithm();
      } catch (error) {
        nextTick(reportUncaught, error);
      }
    }
    if (hasListeners(this, "abort")) fire(this, new Event("abort"));
    for (const source of this.#sources ?? []) source.#held?.delete(this);
    this.#sources = undefined;
  }

  // A source that lives long collects dependents that nobody has any more: each new one is the occasion to look at some.
  #sweep = 0;
  #dropDead() {
    const dependents = this.#dependents;
    if (dependents === undefined || dependents.size < this.#sweep) return;
    for (const ref of dependents) if (ref.deref() === undefined) dependents.delete(ref);
    this.#sweep = Math.max(8, dependents.size * 2);
  }

  // Somebody listens, or nobody does any more: what will abort this has to hold it, or not.
  #hold(hold) {
    if (this.#aborted) return;
    if (this.#timer !== undefined) {
      if (hold) heldByTimer.add(this);
      else heldByTimer.delete(this);
    }
    for (const source of this.#sources ?? []) {
      const held = (source.#held ??= new Set());
      if (hold) held.add(this);
      else held.delete(this);
      if (source.#timer !== undefined) source.#hold(source.#isHeard());
    }
  }

  #isHeard() {
    return hasListeners(this, "abort") || this.#algorithms?.size > 0 || this.#held?.size > 0;
  }

  [ADD_ALGORITHM](algorithm) {
    if (this.#aborted) return;
    (this.#algorithms ??= new Set()).add(algorithm);
    this.#hold(true);
  }

  [REMOVE_ALGORITHM](algorithm) {
    if (this.#algorithms?.delete(algorithm)) this.#hold(this.#isHeard());
  }

  [LISTENER_ADDED](type, count) {
    if (count === 1 && type === "abort") this.#hold(true);
  }

  [LISTENER_REMOVED](type, count) {
    if (count === 0 && type === "abort") this.#hold(this.#isHeard());
  }

  [INSPECT](depth, options, inspect) {
    return depth < 0 ? this : describe(this, { aborted: this.aborted }, depth, options, inspect);
  }
}

export class AbortController {
  #signal = undefined;

  get signal() {
    if (!isObject(this) || !(#signal in this)) throw ERR_INVALID_THIS("AbortController");
    return (this.#signal ??= new AbortSignal(TOKEN));
  }

  abort(reason = undefined) {
    if (!isObject(this) || !(#signal in this)) throw ERR_INVALID_THIS("AbortController");
    abort((this.#signal ??= new AbortSignal(TOKEN)), reason);
  }

  [INSPECT](depth, options, inspect) {
    return describe(this, { signal: this.signal }, depth, options, inspect);
  }
}

function abortError() {
  return new DOMException("This operation was aborted", "AbortError");
}

function sequence(signals) {
  const iterate = signals === null || typeof signals !== "object" ? undefined : signals[Symbol.iterator];
  if (typeof iterate !== "function") throw nodeError("TypeError", "ERR_INVALID_ARG_TYPE", "signals cannot be converted to sequence.");
  return Array.from({ [Symbol.iterator]: () => iterate.call(signals) });
}

AbortSignal.prototype[DEFAULT_LIMIT] = 0;
defineEventHandler(AbortSignal.prototype, "abort");
defineInterface(AbortSignal);
defineInterface(AbortController);
for (const name of ["abort", "timeout", "any"]) Object.defineProperty(AbortSignal, name, { enumerable: true });
