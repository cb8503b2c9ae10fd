//! `llrt:util`: all of `node:util`, and [`dimport`].

use std::path::Path;

use llrt_core::{Export, JsClass, Module, ModuleInfo, NodeError, args, module::function};
use rquickjs::{Ctx, Object, Result, Value, promise::PromiseState};

use crate::{load, rejection};

/// The module `llrt:util`.
pub(crate) struct LlrtUtil;

impl Module for LlrtUtil {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:dimport", "node:util"],
        script: Some(llrt_core::script!("llrt-util")),
        ..ModuleInfo::new("llrt:util")
    };
}

/// `internal:dimport`: `dimport` alone.
pub(crate) struct Dimport;

impl Module for Dimport {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[Export { name: "dimport", build: |ctx| function(ctx, "dimport", 1, dimport) }],
        ..ModuleInfo::new("internal:dimport")
    };
}

/// `dimport(specifier)`: the namespace that `import(specifier)` in the calling file would give, at once.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE`; `ERR_REQUIRE_ASYNC_MODULE` when the module, or one that it imports, awaits at its top level; what
/// loading or evaluating it threw.
fn dimport<'js>(ctx: Ctx<'js>, specifier: Value<'js>) -> Result<Object<'js>> {
    let specifier = args::string(&ctx, &specifier, "specifier")?;
    let name = load::resolve(&ctx, &specifier, Path::new(&calling_file(&ctx)))?;
    let (module, promise) = load::import(&ctx, &name)?;
    match promise.state() {
        PromiseState::Resolved => {}
        PromiseState::Rejected => {
            rejection::leave_to_caller(&ctx, &promise)?;
            promise.finish::<()>()?;
        }
        PromiseState::Pending => {
            let message =
                format!("dimport() cannot be used on {specifier}: it awaits at its top level. Use import() instead.");
            return Err(NodeError::new(JsClass::Error, "ERR_REQUIRE_ASYNC_MODULE", message).throw(&ctx));
        }
    }
    module.namespace()
}

/// The nearest file on the stack; a file of the working directory where there is none.
fn calling_file(ctx: &Ctx<'_>) -> String {
    let names = (0..4).filter_map(|level| ctx.script_or_module_name(level)?.to_string().ok());
    let file = names.filter_map(|name| match name.strip_prefix("file:") {
        Some(_) => llrt_resolver::file_url_to_path(&name).ok(),
        None => name.starts_with('/').then_some(name),
    });
    file.into_iter().next().unwrap_or_else(|| {
        let directory = std::env::current_dir().unwrap_or_default();
        directory.join("[dimport]").to_string_lossy().into_owned()
    })
}
