//! Plain Rust: no context, no JavaScript values.
