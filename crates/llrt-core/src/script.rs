//! Classic scripts: evaluating and compiling them under a name, from a line, within a time.

use std::{
    cell::Cell,
    ffi::{CString, c_int, c_void},
    ptr,
    time::{Duration, Instant},
};

use rquickjs::{Ctx, Error, Result, Value, qjs};

use crate::profile;

/// Evaluates sloppy-mode script text, whose first line has the number `first_line`.
///
/// # Errors
/// What the script threw; a file name with a NUL byte.
pub fn evaluate<'js>(ctx: &Ctx<'js>, text: String, file_name: &str, first_line: i32) -> Result<Value<'js>> {
    evaluate_with(ctx, text, file_name, first_line, 0)
}

/// What became of a script that had only so much time.
pub enum Outcome<'js> {
    /// It ended in time.
    Value(Value<'js>),
    /// It was stopped.
    TimedOut,
}

/// [`evaluate`], stopped after `timeout`.
///
/// # Errors
/// As [`evaluate`].
pub fn evaluate_within<'js>(
    ctx: &Ctx<'js>,
    text: String,
    file_name: &str,
    first_line: i32,
    timeout: Duration,
) -> Result<Outcome<'js>> {
    let deadline = Deadline { at: Instant::now() + timeout, passed: Cell::new(false), outer: ASKED.get() };
    let result = {
        let _watch = Watch::start(ctx, &deadline);
        evaluate(ctx, text, file_name, first_line)
    };
    match result {
        Err(Error::Exception) if deadline.passed.get() => {
            drop(ctx.catch());
            Ok(Outcome::TimedOut)
        }
        result => result.map(Outcome::Value),
    }
}

/// The bytecode of a script, with or without its text.
///
/// # Errors
/// A syntax error.
pub fn compile(ctx: &Ctx<'_>, text: String, file_name: &str, first_line: i32, keep_text: bool) -> Result<Vec<u8>> {
    let function = evaluate_with(ctx, text, file_name, first_line, qjs::JS_EVAL_FLAG_COMPILE_ONLY)?;
    let raw = ctx.as_raw().as_ptr();
    let mut length: qjs::size_t = 0;
    let flags = qjs::JS_WRITE_OBJ_BYTECODE | if keep_text { 0 } else { qjs::JS_WRITE_OBJ_STRIP_SOURCE };
    // SAFETY: live context and value; the engine gives `length` bytes, which are copied before they go back to its allocator.
    unsafe {
        let bytes = qjs::JS_WriteObject(raw, &mut length, function.as_raw(), flags as c_int);
        if bytes.is_null() {
            return Err(Error::Exception);
        }
        let copy = std::slice::from_raw_parts(bytes, length as usize).to_vec();
        qjs::js_free(raw, bytes.cast());
        Ok(copy)
    }
}

/// Tells whether the text is a script.
///
/// # Errors
/// A syntax error; a file name with a NUL byte.
pub fn check(ctx: &Ctx<'_>, text: String, file_name: &str, first_line: i32) -> Result<()> {
    evaluate_with(ctx, text, file_name, first_line, qjs::JS_EVAL_FLAG_COMPILE_ONLY).map(drop)
}

fn evaluate_with<'js>(
    ctx: &Ctx<'js>,
    text: String,
    file_name: &str,
    first_line: i32,
    flags: u32,
) -> Result<Value<'js>> {
    let file_name = CString::new(file_name)?;
    let len = text.len();
    // The engine wants a NUL byte after the text, which `len` does not count.
    let mut text = text.into_bytes();
    text.push(0);
    // rquickjs always starts at line 1; a wrapper's own line in front of a source needs an earlier one.
    let mut options = qjs::JSEvalOptions {
        version: qjs::JS_EVAL_OPTIONS_VERSION as c_int,
        eval_flags: (qjs::JS_EVAL_TYPE_GLOBAL | flags) as c_int,
        filename: file_name.as_ptr(),
        line_num: first_line,
    };
    // SAFETY: live context; text and options outlive the call, and the text has its NUL byte at `len`.
    let value = unsafe {
        let raw = qjs::JS_Eval2(ctx.as_raw().as_ptr(), text.as_ptr().cast(), len as _, &mut options);
        Value::from_raw(ctx.clone(), raw)
    };
    if value.is_exception() { Err(Error::Exception) } else { Ok(value) }
}

/// When a script has to be stopped.
struct Deadline {
    at: Instant,
    passed: Cell<bool>,
    /// That of the script that runs this one, or null.
    outer: *const Deadline,
}

thread_local! {
    /// The deadline that the engine asks about now, for a script that another one with a deadline runs.
    static ASKED: Cell<*const Deadline> = const { Cell::new(ptr::null()) };
}

/// Has the engine ask about a deadline until it is dropped.
struct Watch {
    runtime: *mut qjs::JSRuntime,
    outer: *const Deadline,
}

impl Watch {
    fn start(ctx: &Ctx<'_>, deadline: &Deadline) -> Self {
        let outer = ASKED.replace(deadline);
        // SAFETY: a live context's runtime.
        let runtime = unsafe { qjs::JS_GetRuntime(ctx.as_raw().as_ptr()) };
        update_handler(runtime);
        Self { runtime, outer }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        ASKED.set(self.outer);
        update_handler(self.runtime);
    }
}

/// Has the engine ask where a deadline or a profile wants it to.
pub(crate) fn update_handler(runtime: *mut qjs::JSRuntime) {
    let is_wanted = !ASKED.get().is_null() || profile::is_on();
    let handler: qjs::JSInterruptHandler = if is_wanted { Some(is_over) } else { None };
    // SAFETY: a live runtime; the handler needs no data.
    unsafe { qjs::JS_SetInterruptHandler(runtime, handler, ptr::null_mut()) }
}

unsafe extern "C" fn is_over(runtime: *mut qjs::JSRuntime, _data: *mut c_void) -> c_int {
    if profile::is_on() {
        profile::sample(runtime);
    }
    let mut deadline = ASKED.get();
    if deadline.is_null() {
        return 0;
    }
    let now = Instant::now();
    let mut over = false;
    // SAFETY: what `Watch::start` was given, and those around it: all are on the stacks of calls that have not returned.
    while let Some(asked) = unsafe { deadline.as_ref() } {
        if now >= asked.at {
            asked.passed.set(true);
            over = true;
        }
        deadline = asked.outer;
    }
    c_int::from(over)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rquickjs::{Context, Runtime};

    use super::{Outcome, check, evaluate, evaluate_within};

    #[test]
    fn a_script_ends_when_its_time_is_over_and_the_next_is_free() {
        let context = Context::full(&Runtime::new().expect("an engine")).expect("a context");
        context.with(|ctx| {
            let endless = "try { for (;;); } finally { globalThis.seen = 1 }".to_owned();
            let outcome = evaluate_within(&ctx, endless, "endless.js", 1, Duration::from_millis(5));
            assert!(matches!(outcome, Ok(Outcome::TimedOut)));
            let outcome = evaluate_within(&ctx, "typeof seen".to_owned(), "next.js", 1, Duration::from_secs(60));
            let Ok(Outcome::Value(value)) = outcome else { panic!("not in time") };
            assert_eq!(value.get::<String>().expect("a string"), "undefined");
            assert!(evaluate(&ctx, "let n = 0; while (n < 1e5) n++; n".to_owned(), "free.js", 1).is_ok());
        });
    }

    #[test]
    fn lines_count_from_where_they_are_said_to() {
        let context = Context::full(&Runtime::new().expect("an engine")).expect("a context");
        context.with(|ctx| {
            let stack = evaluate(&ctx, "\nnew Error('x').stack".to_owned(), "named.js", 10).expect("a value");
            assert!(stack.get::<String>().expect("a string").contains("named.js:11:"));
            assert!(check(&ctx, "var a =".to_owned(), "broken.js", 1).is_err());
        });
    }
}
