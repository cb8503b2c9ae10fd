// Response. https://fetch.spec.whatwg.org/#response-class
import { Body, defineBody, extract } from "internal:fetch-body";
import { HeaderList, fill, makeHeaders } from "internal:headers";
import { INSPECT, byteString, dictionary, finishClass, illegalInvocation, requireArguments } from "internal:fetch-idl";
import { importBuiltin } from "internal:host";

const NOTHING = Symbol();
const REDIRECTS = [301, 302, 303, 307, 308];
const STATUS_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

export const isRedirect = (status) => REDIRECTS.includes(status);
export const isNullBody = (status) => status === 204 || status === 205 || status === 304 || status === 101 || status === 103;

let makeResponse; // (record) => Response
let recordOf; // (value) => record of a Response, or undefined

// What a response is apart from its object. `flat` are headers that no list has been made of yet.
const record = (fields) => ({
  type: "default",
  status: 200,
  statusText: "",
  url: "",
  redirected: false,
  flat: undefined,
  list: undefined,
  guard: "response",
  body: null,
  ...fields,
});

const headersOf = (state) => (state.list ??= HeaderList.fromFlat(state.flat ?? []));

function own(value) {
  const state = recordOf(value);
  if (state === undefined) throw illegalInvocation();
  return state;
}

export class Response {
  #state;
  #headers = undefined;

  static {
    makeResponse = (fields) => {
      const response = new Response(NOTHING);
      response.#state = record(fields);
      return response;
    };
    recordOf = (value) => (typeof value === "object" && value !== null && #state in value ? value.#state : undefined);
  }

  constructor(body = null, init = undefined) {
    if (body === NOTHING) return;
    const state = record({});
    initialize(state, body === null ? null : extract(body, "Response"), dictionary(init, "Response constructor"));
    this.#state = state;
  }

  static error() {
    return makeResponse({ type: "error", status: 0, guard: "immutable" });
  }

  static json(data, init = undefined) {
    requireArguments(arguments.length, 1, "Response.json");
    const text = JSON.stringify(data);
    if (text === undefined) throw new TypeError("Value is not JSON serializable");
    const state = record({});
    initialize(state, [new Body(text.toWellFormed()), "application/json"], dictionary(init, "Response.json"));
    return makeResponse(state);
  }

  static redirect(url, status = 302) {
    requireArguments(arguments.length, 1, "Response.redirect");
    const text = String(url).toWellFormed();
    let target;
    try {
      target = new (importBuiltin("node:url").URL)(text);
    } catch (cause) {
      throw new TypeError(`Failed to parse URL from ${text}`, { cause });
    }
    status = Number(status) & 65535;
    if (!isRedirect(status)) throw new RangeError(`Invalid status code ${status}`);
    return makeResponse({ status, flat: ["location", target.href], guard: "immutable" });
  }

  get type() {
    return own(this).type;
  }

  get url() {
    return own(this).url;
  }

  get redirected() {
    return own(this).redirected;
  }

  get status() {
    return own(this).status;
  }

  get ok() {
    const { status } = own(this);
    return status >= 200 && status <= 299;
  }

  get statusText() {
    return own(this).statusText;
  }

  get headers() {
    const state = own(this);
    return (this.#headers ??= makeHeaders(headersOf(state), state.guard));
  }

  get body() {
    const { body } = own(this);
    return body === null ? null : body.open();
  }

  get bodyUsed() {
    const { body } = own(this);
    return body !== null && body.disturbed;
  }

  clone() {
    const state = own(this);
    if (state.body?.unusable) throw new TypeError("Response.clone: Body has already been consumed.");
    const body = state.body === null ? null : state.body.clone();
    return makeResponse({ ...state, list: headersOf(state).copy(), body });
  }

  [INSPECT](depth, options, inspect) {
    const { status, statusText, headers, body, bodyUsed, ok, redirected, type, url } = this;
    const shown = { status, statusText, headers, body, bodyUsed, ok, redirected, type, url };
    return inspect ? `Response ${inspect(shown, options)}` : shown;
  }
}

const partsOf = (value) => {
  const state = recordOf(value);
  return state && { body: state.body, headers: headersOf(state) };
};

defineBody(Response, partsOf);
finishClass(Response, "Response", [
  "type",
  "url",
  "redirected",
  "status",
  "ok",
  "statusText",
  "headers",
  "body",
  "bodyUsed",
  "clone",
]);
for (const name of ["error", "json", "redirect"]) Object.defineProperty(Response, name, { enumerable: true });
Object.defineProperty(Response.prototype, INSPECT, { enumerable: false });

export { headersOf, makeResponse, recordOf };

// https://fetch.spec.whatwg.org/#initialize-a-response
function initialize(state, extracted, init) {
  const status = init.status === undefined ? 200 : toUnsignedShort(init.status);
  const statusText = init.statusText === undefined ? "" : byteString(init.statusText, "Response constructor: statusText");
  if (status < 200 || status > 599) throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
  if (!STATUS_TEXT.test(statusText)) throw new TypeError("Invalid statusText");
  state.status = status;
  state.statusText = statusText;
  state.list = new HeaderList();
  if (init.headers !== undefined) fill(state.list, init.headers, "Response constructor");
  if (extracted === null) return;
  if (isNullBody(status)) throw new TypeError(`Response constructor: Invalid response status code ${status}`);
  [state.body] = extracted;
  const type = extracted[1];
  if (type !== null && !state.list.has("content-type")) state.list.append("content-type", type);
}

function toUnsignedShort(value) {
  const number = Number(value);
  return Number.isFinite(number) ? Math.trunc(number) & 65535 : 0;
}

