//! Waiting until a file is saved.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

const PAUSE: Duration = Duration::from_millis(300);
const ENDINGS: [&str; 6] = ["js", "mjs", "cjs", "json", "ts", "snap"];

/// When each source file was last changed.
#[derive(PartialEq)]
pub(super) struct State(HashMap<PathBuf, SystemTime>);

impl State {
    pub(super) fn of(directory: &Path) -> Self {
        let mut times = HashMap::new();
        walk(directory, &mut times);
        Self(times)
    }

    /// Comes back when something is not as it was, and has stayed so for a moment. Snapshots that the run itself wrote are no change.
    pub(super) fn wait_for_change(mut self, directory: &Path) {
        self.0.retain(|path, _| !is_snapshot(path));
        loop {
            std::thread::sleep(PAUSE);
            let mut now = Self::of(directory);
            now.0.retain(|path, _| !is_snapshot(path));
            if now != self {
                return;
            }
        }
    }
}

fn is_snapshot(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "snap")
}

fn walk(directory: &Path, times: &mut HashMap<PathBuf, SystemTime>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let path = entry.path();
        let Ok(about) = entry.metadata() else { continue };
        if about.is_dir() {
            if name != "node_modules" && !name.starts_with('.') {
                walk(&path, times);
            }
        } else if path.extension().is_some_and(|ending| ENDINGS.iter().any(|one| ending == *one))
            && let Ok(time) = about.modified()
        {
            times.insert(path, time);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_a_change_and_a_log_is_none() {
        let dir = tempfile::tempdir().expect("a folder");
        let before = State::of(dir.path());
        fs::write(dir.path().join("a.log"), "").expect("written");
        assert!(State::of(dir.path()) == before);
        fs::write(dir.path().join("a.js"), "").expect("written");
        assert!(State::of(dir.path()) != before);
    }
}
