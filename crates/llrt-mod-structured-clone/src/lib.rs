//! The global `structuredClone`.
//!
//! Standard: <https://html.spec.whatwg.org/multipage/structured-data.html>. Other modules that send values somewhere import
//! `serialize` and `deserialize` of `internal:structured-clone`.
#![forbid(unsafe_code)]

use llrt_core::{Export, Global, Module, ModuleInfo, module::function};
use llrt_inspect::{Kind, kind};
use rquickjs::{Ctx, Function, Result, Value};

/// `internal:structured-clone`: the global `structuredClone`.
pub struct StructuredClone;

impl Module for StructuredClone {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host"],
        globals: &[Global::function("structuredClone")],
        exports: &[
            Export { name: "clonePlain", build: |ctx| function(ctx, "clonePlain", 2, clone_plain) },
            Export { name: "kindOf", build: |ctx| function(ctx, "kindOf", 1, kind_of) },
        ],
        script: Some(llrt_core::script!("structured-clone")),
        ..ModuleInfo::new("internal:structured-clone")
    };
}

/// A copy of a value; `part` itself, when something in the value takes more than that. See [`llrt_plain::clone`].
fn clone_plain<'js>(ctx: Ctx<'js>, value: Value<'js>, part: Function<'js>) -> Result<Value<'js>> {
    Ok(llrt_plain::clone(&ctx, &value, &part)?.unwrap_or_else(|| part.into_value()))
}

/// What decides how an object is copied. `none` cannot be.
fn kind_of(value: Value<'_>) -> &'static str {
    match kind(&value) {
        Kind::ArrayBuffer => "ArrayBuffer",
        Kind::BigIntObject | Kind::BooleanObject | Kind::NumberObject | Kind::StringObject => "boxed",
        Kind::DataView | Kind::TypedArray(_) => "view",
        Kind::Date => "Date",
        Kind::Error => "Error",
        Kind::Map => "Map",
        Kind::RegExp => "RegExp",
        Kind::Set => "Set",
        Kind::SharedArrayBuffer => "SharedArrayBuffer",
        Kind::Arguments
        | Kind::AsyncFunction
        | Kind::AsyncGeneratorFunction
        | Kind::Generator
        | Kind::GeneratorFunction
        | Kind::MapIterator
        | Kind::Module
        | Kind::Promise
        | Kind::Proxy
        | Kind::SetIterator
        | Kind::SymbolObject
        | Kind::WeakMap
        | Kind::WeakSet => "none",
        _ if value.is_function() => "none",
        _ => "object",
    }
}
