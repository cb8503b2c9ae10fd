//! `node:tty`: terminals.
//!
//! Node: <https://nodejs.org/api/tty.html>.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function, system};

/// The module `node:tty`, also `tty`.
pub struct Tty;

impl Module for Tty {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["tty"],
        requires: &[
            "internal:errors",
            "internal:host",
            "internal:pipe",
            "internal:stdio",
            "internal:tty-actions",
            "internal:validators",
        ],
        exports: &[Export { name: "isTerminal", build: |ctx| function(ctx, "isTerminal", 1, is_terminal) }],
        script: Some(llrt_core::script!("tty")),
        ..ModuleInfo::new("node:tty")
    };
}

/// `internal:tty-actions`: moving the cursor and clearing, which `node:readline` needs too.
pub struct TtyActions;

impl Module for TtyActions {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host"],
        script: Some(llrt_core::script!("actions")),
        ..ModuleInfo::new("internal:tty-actions")
    };
}

fn is_terminal(number: i32) -> bool {
    system::descriptor(number).is_ok_and(rustix::termios::isatty)
}
