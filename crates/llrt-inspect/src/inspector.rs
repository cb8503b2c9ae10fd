//! One inspection: from a value to text.

use std::cell::OnceCell;

use rquickjs::{Ctx, Function, Object, Result, Type, Value, atom::PredefinedAtom, function::This};

use crate::{
    classes,
    engine::{self, Key, Keys, Property, class},
    function,
    layout::Frame,
    options::{Compact, Getters, InspectOptions, Sorted},
    style::{self, Style},
    text,
};

/// How much of the native stack one inspection may use before it stops going deeper.
const STACK_LIMIT_BYTES: usize = 384 * 1024;

/// What the entries of an object are, as far as order and layout go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entries {
    /// Properties, all of one kind.
    Object,
    /// Elements, then properties.
    Array,
}

/// Where a property is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// As an element: without its key.
    Element,
    /// With its key.
    Property,
    /// With its key, behind the elements of an array.
    Extra,
}

/// What is inside the braces before an object's own properties.
enum Body<'js> {
    Nothing,
    Array,
    TypedArray(Object<'js>, usize),
    Set,
    Map,
    Iterator(Vec<Value<'js>>, bool),
    ArrayBuffer,
    Promise,
    WeakItems,
    Namespace,
}

/// The parts of an object before it is put together.
struct Shape<'js> {
    base: String,
    open: String,
    close: &'static str,
    body: Body<'js>,
    /// Accessors of the prototype that are shown as if they were hidden own properties.
    hidden: &'static [&'static str],
    keys: Vec<Key<'js>>,
    entries: Entries,
}

pub(crate) struct Inspector<'a, 'js> {
    pub(crate) ctx: Ctx<'js>,
    pub(crate) options: &'a InspectOptions<'js>,
    pub(crate) compact: Compact,
    pub(crate) indentation: usize,
    pub(crate) current_depth: usize,
    depth: Option<f64>,
    custom_inspect: bool,
    seen: Vec<Value<'js>>,
    /// Objects that were met again inside themselves; their number is their index plus one.
    circular: Vec<Value<'js>>,
    written: usize,
    stack_start: usize,
    palette: OnceCell<function::Palette>,
    custom: Key<'js>,
    constructor: Key<'js>,
    tag: Key<'js>,
}

impl<'a, 'js> Inspector<'a, 'js> {
    pub(crate) fn new(ctx: &Ctx<'js>, options: &'a InspectOptions<'js>) -> Self {
        Self {
            ctx: ctx.clone(),
            options,
            compact: options.compact,
            indentation: 0,
            current_depth: 0,
            depth: options.depth,
            custom_inspect: options.custom_inspect,
            seen: Vec::new(),
            circular: Vec::new(),
            written: 0,
            stack_start: engine::stack_position(),
            palette: OnceCell::new(),
            custom: Key::global_symbol(ctx, c"nodejs.util.inspect.custom"),
            constructor: Key::known(ctx, PredefinedAtom::Constructor),
            tag: Key::known(ctx, PredefinedAtom::SymbolToStringTag),
        }
    }

    /// The text in the style's colour, or as the caller's `stylize` makes it.
    pub(crate) fn paint(&self, text: impl Into<String>, style: Style) -> String {
        let text = text.into();
        if self.options.colors {
            let palette = self.palette.get_or_init(|| function::Palette::of(&self.ctx));
            return palette.paint(&text, style);
        }
        if let Some(stylize) = &self.options.stylize {
            match stylize.call::<_, Value<'js>>((text.as_str(), style.name())) {
                Ok(value) => return engine::to_text(&value).unwrap_or_default(),
                Err(_) => engine::drop_exception(&self.ctx),
            }
        }
        text
    }

    /// Runs `body` with the indentation that nested lines have.
    pub(crate) fn indented<R>(&mut self, by: usize, body: impl FnOnce(&mut Self) -> R) -> R {
        self.indentation += by;
        let result = body(self);
        self.indentation -= by;
        result
    }

    fn beyond_depth(&self, recurse: usize) -> bool {
        self.depth.is_some_and(|depth| recurse as f64 > depth)
    }

    /// Formats any value that is `recurse` levels deep.
    pub(crate) fn value(&mut self, value: &Value<'js>, recurse: usize) -> Result<String> {
        self.value_in(value, recurse, false)
    }

    /// [`value`](Self::value); an `ArrayBuffer` `in_typed_array` does not repeat its contents.
    fn value_in(&mut self, value: &Value<'js>, recurse: usize, in_typed_array: bool) -> Result<String> {
        let Some(outer) = value.as_object() else { return Ok(self.primitive(value)) };
        if self.stack_start.abs_diff(engine::stack_position()) > STACK_LIMIT_BYTES {
            let text = "[Object: Inspection interrupted prematurely. Maximum call stack size exceeded.]";
            return Ok(self.paint(text, Style::Special));
        }
        let mut target = outer.clone();
        while engine::class_of(target.as_value()) == class::PROXY {
            match engine::proxy_target(target.as_value()).and_then(Value::into_object) {
                None => return Ok(self.paint("<Revoked Proxy>", Style::Special)),
                Some(_) if self.options.show_proxy => return self.proxy(target.as_value(), recurse),
                Some(inner) => target = inner,
            }
        }
        if self.custom_inspect
            && let Some(text) = self.custom(value, &target, recurse)?
        {
            return Ok(text);
        }
        if self.seen.iter().any(|seen| engine::same_object(seen, target.as_value())) {
            let known = self.circular.iter().position(|seen| engine::same_object(seen, target.as_value()));
            let index = known.unwrap_or_else(|| {
                self.circular.push(target.as_value().clone());
                self.circular.len() - 1
            });
            return Ok(self.paint(format!("[Circular *{}]", index + 1), Style::Special));
        }
        self.object(&target, recurse, in_typed_array)
    }

    /// What the object's own inspection function makes of it, if it has one and it did not return the object itself.
    fn custom(&mut self, value: &Value<'js>, target: &Object<'js>, recurse: usize) -> Result<Option<String>> {
        let Some(inspect) = engine::get(target, &self.custom).and_then(Value::into_function) else { return Ok(None) };
        if function::is_inspect(&self.ctx, inspect.as_value()) || self.is_prototype(target) {
            return Ok(None);
        }
        let depth = match self.depth {
            None => Value::new_null(self.ctx.clone()),
            Some(depth) => Value::new_number(self.ctx.clone(), depth - recurse as f64),
        };
        let mut options = self.options.clone();
        options.depth = self.depth;
        let options = function::options_object(&self.ctx, &options)?;
        let result: Value<'js> = inspect.call((This(value.clone()), depth, options, function::inspect(&self.ctx)?))?;
        if engine::same_object(&result, value) {
            return Ok(None);
        }
        let text = match (result.is_object() && !result.is_function()) || result.is_null() {
            true => self.value(&result, recurse)?,
            false => result.get::<rquickjs::Coerced<String>>()?.0,
        };
        Ok(Some(text.replace('\n', &format!("\n{}", " ".repeat(self.indentation)))))
    }

    fn is_prototype(&self, object: &Object<'js>) -> bool {
        let constructor = engine::get(object, &self.constructor).and_then(Value::into_object);
        let prototype = constructor.and_then(|class| engine::get_known(&class, PredefinedAtom::Prototype));
        prototype.is_some_and(|prototype| engine::same_object(&prototype, object.as_value()))
    }

    fn proxy(&mut self, proxy: &Value<'js>, recurse: usize) -> Result<String> {
        if self.beyond_depth(recurse) {
            return Ok(self.paint("Proxy [Array]", Style::Special));
        }
        let parts = [engine::proxy_target(proxy), engine::proxy_handler(proxy)];
        let entries = self.indented(2, |this| {
            parts.iter().flatten().map(|part| this.value(part, recurse + 1)).collect::<Result<Vec<_>>>()
        })?;
        Ok(self.lay_out(entries, &Frame { base: "", open: "Proxy [", close: "]" }, Some(None), recurse + 1))
    }

    // ---- primitives

    pub(crate) fn primitive(&self, value: &Value<'js>) -> String {
        match value.type_of() {
            Type::String => self.string(value),
            Type::Int | Type::Float => self.number(value),
            Type::BigInt => self.bigint(value),
            Type::Bool => self.paint(if value.as_bool() == Some(true) { "true" } else { "false" }, Style::Boolean),
            Type::Symbol => self.paint(engine::primitive_text(value), Style::Symbol),
            Type::Null => self.paint("null", Style::Null),
            _ => self.paint("undefined", Style::Undefined),
        }
    }

    pub(crate) fn number(&self, value: &Value<'js>) -> String {
        self.paint(number_text(value, self.options.numeric_separator), Style::Number)
    }

    fn bigint(&self, value: &Value<'js>) -> String {
        self.paint(bigint_text(value, self.options.numeric_separator), Style::BigInt)
    }

    fn string(&self, value: &Value<'js>) -> String {
        let Some(string) = value.as_string() else { return String::new() };
        engine::with_wtf8(string, |bytes| self.string_of(bytes)).unwrap_or_default()
    }

    fn string_of(&self, bytes: &[u8]) -> String {
        let max = self.options.max_string_length;
        let mut trailer = String::new();
        let cut;
        let mut bytes = bytes;
        if bytes.len() as f64 > max {
            let len = text::wtf8_len16(bytes);
            if len as f64 > max {
                let keep = max.max(0.0) as usize;
                let remaining = len - keep;
                trailer = format!("... {remaining} more character{}", plural(remaining));
                cut = text::wtf8_prefix(bytes, keep);
                bytes = &cut;
            }
        }
        if self.compact != Compact::Always && bytes.len() > 16 {
            let len = text::wtf8_len16(bytes);
            if len > 16 && len as f64 > self.options.break_length - self.indentation as f64 - 4.0 {
                let separator = format!(" +\n{}", " ".repeat(self.indentation + 2));
                let lines: Vec<_> = bytes
                    .split_inclusive(|&byte| byte == b'\n')
                    .map(|line| self.paint(text::quote(line), Style::String))
                    .collect();
                return lines.join(&separator) + &trailer;
            }
        }
        self.paint(text::quote(bytes), Style::String) + &trailer
    }

    // ---- objects

    fn object(&mut self, object: &Object<'js>, recurse: usize, in_typed_array: bool) -> Result<String> {
        let mut inherited = (self.options.show_hidden && !self.beyond_depth(recurse)).then(Vec::new);
        let constructor = self.constructor_name(object, recurse, &mut inherited)?;
        let inherited = inherited.unwrap_or_default();
        let tag = self.tag(object);
        let shape =
            match self.shape(object, constructor.as_deref(), &tag, !inherited.is_empty(), in_typed_array, recurse)? {
                Ok(shape) => shape,
                Err(text) => return Ok(text),
            };
        if self.beyond_depth(recurse) {
            let name = prefix(constructor.as_deref(), &tag, "Object", "");
            let name = name.trim_end_matches(' ');
            let name = if constructor.is_some() { format!("[{name}]") } else { name.to_owned() };
            return Ok(self.paint(name, Style::Special));
        }
        let recurse = recurse + 1;
        self.seen.push(object.as_value().clone());
        self.current_depth = recurse;
        let output = self.entries(object, &shape, recurse, in_typed_array);
        self.seen.pop();
        let mut output = output?;
        output.extend(inherited);

        let Shape { mut base, mut open, close, keys, entries, .. } = shape;
        if let Some(index) = self.circular.iter().position(|seen| engine::same_object(seen, object.as_value())) {
            let reference = self.paint(format!("<ref *{}>", index + 1), Style::Special);
            if self.compact == Compact::Always {
                open = format!("{reference} {open}");
            } else if base.is_empty() {
                base = reference;
            } else {
                base = format!("{reference} {base}");
            }
        }
        let own = if entries == Entries::Object { output.len() } else { keys.len() };
        let first = output.len().saturating_sub(own);
        self.sort(&mut output[first..])?;
        let columns = (entries == Entries::Array).then_some(Some(object.as_value()));
        let text = self.lay_out(output, &Frame { base: &base, open: &open, close }, columns, recurse);
        self.written += text.len();
        if self.written > 1 << 27 {
            // Enough: from here on only the outermost level.
            self.depth = Some(-1.0);
        }
        Ok(text)
    }

    fn sort(&self, entries: &mut [String]) -> Result<()> {
        match &self.options.sorted {
            Sorted::No => {}
            Sorted::Yes => entries.sort_by(|left, right| left.encode_utf16().cmp(right.encode_utf16())),
            Sorted::By(compare) => {
                let mut failure = None;
                let mut order = |left: &String, right: &String| {
                    let result = compare.call::<_, rquickjs::Coerced<f64>>((left.as_str(), right.as_str()));
                    match result {
                        Ok(order) => order.0,
                        Err(error) => {
                            failure.get_or_insert(error);
                            0.0
                        }
                    }
                };
                // An insertion sort: a comparison that contradicts itself must not panic as the standard library's may.
                for end in 1..entries.len() {
                    let mut index = end;
                    while index > 0 && order(&entries[index - 1], &entries[index]) > 0.0 {
                        entries.swap(index - 1, index);
                        index -= 1;
                    }
                }
                if let Some(error) = failure {
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// What kind of object it is; `Err` is the whole text of one that needs no braces.
    fn shape(
        &mut self,
        object: &Object<'js>,
        constructor: Option<&str>,
        tag: &str,
        inherits: bool,
        in_typed_array: bool,
        recurse: usize,
    ) -> Result<std::result::Result<Shape<'js>, String>> {
        let value = object.as_value();
        let id = engine::class_of(value);
        let iterable = constructor.is_none()
            || (id != class::OBJECT
                && engine::get_known(object, PredefinedAtom::SymbolIterator).is_some_and(|found| !is_nullish(&found)));
        let mut shape = Shape {
            base: String::new(),
            open: "{".to_owned(),
            close: "}",
            body: Body::Nothing,
            hidden: &[],
            keys: Vec::new(),
            entries: Entries::Object,
        };
        if iterable {
            match id {
                _ if value.is_array() => {
                    let len = array_len(object);
                    let prefix = if constructor != Some("Array") || !tag.is_empty() {
                        prefix(constructor, tag, "Array", &format!("({len})"))
                    } else {
                        String::new()
                    };
                    shape.keys = self.extra_keys(object);
                    if len == 0 && shape.keys.is_empty() && !inherits {
                        return Ok(Err(format!("{prefix}[]")));
                    }
                    shape.open = format!("{prefix}[");
                    shape.close = "]";
                    shape.entries = Entries::Array;
                    shape.body = Body::Array;
                    return Ok(Ok(shape));
                }
                class::SET | class::MAP => {
                    let name = if id == class::SET { "Set" } else { "Map" };
                    let size = self.collection_size(object, id);
                    let prefix = prefix(constructor, tag, name, &format!("({size})"));
                    shape.keys = self.keys(object);
                    if size == 0 && shape.keys.is_empty() && !inherits {
                        return Ok(Err(format!("{prefix}{{}}")));
                    }
                    shape.open = format!("{prefix}{{");
                    shape.body = if id == class::SET { Body::Set } else { Body::Map };
                    return Ok(Ok(shape));
                }
                class::FIRST_TYPED_ARRAY..=class::LAST_TYPED_ARRAY => {
                    let len = engine::typed_array_len(value);
                    let fallback = if constructor.is_none() { typed_array_name(id) } else { "" };
                    let prefix = prefix(constructor, tag, fallback, &format!("({len})"));
                    shape.keys = self.extra_keys(object);
                    if len == 0 && shape.keys.is_empty() && !self.options.show_hidden {
                        return Ok(Err(format!("{prefix}[]")));
                    }
                    shape.open = format!("{prefix}[");
                    shape.close = "]";
                    shape.entries = Entries::Array;
                    shape.body = Body::TypedArray(object.clone(), len);
                    return Ok(Ok(shape));
                }
                class::MAP_ITERATOR | class::SET_ITERATOR => {
                    let name = if id == class::MAP_ITERATOR { "Map" } else { "Set" };
                    let (entries, pairs) = engine::iterator_entries(value).unwrap_or_default();
                    shape.keys = self.keys(object);
                    let kind = if pairs { "Entries" } else { "Iterator" };
                    shape.open = match tag {
                        "" => format!("[{name} {kind}] {{"),
                        tag if tag == format!("{name} Iterator") => format!("[{name} {kind}] {{"),
                        tag => format!("[{tag}] [{name} {kind}] {{"),
                    };
                    shape.body = Body::Iterator(entries, pairs);
                    return Ok(Ok(shape));
                }
                _ => {}
            }
        }
        if id == class::MODULE {
            shape.open = format!("{}{{", prefix(constructor, tag, "Module", ""));
            shape.body = Body::Namespace;
            return Ok(Ok(shape));
        }
        shape.keys = self.keys(object);
        let plain = |shape: &Shape<'js>| shape.keys.is_empty() && !inherits;
        if value.is_function() {
            shape.base = self.function_base(object, id, constructor, tag);
            if plain(&shape) {
                return Ok(Err(self.paint(shape.base, Style::Special)));
            }
            return Ok(Ok(shape));
        }
        if constructor == Some("Object") {
            if matches!(id, class::ARGUMENTS | class::MAPPED_ARGUMENTS) {
                shape.open = "[Arguments] {".to_owned();
            } else if !tag.is_empty() {
                shape.open = format!("{}{{", prefix(constructor, tag, "Object", ""));
            }
            if plain(&shape) {
                return Ok(Err(format!("{}}}", shape.open)));
            }
            return Ok(Ok(shape));
        }
        match id {
            class::REGEXP => {
                shape.base = match constructor {
                    Some(_) => self.method_text(value, class::REGEXP, "toString"),
                    None => self.regexp_source(object),
                };
                let prefix = prefix(constructor, tag, "RegExp", "");
                if prefix != "RegExp " {
                    shape.base = format!("{prefix}{}", shape.base);
                }
                if plain(&shape) || self.beyond_depth(recurse) {
                    return Ok(Err(self.paint(shape.base, Style::RegExp)));
                }
            }
            class::DATE => {
                shape.base = self.method_text(value, class::DATE, "toISOString");
                if shape.base.is_empty() {
                    shape.base = "Invalid Date".to_owned();
                }
                let prefix = prefix(constructor, tag, "Date", "");
                if prefix != "Date " {
                    shape.base = format!("{prefix}{}", shape.base);
                }
                if plain(&shape) {
                    return Ok(Err(self.paint(shape.base, Style::Date)));
                }
            }
            class::ARRAY_BUFFER | class::SHARED_ARRAY_BUFFER => {
                let name = if id == class::ARRAY_BUFFER { "ArrayBuffer" } else { "SharedArrayBuffer" };
                let prefix = prefix(constructor, tag, name, "");
                shape.open = format!("{prefix}{{");
                shape.hidden = &["byteLength"];
                shape.body = if in_typed_array { Body::Nothing } else { Body::ArrayBuffer };
            }
            class::DATA_VIEW => {
                shape.open = format!("{}{{", prefix(constructor, tag, "DataView", ""));
                shape.hidden = &["byteLength", "byteOffset", "buffer"];
            }
            class::PROMISE => {
                shape.open = format!("{}{{", prefix(constructor, tag, "Promise", ""));
                shape.body = Body::Promise;
            }
            class::WEAK_SET | class::WEAK_MAP => {
                let name = if id == class::WEAK_SET { "WeakSet" } else { "WeakMap" };
                shape.open = format!("{}{{", prefix(constructor, tag, name, ""));
                shape.body = Body::WeakItems;
            }
            class::NUMBER | class::STRING | class::BOOLEAN | class::SYMBOL | class::BIG_INT => {
                shape.base = self.boxed_base(value, id, &mut shape.keys, constructor, tag);
                if plain(&shape) {
                    return Ok(Err(shape.base));
                }
            }
            _ if self.is_error(object, id) => {
                shape.base = self.error_base(object, constructor, tag, &mut shape.keys)?;
                if plain(&shape) {
                    return Ok(Err(shape.base));
                }
            }
            _ if tag == "URL" && !self.beyond_depth(recurse) && self.href(object).is_some() => {
                shape.base = self.href(object).unwrap_or_default();
                if plain(&shape) {
                    return Ok(Err(shape.base));
                }
            }
            _ => {
                let known = if constructor.is_none() { classes::remembered(object) } else { None };
                let fallback = match known.as_deref() {
                    Some(class) => class,
                    None if matches!(id, class::GENERATOR | class::ASYNC_GENERATOR) => "Generator",
                    None => "Object",
                };
                shape.open = format!("{}{{", prefix(constructor, tag, fallback, ""));
                if plain(&shape) {
                    return Ok(Err(format!("{}}}", shape.open)));
                }
            }
        }
        Ok(Ok(shape))
    }

    fn entries(
        &mut self,
        object: &Object<'js>,
        shape: &Shape<'js>,
        recurse: usize,
        in_typed_array: bool,
    ) -> Result<Vec<String>> {
        let mut output = match &shape.body {
            Body::Nothing => Vec::with_capacity(shape.keys.len()),
            Body::Array => self.array(object, recurse)?,
            Body::TypedArray(array, len) => self.typed_array(array, *len, recurse)?,
            Body::Set => self.set(object, recurse)?,
            Body::Map => self.map(object, recurse)?,
            Body::Iterator(entries, pairs) => self.iterator(entries, *pairs, recurse)?,
            Body::ArrayBuffer => self.array_buffer(object),
            Body::Promise => self.promise(object, recurse)?,
            Body::WeakItems => vec![self.paint("<items unknown>", Style::Special)],
            Body::Namespace => self.namespace(object, recurse)?,
        };
        for name in shape.hidden {
            output.push(self.hidden_property(object, name, recurse, in_typed_array)?);
        }
        let place = if shape.entries == Entries::Array { Place::Extra } else { Place::Property };
        for key in &shape.keys {
            let property = engine::own_property(object, key);
            output.push(self.property(object, object, key, property, place, recurse)?);
        }
        Ok(output)
    }

    /// `[name]: value` for what is no own property.
    pub(crate) fn hidden_property(
        &mut self,
        object: &Object<'js>,
        name: &str,
        recurse: usize,
        in_typed_array: bool,
    ) -> Result<String> {
        let value = engine::get(object, &Key::new(&self.ctx, name));
        let value = value.unwrap_or_else(|| Value::new_undefined(self.ctx.clone()));
        let text = self.indented(2, |this| this.value_in(&value, recurse, in_typed_array))?;
        Ok(format!("[{name}]: {text}"))
    }

    /// Own keys that are shown.
    fn keys(&self, object: &Object<'js>) -> Vec<Key<'js>> {
        let which = if self.options.show_hidden { Keys::All } else { Keys::Enumerable };
        engine::own_keys(object, which).unwrap_or_default()
    }

    /// Own keys that are shown and are no indices.
    fn extra_keys(&self, object: &Object<'js>) -> Vec<Key<'js>> {
        let which = if self.options.show_hidden { Keys::AllButIndices } else { Keys::EnumerableButIndices };
        engine::own_keys(object, which).unwrap_or_default()
    }

    /// A property with its key and attributes; `original` is the object that getters are called on.
    pub(crate) fn property(
        &mut self,
        owner: &Object<'js>,
        original: &Object<'js>,
        key: &Key<'js>,
        property: Option<Property<'js>>,
        place: Place,
        recurse: usize,
    ) -> Result<String> {
        let property = property.unwrap_or_else(|| Property {
            value: engine::get(owner, key).unwrap_or_else(|| Value::new_undefined(self.ctx.clone())),
            get: None,
            set: None,
            enumerable: true,
            writable: true,
        });
        let mut on_next_line = None;
        let text = if !property.value.is_undefined() {
            let narrow = self.compact != Compact::Always || place != Place::Property;
            self.indented(if narrow { 2 } else { 3 }, |this| {
                let text = this.value(&property.value, recurse)?;
                if !narrow && this.options.break_length < text::width(&text) as f64 {
                    on_next_line = Some(this.indentation);
                }
                Ok::<_, rquickjs::Error>(text)
            })?
        } else if let Some(getter) = &property.get {
            self.getter(getter, property.set.is_some(), original, recurse)?
        } else if property.set.is_some() {
            self.paint("[Setter]", Style::Special)
        } else {
            self.paint("undefined", Style::Undefined)
        };
        if place == Place::Element {
            return Ok(text);
        }
        let mut line = self.key(key, property.enumerable);
        line.reserve_exact(2 + on_next_line.unwrap_or_default() + text.len());
        line.push(':');
        line.push(if on_next_line.is_some() { '\n' } else { ' ' });
        line.extend(std::iter::repeat_n(' ', on_next_line.unwrap_or_default()));
        line.push_str(&text);
        Ok(line)
    }

    fn key(&self, key: &Key<'js>, enumerable: bool) -> String {
        let value = key.value();
        let Some(string) = value.as_string() else {
            let symbol = value.as_symbol().and_then(|symbol| symbol.description().ok());
            let description = symbol.as_ref().and_then(Value::as_string);
            let description = description.and_then(|text| engine::with_wtf8(text, text::escape)).unwrap_or_default();
            let name = self.paint(format!("Symbol({description})"), Style::Symbol);
            return if enumerable { name } else { format!("[{name}]") };
        };
        let quoted = || engine::with_wtf8(string, text::quote).unwrap_or_default();
        let name = engine::text(string);
        if name == "__proto__" {
            "['__proto__']".to_owned()
        } else if text::is_identifier(&name) {
            let name = self.paint(name, Style::Name);
            if enumerable { name } else { format!("[{name}]") }
        } else {
            let name = self.paint(quoted(), Style::String);
            if enumerable { name } else { format!("[{name}]") }
        }
    }

    fn getter(
        &mut self,
        getter: &Function<'js>,
        has_setter: bool,
        original: &Object<'js>,
        recurse: usize,
    ) -> Result<String> {
        let label = if has_setter { "Getter/Setter" } else { "Getter" };
        let wanted = match self.options.getters {
            Getters::No => false,
            Getters::Yes => true,
            Getters::Get => !has_setter,
            Getters::Set => has_setter,
        };
        if !wanted {
            return Ok(self.paint(format!("[{label}]"), Style::Special));
        }
        let result = getter.call::<_, Value<'js>>((This(original.clone()),));
        let open = self.paint(format!("[{label}:"), Style::Special);
        let close = self.paint("]", Style::Special);
        self.indented(2, |this| match result {
            Ok(value) if value.is_object() => {
                Ok(format!("{} {}", this.paint(format!("[{label}]"), Style::Special), this.value(&value, recurse)?))
            }
            Ok(value) => Ok(format!("{open} {}{close}", this.primitive(&value))),
            Err(error) => {
                let thrown = llrt_core::error::caught(&this.ctx, &error);
                let thrown = this.value(&thrown, recurse)?;
                Ok(format!("{open} <Inspection threw ({thrown})>{close}"))
            }
        })
    }

    /// The address that an object with the tag of a URL stands for.
    fn href(&self, object: &Object<'js>) -> Option<String> {
        match object.get::<_, Value<'js>>("href") {
            Ok(href) => href.as_string().map(engine::text),
            Err(_) => {
                self.ctx.catch();
                None
            }
        }
    }

    // ---- names

    fn tag(&self, object: &Object<'js>) -> String {
        let Some(tag) = engine::get(object, &self.tag) else { return String::new() };
        let Some(tag) = tag.as_string().map(engine::text) else { return String::new() };
        let shown = engine::own_property(object, &self.tag)
            .is_some_and(|property| self.options.show_hidden || property.enumerable);
        if shown { String::new() } else { tag }
    }

    /// The name of the constructor; `None` for an object without one because it has no prototype.
    ///
    /// Properties of prototypes that `showHidden` shows go into `inherited`.
    fn constructor_name(
        &mut self,
        object: &Object<'js>,
        recurse: usize,
        inherited: &mut Option<Vec<String>>,
    ) -> Result<Option<String>> {
        let mut current = object.clone();
        let mut first = None;
        let mut steps = 0;
        loop {
            if let Some(name) = self.constructor_of(&current, object, steps) {
                if let Some(output) = inherited {
                    let direct = match &first {
                        None => false,
                        Some(first) => engine::same_object(Object::as_value(first), current.as_value()),
                    };
                    if !direct || !is_builtin_class(&name) {
                        let start = first.as_ref().unwrap_or(object).clone();
                        self.inherited_properties(object, start, recurse, output)?;
                    }
                }
                return Ok(Some(name));
            }
            let Some(next) = engine::prototype(&current) else { break };
            first.get_or_insert_with(|| next.clone());
            steps += 1;
            current = next;
        }
        let Some(first) = first else { return Ok(None) };
        let class = class_name(engine::class_of(object.as_value()));
        if self.beyond_depth(recurse) {
            return Ok(Some(format!("{class} <Complex prototype>")));
        }
        if let Some(name) = self.constructor_name(&first, recurse + 1, inherited)? {
            return Ok(Some(format!("{class} <{name}>")));
        }
        let mut inner = Inspector::new(&self.ctx, self.options);
        inner.depth = Some(-1.0);
        inner.custom_inspect = false;
        inner.stack_start = self.stack_start;
        let text = inner.value(first.as_value(), 0)?;
        Ok(Some(format!("{class} <{text}>")))
    }

    /// The name of the own `constructor` of `current`, if `object` is an instance of it.
    fn constructor_of(&self, current: &Object<'js>, object: &Object<'js>, steps: usize) -> Option<String> {
        let property = engine::own_property(current, &self.constructor)?;
        // While AsyncLocalStorage follows promises, `Promise.prototype.constructor` is an accessor of this runtime's.
        let is_promise = |object: &Object<'js>| engine::class_of(object.as_value()) == class::PROMISE;
        let constructor = match property.get {
            Some(_) if is_promise(object) && !is_promise(current) => engine::get(current, &self.constructor)?,
            _ => property.value,
        };
        let function = constructor.as_function()?;
        let name = engine::get_known(function, PredefinedAtom::Name)?;
        let name = match name.as_string() {
            Some(name) => engine::text(name),
            None => engine::to_text(&name)?,
        };
        if name.is_empty() {
            return None;
        }
        // The usual case needs no `instanceof`, which may run user code.
        let usual = steps > 0
            && engine::own_property(function, &Key::known(&self.ctx, PredefinedAtom::Prototype))
                .is_some_and(|prototype| engine::same_object(&prototype.value, current.as_value()));
        (usual || engine::is_instance(object.as_value(), &constructor)).then_some(name)
    }

    /// Accessors and values of up to three prototypes that are not the language's own.
    fn inherited_properties(
        &mut self,
        object: &Object<'js>,
        start: Object<'js>,
        recurse: usize,
        output: &mut Vec<String>,
    ) -> Result<()> {
        let mut owner = start;
        let mut seen: Vec<Key<'js>> = Vec::new();
        for level in 0..3 {
            if level != 0 || engine::same_object(owner.as_value(), object.as_value()) {
                let Some(next) = engine::prototype(&owner) else { break };
                owner = next;
                let constructor = engine::own_property(&owner, &self.constructor);
                let name = constructor
                    .and_then(|property| engine::get_known(property.value.as_function()?, PredefinedAtom::Name));
                if name.and_then(|name| Some(is_builtin_class(&engine::text(name.as_string()?)))) == Some(true) {
                    break;
                }
            }
            let keys = engine::own_keys(&owner, Keys::All).unwrap_or_default();
            self.seen.push(object.as_value().clone());
            for key in &keys {
                let known = key.same(&self.constructor)
                    || engine::own_property(object, key).is_some()
                    || seen.iter().any(|earlier| earlier.same(key));
                let property = engine::own_property(&owner, key);
                if known || property.as_ref().is_none_or(|property| property.value.is_function()) {
                    continue;
                }
                let text = self.property(&owner, object, key, property, Place::Property, recurse)?;
                output.push(if self.options.colors { style::paint(&text, (2, 22)) } else { text });
            }
            self.seen.pop();
            seen.extend(keys);
        }
        Ok(())
    }

    /// The text that a built-in method, of the engine's own prototype for the class, gives.
    fn method_text(&self, value: &Value<'js>, class: u32, name: &str) -> String {
        let text = engine::class_prototype(&self.ctx, class)
            .and_then(|prototype| engine::get(&prototype, &Key::new(&self.ctx, name))?.into_function())
            .map(|method| method.call::<_, Value<'js>>((This(value.clone()),)));
        match text {
            Some(Ok(text)) => text.as_string().map(engine::text).unwrap_or_default(),
            Some(Err(_)) => {
                engine::drop_exception(&self.ctx);
                String::new()
            }
            None => String::new(),
        }
    }

    /// The value that a built-in accessor, of the engine's own prototype for the class, gives.
    pub(crate) fn builtin_get(&self, object: &Object<'js>, class: u32, name: &str) -> Option<Value<'js>> {
        let prototype = engine::class_prototype(&self.ctx, class)?;
        let getter = engine::own_property(&prototype, &Key::new(&self.ctx, name))?.get?;
        let value = getter.call((This(object.clone()),));
        value.map_err(|_| engine::drop_exception(&self.ctx)).ok()
    }

    /// `/source/flags` of an expression that has no prototype to ask.
    fn regexp_source(&self, regexp: &Object<'js>) -> String {
        const FLAGS: [(&str, char); 8] = [
            ("hasIndices", 'd'),
            ("global", 'g'),
            ("ignoreCase", 'i'),
            ("multiline", 'm'),
            ("dotAll", 's'),
            ("unicode", 'u'),
            ("unicodeSets", 'v'),
            ("sticky", 'y'),
        ];
        let source = self.builtin_get(regexp, class::REGEXP, "source");
        let source = source.as_ref().and_then(Value::as_string).map(engine::text).unwrap_or_default();
        let is_set =
            |name: &str| self.builtin_get(regexp, class::REGEXP, name).is_some_and(|flag| flag.as_bool() == Some(true));
        let flags: String = FLAGS.iter().filter(|(name, _)| is_set(name)).map(|(_, flag)| flag).collect();
        format!("/{source}/{flags}")
    }

    fn function_base(&mut self, function: &Object<'js>, id: u32, constructor: Option<&str>, tag: &str) -> String {
        if self.is_class(function, id) {
            return self.class_base(function, constructor, tag);
        }
        let kind = match id {
            class::GENERATOR_FUNCTION => "GeneratorFunction",
            class::ASYNC_FUNCTION => "AsyncFunction",
            class::ASYNC_GENERATOR_FUNCTION => "AsyncGeneratorFunction",
            _ => "Function",
        };
        let mut base = format!("[{kind}");
        if constructor.is_none() {
            base += " (null prototype)";
        }
        let name = engine::get_known(function, PredefinedAtom::Name);
        match name.as_ref().map(|name| (name, name.as_string().map(engine::text))) {
            Some((_, Some(name))) if !name.is_empty() => {
                base += ": ";
                base += &name;
            }
            Some((name, None)) if !name.is_undefined() => {
                base += ": ";
                base += &self.value(name, 0).unwrap_or_default();
            }
            _ => base += " (anonymous)",
        }
        base.push(']');
        if let Some(constructor) = constructor
            && constructor != kind
            && constructor != "Function"
        {
            base += " ";
            base += constructor;
        }
        if !tag.is_empty() && constructor != Some(tag) {
            base += &format!(" [{tag}]");
        }
        base
    }

    /// A class cannot have its `prototype` replaced, a function can. Functions of the engine itself are no classes in Node
    /// either, but those of the program that embeds it are.
    fn is_class(&self, function: &Object<'js>, id: u32) -> bool {
        (id == class::BYTECODE_FUNCTION || id > class::LAST)
            && engine::own_property(function, &Key::known(&self.ctx, PredefinedAtom::Prototype))
                .is_some_and(|prototype| !prototype.writable)
    }

    fn class_base(&self, function: &Object<'js>, constructor: Option<&str>, tag: &str) -> String {
        let name = engine::own_property(function, &Key::known(&self.ctx, PredefinedAtom::Name));
        let name = name.and_then(|name| name.value.as_string().map(engine::text)).filter(|name| !name.is_empty());
        let mut base = format!("[class {}", name.as_deref().unwrap_or("(anonymous)"));
        if let Some(constructor) = constructor
            && constructor != "Function"
        {
            base += &format!(" [{constructor}]");
        }
        if !tag.is_empty() && constructor != Some(tag) {
            base += &format!(" [{tag}]");
        }
        if constructor.is_none() {
            base += " extends [null prototype]";
        } else if let Some(parent) = engine::prototype(function) {
            let name =
                engine::get_known(&parent, PredefinedAtom::Name).and_then(|name| name.as_string().map(engine::text));
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                base += &format!(" extends {name}");
            }
        }
        base.push(']');
        base
    }

    fn boxed_base(
        &self,
        value: &Value<'js>,
        id: u32,
        keys: &mut Vec<Key<'js>>,
        constructor: Option<&str>,
        tag: &str,
    ) -> String {
        let (name, style) = match id {
            class::NUMBER => ("Number", Style::Number),
            class::STRING => ("String", Style::String),
            class::BOOLEAN => ("Boolean", Style::Boolean),
            class::BIG_INT => ("BigInt", Style::BigInt),
            _ => ("Symbol", Style::Symbol),
        };
        if id == class::STRING {
            // Its characters are own properties, which are there already.
            keys.retain(|key| key.as_index().is_none());
        }
        let mut base = format!("[{name}");
        match constructor {
            None => base += " (null prototype)",
            Some(constructor) if constructor != name => base += &format!(" ({constructor})"),
            Some(_) => {}
        }
        base += ": ";
        base += &self.unboxed(value, id);
        base.push(']');
        if !tag.is_empty() && constructor != Some(tag) {
            base += &format!(" [{tag}]");
        }
        if keys.is_empty() { self.paint(base, style) } else { base }
    }

    /// The primitive in a wrapper object, without colours.
    fn unboxed(&self, value: &Value<'js>, id: u32) -> String {
        let plain = InspectOptions {
            colors: false,
            stylize: None,
            max_string_length: self.options.max_string_length,
            break_length: self.options.break_length,
            numeric_separator: self.options.numeric_separator,
            ..InspectOptions::default()
        };
        let method = engine::class_prototype(&self.ctx, id)
            .and_then(|prototype| engine::get(&prototype, &Key::new(&self.ctx, "valueOf"))?.into_function());
        match method.map(|method| method.call::<_, Value<'js>>((This(value.clone()),))) {
            Some(Ok(primitive)) => {
                let mut inspector = Inspector::new(&self.ctx, &plain);
                inspector.compact = self.compact;
                inspector.indentation = self.indentation;
                inspector.primitive(&primitive)
            }
            Some(Err(_)) => {
                engine::drop_exception(&self.ctx);
                String::new()
            }
            None => String::new(),
        }
    }

    fn is_error(&self, object: &Object<'js>, id: u32) -> bool {
        if matches!(id, class::ERROR | class::DOM_EXCEPTION) {
            return true;
        }
        let Some(error) = engine::class_prototype(&self.ctx, class::ERROR) else { return false };
        let mut current = engine::prototype(object);
        while let Some(prototype) = current {
            if engine::same_object(prototype.as_value(), error.as_value()) {
                return true;
            }
            current = engine::prototype(&prototype);
        }
        false
    }

    /// Formats with fewer lines joined, for the parts of an error that are no stack.
    pub(crate) fn expanded<R>(&mut self, body: impl FnOnce(&mut Self) -> R) -> R {
        let compact = std::mem::replace(&mut self.compact, Compact::Levels(0.0));
        let result = body(self);
        self.compact = compact;
        result
    }
}

/// Number as JavaScript writes it, `-0` included.
pub(crate) fn number_text(value: &Value<'_>, separator: bool) -> String {
    let text = match value.as_int() {
        Some(integer) => integer.to_string(),
        None if value.as_float().is_some_and(|number| number == 0.0 && number.is_sign_negative()) => "-0".to_owned(),
        None => engine::to_text(value).unwrap_or_default(),
    };
    if separator && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.')) {
        return text::separate_digits(&text);
    }
    text
}

/// BigInt with its `n`.
pub(crate) fn bigint_text(value: &Value<'_>, separator: bool) -> String {
    let text = engine::to_text(value).unwrap_or_default();
    if separator { format!("{}n", text::separate_digits(&text)) } else { format!("{text}n") }
}

/// `s` unless there is one of it.
pub(crate) fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// `Foo(2) [Tag] `: what stands before the brace.
pub(crate) fn prefix(constructor: Option<&str>, tag: &str, fallback: &str, size: &str) -> String {
    match constructor {
        None if !tag.is_empty() && fallback != tag => format!("[{fallback}{size}: null prototype] [{tag}] "),
        None => format!("[{fallback}{size}: null prototype] "),
        Some(name) if !tag.is_empty() && !names_tag(name, tag) => format!("{name}{size} [{tag}] "),
        Some(name) => format!("{name}{size} "),
    }
}

/// Whether a class's name says the tag already, as a word of it: `MyMap` for `Map`.
fn names_tag(name: &str, tag: &str) -> bool {
    name.split_once(tag).is_some_and(|(_, rest)| rest.chars().next().is_none_or(char::is_uppercase))
}

pub(crate) fn array_len(array: &Object<'_>) -> usize {
    engine::get_known(array, PredefinedAtom::Length).and_then(|len| len.as_number()).map_or(0, |len| len as usize)
}

fn is_nullish(value: &Value<'_>) -> bool {
    value.is_undefined() || value.is_null()
}

pub(crate) fn typed_array_name(id: u32) -> &'static str {
    const NAMES: [&str; 12] = [
        "Uint8ClampedArray",
        "Int8Array",
        "Uint8Array",
        "Int16Array",
        "Uint16Array",
        "Int32Array",
        "Uint32Array",
        "BigInt64Array",
        "BigUint64Array",
        "Float16Array",
        "Float32Array",
        "Float64Array",
    ];
    NAMES[(id.clamp(class::FIRST_TYPED_ARRAY, class::LAST_TYPED_ARRAY) - class::FIRST_TYPED_ARRAY) as usize]
}

fn class_name(id: u32) -> &'static str {
    match id {
        class::ARRAY => "Array",
        class::ERROR => "Error",
        class::NUMBER => "Number",
        class::STRING => "String",
        class::BOOLEAN => "Boolean",
        class::SYMBOL => "Symbol",
        class::BIG_INT => "BigInt",
        class::DATE => "Date",
        class::REGEXP => "RegExp",
        class::MAP => "Map",
        class::SET => "Set",
        class::WEAK_MAP => "WeakMap",
        class::WEAK_SET => "WeakSet",
        class::PROMISE => "Promise",
        class::ARRAY_BUFFER => "ArrayBuffer",
        class::SHARED_ARRAY_BUFFER => "SharedArrayBuffer",
        class::DATA_VIEW => "DataView",
        class::FIRST_TYPED_ARRAY..=class::LAST_TYPED_ARRAY => typed_array_name(id),
        class::C_FUNCTION..=class::GENERATOR_FUNCTION => "Function",
        _ => "Object",
    }
}

/// Whether the name is that of a class of the language itself.
pub(crate) fn is_builtin_class(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "AggregateError",
        "Array",
        "ArrayBuffer",
        "Atomics",
        "BigInt",
        "BigInt64Array",
        "BigUint64Array",
        "Boolean",
        "DataView",
        "Date",
        "Error",
        "EvalError",
        "FinalizationRegistry",
        "Float16Array",
        "Float32Array",
        "Float64Array",
        "Function",
        "Infinity",
        "Int16Array",
        "Int32Array",
        "Int8Array",
        "Intl",
        "Iterator",
        "JSON",
        "Map",
        "Math",
        "NaN",
        "Number",
        "Object",
        "Promise",
        "Proxy",
        "RangeError",
        "ReferenceError",
        "Reflect",
        "RegExp",
        "Set",
        "SharedArrayBuffer",
        "String",
        "Symbol",
        "SyntaxError",
        "TypeError",
        "URIError",
        "Uint16Array",
        "Uint32Array",
        "Uint8Array",
        "Uint8ClampedArray",
        "WeakMap",
        "WeakRef",
        "WeakSet",
        "WebAssembly",
    ];
    NAMES.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_names_size_and_tag() {
        assert_eq!(prefix(Some("Foo"), "Bar", "Object", "(2)"), "Foo(2) [Bar] ");
        assert_eq!(prefix(Some("Foo"), "Foo", "Object", ""), "Foo ");
        assert_eq!(prefix(None, "", "Map", "(1)"), "[Map(1): null prototype] ");
        assert_eq!(prefix(None, "Tag", "Object", ""), "[Object: null prototype] [Tag] ");
    }

    #[test]
    fn builtin_classes_are_found() {
        assert!(is_builtin_class("AggregateError") && is_builtin_class("WebAssembly") && is_builtin_class("Map"));
        assert!(!is_builtin_class("Foo"));
    }
}
