//! `Stats`, `BigIntStats`, `StatFs` and `Dirent`.

use llrt_core::{
    NodeError,
    error::JsClass,
    table::{self, Call, Member},
};
use rquickjs::{
    BigInt, Constructor, Ctx, FromJs, Function, JsLifetime, Object, Result, Symbol, Value, function::This,
    object::Property,
};

use crate::{
    op::{Warned, is_first, warn},
    ops::meta::{Nanos, Stat},
};

/// The prototypes, made once for a context.
#[derive(Clone, JsLifetime)]
struct Classes<'js> {
    stats: Constructor<'js>,
    dirent: Constructor<'js>,
    stats_prototype: Object<'js>,
    big_prototype: Object<'js>,
    stat_fs_prototype: Object<'js>,
    dirent_prototype: Object<'js>,
    kind: Symbol<'js>,
}

fn classes<'js>(ctx: &Ctx<'js>) -> Result<Classes<'js>> {
    if let Some(known) = ctx.userdata::<Classes<'js>>() {
        return Ok(known.clone());
    }
    let base = Object::new(ctx.clone())?;
    table::define(&base, STATS_BASE)?;
    let stats_prototype = Object::new_proto(ctx.clone(), Some(&base))?;
    table::define(&stats_prototype, STATS)?;
    let big_prototype = Object::new_proto(ctx.clone(), Some(&base))?;
    table::define(&big_prototype, STATS)?;
    // For their names, which inspection shows.
    table::constructor(ctx, c"StatsBase", 0, &base, illegal)?;
    table::constructor(ctx, c"BigIntStats", 0, &big_prototype, illegal)?;
    let stat_fs_prototype = Object::new(ctx.clone())?;
    table::constructor(ctx, c"StatFs", 0, &stat_fs_prototype, illegal)?;
    let dirent_prototype = Object::new(ctx.clone())?;
    table::define(&dirent_prototype, DIRENT)?;
    let classes = Classes {
        stats: table::constructor(ctx, c"Stats", 14, &stats_prototype, new_stats)?,
        dirent: table::constructor(ctx, c"Dirent", 3, &dirent_prototype, new_dirent)?,
        stats_prototype,
        big_prototype,
        stat_fs_prototype,
        dirent_prototype,
        kind: Symbol::with_description(ctx.clone(), "type")?,
    };
    let _ = ctx.store_userdata(classes.clone());
    Ok(classes)
}

/// The class `Stats`.
pub(crate) fn stats_class<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    Ok(classes(ctx)?.stats.into_value())
}

/// The class `Dirent`.
pub(crate) fn dirent_class<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    Ok(classes(ctx)?.dirent.into_value())
}

fn illegal<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    Err(NodeError::new(JsClass::TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor").throw(call.ctx()))
}

/// The types' bits of a mode, without the twelve zeros at their end.
static STATS_BASE: &[Member] = &[
    Member::method(c"isDirectory", 0, 0o04, is_type),
    Member::method(c"isFile", 0, 0o10, is_type),
    Member::method(c"isBlockDevice", 0, 0o06, is_type),
    Member::method(c"isCharacterDevice", 0, 0o02, is_type),
    Member::method(c"isSymbolicLink", 0, 0o12, is_type),
    Member::method(c"isFIFO", 0, 0o01, is_type),
    Member::method(c"isSocket", 0, 0o14, is_type),
];

fn number(value: &Value<'_>) -> Option<f64> {
    match value.clone().into_big_int() {
        Some(big) => big.to_i64().ok().map(|big| big as f64),
        None => value.as_number(),
    }
}

fn is_type<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let this = Object::from_js(call.ctx(), call.this())?;
    let mode = number(&this.get("mode")?).unwrap_or_default() as u32;
    Ok(Value::new_bool(call.ctx().clone(), mode >> 12 == call.magic().unsigned_abs()))
}

const TIMES: [&str; 4] = ["atime", "mtime", "ctime", "birthtime"];
const TIMES_MS: [&str; 4] = ["atimeMs", "mtimeMs", "ctimeMs", "birthtimeMs"];
const TIMES_NS: [&str; 4] = ["atimeNs", "mtimeNs", "ctimeNs", "birthtimeNs"];

static STATS: &[Member] = &[
    Member::accessor(c"atime", 0, date, set_date).enumerable(),
    Member::accessor(c"mtime", 1, date, set_date).enumerable(),
    Member::accessor(c"ctime", 2, date, set_date).enumerable(),
    Member::accessor(c"birthtime", 3, date, set_date).enumerable(),
];

/// Makes the `Date` when it is first read, because hardly anybody reads it.
fn date<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let this = Object::from_js(ctx, call.this())?;
    let index = call.magic() as usize;
    let ms = number(&this.get(TIMES_MS[index])?).unwrap_or(f64::NAN);
    let date: Constructor<'js> = ctx.globals().get("Date")?;
    let date: Value<'js> = date.construct(((ms + 0.5).floor(),))?;
    this.prop(TIMES[index], Property::from(date.clone()).writable().enumerable().configurable())?;
    Ok(date)
}

fn set_date<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let this = Object::from_js(call.ctx(), call.this())?;
    let name = TIMES[call.magic() as usize];
    this.prop(name, Property::from(call.arg(0)).writable().enumerable().configurable())?;
    Ok(Value::new_undefined(call.ctx().clone()))
}

const FIELDS: [&str; 10] = ["dev", "mode", "nlink", "uid", "gid", "rdev", "blksize", "ino", "size", "blocks"];

fn new_stats<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    if is_first(ctx, Warned::Stats) {
        warn(ctx, "fs.Stats constructor is deprecated.", "DeprecationWarning", Some("DEP0180"));
    }
    let prototype = prototype_of(call, |classes| &classes.stats_prototype)?;
    let object = Object::new_proto(ctx.clone(), Some(&prototype))?;
    for (index, name) in FIELDS.iter().chain(&TIMES_MS).enumerate() {
        object.set(*name, call.arg(index))?;
    }
    Ok(object.into_value())
}

/// What `new.target` says, else the class's own.
fn prototype_of<'js>(
    call: &Call<'_, 'js>,
    own: for<'a> fn(&'a Classes<'js>) -> &'a Object<'js>,
) -> Result<Object<'js>> {
    if let Some(target) = call.this().as_object()
        && let Some(prototype) = target.get::<_, Option<Object<'js>>>("prototype")?
    {
        return Ok(prototype);
    }
    Ok(own(&classes(call.ctx())?).clone())
}

/// A `Stats` or `BigIntStats`.
pub(crate) fn stats<'js>(ctx: &Ctx<'js>, stat: &Stat, bigint: bool) -> Result<Value<'js>> {
    let classes = classes(ctx)?;
    let values = [
        stat.dev,
        stat.mode.into(),
        stat.nlink,
        stat.uid.into(),
        stat.gid.into(),
        stat.rdev,
        stat.blksize,
        stat.ino,
        stat.size,
        stat.blocks,
    ];
    if bigint {
        let object = Object::new_proto(ctx.clone(), Some(&classes.big_prototype))?;
        for (name, value) in FIELDS.iter().zip(values) {
            object.set(*name, BigInt::from_u64(ctx.clone(), value)?)?;
        }
        for (name, time) in TIMES_MS.iter().zip(stat.times) {
            object.set(*name, BigInt::from_i64(ctx.clone(), time.div_euclid(1_000_000) as i64)?)?;
        }
        for (name, time) in TIMES_NS.iter().zip(stat.times) {
            object.set(*name, BigInt::from_i64(ctx.clone(), time as i64)?)?;
        }
        return Ok(object.into_value());
    }
    let object = Object::new_proto(ctx.clone(), Some(&classes.stats_prototype))?;
    for (name, value) in FIELDS.iter().zip(values) {
        object.set(*name, value as f64)?;
    }
    for (name, time) in TIMES_MS.iter().zip(stat.times) {
        object.set(*name, milliseconds(time))?;
    }
    Ok(object.into_value())
}

fn milliseconds(time: Nanos) -> f64 {
    let seconds = time.div_euclid(1_000_000_000);
    let rest = time.rem_euclid(1_000_000_000);
    seconds as f64 * 1e3 + rest as f64 / 1e6
}

/// A `StatFs`.
pub(crate) fn stat_fs<'js>(ctx: &Ctx<'js>, fields: &[u64; 8], bigint: bool) -> Result<Value<'js>> {
    const NAMES: [&str; 8] = ["type", "bsize", "frsize", "blocks", "bfree", "bavail", "files", "ffree"];
    let object = Object::new_proto(ctx.clone(), Some(&classes(ctx)?.stat_fs_prototype))?;
    for (name, value) in NAMES.iter().zip(fields) {
        if bigint {
            object.set(*name, BigInt::from_u64(ctx.clone(), *value)?)?;
        } else {
            object.set(*name, *value as f64)?;
        }
    }
    Ok(object.into_value())
}

/// Magic numbers are libuv's types.
static DIRENT: &[Member] = &[
    Member::method(c"isDirectory", 0, 2, is_kind),
    Member::method(c"isFile", 0, 1, is_kind),
    Member::method(c"isBlockDevice", 0, 7, is_kind),
    Member::method(c"isCharacterDevice", 0, 6, is_kind),
    Member::method(c"isSymbolicLink", 0, 3, is_kind),
    Member::method(c"isFIFO", 0, 4, is_kind),
    Member::method(c"isSocket", 0, 5, is_kind),
];

fn is_kind<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let this = Object::from_js(call.ctx(), call.this())?;
    let kind: Value<'js> = this.get(classes(call.ctx())?.kind)?;
    Ok(Value::new_bool(call.ctx().clone(), kind.as_int() == Some(call.magic())))
}

fn new_dirent<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    if call.this().is_undefined() {
        let text = "Class constructor Dirent cannot be invoked without 'new'";
        return Err(NodeError::plain(JsClass::TypeError, text).throw(call.ctx()));
    }
    let prototype = prototype_of(call, |classes| &classes.dirent_prototype)?;
    fill_dirent(call.ctx(), &prototype, call.arg(0), call.arg(2), call.arg(1))
}

/// A `Dirent`.
pub(crate) fn dirent<'js>(ctx: &Ctx<'js>, name: Value<'js>, parent: Value<'js>, kind: u8) -> Result<Value<'js>> {
    let prototype = classes(ctx)?.dirent_prototype;
    fill_dirent(ctx, &prototype, name, parent, Value::new_int(ctx.clone(), kind.into()))
}

fn fill_dirent<'js>(
    ctx: &Ctx<'js>,
    prototype: &Object<'js>,
    name: Value<'js>,
    parent: Value<'js>,
    kind: Value<'js>,
) -> Result<Value<'js>> {
    let object = Object::new_proto(ctx.clone(), Some(prototype))?;
    object.set("name", name)?;
    object.set("parentPath", parent)?;
    object.set(classes(ctx)?.kind, kind)?;
    Ok(object.into_value())
}

/// Calls the method `name` of `object`.
pub(crate) fn call_method<'js>(object: &Object<'js>, name: &str, argument: Value<'js>) -> Result<Value<'js>> {
    let method: Function<'js> = object.get(name)?;
    method.call((This(object.clone()), argument))
}
