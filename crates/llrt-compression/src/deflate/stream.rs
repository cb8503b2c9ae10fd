//! zlib's deflate functions under a safe face: zlib-rs itself offers no change of parameters in the middle of a stream.

use std::mem;

use libz_rs_sys as zlib;

/// The parameters of `deflateInit2`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Config {
    pub(super) level: i32,
    pub(super) window_bits: i32,
    pub(super) mem_level: i32,
    pub(super) strategy: i32,
}

/// A deflate stream. The engine behind it keeps the address of `stream`, which therefore is boxed and never moves.
pub(super) struct Stream {
    stream: Box<zlib::z_stream>,
}

// SAFETY: the stream owns what its pointers lead to, except `next_in` and `next_out`, which are null between calls.
unsafe impl Send for Stream {}

impl Stream {
    /// # Errors
    /// zlib's number, for parameters that it refuses and for want of memory.
    pub(super) fn new(config: Config) -> Result<Self, i32> {
        let mut stream = Box::new(zlib::z_stream::default());
        // SAFETY: a fresh stream with the default allocator, and the version and size of the library that is linked.
        let result = unsafe {
            zlib::deflateInit2_(
                &mut *stream,
                config.level,
                zlib::Z_DEFLATED,
                config.window_bits,
                config.mem_level,
                config.strategy,
                zlib::zlibVersion(),
                mem::size_of::<zlib::z_stream>() as i32,
            )
        };
        if result == zlib::Z_OK { Ok(Self { stream }) } else { Err(result) }
    }

    /// Compresses: zlib's result, bytes read, bytes written.
    pub(super) fn deflate(&mut self, input: &[u8], output: &mut [u8], flush: i32) -> (i32, usize, usize) {
        let (len_in, len_out) = (clamp(input.len()), clamp(output.len()));
        self.stream.next_in = input.as_ptr();
        self.stream.avail_in = len_in;
        self.stream.next_out = output.as_mut_ptr();
        self.stream.avail_out = len_out;
        // SAFETY: an initialized stream; both slices live through the call, and their lengths are not overstated.
        let result = unsafe { zlib::deflate(&mut *self.stream, flush) };
        let read = (len_in - self.stream.avail_in) as usize;
        let written = (len_out - self.stream.avail_out) as usize;
        self.forget_buffers();
        (result, read, written)
    }

    /// Other parameters from here on. What was taken before them must have been flushed.
    pub(super) fn params(&mut self, level: i32, strategy: i32) -> i32 {
        // A flush that finds nothing to do still wants a place to write to.
        let mut nowhere = [0u8; 64];
        self.stream.next_out = nowhere.as_mut_ptr();
        self.stream.avail_out = clamp(nowhere.len());
        // SAFETY: an initialized stream; `nowhere` lives through the call.
        let result = unsafe { zlib::deflateParams(&mut *self.stream, level, strategy) };
        self.forget_buffers();
        result
    }

    pub(super) fn set_dictionary(&mut self, dictionary: &[u8]) -> i32 {
        // SAFETY: an initialized stream; the dictionary is copied.
        unsafe { zlib::deflateSetDictionary(&mut *self.stream, dictionary.as_ptr(), clamp(dictionary.len())) }
    }

    pub(super) fn reset(&mut self) -> i32 {
        // SAFETY: an initialized stream.
        unsafe { zlib::deflateReset(&mut *self.stream) }
    }

    fn forget_buffers(&mut self) {
        self.stream.next_in = std::ptr::null();
        self.stream.avail_in = 0;
        self.stream.next_out = std::ptr::null_mut();
        self.stream.avail_out = 0;
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: an initialized stream, which is not used again.
        unsafe { zlib::deflateEnd(&mut *self.stream) };
    }
}

fn clamp(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
