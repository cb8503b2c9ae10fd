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

/// A transfer takes the way through records; without one, native code copies what it can.
#[test]
fn both_ways_of_copying_give_the_same() {
    check(
        MODULES,
        r##"
        let state = 7;
        const random = (below) => {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          return Math.floor((state / 4294967296) * below);
        };
        const pick = (list) => list[random(list.length)];
        class Point { x = { y: [] }; }
        const leaf = () => pick([0, -0, NaN, 1.5, 12n, "", "text", "☃\ud800", true, null, undefined]);
        const pool = [];
        function object(depth) {
          const items = () => Array.from({ length: random(4) }, () => value(depth + 1));
          switch (random(20)) {
            case 0: return new Map(items().map((item) => [item, value(depth + 1)]));
            case 1: return new Set(items());
            case 2: return new Date(pick([0, NaN, 1e12]));
            case 3: return pick([new ArrayBuffer(0), Uint8Array.of(1, 2).buffer, new ArrayBuffer(2, { maxByteLength: 4 }), new SharedArrayBuffer(2)]);
            case 4: return pick([new Uint8Array(3), new Float64Array([1.5, -0]), new DataView(new ArrayBuffer(4), 1, 2), new Uint16Array(new ArrayBuffer(8), 2, 2), new Uint8Array(0), Buffer.from("abc")]);
            case 5: return Object.assign([1, , 3], { extra: value(depth + 1) });
            case 6: return Object.assign(Object.create(null), { a: value(depth + 1) });
            case 7: return new Point();
            case 8: return Object.defineProperty({ shown: 1 }, "hidden", { value: 2 });
            case 9: return { [Symbol("s")]: 1, a: 1 };
            case 10: return Object.freeze({ a: value(depth + 1) });
            case 11: return pick([/a/gi, Object(1), Object("x"), new RangeError("r", { cause: 1 })]);
            case 12: { const made = { get a() { return 1; }, __proto__: { b: 1 } }; return made; }
            case 13: { const made = { one: 1, two: 2, three: 3, [random(3)]: 0, ["__proto__"]: 1 }; delete made.two; return made; }
            case 14: { const made = [value(depth + 1)]; made.push(made); return made; }
            case 15: { const made = { a: 1, self: null }; made.self = made; return made; }
            case 16: return Array.from({ length: 3 }, (_, id) => ({ id, name: pick(["a", "b"]), tags: [] }));
            default: return Object.fromEntries(items().map((item, index) => [pick(["a", "b", "0", "x" + index]), item]));
          }
        }
        function value(depth) {
          if (depth > 3 || random(3) === 0) return leaf();
          if (pool.length && random(5) === 0) return pick(pool);
          const made = object(depth);
          pool.push(made);
          return made;
        }
        // What a value is made of, each object once.
        function describe(value, seen = new Map()) {
          if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : `${typeof value} ${String(value)}`;
          if (seen.has(value)) return `#${seen.get(value)}`;
          seen.set(value, seen.size);
          const parts = [Object.prototype.toString.call(value), Object.getPrototypeOf(value)?.constructor.name, Object.isExtensible(value)];
          if (value instanceof Date || value instanceof RegExp) parts.push(String(+value), String(value));
          if (value instanceof Map) for (const [key, item] of value) parts.push(describe(key, seen), describe(item, seen));
          if (value instanceof Set) for (const item of value) parts.push(describe(item, seen));
          if (ArrayBuffer.isView(value)) parts.push(describe(value.buffer, seen), value.byteOffset, value.byteLength);
          if (value instanceof ArrayBuffer) parts.push([...new Uint8Array(value)].join(), value.resizable);
          for (const name of Reflect.ownKeys(value)) {
            const { get, set, value: item, ...flags } = Object.getOwnPropertyDescriptor(value, name);
            parts.push(String(name), JSON.stringify(flags), name === "stack" ? "" : describe(item, seen));
          }
          return parts.join(" ");
        }
        const attempt = (run) => {
          try {
            return describe(run());
          } catch (error) {
            return `${error.name} ${error.message}`;
          }
        };
        for (let i = 0; i < 3000; i++) {
          pool.length = 0;
          const source = value(0);
          const before = describe(source);
          const copied = attempt(() => structuredClone(source));
          assert.equal(copied, attempt(() => structuredClone(source, { transfer: [new ArrayBuffer(1)] })));
          assert.equal(describe(source), before);
        }
        "##,
    );
}

#[test]
fn copies_of_one_shape_stay_apart() {
    check(
        MODULES,
        r#"
        const source = [{ a: 1, b: 2 }, { a: 3, b: 4 }];
        const copy = structuredClone(source);
        copy[0].c = 5;
        delete copy[1].a;
        Object.freeze(copy[0]);
        source[0].d = 6;
        assert.deepEqual([source, copy].map((it) => JSON.stringify(it)), ['[{"a":1,"b":2,"d":6},{"a":3,"b":4}]', '[{"a":1,"b":2,"c":5},{"b":4}]']);
        let deep = [];
        for (let i = 0; i < 600; i++) deep = [deep];
        assert.equal(JSON.stringify(structuredClone(deep)), JSON.stringify(deep));
        "#,
    );
}

#[test]
fn replaced_globals_are_not_called() {
    check(
        MODULES,
        r#"
        structuredClone(1);
        const kept = { Map, Set, DataView };
        const source = { map: new Map([[1, {}]]), set: new Set([2]), view: new DataView(new ArrayBuffer(2), 1), bytes: Uint8Array.of(3) };
        const refuse = () => assert.fail("called");
        globalThis.Map = globalThis.Set = globalThis.DataView = refuse;
        Object.defineProperty(Array.prototype, 0, { set: refuse, configurable: true });
        Object.defineProperty(ArrayBuffer.prototype, "constructor", { get: refuse });
        const copy = structuredClone(source);
        delete Array.prototype[0];
        Object.assign(globalThis, kept);
        assert.ok(copy.map instanceof Map && copy.map.size === 1 && copy.set.has(2) && copy.view.byteLength === 1 && copy.bytes[0] === 3);
        "#,
    );
}
