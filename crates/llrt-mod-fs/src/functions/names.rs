//! Names and directories: `mkdir`, `readdir`, `rename`, `rm`, `realpath`, ...

use std::time::Duration;

use llrt_core::{args as core_args, error, table::Call};
use rquickjs::{Object, Result, Value};

use crate::{
    args::{self, Args},
    encoding::Encoding,
    error::FsError,
    op::{Warned, Work, answer, is_first, warn},
    ops::{copy, dirs, dirs::Links, links, meta, remove},
    output::Output,
};

/// `mkdir(path, options)`.
pub(crate) fn mkdir<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let options = args.get(1);
        let mut recursive = false;
        let mut mode = 0o777;
        if options.is_string() || options.is_number() {
            mode = args.mode(1, "mode", None)?;
        } else if let Some(options) = options.as_object() {
            let value: Value<'js> = options.get("recursive")?;
            if !value.is_undefined() {
                recursive = core_args::boolean(&args.ctx, &value, "options.recursive")?;
            }
            let value: Value<'js> = options.get("mode")?;
            if !value.is_undefined() {
                mode = args::mode(&args.ctx, &value, "options.mode", None)?;
            }
        }
        let path = args.path(0, "path")?;
        Ok(Work::quick(move || {
            if recursive {
                dirs::mkdir_recursive(&path, mode).map(Output::MaybePath)
            } else {
                dirs::mkdir(&path, mode).map(|()| Output::Nothing)
            }
        }))
    })
}

/// `mkdtemp(prefix, options)`.
pub(crate) fn mkdtemp<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let encoding = args.text_options(1)?.encoding;
        let prefix = args.path(0, "prefix")?;
        if prefix.as_os_str().as_encoded_bytes().ends_with(b"X") && is_first(&args.ctx, Warned::Template) {
            let text =
                "mkdtemp() templates ending with X are not portable. For details see: https://nodejs.org/api/fs.html";
            warn(&args.ctx, text, "Warning", None);
        }
        Ok(Work::quick(move || dirs::mkdtemp(&prefix).map(|path| Output::Path(path, encoding))))
    })
}

/// `readdir(path, options)`.
pub(crate) fn readdir<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let options = args.text_options(1)?;
        let path = args.path(0, "path")?;
        let recursive = options.get("recursive")?;
        let recursive = if recursive.is_null() { false } else { options.boolean("recursive", false)? };
        let types = options.truthy("withFileTypes")?;
        let encoding = options.encoding;
        let buffer = args.get(0).as_object().is_some_and(Object::is_typed_array::<u8>);
        // Node follows links to directories except here.
        let links = if types && args.is_promise { Links::Keep } else { Links::Follow };
        let shape = move |listing| {
            if types { Output::Dirents(listing, encoding, buffer) } else { Output::Names(listing, encoding) }
        };
        Ok(if recursive {
            Work::slow(move || dirs::readdir_recursive(&path, links).map(shape))
        } else {
            Work::quick(move || dirs::readdir(&path).map(shape))
        })
    })
}

/// `rmdir(path, options)`.
pub(crate) fn rmdir<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let path = args.path(0, "path")?;
        let options = rm_options(args)?;
        if !options.recursive {
            return Ok(Work::quick(move || dirs::rmdir(&path).map(|()| Output::Nothing)));
        }
        Ok(Work::slow(move || {
            let options = remove::Options { force: false, ..options };
            let result = if meta::lstat(&path)?.is_dir() { remove::rm(&path, options) } else { dirs::rmdir(&path) };
            result.map(|()| Output::Nothing)
        }))
    })
}

/// `rm(path, options)`.
pub(crate) fn rm<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let path = args.path(0, "path")?;
        let options = rm_options(args)?;
        let job = move || remove::rm(&path, options).map(|()| Output::Nothing);
        Ok(if options.recursive || options.max_retries > 0 { Work::slow(job) } else { Work::quick(job) })
    })
}

fn rm_options(args: &Args<'_>) -> Result<remove::Options> {
    let ctx = &args.ctx;
    let value = args.get(1);
    let mut options =
        remove::Options { force: false, recursive: false, max_retries: 0, retry_delay: Duration::from_millis(100) };
    if value.is_undefined() {
        return Ok(options);
    }
    let object = core_args::object(ctx, &value, "options")?;
    let get = |name: &str| object.get::<_, Value<'_>>(name);
    let boolean = |name: &str| -> Result<bool> {
        let value = get(name)?;
        if value.is_undefined() { Ok(false) } else { core_args::boolean(ctx, &value, &format!("options.{name}")) }
    };
    options.force = boolean("force")?;
    options.recursive = boolean("recursive")?;
    let delay = core_args::optional(&get("retryDelay")?, |value| {
        core_args::integer(ctx, value, "options.retryDelay", 0, i32::MAX.into())
    })?;
    if let Some(delay) = delay {
        options.retry_delay = Duration::from_millis(delay.unsigned_abs());
    }
    let retries =
        core_args::optional(&get("maxRetries")?, |value| core_args::uint32(ctx, value, "options.maxRetries"))?;
    options.max_retries = retries.unwrap_or(0);
    Ok(options)
}

/// `unlink(path)`.
pub(crate) fn unlink<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 1), |args| {
        let path = args.path(0, "path")?;
        Ok(Work::quick(move || links::unlink(&path).map(|()| Output::Nothing)))
    })
}

/// `rename(oldPath, newPath)`.
pub(crate) fn rename<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (2, 2), |args| {
        let path = args.path(0, "oldPath")?;
        let dest = args.path(1, "newPath")?;
        Ok(Work::quick(move || links::rename(&path, &dest).map(|()| Output::Nothing)))
    })
}

/// `link(existingPath, newPath)`.
pub(crate) fn link<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (2, 2), |args| {
        let path = args.path(0, "existingPath")?;
        let dest = args.path(1, "newPath")?;
        Ok(Work::quick(move || links::link(&path, &dest).map(|()| Output::Nothing)))
    })
}

/// `symlink(target, path, type)`: the type is for Windows, but checked.
pub(crate) fn symlink<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (2, 3), |args| {
        let kind = args.get(2);
        let known = kind.is_undefined()
            || kind.is_null()
            || kind.as_string().is_some_and(|text| {
                text.to_string().is_ok_and(|text| matches!(text.as_str(), "dir" | "file" | "junction"))
            });
        if !known {
            let reason = "must be one of: 'dir', 'file', 'junction', null, undefined";
            return Err(core_args::invalid_arg_value(&args.ctx, "type", &kind, reason));
        }
        let target = args.path(0, "target")?;
        let path = args.path(1, "path")?;
        Ok(Work::quick(move || links::symlink(&target, &path).map(|()| Output::Nothing)))
    })
}

/// `readlink(path, options)`.
pub(crate) fn readlink<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let encoding = args.text_options(1)?.encoding;
        let path = args.path(0, "path")?;
        Ok(Work::quick(move || links::readlink(&path).map(|path| Output::Path(path, encoding))))
    })
}

/// `realpath(path, options)`.
pub(crate) fn realpath<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let encoding = args.text_options(1)?.encoding;
        let path = args.path(0, "path")?;
        Ok(Work::quick(move || links::realpath(&path).map(|path| Output::Path(path, encoding))))
    })
}

/// `realpath.native(path, options)`, and that of promises.
pub(crate) fn realpath_native<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let encoding = args.text_options(1)?.encoding;
        let path = args.path(0, "path")?;
        Ok(Work::quick(move || links::realpath_native(&path).map(|path| Output::Path(path, encoding))))
    })
}

/// `copyFile(src, dest, mode = 0)`.
pub(crate) fn copy_file<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (2, 3), |args| {
        let path = args.path(0, "src")?;
        let dest = args.path(1, "dest")?;
        let mode = args::small_mode(&args.ctx, &args.get(2))?;
        Ok(Work::slow(move || copy::copy_file(&path, &dest, mode).map(|()| Output::Nothing)))
    })
}

/// The entries of a directory for `Dir`.
pub(crate) fn list<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    answer(call, (1, 2), |args| {
        let options = args.text_options(1)?;
        let path = args.path(0, "path")?;
        let encoding = options.encoding;
        let recursive = options.truthy("recursive")?;
        let buffer = args.get(0).as_object().is_some_and(Object::is_typed_array::<u8>);
        Ok(Work::quick(move || {
            let entries = dirs::read_names(&path, 0, "opendir")?;
            let listing = if recursive {
                dirs::readdir_recursive(&path, Links::Keep)?
            } else {
                dirs::Listing { parents: vec![path], entries }
            };
            Ok(Output::Dirents(listing, encoding, buffer))
        }))
    })
}

/// The path from the root.
pub(crate) fn absolute<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let path = args::path(call.ctx(), &call.arg(0), "path")?;
    let absolute = std::path::absolute(&path).unwrap_or(path);
    Encoding::Utf8.decode(call.ctx(), args::path_bytes(absolute))
}

/// Makes Node's error for what `cp` refuses: `refused(code, errno, reason, path)`.
pub(crate) fn refused<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let text = |index| core_args::string(ctx, &call.arg(index), "text");
    let code = text(0)?;
    let errno = core_args::int32(ctx, &call.arg(1), "errno")?;
    let known = REFUSALS.iter().find(|(name, _)| *name == code);
    let (code, what) = known.copied().unwrap_or(("ERR_FS_CP_UNKNOWN", "Cannot copy an unknown file type"));
    error::into_value(ctx, &FsError::Refused { code, what, errno, reason: text(2)?, syscall: "cp", path: text(3)? })
}

/// The refusals of `cp`.
static REFUSALS: &[(&str, &str)] = &[
    ("ERR_FS_CP_DIR_TO_NON_DIR", "Cannot overwrite non-directory with directory"),
    ("ERR_FS_CP_EEXIST", "Target already exists"),
    ("ERR_FS_CP_EINVAL", "Invalid src or dest"),
    ("ERR_FS_CP_FIFO_PIPE", "Cannot copy a FIFO pipe"),
    ("ERR_FS_CP_NON_DIR_TO_DIR", "Cannot overwrite directory with non-directory"),
    ("ERR_FS_CP_SOCKET", "Cannot copy a socket file"),
    ("ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY", "Cannot overwrite symlink in subdirectory of self"),
    ("ERR_FS_EISDIR", "Path is a directory"),
];
