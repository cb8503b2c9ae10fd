//! `llrt lambda`: invocations of a handler, with this program as the runtime and as the service.

mod percentiles;
mod watch;

use std::{
    fmt, fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use llrt_lambda::local::{Outcome, Report, Run, Session};
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

/// Runs the handler, prints its responses, and gives the exit code: 0 when every invocation gave a result.
pub(crate) fn run(lambda: args::Lambda) -> i32 {
    let files = lambda.events.iter().filter_map(|event| match event {
        args::Event::File(path) => Some(PathBuf::from(path)),
        _ => None,
    });
    let watched = lambda.watch.then(|| watch::Watch::new(files.collect()));
    let Some(mut watched) = watched else { return once(&lambda) };
    loop {
        // What changes while it runs counts.
        let folder = std::env::current_dir().map(|directory| place(&directory, &lambda.handler).0);
        watched.look(folder.as_deref().unwrap_or(Path::new(".")));
        once(&lambda);
        complain("llrt: waiting for a change");
        watched.wait();
    }
}

fn once(lambda: &args::Lambda) -> i32 {
    invoke(lambda).unwrap_or_else(|failure| {
        complain(&format!("llrt: {failure}"));
        FAILURE
    })
}

fn invoke(lambda: &args::Lambda) -> Result<i32, Failure> {
    let mut events = lambda.events.iter().map(event).collect::<Result<Vec<_>, _>>()?;
    if events.is_empty() {
        events.push(b"{}".to_vec());
    }
    let (task_root, handler) = place(&std::env::current_dir()?, &lambda.handler);
    let mut session = Session::new(Run {
        program: std::env::current_exe()?,
        arguments: Vec::new(),
        handler,
        task_root,
        timeout: Duration::from_secs_f64(lambda.timeout_seconds),
        memory_mb: lambda.memory_mb,
        env: lambda.env.iter().map(|(name, value)| (name.into(), value.into())).collect(),
    });
    let reports = match lambda.repeat {
        None => one_after_the_other(&mut session, &events, lambda.json)?,
        Some(count) => repeatedly(&mut session, &events, count)?,
    };
    let succeeded = reports.iter().all(Report::succeeded);
    if lambda.json || lambda.repeat.is_some() {
        let text = if lambda.json {
            percentiles::to_json(&reports, lambda.repeat.is_some())
        } else {
            percentiles::to_table(&reports)
        };
        print(text.as_bytes());
    }
    Ok(if succeeded { 0 } else { FAILURE })
}

/// Each event once, in one process as long as it lives. The responses are printed as they come.
fn one_after_the_other(session: &mut Session, events: &[Vec<u8>], quiet: bool) -> io::Result<Vec<Report>> {
    let mut reports = Vec::with_capacity(events.len());
    for event in events {
        let report = session.invoke(event)?;
        if !quiet {
            print(&shown(&report));
            if let Outcome::Streamed { error: Some(error), .. } = &report.outcome {
                complain(&String::from_utf8_lossy(error));
            }
            complain(&report.to_string());
        }
        reports.push(report);
    }
    Ok(reports)
}

/// As often as `count` says: the events in a new process, then once more in the same.
fn repeatedly(session: &mut Session, events: &[Vec<u8>], count: u32) -> io::Result<Vec<Report>> {
    let mut reports = Vec::new();
    for _ in 0..count {
        session.end();
        for event in events.iter().chain(events) {
            reports.push(session.invoke(event)?);
        }
    }
    if let Some(failed) = reports.iter().find(|report| !report.succeeded()) {
        complain(&format!(
            "llrt: not every invocation gave a result: {}",
            String::from_utf8_lossy(&shown(failed)).trim_end()
        ));
    }
    Ok(reports)
}

/// The payload on lines of its own; a streamed one's status and headers on one before it.
fn shown(report: &Report) -> Vec<u8> {
    const PRELUDE_END: &[u8] = &[0; 8];
    let mut payload = report.payload();
    if matches!(report.outcome, Outcome::Streamed { .. })
        && payload.first() == Some(&b'{')
        && let Some(end) = payload.windows(PRELUDE_END.len()).position(|bytes| bytes == PRELUDE_END)
    {
        payload.splice(end..end + PRELUDE_END.len(), *b"\n");
    }
    if payload.last() != Some(&b'\n') {
        payload.push(b'\n');
    }
    payload
}

fn print(bytes: &[u8]) {
    // Nobody may be reading.
    let _ = io::stdout().write_all(bytes);
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
fn event(event: &args::Event) -> Result<Vec<u8>, Failure> {
    let (name, bytes) = match event {
        args::Event::Text(text) => ("the event".to_owned(), Ok(text.clone().into_bytes())),
        args::Event::File(path) => (path.clone(), fs::read(path)),
        args::Event::StandardInput => {
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
