//! `import()` as `tracing:module.import:*` of `node:diagnostics_channel` tells of it.
//!
//! The engine tells nobody of `import()`: what it asks its resolver for outside of a declaration is one. The module is evaluated there and
//! then, so that who listens hears of the result before the program does.

use llrt_core::error;
use rquickjs::{Ctx, Function, JsLifetime, Object, Promise, Result, Value, function::This, promise::PromiseState};

use crate::load;

/// `(parentURL, specifier) -> (failed, value)`: who is told that an `import()` begins, and then how it ended.
struct Tracer<'js>(Function<'js>);

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Tracer<'js> {
    type Changed<'to> = Tracer<'to>;
}

/// `setImportTracer(trace)`: from now on there is one.
pub(crate) fn set_tracer<'js>(ctx: Ctx<'js>, trace: Function<'js>) {
    let _ = ctx.store_userdata(Tracer(trace));
}

/// Whether somebody is to be told.
pub(crate) fn is_on(ctx: &Ctx<'_>) -> bool {
    ctx.userdata::<Tracer<'_>>().is_some()
}

/// Resolves the specifier of an `import()` by `resolve`, loads what it names, and tells of it.
pub(crate) fn resolve<'js>(
    ctx: &Ctx<'js>,
    parent: &str,
    specifier: &str,
    resolve: impl FnOnce() -> Result<String>,
) -> Result<String> {
    let Some(trace) = ctx.userdata::<Tracer<'js>>().map(|tracer| tracer.0.clone()) else { return resolve() };
    let done: Function<'js> = trace.call((parent, specifier))?;
    let result = resolve().and_then(|name| Ok((load::import(ctx, &name)?, name)));
    match result {
        Ok(((module, promise), name)) => {
            tell(ctx, &done, module.namespace()?, promise)?;
            Ok(name)
        }
        Err(failed) => {
            let thrown = error::caught(ctx, &failed);
            done.call::<_, ()>((true, thrown.clone()))?;
            Err(ctx.throw(thrown))
        }
    }
}

/// Tells how the evaluation ends, now or when it does.
fn tell<'js>(ctx: &Ctx<'js>, done: &Function<'js>, namespace: Object<'js>, promise: Promise<'js>) -> Result<()> {
    match promise.state() {
        PromiseState::Resolved => done.call((false, namespace)),
        PromiseState::Rejected => {
            let reason = match promise.result::<Value<'js>>() {
                Some(Err(failed)) => error::caught(ctx, &failed),
                _ => Value::new_undefined(ctx.clone()),
            };
            done.call((true, reason))
        }
        PromiseState::Pending => {
            let (fulfilled, rejected) = (done.clone(), done.clone());
            let on_fulfilled = Function::new(ctx.clone(), move || fulfilled.call::<_, ()>((false, namespace.clone())))?;
            let on_rejected =
                Function::new(ctx.clone(), move |reason: Value<'js>| rejected.call::<_, ()>((true, reason)))?;
            promise.then()?.call((This(promise.clone()), on_fulfilled, on_rejected))
        }
    }
}
