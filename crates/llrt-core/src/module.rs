//! The static registration of a module: a description, not code that runs.

use rquickjs::{
    Class, Ctx, Result, Value,
    function::{IntoJsFunc, ParamRequirement, Params, RustFunction},
};

/// A JavaScript module that a crate provides.
///
/// The implementing type is a name and carries no data: `pub struct Hex;`.
pub trait Module {
    /// What the module is called, needs and gives.
    const INFO: &'static ModuleInfo;
}

/// A module's description. Make one with struct update syntax over [`ModuleInfo::new`].
#[derive(Clone, Copy)]
pub struct ModuleInfo {
    /// Canonical specifier with its scheme: `node:fs`, `llrt:hex`, or `internal:fetch` for what only built-in code and
    /// globals reach. Stack traces show it.
    pub specifier: &'static str,
    /// Further specifiers that name the same module: `fs`.
    pub aliases: &'static [&'static str],
    /// Canonical specifiers of the modules its script imports. Composing it without them is an error at start.
    pub requires: &'static [&'static str],
    /// Globals that the module provides. Each is defined when it is first read.
    pub globals: &'static [Global],
    /// Native exports. With no script they are the module's exports and the properties of its `default`; with a script
    /// they are what the script imports from `native:<specifier without scheme>`.
    pub exports: &'static [Export],
    /// Of a module without a script: exports that programs cannot assign to on `default`.
    pub read_only: &'static [&'static str],
    /// Bytecode of the module's JavaScript side, from [`script!`](crate::script!).
    pub script: Option<&'static [u8]>,
}

impl ModuleInfo {
    /// A module with no aliases, requirements, globals, exports or script.
    pub const fn new(specifier: &'static str) -> Self {
        Self { specifier, aliases: &[], requires: &[], globals: &[], exports: &[], read_only: &[], script: None }
    }

    /// The specifier without its scheme: `fs` for `node:fs`.
    pub fn name(&self) -> &'static str {
        match self.specifier.split_once(':') {
            Some((_, name)) => name,
            None => self.specifier,
        }
    }
}

/// A global variable backed by a module's export.
#[derive(Clone, Copy)]
pub struct Global {
    /// The property of `globalThis`.
    pub name: &'static str,
    /// The export of the module that becomes its value.
    pub export: &'static str,
    /// Whether `Object.keys(globalThis)` lists it, as Node does for functions such as `fetch` and not for classes.
    pub enumerable: bool,
}

impl Global {
    /// A class: not enumerable, named as its export.
    pub const fn class(name: &'static str) -> Self {
        Self { name, export: name, enumerable: false }
    }

    /// A function or an object: enumerable, named as its export.
    pub const fn function(name: &'static str) -> Self {
        Self { name, export: name, enumerable: true }
    }
}

/// One native export: its name and how its value is made when the module is evaluated.
#[derive(Clone, Copy)]
pub struct Export {
    /// The name JavaScript imports.
    pub name: &'static str,
    /// Makes the value.
    pub build: for<'js> fn(&Ctx<'js>) -> Result<Value<'js>>,
}

/// Makes a native function with Node's `name` and `length`, for use in an [`Export`].
///
/// # Errors
/// Out of memory.
pub fn function<'js, P, F>(ctx: &Ctx<'js>, name: &str, length: usize, f: F) -> Result<Value<'js>>
where
    F: IntoJsFunc<'js, P> + 'js,
{
    let called = move |params: Params<'_, 'js>| {
        check(&params, F::param_requirements())?;
        f.call(params)
    };
    make(ctx, name, length, RustFunction(Box::new(called)))
}

/// What there is once for all functions, and not once for each.
#[inline(never)]
fn make<'js>(ctx: &Ctx<'js>, name: &str, length: usize, function: RustFunction<'js>) -> Result<Value<'js>> {
    let function = Class::instance(ctx.clone(), function)?.into_value().try_into_function();
    let function = function.map_err(|_| rquickjs::Error::Unknown)?;
    Ok(function.with_name(name)?.with_length(length)?.into_value())
}

#[inline(never)]
fn check(params: &Params<'_, '_>, requirement: ParamRequirement) -> Result<()> {
    params.check_params(requirement)
}
