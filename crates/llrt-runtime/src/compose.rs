//! The one list that composes the module crates, a Cargo feature for each. Starting the runtime walks it once, to define the globals.

use llrt_core::Entry;

/// The modules of this build.
pub static MODULES: &[Entry] = &[
    Entry::of::<crate::cjs::Cjs>(),
    #[cfg(feature = "abort")]
    Entry::of::<llrt_mod_abort::Abort>(),
    #[cfg(feature = "buffer")]
    Entry::of::<llrt_mod_buffer::Buffer>(),
    #[cfg(feature = "buffer")]
    Entry::of::<llrt_mod_buffer::Blob>(),
    #[cfg(feature = "buffer")]
    Entry::of::<llrt_mod_buffer::Codec>(),
    #[cfg(feature = "console")]
    Entry::of::<llrt_mod_console::ConsoleGlobal>(),
    #[cfg(feature = "console")]
    Entry::of::<llrt_mod_console::Console>(),
    #[cfg(feature = "crypto")]
    Entry::of::<llrt_mod_crypto::Crypto>(),
    #[cfg(feature = "crypto")]
    Entry::of::<llrt_mod_crypto::Hash>(),
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
    #[cfg(feature = "hex")]
    Entry::of::<llrt_mod_hex::Hex>(),
    #[cfg(feature = "os")]
    Entry::of::<llrt_mod_os::Os>(),
    #[cfg(feature = "path")]
    Entry::of::<llrt_mod_path::Path>(),
    #[cfg(feature = "path")]
    Entry::of::<llrt_mod_path::PathPosix>(),
    #[cfg(feature = "path")]
    Entry::of::<llrt_mod_path::PathWin32>(),
    #[cfg(feature = "process")]
    Entry::of::<llrt_mod_process::Process>(),
    #[cfg(feature = "process")]
    Entry::of::<llrt_mod_process::Stdio>(),
    #[cfg(feature = "timers")]
    Entry::of::<llrt_mod_timers::TimerGlobals>(),
    #[cfg(feature = "timers")]
    Entry::of::<llrt_mod_timers::Timers>(),
    #[cfg(feature = "timers")]
    Entry::of::<llrt_mod_timers::TimersPromises>(),
    #[cfg(feature = "xml")]
    Entry::of::<llrt_mod_xml::Xml>(),
    #[cfg(feature = "xml")]
    Entry::of::<llrt_mod_xml::AwsXml>(),
];
