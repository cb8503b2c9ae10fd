//! One engine with its context: what runs JavaScript.

use std::io;

use llrt_core::{
    Entry,
    host::{self, Chunk},
    process::{self, Info},
    task,
};
use rquickjs::{AsyncContext, AsyncRuntime, CatchResultExt, Ctx, Result, object::Property};

use crate::{cpu_profile::CpuProfile, esm, main_loop::Preload, rejection, stack, uncaught};

/// How an engine is set up.
#[derive(Clone)]
pub struct VmOptions {
    /// The composed modules; [`crate::MODULES`] unless a program brings its own.
    pub modules: &'static [Entry],
    /// Bundled npm packages, sorted by specifier.
    pub chunks: &'static [Chunk],
    /// Names and versions of their packages, sorted. A package of theirs that is installed in another version serves the installed
    /// packages beside it.
    pub packages: &'static [(&'static str, &'static str)],
    /// What `process` tells about the program.
    pub info: Info,
    /// Bytes of allocation after which cycles are collected; see [`VmOptions::gc_threshold_from_env`].
    pub gc_threshold_bytes: usize,
    /// Folders that `require` and `import` both search after all `node_modules`. `None`: as in Node.js, those of `NODE_PATH`, and only
    /// for `require`.
    pub package_folders: Option<Vec<String>>,
    /// How modules are found.
    pub resolving: ResolveOptions,
    /// Stacks name places in original sources (`--enable-source-maps`), whatever the environment says.
    pub source_maps: bool,
    /// A global function `gc` collects cycles (`--expose-gc`).
    pub expose_gc: bool,
    /// A profile that [`crate::run`] makes of the program (`--cpu-prof`).
    pub cpu_profile: Option<CpuProfile>,
    /// Modules that [`crate::run`] loads before the program.
    pub preload: Vec<Preload>,
    /// Bytes of native stack that JavaScript may use before it throws `RangeError`.
    pub max_stack_bytes: usize,
}

/// How modules are found, where a program is started with options for that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResolveOptions {
    /// Conditions of `exports` and `imports` in force beside Node's own (`--conditions`).
    pub conditions: Vec<String>,
    /// Modules keep the path they were found at, links and all (`--preserve-symlinks`).
    pub preserve_symlinks: bool,
    /// The same for the program itself (`--preserve-symlinks-main`).
    pub preserve_symlinks_main: bool,
}

impl Default for VmOptions {
    fn default() -> Self {
        Self {
            modules: crate::MODULES,
            chunks: &[],
            packages: &[],
            info: Info::default(),
            gc_threshold_bytes: 20 * 1024 * 1024,
            package_folders: None,
            resolving: ResolveOptions::default(),
            expose_gc: false,
            cpu_profile: None,
            preload: Vec::new(),
            source_maps: false,
            max_stack_bytes: 4 * 1024 * 1024,
        }
    }
}

impl VmOptions {
    /// `LLRT_GC_THRESHOLD_MB` in bytes, or the default of 20 MB when it is unset or no number.
    pub fn gc_threshold_from_env() -> usize {
        let value = std::env::var("LLRT_GC_THRESHOLD_MB").ok();
        let megabytes = value.and_then(|text| text.trim().parse::<usize>().ok()).unwrap_or(20);
        megabytes.saturating_mul(1024 * 1024)
    }
}

/// An engine and its one context.
pub struct Vm {
    context: AsyncContext,
    /// Keeps the engine alive, and frees it last.
    _runtime: AsyncRuntime,
}

impl Vm {
    /// Makes the engine, composes the modules, and installs module loading, stack traces and the tracking of rejections.
    ///
    /// # Errors
    /// Out of memory, or a module composed without one it requires.
    pub async fn new(options: VmOptions) -> io::Result<Self> {
        llrt_core::log!(
            Debug,
            "{} modules, {} chunks, collects cycles after {} bytes",
            options.modules.len(),
            options.chunks.len(),
            options.gc_threshold_bytes
        );
        let runtime = AsyncRuntime::new().map_err(io::Error::other)?;
        runtime.set_max_stack_size(options.max_stack_bytes).await;
        runtime.set_gc_threshold(options.gc_threshold_bytes).await;
        runtime.set_loader(esm::Resolver, esm::Loader).await;
        runtime.set_host_promise_rejection_tracker(Some(Box::new(rejection::track))).await;
        let context = AsyncContext::full(&runtime).await.map_err(io::Error::other)?;
        context
            .async_with(async move |ctx| {
                prepare(&ctx, options).catch(&ctx).map_err(|error| io::Error::other(error.to_string()))
            })
            .await?;
        Ok(Self { context, _runtime: runtime })
    }

    /// Runs `body` with the context. Tasks that JavaScript started make progress meanwhile.
    pub async fn with<R: 'static>(&self, body: impl for<'js> AsyncFnOnce(Ctx<'js>) -> R) -> R {
        self.context.async_with(body).await
    }
}

/// Programs take the version of OpenSSL as a sign that there are `node:crypto` and `node:tls`; it is that of Node.js 24.
const VERSIONS: &[(&str, &str)] = &[
    ("llrt", crate::VERSION),
    #[cfg(feature = "tls")]
    ("openssl", "3.5.0"),
];

fn prepare(ctx: &Ctx<'_>, options: VmOptions) -> Result<()> {
    host::attach_with(ctx, options.modules, options.chunks)?;
    let global = ctx.globals();
    global.prop("global", Property::from(global.clone()).writable().enumerable().configurable())?;
    if options.expose_gc {
        let gc = rquickjs::Function::new(ctx.clone(), |ctx: Ctx<'_>| ctx.run_gc())?.with_name("gc")?;
        global.prop("gc", Property::from(gc).writable().configurable())?;
    }
    host::allow_blocking(ctx);
    let mut info = options.info;
    if info.versions.is_empty() {
        info.versions = VERSIONS;
    }
    process::set_info(ctx, info);
    llrt_plain::install(ctx)?;
    stack::install(ctx, options.source_maps)?;
    #[cfg(feature = "intl")]
    llrt_mod_intl::install(ctx)?;
    esm::install(ctx, options.packages, options.package_folders, options.resolving);
    rejection::install(ctx, options.max_stack_bytes);
    task::set_hooks(ctx, task::Hooks { uncaught: uncaught::end_process, drained });
    Ok(())
}

/// The engine has no microtasks left: what Node does between macrotasks.
pub(crate) fn drained(ctx: &Ctx<'_>) -> bool {
    esm::forget_absent(ctx);
    rejection::report(ctx)
}
