//! The text with what the parser noted changed in it, and where each part of it came from.

use std::fmt::Write;

use crate::lexer;

#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// White space of the same width in the place of the text; lines end where they ended.
    Blank { start: usize, end: usize },
    /// One ASCII character in the place of another.
    Put { at: usize, character: u8 },
    /// Other text.
    Replace { start: usize, end: usize, text: String },
}

const KEEP: u8 = 0;
const BLANK: u8 = 1;

/// What becomes of each byte: kept, blanked, or an ASCII character.
fn mask(source: &str, edits: &[Edit]) -> Vec<u8> {
    let mut mask = vec![KEEP; source.len()];
    for edit in edits {
        if let Edit::Blank { start, end } = edit {
            mask[*start..*end].fill(BLANK);
        }
    }
    for edit in edits {
        if let Edit::Put { at, character } = edit {
            let mut at = *at;
            while !source.is_char_boundary(at) {
                at -= 1;
            }
            mask[at] = *character;
        }
    }
    mask
}

fn push_masked(output: &mut String, character: char, mask: u8) {
    match mask {
        KEEP => output.push(character),
        BLANK if lexer::is_line_end(character) => output.push(character),
        other => {
            output.push(if other == BLANK { ' ' } else { char::from(other) });
            if character.len_utf16() == 2 {
                output.push(' ');
            }
        }
    }
}

/// The text, every kept character where it was.
pub(crate) fn apply(source: &str, edits: &[Edit]) -> String {
    if edits.is_empty() {
        return source.to_owned();
    }
    let mask = mask(source, edits);
    let mut output = String::with_capacity(source.len());
    for (at, character) in source.char_indices() {
        push_masked(&mut output, character, mask[at]);
    }
    output
}

/// Where a part of the new text was in the old one; columns are in UTF-16 units.
struct Segment {
    column: u32,
    source_line: u32,
    source_column: u32,
}

#[derive(Default)]
struct Line {
    text: String,
    segments: Vec<Segment>,
    /// It belongs to a literal: it stays, empty or not.
    is_literal: bool,
}

/// The text without the lines that nothing is left of, and the `mappings` of its source map.
pub(crate) fn transform(source: &str, edits: &[Edit], literals: &[(usize, usize)]) -> (String, String) {
    let mask = mask(source, edits);
    let mut replacements: Vec<_> = edits
        .iter()
        .filter_map(|edit| match edit {
            Edit::Replace { start, end, text } => Some((*start, *end, text)),
            _ => None,
        })
        .collect();
    replacements.sort_by_key(|(start, end, _)| (*start, *end));
    let mut replacements = replacements.into_iter().peekable();
    let mut lines = vec![Line::default()];
    let (mut source_line, mut source_column, mut column) = (0, 0, 0);
    let mut skip_to = 0;
    let mut was_word = false;
    for (at, character) in source.char_indices().chain([(source.len(), '\0')]) {
        while let Some((start, end, text)) = replacements.next_if(|(start, ..)| *start <= at) {
            if start < skip_to {
                continue;
            }
            let line = last(&mut lines);
            line.segments.push(Segment { column, source_line, source_column });
            line.text.push_str(text);
            column += width(text);
            skip_to = end;
            was_word = false;
        }
        if at == source.len() {
            break;
        }
        let ends_line = lexer::is_line_end(character) && !(character == '\r' && source[at..].starts_with("\r\n"));
        if at >= skip_to {
            let is_word = character.is_alphanumeric() || matches!(character, '_' | '$');
            let line = last(&mut lines);
            if mask[at] == KEEP && !character.is_whitespace() && !(is_word && was_word) {
                line.segments.push(Segment { column, source_line, source_column });
            }
            was_word = is_word && mask[at] == KEEP;
            if !lexer::is_line_end(character) {
                let before = line.text.len();
                push_masked(&mut line.text, character, mask[at]);
                column += width(&line.text[before..]);
            }
            if ends_line {
                line.is_literal |= literals.iter().any(|(start, end)| (*start..*end).contains(&at));
                let is_literal = line.is_literal && literals.iter().any(|(start, end)| (*start..*end).contains(&at));
                lines.push(Line { is_literal, ..Line::default() });
                column = 0;
            }
        }
        if ends_line {
            source_line += 1;
            source_column = 0;
        } else {
            source_column += u32::try_from(character.len_utf16()).unwrap_or(1);
        }
    }
    lines.retain(|line| line.is_literal || !line.text.trim().is_empty());
    let mut text = String::with_capacity(source.len());
    for line in &lines {
        text.push_str(if line.is_literal { &line.text } else { line.text.trim_end() });
        text.push('\n');
    }
    (text, mappings(&lines))
}

fn last(lines: &mut [Line]) -> &mut Line {
    let index = lines.len() - 1;
    &mut lines[index]
}

fn width(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// Source map, version 3: <https://tc39.es/ecma426/>.
fn mappings(lines: &[Line]) -> String {
    let mut text = String::new();
    let (mut known_line, mut known_column) = (0, 0);
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            text.push(';');
        }
        let mut column = 0;
        for (index, segment) in line.segments.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            let step = |to: u32, from: u32| i64::from(to) - i64::from(from);
            for value in [
                step(segment.column, column),
                0,
                step(segment.source_line, known_line),
                step(segment.source_column, known_column),
            ] {
                push_vlq(&mut text, value);
            }
            column = segment.column;
            known_line = segment.source_line;
            known_column = segment.source_column;
        }
    }
    text
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn push_vlq(text: &mut String, value: i64) {
    let mut rest = value.unsigned_abs() << 1 | u64::from(value < 0);
    loop {
        let digit = rest & 31;
        rest >>= 5;
        let digit = if rest > 0 { digit | 32 } else { digit };
        text.push(char::from(BASE64[usize::try_from(digit).unwrap_or_default()]));
        if rest == 0 {
            return;
        }
    }
}

/// The lines around a place with carets under it, as Node shows them above an error.
pub(crate) fn snippet(source: &str, start: usize, end: usize) -> (usize, String) {
    let line_of = |at: usize| source[..at].matches('\n').count();
    let (first, last) = (line_of(start), line_of(end.max(start)));
    let mut text = String::new();
    let shown = first.saturating_sub(1)..=last + 1;
    for (index, line) in source.split('\n').enumerate().filter(|(index, _)| shown.contains(index)) {
        let line = line.trim_end_matches('\r');
        if first != last {
            let mark = if index == first || index == last { "  > " } else { "    " };
            // Writing to a string does not fail.
            let _ = writeln!(text, "{mark}{line}");
            continue;
        }
        let _ = writeln!(text, "{line}");
        if index == first {
            let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
            let blank: String = source[line_start..start].chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let carets = source[start..end.max(start)].chars().count().max(1);
            let _ = writeln!(text, "{blank}{}", "^".repeat(carets));
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    (first + 1, text)
}
