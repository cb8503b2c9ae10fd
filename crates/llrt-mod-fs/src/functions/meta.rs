//! What is known about files: `stat`, `access`, `chmod`, `utimes`, ...

use llrt_core::{JsClass, NodeError, args as core_args, error, table::Call};
use rquickjs::{Result, Value};

use crate::{
    args::{self, Args},
    encoding::Encoding,
    op::{CALLBACK, SYNC, Warned, Work, answer, is_first, warn},
    ops::{Result as OpResult, meta, meta::Stat},
    output::Output,
};

/// `stat(path, options)`.
pub(crate) fn stat<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let path = args.path(0, "path")?;
        stat_work(args, move || meta::stat(&path))
    })
}

/// `lstat(path, options)`.
pub(crate) fn lstat<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let path = args.path(0, "path")?;
        stat_work(args, move || meta::lstat(&path))
    })
}

/// `fstat(fd, options)`.
pub(crate) fn fstat<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let fd = args.fd(0)?;
        stat_work(args, move || meta::fstat(fd))
    })
}

fn stat_work<'js>(args: &Args<'js>, job: impl FnOnce() -> OpResult<Stat> + Send + 'static) -> Result<Work<'js>> {
    let options = args.get(1);
    let property = |name: &str| match options.as_object() {
        Some(object) => object.get::<_, Value<'js>>(name),
        None => Ok(Value::new_undefined(args.ctx.clone())),
    };
    let bigint = args::truthy(&property("bigint")?);
    let quiet = property("throwIfNoEntry")?.as_bool() == Some(false);
    Ok(Work::quick(move || match job() {
        Err(error) if quiet && meta::is_no_entry(&error) => Ok(Output::Nothing),
        result => result.map(|stat| Output::Stat(stat, bigint)),
    }))
}

/// `statfs(path, options)`.
pub(crate) fn statfs<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let path = args.path(0, "path")?;
        let bigint = match args.get(1).as_object() {
            Some(options) => args::truthy(&options.get("bigint")?),
            None => false,
        };
        Ok(Work::quick(move || meta::statfs(&path).map(|fields| Output::StatFs(fields, bigint))))
    })
}

/// `access(path, mode = F_OK)`.
pub(crate) fn access<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let path = args.path(0, "path")?;
        let mode = args::small_mode(&args.ctx, &args.get(1))?;
        Ok(Work::quick(move || meta::access(&path, mode).map(|()| Output::Nothing)))
    })
}

/// `exists(path)`: what is no path does not exist.
pub(crate) fn exists<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    if call.magic() as i16 == CALLBACK && !call.arg(1).is_function() {
        return Err(core_args::invalid_arg_type(call.ctx(), "cb", &["function"], &call.arg(1)));
    }
    if call.magic() as i16 == SYNC && !call.arg(0).is_string() {
        warn_of_path(call);
    }
    answer(call, (1, 1), |args| {
        let path = match args.path(0, "path") {
            Ok(path) => Some(path),
            Err(error) => {
                error::caught(&args.ctx, &error);
                None
            }
        };
        let work = Work::quick(move || {
            Ok(Output::Bool(path.is_some_and(|path| !path.as_os_str().is_empty() && meta::access(&path, 0).is_ok())))
        });
        Ok(work.bare())
    })
}

/// What is no path at all never exists, and was meant otherwise.
fn warn_of_path(call: &Call<'_, '_>) {
    let ctx = call.ctx();
    let args = Args { ctx: ctx.clone(), values: vec![call.arg(0)], is_promise: false };
    let Err(error) = args.path(0, "path") else { return };
    let error = error::caught(ctx, &error);
    let code = error.as_object().and_then(|error| error.get::<_, Option<String>>("code").ok().flatten());
    if code.as_deref() == Some("ERR_INVALID_ARG_TYPE") && is_first(ctx, Warned::Exists) {
        let text = "Passing invalid argument types to fs.existsSync is deprecated";
        warn(ctx, text, "DeprecationWarning", Some("DEP0187"));
    }
}

/// `chmod(path, mode)`.
pub(crate) fn chmod<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (2, 2), |args| {
        let path = args.path(0, "path")?;
        let mode = args.mode(1, "mode", None)?;
        Ok(Work::quick(move || meta::chmod(&path, mode).map(|()| Output::Nothing)))
    })
}

/// `fchmod(fd, mode)`.
pub(crate) fn fchmod<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (2, 2), |args| {
        let fd = args.fd(0)?;
        let mode = args.mode(1, "mode", None)?;
        Ok(Work::quick(move || meta::fchmod(fd, mode).map(|()| Output::Nothing)))
    })
}

/// `lchmod`, which only some systems have.
pub(crate) fn lchmod<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (2, 2), |args| {
        let text = "The lchmod() method is not implemented";
        Err(NodeError::new(JsClass::Error, "ERR_METHOD_NOT_IMPLEMENTED", text).throw(&args.ctx))
    })
}

fn owners<'js>(args: &Args<'js>) -> Result<(i64, i64)> {
    Ok((args::owner(&args.ctx, &args.get(1), "uid")?, args::owner(&args.ctx, &args.get(2), "gid")?))
}

/// `chown(path, uid, gid)`.
pub(crate) fn chown<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (3, 3), |args| {
        let path = args.path(0, "path")?;
        let (uid, gid) = owners(args)?;
        Ok(Work::quick(move || meta::chown(&path, uid, gid).map(|()| Output::Nothing)))
    })
}

/// `lchown(path, uid, gid)`.
pub(crate) fn lchown<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (3, 3), |args| {
        let path = args.path(0, "path")?;
        let (uid, gid) = owners(args)?;
        Ok(Work::quick(move || meta::lchown(&path, uid, gid).map(|()| Output::Nothing)))
    })
}

/// `fchown(fd, uid, gid)`.
pub(crate) fn fchown<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (3, 3), |args| {
        let fd = args.fd(0)?;
        let (uid, gid) = owners(args)?;
        Ok(Work::quick(move || meta::fchown(fd, uid, gid).map(|()| Output::Nothing)))
    })
}

fn times<'js>(args: &Args<'js>, first: &str, second: &str) -> Result<(f64, f64)> {
    Ok((args::time(&args.ctx, &args.get(1), first)?, args::time(&args.ctx, &args.get(2), second)?))
}

/// `utimes(path, atime, mtime)`.
pub(crate) fn utimes<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (3, 3), |args| {
        let path = args.path(0, "path")?;
        let (access, change) = times(args, "time", "time")?;
        Ok(Work::quick(move || meta::utimes(&path, access, change).map(|()| Output::Nothing)))
    })
}

/// `lutimes(path, atime, mtime)`.
pub(crate) fn lutimes<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (3, 3), |args| {
        let path = args.path(0, "path")?;
        let (access, change) = times(args, "time", "time")?;
        Ok(Work::quick(move || meta::lutimes(&path, access, change).map(|()| Output::Nothing)))
    })
}

/// `futimes(fd, atime, mtime)`.
pub(crate) fn futimes<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (3, 3), |args| {
        let fd = args.fd(0)?;
        let (access, change) = times(args, "atime", "mtime")?;
        Ok(Work::quick(move || meta::futimes(fd, access, change).map(|()| Output::Nothing)))
    })
}

/// `_toUnixTimestamp(time, name = "time")`.
pub(crate) fn to_unix_timestamp<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let name = core_args::optional(&call.arg(1), |name| core_args::string(call.ctx(), name, "name"))?;
    let time = args::time(call.ctx(), &call.arg(0), name.as_deref().unwrap_or("time"))?;
    Ok(Value::new_number(call.ctx().clone(), time))
}

/// Text of a path, for errors of the JavaScript side.
pub(crate) fn path_text<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let name = core_args::optional(&call.arg(1), |name| core_args::string(call.ctx(), name, "name"))?;
    let path = args::path(call.ctx(), &call.arg(0), name.as_deref().unwrap_or("path"))?;
    Encoding::Utf8.decode(call.ctx(), args::path_bytes(path))
}

/// Checks a descriptor.
pub(crate) fn check_descriptor<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    Ok(Value::new_int(call.ctx().clone(), args::fd(call.ctx(), &call.arg(0))?))
}

/// Checks an options argument.
pub(crate) fn check_options<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    args::Options::of(call.ctx(), &call.arg(0), Encoding::Buffer)?;
    Ok(Value::new_undefined(call.ctx().clone()))
}

/// Checks the mode of `copyFile`.
pub(crate) fn check_mode<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    Ok(Value::new_number(call.ctx().clone(), args::small_mode(call.ctx(), &call.arg(0))?.into()))
}

/// `decode(name, encoding)`: a name in another encoding.
pub(crate) fn decode<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let options = args::Options::of(call.ctx(), &call.arg(1), Encoding::Utf8)?;
    let name = core_args::string(call.ctx(), &call.arg(0), "name")?;
    options.encoding.decode(call.ctx(), name.into_bytes())
}
