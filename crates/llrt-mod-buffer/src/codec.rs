//! `internal:codec`: bytes to text and back for bundled packages, which do so for every request.
//!
//! Results are plain `Uint8Array`s. Text that cannot be decoded gives `undefined`: the packages have errors of their own for it.

use llrt_core::{
    args, bytes,
    table::{self, Call, Member},
};
use rquickjs::{Ctx, Result, Value};

use crate::ops::{base64, encoding};

const MEMBERS: &[Member] = &[
    Member::method(c"utf8Encode", 1, 0, utf8_encode),
    Member::method(c"utf8Decode", 1, 0, utf8_decode),
    Member::method(c"utf8Length", 1, 0, utf8_length),
    Member::method(c"base64Encode", 1, 0, base64_encode),
    Member::method(c"base64Decode", 1, 0, base64_decode),
    Member::method(c"hexEncode", 1, 0, hex_encode),
    Member::method(c"hexDecode", 1, 0, hex_decode),
];

/// The function at `index` of the table.
pub(crate) fn export<'js>(ctx: &Ctx<'js>, index: usize) -> Result<Value<'js>> {
    static TABLE: &[Member] = MEMBERS;
    Ok(table::function(ctx, &TABLE[index])?.into_value())
}

/// Lone surrogates become U+FFFD.
fn utf8_encode<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let text = args::string(call.ctx(), &call.arg(0), "input")?;
    Ok(bytes::uint8_array(call.ctx(), text.into_bytes())?.into_value())
}

/// What is no UTF-8 becomes U+FFFD; a byte order mark stays.
fn utf8_decode<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    view(call)?.with(|bytes| bytes::utf8_string(call.ctx(), &encoding::decode_utf8(bytes)))
}

fn utf8_length<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let len = args::string(call.ctx(), &call.arg(0), "input")?.len();
    Ok(Value::new_number(call.ctx().clone(), len as f64))
}

fn base64_encode<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    view(call)?.with(|bytes| bytes::utf8_string(call.ctx(), &base64::encode(bytes)))
}

/// The standard alphabet, with `=` at the end only.
fn base64_decode<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let text = args::string(call.ctx(), &call.arg(0), "input")?;
    let digits = text.trim_end_matches('=');
    let strict = text.len() - digits.len() <= 2
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    decoded(call.ctx(), strict.then(|| base64::decode_lenient(digits.as_bytes())))
}

fn hex_encode<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    view(call)?.with(|bytes| bytes::utf8_string(call.ctx(), &encoding::encode_hex(bytes)))
}

/// Pairs of digits of either case.
fn hex_decode<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let text = args::string(call.ctx(), &call.arg(0), "input")?;
    let strict = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    decoded(call.ctx(), strict.then(|| encoding::decode_hex(text.as_bytes())))
}

fn view<'js>(call: &Call<'_, 'js>) -> Result<bytes::View<'js>> {
    bytes::View::from_arg(call.ctx(), &call.arg(0), "input")
}

fn decoded<'js>(ctx: &Ctx<'js>, bytes: Option<Vec<u8>>) -> Result<Value<'js>> {
    match bytes {
        Some(bytes) => Ok(bytes::uint8_array(ctx, bytes)?.into_value()),
        None => Ok(Value::new_undefined(ctx.clone())),
    }
}
