//! The native half of `internal:fetch`.

use std::time::Duration;

use http::header;
use llrt_core::{
    JsClass, NodeError, args,
    bytes::{self, View},
    table::{Call, Member},
    task,
};
use llrt_http::{Body, Decoder, HeaderMap, HeaderValue, Method, Origin, Request, Response, Timeouts};
use rquickjs::{Array, Class, Ctx, IntoJs, Object, Result, Value};

use crate::{
    args as input,
    cancel::Cancel,
    classes::body::HttpBody,
    client::client,
    error::Face,
    functions::{exchange, reason},
    ops::{data_url, mime::Mime, multipart, port},
};

/// Those of Node's fetch.
const TIMEOUTS: Timeouts =
    Timeouts { connect: Some(Duration::from_secs(10)), headers: None, idle: Some(Duration::from_secs(300)) };

const USER_AGENT: HeaderValue = HeaderValue::from_static(concat!("llrt/", env!("CARGO_PKG_VERSION")));

/// The functions, each an export of the same name.
pub(crate) static MEMBERS: &[Member] = &[
    Member::method(c"send", 8, 0, send),
    Member::method(c"concat", 1, 0, concat),
    Member::method(c"copyBytes", 1, 0, copy_bytes),
    Member::method(c"decodeUtf8", 1, 0, decode_utf8),
    Member::method(c"encodeUtf8", 1, 0, encode_utf8),
    Member::method(c"mimeType", 1, 0, mime_type),
    Member::method(c"parseMultipart", 2, 0, parse_multipart),
    Member::method(c"dataUrl", 1, 0, data_url),
];

/// `send(method, secure, hostname, port, target, headers, body, canceller): Promise<[status, reason, headers, body]>`, headers as
/// names and values in turn. `body` is a `Uint8Array` when all of it is there, otherwise an `HttpBody`.
fn send<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let method = input::method(ctx, &args::string(ctx, &call.arg(0), "method")?)?;
    let secure = call.arg(1).as_bool().unwrap_or_default();
    let host = args::string(ctx, &call.arg(2), "hostname")?;
    let port = match args::string(ctx, &call.arg(3), "port")?.parse() {
        Ok(port) if port::is_bad(port) => return Err(NodeError::plain(JsClass::Error, "bad port").throw(ctx)),
        Ok(port) => port,
        Err(_) if secure => 443,
        Err(_) => 80,
    };
    let origin = Origin { secure, host, port };
    let mut request = Request::new(method, origin, args::string(ctx, &call.arg(4), "target")?);
    request.timeouts = TIMEOUTS;
    request.body = input::body(ctx, &call.arg(6))?;
    if let Some(list) = call.arg(5).as_array() {
        request.headers = input::header_list(ctx, list)?;
    }
    complete_headers(ctx, &mut request)?;
    let cancel = input::canceller(&call.arg(7));
    let client = client(ctx);
    let task_ctx = ctx.clone();
    let has_body = request.method != Method::HEAD;
    let promise = task::promise(ctx, async move {
        match exchange(&client, request, &cancel).await {
            Ok(response) => answer(&task_ctx, response, has_body, cancel),
            Err(failure) => Err(failure.throw(&task_ctx, Face::Fetch)),
        }
    })?;
    Ok(promise.into_value())
}

/// Checks the headers that are about the connection, and adds those that every request of Node's fetch has.
fn complete_headers(ctx: &Ctx<'_>, request: &mut Request) -> Result<()> {
    let headers = &mut request.headers;
    headers.remove(header::HOST);
    for name in ["transfer-encoding", "keep-alive", "upgrade"] {
        if headers.contains_key(name) {
            return Err(rejected(
                ctx,
                "InvalidArgumentError",
                "UND_ERR_INVALID_ARG",
                &format!("invalid {name} header"),
            ));
        }
    }
    if headers.contains_key(header::EXPECT) {
        return Err(rejected(ctx, "NotSupportedError", "UND_ERR_NOT_SUPPORTED", "expect header not supported"));
    }
    if let Some(connection) = headers.get(header::CONNECTION)
        && !connection.as_bytes().eq_ignore_ascii_case(b"close")
        && !connection.as_bytes().eq_ignore_ascii_case(b"keep-alive")
    {
        return Err(rejected(ctx, "InvalidArgumentError", "UND_ERR_INVALID_ARG", "invalid connection header"));
    }
    if let Some(length) = headers.remove(header::CONTENT_LENGTH) {
        let length: Option<u64> = length.to_str().ok().and_then(|length| length.parse().ok());
        let actual = match &mut request.body {
            Body::Empty => Some(0),
            Body::Whole(bytes) => Some(bytes.len() as u64),
            Body::Stream { len, .. } => {
                *len = length;
                length
            }
            Body::Gated(_) => length,
        };
        if length.is_none() {
            let text = "invalid content-length header";
            return Err(rejected(ctx, "InvalidArgumentError", "UND_ERR_INVALID_ARG", text));
        }
        if actual != length {
            let text = "Request body length does not match content-length header";
            let (name, code) = ("RequestContentLengthMismatchError", "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH");
            return Err(rejected(ctx, name, code, text));
        }
    }
    let codings = if request.origin.secure { "br, gzip, deflate" } else { "gzip, deflate" };
    let codings = if headers.contains_key(header::RANGE) { "identity" } else { codings };
    let defaults = [
        (header::ACCEPT, HeaderValue::from_static("*/*")),
        (header::ACCEPT_LANGUAGE, HeaderValue::from_static("*")),
        (header::HeaderName::from_static("sec-fetch-mode"), HeaderValue::from_static("cors")),
        (header::USER_AGENT, USER_AGENT),
        (header::ACCEPT_ENCODING, HeaderValue::from_static(codings)),
    ];
    for (name, value) in defaults {
        headers.entry(name).or_insert(value);
    }
    Ok(())
}

fn rejected(ctx: &Ctx<'_>, name: &str, code: &'static str, text: &str) -> rquickjs::Error {
    let made = llrt_core::error::into_value(ctx, &NodeError::new(JsClass::Error, code, text)).and_then(|value| {
        if let Some(object) = value.as_object() {
            object.prop("name", rquickjs::object::Property::from(name).writable().configurable())?;
        }
        Ok(value)
    });
    match made {
        Ok(value) => ctx.throw(value),
        Err(error) => error,
    }
}

fn answer<'js>(ctx: &Ctx<'js>, mut response: Response, has_body: bool, cancel: Cancel) -> Result<Array<'js>> {
    let status = response.status.as_u16();
    let headers = Array::new(ctx.clone())?;
    for (index, (name, value)) in response.headers.iter().enumerate() {
        headers.set(index * 2, bytes::utf8_string(ctx, name.as_str())?)?;
        headers.set(index * 2 + 1, bytes::latin1_string(ctx, value.as_bytes())?)?;
    }
    let result = Array::new(ctx.clone())?;
    result.set(0, status)?;
    result.set(1, reason(ctx, &response)?)?;
    result.set(2, headers)?;
    let has_body = has_body && !matches!(status, 101 | 103 | 204 | 205 | 304);
    let decoder = if has_body { decoder(&response.headers) } else { None };
    let body =
        match decoder {
            None => match response.body.take_complete() {
                Some(all) => bytes::uint8_array(ctx, all)?.into_js(ctx)?,
                None => Class::instance(ctx.clone(), HttpBody::new(response.body, None, cancel, Face::Fetch))?
                    .into_js(ctx)?,
            },
            decoder => Class::instance(ctx.clone(), HttpBody::new(response.body, decoder, cancel, Face::Fetch))?
                .into_js(ctx)?,
        };
    result.set(3, body)?;
    Ok(result)
}

fn decoder(headers: &HeaderMap) -> Option<Decoder> {
    let mut values = headers.get_all(header::CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let first = values.next()?;
    Decoder::new(&values.fold(first.to_owned(), |joined, value| joined + "," + value))
}

/// `concat(parts): Uint8Array`: bytes and strings (as UTF-8), one after the other.
fn concat<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let list = call.arg(0);
    let mut all = Vec::new();
    for part in list.as_array().into_iter().flat_map(Array::iter::<Value<'js>>) {
        let part = part?;
        match View::of(&part) {
            Some(view) => view.with(|bytes| all.extend_from_slice(bytes)),
            None => all.extend(bytes::bytes_or_utf8(ctx, &part, "part")?),
        }
    }
    Ok(bytes::uint8_array(ctx, all)?.into_value())
}

/// `copyBytes(value): Uint8Array | undefined`: a copy of a buffer or view; `undefined` for anything else.
fn copy_bytes<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    match View::of(&call.arg(0)) {
        Some(view) => Ok(bytes::uint8_array(call.ctx(), view.to_vec())?.into_value()),
        None => Ok(Value::new_undefined(call.ctx().clone())),
    }
}

/// `decodeUtf8(bytes): string`, without a byte order mark; U+FFFD for what is not UTF-8.
fn decode_utf8<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let view = View::from_arg(call.ctx(), &call.arg(0), "bytes")?;
    view.with(|bytes| utf8_string(call.ctx(), bytes))
}

fn utf8_string<'js>(ctx: &Ctx<'js>, bytes: &[u8]) -> Result<Value<'js>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes::utf8_string(ctx, &String::from_utf8_lossy(bytes))
}

/// `encodeUtf8(text): Uint8Array`.
fn encode_utf8<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let text = args::string(call.ctx(), &call.arg(0), "text")?;
    Ok(bytes::uint8_array(call.ctx(), text.into_bytes())?.into_value())
}

/// `mimeType(header): { essence, text, boundary } | undefined`.
fn mime_type<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let Some(mime) = Mime::extract(&args::string(ctx, &call.arg(0), "header")?) else {
        return Ok(Value::new_undefined(ctx.clone()));
    };
    let object = Object::new(ctx.clone())?;
    object.set("text", mime.to_string())?;
    object.set("boundary", mime.parameter("boundary"))?;
    if mime.parameter("boundary").is_none() {
        object.set("boundary", Value::new_undefined(ctx.clone()))?;
    }
    object.set("essence", mime.essence)?;
    Ok(object.into_value())
}

/// `parseMultipart(bytes, boundary)`: name, file name, type and content of each field in turn. The content of a field that is no
/// file is text, and its file name `undefined`.
fn parse_multipart<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let body = View::from_arg(ctx, &call.arg(0), "bytes")?.to_vec();
    let boundary = args::string(ctx, &call.arg(1), "boundary")?;
    let fields = multipart::parse(&body, &boundary)
        .map_err(|error| NodeError::plain(JsClass::TypeError, error.to_string()).throw(ctx))?;
    let flat = Array::new(ctx.clone())?;
    for (index, field) in fields.into_iter().enumerate() {
        let at = index * 4;
        flat.set(at, field.name)?;
        let content = match field.filename {
            Some(filename) => {
                flat.set(at + 1, filename)?;
                flat.set(at + 2, field.content_type.as_deref().unwrap_or("text/plain"))?;
                bytes::uint8_array(ctx, field.content.to_vec())?.into_value()
            }
            None => {
                flat.set(at + 1, Value::new_undefined(ctx.clone()))?;
                flat.set(at + 2, Value::new_undefined(ctx.clone()))?;
                utf8_string(ctx, field.content)?
            }
        };
        flat.set(at + 3, content)?;
    }
    Ok(flat.into_value())
}

/// `dataUrl(url): [type, Uint8Array] | undefined`.
fn data_url<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    match data_url::parse(&args::string(ctx, &call.arg(0), "url")?) {
        Some((kind, body)) => {
            let pair = Array::new(ctx.clone())?;
            pair.set(0, kind)?;
            pair.set(1, bytes::uint8_array(ctx, body)?)?;
            Ok(pair.into_value())
        }
        None => Ok(Value::new_undefined(ctx.clone())),
    }
}
