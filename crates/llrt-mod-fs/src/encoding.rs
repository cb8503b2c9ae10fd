//! Node's encodings of text.

use llrt_core::{JsClass, NodeError, bytes, host};
use rquickjs::{Ctx, Function, Object, Result, Value, function::This};

/// An encoding, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes stay a `Buffer`.
    Buffer,
    Utf8,
    Utf16le,
    Latin1,
    Ascii,
    Hex,
    Base64,
    Base64url,
}

impl Encoding {
    /// By any of its names, in any case.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        // The usual ones first, without a copy.
        match name {
            "utf8" | "utf-8" => return Some(Self::Utf8),
            "buffer" => return Some(Self::Buffer),
            _ => {}
        }
        Some(match name.to_ascii_lowercase().as_str() {
            "utf8" | "utf-8" => Self::Utf8,
            "ucs2" | "ucs-2" | "utf16le" | "utf-16le" => Self::Utf16le,
            "latin1" | "binary" => Self::Latin1,
            "ascii" => Self::Ascii,
            "hex" => Self::Hex,
            "base64" => Self::Base64,
            "base64url" => Self::Base64url,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Buffer => "buffer",
            Self::Utf8 => "utf8",
            Self::Utf16le => "utf16le",
            Self::Latin1 => "latin1",
            Self::Ascii => "ascii",
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Base64url => "base64url",
        }
    }

    /// Bytes as text of this encoding, or as a `Buffer`.
    pub(crate) fn decode<'js>(self, ctx: &Ctx<'js>, data: Vec<u8>) -> Result<Value<'js>> {
        match self {
            Self::Buffer => bytes::buffer(ctx, data).map(Object::into_value),
            _ if data.len() > MAX_CHARS => Err(too_long(ctx)),
            Self::Utf8 => match simdutf8::basic::from_utf8(&data) {
                Ok(text) => bytes::utf8_string(ctx, text),
                Err(_) => bytes::utf8_string(ctx, &String::from_utf8_lossy(&data)),
            },
            Self::Latin1 => bytes::latin1_string(ctx, &data),
            Self::Ascii => {
                let mut data = data;
                data.iter_mut().for_each(|byte| *byte &= 0x7F);
                bytes::latin1_string(ctx, &data)
            }
            Self::Utf16le => {
                let units: Vec<u16> = data.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
                bytes::utf16_string(ctx, &units)
            }
            Self::Hex | Self::Base64 | Self::Base64url => {
                let buffer = buffer_class(ctx)?;
                let from: Function<'js> = buffer.get("from")?;
                let buffer: Object<'js> = from.call((This(buffer), bytes::array_buffer(ctx, data)?))?;
                let to_string: Function<'js> = buffer.get("toString")?;
                to_string.call((This(buffer), self.name()))
            }
        }
    }

    /// The bytes that `text` stands for.
    pub(crate) fn encode<'js>(self, ctx: &Ctx<'js>, text: &rquickjs::String<'js>) -> Result<Vec<u8>> {
        match self {
            Self::Buffer | Self::Utf8 => {
                let mut data = bytes::wtf8(text)?;
                if simdutf8::basic::from_utf8(&data).is_err() {
                    bytes::replace_surrogates(&mut data);
                }
                Ok(data)
            }
            Self::Latin1 | Self::Ascii => {
                bytes::with_utf16(text, |units| units.iter().map(|unit| unit.to_le_bytes()[0]).collect())
            }
            Self::Utf16le => {
                bytes::with_utf16(text, |units| units.iter().flat_map(|unit| unit.to_le_bytes()).collect())
            }
            Self::Hex | Self::Base64 | Self::Base64url => {
                let buffer = buffer_class(ctx)?;
                let from: Function<'js> = buffer.get("from")?;
                let made: Value<'js> = from.call((This(buffer), text.clone(), self.name()))?;
                Ok(bytes::View::of(&made).map(|view| view.to_vec()).unwrap_or_default())
            }
        }
    }
}

/// The rarer encodings are those of `node:buffer`.
fn buffer_class<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    host::import(ctx, "node:buffer")?.get("Buffer")
}

/// What the engine can hold.
const MAX_CHARS: usize = 0x3FFF_FFFF;

fn too_long(ctx: &Ctx<'_>) -> rquickjs::Error {
    let text = format!("Cannot create a string longer than 0x{MAX_CHARS:x} characters");
    NodeError::new(JsClass::Error, "ERR_STRING_TOO_LONG", text).throw(ctx)
}
