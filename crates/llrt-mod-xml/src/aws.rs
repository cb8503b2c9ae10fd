//! `parseXML`: the tree of an AWS response as JavaScript values.

use llrt_core::{OrThrow, args, bytes};
use rquickjs::{Array, Ctx, Object, Result, Value, object::Property};

use crate::ops::aws::{Element, Text, normalize_line_ends, parse};

/// `parseXML(text: string): { [root]: value }`.
pub(crate) fn parse_xml<'js>(ctx: Ctx<'js>, text: Value<'js>) -> Result<Object<'js>> {
    let text = args::string(&ctx, &text, "xml")?;
    let text = normalize_line_ends(&text);
    let root = parse(&text).or_throw(&ctx)?;
    let object = Object::new(ctx.clone())?;
    let value = value(&ctx, &root)?;
    define(&object, root.name, value)?;
    Ok(object)
}

fn value<'js>(ctx: &Ctx<'js>, element: &Element<'_>) -> Result<Value<'js>> {
    let empty = || rquickjs::String::from_str(ctx.clone(), "").map(rquickjs::String::into_value);
    let has_attributes = !element.attributes.is_empty();
    if element.children.is_empty() && !has_attributes {
        return match element.text.as_slice() {
            [] => empty(),
            [one] if is_layout(one) => empty(),
            [one] => string(ctx, one),
            many => {
                let whole = join(many);
                if is_layout(&whole) { empty() } else { string(ctx, &whole) }
            }
        };
    }
    let object = Object::new(ctx.clone())?;
    let pieces: Vec<Text<'_>> = element.text.iter().filter(|text| !is_layout(text)).cloned().collect();
    if !pieces.is_empty() {
        object.set("#text", string(ctx, &join(&pieces))?)?;
    }
    children(ctx, &object, element)?;
    for (name, text) in &element.attributes {
        define(&object, name, string(ctx, text)?)?;
    }
    Ok(object.into_value())
}

/// Children under their names, in order of first appearance; those of one name in an array.
fn children<'js>(ctx: &Ctx<'js>, object: &Object<'js>, element: &Element<'_>) -> Result<()> {
    let mut lists: Vec<(&str, Array<'js>, usize)> = Vec::new();
    let mut firsts: Vec<(&str, Value<'js>)> = Vec::new();
    for child in &element.children {
        let made = value(ctx, child)?;
        if child.name == "__proto__" {
            // The package makes the key `undefined` first and then finds it there.
            let array = Array::new(ctx.clone())?;
            array.set(0, Value::new_undefined(ctx.clone()))?;
            array.set(1, made)?;
            define(object, child.name, array.into_value())?;
        } else if let Some((_, array, len)) = lists.iter_mut().rev().find(|(name, ..)| *name == child.name) {
            array.set(*len, made)?;
            *len += 1;
        } else if let Some((name, first)) = firsts.iter().find(|(name, _)| *name == child.name) {
            let array = Array::new(ctx.clone())?;
            array.set(0, first.clone())?;
            array.set(1, made)?;
            define(object, name, array.clone().into_value())?;
            lists.push((name, array, 2));
        } else {
            define(object, child.name, made.clone())?;
            firsts.push((child.name, made));
        }
    }
    Ok(())
}

/// White space with a line break in it: the document's layout, not its contents.
fn is_layout(text: &Text<'_>) -> bool {
    match text {
        Text::Utf8(text) => text.contains('\n') && text.trim().is_empty(),
        Text::Utf16(_) => false,
    }
}

fn join<'a>(pieces: &[Text<'a>]) -> Text<'a> {
    if let [one] = pieces {
        return one.clone();
    }
    let mut units: Vec<u16> = Vec::new();
    for piece in pieces {
        match piece {
            Text::Utf8(text) => units.extend(text.encode_utf16()),
            Text::Utf16(more) => units.extend(more),
        }
    }
    String::from_utf16(&units).map_or(Text::Utf16(units), |text| Text::Utf8(text.into()))
}

fn string<'js>(ctx: &Ctx<'js>, text: &Text<'_>) -> Result<Value<'js>> {
    match text {
        Text::Utf8(text) => rquickjs::String::from_str(ctx.clone(), text).map(rquickjs::String::into_value),
        Text::Utf16(units) => bytes::utf16_string(ctx, units),
    }
}

/// An own property, even under the name `__proto__`.
pub(crate) fn define<'js>(object: &Object<'js>, name: &str, value: Value<'js>) -> Result<()> {
    if name == "__proto__" {
        return object.prop(name, Property::from(value).writable().enumerable().configurable());
    }
    object.set(name, value)
}
