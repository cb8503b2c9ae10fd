//! `cargo xtask package`: what is deployed, in the files that a release offers.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::{
    error::{Context, Error, Result},
    release::{self, Arch, DEPLOYED, Tier},
    shell,
    workspace::Workspace,
};

/// What runs scripts and serves handlers alike: a container's one binary.
const COMMAND: &str = "llrt";

/// Makes the files of one tier and architecture in `target/dist`, and looks at what is in them.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    let (tier, arch) = parse(arguments)?;
    let dist = workspace.target.join("dist");
    fs::create_dir_all(&dist).context(dist.display())?;
    let bootstrap = release::build(workspace, DEPLOYED, tier, arch)?;
    let llrt = release::build(workspace, COMMAND, tier, arch)?;

    let lambda = dist.join(file_name("lambda", tier, arch, ".zip"));
    release::zip(workspace, &lambda, &[(&bootstrap, DEPLOYED)])?;
    let layer = dist.join(file_name("layer", tier, arch, ".zip"));
    // A layer is published to others: the licences go with it.
    let licenses = licenses(workspace, tier, arch, &llrt)?;
    release::zip(workspace, &layer, &[(&bootstrap, DEPLOYED), (&licenses, "share/llrt/LICENSES.txt")])?;
    let container = dist.join(file_name("container", tier, arch, ""));
    release::copy_in_blocks(&llrt, &container)?;

    let mut table = release::table();
    let mut good = true;
    for (file, binary, zipped) in [(&lambda, &bootstrap, Some(&lambda)), (&container, &llrt, None)] {
        let looked = release::look(binary, zipped.map(PathBuf::as_path), tier)?;
        good &= looked.problems.is_empty();
        table.row(looked.row(&file.file_name().unwrap_or_default().to_string_lossy()));
    }
    print!("\n{table}\n");
    for file in [&lambda, &layer, &container] {
        println!("{}: {} bytes", file.display(), fs::metadata(file).context(file.display())?.len());
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The tier, std without one, and the architecture, this machine's without one.
fn parse(arguments: &[&str]) -> Result<(&'static Tier, Arch)> {
    let (mut tier, mut arch) = ("std", None);
    let mut words = arguments.iter();
    while let Some(&word) = words.next() {
        let mut value = || words.next().copied().ok_or_else(|| Error::new(format!("{word} needs a value")));
        match word {
            "--tier" => tier = value()?,
            "--arch" => arch = Some(value()?),
            _ => return Err(Error::new(format!("package does not know {word}"))),
        }
    }
    Ok((Tier::find(tier)?, arch.map_or_else(Arch::native, Arch::find)?))
}

/// `llrt-lambda-x64.zip`; every tier but the standard one is named.
fn file_name(what: &str, tier: &Tier, arch: Arch, ending: &str) -> String {
    let suffix = if tier.name == "std" { String::new() } else { format!("-{}", tier.feature) };
    format!("llrt-{what}-{}{suffix}{ending}", arch.name())
}

/// What `llrt --licenses` of this machine's architecture prints, in a file.
fn licenses(workspace: &Workspace, tier: &Tier, arch: Arch, llrt: &Path) -> Result<PathBuf> {
    let native = Arch::native()?;
    let built = (arch != native).then(|| release::build(workspace, COMMAND, tier, native)).transpose()?;
    let text = shell::output(Command::new(built.as_deref().unwrap_or(llrt)).arg("--licenses"))?;
    let file = llrt.with_file_name("LICENSES.txt");
    fs::write(&file, text).context(file.display())?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_architecture_and_tier() {
        let name = |line: &str| {
            let (tier, arch) = parse(&line.split_whitespace().collect::<Vec<_>>()).unwrap();
            file_name("lambda", tier, arch, ".zip")
        };
        assert_eq!(name("--arch x64"), "llrt-lambda-x64.zip");
        assert_eq!(name("--tier none --arch arm64"), "llrt-lambda-arm64-no-sdk.zip");
        assert_eq!(name("--arch aarch64 --tier full-sdk"), "llrt-lambda-arm64-full-sdk.zip");
    }

    #[test]
    fn what_is_not_known_is_said() {
        let error =
            |line: &str| parse(&line.split_whitespace().collect::<Vec<_>>()).map(|_| ()).unwrap_err().to_string();
        assert_eq!(error("--tier"), "--tier needs a value");
        assert_eq!(error("--fast"), "package does not know --fast");
        assert_eq!(error("--arch mips"), "no such architecture: mips; there are x64 and arm64");
    }
}
