// Conversions and checks of the interface definition language, with the texts that Node's fetch has for their failures.
// https://webidl.spec.whatwg.org/
import { nodeError } from "internal:errors";

export const illegalInvocation = () => nodeError("TypeError", "ERR_INVALID_THIS", "Illegal invocation");

export function requireArguments(found, wanted, name) {
  if (found >= wanted) return;
  const plural = wanted === 1 ? "" : "s";
  throw new TypeError(`${name}: ${wanted} argument${plural} required, but${found ? " only" : ""} ${found} found.`);
}

export function domString(value, name) {
  if (typeof value === "symbol") throw new TypeError(`${name} is a symbol, which cannot be converted to a DOMString.`);
  return typeof value === "string" ? value : String(value);
}

export const usvString = (value, name) => domString(value, name).toWellFormed();

export function byteString(value, name) {
  if (typeof value === "symbol") throw new TypeError(`${name} is a symbol, which cannot be converted to a ByteString.`);
  const text = typeof value === "string" ? value : String(value);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 255)
      throw new TypeError(
        `Cannot convert argument to a ByteString because the character at index ${index} has a value of ${code} which is greater than 255.`,
      );
  }
  return text;
}

export function dictionary(value, name) {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" && typeof value !== "function")
    throw new TypeError(`${name}: Expected ${String(value)} to be one of: Null, Undefined, Object.`);
  return value;
}

export function enumeration(value, allowed, name) {
  const text = domString(value, name);
  if (!allowed.includes(text))
    throw new TypeError(`${name}: ${text} is not an accepted type. Expected one of ${allowed.join(", ")}.`);
  return text;
}

// Methods and getters of an interface are enumerable, and its prototype names it.
export function finishClass(Class, name, members) {
  for (const member of members) Object.defineProperty(Class.prototype, member, { enumerable: true });
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: name, configurable: true });
}

// An iterator class over what `entriesOf(target)` gives at the time of each step.
const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

export function makeIterators(Class, name, entriesOf, brand) {
  class PairIterator {
    #target;
    #kind;
    #index = 0;
    constructor(target, kind) {
      this.#target = target;
      this.#kind = kind;
    }
    next() {
      if (typeof this !== "object" || this === null || !(#target in this))
        throw new TypeError(`'next' called on an object that does not implement interface ${name} Iterator.`);
      const entries = entriesOf(this.#target);
      if (this.#index >= entries.length) return { value: undefined, done: true };
      const [key, value] = entries[this.#index++];
      return { value: this.#kind === 0 ? key : this.#kind === 1 ? value : [key, value], done: false };
    }
  }
  delete PairIterator.prototype.constructor;
  Object.setPrototypeOf(PairIterator.prototype, IteratorPrototype);
  Object.defineProperty(PairIterator.prototype, "next", { enumerable: true });
  Object.defineProperty(PairIterator.prototype, Symbol.toStringTag, { value: `${name} Iterator`, configurable: true });

  const methods = {
    keys() {
      brand(this);
      return new PairIterator(this, 0);
    },
    values() {
      brand(this);
      return new PairIterator(this, 1);
    },
    entries() {
      brand(this);
      return new PairIterator(this, 2);
    },
    forEach(callback, thisArg = undefined) {
      brand(this);
      requireArguments(arguments.length, 1, `${name}.forEach`);
      if (typeof callback !== "function")
        throw new TypeError(`Failed to execute 'forEach' on '${name}': parameter 1 is not of type 'Function'.`);
      for (let index = 0, entries; (entries = entriesOf(this)), index < entries.length; index++)
        callback.call(thisArg, entries[index][1], entries[index][0], this);
    },
  };
  for (const [key, value] of Object.entries(methods))
    Object.defineProperty(Class.prototype, key, { value, writable: true, enumerable: true, configurable: true });
  Object.defineProperty(Class.prototype, Symbol.iterator, {
    value: Class.prototype.entries,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

export const INSPECT = Symbol.for("nodejs.util.inspect.custom");
