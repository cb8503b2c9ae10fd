use std::{rc::Rc, sync::Arc, time::Duration};

use llrt_net::Policy;
use llrt_tls::rustls::ClientConfig;
use tokio::sync::OwnedSemaphorePermit;

#[cfg(feature = "http2")]
use crate::connection::InUse;
use crate::{
    Body, Error, Origin, Request, Response, Timeouts,
    connection::{self, Connection, Opened, Silent, Unanswered},
    pool::Pool,
    response::Lease,
};

/// How long an idle connection is kept when `LLRT_NET_POOL_IDLE_TIMEOUT` does not say.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// A client's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// How long an idle connection is kept. Zero keeps none.
    pub idle_timeout: Duration,
    /// How many connections there may be to one host at a time; further requests wait.
    pub max_connections_per_host: Option<usize>,
    /// Which hosts may be reached.
    pub policy: Rc<Policy>,
    /// What to do about HTTP/2 on connections with TLS. Without the feature `http2`, nothing.
    pub http2: Http2,
    /// Another TLS configuration than the shared one. Its ALPN list is its own affair.
    pub tls: Option<Arc<ClientConfig>>,
    /// The name to ask servers for, and to find in their certificates, in place of the host's.
    pub server_name: Option<String>,
}

/// Whether HTTP/2 is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Http2 {
    /// No.
    #[default]
    Off,
    /// With servers that prefer it, where there is TLS to ask them.
    Offer,
    /// With servers that speak it, also without TLS: there the first bytes of a connection find out (RFC 9113, section 3.3).
    Prefer,
    /// And nothing else.
    Only,
}

impl Default for Config {
    fn default() -> Self {
        let policy = Rc::new(Policy::default());
        Self {
            idle_timeout: IDLE_TIMEOUT,
            max_connections_per_host: None,
            policy,
            http2: Http2::Off,
            tls: None,
            server_name: None,
        }
    }
}

impl Config {
    /// The settings of `LLRT_NET_POOL_IDLE_TIMEOUT` (seconds), `LLRT_HTTP_VERSION` (`2`), `LLRT_NET_ALLOW` and `LLRT_NET_DENY`.
    pub fn from_env() -> Self {
        let var = |name| std::env::var(name).ok();
        let idle = var("LLRT_NET_POOL_IDLE_TIMEOUT").and_then(|seconds| seconds.trim().parse().ok());
        Self {
            idle_timeout: idle.map_or(IDLE_TIMEOUT, Duration::from_secs),
            policy: Policy::from_env(),
            http2: match var("LLRT_HTTP_VERSION").as_deref().map(str::trim) {
                Some("2") => Http2::Offer,
                _ => Http2::Off,
            },
            ..Self::default()
        }
    }
}

/// An HTTP client with its pool of connections. Clones share it.
#[derive(Clone, Debug)]
pub struct Client {
    config: Rc<Config>,
    pool: Rc<Pool>,
}

impl Client {
    /// A client. Nothing is opened, read or made before the first request.
    pub fn new(config: Config) -> Self {
        let pool = Rc::new(Pool::new(config.idle_timeout, config.max_connections_per_host));
        Self { config: Rc::new(config), pool }
    }

    /// Sends `request` and waits for the head of the answer. Dropping the future gives the request up.
    ///
    /// A connection that the server closed while it was idle is replaced without notice as long as nothing was sent on it, or the
    /// request is idempotent and its body at hand.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let call = Call { origin: request.origin.clone(), timeouts: request.timeouts, pool: Rc::clone(&self.pool) };
        let permit = self.pool.permit(&call.origin).await;
        let replayable = request.is_replayable();
        let mut message = request.into_message()?;
        loop {
            #[cfg(feature = "http2")]
            if let Some(shared) = self.pool.take_shared(&call.origin) {
                match call.send_http2(shared, message).await {
                    Ok(response) => return Ok(response),
                    Err(Unanswered { unsent: Some(unsent), .. }) => message = *unsent,
                    Err(Unanswered { error, .. }) => return Err(error),
                }
                continue;
            }
            let Some(mut connection) = self.reuse(&call.origin).await else { break };
            let copy = if replayable { copy(&message) } else { None };
            match call.exchange(&mut connection, message).await? {
                Ok(answer) => return Ok(call.answer(answer, connection, permit).await),
                Err(Unanswered { error, unsent, closed }) => match (unsent, copy) {
                    (Some(unsent), _) => message = *unsent,
                    (None, Some(copy)) if closed => message = copy,
                    _ => return Err(error),
                },
            }
        }
        let opened = limit(call.timeouts.connect, self.open(&call.origin)).await;
        let opened = opened.map_err(|Elapsed| Error::ConnectTimeout)??;
        #[cfg_attr(
            not(feature = "http2"),
            expect(clippy::infallible_destructuring_match, reason = "the feature adds one")
        )]
        let mut connection = match opened {
            Opened::Http1(connection) => connection,
            #[cfg(feature = "http2")]
            Opened::Http2(shared) => {
                let in_use = self.pool.share(call.origin.clone(), shared);
                return call.send_http2(in_use, message).await.map_err(|unanswered| unanswered.error);
            }
        };
        match call.exchange(&mut connection, message).await? {
            Ok(answer) => Ok(call.answer(answer, connection, permit).await),
            Err(unanswered) => Err(unanswered.error),
        }
    }

    /// Opens a connection for later, so that the first request need not wait. Errors are the first request's to meet.
    pub async fn preconnect(&self, origin: Origin, timeout: Option<Duration>) {
        let guard = self.pool.announce(origin.clone());
        match limit(timeout, self.open(&origin)).await {
            Ok(Ok(Opened::Http1(connection))) => self.pool.put(origin, connection),
            #[cfg(feature = "http2")]
            Ok(Ok(Opened::Http2(shared))) => drop(self.pool.share(origin, shared)),
            _ => {}
        }
        drop(guard);
    }

    /// Closes all idle connections.
    pub fn close_idle(&self) {
        self.pool.clear();
    }

    async fn reuse(&self, origin: &Origin) -> Option<Connection> {
        match self.pool.take(origin) {
            Some(connection) => Some(connection),
            None if self.pool.wait_for_opening(origin).await => self.pool.take(origin),
            None => None,
        }
    }

    async fn open(&self, origin: &Origin) -> Result<Opened, Error> {
        let tls = if origin.secure { Some(self.tls()?) } else { None };
        let Config { policy, server_name, http2, .. } = &*self.config;
        connection::open(origin, policy, tls, server_name.as_deref(), *http2).await
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, Error> {
        if let Some(config) = &self.config.tls {
            return Ok(Arc::clone(config));
        }
        llrt_tls::shared(self.config.http2.alpn())
            .map_err(|error| Error::TlsConfig { code: error.code(), message: error.to_string() })
    }
}

impl Http2 {
    /// The protocols to name in the handshake.
    pub fn alpn(self) -> &'static [&'static [u8]] {
        match self {
            Self::Offer | Self::Prefer if cfg!(feature = "http2") => &[b"h2", b"http/1.1"],
            Self::Only if cfg!(feature = "http2") => &[b"h2"],
            _ => &[b"http/1.1"],
        }
    }
}

/// What an exchange needs beside its message.
struct Call {
    origin: Origin,
    timeouts: Timeouts,
    pool: Rc<Pool>,
}

impl Call {
    async fn exchange(
        &self,
        connection: &mut Connection,
        message: http::Request<Body>,
    ) -> Result<Result<http::Response<hyper::body::Incoming>, Unanswered>, Error> {
        let moved = connection.moved();
        let exchange = moved.within(self.timeouts.idle, connection.send(message));
        match limit(self.timeouts.headers, exchange).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(Silent)) => Err(Error::IdleTimeout),
            Err(Elapsed) => Err(Error::HeadersTimeout),
        }
    }

    async fn answer(
        self,
        answer: http::Response<hyper::body::Incoming>,
        connection: Connection,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Response {
        let lease = Lease { connection, origin: self.origin, pool: self.pool, permit };
        Response::new(answer, Some(lease), self.timeouts.idle).await
    }

    #[cfg(feature = "http2")]
    async fn send_http2(&self, mut shared: InUse, mut message: http::Request<Body>) -> Result<Response, Unanswered> {
        use http::{Uri, header, uri::PathAndQuery};

        // Headers about the connection have no place (RFC 9113, 8.2.2), and the authority takes that of the host header. It may
        // have been there before, if this message comes back from another connection that did not send it.
        let host = message.headers_mut().remove(header::HOST);
        for name in [header::CONNECTION, header::TRANSFER_ENCODING, header::UPGRADE] {
            message.headers_mut().remove(name);
        }
        let host = host.map(|host| host.as_bytes().to_vec());
        let host = host.or_else(|| message.uri().authority().map(|authority| authority.as_str().as_bytes().to_vec()));
        let path = message.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        let authority = host.as_deref().unwrap_or_default();
        let scheme = if self.origin.secure { "https" } else { "http" };
        let uri = Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build();
        *message.uri_mut() = uri.map_err(|error| Unanswered::from(Error::InvalidRequest(error.to_string())))?;
        let moved = shared.moved();
        let exchange = moved.within(self.timeouts.idle, shared.sender().try_send_request(message));
        let answer = match limit(self.timeouts.headers, exchange).await {
            Ok(Ok(answer)) => answer?,
            Ok(Err(Silent)) => return Err(Error::IdleTimeout.into()),
            Err(Elapsed) => return Err(Error::HeadersTimeout.into()),
        };
        Ok(Response::shared(answer, shared, self.timeouts.idle).await)
    }
}

/// The same message again, if its body is at hand.
fn copy(message: &http::Request<Body>) -> Option<http::Request<Body>> {
    let mut copy = http::Request::new(message.body().replay()?);
    copy.method_mut().clone_from(message.method());
    copy.uri_mut().clone_from(message.uri());
    copy.headers_mut().clone_from(message.headers());
    Some(copy)
}

struct Elapsed;

async fn limit<T>(time: Option<Duration>, future: impl Future<Output = T>) -> Result<T, Elapsed> {
    match time {
        Some(time) => tokio::time::timeout(time, future).await.map_err(|_| Elapsed),
        None => Ok(future.await),
    }
}
