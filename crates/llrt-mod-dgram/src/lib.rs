//! `node:dgram`: UDP sockets.
//!
//! Node: <https://nodejs.org/api/dgram.html>. What differs is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod handle;

/// The module `node:dgram`, also `dgram`.
pub struct Dgram;

impl Module for Dgram {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["dgram"],
        requires: &["internal:errors", "internal:host", "internal:validators", "node:events"],
        exports: &[
            Export { name: "createHandle", build: |ctx| function(ctx, "createHandle", 1, handle::create) },
            Export { name: "isDatagram", build: |ctx| function(ctx, "isDatagram", 1, handle::is_datagram) },
        ],
        script: Some(llrt_core::script!("dgram")),
        ..ModuleInfo::new("node:dgram")
    };
}
