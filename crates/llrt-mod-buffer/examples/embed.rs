//! `node:buffer` in a plain rquickjs program.

use llrt_core::{Entry, bytes, host};
use llrt_mod_buffer::{Blob, Buffer};
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[Entry::of::<Buffer>(), Entry::of::<Blob>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            // A Buffer that Rust makes.
            ctx.globals().set("made", bytes::buffer(&ctx, vec![0xca, 0xfe])?)?;
            let script = r#"
            import { Buffer } from "node:buffer";
            export const text = Buffer.concat([made, Buffer.from("!")]).toString("hex");
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            let text: String = module.namespace()?.get("text")?;
            assert_eq!(text, "cafe21");
            eprintln!("{text}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
