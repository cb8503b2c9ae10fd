//! The modules that the scripts of these tests see, and directories for them.

use llrt_core::Entry;
use llrt_mod_fs::{Fs, FsClasses, FsDir, FsHandle, FsPromises, FsStreams, FsTree, FsUtf8Stream, FsWatch};
use llrt_mod_stream as stream;
use llrt_mod_timers as timers;

pub(crate) static MODULES: &[Entry] = &[
    Entry::of::<Fs>(),
    Entry::of::<FsPromises>(),
    Entry::of::<FsClasses>(),
    Entry::of::<FsDir>(),
    Entry::of::<FsHandle>(),
    Entry::of::<FsStreams>(),
    Entry::of::<FsTree>(),
    Entry::of::<FsUtf8Stream>(),
    Entry::of::<FsWatch>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
    Entry::of::<llrt_mod_events::ErrorEvent>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_path::Path>(),
    Entry::of::<llrt_mod_string_decoder::StringDecoder>(),
    Entry::of::<llrt_mod_url::Url>(),
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

/// Runs a file of checks that finds `fs`, `promises`, `at(name)` (a path in a new directory) and `called(start)`, the arguments that
/// `start` gets for the callback that it is given.
#[allow(dead_code, reason = "not all of the tests that share this module run scripts this way")]
pub(crate) fn check(script: &str) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = std::fs::canonicalize(directory.path()).expect("its path");
    let script = format!(
        r#"
        import fs from "node:fs";
        import promises from "node:fs/promises";
        const at = (name) => {path:?} + "/" + name;
        const called = (start) => new Promise((resolve) => start((...given) => resolve(given)));
        {script}
        "#
    );
    llrt_test::check(MODULES, &script);
}
