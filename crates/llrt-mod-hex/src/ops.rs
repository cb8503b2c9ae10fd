//! Plain Rust: no context, no JavaScript values.

use hex_simd::AsciiCase;

use crate::HexError;

/// Bytes as lower-case hexadecimal digits.
pub fn encode(bytes: &[u8]) -> String {
    hex_simd::encode_to_string(bytes, AsciiCase::Lower)
}

/// The bytes that pairs of hexadecimal digits (of either case) stand for.
///
/// # Errors
/// [`HexError::OddLength`] or [`HexError::InvalidDigit`].
pub fn decode(text: &str) -> Result<Vec<u8>, HexError> {
    if !text.len().is_multiple_of(2) {
        return Err(HexError::OddLength);
    }
    hex_simd::decode_to_vec(text).map_err(|_| HexError::InvalidDigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_the_round_trip() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encode(&bytes)), Ok(bytes));
    }

    #[test]
    fn upper_case_digits_decode() {
        assert_eq!(decode("DEADbeef"), Ok(vec![0xde, 0xad, 0xbe, 0xef]));
    }

    #[test]
    fn half_a_byte_is_an_error() {
        assert_eq!(decode("abc"), Err(HexError::OddLength));
    }

    #[test]
    fn another_letter_is_an_error() {
        assert_eq!(decode("zz"), Err(HexError::InvalidDigit));
    }
}
