//! The class `Console`, and with it the text of every method.

use llrt_core::Entry;
use llrt_mod_console::{Console, ConsoleGlobal};
use llrt_test::check;

static MODULES: &[Entry] = &[Entry::of::<ConsoleGlobal>(), Entry::of::<Console>()];

/// Runs `script` with a console `k` that writes into the arrays `out` and `err`.
fn with_console(script: &str) {
    let head = r#"
        import { Console } from "node:console";
        const out = [], err = [];
        const stream = (list) => ({ write: (text) => void list.push(text) });
        const k = new Console(stream(out), stream(err));
        const take = (list = out) => list.splice(0).join("");
    "#;
    check(MODULES, &format!("{head}\n{script}"));
}

#[test]
fn each_level_goes_to_its_stream() {
    with_console(
        r#"
        k.log("a"); k.info("b"); k.debug("c"); k.warn("d"); k.error("e");
        assert.equal(take(), "a\nb\nc\n");
        assert.equal(take(err), "d\ne\n");
        const one = new Console(stream(out));
        one.error("both");
        assert.equal(take(), "both\n");
        "#,
    );
}

#[test]
fn arguments_are_formatted() {
    with_console(
        r#"
        k.log("%s is %d, %i, %f, %j, %o, %O, %c%%", "x", "5", 3.7, "1.5", { a: 1 }, [1], { b: {} }, "css", "rest", [1n]);
        assert.equal(take(), 'x is 5, 3, 1.5, {"a":1}, [ 1, [length]: 1 ], { b: {} }, % rest [ 1n ]\n');
        k.log(); k.log(""); k.log(undefined); k.log("a%", 5); k.log(-0, "%s", 1);
        assert.equal(take(), "\n\nundefined\na% 5\n-0 %s 1\n");
        "#,
    );
}

#[test]
fn groups_indent_every_line() {
    with_console(
        r#"
        k.group("G"); k.log("a\nb"); k.groupCollapsed(); k.error({ a: 1 }); k.groupEnd(); k.groupEnd(); k.groupEnd(); k.log("z");
        assert.equal(take(), "G\n  a\n  b\nz\n");
        assert.equal(take(err), "    { a: 1 }\n");
        const wide = new Console({ stdout: stream(out), groupIndentation: 4 });
        wide.group(); wide.log("x");
        assert.equal(take(), "    x\n");
        "#,
    );
}

#[test]
fn counts_count_by_label() {
    with_console(
        r#"
        k.count(); k.count(); k.count("x"); k.count(null); k.countReset(); k.count(undefined);
        assert.equal(take(), "default: 1\ndefault: 2\nx: 1\nnull: 1\ndefault: 1\n");
        assert.throws(() => k.count(Symbol("s")), { name: "TypeError" });
        "#,
    );
}

#[test]
fn timers_print_what_passed() {
    with_console(
        r#"
        k.time("t"); k.timeLog("t", "extra", { a: 1 }); k.timeEnd("t"); k.time(); k.timeEnd();
        assert.ok(/^t: [\d.]+ms extra \{ a: 1 \}\nt: [\d.]+ms\ndefault: [\d.]+ms\n$/.test(out.join("")), out.join(""));
        "#,
    );
}

#[test]
fn a_failed_assertion_warns() {
    with_console(
        r#"
        k.assert(true, "no"); k.assert(false); k.assert(false, "m %s", "x"); k.assert(false, { a: 1 }); k.assert();
        assert.equal(take(err), "Assertion failed\nAssertion failed: m x\nAssertion failed { a: 1 }\nAssertion failed\n");
        assert.equal(take(), "");
        "#,
    );
}

#[test]
fn a_trace_begins_at_its_caller() {
    with_console(
        r#"
        function caller() { k.trace("at %s", "x"); }
        caller();
        const lines = take(err).split("\n");
        assert.equal(lines[0], "Trace: at x");
        assert.ok(/^    at caller /.test(lines.find((line) => !/console/.test(line) && line.startsWith("    at"))), lines.join("|"));
        "#,
    );
}

#[test]
fn dir_ignores_custom_inspection_and_takes_options() {
    with_console(
        r#"
        k.dir({ a: { b: { c: {} } }, [Symbol.for("nodejs.util.inspect.custom")]: () => "no" }, { depth: 0 });
        k.dir("text"); k.dirxml({ a: 1 }, [1]);
        assert.equal(take(), "{\n  a: [Object],\n  Symbol(nodejs.util.inspect.custom): [Function: [nodejs.util.inspect.custom]]\n}\n'text'\n{ a: 1 } [ 1 ]\n");
        "#,
    );
}

#[test]
fn tables_have_a_column_for_each_property() {
    with_console(
        r#"
        k.table([{ a: 1, b: "x" }, { a: 2, c: true }, 7]);
        assert.equal(take(), `
┌─────────┬───┬─────┬──────┬────────┐
│ (index) │ a │ b   │ c    │ Values │
├─────────┼───┼─────┼──────┼────────┤
│ 0       │ 1 │ 'x' │      │        │
│ 1       │ 2 │     │ true │        │
│ 2       │   │     │      │ 7      │
└─────────┴───┴─────┴──────┴────────┘
`.slice(1));
        k.table([{ a: 1, b: 2 }], ["b"]);
        assert.equal(take(), `
┌─────────┬───┐
│ (index) │ b │
├─────────┼───┤
│ 0       │ 2 │
└─────────┴───┘
`.slice(1));
        k.table(new Map([["a", 1], ["b", { x: 1 }]]));
        assert.equal(take(), `
┌───────────────────┬─────┬──────────┐
│ (iteration index) │ Key │ Values   │
├───────────────────┼─────┼──────────┤
│ 0                 │ 'a' │ 1        │
│ 1                 │ 'b' │ { x: 1 } │
└───────────────────┴─────┴──────────┘
`.slice(1));
        k.table(new Set(["漢字"]).values());
        assert.equal(take(), `
┌───────────────────┬────────┐
│ (iteration index) │ Values │
├───────────────────┼────────┤
│ 0                 │ '漢字' │
└───────────────────┴────────┘
`.slice(1));
        k.table(5); k.table(null);
        assert.equal(take(), "5\nnull\n");
        assert.throws(() => k.table([1], 5), {
          code: "ERR_INVALID_ARG_TYPE",
          message: 'The "properties" argument must be an instance of Array. Received type number (5)',
        });
        "#,
    );
}

#[test]
fn options_are_checked_as_in_node() {
    with_console(
        r#"
        const stdout = stream(out);
        const fails = (options, code, message) => assert.throws(() => new Console(options), { code, message });
        fails(undefined, "ERR_CONSOLE_WRITABLE_STREAM", "Console expects a writable stream instance for stdout");
        fails({ stdout, stderr: 5 }, "ERR_CONSOLE_WRITABLE_STREAM", "Console expects a writable stream instance for stderr");
        fails({ stdout, colorMode: 5 }, "ERR_INVALID_ARG_VALUE", "The argument 'colorMode' must be one of: 'auto', true, false. Received 5");
        fails({ stdout, groupIndentation: 1001 }, "ERR_OUT_OF_RANGE",
          'The value of "groupIndentation" is out of range. It must be >= 0 && <= 1000. Received 1001');
        fails({ stdout, inspectOptions: 5 }, "ERR_INVALID_ARG_TYPE",
          'The "options.inspectOptions" property must be of type object. Received type number (5)');
        fails({ stdout, colorMode: true, inspectOptions: { colors: true } }, "ERR_INCOMPATIBLE_OPTION_PAIR",
          'Option "options.inspectOptions.color" cannot be used in combination with option "colorMode"');
        new Console({ stdout, inspectOptions: { depth: 0 }, colorMode: true }).log({ a: { b: 1 } });
        assert.equal(take(), "{ a: \u001b[36m[Object]\u001b[39m }\n");
        "#,
    );
}

#[test]
fn a_stream_that_throws_matters_only_when_asked_to() {
    with_console(
        r#"
        const broken = { write() { throw new Error("boom"); } };
        new Console(broken).log("x");
        assert.throws(() => new Console({ stdout: broken, ignoreErrors: false }).log("x"), { message: "boom" });
        "#,
    );
}

#[test]
fn it_can_be_subclassed_and_called_without_new() {
    with_console(
        r#"
        class Mine extends Console { log(...values) { super.log("mine", ...values); } }
        const mine = new Mine(stream(out));
        mine.log("a"); mine.count();
        assert.equal(take(), "mine a\nmine default: 1\n");
        assert.ok(mine instanceof Mine && mine instanceof Console && console instanceof Console);
        assert.ok(!({} instanceof Console));
        Console(stream(out)).log("b");
        const { log } = k;
        log("c");
        assert.equal(take(), "b\nc\n");
        "#,
    );
}

#[test]
fn the_module_is_the_global() {
    check(
        MODULES,
        r#"
        import def, * as all from "console";
        assert.ok(def === globalThis.console && all.log === console.log && all.Console === console.Console);
        assert.equal(Object.prototype.toString.call(console), "[object console]");
        assert.equal(Object.getOwnPropertyDescriptor(globalThis, "console").enumerable, false);
        assert.equal(console.log.name + console.log.length, "log0");
        "#,
    );
}

#[test]
fn columns_that_are_asked_for_are_there_for_primitives_too() {
    with_console(
        r#"
        k.table({ a: 1, b: { c: 2 } }, ["c"]);
        assert.equal(take(), "┌─────────┬───┐\n│ (index) │ c │\n├─────────┼───┤\n│ a       │   │\n│ b       │ 2 │\n└─────────┴───┘\n");
        "#,
    );
}

#[test]
fn each_stream_may_have_options_of_its_own() {
    with_console(
        r#"
        const [one, two] = [stream(out), stream(err)];
        const both = new Console({ stdout: one, stderr: two, inspectOptions: new Map([[one, { colors: true }], [two, { colors: false }]]) });
        both.log(1);
        both.error(1);
        assert.deepEqual([take(), take(err)], ["\x1b[33m1\x1b[39m\n", "1\n"]);
        assert.throws(() => new Console({ stdout: one, colorMode: true, inspectOptions: new Map([[one, { colors: true }]]) }), { code: "ERR_INCOMPATIBLE_OPTION_PAIR" });
        "#,
    );
}

#[test]
fn the_global_console_writes_to_the_stream_it_was_given() {
    with_console(
        r#"
        import console from "node:console";
        console._stdout = stream(out);
        console.log("a", 1);
        console.time("t");
        assert.equal(take(), "a 1\n");
        assert.equal(typeof console._times.get("t"), "number");
        assert.equal(Object.keys(console).includes("_stdout"), false);
        "#,
    );
}

#[test]
fn a_write_that_fails_later_does_not_end_the_program() {
    with_console(
        r#"
        const listeners = [];
        const failing = {
          write(text, done) { done(new Error("late")); },
          listenerCount: () => listeners.length,
          once: (name, listener) => listeners.push(listener),
          removeListener: (name, listener) => listeners.splice(listeners.indexOf(listener), 1),
        };
        new Console(failing).log("x");
        // One listener waits for the event that reports it.
        assert.equal(listeners.length, 0);
        const later = { ...failing, write: (text, done) => { later.done = done; } };
        new Console(later).log("x");
        later.done(new Error("late"));
        assert.equal(listeners.length, 1);
        "#,
    );
}
