//! Realms as JavaScript sees them: an object with the global object and the functions that work there.

use std::time::Duration;

use llrt_core::{
    args, bytes, realm, script,
    table::{self, Call, Member},
};
use rquickjs::{Array, Ctx, IntoJs, Object, Result, Value};

/// Functions of the realm that they are defined in: their context is that realm's, whoever calls.
static REALM: &[Member] = &[
    Member::method(c"evaluate", 4, 0, evaluate),
    Member::method(c"check", 3, 0, check),
    Member::method(c"compile", 3, 0, compile),
    Member::method(c"watch", 2, 0, watch),
];

static EXPORTS: &[Member] = &[
    Member::method(c"createRealm", 0, 0, create_realm),
    Member::method(c"thisRealm", 0, 0, this_realm),
    Member::method(c"declared", 1, 0, declared),
];

/// An export of the module, by name.
pub(crate) fn function<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Value<'js>> {
    let exports = Object::new(ctx.clone())?;
    table::define(&exports, EXPORTS)?;
    exports.get(name)
}

fn describe<'js>(realm: &Ctx<'js>) -> Result<Value<'js>> {
    let object = Object::new(realm.clone())?;
    table::define(&object, REALM)?;
    object.set("global", realm.globals())?;
    Ok(object.into_value())
}

/// `createRealm()`
fn create_realm<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    describe(&realm::create(call.ctx())?)
}

/// `thisRealm()`: the one that the modules live in.
fn this_realm<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    describe(&realm::home(call.ctx()))
}

/// The first three arguments: text, file name and number of the first line.
fn source(call: &Call<'_, '_>) -> Result<(String, String, i32)> {
    let text = args::string(call.ctx(), &call.arg(0), "code")?;
    let file_name = args::string(call.ctx(), &call.arg(1), "filename")?;
    // A name ends at the first NUL byte for the engine.
    let file_name = file_name.split('\0').next().unwrap_or_default().to_owned();
    Ok((text, file_name, call.arg(2).as_number().unwrap_or(1.0) as i32))
}

/// `evaluate(code, filename, line, timeoutMs)`: `[value]`, or nothing when the time was over.
fn evaluate<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let (text, file_name, line) = source(call)?;
    let value = match call.arg(3).as_number() {
        None => script::evaluate(call.ctx(), text, &file_name, line)?,
        Some(timeout_ms) => {
            let timeout = Duration::from_millis(timeout_ms as u64);
            match script::evaluate_within(call.ctx(), text, &file_name, line, timeout)? {
                script::Outcome::Value(value) => value,
                script::Outcome::TimedOut => return Ok(Value::new_undefined(call.ctx().clone())),
            }
        }
    };
    let result = Array::new(call.ctx().clone())?;
    result.set(0, value)?;
    Ok(result.into_value())
}

/// `check(code, filename, line)`: throws the error of what is no script.
fn check<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let (text, file_name, line) = source(call)?;
    script::check(call.ctx(), text, &file_name, line)?;
    Ok(Value::new_undefined(call.ctx().clone()))
}

/// `compile(code, filename, line)`: the bytecode, for the cache that a program keeps.
fn compile<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let (text, file_name, line) = source(call)?;
    let bytecode = script::compile(call.ctx(), text, &file_name, line, false)?;
    Ok(bytes::buffer(call.ctx(), bytecode)?.into_value())
}

/// `watch(get, set)`: has the functions asked for globals that are not there, and told of those that are made.
fn watch<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let realm = call.ctx();
    let get = args::function(realm, &call.arg(0), "get")?;
    let set = args::function(realm, &call.arg(1), "set")?;
    let global = realm.globals();
    if let Some(prototype) = global.get_prototype() {
        global.set_prototype(Some(&realm::hooked(realm, &prototype, get, set)?))?;
    }
    Ok(Value::new_undefined(realm.clone()))
}

/// `declared(code)`: the names of the variables and functions that a script declares for the whole realm.
///
/// A throw-away realm declares them, and the script is left before its first statement.
fn declared<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let text = args::string(call.ctx(), &call.arg(0), "code")?;
    let strict = text.trim_start().trim_start_matches(['"', '\'']).starts_with("use strict");
    let text = format!("{}throw 0;{text}", if strict { "'use strict';" } else { "" });
    let scratch = realm::create(call.ctx())?;
    let before: Vec<String> = scratch.globals().own_keys(rquickjs::object::Filter::default()).collect::<Result<_>>()?;
    if script::evaluate(&scratch, text, "declarations", 1).is_err() {
        drop(scratch.catch());
    }
    let mut names = Vec::new();
    for name in scratch.globals().own_keys::<String>(rquickjs::object::Filter::default()) {
        let name = name?;
        if !before.contains(&name) {
            names.push(name);
        }
    }
    names.into_js(call.ctx())
}
