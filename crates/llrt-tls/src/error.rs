use std::io;

use rustls::{AlertDescription, CertificateError, Error};

/// A failed handshake or a broken TLS connection, under Node's code and in its words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TlsError {
    /// `CERT_HAS_EXPIRED`, `ERR_TLS_CERT_ALTNAME_INVALID`, `ERR_SSL_WRONG_VERSION_NUMBER`, ...
    pub code: &'static str,
    /// The error's text.
    pub message: String,
    /// What OpenSSL calls `reason`, or what does not match for `ERR_TLS_CERT_ALTNAME_INVALID`.
    pub reason: Option<String>,
    /// The name that the certificate does not cover.
    pub host: Option<String>,
}

impl TlsError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), reason: None, host: None }
    }

    pub(crate) fn altname(reason: String, host: String) -> Self {
        let message = format!("Hostname/IP does not match certificate's altnames: {reason}");
        Self { code: "ERR_TLS_CERT_ALTNAME_INVALID", message, reason: Some(reason), host: Some(host) }
    }

    fn ssl(code: &'static str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { code, message: format!("SSL routines::{reason}"), reason: Some(reason), host: None }
    }

    /// The TLS error behind an I/O error of a TLS stream, if that is what it is.
    pub fn from_io(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref::<Error>().map(Self::from)
    }
}

impl From<&Error> for TlsError {
    fn from(error: &Error) -> Self {
        match error {
            Error::InvalidCertificate(reason) => certificate(reason),
            Error::NoCertificatesPresented => Self::ssl("ERR_SSL_BAD_CERTIFICATE", "bad certificate"),
            Error::AlertReceived(alert) => received(*alert),
            Error::NoApplicationProtocol => {
                Self::ssl("ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "tlsv1 alert no application protocol")
            }
            Error::InvalidMessage(_) | Error::PeerSentOversizedRecord => {
                Self::ssl("ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number")
            }
            Error::InappropriateMessage { .. } | Error::InappropriateHandshakeMessage { .. } => {
                Self::ssl("ERR_SSL_UNEXPECTED_MESSAGE", "unexpected message")
            }
            Error::PeerIncompatible(_) => Self::ssl("ERR_SSL_UNSUPPORTED_PROTOCOL", "unsupported protocol"),
            Error::DecryptError => {
                Self::ssl("ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "decryption failed or bad record mac")
            }
            other => Self::ssl("EPROTO", other.to_string()),
        }
    }
}

fn certificate(reason: &CertificateError) -> TlsError {
    let (code, message) = match reason {
        CertificateError::Other(other) => match other.0.downcast_ref::<TlsError>() {
            Some(error) => return error.clone(),
            None => ("CERT_REJECTED", "certificate rejected"),
        },
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ("CERT_HAS_EXPIRED", "certificate has expired")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("CERT_NOT_YET_VALID", "certificate is not yet valid")
        }
        CertificateError::Revoked => ("CERT_REVOKED", "certificate revoked"),
        CertificateError::BadSignature => ("CERT_SIGNATURE_FAILURE", "certificate signature failure"),
        CertificateError::UnknownIssuer => {
            ("UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unable to get local issuer certificate")
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            ("INVALID_PURPOSE", "unsupported certificate purpose")
        }
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            ("CA_MD_TOO_WEAK", "CA signature digest algorithm too weak")
        }
        _ => ("CERT_REJECTED", "certificate rejected"),
    };
    TlsError::new(code, message)
}

/// What OpenSSL calls an alert that the server sent.
fn received(alert: AlertDescription) -> TlsError {
    use AlertDescription as A;
    let (code, reason) = match alert {
        A::UnexpectedMessage => ("ERR_SSL_SSL/TLS_ALERT_UNEXPECTED_MESSAGE", "ssl/tls alert unexpected message"),
        A::BadRecordMac => ("ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC", "ssl/tls alert bad record mac"),
        A::HandshakeFailure => ("ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", "ssl/tls alert handshake failure"),
        A::BadCertificate => ("ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE", "ssl/tls alert bad certificate"),
        A::UnsupportedCertificate => {
            ("ERR_SSL_SSL/TLS_ALERT_UNSUPPORTED_CERTIFICATE", "ssl/tls alert unsupported certificate")
        }
        A::CertificateRevoked => ("ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_REVOKED", "ssl/tls alert certificate revoked"),
        A::CertificateExpired => ("ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED", "ssl/tls alert certificate expired"),
        A::CertificateUnknown => ("ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN", "ssl/tls alert certificate unknown"),
        A::IllegalParameter => ("ERR_SSL_SSL/TLS_ALERT_ILLEGAL_PARAMETER", "ssl/tls alert illegal parameter"),
        A::UnknownCA => ("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "tlsv1 alert unknown ca"),
        A::AccessDenied => ("ERR_SSL_TLSV1_ALERT_ACCESS_DENIED", "tlsv1 alert access denied"),
        A::DecodeError => ("ERR_SSL_TLSV1_ALERT_DECODE_ERROR", "tlsv1 alert decode error"),
        A::DecryptError => ("ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR", "tlsv1 alert decrypt error"),
        A::ProtocolVersion => ("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "tlsv1 alert protocol version"),
        A::InsufficientSecurity => ("ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY", "tlsv1 alert insufficient security"),
        A::InternalError => ("ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", "tlsv1 alert internal error"),
        A::UserCanceled => ("ERR_SSL_TLSV1_ALERT_USER_CANCELLED", "tlsv1 alert user cancelled"),
        A::MissingExtension => ("ERR_SSL_TLSV13_ALERT_MISSING_EXTENSION", "tlsv13 alert missing extension"),
        A::UnrecognisedName => ("ERR_SSL_TLSV1_UNRECOGNIZED_NAME", "tlsv1 unrecognized name"),
        A::CertificateRequired => ("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "tlsv13 alert certificate required"),
        A::NoApplicationProtocol => {
            ("ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "tlsv1 alert no application protocol")
        }
        other => return TlsError::ssl("EPROTO", format!("tls alert {}", u8::from(other))),
    };
    TlsError::ssl(code, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_has_openssls_name() {
        let error = TlsError::from(&Error::AlertReceived(AlertDescription::ProtocolVersion));
        assert_eq!(error.code, "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
        assert_eq!(error.reason.as_deref(), Some("tlsv1 alert protocol version"));
    }

    #[test]
    fn only_tls_errors_come_out_of_an_io_error() {
        let io = io::Error::new(io::ErrorKind::InvalidData, Error::DecryptError);
        assert_eq!(TlsError::from_io(&io).unwrap().code, "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC");
        assert_eq!(TlsError::from_io(&io::Error::from_raw_os_error(104)), None);
    }
}
