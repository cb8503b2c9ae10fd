//! Programs that the commands need and that packages carry. Everything lands in target/tools.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    error::{Context, Error, Result},
    shell,
    workspace::Workspace,
};

/// What makes release binaries for an older glibc, and zips that are as small as deflate allows.
const ZIG: &str = "cargo-zigbuild==0.24.0\nziglang==0.17.1\nzopfli==0.4.3\n";

/// What the tests of tests/ need.
#[derive(Clone)]
pub(crate) struct TestTools {
    /// A Python that has moto.
    pub(crate) python: PathBuf,
    /// The Lambda Runtime Interface Emulator.
    pub(crate) emulator: PathBuf,
}

/// Prepares them, which takes a while the first time.
pub(crate) fn for_tests(root: &Path, target: &Path) -> Result<TestTools> {
    let mut setup = Command::new("node");
    setup.arg(root.join("tests/setup.mjs")).env("CARGO_TARGET_DIR", target);
    let text = shell::output(&mut setup)?;
    let mut lines = text.lines().rev();
    match (lines.next(), lines.next()) {
        (Some(emulator), Some(python)) => Ok(TestTools { python: python.into(), emulator: emulator.into() }),
        _ => Err(Error::new(format!("tests/setup.mjs printed no paths:\n{text}"))),
    }
}

/// The `bin` folder of a Python environment with cargo-zigbuild, zig and zopfli.
pub(crate) fn zig(workspace: &Workspace) -> Result<PathBuf> {
    let venv = workspace.target.join("tools/zig");
    let stamp = workspace.target.join("tools/zig.stamp");
    let bin = venv.join("bin");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == ZIG) {
        return Ok(bin);
    }
    let _ = fs::remove_file(&stamp);
    fs::create_dir_all(workspace.target.join("tools")).context("target/tools")?;
    shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
    let mut pip = Command::new(bin.join("python"));
    shell::run(pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(ZIG.lines()))?;
    fs::write(&stamp, ZIG).context(stamp.display())?;
    Ok(bin)
}

/// The folder whose `node_modules` holds the packages of the workspace's lockfile: a build script has installed them.
pub(crate) fn npm_packages(workspace: &Workspace) -> Result<PathBuf> {
    let read = |path: PathBuf| fs::read(&path).context(path.display());
    let lock = read(workspace.root.join("package-lock.json"))?;
    let installed = workspace.target.join("npm");
    let folders = fs::read_dir(&installed).context(installed.display())?.filter_map(|entry| Some(entry.ok()?.path()));
    folders
        .filter(|folder| folder.join("node_modules").is_dir())
        .find(|folder| read(folder.join("package-lock.json")).is_ok_and(|text| text == lock))
        .ok_or_else(|| Error::new(format!("{}: the packages of package-lock.json are not there", installed.display())))
}
