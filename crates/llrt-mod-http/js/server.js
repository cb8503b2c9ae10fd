// node:_http_server: servers and what they answer.
// Node: https://nodejs.org/api/http.html#class-httpserver
import { ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, nodeError } from "internal:errors";
import { importBuiltin, nextTick } from "internal:host";
import { clearInterval, clearTimeout, setInterval, setTimeout } from "internal:timers";
import { validateBoolean, validateFunction, validateInteger, validateObject } from "internal:validators";
import {
  calculateLenientFlags, checkInvalidHeaderChar, chunkExpression, connectionReset, continueExpression, CRLF, ERR_HTTP_HEADERS_SENT, ERR_INVALID_CHAR, freeParser,
  HTTPParser, kIncomingMessage, observeHttp, parsers, prepareError, publish, statusCodes as STATUS_CODES,
} from "node:_http_common";
import { IncomingMessage } from "node:_http_incoming";
import {
  kNeedDrain, kOutHeaders, kRejectNonStandardBodyWrites, kUniqueHeaders, OutgoingMessage, parseUniqueHeadersOption, validateHeaderName, validateHeaderValue,
} from "node:_http_outgoing";
import net from "node:net";

export const kServerResponse = Symbol("ServerResponse");
export const kConnectionsCheckingInterval = Symbol("http.server.connectionsCheckingInterval");
const kConnections = Symbol("http.server.connections");
const kOptimizeEmptyRequests = Symbol("OptimizeEmptyRequestsOption");
const kObserved = Symbol("kObserved");
const kOnTimeout = HTTPParser.kOnTimeout;
const rejection = Symbol.for("nodejs.rejection");
const { now } = Date;

export { STATUS_CODES };

// What stands for a connection in async hooks.
class HTTPServerAsyncResource {
  constructor(type, socket) {
    this.type = type;
    this.socket = socket;
  }
}

// ---- responses

export function ServerResponse(request, options) {
  OutgoingMessage.call(this, options);
  if (request.method === "HEAD") this._hasBody = false;
  this.req = request;
  this.sendDate = true;
  this._sent100 = false;
  this._expect_continue = false;
  if (request.httpVersionMajor < 1 || request.httpVersionMinor < 1) {
    this.useChunkedEncodingByDefault = chunkExpression.test(request.headers.te);
    this.shouldKeepAlive = false;
  }
  this[kObserved] = observeHttp(() => ({ type: "HttpRequest", req: { method: request.method, url: request.url, headers: request.headers } }));
  publish("http.server.response.created", () => ({ request, response: this }));
}
Object.setPrototypeOf(ServerResponse.prototype, OutgoingMessage.prototype);
Object.setPrototypeOf(ServerResponse, OutgoingMessage);

ServerResponse.prototype._finish = function _finish() {
  this[kObserved]?.(() => ({ res: { statusCode: this.statusCode, statusMessage: this.statusMessage, headers: this.getHeaders() } }));
  OutgoingMessage.prototype._finish.call(this);
};

ServerResponse.prototype.statusCode = 200;
ServerResponse.prototype.statusMessage = undefined;

// The copy of the socket's listeners may still have this when the response is no longer its.
function onResponseClose() {
  if (this._httpMessage) emitClose(this._httpMessage);
}

function emitClose(response) {
  if (response._closed) return;
  response.destroyed = true;
  response._closed = true;
  response.emit("close");
}

ServerResponse.prototype.assignSocket = function assignSocket(socket) {
  if (socket._httpMessage) throw nodeError("Error", "ERR_HTTP_SOCKET_ASSIGNED", "ServerResponse has an already assigned socket");
  socket._httpMessage = this;
  socket.on("close", onResponseClose);
  this.socket = socket;
  this.emit("socket", socket);
  this._flush();
};

ServerResponse.prototype.detachSocket = function detachSocket(socket) {
  socket.removeListener("close", onResponseClose);
  socket._httpMessage = null;
  this.socket = null;
};

function invalidStatus(status) {
  return nodeError("RangeError", "ERR_HTTP_INVALID_STATUS_CODE", importBuiltin("node:util").format("Invalid status code: %s", status));
}

ServerResponse.prototype.writeInformation = function writeInformation(status, headers, callback) {
  if (this._header) throw ERR_HTTP_HEADERS_SENT("write");
  validateInteger(status, "statusCode");
  if (status < 100 || status > 199 || status === 101) throw invalidStatus(status);
  if (typeof headers === "function") {
    callback = headers;
    headers = undefined;
  }
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\n`;
  for (const name of Object.keys(headers ?? {})) {
    validateHeaderName(name);
    for (const value of [].concat(headers[name])) {
      validateHeaderValue(name, value);
      head += `${name}: ${value}\r\n`;
    }
  }
  this._writeRaw(head + CRLF, "latin1", callback);
  if (status === 100) this._sent100 = true;
};

ServerResponse.prototype.writeContinue = function writeContinue(callback) {
  this._writeRaw("HTTP/1.1 100 Continue\r\n\r\n", "ascii", callback);
  this._sent100 = true;
};

ServerResponse.prototype.writeProcessing = function writeProcessing(callback) {
  this._writeRaw("HTTP/1.1 102 Processing\r\n\r\n", "ascii", callback);
};

const linkExpression = /^<[^>]*>(?:\s*;\s*[^;"\s]+(?:=(")?[^;"\s]*\1)?)*$/;
const linkRule = 'must be an array or string of format "</styles.css>; rel=preload; as=style"';

function linkOf(hint, value) {
  if (typeof value !== "string" || !linkExpression.test(value) || checkInvalidHeaderChar(value)) throw ERR_INVALID_ARG_VALUE("hints", hint, linkRule);
  return value;
}

ServerResponse.prototype.writeEarlyHints = function writeEarlyHints(hints, callback) {
  validateObject(hints, "hints");
  const { link } = hints;
  if (link === null || link === undefined) return;
  const value = Array.isArray(link) ? link.map((item) => linkOf(link, item)).join(", ") : linkOf(link, link);
  if (value.length === 0) return;
  let head = `HTTP/1.1 103 Early Hints\r\nLink: ${value}\r\n`;
  for (const name of Object.keys(hints)) {
    if (name === "link") continue;
    validateHeaderName(name);
    validateHeaderValue(name, hints[name]);
    head += `${name}: ${hints[name]}\r\n`;
  }
  this._writeRaw(head + CRLF, "ascii", callback);
};

ServerResponse.prototype._implicitHeader = function _implicitHeader() {
  this.writeHead(this.statusCode);
};

ServerResponse.prototype.writeHead = function writeHead(statusCode, reason, obj) {
  if (this._header) throw ERR_HTTP_HEADERS_SENT("write");
  const status = statusCode | 0;
  if (status < 100 || status > 999) throw invalidStatus(statusCode);
  if (typeof reason === "string") this.statusMessage = reason;
  else {
    this.statusMessage ||= STATUS_CODES[status] || "unknown";
    obj ??= reason;
  }
  this.statusCode = status;
  let headers = obj;
  if (this[kOutHeaders]) {
    // Those that are given now take the place of those that were set before.
    if (Array.isArray(obj)) {
      const pairs = obj.length && Array.isArray(obj[0]) ? obj.flat(1) : obj;
      if (pairs.length % 2 !== 0) throw ERR_INVALID_ARG_VALUE("headers", obj);
      for (let index = 0; index < pairs.length; index += 2) this.removeHeader(pairs[index]);
      for (let index = 0; index < pairs.length; index += 2) if (pairs[index]) this.appendHeader(pairs[index], pairs[index + 1]);
    } else if (obj) for (const name of Object.keys(obj)) if (name) this.setHeader(name, obj[name]);
    headers = this[kOutHeaders];
  } else if (Array.isArray(obj) && !Array.isArray(obj[0]) && obj.length % 2 !== 0) throw ERR_INVALID_ARG_VALUE("headers", obj);
  if (checkInvalidHeaderChar(this.statusMessage)) throw ERR_INVALID_CHAR("statusMessage");
  if (status === 204 || status === 304 || status < 200) this._hasBody = false;
  // The client may send a body that nobody waits for.
  if (this._expect_continue && !this._sent100) this.shouldKeepAlive = false;
  this._storeHeader(`HTTP/1.1 ${status} ${this.statusMessage}\r\n`, headers);
  return this;
};
ServerResponse.prototype.writeHeader = ServerResponse.prototype.writeHead;

// ---- servers

export function storeHTTPOptions(options) {
  this[kIncomingMessage] = options.IncomingMessage || IncomingMessage;
  this[kServerResponse] = options.ServerResponse || ServerResponse;
  const integer = (name, fallback) => {
    if (options[name] === undefined) return fallback;
    validateInteger(options[name], name, 0);
    return options[name];
  };
  const boolean = (name, fallback) => {
    if (options[name] === undefined) return fallback;
    validateBoolean(options[name], `options.${name}`);
    return options[name];
  };
  this.maxHeaderSize = integer("maxHeaderSize", undefined);
  this.insecureHTTPParser = boolean("insecureHTTPParser", undefined);
  this.requestTimeout = integer("requestTimeout", 300_000);
  this.headersTimeout = integer("headersTimeout", this.requestTimeout > 0 ? Math.min(60_000, this.requestTimeout) : 60_000);
  if (this.requestTimeout > 0 && this.headersTimeout > 0 && this.headersTimeout > this.requestTimeout)
    throw ERR_OUT_OF_RANGE("headersTimeout", "<= requestTimeout", options.headersTimeout);
  this.keepAliveTimeout = integer("keepAliveTimeout", 5000);
  this.keepAliveTimeoutBuffer = integer("keepAliveTimeoutBuffer", 1000);
  this.connectionsCheckingInterval = integer("connectionsCheckingInterval", 30_000);
  this.requireHostHeader = boolean("requireHostHeader", true);
  this.joinDuplicateHeaders = boolean("joinDuplicateHeaders", undefined);
  this.rejectNonStandardBodyWrites = boolean("rejectNonStandardBodyWrites", false);
  this[kOptimizeEmptyRequests] = boolean("optimizeEmptyRequests", false);
  if (options.shouldUpgradeCallback !== undefined) validateFunction(options.shouldUpgradeCallback, "options.shouldUpgradeCallback");
  this.shouldUpgradeCallback =
    options.shouldUpgradeCallback ??
    function () {
      return this.listenerCount("upgrade") > 0;
    };
}

export function setupConnectionsTracking() {
  this[kConnections] ??= new Set();
  clearInterval(this[kConnectionsCheckingInterval]);
  this[kConnectionsCheckingInterval] = setInterval(checkConnections, this.connectionsCheckingInterval, this);
  this[kConnectionsCheckingInterval].unref();
}

export function httpServerPreClose(server) {
  server.closeIdleConnections();
  clearInterval(server[kConnectionsCheckingInterval]);
}

function checkConnections(server) {
  const { headersTimeout, requestTimeout } = server;
  if (headersTimeout === 0 && requestTimeout === 0) return;
  const headersBefore = headersTimeout > 0 ? now() - headersTimeout : 0;
  const requestBefore = requestTimeout > 0 ? now() - requestTimeout : 0;
  for (const parser of [...server[kConnections]]) {
    if (!parser.isExpired(headersBefore, requestBefore)) continue;
    server[kConnections].delete(parser);
    if (parser.socket) onSocketError.call(parser.socket, nodeError("Error", "ERR_HTTP_REQUEST_TIMEOUT", "Request timeout"));
  }
}

export function Server(options, requestListener) {
  if (!(this instanceof Server)) return new Server(options, requestListener);
  if (typeof options === "function") {
    requestListener = options;
    options = {};
  } else if (options == null) options = {};
  else {
    validateObject(options, "options");
    options = { ...options };
  }
  storeHTTPOptions.call(this, options);
  net.Server.call(this, {
    allowHalfOpen: true,
    noDelay: options.noDelay ?? true,
    keepAlive: options.keepAlive,
    keepAliveInitialDelay: options.keepAliveInitialDelay,
    highWaterMark: options.highWaterMark,
  });
  initServer(this, options, requestListener);
  this.on("connection", _connectionListener);
}
Object.setPrototypeOf(Server.prototype, net.Server.prototype);
Object.setPrototypeOf(Server, net.Server);

// What servers over TLS share.
export function initServer(server, options, requestListener) {
  if (requestListener) server.on("request", requestListener);
  server.httpAllowHalfOpen = false;
  server.on("listening", setupConnectionsTracking);
  server.timeout = 0;
  server.maxHeadersCount = null;
  server.maxRequestsPerSocket = 0;
  server[kUniqueHeaders] = parseUniqueHeadersOption(options.uniqueHeaders);
}

Server.prototype.close = function close() {
  httpServerPreClose(this);
  Reflect.apply(net.Server.prototype.close, this, arguments);
  return this;
};

Server.prototype[Symbol.asyncDispose] = async function () {
  await new Promise((resolve, reject) => this.close((error) => (error ? reject(error) : resolve())));
};

Server.prototype.closeAllConnections = function closeAllConnections() {
  for (const parser of [...(this[kConnections] ?? [])]) parser.socket?.destroy();
};

Server.prototype.closeIdleConnections = function closeIdleConnections() {
  for (const parser of [...(this[kConnections] ?? [])]) {
    const { socket } = parser;
    if (parser.isIdle && socket && (!socket._httpMessage || socket._httpMessage.finished)) socket.destroy();
  }
};

Server.prototype.setTimeout = function setTimeout(msecs, callback) {
  this.timeout = msecs;
  if (callback) this.on("timeout", callback);
  return this;
};

Server.prototype[rejection] = function (error, event, ...args) {
  if (event !== "request") {
    if (net.Server.prototype[rejection]) Reflect.apply(net.Server.prototype[rejection], this, [error, event, ...args]);
    else this.emit("error", error);
    return;
  }
  const response = args[1];
  if (response.headersSent || response.writableEnded) return void response.destroy();
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.statusCode = 500;
  response.end(STATUS_CODES[500]);
};

// ---- connections

export function _connectionListener(socket) {
  serve(this, socket);
}

function setEncoding() {
  throw nodeError("Error", "ERR_HTTP_SOCKET_ENCODING", "Changing the socket encoding is not allowed per RFC7230 Section 3.");
}

function serve(server, socket) {
  socket.server = server;
  if (server.timeout && typeof socket.setTimeout === "function") socket.setTimeout(server.timeout);
  socket.on("timeout", onSocketTimeout);
  const parser = parsers.alloc();
  parser.initialize(
    HTTPParser.REQUEST,
    new HTTPServerAsyncResource("HTTPINCOMINGMESSAGE", socket),
    server.maxHeaderSize || 0,
    calculateLenientFlags(server.insecureHTTPParser),
    (server[kConnections] ??= new Set()),
  );
  parser.socket = socket;
  socket.parser = parser;
  if (typeof server.maxHeadersCount === "number") parser.maxHeaderPairs = server.maxHeadersCount << 1;
  const state = {
    server,
    socket,
    parser,
    onData: (chunk) => afterParsing(state, parser.execute(chunk), chunk),
    onEnd: () => onSocketEnd(state),
    onClose: () => onSocketClose(state),
    onDrain: () => onSocketDrain(state),
    // Responses that wait for those before them, and requests that are not answered.
    outgoing: [],
    incoming: [],
    outgoingData: 0,
    requestsCount: 0,
    keepAliveTimeoutSet: false,
    // While it waits for a request, unless the socket has a timer of its own.
    idleSince: 0,
    idleTimeout: 0,
    idleTimer: undefined,
  };
  socket.on("error", onSocketError);
  socket.on("data", state.onData);
  socket.on("end", state.onEnd);
  socket.on("close", state.onClose);
  socket.on("drain", state.onDrain);
  parser.onIncoming = (request, keepAlive) => onIncoming(state, request, keepAlive);
  parser[kOnTimeout] = () => onSocketTimeout.call(socket);
  socket._paused = false;
  socket.setEncoding = setEncoding;
}

function onSocketTimeout() {
  const request = this.parser?.incoming;
  const isHandled = request && !request.complete && request.emit("timeout", this);
  const isAnswered = this._httpMessage?.emit("timeout", this);
  const isServed = this.server.emit("timeout", this);
  if (!isHandled && !isAnswered && !isServed) this.destroy();
}

function updatePause(state) {
  const { socket } = state;
  if (!socket._paused || state.outgoingData > socket.writableHighWaterMark) return;
  socket._paused = false;
  socket.resume();
}

function onSocketDrain(state) {
  updatePause(state);
  const message = state.socket._httpMessage;
  if (message && !message.finished && message[kNeedDrain]) {
    message[kNeedDrain] = false;
    message.emit("drain");
  }
}

function onSocketClose(state) {
  const { socket } = state;
  stopIdle(state);
  freeParser(socket.parser, null, socket);
  while (state.incoming.length) state.incoming.shift().destroy(connectionReset("aborted"));
}

function onSocketEnd(state) {
  const { socket, server } = state;
  const failure = state.parser.finish();
  if (failure instanceof Error) onSocketError.call(socket, failure);
  else if (!server.httpAllowHalfOpen) socket.end();
  else if (state.outgoing.length) state.outgoing[state.outgoing.length - 1]._last = true;
  else if (socket._httpMessage) socket._httpMessage._last = true;
  else socket.end();
}

const refusals = { __proto__: null, HPE_HEADER_OVERFLOW: 431, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413, ERR_HTTP_REQUEST_TIMEOUT: 408 };
const ignore = () => {};

function onSocketError(error) {
  // What follows is of no interest any more.
  this.removeListener("error", onSocketError);
  if (this.listenerCount("error", ignore) === 0) this.on("error", ignore);
  if (this.server.emit("clientError", error, this)) return;
  // Into a response that has begun nothing can be written.
  if (this.writable && !this._httpMessage?._headerSent) {
    const status = refusals[error.code] ?? 400;
    this.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`, "latin1");
  }
  this.destroy(error);
}

// One timer serves a connection from request to request: when it fires too early, it is set for the rest.
function startIdle(state, timeout) {
  if (timeout !== state.idleTimeout) stopIdle(state);
  state.idleSince = now();
  state.idleTimeout = timeout;
  if (state.idleTimer === undefined) state.idleTimer = setTimeout(checkIdle, timeout, state).unref();
}

function checkIdle(state) {
  state.idleTimer = undefined;
  if (state.idleSince === 0) return;
  const left = state.idleSince + state.idleTimeout - now();
  if (left > 0) state.idleTimer = setTimeout(checkIdle, left, state).unref();
  else state.socket.emit("timeout");
}

function stopIdle(state) {
  clearTimeout(state.idleTimer);
  state.idleTimer = undefined;
}

function resetTimeout(state) {
  state.idleSince = 0;
  if (!state.keepAliveTimeoutSet) return;
  state.socket.setTimeout(state.server.timeout || 0);
  state.keepAliveTimeoutSet = false;
}

function afterParsing(state, parsed, chunk) {
  const { socket, server, parser } = state;
  // An empty line between requests begins none.
  if (!parser.isIdle) resetTimeout(state);
  if (parsed instanceof Error) {
    prepareError(parsed, parser, chunk);
    onSocketError.call(socket, parsed);
  } else if (parser.incoming?.upgrade) {
    const request = parser.incoming;
    stopIdle(state);
    socket.removeListener("data", state.onData);
    socket.removeListener("end", state.onEnd);
    socket.removeListener("close", state.onClose);
    socket.removeListener("drain", state.onDrain);
    socket.removeListener("error", onSocketError);
    socket.removeListener("timeout", onSocketTimeout);
    parser.finish();
    freeParser(parser, request, socket);
    const event = request.method === "CONNECT" ? "connect" : "upgrade";
    if (server.listenerCount(event) === 0) return void socket.destroy();
    socket.readableFlowing = null;
    server.emit(event, request, socket, chunk.subarray(parsed));
  }
}

function clearIncoming(request) {
  const parser = request.socket?.parser;
  if (!parser || parser.incoming !== request) return;
  if (request.readableEnded) parser.incoming = null;
  else request.on("end", () => clearIncoming(request));
}

function onFinish(state, request, response) {
  const { socket, server } = state;
  publish("http.server.response.finish", () => ({ request, response, socket, server }));
  state.incoming.shift();
  // What nobody has read of the request is in the way of the next one.
  if (!request._consuming && !request.readableDidRead) request._dump();
  response.detachSocket(socket);
  clearIncoming(request);
  nextTick(emitClose, response);
  if (response._last) {
    if (typeof socket.destroySoon === "function") socket.destroySoon();
    else socket.end();
  } else if (state.outgoing.length === 0) {
    const timeout = Number.isFinite(server.keepAliveTimeout) && server.keepAliveTimeout >= 0 ? server.keepAliveTimeout : 0;
    if (timeout && typeof socket.setTimeout === "function") {
      // Longer than was announced, as the client's clock is another.
      const buffer = Number.isFinite(server.keepAliveTimeoutBuffer) && server.keepAliveTimeoutBuffer >= 0 ? server.keepAliveTimeoutBuffer : 1000;
      if (!server.timeout && !socket.timeout) startIdle(state, timeout + buffer);
      else {
        socket.setTimeout(timeout + buffer);
        state.keepAliveTimeoutSet = true;
      }
    }
  } else state.outgoing.shift()?.assignSocket(socket);
}

// What follows a request's head: 0 what it says, 2 another protocol.
function onIncoming(state, request, keepAlive) {
  const { socket, server } = state;
  resetTimeout(state);
  if (request.upgrade) {
    request.upgrade = request.method === "CONNECT" || Boolean(server.shouldUpgradeCallback(request));
    if (request.upgrade) return 2;
  }
  state.incoming.push(request);
  // A client that reads nothing must not make responses pile up.
  if (!socket._paused && (socket._writableState?.needDrain || state.outgoingData >= socket.writableHighWaterMark)) {
    socket._paused = true;
    socket.pause();
  }
  const options = { highWaterMark: socket.writableHighWaterMark, rejectNonStandardBodyWrites: server.rejectNonStandardBodyWrites };
  const response = new server[kServerResponse](request, options);
  response[kRejectNonStandardBodyWrites] = server.rejectNonStandardBodyWrites;
  response._keepAliveTimeout = server.keepAliveTimeout;
  response._maxRequestsPerSocket = server.maxRequestsPerSocket;
  response._onPendingData = (delta) => {
    state.outgoingData += delta;
    updatePause(state);
  };
  response.shouldKeepAlive = keepAlive;
  response[kUniqueHeaders] = server[kUniqueHeaders];
  publish("http.server.request.start", () => ({ request, response, socket, server }));
  if (socket._httpMessage) state.outgoing.push(response);
  else response.assignSocket(socket);
  response.on("finish", () => onFinish(state, request, response));
  if (server[kOptimizeEmptyRequests] && request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined) request._dumpAndCloseReadable();

  if (request.httpVersionMajor === 1 && request.httpVersionMinor === 1) {
    if (server.requireHostHeader && request.headers.host === undefined) {
      response.writeHead(400, ["Connection", "close"]);
      response.end();
      return 0;
    }
    const max = server.maxRequestsPerSocket;
    if (typeof max === "number" && max > 0) {
      state.requestsCount++;
      response.maxRequestsOnConnectionReached = max <= state.requestsCount;
      if (max < state.requestsCount) {
        server.emit("dropRequest", request, socket);
        response.writeHead(503);
        response.end();
        return 0;
      }
    }
    const { expect } = request.headers;
    if (expect !== undefined) {
      if (continueExpression.test(expect)) {
        response._expect_continue = true;
        if (server.listenerCount("checkContinue") > 0) server.emit("checkContinue", request, response);
        else {
          response.writeContinue();
          server.emit("request", request, response);
        }
      } else if (server.listenerCount("checkExpectation") > 0) server.emit("checkExpectation", request, response);
      else {
        response.writeHead(417);
        response.end();
      }
      return 0;
    }
  }
  server.emit("request", request, response);
  return 0;
}

export default {
  STATUS_CODES, Server, ServerResponse, setupConnectionsTracking, storeHTTPOptions, _connectionListener, kServerResponse, httpServerPreClose, kConnectionsCheckingInterval,
};
