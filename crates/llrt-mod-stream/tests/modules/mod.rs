//! The modules that the tests compose.

use llrt_core::Entry;
use llrt_mod_stream::{
    Adapters, Compose, Core, Duplexify, Operators, Pipeline, Stream, StreamConsumers, StreamPromises, StreamWeb,
    WebCommon, WebPipe, WebReadable, WebTee, WebText, WebTransform, WebWritable,
};

pub(crate) static MODULES: &[Entry] = &[
    Entry::of::<Adapters>(),
    Entry::of::<Compose>(),
    Entry::of::<Core>(),
    Entry::of::<Duplexify>(),
    Entry::of::<Operators>(),
    Entry::of::<Pipeline>(),
    Entry::of::<Stream>(),
    Entry::of::<StreamConsumers>(),
    Entry::of::<StreamPromises>(),
    Entry::of::<StreamWeb>(),
    Entry::of::<WebCommon>(),
    Entry::of::<WebPipe>(),
    Entry::of::<WebReadable>(),
    Entry::of::<WebTee>(),
    Entry::of::<WebText>(),
    Entry::of::<WebTransform>(),
    Entry::of::<WebWritable>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
    Entry::of::<llrt_mod_encoding::Encoding>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_string_decoder::StringDecoder>(),
];
