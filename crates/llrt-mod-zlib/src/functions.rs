//! What the script calls: opening codecs, and working with them.

use std::rc::Rc;

use llrt_compression::{
    BrotliDecoder, Codec, CodecError, Container, Deflate, DeflateOptions, Inflate, Ran, Strategy, ZstdDecoder,
};
use llrt_core::{JsClass, NodeError, OrThrow, args, bytes, bytes::View, error, task};
use rquickjs::{Class, Ctx, Function, Result, Value, convert::List, function::Opt};

use crate::{
    engine::{Engine, Family, Slot, Work},
    error::ZlibError,
};

/// `zlib.crc32(data, value)`.
pub(crate) fn crc32<'js>(ctx: Ctx<'js>, data: Value<'js>, value: Opt<Value<'js>>) -> Result<f64> {
    if !data.is_string() && (View::of(&data).is_none() || bytes::is_array_buffer(&data)) {
        return Err(args::invalid_arg_type(&ctx, "data", &["string", "Buffer", "TypedArray", "DataView"], &data));
    }
    let start = match value.0.filter(|value| !value.is_undefined()) {
        Some(value) => args::uint32(&ctx, &value, "value")?,
        None => 0,
    };
    let sum = match View::of(&data) {
        Some(view) => view.with(|bytes| llrt_compression::crc32(start, bytes)),
        None => llrt_compression::crc32(start, &bytes::bytes_or_utf8(&ctx, &data, "data")?),
    };
    Ok(f64::from(sum))
}

/// By the numbers of Node's `constants`, for modes from `DEFLATE` to `UNZIP`.
pub(crate) fn open_zlib<'js>(
    ctx: Ctx<'js>,
    mode: u32,
    window_bits: u8,
    level: i32,
    mem_level: u8,
    strategy: u32,
    dictionary: Value<'js>,
) -> Result<Class<'js, Engine>> {
    let dictionary = copy(&dictionary);
    let strategy = self::strategy(strategy);
    let deflate = |container, dictionary| -> std::result::Result<Box<dyn Codec>, CodecError> {
        let options = DeflateOptions { level, window_bits, mem_level, strategy, dictionary };
        Ok(Box::new(Deflate::new(container, &options)?))
    };
    let inflate = |container, dictionary| -> std::result::Result<Box<dyn Codec>, CodecError> {
        Ok(Box::new(Inflate::new(container, window_bits, dictionary)?))
    };
    let codec = match mode {
        1 => deflate(Container::Zlib, dictionary),
        2 => inflate(Container::Zlib, dictionary),
        // As in Node, gzip takes no dictionary and does not say so.
        3 => deflate(Container::Gzip, Vec::new()),
        4 => inflate(Container::Gzip, dictionary),
        5 => deflate(Container::Raw, dictionary),
        6 => inflate(Container::Raw, dictionary),
        _ => inflate(Container::Any, dictionary),
    };
    open(&ctx, Family::Zlib, codec)
}

/// `params` holds keys and values in turn.
pub(crate) fn open_brotli<'js>(
    ctx: Ctx<'js>,
    encode: bool,
    params: Vec<f64>,
    dictionary: Value<'js>,
) -> Result<Class<'js, Engine>> {
    let dictionary = copy(&dictionary);
    let params: Vec<(u32, u32)> = pairs(&params).map(|(key, value)| (key as u32, value as i64 as u32)).collect();
    if encode {
        #[cfg(not(feature = "brotli-compressor"))]
        return Err(left_out(&ctx, "brotli"));
        #[cfg(feature = "brotli-compressor")]
        return open(&ctx, Family::Brotli, boxed(llrt_compression::BrotliEncoder::new(params, dictionary)));
    }
    let large_window = params.contains(&(1, 1));
    open(&ctx, Family::Brotli, boxed(BrotliDecoder::new(large_window, dictionary)))
}

/// `params` holds keys and values in turn.
pub(crate) fn open_zstd<'js>(
    ctx: Ctx<'js>,
    encode: bool,
    params: Vec<f64>,
    pledged_len: Value<'js>,
    dictionary: Value<'js>,
) -> Result<Class<'js, Engine>> {
    let dictionary = copy(&dictionary);
    let params: Vec<(u32, i32)> = pairs(&params).map(|(key, value)| (key as u32, value as i32)).collect();
    let pledged_len = pledged_len.as_number();
    if pledged_len.is_some_and(|len| len < 0.0) {
        let text = "pledgedSrcSize must be non-negative";
        return Err(NodeError::new(JsClass::RangeError, "ERR_OUT_OF_RANGE", text).throw(&ctx));
    }
    if encode {
        #[cfg(not(feature = "zstd-compressor"))]
        return Err(left_out(&ctx, "zstd"));
        #[cfg(feature = "zstd-compressor")]
        return open(
            &ctx,
            Family::Zstd,
            boxed(llrt_compression::ZstdEncoder::new(&params, pledged_len.map(|len| len as u64), &dictionary)),
        );
    }
    open(&ctx, Family::Zstd, boxed(ZstdDecoder::new(&params, &dictionary)))
}

fn boxed<C: Codec + 'static>(
    codec: std::result::Result<C, CodecError>,
) -> std::result::Result<Box<dyn Codec>, CodecError> {
    codec.map(|codec| Box::new(codec) as _)
}

/// What a program gets that wants a compressor which is not built in.
#[cfg(not(all(feature = "brotli-compressor", feature = "zstd-compressor")))]
fn left_out(ctx: &Ctx<'_>, format: &str) -> rquickjs::Error {
    let message = format!("Compression with {format} is not available in this build of the runtime");
    NodeError::new(JsClass::Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", message).throw(ctx)
}

fn pairs(flat: &[f64]) -> impl Iterator<Item = (f64, f64)> + '_ {
    flat.chunks_exact(2).map(|pair| (pair[0], pair[1]))
}

fn copy(value: &Value<'_>) -> Vec<u8> {
    View::of(value).map(|view| view.to_vec()).unwrap_or_default()
}

fn open<'js>(
    ctx: &Ctx<'js>,
    family: Family,
    codec: std::result::Result<Box<dyn Codec>, CodecError>,
) -> Result<Class<'js, Engine>> {
    let codec = codec.map_err(ZlibError::from).or_throw(ctx)?;
    Class::instance(ctx.clone(), Engine { slot: Slot::new(family, codec) })
}

fn slot(engine: &Class<'_, Engine>) -> Rc<Slot> {
    Rc::clone(&engine.borrow().slot)
}

fn take<'js>(ctx: &Ctx<'js>, slot: &Slot) -> Result<Work> {
    slot.take().ok_or_else(|| {
        NodeError::new(JsClass::Error, "ERR_INVALID_STATE", "Invalid state: write in progress").throw(ctx)
    })
}

/// One step in the pool. `input` is undefined for going on with the last one; then
/// `callback(error)` or `callback(null, output, read, space left, input left)`.
pub(crate) fn step<'js>(
    ctx: Ctx<'js>,
    engine: Class<'js, Engine>,
    flush: u32,
    input: Value<'js>,
    space: usize,
    callback: Function<'js>,
) -> Result<()> {
    let slot = slot(&engine);
    let mut work = take(&ctx, &slot)?;
    if let Some(view) = View::of(&input) {
        work.set_input(view.to_vec());
    }
    let flush = slot.family.flush(flush);
    let task_ctx = ctx.clone();
    task::spawn(&ctx, async move {
        let ctx = task_ctx;
        // The engine stays alive until its callback has run.
        let _engine = engine;
        let done = elsewhere(move || {
            let result = work.step(flush, space);
            (work, result)
        });
        let Some((work, result)) = done.await else { return };
        let left = work.left();
        slot.put_back(work);
        task::run(&ctx, || match result {
            Ok((step, output)) => {
                let output = bytes::buffer(&ctx, output)?;
                callback.call::<_, Value<'js>>((Null, output, step.read, space - step.written, left)).map(drop)
            }
            Err(error) => {
                let error = error::into_value(&ctx, &ZlibError::from(error))?;
                callback.call::<_, Value<'js>>((error,)).map(drop)
            }
        });
    });
    Ok(())
}

/// All of `input` in the pool; then `callback(error)` or `callback(null, output, read)`. The engine is closed.
pub(crate) fn run<'js>(
    ctx: Ctx<'js>,
    engine: Class<'js, Engine>,
    flush: u32,
    input: Value<'js>,
    max_len: f64,
    callback: Function<'js>,
) -> Result<()> {
    let slot = slot(&engine);
    let mut work = take(&ctx, &slot)?;
    let input = bytes::bytes_or_utf8(&ctx, &input, "buffer")?;
    let flush = slot.family.flush(flush);
    let task_ctx = ctx.clone();
    task::spawn(&ctx, async move {
        let ctx = task_ctx;
        let Some(result) = elsewhere(move || work.run(&input, flush, max_len as usize)).await else { return };
        task::run(&ctx, || {
            match finish(&ctx, result, max_len) {
                Ok((output, read)) => callback.call::<_, Value<'js>>((Null, output, read)),
                Err(error) => callback.call::<_, Value<'js>>((error::caught(&ctx, &error),)),
            }
            .map(drop)
        });
    });
    Ok(())
}

/// All of `input` before it returns `[output, read]`. The engine can go on.
pub(crate) fn run_sync<'js>(
    ctx: Ctx<'js>,
    engine: Class<'js, Engine>,
    flush: u32,
    input: Value<'js>,
    max_len: f64,
) -> Result<List<(Value<'js>, usize)>> {
    let slot = slot(&engine);
    let mut work = take(&ctx, &slot)?;
    let flush = slot.family.flush(flush);
    let result = match View::of(&input) {
        Some(view) => view.with(|input| work.run(input, flush, max_len as usize)),
        None => work.run(&bytes::bytes_or_utf8(&ctx, &input, "buffer")?, flush, max_len as usize),
    };
    slot.put_back(work);
    finish(&ctx, result, max_len).map(List)
}

fn finish<'js>(
    ctx: &Ctx<'js>,
    result: std::result::Result<Ran, CodecError>,
    max_len: f64,
) -> Result<(Value<'js>, usize)> {
    let ran = result.map_err(ZlibError::from).or_throw(ctx)?;
    if ran.too_large {
        let text = format!("Cannot create a Buffer larger than {max_len} bytes");
        return Err(NodeError::new(JsClass::RangeError, "ERR_BUFFER_TOO_LARGE", text).throw(ctx));
    }
    Ok((bytes::buffer(ctx, ran.bytes)?.into_value(), ran.read))
}

/// Begins a new stream.
pub(crate) fn reset<'js>(ctx: Ctx<'js>, engine: Class<'js, Engine>) -> Result<()> {
    let slot = slot(&engine);
    let mut work = take(&ctx, &slot)?;
    let result = work.codec.reset();
    slot.put_back(work);
    result.map_err(ZlibError::from).or_throw(&ctx)
}

/// Another level and strategy from here on.
pub(crate) fn set_params<'js>(ctx: Ctx<'js>, engine: Class<'js, Engine>, level: i32, strategy: u32) -> Result<()> {
    let slot = slot(&engine);
    let mut work = take(&ctx, &slot)?;
    let result = work.codec.set_params(level, self::strategy(strategy));
    slot.put_back(work);
    result.map_err(ZlibError::from).or_throw(&ctx)
}

fn strategy(number: u32) -> Strategy {
    match number {
        1 => Strategy::Filtered,
        2 => Strategy::HuffmanOnly,
        3 => Strategy::Rle,
        4 => Strategy::Fixed,
        _ => Strategy::Default,
    }
}

/// Gives the memory back; what a thread works on, when it is done.
pub(crate) fn close<'js>(engine: Class<'js, Engine>) {
    slot(&engine).close();
}

/// Does `work` in the pool of blocking threads. `None` when the loop ends meanwhile.
async fn elsewhere<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    if tokio::runtime::Handle::try_current().is_err() {
        return Some(work());
    }
    tokio::task::spawn_blocking(work).await.ok()
}

/// `null`.
struct Null;

impl<'js> rquickjs::IntoJs<'js> for Null {
    fn into_js(self, ctx: &Ctx<'js>) -> Result<Value<'js>> {
        Ok(Value::new_null(ctx.clone()))
    }
}
