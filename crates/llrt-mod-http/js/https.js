// node:https. Node: https://nodejs.org/api/https.html
import { validateObject } from "internal:validators";
import { Agent as HttpAgent, kProxy, kRequest, proxies } from "node:_http_agent";
import { ClientRequest, normalizeArguments } from "node:_http_client";
import { proxyEnvironment } from "node:_http_common";
import { _connectionListener, httpServerPreClose, initServer, Server as HttpServer, storeHTTPOptions } from "node:_http_server";
import tls from "node:tls";

// ---- servers

export function Server(options, requestListener) {
  if (!(this instanceof Server)) return new Server(options, requestListener);
  if (typeof options === "function") {
    requestListener = options;
    options = undefined;
  }
  if (options != null) validateObject(options, "options");
  options = { ...options };
  if (!options.ALPNProtocols && !options.ALPNCallback) options.ALPNProtocols = ["http/1.1"];
  storeHTTPOptions.call(this, options);
  tls.Server.call(this, options, _connectionListener);
  initServer(this, options, requestListener);
  this.on("tlsClientError", (error, socket) => {
    if (!this.emit("clientError", error, socket)) socket.destroy(error);
  });
}
Object.setPrototypeOf(Server.prototype, tls.Server.prototype);
Object.setPrototypeOf(Server, tls.Server);

for (const name of ["closeAllConnections", "closeIdleConnections", "setTimeout", Symbol.asyncDispose, Symbol.for("nodejs.rejection")])
  Object.defineProperty(Server.prototype, name, Object.getOwnPropertyDescriptor(HttpServer.prototype, name));

Server.prototype.close = function close() {
  httpServerPreClose(this);
  Reflect.apply(tls.Server.prototype.close, this, arguments);
  return this;
};

export function createServer(options, requestListener) {
  return new Server(options, requestListener);
}

// ---- agents

export function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  HttpAgent.call(this, { defaultPort: 443, protocol: "https:", ...options });
  this.maxCachedSessions = this.options.maxCachedSessions ?? 100;
  this._sessionCache = { map: {}, list: [] };
}
Object.setPrototypeOf(Agent.prototype, HttpAgent.prototype);
Object.setPrototypeOf(Agent, HttpAgent);

Agent.prototype.createConnection = function createConnection(port, host, options, ...rest) {
  if (port !== null && typeof port === "object") options = port;
  else if (host !== null && typeof host === "object") options = { ...host };
  else options = { ...options };
  if (typeof port === "number") options.port = port;
  if (typeof host === "string") options.host = host;
  const proxy = this[kProxy];
  if (proxy === undefined || !proxies().applies(proxy, options)) return connect(this, options);
  const callback = [port, host, options, ...rest].find((argument) => typeof argument === "function");
  proxies().tunnel(proxy, options, options[kRequest], (error, socket) => {
    if (error) callback(error);
    else callback(null, connect(this, { ...options, socket }));
  });
};

function connect(agent, options) {
  const key = options._agentKey;
  if (!key) return tls.connect(options);
  const session = agent._getSession(key);
  if (session) options = { session, ...options };
  const socket = tls.connect(options);
  socket.on("session", (made) => agent._cacheSession(key, made));
  socket.once("close", (failed) => {
    if (failed) agent._evictSession(key);
  });
  return socket;
}

// What two connections must have in common besides, in Node's order.
const identity = (
  "ca cert clientCertEngine ciphers key pfx rejectUnauthorized servername minVersion maxVersion secureProtocol crl honorCipherOrder ecdhCurve dhparam " +
  "secureOptions sessionIdContext sigalgs privateKeyIdentifier privateKeyEngine"
).split(" ");

const countsWhenFalse = new Set(["rejectUnauthorized", "honorCipherOrder", "secureOptions"]);

Agent.prototype.getName = function getName(options = {}) {
  let name = HttpAgent.prototype.getName.call(this, options);
  for (const option of identity) {
    const value = options[option];
    name += ":";
    if (option === "servername" ? !value || value === options.host : countsWhenFalse.has(option) ? value === undefined : !value) continue;
    name += option === "sigalgs" || (option === "pfx" && typeof value === "object" && !ArrayBuffer.isView(value)) ? JSON.stringify(value) : value;
  }
  return name;
};

Agent.prototype._getSession = function _getSession(key) {
  return this._sessionCache.map[key];
};

Agent.prototype._cacheSession = function _cacheSession(key, session) {
  const { map, list } = this._sessionCache;
  if (this.maxCachedSessions === 0) return;
  if (!map[key]) {
    if (list.length >= this.maxCachedSessions) delete map[list.shift()];
    list.push(key);
  }
  map[key] = session;
};

Agent.prototype._evictSession = function _evictSession(key) {
  const { map, list } = this._sessionCache;
  const index = list.indexOf(key);
  if (index === -1) return;
  list.splice(index, 1);
  delete map[key];
};

export let globalAgent = new Agent({ keepAlive: true, scheduling: "lifo", timeout: 5000, proxyEnv: proxyEnvironment() });

// ---- requests

export function request(...args) {
  const [options, callback] = normalizeArguments(...args);
  options._defaultAgent = globalAgent;
  return new ClientRequest(options, callback);
}

export function get(input, options, callback) {
  const made = request(input, options, callback);
  made.end();
  return made;
}

const https = { Agent, Server, createServer, get, request };
Object.defineProperty(https, "globalAgent", {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get: () => globalAgent,
  set(agent) {
    globalAgent = agent;
  },
});
export default https;
