//! What the functions of `node:fs` fail with.

use std::{fmt, io, path::Path};

use llrt_core::{JsClass, JsError, NodeError, SystemError, system};
use rquickjs::{Object, Result, object::Property};
use rustix::io::Errno;

/// A failure of a file operation.
#[derive(Debug)]
#[non_exhaustive]
pub enum FsError {
    /// A system call failed.
    System(SystemError),
    /// The operation is refused before the system is asked, in the words of Node's `SystemError` class.
    Refused {
        /// Node's code: `ERR_FS_EISDIR`.
        code: &'static str,
        /// What stands before the colon: `Path is a directory`.
        what: &'static str,
        /// The system's error number that it stands for.
        errno: i32,
        /// The text in brackets: `is a directory`.
        reason: String,
        /// The function: `rm`.
        syscall: &'static str,
        /// The path.
        path: String,
    },
    /// An error of Node's own.
    Node(NodeError),
}

impl FsError {
    /// `ERR_FS_FILE_TOO_LARGE`.
    pub fn too_large(size: u64) -> Self {
        let text = format!("File size ({size}) is greater than 2 GiB");
        Self::Node(NodeError::new(JsClass::RangeError, "ERR_FS_FILE_TOO_LARGE", text))
    }

    /// `ERR_FS_EISDIR` of `rm`.
    pub fn rm_directory(path: &Path) -> Self {
        Self::Refused {
            code: "ERR_FS_EISDIR",
            what: "Path is a directory",
            errno: Errno::ISDIR.raw_os_error(),
            reason: "is a directory".to_owned(),
            syscall: "rm",
            path: path.to_string_lossy().into_owned(),
        }
    }

    /// The system's error number, where there is one.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::System(error) => Some(Errno::from_raw_os_error(error.errno())),
            _ => None,
        }
    }
}

impl fmt::Display for FsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(error) => error.fmt(f),
            Self::Refused { what, errno, reason, syscall, path, .. } => {
                write!(f, "{what}: {syscall} returned {} ({reason}) {path}", system::describe(*errno).0)
            }
            Self::Node(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FsError {}

impl JsError for FsError {
    fn class(&self) -> JsClass {
        match self {
            Self::System(error) => error.class(),
            Self::Refused { .. } => JsClass::Error,
            Self::Node(error) => error.class(),
        }
    }

    fn code(&self) -> Option<&str> {
        match self {
            Self::System(error) => error.code(),
            Self::Refused { code, .. } => Some(code),
            Self::Node(error) => error.code(),
        }
    }

    fn decorate<'js>(&self, error: &Object<'js>) -> Result<()> {
        match self {
            Self::System(inner) => inner.decorate(error),
            Self::Node(inner) => inner.decorate(error),
            Self::Refused { code, errno, reason, syscall, path, .. } => {
                error.prop("name", Property::from("SystemError").writable().configurable())?;
                error.set("code", *code)?;
                let info = Object::new(error.ctx().clone())?;
                info.set("code", system::describe(*errno).0)?;
                info.set("message", reason.as_str())?;
                info.set("path", path.as_str())?;
                info.set("syscall", *syscall)?;
                info.set("errno", *errno)?;
                error.set("info", info)?;
                error.set("errno", *errno)?;
                error.set("syscall", *syscall)?;
                error.set("path", path.as_str())
            }
        }
    }
}

/// Names the system call of a failure, and what it was about.
pub trait At<T> {
    /// A call on a descriptor.
    ///
    /// # Errors
    /// The failure.
    fn on(self, syscall: &'static str) -> std::result::Result<T, FsError>;

    /// A call on a path.
    ///
    /// # Errors
    /// The failure.
    fn at(self, syscall: &'static str, path: &Path) -> std::result::Result<T, FsError>;

    /// A call on two paths.
    ///
    /// # Errors
    /// The failure.
    fn between(self, syscall: &'static str, path: &Path, dest: &Path) -> std::result::Result<T, FsError>;
}

/// What has an error number.
pub trait HasErrno {
    /// The error number, positive.
    fn number(&self) -> i32;
}

impl HasErrno for Errno {
    fn number(&self) -> i32 {
        self.raw_os_error()
    }
}

impl HasErrno for nix::errno::Errno {
    fn number(&self) -> i32 {
        *self as i32
    }
}

impl HasErrno for io::Error {
    fn number(&self) -> i32 {
        SystemError::new(self, "").errno()
    }
}

impl<T, E: HasErrno> At<T> for std::result::Result<T, E> {
    fn on(self, syscall: &'static str) -> std::result::Result<T, FsError> {
        self.map_err(|error| FsError::System(SystemError::from_errno(error.number(), syscall)))
    }

    fn at(self, syscall: &'static str, path: &Path) -> std::result::Result<T, FsError> {
        self.map_err(|error| FsError::System(SystemError::from_errno(error.number(), syscall).path(path)))
    }

    fn between(self, syscall: &'static str, path: &Path, dest: &Path) -> std::result::Result<T, FsError> {
        self.map_err(|error| FsError::System(SystemError::from_errno(error.number(), syscall).path(path).dest(dest)))
    }
}
