// A Lambda Runtime API that records: it hands out the given invocations one after another, keeps what the runtime posts,
// and can misbehave on request.
import http from "node:http";

export const requestId = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/**
 * Starts a server. `events` are `{ body, headers, fault }`; the headers are added to, or with `null` taken from, the usual ones.
 * `onIdle` runs when a runtime asks for work and none is left; that request stays open.
 * `faults` maps `next`, `response`, `error` or `init` to a function `(req, res, n) => true` that answers in its own way.
 */
export async function startRuntimeApi({ events, onIdle = () => {}, onPost = () => {}, faults = {} }) {
  const seen = { posts: [], nexts: 0, connections: 0, requests: [] };
  let handed = 0;
  const counts = {};
  let open = 0, whenClosed;
  const server = http.createServer({ maxHeaderSize: 2 << 20 }, (req, res) => {
    const kind = req.url.endsWith("/invocation/next") ? "next" : req.url.endsWith("/response") ? "response" : req.url.endsWith("/init/error") ? "init" : "error";
    counts[kind] = (counts[kind] ?? 0) + 1;
    seen.requests.push({ method: req.method, url: req.url, rawHeaders: req.rawHeaders });
    const chunks = [];
    req.on("data", (d) => chunks.push(d));
    req.on("error", () => {});
    const record = () => {
      const post = { method: req.method, path: req.url, headers: req.headers, trailers: req.trailers, body: Buffer.concat(chunks), aborted: !req.complete };
      seen.posts.push(post);
      return post;
    };
    if (kind !== "next") {
      open++;
      req.on("close", () => {
        if (!req.complete) onPost(record());
        if (--open === 0) whenClosed?.();
      });
    }
    if (faults[kind]?.(req, res, counts[kind])) return;
    if (kind === "next") {
      seen.nexts++;
      if (handed === events.length) return onIdle();
      const event = events[handed++];
      const headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": requestId(handed),
        "Lambda-Runtime-Deadline-Ms": String(Date.now() + (event.timeoutMs ?? 30000)),
        "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:tested",
        "Lambda-Runtime-Trace-Id": `Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=${handed % 2}`,
        ...event.headers,
      };
      for (const [k, v] of Object.entries(headers)) if (v === null) delete headers[k];
      const body = Buffer.from(event.body ?? "{}");
      res.writeHead(200, { ...headers, "Content-Length": body.length });
      return res.end(body);
    }
    req.on("end", () => {
      const post = record();
      res.writeHead(202, { "Content-Type": "application/json" });
      res.end('{"status":"OK"}\n');
      onPost(post);
    });
  });
  server.on("connection", () => seen.connections++);
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    seen,
    address: `127.0.0.1:${server.address().port}`,
    /// Resolves when no request is half read any more: the end of a process is seen before that of its connections.
    async settled() { if (open > 0) await new Promise((resolve) => (whenClosed = resolve)); },
    close() { server.closeAllConnections(); server.close(); },
  };
}
