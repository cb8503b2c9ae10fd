//! What becomes of TypeScript; expectations are what Node.js 24 makes of the same text, where nothing else is said.

use llrt_type_strip::{ErrorKind, strip, transform};
use proptest::prelude::*;

#[track_caller]
fn becomes(source: &str, expected: &str) {
    assert_eq!(strip(source).unwrap_or_else(|error| format!("{error} at {}", error.start)), expected);
}

#[track_caller]
fn fails(source: &str, kind: ErrorKind, message: &str) {
    let error = strip(source).expect_err(source);
    assert_eq!((error.kind, error.message.as_str()), (kind, message), "{source}");
}

#[test]
fn types_become_blanks() {
    becomes("let x /* a */ : /* b */ number /* c */ = 1", "let x /* a */                  /* c */ = 1");
    becomes(
        "function f<T>(this: X, a?: T, ...b: T[]): asserts a is T {}",
        "function f   (         a    , ...b     )                 {}",
    );
    becomes("let a = b!; c!.d![1]!(); e as any as f", "let a = b ; c .d [1] (); e            ");
    becomes(
        "f<string>(x); new Map<string, number>; a<b>c; g?.<T>()",
        "f        (x); new Map                ; a<b>c; g?.   ()",
    );
    becomes(
        "try {} catch (e: unknown) {}; for (const x of y as any) {}",
        "try {} catch (e         ) {}; for (const x of y       ) {}",
    );
    becomes("let x = `a${b as any}c${`${d!}`}`", "let x = `a${b       }c${`${d }`}`");
}

#[test]
fn characters_keep_their_columns() {
    becomes("let é: \"日本😀\" = 1; x", "let é         = 1; x");
}

#[test]
fn declarations_that_are_types_go() {
    becomes(
        "type A = 1; interface B<T> extends C { d(): void }\nx",
        "                                                  \nx",
    );
    becomes("declare const a: 1; declare global { var b }\nx", "                                            \nx");
    becomes("declare module 'x' { export const y: 1 }\nx", "                                        \nx");
    becomes("namespace A { export type B = 1 }\nx", "                                 \nx");
    becomes("function f(): void\nfunction f(a: any) {}", "                  \nfunction f(a     ) {}");
    becomes("export default interface A {}\nx", "                             \nx");
    becomes("export abstract class A {}", "export          class A {}");
}

#[test]
fn words_that_begin_declarations_are_names_elsewhere() {
    for source in [
        "if (a) type = 5",
        "type\nA = 5",
        "var declare, type, namespace, module, abstract, interface; type = 1; declare(x)",
        "let as, satisfies, of, is, asserts, infer; as = satisfies",
        "namespace\nfoo\n{}",
        "x = { get, set, async, static: 1, type() {}, get get() {}, set set(a) {}, async *async() {} }",
        "class A { get; set; static; async; declare; readonly = 1; get get() {} static static() {} }",
        "async (x); async => async; async function f() {}",
        "a < b > c; a < (b >> c); a ? (b) : c => d; a ? (b, c) : d; a ? b ? (c) : (d) : e",
        "/[/]/g.test(a) / b / c; a = b / /c/ / d",
        "yield\n/a/g; await\n(x)",
    ] {
        becomes(source, source);
    }
}

#[test]
fn imports_of_types_go() {
    becomes("import type A from \"x\"; export type {B} from \"y\"", &" ".repeat(48));
    becomes("import {type A, B, type C as D} from 'x'", "import {        B,            } from 'x'");
    becomes("import type from 'x'; import type, { a } from 'y'", "import type from 'x'; import type, { a } from 'y'");
    becomes("import type from from 'x'\ny", "                         \ny");
    becomes(
        "import { type as as } from 'x'; import { type as } from 'y'",
        "import { type as as } from 'x'; import {         } from 'y'",
    );
    becomes("import type a = require('x')\ny", "                            \ny");
}

#[test]
fn classes_keep_what_runs() {
    becomes(
        "class A<T> extends B<T> implements C { private static readonly x?: T = 1; declare y; z!: T; [k: string]: any }",
        "class A    extends B                 {         static          x     = 1;            z    ;                  }",
    );
    becomes(
        "abstract class A { abstract b(): void; c?(): void; d(a?): void {} }",
        "         class A {                                 d(a )       {} }",
    );
}

#[test]
fn a_line_that_ends_a_statement_still_does() {
    becomes("foo\ntype x = 1\n(bar)", "foo\n;         \n(bar)");
    becomes("x = 1 as any\n[y]", "x = 1 ;     \n[y]");
    becomes("class A { x = 1\n public ['y'] = 2 }", "class A { x = 1\n ;      ['y'] = 2 }");
    becomes("class A { get: string\n foo() {} }", "class A { get;       \n foo() {} }");
    // Node.js 24 runs the two fields together.
    becomes("class A { x = 1\n declare y: 1\n ['z'] = 2 }", "class A { x = 1\n ;           \n ['z'] = 2 }");
}

#[test]
fn parentheses_stay_on_the_lines_that_need_them() {
    becomes("(a):\n T => a", "(a  \n ) => a");
    becomes("async <T,\n U>(x) => 1", "async (  \n    x) => 1");
    becomes("function f() { return <T,\n U>(x) => 1 }", "function f() { return (  \n    x) => 1 }");
}

#[test]
fn conditional_types_are_read_to_their_end() {
    becomes(
        "type A<T> = T extends (infer U extends string)[] ? U extends 'a' ? 1 : 2 : never\nx",
        &format!("{}\nx", " ".repeat(80)),
    );
    becomes("type R<T> = T extends (...a: any) => infer R ? R : any\nx", &format!("{}\nx", " ".repeat(54)));
    becomes(
        "type E<T, U> = (<V>() => V extends T ? 1 : 2) extends <V>() => V extends U ? 1 : 2 ? true : false\nx",
        &format!("{}\nx", " ".repeat(97)),
    );
}

#[test]
fn what_is_more_than_types_is_refused() {
    use ErrorKind::Unsupported;
    fails("enum A {}", Unsupported, "TypeScript enum is not supported in strip-only mode");
    fails("export const enum A {}", Unsupported, "TypeScript enum is not supported in strip-only mode");
    fails(
        "namespace A { export let b }",
        Unsupported,
        "TypeScript namespace declaration is not supported in strip-only mode",
    );
    fails("module A {}", Unsupported, "`module` keyword is not supported. Use `namespace` instead.");
    fails(
        "class A { constructor(private b) {} }",
        Unsupported,
        "TypeScript parameter property is not supported in strip-only mode",
    );
    fails(
        "import a = require('b')",
        Unsupported,
        "TypeScript import equals declaration is not supported in strip-only mode",
    );
    fails("export = a", Unsupported, "TypeScript export assignment is not supported in strip-only mode");
    fails(
        "a + b as number * c",
        Unsupported,
        "Type assertions that would change binary expression grouping are not supported in strip-only mode.",
    );
    assert_eq!(strip("let x = <any>y").expect_err("angle brackets").kind, Unsupported);
}

#[test]
fn what_does_not_parse_has_a_place() {
    let error = strip("let a = 1;\nlet x: = 5;\nb").expect_err("no type");
    assert_eq!((error.kind, error.line, error.column), (ErrorKind::Invalid, 2, 8));
    assert!(error.message.starts_with("Unexpected token `=`. Expected an identifier, "), "{error}");
    assert_eq!(error.snippet, "let a = 1;\nlet x: = 5;\n       ^\nb\n");
    fails("let x = ;", ErrorKind::Invalid, "Expression expected");
    fails(
        "function foo(){ await Promise.resolve(1); }",
        ErrorKind::Invalid,
        "await isn't allowed in non-async function",
    );
    assert_eq!(strip("f(").expect_err("open").message, "Unexpected eof");
    assert_eq!(strip(&"(".repeat(100_000)).expect_err("deep").message, "The code is nested too deep");
}

#[test]
fn transform_rewrites_enums_and_parameter_properties() {
    let code = |source: &str| transform(source).map(|output| output.code).unwrap_or_else(|error| error.message);
    assert_eq!(
        code("export enum A {\n  B,\n  C = B + 2,\n  'd-e'\n}"),
        "export var A; (function ($enum) {\n  const B = $enum[\"B\"] = 0; if (typeof B !== \"string\") $enum[B] = \"B\";\n  \
         const C = $enum[\"C\"] = (B + 2); if (typeof C !== \"string\") $enum[C] = \"C\";\n  $enum['d-e'] = C + 1; \
         if (typeof $enum['d-e'] !== \"string\") $enum[$enum['d-e']] = 'd-e';\n})(A || (A = {}));\n"
    );
    assert_eq!(
        code("class A extends B { constructor(private c: number, readonly d = 1) { super(c); e() } }"),
        "class A extends B { c; d; constructor(        c        ,          d = 1) { super(c); this.c = c; this.d = d; e() } }\n"
    );
    assert_eq!(code("import a = require('b'); export = a"), "const a = require('b'); module.exports = a\n");
    assert!(code("namespace A { export let b }").contains("not supported by this runtime"));
}

#[test]
fn transform_maps_what_it_moves() {
    let output = transform("let a;\n\ninterface B {}\n  c();\n`\n\n`").expect("valid");
    assert_eq!(output.code, "let a;\n  c();\n`\n\n`\n");
    assert_eq!(output.mappings, "AAAA,IAAI,CAAC;EAGH,CAAC,CAAC,CAAC;AACL;;AAEA");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever comes in, an answer comes out, and what is kept stays where it was.
    #[test]
    fn any_text_gets_an_answer(parts in prop::collection::vec(part(), 0..30)) {
        let source = parts.concat();
        if let Ok(code) = strip(&source) {
            prop_assert_eq!(code.encode_utf16().count(), source.encode_utf16().count());
            prop_assert_eq!(code.lines().count(), source.lines().count());
        }
        drop(transform(&source));
    }
}

fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "type",
            "interface",
            "enum",
            "class",
            "function",
            "async",
            "await",
            "as",
            "satisfies",
            "extends",
            "infer",
            "keyof",
            "import",
            "export",
            "from",
            "declare",
            "abstract",
            "private",
            "readonly",
            "static",
            "get",
            "let",
            "const",
            "for",
            "of",
            "in",
            "return",
            "new",
            "this",
            "super",
            "constructor",
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            "<",
            ">",
            "=>",
            "=",
            "?",
            "?.",
            ":",
            ",",
            ";",
            ".",
            "...",
            "/",
            "!",
            "|",
            "&",
            "++",
            "`",
            "${",
            "'",
            "\"",
            "\\",
            "\n",
            " ",
            " ",
            " ",
            "//",
            "/*",
            "*/",
            "x",
            "T",
            "1",
            "#a",
            "@",
            "*",
            "é",
            "\u{2028}",
            "\\u{",
            "😀",
            "\r\n",
        ])
        .prop_map(String::from),
        ".{0,2}",
    ]
}
