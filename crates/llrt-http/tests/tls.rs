//! `https:`, against a server with a certificate of the test's own.

mod common;

use std::{io::Write, net::TcpListener, sync::Arc, thread};

use common::text;
use llrt_http::{Client, Config, Error, Method, Origin, Request};
use llrt_tls::{
    Options, Roots, client_config,
    rustls::{
        ServerConfig, ServerConnection, StreamOwned,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

struct Server {
    port: u16,
    certificate: CertificateDer<'static>,
}

impl Server {
    /// Answers each request on each connection with the negotiated protocol.
    fn start(alpn: &[&[u8]]) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "other.test".to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                thread::spawn(move || serve(StreamOwned::new(connection, stream)));
            }
        });
        Self { port, certificate }
    }

    fn request(&self, host: &str) -> Request {
        Request::new(Method::GET, Origin::https(host, self.port), "/")
    }

    fn client(&self, config: Config) -> Client {
        let roots = Roots::Only(vec![self.certificate.clone()]);
        let alpn = config.http2.alpn().iter().map(|name| name.to_vec()).collect();
        let tls = client_config(&Options { roots, alpn, ..Options::default() }).unwrap();
        Client::new(Config { tls: Some(tls), ..config })
    }
}

fn serve(mut stream: StreamOwned<ServerConnection, std::net::TcpStream>) {
    let mut seen = Vec::new();
    let mut part = [0; 1024];
    while let Ok(len @ 1..) = std::io::Read::read(&mut stream, &mut part) {
        seen.extend_from_slice(&part[..len]);
        if seen.ends_with(b"\r\n\r\n") {
            seen.clear();
            let protocol = String::from_utf8_lossy(stream.conn.alpn_protocol().unwrap_or(b"none")).into_owned();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{protocol}", protocol.len());
            let _ = stream.write_all(answer.as_bytes());
        }
    }
}

#[tokio::test]
async fn a_trusted_server_answers_and_its_connection_is_reused() {
    let server = Server::start(&[b"http/1.1"]);
    let client = server.client(Config::default());
    for _ in 0..3 {
        assert_eq!(text(client.send(server.request("localhost")).await).await.unwrap(), "http/1.1");
    }
}

#[tokio::test]
async fn a_server_that_is_not_trusted_is_refused() {
    let server = Server::start(&[]);
    let error = Client::new(Config::default()).send(server.request("localhost")).await.unwrap_err();
    assert_eq!((error.code(), error.to_string().as_str()), ("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"));
}

#[tokio::test]
async fn a_name_must_match_or_be_given() {
    let server = Server::start(&[]);
    let error = server.client(Config::default()).send(server.request("127.0.0.1")).await.unwrap_err();
    assert_eq!(error.code(), "ERR_TLS_CERT_ALTNAME_INVALID");
    let named = server.client(Config { server_name: Some("other.test".to_owned()), ..Config::default() });
    assert!(named.send(server.request("127.0.0.1")).await.is_ok());
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_said_so() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = std::io::Read::read(&mut stream, &mut [0; 1024]);
    });
    let request = Request::new(Method::GET, Origin::https("localhost", port), "/");
    let error = Client::new(Config::default()).send(request).await.unwrap_err();
    assert_eq!(error.code(), "ERR_SSL_WRONG_VERSION_NUMBER", "{error:?}");
}

#[tokio::test]
async fn a_handshake_that_is_cut_off_is_a_hang_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || drop(listener.accept()));
    let request = Request::new(Method::GET, Origin::https("localhost", port), "/");
    let error = Client::new(Config::default()).send(request).await.unwrap_err();
    assert!(matches!(error, Error::Closed | Error::Io { .. }) && error.code() == "ECONNRESET", "{error:?}");
}

#[cfg(feature = "http2")]
mod http2 {
    use std::{convert::Infallible, rc::Rc};

    use bytes::Bytes;
    use hyper::{body::Incoming, service::service_fn};
    use hyper_util::rt::{TokioExecutor, TokioIo};
    use llrt_http::{Body, Http2};
    use tokio_rustls::TlsAcceptor;

    use super::*;

    /// Echoes bodies over HTTP/2, part by part.
    async fn echo_server() -> (u16, CertificateDer<'static>, Rc<std::cell::Cell<usize>>) {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Rc::new(std::cell::Cell::new(0));
        let counter = Rc::clone(&connections);
        tokio::task::spawn_local(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                counter.set(counter.get() + 1);
                let stream = acceptor.accept(stream).await.unwrap();
                let echo = service_fn(|request: hyper::Request<Incoming>| async move {
                    assert!(request.headers().get("host").is_none());
                    Ok::<_, Infallible>(hyper::Response::new(request.into_body()))
                });
                let serve = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), echo);
                tokio::spawn(serve);
            }
        });
        (port, certificate, connections)
    }

    #[tokio::test]
    async fn requests_share_a_connection_and_stream_both_ways() {
        let local = tokio::task::LocalSet::new();
        local
            .run_until(async {
                let (port, certificate, connections) = echo_server().await;
                let server = Server { port, certificate };
                let client = server.client(Config { http2: Http2::Offer, ..Config::default() });
                for _ in 0..2 {
                    let body = Request { method: Method::POST, body: "echo".into(), ..server.request("localhost") };
                    assert_eq!(text(client.send(body).await).await.unwrap(), "echo");
                }
                let (sender, body) = Body::stream(None);
                let request = Request { method: Method::POST, body, ..server.request("localhost") };
                let mut response = client.send(request).await.unwrap();
                for part in ["one", "two"] {
                    assert!(sender.send(Bytes::from_static(part.as_bytes())).await);
                    assert_eq!(response.body.chunk().await.unwrap().unwrap(), part);
                }
                sender.end();
                assert!(response.body.chunk().await.is_none());
                assert_eq!(connections.get(), 1);
            })
            .await;
    }

    #[tokio::test]
    async fn a_server_without_it_is_refused_when_nothing_else_will_do() {
        let server = Server::start(&[b"http/1.1"]);
        let client = server.client(Config { http2: Http2::Only, ..Config::default() });
        let error = client.send(server.request("localhost")).await.unwrap_err();
        assert_eq!(error.code(), "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL");
        let either = server.client(Config { http2: Http2::Offer, ..Config::default() });
        assert_eq!(text(either.send(server.request("localhost")).await).await.unwrap(), "http/1.1");
    }
}
