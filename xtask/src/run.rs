//! `cargo xtask run`: the main job. A handler runs under the embedded Runtime API, with nothing to install.

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};

use crate::{
    error::{Context, Result},
    shell,
    workspace::Workspace,
};

/// Builds `llrt` and runs examples/hello.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    let release = arguments.contains(&"--release");
    let event = match arguments.iter().find(|word| !word.starts_with("--")) {
        // JSON text, or standard input.
        Some(text) if text.starts_with(['{', '[', '"', '-']) => PathBuf::from(text),
        Some(path) => std::path::absolute(path).context(path)?,
        None => "event.json".into(),
    };
    let package = workspace.package_of_binary("llrt")?;
    let mut build = shell::cargo();
    build.args(["build", "--package", &package.name, "--bin", "llrt"]);
    if release {
        build.arg("--release");
    }
    shell::run(&mut build)?;
    let llrt = workspace.target.join(if release { "release" } else { "debug" }).join("llrt");
    let mut command = Command::new(llrt);
    command.args(["lambda", "index.handler", "--event"]).arg(event);
    command.current_dir(workspace.root.join("examples/hello"));
    eprintln!("$ {}", shell::line(&command));
    let status = command.status().context(shell::line(&command))?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
