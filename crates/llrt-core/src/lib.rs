//! What a QuickJS module crate needs, and nothing else.
//!
//! - [`module`]: the static registration of a module ([`Module`], [`ModuleInfo`], [`Export`], [`Global`])
//! - [`host`]: composing modules into an rquickjs program ([`Entry`], [`host::attach`], [`host::import`])
//! - [`error`]: typed Rust errors to JavaScript errors with Node's class, `code` and message, and to `DOMException`
//! - [`args`]: argument checks with Node's `ERR_INVALID_ARG_TYPE` and `ERR_OUT_OF_RANGE` texts
//! - [`bytes`]: views over `ArrayBuffer`, typed arrays and `DataView`, and making them
//! - [`table`]: classes with many native methods, cheap to define
//! - [`task`]: promises, callbacks and background tasks on the event loop, with `ref`/`unref`
//! - [`heap`]: the objects that are alive
//! - [`log`](mod@log): the runtime's own log
//! - [`process`]: what a host and a `process` module tell each other
//! - [`realm`]: further global objects in the same engine
//! - [`scope`]: what asynchronous work inherits from where it was started
//! - [`script`](mod@script): evaluating and compiling classic scripts
//! - [`system`]: system errors (`code`, `errno`, `syscall`, `path`)
//!
//! There is no Node API in here. A module crate depends on this crate, on rquickjs and on crates of its field.

pub mod args;
pub mod bytes;
pub mod error;
pub mod heap;
pub mod host;
pub mod log;
pub mod module;
pub mod process;
pub mod profile;
pub mod realm;
pub mod scope;
pub mod script;
pub mod system;
pub mod table;
pub mod task;
pub mod text;
pub mod thrown;

mod builtin;
mod characters;
mod lazy_methods;

pub use error::{JsClass, JsError, NodeError, OrThrow};
pub use host::Entry;
pub use module::{Export, Global, Module, ModuleInfo};
pub use system::SystemError;

/// Embeds a script that the crate's `build.rs` compiled with `llrt_build::scripts`, by its file stem.
///
/// ```ignore
/// const INFO: &'static ModuleInfo = &ModuleInfo {
///     script: Some(llrt_core::script!("events")),
///     ..ModuleInfo::new("node:events")
/// };
/// ```
#[macro_export]
macro_rules! script {
    ($stem:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $stem, ".qbc"))
    };
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
