//! `data:` URLs: <https://fetch.spec.whatwg.org/#data-url-processor>.

use crate::ops::mime::Mime;

/// The MIME type and the bytes of a `data:` URL (without a fragment), or `None` when it is none.
pub fn parse(url: &str) -> Option<(String, Vec<u8>)> {
    let (kind, body) = url.strip_prefix("data:")?.split_once(',')?;
    let mut kind = kind.trim_matches([' ', '\t', '\n', '\r', '\x0c']);
    let mut bytes = percent_decode(body.as_bytes());
    if let Some(plain) = strip_base64(kind) {
        kind = plain;
        bytes = base64_simd::forgiving_decode_to_vec(&bytes).ok()?;
    }
    let whole = if kind.starts_with(';') { format!("text/plain{kind}") } else { kind.to_owned() };
    let mime = Mime::parse(&whole).map_or_else(|| "text/plain;charset=US-ASCII".to_owned(), |mime| mime.to_string());
    Some((mime, bytes))
}

fn strip_base64(kind: &str) -> Option<&str> {
    let split = kind.len().checked_sub("base64".len())?;
    let (front, word) = (kind.get(..split)?, kind.get(split..)?);
    word.eq_ignore_ascii_case("base64").then(|| front.trim_end_matches(' ').strip_suffix(';')).flatten()
}

fn percent_decode(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8);
    let mut bytes = Vec::with_capacity(text.len());
    let mut index = 0;
    while index < text.len() {
        match (text[index], digit(text.get(index + 1)), digit(text.get(index + 2))) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high << 4 | low);
                index += 3;
            }
            (byte, ..) => {
                bytes.push(byte);
                index += 1;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> Option<(String, String)> {
        parse(url).map(|(kind, bytes)| (kind, String::from_utf8(bytes).unwrap()))
    }

    fn pair(kind: &str, text: &str) -> Option<(String, String)> {
        Some((kind.to_owned(), text.to_owned()))
    }

    #[test]
    fn text_and_base64_decode() {
        assert_eq!(shown("data:,hi%20x%"), pair("text/plain;charset=US-ASCII", "hi x%"));
        assert_eq!(shown("data:text/html;charset=x ; BASE64,aG k="), pair("text/html;charset=x", "hi"));
        assert_eq!(shown("data:;charset=x,y"), pair("text/plain;charset=x", "y"));
        assert_eq!(shown("data:nonsense,y"), pair("text/plain;charset=US-ASCII", "y"));
        assert_eq!(shown("data:a/b;xbase64,y"), pair("a/b", "y"));
    }

    #[test]
    fn broken_ones_are_none() {
        for url in ["data:nope", "data:;base64,a", "data:;base64,@@@@", "http:,x"] {
            assert_eq!(parse(url), None, "{url}");
        }
    }
}
