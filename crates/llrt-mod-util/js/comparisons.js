// Deep equality as node:assert and util.isDeepStrictEqual define it, and the difference of two lists.
// Node: https://nodejs.org/api/assert.html#assertdeepstrictequalactual-expected-message
import { kindOf, proxyTarget, sameBytes } from "native:comparisons";
import { ERR_INVALID_ARG_TYPE } from "internal:errors";
import { importBuiltin, isBuiltin } from "internal:host";
import { hasElementsOnly } from "native:comparisons";

const { isView } = ArrayBuffer;
const { getOwnPropertySymbols, getPrototypeOf, hasOwn, is, keys } = Object;
const { propertyIsEnumerable, toString } = Object.prototype;
const { isArray } = Array;
const tagOf = (object) => toString.call(object);
const getTime = Date.prototype.getTime;
const valueOf = {
  __proto__: null,
  NumberObject: Number.prototype.valueOf,
  StringObject: String.prototype.valueOf,
  BooleanObject: Boolean.prototype.valueOf,
  BigIntObject: BigInt.prototype.valueOf,
  SymbolObject: Symbol.prototype.valueOf,
};

const LOOSE = 0;
const STRICT = 1;
// `right` says what `left` must have; it may have more.
const PARTIAL = 2;

// Options: `strict` (===, prototypes and symbols count), `skipPrototype`, `partial` (`right` is part of `left`).
export function isDeepEqual(left, right, { strict = false, skipPrototype = false, partial = false } = {}) {
  const mode = partial ? PARTIAL : strict ? STRICT : LOOSE;
  return new Comparison(mode, mode === STRICT && !skipPrototype).equal(left, right);
}

// `Object.keys`. What a proxy's trap leaves out against the rules is named, as in Node; the engine's message does not.
function namesOf(object) {
  try {
    return keys(object);
  } catch (error) {
    const target = proxyTarget(object);
    const fixed = target === undefined ? [] : Reflect.ownKeys(target).filter((key) => !Object.getOwnPropertyDescriptor(target, key)?.configurable);
    if (fixed.length === 1 && error instanceof TypeError && error.message === "proxy: target property must be present in proxy ownKeys")
      error.message = `'ownKeys' on proxy: trap result did not include '${String(fixed[0])}'`;
    throw error;
  }
}

const isPrimitive = (value) => value === null || typeof value !== "object";

class Comparison {
  #mode;
  #prototypes;
  // Pairs that are being compared further up: in a cycle they count as equal.
  #left = new Map();
  #right = new Set();

  constructor(mode, prototypes) {
    this.#mode = mode;
    this.#prototypes = prototypes;
  }

  equal(left, right) {
    if (left === right) return left !== 0 || this.#mode === LOOSE || is(left, right);
    if (isPrimitive(left) || isPrimitive(right)) return this.#samePrimitive(left, right);
    if (this.#prototypes && getPrototypeOf(left) !== getPrototypeOf(right)) return false;
    return this.#sameKind(left, right) && this.#withMemory(left, right);
  }

  // They are not identical, and one is a primitive or a function.
  #samePrimitive(left, right) {
    if (this.#mode !== LOOSE) return left !== left && right !== right;
    if (!isPrimitive(left) || !isPrimitive(right) || typeof left === "function" || typeof right === "function") return false;
    // eslint-disable-next-line eqeqeq
    return left == right || (left !== left && right !== right);
  }

  // What can be told without looking at properties.
  #sameKind(left, right) {
    if (tagOf(left) !== tagOf(right)) return false;
    if (isArray(left)) return isArray(right) && (left.length === right.length || (this.#mode === PARTIAL && left.length > right.length));
    if (isArray(right)) return false;
    const kind = kindOf(left);
    if (kind !== kindOf(right)) return false;
    switch (kind) {
      case "Date":
        return is(getTime.call(left), getTime.call(right));
      case "RegExp":
        return left.source === right.source && left.flags === right.flags && left.lastIndex === right.lastIndex;
      case "Error":
        return this.#sameError(left, right);
      case "DataView":
        return this.#sameElements(left, right);
      case "ArrayBuffer":
      case "SharedArrayBuffer":
        return this.#sameBytes(new Uint8Array(left), new Uint8Array(right));
      case "Set":
      case "Map":
        return left.size === right.size || (this.#mode === PARTIAL && left.size > right.size);
      // Nobody can look into these: only the same one is equal.
      case "WeakMap":
      case "WeakSet":
      case "Promise":
        return false;
      case "Other":
        return this.#sameOther(left, right);
      default:
        if (isTypedArray(kind)) return this.#sameElements(left, right);
        return !(kind in valueOf) || is(valueOf[kind].call(left), valueOf[kind].call(right));
    }
  }

  #sameOther(left, right) {
    const isError = left instanceof Error;
    if (isError !== right instanceof Error) return false;
    if (isError) return this.#sameError(left, right);
    if (left instanceof WeakRef) return false;
    if (isUrl(left) || isUrl(right)) return isUrl(left) && isUrl(right) && left.href === right.href;
    if (isKey(left) && isKey(right)) return left.equals(right);
    if (isCryptoKey(left) && isCryptoKey(right)) return this.#sameCryptoKey(left, right);
    return true;
  }

  #sameCryptoKey(left, right) {
    const { KeyObject } = importBuiltin("node:crypto");
    return (
      left.extractable === right.extractable && this.equal(left.algorithm, right.algorithm) && this.equal(left.usages, right.usages) &&
      KeyObject.from(left).equals(KeyObject.from(right))
    );
  }

  #sameError(left, right) {
    // They are not enumerable, and still what makes an error.
    for (const name of ["message", "name", "cause", "errors"]) {
      if (this.#mode === PARTIAL && name !== "name" && !hasOwn(right, name)) continue;
      if (name !== "message" && name !== "name" && hasOwn(left, name) !== hasOwn(right, name)) return false;
      if (this.#mode === PARTIAL && (right[name] === undefined || right[name] === "")) continue;
      const enumerable = propertyIsEnumerable.call(left, name);
      if (enumerable !== propertyIsEnumerable.call(right, name)) return false;
      if (!enumerable && !this.equal(left[name], right[name])) return false;
    }
    return true;
  }

  #sameElements(left, right) {
    const floats = kindOf(left).startsWith("Float");
    if (this.#mode !== PARTIAL && left.byteLength !== right.byteLength) return false;
    // Loosely, the two zeros are equal, though their bytes differ; NaN is not, though its bytes are the same.
    if (floats && this.#mode === LOOSE) return left.every((value, index) => value === right[index]);
    if (left.byteLength > right.byteLength && kindOf(left) !== "DataView") return isPart(left, right);
    return this.#sameBytes(left, right);
  }

  #sameBytes(left, right) {
    if (this.#mode !== PARTIAL || left.byteLength === right.byteLength) return sameBytes(left, right);
    const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    return isPart(bytes(left), bytes(right));
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
    // Their elements are compared already. Names of millions of them are not to be made.
    if (isView(left) && isView(right) && hasElementsOnly(left) && hasElementsOnly(right)) return true;
    const kind = isArray(left) ? "array" : kindOf(left);
    const names = (object) => {
      const list = namesOf(object);
      // Indices come first.
      if (isTypedArray(kind)) return list.slice(object.length);
      return kind === "array" && this.#mode === PARTIAL ? list.filter((key) => !isIndex(key)) : list;
    };
    const wanted = names(right);
    if (this.#mode !== PARTIAL && wanted.length !== names(left).length) return false;
    if (!wanted.every((key) => propertyIsEnumerable.call(left, key))) return false;
    // Symbols of lists do not count loosely; of other objects neither.
    if (this.#mode !== LOOSE) {
      const symbols = (object) => getOwnPropertySymbols(object).filter((symbol) => propertyIsEnumerable.call(object, symbol));
      const wantedSymbols = symbols(right);
      if (this.#mode === STRICT && wantedSymbols.length !== symbols(left).length) return false;
      if (!wantedSymbols.every((symbol) => propertyIsEnumerable.call(left, symbol))) return false;
      wanted.push(...wantedSymbols);
    }
    if (kind === "array" && this.#mode === PARTIAL && !this.#hasInOrder(left, right)) return false;
    return wanted.every((key) => this.equal(left[key], right[key]));
  }

  // The elements of `right` are in `left`, in order; holes stand for anything.
  #hasInOrder(left, right) {
    const candidates = keys(left).filter(isIndex);
    let next = 0;
    for (const key of keys(right)) {
      if (!isIndex(key)) break;
      while (next < candidates.length && !this.equal(left[candidates[next]], right[key])) next++;
      if (next++ >= candidates.length) return false;
    }
    return true;
  }

  #sameEntries(left, right) {
    const kind = kindOf(left);
    if (kind === "Set") return this.#sameSets(left, right);
    if (kind === "Map") return this.#sameMaps(left, right);
    return true;
  }

  // What is in both as it is needs no search; loosely, a primitive may equal another one.
  #sameSets(left, right) {
    const pending = [...right].filter((value) => !left.has(value));
    if (pending.length === 0) return true;
    if (this.#mode !== LOOSE && pending.some(isPrimitive)) return false;
    const candidates = new Set([...left].filter((value) => !right.has(value)));
    return pending.every((value) => take(candidates, (other) => this.equal(other, value)));
  }

  #sameMaps(left, right) {
    const pending = [];
    for (const [key, value] of right) {
      if (left.has(key) && this.equal(left.get(key), value)) continue;
      if (isPrimitive(key) ? this.#mode !== LOOSE : left.has(key)) return false;
      pending.push([key, value]);
    }
    if (pending.length === 0) return true;
    const candidates = new Set([...left].filter(([key, value]) => !(right.has(key) && this.equal(value, right.get(key)))));
    return pending.every(([key, value]) =>
      take(candidates, ([otherKey, otherValue]) => this.equal(otherKey, key) && this.equal(otherValue, value)),
    );
  }
}

const isTypedArray = (kind) => kind.endsWith("Array");
const isIndex = (key) => /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 4294967295;
const isUrl = (value) => tagOf(value) === "[object URL]" && typeof value.href === "string";
const isKey = (value) => typeof value.equals === "function" && /^\[object (?:Secret|Public|Private)?KeyObject\]$/.test(tagOf(value));
const isCryptoKey = (value) => tagOf(value) === "[object CryptoKey]" && isBuiltin("node:crypto");
const sameNumber = (left, right) => left === right || (left !== left && right !== right);

// Whether the numbers of `right` are in `left`, in order.
function isPart(left, right) {
  if (right.length > left.length) return false;
  let found = 0;
  for (let index = 0; index < left.length && found < right.length; index++) if (sameNumber(left[index], right[found])) found++;
  return found === right.length;
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

// ---- differences

export function diff(actual, expected) {
  const left = list(actual, "actual");
  const right = list(expected, "expected");
  if (left.length === right.length && left.every((value, index) => value === right[index])) return [];
  return myers(left, right, is).map(([step, x, y]) => [step, step === -1 ? right[y] : left[x]]);
}

function list(value, name) {
  if (typeof value === "string") return value.split("");
  if (!Array.isArray(value)) throw ERR_INVALID_ARG_TYPE(name, "string", value);
  value.forEach((item, index) => {
    if (typeof item !== "string") throw ERR_INVALID_ARG_TYPE(`${name}[${index}]`, "string", item);
  });
  return value;
}

// The difference of two inspected values; lines that differ by a comma at their end are the same.
export function compareLines(left, right, ignoreCommas) {
  const same = ignoreCommas ? (a, b) => a === b || `${a},` === b || a === `${b},` : is;
  return myers(left, right, same).map(([step, x, y]) => {
    if (step === -1) return [step, right[y]];
    // Of two equal lines, the one with the comma.
    return [step, step === 0 && right[y].length > left[x].length ? right[y] : left[x]];
  });
}

// E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986. Triples: 1 is only in `left`, -1 only in `right`, 0 in both.
function myers(left, right, same) {
  const max = left.length + right.length;
  const reached = new Int32Array(2 * max + 3);
  const trace = [];
  for (let distance = 0; distance <= max; distance++) {
    trace.push(reached.slice(max - distance - 1 < 0 ? 0 : max - distance - 1, max + distance + 2));
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      let x = goesDown(reached, diagonal, distance, max) ? reached[max + diagonal + 1] : reached[max + diagonal - 1] + 1;
      let y = x - diagonal;
      while (x < left.length && y < right.length && same(left[x], right[y])) {
        x++;
        y++;
      }
      reached[max + diagonal] = x;
      if (x >= left.length && y >= right.length) return backtrack(trace, left, right, max);
    }
  }
  return [];
}

const goesDown = (reached, diagonal, distance, zero) =>
  diagonal === -distance || (diagonal !== distance && reached[zero + diagonal - 1] < reached[zero + diagonal + 1]);

function backtrack(trace, left, right, max) {
  const result = [];
  let x = left.length;
  let y = right.length;
  for (let distance = trace.length - 1; distance >= 0; distance--) {
    const reached = trace[distance];
    // Where the snapshot has its diagonal 0.
    const zero = max - distance - 1 < 0 ? max : distance + 1;
    const diagonal = x - y;
    const previous = goesDown(reached, diagonal, distance, zero) ? diagonal + 1 : diagonal - 1;
    const previousX = reached[zero + previous];
    const previousY = previousX - previous;
    while (x > previousX && y > previousY) result.push([0, --x, --y]);
    if (distance === 0) break;
    if (x > previousX) result.push([1, --x, y]);
    else result.push([-1, x, --y]);
  }
  return result.reverse();
}
