//! `llrt:hex`: bytes to hexadecimal text and back.
//!
//! The interface is that of `@smithy/util-hex-encoding` under shorter names; see README.md.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod error;
mod functions;
pub mod ops;

pub use error::HexError;

/// The module `llrt:hex`, also `hex`.
pub struct Hex;

impl Module for Hex {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["hex"],
        exports: &[
            Export { name: "encode", build: |ctx| function(ctx, "encode", 1, functions::encode) },
            Export { name: "decode", build: |ctx| function(ctx, "decode", 1, functions::decode) },
        ],
        ..ModuleInfo::new("llrt:hex")
    };
}
