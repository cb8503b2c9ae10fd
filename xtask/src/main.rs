//! Developer commands: `cargo xtask COMMAND`.
#![expect(clippy::print_stdout, reason = "what a command finds goes to standard output")]

use std::{env, process::ExitCode};

use workspace::Workspace;

mod bench;
mod bundle;
mod check;
mod error;
mod link;
mod package;
mod publish;
mod release;
mod resources;
mod run;
mod shell;
mod test;
mod tools;
mod workspace;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  run [--release] [EVENT]   build llrt and run the handler in examples/hello with examples/hello/event.json
  test [PART...] [-- ARGS]  everything CI runs, or some parts of it; `test --list` names them; ARGS go to the part's runner
  check                     laws of dependency, what each crate must have, what no tracked file may hold
  bench [WHAT...]           figures beside Bun and Node.js; WHAT is hello, put, lambda-sdk, lambda-hello or modules
        [--rounds N] [--llrt PATH] [--bootstrap PATH] [--write]
  release-check [TIER...]   release binaries for glibc 2.34 and their sizes; TIER is no-sdk, std-sdk or full-sdk
        [--bin bootstrap|llrt] [--write]
  package [--tier TIER]     target/dist: a release's function zip, layer zip and container binary; TIER is none, std or full
        [--arch x64|arm64]
  publish-check             whether crates build from what a registry would get, without Node.js
  bundle [--remove]         what published crates carry of npm packages, into their folders `prebuilt`

`--write` puts the figures into docs/benchmarks.md.
";

fn main() -> ExitCode {
    if let Some(linked) = link::asked() {
        return linked.unwrap_or_else(|error| {
            eprintln!("xtask, as linker: {error}");
            ExitCode::FAILURE
        });
    }
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some((&name, arguments)) = words.split_first() else {
        eprint!("{HELP}");
        return ExitCode::from(2);
    };
    let command = match name {
        "run" => run::run,
        "test" => test::run,
        "check" => check::run,
        "bench" => bench::run,
        "bundle" => bundle::run,
        "package" => package::run,
        "publish-check" => publish::run,
        "release-check" => release::run,
        "help" | "-h" | "--help" => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("xtask: no such command: {name}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match Workspace::load().and_then(|workspace| command(&workspace, arguments)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask {name}: {error}");
            ExitCode::FAILURE
        }
    }
}
