//! `node:v8` as JavaScript sees it.

use llrt_core::Entry;
use llrt_mod_v8::{Serdes, V8, V8Ipc};
use llrt_test::{check, table};

static MODULES: &[Entry] = &[
    Entry::of::<V8>(),
    Entry::of::<Serdes>(),
    Entry::of::<V8Ipc>(),
    Entry::of::<llrt_mod_async_hooks::AsyncHooks>(),
    Entry::of::<llrt_mod_async_hooks::Hooks>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
];

#[test]
fn values_are_written_as_node_writes_them() {
    let rows = r#"
hex(undefined)  =>  "ff0f5f"
hex(null)  =>  "ff0f30"
hex(true)  =>  "ff0f54"
hex(false)  =>  "ff0f46"
hex(1)  =>  "ff0f4902"
hex(-1)  =>  "ff0f4901"
hex(1073741823)  =>  "ff0f49feffffff07"
hex(1073741824)  =>  "ff0f498080808008"
hex(-1073741824)  =>  "ff0f49ffffffff07"
hex(-1073741825)  =>  "ff0f498180808008"
hex(1.5)  =>  "ff0f4e000000000000f83f"
hex(-0)  =>  "ff0f4e0000000000000080"
hex(NaN)  =>  "ff0f4e000000000000f87f"
hex("abc")  =>  "ff0f2203616263"
hex("é")  =>  "ff0f2201e9"
hex("日本")  =>  "ff0f6304e5652c67"
hex("a日")  =>  "ff0f63046100e565"
hex("")  =>  "ff0f2200"
hex(10n)  =>  "ff0f5a100a00000000000000"
hex(-(2n**70n))  =>  "ff0f5a2100000000000000004000000000000000"
hex(0n)  =>  "ff0f5a00"
hex([1,2])  =>  "ff0f410249024904240002"
hex([1,,3])  =>  "ff0f61034900490249044906400203"
hex({})  =>  "ff0f6f7b00"
hex({a:1,2:3})  =>  "ff0f6f4904490622016149027b02"
hex(new Date(5))  =>  "ff0f440000000000001440"
hex(/a/gi)  =>  "ff0f5222016103"
hex(new Map([[1,2]]))  =>  "ff0f3b490249043a02"
hex(new Set([1]))  =>  "ff0f2749022c01"
hex(new Uint8Array([1,2]))  =>  "ff0f5c01020102"
hex(Buffer.from("hi"))  =>  "ff0f5c0a026869"
hex(new ArrayBuffer(2))  =>  "ff0f42020000"
hex(Object(1))  =>  "ff0f6e000000000000f03f"
hex(Object("s"))  =>  "ff0f73220173"
hex(Object(true))  =>  "ff0f79"
hex(Object(5n))  =>  "ff0f7a100500000000000000"
hex(new Float64Array([1.5]))  =>  "ff0f5c0808000000000000f83f"
hex([[1],[1]])  =>  "ff0f41024101490224000141014902240001240002"
hex(new DataView(new ArrayBuffer(2)))  =>  "ff0f5c09020000"
"#;
    let scope = r#"import { serialize } from "v8"; const hex = (value) => serialize(value).toString("hex");"#;
    table(MODULES, scope, rows);
}

#[test]
fn values_come_back() {
    check(
        MODULES,
        r#"
        import { deserialize, serialize } from "v8";
        const back = (value) => deserialize(serialize(value));
        for (const value of [undefined, null, true, 1, -5, 2 ** 31, 1.5, NaN, -0, "é", "日本", 12n, -(2n ** 70n)]) assert.ok(Object.is(back(value), value), String(value));
        const source = { list: [1, , "x"], map: new Map([["k", { deep: [1n] }]]), set: new Set([1]), date: new Date(7), re: /x/gs, bytes: Buffer.from("hi"), floats: new Float64Array([1.5]) };
        source.self = source;
        const copy = back(source);
        assert.ok(copy.self === copy && !(1 in copy.list) && copy.list.length === 3 && copy.map.get("k").deep[0] === 1n && copy.set.has(1));
        assert.deepEqual([copy.date.getTime(), copy.re.flags, copy.bytes.toString(), Buffer.isBuffer(copy.bytes), copy.floats[0]], [7, "gs", "hi", true, 1.5]);
        const error = back(Object.assign(new RangeError("boom", { cause: 1 })));
        assert.deepEqual([error instanceof RangeError, error.message, error.cause], [true, "boom", 1]);
        assert.throws(() => serialize(() => {}), { message: "() => {} could not be cloned." });
        assert.throws(() => serialize(Symbol("s")), { message: "Symbol(s) could not be cloned." });
        for (const bad of [Buffer.from([]), Buffer.from("ff0f", "hex"), Buffer.from("ff0f22ff", "hex"), Buffer.from("ff0f41ffffff0f", "hex"), Buffer.from("ff0f5e05", "hex"), Buffer.from("ff6f30", "hex")])
          assert.throws(() => deserialize(bad), { message: "Unable to deserialize cloned data." });
        assert.throws(() => deserialize("x"), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn the_classes_can_be_extended() {
    check(
        MODULES,
        r#"
        import v8 from "v8";
        class Writer extends v8.Serializer { _writeHostObject(object) { this.writeUint32(7); } }
        const writer = new Writer();
        writer._setTreatArrayBufferViewsAsHostObjects(true);
        writer.writeHeader();
        writer.writeValue([new Uint8Array(1)]);
        writer.writeDouble(0.5);
        writer.writeUint64(1, 2);
        class Reader extends v8.Deserializer { _readHostObject() { return { seven: this.readUint32() }; } }
        const reader = new Reader(writer.releaseBuffer());
        reader.readHeader();
        assert.deepEqual([reader.getWireFormatVersion(), reader.readValue(), reader.readDouble(), reader.readUint64()], [15, [{ seven: 7 }], 0.5, [1, 2]]);
        const plain = new v8.Serializer();
        plain._setTreatArrayBufferViewsAsHostObjects(true);
        assert.throws(() => plain.writeValue(new Uint8Array(1)), { code: "ERR_METHOD_NOT_IMPLEMENTED" });
        "#,
    );
}

#[test]
fn a_cpu_profile_is_made_and_ends_once() {
    check(
        MODULES,
        r#"
        import v8 from "node:v8";
        const handle = v8.startCpuProfile();
        const busy = () => { const until = Date.now() + 20; while (Date.now() < until); };
        busy();
        const profile = JSON.parse(handle.stop());
        assert.deepEqual(Object.keys(profile), ["nodes", "startTime", "endTime", "samples", "timeDeltas"]);
        assert.ok(profile.nodes.some(({ callFrame }) => callFrame.functionName === "busy"));
        assert.equal(handle.stop(), undefined);
        assert.equal(typeof handle[Symbol.dispose], "function");
        "#,
    );
}

#[test]
fn figures_are_numbers_and_what_needs_v8_is_refused() {
    check(
        MODULES,
        r#"
        import v8 from "node:v8";
        const heap = v8.getHeapStatistics();
        assert.ok(heap.used_heap_size > 0 && heap.used_heap_size <= heap.total_heap_size && heap.heap_size_limit > heap.total_heap_size);
        for (const name of ["getHeapSnapshot", "writeHeapSnapshot"])
          assert.throws(() => v8[name](), { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" });
        assert.throws(() => v8.setFlagsFromString(1), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => v8.startupSnapshot.addSerializeCallback(() => {}), { code: "ERR_NOT_BUILDING_SNAPSHOT" });
        assert.deepEqual([v8.isStringOneByteRepresentation("é"), v8.isStringOneByteRepresentation("日")], [true, false]);
        const profiler = new v8.GCProfiler();
        assert.equal(profiler.stop(), undefined);
        profiler.start();
        assert.equal(profiler.stop().version, 1);
        "#,
    );
}

#[test]
fn promise_hooks_are_called_with_promises_in_order() {
    check(
        MODULES,
        r#"
        import { promiseHooks } from "node:v8";
        const seen = [];
        const note = (event) => (promise, parent) => seen.push([event, promise, ...(parent === undefined ? [] : [parent])]);
        const stop = promiseHooks.createHook({ init: note("init"), before: note("before"), after: note("after"), settled: note("settled") });
        const parent = Promise.resolve(1);
        const child = parent.then(() => { seen.push(["callback"]); });
        const end = child.then(() => stop());
        await new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))));
        const named = new Map([[parent, "parent"], [child, "child"], [end, "end"]]);
        const told = seen.map(([event, ...promises]) => [event, ...promises.map((promise) => named.get(promise) ?? "?")].join(" "));
        const expected = ["init parent", "settled parent", "init child parent", "init end child",
          "before child", "callback", "settled child", "after child", "before end"];
        assert.deepEqual(told.filter((line) => !line.includes("?")), expected);
        "#,
    );
}

#[test]
fn promise_hooks_stop_and_take_plain_functions_only() {
    check(
        MODULES,
        r#"
        import { promiseHooks } from "node:v8";
        let calls = 0;
        const stop = promiseHooks.onInit(() => { calls++; });
        const stopped = promiseHooks.onSettled(() => { calls += 10; });
        Promise.resolve();
        stop();
        stopped();
        Promise.resolve();
        assert.equal(calls, 11);
        for (const wrong of [undefined, 1, async () => {}, async function* () {}])
          assert.throws(() => promiseHooks.onInit(wrong), { code: "ERR_INVALID_ARG_TYPE", message: /^The "initHook" argument must be of type function/ });
        assert.throws(() => promiseHooks.createHook({ after: async () => {} }), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn instances_are_counted_while_they_live() {
    check(
        MODULES,
        r#"
        import { queryObjects } from "node:v8";
        class Base {}
        class Derived extends Base {}
        assert.deepEqual([queryObjects(Base), queryObjects(Derived)], [1, 0]);
        let one = new Derived(), two = new Base();
        two.itself = two;
        const proxy = new Proxy(Base, { getPrototypeOf() { throw new Error("asked"); } });
        assert.deepEqual([queryObjects(Base), queryObjects(Derived, { format: "count" })], [3, 1]);
        one = two = undefined;
        assert.deepEqual([queryObjects(Base), queryObjects(Derived)], [1, 0]);
        for (const wrong of [undefined, 1, {}]) assert.throws(() => queryObjects(wrong), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => queryObjects(Base, { format: "all" }), { code: "ERR_INVALID_ARG_VALUE" });
        "#,
    );
}
