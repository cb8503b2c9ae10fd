//! `exports` and `imports`: from a name to a target, the part that ESM and CommonJS share.
//!
//! Node: <https://nodejs.org/api/esm.html#resolution-algorithm-specification>.

use crate::error::{ResolveError, TargetContext};
use crate::json::Json;
use crate::notice::Notice;
use crate::package::PackageJson;
use crate::resolver::{Conditions, Platform, Resolver};
use crate::url::{Location, join, path_to_file_url, scheme};

const MIXED_KEYS: &str = "\"exports\" cannot contain some keys starting with '.' and some not. \
    The exports object must either be an object of package subpath keys or an object of main entry \
    condition name keys only.";

const NUMERIC_KEYS: &str = "\"exports\" cannot contain numeric property keys.";

/// Where a target leads.
#[derive(Debug)]
pub(crate) enum Target {
    /// A file of the package itself.
    Inside(Location),
    /// A bare specifier, to be resolved from the package; only `imports` has these.
    Package(String),
}

/// What was found under a key: not what the specification calls undefined.
enum Found {
    Target(Target),
    Null,
}

/// One lookup in one package.
pub(crate) struct Lookup<'a> {
    /// Who is told of what is deprecated.
    pub(crate) resolver: &'a Resolver,
    pub(crate) package: &'a PackageJson,
    pub(crate) conditions: &'a Conditions<'a>,
    /// The path that imports; `require` of another package has none in its messages.
    pub(crate) base: Option<&'a str>,
}

impl<'a> Lookup<'a> {
    /// PACKAGE_EXPORTS_RESOLVE.
    pub(crate) fn exports(&self, exports: &Json, subpath: &str) -> Result<Location, ResolveError> {
        let subpaths = match exports {
            Json::Object(members) => {
                let dotted = members.iter().filter(|(key, _)| key.starts_with('.')).count();
                if dotted != 0 && dotted != members.len() {
                    return Err(self.invalid_config(MIXED_KEYS));
                }
                members.is_empty() || dotted != 0
            }
            _ => false,
        };
        let found = if subpaths {
            self.find(exports, subpath, false)?
        } else if subpath == "." {
            self.target(exports, subpath, None, false)?
        } else {
            None
        };
        match found {
            Some(Found::Target(Target::Inside(location))) => Ok(location),
            _ => Err(ResolveError::PathNotExported {
                package_json: self.package.path.clone(),
                subpath: subpath.into(),
                base: self.base.map(Into::into),
            }),
        }
    }

    /// PACKAGE_IMPORTS_RESOLVE, once the package scope is known.
    pub(crate) fn imports(&self, name: &str) -> Result<Option<Target>, ResolveError> {
        let Some(imports) = &self.package.imports else {
            return Ok(None);
        };
        match self.find(imports, name, true)? {
            Some(Found::Target(target)) => Ok(Some(target)),
            _ => Ok(None),
        }
    }

    /// PACKAGE_IMPORTS_EXPORTS_RESOLVE.
    fn find(&self, table: &Json, name: &str, in_imports: bool) -> Result<Option<Found>, ResolveError> {
        if !name.contains('*')
            && !name.ends_with('/')
            && let Some(target) = table.get(name)
        {
            return self.target(target, name, None, in_imports);
        }
        let Json::Object(members) = table else {
            return Ok(None);
        };
        let mut best: Option<(&str, &str)> = None;
        for (key, _) in members {
            let Some((start, end)) = key.split_once('*') else {
                continue;
            };
            let matches =
                !end.contains('*') && name.len() >= key.len() && name.starts_with(start) && name.ends_with(end);
            // PATTERN_KEY_COMPARE: the longer text before the star wins, then the longer key.
            let better = |(it, before): (&str, &str)| (start.len(), key.len()) > (before.len(), it.len());
            if matches && best.is_none_or(better) {
                best = Some((key, start));
            }
        }
        let Some((key, start)) = best else {
            return Ok(None);
        };
        if name.ends_with('/') && !in_imports {
            let (package_json, base) = (self.package.path.clone(), self.base.map(Into::into));
            self.resolver.notice(Notice::TrailingSlash { request: name.into(), package_json, base });
        }
        let rest = &name[start.len()..name.len() - (key.len() - start.len() - 1)];
        match table.get(key) {
            Some(target) => self.target(target, key, Some(rest), in_imports),
            None => Ok(None),
        }
    }

    /// PACKAGE_TARGET_RESOLVE.
    fn target(
        &self,
        target: &Json,
        key: &str,
        rest: Option<&str>,
        in_imports: bool,
    ) -> Result<Option<Found>, ResolveError> {
        match target {
            Json::Null => Ok(Some(Found::Null)),
            Json::String(text) => self.text_target(text, key, rest, in_imports).map(|it| Some(Found::Target(it))),
            Json::Array(items) => {
                let mut last = Ok(items.is_empty().then_some(Found::Null));
                for item in items {
                    match self.target(item, key, rest, in_imports) {
                        Ok(None) => {}
                        found @ Ok(Some(Found::Target(_))) => return found,
                        failed @ (Ok(_) | Err(ResolveError::InvalidPackageTarget { .. })) => last = failed,
                        failed => return failed,
                    }
                }
                last
            }
            Json::Object(members) => {
                if members.iter().any(|(key, _)| is_array_index(key)) {
                    return Err(self.invalid_config(NUMERIC_KEYS));
                }
                if self.conditions.platform == Platform::Browser
                    && let Some(preferred) = target.get("browser")
                    && let Some(found) = self.target(preferred, key, rest, in_imports)?
                {
                    return Ok(Some(found));
                }
                for (condition, _) in members {
                    // A repeated key stands at its first place with its last value.
                    if self.conditions.has(condition)
                        && let Some(value) = target.get(condition)
                        && let Some(found) = self.target(value, key, rest, in_imports)?
                    {
                        return Ok(Some(found));
                    }
                }
                Ok(None)
            }
            Json::Bool(value) => Err(self.invalid_target(key, &value.to_string(), in_imports)),
            Json::Number(value) => Err(self.invalid_target(key, &value.to_string(), in_imports)),
        }
    }

    fn text_target(
        &self,
        target: &str,
        key: &str,
        rest: Option<&str>,
        in_imports: bool,
    ) -> Result<Target, ResolveError> {
        let filled = || match rest {
            Some(rest) => target.replace('*', rest),
            None => target.to_owned(),
        };
        let Some(inner) = target.strip_prefix("./") else {
            let bare = in_imports && !target.starts_with("../") && !target.starts_with('/') && scheme(target).is_none();
            return if bare {
                Ok(Target::Package(filled()))
            } else {
                Err(self.invalid_target(key, target, in_imports))
            };
        };
        if has_invalid_segment(inner) {
            return Err(self.invalid_target(key, target, in_imports));
        }
        let is_mapped = !in_imports && rest.is_some_and(|rest| key.replacen('*', rest, 1).ends_with('/'));
        if !is_mapped {
            for (part, is_target) in [(Some(inner), true), (rest, false)] {
                if part.is_some_and(has_empty_segment) {
                    self.notice_of_slashes(filled(), key, rest, in_imports, is_target);
                }
            }
        }
        if let Some(rest) = rest
            && has_invalid_segment(rest)
        {
            let field = if in_imports { "imports" } else { "exports" };
            return Err(ResolveError::InvalidModuleSpecifier {
                specifier: key.replace('*', rest),
                reason: format!(
                    "request is not a valid match in pattern \"{key}\" for the \"{field}\" resolution of {}",
                    self.package.path
                ),
                base: self.base.map(Into::into),
            });
        }
        join(self.package.directory(), &filled()).map(Target::Inside)
    }

    fn notice_of_slashes(&self, target: String, key: &str, rest: Option<&str>, in_imports: bool, is_target: bool) {
        let request = rest.map_or_else(|| key.to_owned(), |rest| key.replacen('*', rest, 1));
        let is_double =
            |text: &str| text.as_bytes().windows(2).any(|pair| matches!(pair, [b'/' | b'\\', b'/' | b'\\']));
        let is_double = is_double(if is_target { &target } else { &request });
        self.resolver.notice(Notice::Slashes {
            target,
            request,
            key: key.into(),
            in_imports,
            is_double,
            package_json: self.package.path.clone(),
            base: self.base.map(Into::into),
        });
    }

    fn invalid_target(&self, key: &str, target: &str, in_imports: bool) -> ResolveError {
        ResolveError::InvalidPackageTarget {
            package_json: self.package.path.clone(),
            key: key.into(),
            target: quote(target),
            context: Box::new(TargetContext {
                in_imports,
                base: self.base.map(Into::into),
                not_relative: !target.is_empty() && !target.starts_with("./"),
            }),
        }
    }

    fn invalid_config(&self, reason: &'static str) -> ResolveError {
        ResolveError::InvalidPackageConfig {
            package_json: self.package.path.clone(),
            base: self.base.map(path_to_file_url),
            reason: Some(reason),
        }
    }
}

/// Whether one of the segments is `.`, `..` or `node_modules`, however it is written.
fn has_invalid_segment(path: &str) -> bool {
    path.split(['/', '\\']).any(|segment| {
        let mut plain = String::with_capacity(segment.len());
        let mut rest = segment;
        while let Some(character) = rest.chars().next() {
            let escape = rest.strip_prefix('%').and_then(|it| it.get(..2));
            match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                Some(byte) => {
                    plain.push(byte.into());
                    rest = &rest[3..];
                }
                None => {
                    plain.push(character);
                    rest = &rest[character.len_utf8()..];
                }
            }
        }
        plain == "." || plain == ".." || plain.eq_ignore_ascii_case("node_modules")
    })
}

/// Whether two slashes follow each other, or one stands at an end.
fn has_empty_segment(path: &str) -> bool {
    !path.is_empty() && path.split(['/', '\\']).any(str::is_empty)
}

fn is_array_index(key: &str) -> bool {
    key.parse::<u32>().is_ok_and(|index| index != u32::MAX && index.to_string() == key)
}

/// JSON.stringify of a text.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\x1f' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_segments_are_seen_in_every_spelling() {
        for path in ["..", "a/../b", "a/.", "%2e%2E/a", "a\\..\\b", "NODE_modules/a", "a/%6eode_modules"] {
            assert!(has_invalid_segment(path), "{path}");
        }
        for path in ["a/b", "...", "a..b", "", "a//b", "node_modules2", "%", "%é"] {
            assert!(!has_invalid_segment(path), "{path}");
        }
    }

    #[test]
    fn empty_segments_are_seen_at_every_place() {
        for path in ["/a", "a/", "a//b", "a\\\\b"] {
            assert!(has_empty_segment(path), "{path}");
        }
        for path in ["", "a", "a/b"] {
            assert!(!has_empty_segment(path), "{path}");
        }
    }

    #[test]
    fn array_indices_are_told_from_other_keys() {
        assert!(is_array_index("0") && is_array_index("4294967294"));
        assert!(!is_array_index("4294967295") && !is_array_index("00") && !is_array_index("-1"));
    }

    #[test]
    fn targets_are_quoted_as_json() {
        assert_eq!(quote("a\"\\\n\u{1}é"), "\"a\\\"\\\\\\n\\u0001é\"");
    }
}
