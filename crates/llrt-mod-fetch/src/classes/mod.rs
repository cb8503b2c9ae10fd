//! Native classes that the scripts use.

use rquickjs::{Class, Constructor, Ctx, Error, Result, Value, class::JsClass};

pub(crate) mod agent;
pub(crate) mod body;
pub(crate) mod canceller;
pub(crate) mod sink;

/// A class's constructor, for an export.
pub(crate) fn constructor<'js, C: JsClass<'js>>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let constructor: Option<Constructor<'js>> = Class::<C>::create_constructor(ctx)?;
    constructor.map(Constructor::into_value).ok_or(Error::Unknown)
}
