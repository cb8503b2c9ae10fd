//! CommonJS: the native half of `internal:cjs`, whose JavaScript side holds `Module` and `require`.
//!
//! Node: <https://nodejs.org/api/modules.html>.

use std::ffi::c_int;

use llrt_core::{Export, JsClass, Module, ModuleInfo, NodeError, OrThrow, error, host, module::function};
use llrt_resolver::{Format, Resolved};
use rquickjs::{Ctx, Function, Object, Result, Value, function::Opt, promise::PromiseState};

use crate::{
    compiled::Program,
    esm::{self, Resolution},
    hooks::{self, Kind},
    script, source,
};

/// `internal:cjs`.
pub(crate) struct Cjs;

impl Module for Cjs {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:validators"],
        exports: &[
            Export { name: "builtinName", build: |ctx| function(ctx, "builtinName", 2, builtin_name) },
            Export { name: "compile", build: |ctx| function(ctx, "compile", 2, compile) },
            Export { name: "compiledFunction", build: |ctx| function(ctx, "compiledFunction", 1, compiled_function) },
            Export { name: "formatOf", build: |ctx| function(ctx, "formatOf", 1, format_of) },
            Export { name: "isInParts", build: |ctx| function(ctx, "isInParts", 1, is_in_parts) },
            Export { name: "loadEsm", build: |ctx| function(ctx, "loadEsm", 1, load_esm) },
            Export { name: "loadHooked", build: |ctx| function(ctx, "loadHooked", 1, load_hooked) },
            Export { name: "lookupPaths", build: |ctx| function(ctx, "lookupPaths", 1, lookup_paths) },
            Export { name: "partNames", build: |ctx| function(ctx, "partNames", 1, part_names) },
            Export { name: "partWith", build: |ctx| function(ctx, "partWith", 2, part_with) },
            Export { name: "readJson", build: |ctx| function(ctx, "readJson", 1, read_json) },
            Export { name: "readText", build: |ctx| function(ctx, "readText", 1, read_text) },
            Export { name: "resolve", build: |ctx| function(ctx, "resolve", 3, resolve) },
            Export { name: "resolveHooked", build: |ctx| function(ctx, "resolveHooked", 2, resolve_hooked) },
            Export { name: "runScript", build: |ctx| function(ctx, "runScript", 2, run_script) },
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
    let text = esm::read(ctx, path)?;
    ctx.json_parse(text).map_err(|failed| {
        let thrown = error::caught(ctx, &failed);
        let message: String = thrown.as_object().and_then(|error| error.get("message").ok()).unwrap_or_default();
        NodeError::plain(JsClass::SyntaxError, format!("{path}: {message}")).throw(ctx)
    })
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

/// `resolve(request, parentFile | null, requireStack)`: the file.
fn resolve(ctx: Ctx<'_>, request: String, parent: Option<String>, stack: Vec<String>) -> Result<String> {
    let resolver = esm::resolver(&ctx)?;
    let resolved = match parent {
        Some(parent) => resolver.resolve_require(&request, &parent),
        None => resolver.resolve_main(&request),
    };
    match resolved.map_err(|error| Resolution(error.with_require_stack(stack))).or_throw(&ctx)? {
        Resolved::File { path, .. } => Ok(path.to_string()),
        other => Ok(other.url()),
    }
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
fn compile<'js>(ctx: Ctx<'js>, mut text: String, filename: String) -> Result<Value<'js>> {
    source::comment_out_shebang(&mut text);
    script::evaluate(&ctx, wrapped(&text), &filename, FIRST_LINE)
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
    script::evaluate(&ctx, text, &filename, 1)
}

/// `"module"` or `"commonjs"`: how `require` reads a file.
fn format_of(ctx: Ctx<'_>, path: String) -> Result<&'static str> {
    let format = esm::resolver(&ctx)?.require_format(&path).map_err(Resolution).or_throw(&ctx)?;
    Ok(match format {
        Format::Module => "module",
        Format::Ambiguous if llrt_cjs_lexer::detect_module_syntax(&esm::read(&ctx, &path)?) => "module",
        _ => "commonjs",
    })
}

fn read_text(ctx: Ctx<'_>, path: String) -> Result<String> {
    esm::read(&ctx, &path)
}

fn read_json<'js>(ctx: Ctx<'js>, path: String) -> Result<Value<'js>> {
    parse_json(&ctx, &path)
}

fn lookup_paths(ctx: Ctx<'_>, directory: String) -> Result<Vec<String>> {
    Ok(esm::resolver(&ctx)?.require_paths(&directory))
}

/// The namespace of an ES module that `require` asks for.
fn load_esm<'js>(ctx: Ctx<'js>, path: String) -> Result<Object<'js>> {
    let module = match path.starts_with('/') {
        true => esm::declare_file(&ctx, &llrt_resolver::path_to_file_url(&path))?,
        false => esm::declare_foreign(&ctx, &path)?,
    };
    let (module, promise) = module.eval()?;
    match promise.state() {
        PromiseState::Resolved => module.namespace(),
        PromiseState::Rejected => {
            promise.finish::<()>()?;
            module.namespace()
        }
        PromiseState::Pending => {
            let message = "require() cannot be used on an ESM graph with top-level await. Use import() instead. To see where \
                           the top-level await comes from, use --experimental-print-required-tla.";
            Err(NodeError::new(JsClass::Error, "ERR_REQUIRE_ASYNC_MODULE", message).throw(&ctx))
        }
    }
}
