//! Argument checks with Node's errors.
//!
//! Each takes the value and the name that the message shows; a name with a dot is called a property, as Node does.
//! Node: <https://nodejs.org/api/errors.html#err_invalid_arg_type>.

use rquickjs::{Coerced, Ctx, Error, Function, Object, Result, Symbol, Type, Value, function::This};

use crate::{
    error::{self, JsClass, NodeError},
    host,
};

/// A string.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE`.
pub fn string<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<String> {
    match value.as_string() {
        Some(string) => lossy_string(string),
        None => Err(invalid_arg_type(ctx, name, &["string"], value)),
    }
}

/// A boolean.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE`.
pub fn boolean<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<bool> {
    value.as_bool().ok_or_else(|| invalid_arg_type(ctx, name, &["boolean"], value))
}

/// A function.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE`.
pub fn function<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<Function<'js>> {
    value.as_function().cloned().ok_or_else(|| invalid_arg_type(ctx, name, &["function"], value))
}

/// An object that is neither `null` nor an array nor a function.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE`.
pub fn object<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<Object<'js>> {
    match value.as_object() {
        Some(object) if !value.is_array() && !value.is_function() => Ok(object.clone()),
        _ => Err(invalid_arg_type(ctx, name, &["object"], value)),
    }
}

/// A number, `NaN` and infinities included.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE`.
pub fn number<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<f64> {
    value.as_number().ok_or_else(|| invalid_arg_type(ctx, name, &["number"], value))
}

/// An integer within `min..=max`, both safe integers.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE` when it is no number, `ERR_OUT_OF_RANGE` when it is not an integer or out of bounds.
pub fn integer<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str, min: i64, max: i64) -> Result<i64> {
    let number = number(ctx, value, name)?;
    if number.fract() != 0.0 || !number.is_finite() {
        return Err(out_of_range(ctx, name, "an integer", value));
    }
    if number < min as f64 || number > max as f64 {
        return Err(out_of_range(ctx, name, &format!(">= {min} && <= {max}"), value));
    }
    Ok(number as i64)
}

/// An unsigned 32-bit integer.
///
/// # Errors
/// As [`integer`].
pub fn uint32<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<u32> {
    integer(ctx, value, name, 0, u32::MAX.into()).map(|number| number as u32)
}

/// A signed 32-bit integer.
///
/// # Errors
/// As [`integer`].
pub fn int32<'js>(ctx: &Ctx<'js>, value: &Value<'js>, name: &str) -> Result<i32> {
    integer(ctx, value, name, i32::MIN.into(), i32::MAX.into()).map(|number| number as i32)
}

/// `None` for `undefined`, otherwise what `check` makes of the value.
///
/// # Errors
/// Those of `check`.
pub fn optional<'js, T>(value: &Value<'js>, check: impl FnOnce(&Value<'js>) -> Result<T>) -> Result<Option<T>> {
    if value.is_undefined() { Ok(None) } else { check(value).map(Some) }
}

/// Walks an iterable as `for (const item of value)` does; an error of `each` closes the iterator. `None` when it is not iterable.
///
/// # Errors
/// Those of the iterator and of `each`.
pub fn iterate<'js>(
    ctx: &Ctx<'js>,
    value: &Value<'js>,
    mut each: impl FnMut(Value<'js>) -> Result<()>,
) -> Result<Option<()>> {
    let Some(object) = value.as_object() else { return Ok(None) };
    let method: Value<'js> = object.get(Symbol::iterator(ctx.clone()))?;
    let Some(method) = method.as_function() else { return Ok(None) };
    let iterator: Object<'js> = method.call((This(object.clone()),))?;
    let next: Function<'js> = iterator.get("next")?;
    loop {
        let step: Object<'js> = next.call((This(iterator.clone()),))?;
        if step.get::<_, Coerced<bool>>("done")?.0 {
            return Ok(Some(()));
        }
        if let Err(error) = each(step.get("value")?) {
            let thrown = error::caught(ctx, &error);
            if let Ok(Some(close)) = iterator.get::<_, Option<Function<'js>>>("return")
                && close.call::<_, Value<'js>>((This(iterator),)).is_err()
            {
                ctx.catch();
            }
            return Err(ctx.throw(thrown));
        }
    }
}

/// `ERR_INVALID_ARG_TYPE`: `value` is none of `expected`, which are type names (`string`), class names (`Buffer`) or other
/// words (`null`), in the order Node lists them.
pub fn invalid_arg_type<'js>(ctx: &Ctx<'js>, name: &str, expected: &[&str], value: &Value<'js>) -> Error {
    let message = format!("The {} must be {}.{}", subject(name), list_expected(expected), received(value));
    NodeError::new(JsClass::TypeError, "ERR_INVALID_ARG_TYPE", message).throw(ctx)
}

/// `ERR_INVALID_ARG_VALUE`: the type is right, the value is not.
pub fn invalid_arg_value<'js>(ctx: &Ctx<'js>, name: &str, value: &Value<'js>, reason: &str) -> Error {
    let kind = if name.contains('.') { "property" } else { "argument" };
    let shown = inspect(ctx, value).map_or_else(|| brief(value, 128), |text| cut(&text, 128, false));
    let message = format!("The {kind} '{name}' {reason}. Received {shown}");
    NodeError::new(JsClass::TypeError, "ERR_INVALID_ARG_VALUE", message).throw(ctx)
}

/// An object as `util.inspect` shows it, where that is composed.
fn inspect<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Option<String> {
    if !value.is_object() || value.is_function() || !host::is_builtin(ctx, "node:util") {
        return None;
    }
    let util = host::import(ctx, "node:util");
    let shown = util.and_then(|util| util.get::<_, Function<'js>>("inspect")?.call((value.clone(),)));
    shown.inspect_err(|failed| drop(error::caught(ctx, failed))).ok()
}

/// `ERR_OUT_OF_RANGE`: `expected` reads like `>= 0 && <= 255` or `an integer`.
pub fn out_of_range<'js>(ctx: &Ctx<'js>, name: &str, expected: &str, value: &Value<'js>) -> Error {
    let received = match value.as_number() {
        Some(number) if number.fract() == 0.0 && number.abs() > 4_294_967_296.0 => group_digits(&coerce(value)),
        _ if value.is_big_int() => {
            let digits = coerce(value);
            let small = digits.trim_start_matches('-').parse::<u128>().is_ok_and(|number| number <= 1 << 32);
            format!("{}n", if small { digits } else { group_digits(&digits) })
        }
        _ => brief(value, usize::MAX),
    };
    let message = format!("The value of \"{name}\" is out of range. It must be {expected}. Received {received}");
    NodeError::new(JsClass::RangeError, "ERR_OUT_OF_RANGE", message).throw(ctx)
}

/// A JavaScript string as UTF-8; lone surrogates become U+FFFD.
///
/// # Errors
/// Out of memory.
pub fn lossy_string(string: &rquickjs::String<'_>) -> Result<String> {
    match string.to_string() {
        Ok(text) => Ok(text),
        Err(Error::Utf8(_)) => {
            let text = string.clone().to_cstring()?;
            // SAFETY: `text` owns `len` bytes at `as_ptr` while it lives.
            let bytes = unsafe { std::slice::from_raw_parts(text.as_ptr().cast::<u8>(), text.len()) };
            Ok(lossy_wtf8(bytes))
        }
        Err(error) => Err(error),
    }
}

/// The engine writes a lone surrogate as three bytes, for which one U+FFFD stands.
fn lossy_wtf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        match std::str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                return text;
            }
            Err(error) => {
                let (valid, bad) = rest.split_at(error.valid_up_to());
                text.push_str(&String::from_utf8_lossy(valid));
                text.push('\u{FFFD}');
                let skip = if bad[0] == 0xED { 3 } else { error.error_len().unwrap_or(bad.len()) };
                rest = &bad[skip.min(bad.len())..];
            }
        }
    }
}

fn subject(name: &str) -> String {
    if name.ends_with(" argument") {
        name.to_owned()
    } else if name.contains('.') {
        format!("\"{name}\" property")
    } else {
        format!("\"{name}\" argument")
    }
}

/// `of type string or an instance of Buffer or URL`, as Node lists what it expected.
fn list_expected(expected: &[&str]) -> String {
    const TYPES: &[&str] =
        &["string", "function", "number", "object", "Function", "Object", "boolean", "bigint", "symbol"];
    let mut types = Vec::new();
    let mut instances = Vec::new();
    let mut other = Vec::new();
    for &word in expected {
        if TYPES.contains(&word) {
            types.push(word.to_lowercase());
        } else if is_class_name(word) {
            instances.push(word.to_owned());
        } else {
            other.push(word.to_owned());
        }
    }
    // With instances beside it, the type `object` is said as the class.
    if !instances.is_empty()
        && let Some(index) = types.iter().position(|word| word == "object")
    {
        types.remove(index);
        instances.push("Object".to_owned());
    }
    let mut text = String::new();
    if !types.is_empty() {
        text += if types.len() > 1 { "one of type " } else { "of type " };
        text += &join_or(&types);
        if !instances.is_empty() || !other.is_empty() {
            text += " or ";
        }
    }
    if !instances.is_empty() {
        text += "an instance of ";
        text += &join_or(&instances);
        if !other.is_empty() {
            text += " or ";
        }
    }
    match other.as_slice() {
        [] => {}
        [one] => {
            if one.to_lowercase() != *one {
                text += "an ";
            }
            text += one;
        }
        many => {
            text += "one of ";
            text += &join_or(many);
        }
    }
    text
}

fn is_class_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase()) && word.chars().all(|c| c.is_ascii_alphanumeric())
}

fn join_or(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} or {two}"),
        [first @ .., last] => format!("{}, or {last}", first.join(", ")),
    }
}

/// ` Received undefined`, ` Received type number (5)`, ` Received an instance of Foo`.
pub fn received(value: &Value<'_>) -> String {
    match value.type_of() {
        Type::Undefined | Type::Uninitialized => " Received undefined".to_owned(),
        Type::Null => " Received null".to_owned(),
        _ if value.is_function() => {
            let name: Option<String> = value.as_object().and_then(|function| function.get("name").ok());
            format!(" Received function {}", name.unwrap_or_default())
        }
        _ if value.is_object() => match class_name(value) {
            Some(name) if !name.is_empty() => format!(" Received an instance of {name}"),
            _ => " Received [Object: null prototype] {}".to_owned(),
        },
        _ => {
            let kind = match value.type_of() {
                Type::Bool => "boolean",
                Type::String => "string",
                Type::Symbol => "symbol",
                Type::BigInt => "bigint",
                _ => "number",
            };
            format!(" Received type {kind} ({})", brief(value, 28))
        }
    }
}

fn class_name(value: &Value<'_>) -> Option<String> {
    let constructor: Object<'_> = value.as_object()?.get("constructor").ok()?;
    constructor.get("name").ok()
}

/// The value as an error message shows it, cut after `max` characters.
fn brief(value: &Value<'_>, max: usize) -> String {
    let text = match value.type_of() {
        Type::String => {
            let text = value.as_string().and_then(|string| lossy_string(string).ok()).unwrap_or_default();
            return cut(&quote(&text), max, text.chars().count() > 28 && max == 28);
        }
        Type::Undefined => "undefined".to_owned(),
        Type::Null => "null".to_owned(),
        Type::Bool => value.as_bool().unwrap_or_default().to_string(),
        Type::BigInt => format!("{}n", coerce(value)),
        Type::Symbol => value
            .as_symbol()
            .and_then(|symbol| symbol.description().ok()?.get::<String>().ok())
            .map_or_else(|| "Symbol()".to_owned(), |text| format!("Symbol({text})")),
        Type::Int | Type::Float => {
            let number = value.as_number().unwrap_or_default();
            if number == 0.0 && number.is_sign_negative() { "-0".to_owned() } else { coerce(value) }
        }
        _ if value.is_function() => {
            let name: String = value.as_object().and_then(|function| function.get("name").ok()).unwrap_or_default();
            if name.is_empty() { "[Function (anonymous)]".to_owned() } else { format!("[Function: {name}]") }
        }
        _ => match value.ctx().json_stringify(value.clone()) {
            Ok(Some(text)) => text.to_string().unwrap_or_default(),
            _ => "[Object]".to_owned(),
        },
    };
    cut(&text, max, false)
}

fn coerce(value: &Value<'_>) -> String {
    value.get::<Coerced<String>>().map(|text| text.0).unwrap_or_default()
}

fn quote(text: &str) -> String {
    let mark = if !text.contains('\'') {
        '\''
    } else if !text.contains('"') {
        '"'
    } else {
        '`'
    };
    let mut quoted = String::from(mark);
    for c in text.chars() {
        match c {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\\' => quoted.push_str("\\\\"),
            c if c == mark => {
                quoted.push('\\');
                quoted.push(c);
            }
            c if (c as u32) < 0x20 || c as u32 == 0x7f => quoted.push_str(&format!("\\x{:02X}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted.push(mark);
    quoted
}

/// Node cuts a long string to 25 characters and three dots; the closing quote goes with what is cut.
fn cut(text: &str, max: usize, long_string: bool) -> String {
    if long_string || text.chars().count() > max {
        let keep = if max == 28 { 26 } else { max };
        let head: String = text.chars().take(keep).collect();
        return format!("{head}...");
    }
    text.to_owned()
}

/// `4_294_967_296`, as Node groups the digits of a large number out of range.
fn group_digits(number: &str) -> String {
    let (sign, digits) = number.split_at(usize::from(number.starts_with('-')));
    let mut text = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_types_read_as_in_node() {
        assert_eq!(list_expected(&["string"]), "of type string");
        assert_eq!(list_expected(&["string", "number"]), "one of type string or number");
        assert_eq!(list_expected(&["string", "Buffer", "URL"]), "of type string or an instance of Buffer or URL");
        assert_eq!(
            list_expected(&["string", "Buffer", "TypedArray", "DataView"]),
            "of type string or an instance of Buffer, TypedArray, or DataView"
        );
        assert_eq!(list_expected(&["function", "null"]), "of type function or null");
    }

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!(group_digits("4294967297"), "4_294_967_297");
        assert_eq!(group_digits("-10000000000"), "-10_000_000_000");
    }

    #[test]
    fn a_lone_surrogate_becomes_one_replacement_character() {
        assert_eq!(lossy_wtf8(b"a\xED\xA0\x80b"), "a\u{FFFD}b");
    }
}
