// URLPattern. https://urlpattern.spec.whatwg.org, whose words are used. Regular expressions are the engine's.
import { canonicalize, parts } from "native:url-pattern";
import { nodeError } from "internal:errors";

const PARTS = ["protocol", "username", "password", "hostname", "port", "pathname", "search", "hash"];
const DEFAULT_PORTS = { __proto__: null, http: "80", https: "443", ws: "80", wss: "443", ftp: "21", file: "" };
const isSpecial = (scheme) => scheme in DEFAULT_PORTS;
const has = (object, ...names) => names.some((name) => object[name] !== undefined);

class PatternError extends Error {}
const fail = () => {
  throw new PatternError();
};

// The encoding callback of a part: gives what stands in a URL, or fails.
const encoding = (part) => (value) => canonicalize(part, value, "") ?? fail();

// ---- tokens

// Every kind that the pattern's grammar tells apart. `start` and `end` are offsets in code points.
function tokenize(input, strict) {
  const points = [...input];
  const tokens = [];
  let index = 0;
  const add = (type, next, from = index, to = next) => {
    tokens.push({ type, index, value: points.slice(from, to).join("") });
    index = next;
  };
  const invalid = (next, from) => {
    if (strict) fail();
    add("invalid", next, from);
  };
  while (index < points.length) {
    const point = points[index];
    if (point === "*") add("asterisk", index + 1);
    else if (point === "+" || point === "?") add("modifier", index + 1);
    else if (point === "{") add("open", index + 1);
    else if (point === "}") add("close", index + 1);
    else if (point === "\\") {
      if (index === points.length - 1) invalid(index + 1, index);
      else add("escaped", index + 2, index + 1);
    } else if (point === ":") {
      let end = index + 1;
      while (end < points.length && isNamePoint(points[end], end === index + 1)) end++;
      if (end === index + 1) invalid(end, index);
      else add("name", end, index + 1);
    } else if (point === "(") {
      const end = endOfRegExp(points, index + 1);
      if (end === undefined) invalid(index + 1, index);
      else add("regexp", end, index + 1, end - 1);
    } else add("char", index + 1);
  }
  add("end", index, index, index);
  return { tokens, points };
}

const isNamePoint = (point, first) => point !== undefined && (first ? /^[$_\p{ID_Start}]$/u : /^[$\u200c\u200d\p{ID_Continue}]$/u).test(point);

// The offset behind the parenthesis that closes the regular expression from `start` on.
function endOfRegExp(points, start) {
  let depth = 1;
  for (let at = start; at < points.length; at++) {
    const point = points[at];
    if (point > "\x7f" || (at === start && point === "?")) return undefined;
    if (point === "\\") {
      at++;
      if (at === points.length || points[at] > "\x7f") return undefined;
    } else if (point === ")") {
      if (--depth === 0) return at === start ? undefined : at + 1;
    } else if (point === "(") {
      depth++;
      // Groups of its own must not capture.
      if (points[at + 1] !== "?") return undefined;
      at++;
    }
  }
  return undefined;
}

// ---- patterns

const DEFAULTS = { delimiter: "", prefix: "" };
const HOSTNAME = { delimiter: ".", prefix: "" };
const PATHNAME = { delimiter: "/", prefix: "/" };

// With the flag `v`, the engine takes marks of class sets for such outside of classes, too: they are written as numbers.
const escapeRegExp = (text) =>
  text.replace(/[.+*?^${}()[\]|/\\]/g, "\\$&").replace(/[&\-!#%,:;<=>@`~]/g, (mark) => `\\x${mark.charCodeAt(0).toString(16)}`);
const escapePattern = (text) => text.replace(/[+*?:{}()\\]/g, "\\$&");
const segmentWildcard = ({ delimiter }) => `[^${escapeRegExp(delimiter)}]+?`;
const FULL_WILDCARD = ".*";

// A pattern as a list of parts: `type` (fixed, regexp, segment, full), `value`, `modifier`, `name`, `prefix`, `suffix`.
function parsePattern(input, options, encode) {
  const { tokens } = tokenize(input, true);
  const list = [];
  const names = new Set();
  let pending = "";
  let number = 0;
  let index = 0;
  const consume = (...types) => (types.includes(tokens[index].type) ? tokens[index++] : undefined);
  const consumeRequired = (type) => consume(type) ?? fail();
  const consumeText = () => {
    let text = "";
    for (let token; (token = consume("char", "escaped")) !== undefined; ) text += token.value;
    return text;
  };
  const consumeMatcher = (name) => consume("regexp") ?? (name === undefined ? consume("asterisk") : undefined);
  const addPending = () => {
    if (pending === "") return;
    const value = encode(pending);
    pending = "";
    list.push({ type: "fixed", value, modifier: "", name: "", prefix: "", suffix: "" });
  };
  const add = (prefix, name, matcher, suffix, modifier) => {
    if (name === undefined && matcher === undefined && modifier === "") {
      pending += prefix;
      return;
    }
    addPending();
    if (name === undefined && matcher === undefined) {
      if (prefix !== "") list.push({ type: "fixed", value: encode(prefix), modifier, name: "", prefix: "", suffix: "" });
      return;
    }
    let value = matcher === undefined ? segmentWildcard(options) : matcher.type === "asterisk" ? FULL_WILDCARD : matcher.value;
    const type = value === segmentWildcard(options) ? "segment" : value === FULL_WILDCARD ? "full" : "regexp";
    if (type !== "regexp") value = "";
    const own = name !== undefined ? name.value : `${number++}`;
    if (names.has(own)) fail();
    names.add(own);
    list.push({ type, value, modifier, name: own, prefix: encode(prefix), suffix: encode(suffix) });
  };
  const modifierOf = () => consume("modifier", "asterisk")?.value ?? "";
  while (index < tokens.length) {
    const char = consume("char");
    const name = consume("name");
    const matcher = consumeMatcher(name);
    if (name !== undefined || matcher !== undefined) {
      let prefix = char?.value ?? "";
      if (prefix !== "" && prefix !== options.prefix) {
        pending += prefix;
        prefix = "";
      }
      addPending();
      add(prefix, name, matcher, "", modifierOf());
      continue;
    }
    const fixed = char ?? consume("escaped");
    if (fixed !== undefined) {
      pending += fixed.value;
      continue;
    }
    if (consume("open") !== undefined) {
      const prefix = consumeText();
      const inner = consume("name");
      const innerMatcher = consumeMatcher(inner);
      const suffix = consumeText();
      consumeRequired("close");
      add(prefix, inner, innerMatcher, suffix, modifierOf());
      continue;
    }
    addPending();
    consumeRequired("end");
  }
  return list;
}

function regExpOf(list, options) {
  let text = "^";
  for (const { type, value, modifier, prefix, suffix } of list) {
    if (type === "fixed") {
      text += modifier === "" ? escapeRegExp(value) : `(?:${escapeRegExp(value)})${modifier}`;
      continue;
    }
    const matcher = type === "segment" ? segmentWildcard(options) : type === "full" ? FULL_WILDCARD : value;
    const single = modifier === "" || modifier === "?";
    if (prefix === "" && suffix === "") {
      text += single ? `(${matcher})${modifier}` : `((?:${matcher})${modifier})`;
      continue;
    }
    const [before, behind] = [escapeRegExp(prefix), escapeRegExp(suffix)];
    text += single
      ? `(?:${before}(${matcher})${behind})${modifier}`
      : `(?:${before}((?:${matcher})(?:${behind}${before}(?:${matcher}))*)${behind})${modifier === "*" ? "?" : ""}`;
  }
  return `${text}$`;
}

const isDigit = (text) => text !== undefined && text >= "0" && text <= "9";
const last = (text) => [...text].at(-1);

function textOf(list, options) {
  let text = "";
  list.forEach((part, index) => {
    const { type, value, modifier, name, prefix, suffix } = part;
    const [previous, next] = [list[index - 1], list[index + 1]];
    if (type === "fixed") {
      text += modifier === "" ? escapePattern(value) : `{${escapePattern(value)}}${modifier}`;
      return;
    }
    const custom = !isDigit(name[0]);
    let grouped = suffix !== "" || (prefix !== "" && prefix !== options.prefix);
    // Without braces, what follows a name would read as a part of it.
    if (!grouped && custom && type === "segment" && modifier === "" && next !== undefined && next.prefix === "" && next.suffix === "")
      grouped = next.type === "fixed" ? isNamePoint([...next.value][0], false) : isDigit(next.name[0]);
    // And a fixed prefix in front of it as its own.
    if (!grouped && prefix === "" && previous?.type === "fixed" && options.prefix !== "" && last(previous.value) === options.prefix) grouped = true;
    if (grouped) text += "{";
    text += escapePattern(prefix);
    if (custom) text += `:${name}`;
    if (type === "regexp") text += `(${value})`;
    else if (type === "segment" && !custom) text += `(${segmentWildcard(options)})`;
    else if (type === "full") {
      const plain = !custom && (previous === undefined || previous.type === "fixed" || previous.modifier !== "" || grouped || prefix !== "");
      text += plain ? "*" : `(${FULL_WILDCARD})`;
    }
    if (type === "segment" && custom && suffix !== "" && isNamePoint([...suffix][0], false)) text += "\\";
    text += escapePattern(suffix);
    if (grouped) text += "}";
    text += modifier;
  });
  return text;
}

// A part of the pattern, ready to match.
function compile(input, encode, options, ignoreCase = false) {
  const list = parsePattern(input, options, encode);
  const source = regExpOf(list, options);
  const make = (flags) => {
    try {
      return new RegExp(source, ignoreCase ? `${flags}i` : flags);
    } catch {
      return undefined;
    }
  };
  const names = list.filter(({ type }) => type !== "fixed").map(({ name }) => name);
  const hasRegExpGroups = list.some(({ type }) => type === "regexp");
  // Those marks may stand in the program's own expressions; most of those mean the same with `u`.
  const regExp = make("v") ?? (hasRegExpGroups ? make("u") : undefined) ?? fail();
  return { regExp, names, text: textOf(list, options), hasRegExpGroups };
}

const matchesSpecial = ({ regExp }) => Object.keys(DEFAULT_PORTS).some((scheme) => regExp.test(scheme));

// ---- a whole URL as a pattern

class ConstructorString {
  #tokens;
  #points;
  #result = { __proto__: null };
  #start = 0;
  #index = 0;
  #increment = 1;
  #depth = 0;
  #brackets = 0;
  #special = false;
  #state = "init";

  static parse(input) {
    return new ConstructorString(input).#parse();
  }

  constructor(input) {
    ({ tokens: this.#tokens, points: this.#points } = tokenize(input, false));
  }

  #parse() {
    for (; this.#index < this.#tokens.length; this.#index += this.#increment) {
      this.#increment = 1;
      const { type } = this.#tokens[this.#index];
      if (type === "end") {
        if (this.#state === "init") {
          this.#rewind();
          if (this.#isHash()) this.#change("hash", 1);
          else if (this.#isSearch()) this.#change("search", 1);
          else this.#change("pathname", 0);
          continue;
        }
        if (this.#state === "authority") {
          this.#rewind("hostname");
          continue;
        }
        this.#change("done", 0);
        break;
      }
      if (type === "open") this.#depth++;
      else if (this.#depth > 0) {
        if (type === "close") this.#depth--;
      } else this.#step();
    }
    if (has(this.#result, "hostname") && !has(this.#result, "port")) this.#result.port = "";
    return this.#result;
  }

  #step() {
    switch (this.#state) {
      case "init":
        if (this.#is(":")) this.#rewind("protocol");
        break;
      case "protocol":
        if (!this.#is(":")) break;
        this.#special = matchesSpecial(compile(this.#component(), encoding("protocol"), DEFAULTS));
        if (this.#is("/", 1) && this.#is("/", 2)) this.#change("authority", 3);
        else this.#change(this.#special ? "authority" : "pathname", 1);
        break;
      case "authority":
        if (this.#is("@")) this.#rewind("username");
        else if (this.#is("/") || this.#isSearch() || this.#isHash()) this.#rewind("hostname");
        break;
      case "username":
        if (this.#is(":")) this.#change("password", 1);
        else if (this.#is("@")) this.#change("hostname", 1);
        break;
      case "password":
        if (this.#is("@")) this.#change("hostname", 1);
        break;
      case "hostname":
        if (this.#is("[")) this.#brackets++;
        else if (this.#is("]")) this.#brackets--;
        else if (this.#is(":") && this.#brackets === 0) this.#change("port", 1);
        else this.#endAuthority();
        break;
      case "port":
        this.#endAuthority();
        break;
      case "pathname":
        if (this.#isSearch()) this.#change("search", 1);
        else if (this.#isHash()) this.#change("hash", 1);
        break;
      case "search":
        if (this.#isHash()) this.#change("hash", 1);
        break;
    }
  }

  #endAuthority() {
    if (this.#is("/")) this.#change("pathname", 0);
    else if (this.#isSearch()) this.#change("search", 1);
    else if (this.#isHash()) this.#change("hash", 1);
  }

  #rewind(state = this.#state) {
    this.#index = this.#start;
    this.#increment = 0;
    this.#state = state;
  }

  #change(state, skip) {
    const from = this.#state;
    const result = this.#result;
    if (from !== "init" && from !== "authority" && from !== "done") result[from] = this.#component();
    if (from !== "init" && state !== "done") {
      // What stands between the two is empty.
      const order = ["protocol", "authority", "username", "password", "hostname", "port", "pathname", "search", "hash"];
      const [left, right] = [order.indexOf(from), order.indexOf(state)];
      if (left < order.indexOf("hostname") && right > order.indexOf("hostname")) result.hostname ??= "";
      if (left < order.indexOf("pathname") && right > order.indexOf("pathname")) result.pathname ??= this.#special ? "/" : "";
      if (left < order.indexOf("search") && right > order.indexOf("search")) result.search ??= "";
    }
    this.#state = state;
    this.#index += skip;
    this.#start = this.#index;
    this.#increment = 0;
  }

  #token(index) {
    return this.#tokens[index] ?? this.#tokens.at(-1);
  }

  #is(value, ahead = 0) {
    const token = this.#token(this.#index + ahead);
    return token.value === value && (token.type === "char" || token.type === "escaped" || token.type === "invalid");
  }

  #isHash() {
    return this.#is("#");
  }

  // A question mark that is no modifier of what stands before it.
  #isSearch() {
    if (this.#is("?")) return true;
    if (this.#tokens[this.#index].value !== "?") return false;
    const before = this.#index - 1;
    return before < 0 || !["name", "regexp", "close", "asterisk"].includes(this.#token(before).type);
  }

  #component() {
    return this.#points.slice(this.#token(this.#start).index, this.#tokens[this.#index].index).join("");
  }
}

// ---- parts of a URL, or patterns of them

const withoutLast = (text, mark) => (text.endsWith(mark) ? text.slice(0, -1) : text);
const withoutFirst = (text, mark) => (text.startsWith(mark) ? text.slice(1) : text);

function isAbsolute(pathname, isPattern) {
  return pathname.startsWith("/") || (isPattern && (pathname.startsWith("\\/") || pathname.startsWith("{/")));
}

// All parts that `init` and its base URL say, over those in `result`.
function processInit(init, isPattern, result) {
  const inherit = (text) => (isPattern ? escapePattern(text) : text);
  const encode = (part, value, protocol = "") => (isPattern ? value : (canonicalize(part, value, protocol) ?? fail()));
  let base;
  if (init.baseURL !== undefined) {
    base = parts(init.baseURL) ?? fail();
    const [protocol, username, password, hostname, port, pathname, search, hash] = base;
    if (!has(init, "protocol")) result.protocol = inherit(protocol);
    if (!isPattern && !has(init, "protocol", "hostname", "port", "username")) result.username = username;
    if (!isPattern && !has(init, "protocol", "hostname", "port", "username", "password")) result.password = password;
    if (!has(init, "protocol", "hostname")) result.hostname = inherit(hostname);
    if (!has(init, "protocol", "hostname", "port")) result.port = port;
    if (!has(init, "protocol", "hostname", "port", "pathname")) result.pathname = inherit(pathname);
    if (!has(init, "protocol", "hostname", "port", "pathname", "search")) result.search = inherit(search);
    if (!has(init, "protocol", "hostname", "port", "pathname", "search", "hash")) result.hash = inherit(hash);
  }
  if (has(init, "protocol")) result.protocol = encode("protocol", withoutLast(init.protocol, ":"));
  if (has(init, "username")) result.username = encode("username", init.username);
  if (has(init, "password")) result.password = encode("password", init.password);
  if (has(init, "hostname")) result.hostname = encode("hostname", init.hostname);
  const protocol = result.protocol ?? "";
  if (has(init, "port")) result.port = encode("port", init.port, protocol);
  if (has(init, "pathname")) {
    let { pathname } = init;
    if (base !== undefined && !base[8] && !isAbsolute(pathname, isPattern)) {
      const path = inherit(base[5]);
      pathname = path.slice(0, path.lastIndexOf("/") + 1) + pathname;
    }
    result.pathname = encode(protocol === "" || isSpecial(protocol) ? "pathname" : "opaque", pathname);
  }
  if (has(init, "search")) result.search = encode("search", withoutFirst(init.search, "?"));
  if (has(init, "hash")) result.hash = encode("hash", withoutFirst(init.hash, "#"));
  return result;
}

// ---- the class, whose shell is native

const patterns = new WeakMap();

function partsOf(pattern) {
  const compiled = (typeof pattern === "object" && pattern !== null) || typeof pattern === "function" ? patterns.get(pattern) : undefined;
  if (compiled === undefined) throw new TypeError("Illegal invocation");
  return compiled;
}

const argumentError = (text) => nodeError("TypeError", "ERR_INVALID_ARG_TYPE", text);
const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

// The dictionary: what the program's getters throw is the program's.
function readInit(object) {
  const init = { __proto__: null };
  for (const name of [...PARTS, "baseURL"]) {
    const value = object[name];
    if (value !== undefined) init[name] = `${value}`.toWellFormed();
  }
  return init;
}

function attempt(code, text, action) {
  try {
    return action();
  } catch (error) {
    if (error instanceof PatternError) throw nodeError("TypeError", code, text);
    throw error;
  }
}

export function init(pattern, given) {
  const [input = {}, second, third] = given;
  if (typeof input !== "string" && !isObject(input)) throw argumentError("Input must be an object or a string");
  const start = typeof input === "string" ? input.toWellFormed() : readInit(input);
  let base;
  let options;
  if (second !== undefined) {
    if (typeof second === "string") base = second.toWellFormed();
    else if (isObject(second)) options = second;
    else throw argumentError("second argument must be a string or object");
  }
  if (third !== undefined && base !== undefined) {
    if (!isObject(third)) throw argumentError("options must be an object");
    options = third;
  }
  const ignoreCase = Boolean(options?.ignoreCase);
  patterns.set(pattern, attempt("ERR_INVALID_URL_PATTERN", "Failed to construct URLPattern", () => create(start, base, ignoreCase)));
}

function create(input, base, ignoreCase) {
  let given = input;
  if (typeof input === "string") {
    given = ConstructorString.parse(input);
    if (base === undefined && !has(given, "protocol")) fail();
    if (base !== undefined) given.baseURL = base;
  } else if (base !== undefined) fail();
  const texts = processInit(given, true, { __proto__: null });
  for (const part of PARTS) texts[part] ??= "*";
  if (isSpecial(texts.protocol) && texts.port === DEFAULT_PORTS[texts.protocol]) texts.port = "";
  const protocol = compile(texts.protocol, encoding("protocol"), DEFAULTS);
  const isIpv6 = /^(?:\[|[{\\]\[)/.test(texts.hostname);
  return {
    protocol,
    username: compile(texts.username, encoding("username"), DEFAULTS),
    password: compile(texts.password, encoding("password"), DEFAULTS),
    hostname: compile(texts.hostname, encoding(isIpv6 ? "ipv6" : "hostname"), HOSTNAME),
    port: compile(texts.port, encoding("port"), DEFAULTS),
    pathname: matchesSpecial(protocol)
      ? compile(texts.pathname, encoding("pathname"), PATHNAME, ignoreCase)
      : compile(texts.pathname, encoding("opaque"), DEFAULTS, ignoreCase),
    search: compile(texts.search, encoding("search"), DEFAULTS, ignoreCase),
    hash: compile(texts.hash, encoding("hash"), DEFAULTS, ignoreCase),
  };
}

export function read(pattern, name) {
  const compiled = partsOf(pattern);
  return name === "hasRegExpGroups" ? PARTS.some((part) => compiled[part].hasRegExpGroups) : compiled[name].text;
}

// The texts of the input's parts, or undefined when it is no URL.
function inputParts(input, base) {
  if (typeof input !== "string") {
    const empty = { __proto__: null };
    for (const part of PARTS) empty[part] = "";
    try {
      return processInit(input, false, empty);
    } catch (error) {
      if (error instanceof PatternError) return undefined;
      throw error;
    }
  }
  const found = parts(input, base);
  return found && Object.fromEntries(PARTS.map((part, i) => [part, found[i]]));
}

function match(pattern, [input = {}, base], verb) {
  const compiled = partsOf(pattern);
  if (typeof input !== "string" && !isObject(input)) throw argumentError("URLPattern input needs to be a string or an object");
  if (base !== undefined && typeof base !== "string") throw argumentError("baseURL must be a string");
  const text = typeof input === "string" ? input.toWellFormed() : readInit(input);
  if (base !== undefined && typeof input !== "string") throw nodeError("TypeError", "ERR_OPERATION_FAILED", `Failed to ${verb} URLPattern`);
  const texts = inputParts(text, base?.toWellFormed());
  if (texts === undefined) return undefined;
  const results = { __proto__: null };
  for (const part of PARTS) {
    const result = compiled[part].regExp.exec(texts[part]);
    if (result === null) return undefined;
    results[part] = result;
  }
  return { compiled, texts, results };
}

export const test = (pattern, given) => match(pattern, given, "test") !== undefined;

export function exec(pattern, given) {
  const matched = match(pattern, given, "exec");
  if (matched === undefined) return null;
  const { compiled, texts, results } = matched;
  const of = (part) => {
    const groups = {};
    compiled[part].names.forEach((name, i) => (groups[name] = results[part][i + 1]));
    return { groups, input: texts[part] };
  };
  const inputs = given.length === 0 ? [{}] : given.slice(0, 2).filter((value, i) => i === 0 || value !== undefined);
  return {
    __proto__: null,
    hash: of("hash"),
    hostname: of("hostname"),
    inputs,
    password: of("password"),
    pathname: of("pathname"),
    port: of("port"),
    protocol: of("protocol"),
    search: of("search"),
    username: of("username"),
  };
}
