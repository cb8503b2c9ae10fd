//! The modules that the scripts of these tests see.

use llrt_core::Entry;
use llrt_mod_http as http;
use llrt_mod_net::{Net, NetAddresses};
use llrt_mod_process as process;
use llrt_mod_stream as stream;
use llrt_mod_timers as timers;

pub(crate) static MODULES: &[Entry] = &[
    Entry::of::<http::Http>(),
    Entry::of::<http::HttpAgent>(),
    Entry::of::<http::HttpClient>(),
    Entry::of::<http::HttpCommon>(),
    Entry::of::<http::HttpIncoming>(),
    Entry::of::<http::HttpOutgoing>(),
    Entry::of::<http::HttpProxy>(),
    Entry::of::<http::HttpServer>(),
    Entry::of::<Net>(),
    Entry::of::<NetAddresses>(),
    Entry::of::<llrt_mod_diagnostics_channel::DiagnosticsChannel>(),
    Entry::of::<process::GlobalProcess>(),
    Entry::of::<process::Process>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
    Entry::of::<llrt_mod_encoding::Encoding>(),
    Entry::of::<llrt_mod_events::ErrorEvent>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_string_decoder::StringDecoder>(),
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
    Entry::of::<llrt_mod_async_hooks::AsyncHooks>(),
    Entry::of::<llrt_mod_async_hooks::Hooks>(),
    Entry::of::<llrt_mod_url::Url>(),
];
