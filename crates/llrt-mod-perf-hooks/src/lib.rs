//! `node:perf_hooks` and the global `performance`.
//!
//! Node: <https://nodejs.org/api/perf_hooks.html>. What differs is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Global, Module, ModuleInfo, module::function};

mod clock;

/// The module `node:perf_hooks`, also `perf_hooks`.
pub struct PerfHooks;

impl Module for PerfHooks {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["perf_hooks"],
        requires: &["internal:errors", "internal:event-target", "internal:host", "internal:validators"],
        globals: &[
            Global::function("performance"),
            Global::class("Performance"),
            Global::class("PerformanceEntry"),
            Global::class("PerformanceMark"),
            Global::class("PerformanceMeasure"),
            Global::class("PerformanceObserver"),
            Global::class("PerformanceObserverEntryList"),
            Global::class("PerformanceResourceTiming"),
        ],
        exports: &[
            Export { name: "loopTurn", build: |ctx| function(ctx, "loopTurn", 0, clock::loop_turn) },
            Export { name: "monotonicNs", build: |ctx| function(ctx, "monotonicNs", 0, clock::monotonic_ns) },
            Export { name: "now", build: |ctx| function(ctx, "now", 0, clock::now_ms) },
            Export { name: "threadCpuMs", build: |ctx| function(ctx, "threadCpuMs", 0, clock::thread_cpu_ms) },
            Export { name: "timeOrigin", build: |ctx| function(ctx, "timeOrigin", 0, clock::time_origin_ms) },
        ],
        script: Some(llrt_core::script!("perf_hooks")),
        ..ModuleInfo::new("node:perf_hooks")
    };
}

/// `internal:histogram`: histograms, loaded when one is made.
pub struct Histogram;

impl Module for Histogram {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &[
            "internal:errors",
            "internal:host",
            "internal:structured-clone",
            "internal:validators",
            "node:perf_hooks",
        ],
        script: Some(llrt_core::script!("histogram")),
        ..ModuleInfo::new("internal:histogram")
    };
}
