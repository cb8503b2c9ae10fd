//! System errors with Node's properties: `code`, `errno`, `syscall`, `path`, `dest`.
//!
//! Node: <https://nodejs.org/api/errors.html#class-systemerror>.

#[cfg(unix)]
use std::os::fd::BorrowedFd;
use std::{borrow::Cow, fmt, io, path::Path};

use rquickjs::{Object, Result};

use crate::error::{JsClass, JsError};

/// A system call that failed.
#[derive(Clone, Debug)]
pub struct SystemError {
    errno: i32,
    syscall: Cow<'static, str>,
    path: Option<String>,
    dest: Option<String>,
    address: Option<(String, Option<u16>)>,
}

impl SystemError {
    /// The failure of `syscall` with the operating system's error number (positive, as in `errno.h`).
    pub fn from_errno(errno: i32, syscall: impl Into<Cow<'static, str>>) -> Self {
        Self { errno, syscall: syscall.into(), path: None, dest: None, address: None }
    }

    /// The failure of `syscall` as the standard library reports it. An error without a system number becomes `EIO`, or the
    /// number that its kind stands for.
    pub fn new(error: &io::Error, syscall: impl Into<Cow<'static, str>>) -> Self {
        Self::from_errno(error.raw_os_error().unwrap_or_else(|| errno_of(error.kind())), syscall)
    }

    /// With the path that the call was about.
    #[must_use]
    pub fn path(mut self, path: impl AsRef<Path>) -> Self {
        self.path = Some(path.as_ref().to_string_lossy().into_owned());
        self
    }

    /// With the second path of a call that takes two (`rename`, `link`).
    #[must_use]
    pub fn dest(mut self, dest: impl AsRef<Path>) -> Self {
        self.dest = Some(dest.as_ref().to_string_lossy().into_owned());
        self
    }

    /// With the network address and port that the call was about.
    #[must_use]
    pub fn address(mut self, address: impl Into<String>, port: Option<u16>) -> Self {
        self.address = Some((address.into(), port));
        self
    }

    /// The symbolic name: `ENOENT`.
    pub fn name(&self) -> &'static str {
        describe(self.errno).0
    }

    /// The positive error number.
    pub fn errno(&self) -> i32 {
        self.errno
    }
}

impl fmt::Display for SystemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, reason) = describe(self.errno);
        if let Some((address, port)) = &self.address {
            write!(f, "{} {name} {address}", self.syscall)?;
            return port.map_or(Ok(()), |port| write!(f, ":{port}"));
        }
        write!(f, "{name}: {reason}, {}", self.syscall)?;
        if let Some(path) = &self.path {
            write!(f, " '{path}'")?;
        }
        if let Some(dest) = &self.dest {
            write!(f, " -> '{dest}'")?;
        }
        Ok(())
    }
}

impl std::error::Error for SystemError {}

impl JsError for SystemError {
    fn class(&self) -> JsClass {
        JsClass::Error
    }

    fn code(&self) -> Option<&str> {
        Some(self.name())
    }

    fn decorate<'js>(&self, error: &Object<'js>) -> Result<()> {
        // Node's own order, which inspection shows.
        error.set("errno", -self.errno)?;
        error.set("code", self.name())?;
        error.set("syscall", &*self.syscall)?;
        if let Some(path) = &self.path {
            error.set("path", path.as_str())?;
        }
        if let Some(dest) = &self.dest {
            error.set("dest", dest.as_str())?;
        }
        if let Some((address, port)) = &self.address {
            error.set("address", address.as_str())?;
            if let Some(port) = port {
                error.set("port", *port)?;
            }
        }
        Ok(())
    }
}

/// A descriptor that JavaScript holds as a number, for the length of a system call.
///
/// Nothing tells whether the number is open: then the call fails with `EBADF`. A program that closes a number and goes on using it
/// reaches whatever was opened under it since, as in Node.
///
/// # Errors
/// `EBADF` for a negative number.
#[cfg(unix)]
pub fn descriptor(number: i32) -> io::Result<BorrowedFd<'static>> {
    if number < 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: not -1, which is all that the type relies on in memory. That the number is open is for the system to check, at each
    // call; no Rust code is handed a descriptor that it owns.
    Ok(unsafe { BorrowedFd::borrow_raw(number) })
}

/// How the process answers a signal.
#[cfg(unix)]
#[derive(Clone, Copy)]
pub struct SignalAction(libc::sigaction);

/// How the process answers the signal with this number now.
///
/// # Errors
/// `EINVAL` for a number that is none.
#[cfg(unix)]
pub fn signal_action(number: i32) -> io::Result<SignalAction> {
    let mut action = std::mem::MaybeUninit::uninit();
    // SAFETY: without a new action the call only writes the old one, all of it when it succeeds.
    match unsafe { libc::sigaction(number, std::ptr::null(), action.as_mut_ptr()) } {
        // SAFETY: it succeeded.
        0 => Ok(SignalAction(unsafe { action.assume_init() })),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Makes the process answer the signal as it did when [`signal_action`] was asked.
///
/// # Errors
/// `EINVAL` for a number that is none, and for signals that nobody handles.
#[cfg(unix)]
pub fn set_signal_action(number: i32, action: &SignalAction) -> io::Result<()> {
    // SAFETY: the action is one that this process had, so its handler, if any, is code that was made for it and is there for good.
    match unsafe { libc::sigaction(number, &action.0, std::ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Sets the name under which the system lists the process, cut to the room that its arguments had. Nothing happens where the system does
/// not tell where they lie.
#[cfg(target_os = "linux")]
pub fn set_process_title(title: &str) {
    const NAME_BYTES: usize = 15;
    let short: Vec<u8> = title.bytes().take(NAME_BYTES).chain([0]).collect();
    // SAFETY: the name is a string that ends with a zero byte, which the call copies.
    unsafe { libc::prctl(libc::PR_SET_NAME, short.as_ptr()) };
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in parentheses come the fields from the third on; the arguments' bounds are the 48th and 49th.
    let mut fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ').skip(45);
    let mut bound = || fields.next()?.parse::<usize>().ok().filter(|address| *address > 0);
    let (Some(start), Some(end)) = (bound(), bound()) else { return };
    let Some(room) = end.checked_sub(start).filter(|room| *room > 0) else { return };
    let title = &title.as_bytes()[..title.len().min(room - 1)];
    let place = std::ptr::with_exposed_provenance_mut::<u8>(start);
    // SAFETY: the system says that the arguments the process was started with lie there, on its own stack, which is writable. They are read
    // at the start only; who reads them later finds the title.
    unsafe {
        place.write_bytes(0, room);
        place.copy_from_nonoverlapping(title.as_ptr(), title.len());
    }
}

/// Sets the time zone of the process, as the variable `TZ` names it; `None` for the system's own.
#[cfg(unix)]
pub fn set_time_zone(name: Option<&str>) {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: the standard library reads the environment under the lock that this takes. C code that reads it without one on another
    // thread (a name being looked up) is the risk that Node.js takes here too.
    unsafe {
        match name {
            Some(name) => std::env::set_var("TZ", name),
            None => std::env::remove_var("TZ"),
        }
        tzset();
    }
}

fn errno_of(kind: io::ErrorKind) -> i32 {
    match kind {
        io::ErrorKind::NotFound => libc::ENOENT,
        io::ErrorKind::PermissionDenied => libc::EACCES,
        io::ErrorKind::AlreadyExists => libc::EEXIST,
        io::ErrorKind::InvalidInput => libc::EINVAL,
        io::ErrorKind::ConnectionRefused => libc::ECONNREFUSED,
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => libc::ECONNRESET,
        io::ErrorKind::ConnectionAborted => libc::ECONNABORTED,
        io::ErrorKind::BrokenPipe => libc::EPIPE,
        io::ErrorKind::TimedOut => libc::ETIMEDOUT,
        io::ErrorKind::AddrInUse => libc::EADDRINUSE,
        io::ErrorKind::NotADirectory => libc::ENOTDIR,
        io::ErrorKind::IsADirectory => libc::EISDIR,
        _ => libc::EIO,
    }
}

/// Name and reason of an error number, in the words that libuv uses for it.
pub fn describe(errno: i32) -> (&'static str, &'static str) {
    match ERRNO.binary_search_by(|(number, ..)| number.cmp(&errno)) {
        Ok(index) => (ERRNO[index].1, ERRNO[index].2),
        Err(_) => ("UNKNOWN", "unknown error"),
    }
}

/// Every error number with its name and reason, by number: what `os.constants.errno` and `util.getSystemErrorMap` list.
pub static ERRNO: &[(i32, &str, &str)] = &[
    (libc::EPERM, "EPERM", "operation not permitted"),
    (libc::ENOENT, "ENOENT", "no such file or directory"),
    (libc::ESRCH, "ESRCH", "no such process"),
    (libc::EINTR, "EINTR", "interrupted system call"),
    (libc::EIO, "EIO", "i/o error"),
    (libc::ENXIO, "ENXIO", "no such device or address"),
    (libc::E2BIG, "E2BIG", "argument list too long"),
    (libc::ENOEXEC, "ENOEXEC", "exec format error"),
    (libc::EBADF, "EBADF", "bad file descriptor"),
    (libc::EAGAIN, "EAGAIN", "resource temporarily unavailable"),
    (libc::ENOMEM, "ENOMEM", "not enough memory"),
    (libc::EACCES, "EACCES", "permission denied"),
    (libc::EFAULT, "EFAULT", "bad address in system call argument"),
    (libc::EBUSY, "EBUSY", "resource busy or locked"),
    (libc::EEXIST, "EEXIST", "file already exists"),
    (libc::EXDEV, "EXDEV", "cross-device link not permitted"),
    (libc::ENODEV, "ENODEV", "no such device"),
    (libc::ENOTDIR, "ENOTDIR", "not a directory"),
    (libc::EISDIR, "EISDIR", "illegal operation on a directory"),
    (libc::EINVAL, "EINVAL", "invalid argument"),
    (libc::ENFILE, "ENFILE", "file table overflow"),
    (libc::EMFILE, "EMFILE", "too many open files"),
    (libc::ENOTTY, "ENOTTY", "inappropriate ioctl for device"),
    (libc::ETXTBSY, "ETXTBSY", "text file is busy"),
    (libc::EFBIG, "EFBIG", "file too large"),
    (libc::ENOSPC, "ENOSPC", "no space left on device"),
    (libc::ESPIPE, "ESPIPE", "invalid seek"),
    (libc::EROFS, "EROFS", "read-only file system"),
    (libc::EMLINK, "EMLINK", "too many links"),
    (libc::EPIPE, "EPIPE", "broken pipe"),
    (libc::ERANGE, "ERANGE", "result too large"),
    (libc::ENAMETOOLONG, "ENAMETOOLONG", "name too long"),
    (libc::ENOSYS, "ENOSYS", "function not implemented"),
    (libc::ENOTEMPTY, "ENOTEMPTY", "directory not empty"),
    (libc::ELOOP, "ELOOP", "too many symbolic links encountered"),
    (libc::ENODATA, "ENODATA", "no data available"),
    (libc::EPROTO, "EPROTO", "protocol error"),
    (libc::EOVERFLOW, "EOVERFLOW", "value too large for defined data type"),
    (libc::EILSEQ, "EILSEQ", "illegal byte sequence"),
    (libc::ENOTSOCK, "ENOTSOCK", "socket operation on non-socket"),
    (libc::EDESTADDRREQ, "EDESTADDRREQ", "destination address required"),
    (libc::EMSGSIZE, "EMSGSIZE", "message too long"),
    (libc::EPROTOTYPE, "EPROTOTYPE", "protocol wrong type for socket"),
    (libc::ENOPROTOOPT, "ENOPROTOOPT", "protocol not available"),
    (libc::EPROTONOSUPPORT, "EPROTONOSUPPORT", "protocol not supported"),
    (libc::ENOTSUP, "ENOTSUP", "operation not supported on socket"),
    (libc::EAFNOSUPPORT, "EAFNOSUPPORT", "address family not supported"),
    (libc::EADDRINUSE, "EADDRINUSE", "address already in use"),
    (libc::EADDRNOTAVAIL, "EADDRNOTAVAIL", "address not available"),
    (libc::ENETDOWN, "ENETDOWN", "network is down"),
    (libc::ENETUNREACH, "ENETUNREACH", "network is unreachable"),
    (libc::ECONNABORTED, "ECONNABORTED", "software caused connection abort"),
    (libc::ECONNRESET, "ECONNRESET", "connection reset by peer"),
    (libc::ENOBUFS, "ENOBUFS", "no buffer space available"),
    (libc::EISCONN, "EISCONN", "socket is already connected"),
    (libc::ENOTCONN, "ENOTCONN", "socket is not connected"),
    (libc::ETIMEDOUT, "ETIMEDOUT", "connection timed out"),
    (libc::ECONNREFUSED, "ECONNREFUSED", "connection refused"),
    (libc::EHOSTUNREACH, "EHOSTUNREACH", "host is unreachable"),
    (libc::EALREADY, "EALREADY", "connection already in progress"),
    (libc::ECANCELED, "ECANCELED", "operation canceled"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_for_binary_search() {
        assert!(ERRNO.is_sorted_by_key(|(number, ..)| *number));
    }

    #[test]
    fn a_missing_file_reads_as_in_node() {
        let error = SystemError::new(&io::Error::from_raw_os_error(libc::ENOENT), "open").path("/nope");
        assert_eq!(error.to_string(), "ENOENT: no such file or directory, open '/nope'");
        assert_eq!(error.code(), Some("ENOENT"));
    }

    #[test]
    fn two_paths_are_joined_by_an_arrow() {
        let error = SystemError::from_errno(libc::EXDEV, "rename").path("/a").dest("/b");
        assert_eq!(error.to_string(), "EXDEV: cross-device link not permitted, rename '/a' -> '/b'");
    }

    #[test]
    fn a_refused_connection_names_address_and_port() {
        let error = SystemError::from_errno(libc::ECONNREFUSED, "connect").address("127.0.0.1", Some(9));
        assert_eq!(error.to_string(), "connect ECONNREFUSED 127.0.0.1:9");
    }

    #[cfg(unix)]
    #[test]
    fn a_negative_descriptor_is_refused() {
        assert_eq!(descriptor(-1).unwrap_err().raw_os_error(), Some(libc::EBADF));
        assert!(descriptor(0).is_ok());
    }

    #[test]
    fn an_unknown_number_is_said_to_be_unknown() {
        assert_eq!(describe(99_999), ("UNKNOWN", "unknown error"));
    }
}
