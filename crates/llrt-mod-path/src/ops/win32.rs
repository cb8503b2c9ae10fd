//! Windows paths: drives, UNC shares and device names, with either slash.

use super::{Style, resolve_dots};

/// Windows paths.
pub struct Win32;

/// How a path begins.
#[derive(Debug, PartialEq, Eq)]
struct Root {
    /// `C:`, `\\server\share`, or empty.
    device: String,
    /// Whether a separator follows the device.
    absolute: bool,
    /// Bytes of the path that the above takes, with one separator.
    len: usize,
}

fn separator(byte: u8) -> bool {
    byte == b'/' || byte == b'\\'
}

/// The next part from `start`: its end, and where the part after its separators begins.
fn part(bytes: &[u8], start: usize) -> (usize, usize) {
    let end = (start..bytes.len()).find(|&index| separator(bytes[index])).unwrap_or(bytes.len());
    let next = (end..bytes.len()).find(|&index| !separator(bytes[index])).unwrap_or(bytes.len());
    (end, next)
}

fn drive(bytes: &[u8]) -> bool {
    matches!(bytes, [letter, b':', ..] if letter.is_ascii_alphabetic())
}

fn root(path: &str) -> Root {
    let bytes = path.as_bytes();
    if drive(bytes) {
        let absolute = bytes.get(2).copied().is_some_and(separator);
        return Root { device: path[..2].to_owned(), absolute, len: 2 + usize::from(absolute) };
    }
    if !bytes.first().copied().is_some_and(separator) {
        return Root { device: String::new(), absolute: false, len: 0 };
    }
    if bytes.len() > 1 && separator(bytes[1]) {
        let (server_end, share) = part(bytes, 2);
        // `\\server\share`: both parts are there, and something separates them.
        if server_end > 2 && share > server_end && share < bytes.len() {
            let server = &path[2..server_end];
            if server == "." || server == "?" {
                return Root { device: format!("\\\\{server}"), absolute: true, len: 4 };
            }
            let (share_end, _) = part(bytes, share);
            let device = format!("\\\\{server}\\{}", &path[share..share_end]);
            return Root { device, absolute: true, len: share_end };
        }
    }
    Root { device: String::new(), absolute: true, len: 1 }
}

impl Style for Win32 {
    const SEPARATOR: char = '\\';
    const DELIMITER: &'static str = ";";

    fn is_separator(byte: u8) -> bool {
        separator(byte)
    }

    fn root_len(path: &str) -> usize {
        let bytes = path.as_bytes();
        if drive(bytes) {
            return 2 + usize::from(bytes.get(2).copied().is_some_and(separator));
        }
        if !bytes.first().copied().is_some_and(separator) {
            return 0;
        }
        if bytes.len() > 1 && separator(bytes[1]) {
            let (server_end, share) = part(bytes, 2);
            if server_end > 2 && share > server_end && share < bytes.len() {
                let (share_end, _) = part(bytes, share);
                return if share_end == bytes.len() { share_end } else { share_end + 1 };
            }
        }
        1
    }

    fn base_start(path: &str) -> usize {
        if drive(path.as_bytes()) { 2 } else { 0 }
    }

    fn device(path: &str) -> String {
        root(path).device
    }

    fn is_complete(path: &str) -> bool {
        let root = root(path);
        root.absolute && !root.device.is_empty()
    }

    fn is_absolute(path: &str) -> bool {
        let bytes = path.as_bytes();
        bytes.first().copied().is_some_and(separator) || (drive(bytes) && bytes.get(2).copied().is_some_and(separator))
    }

    fn normalize(path: &str) -> String {
        if path.is_empty() {
            return ".".to_owned();
        }
        let Root { device, absolute, len } = root(path);
        if device.starts_with("\\\\") && len == path.len() && !device.ends_with(['.', '?']) {
            return format!("{device}\\");
        }
        let rest = path.get(len..).unwrap_or_default();
        let mut tail = resolve_dots::<Self>(rest, !absolute);
        if tail.is_empty() && !absolute {
            tail.push('.');
        }
        if !tail.is_empty() && path.as_bytes().last().copied().is_some_and(separator) && !rest.is_empty() {
            tail.push('\\');
        }
        if !absolute && device.is_empty() && names_a_drive(path, &tail) {
            return format!(".\\{tail}");
        }
        if absolute { format!("{device}\\{tail}") } else { format!("{device}{tail}") }
    }

    fn join(paths: &[String]) -> String {
        let parts: Vec<&str> = paths.iter().map(String::as_str).filter(|path| !path.is_empty()).collect();
        let Some(first) = parts.first() else { return ".".to_owned() };
        let mut joined = parts.join("\\");
        // Two separators at the start mean a share only if the first part itself says so: `join('//server', 'share')`
        // is one, `join('/', '/x')` is not.
        let bytes = first.as_bytes();
        let leading = bytes.iter().take_while(|&&byte| separator(byte)).count();
        let is_share = leading == 2 && bytes.len() > 2;
        if !is_share {
            let leading = joined.bytes().take_while(|&byte| separator(byte)).count();
            if leading >= 2 {
                joined.replace_range(..leading, "\\");
            }
        }
        if joined.split(['\\', '/']).any(is_reserved) {
            return joined.replace('/', "\\");
        }
        Self::normalize(&joined)
    }

    fn resolve(paths: &[String], cwd: impl Fn() -> String) -> String {
        let mut device = String::new();
        let mut tail = String::new();
        let mut absolute = false;
        let mut given = paths.iter().rev().filter(|path| !path.is_empty()).cloned().collect::<Vec<_>>().into_iter();
        let mut asked_cwd = false;
        while device.is_empty() || !absolute {
            let path = match given.next() {
                Some(path) => path,
                None if !asked_cwd => {
                    asked_cwd = true;
                    let cwd = cwd();
                    let other_drive =
                        !device.is_empty() && !cwd.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(&device));
                    if other_drive && cwd.as_bytes().get(2) == Some(&b'\\') { format!("{device}\\") } else { cwd }
                }
                None => break,
            };
            let root = root(&path);
            if !root.device.is_empty() {
                if !device.is_empty() && !root.device.eq_ignore_ascii_case(&device) {
                    continue;
                }
                if device.is_empty() {
                    device = root.device.clone();
                }
            }
            if absolute {
                continue;
            }
            tail = format!("{}\\{tail}", path.get(root.len..).unwrap_or_default());
            absolute = root.absolute;
        }
        let tail = resolve_dots::<Self>(&tail, !absolute);
        match (absolute, device.is_empty() && tail.is_empty()) {
            (true, _) => format!("{device}\\{tail}"),
            (false, true) => ".".to_owned(),
            (false, false) => format!("{device}{tail}"),
        }
    }

    fn relative(from: &str, to: &str, cwd: impl Fn() -> String) -> String {
        if from == to {
            return String::new();
        }
        let from = Self::resolve(&[from.to_owned()], &cwd);
        let whole_to = Self::resolve(&[to.to_owned()], &cwd);
        if from.eq_ignore_ascii_case(&whole_to) {
            return String::new();
        }
        let split =
            |path: &str| path.split('\\').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let (from, to) = (split(&from), split(&whole_to));
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        let common = from.iter().zip(&to).take_while(|(a, b)| same(a, b)).count();
        if common == 0 {
            return whole_to;
        }
        let up = std::iter::repeat_n("..", from.len() - common);
        up.chain(to[common..].iter().map(String::as_str)).collect::<Vec<_>>().join("\\")
    }

    fn to_namespaced_path(path: &str, cwd: impl Fn() -> String) -> String {
        if path.is_empty() {
            return String::new();
        }
        let resolved = Self::resolve(&[path.to_owned()], cwd);
        let bytes = resolved.as_bytes();
        if bytes.len() <= 2 {
            return path.to_owned();
        }
        if resolved.starts_with("\\\\") && bytes[2] != b'?' && bytes[2] != b'.' {
            return format!("\\\\?\\UNC\\{}", &resolved[2..]);
        }
        if drive(bytes) && bytes[2] == b'\\' {
            return format!("\\\\?\\{resolved}");
        }
        resolved
    }
}

/// Whether a part names a device of DOS, as in `CON:`: what follows it is no part of a path.
fn is_reserved(part: &str) -> bool {
    let Some((name, _)) = part.split_once(':') else { return false };
    let name = name.to_ascii_uppercase();
    match name.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" => true,
        _ => ["COM", "LPT"].iter().any(|kind| {
            let number =
                name.strip_prefix(kind).and_then(|rest| rest.chars().next().filter(|c| rest.len() == c.len_utf8()));
            number.is_some_and(|c| matches!(c, '1'..='9' | '\u{b9}' | '\u{b2}' | '\u{b3}'))
        }),
    }
}

/// Whether a relative path's text would be read as a drive or a device once its dots are gone: `./C:x`, `a/../C:/x`, `CON:`.
fn names_a_drive(path: &str, tail: &str) -> bool {
    if drive(tail.as_bytes()) {
        return true;
    }
    let bytes = path.as_bytes();
    bytes
        .iter()
        .enumerate()
        .any(|(index, &byte)| byte == b':' && bytes.get(index + 1).is_none_or(|&next| separator(next)))
}
