//! The modules as JavaScript sees them.

use llrt_mod_unavailable::MODULES;
use llrt_test::{check, eval};

#[test]
fn a_module_imports_and_its_functions_throw_when_called() {
    check(
        MODULES,
        r#"
        import http2, { connect, Http2ServerRequest } from "node:http2";
        assert.equal(http2.connect, connect);
        assert.equal(connect.name, "connect");
        const error = { name: "Error", code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" };
        assert.throws(() => connect("http://a"), { ...error, message: "http2.connect is not available in this runtime yet" });
        assert.throws(() => new Http2ServerRequest(), { ...error, message: "http2.Http2ServerRequest is not available in this runtime yet" });
        class Mine extends Http2ServerRequest {}
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
fn constants_are_there() {
    check(
        MODULES,
        r#"
        import { sensitiveHeaders } from "http2";
        assert.equal(typeof sensitiveHeaders, "symbol");
        "#,
    );
}
