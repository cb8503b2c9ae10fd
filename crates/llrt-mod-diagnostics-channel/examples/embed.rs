//! `node:diagnostics_channel` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_diagnostics_channel::DiagnosticsChannel;
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<DiagnosticsChannel>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    let seen: String = context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { channel, subscribe } from "node:diagnostics_channel";
            export let seen;
            subscribe("orders", (message, name) => (seen = `${name}: ${message}`));
            channel("orders").publish("tea");
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            module.namespace()?.get("seen")
        })
        .map_err(|error| error.to_string())?;
    assert_eq!(seen, "orders: tea");
    eprintln!("{seen}");
    Ok(())
}
