//! TLS client configurations on rustls and ring, made when they are first needed.
//!
//! - [`shared`]: the configuration that a program's ordinary requests use, made once per thread
//! - [`client_config`]: one from [`Options`] (other roots, versions, a client certificate, no verification)
//! - [`chain`]: OpenSSL's verdict on a peer's certificates; [`der`]: what is in a certificate; [`keys`]: keys under a passphrase
//! - [`TlsError`]: rustls's errors under the codes and texts of Node.js
//!
//! Environment: `LLRT_EXTRA_CA_CERTS` or `NODE_EXTRA_CA_CERTS` (a PEM file of further roots), `LLRT_TLS_VERSION` (`1.2`: no newer
//! version), `NODE_TLS_REJECT_UNAUTHORIZED` (`0`: no verification, as dangerous as in Node.js). Nothing is read before the first
//! configuration is made.
#![forbid(unsafe_code)]

pub mod chain;
pub mod der;
pub mod keys;

mod config;
mod error;
mod verify;

pub use config::{
    ConfigError, Options, Roots, Version, certificates_from_pem, client_config, extra_roots_path, identity_from_pem,
    read_extra_roots, revocations_from_pem, shared,
};
pub use error::TlsError;
pub use rustls;
pub use verify::{AnyPeer, take_ocsp_response};
pub use webpki_roots::TLS_SERVER_ROOTS;
