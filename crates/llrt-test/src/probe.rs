use llrt_core::{Export, Module, ModuleInfo, module::function, task};
use rquickjs::{Array, Ctx, Function, Result, Value, function::Rest};

/// `llrt:test`: what a test of callbacks needs from its host.
///
/// - `uncaught`: an array that uncaught exceptions are put into from the import on
/// - `nextTick(callback, ...args)`, as in `process`
/// - `io(callback)`: calls back as an operation does that the driver finds ready when it is polled next
/// - `collectGarbage()`
pub struct Probe;

impl Module for Probe {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[
            Export { name: "uncaught", build: uncaught },
            Export { name: "nextTick", build: |ctx| function(ctx, "nextTick", 1, next_tick) },
            Export { name: "io", build: |ctx| function(ctx, "io", 1, io) },
            Export { name: "collectGarbage", build: |ctx| function(ctx, "collectGarbage", 0, collect_garbage) },
        ],
        ..ModuleInfo::new("llrt:test")
    };
}

/// Where the hook, which is a plain function, finds the array.
const UNCAUGHT: &str = "[[uncaught]]";

fn uncaught<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let array = Array::new(ctx.clone())?;
    ctx.globals().set(UNCAUGHT, array.clone())?;
    task::set_hooks(ctx, task::Hooks { uncaught: note, drained: |_| false });
    Ok(array.into_value())
}

fn note<'js>(ctx: &Ctx<'js>, error: Value<'js>) {
    let array: Array<'js> = ctx.globals().get(UNCAUGHT).expect("`uncaught` has set it");
    array.set(array.len(), error).expect("an array takes another element");
}

fn next_tick<'js>(ctx: Ctx<'js>, callback: Function<'js>, arguments: Rest<Value<'js>>) -> Result<()> {
    task::next_tick(&ctx, callback, arguments.0)
}

fn io<'js>(ctx: Ctx<'js>, callback: Function<'js>) {
    let caller = ctx.clone();
    task::spawn(&ctx, async move {
        tokio::task::yield_now().await;
        task::call(&caller, &callback, ());
    });
}

fn collect_garbage(ctx: Ctx<'_>) {
    ctx.run_gc();
}
