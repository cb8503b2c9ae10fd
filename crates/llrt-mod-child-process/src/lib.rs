//! `node:child_process`.
//!
//! Node: <https://nodejs.org/api/child_process.html>. What differs is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod args;
mod functions;

/// The module `node:child_process`, also `child_process`.
pub struct ChildProcess;

impl Module for ChildProcess {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["child_process"],
        requires: &[
            "internal:errors",
            "internal:host",
            "internal:ipc",
            "internal:pipe",
            "internal:validators",
            "node:events",
            "node:process",
            "node:stream",
            "node:string_decoder",
            "node:util",
        ],
        exports: &[
            Export { name: "kill", build: |ctx| function(ctx, "kill", 2, functions::kill) },
            Export { name: "spawn", build: |ctx| function(ctx, "spawn", 3, functions::spawn) },
            Export { name: "spawnSync", build: |ctx| function(ctx, "spawnSync", 1, functions::spawn_sync) },
        ],
        script: Some(llrt_core::script!("child_process")),
        ..ModuleInfo::new("node:child_process")
    };
}

/// `internal:ipc`: messages over a descriptor, for a child and for the process itself when it is one.
pub struct Ipc;

impl Module for Ipc {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:pipe", "internal:validators", "node:string_decoder"],
        script: Some(llrt_core::script!("ipc")),
        ..ModuleInfo::new("internal:ipc")
    };
}

/// `internal:ipc-handles`: sockets and servers in messages, loaded when there is one. It needs `node:net`.
pub struct IpcHandles;

impl Module for IpcHandles {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "node:events"],
        script: Some(llrt_core::script!("handles")),
        ..ModuleInfo::new("internal:ipc-handles")
    };
}
