//! A Runtime API of our own, to run a function with nothing installed and no service.
//!
//! - [`LocalApi`]: the server; hands out invocations and tells what was asked and posted
//! - [`Session`]: invocations of a handler in a process of its own, each with its report; [`run()`]: just one
//!
//! Plain threads: it shares its process with a command that waits, not with the engine.

mod http;
mod run;

use std::{
    collections::VecDeque,
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

pub use run::{Outcome, Report, Run, Session, run};

use crate::api::Invocation;
use http::Request;

/// The largest response that the service takes: 6 MB and a little.
pub const MAX_RESPONSE_BYTES: usize = 6 * 1024 * 1024 + 100;

/// The largest response that the service takes in parts.
pub const MAX_STREAMED_BYTES: usize = 200 * 1024 * 1024;

/// What a runtime did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It asked for work.
    Next,
    /// It posted a result.
    Response {
        /// Of which invocation.
        request_id: String,
        /// JSON.
        body: Vec<u8>,
    },
    /// It posted a result in parts.
    Streamed {
        /// Of which invocation.
        request_id: String,
        /// All that came.
        body: Vec<u8>,
        /// The error body, when it ended with an error.
        error: Option<Vec<u8>>,
    },
    /// It posted an error.
    Error {
        /// Of which invocation.
        request_id: String,
        /// The error body.
        body: Vec<u8>,
    },
    /// It could not start.
    InitError {
        /// The error body.
        body: Vec<u8>,
    },
    /// Its result was over [`MAX_RESPONSE_BYTES`] and refused.
    TooLarge {
        /// Of which invocation.
        request_id: String,
    },
}

/// What a runtime did, and when.
#[derive(Clone, Debug)]
pub struct Observation {
    /// When the request had arrived.
    pub at: Instant,
    /// What it was.
    pub seen: Seen,
}

/// A Runtime API on a free port of this machine. Dropped, it answers no more.
#[derive(Debug)]
pub struct LocalApi {
    address: SocketAddr,
    shared: Arc<Shared>,
    observations: Receiver<Observation>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Invocation>,
    /// Handed out and not yet answered.
    open: Vec<String>,
    closed: bool,
}

impl State {
    /// Takes an invocation's answer: whether it was handed out and had none yet.
    fn close(&mut self, id: &str) -> bool {
        let position = self.open.iter().position(|open| open == id);
        position.map(|position| self.open.swap_remove(position)).is_some()
    }
}

impl Shared {
    /// The state; a thread that panicked has left nothing half done in it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LocalApi {
    /// Starts the server.
    ///
    /// # Errors
    /// No port to be had.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let (sender, observations) = mpsc::channel();
        let accepting = Arc::clone(&shared);
        thread::Builder::new().name("runtime-api".to_owned()).spawn(move || accept(&listener, &accepting, &sender))?;
        Ok(Self { address, shared, observations })
    }

    /// Host and port, for `AWS_LAMBDA_RUNTIME_API`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Queues an invocation for the next runtime that asks.
    pub fn send(&self, invocation: Invocation) {
        self.shared.lock().waiting.push_back(invocation);
        self.shared.changed.notify_one();
    }

    /// Waits for what a runtime does next; `None` when nothing came in time.
    pub fn receive(&self, timeout: Duration) -> Option<Observation> {
        // The accepting thread holds a sender as long as this exists: an error is always the time that is up.
        self.observations.recv_timeout(timeout).ok()
    }
}

impl Drop for LocalApi {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
        // Wakes the thread that accepts. If it fails, the thread is gone.
        drop(TcpStream::connect(self.address));
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>, observations: &Sender<Observation>) {
    for stream in listener.incoming() {
        if shared.lock().closed {
            return;
        }
        let Ok(stream) = stream else { continue };
        let (shared, observations) = (Arc::clone(shared), observations.clone());
        // A thread that cannot start closes its connection: the runtime sees it.
        let _ = thread::Builder::new().spawn(move || {
            // The runtime closed its side, or sent what is no request: the connection ends either way.
            let _ = serve(stream, &shared, &observations);
        });
    }
}

fn serve(stream: TcpStream, shared: &Shared, observations: &Sender<Observation>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut connection = http::Connection::new(stream)?;
    while let Some(request) = connection.read(MAX_RESPONSE_BYTES, MAX_STREAMED_BYTES)? {
        let at = Instant::now();
        let tell = |seen| {
            // Nobody listens any more: the answer still goes out.
            let _ = observations.send(Observation { at, seen });
        };
        let path = request.path.strip_prefix("/2018-06-01/runtime/").unwrap_or_default().to_owned();
        match (request.method.as_str(), path.split('/').collect::<Vec<_>>().as_slice()) {
            ("GET", ["invocation", "next"]) => {
                tell(Seen::Next);
                let Some(invocation) = next(shared) else { return Ok(()) };
                connection.answer_invocation(&invocation)?;
            }
            ("POST", ["invocation", id, what @ ("response" | "error")]) => {
                post(&mut connection, request, id, what, shared, tell)?
            }
            ("POST", ["init", "error"]) => {
                tell(Seen::InitError { body: request.body });
                connection.answer(202, "{\"status\":\"OK\"}\n")?;
            }
            _ => connection.answer(404, "{\"errorType\":\"NotFound\",\"errorMessage\":\"No such resource\"}")?,
        }
    }
    Ok(())
}

fn post(
    connection: &mut http::Connection,
    request: Request,
    id: &str,
    what: &str,
    shared: &Shared,
    tell: impl Fn(Seen),
) -> io::Result<()> {
    if !shared.lock().close(id) {
        return connection.answer(400, "{\"errorMessage\":\"Invalid request ID\",\"errorType\":\"InvalidRequestID\"}");
    }
    let request_id = id.to_owned();
    if request.too_large {
        tell(Seen::TooLarge { request_id });
        let text = format!("Exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes).");
        return connection
            .answer(413, &format!("{{\"errorMessage\":\"{text}\",\"errorType\":\"RequestEntityTooLarge\"}}"));
    }
    let Request { body, streamed, stream_error: error, .. } = request;
    tell(match what {
        "response" if streamed => Seen::Streamed { request_id, body, error },
        "response" => Seen::Response { request_id, body },
        _ => Seen::Error { request_id, body },
    });
    connection.answer(202, "{\"status\":\"OK\"}\n")
}

/// Waits for an invocation; `None` when the server is dropped.
fn next(shared: &Shared) -> Option<Invocation> {
    let mut state = shared.lock();
    loop {
        if state.closed {
            return None;
        }
        if let Some(invocation) = state.waiting.pop_front() {
            state.open.push(invocation.request_id.clone());
            return Some(invocation);
        }
        state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api::RuntimeApi, failure::Kind};

    const SOON: Duration = Duration::from_secs(10);

    fn seen(api: &LocalApi) -> Seen {
        api.receive(SOON).expect("the runtime does something").seen
    }

    fn invocation(id: &str) -> Invocation {
        Invocation {
            request_id: id.to_owned(),
            deadline_ms: Some(5),
            function_arn: Some("arn".to_owned()),
            trace_id: Some("Root=1".to_owned()),
            client_context: Some("{\"k\":\"é\"}".to_owned()),
            cognito_identity: None,
            tenant_id: Some("t".to_owned()),
            body: b"{\"a\":1}".to_vec(),
        }
    }

    #[tokio::test]
    async fn an_invocation_goes_through_whole() {
        let api = LocalApi::start().expect("a free port");
        let mut runtime = RuntimeApi::new(&api.address());
        for id in ["one", "two"] {
            api.send(invocation(id));
            assert_eq!(runtime.next().await.expect("an invocation"), invocation(id));
            runtime.respond(id, b"[1]").await.expect("accepted");
            assert_eq!(seen(&api), Seen::Next);
            assert_eq!(seen(&api), Seen::Response { request_id: id.to_owned(), body: b"[1]".to_vec() });
        }
    }

    #[tokio::test]
    async fn errors_and_init_errors_are_told_apart() {
        let api = LocalApi::start().expect("a free port");
        let mut runtime = RuntimeApi::new(&api.address());
        api.send(invocation("one"));
        runtime.next().await.expect("an invocation");
        runtime.fail("one", "{}", Some("{}")).await.expect("accepted");
        let failure = Kind::HandlerNotFound.failure("x");
        runtime.fail_init(&failure).await.expect("accepted");
        assert_eq!(seen(&api), Seen::Next);
        assert_eq!(seen(&api), Seen::Error { request_id: "one".to_owned(), body: b"{}".to_vec() });
        assert_eq!(seen(&api), Seen::InitError { body: failure.to_json().into_bytes() });
    }

    #[tokio::test]
    async fn a_request_id_is_answered_once() {
        let api = LocalApi::start().expect("a free port");
        let mut runtime = RuntimeApi::new(&api.address());
        api.send(invocation("one"));
        runtime.next().await.expect("an invocation");
        runtime.respond("one", b"1").await.expect("accepted");
        assert_eq!(runtime.respond("one", b"1").await.expect_err("twice").status(), Some(400));
        assert_eq!(runtime.respond("other", b"1").await.expect_err("unknown").status(), Some(400));
    }

    #[tokio::test]
    async fn a_response_over_the_limit_is_refused_and_the_runtime_goes_on() {
        let api = LocalApi::start().expect("a free port");
        let mut runtime = RuntimeApi::new(&api.address());
        for id in ["fits", "large", "again"] {
            api.send(invocation(id));
            runtime.next().await.expect("an invocation");
            let length = if id == "large" { MAX_RESPONSE_BYTES + 1 } else { MAX_RESPONSE_BYTES };
            let result = runtime.respond(id, &vec![b'x'; length]).await;
            assert_eq!(result.err().and_then(|error| error.status()), (id == "large").then_some(413));
        }
        let large = std::iter::from_fn(|| api.receive(Duration::ZERO))
            .filter(|o| matches!(o.seen, Seen::TooLarge { .. }))
            .count();
        assert_eq!(large, 1);
    }

    #[tokio::test]
    async fn dropping_the_server_ends_a_runtime_that_waits() {
        let api = LocalApi::start().expect("a free port");
        let mut runtime = RuntimeApi::new(&api.address());
        // Observed and dropped on another thread, so that this one can drive the runtime.
        let dropping = tokio::task::spawn_blocking(move || {
            assert_eq!(seen(&api), Seen::Next);
            drop(api);
        });
        let (result, dropped) = tokio::join!(runtime.next(), dropping);
        dropped.expect("no panic");
        result.expect_err("closed");
    }
}
