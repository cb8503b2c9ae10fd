//! The parser, on bytes.

use llrt_mod_http::{
    names::METHODS,
    parser::{Answer, Event, Kind, Parser, lenient},
};

/// What a parser says about `pieces`, one after the other: a line for each event; parts of a body are joined.
fn read_with(parser: &mut Parser, pieces: &[&[u8]], answer: Answer) -> String {
    let mut seen: Vec<String> = Vec::new();
    'pieces: for piece in pieces {
        let mut at = 0;
        loop {
            let (event, next) = parser.step(piece, at);
            at = next;
            match event {
                Event::More => break,
                Event::Begin => {}
                Event::Head => {
                    parser.answer(answer);
                    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                    let fields: Vec<_> = parser.fields().map(text).collect();
                    let start = match parser.method() {
                        Some(method) => format!("{} {}", METHODS[method], text(parser.url())),
                        None => format!("{} {}", parser.status(), text(parser.reason())),
                    };
                    seen.push(format!("{start} {:?} {}", parser.version(), fields.join("|")));
                }
                Event::Body(part) => {
                    let part = String::from_utf8_lossy(&piece[part]).into_owned();
                    match seen.last_mut() {
                        Some(last) if last.starts_with("> ") => last.push_str(&part),
                        _ => seen.push(format!("> {part}")),
                    }
                }
                Event::Complete => {
                    let trailers = if parser.has_trailers() {
                        parser.fields().map(|field| String::from_utf8_lossy(field).into_owned()).collect()
                    } else {
                        Vec::new()
                    };
                    seen.push(format!("complete {}", trailers.join("|")).trim().to_owned());
                }
                Event::Upgrade => {
                    seen.push(format!("upgrade, {} left", piece.len() - at));
                    break;
                }
                Event::Failed => {
                    let failure = parser.failure().expect("a failure has a code");
                    seen.push(format!("{}: {}", failure.code, failure.reason));
                    break 'pieces;
                }
            }
        }
    }
    if let Event::Failed = parser.finish() {
        seen.push(parser.failure().map_or_else(String::new, |failure| failure.code.to_owned()));
    }
    seen.join("\n")
}

fn read(kind: Kind, text: &str) -> String {
    read_with(&mut Parser::new(kind, 16384, 0), &[text.as_bytes()], Answer::AsSaid)
}

fn request(text: &str) -> String {
    read(Kind::Request, text)
}

fn response(text: &str) -> String {
    read(Kind::Response, text)
}

const MESSAGES: &[&str] = &[
    "GET /a?b HTTP/1.1\r\nHost: h\r\nEmpty:\r\nSpaced:  \t v w \t\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET /2 HTTP/1.0\r\n\r\n",
    "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b;c=\"d\\\"\"\r\nhello\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
    "GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nother",
    "GET / HTTP/1.1\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\n\r\n",
];

#[test]
fn a_message_in_pieces_is_the_same_message() {
    for message in MESSAGES {
        let whole = request(message);
        for at in 1..message.len() {
            let (one, two) = message.as_bytes().split_at(at);
            let seen = read_with(&mut Parser::new(Kind::Request, 16384, 0), &[one, two], Answer::AsSaid);
            // What is left when another protocol follows depends on the pieces.
            let kept = |text: &str| text.split("upgrade,").next().unwrap_or_default().to_owned();
            assert_eq!(kept(&seen), kept(&whole), "{message:?} cut at {at}");
        }
    }
}

#[test]
fn requests_follow_one_another() {
    assert_eq!(request(MESSAGES[0]), "GET /a?b (1, 1) Host|h|Empty||Spaced|v w\ncomplete");
    assert_eq!(request(MESSAGES[1]), "POST / (1, 1) Content-Length|5\n> hello\ncomplete\nGET /2 (1, 0) \ncomplete");
}

#[test]
fn chunks_have_extensions_and_trailers() {
    assert_eq!(request(MESSAGES[2]), "PUT / (1, 1) Transfer-Encoding|chunked\n> hello0123456789\ncomplete T|v");
}

#[test]
fn what_follows_an_upgrade_is_not_read() {
    assert_eq!(request(MESSAGES[3]), "GET / (1, 1) Connection|Upgrade|Upgrade|x\ncomplete\nupgrade, 5 left");
    assert_eq!(request("CONNECT h:1 HTTP/1.1\r\n\r\nxyz"), "CONNECT h:1 (1, 1) \ncomplete\nupgrade, 3 left");
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
    let tunnel = read_with(&mut Parser::new(Kind::Response, 16384, 0), &[head], Answer::Tunnel);
    assert_eq!(tunnel, "200 OK (1, 1) Content-Length|3\ncomplete\nupgrade, 3 left");
}

#[test]
fn nothing_follows_the_last_message() {
    let closed = "HPE_CLOSED_CONNECTION: Data after `Connection: close`";
    assert!(request(MESSAGES[4]).ends_with(closed));
    assert!(!request("GET / HTTP/1.1\r\nConnection: close\r\n\r\n\r\n").ends_with(closed));
}

#[test]
fn responses_end_where_their_heads_say() {
    assert_eq!(response("HTTP/1.1 204 No Content\r\n\r\n"), "204 No Content (1, 1) \ncomplete");
    assert_eq!(response("HTTP/1.1 304\r\nContent-Length: 9\r\n\r\n"), "304  (1, 1) Content-Length|9\ncomplete");
    // Only the end of the stream ends this one.
    assert_eq!(response("HTTP/1.1 200 OK\r\n\r\nabc"), "200 OK (1, 1) \n> abc");
    let mut parser = Parser::new(Kind::Response, 16384, 0);
    read_with(&mut parser, &[b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"], Answer::NoBody);
    assert!(parser.should_keep_alive());
}

#[test]
fn a_message_that_is_cut_off_is_an_error() {
    for text in ["GET / HTTP/1.1\r\nHos", "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"] {
        assert!(request(text).ends_with("HPE_INVALID_EOF_STATE"), "{text:?}");
    }
}

#[test]
fn requests_are_read_strictly() {
    for (text, code) in [
        ("get / HTTP/1.1\r\n\r\n", "HPE_INVALID_METHOD: Invalid method encountered"),
        ("GETS / HTTP/1.1\r\n\r\n", "HPE_INVALID_METHOD: Expected space after method"),
        ("PRI * HTTP/2.0\r\n\r\n", "HPE_PAUSED_H2_UPGRADE: Pause on PRI/Upgrade"),
        ("GET /\u{1} HTTP/1.1\r\n\r\n", "HPE_INVALID_URL: Invalid char in url path"),
        ("GET a HTTP/1.1\r\n\r\n", "HPE_INVALID_URL: Invalid characters in url"),
        ("GET / HTTX/1.1\r\n\r\n", "HPE_INVALID_CONSTANT: Expected HTTP/, RTSP/ or ICE/"),
        ("GET / HTTP/1.2\r\n\r\n", "HPE_INVALID_VERSION: Invalid HTTP version"),
        ("GET / HTTP/1.1\r\n A: b\r\n\r\n", "HPE_UNEXPECTED_SPACE: Unexpected space after start line"),
        ("GET / HTTP/1.1\r\nA : b\r\n\r\n", "HPE_INVALID_HEADER_TOKEN: Invalid header token"),
        ("GET / HTTP/1.1\r\nA: \u{1}\r\n\r\n", "HPE_INVALID_HEADER_TOKEN: Invalid header value char"),
        ("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "HPE_INVALID_HEADER_TOKEN: Unexpected whitespace after header value"),
        ("GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n", "HPE_LF_EXPECTED: Missing expected LF after header value"),
        ("GET / HTTP/1.1\r\nA: b\n\r\n", "HPE_CR_EXPECTED: Missing expected CR after header value"),
        (
            "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "HPE_UNEXPECTED_CONTENT_LENGTH: Duplicate Content-Length",
        ),
        (
            "GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
            "HPE_INVALID_CONTENT_LENGTH: Invalid character in Content-Length",
        ),
        (
            "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
            "HPE_INVALID_CONTENT_LENGTH: Content-Length can't be present with Transfer-Encoding",
        ),
        (
            "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HPE_INVALID_TRANSFER_ENCODING: Transfer-Encoding can't be present with Content-Length",
        ),
        (
            "GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
            "HPE_INVALID_TRANSFER_ENCODING: Request has invalid `Transfer-Encoding`",
        ),
        (
            "GET / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
            "HPE_INVALID_TRANSFER_ENCODING: Invalid `Transfer-Encoding` header value",
        ),
    ] {
        assert_eq!(request(text).lines().last(), Some(code), "{text:?}");
    }
}

#[test]
fn chunks_are_read_strictly() {
    let head = "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (text, code) in [
        ("x\r\n", "HPE_INVALID_CHUNK_SIZE: Invalid character in chunk size"),
        ("3 \r\n", "HPE_INVALID_CHUNK_SIZE: Invalid character in chunk size"),
        ("11111111111111111\r\n", "HPE_INVALID_CHUNK_SIZE: Chunk size overflow"),
        ("3\nabc", "HPE_CR_EXPECTED: Missing expected CR after chunk size"),
        ("3\r\nabcd", "HPE_STRICT: Expected LF after chunk data"),
        (
            "0\r\nContent-Length: 3\r\n\r\n",
            "HPE_INVALID_CONTENT_LENGTH: Content-Length can't be present with Transfer-Encoding",
        ),
    ] {
        assert_eq!(request(&format!("{head}{text}")).lines().last(), Some(code), "{text:?}");
    }
    let long = format!("{head}1;{}\r\n", "a".repeat(20000));
    assert!(request(&long).ends_with("HPE_CHUNK_EXTENSIONS_OVERFLOW: Chunk extensions overflow"));
}

#[test]
fn heads_have_a_limit() {
    let text = format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "a".repeat(100));
    let seen = |limit| read_with(&mut Parser::new(Kind::Request, limit, 0), &[text.as_bytes()], Answer::AsSaid);
    assert_eq!(seen(102), "HPE_HEADER_OVERFLOW: Header overflow");
    assert!(seen(103).ends_with("complete"));
}

#[test]
fn leniency_forgives_what_it_names() {
    let seen =
        |bits, text: &str| read_with(&mut Parser::new(Kind::Request, 16384, bits), &[text.as_bytes()], Answer::AsSaid);
    assert!(seen(lenient::HEADERS, "GET / HTTP/1.1\r\nA: \u{1}\r\n\r\n").ends_with("complete"));
    assert!(seen(lenient::HEADERS, "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n").ends_with("A|b c\ncomplete"));
    assert!(seen(lenient::VERSION, "GET / HTTP/1.2\r\n\r\n").ends_with("complete"));
    assert_eq!(seen(lenient::KEEP_ALIVE, MESSAGES[4]).matches("complete").count(), 2);
    let both = "PUT / HTTP/1.1\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert!(seen(lenient::CHUNKED_LENGTH, both).ends_with("complete"));
}
