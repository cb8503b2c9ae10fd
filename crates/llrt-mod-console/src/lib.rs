//! The global `console` and `node:console`.
//!
//! Two modules, so that `console.log` loads no JavaScript: [`ConsoleGlobal`] (`internal:global-console`) is native and is what the global
//! is; [`Console`] (`node:console`) adds the class `Console` when a program imports it or reads `console.Console`. Compose both.
//!
//! A host that wants the records for itself (a log format, a file) calls [`set_sink`].
//!
//! Node: <https://nodejs.org/api/console.html>. What is missing is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Global, Module, ModuleInfo, module::function};

mod class;
mod format_time;
mod global;
mod methods;
mod publisher;
mod sink;
mod stdio;
mod table;

pub use sink::{Level, Record, Sink, set_sink};

/// The module `internal:global-console`: the global `console`.
pub struct ConsoleGlobal;

impl Module for ConsoleGlobal {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        globals: &[Global { name: "console", export: "console", enumerable: false }],
        exports: &[
            Export { name: "console", build: |ctx| global::console(ctx).map(rquickjs::Object::into_value) },
            Export { name: "setPublisher", build: |ctx| function(ctx, "setPublisher", 1, publisher::set) },
        ],
        ..ModuleInfo::new("internal:global-console")
    };
}

/// The module `node:console`, also `console`.
pub struct Console;

impl Module for Console {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["console"],
        requires: &["internal:global-console", "internal:errors", "internal:validators"],
        exports: &[
            Export { name: "methods", build: class::method_names },
            Export { name: "newState", build: |ctx| function(ctx, "newState", 1, class::new_state) },
            Export { name: "invoke", build: |ctx| function(ctx, "invoke", 4, class::invoke) },
        ],
        script: Some(llrt_core::script!("console")),
        ..ModuleInfo::new("node:console")
    };
}
