//! Standard output and error: one write per record, and what a terminal can do.

use std::os::fd::BorrowedFd;

use rquickjs::{Ctx, Function, Object, Result, Value, function::This};
use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};

/// Writes `bytes`, waiting where the descriptor does not block. What cannot be written (nobody reads any more, the descriptor is
/// closed) is lost: printing does not end a program.
pub(crate) fn write(error: bool, mut bytes: &[u8]) {
    let descriptor = descriptor(error);
    while !bytes.is_empty() {
        match rustix::io::write(descriptor, bytes) {
            Ok(0) => return,
            Ok(count) => bytes = &bytes[count..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                let mut waiting = [PollFd::new(&descriptor, PollFlags::OUT)];
                if let Err(errno) = poll(&mut waiting, None)
                    && errno != Errno::INTR
                {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

fn descriptor(error: bool) -> BorrowedFd<'static> {
    if error { rustix::stdio::stderr() } else { rustix::stdio::stdout() }
}

pub(crate) fn is_terminal(error: bool) -> bool {
    rustix::termios::isatty(descriptor(error))
}

/// Whether to colour: a terminal that has more than two colours, by the variables that Node looks at.
pub(crate) fn has_colors(error: bool) -> bool {
    is_terminal(error) && {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match std::env::var("FORCE_COLOR") {
            Ok(force) => matches!(force.as_str(), "" | "1" | "true" | "2" | "3"),
            Err(_) => {
                !set("NO_COLOR")
                    && !set("NODE_DISABLE_COLORS")
                    && std::env::var("TERM").is_ok_and(|term| term != "dumb")
            }
        }
    }
}

/// `process.stdout` or `process.stderr`, if the program has read it.
pub(crate) fn stream<'js>(ctx: &Ctx<'js>, error: bool) -> Option<Object<'js>> {
    let process = llrt_inspect::own_value(&ctx.globals(), "process")?.into_object()?;
    llrt_inspect::own_value(&process, if error { "stderr" } else { "stdout" })?.into_object()
}

/// The stream's own `write`, where a program put one in place of what all streams have: `process.stdout.write = capture`.
///
/// Nothing is loaded to find out: `process` and its streams are made when they are first read.
pub(crate) fn replaced_write<'js>(ctx: &Ctx<'js>, error: bool) -> Option<(Object<'js>, Function<'js>)> {
    let stream = stream(ctx, error)?;
    let write = llrt_inspect::own_value(&stream, "write")?.into_function()?;
    Some((stream, write))
}

pub(crate) fn call_write<'js>(stream: Object<'js>, write: &Function<'js>, text: &str) -> Result<()> {
    write.call::<_, Value<'js>>((This(stream), text)).map(drop)
}
