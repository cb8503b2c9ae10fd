//! The runtime's own log, for whoever looks into what it does: `LLRT_LOG`.
//!
//! `LLRT_LOG=[target][=][level][,...]`: a level (`error`, `warn` or `warning`, `info`, `debug`, `trace`, in any case) for all modules, a
//! module's path for all of its records, or both, joined by `=`. Records go to standard error, a line each. Unset, a record costs the
//! look at one number.
//!
//! ```
//! llrt_core::log!(Debug, "loaded {}", "/app/index.mjs");
//! ```

use std::{
    fmt,
    io::Write,
    sync::{
        OnceLock,
        atomic::{AtomicU8, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// How much a record matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something went wrong.
    Error = 1,
    /// Something may go wrong.
    Warn,
    /// What happened.
    Info,
    /// How it happened.
    Debug,
    /// Every step.
    Trace,
}

impl Level {
    const ALL: [(&str, Self); 6] = [
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("warning", Self::Warn),
        ("info", Self::Info),
        ("debug", Self::Debug),
        ("trace", Self::Trace),
    ];

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, level)| level)
    }
}

/// Writes a record of the calling module, if `LLRT_LOG` asks for it: `log!(Debug, "read {path}")`.
#[macro_export]
macro_rules! log {
    ($level:ident, $($arguments:tt)+) => {
        if $crate::log::enabled($crate::log::Level::$level, module_path!()) {
            $crate::log::write($crate::log::Level::$level, module_path!(), format_args!($($arguments)+));
        }
    };
}

/// No record of a level above this one is wanted; [`UNKNOWN`] before the first.
static HIGHEST: AtomicU8 = AtomicU8::new(UNKNOWN);
const UNKNOWN: u8 = u8::MAX;
static FILTER: OnceLock<Filter> = OnceLock::new();

/// Whether a record is wanted.
pub fn enabled(level: Level, target: &str) -> bool {
    let highest = HIGHEST.load(Ordering::Relaxed);
    (highest == UNKNOWN || level as u8 <= highest) && filter().takes(level, target)
}

/// Writes a record to standard error, whether it is wanted or not.
pub fn write(level: Level, target: &str, text: fmt::Arguments<'_>) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (name, _) = Level::ALL[Level::ALL.iter().position(|(_, known)| *known == level).unwrap_or_default()];
    let record = format!("{}.{:03} {} {target}: {text}\n", now.as_secs(), now.subsec_millis(), name.to_uppercase());
    // There is nobody left to tell when standard error is closed.
    let _ = std::io::stderr().write_all(record.as_bytes());
}

fn filter() -> &'static Filter {
    FILTER.get_or_init(|| {
        let filter = std::env::var("LLRT_LOG").map_or_else(|_| Filter::default(), |text| Filter::parse(&text));
        HIGHEST.store(filter.highest(), Ordering::Relaxed);
        filter
    })
}

/// What `LLRT_LOG` asks for.
#[derive(Debug, Default)]
struct Filter {
    /// Of modules that no other entry names.
    others: Option<Level>,
    /// Path of a module, and the level up to which its records are wanted.
    modules: Vec<(String, Level)>,
}

impl Filter {
    fn parse(text: &str) -> Self {
        let mut filter = Self::default();
        for directive in text.split(',').map(str::trim).filter(|directive| !directive.is_empty()) {
            match directive.split_once('=') {
                // A level that is none asks for nothing.
                Some((target, level)) => {
                    if let Some(level) = Level::parse(level) {
                        filter.modules.push((target.to_owned(), level));
                    }
                }
                None => match Level::parse(directive) {
                    Some(level) => filter.others = Some(level),
                    None => filter.modules.push((directive.to_owned(), Level::Trace)),
                },
            }
        }
        filter
    }

    fn highest(&self) -> u8 {
        let levels = self.modules.iter().map(|(_, level)| *level).chain(self.others);
        levels.max().map_or(0, |level| level as u8)
    }

    fn takes(&self, level: Level, target: &str) -> bool {
        let named = self.modules.iter().filter(|(module, _)| {
            target.strip_prefix(module.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        });
        // The entry that names the module most closely counts.
        let wanted = named.max_by_key(|(module, _)| module.len()).map(|(_, level)| *level).or(self.others);
        wanted.is_some_and(|wanted| level <= wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(filter: &str, level: Level, target: &str) -> bool {
        Filter::parse(filter).takes(level, target)
    }

    #[test]
    fn a_level_counts_for_all_modules_and_all_levels_before_it() {
        assert!(takes("warn", Level::Warn, "a") && takes("WARNING", Level::Error, "b::c"));
        assert!(!takes("warn", Level::Info, "a"));
    }

    #[test]
    fn a_module_counts_with_those_below_it() {
        assert!(takes("a::b", Level::Trace, "a::b::c") && takes("a::b", Level::Trace, "a::b"));
        assert!(!takes("a::b", Level::Error, "a::bc") && !takes("a::b", Level::Error, "a"));
    }

    #[test]
    fn the_closest_entry_counts() {
        let filter = "warn, a=debug ,a::quiet=error";
        assert!(takes(filter, Level::Debug, "a::b") && !takes(filter, Level::Trace, "a::b"));
        assert!(!takes(filter, Level::Warn, "a::quiet::x") && takes(filter, Level::Warn, "z"));
    }

    #[test]
    fn nothing_and_nonsense_ask_for_nothing() {
        for filter in ["", ",", "a=", "a=loud"] {
            assert_eq!(Filter::parse(filter).highest(), 0, "{filter}");
        }
    }
}
