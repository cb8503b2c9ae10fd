//! `node:domain`: errors of many emitters and callbacks in one place.
//!
//! Node: <https://nodejs.org/api/domain.html>. What differs is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Module, ModuleInfo};

/// The module `node:domain`, also `domain`.
pub struct Domain;

impl Module for Domain {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["domain"],
        requires: &["internal:errors", "node:async_hooks", "node:events", "node:process"],
        script: Some(llrt_core::script!("domain")),
        ..ModuleInfo::new("node:domain")
    };
}
