//! `node:diagnostics_channel`.
//!
//! Node: <https://nodejs.org/api/diagnostics_channel.html>.
#![forbid(unsafe_code)]

use llrt_core::{Module, ModuleInfo};

/// The module `node:diagnostics_channel`, also `diagnostics_channel`.
pub struct DiagnosticsChannel;

impl Module for DiagnosticsChannel {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["diagnostics_channel"],
        requires: &["internal:errors", "internal:host", "internal:validators"],
        script: Some(llrt_core::script!("diagnostics_channel")),
        ..ModuleInfo::new("node:diagnostics_channel")
    };
}
