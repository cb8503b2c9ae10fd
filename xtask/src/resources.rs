//! What a process took: time, memory, processor.

use std::{
    io,
    mem::MaybeUninit,
    os::unix::process::ExitStatusExt,
    process::{Command, ExitStatus, Stdio},
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

/// Runs a program that prints nothing of interest.
pub(crate) fn measure(command: &mut Command) -> io::Result<Usage> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let started = Instant::now();
    let child = command.spawn()?;
    let (status, usage) = wait(child.id())?;
    let wall = started.elapsed();
    // Linux counts kibibytes, and 0 for what never ran.
    let peak_bytes = u64::try_from(usage.ru_maxrss).unwrap_or_default() * 1024;
    Ok(Usage { wall, peak_bytes, status })
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
        assert!(usage.wall > Duration::ZERO && usage.peak_bytes > 100_000, "{usage:?}");
    }
}
