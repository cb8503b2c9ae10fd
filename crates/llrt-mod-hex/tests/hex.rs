//! `llrt:hex` as JavaScript sees it.

use llrt_core::Entry;
use llrt_mod_hex::Hex;
use llrt_test::{check, eval};

static MODULES: &[Entry] = &[Entry::of::<Hex>()];

#[test]
fn encode_takes_views_of_any_kind() {
    check(
        MODULES,
        r#"
        import { encode } from "llrt:hex";
        const { buffer } = new Uint8Array([0, 0xab, 0xcd, 0xff]);
        assert.equal(encode(buffer), "00abcdff");
        assert.equal(encode(new Uint8Array(buffer, 1, 2)), "abcd");
        assert.equal(encode(new DataView(buffer, 3)), "ff");
        assert.equal(encode("é"), "c3a9");
        assert.equal(encode(new Uint8Array(0)), "");
        "#,
    );
}

#[test]
fn the_default_export_holds_both_functions() {
    let seen = eval(
        MODULES,
        r#"import hex, * as all from "hex"; export default [Object.keys(hex), hex.encode === all.encode, hex.decode.length];"#,
    );
    assert_eq!(seen, r#"[["encode","decode"],true,1]"#);
}

#[test]
fn a_detached_buffer_reads_as_empty() {
    let seen = eval(
        MODULES,
        r#"
        import { encode } from "llrt:hex";
        const bytes = new Uint8Array([1, 2]);
        bytes.buffer.transfer();
        export default encode(bytes);
        "#,
    );
    assert_eq!(seen, "");
}

#[test]
fn bad_input_throws_nodes_errors() {
    check(
        MODULES,
        r#"
        import { encode, decode } from "llrt:hex";
        assert.throws(() => decode("abc"), { name: "TypeError", code: "ERR_INVALID_ARG_VALUE", message: /even number/ });
        assert.throws(() => decode(5), {
          code: "ERR_INVALID_ARG_TYPE",
          message: 'The "text" argument must be of type string. Received type number (5)',
        });
        try { decode(5); } catch (error) {
          assert.equal(String(error), 'TypeError [ERR_INVALID_ARG_TYPE]: The "text" argument must be of type string. Received type number (5)');
          assert.deepEqual(Object.keys(error), ["code"]);
        }
        assert.throws(() => encode({}), {
          code: "ERR_INVALID_ARG_TYPE",
          message: 'The "bytes" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received an instance of Object',
        });
        "#,
    );
}
