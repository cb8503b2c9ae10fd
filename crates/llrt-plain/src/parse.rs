//! JSON text to values.
//!
//! What is not JSON is not explained here: the engine is asked then, which fails in its own words.

use std::{ops::Range, ptr};

use llrt_core::bytes;
use rquickjs::{
    Ctx,
    qjs::{self, JSAtom, JSContext, JSValue},
};

use crate::memory::{self, Object, Shape};

/// Deeper texts are left to the engine, which counts its stack.
const MAX_DEPTH: usize = 2000;
/// Keys that are remembered at a time, and shapes of objects.
const KEYS: usize = 64;
const SHAPES: usize = 16;
/// Objects with more properties are made one property after the other.
const MAX_SHARED: usize = 48;

/// Why there is no value.
pub(crate) enum Failure {
    /// It is no JSON, or none that is parsed here.
    NotHere,
    /// An exception is pending.
    Thrown,
}

/// The value of a text in UTF-8, in which surrogates may stand alone as three bytes each.
///
/// Objects share shapes when the layout is known.
pub(crate) fn parse(ctx: &Ctx<'_>, text: &[u8]) -> Result<JSValue, Failure> {
    let mut parser = Parser {
        owner: ctx,
        ctx: ctx.as_raw().as_ptr(),
        text,
        at: 0,
        containers: Vec::new(),
        values: Vec::new(),
        names: Vec::new(),
        atoms: Vec::new(),
        keys: [const { Key { text: 0..0, atom: qjs::JS_ATOM_NULL } }; KEYS],
        shapes: [const { Shared { names: Vec::new(), object: qjs::JS_NULL, shape: ptr::null_mut() } }; SHAPES],
        empty: qjs::JS_NULL,
        scratch: Vec::new(),
        shares: memory::is_known(ctx),
    };
    parser.run()
}

struct Parser<'a, 'js> {
    owner: &'a Ctx<'js>,
    ctx: *mut JSContext,
    text: &'a [u8],
    at: usize,
    /// What is open.
    containers: Vec<Container>,
    /// What is in the containers so far, and the names of those of objects.
    values: Vec<JSValue>,
    names: Vec<JSAtom>,
    /// The references to atoms that are held.
    atoms: Vec<JSAtom>,
    keys: [Key; KEYS],
    shapes: [Shared; SHAPES],
    /// An object without properties, once it is needed.
    empty: JSValue,
    scratch: Vec<u8>,
    shares: bool,
}

struct Container {
    is_object: bool,
    /// Where its values and its names begin.
    values: usize,
    names: usize,
}

/// A key of the text that was seen, and its atom.
struct Key {
    text: Range<usize>,
    atom: JSAtom,
}

/// Names that an object had, in this order, and the object, which keeps their shape alive.
struct Shared {
    names: Vec<JSAtom>,
    object: JSValue,
    shape: *mut Shape,
}

impl Drop for Parser<'_, '_> {
    fn drop(&mut self) {
        // SAFETY: live context; these are the references that the parser owns.
        unsafe {
            memory::free_all(self.ctx, &self.values);
            for shared in &self.shapes {
                qjs::JS_FreeValue(self.ctx, shared.object);
            }
            qjs::JS_FreeValue(self.ctx, self.empty);
            for &atom in &self.atoms {
                qjs::JS_FreeAtom(self.ctx, atom);
            }
        }
    }
}

impl Parser<'_, '_> {
    fn run(&mut self) -> Result<JSValue, Failure> {
        loop {
            // A value begins here.
            let mut value = match self.peek() {
                Some(b'"') => self.string()?,
                Some(b'{') => {
                    self.open(true)?;
                    if self.peek() != Some(b'}') {
                        self.key()?;
                        continue;
                    }
                    self.at += 1;
                    self.close()?
                }
                Some(b'[') => {
                    self.open(false)?;
                    if self.peek() != Some(b']') {
                        continue;
                    }
                    self.at += 1;
                    self.close()?
                }
                Some(b't') => self.word(b"true", qjs::JS_TRUE)?,
                Some(b'f') => self.word(b"false", qjs::JS_FALSE)?,
                Some(b'n') => self.word(b"null", qjs::JS_NULL)?,
                _ => self.number()?,
            };
            // And ends here; with it perhaps what it is in.
            loop {
                let Some(container) = self.containers.last() else {
                    // What is wrong behind it is the engine's to tell; the value is freed with the others.
                    if self.peek().is_some() {
                        self.values.push(value);
                        return Err(Failure::NotHere);
                    }
                    return Ok(value);
                };
                let is_object = container.is_object;
                self.values.push(value);
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        if is_object {
                            self.key()?;
                        }
                        break;
                    }
                    Some(b'}') if is_object => {}
                    Some(b']') if !is_object => {}
                    _ => return Err(Failure::NotHere),
                }
                self.at += 1;
                value = self.close()?;
            }
        }
    }

    /// The next byte that is no white space.
    #[inline(always)]
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.get(self.at)?;
            if byte > b' ' || !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn word(&mut self, word: &[u8], value: JSValue) -> Result<JSValue, Failure> {
        if !self.text[self.at..].starts_with(word) {
            return Err(Failure::NotHere);
        }
        self.at += word.len();
        Ok(value)
    }

    fn open(&mut self, is_object: bool) -> Result<(), Failure> {
        if self.containers.len() == MAX_DEPTH {
            return Err(Failure::NotHere);
        }
        self.containers.push(Container { is_object, values: self.values.len(), names: self.names.len() });
        self.at += 1;
        Ok(())
    }

    /// Makes the object or array whose end was reached.
    fn close(&mut self) -> Result<JSValue, Failure> {
        let Some(container) = self.containers.pop() else { return Err(Failure::NotHere) };
        let (from, count) = (container.values, self.values.len() - container.values);
        let made = if container.is_object {
            let made = self.object(container.names, from);
            self.names.truncate(container.names);
            made
        } else {
            // SAFETY: live context; the engine takes the values, whether it succeeds or not: the stack forgets them.
            unsafe {
                self.values.set_len(from);
                let count = i32::try_from(count).map_err(|_| Failure::NotHere)?;
                qjs::JS_NewArrayFrom(self.ctx, count, self.values.as_ptr().add(from))
            }
        };
        thrown(made)
    }

    fn object(&mut self, names: usize, values: usize) -> JSValue {
        let names = &self.names[names..];
        // The stack forgets the values, which the object takes.
        let taken = self.values.len() - values;
        // SAFETY: live context; the values up to the old length are still there, and each is given away once.
        unsafe {
            self.values.set_len(values);
            let values = std::slice::from_raw_parts(self.values.as_ptr().add(values), taken);
            if names.is_empty() {
                return qjs::JS_NewObject(self.ctx);
            }
            let may_share = self.shares && names.len() <= MAX_SHARED;
            let shared = &mut self.shapes[(names[0] as usize).wrapping_add(names.len() * 5) % SHAPES];
            if may_share && shared.names == names {
                return memory::object_of(self.ctx, shared.shape, values);
            }
            let made = define(self.ctx, names, values);
            if may_share && memory::is_object(made) {
                remember(self.ctx, shared, &mut self.empty, memory::object(made), names);
            }
            made
        }
    }

    /// A key and the colon behind it: its name is then the last.
    fn key(&mut self) -> Result<(), Failure> {
        if self.peek() != Some(b'"') {
            return Err(Failure::NotHere);
        }
        let start = self.at + 1;
        let (end, kind) = self.scan(start);
        let text = &self.text[start..end];
        let slot = slot_of(text);
        let known = &self.keys[slot];
        if self.text.get(end) != Some(&b'"') || kind == Kind::Other {
            let value = self.string()?;
            self.name_of(value)?;
        } else if known.atom != qjs::JS_ATOM_NULL && self.text[known.text.clone()] == *text {
            self.at = end + 1;
            self.names.push(known.atom);
        } else {
            self.at = end + 1;
            // SAFETY: live context; the text is ASCII.
            let atom = self.own(unsafe { qjs::JS_NewAtomLen(self.ctx, text.as_ptr().cast(), text.len() as _) })?;
            self.keys[slot] = Key { text: start..end, atom };
            self.names.push(atom);
        }
        self.colon()
    }

    fn colon(&mut self) -> Result<(), Failure> {
        if self.peek() != Some(b':') {
            return Err(Failure::NotHere);
        }
        self.at += 1;
        Ok(())
    }

    /// A key that is not plain ASCII: the engine takes an atom's text for one byte a character where it looks for it.
    fn name_of(&mut self, string: JSValue) -> Result<(), Failure> {
        // SAFETY: live context; the string is owned here.
        let atom = unsafe {
            let atom = qjs::JS_ValueToAtom(self.ctx, string);
            qjs::JS_FreeValue(self.ctx, string);
            atom
        };
        let atom = self.own(atom)?;
        self.names.push(atom);
        Ok(())
    }

    fn own(&mut self, atom: JSAtom) -> Result<JSAtom, Failure> {
        if atom == qjs::JS_ATOM_NULL {
            return Err(Failure::Thrown);
        }
        self.atoms.push(atom);
        Ok(atom)
    }

    /// A string, whose quote is at hand.
    fn string(&mut self) -> Result<JSValue, Failure> {
        let start = self.at + 1;
        let (end, kind) = self.scan(start);
        match self.text.get(end) {
            Some(b'"') => {
                self.at = end + 1;
                self.make_string(start..end, kind)
            }
            Some(b'\\') => {
                self.unescape(start, end)?;
                thrown(bytes::raw_wtf8_string(self.owner, &self.scratch))
            }
            _ => Err(Failure::NotHere),
        }
    }

    #[inline(always)]
    fn make_string(&self, range: Range<usize>, kind: Kind) -> Result<JSValue, Failure> {
        let text = &self.text[range];
        if kind == Kind::Other {
            return thrown(bytes::raw_wtf8_string(self.owner, text));
        }
        // SAFETY: live context; the text is ASCII.
        thrown(unsafe { qjs::JS_NewStringLen(self.ctx, text.as_ptr().cast(), text.len() as _) })
    }

    /// The first quote, backslash or control character from `start` on, and what lies before it.
    #[inline(always)]
    fn scan(&self, start: usize) -> (usize, Kind) {
        let text = self.text;
        let (mut at, mut seen) = (start, 0_u64);
        while let Some(block) = text.get(at..).and_then(<[u8]>::first_chunk) {
            let word = u64::from_le_bytes(*block);
            let special = special_bytes(word);
            if special != 0 {
                let count = special.trailing_zeros() / 8;
                // What follows does not count.
                seen |= word & !(u64::MAX << (count * 8));
                return (at + count as usize, Kind::of(seen));
            }
            seen |= word;
            at += 8;
        }
        while let Some(&byte) = text.get(at) {
            if byte == b'"' || byte == b'\\' || byte < b' ' {
                break;
            }
            seen |= u64::from(byte);
            at += 1;
        }
        (at, Kind::of(seen))
    }

    /// Puts the string that began at `start` into the scratch; the first backslash is at `end`.
    fn unescape(&mut self, start: usize, end: usize) -> Result<(), Failure> {
        self.scratch.clear();
        let (mut from, mut to) = (start, end);
        loop {
            self.scratch.extend_from_slice(&self.text[from..to]);
            if self.text.get(to) == Some(&b'"') {
                self.at = to + 1;
                return Ok(());
            }
            let (Some(b'\\'), Some(&escaped)) = (self.text.get(to), self.text.get(to + 1)) else {
                return Err(Failure::NotHere);
            };
            from = to + 2;
            let byte = match escaped {
                b'"' | b'\\' | b'/' => escaped,
                b'b' => 8,
                b'f' => 12,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'u' => {
                    let digits = self.text.get(from..from + 4).ok_or(Failure::NotHere)?;
                    let mut unit = 0;
                    for &digit in digits {
                        unit = unit << 4 | char::from(digit).to_digit(16).ok_or(Failure::NotHere)?;
                    }
                    from += 4;
                    // The engine joins the halves of a pair.
                    push_unit(&mut self.scratch, unit);
                    to = self.scan(from).0;
                    continue;
                }
                _ => return Err(Failure::NotHere),
            };
            self.scratch.push(byte);
            to = self.scan(from).0;
        }
    }

    fn number(&mut self) -> Result<JSValue, Failure> {
        let text = &self.text[self.at..];
        let is_negative = text.first() == Some(&b'-');
        let mut at = usize::from(is_negative);
        let whole = at;
        let mut digits = 0_u64;
        let mut read = |at: &mut usize| {
            let from = *at;
            while let Some(digit) = text.get(*at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
                digits = digits.wrapping_mul(10).wrapping_add(digit.into());
                *at += 1;
            }
            *at - from
        };
        let whole_len = read(&mut at);
        if whole_len == 0 || whole_len > 1 && text[whole] == b'0' {
            return Err(Failure::NotHere);
        }
        let mut fraction_len = 0;
        if text.get(at) == Some(&b'.') {
            at += 1;
            fraction_len = read(&mut at);
            if fraction_len == 0 {
                return Err(Failure::NotHere);
            }
        }
        let mut is_simple = whole_len + fraction_len <= 19;
        if let Some(b'e' | b'E') = text.get(at) {
            is_simple = false;
            at += 1;
            if let Some(b'+' | b'-') = text.get(at) {
                at += 1;
            }
            let from = at;
            while text.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            if from == at {
                return Err(Failure::NotHere);
            }
        }
        self.at += at;
        // Up to here both the digits and the power of ten are exact, and so is their quotient, rounded once.
        const EXACT: u64 = 1 << 53;
        let number = if is_simple && digits <= EXACT && fraction_len < POWERS.len() {
            if fraction_len == 0 && digits <= i32::MAX as u64 && !(is_negative && digits == 0) {
                let digits = digits as i32;
                return Ok(qjs::JS_MKVAL(qjs::JS_TAG_INT, if is_negative { -digits } else { digits }));
            }
            let number = digits as f64 / POWERS[fraction_len];
            if is_negative { -number } else { number }
        } else {
            let text = std::str::from_utf8(&text[..at]).map_err(|_| Failure::NotHere)?;
            text.parse().map_err(|_| Failure::NotHere)?
        };
        Ok(qjs::JS_NewFloat64(number))
    }
}

const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// What the bytes of a string are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ascii,
    Other,
}

impl Kind {
    #[inline(always)]
    fn of(seen: u64) -> Self {
        if seen & 0x8080_8080_8080_8080 == 0 { Self::Ascii } else { Self::Other }
    }
}

/// The highest bit of each byte that is a quote, a backslash or a control character; of the first one, at least, it is right.
#[inline(always)]
pub(crate) fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let is_zero = |word: u64| word.wrapping_sub(ONES) & !word;
    (is_zero(word ^ (ONES * b'"' as u64))
        | is_zero(word ^ (ONES * b'\\' as u64))
        | (word.wrapping_sub(ONES * 0x20) & !word))
        & HIGH
}

/// Where a key is remembered.
#[inline(always)]
fn slot_of(text: &[u8]) -> usize {
    let edge = |at: usize| text.get(at).copied().map_or(0, usize::from);
    let (first, middle, last) = (edge(0), edge(text.len() / 2), edge(text.len().wrapping_sub(1)));
    (text.len() * 7 + first * 31 + middle * 5 + last * 13) % KEYS
}

#[inline(always)]
fn thrown(value: JSValue) -> Result<JSValue, Failure> {
    // SAFETY: a value just made.
    if unsafe { qjs::JS_IsException(value) } { Err(Failure::Thrown) } else { Ok(value) }
}

/// Appends the UTF-8 of a UTF-16 unit; a surrogate's three bytes, too.
fn push_unit(text: &mut Vec<u8>, unit: u32) {
    let low = |shift: u32| 0x80 | (unit >> shift & 0x3f) as u8;
    match unit {
        0..0x80 => text.push(unit as u8),
        0x80..0x800 => text.extend([0xc0 | (unit >> 6) as u8, low(0)]),
        _ => text.extend([0xe0 | (unit >> 12) as u8, low(6), low(0)]),
    }
}

/// An object with these properties, in this order; it takes the values.
///
/// # Safety
/// Live context, as many names as values.
pub(crate) unsafe fn define(ctx: *mut JSContext, names: &[JSAtom], values: &[JSValue]) -> JSValue {
    // SAFETY: the caller's; defining takes a value whether it succeeds or not.
    unsafe {
        let made = qjs::JS_NewObject(ctx);
        if qjs::JS_IsException(made) {
            memory::free_all(ctx, values);
            return made;
        }
        for (index, (&name, &value)) in names.iter().zip(values).enumerate() {
            if qjs::JS_DefinePropertyValue(ctx, made, name, value, qjs::JS_PROP_C_W_E as _) < 0 {
                memory::free_all(ctx, &values[index + 1..]);
                qjs::JS_FreeValue(ctx, made);
                return qjs::JS_EXCEPTION;
            }
        }
        made
    }
}

/// Remembers the shape of an object that has just these names.
///
/// # Safety
/// Live context and object, the layout is known.
unsafe fn remember(ctx: *mut JSContext, shared: &mut Shared, empty: &mut JSValue, made: *mut Object, names: &[JSAtom]) {
    // SAFETY: the caller's; what is kept has a reference of its own.
    unsafe {
        let shape = (*made).shape;
        // Of a name that comes twice there is one slot.
        if !memory::can_share(made) || !(*shape).slots().iter().map(|slot| slot.atom).eq(names.iter().copied()) {
            return;
        }
        if !memory::is_object(*empty) {
            *empty = qjs::JS_NewObject(ctx);
            if qjs::JS_IsException(*empty) {
                qjs::JS_FreeValue(ctx, qjs::JS_GetException(ctx));
                *empty = qjs::JS_NULL;
                return;
            }
        }
        let before = std::mem::replace(
            &mut shared.object,
            qjs::JS_DupValue(ctx, qjs::JS_MKPTR(qjs::JS_TAG_OBJECT, made.cast())),
        );
        qjs::JS_FreeValue(ctx, before);
        shared.names.clear();
        shared.names.extend_from_slice(names);
        shared.shape = shape;
    }
}
