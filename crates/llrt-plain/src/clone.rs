//! Structured clones of values that consist of plain objects, arrays, primitives, dates, maps, sets and bytes.
//!
//! <https://html.spec.whatwg.org/multipage/structured-data.html>. No function of the program's runs meanwhile: what could call one is not
//! cloned here.

use rquickjs::{
    Ctx, Error, Function, Result, Value,
    qjs::{self, JSContext, JSValue},
};

use crate::memory::{self, Object, Shape, class};

/// Deeper values are left to the caller.
const MAX_DEPTH: usize = 500;
const SHAPES: usize = 16;

/// A copy of `value`; `None` when it holds something that is not copied here: nothing has happened then.
///
/// `part` is asked for what only JavaScript can do, and must not call functions of the program's. `part(object)` gives an empty `Map` or `Set`
/// for one, an `ArrayBuffer` itself, and `undefined` where there can be no copy. `part(object, true)` gives what is in it: keys and values of a `Map` in
/// turn, the items of a `Set`, the buffer of a view. `part(object, true, parts)` gives the copy of a view over `parts`, and else fills `object` with them.
///
/// # Errors
/// What `part` throws; out of memory.
pub fn clone<'js>(ctx: &Ctx<'js>, value: &Value<'js>, part: &Function<'js>) -> Result<Option<Value<'js>>> {
    if !memory::is_known(ctx) {
        return Ok(None);
    }
    let raw = ctx.as_raw().as_ptr();
    // SAFETY: live context and values; the layout is known; the copy is owned here.
    unsafe {
        let empty = qjs::JS_NewObject(raw);
        if qjs::JS_IsException(empty) {
            return Err(Error::Exception);
        }
        let mut cloner = Cloner {
            ctx: raw,
            part: part.as_value().as_raw(),
            empty,
            copies: Copies::default(),
            shapes: [(std::ptr::null(), Kind::Strange); SHAPES],
            nothing: Vec::new(),
            depth: 0,
        };
        let copied = cloner.copy(value.as_raw());
        qjs::JS_FreeValue(raw, empty);
        match copied {
            Ok(copy) => Ok(Some(Value::from_raw(ctx.clone(), copy))),
            Err(Stop::NotHere) => Ok(None),
            Err(Stop::Thrown) => Err(Error::Exception),
        }
    }
}

enum Stop {
    NotHere,
    Thrown,
}

struct Cloner {
    ctx: *mut JSContext,
    part: JSValue,
    /// What new objects have their prototype and their first shape from.
    empty: JSValue,
    /// The copies of objects that more than one thing refers to. They live in what is copied.
    copies: Copies,
    shapes: [(*const Shape, Kind); SHAPES],
    /// `undefined`, many times.
    nothing: Vec<JSValue>,
    depth: usize,
}

/// What objects of a shape are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Their copies can have it, too.
    Shared,
    /// Made by `{}`, and assigning.
    Plain,
    /// There is something about them.
    Strange,
}

impl Cloner {
    /// # Safety
    /// Live context and value, the layout is known; nothing of the value changes meanwhile. So it is for all that follow.
    unsafe fn copy(&mut self, value: JSValue) -> std::result::Result<JSValue, Stop> {
        // SAFETY: the caller's.
        unsafe {
            match memory::tag(value) {
                qjs::JS_TAG_OBJECT => {}
                qjs::JS_TAG_SYMBOL => return Err(Stop::NotHere),
                _ => return Ok(qjs::JS_DupValue(self.ctx, value)),
            }
            let object = memory::object(value);
            let is_shared = memory::is_shared(object);
            if is_shared && let Some(known) = self.copies.get(object.addr()) {
                return Ok(qjs::JS_DupValue(self.ctx, known));
            }
            if self.depth == MAX_DEPTH {
                return Err(Stop::NotHere);
            }
            self.depth += 1;
            let copied = match (*object).class {
                class::OBJECT => self.object(object, is_shared),
                class::ARRAY => self.array(object, is_shared),
                class::DATE => {
                    let time = (*object).data();
                    let time = match memory::tag(time) {
                        qjs::JS_TAG_INT => qjs::JS_VALUE_GET_INT(time).into(),
                        _ => qjs::JS_VALUE_GET_FLOAT64(time),
                    };
                    let made = made(qjs::JS_NewDate(self.ctx, time))?;
                    self.remember(object, is_shared, made);
                    Ok(made)
                }
                class::MAP | class::SET => self.collection(value, object, is_shared),
                class::ARRAY_BUFFER => {
                    // It gives the buffer itself, when that can be copied.
                    qjs::JS_FreeValue(self.ctx, self.part(&[value])?);
                    let mut len = 0;
                    let bytes = qjs::JS_GetArrayBuffer(self.ctx, &mut len, value);
                    let made = made(qjs::JS_NewArrayBufferCopy(self.ctx, bytes, len))?;
                    self.remember(object, is_shared, made);
                    Ok(made)
                }
                class::FIRST_TYPED_ARRAY..=class::DATA_VIEW => {
                    let buffer = self.part(&[value, qjs::JS_TRUE])?;
                    let copy = self.copy(buffer);
                    qjs::JS_FreeValue(self.ctx, buffer);
                    let copy = copy?;
                    let view = self.part(&[value, qjs::JS_TRUE, copy]);
                    qjs::JS_FreeValue(self.ctx, copy);
                    let view = view?;
                    self.remember(object, is_shared, view);
                    Ok(view)
                }
                _ => Err(Stop::NotHere),
            };
            self.depth -= 1;
            copied
        }
    }

    fn remember(&mut self, object: *mut Object, is_shared: bool, copy: JSValue) {
        if is_shared {
            self.copies.insert(object.addr(), copy);
        }
    }

    unsafe fn object(&mut self, object: *mut Object, is_shared: bool) -> std::result::Result<JSValue, Stop> {
        // SAFETY: the caller's; the copy is new, and nobody else has seen it.
        unsafe {
            let kind = self.kind_of(object);
            let (slots, values) = (*object).properties();
            match kind {
                Kind::Strange => Err(Stop::NotHere),
                Kind::Shared => {
                    let made = made(memory::undefined_object_of(self.ctx, (*object).shape))?;
                    self.remember(object, is_shared, made);
                    for (index, &value) in values.iter().enumerate() {
                        match self.copy(value) {
                            Ok(value) => (*memory::object(made)).set(index, value),
                            Err(stop) => return self.give_up(made, stop),
                        }
                    }
                    Ok(made)
                }
                Kind::Plain => {
                    let made = made(qjs::JS_NewObject(self.ctx))?;
                    self.remember(object, is_shared, made);
                    for (slot, &value) in slots.iter().zip(values) {
                        if slot.atom == qjs::JS_ATOM_NULL {
                            continue;
                        }
                        let value = match self.copy(value) {
                            Ok(value) => value,
                            Err(stop) => return self.give_up(made, stop),
                        };
                        if qjs::JS_DefinePropertyValue(self.ctx, made, slot.atom, value, qjs::JS_PROP_C_W_E as _) < 0 {
                            return self.give_up(made, Stop::Thrown);
                        }
                    }
                    Ok(made)
                }
            }
        }
    }

    unsafe fn array(&mut self, array: *mut Object, is_shared: bool) -> std::result::Result<JSValue, Stop> {
        // SAFETY: the caller's; the copy is new, and nobody else has seen it.
        unsafe {
            // Beside its length, it has no properties.
            let Some(elements) = (*array).elements().filter(|_| (*array).properties().0.len() == 1) else {
                return Err(Stop::NotHere);
            };
            if self.nothing.len() < elements.len() {
                self.nothing.resize(elements.len(), qjs::JS_UNDEFINED);
            }
            let made = made(qjs::JS_NewArrayFrom(self.ctx, elements.len() as _, self.nothing.as_ptr()))?;
            self.remember(array, is_shared, made);
            for (index, &value) in elements.iter().enumerate() {
                match self.copy(value) {
                    Ok(value) => (*memory::object(made)).set_element(index, value),
                    Err(stop) => return self.give_up(made, stop),
                }
            }
            Ok(made)
        }
    }

    /// A `Map` or a `Set`.
    unsafe fn collection(
        &mut self,
        value: JSValue,
        object: *mut Object,
        is_shared: bool,
    ) -> std::result::Result<JSValue, Stop> {
        // SAFETY: the caller's; what is in it is an array that is only known here.
        unsafe {
            let made = self.part(&[value])?;
            self.remember(object, is_shared, made);
            let filled = self.part(&[value, qjs::JS_TRUE]).and_then(|parts| {
                let copied = self.array(memory::object(parts), false);
                qjs::JS_FreeValue(self.ctx, parts);
                let copied = copied?;
                let filled = self.part(&[made, qjs::JS_TRUE, copied]);
                qjs::JS_FreeValue(self.ctx, copied);
                filled
            });
            match filled {
                Ok(same) => {
                    qjs::JS_FreeValue(self.ctx, same);
                    Ok(made)
                }
                Err(stop) => self.give_up(made, stop),
            }
        }
    }

    /// What JavaScript gives, an object.
    unsafe fn part(&self, arguments: &[JSValue]) -> std::result::Result<JSValue, Stop> {
        // SAFETY: the caller's; the engine does not change the arguments.
        unsafe {
            let found = made(qjs::JS_Call(
                self.ctx,
                self.part,
                qjs::JS_UNDEFINED,
                arguments.len() as _,
                arguments.as_ptr().cast_mut(),
            ))?;
            if memory::is_object(found) { Ok(found) } else { Err(Stop::NotHere) }
        }
    }

    fn give_up(&self, made: JSValue, stop: Stop) -> std::result::Result<JSValue, Stop> {
        // SAFETY: live context; the copy is owned here, and nothing looks for copies any more.
        unsafe { qjs::JS_FreeValue(self.ctx, made) };
        Err(stop)
    }

    #[inline]
    unsafe fn kind_of(&mut self, object: *mut Object) -> Kind {
        // SAFETY: the caller's.
        unsafe {
            let shape: *const Shape = (*object).shape;
            let slot = &mut self.shapes[(shape.addr() / size_of::<Shape>()) % SHAPES];
            if slot.0 != shape {
                *slot = (shape, find_kind(self.ctx, object, memory::object(self.empty)));
            }
            slot.1
        }
    }
}

/// # Safety
/// Live context and objects, the layout is known.
#[cold]
unsafe fn find_kind(ctx: *mut JSContext, object: *mut Object, empty: *mut Object) -> Kind {
    // SAFETY: the caller's.
    unsafe {
        let shape = (*object).shape;
        let is_text = |atom| {
            let name = qjs::JS_AtomToValue(ctx, atom);
            qjs::JS_FreeValue(ctx, name);
            memory::tag(name) != qjs::JS_TAG_SYMBOL
        };
        let is_plain = (*object).is_ordinary()
            && (*shape).proto == (*(*empty).shape).proto
            && (*shape)
                .slots()
                .iter()
                .all(|slot| slot.atom == qjs::JS_ATOM_NULL || slot.is_plain() && is_text(slot.atom));
        match is_plain {
            false => Kind::Strange,
            true if memory::can_share(object) => Kind::Shared,
            true => Kind::Plain,
        }
    }
}

fn made(value: JSValue) -> std::result::Result<JSValue, Stop> {
    // SAFETY: a value just made.
    if unsafe { qjs::JS_IsException(value) } { Err(Stop::Thrown) } else { Ok(value) }
}

/// Copies by the address of what they are copies of: a table half of which is free, where each lies in the first free place from its own on.
#[derive(Default)]
struct Copies {
    table: Vec<(usize, JSValue)>,
    len: usize,
}

const FREE: (usize, JSValue) = (0, qjs::JS_UNDEFINED);

impl Copies {
    fn get(&self, address: usize) -> Option<JSValue> {
        let found = self.table.get(self.place(address)?)?;
        (found.0 == address).then_some(found.1)
    }

    fn insert(&mut self, address: usize, copy: JSValue) {
        if self.len * 2 >= self.table.len() {
            let table = vec![FREE; (self.table.len() * 2).max(32)];
            for (address, copy) in std::mem::replace(&mut self.table, table) {
                if address != FREE.0 {
                    self.put(address, copy);
                }
            }
        }
        self.len += 1;
        self.put(address, copy);
    }

    fn put(&mut self, address: usize, copy: JSValue) {
        if let Some(place) = self.place(address) {
            self.table[place] = (address, copy);
        }
    }

    /// Where it is or would be.
    fn place(&self, address: usize) -> Option<usize> {
        let mask = self.table.len().checked_sub(1)?;
        let spread = (address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let mut place = spread as usize & mask;
        while self.table[place].0 != address && self.table[place].0 != FREE.0 {
            place = (place + 1) & mask;
        }
        Some(place)
    }
}
