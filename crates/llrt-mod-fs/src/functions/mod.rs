//! The functions of `node:fs`: arguments in, [`crate::ops`], values out.

pub(crate) mod data;
pub(crate) mod lazy;
pub(crate) mod meta;
pub(crate) mod names;
pub(crate) mod wait;
#[cfg(target_os = "linux")]
pub(crate) mod watch;
