//! Types: parsed to find where they end. Nothing is noted to be changed in them; who asked for a type erases it whole.

use crate::{
    lexer::Kind,
    parser::{Parse, Parser},
};

/// What can begin a type, as the compiler of Node lists it.
const A_TYPE: &str = "an identifier, void, yield, null, await, break, a string literal, a numeric literal, true, false, `, -, import, this, typeof, {, [, (";

impl Parser<'_> {
    /// `: type`, erased.
    pub(crate) fn type_annotation(&mut self) -> Parse {
        if !self.is(":") {
            return Ok(());
        }
        let start = self.token.start;
        self.next();
        self.erased_type(start, Self::ty)
    }

    /// `: type` of a function, which may be a predicate. Gives where it began.
    pub(crate) fn return_type(&mut self) -> Parse<Option<usize>> {
        if !self.is(":") {
            return Ok(None);
        }
        let start = self.token.start;
        self.next();
        self.erased_type(start, Self::return_ty)?;
        Ok(Some(start))
    }

    /// `<T>` of a declaration, erased. Gives where it began.
    pub(crate) fn type_parameters(&mut self) -> Parse<Option<usize>> {
        if !self.is("<") {
            return Ok(None);
        }
        let start = self.token.start;
        self.erased_type(start, Self::type_parameter_list)?;
        Ok(Some(start))
    }

    /// Parses a type and erases from `start` to its end.
    pub(crate) fn erased_type(&mut self, start: usize, parse: impl FnOnce(&mut Self) -> Parse) -> Parse {
        let edits = self.edits.len();
        let around = self.context;
        self.context.no_conditional_type = false;
        let result = parse(self);
        self.context = around;
        result?;
        self.edits.truncate(edits);
        self.blank(start, self.before);
        Ok(())
    }

    fn type_parameter_list(&mut self) -> Parse {
        self.expect("<")?;
        while !self.is(">") {
            // `const`, `in` and `out`, before the name.
            while self.is_any_word() && {
                let next = self.peek();
                next.kind == Kind::Word && self.text_of(next) != "extends"
            } {
                self.next();
            }
            if !self.is_any_word() {
                return Err(self.expected("an identifier"));
            }
            self.next();
            if self.eat_word("extends") {
                self.ty()?;
            }
            if self.eat("=") {
                self.ty()?;
            }
            if !self.eat(",") {
                break;
            }
        }
        self.expect(">")
    }

    /// `<A, B>`.
    pub(crate) fn type_arguments(&mut self) -> Parse {
        self.expect("<")?;
        loop {
            self.ty()?;
            if !self.eat(",") {
                break;
            }
        }
        self.expect(">")
    }

    pub(crate) fn return_ty(&mut self) -> Parse {
        if self.is_word("asserts") && self.peek_is_word_on_line() {
            let next = self.peek();
            if self.text_of(next) != "is" || lexer_is_word_after(self, "is") {
                self.next();
                self.next();
                if self.is_word("is") && !self.token.newline {
                    self.next();
                    return self.ty();
                }
                return Ok(());
            }
        }
        if self.is_any_word() && self.peek_is_word_on_line() && self.text_of(self.peek()) == "is" {
            self.next();
            self.next();
        }
        self.ty()
    }

    pub(crate) fn ty(&mut self) -> Parse {
        self.deeper(|it| {
            if it.function_type()? {
                return Ok(());
            }
            it.union()?;
            if it.context.no_conditional_type || it.token.newline || !it.eat_word("extends") {
                return Ok(());
            }
            it.with_conditionals(false, Self::ty)?;
            it.expect("?")?;
            it.with_conditionals(true, Self::ty)?;
            it.expect(":")?;
            it.with_conditionals(true, Self::ty)
        })
    }

    fn with_conditionals(&mut self, allowed: bool, parse: impl FnOnce(&mut Self) -> Parse) -> Parse {
        let around = self.context.no_conditional_type;
        self.context.no_conditional_type = !allowed;
        let result = parse(self);
        self.context.no_conditional_type = around;
        result
    }

    /// `(a: A) => B`, `<T>(a: T) => B`, `new () => A`, `abstract new () => A`.
    fn function_type(&mut self) -> Parse<bool> {
        let is_abstract = self.is_word("abstract") && self.text_of(self.peek()) == "new";
        if is_abstract {
            self.next();
        }
        if self.is_word("new") || self.is("<") {
            self.eat_word("new");
            self.function_type_rest()?;
            return Ok(true);
        }
        if !self.is("(") {
            return Ok(false);
        }
        let mark = self.mark();
        let is_function = self.parameters_of_type().is_ok() && self.is("=>");
        if !is_function {
            self.reset(&mark);
            return Ok(false);
        }
        self.next();
        self.function_result()?;
        Ok(true)
    }

    /// What a function type returns: a conditional type only where the one around that it may be the condition of still gets its `?`.
    fn function_result(&mut self) -> Parse {
        let is_inner = self.context.no_conditional_type
            && self.attempt(|it| {
                it.with_conditionals(true, Self::return_ty)?;
                if it.is("?") { Ok(()) } else { Err(it.expected("?")) }
            });
        if is_inner { Ok(()) } else { self.return_ty() }
    }

    fn function_type_rest(&mut self) -> Parse {
        if self.is("<") {
            self.type_parameter_list()?;
        }
        self.parameters_of_type()?;
        self.expect("=>")?;
        self.function_result()
    }

    fn parameters_of_type(&mut self) -> Parse {
        self.with_conditionals(true, |it| it.parameters(false).map(drop))
    }

    fn union(&mut self) -> Parse {
        self.eat("|");
        loop {
            self.eat("&");
            loop {
                if !self.function_type()? {
                    self.type_operator()?;
                }
                if !self.eat("&") {
                    break;
                }
            }
            if !self.eat("|") {
                return Ok(());
            }
        }
    }

    fn type_operator(&mut self) -> Parse {
        while self.is_any_word() && matches!(self.text(), "keyof" | "unique" | "readonly") {
            let next = self.peek();
            let is_operator = match next.kind {
                Kind::Word => !matches!(self.text_of(next), "extends" | "is" | "as" | "in"),
                Kind::Punctuator => matches!(self.text_of(next), "(" | "[" | "{"),
                Kind::End | Kind::Invalid => false,
                _ => true,
            };
            if !is_operator {
                break;
            }
            self.next();
        }
        if self.is_word("infer") && self.peek_is_word_on_line() {
            self.next();
            self.next();
            if self.is_word("extends") {
                let is_inner = self.context.no_conditional_type;
                self.attempt(|it| {
                    it.next();
                    it.with_conditionals(false, Self::ty)?;
                    if !is_inner && it.is("?") { Err(it.expected("")) } else { Ok(()) }
                });
            }
            return Ok(());
        }
        self.primary_type()?;
        while !self.token.newline && self.eat("[") {
            if !self.is("]") {
                self.with_conditionals(true, Self::ty)?;
            }
            self.expect("]")?;
        }
        Ok(())
    }

    fn primary_type(&mut self) -> Parse {
        match self.token.kind {
            Kind::String | Kind::Number => self.next(),
            Kind::Template => return self.template(|it| it.with_conditionals(true, Self::ty)),
            Kind::Word => return self.named_type(),
            Kind::Punctuator => match self.text() {
                "(" => {
                    self.next();
                    self.with_conditionals(true, Self::ty)?;
                    return self.expect(")");
                }
                "[" => return self.tuple(),
                "{" => return self.object_type(),
                "-" => {
                    self.next();
                    if self.token.kind != Kind::Number {
                        return Err(self.expected("a numeric literal"));
                    }
                    self.next();
                }
                _ => return Err(self.expected(A_TYPE)),
            },
            _ => return Err(self.expected(A_TYPE)),
        }
        Ok(())
    }

    /// `a.b<C>`, `typeof a.b`, `import("x").y`, and the keywords that are types.
    fn named_type(&mut self) -> Parse {
        let is_query = self.is_word("typeof");
        if is_query {
            self.next();
        }
        if self.is_word("import") {
            self.next();
            self.expect("(")?;
            self.with_conditionals(true, Self::ty)?;
            if self.eat(",") && !self.is(")") {
                self.with_conditionals(true, Self::ty)?;
                self.eat(",");
            }
            self.expect(")")?;
        } else if self.is_any_word()
            && (is_query || !crate::parser::is_reserved(self.text()) || is_keyword_type(self.text()))
        {
            self.next();
        } else {
            return Err(self.expected(A_TYPE));
        }
        while self.is(".") {
            self.next();
            match self.token.kind {
                Kind::Word | Kind::Private => self.next(),
                _ => return Err(self.expected("an identifier")),
            }
        }
        if self.is("<") && !self.token.newline {
            self.with_conditionals(true, Self::type_arguments)?;
        }
        Ok(())
    }

    fn tuple(&mut self) -> Parse {
        self.next();
        self.with_conditionals(true, |it| {
            while !it.is("]") {
                it.eat("...");
                if it.is_any_word() {
                    let mark = it.mark();
                    it.next();
                    it.eat("?");
                    if !it.eat(":") {
                        it.reset(&mark);
                    }
                }
                it.ty()?;
                it.eat("?");
                if !it.eat(",") {
                    break;
                }
            }
            it.expect("]")
        })
    }

    /// An object's type, a mapped type, the body of an interface.
    pub(crate) fn object_type(&mut self) -> Parse {
        self.expect("{")?;
        self.with_conditionals(true, |it| {
            while !it.is("}") {
                it.type_member()?;
                if !(it.eat(";") || it.eat(",") || it.is("}") || it.token.newline) {
                    return Err(it.expected("`;`, `,` or `}`"));
                }
            }
            it.expect("}")
        })
    }

    fn type_member(&mut self) -> Parse {
        if self.is("(") || self.is("<") {
            return self.signature();
        }
        if self.is_word("new") && matches!(self.text_of(self.peek()), "(" | "<") {
            self.next();
            return self.signature();
        }
        if self.eat("+") || self.eat("-") {
            self.expect_word("readonly")?;
        }
        while self.is_any_word() && matches!(self.text(), "readonly" | "get" | "set") {
            let next = self.peek();
            let is_name = match next.kind {
                Kind::Punctuator => self.text_of(next) != "[",
                Kind::End => true,
                _ => next.newline && self.text() != "readonly",
            };
            if is_name {
                break;
            }
            self.next();
        }
        if self.eat("[") {
            let next = self.peek();
            if self.is_any_word() && (self.text_of(next) == ":" || self.text_of(next) == "in") {
                self.next();
                self.next();
                self.ty()?;
                if self.eat_word("as") {
                    self.ty()?;
                }
            } else {
                self.nested(Self::assignment)?;
            }
            self.expect("]")?;
        } else if matches!(self.token.kind, Kind::Word | Kind::String | Kind::Number | Kind::Private) {
            self.next();
        } else {
            return Err(self.expected("an identifier"));
        }
        if self.eat("+") || self.eat("-") {
            self.expect("?")?;
        } else {
            self.eat("?");
        }
        if self.is("(") || self.is("<") {
            return self.signature();
        }
        if self.eat(":") {
            self.ty()?;
        }
        Ok(())
    }

    fn signature(&mut self) -> Parse {
        if self.is("<") {
            self.type_parameter_list()?;
        }
        self.parameters_of_type()?;
        if self.eat(":") {
            self.return_ty()?;
        }
        Ok(())
    }
}

fn is_keyword_type(word: &str) -> bool {
    matches!(word, "null" | "true" | "false" | "this" | "void" | "const")
}

/// Whether the token after the next one is that word: `asserts is is T`.
fn lexer_is_word_after(parser: &Parser<'_>, word: &str) -> bool {
    let second = crate::lexer::scan(parser.source, parser.peek().end);
    second.kind == Kind::Word && parser.text_of(second) == word
}
