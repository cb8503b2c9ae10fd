//! One side of a TLS connection as a machine of bytes: ciphertext in and out, plaintext in and out.

use std::{
    cell::RefCell,
    collections::VecDeque,
    fmt,
    io::{BufRead, Write},
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
};

use llrt_tls::{
    chain::Purpose,
    rustls::{
        self, CipherSuite, ClientConnection, Error, HandshakeKind, KeyLog, ProtocolVersion, ServerConnection,
        pki_types::{CertificateDer, ServerName},
        server::{Accepted, Acceptor},
    },
    take_ocsp_response,
};
use rquickjs::{JsLifetime, class::Trace};

use crate::{
    context::{Identities, Inner},
    error::Failure,
    session::{Link, Store},
};

/// What feeding bytes has led to; several may be true.
pub(crate) mod event {
    /// A server has seen the client's first message and waits for a context.
    pub(crate) const HELLO: u32 = 1;
    /// The handshake is over.
    pub(crate) const SECURE: u32 = 2;
    /// There is plaintext to read.
    pub(crate) const DATA: u32 = 4;
    /// The peer has closed its side properly.
    pub(crate) const END: u32 = 8;
    /// There are lines for a key log.
    pub(crate) const KEYS: u32 = 16;
    /// There is a session to resume.
    pub(crate) const SESSION: u32 = 32;
}

const HANDSHAKE_FAILURE: u8 = 40;

/// The native half of a `TLSSocket`.
#[derive(Trace, JsLifetime)]
#[rquickjs::class(rename = "Connection")]
pub(crate) struct Connection {
    #[qjs(skip_trace)]
    pub(crate) inner: RefCell<Machine>,
}

pub(crate) struct Machine {
    side: Side,
    pub(crate) context: Option<Rc<Inner>>,
    pub(crate) identities: Option<Arc<Identities>>,
    pub(crate) sessions: Option<Arc<Store>>,
    resumes: Option<Arc<Store>>,
    sessions_seen: u32,
    keys: Arc<KeyLines>,
    is_server: bool,
    is_secure: bool,
    /// What came after the client's first message.
    held: Vec<u8>,
    first_bytes: Vec<u8>,
    /// Written before there was a connection to write it to.
    unwritten: Vec<u8>,
    alert: Vec<u8>,
    plaintext: VecDeque<Vec<u8>>,
    max_fragment: usize,
    ocsp_response: Option<Vec<u8>>,
    ends: bool,
}

enum Side {
    Accepting(Box<Acceptor>),
    Hello(Box<Accepted>),
    Live(Box<rustls::Connection>),
    Gone,
}

impl Machine {
    fn new(side: Side, is_server: bool, logs_keys: bool) -> Self {
        Self {
            side,
            context: None,
            identities: None,
            sessions: None,
            resumes: None,
            sessions_seen: 0,
            keys: Arc::new(KeyLines { enabled: logs_keys, lines: Mutex::default() }),
            is_server,
            is_secure: false,
            held: Vec::new(),
            first_bytes: Vec::new(),
            unwritten: Vec::new(),
            alert: Vec::new(),
            plaintext: VecDeque::new(),
            max_fragment: usize::MAX,
            ocsp_response: None,
            ends: false,
        }
    }

    pub(crate) fn client(
        context: Rc<Inner>,
        server_name: Option<String>,
        alpn: Vec<Vec<u8>>,
        resumes: Option<Arc<Store>>,
        logs_keys: bool,
    ) -> Result<Self, Failure> {
        let mut machine = Self::new(Side::Gone, false, logs_keys);
        let name = server_name.and_then(|name| ServerName::try_from(name).ok());
        let sni = matches!(name, Some(ServerName::DnsName(_)));
        let name = name.unwrap_or(ServerName::IpAddress(std::net::Ipv4Addr::UNSPECIFIED.into()));
        let sessions = Store::new();
        let link = Link { source: resumes.clone(), target: Arc::clone(&sessions) };
        let key_log = Arc::clone(&machine.keys) as _;
        let config = context.client_config(alpn, sni, Arc::new(link), key_log)?;
        let connection = ClientConnection::new(Arc::new(config), name);
        let mut connection = connection.map_err(|error| Failure::of_connection(&error, &[], false))?;
        connection.set_buffer_limit(None);
        machine.side = Side::Live(Box::new(connection.into()));
        machine.context = Some(context);
        machine.sessions = Some(sessions);
        machine.resumes = resumes;
        Ok(machine)
    }

    pub(crate) fn server(logs_keys: bool) -> Self {
        Self::new(Side::Accepting(Box::default()), true, logs_keys)
    }

    /// What the client asks for; `None` before it did, and after it was answered.
    pub(crate) fn hello(&self) -> Option<rustls::server::ClientHello<'_>> {
        match &self.side {
            Side::Hello(accepted) => Some(accepted.client_hello()),
            _ => None,
        }
    }

    /// Goes on with the handshake.
    pub(crate) fn accept(
        &mut self,
        context: Rc<Inner>,
        alpn: Vec<Vec<u8>>,
        request_certificate: bool,
        require_certificate: bool,
        ocsp_response: Option<Vec<u8>>,
    ) -> Result<u32, Failure> {
        let Side::Hello(accepted) = std::mem::replace(&mut self.side, Side::Gone) else { return Ok(0) };
        let hello = accepted.client_hello();
        if !context.can_sign(hello.signature_schemes()) {
            self.refuse(HANDSHAKE_FAILURE);
            let is_13 = |suite: &CipherSuite| u16::from(*suite) >> 8 == 0x13;
            let to_tls13 = hello.cipher_suites().iter().any(is_13);
            return Err(Failure::no_certificate(!context.identities.is_empty(), to_tls13));
        }
        let key_log = Arc::clone(&self.keys) as _;
        let (config, identities) =
            context.server_config(alpn, request_certificate, require_certificate, ocsp_response, key_log)?;
        let connection = accepted.into_connection(Arc::new(config)).map_err(|(error, mut alert)| {
            // Writing to memory does not fail.
            let _ = alert.write(&mut self.alert);
            Failure::of_connection(&error, &self.first_bytes, true)
        })?;
        self.live(connection);
        self.context = Some(context);
        self.identities = Some(identities);
        let held = std::mem::take(&mut self.held);
        self.feed(&held)
    }

    fn live(&mut self, mut connection: ServerConnection) {
        connection.set_buffer_limit(None);
        self.side = Side::Live(Box::new(connection.into()));
        let unwritten = std::mem::take(&mut self.unwritten);
        self.write(&unwritten);
    }

    /// Ends the handshake of a client whose first message leads nowhere.
    pub(crate) fn refuse(&mut self, alert: u8) {
        const FATAL: u8 = 2;
        self.side = Side::Gone;
        self.alert.extend_from_slice(&[21, 3, 3, 0, 2, FATAL, alert]);
    }

    /// Takes ciphertext in; the result says what there is now.
    pub(crate) fn feed(&mut self, mut input: &[u8]) -> Result<u32, Failure> {
        if self.first_bytes.len() < 8 {
            self.first_bytes.extend(input.iter().take(8));
        }
        while !input.is_empty() {
            match &mut self.side {
                Side::Accepting(acceptor) => {
                    // Reading from memory fails only when the message is too long, which `accept` says better.
                    let _ = acceptor.read_tls(&mut input);
                    match acceptor.accept() {
                        Ok(None) => {}
                        Ok(Some(accepted)) => self.side = Side::Hello(Box::new(accepted)),
                        Err((error, mut alert)) => {
                            let _ = alert.write(&mut self.alert);
                            self.side = Side::Gone;
                            return Err(Failure::of_connection(&error, &self.first_bytes, true));
                        }
                    }
                }
                Side::Hello(_) => {
                    self.held.extend_from_slice(input);
                    input = &[];
                }
                Side::Live(connection) => {
                    let _ = connection.read_tls(&mut input);
                    self.process()?;
                }
                Side::Gone => break,
            }
        }
        if matches!(self.side, Side::Live(_)) {
            self.process()?;
        }
        Ok(self.events())
    }

    fn process(&mut self) -> Result<(), Failure> {
        let Side::Live(connection) = &mut self.side else { return Ok(()) };
        let state = connection.process_new_packets();
        if let Some(response) = take_ocsp_response() {
            self.ocsp_response = Some(response);
        }
        let mut reader = connection.reader();
        // Record by record. It ends with `WouldBlock`, or without a proper close.
        while let Ok(record @ [_, ..]) = reader.fill_buf() {
            let len = record.len();
            self.plaintext.push_back(record.to_vec());
            reader.consume(len);
        }
        match state {
            Ok(state) => {
                self.ends |= state.peer_has_closed();
                Ok(())
            }
            Err(error) => {
                if matches!(error, Error::NoCertificatesPresented)
                    && connection.protocol_version() == Some(ProtocolVersion::TLSv1_2)
                {
                    // rustls's alert is of TLS 1.3 only.
                    self.refuse(HANDSHAKE_FAILURE);
                }
                Err(Failure::of_connection(&error, &self.first_bytes, self.is_server))
            }
        }
    }

    fn events(&mut self) -> u32 {
        let mut events = 0;
        if matches!(self.side, Side::Hello(_)) {
            events |= event::HELLO;
        }
        if !self.is_secure && matches!(&self.side, Side::Live(connection) if !connection.is_handshaking()) {
            self.is_secure = true;
            events |= event::SECURE;
        }
        if !self.plaintext.is_empty() {
            events |= event::DATA;
        }
        if self.ends {
            events |= event::END;
        }
        if !self.keys.is_empty() {
            events |= event::KEYS;
        }
        if let Some(sessions) = &self.sessions
            && sessions.received() > self.sessions_seen
        {
            match (&self.resumes, &self.side) {
                // They belong to the session that was resumed.
                (Some(resumed), Side::Live(connection))
                    if connection.handshake_kind() == Some(HandshakeKind::Resumed) =>
                {
                    sessions.move_to(resumed);
                    self.sessions_seen = sessions.received();
                }
                _ => events |= event::SESSION,
            }
        }
        events
    }

    /// What the server has sent of OCSP.
    pub(crate) fn take_ocsp_response(&mut self) -> Option<Vec<u8>> {
        self.ocsp_response.take()
    }

    /// The plaintext that has come.
    pub(crate) fn read(&mut self) -> Option<Vec<u8>> {
        self.plaintext.pop_front()
    }

    /// Takes plaintext; what becomes of it is [`take`](Self::take)n.
    pub(crate) fn write(&mut self, plaintext: &[u8]) {
        match &mut self.side {
            Side::Live(connection) => {
                for piece in plaintext.chunks(self.max_fragment) {
                    // There is no limit that it could fail at.
                    let _ = connection.writer().write_all(piece);
                }
            }
            _ => self.unwritten.extend_from_slice(plaintext),
        }
    }

    pub(crate) fn set_max_fragment(&mut self, len: usize) {
        self.max_fragment = len;
    }

    /// Says that nothing more will be written.
    pub(crate) fn close(&mut self) {
        if let Side::Live(connection) = &mut self.side {
            connection.send_close_notify();
        }
    }

    /// The ciphertext that is to be sent.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let mut output = std::mem::take(&mut self.alert);
        if let Side::Live(connection) = &mut self.side {
            while connection.wants_write() {
                // Writing to memory does not fail.
                if connection.write_tls(&mut output).is_err() {
                    break;
                }
            }
        }
        output
    }

    /// Lines of the key log since the last call.
    pub(crate) fn key_lines(&self) -> Vec<String> {
        self.keys.take()
    }

    /// The names of sessions since the last call.
    pub(crate) fn new_sessions(&mut self) -> Vec<Vec<u8>> {
        let Some(store) = &self.sessions else { return Vec::new() };
        let received = store.received();
        let names = (self.sessions_seen + 1..=received).map(|count| store.name(count)).collect();
        self.sessions_seen = received;
        names
    }

    /// The connection, once there is one.
    pub(crate) fn live_connection(&mut self) -> Option<&mut rustls::Connection> {
        match &mut self.side {
            Side::Live(connection) => Some(connection),
            _ => None,
        }
    }

    /// The peer's certificates, its own first.
    pub(crate) fn peer_certificates(&self) -> &[CertificateDer<'static>] {
        match &self.side {
            Side::Live(connection) => connection.peer_certificates().unwrap_or_default(),
            _ => &[],
        }
    }

    /// What OpenSSL would say about the peer's certificates: a code and its words.
    pub(crate) fn verify(&self) -> Result<(), llrt_tls::TlsError> {
        let certificates = self.peer_certificates();
        let Some(context) = &self.context else { return Ok(()) };
        if certificates.is_empty() {
            return Ok(());
        }
        let purpose = if self.is_server { Purpose::Client } else { Purpose::Server };
        context.trust.verify(certificates, purpose, rustls::pki_types::UnixTime::now())
    }
}

/// Lines in the format of NSS's key log.
struct KeyLines {
    enabled: bool,
    lines: Mutex<Vec<String>>,
}

impl KeyLines {
    fn with<R>(&self, look: impl FnOnce(&mut Vec<String>) -> R) -> R {
        look(&mut self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_empty(&self) -> bool {
        self.with(|lines| lines.is_empty())
    }

    fn take(&self) -> Vec<String> {
        self.with(std::mem::take)
    }
}

impl fmt::Debug for KeyLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyLines").finish_non_exhaustive()
    }
}

impl KeyLog for KeyLines {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        // No early data is sent, and OpenSSL does not tell of its secret then.
        if label == "CLIENT_EARLY_TRAFFIC_SECRET" {
            return;
        }
        let hex = |bytes| hex_simd::encode_to_string(bytes, hex_simd::AsciiCase::Lower);
        self.with(|lines| lines.push(format!("{label} {} {}\n", hex(client_random), hex(secret))));
    }

    fn will_log(&self, _label: &str) -> bool {
        self.enabled
    }
}
