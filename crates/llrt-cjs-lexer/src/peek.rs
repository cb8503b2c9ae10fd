//! Looking ahead for a pattern, without the tokenizer: patterns hold only words, strings and punctuation.

use crate::tokens::{find, is_space, is_word_start, line_end};

/// A place in the source. Methods that do not find what they look for leave it where it was.
#[derive(Clone, Copy)]
pub(crate) struct Peek<'a> {
    source: &'a str,
    pub(crate) at: usize,
}

impl<'a> Peek<'a> {
    pub(crate) fn new(source: &'a str, at: usize) -> Self {
        Self { source, at }
    }

    fn byte(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    pub(crate) fn space(&mut self) {
        let bytes = self.source.as_bytes();
        loop {
            match self.byte() {
                Some(b' ' | b'\t' | b'\n' | b'\r' | 0xb | 0xc) => self.at += 1,
                Some(b'/') if bytes.get(self.at + 1) == Some(&b'/') => self.at = line_end(self.source, self.at),
                Some(b'/') if bytes.get(self.at + 1) == Some(&b'*') => match find(&bytes[self.at + 2..], b"*/") {
                    Some(len) => self.at += len + 4,
                    None => return,
                },
                Some(0x80..) => match self.source[self.at..].chars().next() {
                    Some(character) if is_space(character) => self.at += character.len_utf8(),
                    _ => return,
                },
                _ => return,
            }
        }
    }

    /// Takes white space and this punctuation.
    pub(crate) fn eat(&mut self, text: &str) -> Option<()> {
        let mut ahead = *self;
        ahead.space();
        if !self.source.as_bytes()[ahead.at..].starts_with(text.as_bytes()) {
            return None;
        }
        self.at = ahead.at + text.len();
        Some(())
    }

    /// Takes white space and the next word, which has no escapes.
    pub(crate) fn word(&mut self) -> Option<&'a str> {
        let mut ahead = *self;
        ahead.space();
        let start = ahead.at;
        if !is_word_start(ahead.byte()?) {
            return None;
        }
        while let Some(byte) = ahead.byte() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' => ahead.at += 1,
                0x80.. => match self.source[ahead.at..].chars().next() {
                    Some(character) if !is_space(character) => ahead.at += character.len_utf8(),
                    _ => break,
                },
                b'\\' => return None,
                _ => break,
            }
        }
        if ahead.at == start {
            return None;
        }
        self.at = ahead.at;
        Some(&self.source[start..ahead.at])
    }

    /// Takes white space and exactly this word.
    pub(crate) fn keyword(&mut self, word: &str) -> Option<()> {
        let mut ahead = *self;
        if ahead.word()? != word {
            return None;
        }
        *self = ahead;
        Some(())
    }

    /// Takes white space and a string literal. The inner value is none if no Rust text can hold it.
    pub(crate) fn string(&mut self) -> Option<Option<String>> {
        let mut ahead = *self;
        ahead.space();
        let quote = ahead.byte()?;
        if quote != b'"' && quote != b'\'' {
            return None;
        }
        ahead.at += 1;
        let start = ahead.at;
        let mut escapes = false;
        loop {
            match ahead.byte()? {
                byte if byte == quote => break,
                b'\n' | b'\r' => return None,
                b'\\' => {
                    escapes = true;
                    let crlf = self.source.as_bytes()[ahead.at..].starts_with(b"\\\r\n");
                    ahead.at += if crlf { 3 } else { 2 };
                }
                _ => ahead.at += 1,
            }
        }
        let raw = &self.source[start..ahead.at];
        self.at = ahead.at + 1;
        Some(if escapes { unescape(raw) } else { Some(raw.to_owned()) })
    }
}

/// The value of a string literal.
fn unescape(raw: &str) -> Option<String> {
    let mut units = Vec::with_capacity(raw.len());
    let mut rest = raw.chars().peekable();
    let push = |character: char, units: &mut Vec<u16>| units.extend(character.encode_utf16(&mut [0; 2]).iter());
    while let Some(character) = rest.next() {
        if character != '\\' {
            push(character, &mut units);
            continue;
        }
        match rest.next()? {
            'n' => units.push(10),
            't' => units.push(9),
            'r' => units.push(13),
            'b' => units.push(8),
            'v' => units.push(11),
            'f' => units.push(12),
            '\r' => {
                rest.next_if_eq(&'\n');
            }
            '\n' | '\u{2028}' | '\u{2029}' => {}
            'x' => units.push(hex(&mut rest, 2)? as u16),
            'u' if rest.next_if_eq(&'{').is_some() => {
                let mut code = 0_u32;
                loop {
                    match rest.next()? {
                        '}' => break,
                        digit => code = code.checked_mul(16)?.checked_add(digit.to_digit(16)?)?,
                    }
                }
                match char::from_u32(code) {
                    Some(character) => push(character, &mut units),
                    None => units.push(u16::try_from(code).ok()?),
                }
            }
            'u' => units.push(hex(&mut rest, 4)? as u16),
            digit @ '0'..='7' => {
                // Octal, of up to three digits and 255.
                let mut code = digit.to_digit(8)?;
                let longest = if code < 4 { 2 } else { 1 };
                for _ in 0..longest {
                    match rest.next_if(|next| next.is_digit(8)) {
                        Some(next) => code = code * 8 + next.to_digit(8)?,
                        None => break,
                    }
                }
                units.push(code as u16);
            }
            other => push(other, &mut units),
        }
    }
    String::from_utf16(&units).ok()
}

fn hex(rest: &mut impl Iterator<Item = char>, digits: usize) -> Option<u32> {
    (0..digits).try_fold(0, |code, _| Some(code << 4 | rest.next()?.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(source: &str) -> Option<Option<String>> {
        Peek::new(source, 0).string()
    }

    #[test]
    fn strings_are_unescaped() {
        let is = |source, value: &str| assert_eq!(string(source), Some(Some(value.into())), "{source}");
        is(r#" 'a"b' "#, "a\"b");
        is(r#""\x41\u0042\u{43}\n\q\0\101\\""#, "ABC\nq\0A\\");
        is("'a\\\r\nb\\\nc'", "abc");
        is(r"'\ud83d\ude00'", "😀");
    }

    #[test]
    fn strings_that_are_not_text_have_no_value() {
        assert_eq!(string(r"'\ud800'"), Some(None));
        assert_eq!(string(r"'\u{110000}'"), Some(None));
        assert_eq!(string(r"'\xz'"), Some(None));
    }

    #[test]
    fn what_is_not_found_moves_nothing() {
        let mut peek = Peek::new(" 'a", 0);
        assert_eq!((peek.string(), peek.word(), peek.eat("("), peek.at), (None, None, None, 0));
    }
}
