//! `node:perf_hooks` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_perf_hooks::{Histogram, PerfHooks};
use rquickjs::{Context, Runtime};

static MODULES: &[Entry] = &[
    Entry::of::<PerfHooks>(),
    Entry::of::<Histogram>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_structured_clone::StructuredClone>(),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let duration: f64 = Context::full(&runtime)?.with(|ctx| {
        host::attach(&ctx, MODULES)?;
        ctx.eval(r#"performance.mark("a"); performance.measure("b", "a").duration"#)
    })?;
    assert!(duration >= 0.0);
    eprintln!("{duration}");
    Ok(())
}
