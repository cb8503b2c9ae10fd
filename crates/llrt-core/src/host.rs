//! Composing modules into a program that runs rquickjs.
//!
//! ```
//! use llrt_core::{Entry, host};
//! # use llrt_core::{Export, Module, ModuleInfo};
//! # use rquickjs::IntoJs;
//! # struct Hex;
//! # impl Module for Hex {
//! #     const INFO: &'static ModuleInfo = &ModuleInfo {
//! #         exports: &[Export { name: "two", build: |ctx| 2.into_js(ctx) }],
//! #         ..ModuleInfo::new("llrt:hex")
//! #     };
//! # }
//! static MODULES: &[Entry] = &[Entry::of::<Hex>()];
//!
//! let runtime = rquickjs::Runtime::new()?;
//! runtime.set_loader(host::Resolver, host::Loader);
//! let context = rquickjs::Context::full(&runtime)?;
//! context.with(|ctx| {
//!     host::attach(&ctx, MODULES)?;
//!     let hex = host::import(&ctx, "llrt:hex")?;
//!     assert_eq!(hex.get::<_, i32>("two")?, 2);
//!     Ok::<_, rquickjs::Error>(())
//! })?;
//! # Ok::<_, rquickjs::Error>(())
//! ```

use std::{borrow::Cow, cell::RefCell, cmp::Ordering, collections::BTreeMap, ffi::c_int, fmt::Write, ptr::NonNull};

use rquickjs::{
    Ctx, Error, JsLifetime, Module as JsModule, Object, Result, Value,
    loader::ImportAttributes,
    module::{Declarations, Declared, Exports, ModuleDef},
    object::Property,
    promise::PromiseState,
    qjs,
};

use crate::{
    builtin,
    error::{self, JsClass, NodeError},
    module::{Global, Module, ModuleInfo},
    realm,
};

/// What the name of a module's native half begins with; the module's own follows, without its scheme.
const NATIVE: &str = "native:";

/// A module in a composed table.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The module's description.
    pub info: &'static ModuleInfo,
}

impl Entry {
    /// The entry of module `M`, for a `static` table.
    pub const fn of<M: Module>() -> Self {
        Self { info: M::INFO }
    }
}

/// A built-in script that is not a module crate's: a chunk of a bundled npm package.
#[derive(Clone, Copy)]
pub struct Chunk {
    /// What imports name it by.
    pub specifier: &'static str,
    /// What it holds.
    pub content: Content,
}

/// What a [`Chunk`] holds.
#[derive(Clone, Copy)]
pub enum Content {
    /// Bytecode, compiled under the chunk's specifier.
    Bytecode(&'static [u8]),
    /// Nothing of its own: it passes on what its parts export, so that who asks for some names only ([`select`]) loads only the
    /// parts that have them.
    Parts {
        /// What the parts' specifiers begin with; their number follows, from 0.
        prefix: &'static str,
        /// The names that the parts export, sorted: each with `=` and its part's number, apart by `,`.
        names: &'static str,
    },
}

/// Composes `modules` into the context: they can be imported, and their globals exist (each loads its module when first read).
///
/// The runtime's loader must know them: [`Resolver`] and [`Loader`], or a loader that asks [`resolve`] and [`load`] first.
///
/// # Errors
/// An `Error` with code `ERR_LLRT_MISSING_MODULE` that names a required module that is not in `modules`.
pub fn attach(ctx: &Ctx<'_>, modules: &'static [Entry]) -> Result<()> {
    attach_with(ctx, modules, &[])
}

/// [`attach`], with `chunks` of bundled packages, sorted by specifier.
///
/// # Errors
/// As [`attach`].
pub fn attach_with(ctx: &Ctx<'_>, modules: &'static [Entry], chunks: &'static [Chunk]) -> Result<()> {
    if cfg!(debug_assertions) {
        check(ctx, modules)?;
    }
    let registry = Registry { modules, chunks, loaded: RefCell::default() };
    let _ = ctx.store_userdata(registry);
    realm::set_home(ctx);
    error::capture(ctx)?;
    define_globals(ctx, modules)
}

/// Tells whether every module's requirements are among `modules`. [`attach`] does this in debug builds; a program with a
/// fixed table calls it from a test.
///
/// # Errors
/// As [`attach`].
pub fn check(ctx: &Ctx<'_>, modules: &'static [Entry]) -> Result<()> {
    let known = |name: &str| modules.iter().chain(builtin::ENTRIES).any(|entry| entry.info.specifier == name);
    for entry in modules {
        if let Some(missing) = entry.info.requires.iter().find(|name| !known(name)) {
            let message = format!("{} needs {missing}, which is not composed", entry.info.specifier);
            return Err(NodeError::new(JsClass::Error, "ERR_LLRT_MISSING_MODULE", message).throw(ctx));
        }
    }
    Ok(())
}

/// The canonical specifier of a built-in that `base` may import as `name`, or `None` when it is not one.
///
/// `internal:` and `native:` names resolve for built-in code only.
pub fn resolve(ctx: &Ctx<'_>, base: &str, name: &str) -> Option<Cow<'static, str>> {
    let registry = ctx.userdata::<Registry>()?;
    if name.starts_with(NATIVE) {
        let found = is_builtin_name(base) && registry.info(name).is_some();
        return found.then(|| Cow::Owned(name.to_owned()));
    }
    let found = registry.find(name)?;
    (!found.starts_with("internal:") || is_builtin_name(base)).then_some(Cow::Borrowed(found))
}

/// The name of a module that passes on just `names` of the built-in `specifier`, which is in parts; it loads no other part.
/// `None` when the built-in is whole, or does not export them all: then it is imported itself.
pub fn select(ctx: &Ctx<'_>, specifier: &str, names: &[&str]) -> Option<String> {
    let registry = ctx.userdata::<Registry>()?;
    let (_, known) = registry.parts(specifier)?;
    names.iter().all(|name| part_of(known, name).is_some()).then(|| format!("{specifier}{{{}}}", names.join(",")))
}

/// The export names of a built-in that is in parts; `None` when it is whole.
pub fn part_names(ctx: &Ctx<'_>, specifier: &str) -> Option<impl Iterator<Item = &'static str>> {
    let registry = ctx.userdata::<Registry>()?;
    let (_, names) = registry.parts(specifier)?;
    Some(named_parts(names).map(|(name, _)| name))
}

/// The specifier of the part of a built-in that exports `name`.
pub fn part_with(ctx: &Ctx<'_>, specifier: &str, name: &str) -> Option<String> {
    let registry = ctx.userdata::<Registry>()?;
    let (prefix, names) = registry.parts(specifier)?;
    part_of(names, name).map(|part| format!("{prefix}{part}"))
}

/// Tells whether `name` can be imported by user code as a built-in: `fs`, `node:fs`, a bundled package.
pub fn is_builtin(ctx: &Ctx<'_>, name: &str) -> bool {
    resolve(ctx, "/", name).is_some()
}

/// [`is_builtin`] as a predicate that lives longer than the context: for a resolver of files that asks it.
pub fn builtin_predicate(ctx: &Ctx<'_>) -> impl Fn(&str) -> bool + 'static {
    let tables = ctx.userdata::<Registry>().map(|registry| (registry.modules, registry.chunks));
    move |name| {
        let Some((modules, chunks)) = tables else { return false };
        let named =
            modules.iter().map(|entry| entry.info).find(|info| info.specifier == name || info.aliases.contains(&name));
        match named {
            Some(info) => !info.specifier.starts_with("internal:"),
            None => chunks.binary_search_by(|chunk| chunk.specifier.cmp(name)).is_ok(),
        }
    }
}

/// The composed modules, in table order. Empty before [`attach`].
pub fn modules(ctx: &Ctx<'_>) -> &'static [Entry] {
    ctx.userdata::<Registry>().map_or(&[], |registry| registry.modules)
}

/// The chunks of bundled packages, sorted by specifier.
pub fn chunks(ctx: &Ctx<'_>) -> &'static [Chunk] {
    ctx.userdata::<Registry>().map_or(&[], |registry| registry.chunks)
}

/// Declares the built-in `specifier` (canonical, from [`resolve`]), once per context.
///
/// # Errors
/// When it is not a built-in.
pub fn load<'js>(ctx: &Ctx<'js>, specifier: &str) -> Result<JsModule<'js, Declared>> {
    let registry = ctx.userdata::<Registry>().ok_or_else(|| Error::new_loading(specifier))?;
    let earlier = registry.loaded.borrow().iter().find(|(name, _)| name == specifier).map(|(_, module)| module.clone());
    if let Some(module) = earlier {
        return Ok(module);
    }
    let module = registry.declare(ctx, specifier)?;
    registry.loaded.borrow_mut().push((specifier.to_owned(), module.clone()));
    Ok(module)
}

/// Tells whether the built-in `specifier` (canonical, from [`resolve`]) was asked for before.
pub fn is_loaded(ctx: &Ctx<'_>, specifier: &str) -> bool {
    ctx.userdata::<Registry>()
        .is_some_and(|registry| registry.loaded.borrow().iter().any(|(name, _)| name == specifier))
}

/// Loads and evaluates a built-in at once and gives its namespace. The module must not use top-level await.
///
/// # Errors
/// What its evaluation threw; an error when `name` is not a composed built-in.
pub fn import<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Object<'js>> {
    // Built-in modules live in one realm, whichever calls.
    let ctx = &realm::home(ctx);
    let specifier = resolve(ctx, "internal:host", name).ok_or_else(|| {
        let message = format!("No such built-in module: {name}");
        NodeError::new(JsClass::Error, "ERR_UNKNOWN_BUILTIN_MODULE", message).throw(ctx)
    })?;
    // The promise of its evaluation is nobody's.
    let (module, promise) = crate::scope::unfollowed(ctx, || load(ctx, &specifier)?.eval())?;
    if promise.state() == PromiseState::Rejected {
        promise.finish::<()>()?;
    }
    module.namespace()
}

/// rquickjs resolver for programs whose only modules are built-ins.
pub struct Resolver;

impl rquickjs::loader::Resolver for Resolver {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        resolve(ctx, base, name).map(Cow::into_owned).ok_or_else(|| Error::new_resolving(base, name))
    }
}

/// rquickjs loader for programs whose only modules are built-ins.
pub struct Loader;

impl rquickjs::loader::Loader for Loader {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<JsModule<'js, Declared>> {
        load(ctx, name)
    }
}

/// The composed modules of a context, and what of them is loaded.
struct Registry<'js> {
    modules: &'static [Entry],
    chunks: &'static [Chunk],
    loaded: RefCell<Vec<(String, JsModule<'js, Declared>)>>,
}

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Registry<'js> {
    type Changed<'to> = Registry<'to>;
}

impl<'js> Registry<'js> {
    fn entries(&self) -> impl Iterator<Item = &'static Entry> {
        self.modules.iter().chain(builtin::ENTRIES)
    }

    fn find(&self, name: &str) -> Option<&'static str> {
        // Chunks are the most that are asked for, and found by halves; no module is called as one.
        self.chunk(name).map(|chunk| chunk.specifier).or_else(|| {
            let mut infos = self.entries().map(|entry| entry.info);
            infos.find(|info| info.specifier == name || info.aliases.contains(&name)).map(|info| info.specifier)
        })
    }

    /// The module that is called `specifier`, or whose native half is.
    fn info(&self, specifier: &str) -> Option<&'static ModuleInfo> {
        let mut infos = self.entries().map(|entry| entry.info);
        match specifier.strip_prefix(NATIVE) {
            // Modules of two schemes may have one name. Most end otherwise, which takes no search for the colon.
            Some(native) => {
                infos.find(|info| info.specifier.ends_with(native) && info.name() == native && !info.exports.is_empty())
            }
            None => infos.find(|info| info.specifier == specifier),
        }
    }

    fn declare(&self, ctx: &Ctx<'js>, specifier: &str) -> Result<JsModule<'js, Declared>> {
        if let Some(info) = self.info(specifier) {
            return match info.script {
                Some(bytecode) if !specifier.starts_with(NATIVE) => load_bytecode(ctx, bytecode),
                _ => JsModule::declare_def::<NativeHalf, _>(ctx.clone(), specifier),
            };
        }
        let (whole, selected) = match specifier.strip_suffix('}').and_then(|text| text.split_once('{')) {
            Some((whole, selected)) => (whole, Some(selected)),
            None => (specifier, None),
        };
        match self.chunk(whole) {
            Some(&Chunk { content: Content::Bytecode(bytecode), .. }) => load_bytecode(ctx, bytecode),
            Some(&Chunk { content: Content::Parts { prefix, names }, .. }) => {
                JsModule::declare(ctx.clone(), specifier, pass_on(prefix, names, selected))
            }
            None => Err(Error::new_loading(specifier)),
        }
    }

    fn chunk(&self, specifier: &str) -> Option<&'static Chunk> {
        let index = self.chunks.binary_search_by(|chunk| chunk.specifier.cmp(specifier)).ok()?;
        Some(&self.chunks[index])
    }

    fn parts(&self, specifier: &str) -> Option<(&'static str, &'static str)> {
        match self.chunk(specifier)?.content {
            Content::Parts { prefix, names } => Some((prefix, names)),
            Content::Bytecode(_) => None,
        }
    }
}

/// The number of the part that exports `name`: by halves, as a client has hundreds of names.
fn part_of(names: &str, name: &str) -> Option<usize> {
    let bytes = names.as_bytes();
    let (mut low, mut high) = (0, names.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let start = bytes[low..middle].iter().rposition(|&byte| byte == b',').map_or(low, |comma| low + comma + 1);
        let end = bytes[middle..high].iter().position(|&byte| byte == b',').map_or(high, |comma| middle + comma);
        let (known, part) = names[start..end].split_once('=')?;
        match known.cmp(name) {
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start.saturating_sub(1),
            Ordering::Equal => return part.parse().ok(),
        }
    }
    None
}

/// Each name with the number of its part.
fn named_parts(names: &str) -> impl Iterator<Item = (&str, &str)> {
    names.split(',').filter_map(|entry| entry.split_once('='))
}

/// The source of a module that passes on the names of all parts, or just those in `selected` (apart by commas).
fn pass_on(prefix: &str, names: &str, selected: Option<&str>) -> String {
    let mut source = String::new();
    let mut pass = |part: usize, names: &str| {
        // Writing to a String cannot fail.
        let _ = write!(source, "export{{{names}}}from\"{prefix}{part}\";");
    };
    match selected {
        Some(selected) => {
            for name in selected.split(',') {
                pass(part_of(names, name).unwrap_or_default(), name);
            }
        }
        None => {
            let mut lists = BTreeMap::<usize, Vec<&str>>::new();
            for (name, part) in named_parts(names) {
                lists.entry(part.parse().unwrap_or_default()).or_default().push(name);
            }
            lists.iter().for_each(|(&part, list)| pass(part, &list.join(",")));
        }
    }
    source
}

/// Modules of users are named by path or URL, built-ins are not.
fn is_builtin_name(base: &str) -> bool {
    !base.starts_with('/') && !base.starts_with("file:")
}

fn load_bytecode<'js>(ctx: &Ctx<'js>, bytecode: &'static [u8]) -> Result<JsModule<'js, Declared>> {
    // SAFETY: the bytes come from `llrt_build`, compiled by the same version of the engine, and are part of the binary.
    unsafe { JsModule::load(ctx.clone(), bytecode) }
}

/// What the engine asks of every native module: one for all, which finds its module by its name.
struct NativeHalf;

impl NativeHalf {
    fn info(module: &JsModule<'_, Declared>) -> Result<&'static ModuleInfo> {
        let name: String = module.name()?;
        let registry = module.ctx().userdata::<Registry>();
        registry.and_then(|registry| registry.info(&name)).ok_or_else(|| Error::new_loading(&name))
    }
}

impl ModuleDef for NativeHalf {
    fn declare(declarations: &Declarations<'_>) -> Result<()> {
        let info = Self::info(declarations.module())?;
        for export in info.exports {
            declarations.declare(export.name)?;
        }
        if needs_default(info) {
            declarations.declare("default")?;
        }
        Ok(())
    }

    fn evaluate<'js>(ctx: &Ctx<'js>, exports: &Exports<'js>) -> Result<()> {
        let info = Self::info(exports.module())?;
        let default = if needs_default(info) { Some(Object::new(ctx.clone())?) } else { None };
        for export in info.exports {
            let value = (export.build)(ctx)?;
            if let Some(default) = &default {
                let property = Property::from(value.clone()).enumerable().configurable();
                let read_only = info.read_only.contains(&export.name);
                default.prop(export.name, if read_only { property } else { property.writable() })?;
            }
            exports.export(export.name, value)?;
        }
        if let Some(default) = default {
            exports.export("default", default)?;
        }
        Ok(())
    }
}

fn needs_default(info: &ModuleInfo) -> bool {
    info.script.is_none() && !info.exports.iter().any(|export| export.name == "default")
}

/// Defines an accessor on `globalThis` for each global of `modules`: the getter loads the module and replaces itself by the value.
///
/// The accessors are plain C functions told apart by their index, so that defining one costs a fraction of a microsecond.
fn define_globals(ctx: &Ctx<'_>, modules: &'static [Entry]) -> Result<()> {
    let raw = ctx.as_raw().as_ptr();
    let target = ctx.globals();
    for (index, (_, global)) in all_globals(modules).enumerate() {
        let magic = c_int::try_from(index).map_err(|_| Error::Unknown)?;
        let flags = property_flags(global) & !qjs::JS_PROP_WRITABLE as c_int;
        // SAFETY: `raw` is the live context behind `ctx`; the name is passed with its length; the engine takes ownership of both
        // functions, and the atom is freed after its last use. The functions have the signature that the `magic` kind calls.
        let defined = unsafe {
            let atom = qjs::JS_NewAtomLen(raw, global.name.as_ptr().cast(), global.name.len() as _);
            let kind = qjs::JSCFunctionEnum_JS_CFUNC_generic_magic;
            let getter = qjs::JSCFunctionType { generic_magic: Some(get_global) }.generic;
            let getter = qjs::JS_NewCFunction2(raw, getter, c"get".as_ptr(), 0, kind, magic);
            let setter = qjs::JSCFunctionType { generic_magic: Some(set_global) }.generic;
            let setter = qjs::JS_NewCFunction2(raw, setter, c"set".as_ptr(), 1, kind, magic);
            let defined = qjs::JS_DefinePropertyGetSet(raw, target.as_value().as_raw(), atom, getter, setter, flags);
            qjs::JS_FreeAtom(raw, atom);
            defined
        };
        if defined < 0 {
            return Err(Error::Exception);
        }
    }
    Ok(())
}

fn all_globals(modules: &'static [Entry]) -> impl Iterator<Item = (&'static ModuleInfo, &'static Global)> {
    modules.iter().flat_map(|entry| entry.info.globals.iter().map(move |global| (entry.info, global)))
}

fn property_flags(global: &Global) -> c_int {
    let enumerable = if global.enumerable { qjs::JS_PROP_ENUMERABLE } else { 0 };
    (qjs::JS_PROP_CONFIGURABLE | qjs::JS_PROP_WRITABLE | enumerable) as c_int
}

unsafe extern "C" fn get_global(
    ctx: *mut qjs::JSContext,
    _this: qjs::JSValue,
    _argc: c_int,
    _argv: *mut qjs::JSValue,
    magic: c_int,
) -> qjs::JSValue {
    // SAFETY: the engine calls with a live context.
    let ctx = unsafe { context(ctx) };
    let found = global_at(&ctx, magic).and_then(|(info, global)| {
        let value: Value<'_> = import(&ctx, info.specifier)?.get(global.export)?;
        define(&ctx, global, &value)?;
        Ok(value)
    });
    match found {
        // SAFETY: the engine takes the reference that `dup` adds.
        Ok(value) => unsafe { qjs::JS_DupValue(ctx.as_raw().as_ptr(), value.as_raw()) },
        Err(error) => raise(&ctx, error),
    }
}

unsafe extern "C" fn set_global(
    ctx: *mut qjs::JSContext,
    _this: qjs::JSValue,
    argc: c_int,
    argv: *mut qjs::JSValue,
    magic: c_int,
) -> qjs::JSValue {
    // SAFETY: the engine calls with a live context.
    let ctx = unsafe { context(ctx) };
    let value = if argc > 0 {
        // SAFETY: `argv` holds `argc` borrowed values; `from_raw` takes the reference that `dup` adds.
        unsafe { Value::from_raw(ctx.clone(), qjs::JS_DupValue(ctx.as_raw().as_ptr(), *argv)) }
    } else {
        Value::new_undefined(ctx.clone())
    };
    match global_at(&ctx, magic).and_then(|(_, global)| define(&ctx, global, &value)) {
        Ok(()) => qjs::JS_UNDEFINED,
        Err(error) => raise(&ctx, error),
    }
}

/// # Safety
/// `ctx` is not null and lives as long as the values made from it.
unsafe fn context<'js>(ctx: *mut qjs::JSContext) -> Ctx<'js> {
    let ctx = NonNull::new(ctx).expect("the engine never calls with a null context");
    // SAFETY: the caller's.
    unsafe { Ctx::from_raw(ctx) }
}

fn global_at(ctx: &Ctx<'_>, magic: c_int) -> Result<(&'static ModuleInfo, &'static Global)> {
    let index = usize::try_from(magic).map_err(|_| Error::Unknown)?;
    all_globals(modules(ctx)).nth(index).ok_or(Error::Unknown)
}

/// Replaces the accessor by a data property.
fn define<'js>(ctx: &Ctx<'js>, global: &Global, value: &Value<'js>) -> Result<()> {
    let raw = ctx.as_raw().as_ptr();
    let target = ctx.globals();
    // SAFETY: live context and object; the engine takes the reference that `dup` adds; the atom is freed after its use.
    let defined = unsafe {
        let atom = qjs::JS_NewAtomLen(raw, global.name.as_ptr().cast(), global.name.len() as _);
        let value = qjs::JS_DupValue(raw, value.as_raw());
        let defined = qjs::JS_DefinePropertyValue(raw, target.as_value().as_raw(), atom, value, property_flags(global));
        qjs::JS_FreeAtom(raw, atom);
        defined
    };
    if defined < 0 { Err(Error::Exception) } else { Ok(()) }
}

pub(crate) fn raise(ctx: &Ctx<'_>, error: Error) -> qjs::JSValue {
    if !matches!(error, Error::Exception) {
        let _ = NodeError::from_engine(&error).throw(ctx);
    }
    qjs::JS_EXCEPTION
}

/// Lets `Atomics.wait` block, as it may on Node's main thread: the engine refuses it otherwise.
pub fn allow_blocking(ctx: &Ctx<'_>) {
    // SAFETY: live context.
    unsafe { qjs::JS_SetCanBlock(qjs::JS_GetRuntime(ctx.as_raw().as_ptr()), true) };
}

/// Figures of the engine's heap, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryUsage {
    /// What the engine has from the allocator.
    pub allocated_bytes: i64,
    /// What JavaScript values use of it.
    pub used_bytes: i64,
    /// Of that, the contents of `ArrayBuffer`s.
    pub array_buffer_bytes: i64,
    /// The limit that the host has set, or -1.
    pub limit_bytes: i64,
}

/// Everything that the engine counts of its heap, by name: numbers of things (`..._count`) and bytes (`..._size`).
pub fn memory_figures(ctx: &Ctx<'_>) -> Vec<(&'static str, i64)> {
    // SAFETY: live context; the engine fills the zeroed struct of plain integers.
    let usage = unsafe {
        let mut usage: qjs::JSMemoryUsage = std::mem::zeroed();
        qjs::JS_ComputeMemoryUsage(qjs::JS_GetRuntime(ctx.as_raw().as_ptr()), &mut usage);
        usage
    };
    vec![
        ("malloc_count", usage.malloc_count),
        ("malloc_size", usage.malloc_size),
        ("malloc_limit", usage.malloc_limit),
        ("memory_used_count", usage.memory_used_count),
        ("memory_used_size", usage.memory_used_size),
        ("atom_count", usage.atom_count),
        ("atom_size", usage.atom_size),
        ("str_count", usage.str_count),
        ("str_size", usage.str_size),
        ("obj_count", usage.obj_count),
        ("obj_size", usage.obj_size),
        ("prop_count", usage.prop_count),
        ("prop_size", usage.prop_size),
        ("shape_count", usage.shape_count),
        ("shape_size", usage.shape_size),
        ("js_func_count", usage.js_func_count),
        ("js_func_size", usage.js_func_size),
        ("js_func_code_size", usage.js_func_code_size),
        ("c_func_count", usage.c_func_count),
        ("array_count", usage.array_count),
        ("fast_array_count", usage.fast_array_count),
        ("fast_array_elements", usage.fast_array_elements),
        ("binary_object_count", usage.binary_object_count),
        ("binary_object_size", usage.binary_object_size),
    ]
}

/// Measures the engine's heap. It walks all objects: for `process.memoryUsage()`, not for a hot path.
pub fn memory_usage(ctx: &Ctx<'_>) -> MemoryUsage {
    // SAFETY: live context; the engine fills the zeroed struct of plain integers.
    let usage = unsafe {
        let mut usage: qjs::JSMemoryUsage = std::mem::zeroed();
        qjs::JS_ComputeMemoryUsage(qjs::JS_GetRuntime(ctx.as_raw().as_ptr()), &mut usage);
        usage
    };
    MemoryUsage {
        allocated_bytes: usage.malloc_size,
        used_bytes: usage.memory_used_size,
        array_buffer_bytes: usage.binary_object_size,
        limit_bytes: usage.malloc_limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &str = "A=2,A$=0,Ab=10,B=0,C=1";

    #[test]
    fn a_name_is_in_its_part() {
        let known = [("A", 2), ("A$", 0), ("Ab", 10), ("B", 0), ("C", 1)];
        for (name, part) in known {
            assert_eq!(part_of(NAMES, name), Some(part), "{name}");
        }
        for name in ["", "0", "A=2", "Aa", "Abc", "BB", "D", ","] {
            assert_eq!(part_of(NAMES, name), None, "{name}");
        }
        assert_eq!(part_of("", "A"), None);
        assert_eq!(part_of("A=0", "A"), Some(0));
    }

    #[test]
    fn names_are_passed_on_from_their_parts() {
        assert_eq!(pass_on("p/", NAMES, Some("A,B")), r#"export{A}from"p/2";export{B}from"p/0";"#);
        let all = r#"export{A$,B}from"p/0";export{C}from"p/1";export{A}from"p/2";export{Ab}from"p/10";"#;
        assert_eq!(pass_on("p/", NAMES, None), all);
    }
}
