// node:dgram. Node: https://nodejs.org/api/dgram.html
import EventEmitter from "node:events";
import { addAbortListener } from "node:events";
import { createHandle, isDatagram } from "native:dgram";
import { channels, importBuiltin, nextTick } from "internal:host";
import { connectException, ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS, errnoException, errnoText, nodeError } from "internal:errors";
import { validateAbortSignal, validateFunction, validateNumber, validatePort, validateString, validateUint32 } from "internal:validators";

const IPV6_ONLY = 1;
const REUSE_ADDRESS = 4;
const REUSE_PORT = 8;
const isView = ArrayBuffer.isView;
// What bind and connect have come to.
const [NONE, BUSY, DONE] = [0, 1, 2];
const kState = Symbol("state symbol");

const notRunning = () => nodeError("Error", "ERR_SOCKET_DGRAM_NOT_RUNNING", "Not running");
const alreadyConnected = () => nodeError("Error", "ERR_SOCKET_DGRAM_IS_CONNECTED", "Already connected");
const notConnected = () => nodeError("Error", "ERR_SOCKET_DGRAM_NOT_CONNECTED", "Not connected");
const outOfBounds = (name) => nodeError("RangeError", "ERR_BUFFER_OUT_OF_BOUNDS", `"${name}" is outside of buffer bounds`);
const ipBlocked = (ip) => nodeError("Error", "ERR_IP_BLOCKED", `IP(${ip}) is blocked by net.BlockList`);
const isIPv4 = (text) => /^\d+\.\d+\.\d+\.\d+$/.test(text);
const isBlocked = (list, ip) => list?.check(ip, isIPv4(ip) ? "ipv4" : "ipv6");

function checkBlockList(list, name) {
  if (list && !importBuiltin("internal:net-addresses").BlockList.isBlockList(list)) throw ERR_INVALID_ARG_TYPE(name, "net.BlockList", list);
  return list;
}

function running(socket) {
  const state = socket[kState];
  if (!state.handle) throw notRunning();
  return state;
}

function check(errno, syscall) {
  if (errno < 0) throw errnoException(errno, syscall);
}

export function Socket(type, listener) {
  if (!(this instanceof Socket)) return new Socket(type, listener);
  EventEmitter.call(this);
  let options = {};
  if (type !== null && typeof type === "object") {
    options = type;
    ({ type } = options);
  }
  if (options.lookup !== undefined && typeof options.lookup !== "function") throw ERR_INVALID_ARG_TYPE("lookup", "function", options.lookup);
  if (type !== "udp4" && type !== "udp6")
    throw nodeError("TypeError", "ERR_SOCKET_BAD_TYPE", "Bad socket type specified. Valid types are: udp4, udp6");
  for (const name of ["recvBufferSize", "sendBufferSize"]) if (options[name]) validateUint32(options[name], `options.${name}`);
  this.type = type;
  this[kState] = {
    handle: createHandle(type === "udp6"), lookup: options.lookup, ipv6: type === "udp6", receiving: false, bind: NONE, connect: NONE, queue: undefined,
    flags: (options.ipv6Only ? IPV6_ONLY : 0) | (options.reuseAddr ? REUSE_ADDRESS : 0) | (options.reusePort ? REUSE_PORT : 0),
    recvBufferSize: options.recvBufferSize, sendBufferSize: options.sendBufferSize,
    receiveBlockList: checkBlockList(options.receiveBlockList, "options.receiveBlockList"),
    sendBlockList: checkBlockList(options.sendBlockList, "options.sendBlockList"),
  };
  this[kState].handle.owner = this;
  if (typeof listener === "function") this.on("message", listener);
  const { signal } = options;
  if (signal !== undefined) {
    validateAbortSignal(signal, "options.signal");
    const onAbort = () => {
      if (this[kState].handle) this.close();
    };
    if (signal.aborted) onAbort();
    else {
      const disposable = addAbortListener(signal, onAbort);
      this.once("close", disposable[Symbol.dispose]);
    }
  }
  channels["udp.socket"]?.publish({ socket: this });
}
Object.setPrototypeOf(Socket.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Socket, EventEmitter);

export const createSocket = (type, listener) => new Socket(type, listener);

// The address of a name, in a later tick.
function lookup(state, address, callback) {
  address ||= state.ipv6 ? "::1" : "127.0.0.1";
  const family = state.ipv6 ? 6 : 4;
  if (state.lookup) return state.lookup(address, family, callback);
  if (isIPv4(address) || address.includes(":")) return nextTick(callback, null, address);
  importBuiltin("node:dns").default.lookup(address, family, callback);
}

// What is asked before the socket is bound waits.
function enqueue(socket, action) {
  const state = socket[kState];
  if (state.queue === undefined) {
    state.queue = [];
    const stop = () => {
      socket.removeListener(EventEmitter.errorMonitor, onError);
      socket.removeListener("listening", onListening);
      const { queue } = state;
      state.queue = undefined;
      return queue;
    };
    const onError = () => stop();
    const onListening = () => {
      for (const action of stop()) action();
    };
    socket.once(EventEmitter.errorMonitor, onError);
    socket.once("listening", onListening);
  }
  state.queue.push(action);
}

function onMessage(count, chunk, sender) {
  const socket = this.owner;
  if (count < 0) return void socket.emit("error", errnoException(count, "recvmsg"));
  if (isBlocked(socket[kState].receiveBlockList, sender.address)) return;
  sender.size = chunk.length;
  socket.emit("message", chunk, sender);
}

function startListening(socket) {
  const state = socket[kState];
  state.handle.onmessage = onMessage;
  state.handle.receiveStart();
  state.receiving = true;
  state.bind = DONE;
  if (state.recvBufferSize) bufferSize(socket, state.recvBufferSize, "receiveBuffer");
  if (state.sendBufferSize) bufferSize(socket, state.sendBufferSize, "sendBuffer");
  socket.emit("listening");
}

function bufferSize(socket, size, name) {
  if (size !== 0 && size >>> 0 !== size) throw nodeError("TypeError", "ERR_SOCKET_BAD_BUFFER_SIZE", "Buffer size must be a positive integer");
  const { handle } = running(socket);
  const result = size === 0 ? handle.bufferSize(name === "receiveBuffer") : handle.set(name, size);
  if (result >= 0) return result;
  const [code, message] = errnoText(result);
  const syscall = `uv_${name === "receiveBuffer" ? "recv" : "send"}_buffer_size`;
  const error = nodeError("Error", "ERR_SOCKET_BUFFER_SIZE", `Could not get or set buffer size: ${syscall} returned ${code} (${message})`);
  Object.defineProperty(error, "name", { __proto__: null, value: "SystemError", enumerable: false, writable: true, configurable: true });
  throw Object.assign(error, { info: { errno: result, code, message, syscall }, errno: result, syscall });
}

function sliceBuffer(buffer, offset, length) {
  if (typeof buffer === "string") buffer = Buffer.from(buffer);
  else if (!isView(buffer)) throw ERR_INVALID_ARG_TYPE("buffer", ["string", "Buffer", "TypedArray", "DataView"], buffer);
  offset >>>= 0;
  length >>>= 0;
  if (offset > buffer.byteLength) throw outOfBounds("offset");
  if (offset + length > buffer.byteLength) throw outOfBounds("length");
  return Buffer.from(buffer.buffer, buffer.byteOffset + offset, length);
}

function bufferList(buffer) {
  if (!Array.isArray(buffer)) {
    if (typeof buffer === "string") return [Buffer.from(buffer)];
    if (!isView(buffer)) throw ERR_INVALID_ARG_TYPE("buffer", ["string", "Buffer", "TypedArray", "DataView"], buffer);
    return [buffer];
  }
  return buffer.map((item) => {
    if (typeof item === "string") return Buffer.from(item);
    if (!isView(item)) throw ERR_INVALID_ARG_TYPE("buffer list arguments", ["string", "Buffer", "TypedArray", "DataView"], buffer);
    return Buffer.from(item.buffer, item.byteOffset, item.byteLength);
  });
}

function fail(socket, error, callback) {
  if (callback) nextTick(callback, error);
  else nextTick(() => socket.emit("error", error));
}

function doSend(socket, error, ip, list, address, port, callback) {
  const state = socket[kState];
  if (error) return fail(socket, error, callback);
  if (!state.handle) return;
  if (ip && isBlocked(state.sendBlockList, ip)) return fail(socket, ipBlocked(ip), callback);
  let sent;
  try {
    sent = state.handle.send(list, port || 0, port ? ip : undefined, (errno, bytes) => {
      if (callback) callback(errno < 0 ? connectException(errno, "send", address, port) : null, bytes);
    });
  } catch (error) {
    return fail(socket, error, callback);
  }
  // Without a callback nobody hears of a failure: so it was in Node's first versions.
  if (sent > 0 && callback) nextTick(callback, null, sent - 1);
  else if (sent < 0 && callback) nextTick(callback, connectException(sent, "send", address, port));
}

const methods = {
  bind(port_, address_ /* , callback */) {
    const state = running(this);
    let port = port_;
    if (state.bind !== NONE) throw nodeError("Error", "ERR_SOCKET_ALREADY_BOUND", "Socket is already bound");
    state.bind = BUSY;
    const callback = arguments[arguments.length - 1];
    if (typeof callback === "function") {
      const remove = () => {
        this.removeListener("error", remove);
        this.removeListener("listening", onListening);
      };
      const onListening = (...args) => {
        remove();
        callback.apply(this, args);
      };
      this.on("error", remove);
      this.on("listening", onListening);
    }
    if (port !== null && typeof port === "object" && typeof port.receiveStart === "function") {
      state.handle.close();
      state.handle = port;
      port.owner = this;
      startListening(this);
      return this;
    }
    if (port !== null && typeof port === "object" && Number.isInteger(port.fd) && port.fd > 0) {
      if (!isDatagram(port.fd)) throw nodeError("TypeError", "ERR_INVALID_FD_TYPE", "Unsupported fd type: UNKNOWN");
      const errno = state.handle.open(port.fd);
      check(errno, "open");
      startListening(this);
      return this;
    }
    let address;
    if (port !== null && typeof port === "object") {
      address = port.address || "";
      ({ port } = port);
    } else address = typeof address_ === "function" ? "" : address_;
    address ||= state.ipv6 ? "::" : "0.0.0.0";
    lookup(state, address, (error, ip) => {
      if (!state.handle) return;
      if (error) {
        state.bind = NONE;
        this.emit("error", error);
        return;
      }
      const errno = state.handle.bind(ip, port >>> 0 & 0xffff, state.flags);
      if (errno) {
        state.bind = NONE;
        this.emit("error", connectException(errno, "bind", ip, port));
        return;
      }
      startListening(this);
    });
    return this;
  },

  connect(port, address, callback) {
    port = validatePort(port, "Port", false);
    if (typeof address === "function") [callback, address] = [address, ""];
    else if (address === undefined) address = "";
    validateString(address, "address");
    const state = this[kState];
    if (state.connect !== NONE) throw alreadyConnected();
    state.connect = BUSY;
    if (state.bind === NONE) this.bind({ port: 0, exclusive: true }, null);
    if (state.bind !== DONE) enqueue(this, () => connectNow(this, port, address, callback));
    else connectNow(this, port, address, callback);
  },

  disconnect() {
    const state = this[kState];
    if (state.connect !== DONE) throw notConnected();
    check(state.handle.disconnect(), "connect");
    state.connect = NONE;
  },

  send(buffer, offset, length, port, address, callback) {
    const state = this[kState];
    const isConnected = state.connect === DONE;
    let list;
    if (!isConnected) {
      if (address || (port && typeof port !== "function")) buffer = sliceBuffer(buffer, offset, length);
      else [callback, port, address] = [port, offset, length];
    } else {
      if (typeof length === "number") {
        buffer = sliceBuffer(buffer, offset, length);
        if (typeof port === "function") [callback, port] = [port, null];
      } else callback = offset;
      if (port || address) throw alreadyConnected();
    }
    list = bufferList(buffer);
    if (!isConnected) port = validatePort(port, "Port", false);
    if (typeof callback !== "function") callback = undefined;
    if (typeof address === "function") [callback, address] = [address, undefined];
    else if (address != null) validateString(address, "address");
    running(this);
    if (state.bind === NONE) this.bind({ port: 0, exclusive: true }, null);
    if (list.length === 0) list.push(Buffer.alloc(0));
    const go = () => {
      if (!state.handle) return;
      if (isConnected) doSend(this, null, null, list, undefined, null, callback);
      else lookup(state, address, (error, ip) => doSend(this, error, ip, list, address, port, callback));
    };
    // It waits for the address, even where it has no name.
    if (state.bind !== DONE) enqueue(this, () => this.send(list, port, address, callback));
    else go();
  },

  sendto(buffer, offset, length, port, address, callback) {
    validateNumber(offset, "offset");
    validateNumber(length, "length");
    validateNumber(port, "port");
    validateString(address, "address");
    this.send(buffer, offset, length, port, address, callback);
  },

  close(callback) {
    const state = this[kState];
    if (typeof callback === "function") this.on("close", callback);
    if (state.queue !== undefined) {
      state.queue.push(() => this.close());
      return this;
    }
    running(this);
    state.receiving = false;
    state.handle.close();
    state.handle = null;
    nextTick(() => this.emit("close"));
    return this;
  },

  async [Symbol.asyncDispose]() {
    if (!this[kState].handle) return;
    await new Promise((resolve) => this.close(resolve));
  },

  address() {
    const name = running(this).handle.getsockname();
    check(name, "getsockname");
    return name;
  },

  remoteAddress() {
    const { connect, handle } = running(this);
    if (connect !== DONE) throw notConnected();
    const name = handle.getpeername();
    check(name, "getpeername");
    return name;
  },

  setBroadcast(on) {
    check(running(this).handle.set("broadcast", on ? 1 : 0), "setBroadcast");
  },

  setTTL(ttl) {
    validateNumber(ttl, "ttl");
    check(running(this).handle.set("ttl", ttl), "setTTL");
    return ttl;
  },

  setMulticastTTL(ttl) {
    validateNumber(ttl, "ttl");
    check(running(this).handle.set("multicastTTL", ttl), "setMulticastTTL");
    return ttl;
  },

  setMulticastLoopback(on) {
    check(running(this).handle.set("multicastLoopback", on ? 1 : 0), "setMulticastLoopback");
    return on;
  },

  setMulticastInterface(address) {
    const { handle } = running(this);
    validateString(address, "interfaceAddress");
    check(handle.setMulticastInterface(address), "setMulticastInterface");
  },

  addMembership(group, address) {
    membership(this, true, group, address, "addMembership");
  },

  dropMembership(group, address) {
    membership(this, false, group, address, "dropMembership");
  },

  addSourceSpecificMembership(source, group, address) {
    sourceMembership(this, true, source, group, address, "addSourceSpecificMembership");
  },

  dropSourceSpecificMembership(source, group, address) {
    sourceMembership(this, false, source, group, address, "dropSourceSpecificMembership");
  },

  ref() {
    this[kState].handle?.ref();
    return this;
  },

  unref() {
    this[kState].handle?.unref();
    return this;
  },

  setRecvBufferSize(size) {
    bufferSize(this, size, "receiveBuffer");
  },

  setSendBufferSize(size) {
    bufferSize(this, size, "sendBuffer");
  },

  getRecvBufferSize() {
    return bufferSize(this, 0, "receiveBuffer");
  },

  getSendBufferSize() {
    return bufferSize(this, 0, "sendBuffer");
  },

  getSendQueueSize() {
    return running(this).handle.queuedBytes();
  },

  getSendQueueCount() {
    return running(this).handle.queuedCount();
  },
};

function connectNow(socket, port, address, callback) {
  const state = socket[kState];
  if (callback) {
    validateFunction(callback, "callback");
    socket.once("connect", callback);
  }
  lookup(state, address, (error, ip) => {
    if (!state.handle) return;
    if (!error && isBlocked(state.sendBlockList, ip)) error = ipBlocked(ip);
    if (!error) {
      try {
        const errno = state.handle.connect(ip, port);
        if (errno) error = connectException(errno, "connect", address, port);
      } catch (thrown) {
        error = thrown;
      }
    }
    if (!error) {
      state.connect = DONE;
      nextTick(() => socket.emit("connect"));
      return;
    }
    state.connect = NONE;
    nextTick(() => {
      if (!callback) return void socket.emit("error", error);
      socket.removeListener("connect", callback);
      callback(error);
    });
  });
}

function membership(socket, join, group, address, syscall) {
  const { handle } = running(socket);
  if (!group) throw ERR_MISSING_ARGS("multicastAddress");
  check(handle.membership(join, `${group}`, address === undefined ? undefined : `${address}`), syscall);
}

function sourceMembership(socket, join, source, group, address, syscall) {
  const { handle } = running(socket);
  validateString(source, "sourceAddress");
  validateString(group, "groupAddress");
  check(handle.membership(join, group, address === undefined ? undefined : `${address}`, source), syscall);
}

for (const name of Reflect.ownKeys(methods))
  Object.defineProperty(Socket.prototype, name, { __proto__: null, value: methods[name], writable: true, configurable: true, enumerable: typeof name === "string" });

// Node's name for it, for who sends a socket to another process.
Object.defineProperty(Socket.prototype, "_handle", {
  __proto__: null, configurable: true, enumerable: false,
  get() {
    return this[kState].handle;
  },
});

// A bound handle, or a negative error number. Node's name, which cluster uses.
export function _createSocketHandle(address, port, addressType, fd, flags) {
  const handle = createHandle(addressType === "udp6");
  const errno = typeof fd === "number" && fd > 0 ? handle.open(fd) : port || address ? handle.bind(address || (addressType === "udp6" ? "::" : "0.0.0.0"), port || 0, flags || 0) : 0;
  if (errno === 0) return handle;
  handle.close();
  return errno;
}

export default { Socket, _createSocketHandle, createSocket };
