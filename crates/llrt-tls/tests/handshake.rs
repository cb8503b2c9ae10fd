//! Handshakes against a server of the test's own, in memory.

use std::{io, sync::Arc};

use llrt_tls::{Options, Roots, TlsError, Version, client_config, identity_from_pem};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ClientConnection, ProtocolVersion, RootCertStore, ServerConfig, ServerConnection,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName},
    server::WebPkiClientVerifier,
};

/// A certificate's chain and its key.
struct Server {
    chain: Vec<CertificateDer<'static>>,
    key: KeyPair,
    pem: String,
}

fn params(names: &[&str]) -> CertificateParams {
    CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap()
}

fn self_signed(params: &CertificateParams) -> Server {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    Server { chain: vec![certificate.der().clone()], key, pem: certificate.pem() }
}

fn root(name: &str) -> (CertificateDer<'static>, Issuer<'static, KeyPair>) {
    let mut params = params(&[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (certificate.der().clone(), Issuer::new(params, key))
}

fn issued(mut params: CertificateParams, issuer: &Issuer<'static, KeyPair>) -> Server {
    params.distinguished_name.push(rcgen::DnType::CommonName, "leaf");
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    Server { chain: vec![certificate.der().clone()], key, pem: certificate.pem() }
}

fn server_config(server: &Server) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(server.chain.clone(), PrivateKeyDer::Pkcs8(server.key.serialize_der().into()))
        .unwrap()
}

/// Shakes hands; gives the version, or what the client said went wrong.
fn handshake(options: &Options, server: ServerConfig, name: &str) -> Result<ProtocolVersion, TlsError> {
    let config = client_config(options).unwrap();
    let mut client = ClientConnection::new(config, ServerName::try_from(name.to_owned()).unwrap()).unwrap();
    let mut server = ServerConnection::new(Arc::new(server)).unwrap();
    shake(&mut client, &mut server).map_err(|error| TlsError::from_io(&error).expect("an error of TLS"))?;
    Ok(client.protocol_version().unwrap())
}

fn shake(client: &mut ClientConnection, server: &mut ServerConnection) -> io::Result<()> {
    let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
    while client.is_handshaking() || server.is_handshaking() {
        let mut wire = Vec::new();
        client.write_tls(&mut wire)?;
        server.read_tls(&mut wire.as_slice())?;
        // The server's own error reaches the client as an alert.
        let _ = server.process_new_packets();
        let mut wire = Vec::new();
        server.write_tls(&mut wire)?;
        client.read_tls(&mut wire.as_slice())?;
        client.process_new_packets().map_err(invalid)?;
    }
    Ok(())
}

fn trusting(root: &CertificateDer<'static>) -> Options {
    Options { roots: Roots::Only(vec![root.clone()]), ..Options::default() }
}

#[test]
fn a_chain_to_a_trusted_root_is_accepted_with_the_newest_version() {
    let (root, issuer) = root("root");
    let server = issued(params(&["a.test"]), &issuer);
    assert_eq!(handshake(&trusting(&root), server_config(&server), "a.test"), Ok(ProtocolVersion::TLSv1_3));
}

#[test]
fn versions_can_be_limited() {
    let (root, issuer) = root("root");
    let server = issued(params(&["a.test"]), &issuer);
    let options = Options { max_version: Version::Tls12, ..trusting(&root) };
    assert_eq!(handshake(&options, server_config(&server), "a.test"), Ok(ProtocolVersion::TLSv1_2));
    let none = Options { min_version: Version::Tls13, max_version: Version::Tls12, ..Options::default() };
    assert_eq!(client_config(&none).unwrap_err().code(), "ERR_SSL_NO_PROTOCOLS_AVAILABLE");
}

#[test]
fn an_unknown_chain_is_named_as_openssl_would() {
    let (root, issuer) = root("root");
    let leaf = issued(params(&["a.test"]), &issuer);
    let code = |server: &Server| handshake(&Options::default(), server_config(server), "a.test").unwrap_err().code;
    assert_eq!(code(&leaf), "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    let with_root = Server { chain: vec![leaf.chain[0].clone(), root], ..leaf };
    assert_eq!(code(&with_root), "SELF_SIGNED_CERT_IN_CHAIN");
    assert_eq!(code(&self_signed(&params(&["a.test"]))), "DEPTH_ZERO_SELF_SIGNED_CERT");
    let mut authority = params(&["a.test"]);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    assert_eq!(code(&self_signed(&authority)), "DEPTH_ZERO_SELF_SIGNED_CERT");
}

#[test]
fn a_self_signed_certificate_is_trusted_when_it_is_listed() {
    let mut authority = params(&["a.test"]);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    for kind in [params(&["a.test"]), authority] {
        let server = self_signed(&kind);
        let options = trusting(&server.chain[0]);
        assert!(handshake(&options, server_config(&server), "a.test").is_ok());
        let error = handshake(&options, server_config(&server), "b.test").unwrap_err();
        assert_eq!(error.code, "ERR_TLS_CERT_ALTNAME_INVALID");
    }
}

#[test]
fn dates_are_checked_for_chains_and_for_listed_certificates() {
    let (root, issuer) = root("root");
    for (from, to, code) in [(2000, 2001, "CERT_HAS_EXPIRED"), (2100, 2101, "CERT_NOT_YET_VALID")] {
        let mut params = params(&["a.test"]);
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        let listed = self_signed(&params);
        let server = issued(params, &issuer);
        assert_eq!(handshake(&trusting(&root), server_config(&server), "a.test").unwrap_err().code, code);
        assert_eq!(handshake(&trusting(&listed.chain[0]), server_config(&listed), "a.test").unwrap_err().code, code);
    }
}

#[test]
fn a_wrong_name_is_told_with_the_right_ones() {
    let (root, issuer) = root("root");
    let server = issued(params(&["other.test", "10.0.0.1"]), &issuer);
    let error = handshake(&trusting(&root), server_config(&server), "localhost").unwrap_err();
    assert_eq!(
        error.to_string(),
        "Hostname/IP does not match certificate's altnames: Host: localhost. is not in the cert's altnames: \
         DNS:other.test, IP Address:10.0.0.1"
    );
    assert_eq!(error.host.as_deref(), Some("localhost"));
    let error = handshake(&trusting(&root), server_config(&server), "127.0.0.1").unwrap_err();
    assert_eq!(error.reason.as_deref(), Some("IP: 127.0.0.1 is not in the cert's list: 10.0.0.1"));
    assert!(handshake(&trusting(&root), server_config(&server), "10.0.0.1").is_ok());
}

#[test]
fn verification_can_be_turned_off() {
    let server = self_signed(&params(&["other.test"]));
    let options = Options { verify: false, ..Options::default() };
    for max_version in [Version::Tls12, Version::Tls13] {
        let options = Options { max_version, ..options.clone() };
        assert!(handshake(&options, server_config(&server), "a.test").is_ok());
    }
}

#[test]
fn a_client_certificate_is_given_when_asked_for() {
    let (root, issuer) = root("root");
    let server = issued(params(&["a.test"]), &issuer);
    let client = issued(params(&["client"]), &issuer);
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(ring::default_provider())).build();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_client_cert_verifier(verifier.unwrap())
        .with_single_cert(server.chain.clone(), PrivateKeyDer::Pkcs8(server.key.serialize_der().into()))
        .unwrap();
    let identity = identity_from_pem(client.pem.as_bytes(), client.key.serialize_pem().as_bytes()).unwrap();
    let options = Options { identity: Some(identity), ..trusting(&root) };
    assert!(handshake(&options, config.clone(), "a.test").is_ok());
    let error = handshake(&trusting(&root), config, "a.test").unwrap_err();
    assert_eq!(error.code, "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED");
}

#[test]
fn a_pem_text_without_a_certificate_is_an_error() {
    let error = identity_from_pem(b"nothing", b"nothing").unwrap_err();
    assert_eq!(error.code(), "ERR_OSSL_PEM_NO_START_LINE");
}

#[test]
fn a_session_is_resumed() {
    let (root, issuer) = root("root");
    let server = Arc::new(server_config(&issued(params(&["a.test"]), &issuer)));
    let config = client_config(&Options { max_version: Version::Tls12, ..trusting(&root) }).unwrap();
    let kind = || {
        let mut client = ClientConnection::new(Arc::clone(&config), ServerName::try_from("a.test").unwrap()).unwrap();
        let mut server = ServerConnection::new(Arc::clone(&server)).unwrap();
        shake(&mut client, &mut server).unwrap();
        client.handshake_kind().unwrap()
    };
    assert_eq!(kind(), rustls::HandshakeKind::Full);
    assert_eq!(kind(), rustls::HandshakeKind::Resumed);
}
