//! `node:net`: TCP and Unix-domain sockets, and servers of them.
//!
//! Node: <https://nodejs.org/api/net.html>. What differs is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod addresses;
mod handle;

/// The module `node:net`, also `net`.
pub struct Net;

impl Module for Net {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["net"],
        requires: &[
            "internal:errors",
            "internal:host",
            "internal:net-addresses",
            "internal:validators",
            "node:events",
            "node:stream",
            "node:timers",
        ],
        exports: &[
            Export { name: "checkHost", build: |ctx| function(ctx, "checkHost", 2, addresses::check_host) },
            Export { name: "createHandle", build: |ctx| function(ctx, "createHandle", 2, handle::create) },
            Export { name: "descriptorKind", build: |ctx| function(ctx, "descriptorKind", 1, addresses::kind) },
        ],
        script: Some(llrt_core::script!("net")),
        ..ModuleInfo::new("node:net")
    };
}

/// `internal:net-addresses`: telling addresses apart, `SocketAddress` and `BlockList`.
pub struct NetAddresses;

impl Module for NetAddresses {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:validators"],
        exports: &[
            Export { name: "addressBytes", build: |ctx| function(ctx, "addressBytes", 1, addresses::bytes) },
            Export { name: "isIP", build: |ctx| function(ctx, "isIP", 1, addresses::is_ip) },
            Export { name: "isIPv4", build: |ctx| function(ctx, "isIPv4", 1, addresses::is_ip_v4) },
            Export { name: "isIPv6", build: |ctx| function(ctx, "isIPv6", 1, addresses::is_ip_v6) },
            Export { name: "normalAddress", build: |ctx| function(ctx, "normalAddress", 1, addresses::normal) },
        ],
        script: Some(llrt_core::script!("addresses")),
        ..ModuleInfo::new("internal:net-addresses")
    };
}
