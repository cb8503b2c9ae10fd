//! `node:punycode`.
//!
//! Node: <https://nodejs.org/api/punycode.html>, RFC 3492: <https://www.rfc-editor.org/rfc/rfc3492>.
#![forbid(unsafe_code)]

use llrt_core::{Module, ModuleInfo};

/// The module `node:punycode`, also `punycode`.
pub struct Punycode;

impl Module for Punycode {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["punycode"],
        script: Some(llrt_core::script!("punycode")),
        ..ModuleInfo::new("node:punycode")
    };
}
