//! `node:zlib`, and the globals `CompressionStream` and `DecompressionStream`.
//!
//! Node: <https://nodejs.org/api/zlib.html>. Compression Streams: <https://compression.spec.whatwg.org/>.
//!
//! The codecs are `llrt-compression`'s. Functions with callbacks and streams work in tokio's pool of blocking threads, which starts
//! when it is first needed; without a tokio runtime they work on the loop.
#![forbid(unsafe_code)]

use llrt_core::{Export, Global, Module, ModuleInfo, module::function};

mod engine;
mod error;
mod functions;

/// `node:zlib`, also `zlib`.
pub struct Zlib;

impl Module for Zlib {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["zlib"],
        requires: &["internal:errors", "internal:host", "internal:validators", "node:buffer", "node:stream"],
        exports: &[
            Export { name: "crc32", build: |ctx| function(ctx, "crc32", 1, functions::crc32) },
            Export { name: "openZlib", build: |ctx| function(ctx, "openZlib", 6, functions::open_zlib) },
            Export { name: "openBrotli", build: |ctx| function(ctx, "openBrotli", 3, functions::open_brotli) },
            Export { name: "openZstd", build: |ctx| function(ctx, "openZstd", 4, functions::open_zstd) },
            Export { name: "step", build: |ctx| function(ctx, "step", 5, functions::step) },
            Export { name: "run", build: |ctx| function(ctx, "run", 5, functions::run) },
            Export { name: "runSync", build: |ctx| function(ctx, "runSync", 4, functions::run_sync) },
            Export { name: "reset", build: |ctx| function(ctx, "reset", 1, functions::reset) },
            Export { name: "setParams", build: |ctx| function(ctx, "setParams", 3, functions::set_params) },
            Export { name: "close", build: |ctx| function(ctx, "close", 1, functions::close) },
        ],
        script: Some(llrt_core::script!("zlib")),
        ..ModuleInfo::new("node:zlib")
    };
}

/// `internal:compression-streams`: the web's classes, as globals.
pub struct CompressionStreams;

impl Module for CompressionStreams {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "node:stream", "node:zlib"],
        globals: &[Global::class("CompressionStream"), Global::class("DecompressionStream")],
        script: Some(llrt_core::script!("compression-streams")),
        ..ModuleInfo::new("internal:compression-streams")
    };
}
