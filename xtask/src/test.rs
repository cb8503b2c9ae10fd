//! `cargo xtask test`: everything that CI runs, in parts that also run alone.
//!
//! All parts that build choose the same packages, targets and profile, so that cargo builds each crate once for running and once
//! for clippy. Nothing is skipped in silence: a part that cannot run has failed.

use std::{
    cell::OnceCell,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    check,
    error::{Context, Error, Result},
    release, shell,
    tools::{self, TestTools},
    workspace::Workspace,
};

mod tally;

pub(crate) use tally::Tally;

/// What a step may take, on two slow cores with nothing built.
const LIMIT: Duration = Duration::from_secs(45 * 60);
/// What `cargo test --workspace` builds. With tests among the targets, features are those of the tests.
const TARGETS: &[&str] = &["--workspace", "--lib", "--bins", "--tests", "--examples"];

/// What the full tier's tests run. A test among the targets makes cargo choose features as for all of them, so that what does not
/// depend on the tier is there already.
const FULL_TIER: &[&str] = &["--workspace", "--bin", "llrt", "--test", "tables", "--features", "llrt-cli/full-sdk"];

/// The bootstrap that leaves most out.
const NONE_TIER: &[&str] =
    &["--package", "llrt-lambda", "--bin", "bootstrap", "--no-default-features", "--features", "no-sdk"];

struct Part {
    name: &'static str,
    about: &'static str,
    run: fn(&mut Run<'_>) -> Result<Tally>,
    /// Whether it needs what tests/setup.mjs prepares.
    needs_tools: bool,
    /// Whether it runs only when it is named: it needs what the developer has to bring.
    on_request: bool,
}

/// In the order in which they run: what fails fast comes first.
const PARTS: &[Part] = &[
    part("format", "cargo fmt --check", format),
    part("check", "cargo xtask check", |run| check::check(run.workspace)),
    part("build", "all crates, tests and examples, dev profile", |run| run.built().map(|_| Tally::PASSED)),
    part("rust", "Rust tests, by cargo nextest where it is installed", rust),
    part("doctests", "examples in documentation", doctests),
    part("flags", "llrt-compression, built with what changes in release binaries", flags),
    part("examples", "examples/embed.rs of every crate", examples),
    part("js", "tests/js: programs of several modules, in llrt test", js),
    Part {
        needs_tools: true,
        ..part("lambda", "tests/lambda: handlers, the Runtime API and the real emulator", lambda)
    },
    part("none", "tests/lambda: what the none tier's bootstrap leaves out", none),
    Part {
        needs_tools: true,
        ..part("sdk", "tests/sdk: the AWS SDK of both tiers, against moto and beside Node.js", sdk)
    },
    part("packages", "tests/packages: popular npm packages, beside Node.js", packages),
    Part {
        on_request: true,
        ..part("node", "tests/node: Node.js's own tests, from NODE_TEST_SUITE; only when it is named", node)
    },
    Part {
        needs_tools: true,
        ..part("deploy", "tests/deploy: the examples' templates under their linters, their handlers", deploy)
    },
    part("clippy", "lints, as errors", clippy),
    part("docs", "rustdoc, warnings as errors", docs),
];

const fn part(name: &'static str, about: &'static str, run: fn(&mut Run<'_>) -> Result<Tally>) -> Part {
    Part { name, about, run, needs_tools: false, on_request: false }
}

/// What the parts of one run share.
struct Run<'a> {
    workspace: &'a Workspace,
    /// What the developer passes on to a part's runner.
    arguments: &'a [&'a str],
    /// `None` once the build failed.
    built: OnceCell<Option<Built>>,
    tools: OnceCell<TestTools>,
    preparing: Option<JoinHandle<Result<TestTools>>>,
}

/// What the build made.
struct Built {
    /// `examples/embed.rs` of each package.
    embeds: Vec<(String, PathBuf)>,
    binaries: Vec<(String, PathBuf)>,
}

/// Runs the parts that are named, or all.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    let (names, passed_on) = match arguments.iter().position(|word| *word == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, &[] as &[&str]),
    };
    if names == ["--list"] {
        for part in PARTS {
            println!("{:10} {}", part.name, part.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(unknown) = names.iter().find(|name| !PARTS.iter().any(|part| part.name == **name)) {
        return Err(Error::new(format!("no part is called {unknown}; `cargo xtask test --list` names them")));
    }
    if !passed_on.is_empty() && names.len() != 1 {
        return Err(Error::new("arguments after -- are for one part: name it"));
    }
    let chosen = |part: &&Part| if names.is_empty() { !part.on_request } else { names.contains(&part.name) };
    let parts: Vec<_> = PARTS.iter().filter(chosen).collect();
    // Downloads go on while cargo builds.
    let preparing = parts.iter().any(|part| part.needs_tools).then(|| {
        let (root, target) = (workspace.root.clone(), workspace.target.clone());
        thread::spawn(move || tools::for_tests(&root, &target))
    });
    let mut run = Run { workspace, arguments: passed_on, built: OnceCell::new(), tools: OnceCell::new(), preparing };
    let mut total = Tally::default();
    let mut summary = String::new();
    for part in parts {
        println!("\n== {}: {}", part.name, part.about);
        let started = Instant::now();
        let tally = (part.run)(&mut run).unwrap_or_else(|error| {
            println!("{}: {error}", part.name);
            Tally::FAILED
        });
        let seconds = started.elapsed().as_secs_f64();
        summary += &format!("{:10} {:7.1} s  {tally}\n", part.name, seconds);
        total += tally;
    }
    println!("\n{summary}\n{total}");
    Ok(if total.failed == 0 && total.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Run<'_> {
    /// Builds once.
    fn built(&self) -> Result<&Built> {
        let build = || Built::make(self.workspace, TARGETS).inspect_err(|error| println!("{error}")).ok();
        self.built.get_or_init(build).as_ref().ok_or_else(|| Error::new("not run: the build failed"))
    }

    fn binary(&self, name: &str) -> Result<&Path> {
        self.workspace.package_of_binary(name)?;
        self.built()?.binary(name)
    }

    /// Waits for the preparation.
    fn tools(&mut self) -> Result<TestTools> {
        if let Some(preparing) = self.preparing.take() {
            let tools = preparing.join().map_err(|_| Error::new("tests/setup.mjs could not be run"))??;
            let _ = self.tools.set(tools);
        }
        self.tools.get().cloned().ok_or_else(|| Error::new("tests/setup.mjs failed"))
    }

    fn runner(&self, script: &str) -> Command {
        let mut node = Command::new("node");
        node.arg(self.workspace.root.join(script)).args(self.arguments);
        node
    }
}

impl Built {
    fn make(workspace: &Workspace, arguments: &[&str]) -> Result<Self> {
        let mut build = shell::cargo();
        build.arg("build").args(arguments).arg("--message-format=json-render-diagnostics");
        Ok(Self::parse(workspace, &shell::output(&mut build)?))
    }

    fn binary(&self, name: &str) -> Result<&Path> {
        let found = self.binaries.iter().find(|(binary, _)| binary == name);
        found.map(|(_, path)| path.as_path()).ok_or_else(|| Error::new(format!("cargo built no binary `{name}`")))
    }

    fn parse(workspace: &Workspace, messages: &str) -> Self {
        let mut built = Self { embeds: Vec::new(), binaries: Vec::new() };
        for line in messages.lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
            let (Some(executable), Some(name)) = (message["executable"].as_str(), message["target"]["name"].as_str())
            else {
                continue;
            };
            let source = Path::new(message["target"]["src_path"].as_str().unwrap_or_default());
            let is = |kind: &str| message["target"]["kind"][0] == kind && message["profile"]["test"] == false;
            if is("bin") {
                built.binaries.push((name.to_owned(), executable.into()));
            } else if is("example") && source.ends_with("examples/embed.rs") {
                let package = workspace.packages.iter().find(|package| source.starts_with(&package.dir));
                let package = package.map_or(name, |package| package.name.as_str());
                built.embeds.push((package.to_owned(), executable.into()));
            }
        }
        built
    }
}

fn format(_run: &mut Run<'_>) -> Result<Tally> {
    shell::run(shell::cargo().args(["fmt", "--all", "--check"])).map(|()| Tally::PASSED)
}

fn clippy(_run: &mut Run<'_>) -> Result<Tally> {
    let mut clippy = shell::cargo();
    clippy.args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    shell::run(&mut clippy).map(|()| Tally::PASSED)
}

fn docs(_run: &mut Run<'_>) -> Result<Tally> {
    let mut doc = shell::cargo();
    doc.args(["doc", "--quiet", "--workspace", "--no-deps"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    shell::run(&mut doc).map(|()| Tally::PASSED)
}

fn rust(run: &mut Run<'_>) -> Result<Tally> {
    run.built()?;
    let mut command = shell::cargo();
    if shell::exists("cargo-nextest") {
        command.args(["nextest", "run", "--workspace", "--no-fail-fast"]).args(run.arguments);
        return tally::finish(&shell::tee(&mut command, LIMIT)?, tally::nextest);
    }
    command.args(["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]).args(run.arguments);
    tally::finish(&shell::tee(&mut command, LIMIT)?, tally::cargo_test)
}

fn doctests(run: &mut Run<'_>) -> Result<Tally> {
    run.built()?;
    let mut command = shell::cargo();
    command.args(["test", "--quiet", "--no-fail-fast", "--workspace", "--doc"]).args(run.arguments);
    tally::finish(&shell::tee(&mut command, LIMIT)?, tally::cargo_test)
}

/// Release binaries are not built in CI, but what their flags change in our code is.
fn flags(run: &mut Run<'_>) -> Result<Tally> {
    let mut command = shell::cargo();
    command
        .args([
            "test",
            "--quiet",
            "--no-fail-fast",
            "--package",
            "llrt-compression",
            "--features",
            "encode,encode-brotli,encode-zstd",
            "--tests",
        ])
        .env("RUSTFLAGS", release::LAZY_BROTLI.0)
        .env("CFLAGS", release::LAZY_BROTLI.1)
        .env("CARGO_TARGET_DIR", run.workspace.target.join("flags"));
    tally::finish(&shell::tee(&mut command, LIMIT)?, tally::cargo_test)
}

fn examples(run: &mut Run<'_>) -> Result<Tally> {
    let mut tally = Tally::default();
    for (package, executable) in &run.built()?.embeds {
        println!("{package}");
        let result = shell::tee(&mut Command::new(executable), Duration::from_secs(60));
        tally.add(result.is_ok_and(|ended| ended.success));
    }
    Ok(tally)
}

fn lambda(run: &mut Run<'_>) -> Result<Tally> {
    let tools = run.tools()?;
    let mut runner = run.runner("tests/lambda/run.mjs");
    runner.arg("--bootstrap").arg(run.binary("bootstrap")?);
    runner.arg("--rie").arg(tools.emulator).arg("--python").arg(tools.python);
    tally::finish(&shell::tee(&mut runner, LIMIT)?, tally::plain)
}

fn none(run: &mut Run<'_>) -> Result<Tally> {
    // The crates without the features that this tier leaves out, then the binary; what it has in common is built already.
    run.built()?;
    let mut crates = shell::cargo();
    crates
        .args(["test", "--quiet", "--no-fail-fast", "--package", "llrt-mod-encoding", "--no-default-features", "--lib"])
        .args(run.arguments);
    let mut tally = tally::finish(&shell::tee(&mut crates, LIMIT)?, tally::cargo_test)?;
    let built = Built::make(run.workspace, NONE_TIER)?;
    let mut runner = run.runner("tests/lambda/run.mjs");
    runner.args(["--tier", "none", "--bootstrap"]).arg(built.binary("bootstrap")?);
    tally += tally::finish(&shell::tee(&mut runner, LIMIT)?, tally::plain)?;
    Ok(tally)
}

fn sdk(run: &mut Run<'_>) -> Result<Tally> {
    let tools = run.tools()?;
    // The other tier's binary takes the place of this one.
    let standard = run.workspace.target.join("llrt-std-sdk");
    std::fs::copy(run.binary("llrt")?, &standard).context(standard.display())?;
    let full = Built::make(run.workspace, FULL_TIER)?;
    let mut runner = run.runner("tests/sdk/run.mjs");
    runner.arg("--runtime").arg(&standard).arg("--full").arg(full.binary("llrt")?);
    runner
        .arg("--python")
        .arg(tools.python)
        .arg("--packages")
        .arg(tools::npm_packages(run.workspace)?.join("node_modules"));
    tally::finish(&shell::tee(&mut runner, LIMIT)?, tally::plain)
}

fn packages(run: &mut Run<'_>) -> Result<Tally> {
    let mut runner = run.runner("tests/packages/run.mjs");
    runner.arg("--runtime").arg(run.binary("llrt")?).env("CARGO_TARGET_DIR", &run.workspace.target);
    tally::finish(&shell::tee(&mut runner, LIMIT)?, tally::plain)
}

fn js(run: &mut Run<'_>) -> Result<Tally> {
    let mut runner = Command::new(run.binary("llrt")?);
    runner
        .args(["test", "--ci", "--reporter", "tap", "-d"])
        .arg(run.workspace.root.join("tests/js"))
        .args(run.arguments);
    tally::finish(&shell::tee(&mut runner, LIMIT)?, tally::tap)
}

fn deploy(run: &mut Run<'_>) -> Result<Tally> {
    let tools = run.tools()?;
    let mut runner = run.runner("tests/deploy/run.mjs");
    runner.arg("--runtime").arg(run.binary("llrt")?).arg("--python").arg(tools.python);
    tally::finish(&shell::tee(&mut runner, LIMIT)?, tally::plain)
}

fn node(run: &mut Run<'_>) -> Result<Tally> {
    if std::env::var_os("NODE_TEST_SUITE").is_none() {
        return Err(Error::new("NODE_TEST_SUITE is not set; tests/node/README.md says how to get the suite"));
    }
    // What the developer names comes last.
    let mut runner = Command::new("node");
    runner.arg(run.workspace.root.join("tests/node/run.mjs")).arg("--runtime").arg(run.binary("llrt")?);
    runner.args(run.arguments);
    tally::finish(&shell::tee(&mut runner, LIMIT)?, tally::plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Package;

    #[test]
    fn binaries_and_embedding_examples_are_found_in_cargos_messages() {
        let package = Package { name: "llrt-mod-a".into(), dir: "/w/a".into(), ..Package::default() };
        let workspace = Workspace { root: "/w".into(), target: "/t".into(), packages: vec![package] };
        let artifact = |kind: &str, name: &str, source: &str, test: bool| {
            format!(
                r#"{{"executable":"/t/{name}","profile":{{"test":{test}}},"target":{{"kind":["{kind}"],"name":"{name}","src_path":"{source}"}}}}"#
            )
        };
        let built = Built::parse(
            &workspace,
            &[
                artifact("example", "embed-a", "/w/a/examples/embed.rs", false),
                artifact("example", "names", "/w/a/examples/names.rs", false),
                artifact("bin", "llrt", "/w/b/src/main.rs", false),
                artifact("bin", "llrt-test", "/w/b/src/main.rs", true),
                "not json".to_owned(),
                r#"{"reason":"build-finished","success":true}"#.to_owned(),
            ]
            .join("\n"),
        );
        assert_eq!(built.embeds, [("llrt-mod-a".to_owned(), PathBuf::from("/t/embed-a"))]);
        assert_eq!(built.binaries, [("llrt".to_owned(), PathBuf::from("/t/llrt"))]);
    }

    #[test]
    fn parts_have_names_of_their_own() {
        for (i, part) in PARTS.iter().enumerate() {
            assert!(PARTS[..i].iter().all(|other| other.name != part.name), "{}", part.name);
        }
    }
}
