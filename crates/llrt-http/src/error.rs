use std::{error::Error as StdError, io};

use llrt_net::{Attempt, ConnectError, Denied, LookupError};
use llrt_tls::TlsError;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The policy forbids the host.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The host's name has no address.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// No address answered; one entry for each, never empty.
    #[error("{}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Connect(Vec<Attempt>),
    /// There was no connection in time.
    #[error("Connect Timeout Error")]
    ConnectTimeout,
    /// The handshake failed, or the connection broke TLS's rules.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The TLS configuration cannot be made.
    #[error("{message}")]
    TlsConfig {
        /// Node's code.
        code: &'static str,
        /// What is wrong.
        message: String,
    },
    /// The server closed the connection before it answered.
    #[error("socket hang up")]
    Closed,
    /// The server closed the connection in the middle of its answer.
    #[error("aborted")]
    Truncated,
    /// The system reported an error on the connection.
    #[error("{syscall}: {error}")]
    Io {
        /// `read` or `write`.
        syscall: &'static str,
        /// What it said.
        error: io::Error,
    },
    /// The answer is not HTTP.
    #[error("Parse Error: {reason}")]
    Parse {
        /// The code of Node's parser: `HPE_INVALID_CONSTANT`, ...
        code: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// The answer did not begin in time.
    #[error("Headers Timeout Error")]
    HeadersTimeout,
    /// Nothing moved on the connection for too long before the answer began.
    #[error("Body Timeout Error")]
    IdleTimeout,
    /// The next part of the answer did not come in time.
    #[error("Body Timeout Error")]
    BodyTimeout,
    /// The sender of the request's body gave up, or sent more or less than it said.
    #[error("{0}")]
    RequestBody(String),
    /// The request cannot be written as HTTP.
    #[error("{0}")]
    InvalidRequest(String),
}

impl Error {
    /// Node's code, as `node:http` reports the failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Denied(_) => Denied::CODE,
            Self::Lookup(error) => error.code,
            Self::Connect(attempts) => attempts.first().map_or("ECONNREFUSED", |attempt| errno_code(&attempt.error)),
            Self::ConnectTimeout | Self::HeadersTimeout | Self::IdleTimeout | Self::BodyTimeout => "ETIMEDOUT",
            Self::Tls(error) => error.code,
            Self::TlsConfig { code, .. } | Self::Parse { code, .. } => code,
            Self::Closed | Self::Truncated => "ECONNRESET",
            Self::Io { error, .. } => errno_code(error),
            Self::RequestBody(_) => "ERR_HTTP_CONTENT_LENGTH_MISMATCH",
            Self::InvalidRequest(_) => "ERR_INVALID_ARG_VALUE",
        }
    }

    pub(crate) fn from_request(error: &hyper::Error) -> Self {
        if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
            return Self::Closed;
        }
        Self::from_hyper(error).unwrap_or(Self::Closed)
    }

    pub(crate) fn from_body(error: &hyper::Error) -> Self {
        if error.is_incomplete_message() {
            return Self::Truncated;
        }
        match Self::from_hyper(error) {
            // What hyper finds wrong inside a body it calls an I/O error.
            Some(Self::Io { error, .. }) if error.raw_os_error().is_none() => match error.kind() {
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                    Self::Parse { code: "HPE_INVALID_CHUNK_SIZE", reason: "Invalid character in chunk size" }
                }
                _ => Self::Truncated,
            },
            Some(error) => error,
            None => Self::Truncated,
        }
    }

    fn from_hyper(error: &hyper::Error) -> Option<Self> {
        if error.is_parse_status() {
            return Some(Self::Parse { code: "HPE_INVALID_STATUS", reason: "Invalid status code" });
        }
        if error.is_parse() {
            // hyper tells these apart by their text only.
            let text = error.to_string();
            let (code, reason) = if text.contains("too large") {
                ("HPE_HEADER_OVERFLOW", "Header overflow")
            } else if text.contains("header") {
                ("HPE_INVALID_HEADER_TOKEN", "Invalid header token")
            } else {
                ("HPE_INVALID_CONSTANT", "Expected HTTP/, RTSP/ or ICE/")
            };
            return Some(Self::Parse { code, reason });
        }
        let source = error.source()?;
        if let Some(body) = source.downcast_ref::<crate::BodyError>() {
            return Some(Self::RequestBody(body.to_string()));
        }
        let io = source.downcast_ref::<io::Error>()?;
        Some(Self::from_io(io))
    }

    pub(crate) fn from_io(error: &io::Error) -> Self {
        if let Some(tls) = TlsError::from_io(error) {
            return Self::Tls(tls);
        }
        let copy = match error.raw_os_error() {
            Some(number) => io::Error::from_raw_os_error(number),
            None => io::Error::new(error.kind(), error.to_string()),
        };
        let syscall = if copy.kind() == io::ErrorKind::BrokenPipe { "write" } else { "read" };
        Self::Io { syscall, error: copy }
    }
}

impl From<ConnectError> for Error {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Denied(error) => Self::Denied(error),
            ConnectError::Lookup(error) => Self::Lookup(error),
            ConnectError::Attempts(attempts) => Self::Connect(attempts),
            _ => Self::Closed,
        }
    }
}

fn errno_code(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "ECONNREFUSED",
        io::ErrorKind::TimedOut => "ETIMEDOUT",
        io::ErrorKind::HostUnreachable => "EHOSTUNREACH",
        io::ErrorKind::NetworkUnreachable => "ENETUNREACH",
        io::ErrorKind::BrokenPipe => "EPIPE",
        io::ErrorKind::AddrNotAvailable => "EADDRNOTAVAIL",
        io::ErrorKind::PermissionDenied => "EACCES",
        _ => match error.raw_os_error() {
            Some(libc::EMFILE) => "EMFILE",
            Some(libc::ENFILE) => "ENFILE",
            _ => "ECONNRESET",
        },
    }
}
