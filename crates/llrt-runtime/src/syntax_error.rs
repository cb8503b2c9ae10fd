//! Syntax errors in the words that programs and people know from Node.
//!
//! The engine says what it expected; V8, and so Node, what it met. Only a source that does not compile pays for the difference.

use llrt_cjs_lexer::LexError;
use llrt_core::error;
use rquickjs::{Ctx, Error, Object, Result, object::Property};

/// What `explain` found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Nothing that matters to the caller.
    Other,
    /// A CommonJS source with the syntax of an ES module.
    ModuleSyntax,
}

/// Gives the error that compiling `text`, the source of `name`, failed with Node's message.
pub(crate) fn explain(ctx: &Ctx<'_>, failed: Error, name: &str, text: &str, is_commonjs: bool) -> (Error, Seen) {
    if !failed.is_exception() {
        return (failed, Seen::Other);
    }
    let thrown = error::caught(ctx, &failed);
    let seen = match thrown.as_object().filter(|_| thrown.is_error()) {
        // What cannot be explained stays as it is.
        Some(error) => rewrite(error, name, text, is_commonjs).unwrap_or(Seen::Other),
        None => Seen::Other,
    };
    (ctx.throw(thrown), seen)
}

fn rewrite(error: &Object<'_>, name: &str, text: &str, is_commonjs: bool) -> Result<Seen> {
    let (kind, message): (String, String) = (error.get("name")?, error.get("message")?);
    let stack: String = error.get("stack")?;
    if kind != "SyntaxError" {
        return Ok(Seen::Other);
    }
    let frames = stack.find("\n    at ").map_or("", |at| &stack[at..]);
    // Nothing has run: the place is this source, in no function.
    let first = frames.strip_prefix("\n    at ").and_then(|frames| frames.lines().next()).unwrap_or_default();
    let Some((line, column)) = first.strip_prefix(name).and_then(place) else { return Ok(Seen::Other) };
    let Some(at) = offset(text, line, column) else { return Ok(Seen::Other) };
    let (message, at, seen) = match llrt_cjs_lexer::lex(text) {
        Err(LexError::ModuleSyntax { at: word }) if is_commonjs && word <= at => {
            (module_syntax(&text[word..]), word, Seen::ModuleSyntax)
        }
        _ => (in_v8s_words(&message, text, at), at, Seen::Other),
    };
    let (line, column) = line_and_column(text, at);
    let rest = &frames["\n    at ".len() + first.len()..];
    let stack = format!("SyntaxError: {message}\n    at {name}:{line}:{column}{rest}");
    error.set("message", message)?;
    error.prop("stack", Property::from(stack).writable().configurable())?;
    Ok(seen)
}

/// `:line:column`.
fn place(text: &str) -> Option<(usize, usize)> {
    let (line, column) = text.strip_prefix(':')?.split_once(':')?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

pub(crate) fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let start = match line.checked_sub(2) {
        Some(before) => text.match_indices('\n').nth(before)?.0 + 1,
        None => 0,
    };
    let rest = &text[start..];
    Some(start + rest.char_indices().nth(column.checked_sub(1)?).map_or(rest.len(), |(at, _)| at))
}

pub(crate) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

fn module_syntax(text: &str) -> String {
    let is_meta = text.strip_prefix("import").is_some_and(|rest| rest.trim_start().starts_with('.'));
    match text.starts_with("import") {
        true if is_meta => "Cannot use 'import.meta' outside a module".to_owned(),
        true => "Cannot use import statement outside a module".to_owned(),
        false => "Unexpected token 'export'".to_owned(),
    }
}

fn in_v8s_words(message: &str, text: &str, at: usize) -> String {
    match message {
        "missing initializer for variable" => return "Missing initializer in const declaration".to_owned(),
        "unexpected end of string" if text[at..].starts_with('`') => return "Unterminated template literal".to_owned(),
        "unexpected end of string" | "invalid number literal" => return "Invalid or unexpected token".to_owned(),
        "unexpected end of regexp" => return "Invalid regular expression: missing /".to_owned(),
        "function name expected" => return "Function statements require a function name".to_owned(),
        "return not in a function" => return "Illegal return statement".to_owned(),
        "string expected" => return unexpected(text, at),
        _ => {}
    }
    if message.starts_with("expecting '") || message.starts_with("unexpected token in expression: '") {
        return unexpected(text, at);
    }
    let is_met = message.starts_with("Unexpected ") && message != "Unexpected end of input";
    if is_met && is_in_arguments(&text[..at]) {
        return "missing ) after argument list".to_owned();
    }
    message.to_owned()
}

/// What stands at a place where it must not.
fn unexpected(text: &str, at: usize) -> String {
    let rest = text[at..].trim_start();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    match rest.chars().next() {
        None => "Unexpected end of input".to_owned(),
        Some('"' | '\'') => "Unexpected string".to_owned(),
        Some('`') => "Unexpected template string".to_owned(),
        Some(c) if c.is_ascii_digit() => "Unexpected number".to_owned(),
        Some('.') if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => "Unexpected number".to_owned(),
        Some(c) if is_word(c) => {
            let word = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
            if KEYWORDS.contains(&word) {
                format!("Unexpected token '{word}'")
            } else {
                format!("Unexpected identifier '{word}'")
            }
        }
        Some('@' | '#' | '\\') => "Invalid or unexpected token".to_owned(),
        Some(c) => {
            let token = PUNCTUATORS.iter().find(|token| rest.starts_with(**token));
            token.map_or_else(|| format!("Unexpected token '{c}'"), |token| format!("Unexpected token '{token}'"))
        }
    }
}

const KEYWORDS: &[&str] = &[
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "new",
    "null",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
];

/// Those of more than one character, the longer ones first.
const PUNCTUATORS: &[&str] = &[
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=", "<=", ">=", "&&",
    "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**",
];

/// Whether the innermost open bracket is that of a call. Brackets in strings and comments are taken for real ones: the message is at
/// worst the other of two that fit.
fn is_in_arguments(before: &str) -> bool {
    let mut depth = 0;
    for (at, c) in before.char_indices().rev() {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' | '[' | '{' if depth > 0 => depth -= 1,
            '[' | '{' => return false,
            '(' => {
                let callee = before[..at].trim_end();
                let word = callee
                    .rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))
                    .next()
                    .unwrap_or_default();
                return match word {
                    "" => callee.ends_with([')', ']']),
                    "if" | "for" | "while" | "switch" | "with" | "catch" | "new" | "return" | "await" | "function"
                    | "typeof" => false,
                    _ => !callee.trim_end_matches(word).trim_end().ends_with("function"),
                };
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_met_is_named() {
        for (text, expected) in [
            ("bar;", "Unexpected identifier 'bar'"),
            ("  'a'", "Unexpected string"),
            ("1", "Unexpected number"),
            ("in x", "Unexpected token 'in'"),
            ("=> 1", "Unexpected token '=>'"),
            (") 1", "Unexpected token ')'"),
            ("  ", "Unexpected end of input"),
            ("@a", "Invalid or unexpected token"),
        ] {
            assert_eq!(unexpected(text, 0), expected);
        }
    }

    #[test]
    fn a_call_is_told_from_other_parentheses() {
        for call in ["f(a ", "a.b(c, ", "f()(", "f({}, [1], "] {
            assert!(is_in_arguments(call), "{call}");
        }
        for other in ["if (a ", "(a ", "f([", "while(x", "function f(a ", "f(g) + (a "] {
            assert!(!is_in_arguments(other), "{other}");
        }
    }

    #[test]
    fn places_and_offsets_are_each_others_inverse() {
        let text = "ä b\n\nc d";
        for at in [0, 2, 3, 4, 5, 7, 8] {
            let (line, column) = line_and_column(text, at);
            assert_eq!(offset(text, line, column), Some(at), "{at}");
        }
        assert_eq!(offset(text, 4, 1), None);
    }

    #[test]
    fn module_syntax_is_named_as_node_does() {
        assert_eq!(module_syntax("import a from 'b'"), "Cannot use import statement outside a module");
        assert_eq!(module_syntax("import.meta"), "Cannot use 'import.meta' outside a module");
        assert_eq!(module_syntax("export default 1"), "Unexpected token 'export'");
    }
}
