// internal:http-proxy: connections of agents that go through proxies, loaded by the first agent that is told of one.
// Node: https://nodejs.org/api/http.html#built-in-proxy-support
import { nodeError } from "internal:errors";
import { importBuiltin } from "internal:host";
import { Buffer } from "node:buffer";

const MAX_HEAD_LEN = 16384;

const invalid = (text) => nodeError("Error", "ERR_PROXY_INVALID_CONFIG", text);

// What an environment says about the proxy for a protocol; undefined when it names none.
export function parse(env, protocol) {
  const isSecure = protocol === "https:";
  const text = (isSecure ? env.https_proxy || env.HTTPS_PROXY : env.http_proxy || env.HTTP_PROXY)?.trim?.();
  if (!text) return undefined;
  if (/[\r\n]/.test(text)) throw invalid(`Invalid proxy URL: ${text}`);
  let url;
  try {
    url = new URL(text);
  } catch (cause) {
    throw Object.defineProperty(invalid(`Invalid proxy URL: ${text}`), "cause", { __proto__: null, value: cause, configurable: true, writable: true });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") throw invalid(`Invalid proxy URL: ${text}, only http: and https: are supported`);
  const { username, password } = url;
  const credentials = username || password ? `${decodeURIComponent(username)}:${decodeURIComponent(password)}` : undefined;
  return {
    href: `${url.protocol}//${url.host}/`,
    isSecure: url.protocol === "https:",
    host: withoutBrackets(url.hostname),
    port: Number(url.port) || (url.protocol === "https:" ? 443 : 80),
    authorization: credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`,
    exceptions: (env.no_proxy || env.NO_PROXY || "").toLowerCase().split(/[,\s]+/).filter(Boolean),
  };
}

const withoutBrackets = (host) => (host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host);
const hostPort = (host, port) => `${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
const addressNumber = (text) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

// Whether a connection to that place goes through the proxy.
export function applies(proxy, options) {
  if (options.socketPath) return false;
  const host = withoutBrackets(String(options.host || "localhost")).toLowerCase();
  const { isIPv4 } = importBuiltin("node:net");
  return !proxy.exceptions.some((entry) => {
    if (entry === "*") return true;
    const range = entry.split("-");
    if (range.length === 2 && range.every((end) => isIPv4(end)))
      return isIPv4(host) && addressNumber(host) >= addressNumber(range[0]) && addressNumber(host) <= addressNumber(range[1]);
    const [, name, port] = /^(.*?)(?::(\d+))?$/.exec(entry.includes("::") ? `[${entry}]` : entry);
    if (port && Number(port) !== Number(options.port)) return false;
    const pattern = withoutBrackets(name);
    if (pattern.startsWith("*.")) return host.endsWith(pattern.slice(1));
    if (pattern.startsWith(".")) return host.endsWith(pattern);
    return host === pattern;
  });
}

// A request to a server without TLS is sent to the proxy, with all of the address.
export function rewriteRequest(request, options, proxy) {
  if (!applies(proxy, options)) return;
  const { host, port } = options;
  for (const [name, value] of [["host", host], ["port", port]])
    if (/[\r\n]/.test(String(value))) throw nodeError("TypeError", "ERR_INVALID_CHAR", `Invalid character in ${name}`);
  const authority = request.getHeader("host") ?? hostPort(host, port);
  request.path = `http://${authority}${request.path}`;
  // A head that is given as a list is sent as it is.
  if (Array.isArray(options.headers)) return;
  request.setHeader("proxy-connection", request.shouldKeepAlive ? "keep-alive" : "close");
  if (proxy.authorization) request.setHeader("proxy-authorization", proxy.authorization);
}

// A connection to the proxy itself.
export function connect(proxy, options = undefined) {
  const target = { ...options, host: proxy.host, port: proxy.port, path: undefined };
  if (!proxy.isSecure) return importBuiltin("node:net").connect(target);
  return importBuiltin("node:tls").connect({ ...target, servername: importBuiltin("node:net").isIP(proxy.host) ? "" : proxy.host, ALPNProtocols: ["http/1.1"] });
}

// A connection through the proxy to the place itself, for TLS: callback(error) or callback(null, socket).
export function tunnel(proxy, options, request, callback) {
  const { host, port } = options;
  const place = hostPort(host, port);
  if (/[\r\n]/.test(place)) throw nodeError("TypeError", "ERR_INVALID_CHAR", `Invalid character in ${/[\r\n]/.test(String(host)) ? "host" : "port"}`);
  const timeout = request?.timeout ?? options.timeout;
  const socket = connect(proxy);
  const failure = (text) => nodeError("Error", "ERR_PROXY_TUNNEL", text);
  let head = "";
  const done = (error) => {
    socket.removeListener("error", done);
    socket.removeListener("data", onData);
    socket.removeListener("end", onEnd);
    socket.removeListener("timeout", onTimeout);
    if (timeout) socket.setTimeout(0);
    if (!error) return callback(null, socket);
    socket.on("error", () => {});
    socket.destroy();
    callback(error);
  };
  const onEnd = () => done(failure("Connection to establish proxy tunnel ended unexpectedly"));
  const onTimeout = () => {
    request?.emit("timeout");
    done(failure(`Connection to establish proxy tunnel timed out after ${timeout}ms`));
  };
  const onData = (chunk) => {
    head += chunk.toString("latin1");
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) {
      if (head.length > MAX_HEAD_LEN) done(failure(`Failed to establish tunnel to ${place} via ${proxy.href}: its answer has no end`));
      return;
    }
    const status = head.slice(0, head.indexOf("\r\n"));
    if (!/^HTTP\/1\.[01] 200(?: |$)/.test(status)) return done(failure(`Failed to establish tunnel to ${place} via ${proxy.href}: ${status}`));
    socket.pause();
    if (head.length > end + 4) socket.unshift(Buffer.from(head.slice(end + 4), "latin1"));
    done();
  };
  socket.on("error", done);
  socket.on("data", onData);
  socket.on("end", onEnd);
  if (timeout) {
    socket.setTimeout(timeout);
    socket.on("timeout", onTimeout);
  }
  const connection = request?.shouldKeepAlive ? "proxy-connection: keep-alive\r\n" : "";
  const authorization = proxy.authorization ? `proxy-authorization: ${proxy.authorization}\r\n` : "";
  socket.write(`CONNECT ${place} HTTP/1.1\r\nhost: ${place}\r\n${connection}${authorization}\r\n`);
}
