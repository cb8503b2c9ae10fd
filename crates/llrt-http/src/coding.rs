use std::fmt;

use llrt_compression::{BrotliDecoder, Codec, CodecError, Container, Flush, Inflate, ZstdDecoder, run};

/// More codings than this on one body are an attack and not a wish.
const MAX_CODINGS: usize = 5;

/// What a deflate stream's window is at most, for those without a header that says it.
const WINDOW_BITS: u8 = 15;

/// A body is not what its `Content-Encoding` says: Node's code, number and text.
pub type DecodeError = CodecError;

/// Decodes a body part by part.
pub struct Decoder {
    /// In the order in which to undo them.
    codings: Vec<Coding>,
}

enum Coding {
    /// Whether there is a zlib header (RFC 1950) shows in the first byte.
    Deflate,
    Known(Box<dyn Codec>),
}

impl Decoder {
    /// The decoder for a `Content-Encoding`, or `None` when there is nothing to decode: it is empty, or names a coding that is
    /// unknown (then the body stays as it is).
    pub fn new(content_encoding: &str) -> Option<Self> {
        let names: Vec<&str> = content_encoding.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        if names.is_empty() || names.len() > MAX_CODINGS {
            return None;
        }
        let codings = names.iter().rev().map(|name| Coding::new(name)).collect::<Option<Vec<_>>>()?;
        Some(Self { codings })
    }

    /// What `part` decodes to; may be empty. A body that was cut off ends where it was cut, as in Node.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn push(&mut self, part: &[u8]) -> Result<Vec<u8>, DecodeError> {
        let mut codings = self.codings.iter_mut();
        let Some(first) = codings.next() else { return Ok(part.to_vec()) };
        let mut bytes = first.push(part)?;
        for coding in codings {
            bytes = coding.push(&bytes)?;
        }
        Ok(bytes)
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("codings", &self.codings.len()).finish()
    }
}

impl Coding {
    fn new(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Self::Known(inflate(Container::Gzip).ok()?),
            "deflate" => Self::Deflate,
            "br" => Self::Known(Box::new(BrotliDecoder::new(false, Vec::new()).ok()?)),
            "zstd" => Self::Known(Box::new(ZstdDecoder::new(&[], &[]).ok()?)),
            _ => return None,
        })
    }

    fn push(&mut self, part: &[u8]) -> Result<Vec<u8>, DecodeError> {
        match self {
            Self::Known(codec) => Ok(run(codec.as_mut(), part, Flush::None, usize::MAX)?.bytes),
            Self::Deflate => {
                let Some(first) = part.first() else { return Ok(Vec::new()) };
                let container = if first & 0x0f == 8 { Container::Zlib } else { Container::Raw };
                *self = Self::Known(inflate(container)?);
                self.push(part)
            }
        }
    }
}

fn inflate(container: Container) -> Result<Box<dyn Codec>, DecodeError> {
    Ok(Box::new(Inflate::new(container, WINDOW_BITS, Vec::new())?))
}

#[cfg(test)]
mod tests {
    use llrt_compression::{BrotliEncoder, Deflate, DeflateOptions, ZstdEncoder};

    use super::*;

    const BAD_HEADER: &str = "incorrect header check";

    const TEXT: &[u8] = b"hello hello hello hello hello";

    fn deflate(container: Container, bytes: &[u8]) -> Vec<u8> {
        let mut codec = Deflate::new(container, &DeflateOptions::default()).unwrap();
        run(&mut codec, bytes, Flush::Finish, usize::MAX).unwrap().bytes
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        deflate(Container::Gzip, bytes)
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut codec = BrotliEncoder::new(Vec::new(), Vec::new()).unwrap();
        run(&mut codec, bytes, Flush::Finish, usize::MAX).unwrap().bytes
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        let mut codec = ZstdEncoder::new(&[], None, &[]).unwrap();
        run(&mut codec, bytes, Flush::Finish, usize::MAX).unwrap().bytes
    }

    fn decode(encoding: &str, bytes: &[u8], step: usize) -> Result<Vec<u8>, DecodeError> {
        let mut decoder = Decoder::new(encoding).unwrap();
        let mut all = Vec::new();
        for part in bytes.chunks(step) {
            all.extend(decoder.push(part)?);
        }
        Ok(all)
    }

    #[test]
    fn every_coding_decodes_whole_and_byte_by_byte() {
        let cases = [
            ("gzip", gzip(TEXT)),
            ("X-GZIP", gzip(TEXT)),
            ("deflate", deflate(Container::Zlib, TEXT)),
            ("deflate", deflate(Container::Raw, TEXT)),
            ("zstd", zstd(TEXT)),
            ("br", brotli(TEXT)),
            ("gzip, zstd", zstd(&gzip(TEXT))),
        ];
        for (encoding, bytes) in &cases {
            for step in [1, bytes.len()] {
                assert_eq!(decode(encoding, bytes, step).as_deref(), Ok(TEXT), "{encoding} by {step}");
            }
        }
    }

    #[test]
    fn parts_come_out_as_they_come_in() {
        let mut codec = Deflate::new(Container::Gzip, &DeflateOptions::default()).unwrap();
        let part = run(&mut codec, b"first", Flush::Sync, usize::MAX).unwrap().bytes;
        assert_eq!(Decoder::new("gzip").unwrap().push(&part).unwrap(), b"first");
    }

    #[test]
    fn unknown_codings_and_too_many_of_them_decode_nothing() {
        assert!(
            Decoder::new("").is_none() && Decoder::new("identity").is_none() && Decoder::new("foo, gzip").is_none()
        );
        assert!(Decoder::new("gzip,gzip,gzip,gzip,gzip,gzip").is_none());
    }

    #[test]
    fn a_cut_body_ends_where_it_was_cut() {
        let bytes = gzip(TEXT);
        assert_eq!(decode("gzip", &bytes[..bytes.len() - 5], 100).as_deref(), Ok(TEXT));
    }

    #[test]
    fn garbage_is_an_error() {
        for text in [&b"notgzip at all"[..], b"not", b"\x1f!"] {
            for step in [1, 100] {
                let error = decode("gzip", text, step).unwrap_err();
                assert_eq!(
                    (error.code.as_ref(), error.errno, error.message.as_ref()),
                    ("Z_DATA_ERROR", -3, BAD_HEADER)
                );
            }
        }
        assert_eq!(decode("deflate", &[0x78, 0x9c, 0xff, 0xff, 0xff], 100).unwrap_err().code, "Z_DATA_ERROR");
        assert!(decode("br", &[0xff; 20], 100).is_err());
        assert!(decode("zstd", b"not zstd at all", 100).is_err());
    }
}
