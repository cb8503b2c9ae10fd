//! The AWS Lambda runtime client.
//!
//! - [`serve`]: the whole client, from the environment to the exit code; what the `bootstrap` binary does
//!
//! And its parts, which know no JavaScript:
//! - [`config`]: what the service tells a runtime through the environment
//! - [`handler`]: the handler string, and the file that it names
//! - [`api`]: the Runtime API over one kept-alive connection
//! - [`failure`]: error bodies, and the document that X-Ray gets
//! - [`log`]: log records as text, as JSON, and framed for the telemetry descriptor
//! - [`local`]: a Runtime API of our own, to run a function without the service
//!
//! Behaviour is that of the Node.js runtime client; `tests/lambda` compares them, and its README says where they differ.

pub mod api;
mod client;
pub mod config;
mod connection;
pub mod failure;
pub mod handler;
mod json;
pub mod local;
pub mod log;

pub use client::{MODULES, serve};

/// The example of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
