//! Scopes, as the script sees them.

use llrt_core::scope::{self, Scope};
use rquickjs::{
    Ctx, Function, Object, Result, Value,
    function::{Args, Rest},
};

/// The map of values that is current, or `undefined`.
pub(crate) fn get_frame<'js>(ctx: Ctx<'js>) -> Value<'js> {
    scope::frame(&ctx)
}

/// Makes another map current. The first one makes values be followed through promises and callbacks.
pub(crate) fn set_frame<'js>(ctx: Ctx<'js>, frame: Value<'js>) -> Result<()> {
    scope::set_frame(&ctx, defined(frame))
}

/// Gives async ids to what is started from now on.
pub(crate) fn follow_ids(ctx: Ctx<'_>) {
    scope::follow_ids(&ctx);
}

pub(crate) fn new_id(ctx: Ctx<'_>) -> f64 {
    scope::new_id(&ctx)
}

pub(crate) fn current_id(ctx: Ctx<'_>) -> f64 {
    scope::current(&ctx).id
}

pub(crate) fn current_trigger(ctx: Ctx<'_>) -> f64 {
    scope::current(&ctx).trigger
}

/// The object that stands for what is running, or `undefined`.
pub(crate) fn current_resource<'js>(ctx: Ctx<'js>) -> Value<'js> {
    scope::current(&ctx).resource.unwrap_or_else(|| Value::new_undefined(ctx))
}

/// Sets who hears of events, `undefined` for nobody.
pub(crate) fn observe<'js>(ctx: Ctx<'js>, observer: Value<'js>, promises: bool) -> Result<()> {
    scope::observe(&ctx, observer.into_object(), promises)
}

/// `callIn(frame, id, trigger, resource, function, this, arguments)`: calls the function in that scope. With an id of 0 the ids
/// stay those of the caller.
pub(crate) fn call_in<'js>(
    ctx: Ctx<'js>,
    frame: Value<'js>,
    id: f64,
    trigger: f64,
    resource: Object<'js>,
    function: Function<'js>,
    rest: Rest<Value<'js>>,
) -> Result<Value<'js>> {
    let mut rest = rest.0.into_iter();
    let mut arguments = Args::new(ctx.clone(), rest.len());
    if let Some(this) = rest.next() {
        arguments.this(this)?;
    }
    if let Some(list) = rest.next().and_then(Value::into_array) {
        for argument in list.iter::<Value<'js>>() {
            arguments.push_arg(argument?)?;
        }
    }
    let scope = Scope { frame: defined(frame), id, trigger, resource: Some(resource.into_value()) };
    scope::within(&ctx, scope, || function.call_arg(arguments))
}

fn defined(value: Value<'_>) -> Option<Value<'_>> {
    (!value.is_undefined()).then_some(value)
}
