//! Hosts: <https://url.spec.whatwg.org/#host-parsing>.

use std::borrow::Cow;

use idna::AsciiDenyList;

use super::encode::{self, percent_decode, percent_encode_into};

/// The serialized host, or `None` when it is none. With `opaque` it is that of a URL whose scheme is not special.
pub fn parse(input: &str, opaque: bool) -> Option<String> {
    if let Some(rest) = input.strip_prefix('[') {
        return Some(format!("[{}]", serialize_ipv6(parse_ipv6(rest.strip_suffix(']')?)?)));
    }
    if opaque {
        if input.bytes().any(is_forbidden) {
            return None;
        }
        let mut host = String::with_capacity(input.len());
        percent_encode_into(&mut host, input, &encode::CONTROL);
        return Some(host);
    }
    let domain = to_ascii(&percent_decode(input.as_bytes()))?;
    if domain.is_empty() {
        return None;
    }
    if ends_in_number(&domain) {
        return parse_ipv4(&domain).map(|address| std::net::Ipv4Addr::from(address).to_string());
    }
    Some(domain)
}

/// The domain in ASCII, or `None` when it is none.
pub fn to_ascii(domain: &[u8]) -> Option<String> {
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    // `xn--` needs a look inside.
    if domain.iter().all(plain) && !domain.windows(2).any(|pair| pair == b"--") {
        return String::from_utf8(domain.to_vec()).ok();
    }
    idna::domain_to_ascii_cow(domain, AsciiDenyList::URL).ok().map(Cow::into_owned)
}

/// The domain for people to read; what is no domain stays as far as it can be read.
pub fn to_unicode(domain: &str) -> String {
    idna::domain_to_unicode(domain).0
}

fn is_forbidden(byte: u8) -> bool {
    matches!(
        byte,
        0 | b'\t'
            | b'\n'
            | b'\r'
            | b' '
            | b'#'
            | b'/'
            | b':'
            | b'<'
            | b'>'
            | b'?'
            | b'@'
            | b'['
            | b'\\'
            | b']'
            | b'^'
            | b'|'
    )
}

fn ends_in_number(domain: &str) -> bool {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let last = domain.rsplit('.').next().unwrap_or_default();
    !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()) || parse_ipv4_number(last).is_some()
}

fn parse_ipv4(domain: &str) -> Option<u32> {
    let parts: Vec<&str> = domain.strip_suffix('.').unwrap_or(domain).split('.').collect();
    if parts.len() > 4 {
        return None;
    }
    let numbers = parts.into_iter().map(parse_ipv4_number).collect::<Option<Vec<u64>>>()?;
    let (&last, first) = numbers.split_last()?;
    if first.iter().any(|&number| number > 255) || last >= 1 << (8 * (4 - first.len())) {
        return None;
    }
    let high: u64 = first.iter().enumerate().map(|(index, number)| number << (8 * (3 - index))).sum();
    u32::try_from(high + last).ok()
}

/// Decimal, or octal after `0`, or hexadecimal after `0x`.
fn parse_ipv4_number(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let add = |number: u64, c: char| {
        number.saturating_mul(radix.into()).saturating_add(c.to_digit(radix).unwrap_or(0).into())
    };
    Some(digits.chars().fold(0, add))
}

fn parse_ipv6(input: &str) -> Option<[u16; 8]> {
    let mut address = [0; 8];
    let mut piece = 0;
    let mut compress = None;
    let mut rest = input;
    if let Some(after) = rest.strip_prefix("::") {
        rest = after;
        compress = Some(0);
    } else if rest.starts_with(':') {
        return None;
    }
    while !rest.is_empty() {
        if piece == 8 {
            return None;
        }
        if let Some(after) = rest.strip_prefix(':') {
            if compress.is_some() {
                return None;
            }
            rest = after;
            compress = Some(piece);
            continue;
        }
        let len = rest.bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
        let after = &rest[len..];
        if after.starts_with('.') {
            // The last two pieces as an IPv4 address.
            if len == 0 || piece > 6 {
                return None;
            }
            let [a, b, c, d] = parse_dotted(rest)?;
            address[piece] = u16::from(a) << 8 | u16::from(b);
            address[piece + 1] = u16::from(c) << 8 | u16::from(d);
            piece += 2;
            break;
        }
        address[piece] = u16::from_str_radix(&rest[..len], 16).ok()?;
        piece += 1;
        rest = match after.strip_prefix(':') {
            Some("") => return None,
            Some(after) => after,
            None if after.is_empty() => "",
            None => return None,
        };
    }
    match compress {
        Some(start) => {
            let moved = piece - start;
            address.copy_within(start..piece, 8 - moved);
            if piece < 8 {
                address[start..8 - moved].fill(0);
            }
        }
        None if piece != 8 => return None,
        None => {}
    }
    Some(address)
}

/// Four decimal numbers without leading zeros.
fn parse_dotted(text: &str) -> Option<[u8; 4]> {
    let mut parts = text.split('.').map(|part| {
        let plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        (plain && (part == "0" || !part.starts_with('0'))).then(|| part.parse::<u8>().ok()).flatten()
    });
    let bytes = [parts.next()??, parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(bytes)
}

fn serialize_ipv6(pieces: [u16; 8]) -> String {
    let (mut best, mut best_len) = (8, 1);
    let mut index = 0;
    while index < 8 {
        let len = pieces[index..].iter().take_while(|&&piece| piece == 0).count();
        if len > best_len {
            (best, best_len) = (index, len);
        }
        index += len.max(1);
    }
    let mut text = String::new();
    let mut index = 0;
    while index < 8 {
        if index == best {
            text.push_str(if index == 0 { "::" } else { ":" });
            index += best_len;
            continue;
        }
        text += &format!("{:x}", pieces[index]);
        index += 1;
        if index < 8 {
            text.push(':');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_addresses() {
        assert_eq!(parse("0x7f.1", false).as_deref(), Some("127.0.0.1"));
        assert_eq!(parse("192.168.257", false).as_deref(), Some("192.168.1.1"));
        assert_eq!(parse("1.2.3.4.", false).as_deref(), Some("1.2.3.4"));
        assert_eq!(parse("256", false).as_deref(), Some("0.0.1.0"));
        for wrong in ["256.1.1.1", "1.2.3.4.5", "1.2.3.08", "4294967296", "foo.0x"] {
            assert_eq!(parse(wrong, false), None, "{wrong}");
        }
        assert_eq!(parse("1.2.3.08", true).as_deref(), Some("1.2.3.08"));
    }

    #[test]
    fn ipv6_is_compressed_once() {
        let seen = |text: &str| parse(&format!("[{text}]"), false);
        assert_eq!(seen("1:0:0:2:0:0:0:3").as_deref(), Some("[1:0:0:2::3]"));
        assert_eq!(seen("::").as_deref(), Some("[::]"));
        assert_eq!(seen("1::").as_deref(), Some("[1::]"));
        assert_eq!(seen("::ffff:1.2.3.4").as_deref(), Some("[::ffff:102:304]"));
        assert_eq!(seen("1:2:3:4:5:6:7:8").as_deref(), Some("[1:2:3:4:5:6:7:8]"));
        for wrong in
            ["", "1", ":1", "1:", "1::2::3", "1:2:3:4:5:6:7:8:9", "g::", "::1.2.3", "::1.2.3.04", "12345::", "::1%25"]
        {
            assert_eq!(seen(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn domains_become_ascii() {
        assert_eq!(parse("M\u{fc}nchen.DE", false).as_deref(), Some("xn--mnchen-3ya.de"));
        assert_eq!(parse("a%2eb", false).as_deref(), Some("a.b"));
        assert_eq!(parse("a b", false), None);
        assert_eq!(parse("xn--", false), None);
        assert_eq!(parse("\u{ad}", false), None);
        assert_eq!(parse("a b", true), None);
        assert_eq!(parse("A\u{e9}", true).as_deref(), Some("A%C3%A9"));
        assert_eq!(to_unicode("xn--mnchen-3ya.de"), "m\u{fc}nchen.de");
    }
}
