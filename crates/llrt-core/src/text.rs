//! Text between UTF-8, UTF-16 and Latin-1, for strings as the engine keeps them: of bytes where all characters are below U+0100, of UTF-16
//! units otherwise, in which surrogates may stand alone.
//!
//! ```
//! use llrt_core::text;
//! assert_eq!(text::utf16("a\u{2603}".as_bytes()), [0x61, 0x2603]);
//! assert_eq!(text::latin1_len("n\u{e9}".as_bytes()), Some(2));
//! assert_eq!(text::latin1_len("\u{2603}".as_bytes()), None);
//! assert_eq!(text::wtf8(&[0x61, 0xd800]), b"a\xed\xa0\x80");
//! ```
//!
//! By hand with SSE2 on x86-64, and with AVX-512 where a processor has it: a release is optimized for size when it is linked, and nothing is
//! vectorized then. Of bytes that are no UTF-8 come units that mean nothing; they are no danger.

mod base64;
mod block;
mod decode;
mod encode;
#[cfg(target_arch = "x86_64")]
mod wide;

pub use base64::decode_base64;
pub use decode::{latin1_into, latin1_len, utf16};
pub use encode::{wtf8, wtf8_len, wtf8_of_latin1};
