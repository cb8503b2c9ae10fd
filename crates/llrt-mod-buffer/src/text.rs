//! Strings to bytes and back: `toString`, `write`, `fill`, `byteLength`.

use std::ffi::CStr;

use llrt_core::{
    JsClass, NodeError, args,
    bytes::{self, Characters, View},
    table::{Call, Member},
};
use rquickjs::{Coerced, Ctx, IntoJs, Result, String, Value};

use crate::{
    functions::{out_of_bounds, this_view, to_number},
    ops::{self, Encoding, base64},
    state::{MAX_SAFE_INTEGER, MAX_STRING_LENGTH},
};

/// The encoding that `name` names; `undefined` is UTF-8.
pub(crate) fn encoding<'js>(ctx: &Ctx<'js>, name: &Value<'js>) -> Result<Encoding> {
    if name.is_undefined() {
        return Ok(Encoding::Utf8);
    }
    find_encoding(name)?.ok_or_else(|| unknown_encoding(ctx, name))
}

/// The encoding of this name, if there is one. Other values than strings are made strings.
pub(crate) fn find_encoding(name: &Value<'_>) -> Result<Option<Encoding>> {
    match name.as_string() {
        Some(name) => bytes::with_wtf8(name, Encoding::parse),
        None => name.get::<Coerced<std::string::String>>().map(|name| Encoding::parse(name.0.as_bytes())),
    }
}

pub(crate) fn unknown_encoding<'js>(ctx: &Ctx<'js>, name: &Value<'js>) -> rquickjs::Error {
    match name.get::<Coerced<std::string::String>>() {
        Ok(name) => {
            let message = format!("Unknown encoding: {}", name.0);
            NodeError::new(JsClass::TypeError, "ERR_UNKNOWN_ENCODING", message).throw(ctx)
        }
        Err(error) => error,
    }
}

/// The bytes of a string.
pub(crate) fn decode(string: &String<'_>, encoding: Encoding) -> Result<Vec<u8>> {
    match encoding {
        Encoding::Utf8 => utf8_bytes(string),
        Encoding::Utf16le => bytes::with_utf16(string, ops::encoding::utf16le_bytes),
        Encoding::Latin1 | Encoding::Ascii => {
            let narrow = |units: &[u16]| units.iter().map(|&unit| unit as u8).collect();
            match bytes::characters(string) {
                Some(Characters::OneByte(bytes)) => Ok(bytes.to_vec()),
                Some(Characters::TwoByte(units)) => Ok(narrow(units)),
                None => bytes::with_utf16(string, narrow),
            }
        }
        Encoding::Base64 | Encoding::Base64Url => with_digits(string, base64::decode_lenient),
        Encoding::Hex => with_digits(string, ops::encoding::decode_hex),
    }
}

fn utf8_bytes(string: &String<'_>) -> Result<Vec<u8>> {
    if let Some(Characters::OneByte(bytes)) = bytes::characters(string)
        && bytes.is_ascii()
    {
        return Ok(bytes.to_vec());
    }
    let mut text = bytes::wtf8(string)?;
    bytes::replace_surrogates(&mut text);
    Ok(text)
}

/// Reads a string whose characters stand for something only where they are ASCII: the others are no digits as Latin-1 or as UTF-8.
pub(crate) fn with_digits<R>(string: &String<'_>, read: impl FnOnce(&[u8]) -> R) -> Result<R> {
    match bytes::characters(string) {
        Some(Characters::OneByte(bytes)) => Ok(read(bytes)),
        _ => bytes::with_wtf8(string, read),
    }
}

/// The string that bytes stand for.
pub(crate) fn encode<'js>(ctx: &Ctx<'js>, bytes: &[u8], encoding: Encoding) -> Result<Value<'js>> {
    let len = match encoding {
        Encoding::Hex => bytes.len() * 2,
        Encoding::Base64 | Encoding::Base64Url => bytes.len().div_ceil(3) * 4,
        Encoding::Utf16le => bytes.len() / 2,
        Encoding::Utf8 | Encoding::Latin1 | Encoding::Ascii => bytes.len(),
    };
    if len as i64 > MAX_STRING_LENGTH {
        let message = format!("Cannot create a string longer than {MAX_STRING_LENGTH:#x} characters");
        return Err(NodeError::new(JsClass::Error, "ERR_STRING_TOO_LONG", message).throw(ctx));
    }
    match encoding {
        Encoding::Utf8 => bytes::utf8_string(ctx, &ops::encoding::decode_utf8(bytes)),
        Encoding::Utf16le => bytes::utf16_string(ctx, &ops::encoding::utf16le_units(bytes)),
        Encoding::Latin1 => bytes::latin1_string(ctx, bytes),
        Encoding::Ascii if bytes.is_ascii() => bytes::latin1_string(ctx, bytes),
        Encoding::Ascii => {
            let low: Vec<u8> = bytes.iter().map(|byte| byte & 0x7f).collect();
            bytes::latin1_string(ctx, &low)
        }
        Encoding::Base64 | Encoding::Base64Url => {
            let is_url = encoding == Encoding::Base64Url;
            let len = base64::encoded_len(bytes.len(), is_url);
            bytes::one_byte_string(ctx, len, |target| base64::encode_into(bytes, target, is_url))
        }
        Encoding::Hex => bytes::one_byte_string(ctx, len, |target| ops::encoding::encode_hex_into(bytes, target)),
    }
}

/// Writes as much of `string` as fits without cutting a character, and tells how many bytes that is.
fn encode_into(string: &String<'_>, encoding: Encoding, target: &View<'_>, start: usize, max: usize) -> Result<usize> {
    let put = |source: &[u8]| {
        target.with_mut(|target| {
            let Some(target) = target.get_mut(start..) else { return 0 };
            let max = max.min(target.len());
            let len = match encoding {
                Encoding::Utf8 => ops::encoding::utf8_prefix_len(source, max),
                Encoding::Utf16le => source.len().min(max & !1),
                _ => source.len().min(max),
            };
            target[..len].copy_from_slice(&source[..len]);
            if encoding == Encoding::Utf8 {
                bytes::replace_surrogates(&mut target[..len]);
            }
            len
        })
    };
    match encoding {
        Encoding::Utf8 => bytes::with_wtf8(string, put),
        _ => decode(string, encoding).map(|source| put(&source)),
    }
}

/// `Buffer.isEncoding(name)`.
pub(crate) fn is_encoding<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let name = call.arg(0);
    (name.is_string() && find_encoding(&name)?.is_some()).into_js(call.ctx())
}

/// `Buffer.byteLength(value, encoding)`.
pub(crate) fn byte_length<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let value = call.arg(0);
    let Some(string) = value.as_string() else {
        return match View::of(&value) {
            Some(view) => view.len().into_js(ctx),
            None => Err(args::invalid_arg_type(ctx, "string", &["string", "Buffer", "ArrayBuffer"], &value)),
        };
    };
    let name = call.arg(1);
    let encoding = if name.is_string() { find_encoding(&name)? } else { None };
    let len = match encoding.unwrap_or(Encoding::Utf8) {
        // A lone surrogate and what stands for it have three bytes each.
        Encoding::Utf8 => bytes::wtf8_len(string)?,
        Encoding::Utf16le => bytes::string_len(string)? * 2,
        Encoding::Latin1 | Encoding::Ascii => bytes::string_len(string)?,
        Encoding::Hex => bytes::string_len(string)? / 2,
        Encoding::Base64 | Encoding::Base64Url => bytes::with_utf16(string, |units| {
            let padding = units.iter().rev().take(2).take_while(|&&unit| unit == u16::from(b'=')).count();
            (units.len() - padding) * 3 / 4
        })?,
    };
    len.into_js(ctx)
}

/// `buffer.toString(encoding, start, end)`.
pub(crate) fn to_string<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let view = this_view(call)?;
    if call.is_empty() {
        return view.with(|bytes| encode(ctx, bytes, Encoding::Utf8));
    }
    let len = view.len();
    let (name, start, end) = (call.arg(0), call.arg(1), call.arg(2));
    let start = if start.is_undefined() { 0.0 } else { to_number(&start)? };
    let start = if start > 0.0 { start.trunc() } else { 0.0 };
    if start >= len as f64 {
        return bytes::utf8_string(ctx, "");
    }
    let end = if end.is_undefined() { len as f64 } else { to_number(&end)? };
    let end = if end.is_nan() { 0.0 } else { end.trunc().min(len as f64) };
    if end <= start {
        return bytes::utf8_string(ctx, "");
    }
    let encoding = encoding(ctx, &name)?;
    view.with(|bytes| encode(ctx, bytes.get(start as usize..end as usize).unwrap_or_default(), encoding))
}

/// `buffer.hexSlice(start, end)` and its like.
pub(crate) const fn slice(name: &'static CStr, encoding: Encoding) -> Member {
    Member::method(name, 2, encoding as i16, |call| {
        let ctx = call.ctx();
        let view = this_view(call)?;
        let len = view.len();
        let start = index(call, 0, 0)?;
        let end = index(call, 1, len)?;
        if start.max(end) > len {
            let message = "Index out of range";
            return Err(NodeError::new(JsClass::RangeError, "ERR_OUT_OF_RANGE", message).throw(ctx));
        }
        let encoding = from_magic(call.magic());
        view.with(|bytes| encode(ctx, bytes.get(start..end).unwrap_or_default(), encoding))
    })
    .enumerable()
}

/// `buffer.hexWrite(string, offset, length)` and its like.
pub(crate) const fn write_as(name: &'static CStr, encoding: Encoding) -> Member {
    Member::method(name, 3, encoding as i16, |call| {
        let ctx = call.ctx();
        let view = this_view(call)?;
        let value = call.arg(0);
        let Some(string) = value.as_string() else {
            return Err(not_a_string(ctx));
        };
        let len = view.len();
        let encoding = from_magic(call.magic());
        // The encodings that are written most say more about what is wrong.
        let strict = matches!(encoding, Encoding::Utf8 | Encoding::Latin1 | Encoding::Ascii);
        let bound = |argument, default: usize, name| match index(call, argument, default) {
            Ok(number) if number <= default || (!strict && argument == 2) => Ok(number.min(default)),
            Err(_) if strict => {
                ctx.catch();
                Err(out_of_bounds(ctx, Some(name)))
            }
            Ok(_) => Err(out_of_bounds(ctx, Some(name))),
            Err(error) => Err(error),
        };
        let offset = if call.arg(1).is_undefined() { 0 } else { bound(1, len, "offset")? };
        let max = bound(2, len - offset, "length")?;
        encode_into(string, encoding, &view, offset, max)?.into_js(ctx)
    })
    .enumerable()
}

fn from_magic(magic: i32) -> Encoding {
    use Encoding::*;
    [Utf8, Utf16le, Latin1, Ascii, Base64, Base64Url, Hex]
        .into_iter()
        .find(|encoding| *encoding as i32 == magic)
        .unwrap_or(Utf8)
}

fn index(call: &Call<'_, '_>, argument: usize, default: usize) -> Result<usize> {
    let value = call.arg(argument);
    if value.is_undefined() {
        return Ok(default);
    }
    let number = to_number(&value)?;
    if number < 0.0 {
        let message = "Index out of range";
        return Err(NodeError::new(JsClass::RangeError, "ERR_OUT_OF_RANGE", message).throw(call.ctx()));
    }
    Ok(number as usize)
}

/// `buffer.write(string, offset, length, encoding)`; the encoding may take the place of what is left out.
pub(crate) fn write<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let view = this_view(call)?;
    let len = view.len();
    let (value, offset, length) = (call.arg(0), call.arg(1), call.arg(2));
    let Some(string) = value.as_string() else {
        return Err(not_a_string(ctx));
    };
    if offset.is_undefined() {
        return encode_into(string, Encoding::Utf8, &view, 0, len)?.into_js(ctx);
    }
    let (start, max, name) = if length.is_undefined() && offset.is_string() {
        (0, len, offset)
    } else {
        let start = args::integer(ctx, &offset, "offset", 0, len as i64)? as usize;
        let rest = len - start;
        if length.is_undefined() {
            (start, rest, call.arg(3))
        } else if length.is_string() {
            (start, rest, length)
        } else {
            let max = args::integer(ctx, &length, "length", 0, len as i64)? as usize;
            (start, max.min(rest), call.arg(3))
        }
    };
    let falsy = name.is_null() || name.as_bool() == Some(false) || is_empty_string(&name);
    let encoding = if falsy { Encoding::Utf8 } else { encoding(ctx, &name)? };
    encode_into(string, encoding, &view, start, max)?.into_js(ctx)
}

fn not_a_string(ctx: &Ctx<'_>) -> rquickjs::Error {
    NodeError::new(JsClass::TypeError, "ERR_INVALID_ARG_TYPE", "argument must be a string").throw(ctx)
}

fn is_empty_string(value: &Value<'_>) -> bool {
    value.as_string().is_some_and(|string| bytes::with_wtf8(string, <[u8]>::is_empty).unwrap_or(false))
}

/// `buffer.fill(value, offset, end, encoding)`; the encoding may take the place of what is left out.
pub(crate) fn fill<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let this = call.this();
    this_view(call)?;
    fill_with(call.ctx(), &this, &call.arg(0), &call.arg(1), &call.arg(2), &call.arg(3))?;
    Ok(this)
}

pub(crate) fn fill_with<'js>(
    ctx: &Ctx<'js>,
    buffer: &Value<'js>,
    value: &Value<'js>,
    offset: &Value<'js>,
    end: &Value<'js>,
    name: &Value<'js>,
) -> Result<()> {
    let view = View::from_arg(ctx, buffer, "buffer")?;
    let len = view.len();
    let undefined = Value::new_undefined(ctx.clone());
    let (mut offset, mut end, mut name) = (offset, end, name);
    let mut encoding = Encoding::Utf8;
    if value.is_string() {
        if offset.is_undefined() || offset.is_string() {
            (name, offset, end) = (offset, &undefined, &undefined);
        } else if end.is_string() {
            (name, end) = (end, &undefined);
        }
        let falsy = name.is_undefined() || name.is_null() || is_empty_string(name);
        if !falsy {
            if !name.is_string() {
                return Err(args::invalid_arg_type(ctx, "encoding", &["string"], name));
            }
            encoding = self::encoding(ctx, name)?;
        }
    }
    let (start, stop) = if offset.is_undefined() {
        (0, len)
    } else {
        let start = args::integer(ctx, offset, "offset", 0, MAX_SAFE_INTEGER)?;
        let stop = args::optional(end, |end| args::integer(ctx, end, "end", 0, len as i64))?;
        (start as usize, stop.map_or(len, |stop| stop as usize))
    };
    if start >= stop {
        return Ok(());
    }
    let pattern = match (value.as_string(), View::of(value).filter(|_| !bytes::is_array_buffer(value))) {
        (Some(string), _) if is_empty_string(string) => vec![0],
        (Some(string), _) => decode(string, encoding)?,
        (None, Some(view)) => view.to_vec(),
        (None, None) => vec![to_byte(value)?],
    };
    if pattern.is_empty() {
        return Err(args::invalid_arg_value(ctx, "value", value, "is invalid"));
    }
    let fits = view.with_mut(|bytes| {
        let Some(target) = bytes.get_mut(start..stop) else { return false };
        if let [byte] = pattern[..] {
            target.fill(byte);
        } else {
            for chunk in target.chunks_mut(pattern.len()) {
                chunk.copy_from_slice(&pattern[..chunk.len()]);
            }
        }
        true
    });
    if fits { Ok(()) } else { Err(out_of_bounds(ctx, None)) }
}

/// As an assignment to an element of a `Uint8Array` converts a number.
pub(crate) fn to_byte(value: &Value<'_>) -> Result<u8> {
    let number = to_number(value)?;
    Ok(if number.is_finite() { (number.trunc() % 256.0) as i32 as u8 } else { 0 })
}
