//! What scripts pass, as typed requests.

use std::time::Duration;

use llrt_core::{args, bytes};
use llrt_http::{Body, Client, HeaderMap, HeaderName, HeaderValue, Method, Origin, Request, Timeouts};
use rquickjs::{Class, Ctx, Object, Result, Value};

use crate::{
    cancel::Cancel,
    classes::{agent::Agent, canceller::Canceller, sink::BodySink},
    client::client,
    error::type_error,
};

/// What `request` is called with.
pub(crate) struct Options {
    pub(crate) client: Client,
    pub(crate) request: Request,
    pub(crate) cancel: Cancel,
}

/// `{ method, protocol, hostname, port, path, headers, body, agent, canceller, connectTimeout, requestTimeout, socketTimeout,
/// expectContinue }`.
pub(crate) fn request_options<'js>(ctx: &Ctx<'js>, options: &Object<'js>) -> Result<Options> {
    let text = |name: &str| -> Result<Option<String>> {
        let value: Value<'js> = options.get(name)?;
        args::optional(&value, |value| args::string(ctx, value, &format!("options.{name}")))
    };
    let milliseconds = |name: &str| -> Result<Option<Duration>> {
        let value: Value<'js> = options.get(name)?;
        let number = args::optional(&value, |value| args::number(ctx, value, &format!("options.{name}")))?;
        // Zero waits for ever, as everywhere in Node.
        Ok(number.filter(|number| *number > 0.0).and_then(|number| Duration::try_from_secs_f64(number / 1000.0).ok()))
    };
    let secure = text("protocol")?.is_none_or(|protocol| protocol != "http:");
    let port: Value<'js> = options.get("port")?;
    let port = if port.is_undefined() || port.is_null() {
        if secure { 443 } else { 80 }
    } else {
        args::integer(ctx, &port, "options.port", 0, 65535)? as u16
    };
    let host = text("hostname")?.unwrap_or_else(|| "localhost".to_owned());
    let origin = if secure { Origin::https(host, port) } else { Origin::http(host, port) };
    let method = self::method(ctx, &text("method")?.unwrap_or_else(|| "GET".to_owned()))?;
    let mut request = Request::new(method, origin, text("path")?.unwrap_or_else(|| "/".to_owned()));
    let headers: Value<'js> = options.get("headers")?;
    if let Some(headers) = headers.as_object() {
        request.headers = header_record(ctx, headers)?;
    }
    request.body = body(ctx, &options.get("body")?)?;
    request.timeouts = Timeouts {
        connect: milliseconds("connectTimeout")?,
        headers: milliseconds("requestTimeout")?,
        idle: milliseconds("socketTimeout")?,
    };
    request.expect_continue = milliseconds("expectContinue")?;
    let agent: Value<'js> = options.get("agent")?;
    let client = match agent.as_object().and_then(Class::<Agent>::from_object) {
        Some(agent) => agent.borrow().client(ctx)?,
        None => client(ctx),
    };
    Ok(Options { client, request, cancel: canceller(&options.get("canceller")?) })
}

pub(crate) fn method(ctx: &Ctx<'_>, name: &str) -> Result<Method> {
    Method::from_bytes(name.as_bytes()).map_err(|_| type_error(ctx, format!("'{name}' is not a valid HTTP method.")))
}

/// A body: `undefined`, `null`, bytes, text, or a `BodySink`.
pub(crate) fn body<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<Body> {
    if value.is_undefined() || value.is_null() {
        return Ok(Body::Empty);
    }
    if let Some(sink) = value.as_object().and_then(Class::<BodySink>::from_object) {
        return sink.borrow().take_body().ok_or_else(|| type_error(ctx, "The body was sent already"));
    }
    Ok(bytes::bytes_or_utf8(ctx, value, "options.body")?.into())
}

pub(crate) fn canceller(value: &Value<'_>) -> Cancel {
    let canceller = value.as_object().and_then(Class::<Canceller>::from_object);
    canceller.map(|canceller| canceller.borrow().cancel.clone()).unwrap_or_default()
}

/// Headers from an object; a value may be an array.
fn header_record<'js>(ctx: &Ctx<'js>, record: &Object<'js>) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for entry in record.props::<String, Value<'js>>() {
        let (name, value) = entry?;
        if value.is_undefined() || value.is_null() {
            continue;
        }
        let header = header_name(ctx, &name)?;
        match value.as_array() {
            Some(list) => {
                for value in list.iter::<Value<'js>>() {
                    headers.append(header.clone(), header_value(ctx, &name, &value?)?);
                }
            }
            None => drop(headers.append(header, header_value(ctx, &name, &value)?)),
        }
    }
    Ok(headers)
}

/// Headers from names and values in turn, both checked by the script.
pub(crate) fn header_list<'js>(ctx: &Ctx<'js>, list: &rquickjs::Array<'js>) -> Result<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(list.len() / 2);
    let mut items = list.iter::<Value<'js>>();
    while let (Some(name), Some(value)) = (items.next(), items.next()) {
        let name = args::string(ctx, &name?, "name")?;
        headers.append(header_name(ctx, &name)?, header_value(ctx, &name, &value?)?);
    }
    Ok(headers)
}

fn header_name(ctx: &Ctx<'_>, name: &str) -> Result<HeaderName> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        let text = format!("Header name must be a valid HTTP token [\"{name}\"]");
        llrt_core::NodeError::new(llrt_core::JsClass::TypeError, "ERR_INVALID_HTTP_TOKEN", text).throw(ctx)
    })
}

fn header_value<'js>(ctx: &Ctx<'js>, name: &str, value: &Value<'js>) -> Result<HeaderValue> {
    let invalid = || {
        let text = format!("Invalid character in header content [\"{name}\"]");
        llrt_core::NodeError::new(llrt_core::JsClass::TypeError, "ERR_INVALID_CHAR", text).throw(ctx)
    };
    let Some(string) = value.as_string() else {
        let text: rquickjs::Coerced<String> = value.get()?;
        return HeaderValue::try_from(text.0).map_err(|_| invalid());
    };
    let text = args::lossy_string(string)?;
    if text.is_ascii() {
        return HeaderValue::try_from(text).map_err(|_| invalid());
    }
    // On the wire a character is one byte (Latin-1).
    let latin1: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    latin1.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok()).ok_or_else(invalid)
}
