//! How the text of a file is to be read.
//!
//! Node: <https://nodejs.org/api/packages.html#determining-module-system>.

use crate::error::ResolveError;
use crate::package::ModuleType;
use crate::resolver::Resolver;

/// How the text of a file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An ECMAScript module.
    Module,
    /// A CommonJS module.
    CommonJs,
    /// CommonJS, unless its syntax says it is a module: nothing else tells.
    Ambiguous,
    /// JSON.
    Json,
    /// WebAssembly.
    Wasm,
    /// A native addon (`.node`).
    Addon,
    /// A compiled program (`.lrt`): it tells itself what it was compiled from.
    Bytecode,
}

impl Resolver {
    /// The format of a file that is imported.
    ///
    /// # Errors
    /// `ERR_UNKNOWN_FILE_EXTENSION`, or `ERR_INVALID_PACKAGE_CONFIG`. Only `.js` and `.ts` files and those without extension need
    /// a `package.json`.
    pub fn import_format(&self, path: &str) -> Result<Format, ResolveError> {
        match extension(path) {
            ".js" | ".ts" | "" => self.format_by_type(path),
            other => known(other)
                .ok_or_else(|| ResolveError::UnknownFileExtension { extension: other.into(), path: path.into() }),
        }
    }

    /// The format of a file that is required: an unknown extension is read as CommonJS would be.
    ///
    /// # Errors
    /// `ERR_INVALID_PACKAGE_CONFIG`.
    pub fn require_format(&self, path: &str) -> Result<Format, ResolveError> {
        match extension(path) {
            ".js" | ".ts" => self.format_by_type(path),
            ".wasm" => Ok(Format::Ambiguous),
            other => Ok(known(other).unwrap_or(Format::Ambiguous)),
        }
    }

    /// The format of the program itself: read as imported where the package is of modules, as required elsewhere.
    ///
    /// # Errors
    /// `ERR_UNKNOWN_FILE_EXTENSION`, or `ERR_INVALID_PACKAGE_CONFIG`.
    pub fn main_format(&self, path: &str) -> Result<Format, ResolveError> {
        if let ".mjs" | ".mts" | ".cjs" | ".cts" | ".wasm" = extension(path) {
            return self.import_format(path);
        }
        match self.module_type(path)? {
            Some(ModuleType::Module) => self.import_format(path),
            _ => self.require_format(path),
        }
    }

    fn module_type(&self, path: &str) -> Result<Option<ModuleType>, ResolveError> {
        Ok(self.files.scope(path)?.and_then(|package| package.module_type))
    }

    fn format_by_type(&self, path: &str) -> Result<Format, ResolveError> {
        Ok(match self.module_type(path)? {
            Some(ModuleType::Module) => Format::Module,
            Some(ModuleType::CommonJs) => Format::CommonJs,
            None => Format::Ambiguous,
        })
    }
}

fn known(extension: &str) -> Option<Format> {
    Some(match extension {
        ".mjs" | ".mts" => Format::Module,
        ".cjs" | ".cts" => Format::CommonJs,
        ".json" => Format::Json,
        ".wasm" => Format::Wasm,
        ".node" => Format::Addon,
        ".lrt" => Format::Bytecode,
        _ => return None,
    })
}

/// `path.extname`: none for names whose only dot comes first.
fn extension(path: &str) -> &str {
    let name = &path[path.rfind('/').map_or(0, |at| at + 1)..];
    match name.rfind('.') {
        None | Some(0) => "",
        Some(at) => &name[at..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiled_programs_are_known_by_their_extension() {
        assert_eq!(known(extension("/a/b.lrt")), Some(Format::Bytecode));
    }

    #[test]
    fn extensions_are_those_of_extname() {
        assert_eq!(extension("/a.b/c"), "");
        assert_eq!(extension("/a/.js"), "");
        assert_eq!(extension("/a/b.c.js"), ".js");
        assert_eq!(extension("/a/b."), ".");
    }
}
