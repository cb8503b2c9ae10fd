//! `node:util` and `node:util/types`.
//!
//! [`Util`] needs [`UtilTypes`] and [`Mime`]; it loads [`Comparisons`] (deep equality, differences) and [`ParseArgs`] when they
//! are called. Compose all five.
//!
//! Node: <https://nodejs.org/api/util.html>. What is missing is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod env;
mod functions;
mod system_errors;
mod types;

/// The module `node:util`, also `util`.
pub struct Util;

impl Module for Util {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["util", "sys", "node:sys"],
        requires: &["internal:errors", "internal:host", "internal:validators", "internal:mime", "node:util/types"],
        exports: &[
            Export { name: "inspect", build: |ctx| llrt_inspect::function::inspect(ctx).map(|f| f.into_value()) },
            Export { name: "format", build: |ctx| llrt_inspect::function::format(ctx).map(|f| f.into_value()) },
            Export {
                name: "formatWithOptions",
                build: |ctx| llrt_inspect::function::format_with_options(ctx).map(|f| f.into_value()),
            },
            Export {
                name: "stripVTControlCharacters",
                build: |ctx| function(ctx, "stripVTControlCharacters", 1, functions::strip_vt_control_characters),
            },
            Export { name: "parseEnv", build: |ctx| function(ctx, "parseEnv", 1, env::parse_env) },
            Export { name: "systemError", build: |ctx| function(ctx, "systemError", 1, system_errors::describe) },
            Export { name: "systemErrors", build: |ctx| function(ctx, "systemErrors", 0, system_errors::list) },
            Export { name: "hasColors", build: |ctx| function(ctx, "hasColors", 1, functions::has_colors) },
            Export { name: "environment", build: |ctx| function(ctx, "environment", 1, functions::environment) },
            Export { name: "writeError", build: |ctx| function(ctx, "writeError", 1, functions::write_error) },
            Export {
                name: "rememberClasses",
                build: |ctx| {
                    function(ctx, "rememberClasses", 0, |ctx: rquickjs::Ctx<'_>| llrt_inspect::remember_classes(&ctx))
                },
            },
            Export { name: "processId", build: |ctx| function(ctx, "processId", 0, std::process::id) },
        ],
        script: Some(llrt_core::script!("util")),
        ..ModuleInfo::new("node:util")
    };
}

/// The module `node:util/types`, also `util/types`.
pub struct UtilTypes;

impl Module for UtilTypes {
    const INFO: &'static ModuleInfo =
        &ModuleInfo { aliases: &["util/types"], exports: types::EXPORTS, ..ModuleInfo::new("node:util/types") };
}

/// The module `internal:comparisons`: deep equality for `node:util` and `node:assert`, and `util.diff`.
pub struct Comparisons;

impl Module for Comparisons {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host"],
        exports: &[
            Export {
                name: "hasElementsOnly",
                build: |ctx| function(ctx, "hasElementsOnly", 1, types::has_elements_only),
            },
            Export { name: "kindOf", build: |ctx| function(ctx, "kindOf", 1, types::kind_of) },
            Export { name: "proxyTarget", build: |ctx| function(ctx, "proxyTarget", 1, types::proxy_target) },
            Export { name: "sameBytes", build: |ctx| function(ctx, "sameBytes", 2, functions::same_bytes) },
        ],
        script: Some(llrt_core::script!("comparisons")),
        ..ModuleInfo::new("internal:comparisons")
    };
}

/// The module `internal:mime`: `MIMEType` and `MIMEParams`.
pub struct Mime;

impl Module for Mime {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors"],
        script: Some(llrt_core::script!("mime")),
        ..ModuleInfo::new("internal:mime")
    };
}

/// The module `internal:parse-args`: `util.parseArgs`.
pub struct ParseArgs;

impl Module for ParseArgs {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:validators"],
        script: Some(llrt_core::script!("parse-args")),
        ..ModuleInfo::new("internal:parse-args")
    };
}
