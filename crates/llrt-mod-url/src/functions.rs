//! The functions of the module that are about `URL`.

use llrt_core::{JsClass, NodeError, args, bytes, error, table::Call};
use rquickjs::{Atom, Coerced, Ctx, Error, IntoJs, Object, Result, Value, object::Filter};

use crate::{
    legacy,
    ops::{
        Record,
        encode::decode_uri_component,
        file::{self, FileUrlError},
        host,
        record::Parts,
    },
    url::{self, require_args, usv_string},
};

/// `domainToASCII(domain)` and, with the magic 1, `domainToUnicode(domain)`.
pub(crate) fn domain_to_ascii<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    require_args(call, &["domain"])?;
    let domain = Record::parse_domain(&usv_string(&call.arg(0))?);
    let domain = if call.magic() == 1 { host::to_unicode(&domain) } else { domain };
    domain.into_js(call.ctx())
}

/// `url.format(urlObject, options)`.
pub(crate) fn format<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let value = call.arg(0);
    if value.is_string() {
        return legacy::parse_url(ctx, &value, false)?.href.unwrap_or_default().into_js(ctx);
    }
    let Some(object) = value.as_object().filter(|_| !value.is_function()) else {
        return Err(args::invalid_arg_type(ctx, "urlObject", &["Object", "string"], &value));
    };
    let Some(url) = url::data(&value) else { return legacy::format_object(object)?.into_js(ctx) };
    let options = call.arg(1);
    let mut parts = Parts::default();
    if !options.is_undefined() && !options.is_null() {
        if !options.is_object() || options.is_array() || options.is_function() {
            return Err(args::invalid_arg_type(ctx, "options", &["Object"], &options));
        }
        let options = options.get::<Object<'js>>()?;
        let flag = |name: &str, default: bool| {
            let value: Value<'js> = options.get(name)?;
            if value.is_undefined() || value.is_null() {
                return Ok(default);
            }
            value.get::<Coerced<bool>>().map(|flag| flag.0)
        };
        parts = Parts {
            fragment: flag("fragment", true)?,
            unicode: flag("unicode", false)?,
            search: flag("search", true)?,
            auth: flag("auth", true)?,
        };
    }
    url.borrow().record.borrow().serialize(&parts).into_js(ctx)
}

/// Whether the option `windows` says so; this system has other paths.
fn is_windows(options: &Value<'_>) -> Result<bool> {
    match options.as_object() {
        Some(options) => options.get::<_, Coerced<bool>>("windows").map(|windows| windows.0),
        None => Ok(false),
    }
}

/// `fileURLToPath(url, options)` and, with the magic 1, `fileURLToPathBuffer(url, options)`.
pub(crate) fn file_url_to_path<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let windows = is_windows(&call.arg(1))?;
    let raw = call.magic() == 1;
    let value = call.arg(0);
    let href = if value.is_string() {
        usv_string(&value)?
    } else if url::is_url_like(&value)? {
        usv_string(&value.get::<Object<'js>>()?.get("href")?)?
    } else {
        return Err(args::invalid_arg_type(ctx, "path", &["string", "URL"], &value));
    };
    let record = Record::parse(&href, None).ok_or_else(|| url::invalid_url(ctx, &href, None))?;
    match file::to_path(&record, windows, raw) {
        Ok(path) if raw => bytes::buffer(ctx, path).map(Object::into_value),
        Ok(path) => String::from_utf8_lossy(&path).into_js(ctx),
        Err(error) => Err(throw(ctx, &record, &error)),
    }
}

fn throw(ctx: &Ctx<'_>, url: &Record, error: &FileUrlError) -> Error {
    let type_error = |code: &'static str, message: String| NodeError::new(JsClass::TypeError, code, message);
    match error {
        FileUrlError::Scheme => {
            type_error("ERR_INVALID_URL_SCHEME", "The URL must be of scheme file".to_owned()).throw(ctx)
        }
        FileUrlError::Host => {
            let message = format!("File URL host must be \"localhost\" or empty on {}", platform());
            type_error("ERR_INVALID_FILE_URL_HOST", message).throw(ctx)
        }
        FileUrlError::Path(text) => {
            let error = type_error("ERR_INVALID_FILE_URL_PATH", format!("File URL path {text}"));
            let made = error::into_value(ctx, &error).and_then(|error| {
                error.get::<Object<'_>>()?.set("input", url::from_record(ctx, url.clone())?)?;
                Ok(error)
            });
            made.map_or_else(|error| error, |error| ctx.throw(error))
        }
        FileUrlError::Malformed => malformed(ctx),
    }
}

/// Node's name of the system.
fn platform() -> &'static str {
    if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS }
}

/// The `URIError` of `decodeURIComponent`.
pub(crate) fn malformed(ctx: &Ctx<'_>) -> Error {
    let made = ctx.globals().get::<_, rquickjs::Constructor<'_>>("URIError");
    match made.and_then(|class| class.construct::<_, Value<'_>>(("URI malformed",))) {
        Ok(error) => ctx.throw(error),
        Err(error) => error,
    }
}

/// `pathToFileURL(path, options)`.
pub(crate) fn path_to_file_url<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let value = call.arg(0);
    let path = args::string(ctx, &value, "path")?;
    let windows = is_windows(&call.arg(1))?;
    let current = std::env::current_dir().unwrap_or_default();
    match file::from_path(&path, windows, &current.to_string_lossy()) {
        Ok(record) => url::from_record(ctx, record),
        Err(error) => Err(args::invalid_arg_value(ctx, "path", &value, error.0)),
    }
}

/// `urlToHttpOptions(url)`: what `http.request` takes.
pub(crate) fn url_to_http_options<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let url = args::object(ctx, &call.arg(0), "url")?;
    let options = Object::new_proto(ctx.clone(), None)?;
    for key in url.own_keys::<Atom<'js>>(Filter::new().string().symbol().enum_only()) {
        let key = key?;
        options.set(key.clone(), url.get::<_, Value<'js>>(key)?)?;
    }
    let get = |name: &str| url.get::<_, Value<'js>>(name);
    let text = |name: &str| match get(name)? {
        value if value.is_undefined() || value.is_null() => Ok(String::new()),
        value => usv_string(&value),
    };
    options.set("protocol", get("protocol")?)?;
    let hostname = get("hostname")?;
    let bare = match hostname.is_string() {
        true => usv_string(&hostname)?.strip_prefix('[').and_then(|name| name.strip_suffix(']')).map(str::to_owned),
        false => None,
    };
    options.set("hostname", bare.map_or(Ok(hostname), |bare| bare.into_js(ctx))?)?;
    options.set("hash", get("hash")?)?;
    options.set("search", get("search")?)?;
    options.set("pathname", get("pathname")?)?;
    options.set("path", text("pathname")? + &text("search")?)?;
    options.set("href", get("href")?)?;
    let port = get("port")?;
    if !port.is_string() || !text("port")?.is_empty() {
        options.set("port", port.get::<Coerced<f64>>()?.0)?;
    }
    let (username, password) = (text("username")?, text("password")?);
    if !username.is_empty() || !password.is_empty() {
        let decode = |part: &str| decode_uri_component(part).ok_or_else(|| malformed(ctx));
        options.set("auth", format!("{}:{}", decode(&username)?, decode(&password)?))?;
    }
    options.into_js(ctx)
}
