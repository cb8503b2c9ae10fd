// Headers. https://fetch.spec.whatwg.org/#headers-class
import {
  INSPECT,
  byteString,
  finishClass,
  illegalInvocation,
  makeIterators,
  requireArguments,
} from "internal:fetch-idl";

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const BAD_VALUE = /[\0\r\n]/;
const OUTER_SPACE = /^[\t\n\r ]+|[\t\n\r ]+$/g;

export const isToken = (text) => TOKEN.test(text);

function checkName(name, method) {
  if (!TOKEN.test(name)) throw new TypeError(`${method}: "${name}" is an invalid header name.`);
}

const normalize = (value) => value.replace(OUTER_SPACE, "");

function checkValue(value, method) {
  if (BAD_VALUE.test(value)) throw new TypeError(`${method}: "${value}" is an invalid header value.`);
}

// Names and values. `map` holds what was appended under a lower-case name: [name as first written, values joined].
export class HeaderList {
  map = new Map();
  cookies = null;
  #sorted = null;

  // Names and values in turn, as they came from a server or another list: all valid.
  static fromFlat(flat) {
    const list = new HeaderList();
    for (let index = 0; index < flat.length; index += 2) list.append(flat[index], flat[index + 1]);
    return list;
  }

  append(name, value) {
    this.#sorted = null;
    const key = name.toLowerCase();
    const found = this.map.get(key);
    if (found === undefined) this.map.set(key, [name, value]);
    else found[1] += (key === "cookie" ? "; " : ", ") + value;
    if (key === "set-cookie") (this.cookies ??= []).push(value);
  }

  set(name, value) {
    this.#sorted = null;
    const key = name.toLowerCase();
    const found = this.map.get(key);
    if (found === undefined) this.map.set(key, [name, value]);
    else found[1] = value;
    if (key === "set-cookie") this.cookies = [value];
  }

  delete(name) {
    this.#sorted = null;
    const key = name.toLowerCase();
    if (key === "set-cookie") this.cookies = null;
    this.map.delete(key);
  }

  get(name) {
    const found = this.map.get(name.toLowerCase());
    return found === undefined ? null : found[1];
  }

  has(name) {
    return this.map.has(name.toLowerCase());
  }

  copy() {
    const list = new HeaderList();
    for (const [key, [name, value]] of this.map) list.map.set(key, [name, value]);
    if (this.cookies !== null) list.cookies = [...this.cookies];
    return list;
  }

  // Names and values in turn, in the order in which they were appended.
  flat() {
    const flat = [];
    for (const [key, [name, value]] of this.map) {
      if (key === "set-cookie") for (const cookie of this.cookies) flat.push(name, cookie);
      else flat.push(name, value);
    }
    return flat;
  }

  // https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine
  sorted() {
    if (this.#sorted === null) {
      const entries = [];
      for (const key of [...this.map.keys()].sort()) {
        if (key === "set-cookie") for (const cookie of this.cookies) entries.push([key, cookie]);
        else entries.push([key, this.map.get(key)[1]]);
      }
      this.#sorted = entries;
    }
    return this.#sorted;
  }
}

let listOf; // (headers) => HeaderList
let makeHeaders; // (list, guard) => Headers
const NOTHING = Symbol();

export class Headers {
  #list;
  #guard = "none";

  static {
    listOf = (headers) => headers.#list;
    makeHeaders = (list, guard) => {
      const headers = new Headers(NOTHING);
      headers.#list = list;
      headers.#guard = guard;
      return headers;
    };
  }

  constructor(init = undefined) {
    if (init === NOTHING) return;
    this.#list = new HeaderList();
    if (init !== undefined) fill(this.#list, init, "Headers constructor");
  }

  append(name, value) {
    if (!isHeaders(this)) throw illegalInvocation();
    requireArguments(arguments.length, 2, "Headers.append");
    name = byteString(name, "Headers.append: name");
    value = byteString(value, "Headers.append: value");
    this.#change(name, value, "Headers.append", false);
  }

  delete(name) {
    if (!isHeaders(this)) throw illegalInvocation();
    requireArguments(arguments.length, 1, "Headers.delete");
    name = byteString(name, "Headers.delete: name");
    checkName(name, "Headers.delete");
    this.#checkGuard();
    this.#list.delete(name);
  }

  get(name) {
    if (!isHeaders(this)) throw illegalInvocation();
    requireArguments(arguments.length, 1, "Headers.get");
    name = byteString(name, "Headers.get: name");
    checkName(name, "Headers.get");
    return this.#list.get(name);
  }

  has(name) {
    if (!isHeaders(this)) throw illegalInvocation();
    requireArguments(arguments.length, 1, "Headers.has");
    name = byteString(name, "Headers.has: name");
    checkName(name, "Headers.has");
    return this.#list.has(name);
  }

  set(name, value) {
    if (!isHeaders(this)) throw illegalInvocation();
    requireArguments(arguments.length, 2, "Headers.set");
    name = byteString(name, "Headers.set: name");
    value = byteString(value, "Headers.set: value");
    this.#change(name, value, "Headers.set", true);
  }

  getSetCookie() {
    if (!isHeaders(this)) throw illegalInvocation();
    return this.#list.cookies === null ? [] : [...this.#list.cookies];
  }

  #change(name, value, method, replace) {
    value = normalize(value);
    checkName(name, method);
    checkValue(value, method);
    this.#checkGuard();
    if (replace) this.#list.set(name, value);
    else this.#list.append(name, value);
  }

  #checkGuard() {
    if (this.#guard === "immutable") throw new TypeError("immutable");
  }

  static #brand(headers) {
    if (typeof headers !== "object" || headers === null || !(#list in headers)) throw illegalInvocation();
  }

  static {
    makeIterators(Headers, "Headers", (headers) => headers.#list.sorted(), Headers.#brand);
  }

  [INSPECT](depth, options, inspect) {
    const object = {};
    for (const [name, value] of this.#list.map.values()) object[name] = value;
    return inspect ? `Headers ${inspect(object, options)}` : object;
  }

  static is(value) {
    return typeof value === "object" && value !== null && #list in value;
  }
}

const isHeaders = Headers.is;
delete Headers.is;
finishClass(Headers, "Headers", ["append", "delete", "get", "has", "set", "getSetCookie"]);
Object.defineProperty(Headers.prototype, INSPECT, { enumerable: false });
Object.defineProperty(Headers, "length", { value: 0, configurable: true });
const iterate = Headers.prototype[Symbol.iterator];

export { isHeaders, listOf, makeHeaders };

// https://fetch.spec.whatwg.org/#concept-headers-fill
export function fill(list, init, name) {
  if (init === null || (typeof init !== "object" && typeof init !== "function"))
    throw new TypeError(
      `${name}: Argument 1 could not be converted to one of: sequence<sequence<ByteString>>, record<ByteString, ByteString>.`,
    );
  const iterator = init[Symbol.iterator];
  if (isHeaders(init) && iterator === iterate) {
    for (const [key, [written, value]] of listOf(init).map) list.map.set(key, [written, value]);
    const { cookies } = listOf(init);
    if (cookies !== null) list.cookies = [...cookies];
    return;
  }
  const pairs = [];
  if (iterator !== undefined && iterator !== null) {
    let index = 0;
    for (const pair of { [Symbol.iterator]: () => iterator.call(init) }) {
      if (pair === null || typeof pair !== "object" || typeof pair[Symbol.iterator] !== "function")
        throw new TypeError(`${name}: init[${index}] (${String(pair)}) is not iterable.`);
      const items = [...pair];
      pairs.push(items.map((item) => byteString(item, `${name}: init[${index}]`)));
      index++;
    }
    for (const pair of pairs)
      if (pair.length !== 2)
        throw new TypeError(`${name}: expected name/value pair to be length 2, found ${pair.length}.`);
  } else {
    for (const key of Reflect.ownKeys(init)) {
      if (!Object.getOwnPropertyDescriptor(init, key)?.enumerable) continue;
      const written = byteString(key, `${name}: init`);
      pairs.push([written, byteString(init[key], `${name}: init["${String(key)}"]`)]);
    }
  }
  for (const [key, value] of pairs) {
    const normal = normalize(value);
    checkName(key, "Headers.append");
    checkValue(normal, "Headers.append");
    list.append(key, normal);
  }
}
