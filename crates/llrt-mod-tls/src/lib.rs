//! `node:tls`: clients and servers on rustls and ring.
//!
//! Node: <https://nodejs.org/api/tls.html>. What differs is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod certificate;
mod connection;
mod context;
mod error;
mod functions;
mod session;
mod suites;
mod ticket;

/// The module `node:tls`, also `tls`.
pub struct Tls;

impl Module for Tls {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["tls"],
        requires: &[
            "internal:errors",
            "internal:host",
            "internal:tls-context",
            "internal:tls-handles",
            "internal:validators",
            "node:net",
        ],
        exports: &[
            Export {
                name: "certificatesFor",
                build: |ctx| function(ctx, "certificatesFor", 2, functions::certificates_for),
            },
            Export { name: "describe", build: |ctx| function(ctx, "describe", 1, functions::describe) },
        ],
        script: Some(llrt_core::script!("tls")),
        ..ModuleInfo::new("node:tls")
    };
}

/// `internal:tls-handles`: handles of `node:net` that encrypt.
pub struct Handles;

impl Module for Handles {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:host"],
        exports: &[
            Export { name: "accept", build: |ctx| function(ctx, "accept", 6, functions::accept) },
            Export { name: "closeNotify", build: |ctx| function(ctx, "closeNotify", 1, functions::close_notify) },
            Export {
                name: "exportKeyingMaterial",
                build: |ctx| function(ctx, "exportKeyingMaterial", 4, functions::export_keying_material),
            },
            Export { name: "feed", build: |ctx| function(ctx, "feed", 2, functions::feed) },
            Export { name: "hello", build: |ctx| function(ctx, "hello", 1, functions::hello) },
            Export { name: "info", build: |ctx| function(ctx, "info", 1, functions::info) },
            Export { name: "keyLines", build: |ctx| function(ctx, "keyLines", 1, functions::key_lines) },
            Export { name: "newClient", build: |ctx| function(ctx, "newClient", 5, functions::new_client) },
            Export { name: "newServer", build: |ctx| function(ctx, "newServer", 1, functions::new_server) },
            Export { name: "newSessions", build: |ctx| function(ctx, "newSessions", 1, functions::new_sessions) },
            Export {
                name: "ownCertificate",
                build: |ctx| function(ctx, "ownCertificate", 1, functions::own_certificate),
            },
            Export {
                name: "peerCertificates",
                build: |ctx| function(ctx, "peerCertificates", 1, functions::peer_certificates),
            },
            Export { name: "read", build: |ctx| function(ctx, "read", 1, functions::read) },
            Export { name: "refuse", build: |ctx| function(ctx, "refuse", 2, functions::refuse) },
            Export { name: "sessionName", build: |ctx| function(ctx, "sessionName", 1, functions::session_name) },
            Export {
                name: "setMaxFragment",
                build: |ctx| function(ctx, "setMaxFragment", 2, functions::set_max_fragment),
            },
            Export { name: "stapled", build: |ctx| function(ctx, "stapled", 1, functions::stapled) },
            Export { name: "take", build: |ctx| function(ctx, "take", 1, functions::take) },
            Export { name: "verify", build: |ctx| function(ctx, "verify", 1, functions::verify) },
            Export { name: "write", build: |ctx| function(ctx, "write", 2, functions::write) },
        ],
        script: Some(llrt_core::script!("handles")),
        ..ModuleInfo::new("internal:tls-handles")
    };
}

/// `internal:tls-context`: secure contexts, and whom is trusted.
pub struct Context;

impl Module for Context {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:validators"],
        exports: &[
            Export {
                name: "contextSchemes",
                build: |ctx| function(ctx, "contextSchemes", 1, functions::context_schemes),
            },
            Export {
                name: "extraCertificates",
                build: |ctx| function(ctx, "extraCertificates", 0, functions::extra_certificates),
            },
            Export { name: "listSuites", build: |ctx| function(ctx, "listSuites", 0, functions::list_suites) },
            Export { name: "newContext", build: |ctx| function(ctx, "newContext", 1, functions::new_context) },
            Export { name: "readArchive", build: |ctx| function(ctx, "readArchive", 2, functions::read_archive) },
            Export {
                name: "rootCertificates",
                build: |ctx| function(ctx, "rootCertificates", 0, functions::root_certificates),
            },
            Export {
                name: "setTicketKeys",
                build: |ctx| function(ctx, "setTicketKeys", 2, functions::set_ticket_keys),
            },
            Export { name: "splitPem", build: |ctx| function(ctx, "splitPem", 1, functions::split_pem) },
            Export { name: "ticketKeys", build: |ctx| function(ctx, "ticketKeys", 1, functions::ticket_keys) },
        ],
        script: Some(llrt_core::script!("context")),
        ..ModuleInfo::new("internal:tls-context")
    };
}

/// `internal:x509`: the class `X509Certificate` of `node:crypto`, which loads it when one is made.
pub struct X509;

impl Module for X509 {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:validators"],
        exports: &[
            Export { name: "describe", build: |ctx| function(ctx, "describe", 1, functions::describe) },
            Export { name: "isIssuer", build: |ctx| function(ctx, "isIssuer", 2, functions::is_issuer) },
            Export {
                name: "readCertificate",
                build: |ctx| function(ctx, "readCertificate", 1, functions::read_certificate),
            },
            Export { name: "splitPem", build: |ctx| function(ctx, "splitPem", 1, functions::split_pem) },
        ],
        script: Some(llrt_core::script!("x509")),
        ..ModuleInfo::new("internal:x509")
    };
}
