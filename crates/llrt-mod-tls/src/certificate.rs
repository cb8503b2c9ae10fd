//! A certificate as the object that `getPeerCertificate` gives.

use llrt_core::bytes;
use llrt_tls::der::{Certificate, Element, Reader, oid, tag};
use ring::digest;
use rquickjs::{Array, Ctx, Object, Result, Value};

/// The object without `issuerCertificate`; `None` when the bytes are no certificate.
pub(crate) fn describe<'js>(ctx: &Ctx<'js>, der: &[u8]) -> Result<Option<Object<'js>>> {
    let Some(certificate) = Certificate::parse(der) else { return Ok(None) };
    let object = Object::new(ctx.clone())?;
    object.set("subject", name(ctx, certificate.subject)?)?;
    object.set("issuer", name(ctx, certificate.issuer)?)?;
    if let Some(value) = certificate.extension(oid::SUBJECT_ALT_NAME) {
        object.set("subjectaltname", alternative_names(value))?;
    }
    if let Some(value) = certificate.extension(oid::AUTHORITY_INFO_ACCESS) {
        object.set("infoAccess", info_access(ctx, value)?)?;
    }
    object.set("ca", certificate.is_authority().unwrap_or(false))?;
    key(ctx, &object, &certificate)?;
    object.set("valid_from", time(certificate.not_before))?;
    object.set("valid_to", time(certificate.not_after))?;
    let fingerprints = [
        ("fingerprint", &digest::SHA1_FOR_LEGACY_USE_ONLY),
        ("fingerprint256", &digest::SHA256),
        ("fingerprint512", &digest::SHA512),
    ];
    for (property, algorithm) in fingerprints {
        let digest = digest::digest(algorithm, der);
        let pairs: Vec<String> = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        object.set(property, pairs.join(":"))?;
    }
    if let Some(value) = certificate.extension(oid::EXTENDED_KEY_USAGE) {
        let list = Array::new(ctx.clone())?;
        let mut usages = Reader::new(value).enter(tag::SEQUENCE).unwrap_or(Reader::new(&[]));
        let mut index = 0;
        while let Some(usage) = usages.content(tag::OID) {
            list.set(index, dotted(usage))?;
            index += 1;
        }
        object.set("ext_key_usage", list)?;
    }
    object.set("serialNumber", upper_hex(certificate.serial))?;
    object.set("raw", bytes::buffer(ctx, der.to_vec())?)?;
    Ok(Some(object))
}

fn upper_hex(number: &[u8]) -> String {
    let start = number.iter().position(|&byte| byte != 0).unwrap_or(number.len().saturating_sub(1));
    hex_simd::encode_to_string(&number[start..], hex_simd::AsciiCase::Upper)
}

fn key<'js>(ctx: &Ctx<'js>, object: &Object<'js>, certificate: &Certificate<'_>) -> Result<()> {
    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    let mut algorithm = Reader::new(certificate.key.algorithm);
    match algorithm.content(tag::OID) {
        Some(RSA) => {
            let Some(mut numbers) = Reader::new(certificate.key.bits).enter(tag::SEQUENCE) else { return Ok(()) };
            let (Some(modulus), Some(exponent)) = (numbers.content(tag::INTEGER), numbers.content(tag::INTEGER)) else {
                return Ok(());
            };
            let modulus = modulus.strip_prefix(&[0]).unwrap_or(modulus);
            object.set("modulus", upper_hex(modulus))?;
            let unused = modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
            object.set("bits", modulus.len() * 8 - unused)?;
            let exponent = exponent.iter().fold(0u64, |number, &byte| number << 8 | u64::from(byte));
            object.set("exponent", format!("0x{exponent:x}"))?;
            object.set("pubkey", bytes::buffer(ctx, certificate.key.der.to_vec())?)
        }
        Some(EC) => {
            let (name, nist, bits) = match algorithm.content(tag::OID) {
                Some([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]) => ("prime256v1", Some("P-256"), 256),
                Some([0x2b, 0x81, 0x04, 0x00, 0x22]) => ("secp384r1", Some("P-384"), 384),
                Some([0x2b, 0x81, 0x04, 0x00, 0x23]) => ("secp521r1", Some("P-521"), 521),
                Some([0x2b, 0x81, 0x04, 0x00, 0x0a]) => ("secp256k1", None, 256),
                _ => return Ok(()),
            };
            object.set("bits", bits)?;
            object.set("pubkey", bytes::buffer(ctx, certificate.key.bits.to_vec())?)?;
            object.set("asn1Curve", name)?;
            match nist {
                Some(nist) => object.set("nistCurve", nist),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// `Nov 16 18:42:21 2018 GMT`.
fn time(seconds: i64) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Years that start in March, so that the leap day is their last.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let index = if month < 10 { month + 2 } else { month - 10 };
    let year = era * 400 + year_of_era + i64::from(index < 2);
    let month = MONTHS[usize::try_from(index).unwrap_or(0)];
    format!("{month} {day:2} {:02}:{:02}:{:02} {year} GMT", second / 3600, second / 60 % 60, second % 60)
}

/// A distinguished name; an attribute that is there more than once has a list.
fn name<'js>(ctx: &Ctx<'js>, content: &[u8]) -> Result<Object<'js>> {
    let object = Object::new_proto(ctx.clone(), None)?;
    for (attribute, text) in attributes(content) {
        match object.get::<_, Value<'js>>(attribute.as_str())? {
            found if found.is_undefined() => object.set(attribute, text)?,
            found => {
                let list = match found.clone().into_array() {
                    Some(list) => list,
                    None => {
                        let list = Array::new(ctx.clone())?;
                        list.set(0, found)?;
                        object.set(attribute, list.clone())?;
                        list
                    }
                };
                list.set(list.len(), text)?;
            }
        }
    }
    Ok(object)
}

fn attributes(content: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut sets = Reader::new(content);
    while let Some(mut set) = sets.enter(tag::SET) {
        while let Some(mut pair) = set.enter(tag::SEQUENCE) {
            if let (Some(kind), Some(value)) = (pair.content(tag::OID), pair.any()) {
                found.push((attribute_name(kind), text(&value)));
            }
        }
    }
    found
}

fn attribute_name(oid: &[u8]) -> String {
    let short = match oid {
        [0x55, 0x04, kind] => match kind {
            3 => "CN",
            4 => "SN",
            5 => "serialNumber",
            6 => "C",
            7 => "L",
            8 => "ST",
            9 => "street",
            10 => "O",
            11 => "OU",
            12 => "title",
            13 => "description",
            15 => "businessCategory",
            17 => "postalCode",
            42 => "GN",
            43 => "initials",
            46 => "dnQualifier",
            65 => "pseudonym",
            97 => "organizationIdentifier",
            _ => return dotted(oid),
        },
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01] => "emailAddress",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01] => "UID",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19] => "DC",
        [0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x3c, 0x02, 0x01, 1] => "jurisdictionL",
        [0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x3c, 0x02, 0x01, 2] => "jurisdictionST",
        [0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x3c, 0x02, 0x01, 3] => "jurisdictionC",
        _ => return dotted(oid),
    };
    short.to_owned()
}

fn text(value: &Element<'_>) -> String {
    const UTF8: u8 = 0x0c;
    const BMP: u8 = 0x1e;
    match value.tag {
        UTF8 => String::from_utf8_lossy(value.content).into_owned(),
        BMP => {
            let units: Vec<u16> =
                value.content.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => value.content.iter().copied().map(char::from).collect(),
    }
}

fn dotted(oid: &[u8]) -> String {
    let mut arcs: Vec<u64> = Vec::new();
    let mut arc = 0u64;
    for &byte in oid {
        arc = arc.wrapping_shl(7) | u64::from(byte & 0x7f);
        if byte < 0x80 {
            if arcs.is_empty() {
                let first = (arc / 40).min(2);
                arcs.push(first);
                arc -= first * 40;
            }
            arcs.push(arc);
            arc = 0;
        }
    }
    arcs.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

/// `DNS:a.test, IP Address:127.0.0.1`.
fn alternative_names(value: &[u8]) -> String {
    let mut names = Reader::new(value).enter(tag::SEQUENCE).unwrap_or(Reader::new(&[]));
    let mut texts = Vec::new();
    while let Some(name) = names.any() {
        texts.push(general_name(&name));
    }
    texts.join(", ")
}

fn general_name(name: &Element<'_>) -> String {
    let latin = || name.content.iter().copied().map(char::from).collect::<String>();
    match name.tag {
        0x81 => format!("email:{}", quoted(&latin())),
        0x82 => format!("DNS:{}", quoted(&latin())),
        0x86 => format!("URI:{}", quoted(&latin())),
        0x87 => format!("IP Address:{}", address(name.content)),
        0x88 => format!("Registered ID:{}", dotted(name.content)),
        0xa4 => {
            let content = Reader::new(name.content).content(tag::SEQUENCE).unwrap_or_default();
            let pairs: Vec<String> =
                attributes(content).into_iter().map(|(attribute, text)| format!("{attribute}={text}")).collect();
            format!("DirName:{}", quoted(&pairs.join(",")))
        }
        0xa0 => "othername:<unsupported>".to_owned(),
        0xa3 => "X400Name:<unsupported>".to_owned(),
        _ => "EdiPartyName:<unsupported>".to_owned(),
    }
}

/// A text with characters that could be taken for the next name is written as JSON, as Node does.
fn quoted(text: &str) -> String {
    let is_safe = |character: char| (' '..='~').contains(&character) && !matches!(character, '"' | '\\' | ',' | '\'');
    if text.chars().all(is_safe) {
        return text.to_owned();
    }
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            ' '..='~' => json.push(character),
            other => json.push_str(&format!("\\u{:04x}", u32::from(other))),
        }
    }
    json.push('"');
    json
}

/// OpenSSL writes all groups of a version 6 address.
fn address(bytes: &[u8]) -> String {
    match bytes.len() {
        4 => bytes.iter().map(u8::to_string).collect::<Vec<_>>().join("."),
        16 => {
            let groups = bytes.chunks_exact(2).map(|pair| format!("{:X}", u16::from_be_bytes([pair[0], pair[1]])));
            groups.collect::<Vec<_>>().join(":")
        }
        _ => "<invalid>".to_owned(),
    }
}

fn info_access<'js>(ctx: &Ctx<'js>, value: &[u8]) -> Result<Object<'js>> {
    let object = Object::new_proto(ctx.clone(), None)?;
    let mut list = Reader::new(value).enter(tag::SEQUENCE).unwrap_or(Reader::new(&[]));
    while let Some(mut access) = list.enter(tag::SEQUENCE) {
        let (Some(method), Some(place)) = (access.content(tag::OID), access.any()) else { continue };
        let method = match method {
            [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01] => "OCSP".to_owned(),
            [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02] => "CA Issuers".to_owned(),
            other => dotted(other),
        };
        let place = general_name(&place);
        let (kind, place) = place.split_once(':').unwrap_or(("", &place));
        let property = format!("{method} - {kind}");
        let places = match object.get::<_, Option<Array<'js>>>(property.as_str())? {
            Some(places) => places,
            None => {
                let places = Array::new(ctx.clone())?;
                object.set(property, places.clone())?;
                places
            }
        };
        places.set(places.len(), place)?;
    }
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_openssl_writes_them() {
        assert_eq!(time(0), "Jan  1 00:00:00 1970 GMT");
        assert_eq!(time(1_542_393_741), "Nov 16 18:42:21 2018 GMT");
        assert_eq!(time(951_782_400), "Feb 29 00:00:00 2000 GMT");
    }

    #[test]
    fn a_name_with_a_comma_is_quoted() {
        assert_eq!(quoted("a.test"), "a.test");
        assert_eq!(quoted("a, DNS:b"), "\"a, DNS:b\"");
        assert_eq!(quoted("a\"\u{e9}"), "\"a\\\"\\u00e9\"");
    }

    #[test]
    fn identifiers_have_dots() {
        assert_eq!(dotted(oid::SERVER_AUTH), "1.3.6.1.5.5.7.3.1");
        assert_eq!(dotted(&[0x88, 0x37]), "2.999");
    }
}
