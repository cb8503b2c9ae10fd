//! JavaScript values in, [`ops`], JavaScript values out.

use llrt_core::{OrThrow, args, bytes};
use rquickjs::{Ctx, Result, TypedArray, Value};

use crate::ops;

/// `encode(bytes: ArrayBuffer | TypedArray | DataView | string): string`; a string stands for its UTF-8.
pub(crate) fn encode<'js>(ctx: Ctx<'js>, value: Value<'js>) -> Result<String> {
    match bytes::View::of(&value) {
        Some(view) => Ok(view.with(ops::encode)),
        None => bytes::bytes_or_utf8(&ctx, &value, "bytes").map(|bytes| ops::encode(&bytes)),
    }
}

/// `decode(text: string): Uint8Array`.
pub(crate) fn decode<'js>(ctx: Ctx<'js>, value: Value<'js>) -> Result<TypedArray<'js, u8>> {
    let text = args::string(&ctx, &value, "text")?;
    bytes::uint8_array(&ctx, ops::decode(&text).or_throw(&ctx)?)
}
