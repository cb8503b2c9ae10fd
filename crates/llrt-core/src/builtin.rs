//! Modules that every composition has: Node's errors and argument checks, for the JavaScript side of module crates.

use rquickjs::{
    Ctx, Function, Object, Result, Value,
    function::{Opt, Rest},
};

use crate::{
    Entry, Export, Module, ModuleInfo, SystemError, args,
    error::{self, JsClass, NodeError},
    host, lazy_methods,
    module::function,
    process, task,
};

pub(crate) static ENTRIES: &[Entry] = &[Entry::of::<Errors>(), Entry::of::<Validators>(), Entry::of::<Host>()];

/// `internal:host`: reaching other modules when they are needed and not before.
struct Host;

impl Module for Host {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[
            Export { name: "importBuiltin", build: |ctx| function(ctx, "importBuiltin", 1, import_builtin) },
            Export { name: "isBuiltin", build: |ctx| function(ctx, "isBuiltin", 1, is_builtin) },
            Export { name: "lazyMethods", build: |ctx| function(ctx, "lazyMethods", 2, lazy_methods::define) },
            Export { name: "nextTick", build: |ctx| function(ctx, "nextTick", 1, next_tick) },
            // Channels of node:diagnostics_channel by name, those that somebody subscribes to: who publishes asks here.
            Export { name: "channels", build: |ctx| Ok(Object::new_proto(ctx.clone(), None)?.into_value()) },
            Export { name: "setProcessListeners", build: |ctx| function(ctx, "setProcessListeners", 1, set_listeners) },
            Export { name: "queueMicrotask", build: |ctx| function(ctx, "queueMicrotask", 1, queue_microtask) },
            Export { name: "reportUncaught", build: |ctx| function(ctx, "reportUncaught", 1, report_uncaught) },
        ],
        ..ModuleInfo::new("internal:host")
    };
}

/// The namespace of a built-in, loaded now if it was not: for what a script needs only sometimes.
fn import_builtin<'js>(ctx: Ctx<'js>, specifier: String) -> Result<Object<'js>> {
    host::import(&ctx, &specifier)
}

fn is_builtin(ctx: Ctx<'_>, specifier: String) -> bool {
    host::is_builtin(&ctx, &specifier)
}

fn next_tick<'js>(ctx: Ctx<'js>, callback: Function<'js>, arguments: Rest<Value<'js>>) -> Result<()> {
    task::next_tick(&ctx, callback, arguments.0)
}

fn set_listeners<'js>(ctx: Ctx<'js>, listeners: Object<'js>) {
    process::set_listeners(&ctx, listeners);
}

/// The queueing alone: the global that checks its argument is `internal:timers`'.
fn queue_microtask<'js>(ctx: Ctx<'js>, callback: Function<'js>) -> Result<()> {
    task::queue_microtask(&ctx, callback)
}

fn report_uncaught<'js>(ctx: Ctx<'js>, error: Value<'js>) {
    task::report_uncaught(&ctx, error);
}

/// `internal:errors`: makers of Node's errors.
struct Errors;

impl Module for Errors {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[
            Export { name: "nodeError", build: |ctx| function(ctx, "nodeError", 3, node_error) },
            Export { name: "invalidArgType", build: |ctx| function(ctx, "invalidArgType", 3, invalid_arg_type) },
            Export { name: "invalidArgValue", build: |ctx| function(ctx, "invalidArgValue", 3, invalid_arg_value) },
            Export { name: "outOfRange", build: |ctx| function(ctx, "outOfRange", 3, out_of_range) },
            Export { name: "systemError", build: |ctx| function(ctx, "systemError", 4, system_error) },
            Export { name: "errnoText", build: |ctx| function(ctx, "errnoText", 1, errno_text) },
        ],
        script: Some(crate::script!("errors")),
        ..ModuleInfo::new("internal:errors")
    };
}

/// `internal:validators`: argument checks that throw Node's errors.
struct Validators;

impl Module for Validators {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors"],
        script: Some(crate::script!("validators")),
        ..ModuleInfo::new("internal:validators")
    };
}

/// Makes (does not throw) an error of the class `kind` with a code: `nodeError("TypeError", "ERR_X", "text")`.
fn node_error<'js>(ctx: Ctx<'js>, kind: String, code: String, message: String) -> Result<Value<'js>> {
    let class = match kind.as_str() {
        "TypeError" => JsClass::TypeError,
        "RangeError" => JsClass::RangeError,
        "SyntaxError" => JsClass::SyntaxError,
        _ => JsClass::Error,
    };
    error::into_value(&ctx, &NodeError::new(class, code, message))
}

fn invalid_arg_type<'js>(ctx: Ctx<'js>, name: String, expected: Value<'js>, value: Value<'js>) -> Result<Value<'js>> {
    let expected: Vec<String> = match expected.as_array() {
        Some(list) => list.iter::<String>().collect::<Result<_>>()?,
        None => vec![expected.get()?],
    };
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let thrown = args::invalid_arg_type(&ctx, &name, &expected, &value);
    Ok(error::caught(&ctx, &thrown))
}

fn invalid_arg_value<'js>(ctx: Ctx<'js>, name: String, value: Value<'js>, reason: Opt<Option<String>>) -> Value<'js> {
    let reason = reason.0.flatten();
    let reason = reason.as_deref().unwrap_or("is invalid");
    let thrown = args::invalid_arg_value(&ctx, &name, &value, reason);
    error::caught(&ctx, &thrown)
}

fn out_of_range<'js>(ctx: Ctx<'js>, name: String, expected: String, value: Value<'js>) -> Value<'js> {
    let thrown = args::out_of_range(&ctx, &name, &expected, &value);
    error::caught(&ctx, &thrown)
}

/// `[name, reason]` of an error number of either sign.
fn errno_text(errno: i32) -> Vec<&'static str> {
    let (name, reason) = crate::system::describe(errno.saturating_abs());
    vec![name, reason]
}

fn system_error<'js>(
    ctx: Ctx<'js>,
    errno: i32,
    syscall: String,
    path: Opt<Option<String>>,
    dest: Opt<Option<String>>,
) -> Result<Value<'js>> {
    let mut system = SystemError::from_errno(errno.abs(), syscall);
    if let Some(path) = path.0.flatten() {
        system = system.path(path);
    }
    if let Some(dest) = dest.0.flatten() {
        system = system.dest(dest);
    }
    error::into_value(&ctx, &system)
}
