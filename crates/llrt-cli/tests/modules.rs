//! Loading of user code: ES modules, CommonJS, JSON, packages, and what is wrong with them.

mod support;

use support::{Program, run_file, without_folder};

#[test]
fn es_modules_import_each_other_and_know_where_they_are() {
    let program = Program::new(&[
        (
            "main.mjs",
            r#"
            import def, { named } from "./lib/other.mjs";
            import data from "./data.json" with { type: "json" };
            const later = await import("./lib/other.mjs");
            console.log(def, named, data.a, later.named === named);
            console.log(import.meta.filename, import.meta.dirname, import.meta.url, import.meta.main);
            console.log(import.meta.resolve("./lib/other.mjs"));
            "#,
        ),
        ("lib/other.mjs", "export default 1; export const named = import.meta.main;"),
        ("data.json", r#"{"a": "json"}"#),
    ]);
    let run = program.run(&["main.mjs"]);
    assert_eq!(
        without_folder(run.ok(), &program),
        "1 false json true\n\
         <folder>/main.mjs <folder> file://<folder>/main.mjs true\n\
         file://<folder>/lib/other.mjs\n"
    );
}

#[test]
fn commonjs_modules_have_their_five_variables() {
    let program = Program::new(&[
        (
            "main.cjs",
            r#"
            const other = require("./other");
            console.log(other.value, require("./other") === other, require("./data").a);
            console.log(__filename, __dirname, module.id, require.main === module, this === module.exports);
            console.log(require.resolve("./other"), Object.keys(require.cache).length);
            "#,
        ),
        ("other.js", "exports.value = typeof exports; exports.parent = module.parent.id;"),
        ("data.json", r#"{"a": 5}"#),
    ]);
    let run = program.run(&["main.cjs"]);
    assert_eq!(
        without_folder(run.ok(), &program),
        "object true 5\n<folder>/main.cjs <folder> . true true\n<folder>/other.js 3\n"
    );
}

#[test]
fn an_es_module_sees_the_named_exports_of_commonjs() {
    let program = Program::new(&[
        (
            "main.mjs",
            r#"
            import whole, { a, b, deep } from "./c.cjs";
            console.log(whole.a, a, b, deep);
            "#,
        ),
        (
            "c.cjs",
            "exports.a = 1; module.exports.b = 2; Object.assign(module.exports, {}); exports.deep = require('./d.cjs').deep;",
        ),
        ("d.cjs", "module.exports = { deep: 'd' };"),
    ]);
    assert_eq!(program.run(&["main.mjs"]).ok(), "1 1 2 d\n");
}

#[test]
fn commonjs_requires_an_es_module() {
    let program = Program::new(&[
        ("main.cjs", "const m = require('./m.mjs'); console.log(m.default, m.x, m.__esModule, Object.keys(m).join());"),
        ("m.mjs", "export default 1; export const x = 2;"),
    ]);
    assert_eq!(program.run(&["main.cjs"]).ok(), "1 2 true __esModule,default,x\n");
}

#[test]
fn requiring_a_module_that_awaits_at_top_level_is_an_error() {
    let program =
        Program::new(&[("main.cjs", "require('./m.mjs')"), ("m.mjs", "await new Promise((r) => setTimeout(r, 1));")]);
    assert!(program.run(&["main.cjs"]).failed(1).contains("ERR_REQUIRE_ASYNC_MODULE"));
}

#[test]
fn packages_resolve_through_exports_imports_main_and_symlinks() {
    let program = Program::new(&[
        (
            "main.mjs",
            r##"
            import conditional from "conditional";
            import sub from "conditional/sub/x";
            import main from "with-main";
            import inner from "#inner";
            console.log(conditional, sub, main, inner);
            "##,
        ),
        ("package.json", r##"{"imports": {"#inner": "./inner.js"}, "type": "module"}"##),
        ("inner.js", "export default 'inner'"),
        (
            "node_modules/conditional/package.json",
            r#"{"exports": {".": {"import": "./i.mjs", "require": "./r.cjs"}, "./sub/*": "./s/*.mjs"}}"#,
        ),
        ("node_modules/conditional/i.mjs", "export default 'import'"),
        ("node_modules/conditional/r.cjs", "module.exports = 'require'"),
        ("node_modules/conditional/s/x.mjs", "export default 'sub'"),
        ("store/with-main/package.json", r#"{"main": "lib"}"#),
        ("store/with-main/lib/index.js", "module.exports = __filename.includes('store') ? 'real path' : 'link'"),
    ]);
    std::os::unix::fs::symlink(program.path("store/with-main"), program.path("node_modules/with-main")).unwrap();
    assert_eq!(program.run(&["main.mjs"]).ok(), "import sub real path inner\n");
}

#[test]
fn a_js_file_is_read_by_its_packages_type_or_its_syntax() {
    let program = Program::new(&[
        ("esm/package.json", r#"{"type": "module"}"#),
        ("esm/a.js", "export default typeof require;"),
        ("cjs/a.js", "module.exports = typeof require;"),
        ("detected.js", "import a from './esm/a.js'; import b from './cjs/a.js'; console.log(a, b);"),
    ]);
    assert_eq!(program.run(&["detected.js"]).ok(), "undefined function\n");
}

#[test]
fn circular_requires_see_what_is_exported_so_far() {
    let program = Program::new(&[
        ("main.js", "const a = require('./a'); console.log(a.done, a.seen);"),
        ("a.js", "exports.done = false; exports.seen = require('./b').seen; exports.done = true;"),
        ("b.js", "exports.seen = require('./a').done;"),
    ]);
    assert_eq!(program.run(&["main.js"]).ok(), "true false\n");
}

#[test]
fn circular_imports_see_live_bindings() {
    let program = Program::new(&[
        ("main.mjs", "import { a } from './a.mjs'; console.log(a());"),
        ("a.mjs", "import { b } from './b.mjs'; export function a() { return b() + 1; }"),
        ("b.mjs", "import { a } from './a.mjs'; export function b() { return typeof a === 'function' ? 1 : 0; }"),
    ]);
    assert_eq!(program.run(&["main.mjs"]).ok(), "2\n");
}

#[test]
fn a_missing_package_is_named_with_its_importer() {
    let program =
        Program::new(&[("main.mjs", "import 'no-such-package';"), ("main.cjs", "require('no-such-package');")]);
    let esm = program.run(&["main.mjs"]);
    let text = without_folder(esm.failed(1), &program);
    assert!(text.contains("Cannot find package 'no-such-package' imported from <folder>/main.mjs"), "{text}");
    assert!(text.contains("ERR_MODULE_NOT_FOUND"), "{text}");
    let cjs = program.run(&["main.cjs"]);
    let text = without_folder(cjs.failed(1), &program);
    assert!(text.contains("Cannot find module 'no-such-package'\nRequire stack:\n- <folder>/main.cjs"), "{text}");
    assert!(text.contains("MODULE_NOT_FOUND"), "{text}");
}

#[test]
fn a_subpath_that_a_package_does_not_export_is_an_error() {
    let program = Program::new(&[
        ("main.mjs", "import 'closed/secret.js';"),
        ("node_modules/closed/package.json", r#"{"exports": {".": "./index.js"}}"#),
        ("node_modules/closed/secret.js", ""),
    ]);
    let run = program.run(&["main.mjs"]);
    let text = run.failed(1);
    assert!(text.contains("ERR_PACKAGE_PATH_NOT_EXPORTED"), "{text}");
    assert!(text.contains("Package subpath './secret.js' is not defined by \"exports\""), "{text}");
}

#[test]
fn an_export_that_is_not_there_is_a_syntax_error() {
    let program = Program::new(&[("main.mjs", "import { nope } from './a.mjs';"), ("a.mjs", "export const yes = 1;")]);
    let run = program.run(&["main.mjs"]);
    let text = run.failed(1);
    assert!(text.contains("SyntaxError"), "{text}");
    assert!(text.contains("nope"), "{text}");
}

#[test]
fn a_directory_instead_of_a_file_is_an_error() {
    let program = Program::new(&[("main.mjs", "import './folder';"), ("folder/index.js", "")]);
    let run = program.run(&["main.mjs"]);
    let text = run.failed(1);
    assert!(text.contains("ERR_UNSUPPORTED_DIR_IMPORT"), "{text}");
    assert!(text.contains("Did you mean to import"), "{text}");
}

#[test]
fn invalid_utf8_in_a_source_is_replaced() {
    let program = Program::new(&[]);
    program.write("main.mjs", b"console.log('a\xFFb'.codePointAt(1).toString(16));");
    assert_eq!(program.run(&["main.mjs"]).ok(), "fffd\n");
}

#[test]
fn a_byte_order_mark_and_a_shebang_are_no_code() {
    let program = Program::new(&[("main.js", "#!/usr/bin/env llrt\nconsole.log(1)")]);
    program.write("bom.mjs", b"\xEF\xBB\xBFconsole.log(2)");
    assert_eq!(program.run(&["main.js"]).ok(), "1\n");
    assert_eq!(program.run(&["bom.mjs"]).ok(), "2\n");
}

#[test]
fn a_syntax_error_shows_file_line_and_caret() {
    let program = Program::new(&[("main.mjs", "const a = 1;\nlet x = ;\n")]);
    let run = program.run(&["main.mjs"]);
    let text = without_folder(run.failed(1), &program);
    assert!(text.starts_with("file://<folder>/main.mjs:2\nlet x = ;\n        ^\n\nSyntaxError: "), "{text}");
}

#[test]
fn json_needs_its_import_attribute() {
    let program = Program::new(&[("main.mjs", "import './a.json';"), ("a.json", "{}")]);
    assert!(program.run(&["main.mjs"]).failed(1).contains("ERR_IMPORT_ATTRIBUTE_MISSING"));
}

#[test]
fn broken_json_names_its_file() {
    let program = Program::new(&[("main.cjs", "require('./a.json');"), ("a.json", "{a}")]);
    let run = program.run(&["main.cjs"]);
    let text = without_folder(run.failed(1), &program);
    assert!(
        text.contains(
            "SyntaxError: <folder>/a.json: Expected property name or '}' in JSON at position 1 (line 1 column 2)\n"
        ),
        "{text}"
    );
    let run = run_file(
        "main.mjs",
        "await import('data:application/json,[x]', { with: { type: 'json' } }).catch((e) => console.log(e.message));",
    );
    assert_eq!(run.ok(), "Unexpected token 'x', \"[x]\" is not valid JSON\n");
}

#[test]
fn an_unknown_builtin_is_an_error() {
    let run = run_file("main.mjs", "import 'node:nonsense';");
    assert!(run.failed(1).contains("ERR_UNKNOWN_BUILTIN_MODULE"), "{run:?}");
}

#[test]
fn internal_modules_are_out_of_reach() {
    assert!(run_file("main.mjs", "import 'internal:errors';").code == Some(1));
    assert!(run_file("main.mjs", "import 'native:errors';").code == Some(1));
    assert!(run_file("main.cjs", "require('internal:errors');").code == Some(1));
}

#[test]
fn dynamic_import_rejects_where_static_import_throws() {
    let run = run_file("main.cjs", "import('./nope.mjs').catch((e) => console.log(e.code));");
    assert_eq!(run.ok(), "ERR_MODULE_NOT_FOUND\n");
}

#[test]
fn a_data_url_is_a_module() {
    let run = run_file("main.mjs", "import x from 'data:text/javascript,export default 5'; console.log(x);");
    assert_eq!(run.ok(), "5\n");
}

#[test]
fn a_failed_assert_shows_its_source() {
    let program = Program::new(&[(
        "main.cjs",
        r#"
        const assert = require("assert");
        const show = (fails) => {
          try {
            fails();
          } catch (error) {
            console.log(error.message.split("\n")[2]);
          }
        };
        show(() => assert(null, undefined));
        show(() => { assert(true); assert(typeof 1 === "a)" /* ) */, undefined); });
        show(() => assert
          .ok(0));
        show(() => assert.strict.ok((() => /\)/.test("x"))()));
        show(() => assert["ok"]["apply"](null, [0]));
        show(() => {
          assert.ok(
            false,
          );
        });
        "#,
    )]);
    let shown = program.run(&["main.cjs"]);
    assert_eq!(
        shown.ok(),
        "  assert(null, undefined)\n  assert(typeof 1 === \"a)\" /* ) */, undefined)\n  ok(0)\n  \
         assert.strict.ok((() => /\\)/.test(\"x\"))())\n  assert[\"ok\"][\"apply\"](null, [0])\n  assert.ok(\n"
    );
}

#[test]
fn a_name_that_is_not_exported_is_shown_where_it_is_imported() {
    let program = Program::new(&[
        ("main.mjs", "import './a.mjs';\nimport { yes,\n  nope } from './a.mjs';"),
        ("a.mjs", "export const yes = 1;"),
        ("cjs.mjs", "import { nope as renamed, yes } from './c.cjs';"),
        ("c.cjs", "exports.yes = 1;"),
        (
            "late.mjs",
            "await import('./cjs.mjs').catch((error) => console.log(error.name, error.message.split('\\n')[0]));",
        ),
    ]);
    let run = program.run(&["main.mjs"]);
    let text = without_folder(run.failed(1), &program);
    assert!(
        text.starts_with(
            "file://<folder>/main.mjs:3\n  nope } from './a.mjs';\n  ^\n\n\
             SyntaxError: The requested module './a.mjs' does not provide an export named 'nope'\n"
        ),
        "{text}"
    );
    let run = program.run(&["cjs.mjs"]);
    let text = run.failed(1);
    assert!(
        text.contains(
            "SyntaxError: Named export 'nope' not found. The requested module './c.cjs' is a CommonJS module, which may not support \
             all module.exports as named exports.\nCommonJS modules can always be imported via the default export, for example using:\
             \n\nimport pkg from './c.cjs';\nconst { nope: renamed, yes } = pkg;\n"
        ),
        "{text}"
    );
    assert!(program.run(&["late.mjs"]).ok().starts_with("SyntaxError Named export 'nope' not found."));
}

#[test]
fn what_commonjs_has_and_modules_have_not_is_explained() {
    let program = Program::new(&[
        ("main.mjs", "require('fs');"),
        ("package.json", r#"{"type": "module"}"#),
        ("main.js", "exports.a = 1;"),
        ("late.mjs", "await import('./main.js').catch((error) => console.log(error.message.split('\\n')[0]));"),
    ]);
    let text = program.run(&["main.mjs"]);
    assert!(
        text.failed(1).contains("require is not defined in ES module scope, you can use import instead\n"),
        "{text:?}"
    );
    let run = program.run(&["main.js"]);
    let text = without_folder(run.failed(1), &program);
    assert!(
        text.contains(
            "ReferenceError: exports is not defined in ES module scope\nThis file is being treated as an ES module because it has a \
             '.js' file extension and '<folder>/package.json' contains \"type\": \"module\". To treat it as a CommonJS script, rename \
             it to use the '.cjs' file extension.\n"
        ),
        "{text}"
    );
    assert_eq!(program.run(&["late.mjs"]).ok(), "exports is not defined in ES module scope\n");
}

#[test]
fn import_attributes_are_checked_as_in_node() {
    let run = run_file(
        "main.mjs",
        r#"
        const code = (url, options) => import(url, options).then(() => "fine", (error) => error.code);
        const js = "data:text/javascript,", json = "data:application/json,1";
        console.log(await code(json), await code(json, { with: { type: "json" } }), await code(json, { with: { type: "css" } }));
        console.log(await code(js, { with: { type: "json" } }), await code(js, { with: { type: "json", a: "b" } }));
        console.log(await code("data:text/css,", { with: { type: "css" } }), await code("node:fs", { with: { type: "json" } }));
        "#,
    );
    assert_eq!(
        run.ok(),
        "ERR_IMPORT_ATTRIBUTE_MISSING fine ERR_IMPORT_ATTRIBUTE_UNSUPPORTED\n\
         ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE ERR_IMPORT_ATTRIBUTE_UNSUPPORTED\n\
         ERR_UNKNOWN_MODULE_FORMAT ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE\n"
    );
}

#[test]
fn what_process_makes_when_it_is_read_can_be_imported() {
    let program = Program::new(&[
        (
            "main.mjs",
            r#"
            import process, { stdout as output, env } from "node:process";
            import * as whole from "./whole.mjs";
            console.log(output === process.stdout, env === process.env, whole.all.stdin === process.stdin, whole.all.default === process);
            console.log((await import("process")).stderr === process.stderr, typeof whole.all.exitCode, "binding" in whole.all);
            "#,
        ),
        ("whole.mjs", "import * as all from 'process'; export { all };"),
    ]);
    assert_eq!(program.run(&["main.mjs"]).ok(), "true true true true\ntrue undefined true\n");
}

#[test]
fn a_module_that_could_not_be_required_is_imported_later_and_its_cycles_are_seen() {
    let program = Program::new(&[
        (
            "main.cjs",
            "const attempt = () => { try { require('./x.mjs'); } catch (error) { console.log(error.code); } };\n\
             attempt();\nimport('./x.mjs').then(() => console.log('imported'));",
        ),
        ("x.mjs", "import './main.cjs'; import './c.cjs';"),
        (
            "c.cjs",
            "try { require('./x.mjs'); } catch (error) { console.log(error.message.split(' (')[0].split('/').at(-1)); }",
        ),
    ]);
    assert_eq!(program.run(&["main.cjs"]).ok(), "ERR_REQUIRE_CYCLE_MODULE\nx.mjs in a cycle.\nimported\n");
}

#[test]
fn code_without_a_file_imports_from_the_working_directory_or_the_programs() {
    let program = Program::new(&[
        ("a.mjs", "export default 'a';"),
        ("sub/a.mjs", "export default 'sub a';"),
        ("sub/main.cjs", "new Function('name', 'return import(name)')('./a.mjs').then((m) => console.log(m.default));"),
        ("sub/main.mjs", "console.log((await eval('import(\"./a.mjs\")')).default);"),
    ]);
    let code = "import('./a.mjs').then((m) => console.log(m.default))";
    assert_eq!(program.run(&["-e", code]).ok(), "a\n");
    assert_eq!(program.run_with_input(&["-"], code).ok(), "a\n");
    assert_eq!(program.run(&["-e", "eval(`import('./a.mjs')`).then((m) => console.log(m.default))"]).ok(), "a\n");
    std::os::unix::fs::symlink(program.path("sub/main.cjs"), program.path("link")).expect("a link");
    for main in ["sub/main.cjs", "sub/main.mjs", "link"] {
        assert_eq!(program.run(&[main]).ok(), "sub a\n", "{main}");
    }
}

#[test]
fn llrt_util_imports_at_once() {
    let program = Program::new(&[
        (
            "main.mjs",
            "import { dimport, inspect } from 'llrt:util'; import * as all from 'llrt:util';\n\
            console.log(dimport('./sub/a.mjs').b, dimport('node:path').sep, inspect({}), typeof all.default.dimport);\n\
            for (const [name, code] of [['./tla.mjs', 'ERR_REQUIRE_ASYNC_MODULE'], ['./gone.mjs', 'ERR_MODULE_NOT_FOUND'], [1, 'ERR_INVALID_ARG_TYPE']])\n\
              try { dimport(name); } catch (error) { console.log(error.code === code || error); }\n\
            try { dimport('./throws.mjs'); } catch (error) { console.log(error.message); }\n\
            console.log(dimport('./sub/a.mjs') === await import('./sub/a.mjs'), dimport('pkg').default.c);",
        ),
        ("sub/a.mjs", "import { dimport } from 'llrt:util'; export const { b } = dimport('./b.mjs');"),
        ("sub/b.mjs", "export const b = 'b';"),
        ("tla.mjs", "await new Promise((resolve) => setTimeout(resolve, 1));"),
        ("throws.mjs", "throw new Error('thrown');"),
        ("node_modules/pkg/index.js", "exports.c = 'c';"),
    ]);
    let run = program.run(&["main.mjs"]);
    assert_eq!(run.ok(), "b / {} function\ntrue\ntrue\ntrue\nthrown\ntrue c\n");
}

#[test]
fn what_a_required_module_throws_is_its_callers() {
    let program = Program::new(&[
        (
            "main.cjs",
            "try { require('./a.mjs'); } catch (error) { console.log(error.message); } setTimeout(() => console.log('end'), 1);",
        ),
        ("a.mjs", "throw new Error('thrown');"),
    ]);
    assert_eq!(program.run(&["main.cjs"]).ok(), "thrown\nend\n");
}
