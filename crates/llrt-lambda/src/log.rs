//! Log records: console output and errors with time, request id and level, one write for each.
//!
//! Text goes to standard output as `TIME\tREQUEST\tLEVEL\tMESSAGE`, JSON as one object a line. Where the service gives a telemetry
//! descriptor, records go there instead, framed, so that it need not guess where one ends.

mod sink;
mod time;

use std::time::{SystemTime, UNIX_EPOCH};

pub use sink::Sink;

use crate::json::{push_string, push_strings};

/// How much a record matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `console.trace`.
    Trace,
    /// `console.debug`.
    Debug,
    /// `console.log` and `console.info`.
    Info,
    /// `console.warn`.
    Warn,
    /// `console.error`, and errors that end an invocation.
    Error,
    /// `console.fatal`.
    Fatal,
}

impl Level {
    /// Reads a level's name, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Trace, Self::Debug, Self::Info, Self::Warn, Self::Error, Self::Fatal]
            .into_iter()
            .find(|level| level.name().eq_ignore_ascii_case(text))
    }

    /// `TRACE` to `FATAL`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
        }
    }
}

/// How records look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Fields with tabs between them.
    Text,
    /// A JSON object.
    Json,
}

impl Format {
    /// `JSON` in any case is JSON, anything else is text.
    pub fn parse(text: &str) -> Self {
        if text.eq_ignore_ascii_case("json") { Self::Json } else { Self::Text }
    }
}

/// What a record says.
#[derive(Clone, Copy, Debug)]
pub enum Message<'a> {
    /// Text, as `util.format` made it.
    Text(&'a str),
    /// A value in JSON. In text format it is shown as it stands.
    Json(&'a str),
    /// A value that JSON has no form for (`undefined`): the record has no message.
    None,
}

/// An error among the arguments of a console call: JSON records repeat it in fields of their own.
#[derive(Clone, Copy, Debug)]
pub struct ErrorFields<'a> {
    /// The name of its class.
    pub error_type: &'a str,
    /// Its message.
    pub message: &'a str,
    /// Its stack.
    pub stack: Option<&'a str>,
}

/// One record.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// When it was made.
    pub time: SystemTime,
    /// The invocation that it belongs to; none during init.
    pub request_id: Option<&'a str>,
    /// The tenant of the invocation. Only in JSON.
    pub tenant_id: Option<&'a str>,
    /// How much it matters.
    pub level: Level,
    /// What it says.
    pub message: Message<'a>,
    /// The error that goes with it. Only in JSON.
    pub error: Option<ErrorFields<'a>>,
}

/// What stands for the request id during init.
const NO_REQUEST: &str = "-";

/// Writes records.
#[derive(Debug)]
pub struct Logger {
    format: Format,
    level: Level,
    sink: Sink,
    buffer: String,
}

impl Logger {
    /// A buffer that a large record made larger than this is given back.
    const MAX_IDLE_BUFFER_BYTES: usize = 16 * 1024;

    /// A logger that drops what is below `level`.
    pub fn new(format: Format, level: Level, sink: Sink) -> Self {
        Self { format, level, sink, buffer: String::new() }
    }

    /// How records look: what arguments must become depends on it.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether a record of this level is written: the formatting of its arguments can be saved otherwise.
    pub fn takes(&self, level: Level) -> bool {
        level >= self.level
    }

    /// Writes a record in one call. A reader that went away is no error: there is nobody left to tell.
    pub fn write(&mut self, record: &Record<'_>) {
        if !self.takes(record.level) {
            return;
        }
        self.buffer.clear();
        match self.format {
            Format::Text => push_text(&mut self.buffer, record, matches!(self.sink, Sink::Stdout)),
            Format::Json => push_json(&mut self.buffer, record),
        }
        // A line needs its end, a frame does not; text has it in both.
        if self.format == Format::Text || matches!(self.sink, Sink::Stdout) {
            self.buffer.push('\n');
        }
        self.sink.write(frame_type(record.level, self.format), micros(record.time), self.buffer.as_bytes());
        if self.buffer.capacity() > Self::MAX_IDLE_BUFFER_BYTES {
            self.buffer = String::new();
        }
    }
}

fn push_text(out: &mut String, record: &Record<'_>, one_line: bool) {
    time::push(out, record.time);
    out.push('\t');
    out.push_str(record.request_id.unwrap_or(NO_REQUEST));
    out.push('\t');
    out.push_str(record.level.name());
    out.push('\t');
    let message = match record.message {
        Message::Text(text) | Message::Json(text) => text,
        Message::None => "undefined",
    };
    // The service takes each line of standard output for a record: a carriage return keeps the record in one.
    let mut rest = message;
    while one_line && let Some(end) = memchr::memchr(b'\n', rest.as_bytes()) {
        out.push_str(&rest[..end]);
        out.push('\r');
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
}

fn push_json(out: &mut String, record: &Record<'_>) {
    out.push_str("{\"timestamp\":\"");
    time::push(out, record.time);
    out.push_str("\",\"level\":\"");
    out.push_str(record.level.name());
    out.push_str("\",\"requestId\":");
    push_string(out, record.request_id.unwrap_or(NO_REQUEST));
    if let Some(tenant) = record.tenant_id {
        out.push_str(",\"tenantId\":");
        push_string(out, tenant);
    }
    match record.message {
        Message::Text(text) => {
            out.push_str(",\"message\":");
            push_string(out, text);
        }
        Message::Json(json) => {
            out.push_str(",\"message\":");
            out.push_str(json);
        }
        Message::None => {}
    }
    if let Some(error) = record.error {
        out.push_str(",\"errorType\":");
        push_string(out, error.error_type);
        out.push_str(",\"errorMessage\":");
        push_string(out, error.message);
        out.push_str(",\"stackTrace\":");
        push_strings(out, error.stack.into_iter().flat_map(|stack| stack.split('\n')));
    }
    out.push('}');
}

/// The first word of a frame: a mark, the level, and whether the record is JSON.
fn frame_type(level: Level, format: Format) -> u32 {
    let level = match level {
        Level::Trace => 0x04,
        Level::Debug => 0x08,
        Level::Info => 0x0c,
        Level::Warn => 0x10,
        Level::Error => 0x14,
        Level::Fatal => 0x18,
    };
    let format = match format {
        Format::Text => 3,
        Format::Json => 2,
    };
    0xa55a_0000 | level | format
}

fn micros(time: SystemTime) -> u64 {
    let micros = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
    u64::try_from(micros).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::fd::AsRawFd, time::Duration};

    use super::*;

    const REQUEST: &str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

    fn record(level: Level, message: Message<'_>) -> Record<'_> {
        let time = UNIX_EPOCH + Duration::from_millis(1_767_225_600_007);
        Record { time, request_id: Some(REQUEST), tenant_id: None, level, message, error: None }
    }

    fn text(record: &Record<'_>) -> String {
        let mut out = String::new();
        push_text(&mut out, record, true);
        out
    }

    fn json(record: &Record<'_>) -> String {
        let mut out = String::new();
        push_json(&mut out, record);
        out
    }

    #[test]
    fn text_has_four_fields_and_one_line() {
        let record = record(Level::Info, Message::Text("a\nb\tc\n"));
        assert_eq!(text(&record), format!("2026-01-01T00:00:00.007Z\t{REQUEST}\tINFO\ta\rb\tc\r"));
    }

    #[test]
    fn text_without_a_request_or_a_message() {
        let record = Record { request_id: None, ..record(Level::Warn, Message::None) };
        assert_eq!(text(&record), "2026-01-01T00:00:00.007Z\t-\tWARN\tundefined");
    }

    #[test]
    fn json_has_its_keys_in_order() {
        let error = ErrorFields { error_type: "TypeError", message: "m", stack: Some("TypeError: m\n    at f") };
        let record =
            Record { tenant_id: Some("t"), error: Some(error), ..record(Level::Error, Message::Text("a\n\"b\"")) };
        assert_eq!(
            json(&record),
            format!(
                r#"{{"timestamp":"2026-01-01T00:00:00.007Z","level":"ERROR","requestId":"{REQUEST}","tenantId":"t","message":"a\n\"b\"","errorType":"TypeError","errorMessage":"m","stackTrace":["TypeError: m","    at f"]}}"#
            )
        );
    }

    #[test]
    fn json_takes_values_as_they_stand_and_leaves_out_what_is_not_there() {
        assert!(json(&record(Level::Info, Message::Json("{\"a\":[1]}"))).ends_with(r#","message":{"a":[1]}}"#));
        let none = json(&Record { request_id: None, ..record(Level::Info, Message::None) });
        assert!(none.ends_with(r#","level":"INFO","requestId":"-"}"#), "{none}");
    }

    #[test]
    fn levels_are_ordered_and_named() {
        assert_eq!(Level::parse("warn"), Some(Level::Warn));
        assert_eq!(Level::parse("odd"), None);
        let logger = Logger::new(Format::Text, Level::Warn, Sink::Stdout);
        assert_eq!([Level::Info, Level::Warn, Level::Fatal].map(|level| logger.takes(level)), [false, true, true]);
    }

    /// What a logger writes to a telemetry descriptor.
    fn telemetry(format: Format, level: Level, records: &[Record<'_>]) -> Vec<u8> {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let mut logger = Logger::new(format, level, Sink::Telemetry(file.as_file().as_raw_fd()));
        for record in records {
            logger.write(record);
        }
        fs::read(file.path()).expect("the file is there")
    }

    #[test]
    fn frames_have_type_length_and_microseconds() {
        let bytes = telemetry(Format::Text, Level::Trace, &[record(Level::Error, Message::Text("a\nb"))]);
        let line = format!("2026-01-01T00:00:00.007Z\t{REQUEST}\tERROR\ta\nb\n");
        assert_eq!(bytes[..4], [0xa5, 0x5a, 0x00, 0x17]);
        assert_eq!(bytes[4..8], u32::try_from(line.len()).expect("short").to_be_bytes());
        assert_eq!(bytes[8..16], 1_767_225_600_007_000_u64.to_be_bytes());
        assert_eq!(bytes[16..], *line.as_bytes());
    }

    #[test]
    fn json_frames_have_no_line_end() {
        let bytes = telemetry(Format::Json, Level::Trace, &[record(Level::Info, Message::Text("x"))]);
        assert_eq!(bytes[..4], [0xa5, 0x5a, 0x00, 0x0e]);
        assert_eq!(bytes.last(), Some(&b'}'));
    }

    #[test]
    fn each_level_has_its_type() {
        let levels = [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Fatal];
        assert_eq!(levels.map(|level| frame_type(level, Format::Text) & 0xff), [0x07, 0x0b, 0x0f, 0x13, 0x17, 0x1b]);
        assert_eq!(levels.map(|level| frame_type(level, Format::Json) & 0xff), [0x06, 0x0a, 0x0e, 0x12, 0x16, 0x1a]);
    }

    #[test]
    fn what_is_below_the_level_is_not_written() {
        let records = [record(Level::Info, Message::Text("no")), record(Level::Fatal, Message::Text("yes"))];
        let written = telemetry(Format::Json, Level::Fatal, &records);
        let written = String::from_utf8_lossy(&written);
        assert!(!written.contains("no") && written.contains("yes"), "{written}");
    }

    #[test]
    fn a_large_record_leaves_no_large_buffer() {
        let file = tempfile::tempfile().expect("a temporary file");
        let mut logger = Logger::new(Format::Text, Level::Trace, Sink::Telemetry(file.as_raw_fd()));
        logger.write(&record(Level::Info, Message::Text(&"x".repeat(1 << 20))));
        assert!(logger.buffer.capacity() <= Logger::MAX_IDLE_BUFFER_BYTES);
    }
}
