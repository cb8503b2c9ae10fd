//! `node:path`: POSIX and Windows paths as Node.js treats them.
//!
//! Node: <https://nodejs.org/api/path.html>.
#![forbid(unsafe_code)]

use llrt_core::{Module, ModuleInfo};

mod object;
pub mod ops;

/// The module `node:path`, also `path`: the functions of the system's own kind of paths.
pub struct Path;

impl Module for Path {
    const INFO: &'static ModuleInfo =
        &ModuleInfo { aliases: &["path"], exports: object::NATIVE, ..ModuleInfo::new("node:path") };
}

/// The module `node:path/posix`, also `path/posix`.
pub struct PathPosix;

impl Module for PathPosix {
    const INFO: &'static ModuleInfo =
        &ModuleInfo { aliases: &["path/posix"], exports: object::POSIX, ..ModuleInfo::new("node:path/posix") };
}

/// The module `node:path/win32`, also `path/win32`.
pub struct PathWin32;

impl Module for PathWin32 {
    const INFO: &'static ModuleInfo =
        &ModuleInfo { aliases: &["path/win32"], exports: object::WIN32, ..ModuleInfo::new("node:path/win32") };
}
