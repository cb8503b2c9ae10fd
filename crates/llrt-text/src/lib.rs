//! Text between UTF-8, UTF-16 and Latin-1: see README.md.

mod base64;
mod block;
mod decode;
mod encode;
#[cfg(target_arch = "x86_64")]
mod wide;

pub use base64::decode_base64;
pub use decode::{latin1_into, latin1_len, utf16};
pub use encode::{wtf8, wtf8_len, wtf8_of_latin1};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
