// The source text of a failed `assert(...)`: loaded when one fails.
import { importBuiltin } from "internal:host";

const WORD = /[\w$\u0080-\uffff]/;
// A callee that ends in `assert`, `ok` or `strict`, also called through `call` and `apply`.
const ASSERTION = /(?:^|[.['"])(?:\w*assert|ok|strict)["'\]]*(?:(?:\.|\[["'])(?:call|apply)["'\]]*)?$/;
const PAIRS = { __proto__: null, "(": ")", "[": "]", "{": "}" };

// The call of `above` as it stands in its file, or undefined where that cannot be read.
export function callText(above) {
  const places = callPlaces(above);
  if (places.length === 0) return undefined;
  const source = sourceOf(places);
  const offset = offsetOf(source, places[0]);
  return offset === undefined ? undefined : callAt(source, offset);
}

function sourceOf([place, ...callers]) {
  if (place.file.startsWith("/") || place.file.startsWith("file:")) return readSource(place.file);
  return textAround(place.function) ?? evaluatedText(callers);
}

function offsetOf(source, place) {
  const lines = source?.split("\n");
  if (lines === undefined || place.line > lines.length) return undefined;
  let offset = unitsOf(lines[place.line - 1], place.column - 1);
  for (let index = 0; index < place.line - 1; index++) offset += lines[index].length + 1;
  return offset;
}

// The engine counts columns in bytes of UTF-8.
function unitsOf(line, bytes) {
  let index = 0;
  for (; bytes > 0 && index < line.length; index++) {
    const code = line.charCodeAt(index);
    bytes -= code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code < 0xdc00 ? 4 : code >= 0xdc00 && code < 0xe000 ? 0 : 3;
  }
  return index;
}

function callPlaces(above) {
  const { prepareStackTrace, stackTraceLimit } = Error;
  let sites;
  try {
    Error.prepareStackTrace = (_error, list) => list;
    Error.stackTraceLimit = 10;
    const holder = {};
    Error.captureStackTrace(holder, above);
    sites = holder.stack;
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (!Array.isArray(sites)) return [];
  const users = sites.filter((site) => typeof site.getFileName() === "string" && !/^(?:internal|node|native):/.test(site.getFileName()));
  return users.map((site) => ({ file: site.getFileName(), line: site.getLineNumber(), column: site.getColumnNumber(), function: site.getFunction() }));
}

// What `eval` or `Function` made has no file; a function in it has its own text, which stands somewhere in what was evaluated.
function textAround(code) {
  const text = typeof code === "function" ? Function.prototype.toString.call(code) : "";
  if (text === "" || text.endsWith("{\n    [native code]\n}")) return undefined;
  const { columnNumber = 1, lineNumber = 1 } = code;
  return "\n".repeat(Math.max(0, lineNumber - 1)) + " ".repeat(Math.max(0, columnNumber - 1)) + text;
}

const EVAL_OF_LITERAL = /^eval\(\s*('(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*")\s*\)/;

// What `eval` got, where that is a literal in the caller's file.
function evaluatedText(callers) {
  const source = callers.length > 0 ? sourceOf(callers) : undefined;
  const offset = offsetOf(source, callers[0]);
  if (offset === undefined) return undefined;
  const paren = openParens(source, offset).at(-1);
  for (const start of [offset, paren === undefined ? offset : calleeStart(source, paren)]) {
    const literal = EVAL_OF_LITERAL.exec(source.slice(start))?.[1];
    if (literal !== undefined) return Function(`return ${literal}`)();
  }
  return undefined;
}

function readSource(file) {
  try {
    const { readFileSync } = importBuiltin("node:fs").default;
    return readFileSync(file.startsWith("file:") ? importBuiltin("node:url").fileURLToPath(file) : file, "utf8");
  } catch {
    return undefined;
  }
}

// The call that is being made at `offset`. The engine tells where the callee's last name is, or, when the arguments have a place of
// their own, a place in them: of the calls around it, the one that reads as an assertion.
export function callAt(source, offset) {
  const parens = openParens(source, offset);
  let end = offset;
  while (end < source.length && WORD.test(source[end])) end++;
  while (source[end] === "[") end = skipGroup(source, end);
  if (end > offset && source[end] === "(") parens.push(end);
  const calls = parens.map((paren) => ({ paren, start: calleeStart(source, paren) })).filter(({ paren, start }) => start < paren);
  const call = calls.findLast(({ paren, start }) => ASSERTION.test(source.slice(start, paren))) ?? calls.at(-1);
  if (call === undefined) return undefined;
  const text = source.slice(call.start, skipGroup(source, call.paren));
  // eslint-disable-next-line no-control-regex
  return text.split(/[\r\n]/, 1)[0].trimEnd().replace(/[\x00-\x1f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

// The offsets of the parentheses that are open at `offset`, outermost first.
function openParens(source, offset) {
  const open = [];
  let last = "";
  for (let at = 0; at < offset; at++) {
    const c = source[at];
    if (c === " " || c === "\n" || c === "\t" || c === "\r") continue;
    if (WORD.test(c)) {
      const start = at;
      while (WORD.test(source[at + 1] ?? "")) at++;
      last = source.slice(start, at + 1);
      continue;
    }
    const end = skipToken(source, at, last);
    if (end !== undefined) {
      // Inside a template's expression, the place is in the template.
      if (end >= offset) break;
      if (source[at] !== "/" || (source[at + 1] !== "/" && source[at + 1] !== "*")) last = ")";
      at = end;
      continue;
    }
    if (c in PAIRS) open.push(at);
    else if (c === ")" || c === "]" || c === "}") open.pop();
    last = c;
  }
  return open.filter((at) => source[at] === "(");
}

// The offset of the last character of a string, a template, a comment or a regular expression that begins at `at`.
function skipToken(source, at, last) {
  const c = source[at];
  if (c === '"' || c === "'" || c === "`") return skipString(source, at);
  if (c !== "/") return undefined;
  if (source[at + 1] === "/") {
    const end = source.indexOf("\n", at);
    return end < 0 ? source.length : end;
  }
  if (source[at + 1] === "*") {
    const end = source.indexOf("*/", at + 2);
    return end < 0 ? source.length : end + 1;
  }
  const isOperand = /^[\w$)\]]/.test(last) && !/^(?:return|typeof|case|in|of|void|delete|throw|new|else|do)$/.test(last);
  return isOperand ? undefined : skipRegExp(source, at);
}

// Back over `a.b['c']`, on one line.
function calleeStart(source, end) {
  let start = end;
  for (;;) {
    while (WORD.test(source[start - 1] ?? "")) start--;
    const before = source[start - 1];
    if (before === ".") {
      const dot = source[start - 2] === "?" ? start - 2 : start - 1;
      // A call that goes on from the line before begins at its name.
      if (!/[\w$\])\u0080-\uffff]/.test(source[dot - 1] ?? "")) return start;
      start = dot;
    } else if (before === "]" || before === ")") {
      const open = source.lastIndexOf(before === "]" ? "[" : "(", start - 2);
      if (open < 0 || source.slice(open, start).includes("\n")) return start;
      start = open;
    } else {
      return start;
    }
  }
}

// The offset behind the bracket that closes the one at `index`.
function skipGroup(source, index) {
  const open = [PAIRS[source[index]]];
  let last = "";
  for (let at = index + 1; at < source.length; at++) {
    const c = source[at];
    const end = skipToken(source, at, last);
    if (end !== undefined) {
      at = end;
      last = ")";
    } else if (c in PAIRS) {
      open.push(PAIRS[c]);
      last = c;
    } else if (c === open.at(-1)) {
      open.pop();
      last = c;
      if (open.length === 0) return at + 1;
    } else if (WORD.test(c)) {
      const start = at;
      while (WORD.test(source[at + 1] ?? "")) at++;
      last = source.slice(start, at + 1);
    } else if (c !== " " && c !== "\n") {
      last = c;
    }
  }
  return source.length;
}

function skipString(source, index) {
  let at = index + 1;
  while (at < source.length && source[at] !== source[index]) at += source[at] === "\\" ? 2 : 1;
  return at;
}

function skipRegExp(source, index) {
  let inClass = false;
  let at = index + 1;
  for (; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (source[at] === "[") inClass = true;
    else if (source[at] === "]") inClass = false;
    else if (source[at] === "/" && !inClass) break;
  }
  return at;
}
