//! `node:async_hooks` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_async_hooks::{AsyncHooks, Hooks};
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<AsyncHooks>(), Entry::of::<Hooks>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { AsyncLocalStorage } from "node:async_hooks";
            const request = new AsyncLocalStorage();
            async function handle() { await null; return request.getStore(); }
            export const seen = await Promise.all([request.run("a", handle), request.run("b", handle)]);
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            let seen: Vec<String> = module.namespace()?.get("seen")?;
            assert_eq!(seen, ["a", "b"]);
            eprintln!("{seen:?}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
