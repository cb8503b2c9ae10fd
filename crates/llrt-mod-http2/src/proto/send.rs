//! What a program sends. All frames but those with data are written at once; data follows when [`Session::output`] is asked.

use super::{
    Header,
    frame::{self, code, lib_error},
    session::{Event, Padding, Session},
};

/// How much [`Session::output`] gives at once, about.
const OUTPUT_LEN: usize = 128 * 1024;
const MAX_ID: u32 = 0x7fff_ffff;

impl Session {
    /// Sends settings, as numbers and values.
    pub(crate) fn settings(&mut self, entries: Vec<(u16, u32)>) {
        let payload: Vec<u8> = entries
            .iter()
            .flat_map(|(number, value)| [&number.to_be_bytes()[..], &value.to_be_bytes()[..]].concat())
            .collect();
        frame::put(&mut self.out, frame::SETTINGS, 0, 0, &payload);
        self.sent_settings.push_back(entries);
    }

    /// A client's new stream. `trailers` as for [`respond`](Self::respond).
    pub(crate) fn request(&mut self, headers: Vec<Header>, end: bool, trailers: bool) -> Result<u32, i32> {
        if self.goaway_received.is_some() || self.deaf {
            return Err(lib_error::START_STREAM_NOT_ALLOWED);
        }
        let id = self.take_id()?;
        let mut stream = self.new_stream(true);
        let method = headers.iter().find(|header| header.name == b":method").map(|header| &header.value[..]);
        stream.message.no_body = method == Some(b"HEAD");
        stream.message.tunnel = method == Some(b"CONNECT");
        stream.trailers = trailers;
        stream.waiting = Some((headers, end));
        self.streams.insert(id, stream);
        self.waiting.push_back(id);
        self.begin_waiting();
        Ok(id)
    }

    fn take_id(&mut self) -> Result<u32, i32> {
        let id = self.next_id;
        if id > MAX_ID {
            return Err(lib_error::STREAM_ID_NOT_AVAILABLE);
        }
        self.next_id += 2;
        Ok(id)
    }

    /// The number of this side's next stream. `false` when it is none.
    pub(crate) fn set_next_id(&mut self, id: u32) -> bool {
        let fine = self.is_local(id) && id >= self.next_id;
        if fine {
            self.next_id = id;
        }
        fine
    }

    /// Sends the requests that the peer has room for.
    pub(crate) fn begin_waiting(&mut self) {
        while let Some(&id) = self.waiting.front() {
            if self.streams.get(&id).is_none_or(|stream| stream.waiting.is_none()) {
                self.waiting.pop_front();
                continue;
            }
            let max =
                if self.got_settings { self.remote.max_concurrent_streams } else { self.options.peer_max_streams };
            if self.active(true) >= max as usize {
                return;
            }
            self.waiting.pop_front();
            let Some(stream) = self.streams.get_mut(&id) else { continue };
            let Some((headers, end)) = stream.waiting.take() else { continue };
            stream.begun = true;
            self.count(id);
            if !self.put_block(id, None, &headers, end) {
                self.forget(id, code::REFUSED_STREAM);
                continue;
            }
            if end {
                self.end_local(id);
            }
            self.make_ready(id);
        }
    }

    /// Response headers or trailers. `trailers`: the end of the data is not the end, and [`Event::WantTrailers`] tells of it.
    pub(crate) fn respond(&mut self, id: u32, headers: &[Header], end: bool, trailers: bool) -> bool {
        let Some(stream) = self.streams.get_mut(&id).filter(|stream| !stream.local_closed) else { return false };
        stream.trailers |= trailers;
        stream.reserved = false;
        stream.begun = true;
        self.count(id);
        if headers.is_empty() {
            // No trailers after all.
            frame::put(&mut self.out, frame::DATA, frame::END_STREAM, id, &[]);
            self.end_local(id);
            return true;
        }
        if !self.put_block(id, None, headers, end) {
            return false;
        }
        if end {
            self.end_local(id);
        }
        self.make_ready(id);
        true
    }

    /// An interim response.
    pub(crate) fn inform(&mut self, id: u32, headers: &[Header]) -> bool {
        self.streams.get(&id).is_some_and(|stream| !stream.local_closed) && self.put_block(id, None, headers, false)
    }

    /// A promise on the stream `parent`; the promised stream's number.
    pub(crate) fn promise(&mut self, parent: u32, headers: &[Header]) -> Result<u32, i32> {
        if !self.remote.enable_push {
            return Err(lib_error::PUSH_DISABLED);
        }
        if !self.streams.contains_key(&parent) {
            return Err(lib_error::STREAM_CLOSED);
        }
        let id = self.take_id()?;
        let mut stream = self.new_stream(true);
        stream.reserved = true;
        stream.remote_closed = true;
        self.streams.insert(id, stream);
        if !self.put_block(parent, Some(id), headers, false) {
            self.streams.remove(&id);
            return Err(lib_error::INVALID_ARGUMENT);
        }
        Ok(id)
    }

    /// Writes a block in as many frames as it takes. `false` when it is longer than the program allows.
    fn put_block(&mut self, id: u32, promised: Option<u32>, headers: &[Header], end: bool) -> bool {
        let kind = if promised.is_some() { frame::PUSH_PROMISE } else { frame::HEADERS };
        let bound: usize = headers.iter().map(|header| header.name.len() + header.value.len() + 12).sum();
        if bound > self.options.max_send_block {
            self.events.push_back(Event::FrameError { stream: id, kind, code: code::FRAME_SIZE_ERROR });
            return false;
        }
        let mut block = promised.map_or_else(Vec::new, |promised| promised.to_be_bytes().to_vec());
        self.encoder.encode(headers, &mut block);
        let max = self.remote.max_frame_size as usize;
        let padding = if block.len() < max { self.padding(block.len(), max) } else { 0 };
        let mut pieces = block.chunks(max).peekable();
        let first = pieces.next().unwrap_or_default();
        let mut flags = if end { frame::END_STREAM } else { 0 };
        flags |= if pieces.peek().is_none() { frame::END_HEADERS } else { 0 };
        put_padded(&mut self.out, kind, flags, id, first, padding);
        while let Some(piece) = pieces.next() {
            let flags = if pieces.peek().is_none() { frame::END_HEADERS } else { 0 };
            frame::put(&mut self.out, frame::CONTINUATION, flags, id, piece);
        }
        true
    }

    /// How many bytes padding adds to a payload, the byte that tells its length among them.
    fn padding(&self, len: usize, max: usize) -> usize {
        let wanted = match self.options.padding {
            Padding::None => 0,
            Padding::Aligned => (8 - (len + frame::HEAD_LEN) % 8) % 8,
            Padding::Max => 256,
        };
        wanted.min(256).min(max - len)
    }

    /// More of a stream's data.
    pub(crate) fn write(&mut self, id: u32, bytes: Vec<u8>) -> bool {
        let Some(stream) = self.streams.get_mut(&id).filter(|stream| !stream.local_closed && !stream.ended) else {
            return false;
        };
        stream.queued += bytes.len();
        self.queued += bytes.len();
        stream.queue.push_back(bytes);
        self.make_ready(id);
        true
    }

    /// No more data follows.
    pub(crate) fn end(&mut self, id: u32) {
        if let Some(stream) = self.streams.get_mut(&id) {
            stream.ended = true;
            self.make_ready(id);
        }
    }

    fn end_local(&mut self, id: u32) {
        if let Some(stream) = self.streams.get_mut(&id) {
            stream.local_closed = true;
            self.close_if_done(id);
        }
    }

    /// Ends a stream with a code. What can be sent before is.
    pub(crate) fn close(&mut self, id: u32, code: u32) {
        let Some(stream) = self.streams.get(&id) else { return };
        if stream.waiting.is_some() {
            // The peer has never heard of it.
            return self.forget(id, code);
        }
        while self.streams.get(&id).is_some_and(|stream| stream.ready) && self.put_data(id) {}
        // The last frame may have ended it.
        if self.streams.contains_key(&id) {
            self.reset(id, code);
        }
    }

    pub(crate) fn ping(&mut self, payload: [u8; 8]) {
        frame::put(&mut self.out, frame::PING, 0, 0, &payload);
    }

    pub(crate) fn goaway(&mut self, code: u32, last: Option<u32>, data: &[u8]) {
        self.put_goaway(code, last.unwrap_or(self.last_seen_id), data);
    }

    pub(crate) fn altsvc(&mut self, id: u32, origin: &[u8], value: &[u8]) {
        let payload = [&(origin.len() as u16).to_be_bytes()[..], origin, value].concat();
        frame::put(&mut self.out, frame::ALTSVC, 0, id, &payload);
    }

    pub(crate) fn origin(&mut self, origins: &[Vec<u8>]) {
        let payload: Vec<u8> =
            origins.iter().flat_map(|origin| [&(origin.len() as u16).to_be_bytes()[..], origin].concat()).collect();
        frame::put(&mut self.out, frame::ORIGIN, 0, 0, &payload);
    }

    /// Puts a stream that has something to send into the line of those.
    pub(crate) fn make_ready(&mut self, id: u32) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        let something = if stream.queue.is_empty() {
            stream.ended && !stream.asked_for_trailers
        } else {
            stream.send_window > 0 || stream.queued == 0
        };
        if something && stream.begun && !stream.ready && !stream.local_closed {
            stream.ready = true;
            self.ready.push_back(id);
        }
    }

    /// What is to be sent now, and nothing when there is nothing.
    pub(crate) fn output(&mut self) -> Vec<u8> {
        let mut blocked = Vec::new();
        while self.out.len() < OUTPUT_LEN {
            let Some(id) = self.ready.pop_front() else { break };
            if !self.streams.get(&id).is_some_and(|stream| stream.ready) {
                continue;
            }
            if !self.put_data(id) && self.streams.get(&id).is_some_and(|stream| stream.ready) {
                // The connection's window is full; a stream without data can end nevertheless.
                blocked.push(id);
            } else if self.streams.get(&id).is_some_and(|stream| stream.ready) {
                self.ready.push_back(id);
            }
        }
        self.ready.extend(blocked);
        self.last_words()
    }

    /// What is to be sent before the end, without what streams would still say.
    pub(crate) fn last_words(&mut self) -> Vec<u8> {
        self.acks = 0;
        let out = std::mem::take(&mut self.out);
        let mut rest = out.strip_prefix(frame::PREFACE).unwrap_or(&out);
        while let Some(head) = rest.first_chunk().map(frame::Head::parse) {
            self.frames_sent += 1;
            rest = rest.get(frame::HEAD_LEN + head.len..).unwrap_or_default();
        }
        out
    }

    /// The streams of which a piece has been sent since the last call, each once for a piece.
    pub(crate) fn take_written(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.written)
    }

    /// Writes one frame of a stream's data. `false` when it cannot.
    fn put_data(&mut self, id: u32) -> bool {
        let max = self.remote.max_frame_size as usize;
        let Some(stream) = self.streams.get_mut(&id) else { return false };
        let room = self.send_window.min(stream.send_window).clamp(0, max as i64) as usize;
        if stream.queued > 0 && room == 0 {
            // Not in the line as long as only the stream's own window is full.
            stream.ready = stream.send_window > 0;
            return false;
        }
        let len = room.min(stream.queued);
        let mut payload = Vec::with_capacity(len);
        while let Some(piece) = stream.queue.front() {
            let rest = &piece[stream.sent..];
            let part = rest.len().min(len - payload.len());
            payload.extend_from_slice(&rest[..part]);
            if part < rest.len() {
                stream.sent += part;
                break;
            }
            stream.sent = 0;
            stream.queue.pop_front();
            self.written.push(id);
        }
        stream.queued -= len;
        self.queued -= len;
        let last = stream.queue.is_empty();
        let end = last && stream.ended && !stream.trailers;
        stream.ready = !last;
        if len > 0 || end {
            stream.send_window -= len as i64;
            self.send_window -= len as i64;
            let allowed = self.send_window.min(stream.send_window).max(0) as usize;
            let padding = self.padding(len, max.min(len + allowed));
            self.send_window -= padding as i64;
            if let Some(stream) = self.streams.get_mut(&id) {
                stream.send_window -= padding as i64;
            }
            put_padded(&mut self.out, frame::DATA, if end { frame::END_STREAM } else { 0 }, id, &payload, padding);
        }
        if end {
            self.end_local(id);
        } else if last
            && let Some(stream) = self.streams.get_mut(&id)
            && stream.ended
            && !stream.asked_for_trailers
        {
            stream.asked_for_trailers = true;
            self.events.push_back(Event::WantTrailers { stream: id });
        }
        true
    }
}

fn put_padded(out: &mut Vec<u8>, kind: u8, flags: u8, id: u32, payload: &[u8], padding: usize) {
    if padding == 0 {
        return frame::put(out, kind, flags, id, payload);
    }
    frame::put_head(out, payload.len() + padding, kind, flags | frame::PADDED, id);
    out.push((padding - 1) as u8);
    out.extend_from_slice(payload);
    out.resize(out.len() + padding - 1, 0);
}
