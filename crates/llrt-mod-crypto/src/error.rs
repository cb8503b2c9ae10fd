use llrt_core::{JsClass, JsError};

/// What went wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// No hash of this name is known.
    #[error("Digest method not supported")]
    UnknownDigest,
    /// The same for an HMAC, which Node says in other words.
    #[error("Invalid digest: {0}")]
    InvalidDigest(String),
    /// `timingSafeEqual` of different lengths.
    #[error("Input buffers must have the same byte length")]
    LengthMismatch,
    /// The system gave no random bytes.
    #[error("the system's source of random bytes failed")]
    Random,
}

impl JsError for CryptoError {
    fn class(&self) -> JsClass {
        match self {
            Self::LengthMismatch => JsClass::RangeError,
            _ => JsClass::Error,
        }
    }

    fn code(&self) -> Option<&str> {
        match self {
            Self::UnknownDigest => Some("ERR_OSSL_EVP_UNSUPPORTED"),
            Self::InvalidDigest(_) => Some("ERR_CRYPTO_INVALID_DIGEST"),
            Self::LengthMismatch => Some("ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH"),
            Self::Random => Some("ERR_CRYPTO_OPERATION_FAILED"),
        }
    }
}
