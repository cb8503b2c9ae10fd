//! What the functions of `Buffer` keep in a context, and the module's exports.

use std::cell::Cell;

use llrt_core::{
    bytes,
    table::{self, Member},
};
use rquickjs::{Ctx, Error, Function, JsLifetime, Object, Result, Value, object::Property, runtime::UserDataGuard};

use crate::{blob, class, functions};

/// The most bytes that the engine's `ArrayBuffer` takes.
pub(crate) const MAX_LENGTH: i64 = 0x7fff_ffff;
/// What bounds an offset that nothing else does.
pub(crate) const MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;
/// The longest string of the engine.
pub(crate) const MAX_STRING_LENGTH: i64 = (1 << 30) - 1;

#[derive(JsLifetime)]
pub(crate) struct State<'js> {
    /// The function `Buffer`.
    pub(crate) buffer: Object<'js>,
    /// `Uint8Array.prototype.set`, as it was at start.
    pub(crate) set: Function<'js>,
    pub(crate) inspect_max_bytes: Cell<f64>,
    /// Whether the warning about the constructor was given.
    pub(crate) has_warned: Cell<bool>,
    default: Object<'js>,
}

/// The state, made when it is first asked for.
pub(crate) fn of<'a, 'js>(ctx: &'a Ctx<'js>) -> Result<UserDataGuard<'a, State<'js>>> {
    if ctx.userdata::<State<'js>>().is_none() {
        let state = build(ctx)?;
        let _ = ctx.store_userdata(state);
    }
    ctx.userdata().ok_or(Error::Unknown)
}

/// The module's export `name`.
pub(crate) fn export<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Value<'js>> {
    of(ctx)?.default.get(name)
}

/// The module's default export, which holds all others.
pub(crate) fn default_export<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    Ok(of(ctx)?.default.clone().into_value())
}

static FUNCTIONS: &[Member] = &[
    Member::method(c"SlowBuffer", 1, 0, class::alloc_unsafe).enumerable(),
    Member::method(c"transcode", 3, 0, functions::transcode).enumerable(),
    Member::method(c"isUtf8", 1, 0, functions::is_utf8).enumerable(),
    Member::method(c"isAscii", 1, 1, functions::is_utf8).enumerable(),
    Member::int(c"kMaxLength", MAX_LENGTH as i32).writable().enumerable(),
    Member::int(c"kStringMaxLength", MAX_STRING_LENGTH as i32).writable().enumerable(),
    Member::method(c"btoa", 1, 0, functions::btoa).enumerable(),
    Member::method(c"atob", 1, 0, functions::atob).enumerable(),
];

static CONSTANTS: &[Member] = &[
    Member::int(c"MAX_LENGTH", MAX_LENGTH as i32).enumerable(),
    Member::int(c"MAX_STRING_LENGTH", MAX_STRING_LENGTH as i32).enumerable(),
];

static INSPECT_MAX_BYTES: &[Member] =
    &[Member::accessor(c"INSPECT_MAX_BYTES", 0, functions::inspect_max_bytes, functions::set_inspect_max_bytes)
        .enumerable()];

fn build<'js>(ctx: &Ctx<'js>) -> Result<State<'js>> {
    let uint8_array: Object<'js> = ctx.globals().get("Uint8Array")?;
    let parent: Object<'js> = uint8_array.get("prototype")?;
    let set = parent.get("set")?;
    let buffer = class::define(ctx, &uint8_array, &parent)?;
    bytes::set_buffer_class(ctx, buffer.clone())?;
    let (blob, file) = blob::classes(ctx)?;

    let default = Object::new(ctx.clone())?;
    default.set("Buffer", buffer.clone())?;
    table::define(&default, FUNCTIONS)?;
    let constants = Object::new(ctx.clone())?;
    table::define(&constants, CONSTANTS)?;
    default.prop("constants", Property::from(constants).enumerable())?;
    table::define(&default, INSPECT_MAX_BYTES)?;
    default.set("Blob", blob)?;
    default.set("resolveObjectURL", blob::export(ctx, "resolveObjectURL")?)?;
    default.set("File", file)?;
    Ok(State { buffer, set, inspect_max_bytes: Cell::new(50.0), has_warned: Cell::new(false), default })
}
