//! What is left of `Buffer.prototype`, and the module's functions.

use llrt_core::{
    JsClass, NodeError, args,
    bytes::{self, View, is_array_buffer, is_typed_array, is_uint8_array},
    table::Call,
};
use rquickjs::{
    Array, Atom, Coerced, Ctx, Error, Function, IntoJs, Object, Result, Value, function::This, object::Filter,
};

use crate::{
    ops::{self, Encoding, base64},
    state, text,
};

/// The bytes of the receiver.
pub(crate) fn this_view<'js>(call: &Call<'_, 'js>) -> Result<View<'js>> {
    View::of(&call.this()).ok_or_else(|| {
        NodeError::new(JsClass::TypeError, "ERR_INVALID_ARG_TYPE", "argument must be a buffer").throw(call.ctx())
    })
}

/// JavaScript's `+value`.
pub(crate) fn to_number(value: &Value<'_>) -> Result<f64> {
    match value.as_number() {
        Some(number) => Ok(number),
        None => value.get::<Coerced<f64>>().map(|number| number.0),
    }
}

/// `ERR_BUFFER_OUT_OF_BOUNDS`.
pub(crate) fn out_of_bounds(ctx: &Ctx<'_>, name: Option<&str>) -> Error {
    let message = match name {
        Some(name) => format!("\"{name}\" is outside of buffer bounds"),
        None => "Attempt to access memory outside buffer bounds".to_owned(),
    };
    NodeError::new(JsClass::RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", message).throw(ctx)
}

/// `buffer.copy(target, targetStart, sourceStart, sourceEnd)`.
pub(crate) fn copy<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let source = this_view(call)?;
    let target = call.arg(0);
    let Some(target) = View::of(&target).filter(|_| !is_array_buffer(&target)) else {
        return Err(args::invalid_arg_type(ctx, "target", &["Buffer", "Uint8Array"], &target));
    };
    let len = source.len();
    let offset = |argument: usize, default: usize, name: &str, max: f64, expected: &str| {
        let value = call.arg(argument);
        if value.is_undefined() {
            return Ok(default);
        }
        let number = to_number(&value)?;
        let number = if number.abs() < 9_007_199_254_740_992.0 { number.floor() } else { 0.0 };
        if number < 0.0 || number > max {
            let expected = if max.is_finite() { format!("{expected} && <= {max}") } else { expected.to_owned() };
            return Err(args::out_of_range(ctx, name, &expected, &Value::new_number(ctx.clone(), number)));
        }
        Ok(number as usize)
    };
    let target_start = offset(1, 0, "targetStart", f64::INFINITY, ">= 0")?;
    let source_start = offset(2, 0, "sourceStart", len as f64, ">= 0")?;
    let source_end = offset(3, len, "sourceEnd", f64::INFINITY, ">= 0")?.min(len);
    if target_start >= target.len() || source_start >= source_end {
        return 0.into_js(ctx);
    }
    // Both may be views of the same memory, so that the bytes go through a copy.
    let copy = source.with(|bytes| bytes.get(source_start..source_end).map(<[u8]>::to_vec)).unwrap_or_default();
    let copied = target.with_mut(|target| {
        let Some(target) = target.get_mut(target_start..) else { return 0 };
        let len = target.len().min(copy.len());
        target[..len].copy_from_slice(&copy[..len]);
        len
    });
    copied.into_js(ctx)
}

/// `Buffer.concat(list, totalLength)`.
pub(crate) fn concat<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let value = call.arg(0);
    let Some(list) = value.as_array() else {
        return Err(args::invalid_arg_type(ctx, "list", &["Array"], &value));
    };
    if list.is_empty() {
        return bytes::buffer_zeroed(ctx, 0).map(Object::into_value);
    }
    let total = call.arg(1);
    let total = args::optional(&total, |total| args::integer(ctx, total, "length", 0, state::MAX_LENGTH))?;
    if let Some(total) = total
        && total > state::MAX_LENGTH
    {
        let message = "Array buffer allocation failed";
        return Err(NodeError::new(JsClass::RangeError, "ERR_MEMORY_ALLOCATION_FAILED", message).throw(ctx));
    }
    let mut views = Vec::with_capacity(list.len());
    for (index, item) in list.iter::<Value<'js>>().enumerate() {
        let item = item?;
        let Some(view) = View::of(&item).filter(|_| is_uint8_array(&item)) else {
            return Err(args::invalid_arg_type(ctx, &format!("list[{index}]"), &["Buffer", "Uint8Array"], &item));
        };
        views.push(view);
    }
    let total = total.map_or_else(|| views.iter().map(View::len).sum(), |total| total as usize);
    let mut all = Vec::with_capacity(total);
    for view in views {
        view.with(|bytes| all.extend_from_slice(&bytes[..bytes.len().min(total - all.len())]));
    }
    all.resize(total, 0);
    bytes::buffer(ctx, all).map(Object::into_value)
}

/// `buffer.toJSON()`.
pub(crate) fn to_json<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let data = Array::new(ctx.clone())?;
    for (index, byte) in this_view(call)?.to_vec().into_iter().enumerate() {
        data.set(index, byte)?;
    }
    let object = Object::new(ctx.clone())?;
    object.set("type", "Buffer")?;
    object.set("data", data)?;
    object.into_js(ctx)
}

/// `buffer.subarray(start, end)` and `slice`, which is the same.
pub(crate) fn subarray<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let this = call.this();
    let Some(object) = this.as_object().filter(|_| is_typed_array(&this)) else {
        return this_view(call).map(|_| this.clone());
    };
    let len = this_view(call)?.len() as f64;
    let index = |argument, default| {
        let value = call.arg(argument);
        if value.is_undefined() {
            return Ok(default);
        }
        let index = to_number(&value)?.trunc();
        Ok::<_, Error>(if index.is_nan() {
            0.0
        } else if index < 0.0 {
            (index + len).max(0.0)
        } else {
            index.min(len)
        })
    };
    let (start, end) = (index(0, 0.0)?, index(1, len)?);
    let buffer: Object<'js> = object.get("buffer")?;
    let offset = object.get::<_, f64>("byteOffset")? + start;
    bytes::buffer_over(ctx, &buffer, offset as usize, Some((end - start).max(0.0) as usize)).map(Object::into_value)
}

/// `buffer.slice(start, end)`: what the receiver's own `subarray` gives, which for a `Uint8Array` is another one.
pub(crate) fn slice<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let this = call.this();
    match this.as_object() {
        Some(object) if is_typed_array(&this) => {
            let subarray: Function<'js> = object.get("subarray")?;
            subarray.call((This(this.clone()), call.arg(0), call.arg(1)))
        }
        _ => this_view(call).map(|_| this.clone()),
    }
}

/// `buffer.swap16()`, `swap32` and `swap64`: the magic is the number of bytes.
pub(crate) fn swap<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let size = call.magic() as usize;
    let whole = this_view(call)?.with_mut(|bytes| {
        let whole = bytes.len().is_multiple_of(size);
        if whole {
            bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        }
        whole
    });
    if !whole {
        let message = format!("Buffer size must be a multiple of {}-bits", size * 8);
        return Err(NodeError::new(JsClass::RangeError, "ERR_INVALID_BUFFER_SIZE", message).throw(call.ctx()));
    }
    Ok(call.this())
}

/// `buffer[util.inspect.custom](depth, options, inspect)`: `<Buffer 61 62>`.
pub(crate) fn inspect<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let view = this_view(call)?;
    let max = state::of(ctx)?.inspect_max_bytes.get();
    let len = view.len();
    let shown = if max < len as f64 { max.floor() as usize } else { len };
    let mut text = view.with(|bytes| {
        let pairs: Vec<String> = bytes.iter().take(shown).map(|byte| format!("{byte:02x}")).collect();
        pairs.join(" ")
    });
    if len > shown {
        let rest = len as f64 - max;
        text += &format!(" ... {rest} more byte{}", if rest > 1.0 { "s" } else { "" });
    }
    let this = call.this().into_object().ok_or(Error::Unknown)?;
    if let (Some(options), Some(inspect)) = (call.arg(1).as_object(), call.arg(2).as_function()) {
        let extras = inspect_extras(ctx, &this, options, inspect)?;
        if !extras.is_empty() {
            text += if text.is_empty() { "" } else { ", " };
            text += &extras;
        }
    }
    let class: Option<Object<'js>> = this.get("constructor")?;
    let name: String = class.map_or(Ok("Buffer".to_owned()), |class| class.get("name"))?;
    format!("<{name} {text}>").into_js(ctx)
}

/// The properties that somebody put on a Buffer, as `a: 1, b: 2`.
fn inspect_extras<'js>(
    ctx: &Ctx<'js>,
    this: &Object<'js>,
    options: &Object<'js>,
    inspect: &Function<'js>,
) -> Result<String> {
    let hidden = options.get::<_, Value<'js>>("showHidden")?.as_bool() == Some(true);
    let extras = Object::new_proto(ctx.clone(), None)?;
    let mut any = false;
    let filter = Filter::new().string().symbol();
    let filter = if hidden { filter } else { filter.enum_only() };
    for key in this.own_keys::<Atom<'js>>(filter) {
        let key = key?;
        let is_index = key.to_string()?.bytes().all(|byte| byte.is_ascii_digit());
        if !is_index {
            any = true;
            extras.set(key.clone(), this.get::<_, Value<'js>>(key)?)?;
        }
    }
    if !any {
        return Ok(String::new());
    }
    let flat = Object::new(ctx.clone())?;
    for entry in options.props::<String, Value<'js>>() {
        let (key, value) = entry?;
        flat.set(key, value)?;
    }
    flat.set("breakLength", f64::INFINITY)?;
    flat.set("compact", true)?;
    let text: String = inspect.call((extras, flat))?;
    let inner = text.strip_prefix("[Object: null prototype] {").and_then(|text| text.strip_suffix('}'));
    Ok(inner.unwrap_or(&text).trim().to_owned())
}

/// The module's `INSPECT_MAX_BYTES`.
pub(crate) fn inspect_max_bytes<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    state::of(call.ctx())?.inspect_max_bytes.get().into_js(call.ctx())
}

pub(crate) fn set_inspect_max_bytes<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let value = call.arg(0);
    let number = args::number(call.ctx(), &value, "INSPECT_MAX_BYTES")?;
    if number.is_nan() || number < 0.0 {
        return Err(args::out_of_range(call.ctx(), "INSPECT_MAX_BYTES", ">= 0", &value));
    }
    state::of(call.ctx())?.inspect_max_bytes.set(number);
    Ok(Value::new_undefined(call.ctx().clone()))
}

/// `isUtf8(input)` and, with the magic 1, `isAscii(input)`.
pub(crate) fn is_utf8<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let value = call.arg(0);
    let Some(view) = View::of(&value).filter(|_| !bytes::is_data_view(&value)) else {
        return Err(args::invalid_arg_type(ctx, "input", &["ArrayBuffer", "Buffer", "TypedArray"], &value));
    };
    let object = value.as_object().ok_or(Error::Unknown)?;
    let buffer = if is_array_buffer(&value) { object.clone() } else { object.get("buffer")? };
    if buffer.get::<_, Value<'js>>("detached")?.as_bool() == Some(true) {
        let message = "Invalid state: Cannot validate on a detached buffer";
        return Err(NodeError::new(JsClass::Error, "ERR_INVALID_STATE", message).throw(ctx));
    }
    let check = if call.magic() == 0 { ops::encoding::is_utf8 } else { <[u8]>::is_ascii };
    view.with(check).into_js(ctx)
}

/// `transcode(source, fromEncoding, toEncoding)`.
pub(crate) fn transcode<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let value = call.arg(0);
    let Some(source) = View::of(&value).filter(|_| is_uint8_array(&value)) else {
        return Err(args::invalid_arg_type(ctx, "source", &["Buffer", "Uint8Array"], &value));
    };
    if source.is_empty() {
        return bytes::buffer_zeroed(ctx, 0).map(Object::into_value);
    }
    let name = |argument| {
        let name = call.arg(argument);
        let encoding = if name.is_undefined() { Some(Encoding::Utf8) } else { text::find_encoding(&name)? };
        Ok::<_, Error>(encoding.filter(|encoding| {
            matches!(encoding, Encoding::Utf8 | Encoding::Utf16le | Encoding::Latin1 | Encoding::Ascii)
        }))
    };
    let (Some(from), Some(to)) = (name(1)?, name(2)?) else {
        return Err(cannot_transcode(ctx, "U_ILLEGAL_ARGUMENT_ERROR", 1));
    };
    let bytes = source.to_vec();
    if (from, to) == (Encoding::Utf8, Encoding::Utf16le) && !ops::encoding::is_utf8(&bytes) {
        return Err(cannot_transcode(ctx, "U_INVALID_CHAR_FOUND", 10));
    }
    let text: String = match from {
        Encoding::Utf16le => String::from_utf16_lossy(&ops::encoding::utf16le_units(&bytes)),
        Encoding::Latin1 => bytes.iter().map(|&byte| char::from(byte)).collect(),
        Encoding::Ascii => bytes.iter().map(|&byte| if byte < 0x80 { char::from(byte) } else { '\u{FFFD}' }).collect(),
        _ => ops::encoding::decode_utf8(&bytes).into_owned(),
    };
    let limit = if to == Encoding::Ascii { 0x7f } else { 0xff };
    let bytes = match to {
        Encoding::Utf8 => text.into_bytes(),
        Encoding::Utf16le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => text.chars().map(|c| if u32::from(c) <= limit { c as u8 } else { b'?' }).collect(),
    };
    bytes::buffer(ctx, bytes).map(Object::into_value)
}

/// An error of the library that Node transcodes with.
fn cannot_transcode(ctx: &Ctx<'_>, code: &'static str, errno: i32) -> Error {
    let error = NodeError::new(JsClass::Error, code, format!("Unable to transcode Buffer [{code}]"));
    let thrown = llrt_core::error::into_value(ctx, &error).and_then(|error| {
        error.get::<Object<'_>>()?.set("errno", errno)?;
        Ok(error)
    });
    thrown.map_or_else(|error| error, |error| ctx.throw(error))
}

/// `btoa(data)`: <https://html.spec.whatwg.org/multipage/webappapis.html#dom-btoa>.
pub(crate) fn btoa<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let string = required_string(call)?;
    let bytes = bytes::with_utf16(&string, |units| {
        units.iter().map(|&unit| u8::try_from(unit).ok()).collect::<Option<Vec<u8>>>()
    })?;
    match bytes {
        Some(bytes) => bytes::utf8_string(ctx, &base64::encode(&bytes)),
        None => Err(NodeError::plain(JsClass::DomException("InvalidCharacterError"), "Invalid character").throw(ctx)),
    }
}

/// `atob(data)`: <https://html.spec.whatwg.org/multipage/webappapis.html#dom-atob>.
pub(crate) fn atob<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let string = required_string(call)?;
    let message = match text::with_digits(&string, base64::decode_forgiving)? {
        Ok(bytes) => return bytes::latin1_string(ctx, &bytes),
        Err(base64::Base64Error::Character) => "Invalid character",
        Err(base64::Base64Error::Remainder) => "The string to be decoded is not correctly encoded.",
    };
    Err(NodeError::plain(JsClass::DomException("InvalidCharacterError"), message).throw(ctx))
}

fn required_string<'js>(call: &Call<'_, 'js>) -> Result<rquickjs::String<'js>> {
    if call.is_empty() {
        let message = "The \"input\" argument must be specified";
        return Err(NodeError::new(JsClass::TypeError, "ERR_MISSING_ARGS", message).throw(call.ctx()));
    }
    call.arg(0).get::<Coerced<rquickjs::String<'js>>>().map(|string| string.0)
}
