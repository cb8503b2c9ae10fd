//! The functions: arguments in, timers out.

use llrt_core::{args, host, task};
use rquickjs::{
    Class, Coerced, Ctx, FromJs, Function, Object, Result, Symbol, Value,
    atom::PredefinedAtom,
    function::{IntoJsFunc, Opt, Rest, This},
    object::Accessor,
};

use crate::{
    classes::{Immediate, Timeout},
    schedule,
};

/// The longest delay, as Node (and the width of the number that browsers keep it in) has it.
const MAX_DELAY_MS: f64 = 2_147_483_647.0;

/// `setTimeout(callback, delay?, ...args): Timeout`.
pub(crate) fn set_timeout<'js>(
    ctx: Ctx<'js>,
    callback: Opt<Value<'js>>,
    delay: Opt<Value<'js>>,
    arguments: Rest<Value<'js>>,
) -> Result<Class<'js, Timeout<'js>>> {
    start(&ctx, callback, delay, arguments, false)
}

/// `setInterval(callback, delay?, ...args): Timeout`.
pub(crate) fn set_interval<'js>(
    ctx: Ctx<'js>,
    callback: Opt<Value<'js>>,
    delay: Opt<Value<'js>>,
    arguments: Rest<Value<'js>>,
) -> Result<Class<'js, Timeout<'js>>> {
    start(&ctx, callback, delay, arguments, true)
}

/// `clearTimeout(timer)`, and `clearInterval`: a `Timeout`, or the number that one converts to. Anything else is ignored.
pub(crate) fn clear_timeout<'js>(ctx: Ctx<'js>, timer: Opt<Value<'js>>) -> Result<()> {
    let Some(timer) = timer.0 else { return Ok(()) };
    if let Some(object) = timer.as_object() {
        if let Some(timeout) = object.as_class::<Timeout<'js>>() {
            timeout.borrow().clear(&ctx);
        }
    } else if timer.is_number() || timer.is_string() {
        let number = Coerced::<f64>::from_js(&ctx, timer)?.0;
        if let Some(timeout) = schedule::of(&ctx).by_number(number) {
            timeout.borrow().clear(&ctx);
        }
    }
    Ok(())
}

/// `setImmediate(callback, ...args): Immediate`.
pub(crate) fn set_immediate<'js>(
    ctx: Ctx<'js>,
    callback: Opt<Value<'js>>,
    arguments: Rest<Value<'js>>,
) -> Result<Class<'js, Immediate<'js>>> {
    let callback = callback_argument(&ctx, callback)?;
    Immediate::start(&ctx, callback, arguments.0)
}

/// `clearImmediate(immediate)`.
pub(crate) fn clear_immediate<'js>(ctx: Ctx<'js>, immediate: Opt<Value<'js>>) {
    if let Some(immediate) =
        immediate.0.as_ref().and_then(Value::as_object).and_then(Object::as_class::<Immediate<'js>>)
    {
        immediate.borrow().clear(&ctx);
    }
}

/// `queueMicrotask(callback)`.
pub(crate) fn queue_microtask<'js>(ctx: Ctx<'js>, callback: Opt<Value<'js>>) -> Result<()> {
    let callback = callback_argument(&ctx, callback)?;
    task::queue_microtask(&ctx, callback)
}

/// `active()`: how many timers and how many immediates keep the process alive, for `process.getActiveResourcesInfo()`.
pub(crate) fn active(ctx: Ctx<'_>) -> Vec<usize> {
    schedule::of(&ctx).active().to_vec()
}

/// A function that `util.promisify` turns into the one of the same name in `node:timers/promises`, when that is composed.
pub(crate) fn promisable<'js, P, F>(ctx: &Ctx<'js>, name: &'static str, length: usize, f: F) -> Result<Value<'js>>
where
    F: IntoJsFunc<'js, P> + 'js,
{
    let function = llrt_core::module::function(ctx, name, length, f)?;
    if let Some(object) = function.as_object() {
        let symbols: Object<'js> = ctx.globals().get(PredefinedAtom::Symbol)?;
        let custom: Symbol<'js> =
            symbols.get::<_, Function<'js>>("for")?.call((This(symbols.clone()), "nodejs.util.promisify.custom"))?;
        let get = move |ctx: Ctx<'js>| host::import(&ctx, "node:timers/promises")?.get::<_, Value<'js>>(name);
        object.prop(custom, Accessor::from(get).enumerable().configurable())?;
    }
    Ok(function)
}

fn start<'js>(
    ctx: &Ctx<'js>,
    callback: Opt<Value<'js>>,
    delay: Opt<Value<'js>>,
    arguments: Rest<Value<'js>>,
    repeat: bool,
) -> Result<Class<'js, Timeout<'js>>> {
    let callback = callback_argument(ctx, callback)?;
    let delay_ms = delay_argument(ctx, delay)?;
    Timeout::start(ctx, callback, arguments.0, delay_ms, repeat)
}

fn callback_argument<'js>(ctx: &Ctx<'js>, callback: Opt<Value<'js>>) -> Result<Function<'js>> {
    match callback.0 {
        Some(callback) => match callback.try_into_function() {
            Ok(function) => Ok(function),
            Err(other) => args::function(ctx, &other, "callback"),
        },
        None => args::function(ctx, &Value::new_undefined(ctx.clone()), "callback"),
    }
}

/// Milliseconds as the caller gave them when they lie within `1..=MAX_DELAY_MS`, otherwise 1, with Node's warning.
fn delay_argument<'js>(ctx: &Ctx<'js>, delay: Opt<Value<'js>>) -> Result<f64> {
    let delay = match delay.0 {
        None => return Ok(1.0),
        Some(value) if value.is_undefined() => return Ok(1.0),
        Some(value) => match value.as_number() {
            Some(number) => number,
            None => Coerced::<f64>::from_js(ctx, value)?.0,
        },
    };
    if (1.0..=MAX_DELAY_MS).contains(&delay) {
        return Ok(delay);
    }
    let schedule = schedule::of(ctx);
    if delay > MAX_DELAY_MS {
        warn(ctx, "TimeoutOverflowWarning", delay, "does not fit into a 32-bit signed integer");
    } else if delay < 0.0 && !schedule.warned_negative.replace(true) {
        warn(ctx, "TimeoutNegativeWarning", delay, "is a negative number");
    } else if delay.is_nan() && !schedule.warned_nan.replace(true) {
        warn(ctx, "TimeoutNaNWarning", delay, "is not a number");
    }
    Ok(1.0)
}

/// `process.emitWarning`, where there is a `process`. A timer does not fail because its warning did.
fn warn(ctx: &Ctx<'_>, name: &str, delay: f64, problem: &str) {
    let emit = || -> Result<()> {
        let delay = Coerced::<String>::from_js(ctx, Value::new_number(ctx.clone(), delay))?.0;
        let message = format!("{delay} {problem}.\nTimeout duration was set to 1.");
        let process: Object<'_> = host::import(ctx, "node:process")?.get("default")?;
        process.get::<_, Function<'_>>("emitWarning")?.call((This(process), message, name))
    };
    if host::is_builtin(ctx, "node:process") && emit().is_err() {
        ctx.catch();
    }
}
