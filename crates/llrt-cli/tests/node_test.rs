//! `node:test`: what a program that declares tests prints and ends with.

mod support;

use support::{Program, run_file};

/// The report without times.
fn report(output: &str) -> String {
    let mut text = String::new();
    for line in output.lines().filter(|line| !line.contains("duration_ms")) {
        let line = match line.rsplit_once(" (") {
            Some((head, tail)) => match tail.split_once("ms)") {
                Some((_, rest)) => format!("{head}{rest}"),
                None => line.to_owned(),
            },
            None => line.to_owned(),
        };
        text += &line;
        text.push('\n');
    }
    text
}

#[test]
fn tests_run_in_order_after_the_program_and_are_reported() {
    let run = run_file(
        "main.mjs",
        r#"
        import test, { after, before, describe, it } from "node:test";
        const seen = [];
        test("first", () => seen.push("first"));
        describe("group", () => {
          before(() => seen.push("before"));
          after(() => console.log(seen.join()));
          it("inside", async (t) => {
            seen.push("inside");
            await t.test("deeper", () => seen.push("deeper"));
          });
          it.skip("not this", () => seen.push("skipped"));
          it.todo("later");
        });
        seen.push("program");
        "#,
    );
    assert_eq!(
        report(run.ok()),
        "program,first,before,inside,deeper\n✔ first\n▶ group\n  ▶ inside\n    ✔ deeper\n  ✔ inside\n  ﹣ not this # SKIP\n  ✔ later # TODO\n\
         ✔ group\nℹ tests 5\nℹ suites 1\nℹ pass 3\nℹ fail 0\nℹ cancelled 0\nℹ skipped 1\nℹ todo 1\n"
    );
}

#[test]
fn a_failure_is_exit_code_1() {
    let program = Program::new(&[("main.cjs", "require('node:test')('fails', () => { throw new Error('why'); });")]);
    let run = program.run(&["main.cjs"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains("✖ fails") && run.stdout.contains("Error: why"), "{}", run.stdout);
}

#[test]
fn a_test_that_never_settles_and_one_that_takes_too_long_fail() {
    let program = Program::new(&[(
        "main.cjs",
        r#"
        const test = require("node:test");
        test("slow", { timeout: 5 }, () => new Promise((resolve) => setTimeout(resolve, 1000).unref()));
        test("callback twice", (t, done) => { done(); done(); });
        test("plan", (t) => { t.plan(2); t.assert.ok(true); });
        test("thrown later", () => new Promise(() => setImmediate(() => { throw new Error("from nowhere"); })));
        test("never", () => new Promise(() => {}));
        "#,
    )]);
    let run = program.run(&["main.cjs"]);
    assert_eq!(run.code, Some(1));
    for text in [
        "test timed out after 5ms",
        "plan expected 2 assertions but received 1",
        "from nowhere",
        "Promise resolution is still pending but the event loop has already resolved",
        "ℹ cancelled 1",
    ] {
        assert!(run.stdout.contains(text), "{text}:\n{}", run.stdout);
    }
}

#[test]
fn mocks_record_and_restore() {
    let run = run_file(
        "main.mjs",
        r#"
        import { mock } from "node:test";
        const object = { add(a, b) { return a + b; }, get value() { return 1; } };
        const add = mock.method(object, "add", (a, b) => a * b);
        const getter = mock.getter(object, "value", () => 5);
        console.log(object.add(2, 3), object.value, add.mock.calls[0].arguments, add.mock.calls[0].result, getter.mock.callCount());
        add.mock.mockImplementationOnce(() => "once");
        console.log(object.add(), object.add(1, 1));
        mock.restoreAll();
        console.log(object.add(2, 3), object.value);
        const fails = mock.fn(() => { throw new Error("x"); });
        try { fails(); } catch {}
        console.log(fails.mock.calls[0].error.message);
        const made = mock.fn(class A { constructor(n) { this.n = n; } });
        console.log(new made(4).n, made.mock.calls[0].this.n);
        "#,
    );
    assert_eq!(run.ok(), "6 5 [ 2, 3 ] 6 1\nonce 1\n5 1\nx\n4 4\n");
}
