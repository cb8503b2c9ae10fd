use std::{
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::process::ExitStatusExt,
    },
    process::Child,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    process::{Pid, PidfdFlags, pidfd_open},
};

use crate::{Spec, prepare};

/// How long and how much.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long it may run.
    pub timeout: Option<Duration>,
    /// How many bytes it may write, on all pipes together.
    pub max_output_bytes: Option<usize>,
    /// The signal that ends it when it goes over a limit.
    pub kill_signal: i32,
}

/// How a child ended.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Its process id, 0 when it did not start.
    pub pid: u32,
    /// What it wrote into its pipes, by descriptor.
    pub output: Vec<Option<Vec<u8>>>,
    /// Its exit code.
    pub code: Option<i32>,
    /// The number of the signal that ended it.
    pub signal: Option<i32>,
    /// Why it did not start (a system error number), or which limit it went over: `ETIMEDOUT`, `ENOBUFS`.
    pub error: Option<i32>,
}

/// Sends a signal by its number; 0 only asks whether the process is there.
///
/// # Errors
/// No such process, no permission, no such signal.
pub fn kill(pid: i32, signal: i32) -> io::Result<()> {
    // SAFETY: a system call on numbers.
    if unsafe { libc::kill(pid, signal) } < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// A pipe of a child that runs.
struct Pipe {
    end: OwnedFd,
    input: Vec<u8>,
    written: usize,
    output: Vec<u8>,
    /// Nothing more comes.
    ended: bool,
    /// Nothing more goes.
    closed: bool,
}

/// Starts a child, writes `input` (descriptor and bytes) into its pipes, and waits until it has ended and closed them.
pub fn run(spec: &Spec, input: Vec<(usize, Vec<u8>)>, limits: &Limits) -> Outcome {
    let deadline = limits.timeout.map(|timeout| Instant::now() + timeout);
    let started = prepare(spec).and_then(|mut prepared| Ok((prepared.command.spawn()?, prepared.ends)));
    let (child, ends) = match started {
        Ok(started) => started,
        Err(error) => {
            return Outcome { error: Some(error.raw_os_error().unwrap_or(libc::EIO)), ..Outcome::default() };
        }
    };
    let mut pipes: Vec<Option<Pipe>> = ends.into_iter().map(|end| end.map(Pipe::new)).collect();
    for (index, bytes) in input {
        if let Some(Some(pipe)) = pipes.get_mut(index) {
            pipe.input = bytes;
        }
    }
    let mut outcome = Outcome { pid: child.id(), ..Outcome::default() };
    let status = attend(child, &mut pipes, deadline, limits, &mut outcome.error);
    match status {
        Ok(status) => {
            outcome.code = status.code();
            outcome.signal = status.signal();
        }
        Err(error) => outcome.error = Some(error.raw_os_error().unwrap_or(libc::EIO)),
    }
    outcome.output = pipes.into_iter().map(|pipe| pipe.map(|pipe| pipe.output)).collect();
    outcome
}

impl Pipe {
    fn new(end: OwnedFd) -> Self {
        let _ = rustix::io::ioctl_fionbio(&end, true);
        Self { end, input: Vec::new(), written: 0, output: Vec::new(), ended: false, closed: false }
    }

    fn wants(&self) -> PollFlags {
        let mut flags = PollFlags::empty();
        if !self.ended {
            flags |= PollFlags::IN;
        }
        if !self.closed {
            flags |= PollFlags::OUT;
        }
        flags
    }

    fn write(&mut self) {
        while self.written < self.input.len() {
            match rustix::io::write(&self.end, &self.input[self.written..]) {
                Ok(count) => self.written += count,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                // The child reads no further: that is its own affair.
                Err(_) => break,
            }
        }
        self.closed = true;
        // SAFETY: a system call on an open descriptor.
        unsafe { libc::shutdown(std::os::fd::AsRawFd::as_raw_fd(&self.end), libc::SHUT_WR) };
    }

    fn read(&mut self) {
        let mut buffer = [0; 65536];
        loop {
            match rustix::io::read(&self.end, &mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    self.output.extend_from_slice(&buffer[..count]);
                    return;
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Err(_) => break,
            }
        }
        self.ended = true;
        self.closed = true;
    }
}

/// Moves bytes until the child has ended and its pipes are closed, or it goes over a limit.
fn attend(
    mut child: Child,
    pipes: &mut [Option<Pipe>],
    deadline: Option<Instant>,
    limits: &Limits,
    error: &mut Option<i32>,
) -> io::Result<std::process::ExitStatus> {
    let watch = Pid::from_raw(child.id().cast_signed()).and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
    let mut status = None;
    loop {
        if status.is_none() {
            status = child.try_wait()?;
        }
        let open = pipes.iter().flatten().any(|pipe| !pipe.ended);
        if let (Some(status), false) = (status, open) {
            return Ok(status);
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let total: usize = pipes.iter().flatten().map(|pipe| pipe.output.len()).sum();
        let over = if left.is_some_and(|left| left.is_zero()) {
            Some(libc::ETIMEDOUT)
        } else if limits.max_output_bytes.is_some_and(|max| total > max) {
            Some(libc::ENOBUFS)
        } else {
            None
        };
        if let Some(over) = over {
            *error = Some(over);
            return match status {
                Some(status) => Ok(status),
                None => end(child, limits.kill_signal),
            };
        }
        wait(pipes, if status.is_none() { watch.as_ref() } else { None }, status.is_none(), left)?;
    }
}

fn end(mut child: Child, signal: i32) -> io::Result<std::process::ExitStatus> {
    if kill(child.id().cast_signed(), signal).is_err() {
        child.kill()?;
    }
    child.wait()
}

/// Waits until something can be read or written or the child has ended, and reads and writes it.
fn wait(pipes: &mut [Option<Pipe>], watch: Option<&OwnedFd>, running: bool, left: Option<Duration>) -> io::Result<()> {
    // Without a descriptor for the process it is asked again and again.
    let limit = if running && watch.is_none() { Some(Duration::from_millis(5)) } else { None };
    let timeout = match (left, limit) {
        (Some(left), Some(limit)) => Some(left.min(limit)),
        (left, limit) => left.or(limit),
    };
    let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
    let ready: Vec<PollFlags> = {
        let active = pipes.iter().flatten().filter(|pipe| !pipe.wants().is_empty());
        let mut polled: Vec<PollFd<'_>> =
            active.map(|pipe| PollFd::from_borrowed_fd(pipe.end.as_fd(), pipe.wants())).collect();
        if let Some(watch) = watch {
            polled.push(PollFd::new(watch, PollFlags::IN));
        }
        match poll(&mut polled, timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
        polled.iter().map(PollFd::revents).collect()
    };
    let active = pipes.iter_mut().flatten().filter(|pipe| !pipe.wants().is_empty());
    for (pipe, ready) in active.zip(ready) {
        if ready.contains(PollFlags::OUT) && !pipe.closed {
            pipe.write();
        }
        if ready.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
            pipe.read();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stdio;

    const NO_LIMITS: Limits = Limits { timeout: None, max_output_bytes: None, kill_signal: libc::SIGTERM };

    fn shell(script: &str) -> Spec {
        Spec {
            program: "sh".into(),
            args: vec!["-c".into(), script.into()],
            stdio: vec![Stdio::Pipe; 3],
            ..Spec::default()
        }
    }

    #[test]
    fn input_goes_through_and_both_outputs_are_kept() {
        let large = vec![b'x'; 1 << 20];
        let outcome = run(&shell("echo e >&2; cat; exit 3"), vec![(0, large.clone())], &NO_LIMITS);
        assert_eq!((outcome.code, outcome.signal, outcome.error), (Some(3), None, None));
        assert!(outcome.output[1] == Some(large));
        assert_eq!(outcome.output[2].as_deref(), Some(&b"e\n"[..]));
    }

    #[test]
    fn limits_end_it() {
        let limits = Limits { timeout: Some(Duration::from_millis(50)), ..NO_LIMITS };
        let outcome = run(&shell("exec sleep 60"), vec![], &limits);
        assert_eq!((outcome.code, outcome.signal, outcome.error), (None, Some(libc::SIGTERM), Some(libc::ETIMEDOUT)));
        let limits = Limits { max_output_bytes: Some(10), kill_signal: libc::SIGKILL, ..NO_LIMITS };
        let outcome = run(&shell("exec yes"), vec![], &limits);
        assert_eq!((outcome.code, outcome.signal, outcome.error), (None, Some(libc::SIGKILL), Some(libc::ENOBUFS)));
        assert!(outcome.output[1].as_ref().is_some_and(|output| output.len() > 10));
    }

    #[test]
    fn what_does_not_start_says_why() {
        let outcome = run(&Spec { program: "/nope".into(), ..Spec::default() }, vec![], &NO_LIMITS);
        assert_eq!((outcome.pid, outcome.error), (0, Some(libc::ENOENT)));
    }
}
