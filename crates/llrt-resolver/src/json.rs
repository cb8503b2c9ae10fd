//! A strict JSON reader for `package.json`: keeps the order of keys, and skips what nobody asks for without allocating.

/// A JSON value; objects keep their keys in the order of the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The member `key` of an object; of repeated keys the last counts, as in JavaScript.
    pub(crate) fn get(&self, key: &str) -> Option<&Json> {
        let Json::Object(members) = self else {
            return None;
        };
        let found = members.iter().rfind(|(name, _)| name == key);
        found.map(|(_, value)| value)
    }
}

/// The text is not JSON.
#[derive(Debug, PartialEq)]
pub(crate) struct NotJson;

/// Nesting beyond this is refused, so that a hostile file cannot exhaust the stack.
const MAX_DEPTH: usize = 128;

/// Parses an object and keeps the members that `wanted` accepts.
pub(crate) fn parse_object(text: &str, wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, Json)>, NotJson> {
    let mut reader = Reader::new(text);
    reader.space();
    let members = reader.object(0, &wanted)?;
    reader.space();
    match reader.peek() {
        None => Ok(members),
        Some(_) => Err(NotJson),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), NotJson> {
        if self.peek() != Some(byte) {
            return Err(NotJson);
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, NotJson> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(NotJson);
        }
        self.at += word.len();
        Ok(value)
    }

    /// Reads one value; returns `Null` in its place when it is not to be kept.
    fn value(&mut self, depth: usize, keep: bool) -> Result<Json, NotJson> {
        if depth > MAX_DEPTH {
            return Err(NotJson);
        }
        self.space();
        match self.peek().ok_or(NotJson)? {
            b'{' => {
                let members = self.object(depth, &|_| keep)?;
                Ok(if keep { Json::Object(members) } else { Json::Null })
            }
            b'[' => self.array(depth, keep),
            b'"' => {
                let text = self.string(keep)?;
                Ok(if keep { Json::String(text) } else { Json::Null })
            }
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<(String, Json)>, NotJson> {
        self.expect(b'{')?;
        let mut members = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(members);
        }
        loop {
            self.space();
            let start = self.at;
            self.string(false)?;
            let raw = &self.text[start + 1..self.at - 1];
            let escaped = raw.contains('\\');
            let keep = wanted(raw) || escaped;
            let name = if !keep {
                String::new()
            } else if escaped {
                self.at = start;
                self.string(true)?
            } else {
                raw.to_owned()
            };
            let keep = keep && (!escaped || wanted(&name));
            self.space();
            self.expect(b':')?;
            let value = self.value(depth + 1, keep)?;
            if keep {
                members.push((name, value));
            }
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => {
                    self.expect(b'}')?;
                    return Ok(members);
                }
            }
        }
    }

    fn array(&mut self, depth: usize, keep: bool) -> Result<Json, NotJson> {
        self.expect(b'[')?;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(items));
        }
        loop {
            let item = self.value(depth + 1, keep)?;
            if keep {
                items.push(item);
            }
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => {
                    self.expect(b']')?;
                    return Ok(Json::Array(items));
                }
            }
        }
    }

    fn string(&mut self, keep: bool) -> Result<String, NotJson> {
        self.expect(b'"')?;
        let mut out = String::new();
        let mut start = self.at;
        loop {
            match self.peek().ok_or(NotJson)? {
                b'"' => {
                    if keep {
                        out.push_str(&self.text[start..self.at]);
                    }
                    self.at += 1;
                    return Ok(out);
                }
                b'\\' => {
                    if keep {
                        out.push_str(&self.text[start..self.at]);
                    }
                    self.at += 1;
                    let character = self.escape()?;
                    if keep {
                        out.push(character);
                    }
                    start = self.at;
                }
                0..=0x1f => return Err(NotJson),
                _ => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, NotJson> {
        let kind = self.peek().ok_or(NotJson)?;
        self.at += 1;
        Ok(match kind {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex4()?;
                let code = if (0xd800..0xdc00).contains(&first) && self.text.as_bytes()[self.at..].starts_with(b"\\u") {
                    let back = self.at;
                    self.at += 2;
                    let second = self.hex4()?;
                    if (0xdc00..0xe000).contains(&second) {
                        0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
                    } else {
                        self.at = back;
                        first
                    }
                } else {
                    first
                };
                // A lone surrogate cannot be in a path: what it becomes does not matter.
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return Err(NotJson),
        })
    }

    fn hex4(&mut self) -> Result<u32, NotJson> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).ok_or(NotJson)?;
        self.at += 4;
        digits.iter().try_fold(0, |code, &digit| {
            let value = char::from(digit).to_digit(16).ok_or(NotJson)?;
            Ok(code << 4 | value)
        })
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(NotJson) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<Json, NotJson> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        let number = self.text[start..self.at].parse().map_err(|_| NotJson)?;
        Ok(Json::Number(number))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Result<Json, NotJson> {
        parse_object(text, |_| true).map(Json::Object)
    }

    fn theirs(value: &serde_json::Value) -> Json {
        use serde_json::Value;
        match value {
            Value::Null => Json::Null,
            Value::Bool(it) => Json::Bool(*it),
            Value::Number(it) => Json::Number(it.as_f64().expect("a number")),
            Value::String(it) => Json::String(it.clone()),
            Value::Array(it) => Json::Array(it.iter().map(theirs).collect()),
            Value::Object(it) => Json::Object(it.iter().map(|(k, v)| (k.clone(), theirs(v))).collect()),
        }
    }

    /// serde_json sorts keys, and keeps the last of repeated ones.
    fn sorted(json: Json) -> Json {
        match json {
            Json::Array(items) => Json::Array(items.into_iter().map(sorted).collect()),
            Json::Object(members) => {
                let map: std::collections::BTreeMap<_, _> = members.into_iter().map(|(k, v)| (k, sorted(v))).collect();
                Json::Object(map.into_iter().collect())
            }
            other => other,
        }
    }

    #[test]
    fn keys_stay_in_order() {
        let json = all(r#"{"z":1,"a":{"y":2,"b":3},"0":4}"#).expect("valid");
        let Json::Object(members) = &json else { panic!("an object") };
        let names: Vec<_> = members.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["z", "a", "0"]);
    }

    #[test]
    fn unwanted_members_are_checked_but_not_kept() {
        let only = |text| parse_object(text, |name| name == "main");
        assert_eq!(
            only(r#"{"a":[1,{"b":"\n"}],"m\u0061in":"x"}"#),
            Ok(vec![("main".into(), Json::String("x".into()))])
        );
        assert_eq!(only(r#"{"a":[1,{"b":}],"main":"x"}"#), Err(NotJson));
    }

    #[test]
    fn of_repeated_keys_the_last_counts() {
        let json = all(r#"{"a":1,"a":2}"#).expect("valid");
        assert_eq!(json.get("a"), Some(&Json::Number(2.0)));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            "[]",
            "{",
            "{}x",
            "{'a':1}",
            r#"{"a":1,}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\u12"}"#,
            "{\"a\":\"\n\"}",
            r#"{"a":[1,]}"#,
            r#"{"a":nul}"#,
            r#"{"a":-}"#,
            r#"{"a":1e}"#,
            r#"{"a" 1}"#,
            r#"{a:1}"#,
            "{\"a\":/**/1}",
        ] {
            assert_eq!(all(text), Err(NotJson), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_without_overflow() {
        let text = format!("{{\"a\":{}", "[".repeat(100_000));
        assert_eq!(all(&text), Err(NotJson));
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i32>().prop_map(Into::into),
            ".*".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::btree_map(".{0,6}", inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_what_serde_json_writes(value in json()) {
            let text = serde_json::to_string_pretty(&serde_json::json!({ "v": value })).expect("text");
            let read = all(&text).expect("valid");
            prop_assert_eq!(read.get("v"), Some(&theirs(&value)));
        }

        #[test]
        fn accepts_exactly_what_serde_json_accepts(text in r#"\{("[a-c\\u0]{0,4}"|[:,{}\[\] 0-9eE.+-]|true|null){0,12}\}"#) {
            let expected = serde_json::from_str::<serde_json::Value>(&text);
            match all(&text) {
                Ok(read) => prop_assert_eq!(sorted(read), theirs(&expected.expect("also valid"))),
                // Out-of-range numbers are the one thing serde_json refuses and JavaScript does not.
                Err(_) => prop_assert!(expected.is_err()),
            }
        }
    }
}
