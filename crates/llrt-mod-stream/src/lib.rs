//! The WHATWG streams.
//!
//! They are JavaScript, written from the specification. What is only sometimes called (`pipeTo`, `tee`) is a module of its own, which loads then.
//!
//! Streams: <https://streams.spec.whatwg.org/>.
#![forbid(unsafe_code)]

use llrt_core::{Global, Module, ModuleInfo, script};

/// `node:stream/web`, also `stream/web`.
pub struct StreamWeb;

impl Module for StreamWeb {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["stream/web"],
        requires: &[
            "internal:web-streams/readable",
            "internal:web-streams/text",
            "internal:web-streams/transform",
            "internal:web-streams/writable",
        ],
        script: Some(script!("web")),
        ..ModuleInfo::new("node:stream/web")
    };
}

/// `internal:web-streams/common`: what the web stream classes share.
pub struct WebCommon;

impl Module for WebCommon {
    const INFO: &'static ModuleInfo =
        &ModuleInfo { script: Some(script!("common")), ..ModuleInfo::new("internal:web-streams/common") };
}

/// `internal:web-streams/readable`: `ReadableStream` and its controllers and readers, as globals.
pub struct WebReadable;

impl Module for WebReadable {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:web-streams/common"],
        globals: &[
            Global::class("ReadableStream"),
            Global::class("ReadableStreamDefaultReader"),
            Global::class("ReadableStreamBYOBReader"),
            Global::class("ReadableStreamBYOBRequest"),
            Global::class("ReadableStreamDefaultController"),
            Global::class("ReadableByteStreamController"),
        ],
        script: Some(script!("readable")),
        ..ModuleInfo::new("internal:web-streams/readable")
    };
}

/// `internal:web-streams/writable`: `WritableStream` and its controller and writer, as globals.
pub struct WebWritable;

impl Module for WebWritable {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:web-streams/common"],
        globals: &[
            Global::class("WritableStream"),
            Global::class("WritableStreamDefaultWriter"),
            Global::class("WritableStreamDefaultController"),
        ],
        script: Some(script!("writable")),
        ..ModuleInfo::new("internal:web-streams/writable")
    };
}

/// `internal:web-streams/transform`: `TransformStream`, its controller and the queuing strategies, as globals.
pub struct WebTransform;

impl Module for WebTransform {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:web-streams/common", "internal:web-streams/readable", "internal:web-streams/writable"],
        globals: &[
            Global::class("TransformStream"),
            Global::class("TransformStreamDefaultController"),
            Global::class("ByteLengthQueuingStrategy"),
            Global::class("CountQueuingStrategy"),
        ],
        script: Some(script!("transform")),
        ..ModuleInfo::new("internal:web-streams/transform")
    };
}

/// `internal:web-streams/text`: `TextEncoderStream` and `TextDecoderStream`, as globals.
pub struct WebText;

impl Module for WebText {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &[
            "internal:web-streams/common",
            "internal:web-streams/readable",
            "internal:web-streams/transform",
            "internal:web-streams/writable",
        ],
        globals: &[Global::class("TextEncoderStream"), Global::class("TextDecoderStream")],
        script: Some(script!("text")),
        ..ModuleInfo::new("internal:web-streams/text")
    };
}

/// `internal:web-streams/pipe`: `pipeTo` and `pipeThrough`, loaded when one is called.
pub struct WebPipe;

impl Module for WebPipe {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:web-streams/common", "internal:web-streams/readable", "internal:web-streams/writable"],
        script: Some(script!("pipe")),
        ..ModuleInfo::new("internal:web-streams/pipe")
    };
}

/// `internal:web-streams/tee`: `tee` and `ReadableStream.from`, loaded when one is called.
pub struct WebTee;

impl Module for WebTee {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:web-streams/common", "internal:web-streams/readable"],
        script: Some(script!("tee")),
        ..ModuleInfo::new("internal:web-streams/tee")
    };
}
