//! `node:readline` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_process as process;
use llrt_mod_readline::{Readline, ReadlineInterface, ReadlineKeys, ReadlinePromises};
use llrt_mod_stream as stream;
use llrt_mod_timers as timers;
use rquickjs::{Context, Function, Object, Runtime};

static MODULES: &[Entry] = &[
    Entry::of::<Readline>(),
    Entry::of::<ReadlineInterface>(),
    Entry::of::<ReadlineKeys>(),
    Entry::of::<ReadlinePromises>(),
    Entry::of::<llrt_mod_tty::TtyActions>(),
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

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let text: String = Context::full(&runtime)?.with(|ctx| {
        host::attach(&ctx, MODULES)?;
        let output: Object<'_> = ctx.eval("({ text: '', write(text) { this.text += text; } })")?;
        host::import(&ctx, "readline")?.get::<_, Function<'_>>("cursorTo")?.call::<_, ()>((output.clone(), 4))?;
        output.get("text")
    })?;
    assert_eq!(text, "\x1b[5G");
    eprintln!("{text:?}");
    Ok(())
}
