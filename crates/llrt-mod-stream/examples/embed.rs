//! WHATWG streams in a plain rquickjs program, with nothing else of Node.

use llrt_core::{Entry, host};
use llrt_mod_stream::{WebCommon, WebPipe, WebReadable, WebTee, WebText, WebTransform, WebWritable};
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[
    Entry::of::<WebCommon>(),
    Entry::of::<WebPipe>(),
    Entry::of::<WebReadable>(),
    Entry::of::<WebTee>(),
    Entry::of::<WebText>(),
    Entry::of::<WebTransform>(),
    Entry::of::<WebWritable>(),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            const upper = new TransformStream({ transform(text, controller) { controller.enqueue(text.toUpperCase()); } });
            export let seen = "";
            for await (const text of ReadableStream.from(["a", "b"]).pipeThrough(upper)) seen += text;
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            let seen: String = module.namespace()?.get("seen")?;
            assert_eq!(seen, "AB");
            eprintln!("{seen}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
