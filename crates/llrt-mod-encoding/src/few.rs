//! The encodings that Node.js has when it is built without ICU: those of Unicode, and windows-1252, which Latin-1 and ASCII are names of.

use crate::ops::Malformed;

/// An encoding of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, the low byte of a unit first.
    Utf16Le,
    /// UTF-16, the high byte of a unit first.
    Utf16Be,
    /// Latin-1 with letters and signs in place of most controls from 0x80 to 0x9F.
    Windows1252,
}

pub(crate) const UTF_8: Encoding = Encoding::Utf8;

const LABELS: [(Encoding, &str); 4] = [
    (Encoding::Utf8, "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8"),
    (Encoding::Utf16Le, "utf-16le utf-16 ucs-2 unicode unicodefeff csunicode iso-10646-ucs-2"),
    (Encoding::Utf16Be, "utf-16be unicodefffe"),
    (
        Encoding::Windows1252,
        "windows-1252 latin1 iso-8859-1 ascii us-ascii ansi_x3.4-1968 cp1252 cp819 csisolatin1 ibm819 iso-ir-100 iso8859-1 \
         iso88591 iso_8859-1 iso_8859-1:1987 l1 x-cp1252",
    ),
];

/// Windows-1252 from 0x80 to 0x9F.
const HIGH_CONTROLS: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}', '\u{2030}',
    '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}',
    '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}',
    '\u{17e}', '\u{178}',
];

/// The encoding that a label names, white space around it aside.
pub fn encoding_for_label(label: &str) -> Option<Encoding> {
    let label = label.trim_matches(['\t', '\n', '\x0c', '\r', ' ']).to_ascii_lowercase();
    LABELS.into_iter().find(|(_, labels)| labels.split(' ').any(|known| known == label)).map(|(encoding, _)| encoding)
}

/// The encoding's name as scripts see it.
pub fn name(encoding: Encoding) -> String {
    let labels = LABELS.into_iter().find(|(of, _)| *of == encoding).map_or("", |(_, labels)| labels);
    labels.split(' ').next().unwrap_or_default().to_owned()
}

/// What reads a stream of one encoding.
pub(crate) struct Decoder {
    encoding: Encoding,
    /// Whether the next character may be a byte order mark that is left out.
    at_start: bool,
    /// The bytes of a character whose rest is still to come: three at most.
    begun: Vec<u8>,
}

impl Decoder {
    pub(crate) fn new(encoding: Encoding, ignore_bom: bool) -> Self {
        Self { encoding, at_start: !ignore_bom && encoding != Encoding::Windows1252, begun: Vec::new() }
    }

    pub(crate) fn decode(&mut self, bytes: &[u8], last: bool, fatal: bool) -> Result<String, Malformed> {
        let mut whole = std::mem::take(&mut self.begun);
        whole.extend_from_slice(bytes);
        let mut text = String::with_capacity(whole.len());
        let mut put = |character: Option<char>| match character {
            None if fatal => Err(Malformed),
            Some('\u{feff}') if std::mem::take(&mut self.at_start) => Ok(()),
            _ => {
                self.at_start = false;
                text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
                Ok(())
            }
        };
        let rest = match self.encoding {
            Encoding::Utf8 => utf8(&whole, &mut put)?,
            Encoding::Utf16Le => utf16(&whole, u16::from_le_bytes, &mut put)?,
            Encoding::Utf16Be => utf16(&whole, u16::from_be_bytes, &mut put)?,
            Encoding::Windows1252 => {
                whole.iter().try_for_each(|&byte| put(Some(windows_1252(byte))))?;
                0
            }
        };
        if last && rest > 0 {
            put(None)?;
        } else {
            self.begun = whole.split_off(whole.len() - rest);
        }
        Ok(text)
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => HIGH_CONTROLS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// Gives each character, or nothing for a malformed one, to `put`; the result is how many bytes at the end begin another.
fn utf8(bytes: &[u8], put: &mut impl FnMut(Option<char>) -> Result<(), Malformed>) -> Result<usize, Malformed> {
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        chunk.valid().chars().try_for_each(|character| put(Some(character)))?;
        let invalid = chunk.invalid();
        // Only what the end cut short may still become a character.
        let cut =
            chunks.peek().is_none() && std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
        if cut {
            return Ok(invalid.len());
        }
        if !invalid.is_empty() {
            put(None)?;
        }
    }
    Ok(0)
}

/// As [`utf8`].
fn utf16(
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    put: &mut impl FnMut(Option<char>) -> Result<(), Malformed>,
) -> Result<usize, Malformed> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let ends_in_half = pairs.last().is_some_and(|&pair| matches!(unit(pair), 0xD800..=0xDBFF));
    let complete = &pairs[..pairs.len() - usize::from(ends_in_half)];
    char::decode_utf16(complete.iter().map(|&pair| unit(pair))).try_for_each(|character| put(character.ok()))?;
    Ok(odd.len() + 2 * usize::from(ends_in_half))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes that form characters often enough.
    fn text() -> impl Strategy<Value = Vec<u8>> {
        let pieces = prop_oneof![
            "\\PC{0,3}".prop_map(String::into_bytes),
            "\\PC{0,3}".prop_map(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            "\\PC{0,3}".prop_map(|text| text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            Just(vec![0xEF, 0xBB, 0xBF]),
            Just(vec![0xFF, 0xFE]),
            Just(vec![0xFE, 0xFF]),
            Just(vec![0x00, 0xD8]),
            prop::collection::vec(any::<u8>(), 0..4),
        ];
        prop::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn as_encoding_rs(bytes in text(), cut in 0_usize..8, which in 0..4_usize, ignore_bom: bool, fatal: bool) {
            let (encoding, labels) = LABELS[which];
            let (first, second) = bytes.split_at(cut.min(bytes.len()));
            let mut ours = Decoder::new(encoding, ignore_bom);
            let theirs = encoding_rs::Encoding::for_label(labels.split(' ').next().unwrap().as_bytes()).unwrap();
            let mut theirs = match ignore_bom {
                true => theirs.new_decoder_without_bom_handling(),
                false => theirs.new_decoder_with_bom_removal(),
            };
            for (part, last) in [(first, false), (second, true)] {
                let mut text = String::with_capacity(4 * bytes.len() + 16);
                let fine = if fatal {
                    let (result, _) = theirs.decode_to_string_without_replacement(part, &mut text, last);
                    matches!(result, encoding_rs::DecoderResult::InputEmpty)
                } else {
                    let _ = theirs.decode_to_string(part, &mut text, last);
                    true
                };
                let decoded = ours.decode(part, last, fatal);
                prop_assert_eq!(&decoded, &if fine { Ok(text) } else { Err(Malformed) });
                if decoded.is_err() {
                    break;
                }
            }
        }
    }

    #[test]
    fn labels_are_those_of_the_standard() {
        for (encoding, labels) in LABELS {
            for label in labels.split(' ') {
                assert_eq!(encoding_for_label(&format!(" {}\n", label.to_uppercase())), Some(encoding));
                let theirs = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
                assert_eq!(theirs.name().to_ascii_lowercase(), name(encoding), "{label}");
            }
        }
        assert_eq!(encoding_for_label("shift_jis"), None);
    }
}
