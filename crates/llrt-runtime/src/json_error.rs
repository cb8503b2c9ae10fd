//! Why a text is no JSON, in V8's words. The engine's differ in some places; only a JSON file that does not parse pays for that.

/// What is wrong, and where, in UTF-16 units.
struct Wrong {
    what: What,
    at: usize,
}

enum What {
    /// `{} in JSON at position ...`
    At(&'static str),
    /// The text ends too early.
    End,
    /// What stands there begins no value.
    Token,
}

/// V8's message for a text that is no JSON; `None` for one that is.
pub(crate) fn explain(text: &str) -> Option<String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut reader = Reader { units: &units, at: 0 };
    let Wrong { what, at } = reader.document().err()?;
    Some(match what {
        What::End => "Unexpected end of JSON input".to_owned(),
        What::At(what) => {
            let before = &units[..at];
            let line = before.iter().filter(|unit| **unit == u16::from(b'\n')).count() + 1;
            let column = before.iter().rev().take_while(|unit| **unit != u16::from(b'\n')).count() + 1;
            format!("{what} at position {at} (line {line} column {column})")
        }
        What::Token => {
            let token = String::from_utf16_lossy(&units[at..=at]);
            // Of a long text, ten characters on either side.
            let (start, end) =
                if units.len() < 21 { (0, units.len()) } else { (at.saturating_sub(10), (at + 10).min(units.len())) };
            let shown = String::from_utf16_lossy(&units[start..end]);
            let (before, after) = (if start > 0 { "..." } else { "" }, if end < units.len() { "..." } else { "" });
            format!("Unexpected token '{token}', {before}\"{shown}\"{after} is not valid JSON")
        }
    })
}

struct Reader<'a> {
    units: &'a [u16],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        // What is not ASCII is punctuation of no kind.
        self.units.get(self.at).map(|unit| u8::try_from(*unit).unwrap_or(0))
    }

    fn wrong<T>(&self, what: &'static str) -> Result<T, Wrong> {
        Err(Wrong { what: What::At(what), at: self.at })
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn document(&mut self) -> Result<(), Wrong> {
        self.value()?;
        self.space();
        if self.peek().is_some() { self.wrong("Unexpected non-whitespace character after JSON") } else { Ok(()) }
    }

    /// Without recursion: a hostile text must not exhaust the stack.
    fn value(&mut self) -> Result<(), Wrong> {
        let mut open = Vec::new();
        loop {
            self.space();
            match self.peek() {
                Some(b'{') => {
                    self.at += 1;
                    self.space();
                    match self.peek() {
                        Some(b'}') => self.at += 1,
                        Some(b'"') => {
                            self.name()?;
                            open.push(b'}');
                            continue;
                        }
                        _ => return self.wrong("Expected property name or '}' in JSON"),
                    }
                }
                Some(b'[') => {
                    self.at += 1;
                    self.space();
                    if self.peek() != Some(b']') {
                        open.push(b']');
                        continue;
                    }
                    self.at += 1;
                }
                Some(b'"') => self.string()?,
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                Some(_) => return Err(Wrong { what: What::Token, at: self.at }),
                None => return Err(Wrong { what: What::End, at: self.at }),
            }
            // A value has ended: so may those around it.
            loop {
                let Some(close) = open.last().copied() else { return Ok(()) };
                self.space();
                match self.peek() {
                    Some(byte) if byte == close => {
                        self.at += 1;
                        open.pop();
                    }
                    Some(b',') => {
                        self.at += 1;
                        if close == b'}' {
                            self.space();
                            match self.peek() {
                                Some(b'"') => self.name()?,
                                _ => return self.wrong("Expected double-quoted property name in JSON"),
                            }
                        }
                        break;
                    }
                    _ if close == b'}' => return self.wrong("Expected ',' or '}' after property value in JSON"),
                    _ => return self.wrong("Expected ',' or ']' after array element in JSON"),
                }
            }
        }
    }

    fn name(&mut self) -> Result<(), Wrong> {
        self.string()?;
        self.space();
        if self.peek() != Some(b':') {
            return self.wrong("Expected ':' after property name in JSON");
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), Wrong> {
        for byte in word.bytes() {
            match self.peek() {
                Some(found) if found == byte => self.at += 1,
                Some(_) => return Err(Wrong { what: What::Token, at: self.at }),
                None => return Err(Wrong { what: What::End, at: self.at }),
            }
        }
        Ok(())
    }

    fn digits(&mut self, missing: &'static str) -> Result<(), Wrong> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return self.wrong(missing);
        }
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Wrong> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if let Some(b'0'..=b'9') = self.peek() {
                return self.wrong("Unexpected number in JSON");
            }
        } else {
            self.digits("No number after minus sign in JSON")?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("Unterminated fractional number in JSON")?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits("Exponent part is missing a number in JSON")?;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), Wrong> {
        self.at += 1;
        loop {
            match self.units.get(self.at) {
                None => return self.wrong("Unterminated string in JSON"),
                Some(0x22) => break,
                Some(0..0x20) => return self.wrong("Bad control character in string literal in JSON"),
                Some(0x5c) => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {}
                        Some(b'u') => {
                            for _ in 0..4 {
                                self.at += 1;
                                if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                                    return self.wrong("Bad Unicode escape in JSON");
                                }
                            }
                        }
                        None => return self.wrong("Unterminated string in JSON"),
                        Some(_) => return self.wrong("Bad escaped character in JSON"),
                    }
                }
                Some(_) => {}
            }
            self.at += 1;
        }
        self.at += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::explain;

    #[test]
    fn json_is_not_explained() {
        for text in ["1", " {\"a\": [1, -2.5e+3, true, null, {}, []], \"b\\u00e4\": \"\\n\"} ", "\"\"", "0"] {
            assert_eq!(explain(text), None, "{text}");
        }
    }

    // What Node 24 says.
    #[test]
    fn each_error_reads_as_in_v8() {
        for (text, message) in [
            ("\",0", "Unterminated string in JSON at position 3 (line 1 column 4)"),
            ("{a}", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
            ("", "Unexpected end of JSON input"),
            ("[1,", "Unexpected end of JSON input"),
            ("{\"a\":1", "Expected ',' or '}' after property value in JSON at position 6 (line 1 column 7)"),
            ("{\"a\" 1}", "Expected ':' after property name in JSON at position 5 (line 1 column 6)"),
            ("\"\\x\"", "Bad escaped character in JSON at position 2 (line 1 column 3)"),
            ("01", "Unexpected number in JSON at position 1 (line 1 column 2)"),
            ("tru", "Unexpected end of JSON input"),
            ("1 2", "Unexpected non-whitespace character after JSON at position 2 (line 1 column 3)"),
            ("{\"a\":1,}", "Expected double-quoted property name in JSON at position 7 (line 1 column 8)"),
            ("\"a\nb\"", "Bad control character in string literal in JSON at position 2 (line 1 column 3)"),
            ("[1\n2]", "Expected ',' or ']' after array element in JSON at position 3 (line 2 column 1)"),
            ("-", "No number after minus sign in JSON at position 1 (line 1 column 2)"),
            ("1.", "Unterminated fractional number in JSON at position 2 (line 1 column 3)"),
            ("\"\\u12\"", "Bad Unicode escape in JSON at position 5 (line 1 column 6)"),
            ("{\"a\":1,\n \"b\": x\n}", "Unexpected token 'x', \"{\"a\":1,\n \"b\": x\n}\" is not valid JSON"),
            ("abcdefghijklmnopqrstuvwxyz", "Unexpected token 'a', \"abcdefghij\"... is not valid JSON"),
        ] {
            assert_eq!(explain(text).as_deref(), Some(message), "{text}");
        }
    }
}
