#[expect(unsafe_code, reason = "calls brotli by its C interface")]
mod library;

use std::sync::Arc;

use library::{Outcome, Reader};

use crate::codec::{Codec, CodecError, Flush, Step};

/// Reads brotli streams (RFC 7932).
pub struct BrotliDecoder {
    reader: Reader,
    large_window: bool,
    dictionary: Arc<[u8]>,
    ended: bool,
}

impl BrotliDecoder {
    /// A reader, of streams with windows over 16 MiB too if `large_window` says so. An empty dictionary is none.
    ///
    /// # Errors
    /// `ERR_ZLIB_INITIALIZATION_FAILED` for want of memory.
    pub fn new(large_window: bool, dictionary: Vec<u8>) -> Result<Self, CodecError> {
        let dictionary = dictionary.into();
        let reader = Reader::new(large_window, &dictionary).ok_or_else(refused)?;
        Ok(Self { reader, large_window, dictionary, ended: false })
    }
}

impl Codec for BrotliDecoder {
    fn step(&mut self, input: &[u8], output: &mut [u8], flush: Flush) -> Result<Step, CodecError> {
        if self.ended {
            return Ok(Step { ended: true, ..Step::default() });
        }
        let (outcome, read, written) = self.reader.read(input, output);
        match outcome {
            Outcome::Ended => self.ended = true,
            Outcome::NeedsSpace => {}
            Outcome::NeedsInput if flush != Flush::None => return Err(CodecError::truncated()),
            Outcome::NeedsInput => {}
            Outcome::Failed(number, name) => {
                return Err(CodecError::new(format!("ERR_{name}"), number, "Decompression failed"));
            }
        }
        Ok(Step { read, written, ended: self.ended })
    }

    fn reset(&mut self) -> Result<(), CodecError> {
        self.reader = Reader::new(self.large_window, &self.dictionary).ok_or_else(refused)?;
        self.ended = false;
        Ok(())
    }
}

fn refused() -> CodecError {
    CodecError::new("ERR_ZLIB_INITIALIZATION_FAILED", 0, "Initialization failed")
}

#[cfg(feature = "encode-brotli")]
pub use encoder::BrotliEncoder;

#[cfg(feature = "encode-brotli")]
mod encoder {
    use std::sync::Arc;

    use super::{
        library::{Operation, Writer},
        refused,
    };
    use crate::codec::{Codec, CodecError, Flush, Step};

    /// Writes brotli streams (RFC 7932).
    pub struct BrotliEncoder {
        writer: Writer,
        params: Vec<(u32, u32)>,
        dictionary: Arc<[u8]>,
    }

    impl BrotliEncoder {
        /// A writer with parameters by the numbers that `brotli/encode.h` gives them. An empty dictionary is none.
        ///
        /// # Errors
        /// `ERR_ZLIB_INITIALIZATION_FAILED` for a parameter that does not exist, or has no such value.
        pub fn new(params: Vec<(u32, u32)>, dictionary: Vec<u8>) -> Result<Self, CodecError> {
            let dictionary = dictionary.into();
            Ok(Self { writer: Writer::new(&params, &dictionary).ok_or_else(refused)?, params, dictionary })
        }
    }

    impl Codec for BrotliEncoder {
        fn step(&mut self, input: &[u8], output: &mut [u8], flush: Flush) -> Result<Step, CodecError> {
            let operation = match flush {
                Flush::None => Operation::Process,
                Flush::Finish => Operation::Finish,
                Flush::Metadata => Operation::EmitMetadata,
                Flush::Partial | Flush::Sync | Flush::Full | Flush::Block => Operation::Flush,
            };
            let Some((read, written)) = self.writer.write(operation, input, output) else {
                return Err(CodecError::new("ERR_BROTLI_COMPRESSION_FAILED", -2, "Compression failed"));
            };
            Ok(Step { read, written, ended: self.writer.is_finished() })
        }

        fn reset(&mut self) -> Result<(), CodecError> {
            self.writer = Writer::new(&self.params, &self.dictionary).ok_or_else(refused)?;
            Ok(())
        }
    }
}
