//! `XmlNode` and `XmlText`: documents built and written, with the interface of `@aws-sdk/xml-builder`.

use rquickjs::{
    Class, Coerced, Ctx, Function, JsLifetime, Object, Result, Value,
    class::Trace,
    function::{Opt, This},
};

use crate::ops::{escape_attribute, escape_element};

/// Text between tags.
#[derive(Trace, JsLifetime, Clone)]
#[rquickjs::class]
pub(crate) struct XmlText {
    value: String,
}

#[rquickjs::methods(rename_all = "camelCase")]
impl XmlText {
    /// `new XmlText(value)`.
    #[qjs(constructor)]
    pub(crate) fn new(value: Coerced<String>) -> Self {
        Self { value: value.0 }
    }

    /// The escaped text.
    #[expect(clippy::inherent_to_string, reason = "the method of the JavaScript class")]
    pub(crate) fn to_string(&self) -> String {
        escape_element(&self.value)
    }
}

/// An element.
#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub(crate) struct XmlNode<'js> {
    #[qjs(skip_trace)]
    name: String,
    children: Vec<Value<'js>>,
    /// Names of the attributes, and their values at the same places.
    names: Vec<String>,
    values: Vec<Value<'js>>,
}

#[rquickjs::methods(rename_all = "camelCase")]
impl<'js> XmlNode<'js> {
    /// `new XmlNode(name, children = [])`.
    #[qjs(constructor)]
    pub(crate) fn new(name: Coerced<String>, children: Opt<Vec<Value<'js>>>) -> Self {
        Self { name: name.0, children: children.0.unwrap_or_default(), names: Vec::new(), values: Vec::new() }
    }

    /// `XmlNode.of(name, childText?, withName?)`: an element with one text in it.
    #[qjs(static)]
    pub(crate) fn of(
        ctx: Ctx<'js>,
        name: Coerced<String>,
        text: Opt<Value<'js>>,
        with_name: Opt<Value<'js>>,
    ) -> Result<Self> {
        let mut node = Self { name: name.0, children: Vec::new(), names: Vec::new(), values: Vec::new() };
        if let Some(text) = text.0.filter(|text| !text.is_undefined()) {
            let text = XmlText { value: text.get::<Coerced<String>>()?.0 };
            node.children.push(Class::instance(ctx.clone(), text)?.into_value());
        }
        if let Some(name) = with_name.0.filter(|name| !name.is_undefined()) {
            node.name = name.get::<Coerced<String>>()?.0;
        }
        Ok(node)
    }

    /// Renames the element; gives itself.
    pub(crate) fn with_name(this: This<Class<'js, Self>>, name: Coerced<String>) -> Class<'js, Self> {
        this.0.borrow_mut().name = name.0;
        this.0
    }

    /// Sets an attribute; gives itself.
    pub(crate) fn add_attribute(
        this: This<Class<'js, Self>>,
        name: Coerced<String>,
        value: Value<'js>,
    ) -> Class<'js, Self> {
        let mut node = this.0.borrow_mut();
        match node.names.iter().position(|known| *known == name.0) {
            Some(index) => node.values[index] = value,
            None => {
                node.names.push(name.0);
                node.values.push(value);
            }
        }
        drop(node);
        this.0
    }

    /// Adds a child: a node, a text, or anything with a `toString`; gives itself.
    pub(crate) fn add_child_node(this: This<Class<'js, Self>>, child: Value<'js>) -> Class<'js, Self> {
        this.0.borrow_mut().children.push(child);
        this.0
    }

    /// Takes an attribute off; gives itself.
    pub(crate) fn remove_attribute(this: This<Class<'js, Self>>, name: Coerced<String>) -> Class<'js, Self> {
        let mut node = this.0.borrow_mut();
        if let Some(index) = node.names.iter().position(|known| *known == name.0) {
            node.names.remove(index);
            node.values.remove(index);
        }
        drop(node);
        this.0
    }

    /// The element as text. An attribute that is `undefined` or `null` is left out.
    pub(crate) fn to_string(this: This<Class<'js, Self>>) -> Result<String> {
        // Copies, so that no borrow is held while the children's own `toString` runs.
        let (name, attributes, children): (_, Vec<_>, _) = {
            let node = this.0.borrow();
            let attributes = node.names.iter().cloned().zip(node.values.iter().cloned()).collect();
            (node.name.clone(), attributes, node.children.clone())
        };
        let mut text = format!("<{name}");
        for (key, value) in attributes {
            if !value.is_undefined() && !value.is_null() {
                let value = escape_attribute(&value.get::<Coerced<String>>()?.0);
                text.push_str(&format!(" {key}=\"{value}\""));
            }
        }
        if children.is_empty() {
            text.push_str("/>");
            return Ok(text);
        }
        text.push('>');
        for child in children {
            let object: Option<&Object<'js>> = child.as_object();
            match object.and_then(|object| object.get::<_, Function<'js>>("toString").ok()) {
                Some(convert) => text.push_str(&convert.call::<_, Coerced<String>>((This(child.clone()),))?.0),
                None => text.push_str(&child.get::<Coerced<String>>()?.0),
            }
        }
        text.push_str(&format!("</{name}>"));
        Ok(text)
    }
}

pub(crate) fn node_constructor<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let constructor = Class::<XmlNode<'js>>::create_constructor(ctx)?;
    Ok(constructor.map_or_else(|| Value::new_undefined(ctx.clone()), |constructor| constructor.into_value()))
}

pub(crate) fn text_constructor<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let constructor = Class::<XmlText>::create_constructor(ctx)?;
    Ok(constructor.map_or_else(|| Value::new_undefined(ctx.clone()), |constructor| constructor.into_value()))
}
