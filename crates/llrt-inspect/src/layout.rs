//! Putting formatted entries on lines: Node's rules for what fits on one, and its columns for long arrays.

use rquickjs::{Type, Value};

use crate::{
    engine,
    inspector::Inspector,
    options::Compact,
    text::{len16, strip_escapes, width},
};

/// What is around the entries.
pub(crate) struct Frame<'a> {
    /// Text before the opening brace.
    pub(crate) base: &'a str,
    pub(crate) open: &'a str,
    pub(crate) close: &'a str,
}

/// Where elements of a group are padded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pad {
    Start,
    End,
}

impl<'js> Inspector<'_, 'js> {
    /// The entries in their frame, on one line or several.
    ///
    /// `array` is the array whose elements they are, when they are to be laid out in columns.
    pub(crate) fn lay_out(
        &self,
        mut entries: Vec<String>,
        frame: &Frame<'_>,
        columns: Option<Option<&Value<'js>>>,
        recurse: usize,
    ) -> String {
        let Frame { base, open, close } = *frame;
        let base_space = if base.is_empty() { "" } else { " " };
        let indentation = " ".repeat(self.indentation);
        let levels = match self.compact {
            Compact::Always => {
                if self.fits(&entries, 0, base) {
                    return format!("{open}{base_space}{base} {} {close}", entries.join(", "));
                }
                let start = if base.is_empty() && open.len() == 1 {
                    " ".to_owned()
                } else {
                    format!("{base_space}{base}\n{indentation}  ")
                };
                return format!("{open}{start}{} {close}", entries.join(&format!(",\n{indentation}  ")));
            }
            Compact::Levels(levels) => levels,
        };
        if levels >= 1.0 {
            let count = entries.len();
            if let Some(array) = columns
                && count > 6
            {
                entries = self.group(entries, array, levels);
            }
            // Entries that were put in columns stay on their lines.
            let nesting = self.current_depth as f64 - recurse as f64;
            if nesting < levels && count == entries.len() {
                let start = entries.len() + self.indentation + len16(open) + len16(base) + 10;
                if self.fits(&entries, start, base) && !entries.iter().any(|entry| entry.contains('\n')) {
                    let len: usize = entries.iter().map(|entry| entry.len() + 2).sum();
                    let mut text = String::with_capacity(base.len() + open.len() + len + close.len() + 3);
                    for part in [base, base_space, open, " "] {
                        text += part;
                    }
                    for (index, entry) in entries.iter().enumerate() {
                        text += if index == 0 { "" } else { ", " };
                        text += entry;
                    }
                    text += " ";
                    text += close;
                    return text;
                }
            }
        }
        let mut text = String::with_capacity(entries.iter().map(|entry| entry.len() + indentation.len() + 4).sum());
        text += base;
        text += base_space;
        text += open;
        for (index, entry) in entries.iter().enumerate() {
            text += if index == 0 { "\n" } else { ",\n" };
            text += &indentation;
            text += "  ";
            text += entry;
        }
        text += "\n";
        text += &indentation;
        text += close;
        text
    }

    fn fits(&self, entries: &[String], start: usize, base: &str) -> bool {
        let limit = self.options.break_length;
        let mut total = entries.len() + start;
        if (total + entries.len()) as f64 > limit {
            return false;
        }
        for entry in entries {
            total += self.visible_len(entry);
            if total as f64 > limit {
                return false;
            }
        }
        !base.contains('\n')
    }

    fn visible_len(&self, text: &str) -> usize {
        if self.options.colors { len16(&strip_escapes(text)) } else { len16(text) }
    }

    /// Joins entries to rows of columns that are equally wide and about as many as make the block 2.5 times as wide as high.
    fn group(&self, entries: Vec<String>, array: Option<&Value<'js>>, levels: f64) -> Vec<String> {
        const SEPARATOR: usize = 2;
        let more_items = self.options.max_array_length < entries.len() as f64;
        let count = entries.len() - usize::from(more_items);
        let fits_thrice =
            |width: usize| (((width + SEPARATOR) * 3 + self.indentation) as f64) < self.options.break_length;
        let mut widths = Vec::with_capacity(count);
        for entry in &entries[..count] {
            let width = width(entry);
            // One that is too wide is enough.
            if !fits_thrice(width) {
                return entries;
            }
            widths.push(width);
        }
        let total: usize = widths.iter().map(|width| width + SEPARATOR).sum();
        let widest = widths.iter().copied().max().unwrap_or(0);
        let full = widest + SEPARATOR;
        if !fits_thrice(widest) || (total as f64 / full as f64 <= 5.0 && widest > 6) {
            return entries;
        }
        let bias = (full as f64 - total as f64 / entries.len() as f64).sqrt();
        let biased = (full as f64 - 3.0 - bias).max(1.0);
        let columns = [
            ((2.5 * biased * count as f64).sqrt() / biased + 0.5).floor(),
            ((self.options.break_length - self.indentation as f64) / full as f64).floor(),
            levels * 4.0,
            15.0,
        ];
        let columns = columns.into_iter().fold(f64::INFINITY, f64::min);
        if columns <= 1.0 || columns.is_nan() {
            return entries;
        }
        let columns = columns as usize;
        let column_width =
            |column: usize| widths.iter().skip(column).step_by(columns).copied().max().unwrap_or(0) + SEPARATOR;
        let column_widths: Vec<usize> = (0..columns).map(column_width).collect();
        let pad = if array.is_none_or(|array| all_numbers(array, entries.len())) { Pad::Start } else { Pad::End };

        let mut rows = Vec::with_capacity(count / columns + 2);
        for start in (0..count).step_by(columns) {
            let end = (start + columns).min(count);
            let mut row = String::new();
            for index in start..end {
                let room = column_widths[index - start] - SEPARATOR - widths[index];
                let last = index + 1 == end;
                if pad == Pad::Start {
                    row.extend(std::iter::repeat_n(' ', room));
                }
                row += &entries[index];
                if !last {
                    row += ", ";
                    if pad == Pad::End {
                        row.extend(std::iter::repeat_n(' ', room));
                    }
                }
            }
            rows.push(row);
        }
        if more_items {
            rows.extend(entries.into_iter().nth(count));
        }
        rows
    }
}

fn all_numbers(array: &Value<'_>, count: usize) -> bool {
    let Some(object) = array.as_object() else { return false };
    (0..count as u32).all(|index| {
        engine::get_index(object, index)
            .is_some_and(|value| matches!(value.type_of(), Type::Int | Type::Float | Type::BigInt))
    })
}
