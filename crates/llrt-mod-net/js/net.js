// node:net. Node: https://nodejs.org/api/net.html
//
// A socket's `_handle` is a thing with these methods, native or (for TLS, say) written over another handle:
//   write(data, latin1, done): 0 when it is done, 1 when done(errno) will be called, a negative error number;
//     `data` is a view, a string (UTF-8, or Latin-1), or an array of these
//   shutdown(done), readStart(), readStop(), close(callback), reset(callback), ref(), unref(), hasRef(), setNoDelay(on),
//   setKeepAlive(on, delay_s), getsockname(), getpeername(), useBuffer(view), getAsyncId(); fd, bytesRead, bytesWritten, writeQueueSize, isPipe
//   bind(address, port, flags), connect(address, port, done) of one that is to be connected: createHandle(isPipe, listens) of native:net makes one
// and these, which its user sets: `owner`, `reading`, `onread(count, chunk)` (a negative count is an error number, EOF the end) and, of one
// that listens, `onconnection(errno, handle)`. A socket whose handle is not the plain one says by `_reinitializeHandle(handle)` what becomes of
// another plain handle, which takes the place of one that did not get a connection.
import EventEmitter from "node:events";
import { addAbortListener } from "node:events";
import { Duplex, getDefaultHighWaterMark } from "node:stream";
import { clearTimeout, setTimeout } from "node:timers";
import { checkHost, createHandle, descriptorKind } from "native:net";
import { BlockList, isIP, isIPv4, isIPv6, SocketAddress } from "internal:net-addresses";
import { channels, importBuiltin, nextTick, queueMicrotask } from "internal:host";
import {
  connectException, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS, ERR_OUT_OF_RANGE, errnoException, listenException, nodeError,
} from "internal:errors";
import { validateAbortSignal, validateBoolean, validateFunction, validateInt32, validateNumber, validatePort, validateString } from "internal:validators";

export { BlockList, isIP, isIPv4, isIPv6, SocketAddress };

const EOF = -4095;
const EINVAL = -22;
const ENOTCONN = -107;
const ETIMEDOUT = -110;
const ECANCELED = -125;
const ADDRCONFIG = 0x20;
const DEFAULT_BACKLOG = 511;
const IPV6_ONLY = 1;
const REUSE_PORT = 2;
const MIN_ATTEMPT_TIMEOUT_MS = 10;
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const kTimeout = Symbol("timeout");
const kBytesRead = Symbol("bytesRead");
const kBytesWritten = Symbol("bytesWritten");
const kOnRead = Symbol("onread");
const kOptions = Symbol("options");
const kQueued = Symbol("queued");
const normalizedArgs = Symbol("normalizedArgs");
const isView = ArrayBuffer.isView;
const noop = () => {};

let selectFamily = true;
let attemptTimeoutMs = 250;

export const getDefaultAutoSelectFamily = () => selectFamily;
export function setDefaultAutoSelectFamily(value) {
  validateBoolean(value, "value");
  selectFamily = value;
}
export const getDefaultAutoSelectFamilyAttemptTimeout = () => attemptTimeoutMs;
export function setDefaultAutoSelectFamilyAttemptTimeout(value) {
  validateInt32(value, "value", 1);
  attemptTimeoutMs = Math.max(value, MIN_ATTEMPT_TIMEOUT_MS);
}

const socketClosed = () => nodeError("Error", "ERR_SOCKET_CLOSED", "Socket is closed");
const isPipeName = (value) => typeof value === "string" && toNumber(value) === false;
const toNumber = (value) => ((value = Number(value)) >= 0 ? value : false);
const keepAliveSeconds = (delay_ms) => ~~(delay_ms / 1000);

function checkKeepAliveDelay(options) {
  if (options.keepAliveInitialDelay === undefined) return 0;
  validateNumber(options.keepAliveInitialDelay, "options.keepAliveInitialDelay");
  return Math.max(options.keepAliveInitialDelay, 0);
}

function checkBlockList(list, name) {
  if (list && !BlockList.isBlockList(list)) throw ERR_INVALID_ARG_TYPE(name, "net.BlockList", list);
  return list;
}

// [options, callback] of the forms ({...}, cb), (port, host, cb) and (path, cb).
export function _normalizeArgs(args) {
  let options = {};
  let callback = null;
  if (args.length > 0) {
    const [first] = args;
    if (typeof first === "object" && first !== null) options = first;
    else if (isPipeName(first)) options.path = first;
    else {
      options.port = first;
      if (args.length > 1 && typeof args[1] === "string") options.host = args[1];
    }
    const last = args[args.length - 1];
    if (typeof last === "function") callback = last;
  }
  const result = [options, callback];
  result[normalizedArgs] = true;
  return result;
}

// ---- Socket

export function connect(...args) {
  const normalized = _normalizeArgs(args);
  const [options] = normalized;
  const socket = new Socket(options);
  if (options.timeout) socket.setTimeout(options.timeout);
  return socket.connect(normalized);
}
export const createConnection = connect;

function openDescriptor(fd) {
  validateInt32(fd, "fd", 0);
  const kind = descriptorKind(fd);
  if (kind !== "TCP" && kind !== "PIPE") {
    if (kind === "INVALID") throw errnoException(-9, "open");
    throw nodeError("TypeError", "ERR_INVALID_FD_TYPE", `Unsupported fd type: ${kind === "UDP" ? "UDP" : "UNKNOWN"}`);
  }
  const handle = createHandle(kind === "PIPE", false);
  const errno = handle.open(fd);
  if (errno !== 0) throw errnoException(errno, "open");
  return handle;
}

export function Socket(options) {
  if (!(this instanceof Socket)) return new Socket(options);
  for (const name of ["objectMode", "readableObjectMode", "writableObjectMode"])
    if (options?.[name]) throw ERR_INVALID_ARG_VALUE(`options.${name}`, options[name], "is not supported");
  options = typeof options === "number" ? { fd: options } : { ...options };
  const keepAliveInitialDelay = checkKeepAliveDelay(options);
  checkBlockList(options.blockList, "options.blockList");

  this.connecting = false;
  this._hadError = false;
  this._parent = null;
  this._host = null;
  this._pendingData = null;
  this._pendingEncoding = "";
  this._server = null;
  this.server = null;
  this.autoSelectFamilyAttemptedAddresses = undefined;
  this[kTimeout] = null;
  this[kBytesRead] = 0;
  this[kBytesWritten] = 0;
  this[kQueued] = 0;
  this[kOnRead] = null;
  this[kOptions] = {
    keepAlive: Boolean(options.keepAlive), keepAliveDelay_s: keepAliveSeconds(keepAliveInitialDelay), noDelay: Boolean(options.noDelay),
    blockList: options.blockList,
  };
  options.allowHalfOpen = Boolean(options.allowHalfOpen);
  options.emitClose = false;
  options.autoDestroy = true;
  options.decodeStrings = false;
  // Node's listener for it comes after what the stream does about it.
  const { handle, fd, onread } = options;
  this._handle = null;
  Duplex.call(this, options);
  this.allowHalfOpen = options.allowHalfOpen;

  if (handle) this._handle = handle;
  else if (fd !== undefined) {
    this._handle = openDescriptor(fd);
  }
  if (onread !== null && typeof onread === "object" && (isView(onread.buffer) || typeof onread.buffer === "function") && typeof onread.callback === "function")
    this[kOnRead] = onread;
  this.on("end", onReadableStreamEnd);
  own(this);
  if (this._handle && options.readable !== false && !options.manualStart) {
    if (options.pauseOnCreate) {
      this._handle.reading = false;
      this._handle.readStop();
      this._readableState.flowing = false;
    } else this.read(0);
  }
}
Object.setPrototypeOf(Socket.prototype, Duplex.prototype);
Object.setPrototypeOf(Socket, Duplex);

// What a socket does with its handle from now on.
function own(socket) {
  const handle = socket._handle;
  if (!handle) return;
  handle.owner = socket;
  handle.onread = onStreamRead;
  const onread = socket[kOnRead];
  if (onread) handle.useBuffer(onread.buffer = nextBuffer(onread) ?? onread.buffer);
}

const nextBuffer = (onread) => {
  if (typeof onread.buffer === "function") onread.make = onread.buffer;
  return onread.make?.();
};

function onStreamRead(count, chunk) {
  const socket = this.owner;
  if (count > 0) {
    if (socket.destroyed) return;
    if (socket[kTimeout] !== null) socket._unrefTimer();
    const onread = socket[kOnRead];
    let goesOn;
    if (onread !== null && chunk === undefined) {
      goesOn = onread.callback.call(socket, count, onread.buffer) !== false;
      const buffer = nextBuffer(onread);
      if (buffer) this.useBuffer((onread.buffer = buffer));
    } else goesOn = socket.push(chunk);
    if (!goesOn) {
      this.reading = false;
      if (!socket.destroyed) {
        const errno = this.readStop();
        if (errno) socket.destroy(errnoException(errno, "read"));
      }
    }
    return;
  }
  if (count === 0) return;
  if (count !== EOF) return void socket.destroy(errnoException(count, "read"));
  if (!socket._readableState.endEmitted) {
    socket.push(null);
    socket.read(0);
  }
}

function tryReadStart(socket) {
  socket._handle.reading = true;
  const errno = socket._handle.readStart();
  if (errno) socket.destroy(errnoException(errno, "read"));
}

function onReadableStreamEnd() {
  if (!this.allowHalfOpen) this.write = writeAfterFIN;
}

// A socket that the other side has ended: unlike after end(), it cannot be known in advance.
function writeAfterFIN(chunk, encoding, callback) {
  if (!this.writableEnded) return Duplex.prototype.write.call(this, chunk, encoding, callback);
  if (typeof encoding === "function") callback = encoding;
  const error = new Error("This socket has been ended by the other party");
  error.code = "EPIPE";
  if (typeof callback === "function") nextTick(callback, error);
  this.destroy(error);
  return false;
}

const once = (socket, event, method) => socket.once(event, method);

const socketMethods = {
  _onTimeout() {
    // What is being written, slowly, is no silence.
    const size = this._handle?.writeQueueSize ?? 0;
    const before = this[kQueued];
    this[kQueued] = size;
    if (before > 0 && size !== before) return this._unrefTimer();
    this.emit("timeout");
  },

  setTimeout(msecs, callback) {
    if (this.destroyed) return this;
    validateNumber(msecs, "msecs");
    if (msecs < 0 || !Number.isFinite(msecs)) throw ERR_OUT_OF_RANGE("msecs", "a non-negative finite number", msecs);
    if (msecs > MAX_TIMEOUT_MS) {
      importBuiltin("node:process").default.emitWarning(
        `${msecs} does not fit into a 32-bit signed integer.\nTimer duration was truncated to ${MAX_TIMEOUT_MS}.`, "TimeoutOverflowWarning");
      msecs = MAX_TIMEOUT_MS;
    }
    if (callback !== undefined) validateFunction(callback, "callback");
    this.timeout = msecs;
    if (this[kTimeout] !== null) clearTimeout(this[kTimeout]);
    this[kTimeout] = null;
    if (msecs === 0) {
      if (callback !== undefined) this.removeListener("timeout", callback);
    } else {
      this[kTimeout] = setTimeout(() => this._onTimeout(), msecs).unref();
      if (callback !== undefined) this.once("timeout", callback);
    }
    return this;
  },

  _reinitializeHandle(handle) {
    if (this._handle) {
      this._handle.onread = noop;
      this._handle.close();
    }
    this._handle = handle;
    own(this);
  },

  // Something happened: the time begins anew.
  _unrefTimer() {
    for (let socket = this; socket !== null && socket !== undefined; socket = socket._parent) socket[kTimeout]?.refresh();
  },

  setNoDelay(on = true) {
    on = Boolean(on);
    const { [kOptions]: options, _handle: handle } = this;
    if (!handle) options.noDelay = on;
    else if (handle.setNoDelay && on !== options.noDelay) {
      options.noDelay = on;
      handle.setNoDelay(on);
    }
    return this;
  },

  setKeepAlive(on = false, delay_ms = 0) {
    on = Boolean(on);
    const { [kOptions]: options, _handle: handle } = this;
    const delay_s = keepAliveSeconds(delay_ms);
    if (!handle) {
      options.keepAlive = on;
      options.keepAliveDelay_s = delay_s;
    } else if (handle.setKeepAlive && (on !== options.keepAlive || (on && options.keepAliveDelay_s !== delay_s))) {
      options.keepAlive = on;
      options.keepAliveDelay_s = delay_s;
      handle.setKeepAlive(on, delay_s);
    }
    return this;
  },

  setTypeOfService(value) {
    if (Number.isNaN(value)) throw ERR_INVALID_ARG_TYPE("tos", "number", value);
    validateInt32(value, "tos", 0, 255);
    this[kOptions].typeOfService = value;
    const errno = this.connecting ? 0 : this._handle?.setTypeOfService?.(value);
    if (errno) throw errnoException(errno, "setTypeOfService");
    return this;
  },

  getTypeOfService() {
    const value = this.connecting ? undefined : this._handle?.getTypeOfService?.();
    if (value < 0) throw errnoException(value, "getTypeOfService");
    return value ?? this[kOptions].typeOfService ?? 0;
  },

  address() {
    return this._getsockname();
  },

  pause() {
    if (this[kOnRead] && !this.connecting && this._handle?.reading) {
      this._handle.reading = false;
      if (!this.destroyed) {
        const errno = this._handle.readStop();
        if (errno) this.destroy(errnoException(errno, "read"));
      }
    }
    return Duplex.prototype.pause.call(this);
  },

  resume() {
    if (this[kOnRead] && !this.connecting && this._handle && !this._handle.reading) tryReadStart(this);
    return Duplex.prototype.resume.call(this);
  },

  read(n) {
    if (this[kOnRead] && !this.connecting && this._handle && !this._handle.reading) tryReadStart(this);
    return Duplex.prototype.read.call(this, n);
  },

  _read(n) {
    if (this.connecting || !this._handle) once(this, "connect", () => this._read(n));
    else if (!this._handle.reading) tryReadStart(this);
  },

  end(data, encoding, callback) {
    Duplex.prototype.end.call(this, data, encoding, callback);
    return this;
  },

  _final(callback) {
    if (this.connecting) return void once(this, "connect", () => this._final(callback));
    if (!this._handle) return callback();
    const errno = this._handle.shutdown((errno) => {
      callback(errno < 0 && errno !== ENOTCONN && errno !== ECANCELED && !this.destroyed ? errnoException(errno, "shutdown") : undefined);
    });
    if (errno === 0) return;
    callback(errno === 1 || errno === ENOTCONN ? undefined : errnoException(errno, "shutdown"));
  },

  _writeGeneric(writev, data, encoding, callback) {
    if (this.connecting) {
      this._pendingData = data;
      this._pendingEncoding = encoding;
      const onClose = () => callback(nodeError("Error", "ERR_SOCKET_CLOSED_BEFORE_CONNECTION", "Socket closed before the connection was established"));
      once(this, "connect", () => {
        this.off("close", onClose);
        this._writeGeneric(writev, data, encoding, callback);
      });
      once(this, "close", onClose);
      return;
    }
    this._pendingData = null;
    this._pendingEncoding = "";
    if (!this._handle) return void callback(socketClosed());
    if (this[kTimeout] !== null || this._parent) this._unrefTimer();
    let latin1 = false;
    if (writev) data = joinable(data);
    else if (typeof data === "string" && encoding !== "utf8" && encoding !== "utf-8") {
      latin1 = encoding === "latin1" || encoding === "binary";
      if (!latin1) data = Buffer.from(data, encoding);
    }
    const state = this._handle.write(data, latin1, (errno) => {
      this[kQueued] = 0;
      if (this.destroyed) return callback(null);
      if (errno < 0) return callback(errnoException(errno, "write"));
      if (this[kTimeout] !== null) this._unrefTimer();
      callback();
    });
    if (state === 0) callback();
    else if (state > 0) this[kQueued] = this._handle.writeQueueSize ?? 0;
    else if (state < 0) callback(errnoException(state, "write"));
  },

  _write(data, encoding, callback) {
    this._writeGeneric(false, data, encoding, callback);
  },

  _writev(chunks, callback) {
    this._writeGeneric(true, chunks, "", callback);
  },

  destroySoon() {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", this.destroy);
  },

  resetAndDestroy() {
    if (this._handle) {
      if (this._handle.isPipe !== false) throw nodeError("TypeError", "ERR_INVALID_HANDLE_TYPE", "This handle type cannot be sent");
      if (this.connecting) once(this, "connect", () => this._reset());
      else this._reset();
    } else this.destroy(socketClosed());
    return this;
  },

  _reset() {
    this.resetAndClosing = true;
    return this.destroy();
  },

  _destroy(error, callback) {
    this.connecting = false;
    for (let socket = this; socket !== null && socket !== undefined; socket = socket._parent) {
      if (socket[kTimeout]) clearTimeout(socket[kTimeout]);
      socket[kTimeout] = null;
    }
    const handle = this._handle;
    if (handle) {
      this[kBytesRead] = handle.bytesRead;
      this[kBytesWritten] = handle.bytesWritten;
      const hadError = Boolean(error);
      const closed = () => this.emit("close", hadError);
      const closeHandle = () => {
        handle.close(closed);
        handle.onread = noop;
      };
      if (this.resetAndClosing) {
        this.resetAndClosing = false;
        const errno = handle.reset(closed);
        if (errno) this.emit("error", errnoException(errno, "reset"));
      } else if (this._closeAfterHandlingError) {
        // Enqueued before the error is emitted, so that its listener can still use the handle.
        queueMicrotask(closeHandle);
      } else closeHandle();
      if (!this._closeAfterHandlingError) handle.onread = noop;
      this._handle = null;
      this._sockname = null;
      callback(error);
    } else {
      callback(error);
      nextTick(() => this.emit("close", Boolean(error)));
    }
    if (this._server) {
      this._server._connections--;
      this._server._emitCloseIfDrained?.();
    }
  },

  _getpeername() {
    if (!this._handle || !this._handle.getpeername || this.connecting) return this._peername || {};
    if (!this._peername) {
      const name = this._handle.getpeername();
      if (typeof name !== "object") return {};
      this._peername = withoutPath(name);
    }
    return this._peername;
  },

  _getsockname() {
    if (!this._handle || !this._handle.getsockname) return {};
    if (!this._sockname) {
      const name = this._handle.getsockname();
      if (typeof name !== "object") return {};
      this._sockname = withoutPath(name);
    }
    return this._sockname;
  },

  ref() {
    if (!this._handle) once(this, "connect", this.ref);
    else this._handle.ref?.();
    return this;
  },

  unref() {
    if (!this._handle) once(this, "connect", this.unref);
    else this._handle.unref?.();
    return this;
  },

  connect(...args) {
    const [options, callback] = args[0]?.[normalizedArgs] ? args[0] : _normalizeArgs(args);
    if (callback !== null) once(this, "connect", callback);
    channels["net.client.socket"]?.publish({ socket: this });
    if (this._parent?.connecting) return this;
    const { host, path, port } = options;
    if (path == null && port === undefined) throw ERR_MISSING_ARGS(["options", "port", "path"]);
    if (this.write !== Socket.prototype.write) this.write = Socket.prototype.write;
    if (this.destroyed) {
      this._handle = null;
      this._peername = undefined;
      this._sockname = undefined;
      this._undestroy();
    }
    const own_ = this[kOptions];
    if (options.noDelay) own_.noDelay = true;
    if (options.keepAlive) {
      own_.keepAlive = true;
      own_.keepAliveDelay_s = keepAliveSeconds(checkKeepAliveDelay(options));
    }
    if (options.blockList) own_.blockList = checkBlockList(options.blockList, "options.blockList");
    if (path != null) validateString(path, "options.path");
    if (!this._handle) {
      this._handle = createHandle(path != null, false);
      own(this);
    }
    this._unrefTimer();
    this.connecting = true;
    if (path != null) internalConnect(this, path, undefined, undefined);
    else lookupAndConnect(this, options, host);
    return this;
  },
};
for (const name of Object.keys(socketMethods))
  Object.defineProperty(Socket.prototype, name, { __proto__: null, value: socketMethods[name], writable: true, configurable: true, enumerable: true });

// Sockets with a path have no names of Node's kind.
const withoutPath = (name) => (name.family === undefined ? {} : { address: name.address, family: name.family, port: name.port });

// What a handle can write as one.
function joinable(chunks) {
  const list = new Array(chunks.length);
  const { allBuffers } = chunks;
  for (let index = 0; index < list.length; index++) {
    const { chunk, encoding } = allBuffers ? { chunk: chunks[index].chunk ?? chunks[index] } : chunks[index];
    list[index] = typeof chunk === "string" && encoding !== "utf8" && encoding !== "utf-8" ? Buffer.from(chunk, encoding) : chunk;
  }
  return list;
}

const accessors = {
  _connecting: (socket) => socket.connecting,
  _bytesDispatched: (socket) => (socket._handle ? socket._handle.bytesWritten : socket[kBytesWritten]),
  bufferSize: (socket) => (socket._handle ? socket.writableLength : undefined),
  bytesRead: (socket) => (socket._handle ? socket._handle.bytesRead : socket[kBytesRead]),
  bytesWritten(socket) {
    let bytes = socket._bytesDispatched;
    const add = (chunk, encoding) => {
      bytes += typeof chunk === "string" ? Buffer.byteLength(chunk, encoding) : chunk.length;
    };
    const waiting = socket._writableState?.getBuffer();
    if (waiting === undefined) return undefined;
    for (const { chunk, encoding } of waiting) add(chunk, encoding);
    const { _pendingData: data, _pendingEncoding: encoding } = socket;
    if (Array.isArray(data)) for (const item of data) add(item.chunk ?? item, item.encoding);
    else if (data) add(data, encoding);
    return bytes;
  },
  pending: (socket) => !socket._handle || socket.connecting,
  readyState: ({ connecting, readable, writable }) =>
    connecting ? "opening" : readable && writable ? "open" : readable ? "readOnly" : writable ? "writeOnly" : "closed",
  remoteAddress: (socket) => socket._getpeername().address,
  remoteFamily: (socket) => socket._getpeername().family,
  remotePort: (socket) => socket._getpeername().port,
  localAddress: (socket) => socket._getsockname().address,
  localPort: (socket) => socket._getsockname().port,
  localFamily: (socket) => socket._getsockname().family,
};
for (const name of Object.keys(accessors)) {
  const get = accessors[name];
  Object.defineProperty(Socket.prototype, name, {
    __proto__: null, configurable: false, enumerable: true,
    get() {
      return get(this);
    },
  });
}
export { Socket as Stream };

// ---- connecting

function socketFamily(family) {
  return family === "IPv4" ? 4 : family === "IPv6" ? 6 : family;
}

function bindLocally(socket, handle, localAddress, localPort, addressType) {
  if (!localAddress && !localPort) return true;
  const address = localAddress || (addressType === 6 ? "::" : "0.0.0.0");
  const errno = handle.bind(address, localPort ?? 0, 0);
  if (errno === 0) return true;
  socket.destroy(connectException(errno, "bind", address, localPort));
  return false;
}

const localOf = (localAddress, localPort) => (localAddress && localPort ? `${localAddress}:${localPort}` : undefined);

function isBlocked(socket, address, addressType) {
  return socket[kOptions].blockList?.check(address, `ipv${addressType}`);
}
const ipBlocked = (address) => nodeError("Error", "ERR_IP_BLOCKED", `IP(${address}) is blocked by net.BlockList`);

function internalConnect(socket, address, port, addressType, localAddress, localPort) {
  const { _handle: handle } = socket;
  if (addressType !== undefined && !bindLocally(socket, handle, localAddress, localPort, addressType)) return;
  if (addressType !== undefined && isBlocked(socket, address, addressType)) return void socket.destroy(ipBlocked(address));
  let errno;
  const measured = port === undefined ? undefined : channels["perf:net"]?.begin();
  try {
    errno = handle.connect(address, port ?? 0, (errno) => {
      if (errno === 0) measured?.("connect", { host: address, port });
      afterConnect(socket, handle, errno, address, port, localAddress, localPort);
    });
  } catch (error) {
    return void nextTick(() => socket.destroy(error));
  }
  if (errno) {
    const name = handle.getsockname?.();
    const local = typeof name === "object" && name.port !== undefined ? `${name.address}:${name.port}` : undefined;
    socket.destroy(connectException(errno, "connect", address, port, local));
  } else if (addressType === 4 || addressType === 6) socket.emit("connectionAttempt", address, port, addressType);
}

function afterConnect(socket, handle, errno, address, port, localAddress, localPort) {
  // Destroyed, or connected anew, meanwhile.
  if (socket.destroyed || socket._handle !== handle) return;
  socket.connecting = false;
  socket._sockname = null;
  if (errno === 0) {
    socket._unrefTimer();
    const { noDelay, keepAlive, keepAliveDelay_s, typeOfService } = socket[kOptions];
    if (typeOfService !== undefined) handle.setTypeOfService?.(typeOfService);
    if (noDelay) handle.setNoDelay?.(true);
    if (keepAlive) handle.setKeepAlive?.(true, keepAliveDelay_s);
    socket.emit("connect");
    socket.emit("ready");
    // Reading begins, so that the end is noticed, unless somebody paused it meanwhile.
    if (socket.readable && !socket.isPaused()) socket.read(0);
  } else {
    const local = localOf(localAddress, localPort);
    const error = connectException(errno, "connect", address, port, local);
    if (local) Object.assign(error, { localAddress, localPort });
    if (port !== undefined) socket.emit("connectionAttemptFailed", address, port, isIP(address), error);
    socket.destroy(error);
  }
}

const destroyLater = (socket, error) => nextTick(() => socket.destroy(error));

function lookupAndConnect(socket, options) {
  const { localAddress, localPort } = options;
  const host = options.host || "localhost";
  validateString(host, "options.host");
  let { port, autoSelectFamily, autoSelectFamilyAttemptTimeout } = options;
  if (localAddress && !isIP(localAddress)) throw nodeError("TypeError", "ERR_INVALID_IP_ADDRESS", `Invalid IP address: ${localAddress}`);
  if (localPort) validateNumber(localPort, "options.localPort");
  if (port !== undefined) {
    if (typeof port !== "number" && typeof port !== "string") throw ERR_INVALID_ARG_TYPE("options.port", ["number", "string"], port);
    validatePort(port);
  }
  port |= 0;
  if (autoSelectFamily != null) validateBoolean(autoSelectFamily, "options.autoSelectFamily");
  else autoSelectFamily = selectFamily;
  if (autoSelectFamilyAttemptTimeout != null) {
    validateInt32(autoSelectFamilyAttemptTimeout, "options.autoSelectFamilyAttemptTimeout", 1);
    autoSelectFamilyAttemptTimeout = Math.max(autoSelectFamilyAttemptTimeout, MIN_ATTEMPT_TIMEOUT_MS);
  } else autoSelectFamilyAttemptTimeout = attemptTimeoutMs;
  try {
    checkHost(host, port);
  } catch (error) {
    return destroyLater(socket, error);
  }

  const addressType = isIP(host);
  if (addressType) {
    nextTick(() => {
      if (socket.connecting) internalConnect(socket, host, port, addressType, localAddress, localPort);
    });
    return;
  }
  if (options.lookup != null) validateFunction(options.lookup, "options.lookup");
  const lookup = options.lookup || importBuiltin("node:dns").default.lookup;
  const question = { family: socketFamily(options.family), hints: options.hints || 0 };
  // Addresses of a family that this machine has none of are of no use.
  if (question.family !== 4 && question.family !== 6 && question.hints === 0) question.hints = ADDRCONFIG;
  socket._host = host;
  if (autoSelectFamily && question.family !== 4 && question.family !== 6 && !localAddress) {
    lookupAndConnectMultiple(socket, lookup, host, question, port, localPort, autoSelectFamilyAttemptTimeout);
    return;
  }
  lookup(host, question, function emitLookup(error, ip, addressType) {
    socket.emit("lookup", error, ip, addressType, host);
    if (!socket.connecting) return;
    if (error) return destroyLater(socket, error);
    if (typeof ip !== "string" || !isIP(ip)) return destroyLater(socket, nodeError("TypeError", "ERR_INVALID_IP_ADDRESS", `Invalid IP address: ${ip}`));
    if (addressType !== 4 && addressType !== 6) return destroyLater(socket, invalidFamily(addressType, options.host, options.port));
    socket._unrefTimer();
    internalConnect(socket, ip, port, addressType, localAddress, localPort);
  });
}

const invalidFamily = (addressType, host, port) =>
  Object.assign(nodeError("RangeError", "ERR_INVALID_ADDRESS_FAMILY", `Invalid address family: ${addressType} ${host}:${port}`), { host, port });

// Tries one address after the other, each for a while. Node: https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
function lookupAndConnectMultiple(socket, lookup, host, question, port, localPort, timeoutMs) {
  lookup(host, { ...question, all: true }, function emitLookup(error, found) {
    if (!socket.connecting) return;
    if (error) {
      socket.emit("lookup", error, undefined, undefined, host);
      return destroyLater(socket, error);
    }
    const valid = [[], []];
    let first;
    for (const { address, family } of found) {
      socket.emit("lookup", null, address, family, host);
      if (!socket.connecting) return;
      if (isIP(address) && (family === 4 || family === 6)) {
        first ??= family;
        valid[family === first ? 0 : 1].push({ address, family });
      }
    }
    if (first === undefined) {
      const [{ address, family } = {}] = found;
      if (!isIP(address)) return destroyLater(socket, nodeError("TypeError", "ERR_INVALID_IP_ADDRESS", `Invalid IP address: ${address}`));
      return destroyLater(socket, invalidFamily(family, host, port));
    }
    const addresses = [];
    for (let index = 0; index < Math.max(valid[0].length, valid[1].length); index++)
      for (const list of valid) if (index < list.length) addresses.push(list[index]);
    if (addresses.length === 1) {
      const [{ address, family }] = addresses;
      socket._unrefTimer();
      return internalConnect(socket, address, port, family, undefined, localPort);
    }
    socket.autoSelectFamilyAttemptedAddresses = [];
    tryNext({ socket, addresses, port, localPort, timeoutMs, current: 0, errors: [] });
  });
}

function tryNext(attempts) {
  const { socket, addresses, port, localPort, errors } = attempts;
  if (attempts.current >= addresses.length) {
    if (errors.length === 0) return socket.destroy(nodeError("Error", "ERR_SOCKET_CONNECTION_TIMEOUT", "Socket connection timeout"));
    const error = new AggregateError(errors);
    error.code = errors[0].code;
    return socket.destroy(error);
  }
  const { address, family } = addresses[attempts.current++];
  const isFirst = attempts.current === 1;
  const isLast = attempts.current === addresses.length;
  if (!isFirst) socket._reinitializeHandle(createHandle(false, false));
  const handle = socket._handle;
  if (localPort) {
    const errno = handle.bind(family === 6 ? "::" : "0.0.0.0", localPort, 0);
    if (errno) {
      errors.push(connectException(errno, "bind", family === 6 ? "::" : "0.0.0.0", localPort));
      return tryNext(attempts);
    }
  }
  if (isBlocked(socket, address, family)) {
    errors.push(ipBlocked(address));
    return tryNext(attempts);
  }
  socket.autoSelectFamilyAttemptedAddresses.push(`${address}:${port}`);
  socket.emit("connectionAttempt", address, port, family);
  let timer;
  let over = false;
  const failed = (error, event = "connectionAttemptFailed") => {
    over = true;
    clearTimeout(timer);
    errors.push(error);
    socket.emit(event, address, port, family, error);
    if (socket.connecting) tryNext(attempts);
  };
  let errno;
  const measured = channels["perf:net"]?.begin();
  try {
    errno = handle.connect(address, port, (errno) => {
      if (over || socket.destroyed) return;
      over = true;
      clearTimeout(timer);
      if (errno === 0) measured?.("connect", { host: address, port });
      if (errno !== 0) return failed(connectException(errno, "connect", address, port));
      afterConnect(socket, handle, 0, address, port);
    });
  } catch (error) {
    return failed(error);
  }
  if (errno) return failed(connectException(errno, "connect", address, port));
  if (isLast) return;
  timer = setTimeout(() => {
    if (over || !socket.connecting) return;
    socket.emit("connectionAttemptTimeout", address, port, family);
    over = true;
    errors.push(connectException(ETIMEDOUT, "connect", address, port));
    if (socket.connecting) tryNext(attempts);
  }, attempts.timeoutMs);
}

// ---- Server

export function Server(options, connectionListener) {
  if (!(this instanceof Server)) return new Server(options, connectionListener);
  EventEmitter.call(this);
  if (typeof options === "function") {
    connectionListener = options;
    options = {};
  } else if (options == null || typeof options === "object") options = { ...options };
  else throw ERR_INVALID_ARG_TYPE("options", "Object", options);
  if (connectionListener !== undefined && typeof connectionListener === "function") this.on("connection", connectionListener);
  const keepAliveInitialDelay = checkKeepAliveDelay(options);
  if (options.highWaterMark !== undefined) validateNumber(options.highWaterMark, "options.highWaterMark");
  checkBlockList(options.blockList, "options.blockList");
  this._connections = 0;
  this._handle = null;
  this._usingWorkers = false;
  this._workers = [];
  this._unref = false;
  this._listening = undefined;
  this.allowHalfOpen = options.allowHalfOpen || false;
  this.pauseOnConnect = Boolean(options.pauseOnConnect);
  this.noDelay = Boolean(options.noDelay);
  this.keepAlive = Boolean(options.keepAlive);
  this.keepAliveInitialDelay = keepAliveSeconds(keepAliveInitialDelay);
  this.highWaterMark = options.highWaterMark ?? getDefaultHighWaterMark();
  this.blockList = options.blockList;
}
Object.setPrototypeOf(Server.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Server, EventEmitter);

export function createServer(options, connectionListener) {
  return new Server(options, connectionListener);
}

// A handle that is bound, or a negative error number. Node's name, which cluster uses.
export function _createServerHandle(address, port, addressType, fd, flags = 0) {
  let handle;
  if (typeof fd === "number" && fd >= 0) {
    const kind = descriptorKind(fd);
    if (kind !== "TCP" && kind !== "PIPE") return EINVAL;
    handle = createHandle(kind === "PIPE", true);
    return handle.open(fd) || handle;
  }
  const isPipe = port === -1 && addressType === -1;
  handle = createHandle(isPipe, true);
  if (!isPipe && !address) {
    if (handle.bind("::", port, flags) === 0) return handle;
    handle.close();
    return _createServerHandle("0.0.0.0", port, 4, undefined, flags);
  }
  const errno = handle.bind(address, isPipe ? 0 : port, flags);
  if (errno === 0) return handle;
  handle.close();
  return errno;
}

function failLater(server, error) {
  channels["tracing:net.server.listen:error"]?.publish({ server, error });
  nextTick(() => server.emit("error", error));
}

function setupListenHandle(server, address, port, addressType, backlog, fd, flags) {
  if (!server._handle) {
    let handle;
    if (!address && typeof fd !== "number") {
      handle = _createServerHandle("::", port, 6, fd, flags);
      [address, addressType] = typeof handle === "number" ? ["0.0.0.0", 4] : ["::", 6];
      if (typeof handle === "number") handle = undefined;
    }
    handle ??= _createServerHandle(address, port, addressType, fd, flags);
    if (typeof handle === "number") return failLater(server, listenException(handle, "listen", address, port));
    server._handle = handle;
  }
  const handle = server._handle;
  handle.onconnection = onconnection;
  handle.owner = server;
  const errno = handle.listen(backlog || DEFAULT_BACKLOG);
  if (errno) {
    handle.close();
    server._handle = null;
    return failLater(server, listenException(errno, "listen", address, port));
  }
  channels["tracing:net.server.listen:asyncEnd"]?.publish({ server });
  server._connectionKey = `${addressType}:${address}:${port}`;
  if (server._unref) server.unref();
  nextTick(() => {
    if (server._handle) server.emit("listening");
  });
}

function lookupAndListen(server, port, host, backlog, flags) {
  const listen = (ip, family) => {
    // Closed, or told to listen elsewhere, meanwhile.
    if (server._listening === listening) setupListenHandle(server, ip, port, ip ? family : 4, backlog, undefined, flags);
  };
  const listening = {};
  server._listening = listening;
  const known = isIP(host);
  if (known) return void nextTick(listen, host, known);
  importBuiltin("node:dns").default.lookup(host, { all: true }, (error, addresses) => {
    if (error) {
      if (server._listening === listening) server.emit("error", error);
      return;
    }
    // An address that is one on a single link needs more than its own name to be bound to.
    const { address, family } = addresses.find(({ address, family }) => family !== 6 || !/^fe[89ab]/i.test(address)) ?? addresses[0];
    listen(address, family);
  });
}

function onconnection(errno, client) {
  const server = this.owner;
  if (errno) return void server.emit("error", errnoException(errno, "accept"));
  const drop = () => {
    const local = client.getsockname();
    const remote = client.getpeername();
    client.close();
    const data = client.isPipe ? undefined : {
      localAddress: local.address, localPort: local.port, localFamily: local.family,
      remoteAddress: remote.address, remotePort: remote.port, remoteFamily: remote.family,
    };
    server.emit("drop", data);
  };
  if (server.maxConnections != null && server._connections >= server.maxConnections) return drop();
  if (server.blockList && !client.isPipe) {
    const remote = client.getpeername();
    if (typeof remote === "object" && server.blockList.check(remote.address, remote.family.toLowerCase())) return drop();
  }
  const socket = new Socket({
    handle: client, allowHalfOpen: server.allowHalfOpen, pauseOnCreate: server.pauseOnConnect, readable: true, writable: true,
    readableHighWaterMark: server.highWaterMark, writableHighWaterMark: server.highWaterMark,
  });
  if (server.noDelay && !client.isPipe) {
    socket[kOptions].noDelay = true;
    client.setNoDelay(true);
  }
  if (server.keepAlive && !client.isPipe) {
    socket[kOptions].keepAlive = true;
    socket[kOptions].keepAliveDelay_s = server.keepAliveInitialDelay;
    client.setKeepAlive(true, server.keepAliveInitialDelay);
  }
  server._connections++;
  socket.server = server;
  socket._server = server;
  server.emit("connection", socket);
  channels["net.server.socket"]?.publish({ socket });
}

const serverMethods = {
  listen(...args) {
    const [given, callback] = _normalizeArgs(args);
    let options = given;
    if (this._handle) throw nodeError("Error", "ERR_SERVER_ALREADY_LISTEN", "Listen method has been called more than once without closing.");
    if (callback !== null) this.once("listening", callback);
    const backlogOfArgs = toNumber(args.length > 1 && args[1]) || toNumber(args.length > 2 && args[2]);
    options = options._handle || options.handle || options;
    const flags = (options.ipv6Only ? IPV6_ONLY : 0) | (options.reusePort ? REUSE_PORT : 0);
    channels["tracing:net.server.listen:asyncStart"]?.publish({ server: this, options });
    if (typeof options.listen === "function" && typeof options.getsockname === "function") {
      this._handle = options;
      setupListenHandle(this, null, -1, -1, backlogOfArgs);
      return this;
    }
    if (options.signal !== undefined) {
      validateAbortSignal(options.signal, "options.signal");
      const onAbort = () => this.close();
      if (options.signal.aborted) nextTick(onAbort);
      else {
        const disposable = addAbortListener(options.signal, onAbort);
        this.once("close", disposable[Symbol.dispose]);
      }
    }
    if (typeof options.fd === "number" && options.fd >= 0) {
      setupListenHandle(this, null, null, null, backlogOfArgs, options.fd, 0);
      return this;
    }
    if (args.length === 0 || typeof args[0] === "function" || (options.port === undefined && "port" in options) || options.port === null) options = { ...options, port: 0 };
    if (typeof options.port === "number" || typeof options.port === "string") {
      validatePort(options.port, "options.port");
      const backlog = options.backlog || backlogOfArgs;
      const port = options.port | 0;
      if (options.host) lookupAndListen(this, port, options.host, backlog, flags);
      else setupListenHandle(this, null, port, 4, backlog, undefined, flags);
      return this;
    }
    if (options.path && isPipeName(options.path)) {
      if (options.path[0] === "\0" && (options.readableAll || options.writableAll))
        throw ERR_INVALID_ARG_VALUE("options", options, "can not set readableAll or writableAllt to true when path is abstract unix socket");
      this._pipeName = options.path;
      setupListenHandle(this, options.path, -1, -1, options.backlog || backlogOfArgs);
      if (this._handle && (options.readableAll || options.writableAll)) {
        const { chmodSync, statSync } = importBuiltin("node:fs");
        chmodSync(options.path, statSync(options.path).mode | (options.readableAll ? 0o444 : 0) | (options.writableAll ? 0o222 : 0));
      }
      return this;
    }
    if (!("port" in options || "path" in options)) throw ERR_INVALID_ARG_VALUE("options", options, 'must have the property "port" or "path"');
    throw ERR_INVALID_ARG_VALUE("options", options);
  },

  address() {
    if (!this._handle) return null;
    if (this._pipeName) return this._pipeName;
    const name = this._handle.getsockname();
    if (typeof name !== "object") throw errnoException(name, "address");
    return withoutPath(name);
  },

  getConnections(callback) {
    if (!this._usingWorkers) {
      nextTick(callback, null, this._connections);
      return this;
    }
    let left = this._workers.length;
    let total = this._connections;
    let failed = false;
    const counted = (error, count) => {
      if (failed) return;
      if (error) {
        failed = true;
        return void callback(error);
      }
      total += count;
      if (--left === 0) callback(null, total);
    };
    if (left === 0) nextTick(callback, null, total);
    for (const worker of this._workers) worker.getConnections(counted);
    return this;
  },

  // A child process has some of the connections: it is asked about them.
  _setupWorker(worker) {
    this._usingWorkers = true;
    this._workers.push(worker);
    worker.once("exit", () => this._workers.splice(this._workers.indexOf(worker), 1));
  },

  close(callback) {
    this._listening = undefined;
    if (typeof callback === "function") {
      if (!this._handle)
        this.once("close", function close() {
          callback(nodeError("Error", "ERR_SERVER_NOT_RUNNING", "Server is not running."));
        });
      else this.once("close", callback);
    }
    if (this._handle) {
      this._handle.close();
      this._handle = null;
    }
    if (this._usingWorkers) {
      let left = this._workers.length;
      const closed = () => {
        if (--left > 0) return;
        this._connections--;
        this._emitCloseIfDrained();
      };
      // Until they have answered, it is as if there were one connection more.
      this._connections++;
      if (left === 0) closed();
      for (const worker of [...this._workers]) worker.close(closed);
    } else this._emitCloseIfDrained();
    return this;
  },

  _emitCloseIfDrained() {
    if (this._handle || this._connections) return;
    nextTick(() => this.emit("close"));
  },

  ref() {
    this._unref = false;
    this._handle?.ref();
    return this;
  },

  unref() {
    this._unref = true;
    this._handle?.unref();
    return this;
  },

  async [Symbol.asyncDispose]() {
    if (!this._handle) return;
    await new Promise((resolve, reject) => this.close((error) => (error ? reject(error) : resolve())));
  },

  [Symbol.for("nodejs.rejection")](error, event, socket) {
    if (event === "connection") socket.destroy(error);
    else this.emit("error", error);
  },
};
serverMethods._listen2 = function _listen2(...args) {
  setupListenHandle(this, ...args);
};
for (const name of Reflect.ownKeys(serverMethods))
  Object.defineProperty(Server.prototype, name, { __proto__: null, value: serverMethods[name], writable: true, configurable: true, enumerable: typeof name === "string" });
Object.defineProperty(Server.prototype, "listening", {
  __proto__: null, configurable: true, enumerable: true,
  get() {
    return Boolean(this._handle);
  },
});

export default {
  BlockList, Server, Socket, SocketAddress, Stream: Socket, _createServerHandle, _normalizeArgs, connect, createConnection, createServer,
  getDefaultAutoSelectFamily, getDefaultAutoSelectFamilyAttemptTimeout, isIP, isIPv4, isIPv6, setDefaultAutoSelectFamily,
  setDefaultAutoSelectFamilyAttemptTimeout,
};
