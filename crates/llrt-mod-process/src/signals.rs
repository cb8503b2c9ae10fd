//! Signals: their numbers, and listening for them.

use std::os::raw::c_int;

use llrt_core::{OrThrow, SystemError, task};
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

/// Calls `callback` at each arrival of the signal, and gives the function that stops it. Listening does not keep the process alive.
pub(crate) fn listen<'js>(ctx: Ctx<'js>, number: c_int, callback: Function<'js>) -> Result<Function<'js>> {
    let mut arrivals = signal(SignalKind::from_raw(number))
        .map_err(|error| SystemError::new(&error, "uv_signal_start"))
        .or_throw(&ctx)?;
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
    Function::new(ctx, move || drop(stop.take()))
}
