//! The compile cache: bytecode of user modules in a folder, taken instead of compiling a source that has not changed.
//!
//! Off, as it is without `NODE_COMPILE_CACHE` and `module.enableCompileCache`, it costs one look at the environment. On, a module's source
//! is still read, to compare it. What is new is written when the process ends, or at `module.flushCompileCache()`. A cache is trusted as
//! the program is; damage by chance is seen.
//!
//! Node: <https://nodejs.org/api/module.html#module-compile-cache>.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
};

use crate::{VERSION, compiled};

/// How an entry begins.
const MAGIC: &[u8] = b"\x7fLRTC1";
/// Says why the cache is off, in Node's words.
const DISABLED: &str = "Disabled by NODE_DISABLE_COMPILE_CACHE";

/// What a source is compiled as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The function around a CommonJS source.
    CommonJs,
    /// An ES module.
    Module,
    /// JavaScript that is left of TypeScript: a text, no bytecode.
    Stripped,
    /// JavaScript that TypeScript was rewritten to.
    Transformed,
    /// The same, where stacks name the source.
    TransformedWithMap,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::CommonJs => "CommonJS",
            Self::Module => "ESM",
            Self::Stripped => "StrippedTypeScript",
            Self::Transformed => "TransformedTypeScript",
            Self::TransformedWithMap => "TransformedTypeScriptWithSourceMaps",
        }
    }

    fn is_text(self) -> bool {
        !matches!(self, Self::CommonJs | Self::Module)
    }
}

/// What `module.enableCompileCache` answers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Enabled {
    /// The folder could not be made.
    Failed(String),
    /// It is on from now on.
    Now(String),
    /// It was before.
    Already(String),
    /// The environment forbids it.
    Forbidden(String),
}

const UNASKED: u8 = 0;
const OFF: u8 = 1;
const ON: u8 = 2;

/// Read before the lock is taken, so that a cache that is off costs a load.
static STATE: AtomicU8 = AtomicU8::new(UNASKED);
/// Of the process, not of a context: the end of the process writes it.
static CACHE: Mutex<Option<Cache>> = Mutex::new(None);

struct Cache {
    directory: PathBuf,
    /// Where entries' names count from: without it, from the root.
    portable_from: Option<PathBuf>,
    is_verbose: bool,
    entries: Vec<Entry>,
}

/// A module that was asked for.
struct Entry {
    kind: Kind,
    name: String,
    file: PathBuf,
    state: State,
}

enum State {
    /// Its source did not compile.
    Missing,
    /// As the folder has it.
    Same,
    /// To be written.
    New(Vec<u8>),
}

/// The entry of one source.
pub(crate) struct Slot {
    index: usize,
    source_len: usize,
    source_sum: u64,
    /// The bytecode that the folder has for it.
    pub(crate) bytecode: Option<Vec<u8>>,
}

fn lock() -> MutexGuard<'static, Option<Cache>> {
    CACHE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_verbose() -> bool {
    std::env::var("NODE_DEBUG_NATIVE").is_ok_and(|names| names.split(',').any(|name| name.trim() == "COMPILE_CACHE"))
}

fn tell(is_verbose: bool, text: impl FnOnce() -> String) {
    if is_verbose {
        crate::uncaught::print(&format!("[compile cache] {}\n", text()));
    }
}

/// Whether there is a cache. The first call looks at the environment.
fn is_on() -> bool {
    match STATE.load(Ordering::Relaxed) {
        ON => true,
        OFF => false,
        _ => {
            STATE.store(OFF, Ordering::Relaxed);
            if let Some(folder) = std::env::var("NODE_COMPILE_CACHE").ok().filter(|folder| !folder.is_empty()) {
                let portable = std::env::var("NODE_COMPILE_CACHE_PORTABLE").is_ok_and(|value| value == "1");
                enable(&std::path::absolute(&folder).unwrap_or_else(|_| folder.into()), portable);
            }
            STATE.load(Ordering::Relaxed) == ON
        }
    }
}

/// The folder of a cache that is on.
pub(crate) fn directory() -> Option<String> {
    is_on().then(|| lock().as_ref().map(|cache| cache.directory.to_string_lossy().into_owned())).flatten()
}

/// Turns it on, in a folder of `folder` that fits this version alone.
pub(crate) fn enable(folder: &Path, portable: bool) -> Enabled {
    if STATE.load(Ordering::Relaxed) == UNASKED && std::env::var_os("NODE_COMPILE_CACHE").is_some() {
        is_on();
    }
    if let Some(directory) = (STATE.load(Ordering::Relaxed) == ON).then(directory).flatten() {
        return Enabled::Already(directory);
    }
    let is_verbose = is_verbose();
    if std::env::var_os("NODE_DISABLE_COMPILE_CACHE").is_some_and(|value| !value.is_empty()) {
        tell(is_verbose, || format!("{DISABLED}."));
        return Enabled::Forbidden(DISABLED.to_owned());
    }
    // SAFETY: the call has no conditions.
    let user = unsafe { libc::geteuid() };
    let tag = format!("llrt-v{VERSION}-{}-{user}", std::env::consts::ARCH);
    let directory = folder.join(&tag);
    tell(is_verbose, || format!("resolved path {} + {tag} -> {}", folder.display(), directory.display()));
    if let Err(error) = fs::create_dir_all(&directory) {
        let reason = format!("Cannot create cache directory: {}", reason(&error));
        tell(is_verbose, || reason.clone());
        return Enabled::Failed(reason);
    }
    tell(is_verbose, || format!("creating cache directory {}...success", directory.display()));
    let named = directory.to_string_lossy().into_owned();
    let portable_from = portable.then(|| folder.to_owned());
    *lock() = Some(Cache { directory, portable_from, is_verbose, entries: Vec::new() });
    STATE.store(ON, Ordering::Relaxed);
    // SAFETY: the function has no conditions and does not unwind into C: it calls nothing that panics.
    unsafe { libc::atexit(write_at_exit) };
    Enabled::Now(named)
}

fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// The entry of a source; `None` when there is no cache.
pub(crate) fn look_up(kind: Kind, name: &str, text: &str) -> Option<Slot> {
    if !is_on() {
        return None;
    }
    let mut cache = lock();
    let cache = cache.as_mut()?;
    let (source_len, source_sum) = (text.len(), compiled::sum(text.as_bytes()));
    let key = cache.key(kind, name);
    let file = cache.directory.join(format!("{key:016x}"));
    // A program's text is asked for once to tell what it is, and again to run it.
    let known = cache.entries.iter().find_map(|entry| match &entry.state {
        State::New(bytes) if kind.is_text() && entry.kind == kind && entry.file == file => Some(bytes.clone()),
        _ => None,
    });
    if let Some(bytecode) = known.and_then(|bytes| parse(&bytes, kind, name, source_len, source_sum).ok()) {
        return Some(Slot { index: usize::MAX, source_len, source_sum, bytecode: Some(bytecode) });
    }
    let (found, what) = match fs::read(&file) {
        Ok(bytes) => match parse(&bytes, kind, name, source_len, source_sum) {
            Ok(bytecode) => {
                let what = format!("... success, size={}", bytecode.len());
                (Some(bytecode), what)
            }
            Err(what) => (None, what),
        },
        Err(error) => (None, format!(" {}", reason(&error))),
    };
    tell(cache.is_verbose, || match (kind.is_text(), &found) {
        (true, Some(_)) => {
            format!("retrieving transpile cache for {} {name} from {}{what}", kind.name(), file.display())
        }
        (true, None) => format!("no transpile cache for {} {name} in {}:{what}", kind.name(), file.display()),
        (false, _) => format!("reading cache from {} for {} {name}...{what}", file.display(), kind.name()),
    });
    cache.entries.push(Entry { kind, name: name.to_owned(), file, state: State::Missing });
    Some(Slot { index: cache.entries.len() - 1, source_len, source_sum, bytecode: found })
}

impl Slot {
    /// The folder's bytecode was loaded.
    pub(crate) fn accept(&self) {
        self.set(State::Same, "was accepted, keeping the in-memory entry");
    }

    /// The source was compiled.
    pub(crate) fn fill(&self, name: &str, bytecode: &[u8]) {
        let mut body = Vec::with_capacity(bytecode.len() + name.len() + 48);
        for number in [self.source_len as u64, self.source_sum, name.len() as u64] {
            body.extend_from_slice(&number.to_le_bytes());
        }
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(bytecode);
        let file = [MAGIC, &compiled::sum(&body).to_le_bytes(), &body].concat();
        self.set(State::New(file), "was not initialized, initializing the in-memory entry");
    }

    fn set(&self, state: State, what: &str) {
        let mut cache = lock();
        let Some(cache) = cache.as_mut() else { return };
        let is_verbose = cache.is_verbose;
        if let Some(entry) = cache.entries.get_mut(self.index) {
            entry.state = state;
            tell(is_verbose, || match (entry.kind.is_text(), &entry.state) {
                (true, State::New(_)) => format!("saving transpilation cache for {} {}", entry.kind.name(), entry.name),
                _ => format!("bytecode cache for {} {} {what}", entry.kind.name(), entry.name),
            });
        }
    }
}

impl Cache {
    /// What an entry's file is named by: the kind and the module's name, seen from the folder in a portable cache.
    fn key(&self, kind: Kind, name: &str) -> u64 {
        let path = crate::esm::path_of_name(name);
        let seen = self.portable_from.as_deref().and_then(|from| relative(from, Path::new(&*path)));
        let seen = seen.as_deref().unwrap_or(name);
        compiled::sum(format!("{} {seen}", kind.name()).as_bytes())
    }

    fn write(&mut self) {
        let is_verbose = self.is_verbose;
        for Entry { kind, name, file, state } in &mut self.entries {
            let kind = kind.name();
            match state {
                State::Missing => {
                    tell(is_verbose, || format!("skip persisting {kind} {name} because the cache was not initialized"));
                }
                State::Same => tell(is_verbose, || format!("skip persisting {kind} {name} because cache was the same")),
                State::New(bytes) => {
                    let temporary = file.with_extension(std::process::id().to_string());
                    let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, &*file));
                    tell(is_verbose, || {
                        let how = written.as_ref().map_or_else(reason, |()| "success".to_owned());
                        format!("writing cache for {kind} {name} to {}...{how}", file.display())
                    });
                    if written.is_ok() {
                        *state = State::Same;
                    }
                }
            }
        }
    }
}

/// Writes what is new.
pub(crate) fn flush() {
    if STATE.load(Ordering::Relaxed) == ON
        && let Some(cache) = lock().as_mut()
    {
        cache.write();
        tell(cache.is_verbose, || "module.flushCompileCache() finished.".to_owned());
    }
}

extern "C" fn write_at_exit() {
    if let Some(cache) = lock().as_mut() {
        cache.write();
    }
}

/// The bytecode of an entry whose source is the same; else what differs.
fn parse(bytes: &[u8], kind: Kind, name: &str, source_len: usize, source_sum: u64) -> Result<Vec<u8>, String> {
    let damaged = || "invalid entry".to_owned();
    let (expected, body) =
        bytes.strip_prefix(MAGIC).and_then(|rest| rest.split_first_chunk::<8>()).ok_or_else(damaged)?;
    let mut rest = body;
    let mut number = || {
        let (number, after) = rest.split_first_chunk::<8>()?;
        rest = after;
        Some(u64::from_le_bytes(*number))
    };
    let (len, sum, name_len) =
        (number().ok_or_else(damaged)?, number().ok_or_else(damaged)?, number().ok_or_else(damaged)?);
    if len != source_len as u64 {
        return Err(format!("code size mismatch: expected {source_len}, actual {len}"));
    }
    if sum != source_sum {
        return Err(format!("code hash mismatch: expected {source_sum}, actual {sum}"));
    }
    if compiled::sum(body) != u64::from_le_bytes(*expected) {
        return Err("cache hash mismatch".to_owned());
    }
    let name_len = usize::try_from(name_len).ok().filter(|len| *len <= rest.len()).ok_or_else(damaged)?;
    let (known, bytecode) = rest.split_at(name_len);
    // A text does not name its file.
    if known == name.as_bytes() || kind.is_text() {
        return Ok(bytecode.to_vec());
    }
    let known = std::str::from_utf8(known).map_err(|_| damaged())?;
    compiled::renamed(bytecode, known, name).ok_or_else(|| format!("it is of {known}"))
}

/// The way from one folder to a file.
fn relative(from: &Path, to: &Path) -> Option<String> {
    let (mut from, mut to) = (from.components().peekable(), to.components().peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| std::path::Component::ParentDir);
    up.chain(to).collect::<PathBuf>().to_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, text: &str) -> Vec<u8> {
        let slot = Slot {
            index: usize::MAX,
            source_len: text.len(),
            source_sum: compiled::sum(text.as_bytes()),
            bytecode: None,
        };
        let mut body = Vec::new();
        for number in [slot.source_len as u64, slot.source_sum, name.len() as u64] {
            body.extend_from_slice(&number.to_le_bytes());
        }
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(b"code");
        [MAGIC, &compiled::sum(&body).to_le_bytes(), &body].concat()
    }

    fn seen(bytes: &[u8], text: &str) -> Result<Vec<u8>, String> {
        parse(bytes, Kind::CommonJs, "/a.js", text.len(), compiled::sum(text.as_bytes()))
    }

    #[test]
    fn an_entry_fits_its_source_alone() {
        let bytes = entry("/a.js", "1;");
        assert_eq!(seen(&bytes, "1;").expect("the same"), b"code");
        assert!(seen(&bytes, "2;").is_err_and(|what| what.starts_with("code hash mismatch")));
        assert!(seen(&bytes, "11;").is_err_and(|what| what.starts_with("code size mismatch")));
    }

    #[test]
    fn damage_is_seen() {
        let bytes = entry("/a.js", "1;");
        for at in [0, 8, bytes.len() - 1] {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            assert!(seen(&bytes, "1;").is_err(), "{at}");
        }
        assert!(seen(&bytes[..20], "1;").is_err());
    }

    #[test]
    fn the_way_to_a_file() {
        assert_eq!(relative(Path::new("/a/cache"), Path::new("/a/b/c.js")).as_deref(), Some("../b/c.js"));
        assert_eq!(relative(Path::new("/a"), Path::new("/a/c.js")).as_deref(), Some("c.js"));
    }
}
