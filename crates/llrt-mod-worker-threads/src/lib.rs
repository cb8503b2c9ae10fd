//! `node:worker_threads` without threads, and the globals `MessageChannel`, `MessagePort`, `MessageEvent`, `BroadcastChannel`.
//!
//! Node: <https://nodejs.org/api/worker_threads.html>. What differs is in README.md.
#![forbid(unsafe_code)]

use std::rc::Rc;

use llrt_core::{Export, Global, Module, ModuleInfo, module::function, task::LoopRef};
use rquickjs::{Ctx, Function, Object, Result};

/// The module `node:worker_threads`, also `worker_threads`.
pub struct WorkerThreads;

impl Module for WorkerThreads {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["worker_threads"],
        requires: &["internal:errors", "internal:messaging"],
        script: Some(llrt_core::script!("worker_threads")),
        ..ModuleInfo::new("node:worker_threads")
    };
}

/// `internal:messaging`: channels, ports and their events.
pub struct Messaging;

impl Module for Messaging {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &[
            "internal:errors",
            "internal:event-target",
            "internal:host",
            "internal:structured-clone",
            "internal:timers",
        ],
        globals: &[
            Global::class("MessageChannel"),
            Global::class("MessagePort"),
            Global::class("MessageEvent"),
            Global::class("BroadcastChannel"),
        ],
        exports: &[Export { name: "keepAlive", build: |ctx| function(ctx, "keepAlive", 0, keep_alive) }],
        script: Some(llrt_core::script!("messaging")),
        ..ModuleInfo::new("internal:messaging")
    };
}

/// `keepAlive()`: `{ ref, unref, hasRef }` of something that keeps the loop alive while it is referenced; at first it is not.
fn keep_alive(ctx: Ctx<'_>) -> Result<Object<'_>> {
    let guard = Rc::new(LoopRef::unheld(&ctx));
    let object = Object::new(ctx.clone())?;
    let held = Rc::clone(&guard);
    object.set("ref", Function::new(ctx.clone(), move || held.hold())?)?;
    let held = Rc::clone(&guard);
    object.set("unref", Function::new(ctx.clone(), move || held.unref())?)?;
    object.set("hasRef", Function::new(ctx, move || guard.is_held())?)?;
    Ok(object)
}
