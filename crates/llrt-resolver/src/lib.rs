//! Node's module resolution, ESM and CommonJS, without an engine and without dependencies.
//!
//! Node: <https://nodejs.org/api/esm.html#resolution-algorithm-specification> and
//! <https://nodejs.org/api/modules.html#all-together>. What differs is listed in README.md.
//!
//! ```
//! use llrt_resolver::{Options, Resolved, Resolver};
//!
//! let resolver = Resolver::new(Options {
//!     is_builtin: Box::new(|name| matches!(name, "fs" | "node:fs")),
//!     ..Options::default()
//! });
//! assert_eq!(resolver.resolve_import("fs", "/app/main.mjs").unwrap(), Resolved::Builtin("fs".into()));
//!
//! let error = resolver.resolve_import("./gone.mjs", "/app/main.mjs").unwrap_err();
//! assert_eq!(error.code(), Some("ERR_MODULE_NOT_FOUND"));
//! assert_eq!(error.to_string(), "Cannot find module '/app/gone.mjs' imported from /app/main.mjs");
//! ```
#![forbid(unsafe_code)]

mod cjs;
mod error;
mod esm;
mod files;
mod format;
mod json;
mod notice;
mod package;
mod resolver;
mod targets;
mod url;

pub use cjs::node_modules_paths;
pub use error::{ErrorClass, ResolveError, TargetContext};
pub use format::Format;
pub use notice::Notice;
pub use package::{ModuleType, PackageJson};
pub use resolver::{Options, Platform, Resolved, Resolver};
pub use url::{file_url_to_path, path_to_file_url};
