//! `Intl` in a plain rquickjs program.

use llrt_core::host;
use rquickjs::{Context, Runtime};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, llrt_mod_intl::MODULES)?;
            llrt_mod_intl::install(&ctx)?;
            let text: String = ctx.eval("new Date(0).toLocaleString('en-US', { timeZone: 'America/New_York' })")?;
            assert_eq!(text, "12/31/1969, 7:00:00 PM");
            eprintln!("{text}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
