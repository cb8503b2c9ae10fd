//! `structuredClone` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_structured_clone::StructuredClone;
use rquickjs::{Context, Runtime};

static MODULES: &[Entry] = &[Entry::of::<StructuredClone>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    let seen: String = context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            ctx.eval("const copy = structuredClone(new Map([['a', 1]])); [...copy].join()")
        })
        .map_err(|error| error.to_string())?;
    assert_eq!(seen, "a,1");
    eprintln!("{seen}");
    Ok(())
}
