//! `Module` as programs that hook into CommonJS know it, and `require` of ES modules.

mod support;

use support::{Program, run_file, without_folder};

#[test]
fn require_cache_answers_for_files_and_bare_builtins() {
    let program = Program::new(&[
        (
            "main.js",
            r#"
            require.cache[require.resolve("./a")] = { exports: "fake" };
            require.cache.fs = { exports: "fake fs" };
            console.log(require("./a"), require("fs"), typeof require("node:fs").readFile);
            delete require.cache[require.resolve("./a")];
            console.log(require("./a"));
            "#,
        ),
        ("a.js", "module.exports = 'real';"),
    ]);
    assert_eq!(program.run(&["main.js"]).ok(), "fake fake fs function\nreal\n");
}

#[test]
fn a_registered_extension_is_searched_and_loads() {
    let program = Program::new(&[
        (
            "main.js",
            r#"
            const load = (module, file) => module._compile(`exports.from = "${require("path").basename(file)}"`, file);
            require.extensions[".a.b"] = load;
            console.log(require("./x").from, require("./x.a.b").from, require("./y.txt").from);
            delete require.extensions[".a.b"];
            try { require("./z"); } catch (error) { console.log(error.code); }
            "#,
        ),
        ("x.a.b", ""),
        ("z.a.b", ""),
        ("y.txt", "exports.from = 'as js'"),
    ]);
    assert_eq!(program.run(&["main.js"]).ok(), "x.a.b x.a.b as js\nMODULE_NOT_FOUND\n");
}

#[test]
fn the_wrapper_can_be_changed() {
    let program = Program::new(&[
        (
            "main.js",
            r#"
            const Module = require("module");
            console.log(JSON.stringify(Module.wrap("x")));
            Module.wrapper[0] += "const added = 1;";
            console.log(require("./a"));
            "#,
        ),
        ("a.js", "module.exports = added;"),
    ]);
    assert_eq!(
        program.run(&["main.js"]).ok(),
        "\"(function (exports, require, module, __filename, __dirname) { x\\n});\"\n1\n"
    );
}

#[test]
fn module_paths_can_be_changed() {
    let program = Program::new(&[
        (
            "main.js",
            "module.paths.unshift(__dirname + '/vendor'); console.log(require('a'), require.resolve.paths('a').length > 1);",
        ),
        ("vendor/a/index.js", "module.exports = 'vendored';"),
    ]);
    assert_eq!(program.run(&["main.js"]).ok(), "vendored true\n");
}

#[test]
fn resolving_from_other_folders() {
    let program = Program::new(&[
        (
            "main.js",
            r#"
            const name = (file) => require("path").relative(__dirname, file);
            console.log(name(require.resolve("./a", { paths: ["./sub"] })), name(require.resolve("p", { paths: [`${__dirname}/sub`] })));
            for (const paths of [[1], 1, []]) {
              try { require.resolve("p", { paths }); } catch (error) { console.log(error.code, error.requireStack?.map(name)); }
            }
            "#,
        ),
        ("sub/a.js", ""),
        ("sub/node_modules/p.js", ""),
    ]);
    assert_eq!(
        program.run(&["main.js"]).ok(),
        "sub/a.js sub/node_modules/p.js\nERR_INVALID_ARG_TYPE undefined\nERR_INVALID_ARG_VALUE undefined\n\
         MODULE_NOT_FOUND [ 'main.js' ]\n"
    );
}

#[test]
fn the_low_level_functions_of_module() {
    let program = Program::new(&[
        (
            "main.js",
            r#"
            const Module = require("module");
            console.log(Module._nodeModulePaths("/a/b"), Module._resolveLookupPaths("./x"), Module._resolveLookupPaths("fs"));
            console.log(Module._stat(__dirname), Module._stat(__filename), Module._stat("/nowhere") < 0);
            console.log(Module._findPath("./a", [__dirname]) === `${__dirname}/a.js`, Module._findPath("./b", [__dirname]));
            process.env.NODE_PATH = `${__dirname}/global:`;
            Module._initPaths();
            console.log(Module.globalPaths[0] === `${__dirname}/global`, require("g"), module.isPreloading);
            "#,
        ),
        ("a.js", ""),
        ("global/g.js", "module.exports = 'g';"),
    ]);
    assert_eq!(
        program.run(&["main.js"]).ok(),
        "[ '/a/b/node_modules', '/a/node_modules', '/node_modules' ] [ '.' ] null\n1 0 true\ntrue false\ntrue g false\n"
    );
}

#[test]
fn folders_of_the_home_and_of_the_environment_are_searched_last() {
    let program = Program::new(&[
        ("main.js", "console.log(require('a'), require('b'));"),
        ("home/.node_modules/a.js", "module.exports = 'home';"),
        ("home/.node_libraries/b.js", "module.exports = 'libraries';"),
    ]);
    let output = program.command(&["main.js"]).env("HOME", program.path("home")).output().expect("llrt runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "home libraries\n");
}

#[test]
fn run_main_can_be_replaced() {
    let program = Program::new(&[
        (
            "first.js",
            "const Module = require('module'); const run = Module.runMain; Module.runMain = (...a) => { console.log(module.isPreloading); run(...a); };",
        ),
        ("main.js", "console.log('main');"),
    ]);
    assert_eq!(program.run(&["-r", "./first.js", "main.js"]).ok(), "false\nmain\n");
}

#[test]
fn what_is_not_exported_yet_in_a_cycle_is_warned_of() {
    let program = Program::new(&[
        ("main.js", "const a = require('./a'); console.log(Object.getPrototypeOf(a) === Object.prototype, a.late);"),
        ("a.js", "const b = require('./b'); exports.late = 1;"),
        ("b.js", "const a = require('./a'); a.late; a.__esModule;"),
    ]);
    let run = program.run(&["main.js"]);
    assert_eq!(run.ok(), "true 1\n");
    assert_eq!(
        run.stderr
            .matches("Accessing non-existent property 'late' of module exports inside circular dependency")
            .count(),
        1
    );
}

#[test]
fn a_main_that_is_not_there_is_warned_of() {
    let program = Program::new(&[
        ("main.js", "require('./p');"),
        ("p/package.json", r#"{"main": "gone.js"}"#),
        ("p/index.js", ""),
    ]);
    let run = program.run(&["main.js"]);
    assert!(run.stderr.contains("[DEP0128] DeprecationWarning: Invalid 'main' field in"), "{run:?}");
}

#[test]
fn setters_of_object_prototype_do_not_see_modules_being_made() {
    let program = Program::new(&[
        (
            "main.js",
            r#"
            for (const name of ["exports", "main", "name", "type"])
              Object.defineProperty(Object.prototype, name, { set() { console.log("set", name); }, get() { console.log("get", name); } });
            require("./p");
            "#,
        ),
        ("p/package.json", "{}"),
        ("p/index.js", ""),
    ]);
    assert_eq!(program.run(&["main.js"]).ok(), "");
}

#[test]
fn require_gives_the_namespace_and_marks_one_with_a_default() {
    let program = Program::new(&[
        (
            "main.js",
            r#"
            const { isModuleNamespaceObject } = require("util/types");
            const named = require("./named.mjs"), def = require("./def.mjs"), own = require("./own.mjs");
            console.log(isModuleNamespaceObject(named), Object.keys(named), isModuleNamespaceObject(def), { ...def }, own);
            import("./named.mjs").then((imported) => console.log(imported === named));
            "#,
        ),
        ("named.mjs", "export const a = 1;"),
        ("def.mjs", "export default 1; export const b = 2;"),
        ("own.mjs", "export { f as 'module.exports' }; const f = 'own'; export default 3;"),
    ]);
    assert_eq!(program.run(&["main.js"]).ok(), "true [ 'a' ] true { __esModule: true, b: 2, default: 1 } own\ntrue\n");
}

#[test]
fn a_graph_that_awaits_cannot_be_required_before_or_after_it_was_imported() {
    let program = Program::new(&[
        (
            "main.js",
            r#"
            const attempt = () => { try { require("./a.mjs"); } catch (error) { console.log(error.code); } };
            attempt();
            import("./a.mjs").then((a) => { console.log(a.value); attempt(); });
            "#,
        ),
        ("a.mjs", "import './b.mjs'; export const value = 1;"),
        ("b.mjs", "console.log('b runs'); await 1;"),
    ]);
    assert_eq!(program.run(&["main.js"]).ok(), "ERR_REQUIRE_ASYNC_MODULE\nb runs\n1\nERR_REQUIRE_ASYNC_MODULE\n");
}

#[test]
fn a_cycle_through_require_of_an_es_module_is_an_error() {
    let files = [
        ("a.mjs", "import './b.cjs';"),
        ("b.cjs", "require('./c.mjs');"),
        ("c.mjs", "import './a.mjs';"),
        ("r.cjs", "require('./a.mjs');"),
        ("x.mjs", "import { createRequire } from 'module'; createRequire(import.meta.url)('./y.mjs');"),
        ("y.mjs", "import './x.mjs';"),
    ];
    let program = Program::new(&files);
    for (main, message) in [
        ("a.mjs", "Cannot import Module ./a.mjs in a cycle. (from <folder>/c.mjs)"),
        ("b.cjs", "Cannot import CommonJS Module ./b.cjs in a cycle. (from <folder>/a.mjs)"),
        ("c.mjs", "Cannot require() ES Module <folder>/c.mjs in a cycle. (from <folder>/b.cjs)"),
        ("x.mjs", "Cannot import Module ./x.mjs in a cycle. (from <folder>/y.mjs)"),
    ] {
        let run = program.run(&[main]);
        let text = without_folder(run.failed(1), &program);
        assert!(text.contains(&format!("[ERR_REQUIRE_CYCLE_MODULE]: {message}")), "{main}: {text}");
    }
    let program = Program::new(&[
        ("r.cjs", "require('./a.mjs');"),
        ("a.mjs", "import './b.cjs';"),
        ("b.cjs", "require('./a.mjs');"),
    ]);
    let run = program.run(&["r.cjs"]);
    let text = without_folder(run.failed(1), &program);
    assert!(text.contains("Cannot require() ES Module <folder>/a.mjs in a cycle. (from <folder>/r.cjs)"), "{text}");
}

#[test]
fn without_require_of_es_modules_it_says_what_to_do() {
    let program = Program::new(&[
        ("main.cjs", "require('./m.mjs');"),
        ("m.mjs", "export {};"),
        ("typed.cjs", "require('./p/a.js');"),
        ("p/package.json", r#"{"type": "module"}"#),
        ("p/a.js", "exports.a = 1;"),
    ]);
    let run = program.run(&["--no-experimental-require-module", "main.cjs"]);
    let text = without_folder(run.failed(1), &program);
    assert!(
        text.contains(
            "Error [ERR_REQUIRE_ESM]: require() of ES Module <folder>/m.mjs from <folder>/main.cjs not supported.\n\
             Instead change the require of m.mjs in <folder>/main.cjs to a dynamic import() which is available in all CommonJS modules."
        ),
        "{text}"
    );
    let run = program.run(&["--no-experimental-require-module", "typed.cjs"]);
    let text = without_folder(run.failed(1), &program);
    assert!(text.contains("Instead either rename a.js to end in .cjs, change the requiring code"), "{text}");
    assert_eq!(
        program.run(&["--no-experimental-require-module", "-p", "process.features.require_module"]).ok(),
        "false\n"
    );
}

#[test]
fn required_es_modules_are_told_where_that_is_asked_for() {
    let program = Program::new(&[
        ("main.js", "require('./m.mjs'); require('p');"),
        ("m.mjs", ""),
        ("node_modules/p/index.js", "require('./m.mjs');"),
        ("node_modules/p/m.mjs", ""),
    ]);
    let count = |options: &[&str]| {
        let run = program.run(&[options, &["main.js"]].concat());
        run.ok();
        run.stderr.matches("is loading ES Module").count()
    };
    assert_eq!(count(&[]), 0);
    assert_eq!(count(&["--trace-require-module=no-node-modules"]), 1);
    assert_eq!(count(&["--trace-require-module=all"]), 2);
    program.run(&["--trace-require-module=1", "main.js"]).failed(9);
}

#[test]
fn json_is_shared_by_require_and_import() {
    let program = Program::new(&[
        (
            "main.mjs",
            r#"
            import early from "./early.json" with { type: "json" };
            import { createRequire } from "module";
            const require = createRequire(import.meta.url);
            const late = require("./late.json");
            console.log(require("./early.json") === early, (await import("./late.json", { with: { type: "json" } })).default === late);
            console.log((await import("./late.json?2", { with: { type: "json" } })).default === late);
            "#,
        ),
        ("early.json", "{}"),
        ("late.json", "{}"),
    ]);
    assert_eq!(program.run(&["main.mjs"]).ok(), "true true\nfalse\n");
}

#[test]
fn a_file_that_is_no_addon_is_told_from_one_that_cannot_be_loaded() {
    let program = Program::new(&[(
        "main.js",
        "for (const f of ['./a.node', './b.node']) try { require(f) } catch (e) { console.log(e.code, e.message.split(': ').at(-1)) }",
    )]);
    program.write("a.node", b"x");
    program.write("b.node", &[b"\x7fELF".to_vec(), vec![0; 100]].concat());
    let run = program.run(&["main.js"]);
    assert_eq!(
        without_folder(run.ok(), &program),
        "ERR_DLOPEN_FAILED file too short\nERR_DLOPEN_FAILED <folder>/b.node\n"
    );
}

#[test]
fn a_syntax_error_says_what_was_met() {
    for (code, message) in [
        ("var foo bar;", "Unexpected identifier 'bar'"),
        ("f(foo bar);", "missing ) after argument list"),
        ("if (foo bar) {}", "Unexpected identifier 'bar'"),
        ("const foo bar = 1;", "Missing initializer in const declaration"),
        ("foo(", "Unexpected end of input"),
        ("}", "Unexpected token '}'"),
        ("await 1; f(a 'b')", "missing ) after argument list"),
    ] {
        let run = Program::new(&[]).run(&["-e", code]);
        assert!(run.failed(1).contains(&format!("SyntaxError: {message}\n")), "{code}: {run:?}");
    }
}

#[test]
fn commonjs_with_the_syntax_of_a_module_says_so() {
    for (text, message) in [
        ("import x from 'y'", "Cannot use import statement outside a module"),
        ("const a = 1;\nexport default a;", "Unexpected token 'export'"),
        ("import.meta.url", "Cannot use 'import.meta' outside a module"),
    ] {
        let run = run_file("main.cjs", text);
        let stderr = run.failed(1);
        assert!(stderr.contains(&format!("SyntaxError: {message}\n")), "{stderr}");
        assert!(stderr.contains("Warning: Failed to load the ES module: "), "{stderr}");
    }
}

#[test]
fn requests_are_published_where_somebody_listens() {
    let program = Program::new(&[
        (
            "main.js",
            r#"
            const trace = require("diagnostics_channel").tracingChannel("module.require");
            const show = (name) => (event) => console.log(name, event.id, event.parentFilename === __filename, event.result, event.error?.code);
            const listeners = { start: show("start"), end: show("end"), error: show("error") };
            trace.subscribe(listeners);
            require("./a");
            try { require("./gone"); } catch {}
            trace.unsubscribe(listeners);
            require("./a");
            "#,
        ),
        ("a.js", "module.exports = 'a';"),
    ]);
    assert_eq!(
        program.run(&["main.js"]).ok(),
        "start ./a true undefined undefined\nend ./a true a undefined\nstart ./gone true undefined undefined\n\
         error ./gone true undefined MODULE_NOT_FOUND\nend ./gone true undefined MODULE_NOT_FOUND\n"
    );
}

#[test]
fn what_was_asked_for_is_found_again_until_the_cache_forgets_it() {
    let program = Program::new(&[
        (
            "main.js",
            r#"
            const fs = require("fs");
            const first = require("./a");
            fs.unlinkSync(`${__dirname}/a.js`);
            console.log(require("./a") === first, module.path === __dirname);
            delete require.cache[`${__dirname}/a.js`];
            try { require("./a"); } catch (error) { console.log(error.code); }
            "#,
        ),
        ("a.js", "module.exports = {};"),
    ]);
    assert_eq!(program.run(&["main.js"]).ok(), "true true\nENOENT\n");
    assert_eq!(program.run(&["-p", "module.path"]).ok(), ".\n");
}

#[test]
fn the_await_that_require_met_is_shown_where_that_is_asked_for() {
    let program = Program::new(&[
        ("main.cjs", "require('./a.mjs');"),
        ("a.mjs", "import './b.mjs';"),
        ("b.mjs", "let x;\nx = await 1;"),
    ]);
    let run = program.run(&["--experimental-print-required-tla", "main.cjs"]);
    let text = without_folder(run.failed(1), &program);
    assert!(
        text.starts_with(
            "file://<folder>/b.mjs:2\nx = await 1;\n    ^\n\nError [ERR_REQUIRE_ASYNC_MODULE]: require() cannot be used on an ESM graph \
             with top-level await. Use import() instead.\nRequired module: <folder>/a.mjs\nRequire stack:\n- <folder>/main.cjs\n"
        ),
        "{text}"
    );
    assert!(program.run(&["main.cjs"]).failed(1).contains("use --experimental-print-required-tla.\n"));
}
