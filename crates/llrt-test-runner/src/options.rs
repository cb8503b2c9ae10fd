use std::{fmt, path::PathBuf};

/// How results are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reporter {
    /// A tree of names.
    #[default]
    Spec,
    /// A character for each test.
    Dot,
    /// The Test Anything Protocol, version 14: <https://testanything.org>.
    Tap,
    /// XML as CI services read it.
    Junit,
}

/// What `llrt test` is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where test files are looked for.
    pub directory: PathBuf,
    /// Parts of paths of which a file's must have one, unless there are none; or files.
    pub filters: Vec<String>,
    /// A regular expression that a test's whole name must match.
    pub name_pattern: Option<String>,
    /// How results are told.
    pub reporter: Reporter,
    /// Where to; standard output without it.
    pub output: Option<PathBuf>,
    /// How long a test or hook may take unless it says so itself.
    pub timeout_ms: u64,
    /// How many files run at once.
    pub jobs: usize,
    /// Write snapshots that differ.
    pub update_snapshots: bool,
    /// Write no snapshots.
    pub ci: bool,
    /// Run again when a file changes.
    pub watch: bool,
    /// No test at all is no failure.
    pub pass_with_no_tests: bool,
    /// After how many failures to stop; 0: never.
    pub bail: usize,
    /// Colours, whether or not there is a terminal.
    pub color: Option<bool>,
    /// `--help`.
    pub help: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("."),
            filters: Vec::new(),
            name_pattern: None,
            reporter: Reporter::default(),
            output: None,
            timeout_ms: 5000,
            jobs: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            update_snapshots: false,
            ci: std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false"),
            watch: false,
            pass_with_no_tests: false,
            bail: 0,
            color: None,
            help: false,
        }
    }
}

/// A command line that makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub enum UsageError {
    /// Nobody knows this option.
    BadOption(String),
    /// The option's argument is missing.
    MissingArgument(String),
    /// The option's argument is none that it can be: option, argument.
    BadArgument(String, String),
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadOption(option) => write!(f, "bad option: {option}"),
            Self::MissingArgument(option) => write!(f, "{option} requires an argument"),
            Self::BadArgument(option, value) => write!(f, "{option} cannot be {value}"),
        }
    }
}

impl std::error::Error for UsageError {}

/// The text of `llrt test --help`.
pub const HELP: &str = "\
Usage: llrt test [options] [filters]

Runs the files *.test.js, .mjs, .cjs, .ts, .mts and .cts below a folder, each in a process of its own: those whose path has one of the
filters in it. A filter may also name a file.

Options:
  -d, --directory DIR         the folder (.)
  -t, --test-name-pattern RE  only the tests whose whole name matches
  --reporter NAME             spec, dot, tap or junit (spec)
  --reporter-output FILE      where the report goes (standard output)
  --timeout MS                how long a test may take (5000)
  -j, --jobs N                how many files run at once (one for each processor)
  -u, --update-snapshots      write snapshots that differ, and remove those that nobody asks for
  --ci                        write no snapshots (as where the variable CI is set)
  --bail[=N]                  stop after N failed tests (1)
  --pass-with-no-tests        no test at all is no failure
  --watch                     run again when a file changes
  --color, --no-color         colours, whether or not there is a terminal
  -h, --help                  print this text

Exit code: 0 when all passed, 1 when something failed or no test was found, 9 for a bad option.
";

impl Options {
    /// Reads the words after `llrt test`.
    ///
    /// # Errors
    /// [`UsageError`].
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, UsageError> {
        let mut options = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            if word == "--" {
                options.filters.extend(words.by_ref());
                break;
            }
            if !word.starts_with('-') || word == "-" {
                options.filters.push(word);
                continue;
            }
            let (name, inline) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
                _ => (word.clone(), None),
            };
            let mut value = || inline.clone().or_else(|| words.next()).ok_or(UsageError::MissingArgument(name.clone()));
            let bad = |value: String| UsageError::BadArgument(name.clone(), value);
            match name.as_str() {
                "-d" | "--directory" => options.directory = PathBuf::from(value()?),
                "-t" | "--test-name-pattern" => options.name_pattern = Some(value()?),
                "--reporter" => options.reporter = reporter(value()?).map_err(bad)?,
                "--reporter-output" | "--reporter-outfile" => options.output = Some(PathBuf::from(value()?)),
                "--timeout" => options.timeout_ms = positive(value()?).map_err(bad)?,
                "-j" | "--jobs" => options.jobs = positive(value()?).map_err(bad)? as usize,
                "-u" | "--update-snapshots" => options.update_snapshots = true,
                "--ci" => options.ci = true,
                "--bail" => {
                    options.bail =
                        inline.map_or(Ok(1), |text| positive(text).map(|count| count as usize)).map_err(bad)?;
                }
                "--pass-with-no-tests" => options.pass_with_no_tests = true,
                "--watch" => options.watch = true,
                "--color" => options.color = Some(true),
                "--no-color" => options.color = Some(false),
                "-h" | "--help" => options.help = true,
                _ => return Err(UsageError::BadOption(word)),
            }
        }
        Ok(options)
    }
}

fn reporter(name: String) -> Result<Reporter, String> {
    Ok(match name.as_str() {
        "spec" => Reporter::Spec,
        "dot" => Reporter::Dot,
        "tap" => Reporter::Tap,
        "junit" => Reporter::Junit,
        _ => return Err(name),
    })
}

fn positive(text: String) -> Result<u64, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, UsageError> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_and_filters_mix() {
        let options = parse("crypto -d dist --reporter=tap -t ^a --bail -j 3 fs --timeout 100").expect("sensible");
        assert_eq!(options.filters, ["crypto", "fs"]);
        assert_eq!(options.directory, PathBuf::from("dist"));
        assert_eq!((options.reporter, options.bail, options.jobs), (Reporter::Tap, 1, 3));
        assert_eq!((options.name_pattern.as_deref(), options.timeout_ms), (Some("^a"), 100));
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        assert_eq!(parse("--bogus").unwrap_err(), UsageError::BadOption("--bogus".into()));
        assert_eq!(parse("-d").unwrap_err(), UsageError::MissingArgument("-d".into()));
        assert_eq!(parse("--jobs 0").unwrap_err(), UsageError::BadArgument("--jobs".into(), "0".into()));
        assert_eq!(parse("--reporter x").unwrap_err(), UsageError::BadArgument("--reporter".into(), "x".into()));
    }
}
