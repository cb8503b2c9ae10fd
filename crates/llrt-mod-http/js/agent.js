// node:_http_agent: who keeps the client's connections.
// Node: https://nodejs.org/api/http.html#class-httpagent
import { importBuiltin } from "internal:host";
import { validateNumber, validateOneOf, validateString } from "internal:validators";
import { capture } from "native:_http_common";
import { proxyEnvironment } from "node:_http_common";
import EventEmitter from "node:events";

const kOnKeylog = Symbol("onkeylog");
// The request that a connection is made for.
export const kRequest = Symbol("kRequest");
const kRequestOptions = Symbol("requestOptions");
export const kProxy = Symbol("kProxyConfig");
const kQueued = Symbol("requestAsyncResource");

export function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  EventEmitter.call(this);
  this.options = { __proto__: null, ...options };
  this.defaultPort = this.options.defaultPort || 80;
  this.protocol = this.options.protocol || "http:";
  if (this.options.noDelay === undefined) this.options.noDelay = true;
  // Else a path of a URL would be one of a socket.
  this.options.path = null;
  this.requests = { __proto__: null };
  this.sockets = { __proto__: null };
  this.freeSockets = { __proto__: null };
  this.keepAliveMsecs = this.options.keepAliveMsecs || 1000;
  this.keepAlive = this.options.keepAlive || false;
  this.maxSockets = this.options.maxSockets || Agent.defaultMaxSockets;
  this.maxFreeSockets = this.options.maxFreeSockets || 256;
  this.scheduling = this.options.scheduling || "lifo";
  this.maxTotalSockets = this.options.maxTotalSockets;
  this.totalSocketCount = 0;
  const buffer = this.options.agentKeepAliveTimeoutBuffer;
  this.agentKeepAliveTimeoutBuffer = typeof buffer === "number" && buffer >= 0 && Number.isFinite(buffer) ? buffer : 1000;
  validateOneOf(this.scheduling, "scheduling", ["fifo", "lifo"]);
  if (this.maxTotalSockets !== undefined) validateNumber(this.maxTotalSockets, "maxTotalSockets", 1);
  else this.maxTotalSockets = Infinity;
  const { proxyEnv } = this.options;
  this[kProxy] = proxyEnv ? proxies().parse(proxyEnv, this.protocol) : undefined;
  this.on("free", onFree);
  this.on("newListener", onNewListener);
}
Object.setPrototypeOf(Agent.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Agent, EventEmitter);
Agent.defaultMaxSockets = Infinity;

export const proxies = () => importBuiltin("internal:http-proxy");

// Sockets tell of keys only when somebody wants to know.
function onNewListener(event) {
  if (event !== "keylog" || this[kOnKeylog]) return;
  const agent = this;
  this[kOnKeylog] = function (line) {
    agent.emit("keylog", line, this);
  };
  for (const sockets of Object.values(this.sockets)) for (const socket of sockets) socket.on("keylog", this[kOnKeylog]);
}

// A socket's request is done.
function onFree(socket, options) {
  const name = this.getName(options);
  if (!socket.writable) return void socket.destroy();
  const waiting = this.requests[name];
  if (waiting?.length) {
    const request = waiting.shift();
    const queued = request[kQueued];
    request[kQueued] = null;
    if (queued) {
      queued.run(assign, undefined, [this, request, socket]);
      queued.close();
    } else assign(this, request, socket);
    if (waiting.length === 0) delete this.requests[name];
    return;
  }
  const request = socket._httpMessage;
  if (!request?.shouldKeepAlive || !this.keepAlive) return void socket.destroy();
  const free = this.freeSockets[name] || [];
  const count = free.length + (this.sockets[name]?.length ?? 0);
  if (this.totalSocketCount > this.maxTotalSockets || count > this.maxSockets || free.length >= this.maxFreeSockets || !this.keepSocketAlive(socket))
    return void socket.destroy();
  this.freeSockets[name] = free;
  socket._httpMessage = null;
  this.removeSocket(socket, options);
  socket.once("error", onFreeSocketError);
  free.push(socket);
}

function onFreeSocketError() {
  this.destroy();
  this.emit("agentRemove");
}

function assign(agent, request, socket) {
  request.onSocket(socket);
  const timeout = agent.options.timeout || 0;
  if (request.timeout === undefined || request.timeout === timeout) return;
  socket.setTimeout(request.timeout);
}

Agent.prototype.createConnection = function createConnection(...args) {
  const proxy = this[kProxy];
  if (proxy !== undefined && proxies().applies(proxy, args[0])) return proxies().connect(proxy, args[0]);
  return importBuiltin("node:net").createConnection(...args);
};

// What a connection must have in common with a request to serve it.
Agent.prototype.getName = function getName(options = {}) {
  let name = `${options.host || "localhost"}:${options.port || ""}:${options.localAddress || ""}`;
  if (options.family === 4 || options.family === 6) name += `:${options.family}`;
  if (options.socketPath) name += `:${options.socketPath}`;
  return name;
};

function serverNameOf(options, request) {
  let name = options.host;
  const header = request.getHeader("host");
  if (header) {
    validateString(header, "options.headers.host");
    if (header.startsWith("[")) name = header.includes("]") ? header.slice(1, header.indexOf("]")) : header;
    else name = header.split(":", 1)[0];
  }
  return importBuiltin("node:net").isIP(name) ? "" : name;
}

function mergedOptions(agent, options, request) {
  const merged = { __proto__: null, ...options, ...agent.options };
  if (merged.socketPath) merged.path = merged.socketPath;
  if (!merged.servername && merged.servername !== "") merged.servername = serverNameOf(merged, request);
  return merged;
}

Agent.prototype.addRequest = function addRequest(request, options, port, localAddress) {
  if (typeof options === "string") options = { __proto__: null, host: options, port, localAddress };
  options = mergedOptions(this, options, request);
  const name = this.getName(options);
  const active = (this.sockets[name] ||= []);
  const free = this.freeSockets[name];
  let socket;
  if (free) {
    while (free.length && free[0].destroyed) free.shift();
    socket = this.scheduling === "fifo" ? free.shift() : free.pop();
    if (!free.length) delete this.freeSockets[name];
  }
  const count = (free ? free.length : 0) + active.length;
  if (socket) {
    this.reuseSocket(socket, request);
    assign(this, request, socket);
    active.push(socket);
  } else if (count < this.maxSockets && this.totalSocketCount < this.maxTotalSockets) {
    this.createSocket(request, options, (error, made) => {
      if (error) request.onSocket(made, error);
      else assign(this, request, made);
    });
  } else {
    request[kRequestOptions] = options;
    request[kQueued] = capture("QueuedRequest", request);
    (this.requests[name] ||= []).push(request);
  }
};

Agent.prototype.createSocket = function createSocket(request, options, callback) {
  options = mergedOptions(this, options, request);
  const name = this.getName(options);
  options._agentKey = name;
  options.encoding = null;
  let called = false;
  const onCreated = (error, socket) => {
    if (called) return;
    called = true;
    if (error) return callback(error);
    (this.sockets[name] ||= []).push(socket);
    this.totalSocketCount++;
    watch(this, socket, options);
    callback(null, socket);
  };
  if (this.keepAlive) {
    options.keepAlive = this.keepAlive;
    options.keepAliveInitialDelay = this.keepAliveMsecs;
  }
  options[kRequest] = request;
  const socket = this.createConnection(options, onCreated);
  if (socket) onCreated(null, socket);
};

function watch(agent, socket, options) {
  const onFreed = () => agent.emit("free", socket, options);
  const onClosed = () => {
    agent.totalSocketCount--;
    agent.removeSocket(socket, options);
  };
  // While it is in use its request hears of it.
  const onTimeout = () => {
    for (const free of Object.values(agent.freeSockets)) if (free.includes(socket)) return socket.destroy();
  };
  const onRemoved = () => {
    onClosed();
    socket.removeListener("close", onClosed);
    socket.removeListener("free", onFreed);
    socket.removeListener("timeout", onTimeout);
    socket.removeListener("agentRemove", onRemoved);
  };
  socket.on("free", onFreed);
  socket.on("close", onClosed);
  socket.on("timeout", onTimeout);
  socket.on("agentRemove", onRemoved);
  if (agent[kOnKeylog]) socket.on("keylog", agent[kOnKeylog]);
}

Agent.prototype.removeSocket = function removeSocket(socket, options) {
  const name = this.getName(options);
  for (const set of socket.writable ? [this.sockets] : [this.sockets, this.freeSockets]) {
    const index = set[name]?.indexOf(socket) ?? -1;
    if (index === -1) continue;
    set[name].splice(index, 1);
    if (set[name].length === 0) delete set[name];
  }
  let request = this.requests[name]?.[0];
  if (request === undefined) {
    // Another origin's, which waits for the total.
    for (const other of Object.keys(this.requests)) {
      if (this.sockets[other]?.length) break;
      request = this.requests[other][0];
      options = request[kRequestOptions];
      break;
    }
  }
  if (!request || !options) return;
  request[kRequestOptions] = undefined;
  this.createSocket(request, options, (error, made) => {
    if (error) request.onSocket(made, error);
    else made.emit("free");
  });
};

Agent.prototype.keepSocketAlive = function keepSocketAlive(socket) {
  socket.setKeepAlive(true, this.keepAliveMsecs);
  socket.unref();
  let timeout = this.options.timeout || 0;
  const hint = /^timeout=(\d+)/.exec(socket._httpMessage?.res?.headers["keep-alive"] ?? "")?.[1];
  if (hint) {
    // The server closes at about that time, and a request must not be on its way then.
    const announced = Number(hint) * 1000 - this.agentKeepAliveTimeoutBuffer;
    if (announced <= 0) return false;
    if (timeout === 0 || announced < timeout) timeout = announced;
  }
  if (socket.timeout !== timeout) socket.setTimeout(timeout);
  return true;
};

Agent.prototype.reuseSocket = function reuseSocket(socket, request) {
  socket.removeListener("error", onFreeSocketError);
  request.reusedSocket = true;
  socket.ref();
};

Agent.prototype.destroy = function destroy() {
  for (const set of [this.freeSockets, this.sockets]) for (const sockets of Object.values(set)) for (const socket of [...sockets]) socket.destroy();
};

export let globalAgent = new Agent({ keepAlive: true, scheduling: "lifo", timeout: 5000, proxyEnv: proxyEnvironment() });
export const setGlobalAgent = (agent) => {
  globalAgent = agent;
};

const all = { Agent };
Object.defineProperty(all, "globalAgent", { __proto__: null, configurable: true, enumerable: true, get: () => globalAgent, set: setGlobalAgent });
export default all;
