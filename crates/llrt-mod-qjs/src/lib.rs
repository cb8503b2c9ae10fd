//! `llrt:qjs`: the engine itself.
//!
//! - `computeMemoryUsage()`: everything the engine counts of its heap, as an object of numbers
//! - `gc()`: collects cycles of garbage now
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, host, module::function};
use rquickjs::{Ctx, Object, Result};

/// The module `llrt:qjs`.
pub struct Qjs;

impl Module for Qjs {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[
            Export {
                name: "computeMemoryUsage",
                build: |ctx| function(ctx, "computeMemoryUsage", 0, compute_memory_usage),
            },
            Export { name: "gc", build: |ctx| function(ctx, "gc", 0, gc) },
        ],
        ..ModuleInfo::new("llrt:qjs")
    };
}

fn compute_memory_usage(ctx: Ctx<'_>) -> Result<Object<'_>> {
    let figures = host::memory_figures(&ctx);
    let object = Object::new(ctx)?;
    for (name, figure) in figures {
        object.set(name, figure as f64)?;
    }
    Ok(object)
}

fn gc(ctx: Ctx<'_>) {
    ctx.run_gc();
}
