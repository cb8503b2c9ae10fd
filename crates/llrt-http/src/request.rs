use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use http_body::{Frame, SizeHint};
use tokio::sync::{Notify, mpsc};

use crate::Error;

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Whether to speak TLS.
    pub secure: bool,
    /// A name or an IP address; IPv6 may have brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Origin {
    /// `http://host:port`.
    pub fn http(host: impl Into<String>, port: u16) -> Self {
        Self { secure: false, host: host.into(), port }
    }

    /// `https://host:port`.
    pub fn https(host: impl Into<String>, port: u16) -> Self {
        Self { secure: true, host: host.into(), port }
    }

    /// What the `Host` header says.
    pub fn authority(&self) -> String {
        let brackets = self.host.contains(':') && !self.host.starts_with('[');
        let host = if brackets { format!("[{}]", self.host) } else { self.host.clone() };
        let default = if self.secure { 443 } else { 80 };
        if self.port == default { host } else { format!("{host}:{}", self.port) }
    }
}

/// Limits on the parts of an exchange. `None` waits for as long as it takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timeouts {
    /// For name, connection and TLS handshake together.
    pub connect: Option<Duration>,
    /// From then until the answer begins.
    pub headers: Option<Duration>,
    /// For silence on the connection: nothing sent, nothing received.
    pub idle: Option<Duration>,
}

/// A request.
#[derive(Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where to.
    pub origin: Origin,
    /// Path and query, as they are sent.
    pub target: String,
    /// Headers. `Host` and `Content-Length` are added where they are not given.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// Limits.
    pub timeouts: Timeouts,
    /// Asks the server whether it wants the body (`Expect: 100-continue`), and sends it unasked after this time. HTTP/1.1 only.
    pub expect_continue: Option<Duration>,
}

impl Request {
    /// A request without headers, body and limits.
    pub fn new(method: Method, origin: Origin, target: impl Into<String>) -> Self {
        Self {
            method,
            origin,
            target: target.into(),
            headers: HeaderMap::new(),
            body: Body::Empty,
            timeouts: Timeouts::default(),
            expect_continue: None,
        }
    }

    /// Whether sending it twice has the effect of sending it once (RFC 9110, section 9.2.2), and the body is there to do so.
    pub(crate) fn is_replayable(&self) -> bool {
        let idempotent = self.method.is_idempotent();
        idempotent && !self.body.is_streamed() && self.expect_continue.is_none()
    }

    /// The message for hyper.
    pub(crate) fn into_message(mut self) -> Result<http::Request<Body>, Error> {
        let invalid = |error: http::Error| Error::InvalidRequest(error.to_string());
        if !self.headers.contains_key(header::HOST) {
            let host = HeaderValue::try_from(self.origin.authority());
            self.headers.insert(header::HOST, host.map_err(|error| invalid(error.into()))?);
        }
        if !self.headers.contains_key(header::CONTENT_LENGTH) && !self.headers.contains_key(header::TRANSFER_ENCODING) {
            let wants_zero = matches!(self.method, Method::POST | Method::PUT | Method::PATCH);
            match http_body::Body::size_hint(&self.body).exact() {
                Some(0) if !wants_zero => {}
                Some(len) => drop(self.headers.insert(header::CONTENT_LENGTH, len.into())),
                None => {}
            }
        }
        let uri = Uri::from_maybe_shared(Bytes::from(self.target)).map_err(|error| invalid(error.into()))?;
        let expected = self.expect_continue.filter(|_| !http_body::Body::is_end_stream(&self.body));
        let notify = Arc::new(Notify::new());
        if let Some(wait) = expected {
            self.headers.insert(header::EXPECT, HeaderValue::from_static("100-continue"));
            self.body = self.body.gated(Arc::clone(&notify), wait);
        }
        let mut message = http::Request::new(self.body);
        if expected.is_some() {
            hyper::ext::on_informational(&mut message, move |interim| {
                if interim.status() == StatusCode::CONTINUE {
                    notify.notify_one();
                }
            });
        }
        *message.method_mut() = self.method;
        *message.uri_mut() = uri;
        *message.headers_mut() = self.headers;
        Ok(message)
    }
}

/// A request's body.
#[derive(Debug, Default)]
pub enum Body {
    /// None.
    #[default]
    Empty,
    /// All of it.
    Whole(Bytes),
    /// Parts that a [`BodySender`] sends.
    Stream {
        /// The parts.
        parts: mpsc::Receiver<Result<Bytes, BodyError>>,
        /// How many bytes there will be, if that is known; otherwise it is sent in chunks.
        len: Option<u64>,
    },
    /// One that waits until the server wants it.
    Gated(Gated),
}

/// See [`Request::expect_continue`].
pub struct Gated {
    open: Pin<Box<dyn Future<Output = ()> + Send>>,
    body: Box<Body>,
}

impl fmt::Debug for Gated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gated").field(&self.body).finish()
    }
}

impl Body {
    /// A body to be sent in parts, and its sender.
    pub fn stream(len: Option<u64>) -> (BodySender, Self) {
        let (sender, parts) = mpsc::channel(1);
        (BodySender { sender: Some(sender) }, Self::Stream { parts, len })
    }

    fn gated(self, wanted: Arc<Notify>, wait: Duration) -> Self {
        let open = Box::pin(async move {
            // Either way it is sent.
            let _ = tokio::time::timeout(wait, wanted.notified()).await;
        });
        Self::Gated(Gated { open, body: Box::new(self) })
    }

    /// Whether it goes on by itself while nobody waits for the answer.
    pub(crate) fn is_streamed(&self) -> bool {
        matches!(self, Self::Stream { .. } | Self::Gated(_))
    }

    /// A second body with the same bytes.
    pub(crate) fn replay(&self) -> Option<Self> {
        match self {
            Self::Empty => Some(Self::Empty),
            Self::Whole(bytes) => Some(Self::Whole(bytes.clone())),
            Self::Stream { .. } | Self::Gated(_) => None,
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Whole(bytes.into())
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::Whole(Bytes::from_static(text.as_bytes()))
    }
}

/// Why a body ended early.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct BodyError(pub String);

/// Sends the parts of a body. Dropping it without [`end`](Self::end) fails the request.
pub struct BodySender {
    sender: Option<mpsc::Sender<Result<Bytes, BodyError>>>,
}

impl BodySender {
    /// Sends the next part, when the connection has taken the one before. `false` when nobody wants it: the request is over.
    pub async fn send(&self, part: Bytes) -> bool {
        match &self.sender {
            Some(sender) => sender.send(Ok(part)).await.is_ok(),
            None => false,
        }
    }

    /// The body is complete.
    pub fn end(mut self) {
        self.sender = None;
    }

    /// The body will not be completed: fails the request.
    pub async fn fail(mut self, reason: String) {
        if let Some(sender) = self.sender.take() {
            let _ = sender.send(Err(BodyError(reason))).await;
        }
    }

    /// Waits until nobody wants further parts.
    pub async fn closed(&self) {
        if let Some(sender) = &self.sender {
            sender.closed().await;
        }
    }
}

impl Drop for BodySender {
    fn drop(&mut self) {
        if let Some(sender) = self.sender.take() {
            // With the one place taken, the error cannot be queued; the receiver sees the sender go all the same, and hyper
            // counts the bytes when a length was given.
            let _ = sender.try_send(Err(BodyError("the request's body was abandoned".to_owned())));
        }
    }
}

impl fmt::Debug for BodySender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodySender").finish_non_exhaustive()
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.get_mut();
        if let Self::Gated(gated) = this {
            ready!(gated.open.as_mut().poll(cx));
            let body = std::mem::take(&mut *gated.body);
            *this = body;
        }
        match this {
            Self::Empty | Self::Gated(_) => Poll::Ready(None),
            this @ Self::Whole(_) => match std::mem::take(this) {
                Self::Whole(bytes) if !bytes.is_empty() => Poll::Ready(Some(Ok(Frame::data(bytes)))),
                _ => Poll::Ready(None),
            },
            Self::Stream { parts, .. } => {
                let part = ready!(parts.poll_recv(cx));
                Poll::Ready(part.map(|part| part.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Stream { .. } => false,
            Self::Gated(gated) => gated.body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Stream { len: Some(len), .. } => SizeHint::with_exact(*len),
            Self::Stream { len: None, .. } => SizeHint::default(),
            Self::Gated(gated) => gated.body.size_hint(),
        }
    }
}

/// Waits for `future` while `alongside` is polled with it.
pub(crate) async fn drive<T>(mut alongside: impl FnMut(&mut Context<'_>), future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    poll_fn(|cx| {
        alongside(cx);
        future.as_mut().poll(cx)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(request: Request) -> http::Request<Body> {
        request.into_message().unwrap()
    }

    #[test]
    fn the_host_header_has_the_port_unless_it_is_the_default() {
        let host = |origin| message(Request::new(Method::GET, origin, "/")).headers()["host"].clone();
        assert_eq!(host(Origin::http("a.test", 80)), "a.test");
        assert_eq!(host(Origin::http("a.test", 443)), "a.test:443");
        assert_eq!(host(Origin::https("::1", 443)), "[::1]");
        assert_eq!(host(Origin::https("[::1]", 8443)), "[::1]:8443");
    }

    #[test]
    fn a_length_is_given_where_the_server_expects_one() {
        let length = |method, body: Body| {
            let request = Request { body, ..Request::new(method, Origin::http("a.test", 80), "/") };
            message(request).headers().get("content-length").map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(length(Method::GET, Body::Empty), None);
        assert_eq!(length(Method::POST, Body::Empty).as_deref(), Some("0"));
        assert_eq!(length(Method::POST, "{}".into()).as_deref(), Some("2"));
        assert_eq!(length(Method::PUT, Body::stream(None).1), None);
        assert_eq!(length(Method::PUT, Body::stream(Some(5)).1).as_deref(), Some("5"));
    }

    #[test]
    fn a_target_that_is_no_path_is_an_error() {
        let request = Request::new(Method::GET, Origin::http("a.test", 80), "/a b");
        assert!(matches!(request.into_message(), Err(Error::InvalidRequest(_))));
    }

    #[tokio::test]
    async fn an_abandoned_body_is_an_error_and_an_ended_one_is_not() {
        let next = async |body: &mut Body| poll_fn(|cx| http_body::Body::poll_frame(Pin::new(&mut *body), cx)).await;
        let (sender, mut body) = Body::stream(None);
        sender.end();
        assert!(next(&mut body).await.is_none());
        let (sender, mut body) = Body::stream(None);
        drop(sender);
        assert!(next(&mut body).await.unwrap().is_err());
    }
}
