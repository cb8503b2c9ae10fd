// node:assert. Node: https://nodejs.org/api/assert.html
import { inspect } from "native:assert";
import { AssertionError } from "internal:assertion-error";
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_RETURN_VALUE, ERR_MISSING_ARGS, nodeError } from "internal:errors";
import { importBuiltin } from "internal:host";
import { validateFunction, validateOneOf } from "internal:validators";

const { assign, defineProperty, hasOwn, is, keys } = Object;
const { apply } = Reflect;
const isPrototypeOf = Object.prototype.isPrototypeOf;
const test = RegExp.prototype.test;

const isError = (value) => value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
const isRegExp = (value) => value instanceof RegExp || Object.prototype.toString.call(value) === "[object RegExp]";
const matches = (pattern, text) => apply(test, pattern, [text]);

function compare(actual, expected, options) {
  return importBuiltin("internal:comparisons").isDeepEqual(actual, expected, options);
}

// What `new Assert()` was told.
const settings = new WeakMap();
const settingsOf = (instance) => (instance !== null && typeof instance === "object" ? settings.get(instance) : undefined);

// Throws an AssertionError made of `fields`, or the error that was given as the message.
function fail(fields, instance) {
  if (isError(fields.message)) throw fields.message;
  throw new AssertionError({ ...fields, diff: settingsOf(instance)?.diff ?? "simple" });
}

function failWith(generated, fields, instance) {
  if (isError(fields.message)) throw fields.message;
  const error = new AssertionError({ ...fields, diff: settingsOf(instance)?.diff ?? "simple" });
  error.generatedMessage = generated;
  throw error;
}

function needTwo(count) {
  if (count < 2) throw ERR_MISSING_ARGS("actual", "expected");
}

export function Assert(options) {
  if (!new.target)
    throw nodeError("TypeError", "ERR_CONSTRUCT_CALL_REQUIRED", "Class constructor Assert cannot be invoked without `new`");
  options = { __proto__: null, strict: true, ...options };
  if (options.diff !== undefined) validateOneOf(options.diff, "options.diff", ["simple", "full"]);
  this.AssertionError = AssertionError;
  settings.set(this, { diff: options.diff ?? "simple", skipPrototype: Boolean(options.skipPrototype) });
  if (options.strict) {
    this.equal = this.strictEqual;
    this.deepEqual = this.deepStrictEqual;
    this.notEqual = this.notStrictEqual;
    this.notDeepEqual = this.notDeepStrictEqual;
  }
}

function assertOk(fn, count, value, message, instance) {
  if (value) return;
  let generated = false;
  if (count === 0) {
    generated = true;
    message = "No value argument passed to `assert.ok()`";
  } else if (message === undefined || message === null) {
    generated = true;
    message = describeCall(fn);
  }
  failWith(generated, { actual: value, expected: true, message, operator: "==", stackStartFn: fn }, instance);
}

// undefined where the source is out of reach: the message then shows the value.
function describeCall(fn) {
  const text = importBuiltin("internal:assert-source").callText(fn);
  return text === undefined ? undefined : `The expression evaluated to a falsy value:\n\n  ${text}\n`;
}

let warned = false;

function warnOfArguments() {
  if (warned) return;
  warned = true;
  globalThis.process?.emitWarning(
    "assert.fail() with more than one argument is deprecated. Please use assert.strictEqual() instead or only pass a message.",
    "DeprecationWarning",
    "DEP0094",
  );
}

// Methods, by name: of `assert`, and of instances of Assert.
const methods = {
  // With more than a message: deprecated, DEP0094.
  fail(actual, expected, message, operator, stackStartFn) {
    const fields = { operator: "fail", stackStartFn: stackStartFn || methods.fail };
    let generated = false;
    if (arguments.length <= 1) {
      generated = actual === undefined || actual === null;
      fields.message = generated ? "Failed" : actual;
    } else {
      warnOfArguments();
      Object.assign(fields, { actual, expected, message, operator: operator ?? (arguments.length === 2 ? "!=" : "fail") });
      if (message === undefined) return fail(fields, this);
    }
    failWith(generated, fields, this);
  },
  ok(...args) {
    assertOk(methods.ok, args.length, args[0], args[1], this);
  },
  equal(actual, expected, message) {
    needTwo(arguments.length);
    // eslint-disable-next-line eqeqeq
    if (actual != expected && (!Number.isNaN(actual) || !Number.isNaN(expected)))
      fail({ actual, expected, message, operator: "==", stackStartFn: methods.equal }, this);
  },
  notEqual(actual, expected, message) {
    needTwo(arguments.length);
    // eslint-disable-next-line eqeqeq
    if (actual == expected || (Number.isNaN(actual) && Number.isNaN(expected)))
      fail({ actual, expected, message, operator: "!=", stackStartFn: methods.notEqual }, this);
  },
  deepEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (!compare(actual, expected)) fail({ actual, expected, message, operator: "deepEqual", stackStartFn: methods.deepEqual }, this);
  },
  notDeepEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (compare(actual, expected)) fail({ actual, expected, message, operator: "notDeepEqual", stackStartFn: methods.notDeepEqual }, this);
  },
  deepStrictEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (!compare(actual, expected, { strict: true, skipPrototype: settingsOf(this)?.skipPrototype }))
      fail({ actual, expected, message, operator: "deepStrictEqual", stackStartFn: methods.deepStrictEqual }, this);
  },
  notDeepStrictEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (compare(actual, expected, { strict: true, skipPrototype: settingsOf(this)?.skipPrototype }))
      fail({ actual, expected, message, operator: "notDeepStrictEqual", stackStartFn: methods.notDeepStrictEqual }, this);
  },
  strictEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (!is(actual, expected)) fail({ actual, expected, message, operator: "strictEqual", stackStartFn: methods.strictEqual }, this);
  },
  notStrictEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (is(actual, expected)) fail({ actual, expected, message, operator: "notStrictEqual", stackStartFn: methods.notStrictEqual }, this);
  },
  partialDeepStrictEqual(actual, expected, message) {
    needTwo(arguments.length);
    if (!compare(actual, expected, { strict: true, partial: true }))
      fail({ actual, expected, message, operator: "partialDeepStrictEqual", stackStartFn: methods.partialDeepStrictEqual }, this);
  },
  throws(fn, ...args) {
    expectError(methods.throws, thrownBy(fn), args, this);
  },
  async rejects(promiseFn, ...args) {
    expectError(methods.rejects, await rejectionOf(promiseFn), args, this);
  },
  doesNotThrow(fn, ...args) {
    expectNoError(methods.doesNotThrow, thrownBy(fn), args, this);
  },
  async doesNotReject(fn, ...args) {
    expectNoError(methods.doesNotReject, await rejectionOf(fn), args, this);
  },
  ifError(err) {
    if (err === null || err === undefined) return;
    let message = "ifError got unwanted exception: ";
    if (typeof err === "object" && typeof err.message === "string") {
      message += err.message.length === 0 && err.constructor ? err.constructor.name : err.message;
    } else {
      message += inspect(err);
    }
    const error = new AssertionError({ actual: err, expected: null, operator: "ifError", message, stackStartFn: methods.ifError, diff: settingsOf(this)?.diff });
    joinStacks(error, err.stack);
    throw error;
  },
  match(string, regexp, message) {
    assertMatch(string, regexp, message, methods.match, this);
  },
  doesNotMatch(string, regexp, message) {
    assertMatch(string, regexp, message, methods.doesNotMatch, this);
  },
};

for (const name of keys(methods)) defineProperty(Assert.prototype, name, { __proto__: null, value: methods[name], writable: true, configurable: true });

// ---- exceptions

const NOTHING = Symbol("nothing thrown");

function thrownBy(fn) {
  validateFunction(fn, "fn");
  try {
    fn();
  } catch (error) {
    return error;
  }
  return NOTHING;
}

const isPromise = (value) =>
  Object.prototype.toString.call(value) === "[object Promise]" ||
  (value !== null && typeof value === "object" && typeof value.then === "function" && typeof value.catch === "function");

async function rejectionOf(promiseFn) {
  let promise;
  if (typeof promiseFn === "function") {
    promise = promiseFn();
    if (!isPromise(promise)) {
      // An error's text names what is not an object by its value.
      if (promise !== null && typeof promise === "object" ? promise.constructor?.name : false)
        throw ERR_INVALID_RETURN_VALUE("instance of Promise", "promiseFn", promise);
      const [, received] = / Received (.*)$/s.exec(ERR_INVALID_ARG_TYPE("x", "Promise", promise).message);
      throw nodeError("TypeError", "ERR_INVALID_RETURN_VALUE",
        `Expected instance of Promise to be returned from the "promiseFn" function but got ${received}.`);
    }
  } else if (isPromise(promiseFn)) {
    promise = promiseFn;
  } else {
    throw ERR_INVALID_ARG_TYPE("promiseFn", ["Function", "Promise"], promiseFn);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return NOTHING;
}

// What is left out of the stack: the assertion and what is above it, unless that was called in an earlier turn.
const startOf = (fn) => (fn === methods.rejects || fn === methods.doesNotReject ? AssertionError : fn);

function ambiguous(text) {
  return nodeError("TypeError", "ERR_AMBIGUOUS_ARGUMENT", `The "error/message" argument is ambiguous. ${text}`);
}

function expectError(fn, actual, args, instance) {
  let [error, message] = args;
  if (typeof error === "string") {
    if (args.length === 2) throw ERR_INVALID_ARG_TYPE("error", ["Function", "Error", "RegExp", "Object"], error);
    if (typeof actual === "object" && actual !== null) {
      if (actual.message === error) throw ambiguous(`The error message "${actual.message}" is identical to the message.`);
    } else if (actual === error) {
      throw ambiguous(`The error "${actual}" is identical to the message.`);
    }
    message = error;
    error = undefined;
  } else if (error !== undefined && error !== null && typeof error !== "object" && typeof error !== "function") {
    throw ERR_INVALID_ARG_TYPE("error", ["Function", "Error", "RegExp", "Object"], error);
  }
  if (actual === NOTHING) {
    let details = error?.name ? ` (${error.name})` : "";
    details += message ? `: ${message}` : ".";
    const kind = fn === methods.rejects ? "rejection" : "exception";
    fail({ actual: undefined, expected: error, operator: fn.name, message: `Missing expected ${kind}${details}`, stackStartFn: startOf(fn) }, instance);
  }
  if (error) checkError(fn, actual, error, message, instance);
}

function expectNoError(fn, actual, args, instance) {
  if (actual === NOTHING) return;
  let [error, message] = args;
  if (typeof error === "string") {
    message = error;
    error = undefined;
  }
  if (error && !isExpected(actual, error)) throw actual;
  const details = message ? `: ${message}` : ".";
  const kind = fn === methods.doesNotReject ? "rejection" : "exception";
  const text = `Got unwanted ${kind}${details}\nActual message: "${actual?.message}"`;
  fail({ actual, expected: error, operator: fn.name, message: text, stackStartFn: startOf(fn) }, instance);
}

function isExpected(actual, expected) {
  if (typeof expected !== "function") {
    if (isRegExp(expected)) return matches(expected, String(actual));
    throw ERR_INVALID_ARG_TYPE("expected", ["Function", "RegExp"], expected);
  }
  if (expected.prototype !== undefined && actual instanceof expected) return true;
  if (apply(isPrototypeOf, Error, [expected])) return false;
  return apply(expected, {}, [actual]) === true;
}

// The properties of an error that are compared, for the difference that is shown.
class Comparison {
  constructor(object, names, actual) {
    for (const name of names) {
      if (!(name in object)) continue;
      const matched = actual !== undefined && typeof actual[name] === "string" && isRegExp(object[name]) && matches(object[name], actual[name]);
      this[name] = matched ? actual[name] : object[name];
    }
  }
}

function checkError(fn, actual, expected, message, instance) {
  if (typeof expected === "function") return checkWithFunction(fn, actual, expected, message, instance);
  if (isRegExp(expected)) {
    const text = String(actual);
    if (matches(expected, text)) return;
    const generated = !message;
    message ||= `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(text)}\n`;
    return failWith(generated, { actual, expected, message, operator: fn.name, stackStartFn: startOf(fn) }, instance);
  }
  if (typeof actual !== "object" || actual === null) return showDifference(fn, actual, expected, actual, expected, message, instance);
  const names = keys(expected);
  if (isError(expected)) names.push("name", "message");
  else if (names.length === 0) throw ERR_INVALID_ARG_VALUE("error", expected, "may not be an empty object");
  for (const name of names) {
    if (typeof actual[name] === "string" && isRegExp(expected[name]) && matches(expected[name], actual[name])) continue;
    if (name in actual && compare(actual[name], expected[name], { strict: true })) continue;
    if (message) fail({ actual, expected, message, operator: fn.name, stackStartFn: startOf(fn) }, instance);
    showDifference(fn, actual, expected, new Comparison(actual, names), new Comparison(expected, names, actual), undefined, instance);
  }
}

function showDifference(fn, actual, expected, left, right, message, instance) {
  if (isError(message)) throw message;
  const error = new AssertionError({
    actual: left, expected: right, message, operator: "deepStrictEqual", stackStartFn: startOf(fn), diff: settingsOf(instance)?.diff,
  });
  error.actual = actual;
  error.expected = expected;
  error.operator = fn.name;
  throw error;
}

function checkWithFunction(fn, actual, expected, message, instance) {
  if (expected.prototype !== undefined && actual instanceof expected) return;
  const generated = !message;
  if (apply(isPrototypeOf, Error, [expected])) {
    message ||= describeWrongClass(actual, expected);
  } else {
    const result = apply(expected, {}, [actual]);
    if (result === true) return;
    if (!message) {
      const name = expected.name ? `"${expected.name}" ` : "";
      message = `The ${name}validation function is expected to return "true". Received ${inspect(result)}`;
      if (isError(actual)) message += `\n\nCaught error:\n\n${actual}`;
    }
  }
  failWith(generated, { actual, expected, message, operator: fn.name, stackStartFn: startOf(fn) }, instance);
}

function describeWrongClass(actual, expected) {
  let text = `The error is expected to be an instance of "${expected.name}". `;
  if (!isError(actual)) return `${text}Received "${inspect(actual, { depth: -1 })}"`;
  if (actual.name === expected.name && actual.constructor?.name === expected.name)
    text += "Received an error with identical name but a different prototype.";
  else text += `Received "${actual.constructor?.name ?? actual.name}"`;
  return `${text}\n\nError message:\n\n${actual.message}`;
}

// ---- the rest

function assertMatch(string, regexp, message, fn, instance) {
  if (!isRegExp(regexp)) throw ERR_INVALID_ARG_TYPE("regexp", "RegExp", regexp);
  const expected = fn === methods.match;
  if (typeof string === "string" && matches(regexp, string) === expected) return;
  const generated = !message;
  if (!message) {
    if (typeof string !== "string") message = `The "string" argument must be of type string. Received type ${typeof string} (${inspect(string)})`;
    else
      message = `The input ${expected ? "did not" : "was expected to not"} match the regular expression ${inspect(regexp)}. Input:\n\n${inspect(string)}\n`;
  }
  failWith(generated, { actual: string, expected: regexp, message, operator: fn.name, stackStartFn: fn }, instance);
}

// Where the assertion failed, then where the error came from, without the frames that both have.
function joinStacks(error, original) {
  if (typeof original !== "string") return;
  const start = original.search(/^ {4}at/m);
  if (start === -1) return;
  const frames = original.slice(start).split("\n");
  let own = error.stack.split("\n");
  for (const frame of frames) {
    const position = own.indexOf(frame);
    if (position !== -1) {
      own = own.slice(0, position);
      break;
    }
  }
  error.stack = `${own.join("\n")}\n${frames.join("\n")}`;
}

// ---- the module: a function with the methods on it

export function ok(...args) {
  assertOk(ok, args.length, args[0], args[1], this);
}

const { fail: failExport } = methods;
export const {
  equal, notEqual, deepEqual, notDeepEqual, deepStrictEqual, notDeepStrictEqual, strictEqual, notStrictEqual,
  partialDeepStrictEqual, throws, rejects, doesNotThrow, doesNotReject, ifError, match, doesNotMatch,
} = methods;

export { failExport as fail, AssertionError };

const assert = assign(ok, {
  AssertionError, ...methods,
});
assert.ok = ok;

export const strict = assign(
  function strict(...args) {
    assertOk(strict, args.length, args[0], args[1], this);
  },
  assert,
  { equal: strictEqual, notEqual: notStrictEqual, deepEqual: deepStrictEqual, notDeepEqual: notDeepStrictEqual, Assert },
);
assert.strict = strict.strict = strict;
assert.Assert = Assert;
export default assert;
