// node:events. Node: https://nodejs.org/api/events.html
//
// As in Node, a lone listener is kept bare under its event's name in `_events`, several in an array; packages look there.
import { AbortError, ERR_INVALID_ARG_TYPE, nodeError } from "internal:errors";
import { importBuiltin, isBuiltin, nextTick, queueMicrotask } from "internal:host";
import {
  validateAbortSignal,
  validateBoolean,
  validateFunction,
  validateInteger,
  validateNumber,
  validateObject,
  validateString,
} from "internal:validators";

const { apply, ownKeys, getPrototypeOf } = Reflect;
const NO_OPTIONS = Object.freeze({ __proto__: null });

export const errorMonitor = Symbol("events.errorMonitor");
export const captureRejectionSymbol = Symbol.for("nodejs.rejection");
const CAPTURE = Symbol("kCapture");

let defaultLimit = 10;

export function EventEmitter(options) {
  EventEmitter.init.call(this, options);
}

export function init(options) {
  const events = this._events;
  if (events === undefined || events === getPrototypeOf(this)._events) {
    this._events = { __proto__: null };
    this._eventsCount = 0;
  }
  this._maxListeners ??= undefined;
  if (options?.captureRejections) {
    validateBoolean(options.captureRejections, "options.captureRejections");
    this[CAPTURE] = true;
  } else {
    this[CAPTURE] = prototype[CAPTURE];
  }
}

const { prototype } = EventEmitter;
prototype._events = undefined;
prototype._eventsCount = 0;
prototype._maxListeners = undefined;
Object.defineProperty(prototype, CAPTURE, { value: false, writable: true });

prototype.setMaxListeners = function setMaxListeners(n) {
  validateNumber(n, "setMaxListeners", 0);
  this._maxListeners = n;
  return this;
};

prototype.getMaxListeners = function getMaxListeners() {
  return limitOf(this);
};

prototype.emit = function emit(type, ...args) {
  const events = this._events;
  if (type === "error" && !mayEmitError(this, events, args)) return false;
  if (events === undefined) return false;
  const listeners = events[type];
  if (typeof listeners === "function") {
    const result = apply(listeners, this, args);
    if (result !== undefined && result !== null && this[CAPTURE]) catchRejection(this, result, type, args);
    return true;
  }
  if (listeners === undefined) return false;
  // A copy: listeners that are added or removed meanwhile do not change this round.
  const round = listeners.slice();
  for (let i = 0; i < round.length; i++) {
    const result = apply(round[i], this, args);
    if (result !== undefined && result !== null && this[CAPTURE]) catchRejection(this, result, type, args);
  }
  return true;
};

// Tells the monitors; throws when nobody else listens.
function mayEmitError(emitter, events, args) {
  if (events !== undefined) {
    if (events[errorMonitor] !== undefined) emitter.emit(errorMonitor, ...args);
    if (events.error !== undefined) return true;
  }
  const error = args[0];
  if (error instanceof Error) throw error;
  let text;
  try {
    text = inspect(error);
  } catch {
    text = error;
  }
  const unhandled = nodeError("Error", "ERR_UNHANDLED_ERROR", `Unhandled error. (${text})`);
  unhandled.context = error;
  throw unhandled;
}

function catchRejection(emitter, result, type, args) {
  try {
    const { then } = result;
    if (typeof then === "function") {
      apply(then, result, [undefined, (error) => nextTick(emitRejection, emitter, error, type, args)]);
    }
  } catch (error) {
    emitter.emit("error", error);
  }
}

function emitRejection(emitter, error, type, args) {
  const handler = emitter[captureRejectionSymbol];
  if (typeof handler === "function") {
    handler.call(emitter, error, type, ...args);
    return;
  }
  // What the error listeners reject with is nobody's any more: capturing it would go round in a circle.
  const before = emitter[CAPTURE];
  emitter[CAPTURE] = false;
  try {
    emitter.emit("error", error);
  } finally {
    emitter[CAPTURE] = before;
  }
}

function add(emitter, type, listener, prepend) {
  if (typeof listener !== "function") throw ERR_INVALID_ARG_TYPE("listener", "Function", listener);
  let events = emitter._events;
  if (events === undefined) {
    events = emitter._events = { __proto__: null };
    emitter._eventsCount = 0;
  } else if (events.newListener !== undefined) {
    emitter.emit("newListener", type, listener.listener ?? listener);
    events = emitter._events; // which the listener may have replaced
  }
  const present = events[type];
  if (present === undefined) {
    events[type] = listener;
    emitter._eventsCount++;
    return emitter;
  }
  let list = present;
  if (typeof present === "function") list = events[type] = prepend ? [listener, present] : [present, listener];
  else if (prepend) list.unshift(listener);
  else list.push(listener);
  const limit = limitOf(emitter);
  if (limit > 0 && list.length > limit && !list.warned) {
    list.warned = true;
    const what = `${list.length} ${String(type)} listeners added to ${inspect(emitter, { depth: -1 })}`;
    warn(
      `Possible EventEmitter memory leak detected. ${what}. MaxListeners is ${limit}. Use emitter.setMaxListeners() to increase limit`,
      { emitter, type, count: list.length },
    );
  }
  return emitter;
}

prototype.addListener = function addListener(type, listener) {
  return add(this, type, listener, false);
};

prototype.on = prototype.addListener;

prototype.prependListener = function prependListener(type, listener) {
  return add(this, type, listener, true);
};

// Removes itself and calls `listener`, once.
function onceWrapper(emitter, type, listener) {
  let fired = false;
  const wrapper = (...args) => {
    if (fired) return undefined;
    fired = true;
    emitter.removeListener(type, wrapper);
    return apply(listener, emitter, args);
  };
  wrapper.listener = listener;
  return wrapper;
}

prototype.once = function once(type, listener) {
  if (typeof listener !== "function") throw ERR_INVALID_ARG_TYPE("listener", "Function", listener);
  this.on(type, onceWrapper(this, type, listener));
  return this;
};

prototype.prependOnceListener = function prependOnceListener(type, listener) {
  if (typeof listener !== "function") throw ERR_INVALID_ARG_TYPE("listener", "Function", listener);
  this.prependListener(type, onceWrapper(this, type, listener));
  return this;
};

function drop(emitter, events, type) {
  if (--emitter._eventsCount === 0) emitter._events = { __proto__: null };
  else delete events[type];
}

prototype.removeListener = function removeListener(type, listener) {
  if (typeof listener !== "function") throw ERR_INVALID_ARG_TYPE("listener", "Function", listener);
  const events = this._events;
  const list = events?.[type];
  if (list === undefined) return this;
  if (list === listener || list.listener === listener) {
    drop(this, events, type);
    if (events.removeListener !== undefined) this.emit("removeListener", type, list.listener ?? listener);
  } else if (typeof list !== "function") {
    let index = list.length - 1;
    while (index >= 0 && list[index] !== listener && list[index].listener !== listener) index--;
    if (index < 0) return this;
    if (index === 0) list.shift();
    else list.splice(index, 1);
    if (list.length === 1) events[type] = list[0];
    if (events.removeListener !== undefined) this.emit("removeListener", type, listener);
  }
  return this;
};

prototype.off = prototype.removeListener;

prototype.removeAllListeners = function removeAllListeners(type) {
  const events = this._events;
  if (events === undefined) return this;
  const all = arguments.length === 0;
  if (events.removeListener === undefined) {
    if (all) {
      this._events = { __proto__: null };
      this._eventsCount = 0;
    } else if (events[type] !== undefined) {
      drop(this, events, type);
    }
    return this;
  }
  if (all) {
    for (const key of ownKeys(events)) if (key !== "removeListener") this.removeAllListeners(key);
    this.removeAllListeners("removeListener");
    this._events = { __proto__: null };
    this._eventsCount = 0;
    return this;
  }
  const list = events[type];
  if (typeof list === "function") this.removeListener(type, list);
  else if (list !== undefined) for (let i = list.length - 1; i >= 0; i--) this.removeListener(type, list[i]);
  return this;
};

function listenersOf(emitter, type) {
  const list = emitter._events?.[type];
  return list === undefined ? [] : typeof list === "function" ? [list] : list.slice();
}

prototype.listeners = function listeners(type) {
  return listenersOf(this, type).map((listener) => listener.listener ?? listener);
};

prototype.rawListeners = function rawListeners(type) {
  return listenersOf(this, type);
};

prototype.listenerCount = function listenerCount(type, listener) {
  const list = this._events?.[type];
  if (list === undefined) return 0;
  const isIt = (one) => one === listener || one.listener === listener;
  if (typeof list === "function") return listener == null || isIt(list) ? 1 : 0;
  return listener == null ? list.length : list.filter(isIt).length;
};

prototype.eventNames = function eventNames() {
  return this._eventsCount > 0 ? ownKeys(this._events) : [];
};

function limitOf(emitter) {
  return emitter._maxListeners ?? defaultLimit;
}

// `util.inspect`, where there is one.
function inspect(value, options) {
  if (isBuiltin("node:util")) return importBuiltin("node:util").inspect(value, options);
  return options?.depth < 0 ? `[${value?.constructor?.name}]` : String(value);
}

// A MaxListenersExceededWarning, where there is a process to emit it.
function warn(message, properties) {
  if (!isBuiltin("node:process")) return;
  const warning = Object.assign(new Error(message), { name: "MaxListenersExceededWarning" }, properties);
  importBuiltin("node:process").default.emitWarning(warning);
}

// Emitters and event targets alike

const eventTarget = () => importBuiltin("internal:event-target");
const looksLikeTarget = (value) => typeof value?.addEventListener === "function" && value instanceof eventTarget().EventTarget;
const RESIST = Symbol.for("llrt.resistStopPropagation");

function listen(target, type, listener, isOnce = false) {
  if (typeof target.on === "function") {
    if (isOnce) target.once(type, listener);
    else target.on(type, listener);
  } else if (typeof target.addEventListener === "function") {
    target.addEventListener(type, listener, { __proto__: null, once: isOnce, [RESIST]: true });
  } else {
    throw ERR_INVALID_ARG_TYPE("emitter", "EventEmitter", target);
  }
}

function unlisten(target, type, listener) {
  if (typeof target.removeListener === "function") target.removeListener(type, listener);
  else if (typeof target.removeEventListener === "function") target.removeEventListener(type, listener);
  else throw ERR_INVALID_ARG_TYPE("emitter", "EventEmitter", target);
}

function checkSignal({ signal }) {
  if (signal === undefined) return undefined;
  validateAbortSignal(signal, "options.signal");
  if (signal.aborted) throw abortError(signal);
  return signal;
}

function abortError(signal) {
  return new AbortError(undefined, { cause: signal.reason });
}

export async function once(emitter, name, options = NO_OPTIONS) {
  validateObject(options, "options");
  const signal = checkSignal(options);
  return new Promise((resolve, reject) => {
    const withError = name !== "error" && typeof emitter.once === "function";
    const onEvent = (...args) => {
      if (withError) unlisten(emitter, "error", onError);
      signal?.removeEventListener("abort", onAbort);
      resolve(args);
    };
    const onError = (error) => {
      unlisten(emitter, name, onEvent);
      signal?.removeEventListener("abort", onAbort);
      reject(error);
    };
    const onAbort = () => {
      unlisten(emitter, name, onEvent);
      if (withError) unlisten(emitter, "error", onError);
      reject(abortError(signal));
    };
    listen(emitter, name, onEvent, true);
    if (withError) emitter.once("error", onError);
    if (signal !== undefined) listen(signal, "abort", onAbort, true);
  });
}

const AsyncIteratorPrototype = getPrototypeOf(getPrototypeOf(async function* () {}).prototype);

export function on(emitter, event, options = NO_OPTIONS) {
  validateObject(options, "options");
  const signal = checkSignal(options);
  const high = options.highWaterMark ?? options.highWatermark ?? Number.MAX_SAFE_INTEGER;
  const low = options.lowWaterMark ?? options.lowWatermark ?? 1;
  validateInteger(high, "options.highWaterMark", 1);
  validateInteger(low, "options.lowWaterMark", 1);

  const events = new Queue(); // that nobody awaits yet
  const waiting = new Queue(); // promises of events to come
  let paused = false;
  let failure; // { error } that nobody awaits yet
  let finished = false;
  const registered = [];

  const register = (type, listener) => {
    listen(emitter, type, listener);
    registered.push([type, listener]);
  };
  const onEvent = (...args) => {
    if (waiting.size > 0) {
      waiting.shift().resolve({ value: args, done: false });
      return;
    }
    events.push(args);
    if (!paused && events.size > high) {
      paused = true;
      emitter.pause();
    }
  };
  const onError = (error) => {
    if (waiting.size > 0) waiting.shift().reject(error);
    else failure = { error };
    finish();
  };
  const onAbort = () => onError(abortError(signal));
  const finish = () => {
    for (const [type, listener] of registered.splice(0)) unlisten(emitter, type, listener);
    signal?.removeEventListener("abort", onAbort);
    finished = true;
    while (waiting.size > 0) waiting.shift().resolve({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  };

  register(event, onEvent);
  if (event !== "error" && typeof emitter.on === "function") register("error", onError);
  for (const type of options.close ?? []) register(type, finish);
  if (signal !== undefined) listen(signal, "abort", onAbort, true);

  return {
    __proto__: AsyncIteratorPrototype,
    next() {
      if (events.size > 0) {
        const value = events.shift();
        if (paused && events.size < low) {
          paused = false;
          emitter.resume();
        }
        return Promise.resolve({ value, done: false });
      }
      if (failure !== undefined) {
        const rejection = Promise.reject(failure.error);
        failure = undefined;
        return rejection;
      }
      if (finished) return finish();
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return() {
      return finish();
    },
    throw(error) {
      if (!(error instanceof Error)) throw ERR_INVALID_ARG_TYPE("EventEmitter.AsyncIterator", "Error", error);
      onError(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.for("nodejs.watermarkData")]: {
      get size() {
        return events.size;
      },
      get low() {
        return low;
      },
      get high() {
        return high;
      },
      get isPaused() {
        return paused;
      },
    },
  };
}

// First in, first out, without moving what is left at each step.
class Queue {
  #items = [];
  #head = 0;

  get size() {
    return this.#items.length - this.#head;
  }

  push(item) {
    this.#items.push(item);
  }

  shift() {
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length || this.#head > 1024) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }
}

export function getEventListeners(emitterOrTarget, type) {
  if (typeof emitterOrTarget?.listeners === "function") return emitterOrTarget.listeners(type);
  if (looksLikeTarget(emitterOrTarget)) return eventTarget().listenersOf(emitterOrTarget, type);
  throw ERR_INVALID_ARG_TYPE("emitter", ["EventEmitter", "EventTarget"], emitterOrTarget);
}

export function getMaxListeners(emitterOrTarget) {
  if (typeof emitterOrTarget?.getMaxListeners === "function") return limitOf(emitterOrTarget);
  if (looksLikeTarget(emitterOrTarget)) return eventTarget().limits.of(emitterOrTarget);
  throw ERR_INVALID_ARG_TYPE("emitter", ["EventEmitter", "EventTarget"], emitterOrTarget);
}

export function listenerCount(emitterOrTarget, type) {
  if (typeof emitterOrTarget?.listenerCount === "function") return emitterOrTarget.listenerCount(type);
  if (looksLikeTarget(emitterOrTarget)) return eventTarget().listenersOf(emitterOrTarget, type).length;
  throw ERR_INVALID_ARG_TYPE("emitter", ["EventEmitter", "EventTarget"], emitterOrTarget);
}

export function setMaxListeners(n = defaultLimit, ...eventTargets) {
  validateNumber(n, "setMaxListeners", 0);
  if (eventTargets.length === 0) {
    setDefaultLimit(n);
    return;
  }
  for (const target of eventTargets) {
    if (typeof target?.setMaxListeners === "function") target.setMaxListeners(n);
    else if (looksLikeTarget(target)) eventTarget().limits.set(target, n);
    else throw ERR_INVALID_ARG_TYPE("eventTargets", ["EventEmitter", "EventTarget"], target);
  }
}

function setDefaultLimit(n) {
  defaultLimit = n;
  let targets;
  try {
    targets = eventTarget();
  } catch {
    return; // not composed
  }
  targets.limits.setDefault(n);
}

export function addAbortListener(signal, listener) {
  if (signal === undefined) throw ERR_INVALID_ARG_TYPE("signal", "AbortSignal", signal);
  validateAbortSignal(signal, "signal");
  validateFunction(listener, "listener");
  let remove;
  if (signal.aborted) {
    queueMicrotask(() => listener());
  } else {
    signal.addEventListener("abort", listener, { __proto__: null, once: true, [RESIST]: true });
    remove = () => signal.removeEventListener("abort", listener);
  }
  return {
    __proto__: null,
    [Symbol.dispose]() {
      remove?.();
    },
  };
}

// An emitter whose listeners run in the asynchronous context that it was made in. Needs node:async_hooks when it is made.
export class EventEmitterAsyncResource extends EventEmitter {
  #resource;

  constructor(options) {
    let name;
    if (typeof options === "string") {
      name = options;
      options = undefined;
    } else {
      if (new.target === EventEmitterAsyncResource) validateString(options?.name, "options.name");
      name = options?.name || new.target.name;
    }
    super(options);
    const { AsyncResource } = importBuiltin("node:async_hooks");
    this.#resource = new AsyncResource(name, options);
    Object.defineProperty(this.#resource, "eventEmitter", { value: this });
  }

  // V8's text for a receiver of another class.
  static #check(value) {
    if (!(#resource in value)) throw new TypeError("Cannot read private member #resource from an object whose class did not declare it");
    return value.#resource;
  }

  emit(event, ...args) {
    return EventEmitterAsyncResource.#check(this).runInAsyncScope(super.emit, this, event, ...args);
  }

  emitDestroy() {
    EventEmitterAsyncResource.#check(this).emitDestroy();
  }

  get asyncId() {
    return EventEmitterAsyncResource.#check(this).asyncId();
  }

  get triggerAsyncId() {
    return EventEmitterAsyncResource.#check(this).triggerAsyncId();
  }

  get asyncResource() {
    return EventEmitterAsyncResource.#check(this);
  }
}

export const usingDomains = false;
const captureRejections = false;
const defaultMaxListeners = defaultLimit;
export { captureRejections, defaultMaxListeners };

Object.assign(EventEmitter, {
  addAbortListener,
  once,
  on,
  getEventListeners,
  getMaxListeners,
  listenerCount,
  EventEmitter,
  usingDomains,
  captureRejectionSymbol,
  EventEmitterAsyncResource,
  errorMonitor,
  setMaxListeners,
  init,
});
Object.defineProperties(EventEmitter, {
  captureRejections: {
    enumerable: true,
    get: () => prototype[CAPTURE],
    set(value) {
      validateBoolean(value, "EventEmitter.captureRejections");
      prototype[CAPTURE] = value;
    },
  },
  defaultMaxListeners: {
    enumerable: true,
    get: () => defaultLimit,
    set(value) {
      validateNumber(value, "defaultMaxListeners", 0);
      setDefaultLimit(value);
    },
  },
});

export default EventEmitter;
