//! The document model of `@aws-sdk/xml-builder`'s parser, over bytes.
//!
//! It reads one root element, knows five named entities and numbered ones, and keeps text as it stands. Texts of its errors are
//! those of the package, as programs may see them.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memmem};

use super::MAX_DEPTH;
use crate::XmlError;

/// An element: what stands under its name.
#[derive(Debug, PartialEq)]
pub(crate) struct Element<'a> {
    pub(crate) name: &'a str,
    pub(crate) attributes: Vec<(&'a str, Text<'a>)>,
    pub(crate) text: Vec<Text<'a>>,
    pub(crate) children: Vec<Element<'a>>,
    /// Whether it has an end tag, or is empty by its own.
    pub(crate) closed_by_itself: bool,
}

/// Text with its entities replaced. UTF-16 units appear where an entity names half of a surrogate pair.
#[derive(Debug, PartialEq, Clone)]
pub(crate) enum Text<'a> {
    Utf8(Cow<'a, str>),
    Utf16(Vec<u16>),
}

/// Reads the root element of a document, whose line ends are normalised already.
pub(crate) fn parse(text: &str) -> Result<Element<'_>, XmlError> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0 };
    loop {
        reader.skip_blank();
        if reader.at_end() {
            return fail("no root element.");
        }
        if reader.looking_at("<?") {
            reader.read_to("?>")?;
        } else if reader.looking_at("<!--") {
            reader.read_to("-->")?;
        } else if reader.looking_at_any_case("<!DOCTYPE") {
            reader.skip_doctype()?;
        } else if reader.bytes[reader.at] == b'<' {
            return reader.element(0);
        } else {
            return fail("unexpected content.");
        }
    }
}

/// `\r\n` and `\r` become `\n`.
pub(crate) fn normalize_line_ends(text: &str) -> Cow<'_, str> {
    if memchr(b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn fail<T>(reason: impl Into<String>) -> Result<T, XmlError> {
    Err(XmlError::Aws(reason.into()))
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl<'a> Reader<'a> {
    fn at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn looking_at(&self, what: &str) -> bool {
        self.bytes[self.at..].starts_with(what.as_bytes())
    }

    fn looking_at_any_case(&self, what: &str) -> bool {
        self.bytes.get(self.at..self.at + what.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(what.as_bytes()))
    }

    fn skip_blank(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    fn read_to(&mut self, stop: &str) -> Result<&'a str, XmlError> {
        match memmem::find(&self.bytes[self.at..], stop.as_bytes()) {
            Some(length) => {
                let found = &self.text[self.at..self.at + length];
                self.at += length + stop.len();
                Ok(found)
            }
            None => fail(format!("expected \"{stop}\" not found.")),
        }
    }

    fn read_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    fn skip_doctype(&mut self) -> Result<(), XmlError> {
        let mut depth = 0_i32;
        for (index, byte) in self.bytes[self.at..].iter().enumerate().skip("<!DOCTYPE".len()) {
            match byte {
                b'[' => depth += 1,
                b']' => depth -= 1,
                b'>' if depth == 0 => {
                    self.at += index + 1;
                    return Ok(());
                }
                _ => {}
            }
        }
        fail("unclosed DOCTYPE.")
    }

    fn element(&mut self, depth: usize) -> Result<Element<'a>, XmlError> {
        if depth >= MAX_DEPTH {
            return Err(XmlError::TooDeep(MAX_DEPTH));
        }
        self.at += 1;
        let name = self.read_while(|byte| !is_blank(byte) && byte != b'>' && byte != b'/');
        let attributes = self.attributes();
        let mut element = Element { name, attributes, text: Vec::new(), children: Vec::new(), closed_by_itself: false };
        match self.peek() {
            None => return fail("unexpected end of input."),
            Some(b'/') => {
                self.at += 1;
                if self.peek() != Some(b'>') {
                    return fail("expected > at the end of self-closing tag.");
                }
                self.at += 1;
                element.closed_by_itself = true;
                return Ok(element);
            }
            Some(b'>') => self.at += 1,
            Some(_) => return fail("expected > at the end of opening tag."),
        }
        self.contents(&mut element, depth)?;
        if !self.looking_at("</") {
            return fail(format!("missing closing tag </{name}>."));
        }
        self.at += 2;
        let closing = self.read_to(">")?.trim();
        if closing != name {
            return fail(format!("mismatched tags <{name}> and </{closing}>."));
        }
        Ok(element)
    }

    fn attributes(&mut self) -> Vec<(&'a str, Text<'a>)> {
        let mut attributes = Vec::new();
        loop {
            self.skip_blank();
            if matches!(self.peek(), None | Some(b'>' | b'/')) {
                return attributes;
            }
            let name = self.read_while(|byte| !is_blank(byte) && !matches!(byte, b'=' | b'>' | b'/' | b'?'));
            self.skip_blank();
            if self.peek() != Some(b'=') {
                return attributes;
            }
            self.at += 1;
            self.skip_blank();
            attributes.push((name, self.attribute_value()));
        }
    }

    /// What stands between a character, whichever it is, and the next one like it.
    fn attribute_value(&mut self) -> Text<'a> {
        let Some(quote) = self.text[self.at..].chars().next() else { return Text::Utf8(Cow::Borrowed("")) };
        self.at += quote.len_utf8();
        let rest = &self.text[self.at..];
        let (value, skip) = match rest.find(quote) {
            Some(end) => (&rest[..end], end + quote.len_utf8()),
            None => (rest, rest.len()),
        };
        self.at += skip;
        decode_entities(value)
    }

    fn contents(&mut self, element: &mut Element<'a>, depth: usize) -> Result<(), XmlError> {
        while let Some(byte) = self.peek() {
            if byte != b'<' {
                let length = memchr(b'<', &self.bytes[self.at..]).unwrap_or(self.bytes.len() - self.at);
                element.text.push(decode_entities(&self.text[self.at..self.at + length]));
                self.at += length;
            } else if self.looking_at("</") {
                return Ok(());
            } else if self.looking_at("<!--") {
                self.read_to("-->")?;
            } else if self.looking_at("<![CDATA[") {
                self.at += "<![CDATA[".len();
                element.text.push(Text::Utf8(Cow::Borrowed(self.read_to("]]>")?)));
            } else if self.looking_at("<?") {
                self.read_to("?>")?;
            } else {
                let child = self.element(depth + 1)?;
                element.children.push(child);
            }
        }
        Ok(())
    }
}

/// Replaces `&amp;`, `&#10;`, `&#xA;`; an unknown name goes, what is no entity stays.
fn decode_entities(text: &str) -> Text<'_> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return Text::Utf8(Cow::Borrowed(text));
    }
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(start) = memchr(b'&', rest.as_bytes()) {
        units.extend(rest[..start].encode_utf16());
        rest = &rest[start..];
        match entity(rest) {
            Some((unit, length)) => {
                units.extend(unit);
                rest = &rest[length..];
            }
            None => {
                units.push(u16::from(b'&'));
                rest = &rest[1..];
            }
        }
    }
    units.extend(rest.encode_utf16());
    match String::from_utf16(&units) {
        Ok(text) => Text::Utf8(Cow::Owned(text)),
        Err(_) => Text::Utf16(units),
    }
}

/// The unit that the entity at the start of `text` stands for (none for an unknown name), and its length.
fn entity(text: &str) -> Option<(Option<u16>, usize)> {
    let end = memchr2(b';', b'&', &text.as_bytes()[1..])? + 1;
    if text.as_bytes()[end] != b';' {
        return None;
    }
    let name = &text[1..end];
    // `String.fromCharCode` keeps the low sixteen bits.
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().map(|number| (number & 0xFFFF) as u16);
    let unit = if let Some(digits) = name.strip_prefix("#x") {
        let hex = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(hex.then(|| number(digits, 16)).flatten()?)
    } else if let Some(digits) = name.strip_prefix('#') {
        let decimal = (1..=7).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        Some(decimal.then(|| number(digits, 10)).flatten()?)
    } else {
        let known = (1..=31).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !known {
            return None;
        }
        match name {
            "amp" => Some(u16::from(b'&')),
            "lt" => Some(u16::from(b'<')),
            "gt" => Some(u16::from(b'>')),
            "quot" => Some(u16::from(b'"')),
            "apos" => Some(u16::from(b'\'')),
            _ => None,
        }
    };
    Some((unit, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text<'_> {
        Text::Utf8(Cow::Borrowed(text))
    }

    #[test]
    fn entities_are_replaced_and_what_is_none_stays() {
        assert_eq!(decode_entities("a &amp;&lt;&#65;&#x42; & &x;y &#; &nope b"), text("a &<AB & y &#; &nope b"));
        assert_eq!(decode_entities("&#xD83D;&#xDE00;"), text("😀"));
        assert_eq!(decode_entities("&#xD83D;"), Text::Utf16(vec![0xD83D]));
    }

    #[test]
    fn a_document_has_a_prolog_and_a_root() {
        let root =
            parse("<?xml version='1.0'?><!-- c --><!DOCTYPE a [<!ELEMENT a>]>\n<a x = \"1\"><b/>t<![CDATA[<&]]></a>")
                .unwrap();
        assert_eq!(root.name, "a");
        assert_eq!(root.attributes, [("x", text("1"))]);
        assert_eq!(root.children[0].name, "b");
        assert_eq!(root.text, [text("t"), text("<&")]);
    }

    #[test]
    fn what_is_wrong_is_said_in_the_packages_words() {
        for (xml, reason) in [
            ("", "no root element."),
            ("x", "unexpected content."),
            ("<a>", "missing closing tag </a>."),
            ("<a></b>", "mismatched tags <a> and </b>."),
            ("<a", "unexpected end of input."),
            ("<a/x>", "expected > at the end of self-closing tag."),
            ("<a><!-- </a>", "expected \"-->\" not found."),
            ("<!DOCTYPE a [", "unclosed DOCTYPE."),
        ] {
            assert_eq!(parse(xml).unwrap_err().to_string(), format!("@aws-sdk XML parse error: {reason}"), "{xml}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_overflow() {
        let deep = "<a>".repeat(100_000);
        assert_eq!(parse(&deep).unwrap_err(), XmlError::TooDeep(MAX_DEPTH));
    }
}
