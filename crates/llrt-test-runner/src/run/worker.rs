//! One file in one process.

use std::{
    io::{BufRead, BufReader, Read},
    net::Shutdown,
    os::{fd::OwnedFd, unix::net::UnixStream, unix::process::ExitStatusExt},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    time::{Duration, Instant},
};

use super::{FileResult, News};
use crate::{
    events::{Event, Failure, Status, TestResult},
    options::Options,
    worker::WORKER,
};

/// Longer than its own limit a test may take only by what a busy machine explains.
const GRACE: Duration = Duration::from_secs(5);
/// How long a file's own code may take before the first test.
const LOADING: Duration = Duration::from_secs(60);
/// How often a thread looks whether it is to stop.
const LOOK: Duration = Duration::from_millis(200);

/// What all workers have in common.
pub(super) struct Settings {
    program: PathBuf,
    words: Vec<String>,
    pattern: Option<String>,
    timeout: Duration,
}

impl Settings {
    pub(super) fn new(options: &Options, program: &Path, color: bool) -> Self {
        let mut flags = String::from("-");
        for (flag, is_set) in [('u', options.update_snapshots), ('i', options.ci), ('c', color)] {
            if is_set {
                flags.push(flag);
            }
        }
        Self {
            program: program.to_owned(),
            words: vec![options.timeout_ms.to_string(), flags],
            pattern: options.name_pattern.clone(),
            timeout: Duration::from_millis(options.timeout_ms),
        }
    }

    fn start(&self, file: &Path, socket: UnixStream) -> std::io::Result<Child> {
        Command::new(&self.program)
            .arg(WORKER)
            .arg(file)
            .args(&self.words)
            .args(&self.pattern)
            .stdin(Stdio::from(OwnedFd::from(socket)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }
}

/// Runs a file and tells `news` of it as it goes.
pub(super) fn run_file(
    settings: &Settings,
    index: usize,
    file: &Path,
    news: &Sender<News>,
    stop: &AtomicBool,
) -> FileResult {
    let start = Instant::now();
    let mut result = FileResult { path: file.to_owned(), ..FileResult::default() };
    if let Err(error) = watch(settings, index, file, news, stop, &mut result) {
        let message = format!("The process for it could not be started: {error}");
        result.errors.push((Failure { message, stack: String::new() }, Vec::new()));
    }
    result.ms = start.elapsed().as_secs_f64() * 1000.0;
    result
}

fn watch(
    settings: &Settings,
    index: usize,
    file: &Path,
    news: &Sender<News>,
    stop: &AtomicBool,
    result: &mut FileResult,
) -> std::io::Result<()> {
    let (ours, theirs) = UnixStream::pair()?;
    let mut child = settings.start(file, theirs)?;
    // To a test that reads standard input it is empty.
    ours.shutdown(Shutdown::Write)?;
    let output = Arc::new(Mutex::new(Vec::new()));
    let readers = [
        child.stdout.take().map(|pipe| collect(pipe, &output)),
        child.stderr.take().map(|pipe| collect(pipe, &output)),
    ];
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(ours).lines() {
            if line.is_ok_and(|line| sender.send(line).is_ok()) {
                continue;
            }
            return;
        }
    });
    let mut running: Vec<(Vec<String>, f64)> = Vec::new();
    let mut has_plan = false;
    let mut has_ended = false;
    let mut last = Instant::now();
    let mut hung = false;
    loop {
        let line = match lines.recv_timeout(LOOK) {
            Ok(line) => line,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                if stop.load(Ordering::Relaxed) {
                    let _ = child.kill();
                    break;
                }
                let own = running.iter().map(|(_, ms)| *ms).fold(settings.timeout.as_secs_f64() * 1000.0, f64::max);
                let limit =
                    if has_plan { Duration::from_secs_f64((own / 1000.0).min(86_400.0)) + GRACE } else { LOADING };
                let limit = if has_ended { GRACE } else { limit };
                if last.elapsed() > limit {
                    hung = !has_ended;
                    let _ = child.kill();
                    break;
                }
                continue;
            }
        };
        last = Instant::now();
        let Some(event) = Event::parse(&line) else { continue };
        match &event {
            Event::Plan(_) => has_plan = true,
            Event::Start { path, timeout_ms } => running.push((path.clone(), *timeout_ms)),
            Event::Test(test) => {
                running.retain(|(path, _)| *path != test.path);
                result.tests.push(test.clone());
            }
            Event::Error(failure, path) => result.errors.push((failure.clone(), path.clone())),
            Event::Snapshots(snapshots) => result.snapshots = *snapshots,
            Event::End => has_ended = true,
        }
        if news.send(News::Event(index, event)).is_err() {
            let _ = child.kill();
            break;
        }
    }
    let status = child.wait()?;
    for reader in readers.into_iter().flatten() {
        wait_a_moment(&reader);
    }
    if let Ok(mut output) = output.lock() {
        result.output = std::mem::take(&mut output);
    }
    if !has_ended && !stop.load(Ordering::Relaxed) {
        blame(result, index, news, running, &ending(status, hung, has_plan));
    }
    Ok(())
}

/// How a process went that did not say that it is done.
fn ending(status: ExitStatus, hung: bool, has_plan: bool) -> String {
    if hung {
        let what = if has_plan { "It did not answer any more" } else { "The file's top-level code did not end" };
        return format!("{what} and was killed: a loop without end, or a call that blocks?");
    }
    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("The process crashed: it was ended by signal {signal}{}", signal_name(signal)),
        (None, Some(code)) => {
            format!("The process ended with code {code} before its tests did: was process.exit called?")
        }
        (None, None) => "The process ended before its tests did".to_owned(),
    }
}

fn signal_name(signal: i32) -> &'static str {
    match signal {
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        7 => " (SIGBUS)",
        8 => " (SIGFPE)",
        9 => " (SIGKILL)",
        11 => " (SIGSEGV)",
        15 => " (SIGTERM)",
        _ => "",
    }
}

/// The tests that were running fail for it; without one, the file.
fn blame(result: &mut FileResult, index: usize, news: &Sender<News>, running: Vec<(Vec<String>, f64)>, message: &str) {
    let failure = Failure { message: message.to_owned(), stack: String::new() };
    if running.is_empty() {
        result.errors.push((failure, Vec::new()));
        return;
    }
    for (path, _) in running {
        let test = TestResult { path, status: Status::Fail, ms: 0.0, failures: vec![failure.clone()] };
        result.tests.push(test.clone());
        let _ = news.send(News::Event(index, Event::Test(test)));
    }
}

fn collect(mut pipe: impl Read + Send + 'static, output: &Arc<Mutex<Vec<u8>>>) -> mpsc::Receiver<()> {
    let output = Arc::clone(output);
    let (sender, done) = mpsc::channel();
    std::thread::spawn(move || {
        let mut part = [0; 8192];
        while let Ok(count @ 1..) = pipe.read(&mut part) {
            let Ok(mut output) = output.lock() else { break };
            output.extend_from_slice(&part[..count]);
        }
        let _ = sender.send(());
    });
    done
}

/// A process that the test started and left may hold the pipe open for ever.
fn wait_a_moment(reader: &mpsc::Receiver<()>) {
    let _ = reader.recv_timeout(Duration::from_millis(500));
}
