use brotli_decompressor::{
    BrotliDecoderHasMoreOutput, BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc,
};

use crate::codec::{Codec, CodecError, Flush, Step};

type State = BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>;

/// Reads brotli streams (RFC 7932).
pub struct BrotliDecoder {
    state: Box<State>,
    large_window: bool,
    dictionary: Vec<u8>,
    ended: bool,
}

impl BrotliDecoder {
    /// A reader, of streams with windows over 16 MiB too if `large_window` says so. An empty dictionary is none.
    pub fn new(large_window: bool, dictionary: Vec<u8>) -> Self {
        Self { state: open(large_window, &dictionary), large_window, dictionary, ended: false }
    }

    fn explain(&self) -> CodecError {
        let code = self.state.error_code;
        let name = format!("{code:?}");
        let name = name.strip_prefix("BROTLI_DECODER_").unwrap_or(&name);
        CodecError::new(format!("ERR__{name}"), code as i32, "Decompression failed")
    }
}

fn open(large_window: bool, dictionary: &[u8]) -> Box<State> {
    let alloc = StandardAlloc::default;
    let mut state = Box::new(BrotliState::new_strict(alloc(), alloc(), alloc()));
    state.large_window = large_window;
    if !dictionary.is_empty() {
        state.attach_dictionary(dictionary.to_vec().into());
    }
    state
}

impl Codec for BrotliDecoder {
    fn step(&mut self, input: &[u8], output: &mut [u8], flush: Flush) -> Result<Step, CodecError> {
        if self.ended {
            return Ok(Step { ended: true, ..Step::default() });
        }
        let (mut left, mut read) = (input.len(), 0);
        let (mut space, mut written) = (output.len(), 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut read,
            input,
            &mut space,
            &mut written,
            output,
            &mut 0,
            &mut self.state,
        );
        match result {
            BrotliResult::ResultSuccess => self.ended = !BrotliDecoderHasMoreOutput(&self.state),
            BrotliResult::NeedsMoreOutput => {}
            BrotliResult::NeedsMoreInput if flush != Flush::None => return Err(CodecError::truncated()),
            BrotliResult::NeedsMoreInput => {}
            BrotliResult::ResultFailure => return Err(self.explain()),
        }
        Ok(Step { read, written, ended: self.ended })
    }

    fn reset(&mut self) -> Result<(), CodecError> {
        self.state = open(self.large_window, &self.dictionary);
        self.ended = false;
        Ok(())
    }
}

#[cfg(feature = "encode")]
pub use encoder::BrotliEncoder;

#[cfg(feature = "encode")]
mod encoder {
    use brotli::enc::{
        StandardAlloc,
        encode::{BrotliEncoderOperation, BrotliEncoderParameter, BrotliEncoderStateStruct},
    };

    use crate::codec::{Codec, CodecError, Flush, Step};

    /// Writes brotli streams (RFC 7932).
    pub struct BrotliEncoder {
        state: Box<BrotliEncoderStateStruct<StandardAlloc>>,
        params: Vec<(u32, u32)>,
        dictionary: Vec<u8>,
    }

    impl BrotliEncoder {
        /// A writer with parameters by the numbers that `brotli/encode.h` gives them. An empty dictionary is none.
        ///
        /// # Errors
        /// `ERR_ZLIB_INITIALIZATION_FAILED` for a parameter that does not exist.
        pub fn new(params: Vec<(u32, u32)>, dictionary: Vec<u8>) -> Result<Self, CodecError> {
            Ok(Self { state: open(&params, &dictionary)?, params, dictionary })
        }
    }

    fn open(
        params: &[(u32, u32)],
        dictionary: &[u8],
    ) -> Result<Box<BrotliEncoderStateStruct<StandardAlloc>>, CodecError> {
        let refuse = || CodecError::new("ERR_ZLIB_INITIALIZATION_FAILED", 0, "Initialization failed");
        let mut state = Box::new(BrotliEncoderStateStruct::new(StandardAlloc::default()));
        for &(key, value) in params {
            let parameter = match key {
                0 => BrotliEncoderParameter::BROTLI_PARAM_MODE,
                1 => BrotliEncoderParameter::BROTLI_PARAM_QUALITY,
                2 => BrotliEncoderParameter::BROTLI_PARAM_LGWIN,
                3 => BrotliEncoderParameter::BROTLI_PARAM_LGBLOCK,
                4 => BrotliEncoderParameter::BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING,
                5 => BrotliEncoderParameter::BROTLI_PARAM_SIZE_HINT,
                6 => BrotliEncoderParameter::BROTLI_PARAM_LARGE_WINDOW,
                // How distances are coded: the encoder finds the best way itself.
                7 | 8 => continue,
                _ => return Err(refuse()),
            };
            if !state.set_parameter(parameter, value) {
                return Err(refuse());
            }
        }
        if !dictionary.is_empty() {
            // Below this quality the encoder makes of some dictionaries references that no reader can follow.
            let quality = params.iter().rev().find(|(key, _)| *key == 1).map_or(11, |(_, quality)| *quality);
            state.set_parameter(BrotliEncoderParameter::BROTLI_PARAM_QUALITY, quality.max(10));
            state.set_custom_dictionary(dictionary.len(), dictionary);
        }
        Ok(state)
    }

    impl Codec for BrotliEncoder {
        fn step(&mut self, input: &[u8], output: &mut [u8], flush: Flush) -> Result<Step, CodecError> {
            let operation = match flush {
                Flush::None => BrotliEncoderOperation::BROTLI_OPERATION_PROCESS,
                Flush::Finish => BrotliEncoderOperation::BROTLI_OPERATION_FINISH,
                Flush::Metadata => BrotliEncoderOperation::BROTLI_OPERATION_EMIT_METADATA,
                Flush::Partial | Flush::Sync | Flush::Full | Flush::Block => {
                    BrotliEncoderOperation::BROTLI_OPERATION_FLUSH
                }
            };
            let (mut left, mut read) = (input.len(), 0);
            let (mut space, mut written) = (output.len(), 0);
            let done = self.state.compress_stream(
                operation,
                &mut left,
                input,
                &mut read,
                &mut space,
                output,
                &mut written,
                &mut None,
                &mut |_, _, _, _| (),
            );
            if !done {
                return Err(CodecError::new("ERR_BROTLI_COMPRESSION_FAILED", -2, "Compression failed"));
            }
            Ok(Step { read, written, ended: self.state.is_finished() })
        }

        fn reset(&mut self) -> Result<(), CodecError> {
            self.state = open(&self.params, &self.dictionary)?;
            Ok(())
        }
    }
}
