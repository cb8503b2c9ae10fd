//! Starting children and hearing of their end.

use std::{
    cell::RefCell,
    os::{fd::IntoRawFd, unix::process::ExitStatusExt},
    rc::Rc,
};

use llrt_core::{bytes, task, task::LoopRef};
use llrt_spawn::prepare;
use rquickjs::{Array, Ctx, Function, IntoJs, Object, Result, Value};

use crate::args;

const EIO: i32 = 5;

/// `spawn(options, exited, failed)`: starts a child. Gives a negative error number, or `{ pid, ends, ref, unref }`; `exited(code, signal)` is
/// called when it has ended, with numbers.
pub(crate) fn spawn<'js>(ctx: Ctx<'js>, options: Object<'js>, exited: Function<'js>) -> Result<Value<'js>> {
    let spec = args::spec(&options)?;
    let started = prepare(&spec).and_then(|prepared| {
        let mut command = tokio::process::Command::from(prepared.command);
        // The child outlives whatever JavaScript forgets.
        command.kill_on_drop(false);
        Ok((command.spawn()?, prepared.ends))
    });
    let (mut child, ends) = match started {
        Ok(started) => started,
        Err(error) => return (-error.raw_os_error().unwrap_or(EIO)).into_js(&ctx),
    };
    let guard = Rc::new(RefCell::new(Some(LoopRef::new(&ctx))));
    let result = Object::new(ctx.clone())?;
    result.set("pid", child.id().unwrap_or_default())?;
    let numbers = Array::new(ctx.clone())?;
    for (index, end) in ends.into_iter().enumerate() {
        numbers.set(index, end.map_or(-1, IntoRawFd::into_raw_fd))?;
    }
    result.set("ends", numbers)?;
    for (name, held) in [("ref", true), ("unref", false)] {
        let guard = Rc::clone(&guard);
        let change = move || {
            if let Some(guard) = &*guard.borrow() {
                if held { guard.hold() } else { guard.unref() }
            }
        };
        result.set(name, Function::new(ctx.clone(), change)?)?;
    }
    let task_ctx = ctx.clone();
    task::spawn_unref(&ctx, async move {
        let status = child.wait().await;
        guard.take();
        let (code, signal) = match status {
            Ok(status) => (status.code(), status.signal()),
            Err(_) => (Some(-EIO), None),
        };
        task::call(&task_ctx, &exited, (code.unwrap_or_default(), signal.unwrap_or_default()));
    });
    Ok(result.into_value())
}

/// `kill(pid, signal)`: 0, or a negative error number.
pub(crate) fn kill(pid: i32, signal: i32) -> i32 {
    llrt_spawn::kill(pid, signal).map_or_else(|error| -error.raw_os_error().unwrap_or(EIO), |()| 0)
}

/// `spawnSync(options)`: `{ pid, output, status, signal, error }`, with numbers for signal and error.
pub(crate) fn spawn_sync<'js>(ctx: Ctx<'js>, options: Object<'js>) -> Result<Object<'js>> {
    let outcome = llrt_spawn::run(&args::spec(&options)?, args::input(&options)?, &args::limits(&options)?);
    let result = Object::new(ctx.clone())?;
    result.set("pid", outcome.pid)?;
    result.set("status", outcome.code)?;
    result.set("signal", outcome.signal)?;
    result.set("error", outcome.error.map(|error| -error))?;
    if outcome.pid != 0 {
        let output = Array::new(ctx.clone())?;
        for (index, bytes) in outcome.output.into_iter().enumerate() {
            match bytes {
                Some(bytes) => output.set(index, bytes::buffer(&ctx, bytes)?)?,
                None => output.set(index, Value::new_null(ctx.clone()))?,
            }
        }
        result.set("output", output)?;
    }
    Ok(result)
}
