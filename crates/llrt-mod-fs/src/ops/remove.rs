//! `rm`.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::Path, thread, time::Duration};

use rustix::io::Errno;

use super::{Result, dirs, links, meta};
use crate::error::{At, FsError};

/// The options of `rm`.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Nothing there is no failure.
    pub force: bool,
    /// Directories with what they hold.
    pub recursive: bool,
    /// How often to try again what failed for a reason that passes.
    pub max_retries: u32,
    /// The pause before the first further try; each later one is longer by as much.
    pub retry_delay: Duration,
}

/// Removes a file or, if it says so, a tree.
///
/// # Errors
/// The system's, and `ERR_FS_EISDIR`.
pub fn rm(path: &Path, options: Options) -> Result<()> {
    let stat = match meta::lstat(path) {
        Err(error) if options.force && error.errno() == Some(Errno::NOENT) => return Ok(()),
        result => result?,
    };
    if stat.is_dir() && !options.recursive {
        return Err(FsError::rm_directory(path));
    }
    let result = remove(path, stat.is_dir(), options);
    match result {
        Err(error) if options.force && error.errno() == Some(Errno::NOENT) => Ok(()),
        result => result,
    }
}

fn remove(path: &Path, is_dir: bool, options: Options) -> Result<()> {
    let mut tries = 0;
    loop {
        let result = if is_dir { remove_tree(path, options) } else { links::unlink(path) };
        let passing = |error: &FsError| {
            matches!(error.errno(), Some(Errno::BUSY | Errno::MFILE | Errno::NFILE | Errno::NOTEMPTY | Errno::PERM))
        };
        match result {
            Err(error) if tries < options.max_retries && passing(&error) => {
                tries += 1;
                thread::sleep(options.retry_delay * tries);
            }
            result => return result,
        }
    }
}

fn remove_tree(path: &Path, options: Options) -> Result<()> {
    let gone = |result: Result<()>| match result {
        // Somebody else removes it, too.
        Err(error) if error.errno() == Some(Errno::NOENT) => Ok(()),
        result => result,
    };
    match rustix::fs::rmdir(path) {
        Ok(()) => return Ok(()),
        Err(Errno::NOTEMPTY | Errno::EXIST) => {}
        Err(error) => return Err(error).at("rmdir", path),
    }
    const DIR: u8 = 2;
    for entry in dirs::read_names(path, 0, "scandir")? {
        gone(remove(&path.join(OsStr::from_bytes(&entry.name)), entry.kind == DIR, options))?;
    }
    gone(dirs::rmdir(path))
}
