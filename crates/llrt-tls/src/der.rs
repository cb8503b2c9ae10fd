//! The few fields of a certificate that rustls does not show (RFC 5280, section 4.1).

/// Issuer, subject and validity of a certificate.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fields<'a> {
    pub(crate) issuer: &'a [u8],
    pub(crate) subject: &'a [u8],
    /// Seconds since the epoch, both inclusive.
    pub(crate) not_before: i64,
    pub(crate) not_after: i64,
}

impl<'a> Fields<'a> {
    /// `None` when `certificate` is not DER of the expected shape.
    pub(crate) fn parse(certificate: &'a [u8]) -> Option<Self> {
        let (tbs, _) = element(certificate, SEQUENCE)?.0.split_element(SEQUENCE)?;
        let mut rest = tbs;
        if rest.first() == Some(&VERSION) {
            rest = rest.split_element(VERSION)?.1;
        }
        rest = rest.split_element(INTEGER)?.1; // serial number
        rest = rest.split_element(SEQUENCE)?.1; // signature algorithm
        let (issuer, rest) = rest.split_element(SEQUENCE)?;
        let (validity, rest) = rest.split_element(SEQUENCE)?;
        let (subject, _) = rest.split_element(SEQUENCE)?;
        let (not_before, validity) = time(validity)?;
        let (not_after, _) = time(validity)?;
        Some(Self { issuer, subject, not_before, not_after })
    }

    /// Whether the certificate names itself as its issuer.
    pub(crate) fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

trait SplitElement: Sized {
    fn split_element(self, tag: u8) -> Option<(Self, Self)>;
}

impl SplitElement for &[u8] {
    /// The content of the element that `self` starts with, and what follows it.
    fn split_element(self, tag: u8) -> Option<(Self, Self)> {
        element(self, tag)
    }
}

fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[found, first], rest) = bytes.split_first_chunk::<2>()?;
    if found != tag {
        return None;
    }
    let (len, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if digits.is_empty() || digits.len() > 4 {
            return None;
        }
        (digits.iter().fold(0, |len, &digit| len << 8 | usize::from(digit)), rest)
    };
    rest.split_at_checked(len)
}

fn time(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (text, rest, year_digits) = match *bytes.first()? {
        UTC_TIME => element(bytes, UTC_TIME).map(|(text, rest)| (text, rest, 2))?,
        GENERALIZED_TIME => element(bytes, GENERALIZED_TIME).map(|(text, rest)| (text, rest, 4))?,
        _ => return None,
    };
    let text = text.strip_suffix(b"Z")?;
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
    Some((days * 86_400 + field(2) * 3600 + field(3) * 60 + field(4), rest))
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
        assert_eq!(time(b"\x17\x0d700101000001Z"), Some((1, &b""[..])));
        assert_eq!(time(b"\x18\x0f20500101000000Zrest"), Some((2_524_608_000, &b"rest"[..])));
        assert_eq!(time(b"\x17\x0d7001010000xxZ"), None);
        assert_eq!(time(b"\x17\x02"), None);
    }

    #[test]
    fn a_certificate_shows_its_names() {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec!["a.test".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let fields = Fields::parse(certificate.der()).unwrap();
        assert!(fields.is_self_issued() && fields.not_before < fields.not_after);
    }

    #[test]
    fn every_cut_of_a_certificate_is_refused_without_a_panic() {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(vec![]).unwrap().self_signed(&key).unwrap();
        for len in 0..certificate.der().len() {
            assert_eq!(Fields::parse(&certificate.der()[..len]), None);
        }
    }
}
