//! The options object that the script makes, to a [`Spec`].

use std::{ffi::OsString, time::Duration};

use llrt_core::bytes::View;
use llrt_spawn::{Limits, Spec, Stdio};
use rquickjs::{Array, Object, Result, Value};

/// A child as the script describes it: checked there.
pub(crate) fn spec(options: &Object<'_>) -> Result<Spec> {
    let stdio: Array<'_> = options.get("stdio")?;
    Ok(Spec {
        program: options.get::<_, String>("file")?.into(),
        args: texts(options, "args")?.unwrap_or_default().into_iter().skip(1).map(OsString::from).collect(),
        arg0: texts(options, "args")?.and_then(|args| args.into_iter().next()).map(OsString::from),
        env: texts(options, "envPairs")?.map(|pairs| pairs.iter().map(|pair| split(pair)).collect()),
        cwd: options.get::<_, Option<String>>("cwd")?.map(Into::into),
        uid: options.get::<_, Option<f64>>("uid")?.map(|uid| uid as i64 as u32),
        gid: options.get::<_, Option<f64>>("gid")?.map(|gid| gid as i64 as u32),
        detached: options.get::<_, Option<bool>>("detached")?.unwrap_or_default(),
        stdio: stdio.iter::<Value<'_>>().map(|entry| Ok(one_stdio(&entry?))).collect::<Result<_>>()?,
    })
}

/// `"ignore"`, `"pipe"` or a descriptor.
fn one_stdio(entry: &Value<'_>) -> Stdio {
    match entry.as_number() {
        Some(number) => Stdio::Inherit(number as i32),
        None if entry.as_string().is_some_and(|text| text.to_string().is_ok_and(|text| text == "pipe")) => Stdio::Pipe,
        None => Stdio::Ignore,
    }
}

fn texts(options: &Object<'_>, name: &str) -> Result<Option<Vec<String>>> {
    options.get(name)
}

fn split(pair: &str) -> (OsString, OsString) {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (name.into(), value.into())
}

/// `timeout`, `maxBuffer` and `killSignal` of a synchronous form. Zero and infinity are no limits.
pub(crate) fn limits(options: &Object<'_>) -> Result<Limits> {
    let finite = |name| -> Result<Option<f64>> {
        Ok(options.get::<_, Option<f64>>(name)?.filter(|limit| limit.is_finite() && *limit > 0.0))
    };
    Ok(Limits {
        timeout: finite("timeout")?.map(|timeout_ms| Duration::from_secs_f64(timeout_ms / 1000.0)),
        max_output_bytes: finite("maxBuffer")?.map(|max| max as usize),
        kill_signal: options.get::<_, Option<i32>>("killSignal")?.filter(|signal| *signal != 0).unwrap_or(15),
    })
}

/// What goes into each pipe: the `input` of the stdio entries, which are bytes.
pub(crate) fn input(options: &Object<'_>) -> Result<Vec<(usize, Vec<u8>)>> {
    let list: Array<'_> = options.get("inputs")?;
    let mut inputs = Vec::new();
    for (index, value) in list.iter::<Value<'_>>().enumerate() {
        if let Some(view) = View::of(&value?) {
            inputs.push((index, view.to_vec()));
        }
    }
    Ok(inputs)
}
