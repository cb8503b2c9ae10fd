//! `indexOf`, `lastIndexOf`, `includes`, `compare` and `equals`.

use std::cmp::Ordering;

use llrt_core::{
    args,
    bytes::{View, is_uint8_array},
    table::Call,
};
use rquickjs::{Ctx, IntoJs, Object, Result, Value};

use crate::{
    class,
    functions::{this_view, to_number},
    ops::{Encoding, find},
    state, text,
};

pub(crate) const FIRST: i16 = 0;
pub(crate) const LAST: i16 = 1;
pub(crate) const ANY: i16 = 2;

/// `buffer.indexOf(value, byteOffset, encoding)`, `lastIndexOf` and `includes`.
pub(crate) fn index_of<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let view = View::from_arg(ctx, &receiver(call)?, "buffer")?;
    let kind = call.magic() as i16;
    let forward = kind != LAST;
    let (value, mut offset, mut name) = (call.arg(0), call.arg(1), call.arg(2));
    if offset.is_string() {
        name = offset;
        offset = Value::new_undefined(ctx.clone());
    }
    let offset = if offset.is_undefined() { f64::NAN } else { to_number(&offset)? };
    let offset = match (offset.is_nan(), forward) {
        (true, true) => 0,
        (true, false) => view.len() as i64,
        (false, _) => offset.clamp(f64::from(i32::MIN), f64::from(i32::MAX)) as i64,
    };
    let (needle, wide) = needle(ctx, &value, &name)?;
    let found = view.with(|bytes| find::find(bytes, &needle, offset, forward, wide));
    if kind == ANY {
        return found.is_some().into_js(ctx);
    }
    found.map_or(-1.0, |index| index as f64).into_js(ctx)
}

/// The receiver. With `new`, which Node's functions can be called with, an object that has none of a Buffer's bytes.
fn receiver<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let this = call.this();
    if !this.is_function() || this != class::last_index_of(call.ctx())?.into_value() {
        return Ok(this);
    }
    let made = Object::new(call.ctx().clone())?;
    made.set("constructor", this)?;
    Ok(made.into_value())
}

/// What to look for, and whether in steps of two bytes.
fn needle<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &Value<'js>) -> Result<(Vec<u8>, bool)> {
    if value.is_number() {
        return Ok((vec![text::to_byte(value)?], false));
    }
    let encoding = if name.is_undefined() { Some(Encoding::Utf8) } else { text::find_encoding(name)? };
    let wide = encoding == Some(Encoding::Utf16le);
    if let Some(string) = value.as_string() {
        let encoding = encoding.ok_or_else(|| text::unknown_encoding(ctx, name))?;
        return Ok((text::decode(string, encoding)?, wide));
    }
    match View::of(value).filter(|_| is_uint8_array(value)) {
        Some(view) => Ok((view.to_vec(), wide)),
        None => Err(args::invalid_arg_type(ctx, "value", &["number", "string", "Buffer", "Uint8Array"], value)),
    }
}

/// `buffer.equals(other)`.
pub(crate) fn equals<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let this = this_view(call)?;
    let other = uint8_view(call.ctx(), &call.arg(0), "otherBuffer")?;
    this.with(|this| other.with(|other| this == other)).into_js(call.ctx())
}

/// `Buffer.compare(buf1, buf2)`.
pub(crate) fn compare_two<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let first = uint8_view(call.ctx(), &call.arg(0), "buf1")?;
    let second = uint8_view(call.ctx(), &call.arg(1), "buf2")?;
    first.with(|first| second.with(|second| order(first.cmp(second)))).into_js(call.ctx())
}

/// `buffer.compare(target, targetStart, targetEnd, sourceStart, sourceEnd)`.
pub(crate) fn compare<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let source = this_view(call)?;
    let target = uint8_view(ctx, &call.arg(0), "target")?;
    let offset = |argument, name, max| {
        args::optional(&call.arg(argument), |value| args::integer(ctx, value, name, 0, max))
            .map(|offset| offset.map(|offset| offset as usize))
    };
    let target_start = offset(1, "targetStart", state::MAX_SAFE_INTEGER)?.unwrap_or(0);
    let target_end = offset(2, "targetEnd", target.len() as i64)?.unwrap_or(target.len());
    let source_start = offset(3, "sourceStart", state::MAX_SAFE_INTEGER)?.unwrap_or(0);
    let source_end = offset(4, "sourceEnd", source.len() as i64)?.unwrap_or(source.len());
    let result = source.with(|source| {
        target.with(|target| {
            let source = source.get(source_start..source_end).unwrap_or_default();
            order(source.cmp(target.get(target_start..target_end).unwrap_or_default()))
        })
    });
    result.into_js(ctx)
}

fn uint8_view<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<View<'js>> {
    View::of(value)
        .filter(|_| is_uint8_array(value))
        .ok_or_else(|| args::invalid_arg_type(ctx, name, &["Buffer", "Uint8Array"], value))
}

fn order(ordering: Ordering) -> i32 {
    ordering as i32
}
