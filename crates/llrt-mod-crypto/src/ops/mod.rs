//! Plain Rust: no context, no JavaScript values.

mod hash;
mod random;

pub(crate) use hash::by_name;
pub use hash::{Algorithm, Hasher};
pub use random::{fill, random_below};
