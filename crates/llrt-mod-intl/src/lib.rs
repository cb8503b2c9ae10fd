//! `Intl` in English: dates in every time zone, numbers, plurals, lists, relative times, text segments.
//!
//! ECMA-402: <https://tc39.es/ecma402/>. What is missing is in README.md.
#![forbid(unsafe_code)]

use llrt_core::{Entry, Export, Global, Module, ModuleInfo, module::function};

mod locale_methods;
mod segments;
mod zones;

pub use locale_methods::install;

/// `internal:intl`: the global `Intl`.
pub struct Intl;

impl Module for Intl {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:host", "internal:intl-options"],
        globals: &[Global::class("Intl")],
        exports: &[Export { name: "zones", build: |ctx| function(ctx, "zones", 0, zones::zones) }],
        script: Some(llrt_core::script!("intl")),
        ..ModuleInfo::new("internal:intl")
    };
}

/// `internal:intl-options`: locales, and options that are read and checked.
pub struct Options;

impl Module for Options {
    const INFO: &'static ModuleInfo =
        &ModuleInfo { script: Some(llrt_core::script!("options")), ..ModuleInfo::new("internal:intl-options") };
}

/// `internal:intl-dates`: `DateTimeFormat`.
pub struct Dates;

impl Module for Dates {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:host", "internal:intl-options"],
        exports: &[
            Export { name: "localZone", build: |ctx| function(ctx, "localZone", 0, zones::local_zone) },
            Export { name: "offsetAt", build: |ctx| function(ctx, "offsetAt", 2, zones::offset_at) },
            Export { name: "zoneNamed", build: |ctx| function(ctx, "zoneNamed", 1, zones::zone_named) },
        ],
        script: Some(llrt_core::script!("dates")),
        ..ModuleInfo::new("internal:intl-dates")
    };
}

/// `internal:intl-zone-names`: time zones in English.
pub struct ZoneNames;

impl Module for ZoneNames {
    const INFO: &'static ModuleInfo =
        &ModuleInfo { script: Some(llrt_core::script!("zone-names")), ..ModuleInfo::new("internal:intl-zone-names") };
}

/// `internal:intl-numbers`: `NumberFormat`, `PluralRules`, `RelativeTimeFormat`.
pub struct Numbers;

impl Module for Numbers {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:intl-options"],
        script: Some(llrt_core::script!("numbers")),
        ..ModuleInfo::new("internal:intl-numbers")
    };
}

/// `internal:intl-words`: `ListFormat`, `Segmenter`.
pub struct Words;

impl Module for Words {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:intl-options"],
        exports: &[Export { name: "boundaries", build: |ctx| function(ctx, "boundaries", 2, segments::boundaries) }],
        script: Some(llrt_core::script!("words")),
        ..ModuleInfo::new("internal:intl-words")
    };
}

/// Every module of this crate, for a host that composes them all.
pub static MODULES: &[Entry] = &[
    Entry::of::<Intl>(),
    Entry::of::<Options>(),
    Entry::of::<Dates>(),
    Entry::of::<ZoneNames>(),
    Entry::of::<Numbers>(),
    Entry::of::<Words>(),
];
