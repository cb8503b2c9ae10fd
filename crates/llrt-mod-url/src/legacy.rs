//! `url.parse`, `format`, `resolve` and the class `Url`.

use llrt_core::{
    JsClass, NodeError, args, host, process,
    table::{Call, Member},
};
use rquickjs::{Coerced, Ctx, Function, IntoJs, Object, Result, Value};

use crate::{
    functions::malformed,
    ops::legacy::{self, LegacyError, LegacyUrl},
    state,
    url::{self, usv_string},
};

pub(crate) static MEMBERS: &[Member] = &[
    Member::method(c"parse", 3, 0, parse_this).enumerable(),
    Member::method(c"format", 0, 0, format_this).enumerable(),
    Member::method(c"resolve", 1, 0, resolve_this).enumerable(),
    Member::method(c"resolveObject", 1, 1, resolve_this).enumerable(),
    Member::method(c"parseHost", 0, 0, parse_host).enumerable(),
];

/// `new Url()`.
pub(crate) fn construct<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let this = match call.this().into_object() {
        Some(target) => Object::new_proto(ctx.clone(), Some(&target.get("prototype")?))?,
        None => {
            let message = "Class constructor Url cannot be invoked without 'new'";
            return Err(NodeError::plain(JsClass::TypeError, message).throw(ctx));
        }
    };
    write(&this, LegacyUrl::default())?;
    this.into_js(ctx)
}

fn new_url<'js>(ctx: &Ctx<'js>, parts: LegacyUrl) -> Result<Object<'js>> {
    let url = Object::new_proto(ctx.clone(), Some(&state::of(ctx)?.legacy))?;
    write(&url, parts)?;
    Ok(url)
}

/// Sets all properties, in Node's order.
fn write(url: &Object<'_>, parts: LegacyUrl) -> Result<()> {
    let ctx = url.ctx();
    let set = |name: &str, part: Option<String>| match part {
        Some(part) => url.set(name, part),
        None => url.set(name, Value::new_null(ctx.clone())),
    };
    set("protocol", parts.protocol)?;
    match parts.slashes {
        Some(slashes) => url.set("slashes", slashes)?,
        None => set("slashes", None)?,
    }
    set("auth", parts.auth)?;
    set("host", parts.host)?;
    set("port", parts.port)?;
    set("hostname", parts.hostname)?;
    set("hash", parts.hash)?;
    set("search", parts.search)?;
    set("query", parts.query)?;
    set("pathname", parts.pathname)?;
    set("path", parts.path)?;
    set("href", parts.href)
}

/// The parts of an object, as text where they are truthy.
fn read(url: &Object<'_>) -> Result<LegacyUrl> {
    let get = |name: &str| {
        let value: Value<'_> = url.get(name)?;
        if value.is_undefined() || value.is_null() {
            return Ok(None);
        }
        if value.is_object() || (!value.is_string() && !is_true(&value)?) {
            return Ok(None);
        }
        usv_string(&value).map(Some)
    };
    let slashes = url.get::<_, Value<'_>>("slashes")?;
    let slashes = match slashes.is_undefined() || slashes.is_null() {
        true => None,
        false => Some(slashes.get::<Coerced<bool>>()?.0),
    };
    Ok(LegacyUrl {
        protocol: get("protocol")?,
        slashes,
        auth: get("auth")?,
        host: get("host")?,
        port: get("port")?,
        hostname: get("hostname")?,
        hash: get("hash")?,
        search: get("search")?,
        query: get("query")?,
        pathname: get("pathname")?,
        path: get("path")?,
        href: get("href")?,
    })
}

/// The parts of the string `url`.
pub(crate) fn parse_url<'js>(ctx: &Ctx<'js>, url: &Value<'js>, slashes_denote_host: bool) -> Result<LegacyUrl> {
    let text = args::string(ctx, url, "url")?;
    legacy::parse(&text, slashes_denote_host).map_err(|error| match error {
        LegacyError::Invalid => url::invalid_url(ctx, &text, None),
        LegacyError::Malformed => malformed(ctx),
    })
}

/// Puts an object in the place of the query.
fn parse_query<'js>(url: &Object<'js>) -> Result<()> {
    let ctx = url.ctx();
    let query: Option<String> = url.get("query")?;
    let query: Object<'js> = match query {
        Some(query) => {
            let parse: Function<'js> = host::import(ctx, "node:querystring")?.get("parse")?;
            parse.call((query,))?
        }
        None => Object::new_proto(ctx.clone(), None)?,
    };
    url.set("query", query)
}

fn is_true(value: &Value<'_>) -> Result<bool> {
    value.get::<Coerced<bool>>().map(|value| value.0)
}

/// `url.parse(urlString, parseQueryString, slashesDenoteHost)`.
pub(crate) fn parse<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let value = call.arg(0);
    if let Some(object) = value.as_object()
        && is_legacy(ctx, object)?
    {
        return Ok(value);
    }
    warn_of_parse(ctx)?;
    let url = new_url(ctx, parse_url(ctx, &value, is_true(&call.arg(2))?)?)?;
    if is_true(&call.arg(1))? {
        parse_query(&url)?;
    }
    url.into_js(ctx)
}

/// Warns the first time that code calls `url.parse` which is no installed package's.
fn warn_of_parse(ctx: &Ctx<'_>) -> Result<()> {
    const TEXT: &str = "`url.parse()` behavior is not standardized and prone to errors that have security implications. Use the \
                        WHATWG URL API instead. CVEs are not issued for `url.parse()` vulnerabilities.";
    // First, as a program's own `prepareStackTrace` may call it again.
    if state::of(ctx)?.has_warned.replace(true) {
        return Ok(());
    }
    if process::is_called_by_package(ctx) {
        state::of(ctx)?.has_warned.set(false);
        return Ok(());
    }
    process::warn_of_deprecation(ctx, TEXT, "DEP0169")
}

fn is_legacy<'js>(ctx: &Ctx<'js>, object: &Object<'js>) -> Result<bool> {
    let class: Object<'js> = state::of(ctx)?.legacy.get("constructor")?;
    Ok(object.is_instance_of(&class))
}

/// `url.prototype.parse(urlString, parseQueryString, slashesDenoteHost)`.
fn parse_this<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let this = args::object(ctx, &call.this(), "this")?;
    write(&this, parse_url(ctx, &call.arg(0), is_true(&call.arg(2))?)?)?;
    if is_true(&call.arg(1))? {
        parse_query(&this)?;
    }
    this.into_js(ctx)
}

/// The text of an object with the properties of a `Url`. An object for a query counts where there is no `search`.
pub(crate) fn format_object(object: &Object<'_>) -> Result<String> {
    let mut parts = read(object)?;
    let query: Value<'_> = object.get("query")?;
    if let Some(query) = query.as_object()
        && parts.search.as_ref().is_none_or(String::is_empty)
    {
        let stringify: Function<'_> = host::import(object.ctx(), "node:querystring")?.get("stringify")?;
        let query: String = stringify.call((query.clone(),))?;
        parts.search = (!query.is_empty()).then(|| format!("?{query}"));
    }
    Ok(parts.format())
}

fn format_this<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let this = args::object(call.ctx(), &call.this(), "this")?;
    format_object(&this)?.into_js(call.ctx())
}

/// `url.prototype.parseHost()`: splits `host` into `hostname` and `port`.
fn parse_host<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let this = args::object(call.ctx(), &call.this(), "this")?;
    let mut parts = LegacyUrl { host: read(&this)?.host, ..LegacyUrl::default() };
    parts.split_port();
    if let Some(port) = parts.port {
        this.set("port", port)?;
    }
    if let Some(hostname) = parts.hostname {
        this.set("hostname", hostname)?;
    }
    Ok(Value::new_undefined(call.ctx().clone()))
}

/// The parts of a string, or of an object.
fn to_parts<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<LegacyUrl> {
    match value.as_object() {
        Some(object) if is_legacy(ctx, object)? => read(object),
        _ => parse_url(ctx, value, true),
    }
}

/// `url.prototype.resolve(relative)` and, with the magic 1, `resolveObject(relative)`.
fn resolve_this<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let this = args::object(ctx, &call.this(), "this")?;
    let relative = call.arg(0);
    let relative = match relative.as_object() {
        Some(object) if call.magic() == 1 => read(object)?,
        _ => to_parts(ctx, &relative)?,
    };
    let resolved = read(&this)?.resolve(relative);
    if call.magic() == 1 {
        return new_url(ctx, resolved)?.into_js(ctx);
    }
    resolved.href.into_js(ctx)
}

/// `url.resolve(from, to)`.
pub(crate) fn resolve<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let from = to_parts(ctx, &call.arg(0))?;
    from.resolve(to_parts(ctx, &call.arg(1))?).href.into_js(ctx)
}

/// `url.resolveObject(from, to)`.
pub(crate) fn resolve_object<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let (from, to) = (call.arg(0), call.arg(1));
    if !is_true(&from)? {
        return Ok(to);
    }
    let from = to_parts(ctx, &from)?;
    let to = match to.as_object() {
        Some(object) => read(object)?,
        None => to_parts(ctx, &to)?,
    };
    new_url(ctx, from.resolve(to))?.into_js(ctx)
}
