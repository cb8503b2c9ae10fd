//! Unhandled promise rejections: kept until the microtasks are done, then shown to listeners or ending the process.
//!
//! Node: <https://nodejs.org/api/process.html#event-unhandledrejection>.

use std::cell::RefCell;

use llrt_core::{
    JsError, host, process,
    scope::{self, Scope},
    thrown,
};
use rquickjs::{Ctx, Function, JsLifetime, Object, Promise, Value, function::This};

use crate::uncaught;

/// Rejected promises without a handler.
#[derive(Default)]
struct Rejections<'js> {
    /// Since the last report.
    pending: RefCell<Vec<Pending<'js>>>,
    /// Reported to a listener, and still without a handler.
    reported: RefCell<Vec<Value<'js>>>,
    /// Below this address there is too little stack left to do anything about a rejection.
    lowest: usize,
}

/// The stack that Node's own callback, which is JavaScript, would need.
const RESERVE_BYTES: usize = 16 * 1024;

/// Roughly where the stack is now.
#[inline(never)]
fn stack_position() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(&here).addr()
}

struct Pending<'js> {
    promise: Value<'js>,
    reason: Value<'js>,
    /// Where it was rejected, when scopes are followed: what is said about it is said there.
    scope: Option<Scope<'js>>,
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Rejections<'js> {
    type Changed<'to> = Rejections<'to>;
}

/// Begins to track rejections, in a context that may use `max_stack_bytes` from about here.
pub(crate) fn install(ctx: &Ctx<'_>, max_stack_bytes: usize) {
    let lowest = stack_position().saturating_sub(max_stack_bytes).saturating_add(RESERVE_BYTES);
    let _ = ctx.store_userdata(Rejections { lowest, ..Rejections::default() });
}

/// The engine's tracker: a promise was rejected without a handler, or got its first handler after that.
pub(crate) fn track<'js>(ctx: Ctx<'js>, promise: Value<'js>, reason: Value<'js>, handled: bool) {
    if !handled {
        thrown::note(&ctx, &reason);
        if let Some(rejections) = ctx.userdata::<Rejections<'js>>() {
            if stack_position() < rejections.lowest {
                // As in Node, where the callback fails then: the program itself is about to find the stack full.
                uncaught::print("Exception in PromiseRejectCallback:\nRangeError: Maximum call stack size exceeded\n");
                return;
            }
            let scope = scope::is_followed(&ctx).then(|| scope::current(&ctx));
            rejections.pending.borrow_mut().push(Pending { promise, reason, scope });
        }
        return;
    }
    if forget(&ctx, &promise)
        && let Some(listeners) = process::listeners(&ctx)
    {
        let taken = listeners.call("rejectionHandled", &[promise]);
        uncaught::result_or_report(&ctx, taken);
    }
}

/// Takes the promise off both lists; `true` when its rejection was reported to a listener.
fn forget<'js>(ctx: &Ctx<'js>, promise: &Value<'js>) -> bool {
    let Some(rejections) = ctx.userdata::<Rejections<'js>>() else { return false };
    rejections.pending.borrow_mut().retain(|pending| pending.promise != *promise);
    let mut reported = rejections.reported.borrow_mut();
    let before = reported.len();
    reported.retain(|earlier| earlier != promise);
    reported.len() != before
}

/// Leaves the rejection of `promise` to who is given its reason otherwise: it is not reported.
pub(crate) fn leave_to_caller<'js>(ctx: &Ctx<'js>, promise: &Promise<'js>) -> rquickjs::Result<()> {
    let ignore = Function::new(ctx.clone(), || {})?;
    promise.catch()?.call((This(promise.clone()), ignore))
}

/// Reports what is pending. `true` when listeners ran.
pub(crate) fn report<'js>(ctx: &Ctx<'js>) -> bool {
    // No guard on the context's data may be held while JavaScript runs: loading a module stores some.
    let pending = ctx.userdata::<Rejections<'js>>().map(|rejections| rejections.pending.take()).unwrap_or_default();
    if pending.is_empty() {
        return false;
    }
    if has_mode(ctx) {
        // What --unhandled-rejections asks for is done there.
        let loaded = host::import(ctx, "node:process").map(|_| None::<Value<'js>>);
        uncaught::result_or_report(ctx, loaded);
    }
    for Pending { promise, reason, scope } in pending {
        let outer = scope.map(|scope| scope::replace(ctx, scope));
        let taken = process::listeners(ctx).is_some_and(|listeners| {
            let taken = listeners.call("unhandledRejection", &[reason.clone(), promise.clone()]);
            uncaught::result_or_report(ctx, taken).and_then(|taken| taken.as_bool()).unwrap_or(false)
        });
        if !taken {
            uncaught::end_process_for_rejection(ctx, reason);
        } else if let Some(rejections) = ctx.userdata::<Rejections<'js>>() {
            rejections.reported.borrow_mut().push(promise);
        }
        if let Some(outer) = outer {
            drop(scope::replace(ctx, outer));
        }
    }
    true
}

/// Whether the program was started with `--unhandled-rejections`.
fn has_mode(ctx: &Ctx<'_>) -> bool {
    const OPTION: &str = "--unhandled-rejections";
    process::with_info(ctx, |info| info.exec_argv.iter().any(|word| word.starts_with(OPTION)))
        || std::env::var("NODE_OPTIONS").is_ok_and(|words| words.contains(OPTION))
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

    /// Its name says it.
    fn code_in_stack(&self) -> bool {
        false
    }

    fn decorate<'js>(&self, error: &Object<'js>) -> rquickjs::Result<()> {
        error.set("name", "UnhandledPromiseRejection")
    }
}
