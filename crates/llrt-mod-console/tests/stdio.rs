//! Standard streams as the system has them. Each test runs itself again as a child whose standard error is what it is about; the
//! test harness itself writes to standard output only.

use std::{
    io::Read,
    process::{Command, Stdio},
};

use llrt_core::{Entry, host};
use llrt_mod_console::{Console, ConsoleGlobal};
use rquickjs::{CatchResultExt, Context, Runtime};
use rustix::{
    fs::{OFlags, fcntl_setfl},
    pipe::pipe,
};

static MODULES: &[Entry] = &[Entry::of::<ConsoleGlobal>(), Entry::of::<Console>()];
const SCRIPT: &str = "LLRT_CONSOLE_TEST_SCRIPT";

/// What the children run.
#[test]
fn child() {
    let Ok(script) = std::env::var(SCRIPT) else { return };
    let runtime = Runtime::new().unwrap();
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime).unwrap();
    context.with(|ctx| {
        host::attach(&ctx, MODULES).unwrap();
        ctx.eval::<(), _>(script).catch(&ctx).unwrap();
    });
}

fn child_running(script: &str, stderr: impl Into<Stdio>) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture"]).env(SCRIPT, script).env_remove("FORCE_COLOR");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
    command
}

#[test]
fn records_arrive_as_they_are() {
    let output = child_running("console.error('a\\u00e9\\ud83d', [1]); console.warn('%s', 'b')", Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "aé\u{FFFD} [ 1 ]\nb\n");
    assert!(output.status.success());
}

#[test]
fn a_reader_that_went_away_ends_nothing() {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let status = child_running("for (let i = 0; i < 3; i++) console.error('x')", writer).status().unwrap();
    assert!(status.success(), "{status}");
}

#[test]
fn a_full_device_ends_nothing() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = child_running("console.error('x')", full).status().unwrap();
    assert!(status.success(), "{status}");
}

#[test]
fn a_pipe_that_does_not_block_loses_nothing() {
    let (reader, writer) = pipe().unwrap();
    fcntl_setfl(&writer, OFlags::NONBLOCK).unwrap();
    let mut command = child_running("console.error('x'.repeat(1 << 20)); console.error('end')", writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut text = String::new();
    std::fs::File::from(reader).read_to_string(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(text.len(), (1 << 20) + 5);
    assert!(text.ends_with("x\nend\n"));
}

#[test]
fn a_missing_label_is_a_warning_of_the_process() {
    let output = child_running("console.countReset('x')", Stdio::piped()).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.ends_with(") Warning: Count for 'x' does not exist\n"), "{text}");
}

#[test]
fn a_write_that_the_program_replaced_gets_the_text() {
    let script = "globalThis.process = { stderr: { write(text) { this.seen = text } } };
        console.error('a', 1);
        if (process.stderr.seen !== 'a 1\\n') throw new Error(process.stderr.seen)";
    let output = child_running(script, Stdio::piped()).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
}
