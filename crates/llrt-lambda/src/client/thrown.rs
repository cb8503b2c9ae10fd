//! What went wrong in JavaScript, in the three forms in which others hear of it: the error body, the X-Ray document, the log.

use llrt_core::args::lossy_string;
use rquickjs::{Array, Coerced, Ctx, Filter, Function, Object, Result, Type, Value, object::Property};

use crate::{
    failure::{Failure, Kind, xray_cause},
    json::{push_string, push_strings},
    log::Format,
};

/// What went wrong.
pub(super) enum Problem<'js> {
    /// The function threw this, or rejected with it.
    Thrown(Value<'js>),
    /// The runtime found it. Errors of a [`Kind`] have a class of their own.
    Own(Failure, Option<Kind>),
    /// A promise was rejected with this, and nobody listened.
    Unhandled(Value<'js>),
}

impl<'js> Problem<'js> {
    /// An error of the runtime with a class of its own.
    pub(super) fn of_kind(kind: Kind, message: impl Into<String>) -> Self {
        Self::Own(kind.failure(message), Some(kind))
    }

    /// The error body's contents.
    pub(super) fn failure(&self, ctx: &Ctx<'js>) -> Failure {
        match self {
            Self::Own(failure, _) => failure.clone(),
            Self::Unhandled(reason) => Kind::UnhandledPromiseRejection.failure(reason_text(reason)),
            Self::Thrown(value) => match as_error(ctx, value) {
                Some(error) => {
                    let text = |key| text_property(error, key).unwrap_or_default();
                    Failure::new(text("name"), text("message"), stack(error).as_deref())
                }
                None => Failure::new(type_of(value), text(value), None),
            },
        }
    }

    /// What X-Ray hears of it; nothing for `null` and `undefined`.
    pub(super) fn xray_cause(&self, working_directory: &str) -> Option<String> {
        let value = match self {
            Self::Thrown(value) => value,
            Self::Own(failure, _) => return own_cause(working_directory, failure),
            Self::Unhandled(reason) => {
                return own_cause(working_directory, &Kind::UnhandledPromiseRejection.failure(reason_text(reason)));
            }
        };
        if value.is_null() || value.is_undefined() {
            return None;
        }
        let object = value.as_object();
        let text = |key| object.and_then(|object| text_property(object, key));
        let (name, message) = (text("name"), text("message"));
        let stack = object.and_then(stack);
        xray_cause(working_directory, name.as_deref(), message.as_deref(), stack.as_deref())
    }

    /// The record's message: JSON, or plain text where the value has no JSON form and records are JSON themselves.
    pub(super) fn record(&self, ctx: &Ctx<'js>, format: Format) -> Logged {
        match self {
            Self::Thrown(value) => match as_error(ctx, value) {
                Some(_) => thrown_record(ctx, value, format),
                None => Logged::Json(own_record(&header_lines("Error", &text(value)), format, "Error", None, &[])),
            },
            Self::Own(failure, kind) => {
                let class = kind.map_or(failure.error_type.as_str(), |kind| kind.class());
                let name = kind.map(Kind::name);
                let Failure { error_type, message, trace } = failure;
                let lines = Lines { error_type, message, stack: trace.iter().map(String::as_str).collect() };
                Logged::Json(own_record(&lines, format, class, name, &[]))
            }
            Self::Unhandled(reason) => {
                let kind = Kind::UnhandledPromiseRejection;
                let message = reason_text(reason);
                // What has no JSON form is left out, as `undefined` is.
                let shown = stringify(ctx, reason, format).ok().flatten();
                let mut more = vec![("promise", "{}")];
                if let Some(shown) = &shown {
                    more.insert(0, ("reason", shown));
                }
                Logged::Json(own_record(&header_lines(kind.name(), &message), format, kind.class(), None, &more))
            }
        }
    }
}

fn own_cause(working_directory: &str, failure: &Failure) -> Option<String> {
    let stack = failure.trace.join("\n");
    xray_cause(working_directory, Some(&failure.error_type), Some(&failure.message), Some(&stack))
}

/// A record's message.
pub(super) enum Logged {
    /// JSON.
    Json(String),
    /// `util.inspect`'s text.
    Text(String),
    /// Nothing: JSON has no form for it.
    None,
}

struct Lines<'a> {
    error_type: &'a str,
    message: &'a str,
    stack: Vec<&'a str>,
}

/// The lines of an error whose stack is its header alone.
fn header_lines<'a>(error_type: &'a str, message: &'a str) -> Lines<'a> {
    Lines { error_type, message, stack: Vec::new() }
}

/// The JSON of an error that is no object in JavaScript.
fn own_record(lines: &Lines<'_>, format: Format, class: &str, name: Option<&str>, more: &[(&str, &str)]) -> String {
    let header;
    let stack = if lines.stack.is_empty() {
        header = if lines.message.is_empty() {
            lines.error_type.to_owned()
        } else {
            format!("{}: {}", lines.error_type, lines.message)
        };
        header.split('\n').collect()
    } else {
        lines.stack.clone()
    };
    let json = format == Format::Json;
    let mut out = String::from("{\"errorType\":");
    push_string(&mut out, if json { class } else { lines.error_type });
    out.push_str(",\"errorMessage\":");
    push_string(&mut out, lines.message);
    if json {
        out.push_str(",\"stackTrace\":");
        push_strings(&mut out, stack.iter().copied());
    }
    if let Some(name) = name {
        out.push_str(",\"name\":");
        push_string(&mut out, name);
    }
    for (key, value) in more {
        out.push(',');
        push_string(&mut out, key);
        out.push(':');
        out.push_str(value);
    }
    if !json {
        out.push_str(",\"stack\":");
        push_strings(&mut out, stack);
    }
    out.push('}');
    out
}

fn thrown_record<'js>(ctx: &Ctx<'js>, error: &Value<'js>, format: Format) -> Logged {
    match stringify(ctx, error, format) {
        Ok(Some(json)) => Logged::Json(json),
        Ok(None) => Logged::None,
        Err(failed) => {
            llrt_core::error::caught(ctx, &failed);
            match format {
                Format::Text => Logged::Json(Problem::Thrown(error.clone()).failure(ctx).to_json()),
                Format::Json => Logged::Text(inspect(ctx, error)),
            }
        }
    }
}

fn inspect<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> String {
    llrt_inspect::format(ctx, std::slice::from_ref(value)).unwrap_or_else(|failed| {
        llrt_core::error::caught(ctx, &failed);
        String::new()
    })
}

/// `JSON.stringify` with errors shown whole, as [`describe`] tells; `None` for what JSON has no form for.
pub(super) fn stringify<'js>(ctx: &Ctx<'js>, value: &Value<'js>, format: Format) -> Result<Option<String>> {
    let replace = move |ctx: Ctx<'js>, _key: Value<'js>, value: Value<'js>| match as_error(&ctx, &value) {
        Some(error) => describe(&ctx, error, format).map(Object::into_value),
        None => Ok(value),
    };
    let replacer = Function::new(ctx.clone(), replace)?;
    let json = ctx.json_stringify_replacer(value.clone(), replacer)?;
    json.map(|json| lossy_string(&json)).transpose()
}

/// An error as a plain object with its own fields; their order and names depend on the format of the log.
fn describe<'js>(ctx: &Ctx<'js>, error: &Object<'js>, format: Format) -> Result<Object<'js>> {
    let shown = Object::new(ctx.clone())?;
    let error_type: Value<'js> = match format {
        Format::Text => error.get("name")?,
        Format::Json => class_name(error)?,
    };
    shown.set("errorType", error_type)?;
    shown.set("errorMessage", error.get::<_, Value<'js>>("message")?)?;
    let stack = stack(error);
    let lines = || -> Result<Option<Array<'js>>> {
        let Some(stack) = &stack else { return Ok(None) };
        let lines = Array::new(ctx.clone())?;
        for (index, line) in stack.split('\n').enumerate() {
            lines.set(index, line)?;
        }
        Ok(Some(lines))
    };
    match format {
        Format::Text => shown.set("code", error.get::<_, Value<'js>>("code")?)?,
        Format::Json => shown.set("stackTrace", lines()?)?,
    }
    for field in error.own_props::<rquickjs::Atom<'js>, Value<'js>>(Filter::new().string().enum_only()) {
        let (key, value) = field?;
        shown.prop(key, Property::from(value).writable().enumerable().configurable())?;
    }
    if format == Format::Text
        && let Some(lines) = lines()?
    {
        shown.set("stack", lines)?;
    }
    Ok(shown)
}

/// The name of an error's class.
pub(super) fn class_name<'js>(error: &Object<'js>) -> Result<Value<'js>> {
    let constructor: Value<'js> = error.get("constructor")?;
    match constructor.as_object() {
        Some(constructor) => constructor.get("name"),
        None => error.get("name"),
    }
}

/// The value as an error: made by an error class, or inheriting from `Error`.
pub(super) fn as_error<'a, 'js>(ctx: &Ctx<'js>, value: &'a Value<'js>) -> Option<&'a Object<'js>> {
    let object = value.as_object()?;
    if value.is_error() {
        return Some(object);
    }
    let class: Value<'js> = ctx.globals().get("Error").ok()?;
    (class.is_function() && object.is_instance_of(&class)).then_some(object)
}

/// `error.stack`, when it is a string.
pub(super) fn stack(error: &Object<'_>) -> Option<String> {
    let stack: Value<'_> = error.get("stack").ok()?;
    stack.as_string().and_then(|stack| lossy_string(stack).ok())
}

/// A property as text; `None` when it is `undefined`.
pub(super) fn text_property(object: &Object<'_>, key: &str) -> Option<String> {
    let value: Value<'_> = object.get(key).ok()?;
    (!value.is_undefined()).then(|| text(&value))
}

/// `String(value)`; what throws in it counts as empty.
fn text(value: &Value<'_>) -> String {
    if let Some(string) = value.as_string() {
        return lossy_string(string).unwrap_or_default();
    }
    if let Some(symbol) = value.as_symbol() {
        let description = symbol.description().ok();
        let description = description.as_ref().and_then(Value::as_string).and_then(|text| lossy_string(text).ok());
        return format!("Symbol({})", description.unwrap_or_default());
    }
    let text = value.get::<Coerced<rquickjs::String<'_>>>().and_then(|text| lossy_string(&text.0));
    text.unwrap_or_else(|failed| {
        llrt_core::error::caught(value.ctx(), &failed);
        String::new()
    })
}

/// The message of an unhandled rejection: `reason.toString()`, empty for `undefined` and `null`.
fn reason_text(reason: &Value<'_>) -> String {
    if reason.is_undefined() || reason.is_null() { String::new() } else { text(reason) }
}

fn type_of(value: &Value<'_>) -> &'static str {
    match value.type_of() {
        Type::Undefined | Type::Uninitialized => "undefined",
        Type::Bool => "boolean",
        Type::Int | Type::Float => "number",
        Type::String => "string",
        Type::Symbol => "symbol",
        Type::BigInt => "bigint",
        _ if value.is_function() => "function",
        _ => "object",
    }
}
