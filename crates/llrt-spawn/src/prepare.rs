use std::{
    ffi::OsString,
    io,
    os::{
        fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd},
        unix::{net::UnixStream, process::CommandExt},
    },
    path::PathBuf,
    process::Command,
};

/// What a child's descriptor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdio {
    /// `/dev/null` for the first three, closed for others.
    Ignore,
    /// One end of a socket pair.
    Pipe,
    /// A copy of this descriptor.
    Inherit(RawFd),
}

/// A child process to be started.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// The program: a path, or a name that is looked up in the child's `PATH`.
    pub program: OsString,
    /// Its arguments, without its own name.
    pub args: Vec<OsString>,
    /// Its own name, when that is not `program`.
    pub arg0: Option<OsString>,
    /// Its whole environment; this process's when `None`.
    pub env: Option<Vec<(OsString, OsString)>>,
    /// Its working directory.
    pub cwd: Option<PathBuf>,
    /// Its user.
    pub uid: Option<u32>,
    /// Its group.
    pub gid: Option<u32>,
    /// In a session of its own.
    pub detached: bool,
    /// Its descriptors, from 0 on.
    pub stdio: Vec<Stdio>,
}

/// A command that can be started once.
#[derive(Debug)]
pub struct Prepared {
    /// The command.
    pub command: Command,
    /// This side's ends of the pipes, by the child's descriptor.
    pub ends: Vec<Option<OwnedFd>>,
}

/// Makes the pipes of a child and the command that starts it.
///
/// The command keeps the child's ends: drop it once it is started, or the pipes never end.
///
/// # Errors
/// No descriptors are left, or one that is to be inherited is not open.
pub fn prepare(spec: &Spec) -> io::Result<Prepared> {
    let mut command = Command::new(&spec.program);
    command.args(&spec.args);
    if let Some(arg0) = &spec.arg0 {
        command.arg0(arg0);
    }
    if let Some(env) = &spec.env {
        command.env_clear().envs(env.iter().map(|(name, value)| (name, value)));
    }
    if let Some(cwd) = &spec.cwd {
        command.current_dir(cwd);
    }
    if let Some(uid) = spec.uid {
        command.uid(uid);
    }
    if let Some(gid) = spec.gid {
        command.gid(gid);
    }
    let mut ends = Vec::with_capacity(spec.stdio.len());
    let mut moved = Vec::new();
    // Above every descriptor that the child is to have, so that putting one in its place destroys no other.
    let floor = RawFd::try_from(spec.stdio.len().max(3)).map_err(|_| io::Error::from_raw_os_error(libc::EMFILE))?;
    for (index, stdio) in spec.stdio.iter().enumerate() {
        let (theirs, ours) = match *stdio {
            Stdio::Ignore => (None, None),
            Stdio::Pipe => {
                let (theirs, ours) = UnixStream::pair()?;
                (Some(OwnedFd::from(theirs)), Some(OwnedFd::from(ours)))
            }
            Stdio::Inherit(number) => {
                let theirs = copy(number, floor)?;
                // What reads standard input waits for it: few programs expect one that does not block.
                if index < 3 {
                    rustix::io::ioctl_fionbio(&theirs, false)?;
                }
                (Some(theirs), None)
            }
        };
        ends.push(ours);
        match (index, theirs) {
            (0, theirs) => drop(command.stdin(first_three(theirs))),
            (1, theirs) => drop(command.stdout(first_three(theirs))),
            (2, theirs) => drop(command.stderr(first_three(theirs))),
            (_, None) => {}
            (_, Some(theirs)) => {
                let theirs = copy(theirs.as_raw_fd(), floor)?;
                let target = RawFd::try_from(index).map_err(|_| io::Error::from_raw_os_error(libc::EMFILE))?;
                moved.push((theirs, target));
            }
        }
    }
    if spec.detached || !moved.is_empty() {
        before_exec(&mut command, spec.detached, moved);
    }
    Ok(Prepared { command, ends })
}

fn first_three(theirs: Option<OwnedFd>) -> std::process::Stdio {
    theirs.map_or_else(std::process::Stdio::null, std::process::Stdio::from)
}

/// A copy of an open descriptor that is at least `floor`, closed in programs that are started.
fn copy(number: RawFd, floor: RawFd) -> io::Result<OwnedFd> {
    if number < 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: not -1; that it is open is for the system to check, in the one call that is made with it.
    let borrowed = unsafe { BorrowedFd::borrow_raw(number) };
    Ok(rustix::io::fcntl_dupfd_cloexec(borrowed, floor)?)
}

/// What the child does before it becomes the program.
fn before_exec(command: &mut Command, detached: bool, moved: Vec<(OwnedFd, RawFd)>) {
    let hook = move || {
        for (descriptor, target) in &moved {
            // SAFETY: a system call on numbers; it may be made between fork and exec.
            if unsafe { libc::dup2(descriptor.as_raw_fd(), *target) } < 0 {
                return Err(io::Error::last_os_error());
            }
        }
        // SAFETY: as above.
        if detached && unsafe { libc::setsid() } < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    };
    // SAFETY: the hook makes system calls only and neither allocates nor locks.
    unsafe { command.pre_exec(hook) };
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    fn shell(script: &str, stdio: Vec<Stdio>) -> Spec {
        Spec { program: "sh".into(), args: vec!["-c".into(), script.into()], stdio, ..Spec::default() }
    }

    fn start(spec: &Spec) -> (std::process::Child, Vec<Option<OwnedFd>>) {
        let mut prepared = prepare(spec).unwrap();
        (prepared.command.spawn().unwrap(), prepared.ends)
    }

    #[test]
    fn pipes_carry_both_ways_on_any_descriptor() {
        let (mut child, mut ends) =
            start(&shell("cat <&4 >&4", vec![Stdio::Ignore, Stdio::Ignore, Stdio::Ignore, Stdio::Ignore, Stdio::Pipe]));
        let mut end = UnixStream::from(ends[4].take().unwrap());
        end.write_all(b"there and back").unwrap();
        end.shutdown(std::net::Shutdown::Write).unwrap();
        let mut text = String::new();
        end.read_to_string(&mut text).unwrap();
        assert_eq!(text, "there and back");
        assert!(child.wait().unwrap().success());
    }

    #[test]
    fn a_descriptor_can_take_the_place_of_another_that_is_inherited_too() {
        let (mut child, mut ends) = start(&shell(
            "echo out; echo err >&2; echo five >&5",
            vec![Stdio::Ignore, Stdio::Pipe, Stdio::Inherit(2), Stdio::Ignore, Stdio::Ignore, Stdio::Inherit(1)],
        ));
        let mut text = String::new();
        UnixStream::from(ends[1].take().unwrap()).read_to_string(&mut text).unwrap();
        assert_eq!(text, "out\n");
        assert!(child.wait().unwrap().success());
    }

    #[test]
    fn a_standard_descriptor_blocks_whatever_it_did_before() {
        let (theirs, mut ours) = UnixStream::pair().unwrap();
        theirs.set_nonblocking(true).unwrap();
        let (mut child, mut ends) = start(&shell("cat", vec![Stdio::Inherit(theirs.as_raw_fd()), Stdio::Pipe]));
        drop(theirs);
        std::thread::sleep(std::time::Duration::from_millis(20));
        ours.write_all(b"late").unwrap();
        drop(ours);
        let mut text = String::new();
        UnixStream::from(ends[1].take().unwrap()).read_to_string(&mut text).unwrap();
        assert_eq!(text, "late");
        assert!(child.wait().unwrap().success());
    }

    #[test]
    fn name_environment_directory_and_session_are_the_childs_own() {
        let spec = Spec {
            arg0: Some("other".into()),
            env: Some(vec![("PATH".into(), std::env::var_os("PATH").unwrap()), ("X".into(), "y".into())]),
            cwd: Some("/".into()),
            detached: true,
            ..shell(
                "echo $0 $X; pwd; test $(cut -d' ' -f6 /proc/$$/stat) = $$ && echo leader",
                vec![Stdio::Ignore, Stdio::Pipe],
            )
        };
        let (mut child, mut ends) = start(&spec);
        let mut text = String::new();
        UnixStream::from(ends[1].take().unwrap()).read_to_string(&mut text).unwrap();
        assert_eq!(text, "other y\n/\nleader\n");
        assert!(child.wait().unwrap().success());
    }

    #[test]
    fn a_missing_program_and_a_closed_descriptor_are_errors() {
        let spec = Spec { program: "/nope".into(), ..Spec::default() };
        let error = prepare(&spec).unwrap().command.spawn().unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::ENOENT));
        let error = prepare(&shell("", vec![Stdio::Inherit(9999)])).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::EBADF));
    }
}
