use std::{cell::OnceCell, net::IpAddr, rc::Rc};

/// Which hosts may be reached: an allow list, a deny list, or neither.
///
/// An entry is a host (`example.com`, `10.0.0.1`, `::1`), a host with a port (`example.com:443`, `[::1]:443`) or the path of a
/// socket. A host matches itself and nothing else: `example.com` does not cover `api.example.com`, nor the other way round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    allow: Option<Vec<Entry>>,
    deny: Vec<Entry>,
}

/// The policy forbids a connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Access to this API has been restricted: connecting to {target} is not allowed by LLRT_NET_ALLOW or LLRT_NET_DENY"
)]
pub struct Denied {
    /// `host:port`, or a socket's path.
    pub target: String,
}

impl Denied {
    /// Node's code for what its permission model refuses.
    pub const CODE: &str = "ERR_ACCESS_DENIED";
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    host: String,
    port: Option<u16>,
}

impl Policy {
    /// A policy from the two lists, entries separated by white space. `None` as the allow list allows every host that is not
    /// denied; an empty one allows none.
    pub fn new(allow: Option<&str>, deny: Option<&str>) -> Self {
        let parse = |list: &str| list.split_whitespace().map(Entry::parse).collect();
        Self { allow: allow.map(parse), deny: deny.map(parse).unwrap_or_default() }
    }

    /// What `LLRT_NET_ALLOW` and `LLRT_NET_DENY` say. The variables are read once per thread.
    pub fn from_env() -> Rc<Self> {
        thread_local! {
            static POLICY: OnceCell<Rc<Policy>> = const { OnceCell::new() };
        }
        POLICY.with(|policy| {
            let list = |name| std::env::var_os(name).map(|list| list.to_string_lossy().into_owned());
            let read = || Self::new(list("LLRT_NET_ALLOW").as_deref(), list("LLRT_NET_DENY").as_deref());
            Rc::clone(policy.get_or_init(|| Rc::new(read())))
        })
    }

    /// Checks a host (a name or an IP address, with or without the brackets of IPv6) and port.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn check(&self, host: &str, port: u16) -> Result<(), Denied> {
        if self.allow.is_none() && self.deny.is_empty() {
            return Ok(());
        }
        let host = normalize(host);
        self.check_normal(&host, Some(port)).then_some(()).ok_or_else(|| Denied { target: format!("{host}:{port}") })
    }

    /// Checks the path of a socket.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn check_path(&self, path: &str) -> Result<(), Denied> {
        self.check_normal(path, None).then_some(()).ok_or_else(|| Denied { target: path.to_owned() })
    }

    /// Checks an address that an allowed name resolved to, so that a name cannot lead to a denied address.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn check_address(&self, address: IpAddr, port: u16) -> Result<(), Denied> {
        if self.deny.is_empty() {
            return Ok(());
        }
        let host = address.to_canonical().to_string();
        let denied = self.deny.iter().any(|entry| entry.matches(&host, Some(port)));
        if denied { Err(Denied { target: format!("{host}:{port}") }) } else { Ok(()) }
    }

    fn check_normal(&self, host: &str, port: Option<u16>) -> bool {
        let listed = |list: &[Entry]| list.iter().any(|entry| entry.matches(host, port));
        self.allow.as_deref().is_none_or(listed) && !listed(&self.deny)
    }
}

impl Entry {
    fn parse(text: &str) -> Self {
        if text.starts_with('/') {
            return Self { host: text.to_owned(), port: None };
        }
        let (host, port) = match text.rsplit_once(':') {
            // More than one colon without brackets is an IPv6 address.
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => match port.parse() {
                Ok(port) => (host, Some(port)),
                Err(_) => (text, None),
            },
            _ => (text, None),
        };
        Self { host: normalize(host), port }
    }

    fn matches(&self, host: &str, port: Option<u16>) -> bool {
        self.host == host && (self.port.is_none() || self.port == port)
    }
}

/// One spelling per host: no brackets, no final dot, lower case, the canonical form of an address.
fn normalize(host: &str) -> String {
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().to_string(),
        Err(_) => host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(policy: &Policy, host: &str, port: u16) -> bool {
        policy.check(host, port).is_ok()
    }

    #[test]
    fn without_lists_everything_is_allowed() {
        assert!(allows(&Policy::default(), "example.com", 443));
        assert!(Policy::default().check_path("/run/x.sock").is_ok());
    }

    #[test]
    fn an_allowed_host_covers_neither_its_subdomains_nor_its_parents() {
        let policy = Policy::new(Some("example.com a.b.example.org"), None);
        assert!(allows(&policy, "example.com", 443));
        for host in
            ["api.example.com", "evilexample.com", "example.com.evil.net", "com", "b.example.org", "example.org"]
        {
            assert!(!allows(&policy, host, 443), "{host}");
        }
    }

    #[test]
    fn spellings_of_one_host_match() {
        let policy = Policy::new(Some("Example.COM ::1 127.0.0.1"), None);
        for host in ["example.com", "EXAMPLE.com.", "[::1]", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"] {
            assert!(allows(&policy, host, 80), "{host}");
        }
    }

    #[test]
    fn a_port_narrows_an_entry() {
        let policy = Policy::new(Some("example.com:443 [::1]:8080"), None);
        assert!(allows(&policy, "example.com", 443) && !allows(&policy, "example.com", 80));
        assert!(allows(&policy, "::1", 8080) && !allows(&policy, "::1", 80));
    }

    #[test]
    fn an_empty_allow_list_denies_all() {
        assert!(!allows(&Policy::new(Some(""), None), "example.com", 443));
        assert!(Policy::new(Some(" "), None).check_path("/x.sock").is_err());
    }

    #[test]
    fn deny_wins_over_allow() {
        let policy = Policy::new(Some("a.test b.test"), Some("b.test"));
        assert!(allows(&policy, "a.test", 1) && !allows(&policy, "b.test", 1));
        let denied = policy.check("b.test", 1).unwrap_err();
        assert_eq!(denied.target, "b.test:1");
    }

    #[test]
    fn a_name_cannot_lead_to_a_denied_address() {
        let policy = Policy::new(None, Some("169.254.169.254"));
        assert!(policy.check_address("169.254.169.254".parse().unwrap(), 80).is_err());
        assert!(policy.check_address("::ffff:169.254.169.254".parse().unwrap(), 80).is_err());
        assert!(policy.check_address("127.0.0.1".parse().unwrap(), 80).is_ok());
    }

    #[test]
    fn socket_paths_match_exactly() {
        let policy = Policy::new(Some("/run/a.sock"), None);
        assert!(policy.check_path("/run/a.sock").is_ok() && policy.check_path("/run/a.sock2").is_err());
    }
}
