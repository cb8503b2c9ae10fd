//! `node:querystring`.
//!
//! Node: <https://nodejs.org/api/querystring.html>.
#![forbid(unsafe_code)]

use llrt_core::{Module, ModuleInfo};

/// The module `node:querystring`, also `querystring`.
pub struct Querystring;

impl Module for Querystring {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["querystring"],
        requires: &["node:buffer"],
        script: Some(llrt_core::script!("querystring")),
        ..ModuleInfo::new("node:querystring")
    };
}
