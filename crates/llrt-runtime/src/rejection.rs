//! Unhandled promise rejections: kept until the microtasks are done, then shown to listeners or ending the process.
//!
//! Node: <https://nodejs.org/api/process.html#event-unhandledrejection>.

use std::cell::RefCell;

use llrt_core::{JsError, process};
use rquickjs::{Ctx, JsLifetime, Object, Value};

use crate::uncaught;

/// Rejected promises without a handler.
#[derive(Default)]
struct Rejections<'js> {
    /// Since the last report: promise and reason.
    pending: RefCell<Vec<(Value<'js>, Value<'js>)>>,
    /// Reported to a listener, and still without a handler.
    reported: RefCell<Vec<Value<'js>>>,
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Rejections<'js> {
    type Changed<'to> = Rejections<'to>;
}

pub(crate) fn install(ctx: &Ctx<'_>) {
    let _ = ctx.store_userdata(Rejections::default());
}

/// The engine's tracker: a promise was rejected without a handler, or got its first handler after that.
pub(crate) fn track<'js>(ctx: Ctx<'js>, promise: Value<'js>, reason: Value<'js>, handled: bool) {
    let Some(rejections) = ctx.userdata::<Rejections<'js>>() else { return };
    if !handled {
        rejections.pending.borrow_mut().push((promise, reason));
        return;
    }
    rejections.pending.borrow_mut().retain(|(pending, _)| *pending != promise);
    let mut reported = rejections.reported.borrow_mut();
    let before = reported.len();
    reported.retain(|earlier| *earlier != promise);
    let was_reported = reported.len() != before;
    drop(reported);
    if was_reported && let Some(listeners) = process::listeners(&ctx) {
        let _ = listeners.call("rejectionHandled", &[promise]);
    }
}

/// Reports what is pending. `true` when listeners ran.
pub(crate) fn report<'js>(ctx: &Ctx<'js>) -> bool {
    let Some(rejections) = ctx.userdata::<Rejections<'js>>() else { return false };
    if rejections.pending.borrow().is_empty() {
        return false;
    }
    let pending = rejections.pending.take();
    for (promise, reason) in pending {
        let taken = process::listeners(ctx).is_some_and(|listeners| {
            let taken = listeners.call("unhandledRejection", &[reason.clone(), promise.clone()]);
            uncaught::result_or_report(ctx, taken).and_then(|taken| taken.as_bool()).unwrap_or(false)
        });
        if taken {
            rejections.reported.borrow_mut().push(promise);
        } else {
            uncaught::end_process_for_rejection(ctx, reason);
        }
    }
    true
}

/// What stands for a rejection whose reason is no `Error`.
#[derive(Debug)]
pub(crate) struct UnhandledRejection {
    pub(crate) reason: String,
}

impl std::fmt::Display for UnhandledRejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "This error originated either by throwing inside of an async function without a catch block, or by rejecting a \
             promise which was not handled with .catch(). The promise rejected with the reason \"{}\".",
            self.reason
        )
    }
}

impl std::error::Error for UnhandledRejection {}

impl JsError for UnhandledRejection {
    fn code(&self) -> Option<&str> {
        Some("ERR_UNHANDLED_REJECTION")
    }

    fn decorate<'js>(&self, error: &Object<'js>) -> rquickjs::Result<()> {
        error.set("name", "UnhandledPromiseRejection")
    }
}
