//! `fs.Utf8Stream`: text that gathers and is flushed on demand.

mod support;

use support::check;

/// Waits for an event.
const ONCE: &str = "const once = (stream, name) => new Promise((resolve) => stream.once(name, resolve));\n";

fn check_stream(script: &str) {
    check(&format!("{ONCE}{script}"));
}

#[test]
fn text_gathers_until_it_is_long_enough() {
    check_stream(
        r#"
        for (const sync of [false, true]) {
          const file = at(`gathered-${sync}`);
          const stream = new fs.Utf8Stream({ dest: file, minLength: 10, sync });
          await once(stream, "ready");
          assert.equal(stream.write("first "), true);
          await new Promise((resolve) => setTimeout(resolve, 5));
          assert.equal(fs.readFileSync(file, "utf8"), "");
          stream.write("second ");
          await once(stream, "drain");
          assert.equal(fs.readFileSync(file, "utf8"), "first second ");
          stream.write("third");
          stream.end();
          await once(stream, "finish");
          assert.equal(fs.readFileSync(file, "utf8"), "first second third");
          assert.throws(() => stream.write("late"), { code: "ERR_INVALID_STATE" });
        }
        "#,
    );
}

#[test]
fn flush_sync_writes_before_it_returns_and_in_order() {
    check_stream(
        r#"
        const stream = new fs.Utf8Stream({ fd: fs.openSync(at("flushed"), "w") });
        await once(stream, "ready");
        stream.write("a");
        stream.write("b");
        stream.flushSync();
        assert.equal(fs.readFileSync(at("flushed"), "utf8"), "ab");
        stream.write("c");
        assert.deepEqual(await called((cb) => stream.flush(cb)), [null]);
        assert.equal(fs.readFileSync(at("flushed"), "utf8"), "abc");
        stream.end();
        await once(stream, "close");
        "#,
    );
}

#[test]
fn a_busy_file_is_tried_again_and_another_failure_is_told() {
    check_stream(
        r#"
        let failures = ["EBUSY", "EIO"];
        const writeSync = (...args) => {
          if (failures.length > 0) throw Object.assign(new Error("no"), { code: failures.shift() });
          return fs.writeSync(...args);
        };
        const stream = new fs.Utf8Stream({ dest: at("busy"), sync: true, fs: { writeSync } });
        let seen;
        stream.on("error", (error) => (seen = error.code));
        stream.write("kept ");
        assert.equal(seen, "EIO");
        stream.write("and added");
        stream.end();
        await once(stream, "finish");
        assert.equal(fs.readFileSync(at("busy"), "utf8"), "kept and added");
        "#,
    );
}

#[test]
fn a_character_is_never_cut_by_a_short_write() {
    check_stream(
        r#"
        const seen = [];
        let short = 4;
        const writeSync = (fd, text) => {
          seen.push(text);
          const written = short || Buffer.byteLength(text);
          short = 0;
          return written;
        };
        const stream = new fs.Utf8Stream({ dest: at("short"), sync: true, fs: { writeSync } });
        stream.write("abc中def");
        assert.deepEqual(seen, ["abc中def", "中def"]);
        stream.destroy();
        "#,
    );
}

#[test]
fn a_reopened_stream_writes_to_the_new_file() {
    check_stream(
        r#"
        const stream = new fs.Utf8Stream({ dest: at("old") });
        stream.write("one");
        await once(stream, "drain");
        stream.reopen(at("new"));
        assert.equal(stream.file, at("new"));
        await once(stream, "ready");
        stream.write("two");
        await once(stream, "drain");
        stream.destroy();
        await once(stream, "close");
        assert.equal(fs.readFileSync(at("old"), "utf8"), "one");
        assert.equal(fs.readFileSync(at("new"), "utf8"), "two");
        "#,
    );
}

#[test]
fn what_does_not_fit_is_dropped_and_told() {
    check_stream(
        r#"
        const stream = new fs.Utf8Stream({ dest: at("full"), sync: true, minLength: 100, maxLength: 8 });
        const dropped = [];
        stream.on("drop", (data) => dropped.push(data));
        stream.write("12345678");
        stream.write("9");
        assert.deepEqual(dropped, ["9"]);
        stream.end();
        await once(stream, "close");
        assert.equal(fs.readFileSync(at("full"), "utf8"), "12345678");
        "#,
    );
}

#[test]
fn bytes_are_written_in_buffer_mode_only() {
    check_stream(
        r#"
        const stream = new fs.Utf8Stream({ dest: at("bytes"), sync: true, contentMode: "buffer" });
        stream.write(Buffer.from([0xff, 0x00]));
        assert.throws(() => stream.write("text"), { code: "ERR_INVALID_ARG_TYPE" });
        stream.end();
        await once(stream, "close");
        assert.equal(fs.readFileSync(at("bytes"), "hex"), "ff00");
        assert.throws(() => new fs.Utf8Stream({}), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => new fs.Utf8Stream({ dest: at("x"), minLength: 20000 }), { code: "ERR_INVALID_ARG_VALUE" });
        "#,
    );
}
