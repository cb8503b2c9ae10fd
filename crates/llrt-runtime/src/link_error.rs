//! Errors of linking and evaluating, in Node's words.
//!
//! The engine names the module that lacks an export; Node the import that asks for it, and what to write instead when the module is
//! CommonJS. Only a failure pays for finding that out.

use llrt_core::error;
use rquickjs::{Ctx, Error, Object, Result, Value, object::Property};

use crate::{esm, require_esm};

/// An import that names what is not exported.
#[derive(Debug, PartialEq)]
struct Place {
    line: usize,
    column: usize,
    /// What stands between the braces, where that is on one line.
    names: Option<String>,
}

/// Gives the error that linking `root` failed with Node's message and the place of the import.
pub(crate) fn explain(ctx: &Ctx<'_>, root: &str, failed: Error) -> Error {
    let thrown = error::caught(ctx, &failed);
    if let Some(error) = thrown.as_object() {
        // What cannot be explained stays as it is.
        let _ = explain_export(ctx, root, error);
    }
    ctx.throw(thrown)
}

fn explain_export(ctx: &Ctx<'_>, root: &str, error: &Object<'_>) -> Result<()> {
    let message: String = error.get("message")?;
    let Some((name, module)) = missing_export(&message) else { return Ok(()) };
    // The engine cuts names at 63 bytes.
    let is_module = |target: &str| target == module || (module.len() >= 60 && target.starts_with(module));
    let found = require_esm::with_graph(ctx, |graph| {
        graph.find_in_closure(root, |importer, node| {
            let (specifier, target) = node.requests.iter().find(|(_, target)| is_module(target))?;
            let text = esm::main_text(ctx, importer).or_else(|| esm::script_text(ctx, &esm::path_of_name(importer)));
            let place = match text {
                Some(text) => place_of(&text, specifier, name),
                // Texts that are no files are not kept.
                None => Some(Place { line: 1, column: 1, names: None }),
            };
            Some((importer.to_owned(), specifier.clone(), target.clone(), place?))
        })
    });
    let Some((importer, specifier, target, place)) = found else { return Ok(()) };
    let message = if esm::is_commonjs(ctx, &target) {
        let names =
            place.names.as_deref().map(|names| format!("const {} = pkg;\n", renamed(names))).unwrap_or_default();
        format!(
            "Named export '{name}' not found. The requested module '{specifier}' is a CommonJS module, which may not support all \
             module.exports as named exports.\nCommonJS modules can always be imported via the default export, for example using:\n\n\
             import pkg from '{specifier}';\n{names}"
        )
    } else {
        format!("The requested module '{specifier}' does not provide an export named '{name}'")
    };
    error.set("message", message.as_str())?;
    let stack = format!("SyntaxError: {message}\n    at {importer}:{}:{}", place.line, place.column);
    error.prop("stack", Property::from(stack).writable().configurable())
}

/// The export and the module of the engine's message.
fn missing_export(message: &str) -> Option<(&str, &str)> {
    let (name, module) = message.strip_prefix("Could not find export '")?.split_once("' in module '")?;
    Some((name, module.strip_suffix('\'')?))
}

/// `{ a as b }` as destructuring writes it.
fn renamed(names: &str) -> String {
    let mut out = String::with_capacity(names.len());
    let mut words = names.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if words.peek() == Some(&"as") {
            words.next();
            out += word;
            out += ": ";
        } else {
            out += word;
            if words.peek().is_some() {
                out.push(' ');
            }
        }
    }
    out
}

/// Where `text` imports or passes on `name` from `specifier`.
fn place_of(text: &str, specifier: &str, name: &str) -> Option<Place> {
    llrt_cjs_lexer::named_imports(text).into_iter().filter(|import| import.specifier == specifier).find_map(|import| {
        let at = import.names.iter().find(|(known, _)| known == name)?.1;
        let before = &text[..at];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        let line = &text[line_start..line_end];
        let names =
            line.find('{').zip(line.rfind('}')).and_then(|(open, close)| line.get(open..=close)).map(str::to_owned);
        Some(Place { line: before.matches('\n').count() + 1, column: text[line_start..at].chars().count() + 1, names })
    })
}

/// Says what ES modules have instead of a variable of CommonJS, when `reason`, which the module `name` failed with, misses one.
pub(crate) fn explain_reference<'js>(ctx: &Ctx<'js>, name: &str, reason: &Value<'js>) -> Result<()> {
    let Some(error) = reason.as_object().filter(|_| reason.is_error()) else { return Ok(()) };
    let is_reference_error = error.get::<_, String>("name").is_ok_and(|name| name == "ReferenceError");
    let Ok(message) = error.get::<_, String>("message") else { return Ok(()) };
    let Some(variable) = message.strip_suffix(" is not defined").filter(|_| is_reference_error) else { return Ok(()) };
    if !matches!(variable, "require" | "exports" | "module" | "__filename" | "__dirname") {
        return Ok(());
    }
    let mut message = format!("{message} in ES module scope");
    if variable == "require" {
        message += ", you can use import instead";
    }
    let path = esm::path_of_name(name);
    if path.starts_with('/')
        && path.ends_with(".js")
        && let Ok(Some(package)) = esm::resolver(ctx)?.package_scope(&path)
        && package.module_type == Some(llrt_resolver::ModuleType::Module)
    {
        message += &format!(
            "\nThis file is being treated as an ES module because it has a '.js' file extension and '{}' contains \"type\": \"module\". \
             To treat it as a CommonJS script, rename it to use the '.cjs' file extension.",
            package.path
        );
    }
    error.set("message", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_that_of_the_name() {
        let text = "import x from './a';\nimport { b as c, d } from \"./a\";\nexport {\n  e\n} from './a';";
        let names = Some("{ b as c, d }".to_owned());
        assert_eq!(place_of(text, "./a", "d"), Some(Place { line: 2, column: 18, names }));
        assert_eq!(place_of(text, "./a", "e"), Some(Place { line: 4, column: 3, names: None }));
        assert_eq!(place_of(text, "./a", "f"), None);
        assert_eq!(place_of(text, "./b", "d"), None);
    }

    #[test]
    fn names_are_renamed_as_in_a_destructuring() {
        assert_eq!(renamed("{ a as b, c }"), "{ a: b, c }");
        assert_eq!(renamed("{comeOn as  x}"), "{comeOn: x}");
    }

    #[test]
    fn the_engines_message_is_taken_apart() {
        assert_eq!(missing_export("Could not find export 'a' in module 'file:///b.mjs'"), Some(("a", "file:///b.mjs")));
        assert_eq!(missing_export("expecting ';'"), None);
    }
}
