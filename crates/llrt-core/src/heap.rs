//! The objects of the heap, for what looks at it from outside.
//!
//! The engine has no function that lists them; they are found through the list that links them for the collection of cycles. What is
//! relied on in memory is proved with objects made for it each time, and nothing is given when it does not hold.

use rquickjs::{Ctx, Object, Value, qjs};

/// An object begins with its place in the list of all that the collector knows.
#[repr(C)]
struct Link {
    previous: *mut Link,
    next: *mut Link,
}

/// What an entry of the list is stands in front of it, in the seven lower bits of a byte.
const KIND_OFFSET: usize = 5;
const OBJECT: u8 = 0;
const CONTEXT: u8 = 5;

/// All objects of the engine that are alive, once unreachable cycles are collected; `None` where this version of the engine keeps them in a
/// way that is not known.
pub fn objects<'js>(ctx: &Ctx<'js>) -> Option<Vec<Object<'js>>> {
    ctx.run_gc();
    let (first, last) = (Object::new(ctx.clone()).ok()?, Object::new(ctx.clone()).ok()?);
    let end = end_of_list(ctx, &first, &last)?;
    let mut found = Vec::new();
    // SAFETY: `end_of_list` proved that the list runs through objects made here in the way that is followed, and is closed; nothing is made
    // or freed while it is followed. A value of an entry that is an object takes a reference of its own.
    unsafe {
        let mut entry = (*end).next;
        while entry != end {
            if kind(entry) == OBJECT {
                let raw = qjs::JS_MKPTR(qjs::JS_TAG_OBJECT, entry.cast());
                let value = Value::from_raw(ctx.clone(), qjs::JS_DupValue(ctx.as_raw().as_ptr(), raw));
                found.extend(value.into_object());
            }
            entry = (*entry).next;
        }
    }
    let own = [first.into_value(), last.into_value()];
    found.retain(|object| !own.contains(object.as_value()));
    Some(found)
}

/// How many contexts the engine has, with those that nobody has any more until cycles are collected; `None` as for [`objects`].
pub fn contexts(ctx: &Ctx<'_>) -> Option<usize> {
    let (first, last) = (Object::new(ctx.clone()).ok()?, Object::new(ctx.clone()).ok()?);
    let end = end_of_list(ctx, &first, &last)?;
    let mut count = 0;
    // SAFETY: as in `objects`.
    unsafe {
        let mut entry = (*end).next;
        while entry != end {
            count += usize::from(kind(entry) == CONTEXT);
            entry = (*entry).next;
        }
    }
    Some(count)
}

/// The list's end, behind the object that was made last, when the two objects that were made one after the other prove the layout.
fn end_of_list(ctx: &Ctx<'_>, first: &Object<'_>, last: &Object<'_>) -> Option<*mut Link> {
    let place = |object: &Object<'_>| {
        // SAFETY: the value is an object, so it holds a pointer.
        unsafe { qjs::JS_VALUE_GET_PTR(object.as_value().as_raw()).cast::<Link>() }
    };
    let (first, last) = (place(first), place(last));
    // SAFETY: live objects and the live context, which are longer than a link and have their header in front of them; what the links point
    // to is read only once they have proved to be links.
    unsafe {
        let is_known = kind(first) == OBJECT
            && kind(last) == OBJECT
            && kind(ctx.as_raw().as_ptr().cast()) == CONTEXT
            && (*first).next == last
            && (*last).previous == first;
        let end = (*last).next;
        (is_known && (*end).previous == last).then_some(end)
    }
}

/// # Safety
/// `entry` is one that the collector knows.
unsafe fn kind(entry: *const Link) -> u8 {
    // SAFETY: the caller's: each has its header of eight bytes in front of it.
    unsafe { *entry.cast::<u8>().sub(KIND_OFFSET) & 0x7f }
}

#[cfg(test)]
mod tests {
    use rquickjs::{Context, Runtime};

    use super::*;

    #[test]
    fn objects_are_found_until_nobody_has_them() {
        let runtime = Runtime::new().unwrap();
        Context::full(&runtime).unwrap().with(|ctx| {
            let count = || {
                let marked = |object: &Object<'_>| object.contains_key("marked for this test").unwrap_or_default();
                objects(&ctx).expect("this version's layout is known").iter().filter(|object| marked(object)).count()
            };
            assert_eq!(count(), 0);
            ctx.eval::<(), _>(
                "globalThis.kept = [{ 'marked for this test': 1 }, { 'marked for this test': 2 }]; kept[0].self = kept[0]",
            )
            .unwrap();
            assert_eq!(count(), 2);
            ctx.eval::<(), _>("kept.length = 0").unwrap();
            assert_eq!(count(), 0);
        });
    }

    #[test]
    fn contexts_are_counted() {
        let runtime = Runtime::new().unwrap();
        let first = Context::full(&runtime).unwrap();
        let count = || first.with(|ctx| contexts(&ctx));
        assert_eq!(count(), Some(1));
        let second = Context::full(&runtime).unwrap();
        assert_eq!(count(), Some(2));
        drop(second);
        // Its parts refer to each other.
        runtime.run_gc();
        assert_eq!(count(), Some(1));
    }
}
