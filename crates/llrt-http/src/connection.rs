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

use crate::{Body, Error, Origin, request::drive};

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
    Http2(hyper::client::conn::http2::SendRequest<Body>),
}

/// Connects, and shakes hands where TLS is wanted.
///
/// `server_name` is the name to ask for and to find in the certificate, when it is not the host's.
pub(crate) async fn open(
    origin: &Origin,
    policy: &Policy,
    tls: Option<Arc<ClientConfig>>,
    server_name: Option<&str>,
) -> Result<Opened, Error> {
    let stream = llrt_net::connect(&origin.host, origin.port, Family::Any, policy).await?;
    let socket = stream.as_raw_fd();
    let stream = match tls {
        Some(config) => Stream::Tls(Box::new(shake_hands(server_name.unwrap_or(&origin.host), config, stream).await?)),
        None => Stream::Plain(stream),
    };
    let moved = Moved::default();
    let transport = Transport { stream, moved: moved.clone() };
    #[cfg(feature = "http2")]
    if transport.speaks_http2() {
        return open_http2(transport).await.map(Opened::Http2);
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

#[cfg(feature = "http2")]
async fn open_http2(transport: Transport) -> Result<hyper::client::conn::http2::SendRequest<Body>, Error> {
    use hyper_util::rt::TokioExecutor;

    let builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    let handshake = builder.handshake(TokioIo::new(transport)).await;
    let (sender, connection) = handshake.map_err(|error| Error::from_request(&error))?;
    tokio::spawn(async move {
        // Its errors reach the requests on it.
        let _ = connection.await;
    });
    Ok(sender)
}

/// A request that was not answered.
pub(crate) struct Unanswered {
    pub(crate) error: Error,
    /// The message, when no byte of it was sent.
    pub(crate) unsent: Option<Box<http::Request<Body>>>,
    /// Whether the server closed the connection without any answer.
    pub(crate) closed: bool,
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
        let mut byte = 0u8;
        // SAFETY: one byte of writable memory. The descriptor is that of the socket in `driver`, so it is open unless the
        // driver is done, and even then the call can only fail or look.
        let seen = unsafe { libc::recv(self.socket, (&raw mut byte).cast(), 1, libc::MSG_PEEK | libc::MSG_DONTWAIT) };
        match seen {
            0 => true,
            // TLS 1.3 sends session tickets at any time.
            1.. => !self.secure,
            _ => io::Error::last_os_error().kind() != io::ErrorKind::WouldBlock,
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

/// A socket whose traffic is counted.
struct Transport {
    stream: Stream,
    moved: Moved,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Transport {
    #[cfg(feature = "http2")]
    fn speaks_http2(&self) -> bool {
        matches!(&self.stream, Stream::Tls(stream) if stream.get_ref().1.alpn_protocol() == Some(b"h2"))
    }
}

impl AsyncRead for Transport {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Self { stream, moved } = self.get_mut();
        moved.count(match stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        })
    }
}

impl AsyncWrite for Transport {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let Self { stream, moved } = self.get_mut();
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
        let Self { stream, moved } = self.get_mut();
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
