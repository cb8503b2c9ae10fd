//! `toLocaleString` and its kin of dates and numbers, by `Intl`. The engine's own know neither locales nor options.

use llrt_core::{
    host,
    table::{self, Call, Member},
};
use rquickjs::{Ctx, Function, Object, Result, Value, function::This, object::Property};

const DATE: i16 = 0;
const DATE_ONLY: i16 = 1;
const TIME_ONLY: i16 = 2;
const NUMBER: i16 = 3;

static DATE_METHODS: &[(&str, Member)] = &[
    ("toLocaleString", Member::method(c"toLocaleString", 0, DATE, format)),
    ("toLocaleDateString", Member::method(c"toLocaleDateString", 0, DATE_ONLY, format)),
    ("toLocaleTimeString", Member::method(c"toLocaleTimeString", 0, TIME_ONLY, format)),
];

static NUMBER_METHODS: &[(&str, Member)] = &[("toLocaleString", Member::method(c"toLocaleString", 0, NUMBER, format))];

/// Replaces the engine's methods on the prototypes of `Date`, `Number` and `BigInt`. They load `Intl` when they are called.
///
/// # Errors
/// Out of memory.
pub fn install(ctx: &Ctx<'_>) -> Result<()> {
    for (class, methods) in [("Date", DATE_METHODS), ("Number", NUMBER_METHODS), ("BigInt", NUMBER_METHODS)] {
        let prototype: Object<'_> = ctx.globals().get::<_, Object<'_>>(class)?.get("prototype")?;
        for (name, method) in methods {
            prototype.prop(*name, Property::from(table::function(ctx, method)?).writable().configurable())?;
        }
    }
    Ok(())
}

fn format<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let (module, name) = match call.magic() as i16 {
        DATE => ("internal:intl-dates", "dateToString"),
        DATE_ONLY => ("internal:intl-dates", "dateToDateString"),
        TIME_ONLY => ("internal:intl-dates", "dateToTimeString"),
        _ => ("internal:intl-numbers", "numberToString"),
    };
    let function: Function<'js> = host::import(call.ctx(), module)?.get(name)?;
    function.call((This(call.this()), call.arg(0), call.arg(1)))
}
