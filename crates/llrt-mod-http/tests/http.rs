//! `node:http` as JavaScript sees it.

mod support;

use llrt_test::check;
use support::MODULES;

/// Runs a script with `server(listener, options)`, which gives a server that listens, `get(server, options, body)`, which gives
/// `[response, body]`, and `raw(server, text)`, which gives all that a server answers to bytes.
fn run(script: &str) {
    let helpers = r#"
        import http from "node:http";
        import net from "node:net";
        import { once } from "node:events";
        const server = async (listener, options = {}) => {
          const made = http.createServer(options, listener).listen(0, "127.0.0.1");
          await once(made, "listening");
          return made;
        };
        const read = async (stream) => {
          let text = "";
          for await (const chunk of stream.setEncoding("utf8")) text += chunk;
          return text;
        };
        const get = (made, options = {}, body = undefined) =>
          new Promise((resolve, reject) => {
            const request = http.request({ host: "127.0.0.1", port: made.address().port, agent: false, ...options });
            request.on("error", reject).on("response", async (response) => {
              const text = await read(response).catch(reject);
              resolve([response, text]);
            });
            request.end(body);
          });
        const raw = async (made, text) => {
          const socket = net.connect(made.address().port, "127.0.0.1");
          socket.write(text);
          return read(socket);
        };
    "#;
    check(MODULES, &format!("{helpers}\n{script}"));
}

#[test]
fn a_request_is_answered() {
    run(r#"
        const made = await server(async (request, response) => {
          assert.deepEqual([request.method, request.url, request.headers["x-a"], request.httpVersion], ["POST", "/p?q", "1, 2", "1.1"]);
          const body = await read(request);
          response.writeHead(201, "Made", { "X-B": ["3", "4"], "Content-Type": "text/plain" });
          response.write("got ");
          response.end(body);
        });
        const [response, text] = await get(made, { method: "POST", path: "/p?q", headers: { "X-A": ["1", "2"] } }, "this");
        assert.deepEqual([response.statusCode, response.statusMessage, response.headers["x-b"], text], [201, "Made", "3, 4", "got this"]);
        assert.deepEqual(response.headersDistinct["x-b"], ["3", "4"]);
        assert.ok(response.complete);
        made.close();
    "#);
}

#[test]
fn nobody_listening_is_an_error_of_the_request() {
    run(r#"
        const made = await server(() => {});
        const { port } = made.address();
        made.close();
        await once(made, "close");
        const request = http.get({ host: "127.0.0.1", port, agent: false });
        const [error] = await once(request, "error");
        assert.deepEqual([error.code, error.syscall, error.port], ["ECONNREFUSED", "connect", port]);
        if (!request.closed) await once(request, "close");
        assert.ok(request.destroyed);
    "#);
}

#[test]
fn a_connection_that_ends_early_hangs_up() {
    run(r#"
        const made = await server((request) => request.socket.destroy());
        const error = await get(made).catch((it) => it);
        assert.deepEqual([error.code, error.message], ["ECONNRESET", "socket hang up"]);
        made.close();
        const cut = net.createServer((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")).listen(0, "127.0.0.1");
        await once(cut, "listening");
        const aborted = await get(cut).catch((it) => it);
        assert.deepEqual([aborted.code, aborted.message], ["ECONNRESET", "aborted"]);
        cut.close();
    "#);
}

#[test]
fn an_answer_that_is_no_http_is_a_parse_error() {
    run(r#"
        const made = net.createServer((socket) => socket.end("garbage\r\n\r\n")).listen(0, "127.0.0.1");
        await once(made, "listening");
        const error = await get(made).catch((it) => it);
        assert.deepEqual([error.code, error.message], ["HPE_INVALID_CONSTANT", "Parse Error: Expected HTTP/, RTSP/ or ICE/"]);
        assert.equal(String(error.rawPacket), "garbage\r\n\r\n");
        made.close();
    "#);
}

#[test]
fn a_bad_request_is_refused() {
    run(r#"
        const made = await server(() => assert.ok(false));
        const first = (text) => text.split("\r\n")[0];
        assert.equal(first(await raw(made, "BAD\r\n\r\n")), "HTTP/1.1 400 Bad Request");
        assert.equal(first(await raw(made, "GET / HTTP/1.1\r\n\r\n")), "HTTP/1.1 400 Bad Request");
        assert.equal(first(await raw(made, `GET / HTTP/1.1\r\nHost: a\r\nX: ${"a".repeat(20000)}\r\n\r\n`)), "HTTP/1.1 431 Request Header Fields Too Large");
        const errors = [];
        made.on("clientError", (error, socket) => {
          errors.push(error.code);
          socket.end("HTTP/1.1 418 own\r\n\r\n");
        });
        assert.equal(first(await raw(made, "BAD\r\n\r\n")), "HTTP/1.1 418 own");
        assert.deepEqual(errors, ["HPE_INVALID_METHOD"]);
        made.close();
    "#);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    run(r#"
        const made = await server((request, response) => {
          // The first one is answered last.
          if (request.url === "/1") setTimeout(() => response.end("one"), 5);
          else response.end("two");
        });
        const text = await raw(made, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assert.ok(text.indexOf("one") > 0 && text.indexOf("one") < text.indexOf("two"));
        made.close();
    "#);
}

#[test]
fn an_agent_reuses_its_connections_and_limits_them() {
    run(r#"
        const ports = new Set();
        const made = await server((request, response) => {
          ports.add(request.socket.remotePort);
          response.end("ok");
        });
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        const answers = await Promise.all([1, 2, 3].map(() => get(made, { agent })));
        assert.deepEqual(answers.map(([, text]) => text), ["ok", "ok", "ok"]);
        assert.equal(ports.size, 1);
        assert.equal(answers[0][0].headers["keep-alive"], "timeout=5");
        agent.destroy();
        made.close();
        await once(made, "close");
    "#);
}

#[test]
fn continue_and_early_hints_come_before_the_response() {
    run(r#"
        const made = await server(async (request, response) => {
          response.writeEarlyHints({ link: "</a.css>; rel=preload" });
          response.end(await read(request));
        });
        const order = [];
        const request = http.request({ host: "127.0.0.1", port: made.address().port, agent: false, method: "POST", headers: { expect: "100-continue" } });
        request.on("continue", () => {
          order.push("continue");
          request.end("body");
        });
        request.on("information", ({ statusCode, headers }) => order.push([statusCode, headers.link]));
        const [response] = await once(request, "response");
        assert.equal(await read(response), "body");
        assert.deepEqual(order, ["continue", [100, undefined], [103, "</a.css>; rel=preload"]]);
        made.close();
    "#);
}

#[test]
fn trailers_come_after_the_body() {
    run(r#"
        const made = await server((request, response) => {
          response.writeHead(200, { Trailer: "X-Sum" });
          response.write("body");
          response.addTrailers({ "X-Sum": "4" });
          response.end();
        });
        const [response, text] = await get(made);
        assert.deepEqual([text, response.trailers, response.rawTrailers], ["body", { "x-sum": "4" }, ["X-Sum", "4"]]);
        made.close();
    "#);
}

#[test]
fn an_upgrade_hands_over_the_connection() {
    run(r#"
        const made = await server(() => assert.ok(false));
        made.on("upgrade", (request, socket, head) => {
          socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
          socket.on("data", (chunk) => socket.end(chunk));
        });
        const request = http.get({ host: "127.0.0.1", port: made.address().port, agent: false, headers: { connection: "upgrade", upgrade: "echo" } });
        const [response, socket] = await once(request, "upgrade");
        assert.deepEqual([response.statusCode, response.headers.upgrade], [101, "echo"]);
        socket.write("hello");
        assert.equal(await read(socket), "hello");
        made.close();
    "#);
}

#[test]
fn an_aborted_request_rejects_and_closes() {
    run(r#"
        const made = await server(() => controller.abort());
        const controller = new AbortController();
        const error = await get(made, { signal: controller.signal }).catch((it) => it);
        assert.deepEqual([error.name, error.code], ["AbortError", "ABORT_ERR"]);
        made.closeAllConnections();
        made.close();
        await once(made, "close");
    "#);
}

#[test]
fn a_request_that_takes_too_long_is_refused() {
    run(r#"
        const made = await server(() => assert.ok(false), { headersTimeout: 20, requestTimeout: 20, connectionsCheckingInterval: 5 });
        assert.equal((await raw(made, "GET / HTTP/1.1\r\nHo")).split("\r\n")[0], "HTTP/1.1 408 Request Timeout");
        made.close();
    "#);
}

#[test]
fn headers_are_checked_before_they_are_sent() {
    run(r#"
        const message = new http.OutgoingMessage();
        assert.throws(() => message.setHeader("a b", "c"), { name: "TypeError", code: "ERR_INVALID_HTTP_TOKEN", message: 'Header name must be a valid HTTP token ["a b"]' });
        assert.throws(() => message.setHeader("a", undefined), { code: "ERR_HTTP_INVALID_HEADER_VALUE", message: 'Invalid value "undefined" for header "a"' });
        assert.throws(() => message.setHeader("a", "b\r\nc"), { code: "ERR_INVALID_CHAR", message: 'Invalid character in header content ["a"]' });
        message.setHeader("A", 1);
        assert.deepEqual([message.getHeader("a"), message.hasHeader("a"), message.getHeaderNames(), message.getRawHeaderNames()], [1, true, ["a"], ["A"]]);
        assert.throws(() => http.request({ path: "/ a" }), { code: "ERR_UNESCAPED_CHARACTERS", message: "Request path contains unescaped characters" });
        assert.throws(() => http.request({ protocol: "ftp:" }), { code: "ERR_INVALID_PROTOCOL", message: 'Protocol "ftp:" not supported. Expected "http:"' });
        const made = await server((request, response) => {
          response.end("x");
          assert.throws(() => response.setHeader("a", "b"), { code: "ERR_HTTP_HEADERS_SENT", message: "Cannot set headers after they are sent to the client" });
          assert.throws(() => response.writeHead(1000), { code: "ERR_HTTP_HEADERS_SENT" });
        });
        await get(made);
        made.close();
    "#);
}

#[test]
fn channels_tell_of_requests() {
    run(r#"
        import { subscribe, unsubscribe } from "node:diagnostics_channel";
        const seen = [];
        const names = ["http.client.request.created", "http.client.request.start", "http.client.response.finish", "http.server.request.start", "http.server.response.created", "http.server.response.finish"];
        const listener = (message, name) => seen.push(`${name}: ${Object.keys(message)}`);
        for (const name of names) subscribe(name, listener);
        const made = await server((request, response) => response.end());
        await get(made);
        for (const name of names) unsubscribe(name, listener);
        made.close();
        assert.deepEqual(seen.sort(), [
          "http.client.request.created: request", "http.client.request.start: request", "http.client.response.finish: request,response",
          "http.server.request.start: request,response,socket,server", "http.server.response.created: request,response",
          "http.server.response.finish: request,response,socket,server",
        ]);
    "#);
}

#[test]
fn a_request_keeps_the_values_of_its_place() {
    run(r#"
        import { AsyncLocalStorage } from "node:async_hooks";
        const storage = new AsyncLocalStorage();
        const made = await server((request, response) => response.end());
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        const seen = await Promise.all([1, 2, 3].map((value) => storage.run(value, () => new Promise((resolve) => {
          http.get({ host: "127.0.0.1", port: made.address().port, agent }, (response) => {
            response.resume().on("end", () => resolve(storage.getStore()));
          });
        }))));
        assert.deepEqual(seen, [1, 2, 3]);
        agent.destroy();
        made.close();
    "#);
}

#[test]
fn connections_need_not_be_sockets() {
    run(r#"
        import { duplexPair } from "node:stream";
        const [one, two] = duplexPair();
        const made = http.createServer((request, response) => response.end("over a pair"));
        made.emit("connection", two);
        const request = http.get({ createConnection: () => one });
        const [response] = await once(request, "response");
        assert.equal(await read(response), "over a pair");
    "#);
}

#[test]
fn an_agent_goes_through_its_proxy() {
    run(r#"
        const seen = [];
        const made = await server((request, response) => response.end("direct"));
        const proxy = await server((request, response) => {
          seen.push([request.url, request.headers.host, request.headers["proxy-authorization"]]);
          response.end("through");
        });
        const { port } = made.address();
        const HTTP_PROXY = `http://user:p%20w@127.0.0.1:${proxy.address().port}`;
        const ask = async (proxyEnv) => (await get(made, { path: "/x", agent: new http.Agent({ proxyEnv }) }))[1];
        assert.equal(await ask({ HTTP_PROXY }), "through");
        assert.deepEqual(seen, [[`http://127.0.0.1:${port}/x`, `127.0.0.1:${port}`, "Basic dXNlcjpwIHc="]]);
        for (const NO_PROXY of ["*", "127.0.0.1", `a.b, 127.0.0.1:${port}`, "127.0.0.0-127.0.0.9"]) assert.equal(await ask({ HTTP_PROXY, NO_PROXY }), "direct");
        for (const no_proxy of ["127.0.0.1:1", ".0.0.2", "127.0.0.2-127.0.0.9"]) assert.equal(await ask({ HTTP_PROXY, no_proxy }), "through");
        assert.throws(() => new http.Agent({ proxyEnv: { http_proxy: "http://:1" } }), { code: "ERR_PROXY_INVALID_CONFIG", message: "Invalid proxy URL: http://:1" });
        assert.throws(() => http.get({ port: "1\n2", agent: new http.Agent({ proxyEnv: { HTTP_PROXY } }) }), { code: "ERR_INVALID_CHAR" });
        proxy.close();
        made.close();
    "#);
}

#[test]
fn an_idle_connection_is_closed_in_its_time() {
    run(r#"
        const made = await server((request, response) => response.end("x"), { keepAliveTimeout: 20, keepAliveTimeoutBuffer: 0 });
        const text = await raw(made, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert.ok(text.startsWith("HTTP/1.1 200 OK") && text.endsWith("x"));
        made.close();
        await once(made, "close");
    "#);
}

#[test]
fn what_a_request_enters_is_not_the_next_ones() {
    run(r#"
        import { AsyncLocalStorage } from "node:async_hooks";
        const storage = new AsyncLocalStorage();
        storage.run("outer", () => {});
        const seen = [];
        const made = await server((request, response) => {
          seen.push(storage.getStore());
          storage.enterWith(request.url);
          response.end();
        });
        await raw(made, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assert.equal(seen.length, 2);
        assert.equal(seen[1], undefined);
        made.close();
    "#);
}
