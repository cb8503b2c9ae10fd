//! What went wrong with data or options, as Node tells it.

use llrt_compression::CodecError;
use llrt_core::{JsClass, JsError};
use rquickjs::{Object, Result};

/// A failure of a codec.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ZlibError(#[from] CodecError);

impl JsError for ZlibError {
    fn class(&self) -> JsClass {
        JsClass::Error
    }

    fn code(&self) -> Option<&str> {
        Some(&self.0.code)
    }

    fn code_in_stack(&self) -> bool {
        self.0.code == "ERR_ZLIB_INITIALIZATION_FAILED"
    }

    fn decorate<'js>(&self, error: &Object<'js>) -> Result<()> {
        if self.0.errno != 0 {
            error.set("errno", self.0.errno)?;
        }
        Ok(())
    }
}
