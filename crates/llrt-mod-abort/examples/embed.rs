//! `AbortController` in a plain rquickjs program with a tokio loop.

use llrt_core::{Entry, host, task};
use llrt_mod_abort::Abort;
use llrt_mod_events::EventTarget;
use llrt_mod_timers::TimerGlobals;
use rquickjs::{AsyncContext, AsyncRuntime, Module};

/// `TimerGlobals` is for `AbortSignal.timeout` only.
static MODULES: &[Entry] = &[Entry::of::<Abort>(), Entry::of::<EventTarget>(), Entry::of::<TimerGlobals>()];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = AsyncRuntime::new()?;
    runtime.set_loader(host::Resolver, host::Loader).await;
    let context = AsyncContext::full(&runtime).await?;
    let seen = context
        .async_with(async |ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            export const seen = [];
            const controller = new AbortController();
            const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(3600_000)]);
            signal.onabort = () => seen.push(`aborted: ${signal.reason}`);
            controller.abort("enough");
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.into_future::<()>().await?;
            task::idle(&ctx).await;
            module.namespace()?.get::<_, Vec<String>>("seen")
        })
        .await
        .map_err(|error| error.to_string())?;
    assert_eq!(seen, ["aborted: enough"]);
    eprintln!("{seen:?}");
    Ok(())
}
