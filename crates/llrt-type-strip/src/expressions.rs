//! Expressions, functions and patterns.

use crate::{
    lexer::{self, Kind},
    parser::{Parse, Parser, is_reserved},
};

const EXPRESSION: &str = "Expression expected";
const GROUPING: &str =
    "Type assertions that would change binary expression grouping are not supported in strip-only mode.";
const ANGLE_BRACKETS: &str = "The angle-bracket syntax for type assertions, `<T>expr`, is not supported in type strip mode. Instead, use the 'as' syntax: `expr as T`.";
const AWAIT: &str = "await isn't allowed in non-async function";

/// How tight comparisons bind, and `as` with them.
const RELATIONAL: u8 = 9;

/// What a function is, by the words before it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Flavor {
    pub(crate) is_async: bool,
    pub(crate) is_generator: bool,
}

impl Parser<'_> {
    pub(crate) fn expression(&mut self) -> Parse {
        loop {
            self.assignment()?;
            if !self.eat(",") {
                return Ok(());
            }
        }
    }

    pub(crate) fn assignment(&mut self) -> Parse {
        self.deeper(|it| {
            loop {
                if it.arrow_function()? {
                    return Ok(());
                }
                if it.is_word("yield") && it.context.in_generator {
                    it.next();
                    if it.token.newline || !it.begins_expression() && !it.is("*") {
                        return Ok(());
                    }
                    it.eat("*");
                    continue;
                }
                it.binary()?;
                // A chain of conditionals goes on without a level more.
                if it.is("?") {
                    it.next();
                    let around = it.context;
                    it.context.no_in = false;
                    it.context.in_consequent = true;
                    it.assignment()?;
                    it.context = around;
                    it.expect(":")?;
                    continue;
                }
                match it.assignment_operator() {
                    Some(end) => it.go_on_from(end),
                    None => return Ok(()),
                }
            }
        })
    }

    fn begins_expression(&self) -> bool {
        match self.token.kind {
            Kind::End | Kind::Invalid => false,
            Kind::Punctuator => {
                matches!(self.text(), "(" | "[" | "{" | "+" | "-" | "++" | "--" | "!" | "~" | "/" | "/=" | "<" | "@")
            }
            Kind::Word => {
                !is_reserved(self.text())
                    || matches!(
                        self.text(),
                        "class"
                            | "delete"
                            | "false"
                            | "function"
                            | "import"
                            | "new"
                            | "null"
                            | "super"
                            | "this"
                            | "true"
                            | "typeof"
                            | "void"
                    )
            }
            _ => true,
        }
    }

    // ---- operators

    /// Where the operator ends that begins with this token, which may be the first of several angle brackets.
    fn operator_end(&self) -> usize {
        let bytes = self.source.as_bytes();
        let first = bytes[self.token.start];
        let mut end = self.token.end;
        if matches!(first, b'<' | b'>') {
            let most = if first == b'<' { 2 } else { 3 };
            while end - self.token.start < most && bytes.get(end) == Some(&first) {
                end += 1;
            }
            if bytes.get(end) == Some(&b'=') {
                end += 1;
            }
        }
        end
    }

    fn assignment_operator(&self) -> Option<usize> {
        if self.token.kind != Kind::Punctuator {
            return None;
        }
        let end = self.operator_end();
        let text = &self.source[self.token.start..end];
        let is_operator = text.ends_with('=') && !matches!(text, "==" | "===" | "!=" | "!==" | "<=" | ">=");
        is_operator.then_some(end)
    }

    /// The binary operator that this token begins: how tight it binds, and where it ends.
    fn binary_operator(&self) -> Option<(u8, usize)> {
        if self.token.kind == Kind::Word {
            let precedence = match self.text() {
                "instanceof" => RELATIONAL,
                "in" if !self.context.no_in => RELATIONAL,
                _ => return None,
            };
            return Some((precedence, self.token.end));
        }
        if self.token.kind != Kind::Punctuator {
            return None;
        }
        let end = self.operator_end();
        let precedence = match &self.source[self.token.start..end] {
            "??" | "||" => 3,
            "&&" => 4,
            "|" => 5,
            "^" => 6,
            "&" => 7,
            "==" | "!=" | "===" | "!==" => 8,
            "<" | ">" | "<=" | ">=" => RELATIONAL,
            "<<" | ">>" | ">>>" => 10,
            "+" | "-" => 11,
            "*" | "/" | "%" => 12,
            "**" => 13,
            _ => return None,
        };
        Some((precedence, end))
    }

    fn binary(&mut self) -> Parse {
        let start = self.token.start;
        // The loosest operator so far of those that bind tighter than `as`, and that one where an `as` came after it: what comes next
        // must not bind tighter, as it would take the last operand only once the `as` is gone.
        let mut loosest = None;
        let mut barrier = None;
        loop {
            self.unary()?;
            while !self.token.newline && (self.is_word("as") || self.is_word("satisfies")) {
                let at = self.token.start;
                self.next();
                self.erased_type(at, Self::ty)?;
                barrier = loosest;
            }
            let Some((precedence, end)) = self.binary_operator() else { return Ok(()) };
            if precedence > RELATIONAL {
                if barrier.is_some_and(|barrier| barrier < precedence || precedence == 13) {
                    return Err(self.unsupported(start, GROUPING));
                }
                loosest = Some(loosest.map_or(precedence, |loosest: u8| loosest.min(precedence)));
            } else {
                loosest = None;
                barrier = None;
            }
            self.go_on_from(end);
        }
    }

    fn unary(&mut self) -> Parse {
        loop {
            match self.token.kind {
                Kind::Punctuator if matches!(self.text(), "+" | "-" | "!" | "~" | "++" | "--") => self.next(),
                Kind::Word if matches!(self.text(), "typeof" | "void" | "delete") => self.next(),
                Kind::Word if self.text() == "await" => match self.is_await()? {
                    true => self.next(),
                    false => break,
                },
                _ => break,
            }
        }
        if self.is("<") && !self.context.ambient {
            let start = self.token.start;
            if self.attempt(Self::type_arguments) {
                return Err(self.unsupported(start, ANGLE_BRACKETS));
            }
        }
        self.chain(true)?;
        if !self.token.newline && (self.is("++") || self.is("--")) {
            self.next();
        }
        Ok(())
    }

    /// Whether `await` is the operator. Where it cannot be and is no name either, that is an error.
    fn is_await(&mut self) -> Parse<bool> {
        let next = self.peek();
        if self.context.in_async || !self.context.in_function {
            // At the top level of a script, it may be a name.
            return Ok(self.context.in_async
                || match next.kind {
                    Kind::Punctuator => {
                        matches!(self.text_of(next), "(" | "[" | "{" | "+" | "-" | "!" | "~" | "/" | "<" | "@")
                    }
                    Kind::Word => !matches!(self.text_of(next), "in" | "of" | "instanceof" | "as" | "satisfies"),
                    Kind::End | Kind::Invalid => false,
                    _ => true,
                });
        }
        let is_wrong = !next.newline
            && match next.kind {
                Kind::Word => !matches!(self.text_of(next), "in" | "of" | "instanceof" | "as" | "satisfies"),
                Kind::Number | Kind::String => true,
                _ => false,
            };
        if is_wrong { Err(self.invalid(AWAIT)) } else { Ok(false) }
    }

    // ---- operands

    /// An operand with what is read from it and called of it.
    pub(crate) fn chain(&mut self, calls: bool) -> Parse {
        if self.is_word("new") {
            self.deeper(Self::new_expression)?;
        } else {
            self.primary()?;
        }
        loop {
            match self.token.kind {
                Kind::Template => self.template(|it| it.nested(Self::expression))?,
                Kind::Punctuator => match self.text() {
                    "." => {
                        self.next();
                        self.member_name()?;
                    }
                    "?." if calls => {
                        self.next();
                        match self.token.kind {
                            Kind::Punctuator if matches!(self.text(), "(" | "[") => {}
                            Kind::Punctuator if self.is("<") => {
                                let start = self.token.start;
                                self.erased_type(start, Self::type_arguments)?;
                            }
                            Kind::Template => {}
                            _ => self.member_name()?,
                        }
                    }
                    "[" => {
                        self.next();
                        self.nested(Self::expression)?;
                        self.expect("]")?;
                    }
                    "(" if calls => self.arguments()?,
                    "!" if !self.token.newline => {
                        let start = self.token.start;
                        self.next();
                        self.blank(start, self.before);
                    }
                    "<" => {
                        let start = self.token.start;
                        let is_arguments = self.attempt(|it| {
                            it.erased_type(start, Self::type_arguments)?;
                            if it.can_follow_type_arguments() { Ok(()) } else { Err(it.expected("")) }
                        });
                        if !is_arguments {
                            return Ok(());
                        }
                    }
                    _ => return Ok(()),
                },
                _ => return Ok(()),
            }
        }
    }

    fn can_follow_type_arguments(&self) -> bool {
        match self.token.kind {
            Kind::Template => true,
            Kind::Punctuator if self.is("(") => true,
            Kind::Punctuator if matches!(self.text(), "<" | ">" | "+" | "-") => false,
            _ => {
                self.token.newline
                    || self.binary_operator().is_some()
                    || self.is_word("as")
                    || self.is_word("satisfies")
                    || !self.begins_expression()
            }
        }
    }

    fn member_name(&mut self) -> Parse {
        match self.token.kind {
            Kind::Word | Kind::Private => {
                self.next();
                Ok(())
            }
            _ => Err(self.expected("an identifier")),
        }
    }

    fn new_expression(&mut self) -> Parse {
        self.next();
        if self.eat(".") {
            return self.member_name();
        }
        self.chain(false)?;
        if self.is("(") { self.arguments() } else { Ok(()) }
    }

    fn arguments(&mut self) -> Parse {
        self.expect("(")?;
        self.nested(|it| it.list(")"))
    }

    /// Expressions with commas between them, holes and spreads among them, and the bracket at their end.
    fn list(&mut self, end: &'static str) -> Parse {
        while !self.is(end) {
            if self.eat(",") {
                continue;
            }
            self.eat("...");
            self.assignment()?;
            if !self.is(end) {
                self.expect(",")?;
            }
        }
        self.expect(end)
    }

    fn primary(&mut self) -> Parse {
        match self.token.kind {
            Kind::String | Kind::Number | Kind::Private => {
                let (start, end) = (self.token.start, self.token.end);
                if self.token.kind == Kind::String && self.source[start..end].contains(lexer::is_line_end) {
                    self.literals.push((start, end));
                }
                self.next();
                Ok(())
            }
            Kind::Template => self.template(|it| it.nested(Self::expression)),
            Kind::Word => self.word_operand(),
            Kind::Punctuator => match self.text() {
                "(" => {
                    self.next();
                    self.nested(Self::expression)?;
                    self.expect(")")
                }
                "[" => {
                    self.next();
                    self.nested(|it| it.list("]"))
                }
                "{" => self.nested(Self::object),
                "/" | "/=" => match lexer::regexp_end(self.source, self.token.start) {
                    Some(end) => {
                        self.go_on_from(end);
                        Ok(())
                    }
                    None => Err(self.invalid("Unterminated regexp literal")),
                },
                "@" => {
                    self.decorators()?;
                    self.class()
                }
                _ => Err(self.invalid(EXPRESSION)),
            },
            Kind::End => Err(self.expected("")),
            Kind::Invalid => Err(self.invalid(EXPRESSION)),
        }
    }

    fn word_operand(&mut self) -> Parse {
        match self.text() {
            "function" => self.function_expression(false),
            "async" if self.peek_is_word_on_line() && self.text_of(self.peek()) == "function" => {
                self.next();
                self.function_expression(true)
            }
            "class" => self.class(),
            "import" => {
                self.next();
                if self.eat(".") {
                    return self.member_name();
                }
                if self.is("(") { Ok(()) } else { Err(self.expected("(")) }
            }
            "this" | "super" | "null" | "true" | "false" => {
                self.next();
                Ok(())
            }
            word if is_reserved(word) => Err(self.invalid(EXPRESSION)),
            _ => {
                self.next();
                Ok(())
            }
        }
    }

    /// A template, whose substitutions `part` parses.
    pub(crate) fn template(&mut self, part: impl Fn(&mut Self) -> Parse) -> Parse {
        let start = self.token.start;
        let bytes = self.source.as_bytes();
        let mut at = start + 1;
        loop {
            match bytes.get(at) {
                None => {
                    self.token.end = self.token.start + 1;
                    return Err(self.invalid("Unterminated template"));
                }
                Some(b'\\') => at += 2,
                Some(b'`') => break,
                Some(b'$') if bytes.get(at + 1) == Some(&b'{') => {
                    self.go_on_from(at + 2);
                    self.deeper(&part)?;
                    if !self.is("}") {
                        return Err(self.expected("}"));
                    }
                    at = self.token.end;
                }
                Some(_) => at += 1,
            }
        }
        if self.source[start..at].contains(lexer::is_line_end) {
            self.literals.push((start, at));
        }
        self.go_on_from(at + 1);
        Ok(())
    }

    fn object(&mut self) -> Parse {
        self.expect("{")?;
        while !self.is("}") {
            if self.eat("...") {
                self.assignment()?;
            } else {
                self.property()?;
            }
            if !self.is("}") {
                self.expect(",")?;
            }
        }
        self.expect("}")
    }

    fn property(&mut self) -> Parse {
        let mut flavor = Flavor::default();
        while self.is_any_word() && matches!(self.text(), "async" | "get" | "set") {
            let next = self.peek();
            let is_name = match next.kind {
                Kind::Punctuator => !matches!(self.text_of(next), "[" | "*"),
                Kind::End | Kind::Invalid | Kind::Template => true,
                _ => false,
            };
            if is_name {
                break;
            }
            flavor.is_async |= self.is_word("async");
            self.next();
        }
        flavor.is_generator = self.eat("*");
        let is_word = self.is_any_word();
        self.property_name()?;
        if self.is("(") || self.is("<") {
            if !self.function_rest(flavor, false)? {
                return Err(self.expected("{"));
            }
            return Ok(());
        }
        if self.eat(":") {
            return self.assignment();
        }
        if !is_word {
            return Err(self.expected(":"));
        }
        if self.eat("=") { self.assignment() } else { Ok(()) }
    }

    pub(crate) fn property_name(&mut self) -> Parse {
        match self.token.kind {
            Kind::Word | Kind::String | Kind::Number | Kind::Private => {
                self.next();
                Ok(())
            }
            Kind::Punctuator if self.is("[") => {
                self.next();
                self.nested(Self::assignment)?;
                self.expect("]")
            }
            _ => Err(self.expected("an identifier")),
        }
    }

    // ---- functions

    fn function_expression(&mut self, is_async: bool) -> Parse {
        self.next();
        let is_generator = self.eat("*");
        if self.is_any_word() {
            self.next();
        }
        if !self.function_rest(Flavor { is_async, is_generator }, false)? {
            return Err(self.expected("{"));
        }
        Ok(())
    }

    /// Parameters, return type and body. `false` where there is no body.
    pub(crate) fn function_rest(&mut self, flavor: Flavor, is_constructor: bool) -> Parse<bool> {
        let around = self.enter_function(flavor);
        let result = self.function_parts(is_constructor);
        self.context = around;
        result
    }

    fn enter_function(&mut self, flavor: Flavor) -> crate::parser::Context {
        let around = self.context;
        self.context.in_function = true;
        self.context.in_async = flavor.is_async;
        self.context.in_generator = flavor.is_generator;
        self.context.no_in = false;
        self.context.in_consequent = false;
        around
    }

    fn function_parts(&mut self, is_constructor: bool) -> Parse<bool> {
        self.type_parameters()?;
        let properties = self.parameters(is_constructor)?;
        self.return_type()?;
        if !self.is("{") {
            return Ok(false);
        }
        if properties.is_empty() {
            self.block()?
        } else {
            self.constructor_body(&properties)?
        }
        Ok(true)
    }

    /// Parameters in their parentheses. Gives the names of those that are properties, too.
    pub(crate) fn parameters(&mut self, is_constructor: bool) -> Parse<Vec<(usize, usize)>> {
        self.expect("(")?;
        let mut properties = Vec::new();
        self.nested(|it| {
            while !it.is(")") {
                it.decorators()?;
                let start = it.token.start;
                if it.is_word("this") {
                    it.next();
                    it.type_annotation()?;
                    it.eat(",");
                    it.blank(start, it.before);
                    continue;
                }
                let is_property = it.parameter_modifiers(is_constructor)?;
                it.eat("...");
                let (name, end) = (it.token.start, it.token.end);
                it.pattern()?;
                if is_property {
                    properties.push((name, end));
                }
                it.optional_mark();
                it.type_annotation()?;
                if it.eat("=") {
                    it.assignment()?;
                }
                if is_property && it.mode == crate::Mode::Strip && !it.context.ambient {
                    return Err(
                        it.unsupported(start, "TypeScript parameter property is not supported in strip-only mode")
                    );
                }
                if !it.is(")") {
                    it.expect(",")?;
                }
            }
            it.expect(")")
        })?;
        Ok(properties)
    }

    fn parameter_modifiers(&mut self, is_constructor: bool) -> Parse<bool> {
        let start = self.token.start;
        let mut found = false;
        while self.is_any_word() && matches!(self.text(), "public" | "private" | "protected" | "readonly" | "override")
        {
            let next = self.peek();
            if !(next.kind == Kind::Word || matches!(self.text_of(next), "{" | "[")) {
                break;
            }
            found = true;
            self.next();
        }
        if found {
            if !is_constructor {
                return Err(self.invalid("A parameter property is only allowed in a constructor implementation"));
            }
            self.blank(start, self.token.start);
        }
        Ok(found)
    }

    /// `?` after a name, erased.
    pub(crate) fn optional_mark(&mut self) {
        if self.is("?") {
            let start = self.token.start;
            self.next();
            self.blank(start, self.before);
        }
    }

    /// A name, or names taken out of an object or an array.
    pub(crate) fn pattern(&mut self) -> Parse {
        self.deeper(|it| {
            if it.is_identifier() {
                it.next();
                return Ok(());
            }
            if it.eat("[") {
                return it.nested(|it| {
                    while !it.is("]") {
                        if it.eat(",") {
                            continue;
                        }
                        it.eat("...");
                        it.pattern_with_default()?;
                        if !it.is("]") {
                            it.expect(",")?;
                        }
                    }
                    it.expect("]")
                });
            }
            if !it.eat("{") {
                return Err(it.expected("an identifier, [, {"));
            }
            it.nested(|it| {
                while !it.is("}") {
                    if it.eat("...") {
                        it.pattern()?;
                    } else {
                        let is_name = it.is_any_word();
                        it.property_name()?;
                        if it.eat(":") {
                            it.pattern_with_default()?;
                        } else if !is_name {
                            return Err(it.expected(":"));
                        } else if it.eat("=") {
                            it.assignment()?;
                        }
                    }
                    if !it.is("}") {
                        it.expect(",")?;
                    }
                }
                it.expect("}")
            })
        })
    }

    fn pattern_with_default(&mut self) -> Parse {
        self.pattern()?;
        if self.eat("=") { self.assignment() } else { Ok(()) }
    }

    // ---- arrow functions

    /// An arrow function, if one begins here.
    fn arrow_function(&mut self) -> Parse<bool> {
        let start = self.token.start;
        let mut is_async = false;
        let may_be = match self.token.kind {
            Kind::Punctuator => self.is("(") || self.is("<"),
            Kind::Word if self.is_word("async") => {
                let next = self.peek();
                is_async = !next.newline
                    && match next.kind {
                        Kind::Punctuator => matches!(self.text_of(next), "(" | "<"),
                        Kind::Word => !matches!(self.text_of(next), "function" | "in" | "of" | "instanceof"),
                        _ => false,
                    };
                is_async || self.text_of(next) == "=>"
            }
            Kind::Word => self.is_identifier() && self.peek_is("=>"),
            _ => false,
        };
        if !may_be || self.is_no_arrow(start) {
            return Ok(false);
        }
        let mark = self.mark();
        let restricted =
            matches!(self.source[..start].trim_end().rsplit(is_no_word).next(), Some("return" | "throw" | "yield"));
        let around = self.enter_function(Flavor { is_async, is_generator: false });
        let Ok(has_return_type) = self.arrow_head(is_async, restricted) else {
            self.reset(&mark);
            self.note_no_arrow(start);
            return Ok(false);
        };
        // The body is of the expression around: `in` and the colon of a conditional mean there what they mean here.
        self.next();
        let body = if self.is("{") {
            self.block()
        } else {
            self.context.no_in = around.no_in;
            self.context.in_consequent = around.in_consequent;
            self.assignment()
        };
        if around.in_consequent && has_return_type && (body.is_err() || !self.is(":")) {
            self.reset(&mark);
            self.note_no_arrow(start);
            return Ok(false);
        }
        self.context = around;
        body.map(|()| true)
    }

    /// What stands before the arrow. Gives whether there is a return type.
    fn arrow_head(&mut self, is_async: bool, restricted: bool) -> Parse<bool> {
        if is_async {
            self.next();
        }
        let mut has_return_type = false;
        if self.is_identifier() {
            self.next();
        } else {
            let generics = self.type_parameters()?;
            let open = self.token.start;
            // A line must not end before the parenthesis.
            if let Some(start) = generics
                && (is_async || restricted)
                && self.source[start..open].contains(lexer::is_line_end)
            {
                self.put(start, b'(');
                self.put(open, b' ');
            }
            self.parameters(false)?;
            let close = self.before - 1;
            has_return_type = self.return_type()?.is_some();
            if has_return_type && self.source[close..self.token.start].contains(lexer::is_line_end) {
                self.put(close, b' ');
                self.put(self.before - 1, b')');
            }
        }
        if !self.is("=>") {
            return Err(self.expected("=>"));
        }
        Ok(has_return_type)
    }

    pub(crate) fn decorators(&mut self) -> Parse {
        while self.eat("@") {
            self.chain(true)?;
        }
        Ok(())
    }
}

fn is_no_word(character: char) -> bool {
    !(character.is_alphanumeric() || matches!(character, '_' | '$'))
}
