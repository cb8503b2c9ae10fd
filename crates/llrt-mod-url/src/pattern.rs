//! The class `URLPattern`: a shell around `internal:url-pattern`, which is loaded with the first instance.

use llrt_core::{
    Export, JsClass, NodeError, host,
    module::function,
    table::{self, Call, Member},
};
use rquickjs::{Array, Ctx, Function, IntoJs, Object, Result, Value, function::Opt};

use crate::ops::pattern;

const SCRIPT: &str = "internal:url-pattern";

/// What the script imports.
pub(crate) const EXPORTS: &[Export] = &[
    Export { name: "canonicalize", build: |ctx| function(ctx, "canonicalize", 3, canonicalize) },
    Export { name: "parts", build: |ctx| function(ctx, "parts", 2, parts) },
];

fn canonicalize(part: String, value: String, protocol: String) -> Option<String> {
    pattern::canonicalize(&part, &value, &protocol)
}

/// `parts(url, base?)`: the eight parts and whether the path is opaque, or `undefined`.
fn parts<'js>(ctx: Ctx<'js>, url: String, base: Opt<Option<String>>) -> Result<Option<Array<'js>>> {
    let Some((parts, opaque)) = pattern::parts(&url, base.0.flatten().as_deref()) else { return Ok(None) };
    let list = Array::new(ctx)?;
    for (index, part) in parts.into_iter().enumerate() {
        list.set(index, part)?;
    }
    list.set(8, opaque)?;
    Ok(Some(list))
}

/// What the accessors read, by their magic.
const NAMES: [&str; 9] =
    ["protocol", "username", "password", "hostname", "port", "pathname", "search", "hash", "hasRegExpGroups"];

static MEMBERS: &[Member] = &[
    Member::getter(c"protocol", 0, read).enumerable(),
    Member::getter(c"username", 1, read).enumerable(),
    Member::getter(c"password", 2, read).enumerable(),
    Member::getter(c"hostname", 3, read).enumerable(),
    Member::getter(c"port", 4, read).enumerable(),
    Member::getter(c"pathname", 5, read).enumerable(),
    Member::getter(c"search", 6, read).enumerable(),
    Member::getter(c"hash", 7, read).enumerable(),
    Member::getter(c"hasRegExpGroups", 8, read).enumerable(),
    Member::method(c"exec", 0, 0, run).enumerable(),
    Member::method(c"test", 0, 1, run).enumerable(),
    Member::string(c"[Symbol.toStringTag]", c"URLPattern"),
];

/// Makes the class.
pub(crate) fn class<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let prototype = Object::new(ctx.clone())?;
    table::define(&prototype, MEMBERS)?;
    Ok(table::constructor(ctx, c"URLPattern", 0, &prototype, construct)?.into_inner().into_inner().into_value())
}

fn script<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Function<'js>> {
    host::import(ctx, SCRIPT)?.get(name)
}

/// `new URLPattern(input, baseURL, options)`, `new URLPattern(input, options)`.
fn construct<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let Some(target) = call.this().into_object() else {
        let message = "Cannot call constructor without `new`";
        return Err(NodeError::new(JsClass::TypeError, "ERR_CONSTRUCT_CALL_REQUIRED", message).throw(ctx));
    };
    let pattern = Object::new_proto(ctx.clone(), Some(&target.get("prototype")?))?;
    let given = call.rest(0).into_js(ctx)?;
    script(ctx, "init")?.call::<_, ()>((pattern.clone(), given))?;
    Ok(pattern.into_value())
}

fn read<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    script(call.ctx(), "read")?.call((call.this(), NAMES[call.magic() as usize]))
}

/// `pattern.exec(input, baseURL)` and, with the magic 1, `pattern.test(input, baseURL)`.
fn run<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let name = if call.magic() == 1 { "test" } else { "exec" };
    script(call.ctx(), name)?.call((call.this(), call.rest(0).into_js(call.ctx())?))
}
