//! Servers that follow a script, one connection after the other, on a thread of their own.
#![allow(dead_code, reason = "each test binary uses its share")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use llrt_http::{Client, Config, Error, Method, Origin, Request, Response};

/// A server whose `script` handles each accepted connection, told by its number (from 0).
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

/// One accepted connection.
pub(crate) struct Peer {
    pub(crate) stream: TcpStream,
    /// What came after the last request that was read.
    rest: Vec<u8>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(script: impl Fn(usize, &mut Peer) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (counter, seen, script) = (Arc::clone(&connections), Arc::clone(&requests), Arc::new(script));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let number = counter.fetch_add(1, Ordering::SeqCst);
                let mut peer = Peer { stream, rest: Vec::new(), requests: Arc::clone(&seen) };
                let script = Arc::clone(&script);
                thread::spawn(move || script(number, &mut peer));
            }
        });
        Self { address, connections, requests }
    }

    /// A server that answers every request on every connection with `answer`.
    pub(crate) fn answering(answer: &'static str) -> Self {
        Self::start(move |_, peer| {
            while peer.read_request().is_some() {
                peer.send(answer);
            }
        })
    }

    pub(crate) fn origin(&self) -> Origin {
        Origin::http(self.address.ip().to_string(), self.address.port())
    }

    pub(crate) fn request(&self, method: Method) -> Request {
        Request::new(method, self.origin(), "/")
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Peer {
    /// A request's head and body, or `None` at the end of the connection.
    pub(crate) fn read_request(&mut self) -> Option<String> {
        let head_end = loop {
            if let Some(index) = find(&self.rest, b"\r\n\r\n") {
                break index + 4;
            }
            self.read_more()?;
        };
        let head = String::from_utf8_lossy(&self.rest[..head_end]).to_lowercase();
        let end = if head.contains("transfer-encoding: chunked") {
            let mut from = head_end;
            loop {
                if let Some(index) = find(&self.rest[from..], b"0\r\n\r\n") {
                    break from + index + 5;
                }
                from = self.rest.len().saturating_sub(4).max(head_end);
                self.read_more()?;
            }
        } else {
            let len = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let end = head_end + len.map_or(0, |len| len.trim().parse::<usize>().unwrap());
            while self.rest.len() < end {
                self.read_more()?;
            }
            end
        };
        let request = String::from_utf8_lossy(&self.rest[..end]).into_owned();
        self.rest.drain(..end);
        self.requests.lock().unwrap().push(request.clone());
        Some(request)
    }

    /// A request's head alone.
    pub(crate) fn read_head(&mut self) -> String {
        loop {
            if let Some(index) = find(&self.rest, b"\r\n\r\n") {
                let head = self.rest.drain(..index + 4).collect();
                return String::from_utf8(head).unwrap();
            }
            self.read_more().expect("a head");
        }
    }

    pub(crate) fn read_body(&mut self, len: usize) {
        while self.rest.len() < len {
            self.read_more().expect("a body");
        }
    }

    /// Whether more came than was read.
    pub(crate) fn has_more(&self) -> bool {
        !self.rest.is_empty()
    }

    pub(crate) fn read_more(&mut self) -> Option<()> {
        let mut part = [0; 16 * 1024];
        match self.stream.read(&mut part) {
            Ok(0) | Err(_) => None,
            Ok(len) => {
                self.rest.extend_from_slice(&part[..len]);
                Some(())
            }
        }
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref());
    }

    /// Lets the connection end with a reset instead of an orderly close, when the script is over.
    pub(crate) fn reset(&self) {
        let linger = libc::linger { l_onoff: 1, l_linger: 0 };
        // SAFETY: a socket of this process and an option value of the right type.
        unsafe {
            libc::setsockopt(
                std::os::fd::AsRawFd::as_raw_fd(&self.stream),
                libc::SOL_SOCKET,
                libc::SO_LINGER,
                (&raw const linger).cast(),
                size_of::<libc::linger>() as libc::socklen_t,
            );
        }
    }
}

pub(crate) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

pub(crate) fn client() -> Client {
    Client::new(Config::default())
}

pub(crate) async fn text(response: Result<Response, Error>) -> Result<String, Error> {
    let body = response?.body.collect().await?;
    Ok(String::from_utf8(body).unwrap())
}

/// A port that nothing listens on: bound just now, and given back.
pub(crate) fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
