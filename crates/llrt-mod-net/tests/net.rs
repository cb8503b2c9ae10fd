//! `node:net` as JavaScript sees it.

mod support;

use llrt_test::check;
use support::MODULES;

#[test]
fn an_echo_goes_there_and_back_and_both_ends_close() {
    check(
        MODULES,
        r#"
        import net from "net";
        import { once } from "events";
        const order = [];
        const server = net.createServer((socket) => {
          socket.on("data", (chunk) => socket.write(chunk)).on("end", () => order.push("server end")).on("close", () => order.push("server close"));
        });
        server.listen(0, "127.0.0.1");
        await once(server, "listening");
        const { address, family, port } = server.address();
        assert.deepEqual([address, family, port > 0], ["127.0.0.1", "IPv4", true]);
        const socket = net.connect(port, "127.0.0.1");
        assert.deepEqual([socket.connecting, socket.readyState, socket.pending], [true, "opening", true]);
        for (const event of ["connect", "ready", "end", "close"]) socket.on(event, () => order.push(event));
        socket.write("hello");
        const [chunk] = await once(socket, "data");
        assert.deepEqual([`${chunk}`, socket.bytesRead, socket.bytesWritten, socket.remotePort, socket.readyState], ["hello", 5, 5, port, "open"]);
        socket.end();
        await once(socket, "close");
        server.close();
        await once(server, "close");
        assert.ok(order.indexOf("connect") < order.indexOf("ready") && order.indexOf("end") < order.indexOf("close"));
        assert.equal(server.address(), null);
        "#,
    );
}

#[test]
fn a_refused_connection_is_a_system_error() {
    check(
        MODULES,
        r#"
        import net from "net";
        import { once } from "events";
        const server = net.createServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        const { port } = server.address();
        server.close();
        await once(server, "close");
        const socket = net.connect(port, "127.0.0.1");
        const { promise: closed, resolve } = Promise.withResolvers();
        socket.on("close", resolve);
        const [error] = await once(socket, "error");
        assert.deepEqual(
          [error.message, error.code, error.errno, error.syscall, error.address, error.port],
          [`connect ECONNREFUSED 127.0.0.1:${port}`, "ECONNREFUSED", -111, "connect", "127.0.0.1", port]);
        assert.equal(await closed, true);
        "#,
    );
}

#[test]
fn a_port_in_use_is_refused_and_a_server_listens_once() {
    check(
        MODULES,
        r#"
        import net from "net";
        import { once } from "events";
        const server = net.createServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        const { port } = server.address();
        assert.throws(() => server.listen(0), { code: "ERR_SERVER_ALREADY_LISTEN" });
        const other = net.createServer().listen(port, "127.0.0.1");
        const [error] = await once(other, "error");
        assert.deepEqual([error.message, error.code, error.syscall, error.port], [`listen EADDRINUSE: address already in use 127.0.0.1:${port}`, "EADDRINUSE", "listen", port]);
        const { promise, resolve } = Promise.withResolvers();
        other.close(resolve);
        assert.equal((await promise).code, "ERR_SERVER_NOT_RUNNING");
        server.close();
        "#,
    );
}

#[test]
fn a_path_is_listened_on_and_gone_afterwards() {
    let folder = std::env::temp_dir().join(format!("llrt-net-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("socket");
    let script = r#"
        import net from "net";
        import { once } from "events";
        const missing = net.connect(PATH);
        const [error] = await once(missing, "error");
        assert.deepEqual([error.message, error.code, error.address], [`connect ENOENT ` + PATH, "ENOENT", PATH]);
        const server = net.createServer((socket) => socket.end("over a path")).listen(PATH);
        await once(server, "listening");
        assert.equal(server.address(), PATH);
        const socket = net.connect({ path: PATH });
        const [chunk] = await once(socket, "data");
        assert.equal(`${chunk}`, "over a path");
        await once(socket, "close");
        assert.deepEqual([socket.remoteAddress, socket.remotePort], [undefined, undefined]);
        server.close();
    "#;
    check(MODULES, &script.replace("PATH", &format!("{:?}", path.to_str().unwrap())));
    assert!(!path.exists());
    std::fs::remove_dir(&folder).unwrap();
}

#[test]
fn much_data_comes_whole_in_spite_of_back_pressure() {
    check(
        MODULES,
        r#"
        import net from "net";
        import { once } from "events";
        const part = Buffer.alloc(300000, "x");
        const server = net.createServer((socket) => {
          let pending = 0;
          for (let index = 0; index < 20; index++) if (!socket.write(index % 2 ? part : part.toString())) pending++;
          assert.ok(pending > 0);
          socket.end("!");
        }).listen(0, "127.0.0.1");
        await once(server, "listening");
        const socket = net.connect(server.address().port, "127.0.0.1");
        let length = 0;
        let last;
        socket.on("data", (chunk) => {
          length += chunk.length;
          last = chunk;
          // Reading stops now and then.
          if (length % 7 === 0) { socket.pause(); setImmediate(() => socket.resume()); }
        });
        await once(socket, "end");
        assert.deepEqual([length, last.at(-1)], [6000001, 33]);
        server.close();
        "#,
    );
}

#[test]
fn a_reset_reaches_the_other_side() {
    check(
        MODULES,
        r#"
        import net from "net";
        import { once } from "events";
        const server = net.createServer((socket) => socket.once("data", () => socket.resetAndDestroy())).listen(0, "127.0.0.1");
        await once(server, "listening");
        const socket = net.connect(server.address().port, "127.0.0.1");
        socket.write("x");
        const [error] = await once(socket, "error");
        assert.deepEqual([error.code, error.syscall], ["ECONNRESET", "read"]);
        assert.equal(new net.Socket().resetAndDestroy().destroyed, true);
        server.close();
        "#,
    );
}

#[test]
fn silence_is_a_timeout_and_an_abort_an_error() {
    check(
        MODULES,
        r#"
        import net from "net";
        import { once } from "events";
        const server = net.createServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        const { port } = server.address();
        const socket = net.connect({ port, host: "127.0.0.1", timeout: 5 });
        await once(socket, "timeout");
        assert.equal(socket.destroyed, false);
        socket.destroy();
        const controller = new AbortController();
        const aborted = net.connect({ port, host: "127.0.0.1", signal: controller.signal });
        controller.abort();
        const [error] = await once(aborted, "error");
        assert.equal(error.name, "AbortError");
        server.close();
        "#,
    );
}

#[test]
fn what_is_unreferenced_does_not_keep_the_process_alive() {
    check(
        MODULES,
        r#"
        import net from "net";
        import { once } from "events";
        const server = net.createServer((socket) => socket.unref()).listen(0, "127.0.0.1");
        await once(server, "listening");
        const socket = net.connect(server.address().port, "127.0.0.1");
        await Promise.all([once(socket, "connect"), once(server, "connection")]);
        socket.unref();
        server.unref();
        "#,
    );
}

#[test]
fn arguments_are_checked() {
    check(
        MODULES,
        r#"
        import net from "net";
        assert.throws(() => net.connect({ port: 70000 }), { code: "ERR_SOCKET_BAD_PORT" });
        assert.throws(() => net.connect({}), { code: "ERR_MISSING_ARGS" });
        assert.throws(() => new net.Socket({ objectMode: true }), { code: "ERR_INVALID_ARG_VALUE" });
        assert.throws(() => new net.Server("x"), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => net.createServer().listen({ port: -1 }), { code: "ERR_SOCKET_BAD_PORT" });
        assert.throws(() => net.createServer().listen({}), { code: "ERR_INVALID_ARG_VALUE" });
        assert.throws(() => net.connect({ port: 1, host: "127.0.0.1", localAddress: "x" }), { code: "ERR_INVALID_IP_ADDRESS" });
        assert.throws(() => new net.Socket({ fd: 9999 }), { code: "EBADF" });
        "#,
    );
}

#[test]
fn addresses_are_told_apart() {
    check(
        MODULES,
        r#"
        import net from "net";
        assert.deepEqual(["127.0.0.1", "::1", "fe80::1%eth0", "1.2.3", "01.2.3.4", "::1%", "", undefined].map((text) => net.isIP(text)), [4, 6, 6, 0, 0, 0, 0, 0]);
        assert.equal(net.isIPv4("::1") || net.isIPv6("1.1.1.1"), false);
        assert.deepEqual([net.getDefaultAutoSelectFamily(), net.getDefaultAutoSelectFamilyAttemptTimeout()], [true, 250]);
        net.setDefaultAutoSelectFamily(false);
        net.setDefaultAutoSelectFamilyAttemptTimeout(1);
        assert.deepEqual([net.getDefaultAutoSelectFamily(), net.getDefaultAutoSelectFamilyAttemptTimeout()], [false, 10]);
        assert.throws(() => net.setDefaultAutoSelectFamily("no"), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => net.setDefaultAutoSelectFamilyAttemptTimeout(0), { code: "ERR_OUT_OF_RANGE" });
        "#,
    );
}

#[test]
fn a_block_list_covers_addresses_ranges_and_subnets() {
    check(
        MODULES,
        r#"
        import { BlockList, SocketAddress } from "net";
        const list = new BlockList();
        list.addAddress("1.1.1.1");
        list.addRange("10.0.0.1", "10.0.0.9");
        list.addSubnet("8592:757c:efae:4e45::", 64, "ipv6");
        const covered = (address, family) => list.check(address, family);
        assert.deepEqual(["1.1.1.1", "1.1.1.2", "10.0.0.5", "10.0.0.10", "no"].map((address) => covered(address)), [true, false, true, false, false]);
        assert.deepEqual([covered("::ffff:1.1.1.1", "ipv6"), covered("8592:757c:efae:4e45::9", "ipv6"), covered(new SocketAddress({ address: "1.1.1.1" }))], [true, true, true]);
        assert.deepEqual(list.rules, ["Subnet: IPv6 8592:757c:efae:4e45::/64", "Range: IPv4 10.0.0.1-10.0.0.9", "Address: IPv4 1.1.1.1"]);
        const copy = new BlockList();
        copy.fromJSON(list.toJSON());
        assert.deepEqual(copy.rules, list.rules);
        assert.throws(() => list.addAddress("x"), { code: "ERR_INVALID_ADDRESS", message: "Invalid socket address" });
        assert.throws(() => list.addRange("1.1.1.2", "1.1.1.1"), { code: "ERR_INVALID_ARG_VALUE" });
        assert.throws(() => list.addSubnet("1.1.1.1", 33), { code: "ERR_OUT_OF_RANGE" });
        "#,
    );
}

#[test]
fn the_next_address_is_tried_when_one_refuses() {
    check(
        MODULES,
        r#"
        import net from "net";
        import { once } from "events";
        const server = net.createServer((socket) => socket.end()).listen(0, "127.0.0.1");
        await once(server, "listening");
        const { port } = server.address();
        const lookup = (host, { all }, callback) => setImmediate(callback, null, [{ address: "127.0.0.2", family: 4 }, { address: "127.0.0.1", family: 4 }]);
        const socket = net.connect({ host: "two.invalid", port, lookup, autoSelectFamily: true });
        const seen = [];
        for (const event of ["lookup", "connectionAttempt", "connectionAttemptFailed"]) socket.on(event, (...args) => seen.push([event, args[event === "lookup" ? 1 : 0]]));
        await once(socket, "connect");
        assert.deepEqual(seen, [["lookup", "127.0.0.2"], ["lookup", "127.0.0.1"], ["connectionAttempt", "127.0.0.2"], ["connectionAttemptFailed", "127.0.0.2"], ["connectionAttempt", "127.0.0.1"]]);
        assert.deepEqual(socket.autoSelectFamilyAttemptedAddresses, [`127.0.0.2:${port}`, `127.0.0.1:${port}`]);
        socket.destroy();
        server.close();
        await once(server, "close");
        const failed = net.connect({ host: "two.invalid", port, lookup });
        const [error] = await once(failed, "error");
        assert.deepEqual([error.name, error.code, error.errors.map(({ address }) => address)], ["AggregateError", "ECONNREFUSED", ["127.0.0.2", "127.0.0.1"]]);
        "#,
    );
}

#[test]
fn too_many_connections_are_dropped() {
    check(
        MODULES,
        r#"
        import net from "net";
        import { once } from "events";
        const server = net.createServer().listen(0, "127.0.0.1");
        server.maxConnections = 1;
        await once(server, "listening");
        const { port } = server.address();
        const first = net.connect(port, "127.0.0.1");
        const [kept] = await once(server, "connection");
        const second = net.connect(port, "127.0.0.1").resume().on("error", () => {});
        const [dropped] = await once(server, "drop");
        assert.deepEqual([dropped.localPort, dropped.remoteAddress, dropped.remoteFamily], [port, "127.0.0.1", "IPv4"]);
        await once(second, "close");
        const { promise, resolve } = Promise.withResolvers();
        server.getConnections((error, count) => resolve(count));
        assert.equal(await promise, 1);
        kept.destroy();
        first.destroy();
        server.close();
        "#,
    );
}

#[test]
fn what_is_read_goes_into_the_programs_buffer() {
    check(
        MODULES,
        r#"
        import net from "net";
        import { once } from "events";
        const server = net.createServer((socket) => socket.end("hello world")).listen(0, "127.0.0.1");
        await once(server, "listening");
        const buffer = Buffer.alloc(4);
        const pieces = [];
        const callback = (count, view) => { pieces.push(view.subarray(0, count).toString()); assert.equal(view, buffer); };
        const socket = net.connect({ port: server.address().port, host: "127.0.0.1", onread: { buffer, callback } });
        socket.on("data", () => { throw new Error("no data events"); });
        await once(socket, "close");
        assert.deepEqual(pieces, ["hell", "o wo", "rld"]);
        server.close();
        "#,
    );
}

#[test]
fn a_half_open_connection_goes_on() {
    check(
        MODULES,
        r#"
        import net from "net";
        import { once } from "events";
        const server = net.createServer({ allowHalfOpen: true }, (socket) => socket.resume().on("end", () => socket.end("after the end"))).listen(0, "127.0.0.1");
        await once(server, "listening");
        const socket = net.connect(server.address().port, "127.0.0.1");
        socket.end("request");
        const [chunk] = await once(socket, "data");
        assert.equal(`${chunk}`, "after the end");
        // The other way round: without that, what is written after the other side's end fails.
        const closing = net.createServer((socket) => socket.resume().end()).listen(0, "127.0.0.1");
        await once(closing, "listening");
        const late = net.connect(closing.address().port, "127.0.0.1").resume();
        await once(late, "end");
        const { promise, resolve } = Promise.withResolvers();
        late.on("error", () => {});
        late.write("late", resolve);
        assert.equal((await promise).code, "EPIPE");
        server.close();
        closing.close();
        "#,
    );
}

#[test]
fn channels_tell_of_sockets_and_servers() {
    check(
        MODULES,
        r#"
        import net from "net";
        import { once } from "events";
        import { subscribe } from "diagnostics_channel";
        const seen = [];
        for (const name of ["net.client.socket", "net.server.socket", "tracing:net.server.listen:asyncStart", "tracing:net.server.listen:asyncEnd"])
          subscribe(name, (message) => seen.push([name, Object.keys(message).join()]));
        const server = net.createServer((socket) => socket.end()).listen(0, "127.0.0.1");
        await once(server, "listening");
        const socket = net.connect(server.address().port, "127.0.0.1").resume();
        await once(socket, "close");
        assert.deepEqual(seen.map(([name, keys]) => `${name.replace("tracing:net.server.", "")} ${keys}`), [
          "listen:asyncStart server,options", "listen:asyncEnd server", "net.client.socket socket", "net.server.socket socket",
        ]);
        server.close();
        "#,
    );
}
