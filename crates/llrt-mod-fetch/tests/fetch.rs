//! `fetch` against a server of the test's own.

#[path = "../../llrt-http/tests/common/mod.rs"]
mod common;
mod support;

use common::{Peer, Server};
use llrt_test::check;
use support::MODULES;

/// Runs a script that knows the server as `at` (without a final slash).
fn run(server: &Server, script: &str) {
    check(MODULES, &format!("const at = 'http://{}';\n{script}", server.address));
}

fn path(request: &str) -> &str {
    request.split(' ').nth(1).unwrap_or_default()
}

fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

fn ok(content: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nX-A: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: {}\r\n\r\n{content}",
        content.len()
    )
}

/// Answers with the request's method, path, body and headers, redirects `/to<status>` to `/echo#frag`.
fn echo(peer: &mut Peer) {
    while let Some(request) = peer.read_request() {
        let (line, headers) = request.split_once("\r\n").unwrap_or_default();
        match path(&request).strip_prefix("/to") {
            Some(status) => {
                let status = &status[..3];
                peer.send(format!("HTTP/1.1 {status} Moved\r\nLocation: /echo#frag\r\nContent-Length: 1\r\n\r\nx"));
            }
            None => {
                let headers = headers.split("\r\n\r\n").next().unwrap_or_default();
                let content = format!("{line}|{}|{}", body(&request), headers.replace("\r\n", ";"));
                peer.send(ok(&content));
            }
        }
    }
}

#[test]
fn a_get_has_the_headers_and_the_shape_of_nodes() {
    let server = Server::start(|_, peer| echo(peer));
    run(
        &server,
        r#"
        const response = await fetch(at + "/a?b#c");
        assert.deepEqual([response.status, response.statusText, response.ok, response.type, response.redirected, response.url.slice(at.length)],
          [200, "OK", true, "basic", false, "/a?b"]);
        assert.deepEqual([...response.headers], [["content-length", response.headers.get("content-length")], ["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x-a", "1"]]);
        assert.throws(() => response.headers.set("a", "b"), { message: "immutable" });
        const [line, , headers] = (await response.text()).split("|");
        assert.equal(line, "GET /a?b HTTP/1.1");
        for (const header of ["accept: */*", "accept-language: *", "sec-fetch-mode: cors", "accept-encoding: gzip, deflate", "user-agent: llrt/"])
          assert.ok(headers.includes(header), header + " is not in " + headers);
        assert.equal(headers.includes("content-length"), false);
        assert.equal(response.bodyUsed, true);
        assert.deepEqual([fetch.length, fetch.name, Object.keys(globalThis).includes("fetch")], [1, "fetch", true]);
        "#,
    );
}

#[test]
fn bodies_of_all_kinds_are_sent_over_one_connection() {
    let server = Server::start(|_, peer| echo(peer));
    run(
        &server,
        r#"
        const send = async (body, init) => (await (await fetch(at + "/", { method: "POST", body, ...init })).text()).split("|");
        const [, text, headers] = await send("\u00e9", { headers: { "X-CamelCase": "v", host: "evil" } });
        assert.equal(text, "\u00e9");
        assert.ok(headers.includes("x-camelcase: v") && headers.includes("content-type: text/plain;charset=UTF-8") && headers.includes("content-length: 2"));
        assert.ok(headers.includes(at.slice(7)) && !headers.includes("evil"));
        assert.equal((await send(new Uint8Array([0x61, 0x62]).subarray(1)))[1], "b");
        assert.equal((await send(new Blob(["blob"], { type: "a/b" })))[1], "blob");
        assert.equal((await send(new URLSearchParams("a=b")))[1], "a=b");
        const form = new FormData();
        form.set("a", "b");
        assert.ok((await send(form))[1].includes('name="a"\r\n\r\nb'));
        assert.ok((await send(undefined))[2].includes("content-length: 0"));
        const parts = [new Uint8Array([0x61]), new Uint8Array([0x62])];
        const stream = new ReadableStream({ pull: (c) => (parts.length ? c.enqueue(parts.shift()) : c.close()) });
        const [, chunked, streamed] = await send(stream, { duplex: "half" });
        assert.ok(streamed.includes("transfer-encoding: chunked"), streamed);
        assert.equal(chunked, "1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
        const request = new Request(at + "/", { method: "PUT", body: "r" });
        assert.deepEqual([(await (await fetch(request)).text()).split("|")[1], request.bodyUsed], ["r", true]);
        "#,
    );
    assert_eq!(server.connections(), 1);
}

#[test]
fn redirects_follow_the_standard() {
    let server = Server::start(|_, peer| echo(peer));
    run(
        &server,
        r#"
        for (const [status, method] of [[301, "GET"], [302, "GET"], [303, "GET"], [307, "POST"], [308, "POST"]]) {
          const response = await fetch(at + "/to" + status, { method: "POST", body: "x", headers: { authorization: "z", "content-type": "q/r" } });
          const [line, body, headers] = (await response.text()).split("|");
          assert.deepEqual([line, body, response.redirected, response.url], [`${method} /echo HTTP/1.1`, method === "GET" ? "" : "x", true, at + "/echo"]);
          assert.equal(headers.includes("content-type"), method === "POST");
          assert.ok(headers.includes("authorization: z"));
        }
        assert.ok((await (await fetch(at + "/to303", { method: "HEAD" })).text()) === "");
        const manual = await fetch(at + "/to302", { redirect: "manual" });
        assert.deepEqual([manual.status, manual.headers.get("location"), manual.redirected, await manual.text()], [302, "/echo#frag", false, "x"]);
        const failed = (init, path = "/to302") => assert.rejects(fetch(at + path, init), { name: "TypeError", message: "fetch failed" });
        assert.equal((await failed({ redirect: "error" })).cause.message, "unexpected redirect");
        const stream = () => new ReadableStream({ pull: (c) => c.close() });
        await failed({ method: "POST", body: stream(), duplex: "half" }, "/to307");
        assert.ok((await (await fetch(at + "/to303", { method: "POST", body: stream(), duplex: "half" })).text()).startsWith("GET"));
        "#,
    );
}

#[test]
fn endless_and_broken_redirects_fail() {
    let server = Server::start(|_, peer| {
        while let Some(request) = peer.read_request() {
            let location = match path(&request) {
                "/loop" => "Location: /loop\r\n",
                "/bad" => "Location: http://[\r\n",
                "/ftp" => "Location: ftp://x/\r\n",
                _ => "",
            };
            peer.send(format!("HTTP/1.1 302 Found\r\n{location}Content-Length: 2\r\n\r\nno"));
        }
    });
    run(
        &server,
        r#"
        const cause = async (path) => (await assert.rejects(fetch(at + path), { name: "TypeError", message: "fetch failed" })).cause;
        assert.equal((await cause("/loop")).message, "redirect count exceeded");
        assert.equal((await cause("/bad")).code, "ERR_INVALID_URL");
        assert.equal((await cause("/ftp")).message, "URL scheme must be a HTTP(S) scheme");
        const plain = await fetch(at + "/none");
        assert.deepEqual([plain.status, await plain.text()], [302, "no"]);
        "#,
    );
    assert_eq!(server.requests().iter().filter(|request| path(request) == "/loop").count(), 21);
}

#[test]
fn secrets_stay_with_their_origin() {
    let other = Server::start(|_, peer| echo(peer));
    let target = format!("http://{}/", other.address);
    let server = Server::start(move |_, peer| {
        peer.read_request();
        peer.send(format!("HTTP/1.1 307 Away\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"));
    });
    run(
        &server,
        r#"
        const response = await fetch(at + "/", { headers: { authorization: "secret", cookie: "secret", "x-kept": "yes" } });
        const text = await response.text();
        assert.ok(!text.includes("secret") && text.includes("x-kept: yes"), text);
        "#,
    );
}

#[test]
fn a_long_answer_streams_and_its_connection_is_reused() {
    let server = Server::start(|_, peer| {
        while peer.read_request().is_some() {
            peer.send(ok(&"x".repeat(500_000)));
        }
    });
    run(
        &server,
        r#"
        const response = await fetch(at + "/");
        const reader = response.body.getReader();
        let length = 0;
        let parts = 0;
        for (let part; !(part = await reader.read()).done; parts++) length += part.value.length;
        assert.equal(length, 500000);
        assert.ok(parts > 1);
        assert.equal((await (await fetch(at + "/")).bytes()).length, 500000);
        const one = await fetch(at + "/");
        const two = one.clone();
        const texts = await Promise.all([one.text(), two.text()]);
        assert.ok(texts[0].length === 500000 && texts[0] === texts[1]);
        "#,
    );
    assert_eq!(server.connections(), 1);
}

#[test]
fn encoded_answers_are_decoded() {
    let gzip: &[u8] =
        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0];
    let server = Server::start(move |_, peer| {
        while let Some(request) = peer.read_request() {
            let (coding, content): (&str, &[u8]) = match path(&request) {
                "/gzip" => ("gzip", gzip),
                "/cut" => ("gzip", &gzip[..gzip.len() - 4]),
                "/bad" => ("gzip", b"notgzip"),
                _ => ("foo, gzip", b"plain"),
            };
            peer.send(format!(
                "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
                content.len()
            ));
            peer.send(content);
        }
    });
    run(
        &server,
        r#"
        const response = await fetch(at + "/gzip");
        assert.deepEqual([response.headers.get("content-encoding"), await response.text()], ["gzip", "hello"]);
        assert.equal(await (await fetch(at + "/cut")).text(), "hello");
        assert.equal(await (await fetch(at + "/unknown")).text(), "plain");
        const error = await assert.rejects((await fetch(at + "/bad")).text(), { name: "TypeError", message: "terminated" });
        assert.deepEqual([error.cause.message, error.cause.code, error.cause.errno], ["incorrect header check", "Z_DATA_ERROR", -3]);
        const { body } = await fetch(at + "/gzip");
        assert.equal(String.fromCharCode(...(await body.getReader().read()).value), "hello");
        "#,
    );
}

#[test]
fn answers_without_a_body_have_none() {
    let server = Server::start(|_, peer| {
        while let Some(request) = peer.read_request() {
            let status = if request.starts_with("HEAD") { "200 OK\r\nContent-Length: 5" } else { "204 No Content" };
            peer.send(format!("HTTP/1.1 {status}\r\n\r\n"));
        }
    });
    run(
        &server,
        r#"
        for (const method of ["HEAD", "DELETE"]) {
          const response = await fetch(at + "/", { method });
          assert.deepEqual([response.body, await response.text()], [null, ""]);
        }
        "#,
    );
    assert_eq!(server.connections(), 1);
}

#[test]
fn requests_and_bodies_can_be_aborted() {
    let server = Server::start(|_, peer| {
        while let Some(request) = peer.read_request() {
            match path(&request) {
                "/part" => peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"),
                "/whole" => peer.send(ok("whole")),
                _ => {}
            }
        }
    });
    run(
        &server,
        r#"
        await assert.rejects(fetch(at + "/", { signal: AbortSignal.abort("before") }).catch((e) => { throw { message: e }; }), { message: "before" });
        const during = new AbortController();
        const pending = fetch(at + "/", { signal: during.signal });
        during.abort(new Error("during"));
        await assert.rejects(pending, { message: "during" });

        const body = new AbortController();
        const response = await fetch(at + "/part", { signal: body.signal });
        const text = response.text();
        body.abort();
        await assert.rejects(text, { name: "AbortError" });

        const stream = new AbortController();
        const reader = (await fetch(at + "/part", { signal: stream.signal })).body.getReader();
        assert.equal((await reader.read()).value.length, 4);
        const rest = reader.read();
        stream.abort(new Error("late"));
        await assert.rejects(rest, { message: "late" });

        const after = new AbortController();
        const whole = await fetch(at + "/whole", { signal: after.signal });
        after.abort();
        await assert.rejects(whole.text(), { name: "AbortError" });

        // A signal does not keep the requests that are over.
        const long = new AbortController();
        let listeners = 0;
        for (const [method, change] of [["addEventListener", 1], ["removeEventListener", -1]]) {
          const original = long.signal[method];
          long.signal[method] = function (...rest) {
            listeners += change;
            return original.apply(this, rest);
          };
        }
        for (let index = 0; index < 3; index++) await (await fetch(at + "/whole", { signal: long.signal })).text();
        assert.equal(listeners, 0);
        const timeout = await assert.rejects(fetch(at + "/", { signal: AbortSignal.timeout(20) }), { name: "TimeoutError" });
        assert.equal(timeout.code, 23);

        let cancelled;
        const upload = new AbortController();
        const source = new ReadableStream({ pull() { return new Promise(() => {}); }, cancel(reason) { cancelled = reason; } });
        const sending = fetch(at + "/", { method: "POST", body: source, duplex: "half", signal: upload.signal });
        upload.abort("stop");
        await assert.rejects(sending.catch((e) => { throw { message: e }; }), { message: "stop" });
        "#,
    );
}

#[test]
fn failures_are_type_errors_with_nodes_causes() {
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
    let script = r#"
        const cause = async (url, init) => (await assert.rejects(fetch(url, init), { name: "TypeError", message: "fetch failed" })).cause;
        const has = (error, fields) => { for (const key in fields) assert.equal(error[key], fields[key], key); };
        has(await cause(at, { method: "POST" }), { name: "SocketError", message: "other side closed", code: "UND_ERR_SOCKET" });
        has(await cause(at, { method: "POST" }), { name: "Error", message: "read ECONNRESET", code: "ECONNRESET", errno: -104, syscall: "read" });
        const error = await assert.rejects((await fetch(at)).text(), { name: "TypeError", message: "terminated" });
        has(error.cause, { name: "SocketError", message: "other side closed", code: "UND_ERR_SOCKET" });
        has(await cause(at), { name: "HTTPParserError", message: "Response does not match the HTTP/1.1 protocol (Expected HTTP/, RTSP/ or ICE/)" });
        has(await cause("http://127.0.0.1:CLOSED/"), { message: "connect ECONNREFUSED 127.0.0.1:CLOSED", code: "ECONNREFUSED", address: "127.0.0.1", port: CLOSED });
        has(await cause("http://localhost:CLOSED/"), { name: "AggregateError", code: "ECONNREFUSED" });
        has(await cause("http://127.0.0.1:25/"), { message: "bad port" });
        has(await cause("ftp://x/"), { message: "unknown scheme" });
        has(await cause("about:blank"), { message: "about scheme is not supported" });
        has(await cause("file:///etc/passwd"), { message: "not implemented... yet..." });
        has(await cause(at, { headers: { "transfer-encoding": "chunked" } }), { name: "InvalidArgumentError", message: "invalid transfer-encoding header", code: "UND_ERR_INVALID_ARG" });
        has(await cause(at, { headers: { expect: "100-continue" } }), { name: "NotSupportedError", code: "UND_ERR_NOT_SUPPORTED" });
        has(await cause(at, { method: "POST", body: "abc", headers: { "content-length": "4" } }), { code: "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH" });
        const broken = new ReadableStream({ pull() { throw new Error("source"); } });
        has(await cause(at, { method: "POST", body: broken, duplex: "half" }), { message: "source" });
        const text = new ReadableStream({ pull: (c) => c.enqueue("text") });
        has(await cause(at, { method: "POST", body: text, duplex: "half" }), { message: "Received non-Uint8Array chunk" });
        await assert.rejects(fetch(), { name: "TypeError", message: "Failed to parse URL from undefined" });
        await assert.rejects(fetch(at, { method: "GET", body: "x" }), { message: "Request with GET/HEAD method cannot have body." });
        await assert.rejects(fetch(at, { method: "CONNECT" }), { message: "'CONNECT' HTTP method is unsupported." });
    "#;
    run(&server, &script.replace("CLOSED", &common::closed_port().to_string()));
}

#[test]
fn data_urls_need_no_server() {
    let server = Server::answering("");
    run(
        &server,
        r#"
        const response = await fetch("data:text/plain;charset=x;base64,aGk=#frag");
        assert.deepEqual([await response.text(), [...response.headers], response.status, response.statusText, response.type],
          ["hi", [["content-type", "text/plain;charset=x"]], 200, "OK", "basic"]);
        assert.equal((await fetch("data:,hi%20x")).headers.get("content-type"), "text/plain;charset=US-ASCII");
        const { cause } = await assert.rejects(fetch("data:nope"), { message: "fetch failed" });
        assert.equal(cause.message, "failed to fetch the data URL");
        assert.equal((await fetch("data:,x", { method: "POST" })).status, 200);
        "#,
    );
    assert_eq!(server.connections(), 0);
}
