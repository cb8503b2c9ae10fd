//! Exchanges with local servers, as they should go.

mod common;

use std::{
    rc::Rc,
    sync::{Arc, Barrier, mpsc},
    time::Duration,
};

use bytes::Bytes;
use common::{Server, client, text};
use llrt_http::{Body, Client, Config, Error, HeaderValue, Method, Policy, Request};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[tokio::test]
async fn a_small_answer_is_complete_at_once_and_its_connection_is_reused() {
    let server = Server::answering(OK);
    let client = client();
    for _ in 0..5 {
        let request = Request { body: "{}".into(), ..server.request(Method::POST) };
        let mut response = client.send(request).await.unwrap();
        // The parts may come one by one, but never more than one read behind.
        let body = match response.body.take_complete() {
            Some(body) => body,
            None => response.body.collect().await.unwrap(),
        };
        assert_eq!((response.status.as_u16(), body.as_slice()), (200, &b"ok"[..]));
    }
    assert_eq!(server.connections(), 1);
    let requests = server.requests();
    assert!(
        requests.iter().all(|request| request.starts_with("POST / HTTP/1.1\r\n") && request.ends_with("\r\n\r\n{}"))
    );
    assert!(
        requests[0].contains(&format!("host: {}\r\n", server.address)) && requests[0].contains("content-length: 2\r\n")
    );
}

#[tokio::test]
async fn headers_arrive_in_both_directions() {
    let server = Server::answering(
        "HTTP/1.1 299 Strange Thing\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-Text: é\r\nContent-Length: 0\r\n\r\n",
    );
    let mut request = server.request(Method::GET);
    request.headers.insert("x-sent", HeaderValue::from_static("yes"));
    let response = client().send(request).await.unwrap();
    assert_eq!(response.status.as_u16(), 299);
    assert_eq!(response.reason.as_deref(), Some(&b"Strange Thing"[..]));
    assert_eq!(response.headers.get_all("set-cookie").iter().count(), 2);
    assert!(server.requests()[0].contains("x-sent: yes\r\n"));
}

#[tokio::test]
async fn answers_without_a_body_free_their_connection() {
    let server = Server::start(|_, peer| {
        while let Some(request) = peer.read_request() {
            match &request[..4] {
                "HEAD" => peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"),
                "PUT " => peer.send("HTTP/1.1 304 Not Modified\r\n\r\n"),
                _ => peer.send("HTTP/1.1 204 No Content\r\n\r\n"),
            }
        }
    });
    let client = client();
    for method in [Method::HEAD, Method::GET, Method::PUT, Method::DELETE] {
        let mut response = client.send(server.request(method)).await.unwrap();
        assert_eq!(response.body.take_complete(), Some(vec![]));
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn interim_answers_are_skipped() {
    let server = Server::answering(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    );
    assert_eq!(text(client().send(server.request(Method::GET)).await).await.unwrap(), "ok");
}

#[tokio::test]
async fn a_chunked_answer_streams() {
    let (go, wait) = mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let server = Server::start(move |_, peer| {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        wait.lock().unwrap().recv().unwrap();
        peer.send("3;x=y\r\ntwo\r\n0\r\nTrailer: t\r\n\r\n");
        peer.read_request();
    });
    let client = client();
    let mut response = client.send(server.request(Method::GET)).await.unwrap();
    assert_eq!(response.body.chunk().await.unwrap().unwrap(), "one");
    go.send(()).unwrap();
    assert_eq!(response.body.chunk().await.unwrap().unwrap(), "two");
    assert!(response.body.chunk().await.is_none() && response.body.is_complete());
}

#[tokio::test]
async fn an_answer_may_last_until_the_connection_ends() {
    let server = Server::start(|_, peer| {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
    });
    assert_eq!(text(client().send(server.request(Method::GET)).await).await.unwrap(), "until the end");
}

#[tokio::test]
async fn large_bodies_pass_both_ways_whole_and_in_parts() {
    let len = 5_000_000;
    let server = Server::start(move |_, peer| {
        while let Some(request) = peer.read_request() {
            let body = &request[common::find(request.as_bytes(), b"\r\n\r\n").unwrap() + 4..];
            let body = body.replace(|c: char| c != 'x', "");
            peer.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
        }
    });
    let client = client();
    let whole = Request { body: vec![b'x'; len].into(), ..server.request(Method::POST) };
    assert_eq!(text(client.send(whole).await).await.unwrap().len(), len);
    for known in [Some(len as u64), None] {
        let (sender, body) = Body::stream(known);
        let request = Request { body, ..server.request(Method::POST) };
        let send = async {
            for _ in 0..50 {
                assert!(sender.send(Bytes::from(vec![b'x'; len / 50])).await);
            }
            sender.end();
        };
        let (answer, ()) = tokio::join!(client.send(request), send);
        assert_eq!(text(answer).await.unwrap().len(), len);
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_streamed_body_goes_on_after_the_answer_has_begun() {
    let server = Server::start(|_, peer| {
        peer.read_more();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
        peer.read_request();
        peer.send("ok");
    });
    let (sender, body) = Body::stream(None);
    let mut response = client().send(Request { body, ..server.request(Method::POST) }).await.unwrap();
    for _ in 0..3 {
        assert!(sender.send(Bytes::from_static(b"part")).await);
    }
    sender.end();
    assert_eq!(response.body.collect().await.unwrap(), b"ok");
}

#[tokio::test]
async fn an_answer_is_not_read_faster_than_it_is_taken() {
    let (progress, sent) = mpsc::channel();
    let server = Server::start(move |_, peer| {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
        peer.stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
        let mut total = 0;
        while let Ok(len) = std::io::Write::write(&mut peer.stream, &[0; 65536]) {
            total += len;
        }
        progress.send(total).unwrap();
    });
    let mut response = client().send(server.request(Method::GET)).await.unwrap();
    response.body.chunk().await.unwrap().unwrap();
    let total = tokio::task::spawn_blocking(move || sent.recv().unwrap()).await.unwrap();
    assert!(total < 100_000_000, "{total} bytes were taken off the socket");
}

#[tokio::test]
async fn simultaneous_requests_have_connections_of_their_own() {
    let barrier = Arc::new(Barrier::new(3));
    let server = Server::start(move |_, peer| {
        while peer.read_request().is_some() {
            barrier.wait();
            peer.send(OK);
        }
    });
    let client = client();
    for _ in 0..2 {
        let get = || async { text(client.send(server.request(Method::GET)).await).await.unwrap() };
        tokio::join!(get(), get(), get());
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn connections_to_a_host_can_be_limited() {
    let server = Server::answering(OK);
    let client = Client::new(Config { max_connections_per_host: Some(1), ..Config::default() });
    let get = || async { text(client.send(server.request(Method::GET)).await).await.unwrap() };
    tokio::join!(get(), get(), get());
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn connection_close_is_obeyed() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    let client = client();
    for _ in 0..2 {
        assert_eq!(text(client.send(server.request(Method::GET)).await).await.unwrap(), "ok");
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn an_idle_connection_is_not_used_beyond_its_time() {
    let server = Server::answering(OK);
    let client = Client::new(Config { idle_timeout: Duration::ZERO, ..Config::default() });
    for _ in 0..2 {
        assert_eq!(text(client.send(server.request(Method::GET)).await).await.unwrap(), "ok");
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_connection_opened_ahead_is_used() {
    let server = Server::answering(OK);
    let client = client();
    let request = server.request(Method::GET);
    let (answer, ()) = tokio::join!(async { text(client.send(request).await).await }, async {});
    answer.unwrap();
    client.close_idle();
    let (ahead, answer) = tokio::join!(client.preconnect(server.origin(), None), async {
        text(client.send(server.request(Method::GET)).await).await
    });
    assert_eq!((ahead, answer.unwrap().as_str()), ((), "ok"));
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn opening_ahead_to_nowhere_costs_the_request_nothing_but_its_own_error() {
    let client = client();
    let origin = llrt_http::Origin::http("127.0.0.1", common::closed_port());
    client.preconnect(origin.clone(), None).await;
    let error = client.send(Request::new(Method::GET, origin, "/")).await.unwrap_err();
    assert_eq!(error.code(), "ECONNREFUSED");
}

#[tokio::test]
async fn a_denied_host_is_refused() {
    let policy = Rc::new(Policy::new(None, Some("127.0.0.1")));
    let server = Server::answering(OK);
    let client = Client::new(Config { policy, ..Config::default() });
    let error = client.send(server.request(Method::GET)).await.unwrap_err();
    assert!(matches!(error, Error::Denied(_)) && error.code() == "ERR_ACCESS_DENIED");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_server_is_asked_whether_it_wants_a_body() {
    let server = Server::start(|_, peer| {
        let head = peer.read_head();
        assert!(head.contains("expect: 100-continue\r\n") && !peer.has_more(), "{head}");
        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        peer.read_body(4);
        peer.send(OK);
    });
    let wait = Some(Duration::from_secs(60));
    let request = Request { body: "body".into(), expect_continue: wait, ..server.request(Method::PUT) };
    assert_eq!(text(client().send(request).await).await.unwrap(), "ok");
}

#[tokio::test]
async fn a_body_that_is_not_asked_for_is_sent_after_a_while() {
    let server = Server::start(|_, peer| {
        peer.read_request();
        peer.send(OK);
    });
    let wait = Some(Duration::from_millis(10));
    let request = Request { body: "body".into(), expect_continue: wait, ..server.request(Method::PUT) };
    assert_eq!(text(client().send(request).await).await.unwrap(), "ok");
}

#[tokio::test]
async fn a_body_that_is_refused_is_not_sent() {
    let server = Server::start(|_, peer| {
        peer.read_head();
        peer.send("HTTP/1.1 417 No\r\nContent-Length: 2\r\n\r\nno");
        while peer.read_more().is_some() {}
        assert!(!peer.has_more());
    });
    let wait = Some(Duration::from_secs(60));
    let request = Request { body: "body".into(), expect_continue: wait, ..server.request(Method::PUT) };
    assert_eq!(text(client().send(request).await).await.unwrap(), "no");
}
