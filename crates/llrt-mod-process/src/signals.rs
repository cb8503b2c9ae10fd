//! Signals: their numbers, and listening for them.

use std::{cell::RefCell, os::raw::c_int};

use llrt_core::{
    OrThrow, SystemError,
    system::{self, SignalAction},
    task,
};
use nix::sys::signal::Signal;
use rquickjs::{Ctx, Function, Object, Result, Value};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

/// `{ SIGHUP: 1, ... }`, as `os.constants.signals`.
pub(crate) fn numbers<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    for signal in Signal::iterator() {
        object.set(signal.as_str(), signal as c_int)?;
    }
    Ok(object.into_value())
}

/// A signal that was listened for: how it was answered before, and how it is while somebody listens.
struct Listened {
    number: c_int,
    listeners: usize,
    before: SignalAction,
    during: SignalAction,
}

thread_local! {
    static LISTENED: RefCell<Vec<Listened>> = const { RefCell::new(Vec::new()) };
}

/// Starts to hear of a signal. tokio takes each over once and for good, so that what it was before is put back here.
fn hear(number: c_int) -> std::io::Result<tokio::signal::unix::Signal> {
    let before = system::signal_action(number)?;
    let arrivals = signal(SignalKind::from_raw(number))?;
    LISTENED.with_borrow_mut(|listened| {
        match listened.iter_mut().find(|known| known.number == number) {
            Some(known) => {
                if known.listeners == 0 {
                    known.before = before;
                    system::set_signal_action(number, &known.during)?;
                }
                known.listeners += 1;
            }
            None => listened.push(Listened { number, listeners: 1, before, during: system::signal_action(number)? }),
        }
        Ok(arrivals)
    })
}

/// The last that stops listening leaves the signal to the system, or to who had it.
fn unhear(number: c_int) {
    LISTENED.with_borrow_mut(|listened| {
        let Some(known) = listened.iter_mut().find(|known| known.number == number) else { return };
        known.listeners -= 1;
        if known.listeners == 0 {
            // It was possible to set another: this one is too.
            let _ = system::set_signal_action(number, &known.before);
        }
    });
}

/// Calls `callback` at each arrival of the signal, and gives the function that stops it. Listening does not keep the process alive.
pub(crate) fn listen<'js>(ctx: Ctx<'js>, number: c_int, callback: Function<'js>) -> Result<Function<'js>> {
    let mut arrivals = hear(number).map_err(|error| SystemError::new(&error, "uv_signal_start")).or_throw(&ctx)?;
    let (stop, mut stopped) = oneshot::channel::<()>();
    let task_ctx = ctx.clone();
    task::spawn_unref(&ctx, async move {
        loop {
            tokio::select! {
                arrival = arrivals.recv() => if arrival.is_none() { return },
                _ = &mut stopped => return,
            }
            task::call(&task_ctx, &callback, ());
        }
    });
    let stop = std::cell::Cell::new(Some(stop));
    Function::new(ctx, move || {
        if stop.take().is_some() {
            unhear(number);
        }
    })
}
