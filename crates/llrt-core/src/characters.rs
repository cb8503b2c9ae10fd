//! A string's characters in the place where the engine keeps them.
//!
//! The engine's functions copy what they give, and widen or encode it on the way, which for a megabyte takes longer than what is then
//! done with it. How a string is laid out is not the engine's interface: it is found out with strings whose characters are known, and
//! where an engine does it in another way, strings are read through the interface.

use std::{
    slice,
    sync::atomic::{AtomicUsize, Ordering},
};

use rquickjs::{Ctx, Function, Result, String, qjs};

/// The characters of a string: one byte each (Latin-1), or UTF-16 units.
#[derive(Clone, Copy, Debug)]
pub enum Characters<'a> {
    /// All are below U+0100.
    OneByte(&'a [u8]),
    /// Lone surrogates may be among them.
    TwoByte(&'a [u16]),
}

/// How what the engine puts before the characters begins, as its source says; checked before it is relied on. More follows.
#[repr(C)]
struct Header {
    /// The length, and in the highest bit whether characters have two bytes.
    len: u32,
    /// A hash, the kind, and whether it is an atom.
    kind: u32,
}

/// The least and the most that a header may take.
const HEADER_SIZES: std::ops::RangeInclusive<usize> = 16..=64;

/// What follows the header of a part of another string.
#[repr(C)]
struct Part {
    whole: *const Header,
    start_bytes: u32,
}

const WIDE: u32 = 1 << 31;
const KIND_SHIFT: u32 = 28;
const WHOLE: u32 = 0;
const PART: u32 = 1;

/// Bytes of a header, once it is known that strings are laid out in this way; builds of the engine differ.
static HEADER_SIZE: AtomicUsize = AtomicUsize::new(UNASKED);
const UNASKED: usize = 0;
const NOT_THIS_WAY: usize = 1;

/// The characters of `string` where they are; `None` when that is not known of it. They stay there while the string lives.
pub(crate) fn of<'a>(string: &'a String<'_>) -> Option<Characters<'a>> {
    let size = header_size(string.ctx())?;
    // SAFETY: the layout has been checked, and the string lives as long as the reference to it.
    unsafe { characters(header(string.as_value().as_raw())?, size) }
}

/// Whether [`raw_characters`] finds any.
pub fn raw_characters_known(ctx: &Ctx<'_>) -> bool {
    header_size(ctx).is_some()
}

/// The characters of a raw value where they are; `None` when it is no string or is one in parts, or [`raw_characters_known`] was never asked.
///
/// # Safety
/// The value lives through `'a`.
pub unsafe fn raw_characters<'a>(value: qjs::JSValue) -> Option<Characters<'a>> {
    match HEADER_SIZE.load(Ordering::Relaxed) {
        UNASKED | NOT_THIS_WAY => None,
        // SAFETY: the layout has been checked; the caller's.
        size => unsafe { characters(header(value)?, size) },
    }
}

fn header_size(ctx: &Ctx<'_>) -> Option<usize> {
    let mut size = HEADER_SIZE.load(Ordering::Relaxed);
    if size == UNASKED {
        size = find_out(ctx).unwrap_or(NOT_THIS_WAY);
        HEADER_SIZE.store(size, Ordering::Relaxed);
    }
    (size != NOT_THIS_WAY).then_some(size)
}

/// The string's header; `None` for a rope, which has another, and for what is no string.
#[cfg(target_pointer_width = "64")]
fn header(raw: qjs::JSValue) -> Option<*const Header> {
    // SAFETY: a string's value is a pointer.
    (raw.tag == i64::from(qjs::JS_TAG_STRING)).then(|| unsafe { raw.u.ptr }.cast::<Header>().cast_const())
}

#[cfg(not(target_pointer_width = "64"))]
fn header(_raw: qjs::JSValue) -> Option<*const Header> {
    None
}

/// # Safety
/// `header`, of `size` bytes, is that of a string that lives through `'a`, laid out as is known here.
unsafe fn characters<'a>(header: *const Header, size: usize) -> Option<Characters<'a>> {
    // SAFETY: the caller's; the whole of a part lives as long as the part.
    unsafe {
        let (len, is_wide) = ((*header).len & !WIDE, (*header).len & WIDE != 0);
        let start = match kind(header) {
            WHOLE => header.cast::<u8>().add(size),
            PART => {
                let part = &*header.cast::<u8>().add(size).cast::<Part>();
                if kind(part.whole) != WHOLE {
                    return None;
                }
                part.whole.cast::<u8>().add(size + part.start_bytes as usize)
            }
            _ => return None,
        };
        Some(if is_wide {
            Characters::TwoByte(slice::from_raw_parts(start.cast(), len as usize))
        } else {
            Characters::OneByte(slice::from_raw_parts(start, len as usize))
        })
    }
}

/// # Safety
/// `header` is that of a live string.
unsafe fn kind(header: *const Header) -> u32 {
    // SAFETY: the caller's.
    unsafe { (*header).kind >> KIND_SHIFT & 3 }
}

/// The size of a header; `None` when strings are not laid out as is known here.
fn find_out(ctx: &Ctx<'_>) -> Option<usize> {
    let found = size_of_header(ctx).and_then(|size| match size {
        Some(size) if parts_are_known(ctx, size)? => Ok(Some(size)),
        _ => Ok(None),
    });
    found.unwrap_or_else(|_| {
        ctx.catch();
        None
    })
}

fn size_of_header(ctx: &Ctx<'_>) -> Result<Option<usize>> {
    let narrow = String::from_str(ctx.clone(), "narrow: probe")?;
    let wide = String::from_str(ctx.clone(), "wide: \u{2603}")?;
    let (Some(narrow_header), Some(wide_header)) =
        (header(narrow.as_value().as_raw()), header(wide.as_value().as_raw()))
    else {
        return Ok(None);
    };
    // The interface gives ASCII in its own place: behind the header.
    let text = narrow.clone().to_cstring()?;
    let size = (text.as_ptr() as usize).wrapping_sub(narrow_header as usize);
    if !HEADER_SIZES.contains(&size) || !size.is_multiple_of(8) {
        return Ok(None);
    }
    // SAFETY: both are strings, and a header has this size, as was just seen.
    let lens = unsafe { ((*narrow_header).len, (*wide_header).len) };
    if lens != (13, 7 | WIDE) {
        return Ok(None);
    }
    // SAFETY: length, width and place of the characters are known now.
    let (narrow, wide) = unsafe { (characters(narrow_header, size), characters(wide_header, size)) };
    let units: Vec<u16> = "wide: \u{2603}".encode_utf16().collect();
    let is_right = matches!(narrow, Some(Characters::OneByte(b"narrow: probe")))
        && matches!(wide, Some(Characters::TwoByte(found)) if found == units);
    Ok(is_right.then_some(size))
}

/// With a part that is long enough to be kept as one.
fn parts_are_known(ctx: &Ctx<'_>, size: usize) -> Result<bool> {
    const LETTERS: &str = "abcdefghijklmnopqrstuvw";
    const LEN: usize = 4_002;
    const START: usize = 2_001;
    let letters = LETTERS.repeat(LEN / LETTERS.len());
    let whole = String::from_str(ctx.clone(), &letters)?;
    let cut: Function<'_> = ctx.eval("(text, start) => text.slice(start)")?;
    let part: String<'_> = cut.call((whole, START))?;
    let Some(header) = header(part.as_value().as_raw()) else { return Ok(false) };
    // SAFETY: the header of a string, whole ones being known.
    let (len, kind) = unsafe { ((*header).len, kind(header)) };
    if len as usize != LEN - START || kind > PART {
        return Ok(false);
    }
    // SAFETY: a whole string, or what is a part by its kind and its length.
    let found = unsafe { characters(header, size) };
    Ok(matches!(found, Some(Characters::OneByte(bytes)) if bytes == &letters.as_bytes()[START..]))
}

#[cfg(test)]
mod tests {
    use rquickjs::{Context, Runtime};

    use super::*;

    fn with<R>(script: &str, look: impl FnOnce(Option<Characters<'_>>) -> R) -> R {
        let context = Context::full(&Runtime::new().unwrap()).unwrap();
        context.with(|ctx| look(of(&ctx.eval::<String<'_>, _>(script).unwrap())))
    }

    #[test]
    fn the_layout_of_this_engine_is_known() {
        assert!(with("'x'", |found| matches!(found, Some(Characters::OneByte(b"x")))));
    }

    #[test]
    fn characters_are_those_of_the_string() {
        assert!(with("'\\xe9'.repeat(1000)", |found| {
            matches!(found, Some(Characters::OneByte(bytes)) if bytes == [0xe9; 1000])
        }));
        assert!(with("'\\ud800\\u2603'.repeat(500)", |found| {
            matches!(found, Some(Characters::TwoByte(units)) if units == [0xd800, 0x2603].repeat(500))
        }));
    }

    #[test]
    fn parts_are_found_in_their_whole() {
        assert!(with("'0123456789'.repeat(3000).slice(5, 20005).slice(10)", |found| {
            matches!(found, Some(Characters::OneByte(bytes))
                if bytes.len() == 19_990 && bytes.starts_with(b"56789") && bytes.ends_with(b"01234"))
        }));
        assert!(with("'ab\\u2603'.repeat(9000).slice(4)", |found| {
            matches!(found, Some(Characters::TwoByte(units)) if units.len() == 26_996 && units[..3] == [98, 0x2603, 97])
        }));
    }

    #[test]
    fn a_string_of_joined_parts_is_read_whole_or_not_at_all() {
        let script = "let text = 'x'.repeat(9000); for (let i = 0; i < 9; i++) text += 'y'.repeat(9000); text";
        assert!(with(script, |found| match found {
            None => true,
            Some(Characters::OneByte(bytes)) => bytes.len() == 90_000 && bytes[9000] == b'y',
            Some(Characters::TwoByte(_)) => false,
        }));
    }
}
