//! `node:process` and the global `process`.
//!
//! Node: <https://nodejs.org/api/process.html>. What is missing is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Global, Module, ModuleInfo, module::function};

mod extra;
mod facts;
mod functions;
mod later;
mod pipe;
mod signals;
mod stdio;

/// The version of Node.js whose behaviour this runtime follows, as `process.version` and `process.versions.node` say.
pub const NODE_VERSION: &str = "24.11.1";

/// The module `node:process`, also `process`.
pub struct Process;

impl Module for Process {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["process"],
        requires: &["internal:global-process", "node:events"],
        exports: &[
            Export { name: "abort", build: |ctx| function(ctx, "abort", 0, functions::abort) },
            Export { name: "chdir", build: |ctx| function(ctx, "chdir", 1, functions::chdir) },
            Export { name: "cwd", build: |ctx| function(ctx, "cwd", 0, functions::cwd) },
            Export { name: "exit", build: |ctx| function(ctx, "exit", 1, functions::exit) },
            Export { name: "hrtime", build: |ctx| function(ctx, "hrtime", 0, functions::hrtime) },
            Export { name: "ids", build: |ctx| function(ctx, "ids", 0, functions::ids) },
            Export { name: "kill", build: |ctx| function(ctx, "kill", 2, functions::kill) },
            Export { name: "memory", build: |ctx| function(ctx, "memory", 0, functions::memory) },
            Export { name: "rss", build: |ctx| function(ctx, "rss", 0, functions::rss) },
            Export { name: "systemMemory", build: |ctx| function(ctx, "systemMemory", 0, functions::system_memory) },
            Export { name: "umask", build: |ctx| function(ctx, "umask", 1, functions::umask) },
            Export { name: "uptime", build: |ctx| function(ctx, "uptime", 0, functions::uptime) },
            Export { name: "threadUsage", build: |ctx| function(ctx, "threadUsage", 0, functions::thread_usage) },
            Export { name: "usage", build: |ctx| function(ctx, "usage", 0, functions::usage) },
            Export { name: "listenSignal", build: |ctx| function(ctx, "listenSignal", 2, signals::listen) },
            Export { name: "signals", build: signals::numbers },
        ],
        script: Some(llrt_core::script!("process")),
        ..ModuleInfo::new("node:process")
    };
}

/// `internal:global-process`: the global `process`, which is made light, as most programs read no more of it than `process.env`; all else
/// of it comes with `node:process`, which is loaded when something of that is asked for.
pub struct GlobalProcess;

impl Module for GlobalProcess {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:host", "node:process"],
        globals: &[Global { name: "process", export: "default", enumerable: false }],
        exports: &[
            Export { name: "facts", build: facts::build },
            Export { name: "environment", build: facts::environment },
            later::DEFINE_LATER,
            later::NAMES_OF_LATER,
        ],
        script: Some(llrt_core::script!("global")),
        ..ModuleInfo::new("internal:global-process")
    };
}

/// `internal:process-all`: `node:process` with the exports that are made when they are read, the standard streams among them. The loader
/// gives it to modules that import one of these by name, or all there is.
pub struct ProcessAll;

impl Module for ProcessAll {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["node:process"],
        script: Some(llrt_core::script!("all")),
        ..ModuleInfo::new("internal:process-all")
    };
}

/// `internal:stdio`: `process.stdin`, `stdout` and `stderr`, loaded when one of them is read. It needs `node:stream`.
pub struct Stdio;

impl Module for Stdio {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:host", "node:process"],
        exports: &[
            Export { name: "windowSize", build: |ctx| function(ctx, "windowSize", 1, stdio::window_size) },
            Export { name: "write", build: |ctx| function(ctx, "write", 2, stdio::write) },
        ],
        script: Some(llrt_core::script!("stdio")),
        ..ModuleInfo::new("internal:stdio")
    };
}

/// `internal:pipe`: streams over descriptors, for the standard ones, children's and terminals'. It needs `node:stream`.
pub struct Pipe;

impl Module for Pipe {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "node:stream"],
        exports: &[
            Export { name: "errnoName", build: |ctx| function(ctx, "errnoName", 1, pipe::errno_name) },
            Export { name: "guessType", build: |ctx| function(ctx, "guessType", 1, pipe::guess_type) },
            Export { name: "open", build: |ctx| function(ctx, "open", 2, pipe::open) },
            Export { name: "setRawMode", build: |ctx| function(ctx, "setRawMode", 2, pipe::set_raw_mode) },
        ],
        script: Some(llrt_core::script!("pipe")),
        ..ModuleInfo::new("internal:pipe")
    };
}

/// `internal:process-extra`: what of `node:process` is rarely used, loaded when it is.
pub struct ProcessExtra;

impl Module for ProcessExtra {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:validators", "node:process"],
        exports: &[
            Export { name: "errorText", build: |ctx| function(ctx, "errorText", 1, extra::error_text) },
            Export { name: "execve", build: |ctx| function(ctx, "execve", 3, extra::execve) },
            Export { name: "initGroups", build: |ctx| function(ctx, "initGroups", 2, extra::init_groups) },
            Export { name: "lookUp", build: |ctx| function(ctx, "lookUp", 2, extra::look_up) },
            Export { name: "pending", build: |ctx| function(ctx, "pending", 0, extra::pending) },
            Export { name: "setGroups", build: |ctx| function(ctx, "setGroups", 1, extra::set_groups) },
            Export { name: "setId", build: |ctx| function(ctx, "setId", 2, extra::set_id) },
            Export { name: "setTimeZone", build: |ctx| function(ctx, "setTimeZone", 1, extra::set_time_zone) },
            Export { name: "setTitle", build: |ctx| function(ctx, "setTitle", 1, extra::set_title) },
            Export { name: "userName", build: |ctx| function(ctx, "userName", 1, extra::user_name) },
        ],
        script: Some(llrt_core::script!("extra")),
        ..ModuleInfo::new("internal:process-extra")
    };
}
