// Mocks of node:test. Node: https://nodejs.org/api/test.html#class-mocktracker
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_NOT_SUPPORTED } from "internal:errors";
import { validateBoolean, validateFunction, validateInteger, validateObject } from "internal:validators";

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object;

// What `fn.mock` is.
export class MockFunctionContext {
  #calls = [];
  #original;
  #implementation;
  #once = new Map();
  #restore;
  #times;

  constructor(original, implementation, restore, times) {
    this.#original = original;
    this.#implementation = implementation;
    this.#restore = restore;
    this.#times = times;
  }

  get calls() {
    return this.#calls.slice();
  }

  callCount() {
    return this.#calls.length;
  }

  mockImplementation(implementation) {
    validateFunction(implementation, "implementation");
    this.#implementation = implementation;
  }

  mockImplementationOnce(implementation, onCall = this.#calls.length) {
    validateFunction(implementation, "implementation");
    validateInteger(onCall, "onCall", this.#calls.length);
    this.#once.set(onCall, implementation);
  }

  restore() {
    this.#restore?.();
    this.#implementation = this.#original;
    this.#once.clear();
  }

  resetCalls() {
    this.#calls = [];
  }

  // For the mock itself.
  static implementationOf(context) {
    const index = context.#calls.length;
    const once = context.#once.get(index);
    context.#once.delete(index);
    if (index + 1 === context.#times) queueMicrotask(() => context.restore());
    if (index >= context.#times) return context.#original;
    return once ?? context.#implementation;
  }

  static track(context, call) {
    context.#calls.push(call);
  }
}

const { implementationOf, track } = MockFunctionContext;

function mockOf(original, implementation, { restore, times = Infinity } = {}) {
  const context = new MockFunctionContext(original, implementation, restore, times);
  const record = (self, args, target, call) => {
    const implementation = implementationOf(context);
    const entry = { arguments: args, error: undefined, result: undefined, stack: new Error(), target, this: self };
    try {
      entry.result = call(implementation);
      if (target !== undefined) entry.this = entry.result;
      return entry.result;
    } catch (error) {
      entry.error = error;
      throw error;
    } finally {
      track(context, entry);
    }
  };
  return new Proxy(original, {
    __proto__: null,
    apply: (_target, self, args) => record(self, args, undefined, (fn) => Reflect.apply(fn, self, args)),
    construct: (_target, args, newTarget) => record(undefined, args, newTarget, (fn) => Reflect.construct(fn, args, newTarget)),
    get: (target, key, receiver) => (key === "mock" ? context : Reflect.get(target, key, receiver)),
  });
}

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

function checkTimes(times) {
  if (times !== undefined) validateInteger(times, "options.times", 1);
}

function findDescriptor(object, name) {
  for (let at = object; at !== null; at = getPrototypeOf(at)) {
    const descriptor = getOwnPropertyDescriptor(at, name);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

export class MockTracker {
  #mocks = [];

  get timers() {
    throw ERR_NOT_SUPPORTED("test.mock.timers");
  }

  fn(original = function () {}, implementation = original, options = {}) {
    if (original !== null && typeof original === "object") [original, implementation, options] = [function () {}, undefined, original];
    else if (implementation !== null && typeof implementation === "object") [implementation, options] = [original, implementation];
    validateFunction(original, "original");
    implementation ??= original;
    validateFunction(implementation, "implementation");
    validateObject(options, "options");
    checkTimes(options.times);
    const mock = mockOf(original, implementation, { times: options.times });
    this.#mocks.push(mock.mock);
    return mock;
  }

  method(object, name, implementation, options = {}) {
    if (!isObject(object)) throw ERR_INVALID_ARG_TYPE("object", ["Object", "Function"], object);
    if (typeof name !== "string" && typeof name !== "symbol") throw ERR_INVALID_ARG_TYPE("methodName", ["string", "symbol"], name);
    if (implementation !== null && typeof implementation === "object") [implementation, options] = [undefined, implementation];
    validateObject(options, "options");
    const { getter = false, setter = false, times } = options;
    validateBoolean(getter, "options.getter");
    validateBoolean(setter, "options.setter");
    checkTimes(times);
    if (getter && setter) throw ERR_INVALID_ARG_VALUE("options.setter", setter, "cannot be used with 'options.getter'");
    const key = getter ? "get" : setter ? "set" : "value";
    const found = findDescriptor(object, name);
    const original = found?.[key];
    if (typeof original !== "function") throw ERR_INVALID_ARG_VALUE("methodName", original, "must be a method");
    implementation ??= original;
    validateFunction(implementation, "implementation");
    const own = getOwnPropertyDescriptor(object, name);
    const restore = () => (own === undefined ? delete object[name] : defineProperty(object, name, own));
    const mock = mockOf(original, implementation, { restore, times });
    defineProperty(object, name, { __proto__: null, ...found, [key]: mock, configurable: true });
    this.#mocks.push(mock.mock);
    return mock;
  }

  getter(object, name, implementation, options = {}) {
    if (implementation !== null && typeof implementation === "object") [implementation, options] = [undefined, implementation];
    if (options.getter === false) throw ERR_INVALID_ARG_VALUE("options.getter", false, "cannot be false");
    return this.method(object, name, implementation, { ...options, getter: true });
  }

  setter(object, name, implementation, options = {}) {
    if (implementation !== null && typeof implementation === "object") [implementation, options] = [undefined, implementation];
    if (options.setter === false) throw ERR_INVALID_ARG_VALUE("options.setter", false, "cannot be false");
    return this.method(object, name, implementation, { ...options, setter: true });
  }

  property(object, name, value) {
    if (!isObject(object)) throw ERR_INVALID_ARG_TYPE("object", ["Object", "Function"], object);
    const own = getOwnPropertyDescriptor(object, name);
    if (own === undefined) throw ERR_INVALID_ARG_VALUE("propertyName", name, "is not a property of the object");
    const accesses = [];
    let current = arguments.length < 3 ? object[name] : value;
    const restore = () => defineProperty(object, name, own);
    const context = {
      get accesses() {
        return accesses.slice();
      },
      accessCount: () => accesses.length,
      mockImplementation: (next) => void (current = next),
      resetAccesses: () => void (accesses.length = 0),
      restore,
    };
    defineProperty(object, name, {
      __proto__: null, configurable: true, enumerable: own.enumerable,
      get() {
        accesses.push({ type: "get", value: current, stack: new Error() });
        return current;
      },
      set(next) {
        accesses.push({ type: "set", value: next, stack: new Error() });
        current = next;
      },
    });
    this.#mocks.push(context);
    return new Proxy(object, { get: (target, key) => (key === "mock" ? context : Reflect.get(target, key)) });
  }

  module() {
    throw ERR_NOT_SUPPORTED("test.mock.module()");
  }

  reset() {
    this.restoreAll();
    this.#mocks = [];
  }

  restoreAll() {
    for (const context of this.#mocks) context.restore();
  }
}
