//! The class `TextEncoder`.

use llrt_core::{
    args,
    bytes::{self, View},
    table::{Call, Member},
};
use rquickjs::{
    Class, Coerced, Constructor, Ctx, IntoJs, JsLifetime, Object, Result, Value,
    class::{Readable, Trace, Tracer},
};

use crate::{ops, state};

/// Tells an encoder from other objects.
#[derive(JsLifetime)]
struct EncoderData;

impl<'js> Trace<'js> for EncoderData {
    fn trace<'a>(&self, _tracer: Tracer<'a, 'js>) {}
}

impl<'js> rquickjs::class::JsClass<'js> for EncoderData {
    const NAME: &'static str = "TextEncoder";
    type Mutable = Readable;

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }
}

static MEMBERS: &[Member] = &[
    Member::getter(c"encoding", 0, |call| this(call).and_then(|()| "utf-8".into_js(call.ctx()))).enumerable(),
    Member::method(c"encode", 0, 0, encode).enumerable(),
    Member::method(c"encodeInto", 2, 0, encode_into).enumerable(),
    Member::string(c"[Symbol.toStringTag]", c"TextEncoder"),
];

static INSPECT: Member = Member::method(c"[nodejs.util.inspect.custom]", 2, 0, |call| {
    this(call)?;
    state::inspect(call, &["encoding"])
});

pub(crate) fn class<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    state::define(ctx, c"TextEncoder", MEMBERS, &INSPECT, |call| {
        Class::instance_proto(EncoderData, state::new_target(call, "TextEncoder")?).map(Class::into_value)
    })
}

fn this(call: &Call<'_, '_>) -> Result<()> {
    let this = call.this();
    let found: Option<Class<'_, EncoderData>> = this.as_object().and_then(Class::from_object);
    found.map(drop).ok_or_else(|| state::invalid_this(call.ctx(), "TextEncoder"))
}

/// `encoder.encode(input = "")`.
fn encode<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    this(call)?;
    let input = call.arg(0);
    let mut text = match input.is_undefined() {
        true => Vec::new(),
        false => bytes::wtf8(&input.get::<Coerced<rquickjs::String<'js>>>()?.0)?,
    };
    bytes::replace_surrogates(&mut text);
    bytes::uint8_array(call.ctx(), text).map(|array| array.into_value())
}

/// `encoder.encodeInto(source, destination)`: as many whole characters as fit.
fn encode_into<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    this(call)?;
    let ctx = call.ctx();
    let (source, target) = (call.arg(0), call.arg(1));
    let Some(text) = source.as_string() else {
        return Err(args::invalid_arg_type(ctx, "src", &["string"], &source));
    };
    let Some(view) = View::of(&target).filter(|_| bytes::is_uint8_array(&target)) else {
        return Err(args::invalid_arg_type(ctx, "dest", &["Uint8Array"], &target));
    };
    let (read, written) = bytes::with_wtf8(text, |text| {
        view.with_mut(|target| {
            let len = ops::prefix_len(text, target.len());
            target[..len].copy_from_slice(&text[..len]);
            bytes::replace_surrogates(&mut target[..len]);
            (ops::utf16_len(&text[..len]), len)
        })
    })?;
    let result = Object::new(ctx.clone())?;
    result.set("read", read)?;
    result.set("written", written)?;
    result.into_js(ctx)
}
