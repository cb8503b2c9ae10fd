//! Directories.

use std::{
    collections::VecDeque,
    ffi::OsStr,
    os::unix::ffi::OsStrExt,
    path::{Component, Path, PathBuf},
};

use rustix::{
    fs::{FileType, Mode, OFlags},
    io::Errno,
};

use super::{Result, meta, retry};
use crate::error::At;

/// One entry of a directory: its name and libuv's number of its type.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name alone.
    pub name: Vec<u8>,
    /// `UV_DIRENT_...`
    pub kind: u8,
    /// Index into [`Listing::parents`].
    pub parent: usize,
}

/// Entries of one or several directories.
#[derive(Debug, Default)]
pub struct Listing {
    /// Each directory, as its path reads in `Dirent.parentPath`.
    pub parents: Vec<PathBuf>,
    /// What they hold.
    pub entries: Vec<Entry>,
}

const UNKNOWN: u8 = 0;
const FILE: u8 = 1;
const DIR: u8 = 2;
const LINK: u8 = 3;

fn kind_of(file_type: FileType) -> u8 {
    match file_type {
        FileType::RegularFile => FILE,
        FileType::Directory => DIR,
        FileType::Symlink => LINK,
        FileType::Fifo => 4,
        FileType::Socket => 5,
        FileType::CharacterDevice => 6,
        FileType::BlockDevice => 7,
        FileType::Unknown => UNKNOWN,
    }
}

/// Lists a directory, sorted by name as libuv does.
///
/// # Errors
/// The system's.
pub fn readdir(path: &Path) -> Result<Listing> {
    Ok(Listing { entries: read_names(path, 0, "scandir")?, parents: vec![path.to_owned()] })
}

/// How [`readdir_recursive`] treats symbolic links to directories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// Lists what they lead to, until the system says that there are too many.
    Follow,
    /// Lists the link alone.
    Keep,
}

/// Lists a directory and all below it, level by level.
///
/// # Errors
/// The system's.
pub fn readdir_recursive(path: &Path, links: Links) -> Result<Listing> {
    let mut listing = Listing::default();
    let mut queue = VecDeque::from([path.to_owned()]);
    while let Some(directory) = queue.pop_front() {
        let parent = listing.parents.len();
        let entries = read_names(&directory, parent, "scandir")?;
        for entry in &entries {
            let child = || join(&directory, &entry.name);
            let is_dir = match entry.kind {
                DIR => true,
                LINK if links == Links::Follow => meta::stat(&child()).is_ok_and(|stat| stat.is_dir()),
                _ => false,
            };
            if is_dir {
                queue.push_back(child());
            }
        }
        listing.parents.push(directory);
        listing.entries.extend(entries);
    }
    Ok(listing)
}

/// The entries of a directory in the system's own order, all at once.
///
/// # Errors
/// The system's.
pub fn read_names(path: &Path, parent: usize, syscall: &'static str) -> Result<Vec<Entry>> {
    let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let directory = retry(|| rustix::fs::open(path, flags, Mode::empty())).at(syscall, path)?;
    let mut entries = Vec::new();
    for entry in rustix::fs::Dir::new(directory).at(syscall, path)? {
        let entry = entry.at(syscall, path)?;
        let name = entry.file_name().to_bytes();
        if name == b"." || name == b".." {
            continue;
        }
        let mut kind = kind_of(entry.file_type());
        if kind == UNKNOWN {
            // Some file systems do not tell.
            let child = path.join(OsStr::from_bytes(name));
            kind = meta::lstat(&child).map_or(UNKNOWN, |stat| kind_of(FileType::from_raw_mode(stat.mode)));
        }
        entries.push(Entry { name: name.to_owned(), kind, parent });
    }
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// `path.join(directory, name)`: normalized.
fn join(directory: &Path, name: &[u8]) -> PathBuf {
    let mut joined = PathBuf::new();
    for part in directory.components() {
        match part {
            Component::CurDir => {}
            // What goes up from a name cancels it, in `path.join`.
            Component::ParentDir if matches!(joined.components().next_back(), Some(Component::Normal(_))) => {
                joined.pop();
            }
            part => joined.push(part),
        }
    }
    joined.push(OsStr::from_bytes(name));
    joined
}

impl Listing {
    /// Each entry's path below the first directory.
    pub fn relative_names(&self) -> Vec<Vec<u8>> {
        let root = self.parents.first().map(|root| join(root, b"x"));
        let root = root.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        let below: Vec<&Path> = self
            .parents
            .iter()
            .enumerate()
            .map(|(index, parent)| if index == 0 { Path::new("") } else { parent.strip_prefix(root).unwrap_or(parent) })
            .collect();
        let name = |entry: &Entry| {
            below[entry.parent].join(OsStr::from_bytes(&entry.name)).into_os_string().into_encoded_bytes()
        };
        self.entries.iter().map(name).collect()
    }
}

/// Makes a directory.
///
/// # Errors
/// The system's.
pub fn mkdir(path: &Path, mode: u32) -> Result<()> {
    retry(|| rustix::fs::mkdir(path, Mode::from_raw_mode(mode))).at("mkdir", path)
}

/// Makes a directory and those above it that are missing; gives the first one made.
///
/// # Errors
/// The system's, about `path`.
pub fn mkdir_recursive(path: &Path, mode: u32) -> Result<Option<PathBuf>> {
    let mut missing = vec![path.to_owned()];
    let mut first = None;
    while let Some(next) = missing.last() {
        match retry(|| rustix::fs::mkdir(next.as_path(), Mode::from_raw_mode(mode))) {
            Ok(()) => {
                first.get_or_insert_with(|| next.clone());
                missing.pop();
            }
            Err(Errno::NOENT) => match next.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                Some(parent) => {
                    let parent = parent.to_owned();
                    missing.push(parent);
                }
                None => return Err(Errno::NOENT).at("mkdir", path),
            },
            Err(error @ (Errno::EXIST | Errno::ISDIR | Errno::ROFS | Errno::PERM | Errno::ACCESS)) => {
                match meta::stat(next) {
                    Ok(stat) if stat.is_dir() => {
                        missing.pop();
                    }
                    // Something else stands in the way: of the directory itself, or above it.
                    Ok(_) if error == Errno::EXIST && missing.len() > 1 => return Err(Errno::NOTDIR).at("mkdir", path),
                    Ok(_) => return Err(error).at("mkdir", path),
                    Err(_) => return Err(error).at("mkdir", next),
                }
            }
            Err(error) => return Err(error).at("mkdir", path),
        }
    }
    Ok(first)
}

/// Makes a directory of a name that begins with `prefix` and that nothing else has.
///
/// # Errors
/// The system's.
pub fn mkdtemp(prefix: &Path) -> Result<PathBuf> {
    let mut template = prefix.as_os_str().to_owned();
    template.push("XXXXXX");
    let template = PathBuf::from(template);
    nix::unistd::mkdtemp(&template).at("mkdtemp", &template)
}

/// Removes an empty directory.
///
/// # Errors
/// The system's.
pub fn rmdir(path: &Path) -> Result<()> {
    retry(|| rustix::fs::rmdir(path)).at("rmdir", path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_normalizes() {
        assert_eq!(join(Path::new("./a//b/"), b"x"), Path::new("a/b/x"));
        assert_eq!(join(Path::new("a/../../b"), b"x"), Path::new("../b/x"));
        assert_eq!(join(Path::new("/"), b"x"), Path::new("/x"));
    }
}
