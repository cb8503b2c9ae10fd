//! Header compression. RFC 7541.

use std::collections::VecDeque;

use super::huffman;

/// A field of a header block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
    /// No table may ever hold it.
    pub(crate) sensitive: bool,
}

/// The block cannot be decoded: the connection is lost.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

const STATIC: [(&str, &str); 61] = [
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
    (":status", "204"),
    (":status", "206"),
    (":status", "304"),
    (":status", "400"),
    (":status", "404"),
    (":status", "500"),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", ""),
    ("accept-ranges", ""),
    ("accept", ""),
    ("access-control-allow-origin", ""),
    ("age", ""),
    ("allow", ""),
    ("authorization", ""),
    ("cache-control", ""),
    ("content-disposition", ""),
    ("content-encoding", ""),
    ("content-language", ""),
    ("content-length", ""),
    ("content-location", ""),
    ("content-range", ""),
    ("content-type", ""),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("expect", ""),
    ("expires", ""),
    ("from", ""),
    ("host", ""),
    ("if-match", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("if-range", ""),
    ("if-unmodified-since", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("max-forwards", ""),
    ("proxy-authenticate", ""),
    ("proxy-authorization", ""),
    ("range", ""),
    ("referer", ""),
    ("refresh", ""),
    ("retry-after", ""),
    ("server", ""),
    ("set-cookie", ""),
    ("strict-transport-security", ""),
    ("transfer-encoding", ""),
    ("user-agent", ""),
    ("vary", ""),
    ("via", ""),
    ("www-authenticate", ""),
];

/// What an entry counts beside its text.
const OVERHEAD: usize = 32;
/// The size of a table that nobody has agreed on.
pub(crate) const DEFAULT_TABLE_SIZE: usize = 4096;

#[derive(Debug)]
struct Table {
    entries: VecDeque<(Vec<u8>, Vec<u8>)>,
    size: usize,
    max_size: usize,
}

impl Table {
    fn new() -> Self {
        Self { entries: VecDeque::new(), size: 0, max_size: DEFAULT_TABLE_SIZE }
    }

    fn insert(&mut self, name: &[u8], value: &[u8]) {
        let len = name.len() + value.len() + OVERHEAD;
        self.shrink_to(self.max_size.saturating_sub(len));
        if len <= self.max_size {
            self.size += len;
            self.entries.push_front((name.to_vec(), value.to_vec()));
        }
    }

    fn shrink_to(&mut self, size: usize) {
        while self.size > size {
            let Some((name, value)) = self.entries.pop_back() else { return };
            self.size -= name.len() + value.len() + OVERHEAD;
        }
    }

    fn set_max_size(&mut self, size: usize) {
        self.max_size = size;
        self.shrink_to(size);
    }

    fn get(&self, index: usize) -> Option<(&[u8], &[u8])> {
        match STATIC.get(index.checked_sub(1)?) {
            Some((name, value)) => Some((name.as_bytes(), value.as_bytes())),
            None => self.entries.get(index - 1 - STATIC.len()).map(|(name, value)| (&name[..], &value[..])),
        }
    }

    /// The index of the field, or else of its name.
    fn find(&self, name: &[u8], value: &[u8]) -> (usize, bool) {
        let mut of_name = 0;
        let fixed = STATIC.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        let dynamic = self.entries.iter().map(|(name, value)| (&name[..], &value[..]));
        for (place, (known, its)) in fixed.chain(dynamic).enumerate() {
            if known == name {
                if its == value {
                    return (place + 1, true);
                }
                if of_name == 0 {
                    of_name = place + 1;
                }
            }
        }
        (of_name, false)
    }
}

/// Writes header blocks.
#[derive(Debug)]
pub(crate) struct Encoder {
    table: Table,
    limit: usize,
    /// Sizes to announce in the next block: the smallest since the last one, and the last.
    resized: Option<(usize, usize)>,
}

impl Encoder {
    /// `limit` is the size that its table never exceeds, whatever the peer allows.
    pub(crate) fn new(limit: usize) -> Self {
        let mut encoder = Self { table: Table::new(), limit, resized: None };
        if limit < DEFAULT_TABLE_SIZE {
            encoder.resize(limit);
        }
        encoder
    }

    /// What the peer allows.
    pub(crate) fn resize(&mut self, size: usize) {
        let size = size.min(self.limit);
        if size != self.table.max_size || self.resized.is_some() {
            let smallest = self.resized.map_or(size, |(smallest, _)| smallest.min(size));
            self.resized = Some((smallest, size));
        }
        self.table.set_max_size(size);
    }

    pub(crate) fn table_size(&self) -> usize {
        self.table.size
    }

    pub(crate) fn encode(&mut self, headers: &[Header], out: &mut Vec<u8>) {
        if let Some((smallest, last)) = self.resized.take() {
            if smallest < last {
                integer(smallest, 5, 0x20, out);
            }
            integer(last, 5, 0x20, out);
        }
        for header in headers {
            self.field(header, out);
        }
    }

    fn field(&mut self, Header { name, value, sensitive }: &Header, out: &mut Vec<u8>) {
        let secret = *sensitive || name == b"authorization" || (name == b"cookie" && value.len() < 20);
        let (index, whole) = self.table.find(name, value);
        if whole && !secret {
            return integer(index, 7, 0x80, out);
        }
        let len = name.len() + value.len() + OVERHEAD;
        // Values that hardly ever come again.
        let unique: &[&[u8]] = &[
            b":path",
            b"age",
            b"content-length",
            b"etag",
            b"if-modified-since",
            b"if-none-match",
            b"location",
            b"set-cookie",
        ];
        if secret {
            integer(index, 4, 0x10, out);
        } else if unique.contains(&&name[..]) || len > self.table.max_size * 3 / 4 {
            integer(index, 4, 0, out);
        } else {
            integer(index, 6, 0x40, out);
            self.table.insert(name, value);
        }
        if index == 0 {
            string(name, out);
        }
        string(value, out);
    }
}

fn integer(value: usize, bits: u32, flags: u8, out: &mut Vec<u8>) {
    let most = (1 << bits) - 1;
    if value < most {
        return out.push(flags | value as u8);
    }
    out.push(flags | most as u8);
    let mut rest = value - most;
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

fn string(text: &[u8], out: &mut Vec<u8>) {
    let coded = huffman::encoded_len(text);
    if coded < text.len() {
        integer(coded, 7, 0x80, out);
        huffman::encode(text, out);
    } else {
        integer(text.len(), 7, 0, out);
        out.extend_from_slice(text);
    }
}

/// Reads header blocks.
#[derive(Debug)]
pub(crate) struct Decoder {
    table: Table,
    allowed: usize,
}

impl Decoder {
    pub(crate) fn new() -> Self {
        Self { table: Table::new(), allowed: DEFAULT_TABLE_SIZE }
    }

    /// The size that the peer has acknowledged.
    pub(crate) fn allow(&mut self, size: usize) {
        self.allowed = size;
        if size < self.table.max_size {
            self.table.set_max_size(size);
        }
    }

    pub(crate) fn table_size(&self) -> usize {
        self.table.size
    }

    /// Calls `each` with name, value and whether nobody may keep it.
    pub(crate) fn decode(&mut self, block: &[u8], mut each: impl FnMut(&[u8], &[u8], bool)) -> Result<(), Malformed> {
        let mut rest = block;
        let mut begun = false;
        while let Some(&first) = rest.first() {
            if first & 0xe0 == 0x20 {
                let size = take_integer(&mut rest, 5)?;
                if begun || size > self.allowed {
                    return Err(Malformed);
                }
                self.table.set_max_size(size);
                continue;
            }
            begun = true;
            if first & 0x80 != 0 {
                let index = take_integer(&mut rest, 7)?;
                let (name, value) = self.table.get(index).ok_or(Malformed)?;
                each(name, value, false);
                continue;
            }
            let indexed = first & 0x40 != 0;
            let index = take_integer(&mut rest, if indexed { 6 } else { 4 })?;
            let name = match index {
                0 => take_string(&mut rest)?,
                _ => self.table.get(index).ok_or(Malformed)?.0.to_vec(),
            };
            let value = take_string(&mut rest)?;
            if indexed {
                self.table.insert(&name, &value);
            }
            each(&name, &value, !indexed && first & 0x10 != 0);
        }
        Ok(())
    }
}

fn take_integer(rest: &mut &[u8], bits: u32) -> Result<usize, Malformed> {
    let mut take = || {
        let (&byte, after) = rest.split_first().ok_or(Malformed)?;
        *rest = after;
        Ok(byte)
    };
    let most = (1_usize << bits) - 1;
    let mut value = usize::from(take()?) & most;
    if value < most {
        return Ok(value);
    }
    for shift in (0..28).step_by(7) {
        let byte = take()?;
        value += usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Malformed)
}

fn take_string(rest: &mut &[u8]) -> Result<Vec<u8>, Malformed> {
    let coded = rest.first().ok_or(Malformed)? & 0x80 != 0;
    let len = take_integer(rest, 7)?;
    let (text, after) = rest.split_at_checked(len).ok_or(Malformed)?;
    *rest = after;
    if !coded {
        return Ok(text.to_vec());
    }
    let mut out = Vec::with_capacity(len * 2);
    huffman::decode(text, &mut out).ok_or(Malformed)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, value: &str) -> Header {
        Header { name: name.into(), value: value.into(), sensitive: false }
    }

    fn decoded(decoder: &mut Decoder, block: &[u8]) -> Result<Vec<Header>, Malformed> {
        let mut seen = Vec::new();
        let each = |name: &[u8], value: &[u8], sensitive| {
            seen.push(Header { name: name.into(), value: value.into(), sensitive })
        };
        decoder.decode(block, each).map(|()| seen)
    }

    #[test]
    fn the_rfcs_requests_decode() {
        // Appendix C.4.
        let mut decoder = Decoder::new();
        let first =
            [0x82, 0x86, 0x84, 0x41, 0x8c, 0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff];
        let second = [0x82, 0x86, 0x84, 0xbe, 0x58, 0x86, 0xa8, 0xeb, 0x10, 0x64, 0x9c, 0xbf];
        assert_eq!(decoded(&mut decoder, &first).unwrap()[3], header(":authority", "www.example.com"));
        let seen = decoded(&mut decoder, &second).unwrap();
        assert_eq!(seen[3], header(":authority", "www.example.com"));
        assert_eq!(seen[4], header("cache-control", "no-cache"));
        assert_eq!(decoder.table_size(), 110);
    }

    #[test]
    fn what_is_encoded_comes_back_and_gets_shorter() {
        let (mut encoder, mut decoder) = (Encoder::new(4096), Decoder::new());
        let mut headers = vec![header(":status", "200"), header("x-any", "one"), header("set-cookie", "a=b")];
        headers.push(Header { sensitive: true, ..header("x-secret", "s") });
        let mut lengths = Vec::new();
        for _ in 0..3 {
            let mut block = Vec::new();
            encoder.encode(&headers, &mut block);
            lengths.push(block.len());
            assert_eq!(decoded(&mut decoder, &block).unwrap(), headers);
        }
        assert!(lengths[1] < lengths[0] && lengths[1] == lengths[2], "{lengths:?}");
    }

    #[test]
    fn tables_follow_a_change_of_size() {
        let (mut encoder, mut decoder) = (Encoder::new(4096), Decoder::new());
        let headers = [header("x-any", "one")];
        let mut block = Vec::new();
        encoder.encode(&headers, &mut block);
        decoded(&mut decoder, &block).unwrap();
        encoder.resize(0);
        encoder.resize(100);
        block.clear();
        encoder.encode(&headers, &mut block);
        assert_eq!(block[0], 0x20);
        assert_eq!(decoded(&mut decoder, &block).unwrap(), headers);
        assert_eq!(decoder.table_size(), encoder.table_size());
    }

    #[test]
    fn nonsense_is_refused() {
        for block in
            [&[0x80][..], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff], &[0x40, 0x05, b'a'], &[0xbe], &[0x3f, 0xff, 0x7f]]
        {
            assert_eq!(decoded(&mut Decoder::new(), block), Err(Malformed), "{block:?}");
        }
    }
}
