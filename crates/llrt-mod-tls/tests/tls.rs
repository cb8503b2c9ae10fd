//! `node:tls` as JavaScript sees it.

mod support;

use support::check;

#[test]
fn bytes_go_there_and_back_and_the_end_is_a_proper_one() {
    check(
        r#"
        const server = await listen(local, (socket) => socket.pipe(socket));
        const socket = dial(server);
        const order = [];
        for (const event of ["connect", "secureConnect", "end", "close"]) socket.on(event, () => order.push(event));
        await once(socket, "secureConnect");
        assert.deepEqual([socket.authorized, socket.authorizationError, socket.encrypted, socket instanceof net.Socket], [true, null, true, true]);
        assert.deepEqual([socket.getProtocol(), socket.getCipher().version, socket.getEphemeralKeyInfo().type], ["TLSv1.3", "TLSv1.3", "ECDH"]);
        socket.end("hello");
        const [chunk] = await once(socket, "data");
        assert.equal(`${chunk}`, "hello");
        await once(socket, "close");
        assert.deepEqual(order, ["connect", "secureConnect", "end", "close"]);
        server.close();
        await once(server, "close");
        "#,
    );
}

#[test]
fn a_megabyte_arrives_as_it_was_written() {
    check(
        r#"
        const body = Buffer.alloc(1 << 20, "0123456789abcdef-");
        const server = await listen(local, (socket) => socket.end(body));
        const socket = dial(server);
        const chunks = [];
        socket.on("data", (chunk) => chunks.push(chunk));
        await once(socket, "end");
        assert.ok(Buffer.concat(chunks).equals(body));
        assert.ok(chunks.every((chunk) => chunk.length <= 16384));
        server.close();
        "#,
    );
}

#[test]
fn a_name_that_the_certificate_does_not_have_is_an_error() {
    check(
        r#"
        const server = await listen(other, () => {});
        server.on("tlsClientError", () => {});
        const [error] = await once(dial(server), "error");
        assert.deepEqual(
          [error.code, error.host, error.reason, error.message],
          ["ERR_TLS_CERT_ALTNAME_INVALID", "localhost", "Host: localhost. is not in the cert's altnames: DNS:other.test, DNS:*.other.test",
           `Hostname/IP does not match certificate's altnames: ${error.reason}`]);
        assert.equal(error.cert.subject.CN, "other.test");
        const covered = dial(server, { servername: "a.other.test" });
        assert.equal(await outcome(covered), "secure");
        covered.destroy();
        server.close();
        "#,
    );
}

#[test]
fn what_cannot_be_trusted_has_openssls_code() {
    check(
        r#"
        for (const [identity, trusted, code] of [
          [expired, ca, "CERT_HAS_EXPIRED"],
          [selfSigned, ca, "DEPTH_ZERO_SELF_SIGNED_CERT"],
          [local, undefined, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
          [{ ...local, cert: local.cert + ca }, undefined, "SELF_SIGNED_CERT_IN_CHAIN"],
        ]) {
          const server = await listen(identity, (socket) => socket.on("error", () => {}));
          server.on("tlsClientError", () => {});
          assert.equal(await outcome(dial(server, { ca: trusted })), code);
          const socket = dial(server, { ca: trusted, rejectUnauthorized: false });
          assert.equal(await outcome(socket), "secure");
          assert.deepEqual([socket.authorized, socket.authorizationError], [false, code]);
          socket.destroy();
          server.close();
        }
        "#,
    );
}

#[test]
fn a_client_that_trusts_nothing_tells_the_server_nothing() {
    check(
        r#"
        const server = await listen(local, () => assert.fail("no connection"));
        dial(server, { ca: undefined }).on("error", () => {});
        const [error] = await once(server, "tlsClientError");
        assert.deepEqual([error.code, error.message], ["ECONNRESET", "socket hang up"]);
        server.close();
        "#,
    );
}

#[test]
fn a_protocol_is_agreed_on_or_refused() {
    check(
        r#"
        const server = await listen({ ...local, ALPNProtocols: ["h2", "http/1.1"] }, () => {});
        const socket = dial(server, { ALPNProtocols: ["http/1.1", "x"] });
        assert.equal(await outcome(socket), "secure");
        assert.equal(socket.alpnProtocol, "http/1.1");
        const silent = dial(server);
        assert.equal(await outcome(silent), "secure");
        assert.equal(silent.alpnProtocol, false);
        const refused = once(server, "tlsClientError");
        assert.equal(await outcome(dial(server, { ALPNProtocols: ["x"] })), "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL");
        assert.equal((await refused)[0].code, "ERR_SSL_NO_APPLICATION_PROTOCOL");
        socket.destroy(), silent.destroy();
        server.close();

        const asked = [];
        const choosing = await listen({ ...local, ALPNCallback: (hello) => (asked.push(hello), "x") }, () => {});
        const chosen = dial(choosing, { ALPNProtocols: ["h2", "x"] });
        assert.equal(await outcome(chosen), "secure");
        assert.deepEqual([chosen.alpnProtocol, asked], ["x", [{ servername: "localhost", protocols: ["h2", "x"] }]]);
        chosen.destroy();
        choosing.close();
        "#,
    );
}

#[test]
fn a_server_shows_the_certificate_for_the_name_that_is_asked_for() {
    check(
        r#"
        const server = await listen(local, (socket) => socket.end(String(socket.servername)));
        server.addContext("*.other.test", other);
        const socket = dial(server, { servername: "a.other.test" });
        assert.equal(`${(await once(socket, "data"))[0]}`, "a.other.test");
        assert.equal(socket.getPeerCertificate().subject.CN, "other.test");
        server.close();

        const later = await listen({ ...local, SNICallback: (name, callback) => setTimeout(callback, 1, null, tls.createSecureContext(other)) }, () => {});
        assert.equal(await outcome(dial(later, { servername: "b.other.test" }).on("secureConnect", function () { this.destroy(); })), "secure");
        later.close();

        const failing = await listen({ ...local, SNICallback: (name, callback) => callback(new Error("no")) }, () => {});
        const failed = once(failing, "tlsClientError");
        assert.equal(await outcome(dial(failing)), "ECONNRESET");
        assert.equal((await failed)[0].message, "no");
        failing.close();
        "#,
    );
}

#[test]
fn a_connection_that_is_cut_off_ends_and_one_cut_in_its_handshake_is_an_error() {
    check(
        r#"
        const raw = [];
        const server = await listen(local, (socket) => {
          socket.on("error", () => {});
          socket.write("half", () => raw[0].destroy());
        });
        server.on("connection", (socket) => raw.push(socket));
        const socket = dial(server);
        let text = "";
        socket.on("data", (chunk) => (text += chunk));
        await once(socket, "end");
        assert.equal(text, "half");
        server.close();

        const deaf = net.createServer((socket) => socket.end()).listen(0, "127.0.0.1");
        await once(deaf, "listening");
        const [error] = await once(dial(deaf), "error");
        assert.deepEqual(
          [error.code, error.message, error.host],
          ["ECONNRESET", "Client network socket disconnected before secure TLS connection was established", "127.0.0.1"]);
        deaf.close();
        "#,
    );
}

#[test]
fn what_is_no_tls_is_an_error_on_both_sides() {
    check(
        r#"
        const server = await listen(local, () => assert.fail("no connection"));
        const plain = net.connect(server.address().port, "127.0.0.1");
        plain.on("error", () => {}).end("GET / HTTP/1.1\r\n\r\n");
        const [error] = await once(server, "tlsClientError");
        assert.deepEqual([error.code, error.library, error.reason], ["ERR_SSL_HTTP_REQUEST", "SSL routines", "http request"]);
        server.close();

        const chatty = net.createServer((socket) => socket.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(0, "127.0.0.1");
        await once(chatty, "listening");
        assert.equal(await outcome(dial(chatty)), "ERR_SSL_WRONG_VERSION_NUMBER");
        chatty.close();
        "#,
    );
}

#[test]
fn a_server_knows_who_its_clients_are() {
    check(
        r#"
        const server = await listen({ ...local, ca, requestCert: true, rejectUnauthorized: false }, (socket) => {
          socket.end(JSON.stringify([socket.authorized, socket.authorizationError, socket.getPeerCertificate().subject?.CN ?? null]));
        });
        const told = async (options) => JSON.parse((await once(dial(server, options), "data"))[0]);
        assert.deepEqual(await told(client), [true, null, "the client"]);
        assert.deepEqual(await told({}), [false, "UNABLE_TO_GET_ISSUER_CERT", null]);
        assert.deepEqual(await told(selfSigned), [false, "DEPTH_ZERO_SELF_SIGNED_CERT", "localhost"]);
        server.close();

        const strict = await listen({ ...local, ca, requestCert: true }, () => assert.fail("no connection"));
        const refused = once(strict, "tlsClientError");
        const [alert] = await once(dial(strict), "error");
        assert.equal(alert.code, "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED");
        assert.equal((await refused)[0].code, "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE");
        strict.close();
        "#,
    );
}

#[test]
fn versions_and_suites_are_limited() {
    check(
        r#"
        const server = await listen({ ...local, maxVersion: "TLSv1.2" }, () => {});
        server.on("tlsClientError", () => {});
        const socket = dial(server, { ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384:!aNULL" });
        assert.equal(await outcome(socket), "secure");
        assert.deepEqual(socket.getCipher(), {
          name: "ECDHE-ECDSA-AES256-GCM-SHA384", standardName: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", version: "TLSv1.2" });
        socket.destroy();
        assert.equal(await outcome(dial(server, { minVersion: "TLSv1.3" })), "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
        assert.equal(await outcome(dial(server, { minVersion: "TLSv1", maxVersion: "TLSv1.1" })), "ERR_SSL_NO_PROTOCOLS_AVAILABLE");
        assert.throws(() => dial(server, { ciphers: "nothing" }), { code: "ERR_SSL_NO_CIPHER_MATCH" });
        assert.throws(() => dial(server, { minVersion: "TLSv9" }), { code: "ERR_TLS_INVALID_PROTOCOL_VERSION" });
        server.close();
        "#,
    );
}

#[test]
fn a_session_is_resumed() {
    check(
        r#"
        for (const [maxVersion, own] of [["TLSv1.3", {}], ["TLSv1.2", {}], ["TLSv1.3", client]]) {
          const server = await listen({ ...local, ca, requestCert: true, rejectUnauthorized: false, maxVersion }, (socket) => socket.end("x"));
          const first = dial(server, own);
          const [session] = await once(first, "session");
          first.resume();
          await once(first, "close");
          for (let round = 0; round < 3; round++) {
            const again = dial(server, { ...own, session });
            assert.equal(await outcome(again), "secure");
            assert.deepEqual([again.isSessionReused(), again.authorized], [true, true]);
            again.resume();
            await once(again, "close");
          }
          const fresh = dial(server);
          assert.equal(await outcome(fresh), "secure");
          assert.equal(fresh.isSessionReused(), false);
          fresh.destroy();
          assert.equal(server.getTicketKeys().length, 48);
          server.close();
        }
        "#,
    );
}

#[test]
fn tls_runs_over_any_stream_and_over_tls() {
    check(
        r#"
        import { duplexPair } from "stream";
        const [left, right] = duplexPair();
        const inner = new tls.TLSSocket(right, { isServer: true, secureContext: tls.createSecureContext(local) });
        inner.pipe(inner);
        const socket = tls.connect({ socket: left, servername: "localhost", ca });
        socket.write("early ");
        socket.end("late");
        let text = "";
        for await (const chunk of socket) text += chunk;
        assert.equal(text, "early late");

        const target = await listen(local, (socket) => socket.end("target"));
        const proxy = await listen(local, (socket) => {
          const onward = net.connect(target.address().port, "127.0.0.1");
          onward.pipe(socket).pipe(onward);
        });
        const outer = dial(proxy);
        const through = tls.connect({ socket: outer, servername: "localhost", ca });
        assert.equal(`${(await once(through, "data"))[0]}`, "target");
        through.destroy();
        target.close(), proxy.close();
        "#,
    );
}

#[test]
fn a_stream_that_fails_fails_the_socket() {
    check(
        r#"
        import { Duplex } from "stream";
        const broken = new Duplex({ read() {}, write(chunk, encoding, callback) { callback(new Error("broken")); } });
        const [error] = await once(tls.connect({ socket: broken, ca }), "error");
        assert.equal(error.message, "broken");
        assert.throws(() => new tls.TLSSocket({}), TypeError);
        "#,
    );
}

#[test]
fn keys_are_logged_and_exported() {
    check(
        r#"
        const lines = [];
        const server = await listen(local, (socket) => {
          theirs = socket.exportKeyingMaterial(16, "label", Buffer.from("context"));
          socket.end();
        });
        let theirs;
        server.on("keylog", (line, socket) => lines.push([`${line}`, socket instanceof tls.TLSSocket]));
        const socket = dial(server);
        assert.throws(() => socket.exportKeyingMaterial(16, "label"), { code: "ERR_TLS_INVALID_STATE" });
        const mine = [];
        socket.on("keylog", (line) => mine.push(`${line}`));
        await once(socket, "secureConnect");
        const ours = socket.exportKeyingMaterial(16, "label", Buffer.from("context"));
        socket.resume();
        await once(socket, "close");
        assert.ok(ours.equals(theirs) && ours.length === 16);
        assert.ok(/^[A-Z_]+ [0-9a-f]{64} [0-9a-f]+\n$/.test(mine[0]));
        assert.deepEqual(lines.map(([line]) => line).sort(), mine.sort());
        assert.ok(lines.every(([, isSocket]) => isSocket));
        server.close();
        "#,
    );
}

#[test]
fn a_handshake_has_its_time() {
    check(
        r#"
        const server = await listen({ ...local, handshakeTimeout: 20 }, () => {});
        const idle = net.connect(server.address().port, "127.0.0.1");
        const [error] = await once(server, "tlsClientError");
        assert.equal(error.code, "ERR_TLS_HANDSHAKE_TIMEOUT");
        idle.destroy();
        server.close();
        "#,
    );
}

#[test]
fn a_certificate_is_shown_in_full() {
    check(
        r#"
        const server = await listen(local, () => {});
        const socket = dial(server);
        await once(socket, "secureConnect");
        const certificate = socket.getPeerCertificate(true);
        assert.deepEqual({ ...certificate.subject }, { CN: "localhost" });
        assert.deepEqual({ ...certificate.issuer }, { CN: "Test CA" });
        assert.equal(certificate.subjectaltname, "DNS:localhost, IP Address:127.0.0.1");
        assert.deepEqual([certificate.bits, certificate.asn1Curve, certificate.nistCurve, certificate.ca], [256, "prime256v1", "P-256", false]);
        assert.ok(/^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT$/.test(certificate.valid_from));
        assert.ok(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(certificate.fingerprint256));
        assert.ok(/^[0-9A-F]+$/.test(certificate.serialNumber));
        assert.equal(certificate.raw.toString("base64"), local.cert.split("\n").slice(1, -2).join("").replaceAll("\r", ""));
        assert.equal(certificate.issuerCertificate.subject.CN, "Test CA");
        assert.equal(certificate.issuerCertificate.issuerCertificate, certificate.issuerCertificate);
        assert.deepEqual(socket.getCertificate(), {});
        socket.destroy();
        server.close();
        "#,
    );
}

#[test]
fn names_are_compared_as_in_node() {
    check(
        r#"
        const reason = (host, cert) => tls.checkServerIdentity(host, cert)?.reason;
        const named = (subjectaltname, CN) => ({ subject: { CN }, subjectaltname });
        assert.equal(reason("a.test", named("DNS:a.test")), undefined);
        assert.equal(reason("A.TEST.", named("DNS:a.test")), undefined);
        assert.equal(reason("b.a.test", named("DNS:*.a.test")), undefined);
        assert.equal(reason("a.test", named(undefined, "a.test")), undefined);
        assert.equal(reason("::1", named("IP Address:0:0:0:0:0:0:0:1")), undefined);
        assert.equal(reason("c.b.a.test", named("DNS:*.a.test")), "Host: c.b.a.test. is not in the cert's altnames: DNS:*.a.test");
        assert.equal(reason("a.test", named("DNS:*.test")), "Host: a.test. is not in the cert's altnames: DNS:*.test");
        assert.equal(reason("a.test", named(undefined, "b.test")), "Host: a.test. is not cert's CN: b.test");
        assert.equal(reason("a.test", named("DNS:b.test", "a.test")), "Host: a.test. is not in the cert's altnames: DNS:b.test");
        assert.equal(reason("8.8.8.8", named("DNS:8.8.8.8")), "IP: 8.8.8.8 is not in the cert's list: ");
        assert.equal(reason("a.test", {}), "Cert does not contain a DNS name");
        assert.equal(reason("b.test", named('DNS:"a.test, DNS:b.test"')), `Host: b.test. is not in the cert's altnames: DNS:"a.test, DNS:b.test"`);
        assert.throws(() => tls.checkServerIdentity("a.test", named('DNS:"a')), { code: "ERR_TLS_CERT_ALTNAME_FORMAT" });
        "#,
    );
}

#[test]
fn roots_can_be_listed_extended_and_replaced() {
    check(
        r#"
        assert.ok(tls.rootCertificates.length > 100 && Object.isFrozen(tls.rootCertificates));
        assert.equal(new Set(tls.rootCertificates).size, tls.rootCertificates.length);
        assert.deepEqual(tls.getCACertificates("bundled"), tls.rootCertificates);
        const server = await listen(local, () => {});
        server.on("tlsClientError", () => {});
        const socket = dial(server, { ca: [...tls.rootCertificates, ca] });
        assert.equal(await outcome(socket), "secure");
        socket.destroy();
        tls.setDefaultCACertificates([ca]);
        const trusting = dial(server, { ca: undefined });
        assert.equal(await outcome(trusting), "secure");
        trusting.destroy();
        assert.throws(() => tls.setDefaultCACertificates(["x"]), { code: "ERR_CRYPTO_OPERATION_FAILED" });
        assert.throws(() => tls.getCACertificates("x"), { code: "ERR_INVALID_ARG_VALUE" });
        server.close();
        "#,
    );
}

#[test]
fn keys_and_certificates_that_do_not_fit_are_refused() {
    check(
        r#"
        const code = (options) => {
          try {
            tls.createSecureContext(options);
          } catch (error) {
            return error.code;
          }
        };
        assert.equal(code({ key: local.key, cert: other.cert }), "ERR_OSSL_X509_KEY_VALUES_MISMATCH");
        assert.equal(code({ key: "x", cert: local.cert }), "ERR_OSSL_UNSUPPORTED");
        assert.equal(code({ cert: "x" }), "ERR_OSSL_PEM_NO_START_LINE");
        assert.equal(code({ key: 1 }), "ERR_INVALID_ARG_TYPE");
        assert.equal(code({ ca: [1] }), "ERR_INVALID_ARG_TYPE");
        assert.throws(() => tls.createSecureContext({ pfx: Buffer.alloc(1) }), { message: "not enough data" });
        assert.equal(code({ key: [other.key, local.key], cert: [local.cert, other.cert] }), undefined);
        assert.equal(code({ ...local, key: local.key.replaceAll("PRIVATE", "ENCRYPTED PRIVATE") }), "ERR_OSSL_UNSUPPORTED");
        assert.equal(code({ crl: "x" }), "ERR_CRYPTO_OPERATION_FAILED");
        assert.equal(code({ ...local, ca }), undefined);
        const server = await listen({}, () => {});
        const refused = once(server, "tlsClientError");
        assert.equal(await outcome(dial(server)), "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE");
        assert.equal((await refused)[0].code, "ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM");
        server.close();
        "#,
    );
}

#[test]
fn connections_are_published() {
    check(
        r#"
        import { subscribe } from "diagnostics_channel";
        const seen = [];
        subscribe("net.client.socket", ({ socket }) => seen.push(socket));
        const server = await listen(local, () => {});
        const socket = dial(server);
        assert.deepEqual(seen.map((one) => one === socket), [true]);
        await once(socket, "secureConnect");
        socket.destroy();
        server.close();
        "#,
    );
}

#[test]
fn a_server_staples_what_ocsp_says() {
    check(
        r#"
        const server = await listen({ ...local, ca }, (socket) => socket.end());
        const asked = [];
        server.on("OCSPRequest", (certificate, issuer, callback) => {
          asked.push(certificate.length, issuer.length);
          setTimeout(callback, 1, null, Buffer.from("good"));
        });
        const socket = dial(server, { requestOCSP: true });
        const [[response]] = await Promise.all([once(socket, "OCSPResponse"), once(socket, "secureConnect")]);
        assert.equal(`${response}`, "good");
        assert.deepEqual(asked, [socket.getPeerCertificate().raw.length, socket.getPeerCertificate(true).issuerCertificate.raw.length]);
        socket.destroy();
        server.removeAllListeners("OCSPRequest").on("OCSPRequest", (certificate, issuer, callback) => callback(new Error("no")));
        server.on("tlsClientError", () => {});
        assert.equal(await outcome(dial(server)), "ECONNRESET");
        server.close();
        "#,
    );
}

#[test]
fn an_error_without_a_listener_is_uncaught_at_a_client_and_the_servers_at_a_server() {
    check(
        r#"
        const server = await listen(local, (socket) => socket.destroy(new Error("of the server")));
        const socket = dial(server);
        await once(socket, "secureConnect");
        assert.equal(socket.listenerCount("error"), 0);
        socket.resume();
        await once(socket, "close");
        server.close();
        const plain = net.createServer((raw) => {
          const wrapped = new tls.TLSSocket(raw, { isServer: true, secureContext: tls.createSecureContext(local) });
          wrapped.on("_tlsError", (error) => plain.emit("seen", error.code));
        }).listen(0, "127.0.0.1");
        await once(plain, "listening");
        net.connect(plain.address().port, "127.0.0.1").on("error", () => {}).end("x".repeat(100));
        assert.equal((await once(plain, "seen"))[0], "ERR_SSL_WRONG_VERSION_NUMBER");
        plain.close();
        "#,
    );
}

#[test]
fn a_certificate_of_crypto_is_read_and_compared() {
    check(
        r#"
        import { X509Certificate } from "crypto";
        const certificate = new X509Certificate(local.cert);
        const issuer = new X509Certificate(Buffer.from(ca));
        assert.ok(certificate instanceof X509Certificate && certificate.constructor === X509Certificate && !({} instanceof X509Certificate));
        assert.deepEqual([certificate.subject, certificate.issuer, certificate.subjectAltName, certificate.ca, issuer.ca],
          ["CN=localhost", "CN=Test CA", "DNS:localhost, IP Address:127.0.0.1", false, true]);
        assert.equal(new X509Certificate(certificate.raw).fingerprint256, certificate.fingerprint256);
        assert.deepEqual([certificate.checkIssued(issuer), issuer.checkIssued(certificate)], [true, false]);
        assert.deepEqual([certificate.checkHost("localhost"), certificate.checkHost("x.test"), certificate.checkIP("127.0.0.1")],
          ["localhost", undefined, "127.0.0.1"]);
        assert.equal(new X509Certificate(other.cert).checkHost("a.other.test"), "*.other.test");
        assert.equal(certificate.toString().replaceAll("\n", ""), local.cert.replaceAll(/\r?\n/g, ""));
        assert.throws(() => new X509Certificate("x"), { code: "ERR_OSSL_PEM_NO_START_LINE" });
        assert.throws(() => new X509Certificate(1), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => certificate.verify(), { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" });

        const server = await listen(local, () => {});
        const socket = dial(server);
        await once(socket, "secureConnect");
        assert.equal(socket.getPeerX509Certificate().fingerprint, certificate.fingerprint);
        socket.destroy();
        server.close();
        "#,
    );
}
