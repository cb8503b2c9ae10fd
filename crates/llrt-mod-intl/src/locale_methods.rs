//! `toLocaleString` and its kin of dates and numbers, by `Intl`. The engine's own know neither locales nor options.

use llrt_core::{
    host,
    table::{self, Call, Member},
};
use rquickjs::{Ctx, Function, Object, Result, Value, function::This};

const DATE: i16 = 0;
const DATE_ONLY: i16 = 1;
const TIME_ONLY: i16 = 2;
const NUMBER: i16 = 3;

static DATE_METHODS: &[Member] = &[
    Member::method(c"toLocaleString", 0, DATE, format),
    Member::method(c"toLocaleDateString", 0, DATE_ONLY, format),
    Member::method(c"toLocaleTimeString", 0, TIME_ONLY, format),
];
const DATE_NAMES: &[&str] = &["toLocaleString", "toLocaleDateString", "toLocaleTimeString"];

static NUMBER_METHODS: &[Member] = &[Member::method(c"toLocaleString", 0, NUMBER, format)];
const NUMBER_NAMES: &[&str] = &["toLocaleString"];

/// Replaces the engine's methods on the prototypes of `Date`, `Number` and `BigInt`. They load `Intl` when they are called.
///
/// # Errors
/// Out of memory.
pub fn install(ctx: &Ctx<'_>) -> Result<()> {
    let numbers = (NUMBER_NAMES, NUMBER_METHODS);
    for (class, (names, methods)) in [("Date", (DATE_NAMES, DATE_METHODS)), ("Number", numbers), ("BigInt", numbers)] {
        let prototype: Object<'_> = ctx.globals().get::<_, Object<'_>>(class)?.get("prototype")?;
        // The engine makes neither its function nor ours before one is read.
        for name in names {
            prototype.remove(*name)?;
        }
        table::define(&prototype, methods)?;
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
