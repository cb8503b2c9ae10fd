//! What V8's `CallSite` has beside what the engine's has: packages such as `depd` (below Express) ask for it.
//!
//! Nobody sees a call site before a program sets `Error.prepareStackTrace`, so that the class is completed then.
//!
//! Node: <https://v8.dev/docs/stack-trace-api>.
//! Differs from Node: the engine does not keep receivers of calls: `getThis` is `undefined`, `getTypeName` and `getMethodName` are `null`,
//! `isToplevel` is true unless the call constructs; `getEnclosingLineNumber`,
//! `getEnclosingColumnNumber`, `getPosition` and `getScriptHash` are missing.

use std::cell::Cell;

use llrt_core::table::{self, Call, Member};
use rquickjs::{
    Ctx, Function, JsLifetime, Null, Object, Result, Undefined, Value,
    function::{IntoJsFunc, Rest, This},
    object::Property,
};

use crate::stack;

/// The engine's accessor of `Error.prepareStackTrace`.
struct Engine<'js> {
    get: Function<'js>,
    set: Function<'js>,
    is_complete: Cell<bool>,
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Engine<'js> {
    type Changed<'to> = Engine<'to>;
}

/// What reading `Error.prepareStackTrace` gives before a program sets one. The engine knows nothing of it, so that errors cost no more.
struct DefaultPrepare<'js>(Function<'js>);

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for DefaultPrepare<'js> {
    type Changed<'to> = DefaultPrepare<'to>;
}

/// Wraps the accessor `Error.prepareStackTrace`.
pub(crate) fn install<'js>(error: &Object<'js>, describe: &Function<'js>) -> Result<()> {
    let accessor: Object<'js> = describe.call((error.clone(), "prepareStackTrace"))?;
    let engine = Engine { get: accessor.get("get")?, set: accessor.get("set")?, is_complete: Cell::new(false) };
    let _ = error.ctx().store_userdata(engine);
    error.remove("prepareStackTrace")?;
    table::define(error, MEMBERS)
}

static MEMBERS: &[Member] = &[Member::accessor(c"prepareStackTrace", 0, get, set)];

fn get<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let Some(get) = ctx.userdata::<Engine<'js>>().map(|engine| engine.get.clone()) else {
        return Ok(Value::new_undefined(ctx.clone()));
    };
    let own: Value<'js> = get.call((This(call.this()),))?;
    if !own.is_undefined() {
        return Ok(own);
    }
    if let Some(made) = ctx.userdata::<DefaultPrepare<'js>>() {
        return Ok(made.0.clone().into_value());
    }
    let made = Function::new(ctx.clone(), stack::compose)?.with_name("prepareStackTrace")?.with_length(2)?;
    let _ = ctx.store_userdata(DefaultPrepare(made.clone()));
    Ok(made.into_value())
}

fn set<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let engine = ctx.userdata::<Engine<'js>>().map(|engine| (engine.set.clone(), engine.is_complete.replace(true)));
    let Some((set, is_complete)) = engine else { return Ok(Value::new_undefined(ctx.clone())) };
    let this = call.this();
    let value = call.arg(0);
    let is_default = ctx.userdata::<DefaultPrepare<'js>>().is_some_and(|made| *made.0.as_value() == value);
    let value = if is_default { Value::new_undefined(ctx.clone()) } else { value };
    if !is_complete && let Some(site) = any_site(ctx, &this, &set)? {
        complete(ctx, &site)?;
    }
    set.call((This(this), value))
}

/// A call site of an error that is made for it.
fn any_site<'js>(ctx: &Ctx<'js>, error: &Value<'js>, set: &Function<'js>) -> Result<Option<Object<'js>>> {
    let keep = Function::new(ctx.clone(), |_error: Value<'js>, sites: Value<'js>| sites)?;
    let Some(error) = error.as_object() else { return Ok(None) };
    let limit: Value<'js> = error.get("stackTraceLimit")?;
    error.set("stackTraceLimit", 10)?;
    set.call::<_, ()>((This(error.clone()), keep))?;
    let target = Object::new(ctx.clone())?;
    let capture: Function<'js> = error.get("captureStackTrace")?;
    let captured = capture.call::<_, ()>((target.clone(),));
    set.call::<_, ()>((This(error.clone()), Undefined))?;
    error.set("stackTraceLimit", limit)?;
    captured?;
    let sites: Value<'js> = target.get("stack")?;
    match sites.as_array() {
        Some(sites) if !sites.is_empty() => sites.get(0).map(Some),
        _ => Ok(None),
    }
}

/// Gives the class of a call site what it lacks.
fn complete<'js>(ctx: &Ctx<'js>, site: &Object<'js>) -> Result<()> {
    let Some(prototype) = site.get_prototype() else { return Ok(()) };
    method(ctx, &prototype, "getEvalOrigin", || Undefined)?;
    method(ctx, &prototype, "getMethodName", || Null)?;
    method(ctx, &prototype, "getPromiseIndex", || Null)?;
    method(ctx, &prototype, "getScriptNameOrSourceURL", |site: This<Object<'js>>| call(&site, "getFileName"))?;
    method(ctx, &prototype, "getThis", || Undefined)?;
    method(ctx, &prototype, "getTypeName", || Null)?;
    method(ctx, &prototype, "isAsync", || false)?;
    method(ctx, &prototype, "isEval", |site: This<Object<'js>>| is_eval(&site))?;
    method(ctx, &prototype, "isPromiseAll", || false)?;
    method(ctx, &prototype, "isToplevel", |site: This<Object<'js>>| {
        Ok::<_, rquickjs::Error>(!truth(&site, "isConstructor")?)
    })?;
    method(ctx, &prototype, "toString", |site: This<Object<'js>>| text(&site))
}

fn method<'js, P>(
    ctx: &Ctx<'js>,
    prototype: &Object<'js>,
    name: &str,
    function: impl IntoJsFunc<'js, P> + 'js,
) -> Result<()> {
    let function = Function::new(ctx.clone(), function)?.with_name(name)?.with_length(0)?;
    prototype.prop(name, Property::from(function).writable().configurable())
}

fn call<'js>(site: &Object<'js>, name: &str) -> Result<Value<'js>> {
    site.get::<_, Function<'js>>(name)?.call((This(site.clone()), Rest::<Value<'js>>(Vec::new())))
}

fn truth(site: &Object<'_>, name: &str) -> Result<bool> {
    Ok(call(site, name)?.as_bool().unwrap_or_default())
}

fn words(site: &Object<'_>, name: &str) -> Result<String> {
    let value = call(site, name)?;
    Ok(value.as_string().and_then(|text| llrt_core::args::lossy_string(text).ok()).unwrap_or_default())
}

/// What the engine calls the file of code that a program made of text.
pub(crate) const OF_TEXT: &[&str] = &["<input>", "<evalScript>"];

fn is_eval(site: &Object<'_>) -> Result<bool> {
    Ok(OF_TEXT.contains(&words(site, "getFileName")?.as_str()))
}

/// `new A (file:1:2)`, as a stack's line has it.
fn text(site: &Object<'_>) -> Result<String> {
    let function = words(site, "getFunctionName")?;
    let file = words(site, "getFileName")?;
    let mut place = if file.is_empty() { "<anonymous>".to_owned() } else { file };
    if let (Some(line), Some(column)) =
        (call(site, "getLineNumber")?.as_number(), call(site, "getColumnNumber")?.as_number())
    {
        place = format!("{place}:{line}:{column}");
    }
    let new = if truth(site, "isConstructor")? { "new " } else { "" };
    Ok(if function.is_empty() { place } else { format!("{new}{function} ({place})") })
}
