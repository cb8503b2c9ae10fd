//! `node:stream` and its submodules as JavaScript sees them.

mod modules;

use llrt_test::{check, eval};
use modules::MODULES;

#[test]
fn a_readable_gives_its_chunks_and_ends() {
    check(
        MODULES,
        r#"
        import { Readable } from "node:stream";
        const seen = [];
        const readable = new Readable({ read() { this.push("a"); this.push("b"); this.push(null); } });
        readable.on("data", (chunk) => seen.push(chunk.toString())).on("end", () => seen.push("end")).on("close", () => seen.push("close"));
        await new Promise((resolve) => readable.on("close", resolve));
        assert.deepEqual(seen, ["a", "b", "end", "close"]);
        "#,
    );
}

#[test]
fn a_transform_stands_between_pipes() {
    check(
        MODULES,
        r#"
        import { Readable, Transform, Writable } from "stream";
        let seen = "";
        const upper = new Transform({ transform(chunk, encoding, callback) { callback(null, chunk.toString().toUpperCase()); } });
        const sink = new Writable({ write(chunk, encoding, callback) { seen += chunk; callback(); } });
        Readable.from(["a", "b"]).pipe(upper).pipe(sink);
        await new Promise((resolve) => sink.on("finish", resolve));
        assert.equal(seen, "AB");
        "#,
    );
}

#[test]
fn bad_chunks_are_refused_as_in_node_24() {
    check(
        MODULES,
        r#"
        import { Readable, Writable } from "node:stream";
        const expected = "must be of type string or an instance of Buffer, TypedArray, or DataView. Received ";
        const writable = new Writable({ write() {} });
        assert.throws(() => writable.write(5), { name: "TypeError", code: "ERR_INVALID_ARG_TYPE", message: `The "chunk" argument ${expected}type number (5)` });
        assert.throws(() => writable.write(null), { name: "TypeError", code: "ERR_STREAM_NULL_VALUES", message: "May not write null values to stream" });
        assert.throws(() => writable.write("a", "nope"), { code: "ERR_UNKNOWN_ENCODING", message: "Unknown encoding: nope" });
        assert.throws(() => new Writable({ defaultEncoding: "nope" }), { code: "ERR_UNKNOWN_ENCODING" });
        assert.throws(() => new Readable({ defaultEncoding: "nope" }), { code: "ERR_UNKNOWN_ENCODING" });
        assert.throws(() => new Readable({ highWaterMark: -1 }), { code: "ERR_INVALID_ARG_VALUE", message: "The property 'options.highWaterMark' is invalid. Received -1" });
        const error = await new Promise((resolve) => new Readable({ read() {} }).on("error", resolve).push({}));
        assert.equal(error.message, `The "chunk" argument ${expected}an instance of Object`);
        "#,
    );
}

#[test]
fn any_view_is_a_chunk() {
    check(
        MODULES,
        r#"
        import { Readable, Writable } from "node:stream";
        import { Buffer } from "node:buffer";
        const seen = [];
        const writable = new Writable({ write(chunk, encoding, callback) { seen.push(Buffer.isBuffer(chunk), chunk.length, encoding); callback(); } });
        writable.write(new DataView(new ArrayBuffer(3)));
        writable.write(new Uint16Array(2));
        assert.deepEqual(seen, [true, 3, "buffer", true, 4, "buffer"]);
        const readable = new Readable({ read() {} });
        readable.push(new Uint32Array([1]));
        assert.equal(readable.read().length, 4);
        "#,
    );
}

#[test]
fn an_error_destroys_and_comes_before_close() {
    check(
        MODULES,
        r#"
        import { Writable } from "node:stream";
        const seen = [];
        const writable = new Writable({ write(chunk, encoding, callback) { callback(new Error("full")); } });
        writable.on("error", (error) => seen.push(error.message)).on("close", () => seen.push("close"));
        writable.write("a", (error) => seen.push(`callback ${error.message}`));
        await new Promise((resolve) => writable.on("close", resolve));
        assert.deepEqual(seen, ["callback full", "full", "close"]);
        assert.equal(writable.destroyed, true);
        assert.equal(writable.errored.message, "full");
        "#,
    );
}

#[test]
fn callbacks_get_null_when_all_is_well() {
    check(
        MODULES,
        r#"
        import { Writable } from "node:stream";
        const seen = [];
        const writable = new Writable({ write(chunk, encoding, callback) { callback(); } });
        writable.write("a", (error) => seen.push(error));
        await new Promise((resolve) => writable.end((error) => { seen.push(error); resolve(); }));
        assert.equal(seen.length, 2);
        assert.ok(seen.every((error) => error === null));
        "#,
    );
}

#[test]
fn a_corked_duplex_that_is_destroyed_fails_its_writes() {
    check(
        MODULES,
        r#"
        import { Duplex } from "node:stream";
        const duplex = new Duplex({ read() {}, write(chunk, encoding, callback) { callback(); } });
        duplex.cork();
        const failed = new Promise((resolve) => duplex.write("a", resolve));
        duplex.destroy();
        assert.equal((await failed).code, "ERR_STREAM_DESTROYED");
        "#,
    );
}

#[test]
fn a_destination_that_throws_is_destroyed() {
    check(
        MODULES,
        r#"
        import { Readable, Writable } from "node:stream";
        const sink = new Writable({ write() {} });
        Readable.from([{}]).pipe(sink);
        const error = await new Promise((resolve) => sink.on("error", resolve));
        assert.equal(error.code, "ERR_INVALID_ARG_TYPE");
        "#,
    );
}

#[test]
fn finished_waits_for_the_last_write() {
    check(
        MODULES,
        r#"
        import { Duplex, finished } from "node:stream";
        let written = false;
        const duplex = new Duplex({ read() {}, write(chunk, encoding, callback) { setTick(() => { written = true; callback(); }); } });
        function setTick(f) { Promise.resolve().then(() => Promise.resolve()).then(f); }
        duplex.end("a");
        await new Promise((resolve) => finished(duplex, { readable: false }, resolve));
        assert.ok(written, "finished too early");
        "#,
    );
}

#[test]
fn pipeline_destroys_all_when_one_fails() {
    check(
        MODULES,
        r#"
        import { PassThrough, pipeline, Readable, Writable } from "node:stream";
        const source = new Readable({ read() { this.destroy(new Error("source")); } });
        const middle = new PassThrough();
        const sink = new Writable({ write(chunk, encoding, callback) { callback(); } });
        const error = await new Promise((resolve) => pipeline(source, middle, sink, resolve));
        assert.equal(error.message, "source");
        assert.ok(source.destroyed && middle.destroyed && sink.destroyed);
        assert.throws(() => pipeline(new PassThrough(), () => {}), { code: "ERR_MISSING_ARGS" });
        "#,
    );
}

#[test]
fn pipeline_of_promises_takes_generators_and_a_signal() {
    check(
        MODULES,
        r#"
        import { Readable, Writable } from "node:stream";
        import promises, { finished, pipeline } from "node:stream/promises";
        let seen = "";
        const sink = () => new Writable({ write(chunk, encoding, callback) { seen += chunk; callback(); } });
        await pipeline(Readable.from(["a", "b"]), async function* (chunks) { for await (const chunk of chunks) yield `<${chunk}>`; }, sink());
        assert.equal(seen, "<a><b>");
        const controller = new AbortController();
        const stuck = pipeline(new Readable({ read() {} }), sink(), { signal: controller.signal });
        controller.abort();
        await assert.rejects(stuck, { name: "AbortError", code: "ABORT_ERR" });
        const writable = sink();
        writable.end();
        await finished(writable);
        assert.deepEqual(Object.keys(promises), ["finished", "pipeline"]);
        "#,
    );
}

#[test]
fn operators_load_when_they_are_called() {
    check(
        MODULES,
        r#"
        import { Readable } from "node:stream";
        assert.deepEqual(await Readable.from([1, 2, 3, 4]).filter((n) => n % 2 === 0).map(async (n) => n * 10).toArray(), [20, 40]);
        assert.equal(await Readable.from([1, 2, 3]).reduce((a, b) => a + b, 0), 6);
        assert.deepEqual(await Readable.from([1, 2, 3]).drop(1).take(1).toArray(), [2]);
        const { map } = Readable.prototype;
        assert.deepEqual([map.name, map.length], ["map", 2]);
        assert.throws(() => new map(), { code: "ERR_ILLEGAL_CONSTRUCTOR" });
        await assert.rejects(Readable.from([1]).toArray({ signal: 1 }), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn compose_makes_one_duplex_of_many() {
    check(
        MODULES,
        r#"
        import { compose, Duplex, Readable } from "node:stream";
        const shout = compose(
          async function* (chunks) { for await (const chunk of chunks) yield `${chunk}!`; },
          async function* (chunks) { for await (const chunk of chunks) yield `${chunk}`.toUpperCase(); },
        );
        shout.end("a");
        assert.deepEqual((await shout.toArray()).map(String), ["A!"]);
        assert.ok(Duplex.from(Readable.from([1])) instanceof Duplex);
        "#,
    );
}

#[test]
fn the_sides_of_a_pair_talk_to_each_other() {
    check(
        MODULES,
        r#"
        import { duplexPair } from "node:stream";
        const [one, two] = duplexPair();
        one.end("hello");
        two.end("bye");
        const text = async (stream) => { let all = ""; for await (const chunk of stream) all += chunk; return all; };
        assert.deepEqual(await Promise.all([text(one), text(two)]), ["bye", "hello"]);
        "#,
    );
}

#[test]
fn disposing_destroys_and_does_not_fail() {
    check(
        MODULES,
        r#"
        import { Readable, Writable } from "node:stream";
        for (const stream of [new Readable({ read() {} }), new Writable({ write() {} })]) {
          await stream[Symbol.asyncDispose]();
          assert.ok(stream.destroyed);
          assert.equal(stream.errored.code, "ABORT_ERR");
        }
        "#,
    );
}

#[test]
fn streams_turn_into_web_streams_and_back() {
    check(
        MODULES,
        r#"
        import { Duplex, Readable, Writable } from "node:stream";
        import { buffer } from "node:stream/consumers";
        const source = new ReadableStream({ start(controller) { controller.enqueue(new Uint8Array([97])); controller.close(); } });
        assert.equal((await buffer(Readable.fromWeb(source))).toString(), "a");

        const bytes = Readable.toWeb(Readable.from([new Uint8Array([1, 2, 3])]), { type: "bytes" }).getReader({ mode: "byob" });
        const { value } = await bytes.read(new Uint8Array(2));
        assert.deepEqual([...value], [1, 2]);

        const seen = [];
        const writable = Writable.fromWeb(new WritableStream({ write(chunk) { seen.push(chunk); } }), { objectMode: true });
        await new Promise((resolve) => writable.end("x", resolve));
        const writer = Writable.toWeb(new Writable({ objectMode: true, write(chunk, encoding, callback) { seen.push(chunk); callback(); } })).getWriter();
        await writer.write("y");
        await writer.close();
        assert.deepEqual(seen, ["x", "y"]);

        const duplex = Duplex.fromWeb(new TransformStream(), { objectMode: true });
        duplex.end(7);
        assert.deepEqual(await duplex.toArray(), [7]);

        const failing = Readable.fromWeb(new ReadableStream({ pull() { throw new Error("pulled"); } }));
        await assert.rejects(failing.toArray(), { message: "pulled" });
        assert.throws(() => Readable.fromWeb({}), { code: "ERR_INVALID_ARG_TYPE", message: /instance of ReadableStream. Received an instance of Object/ });
        "#,
    );
}

#[test]
fn finished_and_pipeline_take_web_streams() {
    check(
        MODULES,
        r#"
        import { finished, isDisturbed, isErrored, isReadable, pipeline } from "node:stream";
        const seen = [];
        const source = new ReadableStream({ start(controller) { controller.enqueue("a"); controller.close(); } });
        assert.deepEqual([isReadable(source), isDisturbed(source), isErrored(source)], [true, false, false]);
        const end = new Promise((resolve) => finished(source, resolve));
        await new Promise((resolve) => pipeline(source, new WritableStream({ write(chunk) { seen.push(chunk); } }), resolve));
        assert.equal(await end, undefined);
        assert.deepEqual(seen, ["a"]);
        assert.equal(isDisturbed(source), true);
        const failed = new ReadableStream({ start(controller) { controller.error(new Error("no")); } });
        assert.equal((await new Promise((resolve) => finished(failed, resolve))).message, "no");
        "#,
    );
}

#[test]
fn consumers_read_to_the_end() {
    check(
        MODULES,
        r#"
        import { Readable } from "node:stream";
        import consumers, { arrayBuffer, buffer, bytes } from "node:stream/consumers";
        const source = () => Readable.from(["[1,", Uint8Array.of(50, 93)]);
        assert.equal((await buffer(source())).toString(), "[1,2]");
        assert.equal((await arrayBuffer(source())).byteLength, 5);
        assert.ok((await bytes(source())).constructor === Uint8Array);
        await assert.rejects(buffer(5), { code: "ERR_INVALID_ARG_TYPE" });
        assert.deepEqual(Object.keys(consumers), ["arrayBuffer", "blob", "buffer", "bytes", "text", "json"]);
        "#,
    );
}

#[test]
fn the_module_is_the_legacy_class_and_exports_all_of_node() {
    let seen = eval(
        MODULES,
        r#"
        import stream, * as all from "node:stream";
        export default [
          Object.keys(all).sort().join(" "),
          stream === stream.Stream && all.Stream === stream && stream.promises === all.promises,
          stream.getDefaultHighWaterMark(false), stream.getDefaultHighWaterMark(true),
          [stream, all.Readable, all.Writable, all.Duplex, all.Transform, all.PassThrough].map(({ name }) => name).join(" "),
        ].join("\n");
        "#,
    );
    let expected = "Duplex PassThrough Readable Stream Transform Writable _isArrayBufferView _isUint8Array _uint8ArrayToBuffer \
                    addAbortSignal compose default destroy duplexPair finished getDefaultHighWaterMark isDestroyed isDisturbed \
                    isErrored isReadable isWritable pipeline promises setDefaultHighWaterMark\n\
                    true\n65536\n16\nStream Readable Writable Duplex Transform PassThrough";
    assert_eq!(seen, expected);
}

#[test]
fn the_licences_of_what_is_bundled_are_told() {
    assert!(llrt_mod_stream::LICENSES.starts_with("readable-stream "), "{}", llrt_mod_stream::LICENSES);
    assert!(llrt_mod_stream::LICENSES.contains("Permission is hereby granted"));
}
