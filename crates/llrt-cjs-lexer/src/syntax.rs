//! Whether a source of ambiguous format is an ECMAScript module.
//!
//! Node: <https://nodejs.org/api/packages.html#syntax-detection>.

use crate::names::{is_export, is_module_import};
use crate::peek::Peek;
use crate::tokens::{Kind, Tokens, find};

/// The variables that the CommonJS wrapper declares.
const WRAPPER: [&str; 5] = ["require", "module", "exports", "__filename", "__dirname"];

/// Tells whether a source has syntax that only an ECMAScript module may have.
///
/// That is: `import` and `export` declarations, `import.meta`, `await` outside of functions, and a `const`, `let` or
/// `class` at the top level that declares what the CommonJS wrapper already does (`const require = ...`). What is valid
/// in CommonJS, too, does not count: `import("x")`, or `await (x)`, which calls a function of that name.
///
/// A source that cannot be tokenized is no module.
///
/// ```
/// use llrt_cjs_lexer::detect_module_syntax;
///
/// assert!(detect_module_syntax("const text = await read();"));
/// assert!(!detect_module_syntax("exports.read = async () => await read();"));
/// ```
pub fn detect_module_syntax(source: &str) -> bool {
    if !is_possible(source.as_bytes()) {
        return false;
    }
    let mut tokens = Tokens::new(source);
    let mut after_for = false;
    while let Ok(token) = tokens.next() {
        match token.kind {
            Kind::End => return false,
            Kind::Word => {}
            _ => {
                after_for = false;
                continue;
            }
        }
        let ahead = Peek::new(source, token.end);
        let top = tokens.at_top_level();
        let found = match tokens.text(&token) {
            // In a block, too: there they are wrong in a module, but no CommonJS either.
            "import" => is_module_import(ahead, token.starts_statement),
            "export" => token.starts_statement && is_export(ahead),
            "await" => is_module_await(source, ahead, after_for) && !tokens.in_function(),
            "const" | "let" | "class" => top && token.starts_statement && declares_wrapper(ahead),
            _ => false,
        };
        if found {
            return true;
        }
        after_for = tokens.text(&token) == "for";
    }
    false
}

/// Whether one of the words that matter occurs at all: most CommonJS needs no more than this.
fn is_possible(bytes: &[u8]) -> bool {
    let has = |word: &[u8]| find(bytes, word).is_some();
    let mut rest = bytes;
    // `exports` is in every CommonJS module.
    while let Some(at) = find(rest, b"export") {
        rest = &rest[at + 6..];
        if rest.first() != Some(&b's') {
            return true;
        }
    }
    has(b"import") || has(b"await") || WRAPPER.iter().any(|name| declared(bytes, name.as_bytes()))
}

/// Whether a name occurs right after white space that follows `const`, `let` or `class`.
fn declared(bytes: &[u8], name: &[u8]) -> bool {
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], name) {
        let before = bytes[..from + at].trim_ascii_end();
        if before.ends_with(b"const")
            || before.ends_with(b"let")
            || before.ends_with(b"class")
            || before.ends_with(b"*/")
        {
            return true;
        }
        from += at + name.len();
    }
    false
}

/// Whether what follows `await` cannot follow a variable of that name.
fn is_module_await(source: &str, mut ahead: Peek<'_>, after_for: bool) -> bool {
    let start = ahead.at;
    ahead.space();
    if after_for {
        return ahead.eat("(").is_some();
    }
    if source[start..ahead.at].contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
        return false;
    }
    let mut word = ahead;
    if let Some(word) = word.word() {
        return !matches!(word, "in" | "of" | "instanceof");
    }
    match source.as_bytes().get(ahead.at) {
        Some(b'"' | b'\'' | b'0'..=b'9' | b'{' | b'~' | b'#' | b'@') => true,
        Some(b'[') => ahead.eat("[").and_then(|()| ahead.eat("]")).is_some(),
        Some(b'!') => source.as_bytes().get(ahead.at + 1) != Some(&b'='),
        _ => false,
    }
}

fn declares_wrapper(mut ahead: Peek<'_>) -> bool {
    ahead.word().is_some_and(|name| WRAPPER.contains(&name))
}
