//! `cargo xtask release-check`: the binaries that are deployed, and what they may need and weigh.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::{
    bench::report,
    error::{Context, Error, Result},
    link, shell, tools,
    workspace::{Workspace, home},
};

/// Amazon Linux 2023's.
const GLIBC: (u32, u32) = (2, 34);
/// Libraries that a deployed binary may load: those of the C library.
const LIBRARIES: &[&str] = &["libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "libutil.so", "ld-linux"];
/// The binary whose zip has a budget.
pub(crate) const DEPLOYED: &str = "bootstrap";

/// Rust's library is built with the program: for size, and without what reads debug information for the backtraces of panics, which a stripped
/// binary has not. It is a twenty-fifth of a zip.
const STANDARD_LIBRARY: &[&str] = &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/// How much of the SDK is built in.
pub(crate) struct Tier {
    /// The feature of the binaries' crates.
    pub(crate) feature: &'static str,
    /// The short name.
    pub(crate) name: &'static str,
    /// What a zip of [`DEPLOYED`] may weigh, in megabytes.
    budget_mb: f64,
}

/// Brotli's tables are made when they are first needed: what Rust and C are told, which goes together. The part `flags` of the tests builds so too.
pub(crate) const LAZY_BROTLI: (&str, &str) = ("--cfg=brotli_static_init=\"lazy\"", "-DBROTLI_STATIC_INIT=2");
/// At fixed addresses, as Node.js's own, the binaries need no relocation at start, which 270 kB of tables would describe; but the C library's own
/// data (`environ`) stay where that has them. Two hashes that hardly anyone asks for are looped and not unrolled.
const RUST_FLAGS: &[&str] = &[
    "-Crelocation-model=static",
    "-Zdirect-access-external-data=no",
    "--cfg=sha2_backend=\"soft\"",
    "--cfg=sha2_backend_soft=\"compact\"",
    LAZY_BROTLI.0,
];
/// Of zstd's decoder one variant instead of eight. Fewer functions are copied into their callers, which makes the engine a fifth smaller and not
/// slower; but those are that read bytecode.
const C_FLAGS: &[&str] = &[
    LAZY_BROTLI.1,
    "-DDYNAMIC_BMI2=0",
    "-DHUF_FORCE_DECOMPRESS_X1",
    "-DZSTD_FORCE_DECOMPRESS_SEQUENCES_SHORT",
    "-DZSTD_STRIP_ERROR_STRINGS",
    "-fomit-frame-pointer",
    "-mllvm",
    "-inline-threshold=60",
    "-mllvm",
    "-force-attribute=bc_get_leb128:alwaysinline",
    "-mllvm",
    "-force-attribute=bc_get_leb128_int:alwaysinline",
    "-mllvm",
    "-force-attribute=bc_get_leb128_u16:alwaysinline",
    "-mllvm",
    "-force-attribute=bc_get_u8:alwaysinline",
    "-mllvm",
    "-force-attribute=bc_get_atom:alwaysinline",
    "-mllvm",
    "-force-attribute=bc_idx_to_atom:alwaysinline",
];
/// A linker script of the workspace.
const LINKER_SCRIPT: &str = "xtask/release.ld";

const TIERS: &[Tier] = &[
    Tier { feature: "no-sdk", name: "none", budget_mb: 3.0 },
    Tier { feature: "std-sdk", name: "std", budget_mb: 4.5 },
    Tier { feature: "full-sdk", name: "full", budget_mb: 7.0 },
];

/// A processor that binaries are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arch {
    X64,
    Arm64,
}

impl Tier {
    /// The tier of this feature or short name.
    pub(crate) fn find(word: &str) -> Result<&'static Self> {
        TIERS.iter().find(|tier| tier.feature == word || tier.name == word).ok_or_else(|| {
            Error::new(format!("no such tier: {word}; there are none (no-sdk), std (std-sdk) and full (full-sdk)"))
        })
    }
}

impl Arch {
    /// This machine's.
    pub(crate) fn native() -> Result<Self> {
        Self::find(std::env::consts::ARCH)
    }

    pub(crate) fn find(word: &str) -> Result<Self> {
        match word {
            "x64" | "x86_64" => Ok(Self::X64),
            "arm64" | "aarch64" => Ok(Self::Arm64),
            _ => Err(Error::new(format!("no such architecture: {word}; there are x64 and arm64"))),
        }
    }

    /// As Node.js and file names have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::X64 => "x64",
            Self::Arm64 => "arm64",
        }
    }

    /// As zig has it.
    fn zig(self) -> &'static str {
        match self {
            Self::X64 => "x86_64-linux-gnu",
            Self::Arm64 => "aarch64-linux-gnu",
        }
    }

    fn triple(self) -> &'static str {
        match self {
            Self::X64 => "x86_64-unknown-linux-gnu",
            Self::Arm64 => "aarch64-unknown-linux-gnu",
        }
    }
}

/// Builds each tier, and looks at it.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    let mut words = arguments.iter();
    let (mut binary, mut write, mut chosen) = (DEPLOYED, false, Vec::new());
    while let Some(&word) = words.next() {
        match word {
            "--bin" => binary = words.next().ok_or_else(|| Error::new("--bin needs a name"))?,
            "--write" => write = true,
            _ => chosen.push(Tier::find(word)?),
        }
    }
    if chosen.is_empty() {
        chosen = TIERS.iter().collect();
    }
    let arch = Arch::native()?;
    let mut table = table();
    let mut good = true;
    for tier in chosen {
        let path = build(workspace, binary, tier, arch)?;
        let zipped = path.with_extension("zip");
        zip(workspace, &zipped, &[(&path, binary)])?;
        let looked = look(&path, Some(&zipped), tier)?;
        good &= looked.problems.is_empty();
        eprintln!("{}: {:.0} bytes, zip {:.0} bytes", path.display(), looked.size, looked.zip_size.unwrap_or(0.0));
        table.row(looked.row(tier.feature));
    }
    print!("\n{table}");
    if write {
        let text = format!("`{binary}` for {}, `cargo xtask release-check`:\n\n{table}", arch.triple());
        report::write(workspace, "sizes", &text)?;
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The table that [`Looked::row`] fills.
pub(crate) fn table() -> report::Table {
    report::Table::new(&["what", "binary", "zip", "at most", "newest symbol", ""])
}

/// What there is to say of a binary.
pub(crate) struct Looked {
    size: f64,
    zip_size: Option<f64>,
    budget_mb: Option<f64>,
    newest: (u32, u32),
    /// Why it must not be deployed.
    pub(crate) problems: Vec<String>,
}

impl Looked {
    pub(crate) fn row(&self, name: &str) -> [String; 6] {
        let megabytes = |bytes: f64| format!("{:.2} MB", bytes / 1e6);
        [
            name.to_owned(),
            megabytes(self.size),
            self.zip_size.map_or_else(String::new, megabytes),
            self.budget_mb.map_or_else(String::new, |budget| format!("{budget:.1} MB")),
            format!("GLIBC_{}.{}", self.newest.0, self.newest.1),
            if self.problems.is_empty() { "ok".to_owned() } else { self.problems.join("; ") },
        ]
    }
}

/// Looks at a binary, and at a zip that holds it and nothing else: only the one of [`DEPLOYED`] has a budget.
pub(crate) fn look(binary: &Path, zipped: Option<&Path>, tier: &Tier) -> Result<Looked> {
    let symbols = shell::output(Command::new("objdump").arg("-T").arg(binary))?;
    let headers = shell::output(Command::new("objdump").arg("-p").arg(binary))?;
    let newest =
        newest_glibc(&symbols).ok_or_else(|| Error::new(format!("{}: no symbol of glibc", binary.display())))?;
    let foreign = foreign_libraries(&headers);
    let zip_size = zipped.map(length).transpose()?;
    let is_deployed = binary.file_name().is_some_and(|name| name == DEPLOYED);
    let budget_mb = (is_deployed && zip_size.is_some()).then_some(tier.budget_mb);
    let mut problems = Vec::new();
    if newest > GLIBC {
        problems.push(format!("needs GLIBC_{}.{}", newest.0, newest.1));
    }
    if !foreign.is_empty() {
        problems.push(format!("needs {}", foreign.join(", ")));
    }
    if budget_mb.is_some_and(|budget| zip_size.is_some_and(|size| size > budget * 1e6)) {
        problems.push("too large".to_owned());
    }
    Ok(Looked { size: length(binary)?, zip_size, budget_mb, newest, problems })
}

/// Makes a release binary that needs nothing newer than [`GLIBC`].
pub(crate) fn build(workspace: &Workspace, binary: &str, tier: &Tier, arch: Arch) -> Result<PathBuf> {
    let package = workspace.package_of_binary(binary)?;
    if !package.features.iter().any(|feature| feature == tier.feature) {
        return Err(Error::new(format!("{} has no feature {}", package.name, tier.feature)));
    }
    require_standard_library()?;
    let bin = tools::zig(workspace)?;
    let path = std::env::join_paths(
        [bin.clone()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .context("PATH")?;
    let mut build = Command::new(bin.join("cargo-zigbuild"));
    build
        .env("PATH", path)
        .env("CARGO_ENCODED_RUSTFLAGS", rust_flags(workspace)?.join("\x1f"))
        .env("CFLAGS", C_FLAGS.join(" "))
        // Cargo builds the library with an option that only unstable releases take; those of distributions are built so too.
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["zigbuild", "--release", "--package", &package.name, "--bin", binary])
        .args(["--no-default-features", "--features", tier.feature])
        .args(STANDARD_LIBRARY)
        .arg("--target")
        .arg(format!("{}.{}.{}", arch.triple(), GLIBC.0, GLIBC.1));
    link::prepare(&mut build, workspace, &bin, &format!("{}.{}.{}", arch.zig(), GLIBC.0, GLIBC.1))?;
    shell::run(&mut build)?;
    let built = workspace.target.join(arch.triple()).join("release").join(binary);
    let mut kept = workspace.target.join("release-check");
    if arch != Arch::native()? {
        kept.push(arch.name());
    }
    let kept = kept.join(tier.feature).join(binary);
    fs::create_dir_all(kept.parent().unwrap_or(Path::new("."))).context(kept.display())?;
    copy_in_blocks(&built, &kept)?;
    Ok(kept)
}

/// Copies a binary with writes of the size that unzip's have. The system keeps a file in memory in pieces of the size in which it came: in pages, as
/// after [`fs::copy`], hello world takes a tenth longer; in larger pieces more of the file counts as the process's memory.
pub(crate) fn copy_in_blocks(source: &Path, target: &Path) -> Result<()> {
    const BLOCK_BYTES: usize = 32 * 1024;
    let bytes = fs::read(source).context(source.display())?;
    // A program that runs could not be written over.
    let _ = fs::remove_file(target);
    let mut file = fs::File::create_new(target).context(target.display())?;
    bytes.chunks(BLOCK_BYTES).try_for_each(|block| file.write_all(block)).context(target.display())?;
    let permissions = fs::metadata(source).context(source.display())?.permissions();
    file.set_permissions(permissions).context(target.display())
}

/// [`RUST_FLAGS`] and [`LINKER_SCRIPT`]; names of source files, which panics tell, begin with neither the workspace's folder nor cargo's.
fn rust_flags(workspace: &Workspace) -> Result<Vec<String>> {
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(home()?.join(".cargo")));
    let folders = cargo.into_iter().map(|cargo| cargo.join("registry/src")).chain([workspace.root.clone()]);
    let remap = folders.map(|folder| format!("--remap-path-prefix={}=", folder.display()));
    let script = format!("-Clink-arg=-Wl,-T,{}", workspace.root.join(LINKER_SCRIPT).display());
    Ok(RUST_FLAGS.iter().map(|&flag| flag.to_owned()).chain(remap).chain([script]).chain(link::flags()?).collect())
}

/// The source of Rust's library, which [`STANDARD_LIBRARY`] builds: rustup brings it when it is missing.
fn require_standard_library() -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let folder = shell::output(Command::new(rustc).args(["--print", "sysroot"]))?;
    if Path::new(folder.trim()).join("lib/rustlib/src/rust/library/Cargo.toml").is_file() {
        return Ok(());
    }
    shell::run(Command::new("rustup").args(["component", "add", "rust-src"])).map_err(|error| {
        Error::new(format!(
            "the source of Rust's library is not installed; with rustup: rustup component add rust-src ({error})"
        ))
    })
}

/// Packs files, executable all, under the names beside them. zopfli looks for the smallest deflate stream, which any unzip reads: 3 % smaller than
/// `zip -9` makes it, in half a minute.
pub(crate) fn zip(workspace: &Workspace, target: &Path, files: &[(&Path, &str)]) -> Result<()> {
    const SCRIPT: &str = "\
import sys, zipfile
import zopfli.zlib
target, *files = sys.argv[1:]
class Smallest:
    def __init__(self): self.data = b''
    def compress(self, data): self.data += data; return b''
    def flush(self): return zopfli.zlib.compress(self.data, numiterations=5, blocksplittingmax=0)[2:-4]
zipfile._get_compressor = lambda *_: Smallest()
with zipfile.ZipFile(target, 'w') as archive:
    for source, name in zip(files[::2], files[1::2]):
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, open(source, 'rb').read(), zipfile.ZIP_DEFLATED)
";
    let mut python = Command::new(tools::zig(workspace)?.join("python"));
    python.args(["-c", SCRIPT]).arg(target);
    for (file, name) in files {
        python.arg(file).arg(name);
    }
    shell::run(&mut python)
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
    fn tiers_and_architectures_have_two_names() {
        assert_eq!(Tier::find("none").unwrap().feature, Tier::find("no-sdk").unwrap().feature);
        assert!(Tier::find("most").is_err());
        assert_eq!((Arch::find("x64").unwrap(), Arch::find("aarch64").unwrap()), (Arch::X64, Arch::Arm64));
        assert!(Arch::find("riscv").is_err());
    }

    #[test]
    fn a_row_says_why_a_binary_is_no_good() {
        let mut looked =
            Looked { size: 9e6, zip_size: Some(3.5e6), budget_mb: Some(3.0), newest: (2, 38), problems: Vec::new() };
        assert_eq!(looked.row("no-sdk"), ["no-sdk", "9.00 MB", "3.50 MB", "3.0 MB", "GLIBC_2.38", "ok"]);
        looked.problems = vec!["needs GLIBC_2.38".to_owned(), "too large".to_owned()];
        assert_eq!(looked.row("no-sdk")[5], "needs GLIBC_2.38; too large");
    }

    #[test]
    fn libraries_of_others_are_found() {
        let headers = "Dynamic Section:\n  NEEDED               libc.so.6\n  NEEDED               libssl.so.3\n  NEEDED  ld-linux-x86-64.so.2\n";
        assert_eq!(foreign_libraries(headers), ["libssl.so.3"]);
    }
}
