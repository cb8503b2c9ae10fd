//! A whole program: its main module, the event loop, and how it ends.

use std::{future::Future, path::PathBuf};

use llrt_core::{host, process, task};
use rquickjs::{Ctx, Function, Object, Promise, Value, promise::PromiseState};

use crate::{
    cpu_profile, esm, load, require_esm, uncaught,
    vm::{Vm, VmOptions},
};

/// Node's exit code for a main module whose top-level `await` never settled.
const UNSETTLED_TOP_LEVEL_AWAIT: i32 = 13;

/// What a program starts with.
#[derive(Clone, Debug)]
pub enum Main {
    /// A file, ES module or CommonJS.
    File(PathBuf),
    /// Source text given on the command line (`-e`) or through standard input, under the name that stack traces show.
    Source {
        /// `[eval]` or `[stdin]`.
        name: &'static str,
        /// The program.
        text: String,
        /// Print the value of the last expression.
        print: bool,
        /// How it is read.
        input: InputType,
    },
    /// A file that is parsed and not run.
    Check(PathBuf),
    /// What [`compiled::compile`](crate::compiled::compile) gave.
    Compiled {
        /// The file that it is in: where its imports look from.
        path: PathBuf,
        /// The program.
        program: Vec<u8>,
    },
}

/// How a program that is no file is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputType {
    /// As its syntax tells.
    #[default]
    Detect,
    /// CommonJS.
    CommonJs,
    /// An ES module.
    Module,
    /// CommonJS with types.
    CommonJsTypeScript,
    /// An ES module with types.
    ModuleTypeScript,
}

/// A module that is loaded before the program: as if a file in the working directory imported or required it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preload {
    /// `--import`
    Import(String),
    /// `--require`
    Require(String),
    /// `--experimental-loader`: hooks of the loading itself, in a thread of their own.
    Loader(String),
}

/// Runs a program to its end and gives its exit code. `process.exit` and uncaught errors end the process from within.
///
/// # Errors
/// The event loop or the engine could not start.
pub fn run(mut options: VmOptions, main: Main) -> std::io::Result<i32> {
    let preload = std::mem::take(&mut options.preload);
    let profile = options.cpu_profile.take();
    block_on(async move {
        let vm = Vm::new(options).await?;
        let code = vm
            .with(async move |ctx| {
                if let Some(profile) = &profile {
                    cpu_profile::start(&ctx, profile);
                }
                attach_channel(&ctx);
                for module in preload {
                    if !run_preload(&ctx, module).await {
                        return end_unsettled(&ctx);
                    }
                }
                run_main(&ctx, main).await
            })
            .await;
        // The process ends without tearing the heap down.
        std::mem::forget(vm);
        Ok(code)
    })?
}

/// Runs `future` on a new current-thread loop. No thread starts until something blocks.
///
/// # Errors
/// The operating system refused the loop's descriptors.
pub fn block_on<T>(future: impl Future<Output = T>) -> std::io::Result<T> {
    let event_loop = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = event_loop.block_on(future);
    // Blocking work that is still running must not hold up the end of the process.
    event_loop.shutdown_background();
    Ok(result)
}

/// A parent that gave this process a channel expects it to be listened to, whatever the program does.
fn attach_channel(ctx: &Ctx<'_>) {
    if std::env::var_os("NODE_CHANNEL_FD").is_some() && host::is_builtin(ctx, "node:child_process") {
        task::run(ctx, || host::import(ctx, "node:process").map(drop));
    }
}

/// Loads a module and waits for it; `false` when it never settles.
async fn run_preload<'js>(ctx: &Ctx<'js>, module: Preload) -> bool {
    let mut promise: Option<Promise<'js>> = None;
    task::run(ctx, || {
        promise = load::preload(ctx, module)?;
        if let Some(promise) = &promise {
            report_rejection(ctx, promise)?;
        }
        Ok(())
    });
    let Some(promise) = promise else { return true };
    while promise.state() == PromiseState::Pending {
        if task::active(ctx) == 0 {
            task::drain(ctx);
            if promise.state() == PromiseState::Pending && task::active(ctx) == 0 {
                return false;
            }
        }
        let settled = promise.clone().into_future::<Value<'js>>();
        tokio::select! {
            biased;
            _ = settled => {
                ctx.catch();
            }
            () = task::idle(ctx) => {}
        }
    }
    true
}

async fn run_main(ctx: &Ctx<'_>, main: Main) -> i32 {
    let mut main_promise = None;
    task::run(ctx, || {
        main_promise = load::main(ctx, main)?;
        if let Some(promise) = &main_promise {
            report_rejection(ctx, promise)?;
            // The evaluation of an ES module is itself a microtask in Node: those that it queued come before its ticks.
            task::run_jobs(ctx);
        }
        Ok(())
    });
    until_empty(ctx).await;
    let unsettled = main_promise.is_some_and(|promise| promise.state() == PromiseState::Pending);
    if unsettled { end_unsettled(ctx) } else { exit_code(ctx, 0) }
}

/// Ends a program whose top-level `await` never settled. One that sets an exit code of its own knows about it.
fn end_unsettled(ctx: &Ctx<'_>) -> i32 {
    let own: Option<Value<'_>> = process::listeners(ctx).and_then(|_| {
        ctx.globals().get::<_, Object<'_>>("process").ok()?.get::<_, Option<Value<'_>>>("exitCode").ok()?
    });
    let code = exit_code(ctx, if own.is_some() { 0 } else { UNSETTLED_TOP_LEVEL_AWAIT });
    if code == UNSETTLED_TOP_LEVEL_AWAIT && !esm::has_option(ctx, "--no-warnings") {
        uncaught::print(&format!("Warning: Detected unsettled top-level await{}\n", require_esm::place_of_await(ctx)));
    }
    code
}

/// Runs the event loop until it is empty, and `beforeExit` listeners have given it nothing more to do.
pub async fn until_empty(ctx: &Ctx<'_>) {
    loop {
        until_idle(ctx).await;
        let Some(listeners) = process::listeners(ctx) else { return };
        task::run(ctx, || listeners.call("beforeExit", &[]).map(drop));
        if task::active(ctx) == 0 {
            return;
        }
    }
}

/// Runs the event loop until nothing keeps it alive.
pub async fn until_idle(ctx: &Ctx<'_>) {
    loop {
        task::idle(ctx).await;
        task::drain(ctx);
        if task::active(ctx) == 0 {
            return;
        }
    }
}

/// Emits `exit` and gives the code that the process ends with: `default`, unless a listener or `process.exitCode` says another.
pub fn exit_code(ctx: &Ctx<'_>, default: i32) -> i32 {
    let Some(listeners) = process::listeners(ctx) else { return default };
    let mut code = default;
    let argument = if default == 0 { Value::new_undefined(ctx.clone()) } else { Value::new_int(ctx.clone(), default) };
    task::run(ctx, || {
        if let Some(value) = listeners.call("exit", &[argument])? {
            code = value.as_int().unwrap_or(default);
        }
        Ok(())
    });
    code
}

/// A main module that rejects ends the program as an uncaught exception.
fn report_rejection<'js>(ctx: &Ctx<'js>, promise: &Promise<'js>) -> rquickjs::Result<()> {
    let report = Function::new(ctx.clone(), |ctx: Ctx<'js>, error: Value<'js>| task::report_uncaught(&ctx, error))?;
    let undefined = Value::new_undefined(ctx.clone());
    promise.then()?.call((rquickjs::function::This(promise.clone()), undefined, report))
}
