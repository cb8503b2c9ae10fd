//! What resolution finds by ways that Node deprecates.

use std::fmt;

use crate::error::From;

/// A file that was found in spite of what its `package.json` says. `Display` gives Node's warning.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// `require` found `index` because `main` leads nowhere.
    InvalidMain {
        /// The package's `package.json`.
        package_json: String,
        /// Its `main`.
        main: String,
    },
    /// A request that ends with a slash matches a pattern of `exports`.
    TrailingSlash {
        /// The subpath that is asked for.
        request: String,
        /// The package's `package.json`.
        package_json: String,
        /// The path that imports.
        base: Option<String>,
    },
    /// A target of `exports` or `imports`, or what a pattern takes of the request, has an empty segment.
    Slashes {
        /// The target, with the request's part in it.
        target: String,
        /// The subpath or `#name` that is asked for.
        request: String,
        /// The key that it matches.
        key: String,
        /// In `imports`, not in `exports`.
        in_imports: bool,
        /// Two slashes follow each other.
        is_double: bool,
        /// The package's `package.json`.
        package_json: String,
        /// The path that imports.
        base: Option<String>,
    },
    /// `import` of a package without `main` and `exports` found `index`.
    MissingMain {
        /// The package's directory, with a slash at its end.
        package: String,
        /// The file, seen from there.
        found: String,
        /// The path that imports.
        base: String,
    },
    /// `import` of a package completed its `main`.
    IncompleteMain {
        /// The package's directory, with a slash at its end.
        package: String,
        /// Its `main`.
        main: String,
        /// The file, seen from there.
        found: String,
        /// The path that imports.
        base: String,
    },
}

impl Notice {
    /// The code of Node's deprecation.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidMain { .. } => "DEP0128",
            Self::TrailingSlash { .. } => "DEP0155",
            Self::Slashes { .. } => "DEP0166",
            Self::MissingMain { .. } | Self::IncompleteMain { .. } => "DEP0151",
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidMain { package_json, main } => write!(
                f,
                "Invalid 'main' field in '{package_json}' of '{main}'. Please either fix that or report it to the module author"
            ),
            Self::TrailingSlash { request, package_json, base } => write!(
                f,
                "Use of deprecated trailing slash pattern mapping \"{request}\" in the \"exports\" field module resolution of the \
                 package at {package_json}{}. Mapping specifiers ending in \"/\" is no longer supported.",
                From(base.as_deref())
            ),
            Self::Slashes { target, request, key, in_imports, is_double, package_json, base } => {
                let what = if *is_double { "double slash" } else { "leading or trailing slash matching" };
                write!(f, "Use of deprecated {what} resolving \"{target}\" for module request \"{request}\" ")?;
                if request != key {
                    write!(f, "matched to \"{key}\" ")?;
                }
                let field = if *in_imports { "imports" } else { "exports" };
                write!(
                    f,
                    "in the \"{field}\" field module resolution of the package at {package_json}{}.",
                    From(base.as_deref())
                )
            }
            Self::MissingMain { package, found, base } => write!(
                f,
                "No \"main\" or \"exports\" field defined in the package.json for {package} resolving the main entry point \
                 \"{found}\", imported from {base}.\nDefault \"index\" lookups for the main are deprecated for ES modules."
            ),
            Self::IncompleteMain { package, main, found, base } => write!(
                f,
                "Package {package} has a \"main\" field set to \"{main}\", excluding the full filename and extension to the \
                 resolved file at \"{found}\", imported from {base}.\n Automatic extension resolution of the \"main\" field is \
                 deprecated for ES modules."
            ),
        }
    }
}
