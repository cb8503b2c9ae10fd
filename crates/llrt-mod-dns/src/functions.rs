//! Native functions of `node:dns`.

use llrt_core::{
    JsError, error, scope,
    task::{self, LoopRef},
};
use llrt_net::{Hints, LookupError};
use rquickjs::{Coerced, Ctx, Function, Object, Result, Value};

/// `isIP(text)`: 4, 6 or 0.
pub(crate) fn is_ip(input: Coerced<String>) -> i32 {
    llrt_net::parse_address(&input, 0).map_or(0, |address| if address.is_ipv4() { 4 } else { 6 })
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Failure(LookupError);

impl JsError for Failure {
    fn code(&self) -> Option<&str> {
        Some(self.0.code)
    }

    fn decorate<'js>(&self, error: &Object<'js>) -> Result<()> {
        error.set("errno", self.0.errno)?;
        error.set("code", self.0.code)?;
        error.set("syscall", self.0.syscall)?;
        error.set("hostname", self.0.hostname.as_str())
    }
}

fn failure<'js>(ctx: &Ctx<'js>, failed: LookupError) -> Value<'js> {
    error::into_value(ctx, &Failure(failed)).unwrap_or_else(|_| ctx.catch())
}

/// Runs `work` in Node's async scope `kind`, and calls `done` with what it gives.
pub(crate) fn later<'js, T: rquickjs::function::IntoArgs<'js>>(
    ctx: &Ctx<'js>,
    kind: &str,
    done: Function<'js>,
    work: impl Future<Output = T> + 'js,
) {
    let mut captured = scope::capture(ctx, kind, || Some(Object::new(ctx.clone()).ok()?.into_value()));
    let keep_alive = LoopRef::new(ctx);
    let task_ctx = ctx.clone();
    ctx.spawn(async move {
        let result = work.await;
        drop(keep_alive);
        task::run_in(&task_ctx, &captured, || done.call::<_, Value<'js>>(result).map(drop));
        captured.finish(&task_ctx);
    });
}

/// `lookupHost(name, family, hints, done)`: `done(error, addresses)` later.
pub(crate) fn lookup_host<'js>(ctx: Ctx<'js>, name: String, family: i32, hints: i32, done: Function<'js>) {
    let task_ctx = ctx.clone();
    later(&ctx, "GETADDRINFOREQWRAP", done, async move {
        let family = match family {
            4 => llrt_net::Family::V4,
            6 => llrt_net::Family::V6,
            _ => llrt_net::Family::Any,
        };
        match llrt_net::lookup_with(&name, family, Hints(hints)).await {
            Ok(addresses) => {
                let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                (Value::new_null(task_ctx), texts)
            }
            Err(failed) => (failure(&task_ctx, failed), Vec::new()),
        }
    });
}

/// `lookupName(address, port, done)`: `done(error, name, service)` later.
pub(crate) fn lookup_name<'js>(ctx: Ctx<'js>, address: String, port: u16, done: Function<'js>) {
    let task_ctx = ctx.clone();
    later(&ctx, "GETNAMEINFOREQWRAP", done, async move {
        match llrt_net::lookup_service(&address, port).await {
            Ok((name, service)) => (Value::new_null(task_ctx), name, service),
            Err(failed) => (failure(&task_ctx, failed), String::new(), String::new()),
        }
    });
}
