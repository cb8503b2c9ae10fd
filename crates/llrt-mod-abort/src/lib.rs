//! `AbortController` and `AbortSignal`.
//!
//! <https://dom.spec.whatwg.org/#aborting-ongoing-activities>
#![forbid(unsafe_code)]

use llrt_core::{Global, Module, ModuleInfo};

/// `internal:abort`: the two classes. `AbortSignal.timeout` needs `internal:timers` when it is called.
pub struct Abort;

impl Module for Abort {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:event-target", "internal:host", "internal:validators"],
        globals: &[Global::class("AbortController"), Global::class("AbortSignal")],
        script: Some(llrt_core::script!("abort")),
        ..ModuleInfo::new("internal:abort")
    };
}
