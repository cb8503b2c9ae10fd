//! Every encoding of the standard, by encoding_rs.

use encoding_rs::DecoderResult;
pub(crate) use encoding_rs::UTF_8;

use crate::ops::Malformed;

/// An encoding of the standard.
pub type Encoding = &'static encoding_rs::Encoding;

/// The encoding that a label names, white space around it aside; `None` for one that cannot be decoded, too.
pub fn encoding_for_label(label: &str) -> Option<Encoding> {
    encoding_rs::Encoding::for_label_no_replacement(label.as_bytes())
}

/// The encoding's name as scripts see it.
pub fn name(encoding: Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

/// What reads a stream of one encoding.
pub(crate) struct Decoder(encoding_rs::Decoder);

impl Decoder {
    pub(crate) fn new(encoding: Encoding, ignore_bom: bool) -> Self {
        Self(match ignore_bom {
            true => encoding.new_decoder_without_bom_handling(),
            false => encoding.new_decoder_with_bom_removal(),
        })
    }

    pub(crate) fn decode(&mut self, bytes: &[u8], last: bool, fatal: bool) -> Result<String, Malformed> {
        // Room for all that can come of the input, so that one call takes it.
        let max = if fatal {
            self.0.max_utf8_buffer_length_without_replacement(bytes.len())
        } else {
            self.0.max_utf8_buffer_length(bytes.len())
        };
        let mut text = String::with_capacity(max.ok_or(Malformed)?);
        if fatal {
            let (result, _) = self.0.decode_to_string_without_replacement(bytes, &mut text, last);
            if matches!(result, DecoderResult::Malformed(..)) {
                return Err(Malformed);
            }
        } else {
            let _ = self.0.decode_to_string(bytes, &mut text, last);
        }
        text.shrink_to_fit();
        Ok(text)
    }
}
