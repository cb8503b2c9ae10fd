//! `XMLParser`, compatible with fast-xml-parser's.
//!
//! fast-xml-parser: <https://github.com/NaturalIntelligence/fast-xml-parser/blob/master/docs/v4/2.XMLparseOptions.md>.

use llrt_core::{JsClass, NodeError, OrThrow, args, bytes};
use quick_xml::{
    Reader,
    escape::resolve_xml_entity,
    events::{BytesRef, BytesStart, Event},
};
use rquickjs::{
    Array, Class, Ctx, Function, JsLifetime, Object, Result, Value,
    class::Trace,
    function::{Opt, This},
};

use crate::{
    XmlError,
    aws::define,
    ops::{MAX_DEPTH, aws::normalize_line_ends},
};

/// A parser with its options. One parser reads any number of documents.
#[derive(Trace, JsLifetime)]
#[rquickjs::class(rename = "XMLParser")]
pub(crate) struct XmlParser<'js> {
    #[qjs(skip_trace)]
    settings: Settings,
    tag_value: Option<Function<'js>>,
    attribute_value: Option<Function<'js>>,
    transform_tag: Option<Function<'js>>,
    is_array: Option<Function<'js>>,
}

/// The options that are no functions, under fast-xml-parser's names in snake case.
#[derive(Clone)]
struct Settings {
    ignore_attributes: bool,
    ignore_declaration: bool,
    ignore_pi_tags: bool,
    attribute_name_prefix: String,
    text_node_name: String,
    trim_values: bool,
    parse_tag_value: bool,
    parse_attribute_value: bool,
    remove_ns_prefix: bool,
    always_create_text_node: bool,
    allow_boolean_attributes: bool,
    process_entities: bool,
    html_entities: bool,
    cdata_prop_name: Option<String>,
    comment_prop_name: Option<String>,
    attributes_group_name: Option<String>,
}

#[rquickjs::methods]
impl<'js> XmlParser<'js> {
    /// `new XMLParser(options?)`. An option that is not offered throws `ERR_FEATURE_UNAVAILABLE_ON_PLATFORM`.
    #[qjs(constructor)]
    pub(crate) fn new(ctx: Ctx<'js>, options: Opt<Value<'js>>) -> Result<Self> {
        let options = match options.0.as_ref().and_then(Value::as_object) {
            Some(options) => options.clone(),
            None => Object::new(ctx.clone())?,
        };
        for name in ["preserveOrder", "stopNodes", "unpairedTags", "updateTag"] {
            let value: Value<'js> = options.get(name)?;
            let given = value.as_array().map_or_else(|| truthy(&value), |list| Ok(!list.is_empty()))?;
            if given {
                let message = format!("The XMLParser option \"{name}\" is not available in this runtime");
                return Err(NodeError::new(JsClass::Error, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", message).throw(&ctx));
            }
        }
        let flag = |name: &str, default: bool| -> Result<bool> {
            let value: Value<'js> = options.get(name)?;
            if value.is_undefined() { Ok(default) } else { truthy(&value) }
        };
        let text = |name: &str| -> Result<Option<String>> {
            let value: Value<'js> = options.get(name)?;
            value.as_string().map(args::lossy_string).transpose()
        };
        let function = |name: &str| -> Result<Option<Function<'js>>> {
            let value: Value<'js> = options.get(name)?;
            Ok(value.into_function())
        };
        Ok(Self {
            settings: Settings {
                ignore_attributes: flag("ignoreAttributes", true)?,
                ignore_declaration: flag("ignoreDeclaration", false)?,
                ignore_pi_tags: flag("ignorePiTags", false)?,
                attribute_name_prefix: text("attributeNamePrefix")?.unwrap_or_else(|| "@_".to_owned()),
                text_node_name: text("textNodeName")?.unwrap_or_else(|| "#text".to_owned()),
                trim_values: flag("trimValues", true)?,
                parse_tag_value: flag("parseTagValue", true)?,
                parse_attribute_value: flag("parseAttributeValue", false)?,
                remove_ns_prefix: flag("removeNSPrefix", false)?,
                always_create_text_node: flag("alwaysCreateTextNode", false)?,
                allow_boolean_attributes: flag("allowBooleanAttributes", false)?,
                process_entities: flag("processEntities", true)?,
                html_entities: flag("htmlEntities", false)?,
                cdata_prop_name: text("cdataPropName")?.filter(|name| !name.is_empty()),
                comment_prop_name: text("commentPropName")?.filter(|name| !name.is_empty()),
                attributes_group_name: text("attributesGroupName")?.filter(|name| !name.is_empty()),
            },
            tag_value: function("tagValueProcessor")?,
            attribute_value: function("attributeValueProcessor")?,
            transform_tag: function("transformTagName")?,
            is_array: function("isArray")?,
        })
    }

    /// `parse(document: string | Uint8Array): object`.
    pub(crate) fn parse(this: This<Class<'js, Self>>, ctx: Ctx<'js>, document: Value<'js>) -> Result<Value<'js>> {
        let text = match bytes::View::of(&document) {
            Some(view) => view.with(|bytes| String::from_utf8_lossy(bytes).into_owned()),
            None => args::string(&ctx, &document, "xmlData")?,
        };
        // A copy, so that no borrow is held while processors run.
        let parser = {
            let parser = this.0.borrow();
            Self {
                settings: parser.settings.clone(),
                tag_value: parser.tag_value.clone(),
                attribute_value: parser.attribute_value.clone(),
                transform_tag: parser.transform_tag.clone(),
                is_array: parser.is_array.clone(),
            }
        };
        parser.document(&ctx, &text)
    }
}

fn truthy(value: &Value<'_>) -> Result<bool> {
    value.get::<rquickjs::Coerced<bool>>().map(|value| value.0)
}

/// An element that is still open.
struct Open<'js> {
    name: String,
    path: String,
    object: Object<'js>,
    /// Attributes, which come after the children.
    attributes: Vec<(String, Value<'js>)>,
    has_children: bool,
    /// Text since the last child.
    text: String,
    /// The text before that, each piece by itself made a value.
    pieces: Vec<Value<'js>>,
}

impl Open<'_> {
    fn has_members(&self) -> bool {
        self.has_children || !self.attributes.is_empty()
    }
}

impl<'js> XmlParser<'js> {
    fn document(&self, ctx: &Ctx<'js>, text: &str) -> Result<Value<'js>> {
        let text = normalize_line_ends(text);
        let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
        let config = reader.config_mut();
        config.check_end_names = true;
        config.allow_unmatched_ends = false;
        let root = Open {
            name: String::new(),
            path: String::new(),
            object: Object::new(ctx.clone())?,
            attributes: Vec::new(),
            has_children: false,
            text: String::new(),
            pieces: Vec::new(),
        };
        let mut open = vec![root];
        loop {
            let event = reader
                .read_event()
                .map_err(|error| XmlError::Malformed { position: reader.error_position(), reason: error.to_string() });
            let event = event.or_throw(ctx)?;
            let ended = matches!(event, Event::Eof);
            self.event(ctx, &mut open, event)?;
            if ended {
                break;
            }
        }
        match open.pop() {
            Some(root) if open.is_empty() => Ok(root.object.into_value()),
            Some(unclosed) => {
                let reason = format!("the element <{}> is not closed", unclosed.name);
                Err(XmlError::Malformed { position: text.len() as u64, reason }).or_throw(ctx)
            }
            None => Ok(Object::new(ctx.clone())?.into_value()),
        }
    }

    fn event(&self, ctx: &Ctx<'js>, open: &mut Vec<Open<'js>>, event: Event<'_>) -> Result<()> {
        match event {
            Event::Start(tag) => {
                if open.len() >= MAX_DEPTH {
                    return Err(XmlError::TooDeep(MAX_DEPTH)).or_throw(ctx);
                }
                let element = self.start(ctx, open, &tag)?;
                open.push(element);
                Ok(())
            }
            Event::Empty(tag) => {
                let element = self.start(ctx, open, &tag)?;
                self.end(ctx, open, element)
            }
            Event::End(_) => match open.pop() {
                Some(element) => self.end(ctx, open, element),
                None => Ok(()),
            },
            Event::Text(text) => {
                push_text(open, &text);
                Ok(())
            }
            Event::GeneralRef(reference) => {
                push_text(open, &self.entity(&reference));
                Ok(())
            }
            Event::CData(data) => {
                let text = data.to_string();
                match (&self.settings.cdata_prop_name, open.last_mut()) {
                    (Some(name), Some(element)) => {
                        element.has_children = true;
                        let text = rquickjs::String::from_str(ctx.clone(), &text)?.into_value();
                        self.add(&element.object, name, text, false)
                    }
                    _ => {
                        push_text(open, &text);
                        Ok(())
                    }
                }
            }
            Event::Comment(comment) => match (&self.settings.comment_prop_name, open.last_mut()) {
                (Some(name), Some(element)) => {
                    element.has_children = true;
                    let text = comment.to_string();
                    let text = rquickjs::String::from_str(ctx.clone(), &text)?.into_value();
                    self.add(&element.object, name, text, false)
                }
                _ => Ok(()),
            },
            Event::Decl(declaration) => {
                if self.settings.ignore_declaration {
                    return Ok(());
                }
                self.instruction(ctx, open, "?xml", &declaration)
            }
            Event::PI(instruction) => {
                if self.settings.ignore_pi_tags {
                    return Ok(());
                }
                let name = format!("?{}", instruction.target());
                self.instruction(ctx, open, &name, &instruction)
            }
            Event::DocType(_) | Event::Eof => Ok(()),
        }
    }

    /// `<?name a="b"?>` as a member: its attributes, or an empty string.
    fn instruction(&self, ctx: &Ctx<'js>, open: &mut [Open<'js>], name: &str, contents: &str) -> Result<()> {
        let Some(parent) = open.last_mut() else { return Ok(()) };
        let tag = BytesStart::from_content(contents, contents.find(char::is_whitespace).unwrap_or(contents.len()));
        let object = Object::new(ctx.clone())?;
        let attributes = self.attributes(ctx, &tag, name)?;
        let any = !attributes.is_empty();
        for (name, value) in attributes {
            define(&object, &name, value)?;
        }
        let value = if any { object.into_value() } else { rquickjs::String::from_str(ctx.clone(), "")?.into_value() };
        parent.has_children = true;
        self.add(&parent.object, name, value, false)
    }

    fn start(&self, ctx: &Ctx<'js>, open: &mut [Open<'js>], tag: &BytesStart<'_>) -> Result<Open<'js>> {
        let mut name = self.local_name(tag.name().as_ref()).to_owned();
        if let Some(transform) = &self.transform_tag {
            name = transform.call((name,))?;
        }
        if name == "__proto__" {
            let message = "[SECURITY] Invalid name: \"__proto__\" is a reserved JavaScript keyword that could cause prototype pollution";
            return Err(NodeError::plain(JsClass::Error, message).throw(ctx));
        }
        if let Some(parent) = open.last_mut() {
            self.flush_text(ctx, parent)?;
        }
        let parent = open.last().map_or("", |element| element.path.as_str());
        let path = if parent.is_empty() { name.clone() } else { format!("{parent}.{name}") };
        let object = Object::new(ctx.clone())?;
        let attributes = self.attributes(ctx, tag, &path)?;
        Ok(Open { name, path, object, attributes, has_children: false, text: String::new(), pieces: Vec::new() })
    }

    /// Makes a value of the text since the last child.
    fn flush_text(&self, ctx: &Ctx<'js>, element: &mut Open<'js>) -> Result<()> {
        let text = std::mem::take(&mut element.text);
        let text = if self.settings.trim_values { text.trim() } else { &text };
        if !text.is_empty() {
            let value = self.tag_value(ctx, element, text)?;
            element.pieces.push(value);
        }
        Ok(())
    }

    /// The attributes as members: names with their prefix, or one member that holds them all.
    fn attributes(&self, ctx: &Ctx<'js>, tag: &BytesStart<'_>, path: &str) -> Result<Vec<(String, Value<'js>)>> {
        if self.settings.ignore_attributes {
            return Ok(Vec::new());
        }
        let mut members = Vec::new();
        for attribute in tag.html_attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| malformed(&error)).or_throw(ctx)?;
            let raw_name = attribute.key.as_ref();
            if self.settings.remove_ns_prefix && (raw_name == "xmlns" || raw_name.starts_with("xmlns:")) {
                continue;
            }
            let name = format!("{}{}", self.settings.attribute_name_prefix, self.local_name(raw_name));
            let raw = &attribute.value;
            // An attribute without a value.
            let value = if raw.is_empty() && self.settings.allow_boolean_attributes && !has_value(tag, raw_name) {
                Value::new_bool(ctx.clone(), true)
            } else {
                let text = self.unescape(raw);
                let text = if self.settings.trim_values { text.trim() } else { &text };
                self.attribute_value(ctx, &name, text, path)?
            };
            members.push((name, value));
        }
        match &self.settings.attributes_group_name {
            Some(group) if !members.is_empty() => {
                let object = Object::new(ctx.clone())?;
                for (name, value) in members {
                    define(&object, &name, value)?;
                }
                Ok(vec![(group.clone(), object.into_value())])
            }
            _ => Ok(members),
        }
    }

    fn attribute_value(&self, ctx: &Ctx<'js>, name: &str, text: &str, path: &str) -> Result<Value<'js>> {
        let plain = rquickjs::String::from_str(ctx.clone(), text)?.into_value();
        let processed = match &self.attribute_value {
            Some(process) => process.call::<_, Value<'js>>((name, plain.clone(), path))?,
            None => plain,
        };
        match processed.as_string() {
            Some(string) if self.settings.parse_attribute_value => {
                Ok(typed(ctx, &args::lossy_string(string)?).unwrap_or(processed))
            }
            _ => Ok(processed),
        }
    }

    fn end(&self, ctx: &Ctx<'js>, open: &mut [Open<'js>], mut element: Open<'js>) -> Result<()> {
        self.flush_text(ctx, &mut element)?;
        let Some(parent) = open.last_mut() else { return Ok(()) };
        let text = match element.pieces.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            many => {
                let mut whole = String::new();
                for piece in many {
                    whole.push_str(&piece.get::<rquickjs::Coerced<String>>()?.0);
                }
                Some(rquickjs::String::from_str(ctx.clone(), &whole)?.into_value())
            }
        };
        let is_leaf = !element.has_members();
        let empty = || rquickjs::String::from_str(ctx.clone(), "").map(rquickjs::String::into_value);
        let value = match text {
            Some(text) if is_leaf && !self.settings.always_create_text_node => text,
            None if is_leaf && !self.settings.always_create_text_node => empty()?,
            text => {
                let text =
                    if self.settings.always_create_text_node { Some(text.map_or_else(empty, Ok)?) } else { text };
                if let Some(text) = text {
                    element.object.set(self.settings.text_node_name.as_str(), text)?;
                }
                for (name, value) in element.attributes {
                    define(&element.object, &name, value)?;
                }
                element.object.into_value()
            }
        };
        let wants_array = match &self.is_array {
            Some(ask) => truthy(&ask.call((element.name.as_str(), element.path.as_str(), is_leaf, false))?)?,
            None => false,
        };
        parent.has_children = true;
        self.add(&parent.object, &element.name, value, wants_array)
    }

    fn tag_value(&self, ctx: &Ctx<'js>, element: &Open<'js>, text: &str) -> Result<Value<'js>> {
        let plain = rquickjs::String::from_str(ctx.clone(), text)?.into_value();
        if text.is_empty() {
            return Ok(plain);
        }
        let processed = match &self.tag_value {
            Some(process) => {
                let is_leaf = !element.has_children;
                let made: Value<'js> = process.call((
                    element.name.as_str(),
                    plain.clone(),
                    element.path.as_str(),
                    element.has_members(),
                    is_leaf,
                ))?;
                // What a processor leaves as it is, or answers with nothing, is parsed as if there were none.
                if made.is_undefined() { plain } else { made }
            }
            None => plain,
        };
        match processed.as_string() {
            Some(string) if self.settings.parse_tag_value => {
                Ok(typed(ctx, &args::lossy_string(string)?).unwrap_or(processed))
            }
            _ => Ok(processed),
        }
    }

    /// Adds a member; the second of a name makes an array of both.
    fn add(&self, object: &Object<'js>, name: &str, value: Value<'js>, wants_array: bool) -> Result<()> {
        let own = own_member(object, name)?;
        let Some(existing) = own else {
            if wants_array {
                let array = Array::new(object.ctx().clone())?;
                array.set(0, value)?;
                return define(object, name, array.into_value());
            }
            return define(object, name, value);
        };
        if let Some(array) = existing.as_array() {
            return array.set(array.len(), value);
        }
        let array = Array::new(object.ctx().clone())?;
        array.set(0, existing)?;
        array.set(1, value)?;
        define(object, name, array.into_value())
    }

    fn local_name<'a>(&self, name: &'a str) -> &'a str {
        if !self.settings.remove_ns_prefix {
            return name;
        }
        name.split_once(':').map_or(name, |(_, local)| local)
    }

    fn unescape(&self, text: &str) -> String {
        if !self.settings.process_entities {
            return text.to_owned();
        }
        let mut unescaped = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('&') {
            unescaped.push_str(&rest[..start]);
            rest = &rest[start..];
            match rest.find(';') {
                Some(end) => {
                    unescaped.push_str(&self.entity(&BytesRef::new(&rest[1..end])));
                    rest = &rest[end + 1..];
                }
                None => break,
            }
        }
        unescaped + rest
    }

    fn entity(&self, reference: &BytesRef<'_>) -> String {
        let name = reference.to_string();
        if self.settings.process_entities {
            // As in fast-xml-parser, numbered entities are read with `htmlEntities` only.
            if self.settings.html_entities
                && let Ok(Some(c)) = reference.resolve_char_ref()
            {
                return c.to_string();
            }
            if let Some(text) = resolve_xml_entity(&name) {
                return text.to_owned();
            }
        }
        format!("&{name};")
    }
}

fn push_text(open: &mut [Open<'_>], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn malformed(error: &impl std::error::Error) -> XmlError {
    XmlError::Malformed { position: 0, reason: error.to_string() }
}

/// Whether the attribute is written with `=`.
fn has_value(tag: &BytesStart<'_>, name: &str) -> bool {
    let text = tag.attributes_raw();
    text.split_whitespace().any(|word| word.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('=')))
}

/// The own member of this name, if there is one.
fn own_member<'js>(object: &Object<'js>, name: &str) -> Result<Option<Value<'js>>> {
    let own: Function<'js> = object.ctx().globals().get::<_, Object<'js>>("Object")?.get("hasOwn")?;
    let has: bool = own.call((object.clone(), name))?;
    if has { object.get(name).map(Some) } else { Ok(None) }
}

/// A number or a boolean, where the text is one as fast-xml-parser reads it: decimal (leading zeros too), hexadecimal, exponents.
fn typed<'js>(ctx: &Ctx<'js>, text: &str) -> Option<Value<'js>> {
    let trimmed = text.trim();
    match trimmed {
        "true" => return Some(Value::new_bool(ctx.clone(), true)),
        "false" => return Some(Value::new_bool(ctx.clone(), false)),
        _ => {}
    }
    if let Some(digits) = trimmed.strip_prefix("0x").or_else(|| trimmed.strip_prefix("0X")) {
        let all_hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        return all_hex
            .then(|| u64::from_str_radix(digits, 16).ok())
            .flatten()
            .map(|n| Value::new_number(ctx.clone(), n as f64));
    }
    let unsigned = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    let looks_like_one = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.bytes().any(|byte| byte.is_ascii_digit())
        && unsigned.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !looks_like_one {
        return None;
    }
    let number: f64 = trimmed.parse().ok()?;
    // A number that would lose digits stays text.
    let digits = unsigned.trim_start_matches('0').bytes().take_while(u8::is_ascii_digit).count();
    let exact = number.is_finite() && (digits <= 15 || format!("{number}") == unsigned.trim_start_matches('0'));
    exact.then(|| Value::new_number(ctx.clone(), number))
}

pub(crate) fn constructor<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let constructor = Class::<XmlParser<'js>>::create_constructor(ctx)?;
    Ok(constructor.map_or_else(|| Value::new_undefined(ctx.clone()), |constructor| constructor.into_value()))
}
