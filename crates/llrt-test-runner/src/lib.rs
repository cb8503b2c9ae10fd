//! `llrt test`: finds test files, runs each in a process of its own, and tells what came of it.
//!
//! [`run()`] is the command: it starts the program again for every file, with [`WORKER`] as its first word, and reads what the worker
//! tells line by line ([`events`]). The worker composes [`worker_modules`] and [`CHUNKS`] beside its other modules and runs
//! [`WORKER_SCRIPT`]. README.md is for those who write tests.
#![forbid(unsafe_code)]

use llrt_core::{
    Entry,
    host::{Chunk, Content},
};

pub mod events;
mod modules;
mod options;
mod run;
mod worker;

pub use options::{HELP, Options, Reporter, UsageError};
pub use run::run;
pub use worker::{WORKER, WORKER_SCRIPT, start_worker};

/// The licences of the npm packages that are built in.
pub const LICENSES: &str = include_str!(concat!(env!("OUT_DIR"), "/LICENSES.txt"));

/// `chai`, as a package that is built in.
pub static CHUNKS: &[Chunk] = &[Chunk { specifier: "chai", content: Content::Bytecode(llrt_core::script!("chai")) }];

/// The modules of a process that runs a test file: `base` and those of this crate.
pub fn worker_modules(base: &'static [Entry]) -> &'static [Entry] {
    // Once in a process, for as long as it lives.
    Box::leak([base, modules::MODULES].concat().into_boxed_slice())
}
