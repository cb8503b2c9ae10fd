//! `require`: LOAD_AS_FILE, LOAD_AS_DIRECTORY, LOAD_NODE_MODULES.
//!
//! Node: <https://nodejs.org/api/modules.html#all-together>.

use std::rc::Rc;

use crate::error::ResolveError;
use crate::esm::check_private_name;
use crate::files::{Entry, Files, parent};
use crate::notice::Notice;
use crate::resolver::{Resolved, Resolver};
use crate::targets::{Lookup, Target};
use crate::url::{Location, encoded_separator_error};

/// What `require` tries after a name, in this order, unless [`Resolver::set_extensions`] says otherwise.
const EXTENSIONS: [&str; 3] = [".js", ".json", ".node"];

impl Resolver {
    /// Resolves the argument of `require`.
    ///
    /// # Errors
    /// With Node's codes and messages, see [`ResolveError`]. The require stack of `MODULE_NOT_FOUND` holds `parent`
    /// only: give it the files that required that one by [`ResolveError::with_require_stack`].
    pub fn resolve_require(&self, specifier: &str, parent: &str) -> Result<Resolved, ResolveError> {
        self.files.attempt(|| self.require(specifier, parent))
    }

    /// [`Self::resolve_require`] with the folders that a bare specifier is looked for in: `module.paths`, where a program has changed it.
    ///
    /// # Errors
    /// As [`Self::resolve_require`].
    pub fn resolve_require_in(
        &self,
        specifier: &str,
        parent: &str,
        folders: Option<&[String]>,
    ) -> Result<Resolved, ResolveError> {
        self.files.attempt(|| self.require_in(specifier, parent, folders))
    }

    /// Resolves for `require.resolve(specifier, { paths })`: as if required from a file in each of `directories`.
    ///
    /// # Errors
    /// As [`Self::resolve_require`], with `parent` in the require stack.
    pub fn resolve_require_from(
        &self,
        specifier: &str,
        parent: &str,
        directories: &[&str],
    ) -> Result<Resolved, ResolveError> {
        for directory in directories {
            let file = format!("{}/noop.js", directory.trim_end_matches('/'));
            match self.resolve_require(specifier, &file) {
                Err(ResolveError::RequireNotFound { .. }) => {}
                result => return result,
            }
        }
        Err(not_found(specifier, Some(parent)))
    }

    /// The folders that `require` searches for a package, nearest first: `module.paths`, then the global ones.
    /// What `require.resolve.paths` answers for a bare specifier.
    pub fn require_paths(&self, directory: &str) -> Vec<String> {
        modules_folders(directory).chain(self.require_folders().iter().cloned()).collect()
    }

    /// Resolves the program's own path, which may lack its extension or be a directory.
    ///
    /// # Errors
    /// `MODULE_NOT_FOUND`, as `node FILE` says it.
    pub fn resolve_main(&self, path: &str) -> Result<Resolved, ResolveError> {
        let found = if self.options.preserve_symlinks_main == self.options.preserve_symlinks {
            self.find_path(&self.files, path)
        } else {
            self.find_path(&Files::new(self.options.preserve_symlinks_main), path)
        };
        match found? {
            Some(path) => Ok(Resolved::File { path, suffix: String::new() }),
            None => Err(not_found(path, None)),
        }
    }

    pub(crate) fn require(&self, specifier: &str, base: &str) -> Result<Resolved, ResolveError> {
        self.require_in(specifier, base, None)
    }

    fn require_in(&self, specifier: &str, base: &str, folders: Option<&[String]>) -> Result<Resolved, ResolveError> {
        if specifier.is_empty() {
            return Err(ResolveError::EmptyRequest);
        }
        let directory = parent(base).unwrap_or("/");
        let found = if specifier.starts_with('/') {
            self.find_path(&self.files, specifier)?
        } else if is_relative(specifier) {
            self.find_path(&self.files, &format!("{directory}/{specifier}"))?
        } else if let Some(builtin) = self.builtin(specifier, base)? {
            return Ok(builtin);
        } else {
            match self.require_own(specifier, base)? {
                Some(resolved) => return Ok(resolved),
                None => match folders {
                    Some(folders) => self.require_package(specifier, folders.iter().cloned())?,
                    None => self.require_package(specifier, modules_folders(directory))?,
                },
            }
        };
        match found {
            Some(path) => Ok(Resolved::File { path, suffix: String::new() }),
            None => Err(not_found(specifier, Some(base))),
        }
    }

    /// LOAD_PACKAGE_IMPORTS and LOAD_PACKAGE_SELF.
    fn require_own(&self, specifier: &str, base: &str) -> Result<Option<Resolved>, ResolveError> {
        let Some(package) = self.files.scope(base)? else {
            return Ok(None);
        };
        if specifier.starts_with('#') && package.imports.is_some() {
            check_private_name(specifier, base)?;
            return match self.private_target(specifier, base, &package, "require")? {
                Target::Inside(location) => self.finish_require(location, None).map(Some),
                Target::Package(name) => {
                    if let Some(builtin) = self.builtin(&name, base)? {
                        return Ok(Some(builtin));
                    }
                    let location = self.package_location(&name, &package.path, "require");
                    let location = location.map_err(|error| match error {
                        ResolveError::PackageNotFound { .. } => {
                            ResolveError::RequireTargetNotFound { target: specifier.into() }
                        }
                        other => other,
                    })?;
                    self.finish_require(location, None).map(Some)
                }
            };
        }
        let own = package.name.as_deref().and_then(|name| specifier.strip_prefix(name));
        if let Some(exports) = &package.exports
            && let Some(rest) = own
            && (rest.is_empty() || rest.starts_with('/'))
        {
            let conditions = self.conditions("require");
            let lookup = Lookup { resolver: self, package: &package, conditions: &conditions, base: Some(base) };
            let location = lookup.exports(exports, &format!(".{rest}"))?;
            return self.finish_require(location, Some(base)).map(Some);
        }
        Ok(None)
    }

    /// LOAD_NODE_MODULES.
    fn require_package(
        &self,
        specifier: &str,
        folders: impl Iterator<Item = String>,
    ) -> Result<Option<Rc<str>>, ResolveError> {
        let global = self.require_folders();
        for folder in folders.chain(global.iter().cloned()) {
            if let Some(found) = self.in_folder(&folder, specifier)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// `Module._findPath`: the file that `specifier` names in the first of `folders` that has it.
    ///
    /// # Errors
    /// As [`Self::resolve_require`].
    pub fn find_in(&self, specifier: &str, folders: &[String]) -> Result<Option<Rc<str>>, ResolveError> {
        if specifier.starts_with('/') {
            return self.find_path(&self.files, specifier);
        }
        for folder in folders {
            let found = match is_relative(specifier) {
                true => self.find_path(&self.files, &format!("{folder}/{specifier}"))?,
                false => self.in_folder(folder, specifier)?,
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// What a bare specifier names in one folder.
    fn in_folder(&self, folder: &str, specifier: &str) -> Result<Option<Rc<str>>, ResolveError> {
        if !self.files.is_modules_folder(folder) {
            return Ok(None);
        }
        if let Some(name) = package_name(specifier) {
            let root = format!("{folder}/{name}");
            let rest = &specifier[name.len()..];
            if self.files.is_directory(&root) {
                if let Some(package) = self.files.package(&root)?
                    && let Some(exports) = &package.exports
                {
                    let conditions = self.conditions("require");
                    let lookup = Lookup { resolver: self, package: &package, conditions: &conditions, base: None };
                    let location = lookup.exports(exports, &format!(".{rest}"))?;
                    let resolved = self.finish_require(location, None)?;
                    return Ok(resolved.path().map(Into::into));
                }
            } else if !rest.is_empty() {
                return Ok(None);
            }
        }
        self.find_path(&self.files, &format!("{folder}/{specifier}"))
    }

    /// RESOLVE_ESM_MATCH: what `exports` and `imports` name is not searched for.
    fn finish_require(&self, location: Location, base: Option<&str>) -> Result<Resolved, ResolveError> {
        if let Some(path) = location.encoded_separator {
            return Err(encoded_separator_error(format!("file://{path}"), base));
        }
        match self.files.file(&location.path) {
            Some(path) => Ok(Resolved::File { path, suffix: String::new() }),
            None => Err(ResolveError::RequireTargetNotFound { target: location.path }),
        }
    }

    /// LOAD_AS_FILE, then LOAD_AS_DIRECTORY.
    fn find_path(&self, files: &Files, path: &str) -> Result<Option<Rc<str>>, ResolveError> {
        let as_directory = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
        let path = normalize(path);
        let entry = files.entry(&path);
        if !as_directory {
            if let Entry::File(real) = entry {
                return Ok(Some(real));
            }
            if let Some(found) = self.with_extension(files, &path) {
                return Ok(Some(found));
            }
        }
        match entry {
            Entry::Directory(_) => self.directory_main(files, &path),
            _ => Ok(None),
        }
    }

    fn with_extension(&self, files: &Files, path: &str) -> Option<Rc<str>> {
        let find = |extension: &str| files.file(&format!("{path}{extension}"));
        let extensions = self.extensions.borrow().clone();
        match extensions {
            Some(extensions) => extensions.iter().find_map(|extension| find(extension)),
            None => EXTENSIONS.iter().find_map(|extension| find(extension)),
        }
    }

    /// LOAD_AS_DIRECTORY.
    fn directory_main(&self, files: &Files, directory: &str) -> Result<Option<Rc<str>>, ResolveError> {
        let index = || self.with_extension(files, &format!("{}/index", directory.trim_end_matches('/')));
        let package = files.package(directory)?;
        let main = package.as_ref().and_then(|package| Some((package, self.main_field(package)?)));
        let Some((package, main)) = main.filter(|(_, main)| !main.is_empty()) else {
            return Ok(index());
        };
        let target = match main.starts_with('/') {
            true => normalize(main),
            false => normalize(&format!("{directory}/{main}")),
        };
        let found = files
            .file(&target)
            .or_else(|| self.with_extension(files, &target))
            .or_else(|| self.with_extension(files, &format!("{target}/index")));
        let found = found.or_else(|| {
            let found = index()?;
            self.notice(Notice::InvalidMain { package_json: package.path.clone(), main: main.to_owned() });
            Some(found)
        });
        match found {
            Some(path) => Ok(Some(path)),
            None => {
                Err(ResolveError::InvalidMain { target, package_json: package.path.clone(), request: directory.into() })
            }
        }
    }
}

fn not_found(specifier: &str, base: Option<&str>) -> ResolveError {
    let stack = base.into_iter().map(Into::into).collect();
    ResolveError::RequireNotFound { request: specifier.into(), stack }
}

/// Node looks at the first two characters only, so `..name` counts.
fn is_relative(specifier: &str) -> bool {
    specifier == "." || specifier.starts_with("./") || specifier.starts_with("..")
}

/// The name of the package in a bare specifier, if it can be one with `exports`.
fn package_name(specifier: &str) -> Option<&str> {
    let valid = |part: &str| !part.is_empty() && !part.contains(['\\', '%']);
    let mut parts = specifier.split('/');
    let first = parts.next()?;
    let (name, last) = if first.len() > 1 && first.starts_with('@') {
        match parts.next() {
            Some(second) => (&specifier[..first.len() + 1 + second.len()], second),
            None => (first, first),
        }
    } else {
        (first, first)
    };
    (valid(first) && valid(last) && !last.starts_with('.')).then_some(name)
}

/// The `node_modules` of `directory` and of all that it is in: `module.paths`.
pub fn node_modules_paths(directory: &str) -> Vec<String> {
    modules_folders(directory).collect()
}

/// NODE_MODULES_PATHS: a `node_modules` for each directory upwards that is not one itself.
fn modules_folders(directory: &str) -> impl Iterator<Item = String> {
    let mut directory = Some(directory);
    std::iter::from_fn(move || {
        while let Some(here) = directory {
            directory = parent(here);
            if !here.ends_with("/node_modules") {
                return Some(format!("{}/node_modules", here.trim_end_matches('/')));
            }
        }
        None
    })
}

/// `path.resolve` of an absolute path.
fn normalize(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => out.truncate(out.rfind('/').unwrap_or(0)),
            _ => {
                out.push('/');
                out.push_str(segment);
            }
        }
    }
    if out.is_empty() {
        out.push('/');
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_normalized() {
        assert_eq!(normalize("/a//b/./c/../d/"), "/a/b/d");
        assert_eq!(normalize("/../.."), "/");
    }

    #[test]
    fn names_with_exports_are_told_from_other_specifiers() {
        assert_eq!(package_name("a/b"), Some("a"));
        assert_eq!(package_name("@a/b/c"), Some("@a/b"));
        assert_eq!(package_name("a."), Some("a."));
        for none in [".a", "@a/.b", "a%", "a\\b", ""] {
            assert_eq!(package_name(none), None, "{none}");
        }
    }

    #[test]
    fn folders_upwards_skip_node_modules_itself() {
        let folders: Vec<_> = modules_folders("/a/node_modules/b").collect();
        assert_eq!(folders, ["/a/node_modules/b/node_modules", "/a/node_modules", "/node_modules"]);
    }

    proptest! {
        #[test]
        fn normalizing_twice_changes_nothing(path in "/[a/.]{0,16}") {
            let once = normalize(&path);
            prop_assert_eq!(normalize(&once), once.clone());
            prop_assert!(once.starts_with('/') && !once.split('/').any(|it| it == "." || it == ".."));
        }
    }
}
