//! `Blob` and `File`: <https://w3c.github.io/FileAPI/>, and the registry of `blob:` URLs.

use std::{
    cell::Cell,
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
    ops::Range,
    rc::Rc,
    time::SystemTime,
};

use llrt_core::{
    JsClass, NodeError, args,
    bytes::{self, View},
    error, host,
    table::{self, Call, Member},
};
use rquickjs::{
    Class, Coerced, Constructor, Ctx, Error, Function, IntoJs, JsLifetime, Object, Promise, Result, Symbol, Value,
    class::{Readable, Trace, Tracer},
    function::{Args, This},
    object::Property,
    runtime::UserDataGuard,
};

use crate::ops;

/// What a `Blob` or a `File` holds. Slices share the bytes.
#[derive(Clone, JsLifetime)]
struct BlobData {
    bytes: Rc<Vec<u8>>,
    range: Range<usize>,
    kind: String,
    file: Option<FileData>,
}

#[derive(Clone)]
struct FileData {
    name: String,
    last_modified: f64,
}

impl BlobData {
    fn bytes(&self) -> &[u8] {
        self.bytes.get(self.range.clone()).unwrap_or_default()
    }
}

impl<'js> Trace<'js> for BlobData {
    fn trace<'a>(&self, _tracer: Tracer<'a, 'js>) {}
}

impl<'js> rquickjs::class::JsClass<'js> for BlobData {
    const NAME: &'static str = "Blob";
    type Mutable = Readable;

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }
}

static BLOB: &[Member] = &[
    Member::getter(c"type", 0, |call| this(call, "Blob")?.borrow().kind.as_str().into_js(call.ctx())).enumerable(),
    Member::getter(c"size", 0, |call| this(call, "Blob")?.borrow().range.len().into_js(call.ctx())).enumerable(),
    Member::method(c"slice", 0, 0, slice).enumerable(),
    Member::method(c"arrayBuffer", 0, ARRAY_BUFFER, read).enumerable(),
    Member::method(c"text", 0, TEXT, read).enumerable(),
    Member::method(c"bytes", 0, BYTES, read).enumerable(),
    Member::method(c"stream", 0, 0, stream).enumerable(),
    Member::method(c"textStream", 0, 0, text_stream).enumerable(),
    Member::string(c"[Symbol.toStringTag]", c"Blob"),
];

static FILE: &[Member] = &[
    Member::getter(c"name", 0, |call| this_file(call)?.name.into_js(call.ctx())).enumerable(),
    Member::getter(c"lastModified", 0, |call| this_file(call)?.last_modified.into_js(call.ctx())).enumerable(),
    Member::string(c"[Symbol.toStringTag]", c"File"),
];

static INSPECT: &[Member] = &[Member::method(c"[nodejs.util.inspect.custom]", 2, 0, inspect)];

static FUNCTIONS: &[Member] = &[
    Member::method(c"isBlob", 1, 0, |call| data(&call.arg(0)).is_some().into_js(call.ctx())),
    Member::method(c"isFile", 1, 0, |call| {
        data(&call.arg(0)).is_some_and(|blob| blob.borrow().file.is_some()).into_js(call.ctx())
    }),
    Member::method(c"blobBytes", 1, 0, blob_bytes),
    Member::method(c"registerObjectURL", 1, 0, register_object_url),
    Member::method(c"revokeObjectURL", 1, 0, revoke_object_url),
    Member::method(c"resolveObjectURL", 1, 0, resolve_object_url),
];

#[derive(JsLifetime)]
struct State<'js> {
    exports: Object<'js>,
    blob_prototype: Object<'js>,
    /// Registered Blobs by URL.
    urls: Object<'js>,
}

fn state<'a, 'js>(ctx: &'a Ctx<'js>) -> Result<UserDataGuard<'a, State<'js>>> {
    if ctx.userdata::<State<'js>>().is_none() {
        let blob_prototype = Object::new(ctx.clone())?;
        let blob = define(ctx, c"Blob", 0, &blob_prototype, BLOB, |call| construct(call, false))?;
        let file_prototype = Object::new_proto(ctx.clone(), Some(&blob_prototype))?;
        let file = define(ctx, c"File", 2, &file_prototype, FILE, |call| construct(call, true))?;
        file.set_prototype(Some(&blob))?;
        let exports = Object::new(ctx.clone())?;
        table::define(&exports, FUNCTIONS)?;
        exports.set("Blob", blob)?;
        exports.set("File", file)?;
        let urls = Object::new_proto(ctx.clone(), None)?;
        let _ = ctx.store_userdata(State { exports, blob_prototype, urls });
    }
    ctx.userdata().ok_or(Error::Unknown)
}

fn define<'js, F: table::NativeFn>(
    ctx: &Ctx<'js>,
    name: &std::ffi::CStr,
    length: u8,
    prototype: &Object<'js>,
    members: &'static [Member],
    construct: F,
) -> Result<Object<'js>> {
    let class = table::constructor(ctx, name, length, prototype, construct)?;
    table::define(prototype, members)?;
    let custom = Symbol::new_global(ctx.clone(), "nodejs.util.inspect.custom")?;
    let function = table::function(ctx, &INSPECT[0])?;
    prototype.prop(custom, Property::from(function).writable().configurable())?;
    Ok(class.into_inner().into_inner())
}

/// `Blob` and `File`.
pub(crate) fn classes<'js>(ctx: &Ctx<'js>) -> Result<(Object<'js>, Object<'js>)> {
    let state = state(ctx)?;
    Ok((state.exports.get("Blob")?, state.exports.get("File")?))
}

/// The export `name` of `internal:blob`.
pub(crate) fn export<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Value<'js>> {
    state(ctx)?.exports.get(name)
}

fn data<'js>(value: &Value<'js>) -> Option<Class<'js, BlobData>> {
    Class::from_object(value.as_object()?)
}

fn invalid_this(ctx: &Ctx<'_>, name: &str) -> Error {
    let message = format!("Value of \"this\" must be of type {name}");
    NodeError::new(JsClass::TypeError, "ERR_INVALID_THIS", message).throw(ctx)
}

fn this<'js>(call: &Call<'_, 'js>, name: &str) -> Result<Class<'js, BlobData>> {
    data(&call.this()).ok_or_else(|| invalid_this(call.ctx(), name))
}

fn this_file(call: &Call<'_, '_>) -> Result<FileData> {
    let file = this(call, "File")?.borrow().file.clone();
    file.ok_or_else(|| invalid_this(call.ctx(), "File"))
}

/// `new Blob(sources, options)`, `new File(sources, name, options)`.
fn construct<'js>(call: &Call<'_, 'js>, is_file: bool) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let Some(target) = call.this().into_object() else {
        let name = if is_file { "File" } else { "Blob" };
        let message = format!("Class constructor {name} cannot be invoked without 'new'");
        return Err(NodeError::plain(JsClass::TypeError, message).throw(ctx));
    };
    if is_file && call.len() < 2 {
        let message = "The \"fileBits\" and \"fileName\" arguments must be specified";
        return Err(NodeError::new(JsClass::TypeError, "ERR_MISSING_ARGS", message).throw(ctx));
    }
    let options = call.arg(if is_file { 2 } else { 1 });
    let parts = read_parts(ctx, &call.arg(0))?;
    let name = match is_file {
        true => Some(call.arg(1).get::<Coerced<rquickjs::String<'js>>>()?.0),
        false => None,
    };
    if !options.is_undefined() && !options.is_null() && !options.is_object() {
        return Err(args::invalid_arg_type(ctx, "options", &["a dictionary"], &options));
    }
    let option = |name: &str| match options.as_object() {
        Some(options) => options.get::<_, Value<'js>>(name),
        None => Ok(Value::new_undefined(ctx.clone())),
    };
    // In this order, as the interface definition language has it.
    let endings = option("endings")?;
    let native = match &endings {
        endings if endings.is_undefined() => false,
        endings => match endings.get::<Coerced<String>>()?.0.as_str() {
            "native" => true,
            "transparent" => false,
            _ => {
                let endings = endings.get::<Coerced<rquickjs::String<'js>>>()?.0.into_value();
                return Err(args::invalid_arg_value(ctx, "options.endings", &endings, "is invalid"));
            }
        },
    };
    let kind = option("type")?;
    let kind = if kind.is_undefined() { String::new() } else { media_type(&kind)? };
    let file = match name {
        Some(name) => {
            let last_modified = option("lastModified")?;
            let last_modified = match last_modified.is_undefined() {
                true => SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_millis() as f64,
                false => last_modified.get::<Coerced<f64>>()?.0.trunc(),
            };
            let last_modified = if last_modified.is_finite() { last_modified + 0.0 } else { 0.0 };
            Some(FileData { name: args::lossy_string(&name)?, last_modified })
        }
        None => None,
    };
    let bytes = join(parts, native)?;
    let range = 0..bytes.len();
    let prototype: Object<'js> = target.get("prototype")?;
    let blob = BlobData { bytes: Rc::new(bytes), range, kind, file };
    Class::instance_proto(blob, prototype).map(Class::into_value)
}

enum Part<'js> {
    Bytes(Vec<u8>),
    Text(rquickjs::String<'js>),
}

fn read_parts<'js>(ctx: &Ctx<'js>, sources: &Value<'js>) -> Result<Vec<Part<'js>>> {
    let mut parts = Vec::new();
    if sources.is_undefined() {
        return Ok(parts);
    }
    let sources = if sources.is_string() { &Value::new_null(ctx.clone()) } else { sources };
    let walked = args::iterate(ctx, sources, |item| {
        parts.push(match (View::of(&item), data(&item)) {
            (Some(view), _) => Part::Bytes(view.to_vec()),
            (None, Some(blob)) => Part::Bytes(blob.borrow().bytes().to_vec()),
            (None, None) if item.is_symbol() => {
                let message = format!("Value[{}] is a Symbol and cannot be converted to a string.", parts.len());
                return Err(invalid_part(ctx, message));
            }
            (None, None) => Part::Text(item.get::<Coerced<rquickjs::String<'js>>>()?.0),
        });
        Ok(())
    })?;
    match walked {
        Some(()) => Ok(parts),
        None => Err(invalid_part(ctx, "Value cannot be converted to sequence.".to_owned())),
    }
}

fn invalid_part(ctx: &Ctx<'_>, message: String) -> Error {
    NodeError::new(JsClass::TypeError, "ERR_INVALID_ARG_TYPE", message).throw(ctx)
}

fn join(parts: Vec<Part<'_>>, native: bool) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    for part in parts {
        match part {
            Part::Bytes(bytes) if all.is_empty() => all = bytes,
            Part::Bytes(bytes) => all.extend_from_slice(&bytes),
            Part::Text(text) => {
                let text = args::lossy_string(&text)?;
                let text = if native { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
                all.extend_from_slice(text.as_bytes());
            }
        }
    }
    Ok(all)
}

/// A `type` in lower case; empty when it holds a character outside printable ASCII.
fn media_type(value: &Value<'_>) -> Result<String> {
    let kind = value.get::<Coerced<String>>()?.0;
    let printable = kind.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    Ok(if printable { kind.to_ascii_lowercase() } else { String::new() })
}

/// `blob.slice(start, end, contentType)`.
fn slice<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let blob = this(call, "Blob")?.borrow().clone();
    let size = blob.range.len() as f64;
    let index = |argument, default: f64| {
        let value = call.arg(argument);
        if value.is_undefined() {
            return Ok(default);
        }
        let index = value.get::<Coerced<f64>>()?.0.trunc();
        Ok::<_, Error>(match index {
            index if index.is_nan() => 0.0,
            index if index < 0.0 => (size + index).max(0.0),
            index => index.min(size),
        })
    };
    let start = index(0, 0.0)?;
    let end = index(1, size)?.max(start);
    let kind = call.arg(2);
    let kind = if kind.is_undefined() { String::new() } else { media_type(&kind)? };
    let base = blob.range.start;
    let range = base + start as usize..base + end as usize;
    let prototype = state(ctx)?.blob_prototype.clone();
    Class::instance_proto(BlobData { bytes: blob.bytes, range, kind, file: None }, prototype).map(Class::into_value)
}

const ARRAY_BUFFER: i16 = 0;
const TEXT: i16 = 1;
const BYTES: i16 = 2;

/// `blob.arrayBuffer()`, `text()` and `bytes()`.
fn read<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let (promise, resolve, reject) = Promise::new(ctx)?;
    let value = this(call, "Blob").and_then(|blob| {
        let blob = blob.borrow();
        match call.magic() as i16 {
            TEXT => {
                let text = blob.bytes();
                let text = text.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(text);
                bytes::utf8_string(ctx, &ops::encoding::decode_utf8(text))
            }
            BYTES => bytes::uint8_array(ctx, blob.bytes().to_vec()).map(|array| array.into_value()),
            _ => bytes::array_buffer(ctx, blob.bytes().to_vec()).map(|buffer| buffer.into_value()),
        }
    });
    match value {
        Ok(value) => resolve.call::<_, ()>((value,))?,
        Err(error) => reject.call::<_, ()>((error::caught(ctx, &error),))?,
    }
    Ok(promise.into_value())
}

const CHUNK: usize = 65536;

/// `blob.stream()`: a byte stream.
fn stream<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let blob = this(call, "Blob")?.borrow().clone();
    let class: Constructor<'js> = host::import(ctx, "internal:web-streams/readable")?.get("ReadableStream")?;
    let position = Cell::new(0);
    let pull = Function::new(ctx.clone(), move |ctx: Ctx<'js>, controller: Object<'js>| {
        let bytes = blob.bytes();
        let start = position.get();
        let end = bytes.len().min(start + CHUNK);
        position.set(end);
        if start < end {
            let enqueue: Function<'js> = controller.get("enqueue")?;
            enqueue.call::<_, ()>((This(controller.clone()), bytes::uint8_array(&ctx, bytes[start..end].to_vec())?))?;
        }
        if end == bytes.len() {
            let close: Function<'js> = controller.get("close")?;
            close.call::<_, ()>((This(controller.clone()),))?;
            // A reader that brought its own memory waits for it.
            let request: Option<Object<'js>> = controller.get("byobRequest")?;
            if let Some(request) = request {
                let respond: Function<'js> = request.get("respond")?;
                respond.call::<_, ()>((This(request.clone()), 0))?;
            }
        }
        Ok::<_, Error>(())
    })?;
    let source = Object::new(ctx.clone())?;
    source.set("type", "bytes")?;
    source.set("pull", pull)?;
    let strategy = Object::new(ctx.clone())?;
    strategy.set("highWaterMark", 0)?;
    class.construct((source, strategy))
}

/// `blob.textStream()`.
fn text_stream<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let stream = stream(call)?.get::<Object<'js>>()?;
    let class: Constructor<'js> = host::import(ctx, "internal:web-streams/text")?.get("TextDecoderStream")?;
    let pipe: Function<'js> = stream.get("pipeThrough")?;
    pipe.call((This(stream), class.construct::<_, Value<'js>>(())?))
}

/// `blob[util.inspect.custom](depth, options, inspect)`: `Blob { size: 3, type: '' }`.
fn inspect<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let blob = this(call, "Blob")?.borrow().clone();
    let name = if blob.file.is_some() { "File" } else { "Blob" };
    if call.arg(0).as_number().is_some_and(|depth| depth < 0.0) {
        return format!("[{name}]").into_js(ctx);
    }
    let shown = Object::new(ctx.clone())?;
    shown.set("size", blob.range.len())?;
    shown.set("type", blob.kind)?;
    if let Some(file) = blob.file {
        shown.set("name", file.name)?;
        shown.set("lastModified", file.last_modified)?;
    }
    let options = Object::new(ctx.clone())?;
    if let Some(given) = call.arg(1).as_object() {
        for entry in given.props::<String, Value<'js>>() {
            let (key, value) = entry?;
            options.set(key, value)?;
        }
        let depth: Value<'js> = given.get("depth")?;
        match depth.as_number() {
            Some(depth) => options.set("depth", depth - 1.0)?,
            None => options.set("depth", Value::new_null(ctx.clone()))?,
        }
    }
    let inspect = call.arg(2);
    let inspect = match inspect.as_function() {
        Some(inspect) => inspect.clone(),
        None => host::import(ctx, "node:util")?.get("inspect")?,
    };
    let mut arguments = Args::new(ctx.clone(), 2);
    arguments.push_arg(shown)?;
    arguments.push_arg(options)?;
    let text: String = inspect.call_arg(arguments)?;
    format!("{name} {text}").into_js(ctx)
}

/// `blobBytes(blob)`: a copy of the bytes, at once.
fn blob_bytes<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let value = call.arg(0);
    let Some(blob) = data(&value) else {
        return Err(args::invalid_arg_type(call.ctx(), "blob", &["Blob"], &value));
    };
    let copy = blob.borrow().bytes().to_vec();
    bytes::uint8_array(call.ctx(), copy).map(|array| array.into_value())
}

/// `registerObjectURL(blob)`: what `URL.createObjectURL` gives.
fn register_object_url<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let value = call.arg(0);
    if data(&value).is_none() {
        return Err(args::invalid_arg_type(ctx, "obj", &["Blob"], &value));
    }
    let url = format!("blob:nodedata:{}", random_id());
    state(ctx)?.urls.set(url.as_str(), value)?;
    url.into_js(ctx)
}

/// `revokeObjectURL(url)`.
fn revoke_object_url<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let url = call.arg(0).get::<Coerced<String>>()?.0;
    state(call.ctx())?.urls.remove(url)?;
    Ok(Value::new_undefined(call.ctx().clone()))
}

/// `resolveObjectURL(url)`: a `Blob`, or `undefined`.
fn resolve_object_url<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let url = call.arg(0).get::<Coerced<String>>()?.0;
    state(call.ctx())?.urls.get(url)
}

/// An identifier in the form of a UUID of version 4. It need not be secret, only unlike all others.
fn random_id() -> String {
    // The standard library seeds each hasher anew from the system's randomness.
    let word = || RandomState::new().build_hasher().finish();
    let (high, low) = (word() & !0xf000 | 0x4000, word() & !(0b11 << 62) | 1 << 63);
    let digits = format!("{high:016x}{low:016x}");
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}
