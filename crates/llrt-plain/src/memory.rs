//! Objects and arrays in the place where the engine keeps them.
//!
//! How they are laid out is not the engine's interface: it is found out once, with objects whose contents are known. Where an engine does it
//! in another way, nothing here is used.

use std::{
    ffi::{CStr, c_void},
    ptr, slice,
    sync::atomic::{AtomicU8, Ordering},
};

use llrt_core::bytes;
use rquickjs::{
    Ctx,
    qjs::{self, JSAtom, JSContext, JSValue},
};

/// The engine's numbers of classes.
pub(crate) mod class {
    pub(crate) const OBJECT: u16 = 1;
    pub(crate) const ARRAY: u16 = 2;
    pub(crate) const NUMBER: u16 = 4;
    pub(crate) const STRING: u16 = 5;
    pub(crate) const BOOLEAN: u16 = 6;
    pub(crate) const DATE: u16 = 10;
    pub(crate) const ARRAY_BUFFER: u16 = 20;
    pub(crate) const FIRST_TYPED_ARRAY: u16 = 22;
    pub(crate) const DATA_VIEW: u16 = 34;
    pub(crate) const BIG_INT: u16 = 35;
    pub(crate) const MAP: u16 = 36;
    pub(crate) const SET: u16 = 37;
    pub(crate) const RAW_JSON: u16 = 66;
}

/// An object. What an array has behind the properties is there for arrays only.
#[repr(C)]
pub(crate) struct Object {
    link: [*mut c_void; 2],
    flags: u8,
    more_flags: u8,
    pub(crate) class: u16,
    pub(crate) shape: *mut Shape,
    props: *mut JSValue,
    weak: *mut c_void,
    /// For a boxed primitive and a `Date`, that begins here.
    room: usize,
    elements: *mut JSValue,
    count: u32,
}

/// Which properties an object has, in their order: common to all objects that got the same ones in the same order.
#[repr(C)]
pub(crate) struct Shape {
    link: [*mut c_void; 2],
    is_hashed: u8,
    hash: u32,
    hash_mask: u32,
    /// Room for properties that each object of the shape has.
    size: i32,
    count: i32,
    deleted: i32,
    next: *mut Shape,
    pub(crate) proto: *mut Object,
    // The hash table follows, and then the properties.
}

/// A property of a shape.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Slot {
    next_and_flags: u32,
    /// `JS_ATOM_NULL` for one that was deleted.
    pub(crate) atom: JSAtom,
}

impl Slot {
    #[inline(always)]
    fn flags(self) -> u32 {
        self.next_and_flags >> 26
    }

    #[inline(always)]
    pub(crate) fn is_enumerable(self) -> bool {
        self.flags() & qjs::JS_PROP_ENUMERABLE != 0
    }

    /// Whether the object's slot holds its value: no accessor, and nothing that is made when it is first read.
    #[inline(always)]
    pub(crate) fn is_value(self) -> bool {
        self.flags() & qjs::JS_PROP_TMASK == 0
    }

    /// Whether it is as assigning makes it.
    pub(crate) fn is_plain(self) -> bool {
        self.flags() == qjs::JS_PROP_C_W_E
    }
}

const EXTENSIBLE: u8 = 1 << 1;
const EXOTIC: u8 = 1 << 3;
const FAST: u8 = 1 << 4;
/// The bit of an atom that is an integer itself.
pub(crate) const INTEGER_ATOM: u32 = 1 << 31;

/// Where the number of references to an object, a shape or a string is, seen from its start.
///
/// # Safety
/// `thing` is one that the engine counts references to.
unsafe fn references(thing: *mut c_void) -> *mut i32 {
    // SAFETY: the caller's; a header of eight bytes lies in front.
    unsafe { thing.cast::<i32>().sub(1) }
}

#[inline(always)]
pub(crate) fn is_object(value: JSValue) -> bool {
    tag(value) == qjs::JS_TAG_OBJECT
}

#[inline(always)]
pub(crate) fn tag(value: JSValue) -> i32 {
    // SAFETY: every value has a tag.
    unsafe { qjs::JS_VALUE_GET_NORM_TAG(value) }
}

/// The object of a value that is one.
#[inline(always)]
pub(crate) fn object(value: JSValue) -> *mut Object {
    debug_assert!(is_object(value));
    // SAFETY: the caller has looked at the tag; else it would be any bits, which are not followed here.
    unsafe { qjs::JS_VALUE_GET_PTR(value).cast() }
}

impl Object {
    /// Whether it is an object as `{}` makes it, whatever its prototype is.
    #[inline(always)]
    pub(crate) fn is_ordinary(&self) -> bool {
        self.class == class::OBJECT && self.flags & EXOTIC == 0
    }

    /// The slots of its shape, and its own with their values: for reading those that [`Slot::is_value`].
    ///
    /// # Safety
    /// The layout is known, and the object does not change while the slices are used.
    #[inline(always)]
    pub(crate) unsafe fn properties<'a>(&self) -> (&'a [Slot], &'a [JSValue]) {
        // SAFETY: the caller's; an object has as many slots as its shape.
        unsafe {
            let slots = (*self.shape).slots();
            (slots, slice::from_raw_parts(self.props, slots.len()))
        }
    }

    /// The elements of an array without holes; `None` for any other array, and any other object.
    ///
    /// # Safety
    /// The layout is known, and the array does not change while the slice is used.
    #[inline(always)]
    pub(crate) unsafe fn elements<'a>(&self) -> Option<&'a [JSValue]> {
        if self.class != class::ARRAY || self.flags & FAST == 0 {
            return None;
        }
        // SAFETY: the caller's; the first property of an array is its length.
        unsafe {
            let length = *self.props;
            if tag(length) != qjs::JS_TAG_INT || qjs::JS_VALUE_GET_INT(length) as u32 != self.count {
                return None;
            }
            if self.count == 0 {
                return Some(&[]);
            }
            Some(slice::from_raw_parts(self.elements, self.count as usize))
        }
    }

    /// Puts an owned value in the place of `undefined`, as [`object_of`] made it.
    ///
    /// # Safety
    /// The layout is known, and the object has so many properties.
    #[inline(always)]
    pub(crate) unsafe fn set(&self, index: usize, value: JSValue) {
        // SAFETY: the caller's.
        unsafe { self.props.add(index).write(value) };
    }

    /// The same, of an array of `undefined`.
    ///
    /// # Safety
    /// The layout is known, and the array has no holes and so many elements.
    #[inline(always)]
    pub(crate) unsafe fn set_element(&self, index: usize, value: JSValue) {
        // SAFETY: the caller's.
        unsafe { self.elements.add(index).write(value) };
    }

    /// The primitive in a boxed one, the time of a `Date`.
    ///
    /// # Safety
    /// The layout is known, and the object is of such a class.
    pub(crate) unsafe fn data(&self) -> JSValue {
        // SAFETY: the caller's.
        unsafe { (&raw const self.room).cast::<JSValue>().read() }
    }
}

impl Shape {
    /// Its properties.
    ///
    /// # Safety
    /// The layout is known, and the shape does not change while the slice is used.
    #[inline(always)]
    pub(crate) unsafe fn slots<'a>(&self) -> &'a [Slot] {
        // SAFETY: the caller's; the hash table has one entry more than its mask.
        unsafe {
            let table = ptr::from_ref(self).add(1).cast::<u32>();
            slice::from_raw_parts(table.add(self.hash_mask as usize + 1).cast(), self.count as usize)
        }
    }
}

/// An object of `shape`, which [`can_share`] allows, with as many values as the shape has properties. It takes their references.
///
/// # Safety
/// Live context and shape, the layout is known, and an object without properties is alive, whose shape this object is made with.
pub(crate) unsafe fn object_of(ctx: *mut JSContext, shape: *mut Shape, values: &[JSValue]) -> JSValue {
    // SAFETY: the caller's.
    unsafe {
        debug_assert!((*shape).count as usize == values.len());
        let made = with_shape(ctx, shape);
        if qjs::JS_IsException(made) {
            free_all(ctx, values);
        } else {
            ptr::copy_nonoverlapping(values.as_ptr(), (*object(made)).props, values.len());
        }
        made
    }
}

/// An object of `shape`, whose properties are all `undefined`.
///
/// # Safety
/// As [`object_of`].
pub(crate) unsafe fn undefined_object_of(ctx: *mut JSContext, shape: *mut Shape) -> JSValue {
    // SAFETY: the caller's.
    unsafe {
        let made = with_shape(ctx, shape);
        if !qjs::JS_IsException(made) {
            slice::from_raw_parts_mut((*object(made)).props, (*shape).count as usize).fill(qjs::JS_UNDEFINED);
        }
        made
    }
}

/// An object of `shape`, whose values are still to be written.
///
/// # Safety
/// As [`object_of`].
unsafe fn with_shape(ctx: *mut JSContext, shape: *mut Shape) -> JSValue {
    // SAFETY: the caller's; the object is new, so that nobody else has looked at its shape, of which there is another user.
    unsafe {
        let made = qjs::JS_NewObject(ctx);
        if qjs::JS_IsException(made) {
            return made;
        }
        let place = object(made);
        let old = (*place).shape;
        if (*shape).size > (*old).size {
            let bytes = (*shape).size as usize * size_of::<JSValue>();
            let room = qjs::js_realloc(ctx, (*place).props.cast(), bytes as _);
            if room.is_null() {
                qjs::JS_FreeValue(ctx, made);
                return qjs::JS_EXCEPTION;
            }
            (*place).props = room.cast();
        }
        debug_assert!(*references(old.cast()) > 1);
        *references(old.cast()) -= 1;
        *references(shape.cast()) += 1;
        (*place).shape = shape;
        made
    }
}

/// Whether more than one thing refers to an object.
///
/// # Safety
/// Live object, the layout is known.
#[inline(always)]
pub(crate) unsafe fn is_shared(object: *mut Object) -> bool {
    // SAFETY: the caller's.
    unsafe { *references(object.cast()) > 1 }
}

/// Whether other objects can have the shape of this one: ordinary, and every property as assigning makes it.
///
/// # Safety
/// Live object, the layout is known.
pub(crate) unsafe fn can_share(object: *mut Object) -> bool {
    // SAFETY: the caller's.
    unsafe {
        let shape = (*object).shape;
        (*object).is_ordinary()
            && (*shape).is_hashed == 1
            && (*shape).deleted == 0
            && (*shape).slots().iter().all(|slot| slot.is_plain())
    }
}

/// # Safety
/// Owned values of a live context.
pub(crate) unsafe fn free_all(ctx: *mut JSContext, values: &[JSValue]) {
    for &value in values {
        // SAFETY: the caller's.
        unsafe { qjs::JS_FreeValue(ctx, value) };
    }
}

/// Whether objects, arrays and strings are laid out as is known here.
pub(crate) fn is_known(ctx: &Ctx<'_>) -> bool {
    static KNOWN: AtomicU8 = AtomicU8::new(UNASKED);
    const UNASKED: u8 = 2;
    match KNOWN.load(Ordering::Relaxed) {
        UNASKED => {
            let known = cfg!(target_pointer_width = "64") && bytes::raw_characters_known(ctx) && find_out(ctx);
            KNOWN.store(known.into(), Ordering::Relaxed);
            known
        }
        known => known == 1,
    }
}

#[cold]
#[inline(never)]
fn find_out(ctx: &Ctx<'_>) -> bool {
    let raw = ctx.as_raw().as_ptr();
    /// The version whose layout is known here.
    const VERSION: &CStr = c"0.16.2";
    // SAFETY: a constant of the engine.
    if unsafe { CStr::from_ptr(qjs::JS_GetVersion()) } != VERSION {
        return false;
    }
    // SAFETY: live context. Values that are made here are freed here; what is read of an object lies within what the engine takes for
    // every object, and pointers are followed only when they are what a check before has proved.
    unsafe {
        let names: [JSAtom; 3] =
            [c"first probe", c"second probe", c"third probe"].map(|name| qjs::JS_NewAtom(raw, name.as_ptr()));
        let make = |numbers: [i32; 3]| {
            let made = qjs::JS_NewObject(raw);
            for (&name, number) in names.iter().zip(numbers) {
                let value = qjs::JS_MKVAL(qjs::JS_TAG_INT, number);
                qjs::JS_DefinePropertyValue(raw, made, name, value, qjs::JS_PROP_C_W_E as _);
            }
            made
        };
        let numbers = [11, 22, 33].map(|number| qjs::JS_MKVAL(qjs::JS_TAG_INT, number));
        let (empty, one, other) = (qjs::JS_NewObject(raw), make([1, 2, 3]), make([4, 5, 6]));
        let list = qjs::JS_NewArrayFrom(raw, 3, numbers.as_ptr());
        let known = [empty, one, other, list].into_iter().all(is_object)
            && objects_are_known(raw, [empty, one, other, list].map(object), &names);
        free_all(raw, &[empty, one, other, list]);
        for name in names {
            qjs::JS_FreeAtom(raw, name);
        }
        if ctx.has_exception() {
            ctx.catch();
            return false;
        }
        known
    }
}

/// # Safety
/// Live context; an empty object, two of the three names, numbered 1 to 3 and 4 to 6, and an array of 11, 22 and 33.
unsafe fn objects_are_known(
    ctx: *mut JSContext,
    [empty, one, other, list]: [*mut Object; 4],
    names: &[JSAtom; 3],
) -> bool {
    // SAFETY: the caller's, and as in `find_out`.
    unsafe {
        let are = |values: *mut JSValue, wanted: [i32; 3]| {
            wanted.iter().enumerate().all(|(index, &number)| {
                let value = *values.add(index);
                tag(value) == qjs::JS_TAG_INT && qjs::JS_VALUE_GET_INT(value) == number
            })
        };
        let is_one = |object: *mut Object, class, flags| {
            (*object).class == class && (*object).flags == flags && *references(object.cast()) == 1
        };
        if !is_one(empty, class::OBJECT, EXTENSIBLE)
            || !is_one(one, class::OBJECT, EXTENSIBLE)
            || !is_one(other, class::OBJECT, EXTENSIBLE)
            || !is_one(list, class::ARRAY, EXTENSIBLE | EXOTIC | FAST)
        {
            return false;
        }
        let (bare, shape) = ((*empty).shape, (*one).shape);
        // Objects share what they have in common, and nothing else.
        if shape != (*other).shape || shape == bare || *references(shape.cast()) != 2 || *references(bare.cast()) < 1 {
            return false;
        }
        if (*shape).is_hashed != 1
            || (*shape).count != 3
            || (*shape).deleted != 0
            || !(3..=16).contains(&(*shape).size)
            || !(3..=15).contains(&(*shape).hash_mask)
            || (*shape).proto != (*bare).proto
            || (*bare).count != 0
        {
            return false;
        }
        let slots = (*shape).slots();
        if !slots.iter().zip(names).all(|(slot, &name)| slot.atom == name && slot.is_plain()) {
            return false;
        }
        let prototype = qjs::JS_GetPrototype(ctx, qjs::JS_MKPTR(qjs::JS_TAG_OBJECT, one.cast()));
        let is_prototype = is_object(prototype) && object(prototype) == (*shape).proto;
        qjs::JS_FreeValue(ctx, prototype);
        if !is_prototype
            || !are((*one).props, [1, 2, 3])
            || !are((*other).props, [4, 5, 6])
            || !are((*list).elements, [11, 22, 33])
        {
            return false;
        }
        if (*list).elements().is_none_or(|elements| elements.len() != 3) {
            return false;
        }
        // And an object that is made here is one for the engine.
        let values = [7, 8, 9].map(|number| qjs::JS_MKVAL(qjs::JS_TAG_INT, number));
        let made = object_of(ctx, shape, &values);
        let is_right = is_object(made)
            && *references(shape.cast()) == 3
            && names.iter().zip(values).all(|(&name, value)| {
                let found = qjs::JS_GetProperty(ctx, made, name);
                tag(found) == qjs::JS_TAG_INT && qjs::JS_VALUE_GET_INT(found) == qjs::JS_VALUE_GET_INT(value)
            });
        qjs::JS_FreeValue(ctx, made);
        is_right && *references(shape.cast()) == 2
    }
}

#[cfg(test)]
mod tests {
    use rquickjs::{Context, Runtime};

    use super::*;

    #[test]
    fn the_layout_of_this_engine_is_known() {
        Context::full(&Runtime::new().unwrap()).unwrap().with(|ctx| assert!(is_known(&ctx)));
    }

    #[test]
    fn classes_have_these_numbers() {
        Context::full(&Runtime::new().unwrap()).unwrap().with(|ctx| {
            let expected = [
                ("({})", class::OBJECT),
                ("[]", class::ARRAY),
                ("Object(1)", class::NUMBER),
                ("Object('')", class::STRING),
                ("Object(true)", class::BOOLEAN),
                ("new Date", class::DATE),
                ("new ArrayBuffer(1)", class::ARRAY_BUFFER),
                ("new Uint8ClampedArray", class::FIRST_TYPED_ARRAY),
                ("new DataView(new ArrayBuffer(1))", class::DATA_VIEW),
                ("Object(1n)", class::BIG_INT),
                ("new Map", class::MAP),
                ("new Set", class::SET),
                ("JSON.rawJSON('1')", class::RAW_JSON),
            ];
            for (source, class) in expected {
                let value: rquickjs::Value<'_> = ctx.eval(source).unwrap();
                // SAFETY: a live object.
                assert_eq!(unsafe { (*object(value.as_raw())).class }, class, "{source}");
            }
        });
    }

    #[test]
    fn arrays_with_holes_are_not_read_in_place() {
        Context::full(&Runtime::new().unwrap()).unwrap().with(|ctx| {
            for (source, len) in
                [("[]", Some(0)), ("[1, {}]", Some(2)), ("new Array(3)", None), ("[, 1]", None), ("({ 0: 1 })", None)]
            {
                let value: rquickjs::Value<'_> = ctx.eval(source).unwrap();
                // SAFETY: a live object that nothing changes.
                assert_eq!(unsafe { (*object(value.as_raw())).elements() }.map(<[_]>::len), len, "{source}");
            }
        });
    }
}
