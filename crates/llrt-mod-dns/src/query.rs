//! Records from name servers.

use std::{net::SocketAddr, rc::Rc, time::Duration};

use llrt_core::{JsClass, NodeError, bytes};
use llrt_net::{
    Denied, Policy,
    resolver::{self, Data, QueryError, Record, Resolver},
};
use rquickjs::{Array, Ctx, Function, IntoJs, Object, Result, Value, convert::List};
use tokio::sync::Notify;

use crate::functions::later;

/// `systemServers()`: `[address, port]` of each.
pub(crate) fn system_servers() -> Vec<List<(String, u16)>> {
    let servers = Resolver::system().servers;
    servers.iter().map(|server| List((llrt_net::address_text(server), server.port()))).collect()
}

/// `reverseName(address)`: the name that is asked for to get an address's names; none when it is no address.
pub(crate) fn reverse_name(address: String) -> Option<String> {
    llrt_net::parse_address(&address, 0).map(|address| resolver::reverse_name(address.ip()))
}

/// `namesInHosts(address)`
pub(crate) fn names_in_hosts(address: String) -> Vec<String> {
    let address = llrt_net::parse_address(&address, 0);
    address.map(|address| resolver::names_in_hosts(address.ip())).unwrap_or_default()
}

/// `query(options, name, kind, done)`: `done(code, records)` later. Gives a function that ends it, with `ECANCELLED`.
///
/// `options` are `servers` (as of `systemServers`), `checked` (whether the policy is to allow them), `timeout`, `maxTimeout` (in
/// milliseconds, not positive for the default), `tries`, `local4`, `local6`.
pub(crate) fn query<'js>(
    ctx: Ctx<'js>,
    options: Object<'js>,
    name: String,
    kind: u16,
    done: Function<'js>,
) -> Result<Function<'js>> {
    let resolver = configure(&ctx, &options)?;
    let cancelled = Rc::new(Notify::new());
    let cancel = Rc::clone(&cancelled);
    let task_ctx = ctx.clone();
    later(&ctx, "QUERYWRAP", done, async move {
        let result = tokio::select! {
            biased;
            () = cancelled.notified() => Err(QueryError("ECANCELLED")),
            result = resolver.query(&name, kind) => result,
        };
        match result {
            Ok(records) => (None, list(&task_ctx, &records).ok()),
            Err(QueryError(code)) => (Some(code), None),
        }
    });
    Function::new(ctx, move || cancel.notify_one())
}

fn configure<'js>(ctx: &Ctx<'js>, options: &Object<'js>) -> Result<Resolver> {
    let mut servers = Vec::new();
    for server in options.get::<_, Array<'js>>("servers")?.iter::<List<(String, u16)>>() {
        let List((address, port)) = server?;
        servers.extend(llrt_net::parse_address(&address, port));
    }
    if options.get("checked")? {
        for server in &servers {
            let checked = Policy::from_env().check(&server.ip().to_string(), server.port());
            checked.map_err(|denied| NodeError::new(JsClass::Error, Denied::CODE, denied.to_string()).throw(ctx))?;
        }
    }
    let duration = |name| -> Result<Option<Duration>> {
        let milliseconds: f64 = options.get(name)?;
        Ok((milliseconds > 0.0).then(|| Duration::from_secs_f64(milliseconds / 1000.0)))
    };
    let local = |name| -> Result<Option<SocketAddr>> {
        let text: Option<String> = options.get(name)?;
        Ok(text.and_then(|text| llrt_net::parse_address(&text, 0)))
    };
    let mut resolver = Resolver::asking(servers);
    // A time of zero is as short as it gets.
    let timeout: f64 = options.get("timeout")?;
    if timeout >= 0.0 {
        resolver.timeout = duration("timeout")?.unwrap_or(Duration::from_millis(1));
    }
    resolver.max_timeout = duration("maxTimeout")?;
    resolver.tries = options.get("tries")?;
    if let Some(SocketAddr::V4(address)) = local("local4")? {
        resolver.local_ipv4 = Some(*address.ip());
    }
    if let Some(SocketAddr::V6(address)) = local("local6")? {
        resolver.local_ipv6 = Some(*address.ip());
    }
    Ok(resolver)
}

fn list<'js>(ctx: &Ctx<'js>, records: &[Record]) -> Result<Array<'js>> {
    let list = Array::new(ctx.clone())?;
    for (index, record) in records.iter().enumerate() {
        list.set(index, object(ctx, record)?)?;
    }
    Ok(list)
}

/// A record as `resolveAny` gives it.
fn object<'js>(ctx: &Ctx<'js>, Record { ttl, data }: &Record) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    let set = |name: &str, value: &dyn Fn() -> Result<Value<'js>>| object.set(name, value()?);
    let text = |name: &str, text: &str| set(name, &|| text.into_js(ctx));
    let number = |name: &str, number: u32| set(name, &|| number.into_js(ctx));
    let latin1 = |name: &str, text: &[u8]| set(name, &|| bytes::latin1_string(ctx, text));
    let kind = match data {
        Data::Address(address) => {
            text("address", &address.to_string())?;
            number("ttl", *ttl)?;
            if address.is_ipv4() { "A" } else { "AAAA" }
        }
        Data::Cname(value) => {
            text("value", value)?;
            "CNAME"
        }
        Data::Ns(value) => {
            text("value", value)?;
            "NS"
        }
        Data::Ptr(value) => {
            text("value", value)?;
            "PTR"
        }
        Data::Mx { priority, exchange } => {
            text("exchange", exchange)?;
            number("priority", (*priority).into())?;
            "MX"
        }
        Data::Txt(entries) => {
            let list = Array::new(ctx.clone())?;
            for (index, entry) in entries.iter().enumerate() {
                list.set(index, bytes::latin1_string(ctx, entry)?)?;
            }
            object.set("entries", list)?;
            "TXT"
        }
        Data::Srv { priority, weight, port, name } => {
            text("name", name)?;
            number("port", (*port).into())?;
            number("priority", (*priority).into())?;
            number("weight", (*weight).into())?;
            "SRV"
        }
        Data::Soa { nsname, hostmaster, serial, refresh, retry, expire, minttl } => {
            text("nsname", nsname)?;
            text("hostmaster", hostmaster)?;
            let rest =
                [("serial", serial), ("refresh", refresh), ("retry", retry), ("expire", expire), ("minttl", minttl)];
            rest.into_iter().try_for_each(|(name, value)| number(name, *value))?;
            "SOA"
        }
        Data::Caa { critical, tag, value } => {
            number("critical", (*critical).into())?;
            latin1(tag, value)?;
            "CAA"
        }
        Data::Naptr { order, preference, flags, service, regexp, replacement } => {
            latin1("flags", flags)?;
            latin1("service", service)?;
            latin1("regexp", regexp)?;
            text("replacement", replacement)?;
            number("order", (*order).into())?;
            number("preference", (*preference).into())?;
            "NAPTR"
        }
        Data::Tlsa { usage, selector, matching, data } => {
            number("certUsage", (*usage).into())?;
            number("selector", (*selector).into())?;
            number("match", (*matching).into())?;
            object.set("data", bytes::array_buffer(ctx, data.clone())?)?;
            "TLSA"
        }
    };
    text("type", kind)?;
    Ok(object)
}
