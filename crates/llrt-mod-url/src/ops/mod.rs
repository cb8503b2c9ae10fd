//! Plain Rust: no context, no JavaScript values.

pub mod encode;
pub mod file;
pub mod form;
pub mod host;
pub mod legacy;
mod parser;
pub mod pattern;
pub mod record;

pub use record::Record;
