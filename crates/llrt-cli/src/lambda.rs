//! `llrt lambda`: one invocation of a handler, with this program as the runtime and as the service.

use std::{
    fmt, fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use llrt_lambda::local::{self, Run};
use rquickjs::{CatchResultExt, Context, Runtime};

use crate::{FAILURE, args, complain};

/// Why nothing was run.
enum Failure {
    /// There is no such event: its name, and why.
    Event(String, io::Error),
    /// The event is not JSON: its name, and what the parser says.
    NotJson(String, String),
    /// The invocation could not be started.
    Start(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(name, error) => write!(f, "{name}: {error}"),
            Self::NotJson(name, text) => write!(f, "{name} is not JSON: {text}"),
            Self::Start(error) => write!(f, "the handler could not be started: {error}"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Start(error)
    }
}

/// Runs the handler, prints its response, and gives the exit code: 0 when the handler gave a result.
pub(crate) fn run(lambda: args::Lambda) -> i32 {
    invoke(lambda).unwrap_or_else(|failure| {
        complain(&format!("llrt: {failure}"));
        FAILURE
    })
}

fn invoke(lambda: args::Lambda) -> Result<i32, Failure> {
    let event = event(lambda.event)?;
    let (task_root, handler) = place(&std::env::current_dir()?, &lambda.handler);
    let report = local::run(&Run {
        program: std::env::current_exe()?,
        arguments: Vec::new(),
        handler,
        task_root,
        event,
        timeout: Duration::from_secs_f64(lambda.timeout_seconds),
        memory_mb: lambda.memory_mb,
        env: Vec::new(),
    })?;
    let mut payload = report.payload();
    payload.push(b'\n');
    // Nobody may be reading.
    let _ = io::stdout().write_all(&payload);
    complain(&report.to_string());
    Ok(if report.succeeded() { 0 } else { FAILURE })
}

/// Splits a handler that does not lie below `directory` into its own folder and the rest, as Lambda knows no other place.
fn place(directory: &Path, handler: &str) -> (PathBuf, String) {
    match handler.rsplit_once('/') {
        Some((folder, rest)) if handler.starts_with('/') || folder.split('/').any(|part| part == "..") => {
            (directory.join(if folder.is_empty() { "/" } else { folder }), rest.to_owned())
        }
        _ => (directory.to_owned(), handler.to_owned()),
    }
}

/// The event's text, which is JSON.
fn event(event: Option<args::Event>) -> Result<Vec<u8>, Failure> {
    let (name, bytes) = match event {
        None => return Ok(b"{}".to_vec()),
        Some(args::Event::Text(text)) => ("the event".to_owned(), Ok(text.into_bytes())),
        Some(args::Event::File(path)) => {
            let bytes = fs::read(&path);
            (path, bytes)
        }
        Some(args::Event::StandardInput) => {
            let mut bytes = Vec::new();
            let read = io::stdin().read_to_end(&mut bytes);
            ("standard input".to_owned(), read.map(|_| bytes))
        }
    };
    let bytes = bytes.map_err(|error| Failure::Event(name.clone(), error))?;
    match check(&bytes) {
        Ok(()) => Ok(bytes),
        Err(text) => Err(Failure::NotJson(name, text)),
    }
}

/// Asks the parser that the handler's process will use.
fn check(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let failed = |error: rquickjs::Error| error.to_string();
    let context = Runtime::new().and_then(|runtime| Context::full(&runtime)).map_err(failed)?;
    context.with(|ctx| match ctx.json_parse(text).catch(&ctx) {
        Ok(_) => Ok(()),
        Err(rquickjs::CaughtError::Exception(error)) => Err(error.message().unwrap_or_default()),
        Err(error) => Err(error.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_outside_of_the_folder_brings_its_own() {
        let placed = |handler| {
            let (root, rest) = place(Path::new("/work"), handler);
            (root.to_string_lossy().into_owned(), rest)
        };
        let expect = |root: &str, rest: &str| (root.to_owned(), rest.to_owned());
        assert_eq!(placed("index.handler"), expect("/work", "index.handler"));
        assert_eq!(placed("src/index.handler"), expect("/work", "src/index.handler"));
        assert_eq!(placed("/var/task/index.handler"), expect("/var/task", "index.handler"));
        assert_eq!(placed("/index.handler"), expect("/", "index.handler"));
        assert_eq!(placed("../other/index.handler"), expect("/work/../other", "index.handler"));
    }

    #[test]
    fn only_json_is_an_event() {
        for good in ["{}", " [1, null] ", "\"text\"", "1"] {
            assert_eq!(check(good.as_bytes()), Ok(()), "{good}");
        }
        for bad in ["", "{", "nope", "{} x", "{'a':1}"] {
            assert!(check(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(check(b"\"\xff\"").is_err());
    }
}
