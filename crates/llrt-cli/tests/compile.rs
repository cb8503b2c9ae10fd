//! `llrt compile`: bytecode and executables do what their source does.

mod support;

use std::process::Command;

use support::Program;

const MODULE: &str = r#"
import { value } from "./other.mjs";
import { sep } from "node:path";
export const seen = [value, sep, import.meta.url.split("/").at(-1), process.argv.slice(2).join()];
if (import.meta.main) console.log(seen.join(" "), (await import("./other.mjs")).value);
"#;

const SCRIPT: &str = "\
const { basename } = require('node:path');
exports.seen = [require('./other.cjs'), basename(__filename), require.main === module];
exports.fail = () => null.x;
if (require.main === module) console.log(...exports.seen, typeof process.argv[2]);
";

fn program() -> Program {
    Program::new(&[
        ("main.mjs", MODULE),
        ("other.mjs", "export const value = 'other';"),
        ("main.cjs", SCRIPT),
        ("other.cjs", "module.exports = 'other';"),
        (
            "import.mjs",
            "import { seen, fail } from './main.lrt'; console.log(...seen); try { fail(); } catch (error) { console.log(error.stack.split('\\n')[1]); }",
        ),
    ])
}

#[test]
fn a_module_runs_from_bytecode_as_from_its_source() {
    let program = program();
    program.run(&["compile", "main.mjs"]).ok();
    assert_eq!(program.run(&["main.lrt", "a", "b"]).ok(), "other / main.lrt a,b other\n");
}

#[test]
fn bytecode_is_at_home_where_it_lies() {
    let program = program();
    program.write("elsewhere/other.mjs", b"export const value = 'elsewhere';");
    program.run(&["compile", "main.mjs", "-o", "elsewhere/\u{e9}.lrt"]).ok();
    assert_eq!(program.run(&["elsewhere/\u{e9}.lrt"]).ok(), "elsewhere / %C3%A9.lrt  elsewhere\n");
}

#[test]
fn commonjs_runs_is_required_and_imported_from_bytecode() {
    let program = program();
    program.run(&["compile", "main.cjs"]).ok();
    assert_eq!(program.run(&["main.lrt"]).ok(), "other main.lrt true undefined\n");
    assert_eq!(program.run(&["-p", "require('./main.lrt').seen.join()"]).ok(), "other,main.lrt,false\n");
    let run = program.run(&["import.mjs"]);
    let lines: Vec<&str> = run.ok().lines().collect();
    assert_eq!(lines[0], "other main.lrt false");
    assert!(lines[1].starts_with("    at ") && lines[1].contains("main.lrt:3:"), "{lines:?}");
}

#[test]
fn a_handler_may_be_compiled() {
    let program = Program::new(&[("index.mjs", "export const handler = async ({ a }) => a + 1;")]);
    program.run(&["compile", "index.mjs"]).ok();
    std::fs::remove_file(program.path("index.mjs")).expect("it is there");
    assert_eq!(program.run(&["lambda", "index.handler", "--event", "{\"a\":1}"]).ok(), "2\n");
}

#[test]
fn an_executable_is_a_program_of_its_own() {
    let program = program();
    for (source, expected) in [("main.mjs", "other / main -v,--x other\n"), ("main.cjs", "other main true string\n")] {
        program.run(&["compile", source, "--executable"]).ok();
        let output = Command::new(program.path("main")).args(["-v", "--x"]).output().expect("it starts");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{output:?}");
    }
}

#[test]
fn what_cannot_be_compiled_is_said() {
    let program = Program::new(&[("bad.mjs", "let a;\nlet b = ;\n"), ("data.json", "{}"), ("plain", "1")]);
    let text = program.run(&["compile", "bad.mjs"]);
    let text = text.failed(1);
    assert!(text.starts_with("llrt: ") && text.contains("bad.mjs:2:"), "{text}");
    assert_eq!(program.run(&["compile", "data.json"]).failed(1), "llrt: data.json: only JavaScript can be compiled\n");
    assert!(program.run(&["compile", "gone.mjs"]).failed(1).starts_with("llrt: gone.mjs: "));
    assert!(program.run(&["compile", "plain", "--executable"]).failed(1).contains("is the program itself"));
    assert_eq!(program.run(&["compile"]).failed(9), "llrt: compile requires a JavaScript file\n");
}

#[test]
fn bytecode_that_is_damaged_or_of_another_version_is_refused() {
    let program = program();
    program.run(&["compile", "main.mjs"]).ok();
    let mut bytes = std::fs::read(program.path("main.lrt")).expect("it was written");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    program.write("damaged.lrt", &bytes);
    let run = program.run(&["damaged.lrt"]);
    assert!(run.failed(1).contains("damaged.lrt is no compiled program"), "{run:?}");
    assert!(run.failed(1).contains("ERR_LLRT_INVALID_BYTECODE"), "{run:?}");
}

#[test]
fn a_compiled_module_has_the_streams_that_it_imports() {
    let program = Program::new(&[(
        "main.mjs",
        "import process, { stdout } from 'node:process'; console.log(stdout === process.stdout);",
    )]);
    program.run(&["compile", "main.mjs"]).ok();
    assert_eq!(program.run(&["main.lrt"]).ok(), "true\n");
}
