//! `spawn`, `exec`, `execFile`.

mod support;

use llrt_test::check;
use support::MODULES;

/// `ended(child)`: what it wrote, and its end.
const SCOPE: &str = r#"
    import { exec, execFile, fork, spawn } from "node:child_process";
    import { once } from "node:events";
    import { promisify } from "node:util";
    const ended = async (child) => {
      const seen = { out: "", err: "" };
      child.stdout?.setEncoding("utf8").on("data", (text) => { seen.out += text; });
      child.stderr?.setEncoding("utf8").on("data", (text) => { seen.err += text; });
      [seen.code, seen.signal] = await once(child, "close");
      return seen;
    };
"#;

fn holds(script: &str) {
    check(MODULES, &format!("{SCOPE}\n{script}"));
}

#[test]
fn a_childs_events_come_in_order_and_its_streams_carry_bytes() {
    holds(
        r#"
        const child = spawn("sh", ["-c", "cat; echo err >&2; exit 3"]);
        const events = [];
        for (const event of ["spawn", "exit", "close"]) child.on(event, () => events.push(event));
        assert.ok(child.pid > 0 && child.exitCode === null && child.stdio[0] === child.stdin);
        child.stdin.write("in");
        child.stdin.end("put");
        assert.deepEqual(await ended(child), { out: "input", err: "err\n", code: 3, signal: null });
        assert.equal(events.join(), "spawn,exit,close");
        assert.deepEqual([child.exitCode, child.signalCode, child.killed, child.kill()], [3, null, false, false]);
        "#,
    );
}

#[test]
fn megabytes_go_both_ways() {
    holds(
        r#"
        const child = spawn("cat");
        const big = Buffer.alloc(3 << 20, "x");
        child.stdin.end(big);
        let length = 0;
        for await (const chunk of child.stdout) length += chunk.length;
        assert.equal(length, big.length);
        "#,
    );
}

#[test]
fn a_child_that_cannot_start_is_an_error_event() {
    holds(
        r#"
        const child = spawn("llrt-nope", ["a"]);
        assert.equal(child.pid, undefined);
        const [error] = await once(child, "error");
        assert.deepEqual([error.message, error.code, error.errno, error.syscall, error.path, error.spawnargs],
          ["spawn llrt-nope ENOENT", "ENOENT", -2, "spawn llrt-nope", "llrt-nope", ["a"]]);
        const [gone] = await once(spawn("true", { cwd: "/llrt-nope" }), "error");
        assert.equal(gone.code, "ENOENT");
        const [denied] = await once(spawn("/etc/passwd"), "error");
        assert.equal(denied.code, "EACCES");
        "#,
    );
}

#[test]
fn arguments_are_checked_with_nodes_errors() {
    holds(
        r#"
        for (const [args, code] of [
          [[], "ERR_INVALID_ARG_TYPE"], [[""], "ERR_INVALID_ARG_VALUE"], [["a\0"], "ERR_INVALID_ARG_VALUE"], [["a", "b"], "ERR_INVALID_ARG_TYPE"],
          [["a", ["b\0"]], "ERR_INVALID_ARG_VALUE"], [["a", [], { cwd: 1 }], "ERR_INVALID_ARG_TYPE"], [["a", [], { detached: 1 }], "ERR_INVALID_ARG_TYPE"],
          [["a", [], { uid: "x" }], "ERR_INVALID_ARG_TYPE"], [["a", [], { timeout: -1 }], "ERR_OUT_OF_RANGE"], [["a", [], { killSignal: "SIGNOPE" }], "ERR_UNKNOWN_SIGNAL"],
          [["a", [], { stdio: "x" }], "ERR_INVALID_ARG_VALUE"], [["a", [], { stdio: ["ipc", "ipc"] }], "ERR_IPC_ONE_PIPE"], [["a", [], { env: { X: "\0" } }], "ERR_INVALID_ARG_VALUE"],
          [["a", [], { signal: 1 }], "ERR_INVALID_ARG_TYPE"], [["a", [], { serialization: "x" }], "ERR_INVALID_ARG_VALUE"], [["a", [], { stdio: ["text"] }], "ERR_INVALID_SYNC_FORK_INPUT"],
        ]) assert.throws(() => spawn(...args), { code });
        const child = spawn("cat");
        assert.throws(() => child.kill("SIGNOPE"), { code: "ERR_UNKNOWN_SIGNAL" });
        assert.equal(child.kill(0), true);
        child.stdin.end();
        "#,
    );
}

#[test]
fn signals_timeouts_and_aborts_end_a_child() {
    holds(
        r#"
        const child = spawn("sleep", ["60"]);
        assert.equal(child.kill("SIGINT"), true);
        assert.deepEqual([await ended(child), child.killed], [{ out: "", err: "", code: null, signal: "SIGINT" }, true]);
        assert.equal((await ended(spawn("sleep", ["60"], { timeout: 20, killSignal: "SIGKILL" }))).signal, "SIGKILL");
        const controller = new AbortController();
        const aborted = spawn("sleep", ["60"], { signal: controller.signal });
        const [error] = await Promise.all([once(aborted, "error").then(([error]) => error), controller.abort(new Error("why"))]);
        assert.deepEqual([error.name, error.code, error.cause.message], ["AbortError", "ABORT_ERR", "why"]);
        const [late] = await once(spawn("sleep", ["60"], { signal: AbortSignal.abort() }), "error");
        assert.equal(late.name, "AbortError");
        "#,
    );
}

#[test]
fn the_environment_directory_name_and_shell_are_as_asked() {
    holds(
        r#"
        const out = async (...args) => (await ended(spawn(...args))).out;
        assert.equal(await out("sh", ["-c", "echo $X; pwd"], { cwd: "/", env: { PATH: process.env.PATH, X: "y", Z: undefined } }), "y\n/\n");
        assert.equal(await out("sh", ["-c", "echo $0"], { argv0: "other" }), "other\n");
        assert.equal(await out("echo $((1 + 1))", { shell: true }), "2\n");
        process.env.LLRT_SET = "here";
        assert.equal(await out("sh", ["-c", "echo $LLRT_SET"]), "here\n");
        assert.equal(await out("sh", ["-c", "cut -d' ' -f6 /proc/$$/stat | grep -qx $$ && echo leader"], { detached: true }), "leader\n");
        "#,
    );
}

#[test]
fn stdio_can_be_ignored_inherited_or_further_descriptors() {
    holds(
        r#"
        const none = spawn("true", { stdio: "ignore" });
        assert.deepEqual([none.stdin, none.stdout, none.stderr], [null, null, null]);
        const more = spawn("sh", ["-c", "cat <&3 >&4"], { stdio: ["ignore", "ignore", "inherit", "pipe", "pipe"] });
        more.stdio[3].end("three");
        more.stdio[3].resume();
        let text = "";
        for await (const chunk of more.stdio[4]) text += chunk;
        assert.equal(text, "three");
        "#,
    );
}

#[test]
fn exec_collects_output_and_says_how_it_failed() {
    holds(
        r#"
        const run = (...args) => new Promise((resolve) => exec(...args, (...result) => resolve(result)));
        assert.deepEqual(await run("echo out; echo err >&2"), [null, "out\n", "err\n"]);
        const [buffer] = (await run("echo b", { encoding: "buffer" })).slice(1);
        assert.ok(Buffer.isBuffer(buffer));
        const [failed, , err] = await run("echo why >&2; exit 4");
        assert.deepEqual([failed.message, failed.code, failed.killed, failed.signal, failed.cmd, err],
          ["Command failed: echo why >&2; exit 4\nwhy\n", 4, false, null, "echo why >&2; exit 4", "why\n"]);
        const [over, out] = await run("echo 1234567890", { maxBuffer: 5 });
        assert.deepEqual([over.code, over.message, over instanceof RangeError, out],
          ["ERR_CHILD_PROCESS_STDIO_MAXBUFFER", "stdout maxBuffer length exceeded", true, "12345"]);
        const [timeout] = await run("exec sleep 60", { timeout: 20 });
        assert.deepEqual([timeout.killed, timeout.signal, timeout.code], [true, "SIGTERM", null]);
        const [aborted] = await run("exec sleep 60", { signal: AbortSignal.abort() });
        assert.equal(aborted.name, "AbortError");
        "#,
    );
}

#[test]
fn exec_file_takes_its_arguments_in_any_form_and_can_be_promised() {
    holds(
        r#"
        const forms = [["echo", ["a"], {}], ["echo", ["a"]], ["echo", {}], ["echo"]];
        const seen = await Promise.all(forms.map((form) => new Promise((resolve) => execFile(...form, (error, out) => resolve(out)))));
        assert.deepEqual(seen, ["a\n", "a\n", "\n", "\n"]);
        const promise = promisify(execFile)("echo", ["p"]);
        assert.ok(promise.child.pid > 0);
        assert.deepEqual(await promise, { stdout: "p\n", stderr: "" });
        const error = await assert.rejects(promisify(exec)("echo x; exit 1"), { code: 1 });
        assert.equal(error.stdout, "x\n");
        assert.throws(() => execFile("a", [], {}, 1), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn a_child_that_is_unreferenced_does_not_hold_the_loop() {
    holds(
        r#"
        const child = spawn("sleep", ["60"], { stdio: "ignore" });
        child.unref();
        globalThis.kill = () => child.kill();
        "#,
    );
}

#[test]
fn starts_are_told_to_who_subscribes() {
    holds(
        r#"
        import { subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
        import { ChildProcess } from "node:child_process";
        const seen = [];
        const handlers = Object.fromEntries(["start", "end", "error"].map((event) => [event, ({ process, options, error }) => {
          assert.ok(process instanceof ChildProcess);
          seen.push([event, options.file, error?.code].join(" "));
        }]));
        const created = ({ process }) => seen.push(process.constructor.name);
        subscribe("child_process", created);
        tracingChannel("child_process.spawn").subscribe(handlers);
        await ended(spawn("true"));
        spawn("does-not-exist").on("error", () => {});
        tracingChannel("child_process.spawn").unsubscribe(handlers);
        unsubscribe("child_process", created);
        await ended(spawn("true"));
        const expected = ["ChildProcess", "start true ", "end true ", "ChildProcess", "start does-not-exist ", "error does-not-exist ENOENT"];
        assert.deepEqual(seen, expected);
        "#,
    );
}

#[test]
fn an_error_shows_the_value_as_inspect_does() {
    holds(
        r#"
        assert.throws(() => spawn("true", { stdio: { a: "b" } }),
          { code: "ERR_INVALID_ARG_VALUE", message: "The argument 'stdio' is invalid. Received { a: 'b' }" });
        "#,
    );
}

#[test]
fn one_childs_output_is_anothers_input_and_can_be_read_afterwards() {
    holds(
        r#"
        const first = spawn("cat", { stdio: ["pipe", "pipe", "inherit"] });
        const second = spawn("head", ["-n1"], { stdio: [first.stdout, "pipe", "inherit"] });
        first.stdin.write("hello\n");
        assert.deepEqual(await ended(second), { out: "hello\n", err: "", code: 0, signal: null });
        first.stdin.end("world\n");
        const rest = ended(first);
        first.stdout.resume();
        assert.equal((await rest).out, "world\n");
        "#,
    );
}
