//! What an ECMAScript module imports by name, and whether it awaits at its top level: for those who explain what went wrong.

use crate::peek::Peek;
use crate::tokens::{Kind, Tokens};

/// One `import ... from` or `export ... from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedImports {
    /// The module.
    pub specifier: String,
    /// What is imported of it, under the module's own names, each with the byte that it starts at. A default import counts as one of
    /// `default`.
    pub names: Vec<(String, usize)>,
    /// All that there is: `* as name`, or `export *`.
    pub is_whole: bool,
}

/// The named imports of a module, in the order of the text.
///
/// ```
/// let found = llrt_cjs_lexer::named_imports("import { a as b } from './c.mjs';");
/// assert_eq!(found[0].specifier, "./c.mjs");
/// assert_eq!(found[0].names, [("a".to_owned(), 9)]);
/// ```
pub fn named_imports(source: &str) -> Vec<NamedImports> {
    let mut tokens = Tokens::new(source);
    let mut found = Vec::new();
    while let Ok(token) = tokens.next() {
        match token.kind {
            Kind::End => break,
            Kind::Word if token.starts_statement && matches!(tokens.text(&token), "import" | "export") => {
                found.extend(list(Peek::new(source, token.end)));
            }
            _ => {}
        }
    }
    found
}

/// `default, { names } from "specifier"`.
fn list(mut ahead: Peek<'_>) -> Option<NamedImports> {
    let mut names = Vec::new();
    let is_whole = |ahead: &mut Peek<'_>| ahead.eat("*").is_some();
    ahead.space();
    let start = ahead.at;
    if ahead.word().is_some() {
        names.push(("default".to_owned(), start));
        if ahead.eat(",").is_none() {
            ahead.keyword("from")?;
            return Some(NamedImports { specifier: ahead.string()??, names, is_whole: false });
        }
    }
    if is_whole(&mut ahead) {
        if ahead.keyword("as").is_some() && ahead.word().is_none() {
            ahead.string()?;
        }
        ahead.keyword("from")?;
        return Some(NamedImports { specifier: ahead.string()??, names, is_whole: true });
    }
    ahead.eat("{")?;
    while ahead.eat("}").is_none() {
        ahead.space();
        let start = ahead.at;
        let name = match ahead.word() {
            Some(word) => word.to_owned(),
            None => ahead.string()??,
        };
        names.push((name, start));
        if ahead.keyword("as").is_some() && ahead.word().is_none() {
            ahead.string()?;
        }
        if ahead.eat(",").is_none() {
            ahead.eat("}")?;
            break;
        }
    }
    ahead.keyword("from")?;
    Some(NamedImports { specifier: ahead.string()??, names, is_whole: false })
}

/// Whether a source, which is a module, awaits outside of functions.
///
/// ```
/// use llrt_cjs_lexer::has_top_level_await;
///
/// assert!(has_top_level_await("for await (const line of lines) {}"));
/// assert!(!has_top_level_await("export const read = async () => await open();"));
/// ```
pub fn has_top_level_await(source: &str) -> bool {
    first_top_level_awaits(source, 1).len() == 1
}

/// The bytes at which the first `limit` top-level awaits of a module start.
pub fn first_top_level_awaits(source: &str, limit: usize) -> Vec<usize> {
    let mut tokens = Tokens::new(source);
    let mut found = Vec::new();
    while let Ok(token) = tokens.next() {
        match token.kind {
            Kind::End => break,
            Kind::Word if tokens.text(&token) == "await" && !tokens.in_function() => found.push(token.start),
            _ => {}
        }
        if found.len() == limit {
            break;
        }
    }
    found
}

/// Where the `throw` statement starts that the byte `at` of a source is in.
///
/// ```
/// assert_eq!(llrt_cjs_lexer::throw_around("f(); throw { a: () => { throw 1 }, b: g() };", 39), Some(5));
/// ```
pub fn throw_around(source: &str, at: usize) -> Option<usize> {
    let mut tokens = Tokens::new(source);
    // With the brackets that are open there.
    let mut throws: Vec<(usize, usize)> = Vec::new();
    let mut depth: usize = 0;
    while let Ok(token) = tokens.next() {
        if token.kind == Kind::End || token.start > at {
            break;
        }
        let text = tokens.text(&token);
        if token.kind == Kind::Punctuator {
            if text.starts_with([')', ']', '}']) {
                depth = depth.saturating_sub(1);
            }
            if text.starts_with([')', ']', '}', ';']) {
                throws.retain(|(_, outside)| *outside < depth || (*outside == depth && !text.starts_with(';')));
            }
            if text.starts_with(['(', '[', '{']) {
                depth += 1;
            }
        }
        if text.ends_with("${") {
            depth += 1;
        }
        if token.kind == Kind::Word && text == "throw" {
            throws.retain(|(_, outside)| *outside < depth);
            throws.push((token.start, depth));
        }
    }
    throws.last().map(|(start, _)| *start)
}

/// Whether a byte of a source is in white space or a comment.
pub fn is_between_tokens(source: &str, at: usize) -> bool {
    let mut tokens = Tokens::new(source);
    while let Ok(token) = tokens.next() {
        if token.kind == Kind::End || token.start > at {
            return true;
        }
        if token.end > at {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(source: &str) -> Vec<(String, Vec<String>)> {
        let names = |names: Vec<(String, usize)>| names.into_iter().map(|(name, _)| name).collect();
        named_imports(source).into_iter().map(|import| (import.specifier, names(import.names))).collect()
    }

    #[test]
    fn each_form_is_read() {
        let source = "import a, { b as c, 'd e' as f, } from 'x'; import g from \"y\"; export { h as default } from 'z'\nimport 'w';\
                      import * as i from 'v'; export { j }; import('u');";
        let expected: &[(&str, &[&str])] =
            &[("x", &["default", "b", "d e"]), ("y", &["default"]), ("z", &["h"]), ("v", &[])];
        let expected: Vec<(String, Vec<String>)> = expected
            .iter()
            .map(|(from, names)| ((*from).into(), names.iter().map(|&name| name.into()).collect()))
            .collect();
        assert_eq!(seen(source), expected);
    }

    #[test]
    fn all_that_there_is_is_told_from_names() {
        for (source, whole) in [
            ("import * as a from 'x'", true),
            ("import a, * as b from 'x'", true),
            ("export * from 'x'", true),
            ("export * as a from 'x'", true),
            ("export * as 'a b' from 'x'", true),
            ("import a, { b } from 'x'", false),
        ] {
            assert_eq!(named_imports(source)[0].is_whole, whole, "{source}");
        }
    }

    #[test]
    fn names_know_where_they_are() {
        let source = "import {\n  a,\n  b\n} from 'x'";
        for (name, at) in &named_imports(source)[0].names {
            assert_eq!(&source[*at..*at + 1], name);
        }
    }

    #[test]
    fn comments_are_between_tokens() {
        let source = "a /* b */ + `c // d` // e";
        for (text, expected) in [("b", true), ("c", false), ("d", false), ("e", true), ("a", false)] {
            assert_eq!(is_between_tokens(source, source.find(text).expect("there")), expected, "{text}");
        }
    }

    #[test]
    fn a_place_belongs_to_the_throw_around_it() {
        for (source, at, start) in [
            ("if (a) throw 'text';", 13, Some(7)),
            ("throw {\n  f() { throw this; },\n  a: g()\n}", 37, Some(0)),
            ("throw {\n  f() { throw this; }\n}", 22, Some(16)),
            ("throw `${a(() => { throw 1 })} ${b}`", 33, Some(0)),
            ("if (a) throw 1; b()", 16, None),
            ("{ throw 1 } b()", 12, None),
            ("throw 1\nthrow 2", 14, Some(8)),
            ("x.throw(1)", 8, None),
        ] {
            assert_eq!(throw_around(source, at), start, "{source}");
        }
    }

    #[test]
    fn awaits_of_functions_and_members_do_not_count() {
        for source in [
            "async function f() { await 1 }",
            "x.await",
            "({ await: 1 })",
            "'await'",
            "class A { async b() { await 1 } }",
        ] {
            assert!(!has_top_level_await(source), "{source}");
        }
        for source in ["await 1", "if (x) { await (y) }", "const a = await import('b')", "`${await c}`"] {
            assert!(has_top_level_await(source), "{source}");
        }
        assert_eq!(first_top_level_awaits("await 1; await 2; await 3", 2), [0, 9]);
    }
}
