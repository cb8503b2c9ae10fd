//! `node:assert` and `node:assert/strict`.
//!
//! Compose [`Assert`], [`AssertStrict`], [`AssertionError`] and [`AssertSource`] together. Deep comparisons and differences come from
//! `internal:comparisons` of `llrt-mod-util`, the source text of a failed `assert(...)` through `node:fs` where that is composed;
//! both are loaded when they are needed.
//!
//! Node: <https://nodejs.org/api/assert.html>.
#![forbid(unsafe_code)]

use std::io::IsTerminal;

use llrt_core::{Export, Module, ModuleInfo, module::function};
use rquickjs::{Ctx, Result, Value};

/// The module `node:assert`, also `assert`.
pub struct Assert;

impl Module for Assert {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["assert"],
        requires: &[
            "internal:assert-source",
            "internal:assertion-error",
            "internal:comparisons",
            "internal:errors",
            "internal:host",
            "internal:validators",
        ],
        exports: &[Export { name: "inspect", build: inspect }],
        script: Some(llrt_core::script!("assert")),
        ..ModuleInfo::new("node:assert")
    };
}

/// The module `node:assert/strict`, also `assert/strict`.
pub struct AssertStrict;

impl Module for AssertStrict {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["assert/strict"],
        requires: &["node:assert"],
        script: Some(llrt_core::script!("strict")),
        ..ModuleInfo::new("node:assert/strict")
    };
}

/// `internal:assertion-error`: the class `AssertionError`, and the texts of failures.
pub struct AssertionError;

impl Module for AssertionError {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host"],
        exports: &[
            Export { name: "inspect", build: inspect },
            Export { name: "hasColors", build: |ctx| function(ctx, "hasColors", 0, has_colors) },
        ],
        script: Some(llrt_core::script!("assertion-error")),
        ..ModuleInfo::new("internal:assertion-error")
    };
}

/// `internal:assert-source`: the source text of a call.
pub struct AssertSource;

impl Module for AssertSource {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:host"],
        script: Some(llrt_core::script!("source")),
        ..ModuleInfo::new("internal:assert-source")
    };
}

fn inspect<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    llrt_inspect::function::inspect(ctx).map(|function| function.into_value())
}

/// Whether standard error is a terminal with colours.
fn has_colors() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if let Ok(force) = std::env::var("FORCE_COLOR") {
        return matches!(force.as_str(), "" | "1" | "true" | "2" | "3");
    }
    let dumb = !std::env::var("TERM").is_ok_and(|term| term != "dumb");
    !dumb && !set("NO_COLOR") && !set("NODE_DISABLE_COLORS") && std::io::stderr().is_terminal()
}
