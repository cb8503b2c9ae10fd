//! `internal:text-file`: one small file, read in place, for built-in code that wants no more of `node:fs`.

use llrt_core::{OrThrow, SystemError};
use rquickjs::{Ctx, Result};

/// `readTextFile(path)`: the file's text; bytes that are not UTF-8 become U+FFFD.
///
/// # Errors
/// The system's, as of `open`.
pub(crate) fn read(ctx: Ctx<'_>, path: String) -> Result<String> {
    let bytes = std::fs::read(&path).map_err(|error| SystemError::new(&error, "open").path(path)).or_throw(&ctx)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}
