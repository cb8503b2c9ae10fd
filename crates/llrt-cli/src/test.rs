//! `llrt test`, and the processes that it starts.

use llrt_core::host::Chunk;
use llrt_runtime::{InputType, Main, VmOptions};
use llrt_test_runner::{CHUNKS, HELP, Options, WORKER_SCRIPT, run as run_tests, start_worker, worker_modules};

use crate::{FAILURE, INVALID_ARGUMENT, complain, options, print_and_end};

/// Runs tests as `words` say and gives the exit code.
pub(crate) fn run(words: Vec<String>, program: &str) -> i32 {
    let options = match Options::parse(words) {
        Ok(options) if options.help => return print_and_end(HELP),
        Ok(options) => options,
        Err(error) => {
            complain(&format!("llrt test: {error}"));
            return INVALID_ARGUMENT;
        }
    };
    let program = std::env::current_exe().unwrap_or_else(|_| program.into());
    run_tests(&options, &program).unwrap_or_else(|error| {
        complain(&format!("llrt test: {error}"));
        FAILURE
    })
}

/// The process for one file.
pub(crate) fn work(words: &[String], program: &str) -> i32 {
    let ended = start_worker(words).and_then(|file| {
        let exec_path =
            std::env::current_exe().map_or_else(|_| program.to_owned(), |path| path.to_string_lossy().into_owned());
        let base = options(vec![exec_path.clone(), file], exec_path);
        let options = VmOptions { modules: worker_modules(base.modules), chunks: chunks(base.chunks), ..base };
        llrt_runtime::run(
            options,
            Main::Source { name: "[test]", text: WORKER_SCRIPT.to_owned(), print: false, input: InputType::Detect },
        )
    });
    ended.unwrap_or_else(|error| {
        complain(&format!("llrt test: {error}"));
        FAILURE
    })
}

/// Packages for tests among those that are built in, sorted as the engine wants them.
fn chunks(base: &'static [Chunk]) -> &'static [Chunk] {
    let all = base.iter().chain(CHUNKS).copied();
    let mut all: Vec<Chunk> = all.collect();
    all.sort_unstable_by_key(|chunk| chunk.specifier);
    // Once in a process, for as long as it lives.
    Box::leak(all.into_boxed_slice())
}
