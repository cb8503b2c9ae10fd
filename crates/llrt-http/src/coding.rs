use std::io::{self, Write};

use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// More codings than this on one body are an attack and not a wish.
const MAX_CODINGS: usize = 5;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

const BAD_HEADER: DecodeError = DecodeError { code: "Z_DATA_ERROR", errno: -3, message: "incorrect header check" };

/// A body is not what its `Content-Encoding` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DecodeError {
    /// Node's code: `Z_DATA_ERROR`, ...
    pub code: &'static str,
    /// Node's number (negative).
    pub errno: i32,
    /// Node's text.
    pub message: &'static str,
}

/// Decodes a body part by part.
pub struct Decoder {
    /// In the order in which to undo them.
    codings: Vec<Coding>,
}

enum Coding {
    /// And how much of its magic number has come.
    Gzip(MultiGzDecoder<Vec<u8>>, usize),
    /// Whether there is a zlib header (RFC 1950) shows in the first byte.
    Deflate,
    Zlib(ZlibDecoder<Vec<u8>>),
    RawDeflate(DeflateDecoder<Vec<u8>>),
    Brotli(Box<brotli_decompressor::DecompressorWriter<Vec<u8>>>),
    Zstd(zstd::stream::write::Decoder<'static, Vec<u8>>),
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

    /// What `part` decodes to; may be empty.
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

    /// What is left. A body that was cut off ends where it was cut, as in Node.
    pub fn finish(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for coding in &mut self.codings {
            if !bytes.is_empty() {
                match coding.push(&bytes) {
                    Ok(more) => bytes = more,
                    Err(_) => return Vec::new(),
                }
            }
            bytes.append(&mut coding.flush());
        }
        bytes
    }
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").field("codings", &self.codings.len()).finish()
    }
}

impl Coding {
    fn new(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Self::Gzip(MultiGzDecoder::new(Vec::new()), 0),
            "deflate" => Self::Deflate,
            "br" => Self::Brotli(Box::new(brotli_decompressor::DecompressorWriter::new(Vec::new(), 4096))),
            "zstd" => Self::Zstd(zstd::stream::write::Decoder::new(Vec::new()).ok()?),
            _ => return None,
        })
    }

    fn push(&mut self, part: &[u8]) -> Result<Vec<u8>, DecodeError> {
        if let (Self::Deflate, Some(first)) = (&*self, part.first()) {
            *self = if first & 0x0f == 8 {
                Self::Zlib(ZlibDecoder::new(Vec::new()))
            } else {
                Self::RawDeflate(DeflateDecoder::new(Vec::new()))
            };
        }
        // The decoder waits for a whole header before it looks at it, which a short text that is none never completes.
        if let Self::Gzip(_, seen) = self {
            let new = GZIP_MAGIC.iter().skip(*seen).zip(part);
            if new.clone().any(|(wanted, found)| wanted != found) {
                return Err(BAD_HEADER);
            }
            *seen += new.count();
        }
        let written = match self {
            Self::Gzip(decoder, _) => decoder.write_all(part),
            Self::Deflate => Ok(()),
            Self::Zlib(decoder) => decoder.write_all(part),
            Self::RawDeflate(decoder) => decoder.write_all(part),
            Self::Brotli(decoder) => decoder.write_all(part),
            Self::Zstd(decoder) => decoder.write_all(part),
        };
        written.map_err(|error| self.explain(&error))?;
        Ok(self.flush())
    }

    fn flush(&mut self) -> Vec<u8> {
        // What flushing finds wrong was found by writing, or is the end that a cut body lacks.
        match self {
            Self::Gzip(decoder, _) => {
                let _ = decoder.flush();
                std::mem::take(decoder.get_mut())
            }
            Self::Deflate => Vec::new(),
            Self::Zlib(decoder) => {
                let _ = decoder.flush();
                std::mem::take(decoder.get_mut())
            }
            Self::RawDeflate(decoder) => {
                let _ = decoder.flush();
                std::mem::take(decoder.get_mut())
            }
            Self::Brotli(decoder) => {
                let _ = decoder.flush();
                std::mem::take(decoder.get_mut())
            }
            Self::Zstd(decoder) => {
                let _ = decoder.flush();
                std::mem::take(decoder.get_mut())
            }
        }
    }

    fn explain(&self, error: &io::Error) -> DecodeError {
        match self {
            Self::Brotli(_) => {
                DecodeError { code: "ERR_BROTLI_DECODER_ERROR_FORMAT", errno: -2, message: "Decompression failed" }
            }
            Self::Zstd(_) => {
                DecodeError { code: "ZSTD_error_prefix_unknown", errno: -10, message: "Unknown frame descriptor" }
            }
            _ if error.to_string().contains("header") => BAD_HEADER,
            _ => DecodeError { code: "Z_DATA_ERROR", errno: -3, message: "incorrect data check" },
        }
    }
}

#[cfg(test)]
mod tests {
    use flate2::{
        Compression,
        write::{DeflateEncoder, GzEncoder, ZlibEncoder},
    };

    use super::*;

    const TEXT: &[u8] = b"hello hello hello hello hello";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn raw(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn decode(encoding: &str, bytes: &[u8], step: usize) -> Result<Vec<u8>, DecodeError> {
        let mut decoder = Decoder::new(encoding).unwrap();
        let mut all = Vec::new();
        for part in bytes.chunks(step) {
            all.extend(decoder.push(part)?);
        }
        all.extend(decoder.finish());
        Ok(all)
    }

    #[test]
    fn every_coding_decodes_whole_and_byte_by_byte() {
        let zstd = zstd::stream::encode_all(TEXT, 3).unwrap();
        // `hello hello hello hello hello` as an uncompressed Brotli meta-block.
        let mut brotli = vec![0x0b, 0x0e, 0x80];
        brotli.extend_from_slice(TEXT);
        brotli.push(0x03);
        let cases = [
            ("gzip", gzip(TEXT)),
            ("X-GZIP", gzip(TEXT)),
            ("deflate", zlib(TEXT)),
            ("deflate", raw(TEXT)),
            ("zstd", zstd.clone()),
            ("br", brotli),
            ("gzip, zstd", zstd::stream::encode_all(gzip(TEXT).as_slice(), 3).unwrap()),
        ];
        for (encoding, bytes) in &cases {
            for step in [1, bytes.len()] {
                assert_eq!(decode(encoding, bytes, step).as_deref(), Ok(TEXT), "{encoding} by {step}");
            }
        }
    }

    #[test]
    fn parts_come_out_as_they_come_in() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(b"first").unwrap();
        encoder.flush().unwrap();
        let mut decoder = Decoder::new("gzip").unwrap();
        assert_eq!(decoder.push(encoder.get_ref()).unwrap(), b"first");
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
                assert_eq!(decode("gzip", text, step), Err(BAD_HEADER));
            }
        }
        assert_eq!(decode("deflate", &[0x78, 0x9c, 0xff, 0xff, 0xff], 100).unwrap_err().code, "Z_DATA_ERROR");
        assert!(decode("br", &[0xff; 20], 100).is_err());
        assert!(decode("zstd", b"not zstd at all", 100).is_err());
    }
}
