//! Plain Rust: what both kinds of paths share, and each kind by itself.

mod glob;
mod posix;
mod win32;

pub use glob::matches_glob;
pub use posix::Posix;
pub use win32::Win32;

/// The parts of a path, as `path.parse()` names them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parts<'a> {
    /// `/`, `C:\`, `\\server\share\`, or empty.
    pub root: &'a str,
    /// All before the last part.
    pub dir: &'a str,
    /// The last part.
    pub base: &'a str,
    /// The last part's extension with its dot.
    pub ext: &'a str,
    /// The last part without its extension.
    pub name: &'a str,
}

/// One kind of paths.
pub trait Style: 'static {
    /// What is put between parts.
    const SEPARATOR: char;
    /// What is put between paths in a list (`PATH`).
    const DELIMITER: &'static str;

    /// Whether this byte separates parts.
    fn is_separator(byte: u8) -> bool;

    /// The length in bytes of the root, that no `..` climbs over.
    fn root_len(path: &str) -> usize;

    /// The drive or share that the path names, if it does.
    fn device(_path: &str) -> String {
        String::new()
    }

    /// Whether `resolve` looks no further to the left of this path.
    fn is_complete(path: &str) -> bool;

    /// `path.isAbsolute()`.
    fn is_absolute(path: &str) -> bool;

    /// `path.normalize()`.
    fn normalize(path: &str) -> String;

    /// `path.join()`.
    fn join(paths: &[String]) -> String;

    /// `path.resolve()`; `cwd` is asked only when the paths do not make an absolute one.
    fn resolve(paths: &[String], cwd: impl Fn() -> String) -> String;

    /// `path.relative()`.
    fn relative(from: &str, to: &str, cwd: impl Fn() -> String) -> String;

    /// `path.toNamespacedPath()`.
    fn to_namespaced_path(path: &str, cwd: impl Fn() -> String) -> String;

    /// `path.dirname()`.
    fn dirname(path: &str) -> &str {
        let root = Self::root_len(path);
        let bytes = path.as_bytes();
        let end = trim_separators::<Self>(bytes, root);
        let Some(separator) = (root..end).rev().find(|&index| Self::is_separator(bytes[index])) else {
            return if root > 0 { &path[..root] } else { "." };
        };
        // As in Node, only one separator goes: `a//b` is in `a/`. POSIX leaves the meaning of `//` open, so it stays.
        let end = if Self::SEPARATOR == '/' && root == 1 && separator == 1 { 2 } else { separator.max(root) };
        &path[..end]
    }

    /// `path.basename()`, with the suffix that is taken off.
    fn basename<'a>(path: &'a str, suffix: Option<&str>) -> &'a str {
        let bytes = path.as_bytes();
        let start = Self::base_start(path);
        let end = trim_separators::<Self>(bytes, start);
        let from = (start..end).rev().find(|&index| Self::is_separator(bytes[index])).map_or(start, |index| index + 1);
        let base = &path[from..end];
        match suffix {
            // A path that is the suffix itself has an empty base, a base that is it stays whole.
            Some(suffix) if !suffix.is_empty() && path == suffix => "",
            // Nothing but separators: with a suffix that could fit Node gives the path as it is.
            Some(suffix) if base.is_empty() && !suffix.is_empty() && suffix.len() <= path.len() - start => {
                &path[start..]
            }
            Some(suffix) if base != suffix => base.strip_suffix(suffix).unwrap_or(base),
            _ => base,
        }
    }

    /// Where a base may begin: after a drive letter.
    fn base_start(_path: &str) -> usize {
        0
    }

    /// `path.extname()`.
    fn extname(path: &str) -> &str {
        extension(Self::basename(path, None))
    }

    /// `path.parse()`.
    fn parse(path: &str) -> Parts<'_> {
        let root = Self::root_len(path);
        let bytes = path.as_bytes();
        let end = trim_separators::<Self>(bytes, root);
        let separator = (root..end).rev().find(|&index| Self::is_separator(bytes[index]));
        let from = separator.map_or(root, |index| index + 1);
        let base = if from < end { &path[from..end] } else { "" };
        let ext = extension(base);
        let dir = match separator {
            Some(separator) => &path[..separator.max(root)],
            None => &path[..root],
        };
        Parts { root: &path[..root], dir, base, ext, name: &base[..base.len() - ext.len()] }
    }
}

/// The working directory; `/` when it is gone.
pub fn current_directory() -> String {
    std::env::current_dir().map_or_else(|_| "/".to_owned(), |path| path.to_string_lossy().into_owned())
}

/// The end of the path without the separators at its end, but not before `floor`.
fn trim_separators<S: Style + ?Sized>(bytes: &[u8], floor: usize) -> usize {
    let mut end = bytes.len();
    while end > floor && S::is_separator(bytes[end - 1]) {
        end -= 1;
    }
    end
}

/// The extension of a base name: from its last dot, unless that is its first character or the name is `..`.
fn extension(base: &str) -> &str {
    match base.rfind('.') {
        None | Some(0) => "",
        Some(_) if base == ".." => "",
        Some(dot) => &base[dot..],
    }
}

/// Takes `.`, `..` and empty parts out. Above the start `..` stays, if it may (in a path that is not absolute).
fn resolve_dots<S: Style>(path: &str, keep_above: bool) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(|c: char| c.is_ascii() && S::is_separator(c as u8)) {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ if keep_above => parts.push(".."),
                _ => {}
            },
            part => parts.push(part),
        }
    }
    parts.join(&S::SEPARATOR.to_string())
}
