//! The LLRT engine: QuickJS on a current-thread tokio loop, Node.js module loading, and the composed modules.
//!
//! - [`run`]: a whole program, from its main file to its exit code; what the `llrt` binary does
//! - [`Vm`]: an engine with its context, for hosts with a life of their own (the Lambda client)
//! - [`load`]: importing user files; [`uncaught`]: errors that nothing caught
//! - [`compiled`]: programs as bytecode
//! - [`until_empty`], [`until_idle`], [`exit_code`]: the loop and its end, for such hosts
//! - [`MODULES`]: the one list that composes the module crates

mod call_site;
mod cjs;
mod compile_cache;
pub mod compiled;
mod compose;
mod cpu_profile;
mod esm;
mod hooks;
mod hooks_thread;
mod import_trace;
mod json_error;
mod legacy;
mod link_error;
#[cfg(feature = "util")]
mod llrt_util;
pub mod load;
mod main_loop;
mod named_imports;
mod node_module;
mod rejection;
mod remainder;
mod require_esm;
mod script;
mod source;
mod source_map;
mod stack;
mod start;
mod syntax_error;
#[cfg(not(feature = "typescript"))]
mod type_strip;
#[cfg(feature = "typescript")]
use llrt_type_strip as type_strip;
mod typescript;
pub mod uncaught;
mod vm;

pub use compose::MODULES;
pub use cpu_profile::CpuProfile;
pub use esm::node_path;
pub use main_loop::{InputType, Main, Preload, block_on, exit_code, run, until_empty, until_idle};
pub use remainder::remainder;
pub use start::prepare_process;
pub use vm::{ResolveOptions, Vm, VmOptions};

/// The version of the runtime, as `llrt --version` prints it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The licences of the npm packages that are built into the composed modules: a text for each module that has some.
pub const LICENSES: &[&str] = &[
    #[cfg(feature = "stream")]
    llrt_mod_stream::LICENSES,
];

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
