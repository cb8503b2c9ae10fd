// Event, EventTarget and CustomEvent. https://dom.spec.whatwg.org/#events
//
// There is no tree here: an event's path is its target. As in Node, what a listener throws is an uncaught exception in the next
// tick, and dispatching an event that is being dispatched throws ERR_EVENT_RECURSION.
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS, nodeError } from "internal:errors";
import { importBuiltin, isBuiltin, nextTick, reportUncaught } from "internal:host";
import { validateAbortSignal } from "internal:validators";
import { monotonicMs } from "native:event-target";

const { apply } = Reflect;
const { defineProperty, getOwnPropertyDescriptor, getOwnPropertyNames } = Object;
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

// What subclasses in other modules may define on their prototypes:
export const LISTENER_ADDED = Symbol("listenerAdded"); // (type, count), after a listener was added
export const LISTENER_REMOVED = Symbol("listenerRemoved"); // (type, count), after one was removed
export const DEFAULT_LIMIT = Symbol("defaultLimit"); // instead of 10 listeners before there is a warning; 0 for any number
// What AbortSignal defines: the steps that run before its event.
export const ADD_ALGORITHM = Symbol("addAlgorithm");
export const REMOVE_ALGORITHM = Symbol("removeAlgorithm");
// An option of addEventListener for built-in code: the listener runs even when an earlier one stopped the event.
const RESIST = Symbol.for("llrt.resistStopPropagation");

const NONE = 0;
const AT_TARGET = 2;

// Flags of an event
const BUBBLES = 1;
const CANCELABLE = 2;
const COMPOSED = 4;
const TRUSTED = 8;
const CANCELED = 16;
const STOPPED = 32;
const STOPPED_AT_ONCE = 64;
const DISPATCHING = 128;
const IN_PASSIVE = 256;

const IS_TRUSTED = { get: undefined, enumerable: true, configurable: false };

let isEvent; // (value) => boolean
let isTarget; // (value) => boolean
let dispatch; // (event, target, trusted) => false when it was canceled
let listenersFor; // (target, type) => its listeners, capturing ones first, or undefined
let remove; // (target, type, listener)
let hooksOf; // (target) => its hooks on signals
let handlerOf; // (target, type) => the value of an on... attribute
let setHandler; // (target, type, value)

export class Event {
  #type;
  #flags = 0;
  #target = null;
  #currentTarget = null;
  #created = monotonicMs();
  #timeStamp;

  static {
    isEvent = (value) => isObject(value) && #flags in value;
    dispatch = (event, target, trusted) => {
      if (event.#flags & DISPATCHING) {
        throw nodeError("Error", "ERR_EVENT_RECURSION", `The event "${event.#type}" is already being dispatched`);
      }
      event.#flags = (event.#flags & ~TRUSTED) | (trusted ? TRUSTED : 0);
      event.#target = target;
      const listeners = listenersFor(target, event.#type);
      if (listeners !== undefined) {
        event.#flags |= DISPATCHING;
        event.#currentTarget = target;
        // A copy: listeners that are added meanwhile do not see this event. Removed ones say so themselves.
        event.#run(listeners.slice());
        event.#currentTarget = null;
      }
      event.#flags &= ~(DISPATCHING | STOPPED | STOPPED_AT_ONCE);
      return (event.#flags & CANCELED) === 0;
    };
    IS_TRUSTED.get = getOwnPropertyDescriptor(
      {
        get isTrusted() {
          if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
          return (this.#flags & TRUSTED) !== 0;
        },
      },
      "isTrusted",
    ).get;
  }

  constructor(type, options = undefined) {
    if (arguments.length === 0) throw ERR_MISSING_ARGS("type");
    this.#type = `${type}`;
    if (options !== undefined && options !== null) {
      checkDictionary(options);
      if (options.bubbles) this.#flags |= BUBBLES;
      if (options.cancelable) this.#flags |= CANCELABLE;
      if (options.composed) this.#flags |= COMPOSED;
    }
    defineProperty(this, "isTrusted", IS_TRUSTED);
  }

  #run(listeners) {
    const target = this.#target;
    let capture;
    let stopped;
    for (let i = 0; i < listeners.length; i++) {
      const listener = listeners[i];
      if (listener.removed) continue;
      if (listener.capture !== capture) {
        // Stopping takes effect between the capturing listeners and the others, and before both.
        capture = listener.capture;
        stopped = this.#flags & STOPPED;
      }
      if ((stopped || this.#flags & STOPPED_AT_ONCE) && !listener.resists) continue;
      if (listener.once) remove(target, this.#type, listener);
      if (listener.passive) this.#flags |= IN_PASSIVE;
      invoke(listener.callback, target, this);
      this.#flags &= ~IN_PASSIVE;
    }
  }

  get type() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    return this.#type;
  }

  get target() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    return this.#target;
  }

  get srcElement() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    return this.#target;
  }

  get currentTarget() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    return this.#currentTarget;
  }

  composedPath() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    return this.#currentTarget === null ? [] : [this.#currentTarget];
  }

  get eventPhase() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    return this.#flags & DISPATCHING ? AT_TARGET : NONE;
  }

  stopPropagation() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    this.#flags |= STOPPED;
  }

  get cancelBubble() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    return (this.#flags & STOPPED) !== 0;
  }

  set cancelBubble(value) {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    if (value) this.#flags |= STOPPED;
  }

  stopImmediatePropagation() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    this.#flags |= STOPPED | STOPPED_AT_ONCE;
  }

  get bubbles() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    return (this.#flags & BUBBLES) !== 0;
  }

  get cancelable() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    return (this.#flags & CANCELABLE) !== 0;
  }

  get returnValue() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    return (this.#flags & CANCELED) === 0;
  }

  set returnValue(value) {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    if (!value) this.#cancel();
  }

  preventDefault() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    this.#cancel();
  }

  #cancel() {
    if ((this.#flags & (CANCELABLE | IN_PASSIVE)) === CANCELABLE) this.#flags |= CANCELED;
  }

  get defaultPrevented() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    return (this.#flags & CANCELED) !== 0;
  }

  get composed() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    return (this.#flags & COMPOSED) !== 0;
  }

  // On the clock of performance.now(), which is loaded when somebody asks, not for each event.
  get timeStamp() {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    this.#timeStamp ??= performance.now() - (monotonicMs() - this.#created);
    return this.#timeStamp;
  }

  initEvent(type, bubbles = false, cancelable = false) {
    if (!isEvent(this)) throw ERR_INVALID_THIS("Event");
    if (arguments.length === 0) throw ERR_MISSING_ARGS("type");
    const name = `${type}`;
    if (this.#flags & DISPATCHING) return;
    this.#type = name;
    this.#target = null;
    this.#flags = (bubbles ? BUBBLES : 0) | (cancelable ? CANCELABLE : 0);
  }

  [INSPECT](depth, options, inspect) {
    const { type, defaultPrevented, cancelable, timeStamp } = this;
    return describe(this, { type, defaultPrevented, cancelable, timeStamp }, depth, options, inspect);
  }
}

export class CustomEvent extends Event {
  #detail = null;

  constructor(type, options = undefined) {
    if (arguments.length === 0) throw ERR_MISSING_ARGS("type");
    super(type, options);
    if (options?.detail !== undefined) this.#detail = options.detail;
  }

  get detail() {
    if (!isObject(this) || !(#detail in this)) throw ERR_INVALID_THIS("CustomEvent");
    return this.#detail;
  }

  initCustomEvent(type, bubbles = false, cancelable = false, detail = null) {
    if (!isObject(this) || !(#detail in this)) throw ERR_INVALID_THIS("CustomEvent");
    if (arguments.length === 0) throw ERR_MISSING_ARGS("type");
    if (this.eventPhase !== NONE) return;
    this.initEvent(type, bubbles, cancelable);
    this.#detail = detail;
  }
}

let defaultLimit = 10;

// How many listeners of one type there may be before a warning; for node:events.
export const limits = {
  of: undefined, // (target)
  set: undefined, // (target, limit)
  setDefault(limit) {
    defaultLimit = limit;
  },
};

export class EventTarget {
  #listeners = undefined; // Map of type to listeners, none of them empty
  #handlers = undefined; // Map of type to { value, listener } for on... attributes
  #hooks = undefined; // Set of { signalRef, abort } on the signals that remove listeners
  #limit = undefined;
  #warned = false;

  static {
    isTarget = (value) => isObject(value) && #listeners in value;
    listenersFor = (target, type) => target.#listeners?.get(type);
    remove = (target, type, listener) => {
      if (listener.removed) return;
      listener.removed = true;
      const list = target.#listeners.get(type);
      list.splice(list.indexOf(listener), 1);
      if (list.length === 0) target.#listeners.delete(type);
      if (listener.unhook !== undefined) listener.unhook();
      target[LISTENER_REMOVED]?.(type, list.length);
    };
    hooksOf = (target) => (target.#hooks ??= watch(target));
    handlerOf = (target, type) => {
      if (!isTarget(target)) throw ERR_INVALID_THIS("EventTarget");
      return target.#handlers?.get(type)?.value ?? null;
    };
    setHandler = (target, type, value) => {
      if (!isTarget(target)) throw ERR_INVALID_THIS("EventTarget");
      const handlers = (target.#handlers ??= new Map());
      const current = handlers.get(type);
      if (!isObject(value)) {
        if (current === undefined) return;
        handlers.delete(type);
        remove(target, type, current.listener);
      } else if (current === undefined) {
        const handler = { value, listener: undefined };
        handler.listener = listenerOf((event) => callHandler(handler.value, target, event), false);
        handler.listener.handler = handler;
        handlers.set(type, handler);
        target.#add(type, handler.listener);
      } else {
        current.value = value; // where it is in the order of listeners
      }
    };
    limits.of = (target) => target.#limit ?? target[DEFAULT_LIMIT] ?? defaultLimit;
    limits.set = (target, limit) => {
      target.#limit = limit;
      target.#warned = false;
    };
  }

  addEventListener(type, callback, options = undefined) {
    if (!isTarget(this)) throw ERR_INVALID_THIS("EventTarget");
    if (arguments.length < 2) throw ERR_MISSING_ARGS("type", "listener");
    const name = `${type}`;
    if (!isObject(options)) {
      if (checkCallback(callback, this, name)) this.#add(name, listenerOf(callback, Boolean(options)));
      return;
    }
    const listener = listenerOf(callback, Boolean(options.capture));
    listener.once = Boolean(options.once);
    listener.passive = Boolean(options.passive);
    listener.resists = Boolean(options[RESIST]);
    const { signal } = options;
    if (signal !== undefined) validateAbortSignal(signal, "options.signal");
    if (!checkCallback(callback, this, name) || signal?.aborted) return;
    if (this.#add(name, listener) && signal !== undefined) removeOnAbort(signal, this, name, listener);
  }

  removeEventListener(type, callback, options = undefined) {
    if (!isTarget(this)) throw ERR_INVALID_THIS("EventTarget");
    if (arguments.length < 2) throw ERR_MISSING_ARGS("type", "listener");
    const name = `${type}`;
    const capture = Boolean(isObject(options) ? options.capture : options);
    const listener = this.#listeners?.get(name)?.find((one) => one.callback === callback && one.capture === capture);
    if (listener !== undefined) remove(this, name, listener);
  }

  dispatchEvent(event) {
    if (!isTarget(this)) throw ERR_INVALID_THIS("EventTarget");
    if (arguments.length === 0) throw ERR_MISSING_ARGS("event");
    if (!isEvent(event)) throw ERR_INVALID_ARG_TYPE("event", "Event", event);
    return dispatch(event, this, false);
  }

  // Whether it was not there before.
  #add(type, listener) {
    const map = (this.#listeners ??= new Map());
    const list = map.get(type);
    if (list === undefined) {
      map.set(type, [listener]);
    } else {
      const { callback, capture } = listener;
      if (list.some((one) => one.callback === callback && one.capture === capture)) return false;
      const index = capture ? list.findIndex((one) => !one.capture) : -1;
      if (index < 0) list.push(listener);
      else list.splice(index, 0, listener);
    }
    const count = list === undefined ? 1 : list.length;
    this[LISTENER_ADDED]?.(type, count);
    if (count > 1 && !this.#warned) {
      const limit = limits.of(this);
      if (limit > 0 && count > limit) {
        this.#warned = true;
        warnOfLeak(this, type, count, limit);
      }
    }
    return true;
  }

  [INSPECT](depth, options, inspect) {
    return describe(this, {}, depth, options, inspect);
  }
}

// Dispatches `event` as the runtime itself: `isTrusted` is true.
export function fire(target, event) {
  return dispatch(event, target, true);
}

// Whether an event of this type would be heard: a reason not to make one.
export function hasListeners(target, type) {
  return listenersFor(target, type) !== undefined;
}

// The callbacks of the listeners to `type`, for events.getEventListeners.
export function listenersOf(target, type) {
  const listeners = listenersFor(target, `${type}`) ?? [];
  return listeners.map((listener) => listener.handler?.value ?? listener.callback);
}

// Defines the attribute `on<name>`. https://html.spec.whatwg.org/#event-handler-idl-attributes
export function defineEventHandler(prototype, name, type = name) {
  const attribute = `on${name}`;
  const accessors = {
    get [attribute]() {
      return handlerOf(this, type);
    },
    set [attribute](value) {
      setHandler(this, type, value);
    },
  };
  defineProperty(prototype, attribute, getOwnPropertyDescriptor(accessors, attribute));
}

// Gives a class what Web IDL gives an interface: enumerable members, and its name in Object.prototype.toString.
export function defineInterface(constructor, name = constructor.name) {
  const { prototype } = constructor;
  for (const key of getOwnPropertyNames(prototype)) {
    if (key !== "constructor") defineProperty(prototype, key, { enumerable: true });
  }
  defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}

// What util.inspect shows of a web object: its class and these properties.
export function describe(object, properties, depth, options, inspect) {
  const { name } = object.constructor;
  if (depth < 0) return name;
  return `${name} ${inspect(properties, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
}

export function isObject(value) {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

function checkDictionary(options) {
  if (!isObject(options)) throw ERR_INVALID_ARG_TYPE("options", "Object", options);
}

function listenerOf(callback, capture) {
  return {
    callback,
    capture,
    once: false,
    passive: false,
    resists: false,
    removed: false,
    unhook: undefined,
    handler: undefined,
  };
}

// Whether there is a callback to add.
function checkCallback(callback, target, type) {
  if (isObject(callback)) return true;
  if (callback !== undefined && callback !== null) throw ERR_INVALID_ARG_TYPE("listener", "EventListener", callback);
  const message = `addEventListener called with ${callback} which has no effect.`;
  emitWarning(message, "AddEventListenerArgumentTypeWarning", { target, type });
  return false;
}

function invoke(callback, target, event) {
  try {
    let result;
    if (typeof callback === "function") {
      result = apply(callback, target, [event]);
    } else {
      const { handleEvent } = callback;
      if (typeof handleEvent !== "function") throw new TypeError("The listener's handleEvent is not a function");
      result = apply(handleEvent, callback, [event]);
    }
    if (result !== undefined && result !== null && typeof result.then === "function") {
      result.then(undefined, (error) => nextTick(reportUncaught, error));
    }
  } catch (error) {
    nextTick(reportUncaught, error);
  }
}

function callHandler(value, target, event) {
  if (typeof value !== "function") return undefined;
  const result = apply(value, target, [event]);
  if (result === false) event.preventDefault();
  return result;
}

// Targets that died take their hooks off signals that live on.
let deadTargets;

// A signal often lives longer than the target: it must not keep the target alive.
function removeOnAbort(signal, target, type, listener) {
  const targetRef = new WeakRef(target);
  const listenerRef = new WeakRef(listener);
  const abort = () => {
    const [liveTarget, liveListener] = [targetRef.deref(), listenerRef.deref()];
    if (liveTarget !== undefined && liveListener !== undefined) remove(liveTarget, type, liveListener);
  };
  const hook = { signalRef: new WeakRef(signal), abort };
  const hooks = hooksOf(target);
  hooks.add(hook);
  listener.unhook = () => {
    hooks.delete(hook);
    unhook(signal, abort);
  };
  if (typeof signal[ADD_ALGORITHM] === "function") signal[ADD_ALGORITHM](abort);
  else signal.addEventListener("abort", abort, { once: true });
}

// One entry for each target, never unregistered: the engine looks for a token in all entries, and keeps it alive.
function watch(target) {
  const hooks = new Set();
  deadTargets ??= new FinalizationRegistry((hooks) => {
    for (const { signalRef, abort } of hooks) {
      const signal = signalRef.deref();
      if (signal !== undefined) unhook(signal, abort);
    }
  });
  deadTargets.register(target, hooks);
  return hooks;
}

function unhook(signal, abort) {
  if (typeof signal[REMOVE_ALGORITHM] === "function") signal[REMOVE_ALGORITHM](abort);
  else signal.removeEventListener("abort", abort);
}

function warnOfLeak(target, type, count, limit) {
  const name = isBuiltin("node:util") ? importBuiltin("node:util").inspect(target, { depth: -1 }) : target.constructor.name;
  emitWarning(
    `Possible EventTarget memory leak detected. ${count} ${type} listeners added to ${name}. MaxListeners is ${limit}. Use events.setMaxListeners() to increase limit`,
    "MaxListenersExceededWarning",
    { target, type, count },
  );
}

function emitWarning(message, name, properties) {
  if (!isBuiltin("node:process")) return;
  const warning = Object.assign(new Error(message), { name }, properties);
  importBuiltin("node:process").default.emitWarning(warning);
}

const PHASES = { NONE, CAPTURING_PHASE: 1, AT_TARGET, BUBBLING_PHASE: 3 };
for (const [name, value] of Object.entries(PHASES)) {
  defineProperty(Event, name, { value, enumerable: true });
  defineProperty(Event.prototype, name, { value, enumerable: true });
}
defineInterface(Event);
defineInterface(CustomEvent);
defineInterface(EventTarget);
// Where Node has it; the standard, an own property of each event.
defineProperty(Event.prototype, "isTrusted", IS_TRUSTED);
