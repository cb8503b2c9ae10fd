use std::{
    cell::OnceCell,
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd},
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use rustix::{
    io::Errno,
    net::{
        self as net, AddressFamily, RecvFlags, SendFlags, Shutdown, SocketAddrAny, SocketAddrUnix, SocketFlags,
        SocketType, sockopt,
    },
};
use tokio::io::{Interest, unix::AsyncFd};

/// Where a socket is, or is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// An IP address and a port.
    Ip(SocketAddr),
    /// The path of a Unix-domain socket; it begins with a zero byte when the name is abstract. Empty when it has none.
    Path(Vec<u8>),
}

impl Endpoint {
    fn family(&self) -> AddressFamily {
        match self {
            Self::Ip(SocketAddr::V4(_)) => AddressFamily::INET,
            Self::Ip(SocketAddr::V6(_)) => AddressFamily::INET6,
            Self::Path(_) => AddressFamily::UNIX,
        }
    }

    fn to_system(&self) -> io::Result<SocketAddrAny> {
        Ok(match self {
            Self::Ip(address) => (*address).into(),
            Self::Path(path) => match path.split_first() {
                Some((0, name)) => SocketAddrUnix::new_abstract_name(name)?.into(),
                // The system has no error for what does not fit, libuv says this.
                _ => SocketAddrUnix::new(path.as_slice()).map_err(|_| Errno::INVAL)?.into(),
            },
        })
    }

    fn from_system(address: SocketAddrAny) -> Self {
        if let Ok(address) = SocketAddr::try_from(address.clone()) {
            return Self::Ip(address);
        }
        let path = SocketAddrUnix::try_from(address).ok().and_then(|address| {
            let name = address.abstract_name().map(|name| [&[0], name].concat());
            name.or_else(|| address.path_bytes().map(<[u8]>::to_vec))
        });
        Self::Path(path.unwrap_or_default())
    }
}

/// The address that a text stands for: IPv4, or IPv6 with or without a zone (`fe80::1%eth0`).
pub fn parse_address(text: &str, port: u16) -> Option<SocketAddr> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Some(SocketAddr::new(address.into(), port));
    }
    let (address, zone) = text.split_once('%').unwrap_or((text, ""));
    let address = address.parse::<Ipv6Addr>().ok()?;
    let mut socket = std::net::SocketAddrV6::new(address, port, 0, 0);
    if !zone.is_empty() {
        socket.set_scope_id(zone.parse().ok().or_else(|| interface_index(zone)).unwrap_or(0));
    }
    Some(socket.into())
}

/// The text of the address alone, without its port: the opposite of [`parse_address`].
pub fn address_text(address: &SocketAddr) -> String {
    let text = address.ip().to_string();
    match address {
        SocketAddr::V6(address) if address.scope_id() != 0 && address.ip().is_unicast_link_local() => {
            match interface_name(address.scope_id()) {
                Some(name) => format!("{text}%{name}"),
                None => format!("{text}%{}", address.scope_id()),
            }
        }
        _ => text,
    }
}

fn interface_name(index: u32) -> Option<String> {
    let mut name = [0; libc::IF_NAMESIZE];
    // SAFETY: room for as many bytes as a name may have.
    let found = unsafe { libc::if_indextoname(index, name.as_mut_ptr().cast()) };
    let end = name.iter().position(|byte| *byte == 0)?;
    if found.is_null() { None } else { Some(String::from_utf8_lossy(&name[..end]).into_owned()) }
}

/// What a descriptor is, as far as `node:net` tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A stream over IP.
    Tcp,
    /// Datagrams over IP.
    Udp,
    /// A Unix-domain socket or a pipe.
    Pipe,
    /// Anything else that is open.
    Other,
}

/// What is open under a number. `None` when nothing is.
pub fn kind_of(number: RawFd) -> Option<Kind> {
    if number < 0 {
        return None;
    }
    // SAFETY: not -1; the calls below check that it is open.
    let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
    let address = match net::getsockname(descriptor) {
        Ok(address) => address,
        Err(Errno::NOTSOCK) => {
            let is_pipe = rustix::pipe::fcntl_getpipe_size(descriptor).is_ok();
            return Some(if is_pipe { Kind::Pipe } else { Kind::Other });
        }
        Err(_) => return None,
    };
    let is_ip = matches!(address.address_family(), AddressFamily::INET | AddressFamily::INET6);
    Some(match sockopt::socket_type(descriptor) {
        Ok(SocketType::STREAM) if is_ip => Kind::Tcp,
        Ok(SocketType::DGRAM) if is_ip => Kind::Udp,
        Ok(_) if address.address_family() == AddressFamily::UNIX => Kind::Pipe,
        _ => Kind::Other,
    })
}

/// The number of the network interface with this name.
pub fn interface_index(name: &str) -> Option<u32> {
    let name = std::ffi::CString::new(name).ok()?;
    // SAFETY: a string that ends with a zero byte.
    let index = unsafe { libc::if_nametoindex(name.as_ptr()) };
    (index != 0).then_some(index)
}

/// What a listening or datagram socket may share its port with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sharing {
    /// An IPv6 socket leaves IPv4 alone.
    pub ipv6_only: bool,
    /// Others may listen on the same port, and the system chooses among them (`SO_REUSEPORT`).
    pub reuse_port: bool,
    /// A port that was in use just now can be taken (`SO_REUSEADDR`).
    pub reuse_address: bool,
}

/// A setting of a datagram socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// It may send to all of a network.
    Broadcast(bool),
    /// How many routers pass on what it sends.
    Ttl(u32),
    /// How many routers pass on what it sends to groups.
    MulticastTtl(u32),
    /// It hears what it sends to groups.
    MulticastLoopback(bool),
    /// Bytes that wait for the program.
    ReceiveBuffer(usize),
    /// Bytes that wait to be sent.
    SendBuffer(usize),
}

/// A multicast group to be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub group: SocketAddr,
    /// The interface (its address, or zone) on which to be in it; the system's choice when `None`.
    pub interface: Option<SocketAddr>,
    /// The only sender to listen to.
    pub source: Option<SocketAddr>,
}

/// A socket (or another descriptor that is read and written) on the event loop.
///
/// It is closed when it is dropped.
#[derive(Debug)]
pub struct Socket {
    /// Of its own and not before it listens or connects: until then the system calls it hung up, which the loop takes for final.
    /// It goes before the descriptor does.
    registered: OnceCell<AsyncFd<Rc<OwnedFd>>>,
    descriptor: Rc<OwnedFd>,
}

impl Socket {
    /// A stream socket of the kind that `endpoint` needs.
    ///
    /// # Errors
    /// No descriptors are left, or the system has no such sockets.
    pub fn stream(endpoint: &Endpoint) -> io::Result<Self> {
        Self::create(endpoint.family(), SocketType::STREAM)
    }

    /// A datagram socket, of IPv6 or IPv4.
    ///
    /// # Errors
    /// As [`stream`](Self::stream).
    pub fn datagram(ipv6: bool) -> io::Result<Self> {
        Self::create(if ipv6 { AddressFamily::INET6 } else { AddressFamily::INET }, SocketType::DGRAM)
    }

    fn create(family: AddressFamily, kind: SocketType) -> io::Result<Self> {
        Ok(Self::new(net::socket_with(family, kind, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)?))
    }

    /// Puts an open descriptor onto the loop; it does not block from now on.
    ///
    /// # Errors
    /// It is not one that can be waited for (a file).
    pub fn open(descriptor: OwnedFd) -> io::Result<Self> {
        rustix::io::ioctl_fionbio(&descriptor, true)?;
        let socket = Self::new(descriptor);
        socket.registered()?;
        Ok(socket)
    }

    /// Takes over a descriptor that a program holds as a number, and closes it in the end.
    ///
    /// # Errors
    /// As [`open`](Self::open); then it stays the program's.
    pub fn adopt(number: RawFd) -> io::Result<Self> {
        if number < 0 {
            return Err(Errno::BADF.into());
        }
        // SAFETY: not -1, which is all that the type relies on in memory; the call fails when nothing is open under the number. Who
        // hands over a number gives up what is open under it, as to any program in the same process.
        let descriptor = unsafe { OwnedFd::from_raw_fd(number) };
        if let Err(error) = rustix::io::fcntl_getfd(&descriptor) {
            std::mem::forget(descriptor);
            return Err(error.into());
        }
        Self::open(descriptor)
    }

    fn new(descriptor: OwnedFd) -> Self {
        Self { registered: OnceCell::new(), descriptor: Rc::new(descriptor) }
    }

    fn registered(&self) -> io::Result<&AsyncFd<Rc<OwnedFd>>> {
        if let Some(registered) = self.registered.get() {
            return Ok(registered);
        }
        // SAFETY: the descriptor stays open while this one lives, which is until the loop has forgotten it; nobody exchanges it.
        let registered = unsafe { AsyncFd::register(Rc::clone(&self.descriptor)) }?;
        Ok(self.registered.get_or_init(|| registered))
    }

    /// The descriptor's number.
    pub fn number(&self) -> RawFd {
        self.descriptor.as_raw_fd()
    }

    /// Another descriptor for the same socket.
    ///
    /// # Errors
    /// No descriptors are left.
    pub fn duplicate(&self) -> io::Result<OwnedFd> {
        self.descriptor.try_clone()
    }

    fn descriptor(&self) -> &OwnedFd {
        &self.descriptor
    }

    /// Gives it an address.
    ///
    /// # Errors
    /// The address is in use, is none of this machine, or may not be used.
    pub fn bind(&self, endpoint: &Endpoint, sharing: Sharing) -> io::Result<()> {
        if sharing.reuse_address {
            sockopt::set_socket_reuseaddr(self.descriptor(), true)?;
        }
        if sharing.reuse_port {
            sockopt::set_socket_reuseport(self.descriptor(), true)?;
        }
        if endpoint.family() == AddressFamily::INET6 {
            sockopt::set_ipv6_v6only(self.descriptor(), sharing.ipv6_only)?;
        }
        Ok(net::bind(self.descriptor(), &endpoint.to_system()?)?)
    }

    /// Lets others connect to it.
    ///
    /// # Errors
    /// The address is in use, or the socket is not one that can listen.
    pub fn listen(&self, backlog: i32) -> io::Result<()> {
        Ok(net::listen(self.descriptor(), backlog)?)
    }

    /// Takes a connection; `None` when there is none.
    ///
    /// # Errors
    /// No descriptors are left, or the socket does not listen.
    pub fn accept_now(&self) -> io::Result<Option<Self>> {
        let accepted = self.registered()?.try_io(Interest::READABLE, |descriptor| {
            loop {
                match net::accept_with(descriptor, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK) {
                    // It has gone already.
                    Err(Errno::CONNABORTED | Errno::INTR) => {}
                    other => return Ok(other?),
                }
            }
        });
        match accepted {
            Ok(descriptor) => Ok(Some(Self::new(descriptor))),
            Err(error) if would_block(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Begins to connect. [`poll_connected`](Self::poll_connected) tells of the end of it.
    ///
    /// # Errors
    /// What the system knows at once.
    pub fn connect(&self, endpoint: &Endpoint) -> io::Result<()> {
        match net::connect(self.descriptor(), &endpoint.to_system()?) {
            Ok(()) | Err(Errno::INPROGRESS | Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether it is connected by now.
    ///
    /// # Errors
    /// Nobody listens there, or it cannot be reached.
    pub fn poll_connected(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut guard = ready!(self.registered()?.poll_write_ready(cx))?;
            sockopt::socket_error(self.descriptor())??;
            match net::getpeername(self.descriptor()) {
                Ok(_) => return Poll::Ready(Ok(())),
                // Readiness from before the connection began says nothing.
                Err(Errno::NOTCONN) => guard.clear_ready(),
                Err(error) => return Poll::Ready(Err(error.into())),
            }
        }
    }

    /// Lets a datagram socket send to and hear from one address only; none lifts that.
    ///
    /// # Errors
    /// It cannot be reached.
    pub fn associate(&self, endpoint: Option<&Endpoint>) -> io::Result<()> {
        match endpoint {
            Some(endpoint) => Ok(net::connect(self.descriptor(), &endpoint.to_system()?)?),
            None => Ok(net::connect_unspec(self.descriptor())?),
        }
    }

    /// Whether there is something to read or to accept, or the other side has gone. One task at a time may ask.
    ///
    /// # Errors
    /// The loop has ended.
    pub fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.registered()?.poll_read_ready(cx).map_ok(|mut guard| guard.retain_ready())
    }

    /// Reads what is there: `None` when there is nothing, 0 at the end.
    ///
    /// # Errors
    /// The connection was reset.
    pub fn read_now(&self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        let registered = self.registered()?;
        let read = registered.try_io(Interest::READABLE, |descriptor| Ok(rustix::io::read(descriptor, &mut *buffer)?));
        match read {
            Ok(count) => {
                // Less than there was room for: that was all, which spares asking again. The loop tells of what comes now.
                if 0 < count && count < buffer.len() {
                    let _ = registered.try_io(Interest::READABLE, |_| Err::<(), _>(io::ErrorKind::WouldBlock.into()));
                }
                Ok(Some(count))
            }
            Err(error) if would_block(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes what goes without waiting, and gives how much that is.
    ///
    /// # Errors
    /// The other side has gone.
    pub fn write_now(&self, data: &[u8]) -> io::Result<usize> {
        let mut written = 0;
        while written < data.len() {
            match rustix::io::write(self.descriptor(), &data[written..]) {
                Ok(count) => written += count,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(written)
    }

    /// Writes something of `data` as soon as that goes, and tells how much. One task at a time may ask.
    ///
    /// # Errors
    /// The other side has gone.
    pub fn poll_write(&self, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            let mut guard = ready!(self.registered()?.poll_write_ready(cx))?;
            match self.write_now(data)? {
                0 => guard.clear_ready(),
                count => return Poll::Ready(Ok(count)),
            }
        }
    }

    /// Sends a datagram, to one address when it is not associated with one; `false` when that has to wait.
    ///
    /// # Errors
    /// It is too long, or it cannot be sent there.
    pub fn send_now(&self, data: &[u8], to: Option<&Endpoint>) -> io::Result<bool> {
        let sent = match to {
            Some(to) => net::sendto(self.descriptor(), data, SendFlags::empty(), &to.to_system()?),
            None => net::send(self.descriptor(), data, SendFlags::empty()),
        };
        match sent {
            Ok(_) => Ok(true),
            Err(Errno::AGAIN | Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// [`send_now`](Self::send_now) as soon as that goes.
    ///
    /// # Errors
    /// It is too long, or it cannot be sent there.
    pub fn poll_send(&self, cx: &mut Context<'_>, data: &[u8], to: Option<&Endpoint>) -> Poll<io::Result<()>> {
        loop {
            let mut guard = ready!(self.registered()?.poll_write_ready(cx))?;
            if self.send_now(data, to)? {
                return Poll::Ready(Ok(()));
            }
            guard.clear_ready();
        }
    }

    /// Takes a datagram; `None` when there is none.
    ///
    /// # Errors
    /// What was sent before did not arrive.
    pub fn receive_now(&self, buffer: &mut [u8]) -> io::Result<Option<(usize, SocketAddr)>> {
        let received = self
            .registered()?
            .try_io(Interest::READABLE, |descriptor| Ok(net::recvfrom(descriptor, &mut *buffer, RecvFlags::empty())?));
        match received {
            Ok((_, count, sender)) => {
                let sender = sender.and_then(|sender| SocketAddr::try_from(sender).ok());
                Ok(Some((count.min(buffer.len()), sender.unwrap_or_else(|| (Ipv4Addr::UNSPECIFIED, 0).into()))))
            }
            Err(error) if would_block(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Changes a setting of a datagram socket.
    ///
    /// # Errors
    /// The value is out of range.
    pub fn set(&self, setting: Setting, ipv6: bool) -> io::Result<()> {
        let descriptor = self.descriptor();
        Ok(match (setting, ipv6) {
            (Setting::Broadcast(on), _) => sockopt::set_socket_broadcast(descriptor, on),
            (Setting::Ttl(1..=255) | Setting::MulticastTtl(0..=255), _) => match (setting, ipv6) {
                (Setting::Ttl(hops), true) => sockopt::set_ipv6_unicast_hops(descriptor, u8::try_from(hops).ok()),
                (Setting::Ttl(hops), false) => sockopt::set_ip_ttl(descriptor, hops),
                (Setting::MulticastTtl(hops), true) => sockopt::set_ipv6_multicast_hops(descriptor, hops),
                (Setting::MulticastTtl(hops), false) => sockopt::set_ip_multicast_ttl(descriptor, hops),
                _ => Ok(()),
            },
            (Setting::Ttl(_) | Setting::MulticastTtl(_), _) => Err(Errno::INVAL),
            (Setting::MulticastLoopback(on), true) => sockopt::set_ipv6_multicast_loop(descriptor, on),
            (Setting::MulticastLoopback(on), false) => sockopt::set_ip_multicast_loop(descriptor, on),
            (Setting::ReceiveBuffer(size) | Setting::SendBuffer(size), _) if i32::try_from(size).is_err() => {
                Err(Errno::INVAL)
            }
            (Setting::ReceiveBuffer(size), _) => sockopt::set_socket_recv_buffer_size(descriptor, size),
            (Setting::SendBuffer(size), _) => sockopt::set_socket_send_buffer_size(descriptor, size),
        }?)
    }

    /// How many bytes the system keeps for the program, or from it.
    ///
    /// # Errors
    /// It is no socket.
    pub fn buffer_size(&self, receiving: bool) -> io::Result<usize> {
        let ask = if receiving { sockopt::socket_recv_buffer_size } else { sockopt::socket_send_buffer_size };
        Ok(ask(self.descriptor())?)
    }

    /// The interface from which multicast datagrams go: the one with this address (IPv4), or zone (IPv6).
    ///
    /// # Errors
    /// There is none.
    pub fn set_multicast_interface(&self, interface: &SocketAddr) -> io::Result<()> {
        Ok(match interface {
            SocketAddr::V4(address) => sockopt::set_ip_multicast_if(self.descriptor(), address.ip()),
            SocketAddr::V6(address) => sockopt::set_ipv6_multicast_if(self.descriptor(), address.scope_id()),
        }?)
    }

    /// Joins or leaves a multicast group.
    ///
    /// # Errors
    /// It is none, the interface does not exist, or one is in the group already or not.
    pub fn change_membership(&self, join: bool, membership: &Membership) -> io::Result<()> {
        let descriptor = self.descriptor();
        let ipv4 = |address: &Option<SocketAddr>| match address {
            Some(SocketAddr::V4(address)) => Ok(*address.ip()),
            Some(SocketAddr::V6(_)) => Err(Errno::INVAL),
            None => Ok(Ipv4Addr::UNSPECIFIED),
        };
        Ok(match (&membership.group, &membership.source) {
            (SocketAddr::V4(group), None) => {
                let change = if join { sockopt::set_ip_add_membership } else { sockopt::set_ip_drop_membership };
                change(descriptor, group.ip(), &ipv4(&membership.interface)?)
            }
            (SocketAddr::V4(group), Some(source)) => {
                let change =
                    if join { sockopt::set_ip_add_source_membership } else { sockopt::set_ip_drop_source_membership };
                change(descriptor, group.ip(), &ipv4(&membership.interface)?, &ipv4(&Some(*source))?)
            }
            (SocketAddr::V6(group), None) => {
                let change = if join { sockopt::set_ipv6_add_membership } else { sockopt::set_ipv6_drop_membership };
                let zone = match &membership.interface {
                    Some(SocketAddr::V6(interface)) => interface.scope_id(),
                    Some(SocketAddr::V4(_)) => return Err(Errno::INVAL.into()),
                    None => group.scope_id(),
                };
                change(descriptor, group.ip(), zone)
            }
            (SocketAddr::V6(_), Some(_)) => Err(Errno::OPNOTSUPP),
        }?)
    }

    /// Nothing more will be written.
    ///
    /// # Errors
    /// It is not connected.
    pub fn shutdown(&self) -> io::Result<()> {
        Ok(net::shutdown(self.descriptor(), Shutdown::Write)?)
    }

    /// Makes the other side see a reset when this one closes.
    ///
    /// # Errors
    /// It is no socket.
    pub fn reset_on_close(&self) -> io::Result<()> {
        Ok(sockopt::set_socket_linger(self.descriptor(), Some(Duration::ZERO))?)
    }

    /// `TCP_NODELAY`.
    ///
    /// # Errors
    /// It is no TCP socket.
    pub fn set_no_delay(&self, on: bool) -> io::Result<()> {
        Ok(sockopt::set_tcp_nodelay(self.descriptor(), on)?)
    }

    /// `SO_KEEPALIVE`; the other side is asked after `delay` of silence, then each second.
    ///
    /// # Errors
    /// It is no TCP socket, or the delay is out of range.
    pub fn set_keep_alive(&self, on: bool, delay: Duration) -> io::Result<()> {
        sockopt::set_socket_keepalive(self.descriptor(), on)?;
        if on && !delay.is_zero() {
            sockopt::set_tcp_keepidle(self.descriptor(), delay)?;
            sockopt::set_tcp_keepintvl(self.descriptor(), Duration::from_secs(1))?;
            sockopt::set_tcp_keepcnt(self.descriptor(), 10)?;
        }
        Ok(())
    }

    /// The type of service of what it sends (`IP_TOS`, `IPV6_TCLASS`).
    ///
    /// # Errors
    /// It is no IP socket.
    pub fn set_type_of_service(&self, value: u8) -> io::Result<()> {
        Ok(sockopt::set_ip_tos(self.descriptor(), value)
            .or_else(|_| sockopt::set_ipv6_tclass(self.descriptor(), value.into()))?)
    }

    /// The type of service of what it sends.
    ///
    /// # Errors
    /// It is no IP socket.
    pub fn type_of_service(&self) -> io::Result<u8> {
        let of_ipv6 = |_| sockopt::ipv6_tclass(self.descriptor()).map(|value| value as u8);
        Ok(sockopt::ip_tos(self.descriptor()).or_else(of_ipv6)?)
    }

    /// Its own address.
    ///
    /// # Errors
    /// It is no socket.
    pub fn local_address(&self) -> io::Result<Endpoint> {
        Ok(Endpoint::from_system(net::getsockname(self.descriptor())?))
    }

    /// The other side's address.
    ///
    /// # Errors
    /// It is not connected.
    pub fn peer_address(&self) -> io::Result<Endpoint> {
        Ok(net::getpeername(self.descriptor())?.map_or(Endpoint::Path(Vec::new()), Endpoint::from_system))
    }

    /// Whether the socket talks TCP or IP of another kind, and not over a path.
    pub fn is_ip(&self) -> bool {
        matches!(self.local_address(), Ok(Endpoint::Ip(_)))
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

fn would_block(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, os::unix::net::UnixStream};

    use super::*;

    fn loopback() -> Endpoint {
        Endpoint::Ip((Ipv4Addr::LOCALHOST, 0).into())
    }

    fn listening(endpoint: &Endpoint) -> Socket {
        let socket = Socket::stream(endpoint).unwrap();
        socket.bind(endpoint, Sharing::default()).unwrap();
        socket.listen(8).unwrap();
        socket
    }

    async fn readable(socket: &Socket) {
        poll_fn(|cx| socket.poll_readable(cx)).await.unwrap();
    }

    /// A connection's two ends.
    async fn pair(endpoint: &Endpoint) -> (Socket, Socket) {
        let listener = listening(endpoint);
        let client = Socket::stream(endpoint).unwrap();
        client.connect(&listener.local_address().unwrap()).unwrap();
        poll_fn(|cx| client.poll_connected(cx)).await.unwrap();
        readable(&listener).await;
        (client, listener.accept_now().unwrap().unwrap())
    }

    #[tokio::test]
    async fn bytes_go_there_and_the_end_is_seen() {
        for endpoint in [loopback(), Endpoint::Path(format!("\0llrt-net-{}", std::process::id()).into_bytes())] {
            let (client, server) = pair(&endpoint).await;
            assert_eq!(server.write_now(b"hello").unwrap(), 5);
            server.shutdown().unwrap();
            let mut buffer = [0; 16];
            readable(&client).await;
            assert_eq!(client.read_now(&mut buffer).unwrap(), Some(5));
            assert_eq!(&buffer[..5], b"hello");
            readable(&client).await;
            assert_eq!(client.read_now(&mut buffer).unwrap(), Some(0));
            assert_eq!(client.peer_address().unwrap(), server.local_address().unwrap());
        }
    }

    #[tokio::test]
    async fn a_full_connection_writes_when_it_is_read() {
        let (client, server) = pair(&loopback()).await;
        let data = vec![1; 1 << 16];
        while server.write_now(&data).unwrap() == data.len() {}
        let write = poll_fn(|cx| server.poll_write(cx, &data));
        let read = async {
            let mut buffer = vec![0; 1 << 20];
            loop {
                readable(&client).await;
                while client.read_now(&mut buffer).unwrap().is_some() {}
            }
        };
        tokio::select! {
            count = write => assert!(count.unwrap() > 0),
            () = read => {}
        }
    }

    #[tokio::test]
    async fn nobody_listening_is_a_refusal_and_a_port_is_taken_once() {
        let listener = listening(&loopback());
        let address = listener.local_address().unwrap();
        let other = Socket::stream(&address).unwrap();
        let taken = other.bind(&address, Sharing::default()).unwrap_err();
        assert_eq!(taken.raw_os_error(), Some(libc::EADDRINUSE));
        drop(listener);
        let client = Socket::stream(&address).unwrap();
        let begun = client.connect(&address);
        let refused = match begun {
            Ok(()) => poll_fn(|cx| client.poll_connected(cx)).await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(refused.raw_os_error(), Some(libc::ECONNREFUSED));
    }

    #[tokio::test]
    async fn datagrams_say_whom_they_come_from() {
        let (one, two) = (Socket::datagram(false).unwrap(), Socket::datagram(false).unwrap());
        for socket in [&one, &two] {
            socket.bind(&loopback(), Sharing::default()).unwrap();
        }
        assert!(one.send_now(b"hello", Some(&two.local_address().unwrap())).unwrap());
        readable(&two).await;
        let mut buffer = [0; 16];
        let (count, sender) = two.receive_now(&mut buffer).unwrap().unwrap();
        assert_eq!((&buffer[..count], Endpoint::Ip(sender)), (&b"hello"[..], one.local_address().unwrap()));
        let too_long = one.send_now(&vec![0; 100_000], Some(&two.local_address().unwrap())).unwrap_err();
        assert_eq!(too_long.raw_os_error(), Some(libc::EMSGSIZE));
        one.set(Setting::Ttl(16), false).unwrap();
        assert_eq!(one.set(Setting::Ttl(0), false).unwrap_err().raw_os_error(), Some(libc::EINVAL));
    }

    #[tokio::test]
    async fn what_is_open_under_a_number_is_told_and_taken_over() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        assert_eq!(kind_of(ours.as_raw_fd()), Some(Kind::Pipe));
        assert_eq!(kind_of(listening(&loopback()).number()), Some(Kind::Tcp));
        assert_eq!((kind_of(-1), kind_of(9999)), (None, None));
        assert_eq!(Socket::adopt(9999).unwrap_err().raw_os_error(), Some(libc::EBADF));
        let socket = Socket::adopt(std::os::fd::IntoRawFd::into_raw_fd(ours)).unwrap();
        socket.write_now(b"x").unwrap();
        drop(socket);
        let mut text = String::new();
        std::io::Read::read_to_string(&mut &theirs, &mut text).unwrap();
        assert_eq!(text, "x");
    }

    #[test]
    fn addresses_are_texts_and_back() {
        for text in ["127.0.0.1", "::1", "2001:db8::1"] {
            assert_eq!(address_text(&parse_address(text, 1).unwrap()), text);
        }
        let with_zone = parse_address("fe80::1%1", 0).unwrap();
        assert!(address_text(&with_zone).starts_with("fe80::1%"), "{with_zone}");
        assert_eq!(parse_address("1.2.3", 0), None);
        assert_eq!(parse_address("256.1.1.1", 0), None);
    }

    #[test]
    fn a_path_that_does_not_fit_is_invalid() {
        let error = Endpoint::Path(vec![b'x'; 200]).to_system().unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::EINVAL));
    }
}
