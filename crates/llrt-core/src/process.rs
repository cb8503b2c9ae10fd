//! What a host and the modules that stand for the process tell each other.
//!
//! The host stores [`Info`] (arguments, versions). A module that offers `process` registers [`Listeners`]: functions that the
//! host asks when the loop ends, an exception is uncaught or a rejection unhandled. A program that never loads such a module
//! has no listeners, and the host does what Node does without any.

use std::cell::RefCell;

use rquickjs::{Ctx, Exception, Function, IntoJs, JsLifetime, Object, Value, function::This};

use crate::host;

/// Facts about the running program.
#[derive(Clone, Debug, Default)]
pub struct Info {
    /// `process.argv`: the executable, the script, its arguments.
    pub argv: Vec<String>,
    /// `process.execArgv`: the runtime's own options.
    pub exec_argv: Vec<String>,
    /// `process.execPath`.
    pub exec_path: String,
    /// `process.versions` beyond `node`: name and version.
    pub versions: &'static [(&'static str, &'static str)],
    /// `process.release.name` and the text after `process.title`'s first word.
    pub name: &'static str,
}

struct InfoHandle(Info);

// SAFETY: no JavaScript lifetime in it.
unsafe impl<'js> JsLifetime<'js> for InfoHandle {
    type Changed<'to> = InfoHandle;
}

/// Stores the facts. The last call wins.
pub fn set_info(ctx: &Ctx<'_>, info: Info) {
    let _ = ctx.store_userdata(InfoHandle(info));
}

/// The facts; empty ones when the host has stored none.
pub fn info(ctx: &Ctx<'_>) -> Info {
    ctx.userdata::<InfoHandle>().map(|handle| handle.0.clone()).unwrap_or_default()
}

/// Reads something of the facts, without a copy of them all.
pub fn with_info<R>(ctx: &Ctx<'_>, read: impl FnOnce(&Info) -> R) -> R {
    match ctx.userdata::<InfoHandle>() {
        Some(handle) => read(&handle.0),
        None => read(&Info::default()),
    }
}

/// Functions that a `process` module gives the host, by name:
///
/// - `beforeExit(code)`: the loop is empty; may schedule more
/// - `exit(code?) -> number`: emits `exit` and gives the final exit code (`process.exitCode` counts)
/// - `uncaughtException(error, origin) -> boolean`: whether a listener took it
/// - `unhandledRejection(reason, promise) -> boolean`: whether a listener took it
/// - `rejectionHandled(promise)`: a rejection reported before has a handler now
/// - `setVariable(name, value?)`: a variable of the environment changes, or goes ([`set_variable`])
#[derive(Clone)]
pub struct Listeners<'js>(pub Object<'js>);

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Listeners<'js> {
    type Changed<'to> = Listeners<'to>;
}

impl<'js> Listeners<'js> {
    /// Calls the function `name` if it is there.
    ///
    /// # Errors
    /// What it threw.
    pub fn call(&self, name: &str, arguments: &[Value<'js>]) -> rquickjs::Result<Option<Value<'js>>> {
        let Some(function) = self.0.get::<_, Option<rquickjs::Function<'js>>>(name)? else { return Ok(None) };
        let mut args = rquickjs::function::Args::new(self.0.ctx().clone(), arguments.len());
        args.push_args(arguments.iter().cloned())?;
        function.call_arg(args).map(Some)
    }
}

/// Registers the functions. The last call wins.
pub fn set_listeners<'js>(ctx: &Ctx<'js>, listeners: Object<'js>) {
    let _ = ctx.store_userdata(Listeners(listeners));
}

/// The registered functions, if a module has registered any.
pub fn listeners<'js>(ctx: &Ctx<'js>) -> Option<Listeners<'js>> {
    ctx.userdata::<Listeners<'js>>().map(|listeners| listeners.clone())
}

/// Variables that the host has set or hidden since the process started.
#[derive(Default)]
struct Variables(RefCell<Vec<(String, Option<String>)>>);

// SAFETY: no JavaScript lifetime in it.
unsafe impl<'js> JsLifetime<'js> for Variables {
    type Changed<'to> = Variables;
}

/// Sets a variable of the environment that JavaScript sees, or hides it (`None`). The environment of the process stays as it is.
///
/// A program that has not loaded `process` yet pays for no more than the note; from then on each call changes `process.env`.
///
/// # Errors
/// What the `process` module threw.
pub fn set_variable(ctx: &Ctx<'_>, name: &str, value: Option<&str>) -> rquickjs::Result<()> {
    if ctx.userdata::<Variables>().is_none() {
        let _ = ctx.store_userdata(Variables::default());
    }
    if let Some(variables) = ctx.userdata::<Variables>() {
        let mut variables = variables.0.borrow_mut();
        match variables.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => match (known, value) {
                (Some(known), Some(value)) => {
                    known.clear();
                    known.push_str(value);
                }
                (known, value) => *known = value.map(str::to_owned),
            },
            None => variables.push((name.to_owned(), value.map(str::to_owned))),
        }
    }
    match listeners(ctx) {
        Some(listeners) => listeners.call("setVariable", &[name.into_js(ctx)?, value.into_js(ctx)?]).map(drop),
        None => Ok(()),
    }
}

/// The variables that [`set_variable`] has set or hidden: for a `process` module that is being loaded.
pub fn variables(ctx: &Ctx<'_>) -> Vec<(String, Option<String>)> {
    ctx.userdata::<Variables>().map(|variables| variables.0.borrow().clone()).unwrap_or_default()
}

/// `process.emitWarning` of a `DeprecationWarning`. A program without `node:process` is not warned.
///
/// # Errors
/// What a program's own `emitWarning` threw.
pub fn warn_of_deprecation(ctx: &Ctx<'_>, text: &str, code: &str) -> rquickjs::Result<()> {
    if !host::is_builtin(ctx, "node:process") {
        return Ok(());
    }
    let process: Object<'_> = host::import(ctx, "node:process")?.get("default")?;
    let emit: Function<'_> = process.get("emitWarning")?;
    emit.call((This(process), text, "DeprecationWarning", code))
}

/// Whether the program asked for warnings of what will be deprecated: `--pending-deprecation`, `NODE_PENDING_DEPRECATION=1`.
pub fn is_pending_deprecation(ctx: &Ctx<'_>) -> bool {
    let asked = |handle: &InfoHandle| handle.0.exec_argv.iter().any(|option| option == "--pending-deprecation");
    ctx.userdata::<InfoHandle>().is_some_and(|handle| asked(&handle))
        || std::env::var_os("NODE_PENDING_DEPRECATION").is_some_and(|value| value == "1")
}

/// Whether the JavaScript that is running is an installed package's: the nearest frame that is in a file is below a folder
/// `node_modules`.
pub fn is_called_by_package(ctx: &Ctx<'_>) -> bool {
    let stack = Exception::from_message(ctx.clone(), "").ok().and_then(|error| error.stack()).unwrap_or_default();
    let frame = stack.lines().find(|line| line.contains(['/', '\\']));
    frame.is_some_and(|line| line.contains("/node_modules/") || line.contains("\\node_modules\\"))
}
