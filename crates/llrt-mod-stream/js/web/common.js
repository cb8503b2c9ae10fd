// What the web stream classes share: promises that user code cannot reach into, queues, argument checks.
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS, nodeError } from "internal:errors";

// ---- promises
// Only the engine's own `then` and `resolve` are used, because a program may replace those that it sees.

// Functions of a program are not called through their own `call`.
export const call = Function.prototype.call.bind(Function.prototype.call);

const { then: promiseThen } = Promise.prototype;

export const noop = () => {};
export const resolve = Promise.resolve.bind(Promise);
export const reject = Promise.reject.bind(Promise);
export const all = Promise.all.bind(Promise);
export const deferred = Promise.withResolvers.bind(Promise);
export const resolved = Promise.resolve();

export const then = Function.prototype.call.bind(promiseThen);

// A new promise, where `resolve` gives promises back as they are.
export function adopt(value) {
  if (value === undefined) return resolved;
  const { promise, resolve } = deferred();
  resolve(value);
  return promise;
}

// An error that nobody waits for is not an unhandled rejection.
export function handled(promise) {
  then(promise, undefined, noop);
  return promise;
}

export const rejectedAndHandled = (error) => handled(reject(error));

// Calls `f` as a callback that gives a promise: what it throws rejects.
export function invoke(f, argument) {
  try {
    return adopt(f(argument));
  } catch (error) {
    return reject(error);
  }
}

// ---- errors

export const invalidState = (text) => nodeError("TypeError", "ERR_INVALID_STATE", `Invalid state: ${text}`);
export const invalidThis = (name) => ERR_INVALID_THIS(name);

export function rangeError(name, value, reason = "is invalid") {
  const { code, message } = ERR_INVALID_ARG_VALUE(name, value, reason);
  return nodeError("RangeError", code, message);
}

// ---- arguments, converted as Web IDL does

const nothing = Object.freeze({ __proto__: null });

// A dictionary: an object, or nothing.
export function dictionary(value, name) {
  if (value === undefined || value === null) return nothing;
  if (typeof value !== "object" && typeof value !== "function") throw ERR_INVALID_ARG_TYPE(name, "object", value);
  return value;
}

export function objectArgument(value, name) {
  if (value === null || (typeof value !== "object" && typeof value !== "function"))
    throw ERR_INVALID_ARG_TYPE(name, "object", value);
  return value;
}

export function callback(dictionary, key, name) {
  const value = dictionary[key];
  if (value !== undefined && typeof value !== "function")
    throw ERR_INVALID_ARG_TYPE(`${name}.${key}`, "function", value);
  return value;
}

// A queuing strategy: its high water mark, if it has one, and its size function, if it has one.
export function strategyArgument(value) {
  const strategy = dictionary(value, "strategy");
  const { highWaterMark: mark } = strategy;
  const highWaterMark = mark === undefined ? undefined : +mark;
  const size = callback(strategy, "size", "strategy");
  if (highWaterMark !== undefined && !(highWaterMark >= 0)) throw rangeError("strategy.highWaterMark", mark);
  return { highWaterMark, size };
}

// The size of a chunk by a strategy. What `size` throws, and a size that is none, are the caller's.
export function sizeOf(size, chunk) {
  const value = +(0, size)(chunk);
  if (!(value >= 0) || value === Infinity) throw rangeError("size", value);
  return value;
}

// ---- queues

export class Queue {
  #items = [];
  #head = 0;

  get length() {
    return this.#items.length - this.#head;
  }

  push(item) {
    this.#items.push(item);
  }

  peek() {
    return this.#items[this.#head];
  }

  shift() {
    const items = this.#items;
    const item = items[this.#head];
    items[this.#head++] = undefined;
    if (this.#head === items.length) {
      items.length = 0;
      this.#head = 0;
    } else if (this.#head > 512) {
      items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }
}

// Chunks and their sizes. Where nothing measures them each counts as one, and no sizes are kept.
export class ChunkQueue {
  #chunks = new Queue();
  #size;
  #sizes;
  total = 0;

  constructor(size) {
    this.#size = size;
    if (size !== undefined) this.#sizes = new Queue();
  }

  get length() {
    return this.#chunks.length;
  }

  measure(chunk) {
    return this.#size === undefined ? 1 : sizeOf(this.#size, chunk);
  }

  push(chunk, size) {
    this.#sizes?.push(size);
    this.#chunks.push(chunk);
    this.total += size;
  }

  peek() {
    return this.#chunks.peek();
  }

  shift() {
    // Rounding may leave less than nothing.
    const rest = this.total - (this.#sizes === undefined ? 1 : this.#sizes.shift());
    this.total = rest < 0 ? 0 : rest;
    return this.#chunks.shift();
  }

  // A chunk that the strategy does not see.
  pushUnmeasured(chunk) {
    this.#sizes?.push(0);
    this.#chunks.push(chunk);
  }

  clear() {
    this.#chunks = new Queue();
    if (this.#sizes !== undefined) this.#sizes = new Queue();
    this.total = 0;
  }
}

// ---- classes

const kInspect = Symbol.for("nodejs.util.inspect.custom");

export const kIsDisturbed = Symbol.for("nodejs.stream.disturbed");
export const kIsErrored = Symbol.for("nodejs.stream.errored");
export const kIsReadable = Symbol.for("nodejs.stream.readable");
export const kIsWritable = Symbol.for("nodejs.stream.writable");
export const kIsClosedPromise = Symbol.for("nodejs.webstream.isClosedPromise");
export const kControllerErrorFunction = Symbol.for("nodejs.webstream.controllerErrorFunction");

// What Web IDL makes of a class: members that can be listed, a tag; and what Node's inspection shows of it.
export function finishClass(Class, members, inspected) {
  const { prototype } = Class;
  for (const name of members) Object.defineProperty(prototype, name, { __proto__: null, enumerable: true });
  Object.defineProperty(prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: Class.name });
  Object.defineProperty(prototype, kInspect, {
    __proto__: null,
    configurable: true,
    writable: true,
    value(depth, options, inspect) {
      if (depth < 0) return this;
      const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
      return `${Class.name} ${inspect(inspected(this), inner)}`;
    },
  });
}
