//! The modules that the scripts of these tests see.

use llrt_core::Entry;
use llrt_mod_child_process::{ChildProcess, Ipc, IpcHandles};
use llrt_mod_process as process;
use llrt_mod_stream as stream;
use llrt_mod_timers as timers;
use llrt_mod_util as util;

pub(crate) static MODULES: &[Entry] = &[
    Entry::of::<ChildProcess>(),
    Entry::of::<Ipc>(),
    Entry::of::<IpcHandles>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
    Entry::of::<llrt_mod_diagnostics_channel::DiagnosticsChannel>(),
    Entry::of::<llrt_mod_encoding::Encoding>(),
    Entry::of::<llrt_mod_events::ErrorEvent>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_string_decoder::StringDecoder>(),
    Entry::of::<llrt_mod_url::Url>(),
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
    Entry::of::<util::Comparisons>(),
    Entry::of::<util::Mime>(),
    Entry::of::<util::ParseArgs>(),
    Entry::of::<util::Util>(),
    Entry::of::<util::UtilTypes>(),
];
