//! Which files hold tests.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

const ENDINGS: [&str; 6] = [".test.js", ".test.mjs", ".test.cjs", ".test.ts", ".test.mts", ".test.cts"];

/// The test files below `directory` whose path has one of `filters` in it, and those that a filter names, sorted. Absolute.
pub(super) fn find(directory: &Path, filters: &[String]) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut parts = Vec::new();
    for filter in filters {
        match fs::canonicalize(filter) {
            Ok(path) if path.is_file() => files.push(path),
            _ => parts.push(filter.as_str()),
        }
    }
    if filters.is_empty() || !parts.is_empty() {
        let root = fs::canonicalize(directory)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", directory.display())))?;
        let mut found = Vec::new();
        walk(&root, &mut found)?;
        let is_wanted = |path: &PathBuf| {
            let below = path.strip_prefix(&root).unwrap_or(path).to_string_lossy();
            parts.is_empty() || parts.iter().any(|part| below.contains(part.trim_start_matches("./")))
        };
        files.extend(found.into_iter().filter(is_wanted));
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// Installed packages and hidden folders hold none of the user's tests.
fn walk(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if name != "node_modules" && !name.starts_with('.') {
                // A folder that cannot be read has no tests that could run.
                let _ = walk(&entry.path(), files);
            }
        } else if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// What a message says of filters.
pub(super) fn filter_text(filters: &[String]) -> String {
    if filters.is_empty() { String::new() } else { format!(" whose path has {} in it", filters.join(" or ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_files_are_found_where_tests_are() {
        let dir = tempfile::tempdir().expect("a folder");
        for file in [
            "a.test.js",
            "b/c.test.mjs",
            "b/d.test.cjs",
            "b/f.test.ts",
            "b/e.js",
            "node_modules/x.test.js",
            ".git/x.test.js",
        ] {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, "").expect("written");
        }
        let names = |filters: &[&str]| -> Vec<String> {
            let filters: Vec<String> = filters.iter().map(|&filter| filter.to_owned()).collect();
            let root = fs::canonicalize(dir.path()).expect("there");
            let found = find(dir.path(), &filters).expect("readable");
            found.iter().map(|path| path.strip_prefix(&root).expect("below").display().to_string()).collect()
        };
        assert_eq!(names(&[]), ["a.test.js", "b/c.test.mjs", "b/d.test.cjs", "b/f.test.ts"]);
        assert_eq!(names(&["b/", "a."]), ["a.test.js", "b/c.test.mjs", "b/d.test.cjs", "b/f.test.ts"]);
        assert_eq!(names(&["c.test"]), ["b/c.test.mjs"]);
        assert_eq!(names(&[&dir.path().join("b/e.js").display().to_string()]), ["b/e.js"]);
        assert!(find(Path::new("/no/such/folder"), &[]).is_err());
    }
}
