//! Writing JSON strings as `JSON.stringify` does.

/// Appends `text` in quotes.
pub(crate) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut done = 0;
    for (index, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..0x20 => "",
            _ => continue,
        };
        out.push_str(&text[done..index]);
        done = index + 1;
        if escape.is_empty() {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            out.push_str("\\u00");
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&text[done..]);
    out.push('"');
}

/// Appends an array of strings.
pub(crate) fn push_strings<'a>(out: &mut String, texts: impl IntoIterator<Item = &'a str>) {
    out.push('[');
    for (index, text) in texts.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_string(out, text);
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> String {
        let mut out = String::new();
        push_string(&mut out, text);
        out
    }

    #[test]
    fn escapes_what_json_stringify_escapes_and_nothing_else() {
        assert_eq!(string("a\"b\\c\n\r\t\u{8}\u{c}"), r#""a\"b\\c\n\r\t\b\f""#);
        assert_eq!(string("\0\u{1b}\u{1f}"), r#""\u0000\u001b\u001f""#);
        assert_eq!(string("\u{7f}é😀\u{2028}/"), "\"\u{7f}é😀\u{2028}/\"");
        assert_eq!(string(""), "\"\"");
    }

    #[test]
    fn every_character_survives_a_round_trip() {
        for code in (0..0x3000).filter_map(char::from_u32) {
            let text = format!("<{code}>");
            assert_eq!(serde_json::from_str::<String>(&string(&text)).expect("valid JSON"), text);
        }
    }

    #[test]
    fn arrays() {
        let mut out = String::new();
        push_strings(&mut out, ["a", "\""]);
        push_strings(&mut out, []);
        assert_eq!(out, r#"["a","\""][]"#);
    }
}
