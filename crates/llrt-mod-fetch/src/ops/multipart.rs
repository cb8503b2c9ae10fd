//! `multipart/form-data`: <https://www.rfc-editor.org/rfc/rfc7578>, as lenient and as strict as Node's fetch.

use memchr::memmem;

/// One field of a form.
#[derive(Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name.
    pub name: String,
    /// Its file name, when it is a file.
    pub filename: Option<String>,
    /// Its `Content-Type`.
    pub content_type: Option<String>,
    /// Its content.
    pub content: &'a [u8],
}

/// A text that is no `multipart/form-data`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MultipartError {
    /// The boundary does not occur where it must.
    #[error("no boundary found in multipart body")]
    NoBoundary,
    /// A field has no name, or broken headers.
    #[error("invalid header in multipart body")]
    Header,
    /// A field does not end.
    #[error("expected a boundary after the content of a field")]
    Unterminated,
}

/// Splits a body into its fields.
///
/// # Errors
/// [`MultipartError`].
pub fn parse<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<Field<'a>>, MultipartError> {
    let delimiter = format!("--{boundary}");
    let end_of_content = format!("\r\n{delimiter}");
    let finder = memmem::Finder::new(end_of_content.as_bytes());
    let mut rest = body;
    while let Some(after) = rest.strip_prefix(b"\r\n") {
        rest = after;
    }
    let mut fields = Vec::new();
    rest = rest.strip_prefix(delimiter.as_bytes()).ok_or(MultipartError::NoBoundary)?;
    loop {
        if rest.starts_with(b"--") {
            return Ok(fields);
        }
        rest = rest.strip_prefix(b"\r\n").ok_or(MultipartError::NoBoundary)?;
        let mut field = Field { name: String::new(), filename: None, content_type: None, content: &[] };
        let mut named = false;
        loop {
            let (line, after) = split_line(rest).ok_or(MultipartError::Header)?;
            rest = after;
            if line.is_empty() {
                break;
            }
            named |= read_header(line, &mut field)?;
        }
        if !named {
            return Err(MultipartError::Header);
        }
        // An empty content may end at the very line break that ended the headers.
        let end = match rest.starts_with(delimiter.as_bytes()) {
            true => 0,
            false => finder.find(rest).ok_or(MultipartError::Unterminated)?,
        };
        field.content = &rest[..end];
        let skip = if rest.starts_with(delimiter.as_bytes()) { delimiter.len() } else { end + end_of_content.len() };
        rest = &rest[skip..];
        fields.push(field);
    }
}

fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memmem::find(bytes, b"\r\n")?;
    Some((&bytes[..end], &bytes[end + 2..]))
}

/// Reads a header of a field; tells whether it gave the name.
fn read_header(line: &[u8], field: &mut Field<'_>) -> Result<bool, MultipartError> {
    let line = String::from_utf8_lossy(line);
    let (name, value) = line.split_once(':').ok_or(MultipartError::Header)?;
    let value = value.trim_matches([' ', '\t']);
    if name.eq_ignore_ascii_case("content-type") {
        field.content_type = Some(value.to_owned());
        return Ok(false);
    }
    if !name.eq_ignore_ascii_case("content-disposition") {
        return Ok(false);
    }
    let (kind, parameters) = value.split_once(';').unwrap_or((value, ""));
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return Err(MultipartError::Header);
    }
    let mut named = false;
    let mut rest = parameters;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ';']);
        if rest.is_empty() {
            break;
        }
        let (key, after) = rest.split_once('=').ok_or(MultipartError::Header)?;
        let value;
        (value, rest) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or(MultipartError::Header)?,
            None => after.split_at(after.find(';').unwrap_or(after.len())),
        };
        let key = key.trim();
        if key.eq_ignore_ascii_case("name") {
            field.name = unescape(value);
            named = true;
        } else if key.eq_ignore_ascii_case("filename") {
            field.filename = Some(unescape(value));
        }
    }
    Ok(named)
}

fn unescape(text: &str) -> String {
    text.replace("%0A", "\n").replace("%0a", "\n").replace("%0D", "\r").replace("%0d", "\r").replace("%22", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_files_are_split() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"a%22\"\r\n\r\none\r\n--x\r\n\
            content-disposition: form-data; name=b; filename=\"f;%0A.txt\"\r\nContent-Type: text/plain\r\n\r\n\r\n--\r\n--x--\r\n";
        let fields = parse(body, "x").unwrap();
        assert_eq!(fields.len(), 2);
        assert_eq!((fields[0].name.as_str(), fields[0].content), ("a\"", &b"one"[..]));
        assert_eq!(fields[1].filename.as_deref(), Some("f;\n.txt"));
        assert_eq!(fields[1].content_type.as_deref(), Some("text/plain"));
        assert_eq!(fields[1].content, b"\r\n--");
    }

    #[test]
    fn no_fields_and_empty_fields_are_fine() {
        assert_eq!(parse(b"--x--\r\n", "x"), Ok(vec![]));
        let fields = parse(b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--x--", "x").unwrap();
        assert_eq!(fields[0].content, b"");
    }

    #[test]
    fn broken_bodies_are_errors() {
        assert_eq!(parse(b"x", "x"), Err(MultipartError::NoBoundary));
        assert_eq!(parse(b"", "x"), Err(MultipartError::NoBoundary));
        assert_eq!(parse(b"--xy", "x"), Err(MultipartError::NoBoundary));
        assert_eq!(parse(b"--x\r\n\r\nbody\r\n--x--", "x"), Err(MultipartError::Header));
        assert_eq!(parse(b"--x\r\nContent-Disposition: attachment; name=a\r\n\r\n", "x"), Err(MultipartError::Header));
        let open = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbody";
        assert_eq!(parse(open, "x"), Err(MultipartError::Unterminated));
    }

    #[test]
    fn every_cut_of_a_body_ends_without_a_panic() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\none\r\n--x--";
        for len in 0..body.len() {
            let _ = parse(&body[..len], "x");
        }
    }
}
