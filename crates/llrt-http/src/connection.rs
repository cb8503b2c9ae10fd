use std::{
    fmt,
    io::{self, IoSlice},
    os::fd::{AsRawFd, RawFd},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use hyper::{
    body::Incoming,
    client::conn::{TrySendError, http1},
};
use hyper_util::rt::TokioIo;
use llrt_net::{Family, Policy};
use llrt_tls::rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{Body, Error, Http2, Origin, request::drive};

/// An HTTP/1.1 connection.
///
/// Whoever holds it drives it: nothing happens on it between requests. Only one that has carried a streamed request body has a
/// task of its own, because such a body goes on while nobody reads the answer.
pub(crate) struct Connection {
    sender: http1::SendRequest<Body>,
    driver: Driver,
    socket: RawFd,
    secure: bool,
    moved: Moved,
}

/// Counts the reads and writes on a socket that moved something.
#[derive(Clone, Default)]
pub(crate) struct Moved(Arc<AtomicU64>);

impl Moved {
    fn count<T>(&self, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if matches!(result, Poll::Ready(Ok(_))) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        result
    }

    /// Waits for `future` while something moves at least once in each `silence`.
    pub(crate) async fn within<T>(
        &self,
        silence: Option<Duration>,
        future: impl Future<Output = T>,
    ) -> Result<T, Silent> {
        let Some(silence) = silence else { return Ok(future.await) };
        let mut future = std::pin::pin!(future);
        let mut timer = std::pin::pin!(tokio::time::sleep(silence));
        let mut seen = self.0.load(Ordering::Relaxed);
        std::future::poll_fn(|cx| {
            if let Poll::Ready(value) = future.as_mut().poll(cx) {
                return Poll::Ready(Ok(value));
            }
            loop {
                let now = self.0.load(Ordering::Relaxed);
                if now != seen {
                    seen = now;
                    timer.as_mut().reset(tokio::time::Instant::now() + silence);
                }
                if timer.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                if self.0.load(Ordering::Relaxed) == seen {
                    return Poll::Ready(Err(Silent));
                }
            }
        })
        .await
    }
}

/// Nothing moved for too long.
pub(crate) struct Silent;

enum Driver {
    Inline(Pin<Box<http1::Connection<TokioIo<Transport>, Body>>>),
    Spawned,
    Done,
}

/// What a new connection speaks.
pub(crate) enum Opened {
    Http1(Connection),
    #[cfg(feature = "http2")]
    Http2(Shared),
}

/// An HTTP/2 connection, which any number of requests share.
#[cfg(feature = "http2")]
pub(crate) struct Shared {
    sender: hyper::client::conn::http2::SendRequest<Body>,
    socket: RawFd,
    moved: Moved,
    /// When the last request on it was over.
    used: std::cell::Cell<std::time::Instant>,
}

#[cfg(feature = "http2")]
impl Shared {
    /// Whether nothing should be sent on it any more, when `idle` says that nothing is under way.
    pub(crate) fn is_stale(&self, idle: bool, idle_timeout: Duration) -> bool {
        self.sender.is_closed() || idle && (self.used.get().elapsed() >= idle_timeout || hung_up(self.socket))
    }
}

/// A request's share of an HTTP/2 connection.
#[cfg(feature = "http2")]
pub(crate) struct InUse {
    shared: std::rc::Rc<Shared>,
    sender: hyper::client::conn::http2::SendRequest<Body>,
}

#[cfg(feature = "http2")]
impl InUse {
    pub(crate) fn of(shared: &std::rc::Rc<Shared>) -> Self {
        Self { shared: std::rc::Rc::clone(shared), sender: shared.sender.clone() }
    }

    pub(crate) fn sender(&mut self) -> &mut hyper::client::conn::http2::SendRequest<Body> {
        &mut self.sender
    }

    pub(crate) fn moved(&self) -> Moved {
        self.shared.moved.clone()
    }
}

#[cfg(feature = "http2")]
impl Drop for InUse {
    fn drop(&mut self) {
        self.shared.used.set(std::time::Instant::now());
    }
}

#[cfg(feature = "http2")]
impl fmt::Debug for InUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InUse").finish_non_exhaustive()
    }
}

#[cfg(feature = "http2")]
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// Connects, and shakes hands where TLS is wanted.
///
/// `server_name` is the name to ask for and to find in the certificate, when it is not the host's.
pub(crate) async fn open(
    origin: &Origin,
    policy: &Policy,
    tls: Option<Arc<ClientConfig>>,
    server_name: Option<&str>,
    http2: Http2,
) -> Result<Opened, Error> {
    let connect = || llrt_net::connect(&origin.host, origin.port, Family::Any, policy);
    #[cfg_attr(not(feature = "http2"), expect(unused_mut, reason = "the feature tries twice"))]
    let mut stream = connect().await?;
    #[cfg(not(feature = "http2"))]
    let _ = http2;
    #[cfg(feature = "http2")]
    if tls.is_none() && matches!(http2, Http2::Prefer | Http2::Only) {
        if answers_preface(&stream).await || http2 == Http2::Only {
            return open_http2(stream.as_raw_fd(), Transport::new(Stream::Plain(stream), PREFACE.len())).await;
        }
        // What it made of the preface is nobody's wish.
        stream = connect().await?;
    }
    let socket = stream.as_raw_fd();
    let stream = match tls {
        Some(config) => Stream::Tls(Box::new(shake_hands(server_name.unwrap_or(&origin.host), config, stream).await?)),
        None => Stream::Plain(stream),
    };
    let transport = Transport::new(stream, 0);
    let moved = transport.moved.clone();
    #[cfg(feature = "http2")]
    if transport.speaks_http2() {
        return open_http2(socket, transport).await;
    }
    let handshake = http1::Builder::new().handshake(TokioIo::new(transport)).await;
    let (sender, connection) = handshake.map_err(|error| Error::from_request(&error))?;
    let driver = Driver::Inline(Box::pin(connection));
    Ok(Opened::Http1(Connection { sender, driver, socket, secure: origin.secure, moved }))
}

async fn shake_hands(host: &str, config: Arc<ClientConfig>, stream: TcpStream) -> Result<TlsStream<TcpStream>, Error> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(host.strip_suffix('.').unwrap_or(host).to_owned())
        .map_err(|error| Error::InvalidRequest(error.to_string()))?;
    let connected = TlsConnector::from(config).connect(name, stream).await;
    connected.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::Closed,
        _ => Error::from_io(&error),
    })
}

/// What an HTTP/2 client says first (RFC 9113, section 3.4).
#[cfg(feature = "http2")]
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How long a server may take to answer it.
#[cfg(feature = "http2")]
const PREFACE_TIMEOUT: Duration = Duration::from_secs(5);

/// Says the preface, and tells whether the server answers with a frame: its settings, whose length begins with a zero byte. Others
/// answer with text or hang up.
#[cfg(feature = "http2")]
async fn answers_preface(stream: &TcpStream) -> bool {
    let exchange = async {
        let mut left = PREFACE;
        while !left.is_empty() {
            stream.writable().await?;
            match stream.try_write(left) {
                Ok(written) => left = &left[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        let mut first = [b'H'];
        let len = stream.peek(&mut first).await?;
        Ok(len == 1 && first[0] == 0)
    };
    matches!(tokio::time::timeout(PREFACE_TIMEOUT, exchange).await, Ok(Ok(true)))
}

#[cfg(feature = "http2")]
async fn open_http2(socket: RawFd, transport: Transport) -> Result<Opened, Error> {
    use hyper_util::rt::TokioExecutor;

    let moved = transport.moved.clone();
    let builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    let handshake = builder.handshake(TokioIo::new(transport)).await;
    let (sender, connection) = handshake.map_err(|error| Error::from_request(&error))?;
    tokio::spawn(async move {
        // Its errors reach the requests on it.
        let _ = connection.await;
    });
    Ok(Opened::Http2(Shared { sender, socket, moved, used: std::cell::Cell::new(std::time::Instant::now()) }))
}

/// A request that was not answered.
pub(crate) struct Unanswered {
    pub(crate) error: Error,
    /// The message, when no byte of it was sent.
    pub(crate) unsent: Option<Box<http::Request<Body>>>,
    /// Whether the server closed the connection without any answer.
    pub(crate) closed: bool,
}

#[cfg(feature = "http2")]
impl From<Error> for Unanswered {
    fn from(error: Error) -> Self {
        Self { error, unsent: None, closed: false }
    }
}

impl From<TrySendError<http::Request<Body>>> for Unanswered {
    fn from(mut failed: TrySendError<http::Request<Body>>) -> Self {
        let unsent = failed.take_message().map(Box::new);
        let error = Error::from_request(failed.error());
        let reset = matches!(&error, Error::Io { error, .. }
            if matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe));
        Self { closed: reset || matches!(error, Error::Closed), error, unsent }
    }
}

impl Connection {
    /// Sends `message` and waits for the head of the answer.
    pub(crate) async fn send(&mut self, message: http::Request<Body>) -> Result<http::Response<Incoming>, Unanswered> {
        if message.body().is_streamed()
            && let Driver::Inline(connection) = std::mem::replace(&mut self.driver, Driver::Spawned)
        {
            tokio::spawn(async move {
                // Its errors reach the request and the response on it.
                let _ = connection.await;
            });
        }
        let answer = self.sender.try_send_request(message);
        let driver = &mut self.driver;
        drive(|cx| driver.poll(cx), answer).await.map_err(Unanswered::from)
    }

    /// What moves on its socket.
    pub(crate) fn moved(&self) -> Moved {
        self.moved.clone()
    }

    /// Moves bytes, as far as they go without waiting.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) {
        self.driver.poll(cx);
    }

    /// Whether the last exchange is over and another may follow.
    pub(crate) fn is_idle(&mut self, cx: &mut Context<'_>) -> bool {
        if !self.sender.is_ready() {
            self.driver.poll(cx);
        }
        self.sender.is_ready()
    }

    /// Whether the server has closed the idle connection, or said something unasked.
    ///
    /// The loop may not have looked at the socket since (a frozen process that wakes up), hence the system call.
    pub(crate) fn is_stale(&self) -> bool {
        if self.sender.is_closed() {
            return true;
        }
        match peek(self.socket) {
            Ok(0) => true,
            // TLS 1.3 sends session tickets at any time.
            Ok(_) => !self.secure,
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("secure", &self.secure).finish_non_exhaustive()
    }
}

impl Driver {
    fn poll(&mut self, cx: &mut Context<'_>) {
        if let Self::Inline(connection) = self
            && connection.as_mut().poll(cx).is_ready()
        {
            // Errors have reached the request or the body.
            *self = Self::Done;
        }
    }
}

/// Whether the other side has closed the connection, as far as can be told without reading from it.
///
/// The loop may not have looked at the socket since (a frozen process that wakes up), hence the system call.
#[cfg(feature = "http2")]
fn hung_up(socket: RawFd) -> bool {
    match peek(socket) {
        Ok(0) => true,
        Ok(_) => false,
        Err(error) => error.kind() != io::ErrorKind::WouldBlock,
    }
}

/// How many bytes, 0 or 1, can be read without waiting.
fn peek(socket: RawFd) -> io::Result<usize> {
    let mut byte = 0u8;
    // SAFETY: one byte of writable memory. The callers' sockets are open for as long as their connection is; on another descriptor
    // the call could only fail or look.
    let seen = unsafe { libc::recv(socket, (&raw mut byte).cast(), 1, libc::MSG_PEEK | libc::MSG_DONTWAIT) };
    usize::try_from(seen).map_err(|_| io::Error::last_os_error())
}

/// A socket whose traffic is counted.
struct Transport {
    stream: Stream,
    moved: Moved,
    /// How many bytes of what is written next were sent already.
    sent_ahead: usize,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Transport {
    fn new(stream: Stream, sent_ahead: usize) -> Self {
        Self { stream, moved: Moved::default(), sent_ahead }
    }

    #[cfg(feature = "http2")]
    fn speaks_http2(&self) -> bool {
        matches!(&self.stream, Stream::Tls(stream) if stream.get_ref().1.alpn_protocol() == Some(b"h2"))
    }
}

impl AsyncRead for Transport {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Self { stream, moved, .. } = self.get_mut();
        moved.count(match stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        })
    }
}

impl AsyncWrite for Transport {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let Self { stream, moved, sent_ahead } = self.get_mut();
        if *sent_ahead > 0 {
            let len = buf.len().min(*sent_ahead);
            *sent_ahead -= len;
            return Poll::Ready(Ok(len));
        }
        moved.count(match stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        })
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.sent_ahead > 0 {
            let first = bufs.iter().find(|buf| !buf.is_empty()).map_or(&[][..], |buf| buf);
            return self.poll_write(cx, first);
        }
        let Self { stream, moved, .. } = self.get_mut();
        moved.count(match stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
            Stream::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
        })
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Plain(stream) => stream.is_write_vectored(),
            Stream::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_moves_in_time_is_not_silent() {
        let moved = Moved::default();
        let silence = Some(Duration::from_secs(10));
        let busy = async {
            for _ in 0..5 {
                tokio::time::sleep(Duration::from_secs(9)).await;
                let _ = moved.count(Poll::Ready(Ok(())));
            }
        };
        assert!(moved.within(silence, busy).await.is_ok());
        let still = tokio::time::sleep(Duration::from_secs(11));
        assert!(moved.within(silence, still).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_moves_elsewhere_counts_too() {
        let moved = Moved::default();
        let elsewhere = moved.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(9)).await;
            let _ = elsewhere.count(Poll::Ready(Ok(())));
        });
        let wait = tokio::time::sleep(Duration::from_secs(15));
        assert!(moved.within(Some(Duration::from_secs(10)), wait).await.is_ok());
    }
}
