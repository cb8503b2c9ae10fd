//! What `node:process` adds to the global `process`: until it is loaded, accessors that load it. There are many, and nearly every program reads `process`,
//! so that the engine makes them from a table.

use std::ffi::CStr;

use llrt_core::{
    Export, host,
    table::{self, Call, Member},
};
use rquickjs::{Array, IntoJs, Object, Result, Value};

const NAMES: &[&CStr] = &[
    c"title",
    c"release",
    c"config",
    c"features",
    c"report",
    c"domain",
    c"moduleLoadList",
    c"exit",
    c"reallyExit",
    c"abort",
    c"setUncaughtExceptionCaptureCallback",
    c"hasUncaughtExceptionCaptureCallback",
    c"emitWarning",
    c"hrtime",
    c"uptime",
    c"memoryUsage",
    c"constrainedMemory",
    c"availableMemory",
    c"resourceUsage",
    c"cpuUsage",
    c"threadCpuUsage",
    c"cwd",
    c"chdir",
    c"umask",
    c"getuid",
    c"geteuid",
    c"getgid",
    c"getegid",
    c"getgroups",
    c"_kill",
    c"kill",
    c"getBuiltinModule",
    c"loadEnvFile",
    c"setuid",
    c"seteuid",
    c"setgid",
    c"setegid",
    c"setgroups",
    c"initgroups",
    c"execve",
    c"getActiveResourcesInfo",
    c"_rawDebug",
    c"ref",
    c"unref",
    c"finalization",
    c"allowedNodeEnvironmentFlags",
    c"_getActiveHandles",
    c"_getActiveRequests",
    c"openStdin",
    c"debugPort",
    c"setSourceMapsEnabled",
    c"sourceMapsEnabled",
    c"_fatalException",
    c"binding",
    c"_linkedBinding",
    c"dlopen",
    c"stdin",
    c"stdout",
    c"stderr",
];

static MEMBERS: [Member; NAMES.len()] = members();

const fn members() -> [Member; NAMES.len()] {
    let mut members = [const { Member::int(c"", 0) }; NAMES.len()];
    let mut index = 0;
    while index < NAMES.len() {
        members[index] = Member::accessor(NAMES[index], index as i16, read, write).enumerable();
        index += 1;
    }
    members
}

/// `defineLater(object)` defines the accessors.
pub(crate) const DEFINE_LATER: Export =
    Export { name: "defineLater", build: |ctx| Ok(table::function(ctx, &DEFINE)?.into_value()) };
/// `namesOfLater()` lists their names.
pub(crate) const NAMES_OF_LATER: Export =
    Export { name: "namesOfLater", build: |ctx| Ok(table::function(ctx, &LIST)?.into_value()) };

static DEFINE: Member = Member::method(c"defineLater", 1, 0, define);
static LIST: Member = Member::method(c"namesOfLater", 0, 0, names);

fn define<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    table::define(&Object::from_value(call.arg(0))?, &MEMBERS)?;
    Ok(Value::new_undefined(call.ctx().clone()))
}

fn names<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let names = Array::new(call.ctx().clone())?;
    for index in 0..NAMES.len() {
        names.set(index, name(index))?;
    }
    names.into_js(call.ctx())
}

fn read<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    loaded(call)?.get(name(call.magic() as usize))
}

fn write<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    loaded(call)?.set(name(call.magic() as usize), call.arg(0))?;
    Ok(Value::new_undefined(call.ctx().clone()))
}

/// The receiver, on which `node:process` has taken the place of the accessors.
fn loaded<'js>(call: &Call<'_, 'js>) -> Result<Object<'js>> {
    host::import(call.ctx(), "node:process")?;
    Object::from_value(call.this())
}

fn name(index: usize) -> &'static str {
    NAMES[index].to_str().unwrap_or_default()
}
