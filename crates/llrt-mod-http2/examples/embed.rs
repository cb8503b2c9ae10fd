//! HTTP/2 between the two ends of a pair of streams, in a plain rquickjs program with a tokio loop.

use llrt_core::{Entry, host, task};
use llrt_mod_http2::{Compat, Http2, Shared};
use llrt_mod_stream as stream;
use llrt_mod_timers as timers;
use rquickjs::{AsyncContext, AsyncRuntime, CatchResultExt, Module};

static MODULES: &[Entry] = &[
    Entry::of::<Compat>(),
    Entry::of::<Http2>(),
    Entry::of::<Shared>(),
    Entry::of::<llrt_mod_abort::Abort>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
    Entry::of::<llrt_mod_encoding::Encoding>(),
    Entry::of::<llrt_mod_events::ErrorEvent>(),
    Entry::of::<llrt_mod_events::EventTarget>(),
    Entry::of::<llrt_mod_events::Events>(),
    Entry::of::<llrt_mod_string_decoder::StringDecoder>(),
    Entry::of::<llrt_mod_url::Url>(),
    Entry::of::<stream::Core>(),
    Entry::of::<stream::Stream>(),
    Entry::of::<timers::TimerGlobals>(),
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = AsyncRuntime::new()?;
    runtime.set_loader(host::Resolver, host::Loader).await;
    let context = AsyncContext::full(&runtime).await?;
    let script = r#"
        import { connect, performServerHandshake } from "node:http2";
        import { duplexPair } from "node:stream";
        const [near, far] = duplexPair();
        performServerHandshake(far).on("stream", (stream) => { stream.respond(); stream.end("hello"); });
        const client = connect("http://localhost", { createConnection: () => near });
        const request = client.request({ ":path": "/" });
        globalThis.seen = "";
        request.on("data", (chunk) => { seen += chunk; });
        await new Promise((resolve) => request.on("close", resolve));
        client.close();
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
}
