//! `node:timers`, `node:timers/promises`, and the globals `setTimeout`, `setInterval`, `setImmediate`, their `clear...` functions
//! and `queueMicrotask`.
//!
//! Node: <https://nodejs.org/api/timers.html>. The program's loop must be a tokio runtime with its time driver enabled.
#![forbid(unsafe_code)]

use llrt_core::{Export, Global, Module, ModuleInfo, module::function};

mod classes;
mod functions;
mod schedule;

/// `internal:timers`: the functions behind the globals.
pub struct TimerGlobals;

impl Module for TimerGlobals {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        globals: &[
            Global::function("setTimeout"),
            Global::function("clearTimeout"),
            Global::function("setInterval"),
            Global::function("clearInterval"),
            Global::function("setImmediate"),
            Global::function("clearImmediate"),
            Global::function("queueMicrotask"),
        ],
        exports: &[
            Export {
                name: "setTimeout",
                build: |ctx| functions::promisable(ctx, "setTimeout", 2, functions::set_timeout),
            },
            Export { name: "clearTimeout", build: |ctx| function(ctx, "clearTimeout", 1, functions::clear_timeout) },
            Export { name: "setInterval", build: |ctx| function(ctx, "setInterval", 2, functions::set_interval) },
            Export { name: "clearInterval", build: |ctx| function(ctx, "clearInterval", 1, functions::clear_timeout) },
            Export {
                name: "setImmediate",
                build: |ctx| functions::promisable(ctx, "setImmediate", 1, functions::set_immediate),
            },
            Export {
                name: "clearImmediate",
                build: |ctx| function(ctx, "clearImmediate", 1, functions::clear_immediate),
            },
            Export { name: "active", build: |ctx| function(ctx, "active", 0, functions::active) },
            Export {
                name: "queueMicrotask",
                build: |ctx| function(ctx, "queueMicrotask", 1, functions::queue_microtask),
            },
        ],
        ..ModuleInfo::new("internal:timers")
    };
}

/// `node:timers`, also `timers`.
pub struct Timers;

impl Module for Timers {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["timers"],
        requires: &["internal:timers", "node:timers/promises"],
        script: Some(llrt_core::script!("timers")),
        ..ModuleInfo::new("node:timers")
    };
}

/// `node:timers/promises`, also `timers/promises`.
pub struct TimersPromises;

impl Module for TimersPromises {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["timers/promises"],
        requires: &["internal:errors", "internal:timers", "internal:validators"],
        script: Some(llrt_core::script!("promises")),
        ..ModuleInfo::new("node:timers/promises")
    };
}
