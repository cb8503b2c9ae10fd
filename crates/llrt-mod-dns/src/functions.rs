//! Native functions of `node:dns`.

use llrt_core::{JsError, error, task};
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

/// `lookupHost(name, family, hints, done)`: `done(error, addresses)` later.
pub(crate) fn lookup_host<'js>(ctx: Ctx<'js>, name: String, family: i32, hints: i32, done: Function<'js>) {
    let task_ctx = ctx.clone();
    task::spawn(&ctx, async move {
        let family = match family {
            4 => llrt_net::Family::V4,
            6 => llrt_net::Family::V6,
            _ => llrt_net::Family::Any,
        };
        let found = llrt_net::lookup_with(&name, family, Hints(hints)).await;
        match found {
            Ok(addresses) => {
                let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                task::call(&task_ctx, &done, (Value::new_null(task_ctx.clone()), texts));
            }
            Err(failed) => task::call(&task_ctx, &done, (failure(&task_ctx, failed),)),
        }
    });
}

/// `lookupName(address, port, done)`: `done(error, name, service)` later.
pub(crate) fn lookup_name<'js>(ctx: Ctx<'js>, address: String, port: u16, done: Function<'js>) {
    let task_ctx = ctx.clone();
    task::spawn(&ctx, async move {
        match llrt_net::lookup_service(&address, port).await {
            Ok((name, service)) => {
                task::call(&task_ctx, &done, (Value::new_null(task_ctx.clone()), name, service));
            }
            Err(failed) => task::call(&task_ctx, &done, (failure(&task_ctx, failed),)),
        }
    });
}
