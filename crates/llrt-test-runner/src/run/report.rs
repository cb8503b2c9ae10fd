//! What reporters share: colours, source lines, progress.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::events::{Event, Failure, Status};

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) color: bool,
}

impl Style {
    fn paint(self, codes: &str, text: &str) -> String {
        if self.color && !text.is_empty() { format!("\x1b[{codes}m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(super) fn red(self, text: &str) -> String {
        self.paint("31", text)
    }

    pub(super) fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    pub(super) fn yellow(self, text: &str) -> String {
        self.paint("33", text)
    }

    pub(super) fn cyan(self, text: &str) -> String {
        self.paint("36", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }
}

/// Writes to standard error, or to nobody.
pub(super) fn say(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// The path as a user would type it.
pub(super) fn short(path: &Path) -> String {
    let here = std::env::current_dir().and_then(fs::canonicalize).unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}

/// A place in a file of the user's.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) line: usize,
    pub(super) column: usize,
}

/// The first frame of a stack that is in a file.
pub(super) fn place_of(stack: &str) -> Option<Place> {
    stack.lines().find_map(|line| frame(line).filter(|place| place.path.is_file()))
}

/// `at name (/a/b.js:1:2)`, `at file:///a/b.js:1:2`
fn frame(line: &str) -> Option<Place> {
    let line = line.trim().strip_prefix("at ")?;
    let place = match line.rfind('(') {
        Some(open) => line[open + 1..].strip_suffix(')')?,
        None => line.rsplit(' ').next()?,
    };
    let (rest, column) = place.rsplit_once(':')?;
    let (path, line) = rest.rsplit_once(':')?;
    let path = path.strip_prefix("file://").unwrap_or(path);
    if !path.starts_with('/') {
        return None;
    }
    Some(Place { path: PathBuf::from(percent_decode(path)), line: line.parse().ok()?, column: column.parse().ok()? })
}

fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let escape = (bytes[index] == b'%').then(|| text.get(index + 1..index + 3)).flatten();
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                index += 3;
            }
            None => {
                decoded.push(bytes[index]);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The lines around a place, with a mark at it.
fn source_lines(place: &Place, style: Style) -> Option<String> {
    const BEFORE: usize = 2;
    const AFTER: usize = 2;
    const MAX_LINE_LEN: usize = 200;
    let text = fs::read_to_string(&place.path).ok()?;
    let lines: Vec<&str> = text.lines().collect();
    let last = (place.line + AFTER).min(lines.len());
    let first = place.line.saturating_sub(BEFORE).max(1);
    if place.line == 0 || place.line > lines.len() {
        return None;
    }
    let width = last.to_string().len();
    let mut shown = String::new();
    for number in first..=last {
        let line: String = lines[number - 1].chars().take(MAX_LINE_LEN).collect();
        let is_it = number == place.line;
        let mark = if is_it { style.red(">") } else { " ".to_owned() };
        let _ = writeln!(shown, "{mark} {} {line}", style.dim(&format!("{number:>width$} |")));
        if is_it && place.column > 0 && place.column <= MAX_LINE_LEN {
            let blanks: String =
                line.chars().take(place.column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let edge = style.dim(&format!("{:>width$} |", ""));
            let _ = writeln!(shown, "  {edge} {blanks}{}", style.red("^"));
        }
    }
    Some(shown)
}

/// An error: its text, the source where it was thrown, its stack.
pub(super) fn describe(failure: &Failure, style: Style) -> String {
    let mut text = String::new();
    let mut lines = failure.message.lines();
    if let Some(first) = lines.next() {
        let _ = writeln!(text, "{}", if first.contains('\x1b') { first.to_owned() } else { style.red(first) });
    }
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
    if let Some(lines) = place_of(&failure.stack).and_then(|place| source_lines(&place, style)) {
        let _ = write!(text, "\n{lines}");
    }
    let frames: Vec<&str> = failure.stack.lines().filter(|line| is_users(line)).collect();
    if !frames.is_empty() {
        text.push('\n');
        for frame in frames {
            let _ = writeln!(text, "{}", style.dim(frame.trim()));
        }
    }
    text
}

/// Frames of built-in code are of no help.
fn is_users(line: &str) -> bool {
    frame(line).is_some()
}

pub(super) fn indent(text: &str, by: usize) -> String {
    let blanks = " ".repeat(by);
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{blanks}{line}\n") }).collect()
}

/// Without the codes of colours.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\x1b' {
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(c);
        }
    }
    plain
}

/// A line on the terminal that says how far it is.
pub(super) struct Progress {
    is_on: bool,
    is_shown: bool,
    files: usize,
    done: usize,
    passed: usize,
    failed: usize,
    running: Vec<PathBuf>,
}

impl Progress {
    pub(super) fn new(is_on: bool, files: usize) -> Self {
        Self { is_on, is_shown: false, files, done: 0, passed: 0, failed: 0, running: Vec::new() }
    }

    pub(super) fn note(&mut self, file: &Path, event: &Event) {
        if !self.running.iter().any(|path| path == file) {
            self.running.push(file.to_owned());
        }
        if let Event::Test(test) = event {
            self.passed += usize::from(test.status == Status::Pass);
            self.failed += usize::from(test.status == Status::Fail);
        }
    }

    pub(super) fn done(&mut self, file: &Path) {
        self.done += 1;
        self.running.retain(|path| path != file);
    }

    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.is_shown) {
            let _ = io::stdout().write_all(b"\r\x1b[2K");
        }
    }

    pub(super) fn show(&mut self) {
        if !self.is_on || self.done == self.files {
            return;
        }
        let mut line = format!("{}/{} files, {} passed", self.done, self.files, self.passed);
        if self.failed > 0 {
            let _ = write!(line, ", {} failed", self.failed);
        }
        if let Some(file) = self.running.first() {
            let _ = write!(line, ": {}", short(file));
        }
        let line: String = line.chars().take(78).collect();
        let mut out = io::stdout();
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
        self.is_shown = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_name_a_file_and_a_place_in_it() {
        let place = |path: &str, line, column| Some(Place { path: path.into(), line, column });
        assert_eq!(frame("    at f (/a/b c.js:1:2)"), place("/a/b c.js", 1, 2));
        assert_eq!(frame("at file:///a/b%20c.mjs:10:3"), place("/a/b c.mjs", 10, 3));
        assert_eq!(frame("at <anonymous> (file:///a.mjs:10:3)"), place("/a.mjs", 10, 3));
        assert_eq!(frame("at toBe (internal:test/expect:10:3)"), None);
        assert_eq!(frame("no frame"), None);
    }

    #[test]
    fn source_is_shown_around_the_place() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.js");
        fs::write(&path, "one\ntwo\nthree\nfour\n").expect("written");
        let shown = source_lines(&Place { path, line: 3, column: 2 }, Style { color: false });
        assert_eq!(shown.as_deref(), Some("  1 | one\n  2 | two\n> 3 | three\n    |  ^\n  4 | four\n"));
    }

    #[test]
    fn colours_can_be_taken_out() {
        assert_eq!(plain("\x1b[31mred\x1b[39m and not"), "red and not");
    }
}
