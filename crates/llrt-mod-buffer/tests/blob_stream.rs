//! `Blob.stream()` with the streams that it needs at run time.

use llrt_core::Entry;
use llrt_mod_buffer::{Blob, Buffer};
use llrt_mod_stream::{WebCommon, WebPipe, WebReadable, WebText, WebTransform, WebWritable};
use llrt_test::check;

static MODULES: &[Entry] = &[
    Entry::of::<Blob>(),
    Entry::of::<Buffer>(),
    Entry::of::<WebCommon>(),
    Entry::of::<WebPipe>(),
    Entry::of::<WebReadable>(),
    Entry::of::<WebText>(),
    Entry::of::<WebTransform>(),
    Entry::of::<WebWritable>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_encoding::Encoding>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_events::Events>(),
];

#[test]
fn a_stream_gives_the_bytes_in_chunks() {
    check(
        MODULES,
        r#"
        const blob = new Blob([new Uint8Array(150000).fill(7), "end"]);
        const sizes = [];
        let last;
        for await (const chunk of blob.stream()) {
          sizes.push(chunk.length);
          last = chunk;
        }
        assert.deepEqual(sizes, [65536, 65536, 18931]);
        assert.deepEqual([...last.subarray(-4)], [7, 101, 110, 100]);
        for await (const chunk of new Blob().stream()) throw new Error("a chunk of an empty blob");
        "#,
    );
}

#[test]
fn a_reader_may_bring_its_own_memory() {
    check(
        MODULES,
        r#"
        const reader = new Blob(["abcdef"]).slice(1, 5).stream().getReader({ mode: "byob" });
        const first = await reader.read(new Uint8Array(3));
        assert.deepEqual([...first.value], [98, 99, 100]);
        const second = await reader.read(new Uint8Array(3));
        assert.deepEqual([[...second.value], second.done], [[101], false]);
        const third = await reader.read(new Uint8Array(3));
        assert.deepEqual([third.value.length, third.done], [0, true]);
        "#,
    );
}

#[test]
fn a_text_stream_gives_strings() {
    check(
        MODULES,
        r#"
        let text = "";
        for await (const chunk of new Blob(["caf\u00e9"]).textStream()) {
          assert.equal(typeof chunk, "string");
          text += chunk;
        }
        assert.equal(text, "caf\u00e9");
        "#,
    );
}
