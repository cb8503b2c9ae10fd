//! Errors: the stack as the text of the object, its first line made to name the class.

use rquickjs::{Object, Result, Value, atom::PredefinedAtom};

use crate::{
    engine::{self, Key, class},
    inspector::{Inspector, prefix},
    style::Style,
};

/// How a line of a stack begins.
const FRAME: &str = "    at ";

impl<'js> Inspector<'_, 'js> {
    /// The text of an error before its braces. Takes keys whose text the stack has out of `keys`, and puts `cause` and
    /// `errors` in.
    pub(crate) fn error_base(
        &mut self,
        error: &Object<'js>,
        constructor: Option<&str>,
        tag: &str,
        keys: &mut Vec<Key<'js>>,
    ) -> Result<String> {
        let Some(name) = engine::get_known(error, PredefinedAtom::Name) else { return Ok("[object Error]".to_owned()) };
        let message = engine::get_known(error, PredefinedAtom::Message);
        let message = message.as_ref().and_then(Value::as_string).map(engine::text).unwrap_or_default();
        let stack = self.stack_text(error)?;
        if !self.options.show_hidden {
            self.drop_known_keys(error, &stack, keys);
        }
        for name in ["cause", "errors"] {
            let key = Key::new(&self.ctx, name);
            let found = match name {
                "cause" => engine::has(error, &key) && engine::get(error, &key).is_some(),
                _ => engine::get(error, &key).is_some_and(|errors| errors.is_array()),
            };
            if found && !keys.iter().any(|other| other.same(&key)) {
                keys.push(key);
            }
        }
        let stack = name_class(&stack, &name, constructor, tag);

        let start = if message.is_empty() { None } else { stack.find(&message) };
        let from = start.map_or(0, |start| if start == 0 { 0 } else { start + message.len() });
        let mut text = match stack[from..].find("\n    at").map(|found| found + from) {
            None => format!("[{stack}]"),
            Some(frames_at) => {
                let frames: Vec<String> = stack[frames_at + 1..].split('\n').map(str::to_owned).collect();
                let frames = self.without_frames_of_cause(error, frames)?;
                let frames = without_repetition(frames, |text| self.paint(text, Style::Undefined));
                let frames: Vec<_> = frames.into_iter().map(|frame| self.paint_frame(frame)).collect();
                format!("{}\n{}", &stack[..frames_at], frames.join("\n"))
            }
        };
        if self.indentation != 0 {
            text = text.replace('\n', &format!("\n{}", " ".repeat(self.indentation)));
        }
        Ok(text)
    }

    /// The stack with its first line. Where the engine's stacks have none, it is composed.
    fn stack_text(&mut self, error: &Object<'js>) -> Result<String> {
        let own = engine::own_property(error, &Key::known(&self.ctx, PredefinedAtom::Stack));
        let stack = match own {
            // The engine's stacks are behind an accessor of its prototype, which classes may hide.
            None if engine::class_of(error.as_value()) == class::ERROR => {
                self.builtin_get(error, class::ERROR, "stack")
            }
            _ => engine::get_known(error, PredefinedAtom::Stack),
        };
        let Some(stack) = stack.filter(|stack| !is_falsy(stack)) else { return Ok(title(error)) };
        let Some(text) = stack.as_string().map(engine::text) else {
            let inner = self.indented(4, |this| this.expanded(|this| this.value(&stack, 0)))?;
            return Ok(format!("{}\n    {inner}", title(error)));
        };
        let text = text.strip_suffix('\n').unwrap_or(&text);
        if text.starts_with(FRAME) {
            return Ok(format!("{}\n{text}", title(error)));
        }
        Ok(text.to_owned())
    }

    fn drop_known_keys(&self, error: &Object<'js>, stack: &str, keys: &mut Vec<Key<'js>>) {
        if keys.is_empty() {
            return;
        }
        for name in [PredefinedAtom::Name, PredefinedAtom::Message, PredefinedAtom::Stack] {
            let known = Key::known(&self.ctx, name);
            let Some(index) = keys.iter().position(|key| key.same(&known)) else { continue };
            let value = engine::get(error, &known);
            let text = value.as_ref().and_then(Value::as_string).map(engine::text);
            if text.is_none_or(|text| stack.contains(&text)) {
                keys.remove(index);
            }
        }
    }

    /// Leaves out the frames that the error has in common with its cause.
    fn without_frames_of_cause(&mut self, error: &Object<'js>, mut frames: Vec<String>) -> Result<Vec<String>> {
        let cause = engine::get(error, &Key::new(&self.ctx, "cause")).and_then(Value::into_object);
        let Some(cause) = cause.filter(|cause| cause.as_value().is_error()) else { return Ok(frames) };
        let stack = self.stack_text(&cause)?;
        let Some(start) = stack.find("\n    at") else { return Ok(frames) };
        let other: Vec<&str> = stack[start + 1..].split('\n').collect();
        if let Some((offset, len)) = overlap(&frames, &other) {
            let skipped = len - 2;
            let text = self.paint(format!("    ... {skipped} lines matching cause stack trace ..."), Style::Undefined);
            frames.splice(offset + 1..offset + 1 + skipped, [text]);
        }
        Ok(frames)
    }

    /// With colours, greys what is built in or above the working directory, and underlines packages.
    fn paint_frame(&self, frame: String) -> String {
        if !self.options.colors {
            return frame;
        }
        let location = frame.trim_start().trim_start_matches("at ");
        let location = location.rsplit_once('(').map_or(location, |(_, inner)| inner);
        if ["node:", "internal:", "native:"].iter().any(|scheme| location.starts_with(scheme)) {
            return self.paint(frame, Style::Undefined);
        }
        let frame = self.underline_packages(&frame);
        match std::env::current_dir() {
            Ok(directory) => self.grey_directory(frame, &directory.to_string_lossy()),
            Err(_) => frame,
        }
    }

    fn underline_packages(&self, frame: &str) -> String {
        const FOLDER: &str = "/node_modules/";
        let mut text = String::new();
        let mut rest = frame;
        while let Some(found) = rest.find(FOLDER) {
            let start = found + FOLDER.len();
            let mut end = rest[start..].find('/').map(|end| end + start);
            if rest[start..].starts_with('@') {
                end = end.and_then(|end| rest[end + 1..].find('/').map(|next| next + end + 1));
            }
            let Some(end) = end else { break };
            text += &rest[..start];
            text += &self.paint(&rest[start..end], Style::Module);
            rest = &rest[end..];
        }
        text + rest
    }

    fn grey_directory(&self, frame: String, directory: &str) -> String {
        let url = format!("file://{directory}");
        let (found, directory) = match (frame.find(&url), frame.find(directory)) {
            (Some(found), _) => (found, url.as_str()),
            (None, Some(found)) => (found, directory),
            (None, None) => return frame,
        };
        let mut start = found;
        let mut end = found + directory.len();
        if frame[end..].starts_with('/') {
            end += 1;
        }
        let parenthesis = frame[..start].ends_with('(') && frame.ends_with(')');
        if parenthesis {
            start -= 1;
        }
        let grey = |text: &str| self.paint(text, Style::Undefined);
        let last = if parenthesis { frame.len() - 1 } else { frame.len() };
        let close = if parenthesis { grey(")") } else { String::new() };
        format!("{}{}{}{close}", &frame[..start], grey(&frame[start..end]), &frame[end..last])
    }
}

/// `name: message`, as `Error.prototype.toString` has it; runs only getters.
pub(crate) fn title(error: &Object<'_>) -> String {
    let part = |name, default: &str| match engine::get_known(error, name) {
        Some(value) if !value.is_undefined() => engine::to_text(&value).unwrap_or_default(),
        _ => default.to_owned(),
    };
    let name = part(PredefinedAtom::Name, "Error");
    let message = part(PredefinedAtom::Message, "");
    match (name.is_empty(), message.is_empty()) {
        (_, true) => name,
        (true, false) => message,
        (false, false) => format!("{name}: {message}"),
    }
}

fn is_falsy(value: &Value<'_>) -> bool {
    value.is_undefined()
        || value.is_null()
        || value.as_bool() == Some(false)
        || value.as_number().is_some_and(|number| number == 0.0 || number.is_nan())
        || value.as_string().is_some_and(|text| engine::text(text).is_empty())
}

/// Makes the first line name the constructor where it names only the class that it extends.
fn name_class(stack: &str, name: &Value<'_>, constructor: Option<&str>, tag: &str) -> String {
    let label = match name.as_string() {
        Some(name) => engine::text(name),
        None if name.is_null() || name.is_undefined() => "Error".to_owned(),
        None => {
            let name = engine::to_text(name).unwrap_or_default();
            let class = prefix(constructor, tag, "Error", "");
            return stack.replacen(&name, &format!("{name} [{}]", class.trim_end()), 1);
        }
    };
    let named = label.ends_with("Error")
        && stack.strip_prefix(label.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '\n']));
    if constructor.is_some() && !named {
        return stack.to_owned();
    }
    let mut fallback = "Error";
    let mut skip = label.len();
    if constructor.is_none() {
        let found = class_in_title(stack);
        skip = found.map_or(0, str::len);
        fallback = found.unwrap_or(fallback);
    }
    let class = prefix(constructor, tag, fallback, "");
    let class = class.strip_suffix(' ').unwrap_or(&class);
    if label == class {
        return stack.to_owned();
    }
    if class.contains(label.as_str()) {
        return if skip == 0 { format!("{class}: {stack}") } else { format!("{class}{}", &stack[skip..]) };
    }
    format!("{class} [{label}]{}", &stack[skip..])
}

/// The class that a stack's first line begins with: `TypeError [ERR_X]: text`.
fn class_in_title(stack: &str) -> Option<&str> {
    let end = stack.find(|c: char| !(c.is_ascii_alphanumeric() || "_ []()-".contains(c))).unwrap_or(stack.len());
    let name = &stack[..end];
    let upper = name.starts_with(|first: char| first.is_ascii_uppercase()) && end > 1;
    let followed =
        stack[end..].starts_with(':') || stack[end..].trim_start().starts_with("at ") && stack[end..].starts_with('\n');
    let alone = end == stack.len() && name.ends_with("Error") && !name.contains([' ', '[', '(']);
    ((upper && followed) || alone).then_some(name)
}

/// Where more than three lines of `frames` appear in `other` in a row, and how many.
fn overlap(frames: &[String], other: &[&str]) -> Option<(usize, usize)> {
    for offset in 0..frames.len().saturating_sub(3) {
        let Some(position) = other.iter().position(|line| *line == frames[offset]) else { continue };
        let same = frames[offset..].iter().zip(&other[position..]).take_while(|(left, right)| left == right).count();
        if same > 3 {
            return Some((offset, same));
        }
    }
    None
}

/// Collapses runs of repeated lines in a long stack.
fn without_repetition(frames: Vec<String>, paint: impl Fn(String) -> String) -> Vec<String> {
    const LONG: usize = 10;
    if frames.len() <= LONG {
        return frames;
    }
    let mut shorter = Vec::with_capacity(frames.len());
    let mut index = 0;
    while index < frames.len() {
        match repetition(&frames[index..]) {
            Some((len, times)) => {
                shorter.extend_from_slice(&frames[index..index + len]);
                let lines = len * times;
                shorter.push(paint(format!(
                    "    ... collapsed {lines} duplicate lines matching above {len} lines {times} times..."
                )));
                index += len + lines;
            }
            None => {
                shorter.push(frames[index].clone());
                index += 1;
            }
        }
    }
    shorter
}

/// The shortest block at the start that repeats at once, and how often, if that makes at least four lines.
fn repetition(frames: &[String]) -> Option<(usize, usize)> {
    (1..=frames.len() / 2).find_map(|len| {
        let (block, rest) = frames.split_at(len);
        let times = rest.chunks_exact(len).take_while(|chunk| *chunk == block).count();
        (times * len >= 4).then_some((len, times))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.chars().map(String::from).collect()
    }

    #[test]
    fn repeated_frames_collapse_in_long_stacks_only() {
        assert_eq!(without_repetition(lines("aaaaaaaaaa"), |text| text).len(), 10);
        let seen = without_repetition(lines("abababababx"), |text| text);
        assert_eq!(seen, ["a", "b", "    ... collapsed 8 duplicate lines matching above 2 lines 4 times...", "x"]);
    }

    #[test]
    fn frames_shared_with_the_cause_are_found() {
        assert_eq!(overlap(&lines("xabcd"), &["q", "a", "b", "c", "d"]), Some((1, 4)));
        assert_eq!(overlap(&lines("xabc"), &["a", "b", "c"]), None);
    }

    #[test]
    fn the_class_in_a_title_is_found() {
        assert_eq!(class_in_title("TypeError [ERR_X]: a"), Some("TypeError [ERR_X]"));
        assert_eq!(class_in_title("foo: a"), None);
        assert_eq!(class_in_title("Error\n    at x"), Some("Error"));
    }
}
