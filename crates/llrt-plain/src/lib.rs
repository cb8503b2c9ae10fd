//! Plain values, natively: JSON text from them and to them, and structured clones of them.
//!
//! QuickJS does these in its own way, one property after the other through its most general functions. Here objects and arrays are read in the
//! place where the engine keeps them, and made by the dozen: see README.md.

mod clone;
mod global;
mod memory;
mod number;
mod parse;
mod stringify;

pub use clone::clone;
pub use global::{install, parse, stringify};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
