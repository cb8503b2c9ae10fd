//! The functions `JSON.parse` and `JSON.stringify`, and the same for native code.

use std::{
    ffi::{CStr, c_int},
    slice,
};

use llrt_core::bytes::{self, Characters};
use rquickjs::{
    Ctx, Error, JsLifetime, Object, Result, Value,
    qjs::{self, JSContext, JSValue},
};

use crate::{
    memory,
    parse::{self, Failure},
    stringify::{self, Outcome},
};

/// The engine's own `JSON.parse`, for those who give a function to it.
struct Reviving<'js>(Value<'js>);

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Reviving<'js> {
    type Changed<'to> = Reviving<'to>;
}

/// Puts the functions in the place of the engine's, of which they make use where its memory is not laid out as is known here.
///
/// # Errors
/// Out of memory.
pub fn install(ctx: &Ctx<'_>) -> Result<()> {
    let json: Object<'_> = ctx.globals().get("JSON")?;
    let raw = ctx.as_raw().as_ptr();
    let _ = ctx.store_userdata(Reviving(json.get("parse")?));
    let functions: [(&CStr, qjs::JSCFunction, c_int); 2] =
        [(c"parse", Some(json_parse), 2), (c"stringify", Some(json_stringify), 3)];
    for (name, function, length) in functions {
        // SAFETY: live context and object; the engine takes the new function.
        let defined = unsafe {
            let kind = qjs::JSCFunctionEnum_JS_CFUNC_generic;
            let made = qjs::JS_NewCFunction2(raw, function, name.as_ptr(), length, kind, 0);
            let flags = (qjs::JS_PROP_WRITABLE | qjs::JS_PROP_CONFIGURABLE) as c_int;
            qjs::JS_DefinePropertyValueStr(raw, json.as_value().as_raw(), name.as_ptr(), made, flags)
        };
        if defined < 0 {
            return Err(Error::Exception);
        }
    }
    Ok(())
}

/// The value of a JSON text.
///
/// # Errors
/// `SyntaxError`, in the engine's words.
pub fn parse<'js>(ctx: &Ctx<'js>, text: &str) -> Result<Value<'js>> {
    match parse::parse(ctx, text.as_bytes()) {
        // SAFETY: the value is owned here.
        Ok(value) => Ok(unsafe { Value::from_raw(ctx.clone(), value) }),
        Err(Failure::Thrown) => Err(Error::Exception),
        Err(Failure::NotHere) => ctx.json_parse(text),
    }
}

/// The JSON text of a value, in UTF-8; `None` for one that has none, as a function.
///
/// # Errors
/// What `toJSON` and getters throw; `TypeError` for what contains itself, and for a `BigInt`.
pub fn stringify<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<Option<Vec<u8>>> {
    if !memory::is_known(ctx) {
        let text = ctx.json_stringify(value.clone())?.map(rquickjs::String::to_cstring).transpose()?;
        return Ok(text.map(|text| text.as_bytes().to_vec()));
    }
    // SAFETY: live context and value, the layout is known.
    match unsafe { stringify::stringify(ctx.as_raw().as_ptr(), value.as_raw(), &[]) } {
        Outcome::Text(text) => Ok(Some(text)),
        Outcome::Nothing => Ok(None),
        Outcome::Thrown => Err(Error::Exception),
    }
}

fn text_value<'js>(ctx: &Ctx<'js>, text: &[u8]) -> Result<Value<'js>> {
    // SAFETY: what is written is UTF-8: characters of strings, and surrogates that stand alone are escaped.
    bytes::utf8_string(ctx, unsafe { str::from_utf8_unchecked(text) })
}

/// # Safety
/// The engine's call.
unsafe extern "C" fn json_parse(raw: *mut JSContext, _this: JSValue, argc: c_int, argv: *mut JSValue) -> JSValue {
    // SAFETY: live context; `argv` holds what the length of the function says at least; the text is freed after its last use, and its
    // last byte is followed by a zero, as the engine wants it.
    unsafe {
        let ctx = context(raw);
        let arguments = slice::from_raw_parts(argv, argc.max(2) as usize);
        if qjs::JS_IsFunction(raw, arguments[1]) {
            let Some(reviving) = ctx.userdata::<Reviving<'_>>().map(|reviving| reviving.0.clone()) else {
                return qjs::JS_UNDEFINED;
            };
            return qjs::JS_Call(raw, reviving.as_raw(), qjs::JS_UNDEFINED, 2, argv);
        }
        let parsed = match bytes::raw_characters(arguments[0]).filter(|_| memory::is_known(&ctx)) {
            Some(Characters::OneByte(text)) if text.is_ascii() => parse::parse(&ctx, text),
            Some(Characters::OneByte(text)) => parse::parse(&ctx, &llrt_core::text::wtf8_of_latin1(text)),
            Some(Characters::TwoByte(units)) => parse::parse(&ctx, &llrt_core::text::wtf8(units)),
            None => Err(Failure::NotHere),
        };
        match parsed {
            Ok(value) => return value,
            Err(Failure::Thrown) => return qjs::JS_EXCEPTION,
            Err(Failure::NotHere) => {}
        }
        let mut len = 0;
        let text = qjs::JS_ToCStringLen2(raw, &mut len, arguments[0], false);
        if text.is_null() {
            return qjs::JS_EXCEPTION;
        }
        let bytes = slice::from_raw_parts(text.cast::<u8>(), len as usize);
        // A string in parts, or what is no string.
        let parsed = if bytes::raw_characters(arguments[0]).is_none() {
            parse::parse(&ctx, bytes)
        } else {
            Err(Failure::NotHere)
        };
        let value = match parsed {
            Ok(value) => value,
            Err(Failure::Thrown) => qjs::JS_EXCEPTION,
            Err(Failure::NotHere) => qjs::JS_ParseJSON(raw, text, len, INPUT.as_ptr()),
        };
        qjs::JS_FreeCString(raw, text);
        value
    }
}

/// What the engine calls the text in a stack.
const INPUT: &CStr = c"<input>";

/// # Safety
/// The engine's call.
unsafe extern "C" fn json_stringify(raw: *mut JSContext, _this: JSValue, argc: c_int, argv: *mut JSValue) -> JSValue {
    // SAFETY: live context; `argv` holds what the length of the function says at least.
    unsafe {
        let ctx = context(raw);
        let arguments = slice::from_raw_parts(argv, argc.max(3) as usize);
        let engines = || qjs::JS_JSONStringify(raw, arguments[0], arguments[1], arguments[2]);
        // Something that replaces or chooses, or a boxed space.
        if memory::is_object(arguments[1]) || memory::is_object(arguments[2]) || !memory::is_known(&ctx) {
            return engines();
        }
        let Some(space) = space(arguments[2]) else { return engines() };
        match stringify::stringify(raw, arguments[0], &space) {
            Outcome::Text(text) => match text_value(&ctx, &text) {
                Ok(value) => qjs::JS_DupValue(raw, value.as_raw()),
                Err(_) => qjs::JS_EXCEPTION,
            },
            Outcome::Nothing => qjs::JS_UNDEFINED,
            Outcome::Thrown => qjs::JS_EXCEPTION,
        }
    }
}

/// What a level is indented by; `None` for text that is not ASCII.
///
/// # Safety
/// Live value.
unsafe fn space(space: JSValue) -> Option<Vec<u8>> {
    const MOST: usize = 10;
    // SAFETY: the caller's; the value has the type that its tag says.
    unsafe {
        match memory::tag(space) {
            qjs::JS_TAG_INT => Some(vec![b' '; qjs::JS_VALUE_GET_INT(space).clamp(0, MOST as i32) as usize]),
            qjs::JS_TAG_FLOAT64 => Some(vec![b' '; qjs::JS_VALUE_GET_FLOAT64(space).clamp(0.0, MOST as f64) as usize]),
            qjs::JS_TAG_STRING => match bytes::raw_characters(space)? {
                Characters::OneByte(text) if text.is_ascii() => Some(text[..text.len().min(MOST)].to_vec()),
                _ => None,
            },
            qjs::JS_TAG_STRING_ROPE => None,
            _ => Some(Vec::new()),
        }
    }
}

/// # Safety
/// The context lives as long as what is made of it.
unsafe fn context<'js>(raw: *mut JSContext) -> Ctx<'js> {
    let raw = std::ptr::NonNull::new(raw).expect("the engine never calls with a null context");
    // SAFETY: the caller's.
    unsafe { Ctx::from_raw(raw) }
}
