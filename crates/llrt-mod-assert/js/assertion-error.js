// AssertionError, and the texts that it composes.
// Node: https://nodejs.org/api/assert.html#class-assertassertionerror
import { hasColors, inspect } from "native:assertion-error";
import { ERR_INVALID_ARG_TYPE } from "internal:errors";
import { importBuiltin } from "internal:host";

const { defineProperty, getPrototypeOf, create, hasOwn } = Object;

const TITLES = {
  __proto__: null,
  deepStrictEqual: "Expected values to be strictly deep-equal:",
  partialDeepStrictEqual: "Expected values to be partially and strictly deep-equal:",
  strictEqual: "Expected values to be strictly equal:",
  deepEqual: "Expected values to be loosely deep-equal:",
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
};
const SAME_REFERENCE = 'Expected "actual" to be reference-equal to "expected":';
const OTHER_REFERENCE = 'Expected "actual" not to be reference-equal to "expected":';
const UNLIKE = "Expected values not to be loosely deep-equal:";
const SAME_STRUCTURE = "Values have same structure but are not reference-equal:";

// Longer primitives are shown one below the other.
const MAX_BESIDE = 12;
const MAX_LINES = 50;
const MAX_TEXT = 512;
// Equal lines before and after a difference that are shown.
const CONTEXT = 5;

export class AssertionError extends Error {
  constructor(options) {
    if (options === null || typeof options !== "object") throw ERR_INVALID_ARG_TYPE("options", "Object", options);
    const { message, operator, details, actual, expected, diff = "simple" } = options;
    const above = options.stackStartFn || options.stackStartFunction;
    super(compose(message, operator, actual, expected, diff));
    // The engine's frames name the constructor; those of Node do not.
    const hidden = (name, value) => defineProperty(this, name, { __proto__: null, value, writable: true, configurable: true });
    const plain = (name, value) => defineProperty(this, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    plain("generatedMessage", !message);
    // For the first line of the stack.
    hidden("name", "AssertionError [ERR_ASSERTION]");
    plain("code", "ERR_ASSERTION");
    if (Array.isArray(details)) {
      plain("actual", undefined);
      plain("expected", undefined);
      plain("operator", undefined);
      for (let index = 0; index < details.length; index++) {
        plain(`message ${index}`, details[index].message);
        plain(`actual ${index}`, details[index].actual);
        plain(`expected ${index}`, details[index].expected);
        plain(`operator ${index}`, details[index].operator);
        plain(`stack trace ${index}`, details[index].stack);
      }
    } else {
      plain("actual", actual);
      plain("expected", expected);
      plain("operator", operator);
    }
    Error.captureStackTrace(this, above || this.constructor);
    // Read, so that it is composed with this name.
    void this.stack;
    this.name = "AssertionError";
    plain("diff", diff);
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](_depth, context) {
    const { actual, expected } = this;
    for (const name of ["actual", "expected"]) if (typeof this[name] === "string") this[name] = shortened(this[name]);
    const text = inspect(this, { ...context, customInspect: false, depth: 0 });
    this.actual = actual;
    this.expected = expected;
    return text;
  }
}

function shortened(text) {
  const lines = text.split("\n");
  if (lines.length > 10) return `${lines.slice(0, 10).join("\n")}\n...`;
  return text.length > MAX_TEXT ? `${text.slice(0, -MAX_TEXT)}...` : text;
}

// ---- the message

function compose(message, operator, actual, expected, diff) {
  const compares = operator === "deepStrictEqual" || operator === "strictEqual" || operator === "partialDeepStrictEqual";
  if (message !== undefined && message !== null && !(compares && !(message instanceof Error))) return String(message);
  // Where an error comes from is no difference.
  if (isError(actual) && isError(expected)) [actual, expected] = [withoutStack(actual), withoutStack(expected)];
  if (compares) return describeDifference(actual, expected, operator, message, diff);
  if (operator === "notDeepStrictEqual" || operator === "notStrictEqual") return describeSameness(actual, operator, diff);
  return describeBoth(actual, expected, operator, diff);
}

const isError = (value) => typeof value === "object" && value !== null && "stack" in value && value instanceof Error;

function withoutStack(error) {
  const copy = Object.assign(create(getPrototypeOf(error)), error);
  defineProperty(copy, "stack", { __proto__: null, value: "", configurable: true, writable: true });
  if (hasOwn(error, "message")) defineProperty(copy, "message", { __proto__: null, value: error.message, configurable: true, writable: true });
  if (hasOwn(error, "cause")) {
    const cause = isError(error.cause) ? withoutStack(error.cause) : error.cause;
    defineProperty(copy, "cause", { __proto__: null, value: cause, configurable: true, writable: true });
  }
  return copy;
}

function show(value) {
  return inspect(value, {
    __proto__: null, compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, maxStringLength: Infinity, showHidden: false,
    showProxy: false, sorted: true, getters: true, colors: false, numericSeparator: false,
  });
}

function describeSameness(actual, operator, diff) {
  let title = TITLES[operator];
  if (operator === "notStrictEqual" && ((typeof actual === "object" && actual !== null) || typeof actual === "function")) title = OTHER_REFERENCE;
  let lines = show(actual).split("\n");
  if (lines.length > MAX_LINES && diff !== "full") lines = [...lines.slice(0, 46), "..."];
  if (lines.length === 1) return `${title}${lines[0].length > 5 ? "\n\n" : " "}${lines[0]}`;
  return `${title}\n\n${lines.join("\n")}\n`;
}

function describeBoth(actual, expected, operator, diff) {
  let left = show(actual);
  let right = show(expected);
  const cut = (text, max) => (text.length > max && diff !== "full" ? `${text.slice(0, max - 3)}...` : text);
  if (operator === "notDeepEqual" && left === right) return cut(`${TITLES[operator]}\n\n${left}`, 2 * MAX_TEXT);
  left = cut(left, MAX_TEXT);
  right = cut(right, MAX_TEXT);
  if (operator === "deepEqual") return `${TITLES[operator]}\n\n${left}\n\nshould loosely deep-equal\n\n${right}`;
  if (operator === "notDeepEqual") return `${UNLIKE}\n\n${left}\n\nshould not loosely deep-equal\n\n${right}`;
  return `${left} ${operator} ${right}`;
}

function describeDifference(actual, expected, operator, message, diff) {
  let title = TITLES[operator];
  const objects = typeof actual === "object" && actual !== null && typeof expected === "object" && expected !== null;
  if (operator === "strictEqual" && (objects || (typeof actual === "function" && typeof expected === "function"))) title = SAME_REFERENCE;
  const left = show(actual);
  const right = show(expected);
  const leftLines = left.split("\n");
  const rightLines = right.split("\n");
  const custom = message === undefined || message === null || message === "" ? undefined : message;

  if (left === right && objects) {
    const lines = leftLines.length > MAX_LINES && diff !== "full" ? [...leftLines.slice(0, 46), "..."] : leftLines;
    return `${custom ?? SAME_STRUCTURE}\n\n${lines.join("\n")}\n`;
  }
  if (leftLines.length === 1 && rightLines.length === 1 && !objects) {
    let length = left.length + right.length;
    if (typeof actual === "string") length -= 2;
    if (typeof expected === "string") length -= 2;
    if (length <= MAX_BESIDE && (actual !== 0 || expected !== 0)) return `${custom ?? title}\n\n${left} !== ${right}\n`;
    return finish(custom ?? title, false, stacked(left, right, length));
  }
  const { text, skipped } = printDifference(leftLines, rightLines, actual !== null && typeof actual === "object", diff);
  return finish(custom ?? title, skipped, text);
}

function finish(title, skipped, text) {
  const { green, red, clear } = colors();
  return `${title}\n${green}+ actual${clear} ${red}- expected${clear}${skipped ? "\n... Skipped lines" : ""}\n${text}\n`;
}

function stacked(left, right, length) {
  const { green, red, clear } = colors();
  let text = `\n${green}+${clear} ${left}\n${red}-${clear} ${right}`;
  // Where they differ, if that is not obvious and fits a line.
  if (left !== right && length < 80) {
    let index = 0;
    while (left[index] === right[index]) index++;
    if (index > 2) text += `\n${" ".repeat(index + 2)}^`;
  }
  return text;
}

// Text on a terminal is coloured where standard error is one.
function colors() {
  return hasColors() ? { green: "\x1b[32m", red: "\x1b[31m", clear: "\x1b[39m" } : { green: "", red: "", clear: "" };
}

// ---- lines

function printDifference(left, right, ignoreCommas, diff) {
  const steps = importBuiltin("internal:comparisons").compareLines(left, right, ignoreCommas);
  const { green, red, clear } = colors();
  const lines = [];
  let skipped = false;
  let equal = [];
  const flush = (last) => {
    if (diff === "full") {
      lines.push(...equal);
    } else {
      lines.push(...equal.slice(0, CONTEXT));
      const rest = equal.length - CONTEXT;
      // What follows the last difference is left out without a word.
      if (last) return;
      if (rest > 2) {
        lines.push("...", equal.at(-1));
        skipped = true;
      } else if (rest > 0) {
        lines.push(...equal.slice(CONTEXT));
      }
    }
  };
  for (const [step, line] of steps) {
    if (step === 0) {
      equal.push(`  ${line}`);
      continue;
    }
    flush(false);
    equal = [];
    lines.push(step === 1 ? `${green}+${clear} ${line}` : `${red}-${clear} ${line}`);
  }
  flush(true);
  return { text: `\n${lines.join("\n")}`, skipped };
}
