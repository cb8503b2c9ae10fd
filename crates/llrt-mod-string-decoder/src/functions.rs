//! JavaScript values in, plain Rust, JavaScript values out.

use llrt_core::bytes::{self, View};
use rquickjs::{Ctx, Result, Value};

use crate::ops::{Encoding, State, Text};

/// `encodingNumber(name)`: -1 when there is none of this name.
pub(crate) fn encoding_number(name: String) -> i32 {
    Encoding::parse(&name).map_or(-1, |encoding| encoding as i32)
}

/// `encodingName(number)`.
pub(crate) fn encoding_name(number: u8) -> &'static str {
    Encoding::from_number(number).name()
}

/// `decode(state, bytes)`: the text of all characters that are whole now.
pub(crate) fn decode<'js>(ctx: Ctx<'js>, state: Value<'js>, chunk: Value<'js>) -> Result<Value<'js>> {
    let chunk = View::from_arg(&ctx, &chunk, "buf")?.to_vec();
    with_state(&ctx, &state, |state| state.write(&chunk))
}

/// `flush(state)`: the text of what is left of a character.
pub(crate) fn flush<'js>(ctx: Ctx<'js>, state: Value<'js>) -> Result<Value<'js>> {
    with_state(&ctx, &state, State::flush)
}

fn with_state<'js>(ctx: &Ctx<'js>, state: &Value<'js>, body: impl FnOnce(&mut State) -> Text) -> Result<Value<'js>> {
    let text = View::from_arg(ctx, state, "decoder")?.with_mut(|bytes| {
        let mut state = State::from_bytes(bytes);
        let text = body(&mut state);
        state.store(bytes);
        text
    });
    match text {
        Text::Utf8(text) => bytes::utf8_string(ctx, &text),
        Text::Utf16(units) => bytes::utf16_string(ctx, &units),
        Text::Latin1(bytes) => bytes::latin1_string(ctx, &bytes),
    }
}
