//! `fetch`, `Headers`, `Request`, `Response`, `FormData` (module `internal:fetch`), and `internal:http-client`, the raw HTTP client
//! under them for bundled packages.
//!
//! Fetch: <https://fetch.spec.whatwg.org/>. What differs from Node is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod args;
mod cancel;
mod classes;
mod client;
mod error;
mod functions;
pub mod ops;

use classes::{canceller::Canceller, sink::BodySink};

/// The module `internal:http-client`, for built-in code only.
pub struct HttpClient;

impl Module for HttpClient {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[
            Export { name: "request", build: |ctx| function(ctx, "request", 1, functions::request) },
            Export { name: "preconnect", build: |ctx| function(ctx, "preconnect", 1, functions::preconnect) },
            Export { name: "Canceller", build: |ctx| classes::constructor::<Canceller>(ctx) },
            Export { name: "BodySink", build: |ctx| classes::constructor::<BodySink>(ctx) },
        ],
        ..ModuleInfo::new("internal:http-client")
    };
}
