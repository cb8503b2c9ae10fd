//! The resolver: its options, its answers, and what both algorithms share.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use crate::error::ResolveError;
use crate::files::{Files, parent as parent_of};
use crate::notice::Notice;
use crate::package::PackageJson;
use crate::url::{path_to_file_url, scheme};

/// Which builds of a package are taken when it has one for browsers and one for Node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Platform {
    /// As Node resolves: the condition `browser` is not in force.
    #[default]
    Node,
    /// `browser` wins wherever it is offered: over the other conditions, and over `main`.
    Browser,
}

impl Platform {
    /// Reads the value of `LLRT_PLATFORM`: everything but `node` means `Browser`.
    pub fn from_env_value(value: &str) -> Self {
        if value == "node" { Self::Node } else { Self::Browser }
    }
}

/// What a resolver is made with.
pub struct Options {
    /// Whether a specifier, as written (`fs`, `node:fs`), names a built-in module. Asked before any file.
    pub is_builtin: Box<dyn Fn(&str) -> bool>,
    /// npm packages that are built in: name and version, sorted. See [`Resolver::prefers_installed`].
    pub bundled: &'static [(&'static str, &'static str)],
    /// The schemes (without colon) of which every name is built in or an error.
    pub builtin_schemes: &'static [&'static str],
    /// Conditions in force beside `node`, `module-sync`, `default`, and `import` or `require`.
    pub conditions: Vec<String>,
    /// Browser builds, or Node's.
    pub platform: Platform,
    /// Modules keep the path they were found at, links and all (`--preserve-symlinks`).
    pub preserve_symlinks: bool,
    /// The same for the program itself (`--preserve-symlinks-main`).
    pub preserve_symlinks_main: bool,
    /// Folders that `require` searches after all `node_modules`: `NODE_PATH`, or `/opt/nodejs/node_modules` of Lambda.
    pub require_folders: Vec<String>,
    /// The same for `import`, which in Node has none.
    pub import_folders: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            is_builtin: Box::new(|_| false),
            bundled: &[],
            builtin_schemes: &["node"],
            conditions: Vec::new(),
            platform: Platform::default(),
            preserve_symlinks: false,
            preserve_symlinks_main: false,
            require_folders: Vec::new(),
            import_folders: Vec::new(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("builtin_schemes", &self.builtin_schemes)
            .field("conditions", &self.conditions)
            .field("platform", &self.platform)
            .field("preserve_symlinks", &self.preserve_symlinks)
            .field("preserve_symlinks_main", &self.preserve_symlinks_main)
            .field("require_folders", &self.require_folders)
            .field("import_folders", &self.import_folders)
            .finish_non_exhaustive()
    }
}

/// What a specifier leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// A built-in module, under the name it was asked for.
    Builtin(String),
    /// A file that exists.
    File {
        /// The real path, or with `preserve_symlinks` the path it was found at.
        path: Rc<str>,
        /// `?query#fragment` of the specifier, mostly empty: each makes a module instance of its own.
        suffix: String,
    },
    /// A `data:` URL.
    Data(String),
}

impl Resolved {
    /// The URL that `import.meta.url` shows.
    pub fn url(&self) -> String {
        match self {
            Self::Builtin(name) if scheme(name).is_some() => name.clone(),
            Self::Builtin(name) => format!("node:{name}"),
            Self::File { path, suffix } => path_to_file_url(path) + suffix,
            Self::Data(url) => url.clone(),
        }
    }

    /// The path, for a file.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::File { path, .. } => Some(path),
            _ => None,
        }
    }
}

/// The conditions in force for one kind of request.
pub(crate) struct Conditions<'a> {
    pub(crate) kind: &'static str,
    pub(crate) extra: &'a [String],
    pub(crate) platform: Platform,
}

impl Conditions<'_> {
    pub(crate) fn has(&self, condition: &str) -> bool {
        condition == self.kind
            || matches!(condition, "default" | "node" | "module-sync")
            || (condition == "browser" && self.platform == Platform::Browser)
            || self.extra.iter().any(|it| it == condition)
    }
}

/// Resolves specifiers; remembers `package.json` files, and which files and directories exist.
///
/// Paths are absolute UTF-8 text with `/`. Where a `parent` is asked for, it is the real path of the importing file
/// (or of a file that could be there, such as `/app/[eval1]`), or for `import` the `data:` URL that imports.
#[derive(Debug)]
pub struct Resolver {
    pub(crate) options: Options,
    pub(crate) files: Files,
    /// What `require` tries after a name, in this order; `None` for Node's own three.
    pub(crate) extensions: RefCell<Option<Rc<[String]>>>,
    /// [`Options::require_folders`], until somebody sets others.
    pub(crate) require_folders: RefCell<Rc<[String]>>,
    notices: RefCell<Vec<Notice>>,
    has_notices: Cell<bool>,
    told: RefCell<Vec<Notice>>,
}

impl Resolver {
    /// Makes a resolver. Touches no file.
    pub fn new(mut options: Options) -> Self {
        let files = Files::new(options.preserve_symlinks);
        let require_folders = RefCell::new(std::mem::take(&mut options.require_folders).into());
        Self {
            options,
            files,
            extensions: RefCell::default(),
            require_folders,
            notices: RefCell::default(),
            has_notices: Cell::new(false),
            told: RefCell::default(),
        }
    }

    /// Sets what `require` tries after a name, in this order: the keys of `require.extensions`.
    pub fn set_extensions(&self, extensions: Vec<String>) {
        *self.extensions.borrow_mut() = Some(extensions.into());
    }

    /// Sets the folders that `require` searches after all `node_modules`.
    pub fn set_require_folders(&self, folders: Vec<String>) {
        *self.require_folders.borrow_mut() = folders.into();
    }

    /// The folders that `require` searches after all `node_modules`.
    pub fn require_folders(&self) -> Rc<[String]> {
        Rc::clone(&self.require_folders.borrow())
    }

    /// What was found by ways that Node deprecates since the last call, for the caller to warn of.
    pub fn take_notices(&self) -> Vec<Notice> {
        if !self.has_notices.replace(false) {
            return Vec::new();
        }
        std::mem::take(&mut self.notices.borrow_mut())
    }

    /// Once for each: what is looked up again is known.
    pub(crate) fn notice(&self, notice: Notice) {
        let mut told = self.told.borrow_mut();
        if !told.contains(&notice) {
            told.push(notice.clone());
            self.has_notices.set(true);
            self.notices.borrow_mut().push(notice);
        }
    }

    /// The options it was made with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Tells that no part of `directory` is a symbolic link, as is true of what `getcwd` answers: saves an `lstat`
    /// for each of its parts.
    pub fn trust_directory(&self, directory: &str) {
        self.files.trust(directory);
    }

    /// Forgets which `package.json` files and `node_modules` folders do not exist.
    ///
    /// What is found stays known for the life of the resolver, as in Node. What is not found is asked again for every
    /// file, but for these two, and they are forgotten when a module is not found. A program that writes a nearer
    /// `package.json` or `node_modules` while it runs needs this call; the start of each macrotask is a good place.
    pub fn forget_absent(&self) {
        self.files.forget_absent();
    }

    /// The `package.json` that governs the file at `path`.
    ///
    /// # Errors
    /// `ERR_INVALID_PACKAGE_CONFIG` if it cannot be parsed.
    pub fn package_scope(&self, path: &str) -> Result<Option<Rc<PackageJson>>, ResolveError> {
        self.files.scope(path)
    }

    pub(crate) fn conditions(&self, kind: &'static str) -> Conditions<'_> {
        Conditions { kind, extra: &self.options.conditions, platform: self.options.platform }
    }

    /// Whether the file `parent` takes the built-in package of `specifier` from `node_modules` all the same.
    ///
    /// It does if it belongs to an installed package of a scope that bundled packages have, and finds the package there in another
    /// version than the built-in: packages that are released together were tested together. The same version is shared.
    pub fn prefers_installed(&self, specifier: &str, parent: &str) -> bool {
        if !specifier.starts_with('@') || self.options.bundled.is_empty() {
            return false;
        }
        let Some((_, inside)) = parent.rsplit_once("/node_modules/") else { return false };
        let Some((scope, _)) = inside.split_once('/').filter(|(scope, _)| scope.starts_with('@')) else { return false };
        let in_scope = |name: &str| name.strip_prefix(scope).is_some_and(|rest| rest.starts_with('/'));
        if !self.options.bundled.iter().any(|(name, _)| in_scope(name)) {
            return false;
        }
        let name_len = specifier.match_indices('/').nth(1).map_or(specifier.len(), |(index, _)| index);
        let name = &specifier[..name_len];
        let Ok(index) = self.options.bundled.binary_search_by(|(bundled, _)| (*bundled).cmp(name)) else {
            return false;
        };
        self.installed_version(name, parent).is_some_and(|version| version != self.options.bundled[index].1)
    }

    /// The version of the package `name` that the file `parent` finds in `node_modules`.
    fn installed_version(&self, name: &str, parent: &str) -> Option<String> {
        let mut directory = parent_of(parent);
        while let Some(here) = directory {
            let folder = format!("{}/node_modules", here.trim_end_matches('/'));
            if self.files.is_modules_folder(&folder)
                && let Ok(Some(package)) = self.files.package(&format!("{folder}/{name}"))
            {
                return package.version.clone();
            }
            directory = parent_of(here);
        }
        None
    }

    /// A built-in module, if `specifier` names one for the file `parent`; an error if it can name nothing else.
    pub(crate) fn builtin(&self, specifier: &str, parent: &str) -> Result<Option<Resolved>, ResolveError> {
        if (self.options.is_builtin)(specifier) && !self.prefers_installed(specifier, parent) {
            return Ok(Some(Resolved::Builtin(specifier.into())));
        }
        match scheme(specifier) {
            Some(it) if self.options.builtin_schemes.contains(&it) => {
                Err(ResolveError::UnknownBuiltin { specifier: specifier.into() })
            }
            _ => Ok(None),
        }
    }

    /// The field that names a package's entry point when it has no `exports`.
    pub(crate) fn main_field<'a>(&self, package: &'a PackageJson) -> Option<&'a str> {
        let browser = match self.options.platform {
            Platform::Browser => package.browser.as_deref(),
            Platform::Node => None,
        };
        browser.or(package.main.as_deref())
    }
}
