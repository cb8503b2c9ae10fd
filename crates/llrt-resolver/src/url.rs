//! `file:` URLs: as much of the URL standard as specifiers need.
//!
//! URL: <https://url.spec.whatwg.org/#file-state>, <https://url.spec.whatwg.org/#path-state>.

use std::borrow::Cow;

use crate::error::ResolveError;

/// Where a specifier points before the file system was asked.
#[derive(Debug, PartialEq)]
pub(crate) struct Location {
    /// The decoded path, without dot segments. Ends in `/` if the URL does.
    pub(crate) path: String,
    /// `?query#fragment` as in the URL's `href`; empty mostly.
    pub(crate) suffix: String,
    /// The URL's path, when it holds an encoded `/` or `\`, which may not be imported.
    pub(crate) encoded_separator: Option<String>,
}

impl Location {
    pub(crate) fn url(&self) -> String {
        let mut url = String::from("file://");
        encode(&self.path, in_path, &mut url);
        url + &self.suffix
    }
}

/// Turns an absolute path into a `file:` URL, as `url.pathToFileURL` does.
///
/// ```
/// assert_eq!(llrt_resolver::path_to_file_url("/a b/#c.mjs"), "file:///a%20b/%23c.mjs");
/// ```
pub fn path_to_file_url(path: &str) -> String {
    let mut url = String::with_capacity(path.len() + 7);
    url.push_str("file://");
    encode(path, |byte| in_path(byte) || b"#%?[\\]|~".contains(&byte), &mut url);
    url
}

/// Turns a `file:` URL into an absolute path, as `url.fileURLToPath` does; query and fragment are dropped.
///
/// ```
/// assert_eq!(llrt_resolver::file_url_to_path("file:///a%20b/c.mjs?x").unwrap(), "/a b/c.mjs");
/// ```
///
/// # Errors
/// With Node's codes: the text must be a `file:` URL, its host empty or `localhost`, its percent-encoding valid and free
/// of `/`.
pub fn file_url_to_path(url: &str) -> Result<String, ResolveError> {
    match scheme(url) {
        Some(it) if it.eq_ignore_ascii_case("file") => {}
        Some(_) => return Err(ResolveError::NotAFileUrl),
        None => return Err(ResolveError::InvalidUrl),
    }
    let location = join("/", &url[5..])?;
    match location.encoded_separator {
        Some(path) if path.contains("%2f") || path.contains("%2F") => Err(ResolveError::InvalidFileUrlPath),
        Some(path) => decode(&path).map(Cow::into_owned),
        None => Ok(location.path),
    }
}

pub(crate) fn encoded_separator_error(path: String, base: Option<&str>) -> ResolveError {
    ResolveError::InvalidModuleSpecifier {
        specifier: path,
        reason: "must not include encoded \"/\" or \"\\\" characters".into(),
        base: base.map(Into::into),
    }
}

/// The scheme of an absolute URL, without its colon.
pub(crate) fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let mut bytes = scheme.bytes();
    let first = bytes.next()?.is_ascii_alphabetic();
    let rest = bytes.all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    (first && rest).then_some(scheme)
}

/// Resolves a reference without a scheme against the directory `base` (a path that need not end in `/`).
pub(crate) fn join(base: &str, reference: &str) -> Result<Location, ResolveError> {
    // Nearly every specifier is made of these only, and needs no URL rules beside dot segments.
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"./-_@+$,".contains(&b);
    if reference.bytes().all(plain) && !reference.starts_with("//") {
        let mut path = String::with_capacity(base.len() + reference.len() + 1);
        push_segments(&mut path, base, reference, |segment| Ok(segment.into()))?;
        return Ok(Location { path, suffix: String::new(), encoded_separator: None });
    }

    let reference: Cow<'_, str> = if reference.contains(['\t', '\n', '\r']) {
        reference.replace(['\t', '\n', '\r'], "").into()
    } else {
        reference.into()
    };
    let (rest, fragment) = split(&reference, '#');
    let (rest, query) = split(rest, '?');
    let mut suffix = String::new();
    if !query.is_empty() {
        suffix.push('?');
        encode(query, |b| (in_fragment(b) && b != b'`') || b"#'".contains(&b), &mut suffix);
    }
    if !fragment.is_empty() {
        suffix.push('#');
        encode(fragment, in_fragment, &mut suffix);
    }

    let rest = rest.replace('\\', "/");
    let mut reference = rest.as_str();
    if let Some(after) = reference.strip_prefix("//") {
        let end = after.find('/').unwrap_or(after.len());
        let host = &after[..end];
        if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
            return Err(ResolveError::InvalidFileUrlHost);
        }
        reference = if after[end..].is_empty() { "/" } else { &after[end..] };
    }

    let plain_dots = |segment| match segment {
        "%2e" | "%2E" => ".",
        ".%2e" | ".%2E" | "%2e." | "%2E." | "%2e%2e" | "%2e%2E" | "%2E%2e" | "%2E%2E" => "..",
        other => other,
    };
    let lower = reference.to_ascii_lowercase();
    let mut path = String::new();
    // Node looks for encoded separators before it decodes, so a malformed rest is not seen.
    let encoded_separator = if lower.contains("%2f") || lower.contains("%5c") {
        push_segments(&mut path, base, reference, |segment| Ok(plain_dots(segment).into()))?;
        Some(path.clone())
    } else {
        push_segments(&mut path, base, reference, |segment| decode(plain_dots(segment)))?;
        None
    };
    Ok(Location { path, suffix, encoded_separator })
}

/// Appends the segments of `reference` to those of `base`, following `.` and `..`.
fn push_segments<'a>(
    path: &mut String,
    base: &str,
    reference: &'a str,
    mut map: impl FnMut(&'a str) -> Result<Cow<'a, str>, ResolveError>,
) -> Result<(), ResolveError> {
    let relative = match reference.strip_prefix('/') {
        Some(absolute) => absolute,
        None => {
            path.push_str(base.strip_suffix('/').unwrap_or(base));
            reference
        }
    };
    let mut segments = relative.split('/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match &*map(segment)? {
            "." => {
                if last {
                    path.push('/');
                }
            }
            ".." => {
                path.truncate(path.rfind('/').unwrap_or(0));
                if last {
                    path.push('/');
                }
            }
            segment => {
                path.push('/');
                path.push_str(segment);
            }
        }
    }
    Ok(())
}

fn split(text: &str, at: char) -> (&str, &str) {
    text.split_once(at).unwrap_or((text, ""))
}

fn decode(segment: &str) -> Result<Cow<'_, str>, ResolveError> {
    if !segment.contains('%') {
        return Ok(segment.into());
    }
    let mut out = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            out.push(*first);
            continue;
        }
        let [high, low, tail @ ..] = rest else {
            return Err(ResolveError::MalformedUri);
        };
        let hex = |digit: u8| char::from(digit).to_digit(16).ok_or(ResolveError::MalformedUri);
        out.push((hex(*high)? << 4 | hex(*low)?) as u8);
        rest = tail;
    }
    let text = String::from_utf8(out).map_err(|_| ResolveError::MalformedUri)?;
    Ok(text.into())
}

fn encode(text: &str, escape: impl Fn(u8) -> bool, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for character in text.chars() {
        if character.is_ascii() && !escape(character as u8) {
            out.push(character);
            continue;
        }
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)].into());
            out.push(HEX[usize::from(byte & 15)].into());
        }
    }
}

/// `encodeURIComponent`.
pub(crate) fn encode_component(text: &str, out: &mut String) {
    encode(text, |b| !b.is_ascii_alphanumeric() && !b"-_.!~*'()".contains(&b), out);
}

/// The path percent-encode set.
fn in_path(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7f || b"\"<>^`{}".contains(&byte)
}

/// The fragment percent-encode set.
fn in_fragment(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7f || b"\"<>`".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path(base: &str, reference: &str) -> String {
        join(base, reference).expect("joins").path
    }

    #[test]
    fn dot_segments_are_followed() {
        assert_eq!(path("/a/b", "./c"), "/a/b/c");
        assert_eq!(path("/a/b/", "../c/./d"), "/a/c/d");
        assert_eq!(path("/a/b", "../../../c"), "/c");
        assert_eq!(path("/a/b", "."), "/a/b/");
        assert_eq!(path("/a/b", ".."), "/a/");
        assert_eq!(path("/", "./c"), "/c");
        assert_eq!(path("/a", "/c/"), "/c/");
        assert_eq!(path("/a", "./%2E%2e/c"), "/c");
    }

    #[test]
    fn host_must_be_this_machine() {
        assert_eq!(path("/a", "//LOCALHOST/c"), "/c");
        assert_eq!(join("/a", "//other/c"), Err(ResolveError::InvalidFileUrlHost));
    }

    #[test]
    fn percent_encoding_is_checked() {
        assert_eq!(path("/", "./%e2%82%ac"), "/€");
        for bad in ["./%", "./%4", "./%zz", "./%ff"] {
            assert_eq!(join("/", bad), Err(ResolveError::MalformedUri), "{bad}");
        }
    }

    #[test]
    fn schemes_are_told_from_paths() {
        assert_eq!(scheme("node:fs"), Some("node"));
        assert_eq!(scheme("not valid:"), None);
        assert_eq!(scheme("./a:b"), None);
        assert_eq!(scheme(":x"), None);
    }

    #[test]
    fn only_file_urls_have_a_path() {
        assert_eq!(file_url_to_path("FILE:///a").expect("a file URL"), "/a");
        assert_eq!(file_url_to_path("https://a/b").expect_err("another scheme").code(), Some("ERR_INVALID_URL_SCHEME"));
        assert_eq!(file_url_to_path("/a").expect_err("no URL").code(), Some("ERR_INVALID_URL"));
        assert_eq!(
            file_url_to_path("file:///a%2fb").expect_err("encoded slash").code(),
            Some("ERR_INVALID_FILE_URL_PATH")
        );
        assert_eq!(file_url_to_path("file:///a%5cb").expect("a file URL"), "/a\\b");
        assert_eq!(file_url_to_path("file:///a%5c%b"), Err(ResolveError::MalformedUri));
    }

    proptest! {
        #[test]
        fn a_path_survives_the_way_to_a_url_and_back(path in "(/[^/\0]{1,8}){1,4}") {
            prop_assume!(!path.split('/').any(|it| it == "." || it == ".."));
            prop_assert_eq!(file_url_to_path(&path_to_file_url(&path)).expect("a file URL"), path);
        }

        #[test]
        fn joining_never_panics_and_stays_absolute(base in "(/[a-z.%]{0,3}){1,3}", reference in ".{0,24}") {
            if let Ok(location) = join(&base, &reference) {
                prop_assert!(location.path.starts_with('/'));
            }
        }
    }
}
