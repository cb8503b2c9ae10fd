//! Node.js modules that can be imported but not used yet.
//!
//! A package that imports `node:repl` for a path that is never taken loads and works. What is called throws
//! `ERR_FEATURE_UNAVAILABLE_ON_PLATFORM`, which names it. A module leaves this crate when a crate of its own offers it,
//! unless hosts leave that out: `node:http2`, `node:dgram` and `node:test` have no room in the smaller binaries.
#![forbid(unsafe_code)]

mod modules;
mod stand_in;

pub use modules::*;
