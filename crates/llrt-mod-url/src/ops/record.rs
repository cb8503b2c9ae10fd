//! A URL and its parts: <https://url.spec.whatwg.org/#url-representation>.

use super::{
    encode::{self, percent_encode_into},
    host,
    parser::{self, State},
};

/// A URL record. The path is kept as text: each segment after a slash, or opaque.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub(super) scheme: String,
    pub(super) username: String,
    pub(super) password: String,
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) path: String,
    pub(super) opaque: bool,
    pub(super) query: Option<String>,
    pub(super) fragment: Option<String>,
}

impl Record {
    /// Parses `input`, relative to `base` if it is relative. `None` when it is no URL.
    pub fn parse(input: &str, base: Option<&Record>) -> Option<Record> {
        parser::parse(input, base)
    }

    /// Parses `input` relative to the URL `base`.
    pub fn parse_with_base(input: &str, base: Option<&str>) -> Option<Record> {
        match base {
            Some(base) => Record::parse(input, Some(&Record::parse(base, None)?)),
            None => Record::parse(input, None),
        }
    }

    /// The host that `value` is for a special scheme; empty when it is none.
    pub fn parse_domain(value: &str) -> String {
        let mut url = Record { scheme: "ws".to_owned(), host: Some("x".to_owned()), ..Record::default() };
        if url.set_hostname(value) { url.host.unwrap_or_default() } else { String::new() }
    }

    /// `https:`
    pub fn protocol(&self) -> String {
        format!("{}:", self.scheme)
    }

    /// The name of a user, percent-encoded.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The password, percent-encoded.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// Host and port.
    pub fn host(&self) -> String {
        let mut text = self.hostname().to_owned();
        self.push_port(&mut text);
        text
    }

    /// The host without the port; brackets stay.
    pub fn hostname(&self) -> &str {
        self.host.as_deref().unwrap_or_default()
    }

    /// The port in digits; empty when it is the scheme's own.
    pub fn port(&self) -> String {
        self.port.map(|port| port.to_string()).unwrap_or_default()
    }

    /// The path, opaque or not.
    pub fn pathname(&self) -> &str {
        &self.path
    }

    /// `?` and the query; empty when there is none or it is empty.
    pub fn search(&self) -> String {
        prefixed('?', self.query.as_deref())
    }

    /// `#` and the fragment; empty when there is none or it is empty.
    pub fn hash(&self) -> String {
        prefixed('#', self.fragment.as_deref())
    }

    /// The query without its mark.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// <https://url.spec.whatwg.org/#concept-url-origin>
    pub fn origin(&self) -> String {
        match self.scheme.as_str() {
            "blob" => match Record::parse(&self.path, None) {
                Some(inner) if matches!(inner.scheme.as_str(), "http" | "https") => inner.origin(),
                _ => "null".to_owned(),
            },
            "file" => "null".to_owned(),
            _ if self.is_special() => format!("{}://{}", self.scheme, self.host()),
            _ => "null".to_owned(),
        }
    }

    /// The whole URL.
    pub fn href(&self) -> String {
        self.serialize(&Parts::default())
    }

    /// The URL without some of its parts.
    pub fn serialize(&self, parts: &Parts) -> String {
        let mut text = String::with_capacity(self.scheme.len() + self.path.len() + 32);
        text.push_str(&self.scheme);
        text.push(':');
        if let Some(host) = &self.host {
            text.push_str("//");
            if parts.auth && self.has_credentials() {
                text.push_str(&self.username);
                if !self.password.is_empty() {
                    text.push(':');
                    text.push_str(&self.password);
                }
                text.push('@');
            }
            if parts.unicode && self.is_special() {
                text.push_str(&host::to_unicode(host));
            } else {
                text.push_str(host);
            }
            self.push_port(&mut text);
        } else if !self.opaque && self.path.starts_with("//") {
            // Else the path would read as a host.
            text.push_str("/.");
        }
        text.push_str(&self.path);
        if let Some(query) = self.query.as_ref().filter(|_| parts.search) {
            text.push('?');
            text.push_str(query);
        }
        if let Some(fragment) = self.fragment.as_ref().filter(|_| parts.fragment) {
            text.push('#');
            text.push_str(fragment);
        }
        text
    }

    fn push_port(&self, text: &mut String) {
        if let Some(port) = self.port {
            text.push(':');
            text.push_str(&port.to_string());
        }
    }

    /// Sets the scheme, unless `value` is none or may not replace the present one.
    pub fn set_protocol(&mut self, value: &str) {
        parser::parse_into(&format!("{value}:"), self, State::SchemeStart);
    }

    /// Sets the name of a user.
    pub fn set_username(&mut self, value: &str) {
        if self.can_have_credentials() {
            self.username.clear();
            percent_encode_into(&mut self.username, value, &encode::USERINFO);
        }
    }

    /// Sets the password.
    pub fn set_password(&mut self, value: &str) {
        if self.can_have_credentials() {
            self.password.clear();
            percent_encode_into(&mut self.password, value, &encode::USERINFO);
        }
    }

    /// Sets host and, if given, port.
    pub fn set_host(&mut self, value: &str) {
        if !self.opaque {
            parser::parse_into(value, self, State::Host);
        }
    }

    /// Sets the host and leaves the port. Tells whether `value` is a host.
    pub fn set_hostname(&mut self, value: &str) -> bool {
        !self.opaque && parser::parse_into(value, self, State::Hostname)
    }

    /// Sets the port; an empty value removes it.
    pub fn set_port(&mut self, value: &str) {
        if !self.can_have_credentials() {
            return;
        }
        if value.is_empty() {
            self.port = None;
        } else {
            parser::parse_into(value, self, State::Port);
        }
    }

    /// Sets the path.
    pub fn set_pathname(&mut self, value: &str) {
        if !self.opaque {
            self.path.clear();
            parser::parse_into(value, self, State::PathStart);
        }
    }

    /// Sets the query; an empty value removes it.
    pub fn set_search(&mut self, value: &str) {
        if value.is_empty() {
            self.query = None;
            return;
        }
        self.query = Some(String::new());
        parser::parse_into(value.strip_prefix('?').unwrap_or(value), self, State::Query);
    }

    /// Sets the query as it is, without a mark and encoded already.
    pub fn set_query(&mut self, query: Option<String>) {
        self.query = query;
    }

    /// Sets the fragment; an empty value removes it.
    pub fn set_hash(&mut self, value: &str) {
        if value.is_empty() {
            self.fragment = None;
            return;
        }
        self.fragment = Some(String::new());
        parser::parse_into(value.strip_prefix('#').unwrap_or(value), self, State::Fragment);
    }

    pub(super) fn is_special(&self) -> bool {
        is_special(&self.scheme)
    }

    pub(super) fn has_credentials(&self) -> bool {
        !self.username.is_empty() || !self.password.is_empty()
    }

    /// Whether there is a host for user, password and port to belong to.
    fn can_have_credentials(&self) -> bool {
        self.host.as_ref().is_some_and(|host| !host.is_empty()) && self.scheme != "file"
    }
}

/// Which parts [`Record::serialize`] writes, and how.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// User and password.
    pub auth: bool,
    /// The fragment.
    pub fragment: bool,
    /// The query.
    pub search: bool,
    /// The domain in Unicode.
    pub unicode: bool,
}

impl Default for Parts {
    fn default() -> Self {
        Self { auth: true, fragment: true, search: true, unicode: false }
    }
}

pub(super) fn is_special(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "file" | "ws" | "wss" | "ftp")
}

pub(super) fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        "ftp" => Some(21),
        _ => None,
    }
}

fn prefixed(mark: char, text: Option<&str>) -> String {
    match text {
        Some(text) if !text.is_empty() => format!("{mark}{text}"),
        _ => String::new(),
    }
}
