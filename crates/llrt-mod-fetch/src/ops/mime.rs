//! MIME types: <https://mimesniff.spec.whatwg.org/#parsing-a-mime-type>.

use std::fmt;

/// A parsed MIME type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mime {
    /// Type and subtype, in lower case.
    pub essence: String,
    /// Names in lower case, and values.
    pub parameters: Vec<(String, String)>,
}

impl Mime {
    /// Parses one MIME type.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(is_space);
        let (kind, rest) = text.split_once('/')?;
        let (subtype, mut rest) = match rest.split_once(';') {
            Some((subtype, rest)) => (subtype, Some(rest)),
            None => (rest, None),
        };
        let subtype = subtype.trim_end_matches(is_space);
        if !is_token(kind) || !is_token(subtype) {
            return None;
        }
        let mut mime = Self { essence: format!("{kind}/{subtype}").to_ascii_lowercase(), parameters: Vec::new() };
        while let Some(text) = rest {
            rest = mime.parse_parameter(text.trim_start_matches(is_space));
        }
        Some(mime)
    }

    /// What a `Content-Type` header says, its values joined by commas:
    /// <https://fetch.spec.whatwg.org/#concept-header-extract-mime-type>.
    pub fn extract(header: &str) -> Option<Self> {
        let mut found: Option<Self> = None;
        let mut charset: Option<String> = None;
        for value in split_outside_quotes(header) {
            let Some(mut mime) = Self::parse(value).filter(|mime| mime.essence != "*/*") else { continue };
            if found.as_ref().is_none_or(|found| found.essence != mime.essence) {
                charset = mime.parameter("charset").map(str::to_owned);
            } else if mime.parameter("charset").is_none()
                && let Some(charset) = &charset
            {
                mime.parameters.push(("charset".to_owned(), charset.clone()));
            }
            found = Some(mime);
        }
        found
    }

    /// A parameter's value.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Takes one `name=value` off the front; what follows its semicolon is left.
    fn parse_parameter<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let end = text.find([';', '=']).unwrap_or(text.len());
        let name = text[..end].to_ascii_lowercase();
        let value = match text[end..].strip_prefix('=') {
            Some(value) => value,
            None => return text.get(end + 1..),
        };
        let (value, rest) = match value.strip_prefix('"') {
            Some(quoted) => {
                let (value, rest) = unquote(quoted);
                (value, rest.split_once(';').map(|(_, rest)| rest))
            }
            None => {
                let (value, rest) = match value.split_once(';') {
                    Some((value, rest)) => (value, Some(rest)),
                    None => (value, None),
                };
                let value = value.trim_end_matches(is_space);
                if value.is_empty() {
                    return rest;
                }
                (value.to_owned(), rest)
            }
        };
        let quotable = |c: char| matches!(c, '\t' | ' '..='~' | '\u{80}'..='\u{ff}');
        if is_token(&name) && value.chars().all(quotable) && self.parameter(&name).is_none() {
            self.parameters.push((name, value));
        }
        rest
    }
}

impl fmt::Display for Mime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.essence)?;
        for (name, value) in &self.parameters {
            if is_token(value) {
                write!(f, ";{name}={value}")?;
            } else {
                write!(f, ";{name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))?;
            }
        }
        Ok(())
    }
}

/// The text up to the closing quote, without escapes, and what follows it.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '"' => return (value, &text[index + 1..]),
            '\\' => value.push(chars.next().map_or('\\', |(_, escaped)| escaped)),
            _ => value.push(c),
        }
    }
    (value, "")
}

fn split_outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    text.split(move |c| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' => return !quoted,
            _ => {}
        }
        false
    })
}

fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' ')
}

fn is_token(text: &str) -> bool {
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        Mime::parse(text).map(|mime| mime.to_string())
    }

    #[test]
    fn types_are_normalized() {
        assert_eq!(shown(" Text/HTML ; Charset=\"UTF-8\" ;x= ;y").as_deref(), Some("text/html;charset=UTF-8"));
        assert_eq!(shown("a/b;x=\"c;\\\"d\";x=e").as_deref(), Some("a/b;x=\"c;\\\"d\""));
        assert_eq!(shown("a/b;x=\"open").as_deref(), Some("a/b;x=open"));
        assert_eq!(shown("a/b;é=1;=2;;z=é").as_deref(), Some("a/b;z=\"é\""));
        for bad in ["", "a", "/b", "a/", "a b/c", "a/b c"] {
            assert_eq!(shown(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_last_of_several_types_counts_and_keeps_the_charset_of_its_like() {
        let extract = |text| Mime::extract(text).map(|mime| mime.to_string());
        assert_eq!(extract("text/plain;charset=gbk, text/html").as_deref(), Some("text/html"));
        assert_eq!(extract("text/html;charset=gbk, text/html;x=1").as_deref(), Some("text/html;x=1;charset=gbk"));
        assert_eq!(extract("text/html;x=\"a,b\", */*, bad").as_deref(), Some("text/html;x=\"a,b\""));
        assert_eq!(extract("bad"), None);
    }
}
