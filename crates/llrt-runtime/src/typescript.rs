//! TypeScript: types are taken out of `.ts`, `.mts` and `.cts` files when they are loaded. Nothing else pays for it.
//!
//! Node: <https://nodejs.org/api/typescript.html>.

use std::fmt::Write;

use llrt_core::{JsClass, NodeError, error};
use rquickjs::{Array, Ctx, Error, JsLifetime, Result, Value, object::Property};

use crate::{
    compile_cache::{self, Kind as CacheKind},
    esm, script, type_strip,
};

/// What the program's options make of TypeScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Types {
    /// `--no-experimental-strip-types`: it is read as JavaScript.
    Kept,
    /// Blanked.
    Stripped,
    /// `--experimental-transform-types`: enums and parameter properties, too.
    Transformed,
}

pub(crate) fn types(ctx: &Ctx<'_>) -> Types {
    match () {
        () if esm::has_option(ctx, "--experimental-transform-types") => Types::Transformed,
        () if ["--no-experimental-strip-types", "--no-strip-types"]
            .iter()
            .any(|option| esm::has_option(ctx, option)) =>
        {
            Types::Kept
        }
        () => Types::Stripped,
    }
}

pub(crate) fn is_typescript(path: &str) -> bool {
    [".ts", ".mts", ".cts"].iter().any(|extension| path.ends_with(extension))
}

/// Whether the stacks of a program name places in the sources of transformed files.
pub(crate) fn wants_source_maps(ctx: &Ctx<'_>) -> bool {
    types(ctx) == Types::Transformed && !esm::has_option(ctx, "--no-enable-source-maps")
}

/// The JavaScript of a file's text: of TypeScript without its types, of anything else itself.
///
/// # Errors
/// Thrown: the text has no JavaScript, or the file is of a package.
pub(crate) fn javascript(ctx: &Ctx<'_>, path: &str, text: String) -> Result<String> {
    if !is_typescript(path) {
        return Ok(text);
    }
    if types(ctx) == Types::Kept {
        return Ok(text);
    }
    if path.contains("/node_modules/") {
        let message = format!(
            "Stripping types is currently unsupported for files under node_modules, for \"{}\"",
            llrt_resolver::path_to_file_url(path)
        );
        let code = "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING";
        return Err(NodeError::new(JsClass::Error, code, message).throw(ctx));
    }
    convert(ctx, &text, path)
}

/// As [`javascript`], of a text that is known to be TypeScript, whatever its name.
///
/// # Errors
/// Thrown: the text has no JavaScript.
pub(crate) fn convert(ctx: &Ctx<'_>, text: &str, name: &str) -> Result<String> {
    let kind = match types(ctx) {
        Types::Transformed if wants_source_maps(ctx) => CacheKind::TransformedWithMap,
        Types::Transformed => CacheKind::Transformed,
        _ => CacheKind::Stripped,
    };
    let slot = if name.starts_with('/') { compile_cache::look_up(kind, name, text) } else { None };
    if let Some(slot) = &slot
        && let Some(code) = slot.bytecode.clone().and_then(|code| String::from_utf8(code).ok())
    {
        slot.accept();
        return Ok(code);
    }
    let result = match types(ctx) {
        Types::Transformed => {
            announce(ctx)?;
            type_strip::transform(text).map(|output| output.code)
        }
        _ => type_strip::strip(text),
    };
    let code = result.map_err(|failed| throw(ctx, &failed, name))?;
    if let Some(slot) = slot {
        slot.fill(name, code.as_bytes());
    }
    Ok(code)
}

/// That the warning was given.
#[derive(JsLifetime)]
struct Announced;

/// Warns once of what may change, as Node does.
fn announce(ctx: &Ctx<'_>) -> Result<()> {
    if ctx.userdata::<Announced>().is_some() {
        return Ok(());
    }
    let _ = ctx.store_userdata(Announced);
    let text = "Transform Types is an experimental feature and might change at any time";
    esm::emit_warning(ctx, text, "ExperimentalWarning", None)
}

/// The JavaScript of a program given as text that failed with `thrown`, if that is because it is TypeScript: nothing of it has run then.
pub(crate) fn of_text(ctx: &Ctx<'_>, text: &str, thrown: &Value<'_>) -> Option<String> {
    let is_syntax_error = thrown.as_object().is_some_and(|error| {
        thrown.is_error() && error.get::<_, String>("name").is_ok_and(|name| name == "SyntaxError")
    });
    if !is_syntax_error || types(ctx) == Types::Kept {
        return None;
    }
    // Classic scripts can throw such an error when they run, too.
    if !llrt_cjs_lexer::detect_module_syntax(text) {
        match script::compile(ctx, text.to_owned(), "[eval]", 1, false) {
            Ok(_) => return None,
            Err(failed) => drop(error::caught(ctx, &failed)),
        }
    }
    let plain = match types(ctx) {
        Types::Transformed => type_strip::transform(text).ok()?.code,
        _ => type_strip::strip(text).ok()?,
    };
    (plain != text).then_some(plain)
}

/// The generated text of a transformed file and its source map.
pub(crate) fn source_map(ctx: &Ctx<'_>, path: &str, text: &str) -> Option<(String, String)> {
    if !is_typescript(path) || types(ctx) != Types::Transformed {
        return None;
    }
    let output = type_strip::transform(text).ok()?;
    let name = path.rsplit('/').next().unwrap_or(path);
    let quoted = ctx.json_stringify(name).ok()??.to_string().ok()?;
    let map = format!(r#"{{"version":3,"sources":[{quoted}],"names":[],"mappings":"{}"}}"#, output.mappings);
    Some((output.code, map))
}

/// Node's error: the place and its lines stand above the stack.
fn throw(ctx: &Ctx<'_>, failed: &type_strip::Error, name: &str) -> Error {
    let (class, code) = class_and_code(failed);
    let thrown = NodeError::new(class, code, failed.message.as_str()).throw(ctx);
    let value = error::caught(ctx, &thrown);
    if let Some(object) = value.as_object() {
        let mut shown = String::new();
        let _ = write!(shown, "{name}:{}\n{}\n", failed.line, failed.snippet);
        let decorated = object.get::<_, String>("stack").and_then(|stack| {
            let (header, frames) = stack.split_at(stack.find("\n    at ").unwrap_or(stack.len()));
            // Writing to a string does not fail.
            let _ = write!(shown, "{header}\n    at {name}:{}:{}{frames}", failed.line, failed.column);
            object.prop("stack", Property::from(shown).writable().configurable())
        });
        // Without a stack, the message has to do.
        drop(decorated);
    }
    ctx.throw(value)
}

#[cfg(feature = "typescript")]
fn class_and_code(failed: &type_strip::Error) -> (JsClass, &'static str) {
    let code = match failed.kind {
        type_strip::ErrorKind::Unsupported => "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
        _ => "ERR_INVALID_TYPESCRIPT_SYNTAX",
    };
    (JsClass::SyntaxError, code)
}

#[cfg(not(feature = "typescript"))]
fn class_and_code(_: &type_strip::Error) -> (JsClass, &'static str) {
    (JsClass::Error, "ERR_NO_TYPESCRIPT")
}

/// `stripTypes(text, transform)`: the JavaScript, and the `mappings` of its source map where lines may have moved.
pub(crate) fn strip_types(ctx: Ctx<'_>, text: String, transform: bool) -> Result<Array<'_>> {
    let result = Array::new(ctx.clone())?;
    if transform {
        let output = type_strip::transform(&text).map_err(|failed| throw(&ctx, &failed, ""))?;
        result.set(0, output.code)?;
        result.set(1, output.mappings)?;
    } else {
        result.set(0, type_strip::strip(&text).map_err(|failed| throw(&ctx, &failed, ""))?)?;
    }
    Ok(result)
}
