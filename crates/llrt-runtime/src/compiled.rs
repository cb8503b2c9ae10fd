//! Compiled programs: `.lrt` files, which hold the bytecode of one JavaScript file.
//!
//! A file tells the kind of its code and the version of the runtime that compiled it: bytecode fits no other. It is trusted as a program
//! is: what was damaged by chance is refused, what was made to do harm is not.

use std::{fmt, path::Path};

use llrt_core::{JsClass, NodeError};
use llrt_resolver::Format;
use rquickjs::{
    CatchResultExt, CaughtError, Context, Ctx, Error, Module, Result, Runtime, Value, WriteOptions,
    loader::{ImportAttributes, Loader, Resolver},
    module::Declared,
};

use crate::{VERSION, cjs, esm, named_imports, script, source, type_strip, typescript};

/// How a file begins.
const MAGIC: &[u8] = b"\x7fLRT1";
/// What code is compiled under; when it is loaded, the place it is loaded from takes this name's place.
const PLACEHOLDER: &str = "llrt:compiled";
/// Whether the names of exports follow.
const MODULE: u8 = b'm';
const COMMON_JS: u8 = b'c';
/// In the place of a name, of an ES module that imports of `process` what is made when it is read.
const ALL_OF_PROCESS: &str = "node:process";

/// Why a file was not compiled.
#[derive(Debug)]
#[non_exhaustive]
pub enum CompileError {
    /// It cannot be read.
    Read(std::io::Error),
    /// It is neither an ES module nor CommonJS.
    Format,
    /// It does not parse: the engine's message, with the place.
    Syntax(String),
    /// The engine failed for another reason (memory).
    Engine(Error),
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => error.fmt(f),
            Self::Format => f.write_str("only JavaScript can be compiled"),
            Self::Syntax(text) => f.write_str(text),
            Self::Engine(error) => write!(f, "engine: {error}"),
        }
    }
}

impl std::error::Error for CompileError {}

/// Compiles a JavaScript file: what a `.lrt` file holds. Imports stay: what it needs lies beside it or is built in.
///
/// Whether it is an ES module or CommonJS is found out as for a program's main file. Functions keep no source text.
///
/// # Errors
/// [`CompileError`].
pub fn compile(path: &Path) -> std::result::Result<Vec<u8>, CompileError> {
    let path = std::path::absolute(path).map_err(CompileError::Read)?;
    let mut text = source::read(&path).map_err(CompileError::Read)?;
    let name = path.to_string_lossy();
    if typescript::is_typescript(&name) {
        text = type_strip::strip(&text)
            .map_err(|error| CompileError::Syntax(format!("{error}\n    at {name}:{}", error.line)))?;
    }
    let resolver = llrt_resolver::Resolver::new(llrt_resolver::Options::default());
    let is_module = match resolver.main_format(&name).map_err(|error| CompileError::Syntax(error.to_string()))? {
        Format::Module => true,
        Format::CommonJs => false,
        Format::Ambiguous => llrt_cjs_lexer::detect_module_syntax(&text),
        _ => return Err(CompileError::Format),
    };
    source::comment_out_shebang(&mut text);
    let names = match is_module {
        true if named_imports::wants_all_of_process(&text) => vec![ALL_OF_PROCESS.to_owned()],
        true => Vec::new(),
        false => llrt_cjs_lexer::lex(&text).map(|it| it.names).unwrap_or_default(),
    };
    let runtime = Runtime::new().map_err(CompileError::Engine)?;
    runtime.set_loader(AnyName, AnyName);
    let context = Context::full(&runtime).map_err(CompileError::Engine)?;
    let bytecode = context.with(|ctx| {
        let written = || match is_module {
            true => {
                let options = WriteOptions { strip_source: true, ..WriteOptions::default() };
                Module::declare(ctx.clone(), PLACEHOLDER, text.as_str())?.write(options)
            }
            false => script::compile(&ctx, cjs::wrapped(&text), PLACEHOLDER, cjs::FIRST_LINE, false),
        };
        written().catch(&ctx).map_err(|error| match error {
            CaughtError::Error(error) => CompileError::Engine(error),
            error => CompileError::Syntax(error.to_string().trim_end().replace(PLACEHOLDER, &name)),
        })
    })?;
    let kind = if is_module { MODULE } else { COMMON_JS };
    Ok(Header { kind, version: VERSION.to_owned(), names }.with(&bytecode))
}

/// A compiled program.
pub(crate) struct Program {
    header: Header,
    bytecode: Vec<u8>,
}

impl Program {
    /// Reads the `.lrt` file at `path`.
    ///
    /// # Errors
    /// Thrown: it cannot be read, is damaged, or was compiled by another version.
    pub(crate) fn read(ctx: &Ctx<'_>, path: &str) -> Result<Self> {
        Self::parse(ctx, path, &esm::read_bytes(ctx, path)?)
    }

    pub(crate) fn parse(ctx: &Ctx<'_>, path: &str, bytes: &[u8]) -> Result<Self> {
        let fail = |what: String| {
            let message = format!("{path} {what}");
            NodeError::new(JsClass::Error, "ERR_LLRT_INVALID_BYTECODE", message).throw(ctx)
        };
        let (header, bytecode) = Header::parse(bytes).ok_or_else(|| fail("is no compiled program".to_owned()))?;
        if header.version != VERSION {
            let other = &header.version;
            return Err(fail(format!("was compiled by LLRT {other}; this is LLRT {VERSION}: compile it again")));
        }
        Ok(Self { header, bytecode: bytecode.to_vec() })
    }

    pub(crate) fn is_module(&self) -> bool {
        self.header.kind == MODULE
    }

    /// What its source shows to be exported, for CommonJS.
    pub(crate) fn export_names(&self) -> Vec<String> {
        self.header.names.clone()
    }

    /// Declares it, an ES module, under `url`.
    pub(crate) fn declare<'js>(self, ctx: &Ctx<'js>, url: &str) -> Result<Module<'js, Declared>> {
        let imports = esm::Imports::of_compiled(self.header.names.iter().any(|name| name == ALL_OF_PROCESS));
        let bytecode = self.named(url)?;
        // SAFETY: `compile` of this version wrote the bytecode; the engine reads from it as long as it lives, which is to the end.
        let module = esm::declaring(ctx, url, imports, || unsafe { Module::load(ctx.clone(), bytecode) })?;
        esm::fill_meta(ctx, url, &module.meta()?)?;
        Ok(module)
    }

    /// The function around a CommonJS source.
    pub(crate) fn function<'js>(self, ctx: &Ctx<'js>, path: &str) -> Result<Value<'js>> {
        script::load(ctx, self.named(path)?)
    }

    fn named(&self, name: &str) -> Result<&'static [u8]> {
        Ok(renamed(&self.bytecode, PLACEHOLDER, name).ok_or(Error::Unknown)?.leak())
    }
}

struct Header {
    kind: u8,
    version: String,
    names: Vec<String>,
}

impl Header {
    /// The magic bytes, a sum of all that follows, the kind, version and names each with their lengths, then the bytecode.
    fn with(&self, bytecode: &[u8]) -> Vec<u8> {
        let mut body = vec![self.kind];
        for text in [&self.version, &self.names.join("\n")] {
            push_leb128(&mut body, text.len());
            body.extend_from_slice(text.as_bytes());
        }
        body.extend_from_slice(bytecode);
        [MAGIC, &sum(&body).to_le_bytes(), &body].concat()
    }

    fn parse(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (expected, body) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
        if sum(body) != u64::from_le_bytes(*expected) {
            return None;
        }
        let (&kind, _) = body.split_first()?;
        let mut at = 1;
        let mut text = || {
            let length = leb128(body, &mut at)?;
            let bytes = body.get(at..at.checked_add(length)?)?;
            at += length;
            String::from_utf8(bytes.to_vec()).ok()
        };
        let (version, names) = (text()?, text()?);
        let names = names.lines().map(str::to_owned).collect();
        (kind == MODULE || kind == COMMON_JS).then_some((Self { kind, version, names }, &body[at..]))
    }
}

/// Tells damage by chance, eight bytes at a time.
pub(crate) fn sum(bytes: &[u8]) -> u64 {
    let words = bytes.chunks(8).map(|chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        u64::from_le_bytes(word)
    });
    words.fold(bytes.len() as u64, |sum, word| (sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29))
}

/// Bytecode with `name` in the place of the name `from`.
///
/// It begins with a byte for its version, four of a sum, and the number of names. A name is a byte for its kind, which says when the
/// engine knows it by number; else twice its length, plus one when its characters are of two bytes, and they.
pub(crate) fn renamed(bytecode: &[u8], from: &str, name: &str) -> Option<Vec<u8>> {
    let mut known = Vec::new();
    push_name(&mut known, from);
    let mut at = 5;
    for _ in 0..leb128(bytecode, &mut at)? {
        let kind = *bytecode.get(at)?;
        at += 1;
        if kind & 0x80 != 0 {
            if kind & 0x40 != 0 {
                leb128(bytecode, &mut at)?;
            }
            continue;
        }
        let start = at;
        let length = leb128(bytecode, &mut at)?;
        at += (length >> 1) << (length & 1);
        bytecode.get(start..at)?;
        if bytecode[start..at] == known {
            let mut renamed = bytecode[..start].to_vec();
            push_name(&mut renamed, name);
            renamed.extend_from_slice(&bytecode[at..]);
            // The engine takes this for "no sum": the file's own was right.
            renamed[1..5].fill(0xff);
            return Some(renamed);
        }
    }
    None
}

fn push_name(bytes: &mut Vec<u8>, name: &str) {
    if name.is_ascii() {
        push_leb128(bytes, name.len() << 1);
        bytes.extend_from_slice(name.as_bytes());
    } else {
        let units: Vec<u16> = name.encode_utf16().collect();
        push_leb128(bytes, (units.len() << 1) | 1);
        bytes.extend(units.iter().flat_map(|unit| unit.to_ne_bytes()));
    }
}

fn leb128(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn push_leb128(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Lets any import resolve while compiling: nothing is loaded before run time.
struct AnyName;

impl Resolver for AnyName {
    fn resolve<'js>(
        &mut self,
        _ctx: &Ctx<'js>,
        _base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        Ok(name.to_owned())
    }
}

impl Loader for AnyName {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        Module::declare(ctx.clone(), name, "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_it_was_written_and_damage_is_seen() {
        let header =
            Header { kind: COMMON_JS, version: "1.2.3".to_owned(), names: vec!["a".to_owned(), "b".to_owned()] };
        let mut file = header.with(b"bytecode");
        let (read, bytecode) = Header::parse(&file).expect("it is whole");
        assert_eq!((read.kind, read.version.as_str(), bytecode), (COMMON_JS, "1.2.3", &b"bytecode"[..]));
        assert_eq!(read.names, ["a", "b"]);
        for at in [0, 7, 13, file.len() - 1] {
            file[at] ^= 1;
            assert!(Header::parse(&file).is_none(), "{at}");
            file[at] ^= 1;
        }
        assert!(Header::parse(&file[..file.len() - 1]).is_none());
        assert!(Header::parse(b"").is_none());
    }

    #[test]
    fn numbers_of_any_size_are_read_as_they_were_written() {
        for value in [0, 1, 127, 128, 300, 1 << 20] {
            let mut bytes = Vec::new();
            push_leb128(&mut bytes, value);
            let mut at = 0;
            assert_eq!((leb128(&bytes, &mut at), at), (Some(value), bytes.len()));
        }
        assert_eq!(leb128(&[0x80], &mut 0), None);
    }

    #[test]
    fn the_placeholder_gives_way_to_the_name() {
        // Two names that the engine knows by number, one of two-byte characters, then the placeholder.
        let mut bytecode = vec![1, 0, 0, 0, 0, 4, 0x81, 0xc1, 0x85, 0x01, 1, (2 << 1) | 1, b'a', 0, b'b', 0, 1];
        push_name(&mut bytecode, PLACEHOLDER);
        bytecode.extend_from_slice(b"rest");
        let renamed_to = |name: &str| renamed(&bytecode, PLACEHOLDER, name).expect("it is there");
        let short = renamed_to("file:///a");
        assert!(short.ends_with(b"\x12file:///arest"), "{short:?}");
        assert_eq!(short[1..5], [0xff; 4]);
        assert!(renamed_to("/\u{e9}").ends_with(b"rest"));
        assert!(renamed(&short, PLACEHOLDER, "x").is_none());
    }
}
