//! HTTP/2 without TLS: the first bytes of a connection find out.
#![cfg(feature = "http2")]

mod common;

use std::{cell::Cell, convert::Infallible, rc::Rc, time::Duration};

use common::Server;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use llrt_http::{Client, Config, Error, Http2, Method, Origin, Request, Response};
use tokio::{sync::Notify, task::LocalSet};

fn client(http2: Http2) -> Client {
    Client::new(Config { http2, ..Config::default() })
}

async fn text(response: Result<Response, Error>) -> Result<String, Error> {
    Ok(String::from_utf8(response?.body.collect().await?).unwrap())
}

/// A server of HTTP/2 that echoes bodies; counts its connections; closes them all when it is told to.
struct Echo {
    port: u16,
    connections: Rc<Cell<usize>>,
    close: Rc<Notify>,
}

impl Echo {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let echo = Self { port, connections: Rc::default(), close: Rc::default() };
        let (connections, close) = (Rc::clone(&echo.connections), Rc::clone(&echo.close));
        tokio::task::spawn_local(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.set(connections.get() + 1);
                let service = service_fn(|request: hyper::Request<Incoming>| async move {
                    assert_eq!(request.uri().scheme_str(), Some("http"));
                    Ok::<_, Infallible>(hyper::Response::new(request.into_body()))
                });
                let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                let close = Rc::clone(&close);
                tokio::task::spawn_local(async move {
                    let serve = builder.serve_connection(TokioIo::new(stream), service);
                    tokio::select! {
                        _ = serve => {}
                        () = close.notified() => {}
                    }
                });
            }
        });
        echo
    }

    fn request(&self) -> Request {
        let origin = Origin::http("127.0.0.1", self.port);
        Request { body: "echo".into(), ..Request::new(Method::POST, origin, "/") }
    }
}

#[tokio::test]
async fn a_server_that_speaks_it_is_found_out_and_its_connection_shared() {
    let test = async {
        let server = Echo::start().await;
        for http2 in [Http2::Prefer, Http2::Only] {
            let client = client(http2);
            for _ in 0..3 {
                assert_eq!(text(client.send(server.request()).await).await.unwrap(), "echo");
            }
        }
        assert_eq!(server.connections.get(), 2);
    };
    LocalSet::new().run_until(test).await;
}

#[tokio::test]
async fn a_server_that_does_not_is_asked_again_over_http1() {
    let refusing = "HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    let server = Server::start(move |number, peer| {
        while peer.read_request().is_some() {
            peer.send(if number == 0 { refusing } else { answer });
        }
    });
    let client = client(Http2::Prefer);
    for _ in 0..2 {
        assert_eq!(text(client.send(server.request(Method::GET)).await).await.unwrap(), "ok");
    }
    assert_eq!(server.connections(), 2);
    assert!(server.requests()[0].starts_with("PRI * HTTP/2.0"), "{:?}", server.requests());
}

#[tokio::test]
async fn a_server_that_hangs_up_on_it_is_asked_again_too() {
    let server = Server::start(|number, peer| {
        if number > 0 {
            peer.read_request();
            peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        }
    });
    assert_eq!(text(client(Http2::Prefer).send(server.request(Method::GET)).await).await.unwrap(), "ok");
}

#[tokio::test]
async fn a_connection_that_the_server_closed_while_idle_is_replaced() {
    let test = async {
        let server = Echo::start().await;
        let client = client(Http2::Prefer);
        assert_eq!(text(client.send(server.request()).await).await.unwrap(), "echo");
        server.close.notify_waiters();
        tokio::task::yield_now().await;
        assert_eq!(text(client.send(server.request()).await).await.unwrap(), "echo");
        assert_eq!(server.connections.get(), 2);
    };
    LocalSet::new().run_until(test).await;
}

#[tokio::test]
async fn a_connection_is_not_kept_for_longer_than_it_may_be_idle() {
    let test = async {
        let server = Echo::start().await;
        let config = Config { http2: Http2::Prefer, idle_timeout: Duration::ZERO, ..Config::default() };
        let client = Client::new(config);
        for _ in 0..2 {
            assert_eq!(text(client.send(server.request()).await).await.unwrap(), "echo");
        }
        assert_eq!(server.connections.get(), 2);
    };
    LocalSet::new().run_until(test).await;
}
