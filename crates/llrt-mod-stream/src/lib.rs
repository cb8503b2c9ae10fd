//! `node:stream` and its submodules, and the WHATWG streams.
//!
//! `node:stream` is [readable-stream](https://www.npmjs.com/package/readable-stream), bundled in parts that load when they are
//! needed, under a layer of what Node has gained since. The WHATWG streams are written here, from the specification.
//! Both are JavaScript. A program composes all modules of this crate (those that are called, loaded when they are needed, are modules of
//! their own), `node:events`, `node:buffer` and `internal:abort`; or the `Web` modules alone for the WHATWG classes as globals.
//!
//! Node: <https://nodejs.org/api/stream.html>. Streams: <https://streams.spec.whatwg.org/>.
#![forbid(unsafe_code)]

use llrt_core::{Global, Module, ModuleInfo, script};

/// Licences of the npm code that is built in.
pub const LICENSES: &str = include_str!(concat!(env!("OUT_DIR"), "/LICENSES.txt"));

/// `node:stream`, also `stream`.
pub struct Stream;

impl Module for Stream {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["stream"],
        requires: &["internal:streams", "node:buffer"],
        script: Some(script!("stream")),
        ..ModuleInfo::new("node:stream")
    };
}

/// `node:stream/promises`, also `stream/promises`.
pub struct StreamPromises;

impl Module for StreamPromises {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["stream/promises"],
        requires: &["node:stream"],
        script: Some(script!("promises")),
        ..ModuleInfo::new("node:stream/promises")
    };
}

/// `node:stream/consumers`, also `stream/consumers`.
pub struct StreamConsumers;

impl Module for StreamConsumers {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["stream/consumers"],
        requires: &["node:buffer"],
        script: Some(script!("consumers")),
        ..ModuleInfo::new("node:stream/consumers")
    };
}

/// `node:stream/web`, also `stream/web`.
pub struct StreamWeb;

impl Module for StreamWeb {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["stream/web"],
        requires: &[
            "internal:host",
            "internal:web-streams/readable",
            "internal:web-streams/text",
            "internal:web-streams/transform",
            "internal:web-streams/writable",
        ],
        script: Some(script!("web")),
        ..ModuleInfo::new("node:stream/web")
    };
}

/// `internal:streams`: what every user of `node:stream` needs of readable-stream.
pub struct Core;

impl Module for Core {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:validators", "node:buffer", "node:events"],
        script: Some(script!("core")),
        ..ModuleInfo::new("internal:streams")
    };
}

/// `internal:streams/pipeline`: `pipeline`, loaded when it is called.
pub struct Pipeline;

impl Module for Pipeline {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:abort", "internal:streams", "internal:validators"],
        script: Some(script!("pipeline")),
        ..ModuleInfo::new("internal:streams/pipeline")
    };
}

/// `internal:streams/compose`: `compose`, loaded when it is called.
pub struct Compose;

impl Module for Compose {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:streams", "internal:streams/pipeline"],
        script: Some(script!("compose")),
        ..ModuleInfo::new("internal:streams/compose")
    };
}

/// `internal:streams/operators`: `map`, `toArray` and the like, loaded when one is called.
pub struct Operators;

impl Module for Operators {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:abort", "internal:streams", "internal:streams/compose", "internal:validators"],
        script: Some(script!("operators")),
        ..ModuleInfo::new("internal:streams/operators")
    };
}

/// `internal:streams/duplexify`: `Duplex.from`, loaded when it is called.
pub struct Duplexify;

impl Module for Duplexify {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:abort", "internal:streams", "node:buffer"],
        script: Some(script!("duplexify")),
        ..ModuleInfo::new("internal:streams/duplexify")
    };
}

/// `internal:streams/adapters`: `fromWeb` and `toWeb`, loaded when one is called.
pub struct Adapters;

impl Module for Adapters {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &[
            "internal:streams",
            "internal:validators",
            "internal:web-streams/readable",
            "internal:web-streams/transform",
            "internal:web-streams/writable",
            "node:buffer",
        ],
        script: Some(script!("adapters")),
        ..ModuleInfo::new("internal:streams/adapters")
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
