//! The linker of deployed binaries, which `release` tells rustc to use: this program again.
//!
//! zig brings the C library of old systems and knows how to link for it, but its linker folds no identical functions and does not order them by what they
//! have in common, which makes a zip a twentieth smaller. So zig links first and says what it ran; Rust's own linker, another version of the
//! same, runs that again with these options.

use std::{
    collections::HashMap,
    env,
    ffi::OsString,
    fs,
    io::Write,
    path::Path,
    process::{Command, ExitCode, Stdio},
};

use crate::{
    error::{Context, Error, Result},
    shell,
    workspace::Workspace,
};

/// Says that this process is to link, and where zig's `bin` folder is.
const ZIG: &str = "XTASK_LINK_ZIG";
/// zig's name of the target, with the C library's version.
const TARGET: &str = "XTASK_LINK_TARGET";
/// Rust's linker.
const LINKER: &str = "XTASK_LINK_LLD";
/// The file of [`HOT_FUNCTIONS`].
const ORDER: &str = "XTASK_LINK_ORDER";
/// Set by whoever profiles a deployed binary: it keeps its symbols. Cargo has to be told too, by `CARGO_PROFILE_RELEASE_STRIP=none`.
const SYMBOLS: &str = "XTASK_LINK_SYMBOLS";
/// A list of the workspace: functions that go first.
const HOT_FUNCTIONS: &str = "xtask/hot-functions.txt";
/// The file of [`P256_SOURCE`].
const P256: &str = "XTASK_LINK_P256";
/// C of the workspace that stands for functions of ring's.
const P256_SOURCE: &str = "xtask/p256-base.c";
/// Those functions, without ring's prefix.
const P256_FUNCTIONS: [&str; 2] = ["p256_point_mul_base", "p256_point_mul_base_vartime"];
/// Data that were copied out of the C library would be another copy than its own: it is an error. Functions of that library are found when they are first
/// called: of 180 a start calls a third, and looking all up is a twentieth of hello world.
const OPTIONS: &[&str] =
    &["--icf=all", "--bp-compression-sort=both", "--no-warn-symbol-ordering", "-znocopyreloc", "-zlazy"];

/// Makes `build` link by this program.
///
/// # Errors
/// There is no linker in Rust's folder.
pub(crate) fn prepare(build: &mut Command, workspace: &Workspace, zig: &Path, target: &str) -> Result<()> {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let folder = shell::output(rustc.args(["--print", "target-libdir"]))?;
    let linker = Path::new(folder.trim()).with_file_name("bin").join("rust-lld");
    if !linker.is_file() {
        return Err(Error::new(format!("{}: Rust's linker is not there", linker.display())));
    }
    build.env(ZIG, zig).env(TARGET, target).env(LINKER, linker).env(ORDER, workspace.root.join(HOT_FUNCTIONS));
    build.env(P256, workspace.root.join(P256_SOURCE));
    Ok(())
}

/// rustc's options for this linker.
pub(crate) fn flags() -> Result<[String; 2]> {
    let program = env::current_exe().context("this program's file")?;
    Ok([format!("-Clinker={}", program.display()), "-Clinker-flavor=gcc".to_owned()])
}

/// What the linker has to do when rustc runs this program as one.
pub(crate) fn asked() -> Option<Result<ExitCode>> {
    let zig = env::var_os(ZIG)?;
    Some(link(Path::new(&zig), env::args_os().skip(1).collect()))
}

fn link(zig: &Path, arguments: Vec<OsString>) -> Result<ExitCode> {
    let mut first = zig_command(zig);
    first
        .args(["zig", "cc", "--", "-target", &wanted(TARGET)?])
        .args(arguments)
        .env("ZIG_VERBOSE_LINK", "1")
        .stdin(Stdio::null());
    let ended = first.output().context("cargo-zigbuild")?;
    let said = String::from_utf8_lossy(&ended.stderr);
    if !ended.status.success() {
        std::io::stderr().write_all(&ended.stderr).context("standard error")?;
        return Ok(ExitCode::FAILURE);
    }
    let words = last_link(&said).ok_or_else(|| Error::new(format!("zig did not say how it linked:\n{said}")))?;
    let keeps_symbols = env::var_os(SYMBOLS).is_some();
    let words: Vec<&str> = words.filter(|word| !(keeps_symbols && matches!(*word, "-s" | "--strip-all"))).collect();
    let folder = env::temp_dir().join(format!("llrt-link-{}", std::process::id()));
    fs::create_dir_all(&folder).context(folder.display())?;
    let linked = link_again(&words, zig, &folder);
    let _ = fs::remove_dir_all(&folder);
    linked.map(|()| ExitCode::SUCCESS)
}

/// Links as zig did, with what its linker cannot do; `folder` is for files on the way.
fn link_again(words: &[&str], zig: &Path, folder: &Path) -> Result<()> {
    let names = names(words)?;
    let order = folder.join("order");
    fs::write(&order, ordered(&names, Path::new(&wanted(ORDER)?))?).context(order.display())?;
    let mut again = Command::new(wanted(LINKER)?);
    again.args(["-flavor", "gnu"]).args(words).args(OPTIONS);
    again.arg(format!("--symbol-ordering-file={}", order.display()));
    if let Some(prefix) = ring_prefix(&names) {
        let object = folder.join("p256-base.o");
        shell::run(
            zig_command(zig)
                .args(["zig", "cc", "--", "-target", &wanted(TARGET)?, "-Os", "-c"])
                .arg(format!("-DRING_PREFIX={prefix}"))
                .arg(wanted(P256)?)
                .arg("-o")
                .arg(&object),
        )?;
        again.arg(object).args(P256_FUNCTIONS.map(|function| format!("--wrap={prefix}{function}")));
    }
    shell::run(&mut again)
}

fn wanted(name: &str) -> Result<String> {
    env::var(name).context(name)
}

fn zig_command(zig: &Path) -> Command {
    let mut command = Command::new(zig.join("cargo-zigbuild"));
    command.env("CARGO_ZIGBUILD_ZIG_COMMAND", zig.join("python")).env("CARGO_ZIGBUILD_ZIG_COMMAND_ARGS", "-m ziglang");
    command
}

/// The names of symbols in Rust's objects among the words of a linker.
fn names(words: &[&str]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for object in words.iter().filter(|word| word.ends_with(".rcgu.o")) {
        // They stand between zeros in the table of strings, a function's as the end of its section's name.
        let bytes = fs::read(object).context(object)?;
        let words = bytes.split(|byte| *byte == 0).filter_map(|name| str::from_utf8(name).ok());
        let words = words.map(|name| name.strip_prefix(".rela").unwrap_or(name));
        let words = words.map(|name| name.strip_prefix(".text.").unwrap_or(name));
        names.extend(words.filter(|name| is_symbol(name)).map(str::to_owned));
    }
    Ok(names)
}

/// The symbols of the functions that the list names: Rust's have a hash in theirs, which is another for each build.
fn ordered(names: &[String], list: &Path) -> Result<String> {
    let list = fs::read_to_string(list).context(list.display())?;
    let places: HashMap<&str, usize> = list.lines().enumerate().map(|(place, name)| (name, place)).collect();
    let mut symbols: Vec<(usize, &str)> = list.lines().enumerate().filter(|(_, name)| is_symbol(name)).collect();
    symbols.extend(
        names
            .iter()
            .filter(|name| name.starts_with('_'))
            .filter_map(|name| Some((*places.get(&*format!("{:#}", rustc_demangle::demangle(name)))?, name.as_str()))),
    );
    symbols.sort_unstable();
    symbols.dedup();
    Ok(symbols.into_iter().map(|(_, name)| format!("{name}\n")).collect())
}

/// What ring's symbols of this build begin with, when the program multiplies on P-256.
fn ring_prefix(names: &[String]) -> Option<&str> {
    names.iter().find_map(|name| name.strip_suffix(P256_FUNCTIONS[0]))
}

fn is_symbol(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.'))
}

/// The words of the last command that zig ran to link.
fn last_link(said: &str) -> Option<impl Iterator<Item = &str>> {
    let line = said.lines().rev().find_map(|line| line.strip_prefix("ld.lld "))?;
    Some(line.split(' ').filter(|word| !word.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_link_is_the_programs() {
        let said = "ar rcs a.a b.o\nld.lld -shared -o libc.so\nld.lld --gc-sections -o  program a.o\nwarning: none\n";
        assert_eq!(last_link(said).unwrap().collect::<Vec<_>>(), ["--gc-sections", "-o", "program", "a.o"]);
        assert!(last_link("ar rcs a.a b.o\n").is_none());
    }

    #[test]
    fn functions_are_found_under_their_symbols() {
        let folder = tempfile::tempdir().unwrap();
        let [list, object] = ["list", "a.rcgu.o"].map(|name| folder.path().join(name));
        fs::write(&list, "# why\nJS_Call\na::b\n").unwrap();
        fs::write(&object, b"\0.rela.text._ZN1a1b17h0123456789abcdefE\0_ZN1a1c17h0123456789abcdefE\0").unwrap();
        let names = names(&["-o", object.to_str().unwrap()]).unwrap();
        assert_eq!(ordered(&names, &list).unwrap(), "JS_Call\n_ZN1a1b17h0123456789abcdefE\n");
    }

    #[test]
    fn ring_is_known_by_its_functions() {
        let names =
            ["main", "ring_core_1_2_3__p256_point_mul", "ring_core_1_2_3__p256_point_mul_base"].map(str::to_owned);
        assert_eq!(ring_prefix(&names), Some("ring_core_1_2_3__"));
        assert_eq!(ring_prefix(&names[..2]), None);
    }
}
