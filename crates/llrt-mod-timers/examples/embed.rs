//! Timers in a plain rquickjs program with a tokio loop.

use llrt_core::{Entry, host, task};
use llrt_mod_timers::{TimerGlobals, Timers, TimersPromises};
use rquickjs::{AsyncContext, AsyncRuntime, Module};

static MODULES: &[Entry] = &[Entry::of::<TimerGlobals>(), Entry::of::<Timers>(), Entry::of::<TimersPromises>()];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = AsyncRuntime::new()?;
    runtime.set_loader(host::Resolver, host::Loader).await;
    let context = AsyncContext::full(&runtime).await?;
    let order = context
        .async_with(async |ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { setTimeout as wait } from "node:timers/promises";
            export const order = [];
            setTimeout(() => order.push("last"), 20);
            setTimeout((name) => order.push(name), 0, "timeout");
            queueMicrotask(() => order.push("microtask"));
            await wait(5);
            order.push("promise");
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.into_future::<()>().await?;
            // Until no timer keeps the loop alive.
            task::idle(&ctx).await;
            module.namespace()?.get::<_, Vec<String>>("order")
        })
        .await
        .map_err(|error| error.to_string())?;
    assert_eq!(order, ["microtask", "timeout", "promise", "last"]);
    eprintln!("{order:?}");
    Ok(())
}
