//! Where a value that is no error was thrown.
//!
//! Errors have a stack; of anything else, the engine keeps the frames of the throw until something catches it. Native code that catches
//! takes them over here, with the value: what was thrown last is remembered, and no more.

use std::{cell::RefCell, ffi::c_int, ptr};

use rquickjs::{Ctx, JsLifetime, Value, qjs};

/// The engine's command that hands out the frames it keeps.
const TAKE_FRAMES: c_int = 2;

#[derive(Default)]
struct Last<'js>(RefCell<Option<(Value<'js>, String)>>);

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Last<'js> {
    type Changed<'to> = Last<'to>;
}

/// Takes note of where `value`, which was just caught or became a promise's reason, was thrown.
pub fn note<'js>(ctx: &Ctx<'js>, value: &Value<'js>) {
    let frames = take(ctx);
    if value.is_error() {
        return;
    }
    let Some(frames) = frames.as_string().and_then(|frames| frames.to_string().ok()) else { return };
    if ctx.userdata::<Last<'_>>().is_none() {
        let _ = ctx.store_userdata(Last::default());
    }
    let Some(last) = ctx.userdata::<Last<'js>>() else { return };
    let mut last = last.0.borrow_mut();
    // Native code that hands on what it caught begins anew in the middle of the frames that are known.
    let is_handed_on = last.as_ref().is_some_and(|(known, earlier)| {
        known == value && frames.lines().next().is_some_and(|first| earlier.lines().any(|line| line == first))
    });
    if !is_handed_on {
        *last = Some((value.clone(), frames));
    }
}

/// Forgets what somebody caught and made nothing of.
pub fn forget(ctx: &Ctx<'_>) {
    drop(take(ctx));
}

/// The frames of the throw, in the engine's form, if `value` is what was thrown last.
pub fn frames<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Option<String> {
    let last = ctx.userdata::<Last<'js>>()?;
    let last = last.0.borrow();
    let (known, frames) = last.as_ref()?;
    // Primitives have no identity: what is the same and was thrown last is the one.
    (known == value).then(|| frames.clone())
}

pub(crate) fn take<'js>(ctx: &Ctx<'js>) -> Value<'js> {
    let mut frames = qjs::JS_UNDEFINED;
    // SAFETY: the command takes the context and where to put its answer, which is the caller's then.
    unsafe {
        qjs::js_std_cmd(TAKE_FRAMES, ctx.as_raw().as_ptr(), ptr::from_mut(&mut frames));
        Value::from_raw(ctx.clone(), frames)
    }
}

#[cfg(test)]
mod tests {
    use rquickjs::{Context, Runtime};

    use super::*;
    use crate::error;

    #[test]
    fn the_frames_of_the_last_throw_go_with_its_value() {
        let runtime = Runtime::new().unwrap();
        Context::full(&runtime).unwrap().with(|ctx| {
            let failed = ctx.eval::<(), _>("function f() { throw 'text' }\nf()").unwrap_err();
            let value = error::caught(&ctx, &failed);
            let seen = frames(&ctx, &value).unwrap();
            assert!(seen.starts_with("    at f (") && seen.lines().count() == 2, "{seen}");
            assert_eq!(frames(&ctx, &Value::new_null(ctx.clone())), None);
            // An error has its own; and what was forgotten is not taken for the next one's.
            let failed = ctx.eval::<(), _>("throw new Error()").unwrap_err();
            let thrown = error::caught(&ctx, &failed);
            assert_eq!(frames(&ctx, &thrown), None);
            ctx.eval::<(), _>("throw 1").unwrap_err();
            forget(&ctx);
            let value = ctx.catch();
            assert_eq!(frames(&ctx, &value), None);
        });
    }
}
