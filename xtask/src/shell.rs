//! Running programs.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use crate::error::{Context, Error, Result};

/// How often a program that prints nothing is looked at.
const TICK: Duration = Duration::from_millis(500);

/// The cargo that runs this.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The command line, for messages.
pub(crate) fn line(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Whether `program --version` runs.
pub(crate) fn exists(program: &str) -> bool {
    let quiet = |command: &mut Command| {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|it| it.success())
    };
    quiet(Command::new(program).arg("--version"))
}

/// Runs it with our standard output and error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().context(line(command))?;
    succeeded(command, status)
}

/// Runs it and gives what it prints on standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context(line(command))?;
    succeeded(command, output.status)?;
    String::from_utf8(output.stdout).context(line(command))
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { Err(Error::new(format!("{}: {status}", line(command)))) }
}

/// A program that ended.
pub(crate) struct Ended {
    pub(crate) success: bool,
    /// What it printed, standard output and error as they came.
    pub(crate) text: String,
}

/// Runs it, shows what it prints and keeps it. After `limit` it is killed, which is an error.
pub(crate) fn tee(command: &mut Command, limit: Duration) -> Result<Ended> {
    let deadline = Instant::now() + limit;
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context(line(command))?;
    let lines = lines_of(&mut child);
    let mut text = String::new();
    let mut status = None;
    loop {
        match lines.recv_timeout(TICK) {
            Ok(bytes) => {
                let part = String::from_utf8_lossy(&bytes);
                print!("{part}");
                let _ = std::io::stdout().flush();
                text.push_str(&part);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            // What it started and left behind may still hold its output open.
            Err(RecvTimeoutError::Timeout) if status.is_some() => break,
            Err(RecvTimeoutError::Timeout) => status = child.try_wait().context(line(command))?,
        }
        if status.is_none() && Instant::now() > deadline {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Error::new(format!("{}: not done after {} s", line(command), limit.as_secs())));
        }
    }
    let status = match status {
        Some(status) => status,
        None => child.wait().context(line(command))?,
    };
    Ok(Ended { success: status.success(), text })
}

fn lines_of(child: &mut Child) -> mpsc::Receiver<Vec<u8>> {
    fn forward(from: impl Read + Send + 'static, to: Sender<Vec<u8>>) {
        thread::spawn(move || {
            let mut from = BufReader::new(from);
            loop {
                let mut line = Vec::new();
                match from.read_until(b'\n', &mut line) {
                    Ok(0) | Err(_) => break,
                    Ok(_) if to.send(line).is_err() => break,
                    Ok(_) => {}
                }
            }
        });
    }
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, sender);
    }
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_outputs_are_kept() {
        let ended = tee(&mut sh("echo out; echo err >&2; exit 3"), Duration::from_secs(60)).unwrap();
        assert!(!ended.success);
        let mut lines: Vec<_> = ended.text.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["err", "out"]);
    }

    #[test]
    fn what_takes_too_long_is_an_error() {
        let error = tee(sh("exec sleep 600").env("LC_ALL", "C"), Duration::ZERO).map(|it| it.text).unwrap_err();
        assert_eq!(error.to_string(), "sh -c exec sleep 600: not done after 0 s");
    }

    #[test]
    fn a_child_left_behind_does_not_hold_the_run() {
        let started = Instant::now();
        let ended = tee(&mut sh("sleep 60 & echo $!"), Duration::from_secs(50)).unwrap();
        assert!(ended.success && started.elapsed() < Duration::from_secs(30));
        run(Command::new("kill").arg(ended.text.trim())).unwrap();
    }

    #[test]
    fn a_program_that_fails_or_is_missing_is_named() {
        assert_eq!(run(&mut sh("exit 4")).unwrap_err().to_string(), "sh -c exit 4: exit status: 4");
        assert!(output(&mut Command::new("no-such-program")).unwrap_err().to_string().starts_with("no-such-program: "));
        assert!(!exists("no-such-program"));
    }
}
