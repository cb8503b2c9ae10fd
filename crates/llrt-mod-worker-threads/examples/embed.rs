//! `node:worker_threads` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_worker_threads::{Messaging, WorkerThreads};
use rquickjs::{Context, Object, Runtime};

static MODULES: &[Entry] = &[
    Entry::of::<WorkerThreads>(),
    Entry::of::<Messaging>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_structured_clone::StructuredClone>(),
    Entry::of::<llrt_mod_timers::TimerGlobals>(),
    Entry::of::<llrt_mod_timers::Timers>(),
    Entry::of::<llrt_mod_timers::TimersPromises>(),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let main_thread: bool = Context::full(&runtime)?.with(|ctx| {
        host::attach(&ctx, MODULES)?;
        host::import(&ctx, "worker_threads")?.get::<_, Object<'_>>("default")?.get("isMainThread")
    })?;
    assert!(main_thread);
    eprintln!("on the main thread");
    Ok(())
}
