//! `node:string_decoder` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_buffer::Buffer;
use llrt_mod_string_decoder::StringDecoder;
use rquickjs::{Context, Module, Runtime};

// It keeps its state in a Buffer.
static MODULES: &[Entry] = &[Entry::of::<StringDecoder>(), Entry::of::<Buffer>()];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    context
        .with(|ctx| {
            host::attach(&ctx, MODULES)?;
            let script = r#"
            import { StringDecoder } from "node:string_decoder";
            const decoder = new StringDecoder("utf8");
            export const text = decoder.write(Uint8Array.of(0xe2, 0x82)) + decoder.end(Uint8Array.of(0xac));
        "#;
            let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
            promise.finish::<()>()?;
            let text: String = module.namespace()?.get("text")?;
            assert_eq!(text, "\u{20ac}");
            eprintln!("{text}");
            Ok(())
        })
        .map_err(|error: rquickjs::Error| error.to_string())?;
    Ok(())
}
