//! JavaScript tokens, told apart without a parser.
//!
//! What `/` and `{` mean depends on what came before. The tokenizer keeps just enough of that: whether an operand, an
//! operator or a statement has ended, and for every open bracket what kind it is.
//!
//! ECMA-262: <https://tc39.es/ecma262/#sec-ecmascript-language-lexical-grammar>.

use std::fmt;

use crate::peek::Peek;

/// Why a source is no CommonJS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LexError {
    /// A string that its line or the source ends in.
    UnterminatedString {
        /// Where it starts, in bytes.
        at: usize,
    },
    /// A template literal that the source ends in.
    UnterminatedTemplate {
        /// Where it starts, in bytes.
        at: usize,
    },
    /// A regular expression that its line or the source ends in.
    UnterminatedRegExp {
        /// Where it starts, in bytes.
        at: usize,
    },
    /// A block comment that the source ends in.
    UnterminatedComment {
        /// Where it starts, in bytes.
        at: usize,
    },
    /// `import`, `export` or `import.meta`: the source is an ECMAScript module.
    ModuleSyntax {
        /// Where it starts, in bytes.
        at: usize,
    },
}

impl LexError {
    /// Where the text in question starts, in bytes.
    pub fn offset(&self) -> usize {
        match self {
            Self::UnterminatedString { at }
            | Self::UnterminatedTemplate { at }
            | Self::UnterminatedRegExp { at }
            | Self::UnterminatedComment { at }
            | Self::ModuleSyntax { at } => *at,
        }
    }
}

impl fmt::Display for LexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, at) = match self {
            Self::UnterminatedString { at } => ("unterminated string", at),
            Self::UnterminatedTemplate { at } => ("unterminated template literal", at),
            Self::UnterminatedRegExp { at } => ("unterminated regular expression", at),
            Self::UnterminatedComment { at } => ("unterminated comment", at),
            Self::ModuleSyntax { at } => ("module syntax", at),
        };
        write!(f, "{what} at byte {at}")
    }
}

impl std::error::Error for LexError {}

/// What a token is. Its text is between `start` and `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier or a keyword.
    Word,
    /// A word that names a member: after a dot, or where an object or a class lists its members.
    Name,
    /// A literal: number, string, regular expression, or a part of a template.
    Literal,
    /// One or more characters of punctuation; the first tells them apart, except for `=>` and `...`.
    Punctuator,
    /// The end of the source.
    End,
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// A statement could start with it, as far as the token before tells.
    pub(crate) starts_statement: bool,
}

/// What the tokens so far allow next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A statement has ended or not begun: `/` starts a regular expression, `{` a block.
    Statement,
    /// An operand has ended: `/` divides.
    Operand,
    /// An operand must follow: `/` starts a regular expression, `{` an object.
    Operator,
    /// The name of a member must follow, of an object literal or a class.
    Member,
    /// A dot: a name must follow.
    Dot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FrameKind {
    /// The source itself, or a block.
    Block,
    /// The body of a function, a method or a static block; where it ends, `State` is that.
    Function(State),
    Object,
    /// A class; whether it is an expression.
    Class(bool),
    /// Parentheses; whether a keyword such as `if` came before them.
    Paren(bool),
    Bracket,
    /// `${` in a template literal that starts at this byte.
    Template(usize),
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    kind: FrameKind,
    /// Conditional expressions that wait for their colon.
    conditionals: u32,
    /// An arrow function without braces is being read: how many `conditionals` it started at.
    arrow: Option<u32>,
    /// `function` came, its body has not; whether it is an expression.
    function: Option<bool>,
    /// `class` came, its body has not; whether it is an expression.
    class: Option<bool>,
}

impl Frame {
    fn new(kind: FrameKind) -> Self {
        Self { kind, conditionals: 0, arrow: None, function: None, class: None }
    }
}

/// What the last token was, where `State` is not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    /// `if`, `for`, `while`, `with`, `switch` or `catch`, before its parenthesis.
    Control,
    /// `for` itself, or `for await`.
    For,
    Async,
    Static,
    Extends,
    ParenEnd,
    Arrow,
    Other,
}

/// Splits a source into tokens.
pub(crate) struct Tokens<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    state: State,
    /// The state before the last token.
    before: State,
    last: Last,
    /// The frame that is open, and those around it.
    frame: Frame,
    outer: Vec<Frame>,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        let bytes = source.as_bytes();
        let mut at = if source.starts_with('\u{feff}') { 3 } else { 0 };
        if bytes[at..].starts_with(b"#!") {
            at = line_end(source, at);
        }
        Self {
            source,
            bytes,
            at,
            state: State::Statement,
            before: State::Statement,
            last: Last::Other,
            frame: Frame::new(FrameKind::Block),
            outer: Vec::new(),
        }
    }

    /// Whether no bracket is open.
    pub(crate) fn at_top_level(&self) -> bool {
        self.outer.is_empty()
    }

    /// Whether a function, a method or an arrow function is open.
    pub(crate) fn in_function(&self) -> bool {
        let inside = |frame: &Frame| matches!(frame.kind, FrameKind::Function(_)) || frame.arrow.is_some();
        inside(&self.frame) || self.outer.iter().any(inside)
    }

    pub(crate) fn text(&self, token: &Token) -> &'a str {
        &self.source[token.start..token.end]
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Result<Token, LexError> {
        let newline = self.space()?;
        let start = self.at;
        let was = self.state;
        let Some(&byte) = self.bytes.get(start) else {
            return Ok(self.token(Kind::End, start, newline, was));
        };
        // Where a line ends after an operand and a new one starts, so does a statement: arrow functions are over.
        if newline
            && was == State::Operand
            && matches!(self.frame.kind, FrameKind::Block | FrameKind::Function(_) | FrameKind::Class(_))
        {
            let starts = is_word_start(byte) || byte.is_ascii_digit() || matches!(byte, b'"' | b'\'' | b'{');
            let operator = matches!(Peek::new(self.source, start).word(), Some("in" | "instanceof"));
            if starts && !operator {
                self.frame.arrow = None;
                self.frame.conditionals = 0;
            }
        }
        let last = std::mem::replace(&mut self.last, Last::Other);
        let kind = match byte {
            b'"' | b'\'' => {
                self.string(byte)?;
                self.state = State::Operand;
                Kind::Literal
            }
            b'`' => {
                self.at += 1;
                self.template(start)?;
                Kind::Literal
            }
            b'0'..=b'9' => {
                self.number();
                self.state = State::Operand;
                Kind::Literal
            }
            b'.' if self.bytes.get(start + 1).is_some_and(u8::is_ascii_digit) => {
                self.number();
                self.state = State::Operand;
                Kind::Literal
            }
            b'/' if was != State::Operand => {
                self.regexp()?;
                self.state = State::Operand;
                Kind::Literal
            }
            b'}' => {
                self.at += 1;
                self.close_brace()?;
                Kind::Punctuator
            }
            _ if is_word_start(byte) => {
                self.word_end();
                self.word(start, newline, last)
            }
            b'#' => {
                // A private name, behind a dot or where a member is declared.
                self.at += 1;
                self.word_end();
                self.state = State::Operand;
                Kind::Name
            }
            _ => {
                self.punctuator(byte, newline, last);
                Kind::Punctuator
            }
        };
        self.before = was;
        Ok(self.token(kind, start, newline, was))
    }

    fn token(&self, kind: Kind, start: usize, newline: bool, was: State) -> Token {
        Token {
            kind,
            start,
            end: self.at,
            starts_statement: was == State::Statement || (was == State::Operand && newline),
        }
    }

    /// Skips white space and comments; answers whether a line ended.
    fn space(&mut self) -> Result<bool, LexError> {
        let mut newline = self.at == 0;
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\t' | 0xb | 0xc) => self.at += 1,
                Some(b'\n' | b'\r') => {
                    newline = true;
                    self.at += 1;
                }
                Some(b'/') => match self.bytes.get(self.at + 1) {
                    Some(b'/') => self.at = line_end(self.source, self.at),
                    Some(b'*') => {
                        let start = self.at;
                        let Some(len) = find(&self.bytes[start + 2..], b"*/") else {
                            return Err(LexError::UnterminatedComment { at: start });
                        };
                        self.at += len + 4;
                        let comment = &self.source[start..self.at];
                        newline |= comment.contains(['\n', '\r', '\u{2028}', '\u{2029}']);
                    }
                    _ => return Ok(newline),
                },
                // HTML comments, which scripts still know.
                Some(b'<') if self.bytes[self.at..].starts_with(b"<!--") => {
                    self.at = line_end(self.source, self.at);
                }
                Some(b'-') if newline && self.bytes[self.at..].starts_with(b"-->") => {
                    self.at = line_end(self.source, self.at);
                }
                Some(0x80..) => {
                    let Some(character) = self.source[self.at..].chars().next() else {
                        return Ok(newline);
                    };
                    if !is_space(character) {
                        return Ok(newline);
                    }
                    newline |= matches!(character, '\u{2028}' | '\u{2029}');
                    self.at += character.len_utf8();
                }
                _ => return Ok(newline),
            }
        }
    }

    fn string(&mut self, quote: u8) -> Result<(), LexError> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.bytes.get(self.at) {
                Some(b'\\') => self.escaped(),
                Some(&byte) if byte == quote => {
                    self.at += 1;
                    return Ok(());
                }
                None | Some(b'\n' | b'\r') => return Err(LexError::UnterminatedString { at: start }),
                Some(_) => self.at += 1,
            }
        }
    }

    /// Skips a backslash and what it escapes; a CR LF counts as one.
    fn escaped(&mut self) {
        let crlf = self.bytes[self.at..].starts_with(b"\\\r\n");
        self.at = (self.at + if crlf { 3 } else { 2 }).min(self.bytes.len());
    }

    /// Reads a template literal, that starts at `start`, up to its end or to `${`.
    fn template(&mut self, start: usize) -> Result<(), LexError> {
        loop {
            match self.bytes.get(self.at) {
                Some(b'\\') => self.escaped(),
                Some(b'`') => {
                    self.at += 1;
                    self.state = State::Operand;
                    return Ok(());
                }
                Some(b'$') if self.bytes.get(self.at + 1) == Some(&b'{') => {
                    self.at += 2;
                    self.open(FrameKind::Template(start));
                    self.state = State::Operator;
                    return Ok(());
                }
                Some(_) => self.at += 1,
                None => return Err(LexError::UnterminatedTemplate { at: start }),
            }
        }
    }

    fn regexp(&mut self) -> Result<(), LexError> {
        let start = self.at;
        let mut in_class = false;
        self.at += 1;
        loop {
            match self.bytes.get(self.at) {
                None | Some(b'\n' | b'\r') => return Err(LexError::UnterminatedRegExp { at: start }),
                Some(b'\\') => {
                    self.at += 1;
                    if let Some(byte) = self.bytes.get(self.at)
                        && !matches!(byte, b'\n' | b'\r')
                    {
                        self.at += 1;
                    }
                    continue;
                }
                Some(b'[') => in_class = true,
                Some(b']') => in_class = false,
                Some(b'/') if !in_class => {
                    self.at += 1;
                    self.word_end();
                    return Ok(());
                }
                Some(_) => {}
            }
            self.at += 1;
        }
    }

    fn number(&mut self) {
        let radix = self.bytes[self.at] == b'0'
            && matches!(self.bytes.get(self.at + 1), Some(b'x' | b'X' | b'b' | b'B' | b'o' | b'O'));
        let mut point = radix;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'.' if !point => point = true,
                b'e' | b'E' if !radix => {
                    point = true;
                    if let Some(b'+' | b'-') = self.bytes.get(self.at + 1) {
                        self.at += 1;
                    }
                }
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' => {}
                _ => return,
            }
            self.at += 1;
        }
    }

    /// Skips what is left of a word.
    fn word_end(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' => self.at += 1,
                b'\\' => {
                    self.at += 1;
                    if self.bytes[self.at..].starts_with(b"u{") {
                        let len = find(&self.bytes[self.at..], b"}").map_or(2, |len| len + 1);
                        // Only hexadecimal digits can be in there: a stray brace far away is none of ours.
                        self.at += if len <= 16 { len } else { 2 };
                    }
                }
                0x80.. => match self.source[self.at..].chars().next() {
                    Some(character) if !is_space(character) => self.at += character.len_utf8(),
                    _ => return,
                },
                _ => return,
            }
        }
    }

    fn word(&mut self, start: usize, newline: bool, last: Last) -> Kind {
        let text = &self.source[start..self.at];
        match self.state {
            State::Dot => {
                self.state = State::Operand;
                return Kind::Name;
            }
            State::Member => {
                // These may be names themselves, or come before one; nothing else can be told from what follows.
                match text {
                    "static" => self.last = Last::Static,
                    "get" | "set" | "async" | "accessor" => {}
                    _ => self.state = State::Operand,
                }
                return Kind::Name;
            }
            State::Statement | State::Operand | State::Operator => {}
        }
        let operand = self.state == State::Operand;
        let expression = match (last, newline) {
            // `async function` is what `async` was.
            (Last::Async, false) => self.before == State::Operator,
            _ => self.state == State::Operator,
        };
        self.state = match text {
            "if" | "while" | "with" | "switch" | "catch" => {
                self.last = Last::Control;
                // `catch {` has no parenthesis.
                if text == "catch" { State::Statement } else { State::Operator }
            }
            "for" => {
                self.last = Last::For;
                State::Operator
            }
            "await" => {
                if last == Last::For {
                    self.last = Last::For;
                }
                State::Operator
            }
            "do" | "else" | "try" | "finally" => State::Statement,
            "function" => {
                self.frame.function = Some(expression);
                State::Operand
            }
            "class" => {
                self.frame.class = Some(expression);
                State::Operand
            }
            "extends" => {
                self.last = Last::Extends;
                State::Operator
            }
            "return" | "typeof" | "case" | "in" | "instanceof" | "new" | "void" | "delete" | "throw" | "yield"
            | "default" | "export" | "import" | "var" | "const" => State::Operator,
            "of" if operand && self.in_for_head() => State::Operator,
            "async" => {
                self.last = Last::Async;
                State::Operand
            }
            _ => State::Operand,
        };
        Kind::Word
    }

    fn in_for_head(&self) -> bool {
        self.frame.kind == FrameKind::Paren(true)
    }

    fn open(&mut self, kind: FrameKind) {
        self.outer.push(std::mem::replace(&mut self.frame, Frame::new(kind)));
    }

    fn close(&mut self) -> FrameKind {
        let kind = self.frame.kind;
        // A bracket too many is not worth an error: the engine will tell.
        if let Some(frame) = self.outer.pop() {
            self.frame = frame;
        }
        kind
    }

    fn open_brace(&mut self, last: Last) {
        let kind = match self.state {
            State::Statement => FrameKind::Block,
            State::Member if last == Last::Static => FrameKind::Function(State::Member),
            State::Operand | State::Member => {
                if let Some(expression) = self.frame.class.take() {
                    FrameKind::Class(expression)
                } else if last == Last::ParenEnd
                    && let Some(expression) = self.frame.function.take()
                {
                    FrameKind::Function(if expression { State::Operand } else { State::Statement })
                } else {
                    match self.frame.kind {
                        FrameKind::Object => FrameKind::Function(State::Operand),
                        FrameKind::Class(_) => FrameKind::Function(State::Member),
                        _ => FrameKind::Block,
                    }
                }
            }
            State::Operator if last == Last::Arrow => FrameKind::Function(State::Statement),
            State::Operator | State::Dot => FrameKind::Object,
        };
        self.open(kind);
        self.state = match kind {
            FrameKind::Object | FrameKind::Class(_) => State::Member,
            _ => State::Statement,
        };
    }

    fn close_brace(&mut self) -> Result<(), LexError> {
        self.state = match self.close() {
            FrameKind::Template(start) => return self.template(start),
            FrameKind::Function(after) => after,
            FrameKind::Object | FrameKind::Class(true) => State::Operand,
            _ => State::Statement,
        };
        if let FrameKind::Class(_) = self.frame.kind
            && self.state == State::Statement
        {
            self.state = State::Member;
        }
        Ok(())
    }

    fn punctuator(&mut self, byte: u8, newline: bool, last: Last) {
        let rest = &self.bytes[self.at..];
        let (len, state) = match byte {
            b'(' => {
                self.at += 1;
                self.open(FrameKind::Paren(matches!(last, Last::Control | Last::For)));
                self.state = State::Operator;
                return;
            }
            b')' => {
                self.at += 1;
                let control = self.close() == FrameKind::Paren(true);
                self.state = if control { State::Statement } else { State::Operand };
                self.last = Last::ParenEnd;
                return;
            }
            b'[' => {
                self.at += 1;
                self.open(FrameKind::Bracket);
                self.state = State::Operator;
                return;
            }
            b']' => {
                self.at += 1;
                self.close();
                self.state = State::Operand;
                return;
            }
            b'{' => {
                self.at += 1;
                self.open_brace(last);
                return;
            }
            b';' => {
                self.frame.arrow = None;
                self.frame.conditionals = 0;
                (
                    1,
                    match self.frame.kind {
                        FrameKind::Class(_) => State::Member,
                        FrameKind::Paren(_) => State::Operator,
                        _ => State::Statement,
                    },
                )
            }
            b',' => {
                self.frame.arrow = None;
                (1, if self.frame.kind == FrameKind::Object { State::Member } else { State::Operator })
            }
            b':' => {
                if self.frame.conditionals > 0 {
                    self.frame.conditionals -= 1;
                    if self.frame.arrow.is_some_and(|started| started > self.frame.conditionals) {
                        self.frame.arrow = None;
                    }
                    (1, State::Operator)
                } else {
                    // A label or a `case`; or the value of a member.
                    (
                        1,
                        match self.frame.kind {
                            FrameKind::Block | FrameKind::Function(_) => State::Statement,
                            _ => State::Operator,
                        },
                    )
                }
            }
            b'?' if rest.starts_with(b"??") => (2, State::Operator),
            b'?' if rest.starts_with(b"?.") && !rest.get(2).is_some_and(u8::is_ascii_digit) => (2, State::Dot),
            b'?' => {
                self.frame.conditionals += 1;
                (1, State::Operator)
            }
            b'.' if rest.starts_with(b"...") => (3, State::Operator),
            b'.' => (1, State::Dot),
            b'=' if rest.starts_with(b"=>") => {
                // Braces make it a function frame of its own.
                let mut after = Self { at: self.at + 2, outer: Vec::new(), ..*self };
                if after.space().is_err() || after.bytes.get(after.at) != Some(&b'{') {
                    self.frame.arrow.get_or_insert(self.frame.conditionals);
                }
                self.last = Last::Arrow;
                (2, State::Operator)
            }
            b'+' | b'-' if rest.get(1) == Some(&byte) => {
                (2, if self.state == State::Operand && !newline { State::Operand } else { State::Operator })
            }
            b'*' if self.state == State::Member => (1, State::Member),
            // Decorators are words to us.
            b'@' => (1, self.state),
            _ => (1, State::Operator),
        };
        self.at += len;
        self.state = state;
    }
}

pub(crate) fn is_word_start(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'\\' | 0x80..)
}

/// White space and line ends beyond ASCII.
pub(crate) fn is_space(character: char) -> bool {
    matches!(
        character,
        '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}'
    )
}

/// Where the line that `at` is in ends.
pub(crate) fn line_end(source: &str, at: usize) -> usize {
    let mut end = at;
    let bytes = source.as_bytes();
    while let Some(&byte) = bytes.get(end) {
        let separator = byte == 0xe2 && matches!(bytes.get(end + 1..end + 3), Some([0x80, 0xa8 | 0xa9]));
        if matches!(byte, b'\n' | b'\r') || separator {
            break;
        }
        end += 1;
    }
    end
}

pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    loop {
        from += bytes.get(from..)?.iter().position(|&byte| byte == first)?;
        if bytes[from..].starts_with(needle) {
            return Some(from);
        }
        from += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The literals of a source: what shows whether each `/` and each brace was understood.
    fn literals(source: &str) -> Vec<&str> {
        let mut tokens = Tokens::new(source);
        let mut out = Vec::new();
        loop {
            let token = tokens.next().expect("well formed");
            match token.kind {
                Kind::End => return out,
                Kind::Literal => out.push(tokens.text(&token)),
                _ => {}
            }
        }
    }

    #[test]
    fn regular_expressions_are_told_from_division() {
        for source in [
            "a = /r/",
            "/r/.x",
            "f(/r/)",
            "[/r/]",
            "return /r/",
            "typeof /r/",
            "a && /r/",
            "!/r/",
            "x ? /r/ : y",
            "x ? y : /r/",
            "if (x) /r/.y()",
            "while (x) /r/.y()",
            "for (;;) /r/.y()",
            "else /r/.y()",
            "{} /r/.x",
            "if (x) {} /r/.x",
            "function f() {} /r/.x",
            "class A {} /r/.x",
            "a; /r/.x",
            "() => /r/",
            "() => {}\n/r/.x",
            "case /r/: y",
            "label: /r/.x",
            "for (x of /r/) y",
            "{ a: /r/ }",
            "({ a: /r/ })",
            "x = { if: /r/ }",
            "...[/r/]",
            "class A { x = /r/ }",
            "do /r/.x; while (y)",
            "do x; while (y) /r/.x",
            "async function f() {} /r/.x",
            "`${/r/}`",
        ] {
            let found = literals(source);
            assert!(found.contains(&"/r/"), "{source}: {found:?}");
        }
        for source in [
            "a / r / b",
            "a() / r / b",
            "a[0] / r / b",
            "(a) / r / b",
            "a++ / r / b",
            "({}) / r / b",
            "x = {} / r / b",
            "x = function () {} / r / b",
            "x = class {} / r / b",
            "a.return / r / b",
            "a?.if / r / b",
            "this / r / b",
            "await_ / r / b",
            "x = async function () {} / r / b",
            "({ get: a / r / b })",
            "of / r / b",
            "`${a}` / r / b",
        ] {
            assert_eq!(literals(source).iter().filter(|it| it.starts_with('/')).count(), 0, "{source}");
        }
    }

    #[test]
    fn regular_expressions_end_where_they_end() {
        assert_eq!(literals(r"a = /[/\]]\/[^/]/gu.x"), [r"/[/\]]\/[^/]/gu"]);
    }

    #[test]
    fn numbers_end_where_they_end() {
        assert_eq!(
            literals("1..x 1.5e-3 0xfe .5 1_0n 0b1 08.5"),
            ["1.", "1.5e-3", "0xfe", ".5", "1_0n", "0b1", "08.5"]
        );
        assert_eq!(literals("a ?.5 : 1"), [".5", "1"]);
    }

    #[test]
    fn templates_nest() {
        assert_eq!(literals("`a${`b${'}'}c` + {}}d` / 1"), ["`a${", "`b${", "'}'", "1"]);
    }

    #[test]
    fn comments_of_every_kind_are_skipped() {
        assert_eq!(literals("#!x '1'\n//'2'\n/*'3'\n*/--> '4'\n<!-- '5'\n'6'"), ["'6'"]);
        assert_eq!(literals("x --> '1'"), ["'1'"]);
    }

    #[test]
    fn what_does_not_end_is_an_error() {
        let error = |source: &str| {
            let mut tokens = Tokens::new(source);
            loop {
                match tokens.next() {
                    Ok(token) => assert_ne!(token.kind, Kind::End, "{source}"),
                    Err(error) => return error,
                }
            }
        };
        assert_eq!(error("a 'b\n'"), LexError::UnterminatedString { at: 2 });
        assert_eq!(error("'\\"), LexError::UnterminatedString { at: 0 });
        assert_eq!(error("a `b"), LexError::UnterminatedTemplate { at: 2 });
        assert_eq!(error("`${a}b"), LexError::UnterminatedTemplate { at: 0 });
        assert_eq!(error("= /b"), LexError::UnterminatedRegExp { at: 2 });
        assert_eq!(error("= /[/]\n/"), LexError::UnterminatedRegExp { at: 2 });
        assert_eq!(error("a /* b"), LexError::UnterminatedComment { at: 2 });
    }

    proptest! {
        #[test]
        fn tokens_cover_the_source_in_order(source in source()) {
            let mut tokens = Tokens::new(&source);
            let mut end = 0;
            while let Ok(token) = tokens.next() {
                prop_assert!(token.start >= end && token.end >= token.start && token.end <= source.len());
                if token.kind == Kind::End {
                    break;
                }
                prop_assert!(token.end > token.start);
                end = token.end;
            }
        }
    }

    fn source() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            prop::sample::select(vec![
                "if", "for", "function", "class", "async", "await", "return", "of", "static", "get", "(", ")", "{",
                "}", "[", "]", "=>", "=", "?", "?.", ":", ",", ";", ".", "...", "/", "++", "`", "${", "'", "\"", "\\",
                "\n", " ", "//", "/*", "*/", "<!--", "-->", "x", "1", "#", "@", "*", "\u{2028}", "\u{a0}", "é", "\\u{",
                "😀",
            ])
            .prop_map(String::from),
            ".{0,3}",
        ];
        prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
    }
}
