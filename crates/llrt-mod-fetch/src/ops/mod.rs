//! Plain Rust: no context, no JavaScript values.

pub mod data_url;
pub mod mime;
pub mod multipart;
pub mod port;
