// The compatibility API of node:http2: requests and responses that look like those of node:http.
// Node: https://nodejs.org/api/http2.html#compatibility-api
import { ERR_INVALID_ARG_VALUE, nodeError } from "internal:errors";
import { importBuiltin, nextTick } from "internal:host";
import { constants, failure, isOfConnection, isToken, sensitiveHeaders } from "internal:http2/shared";
import { validateFunction, validateObject, validateString } from "internal:validators";
import { Readable, Stream } from "node:stream";

const kBeginSend = Symbol("begin-send");
const kState = Symbol("state");
const kStream = Symbol("stream");
const kHeaders = Symbol("headers");
const kTrailers = Symbol("trailers");
const kRequest = Symbol("request");
const kAborted = Symbol("aborted");
const kProxy = Symbol("proxySocket");
const kSetHeader = Symbol("setHeader");
const kAppendHeader = Symbol("appendHeader");
const kRawHeaders = Symbol("rawHeaders");
const kRawTrailers = Symbol("rawTrailers");

let statusWarned = false;
function warnStatusMessage() {
  if (statusWarned) return;
  statusWarned = true;
  importBuiltin("node:process").default.emitWarning("Status message is not supported by HTTP/2 (RFC7540 8.1.2.4)", "UnsupportedWarning");
}

let connectionWarned = false;
const isAllowed = (name, value) => !isOfConnection(name) && (name !== "te" || value === "trailers");

function checkHeader(name, value) {
  if (name === "" || !isToken(name) || name.includes(" "))
    throw nodeError("TypeError", "ERR_INVALID_HTTP_TOKEN", `Header name must be a valid HTTP token ["${name}"]`);
  if (value === undefined || value === null) throw failure("INVALID_HEADER_VALUE", value, name);
  if (!isAllowed(name, value)) {
    // Programs written for HTTP/1 set these; they mean nothing here.
    if (!connectionWarned) {
      connectionWarned = true;
      importBuiltin("node:process").default.emitWarning(
        "The provided connection header is not valid, the value will be dropped from the header and will never be in use.",
        "UnsupportedWarning",
      );
    }
  }
}

// ---- the socket that requests and responses show: the stream where it has what is asked for, the session's socket otherwise

const OF_STREAM = new Set(["on", "once", "end", "emit", "destroy"]);
const STREAM_STATE = new Set(["writable", "readable", "destroyed"]);
const FORBIDDEN = new Set(["read", "write", "pause", "resume"]);
const referenceOf = (stream) => (stream.session !== undefined ? stream.session.socket : stream);
const socketHandler = {
  has: (stream, name) => name in stream || name in referenceOf(stream),
  get(stream, name) {
    if (OF_STREAM.has(name)) return stream[name].bind(stream);
    if (STREAM_STATE.has(name)) return stream[name];
    if (name === "setTimeout") {
      const { session } = stream;
      return session !== undefined ? session.setTimeout.bind(session) : stream.setTimeout.bind(stream);
    }
    if (FORBIDDEN.has(name)) throw failure("NO_SOCKET_MANIPULATION");
    const reference = referenceOf(stream);
    const value = reference[name];
    return typeof value === "function" ? value.bind(reference) : value;
  },
  getPrototypeOf: (stream) => Reflect.getPrototypeOf(referenceOf(stream)),
  set(stream, name, value) {
    if (OF_STREAM.has(name)) stream[name] = value;
    else if (STREAM_STATE.has(name)) Object.defineProperty(stream, name, { __proto__: null, value, writable: true, configurable: true, enumerable: true });
    else if (name === "setTimeout") {
      if (stream.session !== undefined) stream.session.setTimeout = value;
      else stream.setTimeout = value;
    } else if (FORBIDDEN.has(name)) throw failure("NO_SOCKET_MANIPULATION");
    else referenceOf(stream)[name] = value;
    return true;
  },
};
const proxyOf = (holder, stream) => (holder[kProxy] ??= new Proxy(stream, socketHandler));

// ---- requests

function onStreamData(chunk) {
  const request = this[kRequest];
  if (request !== undefined && !request.push(chunk)) this.pause();
}

function onStreamEnd() {
  this[kRequest]?.push(null);
}

function onStreamTrailers(trailers, flags, rawTrailers) {
  const request = this[kRequest];
  if (request === undefined) return;
  Object.assign(request[kTrailers], trailers);
  request[kRawTrailers].push(...rawTrailers);
}

function onStreamAborted() {
  const request = this[kRequest];
  if (request === undefined || request[kState].closed) return;
  request[kAborted] = true;
  request.emit("aborted");
}

function onRequestClose() {
  const request = this[kRequest];
  if (request === undefined) return;
  request[kState].closed = true;
  request.push(null);
  this[kRequest] = undefined;
  // A body that nobody looks at does not hold up the end, as in HTTP/1.
  if (!request[kState].didRead && !request._readableState.resumeScheduled) request.resume();
  request.emit("close");
}

class Http2ServerRequest extends Readable {
  constructor(stream, headers, options, rawHeaders) {
    super({ autoDestroy: false, ...options });
    this[kState] = { closed: false, didRead: false };
    this[kHeaders] = headers;
    this[kRawHeaders] = rawHeaders;
    this[kTrailers] = {};
    this[kRawTrailers] = [];
    this[kStream] = stream;
    this[kAborted] = false;
    stream[kProxy] = null;
    stream[kRequest] = this;
    stream.on("trailers", onStreamTrailers);
    stream.on("end", onStreamEnd);
    stream.on("aborted", onStreamAborted);
    stream.on("close", onRequestClose);
    // Errors of the stream are the stream's.
    stream.on("error", () => {});
    stream.on("timeout", () => this.emit("timeout"));
    this.on("pause", () => stream.pause());
    this.on("resume", () => stream.resume());
  }

  get aborted() {
    return this[kAborted];
  }

  get complete() {
    return this[kAborted] || this.readableEnded || this[kState].closed || this[kStream].destroyed;
  }

  get stream() {
    return this[kStream];
  }

  get headers() {
    return this[kHeaders];
  }

  get rawHeaders() {
    return this[kRawHeaders];
  }

  get trailers() {
    return this[kTrailers];
  }

  get rawTrailers() {
    return this[kRawTrailers];
  }

  get httpVersionMajor() {
    return 2;
  }

  get httpVersionMinor() {
    return 0;
  }

  get httpVersion() {
    return "2.0";
  }

  get socket() {
    return proxyOf(this, this[kStream]);
  }

  get connection() {
    return this.socket;
  }

  _read() {
    const state = this[kState];
    if (state.didRead) {
      if (!this[kStream].destroyed) nextTick(() => this[kStream].resume());
      return;
    }
    state.didRead = true;
    this[kStream].on("data", onStreamData);
    if (this.isPaused()) this[kStream].pause();
  }

  get method() {
    return this[kHeaders][":method"];
  }

  set method(method) {
    validateString(method, "method");
    if (method.trim() === "") throw ERR_INVALID_ARG_VALUE("method", method);
    this[kHeaders][":method"] = method;
  }

  get authority() {
    return this[kHeaders][":authority"] ?? this[kHeaders].host ?? "";
  }

  get scheme() {
    return this[kHeaders][":scheme"];
  }

  get url() {
    return this[kHeaders][":path"];
  }

  set url(url) {
    this[kHeaders][":path"] = url;
  }

  setTimeout(ms, callback) {
    if (!this[kState].closed) this[kStream].setTimeout(ms, callback);
    return this;
  }
}

// ---- responses

class Http2ServerResponse extends Stream {
  constructor(stream, options) {
    super(options);
    this[kState] = { closed: false, ending: false, destroyed: false, headRequest: false, sendDate: true, statusCode: 200 };
    this[kHeaders] = { __proto__: null };
    this[kTrailers] = { __proto__: null };
    this[kStream] = stream;
    stream[kProxy] = null;
    this.writable = true;
    this.req = stream[kRequest];
    stream.on("drain", () => this.emit("drain"));
    stream.on("close", () => this.#onClose());
    stream.on("wantTrailers", () => this.#onWantTrailers());
    stream.on("timeout", () => this.emit("timeout"));
  }

  #onClose() {
    const state = this[kState];
    if (state.closed) return;
    state.headRequest = this[kStream].headRequest;
    state.closed = true;
    this[kProxy] = undefined;
    this.emit("finish");
    this.emit("close");
  }

  #onWantTrailers() {
    const stream = this[kStream];
    // It may have been closed by what sent it.
    if (!stream.destroyed && !stream.closed) stream.sendTrailers(this[kTrailers]);
  }

  // Users of node:http look at these.
  get _header() {
    return this.headersSent;
  }

  get writableEnded() {
    return this[kState].ending;
  }

  get finished() {
    return this[kState].ending;
  }

  get socket() {
    // Nothing of a closed response is to be touched.
    if (this[kState].closed) return undefined;
    return proxyOf(this, this[kStream]);
  }

  get connection() {
    return this.socket;
  }

  get stream() {
    return this[kStream];
  }

  get headersSent() {
    return this[kStream].headersSent;
  }

  get sendDate() {
    return this[kState].sendDate;
  }

  set sendDate(value) {
    this[kState].sendDate = Boolean(value);
  }

  get statusCode() {
    return this[kState].statusCode;
  }

  set statusCode(code) {
    code |= 0;
    if (code >= 100 && code < 200) throw failure("INFO_STATUS_NOT_ALLOWED");
    if (code < 100 || code > 599) throw failure("STATUS_INVALID", code);
    this[kState].statusCode = code;
  }

  get writableCorked() {
    return this[kStream].writableCorked;
  }

  get writableHighWaterMark() {
    return this[kStream].writableHighWaterMark;
  }

  get writableObjectMode() {
    return this[kStream].writableObjectMode;
  }

  get writableFinished() {
    return this[kStream].writableFinished;
  }

  get writableLength() {
    return this[kStream].writableLength;
  }

  get writableNeedDrain() {
    return this[kStream].writableNeedDrain;
  }

  setTrailer(name, value) {
    validateString(name, "name");
    name = name.trim().toLowerCase();
    checkHeader(name, value);
    this[kTrailers][name] = value;
  }

  addTrailers(headers) {
    for (const name of Object.keys(headers)) this.setTrailer(name, headers[name]);
  }

  getHeader(name) {
    validateString(name, "name");
    return this[kHeaders][name.trim().toLowerCase()];
  }

  getHeaderNames() {
    return Object.keys(this[kHeaders]);
  }

  getHeaders() {
    return { __proto__: null, ...this[kHeaders] };
  }

  hasHeader(name) {
    validateString(name, "name");
    return Object.hasOwn(this[kHeaders], name.trim().toLowerCase());
  }

  removeHeader(name) {
    validateString(name, "name");
    if (this[kStream].headersSent) throw failure("HEADERS_SENT");
    name = name.trim().toLowerCase();
    if (name === "date") {
      this[kState].sendDate = false;
      return;
    }
    delete this[kHeaders][name];
  }

  setHeader(name, value) {
    validateString(name, "name");
    if (this[kStream].headersSent) throw failure("HEADERS_SENT");
    this[kSetHeader](name, value);
  }

  [kSetHeader](name, value) {
    name = name.trim().toLowerCase();
    if (name[0] === ":") throw failure("PSEUDOHEADER_NOT_ALLOWED");
    checkHeader(name, value);
    if (!isAllowed(name, value)) return;
    this[kHeaders][name] = value;
  }

  appendHeader(name, value) {
    validateString(name, "name");
    if (this[kStream].headersSent) throw failure("HEADERS_SENT");
    this[kAppendHeader](name, value);
  }

  [kAppendHeader](name, value) {
    name = name.trim().toLowerCase();
    if (name[0] === ":") throw failure("PSEUDOHEADER_NOT_ALLOWED");
    checkHeader(name, value);
    if (!isAllowed(name, value)) return;
    const before = this[kHeaders][name];
    if (before === undefined) this[kHeaders][name] = value;
    else this[kHeaders][name] = [].concat(before, value);
  }

  get statusMessage() {
    warnStatusMessage();
    return "";
  }

  set statusMessage(message) {
    warnStatusMessage();
  }

  flushHeaders() {
    if (!this[kState].closed && !this[kStream].headersSent) this.writeHead(this[kState].statusCode);
  }

  writeHead(statusCode, statusMessage, headers) {
    const state = this[kState];
    if (state.closed || this.stream.destroyed || this.stream.closed) return this;
    if (this[kStream].headersSent) throw failure("HEADERS_SENT");
    if (typeof statusMessage === "string") warnStatusMessage();
    if (headers === undefined && typeof statusMessage === "object") headers = statusMessage;
    if (Array.isArray(headers)) {
      let pairs = headers;
      if (!Array.isArray(headers[0])) {
        if (headers.length % 2 !== 0) throw ERR_INVALID_ARG_VALUE("headers", headers);
        pairs = [];
        for (let at = 0; at < headers.length; at += 2) pairs.push([headers[at], headers[at + 1]]);
      }
      const seen = new Set();
      for (const [name, value] of pairs) {
        const key = String(name).toLowerCase();
        this[seen.has(key) ? kAppendHeader : kSetHeader](name, value);
        seen.add(key);
      }
    } else if (headers !== null && typeof headers === "object") {
      for (const name of Object.keys(headers)) this[kSetHeader](name, headers[name]);
      if (headers[sensitiveHeaders] !== undefined) this[kHeaders][sensitiveHeaders] = headers[sensitiveHeaders];
    }
    this.statusCode = statusCode;
    this[kBeginSend]();
    return this;
  }

  cork() {
    this[kStream].cork();
  }

  uncork() {
    this[kStream].uncork();
  }

  write(chunk, encoding, callback) {
    const state = this[kState];
    if (typeof encoding === "function") {
      callback = encoding;
      encoding = "utf8";
    }
    let error;
    if (state.ending) error = nodeError("Error", "ERR_STREAM_WRITE_AFTER_END", "write after end");
    else if (state.closed) error = failure("INVALID_STREAM");
    else if (state.destroyed) return false;
    if (error) {
      if (typeof callback === "function") nextTick(callback, error);
      this.destroy(error);
      return false;
    }
    const stream = this[kStream];
    if (!stream.headersSent) this.writeHead(state.statusCode);
    return stream.write(chunk, encoding, callback);
  }

  end(chunk, encoding, callback) {
    const stream = this[kStream];
    const state = this[kState];
    if (typeof chunk === "function") {
      callback = chunk;
      chunk = null;
    } else if (typeof encoding === "function") {
      callback = encoding;
      encoding = "utf8";
    }
    if ((state.closed || state.ending) && state.headRequest === stream.headRequest) {
      if (typeof callback === "function") nextTick(callback);
      return this;
    }
    if (chunk !== null && chunk !== undefined) this.write(chunk, encoding);
    state.headRequest = stream.headRequest;
    state.ending = true;
    if (typeof callback === "function") {
      if (stream.writableEnded) this.once("finish", callback);
      else stream.once("finish", callback);
    }
    if (!stream.headersSent) this.writeHead(state.statusCode);
    if (state.closed || stream.destroyed) this.#onClose();
    else stream.end();
    return this;
  }

  destroy(error) {
    if (this[kState].destroyed) return;
    this[kState].destroyed = true;
    this[kStream].destroy(error);
  }

  setTimeout(ms, callback) {
    if (!this[kState].closed) this[kStream].setTimeout(ms, callback);
  }

  createPushResponse(headers, callback) {
    validateFunction(callback, "callback");
    if (this[kState].closed) {
      const error = failure("INVALID_STREAM");
      return void nextTick(callback, error);
    }
    this[kStream].pushStream(headers, {}, (error, stream) => {
      if (error) callback(error);
      else callback(null, new this.constructor(stream));
    });
  }

  [kBeginSend]() {
    const state = this[kState];
    const headers = this[kHeaders];
    headers[":status"] = state.statusCode;
    this[kStream].respond(headers, { endStream: state.ending, waitForTrailers: true, sendDate: state.sendDate });
    delete headers[":status"];
  }

  writeInformation(statusCode, headers) {
    const stream = this[kStream];
    if (stream.headersSent || this[kState].closed) return false;
    stream.additionalHeaders({ ...headers, ":status": statusCode });
    return true;
  }

  writeContinue() {
    const stream = this[kStream];
    if (stream.headersSent || this[kState].closed) return false;
    stream.additionalHeaders({ ":status": 100 });
    return true;
  }

  writeEarlyHints(hints) {
    validateObject(hints, "hints");
    const link = linkValue(hints.link);
    const stream = this[kStream];
    if (stream.headersSent || this[kState].closed) return false;
    const headers = { __proto__: null };
    for (const name of Object.keys(hints)) if (name !== "link") headers[name] = hints[name];
    if (link.length === 0) return false;
    stream.additionalHeaders({ ...headers, ":status": 103, Link: link });
    return true;
  }
}

const LINK = /^(?:<[^>]*>)(?:\s*;\s*[^;"\s]+(?:=(")?[^;"\s]*\1)?)*$/;
function linkValue(links) {
  const check = (value) => {
    if (typeof value === "string" && LINK.test(value)) return;
    throw ERR_INVALID_ARG_VALUE("hints", value, 'must be an array or string of format "</styles.css>; rel=preload; as=style"');
  };
  if (typeof links === "string") {
    check(links);
    return links;
  }
  if (!Array.isArray(links)) check(links);
  links.forEach(check);
  return links.join(", ");
}

/** What a server does with a stream when somebody listens to `request`. */
function onServerStream(ServerRequest, ServerResponse, stream, headers, flags, rawHeaders) {
  const request = new ServerRequest(stream, headers, undefined, rawHeaders);
  const response = new ServerResponse(stream);
  // Who asks for a tunnel is not answered as others are.
  if (headers[":method"] === "CONNECT") {
    if (this.emit("connect", request, response)) return;
    response.statusCode = constants.HTTP_STATUS_METHOD_NOT_ALLOWED;
    return void response.end();
  }
  if (headers.expect !== undefined) {
    if (headers.expect === "100-continue") {
      if (this.listenerCount("checkContinue")) {
        this.emit("checkContinue", request, response);
      } else {
        response.writeContinue();
        this.emit("request", request, response);
      }
    } else if (this.listenerCount("checkExpectation")) {
      this.emit("checkExpectation", request, response);
    } else {
      response.statusCode = constants.HTTP_STATUS_EXPECTATION_FAILED;
      response.end();
    }
    return;
  }
  this.emit("request", request, response);
}

export { Http2ServerRequest, Http2ServerResponse, onServerStream };
