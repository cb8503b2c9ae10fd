//! `node:crypto` and the global `crypto`: hashes, HMAC, checksums, random bytes, UUIDs.
//!
//! Node: <https://nodejs.org/api/crypto.html>. What is not there yet throws `ERR_FEATURE_UNAVAILABLE_ON_PLATFORM` when it is called
//! (see README.md).
#![forbid(unsafe_code)]

use llrt_core::{Export, Global, Module, ModuleInfo, module::function};

mod class;
mod constants;
mod error;
mod functions;
pub mod ops;

pub use error::CryptoError;

/// `internal:hash`: what bundled packages hash with, without `node:crypto`'s JavaScript.
pub struct Hash;

impl Module for Hash {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[
            Export { name: "Hash", build: class::constructor },
            Export { name: "crc32", build: |ctx| function(ctx, "crc32", 1, functions::crc32) },
            Export { name: "crc32c", build: |ctx| function(ctx, "crc32c", 1, functions::crc32c) },
            Export { name: "hmacSha256", build: |ctx| function(ctx, "hmacSha256", 2, functions::hmac_sha256) },
            Export {
                name: "hmacSha256Hex",
                build: |ctx| function(ctx, "hmacSha256Hex", 2, functions::hmac_sha256_hex),
            },
            Export { name: "sha256Hex", build: |ctx| function(ctx, "sha256Hex", 1, functions::sha256_hex) },
            Export { name: "randomUUID", build: |ctx| function(ctx, "randomUUID", 0, functions::random_uuid) },
        ],
        ..ModuleInfo::new("internal:hash")
    };
}

/// The module `node:crypto`, also `crypto`.
pub struct Crypto;

impl Module for Crypto {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["crypto"],
        requires: &["internal:crypto-keys", "internal:errors", "internal:host", "internal:validators"],
        globals: &[
            Global { name: "crypto", export: "webcrypto", enumerable: true },
            Global::class("Crypto"),
            Global::class("SubtleCrypto"),
            Global::class("CryptoKey"),
        ],
        exports: &[
            Export { name: "Hash", build: class::constructor },
            Export { name: "constants", build: constants::build },
            Export { name: "fillRandom", build: |ctx| function(ctx, "fillRandom", 3, functions::fill_random) },
            Export { name: "hash", build: |ctx| function(ctx, "hash", 2, functions::hash) },
            Export { name: "hashes", build: functions::hashes },
            Export { name: "randomBytes", build: |ctx| function(ctx, "randomBytes", 1, functions::random_bytes) },
            Export {
                name: "randomBytesLater",
                build: |ctx| function(ctx, "randomBytesLater", 1, functions::random_bytes_later),
            },
            Export { name: "randomInt", build: |ctx| function(ctx, "randomInt", 2, functions::random_int) },
            Export { name: "randomUUID", build: |ctx| function(ctx, "randomUUID", 0, functions::random_uuid) },
            Export {
                name: "timingSafeEqual",
                build: |ctx| function(ctx, "timingSafeEqual", 2, functions::timing_safe_equal),
            },
        ],
        script: Some(llrt_core::script!("crypto")),
        ..ModuleInfo::new("node:crypto")
    };
}

/// `internal:crypto-keys`: `KeyObject`, and secret keys.
pub struct CryptoKeys;

impl Module for CryptoKeys {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors", "internal:host", "internal:validators"],
        exports: &[
            Export { name: "fillRandom", build: |ctx| function(ctx, "fillRandom", 3, functions::fill_random) },
            Export {
                name: "timingSafeEqual",
                build: |ctx| function(ctx, "timingSafeEqual", 2, functions::timing_safe_equal),
            },
        ],
        script: Some(llrt_core::script!("keys")),
        ..ModuleInfo::new("internal:crypto-keys")
    };
}
