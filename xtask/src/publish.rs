//! `cargo xtask publish-check`: whether what a registry would get builds, on a machine without Node.js.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::{
    bundle,
    error::{Context, Error, Result},
    shell,
    workspace::Workspace,
};

/// The crate that all others are in, and its largest feature.
const BINARY: (&str, &str) = ("llrt-cli", "full-sdk");
/// What must not be needed.
const ABSENT: &[&str] = &["node", "npm", "npx"];
/// The workspace's development profile, so that crates of registries are not built again.
const PROFILE: &[&str] = &["profile.dev.debug='line-tables-only'", "profile.dev.package.rquickjs-sys.opt-level=2"];

/// Packs the crates with their bundles, unpacks them elsewhere, builds the binary from there, and asks it for its licences.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    if let Some(unknown) = arguments.first() {
        return Err(Error::new(format!("publish-check does not know {unknown}")));
    }
    bundle::run(workspace, &[])?;
    let place = env::temp_dir().join(format!("llrt-publish-check-{}", std::process::id()));
    fs::create_dir_all(&place).context(place.display())?;
    let result = check(workspace, &place);
    let _ = fs::remove_dir_all(&place);
    bundle::run(workspace, &["--remove"])?;
    result.map(|()| ExitCode::SUCCESS)
}

fn check(workspace: &Workspace, place: &Path) -> Result<()> {
    let crates = pack(workspace)?;
    for file in &crates {
        shell::run(Command::new("tar").arg("-xzf").arg(file).arg("-C").arg(place))?;
    }
    let binary = folder(&crates, BINARY.0)?;
    let mut build = shell::cargo();
    build.arg("build").arg("--manifest-path").arg(place.join(binary).join("Cargo.toml"));
    build.args(["--features", BINARY.1]).env("CARGO_TARGET_DIR", &workspace.target);
    for package in workspace.packages.iter().filter(|package| package.published) {
        let path = place.join(folder(&crates, &package.name)?);
        build.arg("--config").arg(format!("patch.crates-io.{}.path='{}'", package.name, path.display()));
    }
    build.args(PROFILE.iter().flat_map(|setting| ["--config", setting]));
    // Cargo looks for settings above the folder it runs in.
    build.current_dir(place).env("PATH", path_without(place)?);
    shell::run(&mut build)?;
    let llrt = workspace.target.join("debug/llrt");
    let licenses = shell::output(Command::new(&llrt).arg("--licenses"))?;
    if !licenses.contains("@aws-sdk/client-ec2 ") {
        return Err(Error::new(format!("{}: the packages of {} are not in it", llrt.display(), BINARY.1)));
    }
    println!("{} crates packed; {} builds from them without Node.js", crates.len(), BINARY.0);
    Ok(())
}

/// The `.crate` files of all crates that are published.
fn pack(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let folder = workspace.target.join("package");
    let files = |folder: &Path| -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(folder).context(folder.display())?;
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        Ok(paths.filter(|path| path.extension().is_some_and(|it| it == "crate")).collect())
    };
    if folder.is_dir() {
        for old in files(&folder)? {
            fs::remove_file(&old).context(old.display())?;
        }
    }
    let mut package = shell::cargo();
    // The bundles are no part of the repository.
    package.args(["package", "--quiet", "--no-verify", "--allow-dirty"]);
    package.args(workspace.packages.iter().filter(|it| it.published).flat_map(|it| ["--package", &it.name]));
    shell::run(&mut package)?;
    files(&folder)
}

/// `llrt-cli-0.1.0`, the folder that a crate's file unpacks to.
fn folder(crates: &[PathBuf], name: &str) -> Result<String> {
    let stems = crates.iter().filter_map(|file| Some(file.file_stem()?.to_string_lossy().into_owned()));
    let is_version = |rest: &str| rest.starts_with(|first: char| first.is_ascii_digit());
    stems
        .into_iter()
        .find(|stem| stem.strip_prefix(name).and_then(|rest| rest.strip_prefix('-')).is_some_and(is_version))
        .ok_or_else(|| Error::new(format!("cargo packed no {name}")))
}

/// `PATH` with programs before all others that fail in place of those that must not be needed.
fn path_without(place: &Path) -> Result<std::ffi::OsString> {
    let bin = place.join("bin");
    fs::create_dir_all(&bin).context(bin.display())?;
    for name in ABSENT {
        let file = bin.join(name);
        fs::write(&file, format!("#!/bin/sh\necho 'a published crate must not need {name}' >&2\nexit 1\n"))
            .and_then(|()| fs::set_permissions(&file, fs::Permissions::from_mode(0o755)))
            .context(file.display())?;
    }
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths([bin].into_iter().chain(env::split_paths(&path))).context("PATH")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crates_folder_is_told_from_those_of_longer_names() {
        let crates = ["/t/llrt-mod-fs-extra-0.1.0.crate", "/t/llrt-mod-fs-0.2.1.crate"].map(PathBuf::from);
        assert_eq!(folder(&crates, "llrt-mod-fs").unwrap(), "llrt-mod-fs-0.2.1");
        assert!(folder(&crates, "llrt-mod").is_err());
    }

    #[test]
    fn what_must_not_be_needed_fails() {
        let dir = tempfile::tempdir().unwrap();
        let path = path_without(dir.path()).unwrap();
        let node = env::split_paths(&path).next().unwrap().join("node");
        assert!(shell::run(&mut Command::new(node)).is_err());
    }
}
