//! What can go wrong between a client and a server, and what is said about it.

mod common;

use std::{sync::mpsc, time::Duration};

use bytes::Bytes;
use common::{Server, client, closed_port, text};
use llrt_http::{Body, Error, Method, Origin, Request, Timeouts};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

async fn failure(server: &Server) -> Error {
    text(client().send(server.request(Method::POST)).await).await.unwrap_err()
}

#[tokio::test]
async fn a_refused_connection_names_the_address() {
    let port = closed_port();
    let error = client().send(Request::new(Method::GET, Origin::http("127.0.0.1", port), "/")).await.unwrap_err();
    let Error::Connect(attempts) = &error else { panic!("{error}") };
    assert_eq!(attempts[0].address.to_string(), format!("127.0.0.1:{port}"));
    assert_eq!(error.code(), "ECONNREFUSED");
}

#[tokio::test]
async fn every_address_of_a_name_is_tried() {
    let request = Request::new(Method::GET, Origin::http("localhost", closed_port()), "/");
    let error = client().send(request).await.unwrap_err();
    assert!(matches!(&error, Error::Connect(attempts) if attempts.len() == 2), "{error:?}");
}

#[tokio::test]
async fn a_server_that_hangs_up_before_answering_is_said_so() {
    let server = Server::start(|_, peer| drop(peer.read_request()));
    let error = failure(&server).await;
    assert_eq!((error.to_string().as_str(), error.code()), ("socket hang up", "ECONNRESET"));
}

#[tokio::test]
async fn a_head_that_is_cut_off_is_a_hang_up() {
    let server = Server::start(|_, peer| {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Le");
    });
    assert!(matches!(failure(&server).await, Error::Closed));
}

#[tokio::test]
async fn a_reset_before_the_answer_is_econnreset() {
    let server = Server::start(|_, peer| {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\n");
        peer.reset();
    });
    let error = failure(&server).await;
    assert_eq!(error.code(), "ECONNRESET", "{error:?}");
}

#[tokio::test]
async fn a_reset_inside_the_body_is_econnreset() {
    let server = Server::start(|_, peer| {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
        peer.reset();
    });
    let error = failure(&server).await;
    assert_eq!(error.code(), "ECONNRESET", "{error:?}");
}

#[tokio::test]
async fn a_body_that_is_cut_off_is_an_error_and_not_an_end() {
    for head in ["Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nwor"] {
        let server = Server::start(move |_, peer| {
            peer.read_request();
            peer.send(format!("HTTP/1.1 200 OK\r\n{head}"));
        });
        let mut response = client().send(server.request(Method::GET)).await.unwrap();
        let error = response.body.collect().await.unwrap_err();
        assert!(matches!(error, Error::Truncated), "{error:?}");
        assert!(response.body.chunk().await.is_none());
    }
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_a_parse_error() {
    for (answer, code) in [
        ("SSH-2.0-OpenSSH_9.2\r\n", "HPE_INVALID_CONSTANT"),
        ("\0\0\0\0garbage\r\n\r\n", "HPE_INVALID_CONSTANT"),
        ("HTTP/1.1 abc OK\r\n\r\n", "HPE_INVALID_STATUS"),
        ("HTTP/1.1 200 OK\r\nbad header\r\n\r\n", "HPE_INVALID_HEADER_TOKEN"),
    ] {
        let server = Server::answering(answer);
        let error = failure(&server).await;
        assert_eq!(error.code(), code, "{answer}: {error:?}");
    }
}

#[tokio::test]
async fn a_bad_chunk_size_is_a_parse_error() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    let error = failure(&server).await;
    assert_eq!(error.code(), "HPE_INVALID_CHUNK_SIZE", "{error:?}");
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let server = Server::start(|_, peer| {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\n");
        for index in 0..100_000 {
            peer.send(format!("x-{index}: {}\r\n", "y".repeat(100)));
        }
    });
    let error = failure(&server).await;
    assert_eq!(error.code(), "HPE_HEADER_OVERFLOW", "{error:?}");
}

#[tokio::test]
async fn an_idle_connection_that_the_server_closed_is_replaced_without_notice() {
    let (closed, wait) = mpsc::channel();
    let server = Server::start(move |number, peer| {
        peer.read_request();
        peer.send(OK);
        if number == 0 {
            peer.stream.shutdown(std::net::Shutdown::Both).unwrap();
            closed.send(()).unwrap();
        } else {
            peer.read_request();
        }
    });
    let client = client();
    assert_eq!(text(client.send(server.request(Method::POST)).await).await.unwrap(), "ok");
    // The loop has had no chance to see it: this blocks its thread.
    wait.recv().unwrap();
    assert_eq!(text(client.send(server.request(Method::POST)).await).await.unwrap(), "ok");
    assert_eq!(server.connections(), 2);
}

/// The second request on the first connection is read and not answered.
fn closing_on_reuse() -> Server {
    Server::start(|number, peer| {
        peer.read_request();
        peer.send(OK);
        if peer.read_request().is_some() && number > 0 {
            peer.send(OK);
        }
    })
}

#[tokio::test]
async fn an_idempotent_request_is_sent_again_when_a_reused_connection_closes() {
    let server = closing_on_reuse();
    let client = client();
    for _ in 0..2 {
        let request = Request { body: "same".into(), ..server.request(Method::PUT) };
        assert_eq!(text(client.send(request).await).await.unwrap(), "ok");
    }
    let requests = server.requests();
    assert_eq!((requests.len(), &requests[1]), (3, &requests[2]));
}

#[tokio::test]
async fn any_other_request_is_not() {
    let server = closing_on_reuse();
    let client = client();
    assert_eq!(text(client.send(server.request(Method::POST)).await).await.unwrap(), "ok");
    let error = text(client.send(server.request(Method::POST)).await).await.unwrap_err();
    assert_eq!(error.code(), "ECONNRESET");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_connection_that_is_not_answered_in_time_is_given_up() {
    // A listener whose queue is full does not answer further connections.
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let _full: Vec<_> =
        (0..3).map(|_| std::net::TcpStream::connect_timeout(&address, Duration::from_millis(100))).collect();
    let mut request = Request::new(Method::GET, Origin::http("127.0.0.1", address.port()), "/");
    request.timeouts = Timeouts { connect: Some(Duration::from_millis(50)), ..Timeouts::default() };
    let error = client().send(request).await.unwrap_err();
    assert!(matches!(error, Error::ConnectTimeout) && error.code() == "ETIMEDOUT");
}

/// Reads requests, and sends the beginning of an answer to some.
fn slow_server() -> Server {
    Server::start(|_, peer| {
        while let Some(request) = peer.read_request() {
            if request.starts_with("POST") {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
            }
        }
    })
}

#[tokio::test]
async fn a_slow_head_is_given_up() {
    let server = slow_server();
    let time = Some(Duration::from_millis(50));
    let mut request = server.request(Method::GET);
    request.timeouts.headers = time;
    let error = client().send(request).await.unwrap_err();
    assert!(matches!(error, Error::HeadersTimeout), "{error}");
}

#[tokio::test]
async fn silence_is_given_up_before_and_after_the_head() {
    let server = slow_server();
    let timeouts = Timeouts { idle: Some(Duration::from_millis(50)), ..Timeouts::default() };
    let error = client().send(Request { timeouts, ..server.request(Method::GET) }).await.unwrap_err();
    assert!(matches!(error, Error::IdleTimeout), "{error}");
    let mut response = client().send(Request { timeouts, ..server.request(Method::POST) }).await.unwrap();
    let error = response.body.collect().await.unwrap_err();
    assert!(matches!(error, Error::BodyTimeout), "{error}");
}

#[tokio::test]
async fn a_body_that_is_given_up_fails_the_request() {
    let server = Server::answering(OK);
    let (sender, body) = Body::stream(None);
    let client = client();
    let (answer, ()) = tokio::join!(client.send(Request { body, ..server.request(Method::POST) }), async {
        sender.send(Bytes::from_static(b"part")).await;
        sender.fail("the source broke".to_owned()).await;
    });
    let error = answer.unwrap_err();
    assert!(matches!(&error, Error::RequestBody(reason) if reason == "the source broke"), "{error:?}");
}

#[tokio::test]
async fn a_sender_learns_that_nobody_listens() {
    let server = Server::start(|_, peer| {
        peer.read_more();
        peer.reset();
    });
    let (sender, body) = Body::stream(None);
    let client = client();
    let (answer, ()) = tokio::join!(client.send(Request { body, ..server.request(Method::POST) }), async {
        while sender.send(Bytes::from_static(&[0; 4096])).await {}
    });
    assert!(["ECONNRESET", "EPIPE"].contains(&answer.unwrap_err().code()));
}

#[tokio::test]
async fn a_request_that_is_given_up_leaves_no_connection_behind() {
    let server = Server::start(|number, peer| {
        if number == 0 {
            peer.read_request();
            peer.read_more();
        } else {
            while peer.read_request().is_some() {
                peer.send(OK);
            }
        }
    });
    let client = client();
    let slow = client.send(server.request(Method::GET));
    assert!(tokio::time::timeout(Duration::from_millis(50), slow).await.is_err());
    assert_eq!(text(client.send(server.request(Method::GET)).await).await.unwrap(), "ok");
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn an_unread_answer_leaves_no_connection_behind() {
    let big = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart";
    let server = Server::answering(big);
    let client = client();
    for _ in 0..2 {
        drop(client.send(server.request(Method::GET)).await.unwrap());
    }
    assert_eq!(server.connections(), 2);
}
