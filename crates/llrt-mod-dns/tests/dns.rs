//! `node:dns` as JavaScript sees it.

use std::net::UdpSocket;

use llrt_core::Entry;
use llrt_mod_dns::{Dns, DnsCommon, DnsPromises};
use llrt_test::check;

static MODULES: &[Entry] = &[
    Entry::of::<Dns>(),
    Entry::of::<DnsCommon>(),
    Entry::of::<DnsPromises>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
];

/// A name server that answers `times` questions with what `reply` adds to them; nothing when it adds nothing. Gives its port.
fn server(times: usize, reply: impl Fn(&mut Vec<u8>) -> bool + Send + 'static) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut buffer = [0; 512];
        for _ in 0..times {
            let Ok((count, from)) = socket.recv_from(&mut buffer) else { return };
            let mut answer = buffer[..count].to_vec();
            answer[2] |= 0x80;
            if reply(&mut answer) {
                socket.send_to(&answer, from).unwrap();
            }
        }
    });
    port
}

#[test]
fn localhost_and_addresses_are_looked_up() {
    check(
        MODULES,
        r#"
        import dns, { lookup, promises } from "dns";
        assert.deepEqual(await promises.lookup("localhost", { family: 4 }), { address: "127.0.0.1", family: 4 });
        assert.deepEqual(await promises.lookup("::1", { all: true }), [{ address: "::1", family: 6 }]);
        assert.deepEqual(await promises.lookup("localhost", { all: true, order: "ipv6first" }), [{ address: "::1", family: 6 }, { address: "127.0.0.1", family: 4 }]);
        const { promise, resolve } = Promise.withResolvers();
        lookup("1.2.3.4", (...args) => resolve(args));
        assert.deepEqual(await promise, [null, "1.2.3.4", 4]);
        assert.equal(dns.promises, promises);
        // What util.promisify asks for.
        assert.deepEqual(lookup[Symbol.for("llrt.util.promisify.args")], ["address", "family"]);
        "#,
    );
}

#[test]
fn a_name_that_cannot_exist_is_not_found() {
    check(
        MODULES,
        r#"
        import { lookup } from "dns/promises";
        const error = await lookup("a\0b").catch((error) => error);
        assert.deepEqual([error.code, error.errno, error.syscall, error.hostname], ["ENOTFOUND", -3008, "getaddrinfo", "a\0b"]);
        "#,
    );
}

#[test]
fn arguments_are_checked() {
    check(
        MODULES,
        r#"
        import dns, { promises } from "dns";
        assert.throws(() => dns.lookup(1, () => {}), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => dns.lookup("a", 5, () => {}), { code: "ERR_INVALID_ARG_VALUE" });
        assert.throws(() => dns.lookup("a"), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => promises.lookupService("a", 1), { code: "ERR_INVALID_ARG_VALUE" });
        assert.throws(() => promises.lookupService("1.1.1.1", 70000), { code: "ERR_SOCKET_BAD_PORT" });
        assert.throws(() => dns.resolve("a", "NO", () => {}), { code: "ERR_INVALID_ARG_VALUE" });
        assert.throws(() => dns.setServers(["a"]), { code: "ERR_INVALID_IP_ADDRESS" });
        assert.throws(() => dns.reverse("a", () => {}), { code: "EINVAL" });
        assert.throws(() => new dns.Resolver({ tries: 0 }), { code: "ERR_OUT_OF_RANGE" });
        "#,
    );
}

#[test]
fn servers_are_kept_in_their_short_form() {
    check(
        MODULES,
        r#"
        import dns, { promises } from "dns";
        assert.ok(dns.getServers().length > 0);
        dns.setServers(["4.4.4.4:53", "[2001:4860:4860::8888]:53", "103.238.225.181:666", "[fe80::1]:666"]);
        assert.deepEqual(dns.getServers(), ["4.4.4.4", "2001:4860:4860::8888", "103.238.225.181:666", "[fe80::1]:666"]);
        assert.deepEqual(promises.getServers(), dns.getServers());
        "#,
    );
}

#[test]
fn a_server_is_asked_for_records() {
    let port = server(3, |answer| {
        answer[7] = 1;
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4]);
        true
    });
    let script = r#"
        import { promises, Resolver } from "dns";
        const resolver = new promises.Resolver();
        resolver.setServers(["127.0.0.1:PORT"]);
        assert.deepEqual(await resolver.resolve4("example.org"), ["1.2.3.4"]);
        assert.deepEqual(await resolver.resolve4("example.org", { ttl: true }), [{ address: "1.2.3.4", ttl: 60 }]);
        const other = new Resolver();
        other.setServers(["127.0.0.1:PORT"]);
        const { promise, resolve } = Promise.withResolvers();
        other.resolve("example.org", "ANY", (...args) => resolve(args));
        assert.throws(() => other.setServers([]), { code: "ERR_DNS_SET_SERVERS_FAILED" });
        assert.deepEqual(await promise, [null, [{ address: "1.2.3.4", ttl: 60, type: "A" }]]);
    "#;
    check(MODULES, &script.replace("PORT", &port.to_string()));
}

#[test]
fn failures_have_the_codes_of_node() {
    let port = server(1, |answer| {
        answer[3] = 3;
        true
    });
    let silent = server(9, |_| false);
    let script = r#"
        import { promises } from "dns";
        const resolver = new promises.Resolver({ timeout: 20, tries: 1 });
        resolver.setServers(["127.0.0.1:PORT"]);
        const error = await resolver.resolveMx("example.org").catch((error) => error);
        assert.deepEqual([error.message, error.code, error.syscall, error.hostname], ["queryMx ENOTFOUND example.org", "ENOTFOUND", "queryMx", "example.org"]);
        resolver.setServers(["127.0.0.1:SILENT"]);
        assert.equal((await resolver.resolve4("example.org").catch((error) => error)).code, "ETIMEOUT");
        const cancelled = resolver.reverse("1.2.3.4");
        resolver.cancel();
        assert.deepEqual(await cancelled.catch(({ code, syscall }) => [code, syscall]), ["ECANCELLED", "getHostByAddr"]);
    "#;
    check(MODULES, &script.replace("PORT", &port.to_string()).replace("SILENT", &silent.to_string()));
}
