//! Tokens, read when the parser asks for the next one. What depends on the grammar (regular expressions, templates, operators that begin
//! with `<` or `>`) is the parser's.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier or a keyword.
    Word,
    /// `#name`.
    Private,
    Number,
    String,
    /// The backtick that begins a template.
    Template,
    /// Punctuation; `<` and `>` always stand alone.
    Punctuator,
    End,
    /// What begins no token, or a string that does not end.
    Invalid,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// A line ended before it.
    pub(crate) newline: bool,
}

/// The longest first.
const PUNCTUATORS: [&str; 37] = [
    "**=", "...", "===", "!==", "&&=", "||=", "??=", "=>", "==", "!=", "++", "--", "+=", "-=", "**", "*=", "/=", "%=",
    "&&", "&=", "||", "|=", "^=", "??", "?.", "=", "!", "+", "-", "*", "/", "%", "&", "|", "^", "?", ".",
];

/// The token that begins at `at` or after white space and comments from there.
pub(crate) fn scan(source: &str, at: usize) -> Token {
    let bytes = source.as_bytes();
    let (start, newline) = skip_space(source, at);
    let token = |kind, end| Token { kind, start, end, newline };
    let Some(&byte) = bytes.get(start) else { return token(Kind::End, start) };
    match byte {
        b'"' | b'\'' => match string_end(bytes, start) {
            Some(end) => token(Kind::String, end),
            None => token(Kind::Invalid, start + 1),
        },
        b'`' => token(Kind::Template, start + 1),
        b'0'..=b'9' => token(Kind::Number, number_end(bytes, start)),
        b'.' if bytes.get(start + 1).is_some_and(u8::is_ascii_digit) => token(Kind::Number, number_end(bytes, start)),
        b'#' => match word_end(source, start + 1) {
            end if end > start + 1 => token(Kind::Private, end),
            _ => token(Kind::Invalid, start + 1),
        },
        b'{' | b'}' | b'(' | b')' | b'[' | b']' | b';' | b',' | b'~' | b':' | b'@' | b'<' | b'>' => {
            token(Kind::Punctuator, start + 1)
        }
        _ => {
            let end = word_end(source, start);
            if end > start {
                return token(Kind::Word, end);
            }
            let rest = &bytes[start..];
            let found = PUNCTUATORS.iter().find(|&&text| {
                // `a?.5:b` is a conditional.
                rest.starts_with(text.as_bytes()) && !(text == "?." && rest.get(2).is_some_and(u8::is_ascii_digit))
            });
            match found {
                Some(text) => token(Kind::Punctuator, start + text.len()),
                None => token(Kind::Invalid, start + source[start..].chars().next().map_or(1, char::len_utf8)),
            }
        }
    }
}

/// Where white space and comments end, and whether a line does in them. An open comment is left for the parser to stumble over.
fn skip_space(source: &str, mut at: usize) -> (usize, bool) {
    let bytes = source.as_bytes();
    let mut newline = at == 0;
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | 0xb | 0xc) => at += 1,
            Some(b'\n' | b'\r') => {
                newline = true;
                at += 1;
            }
            Some(b'/') => match bytes.get(at + 1) {
                Some(b'/') => at += source[at..].find(is_line_end).unwrap_or(source.len() - at),
                Some(b'*') => match source[at + 2..].find("*/") {
                    Some(len) => {
                        newline |= source[at..at + 2 + len].contains(is_line_end);
                        at += len + 4;
                    }
                    None => return (at, newline),
                },
                _ => return (at, newline),
            },
            Some(0x80..) => match source[at..].chars().next() {
                Some(space) if space.is_whitespace() || space == '\u{feff}' => {
                    newline |= is_line_end(space);
                    at += space.len_utf8();
                }
                _ => return (at, newline),
            },
            _ => return (at, newline),
        }
    }
}

pub(crate) fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'\\' => at += if bytes[at..].starts_with(b"\\\r\n") { 3 } else { 2 },
            b'\n' | b'\r' => return None,
            byte if *byte == bytes[start] => return Some(at + 1),
            _ => at += 1,
        }
    }
}

fn number_end(bytes: &[u8], mut at: usize) -> usize {
    let radix = bytes[at] == b'0' && matches!(bytes.get(at + 1), Some(b'x' | b'X' | b'b' | b'B' | b'o' | b'O'));
    let mut point = radix;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'.' if !point => point = true,
            b'e' | b'E' if !radix => {
                point = true;
                if matches!(bytes.get(at + 1), Some(b'+' | b'-')) {
                    at += 1;
                }
            }
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' => {}
            _ => break,
        }
        at += 1;
    }
    at
}

/// Where the word ends that begins at `at`; `at` itself where there is none.
pub(crate) fn word_end(source: &str, at: usize) -> usize {
    let mut end = at;
    let bytes = source.as_bytes();
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'0'..=b'9' if end > at => end += 1,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => end += 1,
            b'\\' if bytes.get(end + 1) == Some(&b'u') => {
                end += 2;
                if bytes.get(end) == Some(&b'{') {
                    end += source[end..].find('}').map_or(0, |len| len + 1);
                }
            }
            0x80.. => match source[end..].chars().next() {
                Some(part) if part.is_alphabetic() || (end > at && is_other_part(part)) => end += part.len_utf8(),
                _ => break,
            },
            _ => break,
        }
    }
    end
}

/// What may stand in a name, but not first: marks, digits, joiners. White space and punctuation do not.
fn is_other_part(part: char) -> bool {
    part.is_alphanumeric()
        || matches!(part, '\u{200c}' | '\u{200d}' | '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{1ab0}'..='\u{1aff}')
        || matches!(part, '\u{203f}' | '\u{2040}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

/// Where the regular expression ends that begins at `start`.
pub(crate) fn regexp_end(source: &str, start: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    let mut at = start + 1;
    let mut in_class = false;
    loop {
        match bytes.get(at)? {
            b'\n' | b'\r' => return None,
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => break,
            _ => {}
        }
        at += 1;
    }
    at += 1;
    while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
        at += 1;
    }
    Some(at)
}
