//! The AWS SDK for JavaScript, built in: tables that a composition passes to [`llrt_core::host::attach_with`].
//!
//! The tier is chosen by feature: `std-sdk` (default), `full-sdk`, or neither for none. README.md says what is in each, how it
//! is bundled and what of it is native.

use llrt_core::host::Chunk;
#[cfg(feature = "std-sdk")]
use llrt_core::host::Content;

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// Every module of the tier, sorted by specifier: one for each name that can be imported, and the `internal:` ones they share
/// or consist of.
pub fn chunks() -> &'static [Chunk] {
    CHUNKS
}

/// The packages of the tier and their versions, sorted by name.
pub fn packages() -> &'static [(&'static str, &'static str)] {
    PACKAGES
}

/// The licences of the packages.
pub const LICENSES: &str = include_str!(concat!(env!("OUT_DIR"), "/LICENSES.txt"));
