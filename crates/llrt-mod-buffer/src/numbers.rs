//! `readInt32LE` and its like: one function for all, told apart by the number that the table gives it.

use std::ffi::CStr;

use llrt_core::{
    JsClass, NodeError, args,
    table::{Call, Member},
};
use rquickjs::{BigInt, Coerced, Ctx, Error, Result, Value};

use crate::{
    functions::{out_of_bounds, this_view, to_number},
    ops::number,
};

const SIZE: i16 = 0xf;
const SIGNED: i16 = 0x10;
const BIG_ENDIAN: i16 = 0x20;
const FLOAT: i16 = 0x40;
const BIG_INT: i16 = 0x80;

pub(crate) const UINT_LE: i16 = 0;
pub(crate) const UINT_BE: i16 = BIG_ENDIAN;
pub(crate) const INT_LE: i16 = SIGNED;
pub(crate) const INT_BE: i16 = SIGNED | BIG_ENDIAN;
pub(crate) const FLOAT_LE: i16 = FLOAT | 4;
pub(crate) const FLOAT_BE: i16 = FLOAT | BIG_ENDIAN | 4;
pub(crate) const DOUBLE_LE: i16 = FLOAT | 8;
pub(crate) const DOUBLE_BE: i16 = FLOAT | BIG_ENDIAN | 8;
pub(crate) const BIG_UINT64_LE: i16 = BIG_INT | 8;
pub(crate) const BIG_UINT64_BE: i16 = BIG_INT | BIG_ENDIAN | 8;
pub(crate) const BIG_INT64_LE: i16 = BIG_INT | SIGNED | 8;
pub(crate) const BIG_INT64_BE: i16 = BIG_INT | SIGNED | BIG_ENDIAN | 8;

/// `buffer.readX(offset = 0)`.
pub(crate) const fn read(name: &'static CStr, kind: i16) -> Member {
    let length = if kind & (BIG_INT | FLOAT) == 0 { 1 } else { 0 };
    Member::method(name, length, kind, |call| read_at(call, &call.arg(0), call.magic() as i16)).enumerable()
}

/// `buffer.readX(offset, byteLength)`.
pub(crate) const fn read_sized(name: &'static CStr, kind: i16) -> Member {
    Member::method(name, 2, kind, |call| {
        let offset = call.arg(0);
        if offset.is_undefined() {
            return Err(args::invalid_arg_type(call.ctx(), "offset", &["number"], &offset));
        }
        let size = byte_length(call.ctx(), &call.arg(1))?;
        read_at(call, &offset, call.magic() as i16 | size)
    })
    .enumerable()
}

/// `buffer.writeX(value, offset = 0)`.
pub(crate) const fn write(name: &'static CStr, kind: i16) -> Member {
    Member::method(name, 1, kind, |call| {
        let offset = call.arg(1);
        let offset = if offset.is_undefined() { Value::new_int(call.ctx().clone(), 0) } else { offset };
        write_at(call, &call.arg(0), &offset, call.magic() as i16)
    })
    .enumerable()
}

/// `buffer.writeX(value, offset, byteLength)`.
pub(crate) const fn write_sized(name: &'static CStr, kind: i16) -> Member {
    Member::method(name, 3, kind, |call| {
        let size = byte_length(call.ctx(), &call.arg(2))?;
        write_at(call, &call.arg(0), &call.arg(1), call.magic() as i16 | size)
    })
    .enumerable()
}

fn byte_length<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<i16> {
    match value.as_number() {
        Some(size) if (1.0..=6.0).contains(&size) && size.fract() == 0.0 => Ok(size as i16),
        Some(_) => Err(bounds_error(ctx, value, 6, Some("byteLength"))),
        None => Err(args::invalid_arg_type(ctx, "byteLength", &["number"], value)),
    }
}

fn read_at<'js>(call: &Call<'_, 'js>, offset: &Value<'js>, kind: i16) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let view = this_view(call)?;
    let size = (kind & SIZE) as usize;
    let start = match offset.as_int() {
        Some(offset) => f64::from(offset),
        None if offset.is_undefined() => 0.0,
        None => args::number(ctx, offset, "offset")?,
    };
    let mut word = [0; 8];
    let word = &mut word[..size];
    let found = view.with(|bytes| match range(start, size, bytes.len()) {
        Some(range) => {
            word.copy_from_slice(&bytes[range]);
            Ok(())
        }
        None => Err(bytes.len()),
    });
    if let Err(len) = found {
        return Err(bounds_error(ctx, offset, len as i64 - size as i64, None));
    }
    let ctx = ctx.clone();
    let value = number::read(word, kind & SIGNED != 0, kind & BIG_ENDIAN != 0);
    Ok(match (kind & FLOAT != 0, size) {
        // Not `new_number`, which loses the sign of zero.
        (true, 4) => Value::new_float(ctx, f64::from(f32::from_bits(value as u32))),
        (true, _) => Value::new_float(ctx, f64::from_bits(value as u64)),
        (false, 8) if kind & SIGNED != 0 => BigInt::from_i64(ctx, value)?.into_value(),
        (false, 8) => BigInt::from_u64(ctx, value as u64)?.into_value(),
        (false, _) => match i32::try_from(value) {
            Ok(value) => Value::new_int(ctx, value),
            Err(_) => Value::new_float(ctx, value as f64),
        },
    })
}

fn write_at<'js>(call: &Call<'_, 'js>, value: &Value<'js>, offset: &Value<'js>, kind: i16) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let view = this_view(call)?;
    let size = (kind & SIZE) as usize;
    // A single byte checks its offset's type before the value's range.
    if size == 1 {
        let number = to_number(value)?;
        args::number(ctx, offset, "offset")?;
        check_range(ctx, number, kind, value)?;
    }
    let bits = if kind & FLOAT != 0 {
        let number = to_number(value)?;
        if size == 4 { (number as f32).to_bits() as i64 } else { number.to_bits() as i64 }
    } else if kind & BIG_INT != 0 {
        big_int_bits(ctx, value, kind & SIGNED != 0)?
    } else {
        let number = to_number(value)?;
        check_range(ctx, number, kind, value)?;
        // As an assignment to an element converts it: `NaN` is zero.
        number as i64
    };
    let start = args::number(ctx, offset, "offset")?;
    let written = view.with_mut(|bytes| {
        let len = bytes.len();
        let range = range(start, size, len).ok_or(len)?;
        number::write(&mut bytes[range], bits, kind & BIG_ENDIAN != 0);
        Ok::<_, usize>(())
    });
    match written {
        Ok(()) => Ok(Value::new_number(ctx.clone(), start + size as f64)),
        Err(len) => Err(bounds_error(ctx, offset, len as i64 - size as i64, None)),
    }
}

fn range(start: f64, size: usize, len: usize) -> Option<std::ops::Range<usize>> {
    // The negation refuses `NaN`.
    if !(start >= 0.0 && start.fract() == 0.0 && start + size as f64 <= len as f64) {
        return None;
    }
    Some(start as usize..start as usize + size)
}

fn check_range<'js>(ctx: &Ctx<'js>, number: f64, kind: i16, value: &Value<'js>) -> Result<()> {
    let bits = i32::from(kind & SIZE) * 8;
    let signed = kind & SIGNED != 0;
    let (min, max) =
        if signed { (-(2f64.powi(bits - 1)), 2f64.powi(bits - 1) - 1.0) } else { (0.0, 2f64.powi(bits) - 1.0) };
    if number >= min && number <= max || number.is_nan() {
        return Ok(());
    }
    let expected = match (bits > 32, signed) {
        (true, true) => format!(">= -(2 ** {0}) and < 2 ** {0}", bits - 1),
        (true, false) => format!(">= 0 and < 2 ** {bits}"),
        (false, _) => format!(">= {min} and <= {max}"),
    };
    let shown = if value.is_number() { value.clone() } else { Value::new_number(ctx.clone(), number) };
    Err(args::out_of_range(ctx, "value", &expected, &shown))
}

fn big_int_bits<'js>(ctx: &Ctx<'js>, value: &Value<'js>, signed: bool) -> Result<i64> {
    let out_of_range = || {
        let expected = if signed { ">= -(2n ** 63n) and < 2n ** 63n" } else { ">= 0n and < 2n ** 64n" };
        args::out_of_range(ctx, "value", expected, value)
    };
    if !value.is_big_int() {
        let number = to_number(value)?;
        let (min, max) = if signed { (-(2f64.powi(63)), 2f64.powi(63)) } else { (0.0, 2f64.powi(64)) };
        if number < min || number > max {
            return Err(out_of_range());
        }
        let message = "Cannot mix BigInt and other types, use explicit conversions";
        return Err(NodeError::plain(JsClass::TypeError, message).throw(ctx));
    }
    let digits = value.get::<Coerced<String>>()?.0;
    let bits = if signed { digits.parse().ok() } else { digits.parse::<u64>().ok().map(|bits| bits as i64) };
    bits.ok_or_else(out_of_range)
}

/// Why `value` is no offset (or what `name` says) within `0..=max`.
fn bounds_error<'js>(ctx: &Ctx<'js>, value: &Value<'js>, max: i64, name: Option<&str>) -> Error {
    let number = value.as_number().unwrap_or_default();
    if number.floor() != number {
        return args::out_of_range(ctx, name.unwrap_or("offset"), "an integer", value);
    }
    if max < 0 {
        return out_of_bounds(ctx, None);
    }
    let min = if name.is_some() { 1 } else { 0 };
    args::out_of_range(ctx, name.unwrap_or("offset"), &format!(">= {min} and <= {max}"), value)
}
