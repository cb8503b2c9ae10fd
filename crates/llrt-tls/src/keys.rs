//! Private keys under a passphrase: PKCS #8 (RFC 5958, RFC 8018), OpenSSL's older PEM encryption, and PKCS #12 (RFC 7292).

use std::num::NonZeroU32;

use cbc::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
use md5::{Digest, Md5};
use ring::{digest, hmac, pbkdf2};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use crate::der::{Certificate, Reader, tag};

/// What is in a PKCS #12 archive.
#[derive(Debug)]
pub struct Archive {
    /// The private key.
    pub key: PrivateKeyDer<'static>,
    /// The certificates, the key's own first.
    pub certificates: Vec<CertificateDer<'static>>,
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A wrong passphrase, or none where there must be one.
    #[error("bad decrypt")]
    BadDecrypt,
    /// No private key, or in a form that is not known.
    #[error("unsupported")]
    Unsupported,
    /// An archive is cut short.
    #[error("not enough data")]
    NotEnoughData,
    /// What should be an archive is none.
    #[error("wrong tag")]
    WrongTag,
    /// A wrong passphrase for an archive.
    #[error("mac verify failure")]
    MacVerifyFailure,
    /// An archive under an algorithm that is not known.
    #[error("Unsupported PKCS12 PFX data")]
    UnsupportedArchive,
    /// An archive without a key.
    #[error("Unable to load private key from PFX data")]
    NoKey,
    /// An archive without the key's certificate.
    #[error("Unable to load PFX certificate")]
    NoCertificate,
}

/// The private key of a PEM text, which may be under a passphrase.
///
/// # Errors
/// [`KeyError::BadDecrypt`], [`KeyError::Unsupported`].
pub fn key_from_pem(pem: &[u8], passphrase: Option<&[u8]>) -> Result<PrivateKeyDer<'static>, KeyError> {
    let text = std::str::from_utf8(pem).map_err(|_| KeyError::Unsupported)?;
    let passphrase = passphrase.unwrap_or_default();
    if let Some(body) = section(text, "ENCRYPTED PRIVATE KEY") {
        let der = decode(body)?;
        let mut fields = Reader::new(&der).enter(tag::SEQUENCE).ok_or(KeyError::Unsupported)?;
        let algorithm = fields.enter(tag::SEQUENCE).ok_or(KeyError::Unsupported)?;
        let sealed = fields.content(tag::OCTET_STRING).ok_or(KeyError::Unsupported)?;
        let key = decrypt(algorithm, sealed, passphrase)?;
        return pkcs8(key).ok_or(KeyError::BadDecrypt);
    }
    if let Some((_, rest)) = text.split_once("Proc-Type: 4,ENCRYPTED") {
        return old_key(text, rest, passphrase);
    }
    PrivateKeyDer::from_pem_slice(pem).map_err(|_| KeyError::Unsupported)
}

/// The key and the certificates of a PKCS #12 archive.
///
/// # Errors
/// [`KeyError`].
pub fn archive_from_der(der: &[u8], passphrase: Option<&[u8]>) -> Result<Archive, KeyError> {
    let password = passphrase.unwrap_or_default();
    if der.len() < 2 {
        return Err(KeyError::NotEnoughData);
    }
    let mut outer = Reader::new(der).enter(tag::SEQUENCE).ok_or(KeyError::WrongTag)?;
    outer.content(tag::INTEGER).ok_or(KeyError::WrongTag)?;
    let safe = outer.enter(tag::SEQUENCE).and_then(content_of).ok_or(KeyError::WrongTag)?;
    let Content::Plain(safe) = safe else { return Err(KeyError::UnsupportedArchive) };
    if let Some(mac) = outer.enter(tag::SEQUENCE) {
        verify_mac(mac, safe, password)?;
    }
    let mut bags = Bags::default();
    let mut contents = Reader::new(safe).enter(tag::SEQUENCE).ok_or(KeyError::WrongTag)?;
    while let Some(info) = contents.enter(tag::SEQUENCE) {
        match content_of(info).ok_or(KeyError::UnsupportedArchive)? {
            Content::Plain(plain) => bags.read(plain, password)?,
            Content::Sealed(algorithm, sealed) => {
                let plain = decrypt_in_archive(algorithm, sealed, password)?;
                bags.read(&plain, password)?;
            }
        }
    }
    let key = bags.key.and_then(pkcs8).ok_or(KeyError::NoKey)?;
    let public = rustls::crypto::ring::default_provider()
        .key_provider
        .load_private_key(key.clone_key())
        .map_err(|_| KeyError::UnsupportedArchive)?;
    let own = bags.certificates.iter().position(|der| {
        let public = public.public_key();
        Certificate::parse(der).zip(public).is_some_and(|(certificate, public)| certificate.key.der == public.as_ref())
    });
    let leaf = bags.certificates.remove(own.ok_or(KeyError::NoCertificate)?);
    bags.certificates.insert(0, leaf);
    Ok(Archive { key, certificates: bags.certificates })
}

fn pkcs8(der: Vec<u8>) -> Option<PrivateKeyDer<'static>> {
    let is_key = Reader::new(&der)
        .enter(tag::SEQUENCE)
        .is_some_and(|mut fields| fields.content(tag::INTEGER).is_some() && fields.content(tag::SEQUENCE).is_some());
    is_key.then(|| PrivateKeyDer::Pkcs8(der.into()))
}

// ---- PEM

/// What stands between the lines that begin and end a section.
fn section<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    Some(rest.split_once("-----END")?.0)
}

fn decode(base64: &str) -> Result<Vec<u8>, KeyError> {
    let packed: Vec<u8> = base64.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    base64_simd::STANDARD.decode_to_vec(packed).map_err(|_| KeyError::Unsupported)
}

/// `DEK-Info: AES-256-CBC,` and the initialisation vector, an empty line, and the key in its own encoding.
fn old_key(text: &str, rest: &str, passphrase: &[u8]) -> Result<PrivateKeyDer<'static>, KeyError> {
    let info = rest.split_once("DEK-Info: ").and_then(|(_, rest)| rest.lines().next()).ok_or(KeyError::Unsupported)?;
    let (name, vector) = info.trim().split_once(',').ok_or(KeyError::Unsupported)?;
    let vector = hex_simd::decode_to_vec(vector).map_err(|_| KeyError::Unsupported)?;
    let cipher = match name {
        "AES-128-CBC" => Cipher::Aes128,
        "AES-192-CBC" => Cipher::Aes192,
        "AES-256-CBC" => Cipher::Aes256,
        "DES-EDE3-CBC" => Cipher::TripleDes,
        _ => return Err(KeyError::Unsupported),
    };
    let salt = vector.get(..8).ok_or(KeyError::Unsupported)?;
    let mut key = Vec::new();
    let mut last = Vec::new();
    while key.len() < cipher.key_len() {
        last = Md5::new().chain_update(&last).chain_update(passphrase).chain_update(salt).finalize().to_vec();
        key.extend_from_slice(&last);
    }
    let body = rest.split("-----END").next().unwrap_or_default();
    let body = body.split_once("\n\n").or_else(|| body.split_once("\r\n\r\n")).ok_or(KeyError::Unsupported)?.1;
    let der = cipher.decrypt(&key[..cipher.key_len()], &vector, &decode(body)?)?;
    if Reader::new(&der).enter(tag::SEQUENCE).is_none() {
        return Err(KeyError::BadDecrypt);
    }
    if text.contains("BEGIN RSA ") {
        Ok(PrivateKeyDer::Pkcs1(der.into()))
    } else if text.contains("BEGIN EC ") {
        Ok(PrivateKeyDer::Sec1(der.into()))
    } else {
        Err(KeyError::Unsupported)
    }
}

// ---- ciphers

#[derive(Clone, Copy)]
enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
}

impl Cipher {
    fn key_len(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
        }
    }

    fn decrypt(self, key: &[u8], vector: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        fn run<C: KeyIvInit + BlockModeDecrypt>(key: &[u8], vector: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
            let mut buffer = sealed.to_vec();
            let cipher = C::new_from_slices(key, vector).map_err(|_| KeyError::Unsupported)?;
            let len = cipher.decrypt_padded::<Pkcs7>(&mut buffer).map_err(|_| KeyError::BadDecrypt)?.len();
            buffer.truncate(len);
            Ok(buffer)
        }
        match self {
            Self::Aes128 => run::<cbc::Decryptor<aes::Aes128>>(key, vector, sealed),
            Self::Aes192 => run::<cbc::Decryptor<aes::Aes192>>(key, vector, sealed),
            Self::Aes256 => run::<cbc::Decryptor<aes::Aes256>>(key, vector, sealed),
            Self::TripleDes => run::<cbc::Decryptor<des::TdesEde3>>(key, vector, sealed),
        }
    }
}

const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
const PBE_SHA1_TRIPLE_DES: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x03];

/// Decrypts as `algorithm`, the fields of an identifier, says.
fn decrypt(mut algorithm: Reader<'_>, sealed: &[u8], password: &[u8]) -> Result<Vec<u8>, KeyError> {
    match algorithm.content(tag::OID) {
        Some(PBES2) => {
            let mut fields = algorithm.enter(tag::SEQUENCE).ok_or(KeyError::Unsupported)?;
            let derivation = fields.enter(tag::SEQUENCE).ok_or(KeyError::Unsupported)?;
            let mut scheme = fields.enter(tag::SEQUENCE).ok_or(KeyError::Unsupported)?;
            let cipher = match scheme.content(tag::OID) {
                Some([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02]) => Cipher::Aes128,
                Some([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16]) => Cipher::Aes192,
                Some([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a]) => Cipher::Aes256,
                Some([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07]) => Cipher::TripleDes,
                _ => return Err(KeyError::Unsupported),
            };
            let vector = scheme.content(tag::OCTET_STRING).ok_or(KeyError::Unsupported)?;
            cipher.decrypt(&derive(derivation, password, cipher.key_len())?, vector, sealed)
        }
        Some(PBE_SHA1_TRIPLE_DES) => {
            let mut fields = algorithm.enter(tag::SEQUENCE).ok_or(KeyError::Unsupported)?;
            let salt = fields.content(tag::OCTET_STRING).ok_or(KeyError::Unsupported)?;
            let rounds = number(fields.content(tag::INTEGER)).ok_or(KeyError::Unsupported)?;
            let hash = &digest::SHA1_FOR_LEGACY_USE_ONLY;
            let key = stretch(hash, 1, password, salt, rounds, 24);
            let vector = stretch(hash, 2, password, salt, rounds, 8);
            Cipher::TripleDes.decrypt(&key, &vector, sealed)
        }
        _ => Err(KeyError::Unsupported),
    }
}

fn derive(mut derivation: Reader<'_>, password: &[u8], len: usize) -> Result<Vec<u8>, KeyError> {
    if derivation.content(tag::OID) != Some(PBKDF2) {
        return Err(KeyError::Unsupported);
    }
    let mut fields = derivation.enter(tag::SEQUENCE).ok_or(KeyError::Unsupported)?;
    let salt = fields.content(tag::OCTET_STRING).ok_or(KeyError::Unsupported)?;
    let rounds = number(fields.content(tag::INTEGER)).ok_or(KeyError::Unsupported)?;
    let _key_len = fields.content(tag::INTEGER);
    let algorithm = match fields.enter(tag::SEQUENCE).and_then(|mut function| function.content(tag::OID)) {
        None => pbkdf2::PBKDF2_HMAC_SHA1,
        Some([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, last]) => match last {
            7 => pbkdf2::PBKDF2_HMAC_SHA1,
            9 => pbkdf2::PBKDF2_HMAC_SHA256,
            10 => pbkdf2::PBKDF2_HMAC_SHA384,
            11 => pbkdf2::PBKDF2_HMAC_SHA512,
            _ => return Err(KeyError::Unsupported),
        },
        Some(_) => return Err(KeyError::Unsupported),
    };
    let mut key = vec![0; len];
    pbkdf2::derive(algorithm, rounds, salt, password, &mut key);
    Ok(key)
}

/// A count of rounds; more than ten million are an attack.
fn number(content: Option<&[u8]>) -> Option<NonZeroU32> {
    const MAX: u32 = 10_000_000;
    let content = content.filter(|content| content.len() <= 4)?;
    let number = content.iter().fold(0u32, |number, &byte| number << 8 | u32::from(byte));
    NonZeroU32::new(number).filter(|number| number.get() <= MAX)
}

/// RFC 7292, appendix B.2.
fn stretch(
    hash: &'static digest::Algorithm,
    purpose: u8,
    password: &[u8],
    salt: &[u8],
    rounds: NonZeroU32,
    len: usize,
) -> Vec<u8> {
    let block = hash.block_len();
    let filled = |bytes: &[u8]| -> Vec<u8> {
        let len = bytes.len().div_ceil(block) * block;
        bytes.iter().copied().cycle().take(len).collect()
    };
    let password = String::from_utf8_lossy(password);
    let units: Vec<u8> = password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect();
    let mut input = [filled(salt), filled(&units)].concat();
    let mut output = Vec::new();
    while output.len() < len {
        let mut round = digest::Context::new(hash);
        round.update(&vec![purpose; block]);
        round.update(&input);
        let mut result = round.finish();
        for _ in 1..rounds.get() {
            result = digest::digest(hash, result.as_ref());
        }
        output.extend_from_slice(result.as_ref());
        let added: Vec<u8> = result.as_ref().iter().copied().cycle().take(block).collect();
        for chunk in input.chunks_mut(block) {
            let mut carry = 1u16;
            for (byte, add) in chunk.iter_mut().zip(&added).rev() {
                carry += u16::from(*byte) + u16::from(*add);
                *byte = carry as u8;
                carry >>= 8;
            }
        }
    }
    output.truncate(len);
    output
}

// ---- PKCS #12

enum Content<'a> {
    Plain(&'a [u8]),
    Sealed(Reader<'a>, &'a [u8]),
}

/// The content of a `ContentInfo`, of which `info` has the fields.
fn content_of(mut info: Reader<'_>) -> Option<Content<'_>> {
    const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
    const ENCRYPTED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06];
    const EXPLICIT: u8 = 0xa0;
    const IMPLICIT: u8 = 0x80;
    let kind = info.content(tag::OID)?;
    let mut content = info.enter(EXPLICIT)?;
    if kind == DATA {
        return content.content(tag::OCTET_STRING).map(Content::Plain);
    }
    if kind != ENCRYPTED {
        return None;
    }
    let mut fields = content.enter(tag::SEQUENCE)?;
    fields.content(tag::INTEGER)?;
    let mut sealed = fields.enter(tag::SEQUENCE)?;
    sealed.content(tag::OID)?;
    let algorithm = sealed.enter(tag::SEQUENCE)?;
    Some(Content::Sealed(algorithm, sealed.content(IMPLICIT)?))
}

fn verify_mac(mut mac: Reader<'_>, safe: &[u8], password: &[u8]) -> Result<(), KeyError> {
    let mut info = mac.enter(tag::SEQUENCE).ok_or(KeyError::WrongTag)?;
    let mut algorithm = info.enter(tag::SEQUENCE).ok_or(KeyError::WrongTag)?;
    let (hash, keyed) = match algorithm.content(tag::OID) {
        Some([0x2b, 0x0e, 0x03, 0x02, 0x1a]) => {
            (&digest::SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY)
        }
        Some([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]) => (&digest::SHA256, hmac::HMAC_SHA256),
        Some([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02]) => (&digest::SHA384, hmac::HMAC_SHA384),
        Some([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03]) => (&digest::SHA512, hmac::HMAC_SHA512),
        _ => return Err(KeyError::UnsupportedArchive),
    };
    let expected = info.content(tag::OCTET_STRING).ok_or(KeyError::WrongTag)?;
    let salt = mac.content(tag::OCTET_STRING).ok_or(KeyError::WrongTag)?;
    let rounds = match mac.content(tag::INTEGER) {
        Some(rounds) => number(Some(rounds)).ok_or(KeyError::UnsupportedArchive)?,
        None => NonZeroU32::MIN,
    };
    let key = stretch(hash, 3, password, salt, rounds, hash.output_len());
    hmac::verify(&hmac::Key::new(keyed, &key), safe, expected).map_err(|_| KeyError::MacVerifyFailure)
}

fn decrypt_in_archive(algorithm: Reader<'_>, sealed: &[u8], password: &[u8]) -> Result<Vec<u8>, KeyError> {
    // The passphrase is the right one: the archive's code has been verified with it.
    decrypt(algorithm, sealed, password).map_err(|_| KeyError::UnsupportedArchive)
}

#[derive(Default)]
struct Bags {
    key: Option<Vec<u8>>,
    certificates: Vec<CertificateDer<'static>>,
}

impl Bags {
    fn read(&mut self, contents: &[u8], password: &[u8]) -> Result<(), KeyError> {
        const BAGS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01];
        const EXPLICIT: u8 = 0xa0;
        let mut bags = Reader::new(contents).enter(tag::SEQUENCE).ok_or(KeyError::WrongTag)?;
        while let Some(mut bag) = bags.enter(tag::SEQUENCE) {
            let kind = bag.content(tag::OID).and_then(|oid| oid.strip_prefix(BAGS));
            let value = bag.content(EXPLICIT).ok_or(KeyError::WrongTag)?;
            match kind {
                Some([1]) => self.key = Some(value.to_vec()),
                Some([2]) => {
                    let mut fields = Reader::new(value).enter(tag::SEQUENCE).ok_or(KeyError::WrongTag)?;
                    let algorithm = fields.enter(tag::SEQUENCE).ok_or(KeyError::WrongTag)?;
                    let sealed = fields.content(tag::OCTET_STRING).ok_or(KeyError::WrongTag)?;
                    self.key = Some(decrypt_in_archive(algorithm, sealed, password)?);
                }
                Some([3]) => {
                    let mut fields = Reader::new(value).enter(tag::SEQUENCE).ok_or(KeyError::WrongTag)?;
                    fields.content(tag::OID);
                    let certificate = fields.enter(EXPLICIT).and_then(|mut value| value.content(tag::OCTET_STRING));
                    self.certificates.extend(certificate.map(|der| CertificateDer::from(der.to_vec())));
                }
                // Revocation lists, secrets, nested bags: nothing that a connection needs.
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `openssl genpkey -algorithm ed25519 -aes-256-cbc`, passphrase `secret`.
    const SEALED: &str = r"-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgBaX/qvwiW0wICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEGNbtkhCKinu4P7UAWwAT7kEQIci
dsIV/yPj4ZjFFdrc2rJsH98AJtY9NT+crYKu2gyVTmU9Gugu3oYNw0DGInJU7AmL
lOfMku9jJgE0c4GdRHc=
-----END ENCRYPTED PRIVATE KEY-----";
    /// `openssl ec -aes128`, passphrase `secret`.
    const OLD: &str = r"-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,89048BD37510B0E59EA4AF82ABCF6C26

Ce8R0quaDDTauAT86tROaK3NyA69ym5Z29qeZbyxqWWtWTPYGtfH5LS2iAV5O5Jo
xHOGAHrjxI1eyLmDNtxACKASmAvEqGaszuJkOt95uHfybLW1Tj0ziiZJjPe6HyWM
LyNl6EybZKKCTVLqt7O8fHKV2O78M4H3FwqNB9jfKuY=
-----END EC PRIVATE KEY-----";
    /// `openssl pkcs12 -export`, passphrase `secret`: PBES2, and triple DES.
    const ARCHIVE: &str = r"
MIIEDAIBAzCCA8IGCSqGSIb3DQEHAaCCA7MEggOvMIIDqzCCAmIGCSqGSIb3DQEHBqCCAlMwggJPAgEAMIICSAYJKoZIhvcNAQcBMFcGCSqGSIb3DQEFDTBK
MCkGCSqGSIb3DQEFDDAcBAiAbJhuUf/bigICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEBT+zzZU/5Z1ylmdoq4pvx2AggHgRRCbTFJNQPYq7AL7
YCDuRwYEeCihvo8cr2HMRaYzfljmlv70lp9knwAFKEALmSdKRBRLnMTlNTCQNlMUEKAIzEWjZZNWX/AqV0Z6jxQcM64oMmzGmQ7IMQShAIXNibyZkAcAOIwO
OhY7RMevDtU3R8aKgEdXlaMAOjpHPno2JoFC1FHT10E4GtPa8iIFrGsWoJukFeupASt7RwtGzSz5jyhqp0q69yQt4ZzrI7F8qCqUUbvnd8sMDODd665TprDt
0TdaMBIu73KkvJLDf8A1SWIlNKRhBcykM39vCd2FcbMUerGQeF385BMYdUTH67AU2wuBRNUUSnTPkYftvd3gQYEusCKAfqzm0onkqRFfQix+fNhhN1Mlqv82
5kOeUuprlIVzbS2ymPARs43pQ/TW6gNilXLmqz5PZdkEcDm0GG8985FEG+yxuu/rtz5dEnamIkCp6qOy0S8zA8R4tLuJXXGzZt0YqFn0IjbgQhEQJNxlN3aj
pnjYWaT4NSGBDBvKhgpomaL0d/IPcjV2JolT++8iKR5Ghr4+3w6dy95jS4BHJf4l3fCG1gYkbi22vXsNwoTEJtnYuO4bl9lFnCUtvSblbhibCXCk0ZgKXlLO
4MyErJY1KtUvM9/QMwQF3NzRMIIBQQYJKoZIhvcNAQcBoIIBMgSCAS4wggEqMIIBJgYLKoZIhvcNAQwKAQKgge8wgewwVwYJKoZIhvcNAQUNMEowKQYJKoZI
hvcNAQUMMBwECKDPm94/eGmiAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQkBaZVOCBnyIzIOG+oMIelASBkOjQIIQbZ8EATpkq2JSniivav2ym
aVyWOomDc7TRvPypxi5W56uHjNlra7dGq7MLKCmDtN7XaghPvROsiaaoBdgUFv9RE3tpnVU4DD3wqm/tYF6kuFSeksIm5moWW2jAKT4TyEMAl4ATy+A3aaCt
hfqmA+4CZTcGVVvEcDLrlAuSaMfwqVCQnjReS8NpNkQWmzElMCMGCSqGSIb3DQEJFTEWBBR5hXamyUXyf8ITkg0p166YJqVDEzBBMDEwDQYJYIZIAWUDBAIB
BQAEIOL9YxVf876x8vJWjpPOkaelsHM+CSuLIRPPP8IWNmZrBAik+Dk87p4hSQICCAA=";
    const OLD_ARCHIVE: &str = r"
MIIDegIBAzCCA0AGCSqGSIb3DQEHAaCCAzEEggMtMIIDKTCCAh8GCSqGSIb3DQEHBqCCAhAwggIMAgEAMIICBQYJKoZIhvcNAQcBMBwGCiqGSIb3DQEMAQMw
DgQI1vHBk3m7oz0CAggAgIIB2Hmz9rEf50yA4B+use+4dU1BzJoCr5jaIVRckap1SKOR35nXGQyuqNdtX9Nvk242VSsB81j340623Ay1sz5yNpuHfSJo0xmt
Rq/BWKffOF6ciTOf3PwMczitJxy18/ib19Dq0Wrg0RSx5D8Cklq7debeoqFJFpRG7/V2vWQxgXzfhfKGidzRFy+K7RUMXpNfB5dmZvMtIWm4z/tMRgtnIxrH
F8dupAVZ9lxQ5AzE+sXuua765yjk2ULCQ3PXiNnlopMhxrEKzCupy8APIIHwTgYnlQSydbdybi4T3T3TKZLqcWQH7mTWNoiRSozdoT90Fv+xMx8MFODnfk9W
VCqs8xMJb7pMwP6hHxVI6WvCbaPKpIJLnZInQv1CF3DLqeAV4L2QN2PJr45AyUxUDSmwF3+WHw8rHflB4d8yG6nxKgFi64Kb51vrKU6BPjq89FDXEQkvuE3a
7RFQb1+qx2uVY2GhsFMxUEPRLNbz2jLGoVuHhEwR1mm9RphrNBCxgjLRNHcnKCGCafAxkxYmbMgWSxe4JUKBVYaB57v1oTdaWx57AxbavjOhzl9lRpEC6GhC
yh8sPqrekFdjz3VbjpcJidzMfSZ+tA0jJ3Zsqa9t0FJF0srEsXMd4y0wggECBgkqhkiG9w0BBwGggfQEgfEwge4wgesGCyqGSIb3DQEMCgECoIG0MIGxMBwG
CiqGSIb3DQEMAQMwDgQI7c13fQZ3O50CAggABIGQvQ8XwLTKHzSaUwcxUCgK0fzPdJ7+LCArNXxQC1AHmFvutW0qXo03K/3RZ8nN9hrr3zDyaZomsWNZ1aXT
VIhUT17i6MJHJbFS+A63XdU9Z+kNE8vbaYbkZAPCe3dyAhNbkDKz66DUgg3BA/upy53iZY8ljg3GjgGIN282UtzxZ4ND96d1BKddbui1OeTAbxXLMSUwIwYJ
KoZIhvcNAQkVMRYEFHmFdqbJRfJ/whOSDSnXrpgmpUMTMDEwITAJBgUrDgMCGgUABBRTCMzQzTYHWL5Ytug/NesM+PbBcQQIx2Yp11sthWECAggA";

    #[test]
    fn a_key_opens_with_its_passphrase_only() {
        for pem in [SEALED, OLD] {
            key_from_pem(pem.as_bytes(), Some(b"secret")).unwrap();
            assert_eq!(key_from_pem(pem.as_bytes(), Some(b"wrong")).unwrap_err(), KeyError::BadDecrypt);
            assert_eq!(key_from_pem(pem.as_bytes(), None).unwrap_err(), KeyError::BadDecrypt);
        }
        assert_eq!(key_from_pem(b"x", None).unwrap_err(), KeyError::Unsupported);
    }

    #[test]
    fn an_archive_has_a_key_and_its_certificate() {
        for base64 in [ARCHIVE, OLD_ARCHIVE] {
            let der = &decode(base64).unwrap();
            let archive = archive_from_der(der, Some(b"secret")).unwrap();
            assert_eq!(archive.certificates.len(), 1);
            assert_eq!(archive_from_der(der, Some(b"wrong")).unwrap_err(), KeyError::MacVerifyFailure);
            assert_eq!(archive_from_der(der, None).unwrap_err(), KeyError::MacVerifyFailure);
        }
    }

    #[test]
    fn every_cut_of_an_archive_is_an_error_without_a_panic() {
        let der = decode(ARCHIVE).unwrap();
        for len in 0..der.len() {
            assert!(archive_from_der(&der[..len], Some(b"secret")).is_err());
        }
    }
}
