//! What resolution reads of a `package.json`.
//!
//! Node: <https://nodejs.org/api/packages.html#nodejs-packagejson-field-definitions>.

use std::rc::Rc;

use crate::error::ResolveError;
use crate::files::{Files, parent};
use crate::json::{Json, parse_object};

/// The fields of a `package.json` that resolution uses.
#[derive(Debug)]
pub struct PackageJson {
    /// The file itself.
    pub path: String,
    /// `name`.
    pub name: Option<String>,
    /// `version`.
    pub version: Option<String>,
    /// `main`.
    pub main: Option<String>,
    /// `browser`, if it is a path (and not a table of replacements).
    pub browser: Option<String>,
    /// `type`, if it is one of the two that there are.
    pub module_type: Option<ModuleType>,
    pub(crate) exports: Option<Json>,
    pub(crate) imports: Option<Json>,
}

/// The `type` field of a `package.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleType {
    /// `"module"`.
    Module,
    /// `"commonjs"`.
    CommonJs,
}

impl PackageJson {
    pub(crate) fn parse(path: String, bytes: &[u8]) -> Result<Self, ResolveError> {
        let text = std::str::from_utf8(bytes).ok();
        let text = text.map(|text| text.strip_prefix('\u{feff}').unwrap_or(text));
        let wanted =
            |name: &str| matches!(name, "name" | "version" | "main" | "browser" | "type" | "exports" | "imports");
        let Some(Ok(members)) = text.map(|text| parse_object(text, wanted)) else {
            return Err(ResolveError::InvalidPackageConfig { package_json: path, base: None, reason: None });
        };
        let mut package = Self {
            path,
            name: None,
            version: None,
            main: None,
            browser: None,
            module_type: None,
            exports: None,
            imports: None,
        };
        for (name, value) in members {
            match (name.as_str(), value) {
                ("name", Json::String(text)) => package.name = Some(text),
                ("version", Json::String(text)) => package.version = Some(text),
                ("main", Json::String(text)) => package.main = Some(text),
                ("browser", Json::String(text)) => package.browser = Some(text),
                ("type", Json::String(text)) => {
                    package.module_type = match text.as_str() {
                        "module" => Some(ModuleType::Module),
                        "commonjs" => Some(ModuleType::CommonJs),
                        _ => None,
                    }
                }
                ("exports", value @ (Json::String(_) | Json::Array(_) | Json::Object(_))) => {
                    package.exports = Some(value);
                }
                ("imports", value @ Json::Object(_)) => package.imports = Some(value),
                // Node ignores a field of the wrong kind.
                _ => {}
            }
        }
        Ok(package)
    }

    /// The directory of the package.
    pub fn directory(&self) -> &str {
        parent(&self.path).unwrap_or("/")
    }
}

impl Files {
    /// LOOKUP_PACKAGE_SCOPE: the `package.json` that governs the file at `path`.
    pub(crate) fn scope(&self, path: &str) -> Result<Option<Rc<PackageJson>>, ResolveError> {
        let mut directory = parent(path);
        while let Some(path) = directory {
            if path.ends_with("/node_modules") {
                break;
            }
            if let Some(package) = self.package(path)? {
                return Ok(Some(package));
            }
            directory = parent(path);
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_the_wrong_kind_are_ignored() {
        let text = r#"{"name":1,"main":[],"type":"x","exports":false,"imports":"y","browser":{}}"#;
        let package = PackageJson::parse("/p/package.json".into(), text.as_bytes()).expect("JSON");
        assert!(package.name.is_none() && package.main.is_none() && package.browser.is_none());
        assert!(package.module_type.is_none() && package.exports.is_none() && package.imports.is_none());
        assert_eq!(package.directory(), "/p");
    }

    #[test]
    fn what_is_not_utf8_is_an_invalid_config() {
        let error = PackageJson::parse("/p/package.json".into(), b"{\"a\":\"\xff\"}").expect_err("no");
        assert_eq!(error.to_string(), "Invalid package config /p/package.json.");
    }
}
