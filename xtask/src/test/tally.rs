//! Counting tests, by what their runners print.

use std::{fmt, ops::AddAssign};

use crate::{
    error::{Error, Result},
    shell::Ended,
};

/// How many tests passed, failed and did not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl Tally {
    pub(crate) const PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    pub(crate) const FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };

    /// Counts one more.
    pub(crate) fn add(&mut self, passed: bool) {
        *self += if passed { Self::PASSED } else { Self::FAILED };
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// What a runner that ended says of its tests. A failure that it did not count is one more.
pub(super) fn finish(ended: &Ended, read: fn(&str) -> Option<Tally>) -> Result<Tally> {
    let Some(mut tally) = read(&ended.text) else {
        return Err(Error::new("the runner told of no tests"));
    };
    if !ended.success && tally.failed == 0 {
        tally.failed += 1;
    }
    Ok(tally)
}

/// `Summary [0.5s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 3 skipped`
pub(super) fn nextest(text: &str) -> Option<Tally> {
    let line = text.lines().rev().find(|line| line.trim_start().starts_with("Summary ["))?;
    let (_, counts) = line.split_once(" run: ")?;
    Some(counted(&without_parentheses(counts), ','))
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out`, any number of times
pub(super) fn cargo_test(text: &str) -> Option<Tally> {
    let mut total = None;
    for line in text.lines() {
        if let Some(counts) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) {
            *total.get_or_insert_with(Tally::default) += counted(counts.1, ';');
        }
    }
    total
}

/// `12 passed, 0 failed`, the last line
pub(super) fn plain(text: &str) -> Option<Tally> {
    let line = text.lines().rev().find(|line| !line.trim().is_empty())?;
    (line.contains(" passed") && line.contains(" failed")).then(|| counted(line, ','))
}

/// `# pass 12`, `# fail 0` and `# skipped 1`, the last lines of the Test Anything Protocol
pub(super) fn tap(text: &str) -> Option<Tally> {
    let last = |what: &str| -> Option<u32> {
        text.lines().rev().find_map(|line| line.strip_prefix("# ")?.strip_prefix(what)?.trim().parse().ok())
    };
    Some(Tally { passed: last("pass ")?, failed: last("fail ")?, skipped: last("skipped ")? })
}

fn counted(counts: &str, separator: char) -> Tally {
    let mut tally = Tally::default();
    for count in counts.split(separator) {
        let Some((number, what)) = count.trim().split_once(' ') else { continue };
        let Ok(number) = number.parse::<u32>() else { continue };
        match what.trim() {
            "passed" => tally.passed += number,
            "skipped" | "ignored" => tally.skipped += number,
            "measured" | "filtered out" => {}
            what if what.starts_with("filtered out") => {}
            _ => tally.failed += number,
        }
    }
    tally
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0_usize;
    text.chars()
        .filter(|character| {
            match character {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && *character != ')'
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u32, failed: u32, skipped: u32) -> Option<Tally> {
        Some(Tally { passed, failed, skipped })
    }

    #[test]
    fn tap_is_read() {
        let text = "ok 1 - a\n1..3\n# tests 3\n# pass 1\n# fail 1\n# skipped 1\n# todo 0\n# duration_ms 5\n";
        assert_eq!(tap(text), tally(1, 1, 1));
        assert_eq!(tap("llrt test: no test files\n"), None);
    }

    #[test]
    fn nextest_is_read() {
        let line =
            "     Summary [   0.512s] 12 tests run: 10 passed (1 slow, 2 leaky), 1 failed, 1 timed out, 3 skipped";
        assert_eq!(nextest(&format!("PASS a\n{line}\n        FAIL b")), tally(10, 2, 3));
        assert_eq!(nextest("     Summary [   0.001s] 1 test run: 1 passed, 0 skipped"), tally(1, 0, 0));
        assert_eq!(nextest("     Summary [   9.9s] 2/5 tests run: 1 passed, 1 exec failed, 0 skipped"), tally(1, 1, 0));
        assert_eq!(nextest("error: could not compile `a`"), None);
    }

    #[test]
    fn cargo_test_is_read() {
        let text = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.10s\n\n\
                    test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(cargo_test(text), tally(4, 2, 1));
        assert_eq!(cargo_test("running 0 tests"), None);
    }

    #[test]
    fn runners_of_this_repository_are_read() {
        assert_eq!(plain("FAILED a\n\n7 passed, 1 failed\n"), tally(7, 1, 0));
        assert_eq!(plain("7 passed, 0 failed\nTypeError: x"), None);
        assert_eq!(plain(""), None);
    }

    #[test]
    fn a_crash_is_a_failure() {
        let ended = |success, text: &str| Ended { success, text: text.to_owned() };
        assert_eq!(finish(&ended(false, "2 passed, 0 failed"), plain).unwrap().failed, 1);
        assert_eq!(finish(&ended(false, "2 passed, 3 failed"), plain).unwrap().failed, 3);
        assert!(finish(&ended(true, "nothing"), plain).is_err());
    }

    #[test]
    fn what_was_skipped_is_said() {
        assert_eq!(Tally { passed: 3, failed: 0, skipped: 1 }.to_string(), "3 passed, 0 failed, 1 skipped");
        assert_eq!(Tally { passed: 3, failed: 1, skipped: 0 }.to_string(), "3 passed, 1 failed");
    }
}
