//! What went wrong in a handshake, with keys or with certificates, as Node tells it.

use llrt_core::{JsClass, JsError};
use llrt_tls::{
    ConfigError, TlsError,
    keys::KeyError,
    rustls::{Error, PeerIncompatible},
};
use rquickjs::{Object, Result};

/// A failure under OpenSSL's name.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    class: JsClass,
    code: String,
    message: String,
    library: Option<&'static str>,
    reason: Option<String>,
}

impl Failure {
    /// A failure of the runtime's own.
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { class: JsClass::Error, code: code.to_owned(), message: message.into(), library: None, reason: None }
    }

    /// A failure in one of OpenSSL's libraries.
    pub(crate) fn openssl(number: u32, library: &'static str, code: &str, reason: &str) -> Self {
        let message = format!("error:{number:08X}:{library}::{reason}");
        Self {
            class: JsClass::Error,
            code: code.to_owned(),
            message,
            library: Some(library),
            reason: Some(reason.to_owned()),
        }
    }

    fn ssl(number: u32, code: &str, reason: &str) -> Self {
        Self::openssl(number, "SSL routines", code, reason)
    }

    /// A failure while `server` or not was shaking hands or reading.
    pub(crate) fn of_connection(error: &Error, first_bytes: &[u8], server: bool) -> Self {
        const METHODS: &[&[u8]] = &[b"GET ", b"POST ", b"HEAD ", b"PUT "];
        match error {
            Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon) => {
                Self::ssl(0x0A00_00C1, "ERR_SSL_NO_SHARED_CIPHER", "no shared cipher")
            }
            Error::PeerIncompatible(PeerIncompatible::NoSignatureSchemesInCommon) => {
                let code = "ERR_SSL_NO_SHARED_SIGNATURE_ALGORITHMS";
                Self::ssl(0x0A00_0176, code, "no shared signature algorithms")
            }
            Error::PeerIncompatible(PeerIncompatible::NoKxGroupsInCommon) => {
                Self::ssl(0x0A00_0065, "ERR_SSL_NO_SUITABLE_KEY_SHARE", "no suitable key share")
            }
            Error::NoCertificatesPresented => {
                let code = "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE";
                Self::ssl(0x0A00_00C7, code, "peer did not return a certificate")
            }
            Error::InvalidMessage(_) if server && METHODS.iter().any(|method| first_bytes.starts_with(method)) => {
                Self::ssl(0x0A00_009C, "ERR_SSL_HTTP_REQUEST", "http request")
            }
            Error::NoApplicationProtocol => {
                let code = "ERR_SSL_NO_APPLICATION_PROTOCOL";
                Self::ssl(0x0A00_00EB, code, "no application protocol")
            }
            Error::AlertReceived(alert) => {
                /// OpenSSL's numbers of alerts start here.
                const ALERTS: u32 = 0x0A00_0000 + 1000;
                let TlsError { code, reason, .. } = TlsError::from(error);
                let number = u8::from(*alert);
                let mut failure = Self::ssl(ALERTS + u32::from(number), code, &reason.unwrap_or_default());
                failure.message.push_str(&format!(":SSL alert number {number}\n"));
                failure
            }
            other => {
                let TlsError { code, message, reason, .. } = TlsError::from(other);
                let number = match code {
                    "ERR_SSL_UNSUPPORTED_PROTOCOL" => 0x0A00_0102,
                    "ERR_SSL_WRONG_VERSION_NUMBER" => 0x0A00_010B,
                    "ERR_SSL_UNEXPECTED_MESSAGE" => 0x0A00_00F4,
                    "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC" => 0x0A00_0119,
                    _ => 0x0A00_0000,
                };
                match reason {
                    Some(reason) => Self::ssl(number, code, &reason),
                    None => Self::new(code, message),
                }
            }
        }
    }

    /// A server without a certificate that the client can verify; `has_some` that it cannot.
    pub(crate) fn no_certificate(has_some: bool, to_tls13: bool) -> Self {
        let (number, reason) = match (has_some, to_tls13) {
            (true, true) => (0x0A00_0176, "no shared signature algorithms"),
            (false, true) => (0x0A00_0076, "no suitable signature algorithm"),
            (_, false) => (0x0A00_00C1, "no shared cipher"),
        };
        Self::ssl(number, &format!("ERR_SSL_{}", reason.to_uppercase().replace(' ', "_")), reason)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::Pem(_) => {
                Self::openssl(0x0480_006C, "PEM routines", "ERR_OSSL_PEM_NO_START_LINE", "no start line")
            }
            other => Self::new(other.code(), other.to_string()),
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::BadDecrypt => {
                Self::openssl(0x1C80_0064, "Provider routines", "ERR_OSSL_BAD_DECRYPT", "bad decrypt")
            }
            KeyError::Unsupported => {
                Self::openssl(0x1E08_010C, "DECODER routines", "ERR_OSSL_UNSUPPORTED", "unsupported")
            }
            KeyError::UnsupportedArchive => Self::new("ERR_CRYPTO_UNSUPPORTED_OPERATION", error.to_string()),
            KeyError::NoKey | KeyError::NoCertificate => Self::new("ERR_CRYPTO_OPERATION_FAILED", error.to_string()),
            // OpenSSL's words without a code, as Node has it.
            other => Self::new("", other.to_string()),
        }
    }
}

impl JsError for Failure {
    fn class(&self) -> JsClass {
        self.class
    }

    fn code(&self) -> Option<&str> {
        Some(self.code.as_str()).filter(|code| !code.is_empty())
    }

    fn code_in_stack(&self) -> bool {
        self.library.is_none() && self.code.starts_with("ERR_")
    }

    fn decorate<'js>(&self, error: &Object<'js>) -> Result<()> {
        if let Some(library) = self.library {
            error.set("library", library)?;
        }
        if let Some(reason) = &self.reason {
            error.set("reason", reason.as_str())?;
        }
        Ok(())
    }
}
