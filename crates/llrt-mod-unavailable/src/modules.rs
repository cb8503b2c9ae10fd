//! The modules and what they export: data, checked against Node.js 24 by the names it lists.

use llrt_core::{Export, Module, ModuleInfo};
use rquickjs::IntoJs;

use crate::stand_in;

/// A module whose functions and classes throw when they are called.
macro_rules! unavailable {
    ($($type:ident $specifier:literal $alias:literal [$($name:literal)*] $([$($value:literal = $build:expr),*])? $({$($code:literal)*})?;)*) => {
        $(
            #[doc = concat!("The module `", $specifier, "`.")]
            pub struct $type;

            impl Module for $type {
                const INFO: &'static ModuleInfo = &ModuleInfo {
                    aliases: stand_in::aliases(&[$alias]),
                    exports: &[
                        $(Export { name: $name, build: |ctx| stand_in::make(ctx, $alias, $name) },)*
                        $($(Export { name: $value, build: $build },)*)?
                        $($(Export { name: $code, build: |ctx| concat!("E", $code).into_js(ctx) },)*)?
                    ],
                    ..ModuleInfo::new($specifier)
                };
            }
        )*

        /// Every module of this crate, for a host that composes them all.
        pub static MODULES: &[llrt_core::Entry] = &[$(llrt_core::Entry::of::<$type>(),)*];
    };
}

unavailable! {
    Cluster "node:cluster" "cluster" [
        "Worker" "disconnect" "fork" "setupMaster" "setupPrimary"
    ]
    ["isMaster" = stand_in::yes, "isPrimary" = stand_in::yes, "isWorker" = stand_in::no, "workers" = stand_in::object, "settings" = stand_in::object,
     "SCHED_NONE" = |ctx| 1.into_js(ctx), "SCHED_RR" = |ctx| 2.into_js(ctx), "schedulingPolicy" = |ctx| 2.into_js(ctx)];
    Dgram "node:dgram" "dgram" [
        "Socket" "_createSocketHandle" "createSocket"
    ];
    Http2 "node:http2" "http2" [
        "Http2ServerRequest" "Http2ServerResponse" "connect" "createSecureServer" "createServer" "getDefaultSettings"
        "getPackedSettings" "getUnpackedSettings" "performServerHandshake"
    ]
    ["constants" = stand_in::object, "sensitiveHeaders" = |ctx| stand_in::symbol(ctx, "sensitiveHeaders")];
    Inspector "node:inspector" "inspector" [
        "Session" "close" "open" "url" "waitForDebugger"
    ];
    InspectorPromises "node:inspector/promises" "inspector/promises" [
        "Session" "close" "open" "url" "waitForDebugger"
    ];
    Repl "node:repl" "repl" [
        "REPLServer" "Recoverable" "isValidSyntax" "start" "writer"
    ]
    ["REPL_MODE_SLOPPY" = |ctx| stand_in::symbol(ctx, "repl-sloppy"), "REPL_MODE_STRICT" = |ctx| stand_in::symbol(ctx, "repl-strict")];
    Sea "node:sea" "sea" [
        "getAsset" "getAssetAsBlob" "getAssetKeys" "getRawAsset" "isSea"
    ];
    Sqlite "node:sqlite" "sqlite" [
        "DatabaseSync" "Session" "StatementSync" "backup"
    ]
    ["constants" = stand_in::object];
    Test "node:test" "test" [
        "after" "afterEach" "before" "beforeEach" "describe" "getTestContext" "it" "only" "run" "skip" "suite" "test" "todo"
    ]
    ["assert" = stand_in::object, "mock" = stand_in::object, "snapshot" = stand_in::object];
    TestReporters "node:test/reporters" "test/reporters" [
        "dot" "junit" "lcov" "spec" "tap"
    ];
    TraceEvents "node:trace_events" "trace_events" [
        "createTracing" "getEnabledCategories"
    ];
    Wasi "node:wasi" "wasi" [
        "WASI"
    ];
}
