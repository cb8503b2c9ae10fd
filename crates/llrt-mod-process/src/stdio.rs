//! Standard descriptors: 0, 1 and 2.

use std::{
    io::{IsTerminal, Read},
    os::fd::{AsFd, BorrowedFd},
};

use llrt_core::{OrThrow, SystemError, bytes, task};
use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
};
use rquickjs::{Array, Ctx, Error, Promise, Result, Value};

/// Writes all of `data` (bytes or a string) to descriptor 1 or 2 before it returns, waiting where the descriptor does not block.
pub(crate) fn write<'js>(ctx: Ctx<'js>, descriptor: i32, data: Value<'js>) -> Result<()> {
    let data = bytes::bytes_or_utf8(&ctx, &data, "chunk")?;
    let written = match descriptor {
        1 => write_all(std::io::stdout().as_fd(), &data),
        _ => write_all(std::io::stderr().as_fd(), &data),
    };
    written.map_err(|errno| SystemError::from_errno(errno as i32, "write")).or_throw(&ctx)
}

fn write_all(descriptor: BorrowedFd<'_>, mut data: &[u8]) -> std::result::Result<(), Errno> {
    while !data.is_empty() {
        match nix::unistd::write(descriptor, data) {
            Ok(count) => data = &data[count..],
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => {
                poll(&mut [PollFd::new(descriptor, PollFlags::POLLOUT)], PollTimeout::NONE)?;
            }
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

/// `read(maxBytes, keepAlive) -> Promise<Uint8Array>` from standard input, on a thread of the pool; empty at the end of input.
pub(crate) fn read(ctx: Ctx<'_>, max_bytes: usize) -> Result<Promise<'_>> {
    let task_ctx = ctx.clone();
    task::promise(&ctx, async move {
        let result = tokio::task::spawn_blocking(move || {
            let mut buffer = vec![0; max_bytes];
            let count = std::io::stdin().read(&mut buffer)?;
            buffer.truncate(count);
            Ok::<_, std::io::Error>(buffer)
        })
        .await
        .map_err(|_| Error::Unknown)?;
        let buffer = result.map_err(|error| SystemError::new(&error, "read")).or_throw(&task_ctx)?;
        bytes::buffer(&task_ctx, buffer)
    })
}

pub(crate) fn is_terminal(descriptor: i32) -> bool {
    match descriptor {
        0 => std::io::stdin().is_terminal(),
        1 => std::io::stdout().is_terminal(),
        2 => std::io::stderr().is_terminal(),
        _ => false,
    }
}

/// `[columns, rows]`, or an empty array when the descriptor is no terminal.
pub(crate) fn window_size(ctx: Ctx<'_>, descriptor: i32) -> Result<Array<'_>> {
    let output = std::io::stdout();
    let errors = std::io::stderr();
    let size = rustix::termios::tcgetwinsize(if descriptor == 2 { errors.as_fd() } else { output.as_fd() });
    match size {
        Ok(size) => crate::facts::numbers(&ctx, &[f64::from(size.ws_col), f64::from(size.ws_row)]),
        Err(_) => Array::new(ctx),
    }
}
