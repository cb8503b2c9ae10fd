//! `internal:encoding`: the globals `TextEncoder` and `TextDecoder`.
//!
//! WHATWG: <https://encoding.spec.whatwg.org/#api>. Errors are Node's: <https://nodejs.org/api/util.html#class-utiltextdecoder>.
#![forbid(unsafe_code)]

use llrt_core::{Export, Global, Module, ModuleInfo};

#[cfg(feature = "legacy-encodings")]
mod all;
mod decoder;
mod encoder;
#[cfg(any(test, not(feature = "legacy-encodings")))]
#[cfg_attr(feature = "legacy-encodings", expect(dead_code, unreachable_pub, reason = "tested against what is used"))]
mod few;
pub mod ops;
mod state;

/// The module `internal:encoding`.
pub struct Encoding;

impl Module for Encoding {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        globals: &[Global::class("TextEncoder"), Global::class("TextDecoder")],
        exports: &[
            Export { name: "TextEncoder", build: encoder::class },
            Export { name: "TextDecoder", build: decoder::class },
        ],
        ..ModuleInfo::new("internal:encoding")
    };
}
