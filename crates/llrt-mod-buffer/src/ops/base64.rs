//! Base64: as `Buffer` reads it, which takes what it can, and as `atob` does, which refuses what is wrong.

use base64_simd::{AsOut, STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// With padding.
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode_to_string(bytes)
}

/// With the alphabet for URLs, without padding.
pub fn encode_url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes)
}

/// How many characters [`encode_into`] writes for so many bytes.
pub fn encoded_len(len: usize, is_url: bool) -> usize {
    if is_url { URL_SAFE_NO_PAD.encoded_length(len) } else { STANDARD.encoded_length(len) }
}

/// As [`encode`] or [`encode_url`], into as many bytes as [`encoded_len`] says.
///
/// # Panics
/// When `text` is shorter.
pub fn encode_into(bytes: &[u8], text: &mut [u8], is_url: bool) {
    let codec = if is_url { URL_SAFE_NO_PAD } else { STANDARD };
    let _ = codec.encode(bytes, text.as_out());
}

/// Reads either alphabet up to the first `=`, and passes over every other character.
pub fn decode_lenient(text: &[u8]) -> Vec<u8> {
    // Mostly there is padding at the end and nowhere else.
    let padding = text.iter().rev().take(2).take_while(|&&byte| byte == b'=').count();
    let digits = &text[..text.len() - padding];
    if digits.len() % 4 != 1
        && let Some(bytes) = decode(digits)
    {
        return bytes;
    }
    let end = memchr::memchr(b'=', text).unwrap_or(text.len());
    let text = &text[..end];
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0u32, 0);
    for value in text.iter().filter_map(|&byte| digit(byte)) {
        bits = bits << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    match count {
        2 => bytes.push((bits >> 4) as u8),
        3 => bytes.extend_from_slice(&[(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => {}
    }
    bytes
}

/// Without padding, in the standard alphabet; `None` for what is no such text.
fn decode(digits: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len().div_ceil(4) * 3);
    let done = llrt_core::text::decode_base64(digits, &mut bytes);
    STANDARD_NO_PAD.decode_append(&digits[done..], &mut bytes).ok()?;
    Some(bytes)
}

/// What is wrong with the input of [`decode_forgiving`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base64Error {
    /// A character that is no digit, or padding in a wrong place.
    Character,
    /// One digit too many: it stands for no byte.
    Remainder,
}

/// WHATWG's forgiving-base64 decode: white space is passed over and padding may be left out.
/// <https://infra.spec.whatwg.org/#forgiving-base64-decode>
///
/// # Errors
/// [`Base64Error`].
pub fn decode_forgiving(text: &[u8]) -> Result<Vec<u8>, Base64Error> {
    // Mostly it is what encoders write.
    let padding = text.iter().rev().take(2).take_while(|&&byte| byte == b'=').count();
    if text.len().is_multiple_of(4)
        && let Some(bytes) = decode(&text[..text.len() - padding])
    {
        return Ok(bytes);
    }
    let is_space = |byte: &u8| matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | b' ');
    let mut data: Vec<u8> = text.iter().copied().filter(|byte| !is_space(byte)).collect();
    if data.len().is_multiple_of(4) {
        let padding = data.iter().rev().take(2).take_while(|&&byte| byte == b'=').count();
        data.truncate(data.len() - padding);
    }
    if data.iter().any(|&byte| matches!(byte, b'-' | b'_') || digit(byte).is_none()) {
        return Err(Base64Error::Character);
    }
    if data.len() % 4 == 1 {
        return Err(Base64Error::Remainder);
    }
    Ok(decode_lenient(&data))
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_survives_the_round_trip() {
        let bytes: Vec<u8> = (0..=255).collect();
        for len in 0..bytes.len() {
            assert_eq!(decode_lenient(encode(&bytes[..len]).as_bytes()), &bytes[..len]);
            assert_eq!(decode_lenient(encode_url(&bytes[..len]).as_bytes()), &bytes[..len]);
            assert_eq!(decode_forgiving(encode(&bytes[..len]).as_bytes()).as_deref(), Ok(&bytes[..len]));
        }
    }

    #[test]
    fn lenient_decoding_passes_over_what_is_no_digit() {
        assert_eq!(decode_lenient(b"Y\nW*Jj"), b"abc");
        assert_eq!(decode_lenient(b"YWJj=YWJj"), b"abc");
        assert_eq!(decode_lenient(b"=YWJj"), b"");
        assert_eq!(decode_lenient(b"YWJjY"), b"abc");
        // The bits past the last byte may be anything.
        assert_eq!(decode_lenient(b"YR"), b"a");
    }

    #[test]
    fn forgiving_decoding_refuses_what_is_wrong() {
        assert_eq!(decode_forgiving(b" YW Jj\n").as_deref(), Ok(&b"abc"[..]));
        assert_eq!(decode_forgiving(b"YQ").as_deref(), Ok(&b"a"[..]));
        for wrong in [&b"YQ="[..], b"Y===", b"YQ==YQ==", b"Y-Jj", b"YW*j", b"=", b"YWJjY==="] {
            assert_eq!(decode_forgiving(wrong), Err(Base64Error::Character), "{}", String::from_utf8_lossy(wrong));
        }
        assert_eq!(decode_forgiving(b"YWJjY"), Err(Base64Error::Remainder));
    }
}
