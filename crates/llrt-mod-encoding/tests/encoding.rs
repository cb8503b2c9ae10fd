//! `TextEncoder` and `TextDecoder` as JavaScript sees them. The table in `node24/` is what Node.js 24 answers.

use llrt_core::Entry;
use llrt_mod_encoding::Encoding;
use llrt_test::{check, eval, table};

static MODULES: &[Entry] = &[Entry::of::<Encoding>()];

const SCOPE: &str = r#"
const E = new TextEncoder();
const T = (bytes, label, options, more) => new TextDecoder(label, options).decode(Uint8Array.from(bytes), more);
"#;

#[test]
fn both_classes_are_as_in_node() {
    table(MODULES, SCOPE, include_str!("node24/encoding.txt"));
}

#[test]
fn legacy_encodings_are_those_of_the_standard() {
    check(
        MODULES,
        r#"
        const decode = (label, ...bytes) => new TextDecoder(label).decode(Uint8Array.from(bytes));
        assert.equal(decode("shift_jis", 0x82, 0xa0, 0xb1), "\u3042\uff71");
        assert.equal(decode("euc-jp", 0xa4, 0xa2), "\u3042");
        assert.equal(decode("iso-2022-jp", 0x1b, 0x24, 0x42, 0x24, 0x22), "\u3042");
        assert.equal(decode("euc-kr", 0xb0, 0xa1), "\uac00");
        assert.equal(decode("gb18030", 0x81, 0x30, 0x81, 0x30), "\u0080");
        assert.equal(decode("big5", 0xa4, 0x40), "\u4e00");
        assert.equal(decode("x-user-defined", 0x80), "\uf780");
        assert.equal(decode("macintosh", 0x80), "\u00c4");
        // An ASCII byte that ends a wrong pair is read again.
        assert.equal(decode("shift_jis", 0x82, 0x20), "\ufffd ");
        "#,
    );
}

#[test]
fn what_is_not_supported_is_a_range_error() {
    check(
        MODULES,
        r#"
        for (const label of ["utf-7", "iso-2022-kr", "replacement", "hz-gb-2312", "utf-32", "\u0130"])
          assert.throws(() => new TextDecoder(label), { name: "RangeError", code: "ERR_ENCODING_NOT_SUPPORTED" });
        assert.throws(() => new TextDecoder("utf-16be", { fatal: true }).decode(new Uint8Array(1)), {
          name: "TypeError",
          code: "ERR_ENCODING_INVALID_ENCODED_DATA",
          message: "The encoded data was not valid for encoding utf-16be",
        });
        "#,
    );
}

#[test]
fn memory_that_is_gone_reads_as_empty() {
    check(
        MODULES,
        r#"
        const bytes = new Uint8Array([97, 98]);
        bytes.buffer.transfer();
        assert.equal(new TextDecoder().decode(bytes), "");
        assert.deepEqual(new TextEncoder().encodeInto("x", bytes), { read: 0, written: 0 });
        const decoder = new TextDecoder();
        const options = { get stream() { decoder.decode(new Uint8Array([0xe2]), { stream: true }); return false; } };
        assert.equal(decoder.decode(new Uint8Array([0x82, 0xac]), options), "\u20ac");
        "#,
    );
}

#[test]
fn inspection_shows_the_encoding() {
    let seen = eval(
        MODULES,
        r#"
        const custom = Symbol.for("nodejs.util.inspect.custom");
        const inspect = (value) => JSON.stringify(value);
        export default [
          new TextEncoder()[custom](2, {}, inspect),
          new TextDecoder("latin1", { fatal: true })[custom](2, {}, inspect),
          new TextEncoder()[custom](-1, {}, inspect),
        ].join(" ");
        "#,
    );
    assert_eq!(
        seen,
        r#"TextEncoder {"encoding":"utf-8"} TextDecoder {"encoding":"windows-1252","fatal":true,"ignoreBOM":false} [TextEncoder]"#
    );
}
