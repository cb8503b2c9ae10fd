use std::{cell::Cell, rc::Rc};

use tokio::sync::Notify;

/// Lets one side give an operation up that the other side waits for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cancel {
    state: Rc<State>,
}

#[derive(Debug, Default)]
struct State {
    cancelled: Cell<bool>,
    notify: Notify,
}

/// The operation was given up.
pub(crate) struct Cancelled;

impl Cancel {
    pub(crate) fn cancel(&self) {
        self.state.cancelled.set(true);
        self.state.notify.notify_waiters();
    }

    /// Runs `future` unless it is, or until it gets, cancelled; then the future is dropped.
    pub(crate) async fn run<T>(&self, future: impl Future<Output = T>) -> Result<T, Cancelled> {
        let notified = self.state.notify.notified();
        if self.state.cancelled.get() {
            return Err(Cancelled);
        }
        tokio::select! {
            biased;
            () = notified => Err(Cancelled),
            result = future => Ok(result),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn cancelling_ends_a_wait_before_and_during_it() {
        let cancel = Cancel::default();
        assert!(matches!(cancel.run(async { 1 }).await, Ok(1)));
        let (waited, ()) = tokio::join!(cancel.run(std::future::pending::<()>()), async { cancel.cancel() });
        assert!(waited.is_err());
        assert!(cancel.run(async {}).await.is_err());
    }
}
