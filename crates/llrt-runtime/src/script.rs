//! Classic scripts: CommonJS sources inside their wrapper function, and programs given as text.

use std::ffi::c_int;

pub(crate) use llrt_core::script::{compile, evaluate};
use rquickjs::{Ctx, Error, Result, Value, qjs};

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
