//! What does not change while the process lives.

use llrt_core::process;
use rquickjs::{Array, Ctx, IntoJs, Object, Result, Value};

use crate::NODE_VERSION;

/// One object with every constant: `argv`, `execPath`, `pid`, `versions`, ...
pub(crate) fn build<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let info = process::info(ctx);
    let facts = Object::new(ctx.clone())?;
    let argv0 = std::env::args_os().next().map(|name| name.to_string_lossy().into_owned());
    facts.set("argv0", argv0.as_deref().or(info.argv.first().map(String::as_str)).unwrap_or("llrt"))?;
    facts.set("argv", info.argv)?;
    facts.set("execArgv", info.exec_argv)?;
    facts.set("execPath", info.exec_path)?;
    facts.set("pid", std::process::id())?;
    facts.set("ppid", nix::unistd::getppid().as_raw())?;
    facts.set("platform", platform())?;
    facts.set("arch", arch())?;
    facts.set("version", format!("v{NODE_VERSION}"))?;
    let versions = Object::new(ctx.clone())?;
    versions.set("node", NODE_VERSION)?;
    for (name, version) in info.versions {
        versions.set(*name, *version)?;
    }
    facts.set("versions", versions)?;
    facts.into_js(ctx)
}

/// The environment, read now, with what the host has changed. What is not UTF-8 is replaced by U+FFFD.
pub(crate) fn environment<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let target = Object::new_proto(ctx.clone(), None)?;
    for (name, value) in std::env::vars_os() {
        target.set(name.to_string_lossy().as_ref(), value.to_string_lossy().as_ref())?;
    }
    for (name, value) in process::variables(ctx) {
        match value {
            Some(value) => target.set(name, value)?,
            None => target.remove(name)?,
        }
    }
    Ok(target.into_value())
}

fn platform() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    }
}

fn arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        "x86" => "ia32",
        other => other,
    }
}

/// A JavaScript array of numbers.
pub(crate) fn numbers<'js>(ctx: &Ctx<'js>, values: &[f64]) -> Result<Array<'js>> {
    let array = Array::new(ctx.clone())?;
    for (index, value) in values.iter().enumerate() {
        array.set(index, *value)?;
    }
    Ok(array)
}
