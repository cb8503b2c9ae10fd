//! Reading frames. RFC 9113, sections 6 and 8.

use std::time::Instant;

use super::{
    Header,
    frame::{self, Head, code, lib_error, number},
    message::{self, Invalid, Kind},
    session::{Block, Event, Session},
    settings::{self, MAX_WINDOW},
};

/// Further frames of one header block, at most.
const MAX_CONTINUATIONS: u32 = 8;
/// Bytes of one, at most.
const MAX_BLOCK: usize = 1 << 20;
/// Acknowledgements that wait to be sent, at most.
const MAX_ACKS: usize = 1000;

impl Session {
    /// Reads one frame. `false` when there is no whole one.
    pub(crate) fn read_frame(&mut self) -> bool {
        if self.deaf {
            self.input.clear();
            self.taken = 0;
            return false;
        }
        let rest = &self.input[self.taken..];
        if !self.begun {
            let len = rest.len().min(frame::PREFACE.len());
            if rest[..len] != frame::PREFACE[..len] {
                self.fatal(lib_error::BAD_CLIENT_MAGIC);
                return true;
            }
            if len < frame::PREFACE.len() {
                return false;
            }
            self.begun = true;
            self.taken += len;
            return true;
        }
        let Some(head) = rest.first_chunk().map(Head::parse) else { return false };
        if head.len > self.max_frame_len() {
            self.terminate(code::FRAME_SIZE_ERROR);
            return true;
        }
        if rest.len() < frame::HEAD_LEN + head.len {
            return false;
        }
        let start = self.taken + frame::HEAD_LEN;
        self.taken = start + head.len;
        let payload = self.input[start..self.taken].to_vec();
        self.frames_received += 1;
        self.on_frame(head, payload);
        true
    }

    /// What the peer may believe, whether it has acknowledged it or not.
    fn max_frame_len(&self) -> usize {
        let sent = self.sent_settings.iter().flatten().filter(|(number, _)| *number == settings::MAX_FRAME_SIZE);
        sent.map(|(_, value)| *value).fold(self.local.max_frame_size, u32::max) as usize
    }

    fn on_frame(&mut self, head: Head, payload: Vec<u8>) {
        if !self.got_settings && (head.kind != frame::SETTINGS || head.has(frame::ACK)) {
            // The first frame is the peer's settings.
            return self.broken(lib_error::PROTO);
        }
        if let Some(block) = &self.block
            && (head.kind != frame::CONTINUATION || head.stream != block.head.stream)
        {
            return self.terminate(code::PROTOCOL_ERROR);
        }
        match head.kind {
            frame::DATA => self.on_data(head, payload),
            frame::HEADERS => self.on_headers(head, payload),
            frame::PRIORITY => self.on_priority(head, &payload),
            frame::RST_STREAM => self.on_reset(head, &payload),
            frame::SETTINGS => self.on_settings(head, &payload),
            frame::PUSH_PROMISE => self.on_push_promise(head, payload),
            frame::PING => self.on_ping(head, &payload),
            frame::GOAWAY => self.on_goaway(head, &payload),
            frame::WINDOW_UPDATE => self.on_window_update(head, &payload),
            frame::CONTINUATION => self.on_continuation(head, payload),
            frame::ALTSVC if !self.is_server => self.on_altsvc(head, &payload),
            frame::ORIGIN if !self.is_server && head.stream == 0 && head.flags & 0xf == 0 => self.on_origin(&payload),
            _ => {}
        }
    }

    fn on_data(&mut self, head: Head, mut payload: Vec<u8>) {
        let id = head.stream;
        if id == 0 || self.is_idle(id) {
            return self.broken(lib_error::PROTO);
        }
        let len = payload.len() as i64;
        self.room -= len;
        if self.room < 0 {
            return self.terminate(code::FLOW_CONTROL_ERROR);
        }
        if head.has(frame::PADDED) {
            let padding = payload.first().map_or(usize::MAX, |padding| usize::from(*padding));
            if padding >= payload.len() {
                return self.terminate(code::PROTOCOL_ERROR);
            }
            payload.truncate(payload.len() - padding);
            payload.remove(0);
        }
        self.grant_connection(len);
        let Some(stream) = self.streams.get_mut(&id) else { return };
        if stream.remote_closed || stream.reserved {
            let number = if stream.reserved { lib_error::PROTO } else { lib_error::STREAM_CLOSED };
            return self.broken(number);
        }
        stream.received += len;
        if stream.received > stream.window {
            return self.reset(id, code::FLOW_CONTROL_ERROR);
        }
        if !stream.message.may_grow(payload.len()) {
            if self.count_invalid() {
                self.reset(id, code::PROTOCOL_ERROR);
            }
            return;
        }
        if !stream.paused {
            stream.consumed = stream.received;
        } else {
            // Padding is nothing to be read.
            stream.consumed += len - payload.len() as i64;
        }
        let end = head.has(frame::END_STREAM);
        // Frames that say nothing at all are what a flood is made of.
        if len == 0 && !end && !self.count_invalid() {
            return;
        }
        if !payload.is_empty() {
            self.events.push_back(Event::Data { stream: id, bytes: payload });
        }
        if !end {
            return self.grant_stream(id);
        }
        self.end_remote(id);
    }

    /// The peer has ended its side.
    fn end_remote(&mut self, id: u32) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        stream.remote_closed = true;
        if !stream.message.may_end() {
            if self.count_invalid() {
                self.reset(id, code::PROTOCOL_ERROR);
            }
            return;
        }
        self.events.push_back(Event::End { stream: id });
        self.close_if_done(id);
    }

    fn on_headers(&mut self, head: Head, mut payload: Vec<u8>) {
        if head.stream == 0 {
            return self.broken(lib_error::PROTO);
        }
        let Some(()) = unpad(head, &mut payload) else { return self.terminate(code::PROTOCOL_ERROR) };
        if head.has(frame::PRIORITIZED) {
            if payload.len() < 5 {
                return self.terminate(code::FRAME_SIZE_ERROR);
            }
            let parent = number(&payload) & 0x7fff_ffff;
            if parent == head.stream {
                return self.broken(lib_error::PROTO);
            }
            payload.drain(..5);
        }
        self.begin_block(Block { head, promised: 0, bytes: payload, frames: 0 });
    }

    fn begin_block(&mut self, block: Block) {
        if block.head.has(frame::END_HEADERS) { self.on_block(block) } else { self.block = Some(block) }
    }

    fn on_continuation(&mut self, head: Head, payload: Vec<u8>) {
        let Some(mut block) = self.block.take() else { return self.broken(lib_error::PROTO) };
        block.bytes.extend_from_slice(&payload);
        block.frames += 1;
        if block.frames > MAX_CONTINUATIONS || block.bytes.len() > MAX_BLOCK {
            return self.terminate(code::ENHANCE_YOUR_CALM);
        }
        if head.has(frame::END_HEADERS) { self.on_block(block) } else { self.block = Some(block) }
    }

    fn on_block(&mut self, block: Block) {
        let (mut headers, mut size, mut count) = (Vec::new(), 0, 0);
        let (max_size, max_count) = (self.local.max_header_list_size, self.options.max_header_pairs);
        let keep = |name: &[u8], value: &[u8], sensitive| {
            size += name.len() + value.len() + 32;
            count += 1;
            if size <= max_size.min(MAX_BLOCK as u32) as usize && count <= max_count {
                headers.push(Header { name: name.to_vec(), value: value.to_vec(), sensitive });
            }
        };
        // Whatever becomes of it, the table follows.
        if self.decoder.decode(&block.bytes, keep).is_err() {
            return self.terminate(code::COMPRESSION_ERROR);
        }
        let whole = headers.len() == count;
        match (block.head.kind, self.is_server) {
            (frame::PUSH_PROMISE, _) => self.on_promise_block(&block, headers, whole),
            (_, true) => self.on_request_block(block.head, headers, whole),
            (_, false) => self.on_response_block(block.head, headers, whole),
        }
    }

    fn on_request_block(&mut self, head: Head, headers: Vec<Header>, whole: bool) {
        let id = head.stream;
        if self.streams.contains_key(&id) {
            return self.on_trailers_block(head, headers, whole);
        }
        if self.is_local(id) {
            return self.broken(lib_error::PROTO);
        }
        if !self.is_idle(id) {
            // It is closed: the peer may not have known yet.
            return;
        }
        if self.goaway_sent.is_some() {
            return;
        }
        if self.active(false) >= self.local.max_concurrent_streams as usize {
            return self.broken(lib_error::PROTO);
        }
        self.last_remote_id = id;
        let pending =
            self.sent_settings.iter().flatten().filter(|(number, _)| *number == settings::MAX_CONCURRENT_STREAMS);
        let pending_max = pending.map(|(_, value)| *value).next_back().unwrap_or(u32::MAX);
        if self.active(false) >= pending_max as usize {
            return self.reset(id, code::REFUSED_STREAM);
        }
        let fits = self.memory() <= self.options.max_memory;
        if !fits {
            self.rejected += 1;
            if self.rejected > self.options.max_rejected.saturating_add(1) {
                return self.fatal(lib_error::CALLBACK_FAILURE);
            }
        }
        if !whole || !fits {
            return self.reset(id, code::ENHANCE_YOUR_CALM);
        }
        let mut stream = self.new_stream(false);
        let mut headers = headers;
        let extended = self.local.enable_connect_protocol;
        if let Err(Invalid(code)) =
            message::check(&mut headers, Kind::Request, &mut stream.message, extended, &self.options)
        {
            if self.count_invalid() {
                self.reset(id, code);
            }
            return;
        }
        let end = head.has(frame::END_STREAM);
        if end && !stream.message.may_end() {
            if self.count_invalid() {
                self.reset(id, code::PROTOCOL_ERROR);
            }
            return;
        }
        stream.remote_closed = end;
        self.streams.insert(id, stream);
        self.count(id);
        self.last_seen_id = id;
        self.events.push_back(Event::Headers { stream: id, category: 0, flags: head.flags, headers });
    }

    fn on_response_block(&mut self, head: Head, mut headers: Vec<Header>, whole: bool) {
        let id = head.stream;
        let Some(stream) = self.streams.get_mut(&id) else {
            if self.is_idle(id) {
                self.broken(lib_error::PROTO);
            }
            return;
        };
        if stream.message.begun {
            return self.on_trailers_block(head, headers, whole);
        }
        if stream.remote_closed {
            return self.broken(lib_error::STREAM_CLOSED);
        }
        if !whole {
            return self.reset(id, code::ENHANCE_YOUR_CALM);
        }
        // nghttp2 calls them of a response as long as nothing has come before.
        let category = match (stream.reserved, stream.message.received) {
            (true, _) => 2,
            (false, 0) => 1,
            (false, _) => 3,
        };
        let promised = !stream.local;
        stream.reserved = false;
        let checked = message::check(&mut headers, Kind::Response, &mut stream.message, false, &self.options);
        let end = head.has(frame::END_STREAM);
        if checked.is_err() || (end && !stream.message.begun) {
            if self.count_invalid() {
                self.reset(id, code::PROTOCOL_ERROR);
            }
            return;
        }
        let category = if promised && category != 2 { 3 } else { category };
        self.count(id);
        self.events.push_back(Event::Headers { stream: id, category, flags: head.flags, headers });
        if end {
            self.end_remote(id);
        }
    }

    fn on_trailers_block(&mut self, head: Head, mut headers: Vec<Header>, whole: bool) {
        let id = head.stream;
        let Some(stream) = self.streams.get_mut(&id) else { return };
        if stream.remote_closed {
            return self.broken(lib_error::STREAM_CLOSED);
        }
        if !whole {
            return self.reset(id, code::ENHANCE_YOUR_CALM);
        }
        let checked = message::check(&mut headers, Kind::Trailers, &mut stream.message, false, &self.options);
        if checked.is_err() || !head.has(frame::END_STREAM) {
            if self.count_invalid() {
                self.reset(id, code::PROTOCOL_ERROR);
            }
            return;
        }
        self.events.push_back(Event::Headers { stream: id, category: 3, flags: head.flags, headers });
        self.end_remote(id);
    }

    fn on_push_promise(&mut self, head: Head, mut payload: Vec<u8>) {
        if head.stream == 0 || self.is_server || !self.local.enable_push {
            return self.broken(lib_error::PROTO);
        }
        let Some(()) = unpad(head, &mut payload) else { return self.terminate(code::PROTOCOL_ERROR) };
        if payload.len() < 4 {
            return self.terminate(code::FRAME_SIZE_ERROR);
        }
        let promised = number(&payload) & 0x7fff_ffff;
        if promised == 0 || self.is_local(promised) || !self.is_idle(promised) || !self.is_local(head.stream) {
            return self.broken(lib_error::PROTO);
        }
        self.last_remote_id = promised;
        payload.drain(..4);
        self.begin_block(Block { head, promised, bytes: payload, frames: 0 });
    }

    fn on_promise_block(&mut self, block: &Block, mut headers: Vec<Header>, whole: bool) {
        let (parent, id) = (block.head.stream, block.promised);
        let reserved = self.streams.values().filter(|stream| stream.reserved && !stream.local).count();
        let open = self.streams.get(&parent).is_some_and(|stream| !stream.remote_closed);
        if self.goaway_sent.is_some() || !open || reserved >= self.options.max_reserved {
            return self.reset(id, code::CANCEL);
        }
        if !whole {
            return self.reset(id, code::ENHANCE_YOUR_CALM);
        }
        let mut stream = self.new_stream(false);
        let mut request = message::Progress::default();
        if message::check(&mut headers, Kind::Request, &mut request, false, &self.options).is_err() {
            if self.count_invalid() {
                self.reset(id, code::PROTOCOL_ERROR);
            }
            return;
        }
        stream.reserved = true;
        stream.local_closed = true;
        stream.message.no_body = headers.iter().any(|header| header.name == b":method" && header.value == b"HEAD");
        self.streams.insert(id, stream);
        self.last_seen_id = id;
        self.events.push_back(Event::Promise { parent, stream: id, flags: block.head.flags, headers });
    }

    /// What nobody heeds any more must be well-formed nevertheless.
    fn on_priority(&mut self, head: Head, payload: &[u8]) {
        if head.stream == 0 {
            self.broken(lib_error::PROTO);
        } else if payload.len() != 5 {
            self.terminate(code::FRAME_SIZE_ERROR);
        }
    }

    fn on_reset(&mut self, head: Head, payload: &[u8]) {
        if payload.len() != 4 {
            return self.terminate(code::FRAME_SIZE_ERROR);
        }
        if head.stream == 0 || self.is_idle(head.stream) {
            return self.broken(lib_error::PROTO);
        }
        if self.is_server {
            let now = Instant::now();
            let since = now.duration_since(self.resets_at).as_secs_f64();
            self.resets_at = now;
            self.resets = (self.resets + since * self.options.resets_per_second).min(self.options.reset_burst);
            if self.resets < 1.0 {
                return self.terminate(code::INTERNAL_ERROR);
            }
            self.resets -= 1.0;
        }
        self.forget(head.stream, number(payload));
    }

    fn on_settings(&mut self, head: Head, payload: &[u8]) {
        if head.stream != 0 {
            return self.broken(lib_error::PROTO);
        }
        if head.has(frame::ACK) {
            if !payload.is_empty() {
                return self.terminate(code::FRAME_SIZE_ERROR);
            }
            return self.on_settings_ack();
        }
        if !payload.len().is_multiple_of(6) {
            return self.terminate(code::FRAME_SIZE_ERROR);
        }
        if payload.len() / 6 > self.options.max_settings {
            return self.terminate(code::ENHANCE_YOUR_CALM);
        }
        self.got_settings = true;
        let before = self.remote.initial_window_size;
        for entry in payload.chunks_exact(6) {
            let (key, value) = (u16::from_be_bytes([entry[0], entry[1]]), number(&entry[2..]));
            let known = key <= settings::MAX_HEADER_LIST_SIZE || key == settings::ENABLE_CONNECT_PROTOCOL;
            if !known && !self.options.custom_settings.contains(&key) {
                continue;
            }
            if let Err(number) = self.remote.set(key, value) {
                return self.broken(number);
            }
            if key == settings::HEADER_TABLE_SIZE {
                self.encoder.resize(value as usize);
            }
        }
        let by = i64::from(self.remote.initial_window_size) - i64::from(before);
        if by != 0 && !self.shift_send_windows(by) {
            return self.terminate(code::FLOW_CONTROL_ERROR);
        }
        frame::put(&mut self.out, frame::SETTINGS, frame::ACK, 0, &[]);
        self.begin_waiting();
        self.events.push_back(Event::RemoteSettings);
        self.count_ack();
    }

    fn on_settings_ack(&mut self) {
        // One that nobody has asked for is as good as none.
        let Some(sent) = self.sent_settings.pop_front() else { return };
        let before = self.local.initial_window_size;
        for (key, value) in sent {
            // They were checked before they were sent.
            let _ = self.local.set(key, value);
            if key == settings::HEADER_TABLE_SIZE {
                self.decoder.allow(value as usize);
            }
        }
        let by = i64::from(self.local.initial_window_size) - i64::from(before);
        self.streams.values_mut().for_each(|stream| stream.window += by);
        self.events.push_back(Event::SettingsAck);
    }

    fn count_ack(&mut self) {
        self.acks += 1;
        if self.acks > MAX_ACKS {
            self.fatal(lib_error::FLOODED);
        }
    }

    fn on_ping(&mut self, head: Head, payload: &[u8]) {
        let Ok(payload) = <[u8; 8]>::try_from(payload) else { return self.terminate(code::FRAME_SIZE_ERROR) };
        if head.stream != 0 {
            return self.broken(lib_error::PROTO);
        }
        if head.has(frame::ACK) {
            return self.events.push_back(Event::PingAck { payload });
        }
        frame::put(&mut self.out, frame::PING, frame::ACK, 0, &payload);
        self.events.push_back(Event::Ping { payload });
        self.count_ack();
    }

    fn on_goaway(&mut self, head: Head, payload: &[u8]) {
        if payload.len() < 8 {
            return self.terminate(code::FRAME_SIZE_ERROR);
        }
        let last = number(payload) & 0x7fff_ffff;
        let of_peer = last != 0 && !self.is_local(last);
        if head.stream != 0 || of_peer || self.goaway_received.is_some_and(|before| last > before) {
            return self.broken(lib_error::PROTO);
        }
        self.goaway_received = Some(last);
        let (code, data) = (number(&payload[4..]), payload[8..].to_vec());
        self.events.push_back(Event::GoAway { code, last, data });
        let unseen: Vec<u32> =
            self.streams.iter().filter(|(id, stream)| stream.local && **id > last).map(|(id, _)| *id).collect();
        for id in unseen {
            self.forget(id, code::REFUSED_STREAM);
        }
    }

    fn on_window_update(&mut self, head: Head, payload: &[u8]) {
        if payload.len() != 4 {
            return self.terminate(code::FRAME_SIZE_ERROR);
        }
        let increment = i64::from(number(payload) & 0x7fff_ffff);
        if head.stream == 0 {
            self.send_window += increment;
            if increment == 0 {
                self.broken(lib_error::PROTO);
            } else if self.send_window > MAX_WINDOW {
                self.broken(lib_error::FLOW_CONTROL);
            }
            return;
        }
        if self.is_idle(head.stream) {
            return self.broken(lib_error::PROTO);
        }
        let Some(stream) = self.streams.get_mut(&head.stream) else { return };
        if increment == 0 || (stream.reserved && !stream.local) {
            return self.broken(lib_error::PROTO);
        }
        stream.send_window += increment;
        if stream.send_window > MAX_WINDOW {
            return self.reset(head.stream, code::FLOW_CONTROL_ERROR);
        }
        self.make_ready(head.stream);
    }

    fn on_altsvc(&mut self, head: Head, payload: &[u8]) {
        let Some((&[a, b], rest)) = payload.split_first_chunk::<2>() else {
            return self.terminate(code::FRAME_SIZE_ERROR);
        };
        let Some((origin, value)) = rest.split_at_checked(usize::from(u16::from_be_bytes([a, b]))) else {
            return self.terminate(code::FRAME_SIZE_ERROR);
        };
        // Of the connection it names an origin, and of a stream it does not.
        if (head.stream == 0) == origin.is_empty() {
            return;
        }
        let (origin, value) = (origin.to_vec(), value.to_vec());
        self.events.push_back(Event::AltSvc { stream: head.stream, origin, value });
    }

    fn on_origin(&mut self, mut payload: &[u8]) {
        let mut origins = Vec::new();
        while !payload.is_empty() {
            let Some((&[a, b], rest)) = payload.split_first_chunk::<2>() else {
                return self.terminate(code::FRAME_SIZE_ERROR);
            };
            let Some((origin, rest)) = rest.split_at_checked(usize::from(u16::from_be_bytes([a, b]))) else {
                return self.terminate(code::FRAME_SIZE_ERROR);
            };
            origins.push(origin.to_vec());
            payload = rest;
        }
        self.events.push_back(Event::Origin { origins });
    }
}

/// Takes padding off. `None` when there is more of it than payload.
fn unpad(head: Head, payload: &mut Vec<u8>) -> Option<()> {
    if head.has(frame::PADDED) {
        let padding = usize::from(*payload.first()?);
        let len = payload.len().checked_sub(padding).filter(|len| *len > 0)?;
        payload.truncate(len);
        payload.remove(0);
    }
    Some(())
}
