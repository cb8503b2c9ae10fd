// MIMEType and MIMEParams. Node: https://nodejs.org/api/util.html#class-utilmimetype
// Parsing: https://mimesniff.spec.whatwg.org/#parsing-a-mime-type
import { nodeError } from "internal:errors";

const NOT_TOKEN = /[^!#$%&'*+\-.^_`|~A-Za-z0-9]/g;
const NOT_QUOTED = /[^\t\x20-\x7e\x80-\xff]/g;
const LEADING_SPACE = /^[\r\n\t ]+/;
const TRAILING_SPACE = /[\r\n\t ]+$/;

const search = (pattern, text) => {
  pattern.lastIndex = 0;
  return pattern.exec(text)?.index ?? -1;
};

function invalid(part, text, index) {
  const at = index === -1 ? "" : ` at ${index}`;
  return nodeError("TypeError", "ERR_INVALID_MIME_SYNTAX", `The MIME syntax for a ${part} in "${text}" is invalid${at}`);
}

function checkToken(part, token, whole = token) {
  const index = search(NOT_TOKEN, token);
  if (token === "" || index !== -1) throw invalid(part, whole, index);
}

const lower = (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

// [type, subtype, text of the parameters]
function split(text) {
  const whole = text;
  text = text.replace(LEADING_SPACE, "");
  const slash = text.indexOf("/");
  const type = slash === -1 ? text : text.slice(0, slash);
  if (slash === -1) {
    const index = search(NOT_TOKEN, type);
    throw invalid("type", whole, index);
  }
  checkToken("type", type, whole);
  const semicolon = text.indexOf(";", slash);
  const subtype = text.slice(slash + 1, semicolon === -1 ? undefined : semicolon).replace(TRAILING_SPACE, "");
  checkToken("subtype", subtype, whole);
  return [lower(type), lower(subtype), semicolon === -1 ? "" : text.slice(semicolon + 1)];
}

function parseParams(text, data) {
  let position = 0;
  while (position < text.length) {
    position += /^[\r\n\t ]*/.exec(text.slice(position))[0].length;
    const name = /^[^;=]*/.exec(text.slice(position))[0];
    position += name.length;
    if (text[position] !== "=") {
      position++; // no value: the parameter is ignored
      continue;
    }
    position++;
    let value;
    let usable = true;
    if (text[position] === '"') {
      // Differs from the standard as Node does: what follows the quote is not ignored up to the next semicolon.
      const inside = /^"((?:[^"\\]|\\[^])*)(\\?)/.exec(text.slice(position));
      value = inside[1].replace(/\\([^])/g, "$1") + inside[2];
      position += inside[0].length + 1;
    } else {
      const raw = /^[^;]*/.exec(text.slice(position))[0];
      position += raw.length;
      value = raw.replace(TRAILING_SPACE, "");
      usable = value !== "";
    }
    position++;
    const key = lower(name);
    if (usable && key !== "" && search(NOT_TOKEN, key) === -1 && search(NOT_QUOTED, value) === -1 && !data.has(key)) data.set(key, value);
  }
}

const quoted = (value) => (value === "" || search(NOT_TOKEN, value) !== -1 ? `"${value.replace(/["\\]/g, "\\$&")}"` : value);

let fill;

export class MIMEParams {
  #data = new Map();

  static {
    fill = (params, text) => parseParams(text, params.#data);
  }

  delete(name) {
    this.#data.delete(`${name}`);
  }

  get(name) {
    return this.#data.get(`${name}`) ?? null;
  }

  has(name) {
    return this.#data.has(`${name}`);
  }

  set(name, value) {
    name = `${name}`;
    value = `${value}`;
    checkToken("parameter name", name);
    const index = search(NOT_QUOTED, value);
    if (index !== -1) throw invalid("parameter value", value, index);
    this.#data.set(name, value);
  }

  *entries() {
    yield* this.#data.entries();
  }

  *keys() {
    yield* this.#data.keys();
  }

  *values() {
    yield* this.#data.values();
  }

  toString() {
    return [...this.#data].map(([name, value]) => `${name}=${quoted(value)}`).join(";");
  }

  static {
    const hidden = (name, value) =>
      Object.defineProperty(this.prototype, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
    hidden("toJSON", this.prototype.toString);
    hidden(Symbol.iterator, this.prototype.entries);
  }
}

export class MIMEType {
  #type;
  #subtype;
  #params = new MIMEParams();

  static parse(text) {
    try {
      return new MIMEType(text);
    } catch (error) {
      if (error?.code === "ERR_INVALID_MIME_SYNTAX") return null;
      throw error;
    }
  }

  constructor(text) {
    const [type, subtype, params] = split(`${text}`);
    this.#type = type;
    this.#subtype = subtype;
    fill(this.#params, params);
  }

  get type() {
    return this.#type;
  }

  set type(type) {
    type = `${type}`;
    checkToken("type", type);
    this.#type = lower(type);
  }

  get subtype() {
    return this.#subtype;
  }

  set subtype(subtype) {
    subtype = `${subtype}`;
    checkToken("subtype", subtype);
    this.#subtype = lower(subtype);
  }

  get essence() {
    return `${this.#type}/${this.#subtype}`;
  }

  get params() {
    return this.#params;
  }

  toString() {
    const params = this.#params.toString();
    return params === "" ? this.essence : `${this.essence};${params}`;
  }

  static {
    const { prototype } = this;
    Object.defineProperty(prototype, "toJSON", { __proto__: null, value: prototype.toString, writable: true, enumerable: false, configurable: true });
  }
}
