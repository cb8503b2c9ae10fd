//! `node:buffer`: `Buffer`, `Blob`, `File`, `atob` and `btoa`.
//!
//! Node: <https://nodejs.org/api/buffer.html>. The classes are native tables of members, so that loading the module reads no
//! bytecode. `internal:blob` is the part that other modules need of `Blob`.
#![forbid(unsafe_code)]

use llrt_core::{Export, Global, Module, ModuleInfo};

mod blob;
mod class;
mod codec;
mod functions;
mod numbers;
pub mod ops;
mod search;
mod state;
mod text;

/// The module `node:buffer`, also `buffer`.
pub struct Buffer;

impl Module for Buffer {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["buffer"],
        globals: &[Global::class("Buffer"), Global::function("atob"), Global::function("btoa")],
        exports: &[
            Export { name: "Buffer", build: |ctx| state::export(ctx, "Buffer") },
            Export { name: "SlowBuffer", build: |ctx| state::export(ctx, "SlowBuffer") },
            Export { name: "transcode", build: |ctx| state::export(ctx, "transcode") },
            Export { name: "isUtf8", build: |ctx| state::export(ctx, "isUtf8") },
            Export { name: "isAscii", build: |ctx| state::export(ctx, "isAscii") },
            Export { name: "kMaxLength", build: |ctx| state::export(ctx, "kMaxLength") },
            Export { name: "kStringMaxLength", build: |ctx| state::export(ctx, "kStringMaxLength") },
            Export { name: "btoa", build: |ctx| state::export(ctx, "btoa") },
            Export { name: "atob", build: |ctx| state::export(ctx, "atob") },
            Export { name: "constants", build: |ctx| state::export(ctx, "constants") },
            Export { name: "INSPECT_MAX_BYTES", build: |ctx| state::export(ctx, "INSPECT_MAX_BYTES") },
            Export { name: "Blob", build: |ctx| state::export(ctx, "Blob") },
            Export { name: "resolveObjectURL", build: |ctx| state::export(ctx, "resolveObjectURL") },
            Export { name: "File", build: |ctx| state::export(ctx, "File") },
            Export { name: "default", build: state::default_export },
        ],
        ..ModuleInfo::new("node:buffer")
    };
}

/// The module `internal:blob`: `Blob` and `File` without `Buffer`, and what `fetch` and `URL` need of them.
pub struct Blob;

impl Module for Blob {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        globals: &[Global::class("Blob"), Global::class("File")],
        exports: &[
            Export { name: "Blob", build: |ctx| blob::export(ctx, "Blob") },
            Export { name: "File", build: |ctx| blob::export(ctx, "File") },
            Export { name: "isBlob", build: |ctx| blob::export(ctx, "isBlob") },
            Export { name: "isFile", build: |ctx| blob::export(ctx, "isFile") },
            Export { name: "blobBytes", build: |ctx| blob::export(ctx, "blobBytes") },
            Export { name: "registerObjectURL", build: |ctx| blob::export(ctx, "registerObjectURL") },
            Export { name: "revokeObjectURL", build: |ctx| blob::export(ctx, "revokeObjectURL") },
            Export { name: "resolveObjectURL", build: |ctx| blob::export(ctx, "resolveObjectURL") },
        ],
        ..ModuleInfo::new("internal:blob")
    };
}

/// The module `internal:codec`: UTF-8, base64 and hexadecimal text for bundled packages, without `Buffer`.
pub struct Codec;

impl Module for Codec {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[
            Export { name: "utf8Encode", build: |ctx| codec::export(ctx, 0) },
            Export { name: "utf8Decode", build: |ctx| codec::export(ctx, 1) },
            Export { name: "utf8Length", build: |ctx| codec::export(ctx, 2) },
            Export { name: "base64Encode", build: |ctx| codec::export(ctx, 3) },
            Export { name: "base64Decode", build: |ctx| codec::export(ctx, 4) },
            Export { name: "hexEncode", build: |ctx| codec::export(ctx, 5) },
            Export { name: "hexDecode", build: |ctx| codec::export(ctx, 6) },
        ],
        ..ModuleInfo::new("internal:codec")
    };
}
