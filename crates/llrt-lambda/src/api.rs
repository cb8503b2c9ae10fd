//! The Runtime API: asks for the next invocation, and posts what became of it.

use std::{
    fmt,
    io::{self, IoSlice},
    net::{SocketAddr, ToSocketAddrs},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use crate::{
    connection::{Answer, Connection, ConnectionError},
    failure::Failure,
};

const VERSION: &str = "2018-06-01";
const USER_AGENT: &str = concat!("llrt/", env!("CARGO_PKG_VERSION"));
/// What an error message shows of the body that came with it.
const MAX_SHOWN_BODY_BYTES: usize = 1024;

/// An invocation as the service hands it out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    /// Names it in everything that is posted about it.
    pub request_id: String,
    /// When it must be done, in milliseconds since 1970.
    pub deadline_ms: Option<u64>,
    /// The function's ARN, with the alias or version that was invoked.
    pub function_arn: Option<String>,
    /// The X-Ray header.
    pub trace_id: Option<String>,
    /// What a mobile client says about itself: JSON.
    pub client_context: Option<String>,
    /// The caller's Cognito identity: JSON.
    pub cognito_identity: Option<String>,
    /// The tenant, for functions that isolate tenants.
    pub tenant_id: Option<String>,
    /// The event: JSON text, that nobody has checked. It has room for one more byte.
    pub body: Vec<u8>,
}

impl Invocation {
    /// What is left until the deadline at `now_ms`; 0 when it has passed.
    pub fn remaining_ms(&self, now_ms: u64) -> Option<u64> {
        self.deadline_ms.map(|deadline| deadline.saturating_sub(now_ms))
    }

    fn take_header(&mut self, name: &str, value: &[u8]) {
        let Some(name) = strip_prefix_ignore_case(name, "lambda-runtime-") else { return };
        let text = || String::from_utf8_lossy(value).into_owned();
        match name.to_ascii_lowercase().as_str() {
            "aws-request-id" => self.request_id = text(),
            "deadline-ms" => self.deadline_ms = text().trim().parse().ok(),
            "invoked-function-arn" => self.function_arn = Some(text()),
            "trace-id" => self.trace_id = Some(text()),
            "client-context" => self.client_context = Some(text()),
            "cognito-identity" => self.cognito_identity = Some(text()),
            "aws-tenant-id" => self.tenant_id = Some(text()),
            _ => {}
        }
    }
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// What was asked of the Runtime API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// The next invocation. Failing, the runtime has nothing left to do.
    Next,
    /// Posting a result. The service has the last word about the invocation; the runtime goes on.
    Response,
    /// Posting an error. The runtime goes on.
    Error,
    /// Posting why init failed.
    InitError,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Next => "Failed to get next invocation",
            Self::Response => "Failed to post handler success response",
            Self::Error => "Failed to post handler error",
            Self::InitError => "Failed to post initialization error",
        })
    }
}

/// A call that failed.
#[derive(Debug, thiserror::Error)]
#[error("{call}. {cause}")]
pub struct ApiError {
    /// What was asked.
    pub call: Call,
    cause: Cause,
}

impl ApiError {
    /// The status that the Runtime API refused with.
    pub fn status(&self) -> Option<u16> {
        match self.cause {
            Cause::Status { status, .. } => Some(status),
            _ => None,
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("No connection to {address}: {error}")]
    Connect { address: String, error: io::Error },
    #[error("No response from endpoint: {0}")]
    Connection(#[from] ConnectionError),
    #[error("Http response code: {status}. {body}")]
    Status { status: u16, body: String },
    #[error("Header lambda-runtime-aws-request-id is missing or malformed")]
    RequestId,
}

/// The Runtime API over one connection that is kept alive, and opened again when the other side has closed it.
pub struct RuntimeApi {
    address: String,
    /// Resolved at the first connection.
    addresses: Vec<SocketAddr>,
    /// The connection that is made while the runtime starts.
    opening: Option<Pin<Box<dyn Future<Output = io::Result<Connection>>>>>,
    connection: Option<Connection>,
    next: Vec<u8>,
    head: String,
}

impl RuntimeApi {
    /// A client of the Runtime API at `address`, host and port. Connects when it is first used.
    pub fn new(address: &str) -> Self {
        let next = format!(
            "GET /{VERSION}/runtime/invocation/next HTTP/1.1\r\nHost: {address}\r\nUser-Agent: {USER_AGENT}\r\nAccept: */*\r\n\r\n"
        );
        Self {
            address: address.to_owned(),
            addresses: Vec::new(),
            opening: None,
            connection: None,
            next: next.into_bytes(),
            head: String::new(),
        }
    }

    /// Begins to connect, so that the service accepts while there is other work. The first request finishes it, and tries anew if it failed.
    pub fn open_early(&mut self) {
        // A name would have to be looked up first.
        let Ok(address) = self.address.parse::<SocketAddr>() else { return };
        let mut opening = Box::pin(async move { Connection::open(&[address]).await });
        if let Poll::Ready(opened) = opening.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            self.connection = opened.ok();
        } else {
            self.opening = Some(opening);
        }
    }

    /// Waits for the next invocation, however long it takes.
    ///
    /// A connection that was closed while idle is opened again once: nobody has seen the request.
    ///
    /// # Errors
    /// No connection, no answer, an answer that refuses, or one without a request id.
    pub async fn next(&mut self) -> Result<Invocation, ApiError> {
        self.try_next().await.map_err(|cause| ApiError { call: Call::Next, cause })
    }

    async fn try_next(&mut self) -> Result<Invocation, Cause> {
        loop {
            let was_open = self.connect().await?;
            let Some(connection) = self.connection.as_mut() else { continue };
            let mut invocation = Invocation::default();
            let mut header = |name: &str, value: &[u8]| invocation.take_header(name, value);
            let Answer { status, body } = match connection.exchange(&self.next, &[], &mut header).await {
                Err(ConnectionError::NotAnswered) if was_open => {
                    self.connection = None;
                    continue;
                }
                result => result?,
            };
            if status != 200 {
                return Err(refused(status, &body));
            }
            // It becomes part of a path.
            if invocation.request_id.is_empty() || !invocation.request_id.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(Cause::RequestId);
            }
            llrt_core::log!(Debug, "invocation {}, {} bytes", invocation.request_id, body.len());
            invocation.body = body;
            return Ok(invocation);
        }
    }

    /// Posts the result of an invocation: JSON.
    ///
    /// # Errors
    /// The service refused it (413: too large), or the connection broke. It is not tried again: the first may have arrived.
    pub async fn respond(&mut self, request_id: &str, json: &[u8]) -> Result<(), ApiError> {
        self.start_head(&["/invocation/", request_id, "/response"]);
        self.post(Call::Response, json).await
    }

    /// Posts the result of an invocation in parts, as they come.
    pub fn stream<'a>(&'a mut self, request_id: &'a str) -> Streaming<'a> {
        Streaming { api: self, request_id, started: false }
    }

    /// Posts the error of an invocation: [`Failure::to_json`], and what X-Ray hears ([`crate::failure::xray_cause`]).
    ///
    /// # Errors
    /// As of [`RuntimeApi::respond`].
    pub async fn fail(&mut self, request_id: &str, json: &str, xray_cause: Option<&str>) -> Result<(), ApiError> {
        self.start_head(&["/invocation/", request_id, "/error"]);
        if let Some(cause) = xray_cause {
            push_header(&mut self.head, "Lambda-Runtime-Function-XRay-Error-Cause", cause);
        }
        self.post(Call::Error, json.as_bytes()).await
    }

    /// Posts why init failed.
    ///
    /// # Errors
    /// As of [`RuntimeApi::respond`].
    pub async fn fail_init(&mut self, failure: &Failure) -> Result<(), ApiError> {
        self.start_head(&["/init/error"]);
        push_header(&mut self.head, ERROR_TYPE, &failure.error_type);
        self.post(Call::InitError, failure.to_json().as_bytes()).await
    }

    fn start_head(&mut self, path: &[&str]) {
        self.start_head_of(path, "application/json");
    }

    fn start_head_of(&mut self, path: &[&str], content_type: &str) {
        self.head.clear();
        for part in ["POST /", VERSION, "/runtime"].iter().chain(path) {
            self.head.push_str(part);
        }
        self.head.push_str(" HTTP/1.1\r\nHost: ");
        self.head.push_str(&self.address);
        self.head.push_str("\r\nUser-Agent: ");
        self.head.push_str(USER_AGENT);
        self.head.push_str("\r\nAccept: */*\r\nContent-Type: ");
        self.head.push_str(content_type);
        self.head.push_str("\r\n");
    }

    async fn post(&mut self, call: Call, body: &[u8]) -> Result<(), ApiError> {
        self.try_post(body).await.map_err(|cause| ApiError { call, cause })
    }

    async fn try_post(&mut self, body: &[u8]) -> Result<(), Cause> {
        self.connect().await?;
        let Some(connection) = self.connection.as_mut() else { return Err(ConnectionError::NotAnswered.into()) };
        self.head.push_str("Content-Length: ");
        self.head.push_str(&body.len().to_string());
        self.head.push_str("\r\n\r\n");
        let answer = connection.exchange(self.head.as_bytes(), body, &mut |_, _| {}).await?;
        llrt_core::log!(Debug, "posted {} bytes, answered {}", body.len(), answer.status);
        if (200..300).contains(&answer.status) { Ok(()) } else { Err(refused(answer.status, &answer.body)) }
    }

    /// Makes sure of a connection. `true`: it was there already.
    async fn connect(&mut self) -> Result<bool, Cause> {
        if let Some(opening) = self.opening.take() {
            self.connection = opening.await.ok();
        }
        if self.connection.as_ref().is_some_and(Connection::is_reusable) {
            return Ok(true);
        }
        let failed = |error| Cause::Connect { address: self.address.clone(), error };
        if self.addresses.is_empty() {
            // Blocking, but the service gives an address, not a name.
            self.addresses = self.address.to_socket_addrs().map_err(failed)?.collect();
        }
        self.connection = Some(Connection::open(&self.addresses).await.map_err(failed)?);
        llrt_core::log!(Debug, "connected to {}", self.address);
        Ok(false)
    }
}

/// A result that is posted in parts. Dropped before it is finished, its connection is closed: the service sees that it is not whole.
pub struct Streaming<'a> {
    api: &'a mut RuntimeApi,
    request_id: &'a str,
    started: bool,
}

/// The names of the trailers that tell an error in the middle of a streamed response.
const ERROR_TYPE: &str = "Lambda-Runtime-Function-Error-Type";
pub(crate) const ERROR_BODY: &str = "Lambda-Runtime-Function-Error-Body";

impl Streaming<'_> {
    /// Whether anything has been sent.
    pub fn is_started(&self) -> bool {
        self.started
    }

    /// Sends the next bytes; returns when the connection has taken them. The first call sends the head, with `content_type`.
    ///
    /// # Errors
    /// The service has refused the response, or the connection broke: there is nothing more to be sent.
    pub async fn write(&mut self, content_type: &str, bytes: &[u8]) -> Result<(), ApiError> {
        let sent = self.send(content_type, bytes, "").await.map_err(failed)?;
        match sent {
            Ok(true) => Ok(()),
            // The other side has said what it thinks of it, or will not say it any more.
            unsent => {
                Err(self.conclude(unsent).await.err().unwrap_or_else(|| failed(ConnectionError::CutShort.into())))
            }
        }
    }

    /// Sends the last bytes, and the error that keeps the response from being whole; returns when the service has taken it.
    ///
    /// # Errors
    /// As of [`RuntimeApi::respond`].
    pub async fn finish(mut self, content_type: &str, bytes: &[u8], failure: Option<&Failure>) -> Result<(), ApiError> {
        let mut end = String::from("0\r\n");
        if let Some(failure) = failure {
            push_header(&mut end, ERROR_TYPE, &failure.error_type);
            push_header(&mut end, ERROR_BODY, &base64_simd::STANDARD.encode_to_string(failure.to_json()));
        }
        end.push_str("\r\n");
        let sent = self.send(content_type, bytes, &end).await.map_err(failed)?;
        self.conclude(sent).await
    }

    async fn conclude(&mut self, sent: io::Result<bool>) -> Result<(), ApiError> {
        let Some(connection) = self.api.connection.as_mut() else { return Ok(()) };
        let answer = connection.conclude(sent, &mut |_, _| {}).await.map_err(|error| failed(error.into()))?;
        if (200..300).contains(&answer.status) { Ok(()) } else { Err(failed(refused(answer.status, &answer.body))) }
    }

    /// Sends bytes as a chunk, `end` after it, and before the first of them the head.
    async fn send(&mut self, content_type: &str, bytes: &[u8], end: &str) -> Result<io::Result<bool>, Cause> {
        if !self.started {
            self.api.connect().await?;
            self.api.start_head_of(&["/invocation/", self.request_id, "/response"], content_type);
            self.api.head.push_str("Lambda-Runtime-Function-Response-Mode: streaming\r\nTrailer: ");
            self.api.head.push_str(ERROR_TYPE);
            self.api.head.push_str(", ");
            self.api.head.push_str(ERROR_BODY);
            self.api.head.push_str("\r\nTransfer-Encoding: chunked\r\n\r\n");
            self.started = true;
        } else {
            self.api.head.clear();
        }
        let Some(connection) = self.api.connection.as_mut() else { return Err(ConnectionError::NotAnswered.into()) };
        let head = &mut self.api.head;
        if !bytes.is_empty() {
            head.push_str(&format!("{:x}\r\n", bytes.len()));
        }
        let line_end: &[u8] = if bytes.is_empty() { b"" } else { b"\r\n" };
        let parts = [head.as_bytes(), bytes, line_end, end.as_bytes()];
        Ok(connection.send(&mut parts.map(IoSlice::new)).await)
    }
}

impl Drop for Streaming<'_> {
    fn drop(&mut self) {
        // A connection in the middle of a response is good for nothing else.
        if self.started && !self.api.connection.as_ref().is_some_and(Connection::is_reusable) {
            self.api.connection = None;
        }
    }
}

fn failed(cause: Cause) -> ApiError {
    ApiError { call: Call::Response, cause }
}

/// Adds a header. An error's name may hold anything: what would end the line becomes a blank.
fn push_header(head: &mut String, name: &str, value: &str) {
    head.push_str(name);
    head.push_str(": ");
    head.extend(value.chars().map(|c| if c.is_ascii_control() { ' ' } else { c }));
    head.push_str("\r\n");
}

fn refused(status: u16, body: &[u8]) -> Cause {
    let body = String::from_utf8_lossy(&body[..body.len().min(MAX_SHOWN_BODY_BYTES)]).trim_end().to_owned();
    Cause::Status { status, body }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::{Shutdown, TcpListener, TcpStream},
        sync::mpsc,
        thread::{self, JoinHandle},
    };

    use super::*;
    use crate::failure::Kind;

    /// A server that hands each connection to the next of `scripts`. Joining it gives the requests it read.
    struct Server {
        address: String,
        thread: JoinHandle<Vec<String>>,
    }

    type Script = Box<dyn FnOnce(&mut Peer) + Send>;

    struct Peer {
        stream: TcpStream,
        requests: mpsc::Sender<String>,
    }

    impl Peer {
        /// Reads a request with its body; `None` at the end of the connection.
        fn read(&mut self) -> Option<String> {
            let mut bytes = Vec::new();
            let mut byte = [0];
            while !bytes.ends_with(b"\r\n\r\n") {
                if self.stream.read(&mut byte).ok()? == 0 {
                    return None;
                }
                bytes.push(byte[0]);
            }
            let head = String::from_utf8(bytes).expect("an ASCII head");
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("Content-Length: "))
                .map_or(0, |n| n.parse().expect("a number"));
            let mut body = vec![0; length];
            self.stream.read_exact(&mut body).ok()?;
            let request = head + &String::from_utf8_lossy(&body);
            self.requests.send(request.clone()).expect("the test listens");
            Some(request)
        }

        fn write(&mut self, text: &str) {
            self.stream.write_all(text.as_bytes()).expect("the client reads");
        }

        fn answer(&mut self, text: &str) {
            self.read().expect("a request");
            self.write(text);
        }
    }

    fn serve(scripts: Vec<Script>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let thread = thread::spawn(move || {
            let (requests, seen) = mpsc::channel();
            for script in scripts {
                let (stream, _) = listener.accept().expect("a connection");
                stream.set_nodelay(true).expect("a TCP socket");
                script(&mut Peer { stream, requests: requests.clone() });
            }
            drop(requests);
            seen.into_iter().collect()
        });
        Server { address, thread }
    }

    impl Server {
        fn requests(self) -> Vec<String> {
            self.thread.join().expect("no panic")
        }
    }

    fn event(id: &str, body: &str) -> String {
        format!(
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: {id}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";

    #[tokio::test]
    async fn one_connection_serves_many_invocations() {
        let server = serve(vec![Box::new(|peer| {
            for id in ["a", "b"] {
                peer.answer(&event(id, "{}"));
                peer.answer(ACCEPTED);
            }
        })]);
        let mut api = RuntimeApi::new(&server.address);
        for id in ["a", "b"] {
            let invocation = api.next().await.expect("an invocation");
            assert_eq!((invocation.request_id.as_str(), invocation.body.as_slice()), (id, &b"{}"[..]));
            api.respond(id, b"null").await.expect("accepted");
        }
        let address = server.address.clone();
        let requests = server.requests();
        assert_eq!(
            requests[0],
            format!(
                "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {address}\r\nUser-Agent: {USER_AGENT}\r\nAccept: */*\r\n\r\n"
            )
        );
        assert_eq!(
            requests[3],
            format!(
                "POST /2018-06-01/runtime/invocation/b/response HTTP/1.1\r\nHost: {address}\r\nUser-Agent: {USER_AGENT}\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull"
            )
        );
    }

    #[tokio::test]
    async fn a_connection_that_was_opened_early_is_used() {
        let server = serve(vec![Box::new(|peer| peer.answer(&event("a", "{}")))]);
        let mut api = RuntimeApi::new(&server.address);
        api.open_early();
        // One more connection would never be accepted.
        assert_eq!(api.next().await.expect("an invocation").request_id, "a");
    }

    #[tokio::test]
    async fn a_connection_that_was_opened_early_and_lost_is_opened_again() {
        let (closed, seen) = mpsc::channel();
        let server = serve(vec![
            Box::new(move |peer| {
                peer.stream.shutdown(std::net::Shutdown::Both).expect("a socket");
                closed.send(()).expect("the test listens");
            }),
            Box::new(|peer| peer.answer(&event("a", "{}"))),
        ]);
        let mut api = RuntimeApi::new(&server.address);
        api.open_early();
        seen.recv().expect("closed");
        assert_eq!(api.next().await.expect("an invocation").request_id, "a");
        let mut unheard = RuntimeApi::new("127.0.0.1:9");
        unheard.open_early();
        let error = unheard.next().await.expect_err("nobody listens").to_string();
        assert!(error.starts_with("Failed to get next invocation. No connection to 127.0.0.1:9: "), "{error}");
    }

    impl Peer {
        /// Reads a request whose body comes in chunks, trailers and all.
        fn read_chunked(&mut self) -> String {
            let mut bytes = Vec::new();
            let mut byte = [0];
            let mut last = false;
            while !(last && bytes.ends_with(b"\r\n\r\n")) {
                assert_eq!(self.stream.read(&mut byte).expect("the client writes"), 1);
                bytes.push(byte[0]);
                last |= bytes.ends_with(b"\r\n0\r\n");
            }
            String::from_utf8(bytes).expect("ASCII")
        }
    }

    fn body_of(request: &str) -> &str {
        request.split_once("\r\n\r\n").expect("a head").1
    }

    #[tokio::test]
    async fn a_response_can_be_streamed() {
        let (heads, seen) = mpsc::channel();
        let server = serve(vec![Box::new(move |peer| {
            for _ in 0..3 {
                heads.send(peer.read_chunked()).expect("the test listens");
                peer.write(ACCEPTED);
            }
            peer.answer(&event("b", "{}"));
        })]);
        let mut api = RuntimeApi::new(&server.address);
        let mut streaming = api.stream("a");
        assert!(!streaming.is_started());
        streaming.write("text/html", b"one ").await.expect("sent");
        assert!(streaming.is_started());
        streaming.write("ignored", b"two").await.expect("sent");
        streaming.finish("ignored", b"", None).await.expect("accepted");
        api.stream("b").finish("x/y", b"all at once", None).await.expect("accepted");
        let failure = Failure::new("My\nError", "m", None);
        api.stream("c").finish("x/y", b"", Some(&failure)).await.expect("accepted");
        api.next().await.expect("the connection is used again");

        let whole = seen.recv().expect("a request");
        assert_eq!(
            whole,
            format!(
                "POST /2018-06-01/runtime/invocation/a/response HTTP/1.1\r\nHost: {}\r\nUser-Agent: {USER_AGENT}\r\nAccept: */*\r\n\
                 Content-Type: text/html\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n\
                 Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\nTransfer-Encoding: chunked\r\n\r\n\
                 4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n",
                server.address
            )
        );
        assert_eq!(body_of(&seen.recv().expect("a request")), "b\r\nall at once\r\n0\r\n\r\n");
        assert_eq!(
            body_of(&seen.recv().expect("a request")),
            "0\r\nLambda-Runtime-Function-Error-Type: My Error\r\nLambda-Runtime-Function-Error-Body: \
             eyJlcnJvclR5cGUiOiJNeVxuRXJyb3IiLCJlcnJvck1lc3NhZ2UiOiJtIiwidHJhY2UiOltdfQ==\r\n\r\n"
        );
    }

    #[tokio::test]
    async fn a_stream_that_is_refused_or_given_up_closes_its_connection() {
        let refused = "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}";
        let (cut, was_cut) = mpsc::channel();
        let server = serve(vec![
            Box::new(move |peer| {
                peer.read();
                peer.write(refused);
                // The client may be writing still.
                let _ = io::copy(&mut peer.stream, &mut io::sink());
            }),
            Box::new(move |peer| {
                peer.read();
                cut.send(io::copy(&mut peer.stream, &mut io::sink()).is_ok()).expect("the test listens");
            }),
            Box::new(|peer| peer.answer(&event("b", "{}"))),
        ]);
        let mut api = RuntimeApi::new(&server.address);
        let mut streaming = api.stream("a");
        let bytes = vec![b'x'; 1 << 20];
        let error = loop {
            if let Err(error) = streaming.write("x/y", &bytes).await {
                break error;
            }
        };
        assert_eq!((error.status(), error.call), (Some(413), Call::Response));
        drop(streaming);
        let mut streaming = api.stream("a");
        streaming.write("x/y", b"part").await.expect("sent");
        drop(streaming);
        assert!(was_cut.recv().expect("the connection ends"));
        assert_eq!(api.next().await.expect("an invocation").request_id, "b");
    }

    #[tokio::test]
    async fn the_headers_of_an_invocation_are_read_in_any_case() {
        let server = serve(vec![Box::new(|peer| {
            peer.answer(
                "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: id\r\nLAMBDA-RUNTIME-DEADLINE-MS: 1500\r\n\
                 Lambda-Runtime-Invoked-Function-Arn: arn\r\nLambda-Runtime-Trace-Id: Root=1;Sampled=1\r\n\
                 Lambda-Runtime-Client-Context: {\"a\":\"\u{e9}\"}\r\nLambda-Runtime-Cognito-Identity: {}\r\n\
                 Lambda-Runtime-Aws-Tenant-Id: t\r\nLambda-Runtime-Unknown: x\r\nDate: now\r\nContent-Length: 2\r\n\r\n[]",
            );
        })]);
        let invocation = RuntimeApi::new(&server.address).next().await.expect("an invocation");
        let some = |text: &str| Some(text.to_owned());
        let expected = Invocation {
            request_id: "id".to_owned(),
            deadline_ms: Some(1500),
            function_arn: some("arn"),
            trace_id: some("Root=1;Sampled=1"),
            client_context: some("{\"a\":\"\u{e9}\"}"),
            cognito_identity: some("{}"),
            tenant_id: some("t"),
            body: b"[]".to_vec(),
        };
        assert_eq!(invocation, expected);
        assert_eq!((invocation.remaining_ms(1400), invocation.remaining_ms(1600)), (Some(100), Some(0)));
    }

    #[tokio::test]
    async fn errors_are_posted_with_their_headers() {
        let server = serve(vec![Box::new(|peer| {
            peer.answer(ACCEPTED);
            peer.answer(ACCEPTED);
            peer.answer(ACCEPTED);
        })]);
        let mut api = RuntimeApi::new(&server.address);
        api.fail("id", "{\"e\":1}", Some("{\"c\":\"\u{e9}\"}")).await.expect("accepted");
        api.fail("id", "{}", None).await.expect("accepted");
        let failure = Failure::with_header("Bad\r\nName", "m");
        api.fail_init(&failure).await.expect("accepted");
        let requests = server.requests();
        assert!(requests[0].starts_with("POST /2018-06-01/runtime/invocation/id/error HTTP/1.1\r\n"));
        assert!(
            requests[0].contains("\r\nLambda-Runtime-Function-XRay-Error-Cause: {\"c\":\"\u{e9}\"}\r\n"),
            "{}",
            requests[0]
        );
        assert!(!requests[1].contains("XRay"), "{}", requests[1]);
        assert!(requests[2].starts_with("POST /2018-06-01/runtime/init/error HTTP/1.1\r\n"));
        assert!(requests[2].contains("\r\nLambda-Runtime-Function-Error-Type: Bad  Name\r\n"), "{}", requests[2]);
        assert!(requests[2].ends_with(&failure.to_json()));
    }

    #[tokio::test]
    async fn answers_may_come_in_pieces_of_any_size() {
        let server = serve(vec![Box::new(|peer| {
            peer.read().expect("a request");
            for byte in event("id", "{\"slow\":1}").chars() {
                peer.write(byte.encode_utf8(&mut [0; 4]));
                thread::yield_now();
            }
        })]);
        assert_eq!(RuntimeApi::new(&server.address).next().await.expect("an invocation").body, b"{\"slow\":1}");
    }

    #[tokio::test]
    async fn chunked_answers_keep_the_connection() {
        let server = serve(vec![Box::new(|peer| {
            peer.answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: a\r\ntransfer-encoding: Chunked\r\n\r\n4;x=y\r\n[1,2\r\n");
            peer.write("3\r\n,3]\r\n0\r\nTrailer: x\r\n\r\n");
            peer.answer(&event("b", "2"));
        })]);
        let mut api = RuntimeApi::new(&server.address);
        assert_eq!(api.next().await.expect("an invocation").body, b"[1,2,3]");
        assert_eq!(api.next().await.expect("an invocation").body, b"2");
    }

    #[tokio::test]
    async fn an_answer_without_a_length_ends_with_the_connection() {
        let server = serve(vec![
            Box::new(|peer| {
                peer.answer("HTTP/1.0 200 OK\r\nlambda-runtime-aws-request-id: a\r\n\r\n{\"to\":\"the end\"}")
            }),
            Box::new(|peer| peer.answer(&event("b", "2"))),
        ]);
        let mut api = RuntimeApi::new(&server.address);
        assert_eq!(api.next().await.expect("an invocation").body, b"{\"to\":\"the end\"}");
        assert_eq!(api.next().await.expect("an invocation").request_id, "b");
    }

    #[tokio::test]
    async fn a_large_event_arrives_whole_with_room_for_one_byte() {
        let body = format!("\"{}\"", "e".repeat(6 << 20));
        let text = event("id", &body);
        let server = serve(vec![Box::new(move |peer| peer.answer(&text))]);
        let invocation = RuntimeApi::new(&server.address).next().await.expect("an invocation");
        assert_eq!(invocation.body.len(), body.len());
        assert!(invocation.body.capacity() > invocation.body.len());
    }

    #[tokio::test]
    async fn a_large_head_is_read_and_an_endless_one_is_not() {
        let head = |length: usize| {
            format!(
                "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a\r\nLambda-Runtime-Client-Context: {}\r\nContent-Length: 0\r\n\r\n",
                "c".repeat(length)
            )
        };
        let (large, endless) = (head(100_000), head(MAX_ENDLESS));
        const MAX_ENDLESS: usize = 2 << 20;
        let server = serve(vec![
            Box::new(move |peer| peer.answer(&large)),
            Box::new(move |peer| {
                peer.read().expect("a request");
                // The client closes in the middle.
                let _ = peer.stream.write_all(endless.as_bytes());
            }),
        ]);
        let mut api = RuntimeApi::new(&server.address);
        assert_eq!(api.next().await.expect("an invocation").client_context.map(|text| text.len()), Some(100_000));
        api.connection = None;
        let error = api.next().await.expect_err("an endless head").to_string();
        assert!(error.contains("too large"), "{error}");
    }

    #[tokio::test]
    async fn a_connection_closed_while_idle_is_opened_again() {
        let server = serve(vec![
            Box::new(|peer| {
                peer.answer(&event("a", "1"));
                peer.read().expect("a second request");
            }),
            Box::new(|peer| peer.answer(&event("b", "2"))),
        ]);
        let mut api = RuntimeApi::new(&server.address);
        assert_eq!(api.next().await.expect("an invocation").request_id, "a");
        assert_eq!(api.next().await.expect("an invocation").request_id, "b");
        assert_eq!(server.requests().len(), 3);
    }

    #[tokio::test]
    async fn connection_close_is_honoured() {
        let close = |text: String| text.replacen("\r\n", "\r\nConnection: Close\r\n", 1);
        let server = serve(vec![
            Box::new(move |peer| peer.answer(&close(event("a", "1")))),
            Box::new(move |peer| peer.answer(&close(ACCEPTED.to_owned()))),
            Box::new(|peer| peer.answer(&event("b", "2"))),
        ]);
        let mut api = RuntimeApi::new(&server.address);
        api.next().await.expect("an invocation");
        api.respond("a", b"1").await.expect("accepted");
        assert_eq!(api.next().await.expect("an invocation").request_id, "b");
    }

    #[tokio::test]
    async fn a_first_connection_that_gives_no_answer_is_an_error() {
        let server = serve(vec![Box::new(|peer| {
            peer.read().expect("a request");
        })]);
        let error = RuntimeApi::new(&server.address).next().await.expect_err("no answer");
        assert_eq!(
            error.to_string(),
            "Failed to get next invocation. No response from endpoint: connection closed without an answer"
        );
    }

    #[tokio::test]
    async fn an_event_cut_short_is_an_error() {
        let server = serve(vec![Box::new(|peer| {
            peer.answer("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a\r\nContent-Length: 10\r\n\r\n{")
        })]);
        let error = RuntimeApi::new(&server.address).next().await.expect_err("cut short").to_string();
        assert!(error.ends_with("connection closed in the middle of an answer"), "{error}");
    }

    #[tokio::test]
    async fn nobody_listening_is_an_error_that_names_the_address() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        drop(listener);
        let error = RuntimeApi::new(&address).next().await.expect_err("no connection").to_string();
        assert!(error.starts_with(&format!("Failed to get next invocation. No connection to {address}: ")), "{error}");
        let error = RuntimeApi::new("no port here").next().await.expect_err("no address").to_string();
        assert!(error.contains("no port here"), "{error}");
    }

    #[tokio::test]
    async fn what_is_not_http_is_an_error() {
        for text in [
            "SSH-2.0-x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ] {
            let server = serve(vec![Box::new(move |peer| peer.answer(text))]);
            let error = RuntimeApi::new(&server.address).next().await.expect_err("not HTTP").to_string();
            assert!(error.contains("not an HTTP answer"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_refusal_tells_status_and_body() {
        let server = serve(vec![Box::new(|peer| {
            peer.answer("HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\n\r\n{\"e\":\"x\"}");
            peer.answer(&event("b", "2"));
        })]);
        let mut api = RuntimeApi::new(&server.address);
        let error = api.respond("a", b"1").await.expect_err("refused");
        assert_eq!((error.status(), error.call), (Some(413), Call::Response));
        assert_eq!(
            error.to_string(),
            "Failed to post handler success response. Http response code: 413. {\"e\":\"x\"}"
        );
        assert_eq!(api.next().await.expect("an invocation").request_id, "b");
    }

    #[tokio::test]
    async fn a_refusal_in_the_middle_of_a_large_body_is_heard() {
        let server = serve(vec![
            Box::new(|peer| {
                let mut some = [0; 1024];
                peer.stream.read_exact(&mut some).expect("the head and some of the body");
                peer.write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}");
                peer.stream.shutdown(Shutdown::Write).expect("an open socket");
                // Like a server, drain a little, so that the answer is not lost to a reset.
                let mut rest = vec![0; 1 << 16];
                while peer.stream.read(&mut rest).is_ok_and(|count| count > 0) {}
            }),
            Box::new(|peer| peer.answer(&event("b", "2"))),
        ]);
        let mut api = RuntimeApi::new(&server.address);
        let error = api.respond("a", &vec![b'1'; 32 << 20]).await.expect_err("refused");
        assert_eq!(error.status(), Some(413));
        assert_eq!(api.next().await.expect("an invocation").request_id, "b");
    }

    #[tokio::test]
    async fn a_response_is_not_posted_twice() {
        let server = serve(vec![
            Box::new(|peer| {
                peer.answer(&event("a", "1"));
                peer.read().expect("the response");
            }),
            Box::new(|peer| peer.answer(&event("b", "2"))),
        ]);
        let mut api = RuntimeApi::new(&server.address);
        api.next().await.expect("an invocation");
        api.respond("a", b"1").await.expect_err("no answer");
        assert_eq!(api.next().await.expect("an invocation").request_id, "b");
        assert_eq!(server.requests().iter().filter(|request| request.starts_with("POST")).count(), 1);
    }

    #[tokio::test]
    async fn an_invocation_without_a_usable_id_is_an_error() {
        for id in ["", "a b", "\u{e9}"] {
            let text = event(id, "{}");
            let server = serve(vec![Box::new(move |peer| peer.answer(&text))]);
            let error = RuntimeApi::new(&server.address).next().await.expect_err("no id").to_string();
            assert!(error.contains("lambda-runtime-aws-request-id"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_refused_init_error_is_an_error_of_its_own_call() {
        let server = serve(vec![Box::new(|peer| peer.answer("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"))]);
        let error =
            RuntimeApi::new(&server.address).fail_init(&Kind::HandlerNotFound.failure("x")).await.expect_err("refused");
        assert_eq!((error.call, error.status()), (Call::InitError, Some(500)));
    }
}
