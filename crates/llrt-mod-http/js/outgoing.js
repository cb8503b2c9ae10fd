// node:_http_outgoing: what is sent.
// Node: https://nodejs.org/api/http.html#class-httpoutgoingmessage
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_METHOD_NOT_IMPLEMENTED, nodeError } from "internal:errors";
import { nextTick } from "internal:host";
import { validateString } from "internal:validators";
import {
  checkInvalidHeaderChar, checkIsHttpToken, chunkExpression, CRLF, ERR_HTTP_HEADERS_SENT, ERR_INVALID_CHAR, ERR_INVALID_HTTP_TOKEN, ERR_STREAM_DESTROYED,
  isAscii,
} from "node:_http_common";
import { Buffer } from "node:buffer";
import Stream, { getDefaultHighWaterMark } from "node:stream";

const kCorked = Symbol("corked");
const kSocket = Symbol("kSocket");
const kErrored = Symbol("errored");
const kChunkedBuffer = Symbol("kChunkedBuffer");
const kChunkedLength = Symbol("kChunkedLength");
const kEnded = Symbol("kEnded");
const kBytesWritten = Symbol("kBytesWritten");
export const kNeedDrain = Symbol("kNeedDrain");
export const kOutHeaders = Symbol("kOutHeaders");
export const kUniqueHeaders = Symbol("kUniqueHeaders");
export const kHighWaterMark = Symbol("kHighWaterMark");
export const kRejectNonStandardBodyWrites = Symbol("kRejectNonStandardBodyWrites");

const nop = () => {};
const closeExpression = /(?:^|\W)close(?:$|\W)/i;

// The date of this second.
let dateSecond = -1;
let dateText = "";
export function utcDate() {
  const milliseconds = Date.now();
  const second = Math.floor(milliseconds / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(milliseconds).toUTCString();
  }
  return dateText;
}

export function validateHeaderName(name, label = undefined) {
  if (typeof name !== "string" || !name || !checkIsHttpToken(name)) throw ERR_INVALID_HTTP_TOKEN(label || "Header name", name);
}

export function validateHeaderValue(name, value) {
  if (value === undefined) throw nodeError("TypeError", "ERR_HTTP_INVALID_HEADER_VALUE", `Invalid value "${value}" for header "${name}"`);
  if (checkInvalidHeaderChar(value)) throw ERR_INVALID_CHAR("header content", name);
}

export function parseUniqueHeadersOption(headers) {
  if (!Array.isArray(headers)) return null;
  return new Set(headers.map((name) => name.toLowerCase()));
}

export function OutgoingMessage(options) {
  Stream.call(this);
  this.outputData = [];
  this.outputSize = 0;
  this.writable = true;
  this.destroyed = false;
  this._last = false;
  this.chunkedEncoding = false;
  this.shouldKeepAlive = true;
  this.maxRequestsOnConnectionReached = false;
  this._defaultKeepAlive = true;
  this.useChunkedEncodingByDefault = true;
  this.sendDate = false;
  this._removedConnection = false;
  this._removedContLen = false;
  this._removedTE = false;
  this.strictContentLength = false;
  this[kBytesWritten] = 0;
  this._contentLength = null;
  this._hasBody = true;
  this._trailer = "";
  this[kNeedDrain] = false;
  this.finished = false;
  this._headerSent = false;
  this[kCorked] = 0;
  this[kChunkedBuffer] = [];
  this[kChunkedLength] = 0;
  this._closed = false;
  this[kSocket] = null;
  this._header = null;
  this[kOutHeaders] = null;
  this._keepAliveTimeout = 0;
  this._onPendingData = nop;
  this[kErrored] = null;
  this[kEnded] = false;
  this[kHighWaterMark] = options?.highWaterMark ?? getDefaultHighWaterMark();
  this[kRejectNonStandardBodyWrites] = options?.rejectNonStandardBodyWrites ?? false;
}
Object.setPrototypeOf(OutgoingMessage.prototype, Stream.prototype);
Object.setPrototypeOf(OutgoingMessage, Stream);

const getters = {
  errored: (message) => message[kErrored],
  closed: (message) => message._closed,
  writableFinished: (message) =>
    message.finished && message.outputSize === 0 && (!message[kSocket] || message[kSocket].writableLength === 0),
  writableObjectMode: () => false,
  writableLength: (message) => message.outputSize + message[kChunkedLength] + (message[kSocket] ? message[kSocket].writableLength : 0),
  writableHighWaterMark: (message) => (message[kSocket] ? message[kSocket].writableHighWaterMark : message[kHighWaterMark]),
  writableCorked: (message) => message[kCorked],
  writableEnded: (message) => message.finished,
  writableNeedDrain: (message) => !message.destroyed && !message.finished && message[kNeedDrain],
};
for (const [name, read] of Object.entries(getters)) {
  Object.defineProperty(OutgoingMessage.prototype, name, {
    __proto__: null,
    configurable: true,
    get() {
      return read(this);
    },
  });
}
Object.defineProperty(OutgoingMessage.prototype, "headersSent", {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() {
    return !!this._header;
  },
});
const socketProperty = {
  __proto__: null,
  configurable: true,
  get() {
    return this[kSocket];
  },
  set(socket) {
    for (let corks = 0; corks < this[kCorked]; corks++) {
      socket?.cork();
      this[kSocket]?.uncork();
    }
    this[kSocket] = socket;
  },
};
Object.defineProperties(OutgoingMessage.prototype, { socket: socketProperty, connection: socketProperty });

OutgoingMessage.prototype._renderHeaders = function _renderHeaders() {
  if (this._header) throw ERR_HTTP_HEADERS_SENT("render");
  const rendered = {};
  for (const [name, value] of Object.values(this[kOutHeaders] ?? {})) rendered[name] = value;
  return rendered;
};

// ---- corking

OutgoingMessage.prototype.cork = function cork() {
  this[kCorked]++;
  this[kSocket]?.cork();
};

OutgoingMessage.prototype.uncork = function uncork() {
  this[kCorked]--;
  this[kSocket]?.uncork();
  const parts = this[kChunkedBuffer];
  if (this[kCorked] || parts.length === 0) return;
  // All that was written meanwhile is one chunk.
  const callbacks = [];
  this._send(this[kChunkedLength].toString(16) + CRLF, "latin1", null);
  for (const [data, encoding, callback] of parts) {
    this._send(data, encoding, null);
    if (callback) callbacks.push(callback);
  }
  this._send(CRLF, "latin1", callbacks.length > 0 ? (error) => callbacks.forEach((callback) => callback(error)) : null);
  this[kChunkedBuffer] = [];
  this[kChunkedLength] = 0;
};

OutgoingMessage.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (callback) this.on("timeout", callback);
  if (!this[kSocket]) this.once("socket", (socket) => socket.setTimeout(msecs));
  else this[kSocket].setTimeout(msecs);
  return this;
};

OutgoingMessage.prototype.destroy = function destroy(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  this[kErrored] = error;
  if (this[kSocket]) this[kSocket].destroy(error);
  else this.once("socket", (socket) => socket.destroy(error));
  return this;
};

// ---- towards the connection

OutgoingMessage.prototype._send = function _send(data, encoding, callback, byteLength) {
  if (!this._headerSent) {
    const header = this._header ?? "";
    if (typeof data === "string" && (encoding === "utf8" || encoding === "latin1" || !encoding)) data = header + data;
    else {
      this.outputData.unshift({ data: header, encoding: "latin1", callback: null });
      this.outputSize += header.length;
      this._onPendingData(header.length);
    }
    this._headerSent = true;
  }
  return this._writeRaw(data, encoding, callback, byteLength);
};

OutgoingMessage.prototype._writeRaw = function _writeRaw(data, encoding, callback, size) {
  const socket = this[kSocket];
  if (socket?.destroyed) return false;
  if (typeof encoding === "function") {
    callback = encoding;
    encoding = null;
  }
  if (socket && socket._httpMessage === this && socket.writable) {
    if (this.outputData.length) this._flushOutput(socket);
    return socket.write(data, encoding, callback);
  }
  this.outputData.push({ data, encoding, callback });
  this.outputSize += data.length;
  this._onPendingData(data.length);
  return this.outputSize < this[kHighWaterMark];
};

// ---- the head

const noteField = {
  __proto__: null,
  connection(message, state, value) {
    state.connection = true;
    message._removedConnection = false;
    if (closeExpression.test(value)) message._last = true;
    else message.shouldKeepAlive = true;
  },
  "transfer-encoding"(message, state, value) {
    state.encoding = true;
    message._removedTE = false;
    if (chunkExpression.test(value)) message.chunkedEncoding = true;
  },
  "content-length"(message, state, value) {
    state.length = true;
    message._contentLength = +value;
    message._removedContLen = false;
  },
  date(message, state) {
    state.date = true;
  },
  expect(message, state) {
    state.expect = true;
  },
  trailer(message, state) {
    state.trailer = true;
  },
  "keep-alive"(message) {
    message._defaultKeepAlive = false;
  },
};

function addLine(message, state, name, lower, value, isNew) {
  if (isNew) validateHeaderValue(name, value);
  state.text += `${name}: ${value}\r\n`;
  noteField[lower]?.(message, state, value);
}

function addField(message, state, name, value, isNew) {
  if (isNew) validateHeaderName(name);
  const lower = name.toLowerCase();
  if (lower === "content-disposition" && message._contentLength) {
    // Its bytes go out as they are, in a head that is sent as UTF-8.
    const decode = (text) => (typeof text === "string" ? Buffer.from(text, "latin1").toString() : text);
    value = Array.isArray(value) ? value.map(decode) : decode(value);
    if (!Array.isArray(value)) isNew = false;
  }
  if (!Array.isArray(value)) return addLine(message, state, name, lower, value, isNew);
  if ((value.length < 2 || lower !== "cookie") && !message[kUniqueHeaders]?.has(lower)) {
    for (const item of value) addLine(message, state, name, lower, item, isNew);
  } else addLine(message, state, name, lower, value.join("; "), isNew);
}

OutgoingMessage.prototype._storeHeader = function _storeHeader(firstLine, headers) {
  const state = { text: firstLine, connection: false, length: false, encoding: false, date: false, expect: false, trailer: false };
  if (headers) {
    if (headers === this[kOutHeaders]) for (const key in headers) addField(this, state, headers[key][0], headers[key][1], false);
    else if (Array.isArray(headers)) {
      if (headers.length && Array.isArray(headers[0])) for (const [name, value] of headers) addField(this, state, name, value, true);
      else {
        if (headers.length % 2 !== 0) throw ERR_INVALID_ARG_VALUE("headers", headers);
        for (let index = 0; index < headers.length; index += 2) addField(this, state, headers[index], headers[index + 1], true);
      }
    } else for (const name in headers) if (Object.hasOwn(headers, name)) addField(this, state, name, headers[name], true);
  }
  if (this.sendDate && !state.date) state.text += `Date: ${utcDate()}\r\n`;
  // Such a response has no body, which chunks would be.
  if (this.chunkedEncoding && (this.statusCode === 204 || this.statusCode === 304)) {
    this.chunkedEncoding = false;
    this.shouldKeepAlive = false;
  }
  if (this._removedConnection) this._last = !this.shouldKeepAlive;
  else if (!state.connection) {
    const keeps = this.shouldKeepAlive && (state.length || this.useChunkedEncodingByDefault || this.agent);
    if (keeps && this.maxRequestsOnConnectionReached) state.text += "Connection: close\r\n";
    else if (keeps) {
      state.text += "Connection: keep-alive\r\n";
      if (this._keepAliveTimeout && this._defaultKeepAlive) {
        const max = ~~this._maxRequestsPerSocket > 0 ? `, max=${this._maxRequestsPerSocket}` : "";
        state.text += `Keep-Alive: timeout=${Math.floor(this._keepAliveTimeout / 1000)}${max}\r\n`;
      }
    } else {
      this._last = true;
      state.text += "Connection: close\r\n";
    }
  }
  if (!state.length && !state.encoding) {
    if (!this._hasBody) this.chunkedEncoding = false;
    else if (!this.useChunkedEncodingByDefault) this._last = true;
    else if (!state.trailer && !this._removedContLen && typeof this._contentLength === "number") state.text += `Content-Length: ${this._contentLength}\r\n`;
    else if (!this._removedTE) {
      state.text += "Transfer-Encoding: chunked\r\n";
      this.chunkedEncoding = true;
    } else {
      // Nothing tells where the body ends but the connection's end.
      this._last = true;
    }
  }
  if (this.chunkedEncoding !== true && state.trailer)
    throw nodeError("Error", "ERR_HTTP_TRAILER_INVALID", "Trailers are invalid with this transfer encoding");
  this._header = state.text + CRLF;
  this._headerSent = false;
  // Whoever expects an answer to the head wants it sent.
  if (state.expect) this._send("");
};

OutgoingMessage.prototype.setHeader = function setHeader(name, value) {
  if (this._header) throw ERR_HTTP_HEADERS_SENT("set");
  validateHeaderName(name);
  validateHeaderValue(name, value);
  (this[kOutHeaders] ??= { __proto__: null })[name.toLowerCase()] = [name, value];
  return this;
};

OutgoingMessage.prototype.setHeaders = function setHeaders(headers) {
  if (this._header) throw ERR_HTTP_HEADERS_SENT("set");
  if (!headers || Array.isArray(headers) || typeof headers.keys !== "function" || typeof headers.get !== "function")
    throw ERR_INVALID_ARG_TYPE("headers", ["Headers", "Map"], headers);
  // Headers give each of these apart.
  const cookies = [];
  for (const [name, value] of headers) {
    if (name === "set-cookie") cookies.push(...(Array.isArray(value) ? value : [value]));
    else this.setHeader(name, value);
  }
  if (cookies.length) this.setHeader("set-cookie", cookies);
  return this;
};

OutgoingMessage.prototype.appendHeader = function appendHeader(name, value) {
  if (this._header) throw ERR_HTTP_HEADERS_SENT("append");
  validateHeaderName(name);
  validateHeaderValue(name, value);
  const lower = name.toLowerCase();
  const headers = (this[kOutHeaders] ??= { __proto__: null });
  const known = headers[lower];
  if (known === undefined) headers[lower] = [name, value];
  else known[1] = [].concat(known[1], value);
  return this;
};

OutgoingMessage.prototype.getHeader = function getHeader(name) {
  validateString(name, "name");
  return this[kOutHeaders]?.[name.toLowerCase()]?.[1];
};

OutgoingMessage.prototype.getHeaderNames = function getHeaderNames() {
  return Object.keys(this[kOutHeaders] ?? {});
};

OutgoingMessage.prototype.getRawHeaderNames = function getRawHeaderNames() {
  return Object.values(this[kOutHeaders] ?? {}).map((entry) => entry[0]);
};

OutgoingMessage.prototype.getHeaders = function getHeaders() {
  const headers = { __proto__: null };
  for (const [key, entry] of Object.entries(this[kOutHeaders] ?? {})) headers[key] = entry[1];
  return headers;
};

OutgoingMessage.prototype.hasHeader = function hasHeader(name) {
  validateString(name, "name");
  return this[kOutHeaders] != null && this[kOutHeaders][name.toLowerCase()] !== undefined;
};

const removedFlags = { __proto__: null, connection: "_removedConnection", "content-length": "_removedContLen", "transfer-encoding": "_removedTE" };

OutgoingMessage.prototype.removeHeader = function removeHeader(name) {
  validateString(name, "name");
  if (this._header) throw ERR_HTTP_HEADERS_SENT("remove");
  const key = name.toLowerCase();
  if (key === "date") this.sendDate = false;
  else if (removedFlags[key] !== undefined) this[removedFlags[key]] = true;
  if (this[kOutHeaders] !== null) delete this[kOutHeaders][key];
};

OutgoingMessage.prototype._implicitHeader = function _implicitHeader() {
  throw ERR_METHOD_NOT_IMPLEMENTED("_implicitHeader()");
};

// ---- the body

function fail(message, error, callback) {
  if (message.destroyed) return nextTick(callback, error);
  nextTick(() => {
    callback(error);
    if (!message.destroyed) message.emit("error", error);
  });
}

const writeAfterEnd = () => nodeError("Error", "ERR_STREAM_WRITE_AFTER_END", "write after end");
const sizeOf = (chunk, encoding) => (typeof chunk === "string" ? Buffer.byteLength(chunk, encoding) : chunk.byteLength);
const mustMatchLength = (message) =>
  message.strictContentLength && message._contentLength > 0 && !message._removedContLen && message._hasBody && !message.chunkedEncoding && !message.hasHeader("transfer-encoding");
const lengthMismatch = (written, length) =>
  nodeError("Error", "ERR_HTTP_CONTENT_LENGTH_MISMATCH", `Response body's content-length of ${written} byte(s) does not match the content-length of ${length} byte(s) set in header`);

const uncorkLater = (socket) => socket.uncork();

// With `finished` it is the last chunk, and that may be called when it is written: then `kEnded` says so.
function writeChunk(message, chunk, encoding, callback, finished = undefined) {
  const isLast = finished !== undefined;
  if (typeof callback !== "function") callback = nop;
  if (chunk === null) throw nodeError("TypeError", "ERR_STREAM_NULL_VALUES", "May not write null values to stream");
  if (typeof chunk !== "string" && !(chunk instanceof Uint8Array)) throw ERR_INVALID_ARG_TYPE("chunk", ["string", "Buffer", "Uint8Array"], chunk);
  if (message.finished || message.destroyed) {
    fail(message, message.finished ? writeAfterEnd() : ERR_STREAM_DESTROYED("write"), callback);
    return false;
  }
  let size;
  if (message.strictContentLength) {
    size = sizeOf(chunk, encoding);
    const written = message[kBytesWritten] + size;
    if (mustMatchLength(message) && (isLast ? written !== message._contentLength : written > message._contentLength)) throw lengthMismatch(written, message._contentLength);
    message[kBytesWritten] = written;
  }
  if (!message._header) {
    if (isLast) message._contentLength = size ??= sizeOf(chunk, encoding);
    message._implicitHeader();
  }
  if (!message._hasBody) {
    if (message[kRejectNonStandardBodyWrites])
      throw nodeError("Error", "ERR_HTTP_BODY_NOT_ALLOWED", "Adding content for this request method or response status is not allowed.");
    nextTick(callback);
    return true;
  }
  const socket = message[kSocket];
  if (!isLast && socket && !socket.writableCorked) {
    socket.cork();
    nextTick(uncorkLater, socket);
  }
  let wantsMore;
  if (message.chunkedEncoding && chunk.length !== 0) {
    size ??= sizeOf(chunk, encoding);
    if (message[kCorked] && message._headerSent) {
      message[kChunkedBuffer].push([chunk, encoding, callback]);
      message[kChunkedLength] += size;
      wantsMore = message[kChunkedLength] < message[kHighWaterMark];
    } else if (typeof chunk === "string" && (!encoding || encoding === "utf8" || encoding === "latin1") && (message._headerSent || isAscii(message._header))) {
      const ends = isLast && !message._trailer;
      message[kEnded] = ends;
      wantsMore = message._send(`${size.toString(16)}\r\n${chunk}\r\n${ends ? "0\r\n\r\n" : ""}`, encoding, ends ? finished : callback);
    } else {
      message._send(size.toString(16) + CRLF, "latin1", null);
      message._send(chunk, encoding, null, size);
      wantsMore = message._send(CRLF, "latin1", callback);
    }
  } else {
    message[kEnded] = isLast && !message.chunkedEncoding && message._header !== null;
    wantsMore = message._send(chunk, encoding, message[kEnded] ? finished : callback, size);
  }
  if (!wantsMore) message[kNeedDrain] = true;
  return wantsMore;
}

OutgoingMessage.prototype.write = function write(chunk, encoding, callback) {
  if (typeof encoding === "function") {
    callback = encoding;
    encoding = null;
  }
  return writeChunk(this, chunk, encoding, callback);
};

OutgoingMessage.prototype.addTrailers = function addTrailers(headers) {
  this._trailer = "";
  const isArray = Array.isArray(headers);
  for (const key of Object.keys(headers)) {
    const name = isArray ? headers[key][0] : key;
    const value = isArray ? headers[key][1] : headers[key];
    validateHeaderName(name, "Trailer name");
    const isUnique = Array.isArray(value) && value.length > 1 && this[kUniqueHeaders]?.has(name.toLowerCase());
    for (const item of isUnique ? [value.join("; ")] : Array.isArray(value) ? value : [value]) {
      if (checkInvalidHeaderChar(item)) throw ERR_INVALID_CHAR("trailer content", name);
      this._trailer += `${name}: ${item}\r\n`;
    }
  }
};

function finish(message, error) {
  if (error || message[kSocket]?._hadError) return;
  message.emit("finish");
}

OutgoingMessage.prototype.end = function end(chunk, encoding, callback) {
  if (typeof chunk === "function") {
    callback = chunk;
    chunk = null;
    encoding = null;
  } else if (typeof encoding === "function") {
    callback = encoding;
    encoding = null;
  }
  if (chunk) {
    if (this.finished) {
      fail(this, writeAfterEnd(), typeof callback === "function" ? callback : nop);
      return this;
    }
    // A head and a text are one write, and need no cork.
    if (typeof chunk !== "string") this[kSocket]?.cork();
    writeChunk(this, chunk, encoding, null, (error) => finish(this, error));
  } else if (this.finished) {
    if (typeof callback === "function") {
      if (!this.writableFinished) this.on("finish", callback);
      else callback(nodeError("Error", "ERR_STREAM_ALREADY_FINISHED", "Cannot call end after a stream was finished"));
    }
    return this;
  } else if (!this._header) {
    this[kSocket]?.cork();
    this._contentLength = 0;
    this._implicitHeader();
  }
  if (typeof callback === "function") this.once("finish", callback);
  if (mustMatchLength(this) && this[kBytesWritten] !== this._contentLength) throw lengthMismatch(this[kBytesWritten], this._contentLength);
  if (this[kEnded]) return endSent(this);
  const finished = (error) => finish(this, error);
  if (this[kChunkedBuffer].length > 0) {
    // What is corked comes before the end.
    const corks = this[kCorked];
    this[kCorked] = 1;
    this.uncork();
    this[kCorked] = corks - 1;
  }
  if (this._hasBody && this.chunkedEncoding) this._send(`0\r\n${this._trailer}\r\n`, "latin1", finished);
  else if (!this._headerSent || this.writableLength || chunk) this._send("", "latin1", finished);
  else nextTick(finished);
  return endSent(this);
};

// All is handed to the connection, or waits for it.
function endSent(message) {
  const socket = message[kSocket];
  if (socket?.writableCorked) {
    if (socket._writableState) socket._writableState.corked = 1;
    socket.uncork();
  }
  message[kCorked] = 0;
  message.finished = true;
  if (message.outputData.length === 0 && socket && socket._httpMessage === message) message._finish();
  return message;
}

OutgoingMessage.prototype._finish = function _finish() {
  this.emit("prefinish");
};

// The connection is there, or has room again.
OutgoingMessage.prototype._flush = function _flush() {
  const socket = this[kSocket];
  if (!socket?.writable) return;
  const wantsMore = this._flushOutput(socket);
  if (this.finished) this._finish();
  else if (wantsMore && this[kNeedDrain]) {
    this[kNeedDrain] = false;
    this.emit("drain");
  }
};

OutgoingMessage.prototype._flushOutput = function _flushOutput(socket) {
  while (this[kCorked]) {
    this[kCorked]--;
    socket.cork();
  }
  const waiting = this.outputData;
  if (waiting.length === 0) return undefined;
  socket.cork();
  let wantsMore;
  for (const { data, encoding, callback } of waiting) wantsMore = socket.write(data, encoding, callback);
  socket.uncork();
  this.outputData = [];
  this._onPendingData(-this.outputSize);
  this.outputSize = 0;
  return wantsMore;
};

OutgoingMessage.prototype.flushHeaders = function flushHeaders() {
  if (!this._header) this._implicitHeader();
  this._send("");
};

OutgoingMessage.prototype.pipe = function pipe() {
  this.emit("error", nodeError("Error", "ERR_STREAM_CANNOT_PIPE", "Cannot pipe, not readable"));
};

OutgoingMessage.prototype[Symbol.for("nodejs.rejection")] = function (error) {
  this.destroy(error);
};

export default { kHighWaterMark, kUniqueHeaders, parseUniqueHeadersOption, validateHeaderName, validateHeaderValue, OutgoingMessage };
