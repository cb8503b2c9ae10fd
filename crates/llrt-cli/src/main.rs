//! The `llrt` command.
#![cfg_attr(not(test), no_main)]

mod args;
mod compile;
mod executable;
mod lambda;
mod licenses;
mod test;

use std::io::{Read, Write};

use args::{Command, UsageError};
use llrt_core::process::Info;
use llrt_math as _;
use llrt_runtime::{InputType, Main, VmOptions};

/// Node's exit code for an option it does not know, or one without its argument.
const INVALID_ARGUMENT: i32 = 9;
/// A program that could not be started.
const FAILURE: i32 = 1;

#[cfg(not(test))]
llrt_runtime::main!(command);

#[cfg_attr(test, expect(dead_code, reason = "the test harness brings its own entry point"))]
fn command() -> i32 {
    let mut words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    let program = words.next().unwrap_or_else(|| "llrt".to_owned());
    match executable::program() {
        Ok(None) => {}
        Ok(Some(compiled)) => return run_compiled(&program, compiled, words.collect()),
        Err(error) => {
            complain(&format!("{program}: {error}"));
            return FAILURE;
        }
    }
    let node_options = std::env::var("NODE_OPTIONS").ok().filter(|options| !options.is_empty());
    match args::parse(words.collect(), node_options.as_deref()) {
        Ok(Command::Help) => print_and_end(args::HELP),
        Ok(Command::Version) => print_and_end(&format!("LLRT v{}\n", llrt_runtime::VERSION)),
        Ok(Command::Sdk) => print_and_end(&packages()),
        Ok(Command::Licenses) => print_and_end(&licenses::text()),
        Ok(Command::Run { source: args::Source::Nothing, .. }) if is_lambda() => {
            llrt_lambda::serve(VmOptions { modules: llrt_lambda::MODULES, ..options(vec![program.clone()], program) })
        }
        Ok(Command::Run {
            source,
            print,
            options: exec_argv,
            arguments,
            preload,
            source_maps,
            resolving,
            input,
            check,
            cpu_profile,
        }) => {
            let mut options =
                VmOptions { preload, source_maps, resolving, cpu_profile, ..options(Vec::new(), String::new()) };
            options.expose_gc = exec_argv.iter().any(|word| word == "--expose-gc" || word == "--expose_gc");
            options.info.exec_argv = exec_argv;
            run(&program, source, Reading { print, input, check }, arguments, options)
        }
        Ok(Command::Lambda(lambda)) => lambda::run(lambda),
        Ok(Command::Test(words)) => test::run(words, &program),
        Ok(Command::TestWorker(words)) => test::work(&words, &program),
        Ok(Command::Compile(compile)) => compile::run(&compile),
        Err(error) => fail(&error),
    }
}

/// What is made of a program's text.
struct Reading {
    print: bool,
    input: InputType,
    check: bool,
}

fn run(program: &str, source: args::Source, reading: Reading, arguments: Vec<String>, mut options: VmOptions) -> i32 {
    let Reading { print, input, check } = reading;
    // Node's argv[1] for a program that `-` names.
    let dash = source == args::Source::StandardInput;
    let main = match source {
        args::Source::File(path) if check => Main::Check(path.into()),
        args::Source::File(path) => Main::File(path.into()),
        args::Source::Text(text) => Main::Source { name: "[eval]", text, print, input },
        args::Source::StandardInput | args::Source::Nothing => match read_standard_input() {
            Ok(text) => Main::Source { name: "[stdin]", text, print, input },
            Err(error) => {
                complain(&format!("llrt: standard input: {error}"));
                return FAILURE;
            }
        },
    };
    let exec_path =
        std::env::current_exe().map_or_else(|_| program.to_owned(), |path| path.to_string_lossy().into_owned());
    let mut argv = vec![exec_path.clone()];
    if let Main::File(path) | Main::Check(path) = &main {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        argv.push(path.to_string_lossy().into_owned());
    }
    if dash {
        argv.push("-".to_owned());
    }
    argv.extend(arguments);
    (options.info.argv, options.info.exec_path) = (argv, exec_path);
    end(llrt_runtime::run(options, main))
}

/// The program that this executable was made for: all words are its own.
fn run_compiled(program: &str, compiled: Vec<u8>, arguments: Vec<String>) -> i32 {
    let path = std::env::current_exe().unwrap_or_else(|_| program.into());
    let exec_path = path.to_string_lossy().into_owned();
    let mut argv = vec![exec_path.clone(), exec_path.clone()];
    argv.extend(arguments);
    end(llrt_runtime::run(options(argv, exec_path), Main::Compiled { path, program: compiled }))
}

fn end(ended: std::io::Result<i32>) -> i32 {
    ended.unwrap_or_else(|error| {
        complain(&format!("llrt: {error}"));
        FAILURE
    })
}

/// Whether the Lambda service started this process, or `llrt lambda` did.
fn is_lambda() -> bool {
    std::env::var_os(llrt_lambda::config::Config::RUNTIME_API).is_some_and(|address| !address.is_empty())
}

fn options(argv: Vec<String>, exec_path: String) -> VmOptions {
    VmOptions {
        info: Info { argv, exec_path, name: "llrt", ..Info::default() },
        chunks: llrt_sdk_bundle::chunks(),
        packages: llrt_sdk_bundle::packages(),
        gc_threshold_bytes: VmOptions::gc_threshold_from_env(),
        ..VmOptions::default()
    }
}

fn packages() -> String {
    llrt_sdk_bundle::packages().iter().map(|(name, version)| format!("{name} {version}\n")).collect()
}

fn read_standard_input() -> std::io::Result<String> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn print_and_end(text: &str) -> i32 {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => 0,
        Err(_) => FAILURE,
    }
}

fn fail(error: &UsageError) -> i32 {
    complain(&format!("llrt: {error}"));
    INVALID_ARGUMENT
}

fn complain(text: &str) {
    // There is nobody left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
}
