//! Links, names, and where paths lead.

use std::{
    collections::VecDeque,
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use rustix::io::Errno;

use super::{Result, meta, retry};
use crate::error::At;

/// Makes `dest` another name of `path`.
///
/// # Errors
/// The system's.
pub fn link(path: &Path, dest: &Path) -> Result<()> {
    retry(|| rustix::fs::link(path, dest)).between("link", path, dest)
}

/// Makes `path` a symbolic link to `target`.
///
/// # Errors
/// The system's.
pub fn symlink(target: &Path, path: &Path) -> Result<()> {
    retry(|| rustix::fs::symlink(target, path)).between("symlink", target, path)
}

/// Moves.
///
/// # Errors
/// The system's.
pub fn rename(path: &Path, dest: &Path) -> Result<()> {
    retry(|| rustix::fs::rename(path, dest)).between("rename", path, dest)
}

/// What a symbolic link says.
///
/// # Errors
/// The system's.
pub fn readlink(path: &Path) -> Result<PathBuf> {
    let text = retry(|| rustix::fs::readlink(path, Vec::new())).at("readlink", path)?;
    Ok(OsStr::from_bytes(text.as_bytes()).into())
}

/// The path without symbolic links, as the system finds it.
///
/// # Errors
/// The system's, about `path`.
pub fn realpath_native(path: &Path) -> Result<PathBuf> {
    std::fs::canonicalize(path).at("realpath", path)
}

/// The path without symbolic links; a failure names the component that it is about.
///
/// # Errors
/// The system's.
pub fn realpath(path: &Path) -> Result<PathBuf> {
    // The system is faster. What it refuses is walked again to find out where.
    match std::fs::canonicalize(path) {
        Ok(found) => Ok(found),
        Err(_) => walk(path),
    }
}

fn walk(path: &Path) -> Result<PathBuf> {
    let mut left: VecDeque<OsString> = path.iter().map(OsStr::to_owned).collect();
    let mut found = if path.is_absolute() { PathBuf::from("/") } else { std::env::current_dir().on("uv_cwd")? };
    let mut links = 0;
    while let Some(part) = left.pop_front() {
        match part.as_bytes() {
            b"/" => {
                found = PathBuf::from("/");
                continue;
            }
            b"." => continue,
            b".." => {
                found.pop();
                continue;
            }
            _ => {}
        }
        let next = found.join(&part);
        if !meta::lstat(&next)?.is_symlink() {
            found = next;
            continue;
        }
        // As Node does: a link that leads nowhere, or in a circle, fails here.
        let about = meta::stat(&next)?;
        links += 1;
        if links > 40 {
            return Err(Errno::LOOP).at("stat", &next);
        }
        let target = readlink(&next)?;
        // What a descriptor's link says of a pipe is no path.
        if about.is_pipe() {
            return Ok(found.join(target));
        }
        for part in target.iter().rev() {
            left.push_front(part.to_owned());
        }
    }
    Ok(found)
}

/// Removes a name.
///
/// # Errors
/// The system's.
pub fn unlink(path: &Path) -> Result<()> {
    retry(|| rustix::fs::unlink(path)).at("unlink", path)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::fd::AsRawFd;

    use super::*;

    #[test]
    fn the_path_of_a_pipes_descriptor_is_what_its_link_says() {
        let (reader, _writer) = std::io::pipe().expect("two descriptors");
        let path = PathBuf::from(format!("/proc/self/fd/{}", reader.as_raw_fd()));
        let found = realpath(&path).expect("it is open");
        assert!(found.to_string_lossy().contains("/fd/pipe:["), "{}", found.display());
    }
}
