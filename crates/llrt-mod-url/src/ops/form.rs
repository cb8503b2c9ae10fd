//! `application/x-www-form-urlencoded`: <https://url.spec.whatwg.org/#application/x-www-form-urlencoded>.

use super::encode::{percent_decode, push_encoded};

/// Names and values in order.
pub type List = Vec<(String, String)>;

/// Reads `a=1&b=2`.
pub fn parse(text: &str) -> List {
    let decode = |part: &str| {
        if !part.bytes().any(|byte| byte == b'+' || byte == b'%') {
            return part.to_owned();
        }
        let bytes = percent_decode(part.replace('+', " ").as_bytes());
        String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// Writes `a=1&b=2`.
pub fn serialize(list: &[(String, String)]) -> String {
    let mut text = String::new();
    for (index, (name, value)) in list.iter().enumerate() {
        if index > 0 {
            text.push('&');
        }
        encode(&mut text, name);
        text.push('=');
        encode(&mut text, value);
    }
    text
}

fn encode(target: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'*' | b'-' | b'.' | b'_' => target.push(char::from(byte)),
            b' ' => target.push('+'),
            _ => push_encoded(target, byte),
        }
    }
}

/// Sorts by name in UTF-16 units; equal names keep their order.
pub fn sort(list: &mut List) {
    list.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_and_written() {
        let list = parse("a=1&&b+c=%C3%A9&d&=e&%zz=%FF");
        let seen: Vec<_> = list.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        assert_eq!(seen, ["a:1", "b c:\u{e9}", "d:", ":e", "%zz:\u{fffd}"]);
        assert_eq!(serialize(&list), "a=1&b+c=%C3%A9&d=&=e&%25zz=%EF%BF%BD");
    }

    #[test]
    fn names_are_sorted_by_their_units() {
        let mut list = parse("\u{fb03}=1&\u{1f308}=2&a=3&a=1");
        sort(&mut list);
        assert_eq!(list.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["3", "1", "2", "1"]);
    }
}
