//! Waiting for a change in a function's folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_millis(100);

/// The files of a folder, but for hidden ones and installed packages, as they were when somebody looked.
pub(super) struct Watch {
    folder: PathBuf,
    /// Files elsewhere: events.
    more: Vec<PathBuf>,
    seen: Files,
}

type Files = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

impl Watch {
    pub(super) fn new(more: Vec<PathBuf>) -> Self {
        Self { folder: PathBuf::new(), more, seen: Files::new() }
    }

    /// Remembers the files of `folder` as they are.
    pub(super) fn look(&mut self, folder: &Path) {
        self.folder = folder.to_owned();
        self.seen = self.files();
    }

    /// Waits until a file differs from what was seen.
    pub(super) fn wait(&self) {
        while self.files() == self.seen {
            thread::sleep(INTERVAL);
        }
    }

    fn files(&self) -> Files {
        let mut files = Files::new();
        add_folder(&self.folder, &mut files);
        for path in &self.more {
            add_file(path.clone(), &mut files);
        }
        files
    }
}

fn add_file(path: PathBuf, files: &mut Files) {
    if let Ok(metadata) = fs::metadata(&path) {
        files.insert(path, (metadata.modified().ok(), metadata.len()));
    }
}

fn add_folder(folder: &Path, files: &mut Files) {
    // A folder that cannot be read has nothing that could change.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || name == "node_modules" {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => add_folder(&entry.path(), files),
            _ => add_file(entry.path(), files),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_new_and_removed_files_are_changes_and_packages_are_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("its folder");
            fs::write(path, text).expect("a file");
        };
        let mut watch = Watch::new(Vec::new());
        let mut changed = || {
            let before = std::mem::take(&mut watch.seen);
            watch.look(folder.path());
            before != watch.seen
        };
        write("a.mjs", "1");
        assert!(changed() && !changed());
        write("a.mjs", "12");
        assert!(changed());
        write("lib/b.mjs", "");
        assert!(changed());
        write("node_modules/p/index.js", "");
        write(".git/index", "");
        assert!(!changed());
        fs::remove_file(folder.path().join("a.mjs")).expect("it is there");
        assert!(changed());
    }
}
