//! What is found in hand-written modules; the examples of the grammar's README are among them.

use llrt_cjs_lexer::{LexError, lex};
use proptest::prelude::*;

/// Names and reexports, as `a b | c`.
fn found(source: &str) -> String {
    match lex(source) {
        Ok(found) if found.reexports.is_empty() => found.names.join(" "),
        Ok(found) => format!("{} | {}", found.names.join(" "), found.reexports.join(" ")).trim_start().to_owned(),
        Err(error) => format!("error: {error}"),
    }
}

macro_rules! finds {
    ($($name:ident: $($source:expr => $expected:expr),+ $(,)?;)+) => {
        $(#[test] fn $name() { $(assert_eq!(found($source), $expected, "{}", $source);)+ })+
    };
}

finds! {
    members:
        "exports.a = exports.b = 1; exports['c d'] = 2; module.exports.e = 3; module.exports[\"f\"] = 4" => "a b c d e f",
        "(function (exports) { if (false) exports.a = 1 })(x)" => "a",
        "exports /* x */ . // y\n a /**/ = 1" => "a",
        "exports.default = exports.__esModule = true" => "default __esModule",
        "exports.a == 1" => "a",
        "exports.aé$_ = 1; exports['\\u0041\\x42'] = 1" => "aé$_ AB";
    what_is_no_member:
        "exports.a; exports.a += 1; exports.a++; exports.a.b = 1; exports[a] = 1; exports[`a`] = 1" => "",
        "x.exports.a = 1; this.exports.b = 1; xexports.c = 1; exports$.d = 1; exports?.e; #exports.f = 1" => "",
        "// exports.a = 1\n/* exports.b = 1 */ 'exports.c = 1'; `exports.d = 1`; x = /exports.e = 1/" => "",
        "exports['\\ud800'] = 1" => "";
    each_name_comes_once:
        "exports.a = exports.b = exports.a = 1; __exportStar(require('x')); __exportStar(require('x'))" => "a b | x";
    literals:
        "module.exports = { a, 'b': b, c: c, ...d, e }" => "a b c e",
        "module.exports = { a, ...d, b: require('c'), c: 1 }" => "a b",
        "module.exports = { a: 1, b }" => "",
        "module.exports = { a() {}, b }" => "a",
        "module.exports = { get a() {}, b }" => "get",
        "module.exports = { 'a', b }" => "b",
        "module.exports = { 'a': 'b', c }" => "",
        "0 && (module.exports = { a, b, ...require('./c') })" => "a b | ./c",
        "exports = module.exports = { a }" => "a",
        "module.exports = {" => "",
        "exports = { a }" => "";
    reexports:
        "module.exports = require('a')" => "| a",
        "module.exports = require('a'); (m => module.exports = require('b'))(); if (0) module.exports = require('c')" => "| c",
        "module.exports = require('ignored'); module.exports = { ...require('a'), b, ...require('c') }" => "b | a c",
        "__exportStar(require('a')); module.exports = x" => "",
        "module.exports = require('a').b" => "| a",
        "module.exports = x ? require('a') : require('b'); module.exports = require(c)" => "";
    definitions:
        "Object.defineProperty(exports, 'a', { enumerable: true, get: function () { return q.p; } })" => "a",
        "Object.defineProperty(exports, 'a', { enumerable: true, get: function get() { return q['p'] }, })" => "a",
        "Object.defineProperty(exports, 'a', { get () { return b; } })" => "a",
        "Object.defineProperty(module.exports, '__esModule', { value: true })" => "__esModule",
        "Object.defineProperty(exports, 'a', { enumerable: true, value: 1 })" => "a";
    definitions_that_may_have_effects:
        "Object.defineProperty(exports, 'a', { enumerable: false, get () { return p; } })" => "",
        "Object.defineProperty(exports, 'a', { configurable: true, get () { return p; } })" => "",
        "Object.defineProperty(exports, 'a', { get: () => p })" => "",
        "Object.defineProperty(exports, 'a', { get () { return dynamic(); } })" => "",
        "Object.defineProperty(exports, 'a', { get () { return 'str'; } })" => "",
        "Object.defineProperty(exports, 'a', { get () { return a.b.c; } })" => "",
        "Object.defineProperty(exports, a, { value: 1 }); x.Object.defineProperty(exports, 'b', { value: 1 })" => "";
    an_unsafe_definition_takes_the_name_back:
        "exports.a = 1; Object.defineProperty(exports, 'a', descriptor); exports.b = 1" => "b";
    helpers_of_typescript:
        "__export(require('a')); __exportStar(require('b'), exports); tslib_1.__exportStar(require('c'), exports)" => "| a b c",
        "{ __export(require('a')) } function f() { __exportStar(require('b')) }" => "",
        "__exportStar(x); __exportStars(require('a'))" => "";
    errors:
        "import x from 'y'" => "error: module syntax at byte 0",
        "x; export { x }" => "error: module syntax at byte 3",
        "f(import.meta.url)" => "error: module syntax at byte 2",
        "import('x'); exports.import = exports.export = 1; ({ import: 1, export: 2 })" => "import export",
        "exports.a = 'b" => "error: unterminated string at byte 12",
        "exports.a = /*" => "error: unterminated comment at byte 12";
    unbalanced_brackets_are_for_the_engine:
        "}); exports.a = 1 ((({" => "a";
}

/// The ways in which Babel and Rollup copy all exports.
#[test]
fn stars_of_babel_and_rollup() {
    let skip = "if (k === 'default' || k === '__esModule') return;";
    let own = "if (Object.prototype.hasOwnProperty.call(_names, k)) return;";
    let same = "if (k in exports && exports[k] === _a[k]) return;";
    let copy = "exports[k] = _a[k];";
    let define = "Object.defineProperty(exports, k, { enumerable: true, get: function () { return _a[k]; } });";
    for body in [
        format!("{skip} {copy}"),
        format!("{skip} {same} {copy}"),
        format!("{skip} {own} {same} {define}"),
        format!("{skip} {own} {define}"),
        format!("if (k !== 'default') {copy}"),
        format!("if (k !== 'default' && !exports.hasOwnProperty(k)) {copy}"),
        format!("if (k !== \"default\" && !Object.prototype.hasOwnProperty.call(exports, k)) {define}"),
    ] {
        for require in ["require('a')", "_interopRequireWildcard(require('a'))"] {
            let star = |at: &str| format!("Object.keys({at}).forEach(function (k) {{ {body} }});");
            assert_eq!(found(&format!("var _a = {require}; {}", star("_a"))), "| a", "{body}");
            assert_eq!(found(&format!("_a = {require}; {}", star("_a"))), "", "not declared");
            assert_eq!(found(&format!("var _a = {require}; {}", star("_b"))), "", "of another module");
            assert_eq!(found(&format!("var _a = {require}; {{ {} }}", star("_a"))), "", "not at the top level");
        }
    }
    let unconditional = "var _a = require('a'); Object.keys(_a).forEach(function (k) { exports[k] = _a[k]; });";
    assert_eq!(found(unconditional), "");
}

#[test]
fn errors_say_where() {
    assert_eq!(lex("a; `").map_err(|error| error.offset()), Err(3));
    assert_eq!(lex("export {}"), Err(LexError::ModuleSyntax { at: 0 }));
}

fn soup() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "exports",
        "module",
        "module.exports",
        "Object.defineProperty(",
        "Object.keys(",
        "require(",
        "'a'",
        "\"b",
        ".",
        "=",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ",",
        ";",
        ":",
        "...",
        "get",
        "function",
        "return",
        "if",
        "__exportStar",
        "var",
        "x",
        "import",
        "export",
        "meta",
        "await",
        "for",
        "class",
        "`",
        "${",
        "/",
        "/*",
        "*/",
        "//",
        "\\",
        "\\u{",
        "\n",
        " ",
        "é",
        "\u{2028}",
        "=>",
        "?",
        "1",
        "#",
    ]);
    prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn no_source_makes_it_panic(source in prop_oneof![soup(), ".{0,60}"]) {
        let _ = lex(&source);
        let _ = llrt_cjs_lexer::detect_module_syntax(&source);
    }

    #[test]
    fn what_stands_before_and_after_does_not_matter(
        before in prop::sample::select(vec!["", "x / 1;", "if (x) /'/.y;", "`${`'`}`;", "({ a: /\"/ });", "class A { if() { /`/ } }", "x = {} / 2;"]),
        after in prop::sample::select(vec!["", "/'/.x", "'x'", "// '", "`'`"]),
    ) {
        let source = format!("{before}\nexports.a = 1;\n{after}\nexports.b = 2;");
        prop_assert_eq!(found(&source), "a b");
    }
}
