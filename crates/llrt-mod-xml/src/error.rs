use llrt_core::JsError;

/// Why a document cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XmlError {
    /// In the words of `@aws-sdk/xml-builder`.
    #[error("@aws-sdk XML parse error: {0}")]
    Aws(String),
    /// What the reader found, and the byte where.
    #[error("XML parse error at byte {position}: {reason}")]
    Malformed {
        /// The byte offset.
        position: u64,
        /// What is wrong there.
        reason: String,
    },
    /// Elements nest deeper than is sane.
    #[error("XML parse error: elements are nested more than {0} deep")]
    TooDeep(usize),
}

impl JsError for XmlError {}
