//! Values to JSON text.
//!
//! Objects are read in place while nothing but this runs. Before a function of the program's is called (`toJSON`, an accessor, a proxy's
//! trap), the names that are still to come are taken down for all objects that are open, and what they hold is asked for from then on.

use std::ptr;

use llrt_core::bytes::{self, Characters};
use rquickjs::qjs::{self, JSAtom, JSContext, JSValue};

use crate::{
    memory::{self, INTEGER_ATOM, Object, Shape, class},
    number,
    parse::special_bytes,
};

/// In deeper values there is no place for more; the engine's stack would be at its end long before.
const MAX_DEPTH: usize = 8000;
const KEYS: usize = 128;
const SHAPES: usize = 32;

/// What came of it.
pub(crate) enum Outcome {
    /// The text, in UTF-8.
    Text(Vec<u8>),
    /// A value that has no text.
    Nothing,
    /// An exception is pending.
    Thrown,
}

/// The text of a value; `space` indents a level.
///
/// # Safety
/// Live context and value; the layout of objects and strings is known.
pub(crate) unsafe fn stringify(ctx: *mut JSContext, value: JSValue, space: &[u8]) -> Outcome {
    // SAFETY: live context; the null atom, when there is no memory, is no name of any property.
    let to_json = unsafe { qjs::JS_NewAtomLen(ctx, c"toJSON".as_ptr(), 6) };
    let mut writer = Writer {
        ctx,
        space,
        out: Vec::with_capacity(128),
        frames: Vec::new(),
        key_text: Vec::new(),
        keys: [Key { atom: qjs::JS_ATOM_NULL, start: 0, len: 0 }; KEYS],
        shapes: [ptr::null(); SHAPES],
        to_json,
    };
    match writer.run(value) {
        Ok(true) => Outcome::Text(std::mem::take(&mut writer.out)),
        Ok(false) => Outcome::Nothing,
        Err(Thrown) => Outcome::Thrown,
    }
}

struct Thrown;

struct Writer<'a> {
    ctx: *mut JSContext,
    space: &'a [u8],
    out: Vec<u8>,
    /// The objects and arrays that are open.
    frames: Vec<Frame>,
    /// Keys as they are written, and where those of some atoms are.
    key_text: Vec<u8>,
    keys: [Key; KEYS],
    /// Shapes of objects that can be read in place, until a function of the program's is called.
    shapes: [*const Shape; SHAPES],
    to_json: JSAtom,
}

#[derive(Clone, Copy)]
struct Key {
    atom: JSAtom,
    start: u32,
    len: u32,
}

struct Frame {
    /// With a reference of its own.
    value: JSValue,
    is_array: bool,
    /// What comes next: an element, or a property.
    at: usize,
    /// Up to here.
    len: usize,
    /// The names of the properties; `None` while they are read in place. An array that is not has none.
    names: Option<Vec<JSAtom>>,
    in_place: bool,
    is_empty: bool,
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        while let Some(frame) = self.frames.pop() {
            self.free(&frame);
        }
        // SAFETY: live context; the reference is the writer's.
        unsafe { qjs::JS_FreeAtom(self.ctx, self.to_json) };
    }
}

impl Writer<'_> {
    fn free(&self, frame: &Frame) {
        // SAFETY: live context; the references are the frame's.
        unsafe {
            qjs::JS_FreeValue(self.ctx, frame.value);
            for &name in frame.names.iter().flatten() {
                qjs::JS_FreeAtom(self.ctx, name);
            }
        }
    }

    /// Whether the value has a text, which is then written.
    fn run(&mut self, value: JSValue) -> Result<bool, Thrown> {
        // SAFETY: live context; each value that is given on has a reference of its own.
        unsafe {
            let value = qjs::JS_DupValue(self.ctx, value);
            let Some(value) = self.prepare(value, None)? else { return Ok(false) };
            self.write(value)?;
            while let Some(frame) = self.frames.last_mut() {
                if frame.at == frame.len {
                    self.close();
                    continue;
                }
                let at = frame.at;
                frame.at += 1;
                if frame.is_array {
                    self.element(at)?;
                } else {
                    self.property(at)?;
                }
            }
        }
        Ok(true)
    }

    /// # Safety
    /// As [`stringify`]; so it is for all that follow. A frame is open.
    unsafe fn element(&mut self, at: usize) -> Result<(), Thrown> {
        // SAFETY: the caller's; an array that is read in place has not changed.
        unsafe {
            let frame = self.top();
            let in_place = if frame.in_place { (*memory::object(frame.value)).elements() } else { None };
            let value = match in_place.and_then(|elements| elements.get(at)) {
                Some(&value) if is_simple(value) => {
                    self.separate();
                    return self.simple(value);
                }
                Some(&value) => qjs::JS_DupValue(self.ctx, value),
                None => {
                    self.leave_places();
                    let value = self.top().value;
                    self.thrown(qjs::JS_GetPropertyInt64(self.ctx, value, at as i64))?
                }
            };
            let value = self.prepare(value, Some(Name::Index(at)))?;
            self.separate();
            match value {
                Some(value) => self.write(value),
                None => {
                    self.out.extend_from_slice(b"null");
                    Ok(())
                }
            }
        }
    }

    unsafe fn property(&mut self, at: usize) -> Result<(), Thrown> {
        // SAFETY: the caller's; an object that is read in place has not changed.
        unsafe {
            let frame = self.top();
            let (atom, value) = if frame.in_place {
                let (slots, values) = (*memory::object(frame.value)).properties();
                let slot = slots[at];
                if slot.atom == qjs::JS_ATOM_NULL || !slot.is_enumerable() {
                    return Ok(());
                }
                if slot.is_value() && is_simple(values[at]) {
                    self.separate();
                    self.put_key(slot.atom)?;
                    return self.simple(values[at]);
                }
                if slot.is_value() {
                    (slot.atom, qjs::JS_DupValue(self.ctx, values[at]))
                } else {
                    self.leave_places();
                    let value = self.top().value;
                    (slot.atom, self.thrown(qjs::JS_GetProperty(self.ctx, value, slot.atom))?)
                }
            } else {
                let atom = frame.names.as_ref().map_or(qjs::JS_ATOM_NULL, |names| names[at]);
                self.leave_places();
                let value = self.top().value;
                (atom, self.thrown(qjs::JS_GetProperty(self.ctx, value, atom))?)
            };
            let Some(value) = self.prepare(value, Some(Name::Atom(atom)))? else { return Ok(()) };
            self.separate();
            if self.put_key(atom).is_err() {
                qjs::JS_FreeValue(self.ctx, value);
                return Err(Thrown);
            }
            self.write(value)
        }
    }

    unsafe fn put_key(&mut self, atom: JSAtom) -> Result<(), Thrown> {
        // SAFETY: the caller's.
        let key = unsafe { self.key(atom) }.ok_or(Thrown)?;
        let (start, end) = (key.start as usize, (key.start + key.len) as usize);
        self.out.extend_from_slice(&self.key_text[start..end]);
        if !self.space.is_empty() {
            self.out.push(b' ');
        }
        Ok(())
    }

    fn top(&self) -> &Frame {
        // There is one while its parts are written.
        &self.frames[self.frames.len() - 1]
    }

    /// What is in front of a part of the frame at the top.
    fn separate(&mut self) {
        let Some(frame) = self.frames.last_mut() else { return };
        if !frame.is_empty {
            self.out.push(b',');
        }
        frame.is_empty = false;
        self.indent(self.frames.len());
    }

    fn indent(&mut self, level: usize) {
        if !self.space.is_empty() {
            self.out.push(b'\n');
            for _ in 0..level {
                self.out.extend_from_slice(self.space);
            }
        }
    }

    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        if !frame.is_empty {
            self.indent(self.frames.len());
        }
        self.out.push(if frame.is_array { b']' } else { b'}' });
        self.free(&frame);
    }

    /// What is to be written of an owned value: what its `toJSON` gives, and nothing of `undefined`, a symbol or a function.
    unsafe fn prepare(&mut self, mut value: JSValue, name: Option<Name>) -> Result<Option<JSValue>, Thrown> {
        // SAFETY: the caller's.
        unsafe {
            let tag = memory::tag(value);
            let may_convert = match tag {
                qjs::JS_TAG_OBJECT => !self.is_plain(memory::object(value)),
                qjs::JS_TAG_BIG_INT | qjs::JS_TAG_SHORT_BIG_INT => true,
                _ => return Ok(Self::has_text(tag).then_some(value)),
            };
            if !may_convert {
                return Ok(Some(value));
            }
            self.leave_places();
            let function = qjs::JS_GetProperty(self.ctx, value, self.to_json);
            if qjs::JS_IsFunction(self.ctx, function) {
                let mut key = match name {
                    None => qjs::JS_NewStringLen(self.ctx, c"".as_ptr(), 0),
                    Some(Name::Index(index)) => {
                        let text = index.to_string();
                        qjs::JS_NewStringLen(self.ctx, text.as_ptr().cast(), text.len() as _)
                    }
                    Some(Name::Atom(atom)) => qjs::JS_AtomToString(self.ctx, atom),
                };
                let found =
                    if qjs::JS_IsException(key) { key } else { qjs::JS_Call(self.ctx, function, value, 1, &mut key) };
                qjs::JS_FreeValue(self.ctx, key);
                qjs::JS_FreeValue(self.ctx, function);
                qjs::JS_FreeValue(self.ctx, value);
                value = self.thrown(found)?;
            } else {
                qjs::JS_FreeValue(self.ctx, function);
                if qjs::JS_IsException(function) {
                    qjs::JS_FreeValue(self.ctx, value);
                    return Err(Thrown);
                }
            }
            let has_text = Self::has_text(memory::tag(value)) && !qjs::JS_IsFunction(self.ctx, value);
            if !has_text {
                qjs::JS_FreeValue(self.ctx, value);
                return Ok(None);
            }
            Ok(Some(value))
        }
    }

    fn has_text(tag: i32) -> bool {
        !matches!(tag, qjs::JS_TAG_UNDEFINED | qjs::JS_TAG_SYMBOL | qjs::JS_TAG_UNINITIALIZED)
    }

    /// Writes an owned value, or opens it.
    unsafe fn write(&mut self, value: JSValue) -> Result<(), Thrown> {
        // SAFETY: the caller's.
        unsafe {
            match memory::tag(value) {
                qjs::JS_TAG_OBJECT => return self.open(value),
                qjs::JS_TAG_BIG_INT | qjs::JS_TAG_SHORT_BIG_INT => {
                    qjs::JS_FreeValue(self.ctx, value);
                    // The engine's words, as for all that it throws.
                    qjs::JS_ThrowTypeError(self.ctx, c"BigInt are forbidden in JSON.stringify".as_ptr());
                    return Err(Thrown);
                }
                _ => {}
            }
            let written = self.simple(value);
            qjs::JS_FreeValue(self.ctx, value);
            written
        }
    }

    /// Writes a value that is neither an object nor a `BigInt`, and stays the caller's.
    unsafe fn simple(&mut self, value: JSValue) -> Result<(), Thrown> {
        // SAFETY: the caller's; the value has the type that its tag says.
        unsafe {
            match memory::tag(value) {
                qjs::JS_TAG_INT => number::write_integer(&mut self.out, qjs::JS_VALUE_GET_INT(value).into()),
                qjs::JS_TAG_FLOAT64 => number::write(&mut self.out, qjs::JS_VALUE_GET_FLOAT64(value)),
                qjs::JS_TAG_BOOL => {
                    self.out.extend_from_slice(if qjs::JS_VALUE_GET_BOOL(value) { b"true" } else { b"false" });
                }
                qjs::JS_TAG_STRING | qjs::JS_TAG_STRING_ROPE => {
                    return quote(self.ctx, &mut self.out, value).ok_or(Thrown);
                }
                _ => self.out.extend_from_slice(b"null"),
            }
            Ok(())
        }
    }

    unsafe fn open(&mut self, value: JSValue) -> Result<(), Thrown> {
        // SAFETY: the caller's.
        unsafe {
            let object = memory::object(value);
            let data = match (*object).class {
                class::STRING => {
                    self.leave_places();
                    Some(qjs::JS_ToString(self.ctx, value))
                }
                class::NUMBER => {
                    self.leave_places();
                    Some(qjs::JS_ToNumber(self.ctx, value))
                }
                class::BOOLEAN | class::BIG_INT => Some(qjs::JS_DupValue(self.ctx, (*object).data())),
                class::RAW_JSON => Some(qjs::JS_GetPropertyStr(self.ctx, value, c"rawJSON".as_ptr())),
                _ => None,
            };
            if let Some(data) = data {
                let is_raw = (*object).class == class::RAW_JSON;
                qjs::JS_FreeValue(self.ctx, value);
                let data = self.thrown(data)?;
                if !is_raw {
                    return self.write(data);
                }
                let written = with_text(self.ctx, data, |text| self.out.extend_from_slice(text));
                qjs::JS_FreeValue(self.ctx, data);
                return written.ok_or(Thrown);
            }
            let is_open = self.frames.iter().any(|frame| memory::object(frame.value) == object);
            if is_open || self.frames.len() == MAX_DEPTH {
                qjs::JS_FreeValue(self.ctx, value);
                if is_open {
                    qjs::JS_ThrowTypeError(self.ctx, c"circular reference".as_ptr());
                } else {
                    qjs::JS_ThrowRangeError(self.ctx, c"Maximum call stack size exceeded".as_ptr());
                }
                return Err(Thrown);
            }
            let mut frame =
                Frame { value, is_array: false, at: 0, len: 0, names: None, in_place: false, is_empty: true };
            if let Some(elements) = (*object).elements() {
                (frame.is_array, frame.in_place, frame.len) = (true, true, elements.len());
            } else if self.is_plain(object) {
                (frame.in_place, frame.len) = (true, (*object).properties().0.len());
            } else {
                self.leave_places();
                let opened = self.look_into(&mut frame);
                if opened.is_err() {
                    self.free(&frame);
                    return opened;
                }
            }
            self.out.push(if frame.is_array { b'[' } else { b'{' });
            self.frames.push(frame);
            Ok(())
        }
    }

    /// Asks for the length of an array, the names of an object.
    unsafe fn look_into(&mut self, frame: &mut Frame) -> Result<(), Thrown> {
        // SAFETY: the caller's; what is behind a proxy lives as long as the proxy, which the frame holds.
        unsafe {
            let mut target = frame.value;
            while qjs::JS_IsProxy(target) {
                let next = self.thrown(qjs::JS_GetProxyTarget(self.ctx, target))?;
                qjs::JS_FreeValue(self.ctx, next);
                target = next;
            }
            frame.is_array = qjs::JS_IsArray(target);
            if frame.is_array {
                let mut len = 0;
                if qjs::JS_GetLength(self.ctx, frame.value, &mut len) != 0 {
                    return Err(Thrown);
                }
                frame.len = len as usize;
                return Ok(());
            }
            let names = names_of(self.ctx, frame.value)?;
            frame.len = names.len();
            frame.names = Some(names);
            Ok(())
        }
    }

    /// A function of the program's is about to be called.
    unsafe fn leave_places(&mut self) {
        // SAFETY: the caller's; each frame's object has not changed so far.
        unsafe {
            self.shapes = [ptr::null(); SHAPES];
            for frame in self.frames.iter_mut().rev() {
                // Below a frame that has left, all have.
                if !frame.in_place {
                    return;
                }
                frame.in_place = false;
                if frame.is_array {
                    continue;
                }
                let (slots, _) = (*memory::object(frame.value)).properties();
                // The one that is being written stays, so that its name does.
                let from = frame.at.saturating_sub(1);
                let rest = slots[from..].iter().filter(|slot| slot.atom != qjs::JS_ATOM_NULL && slot.is_enumerable());
                let names: Vec<_> = rest.map(|slot| qjs::JS_DupAtom(self.ctx, slot.atom)).collect();
                (frame.at, frame.len) = (frame.at - from, names.len());
                frame.names = Some(names);
            }
        }
    }

    /// Whether an object is ordinary, or an array without holes; it and its prototypes have no `toJSON`; and the names of an ordinary one are
    /// strings in the order in which they were defined.
    #[inline]
    unsafe fn is_plain(&mut self, object: *mut Object) -> bool {
        // SAFETY: the caller's.
        unsafe {
            let shape: *const Shape = (*object).shape;
            let slot = (shape.addr() / size_of::<Shape>()) % SHAPES;
            if self.shapes[slot] == shape {
                return (*object).class != class::ARRAY || (*object).elements().is_some();
            }
            let is_plain = ((*object).is_ordinary() || (*object).elements().is_some()) && self.find_plain(object);
            if is_plain {
                self.shapes[slot] = shape;
            }
            is_plain
        }
    }

    #[cold]
    unsafe fn find_plain(&mut self, object: *mut Object) -> bool {
        // SAFETY: the caller's; prototypes live as long as what they are prototypes of.
        unsafe {
            let mut holder = object;
            while !holder.is_null() {
                // A prototype of any other class may be asked in another way.
                if !(*holder).is_ordinary() && (*holder).class != class::ARRAY {
                    return false;
                }
                let slots = (*(*holder).shape).slots();
                if slots.iter().any(|slot| slot.atom == self.to_json) {
                    return false;
                }
                holder = (*(*holder).shape).proto;
            }
            if (*object).class == class::ARRAY {
                return true;
            }
            let slots = (*(*object).shape).slots();
            slots.iter().filter(|slot| slot.atom != qjs::JS_ATOM_NULL).all(|slot| {
                slot.atom & INTEGER_ATOM == 0 && {
                    let name = qjs::JS_AtomToValue(self.ctx, slot.atom);
                    let is_text = match bytes::raw_characters(name) {
                        // Large numbers are indices, too.
                        Some(Characters::OneByte(text)) => text.first().is_none_or(|first| !first.is_ascii_digit()),
                        Some(Characters::TwoByte(_)) => true,
                        None => false,
                    };
                    qjs::JS_FreeValue(self.ctx, name);
                    is_text
                }
            })
        }
    }

    /// A key with its quotes and colon, in the text of keys; `None` when an exception is pending.
    unsafe fn key(&mut self, atom: JSAtom) -> Option<Key> {
        let slot = atom as usize % KEYS;
        if self.keys[slot].atom == atom {
            return Some(self.keys[slot]);
        }
        let start = self.key_text.len();
        // SAFETY: the caller's; the string is freed after its use.
        unsafe {
            let name = qjs::JS_AtomToString(self.ctx, atom);
            let written = if qjs::JS_IsException(name) { None } else { quote(self.ctx, &mut self.key_text, name) };
            qjs::JS_FreeValue(self.ctx, name);
            written?;
        }
        self.key_text.push(b':');
        let key = Key { atom, start: start as u32, len: (self.key_text.len() - start) as u32 };
        self.keys[slot] = key;
        Some(key)
    }

    fn thrown(&self, value: JSValue) -> Result<JSValue, Thrown> {
        // SAFETY: a value just made.
        if unsafe { qjs::JS_IsException(value) } { Err(Thrown) } else { Ok(value) }
    }
}

/// Whether a value is written as it is, whatever it is in.
#[inline(always)]
fn is_simple(value: JSValue) -> bool {
    let tag = memory::tag(value);
    matches!(tag, qjs::JS_TAG_STRING | qjs::JS_TAG_INT | qjs::JS_TAG_FLOAT64 | qjs::JS_TAG_BOOL | qjs::JS_TAG_NULL)
}

/// What a value is called in what it is in.
enum Name {
    Index(usize),
    Atom(JSAtom),
}

/// The names of an object's enumerable properties, each with a reference of its own.
///
/// # Safety
/// Live context and object.
unsafe fn names_of(ctx: *mut JSContext, object: JSValue) -> Result<Vec<JSAtom>, Thrown> {
    let (mut table, mut len) = (ptr::null_mut(), 0);
    // SAFETY: the caller's; the table is freed here, after its atoms got references.
    unsafe {
        let flags = (qjs::JS_GPN_STRING_MASK | qjs::JS_GPN_ENUM_ONLY) as i32;
        if qjs::JS_GetOwnPropertyNames(ctx, &mut table, &mut len, object, flags) != 0 {
            return Err(Thrown);
        }
        let names = (0..len as usize).map(|index| qjs::JS_DupAtom(ctx, (*table.add(index)).atom)).collect();
        qjs::JS_FreePropertyEnum(ctx, table, len);
        Ok(names)
    }
}

/// Appends a string in quotes; `None` when an exception is pending.
///
/// # Safety
/// Live context and string, the layout of strings is known.
unsafe fn quote(ctx: *mut JSContext, out: &mut Vec<u8>, string: JSValue) -> Option<()> {
    out.push(b'"');
    // SAFETY: the caller's.
    match unsafe { bytes::raw_characters(string) } {
        Some(Characters::OneByte(text)) => escape(out, text, push_latin1),
        Some(Characters::TwoByte(units)) => escape(out, &llrt_core::text::wtf8(units), push_wtf8),
        None => {
            // A string in parts: the engine joins them.
            // SAFETY: the caller's.
            unsafe { with_text(ctx, string, |text| escape(out, text, push_wtf8))? }
        }
    }
    out.push(b'"');
    Some(())
}

/// Reads a string's UTF-8, in which surrogates may stand alone.
///
/// # Safety
/// Live context and string.
unsafe fn with_text(ctx: *mut JSContext, string: JSValue, read: impl FnOnce(&[u8])) -> Option<()> {
    let mut len = 0;
    // SAFETY: the caller's; the text is freed after its use.
    unsafe {
        let text = qjs::JS_ToCStringLen2(ctx, &mut len, string, false);
        if text.is_null() {
            return None;
        }
        read(std::slice::from_raw_parts(text.cast::<u8>(), len as usize));
        qjs::JS_FreeCString(ctx, text);
    }
    Some(())
}

/// Appends text, of which `push` takes what begins with a byte above ASCII: it gives what is left.
#[inline(always)]
fn escape(out: &mut Vec<u8>, mut text: &[u8], push: impl for<'a> Fn(&mut Vec<u8>, &'a [u8]) -> &'a [u8]) {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    loop {
        // What is written as it is.
        let mut plain = 0;
        while let Some(block) = text.get(plain..).and_then(<[u8]>::first_chunk) {
            let word = u64::from_le_bytes(*block);
            let special = special_bytes(word) | word & HIGH;
            if special != 0 {
                plain += (special.trailing_zeros() / 8) as usize;
                break;
            }
            plain += 8;
        }
        while text.get(plain).is_some_and(|&byte| (b' '..0x80).contains(&byte) && byte != b'"' && byte != b'\\') {
            plain += 1;
        }
        let (before, rest) = text.split_at(plain);
        out.extend_from_slice(before);
        let Some((&byte, after)) = rest.split_first() else { return };
        text = after;
        let short = match byte {
            b'"' | b'\\' => byte,
            8 => b'b',
            9 => b't',
            10 => b'n',
            12 => b'f',
            13 => b'r',
            0..0x20 => {
                push_escaped(out, byte.into());
                continue;
            }
            _ => {
                text = push(out, rest);
                continue;
            }
        };
        out.extend([b'\\', short]);
    }
}

fn push_latin1<'a>(out: &mut Vec<u8>, text: &'a [u8]) -> &'a [u8] {
    out.extend([0xc0 | text[0] >> 6, 0x80 | text[0] & 0x3f]);
    &text[1..]
}

fn push_wtf8<'a>(out: &mut Vec<u8>, text: &'a [u8]) -> &'a [u8] {
    if let [0xed, second @ 0xa0..=0xbf, third, rest @ ..] = text {
        push_escaped(out, 0xd000 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f));
        return rest;
    }
    let run = text.iter().skip(1).take_while(|byte| **byte >= 0x80 && **byte != 0xed).count() + 1;
    let (run, rest) = text.split_at(run);
    out.extend_from_slice(run);
    rest
}

fn push_escaped(out: &mut Vec<u8>, unit: u16) {
    out.extend_from_slice(b"\\u");
    for shift in [12, 8, 4, 0] {
        out.push(b"0123456789abcdef"[usize::from(unit >> shift & 15)]);
    }
}
