//! Invocations of a handler in a process of its own.

use std::{
    ffi::OsString,
    fmt, fs, io,
    os::{fd::AsFd, unix::process::ExitStatusExt},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use super::{LocalApi, Seen};
use crate::{api::Invocation, config::Config, failure::Failure, json::push_string};

/// How long the service gives a function to start.
const MAX_INIT: Duration = Duration::from_secs(10);
/// How often the process is looked at while nothing comes from it.
const TICK: Duration = Duration::from_millis(5);

/// What to run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The runtime: a program that serves the Runtime API when `AWS_LAMBDA_RUNTIME_API` is set.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// The handler string.
    pub handler: String,
    /// The folder of the function's code, where the process starts.
    pub task_root: PathBuf,
    /// How long an invocation may take.
    pub timeout: Duration,
    /// What the function is told about its memory, and ended for when it uses more.
    pub memory_mb: u32,
    /// More variables, which win.
    pub env: Vec<(OsString, OsString)>,
}

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With a result.
    Response(Vec<u8>),
    /// With an error.
    Error(Vec<u8>),
    /// With a streamed response.
    Streamed {
        /// What was sent.
        body: Vec<u8>,
        /// The error body, when an error kept it from being whole.
        error: Option<Vec<u8>>,
    },
    /// Before it began.
    InitError(Vec<u8>),
    /// With a result over the service's limit.
    TooLarge,
    /// The process ended.
    Exited(ExitStatus),
    /// Not in time.
    TimedOut(Duration),
    /// It used more memory than it may.
    OutOfMemory,
}

/// What became of a [`Run`].
#[derive(Clone, Debug)]
pub struct Report {
    /// The invocation's id.
    pub request_id: String,
    /// How it ended.
    pub outcome: Outcome,
    /// From the start of the process to its first request for work; none for an invocation that found it running.
    pub init: Option<Duration>,
    /// From handing out the event to its result.
    pub duration: Duration,
    /// What the function was told about its memory.
    pub memory_mb: u32,
    /// The most memory that the process had in use at once, as far as it was still there to be asked.
    pub peak_memory_kib: Option<u64>,
}

impl Report {
    /// What a caller of the function gets: the result, or the error as the service words it.
    pub fn payload(&self) -> Vec<u8> {
        let failed = |error_type: &str, what: String| {
            let body =
                Failure::new(error_type, format!("RequestId: {} Error: {what}", self.request_id), None).to_json();
            // The service's own errors have no trace.
            body.replace(",\"trace\":[]", "").into_bytes()
        };
        match &self.outcome {
            Outcome::Response(body) | Outcome::Error(body) | Outcome::InitError(body) => body.clone(),
            Outcome::Streamed { body, .. } => body.clone(),
            Outcome::OutOfMemory => {
                failed("Runtime.OutOfMemory", "Runtime exited with error: signal: killed".to_owned())
            }
            Outcome::TooLarge => {
                let text = format!(
                    "Response payload size exceeded maximum allowed payload size ({} bytes).",
                    super::MAX_RESPONSE_BYTES
                );
                Failure::new("Function.ResponseSizeTooLarge", text, None)
                    .to_json()
                    .replace(",\"trace\":[]", "")
                    .into_bytes()
            }
            Outcome::Exited(status) => match (status.code(), status.signal()) {
                (Some(0), _) => failed("Runtime.ExitError", "Runtime exited without providing a reason".to_owned()),
                (Some(code), _) => {
                    failed("Runtime.ExitError", format!("Runtime exited with error: exit status {code}"))
                }
                (None, signal) => failed(
                    "Runtime.ExitError",
                    format!("Runtime exited with error: signal {}", signal.unwrap_or_default()),
                ),
            },
            Outcome::TimedOut(limit) => {
                failed("Sandbox.Timedout", format!("Task timed out after {:.2} seconds", limit.as_secs_f64()))
            }
        }
    }

    /// Whether the function gave a result.
    pub fn succeeded(&self) -> bool {
        matches!(self.outcome, Outcome::Response(_) | Outcome::Streamed { error: None, .. })
    }

    /// How the invocation ended, in a word: `response`, `streamed`, `error`, `initError`, `tooLarge`, `exited`, `timedOut`, `outOfMemory`.
    pub fn outcome_name(&self) -> &'static str {
        match self.outcome {
            Outcome::Response(_) => "response",
            Outcome::Streamed { .. } => "streamed",
            Outcome::Error(_) => "error",
            Outcome::InitError(_) => "initError",
            Outcome::TooLarge => "tooLarge",
            Outcome::Exited(_) => "exited",
            Outcome::TimedOut(_) => "timedOut",
            Outcome::OutOfMemory => "outOfMemory",
        }
    }

    /// What the invocation cost, in milliseconds: its duration, and init where there was one, rounded up.
    pub fn billed_ms(&self) -> f64 {
        (ms(self.duration) + self.init.map_or(0.0, ms)).ceil()
    }

    /// The most memory in use, in megabytes.
    pub fn peak_memory_mb(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "kibibytes of one process are far below 2^52")]
        self.peak_memory_kib.map(|kib| kib as f64 / 1024.0)
    }

    /// The report as a JSON object. The payload is a JSON value, but for a streamed one: that is text.
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\"requestId\":");
        push_string(&mut out, &self.request_id);
        out.push_str(",\"outcome\":\"");
        out.push_str(self.outcome_name());
        out.push('"');
        let number = |value: Option<f64>| value.map_or("null".to_owned(), |value| format!("{value:.3}"));
        for (key, value) in [
            ("initMs", self.init.map(ms)),
            ("durationMs", Some(ms(self.duration))),
            ("billedMs", Some(self.billed_ms())),
            ("memorySizeMb", Some(f64::from(self.memory_mb))),
            ("maxMemoryMb", self.peak_memory_mb()),
        ] {
            out.push_str(",\"");
            out.push_str(key);
            out.push_str("\":");
            out.push_str(&number(value));
        }
        out.push_str(",\"payload\":");
        let payload = String::from_utf8_lossy(&self.payload()).into_owned();
        match &self.outcome {
            Outcome::Streamed { error, .. } => {
                push_string(&mut out, &payload);
                if let Some(error) = error {
                    out.push_str(",\"error\":");
                    out.push_str(&String::from_utf8_lossy(error));
                }
            }
            _ => out.push_str(payload.trim()),
        }
        out.push('}');
        out
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

impl fmt::Display for Report {
    /// The line that the service logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "REPORT RequestId: {}\t", self.request_id)?;
        write!(f, "Duration: {:.2} ms\tBilled Duration: {:.0} ms\t", ms(self.duration), self.billed_ms())?;
        write!(f, "Memory Size: {} MB\t", self.memory_mb)?;
        if let Some(mib) = self.peak_memory_mb() {
            write!(f, "Max Memory Used: {mib:.1} MB\t")?;
        }
        if let Some(init) = self.init {
            write!(f, "Init Duration: {:.2} ms\t", ms(init))?;
        }
        Ok(())
    }
}

/// A function, and the service that invokes it: one process that serves invocation after invocation, and a new one when it has ended.
pub struct Session {
    run: Run,
    process: Option<Running>,
}

struct Running {
    process: Process,
    /// Its own: a process that was ended while it waited for work can take none that is meant for the next one.
    api: LocalApi,
    started: Instant,
    /// It has asked for work and has got none.
    waits: bool,
    /// From its start to its first request for work; `None` until then.
    init: Option<Duration>,
}

impl Session {
    /// Gets ready; the process starts with the first invocation.
    pub fn new(run: Run) -> Self {
        Self { run, process: None }
    }

    /// Ends the process, so that the next invocation finds none.
    pub fn end(&mut self) {
        self.process = None;
    }

    /// Hands the process an event, JSON text, and waits for the result. What the process prints, its log among it, goes to our
    /// standard error.
    ///
    /// # Errors
    /// The process or its server could not start.
    pub fn invoke(&mut self, event: &[u8]) -> io::Result<Report> {
        let request_id = request_id()?;
        let cold = self.process.is_none();
        let mut running = match self.process.take() {
            Some(running) => running,
            None => {
                let api = LocalApi::start()?;
                let started = Instant::now();
                let process = Process(command(&self.run, &api.address())?.spawn()?);
                Running { process, api, started, waits: false, init: None }
            }
        };
        let mut report = Report {
            request_id: request_id.clone(),
            outcome: Outcome::TimedOut(self.run.timeout),
            init: None,
            duration: Duration::ZERO,
            memory_mb: self.run.memory_mb,
            peak_memory_kib: None,
        };
        let begun = Instant::now();
        let mut limit = begun + MAX_INIT.max(self.run.timeout);
        let mut handed_out = None;
        report.outcome = loop {
            if running.waits && handed_out.is_none() {
                running.waits = false;
                let now = Instant::now();
                (handed_out, limit) = (Some(now), now + self.run.timeout);
                running.api.send(invocation(&self.run, event, &request_id));
            }
            let now = Instant::now();
            if now >= limit {
                report.duration = now - handed_out.unwrap_or(begun);
                break Outcome::TimedOut(self.run.timeout);
            }
            let Some(observation) = running.api.receive(TICK.min(limit - now)) else {
                if let Some(status) = running.process.0.try_wait()? {
                    // What it posted last may have arrived just now.
                    if let Some(outcome) = running.api.receive(Duration::ZERO).and_then(|last| outcome(last.seen)) {
                        break outcome;
                    }
                    report.duration = now - handed_out.unwrap_or(begun);
                    break Outcome::Exited(status);
                }
                if running.process.uses_more_than(self.run.memory_mb) {
                    report.duration = now - handed_out.unwrap_or(begun);
                    break Outcome::OutOfMemory;
                }
                continue;
            };
            if observation.seen == Seen::Next {
                running.waits = true;
                running.init.get_or_insert(observation.at - running.started);
            } else if let Some(outcome) = outcome(observation.seen) {
                report.duration = observation.at - handed_out.unwrap_or(observation.at);
                break outcome;
            }
        };
        report.init = running.init.filter(|_| cold);
        report.peak_memory_kib = running.process.peak_memory_kib();
        let goes_on = matches!(
            report.outcome,
            Outcome::Response(_) | Outcome::Error(_) | Outcome::Streamed { .. } | Outcome::TooLarge
        );
        if goes_on {
            self.process = Some(running);
        }
        Ok(report)
    }
}

/// One invocation in a process of its own.
///
/// # Errors
/// As of [`Session`].
pub fn run(run: &Run, event: &[u8]) -> io::Result<Report> {
    Session::new(run.clone()).invoke(event)
}

fn outcome(seen: Seen) -> Option<Outcome> {
    match seen {
        Seen::Next => None,
        Seen::Response { body, .. } => Some(Outcome::Response(body)),
        Seen::Streamed { body, error, .. } => Some(Outcome::Streamed { body, error }),
        Seen::Error { body, .. } => Some(Outcome::Error(body)),
        Seen::InitError { body } => Some(Outcome::InitError(body)),
        Seen::TooLarge { .. } => Some(Outcome::TooLarge),
    }
}

fn invocation(run: &Run, event: &[u8], request_id: &str) -> Invocation {
    let deadline = SystemTime::now() + run.timeout;
    Invocation {
        request_id: request_id.to_owned(),
        deadline_ms: deadline.duration_since(UNIX_EPOCH).ok().and_then(|since| u64::try_from(since.as_millis()).ok()),
        function_arn: Some(format!("arn:aws:lambda:us-east-1:000000000000:function:{}", FUNCTION_NAME)),
        body: event.to_vec(),
        ..Invocation::default()
    }
}

const FUNCTION_NAME: &str = "local";

fn command(run: &Run, address: &str) -> io::Result<Command> {
    let mut command = Command::new(&run.program);
    command.args(&run.arguments).current_dir(&run.task_root).stdin(Stdio::null());
    command.stdout(io::stderr().as_fd().try_clone_to_owned()?);
    command
        .env(Config::RUNTIME_API, address)
        .env("_HANDLER", &run.handler)
        .env("LAMBDA_TASK_ROOT", &run.task_root)
        .env("AWS_LAMBDA_FUNCTION_NAME", FUNCTION_NAME)
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", run.memory_mb.to_string())
        .env("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{FUNCTION_NAME}"))
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "local")
        .env_remove(Config::TELEMETRY_FD)
        .envs(run.env.iter().map(|(name, value)| (name, value)));
    Ok(command)
}

/// A version 4 UUID.
fn request_id() -> io::Result<String> {
    let mut bytes = [0; 16];
    io::Read::read_exact(&mut fs::File::open("/dev/urandom")?, &mut bytes)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}

/// A process that does not outlive its owner.
struct Process(Child);

impl Process {
    fn peak_memory_kib(&self) -> Option<u64> {
        self.memory_kib("VmHWM:")
    }

    fn uses_more_than(&self, megabytes: u32) -> bool {
        self.memory_kib("VmRSS:").is_some_and(|kib| kib > u64::from(megabytes) * 1024)
    }

    fn memory_kib(&self, name: &str) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().trim_end_matches(" kB").trim().parse().ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::RuntimeApi;

    /// A run of this test program's `a_runtime` below.
    fn this_program(behaviour: &str) -> Run {
        Run {
            program: std::env::current_exe().expect("the test program has a path"),
            arguments: ["--exact", "local::run::tests::a_runtime", "--ignored", "--quiet"].map(OsString::from).to_vec(),
            handler: behaviour.to_owned(),
            task_root: std::env::temp_dir(),
            timeout: Duration::from_secs(10),
            memory_mb: 128,
            env: Vec::new(),
        }
    }

    const EVENT: &[u8] = b"{\"n\":1}";

    fn run(run: &Run) -> io::Result<Report> {
        super::run(run, EVENT)
    }

    fn shell(script: &str) -> Run {
        Run { program: "/bin/sh".into(), arguments: vec!["-c".into(), script.into()], ..this_program("") }
    }

    #[tokio::test]
    #[ignore = "the process that the tests below start"]
    async fn a_runtime() {
        let Ok(config) = Config::from_env(|name| std::env::var_os(name)) else { return };
        let mut api = RuntimeApi::new(&config.runtime_api);
        let failure = Failure::with_header("MyError", "m");
        if config.handler == "init" {
            return api.fail_init(&failure).await.expect("accepted");
        }
        if config.handler == "echo" {
            while let Ok(invocation) = api.next().await {
                api.respond(&invocation.request_id, &invocation.body).await.expect("accepted");
            }
            return;
        }
        let invocation = api.next().await.expect("an invocation");
        match config.handler.as_str() {
            "stream" => {
                let mut streaming = api.stream(&invocation.request_id);
                streaming.write("text/plain", b"part").await.expect("sent");
                streaming.finish("text/plain", b"", Some(&failure)).await.expect("accepted");
            }
            "hog" => {
                let mut held = Vec::new();
                loop {
                    held.push(vec![1_u8; 1 << 20]);
                    std::hint::black_box(&held);
                    tokio::time::sleep(Duration::from_micros(100)).await;
                }
            }
            "fail" => api.fail(&invocation.request_id, &failure.to_json(), None).await.expect("accepted"),
            "large" => drop(api.respond(&invocation.request_id, &vec![b'1'; 7 << 20]).await),
            "left" => {
                let left = invocation
                    .remaining_ms(u64::try_from(UNIX_EPOCH.elapsed().expect("after 1970").as_millis()).expect("soon"));
                let memory = config.memory_limit_mb.expect("set");
                let json = format!("[{},{memory}]", left.is_some_and(|ms| ms > 5000 && ms <= 10_000));
                api.respond(&invocation.request_id, json.as_bytes()).await.expect("accepted");
            }
            "hang" => std::future::pending().await,
            _ => std::process::abort(),
        }
        // Still there when it is asked for its memory.
        let _ = api.next().await;
    }

    #[test]
    fn a_result_comes_with_its_figures() {
        let report = run(&this_program("echo")).expect("it starts");
        assert_eq!((report.payload(), report.succeeded()), (b"{\"n\":1}".to_vec(), true));
        assert!(report.init.is_some_and(|init| init > Duration::ZERO));
        assert!(report.peak_memory_kib.is_some_and(|kib| kib > 500), "{report:?}");
        let line = report.to_string();
        assert!(line.starts_with(&format!("REPORT RequestId: {}\tDuration: ", report.request_id)), "{line}");
        assert!(
            line.contains("\tMemory Size: 128 MB\tMax Memory Used: ") && line.contains("\tInit Duration: "),
            "{line}"
        );
    }

    #[test]
    fn the_function_knows_its_limits() {
        assert_eq!(run(&this_program("left")).expect("it starts").payload(), b"[true,128]");
    }

    #[test]
    fn errors_are_told_apart() {
        let body = Failure::with_header("MyError", "m").to_json().into_bytes();
        assert_eq!(run(&this_program("fail")).expect("it starts").outcome, Outcome::Error(body.clone()));
        let report = run(&this_program("init")).expect("it starts");
        assert_eq!((report.outcome, report.init), (Outcome::InitError(body), None));
    }

    #[test]
    fn a_result_over_the_limit_is_an_error() {
        let report = run(&this_program("large")).expect("it starts");
        assert!(!report.succeeded());
        assert!(String::from_utf8_lossy(&report.payload()).contains("Function.ResponseSizeTooLarge"), "{report:?}");
    }

    #[test]
    fn a_process_that_ends_is_told_in_the_words_of_the_service() {
        let payload = |script| {
            let report = run(&shell(script)).expect("it starts");
            String::from_utf8(report.payload()).expect("JSON").replace(&report.request_id, "ID")
        };
        let exited =
            |what| format!("{{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: ID Error: {what}\"}}");
        assert_eq!(payload("exit 7"), exited("Runtime exited with error: exit status 7"));
        assert_eq!(payload("exit 0"), exited("Runtime exited without providing a reason"));
        assert_eq!(payload("kill -9 $$"), exited("Runtime exited with error: signal 9"));
    }

    #[test]
    fn a_function_that_hangs_is_ended() {
        let report = run(&Run { timeout: Duration::from_millis(300), ..this_program("hang") }).expect("it starts");
        assert_eq!(report.outcome, Outcome::TimedOut(Duration::from_millis(300)));
        assert!(report.duration >= Duration::from_millis(300), "{report:?}");
        let text = String::from_utf8(report.payload()).expect("JSON");
        assert!(text.contains("\"Sandbox.Timedout\"") && text.contains("Task timed out after 0.30 seconds"), "{text}");
    }

    #[test]
    fn a_process_serves_many_invocations_and_a_new_one_comes_after_its_end() {
        let mut session = Session::new(this_program("echo"));
        let reports: Vec<Report> = [b"1", b"2", b"3"].map(|event| session.invoke(event).expect("it starts")).into();
        assert_eq!(reports.iter().map(Report::payload).collect::<Vec<_>>(), [b"1", b"2", b"3"]);
        assert_eq!(reports.iter().map(|report| report.init.is_some()).collect::<Vec<_>>(), [true, false, false]);
        let json: serde_json::Value = serde_json::from_str(&reports[2].to_json()).expect("JSON");
        assert_eq!(
            (&json["outcome"], &json["payload"], &json["initMs"]),
            (&"response".into(), &3.into(), &serde_json::Value::Null)
        );
        assert!(json["durationMs"].as_f64().is_some_and(|ms| ms > 0.0), "{json}");
        session.end();
        assert!(session.invoke(b"4").expect("it starts").init.is_some());

        let mut session = Session::new(shell("exit 3"));
        for _ in 0..2 {
            assert!(
                matches!(session.invoke(b"1").expect("it starts").outcome, Outcome::Exited(status) if status.code() == Some(3))
            );
        }
    }

    #[test]
    fn a_process_that_was_ended_while_it_waited_takes_no_invocation_with_it() {
        let mut session = Session::new(this_program("echo"));
        for event in [b"1", b"2"] {
            let report = session.invoke(event).expect("it starts");
            assert_eq!((report.payload(), report.init.is_some()), (event.to_vec(), true));
            let waiting = session.process.as_ref().expect("it goes on");
            let next = waiting.api.receive(Duration::from_secs(10)).expect("it asks for more work");
            assert_eq!(next.seen, Seen::Next);
            session.end();
        }
    }

    #[test]
    fn an_error_in_a_streamed_response_is_told() {
        let report = run(&this_program("stream")).expect("it starts");
        let error = Failure::with_header("MyError", "m").to_json().into_bytes();
        assert_eq!(report.outcome, Outcome::Streamed { body: b"part".to_vec(), error: Some(error) });
        let json: serde_json::Value = serde_json::from_str(&report.to_json()).expect("JSON");
        assert_eq!(
            (&json["outcome"], &json["payload"], &json["error"]["errorType"]),
            (&"streamed".into(), &"part".into(), &"MyError".into())
        );
        assert!(!report.succeeded());
    }

    #[test]
    fn a_function_that_uses_too_much_memory_is_ended() {
        let report = run(&Run { memory_mb: 64, ..this_program("hog") }).expect("it starts");
        assert_eq!(report.outcome, Outcome::OutOfMemory);
        let text = String::from_utf8(report.payload()).expect("JSON");
        assert!(text.contains("\"Runtime.OutOfMemory\"") && text.contains("signal: killed"), "{text}");
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let run_it = Run { program: "/no/such/runtime".into(), ..this_program("") };
        assert_eq!(run(&run_it).expect_err("not there").kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn request_ids_are_uuids() {
        let (one, two) = (request_id().expect("random bytes"), request_id().expect("random bytes"));
        assert_ne!(one, two);
        assert_eq!(one.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_eq!(&one[14..15], "4");
    }
}
