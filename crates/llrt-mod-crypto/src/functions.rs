//! Functions of one call.

use base64_simd::{STANDARD, URL_SAFE_NO_PAD};
use hex_simd::AsciiCase;
use llrt_core::{OrThrow, args, bytes, task};
use rquickjs::{Array, Ctx, Error, IntoJs, Promise, Result, TypedArray, Value, function::Opt};

use crate::{
    CryptoError,
    ops::{self, Algorithm, Hasher},
};

/// `crc32(data, start = 0)`: CRC-32 of ISO-HDLC, as zlib has it.
pub(crate) fn crc32<'js>(ctx: Ctx<'js>, data: Value<'js>, start: Opt<Value<'js>>) -> Result<f64> {
    let start = initial(&ctx, start)?;
    // As a double: rquickjs makes integers above 2^31 negative.
    match bytes::View::of(&data) {
        Some(view) => Ok(view.with(|data| zlib_rs::crc32::crc32(start, data)).into()),
        None => Ok(zlib_rs::crc32::crc32(start, &bytes::bytes_or_utf8(&ctx, &data, "data")?).into()),
    }
}

/// `crc32c(data, start = 0)`: CRC-32 of Castagnoli.
pub(crate) fn crc32c<'js>(ctx: Ctx<'js>, data: Value<'js>, start: Opt<Value<'js>>) -> Result<f64> {
    let start = initial(&ctx, start)?;
    match bytes::View::of(&data) {
        Some(view) => Ok(view.with(|data| crc32c::crc32c_append(start, data)).into()),
        None => Ok(crc32c::crc32c_append(start, &bytes::bytes_or_utf8(&ctx, &data, "data")?).into()),
    }
}

/// `sha256Hex(data)`: the hash as hexadecimal text, in one call.
pub(crate) fn sha256_hex<'js>(ctx: Ctx<'js>, data: Value<'js>) -> Result<String> {
    let digest = digest(&ctx, Hasher::new(Algorithm::Sha256), &data, "data")?;
    Ok(hex_simd::encode_to_string(&digest, AsciiCase::Lower))
}

/// `hmacSha256(key, data)`: a `Uint8Array`, in one call.
pub(crate) fn hmac_sha256<'js>(ctx: Ctx<'js>, key: Value<'js>, data: Value<'js>) -> Result<TypedArray<'js, u8>> {
    bytes::uint8_array(&ctx, hmac(&ctx, &key, &data)?)
}

/// `hmacSha256Hex(key, data)`: hexadecimal text, in one call.
pub(crate) fn hmac_sha256_hex<'js>(ctx: Ctx<'js>, key: Value<'js>, data: Value<'js>) -> Result<String> {
    Ok(hex_simd::encode_to_string(hmac(&ctx, &key, &data)?, AsciiCase::Lower))
}

fn hmac<'js>(ctx: &Ctx<'js>, key: &Value<'js>, data: &Value<'js>) -> Result<Vec<u8>> {
    let key = bytes::bytes_or_utf8(ctx, key, "key")?;
    digest(ctx, Hasher::with_key(Algorithm::Sha256, &key), data, "data")
}

/// Of bytes or a string's UTF-8, an argument called `name`.
fn digest<'js>(ctx: &Ctx<'js>, mut hasher: Hasher, data: &Value<'js>, name: &str) -> Result<Vec<u8>> {
    match bytes::View::of(data) {
        Some(view) => view.with(|data| hasher.update(data)),
        None => hasher.update(&bytes::bytes_or_utf8(ctx, data, name)?),
    }
    Ok(hasher.finish())
}

/// The checksum to go on from.
fn initial<'js>(ctx: &Ctx<'js>, start: Opt<Value<'js>>) -> Result<u32> {
    start.0.map_or(Ok(0), |start| {
        args::optional(&start, |start| args::uint32(ctx, start, "start")).map(Option::unwrap_or_default)
    })
}

/// `hash(algorithm, data, encoding?)` in one call: hexadecimal text, `base64`, `base64url`, or bytes for `buffer`.
pub(crate) fn hash<'js>(
    ctx: Ctx<'js>,
    algorithm: String,
    data: Value<'js>,
    encoding: Opt<String>,
) -> Result<Value<'js>> {
    let digest = digest(&ctx, Hasher::new(ops::by_name(&algorithm).or_throw(&ctx)?), &data, "input")?;
    match encoding.0.as_deref() {
        Some("buffer") => Ok(bytes::buffer(&ctx, digest)?.into_value()),
        Some("base64") => STANDARD.encode_to_string(&digest).into_js(&ctx),
        Some("base64url") => URL_SAFE_NO_PAD.encode_to_string(&digest).into_js(&ctx),
        Some("latin1" | "binary") => bytes::latin1_string(&ctx, &digest),
        _ => hex_simd::encode_to_string(&digest, AsciiCase::Lower).into_js(&ctx),
    }
}

/// The names that `getHashes()` lists.
pub(crate) fn hashes<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let names = Array::new(ctx.clone())?;
    for (index, (name, _)) in Algorithm::ALL.iter().enumerate() {
        names.set(index, *name)?;
    }
    Ok(names.into_value())
}

/// `fillRandom(view, offset, size)`, whose range the JavaScript side has checked.
pub(crate) fn fill_random<'js>(ctx: Ctx<'js>, target: Value<'js>, offset: usize, size: usize) -> Result<()> {
    let view = bytes::View::of(&target)
        .ok_or_else(|| args::invalid_arg_type(&ctx, "buf", &["ArrayBuffer", "ArrayBufferView"], &target))?;
    let filled = view.with_mut(|bytes| match bytes.get_mut(offset..offset.saturating_add(size)) {
        Some(part) => ops::fill(part),
        None => Ok(()),
    });
    filled.or_throw(&ctx)
}

/// `randomBytes(size)`: a `Buffer`.
pub(crate) fn random_bytes(ctx: Ctx<'_>, size: usize) -> Result<Value<'_>> {
    let mut random = vec![0; size];
    ops::fill(&mut random).or_throw(&ctx)?;
    Ok(bytes::buffer(&ctx, random)?.into_value())
}

/// The size from which filling is work for another thread: below, a thread's round trip costs more than the bytes.
const LARGE_BYTES: usize = 256 * 1024;

/// The same, later.
pub(crate) fn random_bytes_later(ctx: Ctx<'_>, size: usize) -> Result<Promise<'_>> {
    let task_ctx = ctx.clone();
    task::promise(&ctx, async move {
        let make = move || {
            let mut random = vec![0; size];
            ops::fill(&mut random).map(|()| random)
        };
        let random = if size < LARGE_BYTES { make() } else { spawn_blocking(make).await? };
        Ok(bytes::buffer(&task_ctx, random.or_throw(&task_ctx)?)?.into_value())
    })
}

async fn spawn_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Unknown)
}

/// `randomInt(min, max)`, whose arguments the JavaScript side has checked: safe integers less than 2^48 apart.
pub(crate) fn random_int(ctx: Ctx<'_>, min: f64, max: f64) -> Result<f64> {
    let span = (max - min) as u64;
    let number = ops::random_below(span.max(1)).or_throw(&ctx)?;
    Ok(min + number as f64)
}

/// A random UUID, version 4.
pub(crate) fn random_uuid(ctx: Ctx<'_>) -> Result<String> {
    let mut random = [0; 16];
    ops::fill(&mut random).or_throw(&ctx)?;
    Ok(uuid::Builder::from_random_bytes(random).into_uuid().hyphenated().to_string())
}

/// Compares without telling by its time where the difference is.
pub(crate) fn timing_safe_equal<'js>(ctx: Ctx<'js>, a: Value<'js>, b: Value<'js>) -> Result<bool> {
    let expected = &["ArrayBuffer", "Buffer", "TypedArray", "DataView"];
    let a_view = bytes::View::of(&a).ok_or_else(|| args::invalid_arg_type(&ctx, "buf1", expected, &a))?;
    let b_view = bytes::View::of(&b).ok_or_else(|| args::invalid_arg_type(&ctx, "buf2", expected, &b))?;
    if a_view.len() != b_view.len() {
        return Err(CryptoError::LengthMismatch).or_throw(&ctx);
    }
    let difference =
        a_view.with(|a| b_view.with(|b| a.iter().zip(b).fold(0, |sum, (a, b)| std::hint::black_box(sum | (a ^ b)))));
    Ok(difference == 0)
}
