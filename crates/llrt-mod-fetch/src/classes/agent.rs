use std::{cell::OnceCell, rc::Rc, sync::Arc, time::Duration};

use llrt_core::{JsClass, NodeError, args, bytes};
use llrt_http::{Client, Config, Http2};
use llrt_tls::{
    ConfigError, Options, Roots, certificates_from_pem, client_config, identity_from_pem, rustls::ClientConfig,
};
use rquickjs::{Ctx, JsLifetime, Object, Result, Value, class::Trace, function::Opt};

/// Connections of their own for some requests, with TLS options of their own: what `http.Agent` and `https.Agent` are in Node.
#[derive(Clone, JsLifetime, Trace)]
#[rquickjs::class]
pub(crate) struct Agent {
    #[qjs(skip_trace)]
    state: Rc<State>,
}

struct State {
    config: Config,
    tls: Option<Options>,
    client: OnceCell<Client>,
}

impl Agent {
    /// The client, made when it is first needed.
    pub(crate) fn client(&self, ctx: &Ctx<'_>) -> Result<Client> {
        if let Some(client) = self.state.client.get() {
            return Ok(client.clone());
        }
        let mut config = self.state.config.clone();
        if let Some(options) = &self.state.tls {
            config.tls = Some(tls_config(ctx, options, config.http2)?);
        }
        Ok(self.state.client.get_or_init(|| Client::new(config)).clone())
    }
}

#[rquickjs::methods]
impl Agent {
    /// `new Agent({ keepAlive, maxSockets, http2: boolean | "prefer", ca, cert, key, rejectUnauthorized, servername })`; texts and bytes are PEM, `ca`
    /// may be a list.
    #[qjs(constructor)]
    fn new<'js>(ctx: Ctx<'js>, options: Opt<Value<'js>>) -> Result<Self> {
        let mut config = Config::from_env();
        let mut tls = None;
        if let Some(value) = options.0.filter(|value| !value.is_undefined()) {
            let options = args::object(&ctx, &value, "options")?;
            read_config(&ctx, &options, &mut config)?;
            tls = read_tls(&ctx, &options)?;
        }
        Ok(Self { state: Rc::new(State { config, tls, client: OnceCell::new() }) })
    }

    /// Closes its idle connections.
    fn destroy(&self) {
        if let Some(client) = self.state.client.get() {
            client.close_idle();
        }
    }
}

fn read_config<'js>(ctx: &Ctx<'js>, options: &Object<'js>, config: &mut Config) -> Result<()> {
    let flag = |name: &str| -> Result<Option<bool>> {
        let value: Value<'js> = options.get(name)?;
        args::optional(&value, |value| args::boolean(ctx, value, &format!("options.{name}")))
    };
    if flag("keepAlive")? == Some(false) {
        config.idle_timeout = Duration::ZERO;
    }
    let http2: Value<'js> = options.get("http2")?;
    if http2.as_string().is_some_and(|text| text.to_string().is_ok_and(|text| text == "prefer")) {
        config.http2 = Http2::Prefer;
    } else if flag("http2")? == Some(true) {
        if !cfg!(feature = "http2") {
            let text = "HTTP/2 is not available in this build";
            let error = NodeError::new(JsClass::Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", text);
            return Err(error.throw(ctx));
        }
        config.http2 = Http2::Only;
    }
    let max: Value<'js> = options.get("maxSockets")?;
    if let Some(max) = args::optional(&max, |max| args::number(ctx, max, "options.maxSockets"))?
        && max.is_finite()
    {
        config.max_connections_per_host = Some(max.max(1.0) as usize);
    }
    let name: Value<'js> = options.get("servername")?;
    config.server_name = args::optional(&name, |name| args::string(ctx, name, "options.servername"))?;
    Ok(())
}

/// `None` when there are none, so that the shared configuration and its sessions serve.
fn read_tls<'js>(ctx: &Ctx<'js>, options: &Object<'js>) -> Result<Option<Options>> {
    let mut tls = Options::from_env();
    let mut own = false;
    let verify: Value<'js> = options.get("rejectUnauthorized")?;
    if let Some(verify) = args::optional(&verify, |verify| args::boolean(ctx, verify, "options.rejectUnauthorized"))?
        && verify != tls.verify
    {
        (tls.verify, own) = (verify, true);
    }
    let ca: Value<'js> = options.get("ca")?;
    if !ca.is_undefined() && !ca.is_null() {
        let mut roots = Vec::new();
        let list = match ca.as_array() {
            Some(list) => list.iter::<Value<'js>>().collect::<Result<Vec<_>>>()?,
            None => vec![ca],
        };
        for pem in list {
            let pem = bytes::bytes_or_utf8(ctx, &pem, "options.ca")?;
            roots.extend(certificates_from_pem(&pem).map_err(|error| throw(ctx, &error))?);
        }
        (tls.roots, own) = (Roots::Only(roots), true);
    }
    let (certificate, key): (Value<'js>, Value<'js>) = (options.get("cert")?, options.get("key")?);
    if !certificate.is_undefined() && !key.is_undefined() {
        let certificate = bytes::bytes_or_utf8(ctx, &certificate, "options.cert")?;
        let key = bytes::bytes_or_utf8(ctx, &key, "options.key")?;
        let identity = identity_from_pem(&certificate, &key).map_err(|error| throw(ctx, &error))?;
        (tls.identity, own) = (Some(identity), true);
    }
    Ok(own.then_some(tls))
}

fn tls_config(ctx: &Ctx<'_>, options: &Options, http2: Http2) -> Result<Arc<ClientConfig>> {
    let alpn = http2.alpn().iter().map(|name| name.to_vec()).collect();
    client_config(&Options { alpn, ..options.clone() }).map_err(|error| throw(ctx, &error))
}

fn throw(ctx: &Ctx<'_>, error: &ConfigError) -> rquickjs::Error {
    NodeError::new(JsClass::Error, error.code(), error.to_string()).throw(ctx)
}
