//! The state of the parser, what it asks of tokens, and what it notes to be changed.

use crate::{
    Mode,
    edits::Edit,
    lexer::{self, Kind, Token},
};

/// Why a source cannot be stripped, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fail {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// What is said of it; of an unexpected token, what was expected.
    pub(crate) reason: Reason,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Reason {
    Expected(&'static str),
    Invalid(&'static str),
    Unsupported(&'static str),
}

/// The parser keeps why: results that say no more than that are small, and so is the code that hands them on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed;

pub(crate) type Parse<T = ()> = Result<T, Failed>;

/// How deep expressions, types and statements may be nested.
const DEPTH: u32 = 256;

/// What the code around allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    pub(crate) in_function: bool,
    pub(crate) in_async: bool,
    pub(crate) in_generator: bool,
    /// `in` is no operator: the head of a `for`.
    pub(crate) no_in: bool,
    /// Between the `?` and the `:` of a conditional, where an arrow function's return type has to be followed by another colon.
    pub(crate) in_consequent: bool,
    /// The `extends` of a conditional type: another one needs parentheses.
    pub(crate) no_conditional_type: bool,
    /// Inside `declare`: nothing of it stays.
    pub(crate) ambient: bool,
}

pub(crate) struct Parser<'a> {
    pub(crate) source: &'a str,
    pub(crate) mode: Mode,
    pub(crate) token: Token,
    /// Where the token before ends.
    pub(crate) before: usize,
    pub(crate) edits: Vec<Edit>,
    pub(crate) context: Context,
    /// Why it failed last.
    pub(crate) fail: Option<Fail>,
    /// Literals of several lines, whose empty lines have to stay.
    pub(crate) literals: Vec<(usize, usize)>,
    /// The fields that the parameters of the last constructor declare.
    pub(crate) parameter_fields: String,
    depth: u32,
    /// A bit for each place where no arrow function begins.
    no_arrow: Vec<u64>,
}

/// What to go back to.
pub(crate) struct Mark {
    token: Token,
    before: usize,
    edits: usize,
    context: Context,
    depth: u32,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(source: &'a str, mode: Mode) -> Self {
        let start = if source.starts_with('\u{feff}') { 3 } else { 0 };
        let start = match source[start..].starts_with("#!") {
            true => start + source[start..].find(lexer::is_line_end).unwrap_or(source.len() - start),
            false => start,
        };
        let context = Context {
            in_function: false,
            in_async: false,
            in_generator: false,
            no_in: false,
            in_consequent: false,
            no_conditional_type: false,
            ambient: false,
        };
        Self {
            source,
            mode,
            token: lexer::scan(source, start),
            before: start,
            edits: Vec::new(),
            context,
            fail: None,
            literals: Vec::new(),
            parameter_fields: String::new(),
            depth: 0,
            no_arrow: Vec::new(),
        }
    }

    // ---- tokens

    pub(crate) fn next(&mut self) {
        self.go_on_from(self.token.end);
    }

    /// Ends the token at `end`, which the grammar knows better than the lexer, and reads the next one.
    pub(crate) fn go_on_from(&mut self, end: usize) {
        self.before = end;
        self.token = lexer::scan(self.source, end);
    }

    /// The token after this one.
    pub(crate) fn peek(&self) -> Token {
        lexer::scan(self.source, self.token.end)
    }

    pub(crate) fn text_of(&self, token: Token) -> &'a str {
        &self.source[token.start..token.end]
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text_of(self.token)
    }

    pub(crate) fn is(&self, punctuator: &str) -> bool {
        self.token.kind == Kind::Punctuator && self.text() == punctuator
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.token.kind == Kind::Word && self.text() == word
    }

    pub(crate) fn is_any_word(&self) -> bool {
        self.token.kind == Kind::Word
    }

    /// A name that a variable can have.
    pub(crate) fn is_identifier(&self) -> bool {
        self.is_any_word() && !is_reserved(self.text())
    }

    pub(crate) fn is_end(&self) -> bool {
        self.token.kind == Kind::End
    }

    pub(crate) fn peek_is(&self, text: &str) -> bool {
        let next = self.peek();
        next.kind == Kind::Punctuator && self.text_of(next) == text
    }

    /// Whether a word follows on the same line.
    pub(crate) fn peek_is_word_on_line(&self) -> bool {
        let next = self.peek();
        next.kind == Kind::Word && !next.newline
    }

    pub(crate) fn eat(&mut self, punctuator: &str) -> bool {
        let found = self.is(punctuator);
        if found {
            self.next();
        }
        found
    }

    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.next();
        }
        found
    }

    pub(crate) fn expect(&mut self, punctuator: &'static str) -> Parse {
        if self.eat(punctuator) { Ok(()) } else { Err(self.expected(punctuator)) }
    }

    pub(crate) fn expect_word(&mut self, word: &'static str) -> Parse {
        if self.eat_word(word) { Ok(()) } else { Err(self.expected(word)) }
    }

    pub(crate) fn expect_string(&mut self) -> Parse {
        match self.token.kind {
            Kind::String => {
                self.next();
                Ok(())
            }
            _ => Err(self.expected("a string literal")),
        }
    }

    // ---- failures

    pub(crate) fn expected(&mut self, what: &'static str) -> Failed {
        self.failed(self.token.start, self.token.end, Reason::Expected(what))
    }

    pub(crate) fn invalid(&mut self, what: &'static str) -> Failed {
        self.failed(self.token.start, self.token.end, Reason::Invalid(what))
    }

    /// What began at `start` and ends before this token is not offered.
    pub(crate) fn unsupported(&mut self, start: usize, what: &'static str) -> Failed {
        self.failed(start, self.before.max(start), Reason::Unsupported(what))
    }

    fn failed(&mut self, start: usize, end: usize, reason: Reason) -> Failed {
        self.fail = Some(Fail { start, end, reason });
        Failed
    }

    // ---- trying

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            token: self.token,
            before: self.before,
            edits: self.edits.len(),
            context: self.context,
            depth: self.depth,
        }
    }

    pub(crate) fn reset(&mut self, mark: &Mark) {
        self.token = mark.token;
        self.before = mark.before;
        self.edits.truncate(mark.edits);
        self.context = mark.context;
        self.depth = mark.depth;
    }

    /// Whether it parses; goes back to where it was where it does not.
    pub(crate) fn attempt(&mut self, parse: impl FnOnce(&mut Self) -> Parse) -> bool {
        let mark = self.mark();
        let done = parse(self).is_ok();
        if !done {
            self.reset(&mark);
        }
        done
    }

    pub(crate) fn is_no_arrow(&self, at: usize) -> bool {
        self.no_arrow.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }

    pub(crate) fn note_no_arrow(&mut self, at: usize) {
        if self.no_arrow.is_empty() {
            self.no_arrow = vec![0; self.source.len() / 64 + 1];
        }
        self.no_arrow[at / 64] |= 1 << (at % 64);
    }

    /// Parses one level deeper.
    pub(crate) fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth == DEPTH {
            return Err(self.invalid("The code is nested too deep"));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Parses what stands in brackets, where the restrictions of an expression around do not count.
    pub(crate) fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let around = self.context;
        self.context.no_in = false;
        self.context.in_consequent = false;
        let result = parse(self);
        self.context = around;
        result
    }

    // ---- what is to be changed

    pub(crate) fn blank(&mut self, start: usize, end: usize) {
        self.edits.push(Edit::Blank { start, end });
    }

    /// Puts one character in the place of another.
    pub(crate) fn put(&mut self, at: usize, character: u8) {
        self.edits.push(Edit::Put { at, character });
    }

    pub(crate) fn replace(&mut self, start: usize, end: usize, text: String) {
        self.edits.push(Edit::Replace { start, end, text });
    }

    /// Where the blank begins that ends with the token before, if one does.
    pub(crate) fn blank_before(&self) -> Option<usize> {
        let before = self.before;
        self.edits.iter().rev().take(4).find_map(|edit| match edit {
            Edit::Blank { start, end } if *end == before => Some(*start),
            _ => None,
        })
    }

    /// Whether this token would go on with a statement that only a line break ends.
    pub(crate) fn is_hazard(&self) -> bool {
        match self.token.kind {
            Kind::Template => true,
            Kind::Punctuator => {
                matches!(self.text().as_bytes()[0], b'(' | b'[' | b'+' | b'-' | b'*' | b'/' | b'<' | b',' | b'.' | b'=')
            }
            _ => false,
        }
    }

    /// The end of a statement: a semicolon, or what stands for one.
    pub(crate) fn semicolon(&mut self) -> Parse {
        if self.eat(";") || self.is("}") || self.is_end() {
            return Ok(());
        }
        if !self.token.newline {
            return Err(self.expected("`;`"));
        }
        if self.is_hazard()
            && let Some(start) = self.blank_before()
        {
            self.put(start, b';');
        }
        Ok(())
    }

    /// Erases a statement that began at `start`, with what was noted in it since `edits`.
    pub(crate) fn erase_statement(&mut self, start: usize, edits: usize) {
        self.edits.truncate(edits);
        self.blank(start, self.before);
        // The statement before may have ended with its line only.
        let is_first = !self.source[..start].bytes().any(|byte| !byte.is_ascii_whitespace());
        if self.is_hazard() && !is_first {
            self.put(start, b';');
        }
    }
}

pub(crate) fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "break"
            | "case"
            | "catch"
            | "class"
            | "const"
            | "continue"
            | "debugger"
            | "default"
            | "delete"
            | "do"
            | "else"
            | "enum"
            | "export"
            | "extends"
            | "false"
            | "finally"
            | "for"
            | "function"
            | "if"
            | "import"
            | "in"
            | "instanceof"
            | "new"
            | "null"
            | "return"
            | "super"
            | "switch"
            | "this"
            | "throw"
            | "true"
            | "try"
            | "typeof"
            | "var"
            | "void"
            | "while"
            | "with"
    )
}
