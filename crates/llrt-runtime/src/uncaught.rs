//! Errors that nothing caught: listeners first, then the host's [`LastResort`], or Node's text on standard error and exit code 1.

use std::io::Write;

use llrt_core::{error, process, task};
use llrt_inspect::InspectOptions;
use rquickjs::{Coerced, Ctx, Function, JsLifetime, Object, Value, function::This};

use crate::{esm, main_loop::exit_code, rejection::UnhandledRejection, stack};

/// Node's exit code for an uncaught error.
const UNCAUGHT: i32 = 1;
/// Node's exit code for an error thrown by an `uncaughtException` listener.
const LISTENER_FAILED: i32 = 7;

/// What a host does, instead of printing the error and ending the process, about one that no listener took. It returns: the
/// host ends what it has to end once the JavaScript that is running now has returned.
#[derive(Clone, Copy, JsLifetime)]
pub struct LastResort {
    /// An exception.
    pub exception: for<'js> fn(&Ctx<'js>, Value<'js>),
    /// A promise that was rejected and has no handler: the reason.
    pub rejection: for<'js> fn(&Ctx<'js>, Value<'js>),
}

/// Sets what becomes of errors that no listener took. The last call wins.
pub fn set_last_resort(ctx: &Ctx<'_>, last_resort: LastResort) {
    let _ = ctx.store_userdata(last_resort);
}

fn last_resort(ctx: &Ctx<'_>) -> Option<LastResort> {
    ctx.userdata::<LastResort>().map(|last_resort| *last_resort)
}

/// The host hook of a whole program: a listener takes the exception, or the host, or it is printed and the process ends.
pub(crate) fn end_process<'js>(ctx: &Ctx<'js>, value: Value<'js>) {
    if listener_takes(ctx, &value, "uncaughtException") {
        return;
    }
    match last_resort(ctx) {
        Some(last_resort) => (last_resort.exception)(ctx, value),
        None => print_and_exit(ctx, &value),
    }
}

/// Does the same for a promise that was rejected with `reason` and has no handler.
pub(crate) fn end_process_for_rejection<'js>(ctx: &Ctx<'js>, reason: Value<'js>) {
    let error = if is_error(&reason) || has_stack(&reason) { reason.clone() } else { wrap_reason(ctx, &reason) };
    if listener_takes(ctx, &error, "unhandledRejection") {
        return;
    }
    match last_resort(ctx) {
        Some(last_resort) => (last_resort.rejection)(ctx, reason),
        None => print_and_exit(ctx, &error),
    }
}

/// What Node throws for a rejection whose reason is no error: an error with code `ERR_UNHANDLED_REJECTION` that shows the reason.
pub fn wrap_reason<'js>(ctx: &Ctx<'js>, reason: &Value<'js>) -> Value<'js> {
    // A getter or a proxy's handler may throw.
    let reason = brief(reason).inspect_err(|failed| drop(error::caught(ctx, failed))).unwrap_or_default();
    error::into_value(ctx, &UnhandledRejection { reason }).unwrap_or_else(|_| ctx.catch())
}

/// The result's value; an error goes to the host as uncaught.
pub(crate) fn result_or_report<'js, T>(ctx: &Ctx<'js>, result: rquickjs::Result<Option<T>>) -> Option<T> {
    result.unwrap_or_else(|failed| {
        task::report_uncaught(ctx, error::caught(ctx, &failed));
        None
    })
}

/// Node's report of an uncaught value: the place and its source line, the value as `util.inspect` shows it, the version.
pub fn describe<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> String {
    let mut text = String::new();
    if is_error(value) {
        // What is wrong in TypeScript has its place in its stack.
        if !has_typescript_code(value)
            && let Some(place) = stack_of(value).as_deref().and_then(|stack| place_of_first_frame(ctx, stack))
        {
            text += &place;
        }
        text += &match stack_of(value) {
            Some(_) => inspect(ctx, value),
            None => stack::hidden(ctx, value).unwrap_or_else(|| inspect(ctx, value)),
        };
    } else {
        text += &describe_no_error(ctx, value);
    }
    text + "\n\n" + &version() + "\n"
}

/// What a report ends with: the version of Node.js that this follows, as `process.version` says, and its own.
#[cfg(feature = "process")]
fn version() -> String {
    format!("Node.js v{}+llrt.{}", llrt_mod_process::NODE_VERSION, crate::VERSION)
}

#[cfg(not(feature = "process"))]
fn version() -> String {
    format!("LLRT v{}", crate::VERSION)
}

/// The report of a value that has no stack: where it was thrown, as far as the engine remembers.
fn describe_no_error<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> String {
    let shown = match value.as_string() {
        Some(string) => llrt_core::args::lossy_string(string).unwrap_or_default(),
        None => inspect(ctx, value),
    };
    let Some(frames) = stack::of_throw(ctx, value) else { return format!("Uncaught:\n{shown}") };
    let mut text =
        place_of_first_frame(ctx, &frames).map(|place| place.trim_end().to_owned() + "\n").unwrap_or_default();
    text += &shown;
    if esm::has_option(ctx, "--trace-uncaught") {
        text += "\nThrown at:";
        text += &frames;
    } else if !value.is_object() {
        text += "\n(Use `llrt --trace-uncaught ...` to show where the exception was thrown)";
    }
    text
}

/// `util.inspect(value)`.
fn inspect<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> String {
    llrt_inspect::inspect(ctx, value, &InspectOptions::default())
}

/// Writes to standard error; there is nothing to be done when that fails.
pub fn print(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Whether an `uncaughtException` listener took it. A listener that throws ends the process.
fn listener_takes<'js>(ctx: &Ctx<'js>, value: &Value<'js>, origin: &str) -> bool {
    let Some(listeners) = process::listeners(ctx) else { return false };
    let origin = rquickjs::String::from_str(ctx.clone(), origin).map(rquickjs::String::into_value);
    let origin = origin.unwrap_or_else(|_| Value::new_undefined(ctx.clone()));
    match listeners.call("uncaughtException", &[value.clone(), origin]) {
        Ok(taken) => taken.as_ref().and_then(Value::as_bool) == Some(true),
        Err(failed) => {
            print(&describe(ctx, &error::caught(ctx, &failed)));
            exit(LISTENER_FAILED);
            false
        }
    }
}

fn print_and_exit<'js>(ctx: &Ctx<'js>, value: &Value<'js>) {
    print(&describe(ctx, value));
    exit(exit_code(ctx, UNCAUGHT));
}

#[expect(clippy::exit, reason = "an uncaught error ends the process from wherever it is, as in Node")]
fn exit(code: i32) {
    std::process::exit(code);
}

/// A value in few words, as V8 gives it for messages: `#<Class>`, `[object Array]`, and what is no object as a string.
fn brief(value: &Value<'_>) -> rquickjs::Result<String> {
    if let Some(symbol) = value.as_symbol() {
        let description: Option<String> = symbol.description()?.get()?;
        return Ok(format!("Symbol({})", description.unwrap_or_default()));
    }
    let Some(object) = value.as_object().filter(|_| !value.is_function()) else {
        return Ok(value.get::<Coerced<String>>()?.0);
    };
    let prototype = value.ctx().globals().get::<_, Object<'_>>("Object")?.get::<_, Object<'_>>("prototype")?;
    let to_string: Function<'_> = prototype.get("toString")?;
    if object.get::<_, Value<'_>>("toString")? == *to_string.as_value()
        && let Some(class) = object.get::<_, Value<'_>>("constructor")?.as_function()
    {
        let name: String = class.get("name")?;
        if !name.is_empty() {
            return Ok(format!("#<{name}>"));
        }
    }
    to_string.call((This(value.clone()),))
}

/// What is no error and has a stack of its own counts as one.
fn has_stack(value: &Value<'_>) -> bool {
    value.as_object().is_some_and(|object| {
        let has_own = object.ctx().globals().get::<_, Object<'_>>("Object");
        let has_own = has_own.and_then(|class| class.get::<_, Function<'_>>("hasOwn"));
        let found = has_own.and_then(|has_own| has_own.call((value.clone(), "stack")));
        found.inspect_err(|failed| drop(error::caught(object.ctx(), failed))).unwrap_or(false)
    })
}

fn is_error(value: &Value<'_>) -> bool {
    value.is_error()
}

fn has_typescript_code(value: &Value<'_>) -> bool {
    let code = value.as_object().and_then(|error| error.get::<_, Option<String>>("code").ok().flatten());
    code.is_some_and(|code| code.ends_with("_TYPESCRIPT_SYNTAX"))
}

fn stack_of(value: &Value<'_>) -> Option<String> {
    value.as_object()?.get::<_, Option<String>>("stack").ok().flatten()
}

/// `/path/file.mjs:3`, the source line, and a caret under the column: what Node prints above the error.
fn place_of_first_frame(ctx: &Ctx<'_>, stack: &str) -> Option<String> {
    let frame = stack.lines().find_map(|line| line.trim_start().strip_prefix("at "))?;
    let place = frame.rsplit_once('(').map_or(frame, |(_, place)| place.trim_end_matches(')'));
    let (place, column) = place.rsplit_once(':')?;
    let (file, line) = place.rsplit_once(':')?;
    let (line, column): (usize, usize) = (line.parse().ok()?, column.parse().ok()?);
    let source = esm::text_in_stacks(ctx, file)?;
    let text = source.lines().nth(line.checked_sub(1)?)?;
    // A minified file's line would bury the message.
    if text.len() > 500 {
        return Some(format!("{file}:{line}\n\n"));
    }
    let blank: String =
        text.chars().take(column.saturating_sub(1)).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    Some(format!("{file}:{line}\n{text}\n{blank}^\n\n"))
}
