//! `error.stack` as V8 gives it: `Name: message`, then a line per frame.
//!
//! The engine keeps the frames of an error as text without the first line. Its accessor on `Error.prototype` is wrapped: the
//! first line is put in front, and the frames put into V8's form, when `stack` is read; making an error costs nothing more.
//! What a program's own `Error.prepareStackTrace` returned stays as it is.
//!
//! Differs from Node: the first line shows `name` and `message` as they are at the first read, not as they were at construction.

use rquickjs::{
    Ctx, Function, JsLifetime, Object, Result, Value,
    function::{Opt, This},
    object::{Accessor, Property},
};

struct Originals<'js> {
    get: Function<'js>,
    capture: Function<'js>,
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Originals<'js> {
    type Changed<'to> = Originals<'to>;
}

/// Wraps the `stack` accessor and `Error.captureStackTrace`.
pub(crate) fn install<'js>(ctx: &Ctx<'js>) -> Result<()> {
    let error: Object<'js> = ctx.globals().get("Error")?;
    let prototype: Object<'js> = error.get("prototype")?;
    let object: Object<'js> = ctx.globals().get("Object")?;
    let describe: Function<'js> = object.get("getOwnPropertyDescriptor")?;
    let accessor: Object<'js> = describe.call((prototype.clone(), "stack"))?;
    let originals = Originals { get: accessor.get("get")?, capture: error.get("captureStackTrace")? };
    let _ = ctx.store_userdata(originals);
    prototype.prop("stack", Accessor::new(get, set).configurable())?;
    let capture = Function::new(ctx.clone(), capture)?.with_name("captureStackTrace")?.with_length(2)?;
    error.prop("captureStackTrace", Property::from(capture).writable().configurable())
}

fn get<'js>(ctx: Ctx<'js>, this: This<Value<'js>>) -> Result<Value<'js>> {
    let original = ctx.userdata::<Originals<'js>>().map(|originals| originals.get.clone());
    let Some(original) = original else { return Ok(Value::new_undefined(ctx)) };
    let stack: Value<'js> = original.call((This(this.0.clone()),))?;
    let (Some(frames), Some(error)) = (engine_frames(&stack), this.0.as_object()) else { return Ok(stack) };
    let text = format!("{}{}", header(error), v8_frames(&frames));
    let composed = rquickjs::String::from_str(ctx.clone(), &text)?.into_value();
    // Kept, so that the text does not change when it is read again.
    error.prop("stack", Property::from(composed.clone()).writable().configurable())?;
    Ok(composed)
}

fn set<'js>(this: This<Value<'js>>, value: Value<'js>) -> Result<()> {
    match this.0.as_object() {
        Some(error) => error.prop("stack", Property::from(value).writable().configurable()),
        None => Ok(()),
    }
}

fn capture<'js>(ctx: Ctx<'js>, target: Value<'js>, above: Opt<Value<'js>>) -> Result<()> {
    let original = match ctx.userdata::<Originals<'js>>() {
        Some(originals) => originals.capture.clone(),
        None => return Ok(()),
    };
    match above.0 {
        Some(above) => original.call::<_, ()>((target.clone(), above))?,
        None => original.call::<_, ()>((target.clone(),))?,
    }
    let Some(object) = target.as_object() else { return Ok(()) };
    let stack: Value<'js> = object.get("stack")?;
    if let Some(frames) = engine_frames(&stack) {
        let text = format!("{}{}", header(object), v8_frames(&frames));
        object.prop("stack", Property::from(text).writable().configurable())?;
    }
    Ok(())
}

/// The text that the engine made: nothing but lines of frames.
fn engine_frames(stack: &Value<'_>) -> Option<String> {
    let text = stack.as_string()?.to_string().ok()?;
    (text.is_empty() || text.starts_with("    at ")).then_some(text)
}

/// `Name: message`, as `Error.prototype.toString` joins them; getters that throw count as absent.
fn header(error: &Object<'_>) -> String {
    let text = |key: &str| -> Option<String> {
        let value: Value<'_> = error.get(key).ok()?;
        value.as_string().and_then(|string| llrt_core::args::lossy_string(string).ok())
    };
    let name = text("name").unwrap_or_else(|| "Error".to_owned());
    let message = text("message").unwrap_or_default();
    match (name.is_empty(), message.is_empty()) {
        (_, true) => name,
        (true, false) => message,
        (false, false) => format!("{name}: {message}"),
    }
}

/// The engine's frames in V8's form, each on a line of its own that begins with a line break.
fn v8_frames(frames: &str) -> String {
    let mut text = String::with_capacity(frames.len() + 16);
    for line in frames.lines() {
        let frame = line.trim_start().strip_prefix("at ").unwrap_or(line);
        text.push_str("\n    at ");
        match frame.strip_suffix(" (native)") {
            Some(function) => {
                text.push_str(function);
                text.push_str(" (<anonymous>)");
            }
            None => match frame.strip_prefix("<anonymous> (").and_then(|rest| rest.strip_suffix(')')) {
                Some(place) => text.push_str(place),
                None => text.push_str(frame),
            },
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::v8_frames;

    #[test]
    fn frames_are_put_into_v8_form() {
        let engine = "    at f (file:///a.mjs:1:2)\n    at map (native)\n    at <anonymous> (file:///a.mjs:3:4)\n";
        assert_eq!(
            v8_frames(engine),
            "\n    at f (file:///a.mjs:1:2)\n    at map (<anonymous>)\n    at file:///a.mjs:3:4"
        );
    }

    #[test]
    fn no_frames_are_no_lines() {
        assert_eq!(v8_frames(""), "");
    }
}
