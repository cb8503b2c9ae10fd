//! `llrt test`.

mod support;

use support::{Program, Run};

fn run(files: &[(&str, &str)], words: &[&str]) -> Run {
    run_in(&Program::new(files), words)
}

fn run_in(program: &Program, words: &[&str]) -> Run {
    let mut command = program.command(&[&["test"], words].concat());
    let output = command.env_remove("CI").output().expect("llrt starts");
    Run {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The lines of a spec report that name tests, without times.
fn tests(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines().take_while(|line| !line.starts_with("Failed:"));
    let is_test = |line: &&str| ["✓", "✗", "- ", "todo"].iter().any(|mark| line.trim_start().starts_with(mark));
    lines
        .filter(|line| line.starts_with(' '))
        .filter(is_test)
        .map(|line| {
            let line = line.trim();
            line.rsplit_once(" (").filter(|(_, time)| time.ends_with("s)")).map_or(line, |(line, _)| line).to_owned()
        })
        .collect()
}

#[track_caller]
fn assert_has(run: &Run, texts: &[&str]) {
    for text in texts {
        assert!(run.stdout.contains(text), "no {text:?} in {run:#?}");
    }
}

#[test]
fn blocks_hooks_and_modes_run_in_jests_order() {
    let seen = run(
        &[(
            "order.test.mjs",
            r#"
            const seen = [];
            const note = (text) => () => { seen.push(text); };
            beforeAll(note("beforeAll")); afterAll(() => { console.log(seen.join(" ")); });
            beforeEach(note("beforeEach")); afterEach(note("afterEach"));
            test("one", note("one"));
            describe("block", () => {
              beforeAll(note("innerAll")); beforeEach(note("innerEach")); afterEach(note("innerAfter")); afterAll(note("innerAfterAll"));
              it("two", async () => { await null; seen.push("two"); });
              it.skip("three", note("three"));
              it.todo("four");
            });
            describe.skip("never", () => { beforeAll(note("wrong")); it("five", note("five")); });
            test("done", (done) => setTimeout(done, 1));
            "#,
        )],
        &[],
    );
    assert_eq!(tests(&seen), ["✓ one", "✓ two", "- three", "todo four", "- five", "✓ done"], "{seen:#?}");
    assert_has(
        &seen,
        &[
            "beforeAll beforeEach one afterEach innerAll beforeEach innerEach two innerAfter afterEach innerAfterAll beforeEach afterEach\n",
            "3 passed, 2 skipped, 1 todo (1 file, ",
        ],
    );
    assert_eq!(seen.code, Some(0));
}

#[test]
fn only_and_name_patterns_choose() {
    let files = &[(
        "a.test.js",
        "test('one', () => {}); describe('b', () => { test.only('two', () => {}); test('three', () => { throw 1 }); });",
    )];
    assert_eq!(tests(&run(files, &[])), ["- one", "✓ two", "- three"]);
    let files = &[("a.test.js", "test('one', () => {}); describe('b', () => { test('two', () => {}); });")];
    assert_eq!(tests(&run(files, &["-t", "^b two$"])), ["- one", "✓ two"]);
}

#[test]
fn tables_fill_in_names_and_values() {
    let seen = run(
        &[(
            "each.test.js",
            r#"
            test.each([[1, 2, 3], [2, 2, 4]])("%i + %i = %i", (a, b, sum) => expect(a + b).toBe(sum));
            test.each`a | b | c
              ${1} | ${"x"} | ${{ d: 1 }}
            `("$a $b $c.d", ({ a, b, c }) => expect([a, b, c]).toEqual([1, "x", { d: 1 }]));
            describe.each(["p", "q"])("block %s", (letter) => { it("has " + letter, () => {}); });
            "#,
        )],
        &[],
    );
    assert_eq!(tests(&seen), ["✓ 1 + 2 = 3", "✓ 2 + 2 = 4", "✓ 1 x 1", "✓ has p", "✓ has q"], "{seen:#?}");
}

#[test]
fn a_failure_shows_the_difference_and_the_source() {
    let seen = run(
        &[(
            "fails.test.mjs",
            "import { expect as chai } from 'chai';\ntest('jest', () => {\n  expect({ a: [1, 2] }).toEqual({ a: [1, 3] });\n});\n\
             test('chai', () => {\n  chai({ a: 1 }).to.deep.equal({ a: 2 });\n});\n",
        )],
        &[],
    );
    assert_eq!(seen.code, Some(1));
    assert_has(
        &seen,
        &[
            "1) fails.test.mjs > jest",
            "expect(received).toEqual(expected) // deep equality",
            "-     3,\n     +     2,",
            "> 3 |   expect({ a: [1, 2] }).toEqual({ a: [1, 3] });",
            "2) fails.test.mjs > chai",
            "AssertionError: expected { a: 1 } to deeply equal { a: 2 }",
            "-   \"a\": 2,\n     +   \"a\": 1,",
            "> 6 |   chai({ a: 1 }).to.deep.equal({ a: 2 });",
            "2 failed (1 file, 1 failed, ",
        ],
    );
}

#[test]
fn errors_are_told_whole() {
    let seen = run(
        &[(
            "errors.test.mjs",
            r#"
            test("cause", () => { throw new Error("outer", { cause: new TypeError("inner") }); });
            test("many", () => { throw new AggregateError([new Error("a"), new Error("b")], "both"); });
            test("no error", () => { throw "text"; });
            test("nobody's", async () => { Promise.reject(new Error("unhandled")); await new Promise((r) => setTimeout(r, 5)); });
            afterAll(() => { throw new Error("after all"); });
            describe("block", () => { beforeAll(() => { throw new Error("before all"); }); test("blocked", () => {}); });
            "#,
        )],
        &[],
    );
    assert_eq!(seen.code, Some(1));
    assert_has(
        &seen,
        &[
            "Error: outer",
            "Cause: TypeError: inner\n",
            "AggregateError: both",
            "Error: b",
            "Thrown: \"text\"",
            "Error: unhandled",
            "errors.test.mjs > block > blocked",
            "Error: before all",
            "Error: after all",
            "5 failed, 1 errors outside of tests",
        ],
    );
    assert!(!seen.stdout.contains("internal:"), "{seen:#?}");
}

#[test]
fn mocks_and_fake_timers_are_jests() {
    run(
        &[(
            "mocks.test.js",
            r#"
            const { expect: same, jest: mocks } = require("@jest/globals");
            test("fn", () => {
              const twice = jest.fn((x) => x * 2).mockReturnValueOnce(7);
              expect([twice(1), twice(2)]).toEqual([7, 4]);
              expect(twice).toHaveBeenCalledTimes(2);
              expect(twice).toHaveBeenNthCalledWith(2, 2);
              expect([same === expect, mocks === jest]).toEqual([true, true]);
            });
            test("spyOn", () => {
              const object = { f: () => "real" };
              jest.spyOn(object, "f").mockImplementation(() => "mock");
              expect(object.f()).toBe("mock");
              jest.restoreAllMocks();
              expect(object.f()).toBe("real");
            });
            test("timers", async () => {
              jest.useFakeTimers({ now: 1000 });
              const seen = [];
              setTimeout(() => seen.push(Date.now()), 500);
              const interval = setInterval(() => seen.push("tick"), 200);
              jest.advanceTimersByTime(499);
              expect(seen).toEqual(["tick", "tick"]);
              jest.advanceTimersByTime(1);
              clearInterval(interval);
              expect(seen).toEqual(["tick", "tick", 1500]);
              expect(jest.getTimerCount()).toBe(0);
              jest.useRealTimers();
              expect(Date.now()).toBeGreaterThan(1e12);
              await new Promise((resolve) => setTimeout(resolve, 1));
            });
            test("what is not there says so", () => {
              expect(() => jest.mock("fs")).toThrow("jest.mock is not available");
            });
            "#,
        )],
        &[],
    )
    .ok();
}

#[test]
fn matchers_are_jests() {
    run(
        &[(
            "matchers.test.mjs",
            r#"
            test("asymmetric", () => {
              expect({ a: 1, b: "x", c: [1, 2] }).toEqual({ a: expect.any(Number), b: expect.stringMatching(/x/), c: expect.arrayContaining([2]) });
              expect({ a: 1, b: 2 }).toMatchObject({ a: 1 });
              expect([0.1 + 0.2]).toEqual([expect.closeTo(0.3)]);
            });
            test("promises", async () => {
              await expect(Promise.resolve(1)).resolves.toBe(1);
              await expect(Promise.reject(new TypeError("bad"))).rejects.toThrow(TypeError);
            });
            test("custom", () => {
              expect.extend({ toBeEven: (n) => ({ pass: n % 2 === 0, message: () => `${n} is odd` }) });
              expect(2).toBeEven();
              expect(() => expect(3).toBeEven()).toThrow("3 is odd");
            });
            test("throws", () => {
              expect(() => { throw new RangeError("too far"); }).toThrow(/far/);
              expect(new Set([1])).toContain(1);
              expect(null).not.toBeDefined;
              expect({ a: { b: 1 } }).toHaveProperty("a.b", 1);
            });
            test.failing("assertions are counted", () => { expect.assertions(2); expect(1).toBe(1); });
            "#,
        )],
        &[],
    )
    .ok();
}

#[test]
fn chai_is_whole() {
    run(
        &[(
            "chai.test.mjs",
            r#"
            import * as chai from "chai";
            chai.should();
            test("three styles", () => {
              chai.assert.strictEqual(1, 1);
              chai.expect([1, 2]).to.include(2).and.have.lengthOf(2);
              "text".should.be.a("string");
              chai.assert.throws(() => chai.assert.equal(1, 2), chai.AssertionError);
            });
            "#,
        )],
        &[],
    )
    .ok();
}

#[test]
fn a_file_that_ends_crashes_or_hangs_is_reported_and_the_rest_goes_on() {
    let seen = run(
        &[
            ("exits.test.js", "test('exits', () => process.exit(3)); test('unreached', () => {});"),
            ("dies.test.js", "test('dies', () => process.kill(process.pid, 'SIGKILL'));"),
            ("throws.test.js", "throw new Error('at the top');"),
            ("syntax.test.mjs", "const ="),
            ("waits.test.js", "test('waits', () => new Promise(() => {})); test('next', () => {});"),
            ("slow.test.js", "test('slow', () => new Promise((r) => setTimeout(r, 60000)), 50);"),
            (
                "late.test.js",
                "test('late', () => { setTimeout(() => { throw new Error('late') }, 1); return new Promise((r) => setTimeout(r, 60000)); });",
            ),
            ("fine.test.js", "test('fine', () => {});"),
        ],
        &[],
    );
    assert_eq!(seen.code, Some(1));
    assert_has(
        &seen,
        &[
            "The process ended with code 3 before its tests did: was process.exit called?",
            "The process crashed: it was ended by signal 9 (SIGKILL)",
            "Error: at the top",
            "> 1 | throw new Error('at the top');",
            "SyntaxError:",
            "Error: The test never ends: nothing is left that it could wait for",
            "✓ next",
            "Error: Exceeded timeout of 50 ms for a test",
            "Error: late",
            "✓ fine",
        ],
    );
}

#[test]
fn a_loop_without_end_is_ended() {
    let seen = run(&[("loops.test.js", "test('loops', () => { for (;;); });")], &["--timeout", "100"]);
    assert_eq!(seen.code, Some(1));
    assert_has(&seen, &["loops.test.js > loops", "It did not answer any more and was killed"]);
}

#[test]
fn snapshots_are_written_compared_and_updated() {
    let program = Program::new(&[(
        "snap.test.js",
        "test('s', () => {\n  expect({ a: [1, process.env.SNAP ?? 'x'] }).toMatchSnapshot();\n  \
         expect({ b: 1 }).toMatchInlineSnapshot();\n  expect(() => { throw new Error('bad'); }).toThrowErrorMatchingSnapshot();\n});\n",
    )]);
    let seen = run_in(&program, &["--ci"]);
    assert_eq!(seen.code, Some(1), "{seen:#?}");
    assert_has(&run_in(&program, &[]), &["snapshots: 3 written"]);
    let file = std::fs::read_to_string(program.path("__snapshots__/snap.test.js.snap")).expect("written");
    assert_eq!(
        file,
        "// Jest Snapshot v1, https://jestjs.io/docs/snapshot-testing\n\nexports[`s 1`] = `\n{\n  \"a\": [\n    1,\n    \"x\",\n  ],\n}\n`;\n\n\
         exports[`s 2`] = `\"bad\"`;\n"
    );
    let source = std::fs::read_to_string(program.path("snap.test.js")).expect("there");
    assert!(source.contains("toMatchInlineSnapshot(`\n    {\n      \"b\": 1,\n    }\n  `);"), "{source}");
    run_in(&program, &["--ci"]).ok();
    let changed = file.replace("\"x\"", "\"y\"");
    program.write("__snapshots__/snap.test.js.snap", changed.as_bytes());
    let seen = run_in(&program, &[]);
    assert_eq!(seen.code, Some(1));
    assert_has(&seen, &["Snapshot name: `s 1`", "-     \"y\",", "+     \"x\",", "snapshots: 1 failed"]);
    assert_has(&run_in(&program, &["-u"]), &["snapshots: 1 updated"]);
    assert_eq!(std::fs::read_to_string(program.path("__snapshots__/snap.test.js.snap")).expect("written"), file);
}

#[test]
fn reporters_tell_the_same_in_their_own_way() {
    let program = Program::new(&[(
        "r.test.js",
        "describe('b', () => { test('p # <1>', () => {}); test('f', () => { throw new Error('no & never'); }); test.skip('s', () => {}); test.todo('t'); });",
    )]);
    let tap = run_in(&program, &["--reporter", "tap"]);
    assert_has(
        &tap,
        &[
            "TAP version 14\n",
            "ok 1 - b > p \\# <1>\n",
            "not ok 2 - b > f\n",
            "ok 3 - b > s # SKIP\n",
            "not ok 4 - b > t # TODO\n",
            "1..4\n",
            "    Error: no & never\n",
        ],
    );
    let dot = run_in(&program, &["--reporter=dot"]);
    assert_has(&dot, &[".X-o\n", "1 failed, 1 passed, 1 skipped, 1 todo"]);
    let junit = run_in(&program, &["--reporter", "junit", "--reporter-output", "out.xml"]);
    assert_eq!((junit.code, junit.stdout.as_str()), (Some(1), ""));
    let xml = std::fs::read_to_string(program.path("out.xml")).expect("written");
    for text in [
        "<testsuite name=\"r.test.js\" tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"2\"",
        "<testcase name=\"p # &lt;1&gt;\" classname=\"b\" file=\"r.test.js\"",
        "<failure message=\"Error: no &amp; never\">",
        "<skipped/>",
    ] {
        assert!(xml.contains(text), "no {text} in {xml}");
    }
}

#[test]
fn filters_choose_files_and_finding_none_fails() {
    let program = Program::new(&[
        ("a/one.test.js", "test('one', () => {});"),
        ("b/two.test.cjs", "test('two', () => {});"),
        ("b/node_modules/x/three.test.js", "test('three', () => {});"),
        ("empty.test.js", ""),
    ]);
    assert_eq!(tests(&run_in(&program, &["one", "two"])).len(), 2);
    assert_eq!(tests(&run_in(&program, &["-d", "b"])), ["✓ two"]);
    let none = run_in(&program, &["nothing"]);
    assert!(none.failed(1).contains("no test files in . whose path has nothing in it"), "{none:#?}");
    assert!(run_in(&program, &["empty"]).failed(1).contains("no tests in the files"));
    run_in(&program, &["nothing", "--pass-with-no-tests"]).ok();
    assert!(run_in(&program, &["--bogus"]).failed(9).contains("bad option: --bogus"));
    assert!(run_in(&program, &["--help"]).ok().contains("Usage: llrt test"));
}

#[test]
fn test_files_may_be_typescript() {
    let program = Program::new(&[(
        "a.test.ts",
        "const one: number = 1;\ntest('typed', () => { expect(one as unknown).toBe(1); });",
    )]);
    assert_eq!(tests(&run_in(&program, &[])), ["✓ typed"]);
}

#[test]
fn tests_that_are_concurrent_overlap() {
    let seen = run(
        &[(
            "together.test.mjs",
            r#"
            let resolveFirst;
            const first = new Promise((resolve) => { resolveFirst = resolve; });
            test.concurrent("waits for the other", () => first);
            test.concurrent("lets it go", async () => resolveFirst());
            "#,
        )],
        &[],
    );
    seen.ok();
    assert_eq!(tests(&seen).len(), 2);
}

#[test]
fn bail_stops_after_the_first_failure() {
    let seen = run(
        &[
            ("a.test.js", "test('f', () => { throw 1 });"),
            ("b.test.js", "test('p', () => {});"),
            ("c.test.js", "test('q', () => {});"),
        ],
        &["--bail", "--jobs", "1"],
    );
    assert_eq!(seen.code, Some(1));
    assert_has(&seen, &["not run"]);
}

#[test]
fn watching_runs_again_after_a_change() {
    use std::{
        io::{BufRead, BufReader},
        process::Stdio,
    };

    let program = Program::new(&[("w.test.js", "test('w', () => {});")]);
    let mut child = program
        .command(&["test", "--watch"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("llrt starts");
    let mut said = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let mut told = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut wait_for = |text: &str| told.by_ref().map_while(Result::ok).find(|line| line.contains(text));
    assert!(wait_for("1 passed").is_some());
    assert!(said.by_ref().map_while(Result::ok).any(|line| line.contains("Waiting for a file to change")));
    program.write("w.test.js", b"test('changed', () => { throw new Error('now'); });");
    assert!(wait_for("changed").is_some());
    assert!(wait_for("1 failed").is_some());
    child.kill().expect("it runs");
    child.wait().expect("it ends");
}

#[test]
fn a_test_that_reads_standard_input_finds_it_empty() {
    run(
        &[(
            "stdin.test.mjs",
            "import { text } from 'node:stream/consumers';\ntest('empty', async () => expect(await text(process.stdin)).toBe(''));",
        )],
        &[],
    )
    .ok();
}
