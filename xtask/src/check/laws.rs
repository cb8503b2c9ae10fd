//! Who may depend on whom (DESIGN: "Laws of dependency"), and what each crate has.

use std::{collections::BTreeMap, fs};

use super::Violation;
use crate::workspace::{Dependency, Kind, Package, Workspace, is_module};

/// Crates that compose modules. Nothing below them depends on them.
const COMPOSING: &[&str] = &["llrt-runtime", "llrt-sdk-bundle", "llrt-lambda", "llrt-cli"];
/// What a crate root of a module says first.
const FORBID: &str = "#![forbid(unsafe_code)]";

/// Each crate with what it violates.
pub(super) fn check(workspace: &Workspace) -> Vec<(String, Vec<Violation>)> {
    let mut results: Vec<_> = workspace
        .packages
        .iter()
        .map(|package| {
            let mut violations = dependencies(package);
            violations.extend(contents(package));
            if package.published {
                violations.extend(publishing(package));
            }
            let violations = violations.into_iter().map(|text| format!("{}: {text}", package.name)).collect();
            (package.name.clone(), violations)
        })
        .collect();
    results.push(("examples have names of their own".to_owned(), example_names(workspace)));
    results
}

fn dependencies(package: &Package) -> Vec<Violation> {
    package.dependencies.iter().filter(|it| it.local).filter_map(|it| dependency(package, it)).collect()
}

fn dependency(package: &Package, dependency: &Dependency) -> Option<Violation> {
    let to = dependency.name.as_str();
    let composing = COMPOSING.contains(&to);
    if dependency.kind == Kind::Dev {
        // A version would make the registry's copy of the other crate a condition for publishing this one.
        let versioned = package.published && dependency.requirement != "*" && (is_module(to) || to == "llrt-test");
        return versioned.then(|| {
            format!("dev-dependency {to} has a version: write `{to} = {{ path = \"../{to}\" }}`, so that publishing does not need it")
        });
    }
    if to == "llrt-test" {
        return Some("llrt-test is for [dev-dependencies] only".to_owned());
    }
    match package.name.as_str() {
        _ if dependency.kind == Kind::Build => {
            (to != "llrt-build").then(|| format!("build-dependency {to}: build scripts take llrt-build only"))
        }
        name if COMPOSING.contains(&name) => None,
        "xtask" => None,
        "llrt-test" => (to != "llrt-core").then(|| format!("depends on {to}; the test harness knows llrt-core only")),
        "llrt-core" | "llrt-build" => Some(format!("depends on {to}; it stands below every other crate")),
        name if is_module(name) && is_module(to) => Some(format!(
            "depends on {to}; a module imports another one by name in JavaScript (`requires`), shared Rust goes into a crate of its field"
        )),
        _ if is_module(to) || composing => {
            Some(format!("depends on {to}; dependencies point down: composition, modules, crates of a field, core"))
        }
        _ => None,
    }
}

/// Files and settings that a crate has.
fn contents(package: &Package) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut wanted = vec![];
    if package.published {
        wanted.extend(["README.md", "CHANGELOG.md"]);
    }
    if package.is_module() {
        wanted.push("examples/embed.rs");
    }
    for file in wanted {
        if !package.dir.join(file).is_file() {
            violations.push(format!("{file} is missing"));
        }
    }
    let read = |file: &str| fs::read_to_string(package.dir.join(file)).unwrap_or_default();
    if package.is_module() && !read("src/lib.rs").lines().any(|line| line.trim() == FORBID) {
        violations.push(format!("src/lib.rs has no `{FORBID}`"));
    }
    let manifest = read("Cargo.toml");
    if !section(&manifest, "lints").any(|line| line.replace(' ', "") == "workspace=true") {
        violations.push("Cargo.toml has no `[lints]` with `workspace = true`".to_owned());
    }
    if package.published && !section(&manifest, "package").any(|line| line.starts_with("include")) {
        violations.push("Cargo.toml has no `include`: a published crate lists what it carries".to_owned());
    }
    violations
}

/// The lines of one section of a manifest.
fn section<'a>(manifest: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let header = format!("[{name}]");
    let lines = manifest.lines().map(str::trim);
    lines.skip_while(move |line| *line != header).skip(1).take_while(|line| !line.starts_with('['))
}

/// What a registry wants to know, and what publishing needs.
fn publishing(package: &Package) -> Vec<Violation> {
    let fields = [
        ("description", &package.description),
        ("license", &package.license),
        ("repository", &package.repository),
        ("readme", &package.readme),
        ("rust-version", &package.rust_version),
    ];
    let missing = fields.into_iter().filter(|(_, value)| value.is_none());
    let mut violations: Vec<_> = missing.map(|(field, _)| format!("Cargo.toml has no `{field}`")).collect();
    let normal = package.dependencies.iter().filter(|it| it.local && it.kind != Kind::Dev);
    for dependency in normal.filter(|it| it.requirement == "*") {
        violations.push(format!("dependency {} has no version; take the workspace's", dependency.name));
    }
    violations
}

/// Cargo puts all examples into one folder: two of one name overwrite each other.
fn example_names(workspace: &Workspace) -> Vec<Violation> {
    let mut owners: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
    for package in &workspace.packages {
        for (name, _) in &package.examples {
            owners.entry(name).or_default().push(package);
        }
    }
    let mut violations = Vec::new();
    for (name, packages) in owners.into_iter().filter(|(_, packages)| packages.len() > 1) {
        for package in packages {
            let short = package.name.trim_start_matches("llrt-mod-").trim_start_matches("llrt-");
            violations.push(format!(
                "{}: other crates have an example `{name}` too; put `[[example]]`, `name = \"{name}-{short}\"`, \
                 `path = \"examples/{name}.rs\"` into its Cargo.toml",
                package.name
            ));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, Kind, &str)]) -> Package {
        let dependencies = dependencies
            .iter()
            .map(|&(name, kind, requirement)| Dependency {
                name: name.to_owned(),
                kind,
                requirement: requirement.to_owned(),
                local: true,
            })
            .collect();
        Package { name: name.to_owned(), published: true, dependencies, ..Package::default() }
    }

    fn allowed(name: &str, to: &str, kind: Kind, requirement: &str) -> bool {
        dependencies(&package(name, &[(to, kind, requirement)])).is_empty()
    }

    #[test]
    fn dependencies_point_down() {
        for (from, to, holds) in [
            ("llrt-mod-fs", "llrt-core", true),
            ("llrt-mod-fetch", "llrt-http", true),
            ("llrt-mod-fs", "llrt-mod-path", false),
            ("llrt-mod-fs", "llrt-runtime", false),
            ("llrt-mod-fs", "llrt-test", false),
            ("llrt-http", "llrt-tls", true),
            ("llrt-http", "llrt-core", true),
            ("llrt-http", "llrt-mod-fs", false),
            ("llrt-http", "llrt-lambda", false),
            ("llrt-core", "llrt-mod-fs", false),
            ("llrt-core", "llrt-http", false),
            ("llrt-build", "llrt-core", false),
            ("llrt-test", "llrt-core", true),
            ("llrt-test", "llrt-runtime", false),
            ("llrt-runtime", "llrt-mod-fs", true),
            ("llrt-cli", "llrt-runtime", true),
        ] {
            assert_eq!(allowed(from, to, Kind::Normal, "^0.1.0"), holds, "{from} on {to}");
        }
    }

    #[test]
    fn build_scripts_take_llrt_build() {
        assert!(allowed("llrt-mod-fs", "llrt-build", Kind::Build, "^0.1.0"));
        assert!(!allowed("llrt-mod-fs", "llrt-core", Kind::Build, "^0.1.0"));
    }

    #[test]
    fn tests_compose_other_modules_by_path_only() {
        assert!(allowed("llrt-mod-fs", "llrt-mod-path", Kind::Dev, "*"));
        assert!(!allowed("llrt-mod-fs", "llrt-mod-path", Kind::Dev, "^0.1.0"));
        assert!(allowed("llrt-mod-fs", "llrt-inspect", Kind::Dev, "^0.1.0"));
    }

    #[test]
    fn a_published_crate_has_what_a_registry_wants() {
        let mut package = package("llrt-http", &[("llrt-tls", Kind::Normal, "*")]);
        package.license = Some("Apache-2.0".to_owned());
        let violations = publishing(&package);
        assert_eq!(violations.len(), 5, "{violations:?}");
        assert!(!violations.iter().any(|text| text.contains("license")));
        assert!(violations[4].starts_with("dependency llrt-tls has no version"));
    }

    #[test]
    fn a_module_crate_has_its_files() {
        let dir = tempfile::tempdir().unwrap();
        let module = Package { dir: dir.path().to_owned(), ..package("llrt-mod-a", &[]) };
        assert_eq!(contents(&module).len(), 6);
        for folder in ["src", "examples"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
        }
        let manifest = "[package]\nname = \"llrt-mod-a\"\ninclude = [\"src\"]\n\n[lints]\nworkspace = true\n";
        for (file, text) in [
            ("Cargo.toml", manifest),
            ("README.md", ""),
            ("CHANGELOG.md", ""),
            ("examples/embed.rs", ""),
            ("src/lib.rs", "//! A.\n#![forbid(unsafe_code)]\n"),
        ] {
            fs::write(dir.path().join(file), text).unwrap();
        }
        assert_eq!(contents(&module), [""; 0]);
        fs::write(dir.path().join("Cargo.toml"), "[lints]\nrust = {}\n[other]\nworkspace = true\n").unwrap();
        assert_eq!(contents(&module).len(), 2);
    }

    #[test]
    fn examples_of_one_name_are_told_apart() {
        let with = |name: &str, example: &str| Package {
            examples: vec![(example.to_owned(), "examples/embed.rs".into())],
            ..package(name, &[])
        };
        let workspace = |packages| Workspace { root: "/".into(), target: "/t".into(), packages };
        assert!(
            example_names(&workspace(vec![with("llrt-mod-a", "embed-a"), with("llrt-mod-b", "embed-b")])).is_empty()
        );
        let violations = example_names(&workspace(vec![with("llrt-mod-a", "embed"), with("llrt-mod-b", "embed")]));
        assert_eq!(violations.len(), 2);
        assert!(violations[1].contains("`name = \"embed-b\"`"), "{violations:?}");
    }
}
