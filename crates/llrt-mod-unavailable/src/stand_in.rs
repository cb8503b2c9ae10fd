//! What stands in for an export.

use llrt_core::{JsClass, NodeError};
use rquickjs::{Ctx, Function, IntoJs, Object, Result, Value, function::Rest};

/// The name without its scheme, for modules that can be imported by it.
pub(crate) const fn aliases(name: &'static [&'static str; 1]) -> &'static [&'static str] {
    match name[0].as_bytes() {
        b"sea" | b"sqlite" | b"test" | b"test/reporters" => &[],
        _ => name,
    }
}

/// A function that throws when it is called or constructed. It can be extended, as classes are.
pub(crate) fn make<'js>(ctx: &Ctx<'js>, module: &'static str, name: &'static str) -> Result<Value<'js>> {
    let refuse = move |ctx: Ctx<'js>, _arguments: Rest<Value<'js>>| -> Result<()> {
        let message = format!("{module}.{name} is not available in this runtime yet");
        Err(NodeError::new(JsClass::Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", message).throw(&ctx))
    };
    let function = Function::new(ctx.clone(), refuse)?.with_name(name)?.with_constructor(true);
    function.set("prototype", Object::new(ctx.clone())?)?;
    Ok(function.into_value())
}

pub(crate) fn yes<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    true.into_js(ctx)
}

pub(crate) fn no<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    false.into_js(ctx)
}

pub(crate) fn object<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    Ok(Object::new(ctx.clone())?.into_value())
}

pub(crate) fn symbol<'js>(ctx: &Ctx<'js>, description: &str) -> Result<Value<'js>> {
    let symbol: Function<'js> = ctx.globals().get("Symbol")?;
    symbol.call((description,))
}
