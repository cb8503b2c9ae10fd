//! `node:dns` and `node:dns/promises`: addresses of names, and names of addresses.
//!
//! Node: <https://nodejs.org/api/dns.html>. What differs is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod functions;

/// The module `node:dns`, also `dns`.
pub struct Dns;

impl Module for Dns {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["dns"],
        requires: &["internal:errors", "internal:host", "internal:validators"],
        exports: &[
            Export { name: "isIP", build: |ctx| function(ctx, "isIP", 1, functions::is_ip) },
            Export { name: "lookupHost", build: |ctx| function(ctx, "lookupHost", 4, functions::lookup_host) },
            Export { name: "lookupName", build: |ctx| function(ctx, "lookupName", 3, functions::lookup_name) },
        ],
        script: Some(llrt_core::script!("dns")),
        ..ModuleInfo::new("node:dns")
    };
}

/// The module `node:dns/promises`, also `dns/promises`.
pub struct DnsPromises;

impl Module for DnsPromises {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["dns/promises"],
        requires: &["node:dns"],
        script: Some(llrt_core::script!("promises")),
        ..ModuleInfo::new("node:dns/promises")
    };
}
