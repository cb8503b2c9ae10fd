//! `node:module`: the face of the CommonJS loader and the list of built-ins.

use llrt_core::{Export, Module, ModuleInfo, OrThrow, host, module::function};
use rquickjs::{Array, Ctx, Object, Result};

use crate::{
    compile_cache::{self, Enabled},
    esm::{self, Resolution},
    source_map, stack, typescript,
};

/// `node:module`, also `module`.
pub(crate) struct NodeModule;

impl Module for NodeModule {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["module"],
        requires: &["internal:cjs", "internal:errors", "internal:host", "internal:validators"],
        exports: &[
            Export { name: "builtinNames", build: |ctx| function(ctx, "builtinNames", 0, builtin_names) },
            Export {
                name: "compileCacheDir",
                build: |ctx| function(ctx, "compileCacheDir", 0, compile_cache::directory),
            },
            Export { name: "enableCache", build: |ctx| function(ctx, "enableCache", 2, enable_cache) },
            Export { name: "findPackage", build: |ctx| function(ctx, "findPackage", 2, find_package) },
            Export { name: "flushCache", build: |ctx| function(ctx, "flushCache", 0, compile_cache::flush) },
            Export { name: "hasSourceMaps", build: |ctx| function(ctx, "hasSourceMaps", 0, has_source_maps) },
            Export { name: "loadedBuiltins", build: |ctx| function(ctx, "loadedBuiltins", 0, loaded_builtins) },
            Export { name: "setSourceMaps", build: |ctx| function(ctx, "setSourceMaps", 1, set_source_maps) },
            Export { name: "stripTypes", build: |ctx| function(ctx, "stripTypes", 2, typescript::strip_types) },
            Export { name: "sourceMapOf", build: |ctx| function(ctx, "sourceMapOf", 1, source_map_of) },
        ],
        script: Some(llrt_core::script!("module")),
        ..ModuleInfo::new("node:module")
    };
}

/// `internal:source-map`: what `module.SourceMap` is made of.
pub(crate) struct SourceMapModule;

impl Module for SourceMapModule {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors"],
        script: Some(llrt_core::script!("source_map")),
        ..ModuleInfo::new("internal:source-map")
    };
}

/// The names that Node's `builtinModules` would list: without scheme where a module has such a name.
fn builtin_names(ctx: Ctx<'_>) -> Vec<String> {
    let infos = host::modules(&ctx).iter().map(|entry| entry.info).filter(|info| info.specifier.starts_with("node:"));
    let bare =
        |info: &ModuleInfo| info.aliases.iter().copied().filter(|alias| !alias.contains(':')).collect::<Vec<_>>();
    let mut names: Vec<String> = Vec::new();
    for info in infos {
        let bare = bare(info);
        let known = if bare.is_empty() { vec![info.specifier] } else { bare };
        names.extend(known.into_iter().map(str::to_owned));
    }
    // Those that only a scheme makes a built-in come last.
    names.sort_unstable_by(|a, b| (a.contains(':'), a).cmp(&(b.contains(':'), b)));
    names
}

/// The built-in modules of Node's that are loaded.
fn loaded_builtins(ctx: Ctx<'_>) -> Vec<&'static str> {
    let specifiers = host::modules(&ctx).iter().map(|entry| entry.info.specifier);
    specifiers.filter(|specifier| specifier.starts_with("node:") && host::is_loaded(&ctx, specifier)).collect()
}

/// `enableCache(folder, portable)`: the status of `module.enableCompileCache`, its message, the folder.
fn enable_cache(ctx: Ctx<'_>, folder: String, portable: bool) -> Result<Array<'_>> {
    let (status, message, directory) = match compile_cache::enable(folder.as_ref(), portable) {
        Enabled::Failed(message) => (0, Some(message), None),
        Enabled::Now(directory) => (1, None, Some(directory)),
        Enabled::Already(directory) => (2, None, Some(directory)),
        Enabled::Forbidden(message) => (3, Some(message), None),
    };
    let result = Array::new(ctx)?;
    result.set(0, status)?;
    result.set(1, message)?;
    result.set(2, directory)?;
    Ok(result)
}

/// The `package.json` of what a file names.
fn find_package(ctx: Ctx<'_>, specifier: String, base: String) -> Result<Option<String>> {
    esm::resolver(&ctx)?.find_package_json(&specifier, &base).map_err(Resolution).or_throw(&ctx)
}

/// The source map of a file, as it is written: `{ payload, base, lineLengths }`.
fn source_map_of<'js>(ctx: Ctx<'js>, file: String) -> Result<Option<Object<'js>>> {
    let Some(written) = source_map::Written::of_file(&ctx, &file) else { return Ok(None) };
    let Ok(payload) = llrt_plain::parse(&ctx, &written.json) else {
        ctx.catch();
        return Ok(None);
    };
    let result = Object::new(ctx)?;
    result.set("payload", payload)?;
    result.set("base", llrt_resolver::path_to_file_url(&written.base))?;
    result.set("lineLengths", written.line_lengths)?;
    Ok(Some(result))
}

fn has_source_maps(ctx: Ctx<'_>) -> bool {
    stack::has_source_maps(&ctx)
}

fn set_source_maps(ctx: Ctx<'_>, enabled: bool) {
    stack::set_source_maps(&ctx, enabled);
}
