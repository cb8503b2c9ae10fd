//! The class `TextDecoder`.

use std::cell::RefCell;

use llrt_core::{
    JsClass, NodeError, args,
    bytes::{self, View},
    table::{Call, Member},
};
use rquickjs::{
    Class, Coerced, Constructor, Ctx, IntoJs, JsLifetime, Result, Value,
    class::{Readable, Trace, Tracer},
};

use crate::{
    ops::{self, TextDecoder},
    state,
};

#[derive(JsLifetime)]
struct DecoderData {
    decoder: RefCell<TextDecoder>,
}

impl<'js> Trace<'js> for DecoderData {
    fn trace<'a>(&self, _tracer: Tracer<'a, 'js>) {}
}

impl<'js> rquickjs::class::JsClass<'js> for DecoderData {
    const NAME: &'static str = "TextDecoder";
    type Mutable = Readable;

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }
}

static MEMBERS: &[Member] = &[
    Member::method(c"decode", 0, 0, decode).enumerable(),
    Member::getter(c"encoding", 0, |call| {
        ops::name(this(call)?.borrow().decoder.borrow().encoding).into_js(call.ctx())
    })
    .enumerable(),
    Member::getter(c"fatal", 0, |call| this(call)?.borrow().decoder.borrow().fatal.into_js(call.ctx())).enumerable(),
    Member::getter(c"ignoreBOM", 0, |call| this(call)?.borrow().decoder.borrow().ignore_bom.into_js(call.ctx()))
        .enumerable(),
    Member::string(c"[Symbol.toStringTag]", c"TextDecoder"),
];

static INSPECT: Member = Member::method(c"[nodejs.util.inspect.custom]", 2, 0, |call| {
    this(call)?;
    state::inspect(call, &["encoding", "fatal", "ignoreBOM"])
});

pub(crate) fn class<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    state::define(ctx, c"TextDecoder", MEMBERS, &INSPECT, construct)
}

fn this<'js>(call: &Call<'_, 'js>) -> Result<Class<'js, DecoderData>> {
    let found = call.this().as_object().and_then(Class::from_object);
    found.ok_or_else(|| state::invalid_this(call.ctx(), "TextDecoder"))
}

fn option(options: &Value<'_>, name: &str) -> Result<bool> {
    match options.as_object() {
        Some(options) => options.get::<_, Coerced<bool>>(name).map(|value| value.0),
        None => Ok(false),
    }
}

fn check_options<'js>(ctx: &Ctx<'js>, options: &Value<'js>) -> Result<()> {
    if options.is_undefined() || options.is_null() || options.is_object() {
        return Ok(());
    }
    Err(args::invalid_arg_type(ctx, "options", &["Object"], options))
}

/// `new TextDecoder(label = "utf-8", { fatal, ignoreBOM })`.
fn construct<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let prototype = state::new_target(call, "TextDecoder")?;
    let (label, options) = (call.arg(0), call.arg(1));
    let label = if label.is_undefined() { "utf-8".to_owned() } else { label.get::<Coerced<String>>()?.0 };
    check_options(ctx, &options)?;
    let encoding = ops::encoding_for_label(&label).ok_or_else(|| {
        let message = format!("The \"{label}\" encoding is not supported");
        NodeError::new(JsClass::RangeError, "ERR_ENCODING_NOT_SUPPORTED", message).throw(ctx)
    })?;
    let decoder = TextDecoder::new(encoding, option(&options, "fatal")?, option(&options, "ignoreBOM")?);
    Class::instance_proto(DecoderData { decoder: RefCell::new(decoder) }, prototype).map(Class::into_value)
}

/// `decoder.decode(input, { stream })`.
fn decode<'js>(call: &Call<'_, 'js>) -> Result<Value<'js>> {
    let ctx = call.ctx();
    let data = this(call)?;
    let data = data.borrow();
    let (input, options) = (call.arg(0), call.arg(1));
    let view = match View::of(&input) {
        Some(view) => Some(view),
        None if input.is_undefined() => None,
        None => {
            // The words of Node's native half, which decodes UTF-8.
            let message =
                "The \"list\" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.";
            return Err(NodeError::new(JsClass::TypeError, "ERR_INVALID_ARG_TYPE", message).throw(ctx));
        }
    };
    check_options(ctx, &options)?;
    let stream = option(&options, "stream")?;
    let mut decoder = data.decoder.borrow_mut();
    let mut run = |bytes: &[u8]| match decoder.decode(bytes, stream) {
        Ok(text) => bytes::utf8_string(ctx, &text).map(Some),
        Err(ops::Malformed) => Ok(None),
    };
    let text = match view {
        Some(view) => view.with(run)?,
        None => run(&[])?,
    };
    text.ok_or_else(|| {
        let message = format!("The encoded data was not valid for encoding {}", ops::name(decoder.encoding));
        NodeError::new(JsClass::TypeError, "ERR_ENCODING_INVALID_ENCODED_DATA", message).throw(ctx)
    })
}
