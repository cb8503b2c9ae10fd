//! `node:tty`, on a pseudo-terminal.

use std::os::fd::AsRawFd;

use llrt_core::Entry;
use llrt_mod_process as process;
use llrt_mod_stream as stream;
use llrt_mod_timers as timers;
use llrt_mod_tty::{Tty, TtyActions};
use llrt_test::check;

static MODULES: &[Entry] = &[
    Entry::of::<Tty>(),
    Entry::of::<TtyActions>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
    Entry::of::<llrt_mod_encoding::Encoding>(),
    Entry::of::<llrt_mod_events::ErrorEvent>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_string_decoder::StringDecoder>(),
    Entry::of::<process::Pipe>(),
    Entry::of::<process::GlobalProcess>(),
    Entry::of::<process::Process>(),
    Entry::of::<process::Stdio>(),
    Entry::of::<stream::Adapters>(),
    Entry::of::<stream::Compose>(),
    Entry::of::<stream::Core>(),
    Entry::of::<stream::Duplexify>(),
    Entry::of::<stream::Operators>(),
    Entry::of::<stream::Pipeline>(),
    Entry::of::<stream::Stream>(),
    Entry::of::<stream::StreamPromises>(),
    Entry::of::<stream::StreamWeb>(),
    Entry::of::<stream::WebCommon>(),
    Entry::of::<stream::WebPipe>(),
    Entry::of::<stream::WebReadable>(),
    Entry::of::<stream::WebTee>(),
    Entry::of::<stream::WebText>(),
    Entry::of::<stream::WebTransform>(),
    Entry::of::<stream::WebWritable>(),
    Entry::of::<timers::TimerGlobals>(),
    Entry::of::<timers::Timers>(),
    Entry::of::<timers::TimersPromises>(),
];

/// A terminal and its other side.
fn terminal() -> (std::os::fd::OwnedFd, std::fs::File) {
    let other = rustix::pty::openpt(rustix::pty::OpenptFlags::RDWR | rustix::pty::OpenptFlags::NOCTTY).unwrap();
    rustix::pty::grantpt(&other).unwrap();
    rustix::pty::unlockpt(&other).unwrap();
    let name = rustix::pty::ptsname(&other, Vec::new()).unwrap().into_string().unwrap();
    let terminal = std::fs::OpenOptions::new().read(true).write(true).open(name).unwrap();
    let size = rustix::termios::Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    rustix::termios::tcsetwinsize(&terminal, size).unwrap();
    (other, terminal)
}

#[test]
fn a_terminal_has_a_size_a_raw_mode_and_escape_sequences() {
    let (other, terminal) = terminal();
    check(
        MODULES,
        &format!(
            r#"
            import tty, {{ isatty, ReadStream, WriteStream }} from "tty";
            import {{ once }} from "events";
            const fd = {};
            assert.equal(isatty(fd), true);
            const output = new WriteStream(fd);
            assert.deepEqual([output.isTTY, output.columns, output.rows, output.getWindowSize()], [true, 80, 24, [80, 24]]);
            output.cursorTo(1, 2);
            output.moveCursor(-1, 1);
            output.clearLine(0);
            output.clearScreenDown();
            const input = new ReadStream(fd);
            assert.equal(input.setRawMode(true), input);
            assert.equal(input.isRaw, true);
            input.setRawMode(false);
            assert.equal(input.isRaw, false);
            input.destroy();
            "#,
            terminal.as_raw_fd()
        ),
    );
    let mut seen = [0; 64];
    let count = rustix::io::read(&other, &mut seen).unwrap();
    assert_eq!(&seen[..count], b"\x1b[3;2H\x1b[1D\x1b[1B\x1b[2K\x1b[0J");
}

#[test]
fn what_is_no_terminal_is_refused() {
    check(
        MODULES,
        r#"
        import { isatty, ReadStream, WriteStream } from "tty";
        for (const fd of [-1, 1.5, "1", {}, 2 ** 31, 9999]) assert.equal(isatty(fd), false);
        assert.throws(() => new WriteStream(-1), { code: "ERR_INVALID_FD", name: "RangeError", message: '"fd" must be a positive integer: -1' });
        assert.throws(() => new ReadStream(9999), { code: "ERR_TTY_INIT_FAILED", name: "SystemError" });
        "#,
    );
}

#[test]
fn colours_are_told_from_the_environment() {
    check(
        MODULES,
        r#"
        import { WriteStream } from "tty";
        const { getColorDepth } = WriteStream.prototype;
        for (const [env, depth] of [
          [{}, 1], [{ TERM: "dumb", COLORTERM: "1" }, 1], [{ TERM: "xterm" }, 4], [{ TERM: "xterm-256color" }, 8], [{ COLORTERM: "truecolor" }, 24], [{ COLORTERM: "1" }, 4],
          [{ TMUX: "1" }, 24], [{ CI: "1" }, 1], [{ CI: "1", TRAVIS: "1" }, 8], [{ TERM_PROGRAM: "iTerm.app" }, 8], [{ TERM_PROGRAM: "iTerm.app", TERM_PROGRAM_VERSION: "3.1" }, 24],
          [{ FORCE_COLOR: "2" }, 8], [{ FORCE_COLOR: "0" }, 1], [{ NO_COLOR: "1", COLORTERM: "truecolor" }, 1], [{ TERM: "mosh" }, 24], [{ TEAMCITY_VERSION: "9.1.0" }, 4],
        ]) assert.equal(getColorDepth(env), depth, JSON.stringify(env));
        const stream = Object.create(WriteStream.prototype);
        assert.equal(stream.hasColors(256, { TERM: "xterm-256color" }), true);
        assert.equal(stream.hasColors({ TERM: "dumb" }), false);
        assert.throws(() => stream.hasColors(1, {}), { code: "ERR_OUT_OF_RANGE" });
        "#,
    );
}
