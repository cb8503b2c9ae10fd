//! Characters that mean something to XML.

/// Text for between tags, as `@aws-sdk/xml-builder` escapes it.
pub(crate) fn escape_element(text: &str) -> String {
    escape(text, |c| match c {
        '&' => Some("&amp;"),
        '"' => Some("&quot;"),
        '\'' => Some("&apos;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\r' => Some("&#x0D;"),
        '\n' => Some("&#x0A;"),
        '\u{85}' => Some("&#x85;"),
        '\u{2028}' => Some("&#x2028;"),
        _ => None,
    })
}

/// Text for between the quotes of an attribute.
pub(crate) fn escape_attribute(text: &str) -> String {
    escape(text, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        _ => None,
    })
}

fn escape(text: &str, replacement: impl Fn(char) -> Option<&'static str>) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match replacement(c) {
            Some(entity) => escaped.push_str(entity),
            None => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_would_read_is_escaped() {
        assert_eq!(
            escape_element("a<b>&'\"\r\n\u{85}\u{2028}é"),
            "a&lt;b&gt;&amp;&apos;&quot;&#x0D;&#x0A;&#x85;&#x2028;é"
        );
        assert_eq!(escape_attribute("<\"&'>\n"), "&lt;&quot;&amp;'&gt;\n");
    }
}
