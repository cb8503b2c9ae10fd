// node:_http_common: the parser, and what client and server share.
// Node: https://nodejs.org/api/http.html
import { capture, hasInvalidChar, hasInvalidPathChar, isAscii, isToken, methods as parserMethods, Parser, statusCodes } from "native:_http_common";
import { nodeError } from "internal:errors";
import { channels, importBuiltin, isBuiltin } from "internal:host";
import { IncomingMessage } from "node:_http_incoming";

const { now } = Date;

export { hasInvalidPathChar, isAscii, statusCodes };

export const CRLF = "\r\n";
export const continueExpression = /(?:^|\W)100-continue(?:$|\W)/i;
export const chunkExpression = /(?:^|\W)chunked(?:$|\W)/i;
export const methods = parserMethods;
export const kIncomingMessage = Symbol("IncomingMessage");
export const kSkipPendingData = Symbol("SkipPendingData");
const kHeaders = 1;
const kHeadersComplete = 2;
const kBody = 3;
const kMessageComplete = 4;
const kExecute = 5;
const kTimeout = 6;
const LENIENT_ALL = 1023;

export const publish = (name, message) => channels[name]?.publish(message());

// Measures what begins now, for those who observe "http" entries of node:perf_hooks; gives what ends it.
export function observeHttp(describe) {
  const measured = channels["perf:http"]?.begin();
  if (measured === undefined) return undefined;
  const { type, req } = describe();
  return (end) => measured(type, { req, ...end() });
}

// ---- the parser

// Native events, as callbacks under Node's numbers.
export class HTTPParser {
  #native = new Parser();
  #scope;
  #generation = 0;
  #current = null;
  #connections;
  #began = 0;
  #inHead = false;
  #unconsume;

  initialize(type, resource, maxHeaderSize = 0, lenientFlags = 0, connections = undefined) {
    this.#generation++;
    const isResponse = type === HTTPParser.RESPONSE;
    const name = isResponse ? "HTTPCLIENTREQUEST" : "HTTPINCOMINGMESSAGE";
    this.#scope?.close();
    this.#scope = capture(name, resource);
    this.#native.open(isResponse, maxHeaderSize || maxHeaderSizeOf(), lenientFlags);
    this.#connections = connections;
    this.#inHead = true;
    if (connections !== undefined) {
      this.#began = now();
      connections.add(this);
    }
  }

  // How many bytes were read; fewer than all when another protocol follows. Or the error, which is not thrown.
  execute(data) {
    const native = this.#native;
    const generation = this.#generation;
    const outer = this.#current;
    this.#current = data;
    try {
      for (let from = 0; ; ) {
        const stepped = native.step(data, from);
        const event = stepped % 8;
        from = (stepped - event) / 8;
        switch (event) {
          case 0:
            return data.length;
          case 1:
            this.#began = now();
            this.#inHead = true;
            this.#call(0, []);
            break;
          case 2:
            this.#inHead = false;
            native.answer(this.#call(kHeadersComplete, native.head()) | 0);
            break;
          case 3:
            this.#call(kBody, [data.subarray(native.part(), from)]);
            break;
          case 4:
            this.#completed();
            break;
          case 5:
            return from;
          default:
            return this.#error(from);
        }
        if (generation !== this.#generation) return from;
      }
    } finally {
      this.#current = outer;
    }
  }

  finish() {
    const event = this.#native.finish();
    if (event === 4) this.#completed();
    else if (event === 6) return this.#error(0);
  }

  #completed() {
    this.#began = 0;
    if (this.#native.hasTrailers()) this.#call(kHeaders, [this.#native.fields(), ""]);
    this.#call(kMessageComplete, []);
  }

  #call(event, args) {
    const callback = this[event];
    if (typeof callback !== "function") return;
    return this.#scope === undefined ? callback.apply(this, args) : this.#scope.run(callback, this, args);
  }

  #error(bytesParsed) {
    const [code, reason] = this.#native.failure();
    const error = new Error(`Parse Error: ${reason}`);
    return Object.assign(error, { bytesParsed, code, reason });
  }

  getCurrentBuffer() {
    return this.#current;
  }

  // Whether its message has taken longer than it may, for a head or as a whole.
  isExpired(headersBefore, requestBefore) {
    if (this.#began === 0) return false;
    return (this.#inHead && headersBefore > 0 && this.#began < headersBefore) || (requestBefore > 0 && this.#began < requestBefore);
  }

  get isIdle() {
    return this.#began === 0;
  }

  headersCompleted() {
    return !this.#inHead;
  }

  duration() {
    return this.#began === 0 ? 0 : now() - this.#began;
  }

  remove() {
    this.#connections?.delete(this);
  }

  // Its resource is over.
  free() {
    this.#generation++;
    this.#scope?.close();
    this.#scope = undefined;
  }

  close() {
    this.remove();
    HTTPParser.prototype.free.call(this);
  }

  // Its owner pauses the stream that feeds it.
  pause() {}
  resume() {}

  // Reads from a handle of node:net itself.
  consume(handle) {
    this.unconsume();
    const { onread } = handle;
    this.#unconsume = () => {
      handle.onread = onread;
    };
    handle.onread = (count, chunk) => {
      if (count <= 0) return onread?.call(handle, count, chunk);
      const parsed = this.execute(chunk);
      this[kExecute]?.(parsed);
    };
  }

  unconsume() {
    this.#unconsume?.();
    this.#unconsume = undefined;
  }
}
Object.assign(HTTPParser, {
  REQUEST: 1,
  RESPONSE: 2,
  kOnMessageBegin: 0,
  kOnHeaders: kHeaders,
  kOnHeadersComplete: kHeadersComplete,
  kOnBody: kBody,
  kOnMessageComplete: kMessageComplete,
  kOnExecute: kExecute,
  kOnTimeout: kTimeout,
  kLenientNone: 0,
  kLenientHeaders: 1,
  kLenientChunkedLength: 2,
  kLenientKeepAlive: 4,
  kLenientTransferEncoding: 8,
  kLenientVersion: 16,
  kLenientDataAfterClose: 32,
  kLenientOptionalLFAfterCR: 64,
  kLenientOptionalCRLFAfterChunk: 128,
  kLenientOptionalCRBeforeLF: 256,
  kLenientSpacesAfterChunkSize: 512,
  kLenientAll: LENIENT_ALL,
});

// ---- what the process was started with

const theProcess = () => (isBuiltin("node:process") ? importBuiltin("node:process").default : { execArgv: [], env: {} });

let startOptions;
function startOption(name) {
  if (startOptions === undefined) {
    startOptions = { "--max-http-header-size": 16384, "--insecure-http-parser": false, "--use-env-proxy": undefined };
    const process = theProcess();
    for (const word of [...(process.env.NODE_OPTIONS ?? "").split(" "), ...process.execArgv]) {
      const [option, value] = word.split("=");
      if (option === "--max-http-header-size" && Number(value) > 0) startOptions[option] = Number(value);
      else if (option === "--insecure-http-parser") startOptions[option] = true;
      else if (option === "--use-env-proxy" || option === "--no-use-env-proxy") startOptions["--use-env-proxy"] = option === "--use-env-proxy";
    }
  }
  return startOptions[name];
}
// The environment whose proxies the global agents use.
export function proxyEnvironment() {
  const { env } = theProcess();
  return (startOption("--use-env-proxy") ?? env.NODE_USE_ENV_PROXY === "1") ? env : undefined;
}
export const maxHeaderSizeOf = () => startOption("--max-http-header-size");

let warnedOfLeniency = false;
export function isLenient() {
  const lenient = startOption("--insecure-http-parser");
  if (lenient && !warnedOfLeniency) {
    warnedOfLeniency = true;
    importBuiltin("node:process").default.emitWarning("Using insecure HTTP parsing");
  }
  return lenient;
}

export function calculateLenientFlags(insecureHTTPParser) {
  return (insecureHTTPParser === undefined ? isLenient() : insecureHTTPParser) ? LENIENT_ALL : 0;
}

// ---- messages out of the parser

function onHeaders(fields) {
  if (this.maxHeaderPairs <= 0 || this._headers.length < this.maxHeaderPairs) this._headers.push(...fields);
}

function onHeadersComplete(major, minor, fields, method, url, status, reason, upgrade, keepAlive) {
  const { socket } = this;
  const Message = socket?.server?.[kIncomingMessage] || IncomingMessage;
  const incoming = (this.incoming = new Message(socket));
  incoming.httpVersionMajor = major;
  incoming.httpVersionMinor = minor;
  incoming.httpVersion = `${major}.${minor}`;
  incoming.joinDuplicateHeaders = socket?.server?.joinDuplicateHeaders || this.joinDuplicateHeaders;
  incoming.url = url;
  incoming.upgrade = upgrade;
  const count = this.maxHeaderPairs > 0 ? Math.min(fields.length, this.maxHeaderPairs) : fields.length;
  incoming._addHeaderLines(fields, count);
  if (method !== undefined) incoming.method = parserMethods[method];
  else {
    incoming.statusCode = status;
    incoming.statusMessage = reason;
  }
  return this.onIncoming(incoming, keepAlive);
}

function onBody(chunk) {
  const { incoming } = this;
  if (incoming === null || incoming[kSkipPendingData]) return;
  if (!incoming._dumped && !incoming.push(chunk)) {
    const { socket } = this;
    if (socket) socket.pause();
  }
}

function onMessageComplete() {
  const { incoming } = this;
  if (incoming !== null && !incoming[kSkipPendingData]) {
    incoming.complete = true;
    const trailers = this._headers;
    if (trailers.length > 0) {
      incoming._addHeaderLines(trailers, trailers.length);
      this._headers = [];
      this._url = "";
    }
    incoming.push(null);
  }
  const { socket } = this;
  if (socket && !socket._paused && socket.readable) socket.resume();
}

function clean(parser) {
  parser._headers = [];
  parser._url = "";
  parser.socket = null;
  parser.incoming = null;
  parser.outgoing = null;
  parser.maxHeaderPairs = 2000;
  parser[0] = null;
  parser[kExecute] = null;
  parser[kTimeout] = null;
  parser._consumed = false;
  parser.onIncoming = null;
  parser.joinDuplicateHeaders = null;
}

// Parsers that wait for a connection.
export const parsers = {
  name: "parsers",
  max: 1000,
  list: [],
  alloc() {
    const parser = this.list.pop();
    if (parser !== undefined) return parser;
    const made = new HTTPParser();
    clean(made);
    made[kHeaders] = onHeaders;
    made[kHeadersComplete] = onHeadersComplete;
    made[kBody] = onBody;
    made[kMessageComplete] = onMessageComplete;
    return made;
  },
  free(parser) {
    if (this.list.length >= this.max) return false;
    this.list.push(parser);
    return true;
  },
};

export function freeParser(parser, request, socket) {
  if (parser) {
    clean(parser);
    parser.remove();
    parser.free();
    parsers.free(parser);
  }
  if (request) request.parser = null;
  if (socket) socket.parser = null;
}

export function prepareError(error, parser, rawPacket) {
  error.rawPacket = rawPacket || parser.getCurrentBuffer();
  if (typeof error.reason === "string") error.message = `Parse Error: ${error.reason}`;
}

// ---- errors of messages that are sent

export const ERR_HTTP_HEADERS_SENT = (verb) =>
  nodeError("Error", "ERR_HTTP_HEADERS_SENT", `Cannot ${verb} headers after they are sent to the client`);
export const ERR_INVALID_HTTP_TOKEN = (what, text) =>
  nodeError("TypeError", "ERR_INVALID_HTTP_TOKEN", `${what} must be a valid HTTP token ["${text}"]`);
export const ERR_INVALID_CHAR = (what, field = undefined) =>
  nodeError("TypeError", "ERR_INVALID_CHAR", `Invalid character in ${what}${field === undefined ? "" : ` ["${field}"]`}`);
export const ERR_STREAM_DESTROYED = (verb) =>
  nodeError("Error", "ERR_STREAM_DESTROYED", `Cannot call ${verb} after a stream was destroyed`);

// What a connection that is lost leaves its messages with.
export function connectionReset(message) {
  const error = new Error(message);
  error.code = "ECONNRESET";
  return error;
}

const tokens = new Set(["Date", "Connection", "Content-Length", "Content-Type", "Transfer-Encoding", "content-type", "content-length"]);
export const checkIsHttpToken = (text) => tokens.has(text) || isToken(text);
export const checkInvalidHeaderChar = (value) => hasInvalidChar(typeof value === "string" ? value : `${value}`);

export default {
  _checkInvalidHeaderChar: checkInvalidHeaderChar,
  _checkIsHttpToken: checkIsHttpToken,
  chunkExpression,
  continueExpression,
  CRLF,
  freeParser,
  methods,
  parsers,
  kIncomingMessage,
  HTTPParser,
  isLenient,
  calculateLenientFlags,
  prepareError,
  kSkipPendingData,
};
