//! `node:http2` as JavaScript sees it: over pairs of streams, and over sockets.

mod support;

use llrt_test::{check, table};
use support::MODULES;

/// A client and a server at the two ends of a pair of streams.
const PAIR: &str = r#"
import http2 from "node:http2";
import { once } from "node:events";
import { duplexPair } from "node:stream";
const pair = (clientOptions = {}, serverOptions = {}) => {
  const [near, far] = duplexPair();
  const server = http2.performServerHandshake(far, serverOptions);
  const client = http2.connect("http://localhost:80", { ...clientOptions, createConnection: () => near });
  return { client, server, near, far };
};
const text = async (stream) => { let all = ""; stream.setEncoding("utf8"); for await (const part of stream) all += part; return all; };
"#;

fn check_pair(script: &str) {
    check(MODULES, &format!("{PAIR}{script}"));
}

#[test]
fn a_request_is_answered_and_both_sessions_close() {
    check_pair(
        r#"
        const { client, server } = pair();
        server.on("stream", async (stream, headers, flags, raw) => {
          assert.deepEqual([headers[":method"], headers[":path"], headers[":authority"], headers["x-a"], flags], ["POST", "/p", "localhost:80", "1, 2", 4]);
          assert.equal(raw.filter((name) => name === "x-a").length, 2);
          stream.respond({ ":status": 201, "set-cookie": ["a=1", "b=2"] });
          stream.end(`got ${await text(stream)}`);
        });
        const request = client.request({ ":method": "POST", ":path": "/p", "X-A": ["1", "2"] });
        request.end("hello");
        const [headers] = await once(request, "response");
        assert.deepEqual([headers[":status"], headers["set-cookie"], typeof headers.date], [201, ["a=1", "b=2"], "string"]);
        assert.equal(await text(request), "got hello");
        if (!request.closed) await once(request, "close");
        assert.deepEqual([request.rstCode, request.id, request.sentHeaders[":path"]], [0, 1, "/p"]);
        client.close();
        await Promise.all([once(client, "close"), once(server, "close")]);
        assert.deepEqual([client.destroyed, server.destroyed, client.socket], [true, true, undefined]);
        "#,
    );
}

#[test]
fn trailers_and_interim_responses_come_in_order() {
    check_pair(
        r#"
        const { client, server } = pair();
        server.on("stream", (stream) => {
          stream.additionalHeaders({ ":status": 103, link: "</a>" });
          stream.respond({}, { waitForTrailers: true });
          stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "7" }));
          stream.end("body");
        });
        const seen = [];
        const request = client.request();
        request.on("headers", (headers) => seen.push(headers[":status"])).on("response", (headers) => seen.push(headers[":status"]));
        request.on("data", (chunk) => seen.push(`${chunk}`)).on("trailers", (headers) => seen.push(headers["x-sum"])).on("end", () => seen.push("end"));
        await once(request, "close");
        assert.deepEqual(seen, [103, 200, "body", "7", "end"]);
        client.destroy();
        "#,
    );
}

#[test]
fn a_pushed_stream_arrives_with_its_request_and_response() {
    check_pair(
        r#"
        const { client, server } = pair();
        server.on("stream", (stream) => {
          stream.pushStream({ ":path": "/pushed" }, (error, push) => {
            assert.equal(error, null);
            push.respond({ ":status": 203 });
            push.end("pushed");
          });
          stream.respond();
          stream.end("asked");
        });
        const request = client.request();
        const [push, headers] = await once(client, "stream");
        assert.deepEqual([push.id, headers[":path"]], [2, "/pushed"]);
        const [response] = await once(push, "push");
        assert.equal(response[":status"], 203);
        assert.deepEqual([await text(push), await text(request)], ["pushed", "asked"]);
        client.destroy();
        "#,
    );
}

#[test]
fn a_client_that_wants_no_pushed_streams_gets_none() {
    check_pair(
        r#"
        const { client, server } = pair({ settings: { enablePush: false } });
        server.on("stream", (stream) => {
          assert.equal(stream.pushAllowed, false);
          assert.throws(() => stream.pushStream({}, () => {}), { code: "ERR_HTTP2_PUSH_DISABLED" });
          stream.respond({}, { endStream: true });
        });
        await once(client.request().resume(), "close");
        client.destroy();
        "#,
    );
}

#[test]
fn a_body_larger_than_every_window_arrives_whole_at_a_slow_reader() {
    check_pair(
        r#"
        const { client, server } = pair();
        server.on("stream", (stream) => { stream.respond(); stream.end("x".repeat(1_000_000)); });
        const request = client.request();
        let length = 0;
        request.on("data", (chunk) => {
          length += chunk.length;
          request.pause();
          setImmediate(() => request.resume());
        });
        await once(request, "end");
        assert.equal(length, 1_000_000);
        client.destroy();
        "#,
    );
}

#[test]
fn a_stream_that_is_reset_fails_with_the_code() {
    check_pair(
        r#"
        const { client, server } = pair();
        server.on("stream", (stream) => stream.on("error", () => {}).close(http2.constants.NGHTTP2_INTERNAL_ERROR));
        const request = client.request();
        const [error] = await once(request, "error");
        assert.deepEqual([error.code, error.message], ["ERR_HTTP2_STREAM_ERROR", "Stream closed with error code NGHTTP2_INTERNAL_ERROR"]);
        assert.deepEqual([request.rstCode, request.destroyed, request.aborted], [2, true, false]);
        client.destroy();
        "#,
    );
}

#[test]
fn aborting_a_request_tells_the_server_so() {
    check_pair(
        r#"
        const { client, server } = pair();
        const closed = new Promise((resolve) => server.on("stream", (stream) => stream.on("close", () => resolve([stream.rstCode, stream.aborted]))));
        const controller = new AbortController();
        const request = client.request({ ":method": "POST" }, { signal: controller.signal });
        setImmediate(() => controller.abort());
        const [error] = await once(request, "error");
        assert.deepEqual([error.name, error.code], ["AbortError", "ABORT_ERR"]);
        assert.deepEqual(await closed, [8, true]);
        client.destroy();
        "#,
    );
}

#[test]
fn a_session_destroyed_with_a_code_fails_on_both_sides() {
    check_pair(
        r#"
        const { client, server } = pair();
        server.on("error", () => {}).on("stream", (stream) => { stream.on("error", () => {}); server.destroy(http2.constants.NGHTTP2_REFUSED_STREAM); });
        const request = client.request().on("error", () => {});
        const [error] = await once(client, "error");
        assert.deepEqual([error.code, error.message], ["ERR_HTTP2_SESSION_ERROR", "Session closed with error code 7"]);
        assert.deepEqual([request.rstCode, client.destroyed], [7, true]);
        const [late] = await once(client.request(), "error");
        assert.equal(late.code, "ERR_HTTP2_INVALID_SESSION");
        "#,
    );
}

#[test]
fn a_peer_that_speaks_http_1_is_an_error_of_the_session() {
    check_pair(
        r#"
        const [near, far] = duplexPair();
        const server = http2.performServerHandshake(far);
        near.on("error", () => {}).resume().write("GET / HTTP/1.1\r\n\r\n");
        const [error] = await once(server, "error");
        assert.deepEqual([error.code, error.errno, error.message], ["ERR_HTTP2_ERROR", -903, "Received bad client magic byte string"]);
        "#,
    );
}

#[test]
fn settings_pings_and_goaways_are_told() {
    check_pair(
        r#"
        const { client, server } = pair({}, { settings: { maxConcurrentStreams: 3, customSettings: { 4000: 5 } } });
        const [settings] = await once(client, "remoteSettings");
        assert.equal(settings.maxConcurrentStreams, 3);
        const { promise, resolve } = Promise.withResolvers();
        assert.equal(client.ping(new TextEncoder().encode("12345678"), (error, duration, payload) => resolve([error, typeof duration, `${payload}`])), true);
        assert.deepEqual(await promise, [null, "number", "12345678"]);
        const acked = new Promise((resolve) => client.settings({ initialWindowSize: 1000 }, (error, settings) => resolve(settings.initialWindowSize)));
        assert.equal(client.pendingSettingsAck, true);
        assert.equal(await acked, 1000);
        server.goaway(0, 0, new TextEncoder().encode("bye"));
        const [code, last, data] = await once(client, "goaway");
        assert.deepEqual([code, last, `${data}`], [0, 0, "bye"]);
        client.destroy();
        "#,
    );
}

#[test]
fn requests_beyond_the_servers_limit_wait_their_turn() {
    check_pair(
        r#"
        const { client, server } = pair({}, { settings: { maxConcurrentStreams: 1 } });
        let open = 0;
        server.on("stream", (stream) => {
          assert.equal(++open, 1);
          stream.respond();
          setImmediate(() => { open--; stream.end("ok"); });
        });
        await once(client, "remoteSettings");
        assert.deepEqual(await Promise.all([1, 2, 3].map(() => text(client.request()))), ["ok", "ok", "ok"]);
        client.destroy();
        "#,
    );
}

#[test]
fn a_client_over_sockets_gets_what_a_compatible_server_says() {
    check(
        MODULES,
        r#"
        import http2 from "http2";
        import { once } from "events";
        const server = http2.createServer((request, response) => {
          const { method, url, httpVersion } = request;
          let body = "";
          request.on("data", (chunk) => (body += chunk)).on("end", () => {
            response.setHeader("x-a", "1");
            response.setTrailer("x-t", "2");
            response.writeHead(202, { "content-type": "text/plain" });
            response.end(JSON.stringify({ method, url, httpVersion, body }));
          });
        });
        server.listen(0, "127.0.0.1");
        await once(server, "listening");
        const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
        const request = client.request({ ":method": "PUT", ":path": "/a?b" });
        request.end("hello");
        const seen = [];
        request.on("response", (headers) => seen.push(headers[":status"], headers["x-a"])).on("data", (chunk) => seen.push(JSON.parse(chunk)));
        request.on("trailers", (headers) => seen.push(headers["x-t"]));
        await once(request, "close");
        assert.deepEqual(seen, [202, "1", { method: "PUT", url: "/a?b", httpVersion: "2.0", body: "hello" }, "2"]);
        client.close();
        server.close();
        await once(server, "close");
        "#,
    );
}

#[test]
fn a_connection_that_breaks_off_aborts_its_streams() {
    check(
        MODULES,
        r#"
        import http2 from "http2";
        import { once } from "events";
        const server = http2.createServer().listen(0, "127.0.0.1");
        const aborted = new Promise((resolve) => server.on("stream", (stream) => {
          stream.respond();
          stream.write("part");
          stream.on("error", () => {}).on("close", () => resolve([stream.aborted, stream.rstCode]));
        }));
        server.on("sessionError", () => {});
        await once(server, "listening");
        const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
        const request = client.request().on("error", () => {});
        await once(request, "data");
        client.destroy();
        assert.deepEqual(await aborted, [true, 8]);
        server.close();
        await once(server, "close");
        "#,
    );
}

#[test]
fn a_refused_connection_is_an_error_of_the_session() {
    check(
        MODULES,
        r#"
        import http2 from "http2";
        import net from "net";
        import { once } from "events";
        const server = net.createServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        const { port } = server.address();
        server.close();
        await once(server, "close");
        const client = http2.connect(`http://127.0.0.1:${port}`);
        const request = client.request();
        const failed = once(request, "error");
        const [error] = await once(client, "error");
        assert.equal(error.code, "ECONNREFUSED");
        const [cancelled] = await failed;
        assert.deepEqual([cancelled.code, cancelled.cause === error], ["ERR_HTTP2_STREAM_CANCEL", true]);
        "#,
    );
}

#[test]
fn what_diagnostics_channels_are_told() {
    check_pair(
        r#"
        import channels from "node:diagnostics_channel";
        const seen = [];
        for (const name of ["client.stream.created", "client.stream.start", "client.stream.bodyChunkSent", "client.stream.bodySent",
          "client.stream.finish", "client.stream.close", "server.stream.created", "server.stream.start", "server.stream.finish", "server.stream.close"])
          channels.subscribe(`http2.${name}`, ({ stream }) => seen.push(`${name} ${stream.constructor.name}`));
        const { client, server } = pair();
        server.on("stream", (stream) => { stream.respond(); stream.resume().on("end", () => stream.end()); });
        const request = client.request({ ":method": "POST" });
        request.end("a");
        await once(request.resume(), "close");
        client.close();
        await once(server, "close");
        assert.deepEqual(seen.filter((name) => name.startsWith("client")), ["created", "start", "bodyChunkSent", "bodySent", "finish", "close"].map((name) => `client.stream.${name} ClientHttp2Stream`));
        assert.deepEqual(seen.filter((name) => name.startsWith("server")), ["created", "start", "finish", "close"].map((name) => `server.stream.${name} ServerHttp2Stream`));
        "#,
    );
}

#[test]
fn values_and_errors_are_those_of_node() {
    table(
        MODULES,
        r#"
        import http2 from "node:http2";
        import { Buffer } from "node:buffer";
        import { Duplex } from "node:stream";
        const idle = () => new Duplex({ read() {}, write(chunk, encoding, callback) { callback(); } });
        const client = http2.connect("http://a:1", { createConnection: idle });
        client.on("error", () => {});
        const thrown = (headers, options) => { client.request(headers, options); };
        setImmediate(() => client.destroy());
        "#,
        r#"
Object.keys(http2).join()  =>  "connect,constants,createServer,createSecureServer,getDefaultSettings,getPackedSettings,getUnpackedSettings,performServerHandshake,sensitiveHeaders,Http2ServerRequest,Http2ServerResponse"
Object.keys(http2.constants).length  =>  240
http2.constants.HTTP2_HEADER_PROTOCOL  =>  ":protocol"
http2.constants.HTTP2_METHOD_VERSION_CONTROL  =>  "VERSION-CONTROL"
http2.constants.NGHTTP2_HTTP_1_1_REQUIRED  =>  13
http2.getPackedSettings({ maxHeaderSize: 1, enablePush: false, customSettings: { 9999: 301 } })  =>  <Buffer 0 2 0 0 0 0 0 6 0 0 0 1 27 f 0 0 1 2d>
http2.getUnpackedSettings(Buffer.from([0, 1, 0, 0, 0, 100, 39, 15, 0, 0, 1, 45]))  =>  Object{headerTableSize: 100, customSettings: Object{9999: 301}}
http2.getUnpackedSettings(Buffer.alloc(5))  =>  throws RangeError[ERR_HTTP2_INVALID_PACKED_SETTINGS_LENGTH]: Packed settings length must be a multiple of six
http2.getPackedSettings({ enablePush: 1 })  =>  throws TypeError[ERR_HTTP2_INVALID_SETTING_VALUE]: Invalid value for setting "enablePush": 1
http2.getPackedSettings({ maxFrameSize: 1 })  =>  throws RangeError[ERR_HTTP2_INVALID_SETTING_VALUE]: Invalid value for setting "maxFrameSize": 1
http2.connect("ssh://a")  =>  throws Error[ERR_HTTP2_UNSUPPORTED_PROTOCOL]: protocol "ssh:" is unsupported.
http2.connect("http://a", 1)  =>  throws TypeError[ERR_INVALID_ARG_TYPE]: The "options" argument must be of type object. Received type number (1)
http2.createServer(1)  =>  throws TypeError[ERR_INVALID_ARG_TYPE]: The "options" argument must be of type object. Received type number (1)
http2.createServer({ maxSessionInvalidFrames: -1 })  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of "maxSessionInvalidFrames" is out of range. It must be >= 0 && <= 4294967295. Received -1
thrown({ connection: "close" })  =>  throws TypeError[ERR_HTTP2_INVALID_CONNECTION_HEADERS]: HTTP/1 Connection specific headers are forbidden: "connection"
thrown({ ":status": 200 })  =>  throws TypeError[ERR_HTTP2_INVALID_PSEUDOHEADER]: ":status" is an invalid pseudoheader or is used incorrectly
thrown({ "user-agent": ["a", "b"] })  =>  throws TypeError[ERR_HTTP2_HEADER_SINGLE_VALUE]: Header field "user-agent" must only have a single value
thrown({ ":method": "CONNECT" })  =>  throws Error[ERR_HTTP2_CONNECT_AUTHORITY]: :authority header is required for CONNECT requests
thrown({ "a b": "c" })  =>  throws TypeError[ERR_INVALID_HTTP_TOKEN]: Header name must be a valid HTTP token ["a b"]
thrown({}, { endStream: 1 })  =>  throws TypeError[ERR_INVALID_ARG_TYPE]: The "options.endStream" property must be of type boolean. Received type number (1)
client.ping(Buffer.alloc(7))  =>  throws RangeError[ERR_HTTP2_PING_LENGTH]: HTTP2 ping payload must be 8 bytes
client.setNextStreamID(0)  =>  throws RangeError[ERR_OUT_OF_RANGE]: The value of "id" is out of range. It must be > 0 and <= 4294967295. Received 0
client.socket.write("a")  =>  throws Error[ERR_HTTP2_NO_SOCKET_MANIPULATION]: HTTP/2 sockets should not be directly manipulated (e.g. read and written)
"#,
    );
}
