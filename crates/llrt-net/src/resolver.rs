//! Questions to name servers (RFC 1035): what the system's resolver does not answer.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, UdpSocket},
    time::timeout,
};

/// The port of name servers.
pub const DNS_PORT: u16 = 53;
const HEADER_BYTES: usize = 12;
const MAX_UDP_BYTES: usize = 4096;
const CLASS_IN: u16 = 1;

/// Whom to ask, and for how long.
#[derive(Clone, Debug)]
pub struct Resolver {
    /// The servers, the first one first.
    pub servers: Vec<SocketAddr>,
    /// How long the first try waits for an answer; each further one waits twice as long as the one before.
    pub timeout: Duration,
    /// The longest that one try waits.
    pub max_timeout: Option<Duration>,
    /// How often each server is asked.
    pub tries: u32,
    /// The address to ask servers with IPv4 from.
    pub local_ipv4: Option<Ipv4Addr>,
    /// The address to ask servers with IPv6 from.
    pub local_ipv6: Option<Ipv6Addr>,
}

/// Types of records, by their numbers.
#[expect(missing_docs, reason = "they are called what the RFCs call them")]
pub mod kind {
    pub const A: u16 = 1;
    pub const NS: u16 = 2;
    pub const CNAME: u16 = 5;
    pub const SOA: u16 = 6;
    pub const PTR: u16 = 12;
    pub const MX: u16 = 15;
    pub const TXT: u16 = 16;
    pub const AAAA: u16 = 28;
    pub const SRV: u16 = 33;
    pub const NAPTR: u16 = 35;
    pub const TLSA: u16 = 52;
    pub const ANY: u16 = 255;
    pub const CAA: u16 = 257;
}

/// A record of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// How many seconds it may be kept.
    pub ttl: u32,
    /// What it says.
    pub data: Data,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are called what the RFCs call them")]
pub enum Data {
    Address(IpAddr),
    Cname(String),
    Ns(String),
    Ptr(String),
    Mx { priority: u16, exchange: String },
    Txt(Vec<Vec<u8>>),
    Srv { priority: u16, weight: u16, port: u16, name: String },
    Soa { nsname: String, hostmaster: String, serial: u32, refresh: u32, retry: u32, expire: u32, minttl: u32 },
    Caa { critical: u8, tag: String, value: Vec<u8> },
    Naptr { order: u16, preference: u16, flags: Vec<u8>, service: Vec<u8>, regexp: Vec<u8>, replacement: String },
    Tlsa { usage: u8, selector: u8, matching: u8, data: Vec<u8> },
}

impl Data {
    /// The number of its type.
    pub fn kind(&self) -> u16 {
        match self {
            Self::Address(IpAddr::V4(_)) => kind::A,
            Self::Address(IpAddr::V6(_)) => kind::AAAA,
            Self::Cname(_) => kind::CNAME,
            Self::Ns(_) => kind::NS,
            Self::Ptr(_) => kind::PTR,
            Self::Mx { .. } => kind::MX,
            Self::Txt(_) => kind::TXT,
            Self::Srv { .. } => kind::SRV,
            Self::Soa { .. } => kind::SOA,
            Self::Caa { .. } => kind::CAA,
            Self::Naptr { .. } => kind::NAPTR,
            Self::Tlsa { .. } => kind::TLSA,
        }
    }
}

/// Why there is no answer. The codes are those of Node.js (and c-ares).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct QueryError(pub &'static str);

const BAD_RESPONSE: QueryError = QueryError("EBADRESP");
const TIMED_OUT: QueryError = QueryError("ETIMEOUT");
const REFUSED: QueryError = QueryError("ECONNREFUSED");

impl Resolver {
    /// One that asks the system's name servers.
    pub fn system() -> Self {
        let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
        Self { servers: name_servers(&text), ..Self::asking(Vec::new()) }
    }

    /// One that asks these, as patiently as Node.js does.
    pub fn asking(servers: Vec<SocketAddr>) -> Self {
        Self {
            servers,
            timeout: Duration::from_secs(2),
            max_timeout: None,
            tries: 4,
            local_ipv4: None,
            local_ipv6: None,
        }
    }

    /// The records of this type that a name has, or of all types with [`kind::ANY`].
    ///
    /// # Errors
    /// [`QueryError`]: the name does not exist (`ENOTFOUND`), has no such record (`ENODATA`), nobody answers (`ETIMEOUT`), ...
    pub async fn query(&self, name: &str, kind: u16) -> Result<Vec<Record>, QueryError> {
        let name = name.strip_suffix('.').unwrap_or(name);
        // RFC 7686: nobody is asked.
        if name.eq_ignore_ascii_case("onion") || name.to_ascii_lowercase().ends_with(".onion") {
            return Err(QueryError("ENOTFOUND"));
        }
        // Unpredictable, so that nobody else can answer: a hasher without input has nothing but its keys, which are random.
        let id = RandomState::new().build_hasher().finish() as u16;
        let question = encode(id, name, kind).ok_or(QueryError("EBADNAME"))?;
        let mut failed = REFUSED;
        for attempt in 0..self.tries.max(1) {
            let mut wait = self.timeout.saturating_mul(1 << attempt.min(16));
            if let Some(max) = self.max_timeout {
                wait = wait.min(max);
            }
            for server in &self.servers {
                match timeout(wait, self.ask(*server, &question)).await {
                    Err(_) => failed = TIMED_OUT,
                    Ok(Err(_)) => failed = REFUSED,
                    Ok(Ok(answer)) => match decode(&answer, kind) {
                        // Another server may know.
                        Err(error @ QueryError("ESERVFAIL" | "ENOTIMP" | "EREFUSED")) => failed = error,
                        result => return result,
                    },
                }
            }
            if failed != TIMED_OUT {
                break;
            }
        }
        Err(failed)
    }

    fn local(&self, server: SocketAddr) -> SocketAddr {
        match server {
            SocketAddr::V4(_) => (self.local_ipv4.unwrap_or(Ipv4Addr::UNSPECIFIED), 0).into(),
            SocketAddr::V6(_) => (self.local_ipv6.unwrap_or(Ipv6Addr::UNSPECIFIED), 0).into(),
        }
    }

    async fn ask(&self, server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
        let socket = UdpSocket::bind(self.local(server)).await?;
        socket.connect(server).await?;
        socket.send(question).await?;
        let mut answer = vec![0; MAX_UDP_BYTES];
        loop {
            let count = socket.recv(&mut answer).await?;
            if is_answer_to(question, &answer[..count]) {
                answer.truncate(count);
                break;
            }
        }
        // Cut off: the whole comes over TCP.
        if answer[2] & 2 != 0 { self.ask_over_tcp(server, question).await } else { Ok(answer) }
    }

    async fn ask_over_tcp(&self, server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
        let socket = if server.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.bind(self.local(server))?;
        let mut stream = socket.connect(server).await?;
        let length = u16::try_from(question.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        stream.write_all(&[&length.to_be_bytes(), question].concat()).await?;
        let length = stream.read_u16().await?;
        let mut answer = vec![0; length.into()];
        stream.read_exact(&mut answer).await?;
        if is_answer_to(question, &answer) { Ok(answer) } else { Err(io::ErrorKind::InvalidData.into()) }
    }
}

/// The servers that a `resolv.conf` names; this machine when it names none.
fn name_servers(text: &str) -> Vec<SocketAddr> {
    let address = |line: &str| {
        let rest = line.trim_start().strip_prefix("nameserver")?;
        if !rest.starts_with([' ', '\t']) {
            return None;
        }
        crate::parse_address(rest.split_whitespace().next()?, DNS_PORT)
    };
    let servers: Vec<_> = text.lines().filter_map(address).collect();
    if servers.is_empty() { vec![(Ipv4Addr::LOCALHOST, DNS_PORT).into()] } else { servers }
}

/// The name under which an address is asked for.
pub fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let nibbles = address.octets().into_iter().rev().flat_map(|byte| [byte & 15, byte >> 4]);
            nibbles.map(|nibble| format!("{nibble:x}.")).collect::<String>() + "ip6.arpa"
        }
    }
}

/// The names that the system's list of hosts has for an address.
pub fn names_in_hosts(address: IpAddr) -> Vec<String> {
    let text = std::fs::read_to_string("/etc/hosts").unwrap_or_default();
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().split_whitespace());
    let of_address = lines.filter_map(|mut words| (words.next()?.parse() == Ok(address)).then_some(words));
    of_address.flatten().map(str::to_owned).collect()
}

/// A query. `None` when the name cannot be one.
fn encode(id: u16, name: &str, kind: u16) -> Option<Vec<u8>> {
    const RECURSION_DESIRED: u16 = 0x100;
    let mut bytes = Vec::with_capacity(HEADER_BYTES + name.len() + 6);
    for word in [id, RECURSION_DESIRED, 1, 0, 0, 0] {
        bytes.extend(word.to_be_bytes());
    }
    if !name.is_empty() {
        for label in name.split('.') {
            let length = u8::try_from(label.len()).ok().filter(|length| (1..64).contains(length))?;
            bytes.push(length);
            bytes.extend(label.bytes());
        }
    }
    bytes.push(0);
    if bytes.len() > HEADER_BYTES + 255 {
        return None;
    }
    bytes.extend(kind.to_be_bytes());
    bytes.extend(CLASS_IN.to_be_bytes());
    Some(bytes)
}

/// Whether it has the question's number and text.
fn is_answer_to(question: &[u8], answer: &[u8]) -> bool {
    let text = &question[HEADER_BYTES..];
    answer.get(..2) == question.get(..2)
        && answer.get(2).is_some_and(|flags| flags & 0x80 != 0)
        && answer.get(HEADER_BYTES..HEADER_BYTES + text.len()).is_some_and(|asked| asked.eq_ignore_ascii_case(text))
}

fn decode(answer: &[u8], kind: u16) -> Result<Vec<Record>, QueryError> {
    let code = match answer.get(3).ok_or(BAD_RESPONSE)? & 15 {
        0 => None,
        1 => Some("EFORMERR"),
        2 => Some("ESERVFAIL"),
        3 => Some("ENOTFOUND"),
        4 => Some("ENOTIMP"),
        _ => Some("EREFUSED"),
    };
    if let Some(code) = code {
        return Err(QueryError(code));
    }
    let records = records(answer).ok_or(BAD_RESPONSE)?;
    let wanted: Vec<_> = records.into_iter().filter(|record| kind == kind::ANY || record.data.kind() == kind).collect();
    if wanted.is_empty() { Err(QueryError("ENODATA")) } else { Ok(wanted) }
}

/// The records of the answer section that are known here. `None` when it is malformed.
fn records(answer: &[u8]) -> Option<Vec<Record>> {
    let mut reader = Reader { bytes: answer, at: 4 };
    let (questions, answers) = (reader.u16()?, reader.u16()?);
    reader.at = HEADER_BYTES;
    for _ in 0..questions {
        reader.name()?;
        reader.take(4)?;
    }
    let mut records = Vec::new();
    for _ in 0..answers {
        reader.name()?;
        let (kind, class, ttl, length) = (reader.u16()?, reader.u16()?, reader.u32()?, reader.u16()?);
        let end = reader.at + usize::from(length);
        if end > answer.len() {
            return None;
        }
        // Names in it may point to what came before.
        let mut inner = Reader { bytes: &answer[..end], at: reader.at };
        reader.at = end;
        if class == CLASS_IN
            && let Some(data) = inner.data(kind)?
        {
            records.push(Record { ttl, data });
        }
    }
    Some(records)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn rest(&mut self) -> Vec<u8> {
        let rest = self.bytes[self.at..].to_vec();
        self.at = self.bytes.len();
        rest
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_be_bytes)
    }

    /// Bytes with their length before them.
    fn text(&mut self) -> Option<Vec<u8>> {
        let length = self.u8()?;
        self.take(length.into()).map(<[u8]>::to_vec)
    }

    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        let mut at = self.at;
        let mut after = None;
        // A name has at most 127 labels; pointers could go in circles.
        for _ in 0..255 {
            let length = *self.bytes.get(at)?;
            match length >> 6 {
                0 if length == 0 => {
                    self.at = after.unwrap_or(at + 1);
                    return Some(name);
                }
                0 => {
                    let label = self.bytes.get(at + 1..at + 1 + usize::from(length))?;
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(&String::from_utf8_lossy(label));
                    at += 1 + usize::from(length);
                }
                3 => {
                    let low = *self.bytes.get(at + 1)?;
                    after = after.or(Some(at + 2));
                    at = usize::from(length & 0x3f) << 8 | usize::from(low);
                }
                _ => return None,
            }
        }
        None
    }

    /// `Some(None)` for a type that is not known.
    fn data(&mut self, kind: u16) -> Option<Option<Data>> {
        Some(Some(match kind {
            kind::A => Data::Address(IpAddr::from(<[u8; 4]>::try_from(self.take(4)?).ok()?)),
            kind::AAAA => Data::Address(IpAddr::from(<[u8; 16]>::try_from(self.take(16)?).ok()?)),
            kind::CNAME => Data::Cname(self.name()?),
            kind::NS => Data::Ns(self.name()?),
            kind::PTR => Data::Ptr(self.name()?),
            kind::MX => Data::Mx { priority: self.u16()?, exchange: self.name()? },
            kind::TXT => {
                let mut entries = Vec::new();
                while self.at < self.bytes.len() {
                    entries.push(self.text()?);
                }
                Data::Txt(entries)
            }
            kind::SRV => {
                Data::Srv { priority: self.u16()?, weight: self.u16()?, port: self.u16()?, name: self.name()? }
            }
            kind::SOA => Data::Soa {
                nsname: self.name()?,
                hostmaster: self.name()?,
                serial: self.u32()?,
                refresh: self.u32()?,
                retry: self.u32()?,
                expire: self.u32()?,
                minttl: self.u32()?,
            },
            kind::CAA => Data::Caa {
                critical: self.u8()?,
                tag: String::from_utf8_lossy(&self.text()?).into_owned(),
                value: self.rest(),
            },
            kind::NAPTR => Data::Naptr {
                order: self.u16()?,
                preference: self.u16()?,
                flags: self.text()?,
                service: self.text()?,
                regexp: self.text()?,
                replacement: self.name()?,
            },
            kind::TLSA => {
                Data::Tlsa { usage: self.u8()?, selector: self.u8()?, matching: self.u8()?, data: self.rest() }
            }
            _ => return Some(None),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer to `question` with these records (type, data), whose names all point to the question's.
    fn answer(question: &[u8], flags: u8, records: &[(u16, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = question.to_vec();
        bytes[2] |= 0x80;
        bytes[3] = flags;
        bytes[7] = records.len() as u8;
        for (kind, data) in records {
            bytes.extend([0xc0, HEADER_BYTES as u8]);
            bytes.extend(kind.to_be_bytes());
            bytes.extend([0, 1, 0, 0, 0, 60]);
            bytes.extend((data.len() as u16).to_be_bytes());
            bytes.extend(data);
        }
        bytes
    }

    /// A server that answers each question with what `reply` makes of it, `None` with silence.
    async fn server(reply: impl Fn(&[u8]) -> Option<Vec<u8>> + 'static) -> (SocketAddr, impl Future<Output = ()>) {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let serve = async move {
            let mut buffer = [0; 1024];
            loop {
                let (count, from) = socket.recv_from(&mut buffer).await.unwrap();
                if let Some(reply) = reply(&buffer[..count]) {
                    socket.send_to(&reply, from).await.unwrap();
                }
            }
        };
        (address, serve)
    }

    async fn ask(
        servers: Vec<SocketAddr>,
        serve: impl Future<Output = ()>,
        kind: u16,
    ) -> Result<Vec<Record>, QueryError> {
        let resolver = Resolver { timeout: Duration::from_millis(50), tries: 2, ..Resolver::asking(servers) };
        tokio::select! {
            () = serve => unreachable!("it serves for ever"),
            result = resolver.query("example.org", kind) => result,
        }
    }

    #[tokio::test]
    async fn records_are_decoded_with_the_names_they_point_to() {
        let (address, serve) = server(|question| {
            let name = vec![0xc0, HEADER_BYTES as u8];
            let mx = [vec![0, 10, 1, b'm'], name].concat();
            let records =
                [(kind::A, vec![1, 2, 3, 4]), (kind::MX, mx), (kind::TXT, b"\x02ab\x01c".to_vec()), (99, vec![1])];
            Some(answer(question, 0, &records))
        })
        .await;
        let found = ask(vec![address], serve, kind::ANY).await.unwrap();
        let data: Vec<_> = found.into_iter().map(|record| record.data).collect();
        assert_eq!(
            data,
            [
                Data::Address([1, 2, 3, 4].into()),
                Data::Mx { priority: 10, exchange: "m.example.org".into() },
                Data::Txt(vec![b"ab".to_vec(), b"c".to_vec()])
            ]
        );
    }

    #[tokio::test]
    async fn refusals_have_their_codes_and_silence_times_out() {
        for (flags, code) in [(1, "EFORMERR"), (2, "ESERVFAIL"), (3, "ENOTFOUND"), (5, "EREFUSED"), (0, "ENODATA")] {
            let (address, serve) = server(move |question| Some(answer(question, flags, &[]))).await;
            assert_eq!(ask(vec![address], serve, kind::A).await, Err(QueryError(code)));
        }
        let (address, serve) = server(|_| None).await;
        assert_eq!(ask(vec![address], serve, kind::A).await, Err(TIMED_OUT));
    }

    #[tokio::test]
    async fn the_next_server_is_asked_when_one_fails() {
        let (bad, first) = server(|question| Some(answer(question, 2, &[]))).await;
        let (good, second) = server(|question| Some(answer(question, 0, &[(kind::A, vec![1, 1, 1, 1])]))).await;
        let both = async { tokio::join!(first, second).0 };
        assert_eq!(ask(vec![bad, good], both, kind::A).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn an_answer_to_another_question_is_none() {
        let (address, serve) = server(|question| {
            let mut other = answer(question, 0, &[(kind::A, vec![1, 1, 1, 1])]);
            other[0] ^= 1;
            Some(other)
        })
        .await;
        assert_eq!(ask(vec![address], serve, kind::A).await, Err(TIMED_OUT));
    }

    #[tokio::test]
    async fn names_that_are_none_are_not_asked_for() {
        let resolver = Resolver::asking(vec![]);
        assert_eq!(resolver.query("a..b", kind::A).await, Err(QueryError("EBADNAME")));
        assert_eq!(resolver.query(&"a".repeat(64), kind::A).await, Err(QueryError("EBADNAME")));
        assert_eq!(resolver.query("x.onion", kind::A).await, Err(QueryError("ENOTFOUND")));
        assert_eq!(resolver.query("example.org", kind::A).await, Err(REFUSED));
    }

    #[test]
    fn malformed_answers_are_refused() {
        let question = encode(1, "a.b", kind::A).unwrap();
        let whole = answer(&question, 0, &[(kind::A, vec![1, 2, 3, 4])]);
        for length in HEADER_BYTES..whole.len() {
            assert!(records(&whole[..length]).is_none_or(|records| records.is_empty()), "{length}");
        }
        let mut circle = whole.clone();
        let at = question.len();
        circle[at + 1] = at as u8;
        assert_eq!(records(&circle), None);
    }

    #[test]
    fn servers_and_reverse_names_are_read() {
        let servers = name_servers("# x\nnameserver 1.2.3.4\nnameserver\t::1 \nsearch a\nnameserverx 9.9.9.9\n");
        assert_eq!(servers, ["1.2.3.4:53".parse().unwrap(), "[::1]:53".parse().unwrap()]);
        assert_eq!(name_servers(""), ["127.0.0.1:53".parse().unwrap()]);
        assert_eq!(reverse_name([1, 2, 3, 4].into()), "4.3.2.1.in-addr.arpa");
        assert!(reverse_name(Ipv6Addr::LOCALHOST.into()).starts_with("1.0.0."));
    }
}
