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
    evaluate_with(ctx, text, file_name, first_line, 0)
}

/// The bytecode of a script, with or without its text; what [`load`] takes.
///
/// # Errors
/// A syntax error.
pub(crate) fn compile(
    ctx: &Ctx<'_>,
    text: String,
    file_name: &str,
    first_line: c_int,
    keep_text: bool,
) -> Result<Vec<u8>> {
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

/// Evaluates what [`compile`] of this version gave.
///
/// # Errors
/// What the script threw.
pub(crate) fn load<'js>(ctx: &Ctx<'js>, bytecode: &'static [u8]) -> Result<Value<'js>> {
    let raw = ctx.as_raw().as_ptr();
    let flags = qjs::JS_READ_OBJ_BYTECODE | qjs::JS_READ_OBJ_ROM_DATA;
    // SAFETY: live context; the bytecode is this engine's own and stays where it is; evaluating takes the function's reference.
    let value = unsafe {
        let function = qjs::JS_ReadObject(raw, bytecode.as_ptr(), bytecode.len() as _, flags as c_int);
        let value = if qjs::JS_IsException(function) { function } else { qjs::JS_EvalFunction(raw, function) };
        Value::from_raw(ctx.clone(), value)
    };
    if value.is_exception() { Err(Error::Exception) } else { Ok(value) }
}

fn evaluate_with<'js>(
    ctx: &Ctx<'js>,
    text: String,
    file_name: &str,
    first_line: c_int,
    flags: u32,
) -> Result<Value<'js>> {
    let file_name = CString::new(file_name)?;
    let len = text.len();
    // The engine wants a NUL byte after the text, which `len` does not count.
    let mut text = text.into_bytes();
    text.push(0);
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
