//! The command line. Node: <https://nodejs.org/api/cli.html>.

use std::{fmt, iter::Peekable, time::Duration};

/// What the user asked for.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    /// `-h`, `--help`
    Help,
    /// `-v`, `--version`
    Version,
    /// `--sdk`: the built-in packages of the AWS SDK.
    Sdk,
    /// `--licenses`
    Licenses,
    /// A program and its arguments.
    Run {
        /// Where the program is.
        source: Source,
        /// `-p`: print the value of the program's last expression.
        print: bool,
        /// The options that were given, for `process.execArgv`.
        options: Vec<String>,
        /// What follows it.
        arguments: Vec<String>,
        /// `--import` and `--require`: modules that are loaded before the program, in this order.
        preload: Vec<Preload>,
        /// `--enable-source-maps`
        source_maps: bool,
        /// `--conditions` and `--preserve-symlinks`, how modules are found.
        resolving: ResolveOptions,
        /// `--input-type`: how a program that is no file is read.
        input: InputType,
        /// `-c`: the program is parsed and not run.
        check: bool,
        /// `--cpu-prof` and its options.
        cpu_profile: Option<CpuProfile>,
    },
    /// `lambda`: one invocation of a handler.
    Lambda(Lambda),
    /// `test`: the words after it, which the test runner reads.
    Test(Vec<String>),
    /// A process that `test` started, for one file.
    TestWorker(Vec<String>),
    /// `compile`: a program as bytecode.
    Compile(Compile),
}

/// `llrt compile FILE`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Compile {
    /// The program.
    pub(crate) file: String,
    /// Where to write; beside the program without it.
    pub(crate) output: Option<String>,
    /// With the runtime in it.
    pub(crate) executable: bool,
}

/// A module that is loaded before the program.
pub(crate) use llrt_runtime::{CpuProfile, InputType, Preload, ResolveOptions};

/// `llrt lambda HANDLER`.
#[derive(Debug, PartialEq)]
pub(crate) struct Lambda {
    /// The handler string.
    pub(crate) handler: String,
    /// Where the events are; one `{}` without any.
    pub(crate) events: Vec<Event>,
    /// How long an invocation may take, in seconds.
    pub(crate) timeout_seconds: f64,
    /// The memory that the function may use.
    pub(crate) memory_mb: u32,
    /// Variables of its environment.
    pub(crate) env: Vec<(String, String)>,
    /// How many cold starts to measure, and warm invocations beside them.
    pub(crate) repeat: Option<u32>,
    /// Run again whenever a file changes.
    pub(crate) watch: bool,
    /// Print reports as JSON.
    pub(crate) json: bool,
}

/// Where an event is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A file.
    File(String),
    /// On the command line.
    Text(String),
    /// Standard input (`-`).
    StandardInput,
}

/// Where a program comes from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A file.
    File(String),
    /// The text after `-e`.
    Text(String),
    /// Standard input (`-`).
    StandardInput,
    /// No file at all: standard input, or the Lambda handler where the environment names one.
    Nothing,
}

/// A command line that makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum UsageError {
    /// Nobody knows this option.
    BadOption(String),
    /// The option's argument is missing.
    MissingArgument(String),
    /// The option's argument is none of those that there are.
    BadValue(String),
    /// `NODE_OPTIONS` holds what makes no sense there.
    NodeOptions,
    /// `--input-type` is none of those that there are.
    BadInputType,
    /// The option's argument is no number that it can be: option, argument.
    BadNumber(&'static str, String),
    /// `--env` without a name and a value.
    BadVariable(String),
    /// `lambda` without a handler.
    MissingHandler,
    /// `compile` without a file.
    MissingFile,
    /// A word too many.
    Unexpected(String),
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadOption(option) => write!(f, "bad option: {option}"),
            Self::MissingArgument(option) => write!(f, "{option} requires an argument"),
            Self::NodeOptions => f.write_str("an option in NODE_OPTIONS is not allowed there, or lacks its argument"),
            Self::BadInputType => f.write_str(
                "--input-type must be \"module\", \"commonjs\", \"module-typescript\" or \"commonjs-typescript\"",
            ),
            Self::BadNumber(option, value) => write!(f, "{option} must be a positive number, not {value}"),
            Self::BadValue(option) => write!(f, "invalid value for {option}"),
            Self::BadVariable(text) => write!(f, "--env must be NAME=VALUE, not {text}"),
            Self::MissingHandler => f.write_str("lambda requires a handler, such as index.handler"),
            Self::MissingFile => f.write_str("compile requires a JavaScript file"),
            Self::Unexpected(word) => write!(f, "unexpected argument: {word}"),
        }
    }
}

/// The text of `--help`.
pub(crate) const HELP: &str = "\
Usage: llrt [options] FILE [arguments]
       llrt [options] -e CODE [arguments]
       llrt [options] - [arguments]        (the program comes from standard input)
       llrt lambda HANDLER [lambda options]
       llrt test [test options] [filters]
       llrt compile FILE [-o OUT] [--executable]

Options:
  -e, --eval CODE     run CODE
  -p, --print CODE    run CODE and print the value of its last expression
  --import MODULE     load MODULE before the program; a path that begins with ./ or /, or a package's name
  -r, --require MODULE  the same, with require
  --experimental-loader MODULE  customize loading by hooks of MODULE, in a thread of their own, as module.register does
  -c, --check         parse FILE without running it
  -C, --conditions NAME  a condition of a package's exports and imports that holds, beside those that always do
  --input-type TYPE   read CODE and standard input as commonjs, module, commonjs-typescript or module-typescript; without it, its syntax tells
  --preserve-symlinks  modules keep the path they were found at, links and all; --preserve-symlinks-main: the program does
  --experimental-transform-types  rewrite enums and parameter properties of TypeScript, too, of which only the types are taken out otherwise;
                      --no-strip-types: not even these
  --cpu-prof          write where the time went to CPU.*.cpuprofile, which the developer tools of browsers and editors show;
                      --cpu-prof-dir DIR, --cpu-prof-name NAME, --cpu-prof-interval MICROSECONDS (1000)
  --enable-source-maps  stack traces name the original sources (LLRT_SOURCE_MAPS=1)
  -v, --version       print the version
  --sdk               print name and version of each package of the AWS SDK that is built in
  --licenses          print the licences of all that is built in
  -h, --help          print this text
  --                  end of options

llrt lambda runs a handler (FILE.EXPORT, as Lambda names it), as the Lambda service would, and prints its response. Logs and a report of
time and memory go to standard error.

llrt test runs test files; llrt test --help says more.

Lambda options:
  -e, --event EVENT   the event: a JSON file, JSON text that begins with {, [ or \", or - for standard input; {} without this option.
                      Given several times, the events go to one process, one after the other
  --env NAME=VALUE    a variable of the function's environment
  --timeout SECONDS   how long an invocation may take (30)
  --memory MB         the memory that the function may use (128)
  --repeat N          measure N cold starts, each with a warm invocation: a table of percentiles instead of the responses
  --json              reports, responses and percentiles as JSON
  --watch             run again whenever a file in the function's folder changes

llrt compile writes a JavaScript file's bytecode to FILE.lrt or OUT, which llrt runs and imports as it does the source; it fits this version
of llrt alone. With --executable OUT, or FILE without its extension, is a program of its own, with llrt in it.

With AWS_LAMBDA_RUNTIME_API set and no FILE, llrt serves the handler that _HANDLER or LAMBDA_HANDLER names.
";

/// Options of Node's that change warnings or limits of HTTP, which `process` and `node:http` read from `process.execArgv`; that say what holds here anyway; or that tune an
/// engine that this is not. Those that would change what a program does are not among them.
const NODE_OPTIONS: &[&str] = &[
    "--addons",
    "--expose-gc",
    "--expose-internals",
    "--insecure-http-parser",
    "--max-http-header-size",
    "--max-old-space-size",
    "--no-addons",
    "--no-deprecation",
    "--no-enable-source-maps",
    "--no-strip-types",
    "--no-use-env-proxy",
    "--no-warnings",
    "--pending-deprecation",
    "--redirect-warnings",
    "--stack-size",
    "--stack-trace-limit",
    "--strip-types",
    "--throw-deprecation",
    "--trace-deprecation",
    "--trace-uncaught",
    "--trace-warnings",
    "--use-env-proxy",
];

/// What becomes of rejections that nobody handles.
const REJECTION_MODES: &[&str] = &["none", "strict", "throw", "warn", "warn-with-error-codes"];

/// Reads the words after the program's name, and what `NODE_OPTIONS` holds.
pub(crate) fn parse(words: Vec<String>, node_options: Option<&str>) -> Result<Command, UsageError> {
    let mut words = words.into_iter().peekable();
    if words.next_if(|word| word == "lambda").is_some() {
        return parse_lambda(words);
    }
    if words.next_if(|word| word == "test").is_some() {
        return Ok(Command::Test(words.collect()));
    }
    if words.next_if(|word| word == llrt_test_runner::WORKER).is_some() {
        return Ok(Command::TestWorker(words.collect()));
    }
    if words.next_if(|word| word == "compile").is_some() {
        return parse_compile(words);
    }
    let mut given = Given::default();
    if let Some(node_options) = node_options {
        let mut words = node_options.split_whitespace().map(str::to_owned).peekable();
        while let Some(word) = words.next() {
            // What is no option, or one of Node's that this command has not, is none of its business.
            if word.starts_with('-')
                && word != "-"
                && !matches!(given.take(word, &mut words), Err(UsageError::BadOption(_)) | Ok(()))
            {
                return Err(UsageError::NodeOptions);
            }
        }
        if given.text.is_some() || given.check || given.only.is_some() {
            return Err(UsageError::NodeOptions);
        }
        given.options.clear();
    }
    while let Some(option) = words.next_if(|word| word.starts_with('-') && word != "-") {
        if option == "--" {
            break;
        }
        given.take(option, &mut words)?;
        if let Some(command) = given.only.take() {
            return Ok(command);
        }
    }
    let source = match given.text {
        Some(text) => Source::Text(text),
        None => match words.next() {
            Some(file) if file != "-" => Source::File(file),
            Some(_) => Source::StandardInput,
            None => Source::Nothing,
        },
    };
    Ok(Command::Run {
        source,
        print: given.print,
        options: given.options,
        arguments: words.collect(),
        preload: given.preload,
        source_maps: given.source_maps,
        resolving: given.resolving,
        input: given.input,
        check: given.check,
        cpu_profile: given.is_profiled.then_some(given.cpu_profile),
    })
}

/// The options of a program.
#[derive(Default)]
struct Given {
    text: Option<String>,
    print: bool,
    check: bool,
    options: Vec<String>,
    preload: Vec<Preload>,
    source_maps: bool,
    resolving: ResolveOptions,
    input: InputType,
    is_profiled: bool,
    cpu_profile: CpuProfile,
    /// What is done instead of running anything.
    only: Option<Command>,
}

impl Given {
    fn take(&mut self, option: String, words: &mut Peekable<impl Iterator<Item = String>>) -> Result<(), UsageError> {
        let (name, inline) = match option.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
            _ => (option.clone(), None),
        };
        // Node.js reads `--expose_gc` as `--expose-gc`.
        let name = if name.starts_with("--") { name.replace('_', "-") } else { name };
        self.options.push(option.clone());
        let missing = || UsageError::MissingArgument(name.clone());
        match name.as_str() {
            "-h" | "--help" => self.only = Some(Command::Help),
            "-v" | "--version" => self.only = Some(Command::Version),
            "--sdk" => self.only = Some(Command::Sdk),
            "--licenses" => self.only = Some(Command::Licenses),
            // The code may follow another option, as in `-p -e CODE`.
            "-p" | "--print" if inline.is_none() && words.peek().is_some_and(|word| word.starts_with('-')) => {
                self.print = true;
            }
            "-e" | "--eval" | "-p" | "--print" | "-pe" => {
                self.print |= name != "-e" && name != "--eval";
                self.text = Some(argument(inline, words, &mut self.options).ok_or_else(missing)?);
            }
            "--enable-source-maps" => self.source_maps = true,
            "--cpu-prof" => self.is_profiled = true,
            "--cpu-prof-dir" => {
                self.cpu_profile.directory =
                    Some(argument(inline, words, &mut self.options).ok_or_else(missing)?.into());
            }
            "--cpu-prof-name" => {
                self.cpu_profile.name = Some(argument(inline, words, &mut self.options).ok_or_else(missing)?);
            }
            "--cpu-prof-interval" => {
                let value = argument(inline, words, &mut self.options).ok_or_else(missing)?;
                let microseconds = value.parse().ok().filter(|value| *value > 0).ok_or(UsageError::BadValue(name))?;
                self.cpu_profile.interval = Duration::from_micros(microseconds);
            }
            "-c" | "--check" => self.check = true,
            "--preserve-symlinks" => self.resolving.preserve_symlinks = true,
            "--preserve-symlinks-main" => self.resolving.preserve_symlinks_main = true,
            "-C" | "--conditions" => {
                let condition = argument(inline, words, &mut self.options).ok_or_else(missing)?;
                self.resolving.conditions.push(condition);
            }
            "--input-type" => {
                self.input = match argument(inline, words, &mut self.options).ok_or_else(missing)?.as_str() {
                    "commonjs" => InputType::CommonJs,
                    "module" => InputType::Module,
                    "commonjs-typescript" => InputType::CommonJsTypeScript,
                    "module-typescript" => InputType::ModuleTypeScript,
                    _ => return Err(UsageError::BadInputType),
                };
            }
            "--import" | "-r" | "--require" => {
                let specifier = argument(inline, words, &mut self.options).ok_or_else(missing)?;
                let is_import = name == "--import";
                self.preload.push(if is_import { Preload::Import(specifier) } else { Preload::Require(specifier) });
            }
            "--disable-warning" | "--unhandled-rejections" => {
                let value = argument(inline, words, &mut self.options).ok_or_else(missing)?;
                if name == "--unhandled-rejections" && !REJECTION_MODES.contains(&value.as_str()) {
                    return Err(UsageError::BadValue(name));
                }
            }
            "--trace-require-module" => {
                if inline.is_some_and(|mode| !matches!(mode.as_str(), "all" | "no-node-modules")) {
                    return Err(UsageError::BadValue(name));
                }
            }
            "--loader" | "--experimental-loader" => {
                let specifier = argument(inline, words, &mut self.options).ok_or_else(missing)?;
                self.preload.push(Preload::Loader(specifier));
            }
            _ if NODE_OPTIONS.contains(&name.as_str()) || is_experiment(&name) => {}
            _ => return Err(UsageError::BadOption(option)),
        }
        Ok(())
    }
}

/// An option's argument: after its `=`, or the next word, which then is one of the options.
fn argument(
    inline: Option<String>,
    words: &mut Peekable<impl Iterator<Item = String>>,
    options: &mut Vec<String>,
) -> Option<String> {
    inline.or_else(|| {
        let word = words.next()?;
        options.push(word.clone());
        Some(word)
    })
}

/// Node's switches for what it calls experimental.
fn is_experiment(name: &str) -> bool {
    name.starts_with("--experimental-") || name.starts_with("--no-experimental-")
}

fn parse_compile(mut words: impl Iterator<Item = String>) -> Result<Command, UsageError> {
    let mut file = None;
    let (mut output, mut executable) = (None, false);
    while let Some(word) = words.next() {
        match word.as_str() {
            "-h" | "--help" => return Ok(Command::Help),
            "-o" | "--output" => output = Some(words.next().ok_or(UsageError::MissingArgument(word))?),
            "--executable" => executable = true,
            _ if word.starts_with('-') => return Err(UsageError::BadOption(word)),
            _ if file.is_none() => file = Some(word),
            _ => return Err(UsageError::Unexpected(word)),
        }
    }
    let file = file.ok_or(UsageError::MissingFile)?;
    Ok(Command::Compile(Compile { file, output, executable }))
}

fn parse_lambda(mut words: impl Iterator<Item = String>) -> Result<Command, UsageError> {
    let mut handler = None;
    let mut lambda = Lambda {
        handler: String::new(),
        events: Vec::new(),
        timeout_seconds: 30.0,
        memory_mb: 128,
        env: Vec::new(),
        repeat: None,
        watch: false,
        json: false,
    };
    while let Some(word) = words.next() {
        let (name, inline) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
            _ => (word.clone(), None),
        };
        let mut value = || inline.clone().or_else(|| words.next()).ok_or(UsageError::MissingArgument(name.clone()));
        match name.as_str() {
            "-h" | "--help" => return Ok(Command::Help),
            "-e" | "--event" => lambda.events.push(event(value()?)),
            "--env" => {
                let text = value()?;
                let (name, value) = text.split_once('=').ok_or(UsageError::BadVariable(text.clone()))?;
                lambda.env.push((name.to_owned(), value.to_owned()));
            }
            "--repeat" => {
                let text = value()?;
                let count = text.parse().ok().filter(|count| *count > 0);
                lambda.repeat = Some(count.ok_or(UsageError::BadNumber("--repeat", text))?);
            }
            "--watch" => lambda.watch = true,
            "--json" => lambda.json = true,
            "--timeout" => {
                let text = value()?;
                let seconds = text.parse().ok().filter(|seconds| *seconds > 0.0 && *seconds <= MAX_TIMEOUT_SECONDS);
                lambda.timeout_seconds = seconds.ok_or(UsageError::BadNumber("--timeout", text))?;
            }
            "--memory" => {
                let text = value()?;
                let megabytes = text.parse().ok().filter(|megabytes| *megabytes > 0);
                lambda.memory_mb = megabytes.ok_or(UsageError::BadNumber("--memory", text))?;
            }
            _ if name.starts_with('-') => return Err(UsageError::BadOption(word)),
            _ if handler.is_none() => handler = Some(word),
            _ => return Err(UsageError::Unexpected(word)),
        }
    }
    lambda.handler = handler.ok_or(UsageError::MissingHandler)?;
    Ok(Command::Lambda(lambda))
}

/// A day: the service allows 15 minutes, a debugger wants more.
const MAX_TIMEOUT_SECONDS: f64 = 86_400.0;

fn event(text: String) -> Event {
    match text.trim_start().chars().next() {
        _ if text == "-" => Event::StandardInput,
        Some('{' | '[' | '"') => Event::Text(text),
        _ => Event::File(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, UsageError> {
        super::parse(line.split_whitespace().map(str::to_owned).collect(), None)
    }

    fn run(source: Source, print: bool, arguments: &[&str]) -> Result<Command, UsageError> {
        let arguments = arguments.iter().map(|&word| word.to_owned()).collect();
        let options = Vec::new();
        Ok(Command::Run {
            source,
            print,
            options,
            arguments,
            preload: Vec::new(),
            source_maps: false,
            resolving: ResolveOptions::default(),
            input: InputType::Detect,
            check: false,
            cpu_profile: None,
        })
    }

    fn options_of(line: &str) -> Vec<String> {
        match parse(line) {
            Ok(Command::Run { options, .. }) => options,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn options_are_kept_for_the_program() {
        assert_eq!(
            options_of("--no-warnings --redirect-warnings=x a.mjs --y"),
            ["--no-warnings", "--redirect-warnings=x"]
        );
        assert_eq!(
            options_of("--experimental-vm-modules -r a -e 1 b"),
            ["--experimental-vm-modules", "-r", "a", "-e", "1"]
        );
    }

    #[test]
    fn options_with_underscores_are_known_too() {
        assert_eq!(options_of("--expose_gc --stack_size=150 a"), ["--expose_gc", "--stack_size=150"]);
    }

    #[test]
    fn what_becomes_of_rejections_is_one_of_five() {
        assert_eq!(
            options_of("--unhandled-rejections=warn --disable-warning DEP1 a"),
            ["--unhandled-rejections=warn", "--disable-warning", "DEP1"]
        );
        let wrong = UsageError::BadValue("--unhandled-rejections".into());
        assert_eq!(wrong.to_string(), "invalid value for --unhandled-rejections");
        assert_eq!(parse("--unhandled-rejections=foobar a"), Err(wrong));
    }

    #[test]
    fn words_after_the_file_are_the_programs_own() {
        assert_eq!(parse("a.mjs -v --x"), run(Source::File("a.mjs".into()), false, &["-v", "--x"]));
    }

    #[test]
    fn words_after_test_are_the_runners_own() {
        assert_eq!(parse("test -d a --bogus"), Ok(Command::Test(["-d", "a", "--bogus"].map(str::to_owned).to_vec())));
    }

    #[test]
    fn eval_takes_the_next_word_and_leaves_the_rest() {
        let parsed = |line| match parse(line) {
            Ok(Command::Run { source: Source::Text(text), print, arguments, .. }) => (text, print, arguments.join(" ")),
            other => panic!("{other:?}"),
        };
        assert_eq!(parsed("-e 1+1 a"), ("1+1".into(), false, "a".into()));
        assert_eq!(parsed("--print=1+1"), ("1+1".into(), true, String::new()));
    }

    #[test]
    fn no_file_and_a_dash_are_told_apart() {
        assert_eq!(parse(""), run(Source::Nothing, false, &[]));
        assert_eq!(parse("- a"), run(Source::StandardInput, false, &["a"]));
    }

    #[test]
    fn two_dashes_end_the_options() {
        assert_eq!(parse("-- -x.mjs"), run(Source::File("-x.mjs".into()), false, &[]));
    }

    #[test]
    fn modules_to_load_first_keep_their_order() {
        let Ok(Command::Run { preload, source, .. }) = parse("--import ./a.mjs -r b --import=c x.mjs") else {
            panic!("not a program")
        };
        let expected = [Preload::Import("./a.mjs".into()), Preload::Require("b".into()), Preload::Import("c".into())];
        assert_eq!((preload.as_slice(), source), (&expected[..], Source::File("x.mjs".into())));
        assert_eq!(parse("--import"), Err(UsageError::MissingArgument("--import".into())));
    }

    #[test]
    fn what_nobody_knows_is_an_error() {
        assert_eq!(parse("--bogus a.mjs"), Err(UsageError::BadOption("--bogus".into())));
        assert_eq!(parse("-e"), Err(UsageError::MissingArgument("-e".into())));
    }

    #[test]
    fn compile_takes_a_file_and_where_to_write() {
        let compile = |file: &str, output: Option<&str>, executable| {
            Ok(Command::Compile(Compile { file: file.to_owned(), output: output.map(str::to_owned), executable }))
        };
        assert_eq!(parse("compile a.mjs"), compile("a.mjs", None, false));
        assert_eq!(parse("compile --executable a.mjs -o b"), compile("a.mjs", Some("b"), true));
        assert_eq!(parse("compile"), Err(UsageError::MissingFile));
        assert_eq!(parse("compile a.mjs -o"), Err(UsageError::MissingArgument("-o".into())));
        assert_eq!(parse("compile a.mjs b.mjs"), Err(UsageError::Unexpected("b.mjs".into())));
        assert_eq!(parse("compile --fast a.mjs"), Err(UsageError::BadOption("--fast".into())));
    }

    fn lambda(line: &str) -> Result<Lambda, UsageError> {
        match parse(line)? {
            Command::Lambda(lambda) => Ok(lambda),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lambda_takes_a_handler_and_its_options() {
        let plain = lambda("lambda index.handler").expect("complete");
        assert_eq!((plain.handler.as_str(), plain.events.len(), plain.timeout_seconds), ("index.handler", 0, 30.0));
        let full = lambda("lambda --timeout=0.5 a/b.c -e event.json --memory 512").expect("complete");
        assert_eq!((full.handler.as_str(), full.timeout_seconds, full.memory_mb), ("a/b.c", 0.5, 512));
        assert_eq!(full.events, [Event::File("event.json".into())]);
        let more =
            lambda("lambda a.b -e {} --event [] --env A=b=c --env=D= --repeat 5 --watch --json").expect("complete");
        assert_eq!(more.events, [Event::Text("{}".into()), Event::Text("[]".into())]);
        assert_eq!(more.env, [("A".into(), "b=c".into()), ("D".into(), String::new())]);
        assert_eq!((more.repeat, more.watch, more.json), (Some(5), true, true));
    }

    #[test]
    fn an_event_is_a_file_or_json_or_standard_input() {
        let event = |text: &str| lambda(&format!("lambda a.b --event {text}")).expect("complete").events.pop();
        assert_eq!(event("{\"a\":1}"), Some(Event::Text("{\"a\":1}".into())));
        assert_eq!(event("[1]"), Some(Event::Text("[1]".into())));
        assert_eq!(event("-"), Some(Event::StandardInput));
        assert_eq!(event("./e.json"), Some(Event::File("./e.json".into())));
    }

    #[test]
    fn lambda_says_what_it_misses() {
        assert_eq!(lambda("lambda"), Err(UsageError::MissingHandler));
        assert_eq!(lambda("lambda a.b c.d"), Err(UsageError::Unexpected("c.d".into())));
        assert_eq!(lambda("lambda a.b --event"), Err(UsageError::MissingArgument("--event".into())));
        assert_eq!(lambda("lambda a.b --timeout soon"), Err(UsageError::BadNumber("--timeout", "soon".into())));
        assert_eq!(lambda("lambda a.b --memory 0"), Err(UsageError::BadNumber("--memory", "0".into())));
        assert_eq!(lambda("lambda a.b --repeat 0"), Err(UsageError::BadNumber("--repeat", "0".into())));
        assert_eq!(lambda("lambda a.b --env A"), Err(UsageError::BadVariable("A".into())));
        assert_eq!(lambda("lambda a.b --bogus"), Err(UsageError::BadOption("--bogus".into())));
    }
}
