//! What resolution fails with: Node's codes, classes and messages.

use std::fmt;

/// The JavaScript class that Node throws for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// `Error`.
    Error,
    /// `TypeError`.
    TypeError,
    /// `URIError`.
    UriError,
}

/// Why a specifier does not resolve, or a file has no format. `Display` gives Node's message.
///
/// `base` is the path that imports; messages without one are those that `require` gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolveError {
    /// `import` of a package that is in no `node_modules` folder, or has no entry point.
    PackageNotFound {
        /// The package's name, or the path where its entry point should be.
        package: String,
        /// The path that imports.
        base: String,
        /// What `require` would find.
        hint: Option<String>,
    },
    /// `import` of a file that does not exist.
    ModuleNotFound {
        /// The absolute path.
        path: String,
        /// The path that imports.
        base: String,
        /// The URL of the missing file.
        url: String,
        /// What `require` would find.
        hint: Option<String>,
    },
    /// `import` of a directory.
    DirectoryImport {
        /// The absolute path.
        path: String,
        /// The path that imports.
        base: String,
        /// The URL of the directory.
        url: String,
        /// What `require` would find.
        hint: Option<String>,
    },
    /// `require` of what is nowhere.
    RequireNotFound {
        /// What was asked for.
        request: String,
        /// The requiring files, innermost first.
        stack: Vec<String>,
    },
    /// `require` of a package whose `exports` or `imports` name a missing file.
    RequireTargetNotFound {
        /// The missing file, or the specifier of an `imports` entry.
        target: String,
    },
    /// `require` of a directory whose `main` does not exist.
    InvalidMain {
        /// Where `main` points.
        target: String,
        /// The directory's `package.json`.
        package_json: String,
        /// The directory.
        request: String,
    },
    /// A subpath that `exports` does not offer, or not under the conditions in force.
    PathNotExported {
        /// The package's `package.json`.
        package_json: String,
        /// The subpath, `.` for the package itself.
        subpath: String,
        /// The path that imports.
        base: Option<String>,
    },
    /// A `#name` that `imports` does not define, or not under the conditions in force.
    ImportNotDefined {
        /// The `#name`.
        specifier: String,
        /// The nearest `package.json`.
        package_json: Option<String>,
        /// The path that imports.
        base: String,
    },
    /// An `exports` or `imports` target that is no valid target.
    InvalidPackageTarget {
        /// The package's `package.json`.
        package_json: String,
        /// The key in `exports` or `imports`.
        key: String,
        /// The target, quoted as in JSON.
        target: String,
        /// The field and the path that imports.
        context: Box<TargetContext>,
    },
    /// A `package.json` that is not JSON, or says what it must not.
    InvalidPackageConfig {
        /// The file.
        package_json: String,
        /// What was imported, in Node's words.
        base: Option<String>,
        /// What is wrong with it.
        reason: Option<&'static str>,
    },
    /// A specifier that can never resolve.
    InvalidModuleSpecifier {
        /// The specifier.
        specifier: String,
        /// What is wrong with it.
        reason: String,
        /// The path that imports.
        base: Option<String>,
    },
    /// `import` of a URL with a scheme that is not offered.
    UnsupportedScheme {
        /// The scheme, with its colon.
        scheme: String,
    },
    /// A relative or bare specifier imported from a `data:` URL.
    UnsupportedRequest {
        /// The specifier.
        specifier: String,
        /// The URL that imports.
        base: String,
    },
    /// `node:` and a name that is not built in.
    UnknownBuiltin {
        /// The specifier.
        specifier: String,
    },
    /// A file that has an extension without a format.
    UnknownFileExtension {
        /// The extension, with its dot.
        extension: String,
        /// The file.
        path: String,
    },
    /// A `file:` URL that names another machine.
    InvalidFileUrlHost,
    /// A `file:` URL with an encoded `/`.
    InvalidFileUrlPath,
    /// A URL with another scheme where a `file:` URL must be.
    NotAFileUrl,
    /// A text that is no URL where one must be.
    InvalidUrl,
    /// Percent-encoding that is cut short or not UTF-8.
    MalformedUri,
    /// `require("")`.
    EmptyRequest,
}

/// Where an invalid target was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetContext {
    /// In `imports`, not in `exports`.
    pub in_imports: bool,
    /// The path that imports.
    pub base: Option<String>,
    /// The target is a non-empty text that does not start with `./`.
    pub not_relative: bool,
}

impl ResolveError {
    /// Node's `code` property.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::PackageNotFound { .. } | Self::ModuleNotFound { .. } => "ERR_MODULE_NOT_FOUND",
            Self::DirectoryImport { .. } => "ERR_UNSUPPORTED_DIR_IMPORT",
            Self::RequireNotFound { .. } | Self::RequireTargetNotFound { .. } | Self::InvalidMain { .. } => {
                "MODULE_NOT_FOUND"
            }
            Self::PathNotExported { .. } => "ERR_PACKAGE_PATH_NOT_EXPORTED",
            Self::ImportNotDefined { .. } => "ERR_PACKAGE_IMPORT_NOT_DEFINED",
            Self::InvalidPackageTarget { .. } => "ERR_INVALID_PACKAGE_TARGET",
            Self::InvalidPackageConfig { .. } => "ERR_INVALID_PACKAGE_CONFIG",
            Self::InvalidModuleSpecifier { .. } => "ERR_INVALID_MODULE_SPECIFIER",
            Self::UnsupportedScheme { .. } => "ERR_UNSUPPORTED_ESM_URL_SCHEME",
            Self::UnsupportedRequest { .. } => "ERR_UNSUPPORTED_RESOLVE_REQUEST",
            Self::UnknownBuiltin { .. } => "ERR_UNKNOWN_BUILTIN_MODULE",
            Self::UnknownFileExtension { .. } => "ERR_UNKNOWN_FILE_EXTENSION",
            Self::InvalidFileUrlHost => "ERR_INVALID_FILE_URL_HOST",
            Self::InvalidFileUrlPath => "ERR_INVALID_FILE_URL_PATH",
            Self::NotAFileUrl => "ERR_INVALID_URL_SCHEME",
            Self::InvalidUrl => "ERR_INVALID_URL",
            Self::EmptyRequest => "ERR_INVALID_ARG_VALUE",
            Self::MalformedUri => return None,
        })
    }

    /// The class that Node throws.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::ImportNotDefined { .. }
            | Self::InvalidModuleSpecifier { .. }
            | Self::UnsupportedRequest { .. }
            | Self::UnknownFileExtension { .. }
            | Self::InvalidFileUrlHost
            | Self::InvalidFileUrlPath
            | Self::NotAFileUrl
            | Self::InvalidUrl
            | Self::EmptyRequest => ErrorClass::TypeError,
            Self::MalformedUri => ErrorClass::UriError,
            _ => ErrorClass::Error,
        }
    }

    /// Node's `url` property: where the missing file or the directory is.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::ModuleNotFound { url, .. } | Self::DirectoryImport { url, .. } => Some(url),
            _ => None,
        }
    }

    /// Node's `requireStack` property: the requiring files, innermost first.
    pub fn require_stack(&self) -> Option<&[String]> {
        match self {
            Self::RequireNotFound { stack, .. } => Some(stack),
            _ => None,
        }
    }

    /// Replaces the require stack, of which resolution itself knows only the innermost file.
    #[must_use]
    pub fn with_require_stack(mut self, files: Vec<String>) -> Self {
        if let Self::RequireNotFound { stack, .. } = &mut self {
            *stack = files;
        }
        self
    }

    /// Whether a cached absence could be the cause.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::PackageNotFound { .. }
                | Self::ModuleNotFound { .. }
                | Self::DirectoryImport { .. }
                | Self::RequireNotFound { .. }
                | Self::RequireTargetNotFound { .. }
                | Self::InvalidMain { .. }
                | Self::ImportNotDefined { .. }
        )
    }

    pub(crate) fn with_hint(mut self, found: impl FnOnce() -> Option<String>) -> Self {
        if let Self::PackageNotFound { hint, .. }
        | Self::ModuleNotFound { hint, .. }
        | Self::DirectoryImport { hint, .. } = &mut self
        {
            *hint = found();
        }
        self
    }
}

impl std::error::Error for ResolveError {}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PackageNotFound { package, base, hint } => {
                write!(f, "Cannot find package '{package}' imported from {base}{}", Hint(hint))
            }
            Self::ModuleNotFound { path, base, hint, .. } => {
                write!(f, "Cannot find module '{path}' imported from {base}{}", Hint(hint))
            }
            Self::DirectoryImport { path, base, hint, .. } => write!(
                f,
                "Directory import '{path}' is not supported resolving ES modules imported from {base}{}",
                Hint(hint)
            ),
            Self::RequireNotFound { request, stack } => {
                write!(f, "Cannot find module '{request}'")?;
                if !stack.is_empty() {
                    f.write_str("\nRequire stack:")?;
                }
                stack.iter().try_for_each(|file| write!(f, "\n- {file}"))
            }
            Self::RequireTargetNotFound { target } => write!(f, "Cannot find module '{target}'"),
            Self::InvalidMain { target, .. } => write!(
                f,
                "Cannot find module '{target}'. Please verify that the package.json has a valid \"main\" entry"
            ),
            Self::PathNotExported { package_json, subpath, base } => {
                if subpath == "." {
                    write!(f, "No \"exports\" main defined in {package_json}")?;
                } else {
                    write!(f, "Package subpath '{subpath}' is not defined by \"exports\" in {package_json}")?;
                }
                write!(f, "{}", From(base.as_deref()))
            }
            Self::ImportNotDefined { specifier, package_json, base } => {
                write!(f, "Package import specifier \"{specifier}\" is not defined")?;
                if let Some(file) = package_json {
                    write!(f, " in package {file}")?;
                }
                write!(f, "{}", From(Some(base)))
            }
            Self::InvalidPackageTarget { package_json, key, target, context } => {
                let TargetContext { in_imports, base, not_relative } = &**context;
                let field = if *in_imports { "imports" } else { "exports" };
                if key == "." {
                    write!(f, "Invalid \"{field}\" main target {target} defined")?;
                } else {
                    write!(f, "Invalid \"{field}\" target {target} defined for '{key}'")?;
                }
                write!(f, " in the package config {package_json}{}", From(base.as_deref()))?;
                if *not_relative && !in_imports {
                    f.write_str("; targets must start with \"./\"")?;
                }
                Ok(())
            }
            Self::InvalidPackageConfig { package_json, base, reason } => {
                write!(f, "Invalid package config {package_json}")?;
                if let Some(base) = base {
                    write!(f, " while importing {base}")?;
                }
                f.write_str(".")?;
                match reason {
                    Some(reason) => write!(f, " {reason}"),
                    None => Ok(()),
                }
            }
            Self::InvalidModuleSpecifier { specifier, reason, base } => {
                write!(f, "Invalid module \"{specifier}\" {reason}{}", From(base.as_deref()))
            }
            Self::UnsupportedScheme { scheme } => {
                // Node lets these two pass resolution, and its loader has other words.
                let offered = match scheme.as_str() {
                    "http:" | "https:" => "file and data",
                    _ => "file, data, and node",
                };
                write!(
                    f,
                    "Only URLs with a scheme in: {offered} are supported by the default ESM loader. \
                     Received protocol '{scheme}'"
                )
            }
            Self::UnsupportedRequest { specifier, base } => write!(
                f,
                "Failed to resolve module specifier \"{specifier}\" from \"{base}\": \
                 Invalid relative URL or base scheme is not hierarchical."
            ),
            Self::UnknownBuiltin { specifier } => write!(f, "No such built-in module: {specifier}"),
            Self::UnknownFileExtension { extension, path } => {
                write!(f, "Unknown file extension \"{extension}\" for {path}")
            }
            Self::InvalidFileUrlHost => write!(
                f,
                "File URL host must be \"localhost\" or empty on {}",
                if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS }
            ),
            Self::InvalidFileUrlPath => f.write_str("File URL path must not include encoded / characters"),
            Self::NotAFileUrl => f.write_str("The URL must be of scheme file"),
            Self::InvalidUrl => f.write_str("Invalid URL"),
            Self::MalformedUri => f.write_str("URI malformed"),
            Self::EmptyRequest => f.write_str("The argument 'id' must be a non-empty string. Received ''"),
        }
    }
}

struct Hint<'a>(&'a Option<String>);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(found) => write!(f, "\nDid you mean to import \"{found}\"?"),
            None => Ok(()),
        }
    }
}

pub(crate) struct From<'a>(pub(crate) Option<&'a str>);

impl fmt::Display for From<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(base) => write!(f, " imported from {base}"),
            None => Ok(()),
        }
    }
}
