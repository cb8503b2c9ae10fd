//! `node:module`: the face of the CommonJS loader and the list of built-ins.

use llrt_core::{Export, Module, ModuleInfo, host, module::function};
use rquickjs::Ctx;

use crate::stack;

/// `node:module`, also `module`.
pub(crate) struct NodeModule;

impl Module for NodeModule {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["module"],
        requires: &["internal:cjs", "internal:errors", "internal:host", "internal:validators"],
        exports: &[
            Export { name: "builtinNames", build: |ctx| function(ctx, "builtinNames", 0, builtin_names) },
            Export { name: "hasSourceMaps", build: |ctx| function(ctx, "hasSourceMaps", 0, has_source_maps) },
            Export { name: "setSourceMaps", build: |ctx| function(ctx, "setSourceMaps", 1, set_source_maps) },
        ],
        script: Some(llrt_core::script!("module")),
        ..ModuleInfo::new("node:module")
    };
}

/// The names that Node's `builtinModules` would list: without scheme where a module has such a name.
fn builtin_names(ctx: Ctx<'_>) -> Vec<String> {
    let infos = host::modules(&ctx).iter().map(|entry| entry.info).filter(|info| info.specifier.starts_with("node:"));
    let mut names: Vec<String> =
        infos.map(|info| info.aliases.first().copied().unwrap_or(info.specifier).to_owned()).collect();
    names.sort_unstable();
    names
}

fn has_source_maps(ctx: Ctx<'_>) -> bool {
    stack::has_source_maps(&ctx)
}

fn set_source_maps(ctx: Ctx<'_>, enabled: bool) {
    stack::set_source_maps(&ctx, enabled);
}
