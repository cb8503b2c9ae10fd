//! What a process took: time, memory, processor.

use std::{
    io,
    mem::MaybeUninit,
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// One run of a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// From starting it to its end.
    pub(crate) wall: Duration,
    /// The most memory that it had in use at once.
    pub(crate) peak_bytes: u64,
    pub(crate) status: ExitStatus,
}

/// Runs a program that prints nothing of interest: for its time, and once more for its memory.
///
/// A process begins in the memory of the one that starts it, whose pages the system counts as its own peak. All of them, where both share it, as in the
/// run that is timed; after a fork only what this program has written to, which is little, and not its file.
pub(crate) fn measure(command: &mut Command) -> io::Result<Usage> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let started = Instant::now();
    let status = command.spawn()?.wait()?;
    let wall = started.elapsed();
    if !status.success() {
        return Ok(Usage { wall, peak_bytes: 0, status });
    }
    let (status, usage) = wait(fork(command)?.id())?;
    // Linux counts kibibytes, and 0 for what never ran.
    let peak_bytes = u64::try_from(usage.ru_maxrss).unwrap_or_default() * 1024;
    Ok(Usage { wall, peak_bytes, status })
}

#[expect(unsafe_code, reason = "a function that runs in the child is what makes the standard library fork")]
fn fork(command: &mut Command) -> io::Result<Child> {
    // SAFETY: it does nothing.
    unsafe { command.pre_exec(|| Ok(())) };
    command.spawn()
}

#[expect(unsafe_code, reason = "the standard library waits without asking for the resources")]
fn wait(id: u32) -> io::Result<(ExitStatus, libc::rusage)> {
    let id = libc::pid_t::try_from(id).map_err(io::Error::other)?;
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: both pointers are to live locals of the types that the call writes; all zeros is a valid rusage. The process is our
    // child, and nobody else waits for it: `measure` drops its `Child`, which does not wait.
    let result = unsafe { libc::wait4(id, &raw mut status, 0, usage.as_mut_ptr()) };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: initialised above, all zeros, and written to by the call.
    Ok((ExitStatus::from_raw(status), unsafe { usage.assume_init() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_time_memory_and_status() {
        let usage = measure(Command::new("sh").args(["-c", "exit 3"])).unwrap();
        assert_eq!(usage.status.code(), Some(3));
        let usage = measure(Command::new("sh").args(["-c", "exit 0"])).unwrap();
        assert!(usage.wall > Duration::ZERO && usage.peak_bytes > 100_000, "{usage:?}");
    }
}
