//! `node:v8` in a plain rquickjs program.

use llrt_core::{Entry, host};
use llrt_mod_v8::{Serdes, V8};
use rquickjs::{Context, Module, Runtime};

static MODULES: &[Entry] = &[
    Entry::of::<V8>(),
    Entry::of::<Serdes>(),
    Entry::of::<llrt_mod_buffer::Buffer>(),
    Entry::of::<llrt_mod_buffer::Blob>(),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new()?;
    runtime.set_loader(host::Resolver, host::Loader);
    let context = Context::full(&runtime)?;
    let text = context.with(|ctx| {
        host::attach(&ctx, MODULES)?;
        let script = r#"import { serialize } from "node:v8"; export const text = serialize("abc").toString("hex");"#;
        let (module, promise) = Module::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
        promise.finish::<()>()?;
        module.namespace()?.get::<_, String>("text")
    })?;
    assert_eq!(text, "ff0f2203616263");
    eprintln!("{text}");
    Ok(())
}
