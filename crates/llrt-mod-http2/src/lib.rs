//! `node:http2`: HTTP/2 clients and servers, and the compatibility API.
//!
//! Node: <https://nodejs.org/api/http2.html>. The protocol is plain Rust (frames, HPACK, streams, flow control); events, streams and
//! classes are JavaScript. It speaks over any `Duplex`, and over `node:net` and `node:tls` when it makes connections itself.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod functions;
mod proto;
mod scope;

/// `node:http2`, also `http2`.
pub struct Http2;

impl Module for Http2 {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["http2"],
        requires: &[
            "internal:errors",
            "internal:host",
            "internal:http2/compat",
            "internal:http2/shared",
            "internal:timers",
            "internal:validators",
            "node:buffer",
            "node:events",
            "node:stream",
        ],
        exports: &[
            Export { name: "open", build: |ctx| function(ctx, "open", 2, functions::open) },
            Export { name: "receive", build: |ctx| function(ctx, "receive", 2, functions::receive) },
            Export { name: "next", build: |ctx| function(ctx, "next", 1, functions::next) },
            Export { name: "now", build: |ctx| function(ctx, "now", 0, functions::now) },
            Export { name: "output", build: |ctx| function(ctx, "output", 1, functions::output) },
            Export { name: "lastWords", build: |ctx| function(ctx, "lastWords", 2, functions::last_words) },
            Export { name: "capture", build: |ctx| function(ctx, "capture", 2, scope::capture) },
            Export { name: "runIn", build: |ctx| function(ctx, "runIn", 3, scope::run_in) },
            Export { name: "written", build: |ctx| function(ctx, "written", 1, functions::written) },
            Export { name: "sendSettings", build: |ctx| function(ctx, "sendSettings", 2, functions::settings) },
            Export { name: "request", build: |ctx| function(ctx, "request", 4, functions::request) },
            Export { name: "respond", build: |ctx| function(ctx, "respond", 5, functions::respond) },
            Export { name: "promise", build: |ctx| function(ctx, "promise", 4, functions::promise) },
            Export { name: "write", build: |ctx| function(ctx, "write", 3, functions::write) },
            Export { name: "end", build: |ctx| function(ctx, "end", 2, functions::end) },
            Export { name: "reset", build: |ctx| function(ctx, "reset", 3, functions::close) },
            Export { name: "pause", build: |ctx| function(ctx, "pause", 3, functions::pause) },
            Export { name: "sendPing", build: |ctx| function(ctx, "sendPing", 2, functions::ping) },
            Export { name: "sendGoaway", build: |ctx| function(ctx, "sendGoaway", 4, functions::goaway) },
            Export { name: "sendAltsvc", build: |ctx| function(ctx, "sendAltsvc", 4, functions::altsvc) },
            Export { name: "sendOrigin", build: |ctx| function(ctx, "sendOrigin", 2, functions::origin) },
            Export { name: "setNextId", build: |ctx| function(ctx, "setNextId", 2, functions::set_next_id) },
            Export { name: "setWindow", build: |ctx| function(ctx, "setWindow", 2, functions::set_window) },
            Export { name: "state", build: |ctx| function(ctx, "state", 2, functions::state) },
            Export { name: "settingsOf", build: |ctx| function(ctx, "settingsOf", 2, functions::get_settings) },
            Export { name: "errorText", build: |ctx| function(ctx, "errorText", 1, functions::error_text) },
        ],
        script: Some(llrt_core::script!("http2")),
        ..ModuleInfo::new("node:http2")
    };
}

/// `internal:http2/compat`: requests and responses that look like those of `node:http`.
pub struct Compat;

impl Module for Compat {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:http2/shared", "internal:validators", "node:stream"],
        script: Some(llrt_core::script!("compat")),
        ..ModuleInfo::new("internal:http2/compat")
    };
}

/// `internal:http2/shared`: constants, errors and header checks of both APIs.
pub struct Shared;

impl Module for Shared {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors"],
        script: Some(llrt_core::script!("shared")),
        ..ModuleInfo::new("internal:http2/shared")
    };
}
