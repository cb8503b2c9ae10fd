//! Two connections that talk to each other, and peers that misbehave.

use super::{
    Event, Header, Options, Padding, Session,
    frame::{self, code, lib_error},
};

fn headers(fields: &[(&str, &str)]) -> Vec<Header> {
    let header =
        |(name, value): &(&str, &str)| Header { name: (*name).into(), value: (*value).into(), sensitive: false };
    fields.iter().map(header).collect()
}

fn get() -> Vec<Header> {
    headers(&[(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/")])
}

fn post() -> Vec<Header> {
    headers(&[(":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/")])
}

fn ok() -> Vec<Header> {
    headers(&[(":status", "200")])
}

/// A client and a server, and what each has told.
struct Pair {
    client: Session,
    server: Session,
}

impl Pair {
    fn with(client: Options, server: Options) -> Self {
        let mut pair = Self { client: Session::new(false, client), server: Session::new(true, server) };
        pair.client.settings(Vec::new());
        pair.server.settings(Vec::new());
        pair.talk();
        pair
    }

    fn new() -> Self {
        Self::with(Options::default(), Options::default())
    }

    /// Lets both talk until neither has anything to say. The client's events, and the server's.
    fn talk(&mut self) -> (Vec<Event>, Vec<Event>) {
        let (mut of_client, mut of_server) = (Vec::new(), Vec::new());
        loop {
            let (up, down) = (self.client.output(), self.server.output());
            self.server.receive(&up);
            self.client.receive(&down);
            of_server.extend(std::iter::from_fn(|| self.server.next_event()));
            of_client.extend(std::iter::from_fn(|| self.client.next_event()));
            if up.is_empty() && down.is_empty() {
                return (of_client, of_server);
            }
        }
    }
}

/// A server that has got these bytes after a client's beginning: what it told, and what it said.
fn server_given(bytes: &[u8], options: Options) -> (Vec<Event>, Vec<u8>) {
    let mut server = Session::new(true, options);
    let mut begin = frame::PREFACE.to_vec();
    frame::put(&mut begin, frame::SETTINGS, 0, 0, &[]);
    server.receive(&begin);
    while server.next_event().is_some() {}
    server.output();
    server.receive(bytes);
    let events = std::iter::from_fn(|| server.next_event()).collect();
    (events, server.output())
}

fn one(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    frame::put(&mut out, kind, flags, stream, payload);
    out
}

/// The code of the `GOAWAY` that ends `said`.
fn goaway_code(said: &[u8]) -> Option<u32> {
    let start = said.len().checked_sub(17)?;
    (said[start + 3] == frame::GOAWAY).then(|| frame::number(&said[start + 13..]))
}

fn body(events: &[Event]) -> Vec<u8> {
    let data =
        events.iter().filter_map(|event| if let Event::Data { bytes, .. } = event { Some(&bytes[..]) } else { None });
    data.collect::<Vec<_>>().concat()
}

#[test]
fn a_request_is_answered_and_both_sides_close() {
    let mut pair = Pair::new();
    let id = pair.client.request(get(), true, false).unwrap();
    let (_, seen) = pair.talk();
    assert_eq!(seen, [Event::Headers { stream: id, category: 0, flags: 5, headers: get() }]);
    assert!(pair.server.respond(id, &ok(), false, false));
    assert!(pair.server.write(id, b"hello".to_vec()));
    pair.server.end(id);
    let (seen, closed) = pair.talk();
    let expected = [
        Event::Headers { stream: id, category: 1, flags: 4, headers: ok() },
        Event::Data { stream: id, bytes: b"hello".to_vec() },
        Event::End { stream: id },
        Event::Closed { stream: id, code: 0 },
    ];
    assert_eq!(seen, expected);
    assert_eq!(closed, [Event::Closed { stream: id, code: 0 }]);
    assert_eq!(pair.server.take_written(), [id]);
}

#[test]
fn a_body_larger_than_the_window_waits_for_the_reader() {
    let mut pair = Pair::new();
    let id = pair.client.request(post(), false, false).unwrap();
    pair.talk();
    pair.server.set_paused(id, true);
    pair.client.write(id, vec![7; 200_000]);
    pair.client.end(id);
    let (_, seen) = pair.talk();
    assert_eq!(body(&seen).len(), 65535);
    assert!(pair.client.take_written().is_empty());
    pair.server.set_paused(id, false);
    let (_, rest) = pair.talk();
    assert_eq!(body(&rest).len(), 200_000 - 65535);
    assert_eq!(rest.last(), Some(&Event::End { stream: id }));
    assert_eq!(pair.client.take_written(), [id]);
}

#[test]
fn trailers_follow_the_data() {
    let mut pair = Pair::new();
    let id = pair.client.request(get(), true, false).unwrap();
    pair.talk();
    pair.server.respond(id, &ok(), false, true);
    pair.server.write(id, b"x".to_vec());
    pair.server.end(id);
    let (_, told) = pair.talk();
    assert_eq!(told, [Event::WantTrailers { stream: id }]);
    let trailers = headers(&[("grpc-status", "0")]);
    pair.server.respond(id, &trailers, true, false);
    let (seen, _) = pair.talk();
    assert_eq!(seen[0], Event::Headers { stream: id, category: 3, flags: 5, headers: trailers });
}

#[test]
fn a_promise_becomes_a_stream() {
    let mut pair = Pair::new();
    let parent = pair.client.request(get(), true, false).unwrap();
    pair.talk();
    let id = pair.server.promise(parent, &get()).unwrap();
    pair.server.respond(id, &ok(), true, false);
    let (seen, _) = pair.talk();
    assert_eq!(id, 2);
    assert_eq!(seen[0], Event::Promise { parent, stream: id, flags: 4, headers: get() });
    assert_eq!(seen[1], Event::Headers { stream: id, category: 2, flags: 5, headers: ok() });
    assert_eq!(seen[3], Event::Closed { stream: id, code: 0 });
}

#[test]
fn a_promise_to_a_client_that_wants_none_fails() {
    let mut pair = Pair::new();
    pair.client.settings(vec![(2, 0)]);
    let parent = pair.client.request(get(), true, false).unwrap();
    pair.talk();
    assert_eq!(pair.server.promise(parent, &get()), Err(lib_error::PUSH_DISABLED));
}

#[test]
fn requests_beyond_the_limit_wait() {
    let mut pair = Pair::new();
    pair.server.settings(vec![(3, 1)]);
    pair.talk();
    let first = pair.client.request(get(), true, false).unwrap();
    let second = pair.client.request(get(), true, false).unwrap();
    let (_, seen) = pair.talk();
    assert_eq!(seen.len(), 1);
    pair.server.respond(first, &ok(), true, false);
    let (_, seen) = pair.talk();
    assert!(seen.iter().any(|event| matches!(event, Event::Headers { stream, .. } if *stream == second)));
}

#[test]
fn a_reset_tells_its_code_after_what_was_written() {
    let mut pair = Pair::new();
    let id = pair.client.request(post(), false, false).unwrap();
    pair.client.write(id, b"abc".to_vec());
    pair.client.close(id, code::CANCEL);
    let (_, seen) = pair.talk();
    assert_eq!(body(&seen), b"abc");
    assert_eq!(seen.last(), Some(&Event::Closed { stream: id, code: code::CANCEL }));
}

#[test]
fn settings_pings_and_goaways_arrive() {
    let mut pair = Pair::new();
    pair.server.settings(vec![(4, 100), (9, 5)]);
    pair.client.ping(*b"12345678");
    let (seen, told) = pair.talk();
    assert_eq!(told, [Event::Ping { payload: *b"12345678" }, Event::SettingsAck]);
    assert_eq!(seen, [Event::RemoteSettings, Event::PingAck { payload: *b"12345678" }]);
    assert_eq!((pair.client.remote.initial_window_size, pair.server.local.initial_window_size), (100, 100));
    let id = pair.client.request(get(), true, false).unwrap();
    pair.server.goaway(0, Some(0), b"bye");
    let (seen, _) = pair.talk();
    let expected = [
        Event::GoAway { code: 0, last: 0, data: b"bye".to_vec() },
        Event::Closed { stream: id, code: code::REFUSED_STREAM },
    ];
    assert_eq!(seen, expected);
    assert_eq!(pair.client.request(get(), true, false), Err(lib_error::START_STREAM_NOT_ALLOWED));
}

#[test]
fn padding_is_taken_off_again() {
    for padding in [Padding::Aligned, Padding::Max] {
        let mut pair = Pair::with(Options { padding, ..Options::default() }, Options::default());
        let id = pair.client.request(post(), false, false).unwrap();
        pair.client.write(id, vec![1; 100_000]);
        pair.client.end(id);
        let (_, seen) = pair.talk();
        assert_eq!(body(&seen).len(), 100_000, "{padding:?}");
    }
}

#[test]
fn headers_longer_than_a_frame_are_continued() {
    let mut pair = Pair::new();
    let mut long = get();
    long.push(Header { name: b"x-long".to_vec(), value: vec![b'\x7e'; 40_000], sensitive: false });
    pair.client.request(long.clone(), true, false).unwrap();
    let (_, seen) = pair.talk();
    assert_eq!(seen, [Event::Headers { stream: 1, category: 0, flags: 1, headers: long }]);
}

#[test]
fn headers_longer_than_allowed_are_not_sent() {
    let mut pair = Pair::with(Options { max_send_block: 10, ..Options::default() }, Options::default());
    let id = pair.client.request(get(), true, false).unwrap();
    let (seen, told) = pair.talk();
    assert!(told.is_empty());
    assert_eq!(seen[0], Event::FrameError { stream: id, kind: frame::HEADERS, code: code::FRAME_SIZE_ERROR });
    assert_eq!(seen[1], Event::Closed { stream: id, code: code::REFUSED_STREAM });
}

#[test]
fn too_many_fields_end_the_stream() {
    let mut pair = Pair::with(Options::default(), Options { max_header_pairs: 3, ..Options::default() });
    let id = pair.client.request(get(), true, false).unwrap();
    let (seen, told) = pair.talk();
    assert!(told.is_empty());
    assert_eq!(seen, [Event::Closed { stream: id, code: code::ENHANCE_YOUR_CALM }]);
}

#[test]
fn streams_that_there_is_no_memory_for_are_rejected_and_many_end_the_connection() {
    let mut pair = Pair::with(Options::default(), Options { max_memory: 0, max_rejected: 2, ..Options::default() });
    pair.client.request(get(), true, false).unwrap();
    assert_eq!(pair.talk().1.len(), 1);
    for _ in 0..3 {
        let id = pair.client.request(get(), true, false).unwrap();
        let (seen, told) = pair.talk();
        assert_eq!((seen, told), (vec![Event::Closed { stream: id, code: code::ENHANCE_YOUR_CALM }], Vec::new()));
    }
    pair.client.request(get(), true, false).unwrap();
    assert_eq!(pair.talk().1, [Event::Error { number: lib_error::CALLBACK_FAILURE }]);
}

#[test]
fn a_client_that_speaks_something_else_is_refused() {
    let mut server = Session::new(true, Options::default());
    server.receive(b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(server.next_event(), Some(Event::Error { number: lib_error::BAD_CLIENT_MAGIC }));
    assert_eq!(server.next_event(), None);
}

#[test]
fn frames_that_must_not_be_end_the_connection() {
    let cases: &[(Vec<u8>, u32, Option<i32>)] = &[
        (one(frame::DATA, 0, 1, b"x"), code::PROTOCOL_ERROR, Some(lib_error::PROTO)),
        (one(frame::HEADERS, 4, 2, &[0x82]), code::PROTOCOL_ERROR, Some(lib_error::PROTO)),
        (one(frame::HEADERS, 4, 1, &[0xff, 0xff, 0xff, 0xff, 0xff]), code::COMPRESSION_ERROR, None),
        (one(frame::PING, 0, 0, b"1"), code::FRAME_SIZE_ERROR, None),
        (one(frame::SETTINGS, 0, 0, &[0, 4, 0xff, 0xff, 0xff, 0xff]), code::FLOW_CONTROL_ERROR, None),
        (one(frame::SETTINGS, 0, 0, &[0, 2, 0, 0, 0, 9]), code::PROTOCOL_ERROR, Some(lib_error::PROTO)),
        (one(frame::WINDOW_UPDATE, 0, 0, &[0; 4]), code::PROTOCOL_ERROR, Some(lib_error::PROTO)),
        (one(frame::WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff]), code::FLOW_CONTROL_ERROR, None),
        (one(frame::CONTINUATION, 4, 1, &[]), code::PROTOCOL_ERROR, Some(lib_error::PROTO)),
        (one(frame::DATA, 0, 1, &[0; 16385]), code::FRAME_SIZE_ERROR, None),
        ([one(frame::HEADERS, 0, 1, &[0x82]), one(frame::PING, 0, 0, &[0; 8])].concat(), code::PROTOCOL_ERROR, None),
    ];
    for (bytes, expected, error) in cases {
        let (events, said) = server_given(bytes, Options::default());
        assert_eq!(goaway_code(&said), Some(*expected), "{bytes:?}");
        assert_eq!(events, error.map(|number| Event::Error { number }).into_iter().collect::<Vec<_>>(), "{bytes:?}");
    }
}

#[test]
fn floods_end_the_connection() {
    let pings = one(frame::PING, 0, 0, &[0; 8]).repeat(1100);
    let (events, _) = server_given(&pings, Options::default());
    assert_eq!(events.last(), Some(&Event::Error { number: lib_error::FLOODED }));
    let settings = one(frame::SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 1].repeat(33));
    assert_eq!(goaway_code(&server_given(&settings, Options::default()).1), Some(code::ENHANCE_YOUR_CALM));
    let invalid: Vec<u8> = (0..12).flat_map(|n| one(frame::HEADERS, 5, n * 2 + 1, &[0x88])).collect();
    let options = Options { max_invalid_frames: 10, ..Options::default() };
    assert_eq!(server_given(&invalid, options).0, [Event::TooManyInvalidFrames]);
}

#[test]
fn more_data_than_the_window_ends_the_stream() {
    let request = one(frame::HEADERS, 4, 1, &[0x83, 0x86, 0x84, 0x41, 1, b'a']);
    let mut server = Session::new(true, Options::default());
    server.settings(vec![(4, 10)]);
    let mut bytes = frame::PREFACE.to_vec();
    frame::put(&mut bytes, frame::SETTINGS, 0, 0, &[]);
    frame::put(&mut bytes, frame::SETTINGS, frame::ACK, 0, &[]);
    bytes.extend(request);
    frame::put(&mut bytes, frame::DATA, 0, 1, &[0; 11]);
    server.receive(&bytes);
    let events: Vec<Event> = std::iter::from_fn(|| server.next_event()).collect();
    assert_eq!(events.last(), Some(&Event::Closed { stream: 1, code: code::FLOW_CONTROL_ERROR }));
}

#[test]
fn any_bytes_are_survived() {
    // A cheap generator is enough to reach every frame with every length, on either side, with streams in every state.
    let mut seed = 1_u32;
    let mut random = move |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    for _ in 0..4000 {
        let mut pair = Pair::new();
        let first = pair.client.request(post(), false, true).unwrap();
        pair.client.request(get(), true, false).unwrap();
        pair.client.write(first, vec![1; random(100_000) as usize]);
        pair.talk();
        pair.server.respond(first, &ok(), random(2) == 1, random(2) == 1);
        pair.server.write(first, vec![2; random(100_000) as usize]);
        let _ = pair.server.promise(first, &get());
        for _ in 0..4 {
            let payload: Vec<u8> =
                (0..random(24)).map(|_| if random(4) == 0 { 0x7f } else { random(256) as u8 }).collect();
            let bytes = one(random(13) as u8, random(64) as u8, random(6), &payload);
            if random(2) == 1 {
                pair.client.receive(&bytes)
            } else {
                pair.server.receive(&bytes)
            }
            if random(4) == 0 {
                pair.server.close(random(6), random(14));
            }
        }
        pair.talk();
    }
}
