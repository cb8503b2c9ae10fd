//! The file system as resolution sees it: one `lstat` per file, directories looked at once.
//!
//! The real path of a file in a directory that is known to be real needs no `realpath`: the file's own `lstat` says
//! whether it is a link. So the first module of a folder costs one call per new folder and one for itself, the next
//! one call, and the same module again none.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::rc::Rc;

use crate::error::ResolveError;
use crate::package::PackageJson;

/// What is at a path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    /// A file, with its real path.
    File(Rc<str>),
    /// A directory, with its real path.
    Directory(Rc<str>),
    /// Nothing that can be read.
    Missing,
}

/// The caches. Ordered maps, because the hash maps of `std` draw random numbers from the system when first made.
#[derive(Debug, Default)]
pub(crate) struct Files {
    keep_links: bool,
    /// Files and directories that exist, by the path they were asked for.
    known: RefCell<BTreeMap<Box<str>, Entry>>,
    packages: RefCell<BTreeMap<Box<str>, Rc<PackageJson>>>,
    /// `package.json` files and `node_modules` directories that do not exist.
    absent: RefCell<BTreeSet<Box<str>>>,
    /// Whether an answer since the last `start` came from `absent`.
    leaned_on_absence: Cell<bool>,
}

impl Files {
    pub(crate) fn new(keep_links: bool) -> Self {
        Self { keep_links, ..Self::default() }
    }

    /// Takes the caller's word that no part of `directory` is a link.
    pub(crate) fn trust(&self, directory: &str) {
        let mut known = self.known.borrow_mut();
        let mut path = directory.trim_end_matches('/');
        while !path.is_empty() {
            known.insert(path.into(), Entry::Directory(path.into()));
            path = parent(path).unwrap_or_default();
        }
    }

    /// Forgets what was absent.
    pub(crate) fn forget_absent(&self) {
        self.absent.borrow_mut().clear();
    }

    /// Runs a lookup; when it fails and a remembered absence may be why, forgets those and runs it again.
    pub(crate) fn attempt<T>(&self, lookup: impl Fn() -> Result<T, ResolveError>) -> Result<T, ResolveError> {
        self.leaned_on_absence.set(false);
        match lookup() {
            Err(error) if error.is_not_found() && self.leaned_on_absence.get() => {
                self.forget_absent();
                lookup()
            }
            result => result,
        }
    }

    fn is_absent(&self, path: &str) -> bool {
        let absent = self.absent.borrow().contains(path);
        if absent {
            self.leaned_on_absence.set(true);
        }
        absent
    }

    /// What is at `path`, which is absolute and without dot segments.
    pub(crate) fn entry(&self, path: &str) -> Entry {
        let path = path.trim_end_matches('/');
        let Some(directory) = parent(path) else {
            return Entry::Directory("/".into());
        };
        if let Some(entry) = self.known.borrow().get(path) {
            return entry.clone();
        }
        let entry = if self.keep_links {
            match fs::metadata(path) {
                Ok(found) => classify(&found, path.into()),
                Err(_) => Entry::Missing,
            }
        } else {
            let Entry::Directory(directory) = self.entry(directory) else {
                return Entry::Missing;
            };
            look(&directory, &path[path.rfind('/').map_or(0, |at| at + 1)..])
        };
        if entry != Entry::Missing {
            self.known.borrow_mut().insert(path.into(), entry.clone());
        }
        entry
    }

    /// The real path of the file at `path`.
    pub(crate) fn file(&self, path: &str) -> Option<Rc<str>> {
        match self.entry(path) {
            Entry::File(real) => Some(real),
            _ => None,
        }
    }

    pub(crate) fn is_directory(&self, path: &str) -> bool {
        matches!(self.entry(path), Entry::Directory(_))
    }

    /// Whether a `node_modules` folder exists. Absence is remembered: each import asks for the same few.
    pub(crate) fn is_modules_folder(&self, path: &str) -> bool {
        if self.is_absent(path) {
            return false;
        }
        let found = self.is_directory(path);
        if !found {
            self.absent.borrow_mut().insert(path.into());
        }
        found
    }

    /// The `package.json` in `directory`.
    pub(crate) fn package(&self, directory: &str) -> Result<Option<Rc<PackageJson>>, ResolveError> {
        let path = format!("{}/package.json", directory.trim_end_matches('/'));
        if let Some(package) = self.packages.borrow().get(path.as_str()) {
            return Ok(Some(Rc::clone(package)));
        }
        if self.is_absent(&path) {
            return Ok(None);
        }
        let Ok(bytes) = read(&path) else {
            self.absent.borrow_mut().insert(path.into());
            return Ok(None);
        };
        let package = Rc::new(PackageJson::parse(path.clone(), &bytes)?);
        self.packages.borrow_mut().insert(path.into(), Rc::clone(&package));
        Ok(Some(package))
    }
}

/// The directory that holds `path`; none for the root.
pub(crate) fn parent(path: &str) -> Option<&str> {
    match path.rfind('/')? {
        0 if path.len() == 1 => None,
        0 => Some("/"),
        at => Some(&path[..at]),
    }
}

fn classify(found: &fs::Metadata, path: Rc<str>) -> Entry {
    // As Node does, anything that is no directory counts as a file: scripts come from pipes and devices, too.
    if found.is_dir() { Entry::Directory(path) } else { Entry::File(path) }
}

fn look(directory: &str, name: &str) -> Entry {
    let path = if directory == "/" { format!("/{name}") } else { format!("{directory}/{name}") };
    let found = match fs::symlink_metadata(&path) {
        Ok(found) if found.is_symlink() => {
            let real = fs::canonicalize(&path).and_then(|real| Ok((fs::metadata(&real)?, real)));
            return match real {
                // Module names are text: a file under a name that is not UTF-8 cannot be one.
                Ok((found, real)) => real.to_str().map_or(Entry::Missing, |it| classify(&found, it.into())),
                Err(_) => Entry::Missing,
            };
        }
        Ok(found) => found,
        Err(_) => return Entry::Missing,
    };
    classify(&found, path.into())
}

/// Reads a file with as few calls as possible: `package.json` is small, so its size is not asked for.
fn read(path: &str) -> io::Result<Vec<u8>> {
    let mut file = fs::File::open(path)?;
    let mut bytes = vec![0; 8 << 10];
    let mut len = 0;
    loop {
        match file.read(&mut bytes[len..]) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if len == bytes.len() {
            bytes.resize(len * 4, 0);
        }
    }
    bytes.truncate(len);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn root() -> (tempfile::TempDir, String) {
        let temporary = tempfile::tempdir().expect("a directory");
        let real = fs::canonicalize(temporary.path()).expect("a real path");
        let root = real.to_str().expect("UTF-8").to_owned();
        (temporary, root)
    }

    #[test]
    fn parents_end_at_the_root() {
        assert_eq!(parent("/a/b"), Some("/a"));
        assert_eq!(parent("/a"), Some("/"));
        assert_eq!(parent("/"), None);
        assert_eq!(parent(""), None);
    }

    #[test]
    fn links_are_followed_on_every_level() {
        let (_kept, root) = root();
        fs::create_dir_all(format!("{root}/real/deep")).expect("directories");
        fs::write(format!("{root}/real/deep/file"), "").expect("a file");
        symlink("real", format!("{root}/link")).expect("a link");
        symlink("deep/file", format!("{root}/real/link")).expect("a link");
        let files = Files::new(false);
        let real: Rc<str> = format!("{root}/real/deep/file").into();
        assert_eq!(files.file(&format!("{root}/link/deep/file")), Some(Rc::clone(&real)));
        assert_eq!(files.file(&format!("{root}/link/link")), Some(real));
        let kept = format!("{root}/link/link");
        assert_eq!(Files::new(true).file(&kept).as_deref(), Some(kept.as_str()));
    }

    #[test]
    fn a_file_that_appears_is_seen() {
        let (_kept, root) = root();
        let files = Files::new(false);
        let path = format!("{root}/late");
        assert_eq!(files.entry(&path), Entry::Missing);
        fs::write(&path, "").expect("a file");
        assert!(files.file(&path).is_some());
    }

    #[test]
    fn a_loop_of_links_is_missing() {
        let (_kept, root) = root();
        symlink("b", format!("{root}/a")).expect("a link");
        symlink("a", format!("{root}/b")).expect("a link");
        assert_eq!(Files::new(false).entry(&format!("{root}/a")), Entry::Missing);
    }

    #[test]
    fn large_files_are_read_whole() {
        let (_kept, root) = root();
        let text = "x".repeat(100_000);
        fs::write(format!("{root}/large"), &text).expect("a file");
        assert_eq!(read(&format!("{root}/large")).expect("readable"), text.as_bytes());
    }
}
