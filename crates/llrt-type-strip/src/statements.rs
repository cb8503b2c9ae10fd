//! Statements and declarations.

use crate::{
    Mode,
    expressions::Flavor,
    lexer::{self, Kind},
    parser::{Parse, Parser},
};

const ENUM: &str = "TypeScript enum is not supported in strip-only mode";
const NAMESPACE: &str = "TypeScript namespace declaration is not supported in strip-only mode";
const NAMESPACE_ANYWHERE: &str = "TypeScript namespaces with values are not supported by this runtime";
const MODULE: &str = "`module` keyword is not supported. Use `namespace` instead.";
const IMPORT_EQUALS: &str = "TypeScript import equals declaration is not supported in strip-only mode";
const EXPORT_ASSIGNMENT: &str = "TypeScript export assignment is not supported in strip-only mode";

impl Parser<'_> {
    pub(crate) fn program(&mut self) -> Parse {
        while !self.is_end() {
            self.statement()?;
        }
        Ok(())
    }

    pub(crate) fn block(&mut self) -> Parse {
        self.expect("{")?;
        let around = self.context;
        self.context.no_in = false;
        self.context.in_consequent = false;
        while !self.is("}") {
            if self.is_end() {
                return Err(self.expected("}"));
            }
            self.statement()?;
        }
        self.context = around;
        self.expect("}")
    }

    /// A statement. Gives whether something of it stays.
    fn statement(&mut self) -> Parse<bool> {
        let start = self.token.start;
        self.deeper(|it| it.statement_from(start))
    }

    /// A statement whose erasure begins at `start`, where an `export` may have stood.
    fn statement_from(&mut self, start: usize) -> Parse<bool> {
        match self.token.kind {
            Kind::Punctuator => match self.text() {
                "{" => self.block()?,
                ";" => self.next(),
                "@" => {
                    self.decorators()?;
                    return self.statement_from(start);
                }
                _ => self.expression_statement()?,
            },
            Kind::Word => return self.word_statement(start),
            _ => self.expression_statement()?,
        }
        Ok(true)
    }

    fn expression_statement(&mut self) -> Parse {
        self.expression()?;
        self.semicolon()
    }

    fn word_statement(&mut self, start: usize) -> Parse<bool> {
        let edits = self.edits.len();
        let next = self.peek();
        let then = self.text_of(next);
        let names_on_line = next.kind == Kind::Word && !next.newline;
        match self.text() {
            "var" => self.variables()?,
            "const" if then == "enum" => {
                self.next();
                return self.enumeration(start, edits);
            }
            "const" => self.variables()?,
            "let" if next.kind == Kind::Word || matches!(then, "[" | "{") => self.variables()?,
            "using" if names_on_line && !matches!(then, "in" | "of" | "instanceof" | "as" | "satisfies") => {
                self.variables()?;
            }
            "await" if names_on_line && then == "using" && self.is_await_using() => {
                self.next();
                self.variables()?;
            }
            "function" => return self.function_declaration(start, edits, false),
            "async" if names_on_line && then == "function" => {
                self.next();
                return self.function_declaration(start, edits, true);
            }
            "class" => self.class()?,
            "abstract" if names_on_line && then == "class" => {
                let at = self.token.start;
                self.next();
                self.blank(at, self.before);
                self.class()?;
            }
            "if" => self.if_statement()?,
            "for" => self.for_statement()?,
            "while" | "with" => {
                self.next();
                self.condition()?;
                self.statement()?;
            }
            "do" => {
                self.next();
                self.statement()?;
                self.expect_word("while")?;
                self.condition()?;
                self.eat(";");
            }
            "return" | "throw" => {
                self.next();
                if !(self.token.newline || self.is(";") || self.is("}") || self.is_end()) {
                    self.expression()?;
                }
                self.semicolon()?;
            }
            "break" | "continue" | "debugger" => {
                self.next();
                if self.is_any_word() && !self.token.newline {
                    self.next();
                }
                self.semicolon()?;
            }
            "switch" => self.switch_statement()?,
            "try" => self.try_statement()?,
            "import" if !matches!(then, "(" | ".") => return self.import_declaration(start, edits),
            "export" => return self.export_declaration(start, edits),
            "enum" if next.kind == Kind::Word => return self.enumeration(start, edits),
            "type" if names_on_line => {
                self.next();
                self.next();
                self.type_parameters()?;
                self.expect("=")?;
                self.ty()?;
                return self.erase_declaration(start, edits);
            }
            "interface" if names_on_line => {
                self.next();
                self.interface()?;
                self.erase_statement(start, edits);
                return Ok(false);
            }
            "namespace" | "module" | "global" if self.begins_namespace() => return self.namespace(start, edits),
            "declare" if names_on_line && self.begins_declaration(then) => {
                self.next();
                let around = self.context;
                self.context.ambient = true;
                self.statement_from(start)?;
                self.context = around;
                self.erase_statement(start, edits);
                return Ok(false);
            }
            _ if then == ":" && self.is_identifier() => {
                self.next();
                self.next();
                self.statement()?;
            }
            _ => self.expression_statement()?,
        }
        Ok(true)
    }

    fn erase_declaration(&mut self, start: usize, edits: usize) -> Parse<bool> {
        self.semicolon()?;
        self.erase_statement(start, edits);
        Ok(false)
    }

    fn is_await_using(&self) -> bool {
        let name = lexer::scan(self.source, self.peek().end);
        name.kind == Kind::Word && !name.newline && !matches!(self.text_of(name), "in" | "of" | "instanceof")
    }

    fn begins_declaration(&self, word: &str) -> bool {
        matches!(
            word,
            "var"
                | "let"
                | "const"
                | "function"
                | "async"
                | "class"
                | "abstract"
                | "enum"
                | "namespace"
                | "module"
                | "global"
                | "type"
                | "interface"
                | "import"
                | "using"
        )
    }

    fn begins_namespace(&self) -> bool {
        let next = self.peek();
        if self.is_word("global") {
            return self.context.ambient && self.text_of(next) == "{";
        }
        !next.newline && (next.kind == Kind::Word || (self.is_word("module") && next.kind == Kind::String))
    }

    // ---- variables and control flow

    fn variables(&mut self) -> Parse {
        self.next();
        self.declarators()?;
        self.semicolon()
    }

    fn declarators(&mut self) -> Parse {
        loop {
            self.pattern()?;
            if self.is("!") && !self.token.newline {
                let start = self.token.start;
                self.next();
                self.blank(start, self.before);
            }
            self.type_annotation()?;
            if self.eat("=") {
                self.assignment()?;
            }
            if !self.eat(",") {
                return Ok(());
            }
        }
    }

    fn condition(&mut self) -> Parse {
        self.expect("(")?;
        self.nested(Self::expression)?;
        self.expect(")")
    }

    fn if_statement(&mut self) -> Parse {
        loop {
            self.next();
            self.condition()?;
            self.statement()?;
            if !self.eat_word("else") {
                return Ok(());
            }
            if !self.is_word("if") {
                return self.statement().map(drop);
            }
        }
    }

    fn for_statement(&mut self) -> Parse {
        self.next();
        self.eat_word("await");
        self.expect("(")?;
        let around = self.context;
        self.context.no_in = true;
        self.context.in_consequent = false;
        let next = self.peek();
        let is_declaration = self.is_word("var")
            || self.is_word("const")
            || (self.is_word("let") && (next.kind == Kind::Word || matches!(self.text_of(next), "[" | "{")))
            || (self.is_word("using") && next.kind == Kind::Word && self.text_of(next) != "of")
            || (self.is_word("await") && self.text_of(next) == "using");
        if is_declaration {
            self.eat_word("await");
            self.next();
            self.declarators()?;
        } else if !self.is(";") {
            self.expression()?;
        }
        self.context = around;
        self.nested(|it| {
            if it.eat_word("of") {
                it.assignment()?;
            } else if it.eat_word("in") {
                it.expression()?;
            } else {
                it.expect(";")?;
                if !it.is(";") {
                    it.expression()?;
                }
                it.expect(";")?;
                if !it.is(")") {
                    it.expression()?;
                }
            }
            it.expect(")")
        })?;
        self.statement().map(drop)
    }

    fn switch_statement(&mut self) -> Parse {
        self.next();
        self.condition()?;
        self.expect("{")?;
        self.nested(|it| {
            while !it.is("}") {
                if it.eat_word("default") {
                    it.expect(":")?;
                } else if it.eat_word("case") {
                    it.expression()?;
                    it.expect(":")?;
                } else if it.is_end() {
                    return Err(it.expected("}"));
                } else {
                    it.statement()?;
                }
            }
            it.expect("}")
        })
    }

    fn try_statement(&mut self) -> Parse {
        self.next();
        self.block()?;
        if self.eat_word("catch") {
            if self.eat("(") {
                self.pattern()?;
                self.type_annotation()?;
                self.expect(")")?;
            }
            self.block()?;
        }
        if self.eat_word("finally") {
            self.block()?;
        }
        Ok(())
    }

    fn function_declaration(&mut self, start: usize, edits: usize, is_async: bool) -> Parse<bool> {
        self.next();
        let is_generator = self.eat("*");
        if self.is_any_word() {
            self.next();
        }
        if self.function_rest(Flavor { is_async, is_generator }, false)? {
            return Ok(true);
        }
        // An overload, or what something else has the body of.
        self.erase_declaration(start, edits)
    }

    // ---- what is TypeScript only

    fn interface(&mut self) -> Parse {
        if !self.is_any_word() {
            return Err(self.expected("an identifier"));
        }
        self.next();
        self.type_parameters()?;
        if self.eat_word("extends") {
            self.heritage()?;
        }
        self.object_type()
    }

    /// Types with commas between them.
    fn heritage(&mut self) -> Parse {
        loop {
            self.ty()?;
            if !self.eat(",") {
                return Ok(());
            }
        }
    }

    fn namespace(&mut self, start: usize, edits: usize) -> Parse<bool> {
        let keyword = self.token.start;
        let is_module = self.is_word("module");
        self.next();
        if self.token.kind == Kind::String {
            if !self.context.ambient {
                return Err(self.expected("an identifier"));
            }
            self.next();
        } else if !self.is("{") {
            self.next();
            while self.eat(".") {
                self.next();
            }
            if is_module {
                return Err(self.unsupported(keyword, MODULE));
            }
        }
        if !self.is("{") {
            return self.erase_declaration(start, edits);
        }
        self.next();
        let mut stays = false;
        while !self.is("}") {
            if self.is_end() {
                return Err(self.expected("}"));
            }
            stays |= self.statement()?;
        }
        self.next();
        if stays && !self.context.ambient {
            let why = if self.mode == Mode::Strip { NAMESPACE } else { NAMESPACE_ANYWHERE };
            return Err(self.unsupported(keyword, why));
        }
        self.erase_statement(start, edits);
        Ok(false)
    }

    fn enumeration(&mut self, start: usize, edits: usize) -> Parse<bool> {
        let keyword = self.token.start;
        self.expect_word("enum")?;
        let name = self.text();
        if !self.is_identifier() {
            return Err(self.expected("an identifier"));
        }
        self.next();
        self.expect("{")?;
        let is_kept = self.mode == Mode::Transform && !self.context.ambient;
        if is_kept {
            // `export` stays where it is, `const` goes.
            let from = if self.source[start..].starts_with("export") { start + 6 } else { start };
            let text = format!("{} {name}; (function ($enum) {{", if from > start { " var" } else { "var" });
            self.replace(from, self.before, text);
        }
        let mut previous = None;
        while !self.is("}") {
            let member = self.token;
            let raw = self.text();
            if !matches!(member.kind, Kind::Word | Kind::String) {
                return Err(self.expected("an identifier"));
            }
            self.next();
            let has_value = self.eat("=");
            let value = self.token.start;
            if has_value {
                self.nested(Self::assignment)?;
            }
            let end = self.before;
            if is_kept {
                let key = if member.kind == Kind::Word { format!("\"{raw}\"") } else { raw.to_owned() };
                let is_name = member.kind == Kind::Word && !crate::parser::is_reserved(raw);
                let head = if is_name { format!("const {raw} = $enum[{key}] = ") } else { format!("$enum[{key}] = ") };
                let known = if is_name { raw.to_owned() } else { format!("$enum[{key}]") };
                let tail = format!("; if (typeof {known} !== \"string\") $enum[{known}] = {key};");
                let close = if self.is(",") { self.token.end } else { end };
                if has_value {
                    self.replace(member.start, value, format!("{head}("));
                    self.replace(end, close, format!("){tail}"));
                } else {
                    let next = previous.map_or_else(|| "0".to_owned(), |known: String| format!("{known} + 1"));
                    self.replace(member.start, close, format!("{head}{next}{tail}"));
                }
                previous = Some(known);
            }
            if !self.is("}") {
                self.expect(",")?;
            }
        }
        let close = self.token.start;
        self.expect("}")?;
        if is_kept {
            self.replace(close, self.before, format!("}})({name} || ({name} = {{}}));"));
            return Ok(true);
        }
        if !self.context.ambient {
            return Err(self.unsupported(keyword, ENUM));
        }
        self.erase_statement(start, edits);
        Ok(false)
    }

    // ---- imports and exports

    fn import_declaration(&mut self, start: usize, edits: usize) -> Parse<bool> {
        self.next();
        if self.token.kind == Kind::String {
            self.next();
            self.import_end()?;
            return Ok(true);
        }
        let mut is_type = false;
        if self.is_word("type") {
            let next = self.peek();
            let second = lexer::scan(self.source, next.end);
            is_type = match next.kind {
                // `import type from "x"` takes the default; in `import type from from "x"` that is the name.
                Kind::Word if self.text_of(next) == "from" => second.kind == Kind::Word || self.text_of(second) == "=",
                Kind::Word => true,
                _ => matches!(self.text_of(next), "{" | "*"),
            };
            if is_type {
                self.next();
            }
        } else if (self.is_word("defer") && self.peek_is("*"))
            || (self.is_word("source") && self.peek_is_word_on_line() && self.text_of(self.peek()) != "from")
        {
            self.next();
        }
        if self.is_any_word() {
            self.next();
            if self.is("=") {
                return self.import_equals(start, edits, is_type);
            }
            self.eat(",");
        }
        if self.eat("*") {
            self.expect_word("as")?;
            self.next();
        } else if self.is("{") {
            self.specifiers()?;
        }
        self.expect_word("from")?;
        self.expect_string()?;
        self.import_end()?;
        if is_type {
            self.erase_statement(start, edits);
        }
        Ok(!is_type)
    }

    /// `import name = require("x")`, `import name = a.b`.
    fn import_equals(&mut self, start: usize, edits: usize, is_type: bool) -> Parse<bool> {
        self.next();
        self.chain(true)?;
        self.semicolon()?;
        if is_type || self.context.ambient {
            self.erase_statement(start, edits);
            return Ok(false);
        }
        if self.mode == Mode::Strip {
            return Err(self.unsupported(start, IMPORT_EQUALS));
        }
        let import = start + self.source[start..].find("import").unwrap_or_default();
        self.replace(import, import + 6, "const".to_owned());
        Ok(true)
    }

    /// Attributes and the end.
    fn import_end(&mut self) -> Parse {
        if self.eat_word("with") || (self.is_word("assert") && !self.token.newline && self.eat_word("assert")) {
            self.nested(Self::attributes)?;
        }
        self.semicolon()
    }

    fn attributes(&mut self) -> Parse {
        self.expect("{")?;
        while !self.is("}") {
            self.property_name()?;
            self.expect(":")?;
            self.expect_string()?;
            if !self.is("}") {
                self.expect(",")?;
            }
        }
        self.expect("}")
    }

    /// `{ a, b as c, type D }`; those of types are erased.
    fn specifiers(&mut self) -> Parse {
        self.expect("{")?;
        while !self.is("}") {
            let start = self.token.start;
            let is_typed = self.is_word("type");
            let mut words = [""; 4];
            let mut count = 0;
            while matches!(self.token.kind, Kind::Word | Kind::String) {
                if count == 4 {
                    return Err(self.expected(","));
                }
                words[count] = self.text();
                count += 1;
                self.next();
            }
            // `type as T` renames what is called `type`; in `type as as T`, what is called `as` is a type.
            let is_type = is_typed && (count == 2 || count == 4);
            let is_plain = !is_type && (count == 1 || (count == 3 && words[1] == "as"));
            if !(is_plain || is_type && (count == 2 || words[2] == "as")) {
                return Err(self.expected("an identifier"));
            }
            if !self.is("}") {
                self.expect(",")?;
            }
            if is_type {
                self.blank(start, self.before);
            }
        }
        self.expect("}")
    }

    fn export_declaration(&mut self, start: usize, edits: usize) -> Parse<bool> {
        self.next();
        if self.is("*") || self.is("{") {
            self.export_list()?;
            return Ok(true);
        }
        if self.is("=") {
            let at = self.token.start;
            self.next();
            self.expression()?;
            self.semicolon()?;
            if self.context.ambient {
                return Ok(true);
            }
            if self.mode == Mode::Strip {
                return Err(self.unsupported(start, EXPORT_ASSIGNMENT));
            }
            self.replace(start, at, "module.exports ".to_owned());
            return Ok(true);
        }
        if self.is_word("as") {
            self.next();
            self.expect_word("namespace")?;
            self.next();
            return self.erase_declaration(start, edits);
        }
        if self.eat_word("default") {
            return self.export_default(start, edits);
        }
        let next = self.peek();
        if self.is_word("type") && matches!(self.text_of(next), "{" | "*") {
            self.next();
            self.export_list()?;
            self.erase_statement(start, edits);
            return Ok(false);
        }
        if self.is_word("import") {
            return self.import_declaration(start, edits);
        }
        let is_declaration = self.is("@")
            || (self.is_any_word()
                && (self.begins_declaration(self.text()) || self.is_word("declare") || self.is_word("await")));
        if !is_declaration {
            return Err(self.expected("{, *, default or a declaration"));
        }
        self.statement_from(start)
    }

    fn export_list(&mut self) -> Parse {
        if self.eat("*") {
            if self.eat_word("as") {
                self.next();
            }
            self.expect_word("from")?;
            self.expect_string()?;
            return self.import_end();
        }
        self.specifiers()?;
        if self.eat_word("from") {
            self.expect_string()?;
            return self.import_end();
        }
        self.semicolon()
    }

    fn export_default(&mut self, start: usize, edits: usize) -> Parse<bool> {
        let next = self.peek();
        let on_line = next.kind == Kind::Word && !next.newline;
        match self.text() {
            "function" => self.function_declaration(start, edits, false),
            "async" if on_line && self.text_of(next) == "function" => {
                self.next();
                self.function_declaration(start, edits, true)
            }
            "class" | "@" => {
                self.decorators()?;
                self.class().map(|()| true)
            }
            "abstract" if on_line && self.text_of(next) == "class" => {
                let at = self.token.start;
                self.next();
                self.blank(at, self.before);
                self.class().map(|()| true)
            }
            "interface" if on_line => {
                self.next();
                self.interface()?;
                self.erase_statement(start, edits);
                Ok(false)
            }
            _ => {
                self.assignment()?;
                self.semicolon()?;
                Ok(true)
            }
        }
    }

    // ---- classes

    pub(crate) fn class(&mut self) -> Parse {
        self.expect_word("class")?;
        if self.is_identifier() && !(self.is_word("implements") && !self.peek_is("{") && !self.peek_is("<")) {
            self.next();
        }
        self.type_parameters()?;
        let is_derived = self.is_word("extends");
        if is_derived {
            self.next();
            self.nested(|it| it.chain(true))?;
            if self.is("<") {
                let start = self.token.start;
                self.erased_type(start, Self::type_arguments)?;
            }
        }
        if self.is_word("implements") {
            let start = self.token.start;
            self.next();
            self.erased_type(start, Self::heritage)?;
        }
        self.expect("{")?;
        let around = self.context;
        self.context.no_in = false;
        self.context.in_consequent = false;
        self.context.in_function = true;
        self.context.in_async = false;
        self.context.in_generator = false;
        let body = self.before;
        let outer_fields = std::mem::take(&mut self.parameter_fields);
        let members = self.members();
        // Parameter properties are fields, too, declared before all others.
        let fields = std::mem::replace(&mut self.parameter_fields, outer_fields);
        self.context = around;
        members?;
        if !fields.is_empty() {
            self.replace(body, body, fields);
        }
        self.expect("}")
    }

    fn members(&mut self) -> Parse {
        // Whether the member before is a field that only its line ended.
        let mut is_open = false;
        while !self.is("}") {
            if self.eat(";") {
                is_open = false;
                continue;
            }
            is_open = self.deeper(|it| it.member(is_open))?;
        }
        Ok(())
    }

    /// A member of a class. Gives whether a line break only ends what is before the next one.
    fn member(&mut self, is_open: bool) -> Parse<bool> {
        let start = self.token.start;
        let edits = self.edits.len();
        self.decorators()?;
        let first = self.token.start;
        let (mut is_erased, mut flavor) = (self.context.ambient, Flavor::default());
        let mut is_blanked = false;
        while self.is_any_word() {
            let word = self.text();
            let next = self.peek();
            if word == "static" && self.text_of(next) == "{" {
                self.next();
                self.block()?;
                return Ok(false);
            }
            if !is_modifier(word) || !can_follow_modifier(next.kind, self.text_of(next)) {
                break;
            }
            if next.newline && !matches!(word, "static" | "get" | "set") {
                break;
            }
            let at = self.token.start;
            self.next();
            match word {
                "static" | "accessor" | "get" | "set" => {}
                "async" => flavor.is_async = true,
                _ => {
                    is_erased |= matches!(word, "abstract" | "declare");
                    self.blank(at, self.before);
                    is_blanked |= at == first;
                }
            }
        }
        flavor.is_generator = self.eat("*");
        if is_open
            && is_blanked
            && (flavor.is_generator || self.is("[") || self.is_word("in") || self.is_word("instanceof"))
        {
            self.put(first, b';');
        }
        if self.is("[") && self.is_index_signature() {
            self.index_signature()?;
            return self.erase_member(start, edits, is_open);
        }
        let name = self.text();
        self.property_name()?;
        if self.is("?") || (self.is("!") && !self.token.newline) {
            let at = self.token.start;
            self.next();
            self.blank(at, self.before);
        }
        if self.is("(") || self.is("<") {
            let is_constructor = name == "constructor" && !flavor.is_generator && !flavor.is_async;
            let has_body = self.function_rest(flavor, is_constructor)?;
            if has_body && !is_erased {
                return Ok(false);
            }
            if !has_body && !self.eat(";") && !self.is("}") && !self.token.newline {
                return Err(self.expected("{"));
            }
            return self.erase_member(start, edits, is_open);
        }
        self.field(name, is_erased, start, edits, is_open)
    }

    fn field(&mut self, name: &str, is_erased: bool, start: usize, edits: usize, is_open: bool) -> Parse<bool> {
        let has_type = self.is(":");
        self.type_annotation()?;
        let blanked = self.blank_before();
        let has_value = self.eat("=");
        if has_value {
            self.nested(Self::assignment)?;
        }
        if is_erased {
            self.semicolon()?;
            return self.erase_member(start, edits, is_open);
        }
        let explicit = self.is(";");
        self.semicolon()?;
        if explicit {
            return Ok(false);
        }
        // What reads as a modifier of the next member without its type.
        if has_type
            && !has_value
            && matches!(name, "get" | "set" | "static" | "async" | "accessor")
            && !self.is("}")
            && let Some(at) = blanked
        {
            self.put(at, b';');
            return Ok(false);
        }
        Ok(!self.is("}"))
    }

    fn erase_member(&mut self, start: usize, edits: usize, is_open: bool) -> Parse<bool> {
        self.eat(";");
        self.edits.truncate(edits);
        self.blank(start, self.before);
        let is_hazard =
            self.is("[") || self.is("*") || self.is("(") || self.is_word("in") || self.is_word("instanceof");
        if is_open && is_hazard {
            self.put(start, b';');
            return Ok(false);
        }
        Ok(is_open)
    }

    fn is_index_signature(&self) -> bool {
        let name = self.peek();
        name.kind == Kind::Word && self.text_of(lexer::scan(self.source, name.end)) == ":"
    }

    fn index_signature(&mut self) -> Parse {
        self.next();
        self.next();
        self.next();
        self.ty()?;
        self.expect("]")?;
        if self.eat(":") {
            self.ty()?;
        }
        self.semicolon()
    }

    /// The body of a constructor some of whose parameters are properties: these are set where `this` is there.
    pub(crate) fn constructor_body(&mut self, properties: &[(usize, usize)]) -> Parse {
        let mut fields = String::new();
        let mut assignments = String::new();
        for &(start, end) in properties {
            let name = &self.source[start..end];
            fields += &format!(" {name};");
            assignments += &format!(" this.{name} = {name};");
        }
        let open = self.token.start;
        self.expect("{")?;
        let mut place = open + 1;
        while !self.is("}") {
            if self.is_end() {
                return Err(self.expected("}"));
            }
            let is_super = self.is_word("super") && self.peek_is("(");
            self.statement()?;
            if is_super {
                place = self.before;
            }
        }
        self.expect("}")?;
        let before = if place > open + 1 && !self.source[..place].ends_with(';') { ";" } else { "" };
        self.replace(place, place, format!("{before}{assignments}"));
        self.parameter_fields = fields;
        Ok(())
    }
}

fn is_modifier(word: &str) -> bool {
    matches!(
        word,
        "public"
            | "private"
            | "protected"
            | "readonly"
            | "abstract"
            | "override"
            | "declare"
            | "static"
            | "accessor"
            | "async"
            | "get"
            | "set"
    )
}

fn can_follow_modifier(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Word | Kind::String | Kind::Number | Kind::Private => true,
        Kind::Punctuator => matches!(text, "[" | "*" | "{"),
        _ => false,
    }
}
