//! `cargo xtask bundle`: what a published crate carries of npm packages.
//!
//! Build scripts bundle npm packages into their `OUT_DIR/bundle`. A crate from a registry has no lockfile to install them from: it
//! carries the bundle as `prebuilt`, which git ignores and `include` lists.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::Value;

use crate::{
    error::{Context, Error, Result},
    shell,
    workspace::{Package, Workspace},
};

/// The feature that makes a bundle larger than the default's.
const FULL: &str = "full-sdk";

/// Fills `prebuilt` of every crate that bundles; `--remove` takes it away again.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    // A build script takes `prebuilt` where it is there.
    for package in &workspace.packages {
        remove(&package.dir.join("prebuilt"))?;
    }
    if arguments == ["--remove"] {
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<_> = workspace.packages.iter().flat_map(|package| ["--package", &package.name]).collect();
    copy(workspace, &names)?;
    let full: Vec<_> =
        workspace.packages.iter().filter(|it| bundles(it) && it.features.iter().any(|it| it == FULL)).collect();
    let aside = workspace.target.join("bundle-aside");
    remove(&aside)?;
    fs::create_dir_all(&aside).context(aside.display())?;
    for package in &full {
        let prebuilt = package.dir.join("prebuilt");
        fs::rename(&prebuilt, aside.join(&package.name)).context(prebuilt.display())?;
    }
    let names = full.iter().flat_map(|package| ["--package", &package.name]);
    copy(workspace, &names.chain(["--features", FULL]).collect::<Vec<_>>())?;
    for package in &full {
        // The full tier's texts win over those of the same name: they are about more.
        copy_new(&aside.join(&package.name), &package.dir.join("prebuilt")).context(package.dir.display())?;
    }
    remove(&aside)?;
    for package in workspace.packages.iter().filter(|package| bundles(package)) {
        println!("{}", package.dir.join("prebuilt").display());
    }
    Ok(ExitCode::SUCCESS)
}

fn bundles(package: &Package) -> bool {
    package.dir.join("prebuilt").is_dir()
}

/// Runs build scripts and copies the bundles they make.
fn copy(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let mut check = shell::cargo();
    check.args(["check", "--message-format=json-render-diagnostics"]).args(arguments);
    for (id, out) in build_scripts(&shell::output(&mut check)?) {
        let bundle = out.join("bundle");
        let Some(package) = workspace.packages.iter().find(|package| id.contains(&format!("/{}#", package.name)))
        else {
            continue;
        };
        if bundle.is_dir() {
            let listed =
                fs::read_to_string(package.dir.join("Cargo.toml")).is_ok_and(|text| text.contains("\"prebuilt\""));
            if package.published && !listed {
                return Err(Error::new(format!("{}: `include` does not list \"prebuilt\"", package.name)));
            }
            copy_new(&bundle, &package.dir.join("prebuilt")).context(bundle.display())?;
        }
    }
    Ok(())
}

/// Package ids with their `OUT_DIR`, from cargo's messages.
fn build_scripts(messages: &str) -> Vec<(String, PathBuf)> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages
        .filter(|message| message["reason"] == "build-script-executed")
        .filter_map(|message| Some((message["package_id"].as_str()?.to_owned(), message["out_dir"].as_str()?.into())))
        .collect()
}

fn remove(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).context(dir.display()),
        _ => Ok(()),
    }
}

/// Copies a folder; files that are there already stay.
fn copy_new(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_new(&entry.path(), &target)?;
        } else if !target.exists() {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_scripts_are_found_in_cargos_messages() {
        let messages = "{\"reason\":\"build-script-executed\",\"package_id\":\"path+file:///w/a#0.1.0\",\"out_dir\":\"/t/a/out\"}\n\
                        {\"reason\":\"build-finished\",\"success\":true}";
        assert_eq!(build_scripts(messages), [("path+file:///w/a#0.1.0".to_owned(), PathBuf::from("/t/a/out"))]);
    }

    #[test]
    fn what_is_there_already_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::create_dir_all(from.join("std")).unwrap();
        fs::write(from.join("std/a.js"), "std").unwrap();
        fs::write(from.join("LICENSES.txt"), "few").unwrap();
        fs::create_dir(&to).unwrap();
        fs::write(to.join("LICENSES.txt"), "all").unwrap();
        copy_new(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("std/a.js")).unwrap(), "std");
        assert_eq!(fs::read_to_string(to.join("LICENSES.txt")).unwrap(), "all");
        remove(&to).unwrap();
        remove(&to).unwrap();
        assert!(!to.exists());
    }
}
