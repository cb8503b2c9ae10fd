use llrt_core::{JsClass, JsError};

/// What is wrong with a hexadecimal text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HexError {
    /// The number of digits is odd.
    #[error("Hex encoded strings must have an even number length")]
    OddLength,
    /// A character is no hexadecimal digit.
    #[error("Invalid character in hex encoded string")]
    InvalidDigit,
}

impl JsError for HexError {
    fn class(&self) -> JsClass {
        JsClass::TypeError
    }

    fn code(&self) -> Option<&str> {
        Some("ERR_INVALID_ARG_VALUE")
    }
}
