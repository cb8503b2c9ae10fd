//! Plain Rust: no context, no JavaScript values.

use hex_simd::AsciiCase;

/// An encoding, by the number that the state keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Encoding {
    Ascii = 0,
    Utf8 = 1,
    Base64 = 2,
    Utf16le = 3,
    Latin1 = 4,
    Hex = 5,
    Base64Url = 7,
}

impl Encoding {
    const ALL: [Self; 7] =
        [Self::Ascii, Self::Utf8, Self::Base64, Self::Utf16le, Self::Latin1, Self::Hex, Self::Base64Url];

    /// The encoding with this name, in any case of letters.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Some(match name.as_str() {
            "utf8" | "utf-8" => Self::Utf8,
            "utf16le" | "utf-16le" | "ucs2" | "ucs-2" => Self::Utf16le,
            "latin1" | "binary" => Self::Latin1,
            name => Self::ALL.into_iter().find(|encoding| encoding.name() == name)?,
        })
    }

    /// The name by which Node knows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ascii => "ascii",
            Self::Utf8 => "utf8",
            Self::Base64 => "base64",
            Self::Utf16le => "utf16le",
            Self::Latin1 => "latin1",
            Self::Hex => "hex",
            Self::Base64Url => "base64url",
        }
    }

    /// The encoding with this number; UTF-8 for one that is none's.
    pub fn from_number(number: u8) -> Self {
        Self::ALL.into_iter().find(|encoding| *encoding as u8 == number).unwrap_or(Self::Utf8)
    }
}

/// Decoded text, in the form it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// A string.
    Utf8(String),
    /// Units, lone surrogates included.
    Utf16(Vec<u16>),
    /// A byte a character.
    Latin1(Vec<u8>),
}

/// A decoder between two parts of its input: a character that is cut, and how many bytes it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    encoding: Encoding,
    cut: Vec<u8>,
    missing: usize,
}

impl State {
    /// A decoder that has seen no input.
    pub fn new(encoding: Encoding) -> Self {
        Self { encoding, cut: Vec::new(), missing: 0 }
    }

    /// The state that [`store`](Self::store) wrote.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let [a, b, c, d, missing, count, encoding] = *bytes else { return Self::new(Encoding::Utf8) };
        let cut = [a, b, c, d].into_iter().take(count.into()).collect();
        Self { encoding: Encoding::from_number(encoding), cut, missing: missing.into() }
    }

    /// Writes the state over seven bytes.
    pub fn store(&self, bytes: &mut [u8]) {
        if let Some(bytes) = bytes.get_mut(..7) {
            bytes[..self.cut.len().min(4)].copy_from_slice(&self.cut[..self.cut.len().min(4)]);
            bytes[4] = self.missing as u8;
            bytes[5] = self.cut.len() as u8;
        }
    }

    /// The text of all characters that are whole with this part.
    pub fn write(&mut self, part: &[u8]) -> Text {
        let mut rest = part;
        let mut whole = Vec::new();
        if self.missing > 0 {
            let mut wanted = self.missing.min(rest.len());
            if self.encoding == Encoding::Utf8
                && let Some(unexpected) = rest[..wanted].iter().position(|byte| byte & 0xC0 != 0x80)
            {
                // The character ends here, as what it is.
                wanted = unexpected;
                self.missing = unexpected;
            }
            self.cut.extend_from_slice(&rest[..wanted]);
            rest = &rest[wanted..];
            self.missing -= wanted;
            if self.missing > 0 {
                return self.text(&[]);
            }
            whole.append(&mut self.cut);
        }
        if rest.is_empty() {
            return self.text(&whole);
        }
        let (kept, missing) = self.cut_off(rest);
        let (body, cut) = rest.split_at(rest.len() - kept);
        self.cut = cut.to_vec();
        self.missing = missing;
        if whole.is_empty() {
            return self.text(body);
        }
        // Each part is decoded on its own: an end that is no character does not swallow what follows.
        match (self.text(&whole), self.text(body)) {
            (Text::Utf8(first), Text::Utf8(second)) => Text::Utf8(first + &second),
            (Text::Utf16(first), Text::Utf16(second)) => Text::Utf16([first, second].concat()),
            (_, other) => other,
        }
    }

    /// The text of what is left of a character.
    pub fn flush(&mut self) -> Text {
        let mut cut = std::mem::take(&mut self.cut);
        self.missing = 0;
        if self.encoding == Encoding::Utf16le && cut.len() % 2 == 1 {
            cut.pop();
        }
        self.text(&cut)
    }

    /// How many bytes at the end of `part` are of a character that is cut, and how many it needs.
    fn cut_off(&self, part: &[u8]) -> (usize, usize) {
        match self.encoding {
            Encoding::Utf8 => {
                let tail = part.iter().rev().take(4);
                let Some(trailing) = tail.clone().position(|byte| byte & 0xC0 != 0x80) else { return (0, 0) };
                let len = match part[part.len() - 1 - trailing] {
                    byte if byte & 0xE0 == 0xC0 => 2,
                    byte if byte & 0xF0 == 0xE0 => 3,
                    byte if byte & 0xF8 == 0xF0 => 4,
                    _ => 0,
                };
                if trailing + 1 >= len { (0, 0) } else { (trailing + 1, len - trailing - 1) }
            }
            Encoding::Utf16le if part.len() % 2 == 1 => (1, 1),
            Encoding::Utf16le if ends_in_high_surrogate(part) => (2, 2),
            Encoding::Base64 | Encoding::Base64Url => (part.len() % 3, (3 - part.len() % 3) % 3),
            _ => (0, 0),
        }
    }

    fn text(&self, bytes: &[u8]) -> Text {
        match self.encoding {
            Encoding::Utf8 => Text::Utf8(String::from_utf8_lossy(bytes).into_owned()),
            Encoding::Utf16le => {
                Text::Utf16(bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect())
            }
            Encoding::Latin1 => Text::Latin1(bytes.to_vec()),
            Encoding::Ascii => Text::Latin1(bytes.iter().map(|byte| byte & 0x7f).collect()),
            Encoding::Hex => Text::Utf8(hex_simd::encode_to_string(bytes, AsciiCase::Lower)),
            Encoding::Base64 => Text::Utf8(base64_simd::STANDARD.encode_to_string(bytes)),
            Encoding::Base64Url => Text::Utf8(base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes)),
        }
    }
}

fn ends_in_high_surrogate(bytes: &[u8]) -> bool {
    bytes.len() >= 2 && bytes[bytes.len() - 1] & 0xFC == 0xD8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cut_gives_the_same_text() {
        let text = "a\u{e9}\u{20ac}\u{1f600}z";
        for cut in 0..=text.len() {
            let mut state = State::new(Encoding::Utf8);
            let (first, second) = text.as_bytes().split_at(cut);
            let seen = [state.write(first), state.write(second), state.flush()].map(|text| match text {
                Text::Utf8(text) => text,
                other => panic!("{other:?}"),
            });
            assert_eq!(seen.concat(), text, "{cut}");
        }
    }

    #[test]
    fn the_state_is_kept_in_seven_bytes() {
        let mut bytes = [0; 7];
        bytes[6] = Encoding::Utf16le as u8;
        let mut state = State::from_bytes(&bytes);
        assert_eq!(state.write(&[0x3d, 0xd8]), Text::Utf16(vec![]));
        state.store(&mut bytes);
        assert_eq!(State::from_bytes(&bytes), state);
        assert_eq!(State::from_bytes(&bytes).write(&[0x00, 0xde]), Text::Utf16(vec![0xd83d, 0xde00]));
    }
}
