//! Colours: what kind of text has which style, and which style is which escape sequence.

/// What a piece of output is, by the names that `util.inspect.styles` has for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Special,
    Number,
    BigInt,
    Boolean,
    Undefined,
    Null,
    String,
    Symbol,
    Date,
    RegExp,
    Module,
    /// Property names; Node gives them no style.
    Name,
}

impl Style {
    pub(crate) const ALL: [Style; 12] = [
        Style::Special,
        Style::Number,
        Style::BigInt,
        Style::Boolean,
        Style::Undefined,
        Style::Null,
        Style::String,
        Style::Symbol,
        Style::Date,
        Style::RegExp,
        Style::Module,
        Style::Name,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Style::Special => "special",
            Style::Number => "number",
            Style::BigInt => "bigint",
            Style::Boolean => "boolean",
            Style::Undefined => "undefined",
            Style::Null => "null",
            Style::String => "string",
            Style::Symbol => "symbol",
            Style::Date => "date",
            Style::RegExp => "regexp",
            Style::Module => "module",
            Style::Name => "name",
        }
    }

    /// The colour that `util.inspect.styles` starts with.
    pub(crate) fn color(self) -> Option<&'static str> {
        Some(match self {
            Style::Special => "cyan",
            Style::Number | Style::BigInt | Style::Boolean => "yellow",
            Style::Undefined => "grey",
            Style::Null => "bold",
            Style::String | Style::Symbol => "green",
            Style::Date => "magenta",
            Style::RegExp => "red",
            Style::Module => "underline",
            Style::Name => return None,
        })
    }
}

/// `util.inspect.colors`: names and the codes that begin and end them.
pub static COLORS: &[(&str, u8, u8)] = &[
    ("reset", 0, 0),
    ("bold", 1, 22),
    ("dim", 2, 22),
    ("italic", 3, 23),
    ("underline", 4, 24),
    ("blink", 5, 25),
    ("inverse", 7, 27),
    ("hidden", 8, 28),
    ("strikethrough", 9, 29),
    ("doubleunderline", 21, 24),
    ("black", 30, 39),
    ("red", 31, 39),
    ("green", 32, 39),
    ("yellow", 33, 39),
    ("blue", 34, 39),
    ("magenta", 35, 39),
    ("cyan", 36, 39),
    ("white", 37, 39),
    ("bgBlack", 40, 49),
    ("bgRed", 41, 49),
    ("bgGreen", 42, 49),
    ("bgYellow", 43, 49),
    ("bgBlue", 44, 49),
    ("bgMagenta", 45, 49),
    ("bgCyan", 46, 49),
    ("bgWhite", 47, 49),
    ("framed", 51, 54),
    ("overlined", 53, 55),
    ("gray", 90, 39),
    ("redBright", 91, 39),
    ("greenBright", 92, 39),
    ("yellowBright", 93, 39),
    ("blueBright", 94, 39),
    ("magentaBright", 95, 39),
    ("cyanBright", 96, 39),
    ("whiteBright", 97, 39),
    ("bgGray", 100, 49),
    ("bgRedBright", 101, 49),
    ("bgGreenBright", 102, 49),
    ("bgYellowBright", 103, 49),
    ("bgBlueBright", 104, 49),
    ("bgMagentaBright", 105, 49),
    ("bgCyanBright", 106, 49),
    ("bgWhiteBright", 107, 49),
];

/// Further names of [`COLORS`], which are not enumerable in JavaScript.
pub static COLOR_ALIASES: &[(&str, &str)] = &[
    ("grey", "gray"),
    ("blackBright", "gray"),
    ("bgGrey", "bgGray"),
    ("bgBlackBright", "bgGray"),
    ("faint", "dim"),
    ("crossedout", "strikethrough"),
    ("strikeThrough", "strikethrough"),
    ("crossedOut", "strikethrough"),
    ("conceal", "hidden"),
    ("swapColors", "inverse"),
    ("swapcolors", "inverse"),
    ("doubleUnderline", "doubleunderline"),
];

/// The codes of a colour by name or alias.
pub fn color(name: &str) -> Option<(u8, u8)> {
    let name = COLOR_ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| name);
    COLORS.iter().find(|(known, ..)| *known == name).map(|&(_, begin, end)| (begin, end))
}

/// `text` between the two escape sequences.
pub(crate) fn paint(text: &str, (begin, end): (impl std::fmt::Display, impl std::fmt::Display)) -> String {
    format!("\u{1b}[{begin}m{text}\u{1b}[{end}m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_has_a_known_color() {
        for style in Style::ALL {
            assert!(style.color().is_none_or(|name| color(name).is_some()), "{}", style.name());
        }
    }
}
