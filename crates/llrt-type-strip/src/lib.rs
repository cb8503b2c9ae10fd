//! Takes the types out of TypeScript.
//!
//! What only TypeScript knows is blanked, so that everything else keeps its line and its column and no source map is needed. What has a
//! meaning at run time (enums, parameter properties) is refused by [`strip`] and rewritten by [`transform`]. A source is parsed by the grammar
//! of TypeScript; what cannot be parsed is an error, never code that does something else. What is wrong in plain JavaScript is mostly let
//! through: the engine tells.
//!
//! Node: <https://nodejs.org/api/typescript.html#type-stripping>.

mod edits;
mod expressions;
mod lexer;
mod parser;
mod statements;
mod types;

use std::fmt;

use parser::{Fail, Parser, Reason};

/// What becomes of syntax that is more than types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Strip,
    Transform,
}

/// JavaScript made of TypeScript whose lines are not where they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transformed {
    /// The JavaScript.
    pub code: String,
    /// The `mappings` of its source map, version 3, which has one source.
    pub mappings: String,
}

/// Why a source has no JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// It does not parse.
    Invalid,
    /// It uses what is more than types.
    Unsupported,
}

/// A source that cannot be stripped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Why.
    pub kind: ErrorKind,
    /// What is wrong, in a sentence.
    pub message: String,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// The line that it begins in, counted from 1.
    pub line: usize,
    /// Its column in that line, counted from 1 in UTF-16 units.
    pub column: usize,
    /// The lines around it, with carets under it.
    pub snippet: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The JavaScript of a TypeScript source, with blanks where the types were.
///
/// ```
/// assert_eq!(llrt_type_strip::strip("const one: number = 1;").unwrap(), "const one         = 1;");
/// assert!(llrt_type_strip::strip("enum Two { A }").is_err());
/// ```
///
/// # Errors
/// The source does not parse, or has what is more than types.
pub fn strip(source: &str) -> Result<String, Error> {
    let mut parser = Parser::new(source, Mode::Strip);
    match parser.program() {
        Ok(()) => Ok(edits::apply(source, &parser.edits)),
        Err(_) => Err(explain(source, parser.fail)),
    }
}

/// The JavaScript of a TypeScript source with enums, parameter properties, `import x = y` and `export =`, which are rewritten. Lines that
/// nothing is left of are left out.
///
/// ```
/// assert_eq!(llrt_type_strip::transform("\ntype A = 1\nlet a: A").unwrap().code, "let a\n");
/// ```
///
/// # Errors
/// The source does not parse, or has a namespace with values.
pub fn transform(source: &str) -> Result<Transformed, Error> {
    let mut parser = Parser::new(source, Mode::Transform);
    if parser.program().is_err() {
        return Err(explain(source, parser.fail));
    }
    let (code, mappings) = edits::transform(source, &parser.edits, &parser.literals);
    Ok(Transformed { code, mappings })
}

fn explain(source: &str, fail: Option<Fail>) -> Error {
    let fail = fail.unwrap_or(Fail { start: 0, end: 0, reason: Reason::Expected("") });
    let start = fail.start.min(source.len());
    let end = fail.end.clamp(start, source.len());
    let (kind, message) = match fail.reason {
        Reason::Expected(what) => {
            let found =
                if start == source.len() { "eof".to_owned() } else { format!("token `{}`", &source[start..end]) };
            let what = if what.is_empty() { String::new() } else { format!(". Expected {what}") };
            (ErrorKind::Invalid, format!("Unexpected {found}{what}"))
        }
        Reason::Invalid(message) => (ErrorKind::Invalid, message.to_owned()),
        Reason::Unsupported(message) => (ErrorKind::Unsupported, message.to_owned()),
    };
    let (line, snippet) = edits::snippet(source, start, end);
    let column = source[source[..start].rfind('\n').map_or(0, |at| at + 1)..start].encode_utf16().count() + 1;
    Error { kind, message, start, end, line, column, snippet }
}
