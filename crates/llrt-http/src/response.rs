use std::{
    collections::VecDeque,
    fmt,
    future::poll_fn,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body::Body as _;
use hyper::{body::Incoming, ext::ReasonPhrase};
use tokio::sync::OwnedSemaphorePermit;

use crate::{Error, Origin, connection::Connection, pool::Pool};

/// A body longer than this is not given its whole room ahead: a length is only what a server says.
const MAX_RESERVE: u64 = 16 * 1024 * 1024;

/// How much is taken along with the head.
const PREFETCH: usize = 64 * 1024;

/// An answer whose body may still be under way.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The reason phrase, when it is not the status's usual one. May not be UTF-8.
    pub reason: Option<Bytes>,
    /// Headers, in lower case.
    pub headers: HeaderMap,
    /// The body.
    pub body: ResponseBody,
}

impl Response {
    pub(crate) async fn new(answer: http::Response<Incoming>, lease: Option<Lease>, timeout: Option<Duration>) -> Self {
        let (parts, incoming) = answer.into_parts();
        let reason = parts.extensions.get::<ReasonPhrase>();
        let reason = reason.map(|reason| Bytes::copy_from_slice(reason.as_bytes()));
        let mut body = ResponseBody {
            incoming: Some(incoming),
            lease,
            timeout,
            front: VecDeque::new(),
            #[cfg(feature = "http2")]
            shared: None,
        };
        poll_fn(|cx| {
            body.prefetch(cx);
            Poll::Ready(())
        })
        .await;
        Self { status: parts.status, reason, headers: parts.headers, body }
    }

    /// One that came over an HTTP/2 connection.
    #[cfg(feature = "http2")]
    pub(crate) async fn shared(
        answer: http::Response<Incoming>,
        shared: crate::connection::InUse,
        timeout: Option<Duration>,
    ) -> Self {
        let mut response = Self::new(answer, None, timeout).await;
        if !response.body.is_complete() {
            response.body.shared = Some(shared);
        }
        response
    }
}

/// A connection on loan to a response.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(crate) connection: Connection,
    pub(crate) origin: Origin,
    pub(crate) pool: Rc<Pool>,
    pub(crate) permit: Option<OwnedSemaphorePermit>,
}

/// The body of an answer. Dropping it before its end closes the connection.
///
/// What comes along with the head is taken at once, so that a small body is complete and its connection free. The rest is read
/// from the socket when it is asked for.
pub struct ResponseBody {
    /// `None` when nothing more will come.
    incoming: Option<Incoming>,
    lease: Option<Lease>,
    timeout: Option<Duration>,
    front: VecDeque<Result<Bytes, Error>>,
    /// Its share of an HTTP/2 connection.
    #[cfg(feature = "http2")]
    shared: Option<crate::connection::InUse>,
}

impl ResponseBody {
    /// The next part, or `None` after the last.
    ///
    /// # Errors
    /// [`Error::Truncated`], [`Error::Io`], [`Error::Parse`], [`Error::BodyTimeout`]. After one there is nothing more.
    pub async fn chunk(&mut self) -> Option<Result<Bytes, Error>> {
        let Some(timeout) = self.timeout else { return poll_fn(|cx| self.poll_chunk(cx)).await };
        // What is there already needs no timer.
        let mut timer = None;
        poll_fn(|cx| {
            if let Poll::Ready(chunk) = self.poll_chunk(cx) {
                return Poll::Ready(chunk);
            }
            let timer = timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
            if timer.as_mut().poll(cx).is_ready() {
                self.close();
                return Poll::Ready(Some(Err(Error::BodyTimeout)));
            }
            Poll::Pending
        })
        .await
    }

    /// All that is left.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk).
    pub async fn collect(&mut self) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        while let Some(chunk) = self.chunk().await {
            let chunk = chunk?;
            if all.is_empty() {
                all.reserve_exact(self.room_for(chunk.len()));
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all)
    }

    /// Whether all has arrived: what is left to read needs no waiting.
    pub fn is_complete(&self) -> bool {
        self.incoming.is_none()
    }

    /// All that is left, if it has arrived; `None` when it has not, or is broken off.
    pub fn take_complete(&mut self) -> Option<Vec<u8>> {
        if !self.is_complete() || self.front.iter().any(Result::is_err) {
            return None;
        }
        let mut all = Vec::with_capacity(self.front.iter().flatten().map(Bytes::len).sum());
        self.front.drain(..).flatten().for_each(|part| all.extend_from_slice(&part));
        Some(all)
    }

    /// The next part, without waiting.
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        match self.front.pop_front() {
            Some(chunk) => Poll::Ready(Some(chunk)),
            None => self.poll_incoming(cx),
        }
    }

    fn prefetch(&mut self, cx: &mut Context<'_>) {
        let mut len = 0;
        if self.incoming.as_ref().is_some_and(Incoming::is_end_stream) {
            self.release(cx);
        }
        while len < PREFETCH && self.incoming.is_some() {
            let Poll::Ready(Some(chunk)) = self.poll_incoming(cx) else { return };
            len += chunk.as_ref().map_or(0, Bytes::len);
            self.front.push_back(chunk);
        }
    }

    fn poll_incoming(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
            if let Some(lease) = &mut self.lease {
                lease.connection.poll(cx);
            }
            match ready!(Pin::new(&mut *incoming).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    let ended = incoming.is_end_stream();
                    if ended {
                        self.release(cx);
                    }
                    // Trailers are nobody's wish so far, and an empty part would look like the end.
                    let Some(data) = frame.into_data().ok().filter(|data| !data.is_empty()) else { continue };
                    return Poll::Ready(Some(Ok(data)));
                }
                Some(Err(error)) => {
                    self.close();
                    return Poll::Ready(Some(Err(Error::from_body(&error))));
                }
                None => {
                    self.release(cx);
                    return Poll::Ready(None);
                }
            }
        }
    }

    fn room_for(&self, first: usize) -> usize {
        let front: usize = self.front.iter().flatten().map(Bytes::len).sum();
        let left = self.incoming.as_ref().and_then(|incoming| incoming.size_hint().exact()).unwrap_or(0);
        first + front + usize::try_from(left.min(MAX_RESERVE)).unwrap_or(0)
    }

    fn end(&mut self) {
        self.incoming = None;
        #[cfg(feature = "http2")]
        drop(self.shared.take());
    }

    /// The exchange is over: gives the connection back if it can carry another.
    fn release(&mut self, cx: &mut Context<'_>) {
        self.end();
        if let Some(Lease { mut connection, origin, pool, permit }) = self.lease.take() {
            if connection.is_idle(cx) {
                pool.put(origin, connection);
            }
            drop(permit);
        }
    }

    /// The exchange is broken off.
    fn close(&mut self) {
        self.end();
        self.lease = None;
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").field("complete", &self.is_complete()).finish_non_exhaustive()
    }
}
