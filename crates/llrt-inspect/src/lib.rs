//! Node.js's `util.inspect` and `util.format` over QuickJS values.
//!
//! - [`inspect`], [`try_inspect`]: one value as text, with [`InspectOptions`]
//! - [`format()`], [`format_with_options`]: placeholders and several values, as `console.log` writes them
//! - [`function`]: the JavaScript functions `util.inspect`, `util.format` and `util.formatWithOptions`
//!
//! Node: <https://nodejs.org/api/util.html#utilinspectobject-options>. Where Node's output follows from what its own engine
//! is, this prints what fits QuickJS; README.md lists the differences.
//!
//! ```
//! use llrt_inspect::InspectOptions;
//!
//! let runtime = rquickjs::Runtime::new()?;
//! let context = rquickjs::Context::full(&runtime)?;
//! context.with(|ctx| {
//!     let value: rquickjs::Value = ctx.eval("({ a: [1, 'x'], m: new Map([[{}, null]]) })")?;
//!     assert_eq!(llrt_inspect::inspect(&ctx, &value, &InspectOptions::default()), "{ a: [ 1, 'x' ], m: Map(1) { {} => null } }");
//!     Ok::<_, rquickjs::Error>(())
//! })?;
//! # Ok::<_, rquickjs::Error>(())
//! ```

use rquickjs::{Ctx, Object, Result, Value};

mod classes;
mod collections;
mod engine;
mod error;
mod format;
pub mod function;
mod inspector;
mod kind;
mod layout;
mod options;
mod style;
mod text;

pub use classes::remember_classes;
pub use collections::{Entries, entries};
pub use format::format_with_options;
pub use kind::{Kind, kind};
pub use options::{Compact, Getters, InspectOptions, Sorted};
pub use style::{COLOR_ALIASES, COLORS, color};
pub use text::{strip_escapes, width};

/// The value as `util.inspect(value, options)` writes it, for a host that has nobody to pass an error on to: when a custom
/// inspection function throws, the object is shown without asking it.
pub fn inspect<'js>(ctx: &Ctx<'js>, value: &Value<'js>, options: &InspectOptions<'js>) -> String {
    let text = try_inspect(ctx, value, options).or_else(|_| {
        engine::drop_exception(ctx);
        let plain = InspectOptions { custom_inspect: false, sorted: Sorted::No, ..options.clone() };
        try_inspect(ctx, value, &plain)
    });
    text.unwrap_or_else(|_| {
        engine::drop_exception(ctx);
        String::new()
    })
}

/// The value as `util.inspect(value, options)` writes it.
///
/// # Errors
/// What a custom inspection function, or the comparison of [`Sorted::By`], threw. Getters and traps that throw do not matter.
pub fn try_inspect<'js>(ctx: &Ctx<'js>, value: &Value<'js>, options: &InspectOptions<'js>) -> Result<String> {
    inspector::Inspector::new(ctx, options).value(value, 0)
}

/// The values as `util.format(...)`, and with it `console.log`, writes them.
///
/// # Errors
/// As [`format_with_options`].
pub fn format<'js>(ctx: &Ctx<'js>, arguments: &[Value<'js>]) -> Result<String> {
    format_with_options(ctx, &function::defaults(ctx)?, arguments)
}

/// The value of an own property, if it has one that is no accessor: nothing is called.
pub fn own_value<'js>(object: &Object<'js>, name: &str) -> Option<Value<'js>> {
    let property = engine::own_property(object, &engine::Key::new(object.ctx(), name))?;
    (property.get.is_none() && property.set.is_none()).then_some(property.value)
}

/// Whether an object's own enumerable properties are its elements alone: tells about a large typed array without a string for each.
pub fn has_elements_only(object: &Object<'_>) -> bool {
    engine::own_keys(object, engine::Keys::EnumerableButIndices).is_some_and(|keys| keys.is_empty())
}

/// Whether the object has an own property of this name.
pub fn has_own(object: &Object<'_>, name: &str) -> bool {
    engine::own_property(object, &engine::Key::new(object.ctx(), name)).is_some()
}

/// What a proxy stands for, without asking it; `None` for what is no proxy, and for a revoked one.
pub fn proxy_target<'js>(value: &Value<'js>) -> Option<Value<'js>> {
    (kind(value) == Kind::Proxy).then(|| engine::proxy_target(value)).flatten().filter(|target| !target.is_null())
}
