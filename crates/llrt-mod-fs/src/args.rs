//! JavaScript values to typed arguments, with Node's errors.

use std::{ffi::OsString, os::unix::ffi::OsStringExt, path::PathBuf};

use llrt_core::{JsClass, NodeError, args, bytes::View};
use rquickjs::{Ctx, Error, Function, Object, Result, Value, function::This};
use rustix::fs::OFlags;

use crate::{encoding::Encoding, ops::data::Target};

/// The arguments of a call, without its callback.
pub(crate) struct Args<'js> {
    pub(crate) ctx: Ctx<'js>,
    pub(crate) values: Vec<Value<'js>>,
    /// The names that errors of promise functions and of the others differ in.
    pub(crate) is_promise: bool,
}

impl<'js> Args<'js> {
    /// The argument at `index`, `undefined` past the last.
    pub(crate) fn get(&self, index: usize) -> Value<'js> {
        self.values.get(index).cloned().unwrap_or_else(|| Value::new_undefined(self.ctx.clone()))
    }

    /// A path: a string, bytes, or a `file:` URL.
    pub(crate) fn path(&self, index: usize, name: &str) -> Result<PathBuf> {
        path(&self.ctx, &self.get(index), name)
    }

    /// A path or, as a number, a descriptor.
    pub(crate) fn target(&self, index: usize, name: &str) -> Result<Target> {
        let value = self.get(index);
        if value.as_number().is_some_and(|number| number.fract() == 0.0 && number.abs() <= f64::from(u32::MAX)) {
            return fd(&self.ctx, &value).map(Target::Fd);
        }
        path(&self.ctx, &value, name).map(Target::Path)
    }

    pub(crate) fn fd(&self, index: usize) -> Result<i32> {
        fd(&self.ctx, &self.get(index))
    }

    pub(crate) fn options(&self, index: usize) -> Result<Options<'js>> {
        Options::of(&self.ctx, &self.get(index), Encoding::Buffer)
    }

    /// Options whose default encoding is UTF-8: those of functions that give names.
    pub(crate) fn text_options(&self, index: usize) -> Result<Options<'js>> {
        Options::of(&self.ctx, &self.get(index), Encoding::Utf8)
    }

    /// A file mode: a number or octal digits.
    pub(crate) fn mode(&self, index: usize, name: &str, default: Option<u32>) -> Result<u32> {
        mode(&self.ctx, &self.get(index), name, default)
    }
}

/// A descriptor.
pub(crate) fn fd<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<i32> {
    args::integer(ctx, value, "fd", 0, i32::MAX.into()).map(|fd| fd as i32)
}

/// A path: a string, bytes, or a `file:` URL; without null bytes.
pub(crate) fn path<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<PathBuf> {
    let raw = if let Some(text) = value.as_string() {
        args::lossy_string(text)?.into_bytes()
    } else if value.as_object().is_some_and(Object::is_typed_array::<u8>) {
        View::of(value).map(|view| view.to_vec()).unwrap_or_default()
    } else if let Some(url) = file_url(value)? {
        let path = url_to_path(ctx, &url)?;
        if path.contains(&0) {
            let text = String::from_utf8_lossy(&path).replace('\0', "\\x00");
            return Err(null_bytes(ctx, name, &format!("'{text}'")));
        }
        path
    } else {
        return Err(args::invalid_arg_type(ctx, name, &["string", "Buffer", "URL"], value));
    };
    if raw.contains(&0) {
        let shown = match value.as_string() {
            Some(_) => format!("'{}'", String::from_utf8_lossy(&raw).replace('\0', "\\x00")),
            None if value.as_object().is_some_and(|object| object.contains_key("readUInt8").unwrap_or(false)) => {
                format!("<Buffer{}>", raw.iter().map(|byte| format!(" {byte:02x}")).collect::<String>())
            }
            None => {
                let list: Vec<String> = raw.iter().map(u8::to_string).collect();
                format!("Uint8Array({}) [ {} ]", raw.len(), list.join(", "))
            }
        };
        return Err(null_bytes(ctx, name, &shown));
    }
    Ok(PathBuf::from(OsString::from_vec(raw)))
}

fn null_bytes(ctx: &Ctx<'_>, name: &str, shown: &str) -> Error {
    let text =
        format!("The argument '{name}' must be a string, Uint8Array, or URL without null bytes. Received {shown}");
    NodeError::new(JsClass::TypeError, "ERR_INVALID_ARG_VALUE", text).throw(ctx)
}

/// `value` if it looks like a URL: it has `href` and `protocol`, and is none of the old `url.parse`.
fn file_url<'js>(value: &Value<'js>) -> Result<Option<Object<'js>>> {
    let Some(object) = value.as_object().filter(|_| !value.is_function()) else { return Ok(None) };
    let text = |name: &str| object.get::<_, Value<'js>>(name);
    let is_url = truthy(&text("href")?)
        && truthy(&text("protocol")?)
        && text("auth")?.is_undefined()
        && text("path")?.is_undefined();
    Ok(is_url.then(|| object.clone()))
}

fn url_to_path<'js>(ctx: &Ctx<'js>, url: &Object<'js>) -> Result<Vec<u8>> {
    let text = |name: &str| -> Result<String> { Ok(url.get::<_, rquickjs::Coerced<String>>(name)?.0) };
    let error = |code: &'static str, message: &str| NodeError::new(JsClass::TypeError, code, message).throw(ctx);
    if text("protocol")? != "file:" {
        return Err(error("ERR_INVALID_URL_SCHEME", "The URL must be of scheme file"));
    }
    if !text("hostname")?.is_empty() {
        let system = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
        let message = format!("File URL host must be \"localhost\" or empty on {system}");
        return Err(error("ERR_INVALID_FILE_URL_HOST", &message));
    }
    let pathname = text("pathname")?.into_bytes();
    let mut path = Vec::with_capacity(pathname.len());
    let mut rest = pathname.as_slice();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'%' {
            path.push(byte);
            continue;
        }
        let digit = |at: usize| tail.get(at).and_then(|&digit| char::from(digit).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else { return Err(malformed(ctx)) };
        // Two digits are at most 0xff.
        let decoded = (high * 16 + low) as u8;
        if decoded == b'/' {
            return Err(error("ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded / characters"));
        }
        path.push(decoded);
        rest = &tail[2..];
    }
    // As `decodeURIComponent`: a path that is no text has to come as a Buffer.
    if std::str::from_utf8(&path).is_err() { Err(malformed(ctx)) } else { Ok(path) }
}

/// The `URIError` of `decodeURIComponent`.
fn malformed(ctx: &Ctx<'_>) -> Error {
    let made = ctx.globals().get::<_, rquickjs::Constructor<'_>>("URIError");
    match made.and_then(|class| class.construct::<_, Value<'_>>(("URI malformed",))) {
        Ok(error) => ctx.throw(error),
        Err(error) => error,
    }
}

/// JavaScript's idea of truth.
pub(crate) fn truthy(value: &Value<'_>) -> bool {
    if let Some(number) = value.as_number() {
        return number != 0.0 && !number.is_nan();
    }
    match value.as_bool() {
        Some(truth) => truth,
        None => {
            !(value.is_undefined() || value.is_null())
                && value.as_string().is_none_or(|text| text.to_string().is_ok_and(|text| !text.is_empty()))
        }
    }
}

/// The options argument of most functions: an object, or the encoding alone.
pub(crate) struct Options<'js> {
    ctx: Ctx<'js>,
    object: Option<Object<'js>>,
    pub(crate) encoding: Encoding,
    /// `buffer` was named, which a few functions refuse.
    pub(crate) names_buffer: bool,
    pub(crate) signal: Option<Object<'js>>,
}

impl<'js> Options<'js> {
    pub(crate) fn of(ctx: &Ctx<'js>, value: &Value<'js>, default: Encoding) -> Result<Self> {
        let mut options = Self { ctx: ctx.clone(), object: None, encoding: default, names_buffer: false, signal: None };
        if value.is_undefined() || value.is_null() || value.is_function() {
            return Ok(options);
        }
        if value.is_string() {
            options.set_encoding(value)?;
            return Ok(options);
        }
        let Some(object) = value.as_object() else {
            return Err(args::invalid_arg_type(ctx, "options", &["string", "Object"], value));
        };
        options.set_encoding(&object.get("encoding")?)?;
        let signal: Value<'js> = object.get("signal")?;
        if !signal.is_undefined() {
            let valid = signal.as_object().filter(|signal| signal.contains_key("aborted").unwrap_or(false));
            let Some(found) = valid else {
                return Err(args::invalid_arg_type(ctx, "options.signal", &["AbortSignal"], &signal));
            };
            options.signal = Some(found.clone());
        }
        options.object = Some(object.clone());
        Ok(options)
    }

    fn set_encoding(&mut self, value: &Value<'js>) -> Result<()> {
        if !truthy(value) {
            return Ok(());
        }
        let name = value.as_string().map(args::lossy_string).transpose()?;
        let Some(encoding) = name.as_deref().and_then(Encoding::parse) else {
            return Err(args::invalid_arg_value(&self.ctx, "encoding", value, "is invalid encoding"));
        };
        self.names_buffer = encoding == Encoding::Buffer;
        self.encoding = encoding;
        Ok(())
    }

    /// The property `name`, `undefined` without an options object.
    pub(crate) fn get(&self, name: &str) -> Result<Value<'js>> {
        match &self.object {
            Some(object) => object.get(name),
            None => Ok(Value::new_undefined(self.ctx.clone())),
        }
    }

    pub(crate) fn flags(&self, default: i32) -> Result<i32> {
        flags(&self.ctx, &self.get("flag")?, default)
    }

    pub(crate) fn mode(&self, default: u32) -> Result<u32> {
        mode(&self.ctx, &self.get("mode")?, "mode", Some(default))
    }

    /// A boolean that is checked.
    pub(crate) fn boolean(&self, name: &str, default: bool) -> Result<bool> {
        let value = self.get(name)?;
        if value.is_undefined() { Ok(default) } else { args::boolean(&self.ctx, &value, &format!("options.{name}")) }
    }

    /// A boolean that is not checked.
    pub(crate) fn truthy(&self, name: &str) -> Result<bool> {
        self.get(name).map(|value| truthy(&value))
    }
}

/// Open flags: a number, one of Node's words, or the default for none.
pub(crate) fn flags<'js>(ctx: &Ctx<'js>, value: &Value<'js>, default: i32) -> Result<i32> {
    if value.is_undefined() || value.is_null() {
        return Ok(default);
    }
    if value.is_number() {
        return args::int32(ctx, value, "flags");
    }
    let name = value.as_string().map(args::lossy_string).transpose()?;
    let flags = match name.as_deref().unwrap_or_default() {
        "r" => OFlags::RDONLY,
        "rs" | "sr" => OFlags::RDONLY | OFlags::SYNC,
        "r+" => OFlags::RDWR,
        "rs+" | "sr+" => OFlags::RDWR | OFlags::SYNC,
        "w" => OFlags::TRUNC | OFlags::CREATE | OFlags::WRONLY,
        "wx" | "xw" => OFlags::TRUNC | OFlags::CREATE | OFlags::WRONLY | OFlags::EXCL,
        "w+" => OFlags::TRUNC | OFlags::CREATE | OFlags::RDWR,
        "wx+" | "xw+" => OFlags::TRUNC | OFlags::CREATE | OFlags::RDWR | OFlags::EXCL,
        "a" => OFlags::APPEND | OFlags::CREATE | OFlags::WRONLY,
        "ax" | "xa" => OFlags::APPEND | OFlags::CREATE | OFlags::WRONLY | OFlags::EXCL,
        "as" | "sa" => OFlags::APPEND | OFlags::CREATE | OFlags::WRONLY | OFlags::SYNC,
        "a+" => OFlags::APPEND | OFlags::CREATE | OFlags::RDWR,
        "ax+" | "xa+" => OFlags::APPEND | OFlags::CREATE | OFlags::RDWR | OFlags::EXCL,
        "as+" | "sa+" => OFlags::APPEND | OFlags::CREATE | OFlags::RDWR | OFlags::SYNC,
        _ => return Err(args::invalid_arg_value(ctx, "flags", value, "is invalid")),
    };
    Ok(flags.bits().cast_signed())
}

/// The flags of `r`, `w` and `a`.
pub(crate) fn read_flags() -> i32 {
    OFlags::RDONLY.bits().cast_signed()
}

pub(crate) fn write_flags() -> i32 {
    (OFlags::TRUNC | OFlags::CREATE | OFlags::WRONLY).bits().cast_signed()
}

pub(crate) fn append_flags() -> i32 {
    (OFlags::APPEND | OFlags::CREATE | OFlags::WRONLY).bits().cast_signed()
}

/// A file mode: a number or octal digits.
pub(crate) fn mode<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str, default: Option<u32>) -> Result<u32> {
    if (value.is_undefined() || value.is_null())
        && let Some(default) = default
    {
        return Ok(default);
    }
    let Some(text) = value.as_string() else { return args::uint32(ctx, value, name) };
    let text = args::lossy_string(text)?;
    let digits = !text.is_empty() && text.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    if digits && let Ok(mode) = u64::from_str_radix(&text, 8) {
        let number = Value::new_number(ctx.clone(), mode as f64);
        return args::uint32(ctx, &number, name);
    }
    Err(args::invalid_arg_value(ctx, name, value, "must be a 32-bit unsigned integer or an octal string"))
}

/// The mode of `access` and `copyFile`, which Node checks elsewhere, in other words.
pub(crate) fn small_mode<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<u32> {
    if value.is_undefined() || value.is_null() {
        return Ok(0);
    }
    match value.as_number().map(f64::trunc) {
        Some(mode) if mode.abs() <= 2_147_483_648.0 => {
            if (0.0..=7.0).contains(&mode) {
                return Ok(mode as u32);
            }
            Err(NodeError::new(JsClass::RangeError, "ERR_OUT_OF_RANGE", "mode is out of range: >= 0 && <= 7")
                .throw(ctx))
        }
        _ => {
            let text = "mode must be int32 or null/undefined";
            Err(NodeError::new(JsClass::TypeError, "ERR_INVALID_ARG_TYPE", text).throw(ctx))
        }
    }
}

/// An owner or group.
pub(crate) fn owner<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<i64> {
    args::integer(ctx, value, name, -1, u32::MAX.into())
}

/// A point in time, in seconds: a number, a string that reads as one, or a `Date`.
pub(crate) fn time<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<f64> {
    if value.is_string() {
        let number: f64 = value.get::<rquickjs::Coerced<f64>>()?.0;
        if !number.is_nan() {
            return Ok(number);
        }
    }
    if let Some(number) = value.as_number()
        && number.is_finite()
    {
        return Ok(if number < 0.0 { now() } else { number });
    }
    if let Some(object) = value.as_object() {
        let date: Object<'js> = ctx.globals().get("Date")?;
        if object.is_instance_of(&date) {
            let get_time: Function<'js> = object.get("getTime")?;
            let ms: f64 = get_time.call((This(object.clone()),))?;
            return Ok(ms / 1000.0);
        }
    }
    Err(args::invalid_arg_type(ctx, name, &["Date", "Time in seconds"], value))
}

fn now() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0.0, |time| time.as_millis() as f64 / 1000.0)
}

/// A position in a file: `None` for where the descriptor stands (`null`, `undefined`, -1).
pub(crate) fn read_position<'js>(ctx: &Ctx<'js>, value: &Value<'js>, len: usize) -> Result<Option<u64>> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    if value.is_big_int() {
        let big = value.clone().into_big_int().and_then(|big| big.to_i64().ok());
        // What does not fit wraps around: the text tells whether it did.
        let text = value.get::<rquickjs::Coerced<String>>()?.0;
        let max = i64::MAX - len as i64;
        return match big.filter(|big| big.to_string() == text && (-1..=max).contains(big)) {
            Some(position) => Ok(u64::try_from(position).ok()),
            None => {
                let message = format!(
                    "The value of \"position\" is out of range. It must be >= -1 && <= {max}. Received {}n",
                    group_digits(&text)
                );
                Err(NodeError::new(JsClass::RangeError, "ERR_OUT_OF_RANGE", message).throw(ctx))
            }
        };
    }
    if !value.is_number() {
        return Err(args::invalid_arg_type(ctx, "position", &["bigint", "integer"], value));
    }
    let position = args::integer(ctx, value, "position", -1, 9_007_199_254_740_991)?;
    Ok(u64::try_from(position).ok())
}

/// `18_446_744_073_709_551_616`.
fn group_digits(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    if digits.len() <= 10 {
        return text.to_owned();
    }
    let mut grouped = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

/// The position of `write`: whatever is no number means where the descriptor stands.
pub(crate) fn write_position(value: &Value<'_>) -> Option<u64> {
    if value.is_big_int() {
        return value.clone().into_big_int().and_then(|big| big.to_i64().ok()).and_then(|big| u64::try_from(big).ok());
    }
    value.as_number().filter(|position| *position >= 0.0).map(|position| position as u64)
}

/// Offset and length of a part of a buffer of `size` bytes.
pub(crate) fn range<'js>(
    ctx: &Ctx<'js>,
    offset: &Value<'js>,
    length: &Value<'js>,
    size: usize,
    is_write: bool,
) -> Result<(usize, usize)> {
    let none = |value: &Value<'js>| value.is_undefined() || value.is_null();
    let start = if none(offset) { 0 } else { args::integer(ctx, offset, "offset", 0, 9_007_199_254_740_991)? as usize };
    let left = size as f64 - start as f64;
    if is_write && left < 0.0 {
        return Err(args::out_of_range(ctx, "offset", &format!("<= {size}"), offset));
    }
    if none(length) {
        if left < 0.0 {
            let value = Value::new_number(ctx.clone(), left);
            return Err(args::out_of_range(ctx, "length", ">= 0", &value));
        }
        return Ok((start, left as usize));
    }
    let number = args::number(ctx, length, "length")?;
    if number < 0.0 {
        return Err(args::out_of_range(ctx, "length", ">= 0", length));
    }
    if number > left {
        return Err(args::out_of_range(ctx, "length", &format!("<= {left}"), length));
    }
    if !is_write {
        args::integer(ctx, length, "length", 0, i32::MAX.into())?;
    }
    Ok((start, number as usize))
}

/// What `writeFile` writes: bytes of a view, or those that a string stands for.
pub(crate) fn data<'js>(ctx: &Ctx<'js>, value: &Value<'js>, encoding: Encoding, name: &str) -> Result<Vec<u8>> {
    if let Some(text) = value.as_string() {
        return encoding.encode(ctx, text);
    }
    match view(value) {
        Some(view) => Ok(view.to_vec()),
        None => Err(args::invalid_arg_type(ctx, name, &["string", "Buffer", "TypedArray", "DataView"], value)),
    }
}

/// The view of a typed array or `DataView`, but not of a bare `ArrayBuffer`, which Node refuses.
pub(crate) fn view<'js>(value: &Value<'js>) -> Option<View<'js>> {
    let is_view = value.as_object()?.contains_key("byteOffset").unwrap_or(false);
    View::of(value).filter(|_| is_view)
}

/// [`view`] of an argument.
pub(crate) fn view_arg<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<View<'js>> {
    view(value).ok_or_else(|| args::invalid_arg_type(ctx, name, &["Buffer", "TypedArray", "DataView"], value))
}

/// The views of an array.
pub(crate) fn views<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<Vec<View<'js>>> {
    let error = || args::invalid_arg_type(ctx, "buffers", &["ArrayBufferView[]"], value);
    let array = value.as_array().ok_or_else(error)?;
    array.iter::<Value<'js>>().map(|item| view(&item?).ok_or_else(error)).collect()
}

/// Bytes of a path for the engine.
pub(crate) fn path_bytes(path: PathBuf) -> Vec<u8> {
    path.into_os_string().into_vec()
}
