//! Classic scripts: CommonJS sources inside their wrapper function, and programs given as text.

use std::ffi::{CString, c_int};

use rquickjs::{Ctx, Error, Result, Value, qjs};

/// Evaluates sloppy-mode script text, whose first line has the number `first_line`.
///
/// rquickjs always starts at line 1; a wrapper's own line in front of a source needs an earlier one for the source's lines to count from 1.
///
/// # Errors
/// What the script threw; a file name with a NUL byte.
pub(crate) fn evaluate<'js>(ctx: &Ctx<'js>, text: String, file_name: &str, first_line: c_int) -> Result<Value<'js>> {
    let file_name = CString::new(file_name)?;
    let len = text.len();
    // The engine wants a NUL byte after the text, which `len` does not count.
    let mut text = text.into_bytes();
    text.push(0);
    let mut options = qjs::JSEvalOptions {
        version: qjs::JS_EVAL_OPTIONS_VERSION as c_int,
        eval_flags: qjs::JS_EVAL_TYPE_GLOBAL as c_int,
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
