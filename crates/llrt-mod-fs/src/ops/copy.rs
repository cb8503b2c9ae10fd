//! `copyFile`.

use std::{fs::File, os::fd::OwnedFd, path::Path};

use rustix::{
    fs::{FileType, Mode, OFlags},
    io::Errno,
};

use super::{Result, retry};
use crate::error::At;

/// `COPYFILE_EXCL`: fail if the destination is there.
pub const EXCL: u32 = 1;
/// `COPYFILE_FICLONE`: share the blocks where the file system can.
pub const FICLONE: u32 = 2;
/// `COPYFILE_FICLONE_FORCE`: fail where it cannot.
pub const FICLONE_FORCE: u32 = 4;

/// Copies contents and permissions.
///
/// # Errors
/// The system's, about both paths.
pub fn copy_file(path: &Path, dest: &Path, mode: u32) -> Result<()> {
    copy(path, dest, mode).between("copyfile", path, dest)
}

fn copy(path: &Path, dest: &Path, mode: u32) -> std::io::Result<()> {
    let source = retry(|| rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()))?;
    let stat = rustix::fs::fstat(&source)?;
    if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
        return Err(Errno::ISDIR.into());
    }
    let permissions = Mode::from_raw_mode(stat.st_mode & 0o777);
    let mut flags = OFlags::WRONLY | OFlags::CREATE | OFlags::CLOEXEC;
    flags.set(OFlags::EXCL, mode & EXCL != 0);
    let target = retry(|| rustix::fs::open(dest, flags, permissions))?;
    let found = rustix::fs::fstat(&target)?;
    if (stat.st_dev, stat.st_ino) == (found.st_dev, found.st_ino) {
        return Ok(());
    }
    let result = fill(source, target, permissions, mode);
    if result.is_err() {
        // Half a copy is worse than none.
        let _ = rustix::fs::unlink(dest);
    }
    result
}

fn fill(source: OwnedFd, target: OwnedFd, permissions: Mode, mode: u32) -> std::io::Result<()> {
    retry(|| rustix::fs::ftruncate(&target, 0))?;
    match rustix::fs::fchmod(&target, permissions) {
        // File systems without permissions (CIFS) refuse.
        Ok(()) | Err(Errno::PERM | Errno::NOTSUP) => {}
        Err(error) => return Err(error.into()),
    }
    if mode & (FICLONE | FICLONE_FORCE) != 0 {
        match clone(&target, &source) {
            Ok(()) => return Ok(()),
            Err(error) if mode & FICLONE_FORCE != 0 => return Err(error.into()),
            Err(_) => {}
        }
    }
    // In the kernel, where it can.
    std::io::copy(&mut File::from(source), &mut File::from(target)).map(drop)
}

#[cfg(target_os = "linux")]
fn clone(target: &OwnedFd, source: &OwnedFd) -> rustix::io::Result<()> {
    rustix::fs::ioctl_ficlone(target, source)
}

#[cfg(not(target_os = "linux"))]
fn clone(_target: &OwnedFd, _source: &OwnedFd) -> rustix::io::Result<()> {
    Err(Errno::NOTSUP)
}
