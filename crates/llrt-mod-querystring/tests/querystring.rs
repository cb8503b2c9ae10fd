//! `node:querystring` as Node.js 24 has it.

use llrt_core::Entry;
use llrt_mod_buffer::Buffer;
use llrt_mod_querystring::Querystring;
use llrt_test::{check, table};

static MODULES: &[Entry] = &[Entry::of::<Querystring>(), Entry::of::<Buffer>()];

#[test]
fn texts_and_objects() {
    table(
        MODULES,
        r#"import qs from "node:querystring"; const p = (...args) => JSON.stringify(qs.parse(...args));"#,
        r#"
p("a=1&b=2&a=3")  =>  "{\"a\":[\"1\",\"3\"],\"b\":\"2\"}"
p("a=b=c&d&=e&&f=")  =>  "{\"a\":\"b=c\",\"d\":\"\",\"\":\"e\",\"f\":\"\"}"
p("a%20b=c+d%2B")  =>  "{\"a b\":\"c d+\"}"
p("a=%zz&b=%E4%BD&c=%")  =>  "{\"a\":\"%zz\",\"b\":\"�\",\"c\":\"%\"}"
p("a:1;b:2", ";", ":")  =>  "{\"a\":\"1\",\"b\":\"2\"}"
p("a==>1&&&b==>2", "&&&", "==>")  =>  "{\"a\":\"1\",\"b\":\"2\"}"
p("a=1&b=2&c=3", null, null, { maxKeys: 2 })  =>  "{\"a\":\"1\",\"b\":\"2\"}"
p("a=1&b=2&c=3", null, null, { maxKeys: 0 })  =>  "{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}"
p("a=%61+b", null, null, { decodeURIComponent: (s) => `<${s}>` })  =>  "{\"<a>\":\"<%61%20b>\"}"
p("a=%", null, null, { decodeURIComponent() { throw 1; } })  =>  "{\"a\":\"%\"}"
p("")  =>  "{}"
p(5)  =>  "{}"
p("toString=1&__proto__=2")  =>  "{\"toString\":\"1\",\"__proto__\":\"2\"}"
Object.getPrototypeOf(qs.parse("a=1"))  =>  null
qs.stringify({ a: [1, "x y"], b: true, c: 5n, d: null, e: undefined, f: NaN, g: {}, h: 1e21, i: [] })  =>  "a=1&a=x%20y&b=true&c=5&d=&e=&f=&g=&h=1e%2B21"
qs.stringify({ a: 1, b: 2 }, ";", ":")  =>  "a:1;b:2"
qs.stringify({ "a b": "c&d" }, null, null, { encodeURIComponent: (s) => `<${s}>` })  =>  "<a b>=<c&d>"
qs.stringify("a")  =>  ""
qs.escape("a b&\u20ac!'()*~")  =>  "a%20b%26%E2%82%AC!'()*~"
qs.escape("\ud801test")  =>  "%F0%90%91%B4est"
qs.unescape("a%20b%zz")  =>  "a b%zz"
qs.unescapeBuffer("a%20+%zz").toString()  =>  "a +%zz"
qs.decode === qs.parse && qs.encode === qs.stringify  =>  true
"#,
    );
}

#[test]
fn half_a_character_cannot_be_escaped() {
    check(
        MODULES,
        r#"
        import qs from "querystring";
        assert.throws(() => qs.escape("\ud800"), { name: "URIError", code: "ERR_INVALID_URI", message: "URI malformed" });
        assert.throws(() => qs.escape(Symbol("a")), { name: "TypeError" });
        "#,
    );
}

#[test]
fn what_a_program_puts_in_place_of_escape_and_unescape_is_used() {
    check(
        MODULES,
        r#"
        import qs from "querystring";
        const { escape, unescape } = qs;
        qs.escape = (text) => `[${text}]`;
        qs.unescape = (text) => `{${text}}`;
        assert.equal(qs.stringify({ a: "b" }), "[a]=[b]");
        assert.equal(JSON.stringify(qs.parse("a=b")), '{"{a}":"{b}"}');
        Object.assign(qs, { escape, unescape });
        "#,
    );
}

#[test]
fn empty_separators_separate_nothing() {
    check(
        MODULES,
        r#"
        import qs from "querystring";
        assert.equal(JSON.stringify(qs.parse("a", [])), '{"a":""}');
        assert.equal(JSON.stringify(qs.parse("a&b=c", [])), '{"a&b":"c"}');
        assert.equal(JSON.stringify(qs.parse("a", null, [])), '{"":"a"}');
        assert.equal(JSON.stringify(qs.parse("%\u0100=%")), '{"%\u0100":"%"}');
        assert.equal(JSON.stringify(qs.parse("&a&b", null, null, { maxKeys: 2 })), '{"a":""}');
        "#,
    );
}
