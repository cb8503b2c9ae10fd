//! `node:dgram` as JavaScript sees it.

use llrt_core::Entry;
use llrt_mod_dgram::Dgram;
use llrt_test::check;

static MODULES: &[Entry] = &[
    Entry::of::<Dgram>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
    Entry::of::<llrt_mod_diagnostics_channel::DiagnosticsChannel>(),
    Entry::of::<llrt_mod_events::ErrorEvent>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_events::Events>(),
];

#[test]
fn a_datagram_goes_there_and_back() {
    check(
        MODULES,
        r#"
        import { createSocket } from "dgram";
        import { once } from "events";
        const server = createSocket("udp4", (message, { port, address }) => server.send(["<", message, ">"], port, address));
        server.bind(0, "127.0.0.1");
        await once(server, "listening");
        const { address, family, port } = server.address();
        assert.deepEqual([address, family, port > 0], ["127.0.0.1", "IPv4", true]);
        const client = createSocket("udp4");
        const { promise, resolve } = Promise.withResolvers();
        client.send("xhellox", 1, 5, port, "127.0.0.1", (...args) => resolve(args));
        const [message, sender] = await once(client, "message");
        assert.deepEqual([`${message}`, sender.address, sender.port, sender.size], ["<hello>", "127.0.0.1", port, 7]);
        assert.deepEqual(await promise, [null, 5]);
        client.close();
        server.close();
        await once(server, "close");
        "#,
    );
}

#[test]
fn a_connected_socket_sends_to_one_address_only() {
    check(
        MODULES,
        r#"
        import { createSocket } from "dgram";
        import { once } from "events";
        const server = createSocket("udp4").bind(0, "127.0.0.1");
        await once(server, "listening");
        const { port } = server.address();
        const client = createSocket("udp4");
        client.connect(port, "127.0.0.1");
        assert.throws(() => client.connect(port), { code: "ERR_SOCKET_DGRAM_IS_CONNECTED" });
        await once(client, "connect");
        assert.equal(client.remoteAddress().port, port);
        assert.throws(() => client.send("x", 0, 1, port, "127.0.0.1"), { code: "ERR_SOCKET_DGRAM_IS_CONNECTED" });
        client.send("x");
        assert.equal(`${(await once(server, "message"))[0]}`, "x");
        client.disconnect();
        assert.throws(() => client.disconnect(), { code: "ERR_SOCKET_DGRAM_NOT_CONNECTED" });
        client.close();
        server.close();
        "#,
    );
}

#[test]
fn what_cannot_be_bound_or_sent_is_an_error() {
    check(
        MODULES,
        r#"
        import { createSocket } from "dgram";
        import { once } from "events";
        const one = createSocket("udp4").bind(0, "127.0.0.1");
        await once(one, "listening");
        const { port } = one.address();
        assert.throws(() => one.bind(0), { code: "ERR_SOCKET_ALREADY_BOUND" });
        const other = createSocket("udp4").bind(port, "127.0.0.1");
        const [error] = await once(other, "error");
        assert.deepEqual([error.message, error.code, error.syscall], [`bind EADDRINUSE 127.0.0.1:${port}`, "EADDRINUSE", "bind"]);
        const { promise, resolve } = Promise.withResolvers();
        one.send(Buffer.alloc(100000), port, "127.0.0.1", resolve);
        const tooLong = await promise;
        assert.deepEqual([tooLong.code, tooLong.syscall, tooLong.address, tooLong.port], ["EMSGSIZE", "send", "127.0.0.1", port]);
        one.close();
        other.close();
        assert.throws(() => one.close(), { code: "ERR_SOCKET_DGRAM_NOT_RUNNING" });
        "#,
    );
}

#[test]
fn arguments_are_checked() {
    check(
        MODULES,
        r#"
        import { createSocket } from "dgram";
        assert.throws(() => createSocket("tcp"), { code: "ERR_SOCKET_BAD_TYPE" });
        assert.throws(() => createSocket({ type: "udp4", lookup: 1 }), { code: "ERR_INVALID_ARG_TYPE" });
        const socket = createSocket("udp4");
        assert.throws(() => socket.send(), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => socket.send("x", 0), { code: "ERR_SOCKET_BAD_PORT" });
        assert.throws(() => socket.send("x", 2, 1, 1), { code: "ERR_BUFFER_OUT_OF_BOUNDS" });
        assert.throws(() => socket.address(), { code: "EBADF" });
        assert.throws(() => socket.addMembership(), { code: "ERR_MISSING_ARGS" });
        assert.throws(() => socket.setRecvBufferSize(-1), { code: "ERR_SOCKET_BAD_BUFFER_SIZE" });
        assert.throws(() => socket.setRecvBufferSize(1000), { code: "ERR_SOCKET_BUFFER_SIZE" });
        socket.close();
        "#,
    );
}

#[test]
fn settings_are_the_systems() {
    check(
        MODULES,
        r#"
        import { createSocket } from "dgram";
        import { once } from "events";
        const socket = createSocket({ type: "udp4", reuseAddr: true, sendBufferSize: 10000 }).bind(0);
        await once(socket, "listening");
        assert.ok(socket.getSendBufferSize() >= 10000);
        assert.deepEqual([socket.setTTL(16), socket.setMulticastTTL(0), socket.setMulticastLoopback(false)], [16, 0, false]);
        socket.setBroadcast(true);
        assert.throws(() => socket.setTTL(1000), { code: "EINVAL" });
        assert.throws(() => socket.addMembership("256.256.256.256"), { code: "EINVAL" });
        socket.close();
        "#,
    );
}

#[test]
fn what_is_unreferenced_does_not_keep_the_process_alive() {
    check(
        MODULES,
        r#"
        import { createSocket } from "dgram";
        import { once } from "events";
        const socket = createSocket("udp4").bind(0);
        await once(socket, "listening");
        socket.unref();
        const controller = new AbortController();
        const other = createSocket({ type: "udp4", signal: controller.signal }).bind(0);
        await once(other, "listening");
        controller.abort();
        await once(other, "close");
        "#,
    );
}
