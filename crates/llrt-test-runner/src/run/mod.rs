//! The command: plans, starts workers, tells what they told.

mod files;
mod report;
mod reporters;
mod watch;
mod worker;

use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Instant,
};

use crate::{
    events::{Event, Failure, Snapshots, Status, TestResult},
    options::{Options, Reporter},
};

/// What is known of a file that has run.
#[derive(Debug, Default)]
pub(crate) struct FileResult {
    pub(crate) path: PathBuf,
    pub(crate) tests: Vec<TestResult>,
    /// Errors that are no test's own, and in which block.
    pub(crate) errors: Vec<(Failure, Vec<String>)>,
    /// What it wrote to its standard output and standard error.
    pub(crate) output: Vec<u8>,
    pub(crate) snapshots: Snapshots,
    pub(crate) ms: f64,
}

impl FileResult {
    fn count(&self, status: Status) -> usize {
        self.tests.iter().filter(|test| test.status == status).count()
    }

    fn has_failed(&self) -> bool {
        !self.errors.is_empty() || self.count(Status::Fail) > 0
    }
}

/// The sums of a run.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) files: usize,
    pub(crate) failed_files: usize,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    pub(crate) todo: usize,
    pub(crate) errors: usize,
    pub(crate) snapshots: Snapshots,
    pub(crate) ms: f64,
    /// Files that were not run any more.
    pub(crate) unrun: usize,
}

impl Totals {
    fn add(&mut self, file: &FileResult) {
        self.files += 1;
        self.failed_files += usize::from(file.has_failed());
        self.passed += file.count(Status::Pass);
        self.failed += file.count(Status::Fail);
        self.skipped += file.count(Status::Skip);
        self.todo += file.count(Status::Todo);
        self.errors += file.errors.len();
        self.snapshots.matched += file.snapshots.matched;
        self.snapshots.added += file.snapshots.added;
        self.snapshots.updated += file.snapshots.updated;
        self.snapshots.failed += file.snapshots.failed;
        self.snapshots.obsolete += file.snapshots.obsolete;
    }

    fn tests(&self) -> usize {
        self.passed + self.failed + self.skipped + self.todo
    }
}

/// What comes from the threads that run files.
pub(crate) enum News {
    /// A worker told something.
    Event(usize, Event),
    /// A file is done.
    Done(usize, Box<FileResult>),
}

/// Runs the tests as `options` say, with `program` for the workers, and gives the exit code.
///
/// # Errors
/// What went wrong with the report, the folder or a worker's start.
pub fn run(options: &Options, program: &Path) -> io::Result<i32> {
    if !options.watch {
        return run_once(options, program);
    }
    loop {
        let state = watch::State::of(&options.directory);
        if let Err(error) = run_once(options, program) {
            report::say(&format!("llrt test: {error}\n"));
        }
        report::say("\nWaiting for a file to change. End with Ctrl+C.\n");
        state.wait_for_change(&options.directory);
    }
}

fn run_once(options: &Options, program: &Path) -> io::Result<i32> {
    let start = Instant::now();
    let files = files::find(&options.directory, &options.filters)?;
    let is_terminal = options.output.is_none() && io::stdout().is_terminal();
    let color = options.color.unwrap_or_else(|| {
        let forced = std::env::var_os("FORCE_COLOR").is_some_and(|value| !value.is_empty() && value != "0");
        forced || (is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()))
    });
    let out: Box<dyn Write> = match &options.output {
        Some(path) => Box::new(io::BufWriter::new(std::fs::File::create(path)?)),
        None => Box::new(io::stdout()),
    };
    let style = report::Style { color };
    let mut reporter = reporters::make(options.reporter, out, style);
    reporter.begin(files.len())?;
    let mut progress = report::Progress::new(is_terminal && options.reporter == Reporter::Spec, files.len());
    let mut totals = Totals::default();
    let stop = Arc::new(AtomicBool::new(false));
    let (sender, news) = mpsc::channel();
    let queue = Arc::new(Mutex::new(files.iter().cloned().enumerate().collect::<Vec<_>>().into_iter()));
    for _ in 0..options.jobs.min(files.len()) {
        let (queue, sender, stop) = (Arc::clone(&queue), sender.clone(), Arc::clone(&stop));
        let settings = worker::Settings::new(options, program, color);
        std::thread::spawn(move || {
            loop {
                let next = queue.lock().ok().and_then(|mut queue| queue.next());
                let Some((index, file)) = next.filter(|_| !stop.load(Ordering::Relaxed)) else { return };
                let result = worker::run_file(&settings, index, &file, &sender, &stop);
                if sender.send(News::Done(index, Box::new(result))).is_err() {
                    return;
                }
            }
        });
    }
    drop(sender);
    let mut failed = 0;
    for news in news {
        progress.clear();
        match news {
            News::Event(index, event) => {
                if let Event::Test(test) = &event {
                    reporter.test(test)?;
                    failed += usize::from(test.status == Status::Fail);
                }
                progress.note(&files[index], &event);
            }
            News::Done(index, result) => {
                progress.done(&files[index]);
                failed += result.errors.len();
                totals.add(&result);
                reporter.file(&result)?;
            }
        }
        if options.bail > 0 && failed >= options.bail {
            stop.store(true, Ordering::Relaxed);
        }
        progress.show();
    }
    progress.clear();
    totals.unrun = files.len() - totals.files;
    totals.ms = start.elapsed().as_secs_f64() * 1000.0;
    reporter.end(&totals)?;
    drop(reporter);
    if totals.tests() == 0 && totals.errors == 0 {
        if !options.pass_with_no_tests {
            let place = options.directory.display();
            report::say(&if files.is_empty() {
                format!("llrt test: no test files in {place}{}\n", files::filter_text(&options.filters))
            } else {
                "llrt test: no tests in the files\n".to_owned()
            });
        }
        return Ok(i32::from(!options.pass_with_no_tests));
    }
    Ok(i32::from(totals.failed + totals.errors > 0))
}
