//! Importing user code from the host's side.

use std::path::Path;

use llrt_core::{JsClass, NodeError, OrThrow, error, host};
use llrt_resolver::{Format, Resolved};
use rquickjs::{Ctx, Function, Module, Object, Promise, Result, function::This, module::Evaluated};

use crate::{
    cjs,
    compiled::{self, CompileError, Program},
    esm::{self, Resolution},
    hooks,
    main_loop::{InputType, Main, Preload},
    require_esm, typescript,
};

/// Starts a program's main module. An ES module's promise settles when its evaluation ends; CommonJS has none.
///
/// # Errors
/// What loading or evaluating threw.
pub fn main<'js>(ctx: &Ctx<'js>, main: Main) -> Result<Option<Promise<'js>>> {
    match main {
        Main::File(path) => main_file(ctx, &path),
        Main::Source { name, text, print, input } => main_text(ctx, name, text, print, input),
        Main::Check(path) => check_file(ctx, &path).map(|()| None),
        Main::Compiled { path, program } => main_compiled(ctx, &path.to_string_lossy(), &program),
    }
}

/// Imports a file as `import()` would: declares, links and evaluates it, whatever its format.
///
/// Gives the module, whose namespace is complete once the promise is fulfilled.
///
/// # Errors
/// What loading it threw; what evaluating it threw rejects the promise.
pub fn import_file<'js>(ctx: &Ctx<'js>, path: &Path) -> Result<(Module<'js, Evaluated>, Promise<'js>)> {
    let url = llrt_resolver::path_to_file_url(&path.to_string_lossy());
    require_esm::evaluate(ctx, &url, esm::declare_file(ctx, &url)?)
}

/// The name in the engine of what `import(specifier)` in the file `referrer` would load: a URL, or that of a built-in.
///
/// # Errors
/// What Node throws when there is no such module.
pub fn resolve(ctx: &Ctx<'_>, specifier: &str, referrer: &Path) -> Result<String> {
    let resolved = esm::resolver(ctx)?.resolve_import(specifier, &referrer.to_string_lossy());
    Ok(resolved.map_err(Resolution).or_throw(ctx)?.url())
}

/// Imports the module of that name, which [`resolve`] gave.
///
/// # Errors
/// As [`import_file`].
pub fn import<'js>(ctx: &Ctx<'js>, name: &str) -> Result<(Module<'js, Evaluated>, Promise<'js>)> {
    if name.starts_with("file:") {
        require_esm::evaluate(ctx, name, esm::declare_file(ctx, name)?)
    } else if esm::is_hooked(ctx) && esm::is_foreign(ctx, name) {
        require_esm::evaluate(ctx, name, esm::declare_foreign(ctx, name)?)
    } else {
        host::load(ctx, name)?.eval()
    }
}

/// Tells the resolver that no part of `directory` is a symbolic link: saves a system call for each.
pub fn trust_directory(ctx: &Ctx<'_>, directory: &Path) {
    if let Ok(resolver) = esm::resolver(ctx) {
        resolver.trust_directory(&directory.to_string_lossy());
    }
}

/// The `require` of a file at `path`: what `module.createRequire(path)` gives.
///
/// # Errors
/// Out of memory.
pub fn create_require<'js>(ctx: &Ctx<'js>, path: &Path) -> Result<Object<'js>> {
    cjs::create_require(ctx, &path.to_string_lossy())
}

/// Loads what `--import` or `--require` names. A module's promise settles when its evaluation ends.
pub(crate) fn preload<'js>(ctx: &Ctx<'js>, module: Preload) -> Result<Option<Promise<'js>>> {
    let directory = std::env::current_dir().unwrap_or_default();
    let referrer = directory.join("[preload]");
    match module {
        Preload::Import(specifier) => {
            let (_, promise) = import(ctx, &resolve(ctx, &specifier, &referrer)?)?;
            Ok(Some(promise))
        }
        Preload::Loader(specifier) => {
            let register: Function<'js> = host::import(ctx, "internal:hooks")?.get("registerLoader")?;
            register
                .call::<_, ()>((specifier, llrt_resolver::path_to_file_url(&format!("{}/", directory.display()))))?;
            Ok(None)
        }
        Preload::Require(specifier) => {
            cjs::preload(ctx, &specifier)?;
            Ok(None)
        }
    }
}

fn main_file<'js>(ctx: &Ctx<'js>, path: &Path) -> Result<Option<Promise<'js>>> {
    let resolver = esm::resolver(ctx)?;
    let directory = std::env::current_dir().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
    resolver.trust_directory(&directory);
    let asked = if path.is_absolute() {
        path.to_string_lossy().into_owned()
    } else {
        format!("{directory}/{}", path.to_string_lossy())
    };
    let resolved = resolver.resolve_main(&asked).map_err(Resolution).or_throw(ctx)?;
    let Resolved::File { path, .. } = &resolved else { return Ok(None) };
    let is_module = match resolver.main_format(path).map_err(Resolution).or_throw(ctx)? {
        Format::CommonJs | Format::Json => false,
        Format::Ambiguous => llrt_cjs_lexer::detect_module_syntax(&esm::read_script(ctx, path)?),
        Format::Bytecode => return main_compiled(ctx, path, &esm::read_bytes(ctx, path)?),
        _ => true,
    };
    // Asynchronous hooks are for what is imported, and the program counts as that.
    if esm::hooks(ctx).is_some_and(|hooks| hooks.is_asynchronous)
        && let Some(url) = hooks::resolve(ctx, &resolved.url(), None, hooks::Kind::Import, None)?
    {
        esm::set_main(ctx, &url);
        return import(ctx, &url).map(|(_, promise)| Some(promise));
    }
    if !is_module {
        cjs::run_main(ctx, path)?;
        return Ok(None);
    }
    let url = resolved.url();
    esm::set_main(ctx, &url);
    let module = match esm::is_hooked(ctx) {
        true => esm::declare_file(ctx, &url)?,
        false => esm::declare_file_as_module(ctx, &url)?,
    };
    let (_, promise) = require_esm::evaluate(ctx, &url, module)?;
    Ok(Some(promise))
}

fn main_compiled<'js>(ctx: &Ctx<'js>, path: &str, bytes: &[u8]) -> Result<Option<Promise<'js>>> {
    let program = Program::parse(ctx, path, bytes)?;
    if !program.is_module() {
        cjs::run_compiled(ctx, path, program.function(ctx, path)?)?;
        return Ok(None);
    }
    let url = llrt_resolver::path_to_file_url(path);
    esm::set_main(ctx, &url);
    let module = program.declare(ctx, &url)?;
    esm::remember(ctx, &url, &module);
    let (_, promise) = require_esm::evaluate(ctx, &url, module)?;
    Ok(Some(promise))
}

/// Parses a file as `llrt FILE` would, and runs nothing of it.
fn check_file(ctx: &Ctx<'_>, path: &Path) -> Result<()> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let resolver = esm::resolver(ctx)?;
    let resolved = resolver.resolve_main(&path.to_string_lossy()).map_err(Resolution).or_throw(ctx)?;
    let Some(path) = resolved.path() else { return Ok(()) };
    match compiled::compile(path.as_ref()) {
        Ok(_) | Err(CompileError::Format) => return Ok(()),
        Err(_) => {}
    }
    // Once more where the error can be thrown.
    let text = esm::read_script(ctx, path)?;
    let is_module = match resolver.main_format(path).map_err(Resolution).or_throw(ctx)? {
        Format::Ambiguous => llrt_cjs_lexer::detect_module_syntax(&text),
        format => format == Format::Module,
    };
    match is_module {
        true => esm::declare_source(ctx, &resolved.url(), text).map(drop),
        false => cjs::compile(ctx, text, path).map(drop).map_err(|(failed, _)| failed),
    }
}

fn main_text<'js>(
    ctx: &Ctx<'js>,
    name: &'static str,
    text: String,
    print: bool,
    input: InputType,
) -> Result<Option<Promise<'js>>> {
    let text = match input {
        InputType::CommonJsTypeScript | InputType::ModuleTypeScript => typescript::convert(ctx, &text, name)?,
        _ => text,
    };
    if input != InputType::Detect {
        return text_as(ctx, name, text, print, input);
    }
    match text_as(ctx, name, text.clone(), print, input) {
        Err(failed) if failed.is_exception() => {
            let thrown = error::caught(ctx, &failed);
            match typescript::of_text(ctx, &text, &thrown) {
                Some(plain) => text_as(ctx, name, plain, print, input),
                None => Err(ctx.throw(thrown)),
            }
        }
        result => result,
    }
}

fn text_as<'js>(
    ctx: &Ctx<'js>,
    name: &'static str,
    text: String,
    print: bool,
    input: InputType,
) -> Result<Option<Promise<'js>>> {
    let directory = std::env::current_dir().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
    let is_module = match input {
        InputType::Detect => llrt_cjs_lexer::detect_module_syntax(&text),
        InputType::CommonJs | InputType::CommonJsTypeScript => false,
        InputType::Module | InputType::ModuleTypeScript => true,
    };
    if is_module && print && input != InputType::Detect {
        let message = "--print cannot be used with ESM input";
        return Err(NodeError::new(JsClass::Error, "ERR_EVAL_ESM_CANNOT_PRINT", message).throw(ctx));
    }
    esm::set_main_text(ctx, &text);
    if !is_module {
        let value = cjs::run_text(ctx, &text, name, &directory)?;
        if print {
            let console: Object<'js> = ctx.globals().get("console")?;
            console.get::<_, Function<'js>>("log")?.call::<_, ()>((This(console), value))?;
        }
        return Ok(None);
    }
    // Named as Node names it, a file of the working directory, so that its imports resolve from there.
    let url = llrt_resolver::path_to_file_url(directory.trim_end_matches('/')) + esm::EVAL;
    esm::set_main(ctx, &url);
    let (_, promise) = require_esm::evaluate(ctx, &url, esm::declare_source(ctx, &url, text)?)?;
    Ok(Some(promise))
}
