//! The class `URL`: <https://url.spec.whatwg.org/#url-class>.

use std::{cell::RefCell, rc::Rc};

use llrt_core::{
    JsClass, NodeError, args, error, host,
    table::{Call, Member},
};
use rquickjs::{
    Class, Coerced, Constructor, Ctx, Error, Function, IntoJs, JsLifetime, Object, Result, Value,
    class::{Readable, Trace, Tracer},
};

use crate::{
    ops::{Record, form},
    search_params::{self, ParamsData},
    state,
};

/// What a `URL` holds.
#[derive(JsLifetime)]
pub(crate) struct UrlData<'js> {
    pub(crate) record: Rc<RefCell<Record>>,
    /// Its `searchParams`, once asked for.
    params: RefCell<Option<Class<'js, ParamsData>>>,
}

impl<'js> Trace<'js> for UrlData<'js> {
    fn trace<'a>(&self, tracer: Tracer<'a, 'js>) {
        if let Some(params) = &*self.params.borrow() {
            params.trace(tracer);
        }
    }
}

impl<'js> rquickjs::class::JsClass<'js> for UrlData<'js> {
    const NAME: &'static str = "URL";
    type Mutable = Readable;

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }
}

const HREF: i16 = 0;
const ORIGIN: i16 = 1;
const PROTOCOL: i16 = 2;
const USERNAME: i16 = 3;
const PASSWORD: i16 = 4;
const HOST: i16 = 5;
const HOSTNAME: i16 = 6;
const PORT: i16 = 7;
const PATHNAME: i16 = 8;
const SEARCH: i16 = 9;
const HASH: i16 = 10;
const TO_STRING: i16 = 11;

pub(crate) static STATICS: &[Member] = &[
    Member::method(c"parse", 1, 0, parse).enumerable(),
    Member::method(c"canParse", 1, 0, can_parse).enumerable(),
    Member::method(c"createObjectURL", 1, 0, create_object_url).enumerable(),
    Member::method(c"revokeObjectURL", 1, 0, revoke_object_url).enumerable(),
];

pub(crate) static MEMBERS: &[Member] = &[
    Member::method(c"toString", 0, TO_STRING, get).enumerable(),
    Member::accessor(c"href", HREF, get, set).enumerable(),
    Member::getter(c"origin", ORIGIN, get).enumerable(),
    Member::accessor(c"protocol", PROTOCOL, get, set).enumerable(),
    Member::accessor(c"username", USERNAME, get, set).enumerable(),
    Member::accessor(c"password", PASSWORD, get, set).enumerable(),
    Member::accessor(c"host", HOST, get, set).enumerable(),
    Member::accessor(c"hostname", HOSTNAME, get, set).enumerable(),
    Member::accessor(c"port", PORT, get, set).enumerable(),
    Member::accessor(c"pathname", PATHNAME, get, set).enumerable(),
    Member::accessor(c"search", SEARCH, get, set).enumerable(),
    Member::getter(c"searchParams", 0, search_params).enumerable(),
    Member::accessor(c"hash", HASH, get, set).enumerable(),
    Member::method(c"toJSON", 0, TO_STRING, get).enumerable(),
    Member::string(c"[Symbol.toStringTag]", c"URL"),
];

pub(crate) static INSPECT: Member = Member::method(c"[nodejs.util.inspect.custom]", 2, 0, inspect);

/// The data of a `URL`.
pub(crate) fn data<'js>(value: &Value<'js>) -> Option<Class<'js, UrlData<'js>>> {
    Class::from_object(value.as_object()?)
}

fn this<'js>(call: &Call<'_, 'js>, strict: bool) -> Result<Class<'js, UrlData<'js>>> {
    data(&call.this()).ok_or_else(|| {
        let message = match strict {
            true => "Receiver must be an instance of class URL",
            false => "Cannot read private member #context from an object whose class did not declare it",
        };
        NodeError::plain(JsClass::TypeError, message).throw(call.ctx())
    })
}

/// A string without lone surrogates, from any value.
pub(crate) fn usv_string(value: &Value<'_>) -> Result<String> {
    if value.is_symbol() {
        let message = "Cannot convert a Symbol value to a string";
        return Err(NodeError::plain(JsClass::TypeError, message).throw(value.ctx()));
    }
    args::lossy_string(&value.get::<Coerced<rquickjs::String<'_>>>()?.0)
}

/// `ERR_INVALID_URL`, with the properties `input` and `base`.
pub(crate) fn invalid_url(ctx: &Ctx<'_>, input: &str, base: Option<&str>) -> Error {
    let made = error::into_value(ctx, &NodeError::new(JsClass::TypeError, "ERR_INVALID_URL", "Invalid URL"));
    let made = made.and_then(|error| {
        let object = error.get::<Object<'_>>()?;
        object.set("input", input)?;
        if let Some(base) = base {
            object.set("base", base)?;
        }
        Ok(error)
    });
    made.map_or_else(|error| error, |error| ctx.throw(error))
}

/// `ERR_MISSING_ARGS` unless there is an argument.
pub(crate) fn require_args(call: &Call<'_, '_>, names: &[&str]) -> Result<()> {
    if call.len() >= names.len() {
        return Ok(());
    }
    let list = match names {
        [name] => format!("\"{name}\" argument"),
        names => format!("\"{}\" arguments", names.join("\" and \"")),
    };
    let message = format!("The {list} must be specified");
    Err(NodeError::new(JsClass::TypeError, "ERR_MISSING_ARGS", message).throw(call.ctx()))
}

/// The URL of the first two arguments, or they themselves when it is none.
fn parse_args(call: &Call<'_, '_>) -> Result<std::result::Result<Record, (String, Option<String>)>> {
    require_args(call, &["url"])?;
    let input = usv_string(&call.arg(0))?;
    let base = call.arg(1);
    let base = if base.is_undefined() { None } else { Some(usv_string(&base)?) };
    Ok(Record::parse_with_base(&input, base.as_deref()).ok_or((input, base)))
}

/// A `URL` with this record.
pub(crate) fn from_record<'js>(ctx: &Ctx<'js>, record: Record) -> Result<Value<'js>> {
    instance(record, state::of(ctx)?.url.clone())
}

fn instance<'js>(record: Record, prototype: Object<'js>) -> Result<Value<'js>> {
    let data = UrlData { record: Rc::new(RefCell::new(record)), params: RefCell::new(None) };
    Class::instance_proto(data, prototype).map(Class::into_value)
}

/// `new URL(input, base)`.
pub(crate) fn construct<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let Some(target) = call.this().into_object() else {
        let message = "Class constructor URL cannot be invoked without 'new'";
        return Err(NodeError::plain(JsClass::TypeError, message).throw(ctx));
    };
    match parse_args(call)? {
        Ok(record) => instance(record, target.get("prototype")?),
        Err((input, base)) => Err(invalid_url(ctx, &input, base.as_deref())),
    }
}

/// `URL.parse(input, base)`: `null` when it is no URL.
fn parse<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    match parse_args(call)? {
        Ok(record) => from_record(call.ctx(), record),
        Err(_) => Ok(Value::new_null(call.ctx().clone())),
    }
}

/// `URL.canParse(input, base)`.
fn can_parse<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    parse_args(call)?.is_ok().into_js(call.ctx())
}

fn get<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let kind = call.magic() as i16;
    let url = this(call, matches!(kind, TO_STRING | HREF | SEARCH))?;
    let url = url.borrow();
    let record = url.record.borrow();
    let ctx = call.ctx();
    match kind {
        USERNAME => record.username().into_js(ctx),
        PASSWORD => record.password().into_js(ctx),
        HOSTNAME => record.hostname().into_js(ctx),
        PATHNAME => record.pathname().into_js(ctx),
        ORIGIN => record.origin().into_js(ctx),
        PROTOCOL => record.protocol().into_js(ctx),
        HOST => record.host().into_js(ctx),
        PORT => record.port().into_js(ctx),
        SEARCH => record.search().into_js(ctx),
        HASH => record.hash().into_js(ctx),
        _ => record.href().into_js(ctx),
    }
}

fn set<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let url = this(call, false)?;
    let value = usv_string(&call.arg(0))?;
    let url = url.borrow();
    let mut record = url.record.borrow_mut();
    let kind = call.magic() as i16;
    match kind {
        HREF => match Record::parse(&value, None) {
            Some(parsed) => *record = parsed,
            None => return Err(invalid_url(ctx, &value, None)),
        },
        PROTOCOL => record.set_protocol(&value),
        USERNAME => record.set_username(&value),
        PASSWORD => record.set_password(&value),
        HOST => record.set_host(&value),
        HOSTNAME => drop(record.set_hostname(&value)),
        PORT => record.set_port(&value),
        PATHNAME => record.set_pathname(&value),
        SEARCH => record.set_search(&value),
        _ => record.set_hash(&value),
    }
    if let (HREF | SEARCH, Some(params)) = (kind, &*url.params.borrow()) {
        *params.borrow().list.borrow_mut() = form::parse(record.query().unwrap_or_default());
    }
    Ok(Value::new_undefined(ctx.clone()))
}

/// `url.searchParams`: always the same object.
fn search_params<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let url = this(call, false)?;
    let url = url.borrow();
    if let Some(params) = &*url.params.borrow() {
        return Ok(params.clone().into_value());
    }
    let list = form::parse(url.record.borrow().query().unwrap_or_default());
    let params = search_params::instance(call.ctx(), list, Some(Rc::clone(&url.record)))?;
    *url.params.borrow_mut() = Some(params.clone());
    Ok(params.into_value())
}

/// `URL.createObjectURL(blob)`.
fn create_object_url<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let register: Function<'js> = host::import(call.ctx(), "internal:blob")?.get("registerObjectURL")?;
    register.call((call.arg(0),))
}

/// `URL.revokeObjectURL(url)`.
fn revoke_object_url<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    require_args(call, &["url"])?;
    let url = usv_string(&call.arg(0))?;
    let revoke: Function<'js> = host::import(call.ctx(), "internal:blob")?.get("revokeObjectURL")?;
    revoke.call((url,))
}

/// `url[util.inspect.custom](depth, options, inspect)`: `URL { href: ..., ... }`.
fn inspect<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let value = call.this();
    this(call, false)?;
    if call.arg(0).as_number().is_some_and(|depth| depth < 0.0) {
        return Ok(value);
    }
    let url = value.as_object().ok_or(Error::Unknown)?;
    let shown = Object::new(ctx.clone())?;
    for name in [
        "href",
        "origin",
        "protocol",
        "username",
        "password",
        "host",
        "hostname",
        "port",
        "pathname",
        "search",
        "searchParams",
        "hash",
    ] {
        shown.set(name, url.get::<_, Value<'js>>(name)?)?;
    }
    let name = class_name(url, "URL")?;
    let inspect = inspect_function(call)?;
    let text: String = inspect.call((shown, call.arg(1)))?;
    format!("{name} {text}").into_js(ctx)
}

pub(crate) fn class_name(object: &Object<'_>, default: &str) -> Result<String> {
    let class: Value<'_> = object.get("constructor")?;
    class.as_object().map_or(Ok(default.to_owned()), |class| class.get("name"))
}

/// The function `inspect`, which comes as the third argument or from `node:util`.
pub(crate) fn inspect_function<'js>(call: &Call<'_, 'js>) -> Result<Function<'js>> {
    match call.arg(2).as_function() {
        Some(inspect) => Ok(inspect.clone()),
        None => host::import(call.ctx(), "node:util")?.get("inspect"),
    }
}

/// Whether it looks like a `URL`, of this realm or another.
pub(crate) fn is_url_like(value: &Value<'_>) -> Result<bool> {
    let Some(object) = value.as_object() else { return Ok(false) };
    if data(value).is_some() {
        return Ok(true);
    }
    let truthy = |name| object.get::<_, Coerced<bool>>(name).map(|value| value.0);
    let missing = |name| object.get::<_, Value<'_>>(name).map(|value| value.is_undefined());
    Ok(truthy("href")? && truthy("protocol")? && missing("auth")? && missing("path")?)
}
