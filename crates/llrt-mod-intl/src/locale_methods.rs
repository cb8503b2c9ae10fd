//! `toLocaleString` and its kin of dates and numbers, by `Intl`: the engine's own know neither locales nor options. `toString` of dates, too:
//! the engine's does not name the time zone.

use llrt_core::{
    host,
    table::{self, Call, Member},
};
use rquickjs::{Ctx, Function, Object, Result, Value, function::This};

const DATE: i16 = 0;
const DATE_ONLY: i16 = 1;
const TIME_ONLY: i16 = 2;
const NUMBER: i16 = 3;
const FULL: i16 = 4;
const FULL_TIME: i16 = 5;

static DATE_METHODS: &[Member] = &[
    Member::method(c"toLocaleString", 0, DATE, format),
    Member::method(c"toLocaleDateString", 0, DATE_ONLY, format),
    Member::method(c"toLocaleTimeString", 0, TIME_ONLY, format),
    Member::method(c"toString", 0, FULL, format),
    Member::method(c"toTimeString", 0, FULL_TIME, format),
];
const DATE_NAMES: &[&str] = &["toLocaleString", "toLocaleDateString", "toLocaleTimeString", "toString", "toTimeString"];

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
        FULL => ("internal:intl-dates", "dateToFullString"),
        FULL_TIME => ("internal:intl-dates", "dateToFullTime"),
        _ => ("internal:intl-numbers", "numberToString"),
    };
    let function: Function<'js> = host::import(call.ctx(), module)?.get(name)?;
    function.call((This(call.this()), call.arg(0), call.arg(1)))
}
