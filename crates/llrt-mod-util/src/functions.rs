//! Small native functions of `node:util`.

use std::io::{IsTerminal, Write};

use llrt_core::{args, bytes::View};
use rquickjs::{Ctx, Result, Value};

/// `stripVTControlCharacters(str)`.
pub(crate) fn strip_vt_control_characters<'js>(ctx: Ctx<'js>, value: Value<'js>) -> Result<String> {
    args::string(&ctx, &value, "str").map(|text| llrt_inspect::strip_escapes(&text))
}

/// Whether descriptor 1 or 2 is a terminal with colours, by the variables that Node looks at.
pub(crate) fn has_colors(descriptor: i32) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if let Ok(force) = std::env::var("FORCE_COLOR") {
        return matches!(force.as_str(), "" | "1" | "true" | "2" | "3");
    }
    let terminal = match descriptor {
        1 => std::io::stdout().is_terminal(),
        _ => std::io::stderr().is_terminal(),
    };
    terminal
        && !set("NO_COLOR")
        && !set("NODE_DISABLE_COLORS")
        && std::env::var("TERM").is_ok_and(|term| term != "dumb")
}

/// Whether two views hold the same bytes.
pub(crate) fn same_bytes<'js>(ctx: Ctx<'js>, left: Value<'js>, right: Value<'js>) -> Result<bool> {
    let left = View::from_arg(&ctx, &left, "left")?;
    let right = View::from_arg(&ctx, &right, "right")?;
    Ok(left.with(|left| right.with(|right| left == right)))
}

/// A variable of the process's environment.
pub(crate) fn environment(name: String) -> Option<String> {
    std::env::var(name).ok()
}

/// Writes to standard error. That nobody reads there is no error.
pub(crate) fn write_error(text: String) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
