//! Scopes, as the script sees them.

use llrt_core::scope::{self, Scope};
use rquickjs::{Array, Ctx, Result, Value};

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

/// `swap([frame, id, trigger, resource])`: makes that scope the current one, and gives the one before.
pub(crate) fn swap<'js>(ctx: Ctx<'js>, parts: Array<'js>) -> Result<Scope<'js>> {
    let scope = Scope {
        frame: defined(parts.get(0)?),
        id: parts.get(1)?,
        trigger: parts.get(2)?,
        resource: defined(parts.get(3)?),
    };
    Ok(scope::replace(&ctx, scope))
}

fn defined(value: Value<'_>) -> Option<Value<'_>> {
    (!value.is_undefined()).then_some(value)
}
