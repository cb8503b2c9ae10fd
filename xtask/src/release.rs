//! `cargo xtask release-check`: the binaries that are deployed, and what they may need and weigh.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::{
    bench::report,
    error::{Context, Error, Result},
    shell, tools,
    workspace::Workspace,
};

/// Amazon Linux 2023's.
const GLIBC: (u32, u32) = (2, 34);
/// Libraries that a deployed binary may load: those of the C library.
const LIBRARIES: &[&str] = &["libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "libutil.so", "ld-linux"];
/// The binary whose zip has a budget.
const DEPLOYED: &str = "bootstrap";
/// The tiers of the built-in SDK and what a zip of that binary may weigh, in megabytes.
const TIERS: &[(&str, f64)] = &[("no-sdk", 3.0), ("std-sdk", 4.5), ("full-sdk", 7.0)];

/// Builds each tier, and looks at it.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    let mut words = arguments.iter();
    let (mut binary, mut write, mut chosen) = (DEPLOYED, false, Vec::new());
    while let Some(&word) = words.next() {
        match word {
            "--bin" => binary = words.next().ok_or_else(|| Error::new("--bin needs a name"))?,
            "--write" => write = true,
            _ => {
                chosen.push(*TIERS.iter().find(|tier| tier.0 == word).ok_or_else(|| {
                    Error::new(format!("no such tier: {word}; there are no-sdk, std-sdk and full-sdk"))
                })?)
            }
        }
    }
    if chosen.is_empty() {
        chosen = TIERS.to_vec();
    }
    let mut table = report::Table::new(&["tier", "binary", "zip -9", "at most", "newest symbol", ""]);
    let mut good = true;
    for (tier, budget_mb) in chosen {
        let path = build(workspace, binary, tier)?;
        let symbols = shell::output(Command::new("objdump").arg("-T").arg(&path))?;
        let headers = shell::output(Command::new("objdump").arg("-p").arg(&path))?;
        let newest =
            newest_glibc(&symbols).ok_or_else(|| Error::new(format!("{}: no symbol of glibc", path.display())))?;
        let foreign = foreign_libraries(&headers);
        let zipped = zip(workspace, &path)?;
        let (size, zip_size) = (length(&path)?, length(&zipped)?);
        let mut problems = Vec::new();
        if newest > GLIBC {
            problems.push(format!("needs GLIBC_{}.{}", newest.0, newest.1));
        }
        if !foreign.is_empty() {
            problems.push(format!("needs {}", foreign.join(", ")));
        }
        let budget_mb = (binary == DEPLOYED).then_some(budget_mb);
        if budget_mb.is_some_and(|budget| zip_size > budget * 1e6) {
            problems.push("too large".to_owned());
        }
        good &= problems.is_empty();
        eprintln!("{}: {size:.0} bytes, zip {zip_size:.0} bytes", path.display());
        table.row([
            tier.to_owned(),
            format!("{:.2} MB", size / 1e6),
            format!("{:.2} MB", zip_size / 1e6),
            budget_mb.map_or_else(String::new, |budget| format!("{budget:.1} MB")),
            format!("GLIBC_{}.{}", newest.0, newest.1),
            if problems.is_empty() { "ok".to_owned() } else { problems.join("; ") },
        ]);
    }
    print!("\n{table}");
    if write {
        let text = format!("`{binary}` for {}, `cargo xtask release-check`:\n\n{table}", triple());
        report::write(workspace, "sizes", &text)?;
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Makes a release binary that needs nothing newer than [`GLIBC`].
pub(crate) fn build(workspace: &Workspace, binary: &str, tier: &str) -> Result<PathBuf> {
    let package = workspace.package_of_binary(binary)?;
    if !package.features.iter().any(|feature| feature == tier) {
        return Err(Error::new(format!("{} has no feature {tier}", package.name)));
    }
    let bin = tools::zig(workspace)?;
    let path = std::env::join_paths(
        [bin.clone()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .context("PATH")?;
    let mut build = Command::new(bin.join("cargo-zigbuild"));
    build
        .env("PATH", path)
        .args(["zigbuild", "--release", "--package", &package.name, "--bin", binary])
        .args(["--no-default-features", "--features", tier])
        .arg("--target")
        .arg(format!("{}.{}.{}", triple(), GLIBC.0, GLIBC.1));
    shell::run(&mut build)?;
    let built = workspace.target.join(triple()).join("release").join(binary);
    let kept = workspace.target.join("release-check").join(tier).join(binary);
    fs::create_dir_all(kept.parent().unwrap_or(Path::new("."))).context(kept.display())?;
    fs::copy(&built, &kept).context(built.display())?;
    Ok(kept)
}

fn triple() -> String {
    format!("{}-unknown-linux-gnu", std::env::consts::ARCH)
}

/// Packs one executable as Lambda wants it, with the strongest deflate.
fn zip(workspace: &Workspace, file: &Path) -> Result<PathBuf> {
    const SCRIPT: &str = "\
import sys, zipfile
source, target, name = sys.argv[1:]
entry = zipfile.ZipInfo(name)
entry.external_attr = 0o755 << 16
with zipfile.ZipFile(target, 'w') as archive:
    archive.writestr(entry, open(source, 'rb').read(), zipfile.ZIP_DEFLATED, 9)
";
    let target = file.with_extension("zip");
    let name = file.file_name().unwrap_or_default();
    let python = tools::zig(workspace)?.join("python");
    shell::run(Command::new(python).args(["-c", SCRIPT]).arg(file).arg(&target).arg(name))?;
    Ok(target)
}

#[expect(clippy::cast_precision_loss, reason = "files are far smaller than 2^52 bytes")]
fn length(path: &Path) -> Result<f64> {
    Ok(fs::metadata(path).context(path.display())?.len() as f64)
}

/// The newest version of glibc that a symbol in `objdump -T`'s output wants.
fn newest_glibc(symbols: &str) -> Option<(u32, u32)> {
    let versions = symbols.split("GLIBC_").skip(1).filter_map(|rest| {
        let version: String = rest.chars().take_while(|it| it.is_ascii_digit() || *it == '.').collect();
        let mut parts = version.split('.').map(str::parse::<u32>);
        Some((parts.next()?.ok()?, parts.next()?.ok()?))
    });
    versions.max()
}

/// Shared libraries in `objdump -p`'s output that are not the C library's.
fn foreign_libraries(headers: &str) -> Vec<&str> {
    let needed = headers.lines().filter_map(|line| line.trim().strip_prefix("NEEDED").map(str::trim));
    needed.filter(|name| !LIBRARIES.iter().any(|ours| name.starts_with(ours))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_symbol_is_found() {
        let symbols = "0000 DF *UND* 0000 (GLIBC_2.2.5) read\n0000 DF *UND* 0000 (GLIBC_2.34) dlsym\n0000 w *UND* 0000 (GLIBC_2.4) x\n\
                       0000 DF *UND* 0000 (GCC_3.0) _Unwind_Resume";
        assert_eq!(newest_glibc(symbols), Some((2, 34)));
        assert_eq!(newest_glibc("(GLIBC_2.4) a (GLIBC_2.10) b"), Some((2, 10)));
        assert_eq!(newest_glibc("nothing"), None);
    }

    #[test]
    fn libraries_of_others_are_found() {
        let headers = "Dynamic Section:\n  NEEDED               libc.so.6\n  NEEDED               libssl.so.3\n  NEEDED  ld-linux-x86-64.so.2\n";
        assert_eq!(foreign_libraries(headers), ["libssl.so.3"]);
    }
}
