//! `node:punycode` as Node.js 24 has it.

use llrt_core::Entry;
use llrt_mod_punycode::Punycode;
use llrt_test::{check, table};

static MODULES: &[Entry] = &[Entry::of::<Punycode>()];

#[test]
fn the_samples_of_rfc_3492_and_domains() {
    table(
        MODULES,
        r#"import p from "node:punycode"; const both = (text) => [p.encode(text), p.decode(p.encode(text)) === text].join();"#,
        r#"
both("他们为什么不说中文")  =>  "ihqwcrb4cv8a8dqg056pqjye,true"
both("Pročprostěnemluvíčesky")  =>  "Proprostnemluvesky-uyb24dma41a,true"
both("3年B組金八先生")  =>  "3B-ww4c5e180e575a65lsy2b,true"
both("-> $1.00 <-")  =>  "-> $1.00 <--,true"
both("\u{1f600}a")  =>  "a-iv3s,true"
both("")  =>  ",true"
p.toASCII("mañana.com")  =>  "xn--maana-pta.com"
p.toASCII("джумла@bücher。com")  =>  "джумла@xn--bcher-kva.com"
p.toUnicode("xn--maana-pta.com")  =>  "mañana.com"
p.toUnicode("example.org")  =>  "example.org"
p.ucs2.decode("a\u{1d306}\ud800").join()  =>  "97,119558,55296"
p.ucs2.encode([97, 119558])  =>  "a𝌆"
p.version  =>  "2.1.0"
"#,
    );
}

#[test]
fn what_is_no_punycode_is_a_range_error() {
    check(
        MODULES,
        r#"
        import { decode } from "punycode";
        const error = (message) => ({ name: "RangeError", message });
        assert.throws(() => decode("\x81-"), error("Illegal input >= 0x80 (not a basic code point)"));
        assert.throws(() => decode("ihqwctvzc91f659drss3x8bo0yb\x81"), error("Invalid input"));
        assert.throws(() => decode("a-!"), error("Invalid input"));
        
        "#,
    );
}
