//! Stack traces in terms of the original sources.

mod support;

use support::{Program, without_folder};

/// Line 1 of the generated file comes from line 10 of `src/main.ts`, line 2 from line 20.
const MAP: &str = r#"{"version":3,"sources":["../src/main.ts"],"names":[],"mappings":"AASA;AAUA"}"#;
const CODE: &str =
    "function fail() { throw new TypeError('mapped'); }\ntry { fail(); } catch (error) { console.log(error.stack); }\n";
const MAPPED: &str = "TypeError: mapped\n    at fail (<folder>/src/main.ts:10:1)\n    at <folder>/src/main.ts:20:1\n";

fn program(comment: &str) -> Program {
    Program::new(&[("dist/main.mjs", &format!("{CODE}//# sourceMappingURL={comment}\n")), ("dist/main.mjs.map", MAP)])
}

#[test]
fn frames_name_original_places_where_the_option_or_the_environment_asks() {
    let program = program("main.mjs.map");
    let mapped = |run: &support::Run| without_folder(run.ok(), &program);
    assert_eq!(mapped(&program.run(&["--enable-source-maps", "dist/main.mjs"])), MAPPED);
    for (name, value, expected) in [
        ("LLRT_SOURCE_MAPS", "1", true),
        ("LLRT_SOURCE_MAPS", "0", false),
        ("NODE_OPTIONS", "--no-warnings --enable-source-maps", true),
        ("NODE_OPTIONS", "--no-warnings", false),
    ] {
        let output = program.command(&["dist/main.mjs"]).env(name, value).output().expect("llrt starts");
        let stdout = without_folder(&String::from_utf8_lossy(&output.stdout), &program);
        assert_eq!(stdout == MAPPED, expected, "{name}={value}: {stdout}");
    }
    let plain = mapped(&program.run(&["dist/main.mjs"]));
    assert!(plain.contains("dist/main.mjs:1:") && !plain.contains("src/main.ts"), "{plain}");
}

#[test]
fn a_map_can_be_inside_the_file() {
    let inline = format!("data:application/json;charset=utf-8,{}", MAP.replace('"', "%22").replace(',', "%2C"));
    let program = program(&inline);
    assert_eq!(without_folder(program.run(&["--enable-source-maps", "dist/main.mjs"]).ok(), &program), MAPPED);
}

#[test]
fn commonjs_files_are_mapped_too_and_uncaught_errors_show_the_source() {
    let program = Program::new(&[
        (
            "dist/main.cjs",
            "function fail() { throw new TypeError('mapped'); }\nfail();\n//# sourceMappingURL=main.mjs.map\n",
        ),
        ("dist/main.mjs.map", MAP),
        ("src/main.ts", "1\n2\n3\n4\n5\n6\n7\n8\n9\nfunction fail(): never {\n"),
    ]);
    let run = program.run(&["--enable-source-maps", "dist/main.cjs"]);
    assert_eq!(run.code, Some(1));
    let stderr = without_folder(&run.stderr, &program);
    assert!(stderr.starts_with("<folder>/src/main.ts:10\nfunction fail(): never {\n^\n"), "{stderr}");
    assert!(stderr.contains("    at fail (<folder>/src/main.ts:10:1)\n"), "{stderr}");
}

#[test]
fn maps_that_are_missing_or_broken_leave_the_stack_as_it_is() {
    for (comment, map) in
        [("missing.map", MAP), ("main.mjs.map", "{"), ("main.mjs.map", "{}"), ("https://host/a.map", MAP)]
    {
        let program = program(comment);
        program.write("dist/main.mjs.map", map.as_bytes());
        let run = program.run(&["--enable-source-maps", "dist/main.mjs"]);
        assert!(run.ok().contains("at fail (file://"), "{comment} {map}: {}", run.stdout);
    }
}

#[test]
fn no_map_is_read_before_a_stack_is_and_then_once() {
    let program = Program::new(&[
        (
            "main.mjs",
            "const error = new Error('not shown');\nif (process.argv[2]) { error.stack; new Error('another').stack; }\n//# sourceMappingURL=main.mjs.map\n",
        ),
        ("main.mjs.map", MAP),
    ]);
    let records = |words: &[&str]| {
        let mut command = program.command(words);
        let output = command.env("LLRT_LOG", "llrt_runtime::source_map").output().expect("llrt starts");
        String::from_utf8_lossy(&output.stderr).lines().count()
    };
    assert_eq!(records(&["--enable-source-maps", "main.mjs"]), 0);
    assert_eq!(records(&["--enable-source-maps", "main.mjs", "throw"]), 1);
}

#[test]
fn a_program_can_turn_them_on() {
    let program = Program::new(&[
        (
            "dist/main.mjs",
            &format!("import 'on';{CODE}//# sourceMappingURL=main.mjs.map\n").replace("import 'on';", ""),
        ),
        ("dist/main.mjs.map", MAP),
        (
            "start.mjs",
            "import { getSourceMapsSupport, setSourceMapsSupport } from 'node:module';
             const before = getSourceMapsSupport().enabled;
             setSourceMapsSupport(true);
             console.log(before, getSourceMapsSupport().enabled, process.sourceMapsEnabled);
             await import('./dist/main.mjs');",
        ),
    ]);
    let seen = without_folder(program.run(&["start.mjs"]).ok(), &program);
    assert!(
        seen.starts_with("false true true\nTypeError: mapped\n    at fail (<folder>/src/main.ts:10:1)\n"),
        "{seen}"
    );
}
