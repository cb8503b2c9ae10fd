use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

#[cfg(feature = "http2")]
use crate::connection::{InUse, Shared};
use crate::{Origin, connection::Connection};

/// No more idle connections than this are kept; the oldest goes first.
const MAX_IDLE: usize = 256;

/// Idle connections, newest last.
#[derive(Debug)]
pub(crate) struct Pool {
    idle_timeout: Duration,
    max_per_host: Option<usize>,
    idle: RefCell<Vec<(Origin, Instant, Connection)>>,
    limits: RefCell<Vec<(Origin, Arc<Semaphore>)>>,
    opening: RefCell<Vec<(Origin, Rc<Opening>)>>,
    #[cfg(feature = "http2")]
    shared: RefCell<Vec<(Origin, Rc<Shared>)>>,
}

/// A connection that is being opened ahead of its use.
#[derive(Debug, Default)]
struct Opening {
    done: Cell<bool>,
    notify: Notify,
}

/// Ends the wait of requests for a connection that was being opened, however that ended.
pub(crate) struct OpeningGuard {
    pool: Rc<Pool>,
    opening: Rc<Opening>,
}

impl Drop for OpeningGuard {
    fn drop(&mut self) {
        self.pool.opening.borrow_mut().retain(|(_, opening)| !Rc::ptr_eq(opening, &self.opening));
        self.opening.done.set(true);
        self.opening.notify.notify_waiters();
    }
}

impl Pool {
    pub(crate) fn new(idle_timeout: Duration, max_per_host: Option<usize>) -> Self {
        Self {
            idle_timeout,
            max_per_host,
            idle: RefCell::default(),
            limits: RefCell::default(),
            opening: RefCell::default(),
            #[cfg(feature = "http2")]
            shared: RefCell::default(),
        }
    }

    /// The idle connection to `key` that was used last and still stands.
    pub(crate) fn take(&self, key: &Origin) -> Option<Connection> {
        loop {
            let (since, connection) = {
                let mut idle = self.idle.borrow_mut();
                let index = idle.iter().rposition(|(found, ..)| found == key)?;
                let (_, since, connection) = idle.remove(index);
                (since, connection)
            };
            if since.elapsed() < self.idle_timeout && !connection.is_stale() {
                return Some(connection);
            }
        }
    }

    /// Keeps an idle connection for the next request, and lets those go whose time is over.
    pub(crate) fn put(&self, key: Origin, connection: Connection) {
        if self.idle_timeout.is_zero() {
            return;
        }
        let now = Instant::now();
        let mut idle = self.idle.borrow_mut();
        idle.retain(|(_, since, _)| now.duration_since(*since) < self.idle_timeout);
        if idle.len() >= MAX_IDLE {
            idle.remove(0);
        }
        idle.push((key, now, connection));
    }

    /// Waits for a place among the connections to `key`, if they are limited.
    pub(crate) async fn permit(&self, key: &Origin) -> Option<OwnedSemaphorePermit> {
        let max = self.max_per_host?;
        let limit = {
            let mut limits = self.limits.borrow_mut();
            match limits.iter().find(|(found, _)| found == key) {
                Some((_, limit)) => Arc::clone(limit),
                None => {
                    let limit = Arc::new(Semaphore::new(max));
                    limits.push((key.clone(), Arc::clone(&limit)));
                    limit
                }
            }
        };
        limit.acquire_owned().await.ok()
    }

    /// Lets requests for `key` wait until the guard is dropped.
    pub(crate) fn announce(self: &Rc<Self>, key: Origin) -> OpeningGuard {
        let opening = Rc::new(Opening::default());
        self.opening.borrow_mut().push((key, Rc::clone(&opening)));
        OpeningGuard { pool: Rc::clone(self), opening }
    }

    /// Waits for a connection to `key` that is being opened. `false` when there is none.
    pub(crate) async fn wait_for_opening(&self, key: &Origin) -> bool {
        let found = self.opening.borrow().iter().find(|(found, _)| found == key).map(|(_, opening)| Rc::clone(opening));
        let Some(opening) = found else { return false };
        let notified = opening.notify.notified();
        if !opening.done.get() {
            notified.await;
        }
        true
    }

    pub(crate) fn clear(&self) {
        self.idle.borrow_mut().clear();
        #[cfg(feature = "http2")]
        self.shared.borrow_mut().clear();
    }

    /// The HTTP/2 connection to `key`, if there is one that still stands.
    #[cfg(feature = "http2")]
    pub(crate) fn take_shared(&self, key: &Origin) -> Option<InUse> {
        let mut all = self.shared.borrow_mut();
        all.retain(|(_, shared)| !shared.is_stale(Rc::strong_count(shared) == 1, self.idle_timeout));
        all.iter().find(|(found, _)| found == key).map(|(_, shared)| InUse::of(shared))
    }

    /// Lets further requests to `key` use the connection.
    #[cfg(feature = "http2")]
    pub(crate) fn share(&self, key: Origin, shared: Shared) -> InUse {
        let shared = Rc::new(shared);
        let in_use = InUse::of(&shared);
        if !self.idle_timeout.is_zero() {
            self.shared.borrow_mut().push((key, shared));
        }
        in_use
    }
}
