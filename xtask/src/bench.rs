//! `cargo xtask bench`: the same work in llrt, Bun and Node.js, in one run, beside what DESIGN asks for.
//!
//! Whole processes are timed here, one of each runtime in turn: a slow moment of the machine meets all of them, where one series
//! after the other would read it as a difference.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
};

use serde_json::Value;

use crate::{
    error::{Context, Error, Result},
    release::{self, Arch, Tier},
    resources, shell, tools,
    workspace::Workspace,
};

pub(crate) mod report;

const MB: f64 = 1024.0 * 1024.0;
/// Names of the runtimes, ours first.
const RUNTIMES: [&str; 3] = ["llrt", "bun", "node"];
/// Makes `require` work in what esbuild bundles as an ES module.
const REQUIRE: &str =
    "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

struct Benchmark {
    name: &'static str,
    kind: Kind,
    figures: &'static [Figure],
}

enum Kind {
    /// A script of tests/bench/scripts, a whole process.
    Process(&'static str),
    /// A handler of tests/bench/handlers, in the Lambda loop.
    Loop(&'static str),
}

/// What is reported of a benchmark, and what it must be.
struct Figure {
    key: &'static str,
    what: &'static str,
    unit: &'static str,
    /// At most this share of Bun's and of Node's, and at most this absolutely.
    limits: [Option<f64>; 3],
}

const fn figure(key: &'static str, what: &'static str, unit: &'static str, limits: [Option<f64>; 3]) -> Figure {
    Figure { key, what, unit, limits }
}

const BENCHMARKS: &[Benchmark] = &[
    Benchmark {
        name: "hello",
        kind: Kind::Process("hello.mjs"),
        figures: &[
            figure("wall", "hello world, whole process", "ms", [Some(0.40), Some(0.07), None]),
            figure("peak", "hello world, peak memory", "MB", [None, None, Some(8.0)]),
        ],
    },
    Benchmark {
        name: "put",
        kind: Kind::Process("put.mjs"),
        figures: &[
            figure("wall", "cold process, one PutItem", "ms", [Some(0.08), Some(0.07), None]),
            figure("peak", "cold process, one PutItem, peak memory", "MB", [None, None, Some(13.0)]),
        ],
    },
    Benchmark {
        name: "lambda-sdk",
        kind: Kind::Loop("ddb"),
        figures: &[
            figure("cold", "Lambda loop, SDK handler, cold", "ms", [Some(0.08), Some(0.06), None]),
            figure("warm", "Lambda loop, SDK handler, warm call", "ms", [Some(1.0), None, None]),
            figure(
                "cpu",
                "Lambda loop, SDK handler, processor time of a cold start and 200 calls",
                "ms",
                [Some(0.35), None, None],
            ),
            figure("peak", "Lambda loop, SDK handler, peak memory", "MB", [None, None, Some(16.0)]),
        ],
    },
    Benchmark {
        name: "lambda-hello",
        kind: Kind::Loop("hello"),
        figures: &[
            figure("cold", "Lambda loop, hello handler, cold", "ms", [None; 3]),
            figure("warm", "Lambda loop, hello handler, warm call", "ms", [Some(0.7), None, None]),
            figure("peak", "Lambda loop, hello handler, peak memory", "MB", [None; 3]),
        ],
    },
];

/// What the developer asked for.
struct Options<'a> {
    benchmarks: Vec<&'static Benchmark>,
    rounds: usize,
    llrt: Option<&'a str>,
    bootstrap: Option<&'a str>,
    write: bool,
}

impl<'a> Options<'a> {
    fn parse(words: &[&'a str]) -> Result<Self> {
        let mut options = Self { benchmarks: Vec::new(), rounds: 20, llrt: None, bootstrap: None, write: false };
        let mut words = words.iter();
        while let Some(&word) = words.next() {
            let mut value = || words.next().copied().ok_or_else(|| Error::new(format!("{word} needs a value")));
            match word {
                "--rounds" => options.rounds = value()?.parse::<usize>().context("--rounds")?.max(1),
                "--llrt" => options.llrt = Some(value()?),
                "--bootstrap" => options.bootstrap = Some(value()?),
                "--write" => options.write = true,
                _ => {
                    let found = BENCHMARKS.iter().find(|benchmark| benchmark.name == word);
                    let unknown = || {
                        Error::new(format!(
                            "no such benchmark: {word}; there are hello, put, lambda-sdk, lambda-hello and, alone, modules"
                        ))
                    };
                    options.benchmarks.push(found.ok_or_else(unknown)?);
                }
            }
        }
        if options.benchmarks.is_empty() {
            options.benchmarks = BENCHMARKS.iter().collect();
        }
        Ok(options)
    }
}

/// Measures and prints.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    if let Some((&"modules", rest)) = arguments.split_first() {
        return modules(workspace, rest);
    }
    let options = Options::parse(arguments)?;
    let bench = Bench::prepare(workspace, &options)?;
    let mut table = report::Table::new(&["figure", "llrt", "Bun", "Node.js", "of Bun", "of Node.js", "must be", ""]);
    for benchmark in &options.benchmarks {
        eprintln!("{} ...", benchmark.name);
        let results = match benchmark.kind {
            Kind::Process(script) => bench.processes(script, options.rounds)?,
            Kind::Loop(handler) => bench.lambda_loop(handler, options.rounds)?,
        };
        for figure in benchmark.figures {
            table.row(figure.row(&results)?);
        }
    }
    let text = format!(
        "Bun {}, Node.js {}, {} rounds, medians; `cargo xtask bench`:\n\n{table}",
        bench.version("bun")?,
        bench.version("node")?,
        options.rounds
    );
    print!("\n{text}");
    if options.write {
        report::write(workspace, "figures", &text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// `bench modules`: tests/bench/modules.mjs, in llrt and Node.js.
fn modules(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    let (given, passed_on) = match arguments {
        ["--llrt", path, rest @ ..] => (Some(*path), rest),
        rest => (None, rest),
    };
    let llrt = binary(workspace, "llrt", given)?;
    let [_, node] = peers(workspace)?;
    let mut script = Command::new("node");
    script.arg(workspace.root.join("tests/bench/modules.mjs"));
    script.arg(format!("llrt={}", llrt.display())).arg(format!("node={}", node.display())).args(passed_on);
    shell::run(&mut script)?;
    Ok(ExitCode::SUCCESS)
}

/// Bun and Node.js, from npm.
fn peers(workspace: &Workspace) -> Result<[PathBuf; 2]> {
    let dir = workspace.target.join("bench");
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let paths = ["node_modules/.bin/bun".to_owned(), format!("node_modules/node-linux-{arch}/bin/node")];
    let paths = paths.map(|path| dir.join(path));
    if !paths.iter().all(|path| path.is_file()) {
        fs::create_dir_all(&dir).context(dir.display())?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--prefix"]).arg(&dir);
        shell::run(npm.args(["bun@1", &format!("node-linux-{arch}@24")]))?;
    }
    Ok(paths)
}

/// The figures of one runtime, by key.
type Figures = Vec<(String, f64)>;

impl Figure {
    fn row(&self, results: &[Figures; 3]) -> Result<[String; 8]> {
        let value = |index: usize| {
            let figures: &Figures = &results[index];
            let found = figures.iter().find(|(key, _)| key == self.key).map(|(_, value)| *value);
            found.ok_or_else(|| Error::new(format!("no figure `{}` of {}", self.key, RUNTIMES[index])))
        };
        let [ours, bun, node] = [value(0)?, value(1)?, value(2)?];
        let shares = [ours / bun, ours / node, ours];
        let wanted = [("x Bun", 2), ("x Node.js", 2), (self.unit, 0)];
        let limits: Vec<_> = (0..3)
            .filter_map(|at| self.limits[at].map(|limit| format!("<= {limit:.*} {}", wanted[at].1, wanted[at].0)))
            .collect();
        let good = (0..3).all(|at| self.limits[at].is_none_or(|limit| shares[at] <= limit));
        let with_unit = |value: f64| format!("{value:.*} {}", if value < 10.0 { 2 } else { 1 }, self.unit);
        Ok([
            self.what.to_owned(),
            with_unit(ours),
            with_unit(bun),
            with_unit(node),
            format!("{:.3}", shares[0]),
            format!("{:.3}", shares[1]),
            limits.join(", "),
            match (limits.is_empty(), good) {
                (true, _) => String::new(),
                (false, true) => "ok".to_owned(),
                (false, false) => "missed".to_owned(),
            },
        ])
    }
}

/// The programs that are compared and their scripts.
struct Bench {
    sources: PathBuf,
    llrt: PathBuf,
    bootstrap: PathBuf,
    bun: PathBuf,
    node: PathBuf,
    /// Scripts and handlers as the peers run them: bundled.
    bundled: PathBuf,
}

impl Bench {
    fn prepare(workspace: &Workspace, options: &Options<'_>) -> Result<Self> {
        let sources = workspace.root.join("tests/bench");
        let [bun, node] = peers(workspace)?;
        let bench = Self {
            llrt: binary(workspace, "llrt", options.llrt)?,
            bootstrap: binary(workspace, "bootstrap", options.bootstrap)?,
            bun,
            node,
            bundled: workspace.target.join("bench/bundled"),
            sources,
        };
        bench.bundle(workspace)?;
        Ok(bench)
    }

    fn bundle(&self, workspace: &Workspace) -> Result<()> {
        let packages = tools::npm_packages(workspace)?.join("node_modules");
        let scripts = ["scripts/hello.mjs", "scripts/put.mjs", "handlers/hello.mjs", "handlers/ddb.mjs"];
        let mut esbuild = Command::new("node");
        esbuild
            .arg(packages.join("esbuild/bin/esbuild"))
            .args(scripts.map(|script| self.sources.join(script)))
            .args([
                "--bundle",
                "--minify",
                "--platform=node",
                "--format=esm",
                "--out-extension:.js=.mjs",
                "--log-level=warning",
                REQUIRE,
            ])
            .arg(format!("--outbase={}", self.sources.display()))
            .arg(format!("--outdir={}", self.bundled.display()))
            .env("NODE_PATH", &packages);
        shell::run(&mut esbuild)
    }

    fn version(&self, runtime: &str) -> Result<String> {
        let program = if runtime == "bun" { &self.bun } else { &self.node };
        Ok(shell::output(Command::new(program).arg("--version"))?.trim().trim_start_matches('v').to_owned())
    }

    /// Whole processes, in turn.
    fn processes(&self, script: &str, rounds: usize) -> Result<[Figures; 3]> {
        let endpoint = Endpoint::start(&self.sources)?;
        let bundled = self.bundled.join("scripts").join(script);
        let commands = [
            (&self.llrt, self.sources.join("scripts").join(script)),
            (&self.bun, bundled.clone()),
            (&self.node, bundled),
        ];
        let mut samples: [Vec<[f64; 2]>; 3] = Default::default();
        for round in 0..=rounds {
            for ((program, script), samples) in commands.iter().zip(&mut samples) {
                let mut command = Command::new(program);
                command.arg(script).envs([
                    ("DYNAMODB_ENDPOINT", endpoint.address.as_str()),
                    ("AWS_REGION", "us-east-1"),
                    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
                    ("AWS_SECRET_ACCESS_KEY", "secret"),
                ]);
                let usage = resources::measure(&mut command).context(program.display())?;
                if !usage.status.success() {
                    return Err(Error::new(format!("{}: {}", shell::line(&command), usage.status)));
                }
                #[expect(clippy::cast_precision_loss, reason = "memory of one process is far below 2^52 bytes")]
                let peak = usage.peak_bytes as f64 / MB;
                // The first round warms the caches of the system.
                if round > 0 {
                    samples.push([usage.wall.as_secs_f64() * 1000.0, peak]);
                }
            }
        }
        Ok(samples.map(|samples| {
            let median_of = |at: usize| median(samples.iter().map(|sample| sample[at]).collect());
            vec![("wall".to_owned(), median_of(0)), ("peak".to_owned(), median_of(1))]
        }))
    }

    /// tests/bench/lambda.mjs.
    fn lambda_loop(&self, handler: &str, rounds: usize) -> Result<[Figures; 3]> {
        let (client, handlers) = (self.sources.join("client.mjs"), self.bundled.join("handlers"));
        let peer = |name: &str, program: &Path| {
            format!("{name}@{}={} {}", handlers.display(), program.display(), client.display())
        };
        let mut node = Command::new("node");
        node.arg(self.sources.join("lambda.mjs"))
            .args(["--json", "--handler", handler, "--rounds", &rounds.to_string()])
            .arg(format!("llrt={}", self.bootstrap.display()))
            .args([peer("bun", &self.bun), peer("node", &self.node)]);
        let results: Value = serde_json::from_str(&shell::output(&mut node)?).context("tests/bench/lambda.mjs")?;
        Ok(std::array::from_fn(|index| {
            let figures = results[index].as_object().into_iter().flatten();
            figures.filter_map(|(key, value)| Some((key.clone(), value.as_f64()?))).collect()
        }))
    }
}

/// The binary `name`: the one that is given, or the std tier's as it is deployed, built now.
fn binary(workspace: &Workspace, name: &str, given: Option<&str>) -> Result<PathBuf> {
    match given {
        Some(path) => fs::canonicalize(path).context(path),
        None => release::build(workspace, name, Tier::find("std")?, Arch::native()?),
    }
}

/// tests/bench/dynamodb.mjs, as long as it is needed.
struct Endpoint {
    process: Child,
    address: String,
}

impl Endpoint {
    fn start(sources: &Path) -> Result<Self> {
        let mut command = Command::new("node");
        command.arg(sources.join("dynamodb.mjs")).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut endpoint =
            Self { process: command.spawn().context("tests/bench/dynamodb.mjs")?, address: String::new() };
        let stdout = endpoint.process.stdout.take().ok_or_else(|| Error::new("tests/bench/dynamodb.mjs: no output"))?;
        BufReader::new(stdout).read_line(&mut endpoint.address).context("tests/bench/dynamodb.mjs")?;
        endpoint.address.truncate(endpoint.address.trim_end().len());
        Ok(endpoint)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_whether_it_is_met() {
        let figure = figure("wall", "hello", "ms", [Some(0.4), Some(0.07), None]);
        let results = |ours: f64| [ours, 20.0, 100.0].map(|value| vec![("wall".to_owned(), value)]);
        let row = figure.row(&results(5.0)).unwrap();
        assert_eq!(
            row,
            ["hello", "5.00 ms", "20.0 ms", "100.0 ms", "0.250", "0.050", "<= 0.40 x Bun, <= 0.07 x Node.js", "ok"]
        );
        assert_eq!(figure.row(&results(7.5)).unwrap()[7], "missed");
        assert!(figure.row(&[vec![], vec![], vec![]]).is_err());
    }

    #[test]
    fn a_figure_without_a_limit_is_only_shown() {
        let results = [4.0, 5.0, 6.0].map(|value| vec![("peak".to_owned(), value)]);
        let row = figure("peak", "x", "MB", [None; 3]).row(&results).unwrap();
        assert_eq!((row[6].as_str(), row[7].as_str()), ("", ""));
        assert_eq!(figure("peak", "x", "MB", [None, None, Some(3.0)]).row(&results).unwrap()[7], "missed");
    }

    #[test]
    fn options_are_read() {
        let options = Options::parse(&["put", "--rounds", "3", "--llrt", "a", "--write"]).unwrap();
        assert_eq!((options.benchmarks.len(), options.rounds, options.llrt, options.write), (1, 3, Some("a"), true));
        assert_eq!(Options::parse(&[]).unwrap().benchmarks.len(), BENCHMARKS.len());
        assert!(Options::parse(&["nothing"]).is_err());
        assert!(Options::parse(&["--rounds"]).is_err());
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
