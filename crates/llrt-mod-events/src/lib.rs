//! `node:events`, and the web's events: `Event`, `EventTarget`, `CustomEvent`, `ErrorEvent`, `PromiseRejectionEvent`.
//!
//! Node: <https://nodejs.org/api/events.html>. Web: <https://dom.spec.whatwg.org/#events>.
#![forbid(unsafe_code)]

use std::{sync::LazyLock, time::Instant};

use llrt_core::{Export, Global, Module, ModuleInfo, module::function};

/// `node:events`, also `events`.
pub struct Events;

impl Module for Events {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["events"],
        requires: &["internal:errors", "internal:host", "internal:validators"],
        script: Some(llrt_core::script!("events")),
        ..ModuleInfo::new("node:events")
    };
}

/// `internal:event-target`: `Event`, `EventTarget` and `CustomEvent`, and what other modules build on them with.
pub struct EventTarget;

impl Module for EventTarget {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:validators"],
        globals: &[Global::class("Event"), Global::class("EventTarget"), Global::class("CustomEvent")],
        exports: &[Export { name: "monotonicMs", build: |ctx| function(ctx, "monotonicMs", 0, monotonic_ms) }],
        script: Some(llrt_core::script!("event-target")),
        ..ModuleInfo::new("internal:event-target")
    };
}

/// `internal:error-event`: `ErrorEvent` and `PromiseRejectionEvent`.
pub struct ErrorEvent;

impl Module for ErrorEvent {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:event-target"],
        globals: &[Global::class("ErrorEvent"), Global::class("PromiseRejectionEvent")],
        script: Some(llrt_core::script!("error-event")),
        ..ModuleInfo::new("internal:error-event")
    };
}

/// Milliseconds since the first call: what an event's age is measured with.
fn monotonic_ms() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64() * 1000.0
}
