//! Node.js modules that can be imported but not used yet.
//!
//! A package that imports `node:repl` for a path that is never taken loads and works. What is called throws
//! `ERR_FEATURE_UNAVAILABLE_ON_PLATFORM`, which names it. A module leaves this crate when a crate of its own offers it.
#![forbid(unsafe_code)]

mod modules;
mod stand_in;

pub use modules::*;
