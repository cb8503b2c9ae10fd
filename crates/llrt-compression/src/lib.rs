#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

mod brotli;
mod codec;
mod deflate;
mod zstd;

pub use brotli::BrotliDecoder;
#[cfg(feature = "encode-brotli")]
pub use brotli::BrotliEncoder;
pub use codec::{Codec, CodecError, Flush, Ran, Step, run};
pub use deflate::{Container, Inflate, Strategy};
#[cfg(feature = "encode")]
pub use deflate::{Deflate, DeflateOptions};
pub use zstd::ZstdDecoder;
#[cfg(feature = "encode-zstd")]
pub use zstd::ZstdEncoder;

/// The CRC-32 of `bytes` after what `start` is the CRC-32 of: 0 to begin with.
pub fn crc32(start: u32, bytes: &[u8]) -> u32 {
    zlib_rs::crc32::crc32(start, bytes)
}
