//! What went wrong, as the Runtime API wants to hear it: the error body, and the document for X-Ray.

use crate::json::{push_string, push_strings};

/// The error types that the runtime itself gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The handler's module, or one that it requires, is not there.
    ImportModuleError,
    /// The module does not export the handler, or not as a function.
    HandlerNotFound,
    /// The handler string is none.
    MalformedHandlerName,
    /// A module could not be parsed or linked.
    UserCodeSyntaxError,
    /// The result has no JSON form.
    JsonStringifyError,
    /// A promise was rejected, and nobody listened.
    UnhandledPromiseRejection,
    /// The environment of the runtime is not what it must be.
    PlatformError,
}

impl Kind {
    /// The type as it is posted, and as `error.name` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ImportModuleError => "Runtime.ImportModuleError",
            Self::HandlerNotFound => "Runtime.HandlerNotFound",
            Self::MalformedHandlerName => "Runtime.MalformedHandlerName",
            Self::UserCodeSyntaxError => "Runtime.UserCodeSyntaxError",
            Self::JsonStringifyError => "Runtime.JSONStringifyError",
            Self::UnhandledPromiseRejection => "Runtime.UnhandledPromiseRejection",
            Self::PlatformError => "Runtime.PlatformError",
        }
    }

    /// The name of the class, which JSON log records show instead.
    pub fn class(self) -> &'static str {
        self.name().trim_start_matches("Runtime.")
    }

    /// An error of this kind.
    pub fn failure(self, message: impl Into<String>) -> Failure {
        Failure::with_header(self.name(), message)
    }
}

/// An error as it is posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// `errorType`: the error's name, or `typeof` of what was thrown when it was no error.
    pub error_type: String,
    /// `errorMessage`.
    pub message: String,
    /// `trace`: the lines of the stack, its header among them; empty when what was thrown was no error.
    pub trace: Vec<String>,
}

impl Failure {
    /// An error with this stack. A control character that no header may hold (U+007F) is replaced everywhere.
    pub fn new(error_type: impl Into<String>, message: impl Into<String>, stack: Option<&str>) -> Self {
        Self {
            error_type: plain(error_type.into()),
            message: plain(message.into()),
            trace: stack
                .map(|stack| plain(stack.to_owned()).split('\n').map(str::to_owned).collect())
                .unwrap_or_default(),
        }
    }

    /// An error whose stack is its header alone.
    pub fn with_header(error_type: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let header = if message.is_empty() { error_type.to_owned() } else { format!("{error_type}: {message}") };
        Self::new(error_type, message, Some(&header))
    }

    /// The body: `{"errorType":...,"errorMessage":...,"trace":[...]}`.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(
            64 + self.message.len() * 2 + self.trace.iter().map(|line| line.len() + 3).sum::<usize>(),
        );
        out.push_str("{\"errorType\":");
        push_string(&mut out, &self.error_type);
        out.push_str(",\"errorMessage\":");
        push_string(&mut out, &self.message);
        out.push_str(",\"trace\":");
        push_strings(&mut out, self.trace.iter().map(String::as_str));
        out.push('}');
        out
    }
}

fn plain(text: String) -> String {
    if text.contains('\u{7f}') { text.replace('\u{7f}', "%7F") } else { text }
}

/// The most bytes of a document that X-Ray takes; a larger one is not sent.
const MAX_CAUSE_LEN_BYTES: usize = 1024 * 1024;

/// What X-Ray hears of an error: the value of the header `Lambda-Runtime-Function-XRay-Error-Cause`.
///
/// `name` and `message` are the properties of what was thrown, if it has them; `stack` is its stack. `None` when the document is too
/// large. For `null` and `undefined` there is no document at all: do not call this.
pub fn xray_cause(
    working_directory: &str,
    name: Option<&str>,
    message: Option<&str>,
    stack: Option<&str>,
) -> Option<String> {
    let frames: Vec<Frame<'_>> =
        stack.map(|stack| stack.split('\n').filter_map(Frame::parse).collect()).unwrap_or_default();
    let mut paths: Vec<&str> = Vec::new();
    for frame in &frames {
        if !paths.contains(&frame.path) {
            paths.push(frame.path);
        }
    }
    let mut out = String::from("{\"working_directory\":");
    push_string(&mut out, working_directory);
    out.push_str(",\"exceptions\":[{");
    for (key, value) in [("type", name), ("message", message)] {
        if let Some(value) = value {
            push_string(&mut out, key);
            out.push(':');
            push_string(&mut out, &plain(value.to_owned()));
            out.push(',');
        }
    }
    out.push_str("\"stack\":[");
    for (index, frame) in frames.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        frame.push(&mut out);
    }
    out.push_str("]}],\"paths\":");
    push_strings(&mut out, paths);
    out.push('}');
    (out.len() <= MAX_CAUSE_LEN_BYTES).then_some(out)
}

/// One line of a stack.
struct Frame<'a> {
    path: &'a str,
    line: Option<u32>,
    label: &'a str,
}

impl<'a> Frame<'a> {
    /// Reads `    at label (path:line:column)` or `    at path:line:column`; another line is no frame.
    fn parse(line: &'a str) -> Option<Self> {
        let text = line.trim_start().strip_prefix("at ")?.trim_end();
        let (label, place) = match text.strip_suffix(')').and_then(|text| text.rsplit_once(" (")) {
            Some((label, place)) => (label, place),
            None => ("anonymous", text.strip_prefix("async ").unwrap_or(text)),
        };
        let place = place.strip_prefix("file://").unwrap_or(place);
        let number = |text: &str| text.parse::<u32>().ok();
        // The column may be missing, and so may the line.
        let (path, line) = match place.rsplit_once(':') {
            Some((rest, last)) if number(last).is_some() => match rest.rsplit_once(':') {
                Some((path, line)) if number(line).is_some() => (path, number(line)),
                _ => (rest, number(last)),
            },
            _ => (place, None),
        };
        Some(Self { path, line, label })
    }

    fn push(&self, out: &mut String) {
        out.push_str("{\"path\":");
        push_string(out, self.path);
        out.push_str(",\"line\":");
        match self.line {
            Some(line) => out.push_str(&line.to_string()),
            None => out.push_str("null"),
        }
        out.push_str(",\"label\":");
        push_string(out, self.label);
        out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_three_keys_in_order() {
        let failure =
            Failure::new("OrderError", "no \"such\"\norder", Some("OrderError: no \"such\"\norder\n    at f (/x:1:2)"));
        assert_eq!(
            failure.to_json(),
            r#"{"errorType":"OrderError","errorMessage":"no \"such\"\norder","trace":["OrderError: no \"such\"","order","    at f (/x:1:2)"]}"#
        );
        assert_eq!(
            Failure::new("string", "x", None).to_json(),
            r#"{"errorType":"string","errorMessage":"x","trace":[]}"#
        );
    }

    #[test]
    fn our_own_errors_have_a_header_line_for_each_line_of_the_message() {
        let failure = Kind::ImportModuleError.failure("Error: Cannot find module 'x'\nRequire stack:\n- /r");
        assert_eq!(
            failure.trace,
            ["Runtime.ImportModuleError: Error: Cannot find module 'x'", "Require stack:", "- /r"]
        );
        assert_eq!(Kind::UnhandledPromiseRejection.failure("").trace, ["Runtime.UnhandledPromiseRejection"]);
        assert_eq!(Kind::JsonStringifyError.class(), "JSONStringifyError");
    }

    #[test]
    fn the_delete_character_is_replaced() {
        let failure = Failure::new("A\u{7f}", "b\u{7f}é", Some("A\u{7f}: b"));
        assert_eq!((failure.error_type.as_str(), failure.message.as_str()), ("A%7F", "b%7Fé"));
        assert_eq!(failure.trace, ["A%7F: b"]);
        assert!(xray_cause("/", None, Some("\u{7f}"), None).expect("small").contains("%7F"));
    }

    #[test]
    fn a_cause_has_the_frames_of_the_stack() {
        let stack = "Error: m\n    at handler (/var/task/a.cjs:20:44)\n    at file:///var/task/b.mjs:3:1\n    at async Run.x [as y] (/var/task/a.cjs:7)\n    at native";
        assert_eq!(
            xray_cause("/var/task", Some("Error"), Some("m"), Some(stack)).expect("small"),
            concat!(
                r#"{"working_directory":"/var/task","exceptions":[{"type":"Error","message":"m","stack":["#,
                r#"{"path":"/var/task/a.cjs","line":20,"label":"handler"},"#,
                r#"{"path":"/var/task/b.mjs","line":3,"label":"anonymous"},"#,
                r#"{"path":"/var/task/a.cjs","line":7,"label":"async Run.x [as y]"},"#,
                r#"{"path":"native","line":null,"label":"anonymous"}]}],"#,
                r#""paths":["/var/task/a.cjs","/var/task/b.mjs","native"]}"#
            )
        );
    }

    #[test]
    fn a_cause_leaves_out_what_is_not_there() {
        assert_eq!(
            xray_cause("/", None, None, None).expect("small"),
            r#"{"working_directory":"/","exceptions":[{"stack":[]}],"paths":[]}"#
        );
    }

    #[test]
    fn a_huge_cause_is_not_sent() {
        assert!(xray_cause("/", None, Some(&"x".repeat(300_000)), None).is_some());
        assert!(xray_cause("/", None, Some(&"x".repeat(MAX_CAUSE_LEN_BYTES)), None).is_none());
    }

    #[test]
    fn a_header_value_has_no_control_characters() {
        let cause =
            xray_cause("/\n", Some("a\r"), Some("b\n\0\u{7f}"), Some("E\n    at a\tb (c\td:1:1)")).expect("small");
        assert!(cause.chars().all(|c| !c.is_ascii_control()), "{cause}");
    }
}
