//! What both classes need.

use llrt_core::{
    JsClass, NodeError, host,
    table::{self, Call, Member, NativeFn},
};
use rquickjs::{Ctx, Error, Function, IntoJs, Object, Result, Symbol, Value, object::Property};

/// Defines a class with an inspection of its own.
pub(crate) fn define<'js, F: NativeFn>(
    ctx: &Ctx<'js>,
    name: &std::ffi::CStr,
    members: &'static [Member],
    inspect: &'static Member,
    construct: F,
) -> Result<Value<'js>> {
    let prototype = Object::new(ctx.clone())?;
    let class = table::constructor(ctx, name, 0, &prototype, construct)?;
    table::define(&prototype, members)?;
    let custom = Symbol::new_global(ctx.clone(), "nodejs.util.inspect.custom")?;
    prototype.prop(custom, Property::from(table::function(ctx, inspect)?).writable().configurable())?;
    Ok(class.into_inner().into_inner().into_value())
}

/// The prototype of the instance to make.
pub(crate) fn new_target<'js>(call: &Call<'_, 'js>, name: &str) -> Result<Object<'js>> {
    match call.this().into_object() {
        Some(target) => target.get("prototype"),
        None => {
            let message = format!("Class constructor {name} cannot be invoked without 'new'");
            Err(NodeError::plain(JsClass::TypeError, message).throw(call.ctx()))
        }
    }
}

/// `ERR_INVALID_THIS`
pub(crate) fn invalid_this(ctx: &Ctx<'_>, name: &str) -> Error {
    let message = format!("Value of \"this\" must be of type {name}");
    NodeError::new(JsClass::TypeError, "ERR_INVALID_THIS", message).throw(ctx)
}

/// `TextDecoder { encoding: 'utf-8' }`, from the receiver's getters `names`.
pub(crate) fn inspect<'js>(call: &Call<'_, 'js>, names: &[&str]) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let value = call.this();
    let this = value.as_object().ok_or(Error::Unknown)?;
    let class: Object<'js> = this.get("constructor")?;
    let name: String = class.get("name")?;
    if call.arg(0).as_number().is_some_and(|depth| depth < 0.0) {
        return format!("[{name}]").into_js(ctx);
    }
    let shown = Object::new(ctx.clone())?;
    for &name in names {
        shown.set(name, this.get::<_, Value<'js>>(name)?)?;
    }
    let inspect: Function<'js> = match call.arg(2).as_function() {
        Some(inspect) => inspect.clone(),
        None => host::import(ctx, "node:util")?.get("inspect")?,
    };
    let text: String = inspect.call((shown, call.arg(1)))?;
    format!("{name} {text}").into_js(ctx)
}
