//! `node:readline` and `node:readline/promises`, in JavaScript alone.
//!
//! Node: <https://nodejs.org/api/readline.html>.
#![forbid(unsafe_code)]

use llrt_core::{Module, ModuleInfo};

/// The module `node:readline`, also `readline`.
pub struct Readline;

impl Module for Readline {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["readline"],
        requires: &[
            "internal:errors",
            "internal:readline-interface",
            "internal:readline-keys",
            "internal:tty-actions",
            "internal:validators",
            "node:readline/promises",
        ],
        script: Some(llrt_core::script!("readline")),
        ..ModuleInfo::new("node:readline")
    };
}

/// The module `node:readline/promises`, also `readline/promises`.
pub struct ReadlinePromises;

impl Module for ReadlinePromises {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["readline/promises"],
        requires: &["internal:errors", "internal:host", "internal:readline-interface", "internal:validators"],
        script: Some(llrt_core::script!("promises")),
        ..ModuleInfo::new("node:readline/promises")
    };
}

/// `internal:readline-interface`: the line editor that both have in common.
pub struct ReadlineInterface;

impl Module for ReadlineInterface {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &[
            "internal:errors",
            "internal:host",
            "internal:readline-keys",
            "internal:tty-actions",
            "internal:validators",
            "node:events",
            "node:string_decoder",
        ],
        script: Some(llrt_core::script!("interface")),
        ..ModuleInfo::new("internal:readline-interface")
    };
}

/// `internal:readline-keys`: the keys in what a terminal sends.
pub struct ReadlineKeys;

impl Module for ReadlineKeys {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["node:string_decoder"],
        script: Some(llrt_core::script!("keys")),
        ..ModuleInfo::new("internal:readline-keys")
    };
}
