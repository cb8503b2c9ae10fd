//! How results are told.

use std::io::{self, Write};

use super::{
    FileResult, Totals,
    report::{Style, describe, indent, plain, short},
};
use crate::{
    events::{Failure, Status, TestResult},
    options::Reporter as Name,
};

/// Tells results as they come.
pub(super) trait Reporter {
    /// Before the first of so many files.
    fn begin(&mut self, _files: usize) -> io::Result<()> {
        Ok(())
    }

    /// A test has ended, of whatever file.
    fn test(&mut self, _test: &TestResult) -> io::Result<()> {
        Ok(())
    }

    /// A file is done.
    fn file(&mut self, file: &FileResult) -> io::Result<()>;

    /// All are.
    fn end(&mut self, totals: &Totals) -> io::Result<()>;
}

pub(super) fn make(name: Name, out: Box<dyn Write>, style: Style) -> Box<dyn Reporter> {
    match name {
        Name::Spec => Box::new(Spec { out, style, failures: Vec::new() }),
        Name::Dot => Box::new(Dot { out, style, column: 0, failures: Vec::new() }),
        Name::Tap => Box::new(Tap { out, number: 0 }),
        Name::Junit => Box::new(Junit { out, suites: String::new() }),
    }
}

fn time(ms: f64) -> String {
    if ms >= 1000.0 { format!("{:.2} s", ms / 1000.0) } else { format!("{ms:.0} ms") }
}

/// The failures of a file, with their names.
fn failures(file: &FileResult) -> Vec<(String, Failure)> {
    let path = short(&file.path);
    let name = |names: &[String]| [std::slice::from_ref(&path), names].concat().join(" > ");
    let own = file.errors.iter().map(|(failure, block)| (name(block), failure.clone()));
    let tests = file.tests.iter().filter(|test| test.status == Status::Fail);
    let of_tests = tests.flat_map(|test| test.failures.iter().map(|failure| (name(&test.path), failure.clone())));
    own.chain(of_tests).collect()
}

fn summary(out: &mut dyn Write, style: Style, failures: &[(String, Failure)], totals: &Totals) -> io::Result<()> {
    if !failures.is_empty() {
        writeln!(out, "\n{}", style.bold(&style.red("Failed:")))?;
    }
    for (number, (name, failure)) in failures.iter().enumerate() {
        writeln!(out, "\n  {} {}", style.bold(&format!("{})", number + 1)), style.bold(name))?;
        write!(out, "\n{}", indent(&describe(failure, style), 5))?;
    }
    let mut parts = Vec::new();
    let mut part = |count: usize, what: &str, paint: fn(Style, &str) -> String| {
        if count > 0 {
            parts.push(paint(style, &format!("{count} {what}")));
        }
    };
    part(totals.failed, "failed", Style::red);
    part(totals.errors, "errors outside of tests", Style::red);
    part(totals.passed, "passed", Style::green);
    part(totals.skipped, "skipped", Style::yellow);
    part(totals.todo, "todo", Style::cyan);
    if totals.tests() + totals.errors > 0 {
        let files = format!("{} {}", totals.files, if totals.files == 1 { "file" } else { "files" });
        let files = match (totals.failed_files, totals.unrun) {
            (_, 1..) => format!("{files}, {} not run", totals.unrun),
            (1.., 0) => format!("{files}, {} failed", totals.failed_files),
            _ => files,
        };
        writeln!(out, "\n{} ({files}, {})", parts.join(", "), time(totals.ms))?;
    }
    let snapshots = &totals.snapshots;
    let kinds = [
        (snapshots.failed, "failed"),
        (snapshots.added, "written"),
        (snapshots.updated, "updated"),
        (snapshots.obsolete, "obsolete"),
    ];
    let said: Vec<String> =
        kinds.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if !said.is_empty() {
        let hint = if snapshots.failed + snapshots.obsolete > 0 { "; -u writes them anew" } else { "" };
        writeln!(out, "snapshots: {}{hint}", said.join(", "))?;
    }
    out.flush()
}

/// A tree of names for each file.
struct Spec {
    out: Box<dyn Write>,
    style: Style,
    failures: Vec<(String, Failure)>,
}

impl Reporter for Spec {
    fn file(&mut self, file: &FileResult) -> io::Result<()> {
        let style = self.style;
        let mark = if file.has_failed() { style.red("✗") } else { style.green("✓") };
        writeln!(self.out, "{mark} {} {}", style.bold(&short(&file.path)), style.dim(&format!("({})", time(file.ms))))?;
        let mut blocks: &[String] = &[];
        for test in &file.tests {
            let Some((name, around)) = test.path.split_last() else { continue };
            let common = blocks.iter().zip(around).take_while(|(one, other)| one == other).count();
            for (depth, block) in around.iter().enumerate().skip(common) {
                writeln!(self.out, "{}{block}", "  ".repeat(depth + 1))?;
            }
            blocks = around;
            let line = match test.status {
                Status::Pass => format!("{} {name}", style.green("✓")),
                Status::Fail => format!("{} {}", style.red("✗"), style.red(name)),
                Status::Skip => format!("{} {}", style.yellow("-"), style.dim(name)),
                Status::Todo => format!("{} {name}", style.cyan("todo")),
            };
            let slow = if test.ms >= 50.0 {
                format!(" {}", style.dim(&format!("({})", time(test.ms))))
            } else {
                String::new()
            };
            writeln!(self.out, "{}{line}{slow}", "  ".repeat(around.len() + 1))?;
        }
        for (failure, _) in &file.errors {
            let first = failure.message.lines().next().unwrap_or_default();
            writeln!(self.out, "  {} {}", style.red("✗"), plain(first))?;
        }
        if !file.output.is_empty() {
            let text = String::from_utf8_lossy(&file.output);
            write!(self.out, "{}{}", style.dim("  output:\n"), indent(&text, 4))?;
        }
        self.failures.extend(failures(file));
        self.out.flush()
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        summary(&mut self.out, self.style, &self.failures, totals)
    }
}

/// A character for each test.
struct Dot {
    out: Box<dyn Write>,
    style: Style,
    column: usize,
    failures: Vec<(String, Failure)>,
}

impl Reporter for Dot {
    fn test(&mut self, test: &TestResult) -> io::Result<()> {
        const COLUMNS: usize = 72;
        if self.column == COLUMNS {
            writeln!(self.out)?;
            self.column = 0;
        }
        self.column += 1;
        let dot = match test.status {
            Status::Pass => ".".to_owned(),
            Status::Fail => self.style.red("X"),
            Status::Skip => self.style.yellow("-"),
            Status::Todo => self.style.cyan("o"),
        };
        write!(self.out, "{dot}")?;
        self.out.flush()
    }

    fn file(&mut self, file: &FileResult) -> io::Result<()> {
        self.failures.extend(failures(file));
        Ok(())
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        if self.column > 0 {
            writeln!(self.out)?;
        }
        summary(&mut self.out, self.style, &self.failures, totals)
    }
}

/// <https://testanything.org/tap-version-14-specification.html>
struct Tap {
    out: Box<dyn Write>,
    number: usize,
}

impl Tap {
    fn point(&mut self, is_ok: bool, name: &str, directive: &str, ms: f64, failures: &[Failure]) -> io::Result<()> {
        self.number += 1;
        let ok = if is_ok { "ok" } else { "not ok" };
        let name = name.replace('\\', "\\\\").replace('#', "\\#").replace('\n', " ");
        writeln!(self.out, "{ok} {} - {name}{directive}", self.number)?;
        writeln!(self.out, "  ---\n  duration_ms: {ms}")?;
        for failure in failures {
            let text = plain(&describe(failure, Style { color: false }));
            write!(self.out, "  error: |\n{}", indent(&text, 4))?;
        }
        writeln!(self.out, "  ...")
    }
}

impl Reporter for Tap {
    fn begin(&mut self, _files: usize) -> io::Result<()> {
        writeln!(self.out, "TAP version 14")
    }

    fn file(&mut self, file: &FileResult) -> io::Result<()> {
        let path = short(&file.path);
        writeln!(self.out, "# {path}")?;
        for line in String::from_utf8_lossy(&file.output).lines() {
            writeln!(self.out, "# {line}")?;
        }
        for test in &file.tests {
            let directive = match test.status {
                Status::Skip => " # SKIP",
                Status::Todo => " # TODO",
                Status::Pass | Status::Fail => "",
            };
            let is_ok = matches!(test.status, Status::Pass | Status::Skip);
            self.point(is_ok, &test.path.join(" > "), directive, test.ms, &test.failures)?;
        }
        for (failure, block) in &file.errors {
            let name = [std::slice::from_ref(&path), block].concat().join(" > ");
            self.point(false, &name, "", 0.0, std::slice::from_ref(failure))?;
        }
        self.out.flush()
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        writeln!(self.out, "1..{}", self.number)?;
        writeln!(self.out, "# tests {}\n# pass {}\n# fail {}", totals.tests(), totals.passed, totals.failed)?;
        writeln!(self.out, "# skipped {}\n# todo {}\n# duration_ms {:.0}", totals.skipped, totals.todo, totals.ms)?;
        self.out.flush()
    }
}

/// As Ant's task for JUnit writes it, and CI services read it.
struct Junit {
    out: Box<dyn Write>,
    suites: String,
}

impl Reporter for Junit {
    fn file(&mut self, file: &FileResult) -> io::Result<()> {
        use std::fmt::Write as _;
        let path = escape(&short(&file.path));
        let (failed, skipped) = (file.count(Status::Fail), file.count(Status::Skip) + file.count(Status::Todo));
        let mut suite = format!(
            "  <testsuite name=\"{path}\" tests=\"{}\" failures=\"{failed}\" errors=\"{}\" skipped=\"{skipped}\" time=\"{:.3}\">\n",
            file.tests.len() + file.errors.len(),
            file.errors.len(),
            file.ms / 1000.0
        );
        for test in &file.tests {
            let Some((name, around)) = test.path.split_last() else { continue };
            let class = if around.is_empty() { path.clone() } else { escape(&around.join(" > ")) };
            let _ = write!(
                suite,
                "    <testcase name=\"{}\" classname=\"{class}\" file=\"{path}\" time=\"{:.3}\"",
                escape(name),
                test.ms / 1000.0
            );
            if test.status == Status::Pass {
                suite.push_str("/>\n");
                continue;
            }
            suite.push_str(">\n");
            if test.status != Status::Fail {
                suite.push_str("      <skipped/>\n");
            }
            for failure in &test.failures {
                suite.push_str(&problem("failure", failure));
            }
            suite.push_str("    </testcase>\n");
        }
        for (failure, block) in &file.errors {
            let name = if block.is_empty() { path.clone() } else { escape(&block.join(" > ")) };
            let _ = write!(
                suite,
                "    <testcase name=\"{name}\" classname=\"{path}\" file=\"{path}\" time=\"0\">\n{}",
                problem("error", failure)
            );
            suite.push_str("    </testcase>\n");
        }
        if !file.output.is_empty() {
            let text = plain(&String::from_utf8_lossy(&file.output));
            let _ = writeln!(suite, "    <system-out>{}</system-out>", escape(&text));
        }
        suite.push_str("  </testsuite>\n");
        self.suites.push_str(&suite);
        Ok(())
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        writeln!(self.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(
            self.out,
            "<testsuites name=\"llrt test\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3}\">",
            totals.tests() + totals.errors,
            totals.failed,
            totals.errors,
            totals.skipped + totals.todo,
            totals.ms / 1000.0
        )?;
        writeln!(self.out, "{}</testsuites>", self.suites)?;
        self.out.flush()
    }
}

fn problem(kind: &str, failure: &Failure) -> String {
    let text = plain(&describe(failure, Style { color: false }));
    let first = plain(failure.message.lines().next().unwrap_or_default());
    format!("      <{kind} message=\"{}\">{}</{kind}>\n", escape(&first), escape(&text))
}

/// For text and attributes; what XML cannot hold at all becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            c if c < ' ' || c == '\u{FFFE}' || c == '\u{FFFF}' => escaped.push('\u{FFFD}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_holds_any_text() {
        assert_eq!(escape("<a b=\"c\">&\u{1}\n"), "&lt;a b=&quot;c&quot;&gt;&amp;\u{FFFD}\n");
    }

    #[test]
    fn times_are_in_the_unit_that_reads_well() {
        assert_eq!((time(12.4), time(1234.0)), ("12 ms".to_owned(), "1.23 s".to_owned()));
    }
}
