// node:async_hooks. Node: https://nodejs.org/api/async_context.html, https://nodejs.org/api/async_hooks.html
import { currentId, currentTrigger, followIds, getFrame, newId, setFrame, swap } from "native:async_hooks";
import { AsyncHook, destroyLater, emit, executionAsyncResource, has } from "internal:async-hooks";
import { ERR_INVALID_ARG_TYPE, nodeError } from "internal:errors";
import { validateString } from "internal:validators";

followIds();

const { apply } = Reflect;
const validateCallable = (value, name) => {
  if (typeof value !== "function") throw ERR_INVALID_ARG_TYPE(name, "function", value);
};
const validateOptions = (value, name) => {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw ERR_INVALID_ARG_TYPE(name, "object", value);
};

// ---- AsyncLocalStorage: a frame is an immutable Map of stores by storage

function withStore(storage, store) {
  const frame = new Map(getFrame());
  frame.set(storage, store);
  return frame;
}

// Calls `fn` in `frame`, whatever the ids are now.
function runInFrame(frame, fn, self, args) {
  const before = getFrame();
  if (before === frame) return apply(fn, self, args);
  setFrame(frame);
  try {
    return apply(fn, self, args);
  } finally {
    setFrame(before);
  }
}

export class AsyncLocalStorage {
  #defaultValue;
  #name = "";

  constructor(options = {}) {
    validateOptions(options, "options");
    this.#defaultValue = options.defaultValue;
    if (options.name !== undefined) this.#name = `${options.name}`;
  }

  static bind(fn) {
    return AsyncResource.bind(fn);
  }

  static snapshot() {
    const frame = getFrame();
    return function (fn, ...args) {
      return runInFrame(frame, fn, this, args);
    };
  }

  get name() {
    return this.#name;
  }

  disable() {
    const frame = getFrame();
    if (!frame?.has(this)) return;
    const rest = new Map(frame);
    rest.delete(this);
    setFrame(rest.size === 0 ? undefined : rest);
  }

  enterWith(store) {
    setFrame(withStore(this, store));
  }

  // Only this storage's value is put back: what others have entered meanwhile stays.
  run(store, fn, ...args) {
    const frame = getFrame();
    const had = frame?.has(this) ?? false;
    const before = had ? frame.get(this) : undefined;
    if (had && Object.is(before, store)) return apply(fn, null, args);
    const entered = withStore(this, store);
    setFrame(entered);
    try {
      return apply(fn, null, args);
    } finally {
      if (getFrame() === entered) setFrame(frame);
      else if (had) this.enterWith(before);
      else this.disable();
    }
  }

  exit(fn, ...args) {
    return this.run(undefined, fn, ...args);
  }

  getStore() {
    const frame = getFrame();
    return frame?.has(this) ? frame.get(this) : this.#defaultValue;
  }

  withScope(store) {
    return new RunScope(this, store);
  }
}

// What AsyncLocalStorage.withScope() gives: the store lasts until it is disposed of.
class RunScope {
  #before;
  #disposed = false;

  constructor(storage, store) {
    this.#before = getFrame();
    storage.enterWith(store);
  }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    setFrame(this.#before);
  }

  [Symbol.dispose]() {
    this.dispose();
  }
}

// ---- hooks

export const createHook = (fns) => new AsyncHook(fns);
export const executionAsyncId = () => currentId();
export const triggerAsyncId = () => currentTrigger();
export { executionAsyncResource };

// ---- AsyncResource

const ASYNC_ID = Symbol("async_id_symbol");
const TRIGGER_ID = Symbol("trigger_async_id_symbol");
const FRAME = Symbol("context_frame");
const abandoned = new FinalizationRegistry(({ id, emitted }) => {
  if (!emitted.done) destroyLater(id);
});
const emittedOf = new WeakMap();

export class AsyncResource {
  constructor(type, options = {}) {
    validateString(type, "type");
    let trigger = options;
    let manual = false;
    if (typeof options !== "number") {
      trigger = options.triggerAsyncId === undefined ? currentId() : options.triggerAsyncId;
      manual = Boolean(options.requireManualDestroy);
    }
    if (!Number.isSafeInteger(trigger) || trigger < -1)
      throw nodeError("RangeError", "ERR_INVALID_ASYNC_ID", `Invalid triggerAsyncId value: ${trigger}`);
    this[FRAME] = getFrame();
    this[ASYNC_ID] = newId();
    this[TRIGGER_ID] = trigger;
    if (has("init")) {
      if (type.length === 0) throw nodeError("TypeError", "ERR_ASYNC_TYPE", `Invalid name for async "type": ${type}`);
      emit("init", this[ASYNC_ID], type, trigger, this);
    }
    if (!manual && has("destroy")) {
      const emitted = { done: false };
      emittedOf.set(this, emitted);
      abandoned.register(this, { id: this[ASYNC_ID], emitted });
    }
  }

  runInAsyncScope(fn, thisArg, ...args) {
    const id = this[ASYNC_ID];
    if (has("before")) emit("before", id);
    const before = swap([this[FRAME], id, this[TRIGGER_ID], this]);
    try {
      // The usual call costs no stack of its own.
      return thisArg === undefined && args.length === 0 ? fn() : apply(fn, thisArg, args);
    } finally {
      swap(before);
      if (has("after")) emit("after", id);
    }
  }

  emitDestroy() {
    const emitted = emittedOf.get(this);
    if (emitted !== undefined) emitted.done = true;
    if (has("destroy")) destroyLater(this[ASYNC_ID]);
    return this;
  }

  asyncId() {
    return this[ASYNC_ID];
  }

  triggerAsyncId() {
    return this[TRIGGER_ID];
  }

  bind(fn, thisArg) {
    validateCallable(fn, "fn");
    const run = this.runInAsyncScope.bind(this, fn);
    const bound =
      thisArg === undefined ?
        function (...args) {
          return run(this, ...args);
        }
      : (...args) => run(thisArg, ...args);
    Object.defineProperties(bound, {
      name: { __proto__: null, value: "bound", configurable: true },
      length: { __proto__: null, configurable: true, enumerable: false, value: fn.length, writable: false },
      asyncResource: { __proto__: null, configurable: true, enumerable: true, value: this, writable: true },
    });
    return bound;
  }

  static bind(fn, type, thisArg) {
    validateCallable(fn, "fn");
    return new AsyncResource(type ?? (fn.name || "bound-anonymous-fn"), undefined).bind(fn, thisArg);
  }
}

// The kinds of native resource in Node.js, by number: for those who filter by name.
export const asyncWrapProviders = Object.freeze(Object.assign(Object.create(null), Object.fromEntries([
  "NONE", "DIRHANDLE", "DNSCHANNEL", "ELDHISTOGRAM", "FILEHANDLE", "FILEHANDLECLOSEREQ", "BLOBREADER", "FSEVENTWRAP", "FSREQCALLBACK",
  "FSREQPROMISE", "GETADDRINFOREQWRAP", "GETNAMEINFOREQWRAP", "HEAPSNAPSHOT", "HTTP2SESSION", "HTTP2STREAM", "HTTP2PING", "HTTP2SETTINGS",
  "HTTPINCOMINGMESSAGE", "HTTPCLIENTREQUEST", "LOCKS", "JSSTREAM", "JSUDPWRAP", "MESSAGEPORT", "PIPECONNECTWRAP", "PIPESERVERWRAP", "PIPEWRAP",
  "PROCESSWRAP", "PROMISE", "QUERYWRAP", "QUIC_ENDPOINT", "QUIC_LOGSTREAM", "QUIC_SESSION", "QUIC_STREAM", "QUIC_UDP", "SHUTDOWNWRAP",
  "SIGNALWRAP", "STATWATCHER", "STREAMPIPE", "TCPCONNECTWRAP", "TCPSERVERWRAP", "TCPWRAP", "TTYWRAP", "UDPSENDWRAP", "UDPWRAP",
  "SIGINTWATCHDOG", "WORKER", "WORKERCPUPROFILE", "WORKERCPUUSAGE", "WORKERHEAPPROFILE", "WORKERHEAPSNAPSHOT", "WORKERHEAPSTATISTICS",
  "WRITEWRAP", "ZLIB", "CHECKPRIMEREQUEST", "PBKDF2REQUEST", "KEYPAIRGENREQUEST", "KEYGENREQUEST", "KEYEXPORTREQUEST", "ARGON2REQUEST",
  "CIPHERREQUEST", "DERIVEBITSREQUEST", "HASHREQUEST", "RANDOMBYTESREQUEST", "RANDOMPRIMEREQUEST", "SCRYPTREQUEST", "SIGNREQUEST", "TLSWRAP",
  "VERIFYREQUEST",
].map((name, index) => [name, index]))));

export default {
  AsyncLocalStorage, createHook, executionAsyncId, triggerAsyncId, executionAsyncResource, asyncWrapProviders, AsyncResource,
};
