//! Arrays, typed arrays, buffers, Map, Set, their iterators, promises and module namespaces: what is inside their braces.

use std::{cell::RefCell, rc::Rc};

use llrt_core::bytes::View;
use rquickjs::{Ctx, Function, Object, Result, Value, function::This, promise::PromiseState};

use crate::{
    engine::{self, Key, Keys, class},
    inspector::{self, Inspector, Place, bigint_text, number_text, plural},
    layout::Frame,
    options::InspectOptions,
    style::Style,
};

/// What a Map, a Set or an iterator over one holds; see [`entries`].
pub enum Entries<'js> {
    /// Keys and values: of a Map, or of `entries()` of one.
    Pairs(Vec<(Value<'js>, Value<'js>)>),
    /// Values: of a Set, or of an iterator over keys or values.
    Values(Vec<Value<'js>>),
}

/// The entries of a Map, a Set, or of an iterator over one, which stays where it is. `None` for any other value.
pub fn entries<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Option<Entries<'js>> {
    let object = value.as_object()?;
    let options = InspectOptions::default();
    let collect = |class| Inspector::new(ctx, &options).collection_entries(object, class, usize::MAX);
    match engine::class_of(value) {
        class::MAP => Some(Entries::Pairs(collect(class::MAP).into_iter().map(|(value, key)| (key, value)).collect())),
        class::SET => Some(Entries::Values(collect(class::SET).into_iter().map(|(value, _)| value).collect())),
        _ => match engine::iterator_entries(value)? {
            (flat, true) => {
                Some(Entries::Pairs(flat.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()))
            }
            (values, false) => Some(Entries::Values(values)),
        },
    }
}

impl<'js> Inspector<'_, 'js> {
    /// How many of `len` elements are shown.
    fn shown(&self, len: usize) -> usize {
        (self.options.max_array_length.max(0.0) as usize).min(len)
    }

    fn push_rest(output: &mut Vec<String>, rest: usize) {
        if rest > 0 {
            output.push(format!("... {rest} more item{}", plural(rest)));
        }
    }

    pub(crate) fn array(&mut self, array: &Object<'js>, recurse: usize) -> Result<Vec<String>> {
        let len = inspector::array_len(array);
        let shown = self.shown(len);
        let mut output = Vec::with_capacity(shown.min(128) + 1);
        for index in 0..shown {
            let key = Key::index(&self.ctx, index as u32);
            let Some(property) = engine::own_property(array, &key) else {
                return self.holey_array(array, recurse, len, shown, output, index);
            };
            output.push(self.property(array, array, &key, Some(property), Place::Element, recurse)?);
        }
        Self::push_rest(&mut output, len - shown);
        Ok(output)
    }

    /// Goes on at the first hole. A run of holes counts as one entry.
    fn holey_array(
        &mut self,
        array: &Object<'js>,
        recurse: usize,
        len: usize,
        max: usize,
        mut output: Vec<String>,
        start: usize,
    ) -> Result<Vec<String>> {
        let keys = engine::own_keys(array, Keys::Enumerable).unwrap_or_default();
        let mut index = start;
        for key in &keys {
            let Some(position) = key.as_index().map(|position| position as usize) else { break };
            if position < start {
                continue;
            }
            if output.len() >= max {
                break;
            }
            if position > index {
                output.push(self.holes(position - index));
                index = position;
                if output.len() == max {
                    break;
                }
            }
            let property = engine::own_property(array, key);
            output.push(self.property(array, array, key, property, Place::Element, recurse)?);
            index += 1;
        }
        let rest = len.saturating_sub(index);
        if output.len() == max {
            Self::push_rest(&mut output, rest);
        } else if rest > 0 {
            output.push(self.holes(rest));
        }
        Ok(output)
    }

    fn holes(&self, count: usize) -> String {
        self.paint(format!("<{count} empty item{}>", plural(count)), Style::Undefined)
    }

    pub(crate) fn typed_array(&mut self, array: &Object<'js>, len: usize, recurse: usize) -> Result<Vec<String>> {
        let shown = self.shown(len);
        let mut output = Vec::with_capacity(shown + 1);
        let separator = self.options.numeric_separator;
        for index in 0..shown {
            let Some(value) = engine::get_index(array, index as u32) else { break };
            output.push(if value.as_number().is_some() {
                self.paint(number_text(&value, separator), Style::Number)
            } else {
                self.paint(bigint_text(&value, separator), Style::BigInt)
            });
        }
        Self::push_rest(&mut output, len - shown);
        if self.options.show_hidden {
            for name in ["BYTES_PER_ELEMENT", "length", "byteLength", "byteOffset", "buffer"] {
                output.push(self.hidden_property(array, name, recurse, true)?);
            }
        }
        Ok(output)
    }

    pub(crate) fn array_buffer(&self, buffer: &Object<'js>) -> Vec<String> {
        let detached = engine::get(buffer, &Key::new(&self.ctx, "detached"));
        if detached.is_some_and(|detached| detached.as_bool() == Some(true)) {
            return vec![self.paint("(detached)", Style::Special)];
        }
        let Some(view) = View::of(buffer.as_value()) else { return Vec::new() };
        let (mut text, rest) = view.with(|bytes| {
            let shown = self.shown(bytes.len());
            let text: Vec<_> = bytes[..shown].iter().map(|byte| format!("{byte:02x}")).collect();
            (text.join(" "), bytes.len() - shown)
        });
        if rest > 0 {
            text += &format!(" ... {rest} more byte{}", plural(rest));
        }
        vec![format!("{}: <{text}>", self.paint("[Uint8Contents]", Style::Special))]
    }

    /// The number of entries of a Map or Set, by the built-in getter.
    pub(crate) fn collection_size(&self, collection: &Object<'js>, class: u32) -> usize {
        let size = self.builtin_get(collection, class, "size").and_then(|size| size.as_number());
        size.map_or(0, |size| size as usize)
    }

    /// Up to `max` entries of a Map or Set, as (value, key), by the built-in `forEach`.
    fn collection_entries(&self, collection: &Object<'js>, class: u32, max: usize) -> Vec<(Value<'js>, Value<'js>)> {
        let entries = Rc::new(RefCell::new(Vec::new()));
        if max == 0 {
            return Vec::new();
        }
        let collected = Rc::clone(&entries);
        let visit = Function::new(self.ctx.clone(), move |ctx: Ctx<'js>, value: Value<'js>, key: Value<'js>| {
            let mut entries = collected.borrow_mut();
            entries.push((value, key));
            // The only way out of `forEach`.
            if entries.len() == max { Err(ctx.throw(Value::new_null(ctx.clone()))) } else { Ok(()) }
        });
        let for_each = engine::class_prototype(&self.ctx, class)
            .and_then(|prototype| engine::get(&prototype, &Key::new(&self.ctx, "forEach"))?.into_function());
        if let (Ok(visit), Some(for_each)) = (visit, for_each)
            && for_each.call::<_, ()>((This(collection.clone()), visit)).is_err()
        {
            engine::drop_exception(&self.ctx);
        }
        entries.take()
    }

    pub(crate) fn set(&mut self, set: &Object<'js>, recurse: usize) -> Result<Vec<String>> {
        let size = self.collection_size(set, class::SET);
        let shown = self.shown(size);
        let entries = self.collection_entries(set, class::SET, shown);
        let mut output = self.indented(2, |this| {
            entries.iter().map(|(value, _)| this.value(value, recurse)).collect::<Result<Vec<_>>>()
        })?;
        Self::push_rest(&mut output, size - shown);
        Ok(output)
    }

    pub(crate) fn map(&mut self, map: &Object<'js>, recurse: usize) -> Result<Vec<String>> {
        let size = self.collection_size(map, class::MAP);
        let shown = self.shown(size);
        let entries = self.collection_entries(map, class::MAP, shown);
        let mut output = self.indented(2, |this| {
            entries
                .iter()
                .map(|(value, key)| Ok(format!("{} => {}", this.value(key, recurse)?, this.value(value, recurse)?)))
                .collect::<Result<Vec<_>>>()
        })?;
        Self::push_rest(&mut output, size - shown);
        Ok(output)
    }

    pub(crate) fn iterator(&mut self, entries: &[Value<'js>], pairs: bool, recurse: usize) -> Result<Vec<String>> {
        let per_entry = if pairs { 2 } else { 1 };
        let count = entries.len() / per_entry;
        let shown = self.shown(count);
        let mut output = self.indented(2, |this| {
            let entries = entries.chunks_exact(per_entry).take(shown);
            entries
                .map(|entry| {
                    let mut parts = entry.iter().map(|part| this.value(part, recurse)).collect::<Result<Vec<_>>>()?;
                    if !pairs {
                        return Ok(parts.pop().unwrap_or_default());
                    }
                    Ok(this.lay_out(parts, &Frame { base: "", open: "[", close: "]" }, Some(None), recurse))
                })
                .collect::<Result<Vec<_>>>()
        })?;
        Self::push_rest(&mut output, count - shown);
        Ok(output)
    }

    pub(crate) fn promise(&mut self, promise: &Object<'js>, recurse: usize) -> Result<Vec<String>> {
        let Some(promise) = promise.as_promise() else { return Ok(Vec::new()) };
        let state = promise.state();
        if state == PromiseState::Pending {
            return Ok(vec![self.paint("<pending>", Style::Special)]);
        }
        let value = match promise.result::<Value<'js>>() {
            Some(Ok(value)) => value,
            Some(Err(error)) => llrt_core::error::caught(&self.ctx, &error),
            None => return Ok(Vec::new()),
        };
        let text = self.indented(2, |this| this.value(&value, recurse))?;
        Ok(vec![if state == PromiseState::Rejected {
            format!("{} {text}", self.paint("<rejected>", Style::Special))
        } else {
            text
        }])
    }

    pub(crate) fn namespace(&mut self, namespace: &Object<'js>, recurse: usize) -> Result<Vec<String>> {
        let keys = engine::own_keys(namespace, Keys::Names).unwrap_or_default();
        let mut output = Vec::with_capacity(keys.len());
        for key in &keys {
            output.push(match engine::own_property_or_throw(namespace, key) {
                Ok(property) => self.property(namespace, namespace, key, property, Place::Property, recurse)?,
                Err(()) => {
                    let empty = Object::new(self.ctx.clone())?;
                    let text = self.property(&empty, &empty, key, None, Place::Property, recurse)?;
                    let name = text.strip_suffix(&self.paint("undefined", Style::Undefined)).unwrap_or(&text);
                    format!("{name}{}", self.paint("<uninitialized>", Style::Special))
                }
            });
        }
        Ok(output)
    }
}
