//! POSIX paths.

use super::{Style, resolve_dots};

/// POSIX paths.
pub struct Posix;

impl Style for Posix {
    const SEPARATOR: char = '/';
    const DELIMITER: &'static str = ":";

    fn is_separator(byte: u8) -> bool {
        byte == b'/'
    }

    fn root_len(path: &str) -> usize {
        usize::from(path.starts_with('/'))
    }

    fn is_complete(path: &str) -> bool {
        path.starts_with('/')
    }

    fn is_absolute(path: &str) -> bool {
        path.starts_with('/')
    }

    fn normalize(path: &str) -> String {
        if path.is_empty() {
            return ".".to_owned();
        }
        let absolute = path.starts_with('/');
        let mut text = resolve_dots::<Self>(path, !absolute);
        if text.is_empty() {
            if absolute {
                return "/".to_owned();
            }
            text.push('.');
        }
        if path.ends_with('/') {
            text.push('/');
        }
        if absolute {
            text.insert(0, '/');
        }
        text
    }

    fn join(paths: &[String]) -> String {
        let parts: Vec<&str> = paths.iter().map(String::as_str).filter(|path| !path.is_empty()).collect();
        if parts.is_empty() { ".".to_owned() } else { Self::normalize(&parts.join("/")) }
    }

    fn resolve(paths: &[String], cwd: impl Fn() -> String) -> String {
        let mut whole = String::new();
        for path in paths.iter().rev().filter(|path| !path.is_empty()) {
            whole = format!("{path}/{whole}");
            if path.starts_with('/') {
                break;
            }
        }
        if !whole.starts_with('/') {
            let cwd = cwd();
            // A directory that is gone has no name: the paths stay relative.
            if !cwd.starts_with('/') {
                let path = resolve_dots::<Self>(&whole, true);
                return if path.is_empty() { ".".to_owned() } else { path };
            }
            whole = format!("{cwd}/{whole}");
        }
        format!("/{}", resolve_dots::<Self>(&whole, false))
    }

    fn relative(from: &str, to: &str, cwd: impl Fn() -> String) -> String {
        let from = Self::resolve(&[from.to_owned()], &cwd);
        let to = Self::resolve(&[to.to_owned()], &cwd);
        let split = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let (from, to) = (split(&from), split(&to));
        let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let up = std::iter::repeat_n("..", from.len() - common);
        up.chain(to[common..].iter().map(String::as_str)).collect::<Vec<_>>().join("/")
    }

    fn to_namespaced_path(path: &str, _cwd: impl Fn() -> String) -> String {
        path.to_owned()
    }
}
