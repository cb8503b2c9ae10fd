//! Reading source files as Node does.

use std::{io, path::Path};

/// The text of a source file: invalid UTF-8 becomes U+FFFD, a byte order mark goes.
///
/// # Errors
/// What reading the file failed with.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    let mut bytes = std::fs::read(path)?;
    llrt_core::log!(Debug, "read {} ({} bytes)", path.display(), bytes.len());
    if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        bytes.drain(..3);
    }
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Puts two slashes before a `#!` line, which only the first line of a script may be.
pub(crate) fn comment_out_shebang(text: &mut String) {
    if text.starts_with("#!") {
        text.insert_str(0, "//");
    }
}
