//! `node:domain` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_domain::Domain;
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[
    Entry::of::<Domain>(),
    Entry::of::<llrt_mod_async_hooks::AsyncHooks>(),
    Entry::of::<llrt_mod_async_hooks::Hooks>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_process::Process>(),
    Entry::of::<llrt_mod_process::GlobalProcess>(),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    let seen = context.with(|ctx| {
        host::attach(&ctx, MODULES)?;
        let script = r#"
            import domain from "node:domain";
            import { EventEmitter } from "node:events";
            export let seen;
            const d = domain.create();
            d.on("error", (error) => (seen = error.message));
            d.run(() => new EventEmitter().emit("error", new Error("caught")));
        "#;
        let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
        promise.finish::<()>()?;
        module.namespace()?.get::<_, String>("seen")
    })?;
    assert_eq!(seen, "caught");
    eprintln!("{seen}");
    Ok(())
}
