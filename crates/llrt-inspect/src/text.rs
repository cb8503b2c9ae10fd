//! Strings: quoting, lengths in UTF-16 units, widths in terminal columns.

use std::fmt::Write as _;

/// A JavaScript string literal of the text. Lone surrogates (three bytes each that are no UTF-8) are escaped.
///
/// Single quotes, unless the text has some; then double quotes or backticks, whichever it has not.
pub(crate) fn quote(wtf8: &[u8]) -> String {
    let mark = if !wtf8.contains(&b'\'') {
        b'\''
    } else if !wtf8.contains(&b'"') {
        b'"'
    } else if !wtf8.contains(&b'`') && !wtf8.windows(2).any(|pair| pair == b"${") {
        b'`'
    } else {
        b'\''
    };
    let mut quoted = String::with_capacity(wtf8.len() + 2);
    quoted.push(char::from(mark));
    escape_into(&mut quoted, wtf8, mark);
    quoted.push(char::from(mark));
    quoted
}

/// The text with control characters and lone surrogates escaped, as in a symbol's description.
pub(crate) fn escape(wtf8: &[u8]) -> String {
    let mut escaped = String::with_capacity(wtf8.len());
    escape_into(&mut escaped, wtf8, b'\'');
    escaped
}

fn escape_into(out: &mut String, wtf8: &[u8], mark: u8) {
    let mut rest = wtf8;
    while !rest.is_empty() {
        let (valid, bad) = match std::str::from_utf8(rest) {
            Ok(text) => (text, &[][..]),
            Err(error) => {
                let (valid, bad) = rest.split_at(error.valid_up_to());
                (std::str::from_utf8(valid).unwrap_or_default(), bad)
            }
        };
        escape_utf8(out, valid, mark);
        rest = match bad {
            [] => bad,
            [0xED, second, third, after @ ..] => {
                let unit = 0xD000 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F);
                let _ = write!(out, "\\u{unit:x}");
                after
            }
            [_, after @ ..] => {
                out.push(char::REPLACEMENT_CHARACTER);
                after
            }
        };
    }
}

fn escape_utf8(out: &mut String, text: &str, mark: u8) {
    let mut plain = 0;
    for (index, c) in text.char_indices() {
        let special = matches!(c, '\0'..='\x1f' | '\\' | '\x7f'..='\u{9f}') || c == char::from(mark);
        if !special {
            continue;
        }
        out.push_str(&text[plain..index]);
        plain = index + c.len_utf8();
        match c {
            '\x08' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\x0c' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\\' => out.push_str("\\\\"),
            c if c == char::from(mark) => {
                out.push('\\');
                out.push(c);
            }
            c => {
                let _ = write!(out, "\\x{:02X}", c as u32);
            }
        }
    }
    out.push_str(&text[plain..]);
}

/// Length in UTF-16 units, which is what JavaScript counts.
pub(crate) fn len16(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

/// Length in UTF-16 units of text whose lone surrogates are three bytes each.
pub(crate) fn wtf8_len16(wtf8: &[u8]) -> usize {
    wtf8.iter().map(|&byte| usize::from(byte & 0xC0 != 0x80) + usize::from(byte >= 0xF0)).sum()
}

/// The first `units` UTF-16 units. A pair that would be cut becomes its first half.
pub(crate) fn wtf8_prefix(wtf8: &[u8], units: usize) -> Vec<u8> {
    let mut left = units;
    let mut end = 0;
    while end < wtf8.len() {
        let (bytes, need) = match wtf8[end] {
            0..0x80 => (1, 1),
            0x80..0xE0 => (2, 1),
            0xE0..0xF0 => (3, 1),
            _ => (4, 2),
        };
        if need > left {
            let mut prefix = wtf8[..end].to_vec();
            if left == 1
                && let Some(c) =
                    wtf8.get(end..end + 4).and_then(|bytes| std::str::from_utf8(bytes).ok()?.chars().next())
            {
                let high = 0xD800 + ((c as u32 - 0x10000) >> 10);
                prefix.extend([0xED, 0x80 | (high >> 6 & 0x3F) as u8, 0x80 | (high & 0x3F) as u8]);
            }
            return prefix;
        }
        left -= need;
        end += bytes;
    }
    wtf8.to_vec()
}

/// The text without escape sequences.
pub fn strip_escapes(text: &str) -> String {
    let mut stripped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['\u{1b}', '\u{9b}']) {
        stripped.push_str(&rest[..start]);
        rest = &rest[start..];
        match escape_sequence_len(rest) {
            Some(len) => rest = &rest[len..],
            None => {
                let first = rest.chars().next().map_or(1, char::len_utf8);
                stripped.push_str(&rest[..first]);
                rest = &rest[first..];
            }
        }
    }
    stripped.push_str(rest);
    stripped
}

/// How long the escape sequence is that the text begins with: an operating system command up to its terminator, or a control
/// sequence up to its final character.
fn escape_sequence_len(text: &str) -> Option<usize> {
    if let Some(command) = text.strip_prefix("\u{1b}]") {
        let ends = ["\u{7}", "\u{1b}\\", "\u{9c}"].into_iter();
        let end = ends.filter_map(|mark| command.find(mark).map(|found| found + mark.len())).min();
        if let Some(end) = end {
            return Some(2 + end);
        }
    }
    let bytes = text.as_bytes();
    let intro = if bytes[0] == 0x1b { 1 } else { 2 };
    let intermediate = bytes[intro..].iter().take_while(|byte| b"[]()#;?".contains(byte)).count();
    // What could be an introduction may be the parameters, so shorter introductions are tried too.
    (0..=intermediate).rev().find_map(|count| control_len(&bytes[intro + count..]).map(|len| intro + count + len))
}

/// Parameters of up to four digits, then the final character. That may be a digit, so fewer parameters are tried too.
fn control_len(body: &[u8]) -> Option<usize> {
    let is_final = |byte: &u8| matches!(byte, b'0'..=b'9' | b'A'..=b'P' | b'R'..=b'T' | b'Z' | b'c' | b'f'..=b'n' | b'q'..=b'u' | b'y' | b'=' | b'>' | b'<' | b'~');
    let digits = |from: usize| body[from..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let mut index = digits(0);
    while index > 0 && matches!(body.get(index), Some(b';' | b':')) {
        index += 1;
        index += digits(index);
    }
    (0..=index).rev().find(|&end| body.get(end).is_some_and(is_final)).map(|end| end + 1)
}

/// How many columns of a terminal the text takes; escape sequences take none.
pub fn width(text: &str) -> usize {
    if text.is_ascii() && !text.as_bytes().contains(&0x1b) {
        return text.bytes().filter(|byte| matches!(byte, 0x20..0x7f)).count();
    }
    let stripped = if text.contains(['\u{1b}', '\u{9b}']) { &strip_escapes(text) } else { text };
    stripped.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    match c as u32 {
        0..=0x1f
        | 0x7f..=0x9f
        | 0x300..=0x36f
        | 0x200b..=0x200f
        | 0x20d0..=0x20ff
        | 0xfe00..=0xfe0f
        | 0xfe20..=0xfe2f
        | 0xe0100..=0xe01ef => 0,
        0x1100..=0x115f
        | 0x231a..=0x231b
        | 0x2329..=0x232a
        | 0x23e9..=0x23ec
        | 0x2614..=0x2615
        | 0x26a1
        | 0x2705
        | 0x2728
        | 0x274c
        | 0x2753..=0x2755
        | 0x2757
        | 0x2b50
        | 0x2b55
        | 0x2e80..=0x303e
        | 0x3041..=0x3247
        | 0x3250..=0x4dbf
        | 0x4e00..=0xa4c6
        | 0xa960..=0xa97c
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe10..=0xfe19
        | 0xfe30..=0xfe6b
        | 0xff01..=0xff60
        | 0xffe0..=0xffe6
        | 0x1b000..=0x1b2ff
        | 0x1f200..=0x1f265
        | 0x1f300..=0x1f320
        | 0x1f32d..=0x1f335
        | 0x1f337..=0x1f37c
        | 0x1f37e..=0x1f393
        | 0x1f3a0..=0x1f3ca
        | 0x1f3cf..=0x1f3d3
        | 0x1f3e0..=0x1f3f0
        | 0x1f3f4
        | 0x1f3f8..=0x1f43e
        | 0x1f440
        | 0x1f442..=0x1f4fc
        | 0x1f4ff..=0x1f53d
        | 0x1f54b..=0x1f54e
        | 0x1f550..=0x1f567
        | 0x1f57a
        | 0x1f595..=0x1f596
        | 0x1f5a4
        | 0x1f5fb..=0x1f64f
        | 0x1f680..=0x1f6c5
        | 0x1f6cc
        | 0x1f6d0..=0x1f6d2
        | 0x1f6d5..=0x1f6d7
        | 0x1f6eb..=0x1f6ec
        | 0x1f6f4..=0x1f6fc
        | 0x1f7e0..=0x1f7eb
        | 0x1f90c..=0x1f93a
        | 0x1f93c..=0x1f945
        | 0x1f947..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Whether a property of this name is written without quotes.
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `1234567.8912` as `1_234_567.891_2`, for text that is a number without an exponent.
pub(crate) fn separate_digits(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut text = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        for (index, digit) in fraction.chars().enumerate() {
            if index > 0 && index.is_multiple_of(3) {
                text.push('_');
            }
            text.push(digit);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quote_that_needs_no_escape_is_chosen() {
        assert_eq!(quote(b"a"), "'a'");
        assert_eq!(quote(b"it's"), "\"it's\"");
        assert_eq!(quote(b"it's \"q\""), "`it's \"q\"`");
        assert_eq!(quote(b"it's \"q\" ${x}"), "'it\\'s \"q\" ${x}'");
        assert_eq!(quote("a\n\0\x7f\u{85}é\\".as_bytes()), "'a\\n\\x00\\x7F\\x85é\\\\'");
    }

    #[test]
    fn a_lone_surrogate_is_escaped() {
        assert_eq!(quote(b"a\xED\xA0\xBDb"), "'a\\ud83db'");
    }

    #[test]
    fn a_prefix_counts_utf16_units() {
        assert_eq!(wtf8_prefix("aé😀b".as_bytes(), 4), "aé😀".as_bytes());
        assert_eq!(wtf8_prefix("aé😀b".as_bytes(), 3), b"a\xC3\xA9\xED\xA0\xBD");
        assert_eq!(wtf8_len16("aé漢😀".as_bytes()), 5);
    }

    #[test]
    fn escapes_are_stripped_and_take_no_width() {
        assert_eq!(strip_escapes("\u{1b}[31mred\u{1b}[39m \u{1b}[1;2mx"), "red x");
        assert_eq!(strip_escapes("\u{1b}]8;;https://a.b\u{7}link\u{1b}]8;;\u{7}"), "link");
        assert_eq!(width("\u{1b}[31m漢é\u{1b}[39m"), 3);
    }

    #[test]
    fn digits_are_separated_on_both_sides_of_the_point() {
        assert_eq!(separate_digits("-1234567.8912"), "-1_234_567.891_2");
        assert_eq!(separate_digits("-0.5"), "-0.5");
        assert_eq!(separate_digits("123456789"), "123_456_789");
    }
}
