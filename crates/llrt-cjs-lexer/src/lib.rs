//! Finds what a CommonJS module exports without running it, so that `import { name } from "./module.cjs"` works.
//!
//! The patterns are those of <https://github.com/nodejs/cjs-module-lexer#grammar>, which Node relies on and keeps frozen:
//! a name that one runtime finds, every other must find too. There is also [`detect_module_syntax`], for files of which
//! nothing but their syntax says whether they are ECMAScript modules.
//!
//! ```
//! let found = llrt_cjs_lexer::lex("exports.a = 1; module.exports = { ...require('./b'), c };").unwrap();
//! assert_eq!(found.names, ["a", "c"]);
//! assert_eq!(found.reexports, ["./b"]);
//! ```
#![forbid(unsafe_code)]

mod imports;
mod names;
mod peek;
mod syntax;
mod tokens;

pub use imports::{
    NamedImports, first_top_level_awaits, has_top_level_await, is_between_tokens, named_imports, throw_around,
};
pub use names::{Exports, lex};
pub use syntax::detect_module_syntax;
pub use tokens::LexError;
