// What NodeHttpHandler and NodeHttp2Handler share: one request through the native client.
import { buildQueryString, HttpResponse } from "@smithy/core/protocols";
import { buildAbortError } from "@smithy/node-http-handler/dist-es/build-abort-error.js";
import { importBuiltin } from "internal:host";
import { Agent, BodySink, Canceller, request as exchange } from "internal:http-client";
import { createBody } from "own:body";

/** Which limit ran out, by the native client's message; its code is ETIMEDOUT each time. */
const limits = { "Connect Timeout Error": "connect", "Headers Timeout Error": "idle", "Body Timeout Error": "idle" };

export const expiredLimit = (error) => (error.code === "ETIMEDOUT" ? limits[error.message] : undefined);

function pathOf({ path, query, fragment }) {
  const string = query ? buildQueryString(query) : "";
  return `${path}${string ? `?${string}` : ""}${fragment ? `#${fragment}` : ""}`;
}

function hostOf({ hostname }) {
  return hostname?.[0] === "[" && hostname.endsWith("]") ? hostname.slice(1, -1) : hostname;
}

/** Settings of TLS that the native client knows by the names that node:tls has for them. */
const tlsOptions = ["ca", "cert", "key", "rejectUnauthorized", "servername"];

/** Connections of a handler's own, that speak HTTP/2 with servers that do. Each request has one to itself when `shared` is false. */
export function http2Agent(connectOptions = {}, shared = true) {
  const given = tlsOptions.filter((name) => connectOptions[name] !== undefined).map((name) => [name, connectOptions[name]]);
  return new Agent({ http2: "prefer", keepAlive: shared, ...Object.fromEntries(given) });
}

function headersOf({ headers, username, password }, close) {
  const authority = headers[":authority"];
  if (username == null && password == null && !close && authority === undefined) return headers;
  const more = { ...headers };
  // Middleware for HTTP/2 names the host so. Which version is spoken turns out later: the client puts it where it belongs.
  if (authority !== undefined) {
    delete more[":authority"];
    more.host ??= authority;
  }
  if (close) more.connection = "close";
  if (username != null || password != null)
    more.authorization ??= `Basic ${Buffer.from(`${username ?? ""}:${password ?? ""}`).toString("base64")}`;
  return more;
}

/** The body as the native client takes it: nothing, text or bytes; or a stream to be written part by part. */
function payload(body) {
  if (!body) return undefined;
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  if (typeof body.pipe === "function" && body instanceof importBuiltin("node:stream").Readable) return body;
  if (typeof body === "object" && body.buffer && typeof body.byteOffset === "number" && typeof body.byteLength === "number")
    return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.from(body);
}

/** Writes a Node stream into a sink at the sink's pace. As with pipe(), an error of the stream is for who made the stream. */
function pump(stream, sink) {
  let writing = Promise.resolve();
  stream.on("data", (chunk) => {
    stream.pause();
    writing = sink.write(typeof chunk === "string" ? Buffer.from(chunk) : chunk).then((more) => (more ? stream.resume() : stream.unpipe()));
  });
  stream.on("end", () => writing.then(() => sink.end()));
}

function contentLength(headers) {
  for (const name in headers) if (name.toLowerCase() === "content-length") return Number(headers[name]);
  return undefined;
}

/**
 * Sends `request` and resolves to `{ response }`.
 *
 * `abortSignal`; `agent` for other connections than the shared ones; `connectTimeout` and `idleTimeout` in milliseconds; `close` for a connection that is not kept; `mapError`
 * makes the handler's errors of the client's; `watch(cancel, reject)` may set timers and returns what clears them;
 * `done` is called when the connection is free again.
 */
export function send(request, { abortSignal, agent, connectTimeout, idleTimeout, close, mapError, watch, done }) {
  return new Promise((resolve, reject) => {
    if (abortSignal?.aborted) {
      done?.();
      return reject(buildAbortError(abortSignal));
    }
    let canceller;
    let unlisten;
    if (abortSignal || watch) canceller = new Canceller();
    if (abortSignal) {
      const onAbort = () => {
        canceller.cancel();
        reject(buildAbortError(abortSignal));
      };
      if (typeof abortSignal.addEventListener === "function") {
        abortSignal.addEventListener("abort", onAbort, { once: true });
        unlisten = () => abortSignal.removeEventListener("abort", onAbort);
      } else abortSignal.onabort = onAbort;
    }
    const headers = headersOf(request, close);
    let body = payload(request.body);
    if (typeof body?.pipe === "function") {
      const sink = new BodySink(contentLength(headers));
      pump(body, sink);
      body = sink;
    }
    const answer = exchange({
      method: request.method,
      protocol: request.protocol,
      hostname: hostOf(request),
      port: request.port,
      path: pathOf(request),
      headers,
      body,
      agent,
      canceller,
      connectTimeout,
      requestTimeout: idleTimeout,
      socketTimeout: idleTimeout,
    });
    const clear = watch?.(() => canceller.cancel(), reject);
    const over = () => {
      unlisten?.();
      done?.();
    };
    answer.then(
      ({ statusCode, reason, headers, body }) => {
        clear?.();
        const head = { statusCode, statusMessage: reason, headers };
        resolve({ response: new HttpResponse({ statusCode, reason, headers, body: createBody(body, head, over) }) });
      },
      (error) => {
        clear?.();
        over();
        reject(mapError(error));
      },
    );
  });
}
