//! What names and values are made of, asked of strings.

use llrt_core::bytes;
use rquickjs::{Result, Value};

use crate::parser::is_token;

/// Whether a string is a token.
pub(crate) fn is_http_token(value: Value<'_>) -> Result<bool> {
    match value.as_string() {
        Some(string) => bytes::with_wtf8(string, |text| !text.is_empty() && text.iter().copied().all(is_token)),
        None => Ok(false),
    }
}

/// Whether a string holds what a header's value cannot: control characters but the tab, and what is not Latin-1.
pub(crate) fn has_invalid_char(value: Value<'_>) -> Result<bool> {
    let is_valid = |byte: u8| byte == b'\t' || (b' '..=0xc3).contains(&byte) && byte != 0x7f;
    match value.as_string() {
        Some(string) => bytes::with_wtf8(string, |text| !text.iter().copied().all(is_valid)),
        None => Ok(false),
    }
}

/// Whether a string is all ASCII.
pub(crate) fn is_ascii(value: Value<'_>) -> Result<bool> {
    value.as_string().map_or(Ok(false), |string| bytes::with_wtf8(string, <[u8]>::is_ascii))
}

/// Whether a request's path holds what no target can: blanks, control characters, and what is not Latin-1.
pub(crate) fn has_invalid_path_char(value: Value<'_>) -> Result<bool> {
    let is_valid = |byte: u8| (b'!'..=0xc3).contains(&byte);
    match value.as_string() {
        Some(string) => bytes::with_wtf8(string, |text| !text.iter().copied().all(is_valid)),
        None => Ok(false),
    }
}
