//! `node:url`: `URL` and `URLSearchParams`, the legacy `url.parse` family, and what turns paths to URLs and back.
//!
//! Node: <https://nodejs.org/api/url.html>, WHATWG: <https://url.spec.whatwg.org>,
//! <https://urlpattern.spec.whatwg.org>.
#![forbid(unsafe_code)]

use llrt_core::{Export, Global, Module, ModuleInfo};

mod functions;
mod legacy;
pub mod ops;
mod pattern;
mod search_params;
mod state;
mod url;

/// The module `node:url`, also `url`.
pub struct Url;

impl Module for Url {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["url"],
        globals: &[Global::class("URL"), Global::class("URLSearchParams"), Global::class("URLPattern")],
        exports: &[
            Export { name: "Url", build: |ctx| state::export(ctx, "Url") },
            Export { name: "parse", build: |ctx| state::export(ctx, "parse") },
            Export { name: "resolve", build: |ctx| state::export(ctx, "resolve") },
            Export { name: "resolveObject", build: |ctx| state::export(ctx, "resolveObject") },
            Export { name: "format", build: |ctx| state::export(ctx, "format") },
            Export { name: "URL", build: |ctx| state::export(ctx, "URL") },
            Export { name: "URLSearchParams", build: |ctx| state::export(ctx, "URLSearchParams") },
            Export { name: "URLPattern", build: |ctx| state::export(ctx, "URLPattern") },
            Export { name: "domainToASCII", build: |ctx| state::export(ctx, "domainToASCII") },
            Export { name: "domainToUnicode", build: |ctx| state::export(ctx, "domainToUnicode") },
            Export { name: "pathToFileURL", build: |ctx| state::export(ctx, "pathToFileURL") },
            Export { name: "fileURLToPath", build: |ctx| state::export(ctx, "fileURLToPath") },
            Export { name: "fileURLToPathBuffer", build: |ctx| state::export(ctx, "fileURLToPathBuffer") },
            Export { name: "urlToHttpOptions", build: |ctx| state::export(ctx, "urlToHttpOptions") },
            Export { name: "default", build: state::default_export },
        ],
        ..ModuleInfo::new("node:url")
    };
}

/// `internal:url-pattern`: what `URLPattern` does. Loaded with the first instance.
pub struct UrlPattern;

impl Module for UrlPattern {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:errors"],
        exports: pattern::EXPORTS,
        script: Some(llrt_core::script!("url-pattern")),
        ..ModuleInfo::new("internal:url-pattern")
    };
}
