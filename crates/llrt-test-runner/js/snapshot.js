// Snapshots in files of Jest's form, and in the source.
// https://jestjs.io/docs/snapshot-testing
import { equals, iterableEquality, subsetEquality } from "@jest/expect-utils";
import { diff } from "jest-diff";
import prettyFormat, { plugins } from "pretty-format";
import { atEnd } from "internal:test/state";
import { emit, options } from "native:test/snapshot";
import fs from "node:fs";
import path from "node:path";

const HEADER = "// Jest Snapshot v1, https://jestjs.io/docs/snapshot-testing";
const { file: testFile, update, ci } = options();
const file = path.join(path.dirname(testFile), "__snapshots__", `${path.basename(testFile)}.snap`);
const serializers = [plugins.DOMCollection, plugins.Immutable, plugins.AsymmetricMatcher, mockSerializer()];

const counts = { added: 0, updated: 0, matched: 0, failed: 0 };
const counters = new Map();
const checked = new Set();
const inlines = [];
let stored;
let isChanged = false;

function mockSerializer() {
  return {
    test: (value) => value && value._isMockFunction === true,
    serialize(value, config, indentation, depth, refs, printer) {
      const name = value.getMockName();
      const calls = value.mock.calls.length === 0 ? "" : ` ${printer({ calls: value.mock.calls, results: value.mock.results }, config, indentation, depth, refs)}`;
      return `[MockFunction${name === "jest.fn()" ? "" : ` ${name}`}]${calls}`;
    },
  };
}

export const addSerializer = (plugin) => serializers.unshift(plugin);

function serialize(value) {
  const text = prettyFormat(value, {
    escapeRegex: true,
    plugins: serializers,
    printFunctionName: false,
    escapeString: false,
    printBasicPrototype: false,
  });
  return text.includes("\n") ? `\n${text}\n` : text;
}

const escape = (text) => text.replace(/`|\\|\$\{/g, "\\$&");

function load() {
  if (stored) return stored;
  stored = Object.create(null);
  let text;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return stored;
  }
  try {
    new Function("exports", text)(stored);
  } catch (error) {
    throw new Error(`${file} is not a file of snapshots: ${error.message}`);
  }
  return stored;
}

atEnd(() => {
  if (stored) {
    const isWhole = counts.failed === 0 && !options().pattern;
    const obsolete = Object.keys(stored).filter((name) => !checked.has(name));
    if (update && isWhole)
      for (const name of obsolete) {
        delete stored[name];
        isChanged = true;
      }
    else counts.obsolete = isWhole ? obsolete.length : 0;
    if (isChanged) write();
  }
  writeInlines();
  emit("snapshots", ...["matched", "added", "updated", "failed", "obsolete"].map((name) => String(counts[name] ?? 0)));
});

function write() {
  const names = Object.keys(stored).sort();
  if (names.length === 0) {
    fs.rmSync(file, { force: true });
    return;
  }
  const texts = names.map((name) => `exports[\`${escape(name)}\`] = \`${escape(stored[name])}\`;\n`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${HEADER}\n\n${texts.join("\n")}`);
}

// ---- in the source

// Writes those that are new or changed, from the last to the first, so that the places before them stay.
function writeInlines() {
  if (inlines.length === 0) return;
  let source = fs.readFileSync(testFile, "utf8");
  const lines = source.split("\n");
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1) + line.length + 1);
  const places = inlines.map((inline) => ({ ...inline, ...findCall(source, starts, inline) })).filter(({ end }) => end);
  places.sort((a, b) => b.start - a.start);
  let before;
  for (const { start, end, text, keep, indent } of places) {
    if (start === before) continue;
    before = start;
    const inner = text.startsWith("\n")
      ? `\n${text
          .slice(1, -1)
          .split("\n")
          .map((line) => (line ? `${indent}  ${line}` : line))
          .join("\n")}\n${indent}`
      : text;
    source = `${source.slice(0, start)}${keep ? `${keep}, ` : ""}\`${escape(inner)}\`${source.slice(end)}`;
  }
  fs.writeFileSync(testFile, source);
}

// The arguments of the call at a line: between which places the text of the snapshot goes.
function findCall(source, starts, { line, matcher }) {
  const name = source.indexOf(`${matcher}(`, starts[line - 1]);
  if (name < 0) return {};
  const open = name + matcher.length + 1;
  let depth = 1;
  let at = open;
  let comma = -1;
  for (; at < source.length; at++) {
    const c = source[at];
    if (c === '"' || c === "'" || c === "`") {
      for (at++; at < source.length && source[at] !== c; at++) if (source[at] === "\\") at++;
    } else if ("([{".includes(c)) {
      depth++;
    } else if (")]}".includes(c)) {
      if (--depth === 0) break;
    } else if (c === "," && depth === 1) {
      comma = at;
    }
  }
  const args = source.slice(open, at).trim();
  const indent = /^\s*/.exec(source.slice(source.lastIndexOf("\n", name) + 1, name))[0];
  const hasProperties = args !== "" && !args.startsWith("`") && !args.startsWith("'") && !args.startsWith('"');
  const keep = hasProperties ? (comma < 0 ? args : source.slice(open, comma).trim()) : "";
  return { start: open, end: at, keep, indent };
}

// Without the indentation that it has in the source.
function outdent(text) {
  const match = /^\n([ \t]*)\S?/.exec(text);
  if (!match || !/\n[ \t]*$/.test(text)) return text;
  const lines = text.split("\n");
  const indent = match[1];
  const body = lines.slice(1, -1).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
  return `\n${body.join("\n")}\n`;
}

function callLine() {
  const frames = String(new Error("").stack).split("\n");
  for (const frame of frames) {
    const at = frame.indexOf(testFile);
    const match = at >= 0 && /^:(\d+)/.exec(frame.slice(at + testFile.length));
    if (match) return Number(match[1]);
  }
  throw new Error("toMatchInlineSnapshot must be called from the test file itself");
}

// ---- matchers

function compare(context, { matcher, value, name, expected, line }) {
  const received = serialize(value);
  const isInline = line !== undefined;
  const has = expected !== undefined;
  if (has && expected === received) {
    counts.matched++;
    return { pass: true, message: () => "" };
  }
  if (!has ? !ci || update : update) {
    counts[has ? "updated" : "added"]++;
    if (isInline) {
      inlines.push({ line, matcher, text: received });
    } else {
      load()[name] = received;
      isChanged = true;
    }
    return { pass: true, message: () => "" };
  }
  counts.failed++;
  const hint = context.utils.matcherHint(matcher, undefined, "", { isNot: context.isNot });
  const label = isInline ? "" : `\n\nSnapshot name: \`${name}\``;
  const message = has
    ? () => `${hint}${label}\n\n${diff(strip(expected), strip(received), { aAnnotation: "Snapshot", bAnnotation: "Received" })}`
    : () => `${hint}${label}\n\nThere is no such snapshot, and none is written with --ci.\n\nReceived: ${received}`;
  return { pass: false, message, actual: received, expected };
}

const strip = (text) => (text.startsWith("\n") && text.endsWith("\n") ? text.slice(1, -1) : text);

function nameOf(context, hint) {
  const base = hint ? `${context.currentTestName}: ${hint}` : `${context.currentTestName}`;
  const count = (counters.get(base) ?? 0) + 1;
  counters.set(base, count);
  const name = `${base} ${count}`;
  checked.add(name);
  return name;
}

// Properties of which only the kind is fixed stand in the snapshot as that.
function withProperties(context, matcher, received, properties) {
  if (properties === undefined) return { value: received };
  if (properties === null || typeof properties !== "object" || received === null || typeof received !== "object")
    throw new TypeError(`${matcher}: properties and what is received must be objects`);
  if (!equals(received, properties, [iterableEquality, subsetEquality]))
    return {
      failure: {
        pass: false,
        message: () => `${context.utils.matcherHint(matcher, undefined, "properties")}\n\n${diff(properties, received, { includeChangeCounts: false })}`,
      },
    };
  const merge = (a, b) => {
    if (b === null || typeof b !== "object" || typeof b.asymmetricMatch === "function" || a === null || typeof a !== "object") return b;
    const merged = Array.isArray(a) ? [...a] : Object.assign(Object.create(Object.getPrototypeOf(a)), a);
    for (const key of Object.keys(b)) merged[key] = merge(a[key], b[key]);
    return merged;
  };
  return { value: merge(received, properties) };
}

const refuseNot = (context, matcher) => {
  if (context.isNot) throw new Error(`${matcher}: a snapshot cannot be negated`);
};

export function toMatchSnapshot(received, properties, hint) {
  refuseNot(this, "toMatchSnapshot");
  if (typeof properties === "string") [properties, hint] = [undefined, properties];
  const { value, failure } = withProperties(this, "toMatchSnapshot", received, properties);
  if (failure) return failure;
  const name = nameOf(this, hint);
  return compare(this, { matcher: "toMatchSnapshot", value, name, expected: load()[name] });
}

export function toMatchInlineSnapshot(received, properties, inline) {
  refuseNot(this, "toMatchInlineSnapshot");
  if (typeof properties === "string") [properties, inline] = [undefined, properties];
  const { value, failure } = withProperties(this, "toMatchInlineSnapshot", received, properties);
  if (failure) return failure;
  const expected = inline === undefined ? undefined : outdent(inline);
  return compare(this, { matcher: "toMatchInlineSnapshot", value, expected, line: callLine() });
}

function messageOf(context, matcher, received) {
  let error = received;
  if (typeof received === "function" && context.promise !== "rejects") {
    error = undefined;
    try {
      received();
    } catch (thrown) {
      error = thrown;
    }
    if (error === undefined) throw new Error(`${matcher}: the function did not throw`);
  }
  return error?.message ?? String(error);
}

export function toThrowErrorMatchingSnapshot(received, hint) {
  refuseNot(this, "toThrowErrorMatchingSnapshot");
  const value = messageOf(this, "toThrowErrorMatchingSnapshot", received);
  const name = nameOf(this, hint);
  return compare(this, { matcher: "toThrowErrorMatchingSnapshot", value, name, expected: load()[name] });
}

export function toThrowErrorMatchingInlineSnapshot(received, inline) {
  refuseNot(this, "toThrowErrorMatchingInlineSnapshot");
  const value = messageOf(this, "toThrowErrorMatchingInlineSnapshot", received);
  const expected = inline === undefined ? undefined : outdent(inline);
  return compare(this, { matcher: "toThrowErrorMatchingInlineSnapshot", value, expected, line: callLine() });
}
