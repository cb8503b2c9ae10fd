//! Byte views over `ArrayBuffer`, `SharedArrayBuffer`, typed arrays (`Buffer` among them) and `DataView`, and making them.
//!
//! A [`View`] looks its memory up each time, so that a buffer that was detached or shrunk meanwhile reads as empty or shorter
//! instead of dangling.

use rquickjs::{ArrayBuffer, Ctx, Error, JsLifetime, Object, Result, TypedArray, Value, qjs};

use crate::characters;
pub use crate::characters::{Characters, raw_characters, raw_characters_known};
use crate::{args, text};

/// The bytes that a JavaScript value stands for.
#[derive(Clone, Debug)]
pub struct View<'js> {
    buffer: Object<'js>,
    offset: usize,
    /// `None` means up to the buffer's end, whatever that is when looked at.
    len: Option<usize>,
}

impl<'js> View<'js> {
    /// The view of `value`, or `None` when it is no buffer, typed array or `DataView`. A detached one is an empty view.
    pub fn of(value: &Value<'js>) -> Option<Self> {
        let object = value.as_object()?;
        let ctx = value.ctx();
        let raw = ctx.as_raw().as_ptr();
        // SAFETY: `value` is a live object of the live context `raw`, for each of the calls below.
        unsafe {
            if is_array_buffer(value) {
                return Some(Self { buffer: object.clone(), offset: 0, len: None });
            }
            if is_typed_array(value) {
                let (mut offset, mut len) = (0, 0);
                let mut element = 0;
                let buffer = qjs::JS_GetTypedArrayBuffer(raw, value.as_raw(), &mut offset, &mut len, &mut element);
                return Self::from_parts(ctx, buffer, offset as usize, len as usize);
            }
            if qjs::JS_IsDataView(value.as_raw()) {
                let buffer = object.get::<_, Object<'js>>("buffer").ok()?;
                let range = object
                    .get("byteOffset")
                    .and_then(|offset: usize| Ok((offset, object.get::<_, usize>("byteLength")?)));
                let (offset, len) = range.unwrap_or_else(|_| {
                    // Out of bounds: both throw. Nothing can be read through it.
                    ctx.catch();
                    (0, 0)
                });
                return Some(Self { buffer, offset, len: Some(len) });
            }
        }
        None
    }

    /// # Safety
    /// `buffer` is an owned value of the context.
    unsafe fn from_parts(ctx: &Ctx<'js>, buffer: qjs::JSValue, offset: usize, len: usize) -> Option<Self> {
        // SAFETY: the caller's.
        let buffer = unsafe { Value::from_raw(ctx.clone(), buffer) };
        if buffer.is_exception() {
            ctx.catch();
            return Some(Self { buffer: Object::new(ctx.clone()).ok()?, offset: 0, len: Some(0) });
        }
        Some(Self { buffer: buffer.into_object()?, offset, len: Some(len) })
    }

    /// The view of `value`, an argument called `name`.
    ///
    /// # Errors
    /// `ERR_INVALID_ARG_TYPE` that lists `Buffer`, `TypedArray` and `DataView`.
    pub fn from_arg(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<Self> {
        Self::of(value).ok_or_else(|| args::invalid_arg_type(ctx, name, &["Buffer", "TypedArray", "DataView"], value))
    }

    /// How many bytes there are now.
    pub fn len(&self) -> usize {
        self.with(<[u8]>::len)
    }

    /// Whether there are no bytes now.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy of the bytes: what outlives an `await`.
    pub fn to_vec(&self) -> Vec<u8> {
        self.with(<[u8]>::to_vec)
    }

    /// Reads the bytes in place. `read` must not run JavaScript, which could detach or resize them: it gets no context to do so with.
    pub fn with<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        match self.range() {
            // SAFETY: the range lies within the buffer's memory, which nothing can move or free before `read` returns, as
            // no JavaScript runs.
            Some((start, len)) => read(unsafe { std::slice::from_raw_parts(start, len) }),
            None => read(&[]),
        }
    }

    /// Writes the bytes in place, under the condition of [`with`](Self::with).
    pub fn with_mut<R>(&self, write: impl FnOnce(&mut [u8]) -> R) -> R {
        match self.range() {
            // SAFETY: as in `with`; the slice is the only one, as no other code of this thread runs meanwhile.
            Some((start, len)) => write(unsafe { std::slice::from_raw_parts_mut(start, len) }),
            None => write(&mut []),
        }
    }

    fn range(&self) -> Option<(*mut u8, usize)> {
        let ctx = self.buffer.ctx();
        let mut size = 0;
        // SAFETY: a live object of a live context. For a detached buffer the result is null and an exception may be pending.
        let start =
            unsafe { qjs::JS_GetArrayBuffer(ctx.as_raw().as_ptr(), &mut size, self.buffer.as_value().as_raw()) };
        if start.is_null() {
            if ctx.has_exception() {
                ctx.catch();
            }
            return None;
        }
        let available = (size as usize).checked_sub(self.offset)?;
        let len = self.len.map_or(available, |len| len.min(available));
        // SAFETY: `offset` is at most `size`.
        Some((unsafe { start.add(self.offset) }, len))
    }
}

/// Whether it is an `ArrayBuffer` or a `SharedArrayBuffer`.
pub fn is_array_buffer(value: &Value<'_>) -> bool {
    // The engine's number of the class; `JS_IsArrayBuffer` knows only the other.
    const SHARED_ARRAY_BUFFER: qjs::JSClassID = 21;
    // SAFETY: a live value.
    unsafe { qjs::JS_IsArrayBuffer(value.as_raw()) || qjs::JS_GetClassID(value.as_raw()) == SHARED_ARRAY_BUFFER }
}

/// Whether it is a typed array of any kind. A `DataView` is not.
pub fn is_typed_array(value: &Value<'_>) -> bool {
    // SAFETY: a live value.
    unsafe { qjs::JS_GetTypedArrayType(value.as_raw()) >= 0 }
}

/// Whether it is a `DataView`.
pub fn is_data_view(value: &Value<'_>) -> bool {
    // SAFETY: a live value.
    unsafe { qjs::JS_IsDataView(value.as_raw()) }
}

/// Whether it is a `Uint8Array`, which a `Buffer` is.
pub fn is_uint8_array(value: &Value<'_>) -> bool {
    // SAFETY: a live value.
    unsafe { qjs::JS_GetTypedArrayType(value.as_raw()) == qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_UINT8 as i32 }
}

/// The bytes of `value`: those of a buffer or view, or a string's UTF-8.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE` that lists `string`, `Buffer`, `TypedArray` and `DataView`, for an argument called `name`.
pub fn bytes_or_utf8<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<Vec<u8>> {
    if let Some(string) = value.as_string() {
        return args::lossy_string(string).map(String::into_bytes);
    }
    match View::of(value) {
        Some(view) => Ok(view.to_vec()),
        None => Err(args::invalid_arg_type(ctx, name, &["string", "Buffer", "TypedArray", "DataView"], value)),
    }
}

/// A `Uint8Array` that owns `bytes`, without copying them.
///
/// # Errors
/// Out of memory.
pub fn uint8_array<'js>(ctx: &Ctx<'js>, bytes: Vec<u8>) -> Result<TypedArray<'js, u8>> {
    TypedArray::new(ctx.clone(), bytes)
}

/// An `ArrayBuffer` that owns `bytes`, without copying them.
///
/// # Errors
/// Out of memory.
pub fn array_buffer<'js>(ctx: &Ctx<'js>, bytes: Vec<u8>) -> Result<ArrayBuffer<'js>> {
    ArrayBuffer::new(ctx.clone(), bytes)
}

/// A Node `Buffer` that owns `bytes`, without copying them. Where `node:buffer` is not composed, a `Uint8Array`.
///
/// # Errors
/// Out of memory.
pub fn buffer<'js>(ctx: &Ctx<'js>, bytes: Vec<u8>) -> Result<Object<'js>> {
    buffer_over(ctx, array_buffer(ctx, bytes)?.as_object(), 0, None)
}

/// A Node `Buffer` of `len` zeros; see [`buffer`].
///
/// # Errors
/// Out of memory; `RangeError` for more than the engine can hold.
pub fn buffer_zeroed<'js>(ctx: &Ctx<'js>, len: usize) -> Result<Object<'js>> {
    construct_buffer(ctx, &[Value::new_number(ctx.clone(), len as f64)])
}

/// A Node `Buffer` over a part of an `ArrayBuffer` or `SharedArrayBuffer`, up to its end without a `len`; see [`buffer`].
///
/// # Errors
/// `RangeError` when the part lies outside, `TypeError` when the buffer is detached.
pub fn buffer_over<'js>(
    ctx: &Ctx<'js>,
    array_buffer: &Object<'js>,
    offset: usize,
    len: Option<usize>,
) -> Result<Object<'js>> {
    let offset = Value::new_number(ctx.clone(), offset as f64);
    let len = len.map_or_else(|| Value::new_undefined(ctx.clone()), |len| Value::new_number(ctx.clone(), len as f64));
    construct_buffer(ctx, &[array_buffer.clone().into_value(), offset, len])
}

/// Tells the functions above what a `Buffer` is: `class` is a constructor whose `prototype` its instances have. `node:buffer`
/// calls this when it is loaded.
///
/// # Errors
/// When the global `Uint8Array` is gone.
pub fn set_buffer_class<'js>(ctx: &Ctx<'js>, class: Object<'js>) -> Result<()> {
    let array: Object<'js> = ctx.globals().get("Uint8Array")?;
    let _ = ctx.store_userdata(BufferClass { array, class });
    Ok(())
}

/// Runs the constructor `Uint8Array` for instances of `new_target`, a class that extends it.
///
/// # Errors
/// What the constructor throws for these arguments.
pub fn construct_uint8_array<'js>(
    ctx: &Ctx<'js>,
    arguments: &[Value<'js>],
    new_target: &Object<'js>,
) -> Result<Object<'js>> {
    let class = ctx.userdata::<BufferClass<'js>>().map(|class| class.array.clone());
    let array = class.map_or_else(|| ctx.globals().get("Uint8Array"), Ok)?;
    construct(ctx, &array, arguments, new_target)
}

struct BufferClass<'js> {
    /// The engine's `Uint8Array`.
    array: Object<'js>,
    class: Object<'js>,
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for BufferClass<'js> {
    type Changed<'to> = BufferClass<'to>;
}

fn construct_buffer<'js>(ctx: &Ctx<'js>, arguments: &[Value<'js>]) -> Result<Object<'js>> {
    if ctx.userdata::<BufferClass<'js>>().is_none() && crate::host::is_builtin(ctx, "node:buffer") {
        crate::host::import(ctx, "node:buffer")?;
    }
    match ctx.userdata::<BufferClass<'js>>() {
        Some(found) => construct(ctx, &found.array, arguments, &found.class),
        None => {
            let array: Object<'js> = ctx.globals().get("Uint8Array")?;
            construct(ctx, &array, arguments, &array)
        }
    }
}

fn construct<'js>(
    ctx: &Ctx<'js>,
    class: &Object<'js>,
    arguments: &[Value<'js>],
    new_target: &Object<'js>,
) -> Result<Object<'js>> {
    let mut raw: Vec<qjs::JSValue> = arguments.iter().map(Value::as_raw).collect();
    // The engine reads three whatever the count says.
    raw.resize(raw.len().max(3), qjs::JS_UNDEFINED);
    // SAFETY: live context and constructors; `arguments` keeps the values alive during the call.
    let made = unsafe {
        qjs::JS_CallConstructor2(
            ctx.as_raw().as_ptr(),
            class.as_value().as_raw(),
            new_target.as_value().as_raw(),
            arguments.len() as _,
            raw.as_mut_ptr(),
        )
    };
    owned(ctx, made)?.into_object().ok_or(Error::Unknown)
}

/// A JavaScript string of one-byte characters (Latin-1), without a detour through UTF-8 where all are ASCII or there are many.
///
/// # Errors
/// Out of memory.
pub fn latin1_string<'js>(ctx: &Ctx<'js>, bytes: &[u8]) -> Result<Value<'js>> {
    if bytes.is_ascii() {
        return ascii_string(ctx, bytes);
    }
    one_byte_string(ctx, bytes.len(), |target| target.copy_from_slice(bytes))
}

fn ascii_string<'js>(ctx: &Ctx<'js>, bytes: &[u8]) -> Result<Value<'js>> {
    // SAFETY: live context; ASCII is valid UTF-8, and the engine copies `len` bytes.
    let raw = unsafe { qjs::JS_NewStringLen(ctx.as_raw().as_ptr(), bytes.as_ptr().cast(), bytes.len() as _) };
    owned(ctx, raw)
}

/// A JavaScript string of `len` one-byte characters (Latin-1), which `fill` writes over zeros.
///
/// # Errors
/// Out of memory.
pub fn one_byte_string<'js>(ctx: &Ctx<'js>, len: usize, fill: impl FnOnce(&mut [u8])) -> Result<Value<'js>> {
    // The engine has no function for this, but its serialized strings are just such bytes behind a header.
    let header = if len < ONE_BYTE_MIN_LEN { None } else { serialized_string_header(ctx, len) };
    let start = header.as_ref().map_or(0, Vec::len);
    let mut buffer = vec![0; start + len];
    fill(&mut buffer[start..]);
    let Some(header) = header else { return widened_string(ctx, &buffer) };
    buffer[..start].copy_from_slice(&header);
    // SAFETY: live context; a serialized string in the engine's own form, and no bytecode is allowed in it.
    let raw = unsafe { qjs::JS_ReadObject(ctx.as_raw().as_ptr(), buffer.as_ptr(), buffer.len() as _, 0) };
    owned(ctx, raw)
}

/// Shorter strings of one-byte characters are made by way of UTF-8.
const ONE_BYTE_MIN_LEN: usize = 512;

/// What comes before the characters of a serialized one-byte string of this length; `None` when this engine serializes in another way
/// than the one known here.
fn serialized_string_header(ctx: &Ctx<'_>, len: usize) -> Option<Vec<u8>> {
    /// A checksum that is not looked at.
    const ANY_CHECKSUM: [u8; 4] = [0xff; 4];
    const NO_ATOMS: u8 = 0;
    /// Length and width, as for `len` below.
    const PROBE_LEN: u8 = 2 << 1;
    let probe = utf8_string(ctx, "ab").ok()?;
    let mut size = 0;
    // SAFETY: live context and value; the result is `size` bytes, owned here and freed below.
    let (version, tag) = unsafe {
        let bytes = qjs::JS_WriteObject(ctx.as_raw().as_ptr(), &mut size, probe.as_raw(), 0);
        if bytes.is_null() {
            ctx.catch();
            return None;
        }
        let seen = match std::slice::from_raw_parts(bytes, size as usize) {
            &[version, _, _, _, _, NO_ATOMS, tag, PROBE_LEN, b'a', b'b'] => Some((version, tag)),
            _ => None,
        };
        qjs::js_free(ctx.as_raw().as_ptr(), bytes.cast());
        seen?
    };
    let mut header = vec![version];
    header.extend(ANY_CHECKSUM);
    header.extend([NO_ATOMS, tag]);
    let mut rest = u32::try_from(len).ok().filter(|len| *len < 1 << 30)? << 1;
    while rest > 0x7f {
        header.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    header.push(rest as u8);
    Some(header)
}

/// A string of one-byte characters by way of UTF-8.
fn widened_string<'js>(ctx: &Ctx<'js>, bytes: &[u8]) -> Result<Value<'js>> {
    if bytes.is_ascii() {
        return ascii_string(ctx, bytes);
    }
    let utf8 = text::wtf8_of_latin1(bytes);
    // SAFETY: live context; the text is valid UTF-8, of which the engine keeps one byte a character.
    let raw = unsafe { qjs::JS_NewStringLen(ctx.as_raw().as_ptr(), utf8.as_ptr().cast(), utf8.len() as _) };
    owned(ctx, raw)
}

/// A JavaScript string of UTF-8.
///
/// # Errors
/// Out of memory.
pub fn utf8_string<'js>(ctx: &Ctx<'js>, text: &str) -> Result<Value<'js>> {
    wtf8_string(ctx, text.as_bytes())
}

/// A JavaScript string of UTF-8, in which surrogates may stand alone as three bytes each. Of what is no UTF-8 at all any string is made.
///
/// # Errors
/// Out of memory.
pub fn wtf8_string<'js>(ctx: &Ctx<'js>, text: &[u8]) -> Result<Value<'js>> {
    owned(ctx, raw_wtf8_string(ctx, text))
}

/// [`wtf8_string`], raw and owned by the caller; `JS_EXCEPTION` when there is no memory.
pub fn raw_wtf8_string(ctx: &Ctx<'_>, utf8: &[u8]) -> qjs::JSValue {
    /// In bytes: from here on the engine's way, which takes one character after the other, is the longer one.
    const LARGE_LEN: usize = 64;
    let raw = ctx.as_raw().as_ptr();
    if utf8.len() < LARGE_LEN || utf8.is_ascii() {
        // SAFETY: live context; the engine copies `len` bytes.
        return unsafe { qjs::JS_NewStringLen(raw, utf8.as_ptr().cast(), utf8.len() as _) };
    }
    if utf8.len() >= ONE_BYTE_MIN_LEN
        && let Some(len) = text::latin1_len(utf8)
    {
        let string = one_byte_string(ctx, len, |target| text::latin1_into(utf8, target));
        return string.map_or(qjs::JS_EXCEPTION, into_raw);
    }
    let units = text::utf16(utf8);
    // SAFETY: live context; the engine copies `len` units.
    unsafe { qjs::JS_NewStringUTF16(raw, units.as_ptr(), units.len() as _) }
}

/// The raw value, whose reference is the caller's then.
fn into_raw(value: Value<'_>) -> qjs::JSValue {
    // SAFETY: a live value of its context.
    unsafe { qjs::JS_DupValue(value.ctx().as_raw().as_ptr(), value.as_raw()) }
}

/// A large string's characters, where the engine keeps them; `None` for a short one, and where that is not known.
pub fn characters<'a>(string: &'a rquickjs::String<'_>) -> Option<Characters<'a>> {
    /// Shorter strings are not worth finding out about.
    const LARGE_LEN: usize = 512;
    if string_len(string).ok()? < LARGE_LEN { None } else { characters::of(string) }
}

/// Reads a JavaScript string's UTF-8, in place where it is ASCII. A lone surrogate reads as three bytes (`ED A0 80` and on), which
/// is not valid UTF-8: [`replace_surrogates`] makes it so.
///
/// # Errors
/// Out of memory.
pub fn with_wtf8<'js, R>(string: &rquickjs::String<'js>, read: impl FnOnce(&[u8]) -> R) -> Result<R> {
    match characters(string) {
        Some(Characters::OneByte(bytes)) if bytes.is_ascii() => return Ok(read(bytes)),
        Some(Characters::OneByte(bytes)) => return Ok(read(&text::wtf8_of_latin1(bytes))),
        Some(Characters::TwoByte(units)) => return Ok(read(&text::wtf8(units))),
        None => {}
    }
    let text = string.clone().to_cstring()?;
    // SAFETY: `text` owns `len` bytes at `as_ptr` while it lives.
    Ok(read(unsafe { std::slice::from_raw_parts(text.as_ptr().cast::<u8>(), text.len()) }))
}

/// A copy of what [`with_wtf8`] reads.
///
/// # Errors
/// Out of memory.
pub fn wtf8(string: &rquickjs::String<'_>) -> Result<Vec<u8>> {
    match characters(string) {
        Some(Characters::OneByte(bytes)) if !bytes.is_ascii() => Ok(text::wtf8_of_latin1(bytes)),
        Some(Characters::TwoByte(units)) => Ok(text::wtf8(units)),
        _ => with_wtf8(string, <[u8]>::to_vec),
    }
}

/// How many bytes [`with_wtf8`] reads.
///
/// # Errors
/// Out of memory.
pub fn wtf8_len(string: &rquickjs::String<'_>) -> Result<usize> {
    match characters(string) {
        Some(Characters::TwoByte(units)) => Ok(text::wtf8_len(units)),
        _ => with_wtf8(string, <[u8]>::len),
    }
}

/// Puts U+FFFD, which is as long, in the place of each lone surrogate in what [`with_wtf8`] gave.
pub fn replace_surrogates(bytes: &mut [u8]) {
    // Many times faster than looking at one byte after the other.
    if !bytes.contains(&0xED) {
        return;
    }
    let mut index = 0;
    while index + 2 < bytes.len() {
        if bytes[index] == 0xED && bytes[index + 1] >= 0xA0 {
            bytes[index..index + 3].copy_from_slice("\u{FFFD}".as_bytes());
            index += 3;
        } else {
            index += 1;
        }
    }
}

/// A JavaScript string of these UTF-16 units; lone surrogates stay as they are.
///
/// # Errors
/// Out of memory.
pub fn utf16_string<'js>(ctx: &Ctx<'js>, units: &[u16]) -> Result<Value<'js>> {
    // SAFETY: live context; the engine copies `len` units.
    let raw = unsafe { qjs::JS_NewStringUTF16(ctx.as_raw().as_ptr(), units.as_ptr(), units.len() as _) };
    owned(ctx, raw)
}

/// How many UTF-16 units a JavaScript string has.
///
/// # Errors
/// Out of memory.
pub fn string_len(string: &rquickjs::String<'_>) -> Result<usize> {
    let mut len = 0;
    // SAFETY: a live string of its context.
    let failed = unsafe { qjs::JS_GetLength(string.ctx().as_raw().as_ptr(), string.as_value().as_raw(), &mut len) };
    if failed != 0 { Err(Error::Exception) } else { Ok(usize::try_from(len).unwrap_or_default()) }
}

/// Reads a JavaScript string's UTF-16 units, lone surrogates included.
///
/// # Errors
/// Out of memory.
pub fn with_utf16<'js, R>(string: &rquickjs::String<'js>, read: impl FnOnce(&[u16]) -> R) -> Result<R> {
    let ctx = string.ctx();
    let raw = ctx.as_raw().as_ptr();
    let mut len = 0;
    // SAFETY: a live string of the live context; the units are freed after `read`, which cannot keep them.
    unsafe {
        let units = qjs::JS_ToCStringLenUTF16(raw, &mut len, string.as_value().as_raw());
        if units.is_null() {
            return Err(Error::Exception);
        }
        let result = read(std::slice::from_raw_parts(units, len as usize));
        qjs::JS_FreeCStringUTF16(raw, units);
        Ok(result)
    }
}

fn owned<'js>(ctx: &Ctx<'js>, raw: qjs::JSValue) -> Result<Value<'js>> {
    // SAFETY: `raw` was just made by the engine and is owned here.
    let value = unsafe { Value::from_raw(ctx.clone(), raw) };
    if value.is_exception() { Err(Error::Exception) } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    use rquickjs::{Context, Runtime};

    use super::*;

    #[test]
    fn one_byte_strings_of_any_length_are_what_was_filled_in() {
        let context = Context::full(&Runtime::new().unwrap()).unwrap();
        context.with(|ctx| {
            for len in [0, 1, 511, 512, 8191, 8192, 1 << 20] {
                let string = one_byte_string(&ctx, len, |bytes| {
                    for (index, byte) in bytes.iter_mut().enumerate() {
                        *byte = (index * 7) as u8;
                    }
                });
                ctx.globals().set("seen", string.unwrap()).unwrap();
                let script = format!(
                    "seen.length === {len} && [...seen].every((c, i) => c.charCodeAt(0) === (i * 7 & 255)) && (seen + '!').length === {len} + 1"
                );
                assert!(ctx.eval::<bool, _>(script).unwrap(), "{len}");
            }
            // Or the fast way is not taken any more.
            assert!(serialized_string_header(&ctx, 1000).is_some());
            let text = latin1_string(&ctx, &[0xe9; 1000]).unwrap();
            assert_eq!(text.get::<String>().unwrap(), "é".repeat(1000));
        });
    }

    #[test]
    fn kinds_of_buffers_are_told_apart() {
        let context = Context::full(&Runtime::new().unwrap()).unwrap();
        context.with(|ctx| {
            let kinds = |script: &str| {
                let value: Value<'_> = ctx.eval(script).unwrap();
                let view = View::of(&value).map(|view| view.len());
                (is_array_buffer(&value), is_typed_array(&value), is_uint8_array(&value), is_data_view(&value), view)
            };
            assert_eq!(kinds("new ArrayBuffer(3)"), (true, false, false, false, Some(3)));
            assert_eq!(kinds("new SharedArrayBuffer(4)"), (true, false, false, false, Some(4)));
            assert_eq!(kinds("new Uint8Array(5)"), (false, true, true, false, Some(5)));
            assert_eq!(kinds("new Uint8ClampedArray(5)"), (false, true, false, false, Some(5)));
            assert_eq!(kinds("new Float16Array(2)"), (false, true, false, false, Some(4)));
            assert_eq!(kinds("new DataView(new ArrayBuffer(6), 2)"), (false, false, false, true, Some(4)));
            assert_eq!(kinds("({ length: 1 })"), (false, false, false, false, None));
            assert_eq!(kinds("/a/"), (false, false, false, false, None));
        });
    }

    #[test]
    fn large_text_is_read_as_the_engine_does() {
        let context = Context::full(&Runtime::new().unwrap()).unwrap();
        context.with(|ctx| {
            for source in [
                r"'ab\u00e9'.repeat(400)",
                r"'plain text, \u2603 and \ud83d\ude00!'.repeat(99)",
                r"'\ud800'.repeat(999)",
                "'x'.repeat(999)",
            ] {
                let string: rquickjs::String<'_> = ctx.eval(source).unwrap();
                let text = string.clone().to_cstring().unwrap();
                assert_eq!(wtf8(&string).unwrap(), text.as_bytes());
                assert_eq!(wtf8_len(&string).unwrap(), text.len());
                with_wtf8(&string, |seen| assert_eq!(seen, text.as_bytes())).unwrap();
                let again = wtf8_string(&ctx, text.as_bytes()).unwrap();
                assert_eq!(again.into_string().unwrap().to_cstring().unwrap().as_bytes(), text.as_bytes());
            }
        });
    }

    #[test]
    fn large_text_is_decoded_as_the_engine_does() {
        let context = Context::full(&Runtime::new().unwrap()).unwrap();
        context.with(|ctx| {
            for part in [
                "abc\u{e9}",
                "plain text of more than sixteen bytes, \u{2603} and \u{1f600}!",
                "\u{e9}\u{ff}",
                "\u{7ff}\u{800}\u{ffff}\u{10ffff}",
            ] {
                for extra in 0..20 {
                    let text = "x".repeat(extra) + &part.repeat(2000);
                    let string = utf8_string(&ctx, &text).unwrap().into_string().unwrap();
                    assert_eq!(string.to_string().unwrap(), text);
                    assert_eq!(string_len(&string).unwrap(), text.encode_utf16().count());
                }
            }
        });
    }

    #[test]
    fn strings_keep_their_characters() {
        let context = Context::full(&Runtime::new().unwrap()).unwrap();
        context.with(|ctx| {
            let text = |value: Value<'_>| value.into_string().unwrap().to_string().unwrap();
            assert_eq!(text(latin1_string(&ctx, b"a\xe9\xff").unwrap()), "a\u{e9}\u{ff}");
            assert_eq!(text(utf8_string(&ctx, "a\u{20ac}\u{1f600}\0").unwrap()), "a\u{20ac}\u{1f600}\0");
            assert_eq!(text(utf16_string(&ctx, &[0x20ac]).unwrap()), "\u{20ac}");
            let lone: rquickjs::String<'_> = ctx.eval(r"'a\ud800b'").unwrap();
            let mut bytes = with_wtf8(&lone, <[u8]>::to_vec).unwrap();
            replace_surrogates(&mut bytes);
            assert_eq!(bytes, "a\u{fffd}b".as_bytes());
        });
    }
}
