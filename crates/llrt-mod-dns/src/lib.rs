//! `node:dns` and `node:dns/promises`: addresses of names, names of addresses, and records from name servers.
//!
//! Node: <https://nodejs.org/api/dns.html>. What differs is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod functions;
mod query;

/// The module `node:dns`, also `dns`.
pub struct Dns;

impl Module for Dns {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["dns"],
        requires: &["internal:dns", "internal:errors", "internal:validators", "node:dns/promises"],
        script: Some(llrt_core::script!("dns")),
        ..ModuleInfo::new("node:dns")
    };
}

/// The module `node:dns/promises`, also `dns/promises`.
pub struct DnsPromises;

impl Module for DnsPromises {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["dns/promises"],
        requires: &["internal:dns", "internal:errors"],
        script: Some(llrt_core::script!("promises")),
        ..ModuleInfo::new("node:dns/promises")
    };
}

/// `internal:dns`: what both have in common.
pub struct DnsCommon;

impl Module for DnsCommon {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:validators"],
        exports: &[
            Export { name: "isIP", build: |ctx| function(ctx, "isIP", 1, functions::is_ip) },
            Export { name: "lookupHost", build: |ctx| function(ctx, "lookupHost", 4, functions::lookup_host) },
            Export { name: "lookupName", build: |ctx| function(ctx, "lookupName", 3, functions::lookup_name) },
            Export { name: "namesInHosts", build: |ctx| function(ctx, "namesInHosts", 1, query::names_in_hosts) },
            Export { name: "query", build: |ctx| function(ctx, "query", 4, query::query) },
            Export { name: "reverseName", build: |ctx| function(ctx, "reverseName", 1, query::reverse_name) },
            Export { name: "systemServers", build: |ctx| function(ctx, "systemServers", 0, query::system_servers) },
        ],
        script: Some(llrt_core::script!("common")),
        ..ModuleInfo::new("internal:dns")
    };
}
