//! Plain Rust: no context, no JavaScript values.

use std::borrow::Cow;

#[cfg(feature = "legacy-encodings")]
use crate::all as encodings;
#[cfg(not(feature = "legacy-encodings"))]
use crate::few as encodings;
use encodings::{Decoder, UTF_8};
pub use encodings::{Encoding, encoding_for_label, name};

/// The input is not in the decoder's encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// A decoder that is fed part by part.
pub struct TextDecoder {
    /// The encoding of the input.
    pub encoding: Encoding,
    /// Whether malformed input is an error instead of U+FFFD.
    pub fatal: bool,
    /// Whether a byte order mark stays.
    pub ignore_bom: bool,
    /// What an earlier part left behind, while there are more parts to come.
    stream: Option<Decoder>,
}

impl TextDecoder {
    /// A decoder that has seen no input.
    pub fn new(encoding: Encoding, fatal: bool, ignore_bom: bool) -> Self {
        Self { encoding, fatal, ignore_bom, stream: None }
    }

    /// Decodes a part, which is the last unless `stream`.
    ///
    /// # Errors
    /// [`Malformed`] when the decoder is fatal.
    pub fn decode<'a>(&mut self, bytes: &'a [u8], stream: bool) -> Result<Cow<'a, str>, Malformed> {
        let whole = !stream && self.stream.is_none();
        if whole && self.encoding == UTF_8 {
            let bytes = if self.ignore_bom { bytes } else { bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes) };
            return match simdutf8::basic::from_utf8(bytes) {
                Ok(text) => Ok(text.into()),
                Err(_) if self.fatal => Err(Malformed),
                Err(_) => Ok(String::from_utf8_lossy(bytes)),
            };
        }
        let mut decoder = self.stream.take().unwrap_or_else(|| Decoder::new(self.encoding, self.ignore_bom));
        let text = decoder.decode(bytes, !stream, self.fatal);
        if stream {
            self.stream = Some(decoder);
        }
        text.map(Cow::Owned)
    }
}

/// How many UTF-16 units a text of UTF-8 has; one for three bytes that stand for a lone surrogate.
pub fn utf16_len(text: &[u8]) -> usize {
    let starts = text.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    starts + text.iter().filter(|&&byte| byte >= 0xF0).count()
}

/// How many bytes of `text` fit into `max` without cutting a character.
pub fn prefix_len(text: &[u8], max: usize) -> usize {
    if text.len() <= max {
        return text.len();
    }
    (0..=max).rev().find(|&index| text[index] & 0xC0 != 0x80).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoder(label: &str, fatal: bool) -> TextDecoder {
        TextDecoder::new(encoding_for_label(label).unwrap(), fatal, false)
    }

    #[test]
    fn labels_are_those_of_the_standard() {
        assert_eq!(encoding_for_label(" LATIN1\n").map(name).as_deref(), Some("windows-1252"));
        assert_eq!(encoding_for_label("utf-16").map(name).as_deref(), Some("utf-16le"));
        assert_eq!(encoding_for_label("iso-2022-kr"), None);
        assert_eq!(encoding_for_label("utf-7"), None);
    }

    #[test]
    fn a_character_may_come_in_parts() {
        let mut utf8 = decoder("utf-8", true);
        assert_eq!(utf8.decode(b"\xE2\x82", true).unwrap(), "");
        assert_eq!(utf8.decode(b"\xAC!", true).unwrap(), "\u{20ac}!");
        assert_eq!(utf8.decode(b"", false).unwrap(), "");
    }

    #[cfg(feature = "legacy-encodings")]
    #[test]
    fn a_character_of_a_legacy_encoding_may_come_in_parts() {
        let mut sjis = decoder("shift_jis", false);
        assert_eq!(sjis.decode(b"\x82", true).unwrap(), "");
        assert_eq!(sjis.decode(b"\xa0", false).unwrap(), "\u{3042}");
    }

    #[test]
    fn malformed_input_is_an_error_only_for_the_fatal() {
        assert_eq!(decoder("utf-8", true).decode(b"a\xFF", false), Err(Malformed));
        assert_eq!(decoder("utf-8", false).decode(b"a\xFF", false).unwrap(), "a\u{fffd}");
        assert_eq!(decoder("utf-16le", true).decode(b"a", false), Err(Malformed));
        assert_eq!(decoder("utf-16be", false).decode(b"\xD8\x00", false).unwrap(), "\u{fffd}");
    }

    #[test]
    fn a_byte_order_mark_is_removed_once() {
        assert_eq!(decoder("utf-8", false).decode(b"\xEF\xBB\xBF\xEF\xBB\xBFa", false).unwrap(), "\u{feff}a");
        assert_eq!(decoder("utf-16le", false).decode(b"\xFF\xFEa\0", false).unwrap(), "a");
        let mut kept = TextDecoder::new(UTF_8, false, true);
        assert_eq!(kept.decode(b"\xEF\xBB\xBFa", false).unwrap(), "\u{feff}a");
    }

    #[test]
    fn units_are_counted() {
        assert_eq!(utf16_len("a\u{e9}\u{20ac}\u{1f600}".as_bytes()), 5);
        assert_eq!(prefix_len("a\u{20ac}".as_bytes(), 3), 1);
        assert_eq!(prefix_len("a\u{20ac}".as_bytes(), 4), 4);
    }
}
