// fetch. https://fetch.spec.whatwg.org/#fetch-method
import { BodySink, Canceller, copyBytes, dataUrl, send } from "native:fetch";
import { Body } from "internal:fetch-body";
import { Request, createRecord, parseUrl } from "internal:request";
import { Response, isNullBody, isRedirect, makeResponse } from "internal:response";
import { importBuiltin } from "internal:host";

export { Request, Response };

const MAX_REDIRECTS = 20;
const CROSS_ORIGIN_SECRETS = ["authorization", "proxy-authorization", "cookie", "host"];
const BODY_HEADERS = ["content-encoding", "content-language", "content-location", "content-type", "content-length"];

const failure = (cause) => new TypeError("fetch failed", { cause: typeof cause === "string" ? new Error(cause) : cause });

export async function fetch(input, init = undefined) {
  const request = createRecord(input, init);
  const { signal } = request;
  if (signal === undefined) return start(request, undefined, undefined);
  if (signal.aborted) {
    abandon(request.body, signal.reason);
    throw signal.reason;
  }
  const exchange = { canceller: new Canceller(), body: null, settled: false };
  const onAbort = () => {
    exchange.canceller.cancel();
    if (!exchange.settled) abandon(request.body, signal.reason);
    exchange.body?.abort(signal.reason);
  };
  // A signal may outlive many requests: it must not keep them.
  const release = () => signal.removeEventListener("abort", onAbort);
  signal.addEventListener("abort", onAbort);
  try {
    const response = await start(request, exchange, signal);
    if (signal.aborted) throw signal.reason;
    if (exchange.body?.isNative) exchange.body.onEnd = release;
    else release();
    return response;
  } catch (error) {
    release();
    throw signal.aborted ? signal.reason : error;
  } finally {
    exchange.settled = true;
  }
}

// The request's body will not be sent.
function abandon(body, reason) {
  if (body !== null && body.stream !== null && !body.stream.locked) body.stream.cancel(reason).catch(() => {});
}

function start(request, exchange, signal) {
  switch (request.url.protocol) {
    case "http:":
    case "https:":
      return network(request, exchange, signal);
    case "data:":
      return fromData(request);
    case "blob:":
      return fromBlob(request);
    case "about:":
      throw failure("about scheme is not supported");
    case "file:":
      throw failure("not implemented... yet...");
    default:
      throw failure("unknown scheme");
  }
}

// https://fetch.spec.whatwg.org/#http-fetch
async function network(request, exchange, signal) {
  let { url, method, body, list } = request;
  for (let redirects = 0; ; redirects++) {
    const [status, statusText, flat, content] = await once(url, method, list, body, exchange);
    const location = isRedirect(status) && request.redirect !== "manual" ? find(flat, "location") : null;
    if (location === null) {
      const response = { type: "basic", status, statusText, url: withoutFragment(url), redirected: redirects > 0, flat, guard: "immutable" };
      if (content !== undefined && method !== "HEAD" && !isNullBody(status))
        response.body = responseBody(content, exchange, signal);
      return makeResponse(response);
    }
    if (typeof content?.cancel === "function") content.cancel();
    if (request.redirect === "error") throw failure("unexpected redirect");

    let target;
    try {
      target = parseUrl(location, url.href);
    } catch (cause) {
      throw failure(cause);
    }
    if (target.hash === "") target.hash = url.hash;
    if (target.protocol !== "http:" && target.protocol !== "https:") throw failure("URL scheme must be a HTTP(S) scheme");
    if (redirects === MAX_REDIRECTS) throw failure("redirect count exceeded");
    if (status !== 303 && body !== null && body.source === undefined) throw failure("");
    list = list.copy();
    if (((status === 301 || status === 302) && method === "POST") || (status === 303 && method !== "GET" && method !== "HEAD")) {
      method = "GET";
      body = null;
      for (const name of BODY_HEADERS) list.delete(name);
    }
    if (target.origin !== url.origin) for (const name of CROSS_ORIGIN_SECRETS) list.delete(name);
    url = target;
  }
}

function find(flat, name) {
  for (let index = 0; index < flat.length; index += 2) if (flat[index] === name) return flat[index + 1];
  return null;
}

function withoutFragment({ href }) {
  const index = href.indexOf("#");
  return index < 0 ? href : href.slice(0, index);
}

// One request and its answer: [status, reason, headers, body].
async function once(url, method, list, body, exchange) {
  let sent;
  let upload;
  if (body !== null) {
    body.used = true;
    if (body.stream === null) sent = typeof body.source === "string" ? body.source : body.load();
    else {
      sent = new BodySink();
      upload = pump(body.stream, sent);
    }
  }
  const { hostname, port, pathname, search, protocol } = url;
  try {
    const flat = list.map.size === 0 ? undefined : list.flat();
    return await send(method, protocol === "https:", hostname, port, pathname + search, flat, sent, exchange?.canceller);
  } catch (error) {
    throw failure(upload?.error ?? error);
  }
}

// Sends a stream. The result tells why it broke, if it did.
function pump(stream, sink) {
  const upload = { error: undefined };
  const reader = stream.getReader();
  const run = async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return sink.end();
      const part = value instanceof Uint8Array ? copyBytes(value) : undefined;
      if (part === undefined) throw new TypeError("Received non-Uint8Array chunk");
      if (!(await sink.write(part))) return reader.cancel();
    }
  };
  run().catch((error) => {
    upload.error = error;
    sink.fail(String(error));
    reader.cancel(error).catch(() => {});
  });
  return upload;
}

function responseBody(content, exchange, signal) {
  const body = new Body(content);
  if (typeof content.cancel === "function")
    body.explain = (cause) => (signal?.aborted ? signal.reason : new TypeError("terminated", { cause }));
  if (exchange !== undefined) {
    body.signal = signal;
    exchange.body = body;
  }
  return body;
}

// https://fetch.spec.whatwg.org/#data-url-processor
async function fromData({ url, method }) {
  const found = dataUrl(withoutFragment(url));
  if (found === undefined) throw failure("failed to fetch the data URL");
  const [type, bytes] = found;
  const body = method === "HEAD" ? null : new Body(bytes);
  const flat = ["content-type", type];
  return makeResponse({ type: "basic", statusText: "OK", url: url.href, flat, guard: "immutable", body });
}

async function fromBlob({ url, method }) {
  if (method !== "GET") throw failure("invalid method");
  const blob = importBuiltin("internal:blob").resolveObjectURL(withoutFragment(url));
  if (blob === undefined) throw failure("invalid method");
  const flat = ["content-length", String(blob.size), "content-type", blob.type];
  return makeResponse({ type: "basic", statusText: "OK", url: url.href, flat, guard: "immutable", body: new Body(blob) });
}
