//! The class `Buffer`: its members by name, and how Buffers are made.

use llrt_core::{
    JsClass, NodeError, args,
    bytes::{self, View, is_array_buffer, is_typed_array, is_uint8_array},
    host, process,
    table::{self, Call, Member},
};
use rquickjs::{Array, Ctx, Function, IntoJs, Object, Result, Symbol, Value, function::This, object::Property};

use crate::{
    functions, numbers,
    ops::Encoding,
    search,
    state::{self, MAX_LENGTH},
    text,
};

/// Everything of `Buffer` itself.
static STATICS: &[Member] = &[
    Member::int(c"poolSize", 65536).writable().enumerable(),
    Member::method(c"from", 3, 0, from).enumerable(),
    Member::method(c"copyBytesFrom", 3, 0, copy_bytes_from).enumerable(),
    Member::method(c"of", 0, 0, of).enumerable(),
    Member::method(c"alloc", 3, 0, alloc).enumerable(),
    Member::method(c"allocUnsafe", 1, 0, alloc_unsafe).enumerable(),
    Member::method(c"allocUnsafeSlow", 1, 0, alloc_unsafe).enumerable(),
    Member::method(c"isBuffer", 1, 0, is_buffer).enumerable(),
    Member::method(c"compare", 2, 0, search::compare_two).enumerable(),
    Member::method(c"isEncoding", 1, 0, text::is_encoding).enumerable(),
    Member::method(c"concat", 2, 0, functions::concat).enumerable(),
    Member::method(c"byteLength", 2, 0, text::byte_length).enumerable(),
    Member::getter(c"[Symbol.species]", 0, species),
];

/// Everything of `Buffer.prototype`.
static MEMBERS: &[Member] = &[
    numbers::read(c"readBigUInt64LE", numbers::BIG_UINT64_LE),
    numbers::read(c"readBigUInt64BE", numbers::BIG_UINT64_BE),
    Member::alias(c"readBigUint64LE", c"readBigUInt64LE").enumerable(),
    Member::alias(c"readBigUint64BE", c"readBigUInt64BE").enumerable(),
    numbers::read(c"readBigInt64LE", numbers::BIG_INT64_LE),
    numbers::read(c"readBigInt64BE", numbers::BIG_INT64_BE),
    numbers::write(c"writeBigUInt64LE", numbers::BIG_UINT64_LE),
    numbers::write(c"writeBigUInt64BE", numbers::BIG_UINT64_BE),
    Member::alias(c"writeBigUint64LE", c"writeBigUInt64LE").enumerable(),
    Member::alias(c"writeBigUint64BE", c"writeBigUInt64BE").enumerable(),
    numbers::write(c"writeBigInt64LE", numbers::BIG_INT64_LE),
    numbers::write(c"writeBigInt64BE", numbers::BIG_INT64_BE),
    numbers::read_sized(c"readUIntLE", numbers::UINT_LE),
    numbers::read(c"readUInt32LE", numbers::UINT_LE + 4),
    numbers::read(c"readUInt16LE", numbers::UINT_LE + 2),
    numbers::read(c"readUInt8", numbers::UINT_LE + 1),
    numbers::read_sized(c"readUIntBE", numbers::UINT_BE),
    numbers::read(c"readUInt32BE", numbers::UINT_BE + 4),
    numbers::read(c"readUInt16BE", numbers::UINT_BE + 2),
    Member::alias(c"readUintLE", c"readUIntLE").enumerable(),
    Member::alias(c"readUint32LE", c"readUInt32LE").enumerable(),
    Member::alias(c"readUint16LE", c"readUInt16LE").enumerable(),
    Member::alias(c"readUint8", c"readUInt8").enumerable(),
    Member::alias(c"readUintBE", c"readUIntBE").enumerable(),
    Member::alias(c"readUint32BE", c"readUInt32BE").enumerable(),
    Member::alias(c"readUint16BE", c"readUInt16BE").enumerable(),
    numbers::read_sized(c"readIntLE", numbers::INT_LE),
    numbers::read(c"readInt32LE", numbers::INT_LE + 4),
    numbers::read(c"readInt16LE", numbers::INT_LE + 2),
    numbers::read(c"readInt8", numbers::INT_LE + 1),
    numbers::read_sized(c"readIntBE", numbers::INT_BE),
    numbers::read(c"readInt32BE", numbers::INT_BE + 4),
    numbers::read(c"readInt16BE", numbers::INT_BE + 2),
    numbers::write_sized(c"writeUIntLE", numbers::UINT_LE),
    numbers::write(c"writeUInt32LE", numbers::UINT_LE + 4),
    numbers::write(c"writeUInt16LE", numbers::UINT_LE + 2),
    numbers::write(c"writeUInt8", numbers::UINT_LE + 1),
    numbers::write_sized(c"writeUIntBE", numbers::UINT_BE),
    numbers::write(c"writeUInt32BE", numbers::UINT_BE + 4),
    numbers::write(c"writeUInt16BE", numbers::UINT_BE + 2),
    Member::alias(c"writeUintLE", c"writeUIntLE").enumerable(),
    Member::alias(c"writeUint32LE", c"writeUInt32LE").enumerable(),
    Member::alias(c"writeUint16LE", c"writeUInt16LE").enumerable(),
    Member::alias(c"writeUint8", c"writeUInt8").enumerable(),
    Member::alias(c"writeUintBE", c"writeUIntBE").enumerable(),
    Member::alias(c"writeUint32BE", c"writeUInt32BE").enumerable(),
    Member::alias(c"writeUint16BE", c"writeUInt16BE").enumerable(),
    numbers::write_sized(c"writeIntLE", numbers::INT_LE),
    numbers::write(c"writeInt32LE", numbers::INT_LE + 4),
    numbers::write(c"writeInt16LE", numbers::INT_LE + 2),
    numbers::write(c"writeInt8", numbers::INT_LE + 1),
    numbers::write_sized(c"writeIntBE", numbers::INT_BE),
    numbers::write(c"writeInt32BE", numbers::INT_BE + 4),
    numbers::write(c"writeInt16BE", numbers::INT_BE + 2),
    numbers::read(c"readFloatLE", numbers::FLOAT_LE),
    numbers::read(c"readFloatBE", numbers::FLOAT_BE),
    numbers::read(c"readDoubleLE", numbers::DOUBLE_LE),
    numbers::read(c"readDoubleBE", numbers::DOUBLE_BE),
    numbers::write(c"writeFloatLE", numbers::FLOAT_LE),
    numbers::write(c"writeFloatBE", numbers::FLOAT_BE),
    numbers::write(c"writeDoubleLE", numbers::DOUBLE_LE),
    numbers::write(c"writeDoubleBE", numbers::DOUBLE_BE),
    text::slice(c"asciiSlice", Encoding::Ascii),
    text::slice(c"base64Slice", Encoding::Base64),
    text::slice(c"base64urlSlice", Encoding::Base64Url),
    text::slice(c"latin1Slice", Encoding::Latin1),
    text::slice(c"hexSlice", Encoding::Hex),
    text::slice(c"ucs2Slice", Encoding::Utf16le),
    text::slice(c"utf8Slice", Encoding::Utf8),
    text::write_as(c"asciiWrite", Encoding::Ascii),
    text::write_as(c"base64Write", Encoding::Base64),
    text::write_as(c"base64urlWrite", Encoding::Base64Url),
    text::write_as(c"latin1Write", Encoding::Latin1),
    text::write_as(c"hexWrite", Encoding::Hex),
    text::write_as(c"ucs2Write", Encoding::Utf16le),
    text::write_as(c"utf8Write", Encoding::Utf8),
    Member::getter(c"parent", 0, parent).enumerable().fixed(),
    Member::getter(c"offset", 1, parent).enumerable().fixed(),
    Member::method(c"copy", 4, 0, functions::copy).enumerable(),
    Member::method(c"toString", 3, 0, text::to_string).enumerable(),
    Member::method(c"equals", 1, 0, search::equals).enumerable(),
    Member::method(c"inspect", 2, 0, functions::inspect).enumerable(),
    Member::method(c"compare", 5, 0, search::compare).enumerable(),
    Member::method(c"indexOf", 4, search::FIRST, search::index_of).enumerable(),
    Member::method(c"lastIndexOf", 4, search::LAST, search::index_of).enumerable(),
    Member::method(c"includes", 4, search::ANY, search::index_of).enumerable(),
    Member::method(c"fill", 4, 0, text::fill).enumerable(),
    Member::method(c"write", 4, 0, text::write).enumerable(),
    Member::method(c"toJSON", 0, 0, functions::to_json).enumerable(),
    Member::method(c"subarray", 2, 0, functions::subarray).enumerable(),
    Member::method(c"slice", 2, 0, functions::slice).enumerable(),
    Member::method(c"swap16", 0, 2, functions::swap).enumerable(),
    Member::method(c"swap32", 0, 4, functions::swap).enumerable(),
    Member::method(c"swap64", 0, 8, functions::swap).enumerable(),
    Member::alias(c"toLocaleString", c"toString").enumerable(),
];

/// Makes the function `Buffer`, which extends `Uint8Array` whose prototype is `parent`.
pub(crate) fn define<'js>(ctx: &Ctx<'js>, uint8_array: &Object<'js>, parent: &Object<'js>) -> Result<Object<'js>> {
    let prototype = Object::new_proto(ctx.clone(), Some(parent))?;
    let class = table::constructor(ctx, c"Buffer", 3, &prototype, construct)?;
    let class = class.into_inner().into_inner();
    table::define(&prototype, MEMBERS)?;
    prototype.get::<_, Function<'js>>("lastIndexOf")?.set_constructor(true);
    let custom = Symbol::new_global(ctx.clone(), "nodejs.util.inspect.custom")?;
    let inspect: Value<'js> = prototype.get("inspect")?;
    prototype.prop(custom, Property::from(inspect).writable().configurable().enumerable())?;
    class.set_prototype(Some(uint8_array))?;
    table::define(&class, STATICS)?;
    Ok(class)
}

/// `Buffer.prototype.lastIndexOf`
pub(crate) fn last_index_of<'js>(ctx: &Ctx<'js>) -> Result<Function<'js>> {
    state::of(ctx)?.buffer.get::<_, Object<'js>>("prototype")?.get("lastIndexOf")
}

/// `Buffer(value, encodingOrOffset, length)`, with or without `new`.
fn construct<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    warn_of_constructor(call.ctx())?;
    let first = call.arg(0);
    if first.is_number() {
        let second = call.arg(1);
        if second.is_string() {
            return Err(args::invalid_arg_type(call.ctx(), "string", &["string"], &first));
        }
        return alloc_unsafe(call);
    }
    from(call)
}

/// Warns the first time that code calls the constructor which is no installed package's. A program without `process` is not warned.
fn warn_of_constructor(ctx: &Ctx<'_>) -> Result<()> {
    const TEXT: &str = "Buffer() is deprecated due to security and usability issues. Please use the Buffer.alloc(), \
                        Buffer.allocUnsafe(), or Buffer.from() methods instead.";
    let state = state::of(ctx)?;
    // First, as a program's own `prepareStackTrace` may call the constructor again.
    if state.has_warned.replace(true) || !host::is_builtin(ctx, "node:process") {
        return Ok(());
    }
    drop(state);
    if !process::is_pending_deprecation(ctx) && process::is_called_by_package(ctx) {
        state::of(ctx)?.has_warned.set(false);
        return Ok(());
    }
    process::warn_of_deprecation(ctx, TEXT, "DEP0005")
}

/// What `map`, `filter` and other methods of `Uint8Array` make their results with.
fn species<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let prototype: Object<'js> = state::of(ctx)?.buffer.get("prototype")?;
    let class = table::constructor(ctx, c"FastBuffer", 3, &prototype, |call| {
        let target = call.this().into_object().ok_or_else(|| {
            NodeError::plain(JsClass::TypeError, "Class constructor FastBuffer cannot be invoked without 'new'")
                .throw(call.ctx())
        })?;
        bytes::construct_uint8_array(call.ctx(), &call.rest(0), &target).map(Object::into_value)
    })?;
    // `table::constructor` has made it the prototype's constructor.
    let buffer = state::of(ctx)?.buffer.clone();
    prototype.prop("constructor", Property::from(buffer).writable().configurable())?;
    Ok(class.into_inner().into_inner().into_value())
}

/// `Buffer.from(value, encodingOrOffset, length)`.
fn from<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    from_value(call.ctx(), &call.arg(0), &call.arg(1), &call.arg(2)).map(Object::into_value)
}

fn from_value<'js>(ctx: &Ctx<'js>, value: &Value<'js>, second: &Value<'js>, third: &Value<'js>) -> Result<Object<'js>> {
    if let Some(string) = value.as_string() {
        return from_string(ctx, string, second);
    }
    if let Some(object) = value.as_object().filter(|_| !value.is_function()) {
        if is_array_buffer(value) {
            return from_array_buffer(ctx, object, second, third);
        }
        // What a typed array's `valueOf` gives is itself.
        if is_typed_array(object.as_value()) {
            return from_array_like(ctx, object);
        }
        let value_of: Value<'js> = object.get("valueOf")?;
        if let Some(value_of) = value_of.as_function() {
            let primitive: Value<'js> = value_of.call((This(object.clone()),))?;
            if &primitive != value && (primitive.is_string() || (primitive.is_object() && !primitive.is_function())) {
                return from_value(ctx, &primitive, second, third);
            }
        }
        if let Some(buffer) = from_object(ctx, object)? {
            return Ok(buffer);
        }
        let to_primitive: Value<'js> = object.get(Symbol::to_primitive(ctx.clone()))?;
        if let Some(to_primitive) = to_primitive.as_function() {
            let primitive: Value<'js> = to_primitive.call((This(object.clone()), "string"))?;
            if let Some(string) = primitive.as_string() {
                return from_string(ctx, string, second);
            }
        }
    }
    let expected = &["string", "Buffer", "ArrayBuffer", "Array", "Array-like Object"];
    Err(args::invalid_arg_type(ctx, "first argument", expected, value))
}

fn from_string<'js>(ctx: &Ctx<'js>, string: &rquickjs::String<'js>, encoding: &Value<'js>) -> Result<Object<'js>> {
    let encoding = match encoding.as_string() {
        Some(name) if !name.to_string().is_ok_and(|name| name.is_empty()) => text::encoding(ctx, encoding)?,
        _ => Encoding::Utf8,
    };
    bytes::buffer(ctx, text::decode(string, encoding)?)
}

fn from_array_buffer<'js>(
    ctx: &Ctx<'js>,
    buffer: &Object<'js>,
    offset: &Value<'js>,
    length: &Value<'js>,
) -> Result<Object<'js>> {
    let offset = if offset.is_undefined() { 0.0 } else { functions::to_number(offset)? };
    let offset = if offset.is_nan() { 0.0 } else { offset };
    let available = buffer.get::<_, f64>("byteLength")? - offset;
    if offset < 0.0 {
        let message = format!("Start offset {offset} is outside the bounds of the buffer");
        return Err(NodeError::plain(JsClass::RangeError, message).throw(ctx));
    }
    if available < 0.0 {
        return Err(functions::out_of_bounds(ctx, Some("offset")));
    }
    if length.is_undefined() {
        return bytes::buffer_over(ctx, buffer, offset as usize, None);
    }
    let length = functions::to_number(length)?;
    if length > available {
        return Err(functions::out_of_bounds(ctx, Some("length")));
    }
    bytes::buffer_over(ctx, buffer, offset as usize, Some(length.max(0.0) as usize))
}

fn from_object<'js>(ctx: &Ctx<'js>, object: &Object<'js>) -> Result<Option<Object<'js>>> {
    let length: Value<'js> = object.get("length")?;
    if !length.is_undefined() || is_array_buffer(&object.get::<_, Value<'js>>("buffer")?) {
        if !length.is_number() {
            return bytes::buffer_zeroed(ctx, 0).map(Some);
        }
        return from_array_like(ctx, object).map(Some);
    }
    let kind: Value<'js> = object.get("type")?;
    if kind.as_string().is_some_and(|kind| kind.to_string().is_ok_and(|kind| kind == "Buffer")) {
        let data: Value<'js> = object.get("data")?;
        if let Some(data) = data.as_object().filter(|_| data.is_array()) {
            return from_array_like(ctx, data).map(Some);
        }
    }
    Ok(None)
}

/// Copies numbers, each modulo 256.
fn from_array_like<'js>(ctx: &Ctx<'js>, list: &Object<'js>) -> Result<Object<'js>> {
    if is_uint8_array(list.as_value())
        && let Some(view) = View::of(list.as_value())
    {
        return bytes::buffer(ctx, view.to_vec());
    }
    let length: f64 = list.get("length")?;
    if length.is_nan() || length <= 0.0 {
        return bytes::buffer_zeroed(ctx, 0);
    }
    let buffer = bytes::buffer_zeroed(ctx, check_size(ctx, length, &Value::new_number(ctx.clone(), length))?)?;
    let set = state::of(ctx)?.set.clone();
    set.call::<_, ()>((This(buffer.clone()), list.clone(), 0))?;
    Ok(buffer)
}

/// `Buffer.copyBytesFrom(view, offset, length)`: the bytes of a typed array's elements.
fn copy_bytes_from<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let value = call.arg(0);
    let Some(view) = View::of(&value).filter(|_| is_typed_array(&value)) else {
        return Err(args::invalid_arg_type(ctx, "view", &["TypedArray"], &value));
    };
    let length: usize = value.get::<Object<'js>>()?.get("length")?;
    if length == 0 {
        return bytes::buffer_zeroed(ctx, 0).map(Object::into_value);
    }
    let start =
        args::optional(&call.arg(1), |offset| args::integer(ctx, offset, "offset", 0, state::MAX_SAFE_INTEGER))?
            .unwrap_or(0);
    if start as usize >= length {
        return bytes::buffer_zeroed(ctx, 0).map(Object::into_value);
    }
    let count =
        args::optional(&call.arg(2), |length| args::integer(ctx, length, "length", 0, state::MAX_SAFE_INTEGER))?;
    let end = count.map_or(length, |count| length.min(start.saturating_add(count) as usize));
    let copy = view.with(|bytes| {
        let size = bytes.len() / length;
        bytes[start as usize * size..end * size].to_vec()
    });
    bytes::buffer(ctx, copy).map(Object::into_value)
}

/// `Buffer.of(...items)`.
fn of<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let list = Array::new(call.ctx().clone())?;
    for (index, item) in call.rest(0).into_iter().enumerate() {
        list.set(index, item)?;
    }
    from_array_like(call.ctx(), list.as_object()).map(Object::into_value)
}

/// `Buffer.alloc(size, fill, encoding)`.
fn alloc<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let size = size(call)?;
    let buffer = bytes::buffer_zeroed(ctx, size)?.into_value();
    let value = call.arg(1);
    if !value.is_undefined() && value.as_number() != Some(0.0) && size > 0 {
        let start = Value::new_int(ctx.clone(), 0);
        let end = Value::new_number(ctx.clone(), size as f64);
        text::fill_with(ctx, &buffer, &value, &start, &end, &call.arg(2))?;
    }
    Ok(buffer)
}

/// `Buffer.allocUnsafe(size)`: zeros here, as the engine has no other memory to give. Also `SlowBuffer`.
pub(crate) fn alloc_unsafe<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    bytes::buffer_zeroed(call.ctx(), size(call)?).map(Object::into_value)
}

fn size(call: &Call<'_, '_>) -> Result<usize> {
    let value = call.arg(0);
    check_size(call.ctx(), args::number(call.ctx(), &value, "size")?, &value)
}

fn check_size<'js>(ctx: &Ctx<'js>, size: f64, value: &Value<'js>) -> Result<usize> {
    if !(0.0..=MAX_LENGTH as f64).contains(&size) {
        return Err(args::out_of_range(ctx, "size", &format!(">= 0 && <= {MAX_LENGTH}"), value));
    }
    Ok(size as usize)
}

/// `Buffer.isBuffer(value)`.
fn is_buffer<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    is_instance(call.ctx(), &call.arg(0))?.into_js(call.ctx())
}

fn is_instance<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<bool> {
    let buffer = state::of(ctx)?.buffer.clone();
    Ok(value.as_object().is_some_and(|object| object.is_instance_of(&buffer)))
}

/// `buffer.parent` and, with the magic 1, `buffer.offset`.
fn parent<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let this = call.this();
    match this.as_object() {
        Some(object) if is_instance(call.ctx(), &this)? && is_typed_array(object.as_value()) => {
            object.get(if call.magic() == 0 { "buffer" } else { "byteOffset" })
        }
        _ => Ok(Value::new_undefined(call.ctx().clone())),
    }
}
