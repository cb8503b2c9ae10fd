//! What inspection asks of the engine below rquickjs's face: own properties with their attributes, classes of objects,
//! proxies, and the entries of Map and Set iterators. All `unsafe` of the crate is here.
//!
//! Nothing here throws: where user code (a getter, a trap) throws, the exception is dropped and the answer is "nothing".

use std::{ffi::CStr, ptr, slice};

use rquickjs::{Ctx, Function, Object, Value, atom::PredefinedAtom, qjs};

/// Ids of the engine's own classes, which it gives no names in its C interface. `tests::class_ids` checks each.
pub(crate) mod class {
    pub(crate) const OBJECT: u32 = 1;
    pub(crate) const ARRAY: u32 = 2;
    pub(crate) const ERROR: u32 = 3;
    pub(crate) const NUMBER: u32 = 4;
    pub(crate) const STRING: u32 = 5;
    pub(crate) const BOOLEAN: u32 = 6;
    pub(crate) const SYMBOL: u32 = 7;
    pub(crate) const ARGUMENTS: u32 = 8;
    pub(crate) const MAPPED_ARGUMENTS: u32 = 9;
    pub(crate) const DATE: u32 = 10;
    pub(crate) const MODULE: u32 = 11;
    pub(crate) const C_FUNCTION: u32 = 12;
    pub(crate) const BYTECODE_FUNCTION: u32 = 13;
    pub(crate) const GENERATOR_FUNCTION: u32 = 17;
    pub(crate) const REGEXP: u32 = 19;
    pub(crate) const ARRAY_BUFFER: u32 = 20;
    pub(crate) const SHARED_ARRAY_BUFFER: u32 = 21;
    pub(crate) const FIRST_TYPED_ARRAY: u32 = 22;
    pub(crate) const LAST_TYPED_ARRAY: u32 = 33;
    pub(crate) const DATA_VIEW: u32 = 34;
    pub(crate) const BIG_INT: u32 = 35;
    pub(crate) const MAP: u32 = 36;
    pub(crate) const SET: u32 = 37;
    pub(crate) const WEAK_MAP: u32 = 38;
    pub(crate) const WEAK_SET: u32 = 39;
    pub(crate) const MAP_ITERATOR: u32 = 44;
    pub(crate) const SET_ITERATOR: u32 = 45;
    pub(crate) const GENERATOR: u32 = 49;
    pub(crate) const PROXY: u32 = 51;
    pub(crate) const PROMISE: u32 = 52;
    pub(crate) const ASYNC_FUNCTION: u32 = 55;
    pub(crate) const ASYNC_GENERATOR_FUNCTION: u32 = 59;
    pub(crate) const ASYNC_GENERATOR: u32 = 60;
    pub(crate) const DOM_EXCEPTION: u32 = 64;
    /// Beyond it are classes of programs that embed the engine.
    pub(crate) const LAST: u32 = 66;
}

/// The class of an object; 0 for what is no object.
pub(crate) fn class_of(value: &Value<'_>) -> u32 {
    // SAFETY: any value will do.
    unsafe { qjs::JS_GetClassID(value.as_raw()) }
}

/// A property key.
pub(crate) struct Key<'js> {
    ctx: Ctx<'js>,
    atom: qjs::JSAtom,
}

/// The bit of an atom that is an integer itself.
const INTEGER_ATOM: u32 = 1 << 31;

impl Drop for Key<'_> {
    fn drop(&mut self) {
        // SAFETY: the key owns one reference to the atom.
        unsafe { qjs::JS_FreeAtom(self.ctx.as_raw().as_ptr(), self.atom) }
    }
}

impl<'js> Key<'js> {
    pub(crate) fn new(ctx: &Ctx<'js>, name: &str) -> Self {
        // SAFETY: live context; the name is passed with its length. Failure (no memory) gives the null atom, a key that is not found.
        let atom = unsafe { qjs::JS_NewAtomLen(ctx.as_raw().as_ptr(), name.as_ptr().cast(), name.len() as _) };
        Self { ctx: ctx.clone(), atom }
    }

    pub(crate) fn index(ctx: &Ctx<'js>, index: u32) -> Self {
        // SAFETY: live context.
        let atom = unsafe { qjs::JS_NewAtomUInt32(ctx.as_raw().as_ptr(), index) };
        Self { ctx: ctx.clone(), atom }
    }

    pub(crate) fn known(ctx: &Ctx<'js>, name: PredefinedAtom) -> Self {
        // SAFETY: live context; a predefined atom.
        let atom = unsafe { qjs::JS_DupAtom(ctx.as_raw().as_ptr(), name as qjs::JSAtom) };
        Self { ctx: ctx.clone(), atom }
    }

    /// `Symbol.for(name)`.
    pub(crate) fn global_symbol(ctx: &Ctx<'js>, name: &CStr) -> Self {
        let raw = ctx.as_raw().as_ptr();
        // SAFETY: live context; the symbol is freed after its atom was taken.
        let atom = unsafe {
            let symbol = qjs::JS_NewSymbol(raw, name.as_ptr(), true);
            let atom = qjs::JS_ValueToAtom(raw, symbol);
            qjs::JS_FreeValue(raw, symbol);
            atom
        };
        Self { ctx: ctx.clone(), atom }
    }

    pub(crate) fn same(&self, other: &Self) -> bool {
        self.atom == other.atom
    }

    /// The key as a value: a string or a symbol.
    pub(crate) fn value(&self) -> Value<'js> {
        // SAFETY: live context and atom; the result is owned.
        unsafe { Value::from_raw(self.ctx.clone(), qjs::JS_AtomToValue(self.ctx.as_raw().as_ptr(), self.atom)) }
    }

    /// The integer that the key is, in canonical form, when it is an array index.
    pub(crate) fn as_index(&self) -> Option<u32> {
        if self.atom & INTEGER_ATOM != 0 {
            return Some(self.atom & !INTEGER_ATOM);
        }
        let value = self.value();
        let text = value.as_string().map(text)?;
        let digits = text.as_bytes();
        if digits.is_empty() || digits.len() > 10 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        text.parse().ok().filter(|&index: &u32| index != u32::MAX && (digits[0] != b'0' || digits.len() == 1))
    }
}

/// Which own keys to list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Enumerable ones, strings before symbols.
    Enumerable,
    /// All, strings before symbols.
    All,
    /// Enumerable ones that are no array indices.
    EnumerableButIndices,
    /// All that are no array indices.
    AllButIndices,
    /// Strings, without asking whether they are enumerable, which throws for a module's uninitialised bindings.
    Names,
}

/// Own keys in the language's order. `None` when listing them threw.
pub(crate) fn own_keys<'js>(object: &Object<'js>, which: Keys) -> Option<Vec<Key<'js>>> {
    let ctx = object.ctx();
    let raw = ctx.as_raw().as_ptr();
    let flags = match which {
        Keys::Enumerable | Keys::EnumerableButIndices => {
            qjs::JS_GPN_STRING_MASK | qjs::JS_GPN_SYMBOL_MASK | qjs::JS_GPN_ENUM_ONLY | qjs::JS_GPN_SET_ENUM
        }
        Keys::All | Keys::AllButIndices => qjs::JS_GPN_STRING_MASK | qjs::JS_GPN_SYMBOL_MASK | qjs::JS_GPN_SET_ENUM,
        Keys::Names => qjs::JS_GPN_STRING_MASK,
    };
    let skip_indices = matches!(which, Keys::EnumerableButIndices | Keys::AllButIndices);
    let mut table = ptr::null_mut();
    let mut count = 0;
    // SAFETY: live object and context. The table's atoms are moved into keys, so that only the table itself is freed.
    unsafe {
        if qjs::JS_GetOwnPropertyNames(raw, &mut table, &mut count, object.as_value().as_raw(), flags as _) < 0 {
            drop_exception(ctx);
            return None;
        }
        if table.is_null() {
            return Some(Vec::new());
        }
        let entries = slice::from_raw_parts(table, count as usize);
        let keys = entries
            .iter()
            // Atoms of small integers are not counted, so that dropping them is nothing.
            .filter(|entry| !(skip_indices && entry.atom & INTEGER_ATOM != 0))
            .map(|entry| Key { ctx: ctx.clone(), atom: entry.atom })
            .filter(|key| !(skip_indices && key.as_index().is_some()))
            .collect();
        qjs::js_free(raw, table.cast());
        Some(keys)
    }
}

/// A property's attributes.
pub(crate) struct Property<'js> {
    pub(crate) value: Value<'js>,
    pub(crate) get: Option<Function<'js>>,
    pub(crate) set: Option<Function<'js>>,
    pub(crate) enumerable: bool,
    pub(crate) writable: bool,
}

/// An own property.
pub(crate) fn own_property<'js>(object: &Object<'js>, key: &Key<'js>) -> Option<Property<'js>> {
    own_property_or_throw(object, key).unwrap_or_default()
}

/// An own property; `Err` when looking at it threw, as the binding of a module that is not initialised does.
pub(crate) fn own_property_or_throw<'js>(object: &Object<'js>, key: &Key<'js>) -> Result<Option<Property<'js>>, ()> {
    let ctx = object.ctx();
    let undefined = qjs::JS_UNDEFINED;
    let mut found = qjs::JSPropertyDescriptor { flags: 0, value: undefined, getter: undefined, setter: undefined };
    // SAFETY: live object, context and atom. When the property exists, the engine fills the descriptor with owned values.
    unsafe {
        match qjs::JS_GetOwnProperty(ctx.as_raw().as_ptr(), &mut found, object.as_value().as_raw(), key.atom) {
            0 => return Ok(None),
            1 => {}
            _ => {
                drop_exception(ctx);
                return Err(());
            }
        }
        let value = Value::from_raw(ctx.clone(), found.value);
        // Most properties have neither.
        let function = |raw| match qjs::JS_IsUndefined(raw) {
            true => None,
            false => Value::from_raw(ctx.clone(), raw).into_function(),
        };
        let (get, set) = (function(found.getter), function(found.setter));
        let flags = found.flags as u32;
        Ok(Some(Property {
            value,
            get,
            set,
            enumerable: flags & qjs::JS_PROP_ENUMERABLE != 0,
            writable: flags & qjs::JS_PROP_WRITABLE != 0,
        }))
    }
}

/// `object[key]`, or `None` when that threw.
pub(crate) fn get<'js>(object: &Object<'js>, key: &Key<'js>) -> Option<Value<'js>> {
    let ctx = object.ctx();
    // SAFETY: live object, context and atom; the result is owned.
    let value = unsafe {
        let raw = qjs::JS_GetProperty(ctx.as_raw().as_ptr(), object.as_value().as_raw(), key.atom);
        Value::from_raw(ctx.clone(), raw)
    };
    if value.is_exception() {
        drop_exception(ctx);
        return None;
    }
    Some(value)
}

/// [`get`] by a name the engine knows.
pub(crate) fn get_known<'js>(object: &Object<'js>, name: PredefinedAtom) -> Option<Value<'js>> {
    get(object, &Key::known(object.ctx(), name))
}

/// `object[index]`, or `None` when that threw.
pub(crate) fn get_index<'js>(object: &Object<'js>, index: u32) -> Option<Value<'js>> {
    get(object, &Key::index(object.ctx(), index))
}

/// `key in object`.
pub(crate) fn has<'js>(object: &Object<'js>, key: &Key<'js>) -> bool {
    let ctx = object.ctx();
    // SAFETY: live object, context and atom.
    let found = unsafe { qjs::JS_HasProperty(ctx.as_raw().as_ptr(), object.as_value().as_raw(), key.atom) };
    if found < 0 {
        drop_exception(ctx);
    }
    found > 0
}

/// The prototype, without asking a proxy's trap.
pub(crate) fn prototype<'js>(object: &Object<'js>) -> Option<Object<'js>> {
    if class_of(object.as_value()) == class::PROXY {
        return prototype(proxy_target(object.as_value())?.as_object()?);
    }
    object.get_prototype()
}

/// The prototype that the engine gives objects of a class.
pub(crate) fn class_prototype<'js>(ctx: &Ctx<'js>, class: u32) -> Option<Object<'js>> {
    // SAFETY: live context; the class exists; the result is owned.
    let value = unsafe { Value::from_raw(ctx.clone(), qjs::JS_GetClassProto(ctx.as_raw().as_ptr(), class as _)) };
    value.into_object()
}

/// `left === right` for objects.
pub(crate) fn same_object(left: &Value<'_>, right: &Value<'_>) -> bool {
    // SAFETY: both hold pointers when both are objects.
    left.is_object()
        && right.is_object()
        && unsafe { qjs::JS_VALUE_GET_PTR(left.as_raw()) == qjs::JS_VALUE_GET_PTR(right.as_raw()) }
}

/// `value instanceof constructor`; `false` when that threw.
pub(crate) fn is_instance<'js>(value: &Value<'js>, constructor: &Value<'js>) -> bool {
    let ctx = value.ctx();
    // SAFETY: live values and context.
    let found = unsafe { qjs::JS_IsInstanceOf(ctx.as_raw().as_ptr(), value.as_raw(), constructor.as_raw()) };
    if found < 0 {
        drop_exception(ctx);
    }
    found > 0
}

/// The target of a proxy; `null` when it is revoked.
pub(crate) fn proxy_target<'js>(proxy: &Value<'js>) -> Option<Value<'js>> {
    let ctx = proxy.ctx();
    // SAFETY: live proxy and context; the result is owned. For a revoked proxy the engine throws.
    let target = unsafe {
        let raw = qjs::JS_GetProxyTarget(ctx.as_raw().as_ptr(), proxy.as_raw());
        Value::from_raw(ctx.clone(), raw)
    };
    or_null(target)
}

/// The handler of a proxy; `null` when it is revoked.
pub(crate) fn proxy_handler<'js>(proxy: &Value<'js>) -> Option<Value<'js>> {
    let ctx = proxy.ctx();
    // SAFETY: as in `proxy_target`.
    let handler = unsafe {
        let raw = qjs::JS_GetProxyHandler(ctx.as_raw().as_ptr(), proxy.as_raw());
        Value::from_raw(ctx.clone(), raw)
    };
    or_null(handler)
}

fn or_null<'js>(value: Value<'js>) -> Option<Value<'js>> {
    if value.is_exception() {
        drop_exception(value.ctx());
        return Some(Value::new_null(value.ctx().clone()));
    }
    Some(value)
}

/// How many elements a typed array has now.
pub(crate) fn typed_array_len(array: &Value<'_>) -> usize {
    let ctx = array.ctx();
    let (mut offset, mut bytes, mut element) = (0, 0, 0);
    // SAFETY: a live typed array; the buffer that comes back is owned.
    let buffer = unsafe {
        let raw = ctx.as_raw().as_ptr();
        let buffer = qjs::JS_GetTypedArrayBuffer(raw, array.as_raw(), &mut offset, &mut bytes, &mut element);
        Value::from_raw(ctx.clone(), buffer)
    };
    if buffer.is_exception() {
        drop_exception(ctx);
        return 0;
    }
    (bytes as usize).checked_div(element as usize).unwrap_or(0)
}

/// Text of a string; lone surrogates stay, as the three bytes UTF-8 would give them if it could.
pub(crate) fn with_wtf8<R>(string: &rquickjs::String<'_>, read: impl FnOnce(&[u8]) -> R) -> Option<R> {
    let ctx = string.ctx();
    let raw = ctx.as_raw().as_ptr();
    let mut len = 0;
    // SAFETY: a live string; the bytes are freed after `read`, which cannot keep them.
    unsafe {
        let start = qjs::JS_ToCStringLen2(raw, &mut len, string.as_value().as_raw(), false);
        if start.is_null() {
            drop_exception(ctx);
            return None;
        }
        let result = read(slice::from_raw_parts(start.cast(), len as usize));
        qjs::JS_FreeCString(raw, start);
        Some(result)
    }
}

/// The string as UTF-8, U+FFFD for lone surrogates.
pub(crate) fn text(string: &rquickjs::String<'_>) -> String {
    with_wtf8(string, |bytes| match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        Err(_) => None,
    })
    .flatten()
    .or_else(|| llrt_core::args::lossy_string(string).ok())
    .unwrap_or_default()
}

/// `String(value)` of a value that is no object; runs no user code.
pub(crate) fn primitive_text(value: &Value<'_>) -> String {
    if let Some(symbol) = value.as_symbol() {
        let description = symbol.description().ok().and_then(|value| value.as_string().map(text)).unwrap_or_default();
        return format!("Symbol({description})");
    }
    to_text(value).unwrap_or_default()
}

/// `String(value)`, or `None` when that threw; the exception is dropped.
pub(crate) fn to_text(value: &Value<'_>) -> Option<String> {
    let ctx = value.ctx();
    // SAFETY: live value and context; the result is owned.
    let string = unsafe { Value::from_raw(ctx.clone(), qjs::JS_ToString(ctx.as_raw().as_ptr(), value.as_raw())) };
    if string.is_exception() {
        drop_exception(ctx);
        return None;
    }
    string.as_string().map(text)
}

/// The version of the engine whose layout [`iterator_entries`] knows.
const KNOWN_LAYOUT: &CStr = c"0.16.2";

/// What is left in a Map or Set iterator, without taking it out; with whether they are pairs. `None` when this engine's
/// iterators cannot be looked into.
pub(crate) fn iterator_entries<'js>(iterator: &Value<'js>) -> Option<(Vec<Value<'js>>, bool)> {
    // The engine offers no way to look into an iterator, so this reads its memory: these are the beginnings of the engine's structures.
    #[repr(C)]
    struct Link {
        previous: *mut Link,
        next: *mut Link,
    }
    #[repr(C)]
    struct Iterator {
        collection: qjs::JSValue,
        kind: std::ffi::c_int,
        current: *mut Record,
    }
    #[repr(C)]
    struct Record {
        references: std::ffi::c_int,
        removed: bool,
        map: *mut Collection,
        link: Link,
        hash_link: Link,
        key: qjs::JSValue,
        value: qjs::JSValue,
    }
    #[repr(C)]
    struct Collection {
        weak: bool,
        records: Link,
    }
    const KEYS: std::ffi::c_int = 0;
    const VALUES: std::ffi::c_int = 1;

    let ctx = iterator.ctx();
    let is_set = match class_of(iterator) {
        class::MAP_ITERATOR => false,
        class::SET_ITERATOR => true,
        _ => return None,
    };
    // SAFETY: the engine's version is the one whose structures these are (checked first), and the class says that the opaque pointer
    // is such an iterator. Nothing runs that could change the collection while it is read; values are copied with a reference.
    unsafe {
        if CStr::from_ptr(qjs::JS_GetVersion()) != KNOWN_LAYOUT {
            return None;
        }
        let mut class = 0;
        let state = qjs::JS_GetAnyOpaque(iterator.as_raw(), &mut class).cast::<Iterator>();
        if state.is_null() {
            return None;
        }
        let kind = (*state).kind;
        let pairs = kind != KEYS && kind != VALUES;
        let expected = if is_set { class::SET } else { class::MAP };
        if qjs::JS_GetClassID((*state).collection) != expected {
            // Done: the iterator let go of its collection.
            return Some((Vec::new(), pairs));
        }
        let collection = qjs::JS_GetAnyOpaque((*state).collection, &mut class).cast::<Collection>();
        if collection.is_null() {
            return None;
        }
        let end = &raw mut (*collection).records;
        let mut link = match (*state).current {
            record if record.is_null() => (*end).next,
            record => (*record).link.next,
        };
        let dup = |value| Value::from_raw(ctx.clone(), qjs::JS_DupValue(ctx.as_raw().as_ptr(), value));
        let mut entries = Vec::new();
        while link != end {
            let record = link.byte_sub(std::mem::offset_of!(Record, link)).cast::<Record>();
            if !(*record).removed {
                match (is_set, kind) {
                    (true, _) if pairs => entries.extend([dup((*record).key), dup((*record).key)]),
                    (false, VALUES) => entries.push(dup((*record).value)),
                    (false, _) if pairs => entries.extend([dup((*record).key), dup((*record).value)]),
                    _ => entries.push(dup((*record).key)),
                }
            }
            link = (*link).next;
        }
        Some((entries, pairs))
    }
}

/// Drops the pending exception.
pub(crate) fn drop_exception(ctx: &Ctx<'_>) {
    drop(ctx.catch());
}

/// Where on the native stack the caller is, about; it grows downwards.
#[inline(never)]
pub(crate) fn stack_position() -> usize {
    let here = 0u8;
    (&raw const here).addr()
}

#[cfg(test)]
mod tests {
    use rquickjs::{Context, Runtime};

    use super::*;

    fn with(source: &str, check: impl FnOnce(Value<'_>)) {
        let runtime = Runtime::new().unwrap();
        let context = Context::full(&runtime).unwrap();
        context.with(|ctx| check(ctx.eval(source).unwrap()));
    }

    #[test]
    fn class_ids() {
        let expected = [
            ("({})", class::OBJECT),
            ("[]", class::ARRAY),
            ("new Error", class::ERROR),
            ("Object(1)", class::NUMBER),
            ("Object('')", class::STRING),
            ("Object(true)", class::BOOLEAN),
            ("Object(Symbol())", class::SYMBOL),
            ("(function () { 'use strict'; return arguments })()", class::ARGUMENTS),
            ("new Function('a', 'return arguments')(1)", class::MAPPED_ARGUMENTS),
            ("new Date", class::DATE),
            ("Math.max", class::C_FUNCTION),
            ("(() => 1)", class::BYTECODE_FUNCTION),
            ("(class {})", class::BYTECODE_FUNCTION),
            ("(function* () {})", class::GENERATOR_FUNCTION),
            ("/a/", class::REGEXP),
            ("new ArrayBuffer(1)", class::ARRAY_BUFFER),
            ("new SharedArrayBuffer(1)", class::SHARED_ARRAY_BUFFER),
            ("new Uint8ClampedArray", class::FIRST_TYPED_ARRAY),
            ("new Float64Array", class::LAST_TYPED_ARRAY),
            ("new DataView(new ArrayBuffer(1))", class::DATA_VIEW),
            ("Object(1n)", class::BIG_INT),
            ("new Map", class::MAP),
            ("new Set", class::SET),
            ("new WeakMap", class::WEAK_MAP),
            ("new WeakSet", class::WEAK_SET),
            ("new Map().keys()", class::MAP_ITERATOR),
            ("new Set().keys()", class::SET_ITERATOR),
            ("(function* () {})()", class::GENERATOR),
            ("new Proxy({}, {})", class::PROXY),
            ("Promise.resolve()", class::PROMISE),
            ("(async () => 1)", class::ASYNC_FUNCTION),
            ("(async function* () {})", class::ASYNC_GENERATOR_FUNCTION),
            ("(async function* () {})()", class::ASYNC_GENERATOR),
            ("new DOMException", class::DOM_EXCEPTION),
            ("JSON.rawJSON('1')", class::LAST),
        ];
        for (source, class) in expected {
            with(source, |value| assert_eq!(class_of(&value), class, "{source}"));
        }
    }

    #[test]
    fn an_index_is_canonical() {
        with("({ 0: 1, 4294967294: 1, 4294967295: 1, '01': 1, '-1': 1, a: 1 })", |value| {
            let keys = own_keys(value.as_object().unwrap(), Keys::All).unwrap();
            let indices: Vec<_> = keys.iter().filter_map(Key::as_index).collect();
            assert_eq!(indices, [0, 4_294_967_294]);
        });
    }

    #[test]
    fn an_iterator_is_looked_into_where_it_stands() {
        with(
            "globalThis.m = new Map([[1, 2], [3, 4], [5, 6]]); globalThis.i = m.entries(); i.next(); m.delete(3); i",
            |value| {
                let (entries, pairs) = iterator_entries(&value).unwrap();
                let entries: Vec<i32> = entries.iter().map(|entry| entry.as_int().unwrap()).collect();
                assert_eq!((entries, pairs), (vec![5, 6], true));
                let left: i32 = value.ctx().eval("[...i].length").unwrap();
                assert_eq!(left, 1);
                let (entries, _) = iterator_entries(&value).unwrap();
                assert!(entries.is_empty());
            },
        );
    }

    #[test]
    fn the_iterators_of_this_engine_can_be_looked_into() {
        with("new Set([7]).values()", |value| {
            let (entries, pairs) = iterator_entries(&value).unwrap();
            assert_eq!((entries[0].as_int(), entries.len(), pairs), (Some(7), 1, false));
        });
    }
}
