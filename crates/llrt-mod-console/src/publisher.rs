//! Who wants to know of records before they are formatted: `node:diagnostics_channel`, from when somebody subscribes to `console.log`.

use rquickjs::{Array, Ctx, Function, JsLifetime, Result, Value};

#[derive(JsLifetime)]
struct Publisher<'js>(Function<'js>);

/// `setPublisher(publish)`: each record is passed on as `publish(method, arguments)`.
pub(crate) fn set<'js>(ctx: Ctx<'js>, publish: Function<'js>) {
    let _ = ctx.store_userdata(Publisher(publish));
}

/// Tells of a record.
pub(crate) fn publish<'js>(ctx: &Ctx<'js>, method: &str, arguments: &[Value<'js>]) -> Result<()> {
    let Some(publish) = ctx.userdata::<Publisher<'js>>().map(|publisher| publisher.0.clone()) else { return Ok(()) };
    let array = Array::new(ctx.clone())?;
    for (index, argument) in arguments.iter().enumerate() {
        array.set(index, argument.clone())?;
    }
    publish.call::<_, Value<'js>>((method, array)).map(drop)
}
