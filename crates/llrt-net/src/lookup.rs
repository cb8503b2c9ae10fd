use std::{
    ffi::{CString, c_int},
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
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
#[error("{syscall} {code} {hostname}")]
pub struct LookupError {
    /// `ENOTFOUND`, `EAI_AGAIN`, ...
    pub code: &'static str,
    /// The number that Node has for it (negative).
    pub errno: i32,
    /// The call that failed: `getaddrinfo`, `getnameinfo`.
    pub syscall: &'static str,
    /// The name.
    pub hostname: String,
}

/// What else a lookup is to heed, with the numbers that Node has for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints(pub i32);

/// The addresses of `host`, in the order in which to try them. Never empty.
///
/// An IP address (with or without the brackets of IPv6) and `localhost` (RFC 6761) need no resolver. Any other name goes to the
/// system's, on tokio's blocking pool.
///
/// # Errors
/// [`LookupError`].
pub async fn lookup(host: &str, family: Family) -> Result<Vec<IpAddr>, LookupError> {
    lookup_with(host, family, Hints::default()).await
}

/// [`lookup()`] with hints for the system's resolver.
///
/// # Errors
/// [`LookupError`].
pub async fn lookup_with(host: &str, family: Family, hints: Hints) -> Result<Vec<IpAddr>, LookupError> {
    let mut found = match without_resolver(host) {
        Some(addresses) => addresses,
        None => {
            let name = host.to_owned();
            let task = tokio::task::spawn_blocking(move || resolve(&name, family, hints));
            match task.await {
                Ok(addresses) => addresses?,
                // The loop ends.
                Err(_) => return Err(failure(host, "ECANCELED", -3003)),
            }
        }
    };
    // IPv4 in the clothes of IPv6 is what V4MAPPED asks for.
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
    LookupError { code, errno, syscall: "getaddrinfo", hostname: host.to_owned() }
}

/// The standard library's resolver does not tell why it failed, hence the call itself.
fn resolve(host: &str, family: Family, more: Hints) -> Result<Vec<IpAddr>, LookupError> {
    let Ok(name) = CString::new(host) else { return Err(failure(host, "ENOTFOUND", -3008)) };
    // SAFETY: all-zero is a valid `addrinfo` with null pointers.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_socktype = libc::SOCK_STREAM;
    hints.ai_family = match family {
        Family::Any => libc::AF_UNSPEC,
        Family::V4 => libc::AF_INET,
        Family::V6 => libc::AF_INET6,
    };
    hints.ai_flags = more.0;
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

/// The name of an address and of a service on it.
///
/// # Errors
/// [`LookupError`]; `EAI_FAMILY` when it is no address.
pub async fn lookup_service(address: &str, port: u16) -> Result<(String, String), LookupError> {
    let named = |error: LookupError| LookupError { syscall: "getnameinfo", ..error };
    let Some(socket) = crate::parse_address(address, port) else {
        return Err(named(failure(address, "EAI_FAMILY", -3005)));
    };
    let text = address.to_owned();
    let task = tokio::task::spawn_blocking(move || name_of(&text, socket)).await;
    task.unwrap_or_else(|_| Err(failure(address, "ECANCELED", -3003))).map_err(named)
}

fn name_of(text: &str, address: SocketAddr) -> Result<(String, String), LookupError> {
    const NAME_BYTES: usize = 1025;
    const SERVICE_BYTES: usize = 32;
    let address = rustix::net::SocketAddrAny::from(address);
    let (mut name, mut service) = ([0_u8; NAME_BYTES], [0_u8; SERVICE_BYTES]);
    // SAFETY: an address of the length that it says it has, and room for both results.
    let status = unsafe {
        libc::getnameinfo(
            address.as_ptr().cast(),
            address.addr_len(),
            name.as_mut_ptr().cast(),
            NAME_BYTES as _,
            service.as_mut_ptr().cast(),
            SERVICE_BYTES as _,
            libc::NI_NAMEREQD,
        )
    };
    if status != 0 {
        return Err(describe(text, status));
    }
    let read =
        |bytes: &[u8]| bytes.split(|byte| *byte == 0).next().map(|text| String::from_utf8_lossy(text).into_owned());
    Ok((read(&name).unwrap_or_default(), read(&service).unwrap_or_default()))
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
