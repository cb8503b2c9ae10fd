// Deep equality as node:assert and util.isDeepStrictEqual define it, and the difference of two lists.
// Node: https://nodejs.org/api/assert.html#assertdeepstrictequalactual-expected-message
import { ERR_INVALID_ARG_TYPE } from "internal:errors";
import types from "node:util/types";

const { getOwnPropertySymbols, getPrototypeOf, hasOwn, is, keys } = Object;
const { propertyIsEnumerable, toString } = Object.prototype;
const tagOf = (object) => toString.call(object);
const getTime = Date.prototype.getTime;
const valueOf = {
  Number: Number.prototype.valueOf,
  String: String.prototype.valueOf,
  Boolean: Boolean.prototype.valueOf,
  BigInt: BigInt.prototype.valueOf,
  Symbol: Symbol.prototype.valueOf,
};

// Options: `strict` (===, prototypes and symbols count), `skipPrototype`.
export function isDeepEqual(left, right, { strict = false, skipPrototype = false } = {}) {
  return new Comparison(strict, skipPrototype).equal(left, right);
}

class Comparison {
  #strict;
  #skipPrototype;
  // Pairs that are being compared further up: in a cycle they count as equal.
  #left = new Map();
  #right = new Set();

  constructor(strict, skipPrototype) {
    this.#strict = strict;
    this.#skipPrototype = skipPrototype;
  }

  equal(left, right) {
    if (left === right) return left !== 0 || !this.#strict || is(left, right);
    if (this.#strict) {
      if (typeof left !== "object") return typeof left === "number" && Number.isNaN(left) && Number.isNaN(right);
      if (typeof right !== "object" || left === null || right === null) return false;
      if (!this.#skipPrototype && getPrototypeOf(left) !== getPrototypeOf(right)) return false;
    } else {
      const isPrimitive = (value) => value === null || typeof value !== "object";
      if (isPrimitive(left))
        return isPrimitive(right) && typeof right !== "function" && typeof left !== "function" ? left == right || (left !== left && right !== right) : false;
      if (isPrimitive(right)) return false;
    }
    return this.#sameKind(left, right) && this.#withMemory(left, right);
  }

  // What can be told without looking at properties.
  #sameKind(left, right) {
    if (tagOf(left) !== tagOf(right)) return false;
    if (Array.isArray(left) !== Array.isArray(right)) return false;
    if (Array.isArray(left)) return left.length === right.length;
    for (const check of ["isDate", "isRegExp", "isBoxedPrimitive", "isSet", "isMap", "isAnyArrayBuffer", "isArrayBufferView"])
      if (types[check](left) !== types[check](right)) return false;
    if (types.isDate(left)) return is(getTime.call(left), getTime.call(right));
    if (types.isRegExp(left)) return left.source === right.source && left.flags === right.flags && left.lastIndex === right.lastIndex;
    if (isError(left) !== isError(right)) return false;
    if (isError(left)) return this.#sameError(left, right);
    if (types.isBoxedPrimitive(left)) return sameBoxed(left, right);
    if (types.isArrayBufferView(left)) return this.#sameElements(left, right);
    if (types.isAnyArrayBuffer(left)) return left.byteLength === right.byteLength && sameBytes(new Uint8Array(left), new Uint8Array(right));
    if (types.isSet(left) || types.isMap(left)) return left.size === right.size;
    // Nobody can look into these: only the same one is equal.
    if (types.isWeakMap(left) || types.isWeakSet(left) || types.isPromise(left) || left instanceof WeakRef) return false;
    if (isUrl(left) || isUrl(right)) return isUrl(left) && isUrl(right) && left.href === right.href;
    return true;
  }

  #sameError(left, right) {
    // They are not enumerable, and still what makes an error.
    for (const name of ["message", "name", "cause", "errors"]) {
      const own = hasOwn(left, name);
      if (own !== hasOwn(right, name)) {
        if (name !== "message" && name !== "name") return false;
      }
      const enumerable = propertyIsEnumerable.call(left, name);
      if (enumerable !== propertyIsEnumerable.call(right, name)) return false;
      if (!enumerable && !this.equal(left[name], right[name])) return false;
    }
    return true;
  }

  #sameElements(left, right) {
    if (left.byteLength !== right.byteLength) return false;
    const floats = types.isFloat16Array(left) || types.isFloat32Array(left) || types.isFloat64Array(left);
    // Loosely, the two zeros are equal, though their bytes differ.
    if (!this.#strict && floats) return left.length === right.length && left.every((value, index) => value === right[index]);
    const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    return sameBytes(bytes(left), bytes(right));
  }

  #withMemory(left, right) {
    if (this.#left.has(left) || this.#right.has(right)) return this.#left.get(left) === right;
    this.#left.set(left, right);
    this.#right.add(right);
    const result = this.#sameProperties(left, right) && this.#sameEntries(left, right);
    this.#left.delete(left);
    this.#right.delete(right);
    return result;
  }

  #sameProperties(left, right) {
    const elements = Array.isArray(left);
    const skipIndices = types.isTypedArray(left);
    const names = (object) => (skipIndices ? keys(object).filter((key) => !isIndex(key)) : keys(object));
    const leftKeys = names(left);
    if (!elements || this.#strict) {
      if (leftKeys.length !== names(right).length) return false;
      if (!leftKeys.every((key) => propertyIsEnumerable.call(right, key))) return false;
    } else {
      // Loosely, a hole equals undefined; other properties count as ever.
      const extra = (list) => list.filter((key) => !isIndex(key));
      const leftExtra = extra(leftKeys);
      if (leftExtra.length !== extra(keys(right)).length || !leftExtra.every((key) => propertyIsEnumerable.call(right, key))) return false;
    }
    if (this.#strict) {
      const symbols = (object) => getOwnPropertySymbols(object).filter((symbol) => propertyIsEnumerable.call(object, symbol));
      const leftSymbols = symbols(left);
      if (leftSymbols.length !== symbols(right).length || !leftSymbols.every((symbol) => propertyIsEnumerable.call(right, symbol))) return false;
      leftKeys.push(...leftSymbols);
    }
    if (elements && !this.#strict) {
      for (let index = 0; index < left.length; index++) if (!this.equal(left[index], right[index])) return false;
    }
    return leftKeys.every((key) => this.equal(left[key], right[key]));
  }

  #sameEntries(left, right) {
    if (types.isSet(left)) return this.#sameSets(left, right);
    if (types.isMap(left)) return this.#sameMaps(left, right);
    return true;
  }

  #sameSets(left, right) {
    // What is in both as it is needs no search; loosely, a primitive may equal another one.
    const pending = [...left].filter((value) => !right.has(value));
    if (pending.length === 0) return true;
    if (this.#strict && pending.some((value) => value === null || typeof value !== "object")) return false;
    const candidates = new Set([...right].filter((value) => !left.has(value)));
    return pending.every((value) => take(candidates, (other) => this.equal(value, other)));
  }

  #sameMaps(left, right) {
    const pending = [];
    for (const [key, value] of left) {
      if (right.has(key) && this.equal(value, right.get(key))) continue;
      const searched = key !== null && typeof key === "object" ? !right.has(key) : !this.#strict;
      if (!searched) return false;
      pending.push([key, value]);
    }
    if (pending.length === 0) return true;
    const candidates = new Set([...right].filter(([key, value]) => !(left.has(key) && this.equal(left.get(key), value))));
    return pending.every(([key, value]) =>
      take(candidates, ([otherKey, otherValue]) => this.equal(key, otherKey) && this.equal(value, otherValue)),
    );
  }
}

const isIndex = (key) => /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 4294967295;
const isError = (value) => types.isNativeError(value) || value instanceof Error;
const isUrl = (value) => tagOf(value) === "[object URL]" && typeof value.href === "string";

function sameBytes(left, right) {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function sameBoxed(left, right) {
  for (const [name, unbox] of Object.entries(valueOf)) {
    if (types[`is${name}Object`](left)) return types[`is${name}Object`](right) && is(unbox.call(left), unbox.call(right));
  }
  return false;
}

// Takes the first that fits out of the set.
function take(candidates, fits) {
  for (const candidate of candidates) {
    if (fits(candidate)) {
      candidates.delete(candidate);
      return true;
    }
  }
  return false;
}

// ---- util.diff

export function diff(actual, expected) {
  const left = list(actual, "actual");
  const right = list(expected, "expected");
  if (left.length === right.length && left.every((value, index) => value === right[index])) return [];
  return myers(left, right);
}

function list(value, name) {
  if (typeof value === "string") return value.split("");
  if (!Array.isArray(value)) throw ERR_INVALID_ARG_TYPE(name, "string", value);
  value.forEach((item, index) => {
    if (typeof item !== "string") throw ERR_INVALID_ARG_TYPE(`${name}[${index}]`, "string", item);
  });
  return value;
}

// E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986. 1 is only in `left`, -1 only in `right`, 0 in both.
function myers(left, right) {
  const max = left.length + right.length;
  const reached = new Int32Array(2 * max + 3);
  const trace = [];
  for (let distance = 0; distance <= max; distance++) {
    trace.push(reached.slice());
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      let x = goesDown(reached, diagonal, distance, max) ? reached[max + diagonal + 1] : reached[max + diagonal - 1] + 1;
      let y = x - diagonal;
      while (x < left.length && y < right.length && left[x] === right[y]) {
        x++;
        y++;
      }
      reached[max + diagonal] = x;
      if (x >= left.length && y >= right.length) return backtrack(trace, left, right, max);
    }
  }
  return [];
}

const goesDown = (reached, diagonal, distance, max) =>
  diagonal === -distance || (diagonal !== distance && reached[max + diagonal - 1] < reached[max + diagonal + 1]);

function backtrack(trace, left, right, max) {
  const result = [];
  let x = left.length;
  let y = right.length;
  for (let distance = trace.length - 1; distance >= 0; distance--) {
    const reached = trace[distance];
    const diagonal = x - y;
    const previous = goesDown(reached, diagonal, distance, max) ? diagonal + 1 : diagonal - 1;
    const previousX = reached[max + previous];
    const previousY = previousX - previous;
    while (x > previousX && y > previousY) {
      result.push([0, left[x - 1]]);
      x--;
      y--;
    }
    if (distance === 0) break;
    if (x > previousX) result.push([1, left[--x]]);
    else result.push([-1, right[--y]]);
  }
  return result.reverse();
}
