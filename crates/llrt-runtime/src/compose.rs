//! The one list that composes the module crates. Starting the runtime walks it once, to define the globals.

use llrt_core::Entry;

/// The modules of this build, one Cargo feature each.
pub static MODULES: &[Entry] = &[Entry::of::<crate::cjs::Cjs>()];
