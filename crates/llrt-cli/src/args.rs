//! The command line. Node: <https://nodejs.org/api/cli.html>.

use std::fmt;

/// What the user asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// `-h`, `--help`
    Help,
    /// `-v`, `--version`
    Version,
    /// A program and its arguments.
    Run {
        /// Where the program is.
        source: Source,
        /// `-p`: print the value of the program's last expression.
        print: bool,
        /// What follows it.
        arguments: Vec<String>,
    },
}

/// Where a program comes from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A file.
    File(String),
    /// The text after `-e`.
    Text(String),
    /// Standard input (`-`, or no file at all).
    StandardInput,
}

/// A command line that makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum UsageError {
    /// Nobody knows this option.
    BadOption(String),
    /// The option's argument is missing.
    MissingArgument(String),
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadOption(option) => write!(f, "bad option: {option}"),
            Self::MissingArgument(option) => write!(f, "{option} requires an argument"),
        }
    }
}

/// The text of `--help`.
pub(crate) const HELP: &str = "\
Usage: llrt [options] FILE [arguments]
       llrt [options] -e CODE [arguments]
       llrt [options] - [arguments]        (the program comes from standard input)

Options:
  -e, --eval CODE     run CODE
  -p, --print CODE    run CODE and print the value of its last expression
  -v, --version       print the version
  -h, --help          print this text
  --                  end of options

With AWS_LAMBDA_RUNTIME_API set and no FILE, llrt serves the handler that _HANDLER or LAMBDA_HANDLER names.
";

/// Reads the words after the program's name.
pub(crate) fn parse(words: Vec<String>) -> Result<Command, UsageError> {
    let mut words = words.into_iter().peekable();
    let mut text = None;
    let mut print = false;
    while let Some(option) = words.next_if(|word| word.starts_with('-') && word != "-") {
        let (name, inline) = match option.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
            _ => (option.clone(), None),
        };
        match name.as_str() {
            "--" => break,
            "-h" | "--help" => return Ok(Command::Help),
            "-v" | "--version" => return Ok(Command::Version),
            "-e" | "--eval" | "-p" | "--print" | "-pe" => {
                print |= name != "-e" && name != "--eval";
                text = Some(inline.or_else(|| words.next()).ok_or(UsageError::MissingArgument(name))?);
            }
            _ => return Err(UsageError::BadOption(option)),
        }
    }
    let source = match text {
        Some(text) => Source::Text(text),
        None => match words.next() {
            Some(file) if file != "-" => Source::File(file),
            _ => Source::StandardInput,
        },
    };
    Ok(Command::Run { source, print, arguments: words.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, UsageError> {
        super::parse(line.split_whitespace().map(str::to_owned).collect())
    }

    fn run(source: Source, print: bool, arguments: &[&str]) -> Result<Command, UsageError> {
        Ok(Command::Run { source, print, arguments: arguments.iter().map(|&word| word.to_owned()).collect() })
    }

    #[test]
    fn words_after_the_file_are_the_programs_own() {
        assert_eq!(parse("a.mjs -v --x"), run(Source::File("a.mjs".into()), false, &["-v", "--x"]));
    }

    #[test]
    fn eval_takes_the_next_word_and_leaves_the_rest() {
        assert_eq!(parse("-e 1+1 a"), run(Source::Text("1+1".into()), false, &["a"]));
        assert_eq!(parse("--print=1+1"), run(Source::Text("1+1".into()), true, &[]));
    }

    #[test]
    fn no_file_and_a_dash_read_standard_input() {
        assert_eq!(parse(""), run(Source::StandardInput, false, &[]));
        assert_eq!(parse("- a"), run(Source::StandardInput, false, &["a"]));
    }

    #[test]
    fn two_dashes_end_the_options() {
        assert_eq!(parse("-- -x.mjs"), run(Source::File("-x.mjs".into()), false, &[]));
    }

    #[test]
    fn what_nobody_knows_is_an_error() {
        assert_eq!(parse("--bogus a.mjs"), Err(UsageError::BadOption("--bogus".into())));
        assert_eq!(parse("-e"), Err(UsageError::MissingArgument("-e".into())));
    }
}
