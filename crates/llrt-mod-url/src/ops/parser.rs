//! The basic URL parser, state by state: <https://url.spec.whatwg.org/#concept-basic-url-parser>.

use std::borrow::Cow;

use super::{
    encode::{self, percent_encode_into},
    host,
    record::{Record, default_port, is_special},
};

/// Where the parser is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    SchemeStart,
    NoScheme,
    SpecialRelativeOrAuthority,
    PathOrAuthority,
    Relative,
    RelativeSlash,
    SpecialAuthoritySlashes,
    SpecialAuthorityIgnoreSlashes,
    Authority,
    Host,
    Hostname,
    Port,
    File,
    FileSlash,
    FileHost,
    PathStart,
    Path,
    OpaquePath,
    Query,
    Fragment,
}

/// Parses a whole URL.
pub(super) fn parse(input: &str, base: Option<&Record>) -> Option<Record> {
    let input = input.trim_matches(|c: char| c <= ' ');
    let input = without_newlines(input);
    let mut url = Record::default();
    let mut parser = Parser { input: &input, base, url: &mut url, state: State::SchemeStart, given: None, at: 0 };
    parser.run().ok()?;
    Some(url)
}

/// Parses a part of `url` from `state` on, as a setter does, and tells whether it could. If not, `url` is as it was.
pub(super) fn parse_into(input: &str, url: &mut Record, state: State) -> bool {
    let input = without_newlines(input);
    let mut changed = url.clone();
    let mut parser = Parser { input: &input, base: None, url: &mut changed, state, given: Some(state), at: 0 };
    let parsed = parser.run().is_ok();
    if parsed {
        *url = changed;
    }
    parsed
}

fn without_newlines(input: &str) -> Cow<'_, str> {
    let is_newline = |c: char| matches!(c, '\t' | '\n' | '\r');
    if input.contains(is_newline) { input.replace(is_newline, "").into() } else { input.into() }
}

/// The input is no URL.
struct Failure;

/// Whether there is more to do.
enum Flow {
    /// Go on in `state`, at `at`.
    Next,
    Done,
}

type Step = Result<Flow, Failure>;

struct Parser<'a> {
    input: &'a str,
    base: Option<&'a Record>,
    url: &'a mut Record,
    state: State,
    /// The state that a setter starts with ("state override").
    given: Option<State>,
    /// Where in `input` the state starts.
    at: usize,
}

impl<'a> Parser<'a> {
    /// Each state reads all that belongs to it and says in `state` what follows.
    fn run(&mut self) -> Result<(), Failure> {
        loop {
            let step = match self.state {
                State::SchemeStart => self.scheme(),
                State::NoScheme => self.no_scheme(),
                State::SpecialRelativeOrAuthority => self.special_relative_or_authority(),
                State::PathOrAuthority => self.path_or_authority(),
                State::Relative => self.relative(),
                State::RelativeSlash => self.relative_slash(),
                State::SpecialAuthoritySlashes => self.special_authority_slashes(),
                State::SpecialAuthorityIgnoreSlashes => self.special_authority_ignore_slashes(),
                State::Authority => self.authority(),
                State::Host | State::Hostname => self.host(),
                State::Port => self.port(),
                State::File => self.file(),
                State::FileSlash => self.file_slash(),
                State::FileHost => self.file_host(),
                State::PathStart => self.path_start(),
                State::Path => self.path(),
                State::OpaquePath => self.opaque_path(),
                State::Query => self.query(),
                State::Fragment => self.fragment(),
            };
            if let Flow::Done = step? {
                return Ok(());
            }
        }
    }

    fn rest(&self) -> &'a str {
        &self.input[self.at..]
    }

    /// The byte at the pointer; `None` at the end.
    fn c(&self) -> Option<u8> {
        self.input.as_bytes().get(self.at).copied()
    }

    fn to(&mut self, state: State, skip: usize) -> Step {
        self.state = state;
        self.at += skip;
        Ok(Flow::Next)
    }

    /// `/`, or `\` where the scheme is special.
    fn is_slash(&self, c: Option<u8>) -> bool {
        c == Some(b'/') || (c == Some(b'\\') && self.url.is_special())
    }

    fn scheme(&mut self) -> Step {
        let rest = self.rest();
        let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let end = rest.bytes().position(|byte| !is_scheme(byte)).unwrap_or(rest.len());
        let valid = rest.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
        if !valid || rest.as_bytes().get(end) != Some(&b':') {
            return if self.given.is_some() { Err(Failure) } else { self.to(State::NoScheme, 0) };
        }
        let scheme = rest[..end].to_ascii_lowercase();
        if self.given.is_some() {
            let url = &mut *self.url;
            let refused = is_special(&url.scheme) != is_special(&scheme)
                || (scheme == "file" && (url.has_credentials() || url.port.is_some()))
                || (url.scheme == "file" && url.host.as_ref().is_none_or(String::is_empty));
            if !refused {
                url.scheme = scheme;
                if url.port == default_port(&url.scheme) {
                    url.port = None;
                }
            }
            return Ok(Flow::Done);
        }
        self.url.scheme = scheme;
        self.at += end + 1;
        if self.url.scheme == "file" {
            return self.to(State::File, 0);
        }
        if self.url.is_special() {
            let same = self.base.is_some_and(|base| base.scheme == self.url.scheme);
            let state = if same { State::SpecialRelativeOrAuthority } else { State::SpecialAuthoritySlashes };
            return self.to(state, 0);
        }
        if self.c() == Some(b'/') {
            return self.to(State::PathOrAuthority, 1);
        }
        self.url.opaque = true;
        self.to(State::OpaquePath, 0)
    }

    fn no_scheme(&mut self) -> Step {
        let base = self.base.ok_or(Failure)?;
        if base.opaque {
            if self.c() != Some(b'#') {
                return Err(Failure);
            }
            *self.url = Record { fragment: Some(String::new()), ..base.clone() };
            return self.to(State::Fragment, 1);
        }
        self.to(if base.scheme == "file" { State::File } else { State::Relative }, 0)
    }

    fn special_relative_or_authority(&mut self) -> Step {
        if self.rest().starts_with("//") {
            return self.to(State::SpecialAuthorityIgnoreSlashes, 2);
        }
        self.to(State::Relative, 0)
    }

    fn path_or_authority(&mut self) -> Step {
        if self.c() == Some(b'/') { self.to(State::Authority, 1) } else { self.to(State::Path, 0) }
    }

    fn relative(&mut self) -> Step {
        let base = self.base.ok_or(Failure)?;
        self.url.scheme.clone_from(&base.scheme);
        if self.is_slash(self.c()) {
            return self.to(State::RelativeSlash, 1);
        }
        self.copy_base(base);
        self.after_base_path()
    }

    /// Everything up to the query.
    fn copy_base(&mut self, base: &Record) {
        let scheme = std::mem::take(&mut self.url.scheme);
        *self.url = Record { scheme, fragment: None, ..base.clone() };
    }

    fn after_base_path(&mut self) -> Step {
        match self.c() {
            None => Ok(Flow::Done),
            Some(b'?') => {
                self.url.query = Some(String::new());
                self.to(State::Query, 1)
            }
            Some(b'#') => {
                self.url.fragment = Some(String::new());
                self.to(State::Fragment, 1)
            }
            Some(_) => {
                self.url.query = None;
                self.shorten_path();
                self.to(State::Path, 0)
            }
        }
    }

    fn relative_slash(&mut self) -> Step {
        if self.url.is_special() && self.is_slash(self.c()) {
            return self.to(State::SpecialAuthorityIgnoreSlashes, 1);
        }
        if self.c() == Some(b'/') {
            return self.to(State::Authority, 1);
        }
        let base = self.base.ok_or(Failure)?;
        self.copy_base(base);
        self.url.path.clear();
        self.url.query = None;
        self.to(State::Path, 0)
    }

    fn special_authority_slashes(&mut self) -> Step {
        let skip = if self.rest().starts_with("//") { 2 } else { 0 };
        self.to(State::SpecialAuthorityIgnoreSlashes, skip)
    }

    fn special_authority_ignore_slashes(&mut self) -> Step {
        let skip = self.rest().bytes().take_while(|byte| matches!(byte, b'/' | b'\\')).count();
        self.to(State::Authority, skip)
    }

    /// Where host or authority end.
    fn authority_end(&self) -> usize {
        let ends = |byte: u8| matches!(byte, b'/' | b'?' | b'#') || self.is_slash(Some(byte));
        self.rest().bytes().position(ends).unwrap_or(self.rest().len())
    }

    fn authority(&mut self) -> Step {
        let authority = &self.rest()[..self.authority_end()];
        if let Some(at_sign) = authority.rfind('@') {
            if at_sign + 1 == authority.len() {
                return Err(Failure);
            }
            let (username, password) = authority[..at_sign].split_once(':').unwrap_or((&authority[..at_sign], ""));
            percent_encode_into(&mut self.url.username, username, &encode::USERINFO);
            percent_encode_into(&mut self.url.password, password, &encode::USERINFO);
            self.at += at_sign + 1;
        }
        self.to(State::Host, 0)
    }

    fn host(&mut self) -> Step {
        if self.given.is_some() && self.url.scheme == "file" {
            return self.to(State::FileHost, 0);
        }
        let text = &self.rest()[..self.authority_end()];
        let mut in_brackets = false;
        let colon = text.bytes().position(|byte| {
            in_brackets = (in_brackets || byte == b'[') && byte != b']';
            byte == b':' && !in_brackets
        });
        let text = match colon {
            Some(0) => return Err(Failure),
            Some(_) if self.given == Some(State::Hostname) => return Err(Failure),
            Some(colon) => &text[..colon],
            None => text,
        };
        if text.is_empty() && self.url.is_special() {
            return Err(Failure);
        }
        if self.given.is_some() && text.is_empty() && (self.url.has_credentials() || self.url.port.is_some()) {
            return Err(Failure);
        }
        let host = if text.is_empty() { Some(String::new()) } else { host::parse(text, !self.url.is_special()) };
        self.url.host = Some(host.ok_or(Failure)?);
        self.at += text.len();
        if colon.is_some() {
            return self.to(State::Port, 1);
        }
        if self.given.is_some() { Ok(Flow::Done) } else { self.to(State::PathStart, 0) }
    }

    fn port(&mut self) -> Step {
        let rest = self.rest();
        let len = rest.bytes().take_while(u8::is_ascii_digit).count();
        let next = rest.as_bytes().get(len).copied();
        if !(matches!(next, None | Some(b'/' | b'?' | b'#')) || self.is_slash(next) || self.given.is_some()) {
            return Err(Failure);
        }
        if len > 0 {
            match rest[..len].trim_start_matches('0') {
                "" => self.url.port = Some(0),
                digits => match digits.parse() {
                    Ok(port) => self.url.port = Some(port),
                    // The host that was read before the port stays.
                    Err(_) if self.given == Some(State::Host) => return Ok(Flow::Done),
                    Err(_) => return Err(Failure),
                },
            }
            if self.url.port == default_port(&self.url.scheme) {
                self.url.port = None;
            }
        } else if self.given == Some(State::Port) {
            return Err(Failure);
        }
        if self.given.is_some() { Ok(Flow::Done) } else { self.to(State::PathStart, len) }
    }

    fn file(&mut self) -> Step {
        self.url.scheme = "file".to_owned();
        self.url.host = Some(String::new());
        if matches!(self.c(), Some(b'/' | b'\\')) {
            return self.to(State::FileSlash, 1);
        }
        let Some(base) = self.base.filter(|base| base.scheme == "file") else {
            return self.to(State::Path, 0);
        };
        self.copy_base(base);
        if starts_with_drive_letter(self.rest()) {
            self.url.query = None;
            self.url.path.clear();
            return self.to(State::Path, 0);
        }
        self.after_base_path()
    }

    fn file_slash(&mut self) -> Step {
        if matches!(self.c(), Some(b'/' | b'\\')) {
            return self.to(State::FileHost, 1);
        }
        if let Some(base) = self.base.filter(|base| base.scheme == "file") {
            self.url.host.clone_from(&base.host);
            let first = base.path.split('/').nth(1).unwrap_or_default();
            if !starts_with_drive_letter(self.rest()) && is_normalized_drive_letter(first) {
                self.url.path = format!("/{first}");
            }
        }
        self.to(State::Path, 0)
    }

    fn file_host(&mut self) -> Step {
        let ends = |byte| matches!(byte, b'/' | b'\\' | b'?' | b'#');
        let text = self.rest();
        let text = &text[..text.bytes().position(ends).unwrap_or(text.len())];
        if self.given.is_none() && is_drive_letter(text) {
            return self.to(State::Path, 0);
        }
        let host = match text {
            "" => String::new(),
            text => host::parse(text, false).ok_or(Failure)?,
        };
        self.url.host = Some(if host == "localhost" { String::new() } else { host });
        if self.given.is_some() { Ok(Flow::Done) } else { self.to(State::PathStart, text.len()) }
    }

    fn path_start(&mut self) -> Step {
        if self.url.is_special() {
            let skip = usize::from(self.is_slash(self.c()));
            return self.to(State::Path, skip);
        }
        match self.c() {
            Some(b'?') if self.given.is_none() => {
                self.url.query = Some(String::new());
                self.to(State::Query, 1)
            }
            Some(b'#') if self.given.is_none() => {
                self.url.fragment = Some(String::new());
                self.to(State::Fragment, 1)
            }
            Some(b'/') => self.to(State::Path, 1),
            Some(_) => self.to(State::Path, 0),
            None => {
                if self.given.is_some() && self.url.host.is_none() {
                    self.url.path.push('/');
                }
                Ok(Flow::Done)
            }
        }
    }

    fn path(&mut self) -> Step {
        loop {
            let rest = self.rest();
            let ends = |byte: u8| self.is_slash(Some(byte)) || (self.given.is_none() && matches!(byte, b'?' | b'#'));
            let len = rest.bytes().position(ends).unwrap_or(rest.len());
            let segment = &rest[..len];
            let end = rest.as_bytes().get(len).copied();
            let more = self.is_slash(end);
            if is_double_dot(segment) {
                self.shorten_path();
                if !more {
                    self.url.path.push('/');
                }
            } else if is_single_dot(segment) {
                if !more {
                    self.url.path.push('/');
                }
            } else {
                let drive = self.url.scheme == "file" && self.url.path.is_empty() && is_drive_letter(segment);
                self.url.path.push('/');
                if drive {
                    self.url.path.push_str(&segment[..1]);
                    self.url.path.push(':');
                } else {
                    percent_encode_into(&mut self.url.path, segment, &encode::PATH);
                }
            }
            self.at += len;
            match end {
                None => return Ok(Flow::Done),
                Some(_) if more => self.at += 1,
                Some(b'?') => {
                    self.url.query = Some(String::new());
                    return self.to(State::Query, 1);
                }
                Some(_) => {
                    self.url.fragment = Some(String::new());
                    return self.to(State::Fragment, 1);
                }
            }
        }
    }

    fn opaque_path(&mut self) -> Step {
        let rest = self.rest();
        let len = rest.bytes().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(rest.len());
        let end = rest.as_bytes().get(len).copied();
        let path = &rest[..len];
        // A space just before query or fragment would be lost when they are.
        let kept = if end.is_some() { path.strip_suffix(' ') } else { None };
        percent_encode_into(&mut self.url.path, kept.unwrap_or(path), &encode::CONTROL);
        if kept.is_some() {
            self.url.path.push_str("%20");
        }
        self.at += len;
        match end {
            None => Ok(Flow::Done),
            Some(b'?') => {
                self.url.query = Some(String::new());
                self.to(State::Query, 1)
            }
            Some(_) => {
                self.url.fragment = Some(String::new());
                self.to(State::Fragment, 1)
            }
        }
    }

    fn query(&mut self) -> Step {
        let rest = self.rest();
        let hash = if self.given.is_none() { rest.find('#') } else { None };
        let set = if self.url.is_special() { &encode::SPECIAL_QUERY } else { &encode::QUERY };
        let query = self.url.query.get_or_insert_default();
        percent_encode_into(query, &rest[..hash.unwrap_or(rest.len())], set);
        match hash {
            Some(hash) => {
                self.url.fragment = Some(String::new());
                self.to(State::Fragment, hash + 1)
            }
            None => Ok(Flow::Done),
        }
    }

    fn fragment(&mut self) -> Step {
        let rest = self.rest();
        percent_encode_into(self.url.fragment.get_or_insert_default(), rest, &encode::FRAGMENT);
        Ok(Flow::Done)
    }

    /// Removes the last segment, unless it is a drive.
    fn shorten_path(&mut self) {
        let path = &mut self.url.path;
        if self.url.scheme == "file" && path.strip_prefix('/').is_some_and(is_normalized_drive_letter) {
            return;
        }
        path.truncate(path.rfind('/').unwrap_or(0));
    }
}

fn is_single_dot(segment: &str) -> bool {
    segment == "." || segment.eq_ignore_ascii_case("%2e")
}

fn is_double_dot(segment: &str) -> bool {
    matches!(segment.len(), 2 | 4 | 6)
        && ["..", ".%2e", "%2e.", "%2e%2e"].iter().any(|dots| segment.eq_ignore_ascii_case(dots))
}

/// `C:` or `C|`.
fn is_drive_letter(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':' | b'|'] if letter.is_ascii_alphabetic())
}

fn is_normalized_drive_letter(text: &str) -> bool {
    is_drive_letter(text) && text.ends_with(':')
}

/// A drive letter, and then the end of a segment.
fn starts_with_drive_letter(text: &str) -> bool {
    text.get(..2).is_some_and(is_drive_letter)
        && matches!(text.as_bytes().get(2), None | Some(b'/' | b'\\' | b'?' | b'#'))
}
