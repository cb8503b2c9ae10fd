//! Frames: their types, flags and codes, and writing them. RFC 9113, sections 4 and 6.

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const PRIORITY: u8 = 2;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PUSH_PROMISE: u8 = 5;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;
pub(crate) const ALTSVC: u8 = 10;
pub(crate) const ORIGIN: u8 = 12;

pub(crate) const END_STREAM: u8 = 1;
pub(crate) const ACK: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
pub(crate) const PADDED: u8 = 8;
pub(crate) const PRIORITIZED: u8 = 0x20;

/// What a client sends first.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
pub(crate) const HEAD_LEN: usize = 9;

/// Codes of `RST_STREAM` and `GOAWAY`.
pub(crate) mod code {
    pub(crate) const NO_ERROR: u32 = 0;
    pub(crate) const PROTOCOL_ERROR: u32 = 1;
    pub(crate) const INTERNAL_ERROR: u32 = 2;
    pub(crate) const FLOW_CONTROL_ERROR: u32 = 3;
    pub(crate) const STREAM_CLOSED: u32 = 5;
    pub(crate) const FRAME_SIZE_ERROR: u32 = 6;
    pub(crate) const REFUSED_STREAM: u32 = 7;
    pub(crate) const CANCEL: u32 = 8;
    pub(crate) const COMPRESSION_ERROR: u32 = 9;
    pub(crate) const ENHANCE_YOUR_CALM: u32 = 11;
}

/// nghttp2's numbers of errors, which Node's errors carry as `errno`.
pub(crate) mod lib_error {
    pub(crate) const INVALID_ARGUMENT: i32 = -501;
    pub(crate) const PROTO: i32 = -505;
    pub(crate) const STREAM_ID_NOT_AVAILABLE: i32 = -509;
    pub(crate) const STREAM_CLOSED: i32 = -510;
    pub(crate) const START_STREAM_NOT_ALLOWED: i32 = -516;
    pub(crate) const FLOW_CONTROL: i32 = -524;
    pub(crate) const PUSH_DISABLED: i32 = -528;
    pub(crate) const CALLBACK_FAILURE: i32 = -902;
    pub(crate) const BAD_CLIENT_MAGIC: i32 = -903;
    pub(crate) const FLOODED: i32 = -904;

    /// Every text that can reach a program.
    pub(crate) fn text(number: i32) -> &'static str {
        match number {
            INVALID_ARGUMENT => "Invalid argument",
            PROTO => "Protocol error",
            STREAM_ID_NOT_AVAILABLE => "Stream ID is not available",
            STREAM_CLOSED => "Stream was already closed or invalid",
            START_STREAM_NOT_ALLOWED => "Start stream is not allowed",
            FLOW_CONTROL => "Flow control error",
            PUSH_DISABLED => "Server push is disabled by peer",
            CALLBACK_FAILURE => "The user callback function failed",
            BAD_CLIENT_MAGIC => "Received bad client magic byte string",
            FLOODED => "Flooding was detected in this HTTP/2 session, and it must be closed",
            _ => "Unknown error code",
        }
    }
}

/// The head of a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) len: usize,
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
}

impl Head {
    pub(crate) fn parse(bytes: &[u8; HEAD_LEN]) -> Self {
        let [a, b, c, kind, flags, s0, s1, s2, s3] = *bytes;
        Self {
            len: u32::from_be_bytes([0, a, b, c]) as usize,
            kind,
            flags,
            stream: u32::from_be_bytes([s0, s1, s2, s3]) & 0x7fff_ffff,
        }
    }

    pub(crate) fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

pub(crate) fn put_head(out: &mut Vec<u8>, len: usize, kind: u8, flags: u8, stream: u32) {
    out.extend_from_slice(&(len as u32).to_be_bytes()[1..]);
    out.extend_from_slice(&[kind, flags]);
    out.extend_from_slice(&stream.to_be_bytes());
}

pub(crate) fn put(out: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    put_head(out, payload.len(), kind, flags, stream);
    out.extend_from_slice(payload);
}

/// The number at the start of `bytes`, which has four at least.
pub(crate) fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}
