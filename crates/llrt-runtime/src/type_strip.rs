//! Takes the place of `llrt_type_strip` in binaries without it.

use std::fmt;

/// What there never is.
pub(crate) struct Transformed {
    pub(crate) code: String,
    pub(crate) mappings: String,
}

/// Says that TypeScript is not there.
#[derive(Debug)]
pub(crate) struct Error {
    pub(crate) message: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) snippet: String,
}

fn absent() -> Error {
    let message = "This binary is built without TypeScript: compile it to JavaScript, or take the full tier";
    Error { message: message.to_owned(), line: 0, column: 0, snippet: String::new() }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

pub(crate) fn strip(_text: &str) -> Result<String, Error> {
    Err(absent())
}

pub(crate) fn transform(_text: &str) -> Result<Transformed, Error> {
    Err(absent())
}
