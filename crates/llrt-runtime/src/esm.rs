//! ES modules: names to files, files to modules.
//!
//! A user module's name in the engine is its `file:` URL (with query and fragment, which make instances of their own), so that
//! `import.meta.url` and stack traces read as in Node. Built-ins are asked first.
//!
//! Node: <https://nodejs.org/api/esm.html>.

use std::{borrow::Cow, cell::RefCell, path::Path, rc::Rc};

use llrt_core::{JsClass, JsError, NodeError, OrThrow, SystemError, error, host, process, realm};
use llrt_resolver::{ErrorClass, Format, Options, Platform, ResolveError, Resolved};
use rquickjs::{
    Ctx, Error, Function, JsLifetime, Module, Object, Result, Value, WriteOptions,
    function::{Opt, This},
    loader::ImportAttributes,
    module::{Declarations, Declared, Exports, ModuleDef},
    object::Property,
};

use crate::{
    cjs,
    compile_cache::{self, Kind as CacheKind, Slot},
    compiled::Program,
    hooks::{self, Hooks, Kind, Loaded},
    import_trace, named_imports,
    require_esm::{self, Graph, Node},
    source, syntax_error, typescript,
    vm::ResolveOptions,
};

/// How the name of a program given as text ends.
pub(crate) const EVAL: &str = "/[eval1]";

/// What a context knows of its user modules.
pub(crate) struct Modules<'js> {
    pub(crate) resolver: Rc<llrt_resolver::Resolver>,
    /// Every user module by its name in the engine.
    declared: RefCell<Vec<(String, Module<'js, Declared>)>>,
    /// Export names of the CommonJS files that are being declared, by module name.
    export_names: RefCell<Vec<(String, Vec<String>)>>,
    /// The name of the main module, for `import.meta.main`.
    main: RefCell<Option<String>>,
    /// Its text, where it is no file.
    main_text: RefCell<Option<String>>,
    hooks: RefCell<Hooks<'js>>,
    /// The sources whose static imports the engine resolves right now, the innermost last.
    declaring: RefCell<Vec<Declaring>>,
    /// What the sources import.
    pub(crate) graph: Graph,
    packages: &'static [(&'static str, &'static str)],
    /// Values of JSON files that were imported before there was CommonJS to share them with, by path.
    json: RefCell<Vec<(String, Value<'js>)>>,
}

/// The name of the module through which `require` gives an ES module begins with this; that one's name follows.
pub(crate) const MARKED: &str = "required:";

// SAFETY: the only lifetime in the struct is `'js`.
unsafe impl<'js> JsLifetime<'js> for Modules<'js> {
    type Changed<'to> = Modules<'to>;
}

pub(crate) fn install(
    ctx: &Ctx<'_>,
    packages: &'static [(&'static str, &'static str)],
    package_folders: Option<Vec<String>>,
    options: ResolveOptions,
) {
    let (require_folders, import_folders) = match package_folders {
        Some(folders) => (folders.clone(), folders),
        None => (global_folders(ctx), Vec::new()),
    };
    let resolver = llrt_resolver::Resolver::new(Options {
        is_builtin: Box::new(host::builtin_predicate(ctx)),
        bundled: packages,
        builtin_schemes: &["node", "llrt"],
        platform: std::env::var("LLRT_PLATFORM").map_or(Platform::Node, |value| Platform::from_env_value(&value)),
        conditions: options.conditions,
        preserve_symlinks: options.preserve_symlinks,
        preserve_symlinks_main: options.preserve_symlinks_main,
        require_folders,
        import_folders,
    });
    let _ = ctx.store_userdata(Modules {
        resolver: Rc::new(resolver),
        declared: RefCell::default(),
        export_names: RefCell::default(),
        main: RefCell::default(),
        main_text: RefCell::default(),
        hooks: RefCell::default(),
        declaring: RefCell::default(),
        graph: Graph::default(),
        packages,
        json: RefCell::default(),
    });
}

/// Where `require` looks last: the folders of `NODE_PATH`, two of the home folder, and one beside the executable's.
fn global_folders(ctx: &Ctx<'_>) -> Vec<String> {
    let mut folders = node_path();
    if let Ok(home) = std::env::var("HOME")
        && !home.is_empty()
    {
        folders.extend([".node_modules", ".node_libraries"].map(|name| format!("{home}/{name}")));
    }
    let executable = process::with_info(ctx, |info| info.exec_path.clone());
    if let Some(prefix) = Path::new(&executable).parent().and_then(Path::parent).and_then(Path::to_str) {
        folders.push(format!("{}/lib/node", prefix.trim_end_matches('/')));
    }
    folders
}

/// The folders that `NODE_PATH` lists.
pub fn node_path() -> Vec<String> {
    let list = std::env::var("NODE_PATH").unwrap_or_default();
    list.split(':').filter(|path| !path.is_empty()).map(str::to_owned).collect()
}

/// Whether the program was started with an option, or `NODE_OPTIONS` has it.
pub(crate) fn has_option(ctx: &Ctx<'_>, name: &str) -> bool {
    process::with_info(ctx, |info| info.exec_argv.iter().any(|option| option == name))
        || std::env::var("NODE_OPTIONS").is_ok_and(|options| options.split_whitespace().any(|option| option == name))
}

/// Warns of what the last resolution found in ways that Node deprecates.
pub(crate) fn warn_of_notices(ctx: &Ctx<'_>, resolver: &llrt_resolver::Resolver) -> Result<()> {
    for notice in resolver.take_notices() {
        emit_warning(ctx, &notice.to_string(), "DeprecationWarning", Some(notice.code()))?;
    }
    Ok(())
}

/// `process.emitWarning`.
pub(crate) fn emit_warning(ctx: &Ctx<'_>, text: &str, kind: &str, code: Option<&str>) -> Result<()> {
    let process: Object<'_> = ctx.globals().get("process")?;
    let warn: Function<'_> = process.get("emitWarning")?;
    warn.call((This(process), text, kind, code))
}

/// Lets files that were missing be found from now on; called between macrotasks.
pub(crate) fn forget_absent(ctx: &Ctx<'_>) {
    if let Some(modules) = ctx.userdata::<Modules>() {
        modules.resolver.forget_absent();
    }
}

/// The bundled packages.
pub(crate) fn packages(ctx: &Ctx<'_>) -> &'static [(&'static str, &'static str)] {
    ctx.userdata::<Modules>().map_or(&[], |modules| modules.packages)
}

/// The resolver of a context that [`install`] has prepared.
pub(crate) fn resolver(ctx: &Ctx<'_>) -> Result<Rc<llrt_resolver::Resolver>> {
    ctx.userdata::<Modules>().map(|modules| Rc::clone(&modules.resolver)).ok_or(Error::Unknown)
}

/// The registered hooks, or empty ones.
pub(crate) fn hooks<'js>(ctx: &Ctx<'js>) -> Option<Hooks<'js>> {
    ctx.userdata::<Modules<'js>>().map(|modules| modules.hooks.borrow().clone())
}

pub(crate) fn set_hooks<'js>(ctx: &Ctx<'js>, hooks: Hooks<'js>) {
    if let Some(modules) = ctx.userdata::<Modules<'js>>() {
        *modules.hooks.borrow_mut() = hooks;
    }
}

pub(crate) fn set_main(ctx: &Ctx<'_>, name: &str) {
    if let Some(modules) = ctx.userdata::<Modules>() {
        *modules.main.borrow_mut() = Some(name.to_owned());
    }
}

/// The name of the main module.
pub(crate) fn main_name(ctx: &Ctx<'_>) -> Option<String> {
    ctx.userdata::<Modules>()?.main.borrow().clone()
}

/// Keeps the text of a main module that is no file.
pub(crate) fn set_main_text(ctx: &Ctx<'_>, text: &str) {
    if let Some(modules) = ctx.userdata::<Modules>() {
        *modules.main_text.borrow_mut() = Some(text.to_owned());
    }
}

/// The text of a module, if it is the main one and no file.
pub(crate) fn main_text(ctx: &Ctx<'_>, name: &str) -> Option<String> {
    let modules = ctx.userdata::<Modules>()?;
    let is_main = modules.main.borrow().as_deref() == Some(name);
    is_main.then(|| modules.main_text.borrow().clone()).flatten()
}

/// The text of what stacks call `name`: of a file, or of the program where that is no file.
pub(crate) fn text_in_stacks(ctx: &Ctx<'_>, name: &str) -> Option<String> {
    let path = path_of_name(name);
    if path.starts_with('/') && !path.ends_with(EVAL) {
        return source::read(Path::new(&*path)).ok();
    }
    let is_program = matches!(name, "[eval]" | "[stdin]") || name.ends_with(EVAL);
    if is_program { ctx.userdata::<Modules>()?.main_text.borrow().clone() } else { None }
}

/// The built-in that the module `base` imports as `name`, unless it has an installed copy to prefer.
pub(crate) fn builtin(ctx: &Ctx<'_>, base: &str, name: &str) -> Option<Cow<'static, str>> {
    let found = host::resolve(ctx, base, name)?;
    // Only a package can have such a copy.
    if name.starts_with('@')
        && let Ok(resolver) = resolver(ctx)
        && resolver.prefers_installed(name, &path_of_name(base))
    {
        return None;
    }
    Some(found)
}

/// The engine's resolver: built-ins, then files.
pub(crate) struct Resolver;

impl rquickjs::loader::Resolver for Resolver {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        if import_trace::is_on(ctx) && is_dynamic(ctx) && is_users(ctx, base) && !name.starts_with("data:") {
            let parent = hooks::url_of(base);
            return import_trace::resolve(ctx, &parent, name, || resolve_name(ctx, base, name, attributes));
        }
        resolve_name(ctx, base, name, attributes)
    }
}

fn resolve_name<'js>(
    ctx: &Ctx<'js>,
    base: &str,
    name: &str,
    attributes: Option<ImportAttributes<'js>>,
) -> Result<String> {
    if !realm::is_home(ctx) {
        // A realm that `node:vm` made: modules live in the one they were loaded into.
        let message = "A dynamic import callback was not specified.";
        return Err(NodeError::new(JsClass::TypeError, "ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING", message).throw(ctx));
    }
    if is_hooked(ctx) && is_users(ctx, base) {
        let kind = match &attributes {
            Some(attributes) => attributes.get_type()?,
            None => None,
        };
        if let Some(url) = hooks::resolve(ctx, name, Some(base), Kind::Import, kind)? {
            if host::is_builtin(ctx, &url) {
                return hooked_builtin(ctx, url);
            }
            note_request(ctx, base, name, &url);
            return Ok(url);
        }
    }
    if base.starts_with(MARKED) {
        return Ok(name.to_owned());
    }
    if let Some(builtin) = builtin(ctx, base, name) {
        check_attributes(ctx, &builtin, &attributes, || false)?;
        if builtin == "node:process" && is_users(ctx, base) && wants_all_of_process(ctx) {
            return Ok("internal:process-all".to_owned());
        }
        return Ok(selection(ctx, base, &builtin).unwrap_or_else(|| builtin.into_owned()));
    }
    let resolver = resolver(ctx)?;
    let resolved = resolver.resolve_import(name, &path_of_base(ctx, base));
    warn_of_notices(ctx, &resolver)?;
    let resolved = resolved.map_err(|failed| unresolved(ctx, failed, base, name))?;
    let url = resolved.url();
    check_attributes(ctx, &url, &attributes, || match &resolved {
        Resolved::File { path, .. } => path.ends_with(".json"),
        Resolved::Data(url) => DataUrl::parse(url).is_some_and(|data| data.kind == "application/json"),
        Resolved::Builtin(_) => false,
    })?;
    if let Resolved::Builtin(name) = &resolved
        && let Some(builtin) = host::resolve(ctx, base, name)
    {
        return Ok(builtin.into_owned());
    }
    note_request(ctx, base, name, &url);
    // The engine evaluates what a dynamic import names next, without asking the loader for what it has.
    if is_dynamic(ctx)
        && let Some(module) = declared(ctx, &url)
        && !require_esm::with_graph(ctx, |graph| graph.was_root(&url))
    {
        require_esm::evaluate(ctx, &url, module)?;
    }
    Ok(url)
}

/// What stands for a built-in: another module, where asynchronous load hooks make one of it.
fn hooked_builtin(ctx: &Ctx<'_>, url: String) -> Result<String> {
    if !hooks(ctx).is_some_and(|hooks| hooks.is_asynchronous) {
        return Ok(url);
    }
    let name = format!("{url}#hooked");
    if declared(ctx, &name).is_none() {
        // What is loaded is not loaded again.
        if host::is_loaded(ctx, &url) {
            return Ok(url);
        }
        match hooks::load(ctx, &url, Kind::Import)? {
            None => return Ok(url),
            Some(loaded) => {
                let module = declare_loaded(ctx, &name, loaded)?;
                remember(ctx, &name, &module);
            }
        }
    }
    Ok(name)
}

/// Throws why a specifier leads nowhere.
fn unresolved(ctx: &Ctx<'_>, failed: ResolveError, base: &str, name: &str) -> Error {
    let is_host = matches!(failed, ResolveError::InvalidFileUrlHost);
    let thrown = error::throw(ctx, &Resolution(failed));
    if !is_host {
        return thrown;
    }
    let value = error::caught(ctx, &thrown);
    if let Some(error) = value.as_object() {
        // Out of memory: the error says enough.
        drop(error.set("input", name).and_then(|()| error.set("module", hooks::url_of(base))));
    }
    ctx.throw(value)
}

/// Whether a dynamic import is what asks: the engine loads what a source imports while that is declared.
fn is_dynamic(ctx: &Ctx<'_>) -> bool {
    ctx.userdata::<Modules>().is_some_and(|modules| modules.declaring.borrow().is_empty())
}

/// Notes what a source imports, for [`require_esm`]; a dynamic import is none of it.
fn note_request(ctx: &Ctx<'_>, base: &str, specifier: &str, url: &str) {
    if let Some(modules) = ctx.userdata::<Modules>()
        && let Some(declaring) = modules.declaring.borrow_mut().last_mut()
        && declaring.name == base
    {
        declaring.node.requests.push((specifier.to_owned(), url.to_owned()));
    }
}

/// The engine's loader.
pub(crate) struct Loader;

impl rquickjs::loader::Loader for Loader {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        let module = if name.starts_with("file:") {
            match attributes {
                // Hooks may make two modules of a file, one for each.
                Some(_) if is_hooked(ctx) => declare_again(ctx, name)?,
                _ => declare_file(ctx, name)?,
            }
        } else if name.starts_with("data:") {
            declare_data(ctx, name)?
        } else if is_hooked(ctx) && is_foreign(ctx, name) {
            declare_foreign(ctx, name)?
        } else {
            return host::load(ctx, name);
        };
        // The engine would evaluate it next: what fails then is out of reach.
        if is_dynamic(ctx) {
            require_esm::evaluate(ctx, name, module.clone())?;
        }
        Ok(module)
    }
}

/// What a source that is being declared takes of built-ins in parts. The engine resolves its static imports right after it has parsed
/// it, before anything of it runs.
struct Declaring {
    name: String,
    wanted: Vec<named_imports::Wanted>,
    all_of_process: bool,
    node: Node,
}

/// Whether the source whose imports are being resolved takes more of `process` than its module has; a dynamic import takes all.
fn wants_all_of_process(ctx: &Ctx<'_>) -> bool {
    let Some(modules) = ctx.userdata::<Modules>() else { return false };
    modules.declaring.borrow().last().is_none_or(|declaring| declaring.all_of_process)
}

/// What a look at a source finds of its imports.
pub(crate) struct Imports {
    wanted: Vec<named_imports::Wanted>,
    all_of_process: bool,
    has_await: bool,
}

impl Imports {
    fn of(text: &str) -> Self {
        Self {
            wanted: named_imports::scan(text),
            all_of_process: named_imports::wants_all_of_process(text),
            has_await: memchr::memmem::find(text.as_bytes(), b"await").is_some(),
        }
    }

    /// Of a program whose source is not there.
    pub(crate) fn of_compiled(all_of_process: bool) -> Self {
        Self { wanted: Vec::new(), all_of_process, has_await: false }
    }
}

/// Declares a source by `declare`, during which the engine resolves what it imports.
pub(crate) fn declaring<'js>(
    ctx: &Ctx<'js>,
    name: &str,
    imports: Imports,
    declare: impl FnOnce() -> Result<Module<'js, Declared>>,
) -> Result<Module<'js, Declared>> {
    let Imports { wanted, all_of_process, has_await } = imports;
    let node = Node { requests: Vec::new(), has_await };
    if let Some(modules) = ctx.userdata::<Modules>() {
        modules.declaring.borrow_mut().push(Declaring { name: name.to_owned(), wanted, all_of_process, node });
    }
    let module = declare();
    if let Some(modules) = ctx.userdata::<Modules>() {
        let declaring = modules.declaring.borrow_mut().pop();
        if let Some(Declaring { name, node, .. }) = declaring
            && (!node.requests.is_empty() || node.has_await)
        {
            modules.graph.add(name, node);
        }
    }
    module
}

/// The module that stands for a built-in in parts when `base`, whose static imports are being resolved, asks for some of its names.
fn selection(ctx: &Ctx<'_>, base: &str, builtin: &str) -> Option<String> {
    let modules = ctx.userdata::<Modules>()?;
    let declaring = modules.declaring.borrow();
    let declaring = declaring.iter().rfind(|declaring| declaring.name == base)?;
    let wanted = declaring.wanted.iter().find(|wanted| wanted.specifier == builtin)?;
    let names: Vec<&str> = wanted.names.as_ref()?.iter().map(String::as_str).collect();
    host::select(ctx, builtin, &names)
}

/// The module of that name, if the engine has it already.
pub(crate) fn declared<'js>(ctx: &Ctx<'js>, name: &str) -> Option<Module<'js, Declared>> {
    let modules = ctx.userdata::<Modules<'js>>()?;
    modules.declared.borrow().iter().find(|(known, _)| known == name).map(|(_, module)| module.clone())
}

/// [`declare_file`] for one that may be declared already, without import attributes or with them: nobody but the engine remembers it.
fn declare_again<'js>(ctx: &Ctx<'js>, url: &str) -> Result<Module<'js, Declared>> {
    match hooks::load(ctx, url, Kind::Import)? {
        Some(loaded) => declare_loaded(ctx, url, loaded),
        None => declare_new(ctx, url),
    }
}

/// Declares the file behind a `file:` URL in the format that its name and its package say.
pub(crate) fn declare_file<'js>(ctx: &Ctx<'js>, url: &str) -> Result<Module<'js, Declared>> {
    if let Some(module) = declared(ctx, url) {
        return Ok(module);
    }
    let module = declare_again(ctx, url)?;
    remember(ctx, url, &module);
    Ok(module)
}

fn declare_new<'js>(ctx: &Ctx<'js>, url: &str) -> Result<Module<'js, Declared>> {
    let path = path_of_name(url).into_owned();
    refuse_kept_types(ctx, &path)?;
    let format = resolver(ctx)?.import_format(&path).map_err(Resolution).or_throw(ctx)?;
    let module = match format {
        Format::Module => declare_source(ctx, url, read_script(ctx, &path)?)?,
        Format::Ambiguous => {
            let text = read_script(ctx, &path)?;
            if llrt_cjs_lexer::detect_module_syntax(&text) {
                declare_source(ctx, url, text)?
            } else {
                declare_commonjs(ctx, url, &path, &text)?
            }
        }
        Format::CommonJs => {
            let text = read_script(ctx, &path)?;
            declare_commonjs(ctx, url, &path, &text)?
        }
        Format::Json => Module::declare_def::<Json, _>(ctx.clone(), url)?,
        Format::Bytecode => declare_compiled(ctx, url, Program::read(ctx, &path)?)?,
        Format::Wasm | Format::Addon => {
            let message = format!("{path}: this kind of module cannot be loaded in this runtime");
            return Err(NodeError::new(JsClass::TypeError, "ERR_UNKNOWN_FILE_EXTENSION", message).throw(ctx));
        }
    };
    Ok(module)
}

/// Whether there are hooks: nobody else pays for what they make possible.
pub(crate) fn is_hooked(ctx: &Ctx<'_>) -> bool {
    ctx.userdata::<Modules<'_>>().is_some_and(|modules| modules.hooks.borrow().any())
}

/// Whether a module is code of users: only theirs goes through hooks.
fn is_users(ctx: &Ctx<'_>, name: &str) -> bool {
    name.starts_with('/') || name.starts_with("file:") || name.starts_with("data:") || is_foreign(ctx, name)
}

/// Whether a module's name is one that only hooks can have given.
pub(crate) fn is_foreign(ctx: &Ctx<'_>, name: &str) -> bool {
    !name.starts_with("internal:") && !name.starts_with("native:") && !host::is_builtin(ctx, name)
}

/// Declares what hooks load under a URL of their own.
pub(crate) fn declare_foreign<'js>(ctx: &Ctx<'js>, url: &str) -> Result<Module<'js, Declared>> {
    if let Some(module) = declared(ctx, url) {
        return Ok(module);
    }
    match hooks::load(ctx, url, Kind::Import)? {
        Some(loaded) => {
            let module = declare_loaded(ctx, url, loaded)?;
            remember(ctx, url, &module);
            Ok(module)
        }
        None => Err(hooks::unsupported_scheme(ctx, url)),
    }
}

fn declare_loaded<'js>(ctx: &Ctx<'js>, url: &str, loaded: Loaded) -> Result<Module<'js, Declared>> {
    let module = match loaded.format.as_deref() {
        Some("module") => declare_source(ctx, url, loaded.text)?,
        Some("commonjs") => declare_commonjs(ctx, url, &path_of_name(url), &loaded.text)?,
        Some("json") => {
            let value = ctx.json_parse(loaded.text)?;
            let text = ctx.json_stringify(value)?.map(|text| text.to_string()).transpose()?.unwrap_or_default();
            declare_source(ctx, url, format!("export default {text};"))?
        }
        other => return Err(hooks::unknown_format(ctx, other, url)),
    };
    Ok(module)
}

/// [`declare_file`] for the main file, which is known to be a module though its name may not say so.
pub(crate) fn declare_file_as_module<'js>(ctx: &Ctx<'js>, url: &str) -> Result<Module<'js, Declared>> {
    let module = declare_source(ctx, url, read_script(ctx, &path_of_name(url))?)?;
    remember(ctx, url, &module);
    Ok(module)
}

/// Declares ES module source under a name, with its `import.meta`.
pub(crate) fn declare_source<'js>(ctx: &Ctx<'js>, name: &str, mut text: String) -> Result<Module<'js, Declared>> {
    source::comment_out_shebang(&mut text);
    let imports = Imports::of(&text);
    let module = match compile_cache::look_up(CacheKind::Module, name, &text) {
        None => declaring(ctx, name, imports, || declare_text(ctx, name, text))?,
        Some(slot) => declaring(ctx, name, imports, || declare_cached(ctx, name, text, slot))?,
    };
    fill_meta(ctx, name, &module.meta()?)?;
    Ok(module)
}

fn declare_text<'js>(ctx: &Ctx<'js>, name: &str, text: String) -> Result<Module<'js, Declared>> {
    // A file can be read again for what its error has to say; other texts are short.
    let is_file = name.starts_with("file:") && !name.ends_with(EVAL) && !is_hooked(ctx);
    let kept = (!is_file).then(|| text.clone());
    Module::declare(ctx.clone(), name, text).map_err(|failed| {
        let text = kept.or_else(|| script_text(ctx, &path_of_name(name))).unwrap_or_default();
        syntax_error::explain(ctx, failed, name, &text, false).0
    })
}

/// Declares a source by what the compile cache has of it, or fills the cache.
fn declare_cached<'js>(ctx: &Ctx<'js>, name: &str, text: String, slot: Slot) -> Result<Module<'js, Declared>> {
    if let Some(bytecode) = &slot.bytecode {
        slot.accept();
        // SAFETY: this version wrote the bytecode, a sum of which was right; it stays in memory to the end of the process.
        return unsafe { Module::load(ctx.clone(), bytecode.clone().leak()) };
    }
    let module = declare_text(ctx, name, text)?;
    slot.fill(name, &module.write(WriteOptions::default())?);
    Ok(module)
}

pub(crate) fn remember<'js>(ctx: &Ctx<'js>, name: &str, module: &Module<'js, Declared>) {
    if let Some(modules) = ctx.userdata::<Modules<'js>>() {
        modules.declared.borrow_mut().push((name.to_owned(), module.clone()));
    }
}

/// The bytes of a file that is no text.
pub(crate) fn read_bytes(ctx: &Ctx<'_>, path: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| SystemError::new(&error, "open").path(path)).or_throw(ctx)
}

pub(crate) fn read(ctx: &Ctx<'_>, path: &str) -> Result<String> {
    source::read(Path::new(path)).map_err(|error| SystemError::new(&error, "open").path(path)).or_throw(ctx)
}

/// The JavaScript of a file.
pub(crate) fn read_script(ctx: &Ctx<'_>, path: &str) -> Result<String> {
    typescript::javascript(ctx, path, read(ctx, path)?)
}

/// The JavaScript of a file that may have gone, or have none.
pub(crate) fn script_text(ctx: &Ctx<'_>, path: &str) -> Option<String> {
    let text = source::read(Path::new(path)).ok()?;
    typescript::javascript(ctx, path, text).inspect_err(|failed| drop(error::caught(ctx, failed))).ok()
}

/// The error for a file that is TypeScript where types stay.
fn refuse_kept_types(ctx: &Ctx<'_>, path: &str) -> Result<()> {
    if !typescript::is_typescript(path) || typescript::types(ctx) != typescript::Types::Kept {
        return Ok(());
    }
    let extension = path[path.rfind('.').unwrap_or_default()..].into();
    Err(Resolution(ResolveError::UnknownFileExtension { extension, path: path.into() })).or_throw(ctx)
}

/// The path that a module's name stands for: of a `file:` URL without query and fragment, of anything else itself.
pub(crate) fn path_of_name(name: &str) -> Cow<'_, str> {
    if !name.starts_with("file:") {
        return Cow::Borrowed(name);
    }
    let end = name.find(['?', '#']).unwrap_or(name.len());
    llrt_resolver::file_url_to_path(&name[..end]).map_or(Cow::Borrowed(name), Cow::Owned)
}

/// [`path_of_name`] of what imports. A program given as text counts as a file of the working directory. Code of `eval` and `new Function`
/// has no name: of the file that it stands in the engine tells nothing, so it counts as the main program's.
fn path_of_base<'a>(ctx: &Ctx<'_>, base: &'a str) -> Cow<'a, str> {
    let in_working_directory = |name: &str| {
        let directory = std::env::current_dir().unwrap_or_default();
        Cow::Owned(format!("{}/{name}", directory.to_string_lossy().trim_end_matches('/')))
    };
    match base {
        "[eval]" | "[stdin]" => in_working_directory(base),
        "<input>" => {
            let main = main_name(ctx).map(|name| path_of_name(&name).into_owned()).or_else(|| {
                let file = process::with_info(ctx, |info| info.argv.get(1).cloned())?;
                resolver(ctx).ok()?.resolve_main(&file).ok()?.path().map(str::to_owned)
            });
            main.map_or_else(|| in_working_directory("[eval]"), Cow::Owned)
        }
        _ => path_of_name(base),
    }
}

/// A resolution that failed, with its JavaScript face.
#[derive(Debug)]
pub(crate) struct Resolution(pub(crate) ResolveError);

impl std::fmt::Display for Resolution {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Resolution {}

impl JsError for Resolution {
    fn class(&self) -> JsClass {
        match self.0.class() {
            ErrorClass::TypeError => JsClass::TypeError,
            _ => JsClass::Error,
        }
    }

    fn code(&self) -> Option<&str> {
        self.0.code()
    }

    fn decorate<'js>(&self, error: &Object<'js>) -> Result<()> {
        if let Some(stack) = self.0.require_stack() {
            error.set("requireStack", stack.to_vec())?;
        }
        // Defined, not set: setters of the prototypes must not see them.
        let set =
            |name: &str, value: &str| error.prop(name, Property::from(value).writable().enumerable().configurable());
        if let Some(url) = self.0.url() {
            set("url", url)?;
        }
        if let ResolveError::InvalidMain { package_json, request, .. } = &self.0 {
            set("path", package_json)?;
            set("requestPath", request)?;
        }
        Ok(())
    }
}

/// Node's checks of import attributes, in its order.
fn check_attributes<'js>(
    ctx: &Ctx<'js>,
    url: &str,
    attributes: &Option<ImportAttributes<'js>>,
    is_json: impl FnOnce() -> bool,
) -> Result<()> {
    let fail = |code: &'static str, message: String| Err(NodeError::new(JsClass::TypeError, code, message).throw(ctx));
    let mut kind = None;
    if let Some(attributes) = attributes {
        for key in attributes.keys() {
            let key = key?;
            let value = attributes.get(&key)?.unwrap_or_default();
            if key != "type" {
                let message = format!("Import attribute \"{key}\" with value \"{value}\" is not supported");
                return fail("ERR_IMPORT_ATTRIBUTE_UNSUPPORTED", message);
            }
            kind = Some(value);
        }
    }
    match (kind.as_deref(), is_json()) {
        (None, false) | (Some("json"), true) => Ok(()),
        (None, true) => fail(
            "ERR_IMPORT_ATTRIBUTE_MISSING",
            format!("Module \"{url}\" needs an import attribute of \"type: json\""),
        ),
        // What is of no format at all fails for that.
        (Some(_), false) if DataUrl::parse(url).is_some_and(|data| !data.is_javascript()) => Ok(()),
        (Some("json"), false) => {
            fail("ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE", format!("Module \"{url}\" is not of type \"json\""))
        }
        (Some(other), _) => fail(
            "ERR_IMPORT_ATTRIBUTE_UNSUPPORTED",
            format!("Import attribute \"type\" with value \"{other}\" is not supported"),
        ),
    }
}

pub(crate) fn fill_meta<'js>(ctx: &Ctx<'js>, name: &str, meta: &Object<'js>) -> Result<()> {
    let path = path_of_name(name);
    if path.starts_with('/') {
        meta.set(
            "dirname",
            path.rsplit_once('/').map_or("/", |(parent, _)| if parent.is_empty() { "/" } else { parent }),
        )?;
        meta.set("filename", &*path)?;
    }
    let modules = ctx.userdata::<Modules>();
    meta.set("main", modules.is_some_and(|modules| modules.main.borrow().as_deref() == Some(name)))?;
    let base = path.into_owned();
    let resolve = move |ctx: Ctx<'js>, specifier: Value<'js>, _parent: Opt<Value<'js>>| -> Result<String> {
        let specifier = llrt_core::args::string(&ctx, &specifier, "specifier")?;
        if let Some(builtin) = builtin(&ctx, &base, &specifier) {
            return Ok(builtin.into_owned());
        }
        resolver(&ctx)?.resolve_import_meta(&specifier, &base).map_err(Resolution).or_throw(&ctx)
    };
    meta.set("resolve", Function::new(ctx.clone(), resolve)?.with_name("resolve")?)?;
    meta.set("url", name)
}

/// Declares a CommonJS file as a module: `default` and `module.exports` are its exports object, and the names that its source
/// shows to be exported are exports too.
fn declare_commonjs<'js>(ctx: &Ctx<'js>, url: &str, path: &str, text: &str) -> Result<Module<'js, Declared>> {
    let mut names = Vec::new();
    let mut seen = Vec::new();
    collect_names(ctx, path, text, &mut names, &mut seen);
    if let Some(modules) = ctx.userdata::<Modules<'js>>() {
        modules.export_names.borrow_mut().push((url.to_owned(), names));
    }
    Module::declare_def::<CommonJs, _>(ctx.clone(), url)
}

/// Declares a compiled program, of either kind.
pub(crate) fn declare_compiled<'js>(ctx: &Ctx<'js>, url: &str, program: Program) -> Result<Module<'js, Declared>> {
    if program.is_module() {
        return program.declare(ctx, url);
    }
    if let Some(modules) = ctx.userdata::<Modules<'js>>() {
        modules.export_names.borrow_mut().push((url.to_owned(), program.export_names()));
    }
    Module::declare_def::<CommonJs, _>(ctx.clone(), url)
}

/// Export names of a CommonJS source, and of the files whose exports it passes on. A file that cannot be read or parsed adds
/// none: running it will tell.
fn collect_names(ctx: &Ctx<'_>, path: &str, text: &str, names: &mut Vec<String>, seen: &mut Vec<String>) {
    let Ok(found) = llrt_cjs_lexer::lex(text) else { return };
    for name in found.names {
        if name != "default" && name != "module.exports" && !names.contains(&name) {
            names.push(name);
        }
    }
    let Ok(resolver) = resolver(ctx) else { return };
    for target in found.reexports {
        if let Some(builtin) = builtin(ctx, path, &target) {
            let keys = host::import(ctx, &builtin)
                .and_then(|namespace| namespace.keys::<String>().collect::<Result<Vec<_>>>());
            for name in keys.unwrap_or_default() {
                if name != "default" && !names.contains(&name) {
                    names.push(name);
                }
            }
            continue;
        }
        let Ok(Resolved::File { path: file, .. }) = resolver.resolve_require(&target, path) else { continue };
        if seen.iter().any(|earlier| **earlier == *file) || file.ends_with(".json") {
            continue;
        }
        seen.push(file.to_string());
        if let Some(text) = script_text(ctx, &file) {
            collect_names(ctx, &file, &text, names, seen);
        }
    }
}

/// A CommonJS file behind a module's face.
struct CommonJs;

impl ModuleDef for CommonJs {
    fn declare<'js>(declarations: &Declarations<'js>) -> Result<()> {
        declarations.declare("default")?.declare("module.exports")?;
        let name: String = declarations.module().name()?;
        for export in export_names(declarations.module().ctx(), &name) {
            declarations.declare(export)?;
        }
        Ok(())
    }

    fn evaluate<'js>(ctx: &Ctx<'js>, exports: &Exports<'js>) -> Result<()> {
        let url: String = exports.module().name()?;
        require_esm::with_graph(ctx, |graph| graph.set_running(Some(url.clone())));
        let value = cjs::import_file(ctx, &path_of_name(&url));
        require_esm::with_graph(ctx, |graph| graph.set_running(None));
        let value = value?;
        exports.export("default", value.clone())?.export("module.exports", value.clone())?;
        let object = value.as_object();
        for name in export_names(ctx, &url) {
            let export = match object {
                // A getter that throws gives `undefined`, as in Node.
                Some(object) => object.get::<_, Value<'js>>(name.as_str()).unwrap_or_else(|error| {
                    error::caught(ctx, &error);
                    Value::new_undefined(ctx.clone())
                }),
                None => Value::new_undefined(ctx.clone()),
            };
            exports.export(name, export)?;
        }
        Ok(())
    }
}

/// Whether the module of that name is a CommonJS file.
pub(crate) fn is_commonjs(ctx: &Ctx<'_>, module: &str) -> bool {
    ctx.userdata::<Modules>()
        .is_some_and(|modules| modules.export_names.borrow().iter().any(|(name, _)| name == module))
}

fn export_names(ctx: &Ctx<'_>, module: &str) -> Vec<String> {
    let Some(modules) = ctx.userdata::<Modules>() else { return Vec::new() };
    let names = modules.export_names.borrow();
    names.iter().find(|(name, _)| name == module).map(|(_, names)| names.clone()).unwrap_or_default()
}

/// A JSON file: its value is the default export.
struct Json;

impl ModuleDef for Json {
    fn declare<'js>(declarations: &Declarations<'js>) -> Result<()> {
        declarations.declare("default").map(drop)
    }

    fn evaluate<'js>(ctx: &Ctx<'js>, exports: &Exports<'js>) -> Result<()> {
        let url: String = exports.module().name()?;
        exports.export("default", imported_json(ctx, &url)?).map(drop)
    }
}

/// The value of a JSON file, which `require` and `import` share, whichever comes first. One with a query is of an instance of its own.
fn imported_json<'js>(ctx: &Ctx<'js>, url: &str) -> Result<Value<'js>> {
    let path = path_of_name(url);
    let is_shared = !(url.starts_with("file:") && url.contains(['?', '#']));
    if is_shared && let Some(value) = known_json(ctx, &path) {
        return Ok(value);
    }
    if is_shared && path.starts_with('/') && host::is_loaded(ctx, "internal:cjs") {
        return cjs::import_json(ctx, &path);
    }
    let value = cjs::parse_json(ctx, &path)?;
    if is_shared && let Some(modules) = ctx.userdata::<Modules<'js>>() {
        modules.json.borrow_mut().push((path.into_owned(), value.clone()));
    }
    Ok(value)
}

/// The value of a JSON file that was imported before.
pub(crate) fn known_json<'js>(ctx: &Ctx<'js>, path: &str) -> Option<Value<'js>> {
    let modules = ctx.userdata::<Modules<'js>>()?;
    modules.json.borrow().iter().find(|(known, _)| known == path).map(|(_, value)| value.clone())
}

/// The parts of a `data:` URL.
struct DataUrl<'a> {
    /// The media type, without parameters.
    kind: &'a str,
    is_base64: bool,
    body: &'a str,
}

impl<'a> DataUrl<'a> {
    /// The media type's parameters may hold no comma, not even in quotes: the first one begins the body.
    fn parse(url: &'a str) -> Option<Self> {
        let (head, body) = url.strip_prefix("data:")?.split_once(',')?;
        // What `#` begins is no part of the data.
        let body = body.split('#').next().unwrap_or_default();
        Some(Self { kind: head.split(';').next().unwrap_or_default(), is_base64: head.ends_with(";base64"), body })
    }

    fn is_javascript(&self) -> bool {
        matches!(self.kind, "text/javascript" | "application/javascript")
    }
}

/// The format and the text of a `data:` URL of JavaScript or JSON.
pub(crate) fn data_text(ctx: &Ctx<'_>, url: &str) -> Result<(&'static str, String)> {
    let Some(data) = DataUrl::parse(url) else { return Err(hooks::unknown_format(ctx, None, url)) };
    let format = match data.kind {
        _ if data.is_javascript() => "module",
        "application/json" => "json",
        kind => return Err(hooks::unknown_format(ctx, (!kind.is_empty()).then_some(kind), url)),
    };
    let text = percent_decode(data.body);
    let text = if data.is_base64 { decode_base64(ctx, &text)? } else { text };
    Ok((format, String::from_utf8_lossy(&text).into_owned()))
}

/// Declares a `data:` URL of JavaScript or JSON.
fn declare_data<'js>(ctx: &Ctx<'js>, url: &str) -> Result<Module<'js, Declared>> {
    if is_hooked(ctx)
        && let Some(loaded) = hooks::load(ctx, url, Kind::Import)?
    {
        return declare_loaded(ctx, url, loaded);
    }
    let (format, text) = data_text(ctx, url)?;
    if format == "module" {
        return declare_source(ctx, url, text);
    }
    let value = cjs::parse_json_text(ctx, &text, None)?;
    if let Some(modules) = ctx.userdata::<Modules<'js>>() {
        modules.json.borrow_mut().push((url.to_owned(), value));
    }
    Module::declare_def::<Json, _>(ctx.clone(), url)
}

pub(crate) fn percent_decode(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let mut rest = bytes.clone();
        let digits = (byte == b'%').then(|| Some((hex(rest.next()?)?, hex(rest.next()?)?))).flatten();
        match digits {
            Some((high, low)) => {
                decoded.push(high << 4 | low);
                bytes = rest;
            }
            None => decoded.push(byte),
        }
    }
    decoded
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn decode_base64(ctx: &Ctx<'_>, text: &[u8]) -> Result<Vec<u8>> {
    let decode: Function<'_> = ctx.globals().get("atob")?;
    let decoded: Vec<u8> = decode
        .call::<_, String>((String::from_utf8_lossy(text).into_owned(),))?
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect();
    Ok(decoded)
}
