//! Child processes as Node.js starts them.
//!
//! - [`prepare`]: a command with all its descriptors, and this side's ends of its pipes
//! - [`run`]: a command run to its end, with input and limits; [`kill`]: signals

mod prepare;
mod run;

pub use prepare::{Prepared, Spec, Stdio, prepare};
pub use run::{Limits, Outcome, kill, run};
