//! CommonJS: the native half of `internal:cjs`, whose JavaScript side holds `Module` and `require`.
//!
//! Node: <https://nodejs.org/api/modules.html>.

use std::ffi::c_int;

use llrt_core::{Export, JsClass, Module, ModuleInfo, NodeError, OrThrow, error, host, module::function};
use llrt_resolver::{Format, Resolved};
use rquickjs::{Ctx, Error, Function, Object, Result, Value, function::Opt};

use crate::{
    compile_cache::{self, Kind as CacheKind},
    compiled::Program,
    esm::{self, Resolution},
    hooks::{self, Kind},
    import_trace, json_error, require_esm, script, source,
    syntax_error::{self, Seen},
    uncaught,
};

/// `internal:cjs`.
pub(crate) struct Cjs;

impl Module for Cjs {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:validators"],
        exports: &[
            Export { name: "addonError", build: |ctx| function(ctx, "addonError", 1, addon_error) },
            Export { name: "builtinName", build: |ctx| function(ctx, "builtinName", 2, builtin_name) },
            Export { name: "builtinsIn", build: |ctx| function(ctx, "builtinsIn", 1, builtins_in) },
            Export { name: "compile", build: |ctx| function(ctx, "compile", 3, compile_function) },
            Export { name: "compiledFunction", build: |ctx| function(ctx, "compiledFunction", 1, compiled_function) },
            Export { name: "findPath", build: |ctx| function(ctx, "findPath", 2, find_path) },
            Export { name: "guard", build: |ctx| function(ctx, "guard", 2, guard) },
            Export { name: "isInParts", build: |ctx| function(ctx, "isInParts", 1, is_in_parts) },
            Export { name: "isProxy", build: |ctx| function(ctx, "isProxy", 1, is_proxy) },
            Export { name: "loadEsm", build: |ctx| function(ctx, "loadEsm", 3, require_esm::load) },
            Export { name: "loadHooked", build: |ctx| function(ctx, "loadHooked", 1, load_hooked) },
            Export { name: "lookupPaths", build: |ctx| function(ctx, "lookupPaths", 1, lookup_paths) },
            Export { name: "partNames", build: |ctx| function(ctx, "partNames", 1, part_names) },
            Export { name: "partWith", build: |ctx| function(ctx, "partWith", 2, part_with) },
            Export { name: "readJson", build: |ctx| function(ctx, "readJson", 1, read_json) },
            Export { name: "readSource", build: |ctx| function(ctx, "readSource", 1, read_source) },
            Export { name: "requireFolders", build: |ctx| function(ctx, "requireFolders", 0, require_folders) },
            Export { name: "resolve", build: |ctx| function(ctx, "resolve", 3, resolve) },
            Export { name: "resolveHooked", build: |ctx| function(ctx, "resolveHooked", 2, resolve_hooked) },
            Export { name: "runScript", build: |ctx| function(ctx, "runScript", 2, run_script) },
            Export { name: "setExtensions", build: |ctx| function(ctx, "setExtensions", 1, set_extensions) },
            Export {
                name: "setImportTracer",
                build: |ctx| function(ctx, "setImportTracer", 1, import_trace::set_tracer),
            },
            Export {
                name: "setRequireFolders",
                build: |ctx| function(ctx, "setRequireFolders", 1, set_require_folders),
            },
            Export { name: "stat", build: |ctx| function(ctx, "stat", 1, stat) },
        ],
        script: Some(llrt_core::script!("cjs")),
        ..ModuleInfo::new("internal:cjs")
    };
}

/// Runs a file as the program's CommonJS main module.
pub(crate) fn run_main(ctx: &Ctx<'_>, path: &str) -> Result<()> {
    exported(ctx, "runMain")?.call((path,))
}

/// Runs the function around a compiled CommonJS source as the program's main module.
pub(crate) fn run_compiled<'js>(ctx: &Ctx<'js>, path: &str, function: Value<'js>) -> Result<()> {
    exported(ctx, "runCompiled")?.call((path, function))
}

/// Runs text as the program, with `require` looking from `directory`; gives the value of its last expression.
pub(crate) fn run_text<'js>(ctx: &Ctx<'js>, text: &str, name: &str, directory: &str) -> Result<Value<'js>> {
    exported(ctx, "runText")?.call((text, name, directory))
}

/// The exports of a CommonJS file that an ES module imports.
pub(crate) fn import_file<'js>(ctx: &Ctx<'js>, path: &str) -> Result<Value<'js>> {
    exported(ctx, "importFile")?.call((path,))
}

/// The value of a JSON file; a syntax error names the file, as in Node.
pub(crate) fn parse_json<'js>(ctx: &Ctx<'js>, path: &str) -> Result<Value<'js>> {
    parse_json_text(ctx, &esm::read(ctx, path)?, Some(path))
}

/// The value of a JSON text; a syntax error in V8's words, after the name of the file.
pub(crate) fn parse_json_text<'js>(ctx: &Ctx<'js>, text: &str, path: Option<&str>) -> Result<Value<'js>> {
    llrt_plain::parse(ctx, text).map_err(|failed| {
        let thrown = error::caught(ctx, &failed);
        let message = json_error::explain(text)
            .unwrap_or_else(|| thrown.as_object().and_then(|error| error.get("message").ok()).unwrap_or_default());
        let message = path.map_or_else(|| message.clone(), |path| format!("{path}: {message}"));
        NodeError::plain(JsClass::SyntaxError, message).throw(ctx)
    })
}

/// The value of a JSON file that an ES module imports.
pub(crate) fn import_json<'js>(ctx: &Ctx<'js>, path: &str) -> Result<Value<'js>> {
    exported(ctx, "importJson")?.call((path,))
}

/// Loads what `--require` names.
pub(crate) fn preload(ctx: &Ctx<'_>, request: &str) -> Result<()> {
    exported(ctx, "preload")?.call((request,))
}

/// A `require` that looks from the file `path`.
pub(crate) fn create_require<'js>(ctx: &Ctx<'js>, path: &str) -> Result<Object<'js>> {
    exported(ctx, "createRequire")?.call((path,))
}

fn exported<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Function<'js>> {
    host::import(ctx, "internal:cjs")?.get(name)
}

/// `builtinName(name, parentFile?)`: the canonical name of a built-in, or `undefined`.
fn builtin_name(ctx: Ctx<'_>, name: String, parent: Opt<Option<String>>) -> Option<String> {
    esm::builtin(&ctx, parent.0.flatten().as_deref().unwrap_or("/"), &name).map(std::borrow::Cow::into_owned)
}

/// `builtinsIn(text)`: the names of Node's modules that occur in the text, and that a variable can have.
fn builtins_in(ctx: Ctx<'_>, text: String) -> Vec<&'static str> {
    let infos = host::modules(&ctx).iter().map(|entry| entry.info).filter(|info| info.specifier.starts_with("node:"));
    let names = infos.flat_map(|info| info.aliases.iter().copied());
    names.filter(|name| !name.contains('/') && text.contains(name)).collect()
}

/// `guard(body, after)`: calls `after(done)` after `body()`, and throws what that threw.
fn guard<'js>(ctx: Ctx<'js>, body: Function<'js>, after: Function<'js>) -> Result<()> {
    let thrown = body.call::<_, ()>(()).err().map(|failed| error::caught(&ctx, &failed));
    after.call::<_, ()>((thrown.is_none(),))?;
    thrown.map_or(Ok(()), |thrown| Err(ctx.throw(thrown)))
}

fn is_in_parts(ctx: Ctx<'_>, name: String) -> bool {
    host::part_names(&ctx, &name).is_some()
}

/// The names that a built-in in parts exports, or `undefined` when it is whole.
fn part_names(ctx: Ctx<'_>, name: String) -> Option<Vec<&'static str>> {
    host::part_names(&ctx, &name).map(Iterator::collect)
}

/// The part of a built-in that exports a name, or `undefined`.
fn part_with(ctx: Ctx<'_>, builtin: String, name: String) -> Option<String> {
    host::part_with(&ctx, &builtin, &name)
}

/// `resolve(request, parentFile | null, folders?)`: the file. `folders` are searched instead of the `node_modules` above the parent.
fn resolve(ctx: Ctx<'_>, request: String, parent: Option<String>, folders: Opt<Option<Vec<String>>>) -> Result<String> {
    let resolver = esm::resolver(&ctx)?;
    let resolved = match parent {
        Some(parent) => resolver.resolve_require_in(&request, &parent, folders.0.flatten().as_deref()),
        None => resolver.resolve_main(&request),
    };
    esm::warn_of_notices(&ctx, &resolver)?;
    match resolved.map_err(Resolution).or_throw(&ctx)? {
        Resolved::File { path, .. } => Ok(path.to_string()),
        other => Ok(other.url()),
    }
}

/// `findPath(request, folders)`: the file, or `undefined`.
fn find_path(ctx: Ctx<'_>, request: String, folders: Vec<String>) -> Result<Option<String>> {
    let resolver = esm::resolver(&ctx)?;
    let found = resolver.find_in(&request, &folders).map_err(Resolution).or_throw(&ctx)?;
    esm::warn_of_notices(&ctx, &resolver)?;
    Ok(found.map(|path| path.to_string()))
}

/// `resolveHooked(request, parentFile | null)`: what hooks make of it, the name of a built-in, a path or a URL; `undefined` without hooks.
fn resolve_hooked(ctx: Ctx<'_>, request: String, parent: Option<String>) -> Result<Option<String>> {
    let url = hooks::resolve(&ctx, &request, parent.as_deref(), Kind::Require, None)?;
    Ok(url.map(|url| esm::path_of_name(&url).into_owned()))
}

/// `loadHooked(file)`: `{ format, source }` from hooks; `undefined` without.
fn load_hooked<'js>(ctx: Ctx<'js>, file: String) -> Result<Option<Object<'js>>> {
    let url = if file.starts_with('/') { llrt_resolver::path_to_file_url(&file) } else { file };
    let Some(loaded) = hooks::load(&ctx, &url, Kind::Require)? else { return Ok(None) };
    let result = Object::new(ctx)?;
    result.set("format", loaded.format)?;
    result.set("source", loaded.text)?;
    Ok(Some(result))
}

/// The function around a CommonJS source: `(exports, require, module, __filename, __dirname)`. The wrapper takes lines -1 and 0 (the
/// engine reads 0 as "not given"), so that the source's first line is 1 with its columns as they are.
fn compile_function<'js>(ctx: Ctx<'js>, text: String, filename: String, is_main: Opt<bool>) -> Result<Value<'js>> {
    let wrapper = compile(&ctx, text, &filename).map_err(|(failed, seen)| {
        if seen == Seen::ModuleSyntax && is_main.0 == Some(true) {
            warn_of_module(&ctx, &filename);
        }
        failed
    })?;
    // As stack traces name the top level of a module in Node.
    if let Some(wrapper) = wrapper.as_function() {
        wrapper.set_name("Object.<anonymous>")?;
    }
    Ok(wrapper)
}

/// [`compile_function`], with what was seen of a source that does not compile.
pub(crate) fn compile<'js>(
    ctx: &Ctx<'js>,
    mut text: String,
    filename: &str,
) -> std::result::Result<Value<'js>, (Error, Seen)> {
    source::comment_out_shebang(&mut text);
    let explain = |failed| syntax_error::explain(ctx, failed, filename, &text, true);
    let Some(slot) = compile_cache::look_up(CacheKind::CommonJs, filename, &text) else {
        return script::evaluate(ctx, wrapped(&text), filename, FIRST_LINE).map_err(explain);
    };
    let bytecode = match &slot.bytecode {
        Some(bytecode) => {
            slot.accept();
            bytecode.clone()
        }
        None => {
            let bytecode = script::compile(ctx, wrapped(&text), filename, FIRST_LINE, true).map_err(explain)?;
            slot.fill(filename, &bytecode);
            bytecode
        }
    };
    script::load(ctx, bytecode.leak()).map_err(explain)
}

/// Says how a program that looks like an ES module is made one. The process ends before a warning's turn would come.
fn warn_of_module(ctx: &Ctx<'_>, filename: &str) {
    if !esm::has_option(ctx, "--no-warnings") {
        let id = std::process::id();
        uncaught::print(&format!(
            "(node:{id}) Warning: Failed to load the ES module: {filename}. Make sure to set \"type\": \"module\" in the nearest \
             package.json file or use the .mjs extension.\n"
        ));
    }
}

/// The number of the wrapper's own first line.
pub(crate) const FIRST_LINE: c_int = -1;

pub(crate) fn wrapped(text: &str) -> String {
    format!("(function (exports, require, module, __filename, __dirname) {{\n\n{text}\n}})")
}

/// The function around a compiled CommonJS source, `undefined` for an ES module.
fn compiled_function<'js>(ctx: Ctx<'js>, path: String) -> Result<Value<'js>> {
    let program = Program::read(&ctx, &path)?;
    if program.is_module() { Ok(Value::new_undefined(ctx)) } else { program.function(&ctx, &path) }
}

/// Runs text as a classic script and gives its completion value.
fn run_script<'js>(ctx: Ctx<'js>, mut text: String, filename: String) -> Result<Value<'js>> {
    source::comment_out_shebang(&mut text);
    script::evaluate(&ctx, text.clone(), &filename, 1)
        .map_err(|failed| syntax_error::explain(&ctx, failed, &filename, &text, true).0)
}

/// The text of a file that `require` reads as CommonJS; `undefined` for an ES module.
fn read_source(ctx: Ctx<'_>, path: String) -> Result<Option<String>> {
    match esm::resolver(&ctx)?.require_format(&path).map_err(Resolution).or_throw(&ctx)? {
        Format::Module => Ok(None),
        Format::Ambiguous => {
            let text = esm::read_script(&ctx, &path)?;
            Ok((!llrt_cjs_lexer::detect_module_syntax(&text)).then_some(text))
        }
        _ => esm::read_script(&ctx, &path).map(Some),
    }
}

fn read_json<'js>(ctx: Ctx<'js>, path: String) -> Result<Value<'js>> {
    match esm::known_json(&ctx, &path) {
        Some(value) => Ok(value),
        None => parse_json(&ctx, &path),
    }
}

/// The `node_modules` folders of a directory and of those above it.
fn lookup_paths(directory: String) -> Vec<String> {
    llrt_resolver::node_modules_paths(&directory)
}

fn require_folders(ctx: Ctx<'_>) -> Result<Vec<String>> {
    Ok(esm::resolver(&ctx)?.require_folders().to_vec())
}

fn set_require_folders(ctx: Ctx<'_>, folders: Vec<String>) -> Result<()> {
    esm::resolver(&ctx)?.set_require_folders(folders);
    Ok(())
}

fn set_extensions(ctx: Ctx<'_>, extensions: Vec<String>) -> Result<()> {
    esm::resolver(&ctx)?.set_extensions(extensions);
    Ok(())
}

/// 0 for a file, 1 for a directory, less than 0 for what is neither.
fn stat(path: String) -> i32 {
    match std::fs::metadata(path) {
        Ok(found) => i32::from(found.is_dir()),
        Err(error) => -error.raw_os_error().unwrap_or(1),
    }
}

/// Why a file cannot be loaded as a native addon.
fn addon_error(ctx: Ctx<'_>, path: String) -> Result<()> {
    let bytes = esm::read_bytes(&ctx, &path)?;
    let why = match () {
        () if bytes.len() < 64 => format!("{path}: file too short"),
        () if !bytes.starts_with(b"\x7fELF") => format!("{path}: invalid ELF header"),
        () => format!("Native addons cannot be loaded in this runtime: {path}"),
    };
    Err(NodeError::new(JsClass::Error, "ERR_DLOPEN_FAILED", why).throw(&ctx))
}

fn is_proxy(value: Value<'_>) -> bool {
    value.is_proxy()
}
