// A Runtime API that misbehaves. Each case checks what the client does and how it ends; there is no Node client to compare
// with here, since that one mostly just dies.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import { requestId, startRuntimeApi } from "./runtime-api.mjs";
import { startClient } from "./run-case.mjs";

const deadlineMs = 15000;

/** Starts the client against `api`; ends it when it asks for work and none is left. */
async function run(command, root, handler, settings, { stdio, env } = {}) {
  let client;
  let idle = false;
  const api = await startRuntimeApi({ ...settings, onIdle: () => { idle = true; client.child.kill("SIGKILL"); } });
  client = startClient(command, handler, root, api.address, env, stdio);
  const timer = setTimeout(() => client.child.kill("SIGABRT"), deadlineMs);
  const end = await client.ended;
  clearTimeout(timer);
  api.close();
  return { ...end, idle, seen: api.seen, text: `${end.stdout}${end.stderr}` };
}

/** A Runtime API in raw bytes: `answer(requestText, socket, n)` for each request; bodies of posts are awaited. */
async function runRaw(command, root, handler, answer) {
  const requests = [];
  let client;
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    let text = "";
    socket.on("data", (d) => {
      text += d.toString("latin1");
      for (let end; (end = text.indexOf("\r\n\r\n")) >= 0; ) {
        const length = Number(/content-length: *(\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        const request = text.slice(0, end + 4 + length);
        text = text.slice(end + 4 + length);
        requests.push(request);
        answer(request, socket, requests.length, () => client.child.kill("SIGKILL"));
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = startClient(command, handler, root, `127.0.0.1:${server.address().port}`);
  const timer = setTimeout(() => client.child.kill("SIGABRT"), deadlineMs);
  const end = await client.ended;
  clearTimeout(timer);
  for (const socket of sockets) socket.destroy();
  server.close();
  return { ...end, requests, text: `${end.stdout}${end.stderr}` };
}

const isNext = (request) => request.startsWith("GET /2018-06-01/runtime/invocation/next");
const event = (n, body, headers = "") =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: ${requestId(n)}\r\nLambda-Runtime-Deadline-Ms: ${Date.now() + 9000}\r\n` +
  `Lambda-Runtime-Invoked-Function-Arn: arn\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const accepted = 'HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n';

const posted = (end) => end.requests.filter((r) => !isNext(r)).map((r) => r.slice(r.indexOf("\r\n\r\n") + 4));

async function unusedPort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const faults = [
  {
    name: "nothing-listens",
    async run(command, root) {
      const client = startClient(command, "hello.handler", root, `127.0.0.1:${await unusedPort()}`);
      const timer = setTimeout(() => client.child.kill("SIGABRT"), deadlineMs);
      const end = await client.ended;
      clearTimeout(timer);
      assert.equal(end.code, 1, `exit ${end.code} ${end.signal}`);
      assert.match(`${end.stdout}${end.stderr}`, /next invocation/);
    },
  },
  ...["AWS_LAMBDA_RUNTIME_API", "_HANDLER", "LAMBDA_TASK_ROOT"].map((name) => ({
    name: `without-${name}`,
    async run(command, root) {
      const end = await run(command, root, "hello.handler", { events: [] }, { env: { [name]: undefined } });
      assert.equal(end.code, 1, `exit ${end.code} ${end.signal}`);
      assert.match(end.stderr.toString(), new RegExp(`${name}( environment variable)? is not set`));
    },
  })),
  {
    name: "one-connection",
    async run(command, root) {
      const end = await run(command, root, "values.event", { events: Array.from({ length: 50 }, (_, n) => ({ body: String(n) })) });
      assert.ok(end.idle, end.text);
      assert.deepEqual(end.seen.posts.map((p) => p.body.toString()), Array.from({ length: 50 }, (_, n) => String(n)));
      assert.equal(end.seen.connections, 1);
    },
  },
  {
    name: "next-answers-500",
    async run(command, root) {
      const end = await run(command, root, "hello.handler", { events: [], faults: { next: (req, res) => res.writeHead(500).end("{}") } });
      assert.equal(end.code, 1, `exit ${end.code} ${end.signal}`);
      assert.match(end.text, /next invocation.*500/s);
    },
  },
  {
    name: "next-without-request-id",
    async run(command, root) {
      const end = await run(command, root, "hello.handler", { events: [{ headers: { "Lambda-Runtime-Aws-Request-Id": null } }] });
      assert.equal(end.code, 1, `exit ${end.code} ${end.signal}`);
      assert.match(end.text, /request-id/i);
    },
  },
  ...[413, 400, 500].map((status) => ({
    name: `response-answered-${status}`,
    async run(command, root) {
      const end = await run(command, root, "values.event", {
        events: [{ body: "1" }, { body: "2" }],
        faults: { response: (req, res, n) => n === 1 && (req.resume().on("end", () => res.writeHead(status).end('{"errorType":"Refused"}')), true) },
      });
      assert.ok(end.idle, `went on: ${end.code} ${end.signal} ${end.text}`);
      assert.deepEqual(end.seen.posts.map((p) => p.body.toString()), ["2"]);
      assert.match(end.text, new RegExp(`${status}.*Refused`));
    },
  })),
  {
    name: "error-answered-500",
    async run(command, root) {
      const end = await run(command, root, "errors.once", {
        events: [{ body: '{"fail":true}' }, {}],
        faults: { error: (req, res) => (req.resume().on("end", () => res.writeHead(500).end()), true) },
      });
      assert.ok(end.idle, end.text);
      assert.deepEqual(end.seen.posts.map((p) => p.body.toString()), ['"fine"']);
    },
  },
  {
    name: "init-error-refused",
    async run(command, root) {
      const end = await run(command, root, "init-throws.handler", {
        events: [],
        faults: { init: (req, res) => (req.resume().on("end", () => res.writeHead(500).end()), true) },
      });
      assert.equal(end.code, 129, `exit ${end.code} ${end.signal}`);
      assert.match(end.text, /init failed/);
    },
  },
  {
    name: "413-before-the-body-is-read",
    async run(command, root) {
      const end = await run(command, root, "values.large", {
        events: [{ body: '{"length":7000000}' }, { body: '{"length":1}' }],
        faults: { response: (req, res, n) => n === 1 && (res.writeHead(413, { Connection: "close" }).end("{}"), true) },
      });
      assert.ok(end.idle, `went on: ${end.code} ${end.signal} ${end.text.slice(0, 500)}`);
      assert.equal(end.seen.posts.at(-1).body.toString(), '"x"');
    },
  },
  {
    name: "connection-closed-while-idle",
    async run(command, root) {
      // What a proxy's idle timeout does: the request never reached anyone, so it is safe to ask again.
      const end = await run(command, root, "values.event", {
        events: [{ body: "1" }, { body: "2" }],
        faults: { next: (req, res, n) => n === 2 && (req.socket.destroy(), true) },
      });
      assert.ok(end.idle, `${end.code} ${end.signal} ${end.text}`);
      assert.deepEqual(end.seen.posts.map((p) => p.body.toString()), ["1", "2"]);
    },
  },
  {
    name: "connection-always-closed",
    async run(command, root) {
      const end = await run(command, root, "hello.handler", { events: [], faults: { next: (req) => (req.socket.destroy(), true) } });
      assert.equal(end.code, 1, `exit ${end.code} ${end.signal}`);
      assert.match(end.text, /next invocation/);
      assert.ok(end.seen.requests.length < 10, `${end.seen.requests.length} attempts`);
    },
  },
  {
    name: "closed-in-the-middle-of-an-event",
    async run(command, root) {
      const end = await runRaw(command, root, "values.event", (request, socket) => {
        if (isNext(request)) { socket.write(event(1, '{"a":1}').slice(0, -3)); socket.end(); }
      });
      assert.equal(end.code, 1, `exit ${end.code} ${end.signal}`);
      assert.match(end.text, /next invocation/);
    },
  },
  {
    name: "closed-in-the-middle-of-a-response",
    async run(command, root) {
      const end = await run(command, root, "values.event", {
        events: [{ body: "1" }, { body: "2" }],
        faults: { response: (req, res, n) => n === 1 && (req.socket.destroy(), true) },
      });
      assert.ok(end.idle, `went on: ${end.code} ${end.signal} ${end.text}`);
      assert.equal(end.seen.posts.at(-1).body.toString(), "2");
      const posts = end.seen.requests.filter((r) => r.url.includes(requestId(1)));
      assert.equal(posts.length, 1, "a response is not posted twice: the first may have arrived");
    },
  },
  {
    name: "byte-by-byte",
    async run(command, root) {
      let n = 0;
      const end = await runRaw(command, root, "values.event", (request, socket, count, stop) => {
        if (!isNext(request)) return socket.write(accepted);
        if (++n > 2) return stop();
        socket.setNoDelay(true);
        const bytes = Buffer.from(event(n, `{"slow":${n}}`));
        let i = 0;
        const write = () => i < bytes.length && socket.write(bytes.subarray(i, ++i), () => setImmediate(write));
        write();
      });
      assert.deepEqual(posted(end), ['{"slow":1}', '{"slow":2}'], end.text);
    },
  },
  {
    name: "chunked-event",
    async run(command, root) {
      let n = 0;
      const end = await runRaw(command, root, "values.event", (request, socket, count, stop) => {
        if (!isNext(request)) return socket.write(accepted);
        if (++n > 2) return stop();
        socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nlambda-runtime-aws-request-id: ${requestId(n)}\r\nTRANSFER-ENCODING: chunked\r\n\r\n4;ext=1\r\n[1,2\r\n`);
        setTimeout(() => socket.write(`3\r\n,${n}]\r\n0\r\nTrailer: x\r\n\r\n`), 10);
      });
      assert.deepEqual(posted(end), ["[1,2,1]", "[1,2,2]"], end.text);
    },
  },
  {
    name: "connection-close-on-every-answer",
    async run(command, root) {
      let n = 0;
      const end = await runRaw(command, root, "values.event", (request, socket, count, stop) => {
        if (!isNext(request)) return socket.end(accepted.replace("\r\n", "\r\nConnection: close\r\n"));
        if (++n > 3) return stop();
        socket.end(event(n, String(n), "Connection: close\r\n"));
      });
      assert.deepEqual(posted(end), ["1", "2", "3"], end.text);
    },
  },
  {
    name: "not-http",
    async run(command, root) {
      const end = await runRaw(command, root, "hello.handler", (request, socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
      assert.equal(end.code, 1, `exit ${end.code} ${end.signal}`);
      assert.match(end.text, /next invocation/);
    },
  },
  {
    name: "stdout-closed",
    async run(command, root) {
      let client;
      let idle = false;
      const api = await startRuntimeApi({ events: [{}, {}], onIdle: () => { idle = true; client.child.kill("SIGKILL"); } });
      client = startClient(command, "logs.levels", root, api.address);
      client.child.stdout.destroy();
      const timer = setTimeout(() => client.child.kill("SIGABRT"), deadlineMs);
      const end = await client.ended;
      clearTimeout(timer);
      api.close();
      assert.ok(idle, `went on: ${end.code} ${end.signal} ${end.stderr}`);
      assert.deepEqual(api.seen.posts.map((p) => p.path.endsWith("/response")), [true, true]);
    },
  },
  {
    name: "api-gone-after-an-invocation",
    async run(command, root) {
      let client;
      const api = await startRuntimeApi({ events: [{}], onPost: () => api.close() });
      client = startClient(command, "hello.handler", root, api.address);
      const timer = setTimeout(() => client.child.kill("SIGABRT"), deadlineMs);
      const end = await client.ended;
      clearTimeout(timer);
      assert.equal(end.code, 1, `exit ${end.code} ${end.signal}`);
    },
  },
  {
    name: "user-agent-names-the-runtime",
    async run(command, root) {
      const end = await run(command, root, "hello.handler", { events: [{}] });
      for (const request of end.seen.requests) {
        const i = request.rawHeaders.findIndex((h) => h.toLowerCase() === "user-agent");
        assert.ok(i >= 0 && request.rawHeaders[i + 1].length > 3, JSON.stringify(request.rawHeaders));
      }
    },
  },
  {
    name: "many-invocations",
    async run(command, root) {
      const count = 2000;
      let client, before, after;
      const fds = () => fs.readdirSync(`/proc/${client.child.pid}/fd`).length;
      const api = await startRuntimeApi({
        events: Array.from({ length: count }, (_, n) => ({ body: `{"fail":${n % 2 === 0}}` })),
        onPost: () => { if (api.seen.posts.length === 100) before = fds(); if (api.seen.posts.length === count) after = fds(); },
        onIdle: () => client.child.kill("SIGKILL"),
      });
      client = startClient(command, "errors.once", root, api.address);
      const timer = setTimeout(() => client.child.kill("SIGABRT"), 2 * deadlineMs);
      await client.ended;
      clearTimeout(timer);
      api.close();
      assert.equal(api.seen.posts.length, count);
      assert.ok(after <= before, `descriptors grew from ${before} to ${after}`);
    },
  },
  {
    name: "stream-of-100-megabytes-at-flat-memory",
    async run(command, root) {
      const bytes = 100 * 2 ** 20;
      let client, length = 0, peak, idle = false;
      const api = await startRuntimeApi({
        events: [{ body: JSON.stringify({ bytes }) }],
        faults: {
          response(req, res) {
            // A reader that stops now and then: what it does not take must not pile up in the client.
            req.removeAllListeners("data");
            req.on("data", (d) => {
              length += d.length;
              if (length % 5 === 0) { req.pause(); setTimeout(() => req.resume(), 1); }
            });
            req.on("end", () => res.writeHead(202).end());
            return true;
          },
        },
        onIdle() {
          peak = Number(/VmHWM:\s*(\d+)/.exec(fs.readFileSync(`/proc/${client.child.pid}/status`, "utf8"))[1]) / 1024;
          idle = true;
          client.child.kill("SIGKILL");
        },
      });
      client = startClient(command, "streams.endless", root, api.address);
      const timer = setTimeout(() => client.child.kill("SIGABRT"), 4 * deadlineMs);
      const end = await client.ended;
      clearTimeout(timer);
      api.close();
      assert.ok(idle, `${end.code} ${end.signal} ${end.stdout}${end.stderr}`);
      assert.equal(length, bytes);
      assert.ok(peak < 40, `${peak} MB at the most`);
    },
  },
  {
    name: "stream-cut-by-the-service",
    async run(command, root) {
      const end = await run(command, root, "streams.endless", {
        events: [{ body: '{"bytes":5000000}' }, { body: '{"bytes":1}' }],
        faults: { response: (req, res, n) => n === 1 && (req.once("data", () => req.socket.destroy()), true) },
      });
      assert.ok(end.idle, `went on: ${end.code} ${end.signal} ${end.text}`);
      assert.equal(end.seen.posts.at(-1).body.length, 65536);
      assert.match(end.text, /Failed to post handler success response/);
      assert.match(end.text, /\tERROR\tInvoke Error /);
    },
  },
  {
    name: "stream-refused",
    async run(command, root) {
      const end = await run(command, root, "streams.endless", {
        events: [{ body: '{"bytes":5000000}' }, { body: '{"bytes":1}' }],
        faults: { response: (req, res, n) => n === 1 && (req.once("data", () => res.writeHead(413, { Connection: "close" }).end("{}")), true) },
      });
      assert.ok(end.idle, `went on: ${end.code} ${end.signal} ${end.text}`);
      assert.equal(end.seen.posts.at(-1).body.length, 65536);
      assert.match(end.text, /Http response code: 413/);
    },
  },
  {
    name: "stream-arrives-as-it-is-written",
    async run(command, root) {
      // The handler goes on once the service has seen the first part: it asks a server of ours.
      let client, text = "", idle = false, open;
      const seen = new Promise((resolve) => (open = resolve));
      const gate = http.createServer((req, res) => seen.then(() => res.end("go")));
      await new Promise((resolve) => gate.listen(0, "127.0.0.1", resolve));
      const api = await startRuntimeApi({
        events: [{ body: JSON.stringify({ port: gate.address().port }) }],
        faults: {
          response(req, res) {
            req.on("data", (d) => { text += d; if (text === "first") open(); });
            req.on("end", () => res.writeHead(202).end());
            return true;
          },
        },
        onIdle() { idle = true; client.child.kill("SIGKILL"); },
      });
      client = startClient(command, "streams.gated", root, api.address);
      const timer = setTimeout(() => client.child.kill("SIGABRT"), deadlineMs);
      const end = await client.ended;
      clearTimeout(timer);
      api.close();
      gate.closeAllConnections();
      gate.close();
      assert.ok(idle, `${end.code} ${end.signal} ${end.stdout}${end.stderr}`);
      assert.equal(text, "firstsecond");
    },
  },
];
