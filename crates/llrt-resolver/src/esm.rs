//! `import`: ESM_RESOLVE and PACKAGE_RESOLVE.
//!
//! Node: <https://nodejs.org/api/esm.html#resolution-algorithm-specification>.

use crate::error::ResolveError;
use crate::files::{Entry, parent};
use crate::format::Format;
use crate::notice::Notice;
use crate::package::PackageJson;
use crate::resolver::{Resolved, Resolver};
use crate::targets::{Lookup, Target};
use crate::url::{Location, encode_component, encoded_separator_error, join, path_to_file_url, scheme};

impl Resolver {
    /// Resolves the specifier of an `import` declaration or expression.
    ///
    /// # Errors
    /// With Node's codes and messages, see [`ResolveError`].
    pub fn resolve_import(&self, specifier: &str, parent: &str) -> Result<Resolved, ResolveError> {
        self.files
            .attempt(|| self.import(specifier, parent))
            .map_err(|error| error.with_hint(|| self.hint(specifier, parent)))
    }

    /// Resolves for `import.meta.resolve`: the URL, also of what only loading would find missing.
    ///
    /// # Errors
    /// With Node's codes and messages, see [`ResolveError`].
    pub fn resolve_import_meta(&self, specifier: &str, parent: &str) -> Result<String, ResolveError> {
        match self.files.attempt(|| self.import(specifier, parent)) {
            Ok(resolved) => Ok(resolved.url()),
            Err(ResolveError::UnknownBuiltin { specifier }) => Ok(specifier),
            Err(ResolveError::UnsupportedScheme { scheme }) if matches!(scheme.as_str(), "http:" | "https:") => {
                Ok(specifier.to_owned())
            }
            Err(error) => match error.url() {
                Some(url) => Ok(url.to_owned()),
                None => Err(error),
            },
        }
    }

    fn import(&self, specifier: &str, base: &str) -> Result<Resolved, ResolveError> {
        // Most programs import relative paths most: they need none of the checks below.
        let relative = is_relative_or_absolute(specifier);
        if !relative {
            if let Some(builtin) = self.builtin(specifier, base)? {
                return Ok(builtin);
            }
            match scheme(specifier) {
                Some(it) if it.eq_ignore_ascii_case("file") => {
                    return self.finish(join("/", &specifier[5..])?, base);
                }
                Some(it) if it.eq_ignore_ascii_case("data") => {
                    return Ok(Resolved::Data(specifier.into()));
                }
                Some(it) => {
                    let scheme = format!("{}:", it.to_ascii_lowercase());
                    return Err(ResolveError::UnsupportedScheme { scheme });
                }
                None => {}
            }
        }
        if !base.starts_with('/') {
            return Err(ResolveError::UnsupportedRequest { specifier: specifier.into(), base: base.into() });
        }
        if relative {
            self.finish(join(parent(base).unwrap_or("/"), specifier)?, base)
        } else if specifier.starts_with('#') {
            self.import_private(specifier, base)
        } else {
            self.import_package(specifier, base, base)
        }
    }

    /// PACKAGE_IMPORTS_RESOLVE.
    fn import_private(&self, specifier: &str, base: &str) -> Result<Resolved, ResolveError> {
        check_private_name(specifier, base)?;
        let Some(package) = self.files.scope(base)? else {
            return Err(ResolveError::ImportNotDefined {
                specifier: specifier.into(),
                package_json: None,
                base: base.into(),
            });
        };
        match self.private_target(specifier, base, &package, "import")? {
            Target::Inside(location) => self.finish(location, base),
            Target::Package(name) => match self.builtin(&name, base)? {
                Some(builtin) => Ok(builtin),
                None => self.import_package(&name, &package.path, base),
            },
        }
    }

    pub(crate) fn private_target(
        &self,
        specifier: &str,
        base: &str,
        package: &PackageJson,
        kind: &'static str,
    ) -> Result<Target, ResolveError> {
        let lookup = Lookup { resolver: self, package, conditions: &self.conditions(kind), base: Some(base) };
        lookup.imports(specifier)?.ok_or_else(|| ResolveError::ImportNotDefined {
            specifier: specifier.into(),
            package_json: Some(package.path.clone()),
            base: base.into(),
        })
    }

    fn import_package(&self, specifier: &str, from: &str, base: &str) -> Result<Resolved, ResolveError> {
        let location = self.package_location(specifier, from, "import")?;
        self.finish(location, base)
    }

    /// PACKAGE_RESOLVE. `from` is the path that the search starts at.
    pub(crate) fn package_location(
        &self,
        specifier: &str,
        from: &str,
        kind: &'static str,
    ) -> Result<Location, ResolveError> {
        let (name, subpath) = split_package(specifier, from)?;
        let conditions = self.conditions(kind);
        if let Some(package) = self.files.scope(from)?
            && let Some(exports) = &package.exports
            && package.name.as_deref() == Some(name)
        {
            let lookup = Lookup { resolver: self, package: &package, conditions: &conditions, base: Some(from) };
            return lookup.exports(exports, &subpath);
        }
        let mut directory = parent(from);
        let above = std::iter::from_fn(|| {
            let here = directory?;
            directory = parent(here);
            Some(format!("{}/node_modules", here.trim_end_matches('/')))
        });
        for folder in above.chain(self.options.import_folders.iter().cloned()) {
            if !self.files.is_modules_folder(&folder) {
                continue;
            }
            let root = format!("{folder}/{name}");
            let package = self.files.package(&root).map_err(|error| match error {
                ResolveError::InvalidPackageConfig { package_json, reason, .. } => {
                    let base = Some(format!("\"{specifier}\" from {from}"));
                    ResolveError::InvalidPackageConfig { package_json, base, reason }
                }
                other => other,
            })?;
            if package.is_none() && !self.files.is_directory(&root) {
                continue;
            }
            if let Some(package) = &package
                && let Some(exports) = &package.exports
            {
                let lookup = Lookup { resolver: self, package, conditions: &conditions, base: Some(from) };
                return lookup.exports(exports, &subpath);
            }
            return if subpath == "." {
                self.legacy_main(&root, package.as_deref(), from)
            } else {
                join(&root, &subpath)
            };
        }
        Err(ResolveError::PackageNotFound { package: name.into(), base: from.into(), hint: None })
    }

    /// LOAD_AS_DIRECTORY as `import` knows it: the entry point of a package without `exports`.
    fn legacy_main(&self, root: &str, package: Option<&PackageJson>, base: &str) -> Result<Location, ResolveError> {
        let main = package.and_then(|package| self.main_field(package));
        let main = main.filter(|it| !it.is_empty());
        let with_main = main.into_iter().flat_map(|main| {
            let endings = ["", ".js", ".json", ".node", "/index.js", "/index.json", "/index.node"];
            endings.into_iter().map(move |ending| {
                let here = if main.starts_with('/') { "" } else { "./" };
                format!("{here}{main}{ending}")
            })
        });
        let index = ["./index.js", "./index.json", "./index.node"].map(String::from);
        for candidate in with_main.chain(index) {
            let location = join(root, &candidate)?;
            if let Some(file) = self.files.file(&location.path) {
                self.notice_of_main(root, main, &file, base);
                return Ok(location);
            }
        }
        let first = join(root, &format!("./{}", main.unwrap_or("index.js")))?;
        Err(ResolveError::PackageNotFound { package: first.path, base: base.into(), hint: None })
    }

    /// `module.findPackageJSON`: of a bare specifier the package's own file, of a path or `file:` URL the one that governs what is there.
    ///
    /// # Errors
    /// With Node's codes and messages, see [`ResolveError`].
    pub fn find_package_json(&self, specifier: &str, base: &str) -> Result<Option<String>, ResolveError> {
        let location = if is_relative_or_absolute(specifier) {
            join(parent(base).unwrap_or("/"), specifier)?
        } else if let Some(it) = scheme(specifier) {
            if !it.eq_ignore_ascii_case("file") {
                return Err(ResolveError::NotAFileUrl);
            }
            join("/", &specifier[5..])?
        } else {
            let (name, _) = split_package(specifier, base)?;
            let mut directory = parent(base);
            while let Some(here) = directory {
                let root = format!("{}/node_modules/{name}", here.trim_end_matches('/'));
                if let Some(package) = self.files.package(&root)? {
                    return Ok(Some(package.path.clone()));
                }
                directory = parent(here);
            }
            return Err(ResolveError::PackageNotFound { package: name.into(), base: base.into(), hint: None });
        };
        let path = match self.files.entry(&collapse(location.path.trim_end_matches('/'))) {
            Entry::File(path) => path.to_string(),
            Entry::Directory(path) => format!("{path}/package.json"),
            Entry::Missing if scheme(specifier).is_some() => location.path,
            Entry::Missing => {
                let (path, url) = (location.path.clone(), location.url());
                return Err(ResolveError::ModuleNotFound { path, base: base.into(), url, hint: None });
            }
        };
        Ok(self.files.scope(&path)?.map(|package| package.path.clone()))
    }

    /// Tells of an entry point that `main` does not name as it is, where the file is read as a module.
    fn notice_of_main(&self, root: &str, main: Option<&str>, file: &str, base: &str) {
        let named = |main: &str| match main.starts_with('/') {
            true => collapse(main) == file,
            false => join(root, &format!("./{main}")).is_ok_and(|location| collapse(&location.path) == file),
        };
        if main.is_some_and(named) || !matches!(self.import_format(file), Ok(Format::Module)) {
            return;
        }
        let found = file.strip_prefix(root).map_or(file, |rest| rest.trim_start_matches('/')).to_owned();
        let (package, base) = (format!("{root}/"), base.to_owned());
        self.notice(match main {
            Some(main) => Notice::IncompleteMain { package, main: main.to_owned(), found, base },
            None => Notice::MissingMain { package, found, base },
        });
    }

    /// The last part of ESM_RESOLVE: the file must exist, and is known by its real path.
    fn finish(&self, location: Location, base: &str) -> Result<Resolved, ResolveError> {
        let Location { path, suffix, encoded_separator } = &location;
        if let Some(path) = encoded_separator {
            return Err(encoded_separator_error(path.clone(), Some(base)));
        }
        let entry = if path.ends_with('/') {
            // Node does not look what is there.
            Entry::Directory(path.as_str().into())
        } else {
            self.files.entry(&collapse(path))
        };
        match entry {
            Entry::File(path) => Ok(Resolved::File { path, suffix: suffix.clone() }),
            Entry::Directory(_) => Err(ResolveError::DirectoryImport {
                path: path.clone(),
                base: base.into(),
                url: location.url(),
                hint: None,
            }),
            Entry::Missing => Err(ResolveError::ModuleNotFound {
                path: path.clone(),
                base: base.into(),
                url: location.url(),
                hint: None,
            }),
        }
    }

    /// What `require` would have found, as one would write it in the import.
    fn hint(&self, specifier: &str, base: &str) -> Option<String> {
        if !base.starts_with('/') {
            return None;
        }
        let as_path = match scheme(specifier) {
            Some(it) if it.eq_ignore_ascii_case("file") => Some(join("/", &specifier[5..]).ok()?.path),
            _ => None,
        };
        let Ok(Resolved::File { path, .. }) = self.require(as_path.as_deref().unwrap_or(specifier), base) else {
            return None;
        };
        if as_path.is_some() {
            return Some(path.to_string());
        }
        if specifier.starts_with("./") || specifier.starts_with("../") || matches!(specifier, "." | "..") {
            let url = path_to_file_url(&path);
            let base = path_to_file_url(parent(base)?);
            return Some(relative(&base["file://".len()..], &url["file://".len()..]));
        }
        if specifier.starts_with(['/', '.']) {
            return Some(path.to_string());
        }
        let package = specifier.split('/').next()?;
        let needle = format!("/node_modules/{package}/");
        match path.rfind(&needle) {
            Some(at) => {
                let mut found = package.to_owned();
                for segment in path[at + needle.len()..].split('/') {
                    found.push('/');
                    encode_component(segment, &mut found);
                }
                Some(found)
            }
            None => Some(path_to_file_url(&path)),
        }
    }
}

/// Refuses `#` names that cannot be keys of `imports`.
pub(crate) fn check_private_name(specifier: &str, base: &str) -> Result<(), ResolveError> {
    if specifier != "#" && !specifier.ends_with('/') {
        return Ok(());
    }
    Err(ResolveError::InvalidModuleSpecifier {
        specifier: specifier.into(),
        reason: "is not a valid internal imports specifier name".into(),
        base: Some(base.into()),
    })
}

fn is_relative_or_absolute(specifier: &str) -> bool {
    specifier.starts_with('/')
        || specifier.starts_with("./")
        || specifier.starts_with("../")
        || matches!(specifier, "." | "..")
}

/// Splits a bare specifier into the package's name and `.` or `./subpath`.
fn split_package<'a>(specifier: &'a str, base: &str) -> Result<(&'a str, String), ResolveError> {
    let first = specifier.find('/');
    let end = match (specifier.starts_with('@'), first) {
        (true, Some(first)) => specifier[first + 1..].find('/').map(|at| first + 1 + at),
        (_, first) => first,
    };
    let name = &specifier[..end.unwrap_or(specifier.len())];
    let half_scoped = specifier.starts_with('@') && first.is_none();
    if half_scoped || name.starts_with('.') || name.contains(['%', '\\']) {
        return Err(ResolveError::InvalidModuleSpecifier {
            specifier: specifier.into(),
            reason: "is not a valid package name".into(),
            base: Some(base.into()),
        });
    }
    Ok((name, format!(".{}", &specifier[name.len()..])))
}

/// Drops empty segments, which a URL keeps and a file system ignores.
fn collapse(path: &str) -> std::borrow::Cow<'_, str> {
    if !path.contains("//") {
        return path.into();
    }
    let mut out = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        out.push('/');
        out.push_str(segment);
    }
    out.into()
}

/// The way from one directory to a path.
fn relative(from: &str, to: &str) -> String {
    let mut from = from.split('/').filter(|it| !it.is_empty()).peekable();
    let mut to = to.split('/').filter(|it| !it.is_empty()).peekable();
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| "..").collect::<Vec<_>>();
    let start = if up.is_empty() { vec!["."] } else { up };
    start.into_iter().chain(to).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_split_from_their_subpaths() {
        let split = |specifier| split_package(specifier, "/a.mjs").map_err(|error| error.code());
        assert_eq!(split("a"), Ok(("a", ".".into())));
        assert_eq!(split("a/b/c"), Ok(("a", "./b/c".into())));
        assert_eq!(split("@a/b"), Ok(("@a/b", ".".into())));
        assert_eq!(split("@a/b/c"), Ok(("@a/b", "./c".into())));
        for bad in ["@a", "@", ".a", "a%2fb", "a\\b"] {
            assert_eq!(split(bad), Err(Some("ERR_INVALID_MODULE_SPECIFIER")), "{bad}");
        }
    }

    #[test]
    fn the_way_from_a_directory_is_relative() {
        assert_eq!(relative("/a/b", "/a/b/c.js"), "./c.js");
        assert_eq!(relative("/a/b", "/a/c.js"), "../c.js");
        assert_eq!(relative("/", "/a/c.js"), "./a/c.js");
        assert_eq!(relative("/x/y", "/a/c.js"), "../../a/c.js");
    }
}
