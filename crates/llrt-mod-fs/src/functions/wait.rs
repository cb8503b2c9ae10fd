//! Waiting for a file that is busy, without letting anything else run.

use std::time::Duration;

/// `sleep(ms)`: blocks the thread. Between the attempts of a synchronous write there is nothing else to do.
pub(crate) fn sleep(ms: u32) {
    std::thread::sleep(Duration::from_millis(ms.into()));
}
