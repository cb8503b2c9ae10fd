//! `cargo xtask check`: what must hold of the workspace beside what the compiler sees.

use std::process::ExitCode;

use crate::{error::Result, test::Tally, workspace::Workspace};

mod files;
mod laws;

/// Something that does not hold, in words that say what to do.
type Violation = String;

/// Prints what does not hold.
pub(crate) fn run(workspace: &Workspace, _arguments: &[&str]) -> Result<ExitCode> {
    let tally = check(workspace)?;
    println!("{tally}");
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Counts crates and rules of files that hold, and prints what does not.
pub(crate) fn check(workspace: &Workspace) -> Result<Tally> {
    let mut tally = Tally::default();
    for (_, violations) in laws::check(workspace).into_iter().chain(files::check(workspace)?) {
        tally.add(violations.is_empty());
        for violation in violations {
            println!("{violation}");
        }
    }
    Ok(tally)
}
