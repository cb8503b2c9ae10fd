//! TypeScript: files whose types are taken out, and programs given as text.

mod support;

use support::{Program, run_file};

const SOURCE: &str = "export interface A { b: string }\nexport const greet = (name: string): string => `Hello, ${name satisfies string}!`;\n";

#[test]
fn modules_of_all_kinds_are_run() {
    let program = Program::new(&[
        (
            "main.ts",
            "import { greet, type A } from './esm.mts';\nimport { one } from './one.cts';\nimport two from './sub/two.ts';\n\
             console.log(greet(one as string), (two as { two: number }).two);",
        ),
        ("esm.mts", SOURCE),
        ("one.cts", "type One = string;\nexports.one = <One> (1 > 0 && 'one') as One;".replace("<One> ", "").as_str()),
        ("sub/two.ts", "const two: number = 2;\nmodule.exports = { two };"),
        ("main.cjs", "console.log(require('./esm.mts').greet(require('./one.cts').one), require('./sub/two.ts').two);"),
        ("m/package.json", r#"{"type":"module"}"#),
        ("m/main.ts", "const a: number = await 1;\nconsole.log(a, import.meta.filename.slice(-4));"),
    ]);
    assert_eq!(program.run(&["main.ts"]).ok(), "Hello, one! 2\n");
    assert_eq!(program.run(&["main.cjs"]).ok(), "Hello, one! 2\n");
    assert_eq!(program.run(&["m/main.ts"]).ok(), "1 n.ts\n");
    let check = program.run(&["--check", "main.ts"]);
    assert_eq!(check.ok(), "");
}

#[test]
fn places_are_those_of_the_source() {
    let run = run_file(
        "main.ts",
        "interface A {\n  b: 1\n}\nconst c: string = 'no', d = (): void => { throw new Error(c) };\nd();\n",
    );
    let error = run.failed(1);
    assert!(error.contains("main.ts:4:59"), "{run:?}");
    assert!(error.contains("const c: string = 'no'"), "{run:?}");
}

#[test]
fn what_is_more_than_types_has_a_name_and_a_place() {
    let program = Program::new(&[
        ("enum.ts", "let a;\nenum B { c }\nconsole.log(B.c)"),
        ("bad.mts", "let a: = 1;"),
        ("main.mjs", "import('./bad.mts').catch((error) => console.log(error.name, error.code))"),
    ]);
    let run = program.run(&["enum.ts"]);
    let error = run.failed(1);
    assert!(error.contains("enum.ts:2\nlet a;\nenum B { c }\n^^^^^^^^^^^^\nconsole.log(B.c)\n\nSyntaxError [ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX]: "), "{run:?}");
    assert_eq!(program.run(&["main.mjs"]).ok(), "SyntaxError ERR_INVALID_TYPESCRIPT_SYNTAX\n");
    let transformed = program.run(&["--experimental-transform-types", "enum.ts"]);
    assert_eq!(transformed.stdout, "0\n", "{transformed:?}");
    assert!(transformed.stderr.contains("ExperimentalWarning: Transform Types"), "{transformed:?}");
}

#[test]
fn transformed_files_keep_their_places_by_source_maps() {
    let program = Program::new(&[(
        "main.ts",
        "enum A { B = 'b' }\n\ninterface C {}\n\nclass D { constructor(readonly e: A) {} }\nconsole.log(new D(A.B).e);\nthrow new Error();",
    )]);
    let run = program.run(&["--experimental-transform-types", "main.ts"]);
    assert_eq!(run.stdout, "b\n", "{run:?}");
    assert!(run.stderr.contains("main.ts:7:"), "{run:?}");
    let run = program.run(&["--experimental-transform-types", "--no-enable-source-maps", "main.ts"]);
    assert!(run.stderr.contains("main.ts:4:"), "{run:?}");
}

#[test]
fn packages_are_not_stripped() {
    let program = Program::new(&[
        (
            "main.mjs",
            "for (const call of [() => import('p'), () => import('q')]) await call().catch((error) => console.log(error.code));",
        ),
        ("node_modules/p/package.json", r#"{"main":"a.ts"}"#),
        ("node_modules/p/a.ts", "export const a: number = 1;"),
        ("node_modules/q/package.json", r#"{"exports":"./a.mts"}"#),
        ("node_modules/q/a.mts", "export const a: number = 1;"),
    ]);
    let code = "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING\n";
    assert_eq!(program.run(&["main.mjs"]).ok(), code.repeat(2));
}

#[test]
fn stripping_can_be_turned_off() {
    let program = Program::new(&[
        (
            "main.mjs",
            "await import('./a.ts').catch((error) => console.log(error.code)); console.log(process.features.typescript)",
        ),
        ("a.ts", "export const a: number = 1;"),
    ]);
    for option in ["--no-experimental-strip-types", "--no-strip-types"] {
        assert_eq!(program.run(&[option, "main.mjs"]).ok(), "ERR_UNKNOWN_FILE_EXTENSION\nfalse\n");
    }
    assert_eq!(program.run(&["main.mjs"]).ok(), "strip\n");
}

#[test]
fn programs_given_as_text_may_have_types() {
    let program = Program::new(&[]);
    assert_eq!(program.run(&["-p", "const a: number = 1; a"]).ok(), "1\n");
    assert_eq!(program.run(&["-e", "import os from 'os'; const a: number = 2; console.log(a)"]).ok(), "2\n");
    // What is JavaScript is read as JavaScript.
    assert_eq!(program.run(&["-p", "const f = 1, g = 2; f<g>(3)"]).ok(), "false\n");
    let run = program.run(&["--input-type=commonjs-typescript", "-e", "enum A {}"]);
    assert!(run.failed(1).contains("ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX"), "{run:?}");
    let run = program.run(&["-e", "enum A {}"]);
    assert!(!run.failed(1).contains("TYPESCRIPT"), "{run:?}");
}

#[test]
fn the_stripper_is_a_function() {
    let run = run_file(
        "main.mjs",
        r#"
        import { stripTypeScriptTypes as strip, findSourceMap } from "node:module";
        const code = (call) => { try { return call(); } catch (error) { return error.code; } };
        console.log(strip("let a: 1"), strip("let a: 1", { sourceUrl: "a.ts" }));
        console.log(code(() => strip("enum A {}")), code(() => strip("let a:")), code(() => strip(1)), code(() => strip("", { mode: "x" })));
        console.log(code(() => strip("", { sourceMap: true })));
        console.log(strip("\nenum A { b }", { mode: "transform", sourceMap: true }).split("base64,")[1].length > 90);
        "#,
    );
    assert!(run.stderr.contains("ExperimentalWarning: stripTypeScriptTypes"), "{run:?}");
    assert_eq!(
        run.stdout,
        "let a    let a   \n\n//# sourceURL=a.ts\nERR_UNSUPPORTED_TYPESCRIPT_SYNTAX ERR_INVALID_TYPESCRIPT_SYNTAX ERR_INVALID_ARG_TYPE \
         ERR_INVALID_ARG_VALUE\nERR_INVALID_ARG_VALUE\ntrue\n"
    );
}

#[test]
fn hooks_may_give_typescript() {
    let run = run_file(
        "main.mjs",
        r#"
        import { registerHooks } from "node:module";
        registerHooks({
          load(url, context, next) {
            if (!url.startsWith("made:")) return next(url, context);
            return { format: "module-typescript", source: "export const a: number = 1", shortCircuit: true };
          },
          resolve: (name, context, next) => name.startsWith("made:") ? { url: name, shortCircuit: true } : next(name, context),
        });
        console.log((await import("made:a")).a);
        "#,
    );
    assert_eq!(run.ok(), "1\n");
}
