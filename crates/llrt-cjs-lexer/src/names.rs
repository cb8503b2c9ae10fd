//! The patterns that tell the exports of a CommonJS module.
//!
//! Grammar: <https://github.com/nodejs/cjs-module-lexer#grammar>; its names are in the comments.

use std::collections::BTreeSet;

use crate::peek::Peek;
use crate::tokens::{Kind, LexError, Tokens};

/// What a CommonJS module exports, as far as its text tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exports {
    /// The names, each once, in the order they are first seen. May hold `default` and `__esModule`.
    pub names: Vec<String>,
    /// Specifiers of modules whose exports are exports of this one, too.
    pub reexports: Vec<String>,
}

/// Finds the exports of a CommonJS module.
///
/// Scopes and control flow are not looked at, so a name may be found that is no export when the module runs.
///
/// # Errors
/// Where a literal or a comment does not end, and for ECMAScript modules. Other syntax errors are for the engine to find.
pub fn lex(source: &str) -> Result<Exports, LexError> {
    let mut tokens = Tokens::new(source);
    let mut found = Finder::default();
    loop {
        let token = tokens.next()?;
        match token.kind {
            Kind::End => break,
            Kind::Word | Kind::Name => {}
            _ => continue,
        }
        let word = tokens.text(&token);
        let top = tokens.at_top_level();
        let ahead = Peek::new(source, token.end);
        if token.start > 0 && source.as_bytes()[token.start - 1] == b'.' {
            // A member of something else; only the helpers of TypeScript may be one of a library.
            if top && matches!(word, "__export" | "__exportStar") {
                found.export_star(ahead);
            }
            continue;
        }
        match word {
            "exports" => {
                found.member(ahead);
            }
            "module" => {
                found.module(ahead);
            }
            "Object" => {
                found.define(ahead);
                if top {
                    found.export_star_lib(ahead);
                }
            }
            "__export" | "__exportStar" if top => {
                found.export_star(ahead);
            }
            "var" | "let" | "const" if top => {
                found.require_binding(ahead);
            }
            "import" if token.kind == Kind::Word && is_module_import(ahead, top) => {
                return Err(LexError::ModuleSyntax { at: token.start });
            }
            "export" if token.kind == Kind::Word && top && is_export(ahead) => {
                return Err(LexError::ModuleSyntax { at: token.start });
            }
            _ => {}
        }
    }
    Ok(found.finish())
}

/// Whether what follows `import` makes it a declaration or `import.meta`, not a call.
pub(crate) fn is_module_import(mut ahead: Peek<'_>, top: bool) -> bool {
    if ahead.eat(".").is_some() {
        return ahead.keyword("meta").is_some();
    }
    top && (ahead.string().is_some() || ahead.word().is_some() || ahead.eat("{").is_some() || ahead.eat("*").is_some())
}

/// Whether what follows `export` makes it a declaration.
pub(crate) fn is_export(mut ahead: Peek<'_>) -> bool {
    ahead.word().is_some() || ahead.eat("{").is_some() || ahead.eat("*").is_some() || ahead.eat("@").is_some()
}

#[derive(Default)]
struct Finder<'a> {
    names: Vec<String>,
    /// Names that are defined in a way that may have effects when read.
    unsafe_names: BTreeSet<String>,
    reexports: Vec<String>,
    /// Top-level variables that hold a required module, and its specifier.
    bindings: Vec<(&'a str, String)>,
}

impl<'a> Finder<'a> {
    fn name(&mut self, name: Option<String>) {
        self.names.extend(name);
    }

    fn reexport(&mut self, specifier: Option<String>) {
        self.reexports.extend(specifier);
    }

    fn finish(self) -> Exports {
        let Self { names, unsafe_names, reexports, .. } = self;
        let mut seen = BTreeSet::new();
        let names = names.iter().filter(|name| !unsafe_names.contains(*name) && seen.insert(name.as_str()));
        let names = names.cloned().collect();
        let mut seen = BTreeSet::new();
        let reexports = reexports.iter().filter(|it| seen.insert(it.as_str())).cloned().collect();
        Exports { names, reexports }
    }

    /// EXPORTS_MEMBER, after EXPORTS_IDENTIFIER.
    fn member(&mut self, mut at: Peek<'a>) -> Option<()> {
        let name = if at.eat(".").is_some() {
            Some(at.word()?.to_owned())
        } else {
            at.eat("[")?;
            let name = at.string()?;
            at.eat("]")?;
            name
        };
        at.eat("=")?;
        self.name(name);
        Some(())
    }

    /// What begins with `module.exports`.
    fn module(&mut self, mut at: Peek<'a>) -> Option<()> {
        at.eat(".")?;
        at.keyword("exports")?;
        self.member(at);
        at.eat("=")?;
        // Of several assignments the last one counts, whatever it assigns.
        self.reexports.clear();
        if at.eat("{").is_some() {
            self.literal(at);
        } else if let Some(specifier) = require(&mut at) {
            self.reexport(specifier);
        }
        Some(())
    }

    /// EXPORTS_LITERAL, up to the first member that is not understood.
    fn literal(&mut self, mut at: Peek<'a>) -> Option<()> {
        loop {
            if at.eat("...").is_some() {
                match require(&mut at) {
                    Some(specifier) => self.reexport(specifier),
                    None => {
                        at.word()?;
                    }
                }
            } else if let Some(name) = at.word() {
                if at.eat(":").is_some() {
                    at.word()?;
                }
                self.name(Some(name.to_owned()));
            } else {
                let name = at.string()?;
                if at.eat(":").is_some() {
                    at.word()?;
                    self.name(name);
                }
            }
            at.eat(",")?;
        }
    }

    /// EXPORTS_DEFINE, after `Object`.
    fn define(&mut self, mut at: Peek<'a>) -> Option<()> {
        at.eat(".")?;
        at.keyword("defineProperty")?;
        at.eat("(")?;
        exports_identifier(&mut at)?;
        at.eat(",")?;
        let name = at.string()?;
        at.eat(",")?;
        match define_value(at) {
            Some(()) => self.name(name),
            None => self.unsafe_names.extend(name),
        }
        Some(())
    }

    /// EXPORT_STAR, after the helper's name.
    fn export_star(&mut self, mut at: Peek<'a>) -> Option<()> {
        at.eat("(")?;
        let specifier = require(&mut at)?;
        self.reexport(specifier);
        Some(())
    }

    /// EXPORTS_ASSIGN, after `var`, `let` or `const`.
    fn require_binding(&mut self, mut at: Peek<'a>) -> Option<()> {
        let name = at.word()?;
        at.eat("=")?;
        let mut wrapped = at;
        if wrapped.keyword("_interopRequireWildcard").is_some() {
            wrapped.eat("(")?;
            at = wrapped;
        }
        let specifier = require(&mut at)??;
        self.bindings.push((name, specifier));
        Some(())
    }

    /// EXPORT_STAR_LIB, after `Object`.
    fn export_star_lib(&mut self, mut at: Peek<'a>) -> Option<()> {
        at.eat(".")?;
        at.keyword("keys")?;
        at.eat("(")?;
        let module = at.word()?;
        at.eat(")")?;
        at.eat(".")?;
        at.keyword("forEach")?;
        at.eat("(")?;
        at.keyword("function")?;
        at.eat("(")?;
        let key = at.word()?;
        at.eat(")")?;
        at.eat("{")?;
        star_condition(&mut at, module, key)?;
        if at.keyword("Object").is_some() {
            at.eat(".")?;
            at.keyword("defineProperty")?;
            at.eat("(")?;
            exports_identifier(&mut at)?;
            at.eat(",")?;
            at.keyword(key)?;
            at.eat(",")?;
            at.eat("{")?;
            at.keyword("enumerable")?;
            at.eat(":")?;
            at.keyword("true")?;
            at.eat(",")?;
            getter_head(&mut at)?;
            at.keyword("return")?;
            indexed(&mut at, module, key)?;
            at.eat(";");
            at.eat("}")?;
            at.eat(",");
            at.eat("}")?;
            at.eat(")")?;
        } else {
            exports_identifier(&mut at)?;
            at.eat("[")?;
            at.keyword(key)?;
            at.eat("]")?;
            at.eat("=")?;
            indexed(&mut at, module, key)?;
        }
        at.eat(";");
        at.eat("}")?;
        at.eat(")")?;
        let specifier = self.bindings.iter().rfind(|(name, _)| *name == module)?.1.clone();
        self.reexport(Some(specifier));
        Some(())
    }
}

/// REQUIRE. The inner value is none for a specifier that no Rust text can hold.
fn require(at: &mut Peek<'_>) -> Option<Option<String>> {
    let mut ahead = *at;
    ahead.keyword("require")?;
    ahead.eat("(")?;
    let specifier = ahead.string()?;
    ahead.eat(")")?;
    *at = ahead;
    Some(specifier)
}

/// EXPORTS_IDENTIFIER.
fn exports_identifier(at: &mut Peek<'_>) -> Option<()> {
    if at.keyword("module").is_some() {
        at.eat(".")?;
    }
    at.keyword("exports")
}

/// The descriptor in EXPORTS_DEFINE_VALUE.
fn define_value(mut at: Peek<'_>) -> Option<()> {
    at.eat("{")?;
    if at.keyword("enumerable").is_some() {
        at.eat(":")?;
        at.keyword("true")?;
        at.eat(",")?;
    }
    if at.keyword("value").is_some() {
        return at.eat(":");
    }
    getter_head(&mut at)?;
    at.keyword("return")?;
    at.word()?;
    if at.eat(".").is_some() {
        at.word()?;
    } else if at.eat("[").is_some() {
        at.string()?;
        at.eat("]")?;
    }
    at.eat(";");
    at.eat("}")?;
    at.eat(",");
    at.eat("}")?;
    at.eat(")")
}

/// `get: function name() {` or `get() {`.
fn getter_head(at: &mut Peek<'_>) -> Option<()> {
    at.keyword("get")?;
    if at.eat(":").is_some() {
        at.keyword("function")?;
        at.word();
    }
    at.eat("(")?;
    at.eat(")")?;
    at.eat("{")
}

/// `module[key]`.
fn indexed(at: &mut Peek<'_>, module: &str, key: &str) -> Option<()> {
    at.keyword(module)?;
    at.eat("[")?;
    at.keyword(key)?;
    at.eat("]")
}

fn quoted(at: &mut Peek<'_>, text: &str) -> Option<()> {
    (at.string()?.as_deref() == Some(text)).then_some(())
}

/// The conditions under which EXPORT_STAR_LIB skips a key.
fn star_condition(at: &mut Peek<'_>, module: &str, key: &str) -> Option<()> {
    at.keyword("if")?;
    at.eat("(")?;
    at.keyword(key)?;
    if at.eat("!==").is_some() {
        quoted(at, "default")?;
        if at.eat("&&").is_some() {
            at.eat("!")?;
            has_own(at, key)?;
        }
        return at.eat(")");
    }
    at.eat("===")?;
    quoted(at, "default")?;
    at.eat("||")?;
    at.keyword(key)?;
    at.eat("===")?;
    quoted(at, "__esModule")?;
    at.eat(")")?;
    at.keyword("return")?;
    at.eat(";");
    // Two more checks may follow, in this order.
    let mut ahead = *at;
    if skip_own(&mut ahead, key).is_some() {
        *at = ahead;
    }
    ahead = *at;
    if skip_same(&mut ahead, module, key).is_some() {
        *at = ahead;
    }
    Some(())
}

/// `Object.prototype.hasOwnProperty.call(names, key)` or `names.hasOwnProperty(key)`.
fn has_own(at: &mut Peek<'_>, key: &str) -> Option<()> {
    if at.keyword("Object").is_some() {
        at.eat(".")?;
        if at.keyword("prototype").is_some() {
            at.eat(".")?;
        }
        at.keyword("hasOwnProperty")?;
        at.eat(".")?;
        at.keyword("call")?;
        at.eat("(")?;
        at.word()?;
        at.eat(",")?;
    } else {
        at.word()?;
        at.eat(".")?;
        at.keyword("hasOwnProperty")?;
        at.eat("(")?;
    }
    at.keyword(key)?;
    at.eat(")")
}

/// `if (Object.prototype.hasOwnProperty.call(names, key)) return;`
fn skip_own(at: &mut Peek<'_>, key: &str) -> Option<()> {
    at.keyword("if")?;
    at.eat("(")?;
    let mut object = *at;
    object.keyword("Object")?;
    has_own(at, key)?;
    at.eat(")")?;
    at.keyword("return")?;
    at.eat(";");
    Some(())
}

/// `if (key in exports && exports[key] === module[key]) return;`
fn skip_same(at: &mut Peek<'_>, module: &str, key: &str) -> Option<()> {
    at.keyword("if")?;
    at.eat("(")?;
    at.keyword(key)?;
    at.keyword("in")?;
    exports_identifier(at)?;
    at.eat("&&")?;
    exports_identifier(at)?;
    at.eat("[")?;
    at.keyword(key)?;
    at.eat("]")?;
    at.eat("===")?;
    indexed(at, module, key)?;
    at.eat(")")?;
    at.keyword("return")?;
    at.eat(";");
    Some(())
}
