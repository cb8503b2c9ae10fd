//! One invocation of a handler in a process of its own.

use std::{
    ffi::OsString,
    fmt, fs, io,
    os::{fd::AsFd, unix::process::ExitStatusExt},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use super::{LocalApi, Seen};
use crate::{api::Invocation, config::Config, failure::Failure};

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
    /// The event: JSON text.
    pub event: Vec<u8>,
    /// How long the invocation may take.
    pub timeout: Duration,
    /// What the function is told about its memory.
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
    /// Before it began.
    InitError(Vec<u8>),
    /// With a result over the service's limit.
    TooLarge,
    /// The process ended.
    Exited(ExitStatus),
    /// Not in time.
    TimedOut(Duration),
}

/// What became of a [`Run`].
#[derive(Clone, Debug)]
pub struct Report {
    /// The invocation's id.
    pub request_id: String,
    /// How it ended.
    pub outcome: Outcome,
    /// From the start of the process to its first request for work.
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
        matches!(self.outcome, Outcome::Response(_))
    }
}

impl fmt::Display for Report {
    /// The line that the service logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |duration: Duration| duration.as_secs_f64() * 1000.0;
        let billed = ms(self.duration) + self.init.map_or(0.0, ms);
        write!(f, "REPORT RequestId: {}\t", self.request_id)?;
        write!(f, "Duration: {:.2} ms\tBilled Duration: {:.0} ms\t", ms(self.duration), billed.ceil())?;
        write!(f, "Memory Size: {} MB\t", self.memory_mb)?;
        if let Some(kib) = self.peak_memory_kib {
            #[expect(clippy::cast_precision_loss, reason = "kibibytes of one process are far below 2^52")]
            let mib = kib as f64 / 1024.0;
            write!(f, "Max Memory Used: {mib:.1} MB\t")?;
        }
        if let Some(init) = self.init {
            write!(f, "Init Duration: {:.2} ms\t", ms(init))?;
        }
        Ok(())
    }
}

/// Starts the runtime, hands it the event, and waits for the result. What the process prints, its log among it, goes to our standard
/// error.
///
/// # Errors
/// The server or the process could not start.
pub fn run(run: &Run) -> io::Result<Report> {
    let api = LocalApi::start()?;
    let request_id = request_id()?;
    let started = Instant::now();
    let mut child = Process(command(run, &api.address())?.spawn()?);
    let mut report = Report {
        request_id: request_id.clone(),
        outcome: Outcome::TimedOut(run.timeout),
        init: None,
        duration: Duration::ZERO,
        memory_mb: run.memory_mb,
        peak_memory_kib: None,
    };
    let mut limit = started + MAX_INIT.max(run.timeout);
    let mut handed_out = started;
    report.outcome = loop {
        let now = Instant::now();
        if now >= limit {
            report.duration = now - handed_out;
            break Outcome::TimedOut(run.timeout);
        }
        let Some(observation) = api.receive(TICK.min(limit - now)) else {
            if let Some(status) = child.0.try_wait()? {
                // What it posted last may have arrived just now.
                if let Some(observation) = api.receive(Duration::ZERO)
                    && let Some(outcome) = outcome(observation.seen)
                {
                    break outcome;
                }
                report.duration = now - handed_out;
                break Outcome::Exited(status);
            }
            continue;
        };
        if observation.seen == Seen::Next && report.init.is_none() {
            report.init = Some(observation.at - started);
            handed_out = Instant::now();
            limit = handed_out + run.timeout;
            api.send(invocation(run, &request_id));
        } else if let Some(outcome) = outcome(observation.seen) {
            report.duration = observation.at - handed_out;
            break outcome;
        }
    };
    report.peak_memory_kib = child.peak_memory_kib();
    Ok(report)
}

fn outcome(seen: Seen) -> Option<Outcome> {
    match seen {
        Seen::Next => None,
        Seen::Response { body, .. } => Some(Outcome::Response(body)),
        Seen::Error { body, .. } => Some(Outcome::Error(body)),
        Seen::InitError { body } => Some(Outcome::InitError(body)),
        Seen::TooLarge { .. } => Some(Outcome::TooLarge),
    }
}

fn invocation(run: &Run, request_id: &str) -> Invocation {
    let deadline = SystemTime::now() + run.timeout;
    Invocation {
        request_id: request_id.to_owned(),
        deadline_ms: deadline.duration_since(UNIX_EPOCH).ok().and_then(|since| u64::try_from(since.as_millis()).ok()),
        function_arn: Some(format!("arn:aws:lambda:us-east-1:000000000000:function:{}", FUNCTION_NAME)),
        body: run.event.clone(),
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
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
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
            event: b"{\"n\":1}".to_vec(),
            timeout: Duration::from_secs(10),
            memory_mb: 128,
            env: Vec::new(),
        }
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
        let invocation = api.next().await.expect("an invocation");
        match config.handler.as_str() {
            "echo" => api.respond(&invocation.request_id, &invocation.body).await.expect("accepted"),
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
