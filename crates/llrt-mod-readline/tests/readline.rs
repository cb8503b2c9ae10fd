//! `node:readline` as JavaScript sees it.

use llrt_core::Entry;
use llrt_mod_process as process;
use llrt_mod_readline::{Readline, ReadlineInterface, ReadlineKeys, ReadlinePromises};
use llrt_mod_stream as stream;
use llrt_mod_timers as timers;
use llrt_test::check;

static MODULES: &[Entry] = &[
    Entry::of::<Readline>(),
    Entry::of::<ReadlineInterface>(),
    Entry::of::<ReadlineKeys>(),
    Entry::of::<ReadlinePromises>(),
    Entry::of::<llrt_mod_tty::TtyActions>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
    Entry::of::<llrt_mod_encoding::Encoding>(),
    Entry::of::<llrt_mod_events::ErrorEvent>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_string_decoder::StringDecoder>(),
    Entry::of::<process::Pipe>(),
    Entry::of::<process::GlobalProcess>(),
    Entry::of::<process::Process>(),
    Entry::of::<process::Stdio>(),
    Entry::of::<stream::Adapters>(),
    Entry::of::<stream::Compose>(),
    Entry::of::<stream::Core>(),
    Entry::of::<stream::Duplexify>(),
    Entry::of::<stream::Operators>(),
    Entry::of::<stream::Pipeline>(),
    Entry::of::<stream::Stream>(),
    Entry::of::<stream::StreamPromises>(),
    Entry::of::<stream::StreamWeb>(),
    Entry::of::<stream::WebCommon>(),
    Entry::of::<stream::WebPipe>(),
    Entry::of::<stream::WebReadable>(),
    Entry::of::<stream::WebTee>(),
    Entry::of::<stream::WebText>(),
    Entry::of::<stream::WebTransform>(),
    Entry::of::<stream::WebWritable>(),
    Entry::of::<timers::TimerGlobals>(),
    Entry::of::<timers::Timers>(),
    Entry::of::<timers::TimersPromises>(),
];

/// `typed(text, options)`: the lines and the screen that typing gives.
const SCOPE: &str = r#"
    import readline, { createInterface } from "readline";
    import { PassThrough, Readable } from "stream";
    const typed = (text, options = {}) => {
      const input = new PassThrough(), output = new PassThrough(), lines = [];
      output.columns = 80;
      const rl = createInterface({ input, output, terminal: true, ...options });
      rl.on("line", (line) => lines.push(line));
      for (const part of [].concat(text)) input.write(part);
      return { rl, input, output, lines };
    };
"#;

fn holds(script: &str) {
    check(MODULES, &format!("{SCOPE}\n{script}"));
}

#[test]
fn lines_end_in_every_way_and_the_last_needs_no_end() {
    holds(
        r#"
        const lines = [];
        for await (const line of createInterface({ input: Readable.from([Buffer.from("a\nb\r"), Buffer.from("\nc\rd\u2028"), Buffer.from("\xe9\u00e9", "latin1"), Buffer.from("\n\nend")]) })) lines.push(line);
        assert.deepEqual(lines.length, 7);
        assert.equal(lines.slice(0, 4).join(), "a,b,c,d");
        assert.equal(lines.at(-1), "end");
        "#,
    );
}

#[test]
fn questions_are_answered_cancelled_and_refused_after_the_end() {
    holds(
        r#"
        import { createInterface as create } from "readline/promises";
        const input = new PassThrough(), output = new PassThrough();
        const rl = createInterface({ input, output });
        const answer = new Promise((resolve) => rl.question("name? ", resolve));
        input.write("me\n");
        assert.equal(await answer, "me");
        assert.equal(String(output.read()), "name? ");
        rl.close();
        assert.throws(() => rl.question("x", () => {}), { code: "ERR_USE_AFTER_CLOSE" });
        assert.throws(() => rl.write("x"), { code: "ERR_USE_AFTER_CLOSE" });
        const other = create({ input: new PassThrough(), output });
        await assert.rejects(other.question("x", { signal: AbortSignal.abort() }), { name: "AbortError" });
        const controller = new AbortController();
        const asked = other.question("x", { signal: controller.signal });
        controller.abort();
        await assert.rejects(asked, { name: "AbortError" });
        other.close();
        "#,
    );
}

#[test]
fn keys_edit_the_line() {
    holds(
        r#"
        const after = (text) => { const { rl } = typed(text); const seen = [rl.line, rl.cursor]; rl.close(); return seen.join(); };
        assert.equal(after("abc\x1b[D\x1b[Dx"), "axbc,2");
        assert.equal(after("abc\x7f"), "ab,2");
        assert.equal(after("one two\x17"), "one ,4");
        assert.equal(after("one two\x01\x1bf"), "one two,4");
        assert.equal(after("one two\x01\x0b\x19\x19"), "one twoone two,14");
        assert.equal(after("abc\x15"), ",0");
        assert.equal(after(["ab", "c", "\x1f"]), "ab,2");
        assert.equal(after("\u{1f600}\x7f"), ",0");
        assert.equal(after("ab\x1b[H\x1b[3~"), "b,0");
        "#,
    );
}

#[test]
fn returns_end_lines_and_history_brings_them_back() {
    holds(
        r#"
        const { rl, input, lines } = typed("first\rsecond\r\nthird\n");
        assert.equal(lines.join(), "first,second,third");
        input.write("\x1b[A\x1b[A\r");
        assert.equal(lines.at(-1), "second");
        input.write("f\x1b[A\r");
        assert.equal(lines.at(-1), "first");
        assert.deepEqual(rl.history.slice(0, 2), ["first", "second"]);
        let ended = false;
        rl.on("close", () => { ended = true; });
        input.write("\x04");
        assert.equal(ended, true);
        "#,
    );
}

#[test]
fn tab_completes_and_lists() {
    holds(
        r#"
        const completer = (line) => [["process.stdout", "process.stdin"].filter((name) => name.startsWith(line)), line];
        const { rl, input, output } = typed("process.s", { completer });
        input.write("\t");
        assert.equal(rl.line, "process.std");
        output.read();
        input.write("\t");
        input.write("\t");
        assert.ok(/process\.stdout +process\.stdin/.test(String(output.read())));
        rl.close();
        "#,
    );
}

#[test]
fn keys_have_names() {
    holds(
        r#"
        const input = new PassThrough(), keys = [];
        readline.emitKeypressEvents(input);
        input.on("keypress", (text, key) => keys.push(`${key.name}${key.ctrl ? " ctrl" : ""}${key.meta ? " meta" : ""}${key.shift ? " shift" : ""}`));
        input.write("aA\x01\r\x1b[A\x1b[1;5C\x1bOP\x1b[15~\x1b[Z\x1bb\x1b[200~.");
        assert.equal(keys.join(), "a,a shift,a ctrl,return,up,right ctrl,f1,f5,tab shift,b meta,paste-start,undefined");
        input.write("\x1b");
        await new Promise((resolve) => input.once("keypress", resolve));
        assert.equal(keys.at(-1), "escape meta");
        "#,
    );
}

#[test]
fn bad_options_are_refused_and_actions_are_collected() {
    holds(
        r#"
        import { Readline } from "readline/promises";
        const input = new PassThrough();
        for (const [options, code] of [[{ completer: 1 }, "ERR_INVALID_ARG_VALUE"], [{ history: 1 }, "ERR_INVALID_ARG_TYPE"], [{ historySize: -1 }, "ERR_OUT_OF_RANGE"],
          [{ tabSize: 0 }, "ERR_OUT_OF_RANGE"], [{ escapeCodeTimeout: "1" }, "ERR_INVALID_ARG_VALUE"], [{ signal: 1 }, "ERR_INVALID_ARG_TYPE"]])
          assert.throws(() => createInterface({ input, ...options }), { code });
        const output = new PassThrough();
        const actions = new Readline(output).cursorTo(0, 1).moveCursor(1, -1).clearLine(0).clearScreenDown();
        assert.equal(output.read(), null);
        await actions.commit();
        assert.equal(String(output.read()), "\x1b[2;1H\x1b[1C\x1b[1A\x1b[2K\x1b[0J");
        assert.throws(() => new Readline({}), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => readline.cursorTo(output, "a", 1), { code: "ERR_INVALID_CURSOR_POS" });
        "#,
    );
}

#[test]
fn the_iterator_tells_how_many_lines_wait() {
    check(
        MODULES,
        r#"
        import { createInterface } from "node:readline";
        import { Readable } from "node:stream";
        const lines = createInterface({ input: Readable.from(["a\nb\n"]) })[Symbol.asyncIterator]();
        const data = lines[Symbol.for("nodejs.watermarkData")];
        assert.equal((await lines.next()).value, "a");
        assert.deepEqual([data.size, data.low, data.high, data.isPaused], [1, 1, 1024, false]);
        await lines.next();
        assert.equal(data.size, 0);
        "#,
    );
}
