//! Reading of DER, and the fields of a certificate that rustls does not show (RFC 5280, section 4.1).

/// Tags of DER.
pub mod tag {
    #![allow(missing_docs, reason = "the names are ASN.1's")]
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const OID: u8 = 0x06;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;
    pub const UTC_TIME: u8 = 0x17;
    pub const GENERALIZED_TIME: u8 = 0x18;
}

use tag::{BIT_STRING, BOOLEAN, GENERALIZED_TIME, INTEGER, OCTET_STRING, OID, SEQUENCE, UTC_TIME};

const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;

/// Reads one element after the other.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(&'a [u8]);

/// One element: its tag, its content, and both with the header.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    /// The identifier octet.
    pub tag: u8,
    /// What is in it.
    pub content: &'a [u8],
    /// Header and content.
    pub whole: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Over the elements in `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element whatever it is; `None` at the end and for what is no DER.
    pub fn any(&mut self) -> Option<Element<'a>> {
        let (&[tag, first], rest) = self.0.split_first_chunk::<2>()?;
        let (len, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            if digits.is_empty() || digits.len() > 4 {
                return None;
            }
            (digits.iter().fold(0, |len, &digit| len << 8 | usize::from(digit)), rest)
        };
        let (content, rest) = rest.split_at_checked(len)?;
        let whole = &self.0[..self.0.len() - rest.len()];
        self.0 = rest;
        Some(Element { tag, content, whole })
    }

    /// The next element if it has this tag.
    pub fn optional(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.0.first() == Some(&tag) { self.any() } else { None }
    }

    /// The content of the next element, which must have this tag.
    pub fn content(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.optional(tag).map(|element| element.content)
    }

    /// A reader of the next element's content, which must have this tag.
    pub fn enter(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.content(tag).map(Reader)
    }

    fn time(&mut self) -> Option<i64> {
        let element = self.any()?;
        let year_digits = match element.tag {
            UTC_TIME => 2,
            GENERALIZED_TIME => 4,
            _ => return None,
        };
        let text = element.content.strip_suffix(b"Z")?;
        if text.len() != year_digits + 10 || !text.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number = |range: std::ops::Range<usize>| text[range].iter().fold(0, |n, &d| n * 10 + i64::from(d - b'0'));
        let mut year = number(0..year_digits);
        if year_digits == 2 {
            year += if year < 50 { 2000 } else { 1900 };
        }
        let field = |index: usize| number(year_digits + index * 2..year_digits + index * 2 + 2);
        let days = days_from_civil(year, field(0), field(1));
        Some(days * 86_400 + field(2) * 3600 + field(3) * 60 + field(4))
    }
}

/// What a certificate says.
#[derive(Clone, Debug)]
pub struct Certificate<'a> {
    /// All of it.
    pub der: &'a [u8],
    /// What its issuer signed.
    pub signed: &'a [u8],
    /// 1 or 3.
    pub version: u8,
    /// Big-endian, as it is written.
    pub serial: &'a [u8],
    /// The content of the algorithm's identifier.
    pub signature_algorithm: &'a [u8],
    /// The issuer's signature.
    pub signature: &'a [u8],
    /// The content of the issuer's name.
    pub issuer: &'a [u8],
    /// The content of the subject's name.
    pub subject: &'a [u8],
    /// Seconds since the epoch, inclusive.
    pub not_before: i64,
    /// Seconds since the epoch, inclusive.
    pub not_after: i64,
    /// The subject's key.
    pub key: PublicKey<'a>,
    /// The extensions in their order.
    pub extensions: Vec<Extension<'a>>,
}

/// A `SubjectPublicKeyInfo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey<'a> {
    /// All of it.
    pub der: &'a [u8],
    /// The content of the algorithm's identifier.
    pub algorithm: &'a [u8],
    /// The key's own encoding.
    pub bits: &'a [u8],
}

/// An extension of a certificate.
#[derive(Clone, Copy, Debug)]
pub struct Extension<'a> {
    /// The identifier's content octets.
    pub oid: &'a [u8],
    /// Whether a reader that does not know it must refuse the certificate.
    pub critical: bool,
    /// DER of the extension's own type.
    pub value: &'a [u8],
}

/// A list of revoked certificates (RFC 5280, section 5.1).
#[derive(Clone, Debug)]
pub struct RevocationList<'a> {
    /// What its issuer signed.
    pub signed: &'a [u8],
    /// The content of the algorithm's identifier.
    pub signature_algorithm: &'a [u8],
    /// The issuer's signature.
    pub signature: &'a [u8],
    /// The content of the issuer's name.
    pub issuer: &'a [u8],
    /// Seconds since the epoch.
    pub this_update: i64,
    /// Seconds since the epoch.
    pub next_update: Option<i64>,
    /// The serial numbers.
    pub revoked: Vec<&'a [u8]>,
}

impl<'a> RevocationList<'a> {
    /// `None` when `der` is not DER of the expected shape.
    pub fn parse(der: &'a [u8]) -> Option<Self> {
        let mut outer = Reader(der).enter(SEQUENCE)?;
        let signed = outer.optional(SEQUENCE)?;
        let signature_algorithm = outer.content(SEQUENCE)?;
        let signature = outer.content(BIT_STRING)?.strip_prefix(&[0])?;
        let mut fields = Reader(signed.content);
        fields.optional(INTEGER);
        fields.content(SEQUENCE)?;
        let issuer = fields.content(SEQUENCE)?;
        let this_update = fields.time()?;
        let has_next = fields.0.first().is_some_and(|tag| matches!(*tag, UTC_TIME | GENERALIZED_TIME));
        let next_update = if has_next { Some(fields.time()?) } else { None };
        let mut revoked = Vec::new();
        if let Some(mut list) = fields.enter(SEQUENCE) {
            while !list.is_empty() {
                revoked.push(list.enter(SEQUENCE)?.content(INTEGER)?);
            }
        }
        Some(Self { signed: signed.whole, signature_algorithm, signature, issuer, this_update, next_update, revoked })
    }
}

impl<'a> PublicKey<'a> {
    /// `None` when it is not DER of the expected shape. `content` is that of the outer sequence.
    pub fn parse(der: &'a [u8], content: &'a [u8]) -> Option<Self> {
        let mut fields = Reader(content);
        let algorithm = fields.content(SEQUENCE)?;
        let bits = fields.content(BIT_STRING)?.strip_prefix(&[0])?;
        Some(Self { der, algorithm, bits })
    }
}

impl<'a> Certificate<'a> {
    /// `None` when `der` is not DER of the expected shape.
    pub fn parse(der: &'a [u8]) -> Option<Self> {
        let mut outer = Reader(der).enter(SEQUENCE)?;
        let signed = outer.optional(SEQUENCE)?;
        let signature_algorithm = outer.content(SEQUENCE)?;
        let signature = outer.content(BIT_STRING)?.strip_prefix(&[0])?;
        let mut fields = Reader(signed.content);
        let version = match fields.enter(VERSION) {
            Some(mut version) => *version.content(INTEGER)?.last()? + 1,
            None => 1,
        };
        let serial = fields.content(INTEGER)?;
        fields.content(SEQUENCE)?; // the signature's algorithm once more
        let issuer = fields.content(SEQUENCE)?;
        let mut validity = fields.enter(SEQUENCE)?;
        let (not_before, not_after) = (validity.time()?, validity.time()?);
        let subject = fields.content(SEQUENCE)?;
        let key = fields.optional(SEQUENCE)?;
        let key = PublicKey::parse(key.whole, key.content)?;
        let mut extensions = Vec::new();
        while let Some(element) = fields.any() {
            if element.tag == EXTENSIONS {
                let mut list = Reader(element.content).enter(SEQUENCE)?;
                while !list.is_empty() {
                    let mut extension = list.enter(SEQUENCE)?;
                    let oid = extension.content(OID)?;
                    let critical = extension.content(BOOLEAN).is_some_and(|value| value != [0]);
                    extensions.push(Extension { oid, critical, value: extension.content(OCTET_STRING)? });
                }
            }
        }
        Some(Self {
            der,
            signed: signed.whole,
            version,
            serial,
            signature_algorithm,
            signature,
            issuer,
            subject,
            not_before,
            not_after,
            key,
            extensions,
        })
    }

    /// The value of an extension.
    pub fn extension(&self, oid: &[u8]) -> Option<&'a [u8]> {
        self.extensions.iter().find(|extension| extension.oid == oid).map(|extension| extension.value)
    }

    /// Whether the certificate names itself as its issuer.
    pub fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    /// Whether basic constraints make it a certification authority's; `None` without the extension.
    pub fn is_authority(&self) -> Option<bool> {
        let mut constraints = Reader(self.extension(oid::BASIC_CONSTRAINTS)?).enter(SEQUENCE)?;
        Some(constraints.content(BOOLEAN).is_some_and(|value| value != [0]))
    }
}

/// Object identifiers' content octets.
pub mod oid {
    #![allow(missing_docs, reason = "the names are those of RFC 5280")]
    pub const SUBJECT_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 0x0e];
    pub const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
    pub const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
    pub const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
    pub const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x1e];
    pub const AUTHORITY_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 0x23];
    pub const CERTIFICATE_POLICIES: &[u8] = &[0x55, 0x1d, 0x20];
    pub const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
    pub const AUTHORITY_INFO_ACCESS: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01];
    pub const SERVER_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
    pub const CLIENT_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];
    pub const ANY_USAGE: &[u8] = &[0x55, 0x1d, 0x25, 0x00];
}

/// Days since 1970-01-01 in the Gregorian calendar, with years that start in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let century_days = year * 365 + year / 4 - year / 100 + year / 400;
    century_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_from_the_epoch() {
        assert_eq!(days_from_civil(1970, 1, 1), 0);
        assert_eq!(days_from_civil(2000, 2, 29), 11_016);
        assert_eq!(days_from_civil(2026, 11, 23), 20_780);
    }

    #[test]
    fn both_kinds_of_time_are_read() {
        let time = |bytes| Reader::new(bytes).time();
        assert_eq!(time(b"\x17\x0d700101000001Z"), Some(1));
        assert_eq!(time(b"\x18\x0f20500101000000Zrest"), Some(2_524_608_000));
        assert_eq!(time(b"\x17\x0d7001010000xxZ"), None);
        assert_eq!(time(b"\x17\x02"), None);
    }

    #[test]
    fn a_certificate_shows_its_names() {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec!["a.test".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let fields = Certificate::parse(certificate.der()).unwrap();
        assert!(fields.is_self_issued() && fields.not_before < fields.not_after);
        assert_eq!(fields.version, 3);
        assert!(fields.extension(oid::SUBJECT_ALT_NAME).is_some_and(|names| names.ends_with(b"a.test")));
    }

    #[test]
    fn every_cut_of_a_certificate_is_refused_without_a_panic() {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(vec![]).unwrap().self_signed(&key).unwrap();
        for len in 0..certificate.der().len() {
            assert!(Certificate::parse(&certificate.der()[..len]).is_none());
        }
    }
}
