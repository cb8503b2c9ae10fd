//! `module.registerHooks`, and modules that are loaded before the program.

mod support;

use support::Program;

#[test]
fn hooks_resolve_and_load_for_import_and_require() {
    let program = Program::new(&[
        (
            "main.mjs",
            r#"
            import { createRequire, registerHooks } from "node:module";
            const hooks = registerHooks({
              resolve(specifier, context, next) {
                if (specifier === "made-up") return { url: "virtual:made-up", format: "commonjs", shortCircuit: true };
                return next(specifier === "other" ? "./real.mjs" : specifier, context);
              },
              load(url, context, next) {
                if (url === "virtual:made-up")
                  return { format: context.format, source: "exports.name = __filename; exports.fs = typeof require('fs').open", shortCircuit: true };
                const loaded = next(url, context);
                return loaded.source === null ? loaded : { ...loaded, source: String(loaded.source).replace("before", "after") };
              },
            });
            const require = createRequire(import.meta.url);
            const { name, fs } = await import("made-up");
            console.log(name, fs, require("made-up") === (await import("made-up")).default);
            console.log((await import("other")).default, require("./real.cjs").text, require("./data.json").text);
            hooks.deregister();
            await import("made-up?2").catch((error) => console.log(error.code));
            console.log((await import("./real.mjs?fresh")).default);
            "#,
        ),
        ("real.mjs", "export default 'before';"),
        ("real.cjs", "exports.text = 'before';"),
        ("data.json", r#"{"text":"before"}"#),
    ]);
    assert_eq!(
        program.run(&["main.mjs"]).ok(),
        "virtual:made-up function true\nafter after after\nERR_MODULE_NOT_FOUND\nbefore\n"
    );
}

#[test]
fn the_last_hook_is_asked_first_and_may_keep_the_answer() {
    let program = Program::new(&[(
        "main.mjs",
        r#"
        import { registerHooks } from "node:module";
        const seen = [];
        registerHooks({ resolve(specifier, context, next) { seen.push("first"); return next(specifier, context); } });
        registerHooks({ resolve(specifier, context, next) {
          seen.push("second");
          return specifier === "kept" ? { url: "node:fs", shortCircuit: true } : next(specifier, context);
        } });
        console.log(typeof (await import("path")).join, typeof (await import("kept")).open, seen.join());
        "#,
    )]);
    assert_eq!(program.run(&["main.mjs"]).ok(), "function function second,first,second\n");
}

#[test]
fn what_hooks_must_not_give_back_is_an_error() {
    let program = Program::new(&[
        (
            "main.mjs",
            r#"
            import { registerHooks } from "node:module";
            let n = 0;
            const fails = async (hooks) => {
              const { deregister } = registerHooks(hooks), entry = registerHooks({});
              await import(`./x.mjs?${n++}`).catch((error) => console.log(error.name, error.code, error.message.slice(0, 34)));
              entry.deregister();
            };
            await fails({ load: () => ({ format: "odd", source: "", shortCircuit: true }) });
            await fails({ load: () => ({ format: "module", source: 5, shortCircuit: true }) });
            await fails({ load: () => ({ format: "module", source: "" }) });
            await fails({ resolve: () => ({ shortCircuit: true }) });
            "#,
        ),
        ("x.mjs", ""),
    ]);
    assert_eq!(
        program.run(&["main.mjs"]).ok(),
        "RangeError ERR_UNKNOWN_MODULE_FORMAT Unknown module format: odd for URL\n\
         TypeError ERR_INVALID_RETURN_PROPERTY_VALUE Expected a string, an ArrayBuffer,\n\
         TypeError ERR_INVALID_RETURN_PROPERTY_VALUE Expected true to be returned for t\n\
         TypeError ERR_INVALID_RETURN_PROPERTY_VALUE Expected a URL string to be return\n"
    );
}

#[test]
fn modules_are_loaded_before_the_program() {
    let program = Program::new(&[
        ("hooks.mjs", "import { registerHooks } from 'node:module';
            await null;
            registerHooks({ load: (url, context, next) => url.endsWith('main.mjs') ? { format: 'module', source: 'console.log(\"replaced\", seen)', shortCircuit: true } : next(url, context) });"),
        ("first.cjs", "globalThis.seen = ['first'];"),
        ("main.mjs", "console.log('as it is', seen);"),
    ]);
    assert_eq!(program.run(&["-r", "./first.cjs", "main.mjs"]).ok(), "as it is [ 'first' ]\n");
    assert_eq!(
        program.run(&["-r", "./first.cjs", "--import", "./hooks.mjs", "main.mjs"]).ok(),
        "replaced [ 'first' ]\n"
    );
    let missing = program.run(&["--import", "./missing.mjs", "main.mjs"]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.stderr.contains("ERR_MODULE_NOT_FOUND"), "{}", missing.stderr);
    program.write("stuck.mjs", b"await new Promise(() => {});");
    assert_eq!(program.run(&["--import", "./stuck.mjs", "main.mjs"]).code, Some(13));
}

#[test]
fn the_runtimes_own_log_goes_to_standard_error() {
    let program = Program::new(&[("main.mjs", "console.log('out');")]);
    let output =
        program.command(&["main.mjs"]).env("LLRT_LOG", "llrt_runtime::source=debug").output().expect("llrt starts");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(stdout, "out\n");
    assert!(stderr.contains(" DEBUG llrt_runtime::source: read ") && stderr.contains("main.mjs"), "{stderr}");
    assert_eq!(program.run(&["main.mjs"]).stderr, "");
}

#[test]
fn the_format_that_a_resolve_hook_gives_is_heeded() {
    let program = Program::new(&[
        (
            "main.mjs",
            r#"
            import { registerHooks } from "node:module";
            registerHooks({
              resolve(specifier, context, next) {
                const found = next(specifier, context);
                return specifier.endsWith("value") ? { ...found, format: context.importAttributes.type ?? "module" } : found;
              },
            });
            const both = await import("./both.mjs");
            console.log(both.json.default, Object.keys(both.plain), both.again === both.json);
            "#,
        ),
        (
            "both.mjs",
            "import * as json from './value' with { type: 'json' }; import * as plain from './value'; import * as again from './value' with { type: 'json' };\n\
             export { json, plain, again };",
        ),
        ("value", "42"),
    ]);
    assert_eq!(program.run(&["main.mjs"]).ok(), "42 [] true\n");
}

const HOOKS: &str = r#"
    let suffix = "";
    export function initialize(data) { suffix = data.suffix; }
    export async function resolve(specifier, context, next) {
      if (specifier.startsWith("made:")) return { url: specifier, shortCircuit: true };
      return next(specifier, context);
    }
    export async function load(url, context, next) {
      await new Promise((done) => setTimeout(done, 1));
      if (url === "made:throws") throw new RangeError("no " + suffix);
      if (url === "made:nothing") return { format: "module", shortCircuit: true };
      if (url === "made:open") return { format: "module", source: "" };
      if (url.startsWith("made:")) return { format: "module", shortCircuit: true, source: `export default ${JSON.stringify(url + suffix)}` };
      if (url === "node:querystring") return { format: "module", shortCircuit: true, source: "export default 'none'" };
      const loaded = await next(url, context);
      return loaded.source && url.endsWith("a.mjs") ? { ...loaded, source: loaded.source.toString().replace("OLD", "NEW") } : loaded;
    }
"#;

#[test]
fn registered_hooks_run_in_a_thread_of_their_own() {
    let program = Program::new(&[
        ("hooks.mjs", HOOKS),
        (
            "main.mjs",
            r#"
            import { register } from "node:module";
            register("./hooks.mjs", import.meta.url, { data: { suffix: "!" } });
            const seen = async (name) => { try { return (await import(name)).default } catch (error) { return `${error.name} ${error.code} ${error.message}` } };
            console.log(await seen("made:x"), await seen("./a.mjs"), await seen("./b.cjs"), await seen("node:querystring"), typeof (await seen("node:path")));
            console.log(await seen("made:throws"));
            console.log(await seen("made:nothing"));
            console.log((await seen("made:open")).replace(/"file.*hooks/, '"hooks'));
            try { register("./gone.mjs", import.meta.url); } catch (error) { console.log(error.code); }
            try { register("./hooks.mjs", import.meta.url, { transferList: [1] }); } catch (error) { console.log(error.code); }
            "#,
        ),
        ("a.mjs", "export default 'OLD'"),
        ("b.cjs", "module.exports = require('node:os').EOL.length"),
    ]);
    assert_eq!(
        program.run(&["main.mjs"]).ok(),
        "made:x! NEW 1 none object\nRangeError undefined no !\nTypeError ERR_INVALID_RETURN_PROPERTY_VALUE Expected a string, an ArrayBuffer, \
         or a TypedArray to be returned for the \"source\" from the \"load\" function but got undefined.\nError ERR_LOADER_CHAIN_INCOMPLETE \
         \"hooks.mjs 'load'\" did not call the next hook in its chain and did not explicitly signal a short circuit. If this is intentional, \
         include `shortCircuit: true` in the hook's return.\nERR_MODULE_NOT_FOUND\nERR_FEATURE_UNAVAILABLE_ON_PLATFORM\n"
    );
}

#[test]
fn a_loader_customizes_the_program_itself() {
    let program = Program::new(&[
        (
            "loader.mjs",
            "export async function load(url, context, next) {\n  const loaded = await next(url, context);\n  return { ...loaded, format: 'module', source: `console.log('before');${loaded.source}` };\n}",
        ),
        ("main.mjs", "console.log('main');"),
    ]);
    for option in ["--loader", "--experimental-loader"] {
        let run = program.run(&[option, "./loader.mjs", "main.mjs"]);
        assert_eq!(run.stdout, "before\nmain\n", "{run:?}");
        assert!(run.stderr.contains("`--experimental-loader` may be removed"), "{run:?}");
    }
    let run = program.run(&["--loader", "./gone.mjs", "main.mjs"]);
    assert!(run.failed(1).contains("ERR_MODULE_NOT_FOUND"), "{run:?}");
    assert_eq!(program.run(&["--loader"]).code, Some(9));
}
