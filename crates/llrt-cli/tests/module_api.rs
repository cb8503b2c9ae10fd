//! `node:module`, the compile cache, source maps as programs read them, and the options that change how modules are found.

mod support;

use support::{Program, Run, run_file, without_folder};

#[test]
fn the_package_json_of_a_module_is_found() {
    let program = Program::new(&[
        (
            "main.mjs",
            r#"
            import { findPackageJSON } from "node:module";
            const show = (...args) => {
              try { return String(findPackageJSON(...args)).replace(import.meta.dirname, ""); } catch (error) { return error.code; }
            };
            console.log(show(import.meta.url), show("p", import.meta.url), show("./p.mjs", import.meta.filename));
            console.log(show(), show("p", 1), show("./p.mjs"), show("x"), show("node:fs"), show("gone", import.meta.url));
            "#,
        ),
        ("p.mjs", ""),
        ("package.json", "{}"),
        ("node_modules/p/package.json", "{}"),
    ]);
    assert_eq!(
        program.run(&["main.mjs"]).ok(),
        "/package.json /node_modules/p/package.json /package.json\nERR_MISSING_ARGS ERR_INVALID_ARG_TYPE \
         ERR_UNSUPPORTED_RESOLVE_REQUEST ERR_INVALID_URL ERR_INVALID_URL_SCHEME ERR_MODULE_NOT_FOUND\n"
    );
}

#[test]
fn a_source_map_answers_for_places() {
    let run = run_file(
        "main.mjs",
        r#"
        import { SourceMap } from "node:module";
        const payload = { version: 3, sources: ["a.js"], mappings: "AAAA;AACA,CAACA", names: ["q"] };
        const map = new SourceMap(payload, { lineLengths: [1, 2] });
        console.log(map.payload, map.payload !== payload, map.lineLengths);
        console.log(map.findEntry(0, 5), map.findEntry(1, 1).name, map.findOrigin(2, 2), new SourceMap({ mappings: "" }).findEntry(0, 0));
        const sections = [{ offset: { line: 2, column: 3 }, map: payload }];
        console.log(new SourceMap({ version: 3, sections }).findEntry(2, 3).generatedColumn);
        try { new SourceMap(); } catch (error) { console.log(error.code); }
        "#,
    );
    assert_eq!(
        run.ok(),
        "{\n  version: 3,\n  sources: [ 'a.js' ],\n  mappings: 'AAAA;AACA,CAACA',\n  names: [ 'q' ]\n} true [ 1, 2 ]\n\
         {\n  generatedLine: 0,\n  generatedColumn: 0,\n  originalSource: 'a.js',\n  originalLine: 0,\n  originalColumn: 0,\n  \
         name: undefined\n} q { name: 'q', fileName: 'a.js', lineNumber: 2, columnNumber: 2 } {}\n3\nERR_INVALID_ARG_TYPE\n"
    );
}

#[test]
fn the_source_map_of_a_file_is_found_where_maps_are_on() {
    let program = Program::new(&[
        (
            "main.cjs",
            "const { findSourceMap, setSourceMapsSupport } = require('module');\nconst off = findSourceMap(__dirname + '/a.js');\n\
             setSourceMapsSupport(true);\nconst map = findSourceMap(__dirname + '/a.js');\n\
             console.log(off, map.payload.sources, map.lineLengths, findSourceMap(__filename));",
        ),
        ("a.js", "a\n//# sourceMappingURL=a.js.map"),
        ("a.js.map", r#"{"version":3,"sources":["src/a.ts"],"mappings":"AAAA","names":[]}"#),
    ]);
    let run = program.run(&["main.cjs"]);
    assert_eq!(without_folder(run.ok(), &program), "undefined [ 'file://<folder>/src/a.ts' ] [ 1, 29 ] undefined\n");
}

#[test]
fn support_of_source_maps_is_set_and_told() {
    let run = run_file(
        "main.mjs",
        r#"
        import { getSourceMapsSupport, setSourceMapsSupport } from "node:module";
        setSourceMapsSupport(true, { nodeModules: true });
        console.log({ ...getSourceMapsSupport() });
        for (const wrong of [[1], [true, { nodeModules: 1 }], [true, null]])
          try { setSourceMapsSupport(...wrong); } catch (error) { console.log(error.code); }
        "#,
    );
    let code = "ERR_INVALID_ARG_TYPE\n".repeat(3);
    assert_eq!(run.ok(), format!("{{ enabled: true, nodeModules: true, generatedCode: false }}\n{code}"));
}

#[test]
fn what_cannot_be_offered_says_so() {
    let run = run_file(
        "main.mjs",
        r#"
        import module, { syncBuiltinESMExports, isBuiltin, builtinModules } from "node:module";
        import fs from "node:fs";
        const code = (call) => { try { return call(); } catch (error) { return error.code; } };
        console.log(code(syncBuiltinESMExports));
        fs.readFile = 1;
        console.log(code(syncBuiltinESMExports));
        console.log(isBuiltin("sys"), isBuiltin("test"), isBuiltin("node:test"), builtinModules.includes("sys"), builtinModules.at(-1));
        "#,
    );
    assert_eq!(
        run.ok(),
        "undefined\nERR_FEATURE_UNAVAILABLE_ON_PLATFORM\n\
         true false true true node:test/reporters\n"
    );
}

fn run_cached(program: &Program, words: &[&str]) -> Run {
    let mut command = program.command(words);
    command.env("NODE_COMPILE_CACHE", program.path("cache")).env("NODE_DEBUG_NATIVE", "COMPILE_CACHE");
    let output = command.output().expect("llrt runs");
    Run {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn what_was_compiled_once_is_taken_from_the_cache() {
    let program = Program::new(&[
        (
            "main.mjs",
            "import { f } from './a.mjs'; import c from './c.cjs'; console.log(f.toString(), c.toString());\n\
             try { f(); } catch (error) { console.log(error.stack.split('\\n')[1].trim()); }",
        ),
        ("a.mjs", "#!/usr/bin/env llrt\nexport const f = () => { throw new Error('x'); };"),
        ("c.cjs", "module.exports = function c() {};"),
    ]);
    let first = run_cached(&program, &["main.mjs"]);
    let text = without_folder(first.ok(), &program);
    assert_eq!(text, "() => { throw new Error('x'); } function c() {}\nat f (file://<folder>/a.mjs:2:36)\n");
    assert_eq!(first.stderr.matches("was not initialized, initializing the in-memory entry").count(), 3, "{first:?}");
    let second = run_cached(&program, &["main.mjs"]);
    assert_eq!(second.ok(), first.stdout);
    assert_eq!(second.stderr.matches("was accepted, keeping the in-memory entry").count(), 3, "{second:?}");
    assert_eq!(second.stderr.matches("because cache was the same").count(), 3, "{second:?}");
    program.write("c.cjs", b"module.exports = function d() {};");
    let third = run_cached(&program, &["main.mjs"]);
    assert!(third.ok().contains("function d() {}"), "{third:?}");
    assert!(third.stderr.contains("code hash mismatch"), "{third:?}");
}

#[test]
fn a_damaged_cache_is_not_taken() {
    let program = Program::new(&[("main.js", "console.log('runs');")]);
    run_cached(&program, &["main.js"]).ok();
    let folder = std::fs::read_dir(program.path("cache")).expect("made").next().expect("one").expect("readable").path();
    let file = std::fs::read_dir(&folder).expect("a folder").next().expect("one").expect("readable").path();
    let mut bytes = std::fs::read(&file).expect("readable");
    *bytes.last_mut().expect("not empty") ^= 1;
    std::fs::write(&file, bytes).expect("written");
    let run = run_cached(&program, &["main.js"]);
    assert_eq!(run.ok(), "runs\n");
    assert!(run.stderr.contains("cache hash mismatch"), "{run:?}");
}

#[test]
fn the_cache_is_turned_on_by_a_program() {
    let program = Program::new(&[
        (
            "main.js",
            r#"
            const { constants, enableCompileCache, flushCompileCache, getCompileCacheDir } = require("module");
            const { ENABLED, ALREADY_ENABLED } = constants.compileCacheStatus;
            console.log(getCompileCacheDir(), enableCompileCache("cache").status === ENABLED, enableCompileCache().status === ALREADY_ENABLED);
            require("./a");
            flushCompileCache();
            console.log(require("fs").readdirSync(getCompileCacheDir()).length);
            for (const wrong of [0, null, { directory: 1 }]) try { enableCompileCache(wrong); } catch (error) { console.log(error.code); }
            "#,
        ),
        ("a.js", ""),
        ("failed.js", "console.log(require('module').enableCompileCache(__filename + '/x'))"),
    ]);
    let code = "ERR_INVALID_ARG_TYPE\n".repeat(3);
    assert_eq!(program.run(&["main.js"]).ok(), format!("undefined true true\n1\n{code}"));
    assert_eq!(
        program.run(&["failed.js"]).ok(),
        "{\n  status: 0,\n  message: 'Cannot create cache directory: not a directory'\n}\n"
    );
    let output = program
        .command(&["-p", "require('module').enableCompileCache('x').status"])
        .env("NODE_DISABLE_COMPILE_CACHE", "1")
        .output();
    assert_eq!(String::from_utf8_lossy(&output.expect("llrt runs").stdout), "3\n");
}

#[test]
fn text_is_read_as_the_option_says() {
    let program = Program::new(&[("a.mjs", "export default 1;")]);
    let run = program.run(&["--input-type=module", "-e", "console.log(import.meta.url, typeof require)"]);
    assert_eq!(without_folder(run.ok(), &program), "file://<folder>/[eval1] undefined\n");
    assert_eq!(program.run(&["--input-type=commonjs", "-p", "typeof require"]).ok(), "function\n");
    assert_eq!(
        program.run_with_input(&["--input-type", "module", "-"], "import a from './a.mjs'; console.log(a)").ok(),
        "1\n"
    );
    assert!(program.run(&["--input-type=module", "-p", "1"]).failed(1).contains("ERR_EVAL_ESM_CANNOT_PRINT"));
    program.run(&["--input-type=x", "-e", "1"]).failed(9);
    assert_eq!(program.run(&["-p", "-e", "1 + 1"]).ok(), "2\n");
}

#[test]
fn conditions_and_links_are_followed_as_the_options_say() {
    let program = Program::new(&[
        ("main.mjs", "import p from 'p'; console.log(p);"),
        ("node_modules/p/package.json", r#"{"exports": {"special": "./s.mjs", "default": "./d.mjs"}}"#),
        ("node_modules/p/s.mjs", "export default 'special';"),
        ("node_modules/p/d.mjs", "export default 'default';"),
        (
            "real/a.js",
            "console.log(require('path').basename(__dirname)); try { require('./b'); } catch (e) { console.log(e.code); }",
        ),
        ("link/b.js", "console.log('b');"),
        ("linked.js", "require('./link/a.js');"),
    ]);
    std::os::unix::fs::symlink(program.path("real/a.js"), program.path("link/a.js")).expect("a link");
    assert_eq!(program.run(&["main.mjs"]).ok(), "default\n");
    assert_eq!(program.run(&["-C", "special", "main.mjs"]).ok(), "special\n");
    assert_eq!(program.run(&["--conditions=special", "main.mjs"]).ok(), "special\n");
    assert_eq!(program.run(&["linked.js"]).ok(), "real\nMODULE_NOT_FOUND\n");
    assert_eq!(program.run(&["--preserve-symlinks", "linked.js"]).ok(), "link\nb\n");
    assert_eq!(program.run(&["--preserve-symlinks", "--preserve-symlinks-main", "link/a.js"]).ok(), "link\nb\n");
    let output = program.command(&["linked.js"]).env("NODE_OPTIONS", "--preserve-symlinks --unknown=1").output();
    assert_eq!(String::from_utf8_lossy(&output.expect("llrt runs").stdout), "link\nb\n");
    let output = program.command(&["linked.js"]).env("NODE_OPTIONS", "-e 1").output().expect("llrt runs");
    assert_eq!(output.status.code(), Some(9));
}

#[test]
fn a_file_is_checked_without_running_it() {
    let program = Program::new(&[
        ("good.mjs", "import './gone.mjs'; console.log('runs');"),
        ("bad.js", "const a = 1;\nlet b c;"),
        ("bad.mjs", "export const a = ;"),
    ]);
    assert_eq!(program.run(&["--check", "good.mjs"]).ok(), "");
    assert!(
        program
            .run(&["-c", "bad.js"])
            .failed(1)
            .contains("bad.js:2\nlet b c;\n      ^\n\nSyntaxError: Unexpected identifier 'c'")
    );
    assert!(program.run(&["-c", "bad.mjs"]).failed(1).contains("SyntaxError: Unexpected token ';'"));
}

#[test]
fn names_from_before_are_still_there() {
    let run = run_file(
        "main.cjs",
        r#"
        const constants = require("constants");
        console.log(constants.E2BIG, constants.SIGINT, constants.O_RDONLY, Object.keys(constants).includes("errno"));
        console.log(require("_stream_readable") === require("stream").Readable, require("_stream_duplex") === require("stream").Duplex);
        console.log(require("_http_agent").Agent === require("http").Agent, Object.keys(require("_tls_wrap")));
        class Wrap extends require("_stream_wrap") {}
        try { new Wrap(); } catch (error) { console.log(error.code); }
        "#,
    );
    assert_eq!(
        run.ok(),
        "7 2 0 false\ntrue true\ntrue [ 'TLSSocket', 'Server', 'createServer', 'connect' ]\nERR_FEATURE_UNAVAILABLE_ON_PLATFORM\n"
    );
}

#[test]
fn warnings_are_disabled_by_code_or_kind() {
    let program = Program::new(&[]);
    let code = "process.emitWarning('a', 'DeprecationWarning', 'DEP1'); process.emitWarning('b', 'Custom')";
    let seen = |options: &[&str]| {
        let run = program.run(&[options, &["-e", code]].concat());
        run.ok();
        (run.stderr.contains("[DEP1] DeprecationWarning: a"), run.stderr.contains("Custom: b"))
    };
    assert_eq!(seen(&[]), (true, true));
    assert_eq!(seen(&["--disable-warning=DEP1"]), (false, true));
    assert_eq!(seen(&["--disable-warning", "Custom"]), (true, false));
    assert_eq!(seen(&["--disable-warning=DeprecationWarning", "--disable-warning=Custom"]), (false, false));
    program.run(&["--disable-warning"]).failed(9);
}

#[test]
fn what_is_left_of_typescript_is_cached() {
    let program = Program::new(&[("main.ts", "const a: string = 'one';\nconsole.log(a);")]);
    let run = run_cached(&program, &["main.ts"]);
    assert_eq!(run.stdout, "one\n");
    assert_eq!(run.stderr.matches("saving transpilation cache for StrippedTypeScript").count(), 1, "{run:?}");
    let run = run_cached(&program, &["main.ts"]);
    assert_eq!(run.stdout, "one\n");
    assert!(run.stderr.contains("retrieving transpile cache for StrippedTypeScript"), "{run:?}");
    // Another source, and another way to make JavaScript of it, are others.
    let run = run_cached(&program, &["--no-warnings", "--experimental-transform-types", "main.ts"]);
    assert!(run.stderr.contains("no transpile cache for TransformedTypeScriptWithSourceMaps"), "{run:?}");
    program.write("main.ts", b"const a: string = 'two';\nconsole.log(a);");
    let run = run_cached(&program, &["main.ts"]);
    assert_eq!(run.stdout, "two\n");
    assert!(run.stderr.contains("code hash mismatch"), "{run:?}");
}
