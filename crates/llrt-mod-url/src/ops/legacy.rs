//! URLs as `url.parse` sees them: parts of a text that need not be a URL.
//!
//! Node: <https://nodejs.org/api/url.html#legacy-url-api>.

use idna::AsciiDenyList;

use super::encode::{decode_uri_component, push_encoded};

/// The parts of a legacy URL; `None` is JavaScript's `null`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LegacyUrl {
    /// With its colon.
    pub protocol: Option<String>,
    /// Whether two slashes follow the protocol.
    pub slashes: Option<bool>,
    /// `user:password`
    pub auth: Option<String>,
    /// Host and port.
    pub host: Option<String>,
    /// Digits.
    pub port: Option<String>,
    /// The host without brackets.
    pub hostname: Option<String>,
    /// With its `#`.
    pub hash: Option<String>,
    /// With its `?`.
    pub search: Option<String>,
    /// Without its `?`.
    pub query: Option<String>,
    /// The path without the query.
    pub pathname: Option<String>,
    /// Path and query.
    pub path: Option<String>,
    /// All of it.
    pub href: Option<String>,
}

/// Why a text is no legacy URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegacyError {
    /// The host holds what no host may.
    Invalid,
    /// User and password are not percent-encoded as they should be.
    Malformed,
}

const HOST_MAX_LEN: usize = 255;

fn is_hostless(protocol: &str) -> bool {
    matches!(protocol, "javascript" | "javascript:")
}

/// Protocols with two slashes.
fn is_slashed(protocol: Option<&str>) -> bool {
    let Some(protocol) = protocol else { return false };
    let name = protocol.strip_suffix(':').unwrap_or(protocol);
    matches!(name, "http" | "https" | "ftp" | "gopher" | "file" | "ws" | "wss")
}

fn is_set(part: &Option<String>) -> bool {
    part.as_ref().is_some_and(|text| !text.is_empty())
}

fn text(part: &Option<String>) -> &str {
    part.as_deref().unwrap_or_default()
}

/// Splits a text into parts.
///
/// # Errors
/// [`LegacyError`]
pub fn parse(url: &str, slashes_denote_host: bool) -> Result<LegacyUrl, LegacyError> {
    let is_space = |c: char| u32::from(c) < 33 || matches!(c, '\u{a0}' | '\u{feff}');
    let trimmed = url.trim_matches(is_space);
    let split = trimmed.find(['#', '?']).unwrap_or(trimmed.len());
    let mut rest = trimmed[..split].replace('\\', "/") + &trimmed[split..];
    let mut url = LegacyUrl::default();

    // Most texts are a path.
    let plain = !slashes_denote_host && !rest.contains('#') && !rest[..split].contains('@');
    if plain && parse_plain_path(&rest, &mut url) {
        return Ok(url);
    }

    let protocol_len = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-')));
    let protocol = protocol_len.filter(|&len| len > 0 && rest.as_bytes()[len] == b':').map(|len| {
        let protocol = rest[..=len].to_ascii_lowercase();
        rest.drain(..=len);
        protocol
    });
    let hostless = protocol.as_deref().is_some_and(is_hostless);
    let mut slashes = false;
    if slashes_denote_host || protocol.is_some() || is_user_at_host(&rest) {
        slashes = rest.starts_with("//");
        if slashes && !hostless {
            rest.drain(..2);
            url.slashes = Some(true);
        }
    }
    let slashed = is_slashed(protocol.as_deref());
    url.protocol = protocol;
    if !hostless && (slashes || (url.protocol.is_some() && !slashed)) {
        rest = take_host(&mut url, rest)?;
    }
    if !hostless {
        rest = escape(&rest);
    }

    let hash = rest.find('#').unwrap_or(rest.len());
    if hash < rest.len() {
        url.hash = Some(rest[hash..].to_owned());
    }
    let question = rest[..hash].find('?').unwrap_or(hash);
    if question < hash {
        url.search = Some(rest[question..hash].to_owned());
        url.query = Some(rest[question + 1..hash].to_owned());
    }
    if question > 0 {
        url.pathname = Some(rest[..question].to_owned());
    }
    if slashed && is_set(&url.hostname) && !is_set(&url.pathname) {
        url.pathname = Some("/".to_owned());
    }
    url.set_path();
    url.href = Some(url.format());
    Ok(url)
}

/// `/path?query` or `//path?query`, without white space.
fn parse_plain_path(text: &str, url: &mut LegacyUrl) -> bool {
    let is_path = text.starts_with('/') && !text.starts_with("///") && !text.contains(char::is_whitespace);
    if !is_path {
        return false;
    }
    let (pathname, query) = match text.split_once('?') {
        Some((pathname, query)) => (pathname, Some(query)),
        None => (text, None),
    };
    url.pathname = Some(pathname.to_owned());
    url.search = query.map(|query| format!("?{query}"));
    url.query = query.map(str::to_owned);
    url.path = Some(text.to_owned());
    url.href = Some(text.to_owned());
    true
}

/// `//user@host`
fn is_user_at_host(text: &str) -> bool {
    let Some((user, host)) = text.strip_prefix("//").and_then(|rest| rest.split_once('@')) else { return false };
    !user.is_empty() && !user.contains('/') && host.chars().next().is_some_and(|c| c != '@' && c != '/')
}

/// Takes user, password, host and port off the start of `rest`, and gives what follows them.
fn take_host(url: &mut LegacyUrl, rest: String) -> Result<String, LegacyError> {
    let mut authority_end = rest.len();
    let mut host_end = None;
    let mut at_sign = None;
    let mut dropped = String::with_capacity(rest.len());
    for c in rest.chars() {
        match c {
            '\t' | '\n' | '\r' => continue,
            ' ' | '"' | '%' | '\'' | ';' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => {
                host_end.get_or_insert(dropped.len());
            }
            '#' | '/' | '?' => {
                host_end.get_or_insert(dropped.len());
                authority_end = dropped.len();
            }
            // What came before the last `@` was user and password.
            '@' => {
                at_sign = Some(dropped.len());
                host_end = None;
            }
            _ => {}
        }
        if authority_end < rest.len() {
            break;
        }
        dropped.push(c);
    }
    let rest = if authority_end < rest.len() {
        let skipped = rest.find(['#', '/', '?']).unwrap_or(rest.len());
        dropped + &rest[skipped..]
    } else {
        dropped
    };
    let mut start = 0;
    if let Some(at_sign) = at_sign {
        url.auth = Some(decode_uri_component(&rest[..at_sign]).ok_or(LegacyError::Malformed)?);
        start = at_sign + 1;
    }
    let end = host_end.unwrap_or(rest.len());
    url.host = Some(rest[start..end].to_owned());
    let mut rest = rest[end..].to_owned();
    url.split_port();
    let hostname = url.hostname.take().unwrap_or_default();
    let is_ipv6 = hostname.starts_with('[') && hostname.ends_with(']');
    let valid_len =
        if is_ipv6 { hostname.len() } else { hostname.find(['/', '\\', '#', '?', ':']).unwrap_or(hostname.len()) };
    if valid_len < hostname.len() {
        rest = format!("/{}{rest}", &hostname[valid_len..]);
    }
    let mut hostname = hostname[..valid_len].to_lowercase();
    if hostname.encode_utf16().count() > HOST_MAX_LEN {
        hostname.clear();
    }
    if !hostname.is_empty() {
        if !is_ipv6 {
            hostname = domain_to_ascii(&hostname);
        }
        let forbidden = |c: char| {
            matches!(c, '\0' | '\t' | '\n' | '\r' | ' ' | '#' | '%' | '/' | '<' | '>' | '?' | '@' | '\\' | '^' | '|')
                || (!is_ipv6 && matches!(c, ':' | '[' | ']'))
        };
        if hostname.is_empty() || hostname.contains(forbidden) {
            return Err(LegacyError::Invalid);
        }
    }
    let port = if is_set(&url.port) { format!(":{}", text(&url.port)) } else { String::new() };
    url.host = Some(format!("{hostname}{port}"));
    if is_ipv6 {
        hostname = hostname[1..hostname.len() - 1].to_owned();
        if !rest.starts_with('/') {
            rest.insert(0, '/');
        }
    }
    url.hostname = Some(hostname);
    Ok(rest)
}

/// The domain in ASCII; empty when it is none.
fn domain_to_ascii(domain: &str) -> String {
    if domain.is_ascii() && !domain.contains("xn--") {
        return domain.to_owned();
    }
    idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::EMPTY).map(Into::into).unwrap_or_default()
}

/// Characters that are never left as they are.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' | ' ' | '"' | '\'' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => {
                push_encoded(&mut escaped, c as u8);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

impl LegacyUrl {
    /// Splits `host` into `hostname` and `port`.
    pub fn split_port(&mut self) {
        let host = text(&self.host);
        let name = host.trim_end_matches(|c: char| c.is_ascii_digit());
        let mut hostname = host;
        let mut port = None;
        if let Some(before) = name.strip_suffix(':') {
            hostname = before;
            port = Some(&host[name.len()..]).filter(|port| !port.is_empty());
        }
        let (hostname, port) = (hostname.to_owned(), port.map(str::to_owned));
        if port.is_some() {
            self.port = port;
        }
        if !hostname.is_empty() {
            self.hostname = Some(hostname);
        }
    }

    /// Puts the parts together; of `query` and `search` it is the latter that counts.
    pub fn format(&self) -> String {
        let mut protocol = text(&self.protocol).to_owned();
        let mut host = String::new();
        let auth = format_auth(text(&self.auth));
        if is_set(&self.host) {
            host = auth + text(&self.host);
        } else if is_set(&self.hostname) {
            let hostname = text(&self.hostname);
            let bare_ipv6 = hostname.contains(':') && !(hostname.starts_with('[') && hostname.ends_with(']'));
            host = if bare_ipv6 { format!("{auth}[{hostname}]") } else { auth + hostname };
            if is_set(&self.port) {
                host = format!("{host}:{}", text(&self.port));
            }
        }
        if !protocol.is_empty() && !protocol.ends_with(':') {
            protocol.push(':');
        }
        let mut pathname = text(&self.pathname).replace('#', "%23").replace('?', "%3F");
        let slashes = self.slashes == Some(true);
        if slashes || is_slashed(self.protocol.as_deref()) {
            if slashes || !host.is_empty() {
                if !pathname.is_empty() && !pathname.starts_with('/') {
                    pathname.insert(0, '/');
                }
                host.insert_str(0, "//");
            } else if protocol.starts_with("file") {
                host = "//".to_owned();
            }
        }
        let search = prefixed('?', &text(&self.search).replace('#', "%23"));
        protocol + &host + &pathname + &search + &prefixed('#', text(&self.hash))
    }

    fn set_path(&mut self) {
        if self.pathname.is_some() || self.search.is_some() {
            self.path = Some(format!("{}{}", text(&self.pathname), text(&self.search)));
        }
    }

    fn finished(mut self) -> Self {
        self.href = Some(self.format());
        self
    }

    /// What a link to `relative` means on a page at this URL.
    pub fn resolve(&self, mut relative: LegacyUrl) -> LegacyUrl {
        let mut result = self.clone();
        result.hash.clone_from(&relative.hash);
        if relative.href.as_deref() == Some("") {
            return result.finished();
        }
        if relative.slashes == Some(true) && !is_set(&relative.protocol) {
            result = LegacyUrl { protocol: result.protocol, ..relative };
            if is_slashed(result.protocol.as_deref()) && is_set(&result.hostname) && !is_set(&result.pathname) {
                result.pathname = Some("/".to_owned());
                result.path = Some("/".to_owned());
            }
            return result.finished();
        }
        if is_set(&relative.protocol) && relative.protocol != result.protocol {
            return result.resolve_other_protocol(relative);
        }
        result.resolve_path(&mut relative)
    }

    fn resolve_other_protocol(mut self, mut relative: LegacyUrl) -> LegacyUrl {
        if !is_slashed(relative.protocol.as_deref()) {
            return relative.finished();
        }
        self.protocol.clone_from(&relative.protocol);
        let is_file = matches!(relative.protocol.as_deref(), Some("file" | "file:"));
        if !is_set(&relative.host) && !is_file {
            // The first part of the path that is not empty is the host.
            let mut parts = text(&relative.pathname).split('/').skip_while(|part| part.is_empty());
            let host = parts.next().unwrap_or_default().to_owned();
            let path: Vec<&str> = parts.collect();
            self.pathname = Some(match path.as_slice() {
                ["", rest @ ..] if !rest.is_empty() => format!("/{}", rest.join("/")),
                [""] => "/".to_owned(),
                path => format!("/{}", path.join("/")),
            });
            relative.host = Some(host);
            relative.hostname.get_or_insert_default();
        } else {
            self.pathname.clone_from(&relative.pathname);
        }
        self.search = relative.search;
        self.query = relative.query;
        self.hostname = if is_set(&relative.hostname) { relative.hostname } else { relative.host.clone() };
        self.host = Some(relative.host.unwrap_or_default());
        self.auth = relative.auth;
        self.port = relative.port;
        if is_set(&self.pathname) || is_set(&self.search) {
            self.set_path();
        }
        if self.slashes != Some(true) {
            self.slashes = relative.slashes;
        }
        self.finished()
    }

    fn resolve_path(mut self, relative: &mut LegacyUrl) -> LegacyUrl {
        let split = |path: &Option<String>| match path.as_deref() {
            Some(path) if !path.is_empty() => path.split('/').map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let source_absolute = text(&self.pathname).starts_with('/');
        let relative_absolute = is_set(&relative.host) || text(&relative.pathname).starts_with('/');
        let mut absolute = relative_absolute || source_absolute || (is_set(&self.host) && is_set(&relative.pathname));
        let keeps_no_dots = absolute;
        let mut path: Vec<String> = split(&self.pathname);
        let mut relative_path: Vec<String> = split(&relative.pathname);
        // Without slashes the host is but the first part of the path: `..` may cross it.
        let host_in_path = is_set(&self.protocol) && !is_slashed(self.protocol.as_deref());
        if host_in_path {
            self.hostname = Some(String::new());
            self.port = None;
            put_first(&mut path, self.host.replace(String::new()));
            if is_set(&relative.protocol) {
                relative.hostname = None;
                relative.port = None;
                self.auth = None;
                put_first(&mut relative_path, relative.host.take());
            }
            let is_empty = |path: &[String]| path.first().is_some_and(String::is_empty);
            absolute = absolute && (is_empty(&relative_path) || is_empty(&path));
        }
        if relative_absolute {
            if relative.host.is_some() {
                if self.host != relative.host {
                    self.auth = None;
                }
                self.host.clone_from(&relative.host);
                self.port.clone_from(&relative.port);
            }
            if relative.hostname.is_some() {
                if self.hostname != relative.hostname {
                    self.auth = None;
                }
                self.hostname.clone_from(&relative.hostname);
            }
            self.search.clone_from(&relative.search);
            self.query.clone_from(&relative.query);
            path = relative_path;
        } else if !relative_path.is_empty() {
            path.pop();
            path.append(&mut relative_path);
            self.search.clone_from(&relative.search);
            self.query.clone_from(&relative.query);
        } else if relative.search.is_some() {
            if host_in_path {
                self.take_host_from((!path.is_empty()).then(|| path.remove(0)));
            }
            self.search.clone_from(&relative.search);
            self.query.clone_from(&relative.query);
            self.set_path();
            return self.finished();
        }
        if path.is_empty() {
            self.pathname = None;
            self.path = is_set(&self.search).then(|| format!("/{}", text(&self.search)));
            return self.finished();
        }

        let last = path.last().map(String::as_str).unwrap_or_default();
        let in_directory = is_set(&self.host) || is_set(&relative.host) || path.len() > 1;
        let trailing_slash = last.is_empty() || (in_directory && matches!(last, "." | ".."));
        let mut path = without_dots(path, !absolute && !keeps_no_dots);
        let is_root = |path: &[String]| path.first().is_some_and(|part| part.is_empty() || part.starts_with('/'));
        if absolute && !is_root(&path) {
            path.insert(0, String::new());
        }
        if trailing_slash && !path.join("/").ends_with('/') {
            path.push(String::new());
        }
        let is_absolute = is_root(&path);
        if host_in_path {
            let first = if is_absolute || path.is_empty() { String::new() } else { path.remove(0) };
            self.take_host_from(Some(first));
        }
        if (absolute || (is_set(&self.host) && !path.is_empty())) && !is_absolute {
            path.insert(0, String::new());
        }
        if path.is_empty() {
            self.pathname = None;
            self.path = None;
        } else {
            self.pathname = Some(path.join("/"));
        }
        self.set_path();
        if is_set(&relative.auth) {
            self.auth.clone_from(&relative.auth);
        }
        if self.slashes != Some(true) {
            self.slashes = relative.slashes;
        }
        self.finished()
    }

    /// `host`, which may begin with user and password.
    fn take_host_from(&mut self, host: Option<String>) {
        let (auth, host) = match host {
            Some(host) => match host.split_once('@') {
                Some((auth, rest)) if !auth.is_empty() => {
                    (Some(auth.to_owned()), Some(rest.split('@').next().unwrap_or_default().to_owned()))
                }
                _ => (None, Some(host)),
            },
            None => (None, None),
        };
        if auth.is_some() {
            self.auth = auth;
        }
        self.hostname.clone_from(&host);
        self.host = host;
    }
}

fn put_first(path: &mut Vec<String>, host: Option<String>) {
    let Some(host) = host.filter(|host| !host.is_empty()) else { return };
    match path.first_mut() {
        Some(first) if first.is_empty() => *first = host,
        _ => path.insert(0, host),
    }
}

/// Removes `.` and resolves `..`; what goes above the start stays when `keep_above` says so.
fn without_dots(path: Vec<String>, keep_above: bool) -> Vec<String> {
    let mut kept = Vec::new();
    let mut up = 0;
    for part in path.into_iter().rev() {
        match part.as_str() {
            "." => {}
            ".." => up += 1,
            _ if up > 0 => up -= 1,
            _ => kept.push(part),
        }
    }
    if keep_above {
        kept.extend(std::iter::repeat_n("..".to_owned(), up));
    }
    kept.reverse();
    kept
}

fn format_auth(auth: &str) -> String {
    if auth.is_empty() {
        return String::new();
    }
    let mut encoded = String::with_capacity(auth.len() + 1);
    for c in auth.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '!' | '\'' | '(' | ')' | '*' | '-' | '.' | '_' | '~' | ':') {
            encoded.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                push_encoded(&mut encoded, byte);
            }
        }
    }
    encoded + "@"
}

fn prefixed(mark: char, text: &str) -> String {
    if text.is_empty() || text.starts_with(mark) { text.to_owned() } else { format!("{mark}{text}") }
}
