use rquickjs::{JsLifetime, class::Trace};

use crate::cancel::Cancel;

/// Gives up the requests and bodies that it was passed to.
#[derive(Clone, Default, JsLifetime, Trace)]
#[rquickjs::class]
pub(crate) struct Canceller {
    #[qjs(skip_trace)]
    pub(crate) cancel: Cancel,
}

#[rquickjs::methods]
impl Canceller {
    #[qjs(constructor)]
    fn new() -> Self {
        Self::default()
    }

    /// Ends what is under way: it rejects with an `AbortError`.
    fn cancel(&self) {
        self.cancel.cancel();
    }
}
