//! Source maps: from a place in generated code to the one in the source that it was made from.
//!
//! Nothing is read before a stack is: then the file of each frame, for the comment that names its map, and the map, once.
//!
//! Format: <https://tc39.es/ecma426/>. Node: <https://nodejs.org/api/cli.html#--enable-source-maps>.

use std::{
    cell::{Cell, RefCell},
    path::Path,
    rc::Rc,
};

use rquickjs::{Array, Ctx, Object, Value};

use crate::typescript;

/// The variable that turns source maps on.
const VARIABLE: &str = "LLRT_SOURCE_MAPS";

/// The maps of a context, read as they are needed.
#[derive(Default)]
pub(crate) struct SourceMaps {
    /// `None`: nobody has said; the environment is asked at the first stack.
    enabled: Cell<Option<bool>>,
    /// By the file's name in stacks; `None` for one without a map.
    files: RefCell<Vec<(String, Option<Rc<SourceMap>>)>>,
}

/// A place in an original source.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Original {
    pub(crate) path: String,
    /// Counted from 1, as is the column.
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl SourceMaps {
    pub(crate) fn new(enabled: bool) -> Self {
        Self { enabled: Cell::new(enabled.then_some(true)), files: RefCell::default() }
    }

    /// Turns mapping on or off from now on.
    pub(crate) fn set_enabled(&self, enabled: bool) {
        self.enabled.set(Some(enabled));
    }

    pub(crate) fn is_enabled(&self, ctx: &Ctx<'_>) -> bool {
        self.enabled.get().unwrap_or_else(|| {
            let enabled = enabled_by_environment() || typescript::wants_source_maps(ctx);
            self.enabled.set(Some(enabled));
            enabled
        })
    }

    /// Where the code at a place of `file` (a path or `file:` URL, as stacks name it) comes from.
    pub(crate) fn original(&self, ctx: &Ctx<'_>, file: &str, line: u32, column: u32) -> Option<Original> {
        if !self.is_enabled(ctx) {
            return None;
        }
        let known = self.files.borrow().iter().find(|(name, _)| name == file).map(|(_, map)| map.clone());
        let map = known.unwrap_or_else(|| {
            let map = SourceMap::of_file(ctx, file).map(Rc::new);
            self.files.borrow_mut().push((file.to_owned(), map.clone()));
            map
        });
        map?.original(line, column)
    }
}

/// `LLRT_SOURCE_MAPS`, or the option in `NODE_OPTIONS`, where functions for Node.js have it.
fn enabled_by_environment() -> bool {
    match std::env::var(VARIABLE) {
        Ok(value) => !matches!(value.as_str(), "" | "0" | "false"),
        Err(_) => std::env::var("NODE_OPTIONS")
            .is_ok_and(|options| options.split_whitespace().any(|option| option == "--enable-source-maps")),
    }
}

/// One mapped place: generated line and column, index of the source, its line and column. All counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Segment {
    generated: (u32, u32),
    /// None where the code comes from no source.
    original: Option<(u32, u32, u32)>,
}

/// A decoded map.
#[derive(Debug, Default)]
struct SourceMap {
    sources: Vec<String>,
    /// In order of their generated places.
    segments: Vec<Segment>,
}

/// A map as it is written.
pub(crate) struct Written {
    pub(crate) json: String,
    /// The file that its sources are named from.
    pub(crate) base: String,
    /// How long each line of the generated file is.
    pub(crate) line_lengths: Vec<usize>,
}

impl Written {
    /// Reads the map that a file's last comment names.
    pub(crate) fn of_file(ctx: &Ctx<'_>, file: &str) -> Option<Self> {
        let path = path_of(file)?;
        let text = std::fs::read(&path).ok()?;
        if let Some((text, json)) = typescript::source_map(ctx, &path, &String::from_utf8_lossy(&text)) {
            return Some(Self { json, base: path, line_lengths: line_lengths(&text) });
        }
        let url = mapping_url(&text)?;
        let (json, base) = if let Some(data) = url.strip_prefix("data:") {
            let (kind, data) = data.split_once(',')?;
            let json = match kind.ends_with(";base64") {
                true => base64(data)?,
                false => percent_decode(data),
            };
            (json, path)
        } else {
            let map = path_of(url).map_or_else(|| join(&path, &String::from_utf8_lossy(&percent_decode(url))), Some)?;
            (std::fs::read(&map).ok()?, map)
        };
        let json = String::from_utf8(json).ok()?;
        // Some servers put this before JSON; the specification wants it skipped.
        let json =
            json.strip_prefix(")]}'").map_or(json.as_str(), |rest| rest.split_once('\n').map_or("", |(_, rest)| rest));
        Some(Self { json: json.to_owned(), base, line_lengths: line_lengths(&String::from_utf8_lossy(&text)) })
    }
}

fn line_lengths(text: &str) -> Vec<usize> {
    text.split('\n').map(|line| line.encode_utf16().count()).collect()
}

impl SourceMap {
    fn of_file(ctx: &Ctx<'_>, file: &str) -> Option<Self> {
        let Written { json, base, .. } = Written::of_file(ctx, file)?;
        let parsed =
            llrt_plain::parse(ctx, &json).inspect_err(|failed| drop(llrt_core::error::caught(ctx, failed))).ok()?;
        let mut map = Self::default();
        map.add(parsed.as_object()?, &base, (0, 0))?;
        map.segments.sort_by_key(|segment| segment.generated);
        llrt_core::log!(Debug, "{} places of {file}", map.segments.len());
        Some(map)
    }

    /// Adds the mappings of a map, or of the maps in its sections.
    fn add(&mut self, map: &Object<'_>, base: &str, offset: (u32, u32)) -> Option<()> {
        if let Ok(sections) = map.get::<_, Array<'_>>("sections") {
            for section in sections.iter::<Object<'_>>() {
                let section = section.ok()?;
                let at: Object<'_> = section.get("offset").ok()?;
                let offset = (at.get("line").ok()?, at.get("column").ok()?);
                self.add(&section.get::<_, Object<'_>>("map").ok()?, base, offset)?;
            }
            return Some(());
        }
        let first = u32::try_from(self.sources.len()).ok()?;
        let root = map.get::<_, Option<String>>("sourceRoot").ok().flatten().unwrap_or_default();
        for source in map.get::<_, Array<'_>>("sources").ok()?.iter::<Value<'_>>() {
            let source = source.ok()?.as_string().and_then(|source| source.to_string().ok()).unwrap_or_default();
            let named = if root.is_empty() { source } else { format!("{}/{source}", root.trim_end_matches('/')) };
            self.sources.push(source_path(base, &named));
        }
        decode(&map.get::<_, String>("mappings").ok()?, offset, first, &mut self.segments)
    }

    fn original(&self, line: u32, column: u32) -> Option<Original> {
        let at = (line.checked_sub(1)?, column.saturating_sub(1));
        let after = self.segments.partition_point(|segment| segment.generated <= at);
        let segment = self.segments[..after].last()?;
        // A mapping ends with its line.
        let (source, line, column) = segment.original.filter(|_| segment.generated.0 == at.0)?;
        let path = self.sources.get(usize::try_from(source).ok()?)?.clone();
        Some(Original { path, line: line + 1, column: column + 1 })
    }
}

/// The URL in the last `//# sourceMappingURL=` comment.
fn mapping_url(text: &[u8]) -> Option<&str> {
    const MARK: &[u8] = b"# sourceMappingURL=";
    let start = memchr::memmem::rfind(text, MARK)?;
    if !matches!(text.get(start.checked_sub(1)?..start)?, b"/" | b"*") || !text[..start - 1].ends_with(b"/") {
        return None;
    }
    let rest = &text[start + MARK.len()..];
    let end = rest.iter().position(|byte| byte.is_ascii_whitespace()).unwrap_or(rest.len());
    // With nothing behind it, it cannot be in a string.
    let is_last = rest[end..].iter().all(u8::is_ascii_whitespace);
    if !is_last && !llrt_cjs_lexer::is_between_tokens(&String::from_utf8_lossy(text), start) {
        return None;
    }
    let url = std::str::from_utf8(&rest[..end]).ok()?;
    Some(url.trim_end_matches("*/"))
}

/// Decodes `mappings`: lines end with `;`, segments with `,`, each of 1, 4 or 5 numbers relative to the ones before.
fn decode(mappings: &str, offset: (u32, u32), first_source: u32, segments: &mut Vec<Segment>) -> Option<()> {
    let (mut source, mut line, mut column) = (0_i64, 0_i64, 0_i64);
    for (index, text) in mappings.split(';').enumerate() {
        let generated_line = u32::try_from(index).ok()?.checked_add(offset.0)?;
        let mut generated_column = if index == 0 { i64::from(offset.1) } else { 0 };
        for segment in text.split(',').filter(|segment| !segment.is_empty()) {
            let mut numbers = Vlq(segment.as_bytes());
            generated_column += numbers.next()??;
            let original = match numbers.next() {
                None => None,
                Some(moved) => {
                    source += moved?;
                    line += numbers.next()??;
                    column += numbers.next()??;
                    let number = |value: i64| u32::try_from(value).ok();
                    Some((number(source)?.checked_add(first_source)?, number(line)?, number(column)?))
                }
            };
            segments.push(Segment { generated: (generated_line, u32::try_from(generated_column).ok()?), original });
        }
    }
    Some(())
}

/// Numbers in base 64 digits of 5 bits, the lowest first, the sign in the lowest bit. `Some(None)`: malformed.
struct Vlq<'a>(&'a [u8]);

impl Iterator for Vlq<'_> {
    type Item = Option<i64>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let mut value = 0_i64;
        for (index, byte) in self.0.iter().enumerate() {
            let Some(digit) = base64_digit(*byte).filter(|_| index < 7) else { break };
            value |= i64::from(digit & 31) << (5 * index);
            if digit & 32 == 0 {
                self.0 = &self.0[index + 1..];
                return Some(Some(if value & 1 == 1 { -(value >> 1) } else { value >> 1 }));
            }
        }
        self.0 = &[];
        Some(None)
    }
}

fn base64_digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.trim_end_matches('=').bytes().map(base64_digit).collect::<Option<_>>()?;
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for group in digits.chunks(4) {
        let value = group.iter().fold(0_u32, |value, digit| value << 6 | u32::from(*digit)) << (6 * (4 - group.len()));
        bytes.extend_from_slice(&value.to_be_bytes()[1..group.len().max(1)]);
    }
    Some(bytes)
}

fn percent_decode(text: &str) -> Vec<u8> {
    crate::esm::percent_decode(text)
}

/// The path of a file that stacks name; `None` for what is no file.
fn path_of(name: &str) -> Option<String> {
    if name.starts_with('/') {
        return Some(name.to_owned());
    }
    let name = name.split(['?', '#']).next()?;
    name.starts_with("file:").then(|| llrt_resolver::file_url_to_path(name).ok()).flatten()
}

/// `relative` from the folder of the file `base`; `None` for a URL of another scheme.
fn join(base: &str, relative: &str) -> Option<String> {
    let scheme =
        relative.split_once("://").is_some_and(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if scheme {
        return None;
    }
    let folder = Path::new(base).parent()?;
    let mut parts: Vec<&str> = Vec::new();
    let joined = folder.join(relative);
    for part in joined.to_str()?.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    Some(format!("/{}", parts.join("/")))
}

/// How stacks name a source: its path; the URL where it is none (`webpack://...`).
fn source_path(base: &str, source: &str) -> String {
    path_of(source).or_else(|| join(base, source)).unwrap_or_else(|| source.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(mappings: &str) -> Option<Vec<Segment>> {
        let mut segments = Vec::new();
        decode(mappings, (0, 0), 0, &mut segments)?;
        Some(segments)
    }

    #[test]
    fn numbers_are_relative_and_lines_start_anew() {
        let at = |line, column, original| Segment { generated: (line, column), original };
        assert_eq!(
            segments("AAAA,EACE;;CAEA,C").expect("good"),
            [at(0, 0, Some((0, 0, 0))), at(0, 2, Some((0, 1, 2))), at(2, 1, Some((0, 3, 2))), at(2, 2, None)]
        );
    }

    #[test]
    fn what_is_no_map_is_none() {
        for bad in ["!", "A*", "AA", "AAA", "ggggggggA", "g"] {
            assert_eq!(segments(bad), None, "{bad}");
        }
    }

    #[test]
    fn large_and_negative_numbers() {
        assert_eq!(Vlq(b"gB").next(), Some(Some(16)));
        assert_eq!(Vlq(b"hB").next(), Some(Some(-16)));
        assert_eq!(Vlq(b"2HD").collect::<Vec<_>>(), [Some(123), Some(-1)]);
    }

    #[test]
    fn the_last_comment_names_the_map() {
        assert_eq!(mapping_url(b"x\n//# sourceMappingURL=a.map\n//# sourceMappingURL=b.map\n"), Some("b.map"));
        assert_eq!(mapping_url(b"x /*# sourceMappingURL=c.map */"), Some("c.map"));
        assert_eq!(mapping_url(b"const s = '# sourceMappingURL=c.map'"), None);
        assert_eq!(mapping_url(b"nothing"), None);
        assert_eq!(mapping_url(b"a;\n//# sourceMappingURL=c.map\nb;"), Some("c.map"));
        assert_eq!(mapping_url(b"a = `\n//# sourceMappingURL=c.map\n`;"), None);
    }

    #[test]
    fn sources_are_named_from_the_maps_folder() {
        assert_eq!(source_path("/var/task/index.mjs.map", "../../src/a.ts"), "/src/a.ts");
        assert_eq!(source_path("/var/task/index.mjs.map", "file:///src/a%20b.ts"), "/src/a b.ts");
        assert_eq!(source_path("/var/task/index.mjs.map", "/src/a.ts"), "/src/a.ts");
        assert_eq!(source_path("/var/task/index.mjs.map", "webpack://app/./a.ts"), "webpack://app/./a.ts");
    }

    #[test]
    fn base64_of_any_length() {
        for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob")] {
            assert_eq!(base64(text).expect("good"), bytes.as_bytes());
        }
        assert_eq!(base64("*"), None);
    }
}
