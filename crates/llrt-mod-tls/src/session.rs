//! Sessions that a client can resume. What JavaScript holds is a name; the secrets stay here.

use std::{
    cell::RefCell,
    collections::VecDeque,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use llrt_tls::rustls::{
    NamedGroup,
    client::{ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue},
    pki_types::ServerName,
};
use rquickjs::{Ctx, JsLifetime};

/// How many connections' sessions are kept, and how many tickets of each.
const MAX_STORES: usize = 128;
const MAX_TICKETS: usize = 8;

const NAME_LEN: usize = 32;

/// The sessions of one connection, and of those that resumed it.
pub(crate) struct Store {
    id: [u8; NAME_LEN - 4],
    received: AtomicU32,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    group: Option<NamedGroup>,
    tls12: Option<Tls12ClientSessionValue>,
    tickets: VecDeque<Tls13ClientSessionValue>,
}

impl Store {
    pub(crate) fn new() -> Arc<Self> {
        let mut id = [0; NAME_LEN - 4];
        let random = ring::rand::SystemRandom::new();
        ring::rand::SecureRandom::fill(&random, &mut id).expect("the system has random bytes");
        Arc::new(Self { id, received: AtomicU32::new(0), inner: Mutex::default() })
    }

    fn with<R>(&self, look: impl FnOnce(&mut Inner) -> R) -> R {
        look(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many sessions came so far.
    pub(crate) fn received(&self) -> u32 {
        self.received.load(Ordering::Relaxed)
    }

    /// What stands for the session that came as number `count`.
    pub(crate) fn name(&self, count: u32) -> Vec<u8> {
        [&self.id[..], &count.to_be_bytes()].concat()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Gives what it has to the store that was resumed from.
    pub(crate) fn move_to(&self, other: &Self) {
        let from = self.with(std::mem::take);
        other.with(|inner| {
            inner.group = from.group.or(inner.group);
            if from.tls12.is_some() {
                inner.tls12 = from.tls12;
            }
            inner.tickets.extend(from.tickets);
            let excess = inner.tickets.len().saturating_sub(MAX_TICKETS);
            inner.tickets.drain(..excess);
        });
    }
}

/// What a connection resumes, and where its own sessions go.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) source: Option<Arc<Store>>,
    pub(crate) target: Arc<Store>,
}

impl Link {
    fn ask<R>(&self, look: impl FnOnce(&mut Inner) -> Option<R>) -> Option<R> {
        self.source.as_ref()?.with(look)
    }
}

impl ClientSessionStore for Link {
    fn set_kx_hint(&self, _server_name: ServerName<'static>, group: NamedGroup) {
        self.target.with(|inner| inner.group = Some(group));
    }

    fn kx_hint(&self, _server_name: &ServerName<'_>) -> Option<NamedGroup> {
        self.ask(|inner| inner.group)
    }

    fn set_tls12_session(&self, _server_name: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.target.with(|inner| inner.tls12 = Some(value));
        self.target.received.fetch_add(1, Ordering::Relaxed);
    }

    fn tls12_session(&self, _server_name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.ask(|inner| inner.tls12.clone())
    }

    fn remove_tls12_session(&self, _server_name: &ServerName<'static>) {
        self.ask(|inner| inner.tls12.take());
    }

    fn insert_tls13_ticket(&self, _server_name: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.target.with(|inner| {
            if inner.tickets.len() == MAX_TICKETS {
                inner.tickets.pop_front();
            }
            inner.tickets.push_back(value);
        });
        self.target.received.fetch_add(1, Ordering::Relaxed);
    }

    fn take_tls13_ticket(&self, _server_name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.ask(|inner| inner.tickets.pop_back())
    }
}

/// The stores of a runtime, the oldest first.
#[derive(Default, JsLifetime)]
struct Stores(#[qjs(skip_trace)] RefCell<VecDeque<Arc<Store>>>);

/// Keeps the sessions of a store for whoever has a name of them.
pub(crate) fn keep(ctx: &Ctx<'_>, store: &Arc<Store>) {
    if ctx.userdata::<Stores>().is_none() {
        let _ = ctx.store_userdata(Stores::default());
    }
    if let Some(stores) = ctx.userdata::<Stores>() {
        let mut stores = stores.0.borrow_mut();
        if stores.iter().any(|kept| Arc::ptr_eq(kept, store)) {
            return;
        }
        if stores.len() == MAX_STORES {
            stores.pop_front();
        }
        stores.push_back(Arc::clone(store));
    }
}

/// The store that `name` comes from, if it is known.
pub(crate) fn find(ctx: &Ctx<'_>, name: &[u8]) -> Option<Arc<Store>> {
    let id = name.get(..NAME_LEN - 4)?;
    let stores = ctx.userdata::<Stores>()?;
    let stores = stores.0.borrow();
    stores.iter().find(|kept| kept.id == id).cloned()
}
