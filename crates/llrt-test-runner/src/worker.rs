//! The process that runs one test file.

use std::{
    fs::File,
    io::Write,
    os::fd::{AsFd, OwnedFd},
    sync::{Mutex, OnceLock},
    time::Instant,
};

use rquickjs::{Ctx, Object, Result, function::Rest};

use crate::events;

/// The first word of the command line that starts a worker; [`start_worker`] reads the others.
pub const WORKER: &str = "--internal-test-worker";

/// What a worker runs, as CommonJS.
pub const WORKER_SCRIPT: &str = "import('llrt:test/worker').then((worker) => worker.start((url) => import(url)));";

/// What a worker is to do, and whom it tells. A process has one file and one listener, whatever engine runs in it.
static WORK: OnceLock<Work> = OnceLock::new();

struct Work {
    file: String,
    timeout_ms: f64,
    pattern: Option<String>,
    update: bool,
    ci: bool,
    color: bool,
    /// The socket that standard input was.
    listener: Mutex<File>,
    start: Instant,
}

/// Takes the words after [`WORKER`] and standard input, on which the command listens. Gives the test file.
///
/// # Errors
/// When standard input is none that can be written to, or a word is missing.
pub fn start_worker(words: &[String]) -> std::io::Result<String> {
    let [file, timeout_ms, flags, pattern @ ..] = words else {
        return Err(std::io::Error::other("a worker is started by llrt test"));
    };
    let listener: OwnedFd = std::io::stdin().as_fd().try_clone_to_owned()?;
    let work = Work {
        file: file.clone(),
        timeout_ms: timeout_ms.parse().unwrap_or(5000.0),
        pattern: pattern.first().cloned(),
        update: flags.contains('u'),
        ci: flags.contains('i'),
        color: flags.contains('c'),
        listener: Mutex::new(File::from(listener)),
        start: Instant::now(),
    };
    let _ = WORK.set(work);
    Ok(file.clone())
}

/// Tells the command something.
pub(crate) fn emit(fields: Rest<String>) {
    if let Some(mut listener) = WORK.get().and_then(|work| work.listener.lock().ok()) {
        // When nobody listens any more, the process is about to be ended.
        let _ = listener.write_all(events::encode(&fields.0).as_bytes());
    }
}

/// Milliseconds since the start, by a clock that no test fakes.
pub(crate) fn now() -> f64 {
    WORK.get().map_or(0.0, |work| work.start.elapsed().as_secs_f64() * 1000.0)
}

/// Whether texts have colours.
pub(crate) fn is_colored() -> bool {
    WORK.get().is_some_and(|work| work.color)
}

/// What the worker is to do.
pub(crate) fn options<'js>(ctx: Ctx<'js>) -> Result<Object<'js>> {
    let options = Object::new(ctx)?;
    if let Some(work) = WORK.get() {
        options.set("file", work.file.as_str())?;
        options.set("timeout", work.timeout_ms)?;
        options.set("pattern", work.pattern.as_deref())?;
        options.set("update", work.update)?;
        options.set("ci", work.ci)?;
    }
    Ok(options)
}
