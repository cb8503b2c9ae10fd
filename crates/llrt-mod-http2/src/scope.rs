//! The asynchronous work that a stream, a ping or settings stand for: who started it sees its own values in its callbacks.

use llrt_core::{
    scope::{self, Captured},
    task,
};
use rquickjs::{Class, Ctx, Function, JsLifetime, Result, Value, class::Trace};

/// A scope that JavaScript keeps for later.
#[derive(Trace, JsLifetime)]
#[rquickjs::class(rename = "Scope")]
pub(crate) struct Kept<'js> {
    captured: Captured<'js>,
}

/// The scope of now, for work of this kind, or nothing when nobody follows scopes.
pub(crate) fn capture<'js>(ctx: Ctx<'js>, kind: String, resource: Value<'js>) -> Result<Option<Class<'js, Kept<'js>>>> {
    if !scope::is_followed(&ctx) {
        return Ok(None);
    }
    let captured = scope::capture(&ctx, &kind, || Some(resource));
    Class::instance(ctx, Kept { captured }).map(Some)
}

/// Runs `body` as a callback of the work. It is the last when `finish` is set.
pub(crate) fn run_in<'js>(ctx: Ctx<'js>, kept: Class<'js, Kept<'js>>, finish: bool, body: Function<'js>) {
    let mut captured = kept.borrow().captured.clone();
    task::run_in(&ctx, &captured, || body.call::<_, Value<'js>>(()).map(drop));
    if finish {
        captured.finish(&ctx);
    }
}
