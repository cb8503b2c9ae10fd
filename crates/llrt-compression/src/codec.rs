use std::{borrow::Cow, fmt};

use crate::deflate::Strategy;

/// What is to be done with the input beyond taking it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flush {
    /// Nothing: there is more to come.
    #[default]
    None,
    /// Deflate: as `Sync`, not aligned to bytes.
    Partial,
    /// Give out all that was taken.
    Sync,
    /// Deflate: as `Sync`, and begin anew, so that reading can start here.
    Full,
    /// The end.
    Finish,
    /// Deflate: end the block.
    Block,
    /// Brotli: the input is metadata.
    Metadata,
}

/// How far one step came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Bytes of the input that were taken.
    pub read: usize,
    /// Bytes of the output that were filled.
    pub written: usize,
    /// The stream has ended: what follows in the input is not part of it.
    pub ended: bool,
}

/// A compressor or a decompressor.
pub trait Codec: Send {
    /// Takes from `input`, writes to `output`, until one of them is used up or nothing more can be done.
    ///
    /// # Errors
    /// [`CodecError`]; after one the codec is of no use until it is [`reset`](Self::reset).
    fn step(&mut self, input: &[u8], output: &mut [u8], flush: Flush) -> Result<Step, CodecError>;

    /// Begins a new stream with the same options.
    ///
    /// # Errors
    /// [`CodecError`] when there is no memory for it.
    fn reset(&mut self) -> Result<(), CodecError>;

    /// Another level and strategy from here on, for [`Deflate`](crate::Deflate); nothing for others, as in zlib's. What was written
    /// before must have been flushed: `Flush::Sync` does.
    ///
    /// # Errors
    /// `Z_STREAM_ERROR` for a level that there is not; `Z_BUF_ERROR` when something is left to flush.
    fn set_params(&mut self, _level: i32, _strategy: Strategy) -> Result<(), CodecError> {
        Ok(())
    }
}

/// Data that is not what it should be, as Node.js tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodecError {
    /// `Z_DATA_ERROR`, `ERR__ERROR_FORMAT_PADDING_1`, `ZSTD_error_prefix_unknown`, ...
    pub code: Cow<'static, str>,
    /// The library's number for it.
    pub errno: i32,
    /// The library's words for it.
    pub message: Cow<'static, str>,
}

impl CodecError {
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, errno: i32, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: code.into(), errno, message: message.into() }
    }

    /// The input ended before the stream did.
    pub(crate) fn truncated() -> Self {
        Self::new("Z_BUF_ERROR", -5, "unexpected end of file")
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CodecError {}

/// What [`run`] made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// The output.
    pub bytes: Vec<u8>,
    /// How much of the input was taken.
    pub read: usize,
    /// The output is larger than was allowed; `bytes` is the beginning of it.
    pub too_large: bool,
}

/// Runs `codec` over all of `input`, for an output of at most `max_len` bytes.
///
/// # Errors
/// Those of [`Codec::step`].
pub fn run(codec: &mut (impl Codec + ?Sized), input: &[u8], flush: Flush, max_len: usize) -> Result<Ran, CodecError> {
    const MIN_SPACE: usize = 4 * 1024;
    const MAX_SPACE: usize = 4 * 1024 * 1024;
    let mut ran = Ran::default();
    let mut space = (input.len() + 64).clamp(MIN_SPACE, MAX_SPACE);
    loop {
        let start = ran.bytes.len();
        ran.bytes.resize(start + space, 0);
        let step = codec.step(&input[ran.read..], &mut ran.bytes[start..], flush);
        let step = step.inspect_err(|_| ran.bytes.truncate(start))?;
        ran.bytes.truncate(start + step.written);
        ran.read += step.read;
        if ran.bytes.len() > max_len {
            ran.bytes.truncate(max_len);
            ran.too_large = true;
            return Ok(ran);
        }
        // With space left it has given all that it can give.
        if step.written < space {
            return Ok(ran);
        }
        space = ran.bytes.len().clamp(MIN_SPACE, MAX_SPACE);
    }
}
