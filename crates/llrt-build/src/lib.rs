//! Build-time helper: compiles a module crate's JavaScript to QuickJS bytecode.
//!
//! A module crate's `build.rs` is one call:
//!
//! ```no_run
//! llrt_build::scripts(&[("node:events", "js/events.js")]);
//! ```
//!
//! It writes `OUT_DIR/events.qbc`, which `llrt_core::script!("events")` embeds. Where scripts import npm packages, [`bundle`] takes
//! the place of [`scripts`]. A binary's crate collects the licences of what it is linked with by [`licenses`].

use std::{
    fmt,
    path::{Path, PathBuf},
};

mod licenses;
mod npm;

pub use licenses::licenses;
pub use npm::{Bundle, Bundled, Bundler, bundle, run_bundler};

use rquickjs::{
    CatchResultExt, Context, Ctx, Module, Runtime, WriteOptions,
    loader::{ImportAttributes, Loader, Resolver},
    module::Declared,
};

/// What [`compile`] could not do.
#[derive(Debug)]
#[non_exhaustive]
pub enum CompileError {
    /// The source is not a valid module; the text names file, line and column.
    Syntax(String),
    /// The engine failed for another reason (memory).
    Engine(rquickjs::Error),
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(text) => f.write_str(text),
            Self::Engine(error) => write!(f, "engine: {error}"),
        }
    }
}

impl std::error::Error for CompileError {}

/// Compiles one ES module to bytecode under the name it will have at run time (`node:events`).
///
/// The source text is left out (functions print as `[native code]`-like stubs), line numbers stay, so that
/// stack traces through built-in code name the line.
///
/// # Errors
/// [`CompileError::Syntax`] with the engine's message when `source` does not parse.
pub fn compile(name: &str, source: &str) -> Result<Vec<u8>, CompileError> {
    write(name, source, WriteOptions { strip_source: true, ..WriteOptions::default() })
}

/// [`compile`] for code whose lines nobody asks for, bundled or deployed: their numbers, a fifth of the bytecode, stay out. Stack traces
/// name functions.
///
/// A module that imports dynamically keeps them, because the engine finds the importing module by what goes with them.
///
/// # Errors
/// As [`compile`].
pub fn compile_bundled(name: &str, source: &str) -> Result<Vec<u8>, CompileError> {
    let asks_for_its_name = source.contains("import(") || source.contains("import.meta");
    let options = WriteOptions { strip_source: true, strip_debug: !asks_for_its_name, ..WriteOptions::default() };
    write(name, source, options)
}

fn write(name: &str, source: &str, options: WriteOptions) -> Result<Vec<u8>, CompileError> {
    let runtime = Runtime::new().map_err(CompileError::Engine)?;
    runtime.set_loader(AnyName, AnyName);
    let context = Context::full(&runtime).map_err(CompileError::Engine)?;
    context.with(|ctx| {
        let module = Module::declare(ctx.clone(), name, source)
            .catch(&ctx)
            .map_err(|error| CompileError::Syntax(format!("{name}: {error}")))?;
        module.write(options).map_err(CompileError::Engine)
    })
}

/// Compiles the scripts of the calling crate: pairs of run-time name and path from the crate's root.
/// Writes `OUT_DIR/<file stem>.qbc` for each and tells cargo to look at the file again when it changes.
///
/// # Panics
/// When called outside a build script, when a file cannot be read or does not parse: the build stops with that text.
pub fn scripts(list: &[(&str, &str)]) {
    let root = PathBuf::from(var("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(var("OUT_DIR"));
    rerun_if_changed("build.rs");
    for (name, file) in list {
        rerun_if_changed(file);
        compile_to(&out, name, &root.join(file), if is_release() { compile_bundled } else { compile });
    }
}

/// Whether cargo builds with optimisations: what is deployed is to be small, and what is worked on is to tell its lines.
fn is_release() -> bool {
    var("PROFILE") == "release"
}

/// [`compile`] or [`compile_bundled`].
type Compile = fn(&str, &str) -> Result<Vec<u8>, CompileError>;

/// Compiles the script `path` to `out/<file stem>.qbc`.
fn compile_to(out: &Path, name: &str, path: &Path, compile: Compile) {
    let source = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let bytes = compile(name, &source).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let stem = path.file_stem().expect("a script has a file name");
    let target = out.join(stem).with_extension("qbc");
    std::fs::write(&target, bytes).unwrap_or_else(|error| panic!("{}: {error}", target.display()));
}

#[expect(clippy::print_stdout, reason = "cargo reads a build script's directives there")]
fn rerun_if_changed(path: &str) {
    println!("cargo::rerun-if-changed={path}");
}

fn var(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: call this from build.rs"))
}

/// Lets any import resolve while compiling: nothing is loaded before run time.
struct AnyName;

impl Resolver for AnyName {
    fn resolve<'js>(
        &mut self,
        _ctx: &Ctx<'js>,
        _base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<String> {
        Ok(name.to_owned())
    }
}

impl Loader for AnyName {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<Module<'js, Declared>> {
        Module::declare(ctx.clone(), name, "")
    }
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_with_imports_compiles_without_loading_them() {
        let bytes = compile("node:a", "import { b } from 'node:b'; export const c = b + 1;").unwrap();
        assert!(!bytes.is_empty());
    }

    #[test]
    fn bundled_code_is_compiled_without_its_lines_unless_it_asks_for_its_name() {
        const CODE: &str = "export function f(a) {\n  return a.b +\n    a.c();\n}\n";
        let bundled = compile_bundled("node:a", CODE).unwrap();
        assert!(bundled.len() < compile("node:a", CODE).unwrap().len());
        let importing = format!("{CODE}export const g = () => import('node:b');");
        assert_eq!(compile_bundled("node:a", &importing).unwrap(), compile("node:a", &importing).unwrap());
    }

    #[test]
    fn a_syntax_error_names_the_module() {
        let error = compile("node:a", "export const = 1;").unwrap_err();
        assert!(matches!(&error, CompileError::Syntax(text) if text.starts_with("node:a: ")), "{error}");
    }
}
