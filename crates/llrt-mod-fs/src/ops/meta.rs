//! What is known about files, and setting it.

use std::path::Path;

use llrt_core::system::descriptor;
use rustix::{
    fs::{Access, AtFlags, CWD, Gid, Mode, Timespec, Timestamps, Uid},
    io::Errno,
};

use super::{Result, retry};
use crate::error::{At, FsError};

/// Nanoseconds since 1970.
pub type Nanos = i128;

/// What `stat` tells.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stat {
    /// Device that holds the file.
    pub dev: u64,
    /// Type and permissions.
    pub mode: u32,
    /// Hard links.
    pub nlink: u64,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Device that the file is.
    pub rdev: u64,
    /// Preferred block size for reading and writing.
    pub blksize: u64,
    /// Number in the file system.
    pub ino: u64,
    /// Bytes.
    pub size: u64,
    /// Blocks of 512 bytes.
    pub blocks: u64,
    /// Last access, last change of the contents, last change of this, birth.
    pub times: [Nanos; 4],
}

impl Stat {
    /// Whether it is a directory.
    pub fn is_dir(&self) -> bool {
        self.mode & 0o170_000 == 0o040_000
    }

    /// Whether it is a pipe or a socket.
    pub fn is_pipe(&self) -> bool {
        matches!(self.mode & 0o170_000, 0o010_000 | 0o140_000)
    }

    /// Whether it is a symbolic link.
    pub fn is_symlink(&self) -> bool {
        self.mode & 0o170_000 == 0o120_000
    }
}

/// Follows symbolic links.
///
/// # Errors
/// The system's.
pub fn stat(path: &Path) -> Result<Stat> {
    stat_at(path, AtFlags::empty()).at("stat", path)
}

/// Does not follow a symbolic link.
///
/// # Errors
/// The system's.
pub fn lstat(path: &Path) -> Result<Stat> {
    stat_at(path, AtFlags::SYMLINK_NOFOLLOW).at("lstat", path)
}

/// Of an open file.
///
/// # Errors
/// The system's.
pub fn fstat(fd: i32) -> Result<Stat> {
    let fd = descriptor(fd).on("fstat")?;
    #[cfg(target_os = "linux")]
    match rustix::fs::statx(
        fd,
        c"",
        AtFlags::EMPTY_PATH,
        rustix::fs::StatxFlags::BASIC_STATS | rustix::fs::StatxFlags::BTIME,
    ) {
        Err(Errno::NOSYS | Errno::PERM) => {}
        result => return result.map(|found| from_statx(&found)).on("fstat"),
    }
    rustix::fs::fstat(fd).map(|found| from_stat(&found)).on("fstat")
}

fn stat_at(path: &Path, flags: AtFlags) -> rustix::io::Result<Stat> {
    // Only `statx` tells the time of birth. Old sandboxes refuse it.
    #[cfg(target_os = "linux")]
    match rustix::fs::statx(CWD, path, flags, rustix::fs::StatxFlags::BASIC_STATS | rustix::fs::StatxFlags::BTIME) {
        Err(Errno::NOSYS | Errno::PERM) => {}
        result => return result.map(|found| from_statx(&found)),
    }
    rustix::fs::statat(CWD, path, flags).map(|found| from_stat(&found))
}

#[cfg(target_os = "linux")]
fn from_statx(found: &rustix::fs::Statx) -> Stat {
    let nanos = |time: rustix::fs::StatxTimestamp| Nanos::from(time.tv_sec) * 1_000_000_000 + Nanos::from(time.tv_nsec);
    Stat {
        dev: rustix::fs::makedev(found.stx_dev_major, found.stx_dev_minor),
        mode: found.stx_mode.into(),
        nlink: found.stx_nlink.into(),
        uid: found.stx_uid,
        gid: found.stx_gid,
        rdev: rustix::fs::makedev(found.stx_rdev_major, found.stx_rdev_minor),
        blksize: found.stx_blksize.into(),
        ino: found.stx_ino,
        size: found.stx_size,
        blocks: found.stx_blocks,
        times: [nanos(found.stx_atime), nanos(found.stx_mtime), nanos(found.stx_ctime), nanos(found.stx_btime)],
    }
}

#[allow(
    clippy::unnecessary_cast,
    clippy::cast_sign_loss,
    clippy::useless_conversion,
    reason = "the fields' types differ between systems"
)]
fn from_stat(found: &rustix::fs::Stat) -> Stat {
    let nanos = |seconds: i64, rest: i64| Nanos::from(seconds) * 1_000_000_000 + Nanos::from(rest);
    let changed = nanos(found.st_ctime as i64, found.st_ctime_nsec as i64);
    #[cfg(target_vendor = "apple")]
    let birth = nanos(found.st_birthtime as i64, found.st_birthtime_nsec as i64);
    #[cfg(not(target_vendor = "apple"))]
    let birth = changed;
    Stat {
        dev: found.st_dev as u64,
        mode: found.st_mode.into(),
        nlink: found.st_nlink as u64,
        uid: found.st_uid,
        gid: found.st_gid,
        rdev: found.st_rdev as u64,
        blksize: found.st_blksize as u64,
        ino: found.st_ino as u64,
        size: found.st_size as u64,
        blocks: found.st_blocks as u64,
        times: [
            nanos(found.st_atime as i64, found.st_atime_nsec as i64),
            nanos(found.st_mtime as i64, found.st_mtime_nsec as i64),
            changed,
            birth,
        ],
    }
}

/// What `statfs` tells: type, bsize, frsize, blocks, bfree, bavail, files, ffree.
///
/// # Errors
/// The system's.
pub fn statfs(path: &Path) -> Result<[u64; 8]> {
    let found = retry(|| rustix::fs::statfs(path)).at("statfs", path)?;
    #[cfg(target_os = "linux")]
    let fragment = found.f_frsize as u64;
    #[cfg(not(target_os = "linux"))]
    let fragment = found.f_bsize as u64;
    #[allow(
        clippy::unnecessary_cast,
        clippy::cast_sign_loss,
        clippy::useless_conversion,
        reason = "the fields' types differ between systems"
    )]
    Ok([
        found.f_type as u64,
        found.f_bsize as u64,
        fragment,
        found.f_blocks as u64,
        found.f_bfree as u64,
        found.f_bavail as u64,
        found.f_files as u64,
        found.f_ffree as u64,
    ])
}

/// Asks whether the process may do what `mode` says (`R_OK`, `W_OK`, `X_OK`; 0 for existence).
///
/// # Errors
/// The system's.
pub fn access(path: &Path, mode: u32) -> Result<()> {
    retry(|| rustix::fs::access(path, Access::from_bits_truncate(mode))).at("access", path)
}

/// Sets the permissions.
///
/// # Errors
/// The system's.
pub fn chmod(path: &Path, mode: u32) -> Result<()> {
    retry(|| rustix::fs::chmod(path, Mode::from_raw_mode(mode & 0o7777))).at("chmod", path)
}

/// Sets the permissions of an open file.
///
/// # Errors
/// The system's.
pub fn fchmod(fd: i32, mode: u32) -> Result<()> {
    let fd = descriptor(fd).on("fchmod")?;
    retry(|| rustix::fs::fchmod(fd, Mode::from_raw_mode(mode & 0o7777))).on("fchmod")
}

/// An owner or group: -1 leaves it as it is.
fn id<T>(number: i64, make: fn(u32) -> T) -> Option<T> {
    u32::try_from(number).ok().filter(|id| *id != u32::MAX).map(make)
}

/// Sets owner and group.
///
/// # Errors
/// The system's.
pub fn chown(path: &Path, uid: i64, gid: i64) -> Result<()> {
    retry(|| rustix::fs::chown(path, id(uid, Uid::from_raw), id(gid, Gid::from_raw))).at("chown", path)
}

/// Sets owner and group, of a symbolic link itself.
///
/// # Errors
/// The system's.
pub fn lchown(path: &Path, uid: i64, gid: i64) -> Result<()> {
    let owner = (id(uid, Uid::from_raw), id(gid, Gid::from_raw));
    retry(|| rustix::fs::chownat(CWD, path, owner.0, owner.1, AtFlags::SYMLINK_NOFOLLOW)).at("lchown", path)
}

/// Sets owner and group of an open file.
///
/// # Errors
/// The system's.
pub fn fchown(fd: i32, uid: i64, gid: i64) -> Result<()> {
    let fd = descriptor(fd).on("fchown")?;
    retry(|| rustix::fs::fchown(fd, id(uid, Uid::from_raw), id(gid, Gid::from_raw))).on("fchown")
}

/// Sets the times of access and change, in seconds.
///
/// # Errors
/// The system's.
pub fn utimes(path: &Path, access: f64, change: f64) -> Result<()> {
    retry(|| rustix::fs::utimensat(CWD, path, &timestamps(access, change), AtFlags::empty())).at("utime", path)
}

/// Sets the times of a symbolic link itself.
///
/// # Errors
/// The system's.
pub fn lutimes(path: &Path, access: f64, change: f64) -> Result<()> {
    retry(|| rustix::fs::utimensat(CWD, path, &timestamps(access, change), AtFlags::SYMLINK_NOFOLLOW))
        .at("lutime", path)
}

/// Sets the times of an open file.
///
/// # Errors
/// The system's.
pub fn futimes(fd: i32, access: f64, change: f64) -> Result<()> {
    let fd = descriptor(fd).on("futime")?;
    retry(|| rustix::fs::futimens(fd, &timestamps(access, change))).on("futime")
}

fn timestamps(access: f64, change: f64) -> Timestamps {
    Timestamps { last_access: timespec(access), last_modification: timespec(change) }
}

fn timespec(seconds: f64) -> Timespec {
    let whole = seconds.floor();
    // Doubles near today's date resolve a quarter of a microsecond; Node's own rounding is downwards, too.
    let nanos = ((seconds - whole) * 1e9) as i64;
    Timespec { tv_sec: whole as _, tv_nsec: nanos.clamp(0, 999_999_999) as _ }
}

/// Whether `error` says that there is nothing at the path: what `throwIfNoEntry: false` hides.
pub fn is_no_entry(error: &FsError) -> bool {
    matches!(error.errno(), Some(Errno::NOENT | Errno::NOTDIR))
}
