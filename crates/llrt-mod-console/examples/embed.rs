//! The global `console` in a plain rquickjs program, with its records going to the program.

use std::rc::Rc;

use llrt_core::{Entry, host};
use llrt_mod_console::{Console, ConsoleGlobal, Record, set_sink};
use rquickjs::{Context, Runtime};

static MODULES: &[Entry] = &[Entry::of::<ConsoleGlobal>(), Entry::of::<Console>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            ctx.eval::<(), _>("console.log('to standard output:', { a: [1, 2] })")?;
            set_sink(
                &ctx,
                Some(Rc::new(|record: &Record<'_, '_>| {
                    eprintln!("{:?} {}", record.level, record.text()?);
                    Ok(true)
                })),
            );
            ctx.eval::<(), _>("console.warn('%d records', 1)")
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
