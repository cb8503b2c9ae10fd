//! Writing to standard descriptors, and the size of their terminals.

use std::os::fd::BorrowedFd;

use llrt_core::{OrThrow, SystemError, bytes, system};
use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
};
use rquickjs::{Array, Ctx, Result, Value};

/// Writes all of `data` (bytes or a string) to a descriptor before it returns, waiting where the descriptor does not block.
pub(crate) fn write<'js>(ctx: Ctx<'js>, descriptor: i32, data: Value<'js>) -> Result<()> {
    let data = bytes::bytes_or_utf8(&ctx, &data, "chunk")?;
    let descriptor =
        system::descriptor(descriptor).map_err(|error| SystemError::new(&error, "write")).or_throw(&ctx)?;
    write_all(descriptor, &data).map_err(|errno| SystemError::from_errno(errno as i32, "write")).or_throw(&ctx)
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

/// `[columns, rows]`, or an empty array when the descriptor is no terminal.
pub(crate) fn window_size(ctx: Ctx<'_>, descriptor: i32) -> Result<Array<'_>> {
    match system::descriptor(descriptor).map(rustix::termios::tcgetwinsize) {
        Ok(Ok(size)) => crate::facts::numbers(&ctx, &[f64::from(size.ws_col), f64::from(size.ws_row)]),
        _ => Array::new(ctx),
    }
}
