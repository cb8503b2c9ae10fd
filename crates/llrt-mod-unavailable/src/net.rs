//! What of `node:net` needs no network: telling addresses apart, and the defaults of connecting to names with several of them.

use std::{
    cell::Cell,
    net::{Ipv4Addr, Ipv6Addr},
};

use llrt_core::{args, module::function};
use rquickjs::{Coerced, Ctx, JsLifetime, Result, Value};

/// `net.isIP`.
pub(crate) fn is_ip<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    function(ctx, "isIP", 1, |input: Coerced<String>| match (is_v4(&input), is_v6(&input)) {
        (true, _) => 4,
        (_, true) => 6,
        _ => 0,
    })
}

/// `net.isIPv4`.
pub(crate) fn is_ip_v4<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    function(ctx, "isIPv4", 1, |input: Coerced<String>| is_v4(&input))
}

/// `net.isIPv6`.
pub(crate) fn is_ip_v6<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    function(ctx, "isIPv6", 1, |input: Coerced<String>| is_v6(&input))
}

fn is_v4(input: &str) -> bool {
    input.parse::<Ipv4Addr>().is_ok()
}

/// A zone may follow, as in `fe80::1%eth0`.
fn is_v6(input: &str) -> bool {
    let (address, zone) = input.split_once('%').unwrap_or((input, "0"));
    let names_zone =
        !zone.is_empty() && zone.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte));
    names_zone && address.parse::<Ipv6Addr>().is_ok()
}

/// `autoSelectFamily` and `autoSelectFamilyAttemptTimeout` of connections that name none. Node: 250 ms, and never below 10.
#[derive(JsLifetime)]
struct Defaults {
    select_family: Cell<bool>,
    attempt_timeout_ms: Cell<i64>,
}

fn defaults<T>(ctx: &Ctx<'_>, look: impl FnOnce(&Defaults) -> T) -> Option<T> {
    if ctx.userdata::<Defaults>().is_none() {
        let _ = ctx.store_userdata(Defaults { select_family: Cell::new(true), attempt_timeout_ms: Cell::new(250) });
    }
    ctx.userdata::<Defaults>().map(|defaults| look(&defaults))
}

/// `net.getDefaultAutoSelectFamily`.
pub(crate) fn get_select_family<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let get = |ctx: Ctx<'_>| defaults(&ctx, |defaults| defaults.select_family.get());
    function(ctx, "getDefaultAutoSelectFamily", 0, get)
}

/// `net.setDefaultAutoSelectFamily`.
pub(crate) fn set_select_family<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    fn set<'js>(ctx: Ctx<'js>, value: Value<'js>) -> Result<()> {
        let value = args::boolean(&ctx, &value, "value")?;
        defaults(&ctx, |defaults| defaults.select_family.set(value));
        Ok(())
    }
    function(ctx, "setDefaultAutoSelectFamily", 1, set)
}

/// `net.getDefaultAutoSelectFamilyAttemptTimeout`.
pub(crate) fn get_attempt_timeout<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let get = |ctx: Ctx<'_>| defaults(&ctx, |defaults| defaults.attempt_timeout_ms.get() as f64);
    function(ctx, "getDefaultAutoSelectFamilyAttemptTimeout", 0, get)
}

/// `net.setDefaultAutoSelectFamilyAttemptTimeout`.
pub(crate) fn set_attempt_timeout<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    fn set<'js>(ctx: Ctx<'js>, value: Value<'js>) -> Result<()> {
        let value = args::integer(&ctx, &value, "value", 1, i64::from(i32::MAX))?;
        defaults(&ctx, |defaults| defaults.attempt_timeout_ms.set(value.max(10)));
        Ok(())
    }
    function(ctx, "setDefaultAutoSelectFamilyAttemptTimeout", 1, set)
}
