//! Which sources of ambiguous format are modules. Where no comment says so, Node 24 answers alike.

use llrt_cjs_lexer::detect_module_syntax;

fn modules(sources: &[&str]) {
    for source in sources {
        assert!(detect_module_syntax(source), "a module: {source}");
    }
}

fn scripts(sources: &[&str]) {
    for source in sources {
        assert!(!detect_module_syntax(source), "no module: {source}");
    }
}

#[test]
fn declarations_make_a_module() {
    modules(&[
        "import 'x'",
        "import x from 'y'",
        "import x, { y } from 'z'",
        "import * as x from 'y'",
        "import{x}from'y'",
        "import/**/'x'",
        "export {}",
        "export default 1",
        "export * from 'x'",
        "export const x = 1",
        "export async function f() {}",
        "export class A {}",
        "#!/usr/bin/env node\nimport 'x'",
        "\u{feff}export {}",
        "'use strict'\nimport 'x'",
        "x = 1\nexport { x }",
        "// c\nexport{}",
        "if (x) {}\nimport 'y'",
        "const f = () => {}\nexport { f }",
        "x = /import/;export {}",
        "function f() { return import.meta }",
    ]);
}

#[test]
fn what_only_looks_like_a_declaration_does_not() {
    scripts(&[
        "",
        "import('x')",
        "x = import('x')",
        "await_()",
        "exports.import = exports.export = 1",
        "({ import: 1, export: 2, await: 3 })",
        "x.import; x?.export; x.await",
        "// import 'x'",
        "/* export {} */",
        "'import x from y'",
        "`export {}`",
        "x = /export {}/",
        "class A { import() {} export() {} }",
        "`${'export {}'}`",
        "importScripts('x')",
        "exportable = 1",
        "x = import\n('x')",
    ]);
}

#[test]
fn await_outside_of_functions_makes_a_module() {
    modules(&[
        "await x",
        "const x = await y()",
        "x = [await y]",
        "if (x) { await y }",
        "for await (const x of y) {}",
        "f(await import('x'))",
        "await 1",
        "await 'x'",
        "await !x",
        "await {}",
        "await new X",
        "await []",
        "({ a: await x })",
        "x = async () => y; await z",
        "x = async () => await y\nawait z",
        "f(async () => await x, await y)",
        "a ? async () => await b : await c",
        "x = { async f() { await y } }; await z",
        "class A { async f() { await y } }\nawait z",
        "(async () => { await x })()\nawait y",
        "do { await x } while (y)",
        "class A extends (await x) {}",
        "label: await x",
        "try { await x } catch {}",
        "export_ = await x",
        "switch (x) { case 1: await y }",
        "try {} catch (e) { await x }",
    ]);
}

#[test]
fn await_inside_of_functions_does_not() {
    scripts(&[
        "async function f() { await x }",
        "x = async () => await y",
        "x = async y => await z",
        "x = async () => { await y }",
        "x = async function () { await y }",
        "({ async f() { await x } })",
        "class A { async f() { await x } async *g() { for await (x of y) {} } }",
        "({ f: async () => await x, g: 1 })",
        "x = async () =>\n  await y",
        "x = async () => a ? await b : await c",
        "async function f() { if (x) { for (;;) { await y } } }",
        "x = async () => (await y)",
        "x = async () => [await y]",
        "x = async () => `${await y}`",
        "x = async () => y => z\nfunction f() {}",
        "class A { x = async () => await y }",
        "async function f() { const g = async () => 1\n await g() }",
        "({ async 'a b'() { await x }, async [c]() { await x } })",
        "x = async () => await y\n;await_",
        "async function f(a = () => {}) { await a }",
        "({ async if() { await x } })",
        "class A { static async if() { await x } get return() { return 1 } }",
    ]);
}

#[test]
fn await_as_a_name_does_not() {
    scripts(&[
        "await (x)",
        "await\nx",
        "await + x",
        "await - x",
        "var await = 1; await / 2 / 3",
        "await = 1",
        "await in x",
        "await instanceof x",
        "await != x",
        "f(await)",
        "await [x]",
        "await `x`",
    ]);
}

#[test]
fn declaring_what_the_wrapper_declares_makes_a_module() {
    modules(&[
        "const require = createRequire(x)",
        "let module = 1",
        "class exports {}",
        "const __filename = x, y = 1",
        "x\nconst  __dirname = y",
        "let/**/require = 1",
    ]);
    scripts(&[
        "var require = 1",
        "function require() {}",
        "{ const require = 1 }",
        "(() => { const module = 1 })()",
        "const required = 1",
        "const x = require('y')",
    ]);
}

/// Node takes this for CommonJS: V8 has another message for it than those that Node looks for.
#[test]
fn await_in_a_template_makes_a_module() {
    modules(&["x = `${await y}`"]);
}

#[test]
fn what_cannot_be_read_is_no_module() {
    scripts(&["'import", "/* export {}", "x = /", "`${"]);
}
