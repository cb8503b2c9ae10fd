//! `node:vm`: scripts and functions from text, in this realm or in one of their own.
//!
//! Node: <https://nodejs.org/api/vm.html>. What differs is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo};

mod realms;

/// The module `node:vm`, also `vm`.
pub struct Vm;

impl Module for Vm {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["vm"],
        requires: &["internal:errors", "internal:host", "internal:validators"],
        exports: &[
            Export { name: "createRealm", build: |ctx| realms::function(ctx, "createRealm") },
            Export { name: "thisRealm", build: |ctx| realms::function(ctx, "thisRealm") },
            Export { name: "declared", build: |ctx| realms::function(ctx, "declared") },
        ],
        script: Some(llrt_core::script!("vm")),
        ..ModuleInfo::new("node:vm")
    };
}
