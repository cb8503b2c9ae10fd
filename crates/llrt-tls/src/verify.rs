use std::{cell::Cell, fmt, sync::Arc};

use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, PeerMisbehaved, RootCertStore,
    SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor, verify_server_name,
    },
    crypto::{
        WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature, verify_tls13_signature_with_raw_key,
    },
    pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime},
    server::{
        ParsedCertificate,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

use crate::{TlsError, der::Certificate};

/// Verifies as webpki does, and says what Node would say when it fails.
pub(crate) struct Verifier {
    roots: RootCertStore,
    /// Certificates that are trusted as they are: OpenSSL takes a server certificate that is in the list of roots itself,
    /// which people do with self-signed ones, and webpki does not.
    trusted: Vec<CertificateDer<'static>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    pub(crate) fn new(
        roots: RootCertStore,
        trusted: Vec<CertificateDer<'static>>,
        algorithms: WebPkiSupportedAlgorithms,
    ) -> Self {
        Self { roots, trusted, algorithms }
    }

    fn verify_chain(
        &self,
        leaf: &CertificateDer<'_>,
        parsed: &ParsedCertificate<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), TlsError> {
        if self.trusted.iter().any(|trusted| trusted.as_ref() == leaf.as_ref()) {
            return check_dates(leaf, now);
        }
        verify_server_cert_signed_by_trust_anchor(parsed, &self.roots, intermediates, now, self.algorithms.all)
            .map_err(|error| explain(&error, leaf, intermediates))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("roots", &self.roots.len()).finish_non_exhaustive()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let parsed = ParsedCertificate::try_from(leaf)?;
        self.verify_chain(leaf, &parsed, intermediates, now).map_err(refuse)?;
        verify_server_name(&parsed, server_name).map_err(|error| refuse(name_mismatch(&error, server_name)))?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

thread_local! {
    static OCSP_RESPONSE: Cell<Option<Vec<u8>>> = const { Cell::new(None) };
}

/// The response of OCSP that came with the certificate which an [`AnyPeer`] has just taken on this thread: ask after feeding a connection.
pub fn take_ocsp_response() -> Option<Vec<u8>> {
    OCSP_RESPONSE.take()
}

/// Takes any certificate of a server or a client, version 1 included; the handshake still proves that the peer has its key. For
/// what is not verified, or only after the handshake with [`chain::Trust`](crate::chain::Trust).
#[derive(Debug)]
pub struct AnyPeer {
    algorithms: WebPkiSupportedAlgorithms,
    required: bool,
    issuers: Vec<DistinguishedName>,
    schemes: Vec<SignatureScheme>,
}

impl AnyPeer {
    /// A server, or a client that may have no certificate unless it is `required`.
    pub fn new(algorithms: WebPkiSupportedAlgorithms, required: bool) -> Self {
        Self { algorithms, required, issuers: Vec::new(), schemes: algorithms.supported_schemes() }
    }

    /// Takes signatures made in one of these ways only.
    pub fn with_schemes(mut self, mut schemes: Vec<SignatureScheme>) -> Self {
        schemes.retain(|scheme| self.schemes.contains(scheme));
        self.schemes = schemes;
        self
    }

    /// Names the authorities that a client's certificate should come from.
    pub fn with_issuers(mut self, certificates: &[CertificateDer<'_>]) -> Self {
        let named = certificates.iter().filter_map(|der| Certificate::parse(der));
        self.issuers = named.map(|certificate| DistinguishedName::in_sequence(certificate.subject)).collect();
        self
    }

    fn verify_tls12(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let bad = |reason| Error::InvalidCertificate(reason);
        let key = Certificate::parse(certificate).ok_or(bad(CertificateError::BadEncoding))?.key;
        let scheme = self.algorithms.mapping.iter().find(|(scheme, _)| *scheme == signature.scheme);
        let (_, algorithms) = scheme.ok_or(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme)?;
        let valid = algorithms.iter().any(|algorithm| {
            algorithm.public_key_alg_id().as_ref() == key.algorithm
                && algorithm.verify_signature(key.bits, message, signature.signature()).is_ok()
        });
        if valid { Ok(HandshakeSignatureValid::assertion()) } else { Err(bad(CertificateError::BadSignature)) }
    }

    fn verify_tls13(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let parsed = Certificate::parse(certificate).ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))?;
        let key = SubjectPublicKeyInfoDer::from(parsed.key.der);
        verify_tls13_signature_with_raw_key(message, &key, signature, &self.algorithms)
    }
}

impl ServerCertVerifier for AnyPeer {
    fn verify_server_cert(
        &self,
        _leaf: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if !ocsp_response.is_empty() {
            OCSP_RESPONSE.set(Some(ocsp_response.to_vec()));
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_tls12(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_tls13(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

impl ClientCertVerifier for AnyPeer {
    fn client_auth_mandatory(&self) -> bool {
        self.required
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.issuers
    }

    fn verify_client_cert(
        &self,
        _leaf: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_tls12(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_tls13(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

/// Carries a [`TlsError`] through rustls, which sends the server an alert and hands it back.
fn refuse(error: TlsError) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(error))))
}

fn check_dates(leaf: &CertificateDer<'_>, now: UnixTime) -> Result<(), TlsError> {
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    match Certificate::parse(leaf) {
        Some(fields) if now < fields.not_before => {
            Err(TlsError::new("CERT_NOT_YET_VALID", "certificate is not yet valid"))
        }
        Some(fields) if now > fields.not_after => Err(TlsError::new("CERT_HAS_EXPIRED", "certificate has expired")),
        Some(_) => Ok(()),
        None => Err(TlsError::new("CERT_REJECTED", "certificate rejected")),
    }
}

/// Which of OpenSSL's verdicts a broken chain would have got.
fn explain(error: &Error, leaf: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> TlsError {
    let self_issued = |certificate: &CertificateDer<'_>| {
        Certificate::parse(certificate).is_some_and(|fields| fields.is_self_issued())
    };
    let Error::InvalidCertificate(reason) = error else { return TlsError::from(error) };
    // webpki has no name of its own for a self-signed root that is used as a server's certificate.
    let chain_ends = matches!(reason, CertificateError::UnknownIssuer | CertificateError::Other(_));
    if !chain_ends {
        return TlsError::from(error);
    }
    if self_issued(leaf) {
        TlsError::new("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate")
    } else if intermediates.iter().any(self_issued) {
        TlsError::new("SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain")
    } else if intermediates.is_empty() {
        TlsError::new("UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate")
    } else {
        TlsError::new("UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unable to get local issuer certificate")
    }
}

fn name_mismatch(error: &Error, server_name: &ServerName<'_>) -> TlsError {
    let presented = match error {
        Error::InvalidCertificate(CertificateError::NotValidForNameContext { presented, .. }) => presented.as_slice(),
        Error::InvalidCertificate(CertificateError::NotValidForName) => &[],
        other => return TlsError::from(other),
    };
    let inner = |text: &str| {
        let start = text.find('(').map_or(0, |index| index + 1);
        text[start..].trim_end_matches(')').trim_matches('"').to_owned()
    };
    let is_address = |text: &&String| text.starts_with("Ip");
    let host = server_name.to_str().into_owned();
    let reason = if matches!(server_name, ServerName::IpAddress(_)) {
        let addresses: Vec<_> = presented.iter().filter(is_address).map(|text| inner(text)).collect();
        format!("IP: {host} is not in the cert's list: {}", addresses.join(", "))
    } else if presented.is_empty() {
        "Cert does not contain a DNS name".to_owned()
    } else {
        let label = |text: &String| {
            let kind = if is_address(&text) { "IP Address" } else { "DNS" };
            format!("{kind}:{}", inner(text))
        };
        let names: Vec<_> = presented.iter().map(label).collect();
        format!("Host: {host}. is not in the cert's altnames: {}", names.join(", "))
    };
    TlsError::altname(reason, host)
}
