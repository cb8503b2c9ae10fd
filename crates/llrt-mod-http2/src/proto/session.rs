//! A connection: its state, what it tells, and what both directions share.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Instant,
};

use super::{
    frame::{self, code, lib_error},
    hpack::{Decoder, Encoder, Header},
    message::Progress,
    settings::{MAX_WINDOW, Settings},
};

/// How frames are padded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Padding {
    #[default]
    None,
    /// To a multiple of eight bytes.
    Aligned,
    Max,
}

/// What a program can choose for a connection.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) padding: Padding,
    /// Bytes of a header block to send, at most.
    pub(crate) max_send_block: usize,
    /// Fields of a header block to receive, at most.
    pub(crate) max_header_pairs: usize,
    pub(crate) max_deflate_table: usize,
    /// Streams that the peer has promised and not begun, at most.
    pub(crate) max_reserved: usize,
    /// What the peer allows as long as it has not said.
    pub(crate) peer_max_streams: u32,
    /// Entries of a `SETTINGS` frame, at most.
    pub(crate) max_settings: usize,
    pub(crate) max_invalid_frames: u32,
    /// Streams that there is no memory for, at most.
    pub(crate) max_rejected: u32,
    pub(crate) max_memory: usize,
    pub(crate) reset_burst: f64,
    pub(crate) resets_per_second: f64,
    pub(crate) strict_whitespace: bool,
    /// Numbers of settings to tell of, beside those that are known.
    pub(crate) custom_settings: Vec<u16>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            padding: Padding::None,
            max_send_block: 65536,
            max_header_pairs: 128,
            max_deflate_table: 4096,
            max_reserved: 200,
            peer_max_streams: 100,
            max_settings: 32,
            max_invalid_frames: 1000,
            max_rejected: 100,
            max_memory: 10_000_000,
            reset_burst: 1000.0,
            resets_per_second: 33.0,
            strict_whitespace: true,
            custom_settings: Vec::new(),
        }
    }
}

/// What the connection tells.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// `category` is nghttp2's: 0 of a request, 1 of a response, 2 of a pushed response, 3 of any other. For a promise, `stream` is the promised one.
    Headers {
        stream: u32,
        category: u8,
        flags: u8,
        headers: Vec<Header>,
    },
    Promise {
        parent: u32,
        stream: u32,
        flags: u8,
        headers: Vec<Header>,
    },
    Data {
        stream: u32,
        bytes: Vec<u8>,
    },
    /// The peer sends no more.
    End {
        stream: u32,
    },
    Closed {
        stream: u32,
        code: u32,
    },
    /// All that was written is sent; now trailers can be, or the stream is to be ended.
    WantTrailers {
        stream: u32,
    },
    RemoteSettings,
    SettingsAck,
    Ping {
        payload: [u8; 8],
    },
    PingAck {
        payload: [u8; 8],
    },
    GoAway {
        code: u32,
        last: u32,
        data: Vec<u8>,
    },
    AltSvc {
        stream: u32,
        origin: Vec<u8>,
        value: Vec<u8>,
    },
    Origin {
        origins: Vec<Vec<u8>>,
    },
    /// A frame was not sent.
    FrameError {
        stream: u32,
        kind: u8,
        code: u32,
    },
    /// The connection is lost. The number is nghttp2's.
    Error {
        number: i32,
    },
    /// As before, for more invalid frames than the program puts up with.
    TooManyInvalidFrames,
}

/// A stream. Once it is closed it is forgotten.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) local_closed: bool,
    pub(crate) remote_closed: bool,
    /// Promised, and neither side has sent its response yet.
    pub(crate) reserved: bool,
    /// This side's headers are sent, so that data can be.
    pub(crate) begun: bool,
    /// Made by this side.
    pub(crate) local: bool,
    /// It is among those that `Session::active` tells.
    pub(crate) counted: bool,
    pub(crate) send_window: i64,
    /// How much the peer may send, at most; how much of that it has sent, and of that what was read.
    pub(crate) window: i64,
    pub(crate) received: i64,
    pub(crate) consumed: i64,
    /// Nobody reads: what comes is not granted anew.
    pub(crate) paused: bool,
    pub(crate) queue: VecDeque<Vec<u8>>,
    /// How much of the first in `queue` is sent.
    pub(crate) sent: usize,
    pub(crate) queued: usize,
    /// Nothing more will be written.
    pub(crate) ended: bool,
    /// The end is not to be said with the last data, as trailers may follow.
    pub(crate) trailers: bool,
    pub(crate) asked_for_trailers: bool,
    pub(crate) ready: bool,
    /// The request that waits until the peer allows one more.
    pub(crate) waiting: Option<(Vec<Header>, bool)>,
    pub(crate) message: Progress,
}

/// The block whose end has not come yet.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) head: frame::Head,
    /// Of a promise.
    pub(crate) promised: u32,
    pub(crate) bytes: Vec<u8>,
    pub(crate) frames: u32,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) is_server: bool,
    pub(crate) options: Options,
    pub(crate) input: Vec<u8>,
    pub(crate) taken: usize,
    pub(crate) begun: bool,
    pub(crate) got_settings: bool,
    /// Nothing of the peer counts any more.
    pub(crate) deaf: bool,
    pub(crate) block: Option<Block>,
    pub(crate) out: Vec<u8>,
    /// How many acknowledgements are in `out`.
    pub(crate) acks: usize,
    pub(crate) events: VecDeque<Event>,
    pub(crate) streams: BTreeMap<u32, Stream>,
    /// Of the peer, and of this side.
    pub(crate) active: [usize; 2],
    pub(crate) ready: VecDeque<u32>,
    pub(crate) waiting: VecDeque<u32>,
    /// Streams of which a piece is all in `out`.
    pub(crate) written: Vec<u32>,
    pub(crate) queued: usize,
    pub(crate) encoder: Encoder,
    pub(crate) decoder: Decoder,
    pub(crate) local: Settings,
    pub(crate) sent_settings: VecDeque<Vec<(u16, u32)>>,
    pub(crate) remote: Settings,
    pub(crate) send_window: i64,
    pub(crate) window: i64,
    /// How much the peer may send until it is granted more, and what of that which it has sent it can be granted anew.
    pub(crate) room: i64,
    pub(crate) consumed: i64,
    pub(crate) next_id: u32,
    /// The peer's newest stream, and of those the newest that a program has seen.
    pub(crate) last_remote_id: u32,
    pub(crate) last_seen_id: u32,
    pub(crate) goaway_sent: Option<u32>,
    pub(crate) goaway_received: Option<u32>,
    pub(crate) invalid_frames: u32,
    pub(crate) rejected: u32,
    pub(crate) resets: f64,
    pub(crate) resets_at: Instant,
    pub(crate) frames_received: u64,
    pub(crate) frames_sent: u64,
}

impl Session {
    pub(crate) fn new(is_server: bool, options: Options) -> Self {
        let mut out = Vec::new();
        if !is_server {
            out.extend_from_slice(frame::PREFACE);
        }
        Self {
            is_server,
            encoder: Encoder::new(options.max_deflate_table),
            resets: options.reset_burst,
            options,
            input: Vec::new(),
            taken: 0,
            begun: !is_server,
            got_settings: false,
            deaf: false,
            block: None,
            out,
            acks: 0,
            events: VecDeque::new(),
            streams: BTreeMap::new(),
            active: [0; 2],
            ready: VecDeque::new(),
            waiting: VecDeque::new(),
            written: Vec::new(),
            queued: 0,
            decoder: Decoder::new(),
            local: Settings::default(),
            sent_settings: VecDeque::new(),
            remote: Settings::default(),
            send_window: 65535,
            window: 65535,
            room: 65535,
            consumed: 0,
            next_id: if is_server { 2 } else { 1 },
            last_remote_id: 0,
            last_seen_id: 0,
            goaway_sent: None,
            goaway_received: None,
            invalid_frames: 0,
            rejected: 0,
            resets_at: Instant::now(),
            frames_received: 0,
            frames_sent: 0,
        }
    }

    pub(crate) fn is_local(&self, stream: u32) -> bool {
        stream.is_multiple_of(2) == self.is_server
    }

    /// Whether no frame has named it yet.
    pub(crate) fn is_idle(&self, stream: u32) -> bool {
        if self.is_local(stream) { stream >= self.next_id } else { stream > self.last_remote_id }
    }

    pub(crate) fn new_stream(&self, local: bool) -> Stream {
        Stream {
            local_closed: false,
            remote_closed: false,
            reserved: false,
            begun: false,
            local,
            counted: false,
            send_window: i64::from(self.remote.initial_window_size),
            window: i64::from(self.local.initial_window_size),
            received: 0,
            consumed: 0,
            paused: false,
            queue: VecDeque::new(),
            sent: 0,
            queued: 0,
            ended: false,
            trailers: false,
            asked_for_trailers: false,
            ready: false,
            waiting: None,
            message: Progress::default(),
        }
    }

    /// Counts a stream against the limit of the other side, unless it is promised only, or waits.
    pub(crate) fn count(&mut self, id: u32) {
        if let Some(stream) = self.streams.get_mut(&id).filter(|stream| !stream.reserved && stream.waiting.is_none()) {
            let new = !std::mem::replace(&mut stream.counted, true);
            self.active[usize::from(stream.local)] += usize::from(new);
        }
    }

    /// How many streams of a side count.
    pub(crate) fn active(&self, local: bool) -> usize {
        self.active[usize::from(local)]
    }

    /// What the streams hold, roughly.
    pub(crate) fn memory(&self) -> usize {
        self.queued + self.out.len() + self.input.len() - self.taken + self.streams.len() * size_of::<Stream>()
    }

    /// Forgets a stream that both sides have ended.
    pub(crate) fn close_if_done(&mut self, id: u32) {
        if self.streams.get(&id).is_some_and(|stream| stream.local_closed && stream.remote_closed) {
            self.forget(id, code::NO_ERROR);
        }
    }

    pub(crate) fn forget(&mut self, id: u32, code: u32) {
        if let Some(stream) = self.streams.remove(&id) {
            self.queued -= stream.queued;
            self.active[usize::from(stream.local)] -= usize::from(stream.counted);
            self.events.push_back(Event::Closed { stream: id, code });
            self.begin_waiting();
        }
    }

    /// Ends a stream for an error. Its number may be one that is not there.
    pub(crate) fn reset(&mut self, id: u32, code: u32) {
        frame::put(&mut self.out, frame::RST_STREAM, 0, id, &code.to_be_bytes());
        self.forget(id, code);
    }

    /// Counts an invalid frame. `false` when there have been too many.
    pub(crate) fn count_invalid(&mut self) -> bool {
        self.invalid_frames += 1;
        if self.invalid_frames <= self.options.max_invalid_frames.saturating_add(1) {
            return true;
        }
        self.deaf = true;
        self.events.push_back(Event::TooManyInvalidFrames);
        false
    }

    /// The connection is broken: says so, and listens no more.
    pub(crate) fn terminate(&mut self, code: u32) {
        self.deaf = true;
        self.put_goaway(code, self.last_seen_id, &[]);
    }

    /// As nghttp2 does for a frame that must not be: the peer learns the code, the program of some kinds of error only.
    pub(crate) fn broken(&mut self, number: i32) {
        if !self.count_invalid() {
            return;
        }
        self.terminate(match number {
            lib_error::STREAM_CLOSED => code::STREAM_CLOSED,
            lib_error::FLOW_CONTROL => code::FLOW_CONTROL_ERROR,
            _ => code::PROTOCOL_ERROR,
        });
        if number != lib_error::FLOW_CONTROL {
            self.events.push_back(Event::Error { number });
        }
    }

    pub(crate) fn fatal(&mut self, number: i32) {
        self.deaf = true;
        self.events.push_back(Event::Error { number });
    }

    pub(crate) fn put_goaway(&mut self, code: u32, last: u32, data: &[u8]) {
        let mut payload = last.to_be_bytes().to_vec();
        payload.extend_from_slice(&code.to_be_bytes());
        payload.extend_from_slice(data);
        frame::put(&mut self.out, frame::GOAWAY, 0, 0, &payload);
        self.goaway_sent = Some(self.goaway_sent.map_or(last, |before| before.min(last)));
    }

    /// Grants the connection what was read of it, once that is half a window.
    pub(crate) fn grant_connection(&mut self, len: i64) {
        self.consumed += len;
        if self.consumed > 0 && self.consumed >= self.window / 2 {
            let increment = std::mem::take(&mut self.consumed);
            self.room += increment;
            frame::put(&mut self.out, frame::WINDOW_UPDATE, 0, 0, &(increment as u32).to_be_bytes());
        }
    }

    pub(crate) fn grant_stream(&mut self, id: u32) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        if stream.remote_closed || stream.paused || stream.consumed == 0 || stream.consumed < stream.window / 2 {
            return;
        }
        let increment = std::mem::take(&mut stream.consumed);
        stream.received -= increment;
        frame::put(&mut self.out, frame::WINDOW_UPDATE, 0, id, &(increment as u32).to_be_bytes());
    }

    /// Somebody reads the stream, or nobody does.
    pub(crate) fn set_paused(&mut self, id: u32, paused: bool) {
        if let Some(stream) = self.streams.get_mut(&id) {
            stream.paused = paused;
            if !paused {
                stream.consumed = stream.received;
                self.grant_stream(id);
            }
        }
    }

    /// Another window for the whole connection.
    pub(crate) fn set_window(&mut self, size: i64) {
        let more = size - self.window;
        self.window = size;
        if more < 0 {
            // The peer cannot be told: it is granted less from here on.
            self.consumed += more;
        } else if more > 0 {
            self.room += more;
            frame::put(&mut self.out, frame::WINDOW_UPDATE, 0, 0, &(more as u32).to_be_bytes());
        }
    }

    /// The next event: one that waits, or what the next frames give.
    pub(crate) fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if !self.read_frame() {
                return None;
            }
        }
    }

    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        if self.deaf {
            return;
        }
        self.input.drain(..std::mem::take(&mut self.taken));
        self.input.extend_from_slice(bytes);
    }

    /// Takes another size of the windows of all streams into account.
    pub(crate) fn shift_send_windows(&mut self, by: i64) -> bool {
        for stream in self.streams.values_mut() {
            stream.send_window += by;
            if stream.send_window > MAX_WINDOW {
                return false;
            }
        }
        let ids: Vec<u32> = self.streams.keys().copied().collect();
        ids.into_iter().for_each(|id| self.make_ready(id));
        true
    }
}
