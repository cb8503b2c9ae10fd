use std::{rc::Rc, sync::Arc, time::Duration};

use http::Method;
use llrt_net::Policy;
use llrt_tls::rustls::ClientConfig;
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    Body, Error, Origin, Request, Response, Timeouts,
    connection::{self, Connection, Opened, Unanswered},
    pool::{Key, Pool},
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
    /// Whether to offer HTTP/2 to servers behind TLS. Without the feature `http2` it is not.
    pub http2: bool,
}

impl Default for Config {
    fn default() -> Self {
        let policy = Rc::new(Policy::default());
        Self { idle_timeout: IDLE_TIMEOUT, max_connections_per_host: None, policy, http2: false }
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
            http2: var("LLRT_HTTP_VERSION").is_some_and(|version| version.trim() == "2"),
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
        let call = self.call(&request)?;
        let permit = self.pool.permit(&call.key).await;
        let replayable = request.is_replayable();
        let mut message = request.into_message()?;
        loop {
            #[cfg(feature = "http2")]
            if let Some(sender) = self.pool.take_shared(&call.key) {
                return call.send_http2(sender, message).await;
            }
            let Some(mut connection) = self.reuse(&call.key).await else { break };
            let copy = if replayable { copy(&message) } else { None };
            match limit(call.timeouts.headers, connection.send(message)).await {
                Ok(Ok(answer)) => return Ok(call.answer(answer, connection, permit).await),
                Ok(Err(Unanswered { error, unsent, closed })) => match (unsent, copy) {
                    (Some(unsent), _) => message = *unsent,
                    (None, Some(copy)) if closed => message = copy,
                    _ => return Err(error),
                },
                Err(Elapsed) => return Err(Error::HeadersTimeout),
            }
        }
        let opening = connection::open(&call.key.origin, &self.config.policy, call.key.tls.clone());
        let opened = limit(call.timeouts.connect, opening).await.map_err(|Elapsed| Error::ConnectTimeout)??;
        #[cfg_attr(
            not(feature = "http2"),
            expect(clippy::infallible_destructuring_match, reason = "the feature adds one")
        )]
        let mut connection = match opened {
            Opened::Http1(connection) => connection,
            #[cfg(feature = "http2")]
            Opened::Http2(sender) => {
                self.pool.share(call.key.clone(), sender.clone());
                return call.send_http2(sender, message).await;
            }
        };
        match limit(call.timeouts.headers, connection.send(message)).await {
            Ok(Ok(answer)) => Ok(call.answer(answer, connection, permit).await),
            Ok(Err(unanswered)) => Err(unanswered.error),
            Err(Elapsed) => Err(Error::HeadersTimeout),
        }
    }

    /// Opens a connection for later, so that the first request need not wait. Errors are the first request's to meet.
    pub async fn preconnect(&self, origin: Origin, timeout: Option<Duration>) {
        let request = Request::new(Method::GET, origin, "/");
        let Ok(tls) = self.tls(&request) else { return };
        let key = Key { origin: request.origin, tls };
        let guard = self.pool.announce(key.clone());
        let opened = limit(timeout, connection::open(&key.origin, &self.config.policy, key.tls.clone())).await;
        match opened {
            Ok(Ok(Opened::Http1(connection))) => self.pool.put(key, connection),
            #[cfg(feature = "http2")]
            Ok(Ok(Opened::Http2(sender))) => self.pool.share(key, sender),
            _ => {}
        }
        drop(guard);
    }

    /// Closes all idle connections.
    pub fn close_idle(&self) {
        self.pool.clear();
    }

    async fn reuse(&self, key: &Key) -> Option<Connection> {
        match self.pool.take(key) {
            Some(connection) => Some(connection),
            None if self.pool.wait_for_opening(key).await => self.pool.take(key),
            None => None,
        }
    }

    fn call(&self, request: &Request) -> Result<Call, Error> {
        Ok(Call {
            key: Key { origin: request.origin.clone(), tls: self.tls(request)? },
            timeouts: request.timeouts,
            pool: Rc::clone(&self.pool),
        })
    }

    fn tls(&self, request: &Request) -> Result<Option<Arc<ClientConfig>>, Error> {
        if !request.origin.secure {
            return Ok(None);
        }
        if let Some(config) = &request.tls {
            return Ok(Some(Arc::clone(config)));
        }
        let http2 = cfg!(feature = "http2") && self.config.http2;
        let alpn: &[&[u8]] = if http2 { &[b"h2", b"http/1.1"] } else { &[b"http/1.1"] };
        let config = llrt_tls::shared(alpn);
        config.map(Some).map_err(|error| Error::TlsConfig { code: error.code(), message: error.to_string() })
    }
}

/// What an exchange needs beside its message.
struct Call {
    key: Key,
    timeouts: Timeouts,
    pool: Rc<Pool>,
}

impl Call {
    async fn answer(
        self,
        answer: http::Response<hyper::body::Incoming>,
        connection: Connection,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Response {
        let lease = Lease { connection, key: self.key, pool: self.pool, permit };
        Response::new(answer, Some(lease), self.timeouts.body).await
    }

    #[cfg(feature = "http2")]
    async fn send_http2(
        self,
        mut sender: hyper::client::conn::http2::SendRequest<Body>,
        mut message: http::Request<Body>,
    ) -> Result<Response, Error> {
        use http::{Uri, header, uri::PathAndQuery};

        // The authority takes the place of the host header, and headers about the connection have no place (RFC 9113, 8.2.2).
        let host = message.headers_mut().remove(header::HOST);
        for name in [header::CONNECTION, header::TRANSFER_ENCODING, header::UPGRADE] {
            message.headers_mut().remove(name);
        }
        let path = message.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        let authority = host.as_ref().map_or(&b""[..], |host| host.as_bytes());
        let uri = Uri::builder().scheme("https").authority(authority).path_and_query(path).build();
        *message.uri_mut() = uri.map_err(|error| Error::InvalidRequest(error.to_string()))?;
        let answer = limit(self.timeouts.headers, sender.send_request(message)).await;
        let answer = answer.map_err(|Elapsed| Error::HeadersTimeout)?.map_err(|error| Error::from_request(&error))?;
        Ok(Response::new(answer, None, self.timeouts.body).await)
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
