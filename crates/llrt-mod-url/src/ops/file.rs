//! `file:` URLs and paths.

use super::{
    encode::{FILE_PATH, decode_uri_component, percent_decode, percent_encode_into},
    host,
    record::Record,
};

/// Why a URL names no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileUrlError {
    /// Another scheme than `file`.
    Scheme,
    /// There is a host, which only Windows has a path for.
    Host,
    /// The text says what the path must do.
    Path(&'static str),
    /// The path is not percent-encoded as it should be.
    Malformed,
}

/// The path of a `file:` URL. With `raw` (for names that are no UTF-8) anything may be percent-encoded.
///
/// # Errors
/// [`FileUrlError`]
pub fn to_path(url: &Record, windows: bool, raw: bool) -> Result<Vec<u8>, FileUrlError> {
    if url.scheme != "file" {
        return Err(FileUrlError::Scheme);
    }
    if !windows && !url.hostname().is_empty() {
        return Err(FileUrlError::Host);
    }
    let has = |escape: &str| url.path.as_bytes().windows(3).any(|part| part.eq_ignore_ascii_case(escape.as_bytes()));
    if windows && !raw && (has("%2f") || has("%5c")) {
        return Err(FileUrlError::Path("must not include encoded \\ or / characters"));
    }
    if !windows && !raw && has("%2f") {
        return Err(FileUrlError::Path("must not include encoded / characters"));
    }
    let path = if windows { url.path.replace('/', "\\") } else { url.path.clone() };
    let decoded = match raw {
        true => percent_decode(path.as_bytes()),
        false => decode_uri_component(&path).ok_or(FileUrlError::Malformed)?.into_bytes(),
    };
    if !windows {
        return Ok(decoded);
    }
    if !url.hostname().is_empty() {
        let mut unc = format!("\\\\{}", host::to_unicode(url.hostname())).into_bytes();
        unc.extend(decoded);
        return Ok(unc);
    }
    match decoded.as_slice() {
        [_, letter, b':', ..] if letter.is_ascii_alphabetic() => Ok(decoded[1..].to_vec()),
        _ => Err(FileUrlError::Path("must be absolute")),
    }
}

/// Why a path has no URL: `\\server` without a share, and the like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UncError(pub &'static str);

/// The `file:` URL of a path, which is made absolute on the current directory.
///
/// # Errors
/// [`UncError`]
pub fn from_path(path: &str, windows: bool, current: &str) -> Result<Record, UncError> {
    let mut url = Record { scheme: "file".to_owned(), host: Some(String::new()), ..Record::default() };
    let path = match path.strip_prefix("\\\\?\\") {
        Some(drive) if windows && drive.as_bytes().get(1) == Some(&b':') => drive,
        _ => path,
    };
    if windows && path.starts_with("\\\\") {
        let path = path.strip_prefix("\\\\?\\UNC\\").unwrap_or(&path[2..]);
        let (server, rest) = path.split_once('\\').ok_or(UncError("Missing UNC resource path"))?;
        if server.is_empty() {
            return Err(UncError("Empty UNC servername"));
        }
        url.host = Some(host::parse(server, false).unwrap_or_default());
        url.path = encode(&format!("/{}", rest.replace('\\', "/")));
        return Ok(url);
    }
    let is_slash = |c: char| c == '/' || (windows && c == '\\');
    let mut absolute = resolve(path, windows, current);
    // A slash at the end says that it is a directory.
    if path.ends_with(is_slash) && !absolute.ends_with(is_slash) {
        absolute.push('/');
    }
    url.path = encode(&absolute);
    Ok(url)
}

fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    percent_encode_into(&mut encoded, path, &FILE_PATH);
    encoded
}

fn resolve(path: &str, windows: bool, current: &str) -> String {
    let is_slash = |c: char| c == '/' || (windows && c == '\\');
    let (drive, rest) = match path.as_bytes() {
        [letter, b':', ..] if windows && letter.is_ascii_alphabetic() => path.split_at(2),
        _ => ("", path),
    };
    let mut parts: Vec<&str> = Vec::new();
    if !rest.starts_with(is_slash) && drive.is_empty() {
        parts.extend(current.split(is_slash));
    }
    parts.extend(rest.split(is_slash));
    let mut kept: Vec<&str> = Vec::new();
    for part in parts {
        match part {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            part => kept.push(part),
        }
    }
    if drive.is_empty() { format!("/{}", kept.join("/")) } else { format!("/{drive}/{}", kept.join("/")) }
}
