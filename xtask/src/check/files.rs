//! What no tracked file may hold.

use std::{fs, process::Command};

use super::Violation;
use crate::{
    error::{Context, Result},
    shell,
    workspace::{Workspace, home},
};

/// Hosts of package registries: where packages come from is a setting of the machine, never of the project.
const REGISTRIES: &[&str] = &[
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "yarnpkg.com"),
    concat!("py", "pi.org"),
    concat!("files.", "pythonhosted.org"),
    concat!("://", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("deb.", "debian.org"),
    concat!("archive.", "ubuntu.com"),
    concat!("proxy.", "golang.org"),
];
/// Folders that a developer's or a machine's own files lie in.
const MACHINE_FOLDERS: &[&str] =
    &[concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];
/// Names for a user who is nobody, in tests and examples.
const NOBODY: &[&str] = &["u", "me", "you", "user", "name", "test", "node", "alice", "foo"];
/// Endings of files that tools make.
const MADE: &[&str] = &[
    ".min.js", ".min.mjs", ".min.css", ".map", ".qbc", ".lrt", ".zip", ".gz", ".br", ".zst", ".wasm", ".o", ".a",
    ".so", ".rlib", ".node", ".pyc", ".whl", ".crate", ".tgz",
];
/// Folders that tools fill.
const MADE_FOLDERS: &[&str] = &["node_modules", "target", "prebuilt", ".venv", "__pycache__"];
/// Source files whose lines people write.
const SOURCES: &[&str] =
    &[".rs", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".css", ".html", ".sh", ".toml", ".yml"];
/// Longer lines than this nobody writes.
const LONGEST_LINE: usize = 1000;

/// A rule: whether `text` of the file `path` breaks it, and how.
type Rule = fn(&Machine, &str, &str) -> Option<String>;

const RULES: &[(&str, Rule)] =
    &[("no path of a machine", machine_path), ("no registry's host", registry), ("nothing generated", generated)];

/// What is particular to this machine.
struct Machine {
    folders: Vec<String>,
}

/// Each rule with what breaks it.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<(String, Vec<Violation>)>> {
    let own = [Some(workspace.root.clone()), home()].into_iter().flatten();
    let machine = Machine { folders: own.map(|path| path.to_string_lossy().into_owned()).collect() };
    let mut git = Command::new("git");
    let files = shell::output(git.arg("-C").arg(&workspace.root).args(["ls-files", "-z"]))?;
    let mut results: Vec<_> = RULES.iter().map(|(name, _)| ((*name).to_owned(), Vec::new())).collect();
    for file in files.split_terminator('\0') {
        let path = workspace.root.join(file);
        // A symbolic link, or a file that is deleted and not committed yet.
        if !path.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
            continue;
        }
        let bytes = fs::read(&path).context(file)?;
        for (text, (_, violations)) in broken(&machine, file, &bytes).into_iter().zip(&mut results) {
            violations.extend(text.map(|text| format!("{file}{text}")));
        }
    }
    Ok(results)
}

/// What `file` breaks, for each rule.
fn broken(machine: &Machine, file: &str, bytes: &[u8]) -> Vec<Option<String>> {
    match str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => RULES.iter().map(|(_, rule)| rule(machine, file, text)).collect(),
        _ => vec![None, None, Some(": is no text: build it, or make it in a test".to_owned())],
    }
}

fn machine_path(machine: &Machine, _file: &str, text: &str) -> Option<String> {
    find_line(text, |line| {
        machine.folders.iter().find(|folder| line.contains(folder.as_str())).cloned().or_else(|| {
            MACHINE_FOLDERS.iter().find_map(|folder| {
                line.match_indices(folder).find_map(|(start, _)| {
                    // Part of a longer path or of an address is another thing.
                    let before = line[..start].chars().next_back();
                    let whole = before
                        .is_none_or(|it| !it.is_ascii_alphanumeric() && !matches!(it, '.' | '_' | '-' | '}' | ')'));
                    let name: String =
                        line[start + folder.len()..].chars().take_while(char::is_ascii_alphanumeric).collect();
                    let somebody = !name.is_empty() && !NOBODY.contains(&name.as_str());
                    (whole && somebody).then(|| format!("{folder}{name}"))
                })
            })
        })
    })
    .map(|(line, found)| format!(":{line}: the path {found} is of one machine"))
}

fn registry(_machine: &Machine, file: &str, text: &str) -> Option<String> {
    if file == "Cargo.lock" {
        return None; // Cargo names its registry there, whichever it asks.
    }
    if file.ends_with("package-lock.json") && text.contains("\"resolved\"") {
        return Some(": records where packages came from; run `npm install --package-lock-only` with `omit-lockfile-registry-resolved`".to_owned());
    }
    find_line(text, |line| REGISTRIES.iter().find(|host| line.contains(**host)))
        .map(|(line, host)| format!(":{line}: names the registry {host}; link documentation instead"))
}

fn generated(_machine: &Machine, file: &str, text: &str) -> Option<String> {
    if let Some(folder) = MADE_FOLDERS.iter().find(|folder| file.split('/').rev().skip(1).any(|part| part == **folder))
    {
        return Some(format!(": lies in {folder}, which tools fill"));
    }
    if let Some(ending) = MADE.iter().find(|ending| file.ends_with(**ending)) {
        return Some(format!(": files called *{ending} are made by tools"));
    }
    let head = text.lines().take(5);
    if file != "Cargo.lock" && head.into_iter().any(|line| line.contains(concat!("@gene", "rated"))) {
        return Some(": says that it is generated".to_owned());
    }
    if SOURCES.iter().any(|ending| file.ends_with(ending)) {
        return find_line(text, |line| (line.len() > LONGEST_LINE).then_some(line.len()))
            .map(|(line, length)| format!(":{line}: a line of {length} bytes: generated or minified?"));
    }
    None
}

/// The first line (counted from 1) in which `find` finds something.
fn find_line<T>(text: &str, find: impl Fn(&str) -> Option<T>) -> Option<(usize, T)> {
    text.lines().enumerate().find_map(|(index, line)| Some((index + 1, find(line)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, text: &str) -> Vec<String> {
        let machine = Machine { folders: vec!["/srv/build/llrt".to_owned()] };
        broken(&machine, file, text.as_bytes()).into_iter().flatten().collect()
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        assert_eq!(found("a.md", &format!("x\nsee {}llrt/a", MACHINE_FOLDERS[1])).len(), 1);
        assert_eq!(found("a.md", &format!("{}jane/a", MACHINE_FOLDERS[2])).len(), 1);
        assert_eq!(found("a.md", "cd /srv/build/llrt/crates"), [":1: the path /srv/build/llrt is of one machine"]);
    }

    #[test]
    fn paths_that_are_nobodys_may_stay() {
        assert!(
            found("a.rs", "/home/u/file.txt, /home/user/x, tests/work/a, https://a.b/home/jane, $DIR/work/x")
                .is_empty()
        );
    }

    #[test]
    fn hosts_of_registries_are_found() {
        for host in REGISTRIES {
            assert_eq!(
                found("a.json", &format!("{{ \"x\": \"https://{}/y\" }}", host.trim_start_matches("://"))).len(),
                1,
                "{host}"
            );
        }
        assert!(found("a.rs", concat!("crates from crates", ".io do not")).is_empty());
        assert_eq!(found("package-lock.json", "{\"resolved\": \"x\"}").len(), 1);
    }

    #[test]
    fn what_tools_make_is_found() {
        assert_eq!(found("js/a.min.js", "a").len(), 1);
        assert_eq!(found("a/node_modules/b/c.js", "a").len(), 1);
        assert_eq!(found("a.js", &"a".repeat(1001)).len(), 1);
        assert_eq!(found("a.txt", "a\0b").len(), 1);
        assert!(found("expected/a.txt", &"a".repeat(9000)).is_empty());
        assert!(found("src/target.rs", "fn target() {}").is_empty());
    }
}
