//! `module.registerHooks`: the native half of `internal:hooks`, and what the loaders ask it.
//!
//! Node: <https://nodejs.org/api/module.html#synchronous-hooks-accepted-by-moduleregisterhooks>.

use std::borrow::Cow;

use llrt_core::{Export, JsClass, Module, ModuleInfo, NodeError, OrThrow, bytes, host, module::function};
use llrt_resolver::{Format, Resolved};
use rquickjs::{Ctx, Function, Object, Result, Value, function::Opt};

use crate::{
    esm::{self, Resolution},
    hooks_thread, typescript,
};

/// `internal:hooks`.
pub(crate) struct HooksModule;

impl Module for HooksModule {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host"],
        exports: &[
            Export { name: "askThread", build: |ctx| function(ctx, "askThread", 1, hooks_thread::ask) },
            Export { name: "defaultLoad", build: |ctx| function(ctx, "defaultLoad", 1, default_load) },
            Export { name: "defaultResolve", build: |ctx| function(ctx, "defaultResolve", 3, default_resolve) },
            Export { name: "setHooks", build: |ctx| function(ctx, "setHooks", 3, set_hooks) },
        ],
        script: Some(llrt_core::script!("hooks")),
        ..ModuleInfo::new("internal:hooks")
    };
}

/// `internal:hooks-thread`: what answers in the thread of the asynchronous hooks.
pub(crate) struct HooksThreadModule;

impl Module for HooksThreadModule {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:validators", "internal:hooks"],
        script: Some(llrt_core::script!("hooks_thread")),
        ..ModuleInfo::new("internal:hooks-thread")
    };
}

/// The functions that ask all registered hooks; none where nobody has registered any.
#[derive(Clone, Default)]
pub(crate) struct Hooks<'js> {
    resolve: Option<Function<'js>>,
    load: Option<Function<'js>>,
    /// Some run in a thread of their own.
    pub(crate) is_asynchronous: bool,
}

impl Hooks<'_> {
    /// Whether there are any.
    pub(crate) fn any(&self) -> bool {
        self.resolve.is_some() || self.load.is_some()
    }
}

/// How a module is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Import,
    Require,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Require => "require",
        }
    }
}

/// What load hooks gave for a module.
pub(crate) struct Loaded {
    /// `module`, `commonjs`, `json`; another one is an error where it is used.
    pub(crate) format: Option<String>,
    pub(crate) text: String,
}

/// How the formats of sources with types end.
const TYPESCRIPT: &str = "-typescript";

/// Asks the resolve hooks; `None` where there are none. Gives the name of a built-in, or a URL.
///
/// # Errors
/// What the hooks threw.
pub(crate) fn resolve(
    ctx: &Ctx<'_>,
    specifier: &str,
    parent: Option<&str>,
    kind: Kind,
    attribute_type: Option<String>,
) -> Result<Option<String>> {
    let Some(hook) = esm::hooks(ctx).and_then(|hooks| hooks.resolve) else { return Ok(None) };
    let parent_url = parent.map(url_of);
    let url: String = hook.call((specifier, parent_url, kind.name(), attribute_type))?;
    Ok(Some(host::resolve(ctx, "/", &url).map_or(url, Cow::into_owned)))
}

/// Asks the load hooks; `None` where there are none, and for built-in modules.
///
/// # Errors
/// What the hooks threw.
pub(crate) fn load(ctx: &Ctx<'_>, url: &str, kind: Kind) -> Result<Option<Loaded>> {
    let Some(hook) = esm::hooks(ctx).and_then(|hooks| hooks.load) else { return Ok(None) };
    let Some(result) = hook.call::<_, Option<Object<'_>>>((url, kind.name()))? else { return Ok(None) };
    let format: Option<String> = result.get("format")?;
    if format.as_deref() == Some("builtin") {
        return Ok(None);
    }
    let source: Value<'_> = result.get("source")?;
    let source = bytes::bytes_or_utf8(ctx, &source, "source")?;
    let text = String::from_utf8(source).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    match format.as_deref().and_then(|format| format.strip_suffix(TYPESCRIPT)) {
        Some(plain) => Ok(Some(Loaded {
            format: Some(plain.to_owned()),
            text: typescript::convert(ctx, &text, &esm::path_of_name(url))?,
        })),
        None => Ok(Some(Loaded { format, text })),
    }
}

/// The error for a format that there is no such.
pub(crate) fn unknown_format(ctx: &Ctx<'_>, format: Option<&str>, url: &str) -> rquickjs::Error {
    let message = format!("Unknown module format: {} for URL {url}", format.unwrap_or("undefined"));
    NodeError::new(JsClass::RangeError, "ERR_UNKNOWN_MODULE_FORMAT", message).throw(ctx)
}

/// The error for a URL that only hooks could load.
pub(crate) fn unsupported_scheme(ctx: &Ctx<'_>, url: &str) -> rquickjs::Error {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    let message = format!(
        "Only URLs with a scheme in: file, data, and node are supported by the default ESM loader. Received protocol '{scheme}:'"
    );
    NodeError::new(JsClass::Error, "ERR_UNSUPPORTED_ESM_URL_SCHEME", message).throw(ctx)
}

/// A path as a URL; what is none stays as it is.
pub(crate) fn url_of(name: &str) -> String {
    if name.starts_with('/') { llrt_resolver::path_to_file_url(name) } else { name.to_owned() }
}

fn set_hooks<'js>(ctx: Ctx<'js>, resolve: Opt<Value<'js>>, load: Opt<Value<'js>>, is_asynchronous: bool) {
    let function = |value: Opt<Value<'js>>| value.0.and_then(Value::into_function);
    esm::set_hooks(&ctx, Hooks { resolve: function(resolve), load: function(load), is_asynchronous });
}

fn default_resolve<'js>(
    ctx: Ctx<'js>,
    specifier: String,
    parent_url: Option<String>,
    kind: String,
) -> Result<Object<'js>> {
    let result = Object::new(ctx.clone())?;
    let parent = parent_url.as_deref().map(esm::path_of_name);
    let parent = parent.as_deref().unwrap_or("/");
    let require = kind == Kind::Require.name();
    if let Some(builtin) = esm::builtin(&ctx, parent, &specifier) {
        result.set("url", &*builtin)?;
        result.set("format", require.then_some("builtin"))?;
        return Ok(result);
    }
    let resolver = esm::resolver(&ctx)?;
    let resolved = match require {
        true if parent_url.is_none() => resolver.resolve_main(&specifier),
        true => resolver.resolve_require(&specifier, parent),
        false => resolver.resolve_import(&specifier, parent),
    };
    let resolved = resolved.map_err(Resolution).or_throw(&ctx)?;
    result.set("url", resolved.url())?;
    let format = match &resolved {
        // One that is not known may become known to a load hook.
        Resolved::File { path, .. } if !require && resolver.import_format(path).is_ok() => format_of(&ctx, path)?,
        _ => None,
    };
    result.set("format", format)?;
    Ok(result)
}

fn default_load<'js>(ctx: Ctx<'js>, url: String, format: Opt<Option<String>>) -> Result<Object<'js>> {
    let result = Object::new(ctx.clone())?;
    if host::is_builtin(&ctx, &url) {
        result.set("format", "builtin")?;
        result.set("source", Value::new_null(ctx.clone()))?;
        return Ok(result);
    }
    if url.starts_with("data:") {
        let (format, text) = esm::data_text(&ctx, &url)?;
        result.set("format", format)?;
        result.set("source", bytes::buffer(&ctx, text.into_bytes())?)?;
        return Ok(result);
    }
    if !url.starts_with("file:") {
        return Err(unsupported_scheme(&ctx, &url));
    }
    let path = esm::path_of_name(&url);
    let text = esm::read(&ctx, &path)?;
    match format.0.flatten() {
        Some(format) => result.set("format", format)?,
        None => result.set("format", format_of(&ctx, &path)?)?,
    }
    result.set("source", bytes::buffer(&ctx, text.into_bytes())?)?;
    Ok(result)
}

fn format_of(ctx: &Ctx<'_>, path: &str) -> Result<Option<&'static str>> {
    let format = esm::resolver(ctx)?.import_format(path).map_err(Resolution).or_throw(ctx)?;
    if typescript::is_typescript(path) && typescript::types(ctx) != typescript::Types::Kept {
        let is_module = format == Format::Module
            || (format == Format::Ambiguous && llrt_cjs_lexer::detect_module_syntax(&esm::read_script(ctx, path)?));
        return Ok(Some(if is_module { "module-typescript" } else { "commonjs-typescript" }));
    }
    Ok(match format {
        Format::Module => Some("module"),
        Format::CommonJs => Some("commonjs"),
        Format::Json => Some("json"),
        Format::Wasm => Some("wasm"),
        Format::Addon => Some("addon"),
        Format::Bytecode => Some("bytecode"),
        Format::Ambiguous if llrt_cjs_lexer::detect_module_syntax(&esm::read_script(ctx, path)?) => Some("module"),
        Format::Ambiguous => Some("commonjs"),
    })
}
