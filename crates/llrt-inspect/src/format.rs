//! `util.format`: printf-like placeholders.

use rquickjs::{Coerced, Ctx, Function, Object, Result, Type, Value, atom::PredefinedAtom};

use crate::{
    engine::{self, Key, class},
    inspector::{bigint_text, is_builtin_class, number_text},
    options::{Compact, InspectOptions},
    try_inspect,
};

/// `util.formatWithOptions`: `arguments` joined by spaces, with the placeholders of the first filled in when it is a string.
///
/// # Errors
/// What a `toString`, `toJSON` or custom inspection function threw.
pub fn format_with_options<'js>(
    ctx: &Ctx<'js>,
    options: &InspectOptions<'js>,
    arguments: &[Value<'js>],
) -> Result<String> {
    let mut text = String::new();
    let mut rest = arguments;
    if let [first, others @ ..] = arguments
        && let Some(first) = first.as_string()
    {
        let first = engine::text(first);
        rest = others;
        if others.is_empty() || !first.contains('%') {
            text = first;
        } else {
            let used = fill(ctx, options, &first, others, &mut text)?;
            rest = &others[used..];
        }
        if rest.is_empty() {
            return Ok(text);
        }
        text.push(' ');
    }
    for (index, value) in rest.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        match value.as_string() {
            Some(string) => text += &engine::text(string),
            None => text += &try_inspect(ctx, value, options)?,
        }
    }
    Ok(text)
}

/// Fills the placeholders of `template` in and tells how many values that took.
fn fill<'js>(
    ctx: &Ctx<'js>,
    options: &InspectOptions<'js>,
    template: &str,
    values: &[Value<'js>],
    text: &mut String,
) -> Result<usize> {
    let mut used = 0;
    let mut rest = template;
    while let Some(found) = rest.find('%') {
        let after = &rest[found + 1..];
        let Some(kind) = after.chars().next() else { break };
        if kind == '%' {
            text.push_str(&rest[..=found]);
            rest = &after[1..];
            continue;
        }
        match values.get(used) {
            Some(value) if "sdijfoOc".contains(kind) => {
                text.push_str(&rest[..found]);
                text.push_str(&placeholder(ctx, options, kind, value)?);
                used += 1;
                rest = &after[1..];
            }
            _ => {
                // What follows may begin a placeholder itself only if it is a percent sign, which it is not.
                let end = found + 1 + kind.len_utf8();
                text.push_str(&rest[..end]);
                rest = &rest[end..];
            }
        }
    }
    text.push_str(rest);
    Ok(used)
}

fn placeholder<'js>(ctx: &Ctx<'js>, options: &InspectOptions<'js>, kind: char, value: &Value<'js>) -> Result<String> {
    match kind {
        's' => string(ctx, options, value),
        'd' => number(ctx, options, value, |value| value.get::<Coerced<f64>>().map(|number| number.0)),
        'i' => number(ctx, options, value, |value| parse(ctx, "parseInt", value)),
        'f' if value.type_of() == Type::Symbol => Ok("NaN".to_owned()),
        'f' => parse(ctx, "parseFloat", value).map(|number| float_text(ctx, number, options.numeric_separator)),
        'j' => json(ctx, value),
        'o' => {
            let options = InspectOptions { show_hidden: true, show_proxy: true, depth: Some(4.0), ..options.clone() };
            try_inspect(ctx, value, &options)
        }
        'O' => try_inspect(ctx, value, options),
        _ => Ok(String::new()),
    }
}

fn string<'js>(ctx: &Ctx<'js>, options: &InspectOptions<'js>, value: &Value<'js>) -> Result<String> {
    match value.type_of() {
        Type::String => Ok(value.as_string().map(engine::text).unwrap_or_default()),
        Type::Int | Type::Float => Ok(number_text(value, options.numeric_separator)),
        Type::BigInt => Ok(bigint_text(value, options.numeric_separator)),
        _ if value.is_object() && !value.is_function() && has_builtin_to_string(value) => {
            let options =
                InspectOptions { depth: Some(0.0), colors: false, compact: Compact::Levels(3.0), ..options.clone() };
            try_inspect(ctx, value, &options)
        }
        _ if value.is_object() => value.get::<Coerced<String>>().map(|text| text.0),
        _ => Ok(engine::primitive_text(value)),
    }
}

fn number<'js>(
    ctx: &Ctx<'js>,
    options: &InspectOptions<'js>,
    value: &Value<'js>,
    convert: impl Fn(&Value<'js>) -> Result<f64>,
) -> Result<String> {
    match value.type_of() {
        Type::BigInt => Ok(bigint_text(value, options.numeric_separator)),
        Type::Symbol => Ok("NaN".to_owned()),
        _ => convert(value).map(|number| float_text(ctx, number, options.numeric_separator)),
    }
}

fn float_text(ctx: &Ctx<'_>, number: f64, separator: bool) -> String {
    // As a value of the engine, minus zero would be the integer zero.
    if number == 0.0 && number.is_sign_negative() {
        return "-0".to_owned();
    }
    number_text(&Value::new_number(ctx.clone(), number), separator)
}

fn parse<'js>(ctx: &Ctx<'js>, function: &str, value: &Value<'js>) -> Result<f64> {
    let function: Function<'js> = ctx.globals().get(function)?;
    function.call::<_, Coerced<f64>>((value.clone(),)).map(|number| number.0)
}

fn json<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<String> {
    match ctx.json_stringify(value.clone()) {
        Ok(Some(text)) => Ok(engine::text(&text)),
        Ok(None) => Ok("undefined".to_owned()),
        Err(error) => {
            let thrown = llrt_core::error::caught(ctx, &error);
            let message = thrown.as_object().and_then(|error| engine::get_known(error, PredefinedAtom::Message));
            let message = message.as_ref().and_then(Value::as_string).map(engine::text).unwrap_or_default();
            // What a program's toJSON throws may say such words, too: this is all that the engine says.
            if message == "circular reference" { Ok("[Circular]".to_owned()) } else { Err(ctx.throw(thrown)) }
        }
    }
}

/// Whether `String(value)` would say nothing of use, because `toString` is one of the language's own.
fn has_builtin_to_string(value: &Value<'_>) -> bool {
    let mut target = value.clone();
    while engine::class_of(&target) == class::PROXY {
        match engine::proxy_target(&target) {
            Some(inner) if inner.is_object() => target = inner,
            _ => return true,
        }
    }
    let Some(object) = target.as_object() else { return true };
    let ctx = value.ctx();
    let is_method = |name| engine::get_known(object, name).is_some_and(|method| method.is_function());
    if class::DATE != engine::class_of(&target) && is_method(PredefinedAtom::SymbolToPrimitive) {
        return false;
    }
    if !is_method(PredefinedAtom::ToString) {
        return true;
    }
    let key = Key::known(ctx, PredefinedAtom::ToString);
    if engine::own_property(object, &key).is_some() {
        return false;
    }
    let mut owner: Option<Object<'_>> = engine::prototype(object);
    while let Some(prototype) = owner {
        if engine::own_property(&prototype, &key).is_some() {
            let constructor = engine::own_property(&prototype, &Key::known(ctx, PredefinedAtom::Constructor));
            let name = constructor
                .and_then(|constructor| engine::get_known(constructor.value.as_function()?, PredefinedAtom::Name));
            return name
                .and_then(|name| name.as_string().map(engine::text))
                .is_some_and(|name| is_builtin_class(&name));
        }
        owner = engine::prototype(&prototype);
    }
    true
}
