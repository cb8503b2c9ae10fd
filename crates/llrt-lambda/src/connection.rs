//! One HTTP/1.1 connection: a request at a time, written in one call, and its answer.
//!
//! The Runtime API needs no more than this, and each invocation pays for every layer twice.

use std::{
    io::{self, IoSlice},
    net::SocketAddr,
};

use bytes::BufMut;
use tokio::{io::Interest, net::TcpStream};

/// Head of an answer, and small bodies, in one read.
const BUFFER_BYTES: usize = 16 * 1024;
/// The client context is the largest header that the service sends: a few kilobytes.
const MAX_HEAD_BYTES: usize = 1024 * 1024;
const MAX_HEADERS: usize = 64;
/// What is set aside for a body before its first byte came, whatever its length claims to be.
const MAX_RESERVED_BYTES: usize = 8 * 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectionError {
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Closed before the first byte of an answer.
    #[error("connection closed without an answer")]
    NotAnswered,
    #[error("connection closed in the middle of an answer")]
    CutShort,
    #[error("not an HTTP answer: {0}")]
    Malformed(&'static str),
}

impl From<httparse::Error> for ConnectionError {
    fn from(error: httparse::Error) -> Self {
        Self::Malformed(match error {
            httparse::Error::TooManyHeaders => "too many headers",
            httparse::Error::Version => "bad version",
            httparse::Error::Status => "bad status",
            _ => "bad header",
        })
    }
}

/// An answer without its headers: they go to the caller as they are read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

enum Body {
    Length(u64),
    Chunked,
    UntilClosed,
}

struct Head {
    status: u16,
    body: Body,
    keep_alive: bool,
}

pub(crate) struct Connection {
    stream: TcpStream,
    /// Bytes `start..end` are read and not yet used.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    reusable: bool,
}

impl Connection {
    pub(crate) async fn open(addresses: &[SocketAddr]) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    // A large body is written in parts: none may wait for the other side's acknowledgement.
                    let _ = stream.set_nodelay(true);
                    return Ok(Self { stream, buffer: vec![0; BUFFER_BYTES], start: 0, end: 0, reusable: true });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Whether another request may be sent. A connection that the other side has closed meanwhile is told apart without a system
    /// call as long as nothing has happened on it (see [`Connection::mark_drained`]).
    pub(crate) fn is_reusable(&self) -> bool {
        let idle =
            |result: io::Result<usize>| matches!(result, Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        self.reusable && idle(self.stream.try_read(&mut [0]))
    }

    /// Sends a request and reads the answer; `header` gets the headers' names and values.
    pub(crate) async fn exchange(
        &mut self,
        head: &[u8],
        body: &[u8],
        header: &mut dyn FnMut(&str, &[u8]),
    ) -> Result<Answer, ConnectionError> {
        let sent = self.send(&mut [IoSlice::new(head), IoSlice::new(body)]).await;
        self.conclude(sent, header).await
    }

    /// Reads the answer to a request of which `sent` was the last part.
    pub(crate) async fn conclude(
        &mut self,
        sent: io::Result<bool>,
        header: &mut dyn FnMut(&str, &[u8]),
    ) -> Result<Answer, ConnectionError> {
        let answer = self.receive(header).await;
        match (sent, answer) {
            (Ok(all), Ok((answer, keep_alive))) => {
                self.reusable = all && keep_alive && self.start == self.end;
                Ok(answer)
            }
            // It refused the body in the middle, and said why.
            (Err(_), Ok((answer, _))) => Ok(answer),
            (Err(error), Err(_)) => Err(error.into()),
            (Ok(_), Err(error)) => Err(error),
        }
    }

    /// Sends a request, or a part of one. `false`: an answer came before all was sent.
    pub(crate) async fn send(&mut self, mut parts: &mut [IoSlice<'_>]) -> io::Result<bool> {
        // Whatever goes wrong from here on leaves the connection in the middle of something.
        self.reusable = false;
        while !parts.is_empty() {
            match self.stream.try_write_vectored(parts) {
                Ok(written) => IoSlice::advance_slices(&mut parts, written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let ready = self.stream.ready(Interest::READABLE | Interest::WRITABLE).await?;
                    if ready.is_readable() && self.try_fill()?.is_some() {
                        return Ok(false);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    async fn receive(&mut self, header: &mut dyn FnMut(&str, &[u8])) -> Result<(Answer, bool), ConnectionError> {
        let head = loop {
            if let Some(head) = self.parse_head(header)? {
                // 100 Continue and its like announce the answer, they are none.
                if head.status >= 200 {
                    break head;
                }
            } else {
                self.fill_head().await?;
            }
        };
        let body = match head.body {
            Body::Length(length) => self.read_body(length).await?,
            Body::Chunked => self.read_chunks().await?,
            Body::UntilClosed => self.read_to_end().await?,
        };
        Ok((Answer { status: head.status, body }, head.keep_alive))
    }

    /// The head of an answer, if all of it is there.
    fn parse_head(&mut self, header: &mut dyn FnMut(&str, &[u8])) -> Result<Option<Head>, ConnectionError> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(length) = response.parse(&self.buffer[self.start..self.end])? else {
            return Ok(None);
        };
        let status = response.code.unwrap_or_default();
        let mut head = Head { status, body: Body::UntilClosed, keep_alive: response.version == Some(1) };
        if status < 200 || status == 204 || status == 304 {
            head.body = Body::Length(0);
        }
        for field in response.headers.iter() {
            if field.name.eq_ignore_ascii_case("content-length") && matches!(head.body, Body::UntilClosed) {
                let length = std::str::from_utf8(field.value).ok().and_then(|text| text.trim().parse().ok());
                head.body = Body::Length(length.ok_or(ConnectionError::Malformed("bad content-length"))?);
            } else if field.name.eq_ignore_ascii_case("transfer-encoding") {
                head.body = Body::Chunked;
            } else if field.name.eq_ignore_ascii_case("connection") {
                head.keep_alive &= !field.value.eq_ignore_ascii_case(b"close");
            } else {
                header(field.name, field.value);
            }
        }
        head.keep_alive &= !matches!(head.body, Body::UntilClosed);
        self.start += length;
        Ok(Some(head))
    }

    async fn read_body(&mut self, length: u64) -> Result<Vec<u8>, ConnectionError> {
        let length = usize::try_from(length).map_err(|_| ConnectionError::Malformed("body too large"))?;
        // One more: whoever hands the text to a C parser ends it with a zero.
        let mut body = Vec::with_capacity(length.min(MAX_RESERVED_BYTES) + 1);
        self.take(length, &mut body);
        while body.len() < length {
            let room = length - body.len();
            self.stream.readable().await?;
            match self.stream.try_read_buf(&mut (&mut body).limit(room)) {
                Ok(0) => return Err(ConnectionError::CutShort),
                Ok(_) => {}
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(body)
    }

    async fn read_chunks(&mut self) -> Result<Vec<u8>, ConnectionError> {
        let mut body = Vec::new();
        loop {
            let (length, size) = loop {
                match httparse::parse_chunk_size(&self.buffer[self.start..self.end]) {
                    Ok(httparse::Status::Complete(found)) => break found,
                    Ok(httparse::Status::Partial) => self.fill_more().await?,
                    Err(_) => return Err(ConnectionError::Malformed("bad chunk")),
                }
            };
            self.start += length;
            let mut left = usize::try_from(size).map_err(|_| ConnectionError::Malformed("bad chunk"))?;
            if left == 0 {
                return self.skip_trailers().await.map(|()| body);
            }
            while left > 0 {
                if self.start == self.end {
                    self.fill_more().await?;
                }
                left -= self.take(left, &mut body);
            }
            for expected in *b"\r\n" {
                if self.start == self.end {
                    self.fill_more().await?;
                }
                if self.buffer[self.start] != expected {
                    return Err(ConnectionError::Malformed("bad chunk"));
                }
                self.start += 1;
            }
        }
    }

    async fn skip_trailers(&mut self) -> Result<(), ConnectionError> {
        while !self.skip_buffered_trailers()? {
            self.fill_more().await?;
        }
        Ok(())
    }

    /// `false`: they are not all there. Not a part of the function that waits: its future would have room for all headers.
    fn skip_buffered_trailers(&mut self) -> Result<bool, ConnectionError> {
        let mut trailers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let parsed = httparse::parse_headers(&self.buffer[self.start..self.end], &mut trailers)?;
        let httparse::Status::Complete((length, _)) = parsed else { return Ok(false) };
        self.start += length;
        Ok(true)
    }

    async fn read_to_end(&mut self) -> Result<Vec<u8>, ConnectionError> {
        let mut body = Vec::new();
        loop {
            self.take(usize::MAX, &mut body);
            match self.fill_more().await {
                Ok(()) => {}
                Err(ConnectionError::CutShort) => return Ok(body),
                Err(error) => return Err(error),
            }
        }
    }

    /// Moves up to `most` bytes from the buffer to `body`.
    fn take(&mut self, most: usize, body: &mut Vec<u8>) -> usize {
        let count = most.min(self.end - self.start);
        body.extend_from_slice(&self.buffer[self.start..self.start + count]);
        self.start += count;
        count
    }

    async fn fill_head(&mut self) -> Result<(), ConnectionError> {
        let first = self.start == self.end;
        match self.fill_more().await {
            Err(ConnectionError::CutShort) if first => Err(ConnectionError::NotAnswered),
            Err(ConnectionError::Io(error)) if first && error.kind() == io::ErrorKind::ConnectionReset => {
                Err(ConnectionError::NotAnswered)
            }
            result => result,
        }
    }

    /// Reads more into the buffer; at least one byte.
    async fn fill_more(&mut self) -> Result<(), ConnectionError> {
        loop {
            self.stream.readable().await?;
            match self.try_fill()? {
                Some(0) if self.end - self.start >= MAX_HEAD_BYTES => {
                    return Err(ConnectionError::Malformed("head too large"));
                }
                Some(0) => return Err(ConnectionError::CutShort),
                Some(_) => return Ok(()),
                None => {}
            }
        }
    }

    /// Reads what is there, without waiting. `None`: nothing yet; 0: the end.
    fn try_fill(&mut self) -> io::Result<Option<usize>> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            if self.buffer.len() > BUFFER_BYTES {
                self.buffer = vec![0; BUFFER_BYTES];
            }
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            if self.end == self.buffer.len() {
                let larger = (self.buffer.len() * 2).min(MAX_HEAD_BYTES);
                self.buffer.resize(larger, 0);
            }
        }
        match self.stream.try_read(&mut self.buffer[self.end..]) {
            Ok(count) => {
                self.end += count;
                if self.end < self.buffer.len() {
                    self.mark_drained();
                }
                Ok(Some(count))
            }
            Err(error) if is_passing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Tells tokio that a read shorter than its buffer took all there was: the next attempt waits for an event instead of asking
    /// the system in vain. The end of the stream is an event that tokio does not forget.
    fn mark_drained(&self) {
        let _ = self.stream.try_io(Interest::READABLE, || Err::<(), _>(io::ErrorKind::WouldBlock.into()));
    }
}

fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
