//! `fetch`, `Headers`, `Request`, `Response`, `FormData`, and `internal:http-client`, the raw HTTP client under them for
//! bundled packages.
//!
//! Fetch: <https://fetch.spec.whatwg.org/>. What differs from Node is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Entry, Export, Global, Module, ModuleInfo, module::function, script, table};

mod args;
mod cancel;
mod classes;
mod client;
mod error;
mod fetch;
mod functions;
pub mod ops;

use classes::{agent::Agent, canceller::Canceller, sink::BodySink};

/// All modules of this crate, for a composition to list.
pub const ENTRIES: [Entry; 8] = [
    Entry::of::<HttpClient>(),
    Entry::of::<Idl>(),
    Entry::of::<Headers>(),
    Entry::of::<FormData>(),
    Entry::of::<Body>(),
    Entry::of::<Response>(),
    Entry::of::<Request>(),
    Entry::of::<Fetch>(),
];

/// `internal:http-client`, for built-in code only.
pub struct HttpClient;

impl Module for HttpClient {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[
            Export { name: "request", build: |ctx| function(ctx, "request", 1, functions::request) },
            Export { name: "preconnect", build: |ctx| function(ctx, "preconnect", 2, functions::preconnect) },
            Export { name: "Agent", build: |ctx| classes::constructor::<Agent>(ctx) },
            Export { name: "Canceller", build: |ctx| classes::constructor::<Canceller>(ctx) },
            Export { name: "BodySink", build: |ctx| classes::constructor::<BodySink>(ctx) },
        ],
        ..ModuleInfo::new("internal:http-client")
    };
}

/// `internal:fetch`: the global `fetch`.
pub struct Fetch;

impl Module for Fetch {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:fetch-body", "internal:request", "internal:response"],
        globals: &[Global::function("fetch")],
        exports: &[
            Export { name: "send", build: |ctx| native(ctx, 0) },
            Export { name: "concat", build: |ctx| native(ctx, 1) },
            Export { name: "copyBytes", build: |ctx| native(ctx, 2) },
            Export { name: "decodeUtf8", build: |ctx| native(ctx, 3) },
            Export { name: "encodeUtf8", build: |ctx| native(ctx, 4) },
            Export { name: "mimeType", build: |ctx| native(ctx, 5) },
            Export { name: "parseMultipart", build: |ctx| native(ctx, 6) },
            Export { name: "dataUrl", build: |ctx| native(ctx, 7) },
            Export { name: "Canceller", build: |ctx| classes::constructor::<Canceller>(ctx) },
            Export { name: "BodySink", build: |ctx| classes::constructor::<BodySink>(ctx) },
        ],
        script: Some(script!("fetch")),
        ..ModuleInfo::new("internal:fetch")
    };
}

fn native<'js>(ctx: &rquickjs::Ctx<'js>, index: usize) -> rquickjs::Result<rquickjs::Value<'js>> {
    table::function(ctx, &fetch::MEMBERS[index]).map(rquickjs::Function::into_value)
}

/// `internal:headers`: the global `Headers`.
pub struct Headers;

impl Module for Headers {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:fetch-idl"],
        globals: &[Global::class("Headers")],
        script: Some(script!("headers")),
        ..ModuleInfo::new("internal:headers")
    };
}

/// `internal:form-data`: the global `FormData`, and `multipart/form-data` both ways. Files need `internal:blob`.
pub struct FormData;

impl Module for FormData {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:fetch", "internal:fetch-idl"],
        globals: &[Global::class("FormData")],
        script: Some(script!("form-data")),
        ..ModuleInfo::new("internal:form-data")
    };
}

/// `internal:fetch-body`: what requests and responses share.
pub struct Body;

impl Module for Body {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:fetch-idl"],
        script: Some(script!("body")),
        ..ModuleInfo::new("internal:fetch-body")
    };
}

/// `internal:response`: the global `Response`.
pub struct Response;

impl Module for Response {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:fetch-body", "internal:fetch-idl", "internal:headers"],
        globals: &[Global::class("Response")],
        script: Some(script!("response")),
        ..ModuleInfo::new("internal:response")
    };
}

/// `internal:request`: the global `Request`. URLs need `node:url`, signals `internal:abort`.
pub struct Request;

impl Module for Request {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:fetch-body", "internal:fetch-idl", "internal:headers"],
        globals: &[Global::class("Request")],
        script: Some(script!("request")),
        ..ModuleInfo::new("internal:request")
    };
}

/// `internal:fetch-idl`: conversions and checks of web interfaces.
pub struct Idl;

impl Module for Idl {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors"],
        script: Some(script!("idl")),
        ..ModuleInfo::new("internal:fetch-idl")
    };
}
