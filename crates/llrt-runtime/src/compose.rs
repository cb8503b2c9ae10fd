//! The one list that composes the module crates, a Cargo feature for each. Starting the runtime walks it once, to define the globals.

use llrt_core::Entry;

/// The modules of this build.
pub static MODULES: &[Entry] = &[
    Entry::of::<crate::cjs::Cjs>(),
    Entry::of::<crate::hooks::HooksModule>(),
    Entry::of::<crate::hooks::HooksThreadModule>(),
    #[cfg(feature = "util")]
    Entry::of::<crate::llrt_util::Dimport>(),
    #[cfg(feature = "util")]
    Entry::of::<crate::llrt_util::LlrtUtil>(),
    Entry::of::<crate::node_module::NodeModule>(),
    Entry::of::<crate::node_module::SourceMapModule>(),
    #[cfg(feature = "abort")]
    Entry::of::<llrt_mod_abort::Abort>(),
    #[cfg(feature = "assert")]
    Entry::of::<llrt_mod_assert::Assert>(),
    #[cfg(feature = "assert")]
    Entry::of::<llrt_mod_assert::AssertStrict>(),
    #[cfg(feature = "assert")]
    Entry::of::<llrt_mod_assert::AssertionError>(),
    #[cfg(feature = "assert")]
    Entry::of::<llrt_mod_assert::AssertSource>(),
    #[cfg(feature = "async-hooks")]
    Entry::of::<llrt_mod_async_hooks::AsyncHooks>(),
    #[cfg(feature = "async-hooks")]
    Entry::of::<llrt_mod_async_hooks::Hooks>(),
    #[cfg(feature = "buffer")]
    Entry::of::<llrt_mod_buffer::Buffer>(),
    #[cfg(feature = "buffer")]
    Entry::of::<llrt_mod_buffer::Blob>(),
    #[cfg(feature = "buffer")]
    Entry::of::<llrt_mod_buffer::Codec>(),
    #[cfg(feature = "child-process")]
    Entry::of::<llrt_mod_child_process::ChildProcess>(),
    #[cfg(feature = "child-process")]
    Entry::of::<llrt_mod_child_process::Ipc>(),
    #[cfg(feature = "child-process")]
    Entry::of::<llrt_mod_child_process::IpcHandles>(),
    #[cfg(feature = "console")]
    Entry::of::<llrt_mod_console::ConsoleGlobal>(),
    #[cfg(feature = "console")]
    Entry::of::<llrt_mod_console::Console>(),
    #[cfg(feature = "crypto")]
    Entry::of::<llrt_mod_crypto::Hash>(),
    #[cfg(feature = "crypto")]
    Entry::of::<llrt_mod_crypto::Crypto>(),
    #[cfg(feature = "crypto")]
    Entry::of::<llrt_mod_crypto::CryptoKeys>(),
    #[cfg(feature = "dgram")]
    Entry::of::<llrt_mod_dgram::Dgram>(),
    #[cfg(all(feature = "unavailable", not(feature = "dgram")))]
    Entry::of::<llrt_mod_unavailable::Dgram>(),
    #[cfg(feature = "diagnostics-channel")]
    Entry::of::<llrt_mod_diagnostics_channel::DiagnosticsChannel>(),
    #[cfg(feature = "dns")]
    Entry::of::<llrt_mod_dns::Dns>(),
    #[cfg(feature = "dns")]
    Entry::of::<llrt_mod_dns::DnsPromises>(),
    #[cfg(feature = "dns")]
    Entry::of::<llrt_mod_dns::DnsCommon>(),
    #[cfg(feature = "domain")]
    Entry::of::<llrt_mod_domain::Domain>(),
    #[cfg(feature = "encoding")]
    Entry::of::<llrt_mod_encoding::Encoding>(),
    #[cfg(feature = "events")]
    Entry::of::<llrt_mod_events::Events>(),
    #[cfg(feature = "events")]
    Entry::of::<llrt_mod_events::EventTarget>(),
    #[cfg(feature = "events")]
    Entry::of::<llrt_mod_events::ErrorEvent>(),
    #[cfg(feature = "fetch")]
    Entry::of::<llrt_mod_fetch::HttpClient>(),
    #[cfg(feature = "fetch")]
    Entry::of::<llrt_mod_fetch::Fetch>(),
    #[cfg(feature = "fetch")]
    Entry::of::<llrt_mod_fetch::Headers>(),
    #[cfg(feature = "fetch")]
    Entry::of::<llrt_mod_fetch::FormData>(),
    #[cfg(feature = "fetch")]
    Entry::of::<llrt_mod_fetch::Body>(),
    #[cfg(feature = "fetch")]
    Entry::of::<llrt_mod_fetch::Response>(),
    #[cfg(feature = "fetch")]
    Entry::of::<llrt_mod_fetch::Request>(),
    #[cfg(feature = "fetch")]
    Entry::of::<llrt_mod_fetch::Idl>(),
    #[cfg(feature = "fs")]
    Entry::of::<llrt_mod_fs::Fs>(),
    #[cfg(feature = "fs")]
    Entry::of::<llrt_mod_fs::FsPromises>(),
    #[cfg(feature = "fs")]
    Entry::of::<llrt_mod_fs::FsClasses>(),
    #[cfg(feature = "fs")]
    Entry::of::<llrt_mod_fs::TextFile>(),
    #[cfg(feature = "fs")]
    Entry::of::<llrt_mod_fs::FsHandle>(),
    #[cfg(feature = "fs")]
    Entry::of::<llrt_mod_fs::FsDir>(),
    #[cfg(feature = "fs")]
    Entry::of::<llrt_mod_fs::FsStreams>(),
    #[cfg(feature = "fs")]
    Entry::of::<llrt_mod_fs::FsTree>(),
    #[cfg(feature = "fs")]
    Entry::of::<llrt_mod_fs::FsUtf8Stream>(),
    #[cfg(feature = "fs")]
    Entry::of::<llrt_mod_fs::FsWatch>(),
    #[cfg(feature = "hex")]
    Entry::of::<llrt_mod_hex::Hex>(),
    #[cfg(feature = "http")]
    Entry::of::<llrt_mod_http::Http>(),
    #[cfg(feature = "http")]
    Entry::of::<llrt_mod_http::HttpAgent>(),
    #[cfg(feature = "http")]
    Entry::of::<llrt_mod_http::HttpClient>(),
    #[cfg(feature = "http")]
    Entry::of::<llrt_mod_http::HttpCommon>(),
    #[cfg(feature = "http")]
    Entry::of::<llrt_mod_http::HttpIncoming>(),
    #[cfg(feature = "http")]
    Entry::of::<llrt_mod_http::HttpOutgoing>(),
    #[cfg(feature = "http")]
    Entry::of::<llrt_mod_http::HttpProxy>(),
    #[cfg(feature = "http")]
    Entry::of::<llrt_mod_http::HttpServer>(),
    #[cfg(feature = "http")]
    Entry::of::<llrt_mod_http::Https>(),
    #[cfg(feature = "http2-module")]
    Entry::of::<llrt_mod_http2::Http2>(),
    #[cfg(feature = "http2-module")]
    Entry::of::<llrt_mod_http2::Compat>(),
    #[cfg(feature = "http2-module")]
    Entry::of::<llrt_mod_http2::Shared>(),
    #[cfg(all(feature = "unavailable", not(feature = "http2-module")))]
    Entry::of::<llrt_mod_unavailable::Http2>(),
    #[cfg(feature = "intl")]
    Entry::of::<llrt_mod_intl::Intl>(),
    #[cfg(feature = "intl")]
    Entry::of::<llrt_mod_intl::Options>(),
    #[cfg(feature = "intl")]
    Entry::of::<llrt_mod_intl::Dates>(),
    #[cfg(feature = "intl")]
    Entry::of::<llrt_mod_intl::ZoneNames>(),
    #[cfg(feature = "intl")]
    Entry::of::<llrt_mod_intl::Numbers>(),
    #[cfg(feature = "intl")]
    Entry::of::<llrt_mod_intl::Words>(),
    #[cfg(feature = "net")]
    Entry::of::<llrt_mod_net::Net>(),
    #[cfg(feature = "net")]
    Entry::of::<llrt_mod_net::NetAddresses>(),
    #[cfg(feature = "os")]
    Entry::of::<llrt_mod_os::Os>(),
    #[cfg(feature = "os")]
    Entry::of::<llrt_mod_os::System>(),
    #[cfg(feature = "path")]
    Entry::of::<llrt_mod_path::Path>(),
    #[cfg(feature = "path")]
    Entry::of::<llrt_mod_path::PathPosix>(),
    #[cfg(feature = "path")]
    Entry::of::<llrt_mod_path::PathWin32>(),
    #[cfg(feature = "perf-hooks")]
    Entry::of::<llrt_mod_perf_hooks::PerfHooks>(),
    #[cfg(feature = "perf-hooks")]
    Entry::of::<llrt_mod_perf_hooks::Histogram>(),
    #[cfg(feature = "process")]
    Entry::of::<llrt_mod_process::Process>(),
    #[cfg(feature = "process")]
    Entry::of::<llrt_mod_process::GlobalProcess>(),
    #[cfg(feature = "process")]
    Entry::of::<llrt_mod_process::ProcessAll>(),
    #[cfg(feature = "process")]
    Entry::of::<llrt_mod_process::Stdio>(),
    #[cfg(feature = "process")]
    Entry::of::<llrt_mod_process::Pipe>(),
    #[cfg(feature = "process")]
    Entry::of::<llrt_mod_process::ProcessExtra>(),
    #[cfg(feature = "punycode")]
    Entry::of::<llrt_mod_punycode::Punycode>(),
    #[cfg(feature = "qjs")]
    Entry::of::<llrt_mod_qjs::Qjs>(),
    #[cfg(feature = "querystring")]
    Entry::of::<llrt_mod_querystring::Querystring>(),
    #[cfg(feature = "readline")]
    Entry::of::<llrt_mod_readline::Readline>(),
    #[cfg(feature = "readline")]
    Entry::of::<llrt_mod_readline::ReadlinePromises>(),
    #[cfg(feature = "readline")]
    Entry::of::<llrt_mod_readline::ReadlineInterface>(),
    #[cfg(feature = "readline")]
    Entry::of::<llrt_mod_readline::ReadlineKeys>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::Stream>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::StreamPromises>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::StreamConsumers>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::StreamWeb>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::Core>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::Pipeline>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::Compose>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::Operators>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::Duplexify>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::Adapters>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::WebCommon>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::WebReadable>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::WebWritable>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::WebTransform>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::WebText>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::WebPipe>(),
    #[cfg(feature = "stream")]
    Entry::of::<llrt_mod_stream::WebTee>(),
    #[cfg(feature = "string-decoder")]
    Entry::of::<llrt_mod_string_decoder::StringDecoder>(),
    #[cfg(feature = "structured-clone")]
    Entry::of::<llrt_mod_structured_clone::StructuredClone>(),
    #[cfg(feature = "test")]
    Entry::of::<llrt_mod_test::Test>(),
    #[cfg(feature = "test")]
    Entry::of::<llrt_mod_test::TestMock>(),
    #[cfg(all(feature = "unavailable", not(feature = "test")))]
    Entry::of::<llrt_mod_unavailable::Test>(),
    #[cfg(feature = "timers")]
    Entry::of::<llrt_mod_timers::TimerGlobals>(),
    #[cfg(feature = "timers")]
    Entry::of::<llrt_mod_timers::Timers>(),
    #[cfg(feature = "timers")]
    Entry::of::<llrt_mod_timers::TimersPromises>(),
    #[cfg(feature = "tls")]
    Entry::of::<llrt_mod_tls::Tls>(),
    #[cfg(feature = "tls")]
    Entry::of::<llrt_mod_tls::Context>(),
    #[cfg(feature = "tls")]
    Entry::of::<llrt_mod_tls::Handles>(),
    #[cfg(feature = "tls")]
    Entry::of::<llrt_mod_tls::X509>(),
    #[cfg(feature = "tty")]
    Entry::of::<llrt_mod_tty::Tty>(),
    #[cfg(feature = "tty")]
    Entry::of::<llrt_mod_tty::TtyActions>(),
    #[cfg(feature = "unavailable")]
    Entry::of::<llrt_mod_unavailable::Cluster>(),
    #[cfg(feature = "unavailable")]
    Entry::of::<llrt_mod_unavailable::Inspector>(),
    #[cfg(feature = "unavailable")]
    Entry::of::<llrt_mod_unavailable::InspectorPromises>(),
    #[cfg(feature = "unavailable")]
    Entry::of::<llrt_mod_unavailable::Repl>(),
    #[cfg(feature = "unavailable")]
    Entry::of::<llrt_mod_unavailable::Sea>(),
    #[cfg(feature = "unavailable")]
    Entry::of::<llrt_mod_unavailable::Sqlite>(),
    #[cfg(feature = "unavailable")]
    Entry::of::<llrt_mod_unavailable::TestReporters>(),
    #[cfg(feature = "unavailable")]
    Entry::of::<llrt_mod_unavailable::TraceEvents>(),
    #[cfg(feature = "unavailable")]
    Entry::of::<llrt_mod_unavailable::Wasi>(),
    #[cfg(feature = "url")]
    Entry::of::<llrt_mod_url::Url>(),
    #[cfg(feature = "url")]
    Entry::of::<llrt_mod_url::UrlPattern>(),
    #[cfg(feature = "util")]
    Entry::of::<llrt_mod_util::Util>(),
    #[cfg(feature = "util")]
    Entry::of::<llrt_mod_util::UtilTypes>(),
    #[cfg(feature = "util")]
    Entry::of::<llrt_mod_util::Comparisons>(),
    #[cfg(feature = "util")]
    Entry::of::<llrt_mod_util::Mime>(),
    #[cfg(feature = "util")]
    Entry::of::<llrt_mod_util::ParseArgs>(),
    #[cfg(feature = "v8")]
    Entry::of::<llrt_mod_v8::V8>(),
    #[cfg(feature = "v8")]
    Entry::of::<llrt_mod_v8::Serdes>(),
    #[cfg(feature = "v8")]
    Entry::of::<llrt_mod_v8::V8Ipc>(),
    #[cfg(feature = "vm")]
    Entry::of::<llrt_mod_vm::Vm>(),
    #[cfg(feature = "worker-threads")]
    Entry::of::<llrt_mod_worker_threads::WorkerThreads>(),
    #[cfg(feature = "worker-threads")]
    Entry::of::<llrt_mod_worker_threads::Messaging>(),
    #[cfg(feature = "xml")]
    Entry::of::<llrt_mod_xml::Xml>(),
    #[cfg(feature = "xml")]
    Entry::of::<llrt_mod_xml::AwsXml>(),
    #[cfg(feature = "zlib")]
    Entry::of::<llrt_mod_zlib::Zlib>(),
    #[cfg(feature = "zlib")]
    Entry::of::<llrt_mod_zlib::CompressionStreams>(),
    Entry::of::<crate::legacy::Constants>(),
    #[cfg(feature = "stream")]
    Entry::of::<crate::legacy::StreamDuplex>(),
    #[cfg(feature = "stream")]
    Entry::of::<crate::legacy::StreamPassThrough>(),
    #[cfg(feature = "stream")]
    Entry::of::<crate::legacy::StreamReadable>(),
    #[cfg(feature = "stream")]
    Entry::of::<crate::legacy::StreamTransform>(),
    #[cfg(feature = "stream")]
    Entry::of::<crate::legacy::StreamWrap>(),
    #[cfg(feature = "stream")]
    Entry::of::<crate::legacy::StreamWritable>(),
    #[cfg(feature = "unavailable")]
    Entry::of::<crate::legacy::TlsCommon>(),
    #[cfg(feature = "unavailable")]
    Entry::of::<crate::legacy::TlsWrap>(),
];
