//! `node:worker_threads` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_unavailable::WorkerThreads;
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<WorkerThreads>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { isMainThread } from "node:worker_threads";
            export const text = String(isMainThread);
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            let text: String = module.namespace()?.get("text")?;
            assert_eq!(text, "true");
            eprintln!("{text}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
