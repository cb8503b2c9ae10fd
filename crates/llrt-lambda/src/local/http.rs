//! The server's side of HTTP/1.1, as far as a runtime speaks it.

use std::{
    fmt::Write as _,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use crate::api::{ERROR_BODY, Invocation};

/// An X-Ray document may be 1 MiB, and it comes in a header.
const MAX_HEAD_BYTES: u64 = 2 * 1024 * 1024;

pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: Vec<u8>,
    /// The body was over the limit; it was read and thrown away.
    pub(super) too_large: bool,
    /// The body came in chunks.
    pub(super) streamed: bool,
    /// The error body in the trailers of a streamed response.
    pub(super) stream_error: Option<Vec<u8>>,
}

pub(super) struct Connection {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> io::Result<Self> {
        Ok(Self { reader: BufReader::new(stream.try_clone()?), writer: stream })
    }

    /// The next request; `None` at the end of the connection.
    pub(super) fn read(&mut self, max_body_bytes: usize, max_streamed_bytes: usize) -> io::Result<Option<Request>> {
        let mut head = (&mut self.reader).take(MAX_HEAD_BYTES);
        let Some(line) = read_line(&mut head)? else { return Ok(None) };
        let mut words = line.split(' ');
        let (Some(method), Some(path)) = (words.next(), words.next()) else { return Err(malformed()) };
        let (method, path) = (method.to_owned(), path.to_owned());
        let mut length = 0;
        let mut chunked = false;
        loop {
            let line = read_line(&mut head)?.ok_or_else(malformed)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(malformed)?;
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().map_err(|_| malformed())?;
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                chunked = value.trim().eq_ignore_ascii_case("chunked");
            }
        }
        let max_bytes = if chunked { max_streamed_bytes } else { max_body_bytes };
        let mut body = Body { bytes: Vec::new(), max_bytes, too_large: false };
        let mut stream_error = None;
        if chunked {
            stream_error = self.read_chunks(&mut body)?;
        } else {
            body.read(&mut self.reader, length)?;
        }
        Ok(Some(Request { method, path, body: body.bytes, too_large: body.too_large, streamed: chunked, stream_error }))
    }

    /// Reads a body in chunks; gives the error body of its trailers.
    fn read_chunks(&mut self, body: &mut Body) -> io::Result<Option<Vec<u8>>> {
        loop {
            let line = read_line(&mut (&mut self.reader).take(MAX_HEAD_BYTES))?.ok_or_else(malformed)?;
            let size = line.split(';').next().unwrap_or_default();
            let size = u64::from_str_radix(size.trim(), 16).map_err(|_| malformed())?;
            if size > 0 {
                body.read(&mut self.reader, size)?;
                read_line(&mut (&mut self.reader).take(2))?;
                continue;
            }
            // The trailers of a streamed response, up to an empty line.
            let mut error = None;
            loop {
                let line = read_line(&mut (&mut self.reader).take(MAX_HEAD_BYTES))?.ok_or_else(malformed)?;
                match line.split_once(':') {
                    _ if line.is_empty() => return Ok(error),
                    Some((name, value)) if name.eq_ignore_ascii_case(ERROR_BODY) => {
                        error = base64_simd::STANDARD.decode_to_vec(value.trim()).ok();
                    }
                    _ => {}
                }
            }
        }
    }

    pub(super) fn answer(&mut self, status: u16, json: &str) -> io::Result<()> {
        let reason = if status < 300 { "Accepted" } else { "Refused" };
        let head = format!(
            "HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            json.len()
        );
        self.writer.write_all((head + json).as_bytes())
    }

    pub(super) fn answer_invocation(&mut self, invocation: &Invocation) -> io::Result<()> {
        let mut head = String::from("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
        let deadline = invocation.deadline_ms.map(|ms| ms.to_string());
        for (name, value) in [
            ("Aws-Request-Id", Some(&invocation.request_id)),
            ("Deadline-Ms", deadline.as_ref()),
            ("Invoked-Function-Arn", invocation.function_arn.as_ref()),
            ("Trace-Id", invocation.trace_id.as_ref()),
            ("Client-Context", invocation.client_context.as_ref()),
            ("Cognito-Identity", invocation.cognito_identity.as_ref()),
            ("Aws-Tenant-Id", invocation.tenant_id.as_ref()),
        ] {
            if let Some(value) = value {
                // Given on a command line: a line end in it must not begin a header.
                let value = value.replace(|c: char| c.is_ascii_control(), " ");
                let _ = write!(head, "Lambda-Runtime-{name}: {value}\r\n");
            }
        }
        let _ = write!(head, "Content-Length: {}\r\n\r\n", invocation.body.len());
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&invocation.body);
        self.writer.write_all(&bytes)
    }
}

struct Body {
    bytes: Vec<u8>,
    max_bytes: usize,
    too_large: bool,
}

impl Body {
    /// Reads `length` bytes, and keeps them as long as all fit.
    fn read(&mut self, reader: &mut impl Read, length: u64) -> io::Result<()> {
        let mut part = reader.take(length);
        let room = self.max_bytes.saturating_sub(self.bytes.len());
        self.too_large |= usize::try_from(length).map_or(true, |length| length > room);
        let read = if self.too_large {
            self.bytes = Vec::new();
            io::copy(&mut part, &mut io::sink())?
        } else {
            part.read_to_end(&mut self.bytes)? as u64
        };
        if read == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// A line without its end; `None` at the end of the connection.
fn read_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if reader.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.pop() != Some(b'\n') {
        return Err(malformed());
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not an HTTP request")
}
