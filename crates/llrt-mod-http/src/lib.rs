//! `node:http` and `node:https`.
//!
//! Node: <https://nodejs.org/api/http.html>, <https://nodejs.org/api/https.html>. What differs is in README.md.
//!
//! The parser of messages is native ([`parser`]); what Node's tests pin down to the tick is in `js/`, a file for each of Node's names.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod class;
pub mod names;
pub mod parser;
mod text;

/// `node:_http_common`: the parser, and what names and values are made of.
pub struct HttpCommon;

impl Module for HttpCommon {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["_http_common"],
        requires: &["internal:errors", "internal:host", "node:_http_incoming", "node:buffer"],
        exports: &[
            Export { name: "Parser", build: class::constructor },
            Export { name: "capture", build: |ctx| function(ctx, "capture", 2, class::capture) },
            Export { name: "methods", build: class::methods },
            Export { name: "statusCodes", build: class::status_codes },
            Export { name: "isAscii", build: |ctx| function(ctx, "isAscii", 1, text::is_ascii) },
            Export { name: "isToken", build: |ctx| function(ctx, "checkIsHttpToken", 1, text::is_http_token) },
            Export {
                name: "hasInvalidChar",
                build: |ctx| function(ctx, "checkInvalidHeaderChar", 1, text::has_invalid_char),
            },
            Export {
                name: "hasInvalidPathChar",
                build: |ctx| function(ctx, "hasInvalidPathChar", 1, text::has_invalid_path_char),
            },
        ],
        script: Some(llrt_core::script!("common")),
        ..ModuleInfo::new("node:_http_common")
    };
}

/// A module that is a script.
macro_rules! scripts {
    ($($(#[$doc:meta])* $type:ident $specifier:literal $alias:literal $file:literal [$($requires:literal)*];)*) => {
        $(
            $(#[$doc])*
            pub struct $type;

            impl Module for $type {
                const INFO: &'static ModuleInfo = &ModuleInfo {
                    aliases: &[$alias],
                    requires: &[$($requires),*],
                    script: Some(llrt_core::script!($file)),
                    ..ModuleInfo::new($specifier)
                };
            }
        )*
    };
}

scripts! {
    /// `node:_http_incoming`: what is received.
    HttpIncoming "node:_http_incoming" "_http_incoming" "incoming" ["internal:errors" "internal:host" "node:stream"];
    /// `node:_http_outgoing`: what is sent.
    HttpOutgoing "node:_http_outgoing" "_http_outgoing" "outgoing"
        ["internal:errors" "internal:host" "internal:validators" "node:_http_common" "node:buffer" "node:stream"];
    /// `node:_http_agent`: who keeps the client's connections.
    HttpAgent "node:_http_agent" "_http_agent" "agent" ["internal:errors" "internal:host" "internal:validators" "node:_http_common" "node:events"];
    /// `node:_http_client`: requests.
    HttpClient "node:_http_client" "_http_client" "client" [
        "internal:errors" "internal:host" "internal:validators" "node:_http_agent" "node:_http_common" "node:_http_incoming"
        "node:_http_outgoing" "node:buffer" "node:stream"
    ];
    /// `node:_http_server`: servers and responses.
    HttpServer "node:_http_server" "_http_server" "server" [
        "internal:errors" "internal:host" "internal:timers" "internal:validators" "node:_http_common" "node:_http_incoming" "node:_http_outgoing"
        "node:events"
    ];
    /// `node:http`.
    Http "node:http" "http" "http" [
        "internal:errors" "internal:host" "internal:validators" "node:_http_agent" "node:_http_client" "node:_http_common"
        "node:_http_incoming" "node:_http_outgoing" "node:_http_server"
    ];
    /// `node:https`.
    Https "node:https" "https" "https" ["internal:validators" "node:_http_agent" "node:_http_client" "node:_http_common" "node:_http_server" "node:tls"];
}

/// `internal:http-proxy`: connections through proxies, for agents that are told of them.
pub struct HttpProxy;

impl Module for HttpProxy {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "node:buffer"],
        script: Some(llrt_core::script!("proxy")),
        ..ModuleInfo::new("internal:http-proxy")
    };
}
