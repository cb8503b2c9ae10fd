//! The tables: each function of `node:fs` and `node:fs/promises`, by name.

use llrt_core::table::{self, Member};
use rquickjs::{Ctx, JsLifetime, Object, Result, Symbol, Value};

use crate::{
    classes,
    functions::{
        data,
        lazy::{
            self, CP, CP_PROMISE, CP_SYNC, GLOB, GLOB_PROMISE, GLOB_SYNC, MKDTEMP_DISPOSABLE, MKDTEMP_DISPOSABLE_SYNC,
            OPEN_AS_BLOB, OPENDIR, OPENDIR_PROMISE, OPENDIR_SYNC, UNWATCH_FILE, WATCH, WATCH_FILE, WATCH_PROMISE,
            call as later, get_class, set_class,
        },
        meta, names,
    },
    op::{CALLBACK, PROMISE, SYNC},
};

#[derive(Clone, JsLifetime)]
struct Objects<'js> {
    fs: Object<'js>,
    promises: Object<'js>,
}

fn objects<'js>(ctx: &Ctx<'js>) -> Result<Objects<'js>> {
    if let Some(known) = ctx.userdata::<Objects<'js>>() {
        return Ok(known.clone());
    }
    let constants = Object::new_proto(ctx.clone(), None)?;
    table::define(&constants, crate::constants::MEMBERS)?;
    let promises = Object::new(ctx.clone())?;
    table::define(&promises, PROMISES)?;
    promises.set("constants", constants.clone())?;
    let fs = Object::new(ctx.clone())?;
    table::define(&fs, FS_FUNCTIONS)?;
    table::define(&fs, FS_CLASSES)?;
    // Old programs call them with `new`.
    let prototype = Object::new(ctx.clone())?;
    let create = table::constructor(ctx, c"createReadStream", 2, &prototype, lazy::create_read_stream)?;
    fs.set("createReadStream", create)?;
    let prototype = Object::new(ctx.clone())?;
    let create = table::constructor(ctx, c"createWriteStream", 2, &prototype, lazy::create_write_stream)?;
    fs.set("createWriteStream", create)?;
    fs.set("lchmod", Value::new_undefined(ctx.clone()))?;
    fs.set("lchmodSync", Value::new_undefined(ctx.clone()))?;
    fs.set("Stats", classes::stats_class(ctx)?)?;
    fs.set("Dirent", classes::dirent_class(ctx)?)?;
    fs.set("constants", constants)?;
    fs.set("promises", promises.clone())?;
    let native = Object::new(ctx.clone())?;
    table::define(&native, REALPATH_NATIVE)?;
    for name in ["realpath", "realpathSync"] {
        fs.get::<_, Object<'js>>(name)?.set("native", native.get::<_, Value<'js>>(name)?)?;
    }
    // What `util.promisify` makes of functions that give two results, or no error.
    let promisified = Object::new(ctx.clone())?;
    table::define(&promisified, PROMISIFIED)?;
    let custom = Symbol::new_global(ctx.clone(), "nodejs.util.promisify.custom")?;
    for name in ["exists", "read", "readv", "write", "writev"] {
        let function: Object<'js> = fs.get(name)?;
        let value: Value<'js> = promisified.get(name)?;
        function.prop(custom.clone(), rquickjs::object::Property::from(value).configurable())?;
    }
    let objects = Objects { fs, promises };
    let _ = ctx.store_userdata(objects.clone());
    Ok(objects)
}

/// `fs`.
pub(crate) fn fs<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    Ok(objects(ctx)?.fs)
}

/// `fs.promises`.
pub(crate) fn promises<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    Ok(objects(ctx)?.promises)
}

/// What scripts of this crate need of the native side: promise functions of descriptors.
pub(crate) fn descriptors<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    table::define(&object, DESCRIPTORS)?;
    Ok(object.into_value())
}

/// The native function `name` of the scripts.
pub(crate) fn helper<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    table::define(&object, HELPERS)?;
    object.get(name)
}

/// One row: an enumerable method.
macro_rules! rows {
    ($($name:literal $length:literal $how:ident $function:path;)*) => {
        &[$(Member::method($name, $length, $how, $function).enumerable(),)*]
    };
}

const NO_MAGIC: i16 = 0;

static FS_FUNCTIONS: &[Member] = rows! {
    c"appendFile" 4 CALLBACK data::append_file;
    c"appendFileSync" 3 SYNC data::append_file;
    c"access" 3 CALLBACK meta::access;
    c"accessSync" 2 SYNC meta::access;
    c"chown" 4 CALLBACK meta::chown;
    c"chownSync" 3 SYNC meta::chown;
    c"chmod" 3 CALLBACK meta::chmod;
    c"chmodSync" 2 SYNC meta::chmod;
    c"close" 1 CALLBACK data::close;
    c"closeSync" 1 SYNC data::close;
    c"copyFile" 4 CALLBACK names::copy_file;
    c"copyFileSync" 3 SYNC names::copy_file;
    c"cp" 4 CP later;
    c"cpSync" 3 CP_SYNC later;
    c"exists" 2 CALLBACK meta::exists;
    c"existsSync" 1 SYNC meta::exists;
    c"fchown" 4 CALLBACK meta::fchown;
    c"fchownSync" 3 SYNC meta::fchown;
    c"fchmod" 3 CALLBACK meta::fchmod;
    c"fchmodSync" 2 SYNC meta::fchmod;
    c"fdatasync" 2 CALLBACK data::fdatasync;
    c"fdatasyncSync" 1 SYNC data::fdatasync;
    c"fstat" 1 CALLBACK meta::fstat;
    c"fstatSync" 1 SYNC meta::fstat;
    c"fsync" 2 CALLBACK data::fsync;
    c"fsyncSync" 1 SYNC data::fsync;
    c"ftruncate" 1 CALLBACK data::ftruncate;
    c"ftruncateSync" 1 SYNC data::ftruncate;
    c"futimes" 4 CALLBACK meta::futimes;
    c"futimesSync" 3 SYNC meta::futimes;
    c"glob" 3 GLOB later;
    c"globSync" 2 GLOB_SYNC later;
    c"lchown" 4 CALLBACK meta::lchown;
    c"lchownSync" 3 SYNC meta::lchown;
    c"link" 3 CALLBACK names::link;
    c"linkSync" 2 SYNC names::link;
    c"lstat" 1 CALLBACK meta::lstat;
    c"lstatSync" 1 SYNC meta::lstat;
    c"lutimes" 4 CALLBACK meta::lutimes;
    c"lutimesSync" 3 SYNC meta::lutimes;
    c"mkdir" 3 CALLBACK names::mkdir;
    c"mkdirSync" 2 SYNC names::mkdir;
    c"mkdtemp" 3 CALLBACK names::mkdtemp;
    c"mkdtempSync" 2 SYNC names::mkdtemp;
    c"mkdtempDisposableSync" 2 MKDTEMP_DISPOSABLE_SYNC later;
    c"open" 4 CALLBACK data::open;
    c"openSync" 3 SYNC data::open;
    c"openAsBlob" 1 OPEN_AS_BLOB later;
    c"readdir" 3 CALLBACK names::readdir;
    c"readdirSync" 2 SYNC names::readdir;
    c"read" 6 CALLBACK data::read;
    c"readSync" 5 SYNC data::read;
    c"readv" 4 CALLBACK data::readv;
    c"readvSync" 3 SYNC data::readv;
    c"readFile" 3 CALLBACK data::read_file;
    c"readFileSync" 2 SYNC data::read_file;
    c"readlink" 3 CALLBACK names::readlink;
    c"readlinkSync" 2 SYNC names::readlink;
    c"realpath" 3 CALLBACK names::realpath;
    c"realpathSync" 2 SYNC names::realpath;
    c"rename" 3 CALLBACK names::rename;
    c"renameSync" 2 SYNC names::rename;
    c"rm" 3 CALLBACK names::rm;
    c"rmSync" 2 SYNC names::rm;
    c"rmdir" 3 CALLBACK names::rmdir;
    c"rmdirSync" 2 SYNC names::rmdir;
    c"stat" 1 CALLBACK meta::stat;
    c"statfs" 1 CALLBACK meta::statfs;
    c"statSync" 1 SYNC meta::stat;
    c"statfsSync" 1 SYNC meta::statfs;
    c"symlink" 4 CALLBACK names::symlink;
    c"symlinkSync" 3 SYNC names::symlink;
    c"truncate" 3 CALLBACK data::truncate;
    c"truncateSync" 2 SYNC data::truncate;
    c"unwatchFile" 2 UNWATCH_FILE later;
    c"unlink" 2 CALLBACK names::unlink;
    c"unlinkSync" 1 SYNC names::unlink;
    c"utimes" 4 CALLBACK meta::utimes;
    c"utimesSync" 3 SYNC meta::utimes;
    c"watch" 3 WATCH later;
    c"watchFile" 3 WATCH_FILE later;
    c"writeFile" 4 CALLBACK data::write_file;
    c"writeFileSync" 3 SYNC data::write_file;
    c"write" 6 CALLBACK data::write;
    c"writeSync" 5 SYNC data::write;
    c"writev" 4 CALLBACK data::writev;
    c"writevSync" 3 SYNC data::writev;
    c"_toUnixTimestamp" 1 NO_MAGIC meta::to_unix_timestamp;
    c"opendir" 3 OPENDIR later;
    c"opendirSync" 2 OPENDIR_SYNC later;
};

/// Made when they are read, because each needs a script. Node has them as accessors, too.
static FS_CLASSES: &[Member] = &[
    Member::accessor(c"ReadStream", 0, get_class, set_class).enumerable(),
    Member::accessor(c"WriteStream", 1, get_class, set_class).enumerable(),
    Member::accessor(c"FileReadStream", 2, get_class, set_class).enumerable(),
    Member::accessor(c"FileWriteStream", 3, get_class, set_class).enumerable(),
    Member::accessor(c"Dir", 4, get_class, set_class).enumerable(),
    Member::accessor(c"Utf8Stream", 5, get_class, set_class).enumerable(),
    Member::int(c"F_OK", 0),
    Member::int(c"R_OK", 4),
    Member::int(c"W_OK", 2),
    Member::int(c"X_OK", 1),
];

static PROMISES: &[Member] = rows! {
    c"access" 1 PROMISE meta::access;
    c"copyFile" 3 PROMISE names::copy_file;
    c"cp" 3 CP_PROMISE later;
    c"glob" 2 GLOB_PROMISE later;
    c"open" 3 PROMISE data::open_handle;
    c"opendir" 3 OPENDIR_PROMISE later;
    c"rename" 2 PROMISE names::rename;
    c"truncate" 1 PROMISE data::truncate;
    c"rm" 2 PROMISE names::rm;
    c"rmdir" 2 PROMISE names::rmdir;
    c"mkdir" 2 PROMISE names::mkdir;
    c"readdir" 2 PROMISE names::readdir;
    c"readlink" 2 PROMISE names::readlink;
    c"symlink" 3 PROMISE names::symlink;
    c"lstat" 1 PROMISE meta::lstat;
    c"stat" 1 PROMISE meta::stat;
    c"statfs" 1 PROMISE meta::statfs;
    c"link" 2 PROMISE names::link;
    c"unlink" 1 PROMISE names::unlink;
    c"chmod" 2 PROMISE meta::chmod;
    c"lchmod" 2 PROMISE meta::lchmod;
    c"lchown" 3 PROMISE meta::lchown;
    c"chown" 3 PROMISE meta::chown;
    c"utimes" 3 PROMISE meta::utimes;
    c"lutimes" 3 PROMISE meta::lutimes;
    c"realpath" 2 PROMISE names::realpath_native;
    c"mkdtemp" 2 PROMISE names::mkdtemp;
    c"mkdtempDisposable" 2 MKDTEMP_DISPOSABLE later;
    c"writeFile" 3 PROMISE data::write_file;
    c"appendFile" 3 PROMISE data::append_file;
    c"readFile" 2 PROMISE data::read_file;
    c"watch" 1 WATCH_PROMISE later;
};

static REALPATH_NATIVE: &[Member] = rows! {
    c"realpath" 3 CALLBACK names::realpath_native;
    c"realpathSync" 2 SYNC names::realpath_native;
};

static PROMISIFIED: &[Member] = rows! {
    c"exists" 1 PROMISE meta::exists;
    c"read" 5 PROMISE data::read;
    c"readv" 3 PROMISE data::readv;
    c"write" 5 PROMISE data::write;
    c"writev" 3 PROMISE data::writev;
};

static DESCRIPTORS: &[Member] = rows! {
    c"close" 1 PROMISE data::close;
    c"fchmod" 2 PROMISE meta::fchmod;
    c"fchown" 3 PROMISE meta::fchown;
    c"fdatasync" 1 PROMISE data::fdatasync;
    c"fstat" 2 PROMISE meta::fstat;
    c"fsync" 1 PROMISE data::fsync;
    c"ftruncate" 2 PROMISE data::ftruncate;
    c"futimes" 3 PROMISE meta::futimes;
    c"read" 5 PROMISE data::read;
    c"readFile" 2 PROMISE data::read_file_fd;
    c"readv" 3 PROMISE data::readv;
    c"write" 5 PROMISE data::write;
    c"writeFile" 3 PROMISE data::write_file_fd;
    c"writev" 3 PROMISE data::writev;
    c"open" 3 PROMISE data::open;
};

static HELPERS: &[Member] = rows! {
    c"absolute" 1 NO_MAGIC names::absolute;
    c"checkDescriptor" 1 NO_MAGIC meta::check_descriptor;
    c"checkMode" 1 NO_MAGIC meta::check_mode;
    c"checkOptions" 1 NO_MAGIC meta::check_options;
    c"decode" 2 NO_MAGIC meta::decode;
    c"list" 3 CALLBACK names::list;
    c"listSync" 2 SYNC names::list;
    c"pathText" 2 NO_MAGIC meta::path_text;
    c"refused" 4 NO_MAGIC names::refused;
};
