use std::fmt;

use llrt_core::{
    JsClass, JsError, NodeError, SystemError,
    error::{into_value, throw},
};
use llrt_http::{DecodeError, Error as HttpError, LookupError};
use rquickjs::{Array, Constructor, Ctx, Error, Object, Result, Value};

/// As which module of Node's an error speaks: they report the same failure in different words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    /// `node:http`
    Http,
    /// `fetch`: what becomes the `cause`.
    Fetch,
}

/// A failed exchange, as JavaScript sees it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The caller gave it up.
    #[error("The operation was aborted")]
    Cancelled,
    /// A second read while one is under way.
    #[error("Invalid state: The body is being read")]
    Busy,
}

impl Failure {
    pub(crate) fn throw(&self, ctx: &Ctx<'_>, face: Face) -> Error {
        match self.value(ctx, face) {
            Ok(value) => ctx.throw(value),
            Err(error) => error,
        }
    }

    pub(crate) fn value<'js>(&self, ctx: &Ctx<'js>, face: Face) -> Result<Value<'js>> {
        match self {
            Self::Http(error) => http_value(ctx, error, face),
            Self::Decode(error) => into_value(ctx, &Decode(error.clone())),
            Self::Cancelled => {
                let error = into_value(ctx, &NodeError::new(JsClass::Error, "ABORT_ERR", self.to_string()))?;
                if let Some(object) = error.as_object() {
                    object.set("name", "AbortError")?;
                }
                Ok(error)
            }
            Self::Busy => into_value(ctx, &NodeError::new(JsClass::Error, "ERR_INVALID_STATE", self.to_string())),
        }
    }
}

fn http_value<'js>(ctx: &Ctx<'js>, error: &HttpError, face: Face) -> Result<Value<'js>> {
    match error {
        HttpError::Lookup(error) => into_value(ctx, &Lookup(error)),
        HttpError::Connect(attempts) => {
            let errors = attempts.iter().map(|attempt| {
                let system = SystemError::new(&attempt.error, "connect");
                let address = attempt.address.ip().to_string();
                into_value(ctx, &system.address(address, Some(attempt.address.port())))
            });
            let errors: Vec<Value<'js>> = errors.collect::<Result<_>>()?;
            match errors.as_slice() {
                [one] => Ok(one.clone()),
                _ => aggregate(ctx, errors, error.code()),
            }
        }
        HttpError::Io { syscall, error } if error.raw_os_error().is_some() => {
            into_value(ctx, &Io { syscall, error: SystemError::new(error, *syscall) })
        }
        HttpError::Tls(tls) => {
            let value = into_value(ctx, &NodeError::new(JsClass::Error, tls.code, tls.to_string()))?;
            if let Some(object) = value.as_object() {
                if let Some(reason) = &tls.reason {
                    object.set("reason", reason.as_str())?;
                }
                if let Some(host) = &tls.host {
                    object.set("host", host.as_str())?;
                }
            }
            Ok(value)
        }
        _ if face == Face::Fetch => undici(ctx, error),
        HttpError::Parse { code, reason } => {
            let value = into_value(ctx, &NodeError::new(JsClass::Error, *code, error.to_string()))?;
            if let Some(object) = value.as_object() {
                object.set("reason", *reason)?;
            }
            Ok(value)
        }
        _ => {
            let value = into_value(ctx, &NodeError::new(JsClass::Error, error.code(), error.to_string()))?;
            let timeout = match error {
                HttpError::ConnectTimeout => "connect",
                HttpError::HeadersTimeout => "headers",
                HttpError::IdleTimeout | HttpError::BodyTimeout => "body",
                _ => return Ok(value),
            };
            if let Some(object) = value.as_object() {
                object.set("timeout", timeout)?;
            }
            Ok(value)
        }
    }
}

/// What Node's `fetch` calls the failures that are its own and not the system's.
fn undici<'js>(ctx: &Ctx<'js>, error: &HttpError) -> Result<Value<'js>> {
    let (name, code, message) = match error {
        HttpError::Closed | HttpError::Truncated | HttpError::Io { .. } => {
            ("SocketError", Some("UND_ERR_SOCKET"), "other side closed".to_owned())
        }
        HttpError::ConnectTimeout => ("ConnectTimeoutError", Some("UND_ERR_CONNECT_TIMEOUT"), error.to_string()),
        HttpError::HeadersTimeout | HttpError::IdleTimeout => {
            ("HeadersTimeoutError", Some("UND_ERR_HEADERS_TIMEOUT"), HttpError::HeadersTimeout.to_string())
        }
        HttpError::BodyTimeout => ("BodyTimeoutError", Some("UND_ERR_BODY_TIMEOUT"), error.to_string()),
        HttpError::Parse { reason, .. } => {
            let text = format!("Response does not match the HTTP/1.1 protocol ({reason})");
            ("HTTPParserError", None, text)
        }
        HttpError::RequestBody(_) => (
            "RequestContentLengthMismatchError",
            Some("UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"),
            "Request body length does not match content-length header".to_owned(),
        ),
        HttpError::InvalidRequest(text) => ("InvalidArgumentError", Some("UND_ERR_INVALID_ARG"), text.clone()),
        _ => ("Error", Some(error.code()), error.to_string()),
    };
    let plain = match code {
        Some(code) => NodeError::new(JsClass::Error, code, message),
        None => NodeError::plain(JsClass::Error, message),
    };
    let value = into_value(ctx, &plain)?;
    if let Some(object) = value.as_object().filter(|_| name != "Error") {
        let property = rquickjs::object::Property::from(name).writable().configurable();
        object.prop("name", property)?;
    }
    Ok(value)
}

/// Several addresses, none of which answered.
fn aggregate<'js>(ctx: &Ctx<'js>, errors: Vec<Value<'js>>, code: &str) -> Result<Value<'js>> {
    let list = Array::new(ctx.clone())?;
    for (index, error) in errors.into_iter().enumerate() {
        list.set(index, error)?;
    }
    let constructor: Constructor<'js> = ctx.globals().get("AggregateError")?;
    let object: Object<'js> = constructor.construct((list,))?;
    object.set("code", code)?;
    Ok(object.into_value())
}

/// A system error on a connected socket: Node says `read ECONNRESET`.
#[derive(Debug)]
struct Io<'a> {
    syscall: &'a str,
    error: SystemError,
}

impl fmt::Display for Io<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.syscall, self.error.name())
    }
}

impl std::error::Error for Io<'_> {}

impl JsError for Io<'_> {
    fn code(&self) -> Option<&str> {
        Some(self.error.name())
    }

    fn decorate<'js>(&self, error: &Object<'js>) -> Result<()> {
        self.error.decorate(error)
    }
}

#[derive(Debug)]
struct Lookup<'a>(&'a LookupError);

impl fmt::Display for Lookup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Lookup<'_> {}

impl JsError for Lookup<'_> {
    fn code(&self) -> Option<&str> {
        Some(self.0.code)
    }

    fn decorate<'js>(&self, error: &Object<'js>) -> Result<()> {
        error.set("errno", self.0.errno)?;
        error.set("code", self.0.code)?;
        error.set("syscall", self.0.syscall)?;
        error.set("hostname", self.0.hostname.as_str())
    }
}

#[derive(Debug)]
struct Decode(DecodeError);

impl fmt::Display for Decode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Decode {}

impl JsError for Decode {
    fn code(&self) -> Option<&str> {
        Some(&self.0.code)
    }

    fn code_in_stack(&self) -> bool {
        false
    }

    fn decorate<'js>(&self, error: &Object<'js>) -> Result<()> {
        error.set("errno", self.0.errno)
    }
}

/// An error that has only a class and a text.
pub(crate) fn type_error(ctx: &Ctx<'_>, text: impl Into<String>) -> Error {
    throw(ctx, &NodeError::plain(JsClass::TypeError, text))
}
