#[cfg(feature = "encode")]
#[expect(unsafe_code, reason = "calls zlib by its C interface")]
mod stream;

use zlib_rs::{InflateError, InflateFlush, Status};

use crate::codec::{Codec, CodecError, Flush, Step};

/// What a deflate stream is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// RFC 1950.
    Zlib,
    /// RFC 1952.
    Gzip,
    /// Nothing (RFC 1951).
    Raw,
    /// For reading: zlib or gzip, as the first bytes say.
    Any,
}

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Reads deflate streams.
pub struct Inflate {
    inner: zlib_rs::Inflate,
    container: Container,
    window_bits: u8,
    dictionary: Vec<u8>,
    /// How many bytes of a gzip magic have come, for [`Container::Any`]; `None` once it is known to be none.
    magic: Option<usize>,
    started: bool,
    ended: bool,
    /// Where in a gzip file of several members the last one ended, the rest being padding.
    error: Option<CodecError>,
}

impl Inflate {
    /// A reader of `container` with a window of `2^window_bits` bytes; 0: what the stream says. An empty dictionary is none.
    ///
    /// # Errors
    /// `Z_STREAM_ERROR` for a window that zlib does not know.
    pub fn new(container: Container, window_bits: u8, dictionary: Vec<u8>) -> Result<Self, CodecError> {
        if window_bits > 15 || (window_bits < 8 && (window_bits != 0 || container == Container::Raw)) {
            return Err(CodecError::new("Z_STREAM_ERROR", -2, "Invalid windowBits"));
        }
        let mut inflate = Self {
            inner: open(container, window_bits),
            container,
            window_bits,
            dictionary,
            magic: Some(0),
            started: false,
            ended: false,
            error: None,
        };
        inflate.begin()?;
        Ok(inflate)
    }

    fn begin(&mut self) -> Result<(), CodecError> {
        self.inner = open(self.container, self.window_bits);
        self.started = false;
        self.ended = false;
        if self.container == Container::Raw && !self.dictionary.is_empty() {
            self.inner
                .set_dictionary(&self.dictionary)
                .map_err(|_| CodecError::new("Z_STREAM_ERROR", -2, "Failed to set dictionary"))?;
        }
        Ok(())
    }

    /// Whether further members may follow the one that ended.
    fn is_gzip(&self) -> bool {
        match self.container {
            Container::Gzip => true,
            Container::Any => self.magic == Some(GZIP_MAGIC.len()),
            Container::Zlib | Container::Raw => false,
        }
    }

    fn note_magic(&mut self, input: &[u8]) {
        if self.container != Container::Any {
            return;
        }
        for byte in input {
            match self.magic {
                Some(seen) if seen < GZIP_MAGIC.len() => {
                    self.magic = (GZIP_MAGIC[seen] == *byte).then_some(seen + 1);
                }
                _ => return,
            }
        }
    }

    fn inflate(&mut self, input: &[u8], output: &mut [u8], flush: Flush) -> Result<Step, CodecError> {
        let flush = if flush == Flush::Finish { InflateFlush::Finish } else { InflateFlush::SyncFlush };
        let (start_in, start_out) = (self.inner.total_in(), self.inner.total_out());
        self.started |= !input.is_empty();
        loop {
            let read = (self.inner.total_in() - start_in) as usize;
            let written = (self.inner.total_out() - start_out) as usize;
            match self.inner.decompress(&input[read..], &mut output[written..], flush) {
                Ok(status) => {
                    return Ok(Step {
                        read: (self.inner.total_in() - start_in) as usize,
                        written: (self.inner.total_out() - start_out) as usize,
                        ended: status == Status::StreamEnd,
                    });
                }
                Err(InflateError::NeedDict { .. }) if self.dictionary.is_empty() => {
                    return Err(CodecError::new("Z_NEED_DICT", 2, "Missing dictionary"));
                }
                Err(InflateError::NeedDict { .. }) => {
                    let set = self.inner.set_dictionary(&self.dictionary);
                    set.map_err(|_| CodecError::new("Z_NEED_DICT", 2, "Bad dictionary"))?;
                }
                Err(error) => return Err(self.explain(error)),
            }
        }
    }

    fn explain(&self, error: InflateError) -> CodecError {
        let (code, errno) = match error {
            InflateError::NeedDict { .. } => ("Z_NEED_DICT", 2),
            InflateError::StreamError => ("Z_STREAM_ERROR", -2),
            InflateError::DataError => ("Z_DATA_ERROR", -3),
            InflateError::MemError => ("Z_MEM_ERROR", -4),
        };
        CodecError::new(code, errno, self.inner.error_message().unwrap_or("Zlib error"))
    }
}

fn open(container: Container, window_bits: u8) -> zlib_rs::Inflate {
    match container {
        Container::Zlib => zlib_rs::Inflate::new(true, window_bits),
        Container::Gzip => zlib_rs::Inflate::new(true, 16 + window_bits),
        Container::Raw => zlib_rs::Inflate::new(false, window_bits),
        Container::Any => zlib_rs::Inflate::new(true, 32 + window_bits),
    }
}

impl Codec for Inflate {
    fn step(&mut self, input: &[u8], output: &mut [u8], flush: Flush) -> Result<Step, CodecError> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        self.note_magic(input);
        let mut done = Step::default();
        loop {
            // A member that has ended, and behind it what is not padding: another one, or what is found not to be.
            if self.ended {
                let next = input.get(done.read);
                if !self.is_gzip() || next.is_none_or(|byte| *byte == 0) {
                    done.ended = true;
                    return Ok(done);
                }
                self.begin()?;
            }
            let step = match self.inflate(&input[done.read..], &mut output[done.written..], flush) {
                Ok(step) => step,
                Err(error) => {
                    self.error = Some(error.clone());
                    return Err(error);
                }
            };
            done.read += step.read;
            done.written += step.written;
            self.ended = step.ended;
            if !step.ended {
                break;
            }
        }
        if done.written < output.len() && flush == Flush::Finish {
            return Err(CodecError::truncated());
        }
        Ok(done)
    }

    fn reset(&mut self) -> Result<(), CodecError> {
        self.magic = Some(0);
        self.error = None;
        self.begin()
    }
}

/// How a compressor of deflate streams looks for repetitions. zlib: <https://zlib.net/manual.html#Advanced>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// As zlib thinks best.
    #[default]
    Default,
    /// For data made by a filter.
    Filtered,
    /// No repetitions.
    HuffmanOnly,
    /// Runs of one byte.
    Rle,
    /// No codes made for the data.
    Fixed,
}

/// How to compress.
#[cfg(feature = "encode")]
#[derive(Clone, Debug)]
pub struct DeflateOptions {
    /// 0 to 9; -1 is 6.
    pub level: i32,
    /// 8 to 15.
    pub window_bits: u8,
    /// 1 to 9.
    pub mem_level: u8,
    /// How repetitions are looked for.
    pub strategy: Strategy,
    /// What the reader has beforehand; empty for nothing.
    pub dictionary: Vec<u8>,
}

#[cfg(feature = "encode")]
impl Default for DeflateOptions {
    fn default() -> Self {
        Self { level: -1, window_bits: 15, mem_level: 8, strategy: Strategy::Default, dictionary: Vec::new() }
    }
}

/// Writes deflate streams.
#[cfg(feature = "encode")]
pub struct Deflate {
    stream: stream::Stream,
    dictionary: Vec<u8>,
}

#[cfg(feature = "encode")]
impl Deflate {
    /// A writer of `container`, which is not [`Container::Any`].
    ///
    /// # Errors
    /// `Z_STREAM_ERROR` for options out of their bounds, and for a dictionary with gzip.
    pub fn new(container: Container, options: &DeflateOptions) -> Result<Self, CodecError> {
        let window_bits = i32::from(options.window_bits);
        let window_bits = match container {
            Container::Zlib => window_bits,
            Container::Gzip => window_bits + 16,
            Container::Raw => -window_bits,
            Container::Any => return Err(refused("Init error")),
        };
        let config = stream::Config {
            level: options.level,
            window_bits,
            mem_level: i32::from(options.mem_level),
            strategy: options.strategy as i32,
        };
        let stream = stream::Stream::new(config).map_err(|_| refused("Init error"))?;
        let mut deflate = Self { stream, dictionary: options.dictionary.clone() };
        deflate.set_dictionary()?;
        Ok(deflate)
    }

    fn set_dictionary(&mut self) -> Result<(), CodecError> {
        if self.dictionary.is_empty() || self.stream.set_dictionary(&self.dictionary) == 0 {
            return Ok(());
        }
        Err(refused("Failed to set dictionary"))
    }
}

#[cfg(feature = "encode")]
fn refused(text: &'static str) -> CodecError {
    CodecError::new("Z_STREAM_ERROR", -2, text)
}

#[cfg(feature = "encode")]
impl Codec for Deflate {
    fn step(&mut self, input: &[u8], output: &mut [u8], flush: Flush) -> Result<Step, CodecError> {
        let zlib_flush = match flush {
            Flush::None | Flush::Metadata => 0,
            Flush::Partial => 1,
            Flush::Sync => 2,
            Flush::Full => 3,
            Flush::Finish => 4,
            Flush::Block => 5,
        };
        let (result, read, written) = self.stream.deflate(input, output, zlib_flush);
        let step = Step { read, written, ended: result == 1 };
        match result {
            // Z_OK, Z_STREAM_END, and Z_BUF_ERROR, which says that there was nothing to do.
            0 | 1 | -5 => {}
            -4 => return Err(CodecError::new("Z_MEM_ERROR", -4, "insufficient memory")),
            _ => return Err(refused("stream error")),
        }
        if flush == Flush::Finish && !step.ended && step.written < output.len() {
            return Err(CodecError::truncated());
        }
        Ok(step)
    }

    fn reset(&mut self) -> Result<(), CodecError> {
        match self.stream.reset() {
            0 => self.set_dictionary(),
            _ => Err(refused("Failed to reset stream")),
        }
    }

    fn set_params(&mut self, level: i32, strategy: Strategy) -> Result<(), CodecError> {
        match self.stream.params(level, strategy as i32) {
            0 => Ok(()),
            -5 => Err(CodecError::new("Z_BUF_ERROR", -5, "Failed to set parameters")),
            _ => Err(refused("Failed to set parameters")),
        }
    }
}
