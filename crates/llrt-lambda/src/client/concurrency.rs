//! Several invocations at once on one loop (`AWS_LAMBDA_MAX_CONCURRENCY`): which of them the JavaScript that runs belongs to.
//!
//! Each runs in a frame of its own, which callbacks and promises inherit as they do the values of an `AsyncLocalStorage`. With one
//! invocation at a time nothing of this is loaded.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    pin::pin,
};

use llrt_core::{
    Entry, Export, Module, ModuleInfo, error, host,
    module::function,
    scope::{self, Scope},
};
use rquickjs::{Ctx, Function, JsLifetime, Object, Result, Value};

use crate::api::Invocation;

/// `internal:concurrency`.
struct Concurrency;

impl Module for Concurrency {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["node:async_hooks"],
        exports: &[Export { name: "currentFrame", build: |ctx| function(ctx, "currentFrame", 0, current_frame) }],
        script: Some(llrt_core::script!("concurrency")),
        ..ModuleInfo::new("internal:concurrency")
    };
}

fn current_frame(ctx: Ctx<'_>) -> Value<'_> {
    scope::frame(&ctx)
}

/// The module, for the list of all.
pub(super) const ENTRY: Entry = Entry::of::<Concurrency>();

/// The functions of `internal:concurrency`.
#[derive(Clone)]
struct Frames<'js> {
    frame_of: Function<'js>,
    current: Function<'js>,
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Frames<'js> {
    type Changed<'to> = Frames<'to>;
}

/// Gets ready for several invocations at once.
pub(super) fn install(ctx: &Ctx<'_>) -> Result<()> {
    let module = host::import(ctx, "internal:concurrency")?;
    let frames = Frames { frame_of: module.get("frameOf")?, current: module.get("current")? };
    let _ = ctx.store_userdata(frames);
    Ok(())
}

fn frames<'js>(ctx: &Ctx<'js>) -> Option<Frames<'js>> {
    ctx.userdata::<Frames<'js>>().map(|frames| frames.clone())
}

/// Polls `future` in a frame of the invocation's own: whatever JavaScript it starts belongs to it.
pub(super) async fn within<'js, T>(
    ctx: &Ctx<'js>,
    invocation: &Invocation,
    future: impl Future<Output = T>,
) -> Result<T> {
    let store = Object::new(ctx.clone())?;
    store.set("requestId", invocation.request_id.as_str())?;
    store.set("traceId", invocation.trace_id.as_deref())?;
    store.set("tenantId", invocation.tenant_id.as_deref())?;
    let frames = frames(ctx).ok_or(rquickjs::Error::Unknown)?;
    let frame: Value<'js> = frames.frame_of.call((store,))?;
    let inside = RefCell::new(Scope { frame: Some(frame), ..Scope::default() });
    let mut future = pin!(future);
    Ok(poll_fn(|context| {
        let outside = scope::replace(ctx, inside.take());
        let polled = future.as_mut().poll(context);
        inside.replace(scope::replace(ctx, outside));
        polled
    })
    .await)
}

/// What JavaScript keeps about the invocation that it belongs to; none outside of any.
pub(super) fn store<'js>(ctx: &Ctx<'js>) -> Option<Object<'js>> {
    let store = frames(ctx)?.current.call::<_, Value<'js>>(());
    store.inspect_err(|failed| drop(error::caught(ctx, failed))).ok()?.into_object()
}

/// The invocation that the JavaScript that runs belongs to, as far as a log record names it.
pub(super) fn current(ctx: &Ctx<'_>) -> Option<Invocation> {
    let store = store(ctx)?;
    let text = |key| store.get::<_, Option<String>>(key).ok().flatten();
    Some(Invocation {
        request_id: text("requestId")?,
        trace_id: text("traceId"),
        tenant_id: text("tenantId"),
        ..Invocation::default()
    })
}
