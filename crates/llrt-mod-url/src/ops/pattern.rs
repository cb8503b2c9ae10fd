//! The parts of a URL on their own, as `URLPattern` encodes them.
//!
//! <https://urlpattern.spec.whatwg.org/#canon-encoding-callbacks>

use super::{
    Record,
    encode::{self, percent_encode_into},
    parser::{self, State},
};

/// `value` as it stands in the part `part` of a URL: what [`Record`]'s getter of that name would give, without marks.
///
/// `protocol` matters to ports only. `None` when it cannot stand there.
pub fn canonicalize(part: &str, value: &str, protocol: &str) -> Option<String> {
    if value.is_empty() {
        return Some(String::new());
    }
    let mut url = Record::parse("https://dummy.invalid/", None)?;
    match part {
        "protocol" => return Some(Record::parse(&format!("{value}://dummy.invalid/"), None)?.scheme),
        "username" | "password" => {
            let mut text = String::new();
            percent_encode_into(&mut text, value, &encode::USERINFO);
            return Some(text);
        }
        "hostname" => return url.set_hostname(value).then(|| url.host.unwrap_or_default()),
        "ipv6" => {
            let valid = value.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, '[' | ']' | ':'));
            return valid.then(|| value.to_ascii_lowercase());
        }
        "port" => {
            if !protocol.is_empty() {
                protocol.clone_into(&mut url.scheme);
            }
            return parser::parse_into(value, &mut url, State::Port).then(|| url.port());
        }
        "pathname" => {
            // Without a slash of its own it may begin in the middle of a path.
            let whole = value.starts_with('/');
            let text = if whole { value.to_owned() } else { format!("/-{value}") };
            url.path.clear();
            return parser::parse_into(&text, &mut url, State::PathStart)
                .then(|| if whole { url.path } else { url.path.get(2..).unwrap_or_default().to_owned() });
        }
        "opaque" => {
            (url.path, url.opaque) = (String::new(), true);
            return parser::parse_into(value, &mut url, State::OpaquePath).then_some(url.path);
        }
        "search" => url.query = Some(String::new()),
        _ => url.fragment = Some(String::new()),
    }
    let state = if part == "search" { State::Query } else { State::Fragment };
    let parsed = parser::parse_into(value, &mut url, state);
    parsed.then(|| if part == "search" { url.query } else { url.fragment }).flatten()
}

/// The eight parts of a URL, in the order of its text, and whether its path is opaque. `None` when it is no URL.
pub fn parts(input: &str, base: Option<&str>) -> Option<([String; 8], bool)> {
    let url = Record::parse_with_base(input, base)?;
    let port = url.port();
    let parts = [
        url.scheme,
        url.username,
        url.password,
        url.host.unwrap_or_default(),
        port,
        url.path,
        url.query.unwrap_or_default(),
        url.fragment.unwrap_or_default(),
    ];
    Some((parts, url.opaque))
}

#[cfg(test)]
mod tests {
    use super::{canonicalize, parts};

    #[test]
    fn each_part_is_encoded_as_in_a_url() {
        let of = |part, value| canonicalize(part, value, "");
        assert_eq!(of("protocol", "HTTP").as_deref(), Some("http"));
        assert_eq!(of("protocol", "a b"), None);
        assert_eq!(of("username", "a:é").as_deref(), Some("a%3A%C3%A9"));
        assert_eq!(of("hostname", "FAß.de").as_deref(), Some("xn--fa-hia.de"));
        assert_eq!(of("hostname", "a|b"), None);
        assert_eq!(of("ipv6", "[::AB]").as_deref(), Some("[::ab]"));
        assert_eq!(of("ipv6", "[::x]"), None);
        assert_eq!(of("pathname", "/a/../é").as_deref(), Some("/%C3%A9"));
        assert_eq!(of("pathname", "a b").as_deref(), Some("a%20b"));
        assert_eq!(of("opaque", "a é").as_deref(), Some("a %C3%A9"));
        assert_eq!(of("search", "a'b").as_deref(), Some("a%27b"));
        assert_eq!(of("hash", "a`b").as_deref(), Some("a%60b"));
    }

    #[test]
    fn the_port_of_a_scheme_is_none() {
        assert_eq!(canonicalize("port", "443", "").as_deref(), Some(""));
        assert_eq!(canonicalize("port", "443", "http").as_deref(), Some("443"));
        assert_eq!(canonicalize("port", "99999", ""), None);
    }

    #[test]
    fn a_url_has_eight_parts() {
        let (seen, opaque) = parts("c?d", Some("https://u:p@h:1/a/b#f")).expect("a URL");
        assert_eq!(seen, ["https", "u", "p", "h", "1", "/a/c", "d", ""].map(str::to_owned));
        assert!(!opaque && parts("data:x", None).expect("a URL").1 && parts("x", None).is_none());
    }
}
