//! HTTP/1 messages out of bytes as they come: a state machine without a context.
//!
//! [`Parser::step`] takes bytes and says what it came to; what a message's head holds is asked for then. It is as strict as
//! llhttp, which Node.js has, and fails with llhttp's codes and reasons. RFC 9112: <https://www.rfc-editor.org/rfc/rfc9112>.

use std::ops::Range;

use crate::names::METHODS;

/// Which side's messages are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A server's.
    Request,
    /// A client's.
    Response,
}

/// What [`Parser::step`] came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The bytes are used up.
    More,
    /// A message begins.
    Begin,
    /// A message's head is complete; [`Parser::answer`] may say what follows it.
    Head,
    /// A part of a body: a range of the bytes that were given.
    Body(Range<usize>),
    /// A message is complete.
    Complete,
    /// What follows is another protocol.
    Upgrade,
    /// See [`Parser::failure`].
    Failed,
}

/// What the owner of the parser knows about the body that follows a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What the head says.
    AsSaid,
    /// There is none, whatever the head says: the response to a `HEAD` request.
    NoBody,
    /// There is none, and another protocol follows: the response to a `CONNECT` request.
    Tunnel,
}

/// A failure's code and reason, both llhttp's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// `HPE_...`
    pub code: &'static str,
    /// A sentence.
    pub reason: &'static str,
}

/// Bits of what is forgiven; their numbers are llhttp's.
pub mod lenient {
    /// Any byte but NUL, CR and LF in a value.
    pub const HEADERS: u16 = 1;
    /// A length beside chunks.
    pub const CHUNKED_LENGTH: u16 = 2;
    /// Another message after one that ends the connection.
    pub const KEEP_ALIVE: u16 = 4;
    /// Further codings after `chunked`.
    pub const TRANSFER_ENCODING: u16 = 8;
    /// Any version.
    pub const VERSION: u16 = 16;
    /// Data after the last message.
    pub const DATA_AFTER_CLOSE: u16 = 32;
    /// CR alone at a line's end.
    pub const OPTIONAL_LF_AFTER_CR: u16 = 64;
    /// No line end after a chunk.
    pub const OPTIONAL_CRLF_AFTER_CHUNK: u16 = 128;
    /// LF alone at a line's end.
    pub const OPTIONAL_CR_BEFORE_LF: u16 = 256;
    /// Blanks after a chunk's size.
    pub const SPACES_AFTER_CHUNK_SIZE: u16 = 512;
}

/// Methods of RTSP, which llhttp tells from HTTP's only after reading them.
const OTHER_METHODS: &[&str] = &[
    "DESCRIBE",
    "ANNOUNCE",
    "SETUP",
    "PLAY",
    "PAUSE",
    "TEARDOWN",
    "GET_PARAMETER",
    "SET_PARAMETER",
    "REDIRECT",
    "RECORD",
    "FLUSH",
];

/// Of a chunk's extensions, at most.
const MAX_EXTENSIONS_LEN: usize = 16384;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    Method,
    MethodEnd,
    BeforeUrl,
    Url,
    BeforeProtocol,
    Protocol(u8),
    Major,
    Dot,
    Minor,
    VersionEnd,
    VersionLf,
    BeforeStatus,
    Status(u8),
    StatusEnd,
    Reason,
    ReasonLf,
    Field,
    FieldName,
    BeforeValue,
    BeforeValueLf,
    BeforeValueFold,
    Value,
    ValueLf,
    ValueFold,
    HeadLf,
    AfterHead,
    Sized(u64),
    UntilEnd,
    ChunkStart,
    ChunkSize,
    ChunkSpaces,
    Extension,
    Quoted,
    QuotedPair,
    QuotedEnd,
    ChunkLf,
    Chunk(u64),
    ChunkCr,
    ChunkDataLf,
    Complete,
    AfterMessage,
    Closed,
    Upgraded,
    Failed,
}

/// How the end of the stream is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AtEnd {
    Fine,
    Completes,
    Truncates,
}

/// What of a head matters to its message's framing.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    keep_alive: bool,
    close: bool,
    connection_upgrade: bool,
    upgrade: bool,
    chunked: bool,
    transfer_encoding: bool,
    length: Option<u64>,
    trailing: bool,
    no_body: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Other,
    Connection,
    ContentLength,
    TransferEncoding,
    Upgrade,
}

/// Reads the messages of one side of a connection.
#[derive(Debug)]
pub struct Parser {
    kind: Kind,
    lenient: u16,
    max_head_len: usize,
    state: State,
    at_end: AtEnd,
    failure: Option<Failure>,
    flags: Flags,
    known: Known,
    method: Option<usize>,
    version: (u8, u8),
    status: u16,
    is_upgrade: bool,
    /// What of the head counts against its limit, so far.
    head_len: usize,
    extensions_len: usize,
    chunk_len: u64,
    chunk_digits: u8,
    /// The head's words one after the other, and where each is.
    text: Vec<u8>,
    word: usize,
    url: Range<usize>,
    reason: Range<usize>,
    fields: Vec<Range<usize>>,
}

const fn fail(code: &'static str, reason: &'static str) -> Failure {
    Failure { code, reason }
}

/// What a name or method is made of.
pub const fn is_token(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
        || byte.is_ascii_alphanumeric()
}

const fn is_value(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

fn run(data: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    data.iter().position(|&byte| !wanted(byte)).unwrap_or(data.len())
}

impl Parser {
    /// A parser whose heads have fewer than `max_head_len` bytes; `lenient` has bits of [`lenient`].
    pub fn new(kind: Kind, max_head_len: usize, lenient: u16) -> Self {
        Self {
            kind,
            lenient,
            max_head_len,
            state: State::Start,
            at_end: AtEnd::Fine,
            failure: None,
            flags: Flags::default(),
            known: Known::Other,
            method: None,
            version: (0, 0),
            status: 0,
            is_upgrade: false,
            head_len: 0,
            extensions_len: 0,
            chunk_len: 0,
            chunk_digits: 0,
            text: Vec::new(),
            word: 0,
            url: 0..0,
            reason: 0..0,
            fields: Vec::new(),
        }
    }

    /// The index of the request's method in [`METHODS`].
    pub fn method(&self) -> Option<usize> {
        self.method
    }

    /// Major and minor.
    pub fn version(&self) -> (u8, u8) {
        self.version
    }

    /// The response's status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The request's target.
    pub fn url(&self) -> &[u8] {
        &self.text[self.url.clone()]
    }

    /// The response's reason phrase.
    pub fn reason(&self) -> &[u8] {
        &self.text[self.reason.clone()]
    }

    /// Names and values in turns: the head's, and from its last chunk on the trailers'.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.fields.iter().map(|range| &self.text[range.clone()])
    }

    /// Whether the fields are a body's trailers, and there are any.
    pub fn has_trailers(&self) -> bool {
        self.flags.trailing && !self.fields.is_empty()
    }

    /// Whether another protocol follows.
    pub fn is_upgrade(&self) -> bool {
        self.is_upgrade
    }

    /// Whether another message may follow on the connection.
    pub fn should_keep_alive(&self) -> bool {
        let wanted = if self.version.0 > 0 && self.version.1 > 0 { !self.flags.close } else { self.flags.keep_alive };
        wanted && !self.needs_end()
    }

    /// What went wrong, after [`Event::Failed`].
    pub fn failure(&self) -> Option<Failure> {
        self.failure
    }

    /// Says what follows the head that [`Event::Head`] was about. Without it, it is what the head says.
    pub fn answer(&mut self, answer: Answer) {
        self.flags.no_body = answer != Answer::AsSaid;
        if answer == Answer::Tunnel {
            self.is_upgrade = true;
        }
    }

    /// The stream is over. [`Event::Complete`] when that ends a message, [`Event::Failed`] when it breaks one off.
    pub fn finish(&mut self) -> Event {
        // That it failed was said before.
        if self.failure.is_some() {
            return Event::More;
        }
        match self.at_end {
            AtEnd::Fine => Event::More,
            AtEnd::Completes => {
                self.at_end = AtEnd::Fine;
                self.state = State::Closed;
                Event::Complete
            }
            AtEnd::Truncates => {
                self.failure = Some(fail("HPE_INVALID_EOF_STATE", "Invalid EOF state"));
                self.state = State::Failed;
                Event::Failed
            }
        }
    }

    /// Reads `data` from `at` on, and gives what came of it and where to go on.
    pub fn step(&mut self, data: &[u8], at: usize) -> (Event, usize) {
        let mut at = at;
        match self.advance(data, &mut at) {
            Ok(event) => (event, at),
            Err(failure) => {
                self.failure = Some(failure);
                self.state = State::Failed;
                (Event::Failed, at)
            }
        }
    }

    fn allows(&self, bit: u16) -> bool {
        self.lenient & bit != 0
    }

    /// Counts what the head has grown by.
    fn grow(&mut self, len: usize) -> Result<(), Failure> {
        self.head_len += len;
        if self.head_len >= self.max_head_len { Err(fail("HPE_HEADER_OVERFLOW", "Header overflow")) } else { Ok(()) }
    }

    /// Takes a run of bytes into the word; `true` when there is more after it.
    fn take(&mut self, data: &[u8], at: &mut usize, wanted: impl Fn(u8) -> bool) -> Result<bool, Failure> {
        let len = run(&data[*at..], wanted);
        self.text.extend_from_slice(&data[*at..*at + len]);
        *at += len;
        if len > 0 {
            self.grow(len)?;
        }
        Ok(*at < data.len())
    }

    fn end_word(&mut self) -> Range<usize> {
        let range = self.word..self.text.len();
        self.word = self.text.len();
        range
    }

    fn begin(&mut self) {
        self.flags = Flags::default();
        self.known = Known::Other;
        self.method = None;
        self.is_upgrade = false;
        self.status = 0;
        self.at_end = AtEnd::Truncates;
        self.clear_text();
        self.url = 0..0;
        self.reason = 0..0;
    }

    fn clear_text(&mut self) {
        self.text.clear();
        self.fields.clear();
        self.word = 0;
        self.head_len = 0;
    }

    fn needs_end(&self) -> bool {
        if self.kind == Kind::Request {
            return false;
        }
        if self.status / 100 == 1 || self.status == 204 || self.status == 304 || self.flags.no_body {
            return false;
        }
        if self.flags.transfer_encoding && !self.flags.chunked {
            return true;
        }
        !self.flags.chunked && self.flags.length.is_none()
    }

    fn advance(&mut self, data: &[u8], at: &mut usize) -> Result<Event, Failure> {
        loop {
            // What needs no byte.
            match self.state {
                State::AfterHead => {
                    self.after_head()?;
                    continue;
                }
                State::Sized(0) => self.state = State::Complete,
                State::Chunk(0) => {
                    self.state = State::ChunkCr;
                    continue;
                }
                _ => {}
            }
            match self.state {
                State::Complete => {
                    self.state = State::AfterMessage;
                    self.at_end = AtEnd::Fine;
                    return Ok(Event::Complete);
                }
                State::AfterMessage => {
                    if self.is_upgrade {
                        self.state = State::Upgraded;
                    } else if self.should_keep_alive() || self.allows(lenient::KEEP_ALIVE) {
                        self.state = State::Start;
                    } else {
                        self.state = State::Closed;
                    }
                    continue;
                }
                State::Upgraded => return Ok(Event::Upgrade),
                State::Failed => return Ok(Event::Failed),
                _ => {}
            }
            let Some(&byte) = data.get(*at) else { return Ok(Event::More) };
            match self.state {
                State::Start => match byte {
                    b'\r' | b'\n' => *at += 1,
                    _ => {
                        self.begin();
                        self.state = if self.kind == Kind::Request { State::Method } else { State::Protocol(0) };
                        return Ok(Event::Begin);
                    }
                },
                State::Method => self.read_method(data, at)?,
                State::MethodEnd => {
                    if byte != b' ' {
                        return Err(fail("HPE_INVALID_METHOD", "Expected space after method"));
                    }
                    *at += 1;
                    self.state = State::BeforeUrl;
                }
                State::BeforeUrl => self.before_url(byte, at)?,
                State::Url => self.read_url(data, at)?,
                State::BeforeProtocol => match byte {
                    b' ' => *at += 1,
                    _ => self.state = State::Protocol(0),
                },
                State::Protocol(index) => self.read_protocol(index, byte, at)?,
                State::Major => {
                    if !byte.is_ascii_digit() {
                        return Err(fail("HPE_INVALID_VERSION", "Invalid major version"));
                    }
                    self.version.0 = byte - b'0';
                    *at += 1;
                    self.state = State::Dot;
                }
                State::Dot => {
                    if byte != b'.' {
                        return Err(fail("HPE_INVALID_VERSION", "Expected dot"));
                    }
                    *at += 1;
                    self.state = State::Minor;
                }
                State::Minor => {
                    if !byte.is_ascii_digit() {
                        return Err(fail("HPE_INVALID_VERSION", "Invalid minor version"));
                    }
                    self.version.1 = byte - b'0';
                    *at += 1;
                    if !matches!(self.version, (0, 9) | (1, 0 | 1) | (2, 0)) && !self.allows(lenient::VERSION) {
                        return Err(fail("HPE_INVALID_VERSION", "Invalid HTTP version"));
                    }
                    self.state = if self.kind == Kind::Request { State::VersionEnd } else { State::BeforeStatus };
                }
                State::VersionEnd => match byte {
                    b'\r' => {
                        *at += 1;
                        self.state = State::VersionLf;
                    }
                    b'\n' if self.allows(lenient::OPTIONAL_CR_BEFORE_LF) => {
                        *at += 1;
                        self.state = State::Field;
                    }
                    _ => {
                        *at += 1;
                        return Err(fail("HPE_INVALID_VERSION", "Expected CRLF after version"));
                    }
                },
                State::VersionLf => {
                    self.expect_lf(byte, at, fail("HPE_STRICT", "Expected CRLF after version"))?;
                    self.state = State::Field;
                }
                State::BeforeStatus => {
                    if byte != b' ' {
                        return Err(fail("HPE_INVALID_VERSION", "Expected space after version"));
                    }
                    *at += 1;
                    self.state = State::Status(0);
                }
                State::Status(digits) => {
                    if !byte.is_ascii_digit() {
                        return Err(fail("HPE_INVALID_STATUS", "Invalid status code"));
                    }
                    self.status = self.status * 10 + u16::from(byte - b'0');
                    *at += 1;
                    self.state = if digits == 2 { State::StatusEnd } else { State::Status(digits + 1) };
                }
                State::StatusEnd => match byte {
                    b' ' => {
                        *at += 1;
                        self.state = State::Reason;
                    }
                    b'\r' | b'\n' => self.state = State::Reason,
                    _ => return Err(fail("HPE_INVALID_STATUS", "Invalid response status")),
                },
                State::Reason => {
                    if self.take(data, at, |byte| byte != b'\r' && byte != b'\n')? {
                        self.reason = self.end_word();
                        if data[*at] == b'\n' && !self.allows(lenient::OPTIONAL_CR_BEFORE_LF) {
                            return Err(fail("HPE_CR_EXPECTED", "Missing expected CR after response line"));
                        }
                        self.state = if data[*at] == b'\n' { State::Field } else { State::ReasonLf };
                        *at += 1;
                    }
                }
                State::ReasonLf => {
                    self.expect_lf(byte, at, fail("HPE_STRICT", "Expected LF after CR"))?;
                    self.state = State::Field;
                }
                State::Field => self.before_field(byte, at)?,
                State::FieldName => self.read_name(data, at)?,
                State::BeforeValue
                | State::BeforeValueLf
                | State::BeforeValueFold
                | State::Value
                | State::ValueLf
                | State::ValueFold => self.read_value(data, at)?,
                State::HeadLf => {
                    let lf_is_missing = fail("HPE_STRICT", "Expected LF after headers");
                    self.expect_lf(byte, at, lf_is_missing)?;
                    if let Some(event) = self.end_head() {
                        return Ok(event);
                    }
                }
                State::Sized(left) => {
                    let part = self.part(data, at, left);
                    self.state = State::Sized(left - part.len() as u64);
                    return Ok(Event::Body(part));
                }
                State::UntilEnd => {
                    let part = *at..data.len();
                    *at = data.len();
                    return Ok(Event::Body(part));
                }
                State::Chunk(left) => {
                    let part = self.part(data, at, left);
                    self.state = State::Chunk(left - part.len() as u64);
                    return Ok(Event::Body(part));
                }
                State::Closed => match byte {
                    b'\r' | b'\n' => *at += 1,
                    _ if self.allows(lenient::DATA_AFTER_CLOSE) => *at = data.len(),
                    _ => {
                        *at += 1;
                        return Err(fail("HPE_CLOSED_CONNECTION", "Data after `Connection: close`"));
                    }
                },
                _ => self.read_chunk(byte, at)?,
            }
        }
    }

    fn part(&self, data: &[u8], at: &mut usize, left: u64) -> Range<usize> {
        let available = data.len() - *at;
        let len = usize::try_from(left).map_or(available, |left| left.min(available));
        *at += len;
        *at - len..*at
    }

    fn expect_lf(&self, byte: u8, at: &mut usize, failure: Failure) -> Result<(), Failure> {
        if byte == b'\n' {
            *at += 1;
            return Ok(());
        }
        if self.allows(lenient::OPTIONAL_LF_AFTER_CR) { Ok(()) } else { Err(failure) }
    }

    fn read_method(&mut self, data: &[u8], at: &mut usize) -> Result<(), Failure> {
        let from = *at;
        let len = run(&data[from..], is_token);
        let known = self.text.len();
        self.text.extend_from_slice(&data[from..from + len]);
        *at = from + len;
        if b"PRI".starts_with(&self.text[..]) && *at == data.len() {
            return Ok(());
        }
        if self.text == b"PRI" {
            return Err(fail("HPE_PAUSED_H2_UPGRADE", "Pause on PRI/Upgrade"));
        }
        if *at < data.len()
            && let Some(index) = METHODS.iter().position(|method| method.as_bytes() == self.text)
        {
            self.method = Some(index);
            self.text.clear();
            self.state = State::MethodEnd;
            return Ok(());
        }
        let shared = |method: &&str| self.text.iter().zip(method.as_bytes()).take_while(|(a, b)| a == b).count();
        let (longest, whole) = METHODS
            .iter()
            .chain(OTHER_METHODS)
            .map(|method| (shared(method), shared(method) == method.len()))
            .max()
            .unwrap_or_default();
        if longest == self.text.len() && *at == data.len() {
            return Ok(());
        }
        *at = from + longest.saturating_sub(known);
        if OTHER_METHODS.iter().any(|method| method.as_bytes() == self.text) {
            return Err(fail("HPE_INVALID_METHOD", "Invalid method for HTTP/x.x request"));
        }
        let reason = if whole { "Expected space after method" } else { "Invalid method encountered" };
        Err(fail("HPE_INVALID_METHOD", reason))
    }

    fn is_connect(&self) -> bool {
        self.method.is_some_and(|index| METHODS[index] == "CONNECT")
    }

    fn before_url(&mut self, byte: u8, at: &mut usize) -> Result<(), Failure> {
        let is_connect = self.is_connect();
        match byte {
            b' ' => *at += 1,
            b'\r' | b'\n' | b'\t' | 0x0c => return Err(fail("HPE_INVALID_URL", "Unexpected char in url server")),
            b'/' | b'*' if !is_connect => self.state = State::Url,
            b'a'..=b'z' | b'A'..=b'Z' => self.state = State::Url,
            _ if is_connect
                && (byte.is_ascii_digit() || matches!(byte, b'[' | b':' | b'-' | b'.' | b'_' | b'~' | b'/' | b'*')) =>
            {
                self.state = State::Url;
            }
            _ if is_connect => return Err(fail("HPE_INVALID_URL", "Unexpected char in url server")),
            _ => return Err(fail("HPE_INVALID_URL", "Unexpected start char in url")),
        }
        Ok(())
    }

    fn read_url(&mut self, data: &[u8], at: &mut usize) -> Result<(), Failure> {
        if !self.take(data, at, |byte| byte.is_ascii_graphic())? {
            return Ok(());
        }
        self.url = self.end_word();
        let url = self.url();
        let scheme = run(url, |byte| byte.is_ascii_alphabetic());
        if scheme > 0 && !self.is_connect() && !url[scheme..].starts_with(b"://") {
            return Err(fail("HPE_INVALID_URL", "Invalid characters in url"));
        }
        match data[*at] {
            b' ' => self.state = State::BeforeProtocol,
            // HTTP/0.9 has no version, and no CR is missing.
            b'\r' | b'\n' => {
                self.version = (0, 9);
                self.state = if data[*at] == b'\r' { State::VersionLf } else { State::Field };
            }
            b'\t' | 0x0c => return Err(fail("HPE_INVALID_URL", "Invalid characters in url")),
            _ => return Err(fail("HPE_INVALID_URL", "Invalid char in url path")),
        }
        *at += 1;
        Ok(())
    }

    fn read_protocol(&mut self, index: u8, byte: u8, at: &mut usize) -> Result<(), Failure> {
        const PROTOCOL: &[u8] = b"HTTP/";
        if PROTOCOL.get(usize::from(index)) != Some(&byte) {
            return Err(fail("HPE_INVALID_CONSTANT", "Expected HTTP/, RTSP/ or ICE/"));
        }
        *at += 1;
        self.state = if usize::from(index) + 1 == PROTOCOL.len() { State::Major } else { State::Protocol(index + 1) };
        Ok(())
    }

    fn before_field(&mut self, byte: u8, at: &mut usize) -> Result<(), Failure> {
        self.known = Known::Other;
        match byte {
            b'\r' => {
                *at += 1;
                self.state = State::HeadLf;
            }
            b'\n' => {
                if !self.allows(lenient::OPTIONAL_CR_BEFORE_LF) {
                    return Err(fail("HPE_INVALID_HEADER_TOKEN", "Invalid header token"));
                }
                self.state = State::HeadLf;
            }
            b' ' if self.fields.is_empty() && !self.flags.trailing => {
                *at += 1;
                if !self.allows(lenient::HEADERS) {
                    return Err(fail("HPE_UNEXPECTED_SPACE", "Unexpected space after start line"));
                }
            }
            _ if !is_token(byte) => return Err(fail("HPE_INVALID_HEADER_TOKEN", "Invalid header token")),
            _ => self.state = State::FieldName,
        }
        Ok(())
    }

    fn read_name(&mut self, data: &[u8], at: &mut usize) -> Result<(), Failure> {
        if !self.take(data, at, is_token)? {
            return Ok(());
        }
        if data[*at] != b':' || self.text.len() == self.word {
            return Err(fail("HPE_INVALID_HEADER_TOKEN", "Invalid header token"));
        }
        *at += 1;
        let name = self.end_word();
        let text = &self.text[name.clone()];
        let is = |known: &str| text.eq_ignore_ascii_case(known.as_bytes());
        self.known = if is("content-length") {
            Known::ContentLength
        } else if self.flags.trailing {
            Known::Other
        } else if is("connection") || is("proxy-connection") {
            Known::Connection
        } else if is("transfer-encoding") {
            Known::TransferEncoding
        } else if is("upgrade") {
            Known::Upgrade
        } else {
            Known::Other
        };
        self.fields.push(name);
        match self.known {
            Known::ContentLength => {
                if self.flags.length.is_some() {
                    return Err(fail("HPE_UNEXPECTED_CONTENT_LENGTH", "Duplicate Content-Length"));
                }
                if self.flags.transfer_encoding && !self.allows(lenient::CHUNKED_LENGTH) {
                    let reason = "Content-Length can't be present with Transfer-Encoding";
                    return Err(fail("HPE_INVALID_CONTENT_LENGTH", reason));
                }
            }
            Known::TransferEncoding if self.flags.length.is_some() && !self.allows(lenient::CHUNKED_LENGTH) => {
                let reason = "Transfer-Encoding can't be present with Content-Length";
                return Err(fail("HPE_INVALID_TRANSFER_ENCODING", reason));
            }
            _ => {}
        }
        self.state = State::BeforeValue;
        Ok(())
    }

    fn read_value(&mut self, data: &[u8], at: &mut usize) -> Result<(), Failure> {
        let byte = data[*at];
        let bare_lf = fail("HPE_CR_EXPECTED", "Missing expected CR after header value");
        match self.state {
            State::BeforeValue => match byte {
                b' ' | b'\t' => *at += 1,
                b'\r' => {
                    *at += 1;
                    self.state = State::BeforeValueLf;
                }
                b'\n' => {
                    if !self.allows(lenient::OPTIONAL_CR_BEFORE_LF) {
                        return Err(fail("HPE_INVALID_HEADER_TOKEN", "Invalid header value char"));
                    }
                    *at += 1;
                    self.state = State::BeforeValueFold;
                }
                _ => self.state = State::Value,
            },
            State::BeforeValueLf => {
                self.expect_lf(byte, at, fail("HPE_LF_EXPECTED", "Missing expected LF after CR"))?;
                self.state = State::BeforeValueFold;
            }
            State::BeforeValueFold => match byte {
                b' ' | b'\t' if self.allows(lenient::HEADERS) => self.state = State::BeforeValue,
                b' ' | b'\t' => {
                    return Err(fail("HPE_INVALID_HEADER_TOKEN", "Unexpected whitespace after header value"));
                }
                _ => self.end_value()?,
            },
            State::Value => {
                let lenient = self.allows(lenient::HEADERS);
                let wanted = |byte| is_value(byte) || lenient && !matches!(byte, 0 | b'\r' | b'\n');
                if !self.take(data, at, wanted)? {
                    return Ok(());
                }
                match data[*at] {
                    b'\r' => self.state = State::ValueLf,
                    b'\n' if self.allows(lenient::OPTIONAL_CR_BEFORE_LF) => self.state = State::ValueFold,
                    b'\n' => return Err(bare_lf),
                    _ => return Err(fail("HPE_INVALID_HEADER_TOKEN", "Invalid header value char")),
                }
                *at += 1;
            }
            State::ValueLf => {
                if byte != b'\n' {
                    return Err(fail("HPE_LF_EXPECTED", "Missing expected LF after header value"));
                }
                *at += 1;
                self.state = State::ValueFold;
            }
            _ => match byte {
                b' ' | b'\t' if self.allows(lenient::HEADERS) => self.state = State::Value,
                b' ' | b'\t' => {
                    return Err(fail("HPE_INVALID_HEADER_TOKEN", "Unexpected whitespace after header value"));
                }
                _ => self.end_value()?,
            },
        }
        Ok(())
    }

    /// A value is complete: what it means for the message.
    fn end_value(&mut self) -> Result<(), Failure> {
        let mut range = self.end_word();
        while range.end > range.start && matches!(self.text[range.end - 1], b' ' | b'\t') {
            range.end -= 1;
        }
        let value = &self.text[range.clone()];
        let mut parts = value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
        match self.known {
            Known::Other => {}
            Known::Connection => {
                for part in parts {
                    self.flags.keep_alive |= part.eq_ignore_ascii_case(b"keep-alive");
                    self.flags.close |= part.eq_ignore_ascii_case(b"close");
                    self.flags.connection_upgrade |= part.eq_ignore_ascii_case(b"upgrade");
                }
            }
            Known::Upgrade => self.flags.upgrade = true,
            Known::TransferEncoding => {
                self.flags.transfer_encoding = true;
                let is_chunked = |part: &[u8]| part.eq_ignore_ascii_case(b"chunked");
                let chunked_at = parts.position(is_chunked);
                let is_last = chunked_at.is_some() && parts.next().is_none();
                let is_followed = chunked_at.is_some() && !is_last || self.flags.chunked;
                if is_followed && self.kind == Kind::Request && !self.allows(lenient::TRANSFER_ENCODING) {
                    let reason = "Invalid `Transfer-Encoding` header value";
                    return Err(fail("HPE_INVALID_TRANSFER_ENCODING", reason));
                }
                self.flags.chunked = is_last;
            }
            Known::ContentLength => {
                if value.is_empty() {
                    return Err(fail("HPE_INVALID_CONTENT_LENGTH", "Empty Content-Length"));
                }
                let mut length: u64 = 0;
                for &digit in value {
                    if !digit.is_ascii_digit() {
                        return Err(fail("HPE_INVALID_CONTENT_LENGTH", "Invalid character in Content-Length"));
                    }
                    let next = length.checked_mul(10).and_then(|length| length.checked_add((digit - b'0').into()));
                    length = next.ok_or(fail("HPE_INVALID_CONTENT_LENGTH", "Content-Length overflow"))?;
                }
                self.flags.length = Some(length);
            }
        }
        self.fields.push(range);
        self.state = State::Field;
        Ok(())
    }

    /// Head or trailers are complete.
    fn end_head(&mut self) -> Option<Event> {
        self.head_len = 0;
        if self.flags.trailing {
            self.state = State::Complete;
            return None;
        }
        let offers = self.flags.upgrade && self.flags.connection_upgrade;
        let is_connect = self.is_connect();
        self.is_upgrade = if offers { self.kind == Kind::Request || self.status == 101 } else { is_connect };
        self.state = State::AfterHead;
        Some(Event::Head)
    }

    fn after_head(&mut self) -> Result<(), Failure> {
        let flags = self.flags;
        let is_connect = self.is_connect();
        let has_body = flags.chunked || flags.length.is_some_and(|length| length > 0) || is_connect;
        let never_has_one = self.kind == Kind::Response && (self.status / 100 == 1 || matches!(self.status, 204 | 304));
        self.state = if self.is_upgrade && (is_connect || !has_body) || flags.no_body || never_has_one {
            State::Complete
        } else if flags.chunked {
            State::ChunkStart
        } else if flags.transfer_encoding {
            if self.kind == Kind::Request
                && !self.allows(lenient::CHUNKED_LENGTH)
                && !self.allows(lenient::TRANSFER_ENCODING)
            {
                return Err(fail("HPE_INVALID_TRANSFER_ENCODING", "Request has invalid `Transfer-Encoding`"));
            }
            State::UntilEnd
        } else if let Some(length) = flags.length {
            State::Sized(length)
        } else if self.needs_end() {
            State::UntilEnd
        } else {
            State::Complete
        };
        if self.state == State::UntilEnd {
            self.at_end = AtEnd::Completes;
        }
        Ok(())
    }

    fn read_chunk(&mut self, byte: u8, at: &mut usize) -> Result<(), Failure> {
        let bad_size = fail("HPE_INVALID_CHUNK_SIZE", "Invalid character in chunk size");
        let bad_extension = fail("HPE_STRICT", "Invalid character in chunk extensions");
        if matches!(self.state, State::Extension | State::Quoted | State::QuotedPair | State::QuotedEnd)
            && byte != b'\r'
        {
            self.extensions_len += 1;
            if self.extensions_len > MAX_EXTENSIONS_LEN {
                return Err(fail("HPE_CHUNK_EXTENSIONS_OVERFLOW", "Chunk extensions overflow"));
            }
        }
        self.state = match (self.state, byte) {
            (State::ChunkStart, _) => {
                self.chunk_len = 0;
                self.chunk_digits = 0;
                self.extensions_len = 0;
                if !byte.is_ascii_hexdigit() {
                    return Err(bad_size);
                }
                self.state = State::ChunkSize;
                return Ok(());
            }
            (State::ChunkSize, _) if byte.is_ascii_hexdigit() => {
                if self.chunk_len > u64::MAX >> 4 {
                    return Err(fail("HPE_INVALID_CHUNK_SIZE", "Chunk size overflow"));
                }
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                self.chunk_len = self.chunk_len << 4 | u64::from(digit);
                State::ChunkSize
            }
            (State::ChunkSize | State::ChunkSpaces, b' ' | b'\t') if self.allows(lenient::SPACES_AFTER_CHUNK_SIZE) => {
                State::ChunkSpaces
            }
            (State::ChunkSize | State::ChunkSpaces, b';') => State::Extension,
            (State::ChunkSize | State::ChunkSpaces | State::Extension | State::QuotedEnd, b'\r') => State::ChunkLf,
            (State::ChunkSize | State::ChunkSpaces | State::Extension | State::QuotedEnd, b'\n') => {
                if !self.allows(lenient::OPTIONAL_CR_BEFORE_LF) {
                    let reason = match self.state {
                        State::ChunkSize | State::ChunkSpaces => "Missing expected CR after chunk size",
                        _ => "Missing expected CR after chunk extension name",
                    };
                    return Err(fail("HPE_CR_EXPECTED", reason));
                }
                self.state = State::ChunkLf;
                return Ok(());
            }
            (State::ChunkSize | State::ChunkSpaces, _) => return Err(bad_size),
            (State::Extension, b'"') => State::Quoted,
            (State::Extension, b'=' | b';') => State::Extension,
            (State::Extension, _) if is_token(byte) => State::Extension,
            (State::Quoted, b'"') => State::QuotedEnd,
            (State::Quoted, b'\\') => State::QuotedPair,
            (State::Quoted, _) if is_value(byte) => State::Quoted,
            (State::QuotedPair, _) if is_value(byte) => State::Quoted,
            (State::QuotedEnd, b';') => State::Extension,
            (State::Extension | State::Quoted | State::QuotedPair | State::QuotedEnd, _) => return Err(bad_extension),
            (State::ChunkLf, _) => {
                self.expect_lf(byte, at, fail("HPE_STRICT", "Expected LF after chunk size"))?;
                self.state = if self.chunk_len == 0 { State::Field } else { State::Chunk(self.chunk_len) };
                if self.chunk_len == 0 {
                    self.flags.trailing = true;
                    self.clear_text();
                }
                return Ok(());
            }
            (State::ChunkCr, b'\r') => State::ChunkDataLf,
            (State::ChunkCr, b'\n') if self.allows(lenient::OPTIONAL_CR_BEFORE_LF) => State::ChunkStart,
            (State::ChunkCr, _) if self.allows(lenient::OPTIONAL_CRLF_AFTER_CHUNK) => {
                self.state = State::ChunkStart;
                return Ok(());
            }
            (State::ChunkCr, b'\n') => return Err(fail("HPE_CR_EXPECTED", "Missing expected CR after chunk data")),
            (State::ChunkCr, _) => return Err(fail("HPE_STRICT", "Expected LF after chunk data")),
            (State::ChunkDataLf, _) => {
                self.expect_lf(byte, at, fail("HPE_STRICT", "Expected LF after chunk data"))?;
                self.state = State::ChunkStart;
                return Ok(());
            }
            (state, _) => state,
        };
        *at += 1;
        Ok(())
    }
}
