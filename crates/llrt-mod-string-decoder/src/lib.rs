//! `node:string_decoder`: bytes to text where characters may be cut.
//!
//! Node: <https://nodejs.org/api/string_decoder.html>.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod functions;
pub mod ops;

/// The module `node:string_decoder`, also `string_decoder`.
pub struct StringDecoder;

impl Module for StringDecoder {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["string_decoder"],
        requires: &["internal:errors", "node:buffer"],
        exports: &[
            Export { name: "encodingName", build: |ctx| function(ctx, "encodingName", 1, functions::encoding_name) },
            Export {
                name: "encodingNumber",
                build: |ctx| function(ctx, "encodingNumber", 1, functions::encoding_number),
            },
            Export { name: "decode", build: |ctx| function(ctx, "decode", 2, functions::decode) },
            Export { name: "flush", build: |ctx| function(ctx, "flush", 1, functions::flush) },
        ],
        script: Some(llrt_core::script!("string_decoder")),
        ..ModuleInfo::new("node:string_decoder")
    };
}
