//! The encodings of `Buffer` by name, and text to bytes where it needs no engine.

use hex_simd::{AsOut, AsciiCase};

/// An encoding that `Buffer` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `utf8`, `utf-8`
    Utf8,
    /// `utf16le`, `utf-16le`, `ucs2`, `ucs-2`
    Utf16le,
    /// `latin1`, `binary`
    Latin1,
    /// `ascii`: bytes are written as Latin-1 and read without their highest bit
    Ascii,
    /// `base64`; either alphabet is read
    Base64,
    /// `base64url`; either alphabet is read
    Base64Url,
    /// `hex`
    Hex,
}

const NAMES: &[(&str, Encoding)] = &[
    ("utf8", Encoding::Utf8),
    ("utf-8", Encoding::Utf8),
    ("hex", Encoding::Hex),
    ("base64", Encoding::Base64),
    ("latin1", Encoding::Latin1),
    ("binary", Encoding::Latin1),
    ("ascii", Encoding::Ascii),
    ("base64url", Encoding::Base64Url),
    ("utf16le", Encoding::Utf16le),
    ("utf-16le", Encoding::Utf16le),
    ("ucs2", Encoding::Utf16le),
    ("ucs-2", Encoding::Utf16le),
];

impl Encoding {
    /// The encoding with this name, in any case of letters.
    pub fn parse(name: &[u8]) -> Option<Self> {
        NAMES.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name)).map(|&(_, encoding)| encoding)
    }
}

/// The bytes that pairs of hexadecimal digits stand for, up to the first that is none.
pub fn decode_hex(text: &[u8]) -> Vec<u8> {
    let text = &text[..text.len() & !1];
    hex_simd::decode_to_vec(text).unwrap_or_else(|_| {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let pairs = text.chunks_exact(2).map_while(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?));
        pairs.map(|byte| byte as u8).collect()
    })
}

/// Bytes as lower-case hexadecimal digits.
pub fn encode_hex(bytes: &[u8]) -> String {
    hex_simd::encode_to_string(bytes, AsciiCase::Lower)
}

/// Bytes as lower-case hexadecimal digits, into twice as many.
///
/// # Panics
/// When `digits` is shorter.
pub fn encode_hex_into(bytes: &[u8], digits: &mut [u8]) {
    let _ = hex_simd::encode(bytes, digits.as_out(), AsciiCase::Lower);
}

/// How many bytes of `text` (UTF-8, with three bytes for a lone surrogate) fit into `max` without cutting a character.
pub fn utf8_prefix_len(text: &[u8], max: usize) -> usize {
    if text.len() <= max {
        return text.len();
    }
    let is_continuation = |index: usize| text[index] & 0xC0 == 0x80;
    (0..=max).rev().find(|&index| !is_continuation(index)).unwrap_or(0)
}

/// The bytes of UTF-16 units, low byte first.
pub fn utf16le_bytes(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
}

/// The units of bytes, low byte first; an odd byte at the end is left out.
pub fn utf16le_units(bytes: &[u8]) -> Vec<u16> {
    bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// UTF-8 as a string; each maximal part of what is none becomes U+FFFD, as WHATWG's decoder has it.
pub fn decode_utf8(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// Whether the bytes are UTF-8.
pub fn is_utf8(bytes: &[u8]) -> bool {
    simdutf8::basic::from_utf8(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(Encoding::parse(b"UTF-8"), Some(Encoding::Utf8));
        assert_eq!(Encoding::parse(b"Ucs-2"), Some(Encoding::Utf16le));
        assert_eq!(Encoding::parse(b"utf-7"), None);
        assert_eq!(Encoding::parse(b""), None);
    }

    #[test]
    fn hex_stops_at_the_first_pair_that_is_none() {
        assert_eq!(decode_hex(b"0aFfx1aa"), [0x0a, 0xff]);
        assert_eq!(decode_hex(b"abc"), [0xab]);
        assert_eq!(decode_hex(b"a"), []);
    }

    #[test]
    fn a_character_is_not_cut() {
        assert_eq!(utf8_prefix_len("aé€".as_bytes(), 2), 1);
        assert_eq!(utf8_prefix_len("aé€".as_bytes(), 3), 3);
        assert_eq!(utf8_prefix_len("aé€".as_bytes(), 5), 3);
        assert_eq!(utf8_prefix_len("aé€".as_bytes(), 9), 6);
    }
}
