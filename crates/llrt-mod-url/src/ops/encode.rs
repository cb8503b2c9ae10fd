//! Percent-encoding: <https://url.spec.whatwg.org/#percent-encoded-bytes>.

/// ASCII characters that are percent-encoded; every other character is too.
#[derive(Clone, Copy)]
pub struct EncodeSet([bool; 128]);

impl EncodeSet {
    const fn controls() -> Self {
        let mut set = [false; 128];
        let mut byte = 0;
        while byte < 0x20 {
            set[byte] = true;
            byte += 1;
        }
        set[0x7f] = true;
        Self(set)
    }

    const fn with(mut self, more: &[u8]) -> Self {
        let mut index = 0;
        while index < more.len() {
            self.0[more[index] as usize] = true;
            index += 1;
        }
        self
    }

    fn contains(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).copied().unwrap_or(true)
    }
}

/// The C0 control percent-encode set.
pub static CONTROL: EncodeSet = EncodeSet::controls();
/// The fragment percent-encode set.
pub static FRAGMENT: EncodeSet = EncodeSet::controls().with(b" \"<>`");
const QUERY_SET: EncodeSet = EncodeSet::controls().with(b" \"#<>");
/// The query percent-encode set.
pub static QUERY: EncodeSet = QUERY_SET;
/// The special-query percent-encode set.
pub static SPECIAL_QUERY: EncodeSet = QUERY_SET.with(b"'");
const PATH_SET: EncodeSet = QUERY_SET.with(b"?^`{}");
/// The path percent-encode set.
pub static PATH: EncodeSet = PATH_SET;
/// The userinfo percent-encode set.
pub static USERINFO: EncodeSet = PATH_SET.with(b"/:;=@[\\]|");

/// What is encoded in a path of a file.
pub static FILE_PATH: EncodeSet = EncodeSet::controls().with(b" \"#%<>?[\\]^`{|}~");

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Appends `bytes` (of UTF-8) to `target`, each byte in `set` as `%XX`.
pub fn percent_encode_into(target: &mut String, text: &str, set: &EncodeSet) {
    let mut rest = text;
    while let Some(index) = rest.bytes().position(|byte| set.contains(byte)) {
        target.push_str(&rest[..index]);
        let c = rest[index..].chars().next().unwrap_or_default();
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            push_encoded(target, byte);
        }
        rest = &rest[index + c.len_utf8()..];
    }
    target.push_str(rest);
}

/// Appends `%XX`.
pub fn push_encoded(target: &mut String, byte: u8) {
    target.push('%');
    target.push(char::from(HEX[usize::from(byte >> 4)]));
    target.push(char::from(HEX[usize::from(byte & 15)]));
}

/// Turns each `%XX` into its byte and leaves everything else, a `%` without digits included.
pub fn percent_decode(text: &[u8]) -> Vec<u8> {
    let digit = |index: usize| text.get(index).and_then(|&byte| char::from(byte).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut index = 0;
    while index < text.len() {
        match (text[index], digit(index + 1), digit(index + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high << 4 | low) as u8);
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

/// As JavaScript's `decodeURIComponent`: `None` when a `%` does not start a byte, or the bytes are no UTF-8.
pub fn decode_uri_component(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    parts.next();
    let whole = parts.all(|part| part.len() >= 2 && part.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit));
    whole.then(|| String::from_utf8(percent_decode(text.as_bytes())).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_set_is_encoded() {
        let mut text = String::new();
        percent_encode_into(&mut text, "a b\u{e9}^\u{1f600}", &PATH);
        assert_eq!(text, "a%20b%C3%A9%5E%F0%9F%98%80");
    }

    #[test]
    fn decoding_passes_over_what_is_no_escape() {
        assert_eq!(percent_decode(b"%41%4%zz%"), b"A%4%zz%");
        assert_eq!(decode_uri_component("%C3%A9x"), Some("\u{e9}x".to_owned()));
        assert_eq!(decode_uri_component("%C3"), None);
        assert_eq!(decode_uri_component("%4"), None);
        assert_eq!(decode_uri_component("%4\u{e9}"), None);
    }
}
