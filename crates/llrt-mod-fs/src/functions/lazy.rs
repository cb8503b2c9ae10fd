//! What lies in scripts that are loaded when it is first used.

use llrt_core::{host, table::Call};
use rquickjs::{FromJs, Object, Result, Value, object::Property};

use crate::{functions::data::HANDLE, op};

const CLASSES_SCRIPT: &str = "internal:fs-classes";
const DIR_SCRIPT: &str = "internal:fs-dir";
const STREAMS_SCRIPT: &str = "internal:fs-streams";
const TREE_SCRIPT: &str = "internal:fs-tree";
const UTF8_STREAM_SCRIPT: &str = "internal:fs-utf8-stream";
const WATCH_SCRIPT: &str = "internal:fs-watch";

/// Module and export of each function. Its place is the number in the table's row.
static FUNCTIONS: &[(&str, &str)] = &[
    (TREE_SCRIPT, "cp"),
    (TREE_SCRIPT, "cpSync"),
    (TREE_SCRIPT, "cpPromise"),
    (TREE_SCRIPT, "glob"),
    (TREE_SCRIPT, "globSync"),
    (TREE_SCRIPT, "globPromise"),
    (HANDLE, "openAsBlob"),
    (DIR_SCRIPT, "opendir"),
    (DIR_SCRIPT, "opendirSync"),
    (DIR_SCRIPT, "opendirPromise"),
    (DIR_SCRIPT, "mkdtempDisposableSync"),
    (DIR_SCRIPT, "mkdtempDisposable"),
    (WATCH_SCRIPT, "watch"),
    (WATCH_SCRIPT, "watchPromise"),
    (WATCH_SCRIPT, "watchFile"),
    (WATCH_SCRIPT, "unwatchFile"),
];

pub(crate) const CP: i16 = 0;
pub(crate) const CP_SYNC: i16 = 1;
pub(crate) const CP_PROMISE: i16 = 2;
pub(crate) const GLOB: i16 = 3;
pub(crate) const GLOB_SYNC: i16 = 4;
pub(crate) const GLOB_PROMISE: i16 = 5;
pub(crate) const OPEN_AS_BLOB: i16 = 6;
pub(crate) const OPENDIR: i16 = 7;
pub(crate) const OPENDIR_SYNC: i16 = 8;
pub(crate) const OPENDIR_PROMISE: i16 = 9;
pub(crate) const MKDTEMP_DISPOSABLE_SYNC: i16 = 10;
pub(crate) const MKDTEMP_DISPOSABLE: i16 = 11;
pub(crate) const WATCH: i16 = 12;
pub(crate) const WATCH_PROMISE: i16 = 13;
pub(crate) const WATCH_FILE: i16 = 14;
pub(crate) const UNWATCH_FILE: i16 = 15;

/// Calls the function of the table's row.
pub(crate) fn call<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let (module, name) = FUNCTIONS[call.magic() as usize];
    op::forward(call, module, name)
}

pub(crate) fn create_read_stream<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    op::forward(call, STREAMS_SCRIPT, "createReadStream")
}

pub(crate) fn create_write_stream<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    op::forward(call, STREAMS_SCRIPT, "createWriteStream")
}

/// The classes that `fs` has as accessors.
static CLASS_NAMES: &[&str] = &["ReadStream", "WriteStream", "FileReadStream", "FileWriteStream", "Dir", "Utf8Stream"];

/// A class, by its place in the list. Reading it from `fs` makes it whole, because its prototype may be looked at.
pub(crate) fn get_class<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let name = CLASS_NAMES[call.magic() as usize];
    let module = match name {
        "Dir" => DIR_SCRIPT,
        "Utf8Stream" => UTF8_STREAM_SCRIPT,
        _ => STREAMS_SCRIPT,
    };
    host::import(call.ctx(), module)?.get(name)
}

pub(crate) fn set_class<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let this = Object::from_js(call.ctx(), call.this())?;
    let name = CLASS_NAMES[call.magic() as usize];
    this.prop(name, Property::from(call.arg(0)).writable().enumerable().configurable())?;
    Ok(Value::new_undefined(call.ctx().clone()))
}

/// A class as an ES module exports it: made whole when it is first used.
pub(crate) fn class<'js>(ctx: &rquickjs::Ctx<'js>, name: &str) -> Result<Value<'js>> {
    host::import(ctx, CLASSES_SCRIPT)?.get(name)
}
