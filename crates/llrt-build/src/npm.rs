//! npm packages, bundled into a module crate.
//!
//! A bundle comes from the workspace: `npm ci` of the nearest `package-lock.json` above the crate, once per lockfile, shared by all build
//! scripts; then a bundler script, which writes JavaScript. Or it comes from the crate's `prebuilt` folder, which a published
//! crate carries and which holds what the bundler script wrote: then nothing but the crate itself is read.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{compile_bundled, compile_to, rerun_if_changed, var};

const RUNNER: &str = include_str!("../js/runner.mjs");
const BUNDLER: &str = include_str!("../js/bundle.mjs");

/// Scripts that import npm packages, and what they are given in place of some.
///
/// Imports of `node:`, `internal:`, `native:` and `llrt:` modules stay; every other one is bundled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bundle<'a> {
    /// Run-time name and path from the crate's root of each script, as for [`scripts`](crate::scripts). Each becomes one module.
    pub scripts: &'a [(&'a str, &'a str)],
    /// What a `require` in CommonJS code gives instead of a file: what is required (a name, `events`, or a file of a package,
    /// `readable-stream/lib/ours/errors.js`), the module that is imported for it at run time, and which export of it (`*` for all).
    pub provide: &'a [(&'a str, &'a str, &'a str)],
    /// A module of the crate whose default export stands in for what is required, which is named as in `provide`.
    pub replace: &'a [(&'a str, &'a str)],
    /// Functions whose calls are dropped where the result is not used: debug output.
    pub pure: &'a [&'a str],
    /// Expressions, and what is put in their place: `("globalThis.Blob", "undefined")`.
    pub define: &'a [(&'a str, &'a str)],
    /// Changes to files of packages: file, text in it, text instead. The build fails when the text is not there exactly once.
    pub patches: &'a [(&'a str, &'a str, &'a str)],
}

/// A bundler script of a crate's own, for [`run_bundler`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Bundler<'a> {
    /// Path of the script from the crate's root.
    ///
    /// Its default export, an asynchronous function, is called with one object: `esbuild` and `require` from the installed
    /// packages, `nodeModules` (their folder, for esbuild's `nodePaths`) and `root` (the folder above), `out` (the folder to write
    /// to), `args`, `standIns(provide, replace)` (an esbuild plugin, see `js/runner.mjs`) and `writeLicenses(...metafiles)`.
    pub script: &'a str,
    /// Passed on as `args`.
    pub args: &'a [&'a str],
    /// Files and folders, from the crate's root, whose change runs the bundler again. The script itself and the lockfile are
    /// among them anyway.
    pub inputs: &'a [&'a str],
}

/// What a bundler script wrote.
#[derive(Clone, Debug)]
pub struct Bundled {
    /// The folder.
    pub dir: PathBuf,
    /// Its files, as paths from `dir`, sorted.
    pub files: Vec<PathBuf>,
}

/// Bundles scripts with the npm packages that they import and compiles them: `OUT_DIR/<file stem>.qbc` for each, and
/// `OUT_DIR/LICENSES.txt` with the licences of the packages that are in them.
///
/// # Panics
/// When called outside a build script, and when a step fails: the build stops with what went wrong.
pub fn bundle(bundles: &[Bundle<'_>]) {
    let out = PathBuf::from(var("OUT_DIR"));
    let script = out.join("bundle.mjs");
    write_if_new(&script, BUNDLER);
    let arguments: Vec<String> = bundles.iter().map(Bundle::json).collect();
    let arguments = format!("[{}]", arguments.join(","));
    let replaced = bundles.iter().flat_map(|bundle| bundle.replace).map(|(_, file)| *file);
    let inputs: Vec<&str> = scripts(bundles).map(|(_, file)| *file).chain(replaced).collect();
    let bundled = run(&script, &[&arguments], &inputs);
    for (name, file) in scripts(bundles) {
        let file = Path::new(file).file_name().expect("a script has a file name");
        compile_to(&out, name, &bundled.dir.join(file), compile_bundled);
    }
    let licenses = bundled.dir.join("LICENSES.txt");
    fs::copy(&licenses, out.join("LICENSES.txt")).unwrap_or_else(|error| panic!("{}: {error}", licenses.display()));
}

fn scripts<'a>(bundles: &'a [Bundle<'_>]) -> impl Iterator<Item = &'a (&'a str, &'a str)> {
    bundles.iter().flat_map(|bundle| bundle.scripts)
}

impl Bundle<'_> {
    fn json(&self) -> String {
        let scripts: Vec<&str> = self.scripts.iter().map(|(_, file)| *file).collect();
        format!(
            r#"{{"scripts":{},"provide":{},"replace":{},"pure":{},"define":{},"patches":{}}}"#,
            json(&scripts),
            json_lists(self.provide.iter().map(|(name, module, export)| vec![*name, *module, *export])),
            json_lists(self.replace.iter().map(|(name, file)| vec![*name, *file])),
            json(self.pure),
            json_lists(self.define.iter().map(|(expression, text)| vec![*expression, *text])),
            json_lists(self.patches.iter().map(|(file, from, to)| vec![*file, *from, *to])),
        )
    }
}

/// Runs a bundler script with the npm packages of the workspace, or takes what it wrote before the crate was published.
///
/// # Panics
/// When called outside a build script, and when a step fails: the build stops with what went wrong.
pub fn run_bundler(bundler: &Bundler<'_>) -> Bundled {
    let script = PathBuf::from(var("CARGO_MANIFEST_DIR")).join(bundler.script);
    let inputs: Vec<&str> = bundler.inputs.iter().copied().chain([bundler.script]).collect();
    run(&script, bundler.args, &inputs)
}

fn run(script: &Path, args: &[&str], inputs: &[&str]) -> Bundled {
    let root = PathBuf::from(var("CARGO_MANIFEST_DIR"));
    rerun_if_changed("build.rs");
    let prebuilt = root.join("prebuilt");
    if prebuilt.is_dir() {
        rerun_if_changed("prebuilt");
        return Bundled { files: files_of(&prebuilt), dir: prebuilt };
    }
    for input in inputs {
        rerun_if_changed(input);
    }
    let out = PathBuf::from(var("OUT_DIR"));
    let packages = install(&root, &out);
    let runner = out.join("runner.mjs");
    write_if_new(&runner, RUNNER);
    let dir = out.join("bundle");
    match fs::remove_dir_all(&dir) {
        Err(error) if error.kind() != ErrorKind::NotFound => panic!("{}: {error}", dir.display()),
        _ => create_dir(&dir),
    }
    let mut node = Command::new("node");
    node.arg(&runner).arg(&packages).arg(&dir).arg(script).args(args).current_dir(&root);
    execute(node, &format!("bundling with {}", script.display()));
    Bundled { files: files_of(&dir), dir }
}

/// The folder whose `node_modules` holds the packages of the workspace's lockfile, which are installed now if they were not.
fn install(crate_root: &Path, out: &Path) -> PathBuf {
    let workspace = crate_root.ancestors().find(|dir| dir.join("package-lock.json").is_file()).unwrap_or_else(|| {
        panic!("{}: neither a folder `prebuilt` nor, above it, a package-lock.json", crate_root.display())
    });
    let mut hasher = DefaultHasher::new();
    for name in ["package.json", "package-lock.json"] {
        let file = workspace.join(name);
        rerun_if_changed(&file.display().to_string());
        fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())).hash(&mut hasher);
    }
    let shared = target_dir(out).join("npm");
    let installed = shared.join(format!("{:016x}", hasher.finish()));
    create_dir(&shared);
    let lock = File::create(shared.join("lock")).unwrap_or_else(|error| panic!("{}: {error}", shared.display()));
    // Other build scripts wait here until the first has installed. The lock ends with the process.
    lock.lock().unwrap_or_else(|error| panic!("locking {}: {error}", shared.display()));
    if installed.is_dir() {
        return installed;
    }
    let fresh = shared.join("installing");
    let _ = fs::remove_dir_all(&fresh);
    create_dir(&fresh);
    for name in ["package.json", "package-lock.json"] {
        fs::copy(workspace.join(name), fresh.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]).current_dir(&fresh);
    execute(npm, "installing the npm packages of package-lock.json");
    fs::rename(&fresh, &installed).unwrap_or_else(|error| panic!("{}: {error}", installed.display()));
    installed
}

/// The build's target folder, which cargo marks by a file; without the mark, `OUT_DIR` itself.
fn target_dir(out: &Path) -> &Path {
    out.ancestors().find(|dir| dir.join("CACHEDIR.TAG").is_file()).unwrap_or(out)
}

/// Runs it and gives what it prints on standard output.
pub(crate) fn execute(mut command: Command, task: &str) -> String {
    let program = command.get_program().display().to_string();
    let output = command.output().unwrap_or_else(|error| match error.kind() {
        ErrorKind::NotFound => panic!(
            "{program} was not found. Building from the repository needs Node.js 20 or newer with npm, for the JavaScript that is \
             built in; crates from crates.io do not."
        ),
        _ => panic!("{program}: {error}"),
    });
    if !output.status.success() {
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        panic!("{task} failed ({}):\n{stdout}{stderr}", output.status);
    }
    String::from_utf8(output.stdout).unwrap_or_else(|error| panic!("{program}: {error}"))
}

fn files_of(dir: &Path) -> Vec<PathBuf> {
    fn walk(dir: &Path, prefix: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let path = prefix.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                walk(&entry.path(), &path, files)?;
            } else {
                files.push(path);
            }
        }
        Ok(())
    }
    let mut files = Vec::new();
    walk(dir, Path::new(""), &mut files).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    files.sort();
    files
}

/// Leaves the time stamp alone where nothing changed.
fn write_if_new(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

pub(crate) fn create_dir(dir: &Path) {
    fs::create_dir_all(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
}

fn json_lists<'a>(lists: impl Iterator<Item = Vec<&'a str>>) -> String {
    let lists: Vec<String> = lists.map(|list| json(&list)).collect();
    format!("[{}]", lists.join(","))
}

fn json(list: &[&str]) -> String {
    let mut text = String::from("[");
    for item in list {
        if text.len() > 1 {
            text.push(',');
        }
        text.push('"');
        for c in item.chars() {
            match c {
                '"' | '\\' => text.extend(['\\', c]),
                c if c < ' ' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => text.push(c),
            }
        }
        text.push('"');
    }
    text.push(']');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_json_whatever_is_in_them() {
        assert_eq!(json(&["a", "b\"\\\n"]), r#"["a","b\"\\\u000a"]"#);
        assert_eq!(json_lists([vec!["a"], vec![]].into_iter()), r#"[["a"],[]]"#);
    }

    #[test]
    fn the_target_folder_is_the_one_that_cargo_marks() {
        let target = std::env::temp_dir().join(format!("llrt-build-{}", std::process::id()));
        let out = target.join("debug/build/x/out");
        fs::create_dir_all(&out).unwrap();
        assert_eq!(target_dir(&out), out);
        fs::write(target.join("CACHEDIR.TAG"), "").unwrap();
        assert_eq!(target_dir(&out), target);
        fs::remove_dir_all(target).unwrap();
    }

    #[test]
    fn files_are_listed_with_their_folders() {
        let dir = std::env::temp_dir().join(format!("llrt-build-files-{}", std::process::id()));
        fs::create_dir_all(dir.join("b")).unwrap();
        fs::write(dir.join("b/c.js"), "").unwrap();
        fs::write(dir.join("a.js"), "").unwrap();
        assert_eq!(files_of(&dir), [Path::new("a.js"), Path::new("b/c.js")]);
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    #[should_panic(expected = "no-such-program was not found. Building from the repository needs Node.js")]
    fn a_missing_program_says_what_is_needed() {
        execute(Command::new("no-such-program"), "nothing");
    }

    #[test]
    #[should_panic(expected = "bundling failed")]
    fn a_failed_step_says_which() {
        let mut command = Command::new("cargo");
        command.arg("no-such-command");
        execute(command, "bundling");
    }
}
