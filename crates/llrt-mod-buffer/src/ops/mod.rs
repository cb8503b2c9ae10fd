//! Plain Rust: no context, no JavaScript values.

pub mod base64;
pub mod encoding;
pub mod find;
pub mod number;

pub use encoding::Encoding;
