//! `node:dgram` in a plain rquickjs program.

use llrt_core::{Entry, host, task};
use llrt_mod_dgram::Dgram;
use rquickjs::{AsyncContext, AsyncRuntime, CatchResultExt, Module};

static MODULES: &[Entry] = &[
    Entry::of::<Dgram>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
    Entry::of::<llrt_mod_events::ErrorEvent>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_events::Events>(),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let event_loop = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    event_loop.block_on(async {
        let runtime = AsyncRuntime::new()?;
        runtime.set_loader(host::Resolver, host::Loader).await;
        let context = AsyncContext::full(&runtime).await?;
        let script = r#"
            import { createSocket } from "node:dgram";
            const socket = createSocket("udp4", (message) => {
                globalThis.seen = String(message);
                socket.close();
            });
            socket.bind(0, "127.0.0.1", () => socket.send("hello", socket.address().port, "127.0.0.1"));
            await new Promise((resolve) => socket.on("close", resolve));
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
        assert_eq!(seen.await?, "hello");
        Ok(())
    })
}
