//! `node:string_decoder` as JavaScript sees it. The table in `node24/` is what Node.js 24 answers.

use llrt_core::Entry;
use llrt_mod_buffer::Buffer;
use llrt_mod_string_decoder::StringDecoder;
use llrt_test::{check, table};

static MODULES: &[Entry] = &[Entry::of::<StringDecoder>(), Entry::of::<Buffer>()];

const SCOPE: &str = r#"
import * as sd from "node:string_decoder";
import { Buffer } from "node:buffer";
const { StringDecoder } = sd;
const B = (from) => Buffer.from(from);
const D = (encoding) => new StringDecoder(encoding);
"#;

#[test]
fn the_class_is_as_in_node() {
    table(MODULES, SCOPE, include_str!("node24/string_decoder.txt"));
}

#[test]
fn every_cut_gives_the_whole_text() {
    check(
        MODULES,
        r#"
        import { StringDecoder } from "string_decoder";
        const text = "a\u00e9\u20ac\u{1f600}z\u{10ffff}";
        for (const encoding of ["utf8", "utf16le", "base64", "base64url", "hex"]) {
          const bytes = Buffer.from(text, encoding === "utf16le" ? encoding : "utf8");
          for (let first = 0; first <= bytes.length; first++)
            for (let second = first; second <= bytes.length; second++) {
              const decoder = new StringDecoder(encoding);
              const seen = decoder.write(bytes.subarray(0, first)) + decoder.write(bytes.subarray(first, second)) + decoder.end(bytes.subarray(second));
              assert.equal(seen, bytes.toString(encoding), `${encoding} cut at ${first} and ${second}`);
            }
        }
        "#,
    );
}

#[test]
fn a_decoder_that_was_not_constructed_is_refused() {
    check(
        MODULES,
        r#"
        import { StringDecoder } from "string_decoder";
        assert.throws(() => StringDecoder.prototype.write(Buffer.from("a")), { name: "TypeError", code: "ERR_INVALID_THIS" });
        assert.throws(() => new StringDecoder("utf-7"), { code: "ERR_UNKNOWN_ENCODING", message: "Unknown encoding: utf-7" });
        "#,
    );
}
