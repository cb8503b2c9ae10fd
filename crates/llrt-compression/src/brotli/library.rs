//! brotli's C interface under a safe face.

use std::{
    ffi::CStr,
    ptr::{self, NonNull},
    sync::Arc,
};

use compu_brotli_sys as brotli;

/// Where a [`Reader`] came to.
pub(super) enum Outcome {
    /// The stream has ended, and all of it is given out.
    Ended,
    /// The input is used up.
    NeedsInput,
    /// The output is full.
    NeedsSpace,
    /// The library's number and name for what is wrong: -9, `_ERROR_FORMAT_BLOCK_LENGTH_1`.
    Failed(i32, &'static str),
}

/// A stream that is read.
pub(super) struct Reader {
    state: NonNull<brotli::BrotliDecoderState>,
    /// The state points into it.
    _dictionary: Arc<[u8]>,
}

// SAFETY: the state is the reader's alone, and the library has no thread-local data.
unsafe impl Send for Reader {}

impl Reader {
    /// `None` for want of memory.
    pub(super) fn new(large_window: bool, dictionary: &Arc<[u8]>) -> Option<Self> {
        tables::decoder();
        // SAFETY: without functions of ours the library allocates by itself.
        let state = NonNull::new(unsafe { brotli::BrotliDecoderCreateInstance(None, None, ptr::null_mut()) })?;
        let reader = Self { state, _dictionary: Arc::clone(dictionary) };
        let raw = brotli::BrotliSharedDictionaryType_BROTLI_SHARED_DICTIONARY_RAW;
        let (len, bytes) = (dictionary.len(), dictionary.as_ptr());
        // SAFETY: a fresh state; the dictionary's bytes stay where they are until the state is gone.
        let done = unsafe {
            let large = brotli::BrotliDecoderParameter_BROTLI_DECODER_PARAM_LARGE_WINDOW;
            brotli::BrotliDecoderSetParameter(state.as_ptr(), large, large_window.into()) != 0
                && (len == 0 || brotli::BrotliDecoderAttachDictionary(state.as_ptr(), raw, len, bytes) != 0)
        };
        done.then_some(reader)
    }

    /// Reads: where it came to, bytes taken, bytes given.
    pub(super) fn read(&mut self, input: &[u8], output: &mut [u8]) -> (Outcome, usize, usize) {
        let (mut left, mut from) = (input.len(), input.as_ptr());
        let (mut space, mut to) = (output.len(), output.as_mut_ptr());
        let state = self.state.as_ptr();
        // SAFETY: a live state, and slices that outlive the call, with their lengths.
        let result = unsafe {
            brotli::BrotliDecoderDecompressStream(state, &mut left, &mut from, &mut space, &mut to, ptr::null_mut())
        };
        let outcome = match result {
            brotli::BrotliDecoderResult_BROTLI_DECODER_RESULT_SUCCESS => Outcome::Ended,
            brotli::BrotliDecoderResult_BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT => Outcome::NeedsInput,
            brotli::BrotliDecoderResult_BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT => Outcome::NeedsSpace,
            _ => {
                // SAFETY: a live state; the library's names are constants.
                let (number, name) = unsafe {
                    let number = brotli::BrotliDecoderGetErrorCode(state);
                    (number, CStr::from_ptr(brotli::BrotliDecoderErrorString(number)))
                };
                Outcome::Failed(number, name.to_str().unwrap_or_default())
            }
        };
        (outcome, input.len() - left, output.len() - space)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // SAFETY: the state is live, and nobody has it after this.
        unsafe { brotli::BrotliDecoderDestroyInstance(self.state.as_ptr()) }
    }
}

/// Where the library was compiled with `BROTLI_STATIC_INIT=2`, it makes tables, the encoder's have 300 kB, when it is told to, once and before
/// anything else; otherwise they are part of the binary.
mod tables {
    #[cfg(brotli_static_init = "lazy")]
    use std::sync::Once;

    #[cfg(brotli_static_init = "lazy")]
    pub(super) fn decoder() {
        unsafe extern "C" {
            fn BrotliDecoderLazyStaticInitInner();
        }
        static ONCE: Once = Once::new();
        // SAFETY: called once, and nothing reads the tables before.
        ONCE.call_once(|| unsafe { BrotliDecoderLazyStaticInitInner() });
    }

    #[cfg(all(brotli_static_init = "lazy", feature = "encode-brotli"))]
    pub(super) fn encoder() {
        unsafe extern "C" {
            fn BrotliEncoderLazyStaticInitInner();
        }
        static ONCE: Once = Once::new();
        // SAFETY: as above.
        ONCE.call_once(|| unsafe { BrotliEncoderLazyStaticInitInner() });
    }

    #[cfg(not(brotli_static_init = "lazy"))]
    pub(super) fn decoder() {}

    #[cfg(all(not(brotli_static_init = "lazy"), feature = "encode-brotli"))]
    pub(super) fn encoder() {}
}

#[cfg(feature = "encode-brotli")]
pub(super) use writer::{Operation, Writer};

#[cfg(feature = "encode-brotli")]
mod writer {
    use std::ffi::c_int;

    use super::{Arc, NonNull, brotli, ptr, tables};

    /// How thoroughly a dictionary is prepared: for the best of all encoders' qualities.
    const DICTIONARY_QUALITY: c_int = 11;

    /// What is to be done with the input.
    #[derive(Clone, Copy)]
    pub(in crate::brotli) enum Operation {
        Process = brotli::BrotliEncoderOperation_BROTLI_OPERATION_PROCESS as isize,
        Flush = brotli::BrotliEncoderOperation_BROTLI_OPERATION_FLUSH as isize,
        Finish = brotli::BrotliEncoderOperation_BROTLI_OPERATION_FINISH as isize,
        EmitMetadata = brotli::BrotliEncoderOperation_BROTLI_OPERATION_EMIT_METADATA as isize,
    }

    /// A stream that is written.
    pub(in crate::brotli) struct Writer {
        state: NonNull<brotli::BrotliEncoderState>,
        dictionary: Option<Dictionary>,
    }

    // SAFETY: state and dictionary are the writer's alone, and the library has no thread-local data.
    unsafe impl Send for Writer {}

    impl Writer {
        /// `None` for a parameter that is refused and for want of memory.
        pub(in crate::brotli) fn new(params: &[(u32, u32)], dictionary: &Arc<[u8]>) -> Option<Self> {
            tables::encoder();
            // SAFETY: without functions of ours the library allocates by itself.
            let state = NonNull::new(unsafe { brotli::BrotliEncoderCreateInstance(None, None, ptr::null_mut()) })?;
            let mut writer = Self { state, dictionary: None };
            for &(key, value) in params {
                let key = c_int::try_from(key).ok()?;
                // SAFETY: a fresh state; the library refuses parameters that it does not know.
                if unsafe { brotli::BrotliEncoderSetParameter(state.as_ptr(), key, value) } == 0 {
                    return None;
                }
            }
            if !dictionary.is_empty() {
                let dictionary = writer.dictionary.insert(Dictionary::new(dictionary)?);
                // SAFETY: both are live; `drop` destroys the state before the dictionary.
                if unsafe {
                    brotli::BrotliEncoderAttachPreparedDictionary(state.as_ptr(), dictionary.prepared.as_ptr())
                } == 0
                {
                    return None;
                }
            }
            Some(writer)
        }

        /// Writes: bytes taken, bytes given; `None` when it failed.
        pub(in crate::brotli) fn write(
            &mut self,
            operation: Operation,
            input: &[u8],
            output: &mut [u8],
        ) -> Option<(usize, usize)> {
            let (mut left, mut from) = (input.len(), input.as_ptr());
            let (mut space, mut to) = (output.len(), output.as_mut_ptr());
            // SAFETY: a live state, and slices that outlive the call, with their lengths.
            let done = unsafe {
                brotli::BrotliEncoderCompressStream(
                    self.state.as_ptr(),
                    operation as c_int,
                    &mut left,
                    &mut from,
                    &mut space,
                    &mut to,
                    ptr::null_mut(),
                )
            };
            (done != 0).then_some((input.len() - left, output.len() - space))
        }

        /// Whether the stream has ended, and all of it is given out.
        pub(in crate::brotli) fn is_finished(&self) -> bool {
            // SAFETY: a live state, which this only reads.
            unsafe { brotli::BrotliEncoderIsFinished(self.state.as_ptr()) != 0 }
        }
    }

    impl Drop for Writer {
        fn drop(&mut self) {
            // SAFETY: the state is live, and nobody has it after this.
            unsafe { brotli::BrotliEncoderDestroyInstance(self.state.as_ptr()) }
        }
    }

    /// A dictionary as the library wants it, which points into the bytes.
    struct Dictionary {
        prepared: NonNull<brotli::BrotliEncoderPreparedDictionary>,
        _bytes: Arc<[u8]>,
    }

    impl Dictionary {
        fn new(bytes: &Arc<[u8]>) -> Option<Self> {
            let raw = brotli::BrotliSharedDictionaryType_BROTLI_SHARED_DICTIONARY_RAW;
            // SAFETY: the bytes stay where they are as long as what is made of them.
            let prepared = unsafe {
                let (len, start) = (bytes.len(), bytes.as_ptr());
                brotli::BrotliEncoderPrepareDictionary(raw, len, start, DICTIONARY_QUALITY, None, None, ptr::null_mut())
            };
            Some(Self { prepared: NonNull::new(prepared)?, _bytes: Arc::clone(bytes) })
        }
    }

    impl Drop for Dictionary {
        fn drop(&mut self) {
            // SAFETY: the state that used it is gone: fields are dropped after `Writer::drop`.
            unsafe { brotli::BrotliEncoderDestroyPreparedDictionary(self.prepared.as_ptr()) }
        }
    }
}
