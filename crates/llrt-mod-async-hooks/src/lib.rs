//! `node:async_hooks`: `AsyncLocalStorage`, `AsyncResource`, and hooks into what is asynchronous.
//!
//! Node: <https://nodejs.org/api/async_context.html> and <https://nodejs.org/api/async_hooks.html>. What differs is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod functions;

/// The module `node:async_hooks`, also `async_hooks`.
pub struct AsyncHooks;

impl Module for AsyncHooks {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["async_hooks"],
        requires: &["internal:async-hooks", "internal:errors", "internal:validators"],
        exports: &[
            Export { name: "currentId", build: |ctx| function(ctx, "currentId", 0, functions::current_id) },
            Export {
                name: "currentResource",
                build: |ctx| function(ctx, "currentResource", 0, functions::current_resource),
            },
            Export {
                name: "currentTrigger",
                build: |ctx| function(ctx, "currentTrigger", 0, functions::current_trigger),
            },
            Export { name: "followIds", build: |ctx| function(ctx, "followIds", 0, functions::follow_ids) },
            Export { name: "getFrame", build: |ctx| function(ctx, "getFrame", 0, functions::get_frame) },
            Export { name: "newId", build: |ctx| function(ctx, "newId", 0, functions::new_id) },
            Export { name: "observe", build: |ctx| function(ctx, "observe", 2, functions::observe) },
            Export { name: "setFrame", build: |ctx| function(ctx, "setFrame", 1, functions::set_frame) },
            Export { name: "swap", build: |ctx| function(ctx, "swap", 1, functions::swap) },
        ],
        script: Some(llrt_core::script!("async_hooks")),
        ..ModuleInfo::new("node:async_hooks")
    };
}

/// `internal:async-hooks`: who hears of what is asynchronous, for `node:async_hooks` and for what watches promises.
pub struct Hooks;

impl Module for Hooks {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:validators", "node:async_hooks"],
        script: Some(llrt_core::script!("hooks")),
        ..ModuleInfo::new("internal:async-hooks")
    };
}
