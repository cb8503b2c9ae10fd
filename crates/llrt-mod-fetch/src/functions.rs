//! JavaScript values in, requests, JavaScript values out.

use llrt_core::{args, bytes, task};
use llrt_http::{HeaderMap, Origin, Request, Response, StatusCode};
use rquickjs::{Class, Ctx, IntoJs, Object, Promise, Result, Value, function::Opt};

use crate::{
    args::{Options, request_options},
    cancel::{Cancel, Cancelled},
    classes::body::HttpBody,
    client::client,
    error::{Face, Failure},
};

/// `request(options): Promise<{ statusCode, reason, headers, body }>`.
///
/// `body` is a `Uint8Array` when all of it came along with the head (the connection is free again), otherwise an `HttpBody`.
pub(crate) fn request<'js>(ctx: Ctx<'js>, options: Value<'js>) -> Result<Promise<'js>> {
    let options = args::object(&ctx, &options, "options")?;
    let Options { client, request, cancel } = request_options(&ctx, &options)?;
    let task_ctx = ctx.clone();
    task::promise(&ctx, async move {
        match exchange(&client, request, &cancel).await {
            Ok(response) => response_object(&task_ctx, response, cancel),
            Err(failure) => Err(failure.throw(&task_ctx, Face::Http)),
        }
    })
}

/// `preconnect(protocol, hostname, port)`: opens a connection for a request to come. It keeps nothing alive, and tells nobody
/// when it fails.
pub(crate) fn preconnect<'js>(
    ctx: Ctx<'js>,
    protocol: Value<'js>,
    hostname: Value<'js>,
    port: Opt<Value<'js>>,
) -> Result<()> {
    let secure = args::string(&ctx, &protocol, "protocol")? != "http:";
    let host = args::string(&ctx, &hostname, "hostname")?;
    let port = match port.0.filter(|port| !port.is_undefined()) {
        Some(port) => args::integer(&ctx, &port, "port", 0, 65535)? as u16,
        None if secure => 443,
        None => 80,
    };
    let client = client(&ctx);
    task::spawn_unref(&ctx, async move { client.preconnect(Origin { secure, host, port }, None).await });
    Ok(())
}

pub(crate) async fn exchange(
    client: &llrt_http::Client,
    request: Request,
    cancel: &Cancel,
) -> std::result::Result<Response, Failure> {
    match cancel.run(client.send(request)).await {
        Ok(answer) => Ok(answer?),
        Err(Cancelled) => Err(Failure::Cancelled),
    }
}

fn response_object<'js>(ctx: &Ctx<'js>, mut response: Response, cancel: Cancel) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    object.set("statusCode", response.status.as_u16())?;
    object.set("reason", reason(ctx, &response)?)?;
    object.set("headers", header_object(ctx, &response.headers)?)?;
    let body = match response.body.take_complete() {
        Some(all) => bytes::uint8_array(ctx, all)?.into_js(ctx)?,
        None => Class::instance(ctx.clone(), HttpBody::new(response.body, None, cancel, Face::Http))?.into_js(ctx)?,
    };
    object.set("body", body)?;
    Ok(object)
}

pub(crate) fn reason<'js>(ctx: &Ctx<'js>, response: &Response) -> Result<Value<'js>> {
    let usual = || StatusCode::canonical_reason(&response.status).unwrap_or_default().as_bytes();
    bytes::latin1_string(ctx, response.reason.as_deref().unwrap_or_else(usual))
}

/// Headers of which the first counts, as in Node: <https://nodejs.org/api/http.html#messageheaders>. Sorted.
static SINGLE: &[&str] = &[
    "age",
    "authorization",
    "content-length",
    "content-type",
    "etag",
    "expires",
    "from",
    "host",
    "if-modified-since",
    "if-unmodified-since",
    "last-modified",
    "location",
    "max-forwards",
    "proxy-authorization",
    "referer",
    "retry-after",
    "server",
    "user-agent",
];

/// Names in lower case, values of one name joined by a comma.
fn header_object<'js>(ctx: &Ctx<'js>, headers: &HeaderMap) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    for name in headers.keys() {
        let mut values = headers.get_all(name).iter();
        let Some(first) = values.next() else { continue };
        let mut joined = std::borrow::Cow::Borrowed(first.as_bytes());
        let single = SINGLE.binary_search(&name.as_str()).is_ok();
        for value in values.filter(|_| !single) {
            let joined = joined.to_mut();
            joined.extend_from_slice(b", ");
            joined.extend_from_slice(value.as_bytes());
        }
        object.set(name.as_str(), bytes::latin1_string(ctx, &joined)?)?;
    }
    Ok(object)
}
