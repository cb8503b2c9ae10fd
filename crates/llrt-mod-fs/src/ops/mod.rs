//! Plain Rust: no context, no JavaScript values.

pub mod copy;
pub mod data;
pub mod dirs;
pub mod links;
pub mod meta;
pub mod remove;

use std::path::Path;

use rustix::{
    fs::{Mode, OFlags},
    io::Errno,
};

use crate::error::{At, FsError};

/// The result of an operation.
pub type Result<T> = std::result::Result<T, FsError>;

/// Opens `path` and gives the number, which the caller closes.
///
/// # Errors
/// The system's.
pub fn open(path: &Path, flags: i32, mode: u32) -> Result<i32> {
    use std::os::fd::IntoRawFd;
    Ok(open_owned(path, flags, mode)?.into_raw_fd())
}

/// [`open`], with a descriptor that closes itself.
pub(crate) fn open_owned(path: &Path, flags: i32, mode: u32) -> Result<std::os::fd::OwnedFd> {
    let flags = OFlags::from_bits_retain(flags.cast_unsigned()) | OFlags::CLOEXEC;
    retry(|| rustix::fs::open(path, flags, Mode::from_raw_mode(mode))).at("open", path)
}

/// Closes a number.
///
/// # Errors
/// `EBADF` and what a delayed write failed with.
pub fn close(fd: i32) -> Result<()> {
    match nix::unistd::close(fd) {
        // The number is free all the same.
        Err(nix::errno::Errno::EINTR | nix::errno::Errno::EINPROGRESS) => Ok(()),
        result => result.on("close"),
    }
}

/// Makes a system call until no signal interrupts it.
pub(crate) fn retry<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> rustix::io::Result<T> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            result => return result,
        }
    }
}
