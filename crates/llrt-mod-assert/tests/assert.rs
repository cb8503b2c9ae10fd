//! `node:assert` as JavaScript sees it, with the texts of Node.js 24.

use llrt_core::Entry;
use llrt_mod_assert::{Assert, AssertSource, AssertStrict, AssertionError};
use llrt_mod_util::Comparisons;
use llrt_test::{check, eval};

static MODULES: &[Entry] = &[
    Entry::of::<Assert>(),
    Entry::of::<AssertStrict>(),
    Entry::of::<AssertionError>(),
    Entry::of::<AssertSource>(),
    Entry::of::<Comparisons>(),
];

/// The message of what `call` throws.
fn message(call: &str) -> String {
    let script = r#"
        import node, { Assert } from "node:assert";
        let message = "did not throw";
        try { CALL } catch (error) { message = error.message; }
        export default message;
    "#;
    eval(MODULES, &script.replace("CALL", call))
}

#[test]
fn short_primitives_stand_side_by_side() {
    assert_eq!(message("node.strictEqual(1, 2)"), "Expected values to be strictly equal:\n\n1 !== 2\n");
    assert_eq!(message("node.strictEqual(1, 2, 'mine')"), "mine\n\n1 !== 2\n");
    assert_eq!(message("node.equal(1, 2)"), "1 == 2");
    assert_eq!(message("node.notEqual(1, 1)"), "1 != 1");
    assert_eq!(message("node.notStrictEqual(1, 1)"), "Expected \"actual\" to be strictly unequal to: 1");
}

#[test]
fn longer_ones_stand_one_below_the_other() {
    assert_eq!(
        message("node.strictEqual('test test', 'test foobar')"),
        "Expected values to be strictly equal:\n+ actual - expected\n\n+ 'test test'\n- 'test foobar'\n        ^\n"
    );
}

#[test]
fn a_difference_shows_the_lines_around_it() {
    assert_eq!(
        message("node.deepStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 5, 6, 7, 0, 9])"),
        "Expected values to be strictly deep-equal:\n+ actual - expected\n... Skipped lines\n\n  [\n    1,\n    2,\n    3,\n    4,\n...\n    \
         7,\n+   8,\n-   0,\n    9\n  ]\n"
    );
    assert_eq!(
        message("new Assert({ diff: 'full' }).deepStrictEqual([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 0])"),
        "Expected values to be strictly deep-equal:\n+ actual - expected\n\n  [\n    1,\n    2,\n    3,\n    4,\n    5,\n    6,\n    7,\n+   \
         8\n-   0\n  ]\n"
    );
}

#[test]
fn a_comma_is_no_difference() {
    assert_eq!(
        message("node.deepStrictEqual([1, 2, 3], [1, 2])"),
        "Expected values to be strictly deep-equal:\n+ actual - expected\n\n  [\n    1,\n    2,\n+   3\n  ]\n"
    );
}

#[test]
fn two_things_that_look_the_same_are_told_apart() {
    assert_eq!(message("node.strictEqual([], [])"), "Values have same structure but are not reference-equal:\n\n[]\n");
}

#[test]
fn loose_and_negative_comparisons_show_both_sides() {
    assert_eq!(
        message("node.deepEqual({ a: 1 }, { a: 2 })"),
        "Expected values to be loosely deep-equal:\n\n{\n  a: 1\n}\n\nshould loosely deep-equal\n\n{\n  a: 2\n}"
    );
    assert_eq!(
        message("node.notDeepEqual(1, true)"),
        "Expected values not to be loosely deep-equal:\n\n1\n\nshould not loosely deep-equal\n\ntrue"
    );
    assert_eq!(
        message("node.notDeepStrictEqual([1], [1])"),
        "Expected \"actual\" not to be strictly deep-equal to:\n\n[\n  1\n]\n"
    );
}

#[test]
fn an_error_has_nodes_properties() {
    check(
        MODULES,
        r#"
        import node from "node:assert";
        let error;
        try { node.strictEqual(1, 2); } catch (caught) { error = caught; }
        assert.ok(error instanceof Error && error instanceof node.AssertionError);
        assert.deepEqual([error.name, error.code, error.actual, error.expected, error.operator, error.generatedMessage, error.diff],
          ["AssertionError", "ERR_ASSERTION", 1, 2, "strictEqual", true, "simple"]);
        assert.equal(Object.keys(error).join(), "generatedMessage,code,actual,expected,operator,diff");
        assert.ok(!error.stack.includes("strictEqual "), error.stack);
        assert.ok(String(error).startsWith("AssertionError [ERR_ASSERTION]: Expected values"));
        assert.throws(() => new node.AssertionError(1), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => node.strictEqual(1), { code: "ERR_MISSING_ARGS", message: 'The "actual" and "expected" arguments must be specified' });
        const mine = new RangeError("mine");
        assert.throws(() => node.ok(false, mine), { message: "mine" });
        "#,
    );
}

#[test]
fn throws_tells_what_was_missing_or_wrong() {
    assert_eq!(message("node.throws(() => {})"), "Missing expected exception.");
    assert_eq!(message("node.throws(() => {}, TypeError, 'why')"), "Missing expected exception (TypeError): why");
    assert_eq!(
        message("node.throws(() => { throw new Error('a') }, TypeError)"),
        "The error is expected to be an instance of \"TypeError\". Received \"Error\"\n\nError message:\n\na"
    );
    assert_eq!(
        message("node.throws(() => { throw new Error('a') }, { message: 'b', name: /Err/ })"),
        "Expected values to be strictly deep-equal:\n+ actual - expected\n\n  Comparison {\n+   message: 'a',\n-   message: 'b',\n    name: \
         'Error'\n  }\n"
    );
    assert_eq!(
        message("node.throws(() => { throw 5 }, function five() { return 0 })"),
        "The \"five\" validation function is expected to return \"true\". Received 0"
    );
    assert_eq!(
        message("node.throws(() => { throw new Error('same') }, 'same')"),
        "The \"error/message\" argument is ambiguous. The error message \"same\" is identical to the message."
    );
    assert_eq!(
        message("node.doesNotThrow(() => { throw new Error('a') }, 'why')"),
        "Got unwanted exception: why\nActual message: \"a\""
    );
    assert_eq!(
        message("node.throws(() => { throw new Error('a') }, {})"),
        "The argument 'error' may not be an empty object. Received {}"
    );
}

#[test]
fn rejections_are_awaited() {
    check(
        MODULES,
        r#"
        import node from "node:assert";
        await node.rejects(async () => { throw new TypeError("a"); }, TypeError);
        await node.rejects(Promise.reject(new Error("b")), { message: "b" });
        await node.doesNotReject(async () => 1);
        await assert.rejects(() => node.rejects(async () => 1), { message: "Missing expected rejection." });
        await assert.rejects(() => node.rejects(() => 1), { code: "ERR_INVALID_RETURN_VALUE",
          message: 'Expected instance of Promise to be returned from the "promiseFn" function but got type number (1).' });
        await assert.rejects(() => node.rejects(5), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn the_three_kinds_of_deep_equality() {
    check(
        MODULES,
        r#"
        import node from "node:assert";
        const holds = (name, ...values) => { try { node[name](...values); return true; } catch { return false; } };
        const all = (left, right) => ["deepEqual", "deepStrictEqual", "partialDeepStrictEqual"].map((name) => +holds(name, left, right)).join("");
        class A { x = 1 }
        const cycle = {}; cycle.self = cycle;
        const other = {}; other.self = other;
        const table = [
          [[1, "2"], ["1", 2], "100"], [NaN, NaN, "111"], [0, -0, "100"], [null, undefined, "100"], [new A(), { x: 1 }, "101"],
          [{ a: 1, b: 2 }, { a: 1 }, "001"], [[1, 2, 3], [1, 3], "001"], [[1, 2, 3], [3, 1], "000"], [[1, , 3], [1, undefined, 3], "000"],
          [new Set([1, 2]), new Set(["1", 2]), "100"], [new Set([{ a: 1 }]), new Set([{ a: 1 }]), "111"], [new Map([[{ k: 1 }, 1]]), new Map([[{ k: 1 }, 1]]), "111"],
          [new Map([[1, 2], [3, 4]]), new Map([[3, 4]]), "001"], [new Error("a", { cause: 1 }), new Error("a"), "001"], [new Date(0), new Date(1), "000"],
          [/a/g, /a/i, "000"], [Uint8Array.of(1, 2), Uint8Array.of(1), "001"], [new WeakMap(), new WeakMap(), "000"], [cycle, other, "111"], [cycle, { self: {} }, "000"],
        ];
        for (const [left, right, expected] of table) assert.equal(all(left, right), expected);
        "#,
    );
}

#[test]
fn strict_has_the_strict_functions_under_the_short_names() {
    check(
        MODULES,
        r#"
        import node, { strict, AssertionError } from "node:assert";
        import other, { equal } from "node:assert/strict";
        assert.ok(other === strict && node.strict === strict && strict.strict === strict);
        assert.ok(equal === node.strictEqual && strict.deepEqual === node.deepStrictEqual && strict.AssertionError === AssertionError);
        assert.throws(() => strict(), { message: "No value argument passed to `assert.ok()`" });
        "#,
    );
}

#[test]
fn a_failed_assert_without_its_source_shows_the_value() {
    assert_eq!(message("node(0)"), "0 == true");
}

#[test]
fn if_error_shows_where_the_error_came_from_too() {
    check(
        MODULES,
        r#"
        import node from "node:assert";
        node.ifError(null);
        function origin() { return new Error("a"); }
        let error;
        try { node.ifError(origin()); } catch (caught) { error = caught; }
        assert.equal(error.message, "ifError got unwanted exception: a");
        assert.ok(error.stack.includes("origin"), error.stack);
        "#,
    );
}
