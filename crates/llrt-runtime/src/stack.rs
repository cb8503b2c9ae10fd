//! `error.stack` as V8 gives it: `Name: message`, then a line per frame.
//!
//! The engine keeps the frames of an error as text without the first line. Its accessor on `Error.prototype` is wrapped: the
//! first line is put in front, and the frames put into V8's form, when `stack` is read; making an error costs nothing more.
//! With source maps on, the frames name the places in the original sources.
//! What a program's own `Error.prepareStackTrace` returned stays as it is. Until a program sets one, reading it gives a function that
//! composes the text; the engine knows nothing of that one, so that errors cost no more.
//!
//! Differs from Node: the first line shows `name` and `message` as they are at the first read, not as they were at construction.

use std::{fmt::Write, rc::Rc};

use llrt_core::thrown;
use rquickjs::{
    Ctx, Function, JsLifetime, Object, Result, Value,
    function::{Opt, This},
    object::{Accessor, Property},
};

use crate::{call_site, esm, source_map::SourceMaps, syntax_error};

struct Originals<'js> {
    get: Function<'js>,
    capture: Function<'js>,
    maps: Rc<SourceMaps>,
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Originals<'js> {
    type Changed<'to> = Originals<'to>;
}

/// Wraps the `stack` accessor, `Error.captureStackTrace` and `Error.prepareStackTrace`.
pub(crate) fn install<'js>(ctx: &Ctx<'js>, source_maps: bool) -> Result<()> {
    let error: Object<'js> = ctx.globals().get("Error")?;
    let prototype: Object<'js> = error.get("prototype")?;
    let object: Object<'js> = ctx.globals().get("Object")?;
    let describe: Function<'js> = object.get("getOwnPropertyDescriptor")?;
    let accessor: Object<'js> = describe.call((prototype.clone(), "stack"))?;
    let originals = Originals {
        get: accessor.get("get")?,
        capture: error.get("captureStackTrace")?,
        maps: Rc::new(SourceMaps::new(source_maps)),
    };
    let _ = ctx.store_userdata(originals);
    call_site::install(&error, &describe)?;
    prototype.prop("stack", Accessor::new(get, set).configurable())?;
    let capture = Function::new(ctx.clone(), capture)?.with_name("captureStackTrace")?.with_length(2)?;
    error.prop("captureStackTrace", Property::from(capture).writable().configurable())
}

fn get<'js>(ctx: Ctx<'js>, this: This<Value<'js>>) -> Result<Value<'js>> {
    let originals = ctx.userdata::<Originals<'js>>().map(|it| (it.get.clone(), Rc::clone(&it.maps)));
    let Some((original, maps)) = originals else { return Ok(Value::new_undefined(ctx)) };
    let stack: Value<'js> = original.call((This(this.0.clone()),))?;
    let (Some(frames), Some(error)) = (engine_frames(&stack), this.0.as_object()) else { return Ok(stack) };
    let text = format!("{}{}", header(error), v8_frames(&ctx, &frames, &maps));
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

/// The stack of an error that hides it behind a property of its own.
pub(crate) fn hidden<'js>(ctx: &Ctx<'js>, error: &Value<'js>) -> Option<String> {
    let (original, maps) = ctx.userdata::<Originals<'js>>().map(|it| (it.get.clone(), Rc::clone(&it.maps)))?;
    let stack: Value<'js> = original.call((This(error.clone()),)).ok()?;
    let frames = engine_frames(&stack)?;
    Some(format!("{}{}", header(error.as_object()?), v8_frames(ctx, &frames, &maps)))
}

/// The frames of the throw of what is no error and was thrown last.
pub(crate) fn of_throw<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Option<String> {
    let maps = ctx.userdata::<Originals<'js>>().map(|it| Rc::clone(&it.maps))?;
    let frames = v8_frames(ctx, &thrown::frames(ctx, value)?, &maps);
    let first = frames.strip_prefix("\n    at ")?.lines().next()?;
    let place = first.rsplit_once('(').map_or(first, |(_, place)| place.trim_end_matches(')'));
    Some(match start_of_throw(ctx, place) {
        Some(start) => frames.replacen(place, &start, 1),
        None => frames,
    })
}

/// Where the `throw` begins that the place is in: the engine names the last place in it.
fn start_of_throw(ctx: &Ctx<'_>, place: &str) -> Option<String> {
    let (file, line, column) = parts_of_place(place)?;
    let text = esm::text_in_stacks(ctx, file)?;
    let at = syntax_error::offset(&text, usize::try_from(line).ok()?, usize::try_from(column).ok()?)?;
    let (line, column) = syntax_error::line_and_column(&text, llrt_cjs_lexer::throw_around(&text, at)?);
    Some(format!("{file}:{line}:{column}"))
}

/// The stack's text from an error and its call sites.
pub(crate) fn compose<'js>(ctx: Ctx<'js>, error: Value<'js>, sites: Vec<Value<'js>>) -> Result<String> {
    let maps = ctx.userdata::<Originals<'js>>().map(|originals| Rc::clone(&originals.maps));
    let mut text = error.as_object().map(header).unwrap_or_default();
    let mut frames = String::new();
    for site in &sites {
        let Some(site) = site.as_object() else { continue };
        let called = |name: &str| -> Option<Value<'js>> {
            site.get::<_, Function<'js>>(name).ok()?.call((This(site.clone()),)).ok()
        };
        let function = called("getFunctionName").and_then(|name| name.get::<Option<String>>().ok().flatten());
        let file = called("getFileName").and_then(|name| name.get::<Option<String>>().ok().flatten());
        let number = |name: &str| called(name).and_then(|value| value.as_number()).unwrap_or_default();
        let function = function.filter(|name| !name.is_empty()).unwrap_or_else(|| "<anonymous>".to_owned());
        // Writing to a string does not fail.
        let _ = match file {
            Some(file) => {
                writeln!(frames, "    at {function} ({file}:{}:{})", number("getLineNumber"), number("getColumnNumber"))
            }
            None => writeln!(frames, "    at {function} (native)"),
        };
    }
    text += &maps.map_or_else(String::new, |maps| v8_frames(&ctx, &frames, &maps));
    Ok(text)
}

fn capture<'js>(ctx: Ctx<'js>, target: Value<'js>, above: Opt<Value<'js>>) -> Result<()> {
    let (original, maps) = match ctx.userdata::<Originals<'js>>() {
        Some(originals) => (originals.capture.clone(), Rc::clone(&originals.maps)),
        None => return Ok(()),
    };
    match above.0 {
        Some(above) => original.call::<_, ()>((target.clone(), above))?,
        None => original.call::<_, ()>((target.clone(),))?,
    }
    let Some(object) = target.as_object() else { return Ok(()) };
    let stack: Value<'js> = object.get("stack")?;
    if let Some(frames) = engine_frames(&stack) {
        let text = format!("{}{}", header(object), v8_frames(&ctx, &frames, &maps));
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
        let value: Value<'_> = error.get(key).inspect_err(|_| drop(error.ctx().catch())).ok()?;
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

/// Turns the mapping of stacks to original sources on or off.
pub(crate) fn set_source_maps(ctx: &Ctx<'_>, enabled: bool) {
    if let Some(originals) = ctx.userdata::<Originals<'_>>() {
        originals.maps.set_enabled(enabled);
    }
}

/// Whether stacks are mapped to original sources.
pub(crate) fn has_source_maps(ctx: &Ctx<'_>) -> bool {
    ctx.userdata::<Originals<'_>>().is_some_and(|originals| originals.maps.is_enabled(ctx))
}

/// The engine's frames in V8's form, each on a line of its own that begins with a line break.
fn v8_frames(ctx: &Ctx<'_>, frames: &str, maps: &SourceMaps) -> String {
    let original = |file: &str, line: u32, column: u32| {
        let found = maps.original(ctx, file, line, column)?;
        Some(format!("{}:{}:{}", found.path, found.line, found.column))
    };
    put_in_v8_form(frames, original)
}

fn put_in_v8_form(frames: &str, original: impl Fn(&str, u32, u32) -> Option<String>) -> String {
    let mut text = String::with_capacity(frames.len() + 16);
    for line in frames.lines() {
        let frame = line.trim_start().strip_prefix("at ").unwrap_or(line);
        text.push_str("\n    at ");
        // Native functions, and built-in code without names of files.
        if let Some((function, _)) =
            frame.split_once(" (<null>").or_else(|| Some((frame.strip_suffix(" (native)")?, "")))
        {
            text.push_str(function);
            text.push_str(" (<anonymous>)");
            continue;
        }
        let Some((function, place)) = frame.strip_suffix(')').and_then(|frame| frame.split_once(" (")) else {
            text.push_str(frame);
            continue;
        };
        let mapped = parts_of_place(place).and_then(|(file, line, column)| original(file, line, column));
        let place = mapped.as_deref().unwrap_or(place);
        // Writing to a string does not fail.
        let _ = if matches!(function, "<anonymous>" | "<eval>") {
            write!(text, "{place}")
        } else {
            write!(text, "{function} ({place})")
        };
    }
    text
}

/// File, line and column.
fn parts_of_place(place: &str) -> Option<(&str, u32, u32)> {
    let (place, column) = place.rsplit_once(':')?;
    let (file, line) = place.rsplit_once(':')?;
    Some((file, line.parse().ok()?, column.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::put_in_v8_form;

    #[test]
    fn frames_are_put_into_v8_form() {
        let engine = "    at f (file:///a.mjs:1:2)\n    at map (native)\n    at send (<null>:0:1)\n    at <anonymous> (file:///a.mjs:3:4)\n";
        assert_eq!(
            put_in_v8_form(engine, |_, _, _| None),
            "\n    at f (file:///a.mjs:1:2)\n    at map (<anonymous>)\n    at send (<anonymous>)\n    at file:///a.mjs:3:4"
        );
    }

    #[test]
    fn places_are_exchanged_and_names_stay() {
        let engine = "    at f (file:///a (1).mjs:1:2)\n    at map (native)\n    at <anonymous> (/b.cjs:3:4)\n";
        let seen = put_in_v8_form(engine, |file, line, column| {
            (file == "/b.cjs").then(|| format!("/b.ts:{}:{}", line * 10, column * 10))
        });
        assert_eq!(seen, "\n    at f (file:///a (1).mjs:1:2)\n    at map (<anonymous>)\n    at /b.ts:30:40");
    }

    #[test]
    fn no_frames_are_no_lines() {
        assert_eq!(put_in_v8_form("", |_, _, _| None), "");
    }
}
