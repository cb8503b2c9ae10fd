//! `node:v8`: V8's serialization format, and figures of the heap.
//!
//! Node: <https://nodejs.org/api/v8.html>. What differs is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, heap, host, module::function, profile};
use llrt_inspect::{Kind, kind};
use rquickjs::{Ctx, Function, Object, Value};

/// The module `node:v8`, also `v8`.
pub struct V8;

impl Module for V8 {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["v8"],
        requires: &["internal:errors", "internal:host", "internal:serdes", "internal:validators"],
        exports: &[
            Export { name: "heap", build: |ctx| function(ctx, "heap", 0, heap_figures) },
            Export { name: "instancesOf", build: |ctx| function(ctx, "instancesOf", 1, instances_of) },
            Export { name: "startProfile", build: |ctx| function(ctx, "startProfile", 0, start_profile) },
            Export { name: "kindOf", build: |ctx| function(ctx, "kindOf", 1, kind_of) },
        ],
        script: Some(llrt_core::script!("v8")),
        ..ModuleInfo::new("node:v8")
    };
}

/// `startProfile()`: begins a profile, and gives the function that ends it.
fn start_profile(ctx: Ctx<'_>) -> rquickjs::Result<Function<'_>> {
    let profile = profile::start(&ctx, profile::INTERVAL);
    Function::new(ctx, move || profile.stop())
}

/// `internal:serdes`: the format. Needs the global `Buffer`.
pub struct Serdes;

impl Module for Serdes {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors"],
        script: Some(llrt_core::script!("serdes")),
        ..ModuleInfo::new("internal:serdes")
    };
}

/// `internal:v8-ipc`: the format as processes send it to each other.
pub struct V8Ipc;

impl Module for V8Ipc {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["node:v8"],
        script: Some(llrt_core::script!("ipc")),
        ..ModuleInfo::new("internal:v8-ipc")
    };
}

/// `[allocated, used, external, limit, contexts]`, in bytes but for the last.
fn heap_figures(ctx: Ctx<'_>) -> Vec<f64> {
    let usage = host::memory_usage(&ctx);
    // Without a limit what a number of 32 bits can tell: the engine stops only with the machine.
    let limit = if usage.limit_bytes > 0 { usage.limit_bytes as f64 } else { 4_294_967_296.0 };
    let contexts = heap::contexts(&ctx).unwrap_or(1) as f64;
    vec![usage.allocated_bytes as f64, usage.used_bytes as f64, usage.array_buffer_bytes as f64, limit, contexts]
}

/// The objects of the heap that inherit from `prototype`, `undefined` where they cannot be listed.
fn instances_of<'js>(ctx: Ctx<'js>, prototype: Object<'js>) -> Option<Vec<Object<'js>>> {
    let inherits = |object: &Object<'js>| {
        let mut heir = object.clone();
        // A proxy's prototype is what its handler says: asking runs code of the program.
        while kind(heir.as_value()) != Kind::Proxy {
            match heir.get_prototype() {
                Some(parent) if parent == prototype => return true,
                Some(parent) => heir = parent,
                None => return false,
            }
        }
        false
    };
    Some(heap::objects(&ctx)?.into_iter().filter(inherits).collect())
}

/// How an object is written. `none` cannot be.
fn kind_of(value: Value<'_>) -> &'static str {
    if value.is_array() {
        return "array";
    }
    match kind(&value) {
        Kind::ArrayBuffer => "ArrayBuffer",
        Kind::BigIntObject | Kind::BooleanObject | Kind::NumberObject | Kind::StringObject | Kind::SymbolObject => {
            "boxed"
        }
        Kind::DataView | Kind::TypedArray(_) => "view",
        Kind::Date => "Date",
        Kind::Error => "Error",
        Kind::Map => "Map",
        Kind::RegExp => "RegExp",
        Kind::Set => "Set",
        Kind::SharedArrayBuffer => "SharedArrayBuffer",
        Kind::Promise | Kind::Proxy | Kind::WeakMap | Kind::WeakSet => "none",
        _ => "object",
    }
}
