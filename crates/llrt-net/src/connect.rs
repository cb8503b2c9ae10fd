use std::{
    future::{Future, poll_fn},
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use tokio::net::TcpStream;

use crate::{Denied, Family, LookupError, Policy, lookup};

/// How long one address has before the next is tried beside it (RFC 8305; the value is Node's).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// An address that did not answer.
#[derive(Debug, thiserror::Error)]
#[error("connect {address}: {error}")]
pub struct Attempt {
    /// Address and port.
    pub address: SocketAddr,
    /// What the system said.
    pub error: io::Error,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The policy forbids it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The name has no address.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// No address answered; one entry for each that was tried, never empty.
    #[error("{}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Attempts(Vec<Attempt>),
}

/// Connects to `host` (a name or an address) and turns `TCP_NODELAY` on.
///
/// Addresses are tried in turn, IPv4 and IPv6 alternating; one that does not answer within 250 ms gets company from the next.
///
/// # Errors
/// [`ConnectError`].
pub async fn connect(host: &str, port: u16, family: Family, policy: &Policy) -> Result<TcpStream, ConnectError> {
    policy.check(host, port)?;
    let addresses = lookup(host, family).await?;
    let mut allowed = Vec::with_capacity(addresses.len());
    let mut denied = None;
    for address in interleave(addresses) {
        match policy.check_address(address, port) {
            Ok(()) => allowed.push(SocketAddr::new(address, port)),
            Err(error) => denied = Some(error),
        }
    }
    if let (true, Some(denied)) = (allowed.is_empty(), denied) {
        return Err(denied.into());
    }
    let stream = race(&allowed).await.map_err(ConnectError::Attempts)?;
    // Without it a small request written in two parts waits for an acknowledgement. It cannot fail on a connected socket in
    // a way that matters: the first write reports it.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// The first family stays first, and the other alternates with it.
fn interleave(addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let Some(first) = addresses.first().map(IpAddr::is_ipv4) else { return addresses };
    if addresses.iter().all(|address| address.is_ipv4() == first) {
        return addresses;
    }
    let (mut same, mut other): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|address| address.is_ipv4() == first);
    let mut mixed = Vec::with_capacity(same.len() + other.len());
    let (mut same, mut other) = (same.drain(..), other.drain(..));
    loop {
        let before = mixed.len();
        mixed.extend(same.next());
        mixed.extend(other.next());
        if mixed.len() == before {
            return mixed;
        }
    }
}

type Connecting = Pin<Box<dyn Future<Output = io::Result<TcpStream>>>>;

async fn race(addresses: &[SocketAddr]) -> Result<TcpStream, Vec<Attempt>> {
    if let [address] = *addresses {
        return TcpStream::connect(address).await.map_err(|error| vec![Attempt { address, error }]);
    }
    let mut failed = Vec::new();
    let mut running: Vec<(SocketAddr, Connecting)> = Vec::new();
    let mut waiting = addresses.iter().copied();
    loop {
        if let Some(address) = waiting.next() {
            running.push((address, Box::pin(TcpStream::connect(address))));
        } else if running.is_empty() {
            return Err(failed);
        }
        let answer = poll_fn(|cx| {
            for (index, (_, attempt)) in running.iter_mut().enumerate() {
                if let Poll::Ready(result) = attempt.as_mut().poll(cx) {
                    return Poll::Ready((index, result));
                }
            }
            Poll::Pending
        });
        let answer =
            if waiting.len() > 0 { tokio::time::timeout(ATTEMPT_DELAY, answer).await.ok() } else { Some(answer.await) };
        match answer {
            Some((_, Ok(stream))) => return Ok(stream),
            Some((index, Err(error))) => {
                let (address, _) = running.remove(index);
                failed.push(Attempt { address, error });
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};

    use super::*;

    /// A port that nothing listens on: bound just now, and given back.
    fn closed_port() -> u16 {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    }

    #[test]
    fn families_alternate_and_the_first_stays_first() {
        let (a, b, c) = (IpAddr::from([1, 1, 1, 1]), IpAddr::from([2, 2, 2, 2]), IpAddr::V6(Ipv6Addr::LOCALHOST));
        assert_eq!(interleave(vec![a, b, c]), [a, c, b]);
        assert_eq!(interleave(vec![c, a, b]), [c, a, b]);
        assert_eq!(interleave(vec![a, b]), [a, b]);
    }

    #[tokio::test]
    async fn the_next_address_is_tried_when_one_refuses() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        let closed = SocketAddr::from((Ipv4Addr::LOCALHOST, closed_port()));
        let stream = race(&[closed, open]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), open);
    }

    #[tokio::test]
    async fn every_refusal_is_reported() {
        let (one, two) = (closed_port(), closed_port());
        let addresses = [one, two].map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let failed = race(&addresses).await.unwrap_err();
        assert_eq!(failed.iter().map(|attempt| attempt.address).collect::<Vec<_>>(), addresses);
        assert!(failed.iter().all(|attempt| attempt.error.raw_os_error() == Some(libc::ECONNREFUSED)));
    }

    #[tokio::test]
    async fn a_connection_does_not_wait_to_fill_packets() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let stream = connect("localhost", port, Family::Any, &Policy::default()).await.unwrap();
        assert!(stream.nodelay().unwrap());
    }

    #[tokio::test]
    async fn a_denied_host_is_not_looked_up() {
        let policy = Policy::new(None, Some("denied.invalid"));
        let error = connect("denied.invalid", 80, Family::Any, &policy).await.unwrap_err();
        assert!(matches!(error, ConnectError::Denied(denied) if denied.target == "denied.invalid:80"));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_a_denied_address_is_refused() {
        let policy = Policy::new(None, Some("127.0.0.1 ::1"));
        let error = connect("localhost", 80, Family::Any, &policy).await.unwrap_err();
        assert!(matches!(error, ConnectError::Denied(_)), "{error}");
    }
}
