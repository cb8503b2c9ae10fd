//! The modules as JavaScript sees them.

use llrt_mod_unavailable::MODULES;
use llrt_test::{check, eval};

#[test]
fn a_module_imports_and_its_functions_throw_when_called() {
    check(
        MODULES,
        r#"
        import repl, { start, REPLServer } from "node:repl";
        assert.equal(repl.start, start);
        assert.equal(start.name, "start");
        const error = { name: "Error", code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" };
        assert.throws(() => start(), { ...error, message: "repl.start is not available in this runtime yet" });
        assert.throws(() => new REPLServer(), { ...error, message: "repl.REPLServer is not available in this runtime yet" });
        class Mine extends REPLServer {}
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
        import { REPL_MODE_STRICT } from "repl";
        import { SCHED_RR } from "cluster";
        assert.deepEqual([typeof REPL_MODE_STRICT, SCHED_RR], ["symbol", 2]);
        "#,
    );
}
