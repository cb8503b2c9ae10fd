//! The workspace as `cargo metadata` describes it.

use std::{
    env,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    error::{Context, Error, Result},
    shell,
};

/// The workspace and its members.
pub(crate) struct Workspace {
    /// The folder of the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
    /// The members.
    pub(crate) packages: Vec<Package>,
}

/// A member of the workspace.
#[derive(Clone, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// The folder of its Cargo.toml.
    pub(crate) dir: PathBuf,
    pub(crate) description: Option<String>,
    pub(crate) license: Option<String>,
    pub(crate) repository: Option<String>,
    pub(crate) readme: Option<String>,
    pub(crate) rust_version: Option<String>,
    /// Whether a registry may take it.
    pub(crate) published: bool,
    pub(crate) features: Vec<String>,
    pub(crate) dependencies: Vec<Dependency>,
    /// Names of its examples, with the path of each.
    pub(crate) examples: Vec<(String, PathBuf)>,
    /// Names of its binaries.
    pub(crate) binaries: Vec<String>,
}

/// What a package depends on.
#[derive(Clone)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The version that is asked for; `*` where none is.
    pub(crate) requirement: String,
    /// Whether it has a path: a member of the workspace.
    pub(crate) local: bool,
}

/// What a dependency is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Build,
    Dev,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load() -> Result<Self> {
        let text = shell::output(shell::cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
        Self::parse(&text)
    }

    fn parse(metadata: &str) -> Result<Self> {
        let metadata: Value = serde_json::from_str(metadata).context("cargo metadata")?;
        let path = |key: &str| {
            let text = metadata[key].as_str().ok_or_else(|| Error::new(format!("cargo metadata: no {key}")))?;
            Ok(PathBuf::from(text))
        };
        let packages = list(&metadata["packages"]).map(Package::parse).collect::<Result<_>>()?;
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")?, packages })
    }

    /// Which crate makes the binary `name`.
    pub(crate) fn package_of_binary(&self, name: &str) -> Result<&Package> {
        self.packages
            .iter()
            .find(|package| package.binaries.iter().any(|binary| binary == name))
            .ok_or_else(|| Error::new(format!("no crate of the workspace makes the binary `{name}`")))
    }
}

impl Package {
    fn parse(value: &Value) -> Result<Self> {
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        let name = text("name").ok_or_else(|| Error::new("cargo metadata: a package without a name"))?;
        let manifest = PathBuf::from(text("manifest_path").unwrap_or_default());
        let dir = manifest.parent().map(Path::to_path_buf).unwrap_or_default();
        let targets_of = |kind: &'static str| {
            list(&value["targets"])
                .filter(move |target| list(&target["kind"]).any(|it| it == kind))
                .map(|target| (string(&target["name"]), PathBuf::from(string(&target["src_path"]))))
        };
        Ok(Self {
            dir,
            description: text("description"),
            license: text("license"),
            repository: text("repository"),
            readme: text("readme"),
            rust_version: text("rust_version"),
            published: value["publish"].as_array().is_none_or(|registries| !registries.is_empty()),
            features: value["features"].as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default(),
            dependencies: list(&value["dependencies"]).map(Dependency::parse).collect(),
            examples: targets_of("example").collect(),
            binaries: targets_of("bin").map(|(name, _)| name).collect(),
            name,
        })
    }

    /// Whether it provides a Node.js or WinterTC module.
    pub(crate) fn is_module(&self) -> bool {
        is_module(&self.name)
    }
}

/// Whether the crate of this name provides a Node.js or WinterTC module.
pub(crate) fn is_module(name: &str) -> bool {
    name.starts_with("llrt-mod-")
}

impl Dependency {
    fn parse(value: &Value) -> Self {
        Self {
            name: string(&value["name"]),
            kind: match value["kind"].as_str() {
                Some("dev") => Kind::Dev,
                Some("build") => Kind::Build,
                _ => Kind::Normal,
            },
            requirement: string(&value["req"]),
            local: value["path"].is_string(),
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Where a user's files are, if the environment says so.
pub(crate) fn home() -> Option<PathBuf> {
    env::var_os("HOME").map(PathBuf::from).filter(|path| path.components().count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{"workspace_root":"/w","target_directory":"/t","packages":[{
        "name":"llrt-mod-a","manifest_path":"/w/crates/llrt-mod-a/Cargo.toml","description":"A.","publish":null,"features":{"x":[]},
        "dependencies":[{"name":"llrt-test","kind":"dev","req":"*","path":"/w/crates/llrt-test"},{"name":"ring","kind":null,"req":"^0.17"}],
        "targets":[{"kind":["lib"],"name":"llrt_mod_a","src_path":"/w/l.rs"},{"kind":["example"],"name":"embed-a","src_path":"/w/e.rs"}]
    },{"name":"llrt-test","manifest_path":"/w/crates/llrt-test/Cargo.toml","publish":[],"dependencies":[],"targets":[{"kind":["bin"],"name":"b"}]}]}"#;

    #[test]
    fn what_cargo_tells_is_read() {
        let workspace = Workspace::parse(METADATA).unwrap();
        let package = &workspace.packages[0];
        assert!(package.published && package.is_module());
        assert_eq!(package.description.as_deref(), Some("A."));
        assert_eq!(package.dir, Path::new("/w/crates/llrt-mod-a"));
        assert_eq!(package.examples, [("embed-a".to_owned(), PathBuf::from("/w/e.rs"))]);
        let kinds: Vec<_> =
            package.dependencies.iter().map(|it| (it.kind, it.local, it.requirement.as_str())).collect();
        assert_eq!(kinds, [(Kind::Dev, true, "*"), (Kind::Normal, false, "^0.17")]);
        assert!(!workspace.packages[1].published);
    }

    #[test]
    fn what_is_not_there_is_said() {
        let workspace = Workspace::parse(METADATA).unwrap();
        assert_eq!(workspace.package_of_binary("b").unwrap().name, "llrt-test");
        let error = workspace.package_of_binary("bootstrap").map(|it| it.name.clone()).unwrap_err();
        assert_eq!(error.to_string(), "no crate of the workspace makes the binary `bootstrap`");
        assert!(Workspace::parse("{}").is_err());
    }
}
