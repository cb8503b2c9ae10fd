//! `structuredClone` as JavaScript sees it.

use llrt_core::Entry;
use llrt_mod_buffer::{Blob, Buffer};
use llrt_mod_structured_clone::StructuredClone;
use llrt_test::check;

static MODULES: &[Entry] = &[
    Entry::of::<StructuredClone>(),
    Entry::of::<Buffer>(),
    Entry::of::<Blob>(),
    Entry::of::<llrt_mod_buffer::Codec>(),
];

#[test]
fn values_are_copied_deeply_with_their_types() {
    check(
        MODULES,
        r#"
        const list = [1, , 3];
        list.name = "n";
        const source = { a: [1n, -0, NaN, null, undefined], d: new Date(5), r: /x/giu, m: new Map([[{ k: 1 }, new Set([1])]]), b: Object(true), list };
        const copy = structuredClone(source);
        assert.ok(copy !== source && copy.a !== source.a);
        assert.equal(copy.a[0], 1n);
        assert.ok(Object.is(copy.a[1], -0) && Number.isNaN(copy.a[2]) && copy.a.length === 5);
        assert.equal(copy.d.getTime(), 5);
        assert.equal(String(copy.r), "/x/giu");
        const [[key, value]] = copy.m;
        assert.equal(JSON.stringify(key), '{"k":1}');
        assert.ok(value instanceof Set && value.has(1));
        assert.ok(typeof copy.b === "object" && copy.b.valueOf() === true);
        assert.ok(!(1 in copy.list) && copy.list.length === 3 && copy.list.name === "n");
        class Point { x = 1; get y() { return 2; } }
        assert.equal(Object.getPrototypeOf(structuredClone(new Point())), Object.prototype);
        "#,
    );
}

#[test]
fn cycles_and_shared_parts_stay_what_they_are() {
    check(
        MODULES,
        r#"
        const shared = {};
        const source = { one: shared, two: shared };
        source.self = source;
        const copy = structuredClone(source);
        assert.ok(copy.self === copy && copy.one === copy.two && copy.one !== shared);
        "#,
    );
}

#[test]
fn bytes_are_copied_once_for_all_their_views() {
    check(
        MODULES,
        r#"
        const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
        const { bytes, part, view } = structuredClone({ bytes: new Uint8Array(buffer), part: new Uint16Array(buffer, 2, 2), view: new DataView(buffer, 4) });
        assert.ok(bytes.buffer === part.buffer && part.buffer === view.buffer && bytes.buffer !== buffer);
        assert.deepEqual([part.byteOffset, part.length, view.byteOffset, view.byteLength], [2, 2, 4, 4]);
        bytes.buffer.resize(12);
        assert.deepEqual([bytes.length, part.length, view.byteLength, buffer.byteLength], [12, 2, 8, 8]);
        "#,
    );
}

#[test]
fn transferred_buffers_move() {
    check(
        MODULES,
        r#"
        const buffer = Uint8Array.of(1, 2).buffer;
        const copy = structuredClone({ view: new Uint8Array(buffer) }, { transfer: [buffer] });
        assert.deepEqual([...copy.view], [1, 2]);
        assert.equal(buffer.detached, true);
        const error = { name: "DataCloneError", code: 25 };
        assert.throws(() => structuredClone(buffer), { ...error, message: "An ArrayBuffer is detached and could not be cloned." });
        const other = new ArrayBuffer(1);
        assert.throws(() => structuredClone(1, { transfer: [other, other] }), { ...error, message: "Transfer list contains duplicate ArrayBuffer" });
        assert.throws(() => structuredClone(1, { transfer: [{}] }), { ...error, message: "Found invalid value in transferList." });
        assert.equal(other.detached, false);
        // What cannot be read leaves the buffer where it is.
        assert.throws(() => structuredClone([() => 1], { transfer: [other] }), error);
        assert.equal(other.detached, false);
        "#,
    );
}

#[test]
fn errors_keep_what_makes_them_errors() {
    check(
        MODULES,
        r#"
        const copy = structuredClone(Object.assign(new RangeError("r", { cause: { a: 1 } }), { extra: 1 }));
        assert.ok(copy instanceof RangeError);
        assert.deepEqual([copy.message, copy.cause.a, copy.extra, Object.keys(copy).length], ["r", 1, undefined, 0]);
        class Mine extends Error { name = "Mine"; }
        assert.equal(Object.getPrototypeOf(structuredClone(new Mine())), Error.prototype);
        const dom = structuredClone(new DOMException("text", "AbortError"));
        assert.ok(dom instanceof DOMException && dom.message === "text" && dom.code === 20);
        "#,
    );
}

#[test]
fn blobs_and_files_are_copied() {
    check(
        MODULES,
        r#"
        import { Blob, File } from "node:buffer";
        const blob = structuredClone(new Blob(["text"], { type: "a/b" }));
        assert.ok(blob instanceof Blob && !(blob instanceof File));
        assert.deepEqual([await blob.text(), blob.type], ["text", "a/b"]);
        const file = structuredClone(new File(["x"], "name", { lastModified: 5 }));
        assert.deepEqual([file.name, file.lastModified, await file.text()], ["name", 5, "x"]);
        "#,
    );
}

#[test]
fn what_cannot_be_copied_is_named() {
    check(
        MODULES,
        r##"
        const message = (value) => {
          try {
            structuredClone(value);
          } catch (error) {
            return `${error.name} ${error.message.replace(" could not be cloned.", "")}`;
          }
        };
        assert.deepEqual(
          [() => 1, Symbol("s"), { a: Symbol("s") }, Promise.resolve(), new Proxy({}, {}), new WeakMap(), new WeakRef({}), new Map().keys()].map(message),
          ["() => 1", "Symbol(s)", "Symbol(s)", "#<Promise>", "#<Object>", "#<WeakMap>", "#<WeakRef>", "[object Map Iterator]"].map((what) => `DataCloneError ${what}`),
        );
        assert.throws(() => structuredClone(), { name: "TypeError", code: "ERR_MISSING_ARGS" });
        assert.throws(() => structuredClone(1, 1), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => structuredClone(1, { transfer: 1 }), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => structuredClone({ get a() { throw new RangeError("mine"); } }), { message: "mine" });
        "##,
    );
}
