//! The WHATWG streams as JavaScript sees them, alone. `node24/web.txt` is what Node.js 24 answers.

use llrt_core::Entry;
use llrt_mod_stream::{StreamWeb, WebCommon, WebPipe, WebReadable, WebTee, WebText, WebTransform, WebWritable};
use llrt_test::{check, eval, table};

static MODULES: &[Entry] = &[
    Entry::of::<StreamWeb>(),
    Entry::of::<WebCommon>(),
    Entry::of::<WebPipe>(),
    Entry::of::<WebReadable>(),
    Entry::of::<WebTee>(),
    Entry::of::<WebText>(),
    Entry::of::<WebTransform>(),
    Entry::of::<WebWritable>(),
];

#[test]
fn arguments_and_states_are_checked_as_in_node() {
    let scope = r#"
        const locked = () => { const stream = new ReadableStream(); stream.getReader(); return stream; };
        const writerLocked = () => { const stream = new WritableStream(); stream.getWriter(); return stream; };
        const bytes = () => { let controller; new ReadableStream({ type: "bytes", start(own) { controller = own; } }); return controller; };
        let closing;
        const controllerOf = () => { new ReadableStream({ start(own) { closing = own; } }); return closing; };
        controllerOf.close = () => closing.close();
    "#;
    table(MODULES, scope, include_str!("node24/web.txt"));
}

#[test]
fn a_stream_is_read_to_its_end_by_reader_and_by_loop() {
    check(
        MODULES,
        r#"
        const stream = () => { let n = 0; return new ReadableStream({ pull(controller) { if (n < 3) controller.enqueue(n++); else controller.close(); } }); };
        const reader = stream().getReader();
        const seen = [];
        for (;;) { const { value, done } = await reader.read(); if (done) break; seen.push(value); }
        await reader.closed;
        const looped = [];
        for await (const chunk of stream()) looped.push(chunk);
        assert.deepEqual([seen, looped], [[0, 1, 2], [0, 1, 2]]);
        "#,
    );
}

#[test]
fn leaving_a_loop_cancels_unless_told_not_to() {
    check(
        MODULES,
        r#"
        let cancelled = 0;
        const stream = () => new ReadableStream({ pull(controller) { controller.enqueue(1); }, cancel() { cancelled++; } });
        for await (const chunk of stream()) break;
        const kept = stream();
        for await (const chunk of kept.values({ preventCancel: true })) break;
        assert.equal(cancelled, 1);
        assert.equal(kept.locked, false);
        "#,
    );
}

#[test]
fn an_error_reaches_reads_and_closed() {
    check(
        MODULES,
        r#"
        let controller;
        const reader = new ReadableStream({ start(own) { controller = own; } }).getReader();
        const pending = reader.read();
        controller.error(new Error("broken"));
        for (const promise of [pending, reader.read(), reader.closed]) await assert.rejects(promise, { message: "broken" });
        "#,
    );
}

#[test]
fn releasing_a_reader_rejects_what_is_pending() {
    check(
        MODULES,
        r#"
        const stream = new ReadableStream();
        const reader = stream.getReader();
        const { closed } = reader;
        const pending = reader.read();
        reader.releaseLock();
        assert.equal(stream.locked, false);
        await assert.rejects(pending, { code: "ERR_INVALID_STATE", message: "Invalid state: Releasing reader" });
        await assert.rejects(closed, { name: "TypeError", message: "Invalid state: Reader released" });
        await assert.rejects(reader.read(), { message: "Invalid state: The reader is not attached to a stream" });
        "#,
    );
}

#[test]
fn a_byob_reader_fills_the_buffer_it_is_given() {
    check(
        MODULES,
        r#"
        let pulled = 0;
        const stream = new ReadableStream({
          type: "bytes",
          pull(controller) {
            const { view } = controller.byobRequest;
            view[0] = ++pulled;
            controller.byobRequest.respond(1);
          },
        });
        const reader = stream.getReader({ mode: "byob" });
        const mine = new Uint8Array(4);
        const { value, done } = await reader.read(mine, { min: 2 });
        assert.deepEqual([[...value], done, mine.byteLength, value.buffer.byteLength], [[1, 2], false, 0, 4]);
        await assert.rejects(reader.read(new Uint8Array(1), { min: 2 }), { name: "RangeError", code: "ERR_OUT_OF_RANGE" });
        await assert.rejects(reader.read(mine), { code: "ERR_INVALID_STATE" });
        "#,
    );
}

#[test]
fn both_branches_of_a_tee_get_all_and_cancel_together() {
    check(
        MODULES,
        r#"
        const all = async (stream) => { const seen = []; for await (const chunk of stream) seen.push(chunk); return seen; };
        const [one, two] = ReadableStream.from([1, 2]).tee();
        assert.deepEqual(await Promise.all([all(one), all(two)]), [[1, 2], [1, 2]]);
        let reasons;
        const [a, b] = new ReadableStream({ cancel(both) { reasons = both; } }).tee();
        await Promise.all([a.cancel("a"), b.cancel("b")]);
        assert.deepEqual(reasons, ["a", "b"]);
        "#,
    );
}

#[test]
fn backpressure_holds_a_writer() {
    check(
        MODULES,
        r#"
        let finish;
        const writer = new WritableStream({ write: () => new Promise((resolve) => { finish = resolve; }) }).getWriter();
        await writer.ready;
        let ready = false;
        const written = writer.write("a");
        const waiting = writer.ready.then(() => { ready = true; });
        assert.equal(writer.desiredSize, 0);
        await Promise.resolve();
        assert.equal(ready, false);
        finish();
        await Promise.all([written, waiting]);
        assert.equal(writer.desiredSize, 1);
        "#,
    );
}

#[test]
fn a_sink_that_fails_fails_all_that_follows() {
    check(
        MODULES,
        r#"
        const writer = new WritableStream({ write() { throw new Error("full"); } }).getWriter();
        const writes = [writer.write(1), writer.write(2)];
        for (const promise of [...writes, writer.closed, writer.write(3), writer.ready]) await assert.rejects(promise, { message: "full" });
        "#,
    );
}

#[test]
fn pipes_carry_chunks_closing_and_errors() {
    check(
        MODULES,
        r#"
        const seen = [];
        await ReadableStream.from([1, 2, 3]).pipeTo(new WritableStream({ write(chunk) { seen.push(chunk); }, close() { seen.push("close"); } }));
        assert.deepEqual(seen, [1, 2, 3, "close"]);
        let aborted;
        const failing = new ReadableStream({ pull() { throw new Error("source"); } });
        await assert.rejects(failing.pipeTo(new WritableStream({ abort(reason) { aborted = reason; } })), { message: "source" });
        assert.equal(aborted.message, "source");
        const doubled = ReadableStream.from([1, 2]).pipeThrough(new TransformStream({ transform(n, controller) { controller.enqueue(2 * n); } }));
        const all = [];
        for await (const chunk of doubled) all.push(chunk);
        assert.deepEqual(all, [2, 4]);
        "#,
    );
}

#[test]
fn a_transform_that_throws_errors_both_sides() {
    check(
        MODULES,
        r#"
        const stream = new TransformStream({ transform() { throw new Error("bad"); } });
        const writer = stream.writable.getWriter();
        const reader = stream.readable.getReader();
        const read = reader.read();
        await assert.rejects(writer.write(1), { message: "bad" });
        await assert.rejects(read, { message: "bad" });
        await assert.rejects(writer.closed, { message: "bad" });
        "#,
    );
}

#[test]
fn inspection_shows_what_node_shows() {
    let seen = eval(
        MODULES,
        r#"
        const show = (object) => object[Symbol.for("nodejs.util.inspect.custom")](2, {}, (data) => JSON.stringify(data));
        export default [show(new ReadableStream()), show(new WritableStream()), show(new TransformStream()).slice(0, 16)].join("\n");
        "#,
    );
    assert_eq!(
        seen,
        "ReadableStream {\"locked\":false,\"state\":\"readable\",\"supportsBYOB\":false}\n\
         WritableStream {\"locked\":false,\"state\":\"writable\"}\nTransformStream "
    );
}

#[test]
fn the_module_exports_the_globals() {
    let seen = eval(
        MODULES,
        r#"
        import web, * as all from "stream/web";
        export default [Object.keys(web).every((name) => web[name] === globalThis[name] && all[name] === web[name]), Object.keys(web).length];
        "#,
    );
    assert_eq!(seen, "[true,17]");
}
