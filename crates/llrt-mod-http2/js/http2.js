// `node:http2`: sessions, streams and servers around the native protocol.
// Node: https://nodejs.org/api/http2.html
import { AbortError, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, nodeError } from "internal:errors";
import { channels, importBuiltin, nextTick, queueMicrotask } from "internal:host";
import { Http2ServerRequest, Http2ServerResponse, onServerStream } from "internal:http2/compat";
import {
  assertObject, codeName, constants, failure, forbidsPayload, hasNoPayload, headerList, headerObject, sensitiveHeaders, sentObject, utcDate,
} from "internal:http2/shared";
import { clearTimeout, setImmediate, setTimeout } from "internal:timers";
import {
  validateAbortSignal, validateBoolean, validateFunction, validateInt32, validateNumber, validateString, validateUint32,
} from "internal:validators";
import {
  end, errorText, next, now, open, output, pause, promise, receive, request, reset, respond, sendAltsvc, sendGoaway, sendOrigin, sendPing,
  sendSettings, setNextId, setWindow, settingsOf, state as nativeState, write, written, capture, lastWords, runIn,
} from "native:http2";
import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
import { Duplex } from "node:stream";

export { constants, Http2ServerRequest, Http2ServerResponse, sensitiveHeaders };

const { isView } = ArrayBuffer;
const {
  NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM, NGHTTP2_SESSION_CLIENT, NGHTTP2_SESSION_SERVER,
} = constants;
const [END, TRAILERS, INTERIM] = [1, 2, 4];
// The numbers of native events.
const [
  HEADERS, PROMISE, DATA, ENDED, CLOSED, WANT_TRAILERS, REMOTE_SETTINGS, SETTINGS_ACK, PING, PING_ACK, GOAWAY, , ALTSVC, ORIGIN, FRAME_ERROR,
  FATAL,
] = Array(16).keys();

const kState = Symbol("state");
const kSession = Symbol("session");
const kBound = Symbol("bound session");
const kOptions = Symbol("options");
const kSessions = Symbol("sessions");
const kTimeout = Symbol("timeout");
const kUpdateTimer = Symbol("kUpdateTimer");
const kMaybeDestroy = Symbol("kMaybeDestroy");
const kProceed = Symbol("proceed");
const kInit = Symbol("init");
const kPreClose = Symbol("pre-close");
const kRejection = Symbol.for("nodejs.rejection");
const kInspect = Symbol.for("nodejs.util.inspect.custom");

const emit = (emitter, ...event) => emitter.emit(...event);
const publish = (kind, stream, name, more) => {
  const channel = channels[`http2.${kind}.stream.${name}`];
  channel?.publish({ stream, ...more });
};
const warn = (...about) => importBuiltin("node:process").default.emitWarning(...about);
let priorityWarned = false;
function warnPriority() {
  if (priorityWarned) return;
  priorityWarned = true;
  warn("http2Stream.priority is longer supported after priority signalling was deprecated in RFC 9113", "DeprecationWarning", "DEP0194");
}

const nghttpError = (number) => {
  const error = nodeError("Error", "ERR_HTTP2_ERROR", errorText(number));
  error.errno = number;
  return error;
};
function streamCancel(cause) {
  const error = failure("STREAM_ERROR", "");
  error.code = "ERR_HTTP2_STREAM_CANCEL";
  let text = "The pending stream has been canceled";
  if (cause) {
    if (typeof cause.message === "string") text += ` (caused by: ${cause.message})`;
    error.cause = cause;
  }
  error.message = text;
  error.stack = `${error.name} [${error.code}]: ${text}\n${String(error.stack).split("\n").slice(1).join("\n")}`;
  return error;
}

// ---- timeouts, of sessions and of streams

function msecs(value) {
  validateNumber(value, "msecs");
  if (value < 0 || !Number.isFinite(value)) throw ERR_OUT_OF_RANGE("msecs", "a non-negative finite number", value);
  return Math.min(value, 2147483647);
}

function setIdleTimeout(ms, callback = undefined) {
  if (this.destroyed) return this;
  this.timeout = ms;
  ms = msecs(ms);
  clearTimeout(this[kTimeout]);
  if (ms === 0) {
    this[kTimeout] = undefined;
    if (callback !== undefined) {
      validateFunction(callback, "callback");
      this.removeListener("timeout", callback);
    }
  } else {
    this[kTimeout] = setTimeout(() => this._onTimeout(), ms).unref();
    if (callback !== undefined) {
      validateFunction(callback, "callback");
      this.once("timeout", callback);
    }
  }
  return this;
}

function forgetTimeout(owner) {
  if (owner[kTimeout] === undefined) return;
  clearTimeout(owner[kTimeout]);
  owner[kTimeout] = undefined;
}

// ---- settings

const SETTINGS = [
  ["headerTableSize", 1, 0, 4294967295],
  ["maxConcurrentStreams", 3, 0, 4294967295],
  ["maxFrameSize", 5, 16384, 16777215],
  ["initialWindowSize", 4, 0, 2147483647],
  ["maxHeaderListSize", 6, 0, 4294967295],
  ["enablePush", 2],
  ["enableConnectProtocol", 8],
];
const MAX_CUSTOM = 10;

function badSetting(name, value, kind = "RangeError") {
  const error = failure("INVALID_SETTING_VALUE", name, String(value));
  if (kind === "RangeError") return error;
  return nodeError(kind, error.code, error.message);
}

function withinRange(name, value, min = 0, max = Infinity) {
  if (value !== undefined && (typeof value !== "number" || !(value >= min && value <= max))) throw badSetting(name, value);
}

function validateSettings(settings) {
  if (settings === undefined) return settings;
  const custom = settings.customSettings;
  assertObject(custom, "customSettings", ["Object"]);
  if (custom) {
    const entries = Object.entries(custom);
    if (entries.length > MAX_CUSTOM) throw failure("TOO_MANY_CUSTOM_SETTINGS");
    for (const [key, value] of entries) {
      withinRange("customSettings:id", Number(key), 0, 0xffff);
      withinRange("customSettings:value", Number(value), 0, 0xffffffff);
    }
  }
  for (const [name, , min, max] of SETTINGS) {
    const value = settings[name];
    if (max !== undefined) withinRange(name, value, min, max);
    else if (value !== undefined && typeof value !== "boolean") throw badSetting(name, value, "TypeError");
  }
  withinRange("maxHeaderSize", settings.maxHeaderSize, 0, 4294967295);
  return settings;
}

/** Numbers and values in turn, in the order in which Node sends them. */
function settingsList(settings) {
  const values = { ...settings };
  if (values.maxHeaderSize !== undefined) {
    if (values.maxHeaderListSize !== undefined && values.maxHeaderListSize !== values.maxHeaderSize)
      warn("settings.maxHeaderSize overwrite settings.maxHeaderListSize");
    values.maxHeaderListSize = values.maxHeaderSize;
  }
  const list = [];
  for (const [name, number] of SETTINGS) if (values[name] !== undefined) list.push([number, Number(values[name])]);
  for (const [key, value] of Object.entries(values.customSettings ?? {})) list.push([Number(key), Number(value)]);
  return list;
}

function settingsObject(list) {
  const [headerTableSize, push, initialWindowSize, maxFrameSize, maxConcurrentStreams, maxHeaderListSize, connect, ...custom] = list;
  const settings = {
    headerTableSize, enablePush: Boolean(push), initialWindowSize, maxFrameSize, maxConcurrentStreams, maxHeaderListSize,
    maxHeaderSize: maxHeaderListSize, enableConnectProtocol: Boolean(connect),
  };
  if (custom.length > 0) {
    settings.customSettings = {};
    for (let at = 0; at < custom.length; at += 2) settings.customSettings[custom[at]] = custom[at + 1];
  }
  return settings;
}

export function getDefaultSettings() {
  return {
    __proto__: null, headerTableSize: 4096, enablePush: true, initialWindowSize: 65535, maxFrameSize: 16384,
    maxConcurrentStreams: 4294967295, maxHeaderSize: 65535, maxHeaderListSize: 65535, enableConnectProtocol: false,
  };
}

export function getPackedSettings(settings) {
  assertObject(settings, "settings");
  const list = settingsList(validateSettings({ ...settings }));
  const buffer = Buffer.alloc(list.length * 6);
  list
    .sort(([a], [b]) => a - b)
    .forEach(([number, value], at) => buffer.writeUInt32BE(value, buffer.writeUInt16BE(number, at * 6)));
  return buffer;
}

export function getUnpackedSettings(buf, options = {}) {
  if (!isView(buf) || buf instanceof DataView) throw ERR_INVALID_ARG_TYPE("buf", ["Buffer", "TypedArray"], buf);
  if (buf.length % 6 !== 0) throw failure("INVALID_PACKED_SETTINGS_LENGTH");
  const settings = {};
  const at = (index) => buf[index] & 0xff;
  for (let index = 0; index < buf.length; index += 6) {
    const number = at(index) * 256 + at(index + 1);
    const value = ((at(index + 2) * 256 + at(index + 3)) * 256 + at(index + 4)) * 256 + at(index + 5);
    const known = SETTINGS.find(([, its]) => its === number);
    if (!known) (settings.customSettings ??= {})[number] = value;
    else settings[known[0]] = known[2] === undefined ? Boolean(value) : value;
    if (number === 6) settings.maxHeaderSize = value;
  }
  if (options?.validate) validateSettings(settings);
  return settings;
}

// ---- the socket that sessions show

const FORBIDDEN = new Set(["destroy", "emit", "end", "pause", "read", "resume", "write", "setEncoding", "setKeepAlive", "setNoDelay"]);
const OF_SESSION = new Set(["setTimeout", "ref", "unref"]);
const socketOf = (session) => {
  const socket = session[kState].socket;
  if (socket === undefined) throw failure("SOCKET_UNBOUND");
  return socket;
};
const proxyHandler = {
  get(session, name) {
    if (OF_SESSION.has(name)) return session[name].bind(session);
    if (FORBIDDEN.has(name)) throw failure("NO_SOCKET_MANIPULATION");
    const socket = socketOf(session);
    const value = socket[name];
    return typeof value === "function" ? value.bind(socket) : value;
  },
  getPrototypeOf: (session) => Reflect.getPrototypeOf(socketOf(session)),
  set(session, name, value) {
    if (OF_SESSION.has(name)) session[name] = value;
    else if (FORBIDDEN.has(name)) throw failure("NO_SOCKET_MANIPULATION");
    else socketOf(session)[name] = value;
    return true;
  },
  has: (session, name) => name in socketOf(session),
};

// ---- what the connection tells

function onData(chunk) {
  const session = this[kBound];
  const state = session?.[kState];
  if (state?.native === undefined) return;
  state.bytesRead += chunk.length;
  receive(state.native, chunk);
  drain(session);
  schedule(session);
}

/**
 * Handles events until there are none, or the session is gone. What one of them queues (ticks, then microtasks) runs before the next,
 * as in Node, where each comes with a callback of its own.
 */
function drain(session) {
  if (!session[kState].draining) handleNext(session);
}

function handleNext(session) {
  const state = session[kState];
  state.draining = false;
  if (state.native === undefined) return;
  let event = state.held ?? next(state.native);
  state.held = undefined;
  if (event === undefined) return;
  state.draining = true;
  nextTick(queueMicrotask, state.goOn);
  dispatch(session, event);
  // A body's pieces need no such care.
  while (event[0] === DATA && state.native !== undefined) {
    event = next(state.native);
    if (event?.[0] !== DATA) {
      state.held = event;
      return;
    }
    dispatch(session, event);
  }
}

// Elements by their index: destructuring an array walks an iterator.
function dispatch(session, event) {
  const id = event[1];
  const stream = typeof id === "number" ? session[kState].streams.get(id) : undefined;
  const scope = stream?.[kState].scope;
  if (scope !== undefined) runIn(scope, event[0] === CLOSED, () => handle(session, stream, event));
  else handle(session, stream, event);
}

function handle(session, stream, event) {
  const state = session[kState];
  const kind = event[0];
  const id = event[1];
  if (kind !== CLOSED && kind !== WANT_TRAILERS) session[kUpdateTimer]();
  switch (kind) {
    case HEADERS:
      return onHeaders(session, stream, event);
    case PROMISE:
      return onPromise(session, event);
    case DATA:
      if (stream === undefined || stream.destroyed) return;
      stream[kUpdateTimer]();
      stream[kState].bytesRead += event[2].length;
      if (stream[kState].measured) stream[kState].firstByte ??= now();
      if (!stream.push(event[2])) {
        stream[kState].paused = true;
        if (!stream.destroyed) pause(state.native, id, true);
      }
      return;
    case ENDED:
      if (stream === undefined || stream.destroyed) return;
      stream[kState].remoteEnded = true;
      stream.push(null);
      return stream[kMaybeDestroy]();
    case CLOSED:
      return stream === undefined ? session[kMaybeDestroy]() : onStreamClosed(stream, event[2]);
    case WANT_TRAILERS:
      if (stream === undefined || stream.destroyed) return;
      stream[kState].trailersReady = true;
      if (!stream.emit("wantTrailers")) stream.sendTrailers({});
      return;
    case REMOTE_SETTINGS:
      state.remoteSettings = undefined;
      if (session.listenerCount("remoteSettings") > 0) session.emit("remoteSettings", session.remoteSettings);
      return;
    case SETTINGS_ACK:
      state.localSettings = undefined;
      return state.settingsSent.shift()?.();
    case PING:
      return void session.emit("ping", event[1]);
    case PING_ACK: {
      const ping = state.pings.shift();
      if (ping === undefined) return session.destroy(nghttpError(-505));
      return ping(null, event[1]);
    }
    case GOAWAY:
      return onGoaway(session, event[1], event[2], event[3]);
    case ALTSVC:
      return void session.emit("altsvc", event[3], event[2], id);
    case ORIGIN:
      return onOrigin(session, event.slice(1));
    case FRAME_ERROR: {
      const emitter = stream ?? session;
      emitter[kUpdateTimer]();
      emitter.emit("frameError", event[2], event[3], id);
      if (stream !== undefined && stream[kState].kind === "server") stream.close(event[3]);
      return session.close();
    }
    case FATAL:
      return session.destroy(event[2] ? failure("TOO_MANY_INVALID_FRAMES") : nghttpError(id));
  }
}

function onHeaders(session, stream, event) {
  const state = session[kState];
  const id = event[1];
  const category = event[2];
  const flags = event[3];
  const list = event[4];
  const ended = (flags & END) !== 0;
  const headers = headerObject(list, event[5]);
  if (stream === undefined) {
    if (session.closed || state.type !== NGHTTP2_SESSION_SERVER) return reset(state.native, id, NGHTTP2_REFUSED_STREAM);
    const method = headers[":method"];
    stream = new ServerHttp2Stream(session, id, headers);
    stream[kState].remoteEnded = ended;
    stream[kState].endAfterHeaders = ended;
    if (ended) stream.push(null);
    if (method === "HEAD") {
      // What answers it has no body.
      stream.end();
      stream[kState].headRequest = true;
    }
    publish("server", stream, "created", { headers });
    publish("server", stream, "start", { headers });
    return nextTick(emit, session, "stream", stream, headers, flags, list);
  }
  stream[kUpdateTimer]();
  const status = headers[":status"];
  let name;
  if (category === 1 || (category === 3 && status !== undefined)) name = status < 200 && !ended ? "headers" : "response";
  else if (category === 2) name = "push";
  else name = ended ? "trailers" : "headers";
  const { originSet } = state;
  if (originSet !== undefined && status === 421) originSet.delete(originOf(stream[kState].authority));
  stream[kState].remoteEnded ||= ended;
  if (stream[kState].measured) stream[kState].firstHeader ??= now();
  if (name === "response" || name === "push") publish("client", stream, "finish", { headers, flags });
  nextTick(emit, stream, name, headers, flags, list);
  if (name === "headers" && status === 100) nextTick(emit, stream, "continue");
}

function onPromise(session, [, id, , flags, list, sensitive]) {
  const state = session[kState];
  if (session.closed) return reset(state.native, id, NGHTTP2_REFUSED_STREAM);
  const headers = headerObject(list, sensitive);
  const stream = new ClientHttp2Stream(session, id);
  stream[kState].endAfterHeaders = true;
  stream.end();
  if (headers[":method"] === "HEAD") stream[kState].headRequest = true;
  publish("client", stream, "created", { headers });
  publish("client", stream, "start", { headers });
  nextTick(emit, session, "stream", stream, headers, flags, list);
}

/** Both sides have ended the stream, or one has reset it. */
function onStreamClosed(stream, code) {
  const state = stream[kState];
  state.nativeClosed = true;
  if (stream.destroyed) return;
  if (!stream.closed) closeStream(stream, code, false);
  if (state.waiting && code === NGHTTP2_NO_ERROR) {
    const callback = state.waiting;
    state.waiting = undefined;
    callback();
  }
  if (stream.destroyed) return;
  if (code !== NGHTTP2_NO_ERROR || stream._readableState.endEmitted) return void stream.destroy();
  stream.on("end", () => stream.destroy());
  stream.push(null);
  // Who reads only later finds what came; who does not care is not waited for.
  if (stream._readableState.flowing === null && (stream.readableLength === 0 || state.kind === "server")) stream.resume();
  else stream.read(0);
}

function onGoaway(session, code, last, data) {
  const state = session[kState];
  state.goawayCode ??= code;
  state.goawayLast = last;
  state.goawayReceived = true;
  session.emit("goaway", code, last, data);
  if (session.destroyed) return;
  if (code === NGHTTP2_NO_ERROR) session.close();
  else session.destroy(failure("SESSION_ERROR", code), NGHTTP2_NO_ERROR);
}

const originOf = (authority) => {
  try {
    return new URL(`https://${authority}`).origin;
  } catch {
    return undefined;
  }
};

function onOrigin(session, origins) {
  const state = session[kState];
  if (!session.encrypted || session.destroyed || state.type !== NGHTTP2_SESSION_CLIENT) return;
  session.originSet;
  for (const origin of origins) state.originSet.add(origin);
  session.emit("origin", origins);
}

// ---- sending

/** What was said in this turn of the loop goes out together. */
function schedule(session) {
  const state = session[kState];
  if (state.scheduled || state.writing || state.native === undefined) return;
  state.scheduled = true;
  setImmediate(flush, session);
}

function flush(session) {
  const state = session[kState];
  state.scheduled = false;
  if (state.writing || state.native === undefined) return;
  drain(session);
  sendNow(session);
}

function sendNow(session) {
  const state = session[kState];
  const { native, socket } = state;
  if (native === undefined || socket === undefined || state.writing) return;
  const out = output(native);
  const done = written(native);
  drain(session);
  if (out === undefined) {
    if (done !== undefined) finishWrites(session, done);
    return void session[kMaybeDestroy]();
  }
  state.writing = true;
  state.sent++;
  state.bytesWritten += out.length;
  if (socket.destroyed || !socket.writable) {
    state.writing = false;
    return;
  }
  const sent = () => {
    state.writing = false;
    if (done !== undefined) finishWrites(session, done);
    if (state.native === undefined) return;
    // What a finished write has called may say more, which goes out together.
    if (done !== undefined) schedule(session);
    else flush(session);
  };
  socket.write(out, (error) => {
    if (error) state.writing = false;
    // Who is written to through JavaScript alone is given a turn to read.
    else if (socket._handle === undefined) setImmediate(sent);
    else sent();
  });
}

function finishWrites(session, ids) {
  for (const id of ids) {
    const stream = session[kState].streams.get(id);
    if (stream === undefined) continue;
    const state = stream[kState];
    stream[kUpdateTimer]();
    if (--state.pieces > 0) continue;
    const callback = state.waiting;
    state.waiting = undefined;
    callback?.();
  }
  session[kUpdateTimer]();
}

// ---- sessions

function socketOnError(error) {
  const session = this[kBound];
  if (session === undefined) return;
  // A peer that has said goodbye may go as it likes, and a stream that is gone closes soon.
  if (error.code === "ERR_STREAM_DESTROYED") return session.destroy();
  if ((error.code === "ECONNRESET" || error.code === "EPIPE") && session[kState].goawayCode === NGHTTP2_NO_ERROR) return session.destroy();
  session.destroy(error);
}

function socketOnClose() {
  const session = this[kBound];
  if (session === undefined) return;
  const state = session[kState];
  // What has come before is told first.
  if (state.draining && !state.destroyed) return void setImmediate(() => socketOnClose.call(this));
  const error = session.connecting ? nodeError("Error", "ERR_SOCKET_CLOSED", "Socket is closed") : undefined;
  for (const stream of [...state.streams.values(), ...state.pending]) stream.close(NGHTTP2_CANCEL);
  session.close();
  if (!session.destroyed) closeSession(session, undefined, error);
}

function socketOnEnd() {
  const session = this[kBound];
  if (session === undefined || session.destroyed) return;
  if (!session.closed || session[kState].streams.size > 0) {
    setImmediate(() => socketOnClose.call(this));
  }
}

function closeSession(session, code, error) {
  const state = session[kState];
  state.destroyed = true;
  state.destroyCode = code;
  forgetTimeout(session);
  session.removeAllListeners("timeout");
  if (state.pending.size + state.streams.size > 0) {
    const cancel = streamCancel(error);
    for (const stream of [...state.pending]) stream.destroy(cancel);
    for (const stream of [...state.streams.values()]) stream.destroy(error);
  }
  for (const callback of state.pings.splice(0)) callback(failure("PING_CANCEL"));
  state.settingsSent.length = 0;
  const { native, socket } = state;
  if (native === undefined) return finishClose(session, error);
  const open = socket !== undefined && !socket.destroyed && socket.writable;
  if (open) {
    if (state.said === undefined || (code && code !== state.said)) sendGoaway(native, code || NGHTTP2_NO_ERROR, 0, undefined);
    const rest = lastWords(native);
    if (rest !== undefined) socket.write(rest);
  }
  if (state.measured) {
    const [, , , , , , , , , framesReceived, framesSent] = nativeState(native);
    state.measured("Http2Session", {
      bytesRead: state.bytesRead, bytesWritten: state.bytesWritten, framesReceived, framesSent, maxConcurrentStreams: state.maxStreams,
      pingRTT: state.rtt, streamAverageDuration: state.streamCount ? state.streamTime / state.streamCount : 0,
      streamCount: state.streamCount, type: state.type === NGHTTP2_SESSION_SERVER ? "server" : "client",
    });
  }
  state.native = undefined;
  setImmediate(finishClose, session, error);
}

function finishClose(session, error) {
  const state = session[kState];
  const { socket } = state;
  state.socket = undefined;
  state.proxy = undefined;
  state.server?.[kSessions].delete(session);
  const done = () => {
    if (error) session.emit("error", error);
    session.emit("close");
    state.server = undefined;
  };
  if (socket === undefined) return void nextTick(done);
  socket[kBound] = undefined;
  socket.removeListener("data", onData);
  socket.removeListener("end", socketOnEnd);
  socket.removeListener("close", socketOnClose);
  socket.removeListener("error", socketOnError);
  if (socket.destroyed) return void nextTick(done);
  socket.on("error", () => {});
  socket.once("close", done);
  if (session.closed && !error) {
    // The peer's end is waited for.
    socket.resume();
    const gone = () => socket.destroy();
    if (socket._handle != null || socket.connecting) return void socket.end();
    socket.end(gone);
    if (socket.readableEnded) setImmediate(gone);
    else socket.once("end", gone);
  } else {
    socket.destroy(error);
  }
}

class Http2Session extends EventEmitter {
  constructor(type, options, socket) {
    super();
    if (socket[kBound] !== undefined) throw failure("SOCKET_BOUND");
    this[kState] = {
      type, options, socket, native: undefined, proxy: undefined, streams: new Map(), pending: new Set(), pings: [], settingsSent: [],
      scheduled: false, writing: false, draining: false, closed: false, destroyed: false, destroyCode: undefined,
      goawayCode: undefined, said: undefined, held: undefined, goawayLast: undefined, localSettings: undefined,
      remoteSettings: undefined, server: undefined, originSet: undefined, bytesRead: 0, bytesWritten: 0, sent: 0, sentAtTimeout: 0, streamCount: 0, streamTime: 0, maxStreams: 0, rtt: 0,
      requests: [], measured: channels["perf:http2"]?.begin(), later: [],
    };
    this[kState].goOn = () => handleNext(this);
    this[kTimeout] = undefined;
    this.timeout = 0;
    this[kOptions] = options;
    socket[kBound] = this;
    socket.on("error", socketOnError);
    socket.on("close", socketOnClose);
    const begin = () => {
      try {
        this.#begin(socket, options);
      } catch (error) {
        socket.destroy(error);
      }
    };
    if (socket.connecting || socket.secureConnecting) {
      socket.once(socket.secureConnecting !== undefined && socket.encrypted ? "secureConnect" : "connect", begin);
    } else {
      begin();
    }
  }

  #begin(socket, options) {
    const state = this[kState];
    // One that was closed meanwhile still hears of it.
    if (state.destroyed) return void nextTick(emit, this, "connect", this, socket);
    if (socket.destroyed) return void nextTick(() => this.destroy());
    socket.setNoDelay?.();
    state.native = open(state.type === NGHTTP2_SESSION_SERVER, options);
    socket.on("data", onData);
    socket.on("end", socketOnEnd);
    state.starting = true;
    this.settings(options.settings ?? {});
    state.starting = false;
    if (state.type === NGHTTP2_SESSION_SERVER && Array.isArray(options.origins)) this.origin(...options.origins);
    for (const task of state.later.splice(0)) task();
    schedule(this);
    nextTick(() => {
      this.emit("connect", this, socket);
      // Requests of before come after what the program does when it is connected.
      for (const begin of state.requests.splice(0)) begin();
    });
  }

  /** Runs `task` when the protocol has begun. */
  [kInit](task) {
    const state = this[kState];
    if (state.native !== undefined) return task();
    state.later.push(task);
  }

  get type() {
    return this[kState].type;
  }

  get connecting() {
    return this[kState].socket !== undefined && this[kState].native === undefined && !this.destroyed;
  }

  get closed() {
    return this[kState].closed;
  }

  get destroyed() {
    return this[kState].destroyed;
  }

  get encrypted() {
    return this[kState].socket?.encrypted === true;
  }

  get alpnProtocol() {
    const { socket, native } = this[kState];
    if (native === undefined) return undefined;
    return socket?.alpnProtocol || (socket?.encrypted ? "h2" : "h2c");
  }

  get originSet() {
    const state = this[kState];
    if (!this.encrypted || this.destroyed) return undefined;
    if (state.originSet === undefined) {
      const { servername, remoteAddress, remotePort } = state.socket;
      const origin = originOf(`${servername || (remoteAddress?.includes(":") ? `[${remoteAddress}]` : remoteAddress)}:${remotePort ?? 443}`);
      state.originSet = new Set(origin ? [origin] : []);
    }
    return [...state.originSet];
  }

  get socket() {
    const state = this[kState];
    if (state.socket === undefined) return undefined;
    return (state.proxy ??= new Proxy(this, proxyHandler));
  }

  get goawayCode() {
    return this[kState].goawayCode ?? NGHTTP2_NO_ERROR;
  }

  get goawayLastStreamID() {
    return this[kState].goawayLast ?? 0;
  }

  get pendingSettingsAck() {
    return this[kState].settingsSent.length > 0;
  }

  get state() {
    const { native } = this[kState];
    if (native === undefined) return {};
    const [
      effectiveLocalWindowSize, effectiveRecvDataLength, nextStreamID, localWindowSize, lastProcStreamID, remoteWindowSize,
      outboundQueueSize, deflateDynamicTableSize, inflateDynamicTableSize,
    ] = nativeState(native);
    return {
      effectiveLocalWindowSize, effectiveRecvDataLength, nextStreamID, localWindowSize, lastProcStreamID, remoteWindowSize,
      outboundQueueSize, deflateDynamicTableSize, inflateDynamicTableSize,
    };
  }

  get localSettings() {
    return this.#settings("localSettings", false);
  }

  get remoteSettings() {
    return this.#settings("remoteSettings", true);
  }

  #settings(name, remote) {
    const state = this[kState];
    if (state[name] !== undefined) return state[name];
    if (this.destroyed || state.native === undefined) return {};
    state[name] = settingsObject(settingsOf(state.native, remote));
    // Of its own it tells those of other numbers as soon as they are sent.
    if (!remote && state.customSettings !== undefined) state[name].customSettings = { ...state.customSettings };
    return state[name];
  }

  settings(settings, callback) {
    if (this.destroyed) throw failure("INVALID_SESSION");
    assertObject(settings, "settings");
    validateSettings(settings);
    if (callback !== undefined) validateFunction(callback, "callback");
    const state = this[kState];
    const max = state.options.maxOutstandingSettings ?? 10;
    const start = Date.now();
    if (state.settingsSent.length >= max && state.native !== undefined)
      return void nextTick(() => this.destroy(failure("MAX_PENDING_SETTINGS_ACK")));
    const list = settingsList(settings ?? {});
    if (settings?.customSettings) {
      state.customSettings = { ...state.customSettings, ...settings.customSettings };
      state.localSettings = undefined;
    }
    // The first to be sent are those that the session begins with, whatever was asked for before.
    state.settingsSent[state.starting ? "unshift" : "push"](() => {
      callback?.(null, this.localSettings, Date.now() - start);
      this.emit("localSettings", this.localSettings);
    });
    this[kUpdateTimer]();
    this[kInit](() => {
      sendSettings(state.native, list.flat());
      schedule(this);
    });
  }

  ping(payload, callback = undefined) {
    if (this.destroyed) throw failure("INVALID_SESSION");
    if (typeof payload === "function") {
      callback = payload;
      payload = undefined;
    }
    if (payload !== undefined) {
      if (!isView(payload)) throw ERR_INVALID_ARG_TYPE("payload", ["Buffer", "TypedArray", "DataView"], payload);
      if (payload.byteLength !== 8) throw failure("PING_LENGTH");
    }
    if (callback !== undefined) validateFunction(callback, "callback");
    const state = this[kState];
    const start = now();
    if (state.pings.length >= (state.options.maxOutstandingPings ?? 10)) {
      if (callback !== undefined) {
        const scope = capture("HTTP2PING", this);
        const cancel = () => callback(failure("PING_CANCEL"));
        nextTick(() => (scope ? runIn(scope, true, cancel) : cancel()));
      }
      return false;
    }
    const bytes = payload === undefined ? Buffer.from(String(Math.random()).padEnd(10, "0").slice(2, 10)) : payload;
    const scope = capture("HTTP2PING", this);
    const done = (...result) => (scope ? runIn(scope, true, () => callback?.(...result)) : callback?.(...result));
    state.pings.push((error, answer) => (error ? done(error) : done(null, (state.rtt = now() - start), answer)));
    this[kUpdateTimer]();
    this[kInit](() => {
      sendPing(state.native, bytes);
      schedule(this);
    });
    return true;
  }

  goaway(code = NGHTTP2_NO_ERROR, lastStreamID = 0, opaqueData = undefined) {
    if (this.destroyed) throw failure("INVALID_SESSION");
    if (opaqueData !== undefined && !isView(opaqueData))
      throw ERR_INVALID_ARG_TYPE("opaqueData", ["Buffer", "TypedArray", "DataView"], opaqueData);
    validateNumber(code, "code");
    validateNumber(lastStreamID, "lastStreamID");
    const state = this[kState];
    this[kInit](() => {
      if (state.native === undefined) return;
      state.said = code;
      sendGoaway(state.native, code, lastStreamID, opaqueData);
      schedule(this);
    });
  }

  setNextStreamID(id) {
    if (this.destroyed) throw failure("INVALID_SESSION");
    validateNumber(id, "id");
    if (id <= 0 || id > 4294967295) throw ERR_OUT_OF_RANGE("id", "> 0 and <= 4294967295", id);
    this[kInit](() => setNextId(this[kState].native, id));
  }

  setLocalWindowSize(windowSize) {
    if (this.destroyed) throw failure("INVALID_SESSION");
    validateInt32(windowSize, "windowSize", 0);
    this[kInit](() => setWindow(this[kState].native, windowSize));
    schedule(this);
  }

  destroy(error = NGHTTP2_NO_ERROR, code = undefined) {
    if (this.destroyed) return;
    if (typeof error === "number") {
      code = error;
      error = code !== NGHTTP2_NO_ERROR ? failure("SESSION_ERROR", code) : undefined;
    }
    if (code === undefined && error != null) code = NGHTTP2_INTERNAL_ERROR;
    closeSession(this, code, error);
  }

  close(callback) {
    if (this.closed || this.destroyed) return;
    const state = this[kState];
    state.closed = true;
    if (typeof callback === "function") this.once("close", callback);
    this.goaway();
    this[kMaybeDestroy]();
  }

  [kMaybeDestroy](error) {
    if (error == null) {
      const state = this[kState];
      if (!state.closed || state.destroyed || state.streams.size + state.pending.size > 0) return;
    }
    this.destroy(error);
  }

  [kUpdateTimer]() {
    this[kTimeout]?.refresh();
  }

  _onTimeout() {
    const state = this[kState];
    if (state.writing || [...state.streams.values()].some((stream) => stream[kState].waiting !== undefined)) {
      // Something still goes out: as long as it gets on, the session is not idle.
      if (state.sent !== state.sentAtTimeout) {
        state.sentAtTimeout = state.sent;
        return this[kUpdateTimer]();
      }
    }
    this.emit("timeout");
  }

  ref() {
    this[kState].socket?.ref?.();
  }

  unref() {
    this[kState].socket?.unref?.();
  }

  [kRejection](error, event, ...args) {
    switch (event) {
      case "stream": {
        const [stream] = args;
        return void stream.destroy(error);
      }
      default:
        this.destroy(error);
    }
  }

  [kInspect](depth, options, inspect) {
    if (typeof depth === "number" && depth < 0) return this;
    const { type, closed, destroyed, state, localSettings, remoteSettings } = this;
    return `Http2Session ${inspect({ type, closed, destroyed, state, localSettings, remoteSettings }, options)}`;
  }
}
Http2Session.prototype.setTimeout = setIdleTimeout;

class ServerHttp2Session extends Http2Session {
  constructor(options, socket, server) {
    super(NGHTTP2_SESSION_SERVER, options, socket);
    this[kState].server = server;
    server?.[kSessions].add(this);
  }

  get server() {
    return this[kState].server;
  }

  altsvc(alt, originOrStream) {
    let stream = 0;
    let origin;
    if (typeof originOrStream === "string") {
      origin = new URL(originOrStream).origin;
      if (origin === "null") throw failure("ALTSVC_INVALID_ORIGIN");
    } else if (typeof originOrStream === "number") {
      if (originOrStream >>> 0 !== originOrStream || originOrStream === 0)
        throw ERR_OUT_OF_RANGE("originOrStream", "> 0 && < 4294967296", originOrStream);
      stream = originOrStream;
    } else if (originOrStream !== undefined) {
      if (originOrStream !== null && typeof originOrStream === "object") origin = originOrStream.origin;
      if (typeof origin !== "string") throw ERR_INVALID_ARG_TYPE("originOrStream", ["string", "number", "URL", "object"], originOrStream);
      if (origin === "null" || origin.length === 0) throw failure("ALTSVC_INVALID_ORIGIN");
    }
    validateString(alt, "alt");
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(alt)) throw nodeError("TypeError", "ERR_INVALID_CHAR", "Invalid character in alt");
    if (Buffer.byteLength(alt) + (origin?.length ?? 0) > 16382) throw failure("ALTSVC_LENGTH");
    if (this.destroyed || (stream > 0 && !this[kState].streams.has(stream))) return;
    this[kInit](() => sendAltsvc(this[kState].native, stream, origin ?? "", alt));
    schedule(this);
  }

  origin(...origins) {
    if (this.destroyed || origins.length === 0) return;
    let length = 0;
    const list = origins.map((input) => {
      let origin;
      if (typeof input === "string") origin = new URL(input).origin;
      else if (input !== null && typeof input === "object") origin = input.origin;
      if (typeof origin !== "string") throw ERR_INVALID_ARG_TYPE("origin", ["string", "URL", "object"], input);
      if (origin === "null") throw failure("INVALID_ORIGIN");
      length += origin.length;
      return origin;
    });
    if (length > 16382) throw failure("ORIGIN_LENGTH");
    if (!this.encrypted) return;
    this[kInit](() => sendOrigin(this[kState].native, list));
    schedule(this);
  }
}

const isNetHost = (host) => /^(\d{1,3}\.){3}\d{1,3}$/.test(host) || host.includes(":");

class ClientHttp2Session extends Http2Session {
  constructor(options, socket) {
    super(NGHTTP2_SESSION_CLIENT, options, socket);
  }

  request(headersParam, options = undefined) {
    const state = this[kState];
    this[kUpdateTimer]();
    let headers;
    let sent;
    if (Array.isArray(headersParam)) {
      if (headersParam.length % 2 !== 0) throw ERR_INVALID_ARG_VALUE("headers", headersParam);
      const given = sentObject(headersParam);
      const defaults = [];
      const missing = (name, value) => given[name] === undefined && defaults.push(name, value);
      missing(":method", "GET");
      const connect = (given[":method"] ?? "GET") === "CONNECT";
      if (given[":authority"] === undefined && given.host === undefined && !connect) defaults.push(":authority", state.authority);
      if (!connect || given[":protocol"] !== undefined) {
        missing(":scheme", state.scheme);
        missing(":path", "/");
      }
      headers = [...defaults, ...headersParam];
      headers[sensitiveHeaders] = headersParam[sensitiveHeaders];
      sent = sentObject(headers);
    } else {
      assertObject(headersParam, "headers");
      headers = { __proto__: null, ...headersParam };
      if (headers[":method"] === undefined) headers[":method"] = "GET";
      const connect = headers[":method"] === "CONNECT";
      if (!connect || headers[":protocol"] !== undefined) {
        if (headers[":authority"] === undefined && headers.host === undefined) headers[":authority"] = state.authority;
        if (headers[":scheme"] === undefined) headers[":scheme"] = state.scheme;
        if (headers[":path"] === undefined) headers[":path"] = "/";
      }
      sent = headers;
    }
    const method = sent[":method"];
    if (method === "CONNECT" && sent[":protocol"] === undefined) {
      if (sent[":authority"] === undefined) throw failure("CONNECT_AUTHORITY");
      if (sent[":scheme"] !== undefined) throw failure("CONNECT_SCHEME");
      if (sent[":path"] !== undefined) throw failure("CONNECT_PATH");
    }
    assertObject(options, "options");
    options = { ...options };
    if (options.weight !== undefined || options.parent !== undefined || options.exclusive !== undefined || options.silent !== undefined)
      checkPriority(options);
    if (options.endStream === undefined) options.endStream = hasNoPayload(method);
    else validateBoolean(options.endStream, "options.endStream");
    validateAbortSignal(options.signal, "options.signal");
    const { list, sensitive } = headerList(headers, "request", state.options.strictSingleValueFields !== false);
    const stream = new ClientHttp2Stream(this);
    const its = stream[kState];
    its.sentHeaders = sent;
    its.headRequest = method === "HEAD";
    its.authority = sent[":authority"];
    its.flags = (options.endStream ? END : 0) | (options.waitForTrailers ? TRAILERS : 0);
    if (options.endStream) {
      stream.end();
    }
    publish("client", stream, "created", { headers: sent });
    const { signal } = options;
    if (signal) {
      const abort = () => stream.destroy(new AbortError(undefined, { cause: signal.reason }));
      if (signal.aborted) abort();
      else {
        signal.addEventListener("abort", abort, { once: true });
        stream.once("close", () => signal.removeEventListener("abort", abort));
      }
    }
    const begin = () => {
      if (stream.destroyed) return;
      if (this.destroyed || this.closed || state.goawayReceived) {
        // Whoever asked can listen to the error first.
        const error = failure(this.destroyed ? "INVALID_SESSION" : "GOAWAY_SESSION");
        return void nextTick(() => stream.destroy(error));
      }
      const id = request(state.native, list, sensitive, its.flags);
      if (id === -509) return void nextTick(() => stream.destroy(failure("OUT_OF_STREAMS")));
      if (id < 0) return void nextTick(() => stream.destroy(nghttpError(id)));
      its.localEnded = options.endStream;
      stream[kInit](id);
      publish("client", stream, "start", { headers: sent });
      schedule(this);
    };
    const waits = !this.destroyed && (state.native === undefined || state.requests.length > 0);
    if (waits) state.requests.push(begin);
    else begin();
    return stream;
  }
}

function checkPriority(options) {
  if (options.weight !== undefined && typeof options.weight !== "number") throw ERR_INVALID_ARG_TYPE("options.weight", "number", options.weight);
  if (options.parent !== undefined) validateNumber(options.parent, "options.parent", 0);
  if (options.exclusive !== undefined) validateBoolean(options.exclusive, "options.exclusive");
  if (options.silent !== undefined) validateBoolean(options.silent, "options.silent");
  if (options.weight === undefined && options.parent === undefined && options.exclusive === undefined) return;
  if (!optionWarned) warn("Priority signaling has been deprecated as of RFC 9113.", "DeprecationWarning", "DEP0194");
  optionWarned = true;
}
let optionWarned = false;

// ---- streams

/** Closes both sides; `tell` says whether the peer is to be told: only when it must be, or (`"force"`) at once. */
function closeStream(stream, code, tell = true) {
  const state = stream[kState];
  state.closed = true;
  state.rstCode = code;
  publish(state.kind, stream, "close", {});
  forgetTimeout(stream);
  const { ending } = stream._writableState;
  if (!ending) {
    if (!state.aborted || state.endAfterHeaders) {
      state.aborted = true;
      stream.emit("aborted");
    }
    stream.end();
  }
  if (!tell) return;
  const finish = () => {
    if (stream.pending) {
      stream.push(null);
      return void stream.once("ready", () => resetStream(stream, code));
    }
    resetStream(stream, code);
  };
  if (!ending || stream.writableFinished || code !== NGHTTP2_NO_ERROR || tell === "force") finish();
  else stream.once("finish", finish);
}

function resetStream(stream, code) {
  const session = stream[kSession];
  const native = session?.[kState].native;
  if (native === undefined || session.destroyed || stream[kState].nativeClosed || stream[kState].id === undefined) return;
  reset(native, stream[kState].id, code);
  schedule(session);
}

class Http2Stream extends Duplex {
  constructor(session) {
    super({ allowHalfOpen: true, decodeStrings: false, autoDestroy: false });
    // Until it has a number, what is written waits; and until somebody reads, nothing is read ahead.
    this.cork();
    this._readableState.readingMore = true;
    this[kSession] = session;
    this[kState] = {
      id: undefined, closed: false, aborted: false, rstCode: undefined, didRead: false, paused: false, remoteEnded: false,
      localEnded: false, nativeClosed: false, endAfterHeaders: false, headersSent: false, headRequest: false, trailersReady: false,
      sentHeaders: undefined, sentTrailers: undefined, infoHeaders: undefined, waiting: undefined, pieces: 0, flags: 0, bytesRead: 0,
      shut: false, authority: undefined,
    };
    this[kState].scope = capture("HTTP2STREAM", this);
    this[kTimeout] = undefined;
    this.timeout = 0;
    session[kState].pending.add(this);
  }

  [kInit](id) {
    const { pending, streams } = this[kSession][kState];
    pending.delete(this);
    streams.set(id, this);
    this[kState].id = id;
    const its = this[kSession][kState];
    if (its.measured) {
      this[kState].measured = channels["perf:http2"]?.begin();
      this[kState].start = now();
      its.streamCount++;
      its.maxStreams = Math.max(its.maxStreams, streams.size);
    }
    this.uncork();
    this.emit("ready");
  }

  get bufferSize() {
    return this.writableLength;
  }

  get endAfterHeaders() {
    return this[kState].endAfterHeaders;
  }

  get sentHeaders() {
    return this[kState].sentHeaders;
  }

  get sentTrailers() {
    return this[kState].sentTrailers;
  }

  get sentInfoHeaders() {
    return this[kState].infoHeaders;
  }

  get pending() {
    return this[kState].id === undefined;
  }

  get id() {
    return this[kState].id;
  }

  get session() {
    return this[kSession];
  }

  get headersSent() {
    return this[kState].headersSent;
  }

  get aborted() {
    return this[kState].aborted;
  }

  get closed() {
    return this[kState].closed;
  }

  get headRequest() {
    return this[kState].headRequest;
  }

  get rstCode() {
    return this[kState].rstCode;
  }

  get state() {
    const id = this[kState].id;
    const native = this[kSession]?.[kState].native;
    if (id === undefined || this.destroyed || native === undefined) return {};
    const [state, weight, sumDependencyWeight, localClose, remoteClose, localWindowSize] = nativeState(native, id);
    return { state, weight, sumDependencyWeight, localClose, remoteClose, localWindowSize };
  }

  [kUpdateTimer]() {
    if (this.destroyed) return;
    this[kTimeout]?.refresh();
    this[kSession]?.[kUpdateTimer]();
  }

  _onTimeout() {
    if (this.destroyed) return;
    const state = this[kState];
    if (state.waiting !== undefined) {
      const sent = this[kSession]?.[kState].sent;
      if (sent !== undefined && sent !== state.sentAtTimeout) {
        state.sentAtTimeout = sent;
        return this[kUpdateTimer]();
      }
    }
    this.emit("timeout");
  }

  #write(data, encoding, callback, isList) {
    if (this.pending) return void this.once("ready", () => this.#write(data, encoding, callback, isList));
    const state = this[kState];
    const session = this[kSession];
    const native = session?.[kState].native;
    if (this.destroyed || native === undefined) return callback();
    this[kUpdateTimer]();
    if (!state.headersSent) this[kProceed]();
    const list = isList ? data : [{ chunk: data, encoding }];
    let length = 0;
    state.pieces = 0;
    for (const { chunk, encoding: its } of list) {
      const bytes = typeof chunk === "string" && its !== "utf8" && its !== "utf-8" ? Buffer.from(chunk, its) : chunk;
      length += chunk.length;
      if (write(native, state.id, bytes)) state.pieces++;
    }
    if (state.pieces === 0) {
      // It is closed, and its end is told soon.
      return void nextTick(callback);
    }
    state.waiting = callback;
    if (state.measured) {
      state.bytesWritten = (state.bytesWritten ?? 0) + length;
      state.firstSent ??= now();
    }
    schedule(session);
    if (state.kind === "client" && channels["http2.client.stream.bodyChunkSent"] !== undefined) {
      const plain = isList && data.every(({ chunk }) => typeof chunk !== "string");
      publish("client", this, "bodyChunkSent", {
        writev: isList, data: plain ? data.map(({ chunk }) => chunk) : data, encoding: isList ? "" : encoding,
      });
    }
    // The end goes with the last data, when it is known in time.
    nextTick(() => {
      if (this.destroyed || !this.writableEnded || state.shut || this.writableLength !== length) return;
      if (this._writableState.bufferedRequestCount > 0) return;
      this.#shut();
    });
  }

  #shut() {
    const state = this[kState];
    if (state.shut) return;
    state.shut = true;
    const session = this[kSession];
    const native = session?.[kState].native;
    // What ends with an error does not end well before.
    const fails = state.closed && state.rstCode !== NGHTTP2_NO_ERROR;
    if (native !== undefined && !state.localEnded && !state.nativeClosed && !fails) {
      end(native, state.id);
      schedule(session);
    }
    if (state.kind === "client") publish("client", this, "bodySent", {});
  }

  _write(chunk, encoding, callback) {
    this.#write(chunk, encoding, callback, false);
  }

  _writev(data, callback) {
    this.#write(data, "", callback, true);
  }

  _final(callback) {
    if (this.pending) return void this.once("ready", () => this._final(callback));
    this.#shut();
    callback();
    this[kMaybeDestroy]();
  }

  _read() {
    if (this.destroyed) return void this.push(null);
    const state = this[kState];
    if (!state.didRead) {
      this._readableState.readingMore = false;
      state.didRead = true;
    }
    if (!state.paused) return;
    state.paused = false;
    const session = this[kSession];
    if (session?.[kState].native === undefined) return;
    pause(session[kState].native, state.id, false);
    schedule(session);
  }

  priority() {
    warnPriority();
    if (this.destroyed) throw failure("INVALID_STREAM");
  }

  sendTrailers(headers) {
    const state = this[kState];
    if (this.destroyed || this.closed) throw failure("INVALID_STREAM");
    if (state.sentTrailers) throw failure("TRAILERS_ALREADY_SENT");
    if (!state.trailersReady) throw failure("TRAILERS_NOT_READY");
    assertObject(headers, "headers");
    headers = { ...headers };
    this[kUpdateTimer]();
    const session = this[kSession];
    const { list, sensitive } = headerList(headers, "trailers", session[kState].options.strictSingleValueFields !== false);
    state.sentTrailers = headers;
    state.trailersReady = false;
    state.trailersPending = false;
    respond(session[kState].native, state.id, list, sensitive, END);
    schedule(session);
    this[kMaybeDestroy]();
  }

  close(code = NGHTTP2_NO_ERROR, callback = undefined) {
    validateUint32(code, "code");
    if (callback !== undefined) {
      validateFunction(callback, "callback");
      this.once("close", callback);
    }
    if (this.closed || this.destroyed) return;
    closeStream(this, code);
  }

  _destroy(error, callback) {
    const session = this[kSession];
    const state = this[kState];
    const its = session[kState];
    const sessionCode = its.goawayCode || its.destroyCode;
    let code = this.closed ? state.rstCode : sessionCode;
    if (error != null) {
      if (sessionCode) code = sessionCode;
      else if (error.name === "AbortError") code = NGHTTP2_CANCEL;
      else code = NGHTTP2_INTERNAL_ERROR;
    }
    code ??= NGHTTP2_NO_ERROR;
    if (!this.closed) closeStream(this, code, state.id !== undefined && !state.nativeClosed ? "force" : false);
    this.push(null);
    if (state.id === undefined) {
      its.pending.delete(this);
    } else {
      if (its.native !== undefined && !its.destroyed && !state.nativeClosed) {
        reset(its.native, state.id, code);
        schedule(session);
      }
      its.streams.delete(state.id);
    }
    if (error == null && code !== NGHTTP2_NO_ERROR && code !== NGHTTP2_CANCEL) error = failure("STREAM_ERROR", codeName(code));
    state.closeFile?.();
    if (state.measured) {
      const { start, firstByte = start, firstHeader = start, firstSent = start } = state;
      its.streamTime += now() - start;
      state.measured("Http2Stream", {
        bytesRead: state.bytesRead, bytesWritten: state.bytesWritten ?? 0, id: state.id, timeToFirstByte: firstByte - start,
        timeToFirstByteSent: firstSent - start, timeToFirstHeader: firstHeader - start,
      });
    }
    this[kSession] = undefined;
    forgetTimeout(this);
    const waiting = state.waiting;
    state.waiting = undefined;
    setImmediate(() => session[kMaybeDestroy]());
    if (error) publish(state.kind, this, "error", { error });
    waiting?.(error ?? (this.writableFinished ? undefined : null));
    callback(error);
  }

  /** Destroys itself when both sides are done and nothing is left to be read. */
  [kMaybeDestroy](code = NGHTTP2_NO_ERROR) {
    if (code !== NGHTTP2_NO_ERROR) return void this.destroy();
    const state = this[kState];
    if (!this.writableFinished && !(this._writableState.finalCalled ?? state.shut)) return;
    if (state.waiting !== undefined || !state.shut || state.sendsFile) return;
    if (!this.readable && this.closed) return void this.destroy();
    // A server that has answered and never looked at the request's body does not wait for it. Pushed streams may still be made.
    if (state.kind === "server" && this.headersSent && !state.didRead && this.readableFlowing === null && !state.trailersPending)
      setImmediate(() => this.close());
  }

  [kInspect](depth, options, inspect) {
    if (typeof depth === "number" && depth < 0) return this;
    const { closed, destroyed, state, id } = this;
    const { _readableState: readableState, _writableState: writableState } = this;
    return `Http2Stream ${inspect({ id: id || "<pending>", closed, destroyed, state, readableState, writableState }, options)}`;
  }
}
Http2Stream.prototype.setTimeout = setIdleTimeout;

class ClientHttp2Stream extends Http2Stream {
  constructor(session, id) {
    super(session);
    this[kState].kind = "client";
    this[kState].headersSent = true;
    if (id !== undefined) this[kInit](id);
  }
}

class ServerHttp2Stream extends Http2Stream {
  constructor(session, id, headers) {
    super(session);
    const state = this[kState];
    state.kind = "server";
    state.protocol = headers[":scheme"];
    state.authority = headers[":authority"] ?? headers.host;
    this[kInit](id);
  }

  get pushAllowed() {
    return !this.destroyed && !this.closed && !this.session.closed && !this.session.destroyed && this.session.remoteSettings.enablePush;
  }

  [kProceed]() {
    this.respond();
  }

  pushStream(headers, options, callback) {
    if (!this.pushAllowed) throw failure("PUSH_DISABLED");
    const state = this[kState];
    if (state.id % 2 === 0) throw failure("NESTED_PUSH");
    const session = this[kSession];
    this[kUpdateTimer]();
    if (typeof options === "function") {
      callback = options;
      options = undefined;
    }
    validateFunction(callback, "callback");
    assertObject(options, "options");
    options = { ...options, endStream: Boolean(options?.endStream) };
    assertObject(headers, "headers");
    headers = { __proto__: null, ...headers };
    headers[":method"] ??= "GET";
    if (headers[":authority"] === undefined && headers.host === undefined) headers[":authority"] = state.authority;
    headers[":scheme"] ??= state.protocol;
    headers[":path"] ??= "/";
    const head = headers[":method"] === "HEAD";
    if (head) options.endStream = true;
    const { list, sensitive } = headerList(headers, "request", session[kState].options.strictSingleValueFields !== false);
    const id = promise(session[kState].native, state.id, list, sensitive);
    if (id < 0) {
      const error = id === -509 ? failure("OUT_OF_STREAMS") : id === -510 ? failure("INVALID_STREAM") : nghttpError(id);
      return void nextTick(callback, error);
    }
    const stream = new ServerHttp2Stream(session, id, headers);
    const its = stream[kState];
    its.sentHeaders = headers;
    its.remoteEnded = true;
    stream.push(null);
    if (options.endStream) stream.end();
    its.headRequest = head;
    schedule(session);
    publish("server", stream, "created", { headers });
    publish("server", stream, "start", { headers });
    nextTick(callback, null, stream, headers, 0);
  }

  /** Checks and completes a response's headers, and says whether no body follows. */
  #prepare(headersParam, options) {
    const state = this[kState];
    if (this.destroyed || this.closed) throw failure("INVALID_STREAM");
    if (state.headersSent) throw failure("HEADERS_SENT");
    assertObject(options, "options");
    options = { ...options };
    this[kUpdateTimer]();
    let headers;
    let sent;
    const sendDate = options.sendDate == null || options.sendDate;
    if (Array.isArray(headersParam)) {
      if (headersParam.length % 2 !== 0) throw ERR_INVALID_ARG_VALUE("headers", headersParam);
      sent = sentObject(headersParam);
      headers = [...headersParam];
      headers[sensitiveHeaders] = headersParam[sensitiveHeaders];
      const names = new Set(headersParam.filter((_, at) => at % 2 === 0).map((name) => String(name).toLowerCase()));
      if (!names.has(":status")) {
        headers.unshift(":status", 200);
        sent[":status"] = 200;
      }
      if (sendDate && !names.has("date")) {
        sent.date = utcDate();
        headers.push("date", sent.date);
      }
    } else {
      assertObject(headersParam, "headers");
      headers = { __proto__: null, ...headersParam };
      headers[":status"] ??= 200;
      if (sendDate) headers.date ??= utcDate();
      sent = headers;
    }
    const status = Number(sent[":status"]) | 0;
    if (status < 200 || status > 599) throw failure("STATUS_INVALID", sent[":status"]);
    return { headers, sent, options, status, bodiless: forbidsPayload(status) || this.headRequest };
  }

  #respond({ headers, sent, status }, flags) {
    const state = this[kState];
    const session = this[kSession];
    const { list, sensitive } = headerList(headers, "response", session[kState].options.strictSingleValueFields !== false);
    state.sentHeaders = sent;
    state.headersSent = true;
    state.trailersPending = (flags & TRAILERS) !== 0;
    if (flags & END) state.localEnded = true;
    publish("server", this, "finish", { headers: sent, flags: 0 });
    respond(session[kState].native, state.id, list, sensitive, flags);
    schedule(session);
    return status;
  }

  respond(headers, options) {
    const prepared = this.#prepare(headers, options);
    const ends = prepared.bodiless || prepared.options.endStream === true;
    this.#respond(prepared, (ends ? END : 0) | (prepared.options.waitForTrailers && !ends ? TRAILERS : 0));
    if (ends && !this.writableEnded) this.end();
    else if (ends) this[kMaybeDestroy]();
  }

  respondWithFD(fd, headers, options) {
    if (this.destroyed || this.closed) throw failure("INVALID_STREAM");
    if (this[kState].headersSent) throw failure("HEADERS_SENT");
    assertObject(options, "options");
    options = { ...options };
    checkRange(options);
    if (typeof fd !== "number" && !(fd !== null && typeof fd === "object" && typeof fd.fd === "number"))
      throw ERR_INVALID_ARG_TYPE("fd", ["number", "FileHandle"], fd);
    const prepared = this.#prepare(headers, options);
    if (forbidsPayload(prepared.status)) throw failure("PAYLOAD_FORBIDDEN", prepared.status);
    const number = typeof fd === "number" ? fd : fd.fd;
    if (options.statCheck === undefined) return this.#sendFile(number, prepared, options);
    importBuiltin("node:fs").default.fstat(number, (error, stat) => {
      if (this.destroyed || this.closed) return this.destroy(failure("INVALID_STREAM"));
      if (error) return this.destroy(error);
      this.#withStat(number, stat, prepared, options);
    });
  }

  respondWithFile(path, headers, options) {
    if (this.destroyed || this.closed) throw failure("INVALID_STREAM");
    if (this[kState].headersSent) throw failure("HEADERS_SENT");
    assertObject(options, "options");
    options = { ...options };
    checkRange(options);
    const prepared = this.#prepare(headers, options);
    if (forbidsPayload(prepared.status)) throw failure("PAYLOAD_FORBIDDEN", prepared.status);
    const fs = importBuiltin("node:fs").default;
    const fail = (error) => {
      if (typeof options.onError === "function") options.onError(error);
      else this.destroy(error);
    };
    fs.open(path, "r", (error, fd) => {
      if (error) return fail(error);
      const close = () => fs.close(fd, () => {});
      if (this.destroyed || this.closed) return close();
      fs.fstat(fd, (error, stat) => {
        const problem = error ?? (stat.isDirectory() ? failure("SEND_FILE") : undefined);
        if (problem === undefined && !stat.isFile() && (options.offset > 0 || options.length >= 0)) {
          close();
          return fail(failure("SEND_FILE_NOSEEK"));
        }
        if (problem !== undefined || this.destroyed || this.closed) {
          close();
          return problem === undefined ? undefined : fail(problem);
        }
        this[kState].closeFile = close;
        if (stat.isFile() && options.length === undefined) options.length = Math.max(0, stat.size - (options.offset ?? 0));
        else if (stat.isFile() && options.length >= 0) options.length = Math.min(options.length, Math.max(0, stat.size - (options.offset ?? 0)));
        else if (stat.isFile()) options.length = Math.max(0, stat.size - (options.offset ?? 0));
        options.sized = stat.isFile();
        this.#withStat(fd, stat, prepared, options);
      });
    });
  }

  #withStat(fd, stat, prepared, options) {
    const statOptions = { offset: options.offset ?? 0, length: options.length ?? -1 };
    // Programs change what is to be sent here, as they do in Node.
    const target = Array.isArray(prepared.headers) ? prepared.sent : prepared.headers;
    try {
      if (typeof options.statCheck === "function" && options.statCheck.call(this, stat, target, statOptions) === false) return;
      if (this[kState].headersSent || this.destroyed || this.closed) return;
      if (options.sized) target["content-length"] ??= statOptions.length;
      this.#sendFile(fd, { ...prepared, headers: target, sent: target }, { ...options, ...statOptions });
    } catch (error) {
      this.destroy(error);
    }
  }

  #sendFile(fd, prepared, options) {
    const head = this.headRequest;
    this.#respond(prepared, (head ? END : 0) | (options.waitForTrailers && !head ? TRAILERS : 0));
    if (head) return void (this.writableEnded ? this[kMaybeDestroy]() : this.end());
    // To the program the stream is ended: what is in the file goes out beside it.
    const state = this[kState];
    state.shut = true;
    state.sendsFile = true;
    if (!this.writableEnded) this.end();
    const fs = importBuiltin("node:fs").default;
    let position = options.offset > 0 ? options.offset : null;
    let left = options.length >= 0 ? options.length : Infinity;
    const done = () => {
      const session = this[kSession];
      const native = session?.[kState].native;
      state.sendsFile = false;
      state.closeFile?.();
      state.closeFile = undefined;
      if (native !== undefined && !state.nativeClosed) {
        end(native, state.id);
        schedule(session);
      }
      this[kMaybeDestroy]();
    };
    const step = () => {
      if (this.destroyed || this.closed) return;
      if (left === 0) return done();
      const buffer = Buffer.allocUnsafe(Math.min(65536, left));
      fs.read(fd, buffer, 0, buffer.length, position, (error, length) => {
        const session = this[kSession];
        if (this.destroyed || this.closed || session?.[kState].native === undefined) return;
        if (error) return void this.close(NGHTTP2_INTERNAL_ERROR);
        if (length === 0) return done();
        if (position !== null) position += length;
        left -= length;
        state.pieces = 1;
        state.waiting = step;
        if (!write(session[kState].native, state.id, buffer.subarray(0, length))) state.waiting = undefined;
        schedule(session);
      });
    };
    step();
  }

  additionalHeaders(headers) {
    if (this.destroyed || this.closed) throw failure("INVALID_STREAM");
    const state = this[kState];
    if (state.headersSent) throw failure("HEADERS_AFTER_RESPOND");
    assertObject(headers, "headers");
    headers = { __proto__: null, ...headers };
    if (headers[":status"] !== undefined) {
      const status = (headers[":status"] |= 0);
      if (status === 101) throw failure("STATUS_101");
      if (status < 100 || status >= 200) throw failure("INVALID_INFO_STATUS", headers[":status"]);
    }
    this[kUpdateTimer]();
    const session = this[kSession];
    const { list, sensitive } = headerList(headers, "response", session[kState].options.strictSingleValueFields !== false);
    (state.infoHeaders ??= []).push(headers);
    respond(session[kState].native, state.id, list, sensitive, INTERIM);
    schedule(session);
  }

  [kRejection](error, event) {
    switch (event) {
      case "timeout":
      case "error":
        return this.destroy(error);
      default:
        this.destroy(error);
    }
  }
}

function checkRange(options) {
  if (options.offset !== undefined && typeof options.offset !== "number") throw ERR_INVALID_ARG_VALUE("options.offset", options.offset);
  if (options.length !== undefined && typeof options.length !== "number") throw ERR_INVALID_ARG_VALUE("options.length", options.length);
  if (options.statCheck !== undefined && typeof options.statCheck !== "function")
    throw ERR_INVALID_ARG_VALUE("options.statCheck", options.statCheck);
}

// ---- servers

function initOptions(given) {
  assertObject(given, "options");
  const options = { ...given };
  assertObject(options.settings, "options.settings");
  options.settings = { ...options.settings };
  const custom = options.remoteCustomSettings;
  if (custom !== undefined) {
    if (!Array.isArray(custom)) throw ERR_INVALID_ARG_TYPE("options.remoteCustomSettings", "Array", custom);
    if (custom.length > MAX_CUSTOM) throw failure("TOO_MANY_CUSTOM_SETTINGS");
  }
  for (const name of ["maxSessionInvalidFrames", "maxSessionRejectedStreams"]) if (options[name] !== undefined) validateUint32(options[name], name);
  if (options.unknownProtocolTimeout !== undefined) validateUint32(options.unknownProtocolTimeout, "options.unknownProtocolTimeout");
  else options.unknownProtocolTimeout = 10000;
  options.Http1IncomingMessage ??= options.http1Options?.IncomingMessage;
  options.Http1ServerResponse ??= options.http1Options?.ServerResponse;
  options.Http2ServerRequest ??= Http2ServerRequest;
  options.Http2ServerResponse ??= Http2ServerResponse;
  return options;
}

/** A connection of a server. */
function onConnection(socket) {
  const options = this[kOptions];
  if (socket.alpnProtocol === false || socket.alpnProtocol === "http/1.1") {
    if (options.allowHTTP1 === true) return importBuiltin("node:_http_server")._connectionListener.call(this, socket);
    // One who asks for nothing that is known is given time to hear of it.
    if (!this.emit("unknownProtocol", socket)) {
      const timer = setTimeout(() => {
        if (!socket.destroyed) socket.destroy();
      }, options.unknownProtocolTimeout).unref();
      socket.once("close", () => clearTimeout(timer));
      const what = socket.alpnProtocol === false ? "Missing" : "Unknown";
      socket.end(
        `HTTP/1.0 403 Forbidden\r\nContent-Type: text/plain\r\n\r\n${what} ALPN Protocol, expected \`h2\` to be available.\nIf this is a HTTP request: The server was not configured with the \`allowHTTP1\` option or a listener for the \`unknownProtocol\` event.\n`,
      );
    }
    return;
  }
  socket.on("error", noSessionError);
  const session = new ServerHttp2Session(options, socket, this);
  session.on("stream", (...event) => this.emit("stream", ...event));
  session.on("error", (error) => this.emit("sessionError", error, session));
  session.on("timeout", () => {
    // Who does not care is closed.
    if (session.destroyed) return;
    if (!this.emit("timeout", session)) session.destroy();
  });
  session.setTimeout(Number(this.timeout));
  this.emit("session", session);
}

function noSessionError() {}

function setupCompat(event) {
  if (event !== "request") return;
  this.removeListener("newListener", setupCompat);
  const options = this[kOptions];
  this.on("stream", onServerStream.bind(this, options.Http2ServerRequest, options.Http2ServerResponse));
}

function onRejection(error, event, ...args) {
  switch (event) {
    case "stream": {
      const [stream] = args;
      if (stream.sentHeaders) stream.destroy(error);
      else {
        stream.respond({ ":status": 500 });
        stream.end();
      }
      return;
    }
    case "request": {
      const [, response] = args;
      if (response.headersSent || response.finished) return response.destroy(error);
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      response.statusCode = 500;
      return void response.end("Internal Server Error\n");
    }
    default:
      importBuiltin("node:net").Server.prototype[kRejection]?.call(this, error, event, ...args);
  }
}

const serverMethods = (Base) =>
  class extends Base {
    constructor(options, listener, event) {
      super(options, event === undefined ? onConnection : undefined);
      this[kSessions] = new Set();
      this[kOptions] = options;
      this.timeout = 0;
      this.on("newListener", setupCompat);
      if (event !== undefined) this.on(event, onConnection);
      if (listener !== undefined) {
        validateFunction(listener, "listener");
        this.on("request", listener);
      }
    }

    setTimeout(ms, callback) {
      this.timeout = ms;
      if (callback !== undefined) {
        validateFunction(callback, "callback");
        this.on("timeout", callback);
      }
      return this;
    }

    updateSettings(settings) {
      assertObject(settings, "settings");
      validateSettings(settings);
      this[kOptions].settings = { ...this[kOptions].settings, ...settings };
    }

    close(callback) {
      for (const session of [...this[kSessions]]) session.close();
      this[kPreClose]?.();
      super.close(callback);
      return this;
    }

    async [Symbol.asyncDispose]() {
      await new Promise((resolve, reject) => this.close((error) => (error ? reject(error) : resolve())));
    }

    [kRejection](...args) {
      onRejection.apply(this, args);
    }
  };

// Made when the first server is: a client needs no class of servers.
let Http2Server;
let Http2SecureServer;

export function createServer(options, listener) {
  if (typeof options === "function") {
    listener = options;
    options = undefined;
  }
  if (options !== undefined && (options === null || typeof options !== "object")) throw ERR_INVALID_ARG_TYPE("options", "Object", options);
  options = initOptions(options ?? {});
  Http2Server ??= { Http2Server: class Http2Server extends serverMethods(importBuiltin("node:net").Server) {} }.Http2Server;
  return new Http2Server(options, listener);
}

export function createSecureServer(options, listener) {
  if (options !== undefined && (options === null || typeof options !== "object")) throw ERR_INVALID_ARG_TYPE("options", "Object", options);
  options = initOptions(options ?? {});
  if (options.ALPNCallback === undefined) options.ALPNProtocols ??= options.allowHTTP1 === true ? ["h2", "http/1.1"] : ["h2"];
  Http2SecureServer ??= { Http2SecureServer: class Http2SecureServer extends serverMethods(importBuiltin("node:tls").Server) {} }.Http2SecureServer;
  const server = new Http2SecureServer(options, listener, "secureConnection");
  server.on("tlsClientError", (error, socket) => {
    if (!server.emit("clientError", error, socket)) socket.destroy(error);
  });
  if (options.allowHTTP1 === true) serveHttp1(server, options);
  return server;
}

/** Makes a secure server serve those too that speak HTTP/1. */
function serveHttp1(server, options) {
  const http = importBuiltin("node:_http_server");
  const { Http1IncomingMessage: IncomingMessage, Http1ServerResponse: ServerResponse, http1Options } = options;
  const all = { ...options, ...http1Options, IncomingMessage, ServerResponse };
  http.storeHTTPOptions.call(server, all);
  http.initServer(server, all);
  for (const name of ["closeAllConnections", "closeIdleConnections"]) server[name] = http.Server.prototype[name];
  server[kPreClose] = () => http.httpServerPreClose(server);
}

export function performServerHandshake(socket, options = {}) {
  return new ServerHttp2Session(initOptions(options), socket, undefined);
}

// ---- clients

export function connect(authority, options, listener) {
  if (typeof options === "function") {
    listener = options;
    options = undefined;
  }
  assertObject(options, "options");
  options = { ...options };
  assertObject(options.settings, "options.settings");
  const custom = options.remoteCustomSettings;
  if (custom !== undefined && custom.length > MAX_CUSTOM) throw failure("TOO_MANY_CUSTOM_SETTINGS");
  if (typeof authority === "string") authority = new URL(authority);
  assertObject(authority, "authority", ["string", "Object", "URL"]);
  const protocol = authority.protocol || options.protocol || "https:";
  const port = `${authority.port !== "" && authority.port !== undefined ? authority.port : authority.protocol === "http:" ? 80 : 443}`;
  let host = "localhost";
  if (authority.hostname) {
    host = authority.hostname;
    if (host[0] === "[") host = host.slice(1, -1);
  } else if (authority.host) {
    host = authority.host;
  }
  let socket;
  if (typeof options.createConnection === "function") {
    socket = options.createConnection(authority, options);
  } else if (protocol === "http:") {
    socket = importBuiltin("node:net").default.connect({ port, host, ...options });
  } else if (protocol === "https:") {
    const tlsOptions = { ...options, ALPNProtocols: options.ALPNProtocols ?? ["h2"] };
    if (tlsOptions.servername === undefined && !isNetHost(host)) tlsOptions.servername = host;
    socket = importBuiltin("node:tls").default.connect({ host, ...tlsOptions, port: options.port ?? port });
  } else {
    throw failure("UNSUPPORTED_PROTOCOL", protocol);
  }
  const session = new ClientHttp2Session(options, socket);
  const state = session[kState];
  state.authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  state.scheme = protocol.slice(0, -1);
  if (typeof listener === "function") session.once("connect", listener);
  return session;
}

Object.defineProperty(connect, Symbol.for("nodejs.util.promisify.custom"), {
  __proto__: null,
  value: { connect: (authority, options) =>
    new Promise((resolve, reject) => {
      const session = connect(authority, options, () => {
        session.removeListener("error", reject);
        resolve(session);
      });
      session.once("error", reject);
    }) }.connect,
});

export default {
  connect, constants, createServer, createSecureServer, getDefaultSettings, getPackedSettings, getUnpackedSettings,
  performServerHandshake, sensitiveHeaders, Http2ServerRequest, Http2ServerResponse,
};
