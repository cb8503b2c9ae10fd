//! The modules as JavaScript sees them.

use llrt_mod_unavailable::MODULES;
use llrt_test::{check, eval};

#[test]
fn a_module_imports_and_its_functions_throw_when_called() {
    check(
        MODULES,
        r#"
        import http, { request, Agent, STATUS_CODES } from "node:http";
        assert.equal(http.request, request);
        assert.equal(request.name, "request");
        assert.equal(STATUS_CODES[404], "Not Found");
        const error = { name: "Error", code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" };
        assert.throws(() => request("http://a"), { ...error, message: "http.request is not available in this runtime yet" });
        assert.throws(() => new Agent(), { ...error, message: "http.Agent is not available in this runtime yet" });
        class Mine extends Agent {}
        assert.throws(() => new Mine(), error);
        "#,
    );
}

#[test]
fn the_main_thread_knows_that_it_is_one() {
    let seen = eval(
        MODULES,
        r#"
        import cluster from "node:cluster";
        export default [cluster.isPrimary, cluster.isWorker];
        "#,
    );
    assert_eq!(seen, "[true,false]");
}

#[test]
fn names_that_need_the_scheme_need_it() {
    assert!(llrt_test::try_eval(MODULES, "import 'sqlite';").is_err());
    assert_eq!(eval(MODULES, "import { backup } from 'node:sqlite'; export default typeof backup;"), "function");
}

#[test]
fn net_tells_addresses_apart_and_keeps_its_defaults() {
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
fn constants_are_there() {
    check(
        MODULES,
        r#"
        import dns, { ADDRCONFIG, ALL, V4MAPPED, NOTFOUND, promises } from "dns";
        import later, { TIMEOUT } from "dns/promises";
        import { DEFAULT_MAX_VERSION } from "tls";
        import { sensitiveHeaders } from "http2";
        assert.deepEqual([ADDRCONFIG, ALL, V4MAPPED, NOTFOUND, TIMEOUT, DEFAULT_MAX_VERSION], [32, 16, 8, "ENOTFOUND", "ETIMEOUT", "TLSv1.3"]);
        assert.equal(promises, later);
        assert.equal(dns.promises, later);
        assert.equal(typeof sensitiveHeaders, "symbol");
        "#,
    );
}
