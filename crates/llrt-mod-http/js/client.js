// node:_http_client: requests.
// Node: https://nodejs.org/api/http.html#class-httpclientrequest
import { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, nodeError } from "internal:errors";
import { importBuiltin, nextTick } from "internal:host";
import { validateAbortSignal, validateBoolean, validateInteger, validateNumber } from "internal:validators";
import { globalAgent, kProxy, proxies } from "node:_http_agent";
import {
  calculateLenientFlags, checkIsHttpToken, connectionReset, ERR_HTTP_HEADERS_SENT, ERR_INVALID_HTTP_TOKEN, freeParser, hasInvalidPathChar, HTTPParser, observeHttp, parsers, prepareError, publish,
} from "node:_http_common";
import { kNeedDrain, kOutHeaders, kUniqueHeaders, OutgoingMessage, parseUniqueHeadersOption } from "node:_http_outgoing";
import { Buffer } from "node:buffer";
import { addAbortSignal, finished } from "node:stream";

const kError = Symbol("kError");
const kPath = Symbol("kPath");
const kObserved = Symbol("kObserved");
const TIMEOUT_MAX = 2 ** 31 - 1;

// What stands for a request's response in async hooks.
class HTTPClientAsyncResource {
  constructor(type, req) {
    this.type = type;
    this.req = req;
  }
}

function timerDuration(value, name) {
  validateNumber(value, name);
  if (value < 0 || !Number.isFinite(value)) throw ERR_OUT_OF_RANGE(name, "a non-negative finite number", value);
  if (value <= TIMEOUT_MAX) return value;
  importBuiltin("node:process").default.emitWarning(`${value} does not fit into a 32-bit signed integer.\nTimer duration was truncated to ${TIMEOUT_MAX}.`, "TimeoutOverflowWarning");
  return TIMEOUT_MAX;
}

function validateHost(host, name) {
  if (host != null && typeof host !== "string") throw ERR_INVALID_ARG_TYPE(`options.${name}`, ["string", "undefined", "null"], host);
  return host;
}

function validatePath(path) {
  if (hasInvalidPathChar(path)) throw nodeError("TypeError", "ERR_UNESCAPED_CHARACTERS", "Request path contains unescaped characters");
  return path;
}

const isURL = (value) => Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);

// An address and options, as one object.
export function normalizeArguments(input, options, callback) {
  if (typeof input === "string") input = importBuiltin("node:url").urlToHttpOptions(new URL(input));
  else if (isURL(input)) input = importBuiltin("node:url").urlToHttpOptions(input);
  else {
    callback = options;
    options = input;
    input = null;
  }
  if (typeof options === "function") {
    callback = options;
    options = input || {};
  } else options = Object.assign(input || {}, options);
  return [options, callback];
}

const withoutBody = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

export function ClientRequest(input, givenOptions, callback) {
  OutgoingMessage.call(this);
  const [options, onResponse] = normalizeArguments(input, givenOptions, callback);

  let { agent } = options;
  const defaultAgent = options._defaultAgent || globalAgent;
  if (agent === false) agent = new defaultAgent.constructor();
  else if (agent === null || agent === undefined) {
    if (typeof options.createConnection !== "function") agent = defaultAgent;
  } else if (typeof agent.addRequest !== "function") throw ERR_INVALID_ARG_TYPE("options.agent", ["Agent-like Object", "undefined", "false"], agent);
  this.agent = agent;

  const protocol = options.protocol || defaultAgent.protocol;
  const expected = this.agent?.protocol || defaultAgent.protocol;
  if (options.path) validatePath(String(options.path));
  if (protocol !== expected) throw nodeError("TypeError", "ERR_INVALID_PROTOCOL", `Protocol "${protocol}" not supported. Expected "${expected}"`);

  const defaultPort = options.defaultPort || this.agent?.defaultPort;
  const port = (options.port = options.port || defaultPort || 80);
  const host = (options.host = validateHost(options.hostname, "hostname") || validateHost(options.host, "host") || "localhost");
  const setHost = options.setHost !== undefined ? Boolean(options.setHost) : options.setDefaultHeaders !== false;
  this._removedConnection = this._removedContLen = this._removedTE = options.setDefaultHeaders === false;
  this.socketPath = options.socketPath;
  if (options.timeout !== undefined) this.timeout = timerDuration(options.timeout, "timeout");
  const { signal } = options;
  if (signal) {
    validateAbortSignal(signal, "options.signal");
    addAbortSignal(signal, this);
  }

  let { method } = options;
  if (method != null && typeof method !== "string") throw ERR_INVALID_ARG_TYPE("options.method", "string", method);
  if (method) {
    if (!checkIsHttpToken(method)) throw ERR_INVALID_HTTP_TOKEN("Method", method);
    method = this.method = method.toUpperCase();
  } else method = this.method = "GET";

  if (options.maxHeaderSize !== undefined) validateInteger(options.maxHeaderSize, "maxHeaderSize", 0);
  this.maxHeaderSize = options.maxHeaderSize;
  if (options.insecureHTTPParser !== undefined) validateBoolean(options.insecureHTTPParser, "options.insecureHTTPParser");
  this.insecureHTTPParser = options.insecureHTTPParser;
  if (options.joinDuplicateHeaders !== undefined) validateBoolean(options.joinDuplicateHeaders, "options.joinDuplicateHeaders");
  this.joinDuplicateHeaders = options.joinDuplicateHeaders;

  this[kPath] = options.path || "/";
  if (onResponse) this.once("response", onResponse);
  this.useChunkedEncodingByDefault = !withoutBody.has(method);
  this._ended = false;
  this.res = null;
  this.aborted = false;
  this.timeoutCb = null;
  this.upgradeOrConnect = false;
  this.parser = null;
  this.maxHeadersCount = null;
  this.reusedSocket = false;
  this.host = host;
  this.protocol = protocol;

  if (this.agent) {
    // An agent that keeps nothing and lets everybody connect gains nothing from a connection that stays.
    this._last = !this.agent.keepAlive && !Number.isFinite(this.agent.maxSockets);
    this.shouldKeepAlive = !this._last;
  }

  if (Array.isArray(options.headers)) {
    if (this.agent?.[kProxy] !== undefined && protocol === "http:") proxies().rewriteRequest(this, options, this.agent[kProxy]);
    this._storeHeader(firstLine(this), options.headers);
  } else {
    if (options.headers) for (const name of Object.keys(options.headers)) this.setHeader(name, options.headers[name]);
    if (host && !this.getHeader("host") && setHost) {
      let header = host;
      if (header.indexOf(":") !== header.lastIndexOf(":") && header[0] !== "[") header = `[${header}]`;
      if (port && +port !== defaultPort) header += `:${port}`;
      this.setHeader("Host", header);
    }
    if (options.auth && !this.getHeader("Authorization")) this.setHeader("Authorization", `Basic ${Buffer.from(options.auth).toString("base64")}`);
    if (this.agent?.[kProxy] !== undefined && protocol === "http:") proxies().rewriteRequest(this, options, this.agent[kProxy]);
    if (this.getHeader("expect")) {
      if (this._header) throw ERR_HTTP_HEADERS_SENT("render");
      this._storeHeader(firstLine(this), this[kOutHeaders]);
    }
  }
  this[kUniqueHeaders] = parseUniqueHeadersOption(options.uniqueHeaders);

  // Else the signal would end the connection as well, and with it other requests.
  let connectOptions = options;
  if (signal) {
    connectOptions = { ...options };
    delete connectOptions.signal;
  }
  if (this.agent) this.agent.addRequest(this, connectOptions);
  else {
    this._last = true;
    this.shouldKeepAlive = false;
    connect(this, connectOptions);
  }
  publish("http.client.request.created", () => ({ request: this }));
}
Object.setPrototypeOf(ClientRequest.prototype, OutgoingMessage.prototype);
Object.setPrototypeOf(ClientRequest, OutgoingMessage);

const firstLine = (request) => `${request.method} ${request[kPath]} HTTP/1.1\r\n`;

function connect(request, options) {
  if (options.path || options.socketPath) options = { ...options, path: options.socketPath };
  if (typeof options.createConnection !== "function") return request.onSocket(importBuiltin("node:net").createConnection(options));
  let called = false;
  const onCreated = (error, socket) => {
    if (called) return;
    called = true;
    if (error) nextTick(emitError, request, error);
    else request.onSocket(socket);
  };
  try {
    const socket = options.createConnection(options, onCreated);
    if (socket) onCreated(null, socket);
  } catch (error) {
    onCreated(error);
  }
}

function emitError(request, error) {
  publish("http.client.request.error", () => ({ request, error }));
  request.emit("error", error);
}

Object.defineProperty(ClientRequest.prototype, "path", {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() {
    return this[kPath];
  },
  set(value) {
    this[kPath] = validatePath(String(value));
  },
});

ClientRequest.prototype._finish = function _finish() {
  OutgoingMessage.prototype._finish.call(this);
  publish("http.client.request.start", () => ({ request: this }));
  this[kObserved] = observeHttp(() => ({
    type: "HttpClient",
    req: { method: this.method, url: `${this.protocol}//${this.host}${this[kPath]}`, headers: typeof this.getHeaders === "function" ? this.getHeaders() : {} },
  }));
};

ClientRequest.prototype._implicitHeader = function _implicitHeader() {
  if (this._header) throw ERR_HTTP_HEADERS_SENT("render");
  this._storeHeader(firstLine(this), this[kOutHeaders]);
};

ClientRequest.prototype.abort = function abort() {
  if (this.aborted) return;
  this.aborted = true;
  nextTick(emitAbort, this);
  this.destroy();
};

function emitAbort(request) {
  request.emit("abort");
}

ClientRequest.prototype.destroy = function destroy(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  // What is left of the response is for nobody.
  if (this.res) this.res._dump();
  this[kError] = error;
  this.socket?.destroy(error);
  return this;
};

function close(request) {
  request._closed = true;
  request.emit("close");
}

function fail(request, error) {
  request.destroyed = true;
  if (!request.aborted && !error) error = connectionReset("socket hang up");
  if (error) emitError(request, error);
  close(request);
}

// ---- on a connection

ClientRequest.prototype.onSocket = function onSocket(socket, error) {
  if (error || !socket || !(socket.connecting || socket.destroyed)) return nextTick(startOn, this, socket, error);
  // It may fail before anybody else listens.
  let early;
  const onEarlyError = (failure) => {
    early ??= failure;
  };
  socket.on("error", onEarlyError);
  nextTick(() => {
    socket.removeListener("error", onEarlyError);
    startOn(this, socket, early);
  });
};

function startOn(request, socket, error) {
  if (!request.destroyed && !error) {
    attach(request, socket);
    request._flush();
    return;
  }
  if (socket) {
    if (!error && request.agent && !socket.destroyed) socket.emit("free");
    else {
      finished(socket.destroy(error || request[kError]), (failure) => {
        if (failure?.code === "ERR_STREAM_PREMATURE_CLOSE") failure = null;
        fail(request, failure || error || request[kError]);
      });
      return;
    }
  }
  fail(request, error || request[kError]);
}

function attach(request, socket) {
  const parser = parsers.alloc();
  request.socket = socket;
  parser.initialize(
    HTTPParser.RESPONSE,
    new HTTPClientAsyncResource("HTTPINCOMINGMESSAGE", request),
    request.maxHeaderSize || 0,
    calculateLenientFlags(request.insecureHTTPParser),
  );
  parser.socket = socket;
  parser.outgoing = request;
  request.parser = parser;
  socket.parser = parser;
  socket._httpMessage = request;
  if (typeof request.maxHeadersCount === "number") parser.maxHeaderPairs = request.maxHeadersCount << 1;
  parser.joinDuplicateHeaders = request.joinDuplicateHeaders;
  parser.onIncoming = onIncoming;
  socket.on("error", onError);
  socket.on("data", onData);
  socket.on("end", onEnd);
  socket.on("close", onClose);
  socket.on("drain", onDrain);
  if (request.timeout !== undefined || request.agent?.options?.timeout) listenToTimeout(request);
  request.emit("socket", socket);
}

export function onDrain() {
  const message = this._httpMessage;
  if (message && !message.finished && message[kNeedDrain]) {
    message[kNeedDrain] = false;
    message.emit("drain");
  }
}

function release(parser, request, socket) {
  if (!parser) return;
  parser.finish();
  freeParser(parser, request, socket);
}

function onClose() {
  const { parser, _httpMessage: request } = this;
  release(parser, request, this);
  request.destroyed = true;
  const response = request.res;
  if (response) {
    if (!response.complete) response.destroy(connectionReset("aborted"));
    close(request);
    if (!response.aborted && response.readable) response.push(null);
  } else {
    if (!request.socket._hadError) {
      request.socket._hadError = true;
      emitError(request, connectionReset("socket hang up"));
    }
    close(request);
  }
  // Nobody will send what waits.
  if (request.outputData) request.outputData.length = 0;
}

function onError(error) {
  const { parser, _httpMessage: request } = this;
  if (request) {
    request.socket._hadError = true;
    emitError(request, error);
  }
  release(parser, request, this);
  this.removeListener("data", onData);
  this.removeListener("end", onEnd);
  this.destroy();
}

function onEnd() {
  const { parser, _httpMessage: request } = this;
  if (!request.res && !request.socket._hadError) {
    request.socket._hadError = true;
    emitError(request, connectionReset("socket hang up"));
  }
  release(parser, request, this);
  this.end();
}

function onData(chunk) {
  const { parser, _httpMessage: request } = this;
  const parsed = parser.execute(chunk);
  if (parsed instanceof Error) {
    prepareError(parsed, parser, chunk);
    freeParser(parser, request, this);
    this.removeListener("data", onData);
    this.removeListener("end", onEnd);
    this.destroy();
    request.socket._hadError = true;
    emitError(request, parsed);
  } else if (parser.incoming?.upgrade) {
    const response = parser.incoming;
    request.res = response;
    this.removeListener("data", onData);
    this.removeListener("end", onEnd);
    this.removeListener("drain", onDrain);
    if (request.timeoutCb) this.removeListener("timeout", request.timeoutCb);
    this.removeListener("timeout", onResponseTimeout);
    release(parser, request, this);
    const event = request.method === "CONNECT" ? "connect" : "upgrade";
    if (request.listenerCount(event) === 0) return void request.destroy();
    request.upgradeOrConnect = true;
    // The connection is no longer ours.
    this.emit("agentRemove");
    this.removeListener("close", onClose);
    this.removeListener("error", onError);
    this._httpMessage = null;
    this.readableFlowing = null;
    request.emit(event, response, this, chunk.subarray(parsed));
    request.destroyed = true;
    close(request);
  } else if (parser.incoming?.complete && !isInformational(parser.incoming.statusCode)) {
    this.removeListener("data", onData);
    this.removeListener("end", onEnd);
    this.removeListener("drain", onDrain);
    freeParser(parser, request, this);
  }
}

const isInformational = (status) => status < 200 && status >= 100 && status !== 101;

// What follows a response's head: 0 what it says, 1 no body, 2 another protocol.
function onIncoming(response, shouldKeepAlive) {
  const { socket } = this;
  const request = socket._httpMessage;
  if (request.res) {
    // Two responses to one request.
    socket.destroy();
    return 0;
  }
  request.res = response;
  if (response.upgrade) return 2;
  if (request.method === "CONNECT") {
    response.upgrade = true;
    return 2;
  }
  if (isInformational(response.statusCode)) {
    request.res = null;
    if (response.statusCode === 100) request.emit("continue");
    const { statusCode, statusMessage, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders } = response;
    request.emit("information", { statusCode, statusMessage, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders });
    return 1;
  }
  if (request.shouldKeepAlive && !shouldKeepAlive && !request.upgradeOrConnect) request.shouldKeepAlive = false;
  request[kObserved]?.(() => ({
    res: { statusCode: response.statusCode, statusMessage: response.statusMessage, headers: response.headers },
  }));
  publish("http.client.response.finish", () => ({ request, response }));
  response.req = request;
  // Before those of others, so that the connection is seen to.
  response.on("end", onResponseEnd);
  request.on("finish", onRequestFinish);
  if (request.timeoutCb || socket.timeout) socket.on("timeout", onResponseTimeout);
  if (request.aborted || !request.emit("response", response)) response._dump();
  if (request.method === "HEAD") return 1;
  if (response.statusCode === 304) {
    response.complete = true;
    return 1;
  }
  return 0;
}

// Both sides are done: the connection is free for another request.
function releaseConnection(request) {
  const { socket } = request;
  if (request.timeoutCb) {
    socket.setTimeout(0, request.timeoutCb);
    request.timeoutCb = null;
  }
  socket.removeListener("close", onClose);
  socket.removeListener("error", onError);
  socket.removeListener("data", onData);
  socket.removeListener("end", onEnd);
  socket.removeListener("drain", onDrain);
  request.destroyed = true;
  if (request.res) request.res.socket = null;
  // After those who listen to the response's end.
  nextTick(emitFree, request);
}

function emitFree(request) {
  close(request);
  if (request.socket) request.socket.emit("free");
}

function onResponseEnd() {
  const request = this.req;
  const { socket } = request;
  if (socket) {
    if (request.timeoutCb) socket.removeListener("timeout", emitRequestTimeout);
    socket.removeListener("timeout", onResponseTimeout);
  }
  request._ended = true;
  if (!request.shouldKeepAlive) {
    if (socket.writable) {
      if (typeof socket.destroySoon === "function") socket.destroySoon();
      else socket.end();
    }
  } else if (request.writableFinished && !this.aborted) releaseConnection(request);
}

function onRequestFinish() {
  // All may have been written, and the connection passed on, before who waited for it is told.
  if (this.shouldKeepAlive && this._ended && !this.destroyed) releaseConnection(this);
}

// ---- limits of time

function onResponseTimeout() {
  this._httpMessage?.res?.emit("timeout");
}

function emitRequestTimeout() {
  this._httpMessage?.emit("timeout");
}

function listenToTimeout(request) {
  if (request.timeoutCb) return;
  request.timeoutCb = emitRequestTimeout;
  if (request.socket) request.socket.once("timeout", emitRequestTimeout);
  else request.on("socket", (socket) => socket.once("timeout", emitRequestTimeout));
}

function setSocketTimeout(socket, msecs) {
  if (socket.connecting) {
    socket.once("connect", function () {
      this.setTimeout(msecs);
    });
  } else socket.setTimeout(msecs);
}

ClientRequest.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (this._ended) return this;
  listenToTimeout(this);
  msecs = timerDuration(msecs, "msecs");
  if (callback) this.once("timeout", callback);
  if (this.socket) setSocketTimeout(this.socket, msecs);
  else this.once("socket", (socket) => setSocketTimeout(socket, msecs));
  return this;
};

ClientRequest.prototype.clearTimeout = function clearTimeout(callback) {
  this.setTimeout(0, callback);
};

// Calls a method of the connection when there is one, and it is connected.
ClientRequest.prototype._deferToConnect = function _deferToConnect(method, args) {
  const call = () => {
    if (method) Reflect.apply(this.socket[method], this.socket, args);
  };
  const onSocket = () => {
    if (this.socket.writable) call();
    else this.socket.once("connect", call);
  };
  if (!this.socket) this.once("socket", onSocket);
  else onSocket();
};

ClientRequest.prototype.setNoDelay = function setNoDelay(noDelay) {
  this._deferToConnect("setNoDelay", [noDelay]);
};

ClientRequest.prototype.setSocketKeepAlive = function setSocketKeepAlive(enable, initialDelay) {
  this._deferToConnect("setKeepAlive", [enable, initialDelay]);
};

export default { ClientRequest };
