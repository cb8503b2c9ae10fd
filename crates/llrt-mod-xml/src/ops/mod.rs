//! Plain Rust: documents to trees, text to escaped text.

pub(crate) mod aws;
mod escape;

pub(crate) use escape::{escape_attribute, escape_element};

/// How deep elements may nest: what reads them back recurses.
pub(crate) const MAX_DEPTH: usize = 400;
