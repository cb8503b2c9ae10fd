//! Hashes and HMACs under one face: ring where it has them (with the processor's instructions), RustCrypto for the rest.

use md5::{Digest as _, Md5};
use ring::{digest, hmac};
use sha1::Sha1;
use sha2::{Sha224, Sha512_224};

use crate::CryptoError;

/// A hash algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// MD5, 16 bytes. Broken; for checksums that others define.
    Md5,
    /// SHA-1, 20 bytes. Broken; for what others define.
    Sha1,
    /// SHA-224, 28 bytes.
    Sha224,
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
    /// SHA-512/224, 28 bytes.
    Sha512_224,
    /// SHA-512/256, 32 bytes.
    Sha512_256,
}

impl Algorithm {
    /// Every algorithm under the names that Node lists.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("md5", Self::Md5),
        ("sha1", Self::Sha1),
        ("sha224", Self::Sha224),
        ("sha256", Self::Sha256),
        ("sha384", Self::Sha384),
        ("sha512", Self::Sha512),
        ("sha512-224", Self::Sha512_224),
        ("sha512-256", Self::Sha512_256),
    ];

    /// The algorithm that OpenSSL knows by this name: any case, `SHA-256`, `RSA-SHA256`, `ssl3-md5`, `sha512/256`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_prefix("rsa-").or_else(|| name.strip_prefix("ssl3-")).unwrap_or(&name);
        let name = name.replace('/', "-");
        let name = match name.strip_prefix("sha-") {
            Some("1") => "sha1".to_owned(),
            Some(bits) => format!("sha{bits}"),
            None => name,
        };
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }

    /// Bytes of a digest.
    pub fn digest_len(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 | Self::Sha512_224 => 28,
            Self::Sha256 | Self::Sha512_256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Bytes of an input block, which an HMAC key is padded to.
    fn block_len(self) -> usize {
        match self {
            Self::Md5 | Self::Sha1 | Self::Sha224 | Self::Sha256 => 64,
            _ => 128,
        }
    }
}

/// A hash or HMAC that is being computed.
#[derive(Clone)]
pub struct Hasher(State);

#[derive(Clone)]
enum State {
    Ring(digest::Context),
    RingHmac(hmac::Context),
    Md5(Md5),
    Sha1(Sha1),
    Sha224(Sha224),
    Sha512_224(Sha512_224),
    /// An HMAC of what ring has not: the inner hash, and the outer one with its padded key in.
    Hmac(Box<(Hasher, Hasher)>),
}

impl Hasher {
    /// Starts a hash.
    pub fn new(algorithm: Algorithm) -> Self {
        let ring = |algorithm| State::Ring(digest::Context::new(algorithm));
        Self(match algorithm {
            Algorithm::Md5 => State::Md5(Md5::new()),
            // ring's does not use the processor's instructions for it.
            Algorithm::Sha1 => State::Sha1(Sha1::new()),
            Algorithm::Sha224 => State::Sha224(Sha224::new()),
            Algorithm::Sha256 => ring(&digest::SHA256),
            Algorithm::Sha384 => ring(&digest::SHA384),
            Algorithm::Sha512 => ring(&digest::SHA512),
            Algorithm::Sha512_224 => State::Sha512_224(Sha512_224::new()),
            Algorithm::Sha512_256 => ring(&digest::SHA512_256),
        })
    }

    /// Starts an HMAC (RFC 2104) with this key.
    pub fn with_key(algorithm: Algorithm, key: &[u8]) -> Self {
        let ring = |algorithm| Self(State::RingHmac(hmac::Context::with_key(&hmac::Key::new(algorithm, key))));
        match algorithm {
            Algorithm::Sha256 => ring(hmac::HMAC_SHA256),
            Algorithm::Sha384 => ring(hmac::HMAC_SHA384),
            Algorithm::Sha512 => ring(hmac::HMAC_SHA512),
            _ => Self::hmac(algorithm, key),
        }
    }

    fn hmac(algorithm: Algorithm, key: &[u8]) -> Self {
        let mut block = vec![0; algorithm.block_len()];
        if key.len() > block.len() {
            let mut hasher = Self::new(algorithm);
            hasher.update(key);
            let digest = hasher.finish();
            block[..digest.len()].copy_from_slice(&digest);
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let keyed = |pad: u8| {
            let mut hasher = Self::new(algorithm);
            hasher.update(&block.iter().map(|byte| byte ^ pad).collect::<Vec<_>>());
            hasher
        };
        Self(State::Hmac(Box::new((keyed(0x36), keyed(0x5c)))))
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Ring(context) => context.update(bytes),
            State::RingHmac(context) => context.update(bytes),
            State::Md5(hasher) => hasher.update(bytes),
            State::Sha1(hasher) => hasher.update(bytes),
            State::Sha224(hasher) => hasher.update(bytes),
            State::Sha512_224(hasher) => hasher.update(bytes),
            State::Hmac(pair) => pair.0.update(bytes),
        }
    }

    /// The digest.
    pub fn finish(self) -> Vec<u8> {
        match self.0 {
            State::Ring(context) => context.finish().as_ref().to_vec(),
            State::RingHmac(context) => context.sign().as_ref().to_vec(),
            State::Md5(hasher) => hasher.finalize().to_vec(),
            State::Sha1(hasher) => hasher.finalize().to_vec(),
            State::Sha224(hasher) => hasher.finalize().to_vec(),
            State::Sha512_224(hasher) => hasher.finalize().to_vec(),
            State::Hmac(pair) => {
                let (inner, mut outer) = *pair;
                outer.update(&inner.finish());
                outer.finish()
            }
        }
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The state of an HMAC tells about its key.
        f.write_str("Hasher(..)")
    }
}

/// The algorithm of this name.
///
/// # Errors
/// [`CryptoError::UnknownDigest`].
pub(crate) fn by_name(name: &str) -> Result<Algorithm, CryptoError> {
    Algorithm::from_name(name).ok_or(CryptoError::UnknownDigest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(algorithm: Algorithm, key: Option<&[u8]>, text: &str) -> String {
        let mut hasher = match key {
            Some(key) => Hasher::with_key(algorithm, key),
            None => Hasher::new(algorithm),
        };
        // In two parts, which must not matter.
        let (head, tail) = text.split_at(text.len() / 2);
        hasher.update(head.as_bytes());
        hasher.update(tail.as_bytes());
        hex_simd::encode_to_string(hasher.finish(), hex_simd::AsciiCase::Lower)
    }

    #[test]
    fn digests_are_those_of_the_standards() {
        // RFC 1321 and the examples of FIPS 180-4.
        let cases = [
            (Algorithm::Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (Algorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (Algorithm::Sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
            (Algorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                Algorithm::Sha384,
                "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
            ),
            (Algorithm::Sha512_224, "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa"),
            (Algorithm::Sha512_256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"),
        ];
        for (algorithm, expected) in cases {
            assert_eq!(hex(algorithm, None, "abc"), expected, "{algorithm:?}");
            assert_eq!(expected.len(), algorithm.digest_len() * 2);
        }
        assert!(hex(Algorithm::Sha512, None, "abc").starts_with("ddaf35a193617abacc417349ae204131"));
    }

    #[test]
    fn hmacs_are_those_of_the_standards() {
        // RFC 2202 and RFC 4231, test case 2, and a key longer than a block (test case 6).
        let text = "what do ya want for nothing?";
        assert_eq!(hex(Algorithm::Md5, Some(b"Jefe"), text), "750c783e6ab0b503eaa86e310a5db738");
        assert_eq!(hex(Algorithm::Sha1, Some(b"Jefe"), text), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(
            hex(Algorithm::Sha224, Some(b"Jefe"), text),
            "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"
        );
        let long = [0xaa; 131];
        let text = "Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(
            hex(Algorithm::Sha224, Some(&long), text),
            "95e9a0db962095adaebe9b2d6f0dbce2d499f112f2d2b7273fa6870e"
        );
        assert_eq!(
            hex(Algorithm::Sha256, Some(&long), text),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn names_are_read_as_openssl_does() {
        for name in ["sha256", "SHA256", "SHA-256", "RSA-SHA256", "rsa-sha256"] {
            assert_eq!(Algorithm::from_name(name), Some(Algorithm::Sha256), "{name}");
        }
        assert_eq!(Algorithm::from_name("SHA512/256"), Some(Algorithm::Sha512_256));
        assert_eq!(Algorithm::from_name("sha-1"), Some(Algorithm::Sha1));
        assert_eq!(Algorithm::from_name("xyz"), None);
    }
}
