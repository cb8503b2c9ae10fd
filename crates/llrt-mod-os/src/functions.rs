//! The functions of `node:os`.

use llrt_core::{JsClass, NodeError, args, bytes, module::function};
use nix::{errno::Errno, unistd};
use rquickjs::{
    Array, Ctx, Function, IntoJs, Object, Result, Symbol, Value,
    function::{IntoJsFunc, Opt, This},
    object::Property,
};

use crate::ops;

/// A function that turns into its result where a primitive is wanted (`${os.tmpdir}`), as Node's do.
pub(crate) fn primitive<'js, P, F>(ctx: &Ctx<'js>, name: &str, f: F) -> Result<Value<'js>>
where
    F: IntoJsFunc<'js, P> + 'js,
{
    let value = function(ctx, name, 0, f)?;
    if let Some(function) = value.as_function() {
        // The receiver, not a captured function: a cycle through a native closure would never be collected.
        let convert = Function::new(ctx.clone(), |this: This<Function<'js>>| this.0.call::<_, Value<'js>>(()))?;
        function.set(Symbol::to_primitive(ctx.clone()), convert)?;
    }
    Ok(value)
}

pub(crate) fn arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        "x86" => "ia32",
        other => other,
    }
}

pub(crate) fn platform() -> &'static str {
    if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS }
}

pub(crate) fn endianness() -> &'static str {
    if cfg!(target_endian = "big") { "BE" } else { "LE" }
}

pub(crate) fn available_parallelism() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

pub(crate) fn totalmem() -> f64 {
    ops::memory()[0]
}

pub(crate) fn freemem() -> f64 {
    ops::memory()[1]
}

pub(crate) fn uptime() -> f64 {
    let text = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
    text.split(' ').next().and_then(|seconds| seconds.parse().ok()).unwrap_or_default()
}

/// What the user says (`HOME`), else what the password file says.
pub(crate) fn homedir(ctx: Ctx<'_>) -> Result<String> {
    if let Some(home) = variable(&ctx, "HOME")? {
        return Ok(home);
    }
    let user = unistd::User::from_uid(unistd::getuid()).map_err(|errno| system(&ctx, errno, "uv_os_homedir"))?;
    let user = user.ok_or_else(|| system(&ctx, Errno::ENOENT, "uv_os_homedir"))?;
    Ok(user.dir.to_string_lossy().into_owned())
}

pub(crate) fn tmpdir(ctx: Ctx<'_>) -> Result<String> {
    let mut path = "/tmp".to_owned();
    for name in ["TMPDIR", "TMP", "TEMP"] {
        if let Some(named) = variable(&ctx, name)?.filter(|path| !path.is_empty()) {
            path = named;
            break;
        }
    }
    Ok(match path.strip_suffix('/') {
        Some(trimmed) if !trimmed.is_empty() => trimmed.to_owned(),
        _ => path,
    })
}

/// A variable of the environment as the program sees it: what it set itself is in `process.env` only.
fn variable(ctx: &Ctx<'_>, name: &str) -> Result<Option<String>> {
    if llrt_core::process::listeners(ctx).is_none() {
        return Ok(std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()));
    }
    let process: Object<'_> = llrt_core::host::import(ctx, "node:process")?.get("default")?;
    process.get::<_, Object<'_>>("env")?.get(name)
}

pub(crate) fn hostname(ctx: Ctx<'_>) -> Result<String> {
    Ok(uname(&ctx)?.nodename().to_string_lossy().into_owned())
}

pub(crate) fn release(ctx: Ctx<'_>) -> Result<String> {
    Ok(uname(&ctx)?.release().to_string_lossy().into_owned())
}

pub(crate) fn machine(ctx: Ctx<'_>) -> Result<String> {
    Ok(uname(&ctx)?.machine().to_string_lossy().into_owned())
}

pub(crate) fn kind(ctx: Ctx<'_>) -> Result<String> {
    Ok(uname(&ctx)?.sysname().to_string_lossy().into_owned())
}

pub(crate) fn version(ctx: Ctx<'_>) -> Result<String> {
    Ok(uname(&ctx)?.version().to_string_lossy().into_owned())
}

fn uname(ctx: &Ctx<'_>) -> Result<nix::sys::utsname::UtsName> {
    nix::sys::utsname::uname().map_err(|errno| system(ctx, errno, "uv_os_uname"))
}

pub(crate) fn loadavg(ctx: Ctx<'_>) -> Result<Array<'_>> {
    let array = Array::new(ctx)?;
    for (index, load) in ops::load_average().into_iter().enumerate() {
        array.set(index, load)?;
    }
    Ok(array)
}

pub(crate) fn cpus(ctx: Ctx<'_>) -> Result<Array<'_>> {
    let array = Array::new(ctx.clone())?;
    for (index, cpu) in ops::cpus().into_iter().enumerate() {
        let times = Object::new(ctx.clone())?;
        for (name, ms) in ["user", "nice", "sys", "idle", "irq"].into_iter().zip(cpu.times_ms) {
            times.set(name, ms)?;
        }
        let object = Object::new(ctx.clone())?;
        object.set("model", cpu.model)?;
        object.set("speed", cpu.speed_mhz)?;
        object.set("times", times)?;
        array.set(index, object)?;
    }
    Ok(array)
}

pub(crate) fn network_interfaces(ctx: Ctx<'_>) -> Result<Object<'_>> {
    let interfaces = ops::network_interfaces().map_err(|errno| system(&ctx, errno, "uv_interface_addresses"))?;
    let object = Object::new(ctx.clone())?;
    for (name, addresses) in interfaces {
        let array = Array::new(ctx.clone())?;
        for (index, address) in addresses.into_iter().enumerate() {
            let entry = Object::new(ctx.clone())?;
            entry.set("address", address.ip.to_string())?;
            entry.set("netmask", address.mask.to_string())?;
            entry.set("family", if address.ip.is_ipv4() { "IPv4" } else { "IPv6" })?;
            entry.set("mac", address.mac)?;
            entry.set("internal", address.internal)?;
            entry.set("cidr", format!("{}/{}", address.ip, ops::prefix_len(address.mask)))?;
            if address.ip.is_ipv6() {
                entry.set("scopeid", address.scope)?;
            }
            array.set(index, entry)?;
        }
        object.set(name, array)?;
    }
    Ok(object)
}

/// `userInfo({ encoding })`: with `encoding: 'buffer'` the texts are buffers.
pub(crate) fn user_info<'js>(ctx: Ctx<'js>, options: Opt<Value<'js>>) -> Result<Object<'js>> {
    let encoding: Option<String> = match options.0.as_ref().and_then(Value::as_object) {
        Some(options) => options.get::<_, Option<rquickjs::Coerced<String>>>("encoding")?.map(|text| text.0),
        None => None,
    };
    let user = unistd::User::from_uid(unistd::getuid()).map_err(|errno| system(&ctx, errno, "uv_os_get_passwd"))?;
    let user = user.ok_or_else(|| system(&ctx, Errno::ENOENT, "uv_os_get_passwd"))?;
    let text = |text: String| -> Result<Value<'js>> {
        if encoding.as_deref() == Some("buffer") {
            return Ok(bytes::buffer(&ctx, text.into_bytes())?.into_value());
        }
        text.into_js(&ctx)
    };
    let object = Object::new_proto(ctx.clone(), None)?;
    object.set("uid", user.uid.as_raw())?;
    object.set("gid", user.gid.as_raw())?;
    object.set("username", text(user.name)?)?;
    object.set("homedir", text(user.dir.to_string_lossy().into_owned())?)?;
    object.set("shell", text(user.shell.to_string_lossy().into_owned())?)?;
    Ok(object)
}

pub(crate) fn get_priority<'js>(ctx: Ctx<'js>, pid: Opt<Value<'js>>) -> Result<i32> {
    let pid = process_id(&ctx, pid.0)?;
    priority::of(pid).map_err(|errno| system(&ctx, errno, "uv_os_getpriority"))
}

pub(crate) fn set_priority<'js>(ctx: Ctx<'js>, first: Value<'js>, second: Opt<Value<'js>>) -> Result<()> {
    let (pid, level) = match second.0.filter(|value| !value.is_undefined()) {
        Some(level) => (process_id(&ctx, Some(first))?, level),
        None => (0, first),
    };
    let level = args::integer(&ctx, &level, "priority", -20, 19)?;
    priority::set(pid, level as i32).map_err(|errno| system(&ctx, errno, "uv_os_setpriority"))
}

fn process_id<'js>(ctx: &Ctx<'js>, pid: Option<Value<'js>>) -> Result<i32> {
    match pid.filter(|pid| !pid.is_undefined()) {
        Some(pid) => args::int32(ctx, &pid, "pid"),
        None => Ok(0),
    }
}

/// The scheduling priority of a process, by the `rustix` wrappers of the system calls.
mod priority {
    use nix::errno::Errno;
    use rustix::process::{Pid, getpriority_process, setpriority_process};

    pub(super) fn of(pid: i32) -> Result<i32, Errno> {
        getpriority_process(process(pid)?).map_err(errno)
    }

    pub(super) fn set(pid: i32, level: i32) -> Result<(), Errno> {
        setpriority_process(process(pid)?, level).map(drop).map_err(errno)
    }

    fn errno(error: rustix::io::Errno) -> Errno {
        Errno::from_raw(error.raw_os_error())
    }

    /// 0 is the calling process.
    fn process(pid: i32) -> Result<Option<Pid>, Errno> {
        if pid < 0 { Err(Errno::ESRCH) } else { Ok(Pid::from_raw(pid)) }
    }
}

/// Node's `SystemError`: what the system said is in `info`.
fn system(ctx: &Ctx<'_>, errno: Errno, syscall: &'static str) -> rquickjs::Error {
    match system_error(ctx, errno, syscall) {
        Ok(error) => ctx.throw(error),
        Err(error) => error,
    }
}

fn system_error<'js>(ctx: &Ctx<'js>, errno: Errno, syscall: &'static str) -> Result<Value<'js>> {
    let number = -(errno as i32);
    let (code, reason) = llrt_core::system::describe(errno as i32);
    let message = format!("A system error occurred: {syscall} returned {code} ({reason})");
    let error = llrt_core::error::into_value(ctx, &NodeError::new(JsClass::Error, "ERR_SYSTEM_ERROR", message))?;
    if let Some(object) = error.as_object() {
        let info = Object::new(ctx.clone())?;
        info.set("errno", number)?;
        info.set("code", code)?;
        info.set("message", reason)?;
        info.set("syscall", syscall)?;
        object.prop("name", Property::from("SystemError").writable().configurable())?;
        object.set("info", info)?;
        object.set("errno", number)?;
        object.set("syscall", syscall)?;
    }
    Ok(error)
}
