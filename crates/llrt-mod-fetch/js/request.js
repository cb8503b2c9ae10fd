// Request. https://fetch.spec.whatwg.org/#request-class
import { Body, defineBody, extract } from "internal:fetch-body";
import { HeaderList, fill, isToken, makeHeaders } from "internal:headers";
import {
  INSPECT,
  byteString,
  dictionary,
  domString,
  enumeration,
  finishClass,
  illegalInvocation,
  requireArguments,
  usvString,
} from "internal:fetch-idl";
import { importBuiltin } from "internal:host";

const NOTHING = Symbol();
const MODES = ["navigate", "same-origin", "no-cors", "cors"];
const CREDENTIALS = ["omit", "same-origin", "include"];
const CACHES = ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"];
const REFERRER_POLICIES = [
  "",
  "no-referrer",
  "no-referrer-when-downgrade",
  "same-origin",
  "origin",
  "strict-origin",
  "origin-when-cross-origin",
  "strict-origin-when-cross-origin",
  "unsafe-url",
];
const COMMON_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
const FORBIDDEN_METHODS = ["CONNECT", "TRACE", "TRACK"];

let recordOf; // (value) => record of a Request, or undefined
let makeRequest; // (record) => Request

const defaults = () => ({
  method: "GET",
  url: undefined, // URL
  list: undefined,
  body: null,
  referrer: "about:client",
  referrerPolicy: "",
  mode: "cors",
  credentials: "same-origin",
  cache: "default",
  redirect: "follow",
  integrity: "",
  keepalive: false,
  duplex: "half",
  signal: undefined,
});

export function parseUrl(text, base = undefined) {
  return new (importBuiltin("node:url").URL)(text, base);
}

// The record of `new Request(input, init)`, for `fetch` without the object. https://fetch.spec.whatwg.org/#dom-request
export function createRecord(input, init) {
  const other = recordOf(input);
  let record;
  if (other !== undefined) {
    record = { ...other, url: other.url, list: undefined };
  } else {
    const text = usvString(input, "Request constructor: input");
    record = defaults();
    try {
      record.url = parseUrl(text);
    } catch (cause) {
      throw new TypeError(`Failed to parse URL from ${text}`, { cause });
    }
    if (record.url.username || record.url.password)
      throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${text}`);
  }
  if (init === undefined || init === null) {
    record.list = other === undefined ? new HeaderList() : other.list.copy();
    takeBody(record, other);
    return record;
  }
  init = dictionary(init, "RequestInit");
  applyInit(record, init);

  const { headers } = init;
  record.list = other === undefined ? new HeaderList() : other.list.copy();
  if (headers !== undefined) {
    record.list = new HeaderList();
    fill(record.list, headers, "RequestInit");
  }

  const { body } = init;
  const hasBody = body !== undefined && body !== null;
  if ((hasBody || other?.body) && (record.method === "GET" || record.method === "HEAD"))
    throw new TypeError("Request with GET/HEAD method cannot have body.");
  if (!hasBody) {
    takeBody(record, other);
    return record;
  }
  const [extracted, type] = extract(body, "RequestInit", record.keepalive);
  if (type !== null && !record.list.has("content-type")) record.list.append("content-type", type);
  if (extracted.source === undefined && init.duplex === undefined)
    throw new TypeError("RequestInit: duplex option is required when sending a body.");
  record.body = extracted;
  return record;
}

// The body of the request that this one is made of goes over to it.
function takeBody(record, other) {
  if (other === undefined || other.body === null) return;
  if (other.body.unusable) throw new TypeError("Cannot construct a Request with a Request object that has already been used.");
  const taken = new Body(other.body.source, other.body.stream);
  other.body.used = true;
  other.body.source = "";
  record.body = taken;
}

function applyInit(record, init) {
  if (init.window !== undefined && init.window !== null) throw new TypeError("'window' option 'client' must be null");
  if (init.referrer !== undefined) record.referrer = referrer(usvString(init.referrer, "RequestInit: referrer"));
  if (init.referrerPolicy !== undefined)
    record.referrerPolicy = enumeration(init.referrerPolicy, REFERRER_POLICIES, "RequestInit");
  if (init.mode !== undefined) {
    record.mode = enumeration(init.mode, MODES, "RequestInit");
    if (record.mode === "navigate") throw new TypeError("Request constructor: invalid request mode navigate.");
  }
  if (init.credentials !== undefined) record.credentials = enumeration(init.credentials, CREDENTIALS, "RequestInit");
  if (init.cache !== undefined) record.cache = enumeration(init.cache, CACHES, "RequestInit");
  if (record.cache === "only-if-cached" && record.mode !== "same-origin")
    throw new TypeError("'only-if-cached' can be set only with 'same-origin' mode");
  if (init.redirect !== undefined)
    record.redirect = enumeration(init.redirect, ["follow", "manual", "error"], "RequestInit");
  if (init.integrity !== undefined) record.integrity = domString(init.integrity, "RequestInit: integrity");
  if (init.keepalive !== undefined) record.keepalive = Boolean(init.keepalive);
  if (init.duplex !== undefined) record.duplex = enumeration(init.duplex, ["half"], "RequestInit");
  if (init.priority !== undefined) enumeration(init.priority, ["high", "low", "auto"], "RequestInit");
  if (init.method !== undefined) record.method = toMethod(byteString(init.method, "RequestInit: method"));
  if (init.signal !== undefined) record.signal = toSignal(init.signal);
}

function referrer(text) {
  if (text === "") return "no-referrer";
  let url;
  try {
    url = parseUrl(text);
  } catch (cause) {
    throw new TypeError(`Referrer "${text}" is not a valid URL.`, { cause });
  }
  return url.protocol === "about:" && url.hostname === "client" ? "about:client" : url.href;
}

function toMethod(method) {
  const upper = method.toUpperCase();
  if (COMMON_METHODS.includes(upper)) return upper;
  if (!isToken(method)) throw new TypeError(`'${method}' is not a valid HTTP method.`);
  if (FORBIDDEN_METHODS.includes(upper)) throw new TypeError(`'${method}' HTTP method is unsupported.`);
  return method;
}

function toSignal(signal) {
  if (signal === null) return undefined;
  if (typeof signal !== "object" || typeof signal.aborted !== "boolean" || typeof signal.addEventListener !== "function")
    throw new TypeError(`RequestInit: Expected signal ("${String(signal)}") to be an instance of AbortSignal.`);
  return signal;
}

function own(value) {
  const state = recordOf(value);
  if (state === undefined) throw illegalInvocation();
  return state;
}

export class Request {
  #state;
  #headers = undefined;
  #signal = undefined;

  static {
    recordOf = (value) => (typeof value === "object" && value !== null && #state in value ? value.#state : undefined);
    makeRequest = (state) => {
      const request = new Request(NOTHING);
      request.#state = state;
      return request;
    };
  }

  constructor(input, init = undefined) {
    if (input === NOTHING) return;
    requireArguments(arguments.length, 1, "Request constructor");
    this.#state = createRecord(input, init);
  }

  get method() {
    return own(this).method;
  }

  get url() {
    return own(this).url.href;
  }

  get headers() {
    return (this.#headers ??= makeHeaders(own(this).list, "request"));
  }

  get destination() {
    own(this);
    return "";
  }

  get referrer() {
    const { referrer } = own(this);
    return referrer === "no-referrer" ? "" : referrer;
  }

  get referrerPolicy() {
    return own(this).referrerPolicy;
  }

  get mode() {
    return own(this).mode;
  }

  get credentials() {
    return own(this).credentials;
  }

  get cache() {
    return own(this).cache;
  }

  get redirect() {
    return own(this).redirect;
  }

  get integrity() {
    return own(this).integrity;
  }

  get keepalive() {
    return own(this).keepalive;
  }

  get isReloadNavigation() {
    own(this);
    return false;
  }

  get isHistoryNavigation() {
    own(this);
    return false;
  }

  // A signal of its own that follows the one that was passed.
  get signal() {
    const { signal } = own(this);
    if (this.#signal === undefined) {
      const { AbortController, AbortSignal } = importBuiltin("internal:abort");
      this.#signal = signal === undefined ? new AbortController().signal : AbortSignal.any([signal]);
    }
    return this.#signal;
  }

  get body() {
    const { body } = own(this);
    return body === null ? null : body.open();
  }

  get bodyUsed() {
    const { body } = own(this);
    return body !== null && body.disturbed;
  }

  get duplex() {
    own(this);
    return "half";
  }

  clone() {
    const state = own(this);
    if (state.body?.unusable) throw new TypeError("unusable");
    return makeRequest({ ...state, list: state.list.copy(), body: state.body === null ? null : state.body.clone() });
  }

  [INSPECT](depth, options, inspect) {
    const shown = {};
    for (const name of SHOWN) shown[name] = this[name];
    return inspect ? `Request ${inspect(shown, options)}` : shown;
  }
}

const SHOWN = [
  "method",
  "url",
  "headers",
  "destination",
  "referrer",
  "referrerPolicy",
  "mode",
  "credentials",
  "cache",
  "redirect",
  "integrity",
  "keepalive",
  "isReloadNavigation",
  "isHistoryNavigation",
  "signal",
];

defineBody(Request, (value) => {
  const state = recordOf(value);
  return state && { body: state.body, headers: state.list };
});
finishClass(Request, "Request", [...SHOWN, "body", "bodyUsed", "duplex", "clone"]);
Object.defineProperty(Request.prototype, INSPECT, { enumerable: false });

export { recordOf };
