// Sockets and servers in messages. Loaded when the first one is sent or comes.
// Node: https://nodejs.org/api/child_process.html#subprocesssendmessage-sendhandle-options-callback
import EventEmitter from "node:events";
import { importBuiltin, isBuiltin, nextTick } from "internal:host";
import { nodeError } from "internal:errors";

const noop = () => {};
const loaded = (name) => (isBuiltin(name) ? importBuiltin(name) : {});
const isA = (value, Class) => Class !== undefined && value instanceof Class;
const closeNumber = (fd) => importBuiltin("node:fs").closeSync(fd);

// What Node calls it.
function typeOf(handle) {
  const net = loaded("node:net");
  if (isA(handle, net.Socket)) return "net.Socket";
  if (isA(handle, net.Server)) return "net.Server";
  if (typeof handle?.readStart === "function" && typeof handle.getsockname === "function") return "net.Native";
  if (typeof handle?.receiveStart === "function") return "dgram.Native";
  if (isA(handle, loaded("node:dgram").Socket)) return "dgram.Socket";
  throw nodeError("TypeError", "ERR_INVALID_HANDLE_TYPE", "This handle type cannot be sent");
}

// `{ message, raw, done }`: what goes over the channel, the native handle, and what to do when it has arrived. Without `raw` the message
// goes alone.
export function pack(target, message, handle, options) {
  const type = typeOf(handle);
  const wire = { cmd: "NODE_HANDLE", type, msg: message };
  if (type === "net.Native" || type === "dgram.Native") return { message: wire, raw: handle, done: noop };
  if (type === "dgram.Socket") return { message: { ...wire, dgramType: handle.type }, raw: handle._handle, done: noop };
  const raw = handle._handle;
  if (!raw) return { message };
  if (type === "net.Server") return { message: wire, raw, done: noop };
  // The other side looks after it, and tells its server.
  if (handle.server) {
    wire.key = handle.server._connectionKey;
    const { lists, isNew } = listOf(target, "sent", wire.key, SentSockets);
    if (isNew) handle.server._setupWorker(lists);
    if (!options.keepOpen) {
      handle.server._connections--;
      handle._server = null;
    }
  }
  if (options.keepOpen) return { message: wire, raw, done: noop };
  raw.onread = noop;
  raw.readStop();
  handle._handle = null;
  handle.setTimeout(0);
  return { message: wire, raw, done: () => raw.close() };
}

// Gives what came with a message to `emit(handle)`.
export function unpack(target, message, fd, emit) {
  const net = importBuiltin("node:net").default;
  switch (message.type) {
    case "net.Server": {
      const server = new net.Server();
      return void server.listen({ fd }, () => emit(server));
    }
    case "net.Socket": {
      const socket = new net.Socket({ fd, readable: true, writable: true });
      if (message.key) listOf(target, "got", message.key, GotSockets).lists.add(socket);
      return emit(socket);
    }
    case "net.Native": {
      const handle = net._createServerHandle(null, null, null, fd);
      if (typeof handle !== "object") closeNumber(fd);
      return emit(typeof handle === "object" ? handle : undefined);
    }
    case "dgram.Socket": {
      const socket = importBuiltin("node:dgram").createSocket(message.dgramType);
      return void socket.bind({ fd }, () => emit(socket));
    }
    case "dgram.Native":
      return emit(importBuiltin("node:dgram").default._createSocketHandle(null, null, null, fd));
    default:
      closeNumber(fd);
      emit(undefined);
  }
}

// ---- connections that live in another process

function listOf(target, direction, key, List) {
  const lists = ((target._socketLists ??= { sent: {}, got: {} })[direction]);
  const isNew = lists[key] === undefined;
  return { lists: (lists[key] ??= new List(target, key)), isNew };
}

// This side of a server whose connections went to a child.
class SentSockets extends EventEmitter {
  constructor(child, key) {
    super();
    this.key = key;
    this.child = child;
    child.once("exit", () => this.emit("exit", this));
  }

  #request(message, answer, callback) {
    const { child } = this;
    if (!child.connected) return nextTick(callback, null, undefined);
    const finish = (error, reply) => {
      child.removeListener("internalMessage", onMessage);
      child.removeListener("disconnect", onDisconnect);
      callback(error, reply);
    };
    const onMessage = (reply) => {
      if (reply.key === this.key && reply.cmd === answer) finish(null, reply);
    };
    const onDisconnect = () => finish(nodeError("Error", "ERR_CHILD_CLOSED_BEFORE_REPLY", "Child closed before reply received"));
    child.on("internalMessage", onMessage);
    child.once("disconnect", onDisconnect);
    child._send(message, undefined, { swallowErrors: true });
  }

  close(callback) {
    this.#request({ cmd: "NODE_SOCKET_NOTIFY_CLOSE", key: this.key }, "NODE_SOCKET_ALL_CLOSED", callback);
  }

  getConnections(callback) {
    this.#request({ cmd: "NODE_SOCKET_GET_COUNT", key: this.key }, "NODE_SOCKET_COUNT", (error, reply) => callback(error, reply?.count ?? 0));
  }
}

// The other side.
class GotSockets extends EventEmitter {
  constructor(parent, key) {
    super();
    this.connections = 0;
    const send = (message) => parent._send({ ...message, key }, undefined, { swallowErrors: true });
    parent.on("internalMessage", (message) => {
      if (message.key !== key) return;
      if (message.cmd === "NODE_SOCKET_NOTIFY_CLOSE") {
        const closed = () => {
          if (parent.connected) send({ cmd: "NODE_SOCKET_ALL_CLOSED" });
        };
        if (this.connections === 0) closed();
        else this.once("empty", closed);
      } else if (message.cmd === "NODE_SOCKET_GET_COUNT" && parent.connected) send({ cmd: "NODE_SOCKET_COUNT", count: this.connections });
    });
  }

  add(socket) {
    this.connections++;
    socket.once("close", () => {
      if (--this.connections === 0) this.emit("empty");
    });
  }
}
