//! `.env` files: `util.parseEnv`.

use std::collections::BTreeMap;

use llrt_core::args;
use rquickjs::{Ctx, Object, Result, Value};

/// `parseEnv(content)`: an object of the variables.
pub(crate) fn parse_env<'js>(ctx: Ctx<'js>, content: Value<'js>) -> Result<Object<'js>> {
    let content = args::string(&ctx, &content, "content")?;
    let object = Object::new(ctx)?;
    for (name, value) in parse(&content) {
        object.set(name, value)?;
    }
    Ok(object)
}

/// The variables by name, which is Node's order; the last value of a name wins.
fn parse(content: &str) -> BTreeMap<String, String> {
    let content = content.replace('\r', "");
    let mut variables = BTreeMap::new();
    let mut rest = content.trim_matches(SPACE);
    loop {
        rest = rest.trim_start_matches(SPACE);
        if rest.is_empty() {
            break;
        }
        let equals = rest[..line_end(rest)].find('=').filter(|_| !rest.starts_with('#'));
        let Some(equals) = equals else {
            rest = after_line(rest);
            continue;
        };
        let name = rest[..equals].trim_matches(SPACE);
        let text = &rest[equals + 1..];
        if text.is_empty() || text.starts_with('\n') {
            variables.insert(name.to_owned(), String::new());
            rest = text;
        } else if name.is_empty() {
            rest = text;
        } else {
            let name = name.strip_prefix("export ").map_or(name, |name| name.trim_start_matches(SPACE));
            let (value, after) = parse_value(text.trim_start_matches(SPACE));
            variables.insert(name.to_owned(), value);
            rest = after;
        }
    }
    variables
}

const SPACE: [char; 3] = [' ', '\t', '\n'];

/// What a name is set to, and what comes behind its line.
fn parse_value(text: &str) -> (String, &str) {
    if let Some(quote) = text.chars().next().filter(|first| matches!(first, '"' | '\'' | '`')) {
        if let Some(end) = text[1..].find(quote).map(|end| end + 1) {
            let value = &text[1..end];
            let value = if quote == '"' { value.replace("\\n", "\n") } else { value.to_owned() };
            return (value, after_line(&text[end + 1..]));
        }
        // Without its end, the quote is a character like others, but then so is a number sign.
        return (text[..line_end(text)].to_owned(), after_line(text));
    }
    let value = &text[..line_end(text)];
    let value = value.find('#').map_or(value, |hash| &value[..hash]);
    (value.trim_matches(SPACE).to_owned(), after_line(text))
}

fn line_end(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

fn after_line(text: &str) -> &str {
    text.find('\n').map_or("", |end| &text[end + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(content: &str) -> String {
        let pairs: Vec<_> = parse(content).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("|")
    }

    #[test]
    fn plain_values_end_at_a_comment() {
        assert_eq!(seen("A=1\n# no\nB = two words # c\nexport C=3\nD=\nnothing\nA=4"), "A=4|B=two words|C=3|D=");
    }

    #[test]
    fn quotes_keep_what_is_in_them() {
        assert_eq!(
            seen("A=\"x\\ny\" # c\nB='a#b\\n'\nC=`it's \"q\"`\nD=\"two\nlines\"\nE=1"),
            "A=x\ny|B=a#b\\n|C=it's \"q\"|D=two\nlines|E=1"
        );
    }

    #[test]
    fn a_quote_without_end_is_a_character() {
        assert_eq!(seen("A='open\nB=1"), "A='open|B=1");
    }
}
