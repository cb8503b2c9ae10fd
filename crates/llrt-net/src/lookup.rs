use std::{
    ffi::{CString, c_int},
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    ptr,
};

/// Which addresses are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// Both.
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

impl Family {
    fn takes(self, address: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::V4 => address.is_ipv4(),
            Self::V6 => address.is_ipv6(),
        }
    }
}

/// A name could not be resolved. The text is Node's: `getaddrinfo ENOTFOUND nope.invalid`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} {code} {hostname}", Self::SYSCALL)]
pub struct LookupError {
    /// `ENOTFOUND`, `EAI_AGAIN`, ...
    pub code: &'static str,
    /// The number that Node has for it (negative).
    pub errno: i32,
    /// The name.
    pub hostname: String,
}

impl LookupError {
    /// The call that failed.
    pub const SYSCALL: &str = "getaddrinfo";
}

/// The addresses of `host`, in the order in which to try them. Never empty.
///
/// An IP address (with or without the brackets of IPv6) and `localhost` (RFC 6761) need no resolver. Any other name goes to the
/// system's, on tokio's blocking pool.
///
/// # Errors
/// [`LookupError`].
pub async fn lookup(host: &str, family: Family) -> Result<Vec<IpAddr>, LookupError> {
    let mut found = match without_resolver(host) {
        Some(addresses) => addresses,
        None => {
            let name = host.to_owned();
            let task = tokio::task::spawn_blocking(move || resolve(&name, family));
            match task.await {
                Ok(addresses) => addresses?,
                // The loop ends.
                Err(_) => return Err(failure(host, "ECANCELED", -3003)),
            }
        }
    };
    found.retain(|address| family.takes(*address));
    if found.is_empty() { Err(failure(host, "ENOTFOUND", -3008)) } else { Ok(found) }
}

fn without_resolver(host: &str) -> Option<Vec<IpAddr>> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = bare.parse() {
        return Some(vec![address]);
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_local = name.eq_ignore_ascii_case("localhost")
        || name.len() > 10 && name.as_bytes()[name.len() - 10..].eq_ignore_ascii_case(b".localhost");
    is_local.then(|| vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()])
}

fn failure(host: &str, code: &'static str, errno: i32) -> LookupError {
    LookupError { code, errno, hostname: host.to_owned() }
}

/// The standard library's resolver does not tell why it failed, hence the call itself.
fn resolve(host: &str, family: Family) -> Result<Vec<IpAddr>, LookupError> {
    let Ok(name) = CString::new(host) else { return Err(failure(host, "ENOTFOUND", -3008)) };
    // SAFETY: all-zero is a valid `addrinfo` with null pointers.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_socktype = libc::SOCK_STREAM;
    hints.ai_family = match family {
        Family::Any => libc::AF_UNSPEC,
        Family::V4 => libc::AF_INET,
        Family::V6 => libc::AF_INET6,
    };
    let mut list = ptr::null_mut();
    // SAFETY: a NUL-terminated name, valid hints, and a place for the result.
    let status = unsafe { libc::getaddrinfo(name.as_ptr(), ptr::null(), &hints, &mut list) };
    if status != 0 {
        return Err(describe(host, status));
    }
    let mut addresses = Vec::new();
    let mut next = list;
    // SAFETY: a list that `getaddrinfo` made and that is freed below; each `ai_addr` is of the kind that `ai_family` says.
    unsafe {
        while let Some(info) = next.as_ref() {
            match info.ai_family {
                libc::AF_INET => {
                    let address = &*info.ai_addr.cast::<libc::sockaddr_in>();
                    addresses.push(IpAddr::V4(Ipv4Addr::from(u32::from_be(address.sin_addr.s_addr))));
                }
                libc::AF_INET6 => {
                    let address = &*info.ai_addr.cast::<libc::sockaddr_in6>();
                    addresses.push(IpAddr::V6(Ipv6Addr::from(address.sin6_addr.s6_addr)));
                }
                _ => {}
            }
            next = info.ai_next;
        }
        libc::freeaddrinfo(list);
    }
    Ok(addresses)
}

fn describe(host: &str, status: c_int) -> LookupError {
    let (code, errno) = match status {
        libc::EAI_AGAIN => ("EAI_AGAIN", -3001),
        libc::EAI_BADFLAGS => ("EAI_BADFLAGS", -3002),
        libc::EAI_FAIL => ("EAI_FAIL", -3004),
        libc::EAI_FAMILY => ("EAI_FAMILY", -3005),
        libc::EAI_MEMORY => ("EAI_MEMORY", -3006),
        libc::EAI_SYSTEM => match io::Error::last_os_error().raw_os_error() {
            Some(libc::EMFILE) => ("EMFILE", -libc::EMFILE),
            _ => ("EAI_FAIL", -3004),
        },
        _ => ("ENOTFOUND", -3008),
    };
    failure(host, code, errno)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses_and_localhost_need_no_resolver() {
        assert_eq!(lookup("127.0.0.1", Family::Any).await.unwrap(), [IpAddr::V4(Ipv4Addr::LOCALHOST)]);
        assert_eq!(lookup("[::1]", Family::Any).await.unwrap(), [IpAddr::V6(Ipv6Addr::LOCALHOST)]);
        for name in ["localhost", "LocalHost.", "app.localhost"] {
            assert_eq!(lookup(name, Family::V4).await.unwrap(), [IpAddr::V4(Ipv4Addr::LOCALHOST)], "{name}");
        }
        assert!(without_resolver("notlocalhost").is_none());
    }

    #[tokio::test]
    async fn a_name_that_cannot_be_one_is_not_found() {
        let error = lookup("a\0b", Family::Any).await.unwrap_err();
        assert_eq!((error.code, error.errno), ("ENOTFOUND", -3008));
    }

    #[tokio::test]
    async fn an_address_of_the_other_family_is_not_found() {
        let error = lookup("127.0.0.1", Family::V6).await.unwrap_err();
        assert_eq!(error.to_string(), "getaddrinfo ENOTFOUND 127.0.0.1");
    }

    #[test]
    fn the_resolvers_answers_map_to_nodes_codes() {
        assert_eq!(describe("a.invalid", libc::EAI_NONAME).code, "ENOTFOUND");
        assert_eq!(describe("a.invalid", libc::EAI_AGAIN).to_string(), "getaddrinfo EAI_AGAIN a.invalid");
    }
}
