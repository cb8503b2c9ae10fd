//! Contents of files.

use std::{
    io::{IoSlice, IoSliceMut},
    os::fd::{AsFd, BorrowedFd},
    path::{Path, PathBuf},
};

use llrt_core::system::descriptor;
use rustix::{
    buffer::spare_capacity,
    fs::{FileType, OFlags},
    io::Errno,
};

use super::{Result, open_owned, retry};
use crate::error::{At, FsError};

/// What is read or written: a path, or a descriptor that stays open.
#[derive(Clone, Debug)]
pub enum Target {
    /// A file to open.
    Path(PathBuf),
    /// An open one.
    Fd(i32),
}

/// Up to this size a regular file is read or written on the event loop: the page cache answers in less time than a thread needs to
/// wake up, and a program that reads a small file or two starts no thread.
pub const LOOP_MAX_BYTES: u64 = 256 * 1024;

/// Node's limit for `readFile`.
const MAX_BYTES: u64 = 0x7FFF_FFFF;

/// Reads a file from its start, or a descriptor from its position.
///
/// # Errors
/// The system's, and `ERR_FS_FILE_TOO_LARGE`.
pub fn read_file(target: &Target, flags: i32) -> Result<Vec<u8>> {
    match target {
        Target::Path(path) => read_to_end(open_owned(path, flags, 0o666)?.as_fd()),
        Target::Fd(fd) => read_to_end(descriptor(*fd).on("fstat")?),
    }
}

/// [`read_file`], if that cannot take long: `None` when the file is not regular or not small.
pub fn read_file_at_once(target: &Target, flags: i32) -> Option<Result<Vec<u8>>> {
    match target {
        Target::Path(path) => {
            // What is not there fails at once, too. Asked before it is opened, because opening a FIFO lets its writer go on.
            if rustix::fs::stat(path.as_path()).is_ok_and(|stat| !is_small(&stat)) {
                return None;
            }
            // A special file that says to be regular (in /proc) may wait for data.
            let file = match open_owned(path, flags | OFlags::NONBLOCK.bits().cast_signed(), 0o666) {
                Ok(file) => file,
                Err(error) => return Some(Err(error)),
            };
            match read_to_end(file.as_fd()) {
                Err(error) if error.errno() == Some(Errno::AGAIN) => None,
                result => Some(result),
            }
        }
        Target::Fd(fd) => is_small_file(*fd).then(|| read_file(target, flags)),
    }
}

/// Writes all of `data`.
///
/// # Errors
/// The system's.
pub fn write_file(target: &Target, data: &[u8], flags: i32, mode: u32, flush: bool) -> Result<()> {
    match target {
        Target::Path(path) => {
            let file = open_owned(path, flags, mode)?;
            write_all(file.as_fd(), data)?;
            if flush {
                retry(|| rustix::fs::fsync(&file)).on("fsync")?;
            }
            Ok(())
        }
        Target::Fd(fd) => {
            let fd = descriptor(*fd).on("write")?;
            write_all(fd, data)?;
            if flush {
                retry(|| rustix::fs::fsync(fd)).on("fsync")?;
            }
            Ok(())
        }
    }
}

/// Tells whether [`write_file`] cannot take long.
pub fn writes_at_once(target: &Target, len: usize, flush: bool) -> bool {
    let regular = || match target {
        Target::Path(path) => rustix::fs::stat(path.as_path())
            .map_or(true, |stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile),
        Target::Fd(fd) => is_regular(*fd),
    };
    !flush && len as u64 <= LOOP_MAX_BYTES && regular()
}

/// Tells whether opening `path` cannot wait for another process, as opening a FIFO does.
pub fn opens_at_once(path: &Path) -> bool {
    rustix::fs::stat(path).map_or(true, |stat| {
        matches!(FileType::from_raw_mode(stat.st_mode), FileType::RegularFile | FileType::Directory)
    })
}

/// Tells whether reading from or writing to `fd` never waits for another process. A bad number fails at once.
pub fn is_regular(fd: i32) -> bool {
    let stat = descriptor(fd).ok().and_then(|fd| rustix::fs::fstat(fd).ok());
    stat.is_none_or(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile)
}

fn is_small_file(fd: i32) -> bool {
    let stat = descriptor(fd).ok().and_then(|fd| rustix::fs::fstat(fd).ok());
    stat.is_none_or(|stat| is_small(&stat))
}

fn is_small(stat: &rustix::fs::Stat) -> bool {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => u64::try_from(stat.st_size).is_ok_and(|size| size <= LOOP_MAX_BYTES),
        // Fails at the first read.
        FileType::Directory => true,
        _ => false,
    }
}

fn read_to_end(fd: BorrowedFd<'_>) -> Result<Vec<u8>> {
    let stat = rustix::fs::fstat(fd).on("fstat")?;
    let regular = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
    let size = if regular { u64::try_from(stat.st_size).unwrap_or(0) } else { 0 };
    if size > MAX_BYTES {
        return Err(FsError::too_large(size));
    }
    let mut data = Vec::with_capacity(size as usize);
    // Without a size (pipes, /proc) the end is where nothing more comes.
    while size == 0 || (data.len() as u64) < size {
        if data.len() == data.capacity() {
            data.reserve(data.len().clamp(8 * 1024, 1024 * 1024));
        }
        if retry(|| rustix::io::read(fd, spare_capacity(&mut data))).on("read")? == 0 {
            break;
        }
        if data.len() as u64 > MAX_BYTES {
            return Err(FsError::too_large(data.len() as u64));
        }
    }
    Ok(data)
}

fn write_all(fd: BorrowedFd<'_>, mut data: &[u8]) -> Result<()> {
    // Once at least: writing nothing to a bad descriptor fails.
    loop {
        let written = retry(|| rustix::io::write(fd, data)).on("write")?;
        data = &data[written.min(data.len())..];
        if data.is_empty() {
            return Ok(());
        }
    }
}

/// Reads into `buffer`, at `position` or where the descriptor stands.
///
/// # Errors
/// The system's.
pub fn read(fd: i32, buffer: &mut [u8], position: Option<u64>) -> Result<usize> {
    let fd = descriptor(fd).on("read")?;
    match position {
        Some(offset) => retry(|| rustix::io::pread(fd, &mut *buffer, offset)).on("read"),
        None => retry(|| rustix::io::read(fd, &mut *buffer)).on("read"),
    }
}

/// Writes a part of `data`, at `position` or where the descriptor stands, and says how much.
///
/// # Errors
/// The system's.
pub fn write(fd: i32, data: &[u8], position: Option<u64>) -> Result<usize> {
    let fd = descriptor(fd).on("write")?;
    match position {
        Some(offset) => retry(|| rustix::io::pwrite(fd, data, offset)).on("write"),
        None => retry(|| rustix::io::write(fd, data)).on("write"),
    }
}

/// Reads into several buffers.
///
/// # Errors
/// The system's.
pub fn readv(fd: i32, buffers: &mut [Vec<u8>], position: Option<u64>) -> Result<usize> {
    let fd = descriptor(fd).on("read")?;
    let mut total = 0;
    // The system takes a limited number at a time.
    for group in buffers.chunks_mut(IOV_MAX) {
        let wanted: usize = group.iter().map(Vec::len).sum();
        let mut slices: Vec<_> = group.iter_mut().map(|buffer| IoSliceMut::new(buffer)).collect();
        let count = match position {
            Some(offset) => retry(|| rustix::io::preadv(fd, &mut slices, offset + total as u64)).on("read")?,
            None => retry(|| rustix::io::readv(fd, &mut slices)).on("read")?,
        };
        total += count;
        if count < wanted {
            break;
        }
    }
    Ok(total)
}

/// Writes all of several buffers.
///
/// # Errors
/// The system's.
pub fn writev(fd: i32, buffers: &[Vec<u8>], position: Option<u64>) -> Result<usize> {
    let fd = descriptor(fd).on("write")?;
    let mut total = 0;
    for group in buffers.chunks(IOV_MAX) {
        let mut slices: Vec<_> = group.iter().map(|buffer| IoSlice::new(buffer)).collect();
        let mut rest: &mut [IoSlice<'_>] = &mut slices;
        while !rest.is_empty() {
            let count = match position {
                Some(offset) => retry(|| rustix::io::pwritev(fd, rest, offset + total as u64)).on("write")?,
                None => retry(|| rustix::io::writev(fd, rest)).on("write")?,
            };
            total += count;
            IoSlice::advance_slices(&mut rest, count);
            if count == 0 && rest.iter().all(|slice| slice.is_empty()) {
                break;
            }
        }
    }
    Ok(total)
}

const IOV_MAX: usize = 1024;

/// Sets the length.
///
/// # Errors
/// The system's.
pub fn ftruncate(fd: i32, len: u64) -> Result<()> {
    let fd = descriptor(fd).on("ftruncate")?;
    retry(|| rustix::fs::ftruncate(fd, len)).on("ftruncate")
}

/// Sets the length of the file at `path`.
///
/// # Errors
/// The system's.
pub fn truncate(path: &Path, len: u64) -> Result<()> {
    let file = open_owned(path, OFlags::RDWR.bits().cast_signed(), 0o666)?;
    retry(|| rustix::fs::ftruncate(&file, len)).on("ftruncate")
}

/// Waits until contents and metadata are on the device.
///
/// # Errors
/// The system's.
pub fn fsync(fd: i32) -> Result<()> {
    let fd = descriptor(fd).on("fsync")?;
    retry(|| rustix::fs::fsync(fd)).on("fsync")
}

/// Waits until the contents are on the device.
///
/// # Errors
/// The system's.
pub fn fdatasync(fd: i32) -> Result<()> {
    let fd = descriptor(fd).on("fdatasync")?;
    #[cfg(not(target_vendor = "apple"))]
    return retry(|| rustix::fs::fdatasync(fd)).on("fdatasync");
    #[cfg(target_vendor = "apple")]
    retry(|| rustix::fs::fsync(fd)).on("fdatasync")
}
