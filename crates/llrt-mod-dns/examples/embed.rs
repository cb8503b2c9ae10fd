//! `node:dns` in a plain rquickjs program.

use llrt_core::{Entry, host, task};
use llrt_mod_dns::{Dns, DnsCommon, DnsPromises};
use rquickjs::{AsyncContext, AsyncRuntime, CatchResultExt, Module};

static MODULES: &[Entry] = &[Entry::of::<Dns>(), Entry::of::<DnsCommon>(), Entry::of::<DnsPromises>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let event_loop = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    event_loop.block_on(async {
        let runtime = AsyncRuntime::new()?;
        runtime.set_loader(host::Resolver, host::Loader).await;
        let context = AsyncContext::full(&runtime).await?;
        let script = r#"
            import { lookup } from "node:dns/promises";
            globalThis.seen = (await lookup("localhost", 4)).address;
        "#;
        let seen = context.async_with(async move |ctx| {
            let run = async {
                host::attach(&ctx, MODULES)?;
                Module::evaluate(ctx.clone(), "/main.mjs", script)?.into_future::<()>().await?;
                task::idle(&ctx).await;
                ctx.globals().get::<_, String>("seen")
            };
            run.await.catch(&ctx).map_err(|error| error.to_string())
        });
        assert_eq!(seen.await?, "127.0.0.1");
        Ok(())
    })
}
