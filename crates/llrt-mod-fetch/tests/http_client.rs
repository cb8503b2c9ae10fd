//! `internal:http-client` as built-in scripts see it.

#[path = "../../llrt-http/tests/common/mod.rs"]
mod common;

use common::{Peer, Server};
use llrt_core::{Entry, Export, Module, ModuleInfo, host};
use llrt_mod_fetch::HttpClient;
use llrt_test::check;
use rquickjs::{Ctx, Result, Value};

/// Lets the test's script, which is user code, reach the module.
struct Raw;

fn raw<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Value<'js>> {
    host::import(ctx, "internal:http-client")?.get(name)
}

impl Module for Raw {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[
            Export { name: "request", build: |ctx| raw(ctx, "request") },
            Export { name: "preconnect", build: |ctx| raw(ctx, "preconnect") },
            Export { name: "Agent", build: |ctx| raw(ctx, "Agent") },
            Export { name: "Canceller", build: |ctx| raw(ctx, "Canceller") },
            Export { name: "BodySink", build: |ctx| raw(ctx, "BodySink") },
        ],
        ..ModuleInfo::new("test:client")
    };
}

static MODULES: &[Entry] = &[Entry::of::<HttpClient>(), Entry::of::<Raw>()];

/// Runs a script that knows the server's port.
fn run(server: &Server, script: &str) {
    let port = server.address.port();
    let head = r#"import { request, preconnect, Agent, Canceller, BodySink } from "test:client";
        const text = (body) => String.fromCharCode(...body);
        const read = async ({ body }) => text(body instanceof Uint8Array ? body : await body.collect());"#;
    check(
        MODULES,
        &format!("{head}\nconst at = {{ protocol: 'http:', hostname: '127.0.0.1', port: {port} }};\n{script}"),
    );
}

fn serve(peer: &mut Peer, mut answer: impl FnMut(&str) -> String) {
    while let Some(request) = peer.read_request() {
        let answer = answer(&request);
        peer.send(answer);
    }
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn a_small_exchange_is_whole_and_keeps_its_connection() {
    let server = Server::start(|_, peer| serve(peer, |request| ok(request.split("\r\n\r\n").nth(1).unwrap())));
    run(
        &server,
        r#"
        for (const body of ["{}", new Uint8Array([104, 105]), undefined]) {
          const response = await request({ ...at, method: "POST", path: "/x?y=1", headers: { "X-Sent": "a", many: ["1", "2"] }, body });
          assert.equal(response.statusCode, 200);
          assert.equal(response.reason, "OK");
          assert.deepEqual(response.headers["x-a"], "1, 2");
          assert.equal(await read(response), body ? (typeof body === "string" ? body : text(body)) : "");
        }
        "#,
    );
    assert_eq!(server.connections(), 1);
    let requests = server.requests();
    assert!(requests[0].starts_with("POST /x?y=1 HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[0].contains("x-sent: a\r\nmany: 1\r\nmany: 2\r\n"), "{}", requests[0]);
}

#[test]
fn a_long_answer_comes_in_parts_or_collected() {
    let server = Server::start(|_, peer| serve(peer, |_| ok(&"x".repeat(1_000_000))));
    run(
        &server,
        r#"
        const { body } = await request(at);
        let length = 0;
        for (let part; (part = await body.read()); ) length += part.length;
        assert.equal(length, 1e6);
        assert.equal(await body.read(), undefined);
        assert.equal((await (await request(at)).body.collect()).length, 1e6);
        "#,
    );
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_body_can_be_written_in_parts() {
    let server = Server::start(|_, peer| serve(peer, |request| ok(request.split("\r\n\r\n").nth(1).unwrap())));
    run(
        &server,
        r#"
        const sink = new BodySink(6);
        const response = request({ ...at, method: "PUT", body: sink });
        assert.equal(await sink.write("one"), true);
        assert.equal(await sink.write(new Uint8Array([0x74, 0x77, 0x6f])), true);
        sink.end();
        assert.equal(await read(await response), "onetwo");
        await assert.rejects(() => request({ ...at, method: "PUT", body: sink }), { message: "The body was sent already" });

        const failing = new BodySink();
        const failed = request({ ...at, method: "PUT", body: failing });
        await failing.write("one");
        failing.fail("source broke");
        await assert.rejects(failed, { message: "source broke" });
        "#,
    );
}

#[test]
fn a_request_can_be_given_up_before_and_after_its_head() {
    let server = Server::start(|_, peer| {
        while let Some(request) = peer.read_request() {
            if request.starts_with("GET /begin") {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
            }
        }
    });
    run(
        &server,
        r#"
        const silent = new Canceller();
        const pending = request({ ...at, canceller: silent });
        silent.cancel();
        await assert.rejects(pending, { name: "AbortError", code: "ABORT_ERR" });
        await assert.rejects(request({ ...at, canceller: silent }), { name: "AbortError" });

        const later = new Canceller();
        const { body } = await request({ ...at, path: "/begin", canceller: later });
        assert.equal(text(await body.read()), "part");
        const rest = body.read();
        await assert.rejects(body.read(), { code: "ERR_INVALID_STATE" });
        later.cancel();
        await assert.rejects(rest, { name: "AbortError" });
        assert.equal(await body.read(), undefined);
        "#,
    );
}

#[test]
fn failures_have_the_codes_of_node_http() {
    let server = Server::start(|number, peer| {
        peer.read_request();
        match number {
            0 => {}
            1 => {
                peer.send("HTTP/1.1 200 OK\r\n");
                peer.reset();
            }
            2 => peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"),
            3 => peer.send("garbage\r\n\r\n"),
            _ => drop(peer.read_more()),
        }
    });
    let closed = common::closed_port();
    let script = r#"
        await assert.rejects(request(at), { name: "Error", message: "socket hang up", code: "ECONNRESET" });
        await assert.rejects(request(at), { message: "read ECONNRESET", code: "ECONNRESET", errno: -104, syscall: "read" });
        const { body } = await request(at);
        await assert.rejects(body.collect(), { message: "aborted", code: "ECONNRESET" });
        await assert.rejects(request(at), { message: "Parse Error: Expected HTTP/, RTSP/ or ICE/", code: "HPE_INVALID_CONSTANT" });
        await assert.rejects(request({ ...at, requestTimeout: 20 }), { code: "ETIMEDOUT" });
        await assert.rejects(request({ ...at, port: CLOSED }), {
          message: "connect ECONNREFUSED 127.0.0.1:CLOSED", code: "ECONNREFUSED", errno: -111, syscall: "connect", address: "127.0.0.1", port: CLOSED,
        });
        const error = await assert.rejects(request({ ...at, port: CLOSED, hostname: "localhost" }), { name: "AggregateError", code: "ECONNREFUSED" });
        assert.deepEqual(error.errors.map((e) => e.address), ["127.0.0.1", "::1"]);
    "#;
    run(&server, &script.replace("CLOSED", &closed.to_string()));
}

#[test]
fn bad_options_throw() {
    let server = Server::answering("");
    run(
        &server,
        r#"
        assert.throws(() => request(5), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => request({ ...at, port: 70000 }), { code: "ERR_OUT_OF_RANGE" });
        assert.throws(() => request({ ...at, method: "A B" }), { name: "TypeError" });
        assert.throws(() => request({ ...at, headers: { "a b": "c" } }), { code: "ERR_INVALID_HTTP_TOKEN" });
        assert.throws(() => request({ ...at, headers: { a: "b\r\nc" } }), { code: "ERR_INVALID_CHAR" });
        assert.throws(() => request({ ...at, body: 5 }), { code: "ERR_INVALID_ARG_TYPE" });
        await assert.rejects(request({ ...at, path: "/a b" }), { code: "ERR_INVALID_ARG_VALUE" });
        "#,
    );
    assert_eq!(server.connections(), 0);
}

#[test]
fn opening_ahead_keeps_nothing_alive_and_hides_its_failure() {
    let server = Server::answering("HTTP/1.1 204 No Content\r\n\r\n");
    run(
        &server,
        r#"
        preconnect("http:", "127.0.0.1", 1);
        preconnect("http:", "127.0.0.1", at.port);
        assert.equal((await request(at)).statusCode, 204);
        "#,
    );
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_timeout_says_which_it_was() {
    let server = Server::start(|_, peer| {
        while let Some(request) = peer.read_request() {
            if request.starts_with("GET /begin") {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
            }
        }
    });
    run(
        &server,
        r#"
        await assert.rejects(request({ ...at, requestTimeout: 20 }), { code: "ETIMEDOUT", timeout: "headers" });
        await assert.rejects(request({ ...at, socketTimeout: 20 }), { code: "ETIMEDOUT", timeout: "body" });
        const { body } = await request({ ...at, path: "/begin", socketTimeout: 20 });
        await assert.rejects(body.collect(), { code: "ETIMEDOUT", timeout: "body" });
        "#,
    );
}

#[test]
fn an_agent_has_connections_of_its_own() {
    let server = Server::start(|_, peer| serve(peer, |_| ok("")));
    run(
        &server,
        r#"
        const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
        for (const own of [undefined, agent, undefined, agent]) await request({ ...at, agent: own });
        const closing = new Agent({ keepAlive: false });
        for (let index = 0; index < 2; index++) await request({ ...at, agent: closing });
        agent.destroy();
        await request({ ...at, agent });
        assert.throws(() => new Agent({ ca: "no certificate" }), { code: "ERR_OSSL_PEM_NO_START_LINE" });
        assert.throws(() => new Agent({ cert: "no", key: "no" }), { code: "ERR_OSSL_PEM_NO_START_LINE" });
        assert.throws(() => new Agent({ keepAlive: "yes" }), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
    assert_eq!(server.connections(), 5);
}

#[test]
fn of_single_headers_the_first_counts() {
    let server = Server::answering(
        "HTTP/1.1 200 OK\r\nETag: a\r\nETag: b\r\nVia: a\r\nVia: b\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 0\r\n\r\n",
    );
    run(
        &server,
        r#"
        const { headers } = await request(at);
        assert.deepEqual([headers.etag, headers.via, headers["set-cookie"]], ["a", "a, b", "a, b"]);
        "#,
    );
}

#[test]
fn a_server_can_be_asked_before_a_body_is_sent() {
    let server = Server::start(|_, peer| {
        let head = peer.read_head();
        assert!(head.contains("expect: 100-continue"), "{head}");
        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        peer.read_body(4);
        peer.send(ok("thanks"));
    });
    run(
        &server,
        r#"assert.equal(await read(await request({ ...at, method: "PUT", body: "body", expectContinue: 60000 })), "thanks");"#,
    );
}

#[test]
fn an_agent_that_prefers_http2_makes_do_without() {
    let server = Server::start(|_, peer| {
        serve(peer, |request| match request.starts_with("PRI ") {
            true => {
                "HTTP/1.1 505 HTTP Version Not Supported\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned()
            }
            false => ok("answer"),
        });
    });
    run(
        &server,
        r#"
        const agent = new Agent({ http2: "prefer" });
        assert.equal(await read(await request({ ...at, agent })), "answer");
        assert.equal(await read(await request({ ...at, agent })), "answer");
        assert.throws(() => new Agent({ http2: "always" }), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}
