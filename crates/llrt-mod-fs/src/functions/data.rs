//! Contents of files: `open`, `read`, `write`, `readFile`, ...

use llrt_core::{JsClass, NodeError, OrThrow, args as core_args, bytes, bytes::View, host, table::Call};
use rquickjs::{Ctx, Function, Object, Result, Value, function::This};

use crate::{
    args::{self, Args, Options},
    encoding::Encoding,
    op::{self, PROMISE, Place, SYNC, Work, answer},
    ops::{self, data, data::Target},
    output::Output,
};

/// `open(path, flags = "r", mode = 0o666)`.
pub(crate) fn open<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 3), |args| {
        let path = args.path(0, "path")?;
        let flags = args::flags(&args.ctx, &args.get(1), args::read_flags())?;
        let mode = args.mode(2, "mode", Some(0o666))?;
        Ok(Work::of(move |place| {
            if place == Place::Loop && !data::opens_at_once(&path) {
                return None;
            }
            Some(ops::open(&path, flags, mode).map(|fd| Output::Number(fd.into())))
        }))
    })
}

/// `promises.open(...)`, which gives a `FileHandle`.
pub(crate) fn open_handle<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 3), |args| {
        let path = args.path(0, "path")?;
        let flags = args::flags(&args.ctx, &args.get(1), args::read_flags())?;
        let mode = args.mode(2, "mode", Some(0o666))?;
        let work = Work::of(move |place| {
            if place == Place::Loop && !data::opens_at_once(&path) {
                return None;
            }
            Some(ops::open(&path, flags, mode).map(|fd| Output::Number(fd.into())))
        });
        Ok(work.finish(|ctx, output| {
            let make: Function<'js> = host::import(ctx, HANDLE)?.get("makeHandle")?;
            make.call((output.into_value(ctx)?,))
        }))
    })
}

/// The module of `FileHandle`.
pub(crate) const HANDLE: &str = "internal:fs-handle";

/// `close(fd)`, whose callback may be missing.
pub(crate) fn close<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let parse = |args: &Args<'js>| -> Result<Work<'js>> {
        let fd = args.fd(0)?;
        Ok(Work::quick(move || ops::close(fd).map(|()| Output::Nothing)))
    };
    if call.magic() as i16 == op::CALLBACK && call.arg(1).is_undefined() {
        // An error that nobody asked to hear of is an uncaught exception.
        let ctx = call.ctx();
        let work = parse(&Args { ctx: ctx.clone(), values: call.rest(0), is_promise: false })?;
        op::promise(ctx, Ok(work))?;
        return Ok(Value::new_undefined(ctx.clone()));
    }
    answer(call, (1, 1), parse)
}

/// `readFile(path, options)`.
pub(crate) fn read_file<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    if let Some(handle) = handle_of(call)? {
        return crate::classes::call_method(&handle, "readFile", call.arg(1));
    }
    answer(call, (1, 2), |args| {
        let options = args.options(1)?;
        let target = if args.is_promise { Target::Path(args.path(0, "path")?) } else { args.target(0, "path")? };
        let flags = options.flags(args::read_flags())?;
        Ok(read_work(target, flags, options))
    })
}

/// `readFile` of a `FileHandle`'s descriptor.
pub(crate) fn read_file_fd<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let options = args.options(1)?;
        Ok(read_work(Target::Fd(args.fd(0)?), 0, options))
    })
}

fn read_work<'js>(target: Target, flags: i32, options: Options<'js>) -> Work<'js> {
    let encoding = options.encoding;
    let work = Work::of(move |place| {
        let data = match place {
            Place::Loop => data::read_file_at_once(&target, flags)?,
            Place::Anywhere => data::read_file(&target, flags),
        };
        Some(data.map(|data| Output::Data(data, encoding)))
    });
    let work = work.signal(options.signal);
    if !options.names_buffer {
        return work;
    }
    // What `Buffer.toString` says to it.
    work.finish(|ctx, _| {
        Err(NodeError::new(JsClass::TypeError, "ERR_UNKNOWN_ENCODING", "Unknown encoding: buffer").throw(ctx))
    })
}

/// `writeFile(path, data, options)`.
pub(crate) fn write_file<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    write_or_append(call, false)
}

/// `appendFile(path, data, options)`.
pub(crate) fn append_file<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    write_or_append(call, true)
}

fn write_or_append<'js>(call: &Call<'_, 'js>, append: bool) -> Result<Value<'js>> {
    let is_promise = call.magic() as i16 == PROMISE;
    if is_promise {
        if let Some(handle) = handle_of(call)? {
            let method: Function<'js> = handle.get(if append { "appendFile" } else { "writeFile" })?;
            return method.call((This(handle), call.arg(1), call.arg(2)));
        }
        let data = call.arg(1);
        if !data.is_string() && args::view(&data).is_none() && is_iterable(call.ctx(), &data)? {
            return op::forward(call, HANDLE, if append { "appendFrom" } else { "writeFrom" });
        }
    }
    if call.magic() as i16 == SYNC
        && let Some(view) = args::view(&call.arg(1))
    {
        // In place, as nothing can change it meanwhile.
        let args = Args { ctx: call.ctx().clone(), values: call.rest(0), is_promise: false };
        let plan = WritePlan::of(&args, append)?;
        let result = view.with(|bytes| data::write_file(&plan.target, bytes, plan.flags, plan.mode, plan.flush));
        result.or_throw(call.ctx())?;
        return Ok(Value::new_undefined(call.ctx().clone()));
    }
    answer(call, (2, 3), if append { append_work } else { write_work })
}

fn write_work<'js>(args: &Args<'js>) -> Result<Work<'js>> {
    WritePlan::of(args, false)?.work(args)
}

fn append_work<'js>(args: &Args<'js>) -> Result<Work<'js>> {
    WritePlan::of(args, true)?.work(args)
}

/// `writeFile` to a `FileHandle`'s descriptor.
pub(crate) fn write_file_fd<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (2, 3), |args| {
        let options = Options::of(&args.ctx, &args.get(2), Encoding::Utf8)?;
        let flush = options.boolean("flush", false)?;
        WritePlan { target: Target::Fd(args.fd(0)?), flags: 0, mode: 0, flush, options }.work(args)
    })
}

struct WritePlan<'js> {
    target: Target,
    flags: i32,
    mode: u32,
    flush: bool,
    options: Options<'js>,
}

impl<'js> WritePlan<'js> {
    fn of(args: &Args<'js>, append: bool) -> Result<Self> {
        let options = Options::of(&args.ctx, &args.get(2), Encoding::Utf8)?;
        let flush_value = options.get("flush")?;
        let flush = if flush_value.is_null() { false } else { options.boolean("flush", false)? };
        let default = if append { args::append_flags() } else { args::write_flags() };
        let flags = options.flags(default)?;
        let mode = options.mode(0o666)?;
        let target = if args.is_promise { Target::Path(args.path(0, "path")?) } else { args.target(0, "path")? };
        Ok(Self { target, flags, mode, flush, options })
    }

    fn work(self, args: &Args<'js>) -> Result<Work<'js>> {
        let Self { target, flags, mode, flush, options } = self;
        let bytes = args::data(&args.ctx, &args.get(1), options.encoding, "data")?;
        let work = Work::of(move |place| {
            if place == Place::Loop && !data::writes_at_once(&target, bytes.len(), flush) {
                return None;
            }
            Some(data::write_file(&target, &bytes, flags, mode, flush).map(|()| Output::Nothing))
        });
        Ok(work.signal(options.signal))
    }
}

/// The `FileHandle` that is the first argument of a promise function. There is none before one was opened.
fn handle_of<'js>(call: &Call<'_, 'js>) -> Result<Option<Object<'js>>> {
    if call.magic() as i16 != PROMISE {
        return Ok(None);
    }
    let value = call.arg(0);
    let Some(object) = value.as_object() else { return Ok(None) };
    let Some(class) = call.ctx().userdata::<HandleClass<'js>>().map(|class| class.0.clone()) else { return Ok(None) };
    Ok(object.is_instance_of(&class).then(|| object.clone()))
}

#[derive(rquickjs::JsLifetime)]
struct HandleClass<'js>(Object<'js>);

/// The script of `FileHandle` says which class that is.
pub(crate) fn set_handle_class<'js>(ctx: Ctx<'js>, class: Object<'js>) {
    let _ = ctx.store_userdata(HandleClass(class));
}

fn is_iterable<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<bool> {
    let Some(object) = value.as_object() else { return Ok(false) };
    let asynchronous: Value<'js> = object.get(rquickjs::Symbol::async_iterator(ctx.clone()))?;
    let iterator: Value<'js> = object.get(rquickjs::Symbol::iterator(ctx.clone()))?;
    Ok(args::truthy(&asynchronous) || args::truthy(&iterator))
}

/// What `read` reads into, and where from.
struct ReadPlan<'js> {
    fd: i32,
    buffer: Value<'js>,
    view: View<'js>,
    start: usize,
    len: usize,
    position: Option<u64>,
}

/// Where a part of a buffer is: in an options object, or in arguments.
struct Part<'js> {
    offset: Value<'js>,
    length: Value<'js>,
    position: Value<'js>,
}

impl<'js> Part<'js> {
    fn of_object(object: &Object<'js>) -> Result<Self> {
        Ok(Self { offset: object.get("offset")?, length: object.get("length")?, position: object.get("position")? })
    }

    fn none(ctx: &Ctx<'js>) -> Self {
        let none = Value::new_undefined(ctx.clone());
        Self { offset: none.clone(), length: none.clone(), position: none }
    }
}

const DEFAULT_BUFFER_BYTES: usize = 16 * 1024;

impl<'js> ReadPlan<'js> {
    fn of(args: &Args<'js>, positional_from: usize, is_sync: bool) -> Result<Self> {
        let ctx = &args.ctx;
        let fd = args.fd(0)?;
        let mut buffer = args.get(1);
        let second = args.get(2);
        let mut is_positional = false;
        let mut part = Part::none(ctx);
        if args::view(&buffer).is_none() && !is_sync {
            // `read(fd, options)` or `read(fd)`
            if !buffer.is_undefined() && !buffer.is_null() {
                if !second.is_undefined() {
                    args::view_arg(ctx, &buffer, "buffer")?;
                }
                let options = options_object(ctx, &buffer)?;
                buffer = options.get("buffer")?;
                part = Part::of_object(&options)?;
            } else {
                if !second.is_undefined() && buffer.is_null() {
                    args::view_arg(ctx, &buffer, "buffer")?;
                }
                buffer = Value::new_undefined(ctx.clone());
            }
            if buffer.is_undefined() {
                buffer = bytes::buffer_zeroed(ctx, DEFAULT_BUFFER_BYTES)?.into_value();
            }
        } else if args.values.len() < positional_from || (second.is_object() && !second.is_null()) {
            // `read(fd, buffer, options)`
            if !second.is_undefined() && !second.is_null() {
                part = Part::of_object(&options_object(ctx, &second)?)?;
            }
        } else {
            is_positional = true;
            part = Part { offset: second, length: args.get(3), position: args.get(4) };
        }
        let view = args::view_arg(ctx, &buffer, "buffer")?;
        let size = view.len();
        // By position, no length is none at all in Node, but that of a `FileHandle` is what is left.
        if is_positional && !args.is_promise && !part.length.is_number() {
            part.length = Value::new_int(ctx.clone(), 0);
        }
        if part.length.as_number() == Some(0.0) {
            return Ok(Self { fd, buffer, view, start: 0, len: 0, position: None });
        }
        if size == 0 && (!is_sync || part.length.is_number()) {
            if part.length.is_undefined() || part.length.is_null() {
                return Ok(Self { fd, buffer, view, start: 0, len: 0, position: None });
            }
            let text = "The argument 'buffer' is empty and cannot be written. Received ";
            let shown = if buffer.as_object().is_some_and(|object| object.contains_key("readUInt8").unwrap_or(false)) {
                "<Buffer >"
            } else {
                "Uint8Array(0) []"
            };
            return Err(
                NodeError::new(JsClass::TypeError, "ERR_INVALID_ARG_VALUE", format!("{text}{shown}")).throw(ctx)
            );
        }
        let (start, len) = args::range(ctx, &part.offset, &part.length, size, false)?;
        let position = args::read_position(ctx, &part.position, len)?;
        Ok(Self { fd, buffer, view, start, len, position })
    }
}

fn options_object<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<Object<'js>> {
    match value.as_object() {
        Some(object) if !value.is_array() && !value.is_function() => Ok(object.clone()),
        _ => Err(core_args::invalid_arg_type(ctx, "options", &["Object"], value)),
    }
}

/// `read(fd, buffer, offset, length, position)`, and its forms with options.
pub(crate) fn read<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    if call.magic() as i16 == SYNC {
        let args = Args { ctx: call.ctx().clone(), values: call.rest(0), is_promise: false };
        args.fd(0)?;
        args::view_arg(&args.ctx, &args.get(1), "buffer")?;
        let plan = ReadPlan::of(&args, 4, true)?;
        if plan.len == 0 {
            return Ok(Value::new_int(args.ctx.clone(), 0));
        }
        let end = plan.start + plan.len;
        let count = plan.view.with_mut(|bytes| match bytes.get_mut(plan.start..end) {
            Some(part) => data::read(plan.fd, part, plan.position),
            None => Ok(0),
        });
        return Ok(Value::new_number(args.ctx.clone(), count.or_throw(&args.ctx)? as f64));
    }
    answer(call, (1, 5), |args| {
        let plan = ReadPlan::of(args, if args.is_promise { 0 } else { 4 }, false)?;
        let ReadPlan { fd, buffer, view, start, len, position } = plan;
        let work = Work::of(move |place| {
            if len == 0 {
                return Some(Ok(Output::Data(Vec::new(), Encoding::Buffer)));
            }
            if place == Place::Loop && (len as u64 > data::LOOP_MAX_BYTES || !data::is_regular(fd)) {
                return None;
            }
            let mut bytes = vec![0; len];
            Some(data::read(fd, &mut bytes, position).map(|count| {
                bytes.truncate(count);
                Output::Data(bytes, Encoding::Buffer)
            }))
        });
        let work = work.finish(move |ctx, output| {
            let Output::Data(bytes, _) = output else { return output.into_value(ctx) };
            view.with_mut(|target| {
                // The buffer may have been resized meanwhile.
                if let Some(target) = target.get_mut(start..start + bytes.len()) {
                    target.copy_from_slice(&bytes);
                }
            });
            Ok(Value::new_number(ctx.clone(), bytes.len() as f64))
        });
        Ok(work.beside("bytesRead", "buffer", buffer))
    })
}

/// `write(fd, buffer, offset, length, position)`, its form with options, and `write(fd, string, position, encoding)`.
pub(crate) fn write<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    if call.magic() as i16 == SYNC
        && let Some(view) = args::view(&call.arg(1))
    {
        let args = Args { ctx: call.ctx().clone(), values: call.rest(0), is_promise: false };
        let fd = args.fd(0)?;
        let (start, len, position) = write_part(&args, &view)?;
        let count = view.with(|bytes| match bytes.get(start..start + len) {
            Some(part) => data::write(fd, part, position),
            None => Ok(0),
        });
        return Ok(Value::new_number(args.ctx.clone(), count.or_throw(&args.ctx)? as f64));
    }
    answer(call, (2, 5), |args| {
        let fd = args.fd(0)?;
        let value = args.get(1);
        let (bytes, position) = match args::view(&value) {
            Some(view) => {
                let (start, len, position) = write_part(args, &view)?;
                (view.with(|bytes| bytes.get(start..start + len).unwrap_or_default().to_vec()), position)
            }
            None => {
                let Some(text) = value.as_string() else {
                    let expected = ["string", "Buffer", "TypedArray", "DataView"];
                    return Err(core_args::invalid_arg_type(&args.ctx, "buffer", &expected, &value));
                };
                let encoding = string_encoding(args, text)?;
                (encoding.encode(&args.ctx, text)?, args::write_position(&args.get(2)))
            }
        };
        let work = Work::of(move |place| {
            if place == Place::Loop && (bytes.len() as u64 > data::LOOP_MAX_BYTES || !data::is_regular(fd)) {
                return None;
            }
            Some(data::write(fd, &bytes, position).map(|count| Output::Number(count as f64)))
        });
        Ok(work.beside("bytesWritten", "buffer", value))
    })
}

fn write_part<'js>(args: &Args<'js>, view: &View<'js>) -> Result<(usize, usize, Option<u64>)> {
    let second = args.get(2);
    let part = if second.is_object() && !second.is_null() {
        Part::of_object(&options_object(&args.ctx, &second)?)?
    } else {
        Part { offset: second, length: args.get(3), position: args.get(4) }
    };
    let length = if part.length.is_number() { part.length } else { Value::new_undefined(args.ctx.clone()) };
    let (start, len) = args::range(&args.ctx, &part.offset, &length, view.len(), true)?;
    Ok((start, len, args::write_position(&part.position)))
}

fn string_encoding<'js>(args: &Args<'js>, text: &rquickjs::String<'js>) -> Result<Encoding> {
    let value = args.get(3);
    let name = value.as_string().map(core_args::lossy_string).transpose()?;
    // Anything else means UTF-8.
    let encoding = name.as_deref().and_then(Encoding::parse).unwrap_or(Encoding::Utf8);
    if encoding == Encoding::Hex {
        let len = bytes::with_utf16(text, <[u16]>::len)?;
        if len % 2 != 0 {
            let reason = format!("is invalid for data of length {len}");
            return Err(core_args::invalid_arg_value(&args.ctx, "encoding", &value, &reason));
        }
    }
    Ok(encoding)
}

fn vector_position<'js>(args: &Args<'js>) -> Option<u64> {
    args.get(2).as_number().and_then(|_| args::write_position(&args.get(2)))
}

/// `readv(fd, buffers, position)`.
pub(crate) fn readv<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (2, 3), |args| {
        let fd = args.fd(0)?;
        let views = args::views(&args.ctx, &args.get(1))?;
        let position = vector_position(args);
        let lens: Vec<usize> = views.iter().map(View::len).collect();
        let total: usize = lens.iter().sum();
        let work = Work::of(move |place| {
            if place == Place::Loop && (total as u64 > data::LOOP_MAX_BYTES || !data::is_regular(fd)) {
                return None;
            }
            let mut buffers: Vec<Vec<u8>> = lens.iter().map(|len| vec![0; *len]).collect();
            Some(data::readv(fd, &mut buffers, position).map(|count| {
                let mut all = buffers.concat();
                all.truncate(count);
                Output::Data(all, Encoding::Buffer)
            }))
        });
        let work = work.finish(move |ctx, output| {
            let Output::Data(bytes, _) = output else { return output.into_value(ctx) };
            let mut rest = bytes.as_slice();
            for view in &views {
                view.with_mut(|target| {
                    let (part, after) = rest.split_at(target.len().min(rest.len()));
                    target[..part.len()].copy_from_slice(part);
                    rest = after;
                });
            }
            Ok(Value::new_number(ctx.clone(), bytes.len() as f64))
        });
        Ok(work.beside("bytesRead", "buffers", args.get(1)))
    })
}

/// `writev(fd, buffers, position)`.
pub(crate) fn writev<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (2, 3), |args| {
        let fd = args.fd(0)?;
        let views = args::views(&args.ctx, &args.get(1))?;
        let position = vector_position(args);
        let buffers: Vec<Vec<u8>> = views.iter().map(View::to_vec).collect();
        let total: usize = buffers.iter().map(Vec::len).sum();
        let work = Work::of(move |place| {
            if place == Place::Loop && (total as u64 > data::LOOP_MAX_BYTES || !data::is_regular(fd)) {
                return None;
            }
            Some(data::writev(fd, &buffers, position).map(|count| Output::Number(count as f64)))
        });
        Ok(work.beside("bytesWritten", "buffers", args.get(1)))
    })
}

/// `truncate(path, length = 0)`.
pub(crate) fn truncate<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let path = args.path(0, "path")?;
        let len = length(args)?;
        Ok(Work::quick(move || data::truncate(&path, len).map(|()| Output::Nothing)))
    })
}

/// `ftruncate(fd, length = 0)`.
pub(crate) fn ftruncate<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let fd = args.fd(0)?;
        let len = length(args)?;
        Ok(Work::quick(move || data::ftruncate(fd, len).map(|()| Output::Nothing)))
    })
}

fn length(args: &Args<'_>) -> Result<u64> {
    const MAX: i64 = 9_007_199_254_740_991;
    let len = core_args::optional(&args.get(1), |value| core_args::integer(&args.ctx, value, "len", -MAX, MAX))?;
    // A negative length is none.
    Ok(len.and_then(|len| u64::try_from(len).ok()).unwrap_or(0))
}

/// `fsync(fd)`.
pub(crate) fn fsync<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 1), |args| {
        let fd = args.fd(0)?;
        Ok(Work::slow(move || data::fsync(fd).map(|()| Output::Nothing)))
    })
}

/// `fdatasync(fd)`.
pub(crate) fn fdatasync<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 1), |args| {
        let fd = args.fd(0)?;
        Ok(Work::slow(move || data::fdatasync(fd).map(|()| Output::Nothing)))
    })
}
