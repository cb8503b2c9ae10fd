//! zlib in a plain rquickjs program with a tokio loop.

use llrt_core::{Entry, host, task};
use llrt_mod_abort::Abort;
use llrt_mod_buffer::{Blob, Buffer, Codec};
use llrt_mod_events::{ErrorEvent, EventTarget, Events};
use llrt_mod_stream::{Core, Stream};
use llrt_mod_string_decoder::StringDecoder;
use llrt_mod_zlib::Zlib;
use rquickjs::{AsyncContext, AsyncRuntime, Module};

static MODULES: &[Entry] = &[
    Entry::of::<Abort>(),
    Entry::of::<Blob>(),
    Entry::of::<Buffer>(),
    Entry::of::<Codec>(),
    Entry::of::<Core>(),
    Entry::of::<ErrorEvent>(),
    Entry::of::<Events>(),
    Entry::of::<EventTarget>(),
    Entry::of::<Stream>(),
    Entry::of::<StringDecoder>(),
    Entry::of::<Zlib>(),
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = AsyncRuntime::new()?;
    runtime.set_loader(host::Resolver, host::Loader).await;
    let context = AsyncContext::full(&runtime).await?;
    let seen = context
        .async_with(async |ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { createGunzip, gzip } from "node:zlib";
            const packed = await new Promise((resolve, reject) => gzip("hello", (error, bytes) => (error ? reject(error) : resolve(bytes))));
            const gunzip = createGunzip();
            gunzip.end(packed);
            export let seen = "";
            for await (const part of gunzip) seen += part;
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.into_future::<()>().await?;
            task::idle(&ctx).await;
            module.namespace()?.get::<_, String>("seen")
        })
        .await
        .map_err(|error| error.to_string())?;
    assert_eq!(seen, "hello");
    eprintln!("{seen}");
    Ok(())
}
