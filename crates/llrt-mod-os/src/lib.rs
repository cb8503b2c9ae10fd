//! `node:os`: facts about the system.
//!
//! Node: <https://nodejs.org/api/os.html>.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};
use rquickjs::IntoJs;

mod constants;
mod functions;
pub mod ops;

/// The module `node:os`, also `os`.
pub struct Os;

impl Module for Os {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["os"],
        exports: &[
            Export { name: "EOL", build: |ctx| if cfg!(windows) { "\r\n" } else { "\n" }.into_js(ctx) },
            Export { name: "arch", build: |ctx| functions::primitive(ctx, "arch", functions::arch) },
            Export {
                name: "availableParallelism",
                build: |ctx| functions::primitive(ctx, "availableParallelism", functions::available_parallelism),
            },
            Export { name: "constants", build: constants::build },
            Export { name: "cpus", build: |ctx| function(ctx, "cpus", 0, functions::cpus) },
            Export { name: "devNull", build: |ctx| "/dev/null".into_js(ctx) },
            Export { name: "endianness", build: |ctx| functions::primitive(ctx, "endianness", functions::endianness) },
            Export { name: "freemem", build: |ctx| functions::primitive(ctx, "freemem", functions::freemem) },
            Export { name: "getPriority", build: |ctx| function(ctx, "getPriority", 0, functions::get_priority) },
            Export { name: "homedir", build: |ctx| functions::primitive(ctx, "homedir", functions::homedir) },
            Export { name: "hostname", build: |ctx| functions::primitive(ctx, "hostname", functions::hostname) },
            Export { name: "loadavg", build: |ctx| function(ctx, "loadavg", 0, functions::loadavg) },
            Export { name: "machine", build: |ctx| functions::primitive(ctx, "machine", functions::machine) },
            Export {
                name: "networkInterfaces",
                build: |ctx| function(ctx, "networkInterfaces", 0, functions::network_interfaces),
            },
            Export { name: "platform", build: |ctx| functions::primitive(ctx, "platform", functions::platform) },
            Export { name: "release", build: |ctx| functions::primitive(ctx, "release", functions::release) },
            Export { name: "setPriority", build: |ctx| function(ctx, "setPriority", 2, functions::set_priority) },
            Export { name: "tmpdir", build: |ctx| functions::primitive(ctx, "tmpdir", functions::tmpdir) },
            Export { name: "totalmem", build: |ctx| functions::primitive(ctx, "totalmem", functions::totalmem) },
            Export { name: "type", build: |ctx| functions::primitive(ctx, "type", functions::kind) },
            Export { name: "uptime", build: |ctx| functions::primitive(ctx, "uptime", functions::uptime) },
            Export { name: "userInfo", build: |ctx| function(ctx, "userInfo", 0, functions::user_info) },
            Export { name: "version", build: |ctx| functions::primitive(ctx, "version", functions::version) },
        ],
        read_only: &["EOL", "constants", "devNull"],
        ..ModuleInfo::new("node:os")
    };
}

/// `internal:system`: what built-in code asks of the system most, without the rest of `node:os`.
pub struct System;

impl Module for System {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[
            Export { name: "homedir", build: |ctx| function(ctx, "homedir", 0, functions::homedir) },
            Export { name: "platform", build: |ctx| function(ctx, "platform", 0, functions::platform) },
            Export { name: "release", build: |ctx| function(ctx, "release", 0, functions::release) },
        ],
        ..ModuleInfo::new("internal:system")
    };
}
